import type { Grid } from './grid.ts';
import { logSumExp } from './grid.ts';
import type { MetricState, Policy, RiskRatio } from './types.ts';

const UNKNOWN: RiskRatio = { estimate: null, low: null, high: null };

/** Log likelihood at each ratio of the grid, relative to harmRatio. */
function heights(metric: MetricState, grid: Grid): number[] {
  return grid.ratios.map((point) => {
    if (point.from === 'boundary') return 0;
    return (point.from === 'lower' ? metric.lower : metric.upper)[point.index] ?? 0;
  });
}

/**
 * Where a concave curve through the points can first rise above `level`, between the rejected point before `first` and `first`
 * itself. The curve lies below the prolonged chords of its neighbours on both sides, so the answer errs outwards only.
 */
function crossing(x: readonly number[], y: readonly number[], first: number, level: number): number {
  const at = (i: number): { x: number; y: number } => ({ x: x[i] ?? 0, y: y[i] ?? 0 });
  const inside = at(first);
  const outside = at(first - 1);
  let low = outside.x;
  if (first + 1 < x.length) {
    const next = at(first + 1);
    const slope = (next.y - inside.y) / (next.x - inside.x);
    if (slope > 0) low = Math.max(low, inside.x - (inside.y - level) / slope);
  }
  if (first >= 2) {
    const before = at(first - 2);
    const slope = (outside.y - before.y) / (outside.x - before.x);
    if (slope > 0) low = Math.max(low, outside.x + (level - outside.y) / slope);
  }
  return Math.min(low, inside.x);
}

/**
 * How many times as bad the canary is, with an interval that holds at every look at once with probability 1 − intervalError:
 * all ratios that the mixture of all others does not reject. The estimate is Mantel and Haenszel's (each interval weighted by its
 * requests, so a common error rate that moves does not matter), within that interval; all null while nothing bad was seen.
 */
export function riskRatioOf(metric: MetricState, policy: Policy, grid: Grid): RiskRatio {
  const [above, below] = metric.mantelHaenszel;
  if (above === 0 && below === 0) return UNKNOWN;
  const x = grid.ratios.map((point) => point.log);
  const y = heights(metric, grid);
  const uniform = -Math.log(y.length);
  const level =
    logSumExp(
      y,
      y.map(() => uniform),
    ) + Math.log(policy.intervalError);
  const first = y.findIndex((value) => value > level);
  const last = y.findLastIndex((value) => value > level);
  const low = first <= 0 ? null : Math.exp(crossing(x, y, first, level));
  const flipped = y.length - 1 - last;
  const high =
    last < 0 || last === y.length - 1
      ? null
      : Math.exp(-crossing(x.map((value) => -value).reverse(), y.toReversed(), flipped, level));
  const top = Math.exp(x.at(-1) ?? 0);
  const estimate = below === 0 ? top : above / below;
  return { estimate: Math.min(Math.max(estimate, low ?? 0), high ?? top), low, high };
}
