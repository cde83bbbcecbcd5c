import type { Lease } from '../../model/journal.ts';
import { readLease, swapLease } from './file.ts';

/** Where the leases of environments are kept: files of the state directory, or branches of a git server. */
export interface LeaseStore {
  /** For people. */
  readonly where: string;
  /**
   * Another machine is asked, so a look costs and may fail: the holder then trusts its last renewal, and a failed one says nothing about
   * who holds it.
   */
  readonly remote: boolean;
  /** The lease as it is now; undefined when the environment never had one. */
  read(environment: string, signal?: AbortSignal): Promise<SeenLease | undefined>;
  /** Writes `lease` in place of what was seen. Undefined when it is another one by now; then nothing changed. */
  swap(before: SeenLease | undefined, lease: Lease): Promise<SeenLease | undefined>;
}

export interface SeenLease {
  /** What the next change is compared with. */
  readonly version: string;
  readonly lease: Lease;
  /** Written by this process, which never heard that it got there. */
  readonly unconfirmed?: boolean;
}

/** Leases as files of the state directory. */
export function fileLeases(store: string): LeaseStore {
  return {
    where: store,
    remote: false,
    async read(environment) {
      const now = await readLease(store, environment);
      return now === undefined ? undefined : { version: String(now.version), lease: now.lease };
    },
    async swap(before, lease) {
      const version = Number(before?.version ?? 0);
      return (await swapLease(store, version, lease)) ? { version: String(version + 1), lease } : undefined;
    },
  };
}
