import { z } from 'zod';
import { type Instance, isOnHost, type PlatformState, type UnitSpec } from '../../model/platform.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { endpointOf, type Routes, type RoutesState } from '../../model/traffic.ts';
import { proxyUnreachable } from '../environment/host-traffic.ts';
import { unitSpecSchema } from '../record.ts';

/** On how many hosts the serving version runs: what follows from a look. All pure. */

/** Both halves of the world, read at one time. */
export interface World {
  readonly platform: PlatformState;
  readonly routes: RoutesState;
}
export type Observed = Extract<RoutesState, { kind: 'observed' }>;

/** What the run found first; everything later goes by it. */
export const foundSchema = z.strictObject({
  spec: unitSpecSchema,
  /** Hosts that are to serve, and do not. */
  joining: z.array(z.string()).readonly(),
  /** Hosts that are not to serve, and do. */
  leaving: z.array(z.string()).readonly(),
});
export type Found = Readonly<z.infer<typeof foundSchema>>;

/**
 * Which hosts are meant by `2`, the first two as they are configured, or by `web1,web3`.
 * @throws ProblemError for anything else
 */
export function hostsMeant(text: string, hosts: readonly string[]): readonly string[] {
  const wanted = /^\d+$/.test(text)
    ? hosts.slice(0, Number(text))
    : hosts.filter((host) => text.split(',').includes(host));
  const count = /^\d+$/.test(text) ? Number(text) : new Set(text.split(',')).size;
  if (wanted.length === count && count > 0) return wanted;
  throw new ProblemError({
    code: 'cli.runbook-input',
    where: '--to',
    found: text,
    expected: `a number from 1 to ${hosts.length}, or some of ${hosts.join(', ')} with commas between them`,
    remedy: 'another host is added in `platform.hosts` first',
  });
}

/** Instances of the version on a host that are meant to run. */
export function instancesOn({ instances }: PlatformState, spec: UnitSpec, host: string): readonly Instance[] {
  return instances.filter(
    (one) =>
      one.component === spec.component && one.version === spec.version && one.on === host && one.state !== 'stopped',
  );
}

/** How many run on each host, where it serves. */
export function perHost(spec: UnitSpec, platform: PlatformState): number {
  return Math.max(1, Math.ceil(spec.replicas / Math.max(1, platform.hosts.length)));
}

/** The same state with this host alone: the effects of others fall away. */
export function only(platform: PlatformState, host: string): PlatformState {
  return { ...platform, hosts: platform.hosts.filter(({ name }) => name === host) };
}

/**
 * What is to be done, from the record of what serves.
 * @param unwanted hosts that are not to serve; those that are in neither list stay as they are
 */
export function foundIn(
  spec: UnitSpec,
  { platform, routes }: World,
  wanted: readonly string[],
  unwanted: readonly string[],
): Found {
  const endpoints = routes.kind === 'observed' ? routes.routes.flatMap((route) => route.endpoints) : [];
  const taking = (host: string): number =>
    endpoints.filter((one) => one.draining !== true && isOnHost(one.instance, host)).length;
  const names = platform.hosts.map(({ name }) => name);
  const here = (host: string): number => instancesOn(platform, spec, host).length;
  return {
    spec,
    joining: names.filter(
      (host) =>
        wanted.includes(host) && (here(host) < perHost(spec, platform) || taking(host) < perHost(spec, platform)),
    ),
    leaving: names.filter(
      (host) => unwanted.includes(host) && (here(host) > 0 || endpoints.some((one) => isOnHost(one.instance, host))),
    ),
  };
}

