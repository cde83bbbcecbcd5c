import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type Load, startLoad } from '../../../scripts/components/load.ts';
import { freePortRange } from '../../../scripts/components/ports.ts';
import { type Lab, type LabOptions, openLab, proxyOf } from '../../../scripts/lab/lab.ts';
import type { ObservedRoute } from '../../../src/model/traffic.ts';
import { listRuns, readRun, systemClock } from '../../../src/procedure/index.ts';
import { type HaproxyPaths, haproxyPaths, haproxyRouter, nginxRouter } from '../../../src/traffic/index.ts';
import { KEEP } from '../support/hits.ts';
import { type Ended, type Running, startShiplock } from '../support/running.ts';

export const DEAD_MAN_MS = 5_000;
export const PATH = '/api/v1/ping';

/** A certkeeper behind a real proxy (HAProxy unless `traffic.kind` says nginx), released by the real command, with versions that can be told to misbehave. */
export interface TrafficLab extends AsyncDisposable {
  readonly lab: Lab;
  readonly url: string;
  /** Where HAProxy has its files, if it is the proxy. */
  readonly proxy: HaproxyPaths;
  /** Commits a version that behaves. Settings of the API component are merged in. */
  healthy(version: string, api?: Readonly<Record<string, unknown>>): Promise<void>;
  /** Commits a fault build: it fails this share of its requests, and obeys `misbehave` while it runs. */
  faulty(version: string, errorRate: number): Promise<void>;
  /** Tells a running fault build its new error rate; it looks every 100 ms. */
  misbehave(version: string, errorRate: number): Promise<void>;
  release(...more: readonly string[]): Running;
  rollback(): Running;
  /** Answers the items of a gate. */
  fill(run: string, gate: string, answers: readonly string[]): Running;
  resume(run: string): Running;
  /** As the running proxy sees it. */
  route(version: string): Promise<ObservedRoute | undefined>;
  /** Until the version really gets this share: configured, and its instances up. */
  untilShare(version: string, share: number, withinMs?: number): Promise<void>;
  load(rate: number, seconds: number): Promise<Load>;
  /** Wall clock of the verdict `worse` in the newest run, milliseconds since 1970, as its journal has it. */
  verdictTime(): Promise<number>;
}

export type TrafficLabOptions = Partial<LabOptions>;

export async function openTrafficLab(options: TrafficLabOptions = {}): Promise<TrafficLab> {
  const lab = await openLab({ database: false, frontend: false, ports: await freePortRange(16), ...options });
  const proxy = haproxyPaths({ directory: join(lab.host, 'haproxy') });
  const kind = proxyOf(options);
  const router = (kind === 'nginx' ? nginxRouter : haproxyRouter)({
    service: 'certkeeper',
    directory: join(lab.host, kind),
    bind: lab.entry.slice('http://'.length),
    readyPath: '/readyz',
    deadManMs: DEAD_MAN_MS,
    longestTimeoutMs: 2_000,
    heartbeatDir: join(lab.host, 'run', 'heartbeats'),
    maxInstancesPerVersion: 4,
    clock: systemClock,
  });
  // A benchmark that is stopped by hand leaves nothing running either.
  const stopAll = (): void => {
    lab.stop().finally(() => process.exit(130));
  };
  process.once('SIGINT', stopAll).once('SIGTERM', stopAll);
  const faultFile = (version: string): string => join(lab.dir, `faults-${version}.json`);
  const route = async (version: string): Promise<ObservedRoute | undefined> => {
    const state = await router.observe();
    return state.kind === 'observed' ? state.routes.find((one) => one.version === version) : undefined;
  };
  return {
    lab,
    url: `${lab.entry}${PATH}`,
    proxy,
    healthy: async (version, api = {}) => {
      await lab.commit(version, { env: { CERTKEEPER_SLOW_REQUEST: `${400 + digits(version)}ms` }, ...api });
    },
    faulty: async (version, errorRate) => {
      const env = { CERTKEEPER_FAULT_ERROR_RATE: `${errorRate}`, CERTKEEPER_FAULT_FILE: faultFile(version) };
      await lab.commit(version, { tags: ['faults'], env });
    },
    misbehave: (version, errorRate) => writeFile(faultFile(version), JSON.stringify({ error_rate: errorRate })),
    release: (...more) => startShiplock(lab, ['release', 'production', '--reason', 'traffic', ...more]),
    rollback: () => startShiplock(lab, ['rollback', 'production', '--reason', 'traffic', '--json']),
    fill: (run, gate, answers) =>
      startShiplock(lab, ['gate', 'fill', run, gate, ...answers.flatMap((one) => ['--item', one])]),
    resume: (run) => startShiplock(lab, ['resume', run]),
    route,
    untilShare: async (version, share, withinMs = 30_000) => {
      const deadline = performance.now() + withinMs;
      for (;;) {
        const found = (await route(version))?.share ?? 0;
        if (Math.abs(found - share) < 0.005) return;
        if (performance.now() > deadline) throw new Error(`${version} has ${found} of the traffic instead of ${share}`);
        await sleep(20);
      }
    },
    load: (rate, seconds) => startLoad({ url: `${lab.entry}${PATH}`, rate, seconds, keepHeaders: KEEP }),
    verdictTime: () => verdictTime(lab.state),
    [Symbol.asyncDispose]: async () => {
      process.off('SIGINT', stopAll).off('SIGTERM', stopAll);
      await lab.stop();
    },
  };
}

/** Different settings for every version, so that each is a release of its own. */
function digits(version: string): number {
  return Number(version.replaceAll(/\D/g, '')) % 10_000;
}

const failed = z.looseObject({ answer: z.literal('fail') });

async function verdictTime(state: string): Promise<number> {
  const newest = (await listRuns(state)).findLast((run) => run.procedure === 'release');
  const { entries } = await readRun(state, newest?.run ?? '');
  const entry = entries.find(
    ({ record, payload }) => record.type === 'analysis.verdict' && failed.safeParse(payload).success,
  );
  if (entry === undefined) throw new Error(`run ${newest?.run ?? 'none'} has no verdict that failed`);
  return Date.parse(entry.record.time);
}

/** What a command was meant to end with. @throws Error with all it said */
export function expectExit(ended: Ended, code: number): void {
  if (ended.code === code) return;
  throw new Error(`exit ${ended.code ?? ended.signal} instead of ${code}:\n${ended.stderr}\n${ended.stdout}`);
}
