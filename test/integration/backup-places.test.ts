import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type HostLab, type LabHost, startHosts } from '../../scripts/components/hosts.ts';
import { type S3, startS3 } from '../../scripts/components/s3.ts';
import { type BackupStage, backupStage } from '../support/backup-stage.ts';
import { skipWords, whySkipHosts } from '../support/hosts.ts';
import { families } from '../support/migrate-sweep.ts';

/** Repositories elsewhere: the first one on a real S3 server, the second by SFTP on a real host. */

const why = await whySkipHosts();
const listed = z.object({ fulls: z.array(z.object({ id: z.string(), state: z.string() })) });

describe.skipIf(why !== null)(`a backup elsewhere${skipWords(why)}`, () => {
  let s3: S3;
  let lab: HostLab;
  let host: LabHost;
  let stage: BackupStage;

  beforeAll(async () => {
    [s3, lab] = await Promise.all([startS3(['backups']), startHosts(1)]);
    const [first] = lab.hosts;
    const [family] = families.filter(({ engine }) => engine === 'mariadb');
    if (first === undefined || family === undefined) throw new Error('a host and a family');
    host = first;
    stage = await backupStage(family, {
      repository: `s3:${s3.endpoint}/backups/shop`,
      more: [
        'env: { AWS_ACCESS_KEY_ID: { secret: env:S3_ID }, AWS_SECRET_ACCESS_KEY: { secret: env:S3_KEY } }',
        'copies:',
        `  - repository: sftp://root@${host.address}//srv/backups`,
        '    password: { secret: env:SECOND_PASSWORD }',
      ].join('\n'),
    });
    // Whoever uses SFTP tells ssh in its own configuration what to trust: here by an ssh in front of the real one.
    const bin = join(stage.dir, 'bin');
    await mkdir(bin);
    const trusted = `-F none -o BatchMode=yes -o ConnectTimeout=3 -o UserKnownHostsFile=${lab.knownHosts} -i ${lab.identity}`;
    const real = execFileSync('sh', ['-c', 'command -v ssh'], { encoding: 'utf8' }).trim();
    await writeFile(join(bin, 'ssh'), `#!/bin/sh\nexec ${real} ${trusted} "$@"\n`);
    await chmod(join(bin, 'ssh'), 0o755);
    vi.stubEnv('PATH', `${bin}:${process.env['PATH'] ?? ''}`);
  }, 300_000);
  afterAll(async () => {
    vi.unstubAllEnvs();
    await stage?.stop();
    await lab?.[Symbol.asyncDispose]();
    await s3?.stop();
  });

  const keys = () => ({ S3_ID: s3.keys.id, S3_KEY: s3.keys.key });
  const backup = (...words: readonly string[]) => stage.backupWith(keys(), ...words);
  const snapshots = async (): Promise<number> => {
    const found = await host.run('ls /srv/backups/snapshots | wc -l');
    return found.code === 0 ? Number(found.output) : 0;
  };

  it('is stored in a bucket, copied by SFTP, verified from the bucket, and told when the copy is cut off', async () => {
    const ran = await backup('run');
    expect(ran.exit, ran.out + ran.err).toBe(0);
    const kept = await readdir(join(s3.bucketDir('backups'), 'shop', 'snapshots'));
    expect(kept.length).toBeGreaterThan(0);
    expect(await snapshots()).toBe(kept.length);
    const verified = await backup('verify');
    expect(verified.exit, verified.out + verified.err).toBe(0);
    expect(listed.parse(JSON.parse((await backup('list', '--json')).out)).fulls.map(({ state }) => state)).toEqual([
      'verified',
    ]);

    await host.cutOff(true);
    const alone = await backup('run');
    expect(alone.exit, alone.out + alone.err).not.toBe(0);
    expect(alone.out + alone.err).toContain(host.address);
    const check = await backup('check');
    expect(check.exit, check.out + check.err).not.toBe(0);
    expect(check.out + check.err).toContain('backup.repository-unreachable');
    expect(check.out + check.err).not.toContain('backup.repository-damaged');
    await host.cutOff(false);
    const again = await backup('run', '--incremental');
    expect(again.exit, again.out + again.err).toBe(0);
    expect(await snapshots(), 'what was missing there has come').toBe(
      (await readdir(join(s3.bucketDir('backups'), 'shop', 'snapshots'))).length,
    );
  }, 300_000);

  it('says that it is not let in, where the keys of the bucket are others', async () => {
    const { exit, out, err } = await stage.backupWith({ ...keys(), S3_KEY: 'another-key-of-that-length' }, 'check');
    expect(exit, out + err).not.toBe(0);
    expect(out + err).toContain('backup.repository-unreachable');
  }, 300_000);

  it('checks both to the last byte, and sees what was changed in the bucket', async () => {
    const good = await backup('check', '--read-data');
    expect(good.exit, good.out + good.err).toBe(0);
    const data = join(s3.bucketDir('backups'), 'shop', 'data');
    const [shard = ''] = (await readdir(data)).toSorted();
    const [pack = ''] = await readdir(join(data, shard));
    const path = join(data, shard, pack);
    const bytes = await readFile(path);
    bytes.writeUInt8(bytes.readUInt8(40) ^ 1, 40);
    await writeFile(path, bytes);
    const bad = await backup('check', '--read-data');
    expect(bad.exit, bad.out + bad.err).not.toBe(0);
    expect(bad.out + bad.err).toContain('backup.repository-damaged');
  }, 300_000);
});
