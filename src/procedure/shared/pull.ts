import { mkdir, readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { z } from 'zod';
import type { RecordType } from '../../model/journal.ts';
import { parsedJson } from '../../model/json.ts';
import { ProblemError } from '../../model/problem.ts';
import { sha256 } from '../journal/canonical.ts';
import { isUnfinished } from '../journal/load.ts';
import { type Entry, readJournal, readJournalText } from '../journal/read.ts';
import { foldState } from '../journal/state.ts';
import { type RunPaths, replaceFile, runPaths, syncDirectory } from '../store.ts';
import { compareCopy, noteCopied } from './position.ts';
import { parted } from './replicator.ts';
import type { ReplicaCopy, SharedStore } from './store.ts';

export type Pulled =
  /** Neither here nor there, or only here. */
  | 'no-copy'
  /** The state directory has all that the copy has, or more. */
  | 'current'
  | 'pulled';

/**
 * Brings the run's files up to its copy, so that this machine can go on with it. Throws a problem when the two have parted, when the
 * copy is broken, or when the store does not answer. Under the lease only, or before anybody works here.
 *
 * Who loses a run to another machine has looked on for a while before it knew: records that tell of no effect are put aside, and the copy counts.
 */
export async function pullRun(shared: SharedStore, store: string, run: string): Promise<Pulled> {
  const copy = await shared.replica.read(run);
  if (copy === undefined) return 'no-copy';
  const paths = runPaths(store, run);
  const local = (await readJournalText(paths)) ?? { journal: '', payloads: '', tornBytes: 0 };
  const compared = compareCopy(copy, local);
  const aside = compared.kind === 'apart' && onlyLooked(readJournal(run, local).entries.slice(compared.seq));
  if (compared.kind === 'apart' && !aside) throw new ProblemError(parted(run, shared.where, compared));
  if (compared.kind === 'behind' && copy.journal !== '') return 'current';
  const reading = readJournal(run, { ...copy, tornBytes: 0 });
  if (reading.broken !== undefined) {
    throw new ProblemError({
      code: 'store.broken',
      where: `run ${run} in ${shared.where}, record ${reading.broken.seq}`,
      found: reading.broken.why,
      expected: 'a copy whose chain holds',
      remedy: 'look at the branch with git log; resume on the machine that has the run, or roll back with a new run',
    });
  }
  await mkdir(paths.directory, { recursive: true });
  if (aside) await putAside(paths, local.journal);
  // Payloads first: a record that can be read always has its payload.
  await replaceFile(paths.payloads, mergePayloads(local.payloads, copy.payloads));
  await replaceFile(paths.journal, copy.journal);
  await syncDirectory(dirname(paths.directory));
  await noteCopied(paths, shared.where, {
    version: copy.version,
    records: reading.anchor.count,
    journalBytes: Buffer.byteLength(copy.journal),
    payloadBytes: 0,
    payloadsAnew: false,
  });
  return 'pulled';
}

/** Nothing in them changed anything. Pure. */
function onlyLooked(entries: readonly Entry[]): boolean {
  return entries.every(({ record, payload }) => {
    if (record.type !== 'run.finished') return LOOKING.has(record.type);
    return payload.kind === 'data' && JSON.stringify(payload.data).includes('"preemptedBy"');
  });
}

const LOOKING: ReadonlySet<RecordType> = new Set<RecordType>([
  'analysis.sample',
  'lease.taken',
  'lease.renewed',
  'lease.lost',
  'run.paused',
  'run.resumed',
]);

/** Under the first name that is free; its payloads stay with the others. */
async function putAside(paths: RunPaths, journal: string): Promise<void> {
  const directory = await readdir(paths.directory);
  for (let n = 1; ; n++) {
    const path = `${paths.aside}${n}.jsonl`;
    if (directory.includes(basename(path))) continue;
    await replaceFile(path, journal);
    return;
  }
}

const markSchema = z.looseObject({ redacted: z.string() });

/** All lines of both, each once; what either side has redacted stays so. Pure. */
export function mergePayloads(ours: string, theirs: string): string {
  const lines = new Set([...theirs.split('\n'), ...ours.split('\n')].filter((line) => line !== ''));
  const redacted = new Set([...lines].flatMap((line) => redactedIn(line)));
  const kept = [...lines].filter((line) => redacted.size === 0 || !redacted.has(sha256(line)));
  return kept.map((line) => `${line}\n`).join('');
}

function redactedIn(line: string): readonly string[] {
  if (!line.includes('"redacted"')) return [];
  const parsed = markSchema.safeParse(parsedJson(line));
  return parsed.success ? [parsed.data.redacted] : [];
}

/** Has the run something left to do, says its journal here, or its copy where it is not here? */
export async function isUnfinishedAnywhere(shared: SharedStore, store: string, run: string): Promise<boolean> {
  if (await isUnfinished(store, run)) return true;
  const local = await readJournalText(runPaths(store, run));
  if (local !== undefined && local.journal !== '') return false;
  const copy = await shared.replica.read(run);
  return copy !== undefined && unfinishedIn(run, copy);
}

function unfinishedIn(run: string, copy: ReplicaCopy): boolean {
  const state = foldState(run, readJournal(run, { ...copy, tornBytes: 0 }).entries);
  return state.started !== undefined && state.status !== 'finished';
}
