import { largestRemainder } from '../shares.ts';

/**
 * Whole weights (0 to 256 per server) for wanted shares. HAProxy's round robin serves exactly `weight` of every
 * `sum of weights` requests, so the error of a share is the rounding made here and nothing else.
 */

export const MAX_WEIGHT = 256;

export interface WeightWish {
  /** Share of the whole, 0 to 1; the wishes add up to 1. */
  readonly share: number;
  /** Servers it is spread over. */
  readonly servers: number;
}

/** Below this error of a share, evenness among the servers of one version counts more than a still smaller error. */
const GOOD_ENOUGH = 0.0002;

interface Candidate {
  readonly totals: readonly number[];
  readonly error: number;
  readonly unevenness: number;
}

/**
 * Weights per wish and server. Searches every possible sum of weights; the sum is dealt out by largest remainder, within a
 * version the servers differ by at most 1. `error` is the largest deviation of a share (0.001 = 0.1 point).
 */
export function weightsFor(wishes: readonly WeightWish[]): {
  readonly weights: readonly (readonly number[])[];
  readonly error: number;
} {
  const most = wishes.reduce((sum, wish) => sum + (wish.share > 0 ? wish.servers * MAX_WEIGHT : 0), 0);
  let best: Candidate | undefined;
  for (let sum = most; sum >= 1; sum--) {
    const candidate = candidateFor(wishes, sum);
    if (candidate !== undefined && (best === undefined || better(candidate, best))) best = candidate;
  }
  const totals = best?.totals ?? wishes.map(() => 0);
  return {
    weights: wishes.map((wish, index) => deal(totals[index] ?? 0, wish.servers)),
    error: best?.error ?? 0,
  };
}

function better(one: Candidate, other: Candidate): boolean {
  const goodOne = one.error <= GOOD_ENOUGH;
  const goodOther = other.error <= GOOD_ENOUGH;
  if (goodOne !== goodOther) return goodOne;
  if (!goodOne) return one.error < other.error;
  if (one.unevenness !== other.unevenness) return one.unevenness < other.unevenness;
  return one.error < other.error - 1e-12;
}

function candidateFor(wishes: readonly WeightWish[], sum: number): Candidate | undefined {
  const totals = atLeastOne(
    wishes,
    largestRemainder(
      wishes.map((wish) => wish.share),
      sum,
    ),
  );
  let error = 0;
  let unevenness = 0;
  for (const [index, wish] of wishes.entries()) {
    const total = totals[index] ?? 0;
    if (total > wish.servers * MAX_WEIGHT || (wish.share > 0 && total < 1)) return undefined;
    error = Math.max(error, Math.abs(total / sum - wish.share));
    if (total % Math.max(1, wish.servers) !== 0) unevenness = Math.max(unevenness, wish.servers / total);
  }
  return { totals, error, unevenness };
}

/** A version with a share keeps one request in a round, however small the share is; the largest one gives it up. */
function atLeastOne(wishes: readonly WeightWish[], totals: readonly number[]): readonly number[] {
  const starved = totals.filter((total, index) => total === 0 && (wishes[index]?.share ?? 0) > 0).length;
  if (starved === 0) return totals;
  const largest = totals.indexOf(Math.max(...totals));
  return totals.map((total, index) => {
    if (index === largest) return total - starved;
    return total === 0 && (wishes[index]?.share ?? 0) > 0 ? 1 : total;
  });
}

function deal(total: number, servers: number): readonly number[] {
  const each = Math.floor(total / Math.max(1, servers));
  return Array.from({ length: servers }, (_, index) => each + (index < total - each * servers ? 1 : 0));
}
