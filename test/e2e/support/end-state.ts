import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import mysql from 'mysql2/promise';
import { z } from 'zod';
import type { DatabaseAccess } from '../../../scripts/components/mariadb.ts';
import { command, type Lab } from '../../../scripts/lab/lab.ts';
import { listRuns, readRun, verifyRun } from '../../../src/procedure/index.ts';
import { lookAtShares, rootsOf, type Shares } from './proxy-watch.ts';

/** The whole world after a release, read from the systems themselves, with versions by their part in it. */

export interface Parts {
  readonly candidate: string;
  /** What served before; null for a first release. */
  readonly stable: string | null;
}

export interface Running {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  readonly cwd: string;
}

/** Every process that has to do with the directory: works in it, names it, or was started with it in its environment. */
export async function processesOf(dir: string): Promise<readonly Running[]> {
  const found: Running[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const pid = Number(name);
    if (pid === process.pid) continue;
    const read = (file: string): Promise<string> => readFile(`/proc/${name}/${file}`, 'utf8').catch(() => '');
    const [line, stat, cwd] = await Promise.all([
      read('cmdline'),
      read('stat'),
      readlink(`/proc/${name}/cwd`).catch(() => ''),
    ]);
    if (line === '') continue;
    if (!line.includes(`${dir}/`) && cwd !== dir && !cwd.startsWith(`${dir}/`)) continue;
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    found.push({
      pid,
      parent,
      command: line
        .split('\0')
        .filter((word) => word !== '')
        .join(' '),
      cwd,
    });
  }
  return found;
}

const runSchema = z.object({
  version: z.string(),
  role: z.string(),
  phase: z.string(),
  supervisor: z.object({ pid: z.number() }),
  child: z.object({ pid: z.number() }).nullable(),
});

async function recorded(host: string): Promise<readonly z.infer<typeof runSchema>[]> {
  const all: z.infer<typeof runSchema>[] = [];
  for (const root of await rootsOf(host)) {
    for (const component of await readdir(root).catch(() => [])) {
      const dir = join(root, component, 'run');
      for (const name of await readdir(dir).catch(() => [])) {
        if (!name.endsWith('.json') || name === 'wanted.json' || name === 'history.json') continue;
        const parsed = runSchema.safeParse(JSON.parse(await readFile(join(dir, name), 'utf8').catch(() => '{}')));
        if (parsed.success) all.push(parsed.data);
      }
    }
  }
  return all;
}

/** Processes of the host that no run file accounts for, themselves or by an ancestor. */
async function orphans(host: string): Promise<readonly string[]> {
  const running = await processesOf(host);
  const known = new Set(
    (await recorded(host)).flatMap((run) => [run.supervisor.pid, ...(run.child === null ? [] : [run.child.pid])]),
  );
  const parents = new Map(running.map((one) => [one.pid, one.parent]));
  const accounted = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined; at = parents.get(at)) if (known.has(at)) return true;
    return false;
  };
  return running.filter((one) => !accounted(one.pid)).map((one) => one.command);
}

export interface EndState {
  readonly shares: Readonly<Record<string, number>>;
  readonly current: string | null;
  readonly running: Readonly<Record<string, number>>;
  readonly orphans: readonly string[];
  readonly git: { readonly names: string; readonly commitsOfCandidate: number; readonly newCommits: number };
  readonly migrations: unknown;
  readonly schema: unknown;
  readonly history: readonly string[];
  readonly ledger: number;
  readonly run: { readonly outcome: string; readonly journal: string; readonly runsOfCandidate: number };
  readonly leaseHeld: boolean;
  /** Answer through the proxy: status and version. */
  readonly serves: string;
}

const historySchema = z.object({ history: z.array(z.object({ version: z.string(), outcome: z.string() })) });

export interface Before {
  readonly commits: number;
}

export async function gitCommits(lab: Lab): Promise<number> {
  const { stdout, code } = await command(['git', '-C', lab.gitops, 'rev-list', '--count', 'main']);
  return code === 0 ? Number(stdout.trim()) : 0;
}