/** Why it may not be begun. */
export function refusals(
  serving: UnitSpec | 'files' | null,
  { platform, routes }: World,
  {
    environment,
    wanted,
    capacityPerInstance,
  }: {
    readonly environment: string;
    readonly wanted: readonly string[];
    readonly capacityPerInstance: number | undefined;
  },
): readonly Problem[] {
  if (serving === null || serving === 'files') return [nothingServes(environment, serving)];
  if (routes.kind === 'unreachable') return [proxyUnreachable(environment, routes.reason)];
  const { version } = serving;
  const trial = routes.routes.find(({ hold, configuredShare }) => hold === 'leased' && configuredShare > 0);
  const share = routes.routes.find((route) => route.version === version)?.configuredShare ?? 0;
  if (trial !== undefined || share < 1)
    return [underWay(environment, trial?.version ?? version, trial?.configuredShare ?? share)];
  const needed = capacityPerInstance === undefined ? 0 : Math.ceil(1 / capacityPerInstance - 1e-9);
  const have = wanted.length * perHost(serving, platform);
  return [
    ...(have < needed ? [tooFew(environment, have, needed)] : []),
    ...platform.hosts.flatMap((host) =>
      host.kind === 'unreachable' && wanted.includes(host.name) ? [silent(host.name, host.reason)] : [],
    ),
  ];
}

/** The same routes, with these instances of the host and no others, taking requests. */
export function joined({ service, routes }: Observed, spec: UnitSpec, host: string, here: readonly Instance[]): Routes {
  return mapped({ service, routes }, (endpoints, version) =>
    version === spec.version ? withPlaces(endpoints, host, here.map(endpointOf)) : endpoints,
  );
}

/** The same routes without the places of the host. */
export function left(observed: Observed, host: string): Routes {
  return mapped(observed, (endpoints) => endpoints.filter(({ instance }) => !isOnHost(instance, host)));
}

/** The same routes; what still runs on these hosts takes requests again. */
export function returned(observed: Observed, hosts: readonly string[]): Routes {
  return mapped(observed, (endpoints) =>
    endpoints.map((one) => (hosts.some((host) => isOnHost(one.instance, host)) ? endpointOf(one) : one)),
  );
}

/**
 * Each keeps its place, so that nothing changes where all of it is as it was. An instance of the same name at another port is another one: the host was
 * emptied since.
 */
function withPlaces(endpoints: Places, host: string, here: Places): Places {
  const same = (one: Place, other: Place): boolean =>
    one.instance === other.instance && one.host === other.host && one.port === other.port;
  return [
    ...endpoints.flatMap((one) => (isOnHost(one.instance, host) ? here.filter((other) => same(one, other)) : [one])),
    ...here.filter((one) => !endpoints.some((other) => same(one, other))),
  ];
}

type Places = Routes['routes'][number]['endpoints'];
type Place = Places[number];

function mapped(
  { service, routes }: Pick<Observed, 'service' | 'routes'>,
  change: (endpoints: Places, version: string) => Places,
): Routes {
  return {
    service,
    routes: routes.map((route) => {
      const kept = route.endpoints.map((one) => ({
        ...endpointOf(one),
        ...(one.draining === true ? { draining: true } : {}),
      }));
      return {
        ...{ version: route.version, hold: route.hold, share: route.configuredShare },
        endpoints: change(kept, route.version),
      };
    }),
  };
}

function nothingServes(environment: string, serving: 'files' | null): Problem {
  return {
    code: 'system.nothing-to-scale',
    where: environment,
    found: serving === null ? 'nothing serves' : 'what serves is only files',
    expected: 'a version with instances that serves',
    remedy: 'make a release first; files are served beside the proxy and need no instances',
  };
}

function underWay(environment: string, version: string, share: number): Problem {
  return {
    code: 'system.release-under-way',
    where: environment,
    found: `${version} with ${Math.round(share * 1000) / 10} % of the traffic`,
    expected: 'one version that serves, and nothing under way',
    remedy: 'bring the release to its end first, or go back (`shiplock status`)',
  };
}

function tooFew(environment: string, have: number, needed: number): Problem {
  return {
    code: 'system.too-few',
    where: environment,
    found: `${have} instances would be left`,
    expected: `at least ${needed}, by \`rollout.capacity.perInstance\``,
    remedy: 'leave more hosts, or measure again what one instance can carry',
  };
}

function silent(host: string, found: string): Problem {
  return {
    ...{ code: 'system.host-silent', where: host, found },
    expected: 'a host that answers, since it is to serve',
    remedy: 'mend the host, or name others with --to',
  };
}
