import type { Routes } from '../model/traffic.ts';
import { action, sequence } from '../procedure/build.ts';
import type { DecideContext, Node, Sequence, Step } from '../procedure/tree.ts';
import { carries, complement, onlyRoutes, perInstanceShare, readyInstances, splitRoutes } from './capacity.ts';
import { drainWatch } from './drain.ts';
import { readyWatch } from './health.ts';
import type { Rollout } from './options.ts';
import { doOrNothing, retireStep, shareProblems, startStep } from './steps.ts';
import { configuredShare, lookAtWorld, unreachable, type World } from './world.ts';

/**
 * The way back is one plan of its own. First the traffic, at once and as far as the stable version can carry it; then the
 * stable version is made whole if it is not; then the rest of the traffic; only then is anything stopped. It never undoes
 * expand migrations: the ledger said beforehand that the stable version runs on the new schema.
 */
export function rollbackNode(rollout: Rollout, extra: readonly Node[] = []): Sequence {
  const { candidate, stable } = rollout;
  if (stable === null) return removalNode(rollout, extra);
  return sequence({
    id: 'rollback',
    title: `Go back to ${stable.version}`,
    steps: [
      backStep(rollout, 'traffic-back', 'as far as it can carry it now'),
      startStep(rollout, 'stable', 'restore-stable', true),
      readyWatch(rollout, 'stable', 'stable-ready'),
      backStep(rollout, 'all-traffic-back', 'all of it'),
      drainWatch(rollout, candidate.version, 'drain'),
      retireStep(rollout, candidate, stable.version, 'stop-candidate', { urgent: true }),
      currentStep(rollout, stable),
      ...extra,
    ],
  });
}

/** Share the stable version can take at once; the candidate keeps what it could not carry. Pure. */
export function shareAtOnce(rollout: Rollout, world: World): number {
  const { stable, policy } = rollout;
  if (stable === null) return 0;
  const ready = readyInstances(world.platform, stable.component, stable.version).length;
  return carries(ready, perInstanceShare(stable.replicas, policy.capacityPerInstance));
}

function backStep(rollout: Rollout, id: string, how: string): Step<World, object> {
  const { candidate, stable, service } = rollout;
  const version = stable?.version ?? '';
  return trafficBackStep(rollout, id, how, (world, ctx) => {
    const possible = ctx.mode === 'plan' ? 1 : shareAtOnce(rollout, world);
    const before = complement(configuredShare(world.routes, candidate.version));
    // Never less than the stable version has now: what it cannot carry stays where it is until it is whole again.
    const share = Math.max(possible, before);
    if (share === 0) return null;
    if (share === 1 && candidateIsGone(rollout, world)) {
      return onlyRoutes(service, candidate.component, version, world.platform, world.routes);
    }
    const split = {
      service,
      component: candidate.component,
      stable: version,
      candidate: candidate.version,
      share: complement(share),
      hold: holdOf(world, candidate.version),
    };
    return splitRoutes(split, world.platform, world.routes);
  });
}

/**
 * Gives the stable version what `routes` says it can take; null: no instance of it is ready yet. After `all-traffic-back` it must have
 * everything.
 */
export function trafficBackStep(
  rollout: Rollout,
  id: string,
  how: string,
  routes: (world: World, ctx: DecideContext) => Routes | null,
): Step<World, object> {
  const { candidate, stable, ports } = rollout;
  const version = stable?.version ?? '';
  return action<World>({
    id,
    title: `Send the traffic back to ${version}, ${how}`,
    inputs: { stable: version, candidate: candidate.version },
    read: (ctx) => lookAtWorld(rollout, ctx),
    decide: (world, ctx) => {
      const down = unreachable(world.routes, id);
      if (down.length > 0) return { kind: 'refuse', problems: down };
      const desired = routes(world, ctx);
      if (desired === null) return { kind: 'nothing', why: `no instance of ${version} is ready yet` };
      return doOrNothing(ports.router.apply(desired, world.routes), `${version} has it`);
    },
    probe: 'repeatable',
    urgent: true,
    ...(id === 'all-traffic-back'
      ? { verify: async (ctx) => shareProblems(await ports.router.observe(ctx.signal), version, 1) }
      : {}),
  });
}

/** A version that was promoted has no guards any more, so what is left of its share stays its own; a lease stays a lease. */
function holdOf({ routes }: World, version: string): 'leased' | 'stable' {
  const route = routes.kind === 'observed' ? routes.routes.find((one) => one.version === version) : undefined;
  return route?.hold ?? 'leased';
}

function candidateIsGone(rollout: Rollout, world: World): boolean {
  if (world.routes.kind === 'unreachable') return true;
  return !world.routes.routes.some((route) => route.version === rollout.candidate.version);
}

function currentStep(
  rollout: Rollout,
  spec: { readonly component: string; readonly version: string },
): Step<World, object> {
  return action<World>({
    id: 'stable-is-current',
    title: `Make ${spec.version} current`,
    inputs: { version: spec.version },
    read: (ctx) => lookAtWorld(rollout, ctx),
    decide: (world) => doOrNothing(rollout.ports.platform.makeCurrent(spec.version, world.platform), 'it is current'),
    probe: 'repeatable',
    urgent: true,
  });
}

/** After a failed first release there is nothing to go back to: what was started is taken away, and the result says so. */
function removalNode(rollout: Rollout, extra: readonly Node[]): Sequence {
  const { candidate, service, ports } = rollout;
  const unroute = action<World>({
    id: 'unroute',
    title: `Take ${candidate.version} out of the traffic`,
    inputs: { candidate: candidate.version },
    read: (ctx) => lookAtWorld(rollout, ctx),
    decide: (world) =>
      world.routes.kind === 'unreachable'
        ? { kind: 'nothing', why: 'the router does not answer, so it routes nothing' }
        : doOrNothing(ports.router.apply({ service, routes: [] }, world.routes), 'nothing is routed'),
    probe: 'repeatable',
    urgent: true,
  });
  const remove = action<World>({
    id: 'remove',
    title: `Remove ${candidate.component} ${candidate.version}`,
    inputs: { candidate: candidate.version },
    read: (ctx) => lookAtWorld(rollout, ctx),
    decide: (world) => doOrNothing(ports.platform.remove(candidate.version, world.platform), 'it is not installed'),
    probe: 'repeatable',
    urgent: true,
  });
  return sequence({
    id: 'rollback',
    title: `Remove ${candidate.version}: nothing served before it`,
    steps: [
      unroute,
      drainWatch(rollout, candidate.version, 'drain'),
      retireStep(rollout, candidate, null, 'stop-candidate', { urgent: true }),
      remove,
      ...extra,
    ],
  });
}
