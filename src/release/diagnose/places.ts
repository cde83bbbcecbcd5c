import { join } from 'node:path';
import {
  type ClusterEnvironment,
  isInCluster,
  isOnHosts,
  type ResolvedEnvironment,
  type ResolvedHostPlatform,
} from '../../config/index.ts';
import type { DiagnoseConfig } from '../../diagnose/config.ts';
import {
  type Collector,
  clusterCollectors,
  databaseCollectors,
  gently,
  haproxyCollectors,
  hostCollectors,
  logCollector,
  nginxCollectors,
  type Place,
  processCollectors,
  profileCollectors,
  unitCollectors,
} from '../../diagnose/index.ts';
import { applicationKind } from '../../gitops/index.ts';
import type { Clock } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { hostRoot, type SshAccess, type SshHost, socketDirectory, sshArgv } from '../../platform/index.ts';
import { kubeClient, podLogs } from '../../procedure/index.ts';
import { haproxyPaths, nginxPaths, rolloutKind } from '../../traffic/index.ts';
import { clusterOf } from '../environment/cluster-place.ts';
import { PROXY } from '../environment/proxy.ts';

/** Who is asked what about an environment. Looks at nothing yet. */

/** As `--host` names it. */
const THIS = 'here';

/** This machine, as a place in a bundle. */
export const HERE: Place = { name: 'hosts/here', reach: (argv, timeoutMs) => gently(argv, secondsFor(timeoutMs)) };

export interface Wanted {
  /** Names of hosts; null: all of them. */
  readonly hosts: readonly string[] | null;
  readonly minutes: number;
}

/** Facts of this machine alone: what can be asked without a configuration. */
export function machineCollectors(minutes: number): readonly Collector[] {
  return hostCollectors({ place: HERE, minutes });
}

/** Who asks, and by what clock: a kubeconfig may be named in the environment of the process. */
export interface Asking {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
}

/** @throws ProblemError `cli.unknown-host` for a host that the environment does not have */
export function environmentCollectors(
  environment: ResolvedEnvironment,
  extra: DiagnoseConfig,
  { hosts, minutes }: Wanted,
  asking: Asking,
): readonly Collector[] {
  const database = environment.database === null ? [] : databaseCollectors(environment.database.engine);
  if (!isOnHosts(environment)) {
    refuseUnknown(hosts, [THIS]);
    const cluster = isInCluster(environment) ? podCollectors(environment, minutes, asking) : [];
    return [...machineCollectors(minutes), ...cluster, ...database];
  }
  const { platform, traffic, service } = environment;
  const paths = { directory: traffic.directory };
  const proxy =
    traffic.kind === 'haproxy'
      ? haproxyCollectors(HERE, haproxyPaths(paths))
      : nginxCollectors(HERE, nginxPaths(paths));
  const beside = [PROXY, ...(traffic.files === null ? [] : [traffic.files.component])];
  const own = [
    ...(hosts === null || hosts.includes(THIS) ? machineCollectors(minutes) : []),
    ...proxy,
    ...beside.flatMap((name) => processCollectors(HERE, name, join(platform.root, name))),
  ];
  if (platform.kind === 'local') {
    const roots = rootsOf(platform);
    refuseUnknown(hosts, [THIS, ...[...roots.keys()].filter((name) => name !== THIS)]);
    const components = [...roots].flatMap(([name, root]) => {
      if (hosts !== null && !hosts.includes(name)) return [];
      const place = roots.size === 1 ? HERE : { ...HERE, name: `hosts/here/${name}` };
      return processCollectors(place, traffic.component, join(root, traffic.component));
    });
    return [...own, ...components, ...moreOf(HERE, extra), ...database];
  }
  refuseUnknown(hosts, [THIS, ...platform.hosts.map(({ name }) => name)]);
  const access: SshAccess = {
    knownHosts: platform.knownHosts,
    connectTimeoutMs: platform.connectTimeoutMs,
    ...(platform.identityFile === undefined ? {} : { identityFile: platform.identityFile }),
  };
  const elsewhere = platform.hosts
    .filter(({ name }) => hosts === null || hosts.includes(name))
    .map((host) => sshPlace(host, access))
    .flatMap((place) => [
      ...hostCollectors({ place, minutes }),
      ...unitCollectors(place, service, minutes),
      ...moreOf(place, extra),
    ]);
  return [...own, ...elsewhere, ...database];
}

function podCollectors(environment: ClusterEnvironment, minutes: number, { env, clock }: Asking): readonly Collector[] {
  const { namespace, rollout, application, argocdNamespace } = environment.platform;
  const cluster = clusterOf(environment, env);
  return clusterCollectors({
    kube: kubeClient(cluster, clock),
    logs: podLogs(cluster, clock),
    clock,
    ...{ namespace, minutes },
    objects: [
      {
        kind: rolloutKind(namespace),
        name: rollout,
        answers: 'Where does the rollout stand, and what does its controller wait for?',
      },
      {
        kind: applicationKind(argocdNamespace),
        name: application,
        answers: 'What does Argo CD want there, and what did its last sync say?',
      },
    ],
  });
}

/** A host over ssh: the command is ended there too, since ssh leaves it behind. */
export function sshPlace(host: SshHost, access: SshAccess): Place {
  return {
    name: `hosts/${host.name}`,
    remote: true,
    reach: (argv, timeoutMs) => sshArgv(host, access, socketDirectory(), gently(argv, secondsFor(timeoutMs))),
  };
}

function moreOf(place: Place, { profiles, logs }: DiagnoseConfig): readonly Collector[] {
  return [
    ...logs.map((path, index) => logCollector(place, path, index)),
    ...profiles.flatMap((url, index) => profileCollectors(place, url, index)),
  ];
}

function rootsOf({ root, ...platform }: ResolvedHostPlatform): ReadonlyMap<string, string> {
  const names = platform.kind === 'local' ? platform.hosts : undefined;
  if (names === undefined) return new Map([['here', root]]);
  return new Map(names.map((name) => [name, hostRoot(root, name)]));
}

/** The one who waits gives up first, and says so; this is for when nobody waits any more. */
function secondsFor(timeoutMs: number): number {
  return Math.ceil(timeoutMs / 1000) + 2;
}

function refuseUnknown(wanted: readonly string[] | null, known: readonly string[]): void {
  const stranger = wanted?.find((name) => !known.includes(name));
  if (stranger === undefined) return;
  throw new ProblemError({
    code: 'cli.unknown-host',
    where: '--host',
    found: stranger,
    expected: `one of ${known.join(', ')}`,
    remedy: 'name a host as `platform.hosts` does, or leave --host out for all of them',
  });
}
