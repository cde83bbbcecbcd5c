import { z } from 'zod';
import type { Json } from '../../model/json.ts';
import { ProblemError } from '../../model/problem.ts';
import { type RecordedRun, readRun } from '../../procedure/index.ts';
import {
  type CanaryStep,
  type Decision,
  makePolicy,
  type Policy,
  type RecordedBake,
  type RecordedLook,
  type RejudgedBake,
  rejudge,
  shareJudgedBy,
} from '../../rollout/index.ts';
import type { Target } from '../environment/target.ts';
import { releaseInputsSchema, rolloutFor } from '../run/procedure.ts';

/** Past releases judged again, offline, from what their journals hold: what another policy would have said, and when. */

/** How all steps of a release together ended. */
export type Ending = 'passed' | 'rolled-back' | 'undecided';

/** What a watch answered. */
export interface StepDecision {
  readonly answer: Decision['answer'];
  readonly text: string;
  /** RFC 3339, of the look that decided. */
  readonly at: string;
  /** Since the first look of the step. */
  readonly afterSeconds: number;
}

export interface WhatIfStep {
  /** Id of the watch, `judge-10-percent`. */
  readonly step: string;
  readonly share: number;
  /** Looks that were recorded. */
  readonly looks: number;
  readonly recorded: readonly StepDecision[];
  /** In order; a failure after a pass: it would have gone on to its next share, and shown itself there. */
  readonly again: readonly StepDecision[];
  /** Canary requests that would still have been missing at the last recorded look; null: cannot be told. */
  readonly requestsNeeded: number | null;
}

export interface WhatIfRelease {
  readonly run: string;
  readonly environment: string;
  readonly version: string;
  readonly startedAt: string;
  /** As far as it would have got. */
  readonly steps: readonly WhatIfStep[];
  readonly recorded: Ending;
  readonly again: Ending;
  /** Every step decided the same at the same look. */
  readonly same: boolean;
}

/** A release, or why there is nothing to judge in this run. */
export type WhatIf =
  | { readonly kind: 'judged'; readonly release: WhatIfRelease }
  | { readonly kind: 'nothing'; readonly run: string; readonly why: string };

/**
 * Judges one run again. Settings that are not given are those that the run recorded; what is no part of the policy (deadlines, what
 * follows from too little traffic) is as the environment has it today.
 *
 * @param target the environment of the run; only its settings are used
 * @param settings of a policy, checked by `makePolicy` already
 */
export async function whatIf(target: Target, run: string, settings: object): Promise<WhatIf> {
  const recorded = await readRun(target.store, run);
  const nothing = (why: string): WhatIf => ({ kind: 'nothing', run, why });
  if (recorded.procedure !== 'release') return nothing(`a ${recorded.procedure}: nothing is judged in it`);
  const inputs = releaseInputsSchema.safeParse(recorded.inputs);
  if (!inputs.success) return nothing('its inputs are not in the form of this version');
  const { candidate, stable } = inputs.data;
  if (candidate.unit === null || stable === null || stable.unit === null)
    return nothing('there was no stable version to compare with');
  const rollout = rolloutFor(target, candidate.unit, stable.unit);
  try {
    const story = storyOf(recorded, target.policy.steps);
    if (story.bakes.length === 0) return nothing('it ended before the first share was judged');
    const policy = makePolicy({ ...(story.policy ?? target.policy.analysis), ...settings });
    const judged = rejudge(rollout, policy, story.past, story.bakes);
    return { kind: 'judged', release: compared(recorded, candidate.release.version, story, judged) };
  } catch (error) {
    if (error instanceof ProblemError) return nothing(error.problems.map(({ found }) => found).join('; '));
    throw error;
  }
}

function compared(
  recorded: RecordedRun,
  version: string,
  story: Story,
  judged: readonly RejudgedBake[],
): WhatIfRelease {
  const before = story.bakes.map(({ id }) => story.decisions.get(id) ?? []);
  const after = judged.map(({ decisions }) => decisions);
  return {
    run: recorded.run,
    environment: recorded.environment,
    version,
    startedAt: recorded.startedAt,
    steps: judged.map(
      ({ id, share, looks, decisions, requestsNeeded }): WhatIfStep => ({
        step: id,
        share,
        looks,
        recorded: (story.decisions.get(id) ?? []).map(published),
        again: decisions.map(published),
        requestsNeeded,
      }),
    ),
    recorded: endingOf(before),
    again: endingOf(after),
    same: after.length === before.length && after.every((decisions, i) => sameDecisions(before[i] ?? [], decisions)),
  };
}

function published({ answer, text, time, afterMs }: Decision): StepDecision {
  return { answer, text, at: new Date(time).toISOString(), afterSeconds: afterMs / 1000 };
}

/** A failure anywhere ends a release; without one, every step must have passed. Pure. */
export function endingOf(steps: readonly (readonly Pick<Decision, 'answer'>[])[]): Ending {
  if (steps.flat().some(({ answer }) => answer === 'fail')) return 'rolled-back';
  return steps.every((decisions) => decisions.some(({ answer }) => answer === 'pass')) ? 'passed' : 'undecided';
}

/** The same answers at the same looks; the words may be those of another version of the program. */
function sameDecisions(a: readonly Decision[], b: readonly Decision[]): boolean {
  return a.length === b.length && a.every(({ answer, time }, i) => answer === b[i]?.answer && time === b[i]?.time);
}

