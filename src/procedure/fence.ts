import { fileURLToPath } from 'node:url';
import type { Clock, CommandResult } from '../model/ports.ts';
import { type CommandSpec, openSession, runCommand, type Session } from './exec.ts';

/** The fence at a resource of this machine: fence.sh locks its file and compares. See docs/formats/journal.md. */

/** Somebody else holds the environment by now: everything of this run stops at once. */
export class LeaseLostError extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'LeaseLostError';
  }
}

export interface FencePoint {
  /** Fence file of the resource. */
  readonly file: string;
  readonly fence: number;
}

const SCRIPT = fileURLToPath(new URL('./fence.sh', import.meta.url));
const REFUSED = 75;
const MARK = 'shiplock-fence:';

/** The command as it is really started. */
export function fencedArgv(point: FencePoint, argv: readonly string[]): readonly string[] {
  return ['sh', SCRIPT, point.file, String(point.fence), '--', ...argv];
}

/** Runs a command under the fence. Throws LeaseLostError when the resource has seen a greater number. */
export async function runFenced(point: FencePoint, spec: CommandSpec, clock: Clock): Promise<CommandResult> {
  const result = await runCommand({ ...spec, argv: fencedArgv(point, spec.argv) }, clock);
  refuseStale(result);
  return result;
}

/** The lock of one resource at a time, kept over effects that follow each other: each start of a process delays a rollback. */
export interface FenceHold {
  /** Begins to take the lock of the point; gives up another one first. Does not wait, and does not fail. */
  begin(point: FencePoint): void;
  /** Waits until the lock is held. Throws LeaseLostError when the resource has seen a greater number. */
  take(point: FencePoint): Promise<void>;
  /** Gives the lock up, or stops waiting for it. */
  release(): Promise<void>;
}

/** Nothing is locked yet. The lock is a process that dies with us; the signal ends it too. */
export function createFenceHold(signal: AbortSignal, clock: Clock): FenceHold {
  let held: { readonly file: string; readonly opened: Promise<Session>; readonly stop: AbortController } | undefined;
  let giving: Promise<void> = Promise.resolve();

  const begin = (point: FencePoint): void => {
    if (held?.file === point.file) return;
    const before = release();
    const stop = new AbortController();
    const opened = before.then(() => lock(point, AbortSignal.any([signal, stop.signal]), clock));
    opened.catch(() => undefined);
    held = { file: point.file, opened, stop };
  };

  const release = (): Promise<void> => {
    const last = held;
    held = undefined;
    if (last !== undefined) giving = giving.then(() => giveUp(last.opened, last.stop));
    return giving;
  };

  return {
    begin,
    async take(point) {
      begin(point);
      const session = await held?.opened;
      if (session?.alive() !== false) return;
      // Somebody ended the process that held the lock.
      await release();
      begin(point);
      await held?.opened;
    },
    release,
  };
}

async function lock(point: FencePoint, signal: AbortSignal, clock: Clock): Promise<Session> {
  const session = await openSession({ argv: fencedArgv(point, ['cat']), signal }, clock);
  if (!('exitCode' in session)) return session;
  refuseStale(session);
  throw new Error(`the fence of ${point.file} could not be locked: ${session.stderr.trim() || session.exitCode}`);
}

/** A lock that is held is let go in peace; one that is still waited for is waited for no longer. */
async function giveUp(opened: Promise<Session>, stop: AbortController): Promise<void> {
  const waiting = Symbol('waiting');
  const state = await Promise.race([opened.catch(() => undefined), Promise.resolve(waiting)]);
  if (state === waiting) stop.abort(new Error('the lock is not needed any more'));
  const session = await opened.catch(() => undefined);
  await session?.close().catch(() => undefined);
}

/**
 * Raises the fence and waits for whatever a dead holder left running under the lock. After this nothing of an earlier holder
 * can change the resource any more, so a probe sees a world that stays as it is.
 */
export async function raiseFence(point: FencePoint, signal: AbortSignal, clock: Clock): Promise<void> {
  const result = await runFenced(point, { argv: ['true'], signal }, clock);
  if (result.exitCode !== 0) throw new Error(`the fence of ${point.file} could not be raised: ${result.stderr.trim()}`);
}

function refuseStale(result: CommandResult): void {
  if (result.exitCode !== REFUSED) return;
  const line = result.stderr.split('\n').find((text) => text.startsWith(MARK));
  if (line !== undefined) throw new LeaseLostError(line.slice(MARK.length).trim());
}
