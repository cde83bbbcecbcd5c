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

/** A run with a fault; how it ended. */
export async function faultyRun(stage: Swept, fault: Fault, draw: () => number): Promise<number> {
  if (fault === 'wrong key') return (await stage.backupWith({ BACKUP_PASSWORD: 'wrong' }, 'run')).exit;
  if (fault === 'disk full') return diskFull(stage, draw);
  const afterMs = 300 + draw() * (stage.kind === 'physical' ? 9000 : 3500);
  if (fault === 'cut network') return cutNetwork(stage, afterMs);
  if (fault === 'clock jumps') {
    // An hour to a week, forwards or back.
    const jumpMs = (draw() < 0.5 ? -1 : 1) * (1 + draw() * 167) * 3_600_000;
    return ended(startRun(stage, { NODE_OPTIONS: jumping(afterMs / 2, jumpMs) }));
  }
  const child = startRun(stage);
  const over = ended(child);
  await sleep(afterMs);
  if (fault === 'kill shiplock') child.kill('SIGKILL');
  if (fault === 'kill connection') await killConnections(stage);
  if (fault === 'stop server') await stopServer(stage);
  if (fault === 'restart server') await restartServer(stage);
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
  return over;
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 137)));
}

function startRun({ configFile, store, env }: Swept, more: Readonly<Record<string, string>> = {}): ChildProcess {
  const program = join(import.meta.dirname, '../../../bin/shiplock.js');
  const argv = ['backup', 'run', 'production', '--quiet', '--config', configFile, '--state', store];
  return spawn(process.execPath, [program, ...argv], { env: { ...env, ...more }, stdio: 'ignore' });
}

/** Words for Node: what its clock says jumps after a while. Those of the programs that it starts stay right. */
function jumping(afterMs: number, jumpMs: number): string {
  const code = `const now = Date.now; setTimeout(() => { Date.now = () => now() + ${Math.round(jumpMs)}; }, ${Math.round(afterMs)}).unref();`;
  return `--import=data:text/javascript,${encodeURIComponent(code)}`;
}

/** All connections to the server are cut, and none comes about any more until the run is over. */
async function cutNetwork(stage: Swept, afterMs: number): Promise<number> {
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
  const over = ended(startRun(stage, { BACKUP_DSN: mysqlUrl({ ...stage.server.root('shop'), port }) }));
  await sleep(afterMs);
  between.close();
  for (const socket of open) socket.resetAndDestroy();
  return over;
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

async function administrator({ server }: Swept): Promise<Connection> {
  return mysql.createConnection({ ...server.root('shop') });
}

async function killConnections(stage: Swept): Promise<void> {
  const db = await administrator(stage);
  const [rows] = await db.query(
    "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID() AND COMMAND NOT IN ('Daemon', 'Binlog Dump')",
  );
  for (const { id } of z.array(z.object({ id: z.coerce.number() })).parse(rows))
    await db.query(`KILL ${id}`).catch(() => undefined);
  await db.end();
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
