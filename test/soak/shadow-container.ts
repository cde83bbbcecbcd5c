import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { createConnection as connect } from 'mysql2/promise';
import { type DatabaseServer, mysqlUrl } from '../../scripts/components/database.ts';
import { provide } from '../../scripts/setup.ts';
import { childProgram } from '../../scripts/testing/children.ts';
import { proofRow } from '../../src/migrate/compat/proof.ts';
import { prove, type Suite } from '../../src/migrate/compat/prove.ts';
import { openScratch } from '../../src/migrate/compat/scratch.ts';
import { parseMigrations } from '../../src/migrate/files/files.ts';
import { shadowConfig } from '../../src/migrate/shadow/config.ts';
import { ProblemError } from '../../src/model/problem.ts';
import { createExec, systemClock } from '../../src/procedure/index.ts';
import { throwAway } from '../../src/release/prove/server.ts';
import { choose, seeded } from '../e2e/support/random.ts';
import { importImage } from '../support/database-image.ts';
import { ddlCases, PARENT } from '../support/ddl-cases.ts';
import { planCases, planOf, shadowOf } from '../support/ddl-sweep.ts';
import { mariadb, mysql, type TestFamily, withoutMysql } from '../support/families.ts';
import { type Engine, engineNeeds, forgetImages, type Registry, startEngine, startRegistry } from './support/engine.ts';

/**
 * Plans on throw-away servers in containers, with a real Docker engine and a real registry, both private, and images made of this machine's own
 * servers. The plan must be the one that a program of this machine gives; what comes in by a pull request must reach nothing; and after kills (-9) of
 * the planner, of the docker command, of the guard and of the engine no container and no directory may be left. As root.
 *   --family NAME   mariadb or mysql (default: both)
 *   --cases N       statements that are planned both ways (default: 40)
 *   --kills N       of the planner, at moments that grow (default: 6)
 *   --only NAME     plans, reach, kills, images or proofs (default: all)
 * Exit codes: 0 all good · 1 something is not · 2 something is missing on this machine
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { family: option, cases: option, kills: option, only: option } });
const CHILD = childProgram('plan');
const failures: string[] = [];

function expect(what: string, good: boolean, shown: unknown = ''): void {
  if (!good) failures.push(what);
  console.log(`${good ? 'good' : 'BAD '}  ${what}${good || shown === '' ? '' : `\n${JSON.stringify(shown)}`}`);
}

function docker(words: readonly string[]): string {
  return execFileSync('docker', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

const containers = (): readonly string[] => docker(['ps', '--all', '--quiet']).split('\n').filter(Boolean);
const directories = (): readonly string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith('shiplock-shadow-'));

async function until(what: () => boolean, ms = 20_000): Promise<boolean> {
  const deadline = performance.now() + ms;
  while (performance.now() < deadline) {
    if (what()) return true;
    await sleep(50);
  }
  return what();
}

/** Processes whose command line holds this text. */
function processesWith(text: string): readonly number[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return [];
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text) ? [Number(pid)] : [];
    } catch {
      return [];
    }
  });
}

function startPlan(family: TestFamily, server: DatabaseServer, image: string, count = '500'): ChildProcess {
  const argv = [CHILD, family.engine, mysqlUrl(server.root('planned')), image, count];
  return spawn(process.execPath, argv, { stdio: 'ignore' });
}

/** Starts a plan and waits until its server answers; answers its directory too. */
async function running(family: TestFamily, server: DatabaseServer, image: string) {
  const before = directories();
  const child = startPlan(family, server, image);
  let dir = '';
  await until(() => {
    dir = directories().find((one) => !before.includes(one) && existsSync(join(tmpdir(), one, 'run', 's'))) ?? '';
    return dir !== '';
  }, 60_000);
  return { child, dir };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    return error instanceof ProblemError ? `${error.problems[0]?.code}: ${error.problems[0]?.found}` : String(error);
  }
}

