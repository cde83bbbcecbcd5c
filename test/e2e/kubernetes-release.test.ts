import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { effectSchema } from '../../src/model/effect.ts';
import { executeEffect } from '../../src/procedure/effects/execute.ts';
import { createSecrets, kubeClient, listRuns, systemClock } from '../../src/procedure/index.ts';
import type { Cluster } from '../lab/cluster/start.ts';
import { type ClusterLab, openClusterLab, startRequests } from '../support/cluster-release.ts';
import { skipWords } from '../support/hosts.ts';
import { whySkipCluster } from '../support/kubernetes.ts';
import { leaveCluster, useCluster } from '../support/shared-cluster.ts';
import { wrongWays } from './support/cluster-problems.ts';

/** Releases into a real cluster: Argo CD brings what git says, Argo Rollouts moves pods, our evidence decides. */

const why = await whySkipCluster();

describe.skipIf(why !== null)(`a release into a cluster${skipWords(why)}`, () => {
  let cluster: Cluster;
  const digests: Record<string, string> = {};
  const image = async (version: string, faults?: Readonly<Record<string, string>>): Promise<string> => {
    const pushed = await cluster.pushService(faults === undefined ? { version } : { version, faults });
    const digest = pushed.slice(pushed.indexOf('@') + 1);
    digests[version] = digest;
    return digest;
  };
  /** Git, the cluster and its ready pods say the same. */
  const agree = async (lab: ClusterLab, version: string): Promise<void> => {
    expect(await lab.head()).toBe(digests[version]);
    await expect.poll(() => lab.serving(), { timeout: 60_000, interval: 500 }).toBe(digests[version]);
    await expect
      .poll(async () => [...new Set(await lab.ready())], { timeout: 60_000, interval: 500 })
      .toEqual([digests[version]]);
  };
  const release = async (lab: ClusterLab, version: string, code: number): Promise<string> => {
    const ran = await lab.shiplock(['release', 'production', '--release', version]);
    expect(ran.code, ran.stdout + ran.stderr).toBe(code);
    return ran.stdout + ran.stderr;
  };

  beforeAll(async () => {
    cluster = await useCluster();
    await Promise.all([image('1.0.0'), image('1.1.0'), image('1.2.0')]);
    await image('1.3.0', { CERTKEEPER_FAULT_ERROR_RATE: '0.5' });
  });
  afterAll(() => leaveCluster(cluster));

  it('says of each wrong way into the cluster what is wrong with it', async () => {
    const { problems } = await wrongWays(cluster, cluster.dir);
    const codes = Object.fromEntries(Object.entries(problems).map(([name, { code }]) => [name, code]));
    expect(codes).toEqual({
      good: 'none',
      unreachable: 'kube.unreachable',
      'another authority': 'kube.tls',
      'expired token': 'kube.credentials',
      'no right': 'kube.forbidden',
      'unknown context': 'kube.context',
      'no definition': 'kube.missing-kind',
      'no file': 'kube.no-kubeconfig',
      'exec plugin': 'kube.exec-plugin',
      // The plugin's token is known, and its account may not do it.
      'token of a plugin': 'kube.forbidden',
    });
    expect(problems['no right']?.remedy).toContain(
      '{apiGroups: ["argoproj.io"], resources: ["rollouts"], verbs: ["get"]}',
    );
  });

  it('refuses what was decided on an older version of an object, and sees changes as they come', async () => {
    const kube = kubeClient({ kubeconfig: [cluster.kubeconfig] });
    const maps = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespace: 'default' };
    const change = (resourceVersion: string | undefined, value: string) =>
      executeEffect(
        effectSchema.parse({
          kind: 'kube',
          cluster: { kubeconfig: [cluster.kubeconfig] },
          verb: resourceVersion === undefined ? 'create' : 'merge',
          object: maps,
          name: 'watched',
          body: { data: { value } },
          ...(resourceVersion === undefined ? {} : { resourceVersion }),
          timeoutMs: 10_000,
        }),
        {
          clock: systemClock,
          secrets: createSecrets(),
          fence: 1,
          fenceFile: undefined,
          signal: AbortSignal.timeout(20_000),
        },
      );
    const { resourceVersion } = await kube.list(maps);
    await change(undefined, 'one');
    const first = (await kube.get(maps, 'watched'))?.meta.resourceVersion ?? '';
    await change(first, 'two');
    await expect(change(first, 'three')).rejects.toMatchObject({ problems: [{ code: 'kube.conflict' }] });
    await expect(change(undefined, 'again')).rejects.toMatchObject({ problems: [{ code: 'kube.exists' }] });
    const over = new AbortController();
    const seen: string[] = [];
    for await (const { type, object } of kube.watch(maps, { resourceVersion, signal: over.signal })) {
      if (object.meta.name === 'watched') seen.push(type);
      if (seen.length === 2) break;
    }
    expect(seen).toEqual(['ADDED', 'MODIFIED']);
  });

  describe('canary', () => {
    let lab: ClusterLab;
    beforeAll(async () => {
      lab = await openClusterLab(cluster, { namespace: 'shop', strategy: 'canary', nodePort: 30_080 });
    });
    afterAll(() => lab?.[Symbol.asyncDispose]());

    it('the first release brings the service, and `status` says that git agrees', async () => {
      await release(lab, '1.0.0', 0);
      await agree(lab, '1.0.0');
      const status = await lab.shiplock(['status', 'production', '--json']);
      expect(JSON.parse(status.stdout)).toMatchObject({
        git: '1.0.0',
        gitAgrees: true,
        routes: [{ version: '1.0.0', share: 1, configured: 1, up: 4 }],
        problems: [],
      });
    });

    it('a canary goes on at each pause by evidence, and serves all', async () => {
      const load = startRequests(lab.entry, 60);
      const told = await release(lab, '1.1.0', 0);
      const answers = await load.stop();
      expect(told).toContain('1.1.0 serves all traffic of production');
      await agree(lab, '1.1.0');
      const failed = answers.filter(({ status }) => status !== 200);
      console.log(`${answers.length} requests during the canary, ${failed.length} not answered with 200`);
    });

    it('a bad canary is taken back by evidence, first on the cluster, then in git', async () => {
      const load = startRequests(lab.entry, 60);
      const told = await release(lab, '1.3.0', 4);
      const answers = await load.stop();
      expect(told).toContain('rollout.worse');
      await agree(lab, '1.1.0');
      const bad = answers.filter(({ version }) => version === '1.3.0');
      const first = bad.find(({ status }) => status >= 500);
      const last = bad.at(-1);
      if (first === undefined || last === undefined) throw new Error('the bad version answered');
      console.log(`first bad answer → last answer of the bad version: ${((last.at - first.at) / 1000).toFixed(1)} s`);
    });

    it('a bot that brings the bad digest back gets no pod of it, and what serves stays', async () => {
      const bad = digests['1.3.0'] ?? '';
      await lab.bump(bad, 'bot');
      await cluster.must([
        'annotate',
        'app',
        'shop',
        '-n',
        'argocd',
        'argocd.argoproj.io/refresh=normal',
        '--overwrite',
      ]);
      const wants = async (): Promise<string> =>
        cluster.must([
          'get',
          'rollout',
          'certkeeper',
          '-n',
          'shop',
          '-o',
          'jsonpath={.spec.template.spec.containers[0].image}',
        ]);
      await expect.poll(wants, { timeout: 60_000, interval: 500 }).toContain(bad);
      for (let look = 0; look < 10; look++) {
        expect([...new Set(await lab.ready())]).toEqual([digests['1.1.0']]);
        await sleep(500);
      }
      expect(await cluster.must(['get', 'events', '-n', 'shop'])).toContain(
        'is in quarantine: 1.3.0, taken back by run',
      );
    });

    it('goes on after kill -9 in the middle of a bake', async () => {
      const load = startRequests(lab.entry, 60);
      const { argv, cwd } = lab.spawn;
      const [program = '', ...args] = argv;
      const child = spawn(program, [...args, 'release', 'production', '--release', '1.2.0', '--state', lab.state], {
        cwd,
        stdio: 'ignore',
        env: { ...process.env, SHIPLOCK_WHO: 'lab' },
      });
      const gone = new Promise((done) => child.once('close', done));
      await expect
        .poll(async () => (await lab.ready()).includes(digests['1.2.0'] ?? ''), { timeout: 90_000, interval: 500 })
        .toBe(true);
      await sleep(1_000);
      child.kill('SIGKILL');
      await gone;
      const [run] = (await listRuns(lab.state)).filter(
        ({ finished, title }) => finished === null && /Release/.test(title),
      );
      if (run === undefined) throw new Error('a run that has not ended');
      const resumed = await lab.shiplock(['resume', run.run]);
      await load.stop();
      expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
      await agree(lab, '1.2.0');
    });

    it('`rollback` goes back to the release before, in git and on the cluster, without pauses', async () => {
      const ran = await lab.shiplock(['rollback', 'production', '--reason', 'try']);
      expect(ran.code, ran.stdout + ran.stderr).toBe(0);
      await agree(lab, '1.1.0');
    });

    it('`quarantine add` does not take from the cluster what serves there', async () => {
      const digest = digests['1.1.0'] ?? '';
      const added = await lab.shiplock(['quarantine', 'add', digest, '--reason', 'try', '--json']);
      expect(added.code, added.stdout + added.stderr).toBe(0);
      expect(JSON.parse(added.stdout)).toMatchObject({ clusters: [{ kind: 'serves', environment: 'production' }] });
      const list = ['configmap', 'quarantine', '-n', 'shiplock-policy', '-o', 'jsonpath={.data}'];
      expect(await cluster.must(['get', ...list])).not.toContain(digest.replace(':', '-'));
      expect((await lab.shiplock(['quarantine', 'release', digest, '--reason', 'a try'])).code).toBe(0);
    });
  });

  it('`quarantine add` and `release`: on the list of the releases and on that of the cluster, and off both', async () => {
    await using lab = await openClusterLab(cluster, { namespace: 'let', strategy: 'canary', nodePort: 30_380 });
    const patience = { timeout: 120_000, interval: 500 };
    await expect.poll(() => cluster.kubectl(['get', 'namespace', 'let']), patience).toMatchObject({ code: 0 });
    const digest = digests['1.3.0'] ?? '';
    const pod = [
      'run',
      'probe',
      '-n',
      'let',
      `--image=registry.example.com/certkeeper/api@${digest}`,
      '--dry-run=server',
    ];
    const key = digest.replace(':', '-');
    const list = ['configmap', 'quarantine', '-n', 'shiplock-policy'];
    const write = (reason: string | null) =>
      cluster.must(['patch', ...list, '--type=merge', '-p', JSON.stringify({ data: { [key]: reason } })]);
    // A release of another service of this cluster has been taken back with it.
    await write(null);
    const added = await lab.shiplock(['quarantine', 'add', digest, '--reason', 'try', '--json']);
    expect(added.code, added.stdout + added.stderr).toBe(0);
    expect(JSON.parse(added.stdout)).toMatchObject({ clusters: [{ kind: 'refuses', environment: 'production' }] });
    await expect.poll(async () => (await cluster.kubectl(pod)).output, patience).toContain('is in quarantine: try');
    const released = await lab.shiplock(['quarantine', 'release', digest, '--reason', 'not its fault', '--json']);
    expect(released.code, released.stdout + released.stderr).toBe(0);
    const { runs } = z.object({ runs: z.tuple([z.string()]) }).parse(JSON.parse(released.stdout));
    expect(await cluster.must(['get', ...list, '-o', 'jsonpath={.data}'])).not.toContain(key);
    await expect.poll(async () => (await cluster.kubectl(pod)).output, patience).not.toContain('is in quarantine');
    expect((await lab.shiplock(['journal', 'verify', ...runs])).code).toBe(0);
    // What only the cluster refuses is let in by the same words.
    await write('try');
    expect((await lab.shiplock(['quarantine', 'release', digest, '--reason', 'again'])).code).toBe(0);
    const nothing = await lab.shiplock(['quarantine', 'release', digest, '--reason', 'once more', '--json']);
    expect(nothing.code).toBe(5);
    expect(nothing.stdout + nothing.stderr).toContain('release.not-quarantined');
  });

  it('blue-green: new pods stand by, get everything at once, and a bad one is taken back', async () => {
    await using lab = await openClusterLab(cluster, {
      namespace: 'blue',
      strategy: 'blue-green',
      nodePort: 30_180,
      replicas: 2,
      rollout: { finalBake: '8s', limits: { errors: '10%' } },
    });
    await release(lab, '1.0.0', 0);
    await release(lab, '1.1.0', 0);
    await agree(lab, '1.1.0');
    const load = startRequests(lab.entry, 60);
    const told = await release(lab, '1.3.0', 4);
    await load.stop();
    expect(told).toContain('rollout.above-limit');
    await agree(lab, '1.1.0');
  });
});
