import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { seeded } from '../e2e/support/random.ts';
import { type BackupStage, backupStage, type Ran } from '../support/backup-stage.ts';
import { mariadb, mysql, type TestFamily } from '../support/families.ts';

/**
 * Faults while backups are taken and while they lie there: what is killed, cut, full, wrong, deleted or flipped must never leave a backup that is called
 * good and does not restore. Whether it does is found out without Shiplock: restic gives the dump back, and it is compared line by line with a
 * dump that was taken directly.
 * Physical backups are unpacked and a server is started on them. Then its dump is compared.
 *   npm run soak backup [-- CASES [SEED [mariadb|mysql|both [logical|physical]]]]     default: 200 cases, seed 1, both families in turn, logical
 */

const FAULTS = [
  'kill shiplock',
  'kill dump',
  'kill restic',
  'kill connection',
  'kill binlog',
  'stop server',
  'disk full',
  'wrong key',
  'snapshot forgotten',
  'pack deleted',
  'bits flipped',
  'pack cut',
  'index deleted',
  'log forgotten',
  'none',
] as const;
type Fault = (typeof FAULTS)[number];

const shown = z.object({
  fulls: z.array(z.object({ id: z.string(), state: z.string(), snapshot: z.string(), takenAt: z.string() })),
  segments: z.array(z.object({ file: z.string(), state: z.string(), snapshot: z.string(), sha256: z.string() })),
});
const statusShape = z.object({ restorableTo: z.string().nullable(), verifiedTo: z.string().nullable() });

interface Outcome {
  readonly fault: Fault;
  readonly runExit: number;
  /** How many full backups were called good afterwards, and how many of them restore. */
  readonly good: number;
  readonly bad: readonly string[];
  readonly recovered: boolean;
}

const ROWS = 60_000;

async function main([cases = '200', seed = '1', only = 'both', word = 'logical']: readonly string[]): Promise<number> {
  const kind = word === 'physical' ? 'physical' : 'logical';
  const draw = seeded(Number(seed));
  const families = [mariadb, mysql].filter(({ engine }) => only === 'both' || engine === only);
  const outcomes: Outcome[] = [];
  const begun = performance.now();
  for (const [at, family] of families.entries()) {
    const stage: Swept = { ...(await stageFor(family, kind)), kind };
    try {
      await stage.db.query(
        `INSERT INTO sales (item, at) SELECT 1, NOW(6) FROM (SELECT 1 FROM sales a, sales b LIMIT ${ROWS}) AS many`,
      );
      const count = Math.ceil((Number(cases) - at) / families.length);
      for (let one = 0; one < count; one += 1) {
        const fault = FAULTS[one % FAULTS.length] ?? 'none';
        const outcome = await tryFault(stage, fault, draw);
        outcomes.push(outcome);
        if (outcome.bad.length > 0 || !outcome.recovered)
          process.stdout.write(`${family.engine} case ${one}: ${JSON.stringify(outcome)}\n`);
      }
    } finally {
      await stage.stop();
    }
  }
  const bad = outcomes.filter((one) => one.bad.length > 0 || !one.recovered);
  for (const fault of FAULTS) {
    const own = outcomes.filter((one) => one.fault === fault);
    const failed = own.filter(({ runExit }) => runExit !== 0).length;
    process.stdout.write(
      `${fault}: ${own.length} cases, the run failed in ${failed}, wrong ${own.filter((one) => bad.includes(one)).length}\n`,
    );
  }
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  process.stdout.write(`${outcomes.length} cases, ${bad.length} wrong, ${seconds} s, seed ${seed}\n`);
  return bad.length === 0 ? 0 : 1;
}

/** The stage, and what is stored on it. */
interface Swept extends BackupStage {
  readonly kind: 'logical' | 'physical';
}

function stageFor(family: TestFamily, kind: Swept['kind']): Promise<BackupStage> {
  if (kind === 'logical') return backupStage(family);
  const mysqlToo = family.engine === 'mysql';
  return backupStage(family, {
    // The plugins of the tests' own MySQL lie where nobody else may look.
    more: mysqlToo ? 'kind: physical\nserverUser: root' : 'kind: physical',
    args: mysqlToo ? ['--plugin-load-add=mysql_clone.so'] : [],
  });
}

