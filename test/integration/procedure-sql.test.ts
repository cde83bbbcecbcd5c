import { readFileSync } from 'node:fs';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type DatabaseAccess, type DatabaseServer, goDsn } from '../../scripts/components/database.ts';
import { type Effect, type EffectResult, effectSchema } from '../../src/model/effect.ts';
import { executeEffect } from '../../src/procedure/effects/execute.ts';
import { FENCE_TABLE, parseDsn } from '../../src/procedure/effects/sql.ts';
import { createSqlConnections, type SqlConnections } from '../../src/procedure/effects/sql-connections.ts';
import { createSecrets, systemClock } from '../../src/procedure/index.ts';
import { LeaseLostError } from '../../src/procedure/lease/fence.ts';
import { describeOnEach } from '../support/databases.ts';

/** SQL effects against a real server. */

let server: DatabaseServer;
let access: DatabaseAccess;

function execute(
  effect: Omit<Extract<Effect, { kind: 'sql' }>, 'kind' | 'dsn' | 'timeoutMs'>,
  fence = 1,
  timeoutMs = 10_000,
  connections?: SqlConnections,
): Promise<EffectResult> {
  return executeEffect(effectSchema.parse({ kind: 'sql', dsn: { secret: 'env:DSN' }, timeoutMs, ...effect }), {
    clock: systemClock,
    secrets: createSecrets({ env: { DSN: goDsn(access) } }),
    fence,
    connections,
    fenceFile: undefined,
    signal: new AbortController().signal,
  });
}

async function query(text: string): Promise<unknown> {
  const connection = await mysql.createConnection(server.root('effects'));
  try {
    const [rows] = await connection.query(text);
    return rows;
  } finally {
    await connection.end();
  }
}

