import { z } from 'zod';
import type { LogPlace, Text } from '../../model/effect.ts';
import type { Secrets } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { phaseSchema } from '../../model/release.ts';
import { READ_PLAINLY } from '../../model/sql.ts';
import { refusalOf } from '../../procedure/effects/sql-problems.ts';
import { logPlace } from '../../procedure/effects/sql-restore.ts';
import { unlessAborted } from '../../procedure/machine/deadline.ts';
import { TABLES } from '../apply/bookkeeping.ts';
import type { AppliedMigration } from '../files/pending.ts';
import { type Room, readRoom } from '../guards/headroom.ts';
import { type RestorePoint, readRestorePoints, readTables, type TableBefore } from '../guards/restore.ts';
import type { Tool } from '../import/formats.ts';
import { type AppliedElsewhere, readHistory } from '../import/history.ts';
import type { Program } from '../sql/program.ts';
import type { SchemaObjects } from '../sql/statement.ts';
import { type Dsn, resolveDsn, unreachable } from './dsn.ts';
import { keepConnection } from './kept.ts';
import { lockName } from './lock.ts';
import { ORIGIN_TABLE, type Origin, readOrigin } from './origin.ts';
import { lookAtStructure, type StructureLook } from './remembered.ts';
import { type RewriteLook, rewritesAt, toolLockOf } from './rewrites.ts';
import { OWN_TABLES, structureDigest } from './structure.ts';
import { hasProgram, type KeyColumn, keyOf, sizeOf, structureHash, type TableSize } from './tables.ts';

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
  /** Our own tables exist: not at all, as an earlier version made them, or as they are now. */
  readonly prepared: 'no' | 'older' | 'yes';
  readonly applied: readonly AppliedMigration[];
  /** Whose rows it holds; null: it does not say. */
  readonly origin: Origin | null;
}

/** Whether what a statement adds is there: all of it, nothing, or a part (then nobody can tell). */
export type Presence = 'present' | 'absent' | 'partly';

/** A database that is only looked at; changes are effects with `dsn`, `lock` and `resource`. */
export interface MigrationDatabase {
  readonly dsn: Text;
  /** What it is called on its server. */
  readonly name: string;
  /** `mysql:host:port/database`. */
  readonly resource: string;
  /** Name under GET_LOCK while something is changed; the server knows it, not the database, so the name holds both. */
  readonly lock: string;
  look(): Promise<DatabaseLook>;
  /** What is recorded of these migrations (ids) only: a look at a database with many of them reads them all. */
  recorded(migrations: readonly string[]): Promise<readonly AppliedMigration[]>;
  /** SHA-256 of what it is made of, rows aside. */
  structure(): Promise<string>;
  /** What it is made of, object by object, and what is remembered of that. */
  bothStructures(): Promise<StructureLook>;
  /** What another tool says that it applied here. */
  history(tool: Tool): Promise<readonly AppliedElsewhere[]>;
  presence(objects: SchemaObjects): Promise<Presence>;
  /** Whether a view or a stored program is there. */
  program(program: Program): Promise<boolean>;
  /** How large a table is, its rows counted up to `most` + 1; null: there is none of this name. */
  size(table: string, most: number): Promise<TableSize | null>;
  /** The primary key of a table, for ranges of it; null: none, or of a type that has no order to rely on. */
  key(table: string): Promise<readonly KeyColumn[] | null>;
  /** SHA-256 of what these tables are made of, rows aside: tells afterwards whether a change of them was done. */
  shape(tables: readonly string[]): Promise<string>;
  /** What tools that copy a table have left at it, and what is remembered of a statement that was given to one. */
  rewrites(table: string, migration: string, number: number): Promise<RewriteLook>;
  /** Sizes and places that tell whether there is room for a rebuild of a table. */
  room(table: string): Promise<Room>;
  /** These tables as they are now, with their rows counted up to a bound. */
  tablesNow(tables: readonly string[]): Promise<readonly TableBefore[]>;
  /** Where the binary log stands. */
  logPlace(): Promise<LogPlace>;
  /** What was written down before something was taken away, newest first. */
  restorePoints(): Promise<readonly RestorePoint[]>;
  /** Nobody holds the lock, nor a tool that was started under it: a statement whose controller died is not still running. */
  idle(): Promise<boolean>;
}

