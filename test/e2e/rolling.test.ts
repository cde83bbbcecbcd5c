import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startLoad } from '../../scripts/components/load.ts';
import { freePortRange } from '../../scripts/components/ports.ts';
import { type Lab, openLab } from '../../scripts/lab/lab.ts';
import { parsedJson } from '../../src/model/json.ts';
import { instancesOf, release, run, serving } from './support/kinds.ts';

/** Rolling releases of a real service over hosts of this machine, behind a real proxy, under load. */

const HOSTS = ['a', 'b', 'c'] as const;
const PLAN = {
  strategy: 'rolling',
  steps: [],
  healthDeadline: '20s',
  // What is left undecided after a second is passed by the smoke tests; `worse` is found under way.
  analysis: { past: '1s', floor: '2%' },
  analysisDeadline: '2s',
  lowTraffic: 'smoke',
  capacity: { perInstance: '50%' },
  rolling: { firstBake: '2s', bake: '1s', wholeBake: '2s' },
};
const ANSWERS = ['--item', 'log=yes', '--item', 'function=yes', '--item', 'memory=40', '--item', 'seen=the list'];
const KEEP = ['X-Certkeeper-Version', 'X-Fault-Injected'] as const;

async function openHosts(kind: 'haproxy' | 'nginx', hosts: readonly string[]): Promise<Lab> {
  const lab = await openLab({
    database: false,
    frontend: false,
    ports: await freePortRange(41),
    platform: { hosts: [...hosts], keepReleases: 3 },
    traffic: { longestTimeout: '1s', deadMan: '3s', kind },
    metrics: { every: '200ms' },
    rollout: { ...PLAN, ...(hosts.length === 2 ? { capacity: { perInstance: '100%' } } : {}) },
  });
  await lab.commit('1.0.0');
  expect(await release(lab)).toMatchObject({ code: 0 });
  return lab;
}

/** What clients saw while `work` went on, 200 requests per second. */
async function underLoad<T>(lab: Lab, work: () => Promise<T>) {
  const load = await startLoad({ url: `${lab.entry}/api/v1/ping`, rate: 200, seconds: 120, keepHeaders: KEEP });
  const value = await work();
  const { hits } = await load.stop();
  const lost = hits.filter((hit) => hit.code !== 200 && !(hit.headers['x-fault-injected'] ?? '').includes('error'));
  return { value, lost, versions: new Set(hits.map((hit) => hit.headers['x-certkeeper-version'])) };
}

/** Versions that really run, host by host. */
async function running(lab: Lab, hosts: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const found = await Promise.all(hosts.map((host) => instancesOf(lab, 'api', join(lab.host, 'hosts', host))));
  return Object.fromEntries(hosts.map((host, index) => [host, (found[index] ?? []).map((one) => one.version).join()]));
}

const everywhere = (version: string): Readonly<Record<string, string>> =>
  Object.fromEntries(HOSTS.map((host) => [host, version]));

