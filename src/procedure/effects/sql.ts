import type { Connection, ConnectionOptions } from 'mysql2/promise';
import { z } from 'zod';
import type { EffectResult, ResolvedEffect } from '../../model/effect.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { sqlName } from '../../model/sql.ts';
import { LeaseLostError } from '../lease/fence.ts';
import { unlessAborted } from '../machine/deadline.ts';
import { type EffectContext, resolveText } from './context.ts';
import { asked, failure } from './sql-asked.ts';
import { runBatches } from './sql-batches.ts';
import { begin, firstQuestion, type Holds, holdsOf, settingsOf, takeLock } from './sql-begin.ts';
import { connect, parseDsn } from './sql-connect.ts';
import { openConnection } from './sql-connections.ts';
import { type Guarded, sendGuarded } from './sql-guard.ts';
import { openPace } from './sql-pace.ts';
import { GRANT_DATABASE, refusalOf } from './sql-problems.ts';
import { afterLoss, beforeLoss } from './sql-restore.ts';
import { type Sample, withStages } from './sql-stages.ts';
import { runTool } from './sql-tool.ts';
import { withVerifiers } from './sql-verifier.ts';

export { FENCE_TABLE } from './sql-begin.ts';
export { parseDsn } from './sql-connect.ts';

type SqlEffect = Extract<ResolvedEffect, { kind: 'sql' }>;

/** How long a server is asked to stop a statement. */
const ABORT_MS = 2_000;

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
  const held = holdsOf(effect);
  const settings = settingsOf(effect);
  const first = firstQuestion(held.lock, settings);
  const opening = asked('the session', connections?.take(options, first) ?? openConnection(options, first), ctx);
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
      runAll(effect, { connection, options, isSet: settings !== undefined }, held, ctx),
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
    else if (whole && connections !== undefined) await connections.giveBack(options, connection, effect.statements);
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
  /** What the first statement sets was set with the first question. */
  readonly isSet: boolean;
}

async function runAll(effect: SqlEffect, link: Link, { lock, fenced }: Holds, ctx: EffectContext): Promise<Ran> {
  const { connection, options } = link;
  await begin(connection, effect, { lock, fenced }, ctx);
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
  { connection, options, isSet }: Link,
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
    if (index === 0 && isSet) {
      affected.push(0);
      continue;
    }
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

async function run(connection: Connection, statement: string, ctx: EffectContext): Promise<number> {
  try {
    const [answer] = await connection.query(statement);
    const parsed = affectedSchema.safeParse(answer);
    return parsed.success ? parsed.data.affectedRows : 0;
  } catch (error) {
    throw new ProblemError(failure(error, statement, ctx));
  }
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
