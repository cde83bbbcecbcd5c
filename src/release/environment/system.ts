import type { ResolvedEnvironment, ResolvedSystem, ResolvedSystemService } from '../../config/index.ts';
import { LOCAL_HOST } from '../../model/platform.ts';
import { ProblemError } from '../../model/problem.ts';
import {
  hostUnitEffect,
  LOOPBACK,
  type LocalUnitsOptions,
  localUnitEffects,
  observeHostUnits,
  observeLocalUnits,
  type SshReach,
} from '../../platform/index.ts';
import { httpClient, type Node } from '../../procedure/index.ts';
import {
  commandControl,
  type Health,
  healthProbe,
  type Meant,
  type ServiceControl,
  type ServiceOnHost,
  type System,
  type SystemService,
  tcpHealth,
} from '../../system/index.ts';
import type { placeElsewhere } from './elsewhere.ts';
import { hostsNode } from './hosts.ts';
import { sshReach } from './platform.ts';
import type { ServiceEnvironment } from './service.ts';

/** The system of an environment with what sees and moves each of its services. Looks at nothing yet. */

type Opened = Pick<ServiceEnvironment, 'environment' | 'exec' | 'baseDir' | 'clock' | 'door'>;

export interface OpenedSystem extends System {
  /** Brings the hosts of these services to what is asked of them; null where all of it is on this machine. */
  prepare(services: readonly SystemService[]): Node | null;
  /** The same for hosts by their names. */
  prepareHosts(names: readonly string[]): Node | null;
}

type Elsewhere = typeof placeElsewhere;

/** What sees and moves services of Compose and of clusters: loaded only where a system has one. */
export async function elsewhereFor({ system }: ResolvedEnvironment): Promise<Elsewhere | null> {
  const needed = system?.services.some(({ run }) => run.kind === 'compose' || run.kind === 'workload') === true;
  return needed ? (await import('./elsewhere.ts')).placeElsewhere : null;
}

/**
 * @param elsewhere what `elsewhereFor` has given for this environment
 * @throws ProblemError `system.not-configured`
 */
export function openSystem(opened: Opened, elsewhere: Elsewhere | null): OpenedSystem {
  const { environment, exec } = opened;
  const { system } = environment;
  if (system === undefined) throw new ProblemError(notConfigured(environment));
  const reach = reachOf(environment, system);
  const prepareHosts = (names: readonly string[]): Node | null => {
    const hosts = (reach?.hosts ?? []).filter(({ name }) => names.includes(name));
    return reach === null || hosts.length === 0 ? null : hostsNode({ ...reach, hosts, exec }, 'what is asked of them');
  };
  return {
    services: system.services.map((service) => serviceOf(opened, service, reach, elsewhere)),
    probe: healthProbe(httpClient),
    role: environment.rollout.role,
    prepare: (services) => prepareHosts(services.flatMap(({ on }) => on.map(({ host }) => host))),
    prepareHosts,
  };
}

/** All hosts of the environment, those of the system too; null where there are none. */
export function reachOf(environment: ResolvedEnvironment, system: Pick<ResolvedSystem, 'hosts'>): SshReach | null {
  const { platform } = environment;
  if (platform.kind !== 'ssh') return null;
  const reach = sshReach(environment, platform);
  return { ...reach, hosts: [...reach.hosts, ...system.hosts] };
}

function serviceOf(
  opened: Opened,
  service: ResolvedSystemService,
  reach: SshReach | null,
  elsewhere: Elsewhere | null,
): SystemService {
  const { name, after, health, startMs, stopMs } = service;
  return {
    ...{ name, after, startMs, stopMs },
    what: wordsOf(service.run),
    health: healthOf(health),
    on: placesOf(opened, service, reach, elsewhere),
  };
}

