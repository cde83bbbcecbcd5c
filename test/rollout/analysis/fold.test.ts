import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnalysisState, IntervalRow, Policy } from '../../../src/rollout/analysis/index.ts';
import {
  analysisStateSchema,
  DEFAULT_POLICY,
  judge,
  makePolicy,
  observe,
  observeInto,
  start,
  startDraft,
  startStep,
} from '../../../src/rollout/analysis/index.ts';
import { only, prompt, random, row } from './support.ts';

const counts = fc
  .integer({ min: 0, max: 3000 })
  .chain((requests) =>
    fc.record({ requests: fc.constant(requests), bad: fc.integer({ min: 0, max: Math.min(requests, 40) }) }),
  );
const rowOf = (metric: string) =>
  fc.record({
    metric: fc.constant(metric),
    baseline: counts,
    canary: counts,
    settling: fc.constantFrom(undefined, undefined, undefined, 'up' as const, 'down' as const),
  });
/** Streams of one to three metrics, each sometimes absent. */
const streams = fc
  .array(
    fc.tuple(
      fc.option(rowOf('errors'), { nil: null, freq: 4 }),
      fc.option(rowOf('slow'), { nil: null }),
      fc.option(rowOf('checkout'), { nil: null }),
    ),
    { maxLength: 60 },
  )
  .map((intervals) =>
    intervals.map((rows, t) =>
      rows.filter((each) => each !== null).map((each): IntervalRow => ({ ...each, t: t * 2 })),
    ),
  );
const policies = fc
  .record({
    mode: fc.constantFrom('dispersed' as const, 'robust' as const, 'sharp' as const),
    unitSeconds: fc.constantFrom(0, 1, 5),
    warmUpSeconds: fc.constantFrom(0, 4),
    longestTimeoutSeconds: fc.constantFrom(0, 10),
  })
  .map((settings) => makePolicy(settings));

function fold(policy: Policy, intervals: readonly IntervalRow[][], metrics?: readonly string[]): AnalysisState {
  return intervals.reduce((state, rows) => observe(state, rows), start(policy, { metrics }));
}

