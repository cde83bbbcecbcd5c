import { join } from 'node:path';

/** Holds a directory per kind of what is built for tests, and in each a link `current` to the one that was built of the sources in this checkout. */
export const BUILT = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'shiplock-tests');

/** Where the command lies as the actions ship it, built of the sources in this checkout before the tests (built.ts). */
export const BUILT_PROGRAM = join(BUILT, 'actions', 'current', 'shiplock.js');

/** What processes that start tests or sweeps find the built ones by: the command (scripts/lab/program.ts), and all other programs (children.ts). */
export const BUILT_ENV = {
  SHIPLOCK_TEST_PROGRAM: BUILT_PROGRAM,
  SHIPLOCK_TEST_CHILDREN: join(BUILT, 'children', 'current'),
};
