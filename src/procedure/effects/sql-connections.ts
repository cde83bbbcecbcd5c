import type { Connection, ConnectionOptions } from 'mysql2/promise';
import { z } from 'zod';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { sqlName } from '../../model/sql.ts';
import { unlessAborted } from '../machine/deadline.ts';
import { connect } from './sql-connect.ts';

/**
 * Connections for the SQL effects of one run. A connection costs more than a small statement, so the one that an effect has used is kept for the
 * next one: as good as new, since whatever belongs to the session is undone first.
 */
export interface SqlConnections {
  /**
   * A connection in the state of a new one, on which `first` was asked. Throws a ProblemError when there is none to be had, and what the driver throws
   * when a new one refuses the question.
   */
  take(options: ConnectionOptions, first: string): Promise<Connection>;
  /** Frees its locks and undoes its settings, then keeps or closes it. Only for one on which nothing failed. `said`: all that was sent over it. */
  giveBack(options: ConnectionOptions, connection: Connection, said: readonly string[]): Promise<void>;
  /** Closes what is kept. */
  close(): Promise<void>;
}

/** A connection that nothing is asked on is closed after this time, or a second stretch of it: a run may watch or wait for long. */
const IDLE_MS = 2_500;
/** A server that takes longer than this for an answer, or for a new session, gets a new connection instead. */
const RENEW_MS = 5_000;

export function createSqlConnections(): SqlConnections {
  const kept = new Map<string, { readonly connection: Connection }>();
  const watched = new Set<string>();
  const renewals = new WeakMap<Connection, string>();
  const remove = (key: string): Connection | undefined => {
    const found = kept.get(key);
    kept.delete(key);
    return found?.connection;
  };
  // One timer at a time: one for each effect would cost more than some effects.
  const watch = (key: string): void => {
    if (watched.has(key)) return;
    watched.add(key);
    const found = kept.get(key);
    AbortSignal.timeout(IDLE_MS).addEventListener('abort', () => {
      watched.delete(key);
      if (!kept.has(key)) return;
      if (kept.get(key) === found) void close(remove(key));
      else watch(key);
    });
  };
  return {
    async take(options, first) {
      const known = remove(keyOf(options));
      if (known !== undefined) {
        const names = renewals.get(known) ?? '';
        const answered = known.query(first.replace(/^SET SESSION /, `SET ${names}, SESSION `));
        // The server may have closed it meanwhile; nothing has been changed over it yet.
        if (await isAnswered(answered)) return known;
        known.destroy();
      }
      const fresh = await openConnection(options, first);
      // Who cannot be asked says so at the first statement.
      const renewal = await renewalOf(fresh).catch(() => null);
      if (renewal !== null) renewals.set(fresh, renewal);
      return fresh;
    },
    async giveBack(options, connection, said) {
      const key = keyOf(options);
      const renewal = renewals.get(connection);
      if (kept.has(key) || renewal === undefined) return close(connection);
      try {
        await unlessAborted(AbortSignal.timeout(RENEW_MS), endSession(connection, options.database, said));
      } catch {
        connection.destroy();
        return;
      }
      if (kept.has(key)) return close(connection);
      kept.set(key, { connection });
      watch(key);
    },
    async close() {
      await Promise.all([...kept.keys()].map((key) => close(remove(key))));
    },
  };
}

/** In memory only: the options hold the password. */
function keyOf({ host, port, socketPath, user, password, database, ssl }: ConnectionOptions): string {
  return JSON.stringify([host, port, socketPath, user, password, database, ssl]);
}

async function isAnswered(asking: Promise<unknown>): Promise<boolean> {
  return unlessAborted(AbortSignal.timeout(RENEW_MS), asking).then(
    () => true,
    () => false,
  );
}

/** Without one of these words, wherever it stands, a statement chooses no other database: programs and prepared statements may not. */
const MAY_LEAVE = /\b(?:USE|DATABASE|SCHEMA)\b/i;

/** Ends the session and begins another: locks by name, settings, variables, temporary tables. The chosen database would stay. */
async function endSession(
  connection: Connection,
  database: string | undefined,
  said: readonly string[],
): Promise<void> {
  await connection.reset();
  if (database !== undefined && said.some((sql) => MAY_LEAVE.test(sql))) {
    await connection.query(`USE ${sqlName(database)}`);
  }
}

const word = z.string().regex(/^\w+$/);
const beginRow = z.array(z.tuple([z.string().nullable(), word, word]));

/**
 * The character sets that the driver has asked for at first, for a SET: a session that begins anew has those of the server. Null: there is nothing
 * that makes it like a new one, since the server runs statements of its own for each new connection (`init_connect`).
 */
async function renewalOf(connection: Connection): Promise<string | null> {
  const sql = 'SELECT @@GLOBAL.init_connect, @@character_set_client, @@collation_connection';
  const [rows] = await connection.query({ sql, rowsAsArray: true });
  const [begin] = beginRow.safeParse(rows).data ?? [];
  if (begin === undefined || (begin[0] ?? '') !== '') return null;
  return `NAMES ${begin[1]} COLLATE ${begin[2]}`;
}

async function close(connection: Connection | undefined): Promise<void> {
  await connection?.end().catch(() => connection.destroy());
}

/** Too many for the server, for all of its users (1040) or for this one (1203, 1226). */
const TOO_MANY = new Set([1040, 1203, 1226]);
const errorSchema = z.object({ errno: z.number() });

/** Is there no connection left on the server, rather than no server? Pure. */
function isTooMany(error: unknown): boolean {
  const parsed = errorSchema.safeParse(error);
  return parsed.success && TOO_MANY.has(parsed.data.errno);
}

/** A new connection on which `first` was asked. Throws a ProblemError that says what to look at, or the refusal of that question. */
export async function openConnection(options: ConnectionOptions, first: string): Promise<Connection> {
  const connection = await opened(options);
  try {
    await connection.query(first);
    return connection;
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

async function opened(options: ConnectionOptions): Promise<Connection> {
  try {
    return await connect({ ...options, multipleStatements: false, connectTimeout: 10_000 });
  } catch (error) {
    const where = options.socketPath ?? `${options.host}:${options.port}`;
    const found = error instanceof Error ? error.message : String(error);
    throw new ProblemError(isTooMany(error) ? noneLeft(where, found) : notConnected(where, found));
  }
}

function noneLeft(where: string, found: string): Problem {
  return {
    code: 'effect.sql-connections',
    where,
    found,
    expected: 'a connection that is free: a run needs two, and one more for each replica that is looked at',
    remedy:
      'see who has them (SHOW PROCESSLIST); close idle ones, or raise max_connections or the limit of this user, then resume the run',
  };
}

function notConnected(where: string, found: string): Problem {
  return {
    code: 'effect.sql-connect',
    where,
    found,
    expected: 'a connection',
    remedy: 'check that the server runs, the account exists and the database is there',
  };
}
