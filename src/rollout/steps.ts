import type { Effect } from '../model/effect.ts';
import type { PlatformState, UnitSpec } from '../model/platform.ts';
import type { Problem } from '../model/problem.ts';
import type { RoutesState } from '../model/traffic.ts';
import { action } from '../procedure/build.ts';
import type { Decision, OutputRef, Step } from '../procedure/tree.ts';
import { carries, onlyRoutes, perInstanceShare, readyInstances, splitRoutes } from './capacity.ts';
import type { ReadyWatch } from './health.ts';
import { reachable, shortOf } from './hosts.ts';
import type { Rollout } from './options.ts';
import { configuredShare, lookAtWorld, unreachable, unreachableHosts, type World } from './world.ts';

/** The steps every strategy is made of. Each reads the world, decides purely, and leaves the doing to the engine. */

export function installStep(rollout: Rollout, id = 'install'): Step<World, object> {
  const { candidate, ports } = rollout;
  return action<World>({
    id,
    title: `Install ${candidate.component} ${candidate.version}`,
    inputs: { component: candidate.component, version: candidate.version, digest: candidate.digest },
    read: (ctx) => lookAtWorld(rollout, ctx),
    decide: (world) => {
      const away = unreachableHosts(world.platform, id);
      if (away.length > 0) return { kind: 'refuse', problems: away };
      return doOrNothing(ports.platform.install(candidate, world.platform), 'it is installed with this digest');
    },
    probe: 'repeatable',
  });
}

export function startStep(
  rollout: Rollout,
  which: 'candidate' | 'stable',
  id: string,
  urgent = false,
): Step<World, object> {
  const spec = which === 'candidate' ? rollout.candidate : (rollout.stable ?? rollout.candidate);
  return action<World>({
    id,
    title: `Start ${spec.replicas} × ${spec.component} ${spec.version}`,
    inputs: { component: spec.component, version: spec.version, replicas: spec.replicas },
    read: (ctx) => lookAtWorld(rollout, ctx),
    decide: (world) => {
      const short = shortOf(world.platform, spec);
      return short.length === 0
        ? { kind: 'nothing', why: `${spec.replicas} instances run` }
        : doOrNothing(
            which === 'candidate'
              ? rollout.ports.platform.start(spec, world.platform, short)
              : startAgain(rollout, spec, world.platform, short),
            'all instances run',
          );
    },
    probe: 'repeatable',
    urgent,
    timeoutMs: spec.startTimeoutMs + 30_000,
  });
}

/** Starts a version that served once. Where it has left the disk since, it is laid down again first. Pure. */
export function startAgain(
  { ports }: Rollout,
  spec: UnitSpec,
  platform: PlatformState,
  on: readonly string[],
): readonly Effect[] {
  const has = (host: string): boolean =>
    platform.installed.some(
      (row) => row.on === host && row.component === spec.component && row.version === spec.version,
    );
  const gone = on.filter((host) => !has(host));
  return [
    ...(gone.length === 0 ? [] : ports.platform.install(spec, platform, gone)),
    ...ports.platform.start(spec, platform, on),
  ];
}

/** Gives the candidate a share. Refused when the receiving side could not carry it. */
export function shareStep(rollout: Rollout, share: number, ready: ReadyWatch, id: string): Step<World, object> {
  const { candidate, stable, service, ports, policy } = rollout;
  const percent = `${Math.round(share * 1000) / 10} %`;
  return action<World>({
    id,
    title: `Send ${percent} of the traffic to ${candidate.version}`,
    inputs: { share, candidate: candidate.version, stable: stable?.version ?? null },
    read: (ctx) => lookAtWorld(rollout, ctx),
    decide: (world, ctx) => {
      // In a plan nothing runs yet, so there is no address to route to: the plan says that this is decided after it.
      ctx.outputOf(ready);
      const down = unreachable(world.routes, `share ${percent}`);
      if (down.length > 0) return { kind: 'refuse', problems: down };
      if (stable === null) return { kind: 'refuse', problems: [noStable(candidate.version)] };
      const perInstance = perInstanceShare(candidate.replicas, policy.capacityPerInstance);
      const now = readyInstances(world.platform, candidate.component, candidate.version).length;
      if (carries(now, perInstance) < share - 1e-9) {
        return { kind: 'refuse', problems: [noCapacity(candidate.version, share, now, perInstance)] };
      }
      const split = {
        service,
        component: candidate.component,
        stable: stable.version,
        candidate: candidate.version,
        share,
        hold: 'leased' as const,
      };
      return doOrNothing(
        ports.router.apply(splitRoutes(split, world.platform, world.routes), world.routes),
        `${percent} is set`,
      );
    },
    probe: 'repeatable',
    verify: async (ctx) => shareProblems(await ports.router.observe(ctx.signal), candidate.version, share),
  });
}

