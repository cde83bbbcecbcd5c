import type { Clock } from '../../model/ports.ts';
import { type Dialog, openDialog } from '../machine/exec.ts';
import { FENCE_SCRIPT, type FencePoint, LeaseLostError } from './fence.ts';

/**
 * Locks on fence files for effects that need no command of their own. A process that stands ready takes them for us: starting one at the
 * moment of a rollback costs most of its time on a busy machine. Its locks end with it, and it ends with us.
 */
export interface FenceLocks {
  /** Has a process ready before it is needed. */
  warm(): void;
  /** A lock for one step; nothing is locked yet. */
  open(signal: AbortSignal): FenceLock;
  /** Ends the processes that stand ready. */
  close(): Promise<void>;
}

/** The lock of one resource at a time, kept over effects that follow each other. */
export interface FenceLock {
  /** Begins to take the lock of the point; gives up another one first. Does not wait, and does not fail. */
  begin(point: FencePoint): void;
  /** Waits until the lock is held. Throws LeaseLostError when the resource has seen a greater number. */
  take(point: FencePoint): Promise<void>;
  /** Gives the lock up, or stops waiting for it. */
  release(): Promise<void>;
}

export function createFenceLocks(clock: Clock): FenceLocks {
  let spare: Dialog | undefined;
  const start = (): Dialog => openDialog(['sh', FENCE_SCRIPT, '--serve'], clock);
  const lender: Lender = {
    lend() {
      const one = spare;
      spare = undefined;
      return one?.alive() ? one : start();
    },
    async giveBack(one) {
      if (spare === undefined && one.alive()) spare = one;
      else await one.close();
    },
  };
  return {
    warm() {
      spare ??= start();
    },
    open: (signal) => createLock(lender, signal),
    async close() {
      await spare?.close();
      spare = undefined;
    },
  };
}

interface Lender {
  lend(): Dialog;
  giveBack(dialog: Dialog): Promise<void>;
}

interface Held {
  readonly file: string;
  readonly stop: AbortController;
  /** The process that holds the lock, once it does. */
  readonly taken: Promise<Dialog>;
  settled: boolean;
}

function createLock(lender: Lender, signal: AbortSignal): FenceLock {
  let held: Held | undefined;
  let giving: Promise<void> = Promise.resolve();

  const begin = (point: FencePoint): void => {
    if (held?.file === point.file) return;
    const before = release();
    const stop = new AbortController();
    const taken = before.then(() => lock(lender.lend(), point, AbortSignal.any([signal, stop.signal])));
    const now: Held = { file: point.file, stop, taken, settled: false };
    const settle = (): void => {
      now.settled = true;
    };
    taken.then(settle, settle);
    held = now;
  };

  const release = (): Promise<void> => {
    const last = held;
    held = undefined;
    if (last !== undefined) giving = giving.then(() => giveUp(last, lender));
    return giving;
  };

  return {
    begin,
    async take(point) {
      begin(point);
      const dialog = await held?.taken;
      if (dialog?.alive() !== false) return;
      // Somebody ended the process that held the lock.
      await release();
      begin(point);
      await held?.taken;
    },
    release,
  };
}

async function giveUp({ stop, taken, settled }: Held, lender: Lender): Promise<void> {
  if (!settled) stop.abort(new Error('the lock is not needed any more'));
  const dialog = await taken.catch(() => undefined);
  if (dialog === undefined) return;
  try {
    await dialog.ask('free', stop.signal);
    await lender.giveBack(dialog);
  } catch {
    // It does not answer: it ends, and what it holds ends with it.
    await dialog.close();
  }
}

/** The process, when it holds the lock. Otherwise it is ended, and what it holds ends with it. */
async function lock(dialog: Dialog, { file, fence }: FencePoint, signal: AbortSignal): Promise<Dialog> {
  try {
    if (file.includes('\n')) throw new Error(`the name of a fence file is one line: ${JSON.stringify(file)}`);
    const answer = await dialog.ask(`lock ${fence} ${file}`, signal);
    if (answer !== 'held') throw new LeaseLostError(answer);
    return dialog;
  } catch (error) {
    await dialog.close();
    throw error;
  }
}
