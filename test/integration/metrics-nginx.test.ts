import { rename, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startLoad } from '../../scripts/components/load.ts';
import { ERRORS, proxyMetrics } from '../../src/metrics/index.ts';
import type { Counters } from '../../src/model/metrics.ts';
import type { Metrics } from '../../src/model/ports.ts';
import { systemClock } from '../../src/procedure/machine/clock.ts';
import { intervalRows } from '../../src/rollout/intervals.ts';
import { nginxCounter, nginxPaths } from '../../src/traffic/nginx/index.ts';
import { lookAtWorkers } from '../../src/traffic/nginx/workers.ts';
import { type Instance, startInstance } from '../traffic/bench.ts';
import { counts, send, servers } from '../traffic/counted.ts';
import { type NginxBench, startNginxBench } from '../traffic/nginx-bench.ts';

function metricsOf(bench: NginxBench, timeoutMs = 1000, service = 'shop'): Metrics {
  const { directory } = bench.options;
  const counter = nginxCounter({ service, directory, clock: systemClock, timeoutMs });
  return proxyMetrics({ source: 'nginx', read: (signal) => counter.read(signal), clock: systemClock });
}

async function serveAlone(bench: NginxBench, version: string, ...instances: readonly Instance[]): Promise<void> {
  await bench.apply([{ version, share: 1, hold: 'stable', endpoints: instances.map(({ endpoint }) => endpoint) }]);
}

