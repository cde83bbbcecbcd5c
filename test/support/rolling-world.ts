import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Effect } from '../../src/model/effect.ts';
import type { Counters } from '../../src/model/metrics.ts';
import type { HostLook, InstanceState } from '../../src/model/platform.ts';
import type { Clock, HostPlatform } from '../../src/model/ports.ts';
import { ProblemError } from '../../src/model/problem.ts';
import { type Endpoint, type Routes, type RoutesState, taking } from '../../src/model/traffic.ts';
import { fleet } from '../../src/platform/fleet.ts';
import type { BatchSize, Rollout, RolloutPolicy } from '../../src/rollout/options.ts';
import { POLICY, unit } from './rollout.ts';

/**
 * Hosts and a proxy that are files in a directory: what an effect did is there, whoever looks, and a step that was not executed changed
 * nothing. One fault at one host is part of the world.
 */

export const OLD = '1';
export const NEW = '2';
/** Of a release long ago, without traffic. */
export const LEFT = '0';

export const FAULTS = [
  'install',
  'start',
  'ready',
  'smoke',
  'share',
  'worse',
  'crash-loop',
  'unreachable-out',
  'unreachable-started',
  'unreachable-admitted',
] as const;
export interface Fault {
  readonly host: string;
  readonly phase: (typeof FAULTS)[number];
}

const REQUESTS_PER_SECOND = 20_000;

export interface RollingWorld {
  readonly hosts: readonly string[];
  readonly rollout: Rollout;
  /** What is true now, whatever anybody knows of it. */
  truth(): Truth;
}

export interface Truth {
  readonly routes: Routes;
  readonly hosts: readonly {
    readonly name: string;
    /** Versions that run there. */
    readonly runs: readonly string[];
    /** Versions whose instance there can answer. */
    readonly ready: readonly string[];
    readonly installed: readonly string[];
    readonly current: string | null;
    readonly reachable: boolean;
  }[];
}

export interface RollingOptions {
  readonly dir: string;
  readonly clock: Clock;
  readonly hosts: number;
  /** Hosts that can be spared. */
  readonly spare: number;
  readonly batches?: readonly BatchSize[];
  readonly fault: Fault | null;
  /** What differs from a rolling release with short times. */
  readonly policy?: Partial<RolloutPolicy>;
  /** A host that came back with what was left of another release, and without the version that serves. */
  readonly lost?: string;
}

