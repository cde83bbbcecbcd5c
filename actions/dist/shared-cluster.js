import { Fn as object, Jn as string, Nt as array, Pn as number, Un as record } from "./shared-schemas.js";
import { n as applicationKind } from "./shared-application.js";
import { t as gitopsPlace } from "./shared-observe2.js";
import { t as gitRelations } from "./shared-relation.js";
import { n as syncNode } from "./shared-wait.js";
import { Hs as action, Ti as readEnvironmentRecord, Xs as sequence, Yi as prometheusMetrics, hi as quarantineKey, ma as versionOf, nc as NAMESPACE, oc as kubeText, pa as digestIn, rc as POD, tc as CORE, xi as knownReleases } from "./shared-common.js";
import { s as problemsOf, t as ProblemError } from "./shared-problem.js";
import { a as ruleText, r as missingObject } from "./shared-problems.js";
import { n as httpClient } from "./shared-http-client.js";
import { t as kubeClient } from "./shared-client.js";
import { a as rolloutKind, i as replicaSetKind, n as HASH_LABEL, r as lookOf, t as FENCE } from "./shared-rollout.js";
import { r as commitNode, t as openGitTarget } from "./shared-git3.js";
import { r as clusterOf, t as applicationPlace } from "./shared-cluster-place.js";

// src/traffic/argo-rollouts/controls.ts
/** A Rollout with its ReplicaSets, read one after the other; null when there is none. */
async function readRollout(kube, { namespace, name }, signal) {
	const rollout = await kube.get(rolloutKind(namespace), name, signal);
	if (rollout === null) return null;
	const { items } = await kube.list(replicaSetKind(namespace), void 0, signal);
	return {
		rollout,
		replicaSets: items.filter(({ meta }) => meta.ownerReferences.some((one) => one.uid === rollout.meta.uid))
	};
}
/**
* What kubectl's plugin does to a Rollout, as effects. Orders go to the status, which Argo CD never touches: self-heal cannot undo
* them. Each is refused by the API server when the Rollout has changed since it was looked at.
*/
function rolloutControls(kube, place) {
	const order = (seen, status, why) => [{
		...base(place, seen),
		subresource: "status",
		body: { status },
		why
	}];
	return {
		async observe(signal) {
			const found = await readRollout(kube, place, signal);
			return found === null ? { kind: "absent" } : lookOf(found.rollout, found.replicaSets, place.container);
		},
		take: (seen, fence) => [{
			...base(place, seen),
			body: { metadata: { annotations: { [FENCE]: String(fence) } } },
			why: "whoever held the environment before us sees it and stops"
		}],
		goOn: (seen) => order(seen, { pauseConditions: null }, "the pause ends"),
		abort: (seen) => order(seen, { abort: true }, "all traffic goes back to the stable pods"),
		finish: (seen) => order(seen, { promoteFull: true }, "no further pause on the way back")
	};
}
function base(place, seen) {
	return {
		kind: "kube",
		cluster: place.cluster,
		verb: "merge",
		object: rolloutKind(place.namespace),
		name: place.name,
		resourceVersion: seen.resourceVersion,
		resource: `kube:${place.namespace}/${place.name}`,
		timeoutMs: 1e4
	};
}

