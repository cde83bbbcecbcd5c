import {
  type ClusterRollout,
  type ClusterRollouts,
  isFinished,
  type PresentRollout,
} from '../../model/cluster-rollout.ts';
import type { Problem } from '../../model/problem.ts';
import { percent } from '../chart/index.ts';
import { duration } from '../forecast.ts';
import type { Rollout } from '../options.ts';

/** A rollout that a controller of a cluster makes, with what we steer it by. */
export interface InCluster extends Rollout {
  readonly cluster: ClusterRollouts;
}

/** What the cluster does with a version, in one word and its reason. Pure; every watch and step of a cluster decides by it. */
export type Standing =
  /** The controller has not taken up the manifest yet, or there is none. */
  | { readonly kind: 'unsettled'; readonly why: string }
  /** The manifest asks for something else: git was changed, by whomever. */
  | { readonly kind: 'other'; readonly digest: string | null }
  | { readonly kind: 'moving'; readonly share: number; readonly why: string }
  | { readonly kind: 'paused'; readonly share: number }
  /** The controller took it back, or was told to. */
  | { readonly kind: 'aborted'; readonly why: string }
  /** It cannot become healthy, and the traffic is not back by itself. */
  | { readonly kind: 'stuck'; readonly share: number; readonly why: string }
  | { readonly kind: 'finished' };

export function standingOf(seen: ClusterRollout, digest: string): Standing {
  if (seen.kind === 'absent') return { kind: 'unsettled', why: 'there is no Rollout of this name in this namespace' };
  if (seen.desired.digest !== digest) return { kind: 'other', digest: seen.desired.digest };
  if (!seen.settled) return { kind: 'unsettled', why: 'the controller has not taken it up yet' };
  if (isFinished(seen)) return { kind: 'finished' };
  if (seen.aborted) return { kind: 'aborted', why: seen.message };
  if (seen.phase === 'Degraded') return { kind: 'stuck', share: seen.share, why: seen.message };
  if (seen.paused) return { kind: 'paused', share: seen.share };
  const { updated, wanted, available } = seen.pods;
  return {
    kind: 'moving',
    share: seen.share,
    why: `${seen.message || seen.phase}, ${updated} new pods, ${available} of ${wanted} available`,
  };
}

export function sameShare(one: number, other: number): boolean {
  return Math.abs(one - other) < 0.005;
}

/** A newer run has written its fence: this one has lost its lease. */
export function newerHolder(seen: PresentRollout, fence: number, where: string): readonly Problem[] {
  if (seen.fence <= fence) return [];
  return [
    {
      code: 'rollout.newer-holder',
      where,
      found: `fence ${seen.fence} on the Rollout`,
      expected: `no fence above our own, ${fence}`,
      remedy:
        'a newer run holds the environment: look at it with `shiplock status`; if the state directory was lost, restore it, since its lease record holds the fence',
    },
  ];
}

export function superseded(where: string, digest: string | null): Problem {
  return {
    code: 'rollout.superseded',
    where,
    found: digest === null ? 'an image without a digest' : `the image ${digest}`,
    expected: 'the image of this release',
    remedy:
      'somebody changed git or the Rollout meanwhile: `git log` and `shiplock status` tell who; then release again',
  };
}

export function takenBack(where: string, why: string): Problem {
  return {
    code: 'rollout.cluster-aborted',
    where,
    found: why || 'the Rollout is aborted',
    expected: 'a rollout that goes on',
    remedy: 'its own analysis, or a person, took it back; `kubectl argo rollouts get rollout` tells which',
  };
}

export function neverThere(where: string, found: string, deadlineMs: number): Problem {
  return {
    code: 'rollout.cluster-not-ready',
    where,
    found: `${found} after ${duration(deadlineMs)}`,
    expected: 'new pods that become ready',
    remedy:
      '`kubectl describe` on its newest pods tells why they are not; raise rollout.healthDeadline only if they are slow by design',
  };
}

export function pausesDiffer(where: string, found: readonly number[], wanted: readonly number[]): Problem {
  const words = (shares: readonly number[]): string => shares.map(percent).join(', ') || 'nowhere';
  return {
    code: 'rollout.pauses-differ',
    where,
    found: `a Rollout that pauses at ${words(found)}`,
    expected: `pauses at ${words(wanted)}, as rollout.steps has them`,
    remedy: 'write a `setWeight` and a `pause: {}` for each share into the manifest, or change rollout.steps',
  };
}
