import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { freePort } from '../../scripts/components/ports.ts';
import { type Prometheus, startPrometheus } from '../../scripts/components/prometheus.ts';
import { loadConfig } from '../../src/config/index.ts';
import { readRange } from '../../src/metrics/index.ts';
import type { Counters } from '../../src/model/metrics.ts';
import type { HttpClient } from '../../src/model/ports.ts';
import { unwrap } from '../../src/model/problem.ts';
import { httpClient } from '../../src/procedure/machine/http-client.ts';
import {
  answerQuestion,
  type JudgedEnvironment,
  type JudgeLimits,
  judgedEnvironments,
  parseQuestion,
} from '../../src/release/judge/index.ts';
import { bakeVerdict, beginBake, foldBake, noAnalyses } from '../../src/rollout/bake-state.ts';
import { beginShares, foldShares, sharesVerdict } from '../../src/rollout/from-start.ts';
import { judgedService } from '../support/judged-service.ts';
import { layDownCounts, type PastSeries, type PodLife, podSeries } from '../support/past-counts.ts';

/**
 * A Prometheus whose past (and future) was laid down as blocks: ten minutes that everybody knows. The story begins at second 0, the canary gets
 * 10 % at 200 and 50 % at 300.
 */
const LIMITS: JudgeLimits = {
  pointsAtOnce: 120,
  series: 50,
  characters: 4_000_000,
  backMs: 3_600_000,
  settleMs: 2_000,
};
const SHARES = [200, 300] as const;
const END = 480;

const even = (rate: number) => () => rate;
const story = (
  name: string,
  perSecond: number,
  badRate: (second: number) => number,
  more: Partial<PodLife> = {},
): PodLife[] => [
  { hash: `${name}old`, pod: 'a', from: 0, until: END, perSecond: 450, badRate: even(0.005) },
  { hash: `${name}old`, pod: 'b', from: 0, until: END, perSecond: 450, badRate: even(0.005) },
  { hash: `${name}new`, pod: 'c', from: SHARES[0] - 5, until: END, perSecond, badRate, ...more },
];

const missed = [230, 231, 232, 240, 333];
const PODS: readonly PodLife[] = [
  ...story('good', 100, even(0.005)),
  ...story('bad', 100, even(0.05)),
  ...story('late', 100, (second) => (second < 320 ? 0.005 : 0.05)),
  // Its pod restarts twice, and some scrapes are missing.
  ...story('torn', 100, even(0.05), { restarts: [215, 250], missed }),
  ...story('calm', 100, even(0.005), { restarts: [215, 250], missed }),
  // Gone from second 330 on.
  ...story('gone', 100, even(0.005), { until: 330 }),
];

const run = (hash: string, step: string, from: number, labels: Record<string, string>, begin: number): PastSeries => ({
  name: 'analysis_run_info',
  labels: { name: `cart-${hash}-2-${step}`, phase: 'Running', ...labels },
  samples: Array.from({ length: 40 }, (_, i) => [begin + (from + i * 5) * 1000, 1] as const),
});

