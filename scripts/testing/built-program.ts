import { join } from 'node:path';

const CACHE = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'shiplock-tests');

/** Where the command lies as the actions ship it, built of the sources in this checkout before the tests of the whole product (built.ts). */
export const BUILT_PROGRAM = join(CACHE, 'actions', 'dist', 'shiplock.js');