/** The candidate becomes what serves: all traffic, no lease any more; its guards are no longer asked. */
export function promoteStep(rollout: Rollout, ready: ReadyWatch, id = 'promote'): Step<World, object> {
  const { candidate, stable, service, ports, policy } = rollout;
  return action<World>({
    id,
    title: `Send all traffic to ${candidate.version} for good`,
    inputs: { candidate: candidate.version, stable: stable?.version ?? null },
    read: (ctx) => lookAtWorld(rollout, ctx),
    decide: (world, ctx) => {
      ctx.outputOf(ready);
      const down = unreachable(world.routes, 'promote');
      if (down.length > 0) return { kind: 'refuse', problems: down };
      const perInstance = perInstanceShare(candidate.replicas, policy.capacityPerInstance);
      const now = readyInstances(world.platform, candidate.component, candidate.version).length;
      if (carries(now, perInstance) < 1 - 1e-9) {
        return { kind: 'refuse', problems: [noCapacity(candidate.version, 1, now, perInstance)] };
      }
      const routes =
        stable === null
          ? onlyRoutes(service, candidate.component, candidate.version, world.platform, world.routes)
          : splitRoutes(
              {
                service,
                component: candidate.component,
                stable: stable.version,
                candidate: candidate.version,
                share: 1,
                hold: 'stable',
              },
              world.platform,
              world.routes,
            );
      return doOrNothing(ports.router.apply(routes, world.routes), 'it serves alone');
    },
    probe: 'repeatable',
    verify: async (ctx) => shareProblems(await ports.router.observe(ctx.signal), candidate.version, 1),
    endsLease: true,
  });
}

/** What starts after a reboot is the version that serves; guards of a version that holds its share for good are ended. */
export function settleStep(rollout: Rollout, id = 'make-current'): Step<World, object> {
  const { candidate, ports } = rollout;
  return action<World>({
    id,
    title: `Make ${candidate.version} current`,
    inputs: { component: candidate.component, version: candidate.version },
    read: (ctx) => lookAtWorld(rollout, ctx),
    decide: (world) =>
      doOrNothing(
        [
          ...ports.platform.makeCurrent(candidate.version, world.platform),
          ...ports.stopGuards(candidate.version, reachable(world.platform)),
        ],
        'it is current',
      ),
    probe: 'repeatable',
  });
}

/** Stops a version and takes its route away. Its files stay: the way back. */
export function retireStep(
  rollout: Rollout,
  spec: { readonly component: string; readonly version: string },
  keep: string | null,
  id: string,
  how: {
    readonly urgent?: boolean;
    /** What must be over before the version has no share: until then a plan does not know what there is to stop. */
    readonly after?: OutputRef<unknown>;
  } = {},
): Step<World, object> {
  const { service, ports } = rollout;
  return action<World>({
    id,
    title: `Stop ${spec.component} ${spec.version}`,
    inputs: { component: spec.component, version: spec.version },
    read: (ctx) => lookAtWorld(rollout, ctx),
    decide: (world, ctx) => {
      if (how.after !== undefined) ctx.outputOf(how.after);
      if (configuredShare(world.routes, spec.version) > 0) {
        return { kind: 'refuse', problems: [stillServing(spec.version, configuredShare(world.routes, spec.version))] };
      }
      const routes =
        keep === null
          ? { service, routes: [] }
          : onlyRoutes(service, spec.component, keep, world.platform, world.routes);
      const unroute = world.routes.kind === 'observed' ? ports.router.apply(routes, world.routes) : [];
      return doOrNothing([...unroute, ...ports.platform.stop(spec.version, world.platform)], 'it does not run');
    },
    probe: 'repeatable',
    urgent: how.urgent ?? false,
    timeoutMs: rollout.candidate.stopTimeoutMs + 30_000,
  });
}

/** Nothing to do is a decision of its own, with its reason. */
export function doOrNothing(effects: readonly Effect[], why: string): Decision {
  return effects.length === 0 ? { kind: 'nothing', why } : { kind: 'do', effects };
}

/** Does the router give what was asked? Configured share, not the observed one: health is judged elsewhere. */
export function shareProblems(routes: RoutesState, version: string, share: number): readonly Problem[] {
  const down = unreachable(routes, `share of ${version}`);
  if (down.length > 0) return down;
  const found = configuredShare(routes, version);
  if (Math.abs(found - share) <= 0.005) return [];
  return [
    {
      code: 'rollout.router-does-not-obey',
      where: `share of ${version}`,
      found: `${Math.round(found * 1000) / 10} %`,
      expected: `${Math.round(share * 1000) / 10} %`,
      remedy: 'something else changes the router; find it, then resume',
    },
  ];
}

function noStable(version: string): Problem {
  return {
    code: 'rollout.no-stable',
    where: `canary of ${version}`,
    found: 'no version that serves',
    expected: 'a stable version beside the new one',
    remedy: 'plan again: the first release takes the `initial` path',
  };
}

export function noCapacity(version: string, share: number, ready: number, perInstance: number): Problem {
  return {
    code: 'rollout.no-capacity',
    where: `share of ${version}`,
    found: `${ready} ready instances, good for ${Math.round(carries(ready, perInstance) * 1000) / 10} % of the load`,
    expected: `capacity for ${Math.round(share * 1000) / 10} % before the share is given`,
    remedy: 'see why instances are not ready, or raise platform.replicas',
  };
}

function stillServing(version: string, share: number): Problem {
  return {
    code: 'rollout.still-serving',
    where: version,
    found: `${Math.round(share * 1000) / 10} % of the traffic`,
    expected: 'no traffic before it is stopped',
    remedy: 'take its share away first: `shiplock rollback`, or `shiplock resume`',
  };
}