/** What a journal holds of the analysis of a release. */
interface Story {
  /** As recorded with the past; null when the run has not got so far, or the record was redacted. */
  readonly policy: Policy | null;
  readonly past: readonly RecordedLook[];
  readonly bakes: readonly RecordedBake[];
  /** By id of the bake. */
  readonly decisions: ReadonlyMap<string, readonly Decision[]>;
}

const sampleSchema = z.looseObject({ sample: z.looseObject({ time: z.number() }) });
const evidenceSchema = z.looseObject({
  evidence: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
const verdictSchema = z.looseObject({ answer: z.enum(['pass', 'fail', 'ask']), status: z.string() });
const pastDoneSchema = z.looseObject({
  outputs: z.looseObject({ accuse: z.looseObject({ policy: z.record(z.string(), z.unknown()) }) }),
});
const bakeDoneSchema = z.looseObject({
  outputs: z.looseObject({
    clear: z.looseObject({ policy: z.looseObject({ minimumBakeSeconds: z.number() }) }),
  }),
});

/** What is gathered about one watch. */
interface Watched {
  readonly looks: RecordedLook[];
  readonly decisions: Decision[];
  first: number | undefined;
  time: number;
  /** Looks up to the one that led to the last verdict. */
  acted: number;
  done: Json | undefined;
}

/** Sorts the records of a run by watch. Pure. */
function storyOf(recorded: RecordedRun, configured: readonly CanaryStep[]): Story {
  const watches = new Map<string, Watched>();
  let paused = false;
  for (const { record, payload } of recorded.entries) {
    if (record.type === 'run.paused' || record.type === 'run.resumed') {
      paused = isHeld(payload, record.type === 'run.paused', paused);
      if (paused) for (const watched of watches.values()) holdLast(watched, 'sample');
    }
    const id = record.node.split('/').find((part) => part === 'past' || shareJudgedBy(part) !== undefined);
    if (id === undefined) continue;
    const watched = watches.get(id) ?? {
      looks: [],
      decisions: [],
      first: undefined,
      time: 0,
      acted: 0,
      done: undefined,
    };
    watches.set(id, watched);
    // Below a watch lie its gates: of those, only what a person filled in is a look.
    if (record.type === 'gate.evidence' || record.node.endsWith(`/${id}`)) note(watched, record.type, payload, paused);
  }
  const past = watches.get('past');
  watches.delete('past');
  const looked = [...watches].filter(([, { looks }]) => looks.length > 0);
  const policy = pastDoneSchema.safeParse(past?.done);
  return {
    policy: policy.success ? makePolicy(policy.data.outputs.accuse.policy, `run ${recorded.run}`) : null,
    past: past?.looks ?? [],
    bakes: looked.map(([id, { looks, done }]) => ({ id, looks, step: stepOf(id, done, configured) })),
    decisions: new Map(looked.map(([id, { decisions }]) => [id, decisions])),
  };
}

/** Who orders a pause or its end is in the record; what ends a process or begins one changes nothing about it. */
function isHeld(payload: Json | undefined, begins: boolean, before: boolean): boolean {
  const ordered = typeof payload === 'object' && payload !== null && 'asked' in payload;
  if (!ordered) return before;
  return begins && 'reason' in payload && payload['reason'] === 'asked';
}

/** Nothing has followed yet from the last look of a watch, and nothing will. */
function holdLast(watched: Watched, kind: RecordedLook['kind']): void {
  const last = watched.looks.at(-1);
  const acted = watched.done !== undefined || watched.acted === watched.looks.length;
  if (last !== undefined && last.kind === kind && !acted)
    watched.looks[watched.looks.length - 1] = { ...last, held: true };
}

function note(watched: Watched, type: string, payload: Json | undefined, held: boolean): void {
  if (type === 'analysis.sample') {
    const parsed = sampleSchema.safeParse(payload);
    if (held) holdLast(watched, 'evidence');
    watched.looks.push({ kind: 'sample', sample: parsed.success ? parsed.data.sample : undefined, held });
    if (!parsed.success) return;
    watched.time = parsed.data.sample.time;
    watched.first ??= watched.time;
  }
  if (type === 'gate.evidence') {
    const parsed = evidenceSchema.safeParse(payload);
    if (parsed.success) watched.looks.push({ kind: 'evidence', evidence: parsed.data.evidence, held: false });
  }
  if (type === 'analysis.verdict') {
    const parsed = verdictSchema.safeParse(payload);
    if (!parsed.success) return;
    const { time, first = time } = watched;
    watched.acted = watched.looks.length;
    watched.decisions.push({ answer: parsed.data.answer, text: parsed.data.status, time, afterMs: time - first });
  }
  if (type === 'step.done') watched.done = payload;
}

/**
 * Share and least time of a bake. The share stands in its id; the time in what it left when it passed, else in today's configuration of
 * the same share, else it is not known and nothing holds a pass back.
 */
function stepOf(id: string, done: Json | undefined, configured: readonly CanaryStep[]): CanaryStep {
  const share = shareJudgedBy(id) ?? 0;
  const passed = bakeDoneSchema.safeParse(done);
  if (passed.success) return { share, bakeMs: passed.data.outputs.clear.policy.minimumBakeSeconds * 1000 };
  const today = configured.find((step) => Math.abs(step.share - share) < 0.0005);
  return { share, bakeMs: today?.bakeMs ?? 0 };
}
