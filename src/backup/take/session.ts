import { z } from 'zod';
import { ProblemError } from '../../model/problem.ts';
import type { Coordinates, Programs, Server, TableSum } from '../catalogue/record.ts';
import { type ChecksumColumn, checksumSql } from './checksum.ts';

/** What is asked of a server whose rows are backed up, and of the one on which they are restored. */

/** One connection. What opens it stands in another room. */
export interface Session {
  ask<T>(row: z.ZodType<T>, sql: string, values?: readonly string[]): Promise<readonly T[]>;
  tell(
    sql: string,
  ): Promise<{ readonly ok: true } | { readonly ok: false; readonly errno: number; readonly message: string }>;
  close(): Promise<void>;
}

/** Tells, and throws what the server refuses. */
export async function must(session: Session, sql: string, where: string): Promise<void> {
  const told = await session.tell(sql);
  if (told.ok) return;
  throw new ProblemError({
    code: 'backup.server-refused',
    where,
    found: `${told.message} (${sql.slice(0, 120)})`,
    expected: 'a user with the rights that a backup needs',
    remedy: 'docs/backup.md lists them; give them to the user of `backup.dsn`',
  });
}

const identityRow = z.object({ version: z.string(), comment: z.string() });
const idRow = z.object({ id: z.coerce.string() });

/** Who answers. */
export async function serverOf(session: Session): Promise<Server> {
  const [who] = await session.ask(identityRow, 'SELECT VERSION() AS version, @@version_comment AS comment');
  const { version, comment } = who ?? { version: '', comment: '' };
  const family = /mariadb/i.test(`${version} ${comment}`) ? 'mariadb' : 'mysql';
  // MariaDB has no id of its own: its place stands for it.
  const id = family === 'mysql' ? '@@server_uuid' : "CONCAT_WS('-', @@hostname, @@server_id, MD5(@@datadir))";
  const [row] = await session.ask(idRow, `SELECT ${id} AS id`);
  return { family, version, id: row?.id ?? '' };
}

/** What a server of its own needs to be alike; what a server on its very files needs stands behind it. */
const SETTINGS = ['lower_case_table_names', 'innodb_page_size'];
export const FILE_SETTINGS: readonly string[] = [
  ...SETTINGS,
  ...['innodb_data_file_path', 'innodb_undo_tablespaces', 'innodb_checksum_algorithm'],
];
const variableRow = z.object({ Variable_name: z.string(), Value: z.string() });

/** Settings that a server has for life. */
export async function lifelongSettings(
  session: Session,
  names: readonly string[] = SETTINGS,
): Promise<Readonly<Record<string, string>>> {
  const rows = await session.ask(
    variableRow,
    `SHOW GLOBAL VARIABLES WHERE Variable_name IN (${names.map((name) => `'${name}'`).join(', ')})`,
  );
  return Object.fromEntries(rows.map(({ Variable_name: name, Value: value }) => [name.toLowerCase(), value]));
}

const statusRow = z.object({ File: z.string(), Position: z.coerce.number() });

/** Where the binary log stands; null: there is none. @throws ProblemError when this user may not see it */
export async function coordinatesOf(session: Session, server: Server, where: string): Promise<Coordinates | null> {
  const [{ log } = { log: 0 }] = await session.ask(z.object({ log: z.coerce.number() }), 'SELECT @@log_bin AS log');
  if (log !== 1) return null;
  const [row] = await statusRows(session, where);
  if (row === undefined) return null;
  const variable = server.family === 'mariadb' ? '@@global.gtid_binlog_pos' : '@@global.gtid_executed';
  const [gtid] = await session.ask(z.object({ value: z.string().nullable() }), `SELECT ${variable} AS value`);
  const text = gtid?.value?.replace(/\s+/g, '') ?? '';
  return { file: row.File, position: row.Position, gtid: text === '' ? null : text };
}

/** Three names of one question, by family and version. */
async function statusRows(session: Session, where: string): Promise<readonly z.infer<typeof statusRow>[]> {
  let refused = '';
  for (const sql of ['SHOW BINARY LOG STATUS', 'SHOW BINLOG STATUS', 'SHOW MASTER STATUS']) {
    try {
      return await session.ask(statusRow, sql);
    } catch (error) {
      refused = error instanceof Error ? error.message : String(error);
    }
  }
  throw new ProblemError({
    code: 'backup.log-place-unknown',
    where,
    found: refused,
    expected: 'a user that may see where the binary log stands',
    remedy: 'GRANT REPLICATION CLIENT (MariaDB: BINLOG MONITOR) to the user of `backup.dsn`',
  });
}

