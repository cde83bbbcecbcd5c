import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bounded, withLeft } from '../../src/report/bounded.ts';
import { axisOf, lasting } from '../../src/report/index.ts';
import { clockSince, moment } from '../../src/report/words.ts';

/** The small parts of a report. */

describe('the axis', () => {
  const HOUR = 3_600_000;

  test('goes from 0 to 1 evenly when nobody paused', () => {
    const { at, cuts } = axisOf(1_000, 2_000, []);
    expect([900, 1_000, 1_250, 2_000, 9_000].map(at)).toEqual([0, 0, 0.25, 1, 1]);
    expect(cuts).toEqual([]);
  });

  test('a night at a gate takes no more room than can be seen', () => {
    const { at, cuts } = axisOf(0, 10 * HOUR, [{ from: HOUR / 2, until: 9.5 * HOUR }]);
    expect(at(HOUR / 2)).toBeCloseTo(0.49);
    expect(at(9.5 * HOUR)).toBeCloseTo(0.51);
    expect(cuts.map((cut) => cut.at)).toEqual([expect.closeTo(0.5)]);
  });

  test('a short pause is drawn as it was', () => {
    expect(axisOf(0, 1_000, [{ from: 100, until: 140 }]).cuts).toEqual([]);
  });

  test('never falls, stays inside, and its ends are the ends', () => {
    const pauses = fc.array(fc.tuple(fc.nat(500), fc.nat(500)), { maxLength: 30 }).map((list) => {
      let time = 0;
      return list.map(([wait, length]) => {
        const from = time + wait;
        time = from + length;
        return { from, until: time };
      });
    });
    fc.assert(
      fc.property(pauses, fc.nat(2_000), (list, more) => {
        const end = (list.at(-1)?.until ?? 0) + more + 1;
        const { at, ticks } = axisOf(0, end, list);
        let before = 0;
        for (let time = 0; time <= end; time += Math.max(1, Math.floor(end / 97))) {
          expect(at(time)).toBeGreaterThanOrEqual(before - 1e-9);
          before = at(time);
        }
        expect(at(0)).toBe(0);
        expect(at(end)).toBeCloseTo(1);
        for (const tick of ticks(5))
          expect(
            list.some(({ from, until }) => tick.time > from && tick.time < until && until - from > 0.05 * end),
          ).toBe(false);
      }),
    );
  });
});

describe('a bounded list', () => {
  const items = Array.from({ length: 100 }, (_, index) => `item ${index}`);

  test('keeps everything that fits', () => {
    expect(withLeft(bounded(items, 1e6, String), (count) => `${count} left`)).toEqual(items);
    expect(withLeft(bounded([], 10, String), String)).toEqual([]);
  });

  test('keeps both ends and counts what it left out', () => {
    const kept = bounded(items, 40, String);
    expect(kept).toEqual({
      first: ['item 0', 'item 1', 'item 2'],
      left: 94,
      last: ['item 97', 'item 98', 'item 99'],
    });
  });

  test('never exceeds its bytes and loses nothing uncounted', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.nat(200), (list, bytes) => {
        const { first, left, last } = bounded(list, bytes, (one) => one);
        expect(first.length + left + last.length).toBe(list.length);
        expect(Buffer.byteLength([...first, ...last].join(''))).toBeLessThanOrEqual(bytes);
      }),
    );
  });
});

test.each([
  [0, '0 ms'],
  [41.2, '41 ms'],
  [440, '0.4 s'],
  [9_960, '10 s'],
  [59_400, '59 s'],
  [200_000, '3 min 20 s'],
  [3_600_000, '1 h'],
  [7_500_000, '2 h 5 min'],
  [273_600_000, '3 d 4 h'],
])('%i ms last %s', (ms, words) => expect(lasting(ms)).toBe(words));

test('moments are UTC, and another day is named', () => {
  const start = Date.UTC(2026, 10, 21, 23, 59, 50);
  expect(moment(start)).toBe('2026-11-21 23:59:50 UTC');
  expect(clockSince(start + 5_000, start)).toBe('23:59:55');
  expect(clockSince(start + 60_000, start)).toBe('11-22 00:00:50');
});
