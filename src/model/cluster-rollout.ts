import { z } from 'zod';
import type { Effect } from './effect.ts';

/**
 * A rollout that a controller inside a cluster makes: it moves pods and shares by the steps of its manifest and stops where they say so.
 * What is ours is the decision there: go on, or go back.
 */

/** One state of the pods, by what tells it apart. */
const revisionSchema = z.strictObject({
  /** Hash of the pod template. */
  hash: z.string(),
  /** Digest of the released image; null: the image is named without one. */
  digest: z.string().nullable(),
});
export type ClusterRevision = Readonly<z.infer<typeof revisionSchema>>;

export const clusterRolloutSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('absent') }),
  z.strictObject({
    kind: z.literal('present'),
    resourceVersion: z.string(),
    /** Greatest fence that was written on it; 0: none. */
    fence: z.number().int(),
    strategy: z.enum(['canary', 'blue-green', 'none']),
    /** Shares at which its steps wait without an end, in their order. */
    pauses: z.array(z.number()).readonly(),
    /** The controller has taken up the newest manifest and the newest order; before that, nothing below counts. */
    settled: z.boolean(),
    phase: z.string(),
    message: z.string(),
    aborted: z.boolean(),
    paused: z.boolean(),
    /** Share that its present step gives to what it brings. */
    share: z.number(),
    /** What the manifest asks for. */
    desired: revisionSchema,
    /** What it would go back to; null before the first one was whole. */
    stable: revisionSchema.nullable(),
    /** Pods: wanted, of the desired state, and available in all. */
    pods: z.strictObject({ wanted: z.number(), updated: z.number(), available: z.number() }),
  }),
]);
export type ClusterRollout = Readonly<z.infer<typeof clusterRolloutSchema>>;
export type PresentRollout = Extract<ClusterRollout, { kind: 'present' }>;

/** Looks at it; effects are pure functions of what was seen, and the cluster refuses them when it has changed since. */
export interface ClusterRollouts {
  observe(signal?: AbortSignal): Promise<ClusterRollout>;
  /** Writes our fence on it: whoever holds a smaller one sees it and stops. */
  take(seen: PresentRollout, fence: number): readonly Effect[];
  /** Ends the pause at which it stands. */
  goOn(seen: PresentRollout): readonly Effect[];
  /** Gives all traffic back to the stable pods at once. What the manifest asks for stays as it is: git makes that true. */
  abort(seen: PresentRollout): readonly Effect[];
  /** Brings what the manifest asks for without further pauses. Only for a way back. */
  finish(seen: PresentRollout): readonly Effect[];
}

/** It serves what the manifest asks for, all of it, and nothing is under way. */
export function isFinished(seen: PresentRollout): boolean {
  return seen.settled && seen.phase === 'Healthy' && seen.stable !== null && seen.stable.hash === seen.desired.hash;
}

/** Digest inside an image: `registry/name@sha256:…`; null when it is named by a tag. */
export function digestIn(image: string): string | null {
  return /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1] ?? null;
}

/** Version by digest, as the records of an environment have them. */
export type VersionNames = () => Promise<ReadonlyMap<string, string>>;

/** A version for what nobody has a record of: it is there all the same. */
export function versionOf(names: ReadonlyMap<string, string>, digest: string | null, hash: string): string {
  if (digest === null) return `unknown-${hash}`;
  return names.get(digest) ?? `unknown-${digest.slice('sha256:'.length, 'sha256:'.length + 12)}`;
}
