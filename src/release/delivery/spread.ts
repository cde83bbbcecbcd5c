/** Median and 90th percentile with the number of values, or why there are none. Never a number from nothing. */
export type Spread =
  | { readonly kind: 'known'; readonly n: number; readonly medianMs: number; readonly p90Ms: number }
  | { readonly kind: 'unknown'; readonly n: 0; readonly why: string };

/** By nearest rank: each figure is one of the values, none is made up between two. Pure. */
export function spreadOf(values: readonly number[], why: string): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (p: number): number | undefined => sorted[Math.ceil(p * sorted.length) - 1];
  const [median, p90] = [rank(0.5), rank(0.9)];
  if (median === undefined || p90 === undefined) return { kind: 'unknown', n: 0, why };
  return { kind: 'known', n: sorted.length, medianMs: median, p90Ms: p90 };
}