export interface DatabaseOptions {
  /** Connection string, or a reference to it; the user needs to read information_schema for its own database. */
  readonly dsn: Text;
  readonly secrets: Secrets;
  readonly connectTimeoutMs: number;
  /** How long one question of a look may take; without it, two minutes. */
  readonly queryTimeoutMs?: number | undefined;
}

/** Resolves the connection string; connects with the first look, and keeps the connection for those that follow closely. Throws ProblemError. */
export function openDatabase(options: DatabaseOptions): MigrationDatabase {
  const { dsn: text, secrets } = options;
  const dsn = resolveDsn(text, secrets);
  const ask = asker(dsn, options);
  const lock = lockName(dsn.database);
  return {
    dsn: text,
    name: dsn.database,
    resource: dsn.resource,
    lock,
    look: () => ask(lookAt),
    recorded: (migrations) => ask((query) => recordedIn(query, migrations)),
    structure: () => ask(structureDigest),
    bothStructures: () => ask(lookAtStructure),
    history: (tool) => ask((query) => readHistory(query, tool)),
    presence: (objects) => ask((query) => presenceOf(query, objects)),
    program: (program) => ask((query) => hasProgram(query, program)),
    size: (table, most) => ask((query) => sizeOf(query, table, most)),
    key: (table) => ask((query) => keyOf(query, table)),
    rewrites: (table, migration, number) => ask((query) => rewritesAt(query, table, migration, number)),
    shape: (tables) => ask((query) => structureHash(query, tables)),
    room: (table) =>
      ask(async (query, set) => {
        // MySQL shows sizes as they were up to a day ago; MariaDB has no such memory.
        await set('SET SESSION information_schema_stats_expiry = 0').catch(() => undefined);
        return readRoom(query, table);
      }),
    tablesNow: (tables) => ask((query) => readTables(query, tables)),
    logPlace: () => ask((query) => logPlace((sql) => query(z.unknown(), sql))),
    restorePoints: () => ask(readRestorePoints),
    idle: () =>
      ask(async (query) => {
        const [row] = await query(
          z.strictObject({ free: z.coerce.number().nullable() }),
          'SELECT IS_FREE_LOCK(?) AND IS_FREE_LOCK(?) AS free',
          [lock, toolLockOf(lock)],
        );
        return row?.free === 1;
      }),
  };
}

/** Each row by its own schema: to make one of the list anew with each question costs more than to read a short answer. */
const anyRows = z.array(z.unknown());

type Query = <T>(row: z.ZodType<T>, sql: string, values?: readonly string[]) => Promise<readonly T[]>;
/** What is asked on one connection; the second argument sets variables of its session. */
type Question<T> = (query: Query, set: (sql: string) => Promise<unknown>) => Promise<T>;

/** Asks over a connection that is kept for a while. All of it only reads, so what met a connection that was lost meanwhile is asked again. */
function asker(
  dsn: Dsn,
  { connectTimeoutMs, queryTimeoutMs }: Pick<DatabaseOptions, 'connectTimeoutMs' | 'queryTimeoutMs'>,
): <T>(question: Question<T>) => Promise<T> {
  const ms = queryTimeoutMs ?? QUESTION_MS;
  const kept = keepConnection(
    { ...dsn.options, connectTimeout: connectTimeoutMs, multipleStatements: false, supportBigNumbers: true },
    async (connection) => {
      await answered(ms, connection.query('SET SESSION TRANSACTION READ ONLY'));
      await answered(ms, connection.query(READ_PLAINLY));
    },
  );
  return async (question) => {
    const ask = (again: boolean): ReturnType<typeof question> =>
      kept.lend(async (connection, used) => {
        try {
          return await question(
            async (row, sql, values = []) => {
              const [rows] = await answered(ms, connection.query({ sql, values: [...values] }));
              return anyRows.parse(rows).map((one) => row.parse(one));
            },
            (sql) => answered(ms, connection.query(sql)),
          );
        } catch (error) {
          if (used && again && refusalOf(error) === 'gone') throw new LostError();
          throw error;
        }
      });
    try {
      return await ask(true).catch((error: unknown) => {
        if (error instanceof LostError) return ask(false);
        throw error;
      });
    } catch (error) {
      if (error instanceof ProblemError) throw error;
      throw unreachable(dsn, error);
    }
  };
}

