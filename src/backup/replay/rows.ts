import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ProblemError } from '../../model/problem.ts';
import { sqlName } from '../../model/sql.ts';

/** Rows of one server as statements for another, byte for byte. Pure, but for reading them one after the other. */

export interface Column {
  readonly name: string;
  /** As information_schema has it: `int`, `varchar`. */
  readonly type: string;
}

export type Row = readonly (Buffer | null)[];

/** A literal of bytes would be another number. */
const NUMBERS = new Set(['tinyint', 'smallint', 'mediumint', 'int', 'bigint', 'decimal', 'float', 'double', 'year']);
const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/** What reads all of these columns. */
export function selectOf(columns: readonly Column[], database: string, table: string, where?: string): string {
  const list = columns.map(({ name, type }) => (type === 'float' ? `${sqlName(name)} + 0e0` : sqlName(name)));
  const rest = where === undefined ? '' : ` WHERE ${where}`;
  // A float is shown with six digits, of which its value cannot be made again; as a double it is shown with all.
  return `SELECT ${list.join(', ')} FROM ${sqlName(database)}.${sqlName(table)}${rest}`;
}

/** The beginning of what writes them. */
export function insertOf(columns: readonly Column[], database: string, table: string): string {
  const list = columns.map(({ name }) => sqlName(name)).join(', ');
  return `INSERT INTO ${sqlName(database)}.${sqlName(table)} (${list}) VALUES`;
}

/** `(1, x'…', NULL)`. @throws ProblemError for a number that is none */
export function readable(columns: readonly Column[], row: Row): string {
  return `(${columns.map((column, index) => literal(column, row[index] ?? null)).join(', ')})`;
}

function literal({ name, type }: Column, value: Buffer | null): string {
  if (value === null) return 'NULL';
  if (NUMBERS.has(type)) {
    const text = value.toString('latin1');
    if (NUMBER.test(text)) return text;
    throw new ProblemError({
      code: 'restore.value-unknown',
      where: name,
      found: `"${text.slice(0, 40)}" in a column of type ${type}`,
      expected: 'a number',
      remedy: 'report it with the version of the server; bring this table back with a dump of it',
    });
  }
  const bytes = `x'${value.toString('hex')}'`;
  // MySQL refuses JSON made of bytes that are no text.
  return type === 'json' ? `CONVERT(${bytes} USING utf8mb4)` : bytes;
}

const rowSchema = z.array(z.instanceof(Buffer).nullable());

/**
 * How many rows there are, and a digest of all of them that does not depend on their order. `each` is told every row, and once more, with
 * null, at the end.
 */
export async function digestOf(
  rows: AsyncIterable<unknown>,
  each: (row: Row | null, last: boolean) => Promise<void> = async () => undefined,
): Promise<{ readonly rows: number; readonly sha256: string }> {
  const sum = Buffer.alloc(32);
  let count = 0;
  for await (const found of rows) {
    const row = rowSchema.parse(found);
    count += 1;
    add(sum, hashOf(row));
    await each(row, false);
  }
  await each(null, true);
  return { rows: count, sha256: sum.toString('hex') };
}

function hashOf(row: Row): Buffer {
  const hash = createHash('sha256');
  for (const value of row) {
    // The length keeps two values apart, and nothing from a value that is empty.
    hash.update(value === null ? 'n;' : `${value.length};`);
    if (value !== null) hash.update(value);
  }
  return hash.digest();
}

/** As numbers, so that two equal rows do not cancel each other out. */
function add(sum: Buffer, more: Buffer): void {
  let carry = 0;
  for (let at = sum.length - 1; at >= 0; at -= 1) {
    carry += sum.readUInt8(at) + more.readUInt8(at);
    sum.writeUInt8(carry & 0xff, at);
    carry >>= 8;
  }
}
