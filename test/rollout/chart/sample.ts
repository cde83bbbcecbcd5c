import {
  type AnalysisReport,
  analyseCsv,
  makePolicy,
  observeInto,
  type Policy,
  report as reportOf,
  startDraft,
  startTrace,
  type Trace,
  traceInto,
} from '../../../src/rollout/analysis/index.ts';
import { type Chart, chartOf } from '../../../src/rollout/chart/index.ts';
import { poisson, random, row } from '../analysis/support.ts';

/** Charts of streams that tests make. */

const HEADER = 't,metric,baseline_requests,baseline_bad,canary_requests,canary_bad\n';

export interface Sample {
  readonly chart: Chart;
  readonly report: AnalysisReport;
  readonly trace: Trace;
  readonly policy: Policy;
}

export async function sampleOf(csv: string, overrides: Partial<Policy> = {}): Promise<Sample> {
  const policy = makePolicy(overrides);
  const trace = startTrace();
  const report = await analyseCsv(csv, { policy, trace });
  return { chart: chartOf(report, trace, policy), report, trace, policy };
}

/** Six bad of a hundred against five of nine hundred, after ten seconds of the baseline alone. */
export function worseStream(metric = 'errors'): string {
  const rows = Array.from({ length: 40 }, (_, i) =>
    i < 10 ? `${i},${metric},1000,5,0,0` : `${i},${metric},900,5,100,6`,
  );
  return `${HEADER}${rows.join('\n')}\n`;
}

/** Both alike, at random; a row per second and metric. */
export function calmStream(seconds: number, metrics: readonly string[] = ['errors'], seed = 1): string {
  const next = random(seed);
  const lines: string[] = [];
  for (let t = 0; t < seconds; t += 1)
    for (const metric of metrics) lines.push(`${t},${metric},900,${poisson(next, 4.5)},100,${poisson(next, 0.5)}`);
  return `${HEADER}${lines.join('\n')}\n`;
}

/** Two metrics for so many seconds, without the detour over text. */
export function folded(seconds: number): Sample {
  const policy = makePolicy();
  const [trace, draft] = [startTrace(), startDraft(policy)];
  for (let t = 0; t < seconds; t += 1) {
    const rows = ['errors', 'slow'].map((metric) =>
      row(t, [900, 4 + (t % 2)], [100, (t * 7) % 3 === 0 ? 1 : 0], metric),
    );
    observeInto(draft, rows);
    traceInto(trace, draft, rows);
  }
  const report = reportOf(draft);
  return { chart: chartOf(report, trace, policy), report, trace, policy };
}
