import { brentRoot } from './brent.ts';
import { normalQuantile } from './normal.ts';

/** Numbers in ascending order. */
export type Sample = ArrayLike<number>;

/** Distance within which Kayenta's solver looks for the ends of the interval: that of R's `wilcox.test`. */
const TOLERANCE = 1e-4;

/**
 * The Mann-Whitney statistic of x moved down by `shift` against y: normal approximation, corrected for ties and for continuity, minus
 * `quantile`. It falls with the shift. Not for two samples that are both constant.
 *
 * The sum of ranks is that of commons-math's NaturalRanking with averaged ties, got by merging: both samples are in order already.
 */
export function shiftStatistic(x: Sample, y: Sample, shift: number, quantile: number): number {
  const nx = x.length;
  const ny = y.length;
  let rankSum = 0;
  let ties = 0;
  let i = 0;
  let j = 0;
  while (i < nx) {
    const value = Math.min((x[i] ?? 0) - shift, j < ny ? (y[j] ?? 0) : Number.POSITIVE_INFINITY);
    const firstX = i;
    const first = i + j;
    while (i < nx && (x[i] ?? 0) - shift === value) i += 1;
    while (j < ny && y[j] === value) j += 1;
    const tied = i + j - first;
    rankSum += (i - firstX) * (first + (tied + 1) / 2);
    if (tied > 1) ties += tied * tied * tied - tied;
  }
  while (j < ny) {
    const first = j;
    while (j < ny && y[j] === y[first]) j += 1;
    const tied = j - first;
    ties += tied * tied * tied - tied;
  }
  const excess = rankSum - (nx * (nx + 1)) / 2 - (nx * ny) / 2;
  const correction = Math.sign(excess) * 0.5;
  const deviation = Math.sqrt(((nx * ny) / 12) * (nx + ny + 1 - ties / ((nx + ny) * (nx + ny - 1))));
  return (excess - correction) / deviation - quantile;
}

/** Smallest and largest shift at which the samples overlap. */
function range(x: Sample, y: Sample): readonly [number, number] {
  return [(x[0] ?? 0) - (y[y.length - 1] ?? 0), (x[x.length - 1] ?? 0) - (y[0] ?? 0)];
}

/** The shift at which the statistic crosses `quantile`; the end of the range where it never does. */
function limit(x: Sample, y: Sample, quantile: number): number {
  const [least, most] = range(x, y);
  if (shiftStatistic(x, y, least, quantile) <= 0) return least;
  if (shiftStatistic(x, y, most, quantile) >= 0) return most;
  return brentRoot((shift) => shiftStatistic(x, y, shift, quantile), least, most, TOLERANCE);
}

/** Lower end of the confidence interval of how far x lies above y. */
export function lowerLimit(x: Sample, y: Sample, confidence: number): number {
  return limit(x, y, -normalQuantile((1 - confidence) / 2));
}

/** Upper end of it. */
export function upperLimit(x: Sample, y: Sample, confidence: number): number {
  return limit(x, y, normalQuantile((1 - confidence) / 2));
}

/** How far x lies above y (Hodges and Lehmann). */
export function shiftEstimate(x: Sample, y: Sample): number {
  const [least, most] = range(x, y);
  return brentRoot((shift) => shiftStatistic(x, y, shift, 0), least, most, TOLERANCE);
}

/** Ascending copy. */
export function sorted(values: Sample): Sample {
  return Float64Array.from(values).sort();
}

/** A sample that grows and stays in order. */
export class GrowingSample {
  #values = new Float64Array(64);
  #length = 0;

  get values(): Sample {
    return this.#values.subarray(0, this.#length);
  }

  /** Costs as much as there are larger values. */
  add(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(this.#length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#values[middle] ?? 0) <= value) low = middle + 1;
      else high = middle;
    }
    this.#values.copyWithin(low + 1, low, this.#length);
    this.#values[low] = value;
    this.#length += 1;
  }
}
