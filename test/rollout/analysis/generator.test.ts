import { describe, expect, it } from 'vitest';
import type { Counts } from '../../../src/rollout/analysis/index.ts';
import { exp, log, sineOfTurns } from '../../bench/analysis/generator/elementary.ts';
import { logFactorial, poisson } from '../../bench/analysis/generator/poisson.ts';
import { normals, randomStream, xoshiro128 } from '../../bench/analysis/generator/random.ts';
import { makeWorld, type WorldSpec } from '../../bench/analysis/generator/spec.ts';
import { type Seen, simulate } from '../../bench/analysis/generator/world.ts';

/** All seeds are fixed. Bounds are four standard errors or more, so they hold for nearly every seed, and fail when the world is another one. */

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const variance = (values: readonly number[]): number => mean(values.map((x) => x * x)) - mean(values) ** 2;
const correlation = (a: readonly number[], b: readonly number[]): number =>
  (mean(a.map((x, i) => x * (b[i] ?? 0))) - mean(a) * mean(b)) / Math.sqrt(variance(a) * variance(b));

function seen(options: Partial<WorldSpec>, seed = 1): Seen {
  return simulate(makeWorld(options), seed, 'test');
}

/** One side's counts of the first metric, interval by interval. */
function countsOf({ intervals }: Pick<Seen, 'intervals'>, side: 'baseline' | 'canary', metric = 'errors'): Counts[] {
  return intervals.flatMap((rows) => rows.filter((row) => row.metric === metric).map((row) => row[side]));
}

const rates = (counts: readonly Counts[]): number[] => counts.map(({ requests, bad }) => bad / requests);

function total(counts: readonly Counts[]): Counts {
  const sum = { requests: 0, bad: 0 };
  for (const { requests, bad } of counts) {
    sum.requests += requests;
    sum.bad += bad;
  }
  return sum;
}

/** Standard errors between a count and its mean, for a variance of `clump` times the mean. */
const deviation = (count: number, expected: number, clump = 1): number =>
  Math.abs(count - expected) / Math.sqrt(expected * clump);

/** Pearson's statistic over its upper 0.01 % quantile (Wilson and Hilferty's approximation); cells with little expected are joined. */
function chiSquareRatio(observed: readonly number[], expected: readonly number[]): number {
  let [sum, cells, seenSoFar, expectedSoFar] = [0, 0, 0, 0];
  for (const [i, each] of expected.entries()) {
    seenSoFar += observed[i] ?? 0;
    expectedSoFar += each;
    if (expectedSoFar < 8) continue;
    sum += (seenSoFar - expectedSoFar) ** 2 / expectedSoFar;
    cells += 1;
    [seenSoFar, expectedSoFar] = [0, 0];
  }
  const freedom = cells - 1;
  const part = 2 / (9 * freedom);
  return sum / (freedom * (1 - part + 3.72 * Math.sqrt(part)) ** 3);
}

describe('elementary functions', () => {
  it('agree with those of the engine', () => {
    const next = randomStream(1, 'elementary');
    for (let i = 0; i < 2000; i += 1) {
      const x = 1400 * (next() - 0.5);
      expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThan(1e-15 * (4 + Math.abs(x)));
      expect(Math.abs(log(exp(x)) - x)).toBeLessThan(1e-15 * (4 + Math.abs(x)));
      const u = next();
      expect(Math.abs(log(u) - Math.log(u))).toBeLessThan(1e-15 * (4 - Math.log(u)));
      expect(Math.abs(sineOfTurns(x) - Math.sin(2 * Math.PI * (x - Math.round(x))))).toBeLessThan(1e-14);
    }
    expect([exp(0), log(1), exp(-800), exp(800), sineOfTurns(1)]).toEqual([1, 0, 0, Number.POSITIVE_INFINITY, 0]);
    expect(logFactorial(127) + log(128)).toBeCloseTo(logFactorial(128), 11);
    expect(logFactorial(1000)).toBeCloseTo(5912.128178488163, 9);
  });
});

