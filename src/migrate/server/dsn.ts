import type { ConnectionOptions } from 'mysql2/promise';
import { z } from 'zod';
import type { Text } from '../../model/effect.ts';
import type { DatabaseTrust, Secrets } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { sqlName } from '../../model/sql.ts';
import { parseDsn } from '../../procedure/effects/sql.ts';
import { GRANT_DATABASE, refusalOf, sqlProblem } from '../../procedure/effects/sql-problems.ts';

/** A connection string, understood. */
export interface Dsn {
  readonly options: ConnectionOptions;
  readonly database: string;
  /** `mysql:host:port/database`: what is fenced, without user and password. */
  readonly resource: string;
}

/**
 * Reads a connection string in the forms that SQL effects take. It must name a database: migrations belong to one. The problem
 * never shows the text, which may hold a password. `trust`: that of `database.tls`.
 */
export function readDsn(text: string, where: string, trust?: DatabaseTrust): Dsn {
  const options = parseDsn(text, trust);
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

/** The same from the configuration, where it mostly is a reference to a secret. */
export function resolveDsn(text: Text, secrets: Secrets): Dsn {
  return typeof text === 'string'
    ? readDsn(text, 'database.dsn', secrets.databaseTrust)
    : readDsn(secrets.get(text.secret), `database.dsn (${text.secret})`, secrets.databaseTrust);
}

/** A server that does not answer, or not this user. */
export function unreachable(
  { resource, database }: Pick<Dsn, 'resource'> & { readonly database?: string },
  error: unknown,
): ProblemError {
  const found = error instanceof Error ? error.message : String(error);
  if (refusalOf(error) === 'privilege') {
    const account = z.object({ errno: z.union([z.literal(1045), z.literal(1044)]) }).safeParse(error).success;
    const remedy = account
      ? 'check user and password of `database.dsn`, from which hosts the account may come, and that it has a right in this database'
      : sqlProblem('privilege', resource, found).remedy.replaceAll(GRANT_DATABASE, () =>
          database === undefined ? GRANT_DATABASE : sqlName(database),
        );
    return new ProblemError({
      code: 'migrate.database-denied',
      where: resource,
      found,
      expected: 'a user that may look at this database',
      remedy,
    });
  }
  return new ProblemError({
    code: 'migrate.database-unreachable',
    where: resource,
    found,
    expected: 'a MySQL or MariaDB server that answers this user',
    remedy:
      'check that the server runs, the address, and the rights of the user in `database.dsn`; where it has too many connections, close idle ones',
  });
}
