import type { Clock } from '../../src/model/ports.ts';
import { LeaseLostError } from '../../src/procedure/lease/fence.ts';
import { type LeaseHandle, takeLease } from '../../src/procedure/lease/lease.ts';
import type { LeaseStore } from '../../src/procedure/lease/store.ts';
import { StoreUnreachableError } from '../../src/procedure/shared/unreachable.ts';

/** One of many who want the same environment, work in it for a while, and want it again; for ever. */
export interface Contender {
  readonly who: string;
  readonly clock: Clock;
  readonly leases: LeaseStore;
  /** State directory. */
  readonly store: string;
  readonly durationMs: number;
  /** Between two tries, as a multiple of the duration: nothing to twice as much, so that those who were sent away together do not come back together. */
  readonly pause: number;
  chance(): number;
  /** Does something to the resource under a fence. False when that refuses it. */
  effect(fence: number, what: 'raise' | 'work'): Promise<boolean>;
  tell(what: Told, fence: number): void;
}

export type Told = 'took' | 'holds' | 'sure' | 'worked' | 'released' | 'lost' | `error ${string}`;

/** As if each were on a machine of its own: nobody can look whether its process lives. */
export function foreign(leases: LeaseStore, name: string): LeaseStore {
  return {
    ...leases,
    swap: (before, lease) => {
      const holder = lease.holder === null ? null : { ...lease.holder, bootId: `machine ${name}` };
      return leases.swap(before, { ...lease, holder });
    },
  };
}

/** A clock that is wrong by up to a day, and three percent fast or slow. */
export function skewed(clock: Clock, chance: () => number): Clock {
  const rate = 0.97 + 0.06 * chance();
  const [wall, mono] = [(chance() - 0.5) * 172_800_000, chance() * 1e9];
  return {
    now: () => clock.now() + wall,
    monotonic: () => mono + clock.monotonic() * rate,
    sleep: (ms, signal) => clock.sleep(ms / rate, signal),
  };
}

export async function contend(contender: Contender): Promise<never> {
  const { who, clock, leases, store, durationMs, pause, chance, tell } = contender;
  // They come at any time, not all at once.
  await clock.sleep(durationMs * 2 * pause * chance());
  for (let round = 0; ; round++) {
    try {
      const options = { store, leases, environment: 'production', run: `${who}.${round}`, who, clock, durationMs };
      const taken = await takeLease({ ...options, unfinished: async () => false });
      if (taken.kind === 'taken') await workOrLose(contender, taken.handle);
    } catch (error) {
      // Whoever hears nothing tries again; any other error is a fault.
      if (!(error instanceof StoreUnreachableError)) tell(`error ${String(error)}`, 0);
    }
    await clock.sleep(durationMs * 2 * pause * chance());
  }
}

async function workOrLose(contender: Contender, handle: LeaseHandle): Promise<void> {
  try {
    await work(contender, handle);
  } catch (error) {
    if (!(error instanceof LeaseLostError)) throw error;
    contender.tell('lost', handle.fence);
  } finally {
    handle.abandon();
  }
}

async function work({ clock, durationMs, chance, effect, tell }: Contender, handle: LeaseHandle): Promise<void> {
  const { fence } = handle;
  tell('took', fence);
  if (!(await effect(fence, 'raise'))) return;
  tell('holds', fence);
  const until = clock.monotonic() + durationMs * (0.1 + 1.4 * chance());
  while (clock.monotonic() < until && !handle.lost.aborted) {
    // Half of the time it acts without looking first: as one that was stopped between the look and the act.
    if (chance() < 0.5) {
      await handle.ensure();
      tell('sure', fence);
    }
    if (!(await effect(fence, 'work'))) return;
    tell('worked', fence);
    await clock.sleep(durationMs * 0.1 * chance());
  }
  await handle.release('free');
  tell('released', fence);
}