export interface DatabasePart {
  readonly access: DatabaseAccess;
  /** Number of the migration that comes with the candidate; those before it are only counted. */
  readonly sweep: number | null;
}

export async function endState(lab: Lab, database: DatabasePart, parts: Parts, before: Before): Promise<EndState> {
  const say = (version: string): string =>
    version === parts.candidate ? 'candidate' : version === parts.stable ? 'stable' : version;
  // A worker that hands over its listeners, a process that ends: given a moment, not for ever.
  for (let wait = 0; wait < 40 && (await orphans(lab.host)).length > 0; wait++) await pause(50);
  const runs = (await recorded(lab.host)).filter((run) => run.phase !== 'stopped');
  const seen = await lookAtShares(lab.host);
  const named = await Promise.all(
    (await rootsOf(lab.host)).map((root) => readlink(join(root, 'api', 'current')).catch(() => null)),
  );
  const current = [...new Set(named.flatMap((one) => (one === null ? [] : [say(basename(one))])))].join(', ');
  const history = historySchema.parse(
    JSON.parse(
      await readFile(join(lab.state, 'environments', 'production.json'), 'utf8').catch(() => '{"history":[]}'),
    ),
  );
  const ledger = z
    .object({ rows: z.array(z.object({ version: z.string() })) })
    .parse(
      JSON.parse(await readFile(join(lab.state, 'ledgers', 'production.json'), 'utf8').catch(() => '{"rows":[]}')),
    );
  return {
    shares: sharesBy(seen, say),
    current: current === '' ? null : current,
    running: count(runs.map((run) => `${say(run.version)} ${run.role}`.replace(/^[0-9a-f]{12} /, 'proxy '))),
    orphans: await orphans(lab.host),
    git: await gitState(lab, say, parts, before),
    ...(await databaseState(database)),
    history: history.history
      .filter((entry) => entry.version === parts.candidate)
      .map((entry) => `${say(entry.version)} ${entry.outcome}`),
    ledger: ledger.rows.filter((row) => row.version === parts.candidate).length,
    run: await runState(lab, parts),
    leaseHeld: await leaseHeld(lab),
    serves: await serves(lab, say),
  };
}

function sharesBy(seen: Shares | null, say: (version: string) => string): Readonly<Record<string, number>> {
  if (seen === null) return { 'no proxy': 1 };
  return Object.fromEntries(
    [...seen.shares].map(([version, share]) => [say(version), Math.round(share * 1000) / 1000]),
  );
}

function count(names: readonly string[]): Readonly<Record<string, number>> {
  const result: Record<string, number> = {};
  for (const name of names.toSorted()) result[name] = (result[name] ?? 0) + 1;
  return result;
}

async function gitState(
  lab: Lab,
  say: (version: string) => string,
  parts: Parts,
  before: Before,
): Promise<EndState['git']> {
  const text = await lab.named().catch(() => '');
  const version = /^version:\s*"?([^"\s]+)/m.exec(text)?.[1] ?? 'nothing';
  const log = await command([
    'git',
    '-C',
    lab.gitops,
    'log',
    '--format=%(trailers:key=Shiplock-Release,valueonly)',
    'main',
  ]);
  const releases = log.code === 0 ? log.stdout.split('\n').map((line) => line.trim()) : [];
  return {
    names: say(version),
    commitsOfCandidate: releases.filter((one) => one.split(/[@ ]/).includes(parts.candidate)).length,
    newCommits: (await gitCommits(lab)) - before.commits,
  };
}

/** Id of the n-th migration that a sweep adds: the service itself has five. */
export function sweepMigration(number: number): string {
  return `${String(5 + number).padStart(4, '0')}_sweep`;
}

const migrationRow = z.object({
  id: z.string(),
  sha256: z.string(),
  phase: z.string(),
  statements: z.number(),
  state: z.string(),
});
const statementRow = z.object({ migration: z.string(), number: z.number(), sha256: z.string(), state: z.string() });
const columnRow = z.object({ table_name: z.string(), column_name: z.string(), column_type: z.string() });

