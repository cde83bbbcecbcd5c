import type { ConnectionOptions } from 'mysql2/promise';
import { ProblemError } from '../model/problem.ts';
import { parseDsn } from '../procedure/effects/sql.ts';

/** A connection string, understood. */
export interface Dsn {
  readonly options: ConnectionOptions;
  readonly database: string;
  /** `mysql:host:port/database`: what is fenced, without user and password. */
  readonly resource: string;
}

/**
 * Reads a connection string in the forms that SQL effects take. It must name a database: migrations belong to one. The problem
 * never shows the text, which may hold a password.
 */
export function readDsn(text: string, where: string): Dsn {
  const options = parseDsn(text);
  const { database, socketPath, host = '', port = 3306 } = options;
  if (database === undefined || database === '') {
    throw new ProblemError({
      code: 'migrate.dsn-without-database',
      where,
      found: 'a connection string without a database',
      expected: 'mysql://user:password@host:port/database',
      remedy: 'add the name of the database after the last slash',
    });
  }
  return { options, database, resource: `mysql:${socketPath ?? `${host}:${port}`}/${database}` };
}
