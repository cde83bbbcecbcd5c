/** Traffic as plain data: who should get which share, and who does. */

export interface Endpoint {
  /** Name of the instance, unique within the version. */
  readonly instance: string;
  readonly host: string;
  readonly port: number;
  /** Port of the guard that answers health checks while the version's share is a lease; absent for plain health checks. */
  readonly guardPort?: number;
  /** Where that guard is; left out: beside the instance. */
  readonly guardHost?: string;
  /** Keeps its place and gets no new request: what it has open can still be seen. */
  readonly draining?: boolean;
}

export interface Route {
  readonly version: string;
  /** Share of new requests, 0 to 1. The shares of all routes add up to 1. */
  readonly share: number;
  readonly endpoints: readonly Endpoint[];
  /** `stable` stays by itself; `leased` needs heartbeats (dead-man). */
  readonly hold: 'stable' | 'leased';
}

export interface Routes {
  readonly service: string;
  readonly routes: readonly Route[];
}

export type EndpointHealth = 'up' | 'down' | 'draining' | 'starting' | 'unknown';

export interface ObservedRoute {
  readonly version: string;
  /** Share by configured weights among endpoints that are up. */
  readonly share: number;
  /** Share as configured, whatever the health. */
  readonly configuredShare: number;
  readonly hold: 'stable' | 'leased';
  readonly endpoints: readonly (Endpoint & { readonly health: EndpointHealth; readonly openRequests: number })[];
}

export type RoutesState =
  | {
      readonly kind: 'observed';
      readonly service: string;
      readonly routes: readonly ObservedRoute[];
      readonly detail: string;
    }
  | { readonly kind: 'unreachable'; readonly reason: string };

/** Where an instance is, of something that knows more of it; whether it drains is said anew by each state of the routes. */
export function endpointOf({ instance, host, port, guardPort, guardHost }: Omit<Endpoint, 'draining'>): Endpoint {
  return {
    instance,
    host,
    port,
    ...(guardPort === undefined ? {} : { guardPort }),
    ...(guardHost === undefined ? {} : { guardHost }),
  };
}

/** Instances of a route that new requests may go to. */
export function taking(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  return endpoints.filter((endpoint) => endpoint.draining !== true);
}

/** Whole milli-shares that add up to 1: the invariant every router input must hold. */
export function sharesAddUp(routes: readonly Pick<Route, 'share'>[]): boolean {
  const sum = routes.reduce((total, route) => total + route.share, 0);
  return routes.length === 0 || Math.abs(sum - 1) < 1e-9;
}
