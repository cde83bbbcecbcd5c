import type { Connection, ConnectionOptions } from 'mysql2/promise';
import { z } from 'zod';
import type { EffectResult, ResolvedEffect } from '../../model/effect.ts';
import { ProblemError } from '../../model/problem.ts';
import { LeaseLostError } from '../lease/fence.ts';
import { unlessAborted } from '../machine/deadline.ts';
import { type EffectContext, resolveText } from './context.ts';

type SqlEffect = Extract<ResolvedEffect, { kind: 'sql' }>;

/** Table in which a database keeps the greatest fence it has seen (only for effects with a `mysql:` resource). */
export const FENCE_TABLE = 'shiplock_fence';

const affectedSchema = z.object({ affectedRows: z.number() });

/**
 * Statements one after another on one connection, under GET_LOCK when the effect names a lock. With a resource `mysql:…` the fence
 * is compared and raised on that same connection under the same lock, so a stale holder is refused by the database itself.
 */
export async function sqlEffect(effect: SqlEffect, ctx: EffectContext): Promise<EffectResult> {
  const begin = ctx.clock.monotonic();
  const options = parseDsn(resolveText(effect.dsn, ctx.secrets));
  const connection = await open(options);
  let ending: Promise<void> | undefined;
  const onAbort = (): void => {
    ending ??= abortStatement(connection, options);
  };
  ctx.signal.addEventListener('abort', onAbort, { once: true });
  if (ctx.signal.aborted) onAbort();
  try {
    // The driver never answers for a connection that was dropped, so the statements are raced against the signal.
    const affected = await unlessAborted(ctx.signal, runAll(effect, connection, ctx));
    return { kind: 'sql', affected, durationMs: ctx.clock.monotonic() - begin };
  } finally {
    ctx.signal.removeEventListener('abort', onAbort);
    // Closing the connection also frees its locks.
    if (ending === undefined) await connection.end().catch(() => connection.destroy());
    else await ending;
  }
}

async function runAll(effect: SqlEffect, connection: Connection, ctx: EffectContext): Promise<number[]> {
  const fenced = effect.resource?.startsWith('mysql:') ? effect.resource : undefined;
  const lock = effect.lock ?? (fenced === undefined ? undefined : `shiplock:${fenced}`.slice(0, 64));
  if (lock !== undefined) await takeLock(connection, lock, effect.timeoutMs);
  if (fenced !== undefined) await compareFence(connection, fenced, ctx.fence);
  const affected: number[] = [];
  for (const statement of effect.statements) {
    ctx.signal.throwIfAborted();
    affected.push(await run(connection, statement, ctx));
  }
  return affected;
}

/** `mysql://user:password@host:port/database` or the form of Go's driver, `user:password@tcp(host:port)/database?…`. */
export function parseDsn(dsn: string): ConnectionOptions {
  const go = /^(?:([^:@/]*)(?::(.*))?@)?(tcp|unix)\(([^)]*)\)\/([^?]*)/.exec(dsn);
  if (go !== null) {
    const [, user = '', password = '', net, address = '', database = ''] = go;
    const account = { user, password, ...(database === '' ? {} : { database }) };
    if (net === 'unix') return { ...account, socketPath: address };
    const colon = address.lastIndexOf(':');
    if (colon < 0) return { ...account, host: address, port: 3306 };
    return { ...account, host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
  }
  const url = URL.parse(dsn);
  if (url?.protocol !== 'mysql:') {
    throw new ProblemError({
      code: 'effect.sql-dsn',
      where: 'the connection string of an SQL effect',
      found: 'another form',
      expected: 'mysql://user:password@host:port/database or user:password@tcp(host:port)/database',
      remedy: 'write the connection string (or the secret it refers to) in one of these forms',
    });
  }
  const database = decodeURIComponent(url.pathname.slice(1));
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 3306 : Number(url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    ...(database === '' ? {} : { database }),
  };
}

/** Loaded only when an SQL effect is there: the driver takes longer to load than everything else together. */
async function connect(options: ConnectionOptions): Promise<Connection> {
  const { createConnection } = await import('mysql2/promise');
  return createConnection(options);
}

async function open(options: ConnectionOptions): Promise<Connection> {
  try {
    return await connect({ ...options, multipleStatements: false, connectTimeout: 10_000 });
  } catch (error) {
    throw new ProblemError({
      code: 'effect.sql-connect',
      where: options.socketPath ?? `${options.host}:${options.port}`,
      found: error instanceof Error ? error.message : String(error),
      expected: 'a connection',
      remedy: 'check that the server runs, the account exists and the database is there',
    });
  }
}

async function run(connection: Connection, statement: string, ctx: EffectContext): Promise<number> {
  try {
    const [answer] = await connection.query(statement);
    const parsed = affectedSchema.safeParse(answer);
    return parsed.success ? parsed.data.affectedRows : 0;
  } catch (error) {
    throw new ProblemError({
      code: 'effect.sql-failed',
      where: ctx.secrets.mask(statement.slice(0, 200)),
      found: ctx.secrets.mask(error instanceof Error ? error.message : String(error)),
      expected: 'the statement to succeed',
      remedy: 'mend what the server names, then resume the run; statements before it stay done',
    });
  }
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
  await connection.query(
    `CREATE TABLE IF NOT EXISTS ${FENCE_TABLE} (resource VARCHAR(190) PRIMARY KEY, fence BIGINT NOT NULL)`,
  );
  const [rows] = await connection.query(`SELECT fence FROM ${FENCE_TABLE} WHERE resource = ?`, [resource]);
  const seen = z.array(z.object({ fence: z.coerce.number() })).parse(rows)[0]?.fence ?? 0;
  if (seen > fence) throw new LeaseLostError(`${resource} has seen fence ${seen}; this run holds ${fence}`);
  if (seen < fence) await connection.query(`REPLACE INTO ${FENCE_TABLE} VALUES (?, ?)`, [resource, fence]);
}

/** A server goes on with a statement when its client is gone: tell it to stop, over a second connection. */
async function abortStatement(connection: Connection, options: ConnectionOptions): Promise<void> {
  try {
    const second = await connect({ ...options, connectTimeout: 2_000 });
    await second.query(`KILL ${connection.threadId}`).catch(() => undefined);
    await second.end();
  } catch {
    // The server cannot be reached; all that is left is to drop the connection.
  }
  connection.destroy();
}
