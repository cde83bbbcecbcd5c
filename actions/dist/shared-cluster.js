import { Fn as object, Jn as string, Lt as boolean, Nt as array, Pn as number, Un as record, qn as strictObject } from "./shared-schemas.js";
import { n as applicationKind } from "./shared-application.js";
import { n as lookInto, t as gitopsPlace } from "./shared-observe2.js";
import { t as gitRelations } from "./shared-relation.js";
import { n as syncNode } from "./shared-wait.js";
import { Di as knownReleases, Xs as action, ac as step, ba as versionOf, dc as POD, ic as sequence, ji as readEnvironmentRecord, lc as CORE, mc as kubeText, ta as prometheusMetrics, uc as NAMESPACE, xi as quarantineKey, ya as digestIn } from "./shared-common.js";
import { c as unwrap, s as problemsOf, t as ProblemError } from "./shared-problem.js";
import { a as ruleText, r as missingObject } from "./shared-problems.js";
import { n as httpClient } from "./shared-http-client.js";
import { t as kubeClient } from "./shared-client.js";
import { a as rolloutKind, i as replicaSetKind, n as HASH_LABEL, r as lookOf, t as FENCE } from "./shared-rollout.js";
import { r as commitNode, t as openGitTarget } from "./shared-git3.js";
import { r as clusterOf, t as applicationPlace } from "./shared-cluster-place.js";
import { n as placeOf, t as checkFile } from "./shared-place.js";
import { n as valueAt, r as readScalar, t as deriveValues } from "./shared-values.js";
import { n as answerIn, o as ownIn, r as commitDecision, t as STEP_MS } from "./shared-commit2.js";
import { a as workloadPods, i as workloadKind, n as ignoresReplicas } from "./shared-healed.js";

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

// src/gitops/numbers.ts
const outputsSchema = strictObject({
	/** Commit at which git has them: ours, or the head where nothing was to be done. */
	commit: string(),
	changed: boolean()
});
/** Makes git name these numbers: one commit, pushed as a plain fast-forward, as of the version. */
function gitopsNumbersNode(options) {
	const place = unwrap(placeOf(options));
	const file = checkFile(options.file);
	const where = `${options.repository} ${place.branch}:${file}`;
	const look = (ctx) => lookInto(place, [file], options.environment, ctx);
	return step({
		id: options.id,
		title: options.title,
		inputs: {
			repository: options.repository,
			branch: options.branch,
			file
		},
		read: async (ctx) => ({
			...await look(ctx),
			time: Math.floor(ctx.clock.now() / 1e3)
		}),
		decide: (facts, ctx) => {
			const own = ownIn(facts, options, ctx);
			if (own !== void 0) return {
				kind: "nothing",
				why: `commit ${own.commit.slice(0, 12)} of this run did it`
			};
			const changes = options.changes(ctx);
			const strange = strangers(facts, file, changes);
			if (strange.length > 0) return answerToOthers(options.others, where, strange);
			const written = changes.map(({ path, value }) => ({
				file,
				path,
				value: String(value),
				type: "number"
			}));
			const derived = deriveValues({
				origin: {
					...options,
					fence: ctx.mode === "plan" ? Number.MAX_SAFE_INTEGER : ctx.fence
				},
				changes: written,
				missingFile: "refuse",
				othersValue: "conflict",
				where
			})(facts);
			switch (derived.kind) {
				case "refuse": return {
					kind: "refuse",
					problems: derived.problems
				};
				case "edit": {
					const commit = {
						...options,
						path: "",
						value: "",
						message: options.message(changes),
						ofRelease: false,
						missingFile: "refuse",
						urgent: false
					};
					return commitDecision(commit, written, derived.edits, {
						facts,
						ctx
					});
				}
				default: return {
					kind: "nothing",
					why: "git says so already"
				};
			}
		},
		outputs: outputsSchema,
		collect: (results, facts, ctx) => {
			const answer = answerIn(results);
			const made = answer !== void 0 && "commit" in answer ? answer.commit : ownIn(facts, options, ctx)?.commit;
			const there = answer?.kind === "nothing" ? answer.base : facts.base;
			return {
				commit: made ?? there ?? "",
				changed: made !== void 0
			};
		},
		planned: () => ({
			commit: `<${options.id}.commit>`,
			changed: true
		}),
		probe: async (ctx) => {
			const head = await look(ctx);
			const there = options.changes(ctx).every(({ path, value }) => valueAt(head.files[file] ?? null, path) === `${value}`);
			return ownIn(head, options, ctx) !== void 0 || there ? "applied" : "not-applied";
		},
		timeoutMs: STEP_MS,
		...options.others === "stay" ? { retry: {
			attempts: 5,
			delayMs: 300,
			only: ["gitops.conflict"]
		} } : {},
		urgent: options.urgent ?? false
	});
}
/** Places at which neither what was found nor what is wanted stands now. Pure. */
function strangers(head, file, changes) {
	return changes.flatMap((change) => {
		const found = valueAt(head.files[file] ?? null, change.path);
		return found === String(change.value) || found === String(change.replaces) ? [] : [{
			...change,
			found: found ?? "nothing"
		}];
	});
}
function answerToOthers(others, where, strange) {
	const words = strange.map(({ path, found }) => `${path}: ${found}`).join(", ");
	if (others === "stay") return {
		kind: "nothing",
		why: `somebody else has written ${words}, and that stays`
	};
	return {
		kind: "refuse",
		problems: strange.map(({ path, found, replaces }) => ({
			code: "gitops.superseded",
			where: `${where} ${path}`,
			found,
			expected: `${replaces}, as it was found before`,
			remedy: "somebody else pushed another value meanwhile: find out who with `git log`, then run it again"
		}))
	};
}
/**
* The numbers that git has at these places now. Only looks.
* @throws ProblemError `gitops.…` when there is no such file or place, `gitops.no-number` for something else there
*/
async function readNumbers(options, paths, ctx) {
	const place = unwrap(placeOf(options));
	const file = checkFile(options.file);
	const where = `${options.repository} ${place.branch}:${file}`;
	const text = (await lookInto(place, [file], options.environment, ctx)).files[file]?.text;
	return paths.map((path) => {
		const value = text === void 0 ? null : unwrap(readScalar(text, path, where));
		if (typeof value === "number" && Number.isInteger(value)) return value;
		throw new ProblemError(noNumber(`${where} ${path}`, text === void 0 ? "no such file" : value));
	});
}
function noNumber(where, found) {
	return {
		code: "gitops.no-number",
		where,
		found: found === null ? "nothing" : String(found),
		expected: "a whole number of pods",
		remedy: "write it there once, without quotes (a kustomization: `replicas: [{ name: …, count: 2 }]`), or mend `gitops.scale`"
	};
}

