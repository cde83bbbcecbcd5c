import { type Problem, ProblemError } from '../../model/problem.ts';
import { type Endpoint, endpointOf, type Route, type Routes, taking } from '../../model/traffic.ts';
import { type Limits, percent, routeProblems } from '../routes.ts';
import type { Placement } from './config-file.ts';
import type { Facts, SlotFact } from './facts.ts';
import { fallback, type Group, groupOf, groups, slotNames } from './slots.ts';
import { weightsFor } from './weights.ts';

/** Deviation of a share that is still called obeying: half of the promised ± 0.2 point. */
const LARGEST_SHARE_ERROR = 0.001;

/**
 * Which endpoint stands in which slot with which weight. Slots that serve stay where they are; a new version takes the group
 * that is free. Pure.
 * @throws ProblemError when HAProxy cannot do what is asked
 */
export function assign(desired: Routes, facts: Facts, limits: Limits): readonly Placement[] {
  const problems = [...routeProblems(desired, limits), ...tooManyVersions(desired, limits)];
  if (problems.length > 0) throw new ProblemError(problems);
  const home = homes(desired, facts, limits);
  const weights = shareOut(desired, limits);
  const placed = desired.routes.flatMap((route, index) => {
    const group = home.get(route.version);
    if (group === undefined) return [];
    const slots = place(route, group, facts, limits);
    return route.endpoints.map((endpoint, nth): Placement => {
      const slot = slots[nth] ?? '';
      return {
        ...tenancy(slot, route.version, endpoint, facts),
        ...checked(route, endpoint),
        weight: weights[index]?.[nth] ?? 0,
      };
    });
  });
  return [...placed, ...standingBy(desired, facts, limits)];
}

/**
 * When a lease has all the traffic, who gets it if the lease ends: servers of weight 0 would not. The stable version's instances
 * stand a second time behind the proxy, as the fallback.
 */
function standingBy(desired: Routes, facts: Facts, limits: Limits): readonly Placement[] {
  const stable = desired.routes.find((route) => route.hold === 'stable' && route.share === 0);
  const leased = desired.routes.some((route) => route.hold === 'leased' && route.share === 1);
  if (stable === undefined || !leased) return [];
  const slots = place(stable, fallback, facts, limits);
  return stable.endpoints.map(
    (endpoint, nth): Placement => ({
      ...tenancy(slots[nth] ?? '', stable.version, endpoint, facts),
      checkHost: endpoint.host,
      checkPort: endpoint.port,
      weight: 1,
    }),
  );
}

function checked(
  route: Route,
  { host, port, guardPort, guardHost }: Endpoint,
): { readonly checkHost: string; readonly checkPort: number } {
  return route.hold === 'leased' && guardPort !== undefined
    ? { checkHost: guardHost ?? host, checkPort: guardPort }
    : { checkHost: host, checkPort: port };
}

function tenancy(
  slot: string,
  version: string,
  endpoint: Endpoint,
  facts: Facts,
): Omit<Placement, 'weight' | 'checkHost' | 'checkPort'> {
  const tenant = { slot, version, ...endpointOf(endpoint) };
  const fact = facts.slots.find((one) => one.slot === slot);
  if (fact === undefined) return tenant;
  if (fact.tenant !== undefined && sameTenant(fact.tenant, tenant)) {
    return fact.tenant.base === undefined ? tenant : { ...tenant, base: fact.tenant.base };
  }
  // The slot's counters go on from the tenant before; what they show now is this tenant's zero.
  return fact.requests === 0
    ? tenant
    : { ...tenant, base: { epoch: facts.epoch, requests: fact.requests, bad: fact.bad } };
}

export function sameTenant(
  one: { readonly version: string; readonly host: string; readonly port: number },
  other: { readonly version: string; readonly host: string; readonly port: number },
): boolean {
  return one.version === other.version && one.host === other.host && one.port === other.port;
}

function place(route: Route, group: Group | typeof fallback, facts: Facts, limits: Limits): readonly string[] {
  const names = slotNames(group, limits.maxInstancesPerVersion);
  const inSlot = new Map(facts.slots.map((slot) => [slot.slot, slot]));
  const holds = (name: string, endpoint: Endpoint): boolean => {
    const tenant = inSlot.get(name)?.tenant;
    return tenant !== undefined && sameTenant(tenant, { ...endpoint, version: route.version });
  };
  const kept = route.endpoints.map((endpoint) => names.find((name) => holds(name, endpoint)));
  const rest = names.filter((name) => !kept.includes(name));
  const isFree = (name: string): boolean => inSlot.get(name)?.tenant === undefined;
  const next = [...rest.filter(isFree), ...rest.filter((name) => !isFree(name))];
  return kept.map((slot) => slot ?? next.shift() ?? '');
}

