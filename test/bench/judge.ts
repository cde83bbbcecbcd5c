import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../scripts/components/ports.ts';
import { startPrometheus } from '../../scripts/components/prometheus.ts';
import { judgedService } from '../support/judged-service.ts';
import { layDownCounts, type PodLife, podSeries } from '../support/past-counts.ts';
import { type Figure, say } from './support/figure.ts';
import { median } from './support/statistics.ts';

/** What one answer of the judge costs: `npm run bench judge`. A real Prometheus, a judge as a process of its own, readings of each second. */

const TOKEN = 'token-of-a-bench-only-0123';
const ROUNDS = 15;
/** Minutes since the share began, and pods of each version. */
const CASES = [
  { minutes: 30, pods: 2 },
  { minutes: 30, pods: 20 },
  { minutes: 120, pods: 2 },
] as const;

export async function judgeBench(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const one of CASES) figures.push(...(await measure(one.minutes, one.pods)));
  return figures;
}

async function measure(minutes: number, pods: number): Promise<readonly Figure[]> {
  const seconds = minutes * 60 + 130;
  const begin = Math.floor(Date.now() / 1000) * 1000 - seconds * 1000;
  const life = (hash: string, index: number): PodLife => ({
    hash,
    pod: `${hash}-${index}`,
    from: 0,
    until: seconds + 300,
    perSecond: 20,
    badRate: () => 0.005,
  });
  const all = ['old', 'new'].flatMap((hash) => Array.from({ length: pods }, (_, index) => life(hash, index)));
  say(`laying down ${minutes} minutes of ${pods} + ${pods} pods`);
  const dir = await layDownCounts(podSeries(all, begin));
  const prometheus = await startPrometheus({ dir, scrapeConfigs: [] });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const place = await mkdtemp(join(tmpdir(), 'shiplock-judge-bench-'));
  const [config, token] = [join(place, 'shiplock.yaml'), join(place, 'token')];
  await writeFile(config, judgedService(prometheus.url, { timeout: '30s' }));
  await writeFile(token, TOKEN);
  const argv = [resolve('bin/shiplock.js'), 'judge', 'serve', '--config', config, '--token-file', token];
  const judge = spawn(
    process.execPath,
    ['--max-old-space-size=256', ...argv, '--deadline', '60s', '--listen', `127.0.0.1:${port}`],
    { stdio: 'ignore' },
  );
  try {
    while (
      !(await fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      ))
    )
      await sleep(50);
    const idle = await residentMb(judge.pid);
    const body = JSON.stringify({
      service: 'cart',
      environment: 'production',
      canary: 'new',
      stable: 'old',
      since: String(begin / 1000 + 125),
    });
    const ask = async (): Promise<number> => {
      const from = performance.now();
      const answer = await fetch(`${url}/v1/judge`, {
        method: 'POST',
        body,
        headers: { authorization: `Bearer ${TOKEN}` },
      });
      const text = await answer.text();
      if (!/"readings":\d{4}/.test(text)) throw new Error(`no answer that counts: ${text}`);
      return performance.now() - from;
    };
    await ask();
    const alone: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) alone.push(await ask());
    await Promise.all(Array.from({ length: 8 }, ask));
    const peak = await residentMb(judge.pid, 'VmHWM');
    const what = `${minutes} min of readings each second (and 2 min of past), ${pods} + ${pods} pods`;
    return [
      {
        name: `an answer over ${what}`,
        value: `median ${Math.round(median(alone))} ms, longest ${Math.round(Math.max(...alone))} ms of ${ROUNDS}`,
        met: null,
      },
      {
        name: 'memory of the judge with a heap of 256 MB, as gitops/judge has it: idle; the most, with 8 questions at once',
        value: `${idle} MB; ${peak} MB`,
        met: null,
      },
    ];
  } finally {
    judge.kill('SIGKILL');
    await once(judge, 'exit');
    await prometheus.stop();
    await rm(dir, { recursive: true, force: true });
    await rm(place, { recursive: true, force: true });
  }
}

async function residentMb(pid: number | undefined, field = 'VmRSS'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024);
}
