import { expect, it } from 'vitest';
import { closedWindows, meanMs } from '../../../src/procedure/effects/sql-pace.ts';
import { stageOf, stageText } from '../../../src/procedure/effects/sql-stages.ts';

it('the mean time of statements between two looks, where there are enough of them', () => {
  const at = (statements: number, micros: number) => ({ statements, micros });
  expect(meanMs(at(100, 1000), at(110, 31_000))).toBe(3);
  expect(meanMs(at(100, 1000), at(104, 31_000))).toBeNull();
  // The counters were truncated meanwhile.
  expect(meanMs(at(100, 90_000), at(110, 1000))).toBeNull();
});

it('every window must be open; a closed one says when it opens', () => {
  const noon = Date.parse('2026-11-23T12:00:00Z');
  const always = { timeZone: 'UTC', open: [], freezes: [] };
  const nights = { ...always, open: [{ days: ['mon' as const], from: '22:00', to: '02:00' }] };
  expect(closedWindows([], noon)).toEqual([]);
  expect(closedWindows([always], noon)).toEqual([]);
  expect(closedWindows([always, nights], noon)).toMatchObject([
    { code: 'effect.sql-window', expected: 'an open window; it is open again from 2026-11-23 22:00 UTC' },
  ]);
  const frozen = { ...always, freezes: [{ from: '2026-11-01T00:00', until: '2027-01-01T00:00', why: 'year end' }] };
  expect(closedWindows([frozen], noon)[0]?.found).toContain('year end');
});

it('how far a statement is, and what is left of it', () => {
  expect(stageOf('stage/innodb/alter table (insert)', 30, 120)).toEqual({ stage: 'alter table (insert)', percent: 25 });
  // The estimate of a server may be passed, and 0 at first.
  expect(stageOf('x', 300, 120).percent).toBe(99);
  expect(stageOf('x', 0, 0).percent).toBe(0);
  expect(stageText({ stage: 'copy', percent: 25 }, 60_000)).toBe('25 % after 60 s, about 3 min left (copy)');
  expect(stageText({ stage: '', percent: 1 }, 3000)).toBe('1 % after 3 s');
});
