import { createHash } from 'node:crypto';
import { z } from 'zod';
import { sqlName } from '../../model/sql.ts';
import type { Program, ProgramKind } from '../sql/program.ts';

/** What is asked of single tables before a statement changes them. */

type Ask = <T>(row: z.ZodType<T>, sql: string, values?: readonly string[]) => Promise<readonly T[]>;

/** How large a table is; rows are counted up to a bound, since what the server keeps of them is a guess. */
export interface TableSize {
  readonly rows: number;
  readonly bytes: number;
}

const nameRow = z.object({ name: z.string() });
const countRow = z.object({ n: z.coerce.number() });
const createRow = z.record(z.string(), z.union([z.string(), z.null()]));

/** One column of a primary key, and how a value of it is written as SQL. */
export interface KeyColumn {
  readonly name: string;
  readonly kind: 'number' | 'text' | 'bytes' | 'time';
}

const keyRow = z.object({ name: z.string(), type: z.string() });

const WRITTEN: Readonly<Record<KeyColumn['kind'], readonly string[]>> = {
  number: ['tinyint', 'smallint', 'mediumint', 'int', 'bigint', 'decimal', 'year'],
  text: ['char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext'],
  bytes: ['binary', 'varbinary', 'tinyblob', 'blob', 'mediumblob', 'longblob'],
  time: ['date', 'datetime', 'timestamp', 'time'],
};

/** Null: there is no primary key, or it has a column whose written values do not sort as it does (ENUM, FLOAT, UUID …). */
export async function keyOf(ask: Ask, table: string): Promise<readonly KeyColumn[] | null> {
  const rows = await ask(
    keyRow,
    `SELECT s.COLUMN_NAME AS name, LOWER(c.DATA_TYPE) AS type FROM information_schema.STATISTICS s
     JOIN information_schema.COLUMNS c ON c.TABLE_SCHEMA = s.TABLE_SCHEMA AND c.TABLE_NAME = s.TABLE_NAME AND c.COLUMN_NAME = s.COLUMN_NAME
     WHERE s.TABLE_SCHEMA = DATABASE() AND s.TABLE_NAME = ? AND s.INDEX_NAME = 'PRIMARY' ORDER BY s.SEQ_IN_INDEX`,
    [table],
  );
  const kinds = ['number', 'text', 'bytes', 'time'] as const;
  const columns = rows.flatMap(({ name, type }) => {
    const kind = kinds.find((one) => WRITTEN[one].includes(type));
    return kind === undefined ? [] : [{ name, kind }];
  });
  return columns.length === 0 || columns.length < rows.length ? null : columns;
}

/** Null: there is no such table. Rows are counted up to `most` + 1. */
export async function sizeOf(ask: Ask, table: string, most: number): Promise<TableSize | null> {
  const [size] = await ask(
    countRow,
    'SELECT COALESCE(DATA_LENGTH + INDEX_LENGTH, 0) AS n FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?',
    [table],
  );
  if (size === undefined) return null;
  const [rows] = await ask(
    countRow,
    `SELECT COUNT(*) AS n FROM (SELECT 1 FROM ${sqlName(table)} LIMIT ${most + 1}) AS counted`,
  );
  return { rows: rows?.n ?? 0, bytes: size.n };
}

/**
 * SHA-256 of what these tables are made of, rows aside. Since a change of structure is done as a whole or not at all, it tells
 * afterwards whether it was done.
 */
export async function structureHash(ask: Ask, tables: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const table of tables) {
    const made = await madeBy(ask, table);
    hash.update(made === null ? 'absent\n' : `${made.replace(/ AUTO_INCREMENT=\d+/, '')}\n`);
  }
  return hash.digest('hex');
}

const noSuchTable = z.object({ errno: z.literal(1146) });

/** The statement that makes the table; null: there is none. */
async function madeBy(ask: Ask, table: string): Promise<string | null> {
  try {
    const [row = {}] = await ask(createRow, `SHOW CREATE TABLE ${sqlName(table)}`);
    return Object.values(row).join('\n');
  } catch (error) {
    if (noSuchTable.safeParse(error).success) return null;
    throw error;
  }
}

/** What `structureHash` answers for so many tables of which none is there. Pure. */
export function structureHashOfNone(tables: number): string {
  return createHash('sha256').update('absent\n'.repeat(tables)).digest('hex');
}

const PLACES: Readonly<Record<ProgramKind, readonly [view: string, name: string, schema: string, more: string]>> = {
  PROCEDURE: ['ROUTINES', 'ROUTINE_NAME', 'ROUTINE_SCHEMA', " AND ROUTINE_TYPE = 'PROCEDURE'"],
  FUNCTION: ['ROUTINES', 'ROUTINE_NAME', 'ROUTINE_SCHEMA', " AND ROUTINE_TYPE = 'FUNCTION'"],
  TRIGGER: ['TRIGGERS', 'TRIGGER_NAME', 'TRIGGER_SCHEMA', ''],
  VIEW: ['VIEWS', 'TABLE_NAME', 'TABLE_SCHEMA', ''],
  EVENT: ['EVENTS', 'EVENT_NAME', 'EVENT_SCHEMA', ''],
};

/** Whether a view or a stored program of this name is there. */
export async function hasProgram(ask: Ask, { kind, name }: Program): Promise<boolean> {
  const [view, column, schema, more] = PLACES[kind];
  const sql = `SELECT ${column} AS name FROM information_schema.${view} WHERE ${schema} = DATABASE() AND ${column} = ?${more}`;
  return (await ask(nameRow, sql, [name])).length > 0;
}
