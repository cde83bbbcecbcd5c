import type { Grid } from './grid.ts';
import { logSumExp } from './grid.ts';
import type { SplitDraft } from './split.ts';
import { absorbSplit, copySplit, startSplit } from './split.ts';
import type {
  Counts,
  DispersionPolicy,
  MetricState,
  Policy,
  ServerCounts,
  ServerNoise,
  ServersState,
} from './types.ts';
import { betSharp, shareAt } from './wealth.ts';

/**
 * A difference that belongs to a server and not to the release. Where rows name their servers it can be told from the release: by the spread
 * among many old servers, or by asking that two new ones show the effect.
 */

/** Totals per server, writable by the one who made the draft. */
export interface ServersDraft {
  readonly split: SplitDraft;
  readonly baseline: { server: string; requests: number; bad: number }[];
  readonly canary: { readonly server: string; stake: number; readonly upper: number[] }[];
}

export function startServers(): ServersDraft {
  return { split: startSplit(), baseline: [], canary: [] };
}

export function copyServers(state: ServersState): ServersDraft {
  return {
    split: copySplit(state.split),
    baseline: state.baseline.map((one) => ({ ...one })),
    canary: state.canary.map((one) => ({ server: one.server, stake: one.stake, upper: one.upper.slice() })),
  };
}

/** Adds what each old server did in the interval t. */
export function absorbServers(
  draft: ServersDraft,
  policy: DispersionPolicy,
  t: number,
  servers: readonly ServerCounts[],
): void {
  absorbSplit(draft.split, policy, t, servers);
  for (const { server, requests, bad } of servers) {
    const known = draft.baseline.find((one) => one.server === server);
    if (known === undefined) draft.baseline.push({ server, requests, bad });
    else {
      known.requests += requests;
      known.bad += bad;
    }
  }
}

/**
 * Bets on each new server by itself against all of the baseline. A server that joins gets an equal part of all wealth there is by then,
 * the others give it up in proportion, so nothing is won by joining.
 */
export function betOnServers(
  draft: ServersDraft,
  policy: Policy,
  grid: Grid,
  baseline: Counts,
  canary: readonly ServerCounts[],
  clump: number,
): void {
  join(draft, grid, canary);
  if (baseline.requests === 0) return;
  for (const { server, requests, bad } of canary) {
    const known = draft.canary.find((one) => one.server === server);
    if (known === undefined || requests === 0 || bad + baseline.bad === 0) continue;
    const share = shareAt(policy.harmRatio, requests / (requests + baseline.requests));
    betSharp(known.upper, grid.harm, bad, bad + baseline.bad, share, clump);
  }
}

function join(draft: ServersDraft, grid: Grid, canary: readonly ServerCounts[]): void {
  const fresh = canary.filter(
    ({ server, requests }) => requests > 0 && draft.canary.every((one) => one.server !== server),
  );
  if (fresh.length === 0) return;
  const before = draft.canary.length;
  const after = before + fresh.length;
  const total = before === 0 ? 0 : logSumExp(partsOf(draft, grid), partsOf(draft, grid).fill(0));
  for (const one of draft.canary) one.stake += Math.log(before / after);
  for (const { server } of fresh) {
    draft.canary.push({
      server,
      stake: total - Math.log(after),
      upper: new Array<number>(grid.harm.logs.length).fill(0),
    });
  }
}

/** Log wealth of each new server, its share of the stake included. */
function partsOf(servers: ServersState, grid: Grid): number[] {
  return servers.canary.map((one) => one.stake + logSumExp(one.upper, grid.harm.logPrior));
}

/**
 * What is known about server noise: `measured` from `minimumServers` old servers on; else the effect must show on two new servers where
 * there are two; else it is unknown.
 */
export function serverNoiseOf(metric: MetricState, policy: Policy): ServerNoise {
  const { baseline, canary } = metric.servers;
  const spread = baseline.length >= policy.minimumServers ? spreadOf(baseline) : null;
  if (spread !== null) {
    const around = Math.sqrt(1 / Math.max(1, canary.length) + 1 / baseline.length);
    const allowance = Math.exp(tQuantile(1 - policy.alpha / 2, baseline.length - 1) * spread * around);
    return { kind: 'measured', servers: baseline.length, spread, allowance };
  }
  return canary.length >= 2 ? { kind: 'two-servers', servers: canary.length } : { kind: 'unknown' };
}

/**
 * Standard deviation of a server's bad rate relative to the mean of all, counting noise included: the root of Pearson's statistic per
 * degree of freedom and expected event. Null while nothing bad was seen.
 */
