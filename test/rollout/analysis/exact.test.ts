import { describe, expect, it } from 'vitest';
import type { AnalysisState, Mode, Policy } from '../../../src/rollout/analysis/index.ts';
import { observe, start } from '../../../src/rollout/analysis/index.ts';
import { only, prompt, row } from './support.ts';

interface Means {
  worse: number;
  notWorse: number;
  margin: number;
  floor: number;
}

/** e-values straight from the wealths of the fold: `worse`, `not-worse`, and the two parts of the latter. */
function evidence(state: AnalysisState): Means {
  const metric = only(state);
  const { policy } = state;
  const average = (logs: readonly number[], prior: readonly number[]): number =>
    logs.reduce((sum, log, i) => sum + (prior[i] ?? 0) * Math.exp(log), 0);
  const worse = average(policy.mode === 'robust' ? metric.robust : metric.upper, policy.harmBets.prior);
  const margin = average(metric.margin, policy.marginBets.prior);
  const floor = average(metric.floor, policy.floorBets.prior);
  return { worse, margin, floor, notWorse: (margin + floor) / 2 };
}

/** One interval: its chances of every (canary bad, baseline bad), each summed over all 2^n outcomes of its n trials. */
interface Stage {
  readonly canary: number;
  readonly baseline: number;
  readonly outcomes: readonly { canaryBad: number; baselineBad: number; chance: number }[];
}

/** Every way in which `n` trials can turn out, one by one; trials before `split` and from there on have chances p and q. */
function enumerate(
  n: number,
  split: number,
  p: number,
  q: number,
  count: (first: number, second: number) => [number, number],
) {
  const chances = new Map<string, number>();
  for (let outcome = 0; outcome < 2 ** n; outcome += 1) {
    let chance = 1;
    let first = 0;
    let second = 0;
    for (let i = 0; i < n; i += 1) {
      const yes = (outcome >> i) & 1;
      const odds = i < split ? p : q;
      chance *= yes === 1 ? odds : 1 - odds;
      if (i < split) first += yes;
      else second += yes;
    }
    const key = count(first, second).join(',');
    chances.set(key, (chances.get(key) ?? 0) + chance);
  }
  return [...chances].map(([key, chance]) => {
    const [canaryBad = 0, baselineBad = 0] = key.split(',').map(Number);
    return { canaryBad, baselineBad, chance };
  });
}

/** Mean e-values over the whole tree of outcomes; the fold is pure, so branches share their beginnings. */
function meanOver(policy: Policy, stages: readonly Stage[]): Means {
  const mean: Means = { worse: 0, notWorse: 0, margin: 0, floor: 0 };
  const walk = (state: AnalysisState, depth: number, chance: number): void => {
    const stage = stages[depth];
    if (stage === undefined) {
      const e = evidence(state);
      mean.worse += chance * e.worse;
      mean.notWorse += chance * e.notWorse;
      mean.margin += chance * e.margin;
      mean.floor += chance * e.floor;
      return;
    }
    for (const { canaryBad, baselineBad, chance: here } of stage.outcomes) {
      if (here === 0) continue;
      const next = observe(state, [row(depth, [stage.baseline, baselineBad], [stage.canary, canaryBad])]);
      walk(next, depth + 1, chance * here);
    }
  };
  walk(start(policy, { metrics: ['errors'] }), 0, 1);
  return mean;
}

interface Events {
  readonly bad: number;
  readonly canary: number;
  readonly baseline: number;
}

/**
 * Mean e-value for `worse` over all 2^n ways in which n bad events can fall on canary and baseline, each on the canary with the
 * chance that belongs to a risk ratio. `clump` events fall together.
 */
function meanOverEvents(policy: Policy, plan: readonly Events[], ratio: number, clump = 1): number {
  const stages = plan.map(({ bad, canary, baseline }) => {
    const q = (canary * ratio) / (canary * ratio + baseline);
    return { canary, baseline, outcomes: enumerate(bad, bad, q, 0, (hits) => [hits * clump, (bad - hits) * clump]) };
  });
  return meanOver(policy, stages).worse;
}

/** Means over all 2^n outcomes of n single requests, each bad with its version's rate: the whole experiment, nothing given. */
function meanOverRequests(
  policy: Policy,
  plan: readonly { canary: number; baseline: number }[],
  rate: { canary: number; baseline: number },
): Means {
  const stages = plan.map(({ canary, baseline }) => ({
    canary,
    baseline,
    outcomes: enumerate(canary + baseline, canary, rate.canary, rate.baseline, (x, b) => [x, b]),
  }));
  return meanOver(policy, stages);
}

const PLANS = [
  Array.from({ length: 16 }, () => ({ bad: 1, canary: 1000, baseline: 9000 })),
  [
    { bad: 5, canary: 100, baseline: 900 },
    { bad: 1, canary: 500, baseline: 500 },
    { bad: 4, canary: 900, baseline: 100 },
    { bad: 6, canary: 333, baseline: 1234 },
  ],
  [{ bad: 16, canary: 70, baseline: 30 }],
];