/** The kept connection was closed since it was used last. */
class LostError extends Error {}

/** Not by the driver's own `timeout`: it keeps a process from ending until it is over, long after the connection was lost. */
async function answered<T>(ms: number, asking: Promise<T>): Promise<T> {
  const late = AbortSignal.timeout(ms);
  return unlessAborted(late, asking).catch((error: unknown) => {
    throw late.aborted ? new Error(`no answer within ${ms / 1000} s`) : error;
  });
}

/** A network that swallows the answer must not hold a run up for hours. Long enough for the catalogue of a large server. */
const QUESTION_MS = 120_000;

const serverRow = z.strictObject({ version: z.string(), comment: z.string() });
const nameRow = z.strictObject({ name: z.string() });
const recordRow = z.strictObject({
  id: z.string(),
  position: z.number(),
  sha256: z.string(),
  phase: phaseSchema,
  state: z.enum(['running', 'applied']),
  number: z.number().nullable(),
  textSha256: z.string().nullable(),
  mark: z.enum(['started', 'done']).nullable(),
  run: z.string().nullable(),
  shape: z.string().nullable(),
});

/** What answers. */
export async function readServer(
  query: <T>(row: z.ZodType<T>, sql: string) => Promise<readonly T[]>,
): Promise<DatabaseServer> {
  const [row] = await query(serverRow, 'SELECT VERSION() AS version, @@version_comment AS comment');
  const { version, comment } = row ?? { version: '', comment: '' };
  return { family: familyOf(version, comment), version, comment };
}

async function lookAt(query: Query): Promise<DatabaseLook> {
  const server = await readServer(query);
  const tables = await query(
    nameRow,
    'SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()',
  );
  const ours: readonly string[] = Object.values(TABLES);
  const names = new Set(tables.map((table) => table.name));
  const prepared = ours.every((name) => names.has(name));
  const shaped = prepared && (await query(nameRow, HAS_SHAPE)).length > 0;
  return {
    server,
    empty: [...names].every((name) => OWN_TABLES.includes(name)),
    prepared: prepared ? (shaped ? 'yes' : 'older') : 'no',
    applied: prepared ? await appliedRows(query, shaped) : [],
    origin: names.has(ORIGIN_TABLE) ? await readOrigin(query) : null,
  };
}

/** A MariaDB may be set up to show another version; who built it then still tells. Pure. */
export function familyOf(version: string, comment: string): Family {
  return /mariadb/i.test(`${version} ${comment}`) ? 'mariadb' : 'mysql';
}

const HAS_SHAPE = `SELECT COLUMN_NAME AS name FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '${TABLES.statements}' AND COLUMN_NAME = 'progress'`;

async function appliedRows(
  query: Query,
  shaped: boolean,
  only?: readonly string[],
): Promise<readonly AppliedMigration[]> {
  const these = only === undefined ? '' : ` WHERE m.id IN (${only.map(() => '?').join(', ')})`;
  const rows = await query(
    recordRow,
    `SELECT m.id, m.position, m.sha256, m.phase, m.state, s.number, s.sha256 AS textSha256, s.state AS mark, s.run, ${shaped ? 's.shape' : 'NULL AS shape'}
     FROM ${TABLES.migrations} m LEFT JOIN ${TABLES.statements} s ON s.migration = m.id${these} ORDER BY m.position, s.number`,
    only,
  );
  return [...Map.groupBy(rows, ({ id }) => id).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { id, position, sha256, phase, state } = first;
    const marks = group.flatMap(({ number, textSha256, mark, run, shape }) =>
      number === null || textSha256 === null || mark === null || run === null
        ? []
        : [{ number, sha256: textSha256, state: mark, run, shape }],
    );
    return [{ id, position, sha256, phase, state, marks }];
  });
}

/** No such table, or no such column in it. */
const notPrepared = z.object({ errno: z.union([z.literal(1146), z.literal(1054)]) });

async function recordedIn(query: Query, migrations: readonly string[]): Promise<readonly AppliedMigration[]> {
  if (migrations.length === 0) return [];
  try {
    return await appliedRows(query, true, migrations);
  } catch (error) {
    // Before the tables are made, or as an earlier version made them: a plan asks then, too.
    if (!notPrepared.safeParse(error).success) throw error;
    return (await lookAt(query)).applied.filter(({ id }) => migrations.includes(id));
  }
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