async function agrees(family: TestFamily, server: DatabaseServer, image: string): Promise<void> {
  const cases = choose(ddlCases(family.engine, 255), Number(values.cases ?? '40'), seeded(20261123));
  await server.createDatabase('agrees');
  const target = await connect({ ...server.root('agrees') });
  for (const sql of [...PARENT, ...cases.flatMap(({ make, after }) => [...make, ...after.filter(isStructure)])])
    await target.query(sql);
  await target.end();
  const at = server.root('agrees');
  const times = [performance.now()];
  const byProgram = await planCases(family.engine, at, cases);
  times.push(performance.now());
  const inContainer = await planCases(family.engine, at, cases, image);
  times.push(performance.now());
  const [program = '', container = ''] = [1, 2].map((n) => (((times[n] ?? 0) - (times[n - 1] ?? 0)) / 1000).toFixed(1));
  const same = isDeepStrictEqual([...inContainer], [...byProgram]) && inContainer.size === cases.length;
  const differ = [...inContainer].filter(([table, one]) => !isDeepStrictEqual(byProgram.get(table), one));
  expect(
    `${cases.length} statements planned alike by a program (${program} s) and in a container (${container} s)`,
    same,
    differ,
  );
}

/** Rows are another matter; here tables stay empty. */
function isStructure(sql: string): boolean {
  return !/^(?:INSERT|UPDATE|DELETE)/i.test(sql);
}

/** What SQL of a pull request may try, and what the machine shows of the container. */
async function reachesNothing(family: TestFamily, server: DatabaseServer, image: string): Promise<void> {
  await using shadow = await shadowOf(family.engine, server.root('planned'), image);
  const [id = ''] = containers();
  const facts = docker([
    'inspect',
    '--format',
    '{{.HostConfig.NetworkMode}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.Memory}} {{.HostConfig.PidsLimit}} {{.Config.User}} {{len .Mounts}}',
    id,
  ]).trim();
  const own = `none true ${2 ** 30} 512 ${execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }).trim()}:`;
  expect(
    'no network, nothing to write to, bounds, no root, one mount',
    facts.startsWith(own) && facts.endsWith(' 1'),
    facts,
  );
  const inside = docker(['exec', id, 'sh', '-c', 'cat /proc/1/status; ls /sys/class/net; touch /x 2>&1; true']);
  expect('no capabilities', /^CapEff:\t0+$/m.test(inside) && /^NoNewPrivs:\t1$/m.test(inside), inside);
  expect(
    'no interface but its own loopback',
    /^lo$/m.test(inside) && !/^eth/m.test(inside) && inside.includes('Read-only'),
    inside,
  );
  await shadow.user.tell('CREATE TABLE here (a LONGTEXT)');
  for (const sql of [
    'CREATE TABLE mysql.planted (id INT)',
    "SELECT 'x' INTO OUTFILE '/shadow-run/planted'",
    "LOAD DATA INFILE '/etc/passwd' INTO TABLE here",
    'CREATE DEFINER=root@localhost VIEW planted AS SELECT 1',
    "INSTALL PLUGIN x SONAME 'x.so'",
  ]) {
    const told = await shadow.user.tell(sql);
    expect(`${sql}: ${told.ok ? 'done' : told.message}`, !told.ok);
  }
  // A table that doubles: it must end at the bound of the container, not at the machine's disk.
  await shadow.user.tell('CREATE TABLE big (a LONGTEXT)');
  await shadow.user.tell("INSERT INTO big VALUES (REPEAT('x', 4000000))");
  let refused = '';
  for (let doubled = 0; doubled < 12 && refused === ''; doubled += 1) {
    try {
      const told = await shadow.user.tell('INSERT INTO big SELECT a FROM big');
      if (!told.ok) refused = told.message;
    } catch (error) {
      refused = String(error);
    }
  }
  expect(`a table that doubles ends at the bound: ${refused}`, refused !== '');
}

