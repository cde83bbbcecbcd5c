import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLoad } from '../../scripts/components/load.ts';
import { haproxyPaths, haproxyRouter } from '../../src/traffic/haproxy/index.ts';
import { type Bench, execute, type Instance, startBench, startInstance } from '../traffic/bench.ts';
import { ask, closeClients, request, stable } from '../traffic/clients.ts';

async function untilShare(bench: Bench, version: string, share: number): Promise<void> {
  await expect.poll(async () => (await bench.route(version))?.share, { timeout: 5000 }).toBeCloseTo(share, 2);
}

describe('HAProxy as traffic router', () => {
  let one: Instance;
  let two: Instance;
  let three: Instance;
  let four: Instance;
  let five: Instance;
  beforeAll(async () => {
    one = await startInstance('one');
    two = await startInstance('two');
    three = await startInstance('three');
    four = await startInstance('four');
    five = await startInstance('five');
  });
  afterAll(async () => {
    closeClients();
    await Promise.all([one, two, three, four, five].map((instance) => instance.stop()));
  });

  it('says plainly that nothing is routed, and takes a first version only when it is ready', async () => {
    await using bench = await startBench();
    expect(await request(bench.url)).toMatchObject({
      status: 503,
      body: 'shop: no instance can take this request now\n',
    });
    expect(await bench.routes()).toEqual([]);
    one.setReady(false);
    await bench.apply([stable('1.0.0', 1, one)]);
    const before = one.count();
    for (let i = 0; i < 20; i++) {
      expect((await request(bench.url)).status).toBe(503);
      await sleep(20);
    }
    expect(one.count()).toBe(before);
    expect(await bench.route('1.0.0')).toMatchObject({ share: 0, configuredShare: 1, endpoints: [{ health: 'down' }] });
    one.setReady(true);
    await untilShare(bench, '1.0.0', 1);
    expect(await request(bench.url)).toMatchObject({ status: 200, body: 'one' });
    expect(await bench.route('1.0.0')).toMatchObject({
      hold: 'stable',
      endpoints: [{ health: 'up', openRequests: 0 }],
    });
    expect(await bench.apply([stable('1.0.0', 1, one)])).toEqual([]);
  });

  it('gives exact shares over 10,000 requests, three instances beside two', async () => {
    await using bench = await startBench();
    for (const share of [0.01, 0.05, 0.1, 0.5]) {
      await bench.apply([stable('1.0.0', 1 - share, one, two, three), stable('2.0.0', share, four, five)]);
      const healths = async (): Promise<unknown> =>
        new Set((await bench.routes()).flatMap((route) => route.endpoints.map((endpoint) => endpoint.health)));
      await expect.poll(healths, { timeout: 5000 }).toEqual(new Set(['up']));
      const seen = await ask(bench.url, 10_000);
      const canary = (seen['four'] ?? 0) + (seen['five'] ?? 0);
      console.log(`share ${share}: ${canary} of 10000; ${JSON.stringify(seen)}`);
      expect(Math.abs(canary / 10_000 - share)).toBeLessThanOrEqual(0.002);
      expect(Object.keys(seen).filter((key) => /^\d+$/.test(key))).toEqual([]);
    }
  });

  it('shifts weights under load without losing a request, and never over the larger share', async () => {
    await using bench = await startBench();
    await bench.apply([stable('1.0.0', 1, one), { ...stable('2.0.0', 0, four) }]);
    await untilShare(bench, '1.0.0', 1);
    await expect.poll(async () => (await bench.route('2.0.0'))?.endpoints[0]?.health).toBe('up');
    const load = await startLoad({ url: `${bench.url}/`, rate: 500, seconds: 60, keepHeaders: ['x-version'] });
    await sleep(500);
    const times: number[] = [];
    const looks: number[] = [];
    for (let i = 0; i < 100; i++) {
      const share = [0, 0.01, 0.1, 0.5, 1][i % 5] ?? 0;
      const desired = { service: 'shop', routes: [stable('1.0.0', 1 - share, one), stable('2.0.0', share, four)] };
      const t0 = performance.now();
      const observed = await bench.router.observe();
      const t1 = performance.now();
      const effects = bench.router.apply(desired, observed);
      for (const effect of effects) {
        const t2 = performance.now();
        await execute(effect);
        if (effect.kind === 'socket') times.push(performance.now() - t2);
      }
      looks.push(t1 - t0);
      expect((await bench.route('2.0.0'))?.configuredShare).toBeCloseTo(share, 3);
      await sleep(30);
    }
    const result = await load.stop();
    const p95 = (list: readonly number[]): string =>
      (list.toSorted((a, b) => a - b)[Math.floor(list.length * 0.95)] ?? 0).toFixed(2);
    console.log(
      `100 shifts under ${result.rate.toFixed(0)}/s: ${JSON.stringify(result.statusCodes)}; apply p95 ${p95(times)} ms, observe p95 ${p95(looks)} ms`,
    );
    expect(result.statusCodes).toEqual({ 200: result.requests });
  });

  it('keeps its shares over a restart and over a reload by anybody, and loses nothing in the reload', async () => {
    await using bench = await startBench();
    const routes = [stable('1.0.0', 0.9, one, two), stable('2.0.0', 0.1, four)];
    await bench.apply(routes);
    await untilShare(bench, '2.0.0', 0.1);
    const load = await startLoad({ url: `${bench.url}/`, rate: 500, seconds: 30, keepHeaders: ['x-version'] });
    await sleep(300);
    for (let i = 0; i < 3; i++) {
      process.kill(bench.proxy().pid, 'SIGUSR2');
      await sleep(700);
    }
    const result = await load.stop();
    console.log(
      `3 reloads: ${JSON.stringify(result.statusCodes)} of ${result.requests}, ${JSON.stringify(result.errors)}`,
    );
    expect(result.statusCodes).toEqual({ 200: result.requests });
    expect((await bench.route('2.0.0'))?.configuredShare).toBeCloseTo(0.1, 3);
    expect(await bench.apply(routes)).toEqual([]);
    await bench.restart('SIGKILL');
    expect((await bench.route('2.0.0'))?.configuredShare).toBeCloseTo(0.1, 3);
    const seen = await ask(bench.url, 2000);
    expect((seen['four'] ?? 0) / 2000).toBeCloseTo(0.1, 2);
  });

  it('reloads by itself only when the static part changes, without losing a request', async () => {
    await using bench = await startBench();
    await bench.apply([stable('1.0.0', 1, one)]);
    await untilShare(bench, '1.0.0', 1);
    const load = await startLoad({ url: `${bench.url}/`, rate: 300, seconds: 30 });
    await sleep(200);
    const other = haproxyRouter({ ...bench.options, rateLimits: [{ path: '/limited', requestsPerSecond: 5 }] });
    const desired = { service: 'shop', routes: [stable('1.0.0', 0.5, one), stable('2.0.0', 0.5, two)] };
    const effects = other.apply(desired, await other.observe());
    expect(effects.map((effect) => effect.kind)).toEqual(['file', 'exec', 'socket']);
    for (const effect of effects) await execute(effect);
    // The new version was never checked: it comes up without weight and gets it with the next apply.
    await expect
      .poll(async () => {
        const state = await other.observe();
        return state.kind === 'observed' && state.routes.find((route) => route.version === '2.0.0')?.configuredShare;
      })
      .toBe(0);
    for (const effect of other.apply(desired, await other.observe())) await execute(effect);
    await untilShare(bench, '2.0.0', 0.5);
    expect(other.apply(desired, await other.observe())).toEqual([]);
    const limited = await Promise.all(Array.from({ length: 20 }, () => request(`${bench.url}/limited`)));
    const refused = limited.filter(({ status }) => status === 429).length;
    expect(refused).toBeGreaterThanOrEqual(14);
    expect(refused).toBeLessThan(20);
    const result = await load.stop();
    expect(result.statusCodes).toEqual({ 200: result.requests });
  });

  it('lets open requests finish, then the group can be used again, by another version at the same time alive', async () => {
    await using bench = await startBench();
    await bench.apply([stable('1.0.0', 1, one), stable('2.0.0', 0, four)]);
    await untilShare(bench, '1.0.0', 1);
    const slow = Array.from({ length: 5 }, () => request(`${bench.url}/slow?ms=1500`));
    await sleep(150);
    await bench.apply([stable('2.0.0', 1, four)]);
    const leaving = await bench.route('1.0.0');
    expect(leaving).toMatchObject({ configuredShare: 0, endpoints: [{ health: 'draining', openRequests: 5 }] });
    expect(await ask(bench.url, 100)).toEqual({ four: 100 });
    expect(() =>
      bench.router.apply(
        { service: 'shop', routes: [stable('2.0.0', 0.5, four), stable('3.0.0', 0.5, five)] },
        { kind: 'observed', service: 'shop', routes: [], detail: 'nonsense' },
      ),
    ).toThrow('traffic.foreign-observation');
    await expect(bench.apply([stable('2.0.0', 0.5, four), stable('3.0.0', 0.5, five)])).rejects.toThrow(
      'no-free-group',
    );
    expect((await Promise.all(slow)).map(({ body }) => body)).toEqual(Array(5).fill('one'));
    expect((await bench.route('1.0.0'))?.endpoints[0]?.openRequests).toBe(0);
    await bench.apply([stable('2.0.0', 0.5, four), stable('3.0.0', 0.5, five)]);
    await untilShare(bench, '3.0.0', 0.5);
    // Instance one still lives and HAProxy had idle connections to it: none of them may be used for 3.0.0.
    expect(await ask(bench.url, 1000)).toEqual({ four: 500, five: 500 });
    expect((await bench.routes()).map((route) => route.version).toSorted()).toEqual(['2.0.0', '3.0.0']);
  });

  it('comes back at once to a version that was drained a moment ago', async () => {
    await using bench = await startBench();
    await bench.apply([stable('1.0.0', 1, one), stable('2.0.0', 0, four)]);
    await untilShare(bench, '1.0.0', 1);
    await expect.poll(async () => (await bench.route('2.0.0'))?.endpoints[0]?.health).toBe('up');
    await bench.apply([stable('1.0.0', 0, one), stable('2.0.0', 1, four)]);
    expect(await ask(bench.url, 50)).toEqual({ four: 50 });
    const before = performance.now();
    await bench.apply([stable('1.0.0', 1, one), stable('2.0.0', 0, four)]);
    const took = performance.now() - before;
    expect(await ask(bench.url, 50)).toEqual({ one: 50 });
    console.log(`rollback: observe + apply in ${took.toFixed(1)} ms`);
    expect(took).toBeLessThan(300);
  });

  it('names slots by their real address when the file is ahead of the process', async () => {
    await using bench = await startBench();
    await bench.apply([stable('1.0.0', 1, one)]);
    await untilShare(bench, '1.0.0', 1);
    // A crash between the two effects: the file is written, the process was not told.
    const desired = { service: 'shop', routes: [stable('1.0.0', 0.5, one), stable('2.0.0', 0.5, four)] };
    const effects = bench.router.apply(desired, await bench.router.observe());
    expect(effects.map((effect) => effect.kind)).toEqual(['file', 'socket']);
    const [file] = effects;
    if (file !== undefined) await execute(file);
    expect(await bench.routes()).toMatchObject([{ version: '1.0.0', configuredShare: 1 }]);
    const again = bench.router.apply(desired, await bench.router.observe());
    expect(again.map((effect) => effect.kind)).toEqual(['socket']);
    for (const effect of again) await execute(effect);
    await untilShare(bench, '2.0.0', 0.5);
    expect(await readFile(haproxyPaths(bench.options).config, 'utf8')).toContain(
      '# shiplock: slot {"slot":"b1","version":"2.0.0"',
    );
    // A slot of somebody else's: named unknown, and taken out by the next apply.
    await bench.ask(
      `set server shop/a2 addr 127.0.0.1 port ${five.port}; set server shop/a2 weight 50; set server shop/a2 state ready`,
    );
    expect((await bench.route('unknown'))?.configuredShare).toBeGreaterThan(0);
    await bench.apply(desired.routes);
    expect((await bench.route('unknown'))?.configuredShare ?? 0).toBe(0);
  });

  it('says nothing on a connection that was never used, and that a request was not finished on one that was', async () => {
    await using bench = await startBench({ longestTimeoutMs: 600 });
    const heard = (sent: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const { hostname, port } = new URL(bench.url);
        const socket = connect(Number(port), hostname, () => socket.write(sent));
        let text = '';
        socket.on('data', (data) => {
          text += String(data);
        });
        socket.on('error', reject).on('close', () => resolve(text));
      });
    expect(await heard('')).toBe('');
    expect(await heard('GET / HTTP/1.1\r\n')).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('says why it cannot be reached', async () => {
    const bench = await startBench();
    const { options } = bench;
    await bench[Symbol.asyncDispose]();
    const state = await haproxyRouter(options).observe();
    expect(state).toMatchObject({ kind: 'unreachable', reason: expect.stringMatching(/haproxy\.sock: .*ENOENT/) });
  });
});
