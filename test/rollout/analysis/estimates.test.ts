import { describe, expect, it } from 'vitest';
import type { AnalysisState } from '../../../src/rollout/analysis/index.ts';
import { forecast, judge, observe, observeInto, start, startDraft } from '../../../src/rollout/analysis/index.ts';
import { only, poisson, prompt, random, row } from './support.ts';

function riskRatio(state: AnalysisState) {
  const judged = judge(state).metrics[0];
  if (judged === undefined) throw new Error('a metric was expected');
  return judged.riskRatio;
}

describe('the interval of the risk ratio', () => {
  it('is all null while nothing bad was seen', () => {
    const state = observe(start(prompt({}), { metrics: ['errors'] }), [row(0, [900, 0], [100, 0])]);
    expect(riskRatio(state)).toEqual({ estimate: null, low: null, high: null });
  });

  it('holds the ratio at every look at once in at least 95 % of streams, and narrows', () => {
    for (const [ratio, seed] of [
      [1, 1],
      [2, 2],
      [6, 3],
    ] as const) {
      let missed = 0;
      let width = 0;
      const runs = 120;
      for (let run = 0; run < runs; run += 1) {
        const next = random(seed * 1000 + run);
        const draft = startDraft(prompt({ mode: 'sharp' }), { metrics: ['errors'] });
        let out = false;
        for (let t = 0; t < 150; t += 1) {
          observeInto(draft, [row(t, [900, poisson(next, 4.5)], [100, poisson(next, 0.5 * ratio)])]);
          const { low, high } = riskRatio(draft);
          out ||= (low !== null && low > ratio) || (high !== null && high < ratio);
        }
        if (out) missed += 1;
        const { estimate, low, high } = riskRatio(draft);
        if (estimate === null || low === null || high === null) throw new Error('bounded after 150 intervals');
        expect(estimate).toBeGreaterThanOrEqual(low);
        expect(estimate).toBeLessThanOrEqual(high);
        width += Math.log(high / low) / runs;
      }
      expect(missed / runs).toBeLessThanOrEqual(0.05);
      expect(width).toBeLessThan(1.6);
    }
  });

  it('is Mantel and Haenszel’s estimate, so a common rate that moves with the share does not fool it', () => {
    // The canary gets 50 % while errors are frequent and 5 % while they are rare: pooled counts would say 4 times as bad.
    const draft = startDraft(prompt({ mode: 'sharp' }), { metrics: ['errors'] });
    for (let t = 0; t < 100; t += 1) {
      observeInto(draft, [t % 2 === 0 ? row(t, [500, 40], [500, 40]) : row(t, [950, 19], [50, 1])]);
    }
    expect(riskRatio(draft).estimate).toBeCloseTo(1, 6);
    const one = startDraft(prompt({}), { metrics: ['errors'] });
    observeInto(one, [row(0, [900, 9], [100, 4])]);
    expect(riskRatio(one).estimate).toBeCloseTo(4, 9);
  });

  it('with no bad baseline request the estimate is the largest ratio looked at, unbounded above', () => {
    const draft = startDraft(prompt({ clumpSize: 1 }), { metrics: ['errors'] });
    for (let t = 0; t < 20; t += 1) observeInto(draft, [row(t, [900, 0], [100, 3])]);
    const { estimate, low, high } = riskRatio(draft);
    expect(high).toBeNull();
    expect(low).toBeGreaterThan(5);
    expect(estimate).toBeGreaterThan(50);
  });
});

describe('how many more requests', () => {
  it.each(['sharp', 'robust', 'dispersed'] as const)(
    '%s: the forecast meets the simulated median within a factor of 1.6',
    (mode) => {
      const policy = prompt({ mode, clumpSize: mode === 'dispersed' ? 3 : null });
      const ahead = forecast(policy, {
        baseRate: 0.01,
        share: 0.2,
        clump: mode === 'dispersed' ? 3 : 1,
        eventsPerInterval: 10,
      });
      const reach = (ratio: number, wanted: string): number => {
        const times: number[] = [];
        for (let run = 0; run < 60; run += 1) {
          const next = random(run + 17);
          const draft = startDraft(policy, { metrics: ['errors'], history: [] });
          let t = 0;
          while (draft.worse === null && (wanted === 'worse' || draft.notWorse === null) && t < 5000) {
            t += 1;
            observeInto(draft, [row(t, [800, poisson(next, 8)], [200, poisson(next, 2 * ratio)])]);
          }
          times.push(t * 200);
        }
        return times.sort((a, b) => a - b)[30] ?? Number.NaN;
      };
      for (const [found, said] of [
        [reach(1, 'not-worse'), ahead.notWorse],
        [reach(5, 'worse'), ahead.worse === null ? null : ahead.worse * 1],
      ] as const) {
        expect(said).not.toBeNull();
        // Whole intervals of 200 requests are the smallest step there is.
        expect((said ?? 0) / Math.max(found, 200)).toBeLessThan(1.6);
        expect((Math.max(said ?? 0, 200) + 200) / found).toBeGreaterThan(0.6);
      }
    },
  );

  it('falls as evidence comes in, is 0 when reached and null without traffic', () => {
    const empty = start(prompt({ mode: 'sharp' }), { metrics: ['errors'] });
    expect(judge(empty).requestsNeeded).toEqual({ notWorse: null, worse: null });
    let state = empty;
    let last = Number.POSITIVE_INFINITY;
    for (let t = 0; t < 400 && judge(state).verdict.kind === 'undecided'; t += 1) {
      state = observe(state, [row(t, [9000, 45], [1000, 5])]);
      const left = judge(state).requestsNeeded.notWorse ?? Number.NaN;
      expect(left).toBeLessThan(last);
      last = left;
    }
    expect(judge(state).verdict.kind).toBe('not-worse');
    expect(judge(state).requestsNeeded.notWorse).toBe(0);
    expect(only(state).share).toBe(0.1);
  });

  it('a healthy service without errors is cleared by the floor: about ln(2·4/β)/floor requests', () => {
    const { notWorse, worse } = forecast(prompt({ mode: 'sharp' }), { baseRate: 0, share: 0.1, clump: 1 });
    expect(notWorse).toBeGreaterThan(3700);
    expect(notWorse).toBeLessThan(6000);
    expect(worse).toBeNull();
  });

  it('more metrics, less alpha and a smaller share need more', () => {
    const base = { baseRate: 0.005, share: 0.1, clump: 1 };
    const requests = (overrides: object, policy = prompt({})): number =>
      forecast(policy, { ...base, ...overrides }).worse ?? Number.NaN;
    expect(requests({ metrics: 6 })).toBeGreaterThan(requests({}));
    expect(requests({}, prompt({ alpha: 0.001 }))).toBeGreaterThan(requests({}));
    expect(requests({ clump: 4 })).toBeGreaterThan(3.9 * requests({}));
  });
});
