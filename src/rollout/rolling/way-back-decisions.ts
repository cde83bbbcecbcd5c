import { type Route, taking } from '../../model/traffic.ts';
import { carries, complement, instancesOf, readyInstances } from '../capacity.ts';
import { perHost, reachable, readyOn } from '../hosts.ts';
import type { Rollout } from '../options.ts';
import { configuredShare, type World } from '../world.ts';
import { batchesOf, roomOf } from './batches.ts';
import { placesOf } from './routes.ts';

/** What the way back of a rolling release decides, from the world as it finds it: wherever a release stopped, the rest follows. Pure. */

/** Hosts that answer and do not run the old version alone. One that is being stopped is as good as gone. Pure. */
export function toRestore({ candidate, stable, hosts }: Rollout, { platform }: World): readonly string[] {
  if (stable === null) return [];
  const wanted = perHost(stable.replicas, hosts.length);
  const running = (version: string, host: string): number =>
    instancesOf(platform, candidate.component, version).filter((one) => one.on === host && one.state !== 'draining')
      .length;
  const runsNew = (host: string): boolean =>
    instancesOf(platform, candidate.component, candidate.version).some((one) => one.on === host);
  return reachable(platform).filter((host) => runsNew(host) || running(stable.version, host) < wanted);
}

/**
 * The next hosts to restore. A host whose new version takes no requests costs nothing to take out; others go only as far as the rest can carry
 * everything without them. Where capacity is short already, one at a time: standing still would not make it better. Pure.
 */
export function nextWave(rollout: Rollout, world: World): readonly string[] {
  const { candidate, stable, policy, hosts } = rollout;
  const todo = toRestore(rollout, world);
  if (stable === null || todo.length === 0) return [];
  const { perInstance, perHost: each, atOnce } = roomOf(rollout);
  const largest = batchesOf(hosts, policy.rolling?.batches ?? [], atOnce)
    .flatMap(({ waves }) => waves)
    .reduce((most, wave) => Math.max(most, wave.hosts.length), 1);
  const serving = new Set(instancesWithTraffic(world, candidate.version));
  // Ready instances of the new version there that take requests: what is lost when the host is taken out.
  const carrying = (host: string): number =>
    readyInstances(world.platform, candidate.component, candidate.version).filter(
      (one) => one.on === host && serving.has(one.instance),
    ).length;
  const isFree = (host: string): boolean => carrying(host) === 0;
  const free = todo.filter(isFree);
  const busy = todo.filter((host) => !isFree(host));
  const old = hosts.filter((host) => !todo.includes(host));
  const ready = readyOn(world.platform, stable, old) + busy.reduce((sum, host) => sum + carrying(host), 0);
  const spare = Math.max(0, Math.floor((ready - 1 / perInstance) / each + 1e-9));
  const wave = [...free, ...busy.slice(0, spare)].slice(0, largest);
  return wave.length > 0 ? wave : todo.slice(0, 1);
}

/**
 * Share that the old version is to have, and who is to take requests then; null when nobody could. Of the new version only instances that
 * have traffic now keep any: one that was never let in is not let in on the way back. Pure.
 */
export function backRoutes(rollout: Rollout, world: World, out: readonly string[]): readonly Route[] | null {
  const { candidate, stable, policy } = rollout;
  const version = stable?.version ?? '';
  const old = placesOf(rollout, version, world, (host) => !out.includes(host));
  const serving = new Set(instancesWithTraffic(world, candidate.version));
  const fresh = placesOf(
    rollout,
    candidate.version,
    world,
    (host) => !out.includes(host) && readyOn(world.platform, candidate, [host]) > 0,
  ).map((place) => (serving.has(place.instance) ? place : { ...place, draining: true }));
  const ready = readyInstances(world.platform, candidate.component, version).length;
  if (ready === 0 && taking(fresh).length === 0) return null;
  const before = complement(configuredShare(world.routes, candidate.version));
  const most = ready === 0 ? 0 : Math.max(carries(ready, roomOf(rollout).perInstance), before);
  const share = taking(fresh).length === 0 ? 1 : most;
  return [
    { version, share, hold: 'stable', endpoints: old },
    {
      version: candidate.version,
      share: complement(share),
      // What the old version cannot carry yet is no lease any more: if it ended, the old version would get it all the same.
      hold: share < 1 ? 'stable' : holdOf(world, candidate.version, policy.rolling !== undefined),
      endpoints: fresh,
    },
  ];
}

function instancesWithTraffic({ routes }: World, version: string): readonly string[] {
  const route = routes.kind === 'observed' ? routes.routes.find((one) => one.version === version) : undefined;
  return route === undefined || route.configuredShare === 0 ? [] : taking(route.endpoints).map((one) => one.instance);
}

function holdOf({ routes }: World, version: string, leased: boolean): 'leased' | 'stable' {
  const route = routes.kind === 'observed' ? routes.routes.find((one) => one.version === version) : undefined;
  return route?.hold ?? (leased ? 'leased' : 'stable');
}

/** Hosts that are not back, with the reason. Pure. */
export function leftBehind({ stable, candidate, hosts }: Rollout, { platform }: World): string {
  const wanted = perHost(stable?.replicas ?? 1, hosts.length);
  const spec = { component: candidate.component, version: stable?.version ?? '' };
  const words = platform.hosts.flatMap((host) => {
    if (host.kind === 'unreachable') return [`${host.name} does not answer: ${host.reason}`];
    const ready = readyOn(platform, spec, [host.name]);
    return ready >= wanted ? [] : [`${host.name} has ${ready} of ${wanted} instances of ${spec.version} ready`];
  });
  return words.length === 0 ? 'none: every host is back' : words.join('; ');
}
