import { z } from 'zod';
import type { PlatformState } from '../model/platform.ts';
import type { Problem } from '../model/problem.ts';
import type { RoutesState } from '../model/traffic.ts';
import type { ReadContext } from '../procedure/tree.ts';
import { duration } from './forecast.ts';
import type { Rollout } from './options.ts';

/** Both halves of the world a weight change depends on, read at one time. */
export interface World {
  readonly platform: PlatformState;
  readonly routes: RoutesState;
}

export async function lookAtWorld(rollout: Rollout, ctx: ReadContext): Promise<World> {
  const [platform, routes] = await Promise.all([
    rollout.ports.platform.observe(ctx.signal),
    rollout.ports.router.observe(ctx.signal),
  ]);
  return { platform, routes };
}

/** Share the data plane is set to give a version, whatever its health; 0 when it has no route. */
export function configuredShare(routes: RoutesState, version: string): number {
  if (routes.kind === 'unreachable') return 0;
  return routes.routes.find((route) => route.version === version)?.configuredShare ?? 0;
}

export function openRequests(routes: RoutesState, version: string): number {
  if (routes.kind === 'unreachable') return 0;
  const route = routes.routes.find((candidate) => candidate.version === version);
  return (route?.endpoints ?? []).reduce((sum, endpoint) => sum + endpoint.openRequests, 0);
}

export function unreachable(routes: RoutesState, where: string): readonly Problem[] {
  if (routes.kind === 'observed') return [];
  return [
    {
      code: 'rollout.router-unreachable',
      where,
      found: routes.reason,
      expected: 'a traffic router that answers',
      remedy: 'start the router or mend its address in `traffic:`, then run `shiplock resume`',
    },
  ];
}

/** Hosts that are needed and do not answer. */
export function unreachableHosts(
  { hosts }: PlatformState,
  where: string,
  on: readonly string[] = hosts.map(({ name }) => name),
): readonly Problem[] {
  return hosts.flatMap((host) =>
    host.kind === 'reachable' || !on.includes(host.name)
      ? []
      : [
          {
            code: 'rollout.host-unreachable',
            where: `${where} on ${host.name} (${host.address})`,
            found: host.reason,
            expected: 'a host that answers',
            remedy: 'see why the host does not answer, or take it out of `platform.hosts`',
          },
        ],
  );
}

/** What a health watch records of the instances of one version. */
export const instanceSampleSchema = z.strictObject({
  instance: z.string(),
  state: z.enum(['starting', 'ready', 'not-ready', 'draining', 'stopped', 'crash-loop']),
  restarts: z.number().int().nonnegative(),
  detail: z.string(),
});
export type InstanceSample = Readonly<z.infer<typeof instanceSampleSchema>>;

/** @param on only on these hosts; left out: on all */
export function sampleInstances(
  state: PlatformState,
  component: string,
  version: string,
  on?: readonly string[],
): readonly InstanceSample[] {
  return state.instances
    .filter((instance) => instance.component === component && instance.version === version)
    .filter((instance) => on?.includes(instance.on) ?? true)
    .map(({ instance, state: condition, restarts, detail }) => ({ instance, state: condition, restarts, detail }));
}

/** Since when fewer instances of a version than `atLeast` are ready, wall clock; null while there are as many. Pure. */
export function notReadySince(
  before: number | null,
  instances: readonly InstanceSample[],
  time: number,
  atLeast = 1,
): number | null {
  return instances.filter((one) => one.state === 'ready').length >= atLeast ? null : (before ?? time);
}

/** The problem of a version too few of whose instances were ready for too long. Outside α, as a crash loop. */
export function neverReady(
  look: { readonly instances: readonly InstanceSample[]; readonly time: number } | null,
  since: number | null,
  where: string,
  deadlineMs: number,
  atLeast = 1,
): Problem | undefined {
  if (since === null || look === null || look.time - since < deadlineMs) return undefined;
  const words = look.instances.map(
    (one) => `${one.instance} ${one.state}${one.detail === '' ? '' : ` (${one.detail})`}`,
  );
  return {
    code: 'rollout.not-ready',
    where,
    found: `${atLeast === 1 ? 'no ready instance' : `fewer than ${atLeast} ready instances`} for ${duration(deadlineMs)}: ${words.join(', ') || 'none runs'}`,
    expected: 'instances that stay ready',
    remedy: 'read the instance log; the release was taken back',
  };
}

/** The problem of an instance that keeps dying, if there is one. Outside α: a crash loop is a fact, not a statistic. */
export function crashLoop(instances: readonly InstanceSample[], where: string): Problem | undefined {
  const dying = instances.find((instance) => instance.state === 'crash-loop');
  if (dying === undefined) return undefined;
  return {
    code: 'rollout.crash-loop',
    where: `${where} instance ${dying.instance}`,
    found: `${dying.restarts} restarts; ${dying.detail === '' ? 'no output' : dying.detail}`,
    expected: 'a process that keeps running',
    remedy: 'read the last lines of its log; the release was taken back',
  };
}