describe('worse: all 2^n outcomes of n = 16 bad events', () => {
  // Sharp and robust bets are fair exactly at the boundary, and against the bettor everywhere inside the null.
  it.each(['sharp', 'robust'] satisfies Mode[])('%s: the mean e-value is 1 at the boundary', (mode) => {
    for (const plan of PLANS) expect(Math.abs(meanOverEvents(prompt({ mode }), plan, 1.25) - 1)).toBeLessThan(1e-12);
  });

  it.each(['sharp', 'robust', 'dispersed'] satisfies Mode[])('%s: at most 1 inside the null', (mode) => {
    for (const ratio of [0, 0.3, 1, 1.2]) {
      for (const plan of PLANS) expect(meanOverEvents(prompt({ mode }), plan, ratio)).toBeLessThan(1);
    }
  });

  it.each(['sharp', 'robust'] satisfies Mode[])('%s: more than 1 beyond it', (mode) => {
    for (const plan of PLANS) expect(meanOverEvents(prompt({ mode }), plan, 3)).toBeGreaterThan(1);
  });

  it('another harm ratio moves the boundary with it', () => {
    for (const harmRatio of [1, 2]) {
      for (const mode of ['sharp', 'robust'] as const) {
        const mean = meanOverEvents(prompt({ mode, harmRatio }), PLANS[1] ?? [], harmRatio);
        expect(Math.abs(mean - 1)).toBeLessThan(1e-12);
      }
    }
  });

  it('dispersed: at most 1 at the boundary for independent events, whatever the clump size', () => {
    for (const clumpSize of [1.5, 20]) {
      for (const plan of PLANS) {
        expect(meanOverEvents(prompt({ clumpSize }), plan, 1.25)).toBeLessThanOrEqual(1 + 1e-12);
      }
    }
  });

  it('dispersed: exactly 1 for clumps of exactly the clump size, at most 1 for smaller ones, unfair for larger ones', () => {
    const plan = Array.from({ length: 12 }, () => ({ bad: 1, canary: 100, baseline: 900 }));
    const mean = (clump: number, clumpSize: number): number => meanOverEvents(prompt({ clumpSize }), plan, 1.25, clump);
    expect(Math.abs(mean(8, 8) - 1)).toBeLessThan(1e-12);
    expect(mean(3, 8)).toBeLessThan(1);
    expect(mean(20, 8)).toBeGreaterThan(1.5);
  });

  it('robust: 1 at the boundary even when all bad events of an interval fall together', () => {
    const plan = Array.from({ length: 12 }, () => ({ bad: 1, canary: 100, baseline: 900 }));
    for (const clump of [3, 50]) {
      expect(Math.abs(meanOverEvents(prompt({ mode: 'robust' }), plan, 1.25, clump) - 1)).toBeLessThan(1e-12);
    }
  });
});

describe('all 2^n outcomes of n = 14 single requests', () => {
  const plan = [
    { canary: 2, baseline: 4 },
    { canary: 4, baseline: 4 },
  ];
  /** Both rates, at an odds ratio. */
  const rates = (baseline: number, odds: number) => ({
    baseline,
    canary: (odds * baseline) / (1 - baseline + odds * baseline),
  });
  const open = { ceiling: 1, clumpSize: 1 } as const;

  it('worse: at most 1 at an odds ratio or a risk ratio of the harm ratio, also when half of the requests fail', () => {
    for (const mode of ['sharp', 'robust', 'dispersed'] as const) {
      for (const p of [0.01, 0.1, 0.5]) {
        expect(meanOverRequests(prompt({ mode, ...open }), plan, rates(p, 1.25)).worse).toBeLessThanOrEqual(1);
        expect(meanOverRequests(prompt({ mode, ...open }), plan, rates(p, 1)).worse).toBeLessThan(1);
      }
    }
    for (const p of [0.01, 0.1, 0.5, 0.8]) {
      const mean = meanOverRequests(prompt({ mode: 'sharp', ...open }), plan, { baseline: p, canary: p * 1.25 }).worse;
      expect(mean).toBeLessThanOrEqual(1 + 1e-12);
    }
  });

  it('not-worse, margin: the robust bet is exactly fair at the margin, the others at most fair; all lose beyond it', () => {
    for (const p of [0.02, 0.2, 0.6]) {
      const robust = meanOverRequests(prompt({ mode: 'robust', ...open }), plan, rates(p, 2)).margin;
      expect(Math.abs(robust - 1)).toBeLessThan(1e-12);
      for (const mode of ['sharp', 'robust', 'dispersed'] as const) {
        for (const odds of [2, 3, 20]) {
          expect(meanOverRequests(prompt({ mode, ...open }), plan, rates(p, odds)).margin).toBeLessThanOrEqual(
            1 + 1e-12,
          );
        }
        expect(meanOverRequests(prompt({ mode, ...open }), plan, rates(p, 1)).margin).toBeGreaterThan(1);
      }
    }
  });

  it('not-worse, floor: exactly fair at the floor, at most fair above it', () => {
    const policy = prompt({ ...open, floor: 0.1 });
    expect(Math.abs(meanOverRequests(policy, plan, { baseline: 0.3, canary: 0.1 }).floor - 1)).toBeLessThan(1e-12);
    for (const canary of [0.11, 0.4, 1]) {
      expect(meanOverRequests(policy, plan, { baseline: 0.3, canary }).floor).toBeLessThan(1);
    }
    expect(meanOverRequests(policy, plan, { baseline: 0.3, canary: 0.02 }).floor).toBeGreaterThan(1);
  });

  it('not-worse: at most 1 wherever both hold, with the ceiling in force', () => {
    for (const ceiling of [0.2, 0.4, 1]) {
      for (const p of [0.1, 0.3]) {
        for (const odds of [2, 5]) {
          const policy = prompt({ ceiling, clumpSize: 1, floor: 0.1 });
          expect(meanOverRequests(policy, plan, rates(p, odds)).notWorse).toBeLessThanOrEqual(1 + 1e-12);
        }
      }
    }
  });
});
