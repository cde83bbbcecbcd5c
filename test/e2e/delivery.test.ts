import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Alertmanager, startAlertmanager } from '../../scripts/components/alertmanager.ts';
import { command, type Lab, openLab } from '../../scripts/lab/lab.ts';
import { readRun } from '../../src/procedure/index.ts';
import { type Hook, startHook } from '../support/hook.ts';
import { portRange, quickRollout } from './support/doors.ts';

/** Real releases: what people are told on the way, and what is counted afterwards. */

const summarySchema = z.looseObject({ run: z.string(), gate: z.string().nullable() });
const known = z.looseObject({ kind: z.literal('known'), n: z.number(), medianMs: z.number(), p90Ms: z.number() });
const statsSchema = z.looseObject({
  counts: z.array(
    z.looseObject({
      service: z.string(),
      runs: z.record(z.string(), z.record(z.string(), z.number())),
      deployments: z.looseObject({ n: z.number(), first: z.number(), configuration: z.number() }),
      leadTime: known,
      changes: z.looseObject({ n: z.number(), failed: z.number(), wentBackFrom: z.number() }),
      timeToRestore: known,
    }),
  ),
});

describe('a canary that asks, a rollback, and a rollback in the middle of a release', () => {
  let lab: Lab;
  let hook: Hook;
  let manager: Alertmanager;
  const commits: string[] = [];
  const runs: string[] = [];

  beforeAll(async () => {
    hook = await startHook();
    manager = await startAlertmanager({ webhook: hook.url });
    lab = await openLab({
      database: false,
      frontend: false,
      ports: await portRange(),
      rollout: { ...quickRollout, lowTraffic: 'gate' },
      announce: { alertmanager: { urls: [manager.url] }, labels: { team: 'trust' } },
    });
  });
  afterAll(async () => {
    await lab?.stop();
    await manager?.stop();
    await hook?.[Symbol.asyncDispose]();
  });

  async function act(args: readonly string[], code: number): Promise<z.infer<typeof summarySchema>> {
    const ran = await lab.shiplock([...args, '--json']);
    expect(ran.code, ran.stdout + ran.stderr).toBe(code);
    const summary = summarySchema.parse(JSON.parse(ran.stdout));
    if (!runs.includes(summary.run)) runs.push(summary.run);
    return summary;
  }
  const heard = () => expect.poll(() => hook.heard(), { timeout: 10_000 });

  test('a first release that goes through tells nobody anything', async () => {
    commits.push(await lab.commit('1.0.0'));
    await act(['release', 'production'], 0);
    expect(hook.heard()).toEqual([]);
  });

  test('a bake without evidence is told, `status` says so, and it is over when a person has decided', async () => {
    commits.push(await lab.commit('2.0.0', { env: { CERTKEEPER_SLOW_REQUEST: '400ms' } }));
    const { run, gate } = await act(['release', 'production'], 3);
    await heard().toEqual(['firing ShiplockRunHeld']);
    expect(hook.messages[0]?.commonLabels).toMatchObject({
      reason: 'no-verdict',
      run,
      team: 'trust',
      service: 'certkeeper',
    });
    const status = await lab.shiplock(['status', 'production']);
    expect(status.stdout).toMatch(new RegExp(`told alertmanager at \\S+: ShiplockRunHeld of ${run}\\n`));
    const evidence = ['--evidence', 'decision=promote', '--evidence', 'reason=nobody is awake'];
    const filled = await lab.shiplock(['gate', 'fill', run, gate ?? '', ...evidence]);
    expect(filled.code, filled.stderr).toBe(0);
    await heard().toEqual(['firing ShiplockRunHeld', 'resolved ShiplockRunHeld']);
    await act(['resume', run], 0);
  });

  test('a rollback is told', async () => {
    await act(['rollback', 'production', '--reason', 'checkout fails'], 0);
    await heard().toEqual(['firing ShiplockRunHeld', 'resolved ShiplockRunHeld', 'firing ShiplockRollback']);
  });

  test('a rollback that takes a waiting release over closes what was open there', async () => {
    commits.push(await lab.commit('3.0.0', { env: { CERTKEEPER_SLOW_REQUEST: '300ms' } }));
    await act(['release', 'production'], 3);
    await heard().toHaveLength(4);
    await act(['rollback', 'production', '--reason', 'not today'], 0);
    await expect
      .poll(() => hook.heard().slice(4).toSorted(), { timeout: 10_000 })
      .toEqual(['firing ShiplockRollback', 'resolved ShiplockRunHeld']);
    expect((await lab.shiplock(['announce', 'production'])).code).toBe(0);
  });

  test('the counts are those of what happened', async () => {
    const ran = await lab.shiplock(['stats', 'production', '--since', '1d', '--json']);
    expect(ran.code, ran.stderr).toBe(0);
    const [counts] = statsSchema.parse(JSON.parse(ran.stdout)).counts;
    expect(counts).toMatchObject({
      service: 'certkeeper',
      deployments: { n: 2, first: 1, configuration: 0 },
      changes: { n: 3, failed: 2, wentBackFrom: 2 },
      runs: { release: { done: 2, 'taken over': 1 }, rollback: { done: 2 } },
    });
    const [first, second] = [await leadOf(commits[0], runs[0], 'open'), await leadOf(commits[1], runs[1], 'promote')];
    expect(counts?.leadTime).toMatchObject({ n: 2, medianMs: Math.min(first, second), p90Ms: Math.max(first, second) });
    // Each rollback took its own time; by hand it is from its first record to the step that found all traffic back.
    const restores = [await restoreOf(runs[2]), await restoreOf(runs[4])].toSorted((a, b) => a - b);
    expect(counts?.timeToRestore).toMatchObject({ n: 2, medianMs: restores[0], p90Ms: restores[1] });
    const text = (await lab.shiplock(['stats', '--since', '1d'])).stdout;
    console.log(text);
    expect(text).toMatch(
      /deployments +2 \(1 the first release\), per week: not known: the journals cover less than a day/,
    );
    expect(text).toMatch(/change failure rate 66\.7 %: 2 of 3 changes \(2 gone back from by a rollback\)/);
  });

  test('times that are none are refused', async () => {
    const ran = await lab.shiplock(['stats', '--since', 'yesterday']);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('--since: found yesterday');
    expect((await lab.shiplock(['stats', '--since', '1d', '--until', '2d'])).code).toBe(2);
  });

  /** Read from git and from the journal by itself, not by the code that counts. */
  async function leadOf(commit = '', run = '', step = ''): Promise<number> {
    const shown = await command(['git', '-C', lab.service, 'show', '-s', '--format=%ct', commit]);
    return (await timeOf(run, (node) => node.endsWith(`/${step}`))) - Number(shown.stdout) * 1000;
  }
  async function restoreOf(run = ''): Promise<number> {
    const { entries } = await readRun(lab.state, run);
    const begun = Date.parse(entries[0]?.record.time ?? '');
    const steps = entries.filter(({ record }) => record.type === 'step.intent' && record.node.includes('traffic-back'));
    // The last step that had anything to do there.
    const busy = steps.filter(({ payload }) => JSON.stringify(payload).includes('"kind"')).at(-1)?.record.node ?? '';
    return (await timeOf(run, (node) => node === busy)) - begun;
  }
  async function timeOf(run: string, is: (node: string) => boolean): Promise<number> {
    const { entries } = await readRun(lab.state, run);
    const done = entries.find(({ record }) => record.type === 'step.done' && is(record.node));
    return Date.parse(done?.record.time ?? '');
  }
});