const timeRow = z.object({ time: z.string() });

/** The clock of the server. */
export async function timeOf(session: Session): Promise<string> {
  const [row] = await session.ask(timeRow, "SELECT DATE_FORMAT(UTC_TIMESTAMP(3), '%Y-%m-%dT%H:%i:%s.%f') AS time");
  // Six digits of fractions come, three of which are meant.
  return `${(row?.time ?? '1970-01-01T00:00:00.000000').slice(0, 23)}Z`;
}

const tableRow = z.object({ name: z.string(), engine: z.string().nullable() });

/** Base tables, in order of their names. @throws ProblemError for those of which no moment can be held still */
export async function tablesOf(session: Session, database: string): Promise<readonly string[]> {
  const rows = await session.ask(
    tableRow,
    "SELECT TABLE_NAME AS name, ENGINE AS engine FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY TABLE_NAME",
    [database],
  );
  const others = rows.filter(({ engine }) => engine?.toLowerCase() !== 'innodb');
  if (others.length > 0) {
    throw new ProblemError({
      code: 'backup.not-transactional',
      where: database,
      found: others.map(({ name, engine }) => `${name} (${engine ?? 'no engine'})`).join(', '),
      expected: 'InnoDB tables: of others a dump shows no single moment while the service runs',
      remedy: 'ALTER TABLE … ENGINE=InnoDB, or back such a database up with the service stopped by another tool',
    });
  }
  return rows.map(({ name }) => name);
}

const columnRow = z.object({ name: z.string(), type: z.string() });
const sumRow = z.object({ n: z.coerce.number(), hashed: z.coerce.number(), sum: z.string() });

/** Sums of tables as this transaction sees them; after each the lock on its structure is given back. */
export async function sumsOf(
  session: Session,
  database: string,
  tables: readonly string[],
  signal: AbortSignal,
): Promise<readonly TableSum[]> {
  const sums: TableSum[] = [];
  for (const table of tables) {
    signal.throwIfAborted();
    const columns: readonly ChecksumColumn[] = await session.ask(
      columnRow,
      'SELECT COLUMN_NAME AS name, LOWER(DATA_TYPE) AS type FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION',
      [database, table],
    );
    // An ALTER TABLE that waits for us would hold up everybody behind it.
    await must(session, 'SAVEPOINT shiplock_sum', database);
    const [row] = await session.ask(sumRow, checksumSql(database, table, columns));
    await must(session, 'ROLLBACK TO SAVEPOINT shiplock_sum', database);
    if (row === undefined || row.n !== row.hashed) throw new ProblemError(unhashed(database, table, row));
    sums.push({ database, table, rows: row.n, sum: row.sum });
  }
  return sums;
}

function unhashed(database: string, table: string, row: z.infer<typeof sumRow> | undefined) {
  return {
    code: 'backup.sum-incomplete',
    where: `${database}.${table}`,
    found: `${(row?.n ?? 0) - (row?.hashed ?? 0)} rows of which the server gave no digest`,
    expected: 'a digest of every row',
    remedy: 'raise max_allowed_packet of the server above the longest row',
  };
}

const countsRow = z.object({
  views: z.coerce.number(),
  triggers: z.coerce.number(),
  routines: z.coerce.number(),
  events: z.coerce.number(),
});

/** What there is beside tables. */
export async function programsOf(session: Session, database: string): Promise<Programs> {
  const count = (view: string, column: string): string =>
    `(SELECT COUNT(*) FROM information_schema.${view} WHERE ${column} = ?)`;
  const [row] = await session.ask(
    countsRow,
    `SELECT ${count('VIEWS', 'TABLE_SCHEMA')} AS views, ${count('TRIGGERS', 'TRIGGER_SCHEMA')} AS triggers, ${count('ROUTINES', 'ROUTINE_SCHEMA')} AS routines, ${count('EVENTS', 'EVENT_SCHEMA')} AS events`,
    [database, database, database, database],
  );
  return row ?? { views: 0, triggers: 0, routines: 0, events: 0 };
}

/** Time zone, character set and mode decide how values are written; both ends must write alike. */
export async function likeEachOther(session: Session, where: string): Promise<void> {
  for (const sql of ["SET SESSION time_zone = '+00:00'", "SET SESSION sql_mode = ''", 'SET NAMES utf8mb4'])
    await must(session, sql, where);
  // Not known to every family: a limit for statements of applications.
  await session.tell('SET SESSION max_statement_time = 0');
  await session.tell('SET SESSION max_execution_time = 0');
}
