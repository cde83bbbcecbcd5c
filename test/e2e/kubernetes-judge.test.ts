import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../lab/cluster/namespaces.ts';
import type { Cluster } from '../lab/cluster/start.ts';
import { GITOPS, render } from '../lab/manifests/check.ts';
import { skipWords } from '../support/hosts.ts';
import { JUDGE_PROGRAM, judgeImage } from '../support/judge-image.ts';
import {
  type JudgedRollout,
  type JudgeProcess,
  judgedRollout,
  judgeProcess,
  rolloutConfig,
  rolloutParts,
} from '../support/judged-rollout.ts';
import { whySkipCluster } from '../support/kubernetes.ts';
import { leaveCluster, useCluster } from '../support/shared-cluster.ts';

/** Argo Rollouts on a real cluster, with the strategy and the templates that are made for it, and a judge that is killed. */

const why = await whySkipCluster();
const TOKEN = 'token-of-the-lab-only-0123';

describe.skipIf(why !== null)(`a Rollout that asks the judge${skipWords(why)}`, () => {
  let cluster: Cluster;
  let rollout: JudgedRollout;
  let judge: JudgeProcess;
  let images: { first: string; good: string; bad: string };

  const phase = async (wanted: string): Promise<void> => {
    await until(`phase ${wanted}`, async () => {
      const state = await rollout.state();
      return state.phase === wanted;
    }).catch(async (error) => {
      throw new Error(`${error}\n${JSON.stringify([await rollout.state(), await rollout.runs()])}\n${judge.log()}`);
    });
  };

  beforeAll(async () => {
    cluster = await useCluster();
    images = {
      first: await cluster.pushService({ version: '1.0.0' }),
      good: await cluster.pushService({ version: '1.1.0' }),
      bad: await cluster.pushService({ version: '1.2.0', faults: { CERTKEEPER_FAULT_ERROR_RATE: '0.5' } }),
    };
    rollout = await judgedRollout(cluster, 60);
    const config = rolloutConfig(rollout.prometheus);
    judge = await judgeProcess(cluster, config, TOKEN);
    await judge.start();
    await cluster.must(['create', 'secret', 'generic', 'shiplock-judge', `--from-literal=token=${TOKEN}`]);
    const [patch, ...templates] = rolloutParts(config, judge.url, 2_000);
    await rollout.apply(patch?.spec['strategy'], templates, images.first);
    await phase('Healthy');
  });
  afterAll(async () => {
    await rollout?.stop();
    await judge?.kill();
    await leaveCluster(cluster);
  });

  it('promotes a good version share by share, although the judge is killed meanwhile', async () => {
    await rollout.release(images.good);
    await until('the first AnalysisRun', async () => (await rollout.runs()).length > 0);
    await judge.kill();
    await until('a question without an answer', async () =>
      (await rollout.runs()).some(({ status }) => (status?.metricResults?.[0]?.error ?? 0) > 0),
    );
    await judge.start();
    await phase('Healthy');
    const runs = await rollout.runs();
    expect(runs.map(({ status }) => status?.phase)).toEqual(['Successful', 'Successful']);
    for (const { status } of runs) expect(status?.metricResults?.[0]).toMatchObject({ successful: 1 });
    // Undecided was looked at again, and did not pause the Rollout.
    expect(runs.some(({ status }) => (status?.metricResults?.[0]?.inconclusive ?? 0) > 0)).toBe(true);
    const text = await cluster.must([
      'get',
      'pods',
      '-l',
      'app=api',
      '-o',
      'jsonpath={.items[*].spec.containers[0].image}',
    ]);
    expect(text).toContain(images.good);
  });

  it('aborts a bad one by evidence, and all traffic is back', async () => {
    const stable = (await rollout.state()).stableRS;
    await rollout.release(images.bad);
    await phase('Degraded');
    const state = await rollout.state();
    expect(state).toMatchObject({ abort: true, stableRS: stable });
    expect(state.message).toContain('failed (1) > failureLimit (0)');
    const failed = (await rollout.runs()).find(({ status }) => status?.phase === 'Failed');
    const value = failed?.status?.metricResults?.[0]?.measurements?.at(-1)?.value ?? '';
    expect(JSON.parse(value)).toMatchObject({ verdict: 'worse' });
    await until('no pod of it', async () => {
      const pods = await cluster.must([
        'get',
        'pods',
        '-l',
        'app=api',
        '-o',
        'jsonpath={.items[*].spec.containers[0].image}',
      ]);
      return !pods.includes(images.bad);
    });
    const from = rollout.answers.length;
    await until('a hundred answers more', async () => rollout.answers.length > from + 100);
    expect(rollout.answers.slice(from).filter(({ ok }) => !ok)).toEqual([]);
  });

  it('in push mode a bad version is aborted although no pipeline is there', async () => {
    const [patch, ...templates] = rolloutParts(rolloutConfig(rollout.prometheus), judge.url, 2_000, 'push');
    await rollout.apply(patch?.spec['strategy'], templates, images.good);
    await phase('Healthy');
    const from = rollout.answers.length;
    await rollout.release(images.bad);
    // At its first share it waits for a pipeline that never comes.
    await until(
      'the pause',
      async () => (await rollout.state()).phase === 'Paused' || (await rollout.state()).abort === true,
    );
    await phase('Degraded');
    expect((await rollout.state()).message).toContain('failed (1) > failureLimit (0)');
    expect(rollout.answers.slice(from).some(({ ok }) => !ok)).toBe(true);
  });

  it('the judge runs as pods that may do nothing, from an image of its own', async () => {
    const image = await cluster.push('shiplock/judge:1', await judgeImage(join(cluster.dir, 'judge-image')));
    const digest = image.slice(image.indexOf('@') + 1);
    const rendered = (await render(join(GITOPS, 'judge')))
      .replace(/(shiplock\/judge@)sha256:0+/, `$1${digest}`)
      .replace('- --config', `- ${JUDGE_PROGRAM}\n        - judge\n        - serve\n        - --config`)
      .replace(/http:\/\/prometheus-operated\S+/, rollout.prometheus);
    await cluster.must(['create', 'namespace', 'shiplock']);
    await cluster.must(['label', 'namespace', 'shiplock', 'pod-security.kubernetes.io/enforce=restricted']);
    await cluster.must([
      'create',
      'secret',
      'generic',
      '-n',
      'shiplock',
      'shiplock-judge',
      `--from-literal=token=${TOKEN}`,
    ]);
    await cluster.must(['apply', '-f', '-'], rendered);
    await until('both pods', async () => {
      const ready = ['get', 'deployment', '-n', 'shiplock', 'shiplock-judge', '-o', 'jsonpath={.status.readyReplicas}'];
      return (await cluster.must(ready)) === '2';
    }).catch(async (error) => {
      throw new Error(`${error}: ${await cluster.must(['describe', 'pods', '-n', 'shiplock'])}`);
    });
    const question = {
      ...{ service: 'certkeeper', environment: 'production', canary: 'none', stable: 'none' },
      since: String(Math.round(Date.now() / 1000) - 60),
    };
    const url = 'http://shiplock-judge.shiplock.svc.cluster.local:8484/v1/judge';
    const curl = [
      'curl',
      '-s',
      '-m',
      '10',
      '-H',
      `Authorization: Bearer ${TOKEN}`,
      '-d',
      JSON.stringify(question),
      url,
    ];
    let output = '';
    // A pod that is ready is not yet known to the Service.
    await until('an answer through the Service', async () => {
      output = (await cluster.inside(curl)).output;
      return output !== '';
    });
    expect(JSON.parse(output)).toMatchObject({ verdict: 'undecided', readings: expect.any(Number) });
  });
});
