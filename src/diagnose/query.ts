import { z } from 'zod';
import type { Clock, DatabaseTrust } from '../model/ports.ts';
import { connect, parseDsn } from '../procedure/effects/sql-connect.ts';
import { withDeadline } from '../procedure/machine/deadline.ts';

const rowSchema = z.array(z.record(z.string(), z.unknown()));

export interface QueryOptions {
  readonly engine: 'mysql' | 'mariadb';
  /** Value of the connection string: never in a message. */
  readonly dsn: string;
  /** That of `database.tls`. */
  readonly trust?: DatabaseTrust | undefined;
  readonly connectTimeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Asks a server one thing, on a connection of its own that is closed afterwards whatever happens: one question that hangs blocks no other. The session
 * is read only, and the server itself gives up a question whose time is over.
 */
export function createQuery({ engine, dsn, trust, connectTimeoutMs, clock, signal }: QueryOptions) {
  return async (sql: string, timeoutMs: number): Promise<readonly Readonly<Record<string, unknown>>[]> => {
    const options = parseDsn(dsn, trust);
    const connection = await connect({
      ...options,
      connectTimeout: Math.min(connectTimeoutMs, timeoutMs),
      multipleStatements: false,
      supportBigNumbers: true,
      bigNumberStrings: true,
      dateStrings: true,
    });
    try {
      return await withDeadline({ clock, ms: timeoutMs, what: 'the database', signal, abandon: true }, async () => {
        const limit =
          engine === 'mysql'
            ? `SET SESSION max_execution_time = ${timeoutMs}`
            : `SET SESSION max_statement_time = ${timeoutMs / 1000}`;
        await connection.query(limit);
        await connection.query('SET SESSION TRANSACTION READ ONLY');
        await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED');
        const [rows] = await connection.query(sql);
        return rowSchema.parse(rows);
      });
    } finally {
      connection.destroy();
    }
  };
}
