import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../model/ports.ts';

/** The real clock: the one place that asks the machine for time. Given to everything else as a port. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (ms, signal) => {
    signal?.throwIfAborted();
    try {
      await wait(Math.max(0, ms), undefined, signal ? { signal } : undefined);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};

/** RFC 3339 in UTC with milliseconds, the form of every stored time. */
export function timestamp(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}