describe('the fold', () => {
  it('goes on after JSON exactly as if it had not been interrupted, at any interval', () => {
    fc.assert(
      fc.property(streams, policies, fc.nat(60), (intervals, policy, cut) => {
        const whole = fold(policy, intervals);
        const first = fold(policy, intervals.slice(0, cut));
        const resumed = analysisStateSchema.parse(JSON.parse(JSON.stringify(first)));
        expect(resumed).toEqual(first);
        const second = intervals.slice(cut).reduce((state, rows) => observe(state, rows), resumed);
        expect(second).toEqual(whole);
        expect(judge(second)).toEqual(judge(whole));
      }),
    );
  });

  it('in place and pure are the same, and pure leaves its argument alone', () => {
    fc.assert(
      fc.property(streams, policies, (intervals, policy) => {
        const draft = startDraft(policy);
        let state: AnalysisState = start(policy);
        for (const rows of intervals) {
          observeInto(draft, rows);
          const frozen = JSON.stringify(state);
          const next = observe(state, rows);
          expect(JSON.stringify(state)).toBe(frozen);
          state = next;
        }
        expect(state).toEqual(draft);
      }),
    );
  });

  it('does not care about the order of metrics, nor of their names', () => {
    fc.assert(
      fc.property(streams, policies, (intervals, policy) => {
        const reversed = intervals.map((rows) => rows.toReversed());
        const names = ['errors', 'slow', 'checkout'];
        expect(fold(policy, reversed)).toEqual(fold(policy, intervals));
        expect(fold(policy, reversed, names.toReversed())).toEqual(fold(policy, intervals, names));
      }),
    );
  });

  it('absent rows change nothing but the clock', () => {
    const state = fold(prompt({}), [[row(1, [900, 5], [100, 1])]], ['errors', 'slow']);
    const later = observe(state, [row(2, [900, 5], [100, 1], 'slow')]);
    expect(later.metrics[0]).toEqual(state.metrics[0]);
    expect(observe(state, [])).toEqual(state);
  });

  it('keeps a state of constant size', () => {
    const next = random(1);
    const size = (seconds: number): number => {
      const draft = startDraft(prompt({ alpha: 1e-9 }), { metrics: ['errors'] });
      for (let t = 0; t < seconds; t += 1) {
        observeInto(draft, [row(t, [900, Math.floor(next() * 9)], [100, Math.floor(next() * 2)])]);
      }
      const numbers = (value: unknown): number =>
        typeof value === 'object' && value !== null
          ? Object.values(value).reduce((sum: number, each) => sum + numbers(each), 0)
          : 1;
      return numbers(draft);
    };
    expect(size(20_000)).toBe(size(100));
  });

  it('more bad events of the canary never make it look better, more of the baseline never worse', () => {
    fc.assert(
      fc.property(
        fc.nat(50),
        fc.nat(50),
        fc.constantFrom('dispersed' as const, 'robust' as const, 'sharp' as const),
        (x, b, mode) => {
          const withCounts = (canary: number, baseline: number) => {
            const judged = judge(fold(prompt({ mode }), [[row(0, [900, baseline], [100, canary])]], ['errors']))
              .metrics[0];
            if (judged === undefined) throw new Error('a metric was expected');
            return judged;
          };
          const here = withCounts(x, b);
          expect(withCounts(x + 1, b).evidence).toBeGreaterThanOrEqual(here.evidence - 1e-12);
          expect(withCounts(x, b + 1).evidence).toBeLessThanOrEqual(here.evidence + 1e-12);
          // One more bad event can lift an interval over the ceiling, where it counts as 1 for the margin: stay below it.
          if (x + b + 1 <= 50)
            expect(withCounts(x + 1, b).evidenceNotWorse).toBeLessThanOrEqual(here.evidenceNotWorse + 1e-12);
        },
      ),
    );
  });

  it('clumps of c divided by c are single events', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 2, max: 9 }),
        (falls, c) => {
          const run = (size: number): AnalysisState =>
            fold(
              prompt({ clumpSize: size, ceiling: 1 }),
              falls.map(([x, b], t) => [row(t, [9000, b * size], [1000, x * size])]),
              ['errors'],
            );
          const single = only(run(1)).upper;
          only(run(c)).upper.forEach((wealth, i) => {
            expect(wealth).toBeCloseTo(single[i] ?? Number.NaN, 8);
          });
        },
      ),
    );
  });
});

