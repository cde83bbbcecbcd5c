import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import {
  type Chain,
  cutRestoreIn,
  type Mark,
  markFile,
  markText,
  predictionSchema,
  predictTime,
  type RestoreTimes,
  readTimes,
  timesFile,
  type Wish,
} from '../../backup/index.ts';
import { action, opaque, procedure, sequence } from '../../procedure/index.ts';
import { type BackupEnvironment, catalogueNow, leaseName, programsOf } from './open.ts';
import { restoreLaid } from './restore-laid.ts';
import { type CutSummary, cutSchema, cutSummary, fetchLogs, NO_LOGS, readLogs } from './restore-logs.ts';
import { restoreServer } from './restore-server.ts';
import type { RestoreRequest } from './restore-wish.ts';

/** The steps of a restore: the directory is ours, the logs are there, the server is made of them, and it is said. */

export interface Work {
  readonly request: RestoreRequest;
  readonly directory: string;
  readonly chosen: Chain;
  readonly wish: Wish;
}

/** What is done, and the steps whose outputs tell of it. Pure. */
export function restoreTree(backup: BackupEnvironment, work: Work) {
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

function markOf({ chosen, wish }: Work, run: string, startedAt: string, finishedAt: string | null = null): Mark {
  const segments = chosen.segments.map(({ sha256 }) => sha256);
  return { v: 1, wish, full: chosen.full.id, segments, run, startedAt, finishedAt };
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
    decide: ({ mark, now }, ctx) => {
      // One that was cut goes on in this run, and has begun when it began.
      const content = markText(markOf(work, ctx.run, mark?.startedAt ?? new Date(now).toISOString()));
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

const readSchema = z.strictObject({ cut: cutSchema, seconds: z.number(), prediction: predictionSchema });

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
      // Told before the server is made, so that it can be held against what was measured afterwards.
      const prediction = await predictionOf(backup, chosen, cut);
      ctx.note(`will take ${prediction.seconds?.toFixed(1) ?? 'a time that is not known'} s (${prediction.from})`);
      return { cut, seconds: (ctx.clock.monotonic() - begin) / 1000, prediction };
    },
  });
}

const madeSchema = z.strictObject({
  baseSeconds: z.number(),
  replaySeconds: z.number(),
  /** Of the step beside these two; left out by earlier versions. */
  otherSeconds: z.number().default(0),
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
    promise:
      full.form === 'physical'
        ? `the files of the full backup are laid down below ${directory} and ${server} is started on them, the transactions up to the target are replayed, rows and sums of ${full.tables.length} tables are compared on the way where the target lies behind their moment, what the server has executed then is compared, and it is shut down`
        : `${server} is started on an empty directory below ${directory}, ${client} reads the full backup into it, rows and sums of ${full.tables.length} tables are compared with those of its moment, the transactions up to the target are replayed, what the server has executed then is compared, and it is shut down`,
    probe: 'repeatable',
    timeoutMs: backup.settings.timeoutMs,
    run: async (ctx) => {
      const begin = ctx.clock.monotonic();
      const paths = segments.map(({ file }) => join(logsIn(directory), file));
      const logs = await readLogs(full, paths, request.target);
      const make = full.form === 'physical' ? restoreLaid : restoreServer;
      const made = await make(backup, { full, logs, directory, paths }, ctx);
      const startedAt = (await cutRestoreIn(directory, wish))?.startedAt ?? new Date(ctx.clock.now()).toISOString();
      const { baseSeconds, replaySeconds, start } = made;
      const seconds = (ctx.clock.now() - Date.parse(startedAt)) / 1000;
      const otherSeconds = Math.max(0, (ctx.clock.monotonic() - begin) / 1000 - baseSeconds - replaySeconds);
      return { baseSeconds, replaySeconds, otherSeconds, seconds, startedAt, start: [...start] };
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
      const { baseSeconds, replaySeconds, otherSeconds, startedAt } = ctx.outputOf(nodes.server);
      const times = {
        ...{ at: new Date(now).toISOString(), bytes: full.bytes, baseSeconds, fetchSeconds: seconds },
        ...(full.form === 'physical' ? { form: full.form } : {}),
        logBytes: segments.reduce((sum, { bytes }) => sum + bytes, 0),
        ...{ transactions: cut.transactions, replaySeconds, otherSeconds },
      };
      return { now, times, startedAt };
    },
    decide: ({ now, times, startedAt }, ctx) => {
      const measured = `${JSON.stringify(times, null, 2)}\n`;
      const mark = markOf(work, ctx.run, startedAt, new Date(now).toISOString());
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

/** How long it will take, by what was measured until now. */
export async function predictionOf(backup: BackupEnvironment, { full, segments }: Chain, cut: CutSummary) {
  const [{ fulls }, restores] = await Promise.all([catalogueNow(backup), readTimes(backup.place)]);
  return predictTime(full, segments, { fulls, restores }, cut.transactions);
}

function logsIn(directory: string): string {
  return join(directory, 'binlogs');
}
