/**
 * Fisher's noncentral hypergeometric distribution: of `bad` events among `canary` + `baseline` requests, how many fall on the canary
 * if the odds of being bad are `odds` times as high there. P(x) ∝ C(canary, x) · C(baseline, bad − x) · odds^x.
 * Sources: A. Fog, Communications in Statistics 37 (2008); the same parameters in another order as SciPy's `nchypergeom_fisher`.
 */
export interface Support {
  readonly low: number;
  readonly high: number;
}

/** The possible values of x. */
export function support(canary: number, baseline: number, bad: number): Support {
  return { low: Math.max(0, bad - baseline), high: Math.min(bad, canary) };
}

/**
 * Largest x whose probability is not below that of x − 1. The ratio of neighbours is at least 1 exactly where
 * odds·(canary − x + 1)(bad − x + 1) ≥ x·(baseline − bad + x): the root of a quadratic in x, then put right by whole steps.
 */
function mode(canary: number, baseline: number, bad: number, odds: number): number {
  const { low, high } = support(canary, baseline, bad);
  const a = odds - 1;
  const b = odds * (canary + bad + 2) + baseline - bad;
  const c = odds * (canary + 1) * (bad + 1);
  const root = (2 * c) / (b + Math.sqrt(Math.max(0, b * b - 4 * a * c)));
  let x = Math.min(high, Math.max(low, Math.floor(root)));
  const rises = (at: number): boolean => odds * (canary - at + 1) * (bad - at + 1) >= at * (baseline - bad + at);
  while (x < high && rises(x + 1)) x += 1;
  while (x > low && !rises(x)) x -= 1;
  return x;
}

/** Terms below this part of the sum no longer change a double. */
const NEGLIGIBLE = 1e-19;

/**
 * Mean of x. Exact to rounding: weights are taken relative to the mode by the ratio of neighbours, so nothing overflows, and the
 * sums stop where the (log-concave) tail cannot matter any more; O(√bad) steps.
 *
 * @param canary requests to the canary, whole
 * @param baseline requests to the baseline, whole
 * @param bad bad events of both, whole, 0 ≤ bad ≤ canary + baseline
 * @param odds odds ratio, > 0
 */
export function fisherMean(canary: number, baseline: number, bad: number, odds: number): number {
  const { low, high } = support(canary, baseline, bad);
  if (low === high) return low;
  if (bad === 1) return (canary * odds) / (canary * odds + baseline);
  const top = mode(canary, baseline, bad, odds);
  let sum = 1;
  let moment = 0;
  let weight = 1;
  for (let x = top; x < high; x += 1) {
    weight *= (odds * (canary - x) * (bad - x)) / ((x + 1) * (baseline - bad + x + 1));
    const part = weight * (x + 1 - top);
    sum += weight;
    moment += part;
    if (part < NEGLIGIBLE * sum) break;
  }
  weight = 1;
  for (let x = top; x > low; x -= 1) {
    weight *= (x * (baseline - bad + x)) / (odds * (canary - x + 1) * (bad - x + 1));
    const part = weight * (top - x + 1);
    sum += weight;
    moment -= part;
    if (part < NEGLIGIBLE * sum) break;
  }
  return top + moment / sum;
}

/** The probabilities of low … high, as long as the support: for tests and charts, not for the fold. */
export function fisherPmf(canary: number, baseline: number, bad: number, odds: number): number[] {
  const { low, high } = support(canary, baseline, bad);
  const top = mode(canary, baseline, bad, odds);
  const weights = new Array<number>(high - low + 1).fill(0);
  weights[top - low] = 1;
  for (let x = top, weight = 1; x < high; x += 1) {
    weight *= (odds * (canary - x) * (bad - x)) / ((x + 1) * (baseline - bad + x + 1));
    weights[x + 1 - low] = weight;
  }
  for (let x = top, weight = 1; x > low; x -= 1) {
    weight *= (x * (baseline - bad + x)) / (odds * (canary - x + 1) * (bad - x + 1));
    weights[x - 1 - low] = weight;
  }
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}