/** One fault, then what is called good is restored without Shiplock, then a plain backup must come through. */
async function tryFault(stage: Swept, fault: Fault, draw: () => number): Promise<Outcome> {
  await rm(stage.repository, { recursive: true, force: true });
  await rm(stage.store, { recursive: true, force: true });
  const reference = await dumpDirectly(stage);
  let runExit = 0;
  const lying: readonly Fault[] = [
    'snapshot forgotten',
    'pack deleted',
    'bits flipped',
    'pack cut',
    'index deleted',
    'log forgotten',
    'none',
  ];
  if (lying.includes(fault)) {
    await expectDone(stage.backup('run'));
    await expectDone(stage.backup('run', '--incremental'));
    await damage(stage, fault, draw);
  } else {
    if (draw() < 0.5) await expectDone(stage.backup('run'));
    runExit = await faultyRun(stage, fault, draw);
  }
  // What verification says after the fault is what counts.
  const listedBefore = await list(stage);
  for (const { id } of listedBefore.fulls) await stage.backup('verify', '--id', id);
  const { fulls, segments } = await list(stage);
  const bad: string[] = [];
  const good = fulls.filter(({ state }) => state === 'verified' || state === 'stored');
  for (const { id, snapshot } of good) {
    if ((await linesOf(stage, snapshot)) !== reference) bad.push(`full ${id}`);
  }
  for (const { file, snapshot, sha256 } of segments.filter(({ state }) => state === 'verified')) {
    const back = await giveBack(stage, snapshot, file);
    if (back === null || createHash('sha256').update(back).digest('hex') !== sha256) bad.push(`log ${file}`);
  }
  const status = statusShape.parse(JSON.parse((await stage.backup('status', '--json')).out));
  if (good.length === 0 && status.restorableTo !== null) bad.push('status');
  if (fault === 'none' && status.verifiedTo === null) bad.push('nothing verified');
  return { fault, runExit, good: good.length, bad, recovered: await recovers(stage, fault) };
}

/** The next run comes through as if nothing had happened, and is verified; a damaged repository is put aside first, as the page says. */
async function recovers(stage: Swept, fault: Fault): Promise<boolean> {
  if (['pack deleted', 'bits flipped', 'pack cut', 'index deleted'].includes(fault)) {
    await rm(stage.repository, { recursive: true, force: true });
    await rm(join(stage.store, 'backups'), { recursive: true, force: true });
  }
  const ran = await stage.backup('run');
  const verified = await stage.backup('verify');
  if (ran.exit === 0 && verified.exit === 0) return true;
  process.stdout.write(`${ran.err}${verified.err}${verified.out}\n`);
  return false;
}

async function faultyRun(stage: Swept, fault: Fault, draw: () => number): Promise<number> {
  if (fault === 'wrong key') return (await stage.backupWith({ BACKUP_PASSWORD: 'wrong' }, 'run')).exit;
  if (fault === 'disk full') return diskFull(stage, draw);
  const child = startRun(stage);
  const ended = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 137)));
  await sleep(300 + draw() * (stage.kind === 'physical' ? 9000 : 3500));
  if (fault === 'kill shiplock') child.kill('SIGKILL');
  if (fault === 'kill connection') await killConnections(stage);
  if (fault === 'stop server') await stopServer(stage);
  const program = {
    'kill dump': stage.kind === 'logical' ? /dump$/ : /mariadb-backup$|mysqld$/,
    'kill restic': /restic$/,
    'kill binlog': /binlog$/,
  }[String(fault)];
  // It may not be there at this moment: then it is waited for until the run is over.
  for (let left = 100; program !== undefined && left > 0 && child.exitCode === null; left -= 1) {
    const pids = await below(child.pid ?? 0, program);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    if (pids.length > 0) break;
    await sleep(20);
  }
  return ended;
}

function startRun({ configFile, store, env }: BackupStage): ChildProcess {
  const program = join(import.meta.dirname, '../../bin/shiplock.js');
  const argv = ['backup', 'run', 'production', '--quiet', '--config', configFile, '--state', store];
  return spawn(process.execPath, [program, ...argv], { env, stdio: 'ignore' });
}

