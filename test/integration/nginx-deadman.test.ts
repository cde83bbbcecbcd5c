import { expect, it } from 'vitest';
import { startLoad } from '../../scripts/components/load.ts';
import { binomialP } from '../support/binomial.ts';
import { describeDeadMan, VERSION } from '../traffic/dead-man-suite.ts';
import { startNginxBench } from '../traffic/nginx-bench.ts';

describeDeadMan({ title: 'Nginx', kind: 'nginx', start: startNginxBench }, (sceneNow) => {
  it('guard that hangs: its requests wait a moment and then go to the stable version, none is lost', async () => {
    const scene = sceneNow();
    const child = scene.guardProcess();
    await scene.shares(0.5);
    await scene.up();
    child.kill('SIGSTOP');
    const load = await startLoad({ url: `${scene.bench.url}/`, rate: 100, seconds: 3, keepHeaders: ['x-version'] });
    const result = await load.result();
    child.kill('SIGCONT');
    console.log(`guard hangs: p50 ${result.latencyMs.p50.toFixed(0)} ms, max ${result.latencyMs.max.toFixed(0)} ms`);
    expect(result.statusCodes).toEqual({ 200: 300 });
    expect(new Set(result.hits.map((hit) => hit.headers['x-version']))).toEqual(new Set(['old']));
    expect(result.latencyMs.max).toBeLessThan(1000);
  });

  it('asks the guard twice a second, whatever the load, and keeps the share', async () => {
    const scene = sceneNow();
    await scene.guardHere();
    await scene.shares(0.5);
    await scene.up();
    const load = await startLoad({ url: `${scene.bench.url}/`, rate: 200, seconds: 5, keepHeaders: ['x-version'] });
    const result = await load.result();
    const taken = result.hits.filter((hit) => hit.headers['x-version'] === 'fresh').length;
    console.log(`half leased: p50 ${result.latencyMs.p50.toFixed(2)} ms; ${taken} of 1000 on the version`);
    expect(result.statusCodes).toEqual({ 200: 1000 });
    expect(binomialP(taken, 1000, 0.5)).toBeGreaterThan(1e-6);
  });

  it('ends a lease that has all the traffic too: the stable version without a share gets it', async () => {
    const scene = sceneNow();
    const guard = await scene.guardHere();
    await scene.shares(1);
    await expect.poll(async () => (await scene.bench.route(VERSION))?.share, { timeout: 5000 }).toBe(1);
    expect((await scene.lastSeen(500)).other).toBe(0);
    await guard.stop();
    const { last, other } = await scene.lastSeen(1500);
    expect(last).toBeLessThan(700);
    expect(other).toBeGreaterThan(50);
    expect(await scene.body()).toBe('old');
    expect(await scene.bench.routes()).toMatchObject([
      { version: '1.0.0', share: 1, configuredShare: 0 },
      { version: VERSION, share: 0, configuredShare: 1 },
    ]);
  });
});
