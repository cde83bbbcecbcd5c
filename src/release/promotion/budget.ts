import type { PrometheusAnswer } from '../../metrics/index.ts';
import type { BudgetRule } from '../../model/promotion.ts';
import { formatShare } from '../../model/scalars.ts';

/** What is left of the errors that an objective allows in its window. Pure. */
export type Budget =
  | { readonly kind: 'known'; readonly left: number; readonly total: number; readonly bad: number }
  /** No answer, or none that says anything: nothing passes because of it. */
  | { readonly kind: 'unknown'; readonly why: string };

export function budgetOf({ objective }: BudgetRule, total: PrometheusAnswer, bad: PrometheusAnswer): Budget {
  const requests = numberOf(total, 'the number of requests');
  if (typeof requests === 'string') return { kind: 'unknown', why: requests };
  if (requests === 0) return { kind: 'unknown', why: 'no requests in the window' };
  // No bad answer yet often means no series yet; that Prometheus answers was seen by the number of requests.
  const none = bad.kind === 'series' && bad.series.length === 0;
  const errors = none ? 0 : numberOf(bad, 'the number of bad ones');
  if (typeof errors === 'string') return { kind: 'unknown', why: errors };
  if (errors > requests) return { kind: 'unknown', why: `more bad ones (${errors}) than requests (${requests})` };
  return { kind: 'known', left: 1 - errors / requests / (1 - objective), total: requests, bad: errors };
}

function numberOf(answer: PrometheusAnswer, what: string): number | string {
  if (answer.kind === 'missing') return `${what}: ${answer.reason}`;
  const [first, ...more] = answer.series;
  if (first === undefined) return `${what}: no series`;
  if (more.length > 0) return `${what}: ${more.length + 1} series instead of one; sum them`;
  return Number.isFinite(first.value) && first.value >= 0 ? first.value : `${what}: ${first.value}`;
}

export function budgetText(budget: Budget, { objective }: BudgetRule): string {
  if (budget.kind === 'unknown') return `not known: ${budget.why}`;
  const { left, bad, total } = budget;
  const percent = `${Math.round(left * 1000) / 10} %`;
  return `${percent} of the error budget is left: ${round(bad)} bad of ${round(total)}, objective ${formatShare(objective)}`;
}

function round(value: number): string {
  return String(Math.round(value));
}
