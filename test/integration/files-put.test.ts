import { expect, test } from 'vitest';
import { putByAnother, sweepPut } from '../support/restore/files-put.ts';

/** A small part of `npm run soak restore-files`: killed with -9 at some of the commands that it starts. */

test('files are put and taken back whole, whenever it is killed', () => {
  const { kills, broken } = sweepPut(6);
  expect(broken).toEqual([]);
  expect(kills).toBeGreaterThan(5);
}, 60_000);

test('who is not root by himself puts only what root of the machine has listed', () => {
  expect(putByAnother()).toContain('shiplock-host: files-not-allowed: ');
});
