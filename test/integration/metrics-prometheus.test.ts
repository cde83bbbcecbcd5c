import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../scripts/components/ports.ts';
import { type Prometheus, startPrometheus } from '../../scripts/components/prometheus.ts';
import { type PrometheusOptions, prometheusMetrics } from '../../src/metrics/index.ts';
import type { Counters } from '../../src/model/metrics.ts';
import type { Metrics } from '../../src/model/ports.ts';
import { systemClock } from '../../src/procedure/machine/clock.ts';
import { httpClient } from '../../src/procedure/machine/http-client.ts';
import { intervalRows } from '../../src/rollout/intervals.ts';

/** What the service shows to Prometheus; tests change it. */
const page = { text: '' };
const exposition = (requests: number, bad: number, slow: number): string =>
  ['1.0.0', '2.0.0']
    .map((version) => {
      const labels = `version="${version}"`;
      return [
        `views_total{${labels}} ${requests}`,
        `errors_total{${labels}} ${bad}`,
        `seconds_bucket{${labels},le="0.1"} ${requests - slow}`,
        `seconds_bucket{${labels},le="0.5"} ${requests}`,
        `seconds_bucket{${labels},le="+Inf"} ${requests}`,
        `seconds_count{${labels}} ${requests}`,
      ].join('\n');
    })
    .join('\n');

const base = { staleAfterMs: 3000, timeoutMs: 500, clock: systemClock, http: httpClient };
const views = { metric: 'views', requests: 'views_total', bad: 'errors_total' };
const of = (url: string, queries: PrometheusOptions['queries'] = [views]): Metrics =>
  prometheusMetrics({ ...base, url, queries });
/** What a reading lacks, in words; empty when it is whole. */
const lacks = (reading: Counters): readonly string[] =>
  reading.kind === 'missing'
    ? [reading.reason]
    : (reading.missing ?? []).map(({ metric, reason }) => `${metric}: ${reason}`);

