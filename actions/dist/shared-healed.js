import { Fn as object, Jn as string, Lt as boolean, Nt as array, Pn as number, Un as record, or as union, sr as unknown } from "./shared-schemas.js";
import { t as ProblemError } from "./shared-problem.js";
import { r as parsedJson } from "./shared-json.js";
import { dc as POD, mc as kubeText } from "./shared-common.js";
import { r as missingObject } from "./shared-problems.js";
import { n as applicationKind } from "./shared-application.js";

// src/system/workload.ts
/** A workload of a cluster as a service: stopped at no pods, and started with as many as it had. */
const API = {
	Deployment: {
		group: "apps",
		version: "v1",
		plural: "deployments"
	},
	StatefulSet: {
		group: "apps",
		version: "v1",
		plural: "statefulsets"
	},
	Rollout: {
		group: "argoproj.io",
		version: "v1alpha1",
		plural: "rollouts"
	}
};
/** A workload in the API of the cluster. Pure. */
function workloadKind(kind, namespace) {
	return {
		...API[kind],
		kind,
		namespace
	};
}
/** How many pods it is meant to have, and how many there are. */
async function workloadPods(kube, object, { kind, namespace }, signal) {
	const { wanted, available, updated, seen, given } = lookOf(object, kind);
	return {
		wanted,
		available,
		updated,
		seen,
		given,
		there: await podsOf(kube, object, namespace, signal)
	};
}
/** How many pods ran before it was stopped: beside the number itself, so that whoever looks sees both. */
const REPLICAS = "shiplock.dev/replicas";
/** What `kubectl rollout restart` writes: pods of another template replace those that are there. */
const RESTARTED = "kubectl.kubernetes.io/restartedAt";
const TIMEOUT_MS = 1e4;
function workloadControl(options) {
	const { kube, cluster, namespace, name, clock } = options;
	const kind = workloadKind(options.kind, namespace);
	const patch = ({ workload }, body, why) => ({
		kind: "kube",
		cluster,
		verb: "merge",
		object: kind,
		name,
		body,
		why,
		timeoutMs: TIMEOUT_MS,
		...workload === void 0 ? {} : { resourceVersion: workload.resourceVersion },
		resource: `kube:${namespace}/${name}`
	});
	const scaled = (replicas, noted) => ({
		metadata: { annotations: { [REPLICAS]: noted } },
		spec: { replicas }
	});
	const found = async (signal) => {
		const object = await kube.get(kind, name, signal);
		if (object === null) throw new ProblemError(missingObject("system", kind, name));
		return object;
	};
	return {
		async observe(signal) {
			const object = await found(signal);
			const look = lookOf(object, options.kind);
			const left = look.wanted > 0 ? 0 : await podsOf(kube, object, namespace, signal);
			return [workloadMember(kubeText(kind, name), look, {
				left,
				replicas: options.replicas
			})];
		},
		start: (members) => members.map((one) => {
			const replicas = one.workload?.replicas ?? options.replicas;
			return patch(one, scaled(replicas, null), `as many pods as before it was stopped: ${replicas}`);
		}),
		stop: (members) => members.map((one) => patch(one, scaled(0, String(one.workload?.replicas ?? options.replicas)), "no pods; how many there were is noted at it")),
		restart: (members) => {
			const at = new Date(clock.now()).toISOString().replace(/\.\d+Z$/, "Z");
			const body = options.kind === "Rollout" ? { spec: { restartAt: at } } : { spec: { template: { metadata: { annotations: { [RESTARTED]: at } } } } };
			return members.map((one) => patch(one, body, "its pods are replaced, one after another, by its own rules"));
		},
		async mayStop(signal) {
			const why = await options.healed(await found(signal), signal);
			return why === null ? [] : [healedProblem(kubeText(kind, name), why)];
		},
		retry: {
			attempts: 5,
			delayMs: 300,
			only: ["kube.conflict"]
		}
	};
}
const metaTemplate = object({ annotations: record(string(), string()).nullish() });
const bodySchema = object({
	spec: object({
		replicas: number().int().default(1),
		restartAt: string().nullish(),
		selector: object({ matchLabels: record(string(), string()).nullish() }).nullish(),
		template: object({ metadata: metaTemplate.nullish() }).nullish()
	}),
	status: object({
		observedGeneration: union([number(), string()]).nullish(),
		restartedAt: string().nullish(),
		replicas: number().default(0),
		updatedReplicas: number().default(0),
		readyReplicas: number().default(0),
		availableReplicas: number().nullish(),
		conditions: array(object({
			type: string(),
			status: string(),
			reason: string().default(""),
			message: string().default("")
		})).nullish()
	}).prefault({})
});
/** Pure. @throws when the answer has another form than the documented one */
function lookOf({ meta, body }, kind) {
	const { spec, status } = bodySchema.parse(body);
	const noted = Number(meta.annotations["shiplock.dev/replicas"] ?? NaN);
	const late = status.conditions?.find(({ type, reason }) => type === "Progressing" && reason === "ProgressDeadlineExceeded");
	return {
		uid: meta.uid,
		resourceVersion: meta.resourceVersion,
		wanted: spec.replicas,
		noted: Number.isInteger(noted) && noted > 0 ? noted : null,
		updated: status.updatedReplicas,
		available: status.availableReplicas ?? status.readyReplicas,
		pods: status.replicas,
		seen: Number(status.observedGeneration ?? 0) >= (meta.generation ?? 0),
		restart: spec.restartAt ?? spec.template?.metadata?.annotations?.[RESTARTED] ?? "",
		restarting: spec.restartAt != null && (status.restartedAt ?? "") < spec.restartAt,
		given: late === void 0 ? null : late.message,
		rollout: kind === "Rollout"
	};
}
/** Pods of it that have not ended, however they were asked to. */
async function podsOf(kube, { body }, namespace, signal) {
	const labels = Object.entries(bodySchema.parse(body).spec.selector?.matchLabels ?? {});
	if (labels.length === 0) return 0;
	const { items } = await kube.list({
		...POD,
		namespace
	}, labels.map(([key, value]) => `${key}=${value}`).join(","), signal);
	return items.filter(({ body: pod }) => !ENDED.includes(phaseSchema.safeParse(pod).data?.status.phase ?? "")).length;
}
const phaseSchema = object({ status: object({ phase: string() }) });
const ENDED = ["Succeeded", "Failed"];
/** Pure. */
function workloadMember(name, look, { left, replicas }) {
	const { wanted, available, updated, pods, seen, given, resourceVersion } = look;
	const workload = {
		replicas: wanted > 0 ? wanted : look.noted ?? replicas,
		resourceVersion
	};
	const base = {
		name,
		identity: wanted === 0 ? null : `${look.uid} ${look.restart}`.trim(),
		workload
	};
	if (wanted === 0) return left === 0 ? {
		...base,
		state: "stopped",
		detail: look.noted === null ? "no pods" : `no pods; there were ${look.noted}`
	} : {
		...base,
		state: "changing",
		detail: `${left} ${left === 1 ? "pod has" : "pods have"} not ended`
	};
	if (!seen) return {
		...base,
		state: "changing",
		detail: "its controller has not seen yet what is asked of it"
	};
	const renewed = look.rollout ? !look.restarting : updated >= wanted && pods <= updated;
	if (available >= wanted && renewed) return {
		...base,
		state: "running",
		detail: ""
	};
	const detail = available < wanted ? `${available} of ${wanted} pods are ready` : look.rollout ? "its pods are being replaced" : `${updated} of ${wanted} pods are new`;
	return {
		...base,
		state: "changing",
		detail: given === null ? detail : `${detail}; ${given}`
	};
}
function healedProblem(where, found) {
	return {
		code: "system.healed",
		where,
		found,
		expected: "a workload that stays stopped",
		remedy: "leave `replicas` out of its manifest, or let the Application ignore /spec/replicas of it (spec.ignoreDifferences), or switch its self-heal off, commit, and stop again; nothing was changed here"
	};
}

