import { createHash } from 'node:crypto';
import type { Connection } from 'mysql2/promise';
import { z } from 'zod';
import { ProblemError } from '../../model/problem.ts';

/** The one lock of a database: who changes its structure or all of its rows holds it. */

const row = z.array(z.object({ got: z.coerce.number().nullable() }));
const SECONDS = 20;

/** Names of locks have at most 64 characters. The server knows them, not the database, so the name holds the database. Pure. */
export function lockName(database: string): string {
  const name = `shiplock:${database}`;
  return name.length <= 64 ? name : `shiplock:${createHash('sha256').update(database).digest('hex').slice(0, 32)}`;
}

/** Held until the connection ends: a controller that lost its lease but not its connection is waited for, 20 s. @throws ProblemError after that */
export async function takeLock(connection: Connection, name: string): Promise<void> {
  const [rows] = await connection.query('SELECT GET_LOCK(?, ?) AS got', [name, SECONDS]);
  if (row.parse(rows)[0]?.got === 1) return;
  throw new ProblemError({
    code: 'generate.busy',
    where: name,
    found: 'another connection that is changing this database',
    expected: 'one at a time',
    remedy: 'wait for it to end; after a crash the server notices within seconds that it is gone',
  });
}