function spreadOf(servers: readonly Counts[]): number | null {
  let requests = 0;
  let bad = 0;
  let squares = 0;
  for (const one of servers) {
    requests += one.requests;
    bad += one.bad;
    if (one.requests > 0) squares += (one.bad * one.bad) / one.requests;
  }
  if (bad === 0) return null;
  const pearson = (squares * requests) / bad - bad;
  return Math.sqrt(Math.max(0, pearson) / (servers.length - 1) / (bad / servers.length));
}

/**
 * Log e-value of one metric after what servers alone could do. Measured noise: the evidence that the ratio is above harmRatio × allowance
 * instead, with half of alpha left for a server outside its allowance. Two servers: the mean without the largest.
 *
 * @param evidence log e-value of the metric with all new servers together
 */
export function afterServers(metric: MetricState, policy: Policy, grid: Grid, evidence: number): number {
  const noise = serverNoiseOf(metric, policy);
  switch (noise.kind) {
    case 'unknown':
      return evidence;
    case 'measured':
      return evidence - Math.LN2 - highestUpTo(metric, grid, Math.log(noise.allowance));
    case 'two-servers':
      return Math.min(evidence, withoutLargest(partsOf(metric.servers, grid)));
  }
}

/** ln of (sum − largest) × m/(m − 1), never above the sum: with equal stakes the mean of the others. */
function withoutLargest(parts: readonly number[]): number {
  const top = parts.indexOf(Math.max(...parts));
  const others = parts.filter((_, index) => index !== top);
  return (
    logSumExp(
      others,
      others.map(() => 0),
    ) + Math.log(parts.length / others.length)
  );
}

/**
 * Upper bound of the log likelihood between harmRatio and `log` above it. It is concave in the logarithm of the ratio, so between two points
 * of the grid it lies below the prolonged chords of both sides.
 */
function highestUpTo(metric: MetricState, grid: Grid, log: number): number {
  const x = [0, ...grid.harm.logs];
  const y = [0, ...metric.upper];
  const at = (list: readonly number[], index: number): number => list[index] ?? 0;
  const after = x.findIndex((value) => value >= log);
  if (after <= 0) return after === 0 ? 0 : Number.POSITIVE_INFINITY;
  const highest = Math.max(...y.slice(0, after));
  const slope = (from: number, to: number): number => (at(y, to) - at(y, from)) / (at(x, to) - at(x, from));
  const bounds: number[] = [];
  if (after >= 2) bounds.push(at(y, after - 1) + slope(after - 2, after - 1) * (log - at(x, after - 1)));
  if (after + 1 < x.length) bounds.push(at(y, after) - slope(after, after + 1) * (at(x, after) - log));
  return Math.max(highest, bounds.length === 0 ? at(y, after) : Math.min(...bounds));
}

/** ln Γ(x), x > 0, by Stirling's series after shifting x above 8 (Abramowitz and Stegun 6.1.15, 6.1.41). */
function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  while (z < 8) {
    shift -= Math.log(z);
    z += 1;
  }
  return shift + (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * z) - 1 / (360 * z ** 3);
}

/** Student's distribution function for t ≥ 0, by Simpson's rule on its density. */
function studentBelow(t: number, freedom: number): number {
  const scale = Math.exp(logGamma((freedom + 1) / 2) - logGamma(freedom / 2)) / Math.sqrt(freedom * Math.PI);
  const density = (u: number): number => scale * (1 + (u * u) / freedom) ** (-(freedom + 1) / 2);
  const steps = 400;
  const h = t / steps;
  let sum = density(0) + density(t);
  for (let i = 1; i < steps; i += 1) sum += (i % 2 === 1 ? 4 : 2) * density(i * h);
  return 0.5 + (sum * h) / 3;
}

const quantiles = new Map<string, number>();

/** Quantile of Student's distribution, 0.5 < p < 1, to 1e-6; remembered. */
export function tQuantile(p: number, freedom: number): number {
  const key = `${p}/${freedom}`;
  const known = quantiles.get(key);
  if (known !== undefined) return known;
  let [low, high] = [0, 1];
  while (studentBelow(high, freedom) < p && high < 1e4) high *= 2;
  for (let i = 0; i < 60; i += 1) {
    const middle = (low + high) / 2;
    if (studentBelow(middle, freedom) < p) low = middle;
    else high = middle;
  }
  quantiles.set(key, high);
  return high;
}