// src/traffic/argo-rollouts/router.ts
/**
* Who gets which share, as Argo Rollouts has it. Only looks: shares move by the steps of the Rollout's manifest, so there is
* nothing that could be applied beside them, and its own analysis stands in for our heartbeat.
*/
function rolloutsRouter(options) {
	const { kube, place, service, names, pods } = options;
	return {
		async observe(signal) {
			try {
				const found = await readRollout(kube, place, signal);
				if (found === null) return {
					kind: "observed",
					service,
					routes: [],
					detail: `no Rollout ${place.name}`
				};
				const seen = lookOf(found.rollout, found.replicaSets, place.container);
				const state = await pods(signal);
				const routes = routesOf(seen, weightOf(found.rollout), await names(), state);
				return {
					kind: "observed",
					service,
					routes,
					detail: `${seen.phase} ${seen.message}`.trim()
				};
			} catch (error) {
				signal?.throwIfAborted();
				if (!(error instanceof ProblemError)) throw error;
				return {
					kind: "unreachable",
					reason: error.problems.map(({ found }) => found).join("; ")
				};
			}
		},
		apply: () => [],
		heartbeat: async () => void 0
	};
}
/** Weight that a traffic router of the Rollout really gives, 0 to 1; null where pods are counted. */
function weightOf({ body }) {
	const weights = memberAt(body, [
		"status",
		"canary",
		"weights",
		"canary",
		"weight"
	]);
	return typeof weights === "number" ? weights / 100 : null;
}
function memberAt(value, path) {
	let here = value;
	for (const key of path) {
		if (typeof here !== "object" || here === null) return void 0;
		here = Object.entries(here).find(([name]) => name === key)?.[1];
	}
	return here;
}
/** Pure. */
function routesOf(seen, weight, names, { instances }) {
	const { desired, stable } = seen;
	const newer = versionOf(names, desired.digest, desired.hash);
	const older = stable === null ? null : versionOf(names, stable.digest, stable.hash);
	const endpoints = (version) => instances.filter((one) => one.version === version && one.state !== "stopped").map(({ instance, host, port, state }) => ({
		instance,
		host,
		port,
		health: HEALTH[state] ?? "unknown",
		openRequests: 0
	}));
	const up = (version) => endpoints(version).filter(({ health }) => health === "up").length;
	const nobodys = older !== null && stable !== null && !names.has(stable.digest ?? "") && up(older) === 0;
	if (nobodys && older === newer) return [];
	if (older === null || older === newer || nobodys) {
		const version = older === null || nobodys ? newer : older;
		const hold = older === null || nobodys ? "leased" : "stable";
		return [{
			version,
			configuredShare: 1,
			share: up(version) > 0 ? 1 : 0,
			hold,
			endpoints: endpoints(version)
		}];
	}
	const all = up(newer) + up(older);
	const counted = all === 0 ? 0 : up(newer) / all;
	const actual = seen.strategy === "blue-green" ? seen.share : weight ?? counted;
	const route = (version, configuredShare, share, hold) => ({
		version,
		configuredShare,
		share,
		hold,
		endpoints: endpoints(version)
	});
	return [route(older, 1 - seen.share, 1 - actual, "stable"), route(newer, seen.share, actual, "leased")];
}
const HEALTH = {
	ready: "up",
	starting: "starting",
	draining: "draining",
	"not-ready": "down",
	"crash-loop": "down"
};

// src/platform/kubernetes/checks.ts
function clusterChecks({ kube, namespace, objects, rights }) {
	return [
		{
			id: "kubernetes.api",
			title: "API server of the cluster",
			look: async (signal) => ({
				state: "ok",
				found: `Kubernetes ${await kube.version(signal)}`
			})
		},
		{
			id: "kubernetes.namespace",
			title: `Namespace ${namespace}`,
			look: async (signal) => {
				const found = await kube.get(NAMESPACE, namespace, signal).catch((error) => {
					if (error instanceof ProblemError && error.problems[0]?.code === "kube.forbidden") return "unknown";
					throw error;
				});
				if (found === "unknown") return {
					state: "ok",
					found: "not looked at: this account may not see namespaces"
				};
				if (found !== null) return {
					state: "ok",
					found: "there"
				};
				return {
					state: "failed",
					found: "no such namespace",
					expected: "the namespace that platform.namespace names",
					mend: `kubectl create namespace ${namespace}`
				};
			}
		},
		...objects.map(({ kind, name, first }) => ({
			id: `kubernetes.${kind.kind.toLowerCase()}`,
			title: kubeText(kind, name),
			look: async (signal) => {
				if (await kube.get(kind, name, signal) !== null) return {
					state: "ok",
					found: "there"
				};
				const { found, expected, remedy } = missingObject("", kind, name);
				return first ? {
					state: "warning",
					found,
					expected: "it comes with the first release",
					mend: remedy
				} : {
					state: "failed",
					found,
					expected,
					mend: remedy
				};
			}
		})),
		{
			id: "kubernetes.rights",
			title: `Rights of this account in ${namespace}`,
			look: async (signal) => {
				const missing = (await Promise.all(rights.map(async (right) => ({
					right,
					allowed: await kube.may(right, signal)
				})))).filter(({ allowed }) => !allowed).map(({ right }) => right);
				if (missing.length === 0) return {
					state: "ok",
					found: `all ${rights.length} that a release needs`
				};
				return {
					state: "failed",
					found: missing.map(({ verb, kind, subresource }) => `may not ${verb} ${subresource === void 0 ? kind.plural : `${kind.plural}/${subresource}`}`).join(", "),
					expected: "the rights that a release needs",
					mend: missing.map((right) => `${right.kind.namespace ?? "cluster"}: ${ruleText(right)}`).join("; ")
				};
			}
		}
	];
}

