import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DatabaseAccess, type DatabaseServer, mysqlUrl } from '../../scripts/components/database.ts';
import { createExec, createSecrets, planProcedure, renderPlan, systemClock } from '../../src/procedure/index.ts';
import { delivery } from '../build/deliver-child.ts';
import { describeOnEach, type TestFamily } from '../support/databases.ts';

/** Migrations and GitOps through the engine itself: plan, run, kill -9 at a boundary, resume. */

let family: TestFamily;
let server: DatabaseServer;
let count = 0;

interface Place extends Disposable {
  readonly dir: string;
  readonly access: DatabaseAccess;
  readonly env: NodeJS.ProcessEnv;
}

async function place(): Promise<Place> {
  count += 1;
  const access = await server.createDatabase(`d${count}`);
  const dir = mkdtempSync(join(tmpdir(), 'delivery-'));
  mkdirSync(join(dir, 'migrations'));
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', join(dir, 'desired.git')]);
  const file = (name: string, text: string): void => writeFileSync(join(dir, 'migrations', name), text);
  file('0001_a.sql', 'CREATE TABLE a (id INT AUTO_INCREMENT PRIMARY KEY, v INT);\nINSERT INTO a (v) VALUES (1);');
  file('0002_b.sql', 'ALTER TABLE a ADD COLUMN w INT, ADD INDEX iw (w);');
  return {
    dir,
    access,
    env: { ...process.env, TEST_DSN: mysqlUrl(access), TEST_ENGINE: family.engine },
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
}

interface Answer {
  readonly code: number | string | null;
  readonly signal: string | null;
  readonly stdout: string;
}

function child(at: Place, ...args: readonly string[]): Promise<Answer> {
  const argv = [resolve('test/build/deliver-child.ts'), at.dir, ...args];
  return new Promise((done) => {
    execFile(process.execPath, argv, { env: at.env, timeout: 60_000 }, (error, stdout, stderr) =>
      done({ code: error === null ? 0 : (error.code ?? null), signal: error?.signal ?? null, stdout: stdout + stderr }),
    );
  });
}

async function outcome(at: Place): Promise<unknown> {
  const connection = await mysql.createConnection({ ...at.access });
  const ask = async (sql: string): Promise<unknown> => (await connection.query(sql))[0];
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', join(at.dir, 'desired.git'), ...args], { encoding: 'utf8' });
  const found = {
    rows: await ask('SELECT id, v, w FROM a'),
    applied: await ask('SELECT id, state FROM shiplock_migrations ORDER BY position'),
    open: await ask("SELECT COUNT(*) AS n FROM shiplock_migration_statements WHERE state <> 'done'"),
    file: git('show', 'main:apps/production.yaml').split('\n')[1],
    commits: git('rev-list', '--count', 'main').trim(),
  };
  await connection.end();
  return found;
}

const EXPECTED = {
  rows: [{ id: 1, v: 1, w: null }],
  applied: [
    { id: '0001_a', state: 'applied' },
    { id: '0002_b', state: 'applied' },
  ],
  open: [{ n: 0 }],
  file: 'version: 2.0.0',
  commits: '1',
};

function numberIn(json: string, name: string): number {
  return Number(new RegExp(`"${name}":(\\d+)`).exec(json)?.[1]);
}

/** Kills a run at this boundary, resumes it, and expects what a run ends with that nobody kills. */
async function killedAt(at: number): Promise<void> {
  using one = await place();
  const killed = await child(one, 'run', String(at));
  expect([at, killed.signal, killed.stdout]).toEqual([at, 'SIGKILL', '']);
  let resumed = await child(one, 'resume');
  // Killed before its first record: there is nothing to go on with, so another run begins.
  if (resumed.stdout.includes('journal.missing')) resumed = await child(one, 'run', '-1', 'next-run');
  expect([at, resumed.code, resumed.stdout.slice(0, 2000)]).toEqual([
    at,
    0,
    expect.stringContaining('"outcome":"done"'),
  ]);
  expect([at, await outcome(one)]).toEqual([at, EXPECTED]);
}

describeOnEach('through the engine', (one) => {
  beforeAll(async () => {
    family = one;
    server = await family.start({ generalLog: true });
  });
  afterAll(() => server?.stop());

  it('a plan shows what a run will do and changes nothing', async () => {
    using at = await place();
    const secrets = createSecrets({ env: at.env });
    const before = readFileSync(server.generalLogPath ?? '', 'utf8').length;
    const plan = await planProcedure(await delivery(at.dir, family.engine, secrets), {
      clock: systemClock,
      exec: createExec(),
      secrets,
    });
    const text = renderPlan(plan);
    expect(text).toContain('pending: 0001_a, 0002_b');
    expect(text).toMatch(/ALTER TABLE a ALGORITHM=\w+.* ADD COLUMN w INT, ADD INDEX iw \(w\)/);
    expect(text).toContain('one commit on main');
    expect(text).not.toContain(at.access.password);
    const log = readFileSync(server.generalLogPath ?? '', 'utf8').slice(before);
    const statements = log.split('\n').filter((line) => /\tQuery\t|Query\t/.test(line));
    expect(statements.length).toBeGreaterThan(5);
    expect(statements.filter((line) => !/Query\t(SELECT|SET |SHOW CREATE )/.test(line))).toEqual([]);
    expect(execFileSync('git', ['-C', join(at.dir, 'desired.git'), 'for-each-ref'], { encoding: 'utf8' })).toBe('');
  });

  it('killed -9 at every boundary, the resumed run ends as the one that was not', async () => {
    using whole = await place();
    const straight = await child(whole, 'run');
    expect(straight).toMatchObject({ code: 0 });
    expect(await outcome(whole)).toEqual(EXPECTED);
    const [all = 0, beforeGit = 0] = ['boundaries', 'beforeGit'].map((name) => numberIn(straight.stdout, name));
    expect(beforeGit).toBeGreaterThan(20);
    expect(all).toBeGreaterThan(beforeGit);
    // What comes after the migrations touches no database: sweeping it once, on MariaDB, is enough.
    const boundaries = family.engine === 'mariadb' ? all : beforeGit;
    let next = 0;
    const sweep = async (): Promise<void> => {
      for (let at = next++; at < boundaries; at = next++) await killedAt(at);
    };
    // Two at a time: each has a database and a directory of its own.
    await Promise.all([sweep(), sweep()]);
    console.log(`killed at ${boundaries} boundaries: every resumed run ended the same, no effect doubled`);
  }, 240_000);
});
