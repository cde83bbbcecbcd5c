import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import {
  type Chain,
  chooseChain,
  cutRestoreIn,
  type Mark,
  markFile,
  markText,
  type Prediction,
  predictTime,
  type RestoreTimes,
  readTimes,
  socketIn,
  timesFile,
  type Wish,
} from '../../backup/index.ts';
import type { Target } from '../../backup/replay/index.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { action, opaque, procedure, sequence } from '../../procedure/index.ts';
import type { DoorOptions } from '../door.ts';
import { type BackupEnvironment, catalogueNow, leaseName, openBackup, programsOf, runBackup } from './open.ts';
import { type CutSummary, cutSchema, cutSummary, fetchLogs, NO_LOGS, readLogs } from './restore-logs.ts';
import { restoreServer } from './restore-server.ts';
import { chosenAgain } from './restore-wish.ts';

/** Restoring the database of an environment from its catalogue: a full backup, the logs behind it, up to one place, into a new server. */

export interface RestoreRequest {
  readonly environment: string;
  readonly target: Target;
  /** The target as it was written: the same words go on with a restore that was cut. */
  readonly text: string;
  /** Which full backup; left out: the best. */
  readonly id?: string | undefined;
}

export interface RestorePlan {
  readonly full: { readonly id: string; readonly takenAt: string; readonly state: string; readonly bytes: number };
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
  readonly seconds: { readonly fetch: number; readonly base: number; readonly replay: number; readonly whole: number };
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
  const chosen = await choose(backup, request);
  const directory = await mkdtemp(join(tmpdir(), 'shiplock-restore-'));
  try {
    const signal = door.signal?.signal ?? new AbortController().signal;
    const paths = await fetchLogs(backup, chosen, { directory, clock: backup.service.clock, signal });
    const logs = await readLogs(chosen.full, paths, request.target);
    return await planOf(backup, chosen, logs === null ? NO_LOGS : cutSummary(logs.cut));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * Restores into a directory that is empty or not there. Cut, the same words go on with it: logs that were fetched stay, the server is made anew.
 * @throws ProblemError when it did not come through, or would end anywhere but at the target
 */
export async function restoreDatabase(
  door: DoorOptions,
  request: RestoreRequest & { readonly into: string },
): Promise<RestoredDatabase> {
  const backup = await openBackup(door, request.environment);
  const directory = resolve(request.into);
  socketIn(directory);
  const wish = { environment: request.environment, target: request.text, id: request.id ?? null };
  const mark = await cutRestoreIn(directory, wish);
  const chosen = mark === null ? await choose(backup, request) : chosenAgain(await catalogueNow(backup), mark);
  const { tree, logs, server } = treeOf(backup, { request, directory, chosen, mark, wish });
  const result = await runBackup(backup, tree);
  const read = result.outputs(logs);
  const made = result.outputs(server);
  if (read === undefined || made === undefined) throw new ProblemError(unrecorded(result.run));
  const plan = await planOf(backup, chosen, read.cut);
  const lostSeconds = request.target.kind === 'end' ? sinceSeconds(chosen.restorableTo, made.startedAt) : null;
  return {
    ...{ ...plan, run: result.run, directory, start: made.start, lostSeconds },
    seconds: { fetch: read.seconds, base: made.baseSeconds, replay: made.replaySeconds, whole: made.seconds },
    problems: missed(plan, { seconds: made.seconds, lostSeconds, where: request.environment }),
  };
}

async function choose(backup: BackupEnvironment, { environment, target, id }: RestoreRequest): Promise<Chain> {
  return chooseChain(await catalogueNow(backup), target, { where: environment, id });
}

async function planOf(backup: BackupEnvironment, chosen: Chain, cut: CutSummary): Promise<RestorePlan> {
  const { full, segments, restorableTo, ends } = chosen;
  const { rtoMs, rpoMs } = backup.service.environment.objectives;
  const [{ fulls }, restores] = await Promise.all([catalogueNow(backup), readTimes(backup.place)]);
  const seconds = (ms: number | undefined): number | null => (ms === undefined ? null : ms / 1000);
  return {
    full: { id: full.id, takenAt: full.takenAt, state: full.state, bytes: full.bytes },
    logs: { count: segments.length, bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0) },
    ...{ restorableTo, ends, cut },
    prediction: predictTime(full, segments, { fulls, restores }, cut.transactions),
    objectives: { rtoSeconds: seconds(rtoMs), rpoSeconds: seconds(rpoMs) },
  };
}

interface Work {
  readonly request: RestoreRequest;
  readonly directory: string;
  readonly chosen: Chain;
  readonly mark: Mark | null;
  readonly wish: Wish;
}

function treeOf(backup: BackupEnvironment, work: Work) {
  const { request, directory, chosen } = work;
  const claim = claimStep(backup, work);
  const logs = logsStep(backup, work);
  const server = serverStep(backup, work);
  const keep = keepStep(backup, work, { logs, server });
  const tree = procedure({
    id: 'restore',
    title: `Restore the database of ${request.environment} to ${request.text}`,
    description:
      'A full backup and the binary logs behind it, up to one place, become the data of a new server. Nothing that serves is touched.',
    // One at a time for each directory; several may work beside each other.
    environment: `restore:${leaseName(backup)}:${createHash('sha256').update(directory).digest('hex').slice(0, 12)}`,
    inputs: { environment: request.environment, target: request.text, full: chosen.full.id, into: directory },
    root: sequence({ id: 'restore', title: 'Restore', steps: [claim, logs, server, keep] }),
  });
  return { tree, logs, server };
}

const QUICK_MS = 60_000;

function markOf({ chosen, mark, wish }: Work, now: number): Mark {
  return (
    mark ?? {
      ...{ v: 1, wish, full: chosen.full.id, segments: chosen.segments.map(({ sha256 }) => sha256) },
      ...{ startedAt: new Date(now).toISOString(), finishedAt: null },
    }
  );
}

/** The directory is empty, and ours from now on. */
function claimStep({ service }: BackupEnvironment, work: Work) {
  const { directory, wish } = work;
  return action<{ readonly mark: Mark | null; readonly now: number }>({
    id: 'directory',
    title: `See to ${directory}`,
    inputs: { directory },
    timeoutMs: QUICK_MS,
    read: async () => ({ mark: await cutRestoreIn(directory, wish), now: service.clock.now() }),
    decide: ({ mark, now }) => {
      if (mark !== null) return { kind: 'nothing', why: 'a restore with the same words was cut here: it goes on' };
      const content = markText(markOf(work, now));
      return {
        kind: 'do',
        effects: [
          {
            ...{ kind: 'file' as const, path: markFile(directory), content, timeoutMs: QUICK_MS },
            why: 'so that nobody takes it for empty',
          },
        ],
      };
    },
    probe: 'repeatable',
  });
}

const readSchema = z.strictObject({ cut: cutSchema, seconds: z.number() });

function logsStep(backup: BackupEnvironment, { request, directory, chosen }: Work) {
  return opaque({
    id: 'logs',
    title: `Fetch ${chosen.segments.length} binary logs and find the place`,
    inputs: { segments: chosen.segments.map(({ file }) => file), target: request.text },
    outputs: readSchema,
    promise: `restic gives back ${chosen.segments.length} binary logs, each is compared with its digest and read, and the place of the target is looked for; it is refused here when they do not lead to it`,
    probe: 'repeatable',
    timeoutMs: backup.settings.timeoutMs,
    run: async (ctx) => {
      const begin = ctx.clock.monotonic();
      const paths = await fetchLogs(backup, chosen, { directory: logsIn(directory), ...ctx });
      const logs = await readLogs(chosen.full, paths, request.target);
      const cut = logs === null ? NO_LOGS : cutSummary(logs.cut);
      ctx.note(`${cut.transactions} transactions behind ${chosen.full.id}; ${cut.lost.transactions} are lost`);
      return { cut, seconds: (ctx.clock.monotonic() - begin) / 1000 };
    },
  });
}

const madeSchema = z.strictObject({
  baseSeconds: z.number(),
  replaySeconds: z.number(),
  /** Since the restore was begun for the first time. */
  seconds: z.number(),
  startedAt: z.string(),
  start: z.array(z.string()).readonly(),
});

function serverStep(backup: BackupEnvironment, work: Work) {
  const { request, directory, chosen, wish } = work;
  const { full, segments } = chosen;
  const { server, client } = programsOf(backup.settings, full.server.family);
  return opaque({
    id: 'server',
    title: `Restore ${full.id} into a new server and replay`,
    inputs: { id: full.id, snapshot: full.snapshot, server, client, directory },
    outputs: madeSchema,
    promise: `${server} is started on an empty directory below ${directory}, ${client} reads the full backup into it, rows and sums of ${full.tables.length} tables are compared with those of its moment, the transactions up to the target are replayed, what the server has executed then is compared, and it is shut down`,
    probe: 'repeatable',
    timeoutMs: backup.settings.timeoutMs,
    run: async (ctx) => {
      const paths = segments.map(({ file }) => join(logsIn(directory), file));
      const logs = await readLogs(full, paths, request.target);
      const made = await restoreServer(backup, { full, logs, directory }, ctx);
      const startedAt = (await cutRestoreIn(directory, wish))?.startedAt ?? new Date(ctx.clock.now()).toISOString();
      const { baseSeconds, replaySeconds, start } = made;
      const seconds = (ctx.clock.now() - Date.parse(startedAt)) / 1000;
      return { baseSeconds, replaySeconds, seconds, startedAt, start: [...start] };
    },
  });
}

/** It is whole: the directory says so, and the next prediction knows of it. */
function keepStep(
  { place, service }: BackupEnvironment,
  work: Work,
  nodes: { readonly logs: ReturnType<typeof logsStep>; readonly server: ReturnType<typeof serverStep> },
) {
  const { full, segments } = work.chosen;
  return action<{ readonly now: number; readonly times: RestoreTimes; readonly startedAt: string }>({
    id: 'record',
    title: 'Record the restore',
    timeoutMs: QUICK_MS,
    read: async (ctx) => {
      const now = service.clock.now();
      const { cut, seconds } = ctx.outputOf(nodes.logs);
      const { baseSeconds, replaySeconds, startedAt } = ctx.outputOf(nodes.server);
      const times = {
        ...{ at: new Date(now).toISOString(), bytes: full.bytes, baseSeconds, fetchSeconds: seconds },
        logBytes: segments.reduce((sum, { bytes }) => sum + bytes, 0),
        ...{ transactions: cut.transactions, replaySeconds },
      };
      return { now, times, startedAt };
    },
    decide: ({ now, times, startedAt }, ctx) => {
      const measured = `${JSON.stringify(times, null, 2)}\n`;
      const mark = { ...markOf(work, now), startedAt, finishedAt: new Date(now).toISOString() };
      return {
        kind: 'do',
        effects: [
          { kind: 'file', path: timesFile(place, ctx.run), content: measured, timeoutMs: QUICK_MS },
          { kind: 'file', path: markFile(work.directory), content: markText(mark), timeoutMs: QUICK_MS },
        ],
      };
    },
    probe: 'repeatable',
  });
}

function logsIn(directory: string): string {
  return join(directory, 'binlogs');
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
