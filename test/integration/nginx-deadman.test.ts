import { type ChildProcess, spawn } from 'node:child_process';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startLoad } from '../../scripts/components/load.ts';
import { freePort } from '../../scripts/components/ports.ts';
import { systemClock } from '../../src/procedure/clock.ts';
import { httpClient } from '../../src/procedure/http-client.ts';
import { type Guard, guardMain, startGuard } from '../../src/traffic/guard/main.ts';
import { holdEffect } from '../../src/traffic/heartbeat.ts';
import { binomialP } from '../support/binomial.ts';
import { execute, type Instance, startInstance } from '../traffic/bench.ts';
import { type NginxBench, startNginxBench } from '../traffic/nginx-bench.ts';

const VERSION = '2.0.0';
const DEAD_MAN_MS = 1500;

/** Sends requests one after the other until `until`; when the last one reached the instance, relative to the beginning. */
async function lastSeen(bench: NginxBench, name: string, forMs: number): Promise<{ last: number; other: number }> {
  const begin = performance.now();
  let last = -1;
  let other = 0;
  while (performance.now() - begin < forMs) {
    const body = await body_(bench.url);
    if (body === name) last = performance.now() - begin;
    else other++;
    await sleep(4);
  }
  return { last, other };
}

function body_(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      let text = '';
      response.on('data', (data) => {
        text += String(data);
      });
      response.on('end', () => resolve(response.statusCode === 200 ? text : String(response.statusCode)));
    }).on('error', reject);
  });
}

/** Beats until stopped, as a watch does. */
function beating(bench: NginxBench): { stop: () => void } {
  const timer = setInterval(() => void bench.router.heartbeat(VERSION), 200);
  return { stop: () => clearInterval(timer) };
}

