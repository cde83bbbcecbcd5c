/** Enough for the precision of a double; Newton doubles the digits of each step. */
const STEPS = 60;

/** Terms below this part of the sum no longer change a double. */
const NEGLIGIBLE = 1e-17;

/** Density of the standard normal distribution. */
function density(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/** P(0 ≤ Z ≤ z) for z ≥ 0: φ(z)·(z + z³/3 + z⁵/(3·5) + …), Abramowitz and Stegun 26.2.11. */
function probabilityFromZero(z: number): number {
  let term = z;
  let sum = z;
  for (let odd = 3; term > NEGLIGIBLE * sum; odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return density(z) * sum;
}

/**
 * The z that a standard normal number exceeds with probability 1 − p. By Newton's method: the distribution is concave above 0, so
 * the steps from 0 never pass the root.
 *
 * @param p between 0 and 1, not nearer to either than 1e-12
 */
export function normalQuantile(p: number): number {
  if (p < 0.5) return -normalQuantile(1 - p);
  let z = 0;
  for (let step = 0; step < STEPS; step += 1) {
    const next = z + (p - 0.5 - probabilityFromZero(z)) / density(z);
    if (next <= z) return z;
    z = next;
  }
  return z;
}
