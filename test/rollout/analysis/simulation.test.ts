import { describe, expect, it } from 'vitest';
import type { HistoryRow, IntervalRow, Policy } from '../../../src/rollout/analysis/index.ts';
import { DEFAULT_POLICY, makePolicy, observeInto, startDraft } from '../../../src/rollout/analysis/index.ts';
import { poisson, random } from './support.ts';

/** A release at 1,000 requests/s, 10 % share and 0.5 % base errors, one row per second. */
interface World {
  readonly seconds: number;
  readonly ratio: number;
  /** Bad events come in clumps of this many, all at one version, each event within `spread` seconds. */
  readonly clump?: number;
  readonly spread?: number;
  /** All bad rates are a hundred times as high for ten seconds in a hundred. */
  readonly incidents?: boolean;
}

const HISTORY = 400;

/** Seeded; the history is of the same kind as the release. */
function world({ seconds, ratio, clump = 1, spread = 1, incidents = false }: World, seed: number) {
  const next = random(seed);
  const total = HISTORY + seconds;
  const bad = {
    canary: new Array<number>(total + spread).fill(0),
    baseline: new Array<number>(total + spread).fill(0),
  };
  for (let t = 0; t < total; t += 1) {
    const rate = incidents && t % 100 >= 90 ? 0.5 : 0.005;
    const share = t < HISTORY ? 0 : 0.1;
    for (const [side, requests] of [
      ['baseline', 1000 * (1 - share) * rate],
      ['canary', 1000 * share * Math.min(1, rate * ratio)],
    ] as const) {
      for (let left = poisson(next, requests / clump) * clump; left > 0; left -= 1) {
        const at = t + Math.floor(next() * spread);
        bad[side][at] = (bad[side][at] ?? 0) + 1;
      }
    }
  }
  const history: HistoryRow[] = [];
  const rows: IntervalRow[] = [];
  for (let t = 0; t < total; t += 1) {
    const past = t < HISTORY;
    const baseline = { requests: past ? 1000 : 900, bad: Math.min(bad.baseline[t] ?? 0, past ? 1000 : 900) };
    if (past) history.push({ t, metric: 'errors', baseline });
    else
      rows.push({
        t: t - HISTORY,
        metric: 'errors',
        baseline,
        canary: { requests: 100, bad: Math.min(bad.canary[t] ?? 0, 100) },
      });
  }
  return { history, rows };
}

/** Seconds to `worse` and to `not-worse` per run; infinite where it did not come. */
function simulate(policy: Policy, kind: World, runs: number, first: number) {
  const worse: number[] = [];
  const notWorse: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const { history, rows } = world(kind, first + run);
    const draft = startDraft(policy, { metrics: ['errors'], history });
    for (const each of rows) {
      observeInto(draft, [each]);
      if (draft.worse !== null) break;
    }
    worse.push(draft.worse === null ? Number.POSITIVE_INFINITY : draft.worse.at + 1);
    notWorse.push(draft.notWorse ?? Number.POSITIVE_INFINITY);
  }
  const part = (times: readonly number[]): number => times.filter(Number.isFinite).length / runs;
  const median = (times: readonly number[]): number =>
    times.toSorted((a, b) => a - b)[Math.floor(runs / 2)] ?? Number.NaN;
  return { worse: part(worse), medianWorse: median(worse), notWorse: part(notWorse), medianNotWorse: median(notWorse) };
}

describe('a seeded simulation, 1,000 requests/s, 10 % share, 0.5 % errors, default policy with a past of 400 s', () => {
  it.each([
    [10, 5],
    [5, 10],
    [3, 40],
  ])('%d times as bad: worse within %d s (median)', (ratio, limit) => {
    const found = simulate(DEFAULT_POLICY, { seconds: 120, ratio }, 40, ratio * 1000);
    console.log(`${ratio}×: median ${found.medianWorse} s to worse, ${found.worse * 100} % found in 120 s`);
    expect(found.worse).toBeGreaterThan(0.9);
    expect(found.medianWorse).toBeLessThanOrEqual(limit);
  });

  it.each([
    ['independent errors', {}],
    ['clumps of 20 within a second', { clump: 20 }],
    ['incidents of 50 % errors shared by both', { incidents: true }],
  ])('innocent, %s: hardly ever worse', (name, kind) => {
    const runs = 60;
    const found = simulate(DEFAULT_POLICY, { seconds: 200, ratio: 1, ...kind }, runs, 77);
    console.log(`innocent, ${name}: ${(found.worse * 100).toFixed(1)} % false aborts`);
    // At alpha = 1 % four or more of 60 have a chance of 0.3 %; the seed is fixed.
    expect(found.worse * runs).toBeLessThanOrEqual(3);
  });

  it('healthy: not-worse; exactly at the margin: hardly ever', () => {
    const healthy = simulate(DEFAULT_POLICY, { seconds: 200, ratio: 1 }, 40, 5);
    console.log(`healthy: median ${healthy.medianNotWorse} s to not-worse`);
    expect(healthy.notWorse).toBeGreaterThan(0.9);
    expect(healthy.medianNotWorse).toBeLessThanOrEqual(120);
    const runs = 60;
    const blind = makePolicy({ alpha: 1e-12 });
    const atMargin = simulate(blind, { seconds: 200, ratio: 2 }, runs, 9);
    console.log(`twice as bad: ${(atMargin.notWorse * 100).toFixed(1)} % false promotions`);
    expect(atMargin.notWorse * runs).toBeLessThanOrEqual(8);
  });
});
