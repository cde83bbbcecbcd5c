import { isIPv6 } from 'node:net';
import { ProblemError } from '../../model/problem.ts';
import { type Endpoint, type Route, type Routes, taking } from '../../model/traffic.ts';
import { type Limits, percent, routeProblems } from '../routes.ts';
import { largestRemainder } from '../shares.ts';

/**
 * Whom a request is given to. Each request draws a random number, so a share is exact on average and does not depend on workers,
 * reloads or the order of requests. A stable version is one group of servers; of a leased version every instance is a group of
 * its own, because it is asked for by its own guard.
 */
export interface Group {
  /** Name of the upstream. */
  readonly name: string;
  readonly version: string;
  readonly servers: readonly string[];
  /** Address of the guard that must say yes to each request; null: nobody is asked. */
  readonly guard: string | null;
  /** Of 10,000 requests. */
  readonly units: number;
}

export interface Split {
  readonly groups: readonly Group[];
  /** Gets what a guard refuses: the stable version with the largest share. Null: there is none. */
  readonly fallback: string | null;
}

/** `split_clients` knows two decimals of a percent. */
export const UNITS = 10_000;

/**
 * Groups for the wanted shares; a group without share is there only if it is the fallback. Pure.
 * @throws ProblemError when Nginx cannot do what is asked
 */
export function splitOf(desired: Routes, limits: Limits): Split {
  const problems = routeProblems(desired, limits);
  if (problems.length > 0) throw new ProblemError(problems);
  const units = unitsOf(desired, limits);
  const back = fallbackOf(desired, units);
  const groups = desired.routes.flatMap((route, index) => {
    const mine = units[index] ?? 0;
    if (mine === 0 && index !== back) return [];
    return groupsOf(limits.service, route, index, mine);
  });
  return { groups, fallback: back === undefined ? null : groupName(limits.service, back) };
}

/** Whole units per route. A version without instances that take requests takes nothing; its share stays with the others. */
function unitsOf(desired: Routes, limits: Limits): readonly number[] {
  const served = desired.routes.map((route) => (taking(route.endpoints).length > 0 ? route.share : 0));
  const taken = served.reduce((sum, share) => sum + share, 0);
  if (taken === 0) return served.map(() => 0);
  const units = largestRemainder(
    served.map((share) => share / taken),
    UNITS,
  );
  const lost = desired.routes.find((_route, index) => (served[index] ?? 0) > 0 && units[index] === 0);
  if (lost !== undefined) {
    throw new ProblemError({
      code: 'traffic.share-not-possible',
      where: `traffic of ${limits.service}`,
      found: `${lost.version} ${percent(lost.share)}`,
      expected: 'a share of at least 0.01 %: Nginx knows two decimals of a percent',
      remedy: 'choose a larger share',
    });
  }
  return units;
}

function fallbackOf(desired: Routes, units: readonly number[]): number | undefined {
  return desired.routes
    .flatMap((route, index) => (route.hold === 'stable' && taking(route.endpoints).length > 0 ? [index] : []))
    .toSorted((one, other) => (units[other] ?? 0) - (units[one] ?? 0))[0];
}

function groupName(service: string, ...numbers: readonly number[]): string {
  return [service, ...numbers].join('-');
}

function groupsOf(service: string, route: Route, index: number, units: number): readonly Group[] {
  const { version, hold } = route;
  const endpoints = taking(route.endpoints);
  if (hold === 'stable') {
    return [{ name: groupName(service, index), version, servers: endpoints.map(addressOf), guard: null, units }];
  }
  const each = largestRemainder(
    endpoints.map(() => 1 / endpoints.length),
    units,
  );
  return endpoints.flatMap((endpoint, nth) => {
    const mine = each[nth] ?? 0;
    if (mine === 0) return [];
    const name = groupName(service, index, nth);
    return [{ name, version, servers: [addressOf(endpoint)], guard: checkAddress(endpoint, hold), units: mine }];
  });
}

export function addressOf(endpoint: Pick<Endpoint, 'host' | 'port'>): string {
  const { host, port } = endpoint;
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** Who answers for an instance: its guard while its share is a lease, else itself. */
export function checkAddress(endpoint: Endpoint, hold: Route['hold']): string {
  const { host, port, guardPort, guardHost } = endpoint;
  return hold === 'leased' && guardPort !== undefined
    ? addressOf({ host: guardHost ?? host, port: guardPort })
    : addressOf({ host, port });
}
