import { Fn as object, Jn as string, Lt as boolean, Nt as array, Sn as looseObject, Un as record, qn as strictObject } from "./shared-schemas.js";
import { t as jsonSchema } from "./shared-json.js";
import { t as ProblemError } from "./shared-problem.js";

// src/gitops/argocd/application.ts
function applicationKind(namespace) {
	return {
		group: "argoproj.io",
		version: "v1alpha1",
		kind: "Application",
		plural: "applications",
		namespace
	};
}
/** Name under which an operation that we asked for again tells since when it has not come to run. */
const ERRING_SINCE = "shiplock-erring-since";
const operationSchema = looseObject({
	info: array(object({
		name: string(),
		value: string()
	})).nullish(),
	sync: looseObject({ revision: string().default("") }).nullish()
});
const operationStateSchema = object({
	phase: string().default(""),
	message: string().default(""),
	startedAt: string().default(""),
	finishedAt: string().nullish(),
	operation: operationSchema.default({}),
	syncResult: object({
		revision: string().default(""),
		resources: array(object({
			kind: string().default(""),
			name: string().default(""),
			status: string().default(""),
			hookPhase: string().default(""),
			message: string().default("")
		})).nullish()
	}).nullish()
});
const bodySchema = object({
	spec: object({ syncPolicy: object({ automated: object({
		selfHeal: boolean().default(false),
		enabled: boolean().default(true)
	}).nullish() }).nullish() }),
	operation: object({}).nullish(),
	status: object({
		sync: object({
			status: string().default("Unknown"),
			revision: string().default("")
		}).default({
			status: "Unknown",
			revision: ""
		}),
		health: object({
			status: string().default("Unknown"),
			message: string().default("")
		}).default({
			status: "Unknown",
			message: ""
		}),
		operationState: operationStateSchema.nullish(),
		conditions: array(object({
			type: string(),
			message: string().default("")
		})).default([]),
		reconciledAt: string().nullish(),
		resources: array(object({
			group: string().default(""),
			version: string(),
			kind: string(),
			namespace: string().exactOptional(),
			name: string(),
			status: string().default(""),
			health: object({
				status: string().default(""),
				message: string().default("")
			}).exactOptional()
		})).default([])
	}).prefault({})
});
/** What one look at it found: small enough for a journal. */
const applicationLookSchema = strictObject({
	resourceVersion: string(),
	/** Git decides by itself when Argo CD syncs; without it a sync is asked for. */
	automated: boolean(),
	selfHeal: boolean(),
	sync: string(),
	/** Commit that the cluster was compared with. */
	revision: string(),
	health: string(),
	healthMessage: string(),
	reconciledAt: string(),
	operation: strictObject({
		phase: string(),
		message: string(),
		/** Commit that it brings, or brought. */
		revision: string(),
		startedAt: string(),
		/** Resources and hooks that it could not bring, in words. */
		failures: array(string()).readonly(),
		/** Of one that Argo CD could not run at all (phase `Error`): what was asked of it, to be asked again. */
		asked: record(string(), jsonSchema).exactOptional(),
		/** Since when it has been asked again and again. */
		erringSince: string().exactOptional()
	}).nullable(),
	/** Conditions that keep Argo CD from comparing or syncing, in its own words. */
	errors: array(string()).readonly()
});
/** Condition types that say "it cannot": others are only hints. */
const ERRORS = /Error$/;
/** Parses it once, at the border. */
function lookOf({ meta, body }) {
	const { spec, status } = parse(meta.name, body);
	const automated = spec.syncPolicy?.automated;
	const state = status.operationState;
	return {
		resourceVersion: meta.resourceVersion,
		automated: automated?.enabled === true,
		selfHeal: automated?.selfHeal === true && automated.enabled,
		sync: status.sync.status,
		revision: status.sync.revision,
		health: status.health.status,
		healthMessage: status.health.message,
		reconciledAt: status.reconciledAt ?? "",
		operation: state == null ? null : operationOf(state),
		errors: status.conditions.filter(({ type }) => ERRORS.test(type)).map(({ type, message }) => `${type}: ${message}`)
	};
}
function operationOf(state) {
	const { operation, syncResult } = state;
	const since = operation.info?.find(({ name }) => name === ERRING_SINCE)?.value;
	return {
		phase: state.phase,
		message: state.message,
		revision: syncResult?.revision || operation.sync?.revision || "",
		startedAt: state.startedAt,
		failures: (syncResult?.resources ?? []).filter((one) => one.status === "SyncFailed" || one.hookPhase === "Failed" || one.hookPhase === "Error").map((one) => `${one.kind} ${one.name}: ${one.message}`),
		...state.phase === "Error" ? { asked: record(string(), jsonSchema).parse(operation) } : {},
		...since === void 0 ? {} : { erringSince: since }
	};
}
/** Every resource that it manages. */
function resourcesOf({ meta, body }) {
	return parse(meta.name, body).status.resources;
}
function parse(name, body) {
	const found = bodySchema.safeParse(body);
	if (found.success) return found.data;
	const issue = found.error.issues[0];
	throw new ProblemError({
		code: "gitops.application-unreadable",
		where: `Application ${name}: ${issue?.path.join(".") ?? ""}`,
		found: issue?.message ?? "another form",
		expected: "an Application of Argo CD 2.8 or newer",
		remedy: "which version of Argo CD is it? `kubectl get crd applications.argoproj.io -o yaml`"
	});
}

export { resourcesOf as a, lookOf as i, applicationKind as n, applicationLookSchema as r, ERRING_SINCE as t };