describe('verdicts', () => {
  const bad = (t: number): IntervalRow => row(t, [900, 5], [100, 10]);
  const same = (t: number): IntervalRow => row(t, [900, 45], [100, 0]);

  it('worse is final, and keeps the interval and the evidence that decided', () => {
    let state = start(prompt({ mode: 'sharp' }), { metrics: ['errors'] });
    for (let t = 0; t < 5; t += 1) state = observe(state, [bad(t)]);
    const judged = judge(state);
    expect(judged.verdict).toEqual({ kind: 'worse', at: 0, metric: 'errors' });
    for (let t = 5; t < 500; t += 1) state = observe(state, [same(t)]);
    expect(judge(state).verdict).toEqual(judged.verdict);
    expect(judge(state).evidence).toBe(judged.evidence);
    expect(judged.evidence).toBeGreaterThanOrEqual(2);
  });

  it('worse comes after an earlier not-worse too', () => {
    let state = start(prompt({ mode: 'sharp' }), { metrics: ['errors'] });
    let t = 0;
    for (; judge(state).verdict.kind === 'undecided'; t += 1) state = observe(state, [row(t, [9000, 45], [1000, 5])]);
    expect(judge(state).verdict.kind).toBe('not-worse');
    for (const end = t + 300; t < end; t += 1) state = observe(state, [row(t, [9000, 45], [1000, 60])]);
    expect(judge(state).verdict.kind).toBe('worse');
  });

  it('a step starts not-worse afresh and keeps the evidence for worse', () => {
    let state = start(prompt({ mode: 'sharp', alpha: 1e-6 }), { metrics: ['errors'] });
    for (let t = 0; t < 200; t += 1) state = observe(state, [row(t, [9000, 45], [1000, 5])]);
    const before = judge(state);
    expect(before.verdict.kind).toBe('not-worse');
    const stepped = judge(startStep(state));
    expect(stepped.verdict.kind).toBe('undecided');
    expect(stepped.evidence).toBe(before.evidence);
    expect(stepped.metrics[0]?.evidenceNotWorse).toBeCloseTo(0, 12);
  });

  it('a shared outage above the ceiling is no evidence for not-worse at the margin, and none for worse', () => {
    let state = start(prompt({ mode: 'sharp' }), { metrics: ['errors'] });
    for (let t = 0; t < 100; t += 1) state = observe(state, [row(t, [900, 450], [100, 50])]);
    expect(only(state).margin.every((wealth) => wealth === 0)).toBe(true);
    expect(only(state).floor.every((wealth) => wealth < 0)).toBe(true);
    expect(judge(state).verdict.kind).toBe('undecided');
    expect(judge(state).evidence).toBeLessThan(0);
  });

  it('warm-up serves nothing, the longest time-out after it serves worse only, and settling rows likewise', () => {
    const policy = makePolicy({ warmUpSeconds: 5, longestTimeoutSeconds: 10, minimumBakeSeconds: 0 });
    const at = (t: number, settling?: 'up' | 'down') => {
      let state = observe(start(policy, { metrics: ['errors'] }), [row(0, [900, 0], [100, 0])]);
      state = observe(state, [{ ...row(t, [900, 9], [100, 9]), settling }]);
      const metric = only(state);
      return { worse: metric.upper.some((each) => each !== 0), notWorse: metric.floor.some((each) => each < -0.01) };
    };
    expect(at(4)).toEqual({ worse: false, notWorse: false });
    expect(at(5)).toEqual({ worse: true, notWorse: false });
    expect(at(15)).toEqual({ worse: true, notWorse: true });
    expect(at(15, 'up')).toEqual({ worse: true, notWorse: false });
    expect(at(15, 'down')).toEqual({ worse: false, notWorse: false });
  });

  it('not-worse waits for the minimum bake, however clear it is', () => {
    let state = start(makePolicy({ longestTimeoutSeconds: 2, minimumBakeSeconds: 60 }), { metrics: ['errors'] });
    for (let t = 100; t < 160; t += 1) {
      state = observe(state, [row(t, [900_000, 450], [100_000, 50])]);
      expect(judge(state).verdict.kind).toBe('undecided');
    }
    expect(judge(observe(state, [row(160, [900_000, 450], [100_000, 50])])).verdict).toEqual({
      kind: 'not-worse',
      at: 160,
    });
  });

  it('not-worse needs every metric named, also one that never speaks', () => {
    let state = start(prompt({}), { metrics: ['errors', 'slow'] });
    for (let t = 0; t < 1000; t += 1) state = observe(state, [row(t, [9000, 45], [1000, 5])]);
    const { verdict } = judge(state);
    expect(verdict.kind === 'undecided' && verdict.missing).toEqual([{ kind: 'metric-without-data', metric: 'slow' }]);
  });

  it('names what is missing', () => {
    const empty = start(prompt({}), { metrics: ['errors'] });
    const missing = (state: AnalysisState): readonly string[] => {
      const { verdict } = judge(state);
      return verdict.kind === 'undecided' ? verdict.missing.map((each) => each.kind) : [];
    };
    expect(missing(empty)).toEqual(['no-data']);
    expect(missing(observe(empty, [row(0, [900, 5], [0, 0])]))).toEqual(['no-canary-requests']);
    expect(missing(observe(empty, [row(0, [0, 0], [10, 0])]))).toContain('no-baseline-requests');
    expect(missing(observe(empty, [row(0, [900, 5], [100, 0])]))).toEqual(['evidence']);
    expect(missing(observe(start(DEFAULT_POLICY, { metrics: ['errors'] }), [row(0, [900, 5], [100, 0])]))[0]).toBe(
      'time',
    );
  });

  it('metrics share alpha: the mean of their e-values decides', () => {
    const rows = (t: number): IntervalRow[] => [row(t, [900, 5], [100, 4], 'a'), row(t, [900, 5], [100, 0], 'b')];
    let state = start(prompt({ mode: 'sharp' }), { metrics: ['a', 'b', 'silent'] });
    for (let t = 0; t < 5; t += 1) state = observe(state, rows(t));
    const { metrics, evidence } = judge({ ...state, worse: null });
    const mean = metrics.reduce((sum, each) => sum + 10 ** each.evidence, 0) / 3;
    expect(10 ** evidence / mean).toBeCloseTo(1, 9);
    expect(judge(state).leading).toBe('a');
  });

  it('a metric that joins late leaves the total as it was', () => {
    let state = start(prompt({ mode: 'sharp', alpha: 1e-9 }));
    for (let t = 0; t < 4; t += 1) state = observe(state, [row(t, [900, 5], [100, 4], 'a')]);
    const joined = observe(state, [row(4, [900, 0], [100, 0], 'b')]);
    expect(judge(joined).evidence).toBeCloseTo(judge(state).evidence, 9);
    const parts = joined.metrics.map((metric) => metric.stake);
    expect(parts[1]).toBeCloseTo(judge(state).evidence * Math.LN10 - Math.LN2, 9);
  });

  it('refuses impossible input with its place', () => {
    const state = start(prompt({}), { metrics: ['errors'] });
    const code = (rows: IntervalRow[]): RegExp | string => {
      try {
        observe(observe(state, [row(5, [900, 5], [100, 4])]), rows);
        return 'accepted';
      } catch (error) {
        return String(error);
      }
    };
    expect(code([row(5, [900, 5], [100, 4])])).toContain('analysis.unsorted');
    expect(code([row(4, [900, 5], [100, 4])])).toContain('t 4 after t 5');
    expect(code([row(6, [4, 5], [100, 4])])).toContain('5 bad of 4 requests');
    expect(code([row(6, [4, 1.5], [100, 4])])).toContain('analysis.bad-counts');
    expect(code([row(6, [4, -1], [100, 4])])).toContain('analysis.bad-counts');
    expect(code([row(6, [4, 1], [100, 4], 'eror')])).toContain('analysis.unknown-metric');
    expect(code([row(6, [4, 1], [100, 4]), row(6, [4, 1], [100, 4])])).toContain('analysis.duplicate');
    expect(code([row(Number.NaN, [4, 1], [100, 4])])).toContain('analysis.unsorted');
  });
});