describe('random numbers', () => {
  it('are those of xoshiro128**', () => {
    const next = xoshiro128(1, 2, 3, 4);
    expect([next(), next(), next(), next(), next()]).toEqual([11520, 0, 5927040, 70819200, 2031721883]);
  });

  it('are the same for the same seed and name, and unrelated for others', () => {
    const take = (seed: number, name: string): number[] => Array.from({ length: 4000 }, randomStream(seed, name));
    const first = take(7, 'a');
    expect(take(7, 'a')).toEqual(first);
    for (const other of [take(8, 'a'), take(7, 'b'), take(7 + 2 ** 32, 'a'), take(7, 'a/')]) {
      expect(Math.abs(correlation(first, other))).toBeLessThan(4 / Math.sqrt(4000));
    }
    const cells = new Array<number>(64).fill(0);
    for (const u of first) cells[Math.floor(u * 64)] = (cells[Math.floor(u * 64)] ?? 0) + 1;
    expect(chiSquareRatio(cells, new Array<number>(64).fill(4000 / 64))).toBeLessThan(1);
  });

  it('normal ones have the moments of the normal distribution', () => {
    const draw = normals(randomStream(3, 'normal'));
    const values = Array.from({ length: 20_000 }, draw);
    expect(Math.abs(mean(values))).toBeLessThan(4 / Math.sqrt(20_000));
    expect(Math.abs(variance(values) - 1)).toBeLessThan(4 * Math.sqrt(2 / 20_000));
    expect(Math.abs(mean(values.map((x) => x ** 4)) - 3)).toBeLessThan(4 * Math.sqrt(96 / 20_000));
  });

  it.each([0.05, 0.7, 4.5, 9.99, 10, 45, 900])('Poisson counts of mean %d have its distribution', (expected) => {
    const next = randomStream(5, `poisson/${expected}`);
    const draws = 200_000;
    const counts = new Array<number>(Math.ceil(expected + 8 * Math.sqrt(expected) + 8)).fill(0);
    for (let i = 0; i < draws; i += 1) {
      const count = poisson(next, expected);
      counts[count] = (counts[count] ?? 0) + 1;
    }
    const chances = counts.map((_, k) => draws * Math.exp(k * Math.log(expected) - expected - logFactorial(k)));
    expect(chiSquareRatio(counts, chances)).toBeLessThan(1);
  });
});

