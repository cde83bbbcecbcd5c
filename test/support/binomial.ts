/**
 * Probability that a binomial count deviates at least as much as this one did: the sum over all counts that are no more probable.
 * Exact up to rounding; for n up to some 100,000.
 */
export function binomialP(count: number, n: number, p: number): number {
  const logs = logFactorials(n);
  const logOf = (k: number): number =>
    (logs[n] ?? 0) - (logs[k] ?? 0) - (logs[n - k] ?? 0) + k * Math.log(p) + (n - k) * Math.log1p(-p);
  const limit = logOf(count) + 1e-7;
  let sum = 0;
  for (let k = 0; k <= n; k++) {
    const log = logOf(k);
    if (log <= limit) sum += Math.exp(log);
  }
  return Math.min(1, sum);
}

function logFactorials(n: number): Float64Array {
  const logs = new Float64Array(n + 1);
  for (let k = 2; k <= n; k++) logs[k] = (logs[k - 1] ?? 0) + Math.log(k);
  return logs;
}
