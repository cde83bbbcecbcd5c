import { A as string, C as lazy, E as number$1, F as ZodError, I as toJSONSchema, M as tuple, N as union, O as record, P as unknown, T as looseObject, V as prettifyError, _ as boolean, b as ipv4, c as unwrap, h as array, i as ok, k as strictObject, n as bad, o as problemSchema, p as _enum, s as problemsOf, t as ProblemError, v as discriminatedUnion, w as literal$1, x as ipv6 } from "./shared-problem.js";
import { a as leaseDirectory, c as runsDirectory, d as writeTemporary, i as isMissing, l as syncDirectory, o as replaceFile, r as hasCode, s as runPaths, t as anchorPath } from "./shared-store.js";
import { n as nearest, t as jsonSchema } from "./shared-json.js";
import { E as askPrometheus, M as effectResultSchema, N as effectSchema, S as prometheusMetrics, a as cameToServe, c as jsonFile, h as readRecord$1, i as standing, p as readEnvironmentRecord, r as quarantineSchema } from "./shared-quarantine.js";
import { l as watch, s as sequence, t as action } from "./shared-build.js";
import { t as require_fastest_levenshtein } from "./shared-fastest-levenshtein.js";
import { i as toJson, n as digestOf, r as sha256, t as canonical } from "./shared-canonical.js";
import { i as runCommand, o as withDeadline, t as createExec } from "./shared-exec.js";
import { n as timestamp, t as systemClock } from "./shared-clock2.js";
import { a as readFence, n as LeaseLostError, r as raiseFence } from "./shared-fence.js";
import { t as EXIT } from "./shared-exit.js";
import { a as addressProblem, i as require_dist, l as isGone, n as parsePath, o as git, r as BRANCH_NAME, s as gitAddress, u as ownIdentity } from "./shared-path.js";
import { a as DAYS, n as isTimeZone } from "./shared-windows.js";
import { n as httpClient } from "./shared-http-client.js";
import { t as createSecrets } from "./shared-secrets.js";
import { n as digestSchema, o as versionSchema } from "./shared-release.js";
import { A as share, D as rateSchema, E as portsSchema, M as variableNameSchema, N as wordsSchema, O as requestSchema, S as parseAddress, _ as holdsPassword, a as hostRoot, b as nameSchema, c as layout, d as argvSchema, f as complain, g as formatShare, h as formatDuration, j as textOrSecretSchema, k as secretSchema, m as filePathSchema, n as checkComponent, p as duration$1, u as addressSchema, v as httpPathSchema, x as objectNameSchema, y as httpUrlSchema } from "./shared-layout.js";
import { S as portsOf, b as LOOPBACK, g as settingsSchema, t as SECRET_PREFIX } from "./shared-start.js";
import { B as groups, C as heartbeats, D as askHaproxy, E as readHaproxy, F as routesFrom$1, G as timeoutsFor, H as slotNames, I as fingerprint$1, K as endpointOf, L as renderConfig$1, N as factsFrom, O as lookCommand, P as parseFacts$1, R as staticHash, U as assertOptions, V as isFallback, W as haproxyPaths, _ as RELOAD_SCRIPT, a as stateLines, b as nginxPaths, c as checkAddress, d as fenced, f as foreignObservation, g as sharesInWords, h as routeProblems, i as parseState, k as parseRuntime, l as splitOf, m as percent, n as lookAtWorkers, o as UNITS, p as isNotThereYet, q as taking, r as openConnections, s as addressOf$1, t as nginxCounter, u as largestRemainder, v as RUN_SCRIPT, w as holdEffect, x as askNginx, y as assertOptions$1, z as groupOf } from "./shared-counters.js";
import { a as settingsHash, n as probeReady, t as observeHost } from "./shared-observe.js";
import { n as programBeside } from "./shared-beside.js";
import { r as afterExit, t as CALM } from "./shared-crash-policy.js";
import { n as launchScript } from "./shared-quote.js";
import { a as sshArgv, i as socketDirectory, n as hostWord, t as hostProblem } from "./shared-failure.js";
import { i as programArgv, n as hostProgram } from "./shared-program3.js";
import { createHash, randomBytes, randomInt } from "node:crypto";
import { access, link, mkdir, mkdtemp, open, readFile, readdir, rename, rm, stat, unlink, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { tmpdir, userInfo } from "node:os";
import { rmSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";

// src/procedure/journal/records.ts
/** What the payload of each record type holds (docs/formats/journal.md). Parsed when a journal is read, checked by type when written. */
const problems = array(problemSchema).readonly();
const outline = record(string(), string());
/** Node path → its title, so that a journal can be read by itself. Records of earlier versions have none. */
const titles = record(string(), string()).exactOptional();
const evidenceFieldSchema = discriminatedUnion("kind", [
	strictObject({
		kind: literal$1("text"),
		name: string(),
		question: string(),
		minLength: number$1().int().exactOptional(),
		pattern: string().exactOptional()
	}),
	strictObject({
		kind: literal$1("number"),
		name: string(),
		question: string(),
		min: number$1().exactOptional(),
		max: number$1().exactOptional()
	}),
	strictObject({
		kind: literal$1("check"),
		name: string(),
		question: string()
	}),
	strictObject({
		kind: literal$1("choice"),
		name: string(),
		question: string(),
		options: array(string()).readonly()
	})
]);
const evidenceSchema = record(string(), union([
	string(),
	number$1(),
	boolean()
]));
const OUTCOMES = [
	"done",
	"failed",
	"rolled-back",
	"refused"
];
const started = strictObject({
	procedure: strictObject({
		id: string(),
		title: string(),
		version: number$1().int(),
		inputs: record(string(), jsonSchema)
	}),
	environment: string(),
	who: string(),
	planHash: string(),
	/** Node path → digest of what the plan hash says about that node alone. */
	outline,
	titles,
	policyCommit: string().exactOptional(),
	/** Where the policy was read; without it nobody was checked. */
	policy: strictObject({
		place: string(),
		pinned: boolean(),
		breakGlass: string().exactOptional()
	}).exactOptional(),
	/** Proof of who started the run (gate/statement.ts). */
	startedBy: strictObject({
		person: string(),
		host: string(),
		signature: string()
	}).exactOptional(),
	/** Why the run went on without the shared store, or with a copy of the policy. */
	breakGlass: string().exactOptional(),
	preempts: string().exactOptional()
});
/** An order that the run follows, and who gave it; docs/formats/order.schema.json. */
const asked$1 = strictObject({
	order: string(),
	by: string(),
	why: string(),
	host: string(),
	person: string().exactOptional(),
	signature: string().exactOptional()
});
const paused = strictObject({
	reason: _enum([
		"waiting",
		"stopped",
		"unknown-outcome",
		"compensation-failed",
		"internal-error",
		"store-behind",
		"asked",
		"aborted"
	]),
	signal: string().exactOptional(),
	problems,
	asked: asked$1.exactOptional()
});
const resumed = strictObject({
	who: string(),
	planHash: string(),
	/** Bytes of an unfinished record that were cut off. */
	tornBytes: number$1().int(),
	/** Commit of the protected branch that the policy was read at this time. */
	policyCommit: string().exactOptional(),
	/** Why the run went on without the shared store, or with a copy of the policy. */
	breakGlass: string().exactOptional(),
	/** A person ends a pause; the process is the same. */
	asked: asked$1.exactOptional(),
	outcome: strictObject({
		step: string(),
		outcome: _enum(["applied", "not-applied"]),
		evidence: string()
	}).exactOptional(),
	changed: strictObject({
		role: string(),
		reason: string(),
		from: string(),
		outline,
		titles,
		differences: array(strictObject({
			path: string(),
			change: _enum([
				"added",
				"removed",
				"changed"
			])
		})),
		/** Gates that open again because what they stand for changed. */
		reopened: array(string())
	}).exactOptional()
});
const finished = strictObject({
	outcome: _enum(OUTCOMES),
	problems,
	/** The run that took the environment away from this one. */
	preemptedBy: string().exactOptional()
});
const intent = strictObject({
	what: _enum([
		"do",
		"opaque",
		"undo"
	]),
	effects: array(effectSchema).readonly(),
	/** SHA-256 of the facts that were read; empty where there are none. */
	facts: string(),
	why: string().exactOptional()
});
const done = strictObject({
	outputs: jsonSchema,
	results: array(effectResultSchema).readonly(),
	/** How it came to be done without effects of this attempt: `nothing to do: …`, `probe: applied`, … */
	note: string().exactOptional()
});
const failed = strictObject({
	problems,
	/** No attempt is left. */
	final: boolean(),
	/** Refused before anything was changed by this step. */
	refused: boolean(),
	/** Its effects were not begun although the intent is recorded. */
	begun: literal$1(false).exactOptional()
});
const undone = strictObject({
	by: _enum([
		"undo",
		"rollback",
		"nothing"
	]),
	results: array(effectResultSchema).readonly(),
	note: string().exactOptional()
});
const opened = strictObject({
	title: string(),
	description: string().exactOptional(),
	role: string(),
	evidence: array(evidenceFieldSchema).readonly(),
	guard: string(),
	/** The procedure judges the evidence; without it every check must be ticked. */
	judged: boolean(),
	planHash: string(),
	/** Drawn by lot; evidence names it. Absent where nobody is checked. */
	opening: string().exactOptional(),
	/** Digest of what the gate stands for: the nodes around it and the inputs. */
	subject: string().exactOptional(),
	asks: _enum([
		"persons",
		"window",
		"persons-and-window",
		"condition"
	]).exactOptional(),
	urgent: boolean().exactOptional(),
	/** What the policy asked for then, in words. */
	demands: string().exactOptional(),
	/** What its condition looked at, what it found, and what was not so. `about` is the digest that `subject` holds too. */
	condition: strictObject({
		about: string(),
		found: string(),
		unmet: problems
	}).exactOptional()
});
/** Who says so, bound to this opening of the gate. */
const proof = {
	opening: string().exactOptional(),
	person: string().exactOptional(),
	signature: string().exactOptional()
};
const evidence = strictObject({
	evidence: evidenceSchema,
	by: string(),
	host: string(),
	planHash: string(),
	...proof
});
const override = strictObject({
	role: string(),
	reason: string(),
	by: string(),
	evidence: evidenceSchema.exactOptional(),
	host: string().exactOptional(),
	planHash: string().exactOptional(),
	...proof
});
const sample = strictObject({ sample: jsonSchema });
const verdict = strictObject({
	answer: _enum([
		"pass",
		"fail",
		"ask"
	]),
	status: string(),
	problem: problemSchema.exactOptional()
});
const taken = strictObject({
	environment: string(),
	who: string(),
	host: string(),
	pid: number$1().int(),
	durationMs: number$1()
});
const lost = strictObject({ why: string() });
const payloadSchema = discriminatedUnion("type", [
	strictObject({
		type: literal$1("run.started"),
		data: started
	}),
	strictObject({
		type: literal$1("run.paused"),
		data: paused
	}),
	strictObject({
		type: literal$1("run.resumed"),
		data: resumed
	}),
	strictObject({
		type: literal$1("run.finished"),
		data: finished
	}),
	strictObject({
		type: literal$1("step.intent"),
		data: intent
	}),
	strictObject({
		type: literal$1("step.done"),
		data: done
	}),
	strictObject({
		type: literal$1("step.failed"),
		data: failed
	}),
	strictObject({
		type: literal$1("step.undone"),
		data: undone
	}),
	strictObject({
		type: literal$1("gate.opened"),
		data: opened
	}),
	strictObject({
		type: literal$1("gate.evidence"),
		data: evidence
	}),
	strictObject({
		type: literal$1("gate.override"),
		data: override
	}),
	strictObject({
		type: literal$1("analysis.sample"),
		data: sample
	}),
	strictObject({
		type: literal$1("analysis.verdict"),
		data: verdict
	}),
	strictObject({
		type: literal$1("lease.taken"),
		data: taken
	}),
	strictObject({
		type: literal$1("lease.renewed"),
		data: taken
	}),
	strictObject({
		type: literal$1("lease.lost"),
		data: lost
	})
]);

// src/model/journal.ts
/** One line of a run's journal: JSON in RFC 8785 canonical form, chained by SHA-256. docs/formats/journal.schema.json. */
const JOURNAL_VERSION = 1;
const RECORD_TYPES = [
	"run.started",
	"run.paused",
	"run.resumed",
	"run.finished",
	"step.intent",
	"step.done",
	"step.failed",
	"step.undone",
	"gate.opened",
	"gate.evidence",
	"gate.override",
	"analysis.sample",
	"analysis.verdict",
	"lease.taken",
	"lease.renewed",
	"lease.lost"
];
const hex64 = string().regex(/^[0-9a-f]{64}$/);
const journalRecordSchema = strictObject({
	v: literal$1(1),
	run: string().min(1),
	/** 0, 1, 2 … without gaps. */
	seq: number$1().int().nonnegative(),
	/** RFC 3339 in UTC with milliseconds. */
	time: string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
	/** Fence of the lease under which the record was written. */
	fence: number$1().int().nonnegative(),
	type: _enum(RECORD_TYPES),
	/** Path of the node in the tree, `a/b/c`; empty for records of the run itself. */
	node: string(),
	attempt: number$1().int().nonnegative(),
	/** SHA-256 of the canonical payload envelope, which lies beside the chain and can be redacted. */
	payloadDigest: hex64,
	/** SHA-256 of the previous line's bytes (without the newline); 64 zeros for the first. */
	prev: hex64
});
/** Head of a journal kept elsewhere: what makes truncation and rewriting show. */
const anchorSchema = strictObject({
	run: string().min(1),
	/** Number of records. */
	count: number$1().int().nonnegative(),
	/** SHA-256 of the last line's bytes; 64 zeros for none. */
	head: hex64
});
const leaseSchema = strictObject({
	formatVersion: literal$1(1),
	/** What is leased: the environment. */
	environment: string().min(1),
	/** Grows with every holder; every effect carries it and the resource compares. */
	fence: number$1().int().positive(),
	holder: strictObject({
		run: string(),
		/** Person or robot, for people to read. */
		who: string(),
		host: string(),
		pid: number$1().int(),
		/** Start of the process since boot and the boot itself: tells a dead holder on this machine from a living one at once. */
		startTicks: string(),
		bootId: string()
	}).nullable(),
	/** Counts renewals: a contender waits until it has seen this unchanged for the duration on its own clock. */
	renewals: number$1().int().nonnegative(),
	durationMs: number$1().int().positive(),
	anchor: anchorSchema.nullable(),
	/** The last word of a person on whether runs may take the environment; absent when there never was one. */
	lock: strictObject({
		on: boolean(),
		by: string(),
		reason: string(),
		/** RFC 3339 in UTC with milliseconds. */
		time: string()
	}).exactOptional()
});

// src/procedure/journal/read.ts
/** Reading and checking a journal. Writing is in journal.ts, the format in docs/formats/journal.md. */
const NO_HEAD = "0".repeat(64);
const envelopeSchema = union([strictObject({
	data: jsonSchema,
	salt: string()
}), strictObject({
	redacted: string(),
	by: string(),
	reason: string(),
	time: string()
})]);
/** The text of a run's journal; undefined when there is none. */
async function readJournalText(paths) {
	const bytes = await readOrMissing(paths.journal) ?? await readOrMissing(paths.taken);
	if (bytes === void 0) return void 0;
	const whole = wholeLines(bytes);
	const payloads = await readOrMissing(paths.payloads);
	return {
		journal: bytes.toString("utf8", 0, whole),
		tornBytes: bytes.length - whole,
		payloads: payloads === void 0 ? "" : payloads.toString("utf8")
	};
}
/** Every record checked against the chain and against its payload. Stops at the first that does not fit. */
function readJournal(run, text) {
	const envelopes = indexPayloads(text.payloads);
	const entries = [];
	let head = NO_HEAD;
	const result = (broken) => ({
		entries,
		anchor: {
			run,
			count: entries.length,
			head
		},
		tornBytes: text.tornBytes,
		...broken ? { broken } : {}
	});
	for (const line of text.journal.split("\n")) {
		if (line === "") continue;
		const seq = entries.length;
		const record = parseRecord(line);
		if (typeof record === "string") return result({
			seq,
			why: record
		});
		const why = misfit(record, run, seq, head);
		if (why !== void 0) return result({
			seq,
			why
		});
		const payload = envelopes.get(record.payloadDigest);
		if (payload === void 0) return result({
			seq,
			why: "its payload is missing or was changed"
		});
		entries.push({
			record,
			payload
		});
		head = sha256(line);
	}
	return result();
}
/**
* Checks a reading against an anchor kept elsewhere. The chain alone shows edits and swaps; only an anchor shows that the end was
* cut off or that everything was written anew.
*/
function verifyReading(text, reading, anchor) {
	if (reading.broken !== void 0) return {
		state: "broken",
		...reading.broken
	};
	const { entries, tornBytes } = reading;
	const count = entries.length;
	const redacted = entries.filter((entry) => entry.payload.kind === "redacted").map((entry) => entry.record.seq);
	if (anchor === void 0) return {
		state: "intact, tail not anchored",
		count,
		anchored: 0,
		redacted,
		tornBytes
	};
	if (anchor.run !== reading.anchor.run) return {
		state: "broken",
		seq: 0,
		why: `the anchor belongs to run ${anchor.run}`
	};
	if (anchor.count > count) return {
		state: "broken",
		seq: count,
		why: `the end is missing: the anchor counts ${anchor.count} records`
	};
	if (headAt(text.journal, anchor.count) !== anchor.head) return {
		state: "broken",
		seq: Math.max(0, anchor.count - 1),
		why: "written anew: the head differs from the anchor"
	};
	if (anchor.count === count) return {
		state: "intact",
		count,
		redacted,
		tornBytes
	};
	return {
		state: "intact, tail not anchored",
		count,
		anchored: anchor.count,
		redacted,
		tornBytes
	};
}
/** One line for people. */
function verificationText(verification) {
	if (verification.state === "broken") return `broken at seq ${verification.seq}: ${verification.why}`;
	const parts = [`${verification.state} (${verification.count} records`];
	if (verification.state !== "intact") parts.push(`, ${verification.count - verification.anchored} of them not anchored`);
	if (verification.redacted.length > 0) parts.push(`, ${verification.redacted.length} payloads redacted`);
	if (verification.tornBytes > 0) parts.push(`, ${verification.tornBytes} bytes of an unfinished record`);
	return `${parts.join("")})`;
}
/** Lines, without the newline, of records: everything before the last newline and before anything a crash zeroed. */
function wholeLines(bytes) {
	const zero = bytes.indexOf(0);
	const end = zero < 0 ? bytes.length : zero;
	return bytes.lastIndexOf(10, end - 1) + 1;
}
function indexPayloads(text) {
	const found = /* @__PURE__ */ new Map();
	for (const line of text.split("\n")) {
		if (line === "") continue;
		let parsed;
		try {
			parsed = envelopeSchema.safeParse(JSON.parse(line));
		} catch {
			continue;
		}
		if (!parsed.success) continue;
		const envelope = parsed.data;
		if ("redacted" in envelope) {
			if (!found.has(envelope.redacted)) found.set(envelope.redacted, {
				kind: "redacted",
				by: envelope.by,
				reason: envelope.reason
			});
		} else found.set(sha256(line), {
			kind: "data",
			data: envelope.data
		});
	}
	return found;
}
/** One record by itself, without its place in the chain; undefined for anything else. */
function readRecord(line) {
	const record = parseRecord(line);
	return typeof record === "string" ? void 0 : record;
}
/** The payload of a record from its line; undefined when the line is another one or was redacted. */
function readPayload(line, digest) {
	const payload = indexPayloads(line).get(digest);
	return payload?.kind === "data" ? payload : void 0;
}
function parseRecord(line) {
	let value;
	try {
		value = JSON.parse(line);
	} catch {
		return "not JSON";
	}
	if (typeof value === "object" && value !== null && "v" in value && value.v !== 1) return `journal version ${String(value.v)}; this shiplock reads version ${1}`;
	const parsed = journalRecordSchema.safeParse(value);
	if (!parsed.success) return `not a record: ${parsed.error.issues[0]?.message ?? "unknown"}`;
	if (canonical(parsed.data) !== line) return "not in canonical form";
	return parsed.data;
}
function misfit(record, run, seq, head) {
	if (record.seq !== seq) return `its number is ${record.seq}`;
	if (record.run !== run) return `it belongs to run ${record.run}`;
	if (record.prev !== head) return "it does not follow the record before it";
}
function headAt(journal, count) {
	if (count === 0) return NO_HEAD;
	let from = 0;
	for (let line = 1; line < count; line++) from = journal.indexOf("\n", from) + 1;
	return sha256(journal.slice(from, journal.indexOf("\n", from)));
}
async function readOrMissing(path) {
	try {
		return await readFile(path);
	} catch (error) {
		if (isMissing(error)) return void 0;
		throw error;
	}
}

// src/procedure/journal/state.ts
function emptyState(run) {
	return {
		run,
		started: void 0,
		planHash: "",
		outline: {},
		epoch: 0,
		status: "empty",
		paused: void 0,
		held: void 0,
		aborted: void 0,
		orders: /* @__PURE__ */ new Set(),
		finished: void 0,
		changed: false,
		nodes: /* @__PURE__ */ new Map(),
		gates: /* @__PURE__ */ new Map(),
		looks: /* @__PURE__ */ new Map(),
		asks: /* @__PURE__ */ new Map(),
		answers: /* @__PURE__ */ new Map(),
		count: 0,
		lastTime: ""
	};
}
function foldState(run, entries) {
	const state = emptyState(run);
	for (const entry of entries) advance(state, entry);
	return state;
}
const NEW = {
	phase: "intent",
	attempts: 0,
	failures: 0,
	effects: [],
	open: false,
	intentSeq: -1,
	intentFence: 0,
	outputs: void 0,
	problems: [],
	refused: false,
	final: false,
	seq: 0,
	epoch: 0
};
/** Adds one record to the state. The state is changed in place: a run has many records. */
function advance(state, entry) {
	const { record } = entry;
	state.count = record.seq + 1;
	state.lastTime = record.time;
	const change = (fields) => {
		const before = state.nodes.get(record.node) ?? NEW;
		const failures = before.epoch === state.epoch ? before.failures : 0;
		state.nodes.set(record.node, {
			...before,
			failures,
			...fields,
			seq: record.seq,
			epoch: state.epoch
		});
	};
	if (entry.payload.kind === "redacted") {
		advanceRedacted(state, entry, change);
		return;
	}
	const payload = parsePayload(entry);
	switch (payload.type) {
		case "run.started":
			state.started = {
				...payload.data,
				time: record.time
			};
			state.planHash = payload.data.planHash;
			state.outline = payload.data.outline;
			state.status = "running";
			return;
		case "run.paused":
			if (payload.data.asked === void 0) {
				state.status = "paused";
				state.paused = payload.data;
			} else order(state, payload.data.reason, payload.data.asked, record.time);
			return;
		case "run.resumed":
			resume(state, payload.data);
			return;
		case "run.finished":
			state.status = "finished";
			state.finished = payload.data;
			return;
		case "step.intent": {
			const undo = payload.data.what === "undo";
			if (payload.data.effects.length > 0 || payload.data.what === "opaque") state.changed = true;
			change({
				phase: undo ? "undo-intent" : "intent",
				attempts: record.attempt,
				effects: payload.data.effects,
				open: true,
				intentSeq: record.seq,
				intentFence: record.fence
			});
			return;
		}
		case "step.done":
			change({
				phase: "done",
				outputs: payload.data.outputs,
				open: false
			});
			return;
		case "step.failed": {
			if (record.attempt === 0) state.held = void 0;
			const before = state.nodes.get(record.node) ?? NEW;
			const failures = before.epoch === state.epoch ? before.failures : 0;
			change({
				...before.phase === "done" || before.phase === "undo-intent" ? {} : { phase: "failed" },
				attempts: Math.max(record.attempt, before.attempts),
				failures: failures + 1,
				problems: payload.data.problems,
				final: payload.data.final,
				refused: payload.data.refused,
				...payload.data.begun === false ? { open: false } : {}
			});
			return;
		}
		case "step.undone":
			change({
				phase: "undone",
				open: false
			});
			return;
		case "gate.opened":
			openAgain(state, record.node);
			state.gates.set(record.node, {
				opened: payload.data,
				openedAt: record.time,
				given: [],
				evidence: void 0
			});
			return;
		case "gate.evidence":
			give(state, record.node, {
				...proofOf(payload.data, record.seq),
				kind: "evidence",
				reason: ""
			});
			return;
		case "gate.override":
			give(state, record.node, {
				...proofOf(payload.data, record.seq),
				kind: "override",
				reason: payload.data.reason
			});
			return;
		case "analysis.sample":
			look$1(state, record.node, payload.data.sample);
			return;
		case "analysis.verdict":
			if (payload.data.answer === "ask") state.asks.set(record.node, (state.asks.get(record.node) ?? 0) + 1);
			return;
		case "lease.taken":
		case "lease.renewed":
		case "lease.lost": return;
	}
}
/** The process stays, so the run is not paused as one is that waits for another process. */
function order(state, reason, asked, since) {
	state.orders.add(asked.order);
	state.held = reason === "asked" ? {
		...asked,
		since
	} : void 0;
	if (reason === "aborted") state.aborted = asked;
	if (state.held === void 0) return;
	for (const [path, looks] of state.looks) {
		const phase = state.nodes.get(path)?.phase;
		const answered = looks.filter(({ kind }) => kind === "evidence").length;
		if (!(phase === "done" || phase === "failed" || (state.asks.get(path) ?? 0) > answered) && looks.at(-1)?.kind === "sample") holdLast(looks);
	}
}
function look$1(state, path, sample) {
	const held = state.held !== void 0;
	if (held) holdLast(state.looks.get(path) ?? []);
	push(state.looks, path, {
		kind: "sample",
		sample,
		held
	});
}
function holdLast(looks) {
	const last = looks.at(-1);
	if (last !== void 0 && !last.held) looks[looks.length - 1] = {
		...last,
		held: true
	};
}
function resume(state, data) {
	if (data.asked !== void 0) {
		state.orders.add(data.asked.order);
		state.held = void 0;
		return;
	}
	state.status = "running";
	state.paused = void 0;
	state.epoch++;
	state.planHash = data.planHash;
	if (data.outcome !== void 0) {
		const seq = state.nodes.get(data.outcome.step)?.intentSeq ?? -1;
		state.answers.set(data.outcome.step, {
			seq,
			outcome: data.outcome.outcome,
			evidence: data.outcome.evidence
		});
	}
	if (data.changed === void 0) return;
	state.outline = data.changed.outline;
	for (const gate of data.changed.reopened) for (const path of [...state.gates.keys(), ...state.nodes.keys()]) {
		const plain = path.replace(/#\d+/g, "#");
		if (plain !== gate && !plain.startsWith(`${gate}/`)) continue;
		state.gates.delete(path);
		state.nodes.delete(path);
	}
}
/** A gate that opens a second time has not passed, and what was said before counts no more. */
function openAgain(state, path) {
	if (state.nodes.get(path)?.phase === "done") state.nodes.delete(path);
	for (const [watch, looks] of state.looks) {
		const kept = looks.filter((look) => look.kind !== "evidence" || look.gate !== path);
		if (kept.length < looks.length) state.looks.set(watch, kept);
	}
}
function give(state, path, given) {
	const gate = state.gates.get(path);
	if (gate !== void 0) state.gates.set(path, {
		...gate,
		given: [...gate.given, given],
		evidence: gate.evidence ?? given.items
	});
	if (gate !== void 0 && gate.given.length > 0) return;
	const watch = /^(.*)\/[^/]+#\d+$/.exec(path)?.[1];
	if (watch !== void 0) push(state.looks, watch, {
		kind: "evidence",
		gate: path,
		evidence: given.items,
		held: false
	});
}
function proofOf(data, seq) {
	const { evidence = {}, by, host = "", opening, person, signature } = data;
	return {
		seq,
		items: evidence,
		by,
		host,
		opening,
		person,
		signature
	};
}
/** The record still says that something happened; only what it held is gone. */
function advanceRedacted(state, { record }, change) {
	if (record.type === "step.done") change({
		phase: "done",
		outputs: void 0,
		open: false
	});
	if (record.type === "step.undone") change({
		phase: "undone",
		open: false
	});
	if (record.type === "step.intent") {
		state.changed = true;
		change({
			attempts: record.attempt,
			effects: [],
			open: true,
			intentSeq: record.seq,
			intentFence: record.fence
		});
	}
	if (record.type === "step.failed") change({
		phase: "failed",
		final: true,
		problems: []
	});
	if (record.type === "analysis.sample") look$1(state, record.node, void 0);
}
function parsePayload(entry) {
	const data = entry.payload.kind === "data" ? entry.payload.data : null;
	const parsed = payloadSchema.safeParse({
		type: entry.record.type,
		data
	});
	if (parsed.success) return parsed.data;
	const issue = parsed.error.issues[0];
	throw new ProblemError({
		code: "journal.payload",
		where: `run ${entry.record.run}, record ${entry.record.seq} (${entry.record.type})`,
		found: `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "another form"}`,
		expected: "a payload of journal version 1",
		remedy: "read the journal with the version of shiplock that wrote it"
	});
}
function push(map, key, value) {
	const list = map.get(key);
	if (list === void 0) map.set(key, [value]);
	else list.push(value);
}

// src/procedure/journal/load.ts
/** Undefined when the run has no journal, or an empty one. Throws when a record cannot be understood. */
async function loadRun(store, run) {
	const text = await readJournalText(runPaths(store, run));
	if (text === void 0 || text.journal === "") return void 0;
	const reading = readJournal(run, text);
	return {
		reading,
		state: foldState(run, reading.entries)
	};
}
/** Has the run something left to do? A run that recorded nothing has not: it never began. */
async function isUnfinished(store, run) {
	const loaded = await loadRun(store, run);
	return loaded !== void 0 && loaded.state.started !== void 0 && loaded.state.status !== "finished";
}

// src/procedure/journal/journal.ts
/** A new, empty journal. Throws when the run has one; what a start left that never recorded anything is no journal. */
async function createJournal(options) {
	const { paths, run } = options;
	await mkdir(paths.directory, { recursive: true });
	const before = await readJournalText(paths);
	if (before !== void 0 && before.journal !== "") throw alreadyThere(run);
	await removeIfThere(paths.journal);
	await removeIfThere(paths.taken);
	const handle = await openNew(paths.journal, run);
	await handle.sync();
	await syncDirectory(paths.directory);
	await syncDirectory(dirname(paths.directory));
	return write(options, handle, {
		run,
		count: 0,
		head: NO_HEAD
	});
}
/**
* Takes a journal over for a new holder: recovers a torn end and makes whoever wrote before unable to go on.
*
* The file is moved aside, read, and put back as a new file. A writer looks after every write whether the path still names its
* file. If it does, the write came before the move, so it is in what is read here; if not, the writer stops before it acts on
* the record. A stale holder that wakes up late can therefore never add to a journal that somebody else continues.
*/
async function takeJournal(options, stillOurs) {
	const { paths, run } = options;
	if (await exists(paths.journal)) {
		await removeIfThere(paths.taken);
		await rename(paths.journal, paths.taken);
		await syncDirectory(paths.directory);
	}
	const text = await readJournalText(paths);
	if (text === void 0) throw noJournal(run);
	const reading = readJournal(run, text);
	const fresh = await writeTemporary(paths.journal, text.journal);
	await stillOurs();
	try {
		await link(fresh, paths.journal);
	} catch (error) {
		if (hasCode(error, "EEXIST")) throw new LeaseLostError("another process has taken this journal over");
		throw error;
	} finally {
		await unlink(fresh);
	}
	await syncDirectory(paths.directory);
	await removeIfThere(paths.taken);
	if (reading.broken !== void 0) throw new ProblemError({
		code: "journal.broken",
		where: `${paths.journal}, record ${reading.broken.seq}`,
		found: reading.broken.why,
		expected: "an unbroken chain",
		remedy: `restore the file from its replica, or roll back with a new run; \`shiplock journal verify ${run}\` checks it again`
	});
	return {
		journal: write(options, await open(paths.journal, "a"), reading.anchor),
		reading
	};
}
function noJournal(run) {
	return new ProblemError({
		code: "journal.missing",
		where: `run ${run}`,
		found: "no journal",
		expected: "a run of this state directory",
		remedy: "`shiplock status` lists the runs; check the id and --state"
	});
}
async function openNew(path, run) {
	try {
		return await open(path, "ax");
	} catch (error) {
		throw hasCode(error, "EEXIST") ? alreadyThere(run) : error;
	}
}
function alreadyThere(run) {
	return new ProblemError({
		code: "journal.exists",
		where: `run ${run}`,
		found: "a journal of this run",
		expected: "a new run id",
		remedy: `\`shiplock resume ${run}\` goes on with it; start a new run under another id`
	});
}
function write(options, journal, from) {
	const { run, paths, clock, fence } = options;
	let { count, head } = from;
	let payloads;
	let failed;
	let waiting = [];
	let writing;
	/** Everything that waits goes to disk together: steps that run side by side share the two waits for the disk. */
	const flush = async () => {
		while (waiting.length > 0) {
			const batch = waiting;
			waiting = [];
			try {
				if (failed !== void 0) throw failed;
				await writeBatch(batch);
			} catch (error) {
				failed ??= error;
				for (const item of batch) item.reject(failed);
			}
		}
		writing = void 0;
	};
	const writeBatch = async (batch) => {
		let payloadText = "";
		let recordText = "";
		let [seq, prev] = [count, head];
		const records = [];
		for (const item of batch) {
			const envelope = canonical({
				data: options.mask(item.payload),
				salt: randomBytes(16).toString("hex")
			});
			const record = {
				v: 1,
				run,
				seq,
				time: timestamp(clock),
				fence,
				type: item.type,
				node: item.node,
				attempt: item.attempt,
				payloadDigest: sha256(envelope),
				prev
			};
			const line = canonical(record);
			payloadText += `${envelope}\n`;
			recordText += `${line}\n`;
			records.push(record);
			prev = sha256(line);
			seq++;
			options.killAt?.({
				seq: record.seq,
				type: item.type,
				node: item.node,
				when: "before"
			});
		}
		payloads ??= await openPayloads(paths);
		await payloads.writeFile(payloadText);
		await payloads.datasync();
		await journal.writeFile(recordText);
		await journal.datasync();
		await stillNamed(journal, paths.journal);
		[count, head] = [seq, prev];
		for (const [index, record] of records.entries()) {
			options.killAt?.({
				seq: record.seq,
				type: record.type,
				node: record.node,
				when: "after"
			});
			batch[index]?.resolve(record);
		}
	};
	return {
		append: (type, node, attempt, payload) => new Promise((resolve, reject) => {
			waiting.push({
				type,
				node,
				attempt,
				payload,
				resolve,
				reject
			});
			writing ??= Promise.resolve().then(flush);
		}),
		anchor: () => ({
			run,
			count,
			head
		}),
		async close() {
			await writing;
			await journal.close();
			await payloads?.close();
		}
	};
}
/** Payload lines are found by their digest, so a torn line does no harm as long as the next one begins on a line of its own. */
async function openPayloads(paths) {
	const handle = await open(paths.payloads, "a+");
	const { size } = await handle.stat();
	if (size === 0) {
		await syncDirectory(paths.directory);
		return handle;
	}
	const last = Buffer.alloc(1);
	await handle.read(last, 0, 1, size - 1);
	if (last[0] !== 10) await handle.writeFile("\n");
	return handle;
}
async function stillNamed(handle, path) {
	const own = await handle.stat();
	try {
		const named = await stat(path);
		if (named.ino === own.ino && named.dev === own.dev) return;
	} catch (error) {
		if (!isMissing(error)) throw error;
	}
	throw new LeaseLostError("another process has taken this journal over");
}
async function exists(path) {
	try {
		await stat(path);
		return true;
	} catch (error) {
		if (isMissing(error)) return false;
		throw error;
	}
}
async function removeIfThere(path) {
	try {
		await unlink(path);
	} catch (error) {
		if (!isMissing(error)) throw error;
	}
}

// src/procedure/journal/recorder.ts
async function createRecorder(run, options, lease) {
	const { store, clock, secrets } = options;
	const { journal, reading } = await takeJournal({
		run,
		paths: runPaths(store, run),
		clock,
		fence: lease.fence,
		mask: (payload) => secrets?.maskJson(payload) ?? payload
	}, () => lease.ensure());
	return {
		reading,
		async record(type, node, attempt, data) {
			await journal.append(type, node, attempt, toJson(data));
		},
		async close() {
			const anchor = journal.anchor();
			await journal.close();
			await replaceFile(anchorPath(store, run), `${JSON.stringify(anchor)}\n`);
		}
	};
}

// src/procedure/gate/statement.ts
/** What is signed: one text per statement, so a signature belongs to one run, gate, opening, plan, host, person and content. */
const GATE_NAMESPACE = "shiplock-gate@v1";
const START_NAMESPACE = "shiplock-start@v1";
const ORDER_NAMESPACE = "shiplock-order@v1";
/** RFC 8785 canonical JSON and a newline. */
function gateText(statement) {
	const { run, environment, gate, opening, subject, planHash, host, person, kind, reason, items } = statement;
	const fields = {
		run,
		environment,
		gate,
		opening,
		subject,
		planHash,
		host,
		person,
		kind,
		reason,
		items: { ...items }
	};
	return `${canonical({
		format: GATE_NAMESPACE,
		...fields
	})}\n`;
}
function startText(statement) {
	const { run, environment, procedure, planHash, host, person } = statement;
	return `${canonical({
		format: START_NAMESPACE,
		run,
		environment,
		procedure,
		planHash,
		host,
		person
	})}\n`;
}
function orderText({ run, environment, id, kind, why, host, person }) {
	return `${canonical({
		format: ORDER_NAMESPACE,
		run,
		environment,
		id,
		kind,
		why,
		host,
		person
	})}\n`;
}
/** What a gate asks, together with the answers that somebody agrees to, in 16 digits: whoever names them means this and nothing else. */
function askedOf(gate) {
	const { run, environment, gate: path, opening, subject, planHash, items } = gate;
	const text = canonical({
		run,
		environment,
		gate: path,
		opening,
		subject,
		planHash,
		items: { ...items }
	});
	return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

// src/procedure/run/result.ts
/** What a run returns to its door. */
function resultOf(parts) {
	const { run, outcome, problems, planHash, state } = parts;
	const gate = outcome === "waiting" && state !== void 0 ? openGates(state)[0] : void 0;
	return {
		run,
		outcome,
		exit: exitOf(outcome, parts.signal),
		problems,
		...gate === void 0 ? {} : { gate },
		outputs(ref) {
			const parsed = ref.outputs.safeParse(parts.outputs?.get(ref));
			return parsed.success ? parsed.data : void 0;
		},
		anchor: parts.anchor ?? {
			run,
			count: 0,
			head: NO_HEAD
		},
		planHash
	};
}
function exitOf(outcome, signal) {
	switch (outcome) {
		case "done": return EXIT.done;
		case "failed": return EXIT.failed;
		case "rolled-back": return EXIT.rolledBack;
		case "refused": return EXIT.refused;
		case "waiting": return EXIT.waiting;
		case "lease-held": return EXIT.leaseHeld;
		case "stopped": return signal?.requested === "SIGTERM" ? EXIT.terminated : EXIT.interrupted;
	}
}
/** Gates of a run that wait: for anybody, or where persons are checked, until the run has gone through them. None when the run is over. */
function openGates(state) {
	if (state.status === "finished") return [];
	return [...state.gates].filter(([path, gate]) => {
		const phase = state.nodes.get(path)?.phase;
		return phase !== "failed" && phase !== "done" && (gate.evidence === void 0 || gate.opened.opening !== void 0);
	}).map(([path, { opened, openedAt, given }]) => ({
		run: state.run,
		path,
		title: opened.title,
		...opened.description === void 0 ? {} : { description: opened.description },
		role: opened.role,
		evidence: opened.evidence,
		guard: opened.guard,
		openedAt,
		...opened.demands === void 0 ? {} : { demands: opened.demands },
		...askedDigests(state, path),
		given
	}));
}
/** What somebody who names what they answer names: see gate/statement.ts. */
function askedDigests(state, path) {
	const gate = state.gates.get(path);
	const { opening, subject, planHash } = gate?.opened ?? {};
	if (opening === void 0 || subject === void 0 || planHash === void 0) return {};
	const environment = state.started?.environment ?? "";
	const about = {
		run: state.run,
		environment,
		gate: path,
		opening,
		subject,
		planHash
	};
	return {
		asked: askedOf({
			...about,
			items: {}
		}),
		askedWith: askedOf({
			...about,
			items: gate?.given.at(-1)?.items ?? {}
		})
	};
}

// src/procedure/journal/runs.ts
/** All runs of a state directory, oldest first. Runs that never recorded anything are left out. */
async function listRuns(store) {
	let names;
	try {
		names = await readdir(runsDirectory(store));
	} catch (error) {
		if (isMissing(error)) return [];
		throw error;
	}
	const found = [];
	for (const name of names) {
		const run = decodeURIComponent(name);
		const summary = await peek(store, run) ?? await summaryOf(store, run).catch(() => void 0);
		if (summary !== void 0) found.push(summary);
	}
	return found.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt));
}
async function summaryOf(store, run) {
	const loaded = await loadRun(store, run);
	return loaded === void 0 ? void 0 : summarise(loaded.state);
}
/**
* A run that went through in one go is told by its first and its last record, so that a list of hundreds of runs is quick. Anything
* else, and anything that does not fit at once, is left to the full reading.
*/
async function peek(store, run) {
	const text = await readJournalText(runPaths(store, run));
	if (text === void 0 || text.journal.includes("\"type\":\"run.resumed\"")) return void 0;
	const ends = (whole) => {
		const end = whole.endsWith("\n") ? whole.length - 1 : whole.length;
		return [whole.slice(0, Math.max(0, whole.indexOf("\n"))), whole.slice(whole.lastIndexOf("\n", end - 1) + 1, end)];
	};
	const [first, last] = ends(text.journal).map((line) => readRecord(line));
	const [firstPayload = "", lastPayload = ""] = ends(text.payloads);
	if (first?.type !== "run.started" || last?.type !== "run.finished") return void 0;
	const entries = [{
		record: first,
		payload: readPayload(firstPayload, first.payloadDigest)
	}, {
		record: last,
		payload: readPayload(lastPayload, last.payloadDigest)
	}];
	const found = entries.flatMap(({ record, payload }) => payload === void 0 ? [] : [{
		record,
		payload
	}]);
	return found.length === entries.length ? summarise(foldState(run, found)) : void 0;
}
/** One run with its records. Throws a ProblemError when there is none, or its chain is broken before its first record. */
async function readRun(store, run) {
	const loaded = await loadRun(store, run);
	const summary = loaded === void 0 ? void 0 : summarise(loaded.state);
	if (loaded?.state.started === void 0 || summary === void 0) throw noJournal(run);
	return {
		...summary,
		inputs: loaded.state.started.procedure.inputs,
		aborted: loaded.state.aborted !== void 0,
		entries: entriesOf$1(loaded.reading),
		anchor: loaded.reading.anchor
	};
}
function entriesOf$1(reading) {
	return reading.entries.map(({ record, payload }) => payload.kind === "data" ? {
		record,
		payload: payload.data
	} : { record });
}
/**
* Checks the chain of a run, and its end against an anchor: the one given (kept elsewhere), else the one in the state directory,
* which shows damage but not an intruder who can write there.
*/
async function verifyRun(store, run, anchor) {
	const text = await readJournalText(runPaths(store, run));
	if (text === void 0) throw noJournal(run);
	const stored = anchor === void 0 ? await readAnchor(store, run) : void 0;
	const verification = verifyReading(text, readJournal(run, text), anchor ?? stored);
	return {
		kind: verification.state === "broken" ? "broken" : verification.state === "intact" ? "intact" : "not-anchored",
		text: verificationText(verification),
		verification,
		anchoredBy: anchor !== void 0 ? "given" : stored !== void 0 ? "state directory" : null
	};
}
/** Head of a run as it was when it last stopped; undefined when it never did. */
async function readAnchor(store, run) {
	try {
		const parsed = JSON.parse(await readFile(anchorPath(store, run), "utf8"));
		const anchor = anchorSchema.safeParse(parsed);
		return anchor.success ? anchor.data : void 0;
	} catch {
		return;
	}
}
function summarise(state) {
	const { started, finished } = state;
	if (started === void 0) return void 0;
	const waiting = state.status === "paused" && openGates(state).length > 0;
	return {
		run: state.run,
		procedure: started.procedure.id,
		title: started.procedure.title,
		environment: started.environment,
		who: started.who,
		planHash: state.planHash,
		startedAt: started.time,
		lastAt: state.lastTime,
		state: state.status === "empty" ? "running" : waiting ? "waiting" : state.status,
		held: finished !== void 0 || state.held === void 0 ? null : {
			by: state.held.by,
			why: state.held.why,
			since: state.held.since
		},
		finished: finished === void 0 ? null : {
			outcome: finished.outcome,
			problems: finished.problems,
			preemptedBy: finished.preemptedBy ?? null
		}
	};
}

// src/procedure/shared/unreachable.ts
/** The shared store does not answer, or not in time: nobody knows whether what was asked of it has happened. */
var StoreUnreachableError = class extends ProblemError {
	constructor(problem) {
		super(problem);
		this.name = "StoreUnreachableError";
	}
};
function unreachable$1(where, found) {
	return new StoreUnreachableError({
		code: "store.unreachable",
		where,
		found,
		expected: "an answer from the git store",
		remedy: "check `store.git.url`, that this machine reaches it, and its rights; in an emergency --break-glass with a reason goes on without it, and `shiplock journal import` makes git true afterwards"
	});
}

// src/procedure/lease/file.ts
/** The lease as it is now; undefined when the environment never had one. */
async function readLease(store, environment) {
	const directory = leaseDirectory(store, environment);
	for (let attempt = 0;; attempt++) {
		const version = (await versions(directory)).at(-1);
		if (version === void 0) return void 0;
		const path = join(directory, name(version));
		try {
			const parsed = JSON.parse(await readFile(path, "utf8"));
			return {
				version,
				lease: leaseSchema.parse(parsed)
			};
		} catch (error) {
			if (isMissing(error) && attempt < 100) continue;
			throw new ProblemError({
				code: "lease.unreadable",
				where: path,
				found: error instanceof Error ? error.message : String(error),
				expected: "a lease of format version 1",
				remedy: "check that the state directory is readable and was written by this version of shiplock"
			});
		}
	}
}
/** Writes `lease` as the version after `before` (0 for none). False when somebody else was faster; then nothing changed. */
async function swapLease(store, before, lease) {
	const directory = leaseDirectory(store, lease.environment);
	await mkdir(directory, { recursive: true });
	const version = before + 1;
	const path = join(directory, name(version));
	const temporary = await writeTemporary(path, `${canonical(toJson(lease))}\n`);
	try {
		await link(temporary, path);
	} catch (error) {
		if (hasCode(error, "EEXIST")) return false;
		throw error;
	} finally {
		await unlink(temporary);
	}
	await syncDirectory(directory);
	const present = await versions(directory);
	if (present.at(-1) !== version) return false;
	for (const old of present) if (old < version - 1) await unlink(join(directory, name(old))).catch(() => void 0);
	return true;
}
function name(version) {
	return `${String(version).padStart(12, "0")}.json`;
}
async function versions(directory) {
	try {
		return (await readdir(directory)).filter((file) => /^\d{12}\.json$/.test(file)).map((file) => Number(file.slice(0, 12))).sort((a, b) => a - b);
	} catch (error) {
		if (isMissing(error)) return [];
		throw error;
	}
}

// src/procedure/lease/store.ts
/** Leases as files of the state directory. */
function fileLeases(store) {
	return {
		where: store,
		remote: false,
		async read(environment) {
			const now = await readLease(store, environment);
			return now === void 0 ? void 0 : {
				version: String(now.version),
				lease: now.lease
			};
		},
		async swap(before, lease) {
			const version = Number(before?.version ?? 0);
			return await swapLease(store, version, lease) ? {
				version: String(version + 1),
				lease
			} : void 0;
		}
	};
}

// src/procedure/lease/lease.ts
/** Fifteen seconds: three renewals, each five seconds, before anybody may think we are gone. */
const LEASE_MS = 15e3;
/** A change is tried so often again, when nobody else has made one meanwhile. */
const REJECTED = 8;
/** No process: the environment waits for its run to be resumed. */
const NOBODY = {
	pid: 0,
	startTicks: "",
	bootId: ""
};
/**
* Takes the lease, or says who has it. A silent holder is watched for its whole duration on our own monotonic clock, from the
* moment we first saw its record: clocks of two machines are never compared.
*/
async function takeLease(options) {
	const { environment } = options;
	const leases = options.leases ?? fileLeases(options.store);
	for (let rejected = 0, seen;; rejected++) {
		const current = await leases.read(environment);
		if (current?.version !== seen) rejected = 0;
		if (rejected > REJECTED) throw unreachable$1(leases.where, "a lease that is not changed, although nobody else changes it");
		seen = current?.version;
		const busy = current === void 0 ? void 0 : await whoHolds(current, leases, options);
		if (busy !== void 0) return {
			kind: "busy",
			why: busy,
			lease: current?.lease ?? raise(void 0, options)
		};
		const taken = await leases.swap(current, raise(current?.lease, options));
		if (taken !== void 0) return {
			kind: "taken",
			handle: hold(taken, leases, options),
			before: current?.lease
		};
	}
}
/** Undefined when the lease may be taken. */
async function whoHolds(current, leases, options) {
	const { holder, lock } = current.lease;
	if (lock?.on === true && options.throughLock !== true) return "locked";
	if (options.fromAnybody === true) return void 0;
	if (holder === null || holder.run === options.preempt || current.unconfirmed === true) return void 0;
	const ours = holder.run === options.run;
	if (!(holder.pid === NOBODY.pid || isGone(holder)) && await renewedWhileWatched(current, leases, options)) return "alive";
	if (ours || !await options.unfinished(holder.run)) return void 0;
	return "reserved";
}
async function renewedWhileWatched(seen, leases, options) {
	const { clock, environment } = options;
	const { durationMs, holder } = seen.lease;
	options.onWatch?.(`${holder?.who ?? "?"} on ${holder?.host ?? "?"}`, durationMs);
	const begin = clock.monotonic();
	const everyMs = leases.remote ? Math.max(durationMs / 20, Math.min(1e3, durationMs / 4)) : Math.min(250, Math.max(10, durationMs / 20));
	while (clock.monotonic() - begin < durationMs) {
		await clock.sleep(everyMs, options.signal);
		const now = await leases.read(environment);
		if (now?.version !== seen.version) return now?.lease.holder?.run === holder?.run && now?.lease.holder?.pid === holder?.pid;
		if (holder !== null && isGone(holder)) return false;
	}
	return false;
}
function raise(before, options) {
	const { nextFence = (fence) => fence + 1 } = options;
	return {
		formatVersion: 1,
		environment: options.environment,
		fence: nextFence(before?.fence ?? 0),
		holder: {
			run: options.run,
			who: options.who,
			...ownIdentity()
		},
		renewals: 0,
		durationMs: options.durationMs,
		anchor: null,
		...before?.lock === void 0 ? {} : { lock: before.lock }
	};
}
function hold(taken, leases, options) {
	const { clock, patient = false } = options;
	const { fence, durationMs, environment } = taken.lease;
	const lost = new AbortController();
	const stopped = new AbortController();
	let current = taken;
	let renewedAt = clock.monotonic();
	let anchor = null;
	let queue = Promise.resolve();
	const renew = async (change) => {
		for (let attempt = 0;; attempt++) {
			if (lost.signal.aborted) throw lost.signal.reason;
			const begun = clock.monotonic();
			const lease = {
				...current.lease,
				renewals: current.lease.renewals + 1,
				anchor,
				...change
			};
			const written = await leases.swap(current, lease);
			if (written !== void 0) {
				current = written;
				renewedAt = begun;
				return;
			}
			const now = await leases.read(environment);
			if (now === void 0 || !sameHolder(now.lease, current.lease)) {
				const error = new LeaseLostError(describeLoss(now?.lease, fence));
				lost.abort(error);
				throw error;
			}
			if (attempt >= REJECTED) throw unreachable$1(leases.where, "a renewal that is rejected again and again");
			current = now;
		}
	};
	const isFresh = () => clock.monotonic() - renewedAt <= durationMs * 2 / 3;
	const write = (change) => {
		const next = queue.then(() => renew(change));
		queue = next.catch(() => void 0);
		return next;
	};
	const renewing = async () => {
		let pauseMs = durationMs / 3;
		while (!stopped.signal.aborted && !lost.signal.aborted) {
			await clock.sleep(pauseMs, stopped.signal);
			try {
				await write({});
				pauseMs = durationMs / 3;
			} catch (error) {
				if (error instanceof LeaseLostError) return;
				if (leases.remote) pauseMs = durationMs / 10;
				if (!patient && clock.monotonic() - renewedAt > durationMs) lost.abort(new LeaseLostError(`it could not be renewed for ${durationMs} ms: ${String(error)}`));
			}
		}
	};
	renewing().catch(() => void 0);
	return {
		fence,
		lost: lost.signal,
		isFresh,
		async ensure() {
			if (lost.signal.aborted) throw lost.signal.reason;
			for (let tries = 0; tries < 3 && !isFresh(); tries++) await write({});
			if (leases.remote) {
				if (isFresh()) return;
				throw unreachable$1(leases.where, `a renewal takes longer than ${durationMs * 2 / 3} ms`);
			}
			const now = await leases.read(environment);
			if (now?.lease.fence !== fence) lost.abort(new LeaseLostError(describeLoss(now?.lease, fence)));
			if (lost.signal.aborted) throw lost.signal.reason;
		},
		setAnchor(next) {
			anchor = next;
		},
		async release(how) {
			stopped.abort();
			const holder = current.lease.holder;
			await write({ holder: how === "reserved" && holder !== null ? {
				...holder,
				...NOBODY
			} : null });
		},
		async giveBack(before) {
			stopped.abort();
			const holder = before?.holder ?? null;
			await write({ holder: holder === null ? null : {
				...holder,
				...NOBODY
			} });
		},
		abandon() {
			stopped.abort();
		}
	};
}
function sameHolder(now, ours) {
	const [a, b] = [now.holder, ours.holder];
	if (now.fence !== ours.fence || a === null || b === null) return false;
	return a.run === b.run && a.host === b.host && a.pid === b.pid && a.startTicks === b.startTicks;
}
function describeLoss(now, fence) {
	if (now === void 0) return "its record is gone";
	return `fence ${fence} is over: ${now.holder === null ? "nobody" : `run ${now.holder.run} (${now.holder.who} on ${now.holder.host})`} holds ${now.environment} under fence ${now.fence}`;
}

// src/procedure/gate/ssh.ts
var import_fastest_levenshtein = require_fastest_levenshtein();
/** Signatures by OpenSSH (`ssh-keygen -Y`). */
const TIMEOUT_MS$1 = 1e4;
/**
* Programs that decide about gates are taken from the directories of the system, with nothing of the caller's environment: a variable
* that puts another program first, or changes what this one does, has no say.
*/
function trusted(argv, env = {}) {
	const fixed = {
		PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		LC_ALL: "C",
		...env
	};
	return [
		"/usr/bin/env",
		"-i",
		...Object.entries(fixed).map(([name, value]) => `${name}=${value}`),
		...argv
	];
}
/** The first two words of a public key, or undefined: options, certificates and comments have no place in a policy. */
function plainKey(line) {
	const [, key] = /^((?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d+|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com) [A-Za-z0-9+/]+={0,3})(?:[ \t][^\r\n]*)?$/.exec(line.trim()) ?? [];
	return key;
}
/**
* Checks signatures with `ssh-keygen -Y verify` against a list of signers made for the question: one person, their keys, one namespace.
* What keeps it from an answer (a full disk, a program that hangs) is an answer too: the signature does not count, and the run waits.
*/
function sshSignatures(exec) {
	return { async verify(question) {
		if (question.keys.length === 0) return "the policy lists no key";
		try {
			return await inDirectory((dir) => verifyIn(dir, exec, question));
		} catch (error) {
			return `it could not be checked: ${error instanceof Error ? error.message.split("\n")[0] ?? "" : String(error)}`;
		}
	} };
}
async function verifyIn(dir, exec, question) {
	const { text, signature, namespace, person, keys } = question;
	const signers = join(dir, "allowed_signers");
	const file = join(dir, "signature");
	await writeFile(signers, keys.map((key) => `${person} namespaces="${namespace}" ${key}\n`).join(""));
	await writeFile(file, signature);
	const argv = [
		"ssh-keygen",
		"-Y",
		"verify",
		"-f",
		signers,
		"-I",
		person,
		"-n",
		namespace,
		"-s",
		file
	];
	const result = await exec.read(trusted(argv), {
		timeoutMs: TIMEOUT_MS$1,
		stdin: text
	});
	return result.exitCode === 0 && result.stdout.startsWith(`Good "${namespace}" signature for ${person} with `) ? void 0 : firstLine(result);
}
/** Signs with a private key, or with a key of the agent when the public one is named. */
async function sshSigner(exec, options) {
	const { key, person } = options;
	return {
		person,
		sign: (text, namespace) => inDirectory(async (dir) => {
			const file = join(dir, "statement");
			await writeFile(file, text);
			const argv = [
				"ssh-keygen",
				"-Y",
				"sign",
				"-q",
				"-f",
				key,
				"-n",
				namespace,
				file
			];
			const result = await exec.read(argv, { timeoutMs: 12e4 });
			if (result.exitCode !== 0) throw new ProblemError(cannotSign(key, firstLine(result)));
			return readFile(`${file}.sig`, "utf8");
		})
	};
}
/** The public half of a key file, in two words. */
async function publicKeyOf(exec, key) {
	for (const path of [key, key.endsWith(".pub") ? key : `${key}.pub`]) {
		const found = plainKey(await readFile(path, "utf8").catch(() => ""));
		if (found !== void 0) return found;
	}
	const result = await exec.read([
		"ssh-keygen",
		"-y",
		"-P",
		"",
		"-f",
		key
	], { timeoutMs: TIMEOUT_MS$1 });
	const found = result.exitCode === 0 ? plainKey(result.stdout) : void 0;
	if (found === void 0) throw new ProblemError(cannotSign(key, firstLine(result)));
	return found;
}
/** Whose key it is. Throws when nobody of the policy has it. */
function ownerOf(people, publicKey, key) {
	const owner = people.find(({ keys }) => keys.includes(publicKey));
	if (owner !== void 0) return owner.id;
	throw new ProblemError({
		code: "gate.unknown-key",
		where: key,
		found: `a key that belongs to nobody in the policy: ${publicKey.slice(0, 40)}…`,
		expected: "a key that `people:` lists on the protected branch",
		remedy: "sign with another key, or have this one added there"
	});
}
async function inDirectory(work) {
	const dir = await mkdtemp(join(tmpdir(), "shiplock-sign-"));
	try {
		return await work(dir);
	} finally {
		await rm(dir, {
			recursive: true,
			force: true
		});
	}
}
function firstLine({ stderr, stdout, exitCode }) {
	return `${stderr}\n${stdout}`.split("\n").find((text) => text.trim() !== "")?.trim() ?? `ssh-keygen ended with ${exitCode}`;
}
function cannotSign(key, found) {
	return {
		code: "gate.cannot-sign",
		where: key,
		found,
		expected: "an OpenSSH key that signs",
		remedy: "name a private key, or the public half of one that the agent holds; a key with a passphrase needs the agent"
	};
}

// src/procedure/shared/position.ts
const NOTHING_COPIED = {
	version: void 0,
	records: 0,
	journalBytes: 0,
	payloadBytes: 0,
	payloadsAnew: false
};
/** Pure. */
function compareCopy(copy, local) {
	const { journal, payloads } = local;
	if (journal.startsWith(copy.journal)) {
		const samePayloads = payloads.startsWith(copy.payloads);
		return {
			kind: "behind",
			at: {
				version: copy.version,
				records: countLines(copy.journal),
				journalBytes: Buffer.byteLength(copy.journal),
				payloadBytes: samePayloads ? Buffer.byteLength(copy.payloads) : 0,
				payloadsAnew: !samePayloads
			}
		};
	}
	if (copy.journal.startsWith(journal)) return { kind: "ahead" };
	const [ours, theirs] = [journal.split("\n"), copy.journal.split("\n")];
	return {
		kind: "apart",
		seq: ours.findIndex((line, index) => line !== theirs[index])
	};
}
/** What the run's files hold behind a position, whole lines only. The journal is read first: its payloads are then all there. */
async function textBehind(paths, at) {
	return {
		journal: await wholeLinesFrom(paths.journal, at.journalBytes),
		payloads: await wholeLinesFrom(paths.payloads, at.payloadBytes)
	};
}
async function wholeLinesFrom(path, from) {
	try {
		const handle = await open(path, "r");
		try {
			const { size } = await handle.stat();
			if (size <= from) return "";
			const bytes = Buffer.alloc(size - from);
			const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
			const zero = bytes.indexOf(0);
			const end = zero < 0 ? bytesRead : Math.min(zero, bytesRead);
			return end === 0 ? "" : bytes.toString("utf8", 0, bytes.lastIndexOf(10, end - 1) + 1);
		} finally {
			await handle.close();
		}
	} catch (error) {
		if (isMissing(error)) return "";
		throw error;
	}
}
function countLines(text) {
	return text.split("\n").length - 1;
}
const noteSchema = strictObject({
	formatVersion: literal$1(1),
	where: string(),
	records: number$1().int().nonnegative(),
	journalBytes: number$1().int().nonnegative()
});
/** Notes how far the copy has come, so that `status` knows without asking. It may be less than the truth, never more. */
async function noteCopied(paths, where, at) {
	const { records, journalBytes } = at;
	await replaceFile(paths.copied, `${JSON.stringify({
		formatVersion: 1,
		where,
		records,
		journalBytes
	})}\n`);
}
/** What was noted for this store; nothing counts as copied when the note is of another store, or is not readable. */
async function notedCopy(paths, where) {
	try {
		const parsed = JSON.parse(await readFile(paths.copied, "utf8"));
		const note = noteSchema.parse(parsed);
		return note.where === where ? {
			...NOTHING_COPIED,
			...pick$1(note)
		} : NOTHING_COPIED;
	} catch {
		return NOTHING_COPIED;
	}
}
function pick$1({ records, journalBytes }) {
	return {
		records,
		journalBytes
	};
}

// src/procedure/shared/replicator.ts
/** Between two tries to reach a store that does not answer. */
const AGAIN_MS = 1e3;
function createReplicator(options) {
	const { shared, clock } = options;
	const paths = runPaths(options.store, options.run);
	const stopped = new AbortController();
	let at = options.fresh ? NOTHING_COPIED : void 0;
	let queue = Promise.resolve();
	let due = false;
	const copy = () => {
		const next = queue.then(async () => {
			at = await copyRun({
				...options,
				paths,
				from: at
			});
		});
		queue = next.catch(() => void 0);
		return next;
	};
	const later = async () => {
		await clock.sleep(shared.settings.everyMs, stopped.signal);
		due = false;
		await copy();
	};
	return {
		touch() {
			if (due || stopped.signal.aborted) return;
			due = true;
			later().catch(() => void 0);
		},
		async flush(withinMs) {
			const begun = clock.monotonic();
			for (;;) try {
				return await withLimit(copy(), withinMs - (clock.monotonic() - begun), options);
			} catch (error) {
				const left = withinMs - (clock.monotonic() - begun);
				if (!(error instanceof StoreUnreachableError) || left <= 0) throw error;
				await clock.sleep(Math.min(AGAIN_MS, left), stopped.signal);
			}
		},
		close() {
			stopped.abort();
		}
	};
}
/** The promise, or an unreachable store when it takes longer. The work goes on by itself. */
async function withLimit(work, ms, { clock, shared }) {
	const done = new AbortController();
	const late = clock.sleep(Math.max(0, ms), done.signal).then(() => {
		throw tooSlow(shared.where);
	});
	late.catch(() => void 0);
	work.catch(() => void 0);
	try {
		await Promise.race([work, late]);
	} finally {
		done.abort();
	}
}
function tooSlow(where) {
	return new StoreUnreachableError({
		code: "store.behind",
		where,
		found: "a git store that has not taken what the run recorded",
		expected: "every record in git before the next forward step",
		remedy: "wait until git answers and resume; in an emergency --break-glass with a reason goes on without it, and `shiplock journal import` makes git true afterwards"
	});
}
/** Copies what is missing, once. Throws what `flush` throws, and a problem when copy and journal have parted. */
async function copyRun({ shared, run, paths, from }) {
	let at = from ?? await whereCopyStands({
		shared,
		run,
		paths
	});
	for (let attempt = 0;; attempt++) {
		const { journal, payloads } = await textBehind(paths, at);
		if (journal === "" && !at.payloadsAnew) return at;
		const { payloadsAnew, records } = at;
		const version = await shared.replica.append(run, at.version, {
			seq: records,
			journal,
			payloads,
			payloadsAnew
		});
		if (version !== void 0) {
			const next = {
				version,
				records: records + countLines(journal),
				journalBytes: at.journalBytes + Buffer.byteLength(journal),
				payloadBytes: at.payloadBytes + Buffer.byteLength(payloads),
				payloadsAnew: false
			};
			await noteCopied(paths, shared.where, next);
			return next;
		}
		if (attempt >= 5) throw tooSlow(shared.where);
		at = await whereCopyStands({
			shared,
			run,
			paths
		});
	}
}
async function whereCopyStands({ shared, run, paths }) {
	const copy = await shared.replica.read(run);
	if (copy === void 0) return NOTHING_COPIED;
	const compared = compareCopy(copy, await textBehind(paths, NOTHING_COPIED));
	if (compared.kind === "behind") return compared.at;
	if (compared.kind === "ahead") throw new LeaseLostError(`run ${run} was gone on with on another machine`);
	throw new ProblemError(parted(run, shared.where, compared));
}
function parted(run, where, { seq }) {
	return {
		code: "store.parted",
		where: `run ${run}`,
		found: `another record ${seq} in ${where} than here: the run was gone on with on another machine before this one was copied`,
		expected: "a journal that one holder after the other has added to",
		remedy: `git holds what counts. Keep the records of this machine as evidence (\`shiplock journal show ${run}\`), then move runs/${run} out of the state directory; the next command that needs the run takes it from git`
	};
}

// src/procedure/shared/hold.ts
/** Two handles of one environment as one: `here` in the state directory, `there` in the shared store. */
function heldTwice(here, there) {
	return {
		fence: here.fence,
		lost: AbortSignal.any([here.lost, there.lost]),
		isFresh: () => here.isFresh() && there.isFresh(),
		async ensure(urgent) {
			await here.ensure();
			if (there.lost.aborted) throw there.lost.reason;
			if (there.isFresh()) return;
			const renewed = there.ensure();
			renewed.catch(() => void 0);
			if (urgent !== true) await renewed.catch(unlessUnreachable);
		},
		setAnchor(anchor) {
			here.setAnchor(anchor);
			there.setAnchor(anchor);
		},
		async release(how) {
			await here.release(how);
			await there.release(how);
		},
		async giveBack(before) {
			await here.giveBack(before);
			await there.giveBack(before);
		},
		abandon() {
			here.abandon();
			there.abandon();
		}
	};
}
/** Held here now, and in the shared store as soon as that answers. Lost when somebody else turns out to hold it there. */
function joinedLater(here, { join, clock, pauseMs, where }) {
	const lost = new AbortController();
	const over = new AbortController();
	let there;
	let from;
	const joining = async () => {
		do {
			try {
				const taken = await join(AbortSignal.any([lost.signal, over.signal]));
				if (taken.kind === "taken" && taken.handle.fence === here.fence) {
					there = taken.handle;
					from = taken.before?.holder?.run;
					there.lost.addEventListener("abort", () => lost.abort(taken.handle.lost.reason), { once: true });
					return;
				}
				if (taken.kind === "taken") await taken.handle.giveBack(taken.before);
				const other = taken.kind === "busy" ? taken.lease.holder?.run : taken.before?.holder?.run;
				lost.abort(new LeaseLostError(`run ${other ?? "?"} holds it in ${where}`));
				return;
			} catch (error) {
				if (!(error instanceof StoreUnreachableError)) return;
			}
			await clock.sleep(pauseMs, over.signal).catch(() => void 0);
		} while (!over.signal.aborted);
	};
	const joined = joining();
	joined.catch(() => void 0);
	return {
		fence: here.fence,
		lost: AbortSignal.any([here.lost, lost.signal]),
		isFresh: () => here.isFresh(),
		async tookFrom() {
			over.abort();
			await joined;
			return from;
		},
		async ensure() {
			await here.ensure();
			if (lost.signal.aborted) throw lost.signal.reason;
		},
		setAnchor(anchor) {
			here.setAnchor(anchor);
			there?.setAnchor(anchor);
		},
		async release(how) {
			await here.release(how);
			over.abort();
			await joined;
			await there?.release(how);
		},
		async giveBack(before) {
			await here.giveBack(before);
			over.abort();
			await joined;
			await there?.release("free");
		},
		abandon() {
			over.abort();
			here.abandon();
			there?.abandon();
		}
	};
}
function unlessUnreachable(error) {
	if (!(error instanceof StoreUnreachableError)) throw error;
}

// src/procedure/shared/pull.ts
/**
* Brings the run's files up to its copy, so that this machine can go on with it. Throws a problem when the two have parted, when the
* copy is broken, or when the store does not answer. Under the lease only, or before anybody works here.
*
* Who loses a run to another machine has looked on for a while before it knew: records that tell of no effect are put aside, and the copy counts.
*/
async function pullRun(shared, store, run) {
	const copy = await shared.replica.read(run);
	if (copy === void 0) return "no-copy";
	const paths = runPaths(store, run);
	const local = await readJournalText(paths) ?? {
		journal: "",
		payloads: "",
		tornBytes: 0
	};
	const compared = compareCopy(copy, local);
	const aside = compared.kind === "apart" && onlyLooked(readJournal(run, local).entries.slice(compared.seq));
	if (compared.kind === "apart" && !aside) throw new ProblemError(parted(run, shared.where, compared));
	if (compared.kind === "behind" && copy.journal !== "") return "current";
	const reading = readJournal(run, {
		...copy,
		tornBytes: 0
	});
	if (reading.broken !== void 0) throw new ProblemError({
		code: "store.broken",
		where: `run ${run} in ${shared.where}, record ${reading.broken.seq}`,
		found: reading.broken.why,
		expected: "a copy whose chain holds",
		remedy: "look at the branch with git log; resume on the machine that has the run, or roll back with a new run"
	});
	await mkdir(paths.directory, { recursive: true });
	if (aside) await putAside(paths, local.journal);
	await replaceFile(paths.payloads, mergePayloads(local.payloads, copy.payloads));
	await replaceFile(paths.journal, copy.journal);
	await syncDirectory(dirname(paths.directory));
	await noteCopied(paths, shared.where, {
		version: copy.version,
		records: reading.anchor.count,
		journalBytes: Buffer.byteLength(copy.journal),
		payloadBytes: 0,
		payloadsAnew: false
	});
	return "pulled";
}
/** Nothing in them changed anything. Pure. */
function onlyLooked(entries) {
	return entries.every(({ record, payload }) => {
		if (record.type !== "run.finished") return LOOKING.has(record.type);
		return payload.kind === "data" && JSON.stringify(payload.data).includes("\"preemptedBy\"");
	});
}
const LOOKING = /* @__PURE__ */ new Set([
	"analysis.sample",
	"lease.taken",
	"lease.renewed",
	"lease.lost",
	"run.paused",
	"run.resumed"
]);
/** Under the first name that is free; its payloads stay with the others. */
async function putAside(paths, journal) {
	const directory = await readdir(paths.directory);
	for (let n = 1;; n++) {
		const path = `${paths.aside}${n}.jsonl`;
		if (directory.includes(basename(path))) continue;
		await replaceFile(path, journal);
		return;
	}
}
const markSchema = looseObject({ redacted: string() });
/** All lines of both, each once; what either side has redacted stays so. Pure. */
function mergePayloads(ours, theirs) {
	const lines = new Set([...theirs.split("\n"), ...ours.split("\n")].filter((line) => line !== ""));
	const redacted = new Set([...lines].flatMap((line) => redactedIn(line)));
	return [...lines].filter((line) => redacted.size === 0 || !redacted.has(sha256(line))).map((line) => `${line}\n`).join("");
}
function redactedIn(line) {
	if (!line.includes("\"redacted\"")) return [];
	try {
		const parsed = markSchema.safeParse(JSON.parse(line));
		return parsed.success ? [parsed.data.redacted] : [];
	} catch {
		return [];
	}
}
/** Has the run something left to do, says its journal here, or its copy where it is not here? */
async function isUnfinishedAnywhere(shared, store, run) {
	if (await isUnfinished(store, run)) return true;
	const local = await readJournalText(runPaths(store, run));
	if (local !== void 0 && local.journal !== "") return false;
	const copy = await shared.replica.read(run);
	return copy !== void 0 && unfinishedIn(run, copy);
}
function unfinishedIn(run, copy) {
	const state = foldState(run, readJournal(run, {
		...copy,
		tornBytes: 0
	}).entries);
	return state.started !== void 0 && state.status !== "finished";
}

// src/procedure/shared/take.ts
/** More than anybody can have taken unseen. */
const LEAP = 1e3;
/** How long a new holder waits for what an older one left running; its effects wait for it by themselves. */
const RAISE_MS = 5e3;
/** Takes the lease: here only, or here and in the shared store. Throws StoreUnreachableError where that one must be asked and is silent. */
async function takeEnvironment(options, holding) {
	const { shared, clock, fenceFiles = [] } = options;
	if (shared === void 0) return takeHere(options, holding);
	const taken = await (options.urgent === true ? takeAlone(options, shared, holding) : takeTogether(options, shared, holding));
	if (taken.kind === "busy" || options.urgent === true) return taken;
	const { fence, lost } = taken.handle;
	for (const file of fenceFiles) {
		const deadline = {
			clock,
			ms: RAISE_MS,
			what: `raising the fence of ${file}`,
			signal: lost
		};
		await withDeadline(deadline, (signal) => raiseFence({
			file,
			fence
		}, signal, clock)).catch(unlessLate);
	}
	return taken;
}
function unlessLate(error) {
	if (!(error instanceof ProblemError)) throw error;
}
async function takeTogether(options, shared, holding) {
	const floor = await fenceFloor(options, holding.environment);
	let there;
	try {
		there = await takeThere(options, shared, holding, { nextFence: (before) => Math.max(before, floor) + 1 });
	} catch (error) {
		if (!(error instanceof StoreUnreachableError) || options.breakGlass === void 0) throw error;
		return takeAlone(options, shared, holding);
	}
	if (there.kind === "busy") return there;
	const { fence } = there.handle;
	const here = await takeHere(options, holding, { nextFence: (before) => Math.max(before + 1, fence) });
	if (here.kind === "taken" && here.handle.fence === fence) return {
		...here,
		handle: heldTwice(here.handle, there.handle)
	};
	if (here.kind === "taken") await here.handle.giveBack(here.before);
	await there.handle.giveBack(there.before).catch(() => void 0);
	return here.kind === "busy" ? here : takeTogether(options, shared, holding);
}
/**
* Takes the lease here at once, and in the shared store as soon as that answers. Nobody could be asked for the last fence, so it leaps
* over all that may have been given meanwhile: whoever works under an older one is refused at the resource.
*/
async function takeAlone(options, shared, holding) {
	const floor = await fenceFloor(options, holding.environment);
	const here = await takeHere(options, holding, { nextFence: (before) => Math.max(before, floor) + LEAP + randomInt(LEAP) });
	if (here.kind === "busy") return here;
	const { urgent = false, clock } = options;
	const join = (signal) => takeThere(options, shared, holding, {
		nextFence: (before) => Math.max(before + 1, here.handle.fence),
		fromAnybody: urgent,
		throughLock: urgent,
		signal
	});
	const pauseMs = shared.settings.leaseMs / 6;
	return {
		...here,
		handle: joinedLater(here.handle, {
			join,
			clock,
			pauseMs,
			where: shared.where
		})
	};
}
function takeHere(options, holding, more = {}) {
	return takeLease({
		...common(options, holding),
		durationMs: options.leaseMs ?? 15e3,
		unfinished: (other) => isUnfinished(options.store, other),
		throughLock: options.urgent,
		...more
	});
}
function takeThere(options, shared, holding, more) {
	return takeLease({
		...common(options, holding),
		leases: shared.leases,
		durationMs: shared.settings.leaseMs,
		patient: true,
		unfinished: (other) => isUnfinishedAnywhere(shared, options.store, other),
		...more
	});
}
function common(options, { environment, run }) {
	const { store, who, clock, preempt, onEvent } = options;
	const onWatch = (holder, forMs) => onEvent?.({
		kind: "lease-watching",
		environment,
		holder,
		forMs
	});
	return {
		store,
		who,
		clock,
		preempt,
		environment,
		run,
		onWatch
	};
}
/** The greatest fence that is known here: that of the state directory, and what the resources themselves have seen. */
async function fenceFloor(options, environment) {
	const seen = await fileLeases(options.store).read(environment);
	const atResources = await Promise.all((options.fenceFiles ?? []).map(readFence));
	return Math.max(seen?.lease.fence ?? 0, ...atResources);
}

// src/procedure/shared/git-remote.ts
/** A command line must not grow too long. */
const FILES_AT_ONCE = 500;
const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
const AUTHOR = "Shiplock <shiplock@localhost>";
/** What a server says when another push of the same branch came first; under many pushes at once the last one too. Nothing has changed then. */
const LOST_RACE = /cannot lock ref|already exists|failed to update ref|incorrect old value|fetch first|non-fast-forward|shallow update not allowed/;
function gitRemote(options) {
	const { address, clock, timeoutMs } = options;
	const where = `git store ${address}`;
	let opened;
	let commits = 0;
	/** One at a time: git keeps what it fetched shallow in one file. */
	let fetching = Promise.resolve();
	const cache = () => {
		opened ??= openCache(options);
		return opened;
	};
	const call = async (args, stdin, signal) => {
		const gitDir = await cache();
		const what = `git ${args[0]} of ${where}`;
		try {
			const result = await withDeadline({
				clock,
				ms: timeoutMs,
				what,
				signal
			}, (inner) => runCommand({
				argv: git(gitDir, ...args),
				stdin,
				signal: inner
			}, clock));
			if (result.stderr.includes(gitDir) && result.stderr.includes(".lock")) await removeLocks(gitDir);
			return result;
		} catch (error) {
			await removeLocks(gitDir);
			if (signal?.aborted) throw signal.reason;
			throw error instanceof ProblemError ? unreachable$1(where, `no answer within ${timeoutMs} ms`) : error;
		}
	};
	const must = async (args, stdin) => {
		const result = await call(args, stdin);
		if (result.exitCode !== 0) throw unreachable$1(where, said(result));
		return result.stdout;
	};
	return {
		where,
		head(branch, signal) {
			const ref = `refs/shiplock/head/${branch}`;
			const fetch = [
				"fetch",
				"--quiet",
				"--no-tags",
				"--no-write-fetch-head",
				"--depth=1"
			];
			const next = fetching.then(async () => {
				const result = await call([
					...fetch,
					address,
					`+refs/heads/${branch}:${ref}`
				], void 0, signal);
				if (result.exitCode === 0) return refIn(join(await cache(), ref));
				if (result.stderr.includes("couldn't find remote ref")) return void 0;
				throw unreachable$1(where, said(result));
			});
			fetching = next.catch(() => void 0);
			return next;
		},
		async read(commit, paths) {
			let text = "";
			for (let from = 0; from < paths.length; from += FILES_AT_ONCE) {
				const some = paths.slice(from, from + FILES_AT_ONCE);
				text += await must([
					"show",
					"--no-textconv",
					...some.map((path) => `${commit}:${path}`)
				]);
			}
			if (text === "" && paths.length > 0) throw unreachable$1(where, "an empty answer");
			return text;
		},
		async list(commit) {
			return (await must([
				"ls-tree",
				"-r",
				"-z",
				"--name-only",
				"--full-tree",
				commit
			])).split("\0").filter((name) => name !== "").toSorted();
		},
		async commit(change) {
			const seconds = Math.floor(clock.now() / 1e3);
			const stream = importStream(change, `refs/shiplock/made-${commits++ % 8}`, seconds);
			const made = (await must([
				"fast-import",
				"--quiet",
				"--force",
				"--date-format=raw"
			], stream)).trim();
			if (!COMMIT.test(made)) throw unreachable$1(where, `git made a commit and named ${JSON.stringify(made)}`);
			return made;
		},
		async push(commit, branch) {
			if (!COMMIT.test(commit)) throw new TypeError(`not a commit: ${JSON.stringify(commit)}`);
			const result = await call([
				...[
					"push",
					"--porcelain",
					"--no-verify",
					"--no-progress"
				],
				address,
				`${commit}:refs/heads/${branch}`
			]);
			if (result.exitCode === 0) return "pushed";
			const line = result.stdout.split("\n").find((one) => one.startsWith("!")) ?? "";
			if ([line, ...result.stderr.split("\n").filter((one) => !one.startsWith("remote:"))].some((one) => LOST_RACE.test(one))) return "rejected";
			if (line === "") throw unreachable$1(where, said(result));
			throw new ProblemError({
				code: "store.refused",
				where: `${where}, branch ${branch}`,
				found: `${line.split("	").at(-1) ?? line}; ${said(result)}`,
				expected: "a push that the server takes",
				remedy: "give whoever runs shiplock the right to push to the branches below `shiplock/`, by fast-forward only"
			});
		}
	};
}
/** Those of this process; they go with it. */
const caches = /* @__PURE__ */ new Set();
/** A repository of this process alone: no lock file of a killed process can ever stand in the way. */
async function openCache({ workDir }) {
	const own = ownIdentity();
	const boot = createHash("sha256").update(own.bootId).digest("hex").slice(0, 8);
	await mkdir(workDir, { recursive: true });
	for (const name of await readdir(workDir)) {
		const [, pid = "", startTicks = ""] = new RegExp(`^(\\d+)-(\\d+)-${boot}-\\d+\\.git$`).exec(name) ?? [];
		if (pid !== "" && isGone({
			...own,
			pid: Number(pid),
			startTicks
		})) remove(join(workDir, name));
	}
	const gitDir = await freeName(workDir, `${own.pid}-${own.startTicks || "0"}-${boot}`);
	if (caches.size === 0) process.once("exit", () => caches.forEach(remove));
	caches.add(gitDir);
	for (const directory of ["objects", "refs"]) await mkdir(join(gitDir, directory));
	await writeFile(join(gitDir, "HEAD"), "ref: refs/heads/none\n");
	return gitDir;
}
/** A ref of a cache: it has no other form there than a file, since nothing packs it. */
async function refIn(path) {
	return (await readFile(path, "utf8")).trim();
}
/** Those of a command that was killed: in a repository of this process alone nobody else comes to remove them, and each would be the end of it. */
async function removeLocks(gitDir) {
	const names = await readdir(gitDir, { recursive: true }).catch(() => []);
	for (const name of names) if (name.endsWith(".lock")) await rm(join(gitDir, name), { force: true });
}
async function freeName(workDir, name) {
	for (let n = 0;; n++) {
		const path = join(workDir, `${name}-${n}.git`);
		try {
			await mkdir(path);
			return path;
		} catch (error) {
			if (!hasCode(error, "EEXIST")) throw error;
		}
	}
}
function remove(directory) {
	try {
		rmSync(directory, {
			recursive: true,
			force: true
		});
	} catch {}
}
/** The commit in git's fast-import language; ends by asking for its id. */
function importStream({ parent, files, remove: gone = [], message }, ref, seconds) {
	return [
		"feature done\n",
		`commit ${ref}\nmark :1\nauthor ${AUTHOR} ${seconds} +0000\ncommitter ${AUTHOR} ${seconds} +0000\n`,
		data(message),
		parent === void 0 ? "" : `from ${parent}\n`,
		...gone.map((path) => `D ${path}\n`),
		...Object.entries(files).map(([path, text]) => `M 100644 inline ${path}\n${data(text)}\n`),
		"get-mark :1\ndone\n"
	].join("");
}
function data(text) {
	return `data ${Buffer.byteLength(text)}\n${text}`;
}
function said({ stderr, stdout, exitCode }) {
	const text = (stderr.trim() || stdout.trim()).split("\n").slice(0, 3).join("; ");
	return text === "" ? `exit code ${exitCode}` : text;
}
/** A part of the name of a branch: anything that git or a file system could take amiss is percent-encoded. */
function branchPart(name) {
	return encodeURIComponent(name).replace(/[.~*'()!]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

// src/procedure/shared/lease-git.ts
const FILE = "lease.json";
/**
* The lease of an environment as the branch `<prefix>/lease/<environment>`: each change is a commit on the one that was seen, and the push of it
* is the compare-and-swap.
*/
function gitLeases(remote, prefix) {
	/** By environment: a commit of ours of whose push we never heard. */
	const unconfirmed = /* @__PURE__ */ new Map();
	const branch = (environment) => `${prefix}/lease/${branchPart(environment)}`;
	return {
		where: remote.where,
		remote: true,
		async read(environment, signal) {
			const version = await remote.head(branch(environment), signal);
			if (version === void 0) return void 0;
			return {
				version,
				lease: parse(await remote.read(version, [FILE]), `${remote.where}, branch ${branch(environment)}`),
				...unconfirmed.get(environment) === version ? { unconfirmed: true } : {}
			};
		},
		async swap(before, lease) {
			const { environment } = lease;
			const version = await remote.commit({
				parent: before?.version,
				files: { [FILE]: `${canonical(toJson(lease))}\n` },
				message: message(lease)
			});
			unconfirmed.set(environment, version);
			if (await remote.push(version, branch(environment)) === "rejected") return void 0;
			unconfirmed.delete(environment);
			return {
				version,
				lease
			};
		}
	};
}
/** Two who write the same must still make two commits: else both would believe that theirs was taken. */
function message(lease) {
	const { holder, lock } = lease;
	const who = holder === null ? "free" : `${holder.pid === 0 ? "kept for" : "held by"} run ${holder.run} of ${holder.who}`;
	const locked = lock?.on === true ? `, locked by ${lock.by}` : "";
	return `${lease.environment}: ${who}${locked}\n\nShiplock-Fence: ${lease.fence}\nShiplock-Nonce: ${randomBytes(8).toString("hex")}\n`;
}
function parse(text, where) {
	try {
		const parsed = JSON.parse(text);
		return leaseSchema.parse(parsed);
	} catch (error) {
		throw new ProblemError({
			code: "lease.unreadable",
			where,
			found: error instanceof Error ? error.message : String(error),
			expected: "a lease of format version 1",
			remedy: "check that the branch was written by this version of shiplock"
		});
	}
}

// src/procedure/shared/replica-git.ts
/**
* Copies of journals as branches `<prefix>/journal/<run>`. Each batch of records is a file of its own, named by the number of its first record, so a
* commit holds only what is new; all files one after another are the journal, byte for byte. Hundreds of batches lie in directories
* of a thousand records, since git writes a directory anew whenever something in it changes.
*/
function gitReplica(remote, prefix) {
	const branch = (run) => `${prefix}/journal/${branchPart(run)}`;
	const documents = (environment) => `${prefix}/records/${branchPart(environment)}`;
	return {
		async read(run) {
			const version = await remote.head(branch(run));
			if (version === void 0) return void 0;
			const names = await remote.list(version);
			const below = (directory) => names.filter((name) => name.startsWith(`${directory}/`));
			return {
				version,
				journal: await remote.read(version, below("journal")),
				payloads: await remote.read(version, below("payloads"))
			};
		},
		async append(run, before, batch) {
			const version = await remote.commit({
				parent: before,
				files: batchFiles(batch),
				remove: batch.payloadsAnew && before !== void 0 ? ["payloads"] : [],
				message: `run ${run}: ${countText(batch)}\n`
			});
			return await remote.push(version, branch(run)) === "pushed" ? version : void 0;
		},
		async readDocuments(environment) {
			const version = await remote.head(documents(environment));
			if (version === void 0) return void 0;
			const files = {};
			for (const name of await remote.list(version)) files[name] = await remote.read(version, [name]);
			return {
				version,
				files
			};
		},
		async writeDocuments(environment, before, files) {
			const version = await remote.commit({
				parent: before?.version,
				files,
				message: `${environment}: what is remembered of its releases\n`
			});
			return await remote.push(version, documents(environment)) === "pushed";
		}
	};
}
function batchFiles({ seq, journal, payloads, payloadsAnew }) {
	return {
		...journal === "" ? {} : { [`journal/${batchName(seq)}`]: journal },
		...payloads === "" ? {} : { [`payloads/${batchName(payloadsAnew ? 0 : seq)}`]: payloads }
	};
}
function batchName(seq) {
	return `${String(Math.floor(seq / 1e3)).padStart(9, "0")}/${String(seq).padStart(12, "0")}.jsonl`;
}
function countText({ seq, journal, payloadsAnew }) {
	const count = journal.split("\n").length - 1;
	if (count === 0) return payloadsAnew ? "payloads redacted" : "another process goes on";
	return `records ${seq} to ${seq + count - 1}${payloadsAnew ? ", payloads redacted" : ""}`;
}

// src/procedure/shared/open.ts
/** Leases and journals on branches of a git repository. Nothing is asked before it is needed. */
function gitStore(options) {
	const { url, prefix, timeoutMs, clock, leaseMs, patienceMs, everyMs } = options;
	const found = gitAddress(url, options.baseDir);
	if ("found" in found) return bad(addressProblem("store.git.url", found));
	const remote = gitRemote({
		address: found.address,
		workDir: join(options.store, "git"),
		clock,
		timeoutMs
	});
	return ok({
		where: remote.where,
		leases: gitLeases(remote, prefix),
		replica: gitReplica(remote, prefix),
		settings: {
			leaseMs,
			patienceMs,
			everyMs
		}
	});
}

// src/model/procedures.ts
/** By the id that stands in the journal. */
const PROCEDURES = {
	release: {
		serves: true,
		holds: true,
		stopped: "resumed"
	},
	rollback: {
		serves: true,
		holds: true,
		stopped: "resumed"
	},
	unit: {
		serves: true,
		holds: true,
		stopped: "resumed"
	},
	"unit-rollback": {
		serves: true,
		holds: true,
		stopped: "resumed"
	},
	migrate: {
		serves: false,
		holds: true,
		stopped: "resumed"
	},
	"gitops-commit": {
		serves: false,
		holds: true,
		stopped: "begun-again"
	},
	"argocd-wait": {
		serves: false,
		holds: true,
		stopped: "begun-again"
	},
	build: {
		serves: false,
		holds: false,
		stopped: "begun-again"
	},
	quarantine: {
		serves: false,
		holds: false,
		stopped: "begun-again"
	},
	lock: {
		serves: false,
		holds: true,
		stopped: "never"
	},
	unlock: {
		serves: false,
		holds: true,
		stopped: "never"
	}
};
/** Of what this program does not know, another one may have more to do: such a run counts everywhere. */
const UNKNOWN = {
	serves: true,
	holds: true,
	stopped: "resumed"
};
const KNOWN = new Map(Object.entries(PROCEDURES));
/** Pure. */
function traitsOf(procedure) {
	return KNOWN.get(procedure) ?? UNKNOWN;
}
/** Is this a run that somebody can go on with? Pure. */
function isOpen({ procedure, finished }) {
	return finished === null && traitsOf(procedure).stopped === "resumed";
}

// src/config/cluster-checks.ts
/** What belongs together where a service runs in a cluster, and what is not to be had there. Paths are relative to the environment. */
function clusterChecks(settings) {
	const { platform, traffic } = settings;
	const inCluster = platform.kind === "kubernetes";
	if (inCluster !== (traffic.kind === "argo-rollouts")) return [{
		path: ["traffic", "kind"],
		code: "config.cluster-traffic",
		found: `\`${traffic.kind}\` with the platform \`${platform.kind}\``,
		expected: inCluster ? "argo-rollouts" : "haproxy or nginx",
		remedy: inCluster ? "write `kind: argo-rollouts` and its `entry`" : "write `kind: haproxy`, or use the platform kubernetes"
	}];
	const images = Object.entries(settings.components).filter(([, one]) => one.kind === "image");
	if (!inCluster) return images.map(([name]) => ({
		path: [
			"components",
			name,
			"kind"
		],
		code: "config.image-without-cluster",
		found: "an image",
		expected: `a component that the platform \`${platform.kind}\` can run`,
		remedy: "write `kind: go` or `kind: static`, or use the platform kubernetes"
	}));
	return [
		...componentChecks(settings, images.length),
		...gitChecks(settings),
		...rolloutChecks(settings)
	];
}
function componentChecks({ components }, images) {
	const others = Object.entries(components).filter(([, one]) => one.kind !== "image");
	const tell = (path, found) => ({
		path,
		code: "config.cluster-component",
		found,
		expected: "one component of `kind: image`",
		remedy: "put the files into the image, or release them as a service of their own"
	});
	if (images === 0) return [tell(["components"], "no image")];
	return others.map(([name, one]) => tell([
		"components",
		name,
		"kind"
	], `a component of kind \`${one.kind}\``));
}
/** Git is what Argo CD brings: without a place in it, and one that names what runs, there is no release. */
function gitChecks({ gitops }) {
	if (gitops === void 0) return [{
		path: ["platform", "kind"],
		code: "config.cluster-without-git",
		found: "no `gitops:`",
		expected: "the repository that Argo CD brings into the cluster",
		remedy: "add `gitops:` with the file that names the image"
	}];
	if (gitops.names !== "version") return [];
	return [{
		path: ["gitops", "names"],
		code: "config.cluster-names-version",
		found: "`version`",
		expected: "`digest` or `image`: a tag can be moved, a digest cannot",
		remedy: "write `names: digest`, and a digest at that place in the file"
	}];
}
function rolloutChecks({ rollout, metrics }) {
	const complaints = [];
	if (rollout.strategy === "rolling") complaints.push({
		path: ["rollout", "strategy"],
		code: "config.cluster-rolling",
		found: "`rolling` with the platform `kubernetes`",
		expected: "`canary` or `blue-green`",
		remedy: "write `strategy: canary`: pods are replaced beside the ones that serve"
	});
	if (rollout.smoke.length > 0) complaints.push({
		path: ["rollout", "smoke"],
		code: "config.cluster-smoke",
		found: "requests to each instance",
		expected: "none: pods have addresses inside of the cluster only",
		remedy: "let the readiness probe of the pod ask them, or `verify` through the entry"
	});
	const queries = metrics.prometheus?.queries ?? [];
	if (!queries.some(({ metric }) => metric === "errors")) complaints.push({
		path: ["metrics"],
		code: "config.cluster-without-errors",
		found: queries.length === 0 ? "no Prometheus" : "no metric `errors`",
		expected: "a query with the name `errors`: it is the source of verdicts where no proxy of ours counts",
		remedy: "add `metrics.prometheus` with a query whose `metric` is `errors`"
	});
	return complaints;
}

// src/config/placeholders.ts
/** Put in when an environment is resolved. */
const RESOLVED_PLACEHOLDERS = ["environment", "service"];
/** Put in when something is announced. */
const ALERT_PLACEHOLDERS = ["run", "alert"];
/** Put in by the platform when an instance starts. */
const INSTANCE_PLACEHOLDERS = [
	"port",
	"host",
	"release"
];
const TOKEN = /\{([A-Za-z]+)\}/g;
/** Puts `{environment}` and `{service}` in; other braces stay. */
function fill(text, values) {
	return text.replaceAll(TOKEN, (token, name) => {
		const known = RESOLVED_PLACEHOLDERS.find((candidate) => candidate === name);
		return known === void 0 ? token : values[known];
	});
}
/** Placeholders that nothing would ever fill, in the texts where placeholders are meant. PromQL has braces of its own. */
function unknownPlaceholders(settings) {
	const found = [];
	const look = (path, text, known) => {
		if (typeof text !== "string") return;
		for (const [, name] of text.matchAll(TOKEN)) {
			if (name === void 0 || known.includes(name)) continue;
			found.push({
				path,
				token: `{${name}}`,
				known,
				nearest: nearest(name, known, import_fastest_levenshtein.distance)
			});
		}
	};
	const instance = [...INSTANCE_PLACEHOLDERS, ...RESOLVED_PLACEHOLDERS];
	for (const [name, component] of Object.entries(settings.components)) {
		if (component.kind === "image") {
			look([
				"components",
				name,
				"tag"
			], component.tag, ["version", "commit"]);
			continue;
		}
		const at = component.kind === "go" ? ["components", name] : [
			"components",
			name,
			"serve"
		];
		const runs = component.kind === "go" ? component : component.serve;
		for (const [index, word] of (runs?.command ?? []).entries()) look([
			...at,
			"command",
			index
		], word, instance);
		for (const [variable, value] of Object.entries(runs?.env ?? {})) look([
			...at,
			"env",
			variable
		], value, instance);
	}
	if (settings.platform.kind !== "kubernetes") look(["platform", "root"], settings.platform.root, RESOLVED_PLACEHOLDERS);
	if (settings.platform.kind === "ssh") for (const key of [
		"localRoot",
		"knownHosts",
		"identityFile"
	]) look(["platform", key], settings.platform[key], RESOLVED_PLACEHOLDERS);
	if (settings.traffic.kind !== "argo-rollouts") look(["traffic", "directory"], settings.traffic.directory, RESOLVED_PLACEHOLDERS);
	for (const key of [
		"repository",
		"branch",
		"file",
		"path",
		"signingKey"
	]) look(["gitops", key], settings.gitops?.[key], RESOLVED_PLACEHOLDERS);
	for (const [index, { url }] of settings.purge.entries()) look([
		"purge",
		index,
		"url"
	], url, RESOLVED_PLACEHOLDERS);
	look([
		"metrics",
		"prometheus",
		"url"
	], settings.metrics.prometheus?.url, RESOLVED_PLACEHOLDERS);
	const { alertmanager, webhook, labels = {}, links } = settings.announce ?? {};
	for (const [index, url] of (alertmanager?.urls ?? []).entries()) look([
		"announce",
		"alertmanager",
		"urls",
		index
	], url, RESOLVED_PLACEHOLDERS);
	look([
		"announce",
		"webhook",
		"url"
	], webhook?.url, RESOLVED_PLACEHOLDERS);
	for (const [name, value] of Object.entries(labels)) look([
		"announce",
		"labels",
		name
	], value, RESOLVED_PLACEHOLDERS);
	for (const key of ["run", "runbook"]) look([
		"announce",
		"links",
		key
	], links?.[key], [...ALERT_PLACEHOLDERS, ...RESOLVED_PLACEHOLDERS]);
	return found;
}

// src/config/checks.ts
/** Checks across fragments, which no single room can make. Paths are relative to the environment. */
function crossChecks(settings, service) {
	return [
		...clusterChecks(settings),
		...servingChecks(settings),
		...filesChecks(settings),
		...hostChecks$1(settings),
		...metricChecks(settings),
		...roleChecks(settings, service),
		...placeholderChecks(settings)
	];
}
/** Components of which an instance can be started and asked. */
function servingComponents(settings) {
	return Object.entries(settings.components).filter(([, component]) => component.kind !== "static" || component.serve !== void 0).map(([name]) => name).toSorted();
}
function servingChecks(settings) {
	const serving = servingComponents(settings);
	const chosen = settings.traffic.component;
	if (serving.length === 0 && filesOf(settings) === void 0) return [{
		path: ["components"],
		code: "config.nothing-serves",
		found: "no component with a process",
		expected: "a component that answers requests",
		remedy: "add a `go` component, serve the static one with `traffic.files`, or give it a `serve:` with the command of a web server"
	}];
	if (serving.length > 1) return serving.slice(1).map((name) => ({
		path: ["components", name],
		code: "config.several-processes",
		found: `\`${name}\` beside \`${serving[0]}\`, both with a process`,
		expected: "one component with a process, the others only files",
		remedy: `release \`${name}\` as a service of its own, with its own shiplock.yaml`
	}));
	if (chosen === void 0 || serving.includes(chosen)) return [];
	return [{
		path: ["traffic", "component"],
		code: "config.unknown-component",
		found: Object.hasOwn(settings.components, chosen) ? `\`${chosen}\`, which has no process` : `\`${chosen}\`, which is no component`,
		expected: `one of ${serving.join(", ")}`,
		remedy: `write \`component: ${nearest(chosen, serving, import_fastest_levenshtein.distance) ?? serving[0]}\``
	}];
}
function filesOf({ traffic }) {
	return traffic.kind === "argo-rollouts" ? void 0 : traffic.files;
}
/** Files are served by us, so the component must be there and have no server of its own. */
function filesChecks(settings) {
	const files = filesOf(settings);
	if (files === void 0) return [];
	const serving = servingComponents(settings);
	const plain = Object.keys(settings.components).filter((name) => !serving.includes(name)).toSorted();
	if (plain.includes(files.component)) return [];
	return [{
		path: [
			"traffic",
			"files",
			"component"
		],
		code: "config.unknown-component",
		found: Object.hasOwn(settings.components, files.component) ? `\`${files.component}\`, which has a process` : `\`${files.component}\`, which is no component`,
		expected: plain.length === 0 ? "a static component without `serve:`" : `one of ${plain.join(", ")}`,
		remedy: plain.length === 0 ? "add a component of `kind: static`, or delete `files:`" : `write \`component: ${nearest(files.component, plain, import_fastest_levenshtein.distance) ?? plain[0]}\``
	}];
}
/** Hosts are replaced in place, so there must be several, and the others must be able to stand in for the one that is out. */
function hostChecks$1(settings) {
	const { platform, rollout } = settings;
	if (platform.kind === "kubernetes") return [];
	const hosts = platform.hosts?.length ?? 1;
	if (platform.hosts !== void 0 && servingComponents(settings).length === 0) return [{
		path: ["platform", "hosts"],
		code: "config.hosts-without-process",
		found: "hosts, and no component with a process",
		expected: "a component that runs on them: files are served beside the proxy",
		remedy: "delete `hosts:`"
	}];
	if (rollout.strategy !== "rolling") return [];
	if (hosts < 2) return [{
		path: ["rollout", "strategy"],
		code: "config.rolling-without-hosts",
		found: "`rolling` on one host",
		expected: "at least two hosts under `platform.hosts`",
		remedy: "name the hosts, or choose `canary` or `blue-green`: they need only one"
	}];
	const rest = (hosts - 1) * platform.replicas * (rollout.capacity?.perInstance ?? 1);
	if (rest >= 1 - 1e-9) return [];
	return [{
		path: [
			"rollout",
			"capacity",
			"perInstance"
		],
		code: "config.no-host-to-spare",
		found: `${formatShare(rest)} of the load carried by ${hosts - 1} of ${hosts} hosts`,
		expected: "hosts of which one can be spared",
		remedy: "add hosts or replicas; raise `perInstance` only if an instance was measured to carry more"
	}];
}
function metricChecks(settings) {
	const queries = settings.metrics.prometheus?.queries ?? [];
	return queries.flatMap(({ metric }, index) => queries.findIndex((other) => other.metric === metric) === index ? [] : [{
		path: [
			"metrics",
			"prometheus",
			"queries",
			index,
			"metric"
		],
		code: "config.duplicate-metric",
		found: `\`${metric}\` a second time`,
		expected: "each metric once",
		remedy: "rename one of them, or delete the repeated query"
	}]);
}
/** Roles that somebody has, in any environment. */
function knownRoles(service) {
	const theirs = Object.values(service?.people ?? {}).flatMap(({ roles, rolesIn }) => [...roles, ...Object.values(rolesIn).flat()]);
	return [.../* @__PURE__ */ new Set([...Object.keys(service?.roles ?? {}), ...theirs])];
}
/** Persons and policy against the rest of the file. Paths are those of the file. */
function policyChecks(service, environments) {
	const { people, policy, roles } = service;
	const strangers = [...Object.keys(policy?.environments ?? {}).map((name) => ({
		name,
		path: [
			"policy",
			"environments",
			name
		]
	})), ...Object.entries(people ?? {}).flatMap(([person, { rolesIn }]) => Object.keys(rolesIn).map((name) => ({
		name,
		path: [
			"people",
			person,
			"rolesIn",
			name
		]
	})))].filter(({ name }) => !environments.includes(name)).map(({ name, path }) => ({
		path,
		code: "config.unknown-environment",
		found: `the environment \`${name}\``,
		expected: `one of ${environments.join(", ")}`,
		remedy: `write \`${nearest(name, environments, import_fastest_levenshtein.distance) ?? environments[0]}\``
	}));
	if (people === void 0) return strangers;
	const persons = Object.keys(people);
	return [...strangers, ...Object.entries(roles).flatMap(([role, members]) => members.flatMap((member, index) => persons.includes(member) ? [] : [{
		path: [
			"roles",
			role,
			index
		],
		code: "config.unknown-person",
		found: `\`${member}\`, who is not under \`people:\``,
		expected: `one of ${persons.join(", ")}`,
		remedy: `write \`${nearest(member, persons, import_fastest_levenshtein.distance) ?? persons[0]}\`, or add \`${member}\` under \`people:\``
	}]))];
}
function roleChecks(settings, service) {
	const known = knownRoles(service);
	const { role } = settings.rollout;
	if (known.length === 0 || known.includes(role)) return [];
	return [{
		path: ["rollout", "role"],
		code: "config.unknown-role",
		found: `the role \`${role}\``,
		expected: `one of ${known.join(", ")}`,
		remedy: `write \`role: ${nearest(role, known, import_fastest_levenshtein.distance) ?? known[0]}\`, or add \`${role}\` under \`roles:\``
	}];
}
function placeholderChecks(settings) {
	return unknownPlaceholders(settings).map(({ path, token, known, nearest: close }) => ({
		path,
		code: "config.unknown-placeholder",
		found: token,
		expected: `one of ${known.map((name) => `{${name}}`).join(", ")}`,
		remedy: close === void 0 ? `delete ${token}` : `write {${close}}`
	}));
}
/** The value in git that an environment owns. Two environments that own the same one would undo each other's releases. */
function gitPlace(settings, service, environment) {
	if (settings.gitops === void 0) return void 0;
	const { repository, branch, file, path } = settings.gitops;
	return [
		repository,
		branch,
		file,
		path
	].map((part) => fill(part, {
		service,
		environment
	})).join(" ");
}

// src/config/kinds.ts
/** On hosts, behind a proxy of ours? Checked configurations are one or the other. */
function isOnHosts(environment) {
	return environment.platform.kind !== "kubernetes" && environment.traffic.kind !== "argo-rollouts";
}
/** In a cluster, brought there from git? */
function isInCluster(environment) {
	const { platform, traffic, gitops } = environment;
	return platform.kind === "kubernetes" && traffic.kind === "argo-rollouts" && gitops !== null;
}

// src/config/located.ts
var import_dist = require_dist();
/** More values than any real configuration has; aliases that multiply themselves stop here. */
const MAX_VALUES = 2e4;
const MAX_DEPTH = 64;
const MAX_BYTES = 1048576;
function at(file, position) {
	return `${file}:${position.line}:${position.column}`;
}
const START = {
	line: 1,
	column: 1
};
/** Parses YAML 1.2. All syntax problems are reported, not only the first. */
function parseLocated(text, file) {
	const lines = new import_dist.LineCounter();
	const parsed = parseText(text, lines, file);
	if (!parsed.ok) return parsed;
	const document = parsed.value;
	const position = (offset) => {
		const { line, col } = lines.linePos(offset);
		return {
			line: Math.max(1, line),
			column: Math.max(1, col)
		};
	};
	const broken = [...document.errors, ...document.warnings].map((error) => syntaxProblem(error, at(file, position(error.pos[0]))));
	const deep = broken.find(({ code }) => code === "config.too-deep");
	if (deep !== void 0) return bad({
		...deep,
		where: at(file, START)
	});
	if (broken.length > 0) return bad(...broken);
	const old = document.directives?.yaml.version;
	if (old !== void 0 && old !== "1.2") return bad(oldVersion(old, at(file, START)));
	if (document.contents === null || (0, import_dist.isScalar)(document.contents) && document.contents.value === null) return bad(empty(file));
	const walk = walker(document, position, file);
	const root = walk.visit(document.contents, void 0, 0);
	if (walk.problems.length > 0) return bad(...walk.problems);
	if (root?.kind !== "map") return bad(notAMap(at(file, root?.at ?? START), root));
	return ok(root);
}
function parseText(text, lines, file) {
	try {
		return ok((0, import_dist.parseDocument)(text, {
			version: "1.2",
			lineCounter: lines,
			prettyErrors: false,
			strict: true,
			uniqueKeys: true
		}));
	} catch (error) {
		if (error instanceof RangeError) return bad(tooDeep(at(file, START)));
		throw error;
	}
}
function walker(document, position, file) {
	const problems = [];
	let seen = 0;
	const visit = (node, keyAt, depth) => {
		const here = position(node.range[0]);
		const place = {
			at: here,
			keyAt: keyAt ?? here
		};
		seen += 1;
		if (seen > 2e4) {
			if (seen === 20001) problems.push(tooMany(at(file, place.keyAt)));
			return;
		}
		if (depth > 64) {
			problems.push(tooDeep(at(file, here)));
			return;
		}
		if ((0, import_dist.isAlias)(node)) {
			const target = node.resolve(document);
			if (target === void 0) {
				problems.push(unknownAlias(node.source, at(file, here)));
				return;
			}
			return visitResolved(target, place, depth);
		}
		return visitResolved(node, place, depth);
	};
	const visitResolved = (node, place, depth) => {
		if ((0, import_dist.isMap)(node)) {
			const entries = /* @__PURE__ */ new Map();
			for (const pair of node.items) {
				const key = position(pair.key.range[0]);
				if (!(0, import_dist.isScalar)(pair.key) || pair.key.value === null || pair.key.value === "__proto__") {
					problems.push(oddKey(at(file, key)));
					continue;
				}
				const child = pair.value === null ? {
					kind: "scalar",
					value: null,
					at: key,
					keyAt: key
				} : visit(pair.value, key, depth + 1);
				if (child !== void 0) entries.set(pair.key.source, child);
			}
			return {
				kind: "map",
				...place,
				entries
			};
		}
		if ((0, import_dist.isSeq)(node)) {
			const items = node.items.flatMap((item) => visit(item, void 0, depth + 1) ?? []);
			return {
				kind: "list",
				...place,
				items
			};
		}
		const value = (0, import_dist.isScalar)(node) ? node.value : void 0;
		if (typeof value === "string" || typeof value === "number" || typeof value === "boolean" || value === null) return {
			kind: "scalar",
			...place,
			value
		};
		problems.push(oddKey(at(file, place.at)));
	};
	return {
		problems,
		visit
	};
}
/** The value without places, as zod wants it. Keys are own properties whatever their name. */
function plain(node) {
	if (node.kind === "scalar") return node.value;
	if (node.kind === "list") return node.items.map(plain);
	return Object.fromEntries([...node.entries].map(([key, value]) => [key, plain(value)]));
}
/** The value at a path, or undefined. */
function nodeAt(root, path) {
	let node = root;
	for (const key of path) if (node?.kind === "map") node = node.entries.get(String(key));
	else if (node?.kind === "list") node = node.items[Number(key)];
	else return void 0;
	return node;
}
/** The value at a path, or the innermost one around it that exists. */
function nearestNode(root, path) {
	for (let length = path.length; length > 0; length -= 1) {
		const node = nodeAt(root, path.slice(0, length));
		if (node !== void 0) return node;
	}
	return root;
}
function syntaxProblem(error, where) {
	if (/^maximum call stack/i.test(error.message)) return tooDeep(where);
	const known = SYNTAX[wordsKey(error)];
	const found = error.message.replace(/\s+at line \d+, column \d+:?[\s\S]*$/, "").split("\n")[0] ?? error.message;
	if (known !== void 0) return {
		code: "config.syntax",
		where,
		...known
	};
	return {
		code: "config.syntax",
		where,
		found: found.charAt(0).toLowerCase() + found.slice(1),
		expected: "YAML 1.2",
		remedy: "mend the line; most often an indentation, a quote or a colon is wrong"
	};
}
/** The parser has one code for several mistakes; its message tells them apart. */
function wordsKey(error) {
	if (/^Flow (?:sequence|map)/.test(error.message)) return "UNCLOSED_BRACKET";
	if (/^Missing closing .quote/.test(error.message)) return "UNCLOSED_QUOTE";
	return error.code;
}
const SYNTAX = {
	TAB_AS_INDENT: {
		found: "a tab as indentation",
		expected: "spaces",
		remedy: "replace the tab by two spaces and let the editor use spaces in YAML files"
	},
	DUPLICATE_KEY: {
		found: "a key that stands twice in the same map",
		expected: "each key once",
		remedy: "join both values below one key, or delete one of them"
	},
	MULTIPLE_DOCS: {
		found: "a second document after `---`",
		expected: "one document per file",
		remedy: "delete the line `---` and what does not belong here; a service has one shiplock.yaml"
	},
	UNCLOSED_BRACKET: {
		found: "a bracket that is not closed on this level",
		expected: "each `[` closed by `]` and each `{` by `}`",
		remedy: "close the bracket; in a list or map of several lines, indent all of them further than the key"
	},
	UNCLOSED_QUOTE: {
		found: "a quote that is never closed",
		expected: "a second quote of the same sort",
		remedy: "look for a single quote sign in the lines above, and close it"
	},
	TAG_RESOLVE_FAILED: {
		found: "a tag (`!something`) that means nothing here",
		expected: "plain maps, lists, texts and numbers",
		remedy: "delete the tag; put the value in quotes if it begins with `!`"
	}
};
function empty(file) {
	return {
		code: "config.empty",
		where: at(file, START),
		found: "an empty file",
		expected: "a configuration that begins with `apiVersion: shiplock/v1`",
		remedy: "start from the example in docs/configuration.md"
	};
}
function notAMap(where, root) {
	return {
		code: "config.wrong-type",
		where,
		found: root?.kind === "list" ? "a list" : "a single text",
		expected: "a map that begins with `apiVersion: shiplock/v1`",
		remedy: "check that this is shiplock.yaml, and that its top-level keys begin in the first column"
	};
}
function oldVersion(version, where) {
	return {
		code: "config.syntax",
		where,
		found: `the directive %YAML ${version}`,
		expected: "YAML 1.2",
		remedy: "delete the line that begins with %YAML"
	};
}
function tooMany(where) {
	return {
		code: "config.too-large",
		where,
		found: `more than ${MAX_VALUES} values once aliases are followed`,
		expected: `at most ${MAX_VALUES}`,
		remedy: "write the values out, or let environments share them with `extends:`"
	};
}
function tooDeep(where) {
	return {
		code: "config.too-deep",
		where,
		found: `more than ${64} maps and lists inside each other`,
		expected: `at most ${64}`,
		remedy: "look for brackets that are never closed, or an alias that contains itself"
	};
}
function unknownAlias(name, where) {
	return {
		code: "config.syntax",
		where,
		found: `the alias *${name} without an anchor &${name} before it`,
		expected: "an anchor that the alias refers to",
		remedy: `write the value out; an environment inherits with \`extends: ${name}\``
	};
}
function oddKey(where) {
	return {
		code: "config.syntax",
		where,
		found: "a key that is no plain word",
		expected: "a key such as `service`",
		remedy: "write `key: value` with a plain key; put a text that contains braces in quotes"
	};
}

// src/announce/config.ts
/** Fragment `announce` of an environment: who hears of what needs a person. */
/** Labels that say which alert it is. Set here and by nobody else, or two alerts could become one. */
const OWN_LABELS = [
	"alertname",
	"severity",
	"service",
	"environment",
	"procedure",
	"run",
	"gate",
	"reason"
];
const LABEL$1 = "the name of a label: letters, digits and _, not beginning with a digit";
const labelNameSchema = string({ error: LABEL$1 }).regex(/^[A-Za-z_][A-Za-z0-9_]*$/, LABEL$1).meta({ title: "label" });
const URLS = "at least one address of an Alertmanager";
const authorization = secretSchema.exactOptional().describe("Value of the header Authorization, such as `Basic …` or `Bearer …`.");
const announceConfig = strictObject({
	alertmanager: strictObject({
		urls: array(httpUrlSchema, { error: URLS }).min(1, URLS).describe("Every member of the cluster, not a load balancer before it: each is told, and they tell people once."),
		authorization
	}).exactOptional().describe("Alertmanager: it groups, silences, and has mail, chat, telephone and more."),
	webhook: strictObject({
		url: union([httpUrlSchema, secretSchema], { error: "an address such as https://example.org/hook, or { secret: env:NAME }" }).describe("Gets a POST in the form of Alertmanager’s own webhook. An address that is a secret itself stands as a reference."),
		authorization
	}).exactOptional().describe("Told where there is no Alertmanager, and when none of them takes an alert."),
	labels: record(labelNameSchema, wordsSchema).default({}).describe("Labels of every alert, for routes and grouping: `team: trust`."),
	links: strictObject({
		run: httpUrlSchema.exactOptional().describe("Where people read about a run; `{run}`, `{environment}` and `{service}` are put in."),
		runbook: httpUrlSchema.exactOptional().describe("What to do, as annotation `runbook_url`; `{alert}` is the name of the alert, in the form of the others.")
	}).prefault({}).describe("Links in every alert."),
	timeout: duration$1({
		min: 100,
		max: 3e4
	}).prefault("2s").describe("How long one request may take. A run goes on meanwhile; at its very end it waits at most twice as long."),
	lasts: duration$1({ min: 6e4 }).prefault("7d").describe("How long an open gate or a held run stays an alert when nobody says it again (`shiplock announce`)."),
	events: duration$1({
		min: 6e4,
		max: 6048e5
	}).prefault("1h").describe("How long what has happened and is over (a rollback, an override) stays an alert.")
}).check((ctx) => {
	if (ctx.value.alertmanager === void 0 && ctx.value.webhook === void 0) complain(ctx, {
		path: [],
		code: "config.nobody-to-tell",
		found: "neither `alertmanager` nor `webhook`",
		expected: "somebody to tell",
		remedy: "add `alertmanager: { urls: [http://127.0.0.1:9093] }`, or delete `announce:`"
	});
	for (const name of Object.keys(ctx.value.labels)) {
		if (!OWN_LABELS.includes(name)) continue;
		complain(ctx, {
			path: ["labels", name],
			code: "config.reserved-label",
			found: `the label \`${name}\``,
			expected: `a label other than ${OWN_LABELS.join(", ")}: those say which alert it is`,
			remedy: `rename it, for instance to \`${name}_of_team\``
		});
	}
});

// src/build/config.ts
/** Fragment `components` of shiplock.yaml: what is built, and how one instance of it runs. */
const environment = record(variableNameSchema, textOrSecretSchema);
const GO_VARIABLE = "a Go variable such as main.version";
const goVariable = string({ error: GO_VARIABLE }).regex(/^[\w./-]+\.[A-Za-z_]\w*$/, GO_VARIABLE).meta({ title: "Go variable" });
const PLATFORM = "a platform such as linux/amd64";
const goComponentConfig = strictObject({
	kind: literal$1("go").describe("A Go program, built as a static binary."),
	source: filePathSchema.describe("Directory with go.mod."),
	package: wordsSchema.default(".").describe("Package to build, relative to the source."),
	binary: string({ error: "a file name" }).regex(/^[A-Za-z0-9._-]+$/, "a file name without directory").describe("Name of the file that the build makes."),
	command: argvSchema.describe("How one instance is started, inside the release directory. `{port}`, `{host}` and `{release}` are put in."),
	ready: httpPathSchema.describe("Answers 200 when the instance may get traffic."),
	live: httpPathSchema.default("/healthz").describe("Answers 200 while the process lives."),
	env: environment.default({}).describe("Environment variables of the process. `{port}`, `{host}`, `{release}`, `{environment}` and `{service}` are put in."),
	stamp: strictObject({
		version: goVariable.default("main.version").describe("Gets the version of the release."),
		commit: goVariable.default("main.commit").describe("Gets the commit it was built from.")
	}).prefault({}).describe("Go variables that the linker fills in."),
	tags: array(nameSchema).default([]).describe("Go build tags."),
	platforms: array(string({ error: PLATFORM }).regex(/^[a-z0-9]+\/[a-z0-9]+$/, PLATFORM)).min(1, "at least one platform").default(["linux/amd64"]).describe("Operating systems and processors to build for.")
});
const staticComponentConfig = strictObject({
	kind: literal$1("static").describe("Files that are served as they are."),
	source: filePathSchema.describe("Directory of the sources."),
	build: argvSchema.exactOptional().describe("Command that makes the files, run in the source. Left out: the files are taken as they are."),
	output: filePathSchema.default(".").describe("Directory with the finished files, relative to the source."),
	serve: strictObject({
		command: argvSchema.describe("Command of a web server, inside the release directory. `{port}`, `{host}` and `{release}` are put in."),
		ready: httpPathSchema.default("/").describe("Answers 200 when the instance may get traffic."),
		live: httpPathSchema.default("/").describe("Answers 200 while the process lives."),
		env: environment.default({}).describe("Environment variables of the process.")
	}).exactOptional().describe("A web server of its own, for a frontend that is rolled out by share. Left out: only the files are laid down.")
});
const IMAGE = "a repository of images without tag and digest, such as registry.example.com/shop/api";
const TAG = "a tag, such as {version}";
const imageComponentConfig = strictObject({
	kind: literal$1("image").describe("A container image that was built and pushed before; released by its digest."),
	image: string({ error: IMAGE }).regex(/^[a-z0-9.-]+(?::\d+)?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+$/, IMAGE).describe("Repository of the image, with its registry, as the manifests name it."),
	tag: string({ error: TAG }).regex(/^[A-Za-z0-9_{][A-Za-z0-9_.{}-]{0,126}$/, TAG).default("{version}").describe("Tag that leads to the digest, once, when a release begins. `{version}` and `{commit}` are put in."),
	registry: httpUrlSchema.exactOptional().describe("How this machine reaches the registry, if not by https and the name in `image`."),
	authorization: textOrSecretSchema.exactOptional().describe("Authorization header for the registry, by secret reference. Left out: it may be read by anybody.")
});
const componentConfig = discriminatedUnion("kind", [
	goComponentConfig,
	staticComponentConfig,
	imageComponentConfig
]).describe("One thing that is built and released.");
const buildConfig = record(nameSchema, componentConfig).meta({
	minProperties: 1,
	description: "What the service is made of: an API, a frontend, or both. At least one."
});

// src/gitops/config.ts
/** Fragment `gitops` of an environment: where the desired version is written down. */
const BRANCH = "the name of a branch";
const SIGNING_KEY = "the path of an OpenSSH key, or key:: and a public key";
const KEY_PATH = "a path such as image.tag or spec.template.spec.containers[name=api].image";
const gitopsConfig = strictObject({
	repository: wordsSchema.describe("Git repository that names what serves: a path, or an address that `git clone` takes."),
	branch: string({ error: BRANCH }).regex(BRANCH_NAME, BRANCH).default("main").describe("Branch that is pushed, fast-forward only."),
	file: filePathSchema.describe("YAML or JSON file inside the repository."),
	path: string({ error: KEY_PATH }).min(1, KEY_PATH).refine((text) => parsePath(text).ok, KEY_PATH).default("version").describe("Place of the version inside the file: keys joined by dots, [name=api] or [0] behind a list. Only this value changes."),
	names: _enum([
		"version",
		"digest",
		"image"
	], { error: "version, digest or image" }).default("version").describe("What stands at that place: the version, the digest of the image (`sha256:…`, for Kustomize), or the whole image (`registry/name@sha256:…`). On kubernetes never the version."),
	author: strictObject({
		name: wordsSchema.default("Shiplock"),
		email: string({ error: "a mail address" }).regex(/^\S+@\S+$/, "a mail address").default("shiplock@localhost")
	}).prefault({}).describe("Whom the commits name as their author."),
	signingKey: string({ error: SIGNING_KEY }).regex(/^(?:key::(?:ssh|ecdsa|sk)-[\w@.-]+ \S+.*|(?!key::)(?!-)\S.*)$/, SIGNING_KEY).exactOptional().describe("OpenSSH key that signs the commits: the path of a private key without a passphrase, or of a public key whose other half the agent holds, or `key::` and that public key. Left out: no signature.")
});

// src/metrics/config.ts
/** Fragment `metrics` of an environment. The proxy's own counters are always read and are the source of verdicts. */
const QUERIES = "at least one query; without queries Prometheus has nothing to say";
const LABEL = "the name of a label: letters, digits and _, not beginning with a digit";
const labelSchema = string({ error: LABEL }).regex(/^[A-Za-z_][A-Za-z0-9_]*$/, LABEL);
const prometheusConfig = strictObject({
	url: httpUrlSchema.describe("Address of Prometheus."),
	staleAfter: duration$1({
		min: 1e3,
		max: 36e5
	}).prefault("60s").describe("An answer older than this counts as missing."),
	timeout: duration$1({ max: 6e4 }).prefault("5s").describe("How long one query may take."),
	versionLabel: labelSchema.default("version").describe("Label that names the version in the answers. On Kubernetes the pod template hash: `rollouts_pod_template_hash`."),
	queries: array(strictObject({
		metric: nameSchema.describe("Name of the metric in reports."),
		requests: wordsSchema.describe("PromQL of a cumulative count of all events, with the label of the version."),
		bad: wordsSchema.describe("PromQL of a cumulative count of the bad ones, with the label of the version.")
	}), { error: QUERIES }).min(1, QUERIES).describe("What is asked. Each metric has its own denominator.")
});
const metricsConfig = strictObject({
	every: duration$1({
		min: 100,
		max: 6e4
	}).prefault("1s").describe("Time between two readings of the counters."),
	timeout: duration$1({
		min: 50,
		max: 6e4
	}).prefault("2s").describe("How long one reading of the proxy may take."),
	prometheus: prometheusConfig.exactOptional().describe("A second source. It may add `worse`, never `not-worse`.")
});

// src/migrate/config.ts
/** Fragment `database` of shiplock.yaml: which database, where its migrations lie, how long a statement may wait. */
const DSN = "mysql://user@host:port/database, user@tcp(host:port)/database, or { secret: env:NAME }";
const DSN_FORM = /^(?:mysql:\/\/[^\s/]+|(?:[^\s:/@]+@)?(?:tcp|unix)\([^\s)]+\))\/[^\s/?]+/;
const attempts = "a whole number from 1 to 100";
const migrateConfig = strictObject({
	engine: _enum(["mysql", "mariadb"]).describe("Family of the server. Migrations are refused when another one answers; what the server can do is asked from itself."),
	migrations: filePathSchema.describe("Directory of numbered SQL files."),
	dsn: textOrSecretSchema.refine((value) => typeof value !== "string" || DSN_FORM.test(value), DSN).describe("Connection of the migrations, `mysql://user:password@host:port/database` kept as a secret. Its user may change the structure; the one of the application need not."),
	seed: filePathSchema.exactOptional().describe("SQL file with data for an empty database; loaded on a first release that asks for it (`shiplock release --seed`)."),
	connectTimeout: duration$1({
		min: 100,
		max: 3e5
	}).prefault("10s").describe("How long a connection may take."),
	lockWaitTimeout: duration$1({
		min: 1e3,
		max: 3e5
	}).prefault("2s").describe("How long a statement may wait for a metadata lock; whole seconds. Short, so that it never queues the application behind it."),
	lockAttempts: number$1({ error: attempts }).int(attempts).min(1, attempts).max(100, attempts).default(10).describe("How often a statement that did not get its lock is tried."),
	statementTimeout: duration$1({ min: 1e3 }).prefault("30m").describe("How long one statement may run.")
});

// src/platform/config.ts
/** Fragment `platform` of an environment: where a release runs. */
const REPLICAS = "a whole number from 1 to 100";
const RESTARTS = "a whole number from 1 to 1000";
const HOSTS$1 = "names of hosts, each once, at most 32";
/** Names of hosts on one machine; the words are the same for hosts elsewhere. */
const hostNames$1 = array(nameSchema, { error: HOSTS$1 }).min(1, HOSTS$1).max(32, HOSTS$1).check((ctx) => {
	for (const [index, name] of ctx.value.entries()) {
		if (ctx.value.indexOf(name) === index) continue;
		complain(ctx, {
			path: [index],
			code: "config.host-twice",
			found: `\`${name}\` a second time`,
			expected: "each host once",
			remedy: "delete the repeated host"
		});
	}
});
const replicasSchema = number$1({ error: REPLICAS }).int(REPLICAS).min(1, REPLICAS).max(100, REPLICAS).default(1).describe("Instances of each version on each host.");
const KEEP = "a whole number from 3 to 100: the new one, the one that serves and the one before it stay in any case";
/** How instances are run; the same wherever they are. */
const running = {
	startTimeout: duration$1({ max: 36e5 }).prefault("30s").describe("How long an instance may take to become ready."),
	stopTimeout: duration$1({ max: 36e5 }).prefault("15s").describe("How long an instance may take to finish its requests after SIGTERM; then it is killed."),
	ports: portsSchema.prefault("20000-20999").describe("Ports that instances may be given."),
	crashLoop: strictObject({
		restarts: number$1({ error: RESTARTS }).int(RESTARTS).min(1, RESTARTS).max(1e3, RESTARTS).default(3).describe("This many restarts …"),
		within: duration$1({
			min: 1e3,
			max: 864e5
		}).prefault("60s").describe("… within this time are a crash loop.")
	}).prefault({}).describe("When an instance that keeps dying is given up. A crash loop rolls back."),
	keepReleases: number$1({ error: KEEP }).int(KEEP).min(3, KEEP).max(100, KEEP).default(5).describe("Releases that stay on the disk of a host, the new one among them. Older ones are removed when a release begins; never one that serves, runs or is current.")
};
const localPlatformConfig = strictObject({
	kind: literal$1("local").describe("Supervised processes on this machine."),
	root: filePathSchema.describe("Directory of the service on the machine: releases/, current, shared/, logs/, run/."),
	replicas: replicasSchema,
	hosts: hostNames$1.exactOptional().describe("Lets this machine play several hosts, to try a rolling release without any: each has its own root, `<root>/hosts/<name>`, and its part of the ports. Left out: one host."),
	...running
});
const USER = "the name of a user, such as deploy";
const userSchema = string({ error: USER }).regex(/^[a-z_][a-z0-9_-]{0,31}$/, USER);
const SSH_PORT = "a port from 1 to 65535";
const PARALLEL = "a whole number from 1 to 64";
const ROOT = "an absolute path of letters, digits, ., _ and -, outside of /home, /root, /run and /tmp";
/** As host.sh checks it. */
const ROOT_PATTERN = /^(?!\/(?:home|root|run|tmp|var\/tmp)(?:\/|$))(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/;
const sshHosts = array(strictObject({
	name: nameSchema.max(24, "a name of at most 24 characters").describe("What people call it."),
	address: union([ipv4(), ipv6()], { error: "an IP address" }).describe("For ssh and for the traffic of its instances. Not a name: a name may lead elsewhere tomorrow."),
	port: number$1({ error: SSH_PORT }).int(SSH_PORT).min(1, SSH_PORT).max(65535, SSH_PORT).default(22).describe("Port of sshd."),
	user: userSchema.exactOptional().describe("Instead of `platform.user`.")
}), { error: "a list of hosts, at most 32" }).min(1, "a list of hosts, at most 32").max(32, "a list of hosts, at most 32").check((ctx) => {
	for (const [index, { name, address }] of ctx.value.entries()) {
		const before = ctx.value.findIndex((one) => one.name === name || one.address === address);
		if (before === index) continue;
		complain(ctx, {
			path: [index],
			code: "config.host-twice",
			found: `\`${name}\` at ${address} beside \`${ctx.value[before]?.name}\` at ${ctx.value[before]?.address}`,
			expected: "each host once, with a name and an address of its own",
			remedy: "delete the repeated host"
		});
	}
});
const sshPlatformConfig = strictObject({
	kind: literal$1("ssh").describe("Units of systemd on hosts that are reached over OpenSSH."),
	hosts: sshHosts.describe("Where each version runs."),
	root: string({ error: ROOT }).regex(ROOT_PATTERN, ROOT).meta({ title: "file" }).describe("Directory of the service on every host: releases/, current, shared/, run/."),
	localRoot: filePathSchema.describe("Directory on this machine for what stands beside the hosts: the proxy, the guards of leased shares, files that are served."),
	user: userSchema.default("root").describe("Who logs in: root, or a user who may run the program of hosts with sudo."),
	knownHosts: filePathSchema.describe("File with the keys of the hosts, as ssh writes known_hosts. No other key is ever accepted."),
	identityFile: filePathSchema.exactOptional().describe("Private key for the hosts. Left out: those of the agent, and the default files of ssh."),
	connectTimeout: duration$1({
		min: 1e3,
		max: 6e4
	}).prefault("5s").describe("How long a host may take to answer ssh."),
	parallel: number$1({ error: PARALLEL }).int(PARALLEL).min(1, PARALLEL).max(64, PARALLEL).default(8).describe("Most hosts on which something is done at the same time."),
	replicas: replicasSchema,
	...running
});
const kubernetesPlatformConfig = strictObject({
	kind: literal$1("kubernetes").describe("Pods in a cluster: Argo CD brings what git says, Argo Rollouts moves pods and traffic, and we decide."),
	kubeconfig: filePathSchema.exactOptional().describe("kubeconfig file. Left out: KUBECONFIG, ~/.kube/config, or inside a pod its service account."),
	context: wordsSchema.exactOptional().describe("Context of the kubeconfig. Left out: its current one."),
	namespace: objectNameSchema.describe("Namespace of the service."),
	rollout: objectNameSchema.describe("Rollout (argoproj.io/v1alpha1) that runs the service."),
	container: objectNameSchema.describe("Container of its pods whose image is released."),
	application: objectNameSchema.describe("Application of Argo CD that brings it into the cluster."),
	argocdNamespace: objectNameSchema.default("argocd").describe("Namespace of Argo CD."),
	quarantine: strictObject({
		namespace: objectNameSchema.default("shiplock-policy").describe("Its namespace."),
		name: objectNameSchema.default("quarantine").describe("Its name.")
	}).exactOptional().describe("ConfigMap by which an admission policy of the cluster refuses pods: a digest that is taken back is written there, an explicit release of it takes it out. Left out: nothing keeps a bot from bringing it back."),
	syncDeadline: duration$1({
		min: 1e3,
		max: 36e5
	}).prefault("5m").describe("How long Argo CD may take to bring a commit.")
});
const platformConfig = discriminatedUnion("kind", [
	localPlatformConfig,
	sshPlatformConfig,
	kubernetesPlatformConfig
]).describe("Where a release runs.");

// src/procedure/config.ts
/** Fragment `store` of the service: where leases and journals are kept beside the state directory. */
const PREFIX$1 = "the beginning of branch names, such as shiplock or shiplock/certkeeper";
const gitStoreConfig = strictObject({
	url: wordsSchema.describe("Operations repository: a path, or an address that `git push` takes. Private, and only ever pushed to by fast-forward."),
	prefix: string({ error: PREFIX$1 }).regex(/^[a-z0-9][a-z0-9_-]*(?:\/[a-z0-9][a-z0-9_-]*)*$/, PREFIX$1).default("shiplock").describe("Branches begin with this. Services that share a repository have one each."),
	timeout: duration$1({
		min: 1e3,
		max: 6e5
	}).prefault("10s").describe("How long one git command may take."),
	patience: duration$1({
		min: 0,
		max: 36e5
	}).prefault("30s").describe("How long a forward step waits for git; then the run pauses. A way back never waits."),
	every: duration$1({
		min: 1e3,
		max: 36e5
	}).prefault("10s").describe("Records are pushed at least this often while a run works."),
	lease: duration$1({
		min: 1e3,
		max: 36e5
	}).prefault("60s").describe("How long a silent holder keeps an environment. Renewed every third of it, one commit each.")
});
const storeConfig = strictObject({ git: gitStoreConfig.exactOptional().describe("Leases and copies of journals on branches of a git repository, so that several machines see them. Left out: the state directory is all there is.") });

// src/release/promotion/config.ts
/** The order of environments, and what a promotion must show. The gates count only as they stand on the protected branch. */
/** Fragment `promotion` of an environment. */
const promotionConfig = strictObject({ from: nameSchema.describe("Environment in which a release must have proven itself; it comes here by `shiplock promote` only, not by `shiplock release`.") });
const PATTERN_HINT = "a regular expression such as CHG-[0-9]+";
const patternSchema = string({ error: PATTERN_HINT }).min(1, PATTERN_HINT).refine((text) => compiles(text), PATTERN_HINT);
function compiles(text) {
	try {
		return new RegExp(text, "u") instanceof RegExp;
	} catch {
		return false;
	}
}
const ticketConfig = strictObject({
	role: nameSchema.describe("Who fills it in."),
	pattern: patternSchema.describe("What the whole number of a ticket looks like.")
});
const acceptanceConfig = strictObject({
	role: nameSchema.describe("Who may accept it: a user, not who made it."),
	items: array(wordsSchema).default([]).describe("What must have been tried; each is ticked.")
});
const budgetConfig = strictObject({
	url: httpUrlSchema.describe("Address of Prometheus."),
	timeout: duration$1({ max: 6e4 }).prefault("5s").describe("How long one query may take."),
	total: wordsSchema.describe("PromQL of the number of requests over the window; `{window}` stands for it, for instance `sum(increase(http_requests_total[{window}]))`."),
	bad: wordsSchema.describe("PromQL of the number of bad ones over the window."),
	window: duration$1({ min: 6e4 }).prefault("30d").describe("Over how long the objective is kept."),
	objective: share({
		above: 0,
		below: 1
	}).exactOptional().describe("Promised share of good answers. Left out: `objectives.availability`."),
	left: share().prefault("10%").describe("Share of the budget that must be left.")
});
const DATE_HINT = "a date such as 2027-01-31";
const dateSchema = string({ error: DATE_HINT }).regex(/^\d{4}-\d\d-\d\d$/, DATE_HINT).refine((text) => {
	const time = Date.parse(`${text}T00:00:00Z`);
	return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}, DATE_HINT);
const KEY_HINT$1 = "the key of a difference, or its beginning and a * at the end";
const parityConfig = strictObject({
	replicaRatio: number$1({ error: "a number from 1" }).min(1, "a number from 1").default(10).describe("Greatest ratio of replicas between the two environments."),
	waivers: array(strictObject({
		key: string({ error: KEY_HINT$1 }).regex(/^[^\s*]+\*?$/, KEY_HINT$1).describe("Key of the difference as the report prints it; a `*` at the end stands for any rest."),
		owner: wordsSchema.describe("Who answers for it."),
		reason: wordsSchema.describe("Why it may be."),
		until: dateSchema.describe("Last day on which it counts, in UTC.")
	})).default([]).describe("Differences that are known.")
});
/** Part `promotion` of `policy.environments.<name>`. */
const promotionRulesConfig = strictObject({
	verdict: _enum(["ended-well", "not-worse"]).default("ended-well").describe("`ended-well`: its run in the earlier environment went to its end. `not-worse`: and each share of traffic was judged with that verdict."),
	soak: duration$1({
		min: 0,
		max: 7776e6
	}).prefault("0s").describe("How long it must have served in the earlier environment without being taken back."),
	ticket: ticketConfig.exactOptional().describe("A change ticket whose number somebody fills in. Left out: none."),
	acceptance: acceptanceConfig.exactOptional().describe("Users have tried it in the earlier environment, and one of them says so. Left out: nobody is asked."),
	budget: budgetConfig.exactOptional().describe("Error budget that must be left here. Left out: it is not asked."),
	parity: parityConfig.exactOptional().describe("Report of what differs between the earlier environment and this one. Left out: none.")
});

// src/chatops/config.ts
/** What an environment lets people do from comments: a fragment of `policy.environments.<name>`, read only from the protected branch. */
const COMMAND_HINT = "the name of a command as `/help` lists it, such as deploy, gate fill or rollout abort";
const commandNameSchema = string({ error: COMMAND_HINT }).regex(/^[a-z]+(?: [a-z]+)?$/, COMMAND_HINT);
const TEAM_HINT = "a team of the forge, `organisation/team`";
const teamSchema = string({ error: TEAM_HINT }).regex(/^[A-Za-z0-9-]{1,39}\/[A-Za-z0-9_-]{1,100}$/, TEAM_HINT);
const REVIEWS_HINT = "a number of reviews from 0 to 10";
const chatConfig = strictObject({
	commands: record(commandNameSchema, nameSchema).default({}).describe("Command → role that may give it here. A command that is not named is refused."),
	teams: record(teamSchema, array(nameSchema)).default({}).describe("Team of the forge → roles that its members have here, beside those of the person. Needs the token of an App."),
	commit: _enum(["named", "pinned"]).default("named").describe("`named`: a command that brings a commit here must name it, by 12 digits or more. `pinned`: without a name it is the commit that the server had when the comment was written."),
	commitsFrom: _enum(["default-branch", "any-branch"]).default("default-branch").describe("`default-branch`: only commits that this branch holds may come here."),
	checks: array(wordsSchema).default([]).describe("Checks that must have succeeded for exactly this commit, by name."),
	reviews: number$1({ error: REVIEWS_HINT }).int(REVIEWS_HINT).min(0, REVIEWS_HINT).max(10, REVIEWS_HINT).default(0).describe("How many persons other than its author must have approved the pull request at exactly this commit.")
});

// src/release/policy/config.ts
/** Persons and policy: read only from the protected branch (policy.ts), wherever else they may stand. */
const KEY_HINT = "an OpenSSH public key such as ssh-ed25519 AAAA… anna@laptop";
const keySchema = string({ error: KEY_HINT }).refine((line) => plainKey(line) !== void 0, KEY_HINT).transform((line) => plainKey(line) ?? "");
const EMAIL_HINT = "a mail address";
const emailSchema = string({ error: EMAIL_HINT }).regex(/^[^\s@<>]+@[^\s@<>]+$/, EMAIL_HINT).transform((address) => address.toLowerCase());
const ACCOUNT_HINT = "the number of an account at the forge, as its API has it (names can be changed)";
const personConfig = strictObject({
	name: wordsSchema.exactOptional().describe("Full name, for people to read."),
	account: number$1({ error: ACCOUNT_HINT }).int(ACCOUNT_HINT).positive(ACCOUNT_HINT).exactOptional().describe("Number of the account at the forge. Names of accounts can be changed, numbers cannot."),
	emails: array(emailSchema).default([]).describe("Addresses that stand in commits of this person."),
	keys: array(keySchema).default([]).describe("OpenSSH public keys: what this person signs evidence with."),
	roles: array(nameSchema).default([]).describe("Roles in every environment."),
	rolesIn: record(nameSchema, array(nameSchema)).default({}).describe("Roles in single environments, beside those in `roles`.")
});
/** Person → accounts, keys, roles. One key, account or address never belongs to two: four eyes would be two of one. */
const peopleConfig = record(nameSchema, personConfig).check((ctx) => {
	const owners = /* @__PURE__ */ new Map();
	for (const [person, { account, emails, keys }] of Object.entries(ctx.value)) {
		const marks = [
			...account === void 0 ? [] : [{
				path: ["account"],
				what: `account ${account}`
			}],
			...emails.map((email, index) => ({
				path: ["emails", index],
				what: `address ${email}`
			})),
			...keys.map((key, index) => ({
				path: ["keys", index],
				what: `key ${key}`
			}))
		];
		for (const { path, what } of marks) {
			const other = owners.get(what);
			owners.set(what, person);
			if (other === void 0 || other === person) continue;
			complain(ctx, {
				path: [person, ...path],
				code: "config.shared-identity",
				found: `the ${what.slice(0, 40)} of \`${other}\` a second time`,
				expected: "accounts, addresses and keys that belong to one person each",
				remedy: `delete it here or under \`${other}\`; two names for one person would make four eyes of two`
			});
		}
	}
});
const TIME_HINT = "a time of day such as 09:00";
const timeSchema = string({ error: TIME_HINT }).regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, TIME_HINT);
const MOMENT_HINT = "a local date and time such as 2026-12-20T00:00";
const momentSchema = string({ error: MOMENT_HINT }).regex(/^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d$/, MOMENT_HINT).refine((text) => realDate(text), MOMENT_HINT);
const ZONE_HINT = "a time zone such as Europe/Berlin or UTC";
function realDate(text) {
	const time = Date.parse(`${text}:00Z`);
	return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
const windowsConfig = strictObject({
	timeZone: string({ error: ZONE_HINT }).refine(isTimeZone, ZONE_HINT).describe("Time zone of all times here."),
	open: array(strictObject({
		days: array(_enum(DAYS)).min(1, "at least one day").describe("Days on which it begins."),
		from: timeSchema.describe("Beginning, on the clock on the wall."),
		to: timeSchema.describe("End; not after the beginning means the next day.")
	})).default([]).describe("When releases may begin. Left out: always."),
	freezes: array(strictObject({
		from: momentSchema.describe("Beginning, on the clock on the wall."),
		until: momentSchema.describe("End."),
		why: wordsSchema.describe("Why; shown to who is refused.")
	}).refine(({ from, until }) => from < until, "an end after the beginning")).default([]).describe("When no release may begin, whatever `open` says."),
	holidays: array(strictObject({
		date: dateSchema.describe("The day, from midnight to midnight on the clock on the wall."),
		why: wordsSchema.describe("Its name.")
	})).default([]).describe("Days on which no release may begin."),
	calendars: array(filePathSchema).default([]).describe("iCalendar files in the repository of the policy, read at the same commit: while one of their events lasts no release may begin.")
});
const COUNT_HINT = "a number of persons from 1 to 20";
const gateRulesConfig = strictObject({
	evidence: _enum([
		"signed",
		"forge",
		"unsigned"
	]).default("signed").describe("`signed`: only signatures count at gates. `forge`: comments of an account in `people` count too, read again each time. `unsigned`: names are believed."),
	approvals: number$1({ error: COUNT_HINT }).int(COUNT_HINT).min(1, COUNT_HINT).max(20, COUNT_HINT).default(1).describe("How many distinct persons must agree at a gate."),
	fourEyes: boolean({ error: "true or false" }).default(true).describe("Who started the run or wrote the commit may not approve it."),
	commits: _enum(["signed", "named"]).default("signed").describe("How it is known who wrote a commit: `signed` by its SSH signature, `named` by its author line."),
	approval: nameSchema.exactOptional().describe("Role that must approve each release before it begins. Left out: no gate at the beginning."),
	override: nameSchema.exactOptional().describe("Role that may let a gate pass alone, with a reason. Left out: nobody may."),
	windows: windowsConfig.exactOptional().describe("When releases may begin. Left out: always."),
	promotion: promotionRulesConfig.exactOptional().describe("What a release must show that comes here by `shiplock promote`. Left out: that it has proven itself."),
	chat: chatConfig.exactOptional().describe("What may be done here by comments at the forge. Left out: nothing.")
});
const REPOSITORY_HINT = "the name of a git remote or the address of a repository";
const policyConfig = strictObject({
	repository: string({ error: REPOSITORY_HINT }).regex(/^[^-\s][^\s\0]*$/, REPOSITORY_HINT).default("origin").describe("Repository whose branch holds the policy: a remote of the working copy, or an address."),
	branch: wordsSchema.exactOptional().describe("Protected branch. Left out: the default branch of the repository."),
	file: filePathSchema.exactOptional().describe("This file inside the repository. Left out: where it lies in the working copy."),
	environments: record(nameSchema, gateRulesConfig).default({}).describe("What each environment demands at its gates. One that is not named here demands the strictest."),
	quarantine: nameSchema.exactOptional().describe("Role that may put digests into quarantine and release them from it. Left out: nobody may release one.")
});

// src/release/config.ts
/** Fragments of shiplock.yaml that belong to the release as a whole: people, objectives, what happens after the rollout. */
const ownerConfig = strictObject({
	team: wordsSchema.describe("Who owns the service."),
	contact: wordsSchema.describe("How to reach them: mail address, chat channel, URL.")
});
const onCallConfig = strictObject({
	name: wordsSchema.describe("Name of the rota or person."),
	contact: wordsSchema.describe("How to reach whoever is on call.")
});
const objectivesConfig = strictObject({
	availability: share({
		above: 0,
		below: 1
	}).exactOptional().describe("Share of good answers that is promised."),
	rto: duration$1().exactOptional().describe("Recovery time objective: how long the service may be down."),
	rpo: duration$1({ min: 0 }).exactOptional().describe("Recovery point objective: how much data, in time, may be lost.")
});
const rolesConfig = record(nameSchema, array(wordsSchema).min(1, "at least one person"));
const purgeConfig = array(strictObject({
	url: httpUrlSchema.describe("What is purged."),
	method: _enum([
		"PURGE",
		"BAN",
		"DELETE",
		"POST"
	]).default("PURGE").describe("HTTP method of the request.")
})).describe("Caches that are told to forget the old version, after a release and after a rollback.");
const verifyConfig = array(requestSchema).describe("Requests through the proxy after the release; a wrong answer rolls back.");

// src/rollout/rolling/config.ts
/** Fragment `rollout.rolling` of an environment: how hosts are replaced, and what a person looks at on the first one. */
const HOSTS = "a whole number of hosts from 1 to 100";
const BATCHES = "shares of the hosts after the first, or numbers of hosts: [10%, 50%, 100%] or [2]";
const ITEMS = "a list of items, each with kind, name and question";
const BOUND = "a number";
const batchConfig = union([number$1({ error: HOSTS }).int(HOSTS).min(1, HOSTS).max(100, HOSTS).transform((hosts) => ({
	kind: "hosts",
	hosts
})), share({ above: 0 }).transform((part) => ({
	kind: "share",
	share: part
}))], { error: BATCHES });
const asked = {
	name: nameSchema.describe("Name of the answer: `--item NAME=…`."),
	question: wordsSchema.describe("What the person is asked.")
};
const itemConfig = discriminatedUnion("kind", [
	strictObject({
		kind: literal$1("check").describe("Yes or no; no rolls back."),
		...asked
	}),
	strictObject({
		kind: literal$1("number").describe("A number within limits."),
		...asked,
		min: number$1({ error: BOUND }).exactOptional().describe("Smallest number that is accepted."),
		max: number$1({ error: BOUND }).exactOptional().describe("Largest number that is accepted.")
	}),
	strictObject({
		kind: literal$1("text").describe("Words."),
		...asked,
		minLength: number$1({ error: BOUND }).int(BOUND).min(1, BOUND).exactOptional().describe("Least number of characters.")
	}),
	strictObject({
		kind: literal$1("choice").describe("One of several answers."),
		...asked,
		options: array(wordsSchema).min(2, "at least two answers").describe("The answers.")
	})
]);
/** Asked where nothing else is configured: what can be seen on any host, and by no machine. */
const INSPECTION = [
	{
		kind: "check",
		name: "log",
		question: "The log of the new version was read, and it shows nothing that was not there before"
	},
	{
		kind: "check",
		name: "function",
		question: "The main function was tried at the address of this host, and it works"
	},
	{
		kind: "number",
		name: "memory",
		question: "Memory in use on this host, percent",
		min: 0,
		max: 90
	},
	{
		kind: "text",
		name: "seen",
		question: "What was looked at?",
		minLength: 5
	}
];
/** The gate asks it itself. */
const DECISION = "decision";
const rollingConfig = strictObject({
	firstBake: duration$1({ min: 1e3 }).prefault("10m").describe("How long the first host is watched under traffic before a person is asked to inspect it."),
	bake: duration$1({ min: 1e3 }).prefault("1m").describe("Least time between two batches. The verdict decides when it ends."),
	wholeBake: duration$1({ min: 0 }).prefault("20m").describe("Watched time when every host runs the new version, with absolute limits."),
	batches: array(batchConfig, { error: BATCHES }).min(1, BATCHES).max(50, BATCHES).prefault([
		"10%",
		"50%",
		"100%"
	]).describe("How far the release goes between two looks, after the first host: a share is one of all other hosts and grows from entry to entry, a whole number is so many more hosts. A batch is never more hosts at a time than the others can stand in for."),
	inspection: array(itemConfig, { error: ITEMS }).max(30, "at most 30 items").prefault(INSPECTION).check((ctx) => {
		const names = ctx.value.map(({ name }) => name);
		for (const [index, name] of names.entries()) {
			if (name !== DECISION && names.indexOf(name) === index) continue;
			complain(ctx, {
				path: [index, "name"],
				code: "config.item-twice",
				found: name === DECISION ? `\`${name}\`, which is always asked` : `\`${name}\` a second time`,
				expected: "a name of its own for each item",
				remedy: "rename the item"
			});
		}
	}).describe("What a person must fill in about the first host before another one is touched. Whether to go on is always asked.")
});

// src/rollout/config.ts
/** Fragment `rollout` of an environment: how a new version earns its traffic. */
const number = (expected, min, max) => number$1({ error: expected }).min(min, expected).max(max, expected);
const canaryStepConfig = strictObject({
	share: share({
		above: 0,
		below: 1
	}).describe("Share of new requests for the new version."),
	bake: duration$1({ min: 1e3 }).describe("Least time at this share. The verdict decides when it ends.")
});
const analysisConfig = strictObject({
	alpha: share({
		above: 0,
		below: .5
	}).prefault("1%").describe("Chance that a harmless release is called `worse`, for the whole release and however long one looks."),
	beta: share({
		above: 0,
		below: .5
	}).prefault("5%").describe("Chance that a release beyond the margin is called `not-worse`."),
	harmRatio: number("a ratio from 1 to 100", 1, 100).default(1.25).describe("`worse` means: bad responses are more frequent than this many times those of the stable version."),
	margin: number("a ratio above 1, at most 100", 1.01, 100).default(2).describe("`not-worse` means: an odds ratio of this much, at or above the floor, is ruled out."),
	floor: share({ below: 1 }).prefault("0.1%").describe("Bad rates below this are harmless whatever their ratio."),
	ceiling: share({ above: 0 }).prefault("5%").describe("Intervals with a greater common bad rate say nothing about `not-worse`: in a shared outage ratios drift to 1."),
	mode: _enum([
		"dispersed",
		"robust",
		"sharp"
	]).default("dispersed").describe("How bad events are taken: measured against the burstiness of the stable version, by their mean only, or as independent."),
	clump: number("a number from 1 to 10000", 1, 1e4).exactOptional().describe("Bad events that come from one cause, for instance retries of one client; counts are divided by it. Left out: estimated from the stable version."),
	unit: duration$1({
		min: 0,
		max: 36e5
	}).prefault("0s").describe("Time that counts as one bet, at least five times the correlation time of retries. 0s: each reading."),
	past: duration$1({
		min: 0,
		max: 36e5
	}).prefault("60s").describe("How long the stable version is watched alone before the first share. The shorter, the more evidence a verdict needs."),
	warmUp: duration$1({
		min: 0,
		max: 36e5
	}).prefault("0s").describe("Left out of the analysis at the begin of a step, once per instance.")
});
const lowTrafficConfig = union([_enum(["smoke", "gate"]), strictObject({
	kind: literal$1("load").describe("Requests of our own through the proxy top the real traffic up."),
	path: httpPathSchema.describe("Path of a harmless GET request."),
	rate: rateSchema.describe("Real and own requests together reach this rate.")
})], { error: "smoke, gate, or { kind: load, path: /ping, rate: 50/s }" }).transform((value) => typeof value === "string" ? { kind: value } : {
	kind: value.kind,
	path: value.path,
	requestsPerSecond: value.rate
});
const STEPS = "at least one step, for instance { share: 10%, bake: 5m }";
const rolloutConfig = strictObject({
	strategy: _enum([
		"canary",
		"blue-green",
		"rolling"
	]).default("canary").describe("`canary`: share by share, judged by evidence. `blue-green`: all traffic at once, the old version standing by until `finalBake` is over. `rolling`: host by host in place, the first one inspected by a person. The first release, with nothing running, goes by itself."),
	steps: array(canaryStepConfig, { error: STEPS }).max(50, "at most 50 steps").prefault([]).describe("Shares on the way to 100 %, growing, the last below 100 %. A canary needs one; before a blue-green switch they may be left out; a rolling release has none."),
	preview: _enum(["gate", "none"]).default("none").describe("Blue-green: `gate` lets a person look at the new version before it gets any traffic."),
	rolling: rollingConfig.prefault({}).describe("Rolling: how hosts are replaced."),
	analysis: analysisConfig.prefault({}).describe("How evidence is weighed."),
	healthDeadline: duration$1({ min: 1e3 }).prefault("60s").describe("Not ready within this time: rolled back."),
	analysisDeadline: duration$1({ min: 1e3 }).prefault("30m").describe("No verdict on a step within this time: a gate opens and the share stays."),
	finalBake: duration$1({ min: 0 }).prefault("30s").describe("Watched time at 100 % before the old version is stopped, with absolute limits."),
	drainTimeout: duration$1({ max: 36e5 }).prefault("30s").describe("How long the old version may take to finish its requests."),
	lowTraffic: lowTrafficConfig.prefault("gate").describe("Where there is too little traffic for a verdict: `smoke` lets the smoke test decide, `gate` asks a person, `load` adds requests."),
	smoke: array(requestSchema).prefault([]).describe("Requests that each new instance must answer before it gets traffic."),
	limits: strictObject({ errors: share({ above: 0 }).prefault("5%").describe("Greatest share of bad responses where there is no stable version to compare with.") }).prefault({}).describe("Absolute limits, for the first release, at 100 %, and while a gate waits."),
	capacity: strictObject({ perInstance: share({ above: 0 }).describe("Share of the whole load that one ready instance can carry.") }).exactOptional().describe("Left out: all instances of a version together can carry the whole load."),
	role: nameSchema.default("releaser").describe("Who may decide at a gate of the rollout.")
}).check((ctx) => {
	if (ctx.value.strategy === "canary" && ctx.value.steps.length === 0) complain(ctx, {
		path: ["steps"],
		code: "config.no-steps",
		found: "a canary without steps",
		expected: STEPS,
		remedy: "add a step under `steps:`, or write `strategy: blue-green`"
	});
	if (ctx.value.strategy === "rolling" && ctx.value.steps.length > 0) complain(ctx, {
		path: ["steps"],
		code: "config.steps-of-rolling",
		found: "shares for a rolling release",
		expected: "shares that follow from the hosts",
		remedy: "write `steps: []`, and the batches under `rolling:`"
	});
	if (ctx.value.strategy === "rolling" && ctx.value.capacity === void 0) complain(ctx, {
		path: ["strategy"],
		code: "config.rolling-without-capacity",
		found: "a rolling release that does not know what an instance can carry",
		expected: "`capacity: { perInstance: … }`: hosts are taken out, so the others must be able to stand in for them",
		remedy: "measure what one instance can carry at the busiest hour, and write it as a share of the whole load"
	});
	if (ctx.value.strategy !== "blue-green" && ctx.value.preview === "gate") complain(ctx, {
		path: ["preview"],
		code: "config.preview-of-canary",
		found: `\`preview: gate\` for a ${ctx.value.strategy} release`,
		expected: "a preview where all traffic is switched at once",
		remedy: "delete `preview:`, or write `strategy: blue-green`"
	});
	for (const [index, step] of ctx.value.steps.entries()) {
		const before = ctx.value.steps[index - 1];
		if (before === void 0 || step.share > before.share) continue;
		complain(ctx, {
			path: [
				"steps",
				index,
				"share"
			],
			code: "config.steps-not-growing",
			found: `${formatShare(step.share)} after ${formatShare(before.share)}`,
			expected: "a greater share than in the step before",
			remedy: "order the steps by share and leave out repeated ones"
		});
	}
	if (ctx.value.lowTraffic.kind === "smoke" && ctx.value.smoke.length === 0) complain(ctx, {
		path: ["lowTraffic"],
		code: "config.smoke-missing",
		found: "smoke, but no smoke requests",
		expected: "at least one request under rollout.smoke",
		remedy: "add a request under `smoke:`, or write `lowTraffic: gate`"
	});
});

// src/traffic/config.ts
/** Fragment `traffic` of an environment: who decides which version gets which share of the requests. */
const PREFIX = "the beginning of a path, such as /api, without query";
/** `/api` means `/api` itself and everything below it. */
const pathPrefixSchema = string({ error: PREFIX }).regex(/^\/[A-Za-z0-9/._~-]*$/, PREFIX).meta({ title: "path prefix" });
const PORT = "a port from 1 to 65535";
const filesConfig = strictObject({
	component: nameSchema.describe("Component that is only files; its `current` release is served."),
	service: array(pathPrefixSchema).default(["/api"]).describe("Paths, and what lies below them, that go to the service. Everything else goes to the files."),
	port: number$1({ error: PORT }).int(PORT).min(1, PORT).max(65535, PORT).exactOptional().describe("Port of the static server on this machine. Left out: the last one of `platform.ports`."),
	singlePage: boolean({ error: "true or false" }).default(false).describe("Unknown pages get index.html, for applications that route in the browser.")
});
/** A proxy on this machine; whichever it is, it is told the same. */
const proxyTrafficConfig = strictObject({
	kind: _enum(["haproxy", "nginx"], { error: "haproxy or nginx" }).describe("HAProxy 2.4 or newer, steered through its runtime socket, or Nginx 1.20 or newer, steered by graceful reloads; on this machine."),
	component: nameSchema.exactOptional().describe("Component that gets the traffic: the one with a process. May be left out."),
	directory: filePathSchema.describe("Directory for its configuration, sockets and state."),
	bind: addressSchema.describe("Where users arrive, `host:port`."),
	deadMan: duration$1({
		min: 1e3,
		max: 6e5
	}).prefault("5s").describe("Without a heartbeat for this long the proxy takes a new version out by itself."),
	longestTimeout: duration$1({ max: 36e5 }).prefault("30s").describe("Longest time a request may take. After a weight change, counts wait this long before they are judged."),
	rateLimits: array(strictObject({
		path: httpPathSchema.describe("Paths that begin with this."),
		rate: rateSchema.describe("Requests let through; the rest is answered 429 with Retry-After.")
	})).prefault([]).describe("Limits per endpoint, for all users together."),
	files: filesConfig.exactOptional().describe("Static files behind the same proxy. Left out: every request goes to the service."),
	private: array(pathPrefixSchema).default(["/metrics"]).describe("Paths, and what lies below them, that the proxy answers 404: for the machine itself, not for users.")
});
const PODS = "a whole number from 1 to 99999";
const SECRET_KEY = "a key of a secret: letters, digits, dots, _ and -";
/** What the manifests of a Rollout name, for `shiplock gitops rollouts`. */
const rolloutManifestsConfig = strictObject({
	mode: _enum(["pull", "push"], { error: "pull or push" }).exactOptional().describe("pull: the controller asks the judge and goes on; push: the pipeline says when. Left out: pull."),
	httpRoute: objectNameSchema.exactOptional().describe("HTTPRoute whose weights are the shares. Not together with `pods`."),
	pods: number$1({ error: PODS }).int(PODS).min(1, PODS).max(99999, PODS).exactOptional().describe("Pods of the Rollout, where a share is a count of pods."),
	stableService: objectNameSchema.exactOptional().describe("Service of the version that serves. Left out: the name of the Rollout."),
	canaryService: objectNameSchema.exactOptional().describe("Service of the new version, or of the preview. Left out: NAME-canary, NAME-preview."),
	previewPort: number$1({ error: PORT }).int(PORT).min(1, PORT).max(65535, PORT).exactOptional().describe("Port of the preview Service, for smoke requests. Left out: 80."),
	judge: strictObject({
		url: httpUrlSchema.exactOptional().describe("Address of the judge. Left out: http://shiplock-judge.shiplock.svc:8484."),
		secret: objectNameSchema.exactOptional().describe("Secret beside the Rollout with its token. Left out: shiplock-judge."),
		key: string({ error: SECRET_KEY }).regex(/^[A-Za-z0-9._-]{1,253}$/, SECRET_KEY).exactOptional().describe("Key of that secret. Left out: token."),
		every: duration$1({
			min: 1e3,
			max: 36e5
		}).exactOptional().describe("Between two questions. Left out: 5s.")
	}).exactOptional().describe("Who is asked by the AnalysisTemplates.")
});
/** Traffic that a cluster routes by itself, by the steps of a Rollout. */
const rolloutsTrafficConfig = strictObject({
	kind: literal$1("argo-rollouts").describe("Argo Rollouts, steered through the pauses of its steps. Only where the platform is kubernetes."),
	component: nameSchema.exactOptional().describe("Component that gets the traffic: the image. May be left out."),
	entry: httpUrlSchema.describe("How this machine reaches the service as users do, for `verify`."),
	longestTimeout: duration$1({ max: 36e5 }).prefault("30s").describe("Longest time a request may take. After a weight change, counts wait this long before they are judged."),
	manifests: rolloutManifestsConfig.exactOptional().describe("Names for `shiplock gitops rollouts`. Its options go before them; a release does not read them.")
});
const trafficConfig = discriminatedUnion("kind", [proxyTrafficConfig, rolloutsTrafficConfig]).describe("Who gives which version its share of the requests.");

// src/config/schema.ts
const API_VERSION = "shiplock/v1";
/** Keys of the file that are the same in every environment. */
const serviceShape = {
	apiVersion: literal$1(API_VERSION).describe("Version of this format."),
	service: nameSchema.describe("Name of the service."),
	owners: array(ownerConfig).default([]).describe("Who owns the service."),
	onCall: array(onCallConfig).default([]).describe("Who is called when it breaks."),
	objectives: objectivesConfig.prefault({}).describe("What is promised to users."),
	roles: rolesConfig.default({}).describe("Which people have which role in every environment. With `people:` these are persons of it; without it nobody is checked."),
	people: peopleConfig.exactOptional().describe("Persons: their accounts, keys and roles. With it gates check who fills them in; counts only on the protected branch."),
	policy: policyConfig.exactOptional().describe("Where the policy is read, and what each environment demands at its gates; counts only on the protected branch."),
	store: storeConfig.prefault({}).describe("Where leases and journals are kept, beside the state directory.")
};
const componentsKey = buildConfig;
const databaseKey = migrateConfig.exactOptional().describe("Database with migrations. Left out: the service has none.");
/** One environment after inheritance, with the components and the database of the service put in. */
const environmentSchema = strictObject({
	components: componentsKey,
	database: databaseKey,
	platform: platformConfig,
	traffic: trafficConfig,
	metrics: metricsConfig.prefault({}).describe("Where counts come from. The proxy itself always counts."),
	rollout: rolloutConfig.describe("How a new version earns its traffic."),
	gitops: gitopsConfig.exactOptional().describe("Where the desired version is written down. Left out: nowhere."),
	purge: purgeConfig.prefault([]),
	verify: verifyConfig.prefault([]),
	promotion: promotionConfig.exactOptional().describe("Where a release must have proven itself before it comes here. Left out: it may come from anywhere."),
	announce: announceConfig.exactOptional().describe("Who is told of an open gate, a rollback, a held run, a lost lease, an override. Left out: nobody.")
});
/** Keys that only say how an environment inherits. */
const inheritanceShape = {
	extends: nameSchema.exactOptional().describe("Environment whose settings this one inherits: maps are merged, lists and values replaced."),
	abstract: boolean({ error: "true or false" }).default(false).describe("Only there to be inherited from; cannot be released to.")
};
/** The whole file as it is read first: environments are only opened here, their content is checked after inheritance. */
const fileSchema = strictObject({
	...serviceShape,
	components: componentsKey,
	database: databaseKey,
	environments: record(nameSchema, looseObject(inheritanceShape)).refine((environments) => Object.keys(environments).length > 0, "at least one environment").describe("Where the service runs.")
});
/** The whole file with all keys: for editors and documentation. Environments may be partial, since they inherit. */
const documentSchema = strictObject({
	...serviceShape,
	components: componentsKey,
	database: databaseKey,
	environments: record(nameSchema, strictObject({
		...inheritanceShape,
		...environmentSchema.shape
	})).meta({
		description: "Where the service runs. At least one.",
		minProperties: 1
	})
});

// src/config/schema-tree.ts
const nodeSchema = lazy(() => looseObject({
	type: string().optional(),
	title: string().optional(),
	description: string().optional(),
	enum: array(unknown()).optional(),
	properties: record(string(), nodeSchema).optional(),
	required: array(string()).optional(),
	additionalProperties: union([boolean(), nodeSchema]).optional(),
	items: nodeSchema.optional(),
	anyOf: array(nodeSchema).optional(),
	oneOf: array(nodeSchema).optional()
}));
/** Made once: the schema does not change while the program runs. */
let known$1;
/** A JSON Schema as far as it is used here. */
function schemaNode(schema) {
	return nodeSchema.parse(schema);
}
/** JSON Schema (draft 2020-12) of what a person writes, with `required` as after inheritance. */
function schemaTree() {
	known$1 ??= schemaNode(toJSONSchema(documentSchema, {
		target: "draft-2020-12",
		io: "input"
	}));
	return known$1;
}
/** Schema of the value at a path; `value` picks the variant where there are several. Undefined where the schema says nothing. */
function schemaAt(root, path, value) {
	let node = pick(root, value);
	let here = value;
	for (const key of path) {
		here = member(here, key);
		node = node === void 0 ? void 0 : step(node, key);
		node = node === void 0 ? void 0 : pick(node, here);
	}
	return node;
}
function step(node, key) {
	if (typeof key === "number") return node.items;
	const name = String(key);
	if (node.properties !== void 0 && Object.hasOwn(node.properties, name)) return node.properties[name];
	return typeof node.additionalProperties === "object" ? node.additionalProperties : void 0;
}
function pick(node, value) {
	const variants = node.oneOf ?? node.anyOf;
	if (variants === void 0) return node;
	const kind = member(value, "kind");
	const maps = variants.filter((variant) => variant.properties !== void 0);
	const chosen = maps.find((variant) => kind !== void 0 && isKind(variant.properties?.["kind"], kind));
	const only = typeof value === "object" && value !== null && maps.length === 1 ? maps[0] : void 0;
	return chosen ?? only ?? node;
}
/** A variant may stand for several kinds. */
function isKind(schema, kind) {
	return schema?.const === kind || (schema?.enum?.some((one) => one === kind) ?? false);
}
function member(value, key) {
	if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return void 0;
	return Object.entries(value).find(([name]) => name === String(key))?.[1];
}
/** Every place where a key is known, as dotted paths: tells somebody who indented it wrongly where it belongs. */
function placesOf(root, key) {
	const places = [];
	const visit = (node, path) => {
		for (const [name, child] of Object.entries(node.properties ?? {})) {
			if (name === key) places.push(path.join("."));
			visit(child, [...path, name]);
		}
		if (typeof node.additionalProperties === "object") visit(node.additionalProperties, [...path, "<name>"]);
		if (node.items !== void 0) visit(node.items, [...path.slice(0, -1), `${path.at(-1) ?? ""}[]`]);
		for (const variant of [...node.oneOf ?? [], ...node.anyOf ?? []]) visit(variant, path);
	};
	visit(root, []);
	return [...new Set(places)];
}

// src/config/explain.ts
function pageOf({ page = "docs/configuration.md" }) {
	return page;
}
function explain(issues, context) {
	const value = plain(context.tree);
	const flat = issues.flatMap((issue) => flatten(issue));
	const misspelt = new Set(flat.flatMap((issue) => misspeltKeys(issue, value, context)));
	return flat.filter((issue) => nodeAt(context.tree, issue.path) !== void 0 || !misspelt.has(issue.path.map(String).join("\n"))).flatMap((issue) => problemsOfIssue(issue, value, context));
}
/** Paths of keys that are there under a misspelt name: not missing, only wrongly written. */
function misspeltKeys(issue, value, context) {
	if (issue.code !== "unrecognized_keys") return [];
	return issue.keys.flatMap((key) => {
		const meant = correction(key, issue.path, value, context);
		return meant === void 0 ? [] : [[...issue.path, meant].map(String).join("\n")];
	});
}
function correction(key, path, value, context) {
	const known = Object.keys(schemaAt(context.schema, path, value)?.properties ?? {});
	const close = nearest(key, known, import_fastest_levenshtein.distance);
	if (close === void 0) return void 0;
	return (0, import_fastest_levenshtein.distance)(key, close) <= 2 || placesOf(context.whole, key).length === 0 ? close : void 0;
}
/** Members of a union that fit the kind of value that was found speak for the union; otherwise the union's own message does. */
function flatten(issue) {
	if (issue.code !== "invalid_union" || issue.errors.length === 0) return [issue];
	const fitting = issue.errors.filter((errors) => !errors.some(isOtherKind));
	const [only] = fitting;
	if (fitting.length !== 1 || only === void 0 || only.every((inner) => inner.path.length === 0 && inner.code !== "unrecognized_keys")) return [issue];
	return only.flatMap((inner) => flatten({
		...inner,
		path: [...issue.path, ...inner.path]
	}));
}
function isOtherKind(issue) {
	if (issue.path.length === 0) return issue.code === "invalid_type" || issue.code === "invalid_value";
	return issue.path.length === 1 && issue.path[0] === "kind" && issue.code === "invalid_value";
}
function problemsOfIssue(issue, value, context) {
	if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(issue.path, key, value, context));
	const node = nodeAt(context.tree, issue.path);
	if (issue.code === "invalid_key") return [badName(issue, context)];
	const said = issue.code === "custom" ? complaint(issue.params) : void 0;
	const place = nearestNode(context.tree, issue.path);
	if (said !== void 0) return [{
		...said,
		where: at(context.file, place.at)
	}];
	if (node === void 0) return [missingKey(issue, value, context)];
	return [wrongValue(issue, node, value, context)];
}
function dotted(context, path) {
	const words = path.map((part) => typeof part === "number" ? `[${part}]` : `.${String(part)}`).join("");
	return `${context.name}${words}`.replace(/^\./, "");
}
function unknownKey(path, key, value, context) {
	const known = Object.keys(schemaAt(context.schema, path, value)?.properties ?? {});
	const node = nodeAt(context.tree, [...path, key]) ?? nearestNode(context.tree, path);
	const place = dotted(context, path);
	const close = correction(key, path, value, context);
	return {
		code: "config.unknown-key",
		where: at(context.file, node.keyAt),
		found: `unknown key \`${key}\`${place === "" ? "" : ` in \`${place}\``}`,
		expected: known.length === 0 ? "another key" : `one of ${known.join(", ")}`,
		remedy: close === void 0 ? homeOf(key, context) : `write \`${close}\``
	};
}
/** What to do with a key that resembles nothing here. */
function homeOf(key, context) {
	if (key === "<<") return "write `extends:` with the name of an environment; merge keys of YAML are not read";
	const homes = placesOf(context.whole, key).map((home) => home === "" ? "at the top level" : `under \`${home}\``);
	if (homes.length === 0) return `delete it; ${pageOf(context)} lists every key`;
	return `move it: \`${key}\` belongs ${homes.slice(0, 2).join(" or ")}`;
}
function badName(issue, context) {
	const node = nearestNode(context.tree, issue.path);
	return {
		code: "config.wrong-name",
		where: at(context.file, node.keyAt),
		found: `\`${String(issue.path.at(-1))}\` as a name in \`${dotted(context, issue.path.slice(0, -1))}\``,
		expected: issue.issues[0]?.message ?? "a plain name",
		remedy: "rename it here and wherever it is referred to"
	};
}
function missingKey(issue, value, context) {
	const node = nearestNode(context.tree, issue.path);
	const key = String(issue.path.at(-1));
	const parent = issue.path.slice(0, -1);
	const place = dotted(context, parent);
	const around = schemaAt(context.schema, parent, value);
	const schema = around?.properties?.[key];
	const options = variantsOf(around, key);
	const meaning = schema?.description?.replace(/\.$/, "") ?? (options.length > 0 ? `one of ${options.join(", ")}` : void 0);
	const line = options.length === 1 ? `${key}: ${options[0]}` : `${key}:`;
	return {
		code: "config.missing-key",
		where: at(context.file, node.keyAt),
		found: place === "" ? `no \`${key}\`` : `no \`${key}\` in \`${place}\``,
		expected: meaning === void 0 ? `a value for \`${key}\`` : `\`${key}\`: ${meaning}`,
		remedy: place === "" ? `add \`${line}\` at the top level` : `add \`${line}\` under \`${place}:\`${context.inherits === true ? ", or in an environment it extends" : ""}`
	};
}
function wrongValue(issue, node, value, context) {
	const schema = schemaAt(context.schema, issue.path, value);
	const key = [...issue.path].reverse().find((part) => typeof part === "string");
	const options = optionsOf(issue, schema, schemaAt(context.schema, issue.path.slice(0, -1), value));
	const expected = expectation(issue, options);
	const empty = node.kind === "scalar" && node.value === null;
	return {
		code: empty ? "config.empty-value" : issue.code === "invalid_value" && key === "apiVersion" ? "config.api-version" : issue.code === "invalid_type" ? "config.wrong-type" : "config.wrong-value",
		where: at(context.file, empty ? node.keyAt : node.at),
		found: empty ? `\`${String(key)}:\` without a value` : describe(node, issue.path, options),
		expected,
		remedy: remedyFor(node, schema, options, String(key), pageOf(context))
	};
}
function optionsOf(issue, schema, parent) {
	if (issue.code === "invalid_value") return issue.values.map(String);
	if (issue.code === "invalid_union" && issue.errors.length === 0) return variantsOf(parent, String(issue.path.at(-1)));
	return [schema, ...schema?.anyOf ?? []].flatMap((node) => node?.enum ?? []).map(String);
}
/** Which values a key may have that tells variants apart; they stand in the schema, not in the issue. */
function variantsOf(node, key) {
	return (node === void 0 ? [] : [
		node,
		...node.oneOf ?? [],
		...node.anyOf ?? []
	]).flatMap((variant) => variant.properties?.[key]?.const ?? []).map(String);
}
const TYPES = {
	string: "a text",
	number: "a number",
	int: "a whole number",
	boolean: "true or false",
	object: "a map (`key: value` lines below it)",
	record: "a map (`name: value` lines below it)",
	array: "a list (lines that begin with `-`)"
};
function expectation(issue, options) {
	if (issue.code === "invalid_value" || issue.code === "invalid_union" && issue.errors.length === 0) return options.length === 1 ? String(options[0]) : `one of ${options.join(", ")}`;
	if (issue.code === "invalid_type" && issue.message.startsWith("Invalid input")) return TYPES[issue.expected] ?? `a value of type ${issue.expected}`;
	return issue.message;
}
/** What stands there, cut short. Values of places that tend to hold secrets are not repeated, whatever is wrong with them. */
function describe(node, path, options) {
	if (node.kind === "map") return "a map";
	if (node.kind === "list") return node.items.length === 0 ? "an empty list" : "a list";
	if (node.value === null) return "no value";
	if (options.length === 0 && path.some((part) => typeof part === "string" && /^(?:env|dsn|secret|.*(?:password|token|key))$/i.test(part))) return typeof node.value === "string" ? "a text that does not fit" : `a ${typeof node.value}`;
	if (typeof node.value !== "string") return typeof node.value === "number" ? `the number ${node.value}` : String(node.value);
	return JSON.stringify(node.value.length > 60 ? `${node.value.slice(0, 57)}…` : node.value);
}
function remedyFor(node, schema, options, key, page) {
	if (node.kind === "scalar" && node.value === null) return "write a value after the colon, or delete the line";
	const word = node.kind === "scalar" ? String(node.value) : "";
	if (options.length === 1) return `write \`${key}: ${options[0]}\``;
	if (options.length > 1) {
		const close = nearest(word, options, import_fastest_levenshtein.distance);
		return close === void 0 ? `choose one of ${options.join(", ")}` : `write \`${close}\``;
	}
	if (node.kind === "scalar" && typeof node.value === "number") {
		if (schema?.title === "duration") return `add a unit: \`${node.value}s\``;
		if (schema?.title === "percentage" && node.value > 1) return `write \`${node.value}%\``;
		if (schema?.type === "string") return `put it in quotes: \`"${node.value}"\``;
	}
	if (node.kind === "scalar" && typeof node.value === "string" && (schema?.type === "number" || schema?.type === "integer")) return /^\d+(?:\.\d+)?$/.test(node.value) ? "remove the quotes" : `write a number for \`${key}\``;
	return `write ${article(schema?.title ?? (schema?.type === "number" || schema?.type === "integer" ? "number" : "value"))} as expected for \`${key}\`; ${page} explains it`;
}
function article(word) {
	return /^[aeio]/i.test(word) ? `an ${word}` : `a ${word}`;
}
/** Parts of a problem that a check inside a fragment gave (`complain` in src/model/scalars.ts). */
function complaint(params) {
	const { code, found, expected, remedy } = params ?? {};
	if (typeof code !== "string" || typeof found !== "string" || typeof expected !== "string" || typeof remedy !== "string") return void 0;
	return {
		code,
		found,
		expected,
		remedy
	};
}

// src/config/merge.ts
/**
* What a child environment makes of an inherited value: maps are merged key by key, everything else (lists too) is replaced.
* A map whose `kind` changes is replaced as a whole, since the keys of another kind would mean nothing.
*/
function merge(inherited, own) {
	if (inherited.kind !== "map" || own.kind !== "map" || changesKind(inherited, own)) return own;
	const entries = new Map(inherited.entries);
	for (const [key, value] of own.entries) {
		const before = entries.get(key);
		entries.set(key, before === void 0 ? value : merge(before, value));
	}
	return {
		...own,
		entries
	};
}
function changesKind(inherited, own) {
	const before = inherited.entries.get("kind");
	const after = own.entries.get("kind");
	if (before?.kind !== "scalar" || after?.kind !== "scalar") return false;
	return before.value !== after.value;
}

// src/config/inherit.ts
const OWN_KEYS = ["extends", "abstract"];
/** Keys of the service that an environment may override. */
const SHARED_KEYS = ["components", "database"];
/** Follows `extends` of one environment up to its root. Unknown parents and circles are refused. */
function inherit(root, environments, name, file) {
	const chain = [];
	const path = [];
	let next = {
		name,
		named: void 0
	};
	while (next !== void 0) {
		const node = environments.entries.get(next.name);
		if (node === void 0) return bad(unknownParent(next.name, at(file, next.named?.at ?? environments.at), [...environments.entries.keys()]));
		if (path.includes(next.name)) return bad(circle([...path, next.name], at(file, next.named?.at ?? node.at)));
		if (node.kind !== "map") return ok({
			name,
			abstract: true,
			own: node,
			tree: {
				...environments,
				entries: /* @__PURE__ */ new Map()
			}
		});
		path.push(next.name);
		chain.unshift(node);
		const parent = node.entries.get("extends");
		next = parent?.kind === "scalar" && typeof parent.value === "string" ? {
			name: parent.value,
			named: parent
		} : void 0;
	}
	const own = chain.at(-1) ?? environments;
	let tree = {
		...own,
		entries: new Map([...root.entries].filter(([key]) => SHARED_KEYS.includes(key)))
	};
	for (const link of chain) {
		const merged = merge(tree, {
			...link,
			entries: new Map([...link.entries].filter(([key]) => !OWN_KEYS.includes(key)))
		});
		if (merged.kind === "map") tree = merged;
	}
	const flag = own.entries.get("abstract");
	return ok({
		name,
		abstract: flag?.kind === "scalar" && flag.value === true,
		own,
		tree: {
			...tree,
			at: own.at,
			keyAt: own.keyAt
		}
	});
}
function unknownParent(name, where, known) {
	const close = nearest(name, known, import_fastest_levenshtein.distance);
	return {
		code: "config.extends-unknown",
		where,
		found: `extends: ${name}`,
		expected: `the name of another environment: ${known.join(", ")}`,
		remedy: close === void 0 ? "add that environment, or extend one that exists" : `write \`extends: ${close}\``
	};
}
function circle(path, where) {
	return {
		code: "config.extends-circle",
		where,
		found: path.join(" extends "),
		expected: "environments that end at one without `extends`",
		remedy: "delete `extends:` in one of them"
	};
}

// src/config/promotion-checks.ts
function cameFrom(environments, name) {
	const environment = environments.get(name);
	return environment?.kind === "concrete" ? environment.settings.promotion?.from : void 0;
}
/** The environments before this one, the first first, and itself at the end. Pure. */
function wayTo(config, name) {
	const way = [name];
	for (let from = cameFrom(config.environments, name); from !== void 0 && !way.includes(from); from = cameFrom(config.environments, from)) way.unshift(from);
	return way;
}
/** Environments in the order in which a release goes through them; those without an order as in the file. Pure. */
function promotionOrder(config) {
	const concrete = [...config.environments].filter(([, { kind }]) => kind === "concrete").map(([name]) => name);
	return [...new Set(concrete.flatMap((name) => isLast(config, name) ? wayTo(config, name) : []))];
}
function isLast({ environments }, name) {
	return ![...environments.keys()].some((other) => cameFrom(environments, other) === name);
}
function promotionChecks(service, environments) {
	return [...orderChecks(environments), ...gateChecks(service, environments)];
}
function orderChecks(environments) {
	const names = [...environments].filter(([, { kind }]) => kind === "concrete").map(([name]) => name);
	return names.flatMap((name) => {
		const from = cameFrom(environments, name);
		const path = [
			"environments",
			name,
			"promotion",
			"from"
		];
		if (from === void 0) return [];
		if (!names.includes(from)) return [{
			path,
			code: "config.unknown-environment",
			found: `the environment \`${from}\``,
			expected: `one of ${names.filter((other) => other !== name).join(", ")}`,
			remedy: `write \`${nearest(from, names, import_fastest_levenshtein.distance) ?? names[0]}\``
		}];
		if (!comesBack(environments, name)) return [];
		return [{
			path,
			code: "config.promotion-circle",
			found: `\`${name}\` after \`${from}\`, which comes after \`${name}\` itself`,
			expected: "an order with a first environment, to which releases go by `shiplock release`",
			remedy: "delete `promotion:` in the first of them"
		}];
	});
}
function comesBack(environments, name) {
	const seen = /* @__PURE__ */ new Set();
	for (let at = cameFrom(environments, name); at !== void 0; at = cameFrom(environments, at)) {
		if (at === name) return true;
		if (seen.has(at)) return false;
		seen.add(at);
	}
	return false;
}
function gateChecks(service, environments) {
	return Object.entries(service.policy?.environments ?? {}).flatMap(([name, { promotion }]) => {
		if (promotion === void 0 || !environments.has(name)) return [];
		const path = [
			"policy",
			"environments",
			name,
			"promotion"
		];
		const { budget } = promotion;
		return [
			...service.people === void 0 ? [{
				path,
				code: "config.promotion-without-people",
				found: "gates, and no `people:`",
				expected: "persons: without them nobody could be held to a gate, and nobody could override one",
				remedy: "add `people:`, or delete `promotion:` here"
			}] : [],
			...cameFrom(environments, name) === void 0 ? [{
				path,
				code: "config.promotion-without-order",
				found: `gates for what comes to \`${name}\`, which comes from anywhere`,
				expected: `the environment before it under \`environments.${name}.promotion.from\``,
				remedy: `write \`promotion: { from: … }\` under \`environments.${name}\``
			}] : [],
			...budget !== void 0 && budget.objective === void 0 && service.objectives.availability === void 0 ? [{
				path: [...path, "budget"],
				code: "config.no-objective",
				found: "an error budget, and no objective",
				expected: "the promised share of good answers",
				remedy: "write `objectives: { availability: 99.9% }`, or `objective:` here"
			}] : []
		];
	});
}

// src/config/secrets.ts
/** Names whose values are secrets by custom. */
const SECRET_NAME = /(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY)$/i;
/**
* Literal secrets in the file, wherever they stand: a text with `user:password@` in it, or a variable named like a secret with a
* plain value. The value itself is never repeated.
*/
function literalSecrets(root, file) {
	const problems = [];
	const visit = (node, path) => {
		if (node.kind === "map") for (const [key, child] of node.entries) visit(child, [...path, key]);
		else if (node.kind === "list") for (const child of node.items) visit(child, path);
		else if (typeof node.value === "string") {
			const name = path.at(-1) ?? "";
			const variable = name === "dsn" ? "DATABASE_DSN" : name;
			if (holdsPassword(node.value)) problems.push(password(at(file, node.at), name, path.at(-2) === "env" || name === "dsn" ? variable : void 0));
			else if (path.at(-2) === "env" && SECRET_NAME.test(name) && node.value !== "") problems.push(secretValue(at(file, node.at), name));
		}
	};
	visit(root, []);
	return problems;
}
function password(where, name, variable) {
	return {
		code: "config.password-in-text",
		where,
		found: `a text with a password in it under \`${name}\``,
		expected: variable === void 0 ? "an address without user and password" : "a reference to where the secret is kept",
		remedy: variable === void 0 ? "take user and password out of the address, and change the password: it was in a file" : `write \`${name}: { secret: env:${variable} }\`, put the value into that variable, and change the password: it was in a file`
	};
}
function secretValue(where, name) {
	return {
		code: "config.secret-in-text",
		where,
		found: `a plain value for \`${name}\``,
		expected: "a reference to where the secret is kept",
		remedy: `write \`${name}: { secret: env:${name} }\`, and change the secret: it was in a file`
	};
}

// src/config/strangers.ts
/** Components that only an environment knows: an environment changes what the service has, it adds nothing. */
function strangerComponents(root, environment, file) {
	const known = keysOf(nodeAt(root, ["components"]));
	const own = environment === void 0 ? void 0 : nodeAt(environment, ["components"]);
	if (own?.kind !== "map" || known.length === 0) return [];
	return [...own.entries].filter(([name]) => !known.includes(name)).map(([name, node]) => {
		const close = nearest(name, known, import_fastest_levenshtein.distance);
		return {
			code: "config.unknown-component",
			where: at(file, node.keyAt),
			found: `\`${name}\`, which is no component of the service`,
			expected: `one of ${known.join(", ")}`,
			remedy: close === void 0 ? "add it under the top-level `components:` first" : `write \`${close}\``
		};
	});
}
function keysOf(node) {
	return node?.kind === "map" ? [...node.entries.keys()] : [];
}

// src/config/load.ts
/**
* Reads the text of a shiplock.yaml. Pure. Everything that can be said without looking at the world is checked here, for all
* environments, and all problems are reported together, in the order of the file, each with its line and column.
*/
function loadConfig(text, { file }) {
	if (Buffer.byteLength(text) > 1048576) return bad(tooLarge(file, "shiplock.yaml"));
	const parsed = parseLocated(text.startsWith("﻿") ? text.slice(1) : text, file);
	if (!parsed.ok) return parsed;
	const root = parsed.value;
	const whole = schemaTree();
	const head = fileSchema.safeParse(plain(root));
	const problems = [...literalSecrets(root, file)];
	if (!head.success) problems.push(...explain(head.error.issues, {
		file,
		tree: root,
		schema: whole,
		whole,
		name: ""
	}));
	const service = head.success ? serviceOf(head.data) : void 0;
	const environments = checkEnvironments(root, whole, file, service, problems);
	if (service !== void 0) problems.push(...located(policyChecks(service, namesOf(root)), root, file));
	if (service !== void 0) problems.push(...located(promotionChecks(service, environments), root, file));
	if (problems.length > 0) return bad(...tidy(problems));
	if (service === void 0) throw new TypeError("a file without problems has a service");
	return ok({
		file,
		service,
		environments
	});
}
/** Names of the environments that can be released to, in the order of the file. */
function environmentNames(config) {
	return [...config.environments].filter(([, environment]) => environment.kind === "concrete").map(([name]) => name);
}
function namesOf(root) {
	const node = nodeAt(root, ["environments"]);
	return node?.kind === "map" ? [...node.entries.keys()] : [];
}
function serviceOf(head) {
	const { service, owners, onCall, objectives, roles, people, policy, store } = head;
	return {
		service,
		owners,
		onCall,
		objectives,
		roles,
		store,
		...people === void 0 ? {} : { people },
		...policy === void 0 ? {} : { policy }
	};
}
function checkEnvironments(root, whole, file, service, problems) {
	const environments = /* @__PURE__ */ new Map();
	const node = nodeAt(root, ["environments"]);
	if (node?.kind !== "map") return environments;
	const owners = /* @__PURE__ */ new Map();
	for (const name of node.entries.keys()) {
		const inherited = inherit(root, node, name, file);
		if (!inherited.ok) {
			problems.push(...inherited.problems);
			continue;
		}
		problems.push(...strangerComponents(root, nodeAt(node, [name]), file));
		const checked = checkOne(root, inherited.value, whole, file, service);
		problems.push(...checked.problems);
		if (inherited.value.abstract) environments.set(name, { kind: "abstract" });
		else if (checked.settings !== void 0) {
			environments.set(name, {
				kind: "concrete",
				settings: checked.settings,
				tree: inherited.value.tree
			});
			const shared = service === void 0 ? void 0 : sharedGit(owners, checked.settings, service.service, name);
			if (shared !== void 0) problems.push(...located([shared], inherited.value.tree, file));
		}
	}
	return environments;
}
function checkOne(root, inherited, whole, file, service) {
	const { tree, name, abstract } = inherited;
	const schema = whole.properties?.["environments"]?.additionalProperties;
	const context = {
		file,
		tree,
		schema: typeof schema === "object" ? schema : {},
		whole,
		name: `environments.${name}`,
		inherits: nodeAt(inherited.own, ["extends"]) !== void 0
	};
	const parsed = environmentSchema.safeParse(plain(tree));
	if (parsed.success) return {
		settings: parsed.data,
		problems: abstract ? [] : located(crossChecks(parsed.data, service), tree, file)
	};
	const problems = explain(parsed.error.issues.filter((issue) => isOwn(issue.path, tree, root)), context);
	return {
		settings: void 0,
		problems: abstract ? problems.filter(({ code }) => !MAY_BE_INHERITED.has(code)) : problems
	};
}
/** Components that are missing, or that only an environment knows, are told once, for the whole file. */
function isOwn(path, tree, root) {
	const [section, component] = path;
	if (section !== "components") return true;
	if (component === void 0) return nodeAt(tree, ["components"]) !== void 0;
	return nodeAt(root, ["components", component]) !== void 0;
}
const MAY_BE_INHERITED = /* @__PURE__ */ new Set(["config.missing-key"]);
/** Complaints with the line and column of what they are about. */
function located(complaints, tree, file) {
	return complaints.map(({ path, ...words }) => {
		const node = nodeAt(tree, path);
		return {
			...words,
			where: at(file, node?.kind === "scalar" ? node.at : nearestNode(tree, path).keyAt)
		};
	});
}
function sharedGit(owners, settings, service, name) {
	const place = gitPlace(settings, service, name);
	if (place === void 0) return void 0;
	const other = owners.get(place);
	if (other === void 0) {
		owners.set(place, name);
		return;
	}
	return {
		path: ["gitops", "file"],
		code: "config.gitops-shared",
		found: `the same file, branch and key for \`${other}\` and \`${name}\``,
		expected: "a place in git of its own for each environment",
		remedy: "put {environment} into `file:`, for instance apps/{service}/{environment}.yaml"
	};
}
/** In the order of the file, each once: heirs repeat what is wrong in the environment they extend. */
function tidy(problems) {
	const secret = new Set(problems.filter(({ code }) => code.endsWith("-in-text")).map(({ where }) => where));
	const seen = /* @__PURE__ */ new Set();
	return problems.filter((problem) => {
		const plainer = secret.has(problem.where) && !problem.code.endsWith("-in-text");
		const key = `${problem.where} ${problem.code} ${problem.code === "config.missing-key" ? problem.found.split("`")[1] : ""}`;
		if (plainer || seen.has(key)) return false;
		seen.add(key);
		return true;
	}).toSorted((a, b) => comparePlaces(a.where, b.where));
}
function comparePlaces(a, b) {
	const [lineA = 0, columnA = 0] = a.split(":").slice(-2).map(Number);
	const [lineB = 0, columnB = 0] = b.split(":").slice(-2).map(Number);
	return lineA - lineB || columnA - columnB;
}
function tooLarge(file, name) {
	return {
		code: "config.too-large",
		where: file,
		found: `more than ${MAX_BYTES} bytes`,
		expected: "a configuration of a few pages",
		remedy: `check that this is ${name} and not something generated`
	};
}

// src/config/read.ts
const CONFIG = {
	name: "shiplock.yaml",
	option: "--config"
};
/** Reads a shiplock.yaml from disk. The name of the file in problems is `path` as given. */
async function readConfig(path) {
	const bytes = await readBytes(path, CONFIG);
	return bytes.ok ? decodeConfig(bytes.value, path) : bytes;
}
/** The text of another file of ours, under the same rules. */
async function readText(path, kind) {
	const bytes = await readBytes(path, kind);
	if (!bytes.ok) return bytes;
	return bytes.value.length > 1048576 + 3 ? bad(tooLarge(path, kind.name)) : decodeText(bytes.value, path);
}
async function readBytes(path, kind) {
	try {
		return ok(await readFile(path));
	} catch (error) {
		return bad(unreadable$1(path, error, kind));
	}
}
/** The same from bytes: text must be UTF-8, with or without a byte order mark. */
function decodeConfig(bytes, file) {
	if (bytes.length > 1048576 + 3) return loadConfig(" ".repeat(MAX_BYTES + 1), { file });
	const text = decodeText(bytes, file);
	return text.ok ? loadConfig(text.value, { file }) : text;
}
function decodeText(bytes, file) {
	try {
		return ok(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
	} catch (error) {
		if (!(error instanceof TypeError)) throw error;
		return bad(notUtf8(bytes, file));
	}
}
/** Names the line with the first byte that is not UTF-8. */
function notUtf8(bytes, file) {
	const lines = (new TextDecoder("utf-8").decode(bytes).split("�")[0] ?? "").split("\n");
	const utf16 = bytes[0] === 255 || bytes[0] === 254 || bytes.includes(0);
	return {
		code: "config.not-utf-8",
		where: `${file}:${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`,
		found: utf16 ? "a text in UTF-16" : "a byte that is not UTF-8",
		expected: "a text in UTF-8",
		remedy: utf16 ? "save the file as UTF-8" : "save the file as UTF-8; most often an accented letter was saved as Latin-1"
	};
}
function unreadable$1(path, error, { name, option }) {
	const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
	const known = {
		ENOENT: {
			code: "config.not-found",
			found: "no such file",
			remedy: `name the file with ${option}, or change into its directory`
		},
		EISDIR: {
			code: "config.not-found",
			found: "a directory",
			remedy: `name the file inside it: ${name}`
		}
	}[code] ?? {
		code: "config.unreadable",
		found: code,
		remedy: "let the user who runs this read the file"
	};
	return {
		where: path,
		expected: `a readable ${name}`,
		...known
	};
}

// src/config/resolve.ts
/** One environment of a configuration, ready to be used. Problems: no such environment, or an abstract one. */
function resolveEnvironment(config, name, { baseDir }) {
	const environment = config.environments.get(name);
	if (environment === void 0) return bad(unknownEnvironment$1(config, name));
	if (environment.kind === "abstract") return bad(abstractEnvironment(config, name));
	const { service } = config.service;
	return ok(arrange(config, name, environment.settings, baseDir, {
		text: (text) => fill(text, {
			environment: name,
			service
		}),
		path: (path) => resolve(baseDir, fill(path, {
			environment: name,
			service
		}))
	}));
}
function arrange(config, name, settings, baseDir, fit) {
	const { service, owners, onCall, objectives, roles } = config.service;
	return {
		service,
		environment: name,
		baseDir,
		owners,
		onCall,
		objectives: resolveObjectives(objectives),
		roles,
		components: Object.fromEntries(Object.entries(settings.components).map(([component, one]) => [component, resolveComponent(one, fit)])),
		database: settings.database === void 0 ? null : resolveDatabase(settings.database, fit),
		platform: resolvePlatform(settings.platform, fit),
		traffic: resolveTraffic(settings, fit),
		metrics: resolveMetrics(settings.metrics, fit),
		rollout: resolveRollout(settings.rollout),
		gitops: settings.gitops === void 0 ? null : resolveGitops(settings.gitops, fit),
		purge: settings.purge.map(({ url, method }) => ({
			url: fit.text(url),
			method
		})),
		verify: settings.verify,
		promotion: settings.promotion ?? null,
		announce: settings.announce === void 0 ? null : resolveAnnounce(settings.announce, fit)
	};
}
function resolveObjectives({ availability, rto, rpo }) {
	return {
		...availability === void 0 ? {} : { availability },
		...rto === void 0 ? {} : { rtoMs: rto },
		...rpo === void 0 ? {} : { rpoMs: rpo }
	};
}
function resolveProcess({ command, ready, live, env }, fit) {
	return {
		command: command.map(fit.text),
		ready,
		live,
		env: Object.fromEntries(Object.entries(env).map(([variable, value]) => [variable, typeof value === "string" ? fit.text(value) : value]))
	};
}
function resolveComponent(one, fit) {
	if (one.kind === "image") {
		const { kind, image, tag, authorization = null } = one;
		return {
			kind,
			image,
			tag,
			registry: one.registry?.replace(/\/+$/, "") ?? `https://${image.split("/")[0]}`,
			authorization,
			process: null
		};
	}
	const source = fit.path(one.source);
	if (one.kind === "go") {
		const { kind, binary, stamp, tags, platforms } = one;
		return {
			kind,
			source,
			package: one.package,
			binary,
			stamp,
			tags,
			platforms,
			process: resolveProcess(one, fit)
		};
	}
	return {
		kind: "static",
		source,
		build: one.build ?? null,
		output: resolve(source, fit.text(one.output)),
		process: one.serve === void 0 ? null : resolveProcess(one.serve, fit)
	};
}
function resolveDatabase(database, fit) {
	return {
		engine: database.engine,
		migrations: fit.path(database.migrations),
		dsn: database.dsn,
		seed: database.seed === void 0 ? null : fit.path(database.seed),
		connectTimeoutMs: database.connectTimeout,
		lockWaitTimeoutMs: database.lockWaitTimeout,
		lockAttempts: database.lockAttempts,
		statementTimeoutMs: database.statementTimeout
	};
}
function resolvePlatform(platform, fit) {
	if (platform.kind === "kubernetes") {
		const { kind, namespace, rollout, container, application, argocdNamespace } = platform;
		return {
			kind,
			kubeconfig: platform.kubeconfig === void 0 ? null : fit.path(platform.kubeconfig),
			context: platform.context === void 0 ? null : fit.text(platform.context),
			namespace,
			rollout,
			container,
			application,
			argocdNamespace,
			quarantine: platform.quarantine ?? null,
			syncDeadlineMs: platform.syncDeadline
		};
	}
	const running = {
		replicas: platform.replicas,
		startTimeoutMs: platform.startTimeout,
		stopTimeoutMs: platform.stopTimeout,
		ports: platform.ports,
		crashLoop: {
			restarts: platform.crashLoop.restarts,
			withinMs: platform.crashLoop.within
		},
		keepReleases: platform.keepReleases
	};
	if (platform.kind === "local") return {
		kind: platform.kind,
		root: fit.path(platform.root),
		...platform.hosts === void 0 ? {} : { hosts: platform.hosts },
		...running
	};
	return {
		kind: platform.kind,
		root: fit.path(platform.localRoot),
		hosts: platform.hosts.map((host) => ({
			...host,
			user: host.user ?? platform.user
		})),
		hostRoot: platform.root,
		knownHosts: fit.path(platform.knownHosts),
		...platform.identityFile === void 0 ? {} : { identityFile: fit.path(platform.identityFile) },
		connectTimeoutMs: platform.connectTimeout,
		parallel: platform.parallel,
		...running
	};
}
function resolveTraffic(settings, fit) {
	const { traffic, platform } = settings;
	if (traffic.kind === "argo-rollouts") return {
		kind: traffic.kind,
		component: traffic.component ?? servingComponents(settings)[0] ?? "",
		entry: fit.text(traffic.entry).replace(/\/+$/, ""),
		longestTimeoutMs: traffic.longestTimeout,
		...traffic.manifests === void 0 ? {} : { manifests: traffic.manifests }
	};
	const { files } = traffic;
	const lastPort = platform.kind === "kubernetes" ? 0 : platform.ports.last;
	return {
		kind: traffic.kind,
		component: traffic.component ?? servingComponents(settings)[0] ?? files?.component ?? "",
		directory: fit.path(traffic.directory),
		bind: traffic.bind,
		entry: entryOf(traffic.bind),
		deadManMs: traffic.deadMan,
		longestTimeoutMs: traffic.longestTimeout,
		rateLimits: traffic.rateLimits.map(({ path, rate }) => ({
			path,
			requestsPerSecond: rate
		})),
		files: files === void 0 ? null : {
			component: files.component,
			servicePaths: files.service,
			port: files.port ?? lastPort,
			singlePage: files.singlePage
		},
		privatePaths: traffic.private
	};
}
/** How this machine reaches what listens on `bind`: `*:8080` → `http://127.0.0.1:8080`. */
function entryOf(bind) {
	const { host, port } = parseAddress(bind) ?? {
		host: "*",
		port: 80
	};
	if (host === "::") return `http://[::1]:${port}`;
	const reached = host === "*" || host === "0.0.0.0" ? "127.0.0.1" : host;
	return `http://${reached.includes(":") ? `[${reached}]` : reached}:${port}`;
}
function resolveMetrics({ every, timeout, prometheus }, fit) {
	return {
		everyMs: every,
		timeoutMs: timeout,
		prometheus: prometheus === void 0 ? null : {
			url: fit.text(prometheus.url),
			staleAfterMs: prometheus.staleAfter,
			timeoutMs: prometheus.timeout,
			versionLabel: prometheus.versionLabel,
			queries: prometheus.queries.map(({ metric, requests, bad: wrong }) => ({
				metric,
				requests: fit.text(requests),
				bad: fit.text(wrong)
			}))
		}
	};
}
function resolveRollout(rollout) {
	const { unit, warmUp, past, clump, ...analysis } = rollout.analysis;
	return {
		strategy: rollout.strategy,
		...rollout.strategy === "rolling" ? { rolling: resolveRolling(rollout.rolling) } : {},
		preview: rollout.preview === "gate",
		steps: rollout.steps.map(({ share, bake }) => ({
			share,
			bakeMs: bake
		})),
		analysis: {
			...analysis,
			clump: clump ?? null,
			unitMs: unit,
			pastMs: past,
			warmUpMs: warmUp
		},
		healthDeadlineMs: rollout.healthDeadline,
		analysisDeadlineMs: rollout.analysisDeadline,
		finalBakeMs: rollout.finalBake,
		drainTimeoutMs: rollout.drainTimeout,
		lowTraffic: rollout.lowTraffic,
		smoke: rollout.smoke,
		errorLimit: rollout.limits.errors,
		capacityPerInstance: rollout.capacity?.perInstance ?? null,
		role: rollout.role
	};
}
function resolveRolling({ firstBake, bake, wholeBake, batches, inspection }) {
	return {
		firstBakeMs: firstBake,
		bakeMs: bake,
		wholeBakeMs: wholeBake,
		batches,
		inspection
	};
}
function resolveGitops(gitops, fit) {
	const { repository, branch, file, path, names, author, signingKey } = gitops;
	return {
		repository: /^(?:[a-z][a-z0-9+.-]*:\/\/|[^\s/]+@[^\s/]+:)/i.test(repository) ? fit.text(repository) : fit.path(repository),
		branch: fit.text(branch),
		file: fit.text(file),
		path: fit.text(path),
		names,
		author,
		signingKey: signingKey === void 0 || signingKey.startsWith("key::") ? signingKey ?? null : fit.path(signingKey)
	};
}
function resolveAnnounce(announce, fit) {
	const { alertmanager, webhook, labels, links } = announce;
	const link = (text) => text === void 0 ? null : fit.text(text);
	return {
		alertmanager: alertmanager === void 0 ? null : {
			urls: alertmanager.urls.map(fit.text),
			authorization: alertmanager.authorization ?? null
		},
		webhook: webhook === void 0 ? null : {
			url: typeof webhook.url === "string" ? fit.text(webhook.url) : webhook.url,
			authorization: webhook.authorization ?? null
		},
		labels: Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, fit.text(value)])),
		links: {
			run: link(links.run),
			runbook: link(links.runbook)
		},
		timeoutMs: announce.timeout,
		lastsMs: announce.lasts,
		eventsMs: announce.events
	};
}
function unknownEnvironment$1(config, name) {
	const known = environmentNames(config);
	const close = nearest(name, known, import_fastest_levenshtein.distance);
	return {
		code: "config.unknown-environment",
		where: config.file,
		found: `the environment \`${name}\`, which is not there`,
		expected: known.length === 0 ? "an environment that is not abstract" : `one of ${known.join(", ")}`,
		remedy: close === void 0 ? `choose one of them, or add \`${name}\` under \`environments:\`` : `write \`${close}\``
	};
}
function abstractEnvironment(config, name) {
	return {
		code: "config.abstract-environment",
		where: config.file,
		found: `the environment \`${name}\`, which is abstract`,
		expected: `one of ${environmentNames(config).join(", ")}`,
		remedy: `choose one that extends it, or delete \`abstract: true\` in \`environments.${name}\``
	};
}

// src/release/environment/git-store.ts
/** The git store that the configuration names; undefined when it names none. Nothing is asked before it is needed. */
function openShared(config, where) {
	const settings = config.service.store.git;
	if (settings === void 0) return void 0;
	const { url, prefix, timeout, patience, every, lease } = settings;
	return unwrap(gitStore({
		...where,
		url,
		prefix,
		timeoutMs: timeout,
		patienceMs: patience,
		everyMs: every,
		leaseMs: lease
	}));
}

// src/metrics/proxy.ts
/** Name of the metric that the proxy gives: share of requests that were not answered, or answered 5xx. */
const ERRORS = "errors";
/**
* The source of verdicts: the proxy's own counters, in which every version is counted by the same counter on the same road.
* A proxy that does not answer is a missing reading, in its own words.
*/
function proxyMetrics(options) {
	const { source, read, clock } = options;
	return { async sample(signal) {
		const time = clock.now();
		try {
			const { epoch, servers } = await read(signal);
			return {
				kind: "counters",
				source,
				time,
				epoch,
				servers: servers.map(({ version, server, requests, bad }) => ({
					version,
					server,
					metrics: { [ERRORS]: {
						requests,
						bad
					} }
				}))
			};
		} catch (error) {
			const reason = error instanceof Error ? error.message : String(error);
			return {
				kind: "missing",
				source,
				time,
				reason
			};
		}
	} };
}

// src/traffic/haproxy/weights.ts
/**
* Whole weights (0 to 256 per server) for wanted shares. HAProxy's round robin serves exactly `weight` of every
* `sum of weights` requests, so the error of a share is the rounding made here and nothing else.
*/
const MAX_WEIGHT = 256;
/** Below this error of a share, evenness among the servers of one version counts more than a still smaller error. */
const GOOD_ENOUGH = 2e-4;
/**
* Weights per wish and server. Searches every possible sum of weights; the sum is dealt out by largest remainder, within a
* version the servers differ by at most 1. `error` is the largest deviation of a share (0.001 = 0.1 point).
*/
function weightsFor(wishes) {
	const most = wishes.reduce((sum, wish) => sum + (wish.share > 0 ? wish.servers * 256 : 0), 0);
	let best;
	for (let sum = most; sum >= 1; sum--) {
		const candidate = candidateFor(wishes, sum);
		if (candidate !== void 0 && (best === void 0 || better(candidate, best))) best = candidate;
	}
	const totals = best?.totals ?? wishes.map(() => 0);
	return {
		weights: wishes.map((wish, index) => deal(totals[index] ?? 0, wish.servers)),
		error: best?.error ?? 0
	};
}
function better(one, other) {
	const goodOne = one.error <= GOOD_ENOUGH;
	if (goodOne !== other.error <= GOOD_ENOUGH) return goodOne;
	if (!goodOne) return one.error < other.error;
	if (one.unevenness !== other.unevenness) return one.unevenness < other.unevenness;
	return one.error < other.error - 1e-12;
}
function candidateFor(wishes, sum) {
	const totals = atLeastOne(wishes, largestRemainder(wishes.map((wish) => wish.share), sum));
	let error = 0;
	let unevenness = 0;
	for (const [index, wish] of wishes.entries()) {
		const total = totals[index] ?? 0;
		if (total > wish.servers * 256 || wish.share > 0 && total < 1) return void 0;
		error = Math.max(error, Math.abs(total / sum - wish.share));
		if (total % Math.max(1, wish.servers) !== 0) unevenness = Math.max(unevenness, wish.servers / total);
	}
	return {
		totals,
		error,
		unevenness
	};
}
/** A version with a share keeps one request in a round, however small the share is; the largest one gives it up. */
function atLeastOne(wishes, totals) {
	const starved = totals.filter((total, index) => total === 0 && (wishes[index]?.share ?? 0) > 0).length;
	if (starved === 0) return totals;
	const largest = totals.indexOf(Math.max(...totals));
	return totals.map((total, index) => {
		if (index === largest) return total - starved;
		return total === 0 && (wishes[index]?.share ?? 0) > 0 ? 1 : total;
	});
}
function deal(total, servers) {
	const each = Math.floor(total / Math.max(1, servers));
	return Array.from({ length: servers }, (_, index) => each + (index < total - each * servers ? 1 : 0));
}

// src/traffic/haproxy/assign.ts
/** Deviation of a share that is still called obeying: half of the promised ± 0.2 point. */
const LARGEST_SHARE_ERROR = .001;
/**
* Which endpoint stands in which slot with which weight. Slots that serve stay where they are; a new version takes the group
* that is free. Pure.
* @throws ProblemError when HAProxy cannot do what is asked
*/
function assign(desired, facts, limits) {
	const problems = [...routeProblems(desired, limits), ...tooManyVersions(desired, limits)];
	if (problems.length > 0) throw new ProblemError(problems);
	const home = homes(desired, facts, limits);
	const weights = shareOut(desired, limits);
	return [...desired.routes.flatMap((route, index) => {
		const group = home.get(route.version);
		if (group === void 0) return [];
		const slots = place(route, group, facts, limits);
		return route.endpoints.map((endpoint, nth) => {
			return {
				...tenancy(slots[nth] ?? "", route.version, endpoint, facts),
				...checked(route, endpoint),
				weight: weights[index]?.[nth] ?? 0
			};
		});
	}), ...standingBy(desired, facts, limits)];
}
/**
* When a lease has all the traffic, who gets it if the lease ends: servers of weight 0 would not. The stable version's instances
* stand a second time behind the proxy, as the fallback.
*/
function standingBy(desired, facts, limits) {
	const stable = desired.routes.find((route) => route.hold === "stable" && route.share === 0);
	const leased = desired.routes.some((route) => route.hold === "leased" && route.share === 1);
	if (stable === void 0 || !leased) return [];
	const slots = place(stable, "f", facts, limits);
	return stable.endpoints.map((endpoint, nth) => ({
		...tenancy(slots[nth] ?? "", stable.version, endpoint, facts),
		checkHost: endpoint.host,
		checkPort: endpoint.port,
		weight: 1
	}));
}
function checked(route, { host, port, guardPort, guardHost }) {
	return route.hold === "leased" && guardPort !== void 0 ? {
		checkHost: guardHost ?? host,
		checkPort: guardPort
	} : {
		checkHost: host,
		checkPort: port
	};
}
function tenancy(slot, version, endpoint, facts) {
	const tenant = {
		slot,
		version,
		...endpointOf(endpoint)
	};
	const fact = facts.slots.find((one) => one.slot === slot);
	if (fact === void 0) return tenant;
	if (fact.tenant !== void 0 && sameTenant(fact.tenant, tenant)) return fact.tenant.base === void 0 ? tenant : {
		...tenant,
		base: fact.tenant.base
	};
	return fact.requests === 0 ? tenant : {
		...tenant,
		base: {
			epoch: facts.epoch,
			requests: fact.requests,
			bad: fact.bad
		}
	};
}
function sameTenant(one, other) {
	return one.version === other.version && one.host === other.host && one.port === other.port;
}
function place(route, group, facts, limits) {
	const names = slotNames(group, limits.maxInstancesPerVersion);
	const inSlot = new Map(facts.slots.map((slot) => [slot.slot, slot]));
	const holds = (name, endpoint) => {
		const tenant = inSlot.get(name)?.tenant;
		return tenant !== void 0 && sameTenant(tenant, {
			...endpoint,
			version: route.version
		});
	};
	const kept = route.endpoints.map((endpoint) => names.find((name) => holds(name, endpoint)));
	const rest = names.filter((name) => !kept.includes(name));
	const isFree = (name) => inSlot.get(name)?.tenant === void 0;
	const next = [...rest.filter(isFree), ...rest.filter((name) => !isFree(name))];
	return kept.map((slot) => slot ?? next.shift() ?? "");
}
/** Group of each version: where it is, else one that nobody needs. */
function homes(desired, facts, limits) {
	const wanted = desired.routes.filter((route) => route.endpoints.length > 0).map((route) => route.version);
	const result = /* @__PURE__ */ new Map();
	const tenantsOf = (group) => facts.slots.filter((slot) => slot.tenant !== void 0 && groupOf(slot.slot) === group);
	for (const version of wanted) {
		const weightIn = (group) => tenantsOf(group).reduce((sum, slot) => slot.tenant?.version === version ? sum + 1 + slot.weight : sum, 0);
		const there = groups.filter((group) => weightIn(group) > 0).toSorted((a, b) => weightIn(b) - weightIn(a))[0];
		if (there !== void 0 && ![...result.values()].includes(there)) result.set(version, there);
	}
	for (const version of wanted.filter((one) => !result.has(one))) {
		const open = groups.filter((group) => ![...result.values()].includes(group));
		const empty = open.find((group) => tenantsOf(group).length === 0);
		const idle = open.find((group) => tenantsOf(group).every(isIdle));
		const group = empty ?? idle;
		if (group === void 0) throw new ProblemError(busy(limits.service, version, open.flatMap(tenantsOf)));
		result.set(version, group);
	}
	return result;
}
/** Takes no new requests and has none left. */
function isIdle(slot) {
	return (slot.weight === 0 || slot.admin !== "ready") && slot.openRequests === 0;
}
function busy(service, version, slots) {
	const who = [...new Set(slots.map((slot) => slot.tenant?.version ?? "?"))].join(", ");
	return {
		code: "traffic.no-free-group",
		where: `traffic of ${service}`,
		found: `${who || "other versions"} still served or not drained when ${version} is to be added`,
		expected: "at most two versions behind the proxy",
		remedy: `take ${who || "one of them"} out first and wait until it has no open requests`
	};
}
function shareOut(desired, limits) {
	const servers = desired.routes.map((route) => taking(route.endpoints).length);
	const taken = desired.routes.reduce((sum, route, index) => sum + ((servers[index] ?? 0) > 0 ? route.share : 0), 0);
	const wishes = desired.routes.map((route, index) => ({
		share: (servers[index] ?? 0) > 0 && taken > 0 ? route.share / taken : 0,
		servers: servers[index] ?? 0
	}));
	const { weights, error } = weightsFor(wishes);
	if (error > LARGEST_SHARE_ERROR) {
		const wanted = desired.routes.map((route) => `${route.version} ${percent(route.share)}`).join(", ");
		throw new ProblemError({
			code: "traffic.share-not-possible",
			where: `traffic of ${limits.service}`,
			found: `${wanted} over ${wishes.map((wish) => wish.servers).join(" and ")} instances: off by ${percent(error)}`,
			expected: "shares that weights of 0 to 256 per instance can express to 0.1 point",
			remedy: "choose a larger share, or run more instances of the version with the larger share"
		});
	}
	return desired.routes.map(({ endpoints }, index) => {
		const mine = [...weights[index] ?? []];
		return endpoints.map((endpoint) => endpoint.draining === true ? 0 : mine.shift() ?? 0);
	});
}
function tooManyVersions(desired, limits) {
	if (desired.routes.filter((route) => route.endpoints.length > 0).length <= groups.length) return [];
	return [{
		code: "traffic.too-many-versions",
		where: `traffic of ${limits.service}`,
		found: desired.routes.map((route) => route.version).join(", "),
		expected: "at most two versions at a time",
		remedy: "take one out first"
	}];
}

// src/traffic/haproxy/commands.ts
/**
* Runtime commands that lead from the facts to the placements, as lines for the socket; each line is many commands joined with
* `;`, which HAProxy runs in one go. The first lines prepare slots that take no traffic, the last one moves the weights. Pure.
*/
function runtimeCommands(backend, desired, placements, facts) {
	const bySlot = new Map(facts.slots.map((slot) => [slot.slot, slot]));
	const set = (slot, what) => `set server ${backend}/${slot} ${what}`;
	const setup = placements.map((placement) => setupOf(placement, bySlot.get(placement.slot), isProven(placement, facts)).map((what) => set(placement.slot, what)));
	const weights = inSafeOrder(weightChanges(desired, placements, facts)).map(({ slot, to }) => set(slot, `weight ${to}`));
	const leaving = leavers(placements, facts).flatMap((slot) => {
		if (isIdle(slot)) return slot.admin === "maint" ? [] : [set(slot.slot, "state maint")];
		return slot.admin === "ready" ? [set(slot.slot, "state drain")] : [];
	});
	return [...inLines(setup), [...weights, ...leaving].join("; ")].filter((line) => line !== "");
}
/** HAProxy reads a line into one buffer of 16 KiB. */
const LONGEST_LINE = 12e3;
/** The commands of a slot stay together, the slots share lines as far as they are not too long. */
function inLines(slots) {
	const lines = [];
	for (const text of slots.map((commands) => commands.join("; ")).filter((one) => one !== "")) {
		const last = lines.at(-1);
		if (last === void 0 || last.length + text.length > LONGEST_LINE) lines.push(text);
		else lines[lines.length - 1] = `${last}; ${text}`;
	}
	return lines;
}
/** Slots in use that no placement wants. */
function leavers(placements, facts) {
	const wanted = new Set(placements.map((placement) => placement.slot));
	return facts.slots.filter((slot) => slot.tenant !== void 0 && !wanted.has(slot.slot));
}
/** A fallback is an instance that is already checked in another slot: it must be there the moment the others are not. */
function isProven({ slot, host, port }, facts) {
	return isFallback(slot) && facts.slots.some((one) => one.slot !== slot && one.host === host && one.port === port && one.running);
}
function setupOf(placement, fact, proven) {
	const { host, port, checkHost, checkPort } = placement;
	const check = `check-addr ${checkHost} port ${checkPort}`;
	if (isNew(placement, fact)) return [
		"weight 0",
		"state maint",
		`addr ${host} port ${port}`,
		check,
		"state ready",
		...proven ? [] : ["health down"]
	];
	return [
		...fact?.checkHost === checkHost && fact.checkPort === checkPort ? [] : [check],
		...fact?.admin === "ready" ? [] : ["state ready"],
		...fact?.admin === "maint" ? ["health down"] : []
	];
}
/** Whether a slot gets another tenant. */
function isNew(placement, fact) {
	return fact?.tenant === void 0 || !sameTenant(fact.tenant, placement);
}
function weightChanges(desired, placements, facts) {
	const free = new Set(desired.routes.filter((route) => route.hold === "stable").map((route) => route.version));
	const bySlot = new Map(facts.slots.map((slot) => [slot.slot, slot]));
	const changed = placements.map((placement) => {
		const fact = bySlot.get(placement.slot);
		const from = isNew(placement, fact) ? 0 : fact?.weight ?? 0;
		return {
			slot: placement.slot,
			from,
			to: placement.weight,
			limited: !free.has(placement.version)
		};
	});
	const gone = leavers(placements, facts).map((slot) => ({
		slot: slot.slot,
		from: slot.weight,
		to: 0,
		limited: !free.has(slot.tenant?.version ?? "")
	}));
	return [...changed, ...gone];
}
/**
* The commands of a line run one after the other, microseconds apart. In this order, no moment in between has a limited version above
* the larger of its old and new share, and none is without weight: where the others do not shrink they go first, else last.
*/
function inSafeOrder(changes) {
	const spare = changes.filter((change) => isFallback(change.slot));
	if (spare.length > 0) {
		const others = inSafeOrder(changes.filter((change) => !isFallback(change.slot)));
		return [
			...spare.filter((one) => one.to > one.from),
			...others,
			...spare.filter((one) => one.to < one.from)
		];
	}
	const real = changes.filter((change) => change.from !== change.to);
	const up = (list) => list.filter((one) => one.to > one.from);
	const down = (list) => list.filter((one) => one.to < one.from);
	const limited = real.filter((change) => change.limited);
	const others = real.filter((change) => !change.limited);
	const sum = (of) => changes.reduce((total, change) => change.limited ? total : total + change[of], 0);
	const othersInOrder = [...up(others), ...down(others)];
	if (sum("to") >= sum("from")) {
		const alone = sum("to") === 0;
		return [...othersInOrder, ...alone ? [...up(limited), ...down(limited)] : [...down(limited), ...up(limited)]];
	}
	return [
		...down(limited),
		...up(limited),
		...othersInOrder
	];
}

// src/traffic/haproxy/router.ts
/** How long a look at HAProxy may take; measured: 1 ms. */
const LOOK_MS$3 = 2e3;
const EFFECT_MS$1 = 1e4;
/** What `set server … addr` says when all is well; every other command says nothing. */
const ADDRESS_SET = "^\\s*(?:(?:IP changed|port changed|no need to change)[^\\n]*'stats socket command'\\s*)*$";
/**
* Traffic router for HAProxy 2.6: weights by the runtime socket, written into the configuration file first so that a reload or a
* restart by anybody finds them there. `apply` never reloads for a share; it does for a change of the static part.
* @throws ProblemError when an option cannot stand in a configuration
*/
function haproxyRouter(options) {
	assertOptions(options);
	const { clock, heartbeatDir: directory, deadManMs: ttlMs } = options;
	return {
		observe: (signal) => observe$1(options, signal),
		apply: (desired, observed) => applyRoutes$1(options, desired, observed),
		heartbeat: heartbeats({
			directory,
			ttlMs,
			clock
		})
	};
}
async function observe$1(options, signal) {
	const paths = haproxyPaths(options);
	try {
		const [answer, config] = await Promise.all([askHaproxy(paths.socket, lookCommand(options.service), {
			timeoutMs: LOOK_MS$3,
			clock: options.clock,
			signal
		}), readFile(paths.config, "utf8").catch(() => "")]);
		const facts = factsFrom(parseRuntime(answer), config);
		return {
			kind: "observed",
			service: options.service,
			routes: routesFrom$1(facts),
			detail: JSON.stringify(facts)
		};
	} catch (error) {
		signal?.throwIfAborted();
		const reason = error instanceof Error ? error.message : String(error);
		return {
			kind: "unreachable",
			reason: `HAProxy at ${paths.socket}: ${reason}`
		};
	}
}
/**
* Effects from the observed state to the desired one; none when they agree. An unreachable HAProxy gets its file, so that it
* starts with the desired state. Pure.
* @throws ProblemError when HAProxy cannot do what is asked
*/
function applyRoutes$1(options, desired, observed) {
	const facts = observed.kind === "observed" ? parseFacts$1(observed.detail) : NOTHING$2;
	if (facts === void 0) throw foreignObservation(options.service);
	const seen = new Set(facts.slots.map((slot) => slot.tenant?.version));
	const later = desired.routes.filter((route) => isNotThereYet(route, seen.has(route.version)));
	if (later.length > 0) return [laterEffect(options, later)];
	const placements = assign(desired, facts, options);
	if (observed.kind === "unreachable") return [fileEffect(options, renderConfig$1(options, placements))];
	const reload = facts.staticHash !== staticHash(options);
	const careful = reload ? placements.map((one) => isNew(one, factOf(facts, one)) && !isFallback(one.slot) ? {
		...one,
		weight: 0
	} : one) : placements;
	const was = leavers(placements, facts).flatMap((slot) => isIdle(slot) ? [] : slot.tenant ?? []);
	const text = renderConfig$1(options, careful, was);
	const file = fingerprint$1(text) === facts.config ? [] : [fileEffect(options, text)];
	if (reload) return [...file, ...reloadEffects$1(options)];
	const commands = runtimeCommands(options.service, desired, placements, facts);
	return commands.length === 0 ? file : [...file, socketEffect(options, desired, commands)];
}
const NOTHING$2 = {
	epoch: "",
	staticHash: "",
	config: "",
	slots: []
};
function factOf(facts, placement) {
	return facts.slots.find((slot) => slot.slot === placement.slot);
}
/** Known when the instances are; should it ever be executed, HAProxy knows no such server, and nothing is changed. */
function laterEffect(options, routes) {
	const commands = routes.map((route) => {
		const server = `${options.service}/<instances-of-${route.version}>`;
		return `set server ${server} addr <address> port <port>; set server ${server} weight <for-${route.share * 100}%>`;
	});
	return {
		...fenced(options, EFFECT_MS$1),
		kind: "socket",
		path: haproxyPaths(options).socket,
		commands
	};
}
function socketEffect(options, desired, commands) {
	return {
		...fenced(options, EFFECT_MS$1),
		kind: "socket",
		path: haproxyPaths(options).socket,
		commands,
		okAnswer: ADDRESS_SET,
		why: sharesInWords(desired)
	};
}
function fileEffect(options, content) {
	const { config } = haproxyPaths(options);
	const why = "a reload or restart finds the same shares";
	return {
		...fenced(options, EFFECT_MS$1),
		kind: "file",
		path: config,
		content,
		mode: 384,
		why
	};
}
/**
* Has the running HAProxy read its file again, after checking it. Needed for changes of the static part only. No connection is
* refused: the listeners are handed over, and the old process ends when its requests have.
*/
function reloadEffects$1(options) {
	const { config, master } = haproxyPaths(options);
	return [{
		...fenced(options, EFFECT_MS$1),
		kind: "exec",
		argv: [
			"haproxy",
			"-c",
			"-f",
			config
		],
		why: "a configuration that HAProxy refuses is not loaded"
	}, {
		...fenced(options, EFFECT_MS$1),
		kind: "socket",
		path: master,
		commands: ["reload"],
		okAnswer: "^\\s*(?:Success=1[\\s\\S]*)?$",
		why: "the static part of the configuration changed"
	}];
}

// src/traffic/haproxy/unit.ts
/**
* HAProxy for these options. Start: `configure` when there is no configuration yet, `check`, `argv`; it is ready when the
* router's `observe` answers. Without routes it answers 503 in plain words.
* @throws ProblemError when an option cannot stand in a configuration
*/
function haproxyUnit(options) {
	assertOptions(options);
	const paths = haproxyPaths(options);
	const nothing = {
		service: options.service,
		routes: []
	};
	return {
		name: "haproxy",
		argv: [
			"haproxy",
			"-W",
			"-db",
			"-S",
			`${paths.master},mode,600,level,admin`,
			"-p",
			paths.pid,
			"-f",
			paths.config
		],
		cwd: options.directory,
		check: [
			"haproxy",
			"-c",
			"-f",
			paths.config
		],
		reloadSignal: "SIGUSR2",
		stopSignal: "SIGUSR1",
		config: paths.config,
		paths,
		configure: applyRoutes$1(options, nothing, {
			kind: "unreachable",
			reason: "not started yet"
		}),
		reload: reloadEffects$1(options)
	};
}

// src/traffic/nginx/text.ts
/** Small helpers to write Nginx's language. */
function indent(lines) {
	return lines.map((line) => `  ${line}`);
}
/** A path as it stands inside a regular expression between double quotes. */
function literal(path) {
	return path.replaceAll(/[.+?*()[\]{}^$|\\]/g, (sign) => `[${sign === "^" || sign === "\\" ? `\\${sign}` : sign}]`);
}
/** `/api` and what lies below it, but not `/apix`. The prefix `/` is everything. */
function below(path) {
	const bare = path.replace(/\/+$/, "");
	return bare === "" ? "/" : `${literal(bare)}(?:/|$)`;
}

// src/traffic/nginx/admin.ts
/** How long an instance or its guard may take to be connected, and again to answer a check. */
const CHECK_MS = 800;
/**
* A server on a Unix socket, for this machine only: `/generation` and `/state` say what the running process serves, `/check/N` asks
* the N-th endpoint (a leased one's guard) on the road that requests take.
*/
function adminServer(options, desired, generation) {
	const { socket } = nginxPaths(options);
	const lines = stateLines(desired, generation);
	const endpoints = desired.routes.flatMap((route) => route.endpoints.map((endpoint) => checkAddress(endpoint, route.hold)));
	return [
		"map $shiplock_n $shiplock_address {",
		...indent(["default \"\";", ...endpoints.map((address, n) => `${n} ${address};`)]),
		"}",
		"server {",
		...indent([
			`listen unix:${socket};`,
			`location = /generation { return 200 "${generation}\\n"; }`,
			"location = /state {",
			...indent([...lines.map((line, n) => `set $shiplock_state_${n} '${line}';`), `return 200 "${lines.map((_line, n) => `$shiplock_state_${n}\\n`).join("")}";`]),
			"}",
			"location ~ \"^/check/(?<shiplock_n>[0-9]+)$\" {",
			...indent([
				"if ($shiplock_address = \"\") { return 404; }",
				`proxy_pass http://$shiplock_address${options.readyPath};`,
				`proxy_set_header Host ${options.service};`,
				"proxy_next_upstream off;",
				`proxy_connect_timeout ${CHECK_MS}ms;`,
				`proxy_send_timeout ${CHECK_MS}ms;`,
				`proxy_read_timeout ${CHECK_MS}ms;`
			]),
			"}"
		]),
		"}"
	];
}

// src/traffic/nginx/guards.ts
/**
* A leased share: before a request goes to such an instance its guard must have said yes, in the running half of a second. Each
* half is asked anew, and one answer serves all its requests, so neither users nor the guard feel it. Whatever is not a
* yes (no, no answer, nobody there) sends the request to the stable version.
*/
function asksGuards(split) {
	return split.groups.some((group) => group.guard !== null);
}
/** How long a guard may take to be connected, and again to answer. Measured: below 1 ms. */
const ASK_MS = 300;
/** Outside of the servers: where answers are kept, by guard, half of a second and configuration. */
function answersKept({ directory }, split) {
	if (!asksGuards(split)) return [];
	return [`proxy_cache_path ${directory}/asked.tmp keys_zone=shiplock_asked:256k max_size=1m inactive=2s use_temp_path=off;`, "map $msec $shiplock_half { default $msec; \"~^(?<shiplock_now>[0-9]+[.])[0-4]\" ${shiplock_now}0; \"~^(?<shiplock_now>[0-9]+[.])[5-9]\" ${shiplock_now}5; }"];
}
/** In the server: the question itself. Its answer goes into the choice of the group. */
function askPlace(split, generation) {
	if (!asksGuards(split)) return [];
	return [
		"location = /.shiplock/ask {",
		...indent([
			"internal;",
			"if ($shiplock_guard = \"\") { return 204; }",
			"proxy_pass http://$shiplock_guard/;",
			"proxy_set_header Host guard;",
			"proxy_set_header Content-Length \"\";",
			"proxy_pass_request_headers off;",
			"proxy_pass_request_body off;",
			"proxy_next_upstream off;",
			`proxy_connect_timeout ${ASK_MS}ms;`,
			`proxy_send_timeout ${ASK_MS}ms;`,
			`proxy_read_timeout ${ASK_MS}ms;`,
			"proxy_cache shiplock_asked;",
			`proxy_cache_key "$shiplock_guard $shiplock_half ${generation}";`,
			"proxy_cache_valid 200 503 2s;",
			"proxy_ignore_headers Cache-Control Expires Set-Cookie Vary X-Accel-Expires X-Accel-Redirect;",
			"proxy_intercept_errors on;",
			"error_page 300 301 302 303 307 308 400 401 403 404 405 408 410 429 500 501 502 503 504 = @shiplock-no;"
		]),
		"}",
		"location @shiplock-no { return 204; }"
	];
}

// src/traffic/nginx/places.ts
/** Which path goes where: private ones, limited ones, the service's, the files'. */
/**
* Compared after decoding, as instances do: `/%6detrics` is `/metrics`. A path that climbs is nobody's honest request, and instances
* differ in what they make of it.
*/
function privateRules(paths) {
	if (paths.length === 0) return [];
	return ["if ($request_uri ~* \"^[^?]*(?:/|%2f)(?:[.]|%2e)(?:[.]|%2e)(?:/|%2f|[?]|$)\") { return 400 \"bad request\\n\"; }", `if ($uri ~ "^(?:${paths.map(below).join("|")})") { return 404 "not found\\n"; }`];
}
/** The longest prefix first: it counts. */
function inOrder(limits) {
	return limits.toSorted((one, other) => other.path.length - one.path.length);
}
/** What a rate amounts to in Nginx, which knows whole numbers per second or per minute. */
function rateOf(requestsPerSecond) {
	return {
		word: Number.isInteger(requestsPerSecond) ? `${requestsPerSecond}r/s` : `${Math.max(1, Math.round(requestsPerSecond * 60))}r/m`,
		burst: Math.max(0, Math.floor(requestsPerSecond) - 1),
		retryS: Math.max(1, Math.ceil(1 / requestsPerSecond))
	};
}
/** One counter per limit, for all users together. A request has a key in the first limit that it meets, and in no other. */
function limitZones(limits) {
	if (limits.length === 0) return [];
	const ordered = inOrder(limits);
	return [
		"map $uri $shiplock_limit {",
		...indent(["default \"\";", ...ordered.map(({ path }, n) => `"~^${literal(path)}" ${n + 1};`)]),
		"}",
		"map $shiplock_limit $shiplock_retry {",
		...indent(ordered.map((limit, n) => `${n + 1} ${rateOf(limit.requestsPerSecond).retryS};`)),
		"}",
		...ordered.flatMap((limit, n) => [`map $shiplock_limit $shiplock_limit_${n + 1} { default ""; ${n + 1} all; }`, `limit_req_zone $shiplock_limit_${n + 1} zone=shiplock_limit_${n + 1}:32k rate=${rateOf(limit.requestsPerSecond).word};`])
	];
}
/** In the server: what is over a limit is answered 429. */
function limitKeys(limits) {
	if (limits.length === 0) return [];
	return [
		"limit_req_status 429;",
		"limit_req_log_level info;",
		...inOrder(limits).map((limit, n) => {
			const { burst } = rateOf(limit.requestsPerSecond);
			return `limit_req zone=shiplock_limit_${n + 1}${burst === 0 ? "" : ` burst=${burst} nodelay`};`;
		}),
		"error_page 429 @shiplock-429;",
		"location @shiplock-429 { add_header Retry-After $shiplock_retry always; return 429 \"too many requests\\n\"; }"
	];
}
/** Opens the location of the service. */
function servicePlace(files) {
	if (files === null) return ["location / {"];
	return [`location ~ "^(?:${(files.servicePaths.length === 0 ? ["(?!)"] : files.servicePaths.map(below)).join("|")})" {`];
}
/** Everything that is not the service's. Not counted. */
function filesServer(service, files, proxied) {
	if (files === null) return [];
	return [
		"location / {",
		...indent([
			"access_log off;",
			`proxy_pass http://${service}-files;`,
			...proxied
		]),
		"}"
	];
}

// src/traffic/nginx/upstreams.ts
/** Who may be asked: an upstream per group, and one per guard. */
function upstreams(options, split) {
	const { files, service } = options;
	const lonely = split.groups.length > 0 && split.fallback === null;
	return [
		...split.groups.flatMap(upstream),
		...lonely ? [`upstream ${nobody(service)} { server 127.0.0.1:1 down; }`] : [],
		...files === void 0 || files === null ? [] : [`upstream ${service}-files { server ${files.server} max_fails=0; }`]
	];
}
function upstream({ name, servers, guard }) {
	const asked = guard === null ? [] : [`upstream ${name}-guard { server ${guard} max_fails=0; }`];
	const how = servers.length > 1 ? "max_fails=3 fail_timeout=1s" : "max_fails=0";
	return [
		`upstream ${name} {`,
		...indent([
			`zone ${name} 128k;`,
			...servers.map((server) => `server ${server} ${how};`),
			"keepalive 32;",
			"keepalive_timeout 2s;"
		]),
		"}",
		...asked
	];
}
function nobody(service) {
	return `${service}-nobody`;
}
/** From a random number to a group, and from the group to the version for the counts. */
function splitPart(split) {
	const { groups, fallback } = split;
	const [most] = groups.toSorted((one, other) => other.units - one.units);
	if (most === void 0) return ["map \"\" $shiplock_version { default -; }"];
	const rest = groups.filter((group) => group !== most && group.units > 0);
	return [
		"split_clients \"$request_id\" $shiplock_pick {",
		...indent([...rest.map(({ name, units }) => `${percentWord(units)} ${name};`), `* ${most.name};`]),
		"}",
		...groupMaps(groups, fallback),
		"map $shiplock_group $shiplock_version {",
		...indent(["default -;", ...groups.map(({ name, version }) => `${name} ${version};`)]),
		"}"
	];
}
/** 1250 of 10,000 → `12.50%`. */
function percentWord(units) {
	return `${(units * 100 / UNITS).toFixed(2)}%`;
}
function groupMaps(groups, fallback) {
	const leased = groups.filter((group) => group.guard !== null);
	if (leased.length === 0) return ["map $shiplock_pick $shiplock_group { default $shiplock_pick; }"];
	const plain = groups.filter((group) => group.guard === null);
	const last = fallback ?? nobody((leased[0]?.name ?? "").replace(/-\d+-\d+$/, ""));
	return [
		"map $shiplock_pick $shiplock_guard {",
		...indent(["default \"\";", ...leased.map(({ name }) => `${name} ${name}-guard;`)]),
		"}",
		"map \"$shiplock_pick:$shiplock_yes\" $shiplock_group {",
		...indent([
			`default ${last};`,
			...plain.map(({ name }) => `"~^${literal(name)}:" ${name};`),
			...leased.map(({ name }) => `"${name}:yes" ${name};`)
		]),
		"}"
	];
}

// src/traffic/nginx/config-file.ts
/**
* The whole configuration for the wanted routes. Complete on purpose: whoever reloads or restarts Nginx, whenever, gets these shares.
* Pure.
* @throws ProblemError when Nginx cannot do what is asked
*/
function renderConfig(options, desired) {
	const split = splitOf(desired, options);
	const nameless = whole(options, desired, split, "");
	const generation = createHash("sha256").update(nameless).digest("hex").slice(0, 16);
	return {
		generation,
		text: whole(options, desired, split, generation)
	};
}
/** Tells two texts apart without carrying them around. */
function fingerprint(text) {
	return createHash("sha256").update(text).digest("hex");
}
function whole(options, desired, split, generation) {
	const { pid } = nginxPaths(options);
	return `${[
		"# Written by shiplock, again at every change of a share; edits are lost. shiplock.yaml is the place for changes.",
		...options.user === void 0 ? [] : [`user ${options.user};`],
		`pid ${pid};`,
		"error_log stderr warn;",
		"worker_processes auto;",
		`worker_shutdown_timeout ${options.longestTimeoutMs + 3e4}ms;`,
		"events {",
		"  worker_connections 8192;",
		"}",
		"http {",
		...indent([
			...general(options),
			...limitZones(options.rateLimits ?? []),
			...upstreams(options, split),
			...splitPart(split),
			...answersKept(options, split),
			...publicServer(options, split, generation),
			...adminServer(options, desired, generation)
		]),
		"}"
	].join("\n")}\n`;
}
function general(options) {
	const { directory, longestTimeoutMs } = options;
	return [
		"default_type text/plain;",
		"server_tokens off;",
		"access_log off;",
		"log_format shiplock '$shiplock_version $upstream_addr $upstream_status';",
		...[
			"client_body",
			"proxy",
			"fastcgi",
			"uwsgi",
			"scgi"
		].map((name) => `${name}_temp_path ${directory}/${name}.tmp;`),
		"map_hash_max_size 4096;",
		"map_hash_bucket_size 256;",
		"variables_hash_max_size 4096;",
		"variables_hash_bucket_size 128;",
		"underscores_in_headers on;",
		"client_max_body_size 0;",
		`client_header_timeout ${longestTimeoutMs}ms;`,
		`client_body_timeout ${longestTimeoutMs}ms;`,
		`send_timeout ${longestTimeoutMs}ms;`,
		"keepalive_timeout 15s;",
		"map $http_host $shiplock_host { default $http_host; \"\" $host; }",
		"map $http_upgrade $shiplock_connection { default upgrade; \"\" \"\"; }"
	];
}
function publicServer(options, split, generation) {
	const { service, bind } = options;
	const { counts } = nginxPaths(options);
	return [
		"server {",
		...indent([
			`listen ${bind.startsWith(":") ? "*" : ""}${bind} deferred;`,
			"server_name _;",
			`access_log ${counts} shiplock if=$upstream_addr;`,
			"error_page 502 @shiplock-502;",
			"error_page 504 @shiplock-504;",
			...privateRules(options.privatePaths ?? []),
			...limitKeys(options.rateLimits ?? []),
			...servicePlace(options.files ?? null),
			...indentBraces(servicePart(options, split)),
			...filesServer(service, options.files ?? null, proxied(options)),
			...askPlace(split, generation),
			...[502, 504].map((status) => `location @shiplock-${status} { add_header Retry-After 1 always; return ${status} "${service}: no instance could answer this request\\n"; }`)
		]),
		"}"
	];
}
function indentBraces(lines) {
	return [...indent(lines), "}"];
}
/** Inside the location of the service. */
function servicePart(options, split) {
	if (split.groups.length === 0) return ["add_header Retry-After 1 always;", `return 503 "${options.service}: no instance can take this request now\\n";`];
	return [
		...asksGuards(split) ? ["auth_request /.shiplock/ask;", "auth_request_set $shiplock_yes $upstream_http_x_shiplock_lease;"] : [],
		"proxy_pass http://$shiplock_group;",
		...proxied(options)
	];
}
/** How a request is handed on: once, to one server, unchanged but for X-Forwarded-For. */
function proxied(options) {
	const { connectMs, serverMs } = timeoutsFor(options.longestTimeoutMs);
	return [
		"proxy_http_version 1.1;",
		"proxy_set_header Host $shiplock_host;",
		"proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
		"proxy_set_header Upgrade $http_upgrade;",
		"proxy_set_header Connection $shiplock_connection;",
		"proxy_pass_header Server;",
		"proxy_pass_header Date;",
		"proxy_ignore_headers X-Accel-Redirect X-Accel-Expires X-Accel-Limit-Rate X-Accel-Charset;",
		"proxy_redirect off;",
		"proxy_next_upstream off;",
		"proxy_ignore_client_abort on;",
		"proxy_request_buffering off;",
		"proxy_max_temp_file_size 0;",
		"proxy_buffer_size 16k;",
		"proxy_buffers 8 16k;",
		"proxy_busy_buffers_size 32k;",
		`proxy_connect_timeout ${connectMs}ms;`,
		`proxy_send_timeout ${serverMs}ms;`,
		`proxy_read_timeout ${serverMs}ms;`
	];
}

// src/traffic/nginx/facts.ts
/** What `apply` needs to know. Travels as JSON in `RoutesState.detail`, so that apply stays pure. */
const factsSchema = strictObject({
	/** Configuration that the running process serves. */
	generation: string(),
	/** Fingerprint of the configuration file as it lies there. */
	config: string(),
	versions: array(string()).readonly(),
	/** Workers of earlier configurations that finish their requests. */
	leaving: number$1()
});
/** Facts out of `RoutesState.detail`; undefined when this router did not write it. */
function parseFacts(detail) {
	try {
		return factsSchema.safeParse(JSON.parse(detail)).data;
	} catch {
		return;
	}
}
/**
* What the running configuration and the answers of the endpoints (in the order of the routes) amount to. What the guards of a leased
* version refuse goes to the stable version with the largest share; a stable version keeps its share whatever its health. Pure.
*/
function routesFrom(routes, seen) {
	const upShare = (index) => {
		const endpoints = (seen[index] ?? []).filter((_one, nth) => routes[index]?.endpoints[nth]?.draining !== true);
		return endpoints.length === 0 ? 0 : endpoints.filter((one) => one.up).length / endpoints.length;
	};
	const kept = routes.map((route, index) => route.hold === "leased" ? route.share * upShare(index) : route.share);
	const refused = routes.reduce((sum, route, index) => sum + route.share - (kept[index] ?? 0), 0);
	const back = routes.flatMap((route, index) => route.hold === "stable" && taking(route.endpoints).length > 0 ? [index] : []).toSorted((one, other) => (routes[other]?.share ?? 0) - (routes[one]?.share ?? 0))[0];
	return routes.map((route, index) => {
		const share = (kept[index] ?? 0) + (index === back ? refused : 0);
		return {
			version: route.version,
			share: upShare(index) === 0 ? 0 : Math.round(share * 1e6) / 1e6,
			configuredShare: route.share,
			hold: route.hold,
			endpoints: route.endpoints.map((endpoint, nth) => ({
				...endpoint,
				health: seen[index]?.[nth]?.up === true ? "up" : "down",
				openRequests: seen[index]?.[nth]?.openRequests ?? 0
			}))
		};
	});
}

// src/traffic/nginx/router.ts
/** How long a look at Nginx may take; an instance that does not answer takes up to a second of it. */
const LOOK_MS$2 = 2e3;
const EFFECT_MS = 15e3;
/** How long Nginx may take to serve a new configuration; measured: 50 ms. */
const RELOAD_SECONDS = 8;
/**
* Traffic router for Nginx 1.20 and newer: a generated configuration, tested beside the one that serves, put in place by a rename and
* loaded by a graceful reload. A share is applied when no worker of an earlier configuration takes requests any more.
* @throws ProblemError when an option cannot stand in a configuration
*/
function nginxRouter(options) {
	assertOptions$1(options);
	const { clock, heartbeatDir: directory, deadManMs: ttlMs } = options;
	return {
		observe: (signal) => observe(options, signal),
		apply: (desired, observed) => applyRoutes(options, desired, observed),
		heartbeat: heartbeats({
			directory,
			ttlMs,
			clock
		})
	};
}
async function observe(options, signal) {
	const { socket, pid, config } = nginxPaths(options);
	const ask = (path) => askNginx(socket, path, {
		timeoutMs: LOOK_MS$2,
		clock: options.clock,
		signal
	});
	try {
		const [workers, answer, file] = await Promise.all([
			lookAtWorkers(pid),
			ask("/state"),
			readFile(config, "utf8").catch(() => "")
		]);
		const state = parseState(answer.body);
		if (state === void 0 || state.routes.service !== options.service) throw new Error(`its answer is not what an Nginx of ours says: ${answer.body.trim().slice(0, 200)}`);
		const { routes } = state.routes;
		const endpoints = routes.flatMap((route) => route.endpoints);
		const open = await openConnections(workers, endpoints.map(addressOf$1));
		const healthy = await Promise.all(endpoints.map((_endpoint, n) => isUp(ask, n)));
		const facts = {
			generation: state.generation,
			config: fingerprint(file),
			versions: routes.map((route) => route.version),
			leaving: workers.leaving.length
		};
		let n = 0;
		const seen = routes.map((route) => route.endpoints.map((endpoint) => ({
			up: healthy[n++] ?? false,
			openRequests: open.get(addressOf$1(endpoint)) ?? 0
		})));
		return {
			kind: "observed",
			service: options.service,
			routes: routesFrom(routes, seen),
			detail: JSON.stringify(facts)
		};
	} catch (error) {
		signal?.throwIfAborted();
		return {
			kind: "unreachable",
			reason: `Nginx at ${socket}: ${error instanceof Error ? error.message : String(error)}`
		};
	}
}
async function isUp(ask, n) {
	return (await ask(`/check/${n}`)).status === 200;
}
/**
* Effects from the observed state to the desired one; none when they agree. An unreachable Nginx gets its file, so that it
* starts with the desired state. Pure.
* @throws ProblemError when Nginx cannot do what is asked
*/
function applyRoutes(options, desired, observed) {
	const facts = observed.kind === "observed" ? parseFacts(observed.detail) : NOTHING$1;
	if (facts === void 0) throw foreignObservation(options.service);
	const later = desired.routes.filter((route) => isNotThereYet(route, facts.versions.includes(route.version)));
	if (later.length > 0) return laterEffects(options, later);
	const { text, generation } = renderConfig(options, desired);
	if (observed.kind === "unreachable") return [...tested(options, text), placed(options)];
	if (facts.generation === generation && facts.config === fingerprint(text)) return [];
	return [...tested(options, text), ...reloadEffects(options, generation, sharesInWords(desired))];
}
const NOTHING$1 = {
	generation: "",
	config: "",
	versions: [],
	leaving: 0
};
/** Known when the instances are; should it ever be executed, Nginx refuses the file, and nothing is changed. */
function laterEffects(options, routes) {
	return tested(options, `${routes.map((route) => `${route.share * 100}% <instances-of-${route.version}>`).join("\n")}\n`);
}
/** The file beside the one that serves, and Nginx's own word that it is good: never is a broken file in place. */
function tested(options, text) {
	const { next } = nginxPaths(options);
	return [{
		...fenced(options, EFFECT_MS),
		kind: "file",
		path: next,
		content: text,
		mode: 384,
		why: "beside the one that serves"
	}, {
		...fenced(options, EFFECT_MS),
		kind: "exec",
		argv: testCommand(options, next),
		why: "a configuration that Nginx refuses is not put in place"
	}];
}
function testCommand(options, config) {
	return [
		"nginx",
		"-t",
		"-q",
		"-e",
		"stderr",
		"-p",
		options.directory,
		"-c",
		config
	];
}
function placed(options) {
	const { next, config } = nginxPaths(options);
	return {
		...fenced(options, EFFECT_MS),
		kind: "exec",
		argv: [
			"mv",
			"-f",
			next,
			config
		],
		why: "found at the next start"
	};
}
/** Puts the tested file in place and has it loaded; then the running process must say that it serves it. */
function reloadEffects(options, generation, why) {
	return [{
		...fenced(options, EFFECT_MS),
		kind: "exec",
		argv: [
			"sh",
			RELOAD_SCRIPT,
			options.directory,
			String(RELOAD_SECONDS)
		],
		why
	}, {
		...fenced(options, EFFECT_MS),
		kind: "socket",
		path: nginxPaths(options).socket,
		commands: ["GET /generation"],
		okAnswer: `^${generation}\\s*$`,
		why: "the running process serves this configuration"
	}];
}

// src/traffic/nginx/unit.ts
/** Least size at which the log of counts is rotated: a million requests, read in a fraction of a second. */
const COUNTS_BYTES = 33554432;
/**
* Nginx for these options. Start: `configure` when there is no configuration yet, `argv`; it is ready when the router's `observe`
* answers. Without routes it answers 503 in plain words.
* @throws ProblemError when an option cannot stand in a configuration
*/
function nginxUnit(options, countsBytes = COUNTS_BYTES) {
	assertOptions$1(options);
	const { config } = nginxPaths(options);
	return {
		name: "nginx",
		argv: [
			"sh",
			RUN_SCRIPT,
			options.directory,
			String(countsBytes)
		],
		cwd: options.directory,
		check: testCommand(options, config),
		stopSignal: "SIGQUIT",
		config,
		configure: applyRoutes(options, {
			service: options.service,
			routes: []
		}, {
			kind: "unreachable",
			reason: "not started yet"
		})
	};
}

// src/release/promotion/budget.ts
function budgetOf({ objective }, total, bad) {
	const requests = numberOf$1(total, "the number of requests");
	if (typeof requests === "string") return {
		kind: "unknown",
		why: requests
	};
	if (requests === 0) return {
		kind: "unknown",
		why: "no requests in the window"
	};
	const errors = bad.kind === "series" && bad.series.length === 0 ? 0 : numberOf$1(bad, "the number of bad ones");
	if (typeof errors === "string") return {
		kind: "unknown",
		why: errors
	};
	if (errors > requests) return {
		kind: "unknown",
		why: `more bad ones (${errors}) than requests (${requests})`
	};
	return {
		kind: "known",
		left: 1 - errors / requests / (1 - objective),
		total: requests,
		bad: errors
	};
}
function numberOf$1(answer, what) {
	if (answer.kind === "missing") return `${what}: ${answer.reason}`;
	const [first, ...more] = answer.series;
	if (first === void 0) return `${what}: no series`;
	if (more.length > 0) return `${what}: ${more.length + 1} series instead of one; sum them`;
	return Number.isFinite(first.value) && first.value >= 0 ? first.value : `${what}: ${first.value}`;
}
function budgetText(budget, { objective }) {
	if (budget.kind === "unknown") return `not known: ${budget.why}`;
	const { left, bad, total } = budget;
	return `${`${Math.round(left * 1e3) / 10} %`} of the error budget is left: ${round(bad)} bad of ${round(total)}, objective ${formatShare(objective)}`;
}
function round(value) {
	return String(Math.round(value));
}

// src/release/promotion/parity.ts
/** What a configuration says that should be the same in both places; addresses, hosts, paths and secrets differ by nature. */
function settingsOf$2(environment) {
	const { components, database, platform, traffic, rollout, purge, verify, metrics } = environment;
	const facts = {
		"platform.kind": platform.kind,
		"traffic.kind": traffic.kind,
		"traffic.component": traffic.component,
		...proxyFacts(traffic),
		"traffic.longestTimeout": `${traffic.longestTimeoutMs} ms`,
		"rollout.strategy": rollout.strategy,
		"rollout.lowTraffic": rollout.lowTraffic.kind,
		"database.engine": database === null ? "none" : database.engine,
		"metrics.prometheus": metrics.prometheus === null ? "none" : "configured",
		"purge.methods": list(purge.map(({ method }) => method)),
		"verify.paths": list(verify.map(({ path }) => path))
	};
	for (const [name, component] of Object.entries(components)) {
		const at = `components.${name}`;
		facts[`${at}.kind`] = component.kind;
		if (component.kind === "go") facts[`${at}.tags`] = list(component.tags);
		if (component.process === null) continue;
		const { command, ready, live, env } = component.process;
		facts[`${at}.command`] = command.join(" ");
		facts[`${at}.ready`] = ready;
		facts[`${at}.live`] = live;
		for (const [variable, value] of Object.entries(env)) facts[`${at}.env.${variable}`] = typeof value === "string" ? "set" : "secret";
	}
	return facts;
}
/** What only a proxy of ours is told. */
function proxyFacts(traffic) {
	if (traffic.kind === "argo-rollouts") return {};
	const { files, privatePaths, rateLimits } = traffic;
	return {
		"traffic.files": files === null ? "none" : files.component,
		"traffic.singlePage": String(files?.singlePage ?? false),
		"traffic.privatePaths": list(privatePaths),
		"traffic.rateLimits": list(rateLimits.map(({ path }) => path))
	};
}
function list(items) {
	return items.length === 0 ? "none" : items.toSorted().join(", ");
}
/** Instances of all hosts together; null in a cluster, where the manifests say how many there are. */
function replicasOf({ platform }) {
	if (platform.kind === "kubernetes") return null;
	return platform.replicas * Math.max(1, "hosts" in platform ? platform.hosts?.length ?? 1 : 1);
}
/** Replicas that are too far apart: what was tried on one instance says little about ten. */
function replicaFacts(there, here, rule) {
	if (there === null || here === null) return {
		there: {},
		here: {}
	};
	const alone = there === 1 !== (here === 1);
	const far = Math.max(there, here) / Math.min(there, here) > rule.replicaRatio;
	const say = (count) => ({ "platform.replicas": alone || far ? `${count} ${count === 1 ? "instance" : "instances"}` : "near enough" });
	return {
		there: say(there),
		here: say(here)
	};
}
function parityReport({ from, to, there, here, rule, today }) {
	const keys = [.../* @__PURE__ */ new Set([...Object.keys(there), ...Object.keys(here)])].toSorted();
	const differences = keys.flatMap((key) => {
		const [one = null, other = null] = [there[key], here[key]];
		if (one === other) return [];
		return [{
			key,
			there: one,
			here: other,
			waiver: rule.waivers.find((each) => covers(each, key) && today <= each.until) ?? null
		}];
	});
	return {
		from,
		to,
		compared: keys.length,
		differences
	};
}
function covers({ key }, wanted) {
	return key.endsWith("*") ? wanted.startsWith(key.slice(0, -1)) : key === wanted;
}
/** What is bound to the gate: the same differences and waivers are the same report. */
function reportHash(report) {
	return digestOf(reportJson(report));
}
function reportJson({ from, to, compared, differences }) {
	return {
		from,
		to,
		compared,
		differences: differences.map(({ key, there, here, waiver }) => ({
			key,
			there,
			here,
			waiver: waiver === null ? null : { ...waiver }
		}))
	};
}
/** The report as people read it: what nobody answers for first. */
function parityText(report) {
	const { from, to, compared, differences } = report;
	const open = differences.filter(({ waiver }) => waiver === null);
	const say = ({ key, there, here, waiver }) => {
		const by = waiver === null ? "" : ` (waived by ${waiver.owner} until ${waiver.until}: ${waiver.reason})`;
		return `${key}: ${there ?? "none"} in ${from}, ${here ?? "none"} in ${to}${by}`;
	};
	return [`${compared} things compared, ${open.length} differ, ${differences.length - open.length} waived; report ${reportHash(report).slice(0, 12)}`, ...[...open, ...differences.filter(({ waiver }) => waiver !== null)].map(say)].join("\n");
}

// src/release/promotion/soak.ts
/** What was taken back begins anew when it comes again: the time before says nothing about what was found wrong. */
function servedIn({ history }, version, now) {
	let [ms, stands] = [0, false];
	let since = null;
	let serves = null;
	const stop = (at) => {
		if (since !== null) ms += Math.max(0, at - since);
		since = null;
	};
	for (const entry of history) {
		const at = Date.parse(entry.time);
		const comes = cameToServe(entry);
		if ((entry.outcome === "went-back-to" && serves !== entry.version ? serves : null) === version || entry.version === version && (entry.outcome === "rolled-back" || entry.outcome === "removed")) {
			stop(at);
			[ms, stands] = [0, false];
		}
		if (entry.outcome === "removed") serves = null;
		if (!comes) continue;
		if (entry.version !== version) stop(at);
		else if (since === null) since = at;
		if (entry.version === version && entry.outcome === "released") stands = true;
		serves = entry.version;
	}
	const serving = since !== null;
	stop(now);
	return {
		ms,
		now: serving,
		stands
	};
}

// src/release/promotion/verdict.ts
const outputsSchema = looseObject({ verdict: string() });
/** Pure. */
function verdictOf({ finished, entries }) {
	const shares = entries.flatMap(({ record, payload: data }) => {
		if (record.type !== "step.done") return [];
		const payload = payloadSchema.safeParse({
			type: record.type,
			data: data ?? null
		}).data;
		if (payload?.type !== "step.done") return [];
		const outputs = outputsSchema.safeParse(payload.data.outputs);
		return outputs.success ? [{
			node: record.node,
			verdict: outputs.data.verdict
		}] : [];
	});
	return {
		outcome: finished?.outcome ?? null,
		shares
	};
}
/** In a few words, for people: the weakest of what was found. */
function verdictText({ outcome, shares }) {
	if (outcome !== "done") return outcome ?? "not over";
	if (shares.length === 0) return "ended well, nothing was judged";
	const others = [...new Set(shares.map(({ verdict }) => verdict).filter((verdict) => verdict !== "not-worse"))];
	return others.length === 0 ? "not worse" : `ended well, ${others.join(", ")}`;
}

// src/release/promotion/looks.ts
/** The looks behind the gates of a promotion. Each only looks; what it cannot see it says, and nothing passes because of it. */
function promotionLooks(environment, service) {
	const { store, clock } = service;
	const name = environment.service;
	return {
		verdict: (promotion) => ({ look: async () => {
			return verdictLook(promotion, verdictOf(await readRun(store, promotion.run)));
		} }),
		soak: (promotion) => ({ look: async () => {
			const history = await readEnvironmentRecord(store, promotion.from, name);
			return soakLook(promotion, servedIn(history, promotion.version, clock.now()));
		} }),
		budget: (promotion) => ({ look: async ({ signal }) => {
			const rule = promotion.rules?.budget ?? null;
			if (rule === null) throw new TypeError("a gate for a budget has a rule");
			const options = {
				url: rule.url,
				timeoutMs: rule.timeoutMs,
				clock,
				http: httpClient
			};
			const [total, bad] = await Promise.all([askPrometheus(options, rule.total, signal), askPrometheus(options, rule.bad, signal)]);
			return budgetLook(environment.environment, rule, budgetOf(rule, total, bad));
		} }),
		parity: (promotion) => ({ look: async () => {
			const rule = promotion.rules?.parity ?? null;
			if (rule === null) throw new TypeError("a gate for a parity report has a rule");
			return parityLook(await reportOf(unwrap(resolveEnvironment(service.config, promotion.from, { baseDir: service.baseDir })), environment, rule, service));
		} })
	};
}
/** The report of two environments as they are configured and as their databases answer. */
async function reportOf(there, here, rule, service) {
	const replicas = replicaFacts(replicasOf(there), replicasOf(here), rule);
	const [one, other] = await Promise.all([databaseFacts(there, service, "now"), databaseFacts(here, service, "after")]);
	return parityReport({
		from: there.environment,
		to: here.environment,
		there: {
			...settingsOf$2(there),
			...replicas.there,
			...one
		},
		here: {
			...settingsOf$2(here),
			...replicas.here,
			...other
		},
		rule,
		today: new Date(service.clock.now()).toISOString().slice(0, 10)
	});
}
/** @param when `after`: with the migrations that the release brings */
async function databaseFacts(environment, { secrets }, when) {
	const settings = environment.database;
	if (settings === null) return {};
	try {
		const { dsn, connectTimeoutMs } = settings;
		const { openDatabase, pendingMigrations, readMigrations, schemaAfter, schemaState } = await import("./shared-migrate3.js");
		const { server, applied } = await openDatabase({
			dsn,
			secrets,
			connectTimeoutMs,
			queryTimeoutMs: 1e4
		}).look();
		const pending = when === "now" ? [] : unwrap(pendingMigrations(applied, await readMigrations(settings.migrations))).apply;
		return {
			"database.family": server.family,
			"database.version": server.version,
			"database.schema": when === "now" ? schemaState(applied) : schemaAfter(applied, pending)
		};
	} catch (error) {
		const why = problemsOf(error, "database")[0]?.found ?? "";
		return { "database.version": `not known in ${environment.environment}: ${why}` };
	}
}
/** Pure. */
function verdictLook(promotion, verdict) {
	const { from, version, run, rules } = promotion;
	const where = `${version} in ${from}, run ${run}`;
	const found = verdictText(verdict);
	const about = {
		from,
		version,
		run
	};
	if (verdict.outcome !== "done") return {
		about,
		found,
		unmet: [problem("gate.not-proven", where, found, "a run that went to its end", `release it in ${from} again`)]
	};
	const judged = verdict.shares.length > 0 && verdict.shares.every((share) => share.verdict === "not-worse");
	if (rules?.verdict !== "not-worse" || judged) return {
		about,
		found,
		unmet: []
	};
	return {
		about,
		found,
		unmet: [problem("gate.no-verdict", where, found, "each share of traffic judged, and not worse", `release it in ${from} with enough traffic for a verdict`)]
	};
}
/** Pure. */
function soakLook(promotion, served) {
	const { from, version, run, rules } = promotion;
	const wanted = rules?.soakMs ?? 0;
	const where = `${version} in ${from}`;
	const text = formatDuration(Math.floor(served.ms / 1e3) * 1e3);
	const about = {
		from,
		version,
		run,
		soakMs: wanted
	};
	if (!served.stands) {
		const found = "it was taken back there";
		return {
			about,
			found,
			unmet: [problem("gate.taken-back", where, found, `${formatDuration(wanted)} without being taken back`, `release a mended version in ${from}`)]
		};
	}
	const found = `it ${served.now ? "has served" : "served"} ${from} for ${text}`;
	if (served.ms >= wanted) return {
		about,
		found,
		unmet: []
	};
	const left = formatDuration(Math.ceil((wanted - served.ms) / 1e3) * 1e3);
	const remedy = served.now ? `resume in ${left}` : `another version serves ${from} now: promote that one, later`;
	return {
		about,
		found,
		unmet: [problem("gate.soaking", where, found, formatDuration(wanted), remedy)]
	};
}
/** Pure. */
function budgetLook(environment, rule, budget) {
	const found = budgetText(budget, rule);
	const about = {
		environment,
		total: rule.total,
		bad: rule.bad
	};
	const where = `${environment}: ${rule.url}`;
	const expected = `at least ${formatShare(rule.left)} of the error budget`;
	if (budget.kind === "unknown") return {
		about,
		found,
		unmet: [problem("gate.budget-unknown", where, found, expected, "see why Prometheus does not answer; what nobody knows lets nothing pass")]
	};
	if (budget.left >= rule.left) return {
		about,
		found,
		unmet: []
	};
	return {
		about,
		found,
		unmet: [problem("gate.budget-used", where, found, expected, "make it more reliable first; the budget comes back as the window moves on")]
	};
}
/** Pure. */
function parityLook(report) {
	const open = report.differences.filter(({ waiver }) => waiver === null);
	const { from, to } = report;
	return {
		about: {
			report: reportJson(report),
			hash: reportHash(report)
		},
		found: parityText(report),
		unmet: open.map(({ key, there, here }) => problem("gate.differs", `${to}: ${key}`, here ?? "none", `${there ?? "none"}, as in ${from}`, "make them the same, or have somebody answer for it: `parity.waivers` with owner, reason and date"))
	};
}
function problem(code, where, found, expected, remedy) {
	return {
		code,
		where,
		found,
		expected,
		remedy
	};
}

// src/release/promotion/rules.ts
/** Rules of a promotion as the policy has them, with what it leaves out put in. Pure. */
function promotionRules({ verdict, soak, ticket, acceptance, budget, parity }, { availability }) {
	return {
		verdict,
		soakMs: soak,
		ticket: ticket ?? null,
		acceptance: acceptance ?? null,
		budget: budget === void 0 ? null : {
			url: budget.url,
			timeoutMs: budget.timeout,
			total: overWindow(budget.total, budget.window),
			bad: overWindow(budget.bad, budget.window),
			windowMs: budget.window,
			objective: budget.objective ?? availability ?? 1,
			left: budget.left
		},
		parity: parity ?? null
	};
}
/** Prometheus knows no days with fractions, so the window is given in seconds. */
function overWindow(promql, windowMs) {
	return promql.replaceAll("{window}", `${Math.max(1, Math.round(windowMs / 1e3))}s`);
}
/** The same, as it stands in the journal of a run. */
const promotionRulesSchema = strictObject({
	verdict: _enum(["ended-well", "not-worse"]),
	soakMs: number$1(),
	ticket: strictObject({
		role: string(),
		pattern: string()
	}).nullable(),
	acceptance: strictObject({
		role: string(),
		items: array(string()).readonly()
	}).nullable(),
	budget: strictObject({
		url: string(),
		timeoutMs: number$1(),
		total: string(),
		bad: string(),
		windowMs: number$1(),
		objective: number$1(),
		left: number$1()
	}).nullable(),
	parity: strictObject({
		replicaRatio: number$1(),
		waivers: array(strictObject({
			key: string(),
			owner: string(),
			reason: string(),
			until: string()
		})).readonly()
	}).nullable()
});

// src/release/policy/fetch.ts
const TIMEOUT_MS = 2e4;
/**
* Asks the repository itself, into an empty directory: nothing of the working copy, its branches or its remote-tracking refs is looked at, and git
* checks the digest of every object that arrives. Where the place is fixed by the administrator, the user's git and ssh settings do not count
* either, since they could lead elsewhere.
*/
async function fetchPolicy(service, place, signal, named = () => []) {
	const dir = await mkdtemp(join(tmpdir(), "shiplock-policy-"));
	try {
		const git = (...args) => look(service, place, [
			"-C",
			dir,
			...args
		], signal);
		await git("init", "-q", "--bare", dir);
		const branch = place.branch ?? await defaultBranch(place, git);
		await git("fetch", "-q", "--depth=1", "--no-tags", "--", place.address, `+refs/heads/${branch}:refs/heads/policy`);
		const commit = (await git("rev-parse", "--verify", "refs/heads/policy^{commit}")).trim();
		const text = await git("cat-file", "blob", `${commit}:${place.file}`);
		const files = {};
		for (const name of named(text)) files[name] = await git("cat-file", "blob", `${commit}:${join(dirname(place.file), name)}`);
		return {
			commit,
			branch,
			text,
			files
		};
	} finally {
		await rm(dir, {
			recursive: true,
			force: true
		});
	}
}
async function defaultBranch(place, git) {
	const answer = await git("ls-remote", "--symref", "--", place.address, "HEAD");
	const branch = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(answer)?.[1];
	if (branch !== void 0) return branch;
	throw unreadable(place, "a repository without a default branch");
}
async function look({ exec, door }, place, args, signal) {
	const home = door.env["HOME"];
	const agent = door.env["SSH_AUTH_SOCK"];
	const env = {
		GIT_TERMINAL_PROMPT: "0",
		GIT_SSH_COMMAND: `ssh -o BatchMode=yes${place.pinned ? " -F none" : ""}`,
		...home === void 0 ? {} : { HOME: home },
		...agent === void 0 ? {} : { SSH_AUTH_SOCK: agent },
		...place.pinned ? {
			GIT_CONFIG_GLOBAL: "/dev/null",
			XDG_CONFIG_HOME: "/nonexistent"
		} : {}
	};
	const settings = [
		"core.hooksPath=/dev/null",
		"safe.directory=*",
		"gc.auto=0",
		"protocol.allow=never"
	].concat([
		"file",
		"https",
		"http",
		"ssh"
	].map((name) => `protocol.${name}.allow=always`));
	const argv = trusted([
		"git",
		...settings.flatMap((setting) => ["-c", setting]),
		...args
	], env);
	const result = await exec.read(argv, {
		timeoutMs: TIMEOUT_MS,
		...signal === void 0 ? {} : { signal }
	}).catch((error) => {
		throw unreadable(place, error instanceof Error ? error.message.split("\n")[0] ?? "" : String(error));
	});
	if (result.exitCode === 0) return result.stdout;
	throw unreadable(place, result.stderr.trim().split("\n").slice(0, 3).join("; ") || `git ended with ${result.exitCode}`);
}
/** Without a policy nothing goes forward: nobody could say who may. */
function unreadable(place, found) {
	return new ProblemError({
		code: "policy.unreadable",
		where: `${place.address}${place.branch === null ? "" : ` ${place.branch}`}:${place.file}`,
		found,
		expected: "the policy on its protected branch",
		remedy: "try again when the repository answers; in an emergency --break-glass REASON uses the last copy, which is recorded. A rollback needs no policy"
	});
}

// src/release/policy/place.ts
const PIN_FILE = "/etc/shiplock/policy.json";
const pinSchema = strictObject({
	formatVersion: literal$1(1),
	/** Service → place. A service that is not here is refused on this machine. */
	services: record(string(), strictObject({
		repository: string().regex(/^[^-\s][^\s\0]*$/),
		branch: string().optional(),
		file: string().default("shiplock.yaml"),
		copy: string().optional()
	}))
});
/** Null when there is no policy: neither fixed on this machine nor named in shiplock.yaml. */
async function policyPlace(service) {
	const { config, door } = service;
	const pinFile = door.pinFile ?? "/etc/shiplock/policy.json";
	const pins = await readPins(pinFile);
	if (pins !== void 0) {
		const name = config.service.service;
		const pin = Object.hasOwn(pins.services, name) ? pins.services[name] : void 0;
		if (pin === void 0) throw new ProblemError(notPinned(pinFile, name));
		const { repository, branch = null, file, copy = null } = pin;
		return {
			address: repository,
			branch,
			file,
			pinned: true,
			copy
		};
	}
	const { people, policy } = config.service;
	if (people === void 0 && policy === void 0) return null;
	return {
		address: await addressOf(service, policy?.repository ?? "origin"),
		branch: policy?.branch ?? null,
		file: policy?.file ?? await fileInRepository(service),
		pinned: false,
		copy: null
	};
}
/** Only what root alone can change is believed: the file and its directory. */
async function readPins(path) {
	let text;
	try {
		text = await readFile(path, "utf8");
	} catch (error) {
		if (error instanceof Error && "code" in error && error.code === "ENOENT") return void 0;
		throw new ProblemError(badPins(path, error instanceof Error ? error.message : String(error)));
	}
	for (const one of [path, dirname(path)]) {
		const { uid, mode } = await stat(one);
		if (uid !== 0 || (mode & 18) !== 0) throw new ProblemError(badPins(path, `${one} can be changed by others than root`));
	}
	try {
		return pinSchema.parse(JSON.parse(text));
	} catch (error) {
		const found = error instanceof ZodError ? prettifyError(error).replaceAll("\n", "; ") : String(error);
		throw new ProblemError(badPins(path, found));
	}
}
async function addressOf({ exec, baseDir }, repository) {
	if (/[:/]/.test(repository)) return repository;
	const result = await exec.read(localGit(baseDir, "remote", "get-url", repository), { timeoutMs: 1e4 });
	const address = result.stdout.trim();
	if (result.exitCode === 0 && address !== "") return address;
	throw new ProblemError({
		code: "policy.no-repository",
		where: "shiplock.yaml: policy.repository",
		found: result.stderr.trim().split("\n")[0] ?? "",
		expected: `a git remote named ${repository} in ${baseDir}`,
		remedy: "name the repository of the policy: `policy: { repository: https://… }`"
	});
}
async function fileInRepository({ exec, baseDir, configFile }) {
	const result = await exec.read(localGit(baseDir, "rev-parse", "--show-prefix"), { timeoutMs: 1e4 });
	return `${result.exitCode === 0 ? result.stdout.trim() : ""}${basename(configFile)}`;
}
/** Without the variables of the caller, which could name another repository. */
function localGit(baseDir, ...args) {
	return trusted([
		"git",
		"-c",
		"safe.directory=*",
		"-C",
		baseDir,
		...args
	]);
}
function notPinned(pinFile, service) {
	return {
		code: "policy.not-pinned",
		where: pinFile,
		found: `no place of a policy for ${service}`,
		expected: "every service that is released from this machine",
		remedy: "let the administrator of this machine add it"
	};
}
function badPins(path, found) {
	return {
		code: "policy.bad-pin",
		where: path,
		found,
		expected: "a file of root that nobody else can change: {\"formatVersion\":1,\"services\":{\"<service>\":{\"repository\":\"…\"}}}",
		remedy: "let the administrator of this machine mend it"
	};
}

// src/release/policy/policy.ts
/** Policies count only as they stand on the protected branch: a local edit or another branch changes nothing. */
const copySchema = strictObject({
	place: string(),
	commit: string(),
	text: string(),
	files: record(string(), string()).default({})
});
/**
* The policy of an environment, read now. Null: there is none, and nobody is checked. Throws a ProblemError when there is one that cannot
* be read, or when shiplock.yaml here leads the environment to another place than the protected branch does.
*/
async function readPolicy(service, environment, how = {}) {
	const place = await policyPlace(service);
	if (place === null) return null;
	const { door } = service;
	const { fetched, breakGlass } = await fetchOrCopy(service, place, door.breakGlass, how);
	const source = {
		place: `${place.address} ${fetched.branch}:${place.file}`,
		commit: fetched.commit,
		pinned: place.pinned,
		...breakGlass === void 0 ? {} : { breakGlass }
	};
	const config = loadConfig(fetched.text, { file: `${place.file}@${fetched.commit.slice(0, 8)}` });
	if (!config.ok) throw new ProblemError([...unreadable(place, "a file with mistakes").problems, ...config.problems]);
	if (config.value.service.people === void 0) return null;
	checkPlace(service, config.value, environment, source);
	const policy = policyOf$1(config.value, environment.environment, source);
	const { calendars = [] } = windowsOf(config.value, environment.environment);
	return withCalendars(policy, calendars, fetched, service.clock.now());
}
/** Persons and rules of one environment. Pure. */
function policyOf$1(config, environment, source) {
	const { people = {}, policy, roles } = config.service;
	const chat = policy?.environments[environment]?.chat;
	return {
		...chat === void 0 ? {} : { chat },
		environment,
		source,
		rules: rulesOf(policy?.environments[environment] ?? gateRulesConfig.parse({}), config.service.objectives),
		quarantine: policy?.quarantine ?? null,
		people: Object.entries(people).map(([id, person]) => ({
			id,
			account: person.account ?? null,
			emails: person.emails,
			keys: person.keys,
			roles: [
				...person.roles,
				...person.rolesIn[environment] ?? [],
				...Object.keys(roles).filter((role) => roles[role]?.includes(id))
			]
		}))
	};
}
function rulesOf({ approval, override, windows, promotion, chat: _, ...rules }, objectives) {
	return {
		...rules,
		approval: approval ?? null,
		override: override ?? null,
		windows: windows === void 0 ? null : closedWindows(windows),
		promotion: promotion === void 0 ? null : promotionRules(promotion, objectives)
	};
}
function closedWindows({ timeZone, open, freezes, holidays }) {
	const days = holidays.map(({ date, why }) => ({
		from: `${date}T00:00`,
		until: `${dayAfter(date)}T00:00`,
		why
	}));
	return {
		timeZone,
		open,
		freezes: [...freezes, ...days],
		closures: []
	};
}
function dayAfter(date) {
	return new Date(Date.parse(`${date}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
}
const DAY_MS = 864e5;
/** How far around now calendars are read: a run asks for the time only while it waits to begin, and reads them anew each time. */
const AROUND_MS = 60 * DAY_MS;
function windowsOf(config, environment) {
	return config.service.policy?.environments[environment]?.windows ?? {};
}
/** Every calendar that the file names: those of other environments are kept in the copy too. */
function calendarsIn(text, file) {
	const config = loadConfig(text, { file });
	if (!config.ok) return [];
	const all = Object.values(config.value.service.policy?.environments ?? {});
	return [...new Set(all.flatMap(({ windows }) => windows?.calendars ?? []))];
}
async function withCalendars(policy, calendars, { files }, now) {
	const { windows } = policy.rules;
	if (windows === null || calendars.length === 0) return policy;
	const { closuresOf } = await import("./shared-calendar.js");
	const closures = calendars.flatMap((file) => {
		const text = files[file];
		if (text === void 0) throw new ProblemError(noCalendar(file, policy.source));
		const question = {
			file,
			timeZone: windows.timeZone,
			from: now - DAY_MS,
			until: now + AROUND_MS
		};
		return unwrap(closuresOf(text, question));
	});
	return {
		...policy,
		rules: {
			...policy.rules,
			windows: {
				...windows,
				closures
			}
		}
	};
}
function noCalendar(file, { place }) {
	return {
		code: "policy.calendar-missing",
		where: file,
		found: `a calendar that is not beside the policy of ${place}`,
		expected: "each calendar of `windows.calendars`",
		remedy: "read it on its protected branch; a copy that an administrator keeps has none"
	};
}
async function fetchOrCopy(service, place, breakGlass, how) {
	const copy = place.copy ?? join(service.store, "policy", `${service.config.service.service}.json`);
	try {
		const fetched = await fetchPolicy(service, place, how.signal, (text) => calendarsIn(text, place.file));
		if (place.copy === null && how.keep === true) await keepCopy(copy, place, fetched);
		return {
			fetched,
			breakGlass: void 0
		};
	} catch (error) {
		if (breakGlass === void 0) throw error;
		const fetched = await readCopy(copy, place);
		if (fetched === void 0) throw error;
		return {
			fetched,
			breakGlass
		};
	}
}
async function keepCopy(path, place, { commit, text, files }) {
	await mkdir(dirname(path), { recursive: true });
	await replaceFile(path, `${JSON.stringify({
		place: place.address,
		commit,
		text,
		files
	})}\n`);
}
async function readCopy(path, place) {
	const text = await readFile(path, "utf8").catch(() => void 0);
	if (text === void 0) return void 0;
	const branch = place.branch ?? "(copy)";
	if (place.copy !== null) return {
		commit: `copy ${path}`,
		branch,
		text,
		files: {}
	};
	try {
		const copy = copySchema.parse(JSON.parse(text));
		const { commit, files } = copy;
		return copy.place === place.address ? {
			commit,
			branch,
			text: copy.text,
			files
		} : void 0;
	} catch {
		return;
	}
}
/** Which hosts, and by which keys they are known. */
function hostsText(platform) {
	if (platform.kind === "kubernetes") {
		const { namespace, rollout, container, application, argocdNamespace } = platform;
		return `${namespace}/${rollout} (${container}), brought by ${argocdNamespace}/${application}`;
	}
	if (platform.kind === "local") return (platform.hosts ?? []).join(", ");
	return `${platform.hosts.map(({ name, user, address, port }) => `${name}=${user}@${address}:${port}`).join(", ")} below ${platform.hostRoot}, known by ${platform.knownHosts}`;
}
/**
* An environment is what its name stands for on the protected branch: the same hosts, database, GitOps place and role at its gates. Where that
* branch demands the checkpoint of a rolling release, no other commit can leave it out or ask less at it.
*/
function checkPlace(service, theirs, here, source) {
	const name = here.environment;
	const there = resolveEnvironment(theirs, name, { baseDir: service.baseDir });
	if (!there.ok) throw new ProblemError(unknownEnvironment(name, source));
	const rolls = there.value.rollout.strategy === "rolling";
	const places = (one) => ({
		service: one.service,
		"platform.root": one.platform.kind === "kubernetes" ? "" : one.platform.root,
		"platform.hosts": hostsText(one.platform),
		"rollout.rolling.inspection": rolls ? JSON.stringify(one.rollout.rolling?.inspection ?? null) : "",
		"traffic.directory": one.traffic.kind === "argo-rollouts" ? "" : one.traffic.directory,
		"traffic.bind": one.traffic.kind === "argo-rollouts" ? one.traffic.entry : one.traffic.bind,
		"database.dsn": JSON.stringify(one.database?.dsn ?? null),
		"rollout.role": one.rollout.role,
		gitops: JSON.stringify(one.gitops === null ? null : {
			...one.gitops,
			author: null,
			signingKey: null
		}),
		"promotion.from": one.promotion?.from ?? ""
	});
	const [mine, protectedOnes] = [places(here), places(there.value)];
	const differs = Object.keys(mine).find((key) => mine[key] !== protectedOnes[key]);
	if (differs === void 0) return;
	throw new ProblemError({
		code: "policy.place-differs",
		where: `${service.configFile}: ${name}, ${differs}`,
		found: mine[differs] ?? "",
		expected: `${protectedOnes[differs] ?? ""}, as ${source.place} has it`,
		remedy: "merge the change into the protected branch first: the policy protects the place, not the name"
	});
}
function unknownEnvironment(name, source) {
	return {
		code: "policy.unknown-environment",
		where: name,
		found: "an environment that is only in the shiplock.yaml here",
		expected: `an environment of ${source.place}`,
		remedy: "merge it into the protected branch first"
	};
}

// src/release/quarantine/believe.ts
/** Who may say that a digest is in quarantine, or is not any more: a person with the role of the policy, proven anew at each look. */
const QUARANTINE_NAMESPACE = "shiplock-quarantine@v1";
/** What a person signs. */
function quarantineText(service, environment, entry) {
	const { signature: _, person = "", host = "", ...words } = entry;
	return `${canonical({
		format: QUARANTINE_NAMESPACE,
		service,
		environment,
		person,
		host,
		...words
	})}\n`;
}
/**
* Why an entry that a person made does not count; undefined: it does. Without a policy anybody may, as at gates; with one, only who has its
* role, and signed where the environment takes nothing else.
*/
async function whyNotBelieved(service, entry, policy, signatures) {
	if (policy === null) return void 0;
	const { quarantine: role, people, rules, environment } = policy;
	if (role === null) return "the policy names no role that may: `policy.quarantine`";
	const name = entry.person ?? entry.who;
	const person = people.find(({ id }) => id === name);
	if (person?.roles.includes(role) !== true) return `${name} does not have the role ${role} in ${environment}`;
	if (entry.signature === void 0) return rules.evidence === "unsigned" ? void 0 : `it is not signed, and ${environment} takes nothing else`;
	const why = await signatures.verify({
		text: quarantineText(service, environment, entry),
		signature: entry.signature,
		namespace: QUARANTINE_NAMESPACE,
		person: name,
		keys: person.keys
	});
	return why === void 0 ? void 0 : `its signature is not one of ${name}: ${why}`;
}

// src/release/quarantine/record.ts
/** The list in the state directory: a file per entry, so that nobody ever writes over what another has said. */
/** What was said in an environment; what all of them hold counts in each. */
function quarantineDirectory(store, environment) {
	return join(store, "quarantine", environment);
}
function quarantinePath(store, environment, id) {
	return join(quarantineDirectory(store, environment), `${id}.json`);
}
/** Everything that was said, oldest first. What cannot be read is a problem: it may hold what must not return. */
async function readQuarantine(store) {
	const environments = await namesIn(join(store, "quarantine"));
	return (await Promise.all(environments.map((environment) => readQuarantineOf(store, environment)))).flat().toSorted((a, b) => a.entry.time.localeCompare(b.entry.time));
}
async function readQuarantineOf(store, environment) {
	const read = (await namesIn(quarantineDirectory(store, environment))).filter((name) => name.endsWith(".json")).map((name) => readRecord$1(join(quarantineDirectory(store, environment), name), quarantineSchema));
	return (await Promise.all(read)).filter((record) => record !== null);
}
async function namesIn(directory) {
	try {
		return await readdir(directory);
	} catch (error) {
		if (isMissing(error)) return [];
		throw error;
	}
}
/** The files of entries that are not there yet. */
function quarantineEffects(store, place, there, entries) {
	return entries.filter((entry) => !there.some((record) => record.entry.id === entry.id)).map((entry) => jsonFile(quarantinePath(store, place.environment, entry.id), recordOf(place, entry), "what was taken back does not return by itself"));
}
function recordOf({ service, environment }, entry) {
	return {
		formatVersion: 1,
		service,
		environment,
		entry
	};
}
/** What a release is made of. */
function digestsOf({ unit, files }) {
	return [...unit === null ? [] : [unit], ...files].map(({ component, digest }) => ({
		component,
		digest
	}));
}
/** What came with a release and not with what it goes back to: the rest goes on serving. Pure. */
function takenBack(candidate, stays) {
	const kept = stays === null ? [] : digestsOf(stays).map(({ digest }) => digest);
	return digestsOf(candidate).filter(({ digest }) => !kept.includes(digest));
}
/** Entries of a run that took a release back: the same for a step that is repeated. Pure. */
function entriesOf({ candidate, stays, run, cause, why, who, time }) {
	const only = cause === "crash-loop" ? candidate.unit?.component : void 0;
	return takenBack(candidate, stays).filter(({ component }) => only === void 0 || component === only).map(({ component, digest }) => ({
		kind: "quarantined",
		id: `${run}-${digest.replace("sha256:", "").slice(0, 16)}`,
		digest,
		cause,
		component,
		version: candidate.release.version,
		run,
		why,
		who,
		time
	}));
}
const BLAMED = {
	"rollout.worse": "worse",
	"rollout.above-limit": "above-limit",
	"rollout.crash-loop": "crash-loop",
	"rollout.sent-back": "rejected",
	"procedure.gate-rejected": "rejected"
};
/**
* Why a release was taken back, where that speaks against what was released: evidence, or a person. Null for what may as well lie in its
* surroundings (a host that does not answer, a time-out, a database). Pure.
*/
function causeOf({ entries }) {
	let found = null;
	for (const { record, payload: data } of entries) {
		if (record.type !== "step.failed" && record.type !== "run.paused") continue;
		const payload = payloadSchema.safeParse({
			type: record.type,
			data: data ?? null
		}).data;
		if (payload?.type === "run.paused" && payload.data.reason === "aborted") {
			const { by, why } = payload.data.asked ?? {
				by: "",
				why: ""
			};
			return {
				cause: "aborted",
				why: `${by}: ${why}`
			};
		}
		if (payload?.type !== "step.failed") continue;
		for (const { code, found: what } of payload.data.problems) {
			const cause = BLAMED[code];
			if (cause !== void 0) found ??= {
				cause,
				why: what
			};
		}
	}
	return found;
}

// src/release/quarantine/check.ts
async function standingOf(service, way) {
	const records = await readQuarantine(service.store);
	const doubts = /* @__PURE__ */ new Map();
	for (const { environment, entry } of records) {
		if (entry.kind !== "released") continue;
		const why = await doubt(service, environment, entry, way);
		if (why !== void 0) doubts.set(entry.id, why);
	}
	const entries = records.map(({ entry }) => entry);
	const held = new Set(standing(entries, ({ id }) => !doubts.has(id)));
	return records.flatMap(({ environment, entry }) => {
		if (entry.kind !== "quarantined" || !held.has(entry)) return [];
		return [{
			environment,
			entry,
			notBelieved: entries.flatMap((one) => {
				const why = doubts.get(one.id);
				return why !== void 0 && one.kind === "released" && one.ends.includes(entry.id) ? [why] : [];
			})
		}];
	});
}
const policies = /* @__PURE__ */ new WeakMap();
/** Read once per environment and process: a word in quarantine is rare, and is asked about several times in a run. */
function policyFor(service, environment) {
	const known = policies.get(service) ?? /* @__PURE__ */ new Map();
	policies.set(service, known);
	const asked = known.get(environment) ?? policyNow(service, environment);
	known.set(environment, asked);
	return asked;
}
async function policyNow(service, environment) {
	return readPolicy(service, unwrap(resolveEnvironment(service.config, environment, { baseDir: service.baseDir })));
}
async function doubt(service, environment, entry, way) {
	let policy;
	try {
		policy = await policyFor(service, environment);
	} catch (error) {
		return way === "back" ? void 0 : `the policy cannot be read: ${problemsOf(error, environment)[0]?.found ?? ""}`;
	}
	return whyNotBelieved(service.config.service.service, entry, policy, sshSignatures(service.exec));
}
/**
* Why these digests may not be released; empty: they may. A run that has put its own release there is on its way back, and must come to
* its end: `ownRun` names the one that is gone on with.
*/
async function quarantineProblems(service, digests, way, ownRun) {
	const held = await standingOf(service, way);
	if (ownRun !== void 0 && held.some(({ entry }) => entry.run === ownRun)) return [];
	return digests.flatMap(({ component, digest }) => {
		const found = held.find(({ entry }) => entry.digest === digest);
		return found === void 0 ? [] : [quarantined(component, found)];
	});
}
/** Pure. */
function quarantined(component, { environment, entry, notBelieved }) {
	const run = entry.run === void 0 ? "" : `, run ${entry.run}`;
	const doubts = notBelieved.length === 0 ? "" : `; a word that it may return does not count: ${notBelieved.join("; ")}`;
	return {
		code: "release.quarantined",
		where: `${component} ${entry.version ?? ""} ${entry.digest}`.replace(/ +/g, " "),
		found: `in quarantine since ${entry.time}: ${CAUSE[entry.cause]} in ${environment}${run} (${entry.why})${doubts}`,
		expected: "artefacts that were not taken back, or that somebody has released from quarantine",
		remedy: `release a mended version; or, where that was not its fault: shiplock quarantine release ${entry.digest} --reason …`
	};
}
const CAUSE = {
	worse: "it was worse than what served",
	"above-limit": "too many of its answers were bad",
	"crash-loop": "it kept crashing",
	rejected: "a person has rejected it",
	aborted: "its rollout was aborted",
	"gone-back-from": "it was rolled back",
	added: "a person has put it there"
};

// src/rollout/intervals.ts
const NONE = {
	requests: 0,
	bad: 0
};
function add(a, b) {
	return {
		requests: a.requests + b.requests,
		bad: a.bad + b.bad
	};
}
/**
* Difference of one server's counter. A counter that got smaller was reset: what it shows now happened since. The pair is
* reset together, so that bad never exceeds requests.
*/
function difference(before, now) {
	if (before === void 0) return NONE;
	if (before === "zero" || now.requests < before.requests || now.bad < before.bad) return now;
	const requests = now.requests - before.requests;
	return {
		requests,
		bad: Math.min(requests, now.bad - before.bad)
	};
}
function serversOf(counters) {
	return counters.kind === "counters" ? counters.servers : [];
}
/** What one version did between two readings, over all its servers; null when either reading is missing. */
function versionDelta(previous, next, version, metric) {
	return serverDeltas(previous, next, version, metric)?.reduce(add, NONE) ?? null;
}
/** The same, server by server; a server that had no requests is left out. */
function serverDeltas(previous, next, version, metric) {
	if (previous.kind === "missing" || next.kind === "missing") return null;
	const sameSource = previous.epoch === next.epoch;
	return serversOf(next).flatMap(({ server, version: runs, metrics }) => {
		const now = metrics[metric];
		if (runs !== version || now === void 0) return [];
		const did = difference(sameSource ? serversOf(previous).find((one) => one.server === server && one.version === version)?.metrics[metric] : "zero", now);
		return did.requests === 0 ? [] : [{
			server,
			...did
		}];
	});
}
/** Names of the metrics a reading has for either version. */
function metricNames(counters) {
	return [...new Set(serversOf(counters).flatMap((server) => Object.keys(server.metrics)))].toSorted();
}
/**
* Rows of one interval, a row per metric. A source that restarted in between begins again at zero. Nothing when a reading is
* missing: the caller keeps the last good one, and the next good reading covers the gap, since no weight changes inside a watch.
*/
function intervalRows(previous, next, versions) {
	return metricNames(next).flatMap((metric) => {
		const baseline = serverDeltas(previous, next, versions.stable, metric);
		const canary = serverDeltas(previous, next, versions.candidate, metric);
		if (baseline === null || canary === null) return [];
		const servers = {
			baseline,
			canary
		};
		return [{
			metric,
			baseline: baseline.reduce(add, NONE),
			canary: canary.reduce(add, NONE),
			servers
		}];
	});
}

// src/rollout/analysis/grid.ts
function ladder(bets) {
	return {
		multiples: bets.multiples,
		lifts: Float64Array.from(bets.multiples, (multiple) => multiple - 1),
		logs: Float64Array.from(bets.multiples, Math.log),
		logPrior: bets.prior.map(Math.log)
	};
}
function compute(policy) {
	const harm = ladder(policy.harmBets);
	const lower = ladder(evenly(policy.lowerRatios));
	const base = Math.log(policy.harmRatio);
	const ratios = [
		...Array.from(lower.logs, (log, index) => ({
			log: base + log,
			from: "lower",
			index
		})),
		{
			log: base,
			from: "boundary",
			index: 0
		},
		...Array.from(harm.logs, (log, index) => ({
			log: base + log,
			from: "upper",
			index
		}))
	];
	return {
		harm,
		lower,
		margin: ladder(policy.marginBets),
		floor: ladder(policy.floorBets),
		floorPrice: Float64Array.from(policy.floorBets.multiples, (multiple) => Math.log(1 + policy.floor * (multiple - 1))),
		ratios: ratios.toSorted((a, b) => a.log - b.log)
	};
}
const known = /* @__PURE__ */ new WeakMap();
/** The grid of a policy; remembered per policy object, which is never changed. */
function gridOf(policy) {
	const found = known.get(policy);
	if (found !== void 0) return found;
	const grid = compute(policy);
	known.set(policy, grid);
	return grid;
}
/** `steps` multiples first·step^k. Products instead of powers: the same bits on every engine. */
function geometric(first, step, steps) {
	const out = [];
	let value = first;
	for (let i = 0; i < steps; i += 1) {
		out.push(value);
		value *= step;
	}
	return out;
}
/** Every alternative the same share. */
function evenly(multiples) {
	return {
		multiples,
		prior: multiples.map(() => 1 / multiples.length)
	};
}
/** ln Σ exp(terms + weights), without overflow. −∞ for no terms. */
function logSumExp(terms, weights) {
	let top = Number.NEGATIVE_INFINITY;
	for (let i = 0; i < terms.length; i += 1) {
		const value = (terms[i] ?? 0) + (weights[i] ?? 0);
		if (value > top) top = value;
	}
	if (top === Number.NEGATIVE_INFINITY) return top;
	let sum = 0;
	for (let i = 0; i < terms.length; i += 1) sum += Math.exp((terms[i] ?? 0) + (weights[i] ?? 0) - top);
	return top + Math.log(sum);
}
/** Largest of a list; −∞ for an empty one. */
function largest(values) {
	let top = Number.NEGATIVE_INFINITY;
	for (let i = 0; i < values.length; i += 1) {
		const value = values[i] ?? top;
		if (value > top) top = value;
	}
	return top;
}

// src/rollout/analysis/wealth.ts
/**
* One bet against "of `trials` bad events a share of at most (or at least) `share` falls on the canary", for each alternative of
* a ladder: odds of `multiple` times the boundary's. `wealth` (natural logarithms) is added to in place.
*
* Sharp: the likelihood ratio, multiple^hits / (1 + share·(multiple − 1))^trials, here to the power 1/clump. With
* multiple > 1 its mean is ≤ 1 for every sum of independent hits of mean ≤ share·trials; with multiple < 1, of mean ≥ share·trials.
*/
function betSharp(wealth, ladder, hits, trials, share, clump) {
	const { lifts, logs } = ladder;
	const h = hits / clump;
	const n = trials / clump;
	for (let i = 0; i < wealth.length; i += 1) {
		const price = Math.log(1 + share * (lifts[i] ?? 0));
		wealth[i] = (wealth[i] ?? 0) + h * (logs[i] ?? 0) - n * price;
	}
}
/**
* The same bet on the observed share alone: (1 + (multiple − 1)·hits/trials) / (1 + (multiple − 1)·share), which is
* 1 + λ(Y/q − 1) of docs/analysis.md in other letters. Linear in the share, so only the mean of hits/trials matters: its mean is ≤ 1
* whatever the events of one interval have to do with each other.
*/
function betRobust(wealth, ladder, hits, trials, share) {
	const seen = hits / trials;
	for (let i = 0; i < wealth.length; i += 1) {
		const lift = ladder.lifts[i] ?? 0;
		wealth[i] = (wealth[i] ?? 0) + Math.log((1 + lift * seen) / (1 + lift * share));
	}
}
/**
* The share of bad events that falls on the canary when its bad rate is `ratio` times the baseline's and it gets `weight` of the
* requests: weight·ratio / (weight·ratio + 1 − weight).
*/
function shareAt(ratio, weight) {
	const canary = weight * ratio;
	return canary / (canary + 1 - weight);
}

// src/rollout/analysis/needs.ts
/** The ratio at which the time to `worse` is told. */
const NOTABLE_RATIO = 5;
/** Log wealth of each bet at the start: none won, none lost. */
function zeros(ladder) {
	return ladder.multiples.map(() => 0);
}
/** Mean log factor per bad event of a sharp bet priced at `share` when a part `truth` of the bad events falls on the canary. */
function sharpGrowth(ladder, share, truth, clump) {
	return ladder.multiples.map((multiple, i) => (truth * (ladder.logs[i] ?? 0) - Math.log(1 + share * (multiple - 1))) / clump);
}
/** The same for a robust bet: the mean over binomial counts of `events` bad events, per bad event. */
function robustGrowth(ladder, share, truth, events) {
	const n = Math.min(500, Math.max(1, Math.round(events)));
	const chances = [];
	let chance = Math.exp(n * Math.log(1 - truth));
	for (let x = 0; x <= n; x += 1) {
		chances.push(chance);
		chance *= (n - x) / (x + 1) * (truth / (1 - truth));
	}
	return ladder.multiples.map((multiple) => {
		const lift = multiple - 1;
		const price = Math.log(1 + lift * share);
		return chances.reduce((sum, each, x) => sum + each * (Math.log(1 + lift * x / n) - price), 0) / Math.max(1, events);
	});
}
function growth(policy, ladder, share, truth, outlook) {
	return policy.mode === "robust" ? robustGrowth(ladder, share, truth, outlook.eventsPerInterval ?? 1) : sharpGrowth(ladder, share, truth, policy.mode === "sharp" ? 1 : outlook.clump);
}
/** Requests until the first single bet reaches `target` at its mean growth; null if none grows. */
function fewest(ladder, wealth, perRequest, target) {
	let best = null;
	for (let i = 0; i < wealth.length; i += 1) {
		const missing = target - (ladder.logPrior[i] ?? 0) - (wealth[i] ?? 0);
		const rate = perRequest[i] ?? 0;
		if (missing > 0 && !(rate > 0)) continue;
		const requests = missing > 0 ? Math.ceil(missing / rate) : 0;
		if (best === null || requests < best) best = requests;
	}
	return best;
}
/**
* Canary requests until `not-worse` if both versions are equally bad: for each bet (threshold − its wealth) / its mean growth per
* request, the smallest of them. The average of bets is never below one bet's part, so on the mean path it is an upper estimate;
* chance spreads it by about half up and down.
*/
function untilNotWorse(policy, grid, outlook, standing) {
	const { baseRate, share } = outlook;
	const target = -Math.log(policy.beta) + Math.LN2;
	const clump = policy.mode === "sharp" ? 1 : outlook.clump;
	const floor = fewest(grid.floor, standing.floor, Array.from(grid.floor.logs, (log, i) => (baseRate * log - (grid.floorPrice[i] ?? 0)) / clump), target);
	if (baseRate > policy.ceiling) return floor;
	const badPerRequest = baseRate / share;
	const perEvent = growth(policy, grid.margin, shareAt(policy.margin, share), share, outlook);
	const margin = fewest(grid.margin, standing.margin, perEvent.map((each) => each * badPerRequest), target);
	if (floor === null || margin === null) return floor ?? margin;
	return Math.min(floor, margin);
}
/** Canary requests until `worse` if the canary's bad rate is `ratio` times the baseline's; the same estimate. */
function untilWorse(policy, grid, outlook, standing, ratio) {
	const { share } = outlook;
	const canaryRate = Math.min(1, outlook.baseRate * ratio);
	const badPerRequest = canaryRate + outlook.baseRate * (1 - share) / share;
	if (badPerRequest === 0) return null;
	const perEvent = growth(policy, grid.harm, shareAt(policy.harmRatio, share), canaryRate / badPerRequest, outlook);
	return fewest(grid.harm, standing.harm, perEvent.map((each) => each * badPerRequest), -Math.log(policy.alpha) - standing.stake);
}
/** Both estimates from where a metric stands. */
function needed(policy, outlook, standing) {
	const grid = gridOf(policy);
	return {
		notWorse: untilNotWorse(policy, grid, outlook, standing),
		worse: untilWorse(policy, grid, outlook, standing, 5)
	};
}
/**
* Before a rollout: how many canary requests a step will need, and how many until a canary `ratio` times as bad is stopped.
* Divide by the canary's requests per second for the time; add the warm-up and the longest time-out for `not-worse`.
*/
function forecast$1(policy, outlook, ratio = 5) {
	const grid = gridOf(policy);
	const standing = {
		harm: zeros(grid.harm),
		margin: zeros(grid.margin),
		floor: zeros(grid.floor),
		stake: -Math.log(outlook.metrics ?? 1)
	};
	return {
		notWorse: untilNotWorse(policy, grid, outlook, standing),
		worse: untilWorse(policy, grid, outlook, standing, ratio)
	};
}

// src/rollout/analysis/policy.ts
/** Objects within objects too: the defaults are shared by everybody. */
function freeze(policy) {
	for (const value of Object.values(policy)) if (typeof value === "object" && value !== null) {
		for (const inner of Object.values(value)) Object.freeze(inner);
		Object.freeze(value);
	}
	return Object.freeze(policy);
}
/**
* The one configuration that is shipped. Harm bets: 2 to 54 times as bad, log-uniform. Margin bets: the odds ratios 1.68, 1.41,
* 1.19, 1, 0.7, 0.5 at the default margin of 2, most on "no difference".
*/
const DEFAULT_POLICY = freeze({
	mode: "dispersed",
	alpha: .01,
	beta: .05,
	harmRatio: 1.25,
	margin: 2,
	floor: .001,
	ceiling: .05,
	harmBets: evenly(geometric(1.6, 1.6, 8)),
	marginBets: {
		multiples: [
			.84,
			.705,
			.595,
			.5,
			.35,
			.25
		],
		prior: [
			.05,
			.1,
			.2,
			.4,
			.15,
			.1
		]
	},
	floorBets: {
		multiples: [
			.6,
			.3,
			.1,
			.01
		],
		prior: [
			.25,
			.25,
			.25,
			.25
		]
	},
	lowerRatios: geometric(1 / 1.6, 1 / 1.6, 6),
	intervalError: .05,
	unitSeconds: 0,
	clumpSize: null,
	dispersion: {
		windows: [
			1,
			2,
			5,
			10,
			20,
			30,
			60
		],
		minimumWindows: 3,
		start: 20,
		settledSeconds: 300
	},
	minimumServers: 8,
	warmUpSeconds: 0,
	longestTimeoutSeconds: 30,
	minimumBakeSeconds: 30
});
const betsSchema = (side) => strictObject({
	multiples: array(number$1().positive().refine((multiple) => side === "above 1" ? multiple > 1 : multiple < 1, `multiples ${side}`)),
	prior: array(number$1().positive())
}).refine((bets) => bets.multiples.length === bets.prior.length && bets.multiples.length > 0, { message: "as many shares in prior as multiples, one at least" }).refine((bets) => Math.abs(bets.prior.reduce((a, b) => a + b, 0) - 1) < 1e-9, { message: "a prior that sums to 1" });
const part = number$1().gt(0, "a number between 0 and 1").lt(1, "a number between 0 and 1");
const seconds = number$1().nonnegative("seconds, 0 or more");
/** What may be configured; every key has a default in DEFAULT_POLICY. */
const policySchema = strictObject({
	mode: _enum([
		"dispersed",
		"robust",
		"sharp"
	], "one of dispersed, robust, sharp"),
	alpha: part,
	beta: part,
	harmRatio: number$1().min(1, "a ratio of 1 or more"),
	margin: number$1().gt(1, "an odds ratio above 1"),
	floor: part,
	ceiling: number$1().gt(0, "a rate between 0 and 1").max(1, "a rate between 0 and 1"),
	harmBets: betsSchema("above 1"),
	marginBets: betsSchema("below 1"),
	floorBets: betsSchema("below 1"),
	lowerRatios: array(number$1().positive().lt(1)),
	intervalError: part,
	unitSeconds: seconds,
	clumpSize: number$1().min(1, "a clump size of 1 or more, or null").nullable(),
	dispersion: strictObject({
		windows: array(number$1().positive()).min(1),
		minimumWindows: number$1().int().min(2, "two windows at least"),
		start: number$1().min(1, "a dispersion of 1 or more"),
		settledSeconds: seconds
	}),
	minimumServers: number$1().int().min(3, "a whole number of 3 or more"),
	warmUpSeconds: seconds,
	longestTimeoutSeconds: seconds,
	minimumBakeSeconds: seconds
});
function problemOf(issue, where) {
	if (issue.code === "unrecognized_keys") {
		const key = issue.keys[0] ?? "";
		return {
			code: "analysis.unknown-setting",
			where,
			found: [...issue.path, key].join("."),
			expected: `one of ${Object.keys(DEFAULT_POLICY).join(", ")}`,
			remedy: `did you mean ${(0, import_fastest_levenshtein.closest)(key, Object.keys(DEFAULT_POLICY))}?`
		};
	}
	const path = issue.path.join(".");
	return {
		code: "analysis.bad-setting",
		where,
		found: `${path}: ${JSON.stringify(issue.input) ?? "nothing"}`,
		expected: issue.message,
		remedy: `give ${path} such a value, or leave it out for the default`
	};
}
/**
* The default policy with some settings replaced, frozen.
*
* @param overrides any part of a policy; checked here, so it may come from outside
* @param where what to name in a problem (a file, the arguments)
* @throws ProblemError `analysis.unknown-setting`, `analysis.bad-setting`
*/
function makePolicy(overrides = {}, where = "analysis") {
	const parsed = policySchema.partial().safeParse(overrides, { reportInput: true });
	if (!parsed.success) throw new ProblemError(parsed.error.issues.map((issue) => problemOf(issue, where)));
	const given = Object.fromEntries(Object.entries(parsed.data).filter(([, value]) => value !== void 0));
	return freeze(policySchema.parse({
		...DEFAULT_POLICY,
		...given
	}));
}

// src/rollout/forecast.ts
/** A time as people say it: `45 s`, `12 min`, `9 h`, `3 days`. */
function duration(ms) {
	const seconds = ms / 1e3;
	if (seconds < 1) return `${Math.round(ms)} ms`;
	if (seconds < 90) return `${Math.round(seconds)} s`;
	const minutes = seconds / 60;
	if (minutes < 90) return `${Math.round(minutes)} min`;
	const hours = minutes / 60;
	return hours < 48 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} days`;
}
/** A rate as people say it. */
function rate(perSecond) {
	if (perSecond >= 1) return `${Math.round(perSecond)} requests/s`;
	const perMinute = perSecond * 60;
	return perMinute >= 1 ? `${Math.round(perMinute)} requests/min` : `${Math.round(perMinute * 60)} requests/h`;
}
/** Pure: what a verdict will take, from the traffic seen. */
function forecastText(seen, share, needed, lowTraffic, deadlineMs) {
	const perSecond = lowTraffic.kind === "load" ? Math.max(seen.perSecond, lowTraffic.requestsPerSecond) : seen.perSecond;
	if (perSecond === 0) return `no traffic now: no verdict can come by itself; after ${duration(deadlineMs)}: ${choice(lowTraffic)}`;
	if (needed === null) return `at ${rate(perSecond)} nobody can say how long a verdict will take`;
	const ms = needed / (perSecond * share) * 1e3;
	const late = ms > deadlineMs ? `; the deadline of ${duration(deadlineMs)} comes first: ${choice(lowTraffic)}` : "";
	return `a verdict needs about ${Math.ceil(needed)} requests to the new version: about ${duration(ms)} at ${rate(perSecond)}${late}`;
}
function choice(lowTraffic) {
	switch (lowTraffic.kind) {
		case "smoke": return "its smoke tests decide";
		case "load": return `requests of our own top it up to ${rate(lowTraffic.requestsPerSecond)}`;
		case "gate": return "a person decides";
	}
}
/** Looks at the traffic for two seconds and says how long a verdict will take. Only looks. */
async function forecast(rollout, share, ctx) {
	const { stable, policy, ports } = rollout;
	if (stable === null) return "nothing serves yet";
	const first = await ports.metrics.sample(ctx.signal);
	const from = ctx.clock.monotonic();
	await ctx.clock.sleep(2e3, ctx.signal);
	const second = await ports.metrics.sample(ctx.signal);
	const seconds = (ctx.clock.monotonic() - from) / 1e3;
	const delta = versionDelta(first, second, stable.version, "errors");
	if (delta === null) return `no forecast: ${second.kind === "missing" ? second.reason : first.kind === "missing" ? first.reason : "no counts"}`;
	const seen = {
		perSecond: delta.requests / seconds,
		badRate: delta.requests === 0 ? 0 : delta.bad / delta.requests
	};
	const needed = forecast$1(policy.analysis, {
		baseRate: seen.badRate,
		share,
		clump: 1
	}).notWorse;
	return forecastText(seen, share, needed, policy.lowTraffic, policy.analysisDeadlineMs);
}

// src/rollout/world.ts
async function lookAtWorld(rollout, ctx) {
	const [platform, routes] = await Promise.all([rollout.ports.platform.observe(ctx.signal), rollout.ports.router.observe(ctx.signal)]);
	return {
		platform,
		routes
	};
}
/** Share the data plane is set to give a version, whatever its health; 0 when it has no route. */
function configuredShare(routes, version) {
	if (routes.kind === "unreachable") return 0;
	return routes.routes.find((route) => route.version === version)?.configuredShare ?? 0;
}
function openRequests(routes, version) {
	if (routes.kind === "unreachable") return 0;
	return (routes.routes.find((candidate) => candidate.version === version)?.endpoints ?? []).reduce((sum, endpoint) => sum + endpoint.openRequests, 0);
}
function unreachable(routes, where) {
	if (routes.kind === "observed") return [];
	return [{
		code: "rollout.router-unreachable",
		where,
		found: routes.reason,
		expected: "a traffic router that answers",
		remedy: "start the router or mend its address in `traffic:`, then run `shiplock resume`"
	}];
}
/** Hosts that are needed and do not answer. */
function unreachableHosts({ hosts }, where, on = hosts.map(({ name }) => name)) {
	return hosts.flatMap((host) => host.kind === "reachable" || !on.includes(host.name) ? [] : [{
		code: "rollout.host-unreachable",
		where: `${where} on ${host.name} (${host.address})`,
		found: host.reason,
		expected: "a host that answers",
		remedy: "see why the host does not answer, or take it out of `platform.hosts`"
	}]);
}
/** What a health watch records of the instances of one version. */
const instanceSampleSchema = strictObject({
	instance: string(),
	state: _enum([
		"starting",
		"ready",
		"not-ready",
		"draining",
		"stopped",
		"crash-loop"
	]),
	restarts: number$1().int().nonnegative(),
	detail: string()
});
/** @param on only on these hosts; left out: on all */
function sampleInstances(state, component, version, on) {
	return state.instances.filter((instance) => instance.component === component && instance.version === version).filter((instance) => on?.includes(instance.on) ?? true).map(({ instance, state: condition, restarts, detail }) => ({
		instance,
		state: condition,
		restarts,
		detail
	}));
}
/** Since when fewer instances of a version than `atLeast` are ready, wall clock; null while there are as many. Pure. */
function notReadySince(before, instances, time, atLeast = 1) {
	return instances.filter((one) => one.state === "ready").length >= atLeast ? null : before ?? time;
}
/** The problem of a version too few of whose instances were ready for too long. Outside α, as a crash loop. */
function neverReady(look, since, where, deadlineMs, atLeast = 1) {
	if (since === null || look === null || look.time - since < deadlineMs) return void 0;
	const words = look.instances.map((one) => `${one.instance} ${one.state}${one.detail === "" ? "" : ` (${one.detail})`}`);
	return {
		code: "rollout.not-ready",
		where,
		found: `${atLeast === 1 ? "no ready instance" : `fewer than ${atLeast} ready instances`} for ${duration(deadlineMs)}: ${words.join(", ") || "none runs"}`,
		expected: "instances that stay ready",
		remedy: "read the instance log; the release was taken back"
	};
}
/** The problem of an instance that keeps dying, if there is one. Outside α: a crash loop is a fact, not a statistic. */
function crashLoop(instances, where) {
	const dying = instances.find((instance) => instance.state === "crash-loop");
	if (dying === void 0) return void 0;
	return {
		code: "rollout.crash-loop",
		where: `${where} instance ${dying.instance}`,
		found: `${dying.restarts} restarts; ${dying.detail === "" ? "no output" : dying.detail}`,
		expected: "a process that keeps running",
		remedy: "read the last lines of its log; the release was taken back"
	};
}

// src/model/platform.ts
/** Name of the only host where none is named. */
const LOCAL_HOST = "local";
/** Name of an instance among those of several hosts: `1.4.0-1` on the host `a` → `1.4.0-1@a`. */
function nameOnHost(instance, host) {
	return `${instance}@${host}`;
}
/** Does an instance with this name run on that host? For names that `nameOnHost` made. */
function isOnHost(instance, host) {
	return instance.endsWith(`@${host}`);
}

// src/rollout/capacity.ts
/** Instances of a version that may get traffic now, in a stable order. */
function readyInstances(state, component, version) {
	return instancesOf(state, component, version).filter((instance) => instance.state === "ready");
}
function instancesOf(state, component, version) {
	return state.instances.filter((instance) => instance.component === component && instance.version === version).filter((instance) => instance.state !== "stopped").toSorted((a, b) => a.instance.localeCompare(b.instance));
}
/**
* Largest share of the whole load that `ready` instances can carry, when one carries `perInstance`. The invariant of every
* weight change: the receiving side has the capacity before it gets the share (a fast rollback must not send everything to
* a version that was scaled down).
*/
function carries(ready, perInstance) {
	return Math.min(1, ready * perInstance);
}
function perInstanceShare(replicas, configured) {
	return configured ?? 1 / Math.max(1, replicas);
}
/**
* Where a version can be asked. Of a host that cannot be reached nothing is known, and that is no reason to take it out of the traffic:
* its instances stay as `seen` has them, and the proxy's own checks judge them.
*/
function endpointsOf(state, component, version, seen) {
	return [...instancesOf(state, component, version).filter((instance) => instance.state !== "crash-loop").map(endpointOf), ...unreached(state, version, seen)];
}
function unreached({ hosts }, version, seen) {
	if (seen?.kind !== "observed") return [];
	const silent = hosts.filter((host) => host.kind === "unreachable");
	return (seen.routes.find((one) => one.version === version)?.endpoints ?? []).filter(({ instance }) => silent.some(({ name }) => isOnHost(instance, name))).map(endpointOf);
}
/** Shares are kept to six decimals so that 1 − s does not carry rounding noise into plans and configuration files. */
function complement(share) {
	return Math.round((1 - share) * 1e6) / 1e6;
}
/** Routes for a split between two versions with the instances that run now. A version at 0 keeps its place but gets nothing. */
function splitRoutes(split, state, seen) {
	const routes = [{
		version: split.stable,
		share: complement(split.share),
		hold: "stable",
		endpoints: endpointsOf(state, split.component, split.stable, seen)
	}, {
		version: split.candidate,
		share: split.share,
		hold: split.hold,
		endpoints: endpointsOf(state, split.component, split.candidate, seen)
	}];
	return {
		service: split.service,
		routes
	};
}
/** All traffic on one version; nothing else is routed. */
function onlyRoutes(service, component, version, state, seen) {
	return {
		service,
		routes: [{
			version,
			share: 1,
			hold: "stable",
			endpoints: endpointsOf(state, component, version, seen)
		}]
	};
}

// src/rollout/hosts.ts
/** Which host runs what. Pure. */
/** Instances of a version on each host, where there are so many hosts. */
function perHost(replicas, hosts) {
	return Math.max(1, Math.ceil(replicas / Math.max(1, hosts)));
}
/** Names of the hosts that answer. */
function reachable({ hosts }) {
	return hosts.filter((host) => host.kind === "reachable").map(({ name }) => name);
}
/** Hosts that answer and run fewer instances of a version than they should. */
function shortOf(state, spec, on = reachable(state)) {
	const wanted = perHost(spec.replicas, state.hosts.length);
	const running = instancesOf(state, spec.component, spec.version);
	const count = (name) => running.filter((one) => one.on === name).length;
	return reachable(state).filter((name) => on.includes(name) && count(name) < wanted);
}
/** Ready instances of a version on some hosts. */
function readyOn(state, spec, on) {
	return readyInstances(state, spec.component, spec.version).filter((one) => on.includes(one.on)).length;
}

// src/rollout/steps.ts
/** The steps every strategy is made of. Each reads the world, decides purely, and leaves the doing to the engine. */
function installStep(rollout, id = "install") {
	const { candidate, ports } = rollout;
	return action({
		id,
		title: `Install ${candidate.component} ${candidate.version}`,
		inputs: {
			component: candidate.component,
			version: candidate.version,
			digest: candidate.digest
		},
		read: (ctx) => lookAtWorld(rollout, ctx),
		decide: (world) => {
			const away = unreachableHosts(world.platform, id);
			if (away.length > 0) return {
				kind: "refuse",
				problems: away
			};
			return doOrNothing(ports.platform.install(candidate, world.platform), "it is installed with this digest");
		},
		probe: "repeatable"
	});
}
function startStep(rollout, which, id, urgent = false) {
	const spec = which === "candidate" ? rollout.candidate : rollout.stable ?? rollout.candidate;
	return action({
		id,
		title: `Start ${spec.replicas} × ${spec.component} ${spec.version}`,
		inputs: {
			component: spec.component,
			version: spec.version,
			replicas: spec.replicas
		},
		read: (ctx) => lookAtWorld(rollout, ctx),
		decide: (world) => {
			const short = shortOf(world.platform, spec);
			return short.length === 0 ? {
				kind: "nothing",
				why: `${spec.replicas} instances run`
			} : doOrNothing(which === "candidate" ? rollout.ports.platform.start(spec, world.platform, short) : startAgain(rollout, spec, world.platform, short), "all instances run");
		},
		probe: "repeatable",
		urgent,
		timeoutMs: spec.startTimeoutMs + 3e4
	});
}
/** Starts a version that served once. Where it has left the disk since, it is laid down again first. Pure. */
function startAgain({ ports }, spec, platform, on) {
	const has = (host) => platform.installed.some((row) => row.on === host && row.component === spec.component && row.version === spec.version);
	const gone = on.filter((host) => !has(host));
	return [...gone.length === 0 ? [] : ports.platform.install(spec, platform, gone), ...ports.platform.start(spec, platform, on)];
}
/** Gives the candidate a share. Refused when the receiving side could not carry it. */
function shareStep(rollout, share, ready, id) {
	const { candidate, stable, service, ports, policy } = rollout;
	const percent = `${Math.round(share * 1e3) / 10} %`;
	return action({
		id,
		title: `Send ${percent} of the traffic to ${candidate.version}`,
		inputs: {
			share,
			candidate: candidate.version,
			stable: stable?.version ?? null
		},
		read: (ctx) => lookAtWorld(rollout, ctx),
		decide: (world, ctx) => {
			ctx.outputOf(ready);
			const down = unreachable(world.routes, `share ${percent}`);
			if (down.length > 0) return {
				kind: "refuse",
				problems: down
			};
			if (stable === null) return {
				kind: "refuse",
				problems: [noStable(candidate.version)]
			};
			const perInstance = perInstanceShare(candidate.replicas, policy.capacityPerInstance);
			const now = readyInstances(world.platform, candidate.component, candidate.version).length;
			if (carries(now, perInstance) < share - 1e-9) return {
				kind: "refuse",
				problems: [noCapacity(candidate.version, share, now, perInstance)]
			};
			const split = {
				service,
				component: candidate.component,
				stable: stable.version,
				candidate: candidate.version,
				share,
				hold: "leased"
			};
			return doOrNothing(ports.router.apply(splitRoutes(split, world.platform, world.routes), world.routes), `${percent} is set`);
		},
		probe: "repeatable",
		verify: async (ctx) => shareProblems(await ports.router.observe(ctx.signal), candidate.version, share)
	});
}
/** The candidate becomes what serves: all traffic, no lease any more; its guards are no longer asked. */
function promoteStep(rollout, ready, id = "promote") {
	const { candidate, stable, service, ports, policy } = rollout;
	return action({
		id,
		title: `Send all traffic to ${candidate.version} for good`,
		inputs: {
			candidate: candidate.version,
			stable: stable?.version ?? null
		},
		read: (ctx) => lookAtWorld(rollout, ctx),
		decide: (world, ctx) => {
			ctx.outputOf(ready);
			const down = unreachable(world.routes, "promote");
			if (down.length > 0) return {
				kind: "refuse",
				problems: down
			};
			const perInstance = perInstanceShare(candidate.replicas, policy.capacityPerInstance);
			const now = readyInstances(world.platform, candidate.component, candidate.version).length;
			if (carries(now, perInstance) < 1 - 1e-9) return {
				kind: "refuse",
				problems: [noCapacity(candidate.version, 1, now, perInstance)]
			};
			const routes = stable === null ? onlyRoutes(service, candidate.component, candidate.version, world.platform, world.routes) : splitRoutes({
				service,
				component: candidate.component,
				stable: stable.version,
				candidate: candidate.version,
				share: 1,
				hold: "stable"
			}, world.platform, world.routes);
			return doOrNothing(ports.router.apply(routes, world.routes), "it serves alone");
		},
		probe: "repeatable",
		verify: async (ctx) => shareProblems(await ports.router.observe(ctx.signal), candidate.version, 1),
		endsLease: true
	});
}
/** What starts after a reboot is the version that serves; guards of a version that holds its share for good are ended. */
function settleStep(rollout, id = "make-current") {
	const { candidate, ports } = rollout;
	return action({
		id,
		title: `Make ${candidate.version} current`,
		inputs: {
			component: candidate.component,
			version: candidate.version
		},
		read: (ctx) => lookAtWorld(rollout, ctx),
		decide: (world) => doOrNothing([...ports.platform.makeCurrent(candidate.version, world.platform), ...ports.stopGuards(candidate.version, reachable(world.platform))], "it is current"),
		probe: "repeatable"
	});
}
/** Stops a version and takes its route away. Its files stay: the way back. */
function retireStep(rollout, spec, keep, id, how = {}) {
	const { service, ports } = rollout;
	return action({
		id,
		title: `Stop ${spec.component} ${spec.version}`,
		inputs: {
			component: spec.component,
			version: spec.version
		},
		read: (ctx) => lookAtWorld(rollout, ctx),
		decide: (world, ctx) => {
			if (how.after !== void 0) ctx.outputOf(how.after);
			if (configuredShare(world.routes, spec.version) > 0) return {
				kind: "refuse",
				problems: [stillServing(spec.version, configuredShare(world.routes, spec.version))]
			};
			const routes = keep === null ? {
				service,
				routes: []
			} : onlyRoutes(service, spec.component, keep, world.platform, world.routes);
			return doOrNothing([...world.routes.kind === "observed" ? ports.router.apply(routes, world.routes) : [], ...ports.platform.stop(spec.version, world.platform)], "it does not run");
		},
		probe: "repeatable",
		urgent: how.urgent ?? false,
		timeoutMs: rollout.candidate.stopTimeoutMs + 3e4
	});
}
/** Nothing to do is a decision of its own, with its reason. */
function doOrNothing(effects, why) {
	return effects.length === 0 ? {
		kind: "nothing",
		why
	} : {
		kind: "do",
		effects
	};
}
/** Does the router give what was asked? Configured share, not the observed one: health is judged elsewhere. */
function shareProblems(routes, version, share) {
	const down = unreachable(routes, `share of ${version}`);
	if (down.length > 0) return down;
	const found = configuredShare(routes, version);
	if (Math.abs(found - share) <= .005) return [];
	return [{
		code: "rollout.router-does-not-obey",
		where: `share of ${version}`,
		found: `${Math.round(found * 1e3) / 10} %`,
		expected: `${Math.round(share * 1e3) / 10} %`,
		remedy: "something else changes the router; find it, then resume"
	}];
}
function noStable(version) {
	return {
		code: "rollout.no-stable",
		where: `canary of ${version}`,
		found: "no version that serves",
		expected: "a stable version beside the new one",
		remedy: "plan again: the first release takes the `initial` path"
	};
}
function noCapacity(version, share, ready, perInstance) {
	return {
		code: "rollout.no-capacity",
		where: `share of ${version}`,
		found: `${ready} ready instances, good for ${Math.round(carries(ready, perInstance) * 1e3) / 10} % of the load`,
		expected: `capacity for ${Math.round(share * 1e3) / 10} % before the share is given`,
		remedy: "see why instances are not ready, or raise platform.replicas"
	};
}
function stillServing(version, share) {
	return {
		code: "rollout.still-serving",
		where: version,
		found: `${Math.round(share * 1e3) / 10} % of the traffic`,
		expected: "no traffic before it is stopped",
		remedy: "take its share away first: `shiplock rollback`, or `shiplock resume`"
	};
}

// src/release/environment/analysis-policy.ts
/** How evidence is weighed in an environment. The least bake is not part of it: each share has its own. Pure. */
function analysisPolicy({ rollout: { analysis }, traffic }) {
	return makePolicy({
		mode: analysis.mode,
		alpha: analysis.alpha,
		beta: analysis.beta,
		harmRatio: analysis.harmRatio,
		margin: analysis.margin,
		floor: analysis.floor,
		ceiling: analysis.ceiling,
		clumpSize: analysis.clump,
		unitSeconds: analysis.unitMs / 1e3,
		warmUpSeconds: analysis.warmUpMs / 1e3,
		longestTimeoutSeconds: traffic.longestTimeoutMs / 1e3,
		minimumBakeSeconds: 0
	});
}

// src/platform/fleet.ts
/**
* One platform made of hosts, each with the same number of instances. A host that does not answer is a state of its own and never an
* error: the others are still looked at and acted on. Names of instances get the host's name where there is more than one host.
*/
function fleet(hosts) {
	const several = hosts.length > 1;
	const chosen = (on) => on === void 0 ? hosts : hosts.filter((host) => on.includes(host.name));
	/** Effects of each chosen host that was reached, from what it said of itself. */
	const each = (observed, on, effects) => chosen(on).flatMap(({ name, platform }) => {
		const look = lookOf(observed, name);
		return look === null ? [] : effects(platform, look);
	});
	return {
		observe: async (signal) => {
			const looks = await Promise.all(hosts.map((host) => lookAt$1(host, signal)));
			return {
				instances: looks.flatMap(({ host, look }) => look.instances.map((one) => ({
					...one,
					instance: several ? nameOnHost(one.instance, host.name) : one.instance,
					on: host.name
				}))),
				installed: looks.flatMap(({ host, look }) => look.installed.map((one) => ({
					...one,
					on: host.name
				}))),
				current: mostCurrent(looks.map(({ look }) => look.current)),
				hosts: looks.map(({ host }) => host)
			};
		},
		install: (spec, observed, on) => each(observed, on, (platform, look) => platform.install({
			...spec,
			replicas: perHost(spec.replicas)
		}, look)),
		start: (spec, observed, on) => each(observed, on, (platform, look) => platform.start({
			...spec,
			replicas: perHost(spec.replicas)
		}, look)),
		stop: (version, observed, on) => each(observed, on, (platform, look) => platform.stop(version, look)),
		makeCurrent: (version, observed, on) => each(observed, on, (platform, look) => platform.makeCurrent(version, look)),
		remove: (version, observed, on) => each(observed, on, (platform, look) => platform.remove(version, look)),
		stopGuards: (version, on) => chosen(on).flatMap(({ platform }) => platform.stopGuards(version))
	};
	/** A release that was recorded with other hosts is spread over those of today. */
	function perHost(replicas) {
		return Math.max(1, Math.ceil(replicas / Math.max(1, hosts.length)));
	}
}
const NOTHING = {
	instances: [],
	installed: [],
	current: {}
};
async function lookAt$1({ name, address, platform }, signal) {
	try {
		const look = await platform.observe(signal);
		return {
			look,
			host: {
				name,
				address,
				kind: "reachable",
				current: look.current
			}
		};
	} catch (error) {
		signal?.throwIfAborted();
		const reason = problemsOf(error, name).map((problem) => problem.found).join("; ");
		return {
			look: NOTHING,
			host: {
				name,
				address,
				kind: "unreachable",
				reason
			}
		};
	}
}
/** What a host said of itself, out of the state of all; null when it was not reached. */
function lookOf(state, name) {
	const host = state.hosts.find((one) => one.name === name);
	if (host === void 0 || host.kind === "unreachable") return null;
	const here = (row) => row.on === name;
	return {
		instances: state.instances.filter(here).map((one) => ({
			...one,
			instance: withoutHost(one.instance, name)
		})),
		installed: state.installed.filter(here),
		current: host.current
	};
}
function withoutHost(instance, host) {
	return isOnHost(instance, host) ? instance.slice(0, -(host.length + 1)) : instance;
}
/** For each component the version that most hosts name; of equally many, the one named first. */
function mostCurrent(all) {
	const counts = /* @__PURE__ */ new Map();
	for (const [component, version] of all.flatMap((current) => Object.entries(current))) {
		const versions = counts.get(component) ?? /* @__PURE__ */ new Map();
		versions.set(version, (versions.get(version) ?? 0) + 1);
		counts.set(component, versions);
	}
	return Object.fromEntries([...counts].map(([component, versions]) => [component, [...versions].toSorted(([, one], [, other]) => other - one)[0]?.[0] ?? ""]));
}

// src/platform/local/platform.ts
/** `unit-main` beside this module, run by this Node: starts without the rest of the program. */
function unitCommand() {
	return programBeside(import.meta.url, "unit-main");
}
const QUICK_MS$1 = 6e4;
const INSTALL_MS$1 = 3e5;
/** Beyond the stop time-out: the supervisor's own grace, the lock, two program starts. */
const STOP_MARGIN_MS$1 = 15e3;
const UNKNOWN_STOP_MS = 12e4;
/** Releases as supervised processes on this machine. Every effect is one `unit` command under the fence of `local:<root>`. */
function localPlatform(options) {
	const root = resolve(options.root);
	const host = layout(root);
	const component = checkComponent(options.component);
	const { clock, probeTimeoutMs } = options;
	const effect = (why, timeoutMs, words, env) => {
		const [command = "", ...rest] = words;
		return {
			kind: "exec",
			argv: [
				...options.unitCommand,
				command,
				"--root",
				root,
				...rest
			],
			...env === void 0 || Object.keys(env).length === 0 ? {} : { env },
			resource: `local:${root}`,
			why,
			timeoutMs
		};
	};
	const of = (name, version) => [
		"--component",
		name,
		"--version",
		version
	];
	return {
		observe: (signal) => observeHost(host, clock, {
			signal,
			...probeTimeoutMs === void 0 ? {} : { probeTimeoutMs }
		}),
		install: (spec, observed) => {
			if (isInstalled(spec, observed)) return [];
			const words = [
				"install",
				...of(spec.component, spec.version),
				...settingWords(spec)
			];
			return [effect(`lay ${spec.component} ${spec.version} down`, INSTALL_MS$1, words)];
		},
		start: (spec, observed) => {
			if (spec.command.length === 0) return [];
			const guard = spec.component === component ? options.guard : void 0;
			if (observed.instances.filter((instance) => instance.component === spec.component && instance.version === spec.version && instance.state !== "stopped" && instance.state !== "draining" && (guard === void 0 || instance.guardPort !== void 0)).length >= spec.replicas) return [];
			const words = [
				"start",
				...of(spec.component, spec.version),
				...startWords(spec, options, guard)
			];
			return [effect(`start ${spec.replicas} × ${spec.component} ${spec.version}`, QUICK_MS$1, words, secretsOf$1(spec))];
		},
		stop: (version, observed) => {
			const mine = observed.instances.filter((row) => row.component === component && row.version === version);
			if (mine.length === 0) return [];
			const longest = Math.max(...mine.map(stopTimeoutOf));
			return [effect(`stop ${component} ${version}`, longest + STOP_MARGIN_MS$1, ["stop", ...of(component, version)])];
		},
		makeCurrent: (version, observed) => observed.current[component] === version ? [] : [effect(`make ${component} ${version} current`, QUICK_MS$1, ["current", ...of(component, version)])],
		remove: (version, observed) => observed.installed.some((row) => row.component === component && row.version === version) ? [effect(`remove ${component} ${version}`, QUICK_MS$1, [
			"remove",
			...of(component, version),
			...observed.current[component] === version ? ["--current"] : []
		])] : [],
		stopGuards: (version) => [effect(`end the guards of ${component} ${version}`, QUICK_MS$1, ["stop-guards", ...of(component, version)])]
	};
}
/** Same content and same settings: an installation would change nothing. */
function isInstalled(spec, observed) {
	const row = observed.installed.find((one) => one.component === spec.component && one.version === spec.version);
	return row !== void 0 && row.digest === spec.digest && "settings" in row && row.settings === settingsHash(settingsOf$1(spec));
}
function settingsOf$1(spec) {
	const { command, env, replicas, readyPath, livePath, startTimeoutMs, stopTimeoutMs } = spec;
	return {
		command,
		env,
		replicas,
		readyPath,
		livePath,
		startTimeoutMs,
		stopTimeoutMs
	};
}
function settingWords(spec) {
	const env = Object.entries(spec.env).flatMap(([name, value]) => typeof value === "string" ? ["--env", `${name}=${value}`] : ["--secret-env", `${name}=${value.secret}`]);
	return [
		...[
			"--digest",
			spec.digest,
			"--artefact",
			spec.artefact,
			"--replicas",
			String(spec.replicas)
		],
		...spec.readyPath === "" ? [] : ["--ready", spec.readyPath],
		...spec.livePath === "" ? [] : ["--live", spec.livePath],
		...[
			"--start-timeout",
			formatDuration(spec.startTimeoutMs),
			"--stop-timeout",
			formatDuration(spec.stopTimeoutMs)
		],
		...env,
		...spec.command.length === 0 ? [] : ["--", ...spec.command]
	];
}
function startWords(spec, { ports, crashLoop }, guard) {
	return [
		...["--instances", String(spec.replicas)],
		...ports === void 0 ? [] : ["--ports", `${ports.first}-${ports.last}`],
		...crashLoop === void 0 ? [] : [
			"--crash-exits",
			String(crashLoop.restarts),
			"--crash-window",
			formatDuration(crashLoop.withinMs)
		],
		...guard === void 0 ? [] : [
			"--guard",
			JSON.stringify(guard.argv),
			"--heartbeat-file",
			guard.heartbeatFile
		]
	];
}
/** Values go through the environment of the command, where the engine puts them in and masks them; argv shows references only. */
function secretsOf$1(spec) {
	return Object.fromEntries(Object.entries(spec.env).flatMap(([name, value]) => typeof value === "string" ? [] : [[`${SECRET_PREFIX}${name}`, value]]));
}
function stopTimeoutOf(row) {
	return "stopTimeoutMs" in row && typeof row.stopTimeoutMs === "number" ? row.stopTimeoutMs : UNKNOWN_STOP_MS;
}

// src/procedure/check/program.ts
/** Is the program there, and new enough? */
function programCheck(exec, needed) {
	const { program, version, cwd } = needed;
	const argv = version === void 0 ? [
		"sh",
		"-c",
		"command -v \"$1\"",
		"sh",
		program
	] : [program, ...version.args];
	return {
		id: `program.${program}`,
		title: `${program} (${needed.why})`,
		look: async (signal) => {
			const options = {
				timeoutMs: 4e3,
				signal,
				...cwd === void 0 ? {} : { cwd }
			};
			return programAnswer(await exec.read(argv, options), needed);
		}
	};
}
/** Pure: what the program said of itself, against the least version. */
function programAnswer({ exitCode, stdout, stderr }, { program, version, why, mend }) {
	const expected = `${program}${version === void 0 ? "" : ` ${version.least} or newer`} on PATH: it ${why}`;
	if (exitCode === 127 || version === void 0 && exitCode !== 0) return {
		state: "failed",
		found: `no ${program} on PATH`,
		expected,
		mend
	};
	if (version === void 0) return {
		state: "ok",
		found: stdout.trim()
	};
	const said = `${stdout}\n${stderr}`.trim();
	const found = /\d+(?:\.\d+)+/.exec(said)?.[0];
	if (found === void 0) return {
		state: "failed",
		found: `exit ${exitCode}: ${said.split("\n")[0] ?? ""}`,
		expected,
		mend
	};
	return isAtLeast(found, version.least) ? {
		state: "ok",
		found: `${program} ${found}`
	} : {
		state: "failed",
		found: `${program} ${found}`,
		expected,
		mend
	};
}
/** Compares numbers between dots; what is missing counts as 0. Pure. */
function isAtLeast(version, least) {
	const [have, want] = [version, least].map((text) => text.split(".").map(Number));
	for (const [index, wanted] of (want ?? []).entries()) {
		const found = have?.[index] ?? 0;
		if (found !== wanted) return found > wanted;
	}
	return true;
}

// src/platform/ssh/answer.ts
/** What a host says of itself: the lines of `observe` of host.sh, parsed once. */
/** unit.json of a release on a host. */
const hostUnitSchema = strictObject({
	v: literal$1(1),
	settings: settingsSchema
});
const eventSchema = union([tuple([literal$1("s"), number$1()]).readonly(), tuple([
	literal$1("e"),
	number$1(),
	string(),
	string()
]).readonly()]);
const releaseLine = strictObject({
	kind: literal$1("release"),
	component: string(),
	version: versionSchema,
	digest: union([digestSchema, literal$1("unknown")]),
	unit: hostUnitSchema
});
const instanceLine = strictObject({
	kind: literal$1("instance"),
	component: string(),
	version: versionSchema,
	instance: string(),
	port: number$1().int(),
	unit: string(),
	events: array(eventSchema).readonly()
});
const unitLine = strictObject({
	kind: literal$1("unit"),
	unit: string(),
	load: string(),
	active: string(),
	sub: string(),
	result: string(),
	restarts: number$1().int(),
	said: string()
});
const hostLine = strictObject({
	kind: literal$1("host"),
	uptime: number$1(),
	freeKiB: number$1()
});
const line = discriminatedUnion("kind", [
	hostLine,
	strictObject({
		kind: literal$1("listening"),
		ports: array(number$1().int()).readonly()
	}),
	releaseLine,
	strictObject({
		kind: literal$1("current"),
		component: string(),
		version: string()
	}),
	instanceLine,
	unitLine,
	strictObject({
		kind: literal$1("broken"),
		what: string()
	}),
	strictObject({ kind: literal$1("end") })
]);
/** Undefined when the answer is not a whole one; a line that is not understood is told as broken. */
function parseAnswer(text) {
	const broken = [];
	const lines = text.split("\n").filter((one) => one !== "").flatMap((one) => {
		const parsed = line.safeParse(parseJson(one));
		if (!parsed.success) broken.push(`a line that is not understood: ${one.slice(0, 200)}`);
		return parsed.success ? [parsed.data] : [];
	});
	const host = lines.find((one) => one.kind === "host");
	if (host === void 0 || lines.at(-1)?.kind !== "end") return void 0;
	return {
		uptime: host.uptime,
		listening: lines.flatMap((one) => one.kind === "listening" ? one.ports : []),
		releases: lines.filter((one) => one.kind === "release"),
		current: Object.fromEntries(lines.flatMap((one) => one.kind === "current" ? [[one.component, one.version]] : [])),
		instances: lines.filter((one) => one.kind === "instance"),
		units: lines.filter((one) => one.kind === "unit"),
		broken: [...broken, ...lines.flatMap((one) => one.kind === "broken" ? [one.what] : [])]
	};
}
function parseJson(text) {
	try {
		return JSON.parse(text);
	} catch {
		return;
	}
}

// src/platform/ssh/condition.ts
function conditionOf({ events }, unit, uptime, policy) {
	const settled = (state, detail) => ({
		kind: "settled",
		state,
		detail
	});
	if (unit === void 0 || unit.load !== "loaded") return settled("stopped", "its unit is gone");
	const said = lastWords(events, unit);
	if (unit.active === "deactivating" && /^(?:stop|final)-sig/.test(unit.sub)) return settled("draining", "finishes its requests");
	if (unit.active === "inactive") return settled("stopped", "");
	const lastStart = events.findLast(([kind]) => kind === "s")?.[1] ?? uptime;
	const ranMs = Math.max(0, (uptime - lastStart) * 1e3);
	const runs = unit.active === "active" || unit.active === "reloading";
	if (isLooping(events, policy) && !(runs && ranMs >= policy.windowMs)) return settled("crash-loop", said);
	if (runs) return {
		kind: "running",
		ranMs
	};
	if (unit.active === "failed") return settled("stopped", said);
	return unit.restarts === 0 && !events.some(([kind]) => kind === "e") ? settled("starting", "") : settled("not-ready", said);
}
/** The same rule as on a host that we supervise ourselves. */
function isLooping(events, policy) {
	let state = CALM;
	let from = 0;
	for (const [kind, at] of events) if (kind === "s") from = at;
	else state = afterExit(state, at * 1e3, (at - from) * 1e3, policy).state;
	return state.looping;
}
function lastWords(events, { result, said }) {
	const exit = events.findLast((event) => event[0] === "e");
	const how = exit?.[0] !== "e" ? result === "success" ? "ended" : result : exit[2] === "exited" ? `exit ${exit[3]}` : `killed by ${exit[3]}`;
	const words = said.split("\n").filter((line) => line !== "").join(" | ");
	return words === "" ? how : `${how}: ${words}`;
}

// src/platform/ssh/guards.ts
const START_MS$1 = 15e3;
const STOP_MS = 2e3;
/** Component of the guard of the n-th instance (from 1) on a host. */
function guardComponent(host, n) {
	return `guard-${host}-${n}`;
}
/** The guards of a host, as its own rows of what runs. */
async function observeGuards(place, host, count, signal) {
	const looks = await Promise.all(numbers(count).map((n) => observeHost(layout(place.root), place.clock, {
		component: guardComponent(host, n),
		signal
	})));
	return {
		instances: looks.flatMap((look) => look.instances.map((row) => ({
			...row,
			instance: `${row.component}.${row.version}`
		}))),
		installed: looks.flatMap((look) => look.installed),
		broken: looks.flatMap((look) => look.broken)
	};
}
/** Where the guard of an instance answers, when it runs. */
function guardOf(instances, host, instance) {
	const component = guardComponent(host, numberOf(instance.instance));
	const guard = instances.find((one) => one.component === component && one.version === instance.version && isThere(one.state));
	return guard === void 0 ? {} : {
		guardHost: LOOPBACK,
		guardPort: guard.port
	};
}
/** `1.4.0-rc-2` → 2. */
function numberOf(instance) {
	return Number(instance.slice(instance.lastIndexOf("-") + 1));
}
/** Effects that have a guard look at an instance. */
function startGuard(place, one, readyPath, look) {
	const platform = platformFor(place, one.host, one.n);
	const command = commandOf(place, one, readyPath);
	const description = `${JSON.stringify({ argv: command }, null, 2)}\n`;
	const artefact = join(place.root, "run", `${guardComponent(one.host, one.n)}-${one.version}.json`);
	const spec = {
		component: guardComponent(one.host, one.n),
		version: one.version,
		digest: `sha256:${createHash("sha256").update(description).digest("hex")}`,
		artefact,
		command,
		env: {},
		replicas: 1,
		readyPath: "",
		livePath: "",
		startTimeoutMs: START_MS$1,
		stopTimeoutMs: STOP_MS
	};
	const mine = (row) => row.component === spec.component && row.version === spec.version;
	const stale = look.installed.some((row) => mine(row) && row.digest !== spec.digest);
	const clear = stale ? endGuard(place, one, look) : [];
	const now = stale ? {
		...look,
		instances: look.instances.filter((row) => !mine(row)),
		installed: look.installed.filter((row) => !mine(row))
	} : look;
	const install = platform.install(spec, now);
	const file = install.length === 0 ? [] : [{
		kind: "file",
		path: artefact,
		content: description,
		why: `how the guard of ${one.host} is started`,
		resource: `local:${place.root}`,
		timeoutMs: 1e4
	}];
	return [
		...clear,
		...file,
		...install,
		...platform.start(spec, now)
	];
}
/** Effects after which nothing of a guard is left. */
function endGuard(place, one, look) {
	const platform = platformFor(place, one.host, one.n);
	return [...platform.stop(one.version, look), ...platform.remove(one.version, look)];
}
/** Repeatable without a look. */
function stopGuardsOf(place, host, count, version) {
	return numbers(count).map((n) => {
		const component = guardComponent(host, n);
		return {
			kind: "exec",
			argv: [
				...place.unitCommand,
				"stop",
				"--root",
				place.root,
				"--component",
				component,
				"--version",
				version
			],
			resource: `local:${place.root}`,
			why: `end the guard of ${version} on ${host}`,
			timeoutMs: 6e4
		};
	});
}
function platformFor({ root, ports, unitCommand, clock }, host, n) {
	return localPlatform({
		root,
		ports,
		unitCommand,
		clock,
		component: guardComponent(host, n)
	});
}
/** The template speaks of the instance; the unit that runs it has a port of its own, which is the guard's. */
function commandOf(place, one, readyPath) {
	const heartbeatFile = place.template.heartbeatFile.replaceAll("{version}", one.version);
	const values = {
		port: String(one.port),
		guardPort: "{port}",
		host: one.address.includes(":") ? `[${one.address}]` : one.address,
		version: one.version,
		instance: `${one.version}-${one.n}`,
		readyPath,
		heartbeatFile
	};
	return place.template.argv.map((word) => word.replaceAll(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole));
}
function numbers(count) {
	return Array.from({ length: count }, (_, index) => index + 1);
}
function isThere(state) {
	return state !== "stopped" && state !== "draining";
}

// src/platform/ssh/observe.ts
/** A host that says nothing is given up after this; a look takes 0.1 s. */
const LOOK_MS$1 = 1e4;
const PROBE_MS = 1e3;
/**
* Looks at a host over ssh, and at its guards on this machine. Changes nothing.
* @throws ProblemError when the host cannot be asked
*/
async function observeSshHost(options, signal) {
	const [answer, guards] = await Promise.all([askHost(options, signal), observeGuards(options.guards, options.host.name, options.replicas, signal)]);
	const busy = answer.listening;
	return {
		instances: [...(await Promise.all(answer.instances.map((one) => observeInstance(one, answer, options, signal)))).map((one) => ({
			...one,
			...guardOf(guards.instances, options.host.name, one)
		})), ...guards.instances],
		installed: [...answer.releases.map(({ component, version, digest, unit }) => ({
			component,
			version,
			digest,
			settings: settingsHash(unit.settings),
			busy
		})), ...guards.installed.map((row) => ({
			...row,
			busy: []
		}))],
		current: answer.current,
		broken: [...answer.broken, ...guards.broken]
	};
}
/** Whether the program of this version lies on the host, and the host has what it must have. */
async function checkHost(options, signal) {
	const result = await run(options, programArgv(options.host, options.root, "check"), signal);
	if (result.exitCode === 0) return "ready";
	if (result.exitCode === 127 && options.host.user === "root") return "no program";
	throw new ProblemError(hostProblem(options.host, result));
}
async function askHost(options, signal) {
	const { host, root } = options;
	const first = await run(options, programArgv(host, root, "observe"), signal);
	const result = first.exitCode === 127 && host.user === "root" ? await run(options, [
		"sh",
		"-s",
		"--",
		root,
		"observe"
	], signal, hostProgram().text) : first;
	if (result.exitCode !== 0) throw new ProblemError(hostProblem(host, result));
	const answer = parseAnswer(result.stdout);
	if (answer !== void 0) return answer;
	throw new ProblemError({
		code: "ssh.strange-answer",
		where: host.name,
		found: `an answer that is not whole: ${result.stdout.trim().slice(-200)}`,
		expected: "the lines of `observe`",
		remedy: "look whether the login shell of that user on the host prints something of its own, or is none of the POSIX family"
	});
}
async function run({ host, access, exec }, command, signal, stdin) {
	const argv = sshArgv(host, access, socketDirectory(), command);
	try {
		return await exec.read(argv, {
			timeoutMs: LOOK_MS$1,
			...signal === void 0 ? {} : { signal },
			...stdin === void 0 ? {} : { stdin }
		});
	} catch (error) {
		signal?.throwIfAborted();
		if (!(error instanceof ProblemError)) throw error;
		return {
			exitCode: 255,
			stdout: "",
			stderr: `no answer within ${LOOK_MS$1 / 1e3} s`
		};
	}
}
async function observeInstance(one, answer, { host, crashLoop, clock }, signal) {
	const { component, version, instance, port, events } = one;
	const unit = answer.units.find((row) => row.unit === one.unit);
	const settings = answer.releases.find((row) => row.component === component && row.version === version)?.unit.settings;
	const policy = {
		exits: crashLoop.restarts,
		windowMs: crashLoop.withinMs,
		backoffMs: 0,
		maxBackoffMs: 0
	};
	const condition = conditionOf(one, unit, answer.uptime, policy);
	const row = {
		component,
		version,
		instance,
		host: host.address,
		port,
		restarts: unit?.restarts ?? 0,
		stopTimeoutMs: settings?.stopTimeoutMs ?? PROBE_MS
	};
	if (condition.kind === "settled") return {
		...row,
		state: condition.state,
		detail: condition.detail
	};
	const readyPath = settings?.readyPath ?? "";
	if (readyPath === "") return {
		...row,
		state: "ready",
		detail: ""
	};
	const probe = await probeReady({
		host: host.address,
		port
	}, readyPath, PROBE_MS, clock, signal);
	if (probe.ready) return {
		...row,
		state: "ready",
		detail: ""
	};
	const young = condition.ranMs < (settings?.startTimeoutMs ?? 0);
	const before = row.restarts > 0 && unit !== void 0 ? `; before: ${lastWords(events, unit)}` : "";
	return {
		...row,
		state: young ? "starting" : "not-ready",
		detail: `${probe.why}${before}`
	};
}

// src/platform/ssh/checks.ts
/** What hosts over ssh need: ssh here, and each host there, fit and with the program of this version. Looks only. */
function sshChecks(reach, exec) {
	const { hosts, access, root } = reach;
	return [programCheck(exec, {
		program: "ssh",
		why: "reaches the hosts",
		mend: "sudo apt-get install openssh-client"
	}), ...hosts.map((host) => ({
		id: `platform.host.${host.name}`,
		title: `Host ${host.name}, ${host.address}`,
		look: async (signal) => {
			return {
				state: "ok",
				found: await checkHost({
					host,
					access,
					root,
					exec
				}, signal) === "ready" ? "answers, and has the program of this version" : "answers; the next release lays the program of this version down"
			};
		}
	}))];
}

// src/platform/ssh/ports.ts
/**
* Ports for instances 1 to `count` of a version: the one it had, else the first of the range that nobody has. Chosen here and not on the host,
* since the guard beside the proxy must know them too; the host refuses a port that was taken meanwhile. Pure.
* @throws ProblemError `ssh.no-port`
*/
function choosePorts(host, count, range, had, taken) {
	const used = /* @__PURE__ */ new Set([...taken, ...had.values()]);
	const chosen = [];
	let next = range.first;
	for (let n = 1; n <= count; n++) {
		const before = had.get(n);
		if (before !== void 0) {
			chosen.push(before);
			continue;
		}
		while (used.has(next)) next++;
		if (next > range.last) throw noPort(host, range, n - 1, count);
		used.add(next);
		chosen.push(next);
	}
	return chosen;
}
function noPort(host, { first, last }, found, count) {
	return new ProblemError({
		code: "ssh.no-port",
		where: `${host}, ports ${first}-${last}`,
		found: `${found} free`,
		expected: `${count} free`,
		remedy: "widen `platform.ports`, or stop what is not needed on the host"
	});
}

// src/platform/ssh/together.ts
/** Begins the words of an effect that belong to one host; everything before is the same for all hosts. */
const ON = "--on";
const RESOURCE = "ssh:";
/**
* Effects that differ only in their host become one, so that hosts are asked at the same time; what happens on this machine (guards) follows in its
* order. No effect of one host waits for one of another, so this changes nothing else. Pure.
*/
function together(effects, parallel) {
	const merged = [];
	const rest = [];
	for (const effect of effects) {
		if (effect.kind !== "exec" || effect.resource?.startsWith("ssh:") !== true) {
			rest.push(effect);
			continue;
		}
		const same = merged.find((one) => isSame(one.effect, effect));
		if (same === void 0) {
			merged.push({
				effect,
				hosts: 1,
				timeoutMs: effect.timeoutMs
			});
			continue;
		}
		same.hosts += 1;
		same.timeoutMs = Math.max(same.timeoutMs, effect.timeoutMs);
		same.effect = {
			...same.effect,
			argv: [...same.effect.argv, ...split(effect).own],
			resource: `${same.effect.resource},${effect.resource.slice(4)}`,
			why: `${same.effect.why}, ${hostsIn(effect.why)}`,
			timeoutMs: same.timeoutMs * Math.ceil(same.hosts / parallel)
		};
	}
	return [...merged.map((one) => one.effect), ...rest];
}
/** `start 1 × api 2.0.0 on web1` → `web1`. */
function hostsIn(why) {
	return why?.split(" on ").at(-1) ?? "";
}
function isSame(one, other) {
	return isDeepStrictEqual([split(one).common, one.env], [split(other).common, other.env]);
}
function split({ argv }) {
	const at = argv.indexOf(ON);
	return at < 0 ? {
		common: argv,
		own: []
	} : {
		common: argv.slice(0, at),
		own: argv.slice(at)
	};
}

// src/platform/ssh/platform.ts
/** `host-main` beside this module, run by this Node: starts without the rest of the program. */
function hostCommand() {
	return programBeside(import.meta.url, "host-main");
}
const QUICK_MS = 6e4;
const INSTALL_MS = 3e5;
const STOP_MARGIN_MS = 15e3;
/** Releases as systemd units on one host, over OpenSSH. Every effect is one verb of the host's program under the fence of the host. */
function sshPlatform(options) {
	const { host, guards, replicas } = options;
	const component = checkComponent(options.component);
	/** `own` comes behind the host: words that other hosts do not share. */
	const effect = (why, timeoutMs, verb, words, more = {}) => ({
		kind: "exec",
		argv: [
			...clientWords(options, verb),
			...words,
			ON,
			hostWord(host),
			...more.own ?? []
		],
		...more.env === void 0 || Object.keys(more.env).length === 0 ? {} : { env: more.env },
		resource: `${RESOURCE}${host.name}`,
		why: `${why} on ${host.name}`,
		timeoutMs
	});
	const of = (name, version) => [
		"--component",
		name,
		"--version",
		version
	];
	return {
		observe: (signal) => observeSshHost(options, signal),
		install: (spec, observed) => {
			const settings = settingsOf(spec);
			const row = rowOf(observed, spec.component, spec.version);
			if (row?.digest === spec.digest && row.settings === settingsHash(settings)) return [];
			const words = [
				...of(spec.component, spec.version),
				...[
					"--digest",
					spec.digest,
					"--artefact",
					spec.artefact
				],
				...["--unit", JSON.stringify({
					v: 1,
					settings
				})],
				...spec.command.length === 0 ? [] : ["--launch", launchScript(spec.command, spec.env)]
			];
			return [effect(`lay ${spec.component} ${spec.version} down`, INSTALL_MS, "install", words)];
		},
		start: (spec, observed) => {
			if (spec.command.length === 0) return [];
			const mine = observed.instances.filter((row) => row.component === spec.component && row.version === spec.version);
			const running = mine.filter((row) => row.state !== "stopped" && row.state !== "draining");
			const had = new Map(mine.map((row) => [numberOf(row.instance), row.port]));
			const busy = rowOf(observed, spec.component, spec.version)?.busy ?? [];
			const others = observed.instances.filter((row) => !row.component.startsWith("guard-")).map((row) => row.port);
			const ports = choosePorts(host.name, spec.replicas, options.ports, had, [...busy, ...others]);
			const words = [
				...of(spec.component, spec.version),
				...[
					"--instances",
					String(spec.replicas),
					"--stop-timeout",
					formatDuration(spec.stopTimeoutMs)
				],
				...["--crash-exits", String(options.crashLoop.restarts)],
				...["--crash-window", formatDuration(options.crashLoop.withinMs)],
				...["--command", spec.command[0] ?? ""]
			];
			const units = running.length >= spec.replicas ? [] : [effect(`start ${spec.replicas} × ${spec.component} ${spec.version}`, QUICK_MS, "start", words, {
				own: ["--ports", `${host.name}=${ports.join(",")}`],
				env: secretsOf(spec)
			})];
			if (spec.component !== component) return units;
			const watched = ports.flatMap((port, index) => {
				const one = {
					host: host.name,
					address: host.address,
					n: index + 1,
					version: spec.version,
					port
				};
				return startGuard(guards, one, spec.readyPath, observed);
			});
			return [...units, ...watched];
		},
		stop: (version, observed) => {
			const mine = observed.instances.filter((row) => row.component === component && row.version === version);
			const ended = mine.flatMap((row) => endGuard(guards, {
				host: host.name,
				n: numberOf(row.instance),
				version
			}, observed));
			if (mine.length === 0) return [];
			const longest = Math.max(...mine.map((row) => "stopTimeoutMs" in row ? Number(row.stopTimeoutMs) : QUICK_MS));
			return [effect(`stop ${component} ${version}`, longest + STOP_MARGIN_MS, "stop", of(component, version)), ...ended];
		},
		makeCurrent: (version, observed) => observed.current[component] === version ? [] : [effect(`make ${component} ${version} current`, QUICK_MS, "current", of(component, version))],
		remove: (version, observed) => {
			if (rowOf(observed, component, version) === void 0) return [];
			const also = observed.current[component] === version ? ["--also-current", "yes"] : [];
			return [effect(`remove ${component} ${version}`, QUICK_MS, "remove", [...of(component, version), ...also])];
		},
		stopGuards: (version) => stopGuardsOf(guards, host.name, replicas, version)
	};
}
/** The client's words up to those of the verb; the same for every host. */
function clientWords({ command, access, root, service, parallel }, verb) {
	return [
		...command,
		verb,
		...[
			"--root",
			root,
			"--service",
			service,
			"--known-hosts",
			access.knownHosts
		],
		...access.identityFile === void 0 ? [] : ["--identity", access.identityFile],
		...[
			"--connect-timeout",
			formatDuration(access.connectTimeoutMs),
			"--parallel",
			String(parallel)
		]
	];
}
function rowOf(observed, component, version) {
	const row = observed.installed.find((one) => one.component === component && one.version === version);
	return row !== void 0 && "busy" in row && "settings" in row ? {
		...row,
		...ownPart(row)
	} : void 0;
}
/** A row that went through a fleet is of the same host, and has what this platform put into it. */
function ownPart(row) {
	const settings = Reflect.get(row, "settings");
	const busy = Reflect.get(row, "busy");
	return {
		settings: typeof settings === "string" ? settings : "",
		busy: Array.isArray(busy) ? busy.filter((port) => typeof port === "number") : []
	};
}
function settingsOf(spec) {
	const { command, env, replicas, readyPath, livePath, startTimeoutMs, stopTimeoutMs } = spec;
	return {
		command,
		env,
		replicas,
		readyPath,
		livePath,
		startTimeoutMs,
		stopTimeoutMs
	};
}
/** As on this machine: argv shows references only, values go through the environment of the client and from there into its input. */
function secretsOf(spec) {
	return Object.fromEntries(Object.entries(spec.env).flatMap(([name, value]) => typeof value === "string" ? [] : [[`${SECRET_PREFIX}${name}`, value]]));
}

// src/platform/ssh/fleet.ts
const PREPARE_MS = 6e4;
/** Hosts over ssh as one platform; what several of them are to do is one effect, which asks them at the same time. */
function sshFleet({ hosts, ...shared }) {
	const one = fleet(hosts.map((host) => ({
		name: host.name,
		address: host.address,
		platform: sshPlatform({
			...shared,
			host
		})
	})));
	const joined = (effects) => together(effects, shared.parallel);
	return {
		observe: one.observe,
		install: (spec, observed, on) => joined(one.install(spec, observed, on)),
		start: (spec, observed, on) => joined(one.start(spec, observed, on)),
		stop: (version, observed, on) => joined(one.stop(version, observed, on)),
		makeCurrent: (version, observed, on) => joined(one.makeCurrent(version, observed, on)),
		remove: (version, observed, on) => joined(one.remove(version, observed, on)),
		stopGuards: one.stopGuards
	};
}
/** The command that raises the fence at the hosts of a resource (`ssh:web1,web2`); undefined for other resources. Pure. */
function raiseWords({ hosts, ...shared }, resource) {
	if (!resource.startsWith("ssh:")) return void 0;
	const names = resource.slice(RESOURCE.length).split(",");
	const meant = hosts.filter((host) => names.includes(host.name));
	return [...clientWords(shared, "fence"), ...meant.flatMap((host) => [ON, hostWord(host)])];
}
/** The effect that lays the host's program down on these hosts, for root only. Its name is its content, so there is no fence to compare. */
function prepareEffect({ hosts, ...shared }, names) {
	const meant = hosts.filter((host) => names.includes(host.name));
	return {
		kind: "exec",
		argv: [...clientWords(shared, "prepare"), ...meant.flatMap((host) => [ON, hostWord(host)])],
		why: `lay the program of hosts down on ${names.join(", ")}`,
		timeoutMs: PREPARE_MS * Math.ceil(meant.length / shared.parallel)
	};
}

// src/release/environment/hosts.ts
function hostsNode(options) {
	const names = options.hosts.map((host) => host.name);
	return action({
		id: "hosts",
		title: `Look whether ${names.length === 1 ? "the host is" : `all ${names.length} hosts are`} ready for a release`,
		inputs: { hosts: names },
		read: (ctx) => Promise.all(options.hosts.map((host) => lookAt(options, host, ctx.signal))),
		decide: (facts) => {
			const problems = facts.flatMap(({ found }) => typeof found === "string" ? [] : found);
			if (problems.length > 0) return {
				kind: "refuse",
				problems
			};
			const missing = facts.filter(({ found }) => found === "no program").map(({ name }) => name);
			return missing.length === 0 ? {
				kind: "nothing",
				why: "all have the program of this version"
			} : {
				kind: "do",
				effects: [prepareEffect(options, missing)]
			};
		},
		probe: "repeatable",
		verify: async (ctx) => {
			return (await Promise.all(options.hosts.map((host) => lookAt(options, host, ctx.signal)))).flatMap(({ found }) => typeof found === "string" ? [] : found);
		}
	});
}
async function lookAt(options, host, signal) {
	try {
		return {
			name: host.name,
			found: await checkHost({
				...options,
				host
			}, signal)
		};
	} catch (error) {
		signal.throwIfAborted();
		return {
			name: host.name,
			found: problemsOf(error, host.name)
		};
	}
}

// src/release/environment/platform.ts
/** Looks at nothing yet. */
function openPlatform(environment, options) {
	const { platform, traffic } = environment;
	const { clock, guard } = options;
	const shared = {
		unitCommand: unitCommand(),
		crashLoop: platform.crashLoop,
		clock
	};
	const here = (component, ports = platform.ports) => localPlatform({
		...shared,
		root: platform.root,
		ports,
		component
	});
	if (platform.kind === "ssh") {
		const ssh = sshOptions(environment, platform, options);
		return {
			fleet: sshFleet(ssh),
			here,
			prepare: hostsNode(ssh)
		};
	}
	const roots = localHosts(platform);
	const hosts = roots.map(({ name, root }, n) => ({
		name,
		address: LOOPBACK,
		platform: localPlatform({
			...shared,
			root,
			ports: portsOf(platform.ports, n, roots.length),
			component: traffic.component,
			guard
		})
	}));
	return {
		fleet: fleet(hosts),
		here,
		prepare: null
	};
}
function sshOptions(environment, platform, { clock, exec, guard }) {
	const { replicas, ports, crashLoop } = platform;
	return {
		...sshReach(environment, platform),
		component: environment.traffic.component,
		replicas,
		ports,
		crashLoop,
		guards: {
			root: platform.root,
			ports,
			unitCommand: unitCommand(),
			clock,
			template: guard
		},
		exec,
		clock
	};
}
function sshReach({ service }, platform) {
	const { hosts, hostRoot: root, parallel, knownHosts, identityFile, connectTimeoutMs } = platform;
	return {
		hosts,
		access: {
			knownHosts,
			...identityFile === void 0 ? {} : { identityFile },
			connectTimeoutMs
		},
		root,
		service,
		parallel,
		command: hostCommand()
	};
}
/** What `doctor` looks at on hosts elsewhere; nothing where this machine is all there is. */
function hostChecks(environment, exec) {
	const { platform } = environment;
	return platform.kind === "ssh" ? sshChecks(sshReach(environment, platform), exec) : [];
}
/** Command that raises the fence of a resource on hosts elsewhere; undefined for other resources. Pure. */
function fenceCommandOf(environment, resource) {
	const { platform } = environment;
	return platform.kind === "ssh" ? raiseWords(sshReach(environment, platform), resource) : void 0;
}
/** Names of the hosts that run each version, in the order in which they are configured. */
function hostNames(platform) {
	if (platform.kind === "kubernetes") return [platform.namespace];
	return (platform.kind === "ssh" ? platform.hosts : localHosts(platform)).map(({ name }) => name);
}
/** Fence file of a resource on this machine: its root, and the root of every host that it plays. Pure. */
function fenceFileOf(platform, resource) {
	const root = fencedRoots(platform).find((one) => resource === `local:${one}`);
	return root === void 0 ? void 0 : fenceIn(root);
}
/** All of them. Pure. */
function fenceFilesOf(platform) {
	return [...new Set(fencedRoots(platform))].map(fenceIn);
}
function fencedRoots(platform) {
	if (platform.kind === "kubernetes") return [];
	return [platform.root, ...localHosts(platform).map(({ root }) => root)];
}
function fenceIn(root) {
	return join(root, "run", "fence");
}
function localHosts(platform) {
	if (platform.kind !== "local") return [];
	const { root } = platform;
	const { hosts } = platform;
	if (hosts === void 0) return [{
		name: LOCAL_HOST,
		root
	}];
	return hosts.map((name) => ({
		name,
		root: hostRoot(root, name)
	}));
}

// src/release/environment/host-unit.ts
/** What stands beside the releases of a local host: the proxy, and the static server where there are files to serve. */
const START_MS = 15e3;
const sampleSchema = strictObject({
	time: number$1(),
	answers: boolean(),
	reason: string()
});
/** Brings it up as a supervised unit like any other: its artefact is the description of how it is started. */
function hostUnitNode(unit) {
	const { name, words, platform } = unit;
	const hash = createHash("sha256").update(unit.description).digest("hex");
	const spec = {
		component: name,
		version: hash.slice(0, 12),
		digest: `sha256:${hash}`,
		artefact: unit.descriptionPath,
		command: unit.argv,
		env: {},
		replicas: 1,
		readyPath: unit.readyPath,
		livePath: unit.readyPath,
		startTimeoutMs: START_MS,
		stopTimeoutMs: unit.stopTimeoutMs
	};
	const read = async (ctx) => ({
		answer: await unit.answers(ctx.signal),
		state: await platform.observe(ctx.signal),
		files: await unit.configure()
	});
	const running = (state) => state.instances.filter((one) => one.component === name && one.state !== "stopped");
	const isUp = ({ answer, state }) => answer.answers && (unit.accept === "alone" || running(state).some((one) => one.version === spec.version));
	const configure = action({
		id: "configure",
		title: `Write what ${words} is started with`,
		inputs: {
			listens: unit.listens,
			description: unit.descriptionPath
		},
		read,
		decide: (facts) => isUp(facts) ? {
			kind: "nothing",
			why: "it answers"
		} : {
			kind: "do",
			effects: [...facts.files, {
				kind: "file",
				path: unit.descriptionPath,
				content: unit.description,
				why: `how ${words} is started`,
				timeoutMs: 1e4
			}]
		},
		probe: "repeatable"
	});
	const start = action({
		id: "start",
		title: `Start ${words}`,
		inputs: { argv: [...unit.argv] },
		read,
		decide: (facts) => {
			if (isUp(facts)) return {
				kind: "nothing",
				why: "it answers"
			};
			const others = new Set(running(facts.state).map((one) => one.version));
			others.delete(spec.version);
			return doOrNothing([
				...platform.install(spec, facts.state),
				...[...others].flatMap((version) => platform.stop(version, facts.state)),
				...platform.start(spec, facts.state),
				...platform.makeCurrent(spec.version, facts.state)
			], "it runs");
		},
		probe: "repeatable"
	});
	const ready = watch({
		id: "ready",
		title: `Wait until ${words} answers`,
		everyMs: 100,
		samples: sampleSchema,
		outputs: strictObject({}),
		sample: async (ctx) => {
			const answer = await unit.answers(ctx.signal);
			return {
				time: ctx.clock.now(),
				answers: answer.answers,
				reason: answer.answers ? "" : answer.reason
			};
		},
		start: () => ({
			from: null,
			last: null
		}),
		fold: (state, sample) => ({
			from: state.from ?? sample.time,
			last: sample
		}),
		decide: ({ from, last }) => {
			if (last === null || from === null) return {
				kind: "look-on",
				status: "nothing seen yet"
			};
			if (last.answers) return {
				kind: "pass",
				status: "it answers",
				outputs: {}
			};
			if (last.time - from < START_MS) return {
				kind: "look-on",
				status: last.reason
			};
			return {
				kind: "fail",
				problem: unit.silent(last.reason, `an answer within ${START_MS / 1e3} s`)
			};
		}
	});
	return sequence({
		id: name,
		title: `Make sure that ${words} runs`,
		steps: [
			configure,
			start,
			ready
		]
	});
}

// src/release/environment/proxy.ts
/** Component name of the proxy on a host that we supply with one. */
const PROXY = "proxy";
/** @param timeoutMs how long one reading of the counts may take */
function openProxy(kind, options, timeoutMs) {
	if (kind === "haproxy") return {
		router: haproxyRouter(options),
		read: (signal) => readHaproxy({
			...options,
			timeoutMs
		}, signal),
		unit: haproxyUnit(options)
	};
	const own = process.getuid?.() === 0 ? {
		...options,
		user: userInfo().username
	} : options;
	const counter = nginxCounter({
		...own,
		timeoutMs
	});
	return {
		router: nginxRouter(own),
		read: (signal) => counter.read(signal),
		unit: nginxUnit(own)
	};
}
/** Brings the proxy of a local host up. A proxy that answers is left alone, whoever started it. */
function proxyNode(options, { unit, router }, platform) {
	return hostUnitNode({
		name: PROXY,
		words: "the proxy",
		argv: unit.argv,
		description: `${JSON.stringify({
			argv: unit.argv,
			check: unit.check,
			stopSignal: unit.stopSignal
		}, null, 2)}\n`,
		descriptionPath: join(options.directory, "start.json"),
		readyPath: "/",
		stopTimeoutMs: options.longestTimeoutMs + 5e3,
		accept: "alone",
		listens: options.bind,
		answers: async (signal) => {
			const routes = await router.observe(signal);
			return routes.kind === "observed" ? { answers: true } : {
				answers: false,
				reason: routes.reason
			};
		},
		silent: (found, expected) => ({
			code: "release.proxy-does-not-start",
			where: options.bind,
			found,
			expected,
			remedy: `read its log; is another program listening on ${options.bind}?`
		}),
		configure: () => access(unit.config).then(() => [], () => unit.configure),
		platform
	});
}

// src/release/environment/web.ts
/** Component name of the static server on a host where files are served. */
const WEB = "web";
const LOOK_MS = 2e3;
const DRAIN_MS = 1e4;
/** Where the static server listens; only the proxy asks it. */
function webAddress(files) {
	return `127.0.0.1:${files.port}`;
}
/**
* Brings up the static server that stands behind the proxy. It reads through `current`, so a release switches all files in one
* moment and the server itself is not touched; it is replaced when its own settings change.
*/
function webNode(files, place, http, platform) {
	const { root, self } = place;
	const address = webAddress(files);
	const home = join(root, files.component);
	const argv = [
		...self,
		"static",
		...[
			"--root",
			join(home, "current"),
			"--releases",
			join(home, "releases")
		],
		...["--listen", address],
		...files.singlePage ? ["--single-page"] : []
	];
	return hostUnitNode({
		name: "web",
		words: "the static server",
		argv,
		description: `${JSON.stringify({ argv }, null, 2)}\n`,
		descriptionPath: join(root, "run", "web-start.json"),
		readyPath: "/healthz",
		stopTimeoutMs: DRAIN_MS,
		accept: "exact",
		listens: address,
		answers: async (signal) => {
			const answer = await http.get(`http://${address}/healthz`, {
				timeoutMs: LOOK_MS,
				signal
			});
			if (answer.kind === "no-answer") return {
				answers: false,
				reason: answer.reason
			};
			return answer.status === 200 ? { answers: true } : {
				answers: false,
				reason: `status ${answer.status}`
			};
		},
		silent: (found, expected) => ({
			code: "release.web-does-not-start",
			where: address,
			found,
			expected,
			remedy: `read its log; is another program listening on ${address}? Choose a free port with \`traffic.files.port\``
		}),
		configure: async () => [],
		platform
	});
}

// src/release/environment/open.ts
/** Opens the adapters that an environment names. Looks at files only; nothing is connected before it is asked something. */
async function openTarget(environment, service) {
	if (isInCluster(environment)) return clusterTarget(environment, service);
	if (isOnHosts(environment)) return hostTarget(environment, service);
	throw new TypeError("a checked configuration is on hosts or in a cluster");
}
async function hostTarget(environment, service) {
	const { platform: host, traffic, metrics } = environment;
	const { clock, exec, store, door } = service;
	const resource = `local:${host.root}`;
	const component = environment.components[traffic.component];
	const proxy = {
		service: environment.service,
		directory: traffic.directory,
		bind: traffic.bind,
		readyPath: component?.process?.ready ?? "/",
		deadManMs: traffic.deadManMs,
		longestTimeoutMs: traffic.longestTimeoutMs,
		heartbeatDir: join(host.root, "run", "heartbeats"),
		maxInstancesPerVersion: Math.max(4, host.replicas * hostNames(host).length),
		rateLimits: traffic.rateLimits,
		files: traffic.files === null ? null : {
			server: webAddress(traffic.files),
			servicePaths: traffic.files.servicePaths
		},
		privatePaths: traffic.privatePaths,
		resource,
		clock
	};
	const opened = openProxy(traffic.kind, proxy, metrics.timeoutMs);
	const guard = guardTemplate(proxy, traffic.kind, door.self);
	const { fleet, here, prepare } = openPlatform(environment, {
		clock,
		exec,
		guard
	});
	return {
		service: environment.service,
		environment: environment.environment,
		store,
		hosts: hostNames(host),
		keepReleases: host.keepReleases,
		entry: traffic.entry,
		clock,
		policy: policyOf(environment),
		ports: {
			router: opened.router,
			platform: fleet,
			metrics: proxyMetrics({
				source: traffic.kind,
				clock,
				read: opened.read
			}),
			witnesses: metrics.prometheus === null ? [] : [{
				metrics: prometheusMetrics({
					...metrics.prometheus,
					clock,
					http: httpClient
				}),
				names: metrics.prometheus.queries.map((query) => query.metric)
			}],
			http: httpClient,
			hold: (version, untilMs, errorRate) => holdEffect(proxy.heartbeatDir, version, untilMs, { errorRate }, resource),
			stopGuards: fleet.stopGuards
		},
		files: {
			observe: (signal) => here(traffic.files?.component ?? traffic.component).observe(signal),
			switch: (spec, look) => {
				const files = here(spec.component);
				return [...files.install(spec, look), ...files.makeCurrent(spec.version, look)];
			},
			remove: (spec, look) => here(spec.component).remove(spec.version, look)
		},
		database: await databaseTarget(environment, service),
		gitops: await gitTarget(environment, service),
		promotion: promotionLooks(environment, service),
		quarantine: (digests, way = "forward", ownRun) => quarantineProblems(service, digests, way, ownRun),
		cluster: null,
		purge: environment.purge,
		verify: environment.verify,
		prepare,
		proxy: proxyNode(proxy, opened, here(PROXY)),
		web: traffic.files === null ? null : webNode(traffic.files, {
			root: host.root,
			self: door.self
		}, httpClient, here("web", {
			first: traffic.files.port,
			last: traffic.files.port
		}))
	};
}
/** In a cluster only the decisions are ours: there are no hosts, no proxy and no files of this machine. */
async function clusterTarget(environment, service) {
	const { clock, exec, store, door } = service;
	const { openCluster } = await import("./shared-cluster2.js");
	const opened = openCluster(environment, {
		store,
		clock,
		exec,
		env: door.env
	});
	const nothing = {
		instances: [],
		installed: [],
		current: {}
	};
	return {
		service: environment.service,
		environment: environment.environment,
		store,
		hosts: hostNames(environment.platform),
		keepReleases: null,
		entry: environment.traffic.entry,
		clock,
		policy: policyOf(environment),
		ports: {
			router: opened.router,
			platform: opened.platform,
			metrics: opened.metrics,
			witnesses: opened.witnesses,
			http: httpClient,
			hold: () => {
				throw new TypeError("in a cluster no guard of ours keeps watch");
			},
			stopGuards: () => []
		},
		files: {
			observe: async () => nothing,
			switch: () => [],
			remove: () => []
		},
		database: await databaseTarget(environment, service),
		gitops: opened.git,
		promotion: promotionLooks(environment, service),
		quarantine: (digests, way = "forward", ownRun) => quarantineProblems(service, digests, way, ownRun),
		cluster: opened.target,
		purge: environment.purge,
		verify: environment.verify,
		prepare: null,
		proxy: null,
		web: null
	};
}
function guardTemplate(proxy, kind, self) {
	return {
		heartbeatFile: join(proxy.heartbeatDir, "{version}.json"),
		argv: [
			...self,
			"guard",
			"--service",
			proxy.service,
			"--version",
			"{version}",
			"--listen",
			"127.0.0.1:{guardPort}",
			"--instance",
			`http://{host}:{port}${proxy.readyPath}`,
			"--heartbeats",
			proxy.heartbeatDir,
			`--${kind}`,
			proxy.directory
		]
	};
}
function policyOf({ rollout, metrics, traffic }) {
	return {
		strategy: rollout.strategy,
		preview: rollout.preview,
		...rollout.rolling === void 0 ? {} : { rolling: rollout.rolling },
		steps: rollout.steps,
		analysis: analysisPolicy({
			rollout,
			traffic
		}),
		pastMs: rollout.analysis.pastMs,
		everyMs: metrics.everyMs,
		healthDeadlineMs: rollout.healthDeadlineMs,
		analysisDeadlineMs: rollout.analysisDeadlineMs,
		finalBakeMs: rollout.finalBakeMs,
		drainTimeoutMs: rollout.drainTimeoutMs,
		errorLimit: rollout.errorLimit,
		lowTraffic: rollout.lowTraffic,
		smoke: rollout.smoke,
		role: rollout.role,
		...rollout.capacityPerInstance === null ? {} : { capacityPerInstance: rollout.capacityPerInstance }
	};
}
/** What applies migrations is loaded only where there is a database. */
async function databaseTarget(environment, service) {
	const settings = environment.database;
	if (settings === null) return null;
	return (await import("./shared-database.js")).openDatabaseTarget(environment.environment, settings, service);
}
/** What edits manifests, with a second parser, only where git names what serves. */
async function gitTarget(environment, service) {
	const { gitops } = environment;
	return gitops === null ? null : (await import("./shared-git2.js")).openGitTarget({
		...environment,
		gitops
	}, service);
}

// src/release/environment/service.ts
async function openService(door) {
	const configFile = resolve(door.configFile);
	const baseDir = dirname(configFile);
	const clock = door.clock ?? systemClock;
	const config = unwrap(await readConfig(configFile));
	const store = resolve(door.store ?? join(baseDir, ".shiplock", "state"));
	return {
		config,
		configFile,
		baseDir,
		store,
		shared: openShared(config, {
			baseDir,
			store,
			clock
		}),
		clock,
		exec: door.exec ?? createExec(clock),
		secrets: door.secrets ?? createSecrets({
			env: door.env,
			base: baseDir
		}),
		door
	};
}
async function openEnvironment(door, name) {
	const service = await openService(door);
	const environment = unwrap(resolveEnvironment(service.config, name, { baseDir: service.baseDir }));
	return {
		...service,
		environment,
		target: await openTarget(environment, service)
	};
}
/** The engine's options for a run of this service. */
function engineOptions(service, more = {}) {
	const { door, store, shared, clock, exec, secrets, environment } = service;
	return {
		store,
		shared,
		breakGlass: door.breakGlass,
		fenceFiles: fenceFilesOf(environment.platform),
		clock,
		exec,
		secrets,
		who: door.who,
		onEvent: door.onEvent,
		signal: door.signal,
		killAt: door.killAt,
		fenceFile: (resource) => fenceFileOf(environment.platform, resource),
		fenceCommand: (resource) => fenceCommandOf(environment, resource),
		...more
	};
}

export { logSumExp as $, readLease as $t, splitRoutes as A, schemaNode as At, unreachable as B, copyRun as Bt, carries as C, NO_HEAD as Cn, readText as Ct, onlyRoutes as D, RECORD_TYPES as Dn, promotionOrder as Dt, instancesOf as E, readRecord as En, located as Et, lookAtWorld as F, isOnHosts as Ft, makePolicy as G, publicKeyOf as Gt, duration as H, countLines as Ht, neverReady as I, isOpen as It, betRobust as J, trusted as Jt, policySchema as K, sshSignatures as Kt, notReadySince as L, traitsOf as Lt, configuredShare as M, parseLocated as Mt, crashLoop as N, plain as Nt, perInstanceShare as O, payloadSchema as On, wayTo as Ot, instanceSampleSchema as P, isInCluster as Pt, largest as Q, fileLeases as Qt, openRequests as R, takeEnvironment as Rt, shortOf as S, foldState as Sn, readConfig as St, endpointsOf as T, readPayload as Tn, loadConfig as Tt, forecast as U, notedCopy as Ut, unreachableHosts as V, createReplicator as Vt, DEFAULT_POLICY as W, ownerOf as Wt, shareAt as X, NOBODY as Xt, betSharp as Y, LEASE_MS as Yt, gridOf as Z, takeLease as Zt, startAgain as _, takeJournal as _n, promotionRulesSchema as _t, hostChecks as a, openGates as an, causeOf as at, reachable as b, advance as bn, verdictText as bt, programCheck as c, ORDER_NAMESPACE as cn, quarantineEffects as ct, installStep as d, gateText as dn, recordOf as dt, StoreUnreachableError as en, intervalRows as et, promoteStep as f, orderText as fn, quarantineText as ft, shareStep as g, noJournal as gn, policyPlace as gt, shareProblems as h, createJournal as hn, PIN_FILE as ht, openTarget as i, verifyRun as in, standingOf as it, isOnHost as j, API_VERSION as jt, readyInstances as k, explain as kt, analysisPolicy as l, START_NAMESPACE as ln, quarantinePath as lt, settleStep as m, createRecorder as mn, readPolicy as mt, openEnvironment as n, listRuns as nn, CAUSE as nt, hostNames as o, resultOf as on, digestsOf as ot, retireStep as p, startText as pn, whyNotBelieved as pt, needed as q, sshSigner as qt, openService as r, readRun as rn, quarantineProblems as rt, isAtLeast as s, GATE_NAMESPACE as sn, entriesOf as st, engineOptions as t, unreachable$1 as tn, versionDelta as tt, doOrNothing as u, askedOf as un, readQuarantineOf as ut, startStep as v, isUnfinished as vn, promotionLooks as vt, complement as w, readJournalText as wn, environmentNames as wt, readyOn as x, emptyState as xn, resolveEnvironment as xt, perHost as y, loadRun as yn, verdictOf as yt, sampleInstances as z, pullRun as zt };