import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Cluster } from '../lab/cluster/start.ts';
import { OBJECTS, openPodsLab, type PodsLab } from '../support/cluster-pods.ts';
import { startRequests } from '../support/cluster-release.ts';
import { skipWords } from '../support/hosts.ts';
import { whySkipCluster } from '../support/kubernetes.ts';
import { leaveCluster, useCluster } from '../support/shared-cluster.ts';

/** The runbook `scale` where git counts the pods, and a real Argo CD brings them. */

const why = await whySkipCluster();
const POLL = { timeout: 120_000, interval: 500 };
const told = z.looseObject({ run: z.string().default(''), gate: z.string().nullable().default(null) });

describe.skipIf(why !== null)(`how many pods there are${skipWords(why)}`, () => {
  let cluster: Cluster;
  let stage: PodsLab;

  beforeAll(async () => {
    cluster = await useCluster();
    stage = await openPodsLab(cluster, { namespace: 'scale', nodePort: 30_495, selfHeal: true });
  }, 240_000);
  afterAll(async () => {
    await stage?.lab[Symbol.asyncDispose]();
    if (cluster !== undefined) await leaveCluster(cluster);
  });

  const cli = async (...words: readonly string[]) => {
    const { code, stdout, stderr } = await stage.lab.shiplock([...words, '--json']);
    const json = stdout.trim() === '' ? {} : JSON.parse(stdout);
    return { code, text: stdout + stderr, ...told.catch({ run: '', gate: null }).parse(json) };
  };
  const scale = (to: string, ...more: readonly string[]) =>
    cli('runbook', 'run', 'scale', 'production', '--to', to, '--reason', 'a drill', ...more);
  const fill = async ({ run, gate }: { run: string; gate: string | null }, carries: boolean) => {
    const items = ['--item', `carries=${carries}`, '--item', 'seen=requests per second of each pod'];
    const filled = await cli('gate', 'fill', run, gate ?? '', ...items);
    expect(filled.code, filled.text).toBe(0);
    return cli('resume', run);
  };
  const replicas = async () => [
    /^ {2}replicas: (\d+)$/m.exec(await stage.lab.shown(OBJECTS))?.[1],
    await stage.field('rollout', 'certkeeper', '.spec.replicas'),
    String((await stage.pods('certkeeper')).length),
  ];

  it('F1: out by a commit that Argo CD brings: git, the Rollout and the pods agree, and self-heal leaves it', async () => {
    await expect.poll(() => stage.field('rollout', 'certkeeper', '.status.availableReplicas'), POLL).toBe('2');
    await expect.poll(() => stage.field('deployment', 'worker', '.status.availableReplicas'), POLL).toBe('1');
    const plan = await cli('runbook', 'plan', 'scale', 'production', '--to', '4', '--reason', 'a drill');
    expect(plan, plan.text).toMatchObject({ code: 0, text: expect.stringContaining('spec.replicas: 2 → 4') });
    expect(await replicas()).toEqual(['2', '2', '2']);
    const load = startRequests(stage.lab.entry, 20);
    const ran = await scale('4');
    const answers = await load.stop();
    expect(ran, ran.text).toMatchObject({ code: 0 });
    expect(await replicas()).toEqual(['4', '4', '4']);
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(answers.length).toBeGreaterThan(20);
    const again = await scale('4');
    expect(again, again.text).toMatchObject({ code: 0 });
    expect(await replicas()).toEqual(['4', '4', '4']);
  });

  it('F1: in once a person has looked at the load; “no” leaves all as it is', async () => {
    const asked = await scale('3');
    expect(asked, asked.text).toMatchObject({ code: 3, gate: expect.stringContaining('checkpoint') });
    expect(await replicas()).toEqual(['4', '4', '4']);
    const refused = await fill(asked, false);
    expect(refused.code, refused.text).not.toBe(0);
    expect(await replicas()).toEqual(['4', '4', '4']);
    const done = await fill(await scale('3'), true);
    expect(done, done.text).toMatchObject({ code: 0 });
    expect(await replicas()).toEqual(['3', '3', '3']);
  });

  it('F1: takes back in git what finds no room: pods that cannot be placed, and what is ready serves on', async () => {
    await cluster.must(
      ['apply', '-f', '-'],
      JSON.stringify({
        ...{ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'few', namespace: 'scale' } },
        spec: { hard: { pods: '5' } },
      }),
    );
    const load = startRequests(stage.lab.entry, 20);
    const ran = await scale('9');
    const answers = await load.stop();
    await cluster.must(['delete', 'resourcequota', 'few', '-n', 'scale']);
    expect(ran, ran.text).toMatchObject({ code: 4, text: expect.stringContaining('system.pods-not-settled') });
    await expect.poll(replicas, POLL).toEqual(['3', '3', '3']);
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  }, 240_000);

  it('says so where an autoscaler counts, and changes its bounds', async () => {
    const one = await scale('2', '--workload', 'worker');
    expect(one, one.text).toMatchObject({ code: 2, text: expect.stringContaining('an autoscaler counts them') });
    const ran = await scale('2-5', '--workload', 'worker');
    expect(ran, ran.text).toMatchObject({ code: 0 });
    expect(await stage.field('hpa', 'worker', '.spec.minReplicas')).toBe('2');
    expect(await stage.field('hpa', 'worker', '.spec.maxReplicas')).toBe('5');
    expect(await stage.pods('worker')).toHaveLength(2);
    // A smaller upper bound takes pods away at the next peak.
    const asked = await scale('2-4', '--workload', 'worker');
    expect(asked, asked.text).toMatchObject({ code: 3 });
    const done = await fill(asked, true);
    expect(done, done.text).toMatchObject({ code: 0 });
    expect(await stage.field('hpa', 'worker', '.spec.maxReplicas')).toBe('4');
  });

  it('is refused where git would not be the truth', async () => {
    const other = await scale('3', '--workload', 'nobody');
    expect(other, other.text).toMatchObject({ code: 5, text: expect.stringContaining('system.not-scaled-here') });
    const ignore = {
      spec: { ignoreDifferences: [{ group: 'argoproj.io', kind: 'Rollout', jsonPointers: ['/spec/replicas'] }] },
    };
    const patch = (body: object) =>
      cluster.must(['patch', 'application', 'scale', '-n', 'argocd', '--type', 'merge', '-p', JSON.stringify(body)]);
    await patch(ignore);
    const overlooked = await scale('4');
    expect(overlooked, overlooked.text).toMatchObject({
      code: 5,
      text: expect.stringContaining('system.pods-overlooked'),
    });
    await cluster.must([
      'patch',
      'rollout',
      'certkeeper',
      '-n',
      'scale',
      '--type',
      'merge',
      '-p',
      '{"spec":{"replicas":5}}',
    ]);
    const differs = await scale('4');
    expect(differs, differs.text).toMatchObject({
      code: 5,
      text: expect.stringContaining('3 pods in git, 5 pods there'),
    });
    await patch({ spec: { ignoreDifferences: null } });
    await expect.poll(replicas, POLL).toEqual(['3', '3', '3']);
  });
});
