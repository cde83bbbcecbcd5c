import type { Bets, Policy } from './types.ts';

/** What a policy's bets need in the inner loop, computed once. */
export interface Grid {
  readonly harm: Ladder;
  readonly margin: Ladder;
  readonly floor: Ladder;
  /** ln(1 + floor·(multiple − 1)) per floor bet: the price of one good request. */
  readonly floorPrice: Float64Array;
  /** Lower ratios as multiples of harmRatio; they are not bet on. */
  readonly lower: Ladder;
  /** ln ratio of every ratio looked at, ascending: lower ratios, harmRatio itself, harm bets; and where to find each. */
  readonly ratios: readonly RatioPoint[];
}

/** Alternatives as multiples of the boundary, their logarithms, and the logarithm of the prior. */
export interface Ladder {
  readonly multiples: readonly number[];
  /** multiple − 1; with `logs` a typed array, since a policy's frozen arrays are slow to read. */
  readonly lifts: Float64Array;
  readonly logs: Float64Array;
  readonly logPrior: readonly number[];
}

export interface RatioPoint {
  readonly log: number;
  readonly from: 'lower' | 'boundary' | 'upper';
  readonly index: number;
}

function ladder(bets: Bets): Ladder {
  return {
    multiples: bets.multiples,
    lifts: Float64Array.from(bets.multiples, (multiple) => multiple - 1),
    logs: Float64Array.from(bets.multiples, Math.log),
    logPrior: bets.prior.map(Math.log),
  };
}

function compute(policy: Policy): Grid {
  const harm = ladder(policy.harmBets);
  const lower = ladder(evenly(policy.lowerRatios));
  const base = Math.log(policy.harmRatio);
  const ratios: RatioPoint[] = [
    ...Array.from(lower.logs, (log, index) => ({ log: base + log, from: 'lower' as const, index })),
    { log: base, from: 'boundary', index: 0 },
    ...Array.from(harm.logs, (log, index) => ({ log: base + log, from: 'upper' as const, index })),
  ];
  return {
    harm,
    lower,
    margin: ladder(policy.marginBets),
    floor: ladder(policy.floorBets),
    floorPrice: Float64Array.from(policy.floorBets.multiples, (multiple) =>
      Math.log(1 + policy.floor * (multiple - 1)),
    ),
    ratios: ratios.toSorted((a, b) => a.log - b.log),
  };
}

const known = new WeakMap<Policy, Grid>();

/** The grid of a policy; remembered per policy object, which is never changed. */
export function gridOf(policy: Policy): Grid {
  const found = known.get(policy);
  if (found !== undefined) return found;
  const grid = compute(policy);
  known.set(policy, grid);
  return grid;
}

/** `steps` multiples first·step^k. Products instead of powers: the same bits on every engine. */
export function geometric(first: number, step: number, steps: number): number[] {
  const out: number[] = [];
  let value = first;
  for (let i = 0; i < steps; i += 1) {
    out.push(value);
    value *= step;
  }
  return out;
}

/** Every alternative the same share. */
export function evenly(multiples: readonly number[]): Bets {
  return { multiples, prior: multiples.map(() => 1 / multiples.length) };
}

/** ln Σ exp(terms + weights), without overflow. −∞ for no terms. */
export function logSumExp(terms: readonly number[], weights: readonly number[]): number {
  let top = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < terms.length; i += 1) {
    const value = (terms[i] ?? 0) + (weights[i] ?? 0);
    if (value > top) top = value;
  }
  if (top === Number.NEGATIVE_INFINITY) return top;
  let sum = 0;
  for (let i = 0; i < terms.length; i += 1) sum += Math.exp((terms[i] ?? 0) + (weights[i] ?? 0) - top);
  return top + Math.log(sum);
}

/** Largest of a list; −∞ for an empty one. */
export function largest(values: readonly number[]): number {
  let top = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? top;
    if (value > top) top = value;
  }
  return top;
}
