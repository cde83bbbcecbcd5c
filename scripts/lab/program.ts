import { realpathSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The command that tests and the demo start. Tests of the whole product name one that was built of these sources a moment ago
 * (scripts/testing/built.ts): it starts in less than half the time. Without links in its path, since that is how the command names itself, and what a run was begun with must be the same when it is gone on with.
 */
export const PROGRAM = realpathSync(
  process.env['SHIPLOCK_TEST_PROGRAM'] ?? join(import.meta.dirname, '..', '..', 'bin', 'shiplock.js'),
);
