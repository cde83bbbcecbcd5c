import type { Json } from '../../model/json.ts';
import type { RecordedEntry } from '../../procedure/index.ts';
import { totalEvidence } from '../analysis/evidence.ts';
import { gridOf } from '../analysis/grid.ts';
import { type AnalysisState, analysisStateSchema } from '../analysis/index.ts';
import { notWorseEvidence } from '../analysis/noninferiority.ts';
import { type Analyses, bakeSampleSchema, beginBake, foldBake } from '../bake-state.ts';
import { intervalRows, type Tally } from '../intervals.ts';
import { shareJudgedBy } from '../names.ts';
import { type Answer, sharesSet, type WatchRecords, watchesOf } from './looks.ts';

/**
 * The course of a rollout out of its journal: who got how much, what came of it, and what the evidence said, over time. The evidence is
 * folded again from the recorded counts by the analysis that judged them; what was decided is taken from the journal. Pure.
 */

/** A stretch of time, wall clock in milliseconds. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** What happened between two looks of one watch, by the proxy's counters. */
export interface TrafficSpan extends Span {
  readonly baseline: Tally;
  readonly canary: Tally;
}

export interface ShareSpan extends Span {
  readonly share: number;
}

/** log10 of the e-values after a look. */
export interface EvidenceSpan extends Span {
  readonly worse: number;
  readonly notWorse: number;
}

/** A share that was judged. */
export interface JudgedShare extends Span {
  readonly id: string;
  readonly share: number;
  readonly looks: number;
  readonly baseline: Tally;
  readonly canary: Tally;
  /** At the last look; null when the journal does not hold what it was counted from. */
  readonly evidence: { readonly worse: number; readonly notWorse: number } | null;
  readonly answers: readonly Answer[];
}

export interface Course extends Span {
  readonly shares: readonly ShareSpan[];
  readonly traffic: readonly TrafficSpan[];
  readonly evidence: readonly EvidenceSpan[];
  /** log10 of where evidence decides; null where nothing was compared. */
  readonly limits: { readonly worse: number; readonly notWorse: number } | null;
  readonly judged: readonly JudgedShare[];
  readonly answers: readonly Answer[];
}

export interface Versions {
  readonly candidate: string;
  readonly stable: string | null;
}

/** Null when nothing of it was watched: a build, a run that was refused, files alone. */
export function courseOf(entries: readonly RecordedEntry[], versions: Versions): Course | null {
  const watches = watchesOf(entries).filter(({ looks }) => looks.length > 0);
  const times = [
    ...watches.flatMap(({ looks }) => looks.map(({ time }) => time)),
    ...sharesSet(entries).map((one) => one.time),
  ];
  if (watches.length === 0) return null;
  const [from, until] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
  const weighed = weigh(watches, versions);
  return {
    from,
    until,
    shares: sharesOf(entries, watches, until),
    traffic: watches.flatMap((watch) => trafficOf(watch, versions)),
    evidence: weighed.evidence,
    limits: weighed.limits,
    judged: watches.flatMap((watch) => judgedOf(watch, versions, weighed.last.get(watch) ?? null)),
    answers: watches.flatMap(({ answers }) => answers),
  };
}

/** Share of the new version as stairs: what steps set, and what looks saw. */
function sharesOf(
  entries: readonly RecordedEntry[],
  watches: readonly WatchRecords[],
  until: number,
): readonly ShareSpan[] {
  const seen = watches.flatMap(({ looks }) =>
    looks.flatMap(({ time, configured }) => (configured === undefined ? [] : [{ time, share: configured }])),
  );
  const all = [...sharesSet(entries), ...seen].toSorted((a, b) => a.time - b.time);
  const spans: ShareSpan[] = [];
  for (const [index, { time, share }] of all.entries()) {
    const end = all[index + 1]?.time ?? until;
    const last = spans.at(-1);
    if (last !== undefined && Math.abs(last.share - share) < 1e-6) spans[spans.length - 1] = { ...last, until: end };
    else spans.push({ from: time, until: end, share });
  }
  return spans;
}

const NONE: Tally = { requests: 0, bad: 0 };
/** The proxy's own metric. */
const ERRORS = 'errors';

