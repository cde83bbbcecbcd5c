import { Jn as string, Lt as boolean, Pn as number, qn as strictObject } from "./shared-schemas.js";
import { t as runIfStarted } from "./shared-own.js";
import { t as ProblemError } from "./shared-problem.js";
import { $s as gate, ac as step, ic as sequence, oc as watch } from "./shared-common.js";
import { c as optionalText, d as runbook, u as text } from "./shared-input.js";
import { n as scaleNodes } from "./shared-scale.js";

// src/release/scale/pods-decide.ts
const NUMBER = /^[1-9]\d{0,3}$/;
const BOUNDS = /^([1-9]\d{0,3})-([1-9]\d{0,3})$/;
/**
* How many pods are meant by `3`, or where an autoscaler counts them, between which numbers by `3-9`.
* @throws ProblemError for anything else
*/
function podsMeant(text, counts) {
	if (counts.by === "replicas" && NUMBER.test(text)) return {
		least: Number(text),
		most: Number(text)
	};
	const [, least = "", most = ""] = (counts.by === "autoscaler" ? BOUNDS.exec(text) : null) ?? [];
	if (least !== "" && Number(least) <= Number(most)) return {
		least: Number(least),
		most: Number(most)
	};
	throw new ProblemError({
		code: "cli.runbook-input",
		where: "--to",
		found: text,
		expected: counts.by === "replicas" ? "a number of pods, 1 or more" : "the least and the greatest number of pods, such as 3-9: an autoscaler counts them between these",
		remedy: counts.by === "replicas" ? "to have no pods at all stop it: `shiplock runbook run system-stop`" : "write both; the same number twice holds it there"
	});
}
/** `3 pods`, `3 to 9 pods`. */
function podsText({ least, most }) {
	return least === most ? `${least} ${least === 1 ? "pod" : "pods"}` : `${least} to ${most} pods`;
}
/** Does it take pods away, now or at the next peak? */
function isSmaller(wanted, before) {
	return wanted.least < before.least || wanted.most < before.most;
}
/** What git is to say in place of what it says. */
function numberChanges(counts, from, to) {
	if (counts.by === "replicas") return [{
		path: counts.replicas,
		value: to.least,
		replaces: from.least
	}];
	return [{
		path: counts.min,
		value: to.least,
		replaces: from.least
	}, {
		path: counts.max,
		value: to.most,
		replaces: from.most
	}];
}
/** Why it may not be begun. */
function podsRefusals(place, { pods, git, autoscalers, underWay, overlookedBy }, wanted) {
	const where = `${place.kind} ${place.namespace}/${place.workload}`;
	if (pods.wanted === 0) return [stopped(where)];
	if (underWay !== null) return [releaseUnderWay(where, underWay)];
	const counted = autoscalerProblems(place, where, autoscalers);
	if (counted.length > 0) return counted;
	const there = autoscalers[0] ?? {
		least: pods.wanted,
		most: pods.wanted
	};
	const needed = place.policy.capacityPerPod === null ? 0 : Math.ceil(1 / place.policy.capacityPerPod - 1e-9);
	return [
		...overlookedBy === null ? [] : [overlooked(where, overlookedBy)],
		...there.least === git.least && there.most === git.most ? [] : [differs(where, git, there)],
		...wanted.least < needed ? [tooFewPods(where, wanted, needed)] : []
	];
}
function autoscalerProblems({ counts, environment, workload }, where, autoscalers) {
	const names = autoscalers.map(({ name }) => name).join(", ");
	const settings = `environments.${environment}.gitops.scale.${workload}`;
	if (counts.by === "replicas" && autoscalers.length > 0) return [{
		code: "system.autoscaled",
		where,
		found: `HorizontalPodAutoscaler ${names}, which counts its pods`,
		expected: "a workload whose pods its manifest counts",
		remedy: `name the places of minReplicas and maxReplicas in \`${settings}\` as \`min\` and \`max\`, and leave \`replicas\` out of the manifest: else the two undo each other`
	}];
	if (counts.by === "replicas" || autoscalers.length === 1) return [];
	return [{
		code: "system.autoscaled",
		where,
		found: autoscalers.length === 0 ? "no HorizontalPodAutoscaler that counts its pods" : `several: ${names}`,
		expected: "one whose bounds git has",
		remedy: `bring one there by git, or name the place of \`replicas\` in \`${settings}\``
	}];
}
/** Are there as many pods as are wanted, all ready, and no others? @param bounds null: whatever number git has by now */
function isSettled(bounds, { seen, wanted, available, there }) {
	const within = bounds === null || wanted >= bounds.least && wanted <= bounds.most;
	return seen && within && available >= wanted && there <= wanted;
}
/** How far it is, in words. */
function settlingText({ wanted, available, there, given }) {
	return `${available} of ${wanted} pods are ready${there > wanted ? `, ${there - wanted} more have not ended` : ""}${given === null ? "" : `; ${given}`}`;
}
function stopped(where) {
	return {
		code: "system.nothing-to-scale",
		where,
		found: "no pods: it is stopped",
		expected: "a workload that runs",
		remedy: "start it first (`shiplock runbook run system-start`)"
	};
}
function releaseUnderWay(where, found) {
	return {
		code: "system.release-under-way",
		where,
		found,
		expected: "one version that serves, and nothing under way",
		remedy: "bring the release to its end first, or go back (`shiplock status`)"
	};
}
function overlooked(where, found) {
	return {
		code: "system.pods-overlooked",
		where,
		found: `${found} ignores /spec/replicas of it`,
		expected: "an Application that brings the number which git has",
		remedy: "take /spec/replicas out of its spec.ignoreDifferences (to stop the workload by a runbook, switch self-heal off instead), or scale it by hand"
	};
}
function differs(where, git, there) {
	return {
		code: "system.pods-differ",
		where,
		found: `${podsText(git)} in git, ${podsText(there)} there`,
		expected: "the same in both, before it is changed",
		remedy: "`shiplock drift` says who wrote it: commit what is meant, or let Argo CD bring what git has, then run it again"
	};
}
function tooFewPods(where, { least }, needed) {
	return {
		code: "system.too-few",
		where,
		found: `${least} pods at least would be left`,
		expected: `at least ${needed}, by \`rollout.capacity.perInstance\``,
		remedy: "leave more pods, or measure again what one of them can carry"
	};
}
/** When they are not as wanted in time. */
function notSettled({ kind, namespace, workload }, look, limitMs) {
	return {
		code: "system.pods-not-settled",
		where: `${kind} ${namespace}/${workload}`,
		found: settlingText(look),
		expected: `as many ready pods as are wanted within ${limitMs / 1e3} s, and no others`,
		remedy: `see why in the events (\`kubectl describe pods -n ${namespace}\`): no node has room, a quota is used up, or pods do not become ready; what is ready serves on`
	};
}

