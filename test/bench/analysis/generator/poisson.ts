import { exp, log } from './elementary.ts';
import type { Random } from './random.ts';

/** Below this mean counting up is quicker than rejection, and Hörmann's constants do not hold. */
const SMALL = 10;

/** A Poisson count; the time it takes does not grow with the mean. */
export function poisson(next: Random, mean: number): number {
  return mean < SMALL ? byCountingUp(next, mean) : byRejection(next, mean);
}

/** Inversion: the first count at which the distribution function reaches a uniform number. */
function byCountingUp(next: Random, mean: number): number {
  let left = next();
  let probability = exp(-mean);
  let count = 0;
  while (left > probability) {
    left -= probability;
    count += 1;
    probability *= mean / count;
  }
  return count;
}

/** Transformed rejection with squeeze: algorithm PTRS of Hörmann 1993, for means of 10 and more. */
function byRejection(next: Random, mean: number): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const squeeze = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = next() - 0.5;
    const v = next();
    const edge = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / edge + b) * u + mean + 0.43);
    if (edge >= 0.07 && v <= squeeze) return count;
    if (count < 0 || (edge < 0.013 && v > edge)) continue;
    const height = log((v * (1.1239 + 1.1328 / (b - 3.4))) / (a / (edge * edge) + b));
    if (height <= count * log(mean) - mean - logFactorial(count)) return count;
  }
}

const FACTORIALS = 128;

/** ln k! for small k. */
const LOG_FACTORIALS: readonly number[] = (() => {
  const table = [0];
  for (let k = 1; k < FACTORIALS; k += 1) table.push((table[k - 1] ?? 0) + log(k));
  return table;
})();

const HALF_LOG_TURN = log(2 * Math.PI) / 2;

/** ln k!; from 128 on by Stirling's series, whose first term left out is below 10⁻¹⁷ there. */
export function logFactorial(k: number): number {
  const known = LOG_FACTORIALS[k];
  if (known !== undefined) return known;
  const inverse = 1 / k;
  const square = inverse * inverse;
  const correction = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)));
  return (k + 0.5) * log(k) - k + HALF_LOG_TURN + correction;
}