export function rollingWorld(options: RollingOptions): RollingWorld {
  const { dir, clock, fault } = options;
  const names = Array.from({ length: options.hosts }, (_, index) => `h${String(index + 1).padStart(2, '0')}`);
  const at = (...parts: readonly string[]): string => join(dir, 'world', ...parts);
  // A directory that is a file: whatever is to be written below it fails.
  const broken = at('broken', 'file');
  if (!existsSync(at('routes.json'))) {
    for (const name of names) {
      mkdirSync(at(name), { recursive: true });
      writeFileSync(at(name, `installed-${OLD}`), '');
      writeFileSync(at(name, `run-${name === options.lost ? LEFT : OLD}`), '');
      writeFileSync(at(name, 'current'), OLD);
    }
    writeFileSync(at('broken'), '');
    writeFileSync(at('routes.json'), JSON.stringify(startRoutes(names, options.lost)));
  }

  const routes = (): Routes => JSON.parse(readFileSync(at('routes.json'), 'utf8'));
  const isAdmitted = (name: string): boolean =>
    routes().routes.some(
      (route) =>
        route.version === NEW && route.share > 0 && taking(route.endpoints).some((one) => hostOf(one) === name),
    );
  const there = (name: string, file: string): boolean => existsSync(at(name, file));
  /** Once it has happened it stays so. */
  const struck = (name: string): boolean => {
    if (fault?.host !== name) return false;
    if (there(name, 'struck')) return true;
    const now =
      fault.phase === 'unreachable-out'
        ? routes().routes.some((route) => route.endpoints.some((one) => one.draining && hostOf(one) === name))
        : fault.phase === 'unreachable-started'
          ? there(name, `run-${NEW}`)
          : fault.phase === 'unreachable-admitted' || fault.phase === 'crash-loop' || fault.phase === 'worse'
            ? isAdmitted(name)
            : false;
    if (now) writeFileSync(at(name, 'struck'), '');
    return now;
  };
  const isGone = (name: string): boolean => fault?.phase.startsWith('unreachable') === true && struck(name);
  const stateOf = (name: string, version: string): InstanceState => {
    if (version !== NEW || fault?.host !== name) return 'ready';
    if (fault.phase === 'ready') return 'not-ready';
    return fault.phase === 'crash-loop' && struck(name) ? 'crash-loop' : 'ready';
  };
  const write = (why: string, path: string, content: string | null, fails = false): Effect => ({
    kind: 'file',
    path: fails ? broken : path,
    content,
    why,
    timeoutMs: 5_000,
  });

  const hostPlatform = (name: string): HostPlatform => {
    const act = (why: string, file: string, content: string | null, phase?: Fault['phase']): Effect =>
      write(
        `${why} on ${name}`,
        at(name, file),
        content,
        isGone(name) || (phase !== undefined && fault?.phase === phase && fault.host === name),
      );
    return {
      observe: async (): Promise<HostLook> => {
        if (isGone(name)) {
          throw new ProblemError({ code: 'x', where: name, found: 'no route', expected: 'an answer', remedy: 'none' });
        }
        const files = readdirSync(at(name));
        const versions = (what: string): readonly string[] =>
          files.filter((file) => file.startsWith(`${what}-`)).map((file) => file.slice(what.length + 1));
        return {
          instances: versions('run').map((version) => ({
            component: 'api',
            version,
            instance: `${version}-1`,
            host: '192.0.2.1',
            port: portOf(names, name, version),
            guardPort: 1,
            state: stateOf(name, version),
            restarts: 0,
            detail: '',
          })),
          installed: versions('installed').map((version) => ({
            component: 'api',
            version,
            digest: unit(version).digest,
          })),
          current: there(name, 'current') ? { api: readFileSync(at(name, 'current'), 'utf8') } : {},
        };
      },
      install: (spec, look) =>
        look.installed.some((one) => one.version === spec.version)
          ? []
          : [act(`install ${spec.version}`, `installed-${spec.version}`, '', 'install')],
      start: (spec, look) =>
        look.instances.some((one) => one.version === spec.version)
          ? []
          : [act(`start ${spec.version}`, `run-${spec.version}`, '', spec.version === NEW ? 'start' : undefined)],
      stop: (version, look) =>
        look.instances.some((one) => one.version === version) ? [act(`stop ${version}`, `run-${version}`, null)] : [],
      makeCurrent: (version, look) =>
        look.current['api'] === version ? [] : [act(`current ${version}`, 'current', version)],
      remove: () => [],
      stopGuards: () => [],
    };
  };

  const meter = createMeter(at('counters.json'), clock, routes, () =>
    names.some((name) => fault?.phase === 'worse' && struck(name)),
  );
  const rollout: Rollout = {
    service: 'svc',
    environment: 'test',
    candidate: unit(NEW, names.length),
    stable: unit(OLD, names.length),
    hosts: names,
    entry: 'http://192.0.2.1',
    policy: {
      ...POLICY,
      strategy: 'rolling',
      steps: [],
      // As short as they may be: what is looked for is order, not time.
      everyMs: 5_000,
      pastMs: 10_000,
      healthDeadlineMs: 5_000,
      analysisDeadlineMs: 3_600_000,
      capacityPerInstance: 1 / (names.length - options.spare),
      smoke: [{ path: '/ping', status: 200 }],
      rolling: {
        firstBakeMs: 30_000,
        bakeMs: 10_000,
        wholeBakeMs: 20_000,
        batches: options.batches ?? [
          { kind: 'share', share: 0.1 },
          { kind: 'share', share: 0.5 },
          { kind: 'share', share: 1 },
        ],
        inspection: [{ kind: 'check', name: 'log', question: 'Was the log read?' }],
      },
      ...options.policy,
    },
    ports: {
      router: {
        observe: async (): Promise<RoutesState> => observed(routes()),
        apply: (desired) => {
          const text = JSON.stringify(desired);
          if (text === JSON.stringify(routes())) return [];
          const gives = desired.routes.some(
            (route) => route.version === NEW && taking(route.endpoints).some((one) => hostOf(one) === fault?.host),
          );
          return [write('routes', at('routes.json'), text, fault?.phase === 'share' && gives)];
        },
        heartbeat: async () => undefined,
      },
      platform: fleet(names.map((name) => ({ name, address: '192.0.2.1', platform: hostPlatform(name) }))),
      metrics: { sample: async () => meter() },
      witnesses: [],
      http: {
        get: async (url) => {
          const name = names.find((one) => url.includes(`:${portOf(names, one, NEW)}/`)) ?? '';
          const status = fault?.phase === 'smoke' && fault.host === name ? 500 : 200;
          return { kind: 'answer', status, headers: {}, body: '' };
        },
      },
      hold: () => write('hold', at('hold'), ''),
      stopGuards: () => [],
    },
  };
  return {
    hosts: names,
    rollout,
    truth: () => ({
      routes: routes(),
      hosts: names.map((name) => {
        const runs = [LEFT, OLD, NEW].filter((version) => there(name, `run-${version}`));
        return {
          name,
          runs,
          ready: isGone(name) ? [] : runs.filter((version) => stateOf(name, version) === 'ready'),
          installed: [OLD, NEW].filter((version) => there(name, `installed-${version}`)),
          current: there(name, 'current') ? readFileSync(at(name, 'current'), 'utf8') : null,
          reachable: !isGone(name),
        };
      }),
    }),
  };
}

