import type { Clock } from '../../model/ports.ts';
import { LeaseLostError } from '../lease/fence.ts';
import type { LeaseHandle, Taken } from '../lease/lease.ts';
import { StoreUnreachableError } from './unreachable.ts';

/** Two handles of one environment as one: `here` in the state directory, `there` in the shared store. */
export function heldTwice(here: LeaseHandle, there: LeaseHandle): LeaseHandle {
  return {
    fence: here.fence,
    lost: AbortSignal.any([here.lost, there.lost]),
    isFresh: () => here.isFresh() && there.isFresh(),
    async ensure(urgent) {
      await here.ensure();
      if (there.lost.aborted) throw there.lost.reason;
      if (there.isFresh()) return;
      // Not renewed for long: this process slept, or the store does not answer. An urgent step does not wait to learn which: the
      // fence at the resource refuses it if somebody else has come. Others ask once, and go on when there is no answer.
      const renewed = there.ensure();
      renewed.catch(() => undefined);
      if (urgent !== true) await renewed.catch(unlessUnreachable);
    },
    setAnchor(anchor) {
      here.setAnchor(anchor);
      there.setAnchor(anchor);
    },
    async release(how) {
      // What stands here is quick and does not hang.
      await here.release(how);
      await there.release(how);
    },
    async giveBack(before) {
      await here.giveBack(before);
      await there.giveBack(before);
    },
    abandon() {
      here.abandon();
      there.abandon();
    },
  };
}

export interface Joining {
  /** Takes the lease in the shared store. */
  join(signal: AbortSignal): Promise<Taken>;
  readonly clock: Clock;
  /** Between two tries. */
  readonly pauseMs: number;
  /** For people. */
  readonly where: string;
}

/** Held here now, and in the shared store as soon as that answers. Lost when somebody else turns out to hold it there. */
export function joinedLater(here: LeaseHandle, { join, clock, pauseMs, where }: Joining): LeaseHandle {
  const lost = new AbortController();
  const over = new AbortController();
  let there: LeaseHandle | undefined;
  let from: string | undefined;

  const joining = async (): Promise<void> => {
    do {
      try {
        const taken = await join(AbortSignal.any([lost.signal, over.signal]));
        if (taken.kind === 'taken' && taken.handle.fence === here.fence) {
          there = taken.handle;
          from = taken.before?.holder?.run;
          there.lost.addEventListener('abort', () => lost.abort(taken.handle.lost.reason), { once: true });
          return;
        }
        if (taken.kind === 'taken') await taken.handle.giveBack(taken.before);
        const other = taken.kind === 'busy' ? taken.run : taken.before?.holder?.run;
        lost.abort(new LeaseLostError(`run ${other ?? '?'} holds it in ${where}`));
        return;
      } catch (error) {
        if (!(error instanceof StoreUnreachableError)) return;
      }
      await clock.sleep(pauseMs, over.signal).catch(() => undefined);
    } while (!over.signal.aborted);
  };
  const joined = joining();
  joined.catch(() => undefined);

  return {
    fence: here.fence,
    lost: AbortSignal.any([here.lost, lost.signal]),
    isFresh: () => here.isFresh(),
    async tookFrom() {
      over.abort();
      await joined;
      return from;
    },
    async ensure() {
      await here.ensure();
      if (lost.signal.aborted) throw lost.signal.reason;
    },
    setAnchor(anchor) {
      here.setAnchor(anchor);
      there?.setAnchor(anchor);
    },
    async release(how) {
      await here.release(how);
      // A try that is under way ends with its time-outs; there is none after it.
      over.abort();
      await joined;
      await there?.release(how);
    },
    async giveBack(before) {
      await here.giveBack(before);
      over.abort();
      await joined;
      await there?.release('free');
    },
    abandon() {
      over.abort();
      here.abandon();
      there?.abandon();
    },
  };
}

function unlessUnreachable(error: unknown): void {
  if (!(error instanceof StoreUnreachableError)) throw error;
}
