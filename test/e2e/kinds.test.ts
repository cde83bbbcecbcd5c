import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePortRange } from '../../scripts/components/ports.ts';
import { type Lab, openLab } from '../../scripts/lab/lab.ts';
import { instancesOf, live, release, run, serving, sharesSet } from './support/kinds.ts';

/**
 * Every kind of release that is not the plain one, one after the other on one service without a database: a first release that
 * fails, a configuration, a secret, versions that die, hardly any traffic, and a stable version that cannot carry everything.
 */

const SMOKE = { lowTraffic: 'smoke', analysisDeadline: '1s' };
const FAULTS = { tags: ['faults'] };

let lab: Lab;

beforeAll(async () => {
  lab = await openLab({
    database: false,
    frontend: false,
    ports: await freePortRange(21),
    platform: { crashLoop: { restarts: 2, within: '30s' }, stopTimeout: '5s' },
    traffic: { longestTimeout: '500ms', deadMan: '3s' },
    metrics: { every: '200ms' },
    rollout: {
      steps: [{ share: '50%', bake: '1s' }],
      analysis: { past: '0s', floor: '1%' },
      finalBake: '500ms',
      healthDeadline: '20s',
      ...SMOKE,
    },
  });
});
afterAll(() => lab.stop());

describe('a first release', () => {
  it('that dies at start is removed, and the answer says so', async () => {
    await lab.commit('0.9.0', { ...FAULTS, env: { CERTKEEPER_FAULT_CRASH_AT_START: 'true' } });
    const ran = await release(lab);
    expect(ran).toMatchObject({ code: 4, outcome: 'rolled-back', before: null });
    expect(ran.codes).toContain('rollout.crash-loop');
    expect(ran.sentence).toMatch(/removed|nothing serves/);
    expect(await instancesOf(lab)).toEqual([]);
    expect(await readdir(join(lab.host, 'api', 'releases'))).toEqual([]);
    expect(await live(lab)).toMatchObject({ routes: [], live: null });
  });

  it('that only users would find broken is removed too, although it was current already', async () => {
    await lab.commit('0.9.1', {}, { verify: [{ path: '/api/v1/ping', status: 204 }] });
    expect(await release(lab)).toMatchObject({ code: 4, outcome: 'rolled-back', before: null });
    expect(await instancesOf(lab)).toEqual([]);
    expect(await readdir(join(lab.host, 'api', 'releases'))).toEqual([]);
    expect(await lab.named().catch(() => 'nothing')).toBe('nothing');
  });

  it('succeeds afterwards', async () => {
    await lab.commit('1.0.0');
    expect(await release(lab)).toMatchObject({ code: 0, outcome: 'done', version: '1.0.0' });
    expect(await serving(lab)).toEqual({ '1.0.0': 1 });
    expect(await lab.named()).toContain('1.0.0');
  });
});

describe('a name', () => {
  it('that serves already is refused: nothing to do', async () => {
    const ran = await release(lab);
    expect(ran).toMatchObject({ code: 5, codes: ['release.already-live'] });
    expect(ran.text).toContain('nothing to do');
  });

  it('never means two commits', async () => {
    await lab.commit(null, { env: { CERTKEEPER_SLOW_REQUEST: '800ms' } });
    expect(await release(lab, ['--release', '1.0.0'])).toMatchObject({ code: 5, codes: ['release.version-taken'] });
    expect(await serving(lab)).toEqual({ '1.0.0': 1 });
  });
});

describe('a configuration', () => {
  it('alone is a release of the same artefact, rolled out by share', async () => {
    const head = await lab.commit(null, { env: { CERTKEEPER_SLOW_REQUEST: '900ms' } });
    const ran = await release(lab);
    expect(ran).toMatchObject({ code: 0, outcome: 'done', before: '1.0.0' });
    expect(ran.version).toMatch(/^1\.0\.0\+config\.[0-9a-f]{8}$/);
    const [before, after] = await Promise.all([record('1.0.0'), record(ran.version)]);
    expect(after.release.artefacts).toEqual(before.release.artefacts);
    expect(after.release.commit).toBe(before.release.commit);
    expect(after.configCommit).toBe(head);
    const [instance] = await instancesOf(lab);
    expect(instance?.env).toContain('CERTKEEPER_SLOW_REQUEST=900ms');
    expect(await lab.named()).toContain(ran.version);
  });

  it('that is the same again is nothing to do, whatever else the commit says', async () => {
    await lab.commit(null, { env: { CERTKEEPER_SLOW_REQUEST: '900ms' } });
    expect(await release(lab)).toMatchObject({ code: 5, codes: ['release.already-live'] });
  });
});

describe('a secret', () => {
  const OLD = 'ck_the_key_of_last_month_is_old';
  const NEW = 'ck_the_key_of_this_month_is_new';
  const key = { CERTKEEPER_BOOTSTRAP_KEY: { secret: 'env:CERTKEEPER_KEY' } };

  it('alone is a release by another name: instances restart with the new value, which is nowhere on disk', async () => {
    await lab.commit('1.1.0', { env: key });
    expect(await release(lab, [], { CERTKEEPER_KEY: OLD })).toMatchObject({ code: 0, version: '1.1.0' });
    expect((await instancesOf(lab))[0]?.env).toContain(`CERTKEEPER_BOOTSTRAP_KEY=${OLD}`);
    expect(await release(lab, [], { CERTKEEPER_KEY: NEW })).toMatchObject({
      code: 5,
      codes: ['release.already-live'],
    });
    const ran = await release(lab, ['--release', '1.1.1'], { CERTKEEPER_KEY: NEW });
    expect(ran).toMatchObject({ code: 0, outcome: 'done', before: '1.1.0', version: '1.1.1' });
    const instances = await instancesOf(lab);
    expect(instances.map((one) => one.version)).toEqual(['1.1.1']);
    expect(instances[0]?.env).toContain(`CERTKEEPER_BOOTSTRAP_KEY=${NEW}`);
    expect(await filesWith(lab.dir, [OLD, NEW])).toEqual([]);
    expect(`${ran.text}`).not.toContain(NEW);
  });
});

