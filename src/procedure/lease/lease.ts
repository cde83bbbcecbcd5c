import type { Anchor, Lease } from '../../model/journal.ts';
import type { Clock } from '../../model/ports.ts';
import { isGone, ownIdentity } from '../machine/identity.ts';
import { unreachable } from '../shared/unreachable.ts';
import { LeaseLostError } from './fence.ts';
import { fileLeases, type LeaseStore, type SeenLease } from './store.ts';

/** Fifteen seconds: three renewals, each five seconds, before anybody may think we are gone. */
export const LEASE_MS = 15_000;

/** A change is tried so often again, when nobody else has made one meanwhile. */
const REJECTED = 8;

/** One holder per environment; every take raises the fence. */
export interface LeaseHandle {
  readonly fence: number;
  /** Aborted when the lease is lost. */
  readonly lost: AbortSignal;
  /**
   * Looks whether the lease is still ours, and renews it when the last renewal is not fresh. Throws LeaseLostError, and aborts
   * `lost`, when somebody else holds it. Cheap: called before every effect and at every heartbeat. `urgent`: waits for no other machine.
   */
  ensure(urgent?: boolean): Promise<void>;
  /** Was the last renewal so recent that nobody can have taken it for expired? Looks at the clock only. */
  isFresh(): boolean;
  /** The run from which the shared store took the environment; waits until that is known. Absent where nothing was taken from anybody. */
  tookFrom?(): Promise<string | undefined>;
  /** Head of the journal, stored with the next renewal. */
  setAnchor(anchor: Anchor): void;
  /** Gives it back. `reserved` keeps the environment for this run although no process holds it (a gate, a stop). */
  release(how: 'free' | 'reserved'): Promise<void>;
  /** Gives it back to the run that it was taken from, or to nobody: this run could not begin. The fence stays raised. */
  giveBack(before: Lease | undefined): Promise<void>;
  /** Stops renewing without giving back. */
  abandon(): void;
}

export interface TakeOptions {
  readonly store: string;
  /** Where the lease is kept; default: files of `store`. */
  readonly leases?: LeaseStore | undefined;
  readonly environment: string;
  readonly run: string;
  readonly who: string;
  readonly clock: Clock;
  readonly durationMs: number;
  /** A run whose lease is taken at once. */
  readonly preempt?: string | undefined;
  /** That one only where no process has it. */
  readonly onlyDead?: boolean | undefined;
  /** Taken at once, whoever holds it. */
  readonly fromAnybody?: boolean | undefined;
  /** Taken although a person has locked it: a way back. */
  readonly throughLock?: boolean | undefined;
  /** The fence after the last one; default: the next number. */
  readonly nextFence?: ((before: number) => number) | undefined;
  /** The holder stays one although it cannot renew: something else says whether it may go on. */
  readonly patient?: boolean | undefined;
  /** Does this run of the same store still have something to do? */
  unfinished(run: string): Promise<boolean>;
  readonly signal?: AbortSignal | undefined;
  readonly onWatch?: ((holder: string, forMs: number) => void) | undefined;
}

export type Taken =
  | {
      readonly kind: 'taken';
      readonly handle: LeaseHandle;
      /** As it was before; undefined when the environment never had one. */
      readonly before: Lease | undefined;
    }
  | Busy;

export interface Busy {
  readonly kind: 'busy';
  /** `alive`: a process renews it. `reserved`: no process, but the run is not over. `locked`: by a person. */
  readonly why: 'alive' | 'reserved' | 'locked';
  /** The run that has the environment; it need not be the holder, who may have died before its first record. Null: no run does. */
  readonly run: string | null;
  readonly lease: Lease;
}

/** No process: the environment waits for its run to be resumed. */
export const NOBODY = { pid: 0, startTicks: '', bootId: '' } as const;

/**
 * Takes the lease, or says who has it. A silent holder is watched for its whole duration on our own monotonic clock, from the
 * moment we first saw its record: clocks of two machines are never compared.
 */
