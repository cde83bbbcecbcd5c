import { shareAt } from '../../../src/rollout/analysis/wealth.ts';

/** What can be said about a count of errors, and what nobody can beat. Pure. */

/** ln of the binomial coefficient, by the logarithms of factorials (Stirling's series, Abramowitz and Stegun 6.1.41). */
function logFactorial(n: number): number {
  if (n < 20) {
    let product = 1;
    for (let i = 2; i <= n; i += 1) product *= i;
    return Math.log(product);
  }
  const x = n + 1;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x) - 1 / (360 * x ** 3);
}

/** P(at most k of n) at probability p. */
function atMost(k: number, n: number, p: number): number {
  let sum = 0;
  for (let i = 0; i <= k; i += 1) {
    const choose = logFactorial(n) - logFactorial(i) - logFactorial(n - i);
    sum += Math.exp(choose + i * Math.log(p) + (n - i) * Math.log1p(-p));
  }
  return sum;
}

/**
 * Exact one-sided upper 95 % limit of a probability of which `k` of `n` trials were seen (Clopper and Pearson 1934): the p at which
 * seeing so few has a chance of 5 %.
 */
export function upperLimit(k: number, n: number): number {
  if (k >= n) return 1;
  let [low, high] = [k / n, 1];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (atMost(k, n, middle) > 0.05) low = middle;
    else high = middle;
  }
  return high;
}

export interface Setting {
  readonly alpha: number;
  readonly harmRatio: number;
  /** Share of requests of the canary. */
  readonly share: number;
  readonly baseRate: number;
  /** How many times as bad the canary is. */
  readonly ratio: number;
}

/**
 * Mean canary requests that no test of "ratio ≤ harmRatio" at level alpha can beat when only the split of bad events between the versions
 * may be used (so that shared incidents cancel), and the alternative is known: ln(1/α) over the information per canary request
 * (Wald 1945, without overshoot). Per bad event that is the divergence of the true split from that at `harmRatio`.
 */
export function waldRequests({ alpha, harmRatio, share, baseRate, ratio }: Setting): number {
  const truth = shareAt(ratio, share);
  const claimed = shareAt(harmRatio, share);
  const perEvent = truth * Math.log(truth / claimed) + (1 - truth) * Math.log((1 - truth) / (1 - claimed));
  const eventsPerRequest = baseRate * ratio + (baseRate * (1 - share)) / share;
  return Math.log(1 / alpha) / (perEvent * eventsPerRequest);
}

/**
 * The same if the baseline's rate were known and could not move (no shared incident possible): each canary request is a trial with
 * `baseRate × ratio` against `baseRate × harmRatio`.
 */
export function waldRequestsKnownRate({ alpha, harmRatio, baseRate, ratio }: Setting): number {
  const p = baseRate * ratio;
  const q = baseRate * harmRatio;
  return Math.log(1 / alpha) / (p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q)));
}

/**
 * The same for `not-worse` of a healthy canary: it must exclude the odds ratio `margin` at level beta, and the truth is no difference.
 */
export function waldRequestsNotWorse(beta: number, margin: number, share: number, baseRate: number): number {
  const claimed = shareAt(margin, share);
  const perEvent = share * Math.log(share / claimed) + (1 - share) * Math.log((1 - share) / (1 - claimed));
  return Math.log(1 / beta) / (perEvent * (baseRate / share));
}
