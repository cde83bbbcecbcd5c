import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cp, mkdir, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import mysql, { type Connection } from 'mysql2/promise';
import { z } from 'zod';
import { mysqlUrl } from '../../../scripts/components/database.ts';
import { restic, type Swept } from './backup-oracle.ts';

/** What happens to a backup while it is taken, and while it lies there. */

/** While it is taken, or before. */
const TAKEN = [
  'kill shiplock',
  'kill dump',
  'kill restic',
  'kill connection',
  'kill binlog',
  'stop server',
  'restart server',
  'cut network',
  'clock jumps',
  'disk full',
  'wrong key',
] as const;
/** While it lies there, a full backup and a log behind it. */
const LYING = [
  'snapshot forgotten',
  'pack deleted',
  'bits flipped',
  'pack cut',
  'index deleted',
  'log forgotten',
  'none',
] as const;
export const FAULTS = [...TAKEN, ...LYING] as const;
export type Fault = (typeof FAULTS)[number];

export function isLying(fault: Fault): boolean {
  return LYING.some((one) => one === fault);
}

const shown = z.object({
  fulls: z.array(z.object({ id: z.string(), state: z.string(), snapshot: z.string(), takenAt: z.string() })),
  segments: z.array(z.object({ file: z.string(), state: z.string(), snapshot: z.string(), sha256: z.string() })),
});

export async function list(stage: Swept): Promise<z.infer<typeof shown>> {
  return shown.parse(JSON.parse((await stage.backup('list', '--json')).out));
}

export interface Struck {
  readonly exit: number;
  /** The fault met the run: on a busy machine it may come before the run has begun, or when it is over. */
  readonly struck: boolean;
}

/**
 * What a plain run records and stores: faults are aimed by it. By a clock they would miss: how long a run takes changes with whatever else the
 * machine does.
 */
export interface Aim {
  readonly records: number;
  readonly bytes: number;
}

export async function aimAt(stage: Swept): Promise<Aim> {
  const before = await recorded(stage);
  const exit = await ended(startRun(stage));
  if (exit !== 0) throw new Error(`a plain backup ended with ${exit}`);
  return { records: (await recorded(stage)) - before, bytes: await sizeOf(stage.repository) };
}

/** Records in all journals. */
async function recorded({ store }: Swept): Promise<number> {
  const runs = await readdir(join(store, 'runs')).catch(() => []);
  const texts = await Promise.all(
    runs.map((run) => readFile(join(store, 'runs', run, 'journal.jsonl'), 'utf8').catch(() => '')),
  );
  return texts.reduce((sum, text) => sum + text.split('\n').length - 1, 0);
}

/** Until a run has recorded so much, and a moment longer, in which it does what stands there; or until it is over. */
async function until(stage: Swept, child: ChildProcess, records: number, draw: () => number): Promise<void> {
  while (!isOver(child) && (await recorded(stage)) < records) await sleep(15);
  await sleep(draw() * 200);
}

function isOver({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** A run with a fault. */
export async function faultyRun(stage: Swept, fault: Fault, aim: Aim, draw: () => number): Promise<Struck> {
  if (fault === 'wrong key') {
    const { exit } = await stage.backupWith({ BACKUP_PASSWORD: 'wrong' }, 'run');
    return { exit, struck: exit !== 0 };
  }
  if (fault === 'disk full') return diskFull(stage, aim, draw);
  const moment = (await recorded(stage)) + 1 + Math.floor(draw() * (aim.records - 1));
  if (fault === 'cut network') return cutNetwork(stage, moment, draw);
  if (fault === 'clock jumps') return clockJumps(stage, moment, draw);
  const child = startRun(stage);
  const over = ended(child);
  const program = {
    'kill dump': stage.kind === 'logical' ? /dump$/ : /mariadb-backup$|mysqld$/,
    'kill restic': /restic$/,
    'kill binlog': /binlog$/,
  }[String(fault)];
  if (program !== undefined) {
    // Restic runs many times: any of them. The others run once, and are killed somewhere in their work.
    if (fault === 'kill restic') await until(stage, child, moment, draw);
    const struck = await killProgram(child, program, draw() * 150);
    return { exit: await over, struck };
  }
  await until(stage, child, moment, draw);
  let struck = !isOver(child) && (await strike(stage, fault, child));
  // Connections come and go: the next one is met.
  while (fault === 'kill connection' && !struck && !isOver(child)) {
    await sleep(20);
    struck = await strike(stage, fault, child);
  }
  return { exit: await over, struck };
}

/** Whether it was there to be killed before the run was over. */
async function killProgram(child: ChildProcess, program: RegExp, afterMs: number): Promise<boolean> {
  let first = 0;
  while (!isOver(child)) {
    const pids = await below(child.pid ?? 0, program);
    if (pids.length > 0) {
      first = first === 0 ? performance.now() : first;
      if (performance.now() - first >= afterMs) {
        for (const pid of pids) process.kill(pid, 'SIGKILL');
        return true;
      }
    }
    await sleep(10);
  }
  return false;
}

/** The clock of Shiplock alone, by an hour to a week, forwards or back. */
async function clockJumps(stage: Swept, moment: number, draw: () => number): Promise<Struck> {
  const jumpMs = (draw() < 0.5 ? -1 : 1) * (1 + draw() * 167) * 3_600_000;
  const trigger = join(stage.dir, 'jump');
  await rm(trigger, { force: true });
  const child = startRun(stage, { NODE_OPTIONS: jumping(trigger, jumpMs) });
  const over = ended(child);
  await until(stage, child, moment, draw);
  const struck = !isOver(child);
  await writeFile(trigger, '');
  return { exit: await over, struck };
}

/** What needs no program to be found; whether it met a run. */
async function strike(stage: Swept, fault: Fault, child: ChildProcess): Promise<boolean> {
  if (fault === 'kill connection') return killConnections(stage);
  if (fault === 'kill shiplock') return child.kill('SIGKILL');
  if (fault === 'stop server') await stopServer(stage);
  if (fault === 'restart server') await restartServer(stage);
  return true;
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 137)));
}

