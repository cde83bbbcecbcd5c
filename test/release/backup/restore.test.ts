import { expect, it } from 'vitest';
import { missed } from '../../../src/release/backup/restore.ts';
import { parseTarget } from '../../../src/release/backup/restore-target.ts';

/** Targets in one line, and objectives that a restore did not keep. */

it.each([
  [' latest ', { kind: 'end' }, 'the latest'],
  ['before shop.orders', { kind: 'before', table: 'shop.orders' }, 'before shop.orders'],
  [
    '2026-11-22T15:03:07+01:00',
    { kind: 'time', time: Date.parse('2026-11-22T14:03:07Z') * 1000 },
    '2026-11-22T15:03:07+01:00',
  ],
  ['0-1-7', { kind: 'gtid', gtid: '0-1-7' }, '0-1-7'],
  [
    '3e11fa47-71ca-11e1-9e33-c80aa9429562:7',
    { kind: 'gtid', gtid: '3e11fa47-71ca-11e1-9e33-c80aa9429562:7' },
    '3e11fa47-71ca-11e1-9e33-c80aa9429562:7',
  ],
])('%j is a target', (given, target, text) => expect(parseTarget(given)).toEqual({ target, text }));
it.each(['', 'yesterday', '2026-11-22 14:03', 'before orders', 'before a.b.c', 'LATEST of all'])(
  '%j is none',
  (given) => expect(parseTarget(given)).toBeNull(),
);

it('tells objectives that were missed, and no others', () => {
  const objectives = { rtoSeconds: 600, rpoSeconds: 60 };
  const codes = (
    seconds: number,
    lostSeconds: number | null,
    promised: Parameters<typeof missed>[0] = { objectives },
  ) => missed(promised, { seconds, lostSeconds, where: 'production' }).map(({ code }) => code);
  expect(codes(600, 60)).toEqual([]);
  expect(codes(600.5, 60)).toEqual(['backup.rto-missed']);
  expect(codes(10, 61)).toEqual(['backup.rpo-missed']);
  expect(codes(601, 61)).toEqual(['backup.rto-missed', 'backup.rpo-missed']);
  // A place that was chosen loses what was meant to be lost.
  expect(codes(10, null)).toEqual([]);
  expect(codes(1e6, 1e6, { objectives: { rtoSeconds: null, rpoSeconds: null } })).toEqual([]);
});
