import type { Connection } from 'mysql2';
import { z } from 'zod';
import { ProblemError } from '../../model/problem.ts';
import { sqlName } from '../../model/sql.ts';
import { type Column, digestOf, insertOf, readable, selectOf } from './rows.ts';
import type { ReplayAccess } from './server.ts';

/** One table, or some rows of it, brought from the restored server beside the live one, while that serves. */

/** How the live server is reached. */
export type LiveAccess =
  | ReplayAccess
  | { readonly host: string; readonly port: number; readonly user: string; readonly password?: string };

export interface TableBack {
  readonly from: ReplayAccess;
  readonly to: LiveAccess;
  readonly database: string;
  readonly table: string;
  /** Name of the new table in the same database, for instance `orders_restored_20261122`. */
  readonly as: string;
  /** Only rows for which this holds, in SQL as the operator writes it; it runs on the restored server. Left out: all. */
  readonly where?: string;
}

export interface BroughtBack {
  readonly rows: number;
  /** Of what was read and of what is there afterwards, equal. */
  readonly sha256: string;
  /** What the operator may run to put it in the place of the live table; nothing of it was run. */
  readonly swap: readonly string[];
  /** What a swap would not take along. */
  readonly notes: readonly string[];
}

const BATCH_ROWS = 500;
const BATCH_BYTES = 1 << 20;
const LONGEST_NAME = 64;
const PART = '__part';

/**
 * Copies byte for byte, into a table with another name while rows arrive, and compares what arrived with what was read. Repeatable after a
 * crash: only a complete table ever has the wanted name.
 * @throws ProblemError when the table is not there, the new name is taken, or what arrived differs
 */
export async function bringBack(wanted: TableBack): Promise<BroughtBack> {
  const { database, table, as, where } = wanted;
  if (`${as}${PART}`.length > LONGEST_NAME) throw tooLong(as);
  const from = await openRaw(wanted.from);
  try {
    const to = await openRaw(wanted.to);
    try {
      const columns = await columnsOf(from, database, table);
      if (columns.length === 0) throw notThere(database, table);
      if ((await columnsOf(to, database, as)).length > 0) throw taken(database, as);
      const part = `${as}${PART}`;
      await run(to, `DROP TABLE IF EXISTS ${sqlName(database)}.${sqlName(part)}`);
      await run(to, `USE ${sqlName(database)}`);
      await run(to, await createOf(from, database, table, part));
      const read = await copy(from, to, { columns, database, table, part, where });
      const arrived = await digestOf(rowsOf(to, selectOf(columns, database, part)));
      if (arrived.rows !== read.rows || arrived.sha256 !== read.sha256) {
        await run(to, `DROP TABLE ${sqlName(database)}.${sqlName(part)}`);
        throw different(`${database}.${as}`, arrived.rows, read.rows);
      }
      const name = (one: string): string => `${sqlName(database)}.${sqlName(one)}`;
      await run(to, `RENAME TABLE ${name(part)} TO ${name(as)}`);
      const live = (await columnsOf(to, database, table)).length > 0;
      return {
        ...read,
        swap: swapOf({ database, table, as, live }),
        notes: await notesOn(to, database, table),
      };
    } finally {
      to.destroy();
    }
  } finally {
    from.destroy();
  }
}

/** The statement that swaps, all in one, so that no client ever finds no table. The one that is live now is kept. Pure. */
export function swapOf(names: {
  readonly database: string;
  readonly table: string;
  readonly as: string;
  /** Whether there is a table of this name now. */
  readonly live: boolean;
}): readonly string[] {
  const name = (one: string): string => `${sqlName(names.database)}.${sqlName(one)}`;
  const { table, as, live } = names;
  const back = `${name(as)} TO ${name(table)}`;
  if (!live) return [`RENAME TABLE ${back}`];
  const kept = `${table.slice(0, LONGEST_NAME - '_before_restore'.length)}_before_restore`;
  return [`RENAME TABLE ${name(table)} TO ${name(kept)}, ${back}`];
}

async function copy(
  from: Connection,
  to: Connection,
  {
    columns,
    database,
    table,
    part,
    where,
  }: {
    readonly columns: readonly Column[];
    readonly database: string;
    readonly table: string;
    readonly part: string;
    readonly where: string | undefined;
  },
): Promise<{ readonly rows: number; readonly sha256: string }> {
  let batch: string[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    await run(to, `${insertOf(columns, database, part)} ${batch.join(', ')}`);
    batch = [];
    bytes = 0;
  };
  return digestOf(rowsOf(from, selectOf(columns, database, table, where)), async (row, last) => {
    if (row !== null) {
      const text = readable(columns, row);
      batch.push(text);
      bytes += text.length;
    }
    if (last || batch.length >= BATCH_ROWS || bytes >= BATCH_BYTES) await flush();
  });
}

