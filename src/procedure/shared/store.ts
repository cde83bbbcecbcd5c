import type { LeaseStore } from '../lease/store.ts';

/** Leases and journals that other machines see too, beside the state directory of this one. */
export interface SharedStore {
  /** For people. */
  readonly where: string;
  readonly leases: LeaseStore;
  readonly replica: Replica;
  readonly settings: SharedSettings;
}

export interface SharedSettings {
  /** How long a silent holder keeps an environment. */
  readonly leaseMs: number;
  /** How long a forward step waits for the store before the run pauses. */
  readonly patienceMs: number;
  /** Records are pushed at least this often while a run works. */
  readonly everyMs: number;
}

/** Copies of journals. Each only grows: what was written stays, and of two who add to the same one wins. */
export interface Replica {
  /** The copy of a run; undefined when there is none. */
  read(run: string): Promise<ReplicaCopy | undefined>;
  /** Adds to a copy. Returns its new version; undefined when it is not at `before` any more, and then nothing changed. */
  append(run: string, before: string | undefined, batch: ReplicaBatch): Promise<string | undefined>;
  /** Small documents that an environment remembers (records of releases, ledger), by name. */
  readDocuments(environment: string): Promise<Documents | undefined>;
  writeDocuments(environment: string, before: Documents | undefined, files: Documents['files']): Promise<boolean>;
}

export interface ReplicaCopy {
  readonly version: string;
  /** Whole lines, byte for byte those of the run's own files. */
  readonly journal: string;
  readonly payloads: string;
}

export interface ReplicaBatch {
  /** Number of the first record of the batch. */
  readonly seq: number;
  readonly journal: string;
  readonly payloads: string;
  /** The payloads are all there are, and take the place of those in the copy: some were redacted since. */
  readonly payloadsAnew: boolean;
}

export interface Documents {
  readonly version: string;
  readonly files: Readonly<Record<string, string>>;
}