// src/release/scale/pods.ts
/** More pods, or fewer: git is told, Argo CD brings it, and it is waited for. A person looks at the load before there are fewer. */
const LOOK_EVERY_MS = 500;
const boundsSchema = strictObject({
	least: number().int(),
	most: number().int()
});
const lookSchema = strictObject({
	wanted: number(),
	available: number(),
	there: number(),
	updated: number(),
	seen: boolean(),
	given: string().nullable()
});
const foundSchema = strictObject({
	before: boundsSchema,
	pods: lookSchema
});
function podsNodes(target, wanted) {
	const look = lookStep(target, wanted);
	const forward = commitStep(target, look, wanted);
	const back = backStep(target, look, wanted);
	const after = afterStep(target);
	return {
		after,
		nodes: [
			look,
			checkpoint(target, look, wanted),
			sequence({
				id: "change",
				title: `Let git, then the cluster, have ${podsText(wanted)} of ${target.workload}`,
				steps: [
					forward,
					target.sync("sync", forward, false),
					settledWatch(target, "settled", wanted)
				],
				rollback: sequence({
					id: "back",
					title: `Let git, then the cluster, have as many pods of ${target.workload} as before`,
					steps: [
						back,
						target.sync("sync-back", back, true),
						settledWatch(target, "settled-back", null)
					]
				})
			}),
			after
		]
	};
}
/** Recorded: a resume goes by what was found first. */
function lookStep(target, wanted) {
	const { workload, namespace, policy } = target;
	return step({
		id: "look",
		title: `Look how many pods of ${workload} there are, and who counts them`,
		inputs: {
			workload,
			namespace,
			wanted: { ...wanted },
			capacityPerPod: policy.capacityPerPod
		},
		read: (ctx) => target.look(ctx),
		decide: (world) => {
			const problems = podsRefusals(target, world, wanted);
			if (problems.length > 0) return {
				kind: "refuse",
				problems
			};
			return {
				kind: "nothing",
				why: world.git.least === wanted.least && world.git.most === wanted.most ? `git has ${podsText(wanted)} already` : `${podsText(world.git)} will be ${podsText(wanted)}`
			};
		},
		outputs: foundSchema,
		collect: (_results, { git, pods }) => ({
			before: git,
			pods
		}),
		planned: ({ git, pods }) => ({
			before: git,
			pods
		}),
		probe: "repeatable"
	});
}
/** Pods that end take their requests with them, and nothing brings them back at once: so before anything is changed. */
function checkpoint({ policy, workload }, look, wanted) {
	return gate({
		id: "checkpoint",
		title: `Look whether ${podsText(wanted)} carry the load before pods of ${workload} end`,
		description: "Nothing is changed yet. “No” leaves it as it is.",
		role: policy.role,
		evidence: [{
			kind: "check",
			name: "carries",
			question: "Do the pods that are left carry the load, also at the next peak?"
		}, {
			kind: "text",
			name: "seen",
			question: "What did you look at, and what did you see?",
			minLength: 10
		}],
		guard: { kind: "nothing-shifted" },
		needed: (ctx) => isSmaller(wanted, ctx.outputOf(look).before),
		judge: (evidence) => evidence["carries"] === true ? { kind: "pass" } : {
			kind: "reject",
			why: `${podsText(wanted)} of ${workload} do not carry the load`
		}
	});
}
function commitStep(target, look, wanted) {
	return target.commit({
		id: "git",
		title: `Make git name ${podsText(wanted)} of ${target.workload}`,
		changes: (ctx) => numberChanges(target.counts, before(ctx, look), wanted),
		back: false
	});
}
function backStep(target, look, wanted) {
	return target.commit({
		id: "git-back",
		title: `Make git name as many pods of ${target.workload} as before`,
		changes: (ctx) => numberChanges(target.counts, wanted, before(ctx, look)),
		back: true
	});
}
function before(ctx, look) {
	return ctx.outputOf(look).before;
}
const sampleSchema = strictObject({
	time: number(),
	pods: lookSchema
});
function settledWatch(target, id, bounds) {
	const { workload, policy } = target;
	const limitMs = policy.deadlineMs;
	return watch({
		id,
		title: `Wait until the pods of ${workload} are as git has them`,
		inputs: {
			workload,
			limitMs,
			bounds: bounds === null ? null : { ...bounds }
		},
		everyMs: LOOK_EVERY_MS,
		samples: sampleSchema,
		outputs: lookSchema,
		sample: async (ctx) => ({
			time: ctx.clock.now(),
			pods: await target.pods(ctx.signal)
		}),
		start: () => ({
			from: null,
			last: null
		}),
		fold: ({ from }, last) => ({
			from: from ?? last.time,
			last
		}),
		decide: ({ from, last }) => {
			if (from === null || last === null) return {
				kind: "look-on",
				status: "nothing seen yet"
			};
			const status = settlingText(last.pods);
			if (isSettled(bounds, last.pods)) return {
				kind: "pass",
				status,
				outputs: last.pods
			};
			if (last.time - from < limitMs) return {
				kind: "look-on",
				status
			};
			return {
				kind: "fail",
				problem: notSettled(target, last.pods, limitMs)
			};
		},
		forecast: async () => `looks every ${LOOK_EVERY_MS / 1e3} s, for at most ${limitMs / 1e3} s`
	});
}
/** For the report. */
function afterStep(target) {
	return step({
		id: "after",
		title: `Write down how many pods of ${target.workload} there are`,
		read: (ctx) => target.pods(ctx.signal),
		decide: () => ({
			kind: "nothing",
			why: "it is only looked at"
		}),
		outputs: lookSchema,
		collect: (_results, look) => look,
		probe: "repeatable"
	});
}

