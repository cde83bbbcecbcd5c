import type { Problem } from '../../model/problem.ts';
import { ProblemError } from '../../model/problem.ts';
import { absorbBaseline, dispersionOf, endStretch, startDispersion } from './dispersion.ts';
import type { AnalysisDraft, MetricDraft, Past } from './draft.ts';
import { draftOf, newMetric } from './draft.ts';
import { decide, totalEvidence } from './evidence.ts';
import type { Grid } from './grid.ts';
import { gridOf } from './grid.ts';
import { betAgainstFloor, betAgainstMargin } from './noninferiority.ts';
import { absorbServers, betOnServers, startServers } from './servers.ts';
import { endSplit, splitDispersion } from './split.ts';
import type { AnalysisState, Counts, HistoryRow, IntervalRow, MetricState, Policy, RowServers } from './types.ts';
import { betRobust, betSharp, shareAt } from './wealth.ts';

export interface StartOptions {
  /**
   * The metrics of the release; each gets the same share of alpha, with or without data. Left out: a metric joins when its first row
   * comes (its share is taken from the wealth the others have by then, so the guarantee stays).
   */
  readonly metrics?: readonly string[] | undefined;
  /** The baseline's own past, by ascending t for each metric, on any clock. */
  readonly history?: Iterable<HistoryRow> | undefined;
}

/**
 * The state before the first interval.
 *
 * @throws ProblemError `analysis.bad-counts`, `analysis.unsorted` for the history
 */
export function start(policy: Policy, options: StartOptions = {}): AnalysisState {
  return startDraft(policy, options);
}

/** The same, to be changed in place with `observeInto`. */
export function startDraft(policy: Policy, options: StartOptions = {}): AnalysisDraft {
  const past = readHistory(policy, options.history ?? []);
  const names = [...new Set(options.metrics ?? [])].sort(byCodeUnit);
  const metrics = names.map((name) => newMetric(name, policy, past.get(name)));
  for (const metric of metrics) metric.stake = logOf(1 / names.length);
  return {
    v: 1,
    policy,
    open: options.metrics === undefined,
    metrics,
    waiting: [...past].filter(([name]) => !names.includes(name)).map(([name, known]) => ({ name, ...known })),
    t: null,
    stepStart: null,
    worse: null,
    notWorse: null,
  };
}

function readHistory(policy: Policy, rows: Iterable<HistoryRow>): Map<string, Past> {
  const past = new Map<string, Past>();
  for (const { t, metric, baseline, servers } of rows) {
    checkCounts(baseline, t, metric, 'baseline');
    const known = past.get(metric) ?? { dispersion: startDispersion(policy.dispersion), servers: startServers() };
    past.set(metric, known);
    const { dispersion } = known;
    if (dispersion.last !== null && t <= dispersion.last) throw new ProblemError(unsorted(t, dispersion.last));
    absorbBaseline(dispersion, policy.dispersion, t, baseline.requests, baseline.bad);
    if (servers !== undefined) absorbServers(known.servers, policy.dispersion, t, servers.baseline);
  }
  for (const { dispersion, servers } of past.values()) {
    endStretch(dispersion);
    endSplit(servers.split);
  }
  return past;
}

/** ln x with a plain zero for 1, so that a state is the same after JSON. */
function logOf(x: number): number {
  return x === 1 ? 0 : Math.log(x);
}

/**
 * The state after one more interval. Pure; costs the same however long the stream is. A metric without a row keeps its evidence.
 *
 * @param rows all rows of one interval (one t, each metric once), in any order
 * @throws ProblemError `analysis.unsorted` (t does not ascend), `analysis.bad-counts`, `analysis.unknown-metric`, `analysis.duplicate`
 */
export function observe(state: AnalysisState, rows: readonly IntervalRow[]): AnalysisState {
  const draft = draftOf(state);
  observeInto(draft, rows);
  return draft;
}

/** The same, in place; after a ProblemError the draft is not to be used. */
export function observeInto(draft: AnalysisDraft, rows: readonly IntervalRow[]): void {
  const t = rows[0]?.t;
  if (t === undefined) return;
  if (!Number.isFinite(t) || (draft.t !== null && t <= draft.t)) throw new ProblemError(unsorted(t, draft.t));
  const { policy } = draft;
  const grid = gridOf(policy);
  if (rows.length > 1) checkInterval(rows, t);
  if (draft.open) joinAll(draft, rows);
  draft.t = t;
  if (draft.stepStart === null && rows.some((row) => row.canary.requests > 0)) draft.stepStart = t;
  const phase = phaseAt(draft, t);
  for (const row of rows) {
    const metric = metricOf(draft, row.metric, t);
    checkCounts(row.baseline, t, row.metric, 'baseline');
    checkCounts(row.canary, t, row.metric, 'canary');
    if (row.servers !== undefined) checkServers(row, row.servers);
    take(metric, policy, grid, row, row.settling === undefined ? phase : row.settling === 'up' ? upTo1(phase) : 0);
    absorbBaseline(metric.dispersion, policy.dispersion, t, row.baseline.requests, row.baseline.bad);
    if (row.servers !== undefined) absorbServers(metric.servers, policy.dispersion, t, row.servers.baseline);
  }
  decide(draft, grid, t);
}

