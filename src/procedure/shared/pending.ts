import { stat } from 'node:fs/promises';
import type { Problem } from '../../model/problem.ts';
import { problemsOf } from '../../model/problem.ts';
import { traitsOf } from '../../model/procedures.ts';
import { readJournalText } from '../journal/read.ts';
import { listRuns } from '../journal/runs.ts';
import { LeaseLostError } from '../lease/fence.ts';
import { isMissing, runPaths } from '../store.ts';
import { countLines, notedCopy } from './position.ts';
import { pullRun } from './pull.ts';
import { copyRun } from './replicator.ts';
import type { SharedStore } from './store.ts';

/** Records of a run that the shared store does not have yet, as far as this machine knows. */
export interface PendingRun {
  readonly run: string;
  readonly environment: string;
  readonly records: number;
}

/** Runs of an environment, or of all, whose records are not all in the shared store. Asks nobody. */
export async function pendingRuns(
  shared: SharedStore,
  store: string,
  environment?: string,
): Promise<readonly PendingRun[]> {
  const pending: PendingRun[] = [];
  for (const { run, environment: of, procedure } of await listRuns(store)) {
    if (!traitsOf(procedure).holds || (environment !== undefined && of !== environment)) continue;
    const paths = runPaths(store, run);
    const { records, journalBytes } = await notedCopy(paths, shared.where);
    if ((await sizeOf(paths.journal)) === journalBytes) continue;
    const text = await readJournalText(paths);
    const count = countLines(text?.journal ?? '') - records;
    if (count > 0) pending.push({ run, environment: of, records: count });
  }
  return pending;
}

export interface Imported {
  readonly run: string;
  readonly environment: string;
  readonly records: number;
  /** Why it could not be copied; empty when it was. */
  readonly problems: readonly Problem[];
}

/** Makes git true: copies what is missing, run by run. One that cannot be copied does not keep the others from it. */
export async function importRuns(
  shared: SharedStore,
  store: string,
  wanted: { readonly run?: string | undefined; readonly environment?: string | undefined } = {},
): Promise<readonly Imported[]> {
  const pending = await pendingRuns(shared, store, wanted.environment);
  const done: Imported[] = [];
  let silent: readonly Problem[] | undefined;
  for (const one of pending) {
    const { run } = one;
    if (wanted.run !== undefined && wanted.run !== run) continue;
    // A store that does not answer is not asked once for every run.
    const problems = silent ?? (await copyOne(shared, store, run));
    if (problems.some(({ code }) => code === 'store.unreachable')) silent = problems;
    done.push({ ...one, problems });
  }
  return done;
}

async function copyOne(shared: SharedStore, store: string, run: string): Promise<readonly Problem[]> {
  try {
    await copyOrPull(shared, store, run);
    return [];
  } catch (error) {
    return problemsOf(error, `run ${run}`);
  }
}

/** Copies what is missing there; where another machine has gone on with the run, brings that here instead. */
async function copyOrPull(shared: SharedStore, store: string, run: string): Promise<void> {
  try {
    await copyRun({ shared, run, paths: runPaths(store, run), from: undefined });
  } catch (error) {
    const elsewhere =
      error instanceof LeaseLostError || problemsOf(error, '').some(({ code }) => code === 'store.parted');
    if (!elsewhere) throw error;
    await pullRun(shared, store, run);
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
