import { z } from 'zod';
import { LOCAL_HOST } from '../../model/platform.ts';

/**
 * What is known of each backup. One file per record in the catalogue; whatever is not in it is no backup, whatever a repository may hold.
 */

/** Where a server's binary log stood, as the server names it. */
export const coordinatesSchema = z.strictObject({
  file: z.string(),
  position: z.number().int().min(0),
  /** MySQL: the set of executed transactions; MariaDB: the last of each domain. Null: the server said none. */
  gtid: z.string().nullable(),
});
export type Coordinates = Readonly<z.infer<typeof coordinatesSchema>>;

/** Rows of a table in one moment. */
export const tableSumSchema = z.strictObject({
  database: z.string(),
  table: z.string(),
  rows: z.number().int().min(0),
  /** Decimal sum of 60 bits of the SHA-256 of each row: the order of rows does not count. */
  sum: z.string(),
});
export type TableSum = Readonly<z.infer<typeof tableSumSchema>>;

/** How many views, triggers, routines and events there are beside the tables. */
export const programsSchema = z.strictObject({
  views: z.number(),
  triggers: z.number(),
  routines: z.number(),
  events: z.number(),
});
export type Programs = Readonly<z.infer<typeof programsSchema>>;

/** Which server: the same name and port may be another one tomorrow. */
export const serverSchema = z.strictObject({
  family: z.enum(['mysql', 'mariadb']),
  version: z.string(),
  /** MySQL: server_uuid; MariaDB: server_id and the directory of its data, since it has no such id. */
  id: z.string(),
});
export type Server = Readonly<z.infer<typeof serverSchema>>;

/** What became of a backup: stored → verified; failed and suspect ones count for nothing. */
export const stateSchema = z.enum(['stored', 'verified', 'failed', 'suspect']);
export type BackupState = z.infer<typeof stateSchema>;

const time = z.string().datetime();

export const fullSchema = z.strictObject({
  v: z.literal(1),
  kind: z.literal('full'),
  id: z.string(),
  run: z.string(),
  /** By our clock, just before the moment that it shows. */
  takenAt: time,
  /** The moment that it shows, by the clock of the server. */
  serverTime: time,
  seconds: z.number(),
  server: serverSchema,
  tool: z.string(),
  databases: z.array(z.string()).readonly(),
  /** Null: the server writes no binary log, so nothing behind it can be restored. */
  coordinates: coordinatesSchema.nullable(),
  /** Settings that a server has for life, by which a throw-away one is made alike. */
  settings: z.record(z.string(), z.string()),
  /** Left out: SQL. `physical`: the files of the whole server. */
  form: z.enum(['logical', 'physical']).exactOptional(),
  /**
   * Where the rows were summed up, at the end of this binary log; left out: at the place of the backup itself. A physical backup shows the moment in
   * which its tool ended, which nobody else can hold: the logs in between lead from the one to the other.
   */
  summedAt: coordinatesSchema.exactOptional(),
  tables: z.array(tableSumSchema).readonly(),
  programs: programsSchema,
  snapshot: z.string(),
  file: z.string(),
  bytes: z.number().int(),
  sha256: z.string(),
  state: stateSchema,
  /** Of the last restore that agreed. */
  verified: z.strictObject({ at: time, seconds: z.number(), segments: z.number().int() }).nullable(),
  /** What speaks against it, for people. */
  why: z.string().nullable(),
});
export type FullBackup = Readonly<z.infer<typeof fullSchema>>;

export const segmentSchema = z.strictObject({
  v: z.literal(1),
  kind: z.literal('segment'),
  /** Of its snapshot: several segments may share one. */
  id: z.string(),
  run: z.string(),
  takenAt: time,
  server: serverSchema,
  /** As the server names it. */
  file: z.string(),
  bytes: z.number().int(),
  sha256: z.string(),
  /** By the clock of the server, whole seconds; null: it holds no such event. */
  firstEventAt: time.nullable(),
  lastEventAt: time.nullable(),
  /** The file that its last event names as the next; null: the server ended without saying so. */
  next: z.string().nullable(),
  /** Transactions before its first one, and up to its end, as text; null where the form is not known. */
  gtidsBefore: z.string().nullable(),
  gtidsAfter: z.string().nullable(),
  snapshot: z.string(),
  state: stateSchema,
  why: z.string().nullable(),
});
export type Segment = Readonly<z.infer<typeof segmentSchema>>;

export const filesSchema = z.strictObject({
  v: z.literal(1),
  kind: z.literal('files'),
  id: z.string(),
  run: z.string(),
  takenAt: time,
  paths: z.array(z.string()).readonly(),
  /** Of a host over ssh: its files are one tar. Left out: of the machine where Shiplock runs, as they lie there. */
  host: z
    .strictObject({
      name: z.string(),
      /** Name of the tar in the snapshot. */
      file: z.string(),
      bytes: z.number().int(),
      sha256: z.string(),
      /** Files, directories and links. */
      entries: z.number().int(),
      /** What somebody wrote each time it was read: nobody knows whether it is whole. */
      changed: z.array(z.string()).readonly(),
      /** When it was last read back and was the same. */
      verified: z.strictObject({ at: time, seconds: z.number() }).nullable(),
    })
    .exactOptional(),
  /** Of the machine where Shiplock runs: what restic read there. Left out: of a host, or stored before it was counted. */
  here: z
    .strictObject({
      /** Without directories and links. */
      files: z.number().int(),
      bytes: z.number().int(),
      /** When it was last read back and was the same. */
      verified: z.strictObject({ at: time, seconds: z.number() }).nullable(),
    })
    .exactOptional(),
  snapshot: z.string(),
  state: stateSchema,
  why: z.string().nullable(),
});
export type FilesBackup = Readonly<z.infer<typeof filesSchema>>;

/** Of a host over ssh. */
export type HostFilesBackup = FilesBackup & { readonly host: NonNullable<FilesBackup['host']> };

/** May it be restored from? One that failed or is suspect counts for nothing. Pure. */
export function isGood({ state }: { readonly state: BackupState }): boolean {
  return state !== 'suspect' && state !== 'failed';
}

/** Name of the host whose files they are; `local`: this machine. Pure. */
export function placeOf({ host }: FilesBackup): string {
  return host?.name ?? LOCAL_HOST;
}

/** Pure. */
export function isOfHost(record: FilesBackup): record is HostFilesBackup {
  return record.host !== undefined;
}

export const recordSchema = z.discriminatedUnion('kind', [fullSchema, segmentSchema, filesSchema]);
export type BackupRecord = Readonly<z.infer<typeof recordSchema>>;

export interface Catalogue {
  /** Oldest first. */
  readonly fulls: readonly FullBackup[];
  readonly segments: readonly Segment[];
  readonly files: readonly FilesBackup[];
}

/** Pure. */
export function catalogueOf(records: readonly BackupRecord[]): Catalogue {
  const byTime = <T extends { readonly takenAt: string }>(list: readonly T[]): readonly T[] =>
    list.toSorted((a, b) => (a.takenAt < b.takenAt ? -1 : a.takenAt > b.takenAt ? 1 : 0));
  return {
    fulls: byTime(records.filter((one) => one.kind === 'full')),
    segments: byTime(records.filter((one) => one.kind === 'segment')),
    files: byTime(records.filter((one) => one.kind === 'files')),
  };
}
