import { stat, statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Exec } from '../../model/ports.ts';
import type { Problem } from '../../model/problem.ts';
import { formatBinarySize } from '../../model/size.ts';
import type { GuardLimits } from './config.ts';

/** Is there room for a table that is written anew? A server that runs full takes everything down that it serves. */

type Ask = <T>(row: z.ZodType<T>, sql: string, values?: readonly string[]) => Promise<readonly T[]>;

/** What the server tells of the table and of the disks. */
export interface Room {
  /** Data and indexes; null: there is no such table. */
  readonly tableBytes: number | null;
  /** Host that the server calls its own. */
  readonly host: string;
  readonly dataDir: string;
  /** File of the table below that, where its name can be told; null: it cannot. */
  readonly file: string | null;
  /** Where the binary log lies; null: there is none. */
  readonly logDir: string | null;
}

/** Free bytes, and who said so; null: nobody can say. */
export interface Free {
  readonly bytes: number | null;
  readonly source: string;
}

const sizeRow = z.object({ bytes: z.coerce.number() });
const placeRow = z.object({
  host: z.string(),
  dir: z.string(),
  db: z.string().nullable(),
  log: z.coerce.number(),
  base: z.string().nullable(),
});

/** Asks the server. Only looks. */
export async function readRoom(ask: Ask, table: string): Promise<Room> {
  const [size] = await ask(
    sizeRow,
    'SELECT COALESCE(DATA_LENGTH + INDEX_LENGTH, 0) AS bytes FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?',
    [table],
  );
  const [place] = await ask(
    placeRow,
    'SELECT @@hostname AS host, @@datadir AS dir, DATABASE() AS db, @@log_bin AS log, @@log_bin_basename AS base',
  );
  return {
    tableBytes: size?.bytes ?? null,
    host: place?.host ?? '',
    dataDir: place?.dir ?? '',
    file: place === undefined ? null : fileOf(place.dir, place.db ?? '', table),
    logDir: place?.log === 1 && place.base !== null ? place.base.replace(/\/[^/]*$/, '') : null,
  };
}

/** Servers write other characters of names in a way of their own. Pure. */
function fileOf(directory: string, database: string, table: string): string | null {
  const plain = /^[A-Za-z0-9_]+$/;
  return plain.test(database) && plain.test(table) ? join(directory, database, `${table}.ibd`) : null;
}

/**
 * Bytes of a table: as the server says, which counts rows now and then, or what its file holds where that can be looked at and is more: after many
 * writes the server's figure may be a fraction of it.
 */
export async function tableBytes(room: Room): Promise<number | null> {
  if (room.tableBytes === null || room.file === null || room.host !== hostname()) return room.tableBytes;
  const file = await stat(room.file).catch(() => null);
  return Math.max(room.tableBytes, file?.size ?? 0);
}

/** How long a configured command may take. */
const COMMAND_MS = 30_000;

/** Free bytes where the data lies: as configured, or of this machine where the server calls itself by its name. */
export async function freeSpace(
  room: Room,
  free: GuardLimits['disk']['free'],
  { exec, signal }: { readonly exec: Exec; readonly signal: AbortSignal },
): Promise<Free> {
  if (typeof free === 'number') return { bytes: free, source: 'database.apply.diskFree' };
  if (free !== null) {
    const { exitCode, stdout } = await exec.read(free, { timeoutMs: COMMAND_MS, signal });
    const bytes = exitCode === 0 ? lastNumber(stdout) : null;
    return { bytes, source: bytes === null ? 'the command of database.apply.diskFree gave no number' : 'its command' };
  }
  if (room.host !== hostname()) return { bytes: null, source: 'the server is on another machine' };
  try {
    const { bavail, bsize } = await statfs(room.dataDir);
    return { bytes: bavail * bsize, source: `the disk of ${room.dataDir}` };
  } catch {
    return { bytes: null, source: `${room.dataDir} cannot be looked at from here` };
  }
}

/** Pure: what `df --output=avail -B1 DIR` prints, for instance. */
export function lastNumber(text: string): number | null {
  const found = text.match(/\d+/g)?.at(-1);
  const bytes = Number(found ?? Number.NaN);
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** An index is a part of its table; half is what it is taken for, since nobody knows before it is built. */
const INDEX_SHARE = 0.5;

export type Headroom =
  | { readonly kind: 'enough'; readonly text: string }
  /** Nobody knows; `text` says why. */
  | { readonly kind: 'unknown'; readonly text: string }
  | { readonly kind: 'too-little'; readonly text: string };

export interface HeadroomInput {
  readonly tableBytes: number | null;
  readonly free: Free;
  readonly factor: number;
  /** It only builds indexes: nothing else of the table is written anew. */
  readonly indexOnly: boolean;
}

/** Is there room for a rebuild of the table? Pure. */
export function headroomOf({ tableBytes, free, factor, indexOnly }: HeadroomInput): Headroom {
  if (factor === 0 || tableBytes === null) return { kind: 'enough', text: 'nothing is written anew' };
  const need = Math.ceil(tableBytes * factor * (indexOnly ? INDEX_SHARE : 1));
  const needed = `about ${formatBinarySize(need)} needed`;
  if (free.bytes === null) return { kind: 'unknown', text: `${needed}; free space is unknown: ${free.source}` };
  const text = `${needed}, ${formatBinarySize(free.bytes)} free (${free.source})`;
  return { kind: free.bytes < need ? 'too-little' : 'enough', text };
}

/** What refuses it: too little, or nobody knows and somebody must. Null: it may begin. Pure. */
export function headroomProblem(headroom: Headroom, mustKnow: boolean, where: string): Problem | null {
  if (headroom.kind === 'enough' || (headroom.kind === 'unknown' && !mustKnow)) return null;
  const little = headroom.kind === 'too-little';
  return {
    code: little ? 'migrate.no-headroom' : 'migrate.headroom-unknown',
    where,
    found: headroom.text,
    expected: little
      ? 'room for the table a second time on the disk of the server'
      : 'free space that is known, as database.apply.requireKnownHeadroom says',
    remedy: little
      ? 'nothing was changed; make room on the server, or lower database.apply.headroom if you know that less is enough'
      : 'name it in database.apply.diskFree: bytes, or a command that prints them',
  };
}

/** Does the statement build indexes and nothing else? From its words; a doubt counts as a rebuild. Pure. */
export function buildsOnlyIndexes(sql: string): boolean {
  return /^\s*CREATE\s+(?:\w+\s+)*?INDEX\b/i.test(sql) || ONLY_INDEX.test(sql);
}

const ONLY_INDEX =
  /^\s*ALTER\s+TABLE\s+\S+\s+ADD\s+(?:UNIQUE\s+|FULLTEXT\s+|SPATIAL\s+)?(?:INDEX|KEY)\b[^,()]*\([^()]*\)[^,()]*$/i;