/**
 * A new step begins (the weight is about to change, or has just changed): `not-worse` starts afresh, `worse` goes on. Call it between
 * the last interval at the old weight and the first at the new one.
 */
export function startStep(state: AnalysisState): AnalysisState {
  const draft = draftOf(state);
  const grid = gridOf(draft.policy);
  for (const metric of draft.metrics) {
    flush(metric, draft.policy, grid);
    metric.margin.fill(0);
    metric.floor.fill(0);
  }
  if (draft.t !== null) decide(draft, grid, draft.t);
  draft.stepStart = null;
  draft.notWorse = null;
  return draft;
}

/** What the next interval's clump size is for a metric. */
export function clumpOf(metric: MetricState, policy: Policy): number {
  if (policy.mode === 'sharp') return 1;
  if (policy.clumpSize !== null) return policy.clumpSize;
  return dispersionOf(metric.dispersion, policy.dispersion, splitDispersion(metric.servers.split, policy.dispersion));
}

/** 0: serves nothing, 1: serves `worse` only, 2: serves both. */
type Serves = 0 | 1 | 2;

function phaseAt(draft: AnalysisDraft, t: number): Serves {
  if (draft.stepStart === null) return 0;
  const age = t - draft.stepStart;
  if (age < draft.policy.warmUpSeconds) return 0;
  return age < draft.policy.warmUpSeconds + draft.policy.longestTimeoutSeconds ? 1 : 2;
}

function upTo1(serves: Serves): Serves {
  return serves === 0 ? 0 : 1;
}

/** Bets on the row, or keeps it for its unit. */
function take(metric: MetricDraft, policy: Policy, grid: Grid, row: IntervalRow, serves: Serves): void {
  if (serves !== 0 && row.servers !== undefined) {
    betOnServers(metric.servers, policy, grid, row.baseline, row.servers.canary, clumpOf(metric, policy));
  }
  if (policy.unitSeconds === 0) {
    if (serves !== 0) bet(metric, policy, grid, row.baseline, row.canary, serves, clumpOf(metric, policy));
    return;
  }
  if (metric.pending !== null && metric.pending.serves !== serves) flush(metric, policy, grid);
  if (serves === 0) return;
  const { pending } = metric;
  metric.pending = {
    baseline: sum(pending?.baseline, row.baseline),
    canary: sum(pending?.canary, row.canary),
    serves,
    clump: pending?.clump ?? clumpOf(metric, policy),
  };
  if (metric.lastBet === null || row.t - metric.lastBet >= policy.unitSeconds) {
    flush(metric, policy, grid);
    metric.lastBet = row.t;
  }
}

function sum(a: Counts | undefined, b: Counts): Counts {
  return a === undefined
    ? { requests: b.requests, bad: b.bad }
    : { requests: a.requests + b.requests, bad: a.bad + b.bad };
}

function flush(metric: MetricDraft, policy: Policy, grid: Grid): void {
  const { pending } = metric;
  if (pending === null) return;
  metric.pending = null;
  bet(metric, policy, grid, pending.baseline, pending.canary, pending.serves, pending.clump);
}

function bet(
  metric: MetricDraft,
  policy: Policy,
  grid: Grid,
  baseline: Counts,
  canary: Counts,
  serves: 1 | 2,
  clump: number,
): void {
  metric.baseline.requests += baseline.requests;
  metric.baseline.bad += baseline.bad;
  metric.canary.requests += canary.requests;
  metric.canary.bad += canary.bad;
  const requests = baseline.requests + canary.requests;
  const bad = baseline.bad + canary.bad;
  if (baseline.requests > 0 && canary.requests > 0) {
    const weight = canary.requests / requests;
    metric.share = weight;
    if (bad > 0) {
      const share = shareAt(policy.harmRatio, weight);
      betSharp(metric.upper, grid.harm, canary.bad, bad, share, clump);
      betSharp(metric.lower, grid.lower, canary.bad, bad, share, clump);
      if (policy.mode === 'robust') betRobust(metric.robust, grid.harm, canary.bad, bad, share);
      metric.mantelHaenszel[0] += canary.bad * (1 - weight);
      metric.mantelHaenszel[1] += baseline.bad * weight;
      metric.eventful += 1;
    }
  }
  if (serves === 2) {
    const split = {
      canaryRequests: canary.requests,
      canaryBad: canary.bad,
      baselineRequests: baseline.requests,
      baselineBad: baseline.bad,
    };
    betAgainstMargin(metric.margin, policy, grid, split, clump);
    betAgainstFloor(metric.floor, grid, split, clump);
  }
}

