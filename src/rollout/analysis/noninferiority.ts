import { fisherMean } from './fisher.ts';
import type { Grid } from './grid.ts';
import { logSumExp } from './grid.ts';
import type { Policy } from './types.ts';
import { betRobust, betSharp } from './wealth.ts';

/** One interval's counts: requests and bad of the canary and of the baseline. */
export interface Split {
  readonly canaryRequests: number;
  readonly canaryBad: number;
  readonly baselineRequests: number;
  readonly baselineBad: number;
}

/**
 * Bets against "the odds ratio is margin or more". Given the interval's totals the canary's part of the bad events then has at least
 * the mean of Fisher's noncentral hypergeometric distribution at the margin. Nothing is bet when a side had no requests, when
 * nothing bad happened, or when the pooled bad rate is above the ceiling: all of these are settled by the totals alone, so leaving
 * such an interval out cannot favour either side.
 */
export function betAgainstMargin(wealth: number[], policy: Policy, grid: Grid, counts: Split, clump: number): void {
  const { canaryRequests, baselineRequests, canaryBad } = counts;
  const bad = canaryBad + counts.baselineBad;
  if (bad === 0 || canaryRequests === 0 || baselineRequests === 0) return;
  if (bad > policy.ceiling * (canaryRequests + baselineRequests)) return;
  const share = fisherMean(canaryRequests, baselineRequests, bad, policy.margin) / bad;
  if (policy.mode === 'robust') betRobust(wealth, grid.margin, canaryBad, bad, share);
  else betSharp(wealth, grid.margin, canaryBad, bad, share, clump);
}

/**
 * Bets against "the canary's bad rate is floor or more". Every interval counts, also those above the ceiling: leaving out the bad
 * ones would make any rate look low.
 */
export function betAgainstFloor(wealth: number[], grid: Grid, counts: Split, clump: number): void {
  if (counts.canaryRequests === 0) return;
  const { logs } = grid.floor;
  const hits = counts.canaryBad / clump;
  const trials = counts.canaryRequests / clump;
  for (let i = 0; i < wealth.length; i += 1) {
    wealth[i] = (wealth[i] ?? 0) + hits * (logs[i] ?? 0) - trials * (grid.floorPrice[i] ?? 0);
  }
}

/** Log e-value against "odds ratio ≥ margin and bad rate ≥ floor": under it both hold, so the average of the two is one too. */
export function notWorseEvidence(margin: readonly number[], floor: readonly number[], grid: Grid): number {
  const a = logSumExp(margin, grid.margin.logPrior);
  const b = logSumExp(floor, grid.floor.logPrior);
  const top = Math.max(a, b);
  return top + Math.log(0.5 * (Math.exp(a - top) + Math.exp(b - top)));
}
