import { isIP } from 'node:net';
import { type Problem, ProblemError } from '../model/problem.ts';
import { type Endpoint, type Route, type Routes, sharesAddUp } from '../model/traffic.ts';

export interface Limits {
  readonly service: string;
  readonly maxInstancesPerVersion: number;
}

/** `0.1` → `10 %`, for people. */
export function percent(share: number): string {
  return `${Math.round(share * 100_000) / 1000} %`;
}

/** Every share of the desired state, for people. */
export function sharesInWords({ routes }: Routes): string {
  return routes.length === 0
    ? 'nothing is routed'
    : routes.map((route) => `${route.version} ${percent(route.share)}`).join(', ');
}

/**
 * A version that is to get a share but has no instances: in a plan they come later. (A leased version that was there and lost them
 * is another matter: its share goes to the others.)
 */
export function isNotThereYet(route: Route, seen: boolean): boolean {
  return route.share > 0 && route.endpoints.length === 0 && (route.hold === 'stable' || !seen);
}

/** What every effect of a router carries: how long it may take, and the resource at which its fence is compared. */
export function fenced(
  { resource }: { readonly resource?: string | undefined },
  timeoutMs: number,
): { readonly timeoutMs: number; readonly resource?: string } {
  return resource === undefined ? { timeoutMs } : { timeoutMs, resource };
}

export function foreignObservation(service: string): ProblemError {
  return new ProblemError({
    code: 'traffic.foreign-observation',
    where: `traffic of ${service}`,
    found: 'an observation that this router did not make',
    expected: 'what observe() of the same router returned',
    remedy: 'observe again and apply to that',
  });
}

/** What no proxy of ours could do, whichever program it is. */
export function routeProblems(desired: Routes, limits: Limits): readonly Problem[] {
  const problems: Problem[] = [];
  const where = `traffic of ${limits.service}`;
  const add = (code: string, found: string, expected: string, remedy: string): void => {
    problems.push({ code: `traffic.${code}`, where, found, expected, remedy });
  };
  if (desired.service !== limits.service) {
    add('wrong-service', desired.service, limits.service, 'give these routes to the router of their own service');
  }
  if (!sharesAddUp(desired.routes)) {
    const shares = desired.routes.map((route) => `${route.version} ${percent(route.share)}`).join(', ');
    add('shares', shares, 'shares that add up to 100 %', 'mend the shares of the routes');
  }
  const versions = desired.routes.map((route) => route.version);
  if (new Set(versions).size < versions.length) {
    add('version-twice', versions.join(', '), 'each version once', 'join the two routes');
  }
  for (const route of desired.routes) {
    if (!/^[A-Za-z0-9][A-Za-z0-9._+-]*$/.test(route.version)) {
      add('version-name', route.version, 'letters, digits and . _ + -', 'name the version without other characters');
    }
    if (route.share < 0 || route.share > 1) {
      add('shares', `${route.version} ${percent(route.share)}`, 'a share from 0 to 100 %', 'mend the share');
    }
    if (route.endpoints.length > limits.maxInstancesPerVersion) {
      const found = `${route.endpoints.length} instances of ${route.version}`;
      add('too-many-instances', found, `at most ${limits.maxInstancesPerVersion}`, 'raise maxInstancesPerVersion');
    }
    for (const endpoint of route.endpoints) problems.push(...endpointProblems(route, endpoint, where));
  }
  return problems;
}

function endpointProblems(route: Route, endpoint: Endpoint, where: string): readonly Problem[] {
  const problems: Problem[] = [];
  const name = `${endpoint.instance} of ${route.version}`;
  if (isIP(endpoint.host) === 0) {
    problems.push({
      code: 'traffic.not-an-address',
      where,
      found: `${name} at ${endpoint.host}`,
      expected: 'an IP address: a proxy does not ask for names again while it runs',
      remedy: 'give the address of the host in the inventory',
    });
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9._+@-]*$/.test(endpoint.instance)) {
    problems.push({
      code: 'traffic.instance-name',
      where,
      found: name,
      expected: 'letters, digits and . _ + @ -',
      remedy: 'name the instance without other characters',
    });
  }
  if (route.hold === 'leased' && route.share > 0 && !endpoint.draining && endpoint.guardPort === undefined) {
    problems.push({
      code: 'traffic.no-guard',
      where,
      found: `${name} without a guard`,
      expected: 'a guard port: a leased share must end by itself when nobody renews it',
      remedy: 'start `shiplock guard` beside the instance, or route it as stable',
    });
  }
  return problems;
}
