import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Stretch } from '../../../src/rollout/chart/chart.ts';
import { thinned } from '../../../src/rollout/chart/thin.ts';

/** Fewer stretches for the same picture. */

const values = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 1_000 })), {
  minLength: 1,
  maxLength: 400,
});

function evenly(list: readonly (readonly [number, number])[]): readonly Stretch[] {
  return list.map(([value, weight], index) => ({
    from: index / list.length,
    until: (index + 1) / list.length,
    least: value,
    greatest: value,
    last: value,
    weight,
  }));
}

test('no more than a stretch per column; extremes, ends and the mean are kept', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 50 }), fc.boolean(), (list, columns, mean) => {
      const all = evenly(list);
      const few = thinned(all, columns, mean);
      expect(few.length).toBeLessThanOrEqual(columns);
      expect(few[0]?.from).toBe(0);
      expect(few.at(-1)?.until).toBe(all.at(-1)?.until);
      expect(Math.min(...few.map(({ least }) => least))).toBe(Math.min(...all.map(({ least }) => least)));
      expect(Math.max(...few.map(({ greatest }) => greatest))).toBe(Math.max(...all.map(({ greatest }) => greatest)));
      const sum = (of: readonly Stretch[]): number => of.reduce((so, { last, weight }) => so + last * weight, 0);
      if (mean) expect(sum(few)).toBeCloseTo(sum(all), 6);
      else expect(few.at(-1)?.last).toBe(all.at(-1)?.last);
    }),
  );
});

test('what stays level is one stretch, and a gap stays one', () => {
  const level = evenly([
    [0.1, 1],
    [0.1, 1],
    [0.1, 1],
  ]);
  expect(thinned(level, 100, false)).toEqual([{ from: 0, until: 1, least: 0.1, greatest: 0.1, last: 0.1, weight: 3 }]);
  const [first, , third] = level;
  if (first === undefined || third === undefined) throw new Error('no stretches');
  expect(thinned([first, third], 100, false)).toHaveLength(2);
});
