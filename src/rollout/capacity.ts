import { type Instance, isOnHost, type PlatformState } from '../model/platform.ts';
import { type Endpoint, endpointOf, type Route, type Routes, type RoutesState } from '../model/traffic.ts';

/** Instances of a version that may get traffic now, in a stable order. */
export function readyInstances(state: PlatformState, component: string, version: string): readonly Instance[] {
  return instancesOf(state, component, version).filter((instance) => instance.state === 'ready');
}

export function instancesOf(state: PlatformState, component: string, version: string): readonly Instance[] {
  return state.instances
    .filter((instance) => instance.component === component && instance.version === version)
    .filter((instance) => instance.state !== 'stopped')
    .toSorted((a, b) => a.instance.localeCompare(b.instance));
}

/**
 * Largest share of the whole load that `ready` instances can carry, when one carries `perInstance`. The invariant of every
 * weight change: the receiving side has the capacity before it gets the share (a fast rollback must not send everything to
 * a version that was scaled down).
 */
export function carries(ready: number, perInstance: number): number {
  return Math.min(1, ready * perInstance);
}

export function perInstanceShare(replicas: number, configured: number | undefined): number {
  return configured ?? 1 / Math.max(1, replicas);
}

/**
 * Where a version can be asked. Of a host that cannot be reached nothing is known, and that is no reason to take it out of the traffic:
 * its instances stay as `seen` has them, and the proxy's own checks judge them.
 */
export function endpointsOf(
  state: PlatformState,
  component: string,
  version: string,
  seen?: RoutesState,
): readonly Endpoint[] {
  const known = instancesOf(state, component, version)
    .filter((instance) => instance.state !== 'crash-loop')
    .map(endpointOf);
  return [...known, ...unreached(state, version, seen)];
}

function unreached({ hosts }: PlatformState, version: string, seen: RoutesState | undefined): readonly Endpoint[] {
  if (seen?.kind !== 'observed') return [];
  const silent = hosts.filter((host) => host.kind === 'unreachable');
  const route = seen.routes.find((one) => one.version === version);
  return (route?.endpoints ?? [])
    .filter(({ instance }) => silent.some(({ name }) => isOnHost(instance, name)))
    .map(endpointOf);
}

/** Shares are kept to six decimals so that 1 − s does not carry rounding noise into plans and configuration files. */
export function complement(share: number): number {
  return Math.round((1 - share) * 1e6) / 1e6;
}

export interface Split {
  readonly service: string;
  readonly component: string;
  readonly stable: string;
  readonly candidate: string;
  /** Share of the candidate, 0 to 1. */
  readonly share: number;
  /** Until promotion the candidate's share is a lease. */
  readonly hold: 'leased' | 'stable';
}

/** Routes for a split between two versions with the instances that run now. A version at 0 keeps its place but gets nothing. */
export function splitRoutes(split: Split, state: PlatformState, seen?: RoutesState): Routes {
  const routes: readonly Route[] = [
    {
      version: split.stable,
      share: complement(split.share),
      hold: 'stable',
      endpoints: endpointsOf(state, split.component, split.stable, seen),
    },
    {
      version: split.candidate,
      share: split.share,
      hold: split.hold,
      endpoints: endpointsOf(state, split.component, split.candidate, seen),
    },
  ];
  return { service: split.service, routes };
}

/** All traffic on one version; nothing else is routed. */
export function onlyRoutes(
  service: string,
  component: string,
  version: string,
  state: PlatformState,
  seen?: RoutesState,
): Routes {
  return {
    service,
    routes: [{ version, share: 1, hold: 'stable', endpoints: endpointsOf(state, component, version, seen) }],
  };
}
