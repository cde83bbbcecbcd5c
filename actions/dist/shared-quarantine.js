import { A as string, D as object, E as number, M as tuple, N as union, O as record, P as unknown, V as prettifyError, h as array, k as strictObject, m as _null, p as _enum, t as ProblemError, v as discriminatedUnion, w as literal } from "./shared-problem.js";
import { i as isMissing } from "./shared-store.js";
import { t as jsonSchema } from "./shared-json.js";
import { a as kubeKindSchema, i as clusterSchema } from "./shared-kube.js";
import { a as releaseSchema, n as digestSchema, o as versionSchema, r as momentSchema } from "./shared-release.js";
import { readFile, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";

// src/model/effect.ts
/**
* An effect is a change to the world as plain data. Steps return effects; only the engine executes them, so what a plan prints
* is what a run does. Nothing else in the code base may change a running system.
*/
/** Text that may hold secrets by reference. The value is put in at execution and masked in every sink. */
const textSchema = union([string(), strictObject({ secret: string().min(1) })]);
const common = {
	/** The fenced resource this effect touches (`local:/srv/app`, `git:…`); the fence is compared there under a lock. */
	resource: string().optional(),
	/** A few words for the plan and the live view; the data itself is printed beside it. */
	why: string().optional(),
	timeoutMs: number().int().positive()
};
const execEffectSchema = strictObject({
	kind: literal("exec"),
	argv: array(textSchema).min(1).readonly(),
	cwd: string().optional(),
	/** Added to the environment of the engine. */
	env: record(string(), textSchema).optional(),
	stdin: textSchema.optional(),
	okExitCodes: array(number().int()).readonly().default([0]),
	...common
});
const sqlEffectSchema = strictObject({
	kind: literal("sql"),
	/** Connection string by secret reference, or a plain DSN without password. `mysql://user@host:port/database`. */
	dsn: textSchema,
	statements: array(string()).min(1).readonly(),
	/** Name under GET_LOCK on the same connection while the statements run. */
	lock: string().optional(),
	...common
});
const httpEffectSchema = strictObject({
	kind: literal("http"),
	method: _enum([
		"GET",
		"POST",
		"PUT",
		"PATCH",
		"DELETE",
		"PURGE",
		"BAN"
	]),
	url: string(),
	headers: record(string(), textSchema).optional(),
	body: textSchema.optional(),
	okStatuses: array(number().int()).readonly().default([
		200,
		201,
		202,
		204
	]),
	...common
});
const fileEffectSchema = strictObject({
	kind: literal("file"),
	path: string(),
	/** Written to a temporary file beside it, fsynced and renamed. `null` removes the file. */
	content: union([textSchema, _null()]),
	mode: number().int().default(420),
	...common
});
/** Lines sent to a Unix socket, one connection per line, as HAProxy's runtime interface wants it. */
const socketEffectSchema = strictObject({
	kind: literal("socket"),
	path: string(),
	commands: array(string()).min(1).readonly(),
	/** Regular expression (source) that every answer must match; default: the empty answer. */
	okAnswer: string().default("^\\s*$"),
	...common
});
/** One object of a Kubernetes cluster, made or changed. */
const kubeEffectSchema = strictObject({
	kind: literal("kube"),
	cluster: clusterSchema,
	/** `merge`: a JSON merge patch; `apply`: server-side apply, which is refused where another manager owns a field. */
	verb: _enum([
		"create",
		"merge",
		"apply"
	]),
	object: kubeKindSchema,
	name: string().min(1),
	subresource: literal("status").optional(),
	/** The object, or the patch; name and namespace are put in. */
	body: record(string(), jsonSchema).readonly(),
	/** The change was decided on this version of the object; the server refuses it for any other. */
	resourceVersion: string().optional(),
	...common
});
const effectSchema = discriminatedUnion("kind", [
	execEffectSchema,
	sqlEffectSchema,
	httpEffectSchema,
	fileEffectSchema,
	socketEffectSchema,
	kubeEffectSchema
]);
/** What came back, masked, with long output cut in the middle. */
const effectResultSchema = discriminatedUnion("kind", [
	strictObject({
		kind: literal("exec"),
		exitCode: number().int(),
		stdout: string(),
		stderr: string(),
		durationMs: number()
	}),
	strictObject({
		kind: literal("sql"),
		/** Per statement: rows affected. */
		affected: array(number()).readonly(),
		durationMs: number()
	}),
	strictObject({
		kind: literal("http"),
		status: number().int(),
		body: string(),
		durationMs: number()
	}),
	strictObject({
		kind: literal("file"),
		durationMs: number()
	}),
	strictObject({
		kind: literal("socket"),
		answers: array(string()).readonly(),
		durationMs: number()
	}),
	strictObject({
		kind: literal("kube"),
		resourceVersion: string(),
		durationMs: number()
	})
]);

// src/metrics/prometheus-api.ts
const answerSchema = discriminatedUnion("status", [object({
	status: literal("error"),
	errorType: string(),
	error: string()
}), object({
	status: literal("success"),
	data: object({
		resultType: string(),
		result: unknown()
	})
})]);
/** Clocks further apart than this cannot date a sample. */
const CLOCKS_APART_MS = 6e4;
const vectorSchema = array(object({
	metric: record(string(), string()),
	value: tuple([number(), string()])
}));
/**
* One instant query. Never throws: no answer, a late one, nonsense and an empty one are told apart in words. A query is
* evaluated now by Prometheus's clock; an answer of another time by ours means that one of the clocks is wrong.
*/
async function askPrometheus(options, promql, signal) {
	const answer = await askVector(options, promql, signal);
	if (answer.kind === "missing" || answer.time === null) return answer;
	const apart = options.clock.now() - answer.time;
	if (Math.abs(apart) <= CLOCKS_APART_MS) return answer;
	return missing$1(`the answer is of ${Math.round(apart / 1e3)} s ago by our clock; is the clock of one of the machines wrong?`);
}
/** The same for who goes by Prometheus's clock alone: `time` is when it evaluated the query, milliseconds; null for an empty answer. */
async function askVector(server, promql, signal) {
	const data = dataOf(await get(server, "query", {
		query: promql,
		timeout: `${server.timeoutMs}ms`
	}, { signal }));
	if (data.kind === "missing") return data;
	if (data.resultType !== "vector") return missing$1(`the query gives a ${data.resultType}, not an instant vector`);
	const vector = vectorSchema.safeParse(data.result);
	if (!vector.success) return missing$1("the result is not a list of labels and values");
	const [first] = vector.data;
	return {
		kind: "series",
		time: first === void 0 ? null : first.value[0] * 1e3,
		series: vector.data.map(({ metric, value: [, text] }) => ({
			labels: metric,
			value: sampleValue(text)
		}))
	};
}
/** Asks one path of the API. */
async function get(server, path, parameters, how) {
	const url = new URL(`${server.url.replace(/\/+$/, "")}/api/v1/${path}`);
	for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
	return server.http.get(url.href, {
		timeoutMs: server.timeoutMs,
		...how.signal === void 0 ? {} : { signal: how.signal },
		...how.mostCharacters === void 0 ? {} : { mostCharacters: how.mostCharacters }
	});
}
/** What a query gave, or why it gave nothing. Pure. */
function dataOf(answer) {
	if (answer.kind === "no-answer") return missing$1(answer.reason);
	const body = parsed(answer.body);
	if (body === void 0) return missing$1(`HTTP ${answer.status} with something else than Prometheus JSON: ${excerpt(answer.body)}`);
	if (body.status === "error") return missing$1(`${body.errorType}: ${body.error}`);
	if (answer.status !== 200) return missing$1(`HTTP ${answer.status}`);
	return {
		kind: "data",
		resultType: body.data.resultType,
		result: body.data.result
	};
}
function parsed(body) {
	try {
		return answerSchema.safeParse(JSON.parse(body)).data;
	} catch {
		return;
	}
}
/** Prometheus writes numbers as text, infinities as +Inf and -Inf. An empty text is no number. */
function sampleValue(text) {
	if (/^[+-]?Inf$/.test(text)) return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
	return text.trim() === "" ? NaN : Number(text);
}
function excerpt(body) {
	const text = body.replace(/\s+/g, " ").trim();
	return text === "" ? "(empty)" : text.slice(0, 80);
}
function missing$1(reason) {
	return {
		kind: "missing",
		reason
	};
}

// src/metrics/promql.ts
/**
* PromQL in which only fresh samples count. An instant query looks back five minutes for a sample, and after a `sum` no time is
* left to check its age by; so every instant selector `x{…}` becomes `last_over_time(x{…}[…])`. Ranges (`x[5m]`) stay as
* they are. What is not understood here is not changed, and Prometheus itself complains about it.
*/
function freshOnly(promql, staleAfterMs) {
	let result = "";
	let rest = promql;
	/** The next parentheses hold label names, not an expression. */
	let labelsFollow = false;
	while (rest !== "") {
		const token = nextToken(rest);
		rest = rest.slice(token.length);
		if (labelsFollow && rest !== "" && token === "(") {
			const end = rest.indexOf(")") + 1;
			result += token + rest.slice(0, end);
			rest = rest.slice(end);
			labelsFollow = false;
			continue;
		}
		if (/^\s|^#/.test(token)) {
			result += token;
			continue;
		}
		labelsFollow = LABELS_FOLLOW.has(token.toLowerCase());
		const selector = selectorAt(token, rest);
		if (selector === void 0) {
			result += token;
			continue;
		}
		rest = rest.slice(selector.length - token.length);
		const ranged = /^\s*\[/.test(rest);
		result += ranged ? selector : `last_over_time(${selector}[${staleAfterMs}ms])`;
	}
	return result;
}
const LABELS_FOLLOW = /* @__PURE__ */ new Set([
	"by",
	"without",
	"on",
	"ignoring",
	"group_left",
	"group_right"
]);
const WORDS = /* @__PURE__ */ new Set([
	...LABELS_FOLLOW,
	...[
		"and",
		"or",
		"unless",
		"atan2",
		"bool",
		"offset",
		"inf",
		"nan"
	],
	...[
		"sum",
		"min",
		"max",
		"avg",
		"group",
		"stddev",
		"stdvar",
		"count",
		"count_values",
		"bottomk",
		"topk",
		"quantile"
	]
]);
const STRING = `"(?:\\\\.|[^"\\\\])*"|'(?:\\\\.|[^'\\\\])*'|\`[^\`]*\``;
const TOKEN = new RegExp([
	"\\s+",
	"#[^\\n]*",
	STRING,
	"\\d[\\w.]*(?:(?<=[eE])[+-]\\d+)?",
	"[a-zA-Z_:][\\w:]*",
	`\\{(?:${STRING}|[^"'\`}])*\\}`,
	"\\[[^\\]]*\\]"
].join("|"), "y");
function nextToken(text) {
	TOKEN.lastIndex = 0;
	return TOKEN.exec(text)?.[0] ?? text.slice(0, 1);
}
/** The whole instant selector that begins with this token, or nothing when it begins something else. */
function selectorAt(token, rest) {
	if (/^\{.*\}$/s.test(token)) return token;
	if (!/^[a-zA-Z_:]/.test(token) || WORDS.has(token.toLowerCase()) || /^\s*\(/.test(rest)) return void 0;
	const gap = /^\s*/.exec(rest)?.[0] ?? "";
	const matchers = nextToken(rest.slice(gap.length));
	return matchers.endsWith("}") ? token + gap + matchers : token;
}

// src/metrics/prometheus-pair.ts
/** The label that names the version where nothing else is said. */
const VERSION_LABEL = "version";
const ROLE = "shiplock_role";
/** One expression for both counts, so that they are of one moment: a bad event is never seen without its request. Pure. */
function pairQuery(query, staleAfterMs) {
	const role = (expression, value) => `label_replace((${freshOnly(expression, staleAfterMs)}), "${ROLE}", "${value}", "", "")`;
	return `${role(query.requests, "requests")} or ${role(query.bad, "bad")}`;
}
/** Requests and bad of the same labels, put together, in the order of their labels. Pure. */
function pair(metric, series, versionLabel = VERSION_LABEL) {
	if (series.length === 0) return missing("no fresh sample answers the query; does the metric exist, is its target up?");
	const halves = /* @__PURE__ */ new Map();
	for (const { labels, value } of series) {
		const { [ROLE]: role, [versionLabel]: version, __name__: _name, ...rest } = labels;
		if (version === void 0 || version === "") return missing(`a series without the label ${versionLabel}: ${JSON.stringify(labels)}`);
		if (!Number.isFinite(value) || value < 0) return missing(`${value} is no count (${role} of version ${version})`);
		const key = [
			metric,
			version,
			...Object.entries(rest).toSorted(([one], [other]) => one < other ? -1 : 1).map(([name, text]) => `${name}=${text}`)
		].join(" ");
		const half = halves.get(key) ?? { version };
		halves.set(key, role === "bad" ? {
			...half,
			bad: value
		} : {
			...half,
			requests: value
		});
	}
	const servers = [];
	for (const [key, { version, requests, bad }] of [...halves].toSorted(([one], [other]) => one < other ? -1 : 1)) {
		if (requests === void 0 || bad === void 0) {
			const [there, lacks] = requests === void 0 ? ["bad", "requests"] : ["requests", "bad"];
			return missing(`version ${version} has "${there}" but no "${lacks}"; both queries must give the same labels`);
		}
		if (bad > requests) return missing(`version ${version} has ${bad} bad of ${requests} requests`);
		servers.push({
			version,
			server: `prometheus/${key}`,
			metrics: { [metric]: {
				requests,
				bad
			} }
		});
	}
	return {
		kind: "servers",
		servers
	};
}
function missing(reason) {
	return {
		kind: "missing",
		reason
	};
}
/**
* A series that is a sum over instances falls when one of them restarts, by as much as that one had counted. Counting such a
* value from zero would count the others a second time, so a sum that fell goes on under a new name: its first reading is
* a new beginning. The function remembers what it has seen; readings come in the order of time.
*/
function generations() {
	const known = /* @__PURE__ */ new Map();
	return (server, time) => {
		const [counts = {
			requests: 0,
			bad: 0
		}] = Object.values(server.metrics);
		const before = known.get(server.server);
		const fell = before !== void 0 && (counts.requests < before.requests || counts.bad < before.bad);
		const name = before === void 0 || fell ? `${server.server} since ${time}` : before.name;
		known.set(server.server, {
			name,
			...counts
		});
		return {
			...server,
			server: name
		};
	};
}
/** All metrics at once for the same reason (nobody answers) is said once. */
function missingInWords(missing) {
	return [...Map.groupBy(missing, ({ reason }) => reason)].map(([reason, parts]) => `${parts.map(({ metric }) => metric).join(", ")}: ${reason}`).join("; ");
}

// src/metrics/prometheus.ts
/**
* Counts from Prometheus by instant queries, a request per metric. Whatever is not a clean pair of fresh counts per version
* is missing, with the reason; a metric that is missing does not hide the others.
*/
function prometheusMetrics(options) {
	const named = generations();
	return { async sample(signal) {
		const time = options.clock.now();
		return countersOf(await Promise.all(options.queries.map(async (query) => ({
			metric: query.metric,
			answer: await ask(options, query, signal)
		}))), time, named);
	} };
}
/** Name of this source in readings, and the one epoch it has: counters live in the services, a restart of Prometheus resets none. */
const SOURCE = "prometheus";
/** One reading from what each metric answered. */
function countersOf(answers, time, named) {
	const missing = answers.flatMap(({ metric, answer }) => answer.kind === "missing" ? [{
		metric,
		reason: answer.reason
	}] : []);
	if (missing.length === answers.length) return {
		kind: "missing",
		source: SOURCE,
		time,
		reason: missingInWords(missing)
	};
	const servers = answers.flatMap(({ answer }) => answer.kind === "servers" ? answer.servers : []).map((server) => named(server, time));
	const lacks = missing.length === 0 ? {} : { missing };
	return {
		kind: "counters",
		source: SOURCE,
		time,
		epoch: SOURCE,
		servers,
		...lacks
	};
}
async function ask(options, query, signal) {
	const answer = await askPrometheus(options, pairQuery(query, options.staleAfterMs), signal);
	return answer.kind === "missing" ? answer : pair(query.metric, answer.series, options.versionLabel);
}

// src/model/ledger.ts
/** The ledger: which application versions run on which schema states, and how we know. docs/formats/ledger.schema.json. */
const ledgerRowSchema = strictObject({
	version: versionSchema,
	/** Schema state: id of the newest applied migration, or `empty`. */
	schema: string().min(1),
	answer: _enum([
		"yes",
		"no",
		"unknown"
	]),
	/** How we know: `declared by 0007`, `ran there since …`, a test run. */
	proof: string().min(1),
	time: string()
});
const ledgerSchema = strictObject({
	formatVersion: literal(1),
	service: string().min(1),
	rows: array(ledgerRowSchema).readonly()
});
/**
* May `version` run while the database is in `schema`? The newest row that names both decides. No row is `unknown`:
* that blocks a promotion and opens an override gate for a rollback.
*/
function schemaAllows(ledger, version, schema) {
	return ledger.rows.findLast((candidate) => candidate.version === version && candidate.schema === schema)?.answer ?? "unknown";
}

// src/release/record.ts
/**
* What an environment remembers of its releases, as files in the state directory. They are written as effects of the run that
* released them, so a plan shows them and a crash cannot leave half of one.
*/
const unitSpecSchema = strictObject({
	component: string(),
	version: versionSchema,
	digest: digestSchema,
	artefact: string(),
	command: array(string()).readonly(),
	env: record(string(), textSchema),
	replicas: number().int().positive(),
	readyPath: string(),
	livePath: string(),
	startTimeoutMs: number().int().positive(),
	stopTimeoutMs: number().int().positive()
});
/** Everything needed to run a version again: its release, its units, the schema it was released on. */
const releaseRecordSchema = strictObject({
	formatVersion: literal(1),
	environment: string(),
	release: releaseSchema,
	/** What gets the traffic; null for a service that is only files. */
	unit: unitSpecSchema.nullable(),
	/** Components that are only files: laid down, and switched to in one moment. */
	files: array(unitSpecSchema).readonly(),
	/** Schema state after this release's migrations. */
	schema: string(),
	/** Digest of release.json as it was made first; records of earlier versions have none. */
	manifest: digestSchema.exactOptional(),
	/** Commit that the configuration was read from, where it is not the one that the artefacts were built from. */
	configCommit: string().exactOptional(),
	/** When that commit was made; as `commitTime` of the release. */
	configCommitTime: momentSchema.exactOptional()
});
/** What serves an environment and what served it before, newest last. */
const environmentRecordSchema = strictObject({
	formatVersion: literal(1),
	environment: string(),
	service: string(),
	history: array(strictObject({
		version: versionSchema,
		run: string(),
		time: string(),
		outcome: _enum([
			"released",
			"rolled-back",
			"went-back-to",
			"removed"
		]),
		who: string(),
		why: string()
	})).readonly()
});
function recordPath(store, environment, version) {
	return join(store, "releases", environment, `${version}.json`);
}
function environmentPath(store, environment) {
	return join(store, "environments", `${environment}.json`);
}
function ledgerPath(store, environment) {
	return join(store, "ledgers", `${environment}.json`);
}
/** A record of the state directory; null: there is none. */
async function readRecord(path, schema) {
	let text;
	try {
		text = await readFile(path, "utf8");
	} catch (error) {
		if (isMissing(error)) return null;
		throw error;
	}
	const parsed = schema.safeParse(parseJson(text));
	if (parsed.success) return parsed.data;
	throw new ProblemError({
		code: "release.record-unreadable",
		where: path,
		found: prettifyError(parsed.error).replaceAll("\n", "; "),
		expected: "a record as this program wrote it",
		remedy: "restore the file from a backup of the state directory; do not edit it by hand"
	});
}
function parseJson(text) {
	try {
		return JSON.parse(text);
	} catch {
		return;
	}
}
function readReleaseRecord(store, environment, version) {
	return readRecord(recordPath(store, environment, version), releaseRecordSchema);
}
/** Every release this environment has a record of. */
async function knownReleases(store, environment) {
	const names = await readdir(dirname(recordPath(store, environment, "x"))).catch(() => []);
	return (await Promise.all(names.filter((name) => name.endsWith(".json")).map((name) => readReleaseRecord(store, environment, name.slice(0, -5))))).flatMap((record) => record === null ? [] : [record.release]);
}
async function readEnvironmentRecord(store, environment, service) {
	return await readRecord(environmentPath(store, environment), environmentRecordSchema) ?? {
		formatVersion: 1,
		environment,
		service,
		history: []
	};
}
async function readLedger(store, environment, service) {
	return await readRecord(ledgerPath(store, environment), ledgerSchema) ?? {
		formatVersion: 1,
		service,
		rows: []
	};
}
/** The version that serves by the record: the newest entry that put one there. */
function liveVersion(record) {
	const last = record.history.findLast((entry) => entry.outcome !== "rolled-back");
	return last === void 0 || last.outcome === "removed" ? null : last.version;
}
/** Did the version of this entry get all traffic by it? Pure. */
function cameToServe({ outcome }) {
	return outcome === "released" || outcome === "went-back-to";
}
/** The version before the live one: what a rollback goes back to. Pure. */
function previousVersion(record) {
	const live = liveVersion(record);
	const served = record.history.filter(cameToServe);
	const own = served.findLastIndex((entry) => entry.version === live && entry.outcome === "released");
	return served.slice(0, Math.max(0, own)).findLast((entry) => entry.version !== live)?.version ?? null;
}
function jsonFile(path, value, why) {
	return {
		kind: "file",
		path,
		content: `${JSON.stringify(value, null, 2)}\n`,
		mode: 420,
		why,
		timeoutMs: 1e4
	};
}
function recordEffect(store, record) {
	return jsonFile(recordPath(store, record.environment, record.release.version), record, "what this release is");
}
/** Adds an entry once: the same run and outcome is not written twice, so a repeated step changes nothing. */
function historyEffect(store, record, entry) {
	if (record.history.some((one) => one.run === entry.run && one.outcome === entry.outcome)) return [];
	const next = {
		...record,
		history: [...record.history, entry]
	};
	return [jsonFile(environmentPath(store, record.environment), next, "who released what, when")];
}
function ledgerEffect(store, environment, ledger, rows) {
	const fresh = rows.filter((row) => !ledger.rows.some((old) => old.version === row.version && old.schema === row.schema && old.answer === row.answer && old.proof === row.proof));
	if (fresh.length === 0) return [];
	return [jsonFile(ledgerPath(store, environment), {
		...ledger,
		rows: [...ledger.rows, ...fresh]
	}, "which version runs on which schema")];
}

// src/model/quarantine.ts
/** Digests that may not return: what an environment remembers of them. Published in docs/formats/quarantine.schema.json. */
/** Why a digest is in quarantine. */
const CAUSES = [
	"worse",
	"above-limit",
	"crash-loop",
	"rejected",
	"aborted",
	"gone-back-from",
	"added"
];
const said = {
	/** Drawn by lot, or follows from run and digest. */
	id: string().regex(/^[0-9A-Za-z-]{8,120}$/),
	digest: digestSchema,
	why: string(),
	who: string(),
	time: momentSchema,
	/** Proof of who it was, where a person has signed. */
	host: string().exactOptional(),
	person: string().exactOptional(),
	signature: string().exactOptional()
};
const quarantineEntrySchema = discriminatedUnion("kind", [strictObject({
	kind: literal("quarantined"),
	...said,
	cause: _enum(CAUSES),
	/** Component and version that it was released as; absent where a person has named the digest only. */
	component: string().exactOptional(),
	version: string().exactOptional(),
	/** Run that took it back. */
	run: string().exactOptional()
}), strictObject({
	kind: literal("released"),
	...said,
	/** Entries that it ends: what is quarantined again later is not meant. */
	ends: array(string()).min(1).readonly()
})]);
/** One file of the list. It never changes: what ends an entry is an entry too. */
const quarantineSchema = strictObject({
	formatVersion: literal(1),
	service: string(),
	/** Environment in which it was said; it holds in all of them. */
	environment: string(),
	entry: quarantineEntrySchema
});
/** Name of a digest in the ConfigMap that the admission policy reads, where no key has a colon: `sha256-…`. */
function quarantineKey(digest) {
	return digest.replace(":", "-");
}
/** Entries that hold: a release counts where `believes` says so, and only for the entries that it names. Pure. */
function standing(entries, believes) {
	const ended = new Set(entries.flatMap((entry) => entry.kind === "released" && believes(entry) ? entry.ends.map((id) => `${entry.digest} ${id}`) : []));
	return entries.filter((entry) => entry.kind === "quarantined" && !ended.has(`${entry.digest} ${entry.id}`));
}

export { missing$1 as A, generations as C, askVector as D, askPrometheus as E, effectResultSchema as M, effectSchema as N, dataOf as O, prometheusMetrics as S, pairQuery as T, recordEffect as _, cameToServe as a, schemaAllows as b, jsonFile as c, liveVersion as d, previousVersion as f, readReleaseRecord as g, readRecord as h, standing as i, sampleValue as j, get as k, knownReleases as l, readLedger as m, quarantineKey as n, environmentRecordSchema as o, readEnvironmentRecord as p, quarantineSchema as r, historyEffect as s, quarantineEntrySchema as t, ledgerEffect as u, releaseRecordSchema as v, pair as w, countersOf as x, ledgerSchema as y };