// src/release/environment/cluster-pods.ts
/**
* @param workload its name; undefined: the Rollout of the platform
* @throws ProblemError `system.not-scaled-here` where nobody has said where git counts its pods, or git is changed by pull requests
*/
function podsTarget(environment, workload, around) {
	const { platform, rollout } = environment;
	const { kube, cluster } = around;
	const name = workload ?? platform.rollout;
	const settings = settingsOf(environment, name);
	const kind = workloadKind(settings.kind, platform.namespace);
	const files = {
		...gitopsPlace(environment, around.store),
		file: settings.file,
		environment: environment.environment
	};
	const own = settings.kind === "Rollout" && name === platform.rollout;
	const found = async (signal) => {
		const object = await kube.get(kind, name, signal);
		if (object === null) throw new ProblemError(missingObject("scale", kind, name));
		return object;
	};
	const pods = async (object, signal) => workloadPods(kube, object, {
		kind: settings.kind,
		namespace: platform.namespace
	}, signal);
	return {
		environment: environment.environment,
		service: environment.service,
		namespace: platform.namespace,
		workload: name,
		kind: settings.kind,
		counts: settings.counts,
		policy: {
			deadlineMs: rollout.healthDeadlineMs,
			capacityPerPod: own ? rollout.capacityPerInstance : null,
			role: rollout.role
		},
		pods: async (signal) => pods(await found(signal), signal),
		async look(ctx) {
			const object = await found(ctx.signal);
			const look = await pods(object, ctx.signal);
			const [git, autoscalers, underWay, overlookedBy] = await Promise.all([
				readNumbers(files, placesOf(settings.counts), ctx),
				autoscalersOf(kube, platform.namespace, kind.kind, name, ctx.signal),
				own ? releaseUnderWay(around.rollouts, ctx.signal) : templateUnderWay(look),
				settings.counts.by === "autoscaler" ? null : overlooking(kube, environment, {
					kind: kind.kind,
					workload: object
				}, ctx.signal)
			]);
			const [least = 0, most = least] = git;
			return {
				pods: look,
				git: {
					least,
					most
				},
				autoscalers,
				underWay,
				overlookedBy
			};
		},
		commit: (options) => gitopsNumbersNode(numbersOptions(environment, files, name, options)),
		sync: (id, commit, urgent) => syncNode({
			id,
			kube,
			commit,
			urgent,
			relations: around.relations,
			place: applicationPlace(environment, cluster),
			deadlineMs: platform.syncDeadlineMs
		}).node
	};
}
/** Where the numbers stand inside the file, the least first. Pure. */
function placesOf(counts) {
	return counts.by === "replicas" ? [counts.replicas] : [counts.min, counts.max];
}
function numbersOptions({ gitops, service, environment }, files, workload, { id, title, changes, back }) {
	return {
		...files,
		id,
		title,
		changes,
		service,
		environment,
		others: back ? "stay" : "refuse",
		urgent: back,
		author: gitops.author,
		signingKey: gitops.signingKey,
		message: (numbers) => `${service} in ${environment}: ${numbers.map(({ value }) => value).join(" to ")} pods of ${workload}`
	};
}
function settingsOf({ gitops, environment }, name) {
	const settings = gitops.scale?.[name];
	const where = `environments.${environment}.gitops`;
	if (settings === void 0) throw new ProblemError({
		code: "system.not-scaled-here",
		where: `${where}.scale`,
		found: gitops.scale === void 0 ? "no `scale`" : `${Object.keys(gitops.scale).join(", ")}, and no \`${name}\``,
		expected: `where git says how many pods \`${name}\` has`,
		remedy: `write it down: \`scale: { ${name}: { replicas: 'replicas[name=${name}].count' } }\` for a kustomization, or \`min:\` and \`max:\` of its autoscaler, with \`file:\` where that is another file`
	});
	if (gitops.by === "push") return settings;
	throw new ProblemError({
		code: "system.not-scaled-here",
		where: `${where}.by`,
		found: "pull-request",
		expected: "a branch that is pushed",
		remedy: `change the number in ${settings.file} by a pull request, merge it, and wait with \`shiplock gitops wait\``
	});
}
async function releaseUnderWay(rollouts, signal) {
	const seen = await rollouts.observe(signal);
	if (seen.kind === "absent") return null;
	if (seen.aborted) return "a release that was aborted, and git still names it";
	if (seen.paused) return `a release with ${Math.round(seen.share * 1e3) / 10} % of the traffic`;
	return seen.stable === null || seen.stable.hash !== seen.desired.hash ? "a release that is not whole" : null;
}
/** Pods that are not ready may be why more are wanted: they are no release. Pure. */
function templateUnderWay({ updated, wanted }) {
	return updated < wanted ? `${updated} of ${wanted} pods are of the newest template` : null;
}
const AUTOSCALER = {
	group: "autoscaling",
	version: "v2",
	kind: "HorizontalPodAutoscaler",
	plural: "horizontalpodautoscalers"
};
const autoscalerSchema = object({ spec: object({
	scaleTargetRef: object({
		kind: string(),
		name: string()
	}),
	minReplicas: number().nullish(),
	maxReplicas: number()
}) });
async function autoscalersOf(kube, namespace, kind, name, signal) {
	const where = {
		...AUTOSCALER,
		namespace
	};
	const { items } = await kube.list(where, void 0, signal);
	return items.flatMap(({ meta, body }) => {
		const { scaleTargetRef: target, minReplicas, maxReplicas } = autoscalerSchema.parse(body).spec;
		return target.kind === kind && target.name === name ? [{
			name: meta.name,
			least: minReplicas ?? 1,
			most: maxReplicas
		}] : [];
	});
}
async function overlooking(kube, { platform }, { kind, workload }, signal) {
	const { argocdNamespace, application } = platform;
	const found = await kube.get(applicationKind(argocdNamespace), application, signal);
	if (found === null) throw new ProblemError(missingObject("platform.application", applicationKind(argocdNamespace), application));
	return ignoresReplicas(found, kind, workload) ? `Application ${argocdNamespace}/${application}` : null;
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
			pods: (workload) => podsTarget(environment, workload, {
				kube,
				cluster,
				store,
				rollouts: controls,
				relations
			}),
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