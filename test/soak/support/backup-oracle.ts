import { type ChildProcess, execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BackupStage } from '../../support/backup-stage.ts';
import { mariadb, mysql } from '../../support/families.ts';

/** What a repository really holds, found out by restic and the programs of the servers, without Shiplock. */

/** The stage, and what is stored on it. */
export interface Swept extends BackupStage {
  readonly kind: 'logical' | 'physical';
  /** Servers that were started anew in place of the first; the last of them runs. */
  readonly restarted: ChildProcess[];
}

const BIG = { maxBuffer: 1 << 28, encoding: 'buffer' } as const;

export async function restic(stage: BackupStage, words: readonly string[]): Promise<Buffer> {
  const env = {
    ...stage.env,
    RESTIC_REPOSITORY: stage.repository,
    RESTIC_PASSWORD: stage.env['BACKUP_PASSWORD'] ?? '',
  };
  return (await promisify(execFile)('restic', ['--no-cache', ...words], { ...BIG, env })).stdout;
}

/** Null: restic does not give it back whole. */
export function giveBack(stage: BackupStage, snapshot: string, file: string): Promise<Buffer | null> {
  return restic(stage, ['--no-lock', 'dump', snapshot, `/${file}`]).catch(() => null);
}

/** What a full backup holds, found out without Shiplock; null: it does not restore. */
export async function linesOf(stage: Swept, snapshot: string): Promise<string | null> {
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
export async function dumpDirectly(stage: BackupStage, port = stage.server.port): Promise<string> {
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