// runbooks/scale.ts
/** SOP: more hosts or pods, or fewer, for what serves. `node runbooks/scale.ts production --to 3 --reason "the sale begins at eight"`. */
const reason = text({
	name: "reason",
	question: "Why? It stands in the journal.",
	minLength: 3
});
const to = text({
	name: "to",
	question: "How many hosts are to serve, counted as they are configured? Or their names, with commas between them. In a cluster: how many pods, or where an autoscaler counts them, between which numbers (3-9)?",
	check: (given) => /^(?:\d+|[A-Za-z0-9.-]+(?:,[A-Za-z0-9.-]+)*)$/.test(given) ? void 0 : "a number, or names of hosts"
});
const workload = optionalText({
	name: "workload",
	question: "In a cluster: which workload of its namespace? Left out: the Rollout that releases change",
	check: (given) => /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/.test(given) ? void 0 : "the name of a workload"
});
const scale = runbook({
	id: "scale",
	title: "Let more hosts or pods serve, or fewer",
	summary: "Brings the version that serves to further hosts of the environment, one after the other: laid down, started, asked, and only then given requests. Or takes hosts out of service: no new requests, those that they have are finished, a person looks how the others carry the load, and then they are stopped. In a cluster git is told how many pods there shall be, or the bounds of the autoscaler; Argo CD brings it, and the run waits until all of them are ready.",
	when: "Out: before a peak, or in one; or when an empty host stands in the place of one that was lost. In: when hosts are needed for something else, or must be looked at in peace. It holds until the next release or rollback, which brings its version to all of `platform.hosts`: to make it last, change that list. In a cluster it lasts, since git says it. Not for another version: that is a release.",
	requirements: ["F1", "C5"],
	roles: [{
		role: "operator",
		does: "runs it"
	}, {
		role: "releaser",
		does: "looks how the others carry the load, and fills in the checkpoint (the role of the rollout); in a cluster before anything is changed"
	}],
	severity: "changes",
	inputs: [
		reason,
		to,
		workload
	],
	prerequisites: [
		"One version serves, and no release is under way (`shiplock status ENVIRONMENT`).",
		"Hosts that are to serve stand in `platform.hosts`, answer, and can reach what the service needs.",
		"In a cluster `gitops.scale` says where git counts the pods, and git and the cluster agree about it."
	],
	wayBack: "Out: run it again with the number before. In: “no” at the checkpoint brings the host back into the traffic at once, since it still runs; afterwards run it again with the number before. A host that does not become ready gets no requests, and the others serve as before. In a cluster: run it again with the number before; pods that do not become ready in time are taken back in git by the run itself, and “no” leaves all as it is.",
	clauses: [{
		id: "F1",
		says: "The service is scaled out host by host: a host gets requests only once it is ready and answers; and in: no request is lost, and nothing is stopped before a person has looked how the others carry the load.",
		nodes: [
			"scale/look",
			"scale/out",
			"scale/in/web2/drained",
			"scale/in/web2/checkpoint",
			"scale/in/web2/stop",
			"scale/after"
		],
		test: "test/e2e/rolling.test.ts"
	}, {
		id: "C5",
		says: "On an empty host in place of one that was lost, the application is brought back at the version that serves, with its units, before it gets requests.",
		nodes: [
			"scale/hosts",
			"scale/out/web1/install",
			"scale/out/web1/start",
			"scale/out/web1/traffic"
		],
		test: "test/e2e/hosts.test.ts"
	}],
	sample: {
		reason: "the sale is over",
		to: "1"
	},
	how: {
		kind: "tree",
		build(given, { service }) {
			const { cluster } = service.target;
			if (cluster !== null) return inCluster(cluster.pods(given(workload)), given(to), `Reason: ${given(reason)}`);
			if (given(workload) !== void 0) throw new ProblemError(noWorkloads(service.target.environment));
			const { environment, service: about } = service.target;
			const { nodes, after, wanted } = scaleNodes(service, given(to));
			return {
				title: `Let ${`${wanted.length} of ${service.target.hosts.length} hosts`} serve ${about} in ${environment}`,
				description: `Reason: ${given(reason)}`,
				root: sequence({
					id: "scale",
					title: `Let ${wanted.join(", ")} serve`,
					steps: nodes
				}),
				report(outputs) {
					const found = outputs(after);
					const rows = (found?.rows ?? []).map((row) => ({ ...row }));
					return {
						text: rows.map(({ host, running, taking }) => `${host}: ${running} instances, ${taking} of them in the traffic`).join("\n"),
						json: {
							version: found?.version ?? null,
							rows
						}
					};
				}
			};
		}
	}
});
function inCluster(target, to, description) {
	const wanted = podsMeant(to, target.counts);
	const { nodes, after } = podsNodes(target, wanted);
	const what = `${podsText(wanted)} of ${target.workload}`;
	return {
		title: `Let ${what} serve in ${target.environment}`,
		description,
		root: sequence({
			id: "scale",
			title: `Let ${what} serve`,
			steps: nodes
		}),
		report(outputs) {
			const found = outputs(after);
			return {
				text: found === void 0 ? "" : `${target.workload}: ${found.available} of ${found.wanted} pods are ready; git has ${podsText(wanted)}`,
				json: {
					workload: target.workload,
					...wanted,
					pods: found === void 0 ? null : {
						wanted: found.wanted,
						ready: found.available,
						there: found.there
					}
				}
			};
		}
	};
}
function noWorkloads(environment) {
	return {
		code: "cli.runbook-input",
		where: "--workload",
		found: `a workload, and ${environment} runs on hosts`,
		expected: "no workload: the hosts of what serves are counted",
		remedy: "leave it out"
	};
}
await runIfStarted(import.meta.url, scale);

export { scale as default };