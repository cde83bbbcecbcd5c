import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLoad } from '../../scripts/components/load.ts';
import { startComponent } from '../../scripts/components/supervise.ts';
import type { Effect } from '../../src/model/effect.ts';
import { nginxPaths, nginxRouter, nginxUnit } from '../../src/traffic/nginx/index.ts';
import { lookAtWorkers } from '../../src/traffic/nginx/workers.ts';
import { binomialP } from '../support/binomial.ts';
import { execute, type Instance, startInstance } from '../traffic/bench.ts';
import { ask, closeClients, request, stable } from '../traffic/clients.ts';
import { startNginxBench } from '../traffic/nginx-bench.ts';

describe('Nginx as traffic router', () => {
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

  it('says plainly that nothing is routed, and shows whether an instance is ready', async () => {
    await using bench = await startNginxBench();
    const none = await request(bench.url);
    expect(none).toMatchObject({ status: 503, body: 'shop: no instance can take this request now\n' });
    expect(none.headers).toMatchObject({ 'retry-after': '1' });
    expect(await bench.routes()).toEqual([]);
    one.setReady(false);
    await bench.apply([stable('1.0.0', 1, one)]);
    expect(await bench.route('1.0.0')).toMatchObject({ share: 0, configuredShare: 1, endpoints: [{ health: 'down' }] });
    one.setReady(true);
    expect(await request(bench.url)).toMatchObject({ status: 200, body: 'one' });
    expect(await bench.route('1.0.0')).toMatchObject({
      share: 1,
      hold: 'stable',
      endpoints: [{ health: 'up' }],
    });
    expect(await bench.apply([stable('1.0.0', 1, one)])).toEqual([]);
  });

  it('gives shares that a binomial test does not doubt over 10,000 requests, evenly to the instances of a version', async () => {
    await using bench = await startNginxBench();
    for (const share of [0.01, 0.05, 0.1, 0.5]) {
      await bench.apply([stable('1.0.0', 1 - share, one, two, three), stable('2.0.0', share, four, five)]);
      const seen = await ask(bench.url, 10_000);
      const canary = (seen['four'] ?? 0) + (seen['five'] ?? 0);
      const p = binomialP(canary, 10_000, share);
      console.log(`share ${share}: ${canary} of 10000, p = ${p.toPrecision(2)}; ${JSON.stringify(seen)}`);
      expect(p).toBeGreaterThan(1e-6);
      expect(Object.keys(seen).filter((key) => /^\d+$/.test(key))).toEqual([]);
      expect(Math.abs((seen['four'] ?? 0) - (seen['five'] ?? 0))).toBeLessThanOrEqual(2);
    }
  });

  it('gives a version nothing from the end of an apply on, though clients keep their connections', async () => {
    await using bench = await startNginxBench({ longestTimeoutMs: 6000 });
    const late: number[] = [];
    const took: number[] = [];
    for (let round = 0; round < 3; round++) {
      await bench.apply([stable('1.0.0', 0.5, one), stable('2.0.0', 0.5, four)]);
      const load = await startLoad({ url: `${bench.url}/`, rate: 500, seconds: 30, keepHeaders: ['x-version'] });
      await sleep(500);
      // Requests that are under way when the share ends: an old worker serves them to their end.
      const slow = Array.from({ length: 4 }, () => request(`${bench.url}/slow?ms=3000`));
      await sleep(100);
      const effects = bench.router.apply(
        { service: 'shop', routes: [stable('1.0.0', 1, one), stable('2.0.0', 0, four)] },
        await bench.router.observe(),
      );
      const t0 = performance.now() + performance.timeOrigin;
      for (const effect of effects) await execute(effect);
      const t1 = performance.now() + performance.timeOrigin;
      const open = (await bench.route('2.0.0'))?.endpoints[0]?.openRequests ?? 0;
      const bodies = (await Promise.all(slow)).map(({ body }) => body);
      expect(open).toBe(bodies.filter((body) => body === 'four').length);
      expect((await bench.route('2.0.0'))?.endpoints[0]?.openRequests).toBe(0);
      const result = await load.stop();
      const last = Math.max(...result.hits.filter((hit) => hit.headers['x-version'] === 'four').map((hit) => hit.at));
      late.push(last - t1);
      took.push(t1 - t0);
      expect(result.statusCodes).toEqual({ 200: result.requests });
    }
    console.log(
      `apply took ${took.map((ms) => ms.toFixed(0)).join(', ')} ms; last request on the version, seen from its end: ${late.map((ms) => ms.toFixed(0)).join(', ')} ms`,
    );
    expect(Math.max(...late)).toBeLessThan(50);
  });

  it('keeps its shares over a restart and over a reload by anybody', async () => {
    await using bench = await startNginxBench();
    const routes = [stable('1.0.0', 0.9, one, two), stable('2.0.0', 0.1, four)];
    await bench.apply(routes);
    const load = await startLoad({ url: `${bench.url}/`, rate: 500, seconds: 30 });
    await sleep(300);
    for (let i = 0; i < 3; i++) {
      process.kill(bench.proxy().pid, 'SIGHUP');
      await sleep(500);
    }
    const result = await load.stop();
    expect(result.statusCodes).toEqual({ 200: result.requests });
    expect(await bench.apply(routes)).toEqual([]);
    await bench.restart('SIGKILL');
    expect((await bench.route('2.0.0'))?.configuredShare).toBe(0.1);
    const seen = await ask(bench.url, 2000);
    expect(binomialP(seen['four'] ?? 0, 2000, 0.1)).toBeGreaterThan(1e-6);
  });

  it('comes back when its master was killed and its workers live on, and does not start a second time', async () => {
    await using bench = await startNginxBench();
    await bench.apply([stable('1.0.0', 1, one)]);
    const { pid } = nginxPaths(bench.options);
    const orphans = (await lookAtWorkers(pid)).taking;
    process.kill(bench.proxy().pid, 'SIGKILL');
    await bench.proxy().exited;
    // Who serves without a master cannot be told anything: that is no Nginx to rely on.
    expect(await bench.router.observe()).toMatchObject({ kind: 'unreachable' });
    await using again = await startComponent({
      name: 'again',
      argv: nginxUnit(bench.options).argv,
      home: { dir: bench.options.directory, ours: false },
      ready: async () => (await bench.router.observe()).kind === 'observed',
    });
    expect(await request(bench.url)).toMatchObject({ status: 200, body: 'one' });
    expect((await lookAtWorkers(pid)).taking.filter((one) => orphans.includes(one))).toEqual([]);
    const [command = '', ...words] = nginxUnit(bench.options).argv;
    await expect(promisify(execFile)(command, words)).rejects.toThrow(`pid ${again.pid}`);
    expect(await request(bench.url)).toMatchObject({ status: 200, body: 'one' });
  });

  it('leaves the old configuration serving when Nginx refuses the new one, and when it cannot load it', async () => {
    await using bench = await startNginxBench();
    await bench.apply([stable('1.0.0', 1, one)]);
    const { config, next } = nginxPaths(bench.options);
    const before = await readFile(config, 'utf8');
    const effects = bench.router.apply(
      { service: 'shop', routes: [stable('2.0.0', 1, four)] },
      await bench.router.observe(),
    );
    const [file, test, reload] = effects;
    if (file === undefined || test === undefined || reload === undefined)
      throw new Error('three effects were expected');
    await writeFile(next, 'http { nonsense; }\n');
    await expect(execute(test)).rejects.toThrow(/unknown directive|nonsense/);
    expect(await readFile(config, 'utf8')).toBe(before);
    // A port that another program has: `nginx -t` does not mind, the reload does.
    const taken = new URL(`http://127.0.0.1:${five.port}`);
    const other = nginxRouter({ ...bench.options, bind: taken.host });
    const clash = other.apply({ service: 'shop', routes: [stable('2.0.0', 1, four)] }, await other.observe());
    await expect(runAll(clash)).rejects.toThrow('goes on with the old one');
    expect(await readFile(config, 'utf8')).toBe(before);
    expect(await request(bench.url)).toMatchObject({ status: 200, body: 'one' });
    expect(await bench.apply([stable('1.0.0', 1, one)])).toEqual([]);
    await runAll(effects);
    expect(await request(bench.url)).toMatchObject({ status: 200, body: 'four' });
  });

  it('never serves anything but the old or the new shares when an apply is killed between or inside its effects', async () => {
    await using bench = await startNginxBench();
    const before = [stable('1.0.0', 1, one), stable('2.0.0', 0, four)];
    const after = [stable('1.0.0', 0.5, one), stable('2.0.0', 0.5, four)];
    await bench.apply(before);
    const load = await startLoad({ url: `${bench.url}/`, rate: 200, seconds: 60 });
    for (let boundary = 0; boundary <= 4; boundary++) {
      const effects = bench.router.apply({ service: 'shop', routes: after }, await bench.router.observe());
      await runAll(effects.slice(0, boundary));
      const share = (await bench.route('2.0.0'))?.configuredShare;
      expect(share).toBe(boundary < 3 ? 0 : 0.5);
      // Whoever restarts it now finds a good file.
      expect(await bench.apply(after)).toHaveLength(boundary < 3 ? 4 : 0);
      expect((await bench.route('2.0.0'))?.configuredShare).toBe(0.5);
      await bench.apply(before);
    }
    // Inside the third: the file is in place, Nginx was not told. Then a restart.
    const [file, test] = bench.router.apply({ service: 'shop', routes: after }, await bench.router.observe());
    await runAll([file, test].filter((effect) => effect !== undefined));
    const { config, next } = nginxPaths(bench.options);
    await execute({ kind: 'exec', argv: ['mv', '-f', next, config], timeoutMs: 1000 });
    expect((await bench.route('2.0.0'))?.configuredShare).toBe(0);
    const result = await load.stop();
    expect(result.statusCodes).toEqual({ 200: result.requests });
    await bench.restart('SIGKILL');
    expect((await bench.route('2.0.0'))?.configuredShare).toBe(0.5);
    expect(await bench.apply(after)).toEqual([]);
  });

  it('limits rates for all users together, the longest prefix counts', async () => {
    // One in 20 s: a second answer cannot become due while the five are under way, however slow the machine is.
    await using bench = await startNginxBench({
      rateLimits: [
        { path: '/limited', requestsPerSecond: 5 },
        { path: '/limited/more', requestsPerSecond: 0.05 },
      ],
    });
    await bench.apply([stable('1.0.0', 1, one)]);
    const begun = performance.now();
    const answers = await Promise.all(Array.from({ length: 20 }, () => request(`${bench.url}/limited`)));
    // As many at once as in a second, and what became due since.
    const due = 5 + Math.ceil(((performance.now() - begun) / 1000) * 5);
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.length - refused.length).toBeLessThanOrEqual(due);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(20);
    expect(refused[0]).toMatchObject({ body: 'too many requests\n', headers: { 'retry-after': '1' } });
    const more = await Promise.all(Array.from({ length: 5 }, () => request(`${bench.url}/limited/more`)));
    expect(more.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(more.find(({ status }) => status === 429)?.headers).toMatchObject({ 'retry-after': '20' });
    expect((await request(`${bench.url}/other`)).status).toBe(200);
  });

  it('says why it cannot be reached', async () => {
    const bench = await startNginxBench();
    const { options } = bench;
    const stranger = await nginxRouter({ ...options, service: 'other' }).observe();
    expect(stranger).toMatchObject({
      kind: 'unreachable',
      reason: expect.stringContaining('not what an Nginx of ours'),
    });
    await bench[Symbol.asyncDispose]();
    const state = await nginxRouter(options).observe();
    expect(state).toMatchObject({ kind: 'unreachable', reason: expect.stringMatching(/is an Nginx|ENOENT/) });
  });
});

async function runAll(effects: readonly Effect[]): Promise<void> {
  for (const effect of effects) await execute(effect);
}
