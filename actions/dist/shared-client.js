import { Et as _enum, Fn as object, Jn as string, Lt as boolean, Nt as array, sr as unknown } from "./shared-schemas.js";
import { fc as kubeMetaSchema, pc as kubePath } from "./shared-common.js";
import { t as ProblemError } from "./shared-problem.js";
import { t as systemClock } from "./shared-clock2.js";
import { i as readStatus, n as isMissingObject, o as statusProblem, t as connectionProblem } from "./shared-problems.js";
import { Agent, request } from "node:http";
import { createInterface } from "node:readline";
import { Agent as Agent$1, request as request$1 } from "node:https";

// src/procedure/kube/request.ts
/** Credentials are renewed this long before they end. */
const EARLY_MS = 1e4;
function connection(cluster, clock) {
	let held = null;
	let way = {
		context: cluster.context ?? "current context",
		server: "the cluster"
	};
	const identity = async (renew, signal) => {
		const { untilMs = null } = held?.identity ?? {};
		if (held !== null && !renew && (untilMs === null || clock.now() < untilMs - EARLY_MS)) return held;
		held?.agent.destroy();
		const { identityOf } = await import("./shared-credentials.js");
		const made = await identityOf(cluster, clock, signal);
		way = {
			context: made.name,
			server: made.server
		};
		const options = {
			keepAlive: true,
			maxSockets: 8
		};
		held = {
			identity: made,
			agent: made.server.startsWith("http:") ? new Agent(options) : new Agent$1({
				...options,
				...made.tls
			})
		};
		return held;
	};
	/** A token may have ended meanwhile: the second try is made with new credentials. */
	const open = async (request) => {
		const first = await identity(false, request.signal);
		const answer = await begin(request, first.identity, first.agent).catch((error) => fail(request, error));
		if (answer.statusCode !== 401) return answer;
		answer.resume();
		const second = await identity(true, request.signal);
		return begin(request, second.identity, second.agent).catch((error) => fail(request, error));
	};
	const fail = (request, error) => {
		request.signal?.throwIfAborted();
		if (error instanceof ProblemError) throw error;
		throw new ProblemError(connectionProblem(request.asked, way, error));
	};
	const send = async (request) => {
		const answer = await open(request);
		const text = await readAll(answer, request.timeoutMs).catch((error) => fail(request, error));
		return {
			status: answer.statusCode ?? 0,
			text
		};
	};
	const problem = (asked, { status, text }) => new ProblemError(statusProblem(asked, way, status, text));
	return {
		send,
		problem,
		async stream(request) {
			const answer = await open(request);
			if (answer.statusCode === 200) return answer;
			const text = await readAll(answer, request.timeoutMs).catch((error) => fail(request, error));
			throw problem(request.asked, {
				status: answer.statusCode ?? 0,
				text
			});
		}
	};
}
function begin(request$2, identity, agent) {
	const { method, path, body, contentType = "application/json", signal } = request$2;
	const url = new URL(`${identity.server}${path}`);
	const late = AbortSignal.timeout(request$2.timeoutMs);
	const options = {
		method,
		agent,
		headers: {
			accept: "application/json",
			"user-agent": "shiplock",
			...identity.token === null ? {} : { authorization: `Bearer ${identity.token}` },
			...body === void 0 ? {} : {
				"content-type": contentType,
				"content-length": Buffer.byteLength(body)
			}
		},
		...signal === void 0 ? {} : { signal }
	};
	return new Promise((resolve, reject) => {
		const sent = url.protocol === "http:" ? request(url, options) : request$1(url, {
			...options,
			...identity.tls
		});
		const giveUp = () => {
			sent.destroy(/* @__PURE__ */ new Error(`no answer within ${request$2.timeoutMs} ms`));
		};
		late.addEventListener("abort", giveUp, { once: true });
		sent.on("response", (answer) => {
			late.removeEventListener("abort", giveUp);
			resolve(answer);
		});
		sent.on("error", (error) => {
			late.removeEventListener("abort", giveUp);
			reject(error);
		});
		sent.end(body);
	});
}
/** More than this is no answer of an API server to us. */
const LONGEST = 67108864;
async function readAll(answer, timeoutMs) {
	const late = AbortSignal.timeout(timeoutMs);
	const giveUp = () => {
		answer.destroy(/* @__PURE__ */ new Error(`no whole answer within ${timeoutMs} ms`));
	};
	late.addEventListener("abort", giveUp, { once: true });
	try {
		const chunks = [];
		let size = 0;
		for await (const chunk of answer) {
			const bytes = Buffer.from(chunk);
			size += bytes.length;
			if (size > LONGEST) throw new Error(`an answer of more than ${LONGEST} bytes`);
			chunks.push(bytes);
		}
		return Buffer.concat(chunks).toString("utf8");
	} finally {
		late.removeEventListener("abort", giveUp);
	}
}

