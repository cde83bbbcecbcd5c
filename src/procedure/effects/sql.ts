import type { Connection, ConnectionOptions } from 'mysql2/promise';
import { z } from 'zod';
import type { EffectResult, ResolvedEffect } from '../../model/effect.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { READ_PLAINLY, sqlName } from '../../model/sql.ts';
import { LeaseLostError } from '../lease/fence.ts';
import { unlessAborted } from '../machine/deadline.ts';
import { type EffectContext, resolveText } from './context.ts';
import { runBatches } from './sql-batches.ts';
import { connect, parseDsn } from './sql-connect.ts';
import { openConnection } from './sql-connections.ts';
import { type Guarded, sendGuarded } from './sql-guard.ts';
import { openPace } from './sql-pace.ts';
import { GRANT_DATABASE, refusalOf, sqlProblem } from './sql-problems.ts';
import { afterLoss, beforeLoss } from './sql-restore.ts';
import { type Sample, withStages } from './sql-stages.ts';
import { runTool } from './sql-tool.ts';
import { withVerifiers } from './sql-verifier.ts';

export { parseDsn } from './sql-connect.ts';

type SqlEffect = Extract<ResolvedEffect, { kind: 'sql' }>;

/** Table in which a database keeps the greatest fence it has seen (only for effects with a `mysql:` resource). */
export const FENCE_TABLE = 'shiplock_fence';

const noSuchTable = z.object({ errno: z.literal(1146) });
const fenceRow = z.object({ fence: z.coerce.number().nullable(), state: z.string() });

/** How long a server is asked to stop a statement. */
const ABORT_MS = 2_000;

/**
 * A connection that the network lost keeps its locks until the server closes it: after two minutes without a question. A limit that MariaDB sets to
 * all statements is meant for those of applications.
 */
const PREPARE = `${READ_PLAINLY}, wait_timeout = 120 /*M!100101 , max_statement_time = 0 */`;

const affectedSchema = z.object({ affectedRows: z.number() });

/**
 * Statements one after another on one connection, under GET_LOCK when the effect names a lock. With a resource `mysql:…` the fence
 * is compared and raised on that same connection under the same lock, so a stale holder is refused by the database itself.
 */
export async function sqlEffect(wanted: SqlEffect, context: EffectContext): Promise<EffectResult> {
  const begin = context.clock.monotonic();
  const { effect, ctx } = withVerifiers(wanted, context);
  const options = parseDsn(resolveText(effect.dsn, ctx.secrets), ctx.secrets.databaseTrust);
  const connections = ctx.connections;
  const opening = connections?.take(options) ?? openConnection(options);
  // A connection that comes too late is nobody's.
  opening.then(
    (late) => ctx.signal.aborted && late.destroy(),
    () => undefined,
  );
  const connection = await unlessAborted(ctx.signal, opening);
  let ending: Promise<void> | undefined;
  let whole = false;
  const onAbort = (): void => {
    ending ??= abortStatement(connection, options, ctx);
  };
  ctx.signal.addEventListener('abort', onAbort, { once: true });
  if (ctx.signal.aborted) onAbort();
  try {
    // The driver never answers for a connection that was dropped, so the statements are raced against the signal.
    const { affected, guarded, progress, restore } = await unlessAborted(
      ctx.signal,
      runAll(effect, { connection, options }, ctx),
    );
    const durationMs = ctx.clock.monotonic() - begin;
    whole = true;
    return {
      kind: 'sql',
      affected,
      ...(guarded === undefined ? {} : { guarded }),
      ...(progress.length === 0 ? {} : { progress }),
      ...(restore === undefined ? {} : { restore }),
      durationMs,
    };
  } catch (error) {
    // Nothing answers on a connection that is lost, not even a goodbye.
    if (isGone(error)) ending ??= Promise.resolve(connection.destroy());
    throw namingDatabase(error, options.database);
  } finally {
    ctx.signal.removeEventListener('abort', onAbort);
    // Either way its locks are freed.
    if (ending !== undefined) await ending;
    else if (whole && connections !== undefined) await connections.giveBack(options, connection);
    else await connection.end().catch(() => connection.destroy());
  }
}

