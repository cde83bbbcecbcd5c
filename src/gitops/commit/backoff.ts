/** How long to wait after a lost race. Pure; the window is remembered between commits, since those who compete stay the same for a while. */

/** Windows are counted in tries: one is as long as one reading and pushing took here. */
const WIDEST = 64;

/** Nobody was in the way: half as wide, and soon none. */
export function narrower(window: number): number {
  return window < 1 ? 0 : window / 2;
}

/** Somebody was quicker: the first time no wait at all, since whoever it was is done now. */
export function wider(window: number): number {
  return Math.min(WIDEST, window === 0 ? 0.5 : window * 2);
}

/** Full jitter: anywhere in the window. `random` is in [0, 1). */
export function delayMs(window: number, tryMs: number, random: number, longestMs = 10_000): number {
  return window < 1 ? 0 : Math.min(longestMs, random * window * tryMs);
}
