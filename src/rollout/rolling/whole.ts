import type { Effect } from '../../model/effect.ts';
import type { Problem } from '../../model/problem.ts';
import { action } from '../../procedure/build.ts';
import type { Node, Step } from '../../procedure/tree.ts';
import { readyWatch } from '../health.ts';
import { reachable, shortOf } from '../hosts.ts';
import type { Rollout } from '../options.ts';
import { doOrNothing, startAgain } from '../steps.ts';
import { lookAtWorld, unreachable, unreachableHosts, type World } from '../world.ts';

/**
 * A rolling release begins with every host running the version that serves. A host may have lost it: it was away when a release was taken
 * back, or it came back from a reboot with what was left of that release. Nothing of that has traffic, so mending it costs nobody anything.
 */
export function wholeNodes(rollout: Rollout): readonly Node[] {
  return rollout.stable === null ? [] : [wholeStep(rollout), readyWatch(rollout, 'stable', 'whole-ready')];
}

function wholeStep(rollout: Rollout): Step<World, object> {
  const { candidate, stable } = rollout;
  const version = stable?.version ?? '';
  return action<World>({
    id: 'whole',
    title: `Start ${version} where it does not run`,
    inputs: { component: candidate.component, version, hosts: [...rollout.hosts] },
    read: (ctx) => lookAtWorld(rollout, ctx),
    decide: (world) => {
      const problems: readonly Problem[] = [
        ...unreachable(world.routes, 'whole'),
        ...unreachableHosts(world.platform, 'whole'),
      ];
      if (problems.length > 0) return { kind: 'refuse', problems };
      return doOrNothing(
        [...endLeftovers(rollout, world), ...startMissing(rollout, world)],
        `every host runs ${version}`,
      );
    },
    probe: 'repeatable',
    timeoutMs: (stable?.startTimeoutMs ?? 0) + candidate.stopTimeoutMs + 30_000,
  });
}

function startMissing(rollout: Rollout, { platform }: World): readonly Effect[] {
  const { stable } = rollout;
  const short = stable === null ? [] : shortOf(platform, stable);
  return stable === null || short.length === 0 ? [] : startAgain(rollout, stable, platform, short);
}

/** Instances of versions that nobody is sent to, beside the two of this release. */
function endLeftovers({ candidate, stable, ports }: Rollout, { platform, routes }: World): readonly Effect[] {
  const routed = routes.kind === 'observed' ? routes.routes.map((route) => route.version) : [];
  const keep = new Set([candidate.version, stable?.version, ...routed]);
  const left = platform.instances.filter(
    (one) => one.component === candidate.component && one.state !== 'stopped' && !keep.has(one.version),
  );
  return [...new Set(left.map((one) => one.version))].flatMap((version) => {
    const on = reachable(platform).filter((name) => left.some((one) => one.version === version && one.on === name));
    return ports.platform.stop(version, platform, on);
  });
}
