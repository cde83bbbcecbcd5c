import { type PresentRollout, type VersionNames, versionOf } from '../../model/cluster-rollout.ts';
import type { Kube, KubeObject } from '../../model/kube.ts';
import type { PlatformState } from '../../model/platform.ts';
import type { TrafficRouter } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import type { EndpointHealth, ObservedRoute, RoutesState } from '../../model/traffic.ts';
import { type RolloutPlace, readRollout } from './controls.ts';
import { lookOf } from './rollout.ts';

/**
 * Who gets which share, as Argo Rollouts has it. Only looks: shares move by the steps of the Rollout's manifest, so there is
 * nothing that could be applied beside them, and its own analysis stands in for our heartbeat.
 */
export function rolloutsRouter(options: {
  readonly kube: Kube;
  readonly place: RolloutPlace;
  readonly service: string;
  readonly names: VersionNames;
  readonly pods: (signal?: AbortSignal) => Promise<PlatformState>;
}): TrafficRouter {
  const { kube, place, service, names, pods } = options;
  return {
    async observe(signal): Promise<RoutesState> {
      try {
        const found = await readRollout(kube, place, signal);
        if (found === null) return { kind: 'observed', service, routes: [], detail: `no Rollout ${place.name}` };
        const seen = lookOf(found.rollout, found.replicaSets, place.container);
        const state = await pods(signal);
        const routes = routesOf(seen, weightOf(found.rollout), await names(), state);
        return { kind: 'observed', service, routes, detail: `${seen.phase} ${seen.message}`.trim() };
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof ProblemError)) throw error;
        return { kind: 'unreachable', reason: error.problems.map(({ found }) => found).join('; ') };
      }
    },
    apply: () => [],
    heartbeat: async () => undefined,
  };
}

/** Weight that a traffic router of the Rollout really gives, 0 to 1; null where pods are counted. */
function weightOf({ body }: KubeObject): number | null {
  const weights = memberAt(body, ['status', 'canary', 'weights', 'canary', 'weight']);
  return typeof weights === 'number' ? weights / 100 : null;
}

function memberAt(value: unknown, path: readonly string[]): unknown {
  let here = value;
  for (const key of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    const entries: readonly (readonly [string, unknown])[] = Object.entries(here);
    here = entries.find(([name]) => name === key)?.[1];
  }
  return here;
}

/** Pure. */
export function routesOf(
  seen: PresentRollout,
  weight: number | null,
  names: ReadonlyMap<string, string>,
  { instances }: Pick<PlatformState, 'instances'>,
): readonly ObservedRoute[] {
  const { desired, stable } = seen;
  const newer = versionOf(names, desired.digest, desired.hash);
  const older = stable === null ? null : versionOf(names, stable.digest, stable.hash);
  const endpoints = (version: string): ObservedRoute['endpoints'] =>
    instances
      .filter((one) => one.version === version && one.state !== 'stopped')
      .map(({ instance, host, port, state }) => ({
        instance,
        host,
        port,
        health: HEALTH[state] ?? 'unknown',
        openRequests: 0,
      }));
  const up = (version: string): number => endpoints(version).filter(({ health }) => health === 'up').length;
  const nobodys = older !== null && stable !== null && !names.has(stable.digest ?? '') && up(older) === 0;
  // What nobody released and has no ready pod serves nobody, whatever the controller calls it: a manifest before its first release.
  if (nobodys && older === newer) return [];
  if (older === null || older === newer || nobodys) {
    const version = older === null || nobodys ? newer : older;
    const hold = older === null || nobodys ? 'leased' : 'stable';
    return [{ version, configuredShare: 1, share: up(version) > 0 ? 1 : 0, hold, endpoints: endpoints(version) }];
  }
  const all = up(newer) + up(older);
  const counted = all === 0 ? 0 : up(newer) / all;
  // Blue-green has no weights: the active Service names one of both.
  const actual = seen.strategy === 'blue-green' ? seen.share : (weight ?? counted);
  const route = (
    version: string,
    configuredShare: number,
    share: number,
    hold: 'stable' | 'leased',
  ): ObservedRoute => ({
    version,
    configuredShare,
    share,
    hold,
    endpoints: endpoints(version),
  });
  return [route(older, 1 - seen.share, 1 - actual, 'stable'), route(newer, seen.share, actual, 'leased')];
}

const HEALTH: Readonly<Record<string, EndpointHealth>> = {
  ready: 'up',
  starting: 'starting',
  draining: 'draining',
  'not-ready': 'down',
  'crash-loop': 'down',
};
