import type { ClusterRollout, ClusterRollouts, PresentRollout } from '../../model/cluster-rollout.ts';
import type { Effect } from '../../model/effect.ts';
import type { Cluster, Kube, KubeObject } from '../../model/kube.ts';
import { FENCE, lookOf, replicaSetKind, rolloutKind } from './rollout.ts';

/** Where a Rollout is. */
export interface RolloutPlace {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly name: string;
  /** Container whose image is released. */
  readonly container: string;
}

/** A Rollout with its ReplicaSets, read one after the other; null when there is none. */
export async function readRollout(
  kube: Kube,
  { namespace, name }: RolloutPlace,
  signal?: AbortSignal,
): Promise<{ readonly rollout: KubeObject; readonly replicaSets: readonly KubeObject[] } | null> {
  const rollout = await kube.get(rolloutKind(namespace), name, signal);
  if (rollout === null) return null;
  const { items } = await kube.list(replicaSetKind(namespace), undefined, signal);
  const replicaSets = items.filter(({ meta }) => meta.ownerReferences.some((one) => one.uid === rollout.meta.uid));
  return { rollout, replicaSets };
}

/**
 * What kubectl's plugin does to a Rollout, as effects. Orders go to the status, which Argo CD never touches: self-heal cannot undo
 * them. Each is refused by the API server when the Rollout has changed since it was looked at.
 */
export function rolloutControls(kube: Kube, place: RolloutPlace): ClusterRollouts {
  const order = (seen: PresentRollout, status: Record<string, boolean | null>, why: string): readonly Effect[] => [
    {
      ...base(place, seen),
      subresource: 'status',
      body: { status },
      why,
    },
  ];
  return {
    async observe(signal): Promise<ClusterRollout> {
      const found = await readRollout(kube, place, signal);
      return found === null ? { kind: 'absent' } : lookOf(found.rollout, found.replicaSets, place.container);
    },
    take: (seen, fence) => [
      {
        ...base(place, seen),
        body: { metadata: { annotations: { [FENCE]: String(fence) } } },
        why: 'whoever held the environment before us sees it and stops',
      },
    ],
    goOn: (seen) => order(seen, { pauseConditions: null }, 'the pause ends'),
    abort: (seen) => order(seen, { abort: true }, 'all traffic goes back to the stable pods'),
    finish: (seen) => order(seen, { promoteFull: true }, 'no further pause on the way back'),
  };
}

function base(place: RolloutPlace, seen: PresentRollout) {
  return {
    kind: 'kube' as const,
    cluster: place.cluster,
    verb: 'merge' as const,
    object: rolloutKind(place.namespace),
    name: place.name,
    resourceVersion: seen.resourceVersion,
    resource: `kube:${place.namespace}/${place.name}`,
    timeoutMs: 10_000,
  };
}