function wordsOf(run: ResolvedSystemService['run']): string {
  switch (run.kind) {
    case 'unit':
      return `unit ${run.unit}`;
    case 'component':
      return `instances of ${run.component}`;
    case 'compose':
      return `Compose project ${run.project}${run.services.length === 0 ? '' : `: ${run.services.join(', ')}`}`;
    case 'workload':
      return `${run.workload.kind} ${run.workload.namespace}/${run.workload.name}`;
    case 'command':
      return `command ${run.start[0] ?? ''}`;
  }
}

function healthOf(health: ResolvedSystemService['health']): Health | null {
  return health?.kind === 'tcp' ? tcpHealth(health.at) : health;
}

function placesOf(
  opened: Opened,
  { name, run }: ResolvedSystemService,
  reach: SshReach | null,
  elsewhere: Elsewhere | null,
): readonly ServiceOnHost[] {
  const { environment, exec, baseDir } = opened;
  const here = (control: ServiceControl): readonly ServiceOnHost[] => [
    { host: LOCAL_HOST, address: LOOPBACK, control },
  ];
  const resource = localResource(environment);
  if (run.kind === 'command') {
    const { start, stop, status, reload = null } = run;
    return here(commandControl({ name, start, stop, status, reload, cwd: baseDir, resource, exec }));
  }
  if (run.kind === 'compose' || run.kind === 'workload') {
    if (elsewhere === null) throw new TypeError('a system is opened with what its services need');
    return [elsewhere(opened, name, run, resource)];
  }
  if (run.kind === 'unit' && run.hosts === null) {
    const privileged = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
    return here(localControl({ units: [run.unit], resource, exec, privileged }));
  }
  if (reach === null) throw new TypeError('a checked system names hosts only where there are some');
  const meant =
    run.kind === 'component'
      ? componentHosts(environment)
      : reach.hosts.filter((host) => run.hosts?.includes(host.name) === true);
  const which = run.kind === 'component' ? { component: run.component } : { units: [run.unit] };
  return meant.map((host) => {
    const options = { host, reach, which, exec };
    const effect = (verb: 'start' | 'stop' | 'restart') => (members: Meant, timeoutMs: number) =>
      members.length === 0 ? [] : [hostUnitEffect(options, verb, namesOf(members), timeoutMs)];
    return {
      host: host.name,
      address: host.address,
      control: {
        observe: (signal) => observeHostUnits(options, signal),
        start: effect('start'),
        stop: effect('stop'),
        restart: effect('restart'),
        ...(run.kind === 'unit'
          ? { reload: (timeoutMs: number) => [hostUnitEffect(options, 'reload', [run.unit], timeoutMs)] }
          : {}),
      },
    };
  });
}

function namesOf(members: Meant): readonly string[] {
  return members.map(({ name }) => name);
}

function componentHosts({ platform }: ResolvedEnvironment): SshReach['hosts'] {
  return platform.kind === 'ssh' ? platform.hosts : [];
}

function localControl(options: LocalUnitsOptions): ServiceControl {
  const effect = (verb: 'start' | 'stop' | 'restart') => (members: Meant, timeoutMs: number) =>
    members.length === 0 ? [] : localUnitEffects(options, verb, namesOf(members), timeoutMs);
  return {
    observe: (signal) => observeLocalUnits(options, signal),
    start: effect('start'),
    stop: effect('stop'),
    restart: effect('restart'),
    reload: (timeoutMs) => localUnitEffects(options, 'reload', options.units, timeoutMs),
  };
}

/** What is fenced on this machine: the root of the environment; in a cluster nothing here is. */
export function localResource({ platform, environment }: ResolvedEnvironment): string {
  return platform.kind === 'kubernetes' ? `system:${environment}` : `local:${platform.root}`;
}

function notConfigured({ environment }: ResolvedEnvironment) {
  return {
    code: 'system.not-configured',
    where: `environments.${environment}`,
    found: 'no `system:`',
    expected: 'the services that must run, and their order',
    remedy: 'write `system:` into shiplock.yaml as docs/runbooks.md says',
  };
}
