import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryRow } from '../../../src/rollout/analysis/index.ts';
import { DEFAULT_POLICY, judge, makePolicy, observe, start } from '../../../src/rollout/analysis/index.ts';
import { only, poisson, prompt, random, row } from './support.ts';

const past = (seconds: number, bad: (t: number) => number): HistoryRow[] =>
  Array.from({ length: seconds }, (_, t) => ({ t, metric: 'errors', baseline: { requests: 1000, bad: bad(t) } }));

const clumpAfter = (history: readonly HistoryRow[], overrides = {}): number => {
  const state = start(makePolicy(overrides), { metrics: ['errors'], history });
  return judge(state).metrics[0]?.dispersion ?? Number.NaN;
};

describe('dispersion of the baseline’s own past', () => {
  it('is the variance-to-mean ratio of the windows, computed here the long way', () => {
    const next = random(11);
    const rows = past(200, () => poisson(next, 5) * 3).map((each, t) => ({
      ...each,
      baseline: { ...each.baseline, requests: 800 + ((t * 37) % 400) },
    }));
    const windows = [1, 5, 20];
    const policy = makePolicy({ dispersion: { windows, minimumWindows: 3, start: 1, settledSeconds: 0 } });
    const measured = only(start(policy, { metrics: ['errors'], history: rows })).dispersion.largest;
    const byHand = windows.map((length) => {
      const closed = Math.floor(199 / length);
      const sums = Array.from({ length: closed }, (_, i) => {
        const part = rows.slice(i * length, (i + 1) * length);
        return {
          n: part.reduce((sum, each) => sum + each.baseline.requests, 0),
          b: part.reduce((sum, each) => sum + each.baseline.bad, 0),
        };
      });
      const p = sums.reduce((sum, each) => sum + each.b, 0) / sums.reduce((sum, each) => sum + each.n, 0);
      return sums.reduce((sum, { n, b }) => sum + (b - n * p) ** 2 / (n * p), 0) / (closed - 1);
    });
    expect(measured).toBeCloseTo(Math.max(...byHand), 9);
  });

  it('learns nothing from half an hour without requests', () => {
    const idle = Array.from({ length: 1800 }, (_, t) => ({ t, metric: 'errors', baseline: { requests: 0, bad: 0 } }));
    expect(clumpAfter(idle)).toBe(DEFAULT_POLICY.dispersion.start);
    const busy = (from: number) => past(60, () => 0).map((each) => ({ ...each, t: each.t + from }));
    // A gap counts as at most one window of the longest kind, whatever its length.
    expect(
      clumpAfter([...busy(0), ...idle.map((each) => ({ ...each, t: each.t + 60 })), ...busy(1860)]),
    ).toBeGreaterThan(DEFAULT_POLICY.dispersion.settledSeconds / 181);
  });

  it('finds clumps inside one second, and clumps spread over 30 s', () => {
    const next = random(5);
    expect(clumpAfter(past(1800, () => poisson(next, 5)))).toBeLessThan(2.5);
    const inside = clumpAfter(past(1800, () => 20 * poisson(next, 0.25)));
    expect(inside).toBeGreaterThan(15);
    expect(inside).toBeLessThan(35);
    const bad = new Array<number>(1900).fill(0);
    for (let t = 0; t < 1800; t += 1) {
      for (let i = poisson(next, 0.25) * 20; i > 0; i -= 1) {
        const at = t + Math.floor(next() * 30);
        bad[at] = (bad[at] ?? 0) + 1;
      }
    }
    // Each second alone looks nearly independent; only the long windows show it.
    expect(clumpAfter(past(1800, (t) => bad[t] ?? 0))).toBeGreaterThan(8);
  });

  it('is the careful start while nothing is known, and falls as past is gathered', () => {
    const { start: careful, settledSeconds } = DEFAULT_POLICY.dispersion;
    expect(clumpAfter([])).toBe(careful);
    const clumps = [10, 30, 100, 200, 301, 400].map((seconds) => clumpAfter(past(seconds, () => 5)));
    clumps.forEach((clump, i) => {
      expect(clump).toBeLessThanOrEqual(clumps[i - 1] ?? careful);
    });
    expect(clumpAfter(past(101, () => 5))).toBeCloseTo(settledSeconds / 100, 9);
    expect(clumpAfter(past(settledSeconds + 1, () => 5))).toBe(1);
  });

  it('a gap in the past is not past', () => {
    const far = past(11, () => 5).map((each) => ({ ...each, t: each.t * 100_000 }));
    expect(clumpAfter(far)).toBe(1);
    const one = [...past(2, () => 5), { t: 1e6, metric: 'errors', baseline: { requests: 1000, bad: 5 } }];
    expect(clumpAfter(one)).toBeGreaterThan(4.9);
  });

  it('a configured clump size stands, and sharp mode has none', () => {
    const rows = past(400, (t) => (t % 10 === 0 ? 50 : 0));
    expect(clumpAfter(rows, { clumpSize: 3 })).toBe(3);
    expect(clumpAfter(rows, { mode: 'sharp' })).toBe(1);
  });

  it('is never estimated from the canary, nor from the interval it is used in', () => {
    const history = past(400, () => 5);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 900 }), (canaryBad, baselineBad) => {
        const policy = prompt({});
        const before = start(policy, { metrics: ['errors'], history });
        const used = judge(before).metrics[0]?.dispersion ?? Number.NaN;
        const after = observe(before, [row(1, [900, baselineBad], [100, canaryBad])]);
        const fixed = observe(start(makePolicy({ ...prompt({}), clumpSize: used }), { metrics: ['errors'], history }), [
          row(1, [900, baselineBad], [100, canaryBad]),
        ]);
        expect(only(after).upper).toEqual(only(fixed).upper);
        const other = observe(before, [row(1, [900, baselineBad], [100, 0])]);
        expect(only(after).dispersion).toEqual(only(other).dispersion);
      }),
    );
  });
});
