import { expect, it } from 'vitest';
import { startBench } from '../traffic/bench.ts';
import { DEAD_MAN_MS, describeDeadMan, VERSION } from '../traffic/dead-man-suite.ts';

describeDeadMan({ title: 'HAProxy', kind: 'haproxy', start: startBench }, (sceneNow) => {
  it('a lease of all traffic ends as any other: the old version, standing by with no share, has everything at once', async () => {
    const scene = sceneNow();
    await scene.guardHere();
    await scene.shares(0.5);
    await scene.up();
    await scene.shares(1);
    const [stable, leased] = [await scene.bench.route('1.0.0'), await scene.bench.route(VERSION)];
    expect(stable).toMatchObject({ share: 0, configuredShare: 0, hold: 'stable', endpoints: [{ instance: 'old' }] });
    expect(leased).toMatchObject({ share: 1, configuredShare: 1, hold: 'leased' });
    expect(await scene.lastSeen(1000)).toMatchObject({ other: 0 });
    expect(await scene.shares(1)).toEqual([]);
    scene.stopBeating();
    const seen = await scene.lastSeen(DEAD_MAN_MS + 2500);
    console.log(`all traffic, heartbeats stopped: last request on the version after ${seen.last.toFixed(0)} ms`);
    expect(seen.last).toBeLessThan(DEAD_MAN_MS + 2000);
    expect(seen.other).toBeGreaterThan(100);
    expect(await scene.body()).toBe('old');
    expect(await scene.bench.route('1.0.0')).toMatchObject({ share: 1, configuredShare: 0 });
    expect(await scene.bench.route(VERSION)).toMatchObject({ share: 0, configuredShare: 1 });
    scene.beat();
    await expect.poll(async () => (await scene.bench.route(VERSION))?.share, { timeout: 5000 }).toBe(1);
    // Promoted: nobody stands by any more. Taken back: the old version has its own share again.
    await scene.shares(1, 'stable');
    expect(await scene.bench.ask('show servers state shop')).not.toMatch(/ f1 127\.0\.0\.1 2 0 /);
    await scene.shares(0);
    expect(await scene.bench.route('1.0.0')).toMatchObject({ share: 1, configuredShare: 1 });
    expect(await scene.body()).toBe('old');
  });

  it('all traffic given to a lease that nobody renews yet: the old version answers until somebody does', async () => {
    const scene = sceneNow();
    await scene.guardHere();
    scene.stopBeating();
    await scene.shares(0);
    await expect.poll(async () => (await scene.bench.route('1.0.0'))?.share, { timeout: 5000 }).toBe(1);
    await scene.shares(1);
    const seen = new Set<string>();
    for (let i = 0; i < 200; i++) seen.add(await scene.body());
    expect(seen).toEqual(new Set(['old']));
    scene.beat();
    await expect.poll(() => scene.body(), { timeout: 5000 }).toBe('fresh');
  });

  it('all instances of a version with all traffic die: the old version answers, whoever watches', async () => {
    const scene = sceneNow();
    await scene.guardHere();
    await scene.shares(0.5);
    await scene.up();
    await scene.shares(1);
    await scene.fresh.stop();
    await expect.poll(() => scene.body(), { timeout: 2000 }).toBe('old');
    expect(await scene.bench.route('1.0.0')).toMatchObject({ share: 1 });
  });

  it('the check moves from the guard to the instance with a promotion', async () => {
    const scene = sceneNow();
    await scene.guardHere();
    await scene.shares(0.5);
    await scene.up();
    expect(await scene.bench.ask('show servers state shop')).toMatch(new RegExp(`b1 .* ${scene.guardPort} `));
    await scene.shares(1, 'stable');
    expect((await scene.bench.ask('show servers state shop')).split('\n').find((line) => / b1 /.test(line))).toContain(
      ` ${scene.fresh.port} `,
    );
  });
});
