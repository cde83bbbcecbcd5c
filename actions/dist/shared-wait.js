import { Et as _enum, Jn as string, Lt as boolean, Pn as number, qn as strictObject } from "./shared-schemas.js";
import { t as ProblemError } from "./shared-problem.js";
import { ac as step, ic as sequence, oc as watch, rc as repeatUntil } from "./shared-common.js";
import { r as missingObject } from "./shared-problems.js";
import { i as lookOf, n as applicationKind, r as applicationLookSchema, t as ERRING_SINCE } from "./shared-application.js";

// src/gitops/argocd/decide.ts
/** An operation that brings an older commit may take this long; then it is ended, since ours waits behind it. */
const STALE_MS = 3e4;
const ANNOTATION = "argocd.argoproj.io/refresh";
/** Ends what is in the way, asks Argo CD to look at git now, and to sync where it does not do so by itself. */
function requestSync(look, { place, commit, now }) {
	const { application } = look;
	if (isThere(look)) return {
		kind: "nothing",
		why: `Argo CD is at ${short(commit)} already`
	};
	if (isRunning(application)) {
		if (look.operating === "same" || look.operating === "after") return {
			kind: "nothing",
			why: "Argo CD is bringing it"
		};
		const since = Date.parse(application.operation?.startedAt ?? "");
		if (application.operation?.phase === "Running" && !(now - since < 3e4)) return {
			kind: "do",
			effects: [patch(place, application, { status: { operationState: { phase: "Terminating" } } })],
			why: `the operation of ${application.operation.startedAt} still brings ${short(application.operation.revision)}, an older commit: it is ended`
		};
	}
	const refresh = { metadata: { annotations: { [ANNOTATION]: "normal" } } };
	const erring = erringOf(look);
	if (erring !== null) return {
		kind: "do",
		effects: [patch(place, application, {
			...refresh,
			operation: again(erring, now)
		})],
		why: `Argo CD could not run the operation (${erring.message}), and by itself tries none of the same commit again`
	};
	if (application.automated || isRunning(application)) return {
		kind: "do",
		effects: [patch(place, application, refresh)],
		why: "Argo CD looks at git now"
	};
	const operation = {
		initiatedBy: { username: "shiplock" },
		sync: {
			revision: commit,
			syncStrategy: { hook: {} }
		}
	};
	return {
		kind: "do",
		effects: [patch(place, application, {
			...refresh,
			operation
		})],
		why: "the application does not sync by itself, so it is asked to"
	};
}
/**
* An operation for our commit that ended as `Error`: Argo CD did not get as far as a resource or hook (that is `Failed`). Its controller and its repo-server
* say so while they start, of projects and clusters that they have not read yet.
*/
function erringOf({ application: { operation }, operating }) {
	return (operating === "same" || operating === "after") && operation?.phase === "Error" ? operation : null;
}
/** The same once more. Since when it errs travels with it; what an earlier run met is not counted. */
function again({ asked = {}, erringSince }, now) {
	const before = erringSince === void 0 ? NaN : Date.parse(erringSince);
	const since = now - before < ERROR_MS ? before : now;
	return {
		...asked,
		initiatedBy: { username: "shiplock" },
		info: [{
			name: ERRING_SINCE,
			value: new Date(since).toISOString()
		}]
	};
}
function patch(place, { resourceVersion }, body) {
	return {
		kind: "kube",
		cluster: place.cluster,
		verb: "merge",
		object: applicationKind(place.namespace),
		name: place.name,
		body,
		resourceVersion,
		resource: `kube:${place.namespace}/${place.name}`,
		timeoutMs: 1e4
	};
}
function isRunning({ operation }) {
	return operation?.phase === "Running" || operation?.phase === "Terminating";
}
/** The cluster is as our commit, or one that contains it, wants it, and nothing is under way any more. */
function isThere({ application, compared }) {
	return application.sync === "Synced" && (compared === "same" || compared === "after") && !isRunning(application);
}
/** Argo CD may meet a passing error (its repo-server starts): it fails the wait when it stands there this long after the first look at git … */
const ERROR_MS = 2e4;
/** … and stood there for so long without a break. */
const STANDS_MS = 5e3;
/** An operation that Argo CD could not run is asked for again so long after it was last asked for. */
const AGAIN_MS = 2e3;
/** After this long without our commit git is looked at once more. */
const ROUND_MS = 1e4;
/** What a round of looks says. */
function judgeSync(history, { where, commit, beganAt, deadlineAt }) {
	const { last } = history;
	const { application, compared, operating } = last;
	const { operation } = application;
	if (isThere(last)) return {
		kind: "there",
		status: `Synced at ${short(application.revision)}`
	};
	const ours = operating === "same" || operating === "after";
	if (ours && operation?.phase === "Failed") return {
		kind: "fail",
		problem: syncFailed(where, operation)
	};
	const status = statusOf(last);
	const erring = erringOf(last);
	if (erring !== null) {
		const since = Date.parse(erring.erringSince ?? "");
		if (last.time - since >= ERROR_MS || last.time >= deadlineAt) return {
			kind: "fail",
			problem: syncFailed(where, erring)
		};
		return {
			kind: last.time - history.roundSince >= AGAIN_MS ? "ask-again" : "look-on",
			status
		};
	}
	const error = application.errors[0];
	const stands = history.errorSince !== null && last.time - history.errorSince >= STANDS_MS;
	if (error !== void 0 && stands && last.time - beganAt >= ERROR_MS) return {
		kind: "fail",
		problem: cannotCompare(where, error)
	};
	if (last.time >= deadlineAt) return {
		kind: "fail",
		problem: notSynced(where, commit, status)
	};
	const waiting = ours && isRunning(application);
	if (isRunning(application) && !ours && last.time - Date.parse(operation?.startedAt ?? "") >= 3e4 || !waiting && compared !== "same" && last.time - history.roundSince >= ROUND_MS) return {
		kind: "ask-again",
		status
	};
	return {
		kind: "look-on",
		status
	};
}
function statusOf({ application, compared }) {
	const { operation, errors } = application;
	const at = application.revision === "" ? "no commit" : `${short(application.revision)} (${RELATION[compared]})`;
	const working = operation !== null && (isRunning(application) || operation.phase === "Error") ? `; ${operation.phase}: ${operation.message}` : "";
	return `${application.sync} at ${at}, ${application.health}${working}${errors.map((one) => `; ${one}`).join("")}`;
}
const RELATION = {
	same: "our commit",
	after: "contains our commit",
	before: "without our commit",
	unknown: "unknown to us"
};
function short(commit) {
	return commit === "" ? "no commit" : commit.slice(0, 12);
}
function syncFailed(where, operation) {
	return {
		code: "gitops.sync-failed",
		where,
		found: [operation.message, ...operation.failures].join("; "),
		expected: `a sync to ${short(operation.revision)} that succeeds`,
		remedy: "mend what the message names; `kubectl describe` on the resource or the job of the hook tells more"
	};
}
function cannotCompare(where, found) {
	return {
		code: "gitops.comparison-error",
		where,
		found,
		expected: "manifests that Argo CD can render and compare",
		remedy: "render them by hand (`kustomize build`, `helm template`) at this commit, or see the log of its repo-server"
	};
}
function notSynced(where, commit, found) {
	return {
		code: "gitops.not-synced",
		where,
		found,
		expected: `Synced at ${short(commit)}, or at a commit that contains it`,
		remedy: "does the application follow this branch and path, and does Argo CD reach the repository?"
	};
}

