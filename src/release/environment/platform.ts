import { join } from 'node:path';
import type { HostEnvironment, ResolvedEnvironment } from '../../config/index.ts';
import type { Check } from '../../model/check.ts';
import { LOCAL_HOST } from '../../model/platform.ts';
import type { Clock, Exec } from '../../model/ports.ts';
import {
  bucketFence,
  type Fleet,
  fleet,
  type GuardTemplate,
  hostCommand,
  hostRoot,
  LOOPBACK,
  type LocalPlatform,
  type LocalPlatformOptions,
  localPlatform,
  portsOf,
  raiseWords,
  type SshFleetOptions,
  type SshReach,
  sshChecks,
  sshFleet,
  unitCommand,
  withoutLast,
} from '../../platform/index.ts';
import type { FenceCommand, Node } from '../../procedure/index.ts';
import { hostsNode } from './hosts.ts';

type Platform = ResolvedEnvironment['platform'];
type SshPlatform = Extract<Platform, { kind: 'ssh' }>;

/** Where the releases of an environment run, and what stands beside them on the machine of the proxy. */
export interface OpenedPlatform {
  /** The hosts of the component that gets the traffic. */
  readonly fleet: Fleet;
  /** This machine: the proxy, and the files that are served behind it. */
  readonly here: (component: string, ports?: LocalPlatformOptions['ports']) => LocalPlatform;
  /** Brings hosts elsewhere to what a release needs there; null where this machine is all there is. */
  readonly prepare: Node | null;
}

/** Looks at nothing yet. */
export function openPlatform(
  environment: HostEnvironment,
  options: { readonly clock: Clock; readonly exec: Exec; readonly guard: GuardTemplate },
): OpenedPlatform {
  const { platform, traffic } = environment;
  const { clock, guard } = options;
  const shared = { unitCommand: unitCommand(), crashLoop: platform.crashLoop, clock };
  // The static server's port is the last one, unless another is given: neither an instance nor the proxy may be given it.
  const beside = withoutLast(platform.ports, traffic.files?.port);
  const here: OpenedPlatform['here'] = (component, ports = beside) =>
    localPlatform({ ...shared, root: platform.root, ports, component });
  if (platform.kind === 'ssh') {
    const ssh = sshOptions(environment, platform, options);
    return { fleet: sshFleet(ssh), here, prepare: hostsNode(ssh) };
  }
  const roots = localHosts(platform);
  const hosts = roots.map(({ name, root }, n) => ({
    name,
    address: LOOPBACK,
    platform: localPlatform({
      ...shared,
      root,
      ports: portsOf(beside, n, roots.length),
      component: traffic.component,
      guard,
    }),
  }));
  return { fleet: fleet(hosts), here, prepare: null };
}

function sshOptions(
  environment: HostEnvironment,
  platform: SshPlatform,
  { clock, exec, guard }: { readonly clock: Clock; readonly exec: Exec; readonly guard: GuardTemplate },
): SshFleetOptions {
  const { replicas, ports, crashLoop } = platform;
  return {
    ...sshReach(environment, platform),
    component: environment.traffic.component,
    replicas,
    ports,
    crashLoop,
    guards: {
      root: platform.root,
      ports: withoutLast(ports, environment.traffic.files?.port),
      unitCommand: unitCommand(),
      clock,
      template: guard,
    },
    exec,
    clock,
  };
}

/** How the hosts of an environment are asked. Pure. */
export function sshReach({ service }: ResolvedEnvironment, platform: SshPlatform): SshReach {
  const { hosts, hostRoot: root, parallel, knownHosts, identityFile, connectTimeoutMs } = platform;
  const access = { knownHosts, ...(identityFile === undefined ? {} : { identityFile }), connectTimeoutMs };
  return { hosts, access, root, service, parallel, command: hostCommand() };
}

/** What `doctor` looks at on hosts elsewhere; nothing where this machine is all there is. */
export function hostChecks(environment: ResolvedEnvironment, exec: Exec): readonly Check[] {
  const { platform } = environment;
  return platform.kind === 'ssh' ? sshChecks(sshReach(environment, platform), exec) : [];
}

/** Command that raises the fence of a resource on hosts elsewhere, or of a bucket; undefined for other resources. Pure. */
export function fenceCommandOf(environment: ResolvedEnvironment, resource: string): FenceCommand | undefined {
  const { platform, system, buckets = [] } = environment;
  const inBucket = bucketFence(buckets, resource);
  if (inBucket !== undefined || platform.kind !== 'ssh') return inBucket;
  const reach = sshReach(environment, platform);
  const argv = raiseWords({ ...reach, hosts: [...reach.hosts, ...(system?.hosts ?? [])] }, resource);
  return argv === undefined ? undefined : { argv };
}

/** Names of the hosts that run each version, in the order in which they are configured. */
export function hostNames(platform: Platform): readonly string[] {
  if (platform.kind === 'kubernetes') return [platform.namespace];
  const hosts = platform.kind === 'ssh' ? platform.hosts : localHosts(platform);
  return hosts.map(({ name }) => name);
}

/** Fence file of a resource on this machine: its root, and the root of every host that it plays. Pure. */
export function fenceFileOf(platform: Platform, resource: string): string | undefined {
  const root = fencedRoots(platform).find((one) => resource === `local:${one}`);
  return root === undefined ? undefined : fenceIn(root);
}

/** All of them. Pure. */
export function fenceFilesOf(platform: Platform): readonly string[] {
  return [...new Set(fencedRoots(platform))].map(fenceIn);
}

function fencedRoots(platform: Platform): readonly string[] {
  // In a cluster every change is compared at the object itself.
  if (platform.kind === 'kubernetes') return [];
  return [platform.root, ...localHosts(platform).map(({ root }) => root)];
}

function fenceIn(root: string): string {
  return join(root, 'run', 'fence');
}

function localHosts(platform: Platform): readonly { readonly name: string; readonly root: string }[] {
  if (platform.kind !== 'local') return [];
  const { root } = platform;
  const { hosts } = platform;
  if (hosts === undefined) return [{ name: LOCAL_HOST, root }];
  return hosts.map((name) => ({ name, root: hostRoot(root, name) }));
}
