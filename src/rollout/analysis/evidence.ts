import type { AnalysisDraft, MetricDraft } from './draft.ts';
import type { Grid } from './grid.ts';
import { largest, logSumExp } from './grid.ts';
import { notWorseEvidence } from './noninferiority.ts';
import { afterServers } from './servers.ts';
import type { MetricState, Policy } from './types.ts';

/** Log e-value for `worse` of one metric, its bets averaged, after what servers alone could do. */
export function worseEvidence(metric: MetricState, policy: Policy, grid: Grid): number {
  const evidence = logSumExp(metric.robust.length > 0 ? metric.robust : metric.upper, grid.harm.logPrior);
  return afterServers(metric, policy, grid, evidence);
}

/** Log e-value for `worse`, metrics averaged; 0 without metrics. */
export function totalEvidence(metrics: readonly MetricState[], policy: Policy, grid: Grid): number {
  if (metrics.length === 0) return 0;
  return logSumExp(
    metrics.map((metric) => metric.stake),
    metrics.map((metric) => worseEvidence(metric, policy, grid)),
  );
}

/** The metric that contributes most to the evidence for `worse`. */
export function leadingMetric(metrics: readonly MetricState[], policy: Policy, grid: Grid): string | null {
  let leading: string | null = null;
  let most = Number.NEGATIVE_INFINITY;
  for (const metric of metrics) {
    const part = metric.stake + worseEvidence(metric, policy, grid);
    if (part > most) {
      most = part;
      leading = metric.name;
    }
  }
  return leading;
}

/** Seconds after the step's first canary request before which `not-worse` is not given. */
export function earliestNotWorse(policy: Policy): number {
  return Math.max(policy.minimumBakeSeconds, policy.warmUpSeconds + policy.longestTimeoutSeconds);
}

/** Both decisions. An average is never above its largest part, so most intervals need no exponentials. */
export function decide(draft: AnalysisDraft, grid: Grid, t: number): void {
  if (draft.worse !== null) return;
  const { policy, metrics } = draft;
  const limit = -Math.log(policy.alpha);
  if (
    metrics.some(
      (metric) => largest(metric.robust.length > 0 ? metric.robust : metric.upper) >= limit + shortfall(draft),
    )
  ) {
    const logEvidence = totalEvidence(metrics, policy, grid);
    if (logEvidence >= limit) {
      draft.worse = { at: t, metric: leadingMetric(metrics, policy, grid) ?? '', logEvidence };
      return;
    }
  }
  if (draft.notWorse !== null || draft.stepStart === null) return;
  if (t - draft.stepStart < earliestNotWorse(policy)) return;
  const needed = -Math.log(policy.beta);
  const shown = (metric: MetricDraft): boolean =>
    (largest(metric.margin) >= needed || largest(metric.floor) >= needed) &&
    notWorseEvidence(metric.margin, metric.floor, grid) >= needed;
  if (metrics.length > 0 && metrics.every(shown)) draft.notWorse = t;
}

/** How far below the limit one metric's best bet may be while the total still reaches it: stakes of joined metrics may sum above 1. */
function shortfall(draft: AnalysisDraft): number {
  if (!draft.open) return 0;
  let total = 0;
  for (const metric of draft.metrics) total += Math.exp(metric.stake);
  return total > 1 ? -Math.log(total) : 0;
}