/** A look without a reading is covered by the next one that has it, as the analysis does. */
function trafficOf({ looks }: WatchRecords, { candidate, stable }: Versions): readonly TrafficSpan[] {
  const spans: TrafficSpan[] = [];
  let before: (typeof looks)[number] | undefined;
  for (const look of looks) {
    if (look.proxy?.kind !== 'counters') continue;
    if (before?.proxy !== undefined && look.time > before.time) {
      const rows = intervalRows(before.proxy, look.proxy, { stable: stable ?? '', candidate });
      const row = rows.find(({ metric }) => metric === ERRORS);
      const [baseline, canary] = [row?.baseline ?? NONE, row?.canary ?? NONE];
      spans.push({ from: before.time, until: look.time, baseline, canary });
    }
    before = look;
  }
  return spans;
}

interface Weighed {
  readonly evidence: readonly EvidenceSpan[];
  readonly last: ReadonlyMap<WatchRecords, EvidenceSpan>;
  readonly limits: Course['limits'];
}

/** Folds the looks of every judged share again, from what the past had left. */
function weigh(watches: readonly WatchRecords[], { candidate, stable }: Versions): Weighed {
  const settings = { stable: stable ?? '', candidate, everyMs: 0 };
  const evidence: EvidenceSpan[] = [];
  const last = new Map<WatchRecords, EvidenceSpan>();
  let analyses: Analyses | undefined;
  for (const watch of watches) {
    if (watch.id === 'past') analyses = analysesIn(watch.outputs);
    if (shareJudgedBy(watch.id) === undefined || analyses === undefined) continue;
    let state = beginBake(analyses);
    for (const [index, look] of watch.looks.entries()) {
      const sample = bakeSampleSchema.safeParse(look.sample);
      if (!sample.success) continue;
      state = foldBake(state, sample.data, settings);
      const span: EvidenceSpan = {
        from: look.time,
        until: watch.looks[index + 1]?.time ?? look.time,
        worse: worseOf(state.analyses.accuse),
        notWorse: notWorseOf(state.analyses.clear),
      };
      evidence.push(span);
      last.set(watch, span);
    }
    analyses = state.analyses;
  }
  const policy = analyses?.accuse.policy;
  const limits = policy === undefined ? null : { worse: -Math.log10(policy.alpha), notWorse: -Math.log10(policy.beta) };
  return { evidence, last, limits };
}

function worseOf({ metrics, policy, worse }: AnalysisState): number {
  return (worse?.logEvidence ?? totalEvidence(metrics, policy, gridOf(policy))) / Math.LN10;
}

/** Of the metric that shows it least, since all of them must. */
function notWorseOf({ metrics, policy }: AnalysisState): number {
  const grid = gridOf(policy);
  const least = metrics.reduce(
    (low, { margin, floor }) => Math.min(low, notWorseEvidence(margin, floor, grid)),
    Infinity,
  );
  return Number.isFinite(least) ? least / Math.LN10 : 0;
}

/** The analyses that a watch left; undefined when they were redacted or have another form. */
function analysesIn(outputs: Json | undefined): Analyses | undefined {
  if (typeof outputs !== 'object' || outputs === null || !('accuse' in outputs) || !('clear' in outputs))
    return undefined;
  const [accuse, clear] = [
    analysisStateSchema.safeParse(outputs['accuse']),
    analysisStateSchema.safeParse(outputs['clear']),
  ];
  return accuse.success && clear.success ? { accuse: accuse.data, clear: clear.data } : undefined;
}

function judgedOf(watch: WatchRecords, versions: Versions, evidence: EvidenceSpan | null): readonly JudgedShare[] {
  const share = shareJudgedBy(watch.id);
  const [first, last] = [watch.looks[0], watch.looks.at(-1)];
  if (share === undefined || first === undefined || last === undefined) return [];
  const traffic = trafficOf(watch, versions);
  const sum = (side: 'baseline' | 'canary'): Tally =>
    traffic.reduce((so, one) => ({ requests: so.requests + one[side].requests, bad: so.bad + one[side].bad }), NONE);
  return [
    {
      id: watch.id,
      share,
      from: first.time,
      until: last.time,
      looks: watch.looks.length,
      baseline: sum('baseline'),
      canary: sum('canary'),
      evidence: evidence === null ? null : { worse: evidence.worse, notWorse: evidence.notWorse },
      answers: watch.answers,
    },
  ];
}
