/** When to start a process again after it ended by itself. Pure. */

export interface CrashPolicy {
  /** This many unexpected exits … */
  readonly exits: number;
  /** … within this time are a crash loop; and this long without an exit ends it. */
  readonly windowMs: number;
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
}

/** Five exits within 30 s. The first pauses (0.1, 0.2, 0.4, 0.8 s) add up to 1.5 s, so a process that dies at once shows in 2 s. */
export const CRASH_POLICY: CrashPolicy = { exits: 5, windowMs: 30_000, backoffMs: 100, maxBackoffMs: 10_000 };

export interface CrashState {
  /** Moments of unexpected exits within the window, monotonic milliseconds. */
  readonly exits: readonly number[];
  /** Exits without a calm time (a whole window) between them. */
  readonly inARow: number;
  readonly looping: boolean;
}

export const CALM: CrashState = { exits: [], inARow: 0, looping: false };

/**
 * A crash loop is reported, but the process is still started again with the longest pause: a database that comes back
 * after an hour must not leave a service down that nobody restarts.
 * @param now monotonic milliseconds of the exit
 * @param ranMs how long the process had run
 */
export function afterExit(
  state: CrashState,
  now: number,
  ranMs: number,
  policy: CrashPolicy,
): { readonly state: CrashState; readonly delayMs: number } {
  const calm = ranMs >= policy.windowMs;
  const exits = [...state.exits.filter((time) => now - time < policy.windowMs), now];
  const inARow = calm ? 1 : state.inARow + 1;
  const looping = exits.length >= policy.exits || (state.looping && !calm);
  const doubled = policy.backoffMs * 2 ** Math.min(inARow - 1, 20);
  const delayMs = looping ? policy.maxBackoffMs : Math.min(policy.maxBackoffMs, doubled);
  return { state: { exits, inARow, looping }, delayMs };
}
