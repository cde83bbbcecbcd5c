import { Fn as object, Jn as string, Lt as boolean, Nt as array, Pn as number, or as union } from "./shared-schemas.js";
import { ya as digestIn } from "./shared-common.js";
import { t as ProblemError } from "./shared-problem.js";

// src/traffic/argo-rollouts/rollout.ts
/** A Rollout of Argo Rollouts, as far as we read it. Parsed once, at the border. */
function rolloutKind(namespace) {
	return {
		group: "argoproj.io",
		version: "v1alpha1",
		kind: "Rollout",
		plural: "rollouts",
		namespace
	};
}
function replicaSetKind(namespace) {
	return {
		group: "apps",
		version: "v1",
		kind: "ReplicaSet",
		plural: "replicasets",
		namespace
	};
}
/** Label that the controller puts on ReplicaSets and pods. */
const HASH_LABEL = "rollouts-pod-template-hash";
/** Greatest fence that wrote on the Rollout. Not in git, so Argo CD leaves it alone. */
const FENCE = "shiplock/fence";
const containersSchema = object({ spec: object({ containers: array(object({
	name: string(),
	image: string().default("")
})) }) });
const stepSchema = object({
	setWeight: number().nullish(),
	pause: object({ duration: union([number(), string()]).nullish() }).nullish()
});
const bodySchema = object({
	spec: object({
		replicas: number().default(1),
		template: containersSchema.nullish(),
		strategy: object({
			canary: object({ steps: array(stepSchema).nullish() }).nullish(),
			blueGreen: object({ activeService: string().default("") }).nullish()
		}).default({})
	}),
	status: object({
		abort: boolean().default(false),
		phase: string().default(""),
		message: string().default(""),
		observedGeneration: string().default(""),
		controllerPause: boolean().default(false),
		pauseConditions: array(object({ reason: string() })).nullish(),
		currentPodHash: string().default(""),
		stableRS: string().default(""),
		currentStepIndex: number().nullish(),
		updatedReplicas: number().default(0),
		availableReplicas: number().default(0),
		blueGreen: object({ activeSelector: string().default("") }).default({ activeSelector: "" })
	}).prefault({})
});
const replicaSetSchema = object({ spec: object({ template: containersSchema }) });
/** What a Rollout and its ReplicaSets say together. Pure. */
function lookOf(object, replicaSets, container) {
	const { meta } = object;
	const parsed = bodySchema.safeParse(object.body);
	if (!parsed.success) throw unreadable(meta.name, parsed.error);
	const { spec, status } = parsed.data;
	const steps = spec.strategy.canary?.steps ?? [];
	const wanted = imageOf(spec.template, container);
	const hash = status.currentPodHash;
	const observed = Number(status.observedGeneration) === meta.generation;
	const desired = {
		hash: observed ? hash : "",
		digest: digestIn(wanted ?? "")
	};
	const stable = status.stableRS === "" ? null : {
		hash: status.stableRS,
		digest: digestOf(replicaSets, status.stableRS, container)
	};
	const pauses = status.pauseConditions ?? [];
	return {
		kind: "present",
		resourceVersion: meta.resourceVersion,
		fence: Number(/^\d+/.exec(meta.annotations["shiplock/fence"] ?? "")?.[0] ?? "0"),
		strategy: spec.strategy.blueGreen != null ? "blue-green" : spec.strategy.canary != null ? "canary" : "none",
		pauses: pausesOf(steps),
		settled: observed && status.phase !== "" && !(status.controllerPause && pauses.length === 0),
		phase: status.phase,
		message: status.message,
		aborted: status.abort,
		paused: pauses.length > 0,
		share: shareOf(parsed.data),
		desired,
		stable,
		pods: {
			wanted: spec.replicas,
			updated: status.updatedReplicas,
			available: status.availableReplicas
		}
	};
}
/** Share that the steps up to now give to what is brought; 1 when they are through or there are none to go. */
function shareOf({ spec, status }) {
	if (status.abort) return 0;
	if (status.stableRS !== "" && status.stableRS === status.currentPodHash) return 1;
	if (spec.strategy.blueGreen != null) return status.blueGreen.activeSelector === status.currentPodHash ? 1 : 0;
	const steps = spec.strategy.canary?.steps ?? [];
	const at = status.currentStepIndex ?? 0;
	if (at >= steps.length) return 1;
	return (steps.slice(0, at + 1).findLast((one) => one.setWeight != null)?.setWeight ?? 0) / 100;
}
function pausesOf(steps) {
	let weight = 0;
	const found = [];
	for (const { setWeight, pause } of steps) {
		if (setWeight != null) weight = setWeight;
		if (pause != null && pause.duration == null) found.push(weight / 100);
	}
	return found;
}
/** Digest of the image that a state of the pods has. */
function digestOf(replicaSets, hash, container) {
	const found = replicaSets.find(({ meta }) => meta.labels[HASH_LABEL] === hash);
	if (found === void 0) return null;
	const parsed = replicaSetSchema.safeParse(found.body);
	return parsed.success ? digestIn(imageOf(parsed.data.spec.template, container) ?? "") : null;
}
function imageOf(template, container) {
	return template?.spec.containers.find((one) => one.name === container)?.image;
}
function unreadable(name, error) {
	const issue = error.issues[0];
	return new ProblemError({
		code: "traffic.rollout-unreadable",
		where: `Rollout ${name}: ${issue?.path.join(".") ?? ""}`,
		found: issue?.message ?? "another form",
		expected: "a Rollout of Argo Rollouts 1.0 or newer",
		remedy: "which version is it? `kubectl get crd rollouts.argoproj.io -o yaml`"
	});
}

export { rolloutKind as a, replicaSetKind as i, HASH_LABEL as n, lookOf as r, FENCE as t };