export async function takeLease(options: TakeOptions): Promise<Taken> {
  const { environment } = options;
  const leases = options.leases ?? fileLeases(options.store);
  for (let rejected = 0, seen: string | undefined; ; rejected++) {
    const current = await leases.read(environment);
    // Two pushes that meet are told from a server that cannot write.
    if (current?.version !== seen) rejected = 0;
    if (rejected > REJECTED)
      throw unreachable(leases.where, 'a lease that is not changed, although nobody else changes it');
    seen = current?.version;
    const busy = current === undefined ? undefined : await whoHolds(current, leases, options);
    if (busy !== undefined) return busy;
    const taken = await leases.swap(current, raise(current?.lease, options));
    if (taken !== undefined) {
      return { kind: 'taken', handle: hold(taken, leases, options), before: current?.lease };
    }
  }
}

/** Undefined when the lease may be taken. */
async function whoHolds(current: SeenLease, leases: LeaseStore, options: TakeOptions): Promise<Busy | undefined> {
  const { lease } = current;
  const { holder, lock } = lease;
  const busy = (why: Busy['why'], run = holder?.run ?? null): Busy => ({ kind: 'busy', why, run, lease });
  if (lock?.on === true && options.throughLock !== true) return busy('locked');
  if (options.fromAnybody === true) return undefined;
  if (holder === null || current.unconfirmed === true) return undefined;
  if (holder.run === options.preempt && options.onlyDead !== true) return undefined;
  const noProcess = holder.pid === NOBODY.pid || isGone(holder);
  if (!noProcess && (await renewedWhileWatched(current, leases, options))) return busy('alive');
  if (holder.run === options.run) return undefined;
  const whose = await whoseIs(holder, options);
  return whose === null || whose === options.run || whose === options.preempt ? undefined : busy('reserved', whose);
}

/**
 * The run that the environment belongs to while no process holds it. A holder that died before its first record never began: the one that it took
 * the environment from has it still.
 */
async function whoseIs(holder: NonNullable<Lease['holder']>, options: TakeOptions): Promise<string | null> {
  for (const run of [holder.run, holder.from]) if (run !== undefined && (await options.unfinished(run))) return run;
  return null;
}

async function renewedWhileWatched(seen: SeenLease, leases: LeaseStore, options: TakeOptions): Promise<boolean> {
  const { clock, environment } = options;
  const { durationMs, holder } = seen.lease;
  options.onWatch?.(`${holder?.who ?? '?'} on ${holder?.host ?? '?'}`, durationMs);
  const begin = clock.monotonic();
  const everyMs = leases.remote
    ? Math.max(durationMs / 20, Math.min(1_000, durationMs / 4))
    : Math.min(250, Math.max(10, durationMs / 20));
  while (clock.monotonic() - begin < durationMs) {
    await clock.sleep(everyMs, options.signal);
    const now = await leases.read(environment);
    if (now?.version !== seen.version)
      return now?.lease.holder?.run === holder?.run && now?.lease.holder?.pid === holder?.pid;
    if (holder !== null && isGone(holder)) return false;
  }
  return false;
}

function raise(before: Lease | undefined, options: TakeOptions): Lease {
  const { nextFence = (fence) => fence + 1 } = options;
  return {
    formatVersion: 1,
    environment: options.environment,
    fence: nextFence(before?.fence ?? 0),
    holder: { run: options.run, who: options.who, ...ownIdentity(), ...takenFrom(before?.holder ?? null, options) },
    renewals: 0,
    durationMs: options.durationMs,
    anchor: null,
    ...(before?.lock === undefined ? {} : { lock: before.lock }),
  };
}

/** What the new record says about the run that is not over and has to give way. */
function takenFrom(holder: Lease['holder'], options: TakeOptions): { readonly from?: string } {
  if (holder === null) return {};
  const { run, from } = holder;
  if (run !== options.run && (run === options.preempt || options.fromAnybody === true)) return { from: run };
  return from !== undefined && (run === options.run || from === options.preempt) ? { from } : {};
}