// src/platform/kubernetes/pods.ts
function podsPlatform(options) {
	const { kube, namespace, component, names } = options;
	const none = () => [];
	return {
		async observe(signal) {
			const host = {
				name: namespace,
				address: namespace
			};
			try {
				const { items } = await kube.list({
					...POD,
					namespace
				}, options.hashLabel, signal);
				const known = await names();
				return {
					instances: items.flatMap((pod) => instanceOf(pod, options, known)),
					installed: [],
					current: {},
					hosts: [{
						...host,
						kind: "reachable",
						current: {}
					}]
				};
			} catch (error) {
				signal?.throwIfAborted();
				const reason = problemsOf(error, component).map(({ found }) => found).join("; ");
				return {
					instances: [],
					installed: [],
					current: {},
					hosts: [{
						...host,
						kind: "unreachable",
						reason
					}]
				};
			}
		},
		install: none,
		start: none,
		stop: none,
		makeCurrent: none,
		remove: none
	};
}
const stateSchema = object({
	waiting: object({
		reason: string().default(""),
		message: string().default("")
	}).nullish(),
	terminated: object({
		reason: string().default(""),
		exitCode: number().default(0),
		message: string().default("")
	}).nullish()
}).default({});
const podSchema = object({
	spec: object({
		containers: array(object({
			name: string(),
			image: string().default(""),
			ports: array(object({ containerPort: number() })).nullish()
		})),
		nodeName: string().default("")
	}),
	status: object({
		phase: string().default(""),
		podIP: string().default(""),
		reason: string().default(""),
		message: string().default(""),
		conditions: array(object({
			type: string(),
			status: string(),
			reason: string().default(""),
			message: string().default("")
		})).nullish(),
		containerStatuses: array(object({
			name: string(),
			restartCount: number().default(0),
			imageID: string().default(""),
			state: stateSchema,
			lastState: stateSchema
		})).nullish()
	}).prefault({})
});
function instanceOf({ meta, body }, options, names) {
	const { owner, hashLabel, container, component } = options;
	const hash = meta.labels[hashLabel];
	const ours = meta.ownerReferences.some((one) => one.kind === "ReplicaSet" && one.name === `${owner}-${hash}`);
	const pod = podSchema.safeParse(body);
	if (hash === void 0 || !ours || !pod.success) return [];
	const { spec, status } = pod.data;
	const main = spec.containers.find((one) => one.name === container);
	const running = status.containerStatuses?.find((one) => one.name === container);
	const digest = digestIn(main?.image ?? "") ?? digestIn(running?.imageID ?? "");
	return [{
		component,
		version: versionOf(names, digest, hash),
		instance: meta.name,
		on: spec.nodeName === "" ? "no node yet" : spec.nodeName,
		host: status.podIP,
		port: main?.ports?.[0]?.containerPort ?? 0,
		state: stateOf(pod.data, running, meta.deletionTimestamp !== void 0),
		restarts: running?.restartCount ?? 0,
		detail: detailOf(pod.data, running)
	}];
}
/** The kubelet speaks of a crash loop after the first crash already; one that waits for something that is not up yet gets this many more tries. */
const CRASH_LOOP = 3;
/** Pure. */
function stateOf({ status }, running, leaving) {
	if (leaving) return "draining";
	if (status.phase === "Succeeded" || status.phase === "Failed") return "stopped";
	if (running?.state.waiting?.reason === "CrashLoopBackOff" && (running?.restartCount ?? 0) >= CRASH_LOOP) return "crash-loop";
	if (status.conditions?.find((one) => one.type === "Ready")?.status === "True") return "ready";
	return status.phase === "Pending" ? "starting" : "not-ready";
}
/** Why it is not well: the container's own words, else the pod's. */
function detailOf({ status }, running) {
	const { waiting, terminated } = running?.state ?? {};
	const last = running?.lastState.terminated;
	return [
		waiting == null ? "" : `${waiting.reason} ${waiting.message}`,
		terminated == null ? "" : `ended with ${terminated.exitCode} ${terminated.reason} ${terminated.message}`,
		last == null ? "" : `last ended with ${last.exitCode} ${last.reason}`,
		status.reason === "" ? "" : `${status.reason} ${status.message}`,
		...(status.conditions ?? []).filter((one) => one.type === "PodScheduled" && one.status !== "True").map((one) => `${one.reason} ${one.message}`)
	].map((one) => one.trim()).filter((one) => one !== "").join("; ");
}

