import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  type Chain,
  chooseChain,
  finishedIn,
  type Mark,
  type Prediction,
  predictTime,
  readTimes,
  restoreIn,
  socketIn,
  type Wish,
} from '../../backup/index.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { listRuns, type Procedure, type RunResult, resumeProcedure } from '../../procedure/index.ts';
import type { DoorOptions } from '../door.ts';
import { engineOptions } from '../environment/service.ts';
import { type BackupEnvironment, catalogueNow, notOver, openBackup, runBackup } from './open.ts';
import { type CutSummary, cutSummary, fetchLogs, NO_LOGS, readLogs } from './restore-logs.ts';
import { predictionOf, restoreTree } from './restore-steps.ts';
import { chosenAgain, type RestoreRequest } from './restore-wish.ts';

/** Restoring the database of an environment from its catalogue: a full backup, the logs behind it, up to one place, into a new server. */

export interface RestorePlan {
  readonly full: {
    readonly id: string;
    readonly form: 'logical' | 'physical';
    readonly takenAt: string;
    readonly state: string;
    readonly bytes: number;
  };
  readonly logs: { readonly count: number; readonly bytes: number };
  /** Everything committed before it can be restored from this backup. */
  readonly restorableTo: string | null;
  /** Why it reaches no further; null: nothing newer was taken. */
  readonly ends: string | null;
  readonly cut: CutSummary;
  readonly prediction: Prediction;
  readonly objectives: { readonly rtoSeconds: number | null; readonly rpoSeconds: number | null };
}

export interface RestoredDatabase extends RestorePlan {
  readonly run: string;
  readonly directory: string;
  /** `whole`: since it was begun for the first time. */
  readonly seconds: { readonly fetch: number; readonly base: number; readonly replay: number; readonly whole: number };
  /** Null: just now; else when a restore with the same words was finished here, and nothing was done now. */
  readonly earlier: string | null;
  /** When it was begun for the first time. RFC 3339. */
  readonly startedAt: string;
  /** Of what may be lost, when all that there is was asked for; null: the place was chosen. Seconds. */
  readonly lostSeconds: number | null;
  /** The words with which the restored server is started. */
  readonly start: readonly string[];
  /** Objectives that were missed. */
  readonly problems: readonly Problem[];
}

/**
 * What a restore would do, and what would be lost. The binary logs are fetched and read for it, into a directory that is deleted again; no server
 * is started and nothing else changes.
 */
