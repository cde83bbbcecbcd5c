import type { Anchor, Lease } from '../model/journal.ts';
import type { Clock } from '../model/ports.ts';
import { LeaseLostError } from './fence.ts';
import { isGone, ownIdentity } from './identity.ts';
import { type LeaseVersion, readLease, swapLease } from './lease-file.ts';

/** One holder per environment; every take raises the fence. */
export interface LeaseHandle {
  readonly fence: number;
  /** Aborted when the lease is lost. */
  readonly lost: AbortSignal;
  /**
   * Looks whether the lease is still ours, and renews it when the last renewal is not fresh. Throws LeaseLostError, and aborts
   * `lost`, when somebody else holds it. Cheap: called before every effect and at every heartbeat.
   */
  ensure(): Promise<void>;
  /** Head of the journal, stored with the next renewal. */
  setAnchor(anchor: Anchor): void;
  /** Gives it back. `reserved` keeps the environment for this run although no process holds it (a gate, a stop). */
  release(how: 'free' | 'reserved'): Promise<void>;
  /** Stops renewing without giving back. */
  abandon(): void;
}

export interface TakeOptions {
  readonly store: string;
  readonly environment: string;
  readonly run: string;
  readonly who: string;
  readonly clock: Clock;
  readonly durationMs: number;
  /** A run whose lease is taken at once. */
  readonly preempt?: string | undefined;
  /** Does this run of the same store still have something to do? */
  unfinished(run: string): Promise<boolean>;
  readonly signal?: AbortSignal | undefined;
  readonly onWatch?: ((holder: string, forMs: number) => void) | undefined;
}

export type Taken =
  | { readonly kind: 'taken'; readonly handle: LeaseHandle }
  /** `alive`: a process renews it. `reserved`: no process, but the run is not over. */
  | { readonly kind: 'busy'; readonly why: 'alive' | 'reserved'; readonly lease: Lease };

/** No process: the environment waits for its run to be resumed. */
const NOBODY = { pid: 0, startTicks: '', bootId: '' } as const;

/**
 * Takes the lease, or says who has it. A silent holder is watched for its whole duration on our own monotonic clock, from the
 * moment we first saw its record: clocks of two machines are never compared.
 */
export async function takeLease(options: TakeOptions): Promise<Taken> {
  const { store, environment, clock } = options;
  for (;;) {
    const current = await readLease(store, environment);
    const busy = current === undefined ? undefined : await whoHolds(current, options);
    if (busy !== undefined) return { kind: 'busy', why: busy, lease: current?.lease ?? raise(undefined, options) };
    const lease = raise(current?.lease, options);
    if (await swapLease(store, current?.version ?? 0, lease)) {
      return { kind: 'taken', handle: hold({ version: (current?.version ?? 0) + 1, lease }, store, clock) };
    }
  }
}

/** Undefined when the lease may be taken. */
async function whoHolds(current: LeaseVersion, options: TakeOptions): Promise<'alive' | 'reserved' | undefined> {
  const holder = current.lease.holder;
  if (holder === null || holder.run === options.preempt) return undefined;
  const ours = holder.run === options.run;
  const noProcess = holder.pid === NOBODY.pid || isGone(holder);
  if (!noProcess && (await renewedWhileWatched(current, options))) return 'alive';
  if (ours || !(await options.unfinished(holder.run))) return undefined;
  return 'reserved';
}

async function renewedWhileWatched(seen: LeaseVersion, options: TakeOptions): Promise<boolean> {
  const { clock, store, environment } = options;
  const { durationMs, holder } = seen.lease;
  options.onWatch?.(`${holder?.who ?? '?'} on ${holder?.host ?? '?'}`, durationMs);
  const begin = clock.monotonic();
  while (clock.monotonic() - begin < durationMs) {
    await clock.sleep(Math.min(250, Math.max(10, durationMs / 20)), options.signal);
    const now = await readLease(store, environment);
    if (now?.version !== seen.version)
      return now?.lease.holder?.run === holder?.run && now?.lease.holder?.pid === holder?.pid;
    if (holder !== null && isGone(holder)) return false;
  }
  return false;
}

function raise(before: Lease | undefined, options: TakeOptions): Lease {
  return {
    formatVersion: 1,
    environment: options.environment,
    fence: (before?.fence ?? 0) + 1,
    holder: { run: options.run, who: options.who, ...ownIdentity() },
    renewals: 0,
    durationMs: options.durationMs,
    anchor: null,
  };
}

function hold(taken: LeaseVersion, store: string, clock: Clock): LeaseHandle {
  const { fence, durationMs } = taken.lease;
  const lost = new AbortController();
  const stopped = new AbortController();
  let current = taken;
  let renewedAt = clock.monotonic();
  let anchor: Anchor | null = null;
  let queue: Promise<void> = Promise.resolve();

  const write = (change: Partial<Lease>): Promise<void> => {
    const next = queue.then(async () => {
      if (lost.signal.aborted) throw lost.signal.reason;
      const begun = clock.monotonic();
      const lease: Lease = { ...current.lease, renewals: current.lease.renewals + 1, anchor, ...change };
      if (!(await swapLease(store, current.version, lease))) {
        const now = await readLease(store, lease.environment);
        const error = new LeaseLostError(describeLoss(now?.lease, fence));
        lost.abort(error);
        throw error;
      }
      current = { version: current.version + 1, lease };
      renewedAt = begun;
    });
    queue = next.catch(() => undefined);
    return next;
  };

  const renewing = async (): Promise<void> => {
    while (!stopped.signal.aborted && !lost.signal.aborted) {
      await clock.sleep(durationMs / 3, stopped.signal);
      try {
        await write({});
      } catch (error) {
        if (error instanceof LeaseLostError) return;
        // The store cannot be written: the lease runs out unless that ends soon.
        if (clock.monotonic() - renewedAt > durationMs) {
          lost.abort(new LeaseLostError(`it could not be renewed for ${durationMs} ms: ${String(error)}`));
        }
      }
    }
  };
  void renewing().catch(() => undefined);

  return {
    fence,
    lost: lost.signal,
    async ensure() {
      if (lost.signal.aborted) throw lost.signal.reason;
      // After a long sleep of this process (suspended, stopped) the timer has not run: ask before anything is changed.
      if (clock.monotonic() - renewedAt > (durationMs * 2) / 3) {
        await write({});
        return;
      }
      const now = await readLease(store, current.lease.environment);
      if (now?.lease.fence !== fence) lost.abort(new LeaseLostError(describeLoss(now?.lease, fence)));
      if (lost.signal.aborted) throw lost.signal.reason;
    },
    setAnchor(next) {
      anchor = next;
    },
    async release(how) {
      stopped.abort();
      const holder = current.lease.holder;
      await write({ holder: how === 'reserved' && holder !== null ? { ...holder, ...NOBODY } : null });
    },
    abandon() {
      stopped.abort();
    },
  };
}

function describeLoss(now: Lease | undefined, fence: number): string {
  if (now === undefined) return 'its record is gone';
  const holder = now.holder === null ? 'nobody' : `run ${now.holder.run} (${now.holder.who} on ${now.holder.host})`;
  return `fence ${fence} is over: ${holder} holds ${now.environment} under fence ${now.fence}`;
}
