import { A as string, E as number, _ as boolean, h as array, k as strictObject, p as _enum, v as discriminatedUnion, w as literal } from "./shared-problem.js";

// src/model/cluster-rollout.ts
/**
* A rollout that a controller inside a cluster makes: it moves pods and shares by the steps of its manifest and stops where they say so.
* What is ours is the decision there: go on, or go back.
*/
/** One state of the pods, by what tells it apart. */
const revisionSchema = strictObject({
	/** Hash of the pod template. */
	hash: string(),
	/** Digest of the released image; null: the image is named without one. */
	digest: string().nullable()
});
const clusterRolloutSchema = discriminatedUnion("kind", [strictObject({ kind: literal("absent") }), strictObject({
	kind: literal("present"),
	resourceVersion: string(),
	/** Greatest fence that was written on it; 0: none. */
	fence: number().int(),
	strategy: _enum([
		"canary",
		"blue-green",
		"none"
	]),
	/** Shares at which its steps wait without an end, in their order. */
	pauses: array(number()).readonly(),
	/** The controller has taken up the newest manifest and the newest order; before that, nothing below counts. */
	settled: boolean(),
	phase: string(),
	message: string(),
	aborted: boolean(),
	paused: boolean(),
	/** Share that its present step gives to what it brings. */
	share: number(),
	/** What the manifest asks for. */
	desired: revisionSchema,
	/** What it would go back to; null before the first one was whole. */
	stable: revisionSchema.nullable(),
	/** Pods: wanted, of the desired state, and available in all. */
	pods: strictObject({
		wanted: number(),
		updated: number(),
		available: number()
	})
})]);
/** It serves what the manifest asks for, all of it, and nothing is under way. */
function isFinished(seen) {
	return seen.settled && seen.phase === "Healthy" && seen.stable !== null && seen.stable.hash === seen.desired.hash;
}
/** Digest inside an image: `registry/name@sha256:…`; null when it is named by a tag. */
function digestIn(image) {
	return /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1] ?? null;
}
/** A version for what nobody has a record of: it is there all the same. */
function versionOf(names, digest, hash) {
	if (digest === null) return `unknown-${hash}`;
	return names.get(digest) ?? `unknown-${digest.slice(7, 19)}`;
}

export { versionOf as i, digestIn as n, isFinished as r, clusterRolloutSchema as t };