export async function planRestore(door: DoorOptions, request: RestoreRequest): Promise<RestorePlan> {
  const backup = await openBackup(door, request.environment);
  const chosen = await chosenFor(backup, request);
  const directory = await mkdtemp(join(tmpdir(), 'shiplock-restore-'));
  try {
    const signal = door.signal?.signal ?? new AbortController().signal;
    const paths = await fetchLogs(backup, chosen, { directory, clock: backup.service.clock, signal });
    const logs = await readLogs(chosen.full, paths, request.target);
    const cut = logs === null ? NO_LOGS : cutSummary(logs.cut);
    return planOf(backup, chosen, { cut, prediction: await predictionOf(backup, chosen, cut) });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * Restores into a directory that is empty or not there. Cut, the same words go on with it: what was done stays, a server that is not whole is made
 * anew. Finished, the same words tell again what was done, and do nothing.
 * @throws ProblemError when it did not come through, or would end anywhere but at the target
 */
export async function restoreDatabase(
  door: DoorOptions,
  request: RestoreRequest & { readonly into: string },
): Promise<RestoredDatabase> {
  const backup = await openBackup(door, request.environment);
  const directory = resolve(request.into);
  socketIn(directory);
  const wish: Wish = { environment: request.environment, target: request.text, id: request.id ?? null };
  const mark = await restoreIn(directory, wish);
  const chosen = mark === null ? await chosenFor(backup, request) : await choiceOf(backup, directory, mark);
  const { tree, logs, server } = restoreTree(backup, { request, directory, chosen, wish });
  const result = mark === null ? await runBackup(backup, tree) : await goOn(backup, tree, { directory, mark });
  const read = result.outputs(logs);
  const made = result.outputs(server);
  if (read === undefined || made === undefined) throw new ProblemError(unrecorded(result.run));
  const plan = planOf(backup, chosen, read);
  const lostSeconds = request.target.kind === 'end' ? sinceSeconds(chosen.restorableTo, made.startedAt) : null;
  return {
    ...{ ...plan, run: result.run, directory, start: made.start, lostSeconds, earlier: mark?.finishedAt ?? null },
    startedAt: made.startedAt,
    seconds: { fetch: read.seconds, base: made.baseSeconds, replay: made.replaySeconds, whole: made.seconds },
    problems: missed(plan, { seconds: made.seconds, lostSeconds, where: request.environment }),
  };
}

/** The backup and the logs of a restore that is here. @throws ProblemError when they are gone */
async function choiceOf(backup: BackupEnvironment, directory: string, mark: Mark): Promise<Chain> {
  const catalogue = await catalogueNow(backup);
  try {
    return chosenAgain(catalogue, mark);
  } catch (error) {
    // That its backups are gone by now does not make it less whole.
    throw mark.finishedAt === null ? error : new ProblemError(finishedIn(directory, mark));
  }
}

/**
 * Goes on with the run that the directory is of. Where its journal is elsewhere, or it is not to be gone on with (it failed, or this program has
 * changed since), it is begun again, and the directory is made anew.
 * @throws ProblemError for a directory in which all is done, and no journal tells what
 */
async function goOn(
  backup: BackupEnvironment,
  tree: Procedure,
  { directory, mark }: { readonly directory: string; readonly mark: Mark },
): Promise<RunResult> {
  const { service } = backup;
  // Of this very directory: one that was copied holds the mark of another.
  const known = (await listRuns(service.store)).find(
    ({ run, environment }) => run === mark.run && environment === tree.environment,
  );
  // A run that is over has filled a directory that says so, and no other.
  const resumable =
    known !== undefined && (known.finished === null || (known.finished.outcome === 'done' && mark.finishedAt !== null));
  const result = resumable
    ? await resumeProcedure(tree, mark.run, engineOptions(service, { shared: undefined }))
    : undefined;
  if (result?.outcome === 'done') return result;
  if (result !== undefined && result.problems[0]?.code !== 'procedure.changed') throw notOver(result);
  if (mark.finishedAt !== null) throw new ProblemError(finishedIn(directory, mark));
  return runBackup(backup, tree);
}

/** The backup and the logs with which a restore would begin now. @throws ProblemError when none lead to the target */
export async function chosenFor(
  backup: BackupEnvironment,
  { environment, target, id }: RestoreRequest,
): Promise<Chain> {
  const [catalogue, restores] = await Promise.all([catalogueNow(backup), readTimes(backup.place)]);
  const known = { fulls: catalogue.fulls, restores };
  return chooseChain(catalogue, target, {
    ...{ where: environment, id, now: backup.service.clock.now() },
    predict: ({ full, segments }) => predictTime(full, segments, known, null).seconds,
  });
}

function planOf(
  backup: BackupEnvironment,
  { full, segments, restorableTo, ends }: Chain,
  { cut, prediction }: { readonly cut: CutSummary; readonly prediction: Prediction },
): RestorePlan {
  const { rtoMs, rpoMs } = backup.service.environment.objectives;
  const seconds = (ms: number | undefined): number | null => (ms === undefined ? null : ms / 1000);
  return {
    full: { id: full.id, form: full.form ?? 'logical', takenAt: full.takenAt, state: full.state, bytes: full.bytes },
    logs: { count: segments.length, bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0) },
    ...{ restorableTo, ends, cut, prediction },
    objectives: { rtoSeconds: seconds(rtoMs), rpoSeconds: seconds(rpoMs) },
  };
}

function sinceSeconds(restorableTo: string | null, startedAt: string): number | null {
  return restorableTo === null ? null : Math.max(0, (Date.parse(startedAt) - Date.parse(restorableTo)) / 1000);
}

/** Objectives that this restore did not keep. Pure. */
export function missed(
  { objectives: { rtoSeconds, rpoSeconds } }: Pick<RestorePlan, 'objectives'>,
  {
    seconds,
    lostSeconds,
    where,
  }: { readonly seconds: number; readonly lostSeconds: number | null; readonly where: string },
): readonly Problem[] {
  const problems: Problem[] = [];
  if (rtoSeconds !== null && seconds > rtoSeconds) {
    problems.push({
      code: 'backup.rto-missed',
      where,
      found: `a restore of ${seconds.toFixed(1)} s`,
      expected: `at most ${rtoSeconds} s, as \`objectives.rto\` promises`,
      remedy: 'take full backups more often, so that fewer logs are replayed; or promise what can be kept',
    });
  }
  if (rpoSeconds !== null && lostSeconds !== null && lostSeconds > rpoSeconds) {
    problems.push({
      code: 'backup.rpo-missed',
      where,
      found: `what was committed in the last ${lostSeconds.toFixed(0)} s before the restore may be lost`,
      expected: `at most ${rpoSeconds} s, as \`objectives.rpo\` promises`,
      remedy: 'run `shiplock backup run --incremental` more often, or `shiplock backup stream`',
    });
  }
  return problems;
}

function unrecorded(run: string): Problem {
  return {
    code: 'backup.not-over',
    where: `run ${run}`,
    found: 'a restore that recorded nothing',
    expected: 'what was restored',
    remedy: 'start it again with the same words',
  };
}
