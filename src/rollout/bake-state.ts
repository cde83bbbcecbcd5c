import { z } from 'zod';
import { type Counters, countersSchema } from '../model/metrics.ts';
import {
  type AnalysisState,
  type IntervalRow,
  judge,
  observe,
  type Policy,
  start,
  startStep,
} from './analysis/index.ts';
import { intervalRows } from './intervals.ts';
import { instanceSampleSchema, notReadySince } from './world.ts';

/** What one look of a bake records: raw, so that every conclusion can be drawn again from the journal. */
export const bakeSampleSchema = z.strictObject({
  time: z.number(),
  /** The proxy's counters first, then the witnesses'. */
  counters: z.array(countersSchema).min(1).readonly(),
  instances: z.array(instanceSampleSchema).readonly(),
  router: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('observed'), configured: z.number(), actual: z.number() }),
    z.strictObject({ kind: z.literal('unreachable'), reason: z.string() }),
  ]),
});
export type BakeSample = z.infer<typeof bakeSampleSchema>;

/** Two analyses over the same stream: all sources may call a version worse; only the proxy may clear it. */
export interface Analyses {
  readonly accuse: AnalysisState;
  readonly clear: AnalysisState;
}

/** A source that is silent, or one of its metrics that is not to be had. */
export interface Gap {
  /** Null: the whole source. */
  readonly metric: string | null;
  readonly reason: string;
  /** Wall clock of the first look without it, milliseconds. */
  readonly since: number;
}

export interface BakeState {
  readonly from: number | null;
  readonly watchedMs: number;
  /** Looks without a baseline reading do not move `previous`: the next good one covers the gap. */
  readonly previous: readonly (Counters | null)[];
  readonly analyses: Analyses;
  /** What each source does not say now. */
  readonly gaps: readonly (readonly Gap[])[];
  /** Since when not one instance is ready; null while one is. */
  readonly notReadySince: number | null;
  readonly last: BakeSample | null;
}

export interface BakeSettings {
  readonly stable: string;
  readonly candidate: string;
  readonly everyMs: number;
  /** Instances that must be ready; default 1. */
  readonly atLeast?: number;
}

/** Metrics of a witness carry its name, so that they never meet those of the proxy. */
export function metricName(source: number, metric: string): string {
  return source === 0 ? metric : `witness-${source}/${metric}`;
}

/** Before anything is known. All metrics share α from the start; only the proxy's decide `not-worse`. */
export function noAnalyses(
  policy: Policy,
  proxy: readonly string[],
  witnesses: readonly (readonly string[])[],
): Analyses {
  const named = witnesses.flatMap((names, index) => names.map((name) => metricName(index + 1, name)));
  return { accuse: start(policy, { metrics: [...proxy, ...named] }), clear: start(policy, { metrics: proxy }) };
}

/** A step begins: `not-worse` starts afresh, the evidence for `worse` goes on through the whole release. */
export function beginBake(analyses: Analyses): BakeState {
  return {
    from: null,
    watchedMs: 0,
    previous: [],
    analyses: { accuse: startStep(analyses.accuse), clear: startStep(analyses.clear) },
    gaps: [],
    notReadySince: null,
    last: null,
  };
}

/** Pure fold over one look. */
export function foldBake(state: BakeState, sample: BakeSample, settings: BakeSettings): BakeState {
  const from = state.from ?? sample.time;
  const rows = rowsOf(state.previous, sample, settings, state.last);
  const passed = state.last === null ? 0 : sample.time - state.last.time;
  return {
    from,
    // Time in which nobody watched (a crash, a paused run) is not baked.
    watchedMs: state.watchedMs + Math.max(0, Math.min(passed, 3 * settings.everyMs)),
    previous: sample.counters.map((counters, index) =>
      counters.kind === 'counters' ? counters : (state.previous[index] ?? null),
    ),
    analyses: {
      accuse: observeKnown(state.analyses.accuse, rows),
      clear: observeKnown(state.analyses.clear, rows),
    },
    gaps: sample.counters.map((counters, index) => gapsOf(counters, state.gaps[index] ?? [], sample.time)),
    notReadySince: notReadySince(state.notReadySince, sample.instances, sample.time, settings.atLeast),
    last: sample,
  };
}

/** A metric that is missing after its whole source was silent has been missing since then. */
function gapsOf(counters: Counters, before: readonly Gap[], time: number): readonly Gap[] {
  const found = counters.kind === 'missing' ? [{ metric: null, reason: counters.reason }] : (counters.missing ?? []);
  return found.map(({ metric, reason }) => {
    const known = before.find((gap) => gap.metric === metric) ?? before.find((gap) => gap.metric === null);
    return { metric, reason, since: known?.since ?? time };
  });
}

/** Rows of all sources since their last good readings; none when the wall clock did not go forward. */
function rowsOf(
  before: BakeState['previous'],
  sample: BakeSample,
  settings: BakeSettings,
  last: BakeSample | null,
): readonly IntervalRow[] {
  if (last !== null && sample.time <= last.time) return [];
  return sample.counters.flatMap((counters, source) => {
    const previous = before[source] ?? null;
    if (previous === null) return [];
    return intervalRows(previous, counters, settings).map((row) => ({
      ...row,
      metric: metricName(source, row.metric),
      t: sample.time / 1000,
    }));
  });
}

/** An analysis takes the metrics it was started with. */
function observeKnown(state: AnalysisState, rows: readonly IntervalRow[]): AnalysisState {
  const known = rows.filter((row) => state.metrics.some((metric) => metric.name === row.metric));
  return known.length === 0 || (state.t !== null && (known[0]?.t ?? 0) <= state.t) ? state : observe(state, known);
}

/** Verdict of a bake: the accusation of any source, else the clearance of the proxy, else undecided with what is missing. */
export function bakeVerdict(state: BakeState) {
  return { accuse: judge(state.analyses.accuse), clear: judge(state.analyses.clear) };
}

/** Whether a source says nothing at all. */
export function someSourceIsSilent(state: BakeState): boolean {
  return state.gaps.some((gaps) => gaps.some((gap) => gap.metric === null));
}

/** What the proxy, the only source that may clear a version, does not say, with the reason and since when; empty when it answers. */
export function proxyGaps(state: BakeState): readonly string[] {
  return gapsInWords(state, (source) => source === 0);
}

/** The same of the witnesses, whole or a metric of theirs; empty when they say all they were asked. */
export function witnessGaps(state: BakeState): readonly string[] {
  return gapsInWords(state, (source) => source > 0);
}

/** A status line that also says what is missing, if anything is. */
export function withGaps(status: string, gaps: readonly string[]): string {
  return gaps.length === 0 ? status : `${status}; missing: ${gaps.join('; ')}`;
}

function gapsInWords({ last, gaps }: BakeState, wanted: (source: number) => boolean): readonly string[] {
  if (last === null) return [];
  return last.counters.flatMap((counters, source) =>
    (wanted(source) ? (gaps[source] ?? []) : []).map(({ metric, reason, since }) => {
      const seconds = Math.round((last.time - since) / 1000);
      return `${counters.source}: ${metric === null ? '' : `${metric}: `}${reason} (for ${seconds} s)`;
    }),
  );
}