/** A file system of a few megabytes under the repository; in a mount namespace it would not be ours to see. */
async function diskFull(stage: Swept, draw: () => number): Promise<number> {
  const kept = `${stage.repository}.kept`;
  const there = await stat(stage.repository).then(
    () => true,
    () => false,
  );
  if (there) await cp(stage.repository, kept, { recursive: true });
  await mkdir(stage.repository, { recursive: true });
  const used = there ? await sizeOf(kept) : 0;
  await promisify(execFile)('mount', [
    '-t',
    'tmpfs',
    '-o',
    `size=${used + 20_000 + Math.floor(draw() * (stage.kind === 'physical' ? 3_000_000 : 200_000))}`,
    'shiplock-soak',
    stage.repository,
  ]);
  try {
    if (there) await cp(kept, stage.repository, { recursive: true });
    return (await stage.backup('run')).exit;
  } finally {
    await rm(kept, { recursive: true, force: true });
    const saved = `${stage.repository}.saved`;
    await cp(stage.repository, saved, { recursive: true });
    await promisify(execFile)('umount', [stage.repository]);
    await cp(saved, stage.repository, { recursive: true });
    await rm(saved, { recursive: true, force: true });
  }
}

async function sizeOf(directory: string): Promise<number> {
  const names = await readdir(directory, { recursive: true });
  // Pages of a tmpfs are 4096 bytes, and each directory of the repository takes an entry.
  const sizes = await Promise.all(
    names.map(async (name) => Math.ceil((await stat(join(directory, name))).size / 4096) * 4096),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function killConnections({ db }: BackupStage): Promise<void> {
  const [rows] = await db.query(
    "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID() AND COMMAND NOT IN ('Daemon', 'Binlog Dump')",
  );
  for (const { id } of z.array(z.object({ id: z.coerce.number() })).parse(rows))
    await db.query(`KILL ${id}`).catch(() => undefined);
}

/** The server stands still for a while, as one that the network has cut off. */
async function stopServer({ server }: BackupStage): Promise<void> {
  process.kill(server.pid, 'SIGSTOP');
  await sleep(1500);
  process.kill(server.pid, 'SIGCONT');
}

async function damage(stage: BackupStage, fault: Fault, draw: () => number): Promise<void> {
  const files = async (directory: string): Promise<readonly string[]> => {
    const names = await readdir(join(stage.repository, directory), { recursive: true, withFileTypes: true });
    return names.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  };
  const one = async (directory: string): Promise<string> => {
    const all = await files(directory);
    return all[Math.floor(draw() * all.length)] ?? '';
  };
  if (fault === 'snapshot forgotten' || fault === 'log forgotten') {
    const { fulls, segments } = await list(stage);
    const id = fault === 'snapshot forgotten' ? fulls[0]?.snapshot : segments.at(-1)?.snapshot;
    await restic(stage, ['forget', id ?? '', '--prune']);
  }
  if (fault === 'pack deleted') await rm(await one('data'));
  if (fault === 'index deleted') await rm(await one('index'));
  if (fault === 'bits flipped' || fault === 'pack cut') {
    const file = await one('data');
    const bytes = await readFile(file);
    const at = Math.floor(draw() * bytes.length);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << Math.floor(draw() * 8)), at);
    await writeFile(file, fault === 'pack cut' ? bytes.subarray(0, at) : bytes);
  }
}

async function list(stage: BackupStage): Promise<z.infer<typeof shown>> {
  return shown.parse(JSON.parse((await stage.backup('list', '--json')).out));
}

async function expectDone(running: Promise<Ran>): Promise<void> {
  const { exit, err, out } = await running;
  if (exit !== 0) throw new Error(`a plain backup failed: ${err}${out}`);
}

const BIG = { maxBuffer: 1 << 28, encoding: 'buffer' } as const;

async function restic(stage: BackupStage, words: readonly string[]): Promise<Buffer> {
  const env = {
    ...stage.env,
    RESTIC_REPOSITORY: stage.repository,
    RESTIC_PASSWORD: stage.env['BACKUP_PASSWORD'] ?? '',
  };
  return (await promisify(execFile)('restic', ['--no-cache', ...words], { ...BIG, env })).stdout;
}

