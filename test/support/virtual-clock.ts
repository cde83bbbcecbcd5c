import type { Clock } from '../../src/model/ports.ts';

/** What Node calls file operations and processes that are under way. */
const BUSY = /^(FSReq|CloseReq|FileHandleCloseReq|ProcessWrap)/;

/** Turns of the event loop, as long as a few quick file operations take; what lasts longer is waited for. */
const TURNS = 20;

interface Sleeper {
  readonly at: number;
  wake(): void;
}

/** A clock that stands still until it is told to go on: half an hour of watching takes milliseconds. */
export interface VirtualClock extends Clock {
  /** Lets time pass; whoever sleeps until then is woken in order, and gets to work before the next one. */
  advance(ms: number): Promise<void>;
  /** Lets time pass, to the next sleeper each time, until `done` resolves. Throws when nobody sleeps and nothing happens. */
  runUntil<T>(done: Promise<T>): Promise<T>;
}

export function virtualClock(start = Date.UTC(2026, 10, 21, 6, 0, 0)): VirtualClock {
  let elapsed = 0;
  const sleepers = new Set<Sleeper>();

  /** Until nothing of ours is under way any more: time must not jump over work that waits for the disk. */
  const settle = async (): Promise<void> => {
    for (let quiet = 0, turns = 0; quiet < 4; turns++) {
      await new Promise<void>((resolve) => {
        // Who asks without a rest takes the processor from the very work that it waits for.
        if (quiet === 0 && turns >= TURNS) setTimeout(resolve, 1);
        else setImmediate(resolve);
      });
      quiet = process.getActiveResourcesInfo().some((kind) => BUSY.test(kind)) ? 0 : quiet + 1;
    }
  };

  const next = (): Sleeper | undefined => [...sleepers].sort((a, b) => a.at - b.at)[0];

  return {
    now: () => start + elapsed,
    monotonic: () => elapsed,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const onAbort = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        const sleeper: Sleeper = {
          at: elapsed + Math.max(0, ms),
          wake() {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', onAbort, { once: true });
      }),
    async advance(ms) {
      const end = elapsed + ms;
      await settle();
      for (let first = next(); first !== undefined && first.at <= end; first = next()) {
        elapsed = Math.max(elapsed, first.at);
        first.wake();
        await settle();
      }
      elapsed = end;
    },
    async runUntil(done) {
      let over = false;
      const finished = done.finally(() => {
        over = true;
      });
      finished.catch(() => undefined);
      for (let idle = 0; !over; ) {
        await settle();
        if (over) break;
        const first = next();
        if (first === undefined) {
          // Somebody may wait for a real timer or another process.
          if (++idle > 2_000) throw new Error('nobody sleeps and nothing happens');
          await new Promise((resolve) => setTimeout(resolve, 1));
          continue;
        }
        idle = 0;
        elapsed = Math.max(elapsed, first.at);
        first.wake();
      }
      return finished;
    },
  };
}
