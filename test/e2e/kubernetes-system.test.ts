import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import type { Cluster } from '../lab/cluster/start.ts';
import { type ClusterLab, openClusterLab } from '../support/cluster-release.ts';
import { skipWords } from '../support/hosts.ts';
import { whySkipCluster } from '../support/kubernetes.ts';
import { leaveCluster, useCluster } from '../support/shared-cluster.ts';

/** The runbooks of the system over workloads of a real cluster, one of them brought by a real Argo CD that heals itself. */

const why = await whySkipCluster();
const OURS = 'system-own';
const POLL = { timeout: 90_000, interval: 500 };
const environmentSchema = z.looseObject({ environments: z.looseObject({ production: z.looseObject({}) }) });

describe.skipIf(why !== null)(`the system in a cluster${skipWords(why)}`, () => {
  let cluster: Cluster;
  let lab: ClusterLab;

  beforeAll(async () => {
    cluster = await useCluster();
    const image = await cluster.pushService({ version: '1.0.0' });
    lab = await openClusterLab(cluster, {
      namespace: 'system',
      strategy: 'canary',
      nodePort: 30_490,
      replicas: 2,
      digest: image.slice(image.indexOf('@') + 1),
    });
    const file = join(lab.service, 'shiplock.yaml');
    const config = environmentSchema.parse(parse(await readFile(file, 'utf8')));
    Object.assign(config.environments.production, { system: systemConfig() });
    await writeFile(file, stringify(config));
    await cluster.must(['create', 'namespace', OURS]);
    await cluster.must(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects(image) }));
  }, 180_000);
  afterAll(async () => {
    await cluster?.kubectl(['delete', 'namespace', OURS, '--wait=false']);
    await lab?.[Symbol.asyncDispose]();
    if (cluster !== undefined) await leaveCluster(cluster);
  });

  const systemConfig = () => ({
    services: {
      store: { workload: { kind: 'StatefulSet', name: 'store', namespace: OURS }, startTimeout: '90s' },
      cache: {
        workload: { kind: 'Deployment', name: 'cache', namespace: OURS },
        after: ['store'],
        startTimeout: '90s',
      },
      api: { component: 'api', after: ['cache'], startTimeout: '90s' },
    },
  });
  const objects = (image: string): readonly object[] => {
    const container = {
      name: 'main',
      image,
      readinessProbe: { httpGet: { path: '/readyz', port: 8080 }, periodSeconds: 1 },
    };
    const of = (app: string) => ({
      selector: { matchLabels: { app } },
      template: {
        metadata: { labels: { app } },
        spec: { enableServiceLinks: false, terminationGracePeriodSeconds: 3, containers: [container] },
      },
    });
    return [
      {
        ...{ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'store', namespace: OURS } },
        spec: { serviceName: 'store', replicas: 1, ...of('store') },
      },
      {
        ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'cache', namespace: OURS } },
        spec: { replicas: 2, ...of('cache') },
      },
    ];
  };
  const field = async (kind: string, name: string, path: string, namespace = OURS): Promise<string> =>
    cluster.must(['get', kind, name, '-n', namespace, '-o', `jsonpath={${path}}`]);
  const ready = async (kind: string, name: string, namespace = OURS): Promise<number> =>
    Number(
      (await cluster.kubectl(['get', kind, name, '-n', namespace, '-o', 'jsonpath={.status.readyReplicas}'])).output,
    );
  /** Pods whose processes have not ended: those that have are kept by the cluster for a moment. */
  const pods = async (app: string, namespace = OURS): Promise<readonly string[]> => {
    const ended = '--field-selector=status.phase!=Succeeded,status.phase!=Failed';
    const words = [
      'get',
      'pods',
      '-n',
      namespace,
      '-l',
      `app=${app}`,
      ended,
      '-o',
      'jsonpath={.items[*].metadata.uid}',
    ];
    return (await cluster.must(words))
      .split(' ')
      .filter((uid) => uid !== '')
      .toSorted();
  };
  const run = (name: string, ...more: readonly string[]) =>
    lab.shiplock(['runbook', 'run', name, 'production', '--reason', 'drill', '--quiet', ...more]);
  const status = async (): Promise<readonly unknown[]> => {
    const seen = await lab.shiplock(['runbook', 'run', 'system-status', 'production', '--json']);
    expect(seen.code, seen.stdout + seen.stderr).toBe(0);
    const rows = z.object({
      report: z.object({ services: z.array(z.object({ service: z.string(), state: z.string() })) }),
    });
    return rows.parse(JSON.parse(seen.stdout)).report.services.map(({ service, state }) => `${service} ${state}`);
  };

  it('F1: refuses to stop what Argo CD would start again at once, and says how to let it be', async () => {
    await expect.poll(() => ready('rollout', 'certkeeper', 'system'), POLL).toBe(2);
    await expect.poll(() => ready('statefulset', 'store'), POLL).toBe(1);
    await expect.poll(() => ready('deployment', 'cache'), POLL).toBe(2);
    const stop = await run('system-stop', '--service', 'api');
    expect(stop.code, stop.stdout + stop.stderr).toBe(5);
    expect(stop.stdout + stop.stderr).toContain('the Application argocd/system heals itself');
    expect(await field('rollout', 'certkeeper', '.spec.replicas', 'system')).toBe('2');
  });

  it('F1: stops all in reverse order, where the pods have ended, and starts as many as there were', async () => {
    const pointers = [{ group: 'argoproj.io', kind: 'Rollout', jsonPointers: ['/spec/replicas'] }];
    await cluster.must([
      ...['patch', 'application', 'system', '-n', 'argocd', '--type', 'merge'],
      ...['-p', JSON.stringify({ spec: { ignoreDifferences: pointers } })],
    ]);
    expect(await status()).toEqual(['store running', 'cache running', 'api running']);
    const plan = await lab.shiplock(['runbook', 'plan', 'system-stop', 'production', '--reason', 'drill']);
    expect(plan.code, plan.stdout + plan.stderr).toBe(0);
    expect(await ready('deployment', 'cache')).toBe(2);
    const stop = await run('system-stop');
    expect(stop.code, stop.stdout + stop.stderr).toBe(0);
    expect([await pods('store'), await pods('cache'), await pods('certkeeper', 'system')]).toEqual([[], [], []]);
    expect(await field('deployment', 'cache', '.metadata.annotations.shiplock\\.dev/replicas')).toBe('2');
    expect(await status()).toEqual(['store stopped', 'cache stopped', 'api stopped']);
    const start = await run('system-start');
    expect(start.code, start.stdout + start.stderr).toBe(0);
    expect(await status()).toEqual(['store running', 'cache running', 'api running']);
    expect([await ready('statefulset', 'store'), await ready('deployment', 'cache')]).toEqual([1, 2]);
    expect(await ready('rollout', 'certkeeper', 'system')).toBe(2);
    expect(await field('deployment', 'cache', '.metadata.annotations.shiplock\\.dev/replicas')).toBe('');
  });

  it('F1: restarts by the own rules of each workload: every pod is another one, and never none is ready', async () => {
    const before = [await pods('cache'), await pods('certkeeper', 'system')].flat();
    const least = { cache: 2, over: false };
    const watching = (async () => {
      while (!least.over) least.cache = Math.min(least.cache, await ready('deployment', 'cache'));
    })();
    const ran = await run('system-restart', '--service', 'cache');
    least.over = true;
    await watching;
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(least.cache).toBeGreaterThan(0);
    const api = await run('system-restart', '--service', 'api');
    expect(api.code, api.stdout + api.stderr).toBe(0);
    await expect.poll(async () => (await pods('cache')).length, POLL).toBe(2);
    await expect.poll(async () => (await pods('certkeeper', 'system')).length, POLL).toBe(2);
    const after = [await pods('cache'), await pods('certkeeper', 'system')].flat();
    expect(after.filter((uid) => before.includes(uid))).toEqual([]);
    expect(await status()).toEqual(['store running', 'cache running', 'api running']);
  });

  it('says which workload is not there, and which right is missing', async () => {
    const file = join(lab.service, 'shiplock.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('name: cache', 'name: cashe'));
    const seen = await run('system-start', '--service', 'cache');
    await writeFile(file, text);
    expect(seen.code).not.toBe(0);
    expect(seen.stdout + seen.stderr).toContain(`no Deployment ${OURS}/cashe`);
  });
});
