/**
 * Exponential, logarithm and sine from additions, multiplications and divisions alone. ECMAScript leaves the last bits of `Math.exp`,
 * `Math.log` and `Math.sin` to the engine, and one bit can move a drawn count by one. IEEE 754 fixes every bit of what is used
 * here (`Math.sqrt` too), so a seed gives the same release on every machine and in every version of Node. Errors are a few units
 * of the last place.
 */

/** ln 2 in two parts; the first has so many zero bits at its end that its product with an exponent is exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** 1/j! for j = 13 … 0: Taylor's series of exp, enough for |x| ≤ ln(2)/2. */
const EXP_SERIES: readonly number[] = (() => {
  const terms = [1];
  for (let j = 1; j <= 13; j += 1) terms.push((terms[j - 1] ?? 0) / j);
  return terms.reverse();
})();

/** 1/d for d = 23, 21 … 1: ln((1+s)/(1−s)) = 2 Σ s^d/d, enough for |s| ≤ 0.172. */
const LOG_SERIES: readonly number[] = Array.from({ length: 12 }, (_, i) => 1 / (23 - 2 * i));

/** ±1/d! for d = 19, 17 … 1: Taylor's series of the sine, enough for |x| ≤ π/2. */
const SINE_SERIES: readonly number[] = (() => {
  const terms = [1];
  for (let d = 3; d <= 19; d += 2) terms.push(-(terms.at(-1) ?? 0) / (d * (d - 1)));
  return terms.reverse();
})();

/** Where a double's exponent is read and set; big-endian, so the first word holds it. */
const bits = new DataView(new ArrayBuffer(8));

function series(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (const coefficient of coefficients) sum = sum * x + coefficient;
  return sum;
}

/** e to the power x; 0 below the normal doubles, infinite above them. */
export function exp(x: number): number {
  const exponent = Math.round(x / (LN2_HIGH + LN2_LOW));
  if (exponent < -1022) return 0;
  if (exponent > 1023) return Number.POSITIVE_INFINITY;
  const rest = x - exponent * LN2_HIGH - exponent * LN2_LOW;
  bits.setUint32(0, (exponent + 1023) << 20);
  bits.setUint32(4, 0);
  return series(EXP_SERIES, rest) * bits.getFloat64(0);
}

/** Natural logarithm of a positive normal double. */
export function log(x: number): number {
  bits.setFloat64(0, x);
  const high = bits.getUint32(0);
  let exponent = (high >>> 20) - 1023;
  bits.setUint32(0, (high & 0xfffff) | 0x3ff00000);
  let mantissa = bits.getFloat64(0);
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent += 1;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  return exponent * LN2_HIGH + (2 * s * series(LOG_SERIES, s * s) + exponent * LN2_LOW);
}

/** Sine of an angle given in turns: 0.25 is a right angle. */
export function sineOfTurns(turns: number): number {
  const within = turns - Math.round(turns);
  const folded = within > 0.25 ? 0.5 - within : within < -0.25 ? -0.5 - within : within;
  const x = 2 * Math.PI * folded;
  return x * series(SINE_SERIES, x * x);
}
