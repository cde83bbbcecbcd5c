import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lost, lostInWords, tally } from '../bench/support/hits.ts';
import { killController } from '../bench/traffic/dead-man.ts';
import { servingLab } from '../bench/traffic/index.ts';
import type { TrafficLab } from '../bench/traffic/lab.ts';
import { promote, takeBackByCommand, takeBackByVerdict } from '../bench/traffic/releases.ts';
import { openShiftBench, shiftUnderLoad } from '../bench/traffic/shifts.ts';
import { CANARY } from '../bench/traffic/strategies.ts';

/** The releases of traffic.test.ts with Nginx in front: the same command, the same load, the same promises. */

const RATE = 1_000;

describe('nothing is lost behind Nginx at 1,000 requests/s that do not wait', () => {
  let traffic: TrafficLab;
  beforeAll(async () => {
    traffic = await servingLab({ ...CANARY.options, traffic: { kind: 'nginx' } });
  });
  afterAll(() => traffic[Symbol.asyncDispose]());

  it('after a first release, which Nginx serves', async () => {
    const answer = await fetch(traffic.url);
    expect(answer.headers.get('x-certkeeper-version')).toBe('1.0.0');
    expect(await traffic.route('1.0.0')).toMatchObject({ share: 1, hold: 'stable' });
    const ran = await traffic.lab.shiplock(['status', 'production', '--json']);
    expect(JSON.parse(ran.stdout)).toMatchObject({ routes: [{ version: '1.0.0', share: 1 }] });
  });

  it('in 20 weight shifts, of which each is a reload', async () => {
    await using bench = await openShiftBench('nginx');
    const shifted = await shiftUnderLoad(bench, { rate: RATE, shifts: 20, everyMs: 50 });
    const control = await shiftUnderLoad(bench, { rate: RATE, shifts: 0, everyMs: 0, seconds: 5 });
    console.log(`${shifted.requests} requests during 20 shifts, ${control.requests} without`);
    expect(lost(tally(control.hits)), lostInWords(control.hits)).toBe(0);
    expect(lost(tally(shifted.hits)), lostInWords(shifted.hits)).toBe(0);
    expect(new Set(shifted.hits.map((hit) => hit.headers['x-certkeeper-version'])).size).toBe(2);
  });

  it('when a bad version is taken back by a verdict, and the bad version gets nothing from then on', async () => {
    const { load, ms } = await takeBackByVerdict(traffic, '1.1.0', RATE);
    console.log(`verdict → last answer of the bad version: ${ms.toFixed(0)} ms`);
    expect(lost(tally(load.hits)), lostInWords(load.hits)).toBe(0);
    expect(tally(load.hits).injected).toBeGreaterThan(0);
    expect(ms).toBeLessThan(2_000);
  });

  it('when somebody takes a version back in the middle of its bake', async () => {
    const { load, ms } = await takeBackByCommand(traffic, '1.2.0', RATE);
    console.log(`shiplock rollback → last answer of the new version: ${ms.toFixed(0)} ms`);
    expect(lost(tally(load.hits)), lostInWords(load.hits)).toBe(0);
    expect(ms).toBeLessThan(30_000);
  });

  it('when a canary is promoted', async () => {
    const load = await promote(traffic, '2.0.0', RATE);
    console.log(`${load.requests} requests during the canary, p99 ${load.latencyMs.p99.toFixed(1)} ms`);
    expect(lost(tally(load.hits)), lostInWords(load.hits)).toBe(0);
    expect(load.hits.at(-1)?.headers['x-certkeeper-version']).toBe('2.0.0');
    const fence = await readFile(join(traffic.lab.host, 'run', 'fence'), 'utf8');
    expect(Number(fence)).toBeGreaterThan(0);
  });

  it('when the controller is killed, and its guard with it: the version is out by itself', async () => {
    const { ms, tally: seen } = await killController(traffic, '2.1.0', { rate: 500, guardToo: false });
    console.log(`controller killed (N = 5 s) → last answer of the version: ${ms.toFixed(0)} ms`);
    expect(ms).toBeLessThan(7_000);
    expect(seen.connectionErrors).toBe(0);
    const both = await killController(traffic, '2.2.0', { rate: 500, guardToo: true });
    console.log(`controller and guard killed → last answer of the version: ${both.ms.toFixed(0)} ms`);
    expect(both.ms).toBeLessThan(1_000);
  });
});
