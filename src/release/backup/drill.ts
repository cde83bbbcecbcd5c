import { lstat, readdir, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  type DrillRecord,
  drillFile,
  drillSchema,
  drillText,
  readDrills,
  restoreIn,
  roomNeeded,
  socketIn,
  type Wish,
} from '../../backup/index.ts';
import type { Effect } from '../../model/effect.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { formatSize } from '../../model/size.ts';
import { action, opaque, type Plan, planProcedure, procedure, StepPaused, sequence } from '../../procedure/index.ts';
import { namesIn } from '../../procedure/store.ts';
import type { DoorOptions } from '../door.ts';
import { type BackupEnvironment, leaseName, openBackup, runBackup } from './open.ts';
import { chosenFor, type RestoredDatabase, restoreDatabase } from './restore.ts';
import type { RestoreRequest } from './restore-wish.ts';

/**
 * A drill: everything is restored as after a loss, the logs replayed, rows and what was executed compared, and the time held against what was predicted and promised. What
 * it found stands in the catalogue; the server goes away again.
 */

export interface DrillRequest {
  readonly environment: string;
  /** Where the server is made and deleted again; left out: as it is configured. */
  readonly into?: string | undefined;
}

const QUICK_MS = 60_000;
const DAY_MS = 24 * 3_600_000;
/** The server of a drill that was killed ends a moment after it, and until then writes where we delete. */
const AGAIN = { attempts: 5, delayMs: 2000 };
/** Nothing else in the directory is ours. */
const OURS = 'shiplock-drill';

/** What it would do. Looks only. */
export async function planDrill(door: DoorOptions, request: DrillRequest): Promise<Plan> {
  const { backup, tree } = await drillOf(door, request);
  const { clock, exec, secrets } = backup.service;
  return planProcedure(tree, { clock, exec, secrets });
}

/**
 * Holds a drill. That it failed is an answer, and stands in the catalogue like any other. Killed, the same words begin anew: what was measured over
 * a kill would say nothing.
 * @throws ProblemError where there was none: no room, something of others in the directory, a drill that is under way
 */
export async function holdDrill(door: DoorOptions, request: DrillRequest): Promise<DrillRecord> {
  const { backup, tree, held } = await drillOf(door, request);
  const result = await runBackup(backup, tree);
  const record = result.outputs(held);
  if (record === undefined) throw new ProblemError(unrecorded(result.run));
  return record;
}

async function drillOf(door: DoorOptions, { environment, into }: DrillRequest) {
  const backup = await openBackup(door, environment);
  const named = into ?? backup.settings.drill?.directory;
  if (named === undefined) throw new ProblemError(noDirectory(environment));
  const directory = join(resolve(named), OURS);
  socketIn(directory);
  const request: RestoreRequest = { environment, target: { kind: 'end' }, text: 'the latest', id: undefined };
  const held = heldStep(backup, request, directory);
  const tree = procedure({
    id: 'restore-drill',
    title: `Drill: restore everything of ${environment}, measure, and delete it again`,
    description: 'Nothing that serves is touched: the server is made for this, on a socket alone, and deleted.',
    environment: `restore-drill:${leaseName(backup)}`,
    inputs: { environment, directory },
    root: sequence({
      id: 'drill',
      title: 'Drill',
      steps: [
        placeStep(environment, directory),
        roomStep(backup, request, directory),
        held,
        recordStep(backup, held),
        removeStep(directory, held),
      ],
    }),
  });
  return { backup, tree, held };
}

/** What an earlier drill left that was killed goes; anything else there is not ours. */
function placeStep(environment: string, directory: string) {
  return action<{ readonly left: boolean; readonly half: boolean }>({
    id: 'place',
    title: `See to ${directory}`,
    inputs: { directory },
    timeoutMs: DAY_MS,
    read: async () => {
      // Refuses what holds anything but a restore with these words.
      const wish: Wish = { environment, target: 'the latest', id: null };
      const left = (await restoreIn(directory, wish)) !== null || (await isThere(directory));
      return { left, half: await isThere(goneOf(directory)) };
    },
    decide: ({ left, half }) =>
      left || half
        ? { kind: 'do', effects: removal(directory, left), why: 'a drill that was killed left it' }
        : { kind: 'nothing', why: 'nothing is left of an earlier drill' },
    probe: 'repeatable',
    retry: AGAIN,
  });
}

