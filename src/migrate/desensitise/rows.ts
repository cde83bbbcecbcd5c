import type { Connection as Plain } from 'mysql2';
import type { Connection } from 'mysql2/promise';
import { z } from 'zod';
import { sqlName } from '../../model/sql.ts';
import type { CopyTable } from './structure.ts';

/** Reading tables of any size in parts that memory and a statement can hold. */

/** A row as an array of bytes. */
const cell = z.array(z.union([z.instanceof(Buffer), z.null()]));
export const cells = z.array(cell);

/** One connection in its two forms. */
export interface Source {
  readonly source: Connection;
  readonly plain: Plain;
}

export type Row = readonly (Buffer | string | null)[];

/** Rows in parts of so many bytes; a row that is larger goes alone. Pure. */
export function partsOf<T extends Row>(rows: readonly T[], most: number): readonly (readonly T[])[] {
  const parts: T[][] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = sizeOf(row);
    const last = parts.at(-1);
    if (last === undefined || bytes + size > most) {
      parts.push([row]);
      bytes = size;
    } else {
      last.push(row);
      bytes += size;
    }
  }
  return parts;
}

/** Bytes, near enough. */
function sizeOf(row: Row): number {
  return row.reduce((sum, value) => sum + (value === null ? 4 : Buffer.byteLength(value) + 3), 0);
}

/** By primary key, each batch where the last one ended; a table without one as it comes. In memory there is one batch, of `BATCH_BYTES` or so. */
export async function* batches({ source, plain }: Source, table: CopyTable, names: string, most: number) {
  const { primaryKey, columns } = table;
  const places = primaryKey.map((key) => columns.findIndex(({ name }) => name === key));
  const from = `SELECT ${names} FROM ${sqlName(table.name)}`;
  const keyed = places.length > 0 && places.every((at) => at >= 0);
  if (!keyed) {
    yield* streamed(plain, from, most);
    return;
  }
  const key = primaryKey.map(sqlName).join(', ');
  let size = Math.min(FIRST_ROWS, most);
  let last: readonly (Buffer | null)[] | null = null;
  for (;;) {
    const where: string = last === null ? '' : ` WHERE ${behind(primaryKey)}`;
    const values: readonly (Buffer | null)[] = last === null ? [] : valuesBehind(last);
    const rows = await raw(source, `${from}${where} ORDER BY ${key} LIMIT ${size}`, values);
    if (rows.length === 0) return;
    yield rows;
    const end: readonly (Buffer | null)[] = rows.at(-1) ?? [];
    last = places.map((at) => end[at] ?? null);
    if (rows.length < size) return;
    size = nextSize(rows, most);
  }
}

/** Rows of the first batch, when nobody knows how large they are. */
const FIRST_ROWS = 50;
/** What a batch should hold. */
export const BATCH_BYTES = 8 * 2 ** 20;

/** How many rows to read next, after these. Pure. */
export function nextSize(rows: readonly Row[], most: number): number {
  const mean = rows.reduce((sum, row) => sum + sizeOf(row), 0) / Math.max(1, rows.length);
  return Math.max(1, Math.min(most, Math.floor(BATCH_BYTES / Math.max(1, mean))));
}

/**
 * Rows behind a key of several columns: `a >= ? AND (a > ? OR (a = ? AND b > ?))`. Servers read a comparison of whole rows, `(a, b) > (?, ?)`, from the
 * beginning of the key each time. Pure.
 */
export function behind(key: readonly string[]): string {
  const [first = ''] = key.map(sqlName);
  const [last = '', ...before] = key.map(sqlName).toReversed();
  const rest = before.reduce((inner, name) => `(${name} > ? OR (${name} = ? AND ${inner}))`, `${last} > ?`);
  return key.length === 1 ? rest : `${first} >= ? AND ${rest}`;
}

/** What stands for its question marks, in order. Pure. */
export function valuesBehind<T>(last: readonly T[]): readonly T[] {
  const [first] = last;
  if (first === undefined || last.length === 1) return last;
  return [first, ...last.flatMap((value, at) => (at === last.length - 1 ? [value] : [value, value]))];
}

/** Read as fast as they are taken. */
async function* streamed(plain: Plain, sql: string, most: number) {
  const query = plain.query({ sql, rowsAsArray: true, typeCast: (field) => field.buffer() });
  let rows: z.infer<typeof cells>[number][] = [];
  let bytes = 0;
  for await (const row of query.stream({ highWaterMark: 16 })) {
    const read = cell.parse(row);
    rows.push(read);
    bytes += sizeOf(read);
    if (rows.length < most && bytes < BATCH_BYTES) continue;
    yield rows;
    [rows, bytes] = [[], 0];
  }
  if (rows.length > 0) yield rows;
}

export async function raw(source: Connection, sql: string, values: readonly (Buffer | null)[]) {
  const [rows] = await source.query({
    sql,
    // As text where it is text: a key is compared as its column is, not byte by byte.
    values: values.map((value) => (value === null ? null : textOrBytes(value))),
    rowsAsArray: true,
    typeCast: (field) => field.buffer(),
  });
  return cells.parse(rows);
}

function textOrBytes(value: Buffer): string | Buffer {
  const text = value.toString('utf8');
  return Buffer.from(text, 'utf8').equals(value) ? text : value;
}