describe('counts from Prometheus', () => {
  let target: Server;
  let targetPort: number;
  let prometheus: Prometheus;
  beforeAll(async () => {
    page.text = exposition(100, 3, 40);
    target = createServer((_request, response) => response.end(`${page.text}\n`));
    targetPort = await freePort();
    await new Promise<void>((resolve) => target.listen(targetPort, '127.0.0.1', resolve));
    prometheus = await startPrometheus({
      scrapeConfigs: [{ job: 'shop', targets: [`127.0.0.1:${targetPort}`] }],
      scrapeInterval: '500ms',
    });
  });
  afterAll(async () => {
    await prometheus.stop();
    target.close();
    target.closeAllConnections();
  });

  it('reads pairs per version, as plain series and as sums', async () => {
    const sums = { metric: 'sums', requests: 'sum by (version) (views_total)', bad: 'sum by (version) (errors_total)' };
    await expect.poll(() => of(prometheus.url).sample(), { timeout: 20_000 }).toMatchObject({ kind: 'counters' });
    const sample = await of(prometheus.url, [views, sums]).sample();
    expect(sample).toMatchObject({ kind: 'counters', source: 'prometheus' });
    expect(sample).not.toHaveProperty('missing');
    const servers = sample.kind === 'counters' ? sample.servers : [];
    expect(servers.map(({ version, metrics }) => ({ version, metrics }))).toEqual(
      expect.arrayContaining([
        { version: '1.0.0', metrics: { views: { requests: 100, bad: 3 } } },
        { version: '2.0.0', metrics: { views: { requests: 100, bad: 3 } } },
        { version: '1.0.0', metrics: { sums: { requests: 100, bad: 3 } } },
        { version: '2.0.0', metrics: { sums: { requests: 100, bad: 3 } } },
      ]),
    );
    expect(new Set(servers.map(({ server }) => server)).size).toBe(4);
  });

  it('gives rows of what happened, and begins anew when a sum falls', async () => {
    const metrics = of(prometheus.url, [
      { ...views, requests: 'sum by (version) (views_total)', bad: 'sum by (version) (errors_total)' },
    ]);
    const first = await metrics.sample();
    page.text = exposition(150, 5, 40);
    await expect.poll(async () => JSON.stringify(await metrics.sample())).toContain('"requests":150');
    const second = await metrics.sample();
    const both = { stable: '1.0.0', candidate: '2.0.0' };
    expect(intervalRows(first, second, both)).toMatchObject([
      { metric: 'views', baseline: { requests: 50, bad: 2 }, canary: { requests: 50, bad: 2 } },
    ]);
    page.text = exposition(120, 4, 40);
    await expect.poll(async () => JSON.stringify(await metrics.sample())).toContain('"requests":120');
    expect(intervalRows(second, await metrics.sample(), both)).toMatchObject([{ canary: { requests: 0, bad: 0 } }]);
  });

  it('counts what is slower than a bucket boundary; a boundary that the histogram lacks is missing, not zero', async () => {
    page.text = exposition(1000, 3, 40);
    const slowerThan = (le: string): PrometheusOptions['queries'][number] => {
      const requests = 'sum by (version) (seconds_count{job="shop"})';
      return {
        metric: 'slow',
        requests,
        bad: `${requests} - sum by (version) (seconds_bucket{job="shop",le="${le}"})`,
      };
    };
    await expect
      .poll(async () => JSON.stringify(await of(prometheus.url, [slowerThan('0.1')]).sample()))
      .toContain('{"slow":{"requests":1000,"bad":40}}');
    expect(lacks(await of(prometheus.url, [slowerThan('0.3')]).sample())).toEqual([
      expect.stringMatching(/^slow: version \S+ has "requests" but no "bad"/),
    ]);
  });

  it('a metric that is missing says so and does not hide the others', async () => {
    const nope = { metric: 'nope', requests: 'nope_total', bad: 'nope_bad_total' };
    const half = { metric: 'half', requests: 'views_total', bad: 'nope_bad_total' };
    const broken = { metric: 'broken', requests: 'views_total{', bad: 'errors_total' };
    const scalar = { metric: 'scalar', requests: '1', bad: '2' };
    const nan = { metric: 'nan', requests: 'views_total * NaN', bad: 'errors_total' };
    const negative = { metric: 'negative', requests: 'views_total', bad: '0 - errors_total' };
    const more = { metric: 'more', requests: 'errors_total', bad: 'views_total' };
    const nobody = { metric: 'nobody', requests: 'sum(views_total)', bad: 'sum(errors_total)' };
    const sample = await of(prometheus.url, [views, nope, half, broken, scalar, nan, negative, more, nobody]).sample();
    expect(sample.kind).toBe('counters');
    const parts = lacks(sample);
    const expected = [
      /^nope: no fresh sample/,
      /^half: version \S+ has "requests" but no "bad"/,
      /^broken: bad_data: .*parse/,
      /^scalar: bad_data: /,
      /^nan: NaN is no count/,
      /^negative: -\d+ is no count/,
      /^more: version \S+ has \d+ bad of \d+/,
      /^nobody: a series without the label version/,
    ];
    expect(parts).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(parts[index]).toMatch(pattern);
    const servers = sample.kind === 'counters' ? sample.servers : [];
    expect(servers.filter((server) => 'views' in server.metrics)).toHaveLength(2);
  });

  it('nonsense, errors, redirects, floods, silence and refusal are missing readings with a reason', async () => {
    const port = await freePort();
    let reply: (path: string) => { status: number; body: string; headers?: Record<string, string> };
    reply = () => ({ status: 200, body: '' });
    const fake = createServer((request, response) => {
      const { status, body, headers } = reply(request.url ?? '');
      response.writeHead(status, headers).end(body);
    });
    await new Promise<void>((resolve) => fake.listen(port, '127.0.0.1', resolve));
    const metrics = of(`http://127.0.0.1:${port}`);
    const vector = (result: unknown, resultType = 'vector'): string =>
      JSON.stringify({ status: 'success', data: { resultType, result } });
    const now = (): number => Date.now() / 1000;
    const cases: [RegExp, () => { status: number; body: string; headers?: Record<string, string> }][] = [
      [/HTTP 200 with something else than Prometheus JSON: <html>/, () => ({ status: 200, body: '<html>hi</html>' })],
      [/HTTP 502 with something else .*\(empty\)/, () => ({ status: 502, body: '' })],
      [/HTTP 302/, () => ({ status: 302, body: '', headers: { location: prometheus.url } })],
      [
        /internal: database is on fire/,
        () => ({
          status: 500,
          body: JSON.stringify({ status: 'error', errorType: 'internal', error: 'database is on fire' }),
        }),
      ],
      [/gives a matrix/, () => ({ status: 200, body: vector([], 'matrix') })],
      [/not a list of labels and values/, () => ({ status: 200, body: vector([{ value: 'x' }]) })],
      [/no fresh sample/, () => ({ status: 200, body: vector([]) })],
      [/something else than Prometheus JSON/, () => ({ status: 200, body: vector('x'.repeat(5_000_000)) })],
      [
        /NaN is no count/,
        () => ({ status: 200, body: vector([{ metric: { version: '1', shiplock_role: 'bad' }, value: [now(), ''] }]) }),
      ],
      [
        /is of 3600 s ago by our clock/,
        () => ({
          status: 200,
          body: vector([{ metric: { version: '1', shiplock_role: 'bad' }, value: [now() - 3600, '1'] }]),
        }),
      ],
      [
        /Infinity is no count/,
        () => ({
          status: 200,
          body: vector([{ metric: { version: '1', shiplock_role: 'bad' }, value: [now(), '+Inf'] }]),
        }),
      ],
    ];
    for (const [pattern, next] of cases) {
      reply = next;
      expect(await metrics.sample()).toMatchObject({ kind: 'missing', reason: expect.stringMatching(pattern) });
    }
    fake.close();
    fake.closeAllConnections();
    const refused = of(`http://127.0.0.1:${await freePort()}`, [views, { ...views, metric: 'again' }]);
    // Both metrics for one reason: said once.
    expect(await refused.sample()).toMatchObject({
      kind: 'missing',
      reason: expect.stringMatching(/^views, again: [^;]*ECONNREFUSED[^;]*$/),
    });

    const silent = createTcpServer(() => undefined);
    const silentPort = await freePort();
    await new Promise<void>((resolve) => silent.listen(silentPort, '127.0.0.1', resolve));
    const began = performance.now();
    expect(await of(`http://127.0.0.1:${silentPort}`).sample()).toMatchObject({
      kind: 'missing',
      reason: expect.stringContaining('within 500 ms'),
    });
    expect(performance.now() - began).toBeLessThan(1500);
    silent.close();
  });

  it('old samples are missing: the target is gone, then Prometheus hangs, then it is dead', async () => {
    const sums = of(prometheus.url, [
      { ...views, requests: 'sum by (version) (views_total)', bad: 'sum by (version) (errors_total)' },
    ]);
    expect((await sums.sample()).kind).toBe('counters');
    // Samples that carry a time of their own get no marker when they stop: only their age shows it.
    const timed = {
      metric: 'timed',
      requests: 'sum by (version) (timed_total)',
      bad: '0 * sum by (version) (timed_total)',
    };
    const at = Date.now();
    page.text = `timed_total{version="1.0.0"} 5 ${at}\n${exposition(2000, 3, 40)}`;
    const both = of(prometheus.url, [views, timed]);
    await expect.poll(async () => lacks(await both.sample())).toEqual([]);
    await sleep(Math.max(0, at + 3500 - Date.now()));
    expect(lacks(await both.sample())).toEqual([expect.stringContaining('timed: no fresh sample')]);
    target.close();
    target.closeAllConnections();
    await sleep(4000);
    expect(await sums.sample()).toMatchObject({ kind: 'missing', reason: expect.stringContaining('no fresh sample') });
    process.kill(prometheus.pid, 'SIGSTOP');
    expect(await sums.sample()).toMatchObject({ kind: 'missing', reason: expect.stringContaining('within 500 ms') });
    process.kill(prometheus.pid, 'SIGCONT');
    await prometheus.stop();
    expect(await sums.sample()).toMatchObject({ kind: 'missing', reason: expect.stringContaining('ECONNREFUSED') });
  });
});
