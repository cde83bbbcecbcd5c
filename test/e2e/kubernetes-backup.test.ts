import { execFileSync } from 'node:child_process';
import { chmod, copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hostRoot, whyNoHosts } from '../../scripts/components/hosts.ts';
import { BUILT_PROGRAM } from '../../scripts/testing/built-program.ts';
import type { Cluster } from '../lab/cluster/start.ts';
import { type BackupStage, backupStage } from '../support/backup-stage.ts';
import { mariadb } from '../support/families.ts';
import { skipWords } from '../support/hosts.ts';
import { whySkipCluster } from '../support/kubernetes.ts';
import { leaveCluster, useCluster } from '../support/shared-cluster.ts';

/** The CronJobs that `shiplock backup units` prints, in a real cluster: backups of a database outside it, restored and compared in a pod. */

const why = (await whySkipCluster()) ?? (await whyNoHosts());
const SPACE = 'backups';
const CONDITIONS = '{.status.conditions[?(@.status=="True")].type}';
const NAME = 'shiplock-backup-shop-production';
const printed = z.object({ files: z.tuple([z.object({ content: z.string() })]) });
const status = z.object({ problems: z.array(z.object({ code: z.string() })), verifiedTo: z.string().nullable() });

describe.skipIf(why !== null)(`backups by CronJobs${skipWords(why)}`, () => {
  let cluster: Cluster;
  let stage: BackupStage;

  beforeAll(async () => {
    [cluster, stage] = await Promise.all([
      useCluster(),
      backupStage(mariadb, { args: ['--bind-address=0.0.0.0', '--skip-name-resolve'] }),
    ]);
    await stage.db.query(
      "CREATE USER backup@'%' IDENTIFIED BY 'of the pods'; GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, RELOAD, BINLOG MONITOR, REPLICATION SLAVE ON *.* TO backup@'%'",
    );
    const image = await programImage(cluster);
    const { out, err } = await stage.backup('units', '--kind', 'kubernetes', '--image', image, '--json');
    expect(err).toBe('');
    const [{ content }] = printed.parse(JSON.parse(out)).files;
    await cluster.must(['create', 'namespace', SPACE]);
    await volumes();
    await cluster.must(['apply', '-n', SPACE, '--server-side', '--validate=strict', '-f', '-'], content);
    // Whatever the time is: they begin when this file says so.
    const names = (await cluster.must(['get', 'cronjobs', '-n', SPACE, '-o', 'name'])).trim().split('\n');
    for (const name of names) await cluster.must(['patch', name, '-n', SPACE, '-p', '{"spec":{"suspend":true}}']);
  }, 300_000);
  afterAll(async () => {
    await leaveCluster(cluster);
    await stage?.stop();
  });

  /** What docs/backup.md leaves to whoever applies them. */
  async function volumes(): Promise<void> {
    const { configFile, env, server, store, repository } = stage;
    const dsn = `mysql://backup:of%20the%20pods@${cluster.gateway}:${server.port}/shop`;
    const claims = [
      { claim: `${NAME}-state`, path: store },
      { claim: `${NAME}-repository-1`, path: repository },
    ];
    const objects = claims.flatMap(({ claim, path }) => {
      const size = { storage: '1Gi' };
      const shared = { accessModes: ['ReadWriteOnce'], storageClassName: '' };
      return [
        {
          ...{ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: claim } },
          spec: { ...shared, capacity: size, hostPath: { path, type: 'DirectoryOrCreate' } },
        },
        {
          ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: claim, namespace: SPACE } },
          spec: { ...shared, volumeName: claim, resources: { requests: size } },
        },
      ];
    });
    const config = {
      ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `${NAME}-config`, namespace: SPACE } },
      data: { 'shiplock.yaml': await readFile(configFile, 'utf8') },
    };
    const secrets = {
      ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: `${NAME}-secrets`, namespace: SPACE } },
      stringData: { BACKUP_DSN: dsn, BACKUP_PASSWORD: env['BACKUP_PASSWORD'] },
    };
    const items = [...objects, config, secrets];
    await cluster.must(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  }

  /** Starts one now, and waits for its end. */
  async function run(job: string, as = job): Promise<{ readonly failed: boolean; readonly log: string }> {
    const words = ['-n', SPACE];
    await cluster.must(['create', 'job', as, `--from=cronjob/${NAME}-${job}`, ...words]);
    await cluster.must(['patch', 'job', as, '-p', '{"spec":{"backoffLimit":0}}', ...words]);
    const condition = async () =>
      (await cluster.must(['get', 'job', as, ...words, '-o', `jsonpath=${CONDITIONS}`])).split(' ');
    const ended = async () => (await condition()).some((one) => one === 'Complete' || one === 'Failed');
    await expect.poll(ended, { timeout: 200_000, interval: 500 }).toBe(true);
    const { output } = await cluster.kubectl(['logs', `job/${as}`, ...words, '--tail=-1']);
    return { failed: (await condition()).includes('Failed'), log: output };
  }

  it('F2: a full backup, logs, a verification by restoring, and what is old: each in a pod of its own, on one catalogue', async () => {
    for (const job of ['full', 'incremental', 'verify', 'forget', 'status']) {
      if (job === 'incremental') await stage.db.query('INSERT INTO sales (item, at) VALUES (1, NOW(6))');
      const { failed, log } = await run(job);
      expect(failed, `${job}: ${log}`).toBe(false);
    }
    // The catalogue of the pods lies where this machine looks for it.
    const { out, exit } = await stage.backup('status', '--json');
    expect(exit).toBe(0);
    expect(status.parse(JSON.parse(out))).toMatchObject({ problems: [], verifiedTo: expect.any(String) });
  }, 600_000);

  it('F2: a pod says with its exit that a backup is not taken, and why', async () => {
    await stage.db.query("ALTER USER backup@'%' IDENTIFIED BY 'another'");
    const { failed, log } = await run('full', 'refused');
    expect(failed).toBe(true);
    expect(log).toContain('Access denied');
    expect(log).not.toContain('of the pods');
  }, 300_000);
});

/** An image with the server and its programs, restic, git, and Shiplock on its PATH. */
async function programImage(cluster: Cluster): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'shiplock-program-'));
  try {
    const bin = join(dir, 'usr', 'bin');
    const home = join(dir, 'opt', 'shiplock');
    await mkdir(bin, { recursive: true });
    await mkdir(home, { recursive: true });
    for (const name of ['restic', 'git'])
      await copyFile(execFileSync('which', [name]).toString().trim(), join(bin, name));
    await copyFile(process.execPath, join(bin, 'node'));
    await cp(dirname(BUILT_PROGRAM), join(home, 'dist', 'program'), { recursive: true, dereference: true });
    await copyFile(join(import.meta.dirname, '..', '..', 'package.json'), join(home, 'package.json'));
    await writeFile(join(bin, 'shiplock'), '#!/bin/sh\nexec node /opt/shiplock/dist/program/shiplock.js "$@"\n');
    await chmod(join(bin, 'shiplock'), 0o755);
    return await cluster.pushTrees('lab/shiplock:1', [
      { dir: await hostRoot('mariadb'), without: ['srv', 'var/lib/mysql'] },
      { dir },
    ]);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