describeOnEach('SQL effects', (family) => {
  beforeAll(async () => {
    server = await family.start({ generalLog: true });
    access = await server.createDatabase('effects');
  });
  afterAll(() => server?.stop());

  test('statements run in order on one connection and say how many rows they touched', async () => {
    const result = await execute({
      statements: [
        'CREATE TABLE t (a INT)',
        'INSERT INTO t VALUES (1), (2), (3)',
        'UPDATE t SET a = a + 1 WHERE a > 1',
      ],
    });
    expect(result).toMatchObject({ kind: 'sql', affected: [0, 3, 2] });
    expect(await query('SELECT a FROM t ORDER BY a')).toEqual([{ a: 1 }, { a: 3 }, { a: 4 }]);
  });

  test('a statement that fails stops the rest, names itself, and does not show the password', async () => {
    const failing = execute({
      statements: ['CREATE TABLE u (a INT)', 'INSERT INTO nowhere VALUES (1)', 'DROP TABLE u'],
    });
    await expect(failing).rejects.toThrow(/INSERT INTO nowhere.*doesn't exist/s);
    await failing.catch((error: unknown) => expect(String(error)).not.toContain(access.password));
    expect(await query('SHOW TABLES LIKE "u"')).toHaveLength(1);
  });

  test('the lock by name keeps a second runner out until the first is through', async () => {
    const order: string[] = [];
    await Promise.all([
      execute({ lock: 'migrations', statements: ['DO SLEEP(0.5)'] }).then(() => order.push('first')),
      new Promise((resolve) => setTimeout(resolve, 150))
        .then(() => execute({ lock: 'migrations', statements: ['DO 1'] }))
        .then(() => order.push('second')),
    ]);
    expect(order).toEqual(['first', 'second']);
    const holder = execute({ lock: 'migrations', statements: ['DO SLEEP(3)'] });
    await new Promise((resolve) => setTimeout(resolve, 150));
    await expect(execute({ lock: 'migrations', statements: ['DO 1'] }, 1, 1_500)).rejects.toThrow(
      /held by another connection|no end after/,
    );
    await holder;
  });

  test('the database refuses a stale holder on the very connection that would change it', async () => {
    const resource = 'mysql:effects';
    await execute({ resource, statements: ['CREATE TABLE f (a INT)'] }, 5);
    expect(await query(`SELECT resource, fence FROM ${FENCE_TABLE}`)).toEqual([{ resource, fence: 5 }]);
    await expect(execute({ resource, statements: ['DROP TABLE f'] }, 4)).rejects.toThrow(LeaseLostError);
    expect(await query('SHOW TABLES LIKE "f"')).toHaveLength(1);
    await execute({ resource, statements: ['DROP TABLE f'] }, 6);
  });

  test('what an effect sets at first is set with the first question, and gone with the effect', async () => {
    const kept = createSqlConnections();
    await query('CREATE TABLE effects.waits (seconds INT)');
    const settings = 'SET SESSION lock_wait_timeout = 3, innodb_lock_wait_timeout = 4';
    const look = 'INSERT INTO waits SELECT @@SESSION.lock_wait_timeout';
    const said = (): readonly string[] => readFileSync(server.generalLogPath ?? '', 'utf8').split('\n');
    const before = said().length;
    const result = await execute({ lock: 'waits', statements: [settings, look] }, 1, 10_000, kept);
    expect(result).toMatchObject({ affected: [0, 1] });
    const asked = said().slice(before - 1);
    const setting = asked.filter((line) => line.includes('lock_wait_timeout = 3'));
    expect(setting).toEqual([expect.stringContaining('GET_LOCK')]);
    await execute({ lock: 'waits', statements: [look] }, 1, 10_000, kept);
    const [first, second] = z
      .array(z.object({ seconds: z.number() }))
      .parse(await query('SELECT * FROM effects.waits'));
    expect(first).toEqual({ seconds: 3 });
    expect(second?.seconds).toBeGreaterThan(1000);
    await expect(
      execute({ lock: 'waits', statements: ['SET SESSION nothing_of_this_name = 3', look] }, 1, 10_000, kept),
    ).rejects.toThrow(/nothing_of_this_name/);
    expect(await query('SELECT COUNT(*) AS n FROM effects.waits')).toEqual([{ n: 2 }]);
    await kept.close();
  });

  test('a connection is kept for the next effect, as good as new', async () => {
    const kept = createSqlConnections();
    const run = (...statements: readonly string[]): Promise<EffectResult> =>
      execute({ lock: 'kept', statements }, 1, 10_000, kept);
    await run('CREATE TABLE seen (id BIGINT, mode TEXT, base VARCHAR(64), letters VARCHAR(64), mine INT)');
    const look =
      'INSERT INTO effects.seen SELECT CONNECTION_ID(), @@sql_mode, DATABASE(), @@collation_connection, @mine';
    await run(look);
    await run(
      look,
      "SET SESSION sql_mode = ''",
      'SET NAMES latin1',
      'SET @mine = 1',
      'CREATE TEMPORARY TABLE left_over (a INT)',
    );
    await run('START TRANSACTION', 'INSERT INTO seen (id) VALUES (0)', 'USE information_schema');
    expect(await query("SELECT IS_FREE_LOCK('kept') AS free")).toEqual([{ free: 1 }]);
    await run(look);
    await expect(run('SELECT * FROM left_over')).rejects.toThrow("doesn't exist");
    const [first, ...others] = z.array(z.object({ id: z.number() }).loose()).parse(await query('SELECT * FROM seen'));
    expect(others).toEqual([first, first]);
    // A failure ends it; and one that the server has closed is noticed before anything is asked of it.
    await run(look);
    await query(
      `KILL ${z.array(z.object({ id: z.number() })).parse(await query('SELECT MAX(id) AS id FROM seen'))[0]?.id}`,
    );
    await run(look);
    const ids = z.array(z.object({ id: z.number() })).parse(await query('SELECT DISTINCT id FROM seen'));
    expect(ids).toHaveLength(3);
    await kept.close();
    expect(await query(`SELECT * FROM information_schema.PROCESSLIST WHERE ID = ${ids.at(-1)?.id}`)).toEqual([]);
  });

  test('when the server has no connection left, that is said', async () => {
    await query("ALTER USER effects@'127.0.0.1' WITH MAX_USER_CONNECTIONS 1");
    const only = await mysql.createConnection({ ...access });
    try {
      await expect(execute({ statements: ['DO 1'] })).rejects.toThrow(/max_user_connections.*effect\.sql-connections/s);
    } finally {
      await only.end();
      await query("ALTER USER effects@'127.0.0.1' WITH MAX_USER_CONNECTIONS 0");
    }
  });

  test('a time-out also ends the statement in the server', async () => {
    await expect(execute({ statements: ['DO SLEEP(30)'] }, 1, 700)).rejects.toThrow('no end after 700 ms');
    const running = async (): Promise<unknown> =>
      query("SELECT id FROM information_schema.processlist WHERE info LIKE 'DO SLEEP(30)%'");
    for (let waited = 0; waited < 3_000 && JSON.stringify(await running()) !== '[]'; waited += 100) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(await running()).toEqual([]);
    expect(readFileSync(server.generalLogPath ?? '', 'utf8')).toContain('KILL');
  });
});

test('both forms of connection strings are understood, others are refused without being printed', () => {
  expect(parseDsn('mysql://u:p%2Fw@db:3307/app')).toEqual({
    host: 'db',
    port: 3307,
    user: 'u',
    password: 'p/w',
    database: 'app',
  });
  expect(parseDsn('u:p:w@tcp(db)/app?parseTime=true')).toEqual({
    host: 'db',
    port: 3306,
    user: 'u',
    password: 'p:w',
    database: 'app',
  });
  expect(parseDsn('u:pw@unix(/run/db.sock)/')).toEqual({ socketPath: '/run/db.sock', user: 'u', password: 'pw' });
  expect(() => parseDsn('postgres://secret-word@x/y')).toThrow('effect.sql-dsn');
  expect(() => parseDsn('postgres://secret-word@x/y')).not.toThrow('secret-word');
});
