import type { Counters } from '../../src/model/metrics.ts';
import type { Instance, PlatformState, UnitSpec } from '../../src/model/platform.ts';
import type { Metrics, Platform, TrafficRouter } from '../../src/model/ports.ts';
import type { Routes, RoutesState } from '../../src/model/traffic.ts';
import { DEFAULT_POLICY } from '../../src/rollout/analysis/index.ts';
import type { Rollout, RolloutPolicy } from '../../src/rollout/options.ts';

/** Plain-data builders for tests of pure rollout code. */

export function unit(version: string, replicas = 1): UnitSpec {
  return {
    component: 'api',
    version,
    digest: `sha256:${'a'.repeat(64)}`,
    artefact: `/artefacts/${version}`,
    command: ['./api'],
    env: {},
    replicas,
    readyPath: '/readyz',
    livePath: '/healthz',
    startTimeoutMs: 1000,
    stopTimeoutMs: 1000,
  };
}

export function instance(version: string, index: number, state: Instance['state'] = 'ready'): Instance {
  return {
    component: 'api',
    version,
    instance: `api-${version}-${index}`,
    on: 'local',
    host: '127.0.0.1',
    port: 20_000 + index,
    state,
    restarts: 0,
    detail: '',
  };
}

export function platformState(
  instances: readonly Instance[],
  current: Readonly<Record<string, string>> = {},
): PlatformState {
  return {
    instances,
    installed: [],
    current,
    hosts: [{ name: 'local', address: '127.0.0.1', kind: 'reachable', current }],
  };
}

export function routesState(shares: Readonly<Record<string, number>>, open = 0): RoutesState {
  return {
    kind: 'observed',
    service: 'svc',
    detail: '',
    routes: Object.entries(shares).map(([version, share]) => ({
      version,
      share,
      configuredShare: share,
      hold: 'stable',
      endpoints: [{ instance: `api-${version}-1`, host: '127.0.0.1', port: 1, health: 'up', openRequests: open }],
    })),
  };
}

/** Counters of two versions from one server each. */
export function counters(
  time: number,
  tallies: Readonly<Record<string, readonly [requests: number, bad: number]>>,
  epoch = 'one',
): Counters {
  return {
    kind: 'counters',
    source: 'proxy',
    time,
    epoch,
    servers: Object.entries(tallies).map(([version, [requests, bad]]) => ({
      version,
      server: `api/${version}`,
      metrics: { errors: { requests, bad } },
    })),
  };
}

export const POLICY: RolloutPolicy = {
  strategy: 'canary',
  preview: false,
  steps: [{ share: 0.1, bakeMs: 10_000 }],
  analysis: { ...DEFAULT_POLICY, warmUpSeconds: 0, longestTimeoutSeconds: 5, minimumBakeSeconds: 10 },
  pastMs: 60_000,
  everyMs: 1000,
  healthDeadlineMs: 10_000,
  analysisDeadlineMs: 1_800_000,
  finalBakeMs: 5_000,
  drainTimeoutMs: 5_000,
  errorLimit: 0.05,
  lowTraffic: { kind: 'gate' },
  smoke: [],
  role: 'releaser',
};

/** A world in memory: remembers which routes were asked for. Effects are one file effect each, so that tests can count them. */
export function world(
  platform: PlatformState,
  routes: RoutesState,
): { router: TrafficRouter; platform: Platform; asked: Routes[] } {
  const asked: Routes[] = [];
  const effect = (why: string) => [{ kind: 'file' as const, path: '/none', content: '', why, timeoutMs: 1 }];
  return {
    asked,
    router: {
      observe: async () => routes,
      apply: (desired) => {
        asked.push(desired);
        return effect('routes');
      },
      heartbeat: async () => undefined,
    },
    platform: {
      observe: async () => platform,
      install: () => effect('install'),
      start: () => effect('start'),
      stop: () => effect('stop'),
      makeCurrent: () => effect('current'),
      remove: () => effect('remove'),
    },
  };
}

export function rollout(
  parts: { readonly router: TrafficRouter; readonly platform: Platform },
  options: {
    readonly stable?: UnitSpec | null;
    readonly candidate?: UnitSpec;
    readonly policy?: Partial<RolloutPolicy>;
  } = {},
): Rollout {
  const metrics: Metrics = { sample: async () => counters(0, {}) };
  return {
    service: 'svc',
    environment: 'test',
    candidate: options.candidate ?? unit('2'),
    stable: options.stable === undefined ? unit('1') : options.stable,
    hosts: ['local'],
    entry: 'http://127.0.0.1:1',
    policy: { ...POLICY, ...options.policy },
    ports: {
      ...parts,
      metrics,
      witnesses: [],
      http: { get: async () => ({ kind: 'no-answer', reason: 'none in this test' }) },
      hold: () => ({ kind: 'file', path: '/hold', content: '', timeoutMs: 1 }),
      stopGuards: () => [],
    },
  };
}