// src/procedure/kube/client.ts
const TIMEOUT_MS = 1e4;
/** Looks at a cluster over its API. Nothing is connected, and no file is read, before it is asked something. */
function kubeClient(cluster, clock = systemClock) {
	const way = connection(cluster, clock);
	return {
		get: (kind, name, signal) => get(way, kind, name, signal),
		list: (kind, selector, signal) => list(way, kind, selector, signal),
		watch: (kind, options) => watch(way, kind, options),
		may: (right, signal) => may(way, right, signal),
		version: (signal) => version(way, signal)
	};
}
/** What `text` says, which is JSON or no answer of an API server at all. */
function parsed(asked, text) {
	try {
		return JSON.parse(text);
	} catch {
		throw notKubernetes(asked, text);
	}
}
function notKubernetes({ kind }, text) {
	return new ProblemError({
		code: "kube.not-kubernetes",
		where: `an answer about ${kind.plural}`,
		found: text.trim().slice(0, 200),
		expected: "an answer of an API server",
		remedy: "does the kubeconfig name an API server, or a proxy in front of it that wants a login?"
	});
}
const objectSchema = object({ metadata: kubeMetaSchema });
/** Any object of the API. */
function kubeObject(asked, body) {
	const object = objectSchema.safeParse(body);
	if (!object.success) throw notKubernetes(asked, JSON.stringify(body).slice(0, 200));
	return {
		meta: object.data.metadata,
		body
	};
}
async function get(way, kind, name, signal) {
	const asked = {
		verb: "get",
		kind,
		name
	};
	const answer = await way.send({
		asked,
		method: "GET",
		path: kubePath(kind, name),
		timeoutMs: TIMEOUT_MS,
		signal
	});
	if (answer.status === 404 && isMissingObject(asked, readStatus(answer.text))) return null;
	if (answer.status !== 200) throw way.problem(asked, answer);
	return kubeObject(asked, parsed(asked, answer.text));
}
const listSchema = object({
	metadata: object({
		resourceVersion: string(),
		continue: string().default("")
	}),
	items: array(unknown())
});
const PAGE = 500;
async function list(way, kind, selector, signal) {
	const asked = {
		verb: "list",
		kind
	};
	const items = [];
	let next = "";
	for (;;) {
		const query = new URLSearchParams({
			limit: String(PAGE),
			...selector === void 0 ? {} : { labelSelector: selector },
			...next === "" ? {} : { continue: next }
		});
		const path = `${kubePath(kind)}?${query}`;
		const answer = await way.send({
			asked,
			method: "GET",
			path,
			timeoutMs: TIMEOUT_MS,
			signal
		});
		if (answer.status !== 200) throw way.problem(asked, answer);
		const body = parsed(asked, answer.text);
		const page = listSchema.safeParse(body);
		if (!page.success) throw notKubernetes(asked, answer.text);
		const found = memberOf(body, "items");
		for (const item of Array.isArray(found) ? found : []) items.push(kubeObject(asked, item));
		next = page.data.metadata.continue;
		if (next === "") return {
			items,
			resourceVersion: page.data.metadata.resourceVersion
		};
	}
}
const eventSchema = object({
	type: _enum([
		"ADDED",
		"MODIFIED",
		"DELETED",
		"BOOKMARK",
		"ERROR"
	]),
	object: unknown()
});
/** The server ends a watch by itself after this long, so that a dead connection is noticed. */
const WATCH_SECONDS = 240;
async function* watch(way, kind, options) {
	const { resourceVersion, selector, signal } = options;
	const asked = {
		verb: "watch",
		kind
	};
	const query = new URLSearchParams({
		watch: "1",
		resourceVersion,
		timeoutSeconds: String(WATCH_SECONDS),
		...selector === void 0 ? {} : { labelSelector: selector }
	});
	const path = `${kubePath(kind)}?${query}`;
	const stream = await way.stream({
		asked,
		method: "GET",
		path,
		timeoutMs: TIMEOUT_MS,
		signal
	});
	const lines = createInterface({
		input: stream,
		crlfDelay: Number.POSITIVE_INFINITY
	});
	stream.on("error", () => lines.close());
	try {
		for await (const line of lines) {
			if (line === "") continue;
			const event = eventSchema.parse(parsed(asked, line));
			if (event.type === "BOOKMARK") continue;
			const object = memberOf(parsed(asked, line), "object");
			if (event.type === "ERROR") throw new ProblemError(statusProblem(asked, {
				context: "watch",
				server: ""
			}, 410, JSON.stringify(object)));
			yield {
				type: event.type,
				object: kubeObject(asked, object)
			};
		}
	} finally {
		lines.close();
		stream.destroy();
	}
	signal.throwIfAborted();
}
function memberOf(value, name) {
	if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
	return Object.entries(value).find(([key]) => key === name)?.[1] ?? null;
}
const REVIEW = {
	group: "authorization.k8s.io",
	version: "v1",
	kind: "SelfSubjectAccessReview",
	plural: "selfsubjectaccessreviews"
};
const reviewSchema = object({ status: object({ allowed: boolean() }) });
async function may(way, { verb, kind, subresource }, signal) {
	const asked = {
		verb: "create",
		kind: REVIEW
	};
	const body = JSON.stringify({
		apiVersion: "authorization.k8s.io/v1",
		kind: REVIEW.kind,
		spec: { resourceAttributes: {
			verb,
			group: kind.group,
			version: kind.version,
			resource: kind.plural,
			...kind.namespace === void 0 ? {} : { namespace: kind.namespace },
			...subresource === void 0 ? {} : { subresource }
		} }
	});
	const answer = await way.send({
		asked,
		method: "POST",
		path: kubePath(REVIEW),
		body,
		timeoutMs: TIMEOUT_MS,
		signal
	});
	if (answer.status !== 201) throw way.problem(asked, answer);
	const review = reviewSchema.safeParse(parsed(asked, answer.text));
	if (!review.success) throw notKubernetes(asked, answer.text);
	return review.data.status.allowed;
}
const versionSchema = object({ gitVersion: string() });
const VERSION = {
	group: "",
	version: "v1",
	kind: "Version",
	plural: "version"
};
async function version(way, signal) {
	const asked = {
		verb: "get",
		kind: VERSION
	};
	const answer = await way.send({
		asked,
		method: "GET",
		path: "/version",
		timeoutMs: TIMEOUT_MS,
		signal
	});
	if (answer.status !== 200) throw way.problem(asked, answer);
	const found = versionSchema.safeParse(parsed(asked, answer.text));
	if (!found.success) throw notKubernetes(asked, answer.text);
	return found.data.gitVersion;
}

export { kubeObject as n, connection as r, kubeClient as t };