import { readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ERRORS, proxyMetrics } from '../../src/metrics/index.ts';
import type { Counters } from '../../src/model/metrics.ts';
import type { Metrics } from '../../src/model/ports.ts';
import { systemClock } from '../../src/procedure/machine/clock.ts';
import { intervalRows } from '../../src/rollout/intervals.ts';
import { haproxyPaths, readHaproxy } from '../../src/traffic/haproxy/index.ts';
import { type Bench, type Instance, startBench, startInstance } from '../traffic/bench.ts';
import { counts, send, servers } from '../traffic/counted.ts';

function metricsOf(bench: Bench, timeoutMs = 1000): Metrics {
  const { service, directory } = bench.options;
  return proxyMetrics({
    source: 'haproxy',
    read: (signal) => readHaproxy({ service, directory, clock: systemClock, timeoutMs }, signal),
    clock: systemClock,
  });
}

async function serveAlone(bench: Bench, version: string, ...instances: readonly Instance[]): Promise<void> {
  const endpoints = instances.map((instance) => instance.endpoint);
  await bench.apply([{ version, share: 1, hold: 'stable', endpoints }]);
  await expect.poll(async () => (await bench.route(version))?.share, { timeout: 5000 }).toBe(1);
}

describe('counts from HAProxy', () => {
  it('are exact for answers, 500s, time-outs, resets, nonsense and clients that leave', async () => {
    await using bench = await startBench({ longestTimeoutMs: 800 });
    await using one = await startInstance('one');
    const metrics = metricsOf(bench);
    await serveAlone(bench, '1.0.0', one);
    const all: Promise<number>[] = [];
    const times = (n: number, path: string): void => {
      for (let i = 0; i < n; i++) all.push(send(bench.url, path));
    };
    times(200, '/');
    times(37, '/500');
    times(11, '/404');
    times(7, '/hang');
    times(5, '/reset');
    times(3, '/garbage');
    const statuses = await Promise.all(all);
    const bad = statuses.filter((status) => status >= 500).length;
    expect(bad).toBe(37 + 7 + 5 + 3);
    expect(await counts(metrics, '1.0.0')).toEqual({ requests: 263, bad });

    // A client that leaves early changes nothing: what the instance would have answered counts.
    await Promise.all(Array.from({ length: 9 }, () => send(bench.url, '/slow?ms=400', 100)));
    await sleep(500);
    expect(await counts(metrics, '1.0.0')).toEqual({ requests: 272, bad });
  });

  it('count connections that are refused', async () => {
    await using bench = await startBench();
    const one = await startInstance('one');
    const metrics = metricsOf(bench);
    await serveAlone(bench, '1.0.0', one);
    await Promise.all(Array.from({ length: 10 }, () => send(bench.url, '/')));
    await bench.ask('disable health shop/a1');
    await one.stop();
    const statuses = await Promise.all(Array.from({ length: 13 }, () => send(bench.url, '/')));
    expect(statuses).toEqual(Array(13).fill(503));
    expect(await counts(metrics, '1.0.0')).toEqual({ requests: 23, bad: 13 });
    expect(await bench.ask('show stat shop 4 -1')).not.toMatch(/retr[1-9]/);
  });

  it('begin at zero for the next version in a slot, and again after a restart', async () => {
    await using bench = await startBench();
    await using one = await startInstance('one');
    await using two = await startInstance('two');
    await using three = await startInstance('three');
    const metrics = metricsOf(bench);
    await serveAlone(bench, '1.0.0', one);
    for (let i = 0; i < 30; i++) await send(bench.url, '/500');
    await serveAlone(bench, '2.0.0', two);
    await serveAlone(bench, '2.0.0', two);
    for (let i = 0; i < 20; i++) await send(bench.url, '/');
    await serveAlone(bench, '3.0.0', three);
    expect((await servers(metrics)).find((server) => server.version === '3.0.0')).toEqual({
      version: '3.0.0',
      server: 'shop/3.0.0/a1/three',
      metrics: { [ERRORS]: { requests: 0, bad: 0 } },
    });
    for (let i = 0; i < 4; i++) await send(bench.url, i === 0 ? '/500' : '/');
    const before = await metrics.sample();
    expect(await counts(metrics, '3.0.0')).toEqual({ requests: 4, bad: 1 });
    await bench.restart('SIGTERM');
    await send(bench.url, '/');
    const after = await metrics.sample();
    expect(await counts(metrics, '3.0.0')).toEqual({ requests: 1, bad: 0 });
    expect(epoch(after)).not.toBe(epoch(before));
    const interval = intervalRows(before, after, { stable: '3.0.0', candidate: '3.0.0' });
    expect(interval).toMatchObject([{ metric: ERRORS, canary: { requests: 1, bad: 0 } }]);
  });

  it('are missing, with the reason, when HAProxy is gone, hangs, or is somebody else', async () => {
    const bench = await startBench();
    const metrics = metricsOf(bench, 300);
    process.kill(bench.proxy().pid, 'SIGSTOP');
    const workers = (await bench.proxy().logTail()).match(/New worker \((\d+)\)/g) ?? [];
    const worker = Number(/\d+/.exec(workers.at(-1) ?? '')?.[0]);
    process.kill(worker, 'SIGSTOP');
    // A signal is sent, not obeyed yet.
    await expect.poll(() => readFile(`/proc/${worker}/stat`, 'utf8')).toMatch(/\) T /);
    const began = performance.now();
    expect(await metrics.sample()).toMatchObject({ kind: 'missing', reason: expect.stringContaining('within 300 ms') });
    expect(performance.now() - began).toBeLessThan(1000);
    process.kill(worker, 'SIGCONT');
    process.kill(bench.proxy().pid, 'SIGCONT');
    expect(await metrics.sample()).toMatchObject({ kind: 'counters' });
    const stranger = proxyMetrics({
      source: 'haproxy',
      read: () =>
        readHaproxy({ service: 'other', directory: bench.options.directory, clock: systemClock, timeoutMs: 500 }),
      clock: systemClock,
    });
    expect(await stranger.sample()).toMatchObject({
      kind: 'missing',
      reason: expect.stringMatching(/not what a HAProxy of ours/),
    });
    const { socket } = haproxyPaths(bench.options);
    await bench.proxy().stop();
    expect(await metrics.sample()).toMatchObject({
      kind: 'missing',
      reason: expect.stringMatching(/ENOENT|ECONNREFUSED|ECONNRESET/),
    });
    await rm(socket, { force: true });
    const nonsense = createServer((connection) => connection.resume().end('<html>hello</html>'));
    await new Promise<void>((resolve) => nonsense.listen(socket, resolve));
    expect(await metrics.sample()).toMatchObject({ kind: 'missing', reason: expect.stringContaining('<html>') });
    await new Promise((resolve) => nonsense.close(resolve));
    await bench[Symbol.asyncDispose]();
  });
});

function epoch(counters: Counters): string {
  return counters.kind === 'counters' ? counters.epoch : '';
}
