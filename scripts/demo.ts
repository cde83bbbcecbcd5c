import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type LoadResult, startLoad } from './components/load.ts';
import { freePortRange } from './components/ports.ts';
import { startPrometheus } from './components/prometheus.ts';
import { kubernetesDemo } from './demo/kubernetes.ts';
import { paint, parse, type Summary, say, told, verdict } from './demo/tell.ts';
import { command, type Lab, openLab } from './lab/lab.ts';
import { setUp } from './setup.ts';

/**
 * The main job on this machine alone, which plays four hosts: nothing → 1.0.0 by `initial`; 2.0.0 is healthy and is promoted by canary;
 * 3.0.0 fails 2 % of its requests and is taken back; 4.0.0 takes over by blue-green; 5.0.0 goes host by host and stops at the checkpoint,
 * which the demo fills in; git names what serves. Real HAProxy, MariaDB, Prometheus, API processes and open-loop load.
 * With --kubernetes the story is another one, on a real cluster: demo/kubernetes.ts.
 */

const RATE = 1000;
const HOSTS = ['a', 'b', 'c', 'd'] as const;

const statusSchema = z.object({
  routes: z.array(z.object({ version: z.string(), share: z.number() })).nullable(),
  git: z.string().nullable(),
  gitAgrees: z.boolean().nullable(),
  schema: z.string().nullable(),
});

function release(lab: Lab, version: string): Promise<Summary> {
  return told(lab, ['release', 'production', '--reason', `demo ${version}`], `release ${version}`);
}

/** Answers by version and status, as the clients saw them. */
function tally(load: LoadResult): string {
  const byVersion = new Map<string, { good: number; injected: number; other: number }>();
  for (const hit of load.hits) {
    const version = hit.headers['x-certkeeper-version'] ?? 'no answer';
    const row = byVersion.get(version) ?? { good: 0, injected: 0, other: 0 };
    if (hit.code === 200) row.good += 1;
    else if (hit.headers['x-fault-injected'] !== undefined) row.injected += 1;
    else row.other += 1;
    byVersion.set(version, row);
  }
  return [...byVersion]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(
      ([version, row]) =>
        `${version}: ${row.good} good, ${row.injected} injected failures, ${row.other} other failures`,
    )
    .join(' · ');
}

async function underLoad<T>(
  lab: Lab,
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly load: LoadResult }> {
  const load = await startLoad({
    url: `${lab.entry}/api/v1/ping`,
    rate: RATE,
    seconds: 300,
    keepHeaders: ['X-Certkeeper-Version', 'X-Fault-Injected'],
  });
  try {
    const value = await work();
    return { value, load: await load.stop() };
  } catch (error) {
    await load.stop();
    throw error;
  }
}

/** A person looks at the first host: here the demo does. */
const INSPECTED = [
  'log=yes',
  'function=yes',
  'memory=40',
  'seen=the log and the list of certificates',
  'decision=go-on',
];

/** Host by host, with the checkpoint filled in when the release stops at it. */
async function rolling(lab: Lab, version: string): Promise<Summary> {
  const waiting = await release(lab, version);
  if (waiting.gate === null) return waiting;
  const items = INSPECTED.flatMap((item) => ['--item', item]);
  const filled = await lab.shiplock(['gate', 'fill', waiting.run, waiting.gate, ...items]);
  say(`the checkpoint is filled in (exit ${filled.code}): ${INSPECTED.join(', ')}`);
  return told(lab, ['resume', waiting.run], `resume ${version}`);
}