// src/release/environment/healed.ts
/** Whether Argo CD would undo a change of `replicas` that is not in git. */
/** `application:group/kind:namespace/name`. https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/ */
const TRACKED = "argocd.argoproj.io/tracking-id";
const APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
const replicasSchema = object({ spec: object({ replicas: number() }) });
const managedSchema = object({ metadata: object({ managedFields: array(object({
	manager: string().default(""),
	fieldsV1: object({ "f:spec": object({ "f:replicas": unknown() }).partial() }).partial().nullish()
})).nullish() }) });
const applicationSchema = object({ spec: object({
	syncPolicy: object({ automated: object({
		selfHeal: boolean().default(false),
		enabled: boolean().default(true)
	}).nullish() }).nullish(),
	ignoreDifferences: array(object({
		kind: string().default(""),
		name: string().nullish(),
		namespace: string().nullish(),
		jsonPointers: array(string()).nullish(),
		jqPathExpressions: array(string()).nullish()
	})).nullish()
}) });
/** Null: it stays as it is set; else who would set it back, in words. */
function healedBy(kube, { kind, argocdNamespace }) {
	return async (workload, signal) => {
		const application = workload.meta.annotations[TRACKED]?.split(":")[0];
		if (application === void 0 || !replicasAreInGit(workload)) return null;
		const [namespace, name] = placeOf(application, argocdNamespace);
		const found = await kube.get(applicationKind(namespace), name, signal);
		if (found === null || !heals(found, kind, workload)) return null;
		return `\`replicas\` stands in its manifest, and the Application ${namespace}/${name} heals itself: Argo CD would start it again at once`;
	};
}
/** An Application outside of Argo CD's own namespace is named `namespace_name`. */
function placeOf(application, argocdNamespace) {
	const [first = "", second] = application.split("_");
	return second === void 0 ? [argocdNamespace, first] : [first, second];
}
/** Argo CD writes what git says either as kubectl does, or as a field manager of its own. Pure. */
function replicasAreInGit({ meta, body }) {
	const applied = meta.annotations[APPLIED];
	if (applied !== void 0 && replicasSchema.safeParse(parsedJson(applied)).success) return true;
	return (managedSchema.safeParse(body).data?.metadata.managedFields ?? []).some(({ manager, fieldsV1 }) => manager.startsWith("argocd") && fieldsV1?.["f:spec"]?.["f:replicas"] !== void 0);
}
function heals(application, kind, workload) {
	const automated = applicationSchema.parse(application.body).spec.syncPolicy?.automated ?? null;
	if (automated === null || !automated.enabled || !automated.selfHeal) return false;
	return !ignoresReplicas(application, kind, workload);
}
/** Whether Argo CD overlooks another number of pods there than git has. Pure. */
function ignoresReplicas({ body }, kind, { meta }) {
	const { ignoreDifferences } = applicationSchema.parse(body).spec;
	return (ignoreDifferences ?? []).some((one) => (one.kind === kind || one.kind === "*") && (one.name ?? meta.name) === meta.name && (one.namespace ?? meta.namespace) === meta.namespace && (one.jsonPointers?.includes("/spec/replicas") === true || one.jqPathExpressions?.includes(".spec.replicas") === true));
}

export { workloadPods as a, workloadKind as i, ignoresReplicas as n, workloadControl as r, healedBy as t };