export function hostOf({ instance }: Pick<Endpoint, 'instance'>): string {
  return instance.slice(instance.indexOf('@') + 1);
}

function portOf(names: readonly string[], name: string, version: string): number {
  return 1_000 * Number(version) + names.indexOf(name) + 100;
}

function startRoutes(names: readonly string[], lost: string | undefined): Routes {
  const serving = names.filter((name) => name !== lost);
  const endpoints = serving.map((name) => ({
    instance: `${OLD}-1@${name}`,
    host: '192.0.2.1',
    port: portOf(names, name, OLD),
    guardPort: 1,
  }));
  return { service: 'svc', routes: [{ version: OLD, share: 1, hold: 'stable', endpoints }] };
}

function observed({ service, routes }: Routes): RoutesState {
  return {
    kind: 'observed',
    service,
    detail: '',
    routes: routes.map((route) => ({
      version: route.version,
      share: route.share,
      configuredShare: route.share,
      hold: route.hold,
      endpoints: route.endpoints.map((endpoint) => ({ ...endpoint, health: 'up', openRequests: 0 })),
    })),
  };
}

interface Meter {
  time: number;
  readonly servers: Record<string, { version: string; requests: number; bad: number }>;
}

/** Counts what the routes of now would have brought since the last look; bad answers come as evenly as they can. */
function createMeter(file: string, clock: Clock, routes: () => Routes, isBad: () => boolean): () => Promise<Counters> {
  return async () => {
    const meter: Meter = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { time: clock.now(), servers: {} };
    const seconds = (clock.now() - meter.time) / 1_000;
    for (const { version, share, endpoints } of routes().routes) {
      const mine = taking(endpoints);
      for (const endpoint of mine) {
        const server = meter.servers[endpoint.instance] ?? { version, requests: 0, bad: 0 };
        meter.servers[endpoint.instance] = server;
        const requests = Math.round((REQUESTS_PER_SECOND * seconds * share) / mine.length);
        server.requests += requests;
        server.bad += Math.round(requests * (version === NEW && isBad() ? 0.3 : 0.002));
      }
    }
    meter.time = clock.now();
    writeFileSync(file, JSON.stringify(meter));
    return {
      kind: 'counters',
      source: 'proxy',
      time: clock.now(),
      epoch: 'one',
      servers: Object.entries(meter.servers).map(([server, { version, requests, bad }]) => ({
        version,
        server,
        metrics: { errors: { requests, bad } },
      })),
    };
  };
}
