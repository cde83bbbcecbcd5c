import type { Connection as Plain } from 'mysql2';
import type { Connection, ConnectionOptions } from 'mysql2/promise';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { READ_PLAINLY } from '../../model/sql.ts';

/** Connections of those who move rows or make them up. */

/** Opens a connection for one use; `plain` is the same one, for who reads it as a stream. @throws ProblemError when the server does not answer */
export async function withConnection<T>(
  options: ConnectionOptions,
  use: (connection: Connection, plain: Plain) => Promise<T>,
): Promise<T> {
  const { createConnection } = await import('mysql2');
  const plain = createConnection({ ...options, multipleStatements: false, connectTimeout: 10_000 });
  // Without somebody who listens, a lost connection would end the program.
  plain.on('error', () => undefined);
  const connection = plain.promise();
  try {
    await connection.connect().catch((error: unknown) => {
      throw new ProblemError(unreachable(options, error));
    });
    // Texts go in as the driver escapes them: with the modes of some servers other texts would arrive.
    await connection.query(READ_PLAINLY);
    return await use(connection, plain);
  } finally {
    plain.destroy();
  }
}

function unreachable({ socketPath, host, port }: ConnectionOptions, error: unknown): Problem {
  return {
    code: 'desensitise.unreachable',
    where: socketPath ?? `${host}:${port}`,
    found: error instanceof Error ? error.message : String(error),
    expected: 'a server that answers this user',
    remedy: 'check the address and the rights of the user in `database.dsn`',
  };
}