async function main(): Promise<boolean> {
  say(paint('bold', 'Starting a real MariaDB and a real Prometheus'));
  const ports = await freePortRange(48);
  const targets = Array.from({ length: ports[1] - ports[0] + 1 }, (_, index) => `127.0.0.1:${ports[0] + index}`);
  const prometheus = await startPrometheus({ scrapeConfigs: [{ job: 'certkeeper', targets }], scrapeInterval: '1s' });
  const lab = await openLab({
    database: true,
    frontend: true,
    traffic: { files: { component: 'frontend', service: ['/api'] } },
    prometheusUrl: prometheus.url,
    ports,
    platform: { hosts: [...HOSTS] },
    // Shorter, and with a higher floor, than one would choose for real, so that the story fits into five minutes.
    rollout: {
      capacity: { perInstance: '34%' },
      analysis: { past: '10s', floor: '0.5%' },
      steps: [
        { share: '20%', bake: '10s' },
        { share: '50%', bake: '5s' },
      ],
    },
  });
  try {
    say(`The service lies in ${lab.service}, its proxy will listen on ${lab.entry}`);
    await lab.commit('1.0.0');
    say(paint('bold', 'Nothing serves. Releasing 1.0.0: build, migrate, start, check, open'));
    const one = await release(lab, '1.0.0');
    await lab.commit('2.0.0', { env: { CERTKEEPER_SLOW_REQUEST: '400ms' } });
    say(paint('bold', `2.0.0 is healthy. Canary under ${RATE} requests/s that never stop`));
    const two = await underLoad(lab, () => release(lab, '2.0.0'));
    say(`clients saw ${tally(two.load)}`);
    await lab.commit('3.0.0', { tags: ['faults'], env: { CERTKEEPER_FAULT_ERROR_RATE: '0.02' } });
    say(paint('bold', '3.0.0 fails 2 % of its requests. Canary under the same load'));
    const three = await underLoad(lab, () => release(lab, '3.0.0'));
    say(`clients saw ${tally(three.load)}`);
    for (const problem of three.value.problems) say(`because: ${problem.found}`);
    const switched = { strategy: 'blue-green', steps: [] };
    await lab.commit('4.0.0', { env: { CERTKEEPER_SLOW_REQUEST: '410ms' } }, { rollout: switched });
    say(paint('bold', '4.0.0 is healthy. Blue-green: all traffic in one moment, 2.0.0 stands by'));
    const four = await underLoad(lab, () => release(lab, '4.0.0'));
    say(`clients saw ${tally(four.load)}`);
    const rolls = {
      strategy: 'rolling',
      steps: [],
      rolling: { firstBake: '5s', bake: '3s', wholeBake: '5s', batches: [1, 2] },
    };
    await lab.commit('5.0.0', { env: { CERTKEEPER_SLOW_REQUEST: '420ms' } }, { rollout: rolls });
    say(paint('bold', `5.0.0 is healthy. Rolling over the hosts ${HOSTS.join(', ')}, each replaced in place`));
    const five = await underLoad(lab, () => rolling(lab, '5.0.0'));
    say(`clients saw ${tally(five.load)}`);
    const seen = statusSchema.parse(parse(await lab.shiplock(['status', 'production', '--json'])));
    const verify = await command(
      [
        process.execPath,
        'bin/shiplock.js',
        'journal',
        'verify',
        five.value.run,
        '--config',
        `${lab.service}/shiplock.yaml`,
        '--state',
        lab.state,
      ],
      { env: { ...process.env, ...lab.env } },
    );
    const page = await fetch(`${lab.entry}/`).then(async (answer) => ({
      status: answer.status,
      text: await answer.text(),
    }));
    say(`the frontend answers ${page.status} behind the same proxy`);
    const serves = seen.routes?.find((route) => route.share === 1)?.version;
    say(
      paint(
        'bold',
        `Now ${serves ?? 'nothing'} serves all traffic; git names ${seen.git ?? 'nothing'}; the schema is ${seen.schema ?? 'none'}`,
      ),
    );
    say(`journal: ${verify.stdout.trim()}`);
    const loads = [two.load, three.load, four.load, five.load];
    const report = join(tmpdir(), 'shiplock-demo.html');
    await lab.shiplock(['report', five.value.run, '--output', report]);
    say(`the report of the last release: ${report} (${Math.round((await stat(report)).size / 1000)} kB)`);
    const lost = loads
      .flatMap((load) => load.hits)
      .filter((hit) => hit.code !== 200 && hit.headers['x-fault-injected'] === undefined).length;
    const requests = loads.reduce((sum, load) => sum + load.requests, 0);
    say(`${requests} requests in all, ${lost} lost to the releases themselves`);
    const good =
      one.outcome === 'done' &&
      two.value.outcome === 'done' &&
      three.value.outcome === 'rolled-back' &&
      four.value.outcome === 'done' &&
      five.value.outcome === 'done' &&
      serves === '5.0.0' &&
      seen.gitAgrees === true &&
      page.status === 200 &&
      page.text.includes('<script') &&
      lost === 0;
    verdict(good);
    return good;
  } finally {
    await lab.stop();
    await prometheus.stop();
  }
}

/** @returns the exit code: 0 it did what it says · 1 it did not · 2 usage, or it cannot run here */
async function start(words: readonly string[]): Promise<number> {
  if (words.some((word) => word !== '--kubernetes')) {
    process.stderr.write('npm run demo [-- --kubernetes]\n');
    return 2;
  }
  const missing = await setUp('demo');
  for (const line of missing) process.stderr.write(`${line}\n`);
  if (missing.length > 0) return 2;
  if (words.length > 0) return kubernetesDemo();
  return (await main()) ? 0 : 1;
}

process.exitCode = await start(process.argv.slice(2));