/** Renamed first: what is half deleted would be taken for somebody else's. */
function removal(directory: string, there: boolean): readonly Effect[] {
  const gone = goneOf(directory);
  const run = (...argv: readonly string[]): Effect => ({
    ...{ kind: 'exec', argv: [...argv], okExitCodes: [0], timeoutMs: DAY_MS },
  });
  return [
    run('rm', '-rf', '--', gone),
    ...(there ? [run('mv', '-T', '--', directory, gone), run('rm', '-rf', '--', gone)] : []),
  ];
}

/** Null: nothing can be restored, so nothing needs room. */
type RoomFacts = { readonly free: number; readonly needed: number } | null;

/** A drill that fills the disk of other things would do harm. */
function roomStep(backup: BackupEnvironment, request: RestoreRequest, directory: string) {
  return action<RoomFacts>({
    id: 'room',
    title: 'See whether there is room for it',
    inputs: { directory },
    timeoutMs: QUICK_MS,
    read: async () => {
      const [chosen, drills] = await Promise.all([mayChoose(backup, request), readDrills(backup.place)]);
      if (chosen === null) return null;
      const { bavail, bsize } = await statfs(await nearest(directory));
      return { free: bavail * bsize, needed: roomNeeded(storedBytes(chosen), drills) };
    },
    decide: (facts) => {
      if (facts === null) return { kind: 'nothing', why: 'there is nothing to restore, as the restore will say' };
      const { free, needed } = facts;
      return free >= needed
        ? { kind: 'nothing', why: `${formatSize(free)} are free, about ${formatSize(needed)} are needed` }
        : { kind: 'refuse', problems: [noRoom(directory, free, needed)] };
    },
    probe: 'repeatable',
  });
}

/** That no backup leads anywhere is an answer of the drill, and not of the room. */
async function mayChoose(
  backup: BackupEnvironment,
  request: RestoreRequest,
): Promise<Awaited<ReturnType<typeof chosenFor>> | null> {
  try {
    return await chosenFor(backup, request);
  } catch (error) {
    if (error instanceof ProblemError) return null;
    throw error;
  }
}

function heldStep(backup: BackupEnvironment, request: RestoreRequest, directory: string) {
  const { door, environment } = backup.service;
  const { rtoMs, rpoMs } = environment.objectives;
  const seconds = (ms: number | undefined): number | null => (ms === undefined ? null : ms / 1000);
  const objectives = { rtoSeconds: seconds(rtoMs), rpoSeconds: seconds(rpoMs) };
  return opaque({
    id: 'restore',
    title: 'Restore everything, and measure',
    inputs: { directory },
    outputs: drillSchema,
    promise: `a server is made in ${directory} from the best full backup, rows and sums are compared, all transactions behind it are replayed, what was executed is compared, and it is shut down; it has a journal of its own`,
    probe: 'repeatable',
    timeoutMs: DAY_MS,
    run: async (ctx): Promise<DrillRecord> => {
      const startedAt = new Date(ctx.clock.now()).toISOString();
      const found = await tried(door, request, directory);
      const told = {
        v: 1,
        kind: 'drill',
        run: ctx.run,
        startedAt,
        at: new Date(ctx.clock.now()).toISOString(),
      } as const;
      if ('failed' in found) {
        return { ...told, outcome: 'failed', measured: null, objectives, problems: found.failed.map(brief) };
      }
      const { restored } = found;
      const storedBytesNow = restored.full.bytes + restored.logs.bytes;
      const diskBytes = await occupied(directory);
      ctx.note(`restored in ${restored.seconds.whole.toFixed(1)} s, ${formatSize(diskBytes)} on the disk`);
      return {
        ...{ ...told, outcome: restored.problems.length === 0 ? 'kept' : 'missed', objectives },
        measured: {
          ...{ full: restored.full.id, form: restored.full.form, transactions: restored.cut.transactions },
          ...{ seconds: restored.seconds.whole, predictedSeconds: restored.prediction.seconds },
          ...{ lostSeconds: restored.lostSeconds, diskBytes, storedBytes: storedBytesNow },
        },
        problems: restored.problems.map(brief),
      };
    },
  });
}

