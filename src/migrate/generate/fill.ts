import { createHash } from 'node:crypto';
import type { Connection, ConnectionOptions } from 'mysql2/promise';
import { z } from 'zod';
import type { Clock } from '../../model/ports.ts';
import { ProblemError, unwrap } from '../../model/problem.ts';
import { sqlName } from '../../model/sql.ts';
import { withConnection } from '../desensitise/connection.ts';
import { verifyKeys } from '../desensitise/copy.ts';
import { openFaker } from '../desensitise/fake.ts';
import { cells } from '../desensitise/rows.ts';
import type { Family } from '../server/database.ts';
import { takeLock } from '../server/lock.ts';
import { CREATE_ORIGIN, markOrigin, type Origin, readOrigin } from '../server/origin.ts';
import { sessionOf } from '../server/session.ts';
import { GENERATED_TABLE } from '../server/structure.ts';
import type { GenerateConfig } from './config.ts';
import { generatePlan, type TableGenerate } from './plan.ts';
import { notEmpty, otherHalf, refusedRow } from './problems.ts';
import { openWorld, type RowMaker, type RowSource } from './rows.ts';
import { countRows, type GenTable, readGenTables } from './structure.ts';
import { openPools, type Value } from './values.ts';

/** Made-up rows into a database. A run that died goes on behind the last batch that arrived. */

export interface GenerateOptions {
  readonly target: ConnectionOptions;
  readonly database: string;
  readonly family: Family;
  readonly settings: GenerateConfig;
  /** Whose database it is. */
  readonly environment: string;
  /** Name under GET_LOCK while something is changed. */
  readonly lock: string;
  readonly run: string;
  /** Rows of one INSERT. */
  readonly batch: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly tell: (line: string) => void;
}

export interface Generated {
  readonly tables: readonly { readonly table: string; readonly rows: number }[];
  /** Digest of the structure, the settings and the seed: the same one, the same rows. */
  readonly rules: string;
}

export interface GeneratePlan {
  readonly tables: readonly TableGenerate[];
  readonly rules: string;
  /** Rows that others may point to. */
  readonly kept: ReadonlyMap<string, RowSource>;
}

/** Looks only. @throws ProblemError */
export async function planGenerate(
  options: Pick<GenerateOptions, 'target' | 'database' | 'family' | 'settings'>,
): Promise<GeneratePlan> {
  return withConnection(options.target, (connection) => planOn(connection, options));
}

async function planOn(
  connection: Connection,
  { database, family, settings }: Pick<GenerateOptions, 'database' | 'family' | 'settings'>,
): Promise<GeneratePlan> {
  const session = sessionOf(connection);
  const tables = await readGenTables(session, family);
  const names = tables.filter(({ name }) => settings.tables[name] === 'keep').map(({ name }) => name);
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, Math.min(MOST_KEPT, await countRows(session, name)));
  const plans = unwrap(generatePlan({ database, tables, settings, kept: counts }));
  const kept = new Map<string, RowSource>();
  for (const name of names) kept.set(name, await readKept(connection, name, tables));
  // Rows that are kept decide with, so they are part of the digest by their number.
  const shape = tables.map(({ checks, ...table }) => [table, checks.map(({ clause }) => clause)]);
  const rules = createHash('sha256')
    .update(JSON.stringify([VERSION, settings, shape, [...counts]]))
    .digest('hex');
  return { tables: plans, rules, kept };
}

/** Changes when the same settings would give other rows. */
const VERSION = 1;
/** Of a table that is kept so many rows are pointed to at most. */
const MOST_KEPT = 100_000;

/** Values of the columns that others point to, in the order of the key. */
async function readKept(connection: Connection, name: string, tables: readonly GenTable[]): Promise<RowSource> {
  const columns = [
    ...new Set(
      tables.flatMap(({ foreignKeys }) =>
        foreignKeys.filter(({ parent }) => parent === name).flatMap((key) => key.parentColumns),
      ),
    ),
  ];
  if (columns.length === 0) return { rows: 0, cell: () => null };
  const list = columns.map(sqlName).join(', ');
  const [rows] = await connection.query({
    sql: `SELECT ${list} FROM ${sqlName(name)} ORDER BY ${list} LIMIT ${MOST_KEPT}`,
    rowsAsArray: true,
    typeCast: (field) => field.buffer(),
  });
  const read = cells.parse(rows);
  const text = (value: Buffer | null | undefined): Value => {
    if (value === null || value === undefined) return null;
    const said = value.toString('utf8');
    return Buffer.from(said, 'utf8').equals(value) ? said : value;
  };
  return { rows: read.length, cell: (column, place) => text(read[place]?.[columns.indexOf(column)]) };
}

