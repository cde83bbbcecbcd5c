import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import mysql from 'mysql2/promise';
import { type DatabaseAccess, type DatabaseServer, mysqlUrl } from '../../scripts/components/database.ts';
import { childProgram } from '../../scripts/testing/children.ts';
import { choose, seeded } from '../e2e/support/random.ts';
import type { TestFamily } from './families.ts';

/** Two migrations and a commit of GitOps through the engine, killed at journal boundaries and resumed. */

export interface DeliveryPlace extends Disposable {
  readonly dir: string;
  readonly access: DatabaseAccess;
  readonly env: NodeJS.ProcessEnv;
}

let count = 0;

/** A database and a repository of its own on a server that runs. */
export async function deliveryPlace(family: TestFamily, server: DatabaseServer): Promise<DeliveryPlace> {
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

function child(at: DeliveryPlace, ...args: readonly string[]): Promise<Answer> {
  const argv = [childProgram('deliver'), at.dir, ...args];
  return new Promise((done) => {
    execFile(process.execPath, argv, { env: at.env, timeout: 60_000 }, (error, stdout, stderr) =>
      done({ code: error === null ? 0 : (error.code ?? null), signal: error?.signal ?? null, stdout: stdout + stderr }),
    );
  });
}

async function outcome(at: DeliveryPlace): Promise<unknown> {
  const connection = await mysql.createConnection({ ...at.access });
  const ask = async (sql: string): Promise<unknown> => JSON.parse(JSON.stringify((await connection.query(sql))[0]));
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

/** What every run must end with, killed or not. */
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

export interface DeliverySweep {
  /** Journal boundaries of an uncrashed run: in its migrations, and in all. */
  readonly beforeGit: number;
  readonly all: number;
  /** Those it was killed at. */
  readonly tried: readonly number[];
  /** What was other than it had to be, with the boundary. */
  readonly wrong: readonly string[];
}

export interface DeliverySweepOptions {
  readonly seed: number;
  /** How many boundaries to be killed at among those of the migrations, and how many behind them; all when left out. */
  readonly inMigrations?: number;
  readonly behind?: number;
  readonly onTry?: (text: string) => void;
}

/** Kills a run at boundaries chosen by the seed, two at a time, each in a place of its own, and resumes it. */
export async function sweepDelivery(
  family: TestFamily,
  server: DatabaseServer,
  { seed, inMigrations, behind, onTry }: DeliverySweepOptions,
): Promise<DeliverySweep> {
  using whole = await deliveryPlace(family, server);
  const straight = await child(whole, 'run');
  const [all = 0, beforeGit = 0] = ['boundaries', 'beforeGit'].map((name) => numberIn(straight.stdout, name));
  const end = straight.code === 0 ? await outcome(whole) : straight.stdout;
  if (!isDeepStrictEqual(end, EXPECTED)) {
    return { beforeGit, all, tried: [], wrong: [`without any kill: ${JSON.stringify(end)}`] };
  }
  const random = seeded(seed);
  const numbers = Array.from({ length: all }, (_, at) => at);
  const tried = [
    ...choose(numbers.slice(0, beforeGit), inMigrations, random),
    ...choose(numbers.slice(beforeGit), behind, random),
  ];
  const wrong: string[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = tried[next++]; at !== undefined; at = tried[next++]) {
      const found = await killedAt(family, server, at);
      onTry?.(`boundary ${at}: ${found ?? 'as without a kill'}`);
      if (found !== null) wrong.push(`boundary ${at}: ${found}`);
    }
  };
  await Promise.all([worker(), worker()]);
  return { beforeGit, all, tried, wrong };
}

/** Kills a run at this boundary, resumes it, and says what is other than after a run that nobody kills; null: nothing. */
async function killedAt(family: TestFamily, server: DatabaseServer, at: number): Promise<string | null> {
  using one = await deliveryPlace(family, server);
  const killed = await child(one, 'run', String(at));
  if (killed.signal !== 'SIGKILL' || killed.stdout !== '') return `not killed: ${JSON.stringify(killed)}`;
  let resumed = await child(one, 'resume');
  // Killed before its first record: there is nothing to go on with, so another run begins.
  if (resumed.stdout.includes('journal.missing')) resumed = await child(one, 'run', '-1', 'next-run');
  if (resumed.code !== 0 || !resumed.stdout.includes('"outcome":"done"')) {
    return `resumed: ${resumed.code} ${resumed.stdout.slice(0, 2000)}`;
  }
  const end = await outcome(one);
  return isDeepStrictEqual(end, EXPECTED) ? null : JSON.stringify(end);
}
