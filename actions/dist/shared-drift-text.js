import { Fn as object, Jn as string, Nt as array, Un as record, sr as unknown } from "./shared-schemas.js";
import { t as ProblemError } from "./shared-problem.js";
import { r as parsedJson, t as jsonSchema } from "./shared-json.js";
import { Is as isInCluster } from "./shared-common.js";
import { r as missingObject } from "./shared-problems.js";
import { t as kubeClient } from "./shared-client.js";
import { a as resourcesOf, i as lookOf, n as applicationKind } from "./shared-application.js";
import { t as gitRelations } from "./shared-relation.js";
import { t as lookNow } from "./shared-wait.js";
import { r as observeGitops, t as gitopsPlace } from "./shared-observe2.js";
import { i as noCluster, r as clusterOf, t as applicationPlace } from "./shared-cluster-place.js";

// src/gitops/argocd/drift.ts
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
/** Looks at every resource that Argo CD calls out of sync, and with `all` at each one that it manages. */
async function observeDrift(kube, place, options) {
	const { signal } = options;
	const kind = applicationKind(place.namespace);
	const object = await kube.get(kind, place.name, signal);
	if (object === null) throw new ProblemError(missingObject("platform.application", kind, place.name));
	const { revision, sync, errors } = lookOf(object);
	const chosen = resourcesOf(object).filter((one) => options.all || one.status !== "Synced");
	const found = [];
	for (const one of chosen) found.push(...await resourceDrift(kube, one, signal));
	return {
		revision,
		sync,
		errors,
		resources: found
	};
}
async function resourceDrift(kube, one, signal) {
	const resource = `${one.kind} ${one.namespace === void 0 ? "" : `${one.namespace}/`}${one.name}`;
	const live = await kube.get(kindOf(one), one.name, signal);
	if (live === null) return [{
		resource,
		state: "missing",
		fields: []
	}];
	const desired = lastApplied(live);
	if (desired === void 0) return one.status === "Synced" ? [] : [{
		resource,
		state: "not-explained",
		fields: []
	}];
	const fields = fieldDrift(desired, live.body);
	if (fields.length > 0) return [{
		resource,
		state: "differs",
		fields
	}];
	return one.status === "Synced" ? [] : [{
		resource,
		state: "not-in-git",
		fields: []
	}];
}
/** Plural by the rule that every built-in kind and those of Argo follow. */
function kindOf({ group, version, kind, namespace }) {
	const low = kind.toLowerCase();
	const plural = /(?:s|x|ch|sh)$/.test(low) ? `${low}es` : /[^aeiou]y$/.test(low) ? `${low.slice(0, -1)}ies` : `${low}s`;
	return {
		group,
		version,
		kind,
		plural: low === "endpoints" ? low : plural,
		...namespace === void 0 ? {} : { namespace }
	};
}
function lastApplied({ meta }) {
	const text = meta.annotations[LAST_APPLIED];
	if (text === void 0) return void 0;
	return jsonSchema.safeParse(parsedJson(text)).data;
}
/** Fields that were asked for and are otherwise. What the server or a controller added is no drift. Pure. */
function fieldDrift(desired, live) {
	const managed = managersOf(live);
	const found = [];
	compare(desired, live, [], (path, wanted, there) => {
		found.push({
			path: pathText(path),
			desired: wanted,
			live: there,
			by: writerOf(managed, path)
		});
	});
	return found;
}
function compare(desired, live, path, differs) {
	if (isList(desired) && isList(live)) compareLists(desired, live, path, differs);
	else if (isMap(desired) && isMap(live)) {
		for (const [key, value] of Object.entries(desired)) if (!isIgnored(path, key)) compare(value, valueAt(live, key), [...path, {
			kind: "key",
			key
		}], differs);
	} else if (!isSame(desired, live)) differs(path, desired, live);
}
function compareLists(desired, live, path, differs) {
	for (const [index, item] of desired.entries()) {
		const by = nameKey(item);
		const other = by === null ? live[index] : live.find((one) => sameItem(item, one, by));
		const value = by === null ? index : valueAt(item, by) ?? null;
		compare(item, other, [...path, {
			kind: "item",
			by: by ?? "",
			value,
			index
		}], differs);
	}
	if (live.length > desired.length && desired.every((item) => nameKey(item) === null)) differs(path, desired, live);
}
/** A null, an empty text and a missing field mean the same to the API server. */
function isSame(desired, live) {
	if (desired === null || desired === "") return live === void 0 || live === null || live === "";
	return desired === live || sameQuantity(desired, live);
}
function isIgnored(path, key) {
	if (path.length === 0) return key === "status" || key === "apiVersion";
	return path.length === 1 && path[0]?.kind === "key" && path[0].key === "metadata" && (key === "creationTimestamp" || key === "namespace");
}
function isList(value) {
	return Array.isArray(value);
}
function isMap(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
function valueAt(value, key) {
	return isMap(value) && Object.hasOwn(value, key) ? value[key] : void 0;
}
/** What tells the items of a list apart, as the API server itself merges them. */
function nameKey(item) {
	return [
		"name",
		"containerPort",
		"port",
		"mountPath",
		"key",
		"ip"
	].find((key) => valueAt(item, key) !== void 0) ?? null;
}
function sameItem(item, other, by) {
	return valueAt(item, by) === valueAt(other, by);
}
/** `1000m` is `1`, `1Gi` is `1024Mi`: the API server writes quantities in its own form. */
function sameQuantity(one, other) {
	const [a, b] = [quantity(one), quantity(other)];
	return a !== null && b !== null && Math.abs(a - b) <= Math.abs(a) * 1e-9;
}
const UNITS = {
	"": 1,
	m: .001,
	k: 1e3,
	M: 1e6,
	G: 1e9,
	T: 0xe8d4a51000,
	Ki: 1024,
	Mi: 2 ** 20,
	Gi: 2 ** 30,
	Ti: 2 ** 40
};
function quantity(value) {
	const match = /^(\d+(?:\.\d+)?)(m|k|M|G|T|Ki|Mi|Gi|Ti|)$/.exec(typeof value === "number" ? String(value) : textOf(value));
	if (match === null) return null;
	return Number(match[1]) * (UNITS[match[2] ?? ""] ?? NaN);
}
function textOf(value) {
	return typeof value === "string" ? value : "";
}
function pathText(path) {
	return path.map((part) => {
		if (part.kind === "key") return /^[\w-]+$/.test(part.key) ? `.${part.key}` : `["${part.key}"]`;
		return part.by === "" ? `[${part.index}]` : `[${part.by}=${String(part.value)}]`;
	}).join("").replace(/^\./, "");
}
const managersSchema = array(object({
	manager: string().default("unknown"),
	time: string().default(""),
	fieldsV1: unknown()
}));
const managedBody = object({ metadata: object({ managedFields: managersSchema.default([]) }) });
function managersOf(live) {
	return managedBody.safeParse(live).data?.metadata.managedFields ?? [];
}
/** Who owns the field by now: of several the newest, since that one wrote last. */
function writerOf(managers, path) {
	const [newest] = managers.filter(({ fieldsV1 }) => owns(fieldsV1, path)).toSorted((one, other) => other.time.localeCompare(one.time));
	return newest === void 0 ? null : {
		manager: newest.manager,
		time: newest.time
	};
}
/** Ownership is written as `f:key` for a map, `k:{…}` for a list with keys; an owner of the whole owns its parts. */
function owns(fields, path) {
	let here = fields;
	for (const part of path) {
		if (typeof here !== "object" || here === null) return false;
		const names = Object.entries(here).filter(([key]) => key !== ".");
		if (names.length === 0) return true;
		const found = names.find(([key]) => isPart(key, part));
		if (found === void 0) return false;
		here = found[1];
	}
	return true;
}
function isPart(key, part) {
	if (part.kind === "key") return key === `f:${part.key}`;
	if (!key.startsWith("k:")) return false;
	const parsed = record(string(), jsonSchema).safeParse(JSON.parse(key.slice(2)));
	return parsed.success && parsed.data[part.by] === part.value;
}

// src/release/manifests/drift.ts
/** Only looks. `all`: also at resources that Argo CD calls synced. */
async function drift(service, options) {
	const { environment, store, exec, clock, door } = service;
	if (!isInCluster(environment)) throw new ProblemError(noCluster(environment, "look"));
	const cluster = clusterOf(environment, door.env);
	const kube = kubeClient(cluster, clock);
	const place = applicationPlace(environment, cluster);
	const git = gitopsPlace(environment, store);
	const [named, found] = await Promise.all([observeGitops(git, exec), observeDrift(kube, place, options)]);
	const signal = options.signal ?? AbortSignal.timeout(3e4);
	const look = await lookNow({
		place,
		kube,
		relations: gitRelations(git)
	}, named.commit ?? "", exec, signal);
	return {
		service: environment.service,
		environment: environment.environment,
		git: {
			...named,
			compared: look.compared
		},
		...found
	};
}

// src/release/manifests/drift-text.ts
function driftLines(found) {
	const { git } = found;
	const plain = (text) => ({
		text,
		tone: "plain"
	});
	const differs = (text) => ({
		text,
		tone: "differs"
	});
	return [
		{
			text: `${found.service} in ${found.environment}`,
			tone: "head"
		},
		plain(`  git names ${git.value ?? "nothing"}, at ${git.commit?.slice(0, 12) ?? "no commit"}`),
		plain(`  Argo CD is ${found.sync}, compared with ${found.revision.slice(0, 12) || "no commit"}: ${COMPARED[git.compared]}`),
		...found.errors.map((error) => differs(`  ${error}`)),
		...found.resources.length === 0 ? [plain("  nothing differs")] : [],
		...found.resources.flatMap(({ resource, state, fields }) => [differs(`  ${resource}: ${STATE[state]}`), ...fields.map(({ path, desired, live, by }) => {
			const who = by === null ? "nobody owns it" : `${by.manager}, ${by.time}`;
			return plain(`    ${path}: ${valueText(desired)} in git, ${valueText(live)} there (${who})`);
		})])
	];
}
function driftSentence({ service, environment, resources }) {
	const [first, ...more] = resources;
	if (first === void 0) return `Nothing of ${service} in ${environment} differs from git.`;
	const rest = more.length === 0 ? "" : `, and ${more.length} more`;
	return `${service} in ${environment} differs from git: ${first.resource}${rest}.`;
}
const COMPARED = {
	same: "the head of the branch",
	after: "a commit after the head that was read",
	before: "an older commit: it has not taken up the head",
	unknown: "a commit that git does not know here"
};
const STATE = {
	differs: "differs from what was applied",
	missing: "is not there",
	"not-in-git": "as it was applied; git asks for something else by now, or for nothing",
	"not-explained": "differs; what was applied is not kept on it (server-side apply)"
};
function valueText(value) {
	return value === void 0 ? "nothing" : JSON.stringify(value);
}

export { driftSentence as n, drift as r, driftLines as t };