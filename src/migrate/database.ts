import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Text } from '../model/effect.ts';
import type { Secrets } from '../model/ports.ts';
import { ProblemError } from '../model/problem.ts';
import { phaseSchema } from '../model/release.ts';
import { FENCE_TABLE } from '../procedure/effects/sql.ts';
import { TABLES } from './bookkeeping.ts';
import { type Dsn, readDsn } from './dsn.ts';
import type { AppliedMigration } from './pending.ts';
import type { SchemaObjects } from './statement.ts';
import { structureDigest } from './structure.ts';

export type Family = 'mariadb' | 'mysql';

/** What a server says of itself. */
export interface DatabaseServer {
  readonly family: Family;
  /** VERSION() */
  readonly version: string;
  /** @@version_comment: who built it. */
  readonly comment: string;
}

/** What one look at a database shows. */
export interface DatabaseLook {
  readonly server: DatabaseServer;
  /** No table but our own. */
  readonly empty: boolean;
  /** Our own tables exist. */
  readonly prepared: boolean;
  readonly applied: readonly AppliedMigration[];
}

/** Whether what a statement adds is there: all of it, nothing, or a part (then nobody can tell). */
export type Presence = 'present' | 'absent' | 'partly';

/** A database that is only looked at; changes are effects with `dsn`, `lock` and `resource`. */
export interface MigrationDatabase {
  readonly dsn: Text;
  /** `mysql:host:port/database`. */
  readonly resource: string;
  /** Name under GET_LOCK while something is changed; the server knows it, not the database, so the name holds both. */
  readonly lock: string;
  look(): Promise<DatabaseLook>;
  /** SHA-256 of what it is made of, rows aside. */
  structure(): Promise<string>;
  presence(objects: SchemaObjects): Promise<Presence>;
  /** Nobody holds the lock: a statement whose controller died is not still running. */
  idle(): Promise<boolean>;
}

export interface DatabaseOptions {
  /** Connection string, or a reference to it; the user needs to read information_schema for its own database. */
  readonly dsn: Text;
  readonly secrets: Secrets;
  readonly connectTimeoutMs: number;
  /** How long one question of a look may take; without it, as long as the server needs. */
  readonly queryTimeoutMs?: number | undefined;
}

/** Resolves the connection string; opens a connection for each look and closes it again. Throws ProblemError. */
export function openDatabase(options: DatabaseOptions): MigrationDatabase {
  const { dsn: text, secrets } = options;
  const where = typeof text === 'string' ? 'database.dsn' : `database.dsn (${text.secret})`;
  const dsn = readDsn(typeof text === 'string' ? text : secrets.get(text.secret), where);
  const ask = <T>(question: (query: Query) => Promise<T>): Promise<T> => withQuery(dsn, options, question);
  const lock = lockName(dsn.database);
  return {
    dsn: text,
    resource: dsn.resource,
    lock,
    look: () => ask(lookAt),
    structure: () => ask(structureDigest),
    presence: (objects) => ask((query) => presenceOf(query, objects)),
    idle: () =>
      ask(async (query) => {
        const [row] = await query(z.strictObject({ free: z.number().nullable() }), 'SELECT IS_FREE_LOCK(?) AS free', [
          lock,
        ]);
        return row?.free === 1;
      }),
  };
}

/** Names of locks have at most 64 characters. */
function lockName(database: string): string {
  const name = `shiplock:${database}`;
  return name.length <= 64 ? name : `shiplock:${createHash('sha256').update(database).digest('hex').slice(0, 32)}`;
}

type Query = <T>(row: z.ZodType<T>, sql: string, values?: readonly string[]) => Promise<readonly T[]>;

