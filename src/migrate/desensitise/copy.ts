import { createHash } from 'node:crypto';
import type { Connection, ConnectionOptions } from 'mysql2/promise';
import { z } from 'zod';
import { type Problem, ProblemError, unwrap } from '../../model/problem.ts';
import { sqlName } from '../../model/sql.ts';
import { lockName, takeLock } from '../server/lock.ts';
import { CREATE_ORIGIN, markOrigin } from '../server/origin.ts';
import { withConnection } from './connection.ts';
import { openFaker } from './fake.ts';
import { type ColumnPlan, copyPlan, type Samples, type TablePlan, type TableRules } from './plan.ts';
import { readCopyTables } from './read.ts';
import { BATCH_BYTES, batches, partsOf, type Row, raw, type Source } from './rows.ts';
import { ruleText } from './rules.ts';
import type { CopyTable } from './structure.ts';
import { type Transform, transformOf } from './transform.ts';

/** Rows from one database to another, made harmless on the way. */

export interface CopyOptions {
  readonly source: ConnectionOptions;
  readonly target: ConnectionOptions;
  /** Environment that the rows come from. */
  readonly from: string;
  readonly tables: TableRules;
  readonly key: string;
  readonly run: string;
  /** Rows of one INSERT. */
  readonly batch: number;
  readonly signal: AbortSignal;
  readonly tell: (line: string) => void;
}

export interface Copied {
  readonly tables: readonly { readonly table: string; readonly rows: number }[];
  /** Digest of the rules. */
  readonly rules: string;
}

/** Looks only. @throws ProblemError when a rule does not fit, or a column looks personal that nobody listed */
export async function planCopy(
  options: Pick<CopyOptions, 'source' | 'target' | 'tables'>,
): Promise<readonly TablePlan[]> {
  return withConnection(options.source, async (source) => {
    const tables = await readCopyTables((row, sql) => ask(source, row, sql));
    const there = await withConnection(options.target, (target) => readCopyTables((row, sql) => ask(target, row, sql)));
    const problems = otherStructure(tables, there);
    if (problems.length > 0) throw new ProblemError(problems);
    return unwrap(copyPlan(tables, options.tables, await samplesOf(source, tables, options.tables)));
  });
}

/**
 * Empties the target and fills it, from one moment of the source. The source is only read. Beginning again gives the same rows as long as the
 * source does not change. `planned`: what planCopy has just said of the same databases; left out: it is asked first.
 */