// src/gitops/argocd/wait.ts
const relationSchema = _enum([
	"same",
	"after",
	"before",
	"unknown"
]);
const sampleSchema = strictObject({
	time: number(),
	application: applicationLookSchema,
	compared: relationSchema,
	operating: relationSchema.nullable()
});
const syncOutputs = strictObject({
	there: boolean(),
	/** Commit that the cluster was compared with. */
	revision: string()
});
/** Asks Argo CD to look at git, ends what stands in the way, and waits. The last watch tells what it came to. */
function syncNode(options) {
	const deadline = deadlineStep(options);
	const look = lookWatch(options, deadline);
	return {
		synced: look,
		node: sequence({
			id: options.id,
			title: `Wait until Argo CD has brought the commit (${options.place.name})`,
			steps: [deadline, repeatUntil({
				id: "bring",
				title: "Ask Argo CD and look",
				max: 200,
				until: (ctx) => ctx.outputOf(look).there,
				body: sequence({
					id: "round",
					title: "Ask and look",
					steps: [requestStep(options), look]
				})
			})]
		})
	};
}
const deadlineSchema = strictObject({ at: number() });
function deadlineStep({ deadlineMs, urgent = false }) {
	return step({
		id: "begin",
		title: `Give Argo CD ${deadlineMs / 1e3} s`,
		inputs: { deadlineMs },
		read: async (ctx) => ctx.clock.now(),
		decide: () => ({
			kind: "nothing",
			why: "the time runs from here"
		}),
		outputs: deadlineSchema,
		collect: (_results, now) => ({ at: now + deadlineMs }),
		planned: (now) => ({ at: now + deadlineMs }),
		probe: "repeatable",
		urgent
	});
}
function requestStep(options) {
	const { place, urgent = false } = options;
	return step({
		id: "ask",
		title: `Ask Argo CD to bring it`,
		inputs: {
			application: place.name,
			namespace: place.namespace
		},
		read: async (ctx) => {
			const { commit } = ctx.outputOf(options.commit);
			return {
				...await lookNow(options, commit, ctx.exec, ctx.signal),
				now: ctx.clock.now()
			};
		},
		decide: (facts, ctx) => requestSync(facts, {
			place,
			commit: ctx.outputOf(options.commit).commit,
			now: facts.now
		}),
		outputs: strictObject({}),
		collect: () => ({}),
		planned: () => ({}),
		probe: "repeatable",
		retry: {
			attempts: 20,
			delayMs: 150
		},
		urgent
	});
}
function lookWatch(options, deadline) {
	const where = `Application ${options.place.namespace}/${options.place.name}`;
	return watch({
		id: "look",
		title: `Look whether ${options.place.name} is synced`,
		inputs: {
			application: options.place.name,
			deadlineMs: options.deadlineMs
		},
		everyMs: 500,
		samples: sampleSchema,
		outputs: syncOutputs,
		sample: async (ctx) => {
			const { commit } = ctx.outputOf(options.commit);
			return {
				time: ctx.clock.now(),
				...await lookNow(options, commit, ctx.exec, ctx.signal)
			};
		},
		start: (ctx) => ({
			history: null,
			commit: ctx.outputOf(options.commit).commit,
			deadlineAt: ctx.outputOf(deadline).at
		}),
		fold: (state, sample) => ({
			...state,
			history: {
				roundSince: state.history?.roundSince ?? sample.time,
				errorSince: sample.application.errors.length === 0 ? null : state.history?.errorSince ?? sample.time,
				last: sample
			}
		}),
		decide: ({ history, commit, deadlineAt }) => {
			if (history === null) return {
				kind: "look-on",
				status: `nothing seen yet of ${short(commit)}`
			};
			const beganAt = deadlineAt - options.deadlineMs;
			const answer = judgeSync(history, {
				where,
				commit,
				beganAt,
				deadlineAt
			});
			const { revision } = history.last.application;
			if (answer.kind === "there") return {
				kind: "pass",
				status: answer.status,
				outputs: {
					there: true,
					revision
				}
			};
			if (answer.kind === "ask-again") return {
				kind: "pass",
				status: answer.status,
				outputs: {
					there: false,
					revision
				}
			};
			return answer;
		}
	});
}
/** One look at the Application, with what git says of the commits that it names. */
async function lookNow({ place, kube, relations }, commit, exec, signal) {
	const kind = applicationKind(place.namespace);
	const object = await kube.get(kind, place.name, signal);
	if (object === null) throw new ProblemError(missingObject("platform.application", kind, place.name));
	const application = lookOf(object);
	const relation = relations(exec);
	const operating = application.operation;
	return {
		application,
		compared: await relation(commit, application.revision, signal),
		operating: operating === null ? null : await relation(commit, operating.revision, signal)
	};
}

export { syncNode as n, lookNow as t };