/**
 * Metrics seen for the first time join: each gets the same part of all wealth there is by now, the others give it up in proportion.
 * Total evidence is unchanged by it, so it stays a fair game; metrics that join before any evidence share equally.
 */
function joinAll(draft: AnalysisDraft, rows: readonly IntervalRow[]): void {
  const names = rows.map((row) => row.metric).filter((name) => find(draft, name) === undefined);
  if (names.length === 0) return;
  const before = draft.metrics.length;
  const after = before + names.length;
  const total = totalEvidence(draft.metrics, draft.policy, gridOf(draft.policy));
  for (const metric of draft.metrics) metric.stake += Math.log(before / after);
  const joined = names.map((name) => {
    const past = draft.waiting.find((waiting) => waiting.name === name);
    return newMetric(name, draft.policy, past);
  });
  for (const metric of joined) metric.stake = total + logOf(1 / after);
  draft.metrics = [...draft.metrics, ...joined].sort((a, b) => byCodeUnit(a.name, b.name));
}

function find(draft: AnalysisDraft, name: string): MetricDraft | undefined {
  for (const metric of draft.metrics) if (metric.name === name) return metric;
  return undefined;
}

function metricOf(draft: AnalysisDraft, name: string, t: number): MetricDraft {
  const found = find(draft, name);
  if (found !== undefined) return found;
  throw new ProblemError({
    code: 'analysis.unknown-metric',
    where: `t ${t}`,
    found: `metric ${name}`,
    expected: `one of ${draft.metrics.map((metric) => metric.name).join(', ')}`,
    remedy: 'name every metric of the release at its start',
  });
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function checkCounts(counts: Counts, t: number, metric: string, side: string): void {
  const { requests, bad } = counts;
  if (Number.isSafeInteger(requests) && Number.isSafeInteger(bad) && bad >= 0 && bad <= requests) return;
  throw new ProblemError({
    code: 'analysis.bad-counts',
    where: `t ${t}, metric ${metric}, ${side}`,
    found: `${bad} bad of ${requests} requests`,
    expected: 'whole numbers with 0 ≤ bad ≤ requests',
    remedy: 'count bad requests among the same requests, and turn raw counters into differences first',
  });
}

/** The servers of each side make up its counts, each named once. */
function checkServers(row: IntervalRow, servers: RowServers): void {
  for (const side of ['baseline', 'canary'] as const) {
    const names = new Set(servers[side].map((one) => one.server));
    const total = servers[side].reduce<Counts>(sum, { requests: 0, bad: 0 });
    for (const one of servers[side]) checkCounts(one, row.t, row.metric, `${side} server ${one.server}`);
    const wanted = row[side];
    if (names.size === servers[side].length && total.requests === wanted.requests && total.bad === wanted.bad) continue;
    throw new ProblemError({
      code: 'analysis.bad-servers',
      where: `t ${row.t}, metric ${row.metric}, ${side}`,
      found: `${names.size} servers in ${servers[side].length} entries with ${total.bad} bad of ${total.requests} requests`,
      expected: `each server once, and ${wanted.bad} bad of ${wanted.requests} requests together`,
      remedy: 'count servers and versions from the same reading',
    });
  }
}

function checkInterval(rows: readonly IntervalRow[], t: number): void {
  const names = new Set<string>();
  for (const row of rows) {
    if (row.t !== t) throw new ProblemError(unsorted(row.t, t));
    if (names.has(row.metric)) {
      throw new ProblemError({
        code: 'analysis.duplicate',
        where: `t ${t}`,
        found: `metric ${row.metric} twice`,
        expected: 'one row per interval and metric',
        remedy: 'add the rows up first',
      });
    }
    names.add(row.metric);
  }
}

function unsorted(t: number, last: number | null): Problem {
  return {
    code: 'analysis.unsorted',
    where: `t ${t}`,
    found: last === null ? `t ${t}` : `t ${t} after t ${last}`,
    expected: 'a finite t, later than that of the interval before',
    remedy: 'give the intervals in the order of time, each once',
  };
}