/** Group of each version: where it is, else one that nobody needs. */
function homes(desired: Routes, facts: Facts, limits: Limits): ReadonlyMap<string, Group> {
  const wanted = desired.routes.filter((route) => route.endpoints.length > 0).map((route) => route.version);
  const result = new Map<string, Group>();
  const tenantsOf = (group: Group): readonly SlotFact[] =>
    facts.slots.filter((slot) => slot.tenant !== undefined && groupOf(slot.slot) === group);
  for (const version of wanted) {
    const weightIn = (group: Group): number =>
      tenantsOf(group).reduce((sum, slot) => (slot.tenant?.version === version ? sum + 1 + slot.weight : sum), 0);
    const there = groups.filter((group) => weightIn(group) > 0).toSorted((a, b) => weightIn(b) - weightIn(a))[0];
    if (there !== undefined && ![...result.values()].includes(there)) result.set(version, there);
  }
  for (const version of wanted.filter((one) => !result.has(one))) {
    const open = groups.filter((group) => ![...result.values()].includes(group));
    const empty = open.find((group) => tenantsOf(group).length === 0);
    const idle = open.find((group) => tenantsOf(group).every(isIdle));
    const group = empty ?? idle;
    if (group === undefined) throw new ProblemError(busy(limits.service, version, open.flatMap(tenantsOf)));
    result.set(version, group);
  }
  return result;
}

/** Takes no new requests and has none left. */
export function isIdle(slot: SlotFact): boolean {
  return (slot.weight === 0 || slot.admin !== 'ready') && slot.openRequests === 0;
}

function busy(service: string, version: string, slots: readonly SlotFact[]): Problem {
  const who = [...new Set(slots.map((slot) => slot.tenant?.version ?? '?'))].join(', ');
  return {
    code: 'traffic.no-free-group',
    where: `traffic of ${service}`,
    found: `${who || 'other versions'} still served or not drained when ${version} is to be added`,
    expected: 'at most two versions behind the proxy',
    remedy: `take ${who || 'one of them'} out first and wait until it has no open requests`,
  };
}

function shareOut(desired: Routes, limits: Limits): readonly (readonly number[])[] {
  // A version without instances that take requests takes nothing; its share stays with the others.
  const servers = desired.routes.map((route) => taking(route.endpoints).length);
  const taken = desired.routes.reduce((sum, route, index) => sum + ((servers[index] ?? 0) > 0 ? route.share : 0), 0);
  const wishes = desired.routes.map((route, index) => ({
    share: (servers[index] ?? 0) > 0 && taken > 0 ? route.share / taken : 0,
    servers: servers[index] ?? 0,
  }));
  const { weights, error } = weightsFor(wishes);
  if (error > LARGEST_SHARE_ERROR) {
    const wanted = desired.routes.map((route) => `${route.version} ${percent(route.share)}`).join(', ');
    throw new ProblemError({
      code: 'traffic.share-not-possible',
      where: `traffic of ${limits.service}`,
      found: `${wanted} over ${wishes.map((wish) => wish.servers).join(' and ')} instances: off by ${percent(error)}`,
      expected: 'shares that weights of 0 to 256 per instance can express to 0.1 point',
      remedy: 'choose a larger share, or run more instances of the version with the larger share',
    });
  }
  // One that drains keeps its slot, without weight.
  return desired.routes.map(({ endpoints }, index) => {
    const mine = [...(weights[index] ?? [])];
    return endpoints.map((endpoint) => (endpoint.draining === true ? 0 : (mine.shift() ?? 0)));
  });
}

function tooManyVersions(desired: Routes, limits: Limits): readonly Problem[] {
  if (desired.routes.filter((route) => route.endpoints.length > 0).length <= groups.length) return [];
  return [
    {
      code: 'traffic.too-many-versions',
      where: `traffic of ${limits.service}`,
      found: desired.routes.map((route) => route.version).join(', '),
      expected: 'at most two versions at a time',
      remedy: 'take one out first',
    },
  ];
}