function hold(taken: SeenLease, leases: LeaseStore, options: Pick<TakeOptions, 'clock' | 'patient'>): LeaseHandle {
  const { clock, patient = false } = options;
  const { fence, durationMs, environment } = taken.lease;
  const lost = new AbortController();
  const stopped = new AbortController();
  let current = taken;
  let renewedAt = clock.monotonic();
  let anchor: Anchor | null = null;
  let queue: Promise<void> = Promise.resolve();

  const renew = async (change: Partial<Lease>): Promise<void> => {
    for (let attempt = 0; ; attempt++) {
      if (lost.signal.aborted) throw lost.signal.reason;
      const begun = clock.monotonic();
      const lease: Lease = { ...current.lease, renewals: current.lease.renewals + 1, anchor, ...change };
      const written = await leases.swap(current, lease);
      if (written !== undefined) {
        current = written;
        renewedAt = begun;
        return;
      }
      const now = await leases.read(environment);
      if (now === undefined || !sameHolder(now.lease, current.lease)) {
        const error = new LeaseLostError(describeLoss(now?.lease, fence));
        lost.abort(error);
        throw error;
      }
      // Ours all the same: a lock was put on it, or an earlier renewal got there although we never heard so.
      if (attempt >= REJECTED) throw unreachable(leases.where, 'a renewal that is rejected again and again');
      current = now;
    }
  };
  const isFresh = (): boolean => clock.monotonic() - renewedAt <= (durationMs * 2) / 3;
  const write = (change: Partial<Lease>): Promise<void> => {
    const next = queue.then(() => renew(change));
    queue = next.catch(() => undefined);
    return next;
  };

  const renewing = async (): Promise<void> => {
    let pauseMs = durationMs / 3;
    while (!stopped.signal.aborted && !lost.signal.aborted) {
      await clock.sleep(pauseMs, stopped.signal);
      try {
        await write({});
        pauseMs = durationMs / 3;
      } catch (error) {
        if (error instanceof LeaseLostError) return;
        if (leases.remote) pauseMs = durationMs / 10;
        // The store cannot be written: the lease runs out unless that ends soon.
        if (!patient && clock.monotonic() - renewedAt > durationMs) {
          lost.abort(new LeaseLostError(`it could not be renewed for ${durationMs} ms: ${String(error)}`));
        }
      }
    }
  };
  void renewing().catch(() => undefined);

  return {
    fence,
    lost: lost.signal,
    isFresh,
    async ensure() {
      if (lost.signal.aborted) throw lost.signal.reason;
      // After a long sleep of this process (suspended, stopped) the timer has not run: ask before anything is changed. It may sleep
      // while it asks, too.
      for (let tries = 0; tries < 3 && !isFresh(); tries++) await write({});
      if (leases.remote) {
        // Nobody may take it before it has run out, so a fresh renewal is enough where a look would cost.
        if (isFresh()) return;
        throw unreachable(leases.where, `a renewal takes longer than ${(durationMs * 2) / 3} ms`);
      }
      const now = await leases.read(environment);
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
    async giveBack(before) {
      stopped.abort();
      const holder = before?.holder ?? null;
      await write({ holder: holder === null ? null : { ...holder, ...NOBODY } });
    },
    abandon() {
      stopped.abort();
    },
  };
}

function sameHolder(now: Lease, ours: Lease): boolean {
  const [a, b] = [now.holder, ours.holder];
  if (now.fence !== ours.fence || a === null || b === null) return false;
  return a.run === b.run && a.host === b.host && a.pid === b.pid && a.startTicks === b.startTicks;
}

function describeLoss(now: Lease | undefined, fence: number): string {
  if (now === undefined) return 'its record is gone';
  const holder = now.holder === null ? 'nobody' : `run ${now.holder.run} (${now.holder.who} on ${now.holder.host})`;
  return `fence ${fence} is over: ${holder} holds ${now.environment} under fence ${now.fence}`;
}