/** The words of the server itself, without foreign keys: their names are taken by the live table, or lead to others. */
async function createOf(from: Connection, database: string, table: string, part: string): Promise<string> {
  const own = `${sqlName(database)}.${sqlName(part)}`;
  await run(from, `DROP TABLE IF EXISTS ${own}`);
  await run(from, `CREATE TABLE ${own} LIKE ${sqlName(database)}.${sqlName(table)}`);
  const [row] = z.array(z.array(z.instanceof(Buffer))).parse(await run(from, `SHOW CREATE TABLE ${own}`));
  await run(from, `DROP TABLE ${own}`);
  return row?.[1]?.toString('utf8') ?? '';
}

const text = z.instanceof(Buffer).transform((buffer) => buffer.toString('utf8'));

async function columnsOf(connection: Connection, database: string, table: string): Promise<readonly Column[]> {
  const rows = await run(
    connection,
    `SELECT COLUMN_NAME, LOWER(DATA_TYPE) FROM information_schema.COLUMNS
     WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND COALESCE(GENERATION_EXPRESSION, '') = '' ORDER BY ORDINAL_POSITION`,
    [database, table],
  );
  return z
    .array(z.tuple([text, text]))
    .parse(rows)
    .map(([name, type]) => ({ name, type }));
}

async function notesOn(to: Connection, database: string, table: string): Promise<readonly string[]> {
  const triggers = await run(
    to,
    'SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = ? AND EVENT_OBJECT_TABLE = ?',
    [database, table],
  );
  const keys = await run(
    to,
    `SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME, '.', CONSTRAINT_NAME) FROM information_schema.KEY_COLUMN_USAGE
     WHERE REFERENCED_TABLE_NAME IS NOT NULL
       AND ((REFERENCED_TABLE_SCHEMA = ? AND REFERENCED_TABLE_NAME = ?) OR (TABLE_SCHEMA = ? AND TABLE_NAME = ?))`,
    [database, table, database, table],
  );
  const names = (rows: unknown): readonly string[] =>
    z
      .array(z.tuple([text]))
      .parse(rows)
      .map(([name]) => name);
  return [
    ...names(triggers).map((name) => `trigger ${name} stays with the table that is live now`),
    ...[...new Set(names(keys))].map((name) => `foreign key ${name} stays with the table that is live now`),
  ];
}

/** Every value as the server's own bytes, unconverted. */
async function openRaw(access: LiveAccess): Promise<Connection> {
  const { createConnection } = await import('mysql2');
  const connection = createConnection({ ...access, rowsAsArray: true, typeCast: (field) => field.buffer() });
  // Without somebody who listens, a lost connection would end the program.
  connection.on('error', () => undefined);
  await run(connection, 'SET NAMES utf8mb4');
  await run(
    connection,
    "SET SESSION character_set_results = NULL, time_zone = '+00:00', foreign_key_checks = 0, unique_checks = 1, sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION'",
  );
  return connection;
}

function run(connection: Connection, sql: string, values: readonly string[] = []): Promise<unknown> {
  return new Promise((resolve, reject) => {
    connection.query(sql, [...values], (error, rows) => (error === null ? resolve(rows) : reject(error)));
  });
}

function rowsOf(connection: Connection, sql: string): AsyncIterable<unknown> {
  return connection.query(sql).stream({ highWaterMark: 256 });
}

function notThere(database: string, table: string): ProblemError {
  return new ProblemError({
    code: 'restore.no-such-table',
    where: `${database}.${table}`,
    found: 'no table of this name on the restored server',
    expected: 'a table that was there at the target',
    remedy: 'mend the name, or restore to an earlier target',
  });
}

function taken(database: string, as: string): ProblemError {
  return new ProblemError({
    code: 'restore.table-exists',
    where: `${database}.${as}`,
    found: 'a table of this name on the live server',
    expected: 'a name that is free',
    remedy: 'give another name; a table that was brought back before is complete, and can be used or dropped',
  });
}

function tooLong(as: string): ProblemError {
  return new ProblemError({
    code: 'restore.table-name',
    where: as,
    found: `${as.length} characters`,
    expected: `at most ${LONGEST_NAME - PART.length}`,
    remedy: 'give a shorter name',
  });
}

function different(where: string, arrived: number, read: number): ProblemError {
  return new ProblemError({
    code: 'replay.differs',
    where,
    found: `${arrived} rows that are not the ${read} that were read`,
    expected: 'the same rows, byte for byte',
    remedy: 'check that both servers are of one version and write values alike; nothing was left on the live server',
  });
}