describe('the policy', () => {
  it('has the published defaults, frozen', () => {
    expect(DEFAULT_POLICY).toMatchObject({
      alpha: 0.01,
      beta: 0.05,
      harmRatio: 1.25,
      margin: 2,
      floor: 0.001,
      ceiling: 0.05,
    });
    expect(DEFAULT_POLICY.mode).toBe('dispersed');
    expect(Object.isFrozen(DEFAULT_POLICY) && Object.isFrozen(DEFAULT_POLICY.harmBets.multiples)).toBe(true);
    expect(makePolicy({})).toEqual(DEFAULT_POLICY);
  });

  it.each([
    [{ alfa: 0.05 }, 'did you mean alpha'],
    [{ alpha: 0 }, 'a number between 0 and 1'],
    [{ mode: 'sharpe' }, 'one of dispersed, robust, sharp'],
    [{ margin: 1 }, 'an odds ratio above 1'],
    [{ harmRatio: 0.5 }, 'a ratio of 1 or more'],
    [{ clumpSize: 0 }, 'a clump size of 1 or more'],
    [{ harmBets: { multiples: [0.5], prior: [1] } }, 'multiples above 1'],
    [{ harmBets: { multiples: [2, 3], prior: [0.5, 0.6] } }, 'sums to 1'],
  ])('refuses %j', (overrides, message) => {
    expect(() => makePolicy(overrides)).toThrow(message);
  });
});
