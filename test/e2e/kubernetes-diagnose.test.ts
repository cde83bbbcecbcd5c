import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifestSchema } from '../../src/diagnose/manifest.ts';
import type { Cluster } from '../lab/cluster/start.ts';
import { openClusterLab } from '../support/cluster-release.ts';
import { skipWords } from '../support/hosts.ts';
import { whySkipCluster } from '../support/kubernetes.ts';
import { leaveCluster, useCluster } from '../support/shared-cluster.ts';

/** Facts of an incident in a real cluster: a service that does not come up, and a pod beside it that dies again and again. */

const why = await whySkipCluster();
const VALUE = 'sesame-of-the-pod';

describe.skipIf(why !== null)(`facts of an incident in a cluster${skipWords(why)}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await useCluster();
  });
  afterAll(() => leaveCluster(cluster));

  it('pods and why they are not well, events, logs also of before a restart, Rollout and Application; no values', async () => {
    const image = await cluster.pushService({ version: '1.0.0' });
    await using lab = await openClusterLab(cluster, { namespace: 'facts', strategy: 'canary', nodePort: 30_480 });
    const patience = { timeout: 120_000, interval: 500 };
    await expect
      .poll(() => cluster.kubectl(['get', 'rollout', 'certkeeper', '-n', 'facts']), patience)
      .toMatchObject({ code: 0 });
    const env = [{ name: 'PASSPHRASE', value: VALUE }];
    // It says what it wants, and dies.
    const container = { name: 'main', image, args: ['--no-such-option'], env };
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'dying', namespace: 'facts' },
      spec: { containers: [container] },
    };
    await cluster.must(['apply', '-f', '-'], JSON.stringify(pod));
    const restarts = [
      'get',
      'pod',
      'dying',
      '-n',
      'facts',
      '-o',
      'jsonpath={.status.containerStatuses[0].restartCount}',
    ];
    await expect.poll(async () => Number((await cluster.kubectl(restarts)).output), patience).toBeGreaterThan(0);

    const out = join(lab.dir, 'facts');
    await mkdir(lab.state, { recursive: true });
    const ran = await lab.shiplock(['diagnose', 'production', '--out', out]);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    const { collected } = manifestSchema.parse(JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8')));
    const ours = collected.filter(({ place }) => place === 'cluster');
    expect(ours.filter(({ problem }) => problem !== null)).toEqual([]);
    const text = async (file: string) => readFile(join(out, 'cluster', file), 'utf8');
    expect(await text('pods.txt')).toMatch(/\bdying\b.*\b0\/1\b.*\bmain ended last with \d+/);
    expect(await text('logs-before-restart.txt')).toMatch(
      /--- dying main\n(\(the container before .*\n)?\d{4}-\S+ .*no-such-option/,
    );
    expect(await text('events.txt')).toMatch(/Warning\tBackOff\tPod dying/);
    expect(await text('nodes.txt')).toMatch(/\tTrue\ttrue\tv1\.\d+/);
    expect(JSON.parse(await text('rollout.json'))).toMatchObject({ kind: 'Rollout', metadata: { name: 'certkeeper' } });
    expect(JSON.parse(await text('application.json'))).toMatchObject({ kind: 'Application' });
    const pods = await text('pods.json');
    expect(pods).toContain('PASSPHRASE');
    const all = await Promise.all(
      ours.filter(({ bytes }) => bytes > 0).map(({ file }) => readFile(join(out, file), 'utf8')),
    );
    expect(all.join('')).not.toContain(VALUE);
  });
});
