import { readdir, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type Anchor, anchorSchema } from '../../model/journal.ts';
import type { Json } from '../../model/json.ts';
import type { Problem } from '../../model/problem.ts';
import type { RecordedEntry } from '../api.ts';
import { openGates } from '../run/result.ts';
import { anchorPath, isMissing, runPaths, runsDirectory } from '../store.ts';
import { noJournal } from './journal.ts';
import { loadRun } from './load.ts';
import {
  type JournalReading,
  readJournal,
  readJournalText,
  readPayload,
  readRecord,
  type Verification,
  verificationText,
  verifyReading,
} from './read.ts';
import { foldState, type RunState } from './state.ts';

/** A run in one line. */
export interface RunSummary {
  readonly run: string;
  /** Id of the procedure. */
  readonly procedure: string;
  readonly title: string;
  readonly environment: string;
  readonly who: string;
  readonly planHash: string;
  readonly startedAt: string;
  readonly lastAt: string;
  /** `running` also for a run whose process died: the lease tells which. */
  readonly state: 'running' | 'waiting' | 'paused' | 'finished';
  /** Who has paused it; null also when it is over. */
  readonly held: null | { readonly by: string; readonly why: string; readonly since: string };
  /** The change record that it was begun for; empty where one was needed and none was named, absent where none is needed. */
  readonly change?: string;
  readonly finished: null | {
    readonly outcome: string;
    readonly problems: readonly Problem[];
    readonly preemptedBy: string | null;
  };
}

/** All runs of a state directory, oldest first. Runs that never recorded anything are left out. */
export async function listRuns(store: string): Promise<readonly RunSummary[]> {
  let names: readonly string[];
  try {
    names = await readdir(runsDirectory(store));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  const found: RunSummary[] = [];
  for (const name of names) {
    const run = decodeURIComponent(name);
    const summary = (await peek(store, run)) ?? (await summaryOf(store, run).catch(() => undefined));
    if (summary !== undefined) found.push(summary);
  }
  return found.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt));
}

async function summaryOf(store: string, run: string): Promise<RunSummary | undefined> {
  const loaded = await loadRun(store, run);
  return loaded === undefined ? undefined : summarise(loaded.state);
}

/**
 * A run that went through in one go is told by its first and its last record, so that a list of hundreds of runs is quick. Anything
 * else, and anything that does not fit at once, is left to the full reading.
 */
async function peek(store: string, run: string): Promise<RunSummary | undefined> {
  const text = await readJournalText(runPaths(store, run));
  if (text === undefined || text.journal.includes('"type":"run.resumed"')) return undefined;
  const ends = (whole: string): readonly string[] => {
    const end = whole.endsWith('\n') ? whole.length - 1 : whole.length;
    return [whole.slice(0, Math.max(0, whole.indexOf('\n'))), whole.slice(whole.lastIndexOf('\n', end - 1) + 1, end)];
  };
  const [first, last] = ends(text.journal).map((line) => readRecord(line));
  const [firstPayload = '', lastPayload = ''] = ends(text.payloads);
  if (first?.type !== 'run.started' || last?.type !== 'run.finished') return undefined;
  const entries = [
    { record: first, payload: readPayload(firstPayload, first.payloadDigest) },
    { record: last, payload: readPayload(lastPayload, last.payloadDigest) },
  ];
  const found = entries.flatMap(({ record, payload }) => (payload === undefined ? [] : [{ record, payload }]));
  return found.length === entries.length ? summarise(foldState(run, found)) : undefined;
}

export interface RecordedRun extends RunSummary {
  readonly inputs: Readonly<Record<string, Json>>;
  /** A person has ordered it to go back. */
  readonly aborted: boolean;
  readonly entries: readonly RecordedEntry[];
  readonly anchor: Anchor;
}

/** One run with its records. Throws a ProblemError when there is none, or its chain is broken before its first record. */
export async function readRun(store: string, run: string): Promise<RecordedRun> {
  const loaded = await loadRun(store, run);
  const summary = loaded === undefined ? undefined : summarise(loaded.state);
  if (loaded?.state.started === undefined || summary === undefined) throw noJournal(run);
  return {
    ...summary,
    inputs: loaded.state.started.procedure.inputs,
    aborted: loaded.state.aborted !== undefined,
    entries: entriesOf(loaded.reading),
    anchor: loaded.reading.anchor,
  };
}

function entriesOf(reading: JournalReading): RecordedRun['entries'] {
  return reading.entries.map(({ record, payload }) =>
    payload.kind === 'data' ? { record, payload: payload.data } : { record },
  );
}

export interface RunVerification {
  readonly kind: 'intact' | 'not-anchored' | 'broken';
  /** `intact`, `intact, tail not anchored` or `broken at seq N: …`, with counts. */
  readonly text: string;
  readonly verification: Verification;
  /** Where the anchor came from. */
  readonly anchoredBy: 'given' | 'state directory' | null;
}

/**
 * Checks the chain of a run, and its end against an anchor: the one given (kept elsewhere), else the one in the state directory,
 * which shows damage but not an intruder who can write there.
 */
export async function verifyRun(store: string, run: string, anchor?: Anchor): Promise<RunVerification> {
  const text = await readJournalText(runPaths(store, run));
  if (text === undefined) throw noJournal(run);
  const stored = anchor === undefined ? await readAnchor(store, run) : undefined;
  const verification = verifyReading(text, readJournal(run, text), anchor ?? stored);
  const kind = verification.state === 'broken' ? 'broken' : verification.state === 'intact' ? 'intact' : 'not-anchored';
  return {
    kind,
    text: verificationText(verification),
    verification,
    anchoredBy: anchor !== undefined ? 'given' : stored !== undefined ? 'state directory' : null,
  };
}

/** Head of a run as it was when it last stopped; undefined when it never did. */
export async function readAnchor(store: string, run: string): Promise<Anchor | undefined> {
  try {
    const parsed: unknown = JSON.parse(await readFile(anchorPath(store, run), 'utf8'));
    const anchor = anchorSchema.safeParse(parsed);
    return anchor.success ? anchor.data : undefined;
  } catch {
    return undefined;
  }
}

/** The one input that every procedure which is begun for a change has. */
const changeSchema = z.looseObject({ change: z.looseObject({ id: z.string().nullable() }) });

function summarise(state: RunState): RunSummary | undefined {
  const { started, finished } = state;
  if (started === undefined) return undefined;
  const waiting = state.status === 'paused' && openGates(state).length > 0;
  const asked = changeSchema.safeParse(started.procedure.inputs).data?.change;
  return {
    run: state.run,
    procedure: started.procedure.id,
    title: started.procedure.title,
    environment: started.environment,
    who: started.who,
    planHash: state.planHash,
    ...(asked === undefined ? {} : { change: asked.id ?? '' }),
    startedAt: started.time,
    lastAt: state.lastTime,
    state: state.status === 'empty' ? 'running' : waiting ? 'waiting' : state.status,
    held:
      finished !== undefined || state.held === undefined
        ? null
        : { by: state.held.by, why: state.held.why, since: state.held.since },
    finished:
      finished === undefined
        ? null
        : { outcome: finished.outcome, problems: finished.problems, preemptedBy: finished.preemptedBy ?? null },
  };
}