export async function copyRows(options: CopyOptions, planned?: readonly TablePlan[]): Promise<Copied> {
  const plans = planned ?? (await planCopy(options));
  const fake = await openFaker();
  const rules = createHash('sha256')
    .update(
      JSON.stringify(
        plans.map(({ table, columns }) => [table.name, columns?.map((one) => ruleText(one.rule)) ?? null]),
      ),
    )
    .digest('hex');
  return withConnection(options.source, (source, plain) =>
    withConnection(options.target, async (target) => {
      // As migrations and made-up rows do: the lease of the environment does not end a connection that outlived it.
      await takeLock(target, lockName(options.target.database ?? ''));
      await source.query('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
      await source.query('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
      // Unique keys are looked at row by row: without, a server may take two alike, or refuse them late and say nothing of the key.
      await target.query('SET SESSION foreign_key_checks = 0, SESSION unique_checks = 1');
      await target.query("SET SESSION sql_mode = CONCAT(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO')");
      await target.query(CREATE_ORIGIN);
      await markOrigin(target, { environment: options.from, rules, run: options.run, state: 'incomplete' });
      for (const { table } of plans) await target.query(`TRUNCATE TABLE ${sqlName(table.name)}`);
      const tables: Copied['tables'][number][] = [];
      for (const plan of plans) {
        options.signal.throwIfAborted();
        const rows = await copyTable(plan, { source, plain }, target, options, (one) =>
          transformOf({ ...one, key: options.key, fake }),
        );
        tables.push({ table: plan.table.name, rows });
        options.tell(`${plan.table.name}: ${rows} rows`);
      }
      await verifyKeys(
        target,
        plans.flatMap(({ table, columns }) => (columns === null ? [] : [table])),
      );
      await markOrigin(target, { environment: options.from, rules, run: options.run, state: 'complete' });
      await source.query('ROLLBACK');
      return { tables, rules };
    }),
  );
}

async function copyTable(
  { table, columns }: TablePlan,
  source: Source,
  target: Connection,
  { batch, signal, tell }: CopyOptions,
  transform: (plan: ColumnPlan) => Transform,
): Promise<number> {
  if (columns === null || columns.length === 0) return 0;
  const transforms = columns.map(transform);
  const names = columns.map(({ column }) => sqlName(column.name)).join(', ');
  const most = await mostBytes(target);
  let copied = 0;
  for await (const rows of batches(source, table, names, batch)) {
    signal.throwIfAborted();
    const changed = rows.map((row) =>
      row.map((value, index) => {
        const column = columns[index];
        const made = value === null ? null : (transforms[index]?.(value) ?? null);
        return made === null || column === undefined ? null : literal(made, column);
      }),
    );
    for (const part of partsOf(changed, most)) await insert(target, table.name, names, part);
    const before = copied;
    copied += rows.length;
    if (Math.floor(copied / (batch * 100)) > Math.floor(before / (batch * 100)))
      tell(`${table.name}: ${copied} rows so far`);
  }
  return copied;
}

/** @throws ProblemError with what the server says; what was sent holds rows, and is not shown */
async function insert(target: Connection, table: string, names: string, rows: readonly Row[]): Promise<void> {
  try {
    await target.query(`INSERT INTO ${sqlName(table)} (${names}) VALUES ?`, [rows]);
  } catch (error) {
    throw new ProblemError({
      code: 'desensitise.refused',
      where: table,
      found: error instanceof Error ? error.message.slice(0, 300) : 'no reason given',
      expected: 'a target that takes the rows of the source as the rules leave them',
      remedy:
        'a value that is there twice or does not fit: choose another rule for its column; a packet that is too big: raise `max_allowed_packet` of the target to that of the source; a connection that is gone: copy again',
    });
  }
}

/** What may go in one statement. Escaped, a byte is two at most, and the statement has other words too. */
async function mostBytes(target: Connection): Promise<number> {
  const [row] = await ask(target, z.object({ most: z.coerce.number() }), 'SELECT @@max_allowed_packet AS most');
  return Math.min(BATCH_BYTES, (row?.most ?? 0) / 4);
}

/** Text goes as text, so that the server checks it; everything else as the bytes or digits that came. */
function literal(value: Buffer, { column }: ColumnPlan): Buffer | string {
  const bytes = column.family === 'binary' || column.family === 'other' || /^bit/i.test(column.type);
  return bytes ? value : value.toString('utf8');
}

/** Every foreign key of these tables leads somewhere. @throws ProblemError */
export async function verifyKeys(
  target: Connection,
  tables: readonly Pick<CopyTable, 'name' | 'foreignKeys'>[],
): Promise<void> {
  const problems: Problem[] = [];
  for (const table of tables) {
    for (const key of table.foreignKeys) {
      const joined = key.columns
        .map((name, at) => `c.${sqlName(name)} = p.${sqlName(key.references[at] ?? '')}`)
        .join(' AND ');
      const filled = key.columns.map((name) => `c.${sqlName(name)} IS NOT NULL`).join(' AND ');
      const [found] = await target.query(
        `SELECT 1 FROM ${sqlName(table.name)} c LEFT JOIN ${sqlName(key.table)} p ON ${joined} WHERE ${filled} AND p.${sqlName(key.references[0] ?? '')} IS NULL LIMIT 1`,
      );
      if (z.array(z.unknown()).parse(found).length > 0) problems.push(orphans(table.name, key.table));
    }
  }
  if (problems.length > 0) throw new ProblemError(problems);
}

function orphans(child: string, parent: string): Problem {
  return {
    code: 'desensitise.orphans',
    where: child,
    found: `rows that point to no row of ${parent}`,
    expected: 'every foreign key to lead somewhere',
    remedy:
      'the source has such rows itself (made with foreign_key_checks=0): mend them there, or leave both tables empty',
  };
}

/** The target must be able to hold what comes: the same tables with the same columns. */
function otherStructure(source: readonly CopyTable[], target: readonly CopyTable[]): readonly Problem[] {
  const shape = ({ columns }: CopyTable): string => columns.map(({ name, type }) => `${name} ${type}`).join(', ');
  return source.flatMap((table) => {
    const there = target.find(({ name }) => name === table.name);
    if (there !== undefined && shape(there) === shape(table)) return [];
    return [
      {
        code: 'desensitise.other-structure',
        where: table.name,
        found: there === undefined ? 'no such table in the target' : `other columns in the target: ${shape(there)}`,
        expected: shape(table),
        remedy: 'bring both databases to the same migrations first',
      },
    ];
  });
}

const SAMPLE = 50;

/** A few values of each text that nobody listed. */
async function samplesOf(source: Connection, tables: readonly CopyTable[], rules: TableRules): Promise<Samples> {
  const samples = new Map<string, readonly string[]>();
  for (const { name, columns } of tables) {
    const listed = rules[name];
    if (listed === 'empty') continue;
    for (const column of columns) {
      if (column.family !== 'text' || listed?.[column.name] !== undefined) continue;
      const sql = `SELECT ${sqlName(column.name)} FROM ${sqlName(name)} WHERE ${sqlName(column.name)} IS NOT NULL LIMIT ${SAMPLE}`;
      const rows = await raw(source, sql, []);
      samples.set(
        `${name}.${column.name}`,
        rows.map(([value]) => value?.toString('utf8') ?? ''),
      );
    }
  }
  return samples;
}

async function ask<T>(connection: Connection, row: z.ZodType<T>, sql: string): Promise<readonly T[]> {
  const [rows] = await connection.query(sql);
  return z.array(row).parse(rows);
}