// src/platform/kubernetes/quarantine.ts
function mapsIn({ namespace }) {
	return {
		...CORE,
		kind: "ConfigMap",
		plural: "configmaps",
		namespace
	};
}
const dataSchema = object({ data: record(string(), string()).nullish() });
/** Whether the cluster refuses a digest now. @throws ProblemError when the list cannot be read, or is not there */
async function isRefused(list, digest) {
	const seen = await list.kube.get(mapsIn(list), list.name);
	if (seen === null) throw new ProblemError(missingObject("platform.quarantine", mapsIn(list), list.name));
	return holds(seen, digest);
}
function holds(seen, digest) {
	return dataSchema.safeParse(seen.body).data?.data?.[quarantineKey(digest)] !== void 0;
}
function reasonOf({ version, why }, run) {
	return why === void 0 ? `${version}, taken back by run ${run}` : `${why}, added by run ${run}`;
}
/** Puts a digest on the list, or takes it off: only an explicit release of it does that. */
function quarantineStep(list, what, how) {
	const kind = mapsIn(list);
	const key = quarantineKey(what.digest);
	return action({
		id: how === "put" ? "admission" : "lift-admission",
		title: how === "put" ? `Let the cluster refuse ${what.version} from now on` : `Let the cluster take ${what.version}`,
		inputs: {
			digest: what.digest,
			list: `${list.namespace}/${list.name}`
		},
		read: (ctx) => list.kube.get(kind, list.name, ctx.signal),
		decide: (seen, ctx) => {
			if (seen === null) return {
				kind: "refuse",
				problems: [missingObject("platform.quarantine", kind, list.name)]
			};
			const there = holds(seen, what.digest);
			if (there === (how === "put")) return {
				kind: "nothing",
				why: there ? "it is on the list" : "it is not on the list"
			};
			return {
				kind: "do",
				effects: [{
					kind: "kube",
					cluster: list.cluster,
					verb: "merge",
					object: kind,
					name: list.name,
					body: { data: { [key]: how === "put" ? reasonOf(what, ctx.run) : null } },
					resourceVersion: seen.meta.resourceVersion,
					resource: `kube:${list.namespace}/${list.name}`,
					timeoutMs: 1e4
				}]
			};
		},
		probe: "repeatable",
		retry: {
			attempts: 10,
			delayMs: 200
		},
		urgent: how === "put"
	});
}