const CREATE_MARKS = `CREATE TABLE IF NOT EXISTS ${GENERATED_TABLE} (
  table_name VARCHAR(64) NOT NULL PRIMARY KEY,
  done BIGINT UNSIGNED NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

/**
 * Fills the tables, or goes on where an earlier run with the same digest was cut; nothing is deleted but the half-filled table of an engine without
 * transactions. What was filled completely by the same digest is left as it is.
 * @throws ProblemError when a table holds rows, or half of another filling
 */
export async function generateRows(options: GenerateOptions): Promise<Generated> {
  const { target, environment, settings, lock } = options;
  return withConnection(target, async (connection) => {
    await takeLock(connection, lock);
    await connection.query(
      "SET SESSION time_zone = '+00:00', SESSION foreign_key_checks = 0, SESSION unique_checks = 1",
    );
    await connection.query("SET SESSION sql_mode = CONCAT(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO')");
    const plan = await planOn(connection, options);
    const faker = await openFaker();
    const makers = openWorld(plan.tables, plan.kept, settings.seed, openPools(settings.seed, faker));
    await connection.query(CREATE_ORIGIN);
    const origin = await readOrigin((row, sql) => sessionOf(connection).ask(row, sql));
    const all = plan.tables.map((one) => ({ table: one.table.name, rows: one.rows }));
    const filled = await filledTables(connection, plan.tables);
    // Somebody may have emptied them since.
    if (isDone(origin, plan.rules) && filled.length > 0) {
      await connection.query(`DROP TABLE IF EXISTS ${GENERATED_TABLE}`);
      return { tables: all, rules: plan.rules };
    }
    if (origin?.state === 'generating' && origin.rules !== plan.rules)
      throw new ProblemError(otherHalf('tables that are half filled with other made-up rows'));
    await connection.query(CREATE_MARKS);
    if (origin?.state !== 'generating') {
      if (filled.length > 0) throw new ProblemError(notEmpty(filled));
      await connection.query(`DELETE FROM ${GENERATED_TABLE}`);
      await markOrigin(connection, { environment, rules: plan.rules, run: options.run, state: 'generating' });
    }
    for (const one of plan.tables) {
      const maker = makers.get(one.table.name);
      if (maker !== undefined) await fillTable(connection, one.table, maker, options);
    }
    await verifyKeys(
      connection,
      plan.tables.flatMap(({ kind, table }) =>
        kind === 'fill' ? [{ name: table.name, foreignKeys: keysOf(table) }] : [],
      ),
    );
    await markOrigin(connection, { environment, rules: plan.rules, run: options.run, state: 'synthetic' });
    await connection.query(`DROP TABLE IF EXISTS ${GENERATED_TABLE}`);
    return { tables: all, rules: plan.rules };
  });
}

function keysOf({ foreignKeys }: GenTable) {
  return foreignKeys.map(({ columns, parent, parentColumns }) => ({
    columns,
    table: parent,
    references: parentColumns,
  }));
}

function isDone(origin: Origin | null, rules: string): boolean {
  return origin?.state === 'synthetic' && origin.rules === rules;
}

/** Tables that hold rows and are not kept. */
async function filledTables(connection: Connection, plans: readonly TableGenerate[]): Promise<readonly string[]> {
  const filled: string[] = [];
  for (const { kind, table } of plans) {
    if (kind === 'keep') continue;
    const [rows] = await connection.query(`SELECT 1 FROM ${sqlName(table.name)} LIMIT 1`);
    if (z.array(z.unknown()).parse(rows).length > 0) filled.push(table.name);
  }
  return filled;
}

const doneRow = z.array(z.object({ done: z.coerce.number() }));
const TELL_MS = 5000;

async function fillTable(
  connection: Connection,
  table: GenTable,
  maker: RowMaker,
  options: GenerateOptions,
): Promise<void> {
  const { batch, signal, tell, clock } = options;
  const [found] = await connection.query(`SELECT done FROM ${GENERATED_TABLE} WHERE table_name = ?`, [table.name]);
  let done = doneRow.parse(found)[0]?.done ?? 0;
  // Without transactions nobody knows whether the last batch came before its mark.
  if (!table.transactional && done < maker.rows) {
    await connection.query(`DELETE FROM ${sqlName(table.name)}`);
    done = 0;
  }
  const names = maker.columns.map(sqlName).join(', ');
  let told = clock.monotonic();
  while (done < maker.rows) {
    signal.throwIfAborted();
    const end = Math.min(done + batch, maker.rows);
    const rows: (readonly Value[])[] = [];
    for (let place = done; place < end; place += 1) rows.push(maker.row(place));
    await connection.query('START TRANSACTION');
    await insert(connection, table.name, names, rows);
    await connection.query(`REPLACE INTO ${GENERATED_TABLE} (table_name, done) VALUES (?, ?)`, [table.name, end]);
    await connection.query('COMMIT');
    done = end;
    if (clock.monotonic() - told > TELL_MS && done < maker.rows) {
      tell(`${table.name}: ${done} of ${maker.rows} rows so far`);
      told = clock.monotonic();
    }
  }
  tell(`${table.name}: ${done} rows`);
}

async function insert(
  connection: Connection,
  table: string,
  names: string,
  rows: readonly (readonly Value[])[],
): Promise<void> {
  try {
    if (names === '') for (const _ of rows) await connection.query(`INSERT INTO ${sqlName(table)} () VALUES ()`);
    else await connection.query(`INSERT INTO ${sqlName(table)} (${names}) VALUES ?`, [rows]);
  } catch (error) {
    throw new ProblemError(refusedRow(table, error instanceof Error ? error.message : String(error)));
  }
}
