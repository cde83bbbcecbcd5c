import { join } from 'node:path';
import type { ResolvedEnvironment } from '../config/index.ts';
import { LOCAL_HOST } from '../model/platform.ts';
import type { Clock } from '../model/ports.ts';
import {
  type Fleet,
  fleet,
  hostRoot,
  LOOPBACK,
  type LocalPlatform,
  type LocalPlatformOptions,
  localPlatform,
  portsOf,
  unitCommand,
} from '../platform/index.ts';

type Platform = ResolvedEnvironment['platform'];

/** Where the releases of an environment run, and what stands beside them on the machine of the proxy. */
export interface OpenedPlatform {
  /** The hosts of the component that gets the traffic. */
  readonly fleet: Fleet;
  /** This machine: the proxy, and the files that are served behind it. */
  readonly here: (component: string, ports?: LocalPlatformOptions['ports']) => LocalPlatform;
}

/** Looks at nothing yet. */
export function openPlatform(
  { platform, traffic }: ResolvedEnvironment,
  options: { readonly clock: Clock; readonly guard: LocalPlatformOptions['guard'] },
): OpenedPlatform {
  const { clock, guard } = options;
  const shared = { unitCommand: unitCommand(), crashLoop: platform.crashLoop, clock };
  const roots = localHosts(platform);
  const hosts = roots.map(({ name, root }, n) => ({
    name,
    address: LOOPBACK,
    platform: localPlatform({
      ...shared,
      root,
      ports: portsOf(platform.ports, n, roots.length),
      component: traffic.component,
      ...(guard === undefined ? {} : { guard }),
    }),
  }));
  return {
    fleet: fleet(hosts),
    here: (component, ports = platform.ports) => localPlatform({ ...shared, root: platform.root, ports, component }),
  };
}

/** Names of the hosts that run each version, in the order in which they are configured. */
export function hostNames(platform: Platform): readonly string[] {
  return localHosts(platform).map(({ name }) => name);
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
  return [platform.root, ...localHosts(platform).map(({ root }) => root)];
}

function fenceIn(root: string): string {
  return join(root, 'run', 'fence');
}

function localHosts({ root, hosts }: Platform): readonly { readonly name: string; readonly root: string }[] {
  if (hosts === undefined) return [{ name: LOCAL_HOST, root }];
  return hosts.map((name) => ({ name, root: hostRoot(root, name) }));
}