describe('judge', () => {
  let dir: string;
  let prometheus: Prometheus;
  let begin: number;
  let environment: JudgedEnvironment;

  const environmentAt = (url: string): JudgedEnvironment => {
    const config = unwrap(loadConfig(judgedService(url), { file: 'shiplock.yaml' }));
    const [first] = judgedEnvironments([{ config, baseDir: '/' }]);
    if (first === undefined) throw new Error('no environment');
    return first;
  };
  /** Prometheus says that it is this second of the story. */
  const at = (second: number): HttpClient => ({
    get: async (url, options) => {
      const query = new URL(url).searchParams.get('query') ?? '';
      if (query === 'vector(time())') {
        const now = begin / 1000 + second;
        const result = [{ metric: {}, value: [now, String(now)] }];
        const body = JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
        return { kind: 'answer', status: 200, headers: {}, body };
      }
      const timed = new URL(url);
      if (timed.pathname.endsWith('/query')) timed.searchParams.set('time', String(begin / 1000 + second));
      return httpClient.get(timed.href, options);
    },
  });
  const ask = (name: string, second: number, more: object = {}, on = environment) => {
    const question = unwrap(
      parseQuestion(
        JSON.stringify({
          service: 'cart',
          environment: 'production',
          canary: `${name}new`,
          stable: `${name}old`,
          bake: '20s',
          ...('run' in more ? {} : { since: new Date(begin + SHARES[0] * 1000).toISOString() }),
          ...more,
        }),
      ),
    );
    return answerQuestion(on, question, { http: at(second), limits: LIMITS });
  };

  beforeAll(async () => {
    // The whole story lies in the past, but for its end.
    begin = Math.floor(Date.now() / 1000) * 1000 - 330_000;
    const here = { namespace: 'monitoring', exported_namespace: 'shop' };
    dir = await layDownCounts([
      ...podSeries(PODS, begin),
      ...['good', 'bad', 'late'].flatMap((name) => [
        run(`${name}new`, '1', SHARES[0], here, begin),
        run(`${name}new`, '3', SHARES[1], here, begin),
        // The same name in another namespace, earlier: not ours.
        run(`${name}new`, '1', 20, { ...here, exported_namespace: 'other' }, begin),
      ]),
    ]);
    prometheus = await startPrometheus({ dir, scrapeConfigs: [] });
    environment = environmentAt(prometheus.url);
  });
  afterAll(async () => {
    await prometheus.stop();
    await rm(dir, { recursive: true, force: true });
  });

  it('gives what a rollout folds from the same counters, to the last bit', async () => {
    const known = expectedReadings(PODS, begin);
    for (const name of ['good', 'bad', 'late', 'torn', 'calm', 'gone']) {
      const from = begin + (SHARES[0] - 120) * 1000;
      const to = begin + 380_000;
      const shares = SHARES.map((second) => ({ fromMs: begin + second * 1000, bakeMs: 20_000 }));
      const of = {
        policy: environment.policy,
        metrics: ['errors'],
        stable: `${name}old`,
        candidate: `${name}new`,
        everyMs: 1_000,
        shares,
        share: null,
      };
      let judged = beginShares(of);
      const source = { ...environment.source, http: httpClient, limits: LIMITS };
      let looks = 0;
      // The pipeline: the watch of the past, then one watch per share, over counters of which nobody asked Prometheus.
      let piped = beginBake(noAnalyses(environment.policy, ['errors'], []));
      let share = -1;
      for await (const piece of readRange(source, { fromMs: from, toMs: to, stepMs: 1_000 })) {
        if (piece.kind === 'unreadable') throw new Error(piece.reason);
        judged = foldShares(judged, piece, of);
        const counters = known(piece.time, name);
        const begun = shares.findLastIndex(({ fromMs }) => fromMs <= piece.time);
        if (begun > share) {
          share = begun;
          const policy = { ...environment.policy, minimumBakeSeconds: 20 };
          const { accuse, clear } = piped.analyses;
          piped = beginBake({ accuse, clear: { ...clear, policy } });
        }
        const nothing = { instances: [], router: { kind: 'unreachable' as const, reason: '' } };
        piped = foldBake(piped, { time: piece.time, counters: [counters], ...nothing }, of);
        looks += 1;
        const mine = sharesVerdict(judged, of).judgement;
        const theirs = bakeVerdict(piped);
        expect(mine).toEqual(theirs.accuse.verdict.kind === 'worse' ? theirs.accuse : theirs.clear);
      }
      expect(looks).toBe(301);
      expect(judged.bake.analyses.accuse.metrics[0]?.baseline.requests).toBeGreaterThan(100_000);
    }
  });

  it('calls a bad canary worse, clears a good one, and is undecided before', async () => {
    expect(await ask('good', 210)).toMatchObject({ verdict: 'undecided', blind: false });
    expect(await ask('bad', 215)).toMatchObject({
      verdict: 'worse',
      reason: expect.stringMatching(/^errors: \d+ bad of/),
    });
    const good = await ask('good', 299);
    expect(good).toMatchObject({ verdict: 'not-worse' });
    expect(JSON.stringify(good).length).toBeLessThan(1_500);
    const early = await ask('good', 203);
    expect(early.details).toMatchObject({ needs: { seconds: expect.any(Number) } });
    // Nobody has had requests yet.
    expect(await ask('good', 190, { since: String(begin / 1000 + 100) })).toMatchObject({ verdict: 'undecided' });
  });

  it('restarts of pods and missing scrapes change no verdict', async () => {
    expect(await ask('torn', 260)).toMatchObject({ verdict: 'worse' });
    for (let second = 205; second < 400; second += 13) {
      expect((await ask('calm', second)).verdict, `second ${second}`).not.toBe('worse');
    }
    expect(await ask('calm', 299)).toMatchObject({ verdict: 'not-worse' });
  });

  it('worse stays worse at every later look, and comes at one moment', async () => {
    const verdicts: string[] = [];
    for (let second = 318; second < 350; second += 1) verdicts.push((await ask('late', second)).verdict);
    const first = verdicts.indexOf('worse');
    expect(first).toBeGreaterThan(1);
    expect(first).toBeLessThan(30);
    expect(new Set(verdicts.slice(first))).toEqual(new Set(['worse']));
  });

  it('finds the start of its AnalysisRun in Prometheus, and what an earlier share has shown stays', async () => {
    const of = (step: number, namespace = 'shop') => ({
      run: { namespace, rollout: 'cart', revision: '2', step: String(step) },
    });
    const first = await ask('good', 299, of(1));
    expect(first).toMatchObject({ verdict: 'not-worse' });
    expect(first.details['from']).toBe(new Date(begin + SHARES[0] * 1000).toISOString());
    // The second share begins afresh.
    expect(await ask('good', 310, of(3))).toMatchObject({ verdict: 'undecided' });
    expect(await ask('good', 470, of(3))).toMatchObject({ verdict: 'not-worse' });
    // The canary was bad in the first share, so it is worse at the first look of the second.
    expect(await ask('bad', 304, of(3))).toMatchObject({ verdict: 'worse' });
    expect(await ask('good', 299, of(5))).toMatchObject({
      verdict: 'undecided',
      reason: expect.stringContaining('has not seen this AnalysisRun begin'),
    });
    expect(await ask('good', 299, of(1, 'elsewhere'))).toMatchObject({ verdict: 'undecided' });
    // A watch beside all steps never clears.
    expect(await ask('good', 299, { ask: 'watch' })).toMatchObject({ verdict: 'undecided' });
    expect(await ask('bad', 299, { ask: 'watch' })).toMatchObject({ verdict: 'worse' });
  });

  it('a version that is silent now is not cleared, and a router that does not obey neither', async () => {
    expect(await ask('gone', 329)).toMatchObject({ verdict: 'not-worse' });
    expect(await ask('gone', 345)).toMatchObject({
      verdict: 'undecided',
      reason: expect.stringContaining('nothing from gonenew now'),
    });
    expect(await ask('good', 299, { share: '10%' })).toMatchObject({ verdict: 'not-worse' });
    expect(await ask('good', 299, { share: '50%' })).toMatchObject({
      verdict: 'undecided',
      reason: expect.stringContaining('10 % of the requests reach it instead of 50 %'),
    });
  });

  it('judges a version alone by the absolute limit', async () => {
    const alone = { ask: 'alone', bake: '60s' };
    expect(await ask('good', 230, alone)).toMatchObject({
      verdict: 'undecided',
      reason: expect.stringContaining('bakes'),
    });
    expect(await ask('good', 270, alone)).toMatchObject({ verdict: 'not-worse' });
    expect(await ask('gone', 345, alone)).toMatchObject({ verdict: 'undecided' });
    const strict = { ...environment, errorLimit: 0.01 };
    expect(await ask('bad', 230, alone, strict)).toMatchObject({ verdict: 'worse' });
  });

  it('limits what a question may cost, and says so', async () => {
    const small = { ...LIMITS, series: 3 };
    const question = unwrap(
      parseQuestion(
        JSON.stringify({
          service: 'cart',
          environment: 'production',
          canary: 'badnew',
          stable: 'badold',
          since: begin / 1000 + 200,
        }),
      ),
    );
    const answer = (limits: JudgeLimits) => answerQuestion(environment, question, { http: at(299), limits });
    expect(await answer(small)).toMatchObject({
      verdict: 'undecided',
      reason: expect.stringContaining('3 are allowed'),
    });
    expect(await answer({ ...LIMITS, characters: 1_000 })).toMatchObject({
      verdict: 'undecided',
      reason: expect.stringContaining('more than 1000 characters'),
    });
    expect(await answer({ ...LIMITS, backMs: 60_000 })).toMatchObject({
      verdict: 'undecided',
      reason: expect.stringContaining('looks back 1 min'),
    });
  });

  it('answers the same from another Prometheus on the same data, killed and started anew', async () => {
    const [bad, good] = [await ask('bad', 290), await ask('good', 290)];
    process.kill(prometheus.pid, 'SIGKILL');
    await prometheus.exited;
    expect(await ask('bad', 290)).toMatchObject({ verdict: 'undecided', blind: true });
    const again = await startPrometheus({ dir, scrapeConfigs: [] });
    prometheus = again;
    environment = environmentAt(again.url);
    expect(await ask('bad', 290)).toEqual(bad);
    expect(await ask('good', 290)).toEqual(good);
  });

  describe('as a server', () => {
    let place: string;
    let port: number;
    let child: ChildProcess | undefined;
    const token = 'a-token-of-some-length-1';
    let log = '';

    const serve = async (): Promise<void> => {
      const argv = ['judge', 'serve', '--config', join(place, 'shiplock.yaml'), '--token-file', join(place, 'token')];
      const started = spawn(process.execPath, [resolve('bin/shiplock.js'), ...argv, '--listen', `127.0.0.1:${port}`]);
      child = started;
      const hear = (chunk: Buffer): void => {
        log += String(chunk);
      };
      started.stdout.on('data', hear);
      started.stderr.on('data', hear);
      const ready = (): Promise<boolean> =>
        fetch(`http://127.0.0.1:${port}/readyz`).then(
          ({ status }) => status === 200,
          () => false,
        );
      for (let tries = 0; !(await ready()); tries += 1) {
        if (tries > 300) throw new Error(`the judge does not come up: ${log}`);
        await sleep(100);
      }
    };
    const post = async (body: unknown, authorization = `Bearer ${token}`) => {
      const response = await fetch(`http://127.0.0.1:${port}/v1/judge`, {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers: { authorization },
      });
      return { status: response.status, body: answerSchema.parse(await response.json()) };
    };
    const question = (name: string) => ({
      service: 'cart',
      environment: 'production',
      canary: `${name}new`,
      stable: `${name}old`,
      bake: '20s',
      since: String(begin / 1000 + SHARES[0]),
    });

    beforeAll(async () => {
      place = await mkdtemp(join(tmpdir(), 'shiplock-judge-'));
      port = await freePort();
      await writeFile(join(place, 'shiplock.yaml'), judgedService(prometheus.url));
      await writeFile(join(place, 'token'), `${token}\n`);
      await serve();
    });
    afterAll(async () => {
      if (child?.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      await rm(place, { recursive: true, force: true });
    });

    it('gives the same verdict after it was killed between two questions', async () => {
      const before = await post(question('bad'));
      expect(before).toMatchObject({ status: 200, body: { verdict: 'worse' } });
      child?.kill('SIGKILL');
      if (child !== undefined) await once(child, 'exit');
      await serve();
      const after = await post(question('bad'));
      // The clock goes on, what was decided stays as it was.
      expect(after.body).toMatchObject({
        verdict: 'worse',
        evidence: before.body.evidence,
        reason: expect.any(String),
      });
    });

    it('lets nobody ask without a token, and takes a new one without a restart', async () => {
      for (const wrong of ['', 'Bearer', 'Bearer wrong', `Basic ${token}`, `Bearer ${token}x`]) {
        const { status, body } = await post(question('bad'), wrong);
        expect(status).toBe(401);
        expect(body.problems).toMatchObject([{ code: 'judge.not-allowed' }]);
      }
      const next = 'another-token-of-length-2';
      await writeFile(join(place, 'token'), `${next}\n`);
      expect((await post(question('bad'))).status).toBe(401);
      expect((await post(question('bad'), `Bearer ${next}`)).status).toBe(200);
      await writeFile(join(place, 'token'), 'short\n');
      expect(await post(question('bad'))).toMatchObject({
        status: 503,
        body: { problems: [{ code: 'judge.no-token' }] },
      });
      expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(503);
      await writeFile(join(place, 'token'), `${token}\n`);
    });

    it('refuses what is no question, always in JSON', async () => {
      const bad: readonly [unknown, number, string][] = [
        ['', 400, 'judge.bad-question'],
        ['[]', 400, 'judge.bad-question'],
        ['x'.repeat(20_000), 413, 'judge.bad-question'],
        [{ ...question('bad'), more: 1 }, 400, 'judge.bad-question'],
        [{ ...question('bad'), canary: 'a"} or vector(1)' }, 400, 'judge.bad-question'],
        [{ ...question('bad'), since: undefined }, 400, 'judge.bad-question'],
        [{ ...question('bad'), since: 'yesterday' }, 400, 'judge.bad-question'],
        [{ ...question('bad'), environment: 'elsewhere' }, 404, 'judge.unknown-environment'],
      ];
      for (const [body, status, code] of bad) {
        expect(await post(body), JSON.stringify(body)).toMatchObject({ status, body: { problems: [{ code }] } });
      }
      const other = await fetch(`http://127.0.0.1:${port}/else`);
      expect([other.status, await other.json()]).toMatchObject([404, { problems: [{ code: 'judge.no-such-path' }] }]);
    });

    it('shows its figures, writes lines without secrets, and ends after the last answer', async () => {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      expect(text).toMatch(/shiplock_judge_requests_total\{code="401"\} \d/);
      expect(text).toMatch(/verdicts_total\{service="cart",environment="production",verdict="worse"\} \d/);
      expect(text).toMatch(/shiplock_judge_in_flight 0/);
      const last = post(question('good'));
      await sleep(50);
      child?.kill('SIGTERM');
      expect((await last).status).toBe(200);
      if (child !== undefined && child.exitCode === null) await once(child, 'exit');
      expect(child?.exitCode).toBe(0);
      const lines = log
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(lines.at(-1)).toMatchObject({ what: 'ends' });
      expect(lines).toContainEqual(expect.objectContaining({ what: 'question', status: 200, verdict: 'worse' }));
      expect(log).not.toContain(token);
    });
  });
});

const answerSchema = z.looseObject({ evidence: z.number().optional(), problems: z.array(z.unknown()).optional() });

/** The readings that the story gives at a moment, told without Prometheus: the last scrape that is not older than 5 s. */
function expectedReadings(pods: readonly PodLife[], begin: number): (time: number, name: string) => Counters {
  const series = podSeries(pods, begin);
  const generation = new Map<string, { since: number; requests: number; bad: number }>();
  return (time, name) => {
    const servers = series
      .filter(({ name: metric }) => metric === 'http_requests_total')
      .filter(({ labels }) => labels['hash']?.startsWith(name))
      .flatMap(({ labels, samples }) => {
        const last = samples.findLastIndex(([ms]) => ms <= time);
        const [ms = 0, requests = 0] = samples[last] ?? [];
        if (last < 0 || time - ms > 5_000) return [];
        const bad =
          series.find(
            (one) =>
              one.name === 'http_bad_total' &&
              one.labels['hash'] === labels['hash'] &&
              one.labels['pod'] === labels['pod'],
          )?.samples[last]?.[1] ?? 0;
        const key = `${labels['hash']} ${labels['pod']}`;
        const before = generation.get(key);
        const fell = before !== undefined && (requests < before.requests || bad < before.bad);
        const since = before === undefined || fell ? time : before.since;
        generation.set(key, { since, requests, bad });
        const server = `${key} ${since}`;
        return [{ version: labels['hash'] ?? '', server, metrics: { errors: { requests, bad } } }];
      });
    if (servers.length === 0) return { kind: 'missing', source: 'story', time, reason: 'nothing' };
    return { kind: 'counters', source: 'story', time, epoch: 'story', servers };
  };
}
