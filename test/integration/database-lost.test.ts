import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type DatabaseAccess, mysqlUrl } from '../../scripts/components/database.ts';
import { type Mariadb, startMariadb } from '../../scripts/components/mariadb.ts';
import { type SqlProxy, startSqlProxy } from '../support/sql-proxy.ts';

/** A look at a database that loses its server in the middle of a question: what becomes of the question, and of the process that asked. */

let mariadb: Mariadb;
let access: DatabaseAccess;
let proxy: SqlProxy;
beforeAll(async () => {
  mariadb = await startMariadb();
  access = await mariadb.createDatabase('lost');
  proxy = await startSqlProxy(() => mariadb.port);
});
afterAll(async () => {
  await proxy?.close();
  await mariadb?.stop();
});
afterEach(() => {
  proxy.onStatement = () => 'pass';
});

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly said: string;
}

/** A process of its own that looks once, and has nothing else to do. It is killed when it is still there after `limitMs`. */
async function look(queryTimeoutMs: number, limitMs: number): Promise<Ended> {
  const module = pathToFileURL(`${import.meta.dirname}/../../src/migrate/server/database.ts`).href;
  const secrets = pathToFileURL(`${import.meta.dirname}/../../src/procedure/index.ts`).href;
  const text = `
    const { openDatabase } = await import(${JSON.stringify(module)});
    const { createSecrets } = await import(${JSON.stringify(secrets)});
    const options = { dsn: process.env.TEST_DSN, secrets: createSecrets(), connectTimeoutMs: 5000, queryTimeoutMs: ${queryTimeoutMs} };
    const said = await openDatabase(options).look().then(() => 'looked', (error) => error.problems.map(({ code, found }) => code + ": " + found).join());
    process.stdout.write(said);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', text], {
    env: { ...process.env, TEST_DSN: mysqlUrl({ ...access, port: proxy.port }) },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: limitMs,
    killSignal: 'SIGKILL',
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, said }));
  });
}

describe('a look at a database', () => {
  test('that answers: the process ends, also while the connection is kept', async () => {
    expect(await look(600_000, 60_000)).toEqual({ code: 0, signal: null, said: 'looked' });
  });

  test('that dies in the middle of a question: the process ends long before the time for the question is over', async () => {
    proxy.onStatement = (sql) => (sql.includes('VERSION()') ? 'cut-behind' : 'pass');
    const { said, ...end } = await look(600_000, 60_000);
    expect(said).toContain('migrate.database-unreachable');
    expect(end).toEqual({ code: 0, signal: null });
  });

  test('whose answers vanish: given up when the time for a question is over', async () => {
    proxy.onStatement = (sql) => (sql.includes('VERSION()') ? 'vanish-behind' : 'pass');
    expect(await look(1_500, 60_000)).toEqual({
      ...{ code: 0, signal: null },
      said: 'migrate.database-unreachable: no answer within 1.5 s',
    });
  });
});
