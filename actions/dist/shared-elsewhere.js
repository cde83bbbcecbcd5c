import { Fn as object, Jn as string, Lt as boolean, Nt as array, Pn as number, Un as record, or as union, sr as unknown } from "./shared-schemas.js";
import { Ia as LOCAL_HOST, oc as kubeText, rc as POD } from "./shared-common.js";
import { t as LOOPBACK } from "./shared-host-ports.js";
import { t as kubeClient } from "./shared-client.js";
import { t as ProblemError } from "./shared-problem.js";
import { r as missingObject } from "./shared-problems.js";
import { n as clusterAt } from "./shared-cluster-place.js";
import { n as applicationKind } from "./shared-application.js";

// src/system/compose.ts
const LOOK_MS = 3e4;
/** What compose itself may take, beside what its containers take to become healthy. */
const COMPOSE_MS = 1e4;
function composeControl(options) {
	const effect = (words, members, timeoutMs, why) => members.length === 0 ? [] : [{
		kind: "exec",
		argv: [
			...compose(options),
			...words,
			...members.map(({ name }) => name)
		],
		cwd: options.cwd,
		resource: options.resource,
		why,
		timeoutMs
	}];
	return {
		observe: (signal) => observe(options, signal),
		start: (members, timeoutMs) => effect([
			"up",
			"--detach",
			"--no-build",
			"--no-recreate",
			"--wait",
			"--wait-timeout",
			seconds(timeoutMs - COMPOSE_MS)
		], members, timeoutMs, "start containers as they were defined, and wait for their health checks"),
		stop: (members, timeoutMs) => effect(["stop"], members, timeoutMs, "stop containers, each by its own signal and grace period"),
		restart: (members, timeoutMs) => effect(["restart", "--no-deps"], members, timeoutMs, "restart containers, and nothing that needs them")
	};
}
/** https://docs.docker.com/reference/cli/docker/compose/ */
function compose({ files, project, context }) {
	return [
		"docker",
		...context === null ? [] : ["--context", context],
		...[
			"compose",
			"--ansi",
			"never",
			"--progress",
			"plain",
			"--project-name",
			project
		],
		...files.flatMap((file) => ["--file", file])
	];
}
function seconds(ms) {
	return String(Math.max(1, Math.floor(ms / 1e3)));
}
/** One container, as far as `docker inspect` says what we ask. */
const containerSchema = object({
	Id: string(),
	State: object({
		Status: string(),
		ExitCode: number(),
		StartedAt: string(),
		Error: string().default(""),
		Health: object({ Status: string() }).nullish()
	}),
	Config: object({ Labels: record(string(), string()).nullish() })
});
const SERVICE = "com.docker.compose.service";
async function observe(options, signal) {
	const ask = async (argv) => {
		const answer = await options.exec.read(argv, {
			cwd: options.cwd,
			timeoutMs: LOOK_MS,
			...signal === void 0 ? {} : { signal }
		});
		if (answer.exitCode !== 0) throw new ProblemError(unseen(options, answer));
		return answer.stdout;
	};
	const defined = options.services.length > 0 ? options.services : lines(await ask([
		...compose(options),
		"config",
		"--services"
	]));
	if (defined.length === 0) return [];
	const ids = lines(await ask([
		...compose(options),
		"ps",
		"--all",
		"--quiet",
		"--no-trunc",
		...defined
	]));
	const containers = ids.length === 0 ? [] : array(containerSchema).parse(JSON.parse(await ask([
		"docker",
		...options.context === null ? [] : ["--context", options.context],
		...[
			"container",
			"inspect",
			...ids
		]
	])));
	return defined.toSorted().map((name) => composeMember(name, containers.filter(({ Config }) => Config.Labels?.[SERVICE] === name)));
}
function lines(text) {
	return text.split("\n").filter((line) => line.trim() !== "");
}
/** A service of Compose may be several containers. While one of them runs, it is not stopped. Pure. */
function composeMember(name, containers) {
	const states = containers.map(stateOf);
	const count = (state) => states.filter((one) => one.state === state).length;
	const running = count("running");
	const state = () => {
		if (states.length === 0) return "stopped";
		if (running === states.length) return "running";
		if (count("changing") > 0) return "changing";
		if (running > 0) return "partly";
		return count("failed") > 0 ? "failed" : "stopped";
	};
	const words = states.map(({ detail }) => detail).filter((detail) => detail !== "");
	return {
		name,
		state: state(),
		identity: containers.length === 0 ? null : containers.map(({ Id, State }) => `${Id.slice(0, 12)} ${State.StartedAt}`).toSorted().join(", "),
		detail: [
			...states.length === 0 ? ["no container"] : [],
			...running > 0 && running < states.length ? [`${running} of ${states.length} containers run`] : [],
			...new Set(words)
		].join("; ")
	};
}
/** https://docs.docker.com/reference/cli/docker/container/ls/#status */
function stateOf({ State }) {
	const health = State.Health?.Status ?? "none";
	switch (State.Status) {
		case "running": return health === "healthy" || health === "none" ? {
			state: "running",
			detail: ""
		} : {
			state: "changing",
			detail: `its health check says ${health}`
		};
		case "created": return {
			state: "stopped",
			detail: State.Error
		};
		case "exited": return {
			state: ENDED$1.includes(State.ExitCode) ? "stopped" : "failed",
			detail: `ended with ${State.ExitCode}${State.Error === "" ? "" : `: ${State.Error}`}`
		};
		case "dead": return {
			state: "failed",
			detail: "dead: the engine could not remove it"
		};
		default: return {
			state: "changing",
			detail: State.Status
		};
	}
}
/** Ended by itself, or by the signals of `docker stop`: 128 + SIGINT, SIGKILL, SIGTERM. */
const ENDED$1 = [
	0,
	130,
	137,
	143
];
function unseen({ service, project }, { stderr, stdout, exitCode }) {
	const words = lines(stderr.trim() || stdout).at(-1)?.slice(0, 300) ?? `exit code ${exitCode}`;
	const noPlugin = /unknown command: docker compose|'compose' is not a docker command/.test(stderr);
	return {
		code: "system.compose",
		where: `${service} (Compose project ${project})`,
		found: noPlugin ? "a docker without its plugin `compose`" : words,
		expected: "an answer of docker compose about the project",
		remedy: noPlugin ? "install the plugin docker-compose (package docker-compose-plugin), on the machine where shiplock runs" : `mend \`compose:\` of system.services.${service}, or look why docker does not answer: docker compose --project-name ${project} ps`
	};
}

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
/** How many pods ran before it was stopped: beside the number itself, so that whoever looks sees both. */
const REPLICAS = "shiplock.dev/replicas";
/** What `kubectl rollout restart` writes: pods of another template replace those that are there. */
const RESTARTED = "kubectl.kubernetes.io/restartedAt";
const TIMEOUT_MS = 1e4;
function workloadControl(options) {
	const { kube, cluster, namespace, name, clock } = options;
	const kind = {
		...API[options.kind],
		kind: options.kind,
		namespace
	};
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
	if (applied !== void 0 && replicasSchema.safeParse(read(applied)).success) return true;
	return (managedSchema.safeParse(body).data?.metadata.managedFields ?? []).some(({ manager, fieldsV1 }) => manager.startsWith("argocd") && fieldsV1?.["f:spec"]?.["f:replicas"] !== void 0);
}
function read(text) {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
function heals({ body }, kind, { meta }) {
	const { syncPolicy, ignoreDifferences } = applicationSchema.parse(body).spec;
	const automated = syncPolicy?.automated ?? null;
	if (automated === null || !automated.enabled || !automated.selfHeal) return false;
	return !(ignoreDifferences ?? []).some((one) => (one.kind === kind || one.kind === "*") && (one.name ?? meta.name) === meta.name && (one.namespace ?? meta.namespace) === meta.namespace && (one.jsonPointers?.includes("/spec/replicas") === true || one.jqPathExpressions?.includes(".spec.replicas") === true));
}

// src/release/environment/elsewhere.ts
/**
* The namespace of a workload stands for a host; what its pods answer is asked from this machine, as of everything else.
* @param resource whose fence is compared, of what this machine does
*/
function placeElsewhere({ clock, door, exec, baseDir }, service, run, resource) {
	if (run.kind === "compose") {
		const control = composeControl({
			service,
			...run,
			cwd: baseDir,
			resource,
			exec
		});
		return {
			host: LOCAL_HOST,
			address: LOOPBACK,
			control
		};
	}
	const { kind, name, namespace, replicas, argocdNamespace } = run.workload;
	const cluster = clusterAt(run.workload, door.env);
	const kube = kubeClient(cluster, clock);
	const healed = healedBy(kube, {
		kind,
		argocdNamespace
	});
	return {
		host: namespace,
		address: LOOPBACK,
		control: workloadControl({
			kube,
			cluster,
			kind,
			namespace,
			name,
			replicas,
			healed,
			clock
		})
	};
}

export { placeElsewhere };