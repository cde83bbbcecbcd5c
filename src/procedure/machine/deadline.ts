import type { Clock } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';

/** Why a wait ends that nobody needs any more. Nobody reads it; without a reason each `abort()` would make an exception with its stack. */
const UNNEEDED = 'unneeded';

export interface Deadline {
  readonly clock: Clock;
  readonly ms: number;
  /** What takes the time, for the message. */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
  /** Leave work behind that ignores its signal. Without it the work is waited for: effects end themselves and clean up. */
  readonly abandon?: boolean;
}

/** Runs `work` with a signal that is aborted when the time is over or the outer signal is. Rejects with a `timeout` problem. */
export async function withDeadline<T>(deadline: Deadline, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const over = new AbortController();
  const done = new AbortController();
  const signal = deadline.signal ? AbortSignal.any([over.signal, deadline.signal]) : over.signal;
  void deadline.clock.sleep(deadline.ms, done.signal).then(
    () => over.abort(timeoutError(deadline)),
    () => undefined,
  );
  try {
    signal.throwIfAborted();
    const working = work(signal);
    return await (deadline.abandon ? unlessAborted(signal, working) : working);
  } catch (error) {
    // Whatever the work made of being aborted: what ended it is the deadline.
    if (over.signal.aborted) throw over.signal.reason;
    throw error;
  } finally {
    done.abort(UNNEEDED);
  }
}

/**
 * Runs `work` with a signal that is also aborted when a look throws, with what it threw. The first look comes after `everyMs`, each further one so long after
 * the last has answered; none comes when the work is over.
 */
export async function lookingMeanwhile<T>(
  { clock, everyMs, signal }: { readonly clock: Clock; readonly everyMs: number; readonly signal: AbortSignal },
  look: () => Promise<void>,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const done = new AbortController();
  const broken = new AbortController();
  const looking = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(everyMs, done.signal);
      await look();
    }
  };
  // Once the work is over nobody hears this any more.
  looking().catch((error: unknown) => broken.abort(error));
  try {
    return await work(AbortSignal.any([signal, broken.signal]));
  } catch (error) {
    // As with a deadline: whatever the work made of being aborted.
    if (broken.signal.aborted && !signal.aborted) throw broken.signal.reason;
    throw error;
  } finally {
    done.abort(UNNEEDED);
  }
}

/** The promise, or the signal's reason as soon as it is aborted, whatever the work then still does. */
export async function unlessAborted<T>(signal: AbortSignal, working: Promise<T>): Promise<T> {
  const over = new AbortController();
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: over.signal });
    if (signal.aborted) reject(signal.reason);
  });
  try {
    return await Promise.race([working, aborted]);
  } finally {
    over.abort(UNNEEDED);
    working.catch(() => undefined);
  }
}

function timeoutError(deadline: Deadline): ProblemError {
  return new ProblemError({
    code: 'procedure.timeout',
    where: deadline.what,
    found: `no end after ${deadline.ms} ms`,
    expected: `an end within ${deadline.ms} ms`,
    remedy: 'look at what it waits for; if it is only slow, give the step more time',
  });
}
