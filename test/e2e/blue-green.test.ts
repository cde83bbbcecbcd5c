import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLoad } from '../../scripts/components/load.ts';
import { freePortRange } from '../../scripts/components/ports.ts';
import { type Lab, openLab } from '../../scripts/lab/lab.ts';
import { instancesOf, release, run, serving } from './support/kinds.ts';

/** Blue-green releases of a real service behind a real HAProxy, under load: promoted, taken back, and looked at before the switch. */

const PLAN = { strategy: 'blue-green', steps: [], finalBake: '3s', healthDeadline: '20s', limits: { errors: '2%' } };
const KEEP = ['X-Certkeeper-Version', 'X-Fault-Injected'] as const;

let lab: Lab;

beforeAll(async () => {
  lab = await openLab({
    database: false,
    frontend: false,
    ports: await freePortRange(21),
    traffic: { longestTimeout: '500ms', deadMan: '3s' },
    metrics: { every: '200ms' },
    rollout: PLAN,
  });
  await lab.commit('1.0.0');
  expect(await release(lab)).toMatchObject({ code: 0 });
});
afterAll(() => lab.stop());

/** What clients saw while `work` went on, 200 requests per second. */
async function underLoad<T>(work: () => Promise<T>) {
  const load = await startLoad({ url: `${lab.entry}/api/v1/ping`, rate: 200, seconds: 120, keepHeaders: KEEP });
  const value = await work();
  const { hits } = await load.stop();
  const lost = hits.filter((hit) => hit.code !== 200 && !(hit.headers['x-fault-injected'] ?? '').includes('error'));
  const versions = hits.map((hit) => hit.headers['x-certkeeper-version']);
  return { value, lost, versions };
}

describe('blue-green', () => {
  it('switches all traffic at once and loses nothing', async () => {
    await lab.commit('1.1.0', { env: { CERTKEEPER_SLOW_REQUEST: '700ms' } });
    const { value, lost, versions } = await underLoad(() => release(lab));
    expect(value).toMatchObject({ code: 0, outcome: 'done', before: '1.0.0' });
    expect(lost).toEqual([]);
    const turn = versions.indexOf('1.1.0');
    expect(turn).toBeGreaterThan(0);
    // A few requests of the moment of the switch may be answered in another order.
    expect(versions.slice(turn + 50).filter((version) => version !== '1.1.0')).toEqual([]);
    expect(await serving(lab)).toEqual({ '1.1.0': 1 });
    expect((await instancesOf(lab)).map((one) => one.version)).toEqual(['1.1.0']);
  });

  it('takes back a version above the limit; users saw only what it answered itself', async () => {
    const env = { CERTKEEPER_FAULT_ERROR_RATE: '0.2' };
    await lab.commit('1.2.0', { tags: ['faults'], env });
    const { value, lost, versions } = await underLoad(() => release(lab));
    expect(value).toMatchObject({ code: 4, outcome: 'rolled-back', before: '1.1.0' });
    expect(value.codes).toContain('rollout.above-limit');
    expect(lost).toEqual([]);
    expect(versions).toContain('1.2.0');
    expect(await serving(lab)).toEqual({ '1.1.0': 1 });
    expect((await instancesOf(lab)).map((one) => one.version)).toEqual(['1.1.0']);
  });

  it('a preview stops before any traffic; a person switches, or does not', async () => {
    const preview = { rollout: { ...PLAN, preview: 'gate' } };
    await lab.commit('1.3.0', { env: { CERTKEEPER_SLOW_REQUEST: '710ms' } }, preview);
    const waiting = await release(lab);
    expect(waiting).toMatchObject({ code: 3 });
    expect(await serving(lab)).toEqual({ '1.1.0': 1 });
    expect((await instancesOf(lab)).map((one) => one.version).toSorted()).toEqual(['1.1.0', '1.3.0']);
    expect(waiting.gate).toMatch(/preview/);
    const said = ['--evidence', 'decision=roll-back', '--evidence', 'seen=the list is empty'];
    expect((await run(lab, ['gate', 'fill', waiting.run, waiting.gate ?? '', ...said])).code).toBe(0);
    expect(await run(lab, ['resume', waiting.run])).toMatchObject({ code: 4, outcome: 'rolled-back' });
    expect(await serving(lab)).toEqual({ '1.1.0': 1 });
    expect((await instancesOf(lab)).map((one) => one.version)).toEqual(['1.1.0']);
  });
});