function isGone(error: unknown): boolean {
  return error instanceof ProblemError && error.problems.some(({ code }) => code === 'effect.sql-gone');
}

interface Ran {
  readonly affected: readonly number[];
  readonly guarded: Guarded | undefined;
  readonly progress: readonly Sample[];
  readonly restore: Extract<EffectResult, { kind: 'sql' }>['restore'];
}

interface Link {
  readonly connection: Connection;
  readonly options: ConnectionOptions;
}

async function runAll(effect: SqlEffect, link: Link, ctx: EffectContext): Promise<Ran> {
  const { connection, options } = link;
  const fenced = effect.resource?.startsWith('mysql:') ? effect.resource : undefined;
  const lock = effect.lock ?? (fenced === undefined ? undefined : `shiplock:${fenced}`.slice(0, 64));
  await asked(PREPARE, connection.query(PREPARE), ctx);
  if (lock !== undefined) await asked(`GET_LOCK('${lock}')`, takeLock(connection, lock, effect.timeoutMs), ctx);
  if (fenced !== undefined) await asked(FENCE_TABLE, compareFence(connection, fenced, ctx.fence), ctx);
  if (effect.seen !== undefined) await compareSeen(connection, effect.seen, ctx);
  for (const check of effect.checks ?? []) await asked(check.where, mustBeEmpty(connection, check), ctx);
  const { tool } = effect;
  if (tool === undefined) return runStatements(effect, link, undefined, ctx);
  // Nothing of an earlier start of it may still be at work.
  await asked(`GET_LOCK('${tool.lock}')`, takeLock(connection, tool.lock, Math.min(effect.timeoutMs, 60_000)), ctx);
  try {
    const run = () => runTool(connection, tool, { options, lock, fenced }, ctx);
    return await runStatements(effect, link, run, ctx);
  } catch (error) {
    if (!ctx.signal.aborted && !(error instanceof LeaseLostError)) await takeAway(connection, tool.clean, ctx);
    throw error;
  }
}

/** How often a statement that takes away what a tool left is tried while others hold the table, a second apart. */
const CLEAN_TRIES = 30;

/**
 * One after another, and none after one that fails: a copy must not go before the triggers that write into it, or the application could not write any
 * more. What stays is taken away by the next attempt.
 */
async function takeAway(connection: Connection, statements: readonly string[], ctx: EffectContext): Promise<void> {
  for (const statement of statements) {
    for (let tries = 1; ; tries += 1) {
      try {
        await connection.query(statement);
        break;
      } catch (error) {
        const said = error instanceof Error ? error.message : String(error);
        if (refusalOf(error) !== 'busy' || tries === CLEAN_TRIES) {
          ctx.note?.(ctx.secrets.mask(`left behind for the next attempt, at ${statement}: ${said}`));
          return;
        }
        await ctx.clock.sleep(1000, ctx.signal);
      }
    }
  }
}

