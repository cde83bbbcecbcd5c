import { isOnHost } from '../../model/platform.ts';
import type { Endpoint, Routes } from '../../model/traffic.ts';
import { complement, endpointsOf } from '../capacity.ts';
import type { Rollout } from '../options.ts';
import type { World } from '../world.ts';
import { roomOf } from './batches.ts';

/** Where a rolling release stands: which hosts serve with which version. */
export interface Stand {
  /** Hosts on which the new version has traffic. */
  readonly admitted: readonly string[];
  /** Hosts that get no new request at all. */
  readonly out: readonly string[];
}

/** Share of the new version: its part of the hosts that take requests. Pure. */
export function shareAt({ hosts }: Rollout, { admitted, out }: Stand): number {
  const taking = hosts.filter((host) => !out.includes(host)).length;
  return taking === 0 ? 0 : Math.round((admitted.length / taking) * 1e6) / 1e6;
}

/**
 * The share of the new version is a lease as long as the old hosts that are left could carry everything: a lease that ends must have
 * somewhere to go. With fewer of them, ending it would be the greater harm, so the share stays until somebody goes on or back. Pure.
 */
export function holdAt(rollout: Rollout, { admitted, out }: Stand): 'leased' | 'stable' {
  const old = rollout.hosts.length - new Set([...admitted, ...out]).size;
  return old >= roomOf(rollout).needed ? 'leased' : 'stable';
}

/** Who gets what when a rolling release stands there. Instances of a host that is out keep their place, to finish their requests. Pure. */
export function rollingRoutes(rollout: Rollout, stand: Stand, world: World): Routes {
  const { service, candidate, stable } = rollout;
  const share = shareAt(rollout, stand);
  const changed = [...stand.admitted, ...stand.out];
  return {
    service,
    routes: [
      {
        version: stable?.version ?? '',
        share: complement(share),
        hold: 'stable',
        endpoints: placesOf(rollout, stable?.version ?? '', world, (host) => !changed.includes(host)),
      },
      {
        version: candidate.version,
        share,
        hold: holdAt(rollout, stand),
        endpoints: placesOf(rollout, candidate.version, world, (host) => stand.admitted.includes(host)),
      },
    ],
  };
}

/** Places of a version; on hosts where it is not to take requests they drain. Pure. */
export function placesOf(
  { hosts, candidate }: Rollout,
  version: string,
  world: World,
  takes: (host: string) => boolean,
): readonly Endpoint[] {
  const on = new Map(world.platform.instances.map((one) => [one.instance, one.on]));
  return endpointsOf(world.platform, candidate.component, version, world.routes).map((endpoint) => {
    const host = on.get(endpoint.instance) ?? hosts.find((name) => isOnHost(endpoint.instance, name));
    return host !== undefined && takes(host) ? endpoint : { ...endpoint, draining: true };
  });
}
