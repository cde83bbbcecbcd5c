import { z } from 'zod';
import type { RecordType } from '../../model/journal.ts';
import type { RecordedEntry } from '../../procedure/index.ts';
import { type Payload, payloadSchema } from '../../procedure/journal/records.ts';
import { isWayBack, type TrafficMoment, trafficMoment } from '../../rollout/index.ts';

/** What one journal says about a delivery, as moments in milliseconds since 1970. Pure. */
export interface DeliveryRun {
  readonly run: string;
  readonly kind: 'release' | 'rollback';
  readonly service: string;
  readonly environment: string;
  /** A release: what it brings. A rollback: what it goes back from. */
  readonly version: string;
  /** A release: what served before. A rollback: what it goes back to. Null: nothing. */
  readonly other: string | null;
  /** The same software with another configuration. */
  readonly configuration: boolean;
  /** Its reason says that it mends what serves. */
  readonly hotfix: boolean;
  /** When the commit was made that this release is of. */
  readonly committedAt: number | null;
  readonly startedAt: number;
  readonly end:
    | { readonly kind: 'open'; readonly state: 'running' | 'waiting' | 'paused' }
    | { readonly kind: 'finished'; readonly outcome: string; readonly at: number; readonly preemptedBy: string | null };
  /** The new version had users' traffic for the first time. */
  readonly someAt: number | null;
  /** … all of it. */
  readonly allAt: number | null;
  /** The way back began. */
  readonly backAt: number | null;
  /** First record of the failure that led to the way back. */
  readonly signAt: number | null;
  /** All traffic was back on the earlier version. */
  readonly restoredAt: number | null;
}

const recordSchema = z.looseObject({
  release: z.looseObject({ service: z.string(), version: z.string(), commitTime: z.iso.datetime().optional() }),
  unit: z.unknown(),
  configCommit: z.string().optional(),
  configCommitTime: z.iso.datetime().optional(),
});
/** As far as counting needs them: what other versions of this program record besides does not matter here. */
const inputsSchema = z.looseObject({ candidate: recordSchema, stable: recordSchema.nullable(), why: z.string() });
type Inputs = z.infer<typeof inputsSchema>;

/** `hotfix: …` at the beginning of the reason is how people say that a release mends the one before it. */
const HOTFIX = /^hotfix\b/i;

/** Null: no release and no rollback (a build, a runbook), or inputs of a form that is not known. */
export function deliveryOf(run: string, entries: readonly RecordedEntry[]): DeliveryRun | null {
  const story = emptyMoments();
  for (const entry of entries) advance(story, entry);
  const { started } = story;
  if (started === null) return null;
  const { candidate, stable, why } = started.inputs;
  const configured = candidate.configCommit !== undefined;
  const committed = configured ? candidate.configCommitTime : candidate.release.commitTime;
  // Files alone have no shares: each user has the old page or the new one.
  const onlyFiles = candidate.unit === null;
  const someAt = onlyFiles ? story.filesAt : (story.someAt ?? story.allAt);
  return {
    run,
    kind: started.kind,
    service: candidate.release.service,
    environment: started.environment,
    version: candidate.release.version,
    other: stable?.release.version ?? null,
    configuration: configured,
    hotfix: started.kind === 'release' && HOTFIX.test(why),
    committedAt: committed === undefined ? null : Date.parse(committed),
    startedAt: started.at,
    end: story.end,
    someAt,
    allAt: onlyFiles ? story.filesAt : story.allAt,
    backAt: story.backAt,
    signAt: story.backAt === null ? null : story.signAt,
    restoredAt: onlyFiles || stable?.unit === null ? story.filesBackAt : story.restoredAt,
  };
}

interface Moments {
  started: {
    readonly kind: 'release' | 'rollback';
    readonly environment: string;
    readonly at: number;
    readonly inputs: Inputs;
  } | null;
  end: DeliveryRun['end'];
  someAt: number | null;
  allAt: number | null;
  filesAt: number | null;
  signAt: number | null;
  backAt: number | null;
  carriedAt: number | null;
  restoredAt: number | null;
  filesBackAt: number | null;
}

function emptyMoments(): Moments {
  return {
    started: null,
    end: { kind: 'open', state: 'running' },
    someAt: null,
    allAt: null,
    filesAt: null,
    signAt: null,
    backAt: null,
    carriedAt: null,
    restoredAt: null,
    filesBackAt: null,
  };
}

/** Does a record of this type say anything about a delivery? Most of a journal is samples, and none of them does. */
export function counts(type: RecordType): boolean {
  return /^(?:run|step)\./.test(type) || type === 'analysis.verdict';
}

function advance(story: Moments, { record, payload: data }: RecordedEntry): void {
  const at = Date.parse(record.time);
  if (!counts(record.type)) return;
  if (record.type.startsWith('step.') && isWayBack(record.node)) story.backAt ??= at;
  const parsed = payloadSchema.safeParse({ type: record.type, data: data ?? null });
  // Redacted: that a step was done is all that its record says, and enough.
  const payload = parsed.success ? parsed.data : null;
  if (record.type === 'step.done') stepDone(story, record.node, at, payload);
  if (payload !== null) advancePayload(story, payload, at);
}

function advancePayload(story: Moments, payload: Payload, at: number): void {
  switch (payload.type) {
    case 'run.started': {
      const { procedure, environment } = payload.data;
      const inputs = inputsSchema.safeParse(procedure.inputs);
      if (!inputs.success || (procedure.id !== 'release' && procedure.id !== 'rollback')) return;
      story.started = { kind: procedure.id, environment, at, inputs: inputs.data };
      return;
    }
    case 'run.paused':
      // Paused or aborted by a person: the process works on.
      if (payload.data.asked !== undefined) return;
      story.end = { kind: 'open', state: payload.data.reason === 'waiting' ? 'waiting' : 'paused' };
      return;
    case 'run.resumed':
      if (payload.data.asked !== undefined) return;
      story.end = { kind: 'open', state: 'running' };
      return;
    case 'run.finished': {
      const { outcome, preemptedBy = null } = payload.data;
      story.end = { kind: 'finished', outcome, at, preemptedBy };
      return;
    }
    case 'analysis.verdict':
      if (payload.data.answer === 'fail') story.signAt ??= at;
      return;
    case 'step.failed':
      if (payload.data.final) story.signAt ??= at;
      return;
    case 'step.intent':
      if (payload.data.what === 'undo') story.backAt ??= at;
      return;
    default:
      return;
  }
}

function stepDone(story: Moments, node: string, at: number, payload: Payload | null): void {
  const moment: TrafficMoment | null = trafficMoment(node);
  const id = node.slice(node.lastIndexOf('/') + 1);
  if (isWayBack(node) && id.startsWith('back-')) story.filesBackAt = at;
  else if (id.startsWith('switch-')) story.filesAt = at;
  switch (moment) {
    case 'some':
      story.someAt ??= at;
      return;
    case 'all':
      story.allAt ??= at;
      return;
    case 'back':
      story.carriedAt ??= at;
      return;
    case 'all-back': {
      // Nothing was left to do: all of it was back at once.
      const nothingLeft = payload?.type === 'step.done' && payload.data.results.length === 0;
      story.restoredAt ??= nothingLeft ? (story.carriedAt ?? at) : at;
      return;
    }
    case null:
      return;
  }
}
