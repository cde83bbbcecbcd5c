import { ProblemError } from '../../model/problem.ts';
import type { Chunks, Numbered } from './csv.ts';
import { readHistory, readRows } from './csv.ts';
import type { AnalysisDraft } from './draft.ts';
import { observeInto, startDraft } from './fold.ts';
import { judge } from './judge.ts';
import { makePolicy } from './policy.ts';
import { type Trace, traceInto } from './trace.ts';
import type { HistoryRow, IntervalRow, Judgement, MetricJudgement, Missing, Policy, RiskRatio } from './types.ts';

export interface AnalyseOptions {
  /** Settings that replace the default policy's. */
  readonly policy?: Partial<Policy> | undefined;
  /** Names of input and history in problems. */
  readonly source?: string | undefined;
  readonly historySource?: string | undefined;
  /** The baseline's own past, the same columns. */
  readonly baselineHistory?: Chunks | undefined;
  /** Metrics that must be there; left out: those of the input. */
  readonly metrics?: readonly string[] | undefined;
  /** Filled with the course of the analysis; left out, none is taken and none is paid for. */
  readonly trace?: Trace | undefined;
}

/** One metric of a report. */
export type MetricReport = Omit<MetricJudgement, 'requestsNeeded'> & {
  /** Canary requests until this metric is found not worse, if there is no difference. */
  readonly requestsNeeded: number | null;
  /** Canary requests until `worse`, if the canary were five times as bad. */
  readonly requestsToWorse: number | null;
};

/** What `shiplock analyse --json` prints. */
export interface AnalysisReport {
  readonly verdict: 'worse' | 'not-worse' | 'undecided';
  /** t of the row that decided; null when undecided. */
  readonly at: number | null;
  /** log10 of the e-value for `worse`, all metrics together; with verdict `worse`, of the row that decided. */
  readonly evidence: number;
  /** Of the leading metric. */
  readonly riskRatio: RiskRatio;
  /** Canary requests still needed for `not-worse` if there is no difference; 0 when decided, null when it cannot be told. */
  readonly requestsNeeded: number | null;
  /** In words. */
  readonly reason: string;
  readonly metrics: readonly MetricReport[];
}

/**
 * Judges a whole stream of counts (CSV: t, metric, baseline_requests, baseline_bad, canary_requests, canary_bad) in constant memory.
 * All rows are read: `worse` is final and overrides an earlier `not-worse`. The step begins with the first row that has canary
 * requests; rows before it are baseline's past.
 *
 * @throws ProblemError naming line and column: `analysis.csv-*`, `analysis.unsorted`, `analysis.duplicate`, `analysis.*-setting`
 */
export async function analyseCsv(chunks: Chunks, options: AnalyseOptions = {}): Promise<AnalysisReport> {
  const policy = makePolicy(options.policy ?? {}, 'arguments');
  const source = options.source ?? 'input';
  const historySource = options.historySource ?? 'baseline history';
  const history =
    options.baselineHistory === undefined
      ? undefined
      : await sortedHistory(readHistory(options.baselineHistory, historySource), historySource);
  const draft = startDraft(policy, { metrics: options.metrics, history });
  for await (const interval of intervals(readRows(chunks, source), source)) {
    observeInto(draft, interval);
    if (options.trace !== undefined) traceInto(options.trace, draft, interval);
  }
  return report(draft);
}

/** The report on a state. */
export function report(draft: AnalysisDraft): AnalysisReport {
  const judgement = judge(draft);
  const { verdict } = judgement;
  const leading = judgement.metrics.find((metric) => metric.metric === judgement.leading);
  return {
    verdict: verdict.kind,
    at: verdict.kind === 'undecided' ? null : verdict.at,
    evidence: judgement.evidence,
    riskRatio: leading?.riskRatio ?? { estimate: null, low: null, high: null },
    requestsNeeded: verdict.kind === 'undecided' ? judgement.requestsNeeded.notWorse : 0,
    reason: reasonOf(judgement, draft.policy),
    metrics: judgement.metrics.map(({ requestsNeeded, ...metric }) => ({
      ...metric,
      requestsNeeded: requestsNeeded.notWorse,
      requestsToWorse: requestsNeeded.worse,
    })),
  };
}

/** One sentence for a person. */
export function reasonOf(judgement: Judgement, policy: Policy): string {
  const { verdict } = judgement;
  switch (verdict.kind) {
    case 'worse':
      return `${verdict.metric}: the canary is more than ${policy.harmRatio} times as bad as the baseline; a canary that is not would look like this at some time in at most ${percent(policy.alpha)} of releases`;
    case 'not-worse':
      return `every metric shows that the odds of a bad request are below ${policy.margin} times the baseline's or the bad rate is below ${percent(policy.floor)}; at most ${percent(policy.beta)} of canaries beyond both would pass`;
    case 'undecided':
      return `neither worse nor not worse yet: ${verdict.missing.map(missingInWords).join('; ')}`;
  }
}

/** What is missing, for a person. */
export function missingInWords(missing: Missing): string {
  switch (missing.kind) {
    case 'no-data':
      return 'no data';
    case 'no-canary-requests':
      return 'the canary has had no requests';
    case 'no-baseline-requests':
      return 'the baseline has had no requests';
    case 'metric-without-data':
      return `no data for ${missing.metric}`;
    case 'time':
      return `${Math.ceil(missing.seconds)} s more must pass before not-worse`;
    case 'evidence':
      return missing.canaryRequests === null
        ? `${missing.metric} needs more evidence, how much cannot be told`
        : `${missing.metric} needs about ${missing.canaryRequests} more canary requests if there is no difference`;
  }
}

function percent(part: number): string {
  return `${Number((part * 100).toPrecision(6))} %`;
}

/** Rows grouped by t. */
async function* intervals(rows: AsyncIterable<Numbered<IntervalRow>>, source: string): AsyncGenerator<IntervalRow[]> {
  let group: IntervalRow[] = [];
  let t: number | null = null;
  for await (const { line, row } of rows) {
    if (t !== null && row.t < t) throw unsorted(source, line, row.t, t);
    if (row.t === t) {
      if (group.some((each) => each.metric === row.metric)) throw duplicate(source, line, row);
      group.push(row);
      continue;
    }
    if (group.length > 0) yield group;
    group = [row];
    t = row.t;
  }
  if (group.length > 0) yield group;
}

async function sortedHistory(rows: AsyncIterable<Numbered<HistoryRow>>, source: string): Promise<HistoryRow[]> {
  const out: HistoryRow[] = [];
  const last = new Map<string, number>();
  for await (const { line, row } of rows) {
    const before = last.get(row.metric);
    if (before !== undefined && row.t < before) throw unsorted(source, line, row.t, before);
    if (before === row.t) throw duplicate(source, line, row);
    last.set(row.metric, row.t);
    out.push(row);
  }
  return out;
}

function unsorted(source: string, line: number, t: number, before: number): ProblemError {
  return new ProblemError({
    code: 'analysis.unsorted',
    where: `${source}:${line}:t`,
    found: `t ${t} after t ${before}`,
    expected: 'rows in the order of time',
    remedy: 'sort the rows by t',
  });
}

function duplicate(source: string, line: number, row: HistoryRow): ProblemError {
  return new ProblemError({
    code: 'analysis.duplicate',
    where: `${source}:${line}:t`,
    found: `metric ${row.metric} twice at t ${row.t}`,
    expected: 'one row per interval and metric',
    remedy: 'add the rows up first, or name the metrics in the column metric',
  });
}