describe('a rolling release over three hosts', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openHosts('haproxy', HOSTS);
  });
  afterAll(() => lab?.stop());

  it('stops at the checkpoint after the first host, and goes on when it is filled in; nothing is lost', async () => {
    await lab.commit('1.1.0', { env: { CERTKEEPER_SLOW_REQUEST: '700ms' } });
    const { value, lost, versions } = await underLoad(lab, async () => {
      const waiting = await release(lab);
      expect(waiting, waiting.text).toMatchObject({ code: 3 });
      expect(waiting.gate).toMatch(/checkpoint$/);
      expect(await running(lab, HOSTS)).toEqual({ ...everywhere('1.0.0'), a: '1.1.0' });
      // Watched under traffic, and without any while nobody of ours looks.
      expect(await serving(lab)).toEqual({ '1.0.0': 1 });
      const fill = ['gate', 'fill', waiting.run, waiting.gate ?? ''];
      expect((await run(lab, [...fill, ...ANSWERS])).code).not.toBe(0);
      const much = [...fill, ...ANSWERS, '--item', 'memory=95', '--item', 'decision=go-on'];
      expect((await run(lab, much)).code).not.toBe(0);
      expect((await run(lab, [...fill, ...ANSWERS, '--item', 'decision=go-on'])).code).toBe(0);
      return run(lab, ['resume', waiting.run]);
    });
    expect(value, value.text).toMatchObject({ code: 0, outcome: 'done', before: '1.0.0' });
    expect(lost).toEqual([]);
    expect([...versions].toSorted()).toEqual(['1.0.0', '1.1.0']);
    expect(await serving(lab)).toEqual({ '1.1.0': 1 });
    expect(await running(lab, HOSTS)).toEqual(everywhere('1.1.0'));
  });

  it('takes a bad version back from the first host; users saw only what it answered itself', async () => {
    const quiet = { rollout: { ...PLAN, smoke: [{ path: '/healthz', status: 200 }], analysisDeadline: '60s' } };
    await lab.commit('1.2.0', { tags: ['faults'], env: { CERTKEEPER_FAULT_ERROR_RATE: '0.5' } }, quiet);
    const { value, lost } = await underLoad(lab, () => release(lab));
    expect(value, value.text).toMatchObject({ code: 4, outcome: 'rolled-back' });
    expect(value.codes).toContain('rollout.worse');
    expect(lost).toEqual([]);
    expect(await serving(lab)).toEqual({ '1.1.0': 1 });
    expect(await running(lab, HOSTS)).toEqual(everywhere('1.1.0'));
  });

  it('a promoted version is taken back host by host by command; nothing is lost', async () => {
    // Somebody made room by hand on one of them: it is laid down there again.
    await rm(join(lab.host, 'hosts', 'b', 'api', 'releases', '1.0.0'), { recursive: true });
    const { value, lost } = await underLoad(lab, () =>
      run(lab, ['rollback', 'production', '--reason', 'as an exercise']),
    );
    expect(value, value.text).toMatchObject({ code: 0 });
    expect(lost).toEqual([]);
    expect(await serving(lab)).toEqual({ '1.0.0': 1 });
    expect(await running(lab, HOSTS)).toEqual(everywhere('1.0.0'));
  });

  it('a rollback while the checkpoint waits restores the first host', async () => {
    await lab.commit('1.3.0', { env: { CERTKEEPER_SLOW_REQUEST: '710ms' } }, { rollout: PLAN });
    expect(await release(lab)).toMatchObject({ code: 3 });
    const back = await run(lab, ['rollback', 'production', '--reason', 'somebody saw something']);
    expect(back, back.text).toMatchObject({ code: 0, version: '1.0.0', before: '1.3.0' });
    expect(await serving(lab)).toEqual({ '1.0.0': 1 });
    expect(await running(lab, HOSTS)).toEqual(everywhere('1.0.0'));
    // The one that was taken back, and so never served, is not on the disk any more.
    expect(await readdir(join(lab.host, 'hosts', 'a', 'api', 'releases'))).toEqual(['1.0.0', '1.1.0', '1.3.0']);
  });

  it('F1: fewer hosts serve once a person has looked, and more again; nothing is lost', async () => {
    const told = z.looseObject({ run: z.string().default(''), gate: z.string().nullable().default(null) });
    const cli = async (...words: readonly string[]) => {
      const { code, stdout, stderr } = await lab.shiplock([...words, '--json']);
      return { code, text: stdout + stderr, ...told.catch({ run: '', gate: null }).parse(parsedJson(stdout)) };
    };
    const scale = (verb: 'run' | 'plan', to: string) =>
      cli('runbook', verb, 'scale', 'production', '--to', to, '--reason', 'a test');
    const fill = ({ run: id, gate }: { run: string; gate: string | null }, carries: string) =>
      cli('gate', 'fill', id, gate ?? '', '--item', `carries=${carries}`, '--item', 'seen=the load of all hosts');
    const { lost } = await underLoad(lab, async () => {
      const plan = await scale('plan', '2');
      expect(plan, plan.text).toMatchObject({ code: 0, text: expect.stringContaining('c will not') });
      const refused = await scale('run', '1');
      expect(refused, refused.text).toMatchObject({ code: 5, text: expect.stringContaining('system.too-few') });
      expect((await scale('run', '4')).code).toBe(2);

      const asked = await scale('run', '2');
      expect(asked, asked.text).toMatchObject({ code: 3, gate: expect.stringContaining('c/checkpoint') });
      expect(await running(lab, HOSTS)).toEqual(everywhere('1.0.0'));
      expect(await fill(asked, 'no')).toMatchObject({ code: 0 });
      const back = await cli('runbook', 'resume', asked.run);
      expect(back, back.text).toMatchObject({ code: 4 });
      // It takes requests again: nothing is left to do.
      const whole = await scale('plan', '3');
      expect(whole, whole.text).toMatchObject({ code: 0, text: expect.stringContaining('it is so already') });

      const again = await scale('run', 'a,b');
      expect(await fill(again, 'yes')).toMatchObject({ code: 0 });
      const done = await cli('runbook', 'resume', again.run);
      expect(done, done.text).toMatchObject({ code: 0 });
      expect(await running(lab, HOSTS)).toEqual({ ...everywhere('1.0.0'), c: '' });
      const out = await scale('run', '3');
      expect(out, out.text).toMatchObject({ code: 0 });
      expect(await running(lab, HOSTS)).toEqual(everywhere('1.0.0'));
    });
    expect(lost).toEqual([]);
    expect(await serving(lab)).toEqual({ '1.0.0': 1 });
  });
});

describe('a rolling release behind Nginx', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openHosts('nginx', ['a', 'b']);
  });
  afterAll(() => lab?.stop());

  it('goes through, and nothing is lost', async () => {
    await lab.commit('1.1.0', { env: { CERTKEEPER_SLOW_REQUEST: '700ms' } });
    const { value, lost } = await underLoad(lab, async () => {
      const waiting = await release(lab);
      expect(waiting, waiting.text).toMatchObject({ code: 3 });
      const fill = ['gate', 'fill', waiting.run, waiting.gate ?? '', ...ANSWERS, '--item', 'decision=go-on'];
      expect((await run(lab, fill)).code).toBe(0);
      return run(lab, ['resume', waiting.run]);
    });
    expect(value, value.text).toMatchObject({ code: 0, outcome: 'done' });
    expect(lost).toEqual([]);
    expect(await serving(lab)).toEqual({ '1.1.0': 1 });
    expect(await running(lab, ['a', 'b'])).toEqual({ a: '1.1.0', b: '1.1.0' });
  });
});