describe('dead-man guard with real Nginx', () => {
  let bench: NginxBench;
  let old: Instance;
  let fresh: Instance;
  let guardPort: number;
  let beat: { stop: () => void };
  const ends: (() => Promise<void> | void)[] = [];

  const guardArguments = (): string[] => [
    ...['--service', 'shop', '--version', VERSION, '--listen', `127.0.0.1:${guardPort}`],
    ...['--instance', `http://127.0.0.1:${fresh.port}/readyz`],
    ...['--heartbeats', bench.options.heartbeatDir, '--nginx', bench.options.directory],
  ];
  const guardHere = (): Promise<Guard> =>
    startGuard(
      {
        service: 'shop',
        version: VERSION,
        listen: { host: '127.0.0.1', port: guardPort },
        instance: `http://127.0.0.1:${fresh.port}/readyz`,
        heartbeatDir: bench.options.heartbeatDir,
        proxy: { kind: 'nginx', directory: bench.options.directory },
      },
      { clock: systemClock, http: httpClient },
    );
  const shares = (share: number, hold: 'leased' | 'stable' = 'leased') =>
    bench.apply([
      { version: '1.0.0', share: 1 - share, hold: 'stable', endpoints: [old.endpoint] },
      { version: VERSION, share, hold, endpoints: [fresh.endpoint] },
    ]);
  const up = (): Promise<void> =>
    expect.poll(async () => (await bench.route(VERSION))?.share, { timeout: 5000 }).toBeCloseTo(0.5, 2);

  beforeEach(async () => {
    bench = await startNginxBench({ deadManMs: DEAD_MAN_MS });
    guardPort = await freePort();
    old = await startInstance('old');
    fresh = await startInstance('fresh', guardPort);
    beat = beating(bench);
    ends.push(() => beat.stop());
  });
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
    await Promise.all([old.stop(), fresh.stop()]);
    await bench[Symbol.asyncDispose]();
  });

  it('takes the version out when the heartbeats stop, and says why', async () => {
    const guard = await guardHere();
    ends.push(() => guard.stop());
    await shares(0.5);
    await up();
    expect((await bench.route(VERSION))?.hold).toBe('leased');
    expect((await lastSeen(bench, 'fresh', 1000)).last).toBeGreaterThan(900);
    beat.stop();
    const { last, other } = await lastSeen(bench, 'fresh', DEAD_MAN_MS + 2500);
    console.log(`heartbeats stopped: last request on the version after ${last.toFixed(0)} ms (N = ${DEAD_MAN_MS} ms)`);
    expect(last).toBeGreaterThan(DEAD_MAN_MS - 500);
    expect(last).toBeLessThan(DEAD_MAN_MS + 2000);
    expect(other).toBeGreaterThan(100);
    expect(await (await fetch(`http://127.0.0.1:${guardPort}/readyz`)).text()).toMatch(/last heartbeat is .* too old/);
    expect(await bench.route(VERSION)).toMatchObject({ share: 0, endpoints: [{ health: 'down' }] });
    const before = performance.now();
    for (let i = 0; i < 100; i++) await bench.router.heartbeat(VERSION);
    console.log(`a heartbeat costs ${((performance.now() - before) / 100).toFixed(2)} ms`);
    beat = beating(bench);
    await up();
  });

  const guardProcess = (): ChildProcess => {
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, '../../src/traffic/guard/main.ts'), ...guardArguments()],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    ends.push(() => void child.kill('SIGKILL'));
    return child;
  };

  it('guard killed: out within half a second; a guard started anew waits for a fresh heartbeat', async () => {
    const child = guardProcess();
    await shares(0.5);
    await up();
    child.kill('SIGKILL');
    const { last, other } = await lastSeen(bench, 'fresh', 1500);
    console.log(`guard killed: last request on the version after ${last.toFixed(0)} ms; ${other} others answered`);
    expect(last).toBeLessThan(700);
    expect(other).toBeGreaterThan(100);
    beat.stop();
    const again = await guardHere();
    ends.push(() => again.stop());
    await sleep(1200);
    expect((await bench.route(VERSION))?.share).toBe(0);
    beat = beating(bench);
    await up();
  });

  it('guard that hangs: its requests wait a moment and then go to the stable version, none is lost', async () => {
    const child = guardProcess();
    await shares(0.5);
    await up();
    child.kill('SIGSTOP');
    const load = await startLoad({ url: `${bench.url}/`, rate: 100, seconds: 3, keepHeaders: ['x-version'] });
    const result = await load.result();
    child.kill('SIGCONT');
    console.log(`guard hangs: p50 ${result.latencyMs.p50.toFixed(0)} ms, max ${result.latencyMs.max.toFixed(0)} ms`);
    expect(result.statusCodes).toEqual({ 200: 300 });
    expect(new Set(result.hits.map((hit) => hit.headers['x-version']))).toEqual(new Set(['old']));
    expect(result.latencyMs.max).toBeLessThan(1000);
  });

  it('asks the guard twice a second, whatever the load, and keeps the share', async () => {
    const guard = await guardHere();
    ends.push(() => guard.stop());
    await shares(0.5);
    await up();
    const load = await startLoad({ url: `${bench.url}/`, rate: 200, seconds: 5, keepHeaders: ['x-version'] });
    const result = await load.result();
    const taken = result.hits.filter((hit) => hit.headers['x-version'] === 'fresh').length;
    console.log(`half leased: p50 ${result.latencyMs.p50.toFixed(2)} ms; ${taken} of 1000 on the version`);
    expect(result.statusCodes).toEqual({ 200: 1000 });
    expect(binomialP(taken, 1000, 0.5)).toBeGreaterThan(1e-6);
  });

  it('ends a lease that has all the traffic too: the stable version without a share gets it', async () => {
    const guard = await guardHere();
    await shares(1);
    await expect.poll(async () => (await bench.route(VERSION))?.share, { timeout: 5000 }).toBe(1);
    expect((await lastSeen(bench, 'fresh', 500)).other).toBe(0);
    await guard.stop();
    const { last, other } = await lastSeen(bench, 'fresh', 1500);
    expect(last).toBeLessThan(700);
    expect(other).toBeGreaterThan(50);
    expect(await body_(bench.url)).toBe('old');
    expect(await bench.routes()).toMatchObject([
      { version: '1.0.0', share: 1, configuredShare: 0 },
      { version: VERSION, share: 0, configuredShare: 1 },
    ]);
  });

  it('instance dead or not ready: out; the stable version carries on', async () => {
    const guard = await guardHere();
    ends.push(() => guard.stop());
    await shares(0.5);
    await up();
    fresh.setReady(false);
    const { last } = await lastSeen(bench, 'fresh', 1800);
    console.log(`not ready: last request on the version after ${last.toFixed(0)} ms`);
    expect(last).toBeLessThan(1000);
    fresh.setReady(true);
    await up();
    await fresh.stop();
    await expect.poll(async () => (await bench.route(VERSION))?.share, { timeout: 2000 }).toBe(0);
    expect((await lastSeen(bench, 'fresh', 300)).last).toBe(-1);
    expect(await body_(bench.url)).toBe('old');
  });

  it('promotion asks the instance itself, so the guard may stop', async () => {
    const guard = await guardHere();
    await shares(0.5);
    await up();
    await shares(1, 'stable');
    expect(await bench.route(VERSION)).toMatchObject({ hold: 'stable', configuredShare: 1 });
    await guard.stop();
    beat.stop();
    const { other, last } = await lastSeen(bench, 'fresh', 2500);
    expect(other).toBe(0);
    expect(last).toBeGreaterThan(2400);
    await shares(1, 'stable');
    expect((await bench.route(VERSION))?.endpoints[0]?.health).toBe('up');
  });

  it('hold: no heartbeats needed until the deadline, then out', async () => {
    const guard = await guardHere();
    ends.push(() => guard.stop());
    await shares(0.5);
    await up();
    beat.stop();
    await sleep(250);
    const { heartbeatDir } = bench.options;
    await execute(holdEffect(heartbeatDir, VERSION, Date.now() + 4000, { errorRate: 0.05 }));
    const { last } = await lastSeen(bench, 'fresh', 6000);
    console.log(`hold of 4000 ms: last request on the version after ${last.toFixed(0)} ms`);
    expect(last).toBeGreaterThan(3500);
    expect(last).toBeLessThan(4900);
  });

  it('hold: out as soon as too many answers are bad, and stays out until somebody beats', async () => {
    const guard = await guardHere();
    ends.push(() => guard.stop());
    await shares(0.5);
    await up();
    beat.stop();
    await sleep(250);
    await execute(holdEffect(bench.options.heartbeatDir, VERSION, Date.now() + 60_000, { errorRate: 0.05 }));
    expect((await lastSeen(bench, 'fresh', 2500)).last).toBeGreaterThan(2400);
    fresh.failEvery(5);
    const { last } = await lastSeen(bench, 'fresh', 6000);
    console.log(`hold with 20 % bad answers: last request on the version after ${last.toFixed(0)} ms`);
    expect(last).toBeLessThan(5000);
    const why = await (await fetch(`http://127.0.0.1:${guardPort}/`)).text();
    expect(why).toMatch(/^\d+ of \d+ answers were bad, above 5 %/);
    fresh.failEvery(0);
    await sleep(1500);
    expect((await bench.route(VERSION))?.share).toBe(0);
    beat = beating(bench);
    await up();
  });

  it('refuses wrong arguments and a taken port in words', async () => {
    await expect(guardMain(['--service', 'shop'])).rejects.toThrow('no --listen');
    await expect(guardMain(['--servce', 'shop'])).rejects.toThrow('--servce');
    const guard = await guardHere();
    ends.push(() => guard.stop());
    await expect(guardHere()).rejects.toThrow('EADDRINUSE');
  });
});
