import type { Lease } from '../../src/model/journal.ts';
import type { LeaseStore } from '../../src/procedure/lease/store.ts';
import type { Documents, Replica, ReplicaCopy, SharedStore } from '../../src/procedure/shared/store.ts';
import { unreachable } from '../../src/procedure/shared/unreachable.ts';

/** A shared store in memory that can be taken away: the same contract as the git store, without its processes. */
export interface MemoryStore extends SharedStore {
  /** What every call meets: an answer, no answer, or a push that gets there although nobody hears so. */
  weather: 'fine' | 'down' | 'deaf';
  readonly copies: Map<string, ReplicaCopy>;
  lease(environment: string): Lease | undefined;
  /** Somebody else writes a lease. */
  write(lease: Lease): void;
}

export function memoryStore(settings: Partial<SharedStore['settings']> = {}): MemoryStore {
  const leases = new Map<string, { readonly version: string; readonly lease: Lease }>();
  const copies = new Map<string, ReplicaCopy>();
  const documents = new Map<string, Documents>();
  let versions = 0;
  const next = (): string => String(++versions);
  const pass = (): void => {
    if (store.weather === 'down') throw unreachable('memory', 'no answer');
  };
  const heard = (): void => {
    if (store.weather === 'deaf') throw unreachable('memory', 'no answer to a push');
  };
  const leaseStore: LeaseStore = {
    where: 'memory',
    remote: true,
    async read(environment) {
      pass();
      return leases.get(environment);
    },
    async swap(before, lease) {
      pass();
      if (leases.get(lease.environment)?.version !== before?.version) return undefined;
      const written = { version: next(), lease };
      leases.set(lease.environment, written);
      heard();
      return written;
    },
  };
  const replica: Replica = {
    async read(run) {
      pass();
      return copies.get(run);
    },
    async append(run, before, batch) {
      pass();
      const copy = copies.get(run);
      if (copy?.version !== before) return undefined;
      const version = next();
      copies.set(run, {
        version,
        journal: (copy?.journal ?? '') + batch.journal,
        payloads: (batch.payloadsAnew ? '' : (copy?.payloads ?? '')) + batch.payloads,
      });
      heard();
      return version;
    },
    async readDocuments(environment) {
      pass();
      return documents.get(environment);
    },
    async writeDocuments(environment, before, files) {
      pass();
      const now = documents.get(environment);
      if (now?.version !== before?.version) return false;
      documents.set(environment, { version: next(), files: { ...now?.files, ...files } });
      return true;
    },
  };
  const store: MemoryStore = {
    where: 'memory',
    leases: leaseStore,
    replica,
    settings: { leaseMs: 60_000, patienceMs: 30_000, everyMs: 10_000, ...settings },
    weather: 'fine',
    copies,
    lease: (environment) => leases.get(environment)?.lease,
    write: (lease) => void leases.set(lease.environment, { version: next(), lease }),
  };
  return store;
}
