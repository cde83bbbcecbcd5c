import { z } from 'zod';
import { type LogPlace, logPlaceSchema } from '../../model/effect.ts';
import type { Problem } from '../../model/problem.ts';
import { logPlaceText, sqlName } from '../../model/sql.ts';
import { quoted } from '../apply/bookkeeping.ts';
import { type Token, tokensOf } from '../sql/lexer.ts';

/** Before a statement takes something away it is written down to where a restore would have to go, and what was there. */

export const RESTORE_TABLE = 'shiplock_restore_points';

/** Stands where the place in the binary log is put in. */
export const PLACE = '/* place in the binary log */ NULL';

export const CREATE_RESTORE_TABLE = `CREATE TABLE IF NOT EXISTS ${RESTORE_TABLE} (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  migration VARCHAR(120) NOT NULL,
  number INT UNSIGNED NOT NULL,
  run VARCHAR(191) NOT NULL,
  statement TEXT NOT NULL,
  place_before TEXT NULL,
  place_after TEXT NULL,
  tables MEDIUMTEXT NOT NULL,
  PRIMARY KEY (id),
  KEY shiplock_restore_points_of (migration, number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

/** A table as it was before. */
const tableSchema = z.strictObject({
  table: z.string(),
  /** SHOW CREATE TABLE. */
  create: z.string(),
  rows: z.number(),
  /** False: there are at least so many. */
  exact: z.boolean(),
});
export type TableBefore = Readonly<z.infer<typeof tableSchema>>;

/** What is written down of one statement. */
export interface RestorePoint {
  readonly migration: string;
  /** 1-based. */
  readonly number: number;
  readonly run: string;
  readonly statement: string;
  /** Where the log stood; null: the run was cut before it said so. */
  readonly before: LogPlace | null;
  /** Null: the statement did not come to its end, or the run did not. */
  readonly after: LogPlace | null;
  readonly tables: readonly TableBefore[];
}

/**
 * Does the statement take rows, a table, a column or a part of what a column holds away? From its words: what only may (MODIFY, CHANGE)
 * counts, and so does all that cannot be read. Pure.
 */
export function takesAway(sql: string): boolean {
  const tokens = tokensOf(sql);
  if (tokens.some((token) => token.kind === 'conditional')) return true;
  const [first, second] = [wordAt(tokens, 0), wordAt(tokens, 1)];
  if (first === 'TRUNCATE' || first === 'DELETE' || first === 'REPLACE') return true;
  if (first === 'DROP') return second === 'TABLE' || second === 'TEMPORARY' || second === 'TABLES';
  const table = tokens.slice(1, 4).some(({ text, kind }) => kind === 'word' && text === 'TABLE');
  if (first !== 'ALTER' || !table) return false;
  return tokens.some((_, at) => losesAt(tokens, at));
}

/** The table that a plain DELETE takes rows from. Pure. */
export function deletedFrom(sql: string): readonly string[] {
  const table = /^DELETE\s+FROM\s+(?:`((?:[^`]|``)+)`|([\p{L}\p{N}_$]+))/iu.exec(sql);
  const name = table?.[1]?.replaceAll('``', '`') ?? table?.[2];
  return name === undefined ? [] : [name];
}

const HARMLESS = new Set(['INDEX', 'KEY', 'PRIMARY', 'FOREIGN', 'CONSTRAINT', 'CHECK', 'DEFAULT', 'SYSTEM']);
const LOSING = new Set(['MODIFY', 'CHANGE', 'CONVERT', 'TRUNCATE', 'COALESCE', 'DISCARD', 'EXCHANGE']);

/** A clause that begins here loses something. */
function losesAt(tokens: readonly Token[], at: number): boolean {
  const word = wordAt(tokens, at);
  if (at < 2 || depthAt(tokens, at) > 0) return false;
  if (LOSING.has(word)) return true;
  // ALTER c DROP DEFAULT, DROP INDEX i: nothing that rows hold.
  return word === 'DROP' && !HARMLESS.has(wordAt(tokens, at + 1));
}

function depthAt(tokens: readonly Token[], end: number): number {
  let depth = 0;
  for (const { kind, text } of tokens.slice(0, end)) {
    if (kind === 'symbol' && text === '(') depth += 1;
    if (kind === 'symbol' && text === ')') depth -= 1;
  }
  return depth;
}

function wordAt(tokens: readonly Token[], at: number): string {
  const token = tokens[at];
  return token?.kind === 'word' ? token.text : '';
}

type Ask = <T>(row: z.ZodType<T>, sql: string, values?: readonly string[]) => Promise<readonly T[]>;

const nameRow = z.object({ name: z.string() });
const countRow = z.object({ n: z.coerce.number() });
const createRow = z.record(z.string(), z.union([z.string(), z.null()]));

/** Rows are counted up to here: a restore needs a check, not a minute. */
const MOST_ROWS = 100_000;

/** The tables as they are now; those that are not there are left out. */
export async function readTables(ask: Ask, tables: readonly string[]): Promise<readonly TableBefore[]> {
  const found: TableBefore[] = [];
  for (const table of new Set(tables)) {
    const there = await ask(
      nameRow,
      "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND TABLE_TYPE = 'BASE TABLE'",
      [table],
    );
    if (there.length === 0) continue;
    const [row = {}] = await ask(createRow, `SHOW CREATE TABLE ${sqlName(table)}`);
    const [count] = await ask(
      countRow,
      `SELECT COUNT(*) AS n FROM (SELECT 1 FROM ${sqlName(table)} LIMIT ${MOST_ROWS + 1}) AS counted`,
    );
    const rows = count?.n ?? 0;
    const create = row['Create Table'] ?? '';
    found.push({ table, create, rows: Math.min(rows, MOST_ROWS), exact: rows <= MOST_ROWS });
  }
  return found;
}

const pointRow = z.object({
  migration: z.string(),
  number: z.number(),
  run: z.string(),
  statement: z.string(),
  place_before: z.string().nullable(),
  place_after: z.string().nullable(),
  tables: z.string(),
});

/** All that are written down, newest first. */
export async function readRestorePoints(ask: Ask): Promise<readonly RestorePoint[]> {
  const [table] = await ask(
    countRow,
    `SELECT COUNT(*) AS n FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '${RESTORE_TABLE}'`,
  );
  if (table?.n !== 1) return [];
  const rows = await ask(
    pointRow,
    `SELECT migration, number, run, statement, place_before, place_after, tables FROM ${RESTORE_TABLE} ORDER BY id DESC`,
  );
  return rows.map(({ place_before, place_after, tables, ...row }) => ({
    ...row,
    before: placeOf(place_before),
    after: placeOf(place_after),
    tables: z.array(tableSchema).parse(JSON.parse(tables)),
  }));
}

function placeOf(text: string | null): LogPlace | null {
  return text === null ? null : logPlaceSchema.parse(JSON.parse(text));
}

/** What is written down before and after; PLACE stands where the server's answer goes. */
export interface PointSql {
  readonly before: string;
  readonly after: string;
}

/** Pure. */
export function pointSql(point: Pick<RestorePoint, 'migration' | 'number' | 'run' | 'statement' | 'tables'>): PointSql {
  const { migration, number, run, statement, tables } = point;
  const of = `migration = ${quoted(migration)} AND number = ${number}`;
  return {
    before: `INSERT INTO ${RESTORE_TABLE} SET migration = ${quoted(migration)}, number = ${number}, run = ${quoted(run)}, statement = ${quoted(statement.slice(0, 4000))}, tables = ${quoted(JSON.stringify(tables))}, place_before = ${PLACE}`,
    // The newest row is ours: nobody else writes while we hold the lock of the database.
    after: `UPDATE ${RESTORE_TABLE} SET place_after = ${PLACE} WHERE ${of} ORDER BY id DESC LIMIT 1`,
  };
}

/** What stands against a restore to just before the statement; null: nothing. Pure. */
export function restoreGap({ log, file, gtid }: LogPlace): string | null {
  if (!log) return 'the server writes no binary log: what goes can only be had from a backup, as it was then';
  if (file === null && gtid === null)
    return 'this user may not see where the binary log stands (REPLICATION CLIENT, on MariaDB BINLOG MONITOR)';
  return null;
}

/** Refuses where a point is demanded and none could be used. Pure. */
export function restoreProblem(place: LogPlace, mustRestore: boolean, where: string): Problem | null {
  const gap = restoreGap(place);
  if (gap === null || !mustRestore) return null;
  return {
    code: 'migrate.no-restore-point',
    where,
    found: gap,
    expected:
      'a place in the binary log before what is taken away, as database.apply.requireRestorePoint says; nothing was changed',
    remedy: place.log
      ? 'GRANT the right to the user of the migrations'
      : 'switch the binary log on (log_bin), or make a backup and take requireRestorePoint away for this run',
  };
}

/** Pure: one point in a line or two for a person. */
export function pointLines({ migration, number, run, before, after, tables }: RestorePoint): readonly string[] {
  const held = tables.map(({ table, rows, exact }) => `${table} (${exact ? rows : `more than ${rows}`} rows)`);
  const what = `restore point: ${migration}, statement ${number}, run ${run}${held.length === 0 ? '' : `: ${held.join(', ')}`}`;
  if (before === null) return [what, '  the place in the binary log is not known'];
  const until = after === null ? 'not known to be done' : `done by ${logPlaceText(after)}`;
  return [what, `  just before: ${logPlaceText(before)}; ${until}`];
}