async function withQuery<T>(
  dsn: Dsn,
  { connectTimeoutMs, queryTimeoutMs }: Pick<DatabaseOptions, 'connectTimeoutMs' | 'queryTimeoutMs'>,
  question: (query: Query) => Promise<T>,
): Promise<T> {
  const patience = queryTimeoutMs === undefined ? {} : { timeout: queryTimeoutMs };
  // The driver is a megabyte: loaded when a database is asked, not by whatever could ask one.
  const { createConnection } = await import('mysql2/promise');
  try {
    const connection = await createConnection({
      ...dsn.options,
      connectTimeout: connectTimeoutMs,
      multipleStatements: false,
      supportBigNumbers: true,
    });
    try {
      await connection.query({ sql: 'SET SESSION TRANSACTION READ ONLY', ...patience });
      return await question(async (row, sql, values = []) => {
        const [rows] = await connection.query({ sql, values: [...values], ...patience });
        return z.array(row).parse(rows);
      });
    } finally {
      connection.destroy();
    }
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError({
      code: 'migrate.database-unreachable',
      where: dsn.resource,
      found: error instanceof Error ? error.message : String(error),
      expected: 'a MySQL or MariaDB server that answers this user',
      remedy: 'check that the server runs, the address, and the rights of the user in `database.dsn`',
    });
  }
}

const serverRow = z.strictObject({ version: z.string(), comment: z.string() });
const nameRow = z.strictObject({ name: z.string() });
const migrationRow = z.strictObject({
  id: z.string(),
  position: z.number(),
  sha256: z.string(),
  phase: phaseSchema,
  state: z.enum(['running', 'applied']),
});
const markRow = z.strictObject({
  migration: z.string(),
  number: z.number(),
  sha256: z.string(),
  state: z.enum(['started', 'done']),
  run: z.string(),
});

async function lookAt(query: Query): Promise<DatabaseLook> {
  const [server] = await query(serverRow, 'SELECT VERSION() AS version, @@version_comment AS comment');
  const tables = await query(
    nameRow,
    'SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()',
  );
  const ours: readonly string[] = Object.values(TABLES);
  const notTheirs = [...ours, FENCE_TABLE];
  const names = new Set(tables.map((table) => table.name));
  const { version, comment } = server ?? { version: '', comment: '' };
  const prepared = ours.every((name) => names.has(name));
  return {
    server: { family: familyOf(version, comment), version, comment },
    empty: [...names].every((name) => notTheirs.includes(name)),
    prepared,
    applied: prepared ? await appliedRows(query) : [],
  };
}

/** A MariaDB may be set up to show another version; who built it then still tells. Pure. */
export function familyOf(version: string, comment: string): Family {
  return /mariadb/i.test(`${version} ${comment}`) ? 'mariadb' : 'mysql';
}

async function appliedRows(query: Query): Promise<readonly AppliedMigration[]> {
  const rows = await query(
    migrationRow,
    `SELECT id, position, sha256, phase, state FROM ${TABLES.migrations} ORDER BY position`,
  );
  const marks = await query(
    markRow,
    `SELECT migration, number, sha256, state, run FROM ${TABLES.statements} ORDER BY migration, number`,
  );
  return rows.map((row) => ({
    ...row,
    marks: marks
      .filter((mark) => mark.migration === row.id)
      .map(({ number, sha256, state, run }) => ({ number, sha256, state, run })),
  }));
}

async function presenceOf(query: Query, objects: SchemaObjects): Promise<Presence> {
  const { table, whole, columns, indexes, constraints } = objects;
  const namesIn = async (view: string, column: string): Promise<ReadonlySet<string>> => {
    const sql = `SELECT DISTINCT ${column} AS name FROM information_schema.${view} WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?`;
    const rows = await query(nameRow, sql, [table]);
    return new Set(rows.map((row) => row.name.toLowerCase()));
  };
  const answers: boolean[] = [];
  if (whole) answers.push((await namesIn('TABLES', 'TABLE_NAME')).size > 0);
  const look = async (wanted: readonly string[], view: string, column: string): Promise<void> => {
    if (wanted.length === 0) return;
    const there = await namesIn(view, column);
    answers.push(...wanted.map((name) => there.has(name.toLowerCase())));
  };
  await look(columns, 'COLUMNS', 'COLUMN_NAME');
  await look(indexes, 'STATISTICS', 'INDEX_NAME');
  await look(constraints, 'TABLE_CONSTRAINTS', 'CONSTRAINT_NAME');
  if (answers.every((answer) => answer)) return answers.length === 0 ? 'partly' : 'present';
  return answers.some((answer) => answer) ? 'partly' : 'absent';
}
