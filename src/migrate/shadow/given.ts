import { z } from 'zod';
import { ProblemError } from '../../model/problem.ts';
import { sqlName } from '../../model/sql.ts';
import { parseDsn } from '../../procedure/effects/sql.ts';
import { openSession, ServerRefusal, type Session } from '../server/session.ts';
import type { ThrowAway } from './local.ts';

/** A running server that somebody set aside for plans. A database with the target's name is made there and dropped. */

/** In it: the database was made by us and may be dropped, also when the process before died. */
const MARK = 'shiplock_shadow_scratch';
const WAIT_SECONDS = '30';

const count = z.object({ count: z.coerce.number().nullable() });

/** @throws ProblemError when the database is there already, or another plan is being made there */
export async function openGiven(dsn: string, database: string, connectTimeoutMs: number): Promise<ThrowAway> {
  const { database: _, ...options } = parseDsn(dsn);
  const where = `database.shadow.dsn (${options.socketPath ?? `${options.host}:${options.port}`})`;
  const administrator = await openSession(options, connectTimeoutMs).catch((error: unknown) => {
    throw notUsable(where, error instanceof Error ? error.message : String(error));
  });
  try {
    await makeDatabase(administrator, database, where);
  } catch (error) {
    await administrator.close();
    if (error instanceof ServerRefusal) throw notUsable(where, error.message);
    throw error;
  }
  const users: Session[] = [];
  return {
    administrator,
    openUser: async () => {
      const user = await openSession({ ...options, database }, connectTimeoutMs);
      users.push(user);
      return user;
    },
    close: async () => {
      await Promise.all(users.map((user) => user.close()));
      // The lock is ours until the connection ends: nobody else has made it anew.
      await administrator.tell(`DROP DATABASE IF EXISTS ${sqlName(database)}`);
      await administrator.close();
    },
  };
}

async function makeDatabase(administrator: Session, database: string, where: string): Promise<void> {
  const one = async (sql: string, ...values: readonly string[]): Promise<number> =>
    (await administrator.ask(count, sql, values))[0]?.count ?? 0;
  if ((await one('SELECT GET_LOCK(?, ?) AS count', 'shiplock-shadow', WAIT_SECONDS)) !== 1) {
    throw notUsable(where, 'another plan is being made there');
  }
  const there = await one('SELECT COUNT(*) AS count FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?', database);
  const ours = await one(
    'SELECT COUNT(*) AS count FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?',
    database,
    MARK,
  );
  if (there > 0 && ours === 0) {
    throw new ProblemError({
      ...{ code: 'migrate.shadow-in-use', where, found: `a database ${database} that Shiplock did not make` },
      expected: 'a server without a database of the target’s name: what is made there is dropped afterwards',
      remedy: 'give a server of its own, never the target itself',
    });
  }
  const statements = [
    `DROP DATABASE IF EXISTS ${sqlName(database)}`,
    `CREATE DATABASE ${sqlName(database)}`,
    `CREATE TABLE ${sqlName(database)}.${MARK} (id INT PRIMARY KEY)`,
  ];
  for (const sql of statements) {
    const told = await administrator.tell(sql);
    if (!told.ok) throw notUsable(where, told.message);
  }
}

function notUsable(where: string, found: string): ProblemError {
  return new ProblemError({
    ...{ code: 'migrate.shadow-not-usable', where, found },
    expected: 'a server whose user may make and drop a database, and has the right PROCESS',
    remedy: 'mend the connection or the rights of its user, wait for the other plan, or start a server with `program:`',
  });
}
