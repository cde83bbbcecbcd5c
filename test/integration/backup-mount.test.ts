import { execFile, execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { PROGRAM } from '../../scripts/lab/program.ts';
import { holdPlaces } from '../../src/backup/restic/place.ts';
import { streamBackup } from '../../src/release/backup/stream.ts';
import { type BackupStage, backupStage } from '../support/backup-stage.ts';
import { mariadb } from '../support/families.ts';

/** Repositories on file systems that are mounted, go away and come back: nothing is stored on the disk below them and called a backup. */

const run = promisify(execFile);
const why = mountable() ? '' : ' (left out: this machine lets us mount nothing)';
const listed = z.object({ fulls: z.array(z.object({ id: z.string(), state: z.string() })) });
const streamed = z.object({ segments: z.array(z.object({ file: z.string() })) });
const status = z.object({ restorableTo: z.string().nullable() });

function mountable(): boolean {
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(why !== '')(`a repository on a mount${why}`, () => {
  let stage: BackupStage;
  let shares: string;

  /** Each share lies on a file system of its own, and is bound to where it is used. */
  const mount = (share: string, at: string) => run('mount', ['--bind', join(shares, share), at]);
  // As one goes away whose server is lost: whoever has something open keeps it.
  const unmount = (at: string) => run('umount', ['-l', at]);
  const list = async () => listed.parse(JSON.parse((await stage.backup('list', '--json')).out)).fulls;

  beforeAll(async () => {
    stage = await backupStage(mariadb, {
      more: 'copies:\n  - repository: second\n    password: { secret: env:SECOND_PASSWORD }',
    });
    shares = join(stage.dir, 'shares');
    for (const at of [shares, stage.repository, stage.second]) await mkdir(at);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=200m', 'shares', shares]);
    for (const share of ['first', 'second', 'other']) await mkdir(join(shares, share));
    await mount('first', stage.repository);
    await mount('second', stage.second);
    // A dump program that loses the repository under restic's hands when it is told so.
    const bin = join(stage.dir, 'bin');
    await mkdir(bin);
    const real = (await run('sh', ['-c', 'command -v mariadb-dump'])).stdout.trim();
    // Then it goes on for an hour, as one of a large database would. By the time of the loss restic has looked through what is there, under its lock.
    const lose = `if [ -e ${stage.dir}/lose ]; then rm ${stage.dir}/lose
until [ -n "$(ls ${stage.repository}/locks)" ]; do sleep 0.1; done; sleep 2; umount -l ${stage.repository}; sleep 3600; fi`;
    await writeFile(join(bin, 'mariadb-dump'), `#!/bin/sh\n${real} "$@"\nended=$?\n${lose}\nexit $ended\n`);
    await chmod(join(bin, 'mariadb-dump'), 0o755);
    vi.stubEnv('PATH', `${bin}:${process.env['PATH'] ?? ''}`);
    // The second one learns what the first has made.
    for (const words of [['run'], ['run', '--incremental']]) {
      const ran = await stage.backup(...words);
      expect(ran.exit, ran.out + ran.err).toBe(0);
    }
  }, 300_000);
  afterAll(async () => {
    vi.unstubAllEnvs();
    for (const at of [stage.repository, stage.second, shares]) await unmount(at).catch(() => undefined);
    await stage.stop();
  });

  it('makes no new repository, nor a new copy, where one was and nothing is mounted', async () => {
    for (const at of [stage.repository, stage.second]) {
      await unmount(at);
      const ran = await stage.backup('run');
      expect(ran.exit).not.toBe(0);
      expect(ran.err).toContain('backup.no-repository');
      expect(await readdir(at)).toEqual([]);
      await mount(at === stage.second ? 'second' : 'first', at);
    }
    const ran = await stage.backup('run');
    expect(ran.exit, ran.out + ran.err).toBe(0);
  }, 300_000);

  it('takes no other repository for it', async () => {
    await unmount(stage.repository);
    await mount('other', stage.repository);
    const env = { ...stage.env, RESTIC_PASSWORD: stage.env['BACKUP_PASSWORD'] ?? '' };
    await run('restic', ['-r', stage.repository, 'init'], { env });
    const ran = await stage.backup('run');
    expect(ran.exit).not.toBe(0);
    expect(ran.err).toContain('backup.other-repository');
    expect(await readdir(join(stage.repository, 'snapshots'))).toEqual([]);
    await unmount(stage.repository);
    await mount('first', stage.repository);
  }, 300_000);

  it('ends a dump soon after it is gone, and calls nothing stored', async () => {
    const before = await list();
    const promised = status.parse(JSON.parse((await stage.backup('status', '--json')).out));
    await writeFile(join(stage.dir, 'lose'), '');
    const ran = await stage.backup('run');
    expect(ran.exit).not.toBe(0);
    const left = (await readdir(stage.repository, { recursive: true, withFileTypes: true })).filter((one) =>
      one.isFile(),
    );
    expect(left, 'nothing of the dump lies on the disk below').toEqual([]);
    expect(await list()).toEqual(before);
    expect(ran.err).toContain('backup.repository-moved');
    expect(status.parse(JSON.parse((await stage.backup('status', '--json')).out))).toEqual(promised);

    await mount('first', stage.repository);
    const again = await stage.backup('run');
    expect(again.exit, again.out + again.err).toBe(0);
    expect(await list()).toHaveLength(before.length + 1);
    const verified = await stage.backup('verify');
    expect(verified.exit, verified.out + verified.err).toBe(0);
  }, 300_000);

  it('keeps the logs that arrive while it is away, and stores them when it is back', async () => {
    const stop = new AbortController();
    const told = new Set<string>();
    const segments = async () => streamed.parse(JSON.parse((await stage.backup('list', '--json')).out)).segments.length;
    const before = await segments();
    await unmount(stage.repository);
    const below = async () => (await readdir(stage.repository, { recursive: true })).toSorted();
    const left = await below();
    const streaming = streamBackup(
      {
        ...{ configFile: stage.configFile, store: stage.store, env: stage.env, who: 'test', self: ['shiplock'] },
        signal: { requested: undefined, signal: stop.signal },
      },
      { environment: 'production', flushEveryMs: 10_000 },
      () => undefined,
      (problems) => {
        for (const { code } of problems) told.add(code);
      },
    );
    try {
      await expect.poll(() => [...told], { timeout: 120_000 }).toContain('backup.no-repository');
      expect(await segments()).toBe(before);
      expect(await below()).toEqual(left);
      await mount('first', stage.repository);
      await expect.poll(segments, { timeout: 120_000 }).toBeGreaterThan(before);
    } finally {
      stop.abort(new Error('enough'));
      await streaming;
    }
  }, 300_000);

  it('sees that it was away, also when it is back at the end', async () => {
    const held = await holdPlaces([stage.repository, join(stage.repository, 'not', 'there')]);
    expect(await held.moved(stage.repository)).toEqual([]);
    await unmount(stage.repository);
    await mount('first', stage.repository);
    for (const place of [stage.repository, join(stage.repository, 'not', 'there')])
      expect((await held.moved(place)).map(({ code }) => code)).toEqual(['backup.repository-moved']);
    await held.close();
  });

  it('begins no first backup where /etc/fstab names a mount and nothing is mounted', async () => {
    const fstab = join(stage.dir, 'fstab');
    const empty = join(stage.dir, 'nas');
    await mkdir(empty);
    await writeFile(fstab, `server:/export ${empty} nfs noauto 0 0\n`);
    const config = join(stage.dir, 'elsewhere.yaml');
    await run('sh', [
      '-c',
      `sed 's#repository: ${stage.repository}$#repository: ${empty}/shop#' ${stage.configFile} > ${config}`,
    ]);
    const words = ['backup', 'run', 'production', '--config', config, '--state', join(stage.dir, 'state-elsewhere')];
    const inside = `mount --bind ${fstab} /etc/fstab && exec "$@"`;
    const argv = ['-m', 'sh', '-c', inside, 'sh', process.execPath, PROGRAM, ...words];
    const refused = await run('unshare', argv, { env: { ...stage.env } }).then(
      () => '',
      (error: unknown) => String(error),
    );
    expect(refused).toContain('backup.not-mounted');
    expect(refused).toContain(empty);
    expect(await readdir(empty)).toEqual([]);
    await rm(empty, { recursive: true });
  }, 120_000);
});