async function kills(family: TestFamily, server: DatabaseServer, image: string, engine: Engine): Promise<Engine> {
  const clean = async (what: string): Promise<void> => {
    const empty = await until(() => containers().length === 0 && directories().length === 0);
    expect(what, empty, [containers(), directories()]);
  };
  const began = performance.now();
  const whole = startPlan(family, server, image, '20');
  const code = await new Promise<number | null>((done) => whole.on('exit', done));
  const took = performance.now() - began;
  expect(`a plan comes through (${Math.round(took)} ms)`, code === 0);
  const count = Number(values.kills ?? '6');
  for (let n = 1; n <= count; n += 1) {
    const at = (took * n) / (count + 1);
    const child = startPlan(family, server, image);
    await sleep(at);
    child.kill('SIGKILL');
    await clean(`the planner is killed after ${Math.round(at)} ms`);
  }
  {
    const { child, dir } = await running(family, server, image);
    const ended = new Promise<number | null>((done) => child.on('exit', done));
    for (const pid of processesWith(dir)) if (!commandIs(pid, 'sh')) process.kill(pid, 'SIGKILL');
    expect('the planner fails when its docker command is killed', (await ended) === 1);
    await clean('the docker command is killed');
  }
  {
    const { child, dir } = await running(family, server, image);
    child.kill('SIGKILL');
    for (const pid of processesWith(dir)) process.kill(pid, 'SIGKILL');
    expect('planner, guard and command are killed: the container ends', await until(() => containers().length === 0));
  }
  {
    const { child, dir } = await running(family, server, image);
    process.kill(engine.pid, 'SIGKILL');
    await engine.exited;
    child.kill('SIGKILL');
    for (const pid of processesWith(dir)) process.kill(pid, 'SIGKILL');
    // Its containerd died with it; the number that it left may be that of another process by now.
    await rm(join(engine.dir, 'exec', 'containerd', 'containerd.pid'), { force: true });
    const second = await startEngine(engine.dir);
    console.log(
      `      the engine was killed: ${containers().length} containers, ${directories().length} directories are left`,
    );
    const next = startPlan(family, server, image, '5');
    expect('the next plan comes through', (await new Promise((done) => next.on('exit', done))) === 0);
    await clean('and has removed what was left');
    return second;
  }
}

function commandIs(pid: number, name: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === name;
  } catch {
    return true;
  }
}

/** What is refused, and an image that has to be fetched first. */
async function images(family: TestFamily, server: DatabaseServer, image: string, registry: Registry): Promise<void> {
  const access = server.root('planned');
  const plan = (one: string) => planOf(family.engine, access, ['CREATE TABLE fetched (id INT PRIMARY KEY)'], {}, one);
  const name = `${registry.address}/library/${family.engine}`;
  docker(['tag', image, `${name}:own`]);
  const pushed = /digest: (sha256:[0-9a-f]{64})/.exec(docker(['push', `${name}:own`]))?.[1] ?? '';
  docker(['image', 'rm', '--force', image]);
  expect('it is fetched by its digest', (await codeOf(plan(`${name}@${pushed}`))) === 'done');
  const gone = await codeOf(plan(`${name}@sha256:${'0'.repeat(64)}`));
  expect(`a digest that nobody has: ${gone}`, gone.startsWith('migrate.shadow-no-image: '));
  const unknown = await codeOf(plan(`sha256:${'1'.repeat(64)}`));
  expect(`an id that the engine does not have: ${unknown}`, unknown.startsWith('migrate.shadow-no-image: '));
  const host = process.env['DOCKER_HOST'];
  process.env['DOCKER_HOST'] = 'tcp://127.0.0.1:1';
  const elsewhere = await codeOf(plan(`${name}@${pushed}`));
  expect(`an engine elsewhere: ${elsewhere}`, elsewhere.startsWith('migrate.shadow-no-engine: '));
  process.env['DOCKER_HOST'] = host;
  // Somebody who is not root, but may use the engine.
  chmodSync((host ?? '').replace('unix://', ''), 0o666);
  const argv = [CHILD, family.engine, mysqlUrl(access), `${name}@${pushed}`, '5'];
  const child = spawn(process.execPath, argv, { uid: 12_345, gid: 12_345, stdio: ['ignore', 'inherit', 'inherit'] });
  expect('for a user who is not root', (await new Promise((done) => child.on('exit', done))) === 0);
}

