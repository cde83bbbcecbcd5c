import { z } from 'zod';
import { type Counters, countersSchema } from '../model/metrics.ts';
import { type AnalysisState, type IntervalRow, judge, observe, startStep } from './analysis/index.ts';
import { intervalRows } from './intervals.ts';
import { instanceSampleSchema } from './world.ts';

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

export interface BakeState {
  readonly from: number | null;
  readonly watchedMs: number;
  /** Looks without a baseline reading do not move `previous`: the next good one covers the gap. */
  readonly previous: readonly (Counters | null)[];
  readonly analyses: Analyses;
  /** Since when each source is silent, milliseconds. */
  readonly missingSince: readonly (number | null)[];
  /** Since when not one instance is ready; null while one is. */
  readonly notReadySince: number | null;
  readonly last: BakeSample | null;
}

export interface BakeSettings {
  readonly stable: string;
  readonly candidate: string;
  readonly everyMs: number;
}

/** A step begins: `not-worse` starts afresh, the evidence for `worse` goes on through the whole release. */
export function beginBake(analyses: Analyses): BakeState {
  return {
    from: null,
    watchedMs: 0,
    previous: [],
    analyses: { accuse: startStep(analyses.accuse), clear: startStep(analyses.clear) },
    missingSince: [],
    notReadySince: null,
    last: null,
  };
}

/** Pure fold over one look. */
export function foldBake(state: BakeState, sample: BakeSample, settings: BakeSettings): BakeState {
  const from = state.from ?? sample.time;
  const t = sample.time / 1000;
  const rows: IntervalRow[][] = sample.counters.map((counters, index) => {
    const previous = state.previous[index] ?? null;
    if (previous === null) return [];
    return intervalRows(previous, counters, settings).map((row) => ({ ...row, t }));
  });
  const passed = state.last === null ? 0 : sample.time - state.last.time;
  return {
    from,
    // Time in which nobody watched (a crash, a paused run) is not baked.
    watchedMs: state.watchedMs + Math.max(0, Math.min(passed, 3 * settings.everyMs)),
    previous: sample.counters.map((counters, index) =>
      counters.kind === 'counters' ? counters : (state.previous[index] ?? null),
    ),
    analyses: {
      accuse: observeIfAny(state.analyses.accuse, rows.flat()),
      clear: observeIfAny(state.analyses.clear, rows[0] ?? []),
    },
    missingSince: sample.counters.map((counters, index) =>
      counters.kind === 'missing' ? (state.missingSince[index] ?? sample.time) : null,
    ),
    notReadySince: sample.instances.some((one) => one.state === 'ready') ? null : (state.notReadySince ?? sample.time),
    last: sample,
  };
}

function observeIfAny(state: AnalysisState, rows: readonly IntervalRow[]): AnalysisState {
  return rows.length === 0 ? state : observe(state, rows);
}

/** Verdict of a bake: the accusation of any source, else the clearance of the proxy, else undecided with what is missing. */
export function bakeVerdict(state: BakeState) {
  return { accuse: judge(state.analyses.accuse), clear: judge(state.analyses.clear) };
}

/** Which sources are silent, since when and why; empty when all speak. */
export function silentSources(state: BakeState): readonly string[] {
  return (state.last?.counters ?? []).flatMap((counters, index) => {
    const since = state.missingSince[index];
    if (counters.kind !== 'missing' || since === null || since === undefined || state.last === null) return [];
    const seconds = Math.round((state.last.time - since) / 1000);
    return [`${counters.source}: ${counters.reason} (for ${seconds} s)`];
  });
}
