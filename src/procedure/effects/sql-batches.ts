import type { Connection } from 'mysql2/promise';
import { z } from 'zod';
import type { SqlBatches } from '../../model/effect.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { sqlName } from '../../model/sql.ts';
import type { EffectContext } from './context.ts';
import { openBrake } from './sql-brake.ts';
import type { Pace } from './sql-pace.ts';
import { refusalOf, sqlProblem } from './sql-problems.ts';
import { oneText, type Progress, progressFrom } from './sql-progress.ts';

/** Rows of a first batch, before it is known how long one takes. */
const FIRST_ROWS = 500;
const MOST_ROWS = 100_000;
/** A transaction has costs of its own: where they alone take longer than wished, fewer rows make nothing quicker. */
const LEAST_ROWS = 100;
/** What still matches at the end was written meanwhile: the whole is gone through again, so often. */
const PASSES = 3;
/** A batch that meets a lock of others is tried again, smaller. */
const TRIES = 20;
const SAY_MS = 5_000;

/**
 * Runs one statement over a table in ranges of its primary key. Each range is committed together with the key that it ends at, so after a crash
 * the next run goes on there. The ranges grow and shrink until one takes about `targetMs`; between them replicas and the
 * load of the server are looked at. Answers how many rows were changed.
 */
export async function runBatches(
  connection: Connection,
  statement: string,
  batches: SqlBatches,
  pace: Pace,
  ctx: EffectContext,
): Promise<number> {
  await using brake = await openBrake(connection, batches, pace, ctx);
  let progress = progressFrom(await oneText(connection, batches.progress));
  let size = FIRST_ROWS;
  let said = ctx.clock.monotonic();
  for (let pass = 1; ; ) {
    ctx.signal.throwIfAborted();
    size = Math.min(size, await brake.wait(progress));
    const upper = await upperKey(connection, batches, progress.key, size);
    if (upper === null) {
      const left = batches.left === null ? '0' : await oneText(connection, batches.left);
      if (left === '0') return progress.rows;
      if (pass === PASSES) throw new ProblemError(notDone(batches, ctx));
      pass += 1;
      progress = { ...progress, key: null };
      continue;
    }
    const begin = ctx.clock.monotonic();
    progress = await batch(connection, statement, batches, { progress, upper }, ctx);
    size = nextSize(size, ctx.clock.monotonic() - begin, batches.targetMs);
    if (ctx.clock.monotonic() - said > SAY_MS) {
      said = ctx.clock.monotonic();
      ctx.note?.(
        `${progress.rows} rows of ${batches.table} changed, up to ${upper.join(', ')}; ${size} rows at a time`,
      );
    }
  }
}

/** Pure: twice or half as many at most. */
export function nextSize(size: number, tookMs: number, targetMs: number): number {
  const factor = Math.min(2, Math.max(0.5, targetMs / Math.max(1, tookMs)));
  return Math.min(MOST_ROWS, Math.max(LEAST_ROWS, Math.round(size * factor)));
}

interface Range {
  readonly progress: Progress;
  readonly upper: readonly string[];
}

/** One range and the mark of it, together or not at all. */
async function batch(
  connection: Connection,
  statement: string,
  batches: SqlBatches,
  { progress, upper }: Range,
  ctx: EffectContext,
): Promise<Progress> {
  const names = batches.key.map(({ name }) => sqlName(name));
  const range = [...(progress.key === null ? [] : [after(names, progress.key)]), `NOT ${after(names, upper)}`];
  const sent = statement.replace(batches.range, () => `(${range.join(' AND ')})`);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await connection.query('START TRANSACTION');
      const [answer] = await connection.query(sent);
      const counted = z.object({ affectedRows: z.number() }).safeParse(answer);
      const rows = progress.rows + (counted.success ? counted.data.affectedRows : 0);
      const next: Progress = { key: [...upper], rows, batch: progress.batch + 1, at: ctx.clock.now() };
      await connection.query(batches.save.replace(batches.range, () => connection.escape(JSON.stringify(next))));
      await connection.query('COMMIT');
      return next;
    } catch (error) {
      const refusal = refusalOf(error);
      const found = ctx.secrets.mask(error instanceof Error ? error.message : String(error));
      const problem = sqlProblem(refusal, ctx.secrets.mask(sent.slice(0, 200)), found);
      if (refusal === 'gone') throw new ProblemError(problem);
      await connection.query('ROLLBACK').catch(() => undefined);
      if (refusal !== 'busy' || attempt === TRIES) throw new ProblemError(problem);
      await ctx.clock.sleep(100 * attempt, ctx.signal);
    }
  }
}

/** Pure: rows behind this key, written so that an index on these columns is used for it. */
export function after(names: readonly string[], key: readonly string[]): string {
  const [name = '', ...others] = names;
  const [value = '', ...rest] = key;
  if (others.length === 0) return `(${name} > ${value})`;
  return `(${name} >= ${value} AND (${name} > ${value} OR ${after(others, rest)}))`;
}

/** The key `size` rows on, or the last one; null: there are no more rows. Each column as the server writes it as SQL text. */
async function upperKey(
  connection: Connection,
  { table, key }: SqlBatches,
  from: readonly string[] | null,
  size: number,
): Promise<readonly string[] | null> {
  const names = key.map(({ name }) => sqlName(name));
  const texts = key.map(({ kind }, index) => asText(kind, names[index] ?? ''));
  const rest = from === null ? '' : ` WHERE ${after(names, from)}`;
  const order = (way: string): string => names.map((name) => `${name} ${way}`).join(', ');
  const base = `SELECT ${texts.join(', ')} FROM ${sqlName(table)}${rest}`;
  const at = await firstRow(connection, `${base} ORDER BY ${order('ASC')} LIMIT 1 OFFSET ${size - 1}`);
  return at ?? firstRow(connection, `${base} ORDER BY ${order('DESC')} LIMIT 1`);
}

function asText(kind: SqlBatches['key'][number]['kind'], name: string): string {
  switch (kind) {
    case 'number':
      return `CAST(${name} AS CHAR)`;
    case 'bytes':
      return `CONCAT('x''', HEX(${name}), '''')`;
    case 'text':
      return `CONCAT('_utf8mb4 x''', HEX(CONVERT(${name} USING utf8mb4)), '''')`;
    case 'time':
      return `CONCAT('''', ${name}, '''')`;
  }
}

async function firstRow(connection: Connection, sql: string): Promise<readonly string[] | null> {
  const [rows] = await connection.query({ sql, rowsAsArray: true });
  return z.array(z.array(z.string())).parse(rows)[0] ?? null;
}

function notDone({ table, left }: SqlBatches, { secrets }: EffectContext): Problem {
  return {
    code: 'effect.sql-rows-left',
    where: table,
    found: `rows that the statement still selects after ${PASSES} passes: ${secrets.mask((left ?? '').slice(0, 200))}`,
    expected: 'none: what is done must no longer match the WHERE of the statement',
    remedy:
      'write the WHERE so that it leaves out rows that are done; or stop what goes on writing such rows, then resume the run',
  };
}
