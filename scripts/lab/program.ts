import { join } from 'node:path';

/**
 * The command that tests and the demo start. Tests of the whole product name one that was built of these sources a moment ago
 * (scripts/testing/built.ts): it starts in less than half the time.
 */
export const PROGRAM =
  process.env['SHIPLOCK_TEST_PROGRAM'] ?? join(import.meta.dirname, '..', '..', 'bin', 'shiplock.js');
