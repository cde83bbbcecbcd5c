/** More than any function with a sign change in doubles needs. */
const MAXIMUM_STEPS = 1000;

/** A place and the function's value there. */
interface Point {
  readonly at: number;
  readonly value: number;
}

/**
 * A place where a function changes its sign, by Brent's method (R. P. Brent, Algorithms for Minimization without Derivatives, 1973,
 * chapter 4): inverse quadratic or linear interpolation where it is safe, halving elsewhere.
 *
 * Which of the places within `tolerance` of the sign change is returned depends on the order of the steps. Kayenta's classification
 * depends on it too where most values are tied, so the order here is that of Brent's.
 *
 * @param from one end, and `to` the other; the values there have different signs, or one is 0
 */
export function brentRoot(f: (at: number) => number, from: number, to: number, tolerance: number): number {
  let before: Point = { at: from, value: f(from) };
  if (before.value === 0) return from;
  let best: Point = { at: to, value: f(to) };
  let opposite = before;
  for (let step = 0; step <= MAXIMUM_STEPS; step += 1) {
    const last = best.at - before.at;
    if (Math.abs(opposite.value) < Math.abs(best.value)) {
      before = best;
      best = opposite;
      opposite = before;
    }
    const least = 2 * Number.EPSILON * Math.abs(best.at) + tolerance / 2;
    const half = (opposite.at - best.at) / 2;
    if (Math.abs(half) <= least || best.value === 0) return best.at;
    const wanted = interpolated(before, best, opposite, last, least) ?? half;
    const at = best.at + (Math.abs(wanted) < least ? (wanted > 0 ? least : -least) : wanted);
    before = best;
    best = { at, value: f(at) };
    if (best.value * opposite.value > 0) opposite = before;
  }
  return best.at;
}

/** The step that interpolation proposes; null where halving is safer. */
function interpolated(before: Point, best: Point, opposite: Point, last: number, least: number): number | null {
  if (Math.abs(last) < least || Math.abs(before.value) <= Math.abs(best.value)) return null;
  const span = opposite.at - best.at;
  const ratio = best.value / before.value;
  let over = span * ratio;
  let under = 1 - ratio;
  if (before.at !== opposite.at) {
    const q = before.value / opposite.value;
    const r = best.value / opposite.value;
    over = ratio * (span * q * (q - r) - (best.at - before.at) * (r - 1));
    under = (q - 1) * (r - 1) * (ratio - 1);
  }
  if (over > 0) under = -under;
  else over = -over;
  const inside = over < 0.75 * span * under - Math.abs(least * under) / 2;
  return inside && over < Math.abs((last * under) / 2) ? over / under : null;
}
