/** Whole parts of `sum` in the given proportions (Hamilton's method). The shares add up to 1. */
export function largestRemainder(shares: readonly number[], sum: number): readonly number[] {
  const parts = shares.map((share) => Math.floor(share * sum + 1e-9));
  let left = sum - parts.reduce((total, part) => total + part, 0);
  const byRemainder = shares
    .map((share, index) => ({ index, remainder: share * sum - (parts[index] ?? 0) }))
    .filter(({ index }) => (shares[index] ?? 0) > 0)
    .toSorted((one, other) => other.remainder - one.remainder);
  for (const { index } of byRemainder) {
    if (left <= 0) break;
    parts[index] = (parts[index] ?? 0) + 1;
    left--;
  }
  return parts;
}
