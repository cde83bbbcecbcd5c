import type { Connection, ConnectionOptions } from 'mysql2/promise';
import { z } from 'zod';
import { READ_PLAINLY } from '../../model/sql.ts';
import { type Dsn, unreachable } from './dsn.ts';

/** One connection that is kept while questions follow each other; what the server refuses is an answer, a lost connection is not. */

export interface Session {
  /** @throws ServerRefusal when the server refuses the question */
  ask<T>(row: z.ZodType<T>, sql: string, values?: readonly string[]): Promise<readonly T[]>;
  /** Runs a statement. */
  tell(sql: string): Promise<Told>;
  close(): Promise<void>;
}

export type Told = { readonly ok: true } | Refusal;

export interface Refusal {
  readonly ok: false;
  /** Number of the server's error. */
  readonly errno: number;
  readonly message: string;
}

/** What a server said instead of rows. */
export class ServerRefusal extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.name = 'ServerRefusal';
    this.refusal = refusal;
  }
}

const serverError = z.object({ errno: z.number().positive(), sqlState: z.string(), message: z.string() });

/** Opens a connection. Throws what the driver throws. */
export async function openSession(options: ConnectionOptions, connectTimeoutMs: number): Promise<Session> {
  // The driver is a megabyte: loaded when a database is asked, not by whatever could ask one.
  const { createConnection } = await import('mysql2/promise');
  const connection = await createConnection({
    ...options,
    connectTimeout: connectTimeoutMs,
    multipleStatements: false,
    supportBigNumbers: true,
  });
  await connection.query(READ_PLAINLY);
  return sessionOf(connection);
}

/** The same on a connection that is open. Closing it closes the connection. */
export function sessionOf(connection: Connection): Session {
  const query = async (sql: string, values: readonly string[]): Promise<unknown> => {
    try {
      const [rows] = await connection.query({ sql, values: [...values] });
      return rows;
    } catch (error) {
      const said = serverError.safeParse(error);
      if (!said.success) throw error;
      throw new ServerRefusal({ ok: false, errno: said.data.errno, message: said.data.message });
    }
  };
  return {
    ask: async (row, sql, values = []) => z.array(row).parse(await query(sql, values)),
    tell: async (sql) => {
      try {
        await query(sql, []);
        return { ok: true };
      } catch (error) {
        if (error instanceof ServerRefusal) return error.refusal;
        throw error;
      }
    },
    close: () => connection.end().catch(() => connection.destroy()),
  };
}

/** One to the database that a connection string names. @throws ProblemError when it does not answer */
export function openDsnSession(dsn: Dsn, connectTimeoutMs: number): Promise<Session> {
  return openSession(dsn.options, connectTimeoutMs).catch((error: unknown) => {
    throw unreachable(dsn, error);
  });
}