describe('a world', () => {
  it('has the load, share and rates of its specification', () => {
    const release = seen({ effect: { measure: 'risk', times: 3 } });
    const baseline = total(countsOf(release, 'baseline'));
    const canary = total(countsOf(release, 'canary'));
    expect(deviation(baseline.requests, 540_000)).toBeLessThan(4);
    expect(deviation(canary.requests, 60_000)).toBeLessThan(4);
    expect(deviation(baseline.bad, 2700)).toBeLessThan(4);
    expect(deviation(canary.bad, 900)).toBeLessThan(4);
    expect(deviation(total(release.history.map((row) => row.baseline)).bad, 3000)).toBeLessThan(4);
    const requests = countsOf(release, 'baseline').map((counts) => counts.requests);
    expect(Math.abs(variance(requests) / 900 - 1)).toBeLessThan(4 * Math.sqrt(2 / 600));
  });

  it('has a day, and noise on its load', () => {
    const day = { lengthSeconds: 600, amplitude: 0.8, noise: 0.1 };
    const requests = countsOf(seen({ requestsPerSecond: 1e5, day }), 'baseline').map((counts) => counts.requests);
    expect(Math.abs(mean(requests) / 90_000 - 1)).toBeLessThan(4 * (0.1 / Math.sqrt(600)));
    const sorted = requests.toSorted((a, b) => a - b);
    expect((sorted[540] ?? 0) / (sorted[60] ?? 1)).toBeGreaterThan(4);
    const steps = requests.slice(1).map((now, i) => Math.log(now / (requests[i] ?? 1)));
    expect(Math.sqrt(variance(steps) / 2)).toBeGreaterThan(0.085);
    expect(Math.sqrt(variance(steps) / 2)).toBeLessThan(0.115);
  });

  it('has a drift of the given autocorrelation and width, the same on both sides and from the past on', () => {
    const options = { requestsPerSecond: 1e6, drift: { coefficient: 0.9, sd: 0.5 } };
    const releases = [1, 2, 3, 4, 5, 6].map((seed) => seen(options, seed));
    const series = releases.map(({ history, intervals }) =>
      rates([
        ...history.map((row) => row.baseline),
        ...intervals.flatMap((rows) => rows.map((row) => row.baseline)),
      ]).map(Math.log),
    );
    const all = series.flat();
    const lagged = correlation(
      series.flatMap((one) => one.slice(1)),
      series.flatMap((one) => one.slice(0, -1)),
    );
    expect(Math.abs(lagged - 0.9)).toBeLessThan(0.025);
    expect(Math.abs(Math.sqrt(variance(all)) - 0.5)).toBeLessThan(0.06);
    expect(Math.abs(mean(all.map(Math.exp)) / 0.005 - 1)).toBeLessThan(0.1);
    const [first] = releases;
    if (first === undefined) throw new Error('six releases were made');
    expect(
      correlation(rates(countsOf(first, 'baseline')).map(Math.log), rates(countsOf(first, 'canary')).map(Math.log)),
    ).toBeGreaterThan(0.98);
  });

  it.each([
    ['fixed', 20],
    ['uniform', 41 / 3],
  ] as const)('clumps of %s sizes have the variance-to-mean ratio of their sizes', (sizes, expected) => {
    const { history } = seen({ clumps: { size: 20, sizes, spreadSeconds: 0 }, baseRate: 0.02, historySeconds: 12_000 });
    const bad = history.map((row) => row.baseline.bad);
    expect(
      deviation(
        bad.reduce((a, b) => a + b, 0),
        240_000,
        expected,
      ),
    ).toBeLessThan(4);
    expect(Math.abs(variance(bad) / mean(bad) / expected - 1)).toBeLessThan(0.07);
  });

  it('a clump stays on one side, and crosses the ends of intervals when it lasts', () => {
    const at = (spreadSeconds: number) => seen({ clumps: { size: 20, sizes: 'fixed', spreadSeconds } });
    const bad = (release: Seen, side: 'baseline' | 'canary') => countsOf(release, side).map((counts) => counts.bad);
    const together = at(0);
    expect([...bad(together, 'canary'), ...bad(together, 'baseline')].every((count) => count % 20 === 0)).toBe(true);
    const apart = at(30);
    const windows = (length: number): number[] =>
      Array.from({ length: Math.floor(600 / length) }, (_, i) =>
        bad(apart, 'baseline')
          .slice(i * length, (i + 1) * length)
          .reduce((a, b) => a + b, 0),
      );
    expect(variance(windows(1)) / mean(windows(1))).toBeLessThan(3);
    expect(variance(windows(60)) / mean(windows(60))).toBeGreaterThan(6);
    expect(Math.abs(correlation(bad(apart, 'baseline'), bad(apart, 'canary')))).toBeLessThan(0.4);
  });

  it('keeps the odds ratio in every interval, also in incidents, which hit both sides and only where they may', () => {
    const incidents = { everySeconds: 60, seconds: 20, rate: 0.5, inHistory: false };
    const release = seen({ requestsPerSecond: 1e6, effect: { measure: 'odds', times: 2 }, incidents });
    const baseline = rates(countsOf(release, 'baseline'));
    const canary = rates(countsOf(release, 'canary'));
    const odds = (p: number): number => p / (1 - p);
    for (const [i, p] of baseline.entries()) {
      expect(Math.abs(Math.log(odds(canary[i] ?? 0) / odds(p) / 2))).toBeLessThan(0.25);
    }
    const raised = baseline.filter((p) => p > 0.02).length / 600;
    expect(raised).toBeGreaterThan(0.05);
    expect(raised).toBeLessThan(0.6);
    expect(Math.max(...baseline)).toBeLessThan(0.51);
    expect(Math.max(...baseline)).toBeGreaterThan(0.1);
    expect(Math.max(...rates(release.history.map((row) => row.baseline)))).toBeLessThan(0.01);
  });

  it('counts time-outs when they end, and marks the rows after a change of the weight', () => {
    const changes = [
      { at: 100, share: 0.5 },
      { at: 120, share: 0.2 },
      { at: 300, share: 0.3 },
    ];
    const release = seen({
      baseRate: 0.1,
      timeouts: { part: 1, seconds: 30 },
      shareChanges: changes,
      releaseSeconds: 400,
    });
    const canary = countsOf(release, 'canary').map((counts) => counts.bad);
    expect(canary.slice(0, 30).every((bad) => bad === 0)).toBe(true);
    expect(deviation(mean(canary.slice(30, 130)), 10, 1 / 100)).toBeLessThan(4);
    expect(deviation(mean(canary.slice(130, 150)), 50, 1 / 20)).toBeLessThan(4);
    expect(mean(release.history.slice(0, 30).map((row) => row.baseline.bad))).toBeGreaterThan(80);
    const marks = release.intervals.map((rows) => rows[0]?.settling);
    expect(marks.flatMap((mark, t) => (mark === 'up' ? [t] : []))).toEqual([
      ...Array.from({ length: 20 }, (_, i) => 100 + i),
      ...Array.from({ length: 30 }, (_, i) => 300 + i),
    ]);
    expect(marks.flatMap((mark, t) => (mark === 'down' ? [t] : []))).toEqual(
      Array.from({ length: 30 }, (_, i) => 120 + i),
    );
    expect(release.steps).toEqual([100, 120, 300]);
  });

  it('restarts, together or each instance by itself, fail as much on both sides', () => {
    const restarts = { everySeconds: 47, seconds: 3, rate: 0.2, together: false };
    const rate = (side: 'baseline' | 'canary', together: boolean): number[] =>
      [1, 2, 3, 4, 5, 6, 7, 8].flatMap((seed) =>
        rates(countsOf(seen({ requestsPerSecond: 1e4, restarts: { ...restarts, together } }, seed), side)),
      );
    // A restart of 3 s every 50 s, and the usual rate besides; about 96 of them on the canary.
    const expected = 0.005 + 0.995 * 0.2 * (3 / 50);
    expect(Math.abs(mean(rate('canary', false)) / expected - 1)).toBeLessThan(0.35);
    expect(Math.abs(mean(rate('baseline', false)) / expected - 1)).toBeLessThan(0.15);
    expect(correlation(rate('canary', true), rate('baseline', true))).toBeGreaterThan(0.95);
    expect(correlation(rate('canary', false), rate('baseline', false))).toBeLessThan(0.3);
  });

  it('servers differ by the given noise, in the past too, and add up to the rows', () => {
    const servers = { baseline: 9, canary: 2, sd: 0.5 };
    const options = { requestsPerSecond: 1e5, servers, releaseSeconds: 20, historySeconds: 20 };
    const logs = Array.from({ length: 30 }, (_, seed) => {
      const { hosts, intervals, history } = seen(options, seed);
      if (hosts === undefined) throw new Error('hosts were expected');
      expect(hosts.intervals.map((rows) => rows.map((row) => total(row.canary)))).toEqual(
        intervals.map((rows) => rows.map((row) => row.canary)),
      );
      expect(hosts.history.map((row) => total(row.baseline))).toEqual(history.map((row) => row.baseline));
      const rows = [...hosts.history, ...hosts.intervals.flat()];
      return Array.from({ length: 9 }, (_, server) => {
        const { requests, bad } = total(rows.flatMap((row) => row.baseline.slice(server, server + 1)));
        return Math.log(bad / requests / 0.005);
      });
    }).flat();
    expect(Math.abs(Math.sqrt(variance(logs)) - 0.5)).toBeLessThan(0.09);
    expect(Math.abs(mean(logs) + 0.125)).toBeLessThan(0.13);
  });

  it('the heavy client is on the canary as often as the share says, and goes over when the share passes its place', () => {
    const options = {
      heavyClient: { part: 0.05, counted: 'requests' } as const,
      releaseSeconds: 4,
      historySeconds: 2,
      shareChanges: [{ at: 2, share: 0.6 }],
    };
    const there = Array.from({ length: 400 }, (_, seed) => {
      const [first = 0, , , last = 0] = rates(countsOf(seen(options, seed), 'canary'));
      return { early: first > 0.2, late: last > 0.05 };
    });
    expect(deviation(there.filter((one) => one.early).length, 40, 0.9)).toBeLessThan(4);
    expect(deviation(there.filter((one) => one.late).length, 240, 0.4)).toBeLessThan(4);
    const counted = { ...options, heavyClient: { part: 0.5, counted: 'clients' }, baseRate: 0 } as const;
    const once = Array.from({ length: 100 }, (_, seed) =>
      (['baseline', 'canary'] as const).map((side) =>
        countsOf(seen(counted, seed), side).reduce((sum, counts) => sum + counts.bad, 0),
      ),
    );
    expect(new Set(once.flat())).toEqual(new Set([0, 1]));
    expect(there.every((one) => one.late || !one.early)).toBe(true);
  });

  it('metrics are as correlated as asked, and the effect is on those it should be on', () => {
    const metrics = { count: 3, correlation: 0.6, affected: 1 };
    const { history, intervals } = seen({ metrics, baseRate: 0.05, effect: { measure: 'odds', times: 2 } });
    const [a, b] = ['errors', 'slow-2'].map((name) =>
      history.filter((row) => row.metric === name).map((row) => row.baseline.bad),
    );
    expect(Math.abs(correlation(a ?? [], b ?? []) - 0.6)).toBeLessThan((4 * 0.64) / Math.sqrt(600));
    const bad = (metric: string): number => total(countsOf({ intervals }, 'canary', metric)).bad;
    expect(deviation(bad('errors'), 60_000 * (0.1 / 1.05))).toBeLessThan(4);
    expect(deviation(bad('slow-1'), 3000)).toBeLessThan(4);
  });

  it('missing rows: lost, or carried over to the next one; gaps of one metric; a canary without requests', () => {
    const missing = { intervals: 0.3, gaps: null, idle: null, carried: true };
    const whole = countsOf(seen({}), 'canary');
    const carried = seen({ missing }).intervals;
    const lost = seen({ missing: { ...missing, carried: false } }).intervals;
    const read = lost.filter((rows) => rows.length > 0).length;
    expect(Math.abs(read - 420)).toBeLessThan(4 * Math.sqrt(600 * 0.21));
    expect(carried.map((rows) => rows.length)).toEqual(lost.map((rows) => rows.length));
    const last = carried.findLastIndex((rows) => rows.length > 0);
    expect(total(countsOf({ intervals: carried }, 'canary'))).toEqual(total(whole.slice(0, last + 1)));
    expect(lost.flatMap((rows, i) => rows.map((row) => ({ ...row.canary, i })))).toEqual(
      whole.flatMap((counts, i) => ((lost[i]?.length ?? 0) > 0 ? [{ ...counts, i }] : [])),
    );
    const gaps = { everySeconds: 50, seconds: 20 };
    const gappy = seen({
      metrics: { count: 2, correlation: 0, affected: 2 },
      missing: { intervals: 0, gaps, idle: gaps, carried: false },
    }).intervals;
    expect(new Set(gappy.map((rows) => rows.map((row) => row.metric).join(' ')))).toEqual(
      new Set(['errors slow-1', 'errors', 'slow-1', '']),
    );
    const idle = countsOf({ intervals: gappy }, 'canary').filter((counts) => counts.requests === 0).length;
    expect(idle).toBeGreaterThan(50);
    expect(idle).toBeLessThan(300);
  });

  it.each([
    [{ share: 1 }, 'share'],
    [{ shareChanges: [{ at: 700, share: 0.5 }] }, 'ascend'],
    [{ historySeconds: 0.5 }, 'whole intervals'],
    [{ metrics: { count: 7, correlation: 0, affected: 1 } }, '6 metrics'],
    [{ baseRate: 1 }, 'base rate'],
  ] as const)('cannot be %j', (options, words) => {
    expect(() => makeWorld(options)).toThrow(words);
  });
});
