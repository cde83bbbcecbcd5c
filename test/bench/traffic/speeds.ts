import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startPrometheus } from '../../../scripts/components/prometheus.ts';
import { command } from '../../../scripts/lab/lab.ts';
import { processesWith } from '../support/processes.ts';
import { expectExit, openTrafficLab, type TrafficLab } from './lab.ts';

/** How long `status` and `plan` take from the start of the process to its end, also when what they ask is dead or hung. */

export interface Speed {
  readonly what: string;
  readonly ms: readonly number[];
  /** Standard output of the last run. */
  readonly said: string;
}

export interface SpeedLab extends AsyncDisposable {
  readonly traffic: TrafficLab;
  /** Runs one command `times` times in each condition of the world, everything mended in between. */
  measure(args: readonly string[], times: number): Promise<readonly Speed[]>;
}

/** A certkeeper with database and Prometheus, 1.0.0 released. */
export async function openSpeedLab(): Promise<SpeedLab> {
  const stack = new AsyncDisposableStack();
  try {
    const prometheus = stack.use(await startPrometheus({ scrapeConfigs: [] }));
    const traffic = stack.use(await openTrafficLab({ database: true, prometheusUrl: prometheus.url }));
    await traffic.healthy('1.0.0');
    expectExit(await traffic.release().ended, 0);
    // Another commit, so that a plan has something to plan.
    await traffic.healthy('2.0.0');
    const mariadb = traffic.lab.mariadb?.pid;
    if (mariadb === undefined) throw new Error('the lab has no database');
    const measure = async (args: readonly string[], times: number): Promise<readonly Speed[]> => {
      const timed = (what: string) => time(traffic, what, args, times);
      const haproxy = await haproxies(traffic);
      return [
        await timed('everything up'),
        await frozen([mariadb], () => timed('MariaDB hung')),
        await frozen([prometheus.pid], () => timed('Prometheus hung')),
        await frozen(haproxy, () => timed('HAProxy hung')),
        await frozen([mariadb, prometheus.pid, ...haproxy], () => timed('all three hung')),
        await withoutProxy(traffic, () => timed('HAProxy dead')),
      ];
    };
    return { traffic, measure, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function time(traffic: TrafficLab, what: string, args: readonly string[], times: number): Promise<Speed> {
  const ms: number[] = [];
  let said = '';
  for (let n = 0; n < times; n++) {
    const begun = performance.now();
    const ran = await traffic.lab.shiplock(args);
    ms.push(performance.now() - begun);
    said = ran.stdout === '' ? ran.stderr : ran.stdout;
  }
  return { what, ms, said };
}

async function frozen<T>(pids: readonly number[], work: () => Promise<T>): Promise<T> {
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  try {
    return await work();
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  }
}

export async function haproxies(traffic: TrafficLab): Promise<readonly number[]> {
  const { config } = traffic.proxy;
  const pids = await processesWith((argv) => argv[0] === 'haproxy' && argv.includes(config));
  if (pids.length === 0) throw new Error('no HAProxy of this lab runs');
  return pids;
}

async function withoutProxy<T>(traffic: TrafficLab, work: () => Promise<T>): Promise<T> {
  const { host } = traffic.lab;
  const [version = ''] = await readdir(join(host, 'proxy', 'releases'));
  const program = join(import.meta.dirname, '..', '..', '..', 'bin', 'shiplock.js');
  const argv = [
    process.execPath,
    program,
    'unit',
    'stop',
    '--root',
    host,
    '--component',
    'proxy',
    '--version',
    version,
  ];
  const stopped = await command(argv);
  if (stopped.code !== 0) throw new Error(`the proxy cannot be stopped: ${stopped.stderr}`);
  return work();
}
