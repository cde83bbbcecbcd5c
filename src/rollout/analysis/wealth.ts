import type { Ladder } from './grid.ts';

/**
 * One bet against "of `trials` bad events a share of at most (or at least) `share` falls on the canary", for each alternative of
 * a ladder: odds of `multiple` times the boundary's. `wealth` (natural logarithms) is added to in place.
 *
 * Sharp: the likelihood ratio, multiple^hits / (1 + share·(multiple − 1))^trials, here to the power 1/clump. With
 * multiple > 1 its mean is ≤ 1 for every sum of independent hits of mean ≤ share·trials; with multiple < 1, of mean ≥ share·trials.
 */
export function betSharp(
  wealth: number[],
  ladder: Ladder,
  hits: number,
  trials: number,
  share: number,
  clump: number,
): void {
  const { lifts, logs } = ladder;
  const h = hits / clump;
  const n = trials / clump;
  for (let i = 0; i < wealth.length; i += 1) {
    const price = Math.log(1 + share * (lifts[i] ?? 0));
    wealth[i] = (wealth[i] ?? 0) + h * (logs[i] ?? 0) - n * price;
  }
}

/**
 * The same bet on the observed share alone: (1 + (multiple − 1)·hits/trials) / (1 + (multiple − 1)·share), which is
 * 1 + λ(Y/q − 1) of docs/analysis.md in other letters. Linear in the share, so only the mean of hits/trials matters: its mean is ≤ 1
 * whatever the events of one interval have to do with each other.
 */
export function betRobust(wealth: number[], ladder: Ladder, hits: number, trials: number, share: number): void {
  const seen = hits / trials;
  for (let i = 0; i < wealth.length; i += 1) {
    const lift = ladder.lifts[i] ?? 0;
    wealth[i] = (wealth[i] ?? 0) + Math.log((1 + lift * seen) / (1 + lift * share));
  }
}

/**
 * The share of bad events that falls on the canary when its bad rate is `ratio` times the baseline's and it gets `weight` of the
 * requests: weight·ratio / (weight·ratio + 1 − weight).
 */
export function shareAt(ratio: number, weight: number): number {
  const canary = weight * ratio;
  return canary / (canary + 1 - weight);
}