describe('a version that does not stay up', () => {
  it.each([
    ['2.0.0', 'is never ready', { CERTKEEPER_FAULT_NOT_READY: 'true' }, 'rollout.not-ready'],
    ['2.0.1', 'dies at start', { CERTKEEPER_FAULT_CRASH_AT_START: 'true' }, 'rollout.crash-loop'],
    ['2.0.2', 'keeps dying later', { CERTKEEPER_FAULT_CRASH_AFTER: '1' }, 'rollout.crash-loop'],
  ])('%s, which %s, is taken back', async (version, _what, env, code) => {
    const before = await lab.named();
    const rollout = { steps: [{ share: '50%', bake: '20s' }], healthDeadline: version === '2.0.0' ? '3s' : '20s' };
    await lab.commit(version, { ...FAULTS, env }, { rollout });
    const ran = await release(lab);
    expect(ran).toMatchObject({ code: 4, outcome: 'rolled-back', before: '1.1.1' });
    expect(ran.codes).toContain(code);
    expect(await serving(lab)).toEqual({ '1.1.1': 1 });
    expect((await instancesOf(lab)).map((one) => one.version)).toEqual(['1.1.1']);
    expect(await lab.named()).toBe(before);
    expect((await live(lab)).live).toBe('1.1.1');
  });
});

describe('hardly any traffic', () => {
  it('asks a person where the environment chose a gate, and keeps the share meanwhile', async () => {
    const [before = ''] = Object.keys(await serving(lab));
    await lab.commit('3.0.0', {}, { rollout: { lowTraffic: 'gate' } });
    const ran = await release(lab);
    expect(ran).toMatchObject({ code: 3, outcome: 'waiting' });
    expect(ran.gate).toMatch(/judge-50-percent\/no-verdict(?:#\d+)?$/);
    expect(await live(lab)).toMatchObject({
      routes: [
        { version: before, share: 0.5 },
        { version: '3.0.0', share: 0.5 },
      ],
    });
    const filled = ['--evidence', 'decision=promote', '--evidence', 'reason=nobody is there at night'];
    expect((await run(lab, ['gate', 'fill', ran.run, ran.gate ?? '', ...filled])).code).toBe(0);
    expect(await run(lab, ['resume', ran.run])).toMatchObject({ code: 0, outcome: 'done' });
    expect(await serving(lab)).toEqual({ '3.0.0': 1 });
  });

  it('is topped up by requests of our own until they give a verdict, where the environment chose that', async () => {
    const load = { kind: 'load', path: '/api/v1/ping', rate: '200/s' };
    await lab.commit(
      '3.1.0',
      {},
      { rollout: { lowTraffic: load, analysisDeadline: '60s' }, platform: { replicas: 2 } },
    );
    const ran = await release(lab);
    expect(ran).toMatchObject({ code: 0, outcome: 'done', version: '3.1.0' });
    expect(ran.verdicts).toEqual(['not-worse']);
    process.stdout.write(`own load of 200/s: not worse after ${ran.canaryRequests} requests to the new version\n`);
    expect(ran.canaryRequests).toBeLessThan(60 * 200);
    expect(await serving(lab)).toEqual({ '3.1.0': 1 });
  });
});

describe('a stable version that was scaled down by hand', () => {
  it('gets back what it can carry, is made whole, and then gets the rest', async () => {
    const rollout = { lowTraffic: 'gate', steps: [{ share: '90%', bake: '1s' }] };
    await lab.commit('4.0.0', {}, { rollout, platform: { replicas: 2 } });
    expect(await release(lab)).toMatchObject({ code: 3, outcome: 'waiting' });
    const [one] = (await instancesOf(lab)).filter((instance) => instance.version === '3.1.0');
    if (one === undefined) throw new Error('3.1.0 does not run');
    // Its supervisor first, so that nobody starts it again.
    for (const pid of [one.supervisor, one.pid]) process.kill(pid, 'SIGKILL');
    const back = await run(lab, ['rollback', 'production', '--reason', 'enough']);
    expect(back).toMatchObject({ code: 0, outcome: 'done', version: '3.1.0' });
    expect(await sharesSet(lab, back.run)).toEqual(['3.1.0 50 %, 4.0.0 50 %', '3.1.0 100 %, 4.0.0 0 %', '3.1.0 100 %']);
    expect(await serving(lab)).toEqual({ '3.1.0': 1 });
    expect((await instancesOf(lab)).map((instance) => instance.version)).toEqual(['3.1.0', '3.1.0']);
  });
});

async function record(version: string) {
  const path = join(lab.state, 'releases', 'production', `${version}.json`);
  return JSON.parse(await readFile(path, 'utf8'));
}

/** Files below a directory that hold one of these texts. */
async function filesWith(directory: string, texts: readonly string[]): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const content = await readFile(path).catch(() => Buffer.alloc(0));
    if (texts.some((text) => content.includes(text))) found.push(path);
  }
  return found;
}