async function runStatements(
  effect: SqlEffect,
  { connection, options }: Link,
  tool: (() => Promise<void>) | undefined,
  ctx: EffectContext,
): Promise<Ran> {
  const affected: number[] = [];
  const progress: Sample[] = [];
  let guarded: Guarded | undefined;
  let restore: Ran['restore'];
  const pace = await asked('latency', openPace(connection, effect.pace, ctx), ctx);
  for (const [index, statement] of effect.statements.entries()) {
    ctx.signal.throwIfAborted();
    const paced = effect.pace?.at === index;
    // Ranges look at it themselves, each time.
    if (paced && effect.batches === undefined) await asked('latency', pace.untilMay(), ctx);
    const point = effect.restore?.at === index ? effect.restore : undefined;
    const before = point === undefined ? undefined : await asked(point.before, beforeLoss(connection, point), ctx);
    if (effect.batches?.at === index) {
      affected.push(await asked(statement, runBatches(connection, statement, effect.batches, pace, ctx), ctx));
    } else if (effect.guard?.at === index) {
      const { guard } = effect;
      const work = (): Promise<Guarded> => sendGuarded(connection, statement, guard, ctx, pace.mustBeOpen);
      guarded = await asked(statement, withStages({ connection, options }, ctx, progress, work), ctx);
      affected.push(0);
    } else if (tool !== undefined && effect.tool?.at === index) {
      await asked(statement, tool(), ctx);
      affected.push(0);
    } else if (paced) {
      const work = (): Promise<number> => run(connection, statement, ctx);
      affected.push(await withStages({ connection, options }, ctx, progress, work));
    } else affected.push(await run(connection, statement, ctx));
    if (point !== undefined && before !== undefined) {
      restore = { before, after: await asked(point.before, afterLoss(connection, point), ctx) };
    }
  }
  return { affected, guarded, progress, restore };
}

/** Rows of a check say what is wrong; they may hold anything, so they are counted and not shown. */
async function mustBeEmpty(
  connection: Connection,
  { query, where }: NonNullable<SqlEffect['checks']>[number],
): Promise<void> {
  await connection.query(`SET SESSION sql_select_limit = ${MOST_WRONG + 1}`);
  await connection.query('START TRANSACTION READ ONLY');
  const [rows] = await connection.query({ sql: query, rowsAsArray: true });
  await connection.query('COMMIT');
  await connection.query('SET SESSION sql_select_limit = DEFAULT');
  const found = Array.isArray(rows) ? rows.length : 0;
  if (found === 0) return;
  throw new ProblemError({
    code: 'effect.sql-check',
    where,
    found: found > MOST_WRONG ? `more than ${MOST_WRONG} rows` : `${found} ${found === 1 ? 'row' : 'rows'}`,
    expected: 'no row: the query selects what must not be',
    remedy: 'run the query by hand and mend the rows that it gives, or mend the query; then resume the run',
  });
}

const MOST_WRONG = 100;

/** Whoever had the lock before us may have done it meanwhile: then the decision is made again. */
async function compareSeen(
  connection: Connection,
  { query, answer }: NonNullable<SqlEffect['seen']>,
  ctx: EffectContext,
): Promise<void> {
  const [rows] = await asked(query, connection.query({ sql: query, rowsAsArray: true }), ctx);
  const first = z.array(z.array(z.coerce.string())).parse(rows)[0]?.[0] ?? null;
  if (first === answer) return;
  throw new ProblemError({
    code: 'effect.sql-moved',
    where: ctx.secrets.mask(query.slice(0, 200)),
    found: `${first ?? 'no row'}, where there was ${answer ?? 'no row'} a moment ago`,
    expected: 'the database as it was when this was decided',
    remedy: 'another runner was faster: look again, and go on from what it did',
  });
}

async function run(connection: Connection, statement: string, ctx: EffectContext): Promise<number> {
  try {
    const [answer] = await connection.query(statement);
    const parsed = affectedSchema.safeParse(answer);
    return parsed.success ? parsed.data.affectedRows : 0;
  } catch (error) {
    throw new ProblemError(failure(error, statement, ctx));
  }
}

/** What we ask for ourselves beside the statements; an error of the driver becomes a problem. */
async function asked<T>(what: string, asking: Promise<T>, ctx: EffectContext): Promise<T> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof ProblemError || error instanceof LeaseLostError) throw error;
    throw new ProblemError(failure(error, what, ctx));
  }
}

function failure(error: unknown, statement: string, { secrets }: EffectContext): Problem {
  const found = secrets.mask(error instanceof Error ? error.message : String(error));
  return sqlProblem(refusalOf(error), secrets.mask(statement.slice(0, 200)), found);
}