describe('counts from Nginx', () => {
  it('are exact for answers, 500s, time-outs, resets and clients that leave; nonsense passes for an answer', async () => {
    await using bench = await startNginxBench({ longestTimeoutMs: 800, privatePaths: ['/metrics'] });
    await using one = await startInstance('one');
    const metrics = metricsOf(bench);
    await serveAlone(bench, '1.0.0', one);
    expect(await servers(metrics)).toEqual([
      {
        version: '1.0.0',
        server: `shop/1.0.0/127.0.0.1:${one.port}`,
        metrics: { [ERRORS]: { requests: 0, bad: 0 } },
      },
    ]);
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
    times(9, '/metrics');
    const statuses = await Promise.all(all);
    const bad = statuses.filter((status) => status >= 500).length;
    // What is no HTTP at all Nginx takes for HTTP 0.9, and for good.
    expect(bad).toBe(37 + 7 + 5);
    expect(await counts(metrics, '1.0.0')).toEqual({ requests: 263, bad });

    // A client that leaves early changes nothing: what the instance would have answered counts.
    await Promise.all(Array.from({ length: 9 }, () => send(bench.url, '/slow?ms=400', 100)));
    await sleep(500);
    expect(await counts(metrics, '1.0.0')).toEqual({ requests: 272, bad });
  });

  it('count connections that are refused, and requests for which no server is left', async () => {
    await using bench = await startNginxBench();
    const one = await startInstance('one');
    const two = await startInstance('two');
    const metrics = metricsOf(bench);
    await serveAlone(bench, '1.0.0', one, two);
    for (let i = 0; i < 10; i++) await send(bench.url, '/');
    await two.stop();
    const half = await Promise.all(Array.from({ length: 100 }, () => send(bench.url, '/')));
    const failed = half.filter((status) => status === 502).length;
    console.log(`one of two instances gone: ${failed} of 100 requests failed`);
    expect(failed).toBeGreaterThan(0);
    expect(failed).toBeLessThan(40);
    await one.stop();
    const none = await Promise.all(Array.from({ length: 13 }, () => send(bench.url, '/')));
    expect(none).toEqual(Array(13).fill(502));
    expect(await counts(metrics, '1.0.0')).toEqual({ requests: 123, bad: failed + 13 });
  });

  it('go on over a reload and a restart, and are apart for each version', async () => {
    await using bench = await startNginxBench();
    await using one = await startInstance('one');
    await using two = await startInstance('two');
    const metrics = metricsOf(bench);
    await serveAlone(bench, '1.0.0', one);
    for (let i = 0; i < 30; i++) await send(bench.url, '/500');
    await serveAlone(bench, '2.0.0', two);
    for (let i = 0; i < 4; i++) await send(bench.url, i === 0 ? '/500' : '/');
    const before = await metrics.sample();
    expect(await counts(metrics, '2.0.0')).toEqual({ requests: 4, bad: 1 });
    await bench.restart('SIGTERM');
    await send(bench.url, '/');
    const after = await metrics.sample();
    expect(await counts(metrics, '2.0.0')).toEqual({ requests: 5, bad: 1 });
    const interval = intervalRows(before, after, { stable: '2.0.0', candidate: '2.0.0' });
    expect(interval).toMatchObject([{ metric: ERRORS, canary: { requests: 1, bad: 0 } }]);
  });

  it('lose nothing when the log is rotated by itself under load, and the disk it takes stays bounded', async () => {
    const LIMIT = 30_000;
    await using bench = await startNginxBench({ countsBytes: LIMIT });
    await using one = await startInstance('one');
    const { counts: log, oldCounts } = nginxPaths(bench.options);
    const metrics = metricsOf(bench);
    await serveAlone(bench, '1.0.0', one);
    const load = await startLoad({ url: `${bench.url}/`, rate: 200, seconds: 20 });
    let previous = await metrics.sample();
    let sum = 0;
    let largest = 0;
    const epochs = new Set<string>();
    const look = async (): Promise<void> => {
      const next = await metrics.sample();
      if (next.kind === 'missing') return;
      epochs.add(next.epoch);
      for (const row of intervalRows(previous, next, { stable: '1.0.0', candidate: '-' })) sum += row.baseline.requests;
      previous = next;
      const sizes = await Promise.all(
        [log, oldCounts].map((path) =>
          stat(path).then(
            ({ size }) => size,
            () => 0,
          ),
        ),
      );
      largest = Math.max(largest, ...sizes);
    };
    const ended = load.result();
    let over = false;
    void ended.then(() => {
      over = true;
    });
    while (!over) {
      await look();
      await sleep(250);
    }
    const result = await ended;
    await look();
    // A client may have its answer before Nginx has written the line.
    for (let i = 0; i < 20 && sum < result.requests; i++) {
      await sleep(100);
      await look();
    }
    console.log(`${result.requests} requests, ${sum} counted over ${epochs.size} files, the largest ${largest} bytes`);
    expect(result.statusCodes).toEqual({ 200: result.requests });
    expect(epochs.size).toBeGreaterThan(1);
    expect(sum).toBe(result.requests);
    // Five seconds of traffic more than the limit, at most.
    expect(largest).toBeLessThan(LIMIT + 6 * 200 * 30);
  });

  it('are missing, with the reason, when Nginx is gone, hangs, or is somebody else, or its log is gone', async () => {
    const bench = await startNginxBench();
    await using one = await startInstance('one');
    await serveAlone(bench, '1.0.0', one);
    const metrics = metricsOf(bench, 300);
    await send(bench.url, '/');
    const { taking, master } = await lookAtWorkers(nginxPaths(bench.options).pid);
    for (const pid of [master, ...taking]) process.kill(pid, 'SIGSTOP');
    const began = performance.now();
    expect(await metrics.sample()).toMatchObject({ kind: 'missing', reason: expect.stringContaining('within 300 ms') });
    expect(performance.now() - began).toBeLessThan(1000);
    for (const pid of [master, ...taking]) process.kill(pid, 'SIGCONT');
    expect(kind(await metrics.sample())).toBe('counters');
    expect(await metricsOf(bench, 300, 'other').sample()).toMatchObject({
      kind: 'missing',
      reason: expect.stringMatching(/not what an Nginx of ours/),
    });
    const { counts: log } = nginxPaths(bench.options);
    await rename(log, `${log}.away`);
    expect(await metrics.sample()).toMatchObject({ kind: 'missing', reason: expect.stringMatching(/ENOENT.*counts/) });
    await rename(`${log}.away`, log);
    expect(kind(await metrics.sample())).toBe('counters');
    await bench.proxy().stop();
    expect(await metrics.sample()).toMatchObject({ kind: 'missing', reason: expect.stringMatching(/ENOENT|Nginx/) });
    await rm(log, { force: true });
    await bench[Symbol.asyncDispose]();
  });
});

function kind(counters: Counters): string {
  return counters.kind;
}