/** Null: restic does not give it back whole. */
function giveBack(stage: BackupStage, snapshot: string, file: string): Promise<Buffer | null> {
  return restic(stage, ['--no-lock', 'dump', snapshot, `/${file}`]).catch(() => null);
}

/** What a full backup holds, found out without Shiplock; null: it does not restore. */
async function linesOf(stage: Swept, snapshot: string): Promise<string | null> {
  if (stage.kind === 'logical') {
    const back = await giveBack(stage, snapshot, 'dump.sql');
    return back === null ? null : lines(back);
  }
  const family = stage.server.name === 'mariadb' ? mariadb : mysql;
  const dir = await mkdtemp(join(tmpdir(), 'shiplock-soak-'));
  const data = join(dir, 'data');
  const give = (argv: readonly string[]): string =>
    `restic --no-cache --no-lock dump ${snapshot} ${argv.map((word) => `'${word}'`).join(' ')}`;
  const unpack =
    family.engine === 'mariadb'
      ? `${give(['/server.xbstream'])} | mbstream -x -C ${data} && mariadb-backup --no-defaults --prepare --target-dir=${data}`
      : `${give(['/server.tar'])} | tar -x -i -C ${data} && touch ${data}/loopback.sql`;
  try {
    await mkdir(data);
    const env = {
      ...stage.env,
      RESTIC_REPOSITORY: stage.repository,
      RESTIC_PASSWORD: stage.env['BACKUP_PASSWORD'] ?? '',
    };
    await promisify(execFile)('bash', ['-o', 'pipefail', '-c', unpack], { ...BIG, env });
    const server = await family.start({ dir });
    try {
      return await dumpDirectly(stage, server.port);
    } finally {
      await server.stop();
    }
  } catch (error) {
    process.stdout.write(`${error instanceof Error ? error.message.slice(0, 600) : String(error)}\n`);
    return null;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Without Shiplock: the dump program, called as the page for restoring by hand would. */
async function dumpDirectly(stage: BackupStage, port = stage.server.port): Promise<string> {
  const config = await readFile(stage.configFile, 'utf8');
  const program = /"dump":"([^"]+)"/.exec(config)?.[1] ?? 'mariadb-dump';
  const own = program === 'mariadb-dump' ? [] : ['--set-gtid-purged=OFF', '--no-tablespaces'];
  const argv = [
    '--no-defaults',
    '--host=127.0.0.1',
    `--port=${port}`,
    '--user=root',
    '--single-transaction',
    '--quick',
    '--hex-blob',
  ];
  const more = [
    '--routines',
    '--triggers',
    '--events',
    '--default-character-set=utf8mb4',
    '--net-buffer-length=1M',
    ...own,
    '--databases',
    'shop',
  ];
  return lines((await promisify(execFile)(program, [...argv, ...more], BIG)).stdout);
}

/**
 * All but comments, which hold places and times, and the next number of a table: a server that has read many rows at once keeps some numbers in hand,
 * and forgets them when it starts anew.
 */
function lines(dump: Buffer): string {
  const text = dump
    .toString('latin1')
    .split('\n')
    .filter((line) => !line.startsWith('--') && line !== '')
    .map((line) => line.replace(/^(\) ENGINE=InnoDB) AUTO_INCREMENT=\d+/, '$1'))
    .join('\n');
  return createHash('sha256').update(text, 'latin1').digest('hex');
}

/** Processes below this one whose program has such a name. */
async function below(pid: number, program: RegExp): Promise<readonly number[]> {
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const parents = new Map<number, number>();
  for (const one of all) {
    const text = await readFile(`/proc/${one}/stat`, 'utf8').catch(() => '');
    parents.set(Number(one), Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1] ?? 0));
  }
  const under = (one: number): boolean => {
    const parent = parents.get(one);
    return parent !== undefined && (parent === pid || (parent > 1 && under(parent)));
  };
  const found: number[] = [];
  for (const one of parents.keys()) {
    if (!under(one)) continue;
    const words = (await readFile(`/proc/${one}/cmdline`, 'utf8').catch(() => '')).split('\0');
    const exe = await readlink(`/proc/${one}/exe`).catch(() => '');
    if (program.test(exe) || words.slice(0, 4).some((word) => program.test(word))) found.push(one);
  }
  return found;
}

process.exitCode = await main(process.argv.slice(2));