async function takeLock(connection: Connection, name: string, waitMs: number): Promise<void> {
  const [rows] = await connection.query('SELECT GET_LOCK(?, ?) AS got', [name, Math.max(1, Math.floor(waitMs / 1000))]);
  const got = z.array(z.object({ got: z.coerce.number() })).safeParse(rows);
  if (got.success && got.data[0]?.got === 1) return;
  throw new ProblemError({
    code: 'effect.sql-lock',
    where: `GET_LOCK('${name}')`,
    found: 'held by another connection',
    expected: `the lock within ${waitMs} ms`,
    remedy: `SELECT IS_USED_LOCK('${name}') names the connection; wait for it to end, then resume the run`,
  });
}

async function compareFence(connection: Connection, resource: string, fence: number): Promise<void> {
  const seen = await fenceSeen(connection, resource);
  if (seen > fence) throw new LeaseLostError(`${resource} has seen fence ${seen}; this run holds ${fence}`);
  if (seen < fence) await connection.query(`REPLACE INTO ${FENCE_TABLE} VALUES (?, ?)`, [resource, fence]);
}

/** The greatest fence that the database has seen for this resource; 0: none. Makes the table where there is none. Throws where nobody should write. */
async function fenceSeen(connection: Connection, resource: string): Promise<number> {
  const ask = async (): Promise<number> => {
    const [rows] = await connection.query(
      `SELECT (SELECT fence FROM ${FENCE_TABLE} WHERE resource = ?) AS fence, CAST(@@GLOBAL.read_only AS CHAR) AS state`,
      [resource],
    );
    const [row] = z.array(fenceRow).parse(rows);
    mustTakeChanges(resource, row?.state);
    return row?.fence ?? 0;
  };
  try {
    return await ask();
  } catch (error) {
    if (!noSuchTable.safeParse(error).success) throw error;
    const [rows] = await connection.query('SELECT CAST(@@GLOBAL.read_only AS CHAR) AS state');
    mustTakeChanges(resource, z.array(z.object({ state: z.string() })).parse(rows)[0]?.state);
    await connection.query(
      `CREATE TABLE IF NOT EXISTS ${FENCE_TABLE} (resource VARCHAR(190) PRIMARY KEY, fence BIGINT NOT NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`,
    );
    return ask();
  }
}

/** A replica takes the changes of a user with rights enough, and is another database than its primary from then on. */
function mustTakeChanges(resource: string, readOnly = '0'): void {
  if (readOnly === '0' || readOnly.toUpperCase() === 'OFF') return;
  throw new ProblemError(sqlProblem('read-only', resource, `the server has read_only = ${readOnly}`));
}

/** A server goes on with a statement when its client is gone: tell it to stop, over a second connection. */
async function abortStatement(
  connection: Connection,
  options: ConnectionOptions,
  { clock }: EffectContext,
): Promise<void> {
  const over = new AbortController();
  let second: Connection | undefined;
  const kill = async (): Promise<void> => {
    second = await connect({ ...options, connectTimeout: ABORT_MS });
    await second.query(`KILL ${connection.threadId}`).finally(() => second?.destroy());
  };
  // What cannot be reached cannot be told; a network that swallows everything must not hold us up a second time.
  await Promise.race([kill(), clock.sleep(ABORT_MS, over.signal)]).catch(() => undefined);
  over.abort();
  second?.destroy();
  connection.destroy();
}

/** A missing right is granted on a database, which servers do not always name. */
function namingDatabase(error: unknown, database: string | undefined): unknown {
  if (database === undefined || !(error instanceof ProblemError)) return error;
  if (!error.problems.some(({ remedy }) => remedy.includes(GRANT_DATABASE))) return error;
  const named = (problem: Problem): Problem => ({
    ...problem,
    remedy: problem.remedy.replaceAll(GRANT_DATABASE, () => sqlName(database)),
  });
  return new ProblemError(error.problems.map(named));
}