async function databaseState({
  access,
  sweep,
}: DatabasePart): Promise<{ readonly migrations: unknown; readonly schema: unknown }> {
  const connection = await mysql.createConnection({ ...access });
  try {
    const ask = async <T>(row: z.ZodType<T>, sql: string): Promise<readonly T[]> =>
      z.array(row).parse((await connection.query(sql))[0]);
    const files = await ask(
      migrationRow,
      'SELECT id, sha256, phase, statements, state FROM shiplock_migrations ORDER BY id',
    );
    const statements = await ask(
      statementRow,
      'SELECT migration, number, sha256, state FROM shiplock_migration_statements ORDER BY migration, number',
    );
    const columns = await ask(
      columnRow,
      `SELECT table_name AS table_name, column_name AS column_name, column_type AS column_type
       FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position`,
    );
    const mine = (id: string): boolean => id === sweepMigration(sweep ?? 0);
    const old = (id: string, state: string): boolean => /^\d{4}_sweep$/.test(id) && !mine(id) && state === 'applied';
    const table = `sweep_${sweep ?? 0}`;
    const swept = files.filter(({ id }) => /_sweep$/.test(id)).length;
    const tables = new Set(columns.map((one) => one.table_name).filter((name) => /^sweep_\d+$/.test(name)));
    return {
      migrations: {
        files: files
          .filter(({ id, state }) => !old(id, state))
          .map((row) => (mine(row.id) ? { ...row, id: 'sweep', sha256: '' } : row)),
        statements: statements
          .filter(({ migration }) => !/^\d{4}_sweep$/.test(migration) || mine(migration))
          .map((row) => (mine(row.migration) ? { ...row, migration: 'sweep', sha256: '' } : row)),
      },
      schema: {
        tablesWithoutMigration: tables.size - swept,
        columns: columns
          .filter((one) => !/^sweep_\d+$/.test(one.table_name) || one.table_name === table)
          .map((one) => `${one.table_name === table ? 'sweep' : one.table_name}.${one.column_name} ${one.column_type}`),
      },
    };
  } catch (error) {
    return { migrations: error instanceof Error ? error.message : String(error), schema: null };
  } finally {
    await connection.end();
  }
}

async function runState(lab: Lab, parts: Parts): Promise<EndState['run']> {
  const schema = z.object({ candidate: z.object({ release: z.object({ version: z.string() }) }) });
  const mine: { outcome: string; journal: string }[] = [];
  for (const run of await listRuns(lab.state)) {
    if (run.procedure !== 'release') continue;
    const { inputs } = await readRun(lab.state, run.run);
    if (schema.parse(inputs).candidate.release.version !== parts.candidate) continue;
    const { kind } = await verifyRun(lab.state, run.run);
    mine.push({ outcome: run.finished?.outcome ?? run.state, journal: kind });
  }
  const last = mine.at(-1);
  return { outcome: last?.outcome ?? 'none', journal: last?.journal ?? 'none', runsOfCandidate: mine.length };
}

async function leaseHeld(lab: Lab): Promise<boolean> {
  const dir = join(lab.state, 'leases', 'production');
  const newest = (await readdir(dir).catch(() => []))
    .filter((name) => /^\d+\.json$/.test(name))
    .toSorted()
    .at(-1);
  if (newest === undefined) return false;
  const lease = z.object({ holder: z.unknown() }).parse(JSON.parse(await readFile(join(dir, newest), 'utf8')));
  return lease.holder !== null;
}

/** A proxy that saw an instance while its database was away looks again: it is given that moment, not more. */
async function serves(lab: Lab, say: (version: string) => string): Promise<string> {
  let answer = await answerOf(lab, say);
  for (let wait = 0; wait < 50 && !answer.startsWith('200 '); wait++) {
    await pause(100);
    answer = await answerOf(lab, say);
  }
  return answer;
}

async function answerOf(lab: Lab, say: (version: string) => string): Promise<string> {
  try {
    const answer = await fetch(`${lab.entry}/api/v1/ping`, { signal: AbortSignal.timeout(2_000) });
    return `${answer.status} ${say(answer.headers.get('x-certkeeper-version') ?? 'unknown')}`;
  } catch {
    return 'no answer';
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