/** Two suites on both schemas of a proof, by a driver that comes in at a port and knows of no socket. */
async function proves(family: TestFamily, image: string): Promise<void> {
  const settings = { engine: family.engine, shadow: shadowConfig.parse({ image, memory: '1GiB' }) };
  const started = await throwAway(settings, undefined, { exec: createExec(), clock: systemClock });
  const { host, port } = started.place;
  const intruder = await codeOf(connect({ host, port, user: 'root' }));
  expect(`nobody is root at the port: ${intruder}`, /denied/i.test(intruder));
  const facts = docker(['inspect', '--format', '{{.HostConfig.NetworkMode}}', containers()[0] ?? '']).trim();
  expect('its container has no network', facts === 'none', facts);
  const scratch = await openScratch(started.place, 'shop');
  const change = 'ALTER TABLE t RENAME COLUMN name TO label';
  const began = performance.now();
  const tried = await prove({ scratch, ...proofOf(change), tell: () => undefined });
  const rows = tried
    .map((one) => proofRow(one, ''))
    .map(({ version, schema, answer }) => `${version} ${schema} ${answer}`);
  expect(
    `a proof in ${((performance.now() - began) / 1000).toFixed(1)} s: ${rows.join(', ')}`,
    isDeepStrictEqual(rows, ['1 0002_b no', '2 0001_a no', '2 0002_b yes']),
    tried,
  );
  await scratch.close();
  await started.close();
  expect('its container is gone', await until(() => containers().length === 0));
  expect('nobody listens any more', /ECONNREFUSED/.test(await codeOf(connect({ host, port, user: 'root' }))));
}

function proofOf(change: string) {
  const files = ['CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20))', change].map((sql, at) => ({
    name: `000${at + 1}_${'ab'[at]}.sql`,
    bytes: new TextEncoder().encode(`${sql};\n`),
  }));
  const { migrations } = parseMigrations(files, 'migrations');
  const suite = (version: string, column: string): Suite => ({
    version,
    run: async ({ name, connection }) => {
      // Several at once, as the tests of a service are: the first of each must come in too.
      const all = await Promise.allSettled(
        [1, 2, 3, 4].map(async (n) => {
          const db = await connect({ ...connection, database: name });
          await db.query(`INSERT INTO t (id, ${column}) VALUES (?, 'x')`, [n]).finally(() => db.end());
        }),
      );
      const bad = all.find((one) => one.status === 'rejected');
      return bad === undefined ? { kind: 'passed' } : { kind: 'failed', exit: 1, tail: String(bad.reason) };
    },
  });
  return {
    serving: suite('1', 'name'),
    coming: suite('2', 'label'),
    from: { state: '0001_a', migrations: migrations.slice(0, 1) },
    to: { state: '0002_b', migrations },
  };
}

const wanted = (part: string): boolean => (values.only ?? part) === part;

const missing = await provide(engineNeeds);
if (missing.length > 0 || process.getuid?.() !== 0) {
  console.error(missing.length > 0 ? missing.join('\n') : 'an engine of its own can be started by root only');
  process.exit(2);
}
const dir = await mkdtemp(join(tmpdir(), 'shiplock-soak-'));
// The engine's socket lies in it, which somebody who is not root has to reach.
chmodSync(dir, 0o711);
// Nobody else's throw-away servers are counted.
process.env['TMPDIR'] = join(dir, 'tmp');
await mkdir(tmpdir());
chmodSync(tmpdir(), 0o1777);
const registry = await startRegistry(join(dir, 'registry'));
let engine = await startEngine(join(dir, 'engine'));
process.env['DOCKER_HOST'] = engine.url;
try {
  const all = withoutMysql() ? [mariadb] : [mariadb, mysql];
  for (const family of all.filter((one) => (values.family ?? one.engine) === one.engine)) {
    console.log(family.product);
    await using server = await family.start();
    await server.createDatabase('planned');
    const image = await importImage(family.engine, docker);
    if (wanted('plans')) await agrees(family, server, image);
    if (wanted('reach')) await reachesNothing(family, server, image);
    if (wanted('proofs')) await proves(family, image);
    if (wanted('kills')) engine = await kills(family, server, image, engine);
    if (wanted('images')) await images(family, server, image, registry);
    await forgetImages(engine);
  }
} finally {
  await engine.stop();
  await registry.stop();
  // Those that were killed have left it mounted.
  const data = join(engine.dir, 'data');
  while (readFileSync('/proc/mounts', 'utf8').includes(` ${data} `)) execFileSync('umount', [data]);
  await rm(dir, { recursive: true, force: true });
}
console.log(failures.length === 0 ? 'all good' : `${failures.length} bad`);
process.exitCode = failures.length === 0 ? 0 : 1;