/** @throws ProblemError for what says nothing about the backups: a stop, a lease, somebody else's files */
async function tried(
  door: DoorOptions,
  request: RestoreRequest,
  directory: string,
): Promise<{ readonly restored: RestoredDatabase } | { readonly failed: readonly Problem[] }> {
  try {
    return { restored: await restoreDatabase(door, { ...request, into: directory }) };
  } catch (error) {
    if (!(error instanceof ProblemError) || error instanceof StepPaused) throw error;
    const { problems } = error;
    if (problems.some(({ code }) => code.startsWith('lease.') || code === 'restore.not-empty')) throw error;
    return { failed: problems };
  }
}

function recordStep({ place }: BackupEnvironment, held: ReturnType<typeof heldStep>) {
  return action<DrillRecord>({
    id: 'record',
    title: 'Record what it found',
    timeoutMs: QUICK_MS,
    read: async (ctx) => ctx.outputOf(held),
    decide: (drill, ctx) => ({
      kind: 'do',
      effects: [{ kind: 'file', path: drillFile(place, ctx.run), content: drillText(drill), timeoutMs: QUICK_MS }],
      why: drill.outcome === 'failed' ? 'it failed' : 'the next prediction, and the next look, know of it',
    }),
    probe: 'repeatable',
  });
}

function removeStep(directory: string, held: ReturnType<typeof heldStep>) {
  return action<boolean>({
    id: 'remove',
    title: 'Delete the restored server',
    timeoutMs: DAY_MS,
    read: async (ctx) => {
      ctx.outputOf(held);
      return isThere(directory);
    },
    decide: (there) => ({ kind: 'do', effects: removal(directory, there) }),
    probe: 'repeatable',
    retry: AGAIN,
  });
}

function goneOf(directory: string): string {
  return `${directory}.gone`;
}

function storedBytes({ full, segments }: Awaited<ReturnType<typeof chosenFor>>): number {
  return full.bytes + segments.reduce((sum, { bytes }) => sum + bytes, 0);
}

function brief({ code, found }: Problem): { readonly code: string; readonly found: string } {
  return { code, found };
}

async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}

/** The directory, or the first one above it that is there. */
async function nearest(path: string): Promise<string> {
  if ((await isThere(path)) || dirname(path) === path) return path;
  return nearest(dirname(path));
}

/** What lies below it, in blocks of the disk. Bytes. */
async function occupied(directory: string): Promise<number> {
  const names = await namesIn(directory);
  if (names.length === 0) return 0;
  const all = await readdir(directory, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    all
      .filter((one) => one.isFile())
      .map(async ({ parentPath, name }) => (await lstat(join(parentPath, name))).blocks * 512),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function noDirectory(environment: string): Problem {
  return {
    code: 'restore.no-drill-directory',
    where: `environments.${environment}.backup`,
    found: 'no `drill:`, and no --into',
    expected: 'a directory with room for the whole database and its logs',
    remedy: 'write `backup.drill: { directory: /srv/drill }`, or name one with --into',
  };
}

function noRoom(where: string, free: number, needed: number): Problem {
  return {
    ...{ code: 'restore.no-room', where },
    found: `${formatSize(free)} free`,
    expected: `about ${formatSize(needed)}, by what is stored and what the last drill occupied`,
    remedy: 'make room, or name a directory on another disk; nothing was changed',
  };
}

function unrecorded(run: string): Problem {
  return {
    code: 'backup.not-over',
    where: `run ${run}`,
    found: 'a drill that recorded nothing',
    expected: 'what it found',
    remedy: 'start it again with the same words',
  };
}
