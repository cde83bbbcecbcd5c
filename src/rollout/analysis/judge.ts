import { riskRatioOf } from './confidence.ts';
import { earliestNotWorse, leadingMetric, totalEvidence, worseEvidence } from './evidence.ts';
import { clumpOf } from './fold.ts';
import type { Grid } from './grid.ts';
import { gridOf } from './grid.ts';
import { needed } from './needs.ts';
import { notWorseEvidence } from './noninferiority.ts';
import { serverNoiseOf } from './servers.ts';
import type {
  AnalysisState,
  Judgement,
  MetricJudgement,
  MetricState,
  Missing,
  Needed,
  Policy,
  Verdict,
} from './types.ts';

const UNKNOWN: Needed = { notWorse: null, worse: null };

function neededOf(metric: MetricState, policy: Policy, clump: number): Needed {
  const { requests, bad } = metric.dispersion.total;
  if (requests === 0 || metric.share === null) return UNKNOWN;
  const events = metric.eventful === 0 ? 1 : (metric.baseline.bad + metric.canary.bad) / metric.eventful;
  return needed(
    policy,
    { baseRate: bad / requests, share: metric.share, clump, eventsPerInterval: events },
    {
      harm: metric.robust.length > 0 ? metric.robust : metric.upper,
      margin: metric.margin,
      floor: metric.floor,
      stake: metric.stake,
    },
  );
}

function judgeMetric(metric: MetricState, policy: Policy, grid: Grid): MetricJudgement {
  const clump = clumpOf(metric, policy);
  const logNotWorse = notWorseEvidence(metric.margin, metric.floor, grid);
  const estimate = neededOf(metric, policy, clump);
  return {
    metric: metric.name,
    evidence: worseEvidence(metric, policy, grid) / Math.LN10,
    evidenceNotWorse: logNotWorse / Math.LN10,
    riskRatio: riskRatioOf(metric, policy, grid),
    dispersion: clump,
    serverNoise: serverNoiseOf(metric, policy),
    baseline: { ...metric.baseline },
    canary: { ...metric.canary },
    requestsNeeded: logNotWorse >= -Math.log(policy.beta) ? { ...estimate, notWorse: 0 } : estimate,
  };
}

function missing(state: AnalysisState, metrics: readonly MetricJudgement[]): Missing[] {
  if (state.t === null || metrics.length === 0) return [{ kind: 'no-data' }];
  const list: Missing[] = [];
  if (state.stepStart === null) list.push({ kind: 'no-canary-requests' });
  else {
    const seconds = state.stepStart + earliestNotWorse(state.policy) - state.t;
    if (seconds > 0) list.push({ kind: 'time', seconds });
  }
  if (state.metrics.every((metric) => metric.dispersion.total.requests === 0))
    list.push({ kind: 'no-baseline-requests' });
  for (const metric of metrics) {
    if (metric.baseline.requests + metric.canary.requests === 0) {
      if (state.stepStart !== null) list.push({ kind: 'metric-without-data', metric: metric.metric });
    } else if (metric.requestsNeeded.notWorse !== 0) {
      list.push({ kind: 'evidence', metric: metric.metric, canaryRequests: metric.requestsNeeded.notWorse });
    }
  }
  return list;
}

/** The largest of a number per metric; null as soon as one is not known. */
function worstOf(values: readonly (number | null)[]): number | null {
  let most: number | null = null;
  for (const value of values) {
    if (value === null) return null;
    most = most === null ? value : Math.max(most, value);
  }
  return most;
}

/** The smallest known number per metric. */
function leastOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** What the evidence so far says. Looks only; ask as often as you like, the guarantees hold for any number of looks. */
export function judge(state: AnalysisState): Judgement {
  const { policy } = state;
  const grid = gridOf(policy);
  const metrics = state.metrics.map((metric) => judgeMetric(metric, policy, grid));
  const verdict: Verdict =
    state.worse !== null
      ? { kind: 'worse', at: state.worse.at, metric: state.worse.metric }
      : state.notWorse !== null
        ? { kind: 'not-worse', at: state.notWorse }
        : { kind: 'undecided', missing: missing(state, metrics) };
  return {
    verdict,
    evidence: (state.worse?.logEvidence ?? totalEvidence(state.metrics, policy, grid)) / Math.LN10,
    leading: state.worse?.metric ?? (state.t === null ? null : leadingMetric(state.metrics, policy, grid)),
    requestsNeeded: {
      notWorse: verdict.kind === 'not-worse' ? 0 : worstOf(metrics.map((metric) => metric.requestsNeeded.notWorse)),
      worse: verdict.kind === 'worse' ? 0 : leastOf(metrics.map((metric) => metric.requestsNeeded.worse)),
    },
    metrics,
  };
}