function startRun({ configFile, store, env }: Swept, more: Readonly<Record<string, string>> = {}): ChildProcess {
  const program = join(import.meta.dirname, '../../../bin/shiplock.js');
  const argv = ['backup', 'run', 'production', '--quiet', '--config', configFile, '--state', store];
  return spawn(process.execPath, [program, ...argv], { env: { ...env, ...more }, stdio: 'ignore' });
}

/** Words for Node: what its clock says jumps once a file is there. Those of the programs that it starts stay right. */
function jumping(trigger: string, jumpMs: number): string {
  const code = `import { existsSync } from 'node:fs'; const now = Date.now; let far = 0; Date.now = () => now() + far; setInterval(() => { if (existsSync(${JSON.stringify(trigger)})) far = ${Math.round(jumpMs)}; }, 10).unref();`;
  return `--import=data:text/javascript,${encodeURIComponent(code)}`;
}

/** All connections to the server are cut, and none comes about any more until the run is over. */
async function cutNetwork(stage: Swept, moment: number, draw: () => number): Promise<Struck> {
  const open = new Set<Socket>();
  const between = createServer((client) => {
    const upstream = connect(stage.server.port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => open.delete(socket));
    }
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
  const at = between.address();
  const port = typeof at === 'object' && at !== null ? at.port : 0;
  const child = startRun(stage, { BACKUP_DSN: mysqlUrl({ ...stage.server.root('shop'), port }) });
  const over = ended(child);
  await until(stage, child, moment, draw);
  const struck = !isOver(child);
  between.close();
  for (const socket of open) socket.resetAndDestroy();
  return { exit: await over, struck };
}

/** A file system of a few megabytes under the repository; in a mount namespace it would not be ours to see. */
async function diskFull(stage: Swept, { bytes }: Aim, draw: () => number): Promise<Struck> {
  const kept = `${stage.repository}.kept`;
  const there = await stat(stage.repository).then(
    () => true,
    () => false,
  );
  if (there) await cp(stage.repository, kept, { recursive: true });
  await mkdir(stage.repository, { recursive: true });
  const used = there ? await sizeOf(kept) : 0;
  // What is there already is not stored again: then only a few small files come.
  const room = Math.floor(draw() * (there ? 30_000 : 0.95 * bytes));
  await promisify(execFile)('mount', [
    '-t',
    'tmpfs',
    '-o',
    `size=${used + 4096 + room}`,
    'shiplock-soak',
    stage.repository,
  ]);
  try {
    if (there) await cp(kept, stage.repository, { recursive: true });
    const { exit } = await stage.backup('run');
    return { exit, struck: exit !== 0 };
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

async function administrator({ server }: Swept): Promise<Connection> {
  return mysql.createConnection({ ...server.root('shop') });
}

async function killConnections(stage: Swept): Promise<boolean> {
  const db = await administrator(stage);
  const [rows] = await db.query(
    "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID() AND COMMAND NOT IN ('Daemon', 'Binlog Dump')",
  );
  let killed = 0;
  for (const { id } of z.array(z.object({ id: z.coerce.number() })).parse(rows)) {
    killed += await db.query(`KILL ${id}`).then(
      () => 1,
      // It is gone by itself.
      () => 0,
    );
  }
  await db.end();
  return killed > 0;
}

/** The server stands still for a while, as one that the network has cut off. */
async function stopServer(stage: Swept): Promise<void> {
  const pid = stage.restarted.at(-1)?.pid ?? stage.server.pid;
  process.kill(pid, 'SIGSTOP');
  await sleep(1500);
  process.kill(pid, 'SIGCONT');
}

/** The server dies and is started anew on what it left, with the same words. */
async function restartServer(stage: Swept): Promise<void> {
  const pid = stage.restarted.at(-1)?.pid ?? stage.server.pid;
  const [program = '', ...argv] = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').slice(0, -1);
  const cwd = await readlink(`/proc/${pid}/cwd`);
  process.kill(pid, 'SIGKILL');
  // Until it is gone, or a zombie that holds nothing.
  while ((await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')) !== '') await sleep(20);
  stage.restarted.push(spawn(program, argv, { cwd, stdio: 'ignore' }));
  for (let left = 300; left > 0; left -= 1) {
    const db = await administrator(stage).catch(() => null);
    if (db !== null) return db.end();
    await sleep(100);
  }
  throw new Error('the server does not come back');
}

export async function damage(stage: Swept, fault: Fault, draw: () => number): Promise<void> {
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

/** Processes below this one whose program has such a name. Of the whole machine it would take longer than many of them live. */
async function below(pid: number, program: RegExp): Promise<readonly number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const found: number[] = [];
  for (const one of text
    .split(' ')
    .filter((word) => word !== '')
    .map(Number)) {
    const words = (await readFile(`/proc/${one}/cmdline`, 'utf8').catch(() => '')).split('\0');
    const exe = await readlink(`/proc/${one}/exe`).catch(() => '');
    if (program.test(exe) || words.slice(0, 4).some((word) => program.test(word))) found.push(one);
    found.push(...(await below(one, program)));
  }
  return found;
}