// src/release/environment/cluster.ts
/** The metric that decides; all others may only accuse. */
const ERRORS = "errors";
function openCluster(environment, around) {
	const { platform, traffic } = environment;
	const { store, clock } = around;
	const cluster = clusterOf(environment, around.env);
	const kube = kubeClient(cluster, clock);
	const place = rolloutPlace(environment, cluster);
	const names = () => versionNames(store, environment);
	const controls = rolloutControls(kube, place);
	const pods = podsPlatform({
		kube,
		namespace: platform.namespace,
		owner: platform.rollout,
		hashLabel: HASH_LABEL,
		container: platform.container,
		component: traffic.component,
		names
	});
	const git = openGitTarget(environment, around);
	const relations = gitRelations(gitopsPlace(environment, store));
	const sources = sourcesOf(environment, clock, () => hashNames(controls, names));
	const quarantineList = (where) => ({
		kube,
		cluster,
		...where
	});
	return {
		platform: pods,
		router: rolloutsRouter({
			kube,
			place,
			service: environment.service,
			names,
			pods: (signal) => pods.observe(signal)
		}),
		metrics: sources.errors,
		witnesses: sources.others,
		git: {
			...git,
			named: async () => {
				const value = await git.named();
				const digest = value === null ? null : /sha256:[0-9a-f]{64}$/.exec(value)?.[0] ?? null;
				return value === null ? null : versionOf(await names(), digest, value);
			}
		},
		target: {
			rollouts: controls,
			named: git.named,
			quarantine: ({ release, unit }) => {
				if (platform.quarantine === null || unit === null) return null;
				const list = quarantineList(platform.quarantine);
				const what = {
					digest: unit.digest,
					version: release.version
				};
				return {
					lift: quarantineStep(list, what, "lift"),
					put: quarantineStep(list, what, "put")
				};
			},
			refusal: ({ digest, why }) => {
				if (platform.quarantine === null) return null;
				const list = quarantineList(platform.quarantine);
				return {
					refused: () => isRefused(list, digest),
					put: quarantineStep(list, {
						digest,
						version: digest,
						why
					}, "put"),
					lift: quarantineStep(list, {
						digest,
						version: digest
					}, "lift")
				};
			},
			bring: (record, id, actor) => {
				const urgent = id === "git-back";
				const commit = commitNode(environment, store, record, id, {
					actor,
					repeats: urgent
				});
				const sync = syncNode({
					id: urgent ? "sync-back" : "sync",
					place: applicationPlace(environment, cluster),
					kube,
					commit,
					relations,
					deadlineMs: platform.syncDeadlineMs,
					urgent
				});
				return sequence({
					id: urgent ? "bring-back" : "bring",
					title: `Bring ${record.release.version} into the cluster, by way of git`,
					steps: [commit, sync.node]
				});
			}
		}
	};
}
function rolloutPlace({ platform }, cluster) {
	const { namespace, rollout: name, container } = platform;
	return {
		cluster,
		namespace,
		name,
		container
	};
}
/** Version by digest. Of two with the same one, that which served last. */
async function versionNames(store, { environment, service }) {
	const [known, record] = await Promise.all([knownReleases(store, environment), readEnvironmentRecord(store, environment, service)]);
	const served = record.history.map(({ version }) => version);
	const inOrder = known.toSorted((a, b) => served.lastIndexOf(a.version) - served.lastIndexOf(b.version));
	return new Map(inOrder.flatMap(({ version, artefacts }) => artefacts.map(({ digest }) => [digest, version])));
}
/** Version by hash of the pod template: metrics of a cluster often carry only that. */
async function hashNames(controls, names) {
	const seen = await controls.observe();
	if (seen.kind === "absent") return /* @__PURE__ */ new Map();
	const known = await names();
	const revisions = [seen.desired, ...seen.stable === null ? [] : [seen.stable]];
	return new Map(revisions.map(({ hash, digest }) => [hash, versionOf(known, digest, hash)]));
}
function sourcesOf({ metrics: { prometheus } }, clock, hashes) {
	const queries = prometheus?.queries ?? [];
	const make = (wanted) => byVersion(prometheusMetrics({
		url: prometheus?.url ?? "",
		staleAfterMs: prometheus?.staleAfterMs ?? 6e4,
		timeoutMs: prometheus?.timeoutMs ?? 5e3,
		queries: wanted,
		clock,
		http: httpClient
	}), hashes);
	const others = queries.filter(({ metric }) => metric !== ERRORS);
	return {
		errors: make(queries.filter(({ metric }) => metric === ERRORS)),
		others: others.length === 0 ? [] : [{
			metrics: make(others),
			names: others.map(({ metric }) => metric)
		}]
	};
}
/** The label `version` of a series may hold the hash of the pod template instead. */
function byVersion(metrics, hashes) {
	return { async sample(signal) {
		const [counters, names] = await Promise.all([metrics.sample(signal), hashes().catch(() => /* @__PURE__ */ new Map())]);
		if (counters.kind === "missing") return counters;
		const servers = counters.servers.map((one) => ({
			...one,
			version: names.get(one.version) ?? one.version
		}));
		return {
			...counters,
			servers
		};
	} };
}
/** What `doctor` looks at in the cluster. */
function clusterDoctor(environment, env, clock) {
	const { platform } = environment;
	const { namespace } = platform;
	const kube = kubeClient(clusterOf(environment, env), clock);
	const application = applicationKind(platform.argocdNamespace);
	const rollout = rolloutKind(namespace);
	const rights = [
		{
			verb: "get",
			kind: rollout
		},
		{
			verb: "patch",
			kind: rollout
		},
		{
			verb: "patch",
			kind: rollout,
			subresource: "status"
		},
		{
			verb: "list",
			kind: {
				group: "apps",
				version: "v1",
				kind: "ReplicaSet",
				plural: "replicasets",
				namespace
			}
		},
		{
			verb: "list",
			kind: {
				group: "",
				version: "v1",
				kind: "Pod",
				plural: "pods",
				namespace
			}
		},
		{
			verb: "get",
			kind: application
		},
		{
			verb: "patch",
			kind: application
		}
	];
	return clusterChecks({
		kube,
		namespace,
		objects: [{
			kind: application,
			name: platform.application,
			first: false
		}, {
			kind: rollout,
			name: platform.rollout,
			first: true
		}],
		rights
	});
}

export { openCluster as n, clusterDoctor as t };