import { Fn as object, Jn as string, Lt as boolean, Nt as array, Pn as number, Un as record, sr as unknown } from "./shared-schemas.js";
import { Cr as openService, Dc as parseDsn, Ec as connect$1, Er as PROXY, Is as isInCluster, Ji as nginxPaths, Ls as isOnHosts, Mo as readRun, Qi as haproxyPaths, c as archive, d as writeArchive, dc as POD, f as writeDirectory, ji as readEnvironmentRecord, jo as listRuns, ko as readLease, kt as secretsIn, l as bundleFiles, lc as CORE, mc as kubeText, os as resolveEnvironment, p as manifestOf, pc as kubePath, s as attach, u as isArchive, wr as withDatabaseRoots } from "./shared-common.js";
import { r as withDeadline } from "./shared-deadline.js";
import { a as mapLimited } from "./shared-digest.js";
import { t as endGroup } from "./shared-group.js";
import { c as unwrap, s as problemsOf, t as ProblemError } from "./shared-problem.js";
import { t as createSecrets } from "./shared-secrets.js";
import { t as systemClock } from "./shared-clock2.js";
import { t as createMask } from "./shared-mask.js";
import { n as applicationKind } from "./shared-application.js";
import { a as hostRoot } from "./shared-layout.js";
import { a as sshArgv, i as socketDirectory } from "./shared-failure.js";
import { r as connection, t as kubeClient } from "./shared-client.js";
import { a as rolloutKind } from "./shared-rollout.js";
import { r as clusterOf } from "./shared-cluster-place.js";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { connect } from "node:net";
import { gunzipSync } from "node:zlib";
import { hostname } from "node:os";
import { spawn } from "node:child_process";

// src/procedure/kube/logs.ts
const TIMEOUT_MS = 1e4;
/** Lines that the kubelet counts back from the end: of a log of gigabytes no more is sent. */
const LINES = 5e3;
/** Logs of pods by the API server, as `kubectl logs --timestamps`. Failures are ProblemErrors whose codes begin with `kube.`. */
function podLogs(cluster, clock) {
	const way = connection(cluster, clock);
	return async ({ namespace, pod, container, previous, sinceSeconds, maxBytes }, signal) => {
		const query = new URLSearchParams({
			container,
			timestamps: "true",
			tailLines: String(LINES),
			...previous ? { previous: "true" } : { sinceSeconds: String(sinceSeconds) }
		});
		const kind = {
			...POD,
			namespace
		};
		const asked = {
			verb: "get",
			kind,
			name: pod,
			subresource: "log"
		};
		const path = `${kubePath(kind, pod, "log")}?${query}`;
		return newest(await way.stream({
			asked,
			method: "GET",
			path,
			timeoutMs: TIMEOUT_MS,
			signal
		}), maxBytes);
	};
}
/** The end of what comes, without the line that was torn. */
async function newest(stream, maxBytes) {
	const chunks = [];
	let size = 0;
	let dropped = false;
	for await (const chunk of stream) {
		const bytes = Buffer.from(chunk);
		chunks.push(bytes);
		size += bytes.length;
		while (size - (chunks[0]?.length ?? 0) >= maxBytes) {
			size -= chunks.shift()?.length ?? 0;
			dropped = true;
		}
	}
	const all = Buffer.concat(chunks);
	if (!dropped && all.length <= maxBytes) return all.toString("utf8");
	const kept = all.subarray(Math.max(0, all.length - maxBytes));
	return kept.subarray(kept.indexOf(10) + 1).toString("utf8");
}

// src/procedure/masking/patterns.ts
/**
* What looks like a secret, whoever it belongs to. The masks of `mask.ts` know the values of secrets that were asked for; text that was written by
* other programs (logs, statements, configurations, command lines) also holds secrets that nobody here has ever read. They are found by their
* shape. This finds more than there is, on purpose: a word too few in a bundle of facts costs a question, a password too many costs the system.
*/
const BLANK = "***";
/** Names whose value is a secret, whatever stands before them (`DB_PASSWORD`, `x-api-key`, `clientSecret`). */
const NAME = String.raw`(?:pass(?:word|wd|phrase|code)?|pwd|secret|token|api[_-]?key|access[_-]?key(?:[_-]?id)?|private[_-]?key|encryption[_-]?key|signing[_-]?key|master[_-]?key|credentials?|auth(?:orization|orisation)?|cookie|session[_-]?id|sessid|sid|dsn|otp|pin|salt)\d*`;
/** Behind a name: in quotes that a log has escaped, in quotes, a plain word of JSON, or everything up to the next blank. */
const VALUE$1 = String.raw`\\"(?:(?!(?<!\\)\\")[^\n])*\\"|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.|'')*'|(?:\d+(?:\.\d+)?|true|false|null)(?=[\s,;}\])]|$)|\S+`;
/** In order: what spans lines comes first, what is told by its name before what is told by its looks. */
const SHAPES = [
	{
		find: /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|$)/g,
		put: BLANK
	},
	{
		find: /\bAGE-SECRET-KEY-1[0-9A-Z]{20,}/g,
		put: BLANK
	},
	{
		find: /((?:proxy-)?authorization|x-(?:[\w-]{0,40}-)?(?:token|key|secret|signature)|(?:set-)?cookie2?)((?:\\?["'])?\s*[:=]\s*\[?\s*)(?:(\\?")(?:[^"\\\n]|\\.)*"|[^\r\n]+)/gi,
		put: (_all, name = "", between = "", quote = "") => `${name}${between}${quote}${BLANK}${quote}`
	},
	{
		find: /\b(bearer|basic|negotiate)(\s+)[A-Za-z0-9+/=._~-]{8,}/gi,
		put: `$1$2${BLANK}`
	},
	{
		find: /(\bidentified\s+(?:(?:with|via)\s+\S+\s+)?(?:by|as|using)\s+(?:password\s*\(?\s*)?)(\\?['"]).*?\2/gi,
		put: `$1$2${BLANK}$2`
	},
	{
		find: /(\b(?:old_)?password\s*\(\s*)(\\?['"]).*?\2/gi,
		put: `$1$2${BLANK}$2`
	},
	{
		find: /(\bset\s+password\b[^\n=;]*=\s*(?:password\s*\(\s*)?)(\\?['"]).*?\2/gi,
		put: `$1$2${BLANK}$2`
	},
	{
		find: /(\breplace\s+)(\\?['"])(?=[^\n]*\bretain current password\b).*?\2/gi,
		put: `$1$2${BLANK}$2`
	},
	{
		find: /\$(?:[156aAy7]|2[abxy]|argon2[a-z]{0,2}|gy|scrypt)\$[^\s'",]{16,}/g,
		put: BLANK
	},
	{
		find: /(?<![\w*])\*[0-9A-F]{40}\b/g,
		put: BLANK
	},
	{
		find: /\b([a-z][a-z0-9+.-]{1,20}:\/\/)([^\s/?#@:'"]*):([^\s'"]*)@/gi,
		put: `$1$2:${BLANK}@`
	},
	{
		find: /\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/?#@:'"*]{16,}@/gi,
		put: `$1${BLANK}@`
	},
	{
		find: /:[^\s'"]{1,200}@((?:tcp|unix)\()/g,
		put: `:${BLANK}@$1`
	},
	{
		find: new RegExp(String.raw`(--?[\w-]{0,30}${NAME}[ \t]+)(?![-\s])(?:${VALUE$1})`, "gi"),
		put: `$1${BLANK}`
	},
	{
		find: /(\b(?:mysql|mariadb|mysqldump|mariadb-dump|mysqladmin|mysqlbinlog|mydumper|xtrabackup|mariabackup)\b[^\n]*?\s-p)(?=[^\s-])\S+/g,
		put: `$1${BLANK}`
	},
	{
		find: /(\b(?:curl|wget)\b[^\n]*?\s(?:-u|--user)[= ]?)(["']?)([^\s:"']*):[^\s"']+/g,
		put: `$1$2$3:${BLANK}`
	},
	{
		find: /(\bsshpass\b[^\n]*?\s-p)\s*\S+/g,
		put: `$1${BLANK}`
	},
	{
		find: /(\bstats auth\s+[^\s:]+:)\S+/g,
		put: `$1${BLANK}`
	},
	{
		find: /(\b(?:(?:insecure-)?password|requirepass|masterauth)[ \t]+)(?!(?:for|is|of|to|and|or|in|the|has|was|with|authentication|expired|from|on|as|must|change)\b)[\w"'][^\s:=]*(?![^\s]*[:=])/gi,
		put: `$1${BLANK}`
	},
	{
		find: new RegExp(String.raw`(${NAME})((?:\\*["'\]])?\s*(?::=|=>|[:=])[ \t]*)(${VALUE$1})`, "gi"),
		put: (_all, name = "", between = "", value = "") => {
			if (PLAIN_VALUE.test(value)) return `${name}${between}${value}`;
			const quote = /^\\*["']/.exec(value)?.[0] ?? "";
			return `${name}${between}${quote}${BLANK}${quote}`;
		}
	},
	{
		find: /\bgh[pousr]_[A-Za-z0-9]{20,}\b/g,
		put: BLANK
	},
	{
		find: /\bgithub_pat_[A-Za-z0-9_]{20,}\b/g,
		put: BLANK
	},
	{
		find: /\bglpat-[A-Za-z0-9_-]{16,}/g,
		put: BLANK
	},
	{
		find: /\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b/g,
		put: BLANK
	},
	{
		find: /\bAIza[0-9A-Za-z_-]{35}/g,
		put: BLANK
	},
	{
		find: /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/g,
		put: BLANK
	},
	{
		find: /\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}/g,
		put: BLANK
	},
	{
		find: /\bsk-[A-Za-z0-9_-]{20,}/g,
		put: BLANK
	},
	{
		find: /\bnpm_[A-Za-z0-9]{30,}/g,
		put: BLANK
	},
	{
		find: /\bpypi-[A-Za-z0-9_-]{40,}/g,
		put: BLANK
	},
	{
		find: /\b(?:hvs|hvb|hvr)\.[A-Za-z0-9_-]{20,}/g,
		put: BLANK
	},
	{
		find: /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g,
		put: BLANK
	},
	{
		find: /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?/g,
		put: BLANK
	}
];
/** Words that say how, not what: text without them answers fewer questions, and they give nothing away. */
const PLAIN_VALUE = /^(?:["']?(?:\*\*\*|on|off|yes|no|true|false|none|null|\(null\)|nil|default|required|disabled|enabled|\[?masked\]?|<[^>]*>|\d{1,3})["']?|""|'')$/i;
const EMAIL = /(?<![\w.+-])[\w.+-]{1,64}@(?=[\w-]+\.[a-z])[\w-]+(?:\.[\w-]+)*\.[a-z]{2,24}(?![\w@])/gi;
/** The text with everything blanked that looks like a secret. Pure; twice is the same as once. */
function maskShapes(text, { emails }) {
	let masked = withoutKeyEnds(text);
	for (const { find, put } of SHAPES) masked = typeof put === "string" ? masked.replace(find, put) : masked.replace(find, put);
	return emails ? masked.replace(EMAIL, BLANK) : masked;
}
const KEY_END = /-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----/;
const KEY_BEGIN = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----/;
/** A key whose beginning was cut off: the lines before its end that look like one. */
function withoutKeyEnds(text) {
	const end = KEY_END.exec(text);
	if (end === null) return text;
	const begin = KEY_BEGIN.exec(text);
	if (begin !== null && begin.index < end.index) return text;
	const lines = text.slice(0, end.index).split("\n");
	let from = lines.length - 1;
	if (/^[A-Za-z0-9+/=]+\s*$/.test(lines[from - 1] ?? "")) from -= 1;
	while (from > 0 && /^[A-Za-z0-9+/=]{16,}\s*$/.test(lines[from - 1] ?? "")) from -= 1;
	return `${lines.slice(0, from).map((line) => `${line}\n`).join("")}${BLANK}${text.slice(end.index + end[0].length)}`;
}
/**
* A statement of SQL without the values in it: what a customer is called is in no bundle. Numbers are blanked too. Pure; a text that was cut in the
* middle of a value is blanked to its end.
*/
function withoutLiterals(sql) {
	return sql.replace(/'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)/g, "?").replace(/"(?:[^"\\]|\\[\s\S]|"")*(?:"|$)/g, "?").replace(/\b(?:0x[0-9a-f]+|[xb]\?)/gi, "?").replace(/(?<![\w.`@$])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?\b(?![`.])/gi, "?");
}

// src/diagnose/bounded.ts
const SAID_BYTES = 2e3;
/** How long output may still come from what a command left behind. */
const LEFT_BEHIND_MS = 500;
const WATCH_MS = 50;
/** Keeps at most so many bytes of what is put in. */
function createRoom(maxBytes, keep) {
	let held = [];
	let size = 0;
	let cut = false;
	return {
		put(chunk) {
			if (keep === "beginning") {
				const room = maxBytes - size;
				if (chunk.length > room) cut = true;
				if (room <= 0) return;
				held.push(chunk.subarray(0, room));
				size += Math.min(room, chunk.length);
				return;
			}
			held.push(chunk);
			size += chunk.length;
			if (size <= 2 * maxBytes) return;
			held = [Buffer.from(Buffer.concat(held).subarray(-maxBytes))];
			size = maxBytes;
			cut = true;
		},
		/** Nothing more is of use. */
		full: () => keep === "beginning" && size >= maxBytes && cut,
		take() {
			const all = Buffer.concat(held);
			if (all.length <= maxBytes) return {
				bytes: all,
				cut
			};
			return {
				bytes: all.subarray(-maxBytes),
				cut: true
			};
		}
	};
}
/**
* Runs a command until it ends, its time is over or it has written enough; then its whole process group is ended. Any exit code is an answer, 127 when
* there is no such program. Its environment is that of this process, in the C locale: what it says is read by people of any language.
*/
async function runBounded(argv, bounds) {
	const { timeoutMs, maxBytes, keep, signal, clock } = bounds;
	signal.throwIfAborted();
	const [program = "", ...args] = argv;
	const room = createRoom(maxBytes, keep);
	const said = createRoom(SAID_BYTES, "end");
	const child = spawn(program, args, {
		detached: true,
		stdio: [
			"ignore",
			"pipe",
			"pipe"
		],
		env: {
			...process.env,
			LC_ALL: "C",
			LANG: "C",
			SYSTEMD_PAGER: "",
			PAGER: "cat"
		}
	});
	let failed = "";
	let exit = null;
	let over = false;
	const closed = new Promise((resolve) => {
		child.once("error", (error) => {
			failed = error.message;
			exit = 127;
			resolve();
		});
		child.once("close", () => resolve());
	});
	child.once("exit", (code) => {
		exit = code;
		over = true;
	});
	child.stdout.on("data", (chunk) => room.put(chunk));
	child.stderr.on("data", (chunk) => said.put(chunk));
	const ended = await watch(closed, {
		room,
		isOver: () => over,
		timeoutMs,
		signal,
		clock
	});
	if (ended !== "itself" || over) await endGroup(child.pid, clock);
	child.stdout.destroy();
	child.stderr.destroy();
	signal.throwIfAborted();
	const answer = room.take();
	return {
		bytes: answer.bytes,
		said: failed === "" ? said.take().bytes.toString("utf8").trim() : failed,
		exit: ended === "itself" ? exit : null,
		ended,
		cut: answer.cut
	};
}
async function watch(closed, watched) {
	const { room, isOver, timeoutMs, signal, clock } = watched;
	const begin = clock.monotonic();
	let done = false;
	closed.then(() => {
		done = true;
	});
	let leftSince = null;
	while (!done) {
		await Promise.race([closed, clock.sleep(WATCH_MS, signal).catch(() => void 0)]);
		if (done) break;
		if (signal.aborted) return "time";
		if (room.full()) return "limit";
		const now = clock.monotonic();
		if (now - begin >= timeoutMs) return "time";
		if (isOver()) leftSince ??= now;
		if (leftSince !== null && now - leftSince >= LEFT_BEHIND_MS) return "itself";
	}
	return "itself";
}
/** Asks a Unix socket one thing and reads until it closes. @throws when nobody listens there */
async function askSocket(path, command, bounds) {
	const { timeoutMs, maxBytes, keep, signal, clock } = bounds;
	signal.throwIfAborted();
	const room = createRoom(maxBytes, keep);
	const socket = connect(path);
	let failure;
	const closed = new Promise((resolve) => {
		socket.once("error", (error) => {
			failure = error;
		});
		socket.once("close", () => resolve());
	});
	socket.on("data", (chunk) => room.put(chunk));
	socket.write(`${command}\n`);
	const ended = await watch(closed, {
		room,
		isOver: () => false,
		timeoutMs,
		signal,
		clock
	});
	socket.destroy();
	signal.throwIfAborted();
	if (failure !== void 0) throw failure;
	const answer = room.take();
	return {
		bytes: answer.bytes,
		said: "",
		exit: null,
		ended,
		cut: answer.cut
	};
}

// src/diagnose/collector.ts
/**
* The end of a file that may be of any size: a gigabyte without a line break is not sent over the network. One byte more than is kept, so that it shows when
* the first line was torn. Pure.
*/
function endOf(path, maxBytes) {
	return [
		"tail",
		"-c",
		String(maxBytes + 1),
		"--",
		path
	];
}
/** One line that says what a collector does. Pure. */
function askedText(work) {
	switch (work.kind) {
		case "command": return work.argv.map(word).join(" ");
		case "query": return work.sql;
		case "socket": return `${work.command} → ${work.path}`;
		case "look": return work.what;
	}
}
function word(text) {
	if (/^[\w@%+=:,./-]+$/.test(text)) return text;
	return `'${text.replaceAll("'", `'\\''`)}'`;
}

// src/diagnose/share.ts
/** Less is not worth a question. */
const LEAST = 512;
/** @param shares how many will ask; whoever wants little asks first, so that little is never lost to much */
function createBudget(total, shares) {
	let left = total;
	let waiting = shares;
	return { take(maxBytes) {
		const bytes = Math.min(maxBytes, Math.floor(left / Math.max(1, waiting)));
		waiting -= 1;
		if (bytes < Math.min(LEAST, maxBytes)) return null;
		left -= bytes;
		return {
			bytes,
			used: (count) => {
				left += bytes - Math.min(bytes, count);
			}
		};
	} };
}

// src/diagnose/text.ts
/** How text gets from a program into the bundle: whole lines, masked, and harmless on a terminal. */
/** Longest line that is looked for at the end that was cut off; of a longer one so much is dropped. */
const LONGEST_LINE = 65536;
/** More than any single secret that is known by its value in one line. */
const LONGEST_SECRET = 8192;
/**
* A text without the line that was torn where it was cut off: half a secret is found by no mask. Pure.
* @param keep which end was kept; the other one is torn
*/
function withoutTorn(text, keep) {
	if (keep === "beginning") {
		const at = text.lastIndexOf("\n");
		if (at >= 0 && text.length - at <= LONGEST_LINE) return text.slice(0, at + 1);
		return text.slice(0, Math.max(0, text.length - LONGEST_SECRET));
	}
	const at = text.indexOf("\n");
	if (at >= 0 && at <= LONGEST_LINE) return text.slice(at + 1);
	return text.slice(LONGEST_SECRET);
}
/** Control characters are shown, not sent: who reads a log on a terminal is not asked to trust whoever wrote it. Pure. */
function shown(text) {
	return text.replace(/\r\n/g, "\n").replace(HOLE, (zeros) => `\\x00 (${zeros.length} times)`).replace(CONTROL, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`);
}
const HOLE = /\u0000{4,}/g;
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
/** At most so many bytes of a text, whole lines from the end that is kept. Pure. */
function within(text, maxBytes, keep) {
	const bytes = Buffer.from(text, "utf8");
	if (bytes.length <= maxBytes) return {
		text,
		cut: false
	};
	return {
		text: withoutTorn((keep === "beginning" ? bytes.subarray(0, maxBytes) : bytes.subarray(bytes.length - maxBytes)).toString("utf8").replaceAll("�", ""), keep),
		cut: true
	};
}
/** Rows of an answer: a table of tabs, or one value per line where values have several lines or columns are many. Pure. */
function rowsText(rows) {
	const [first] = rows;
	if (first === void 0) return "(no rows)\n";
	const columns = Object.keys(first);
	const cells = rows.map((row) => columns.map((column) => cellText(row[column])));
	if (columns.length > 12 || cells.some((row) => row.some((cell) => cell.includes("\n") || cell.length > 400))) return cells.map((row, n) => `--- row ${n + 1}\n${columns.map((column, at) => `${column}: ${row[at] ?? ""}\n`).join("")}`).join("");
	return [columns, ...cells].map((row) => `${row.join("	")}\n`).join("");
}
function cellText(value) {
	if (value === null || value === void 0) return "NULL";
	if (value instanceof Date) return value.toISOString();
	if (Buffer.isBuffer(value)) return value.toString("utf8");
	return typeof value === "object" ? JSON.stringify(value) : String(value);
}
/**
* What InnoDB says of itself, without the rows that it shows of a deadlock and the values in statements. Pure.
*/
function withoutRows(status) {
	return status.replace(/hex [0-9a-f]+;(?: asc [^\n]*?;;?)?/g, "hex ***;").replace(/'(?:[^'\\\n]|\\.|'')*'/g, "?").replace(/"(?:[^"\\\n]|\\.|"")*"/g, "?");
}

// src/diagnose/collect.ts
/** Asked at once at one place: an incident has no processor to spare. */
const AT_ONCE = 3;
const PLACES_AT_ONCE = 4;
/** ssh itself, not the command: the host does not answer. */
const NO_HOST = 255;
/** In the order of the collectors. */
async function collect(collectors, collecting) {
	const budget = createBudget(collecting.maxBytes, collectors.length);
	const places = [...new Set(collectors.map(({ place }) => place.name))];
	const found = /* @__PURE__ */ new Map();
	await mapLimited(places, PLACES_AT_ONCE, async (place) => {
		const own = collectors.filter((one) => one.place.name === place).toSorted((a, b) => a.maxBytes - b.maxBytes);
		const gone = { why: null };
		await mapLimited(own, 3, async (collector) => {
			const collected = await ask(collector, budget, gone, collecting);
			found.set(collector, collected);
			collecting.onEnd?.(collected);
		});
	});
	return collectors.flatMap((collector) => found.get(collector) ?? []);
}
async function ask(collector, budget, gone, collecting) {
	const { clock, mask } = collecting;
	const grant = budget.take(collector.maxBytes);
	const startedAt = new Date(clock.now()).toISOString();
	const begin = clock.monotonic();
	const answer = await answerOf(collector, grant?.bytes ?? null, gone, collecting);
	grant?.used(answer.content.length);
	return {
		file: collector.file,
		place: collector.place.name,
		answers: collector.answers,
		asked: shown(mask(askedText(collector.work))),
		startedAt,
		ms: Math.round(clock.monotonic() - begin),
		...answer
	};
}
async function answerOf({ work, place, timeoutMs }, maxBytes, gone, collecting) {
	const { clock, signal } = collecting;
	if (signal.aborted) return notAsked("stopped before it was asked");
	if (maxBytes === null) return notAsked("the bundle is full");
	if (gone.why !== null) return notAsked(gone.why);
	const bounds = {
		timeoutMs,
		maxBytes,
		signal,
		clock
	};
	try {
		switch (work.kind) {
			case "command": {
				const argv = place.reach === void 0 ? work.argv : place.reach(work.argv, timeoutMs);
				const said = await runBounded(argv, {
					...bounds,
					keep: work.keep
				});
				if (said.exit === NO_HOST && place.remote === true && said.bytes.length === 0) gone.why = `${place.name} does not answer: ${lineOf(collecting, said.said)}`;
				return ofCommand(work, said, bounds, collecting);
			}
			case "socket": return ofText(await askSocket(work.path, work.command, {
				...bounds,
				keep: "beginning"
			}), bounds, collecting);
			case "query": return ofLook(await queried(work, timeoutMs, collecting), "beginning", bounds, collecting);
			case "look": return ofLook(await withDeadline({
				clock,
				ms: timeoutMs,
				what: work.what,
				signal,
				abandon: true
			}, (over) => work.look(over)), work.keep, bounds, collecting);
		}
	} catch (error) {
		if (signal.aborted) return {
			...notAsked("stopped while it was asked"),
			ended: "time"
		};
		const late = error instanceof Error && /no end after|timed? ?out/i.test(error.message);
		return {
			content: Buffer.alloc(0),
			exit: null,
			ended: late ? "time" : "itself",
			truncated: late,
			problem: lineOf(collecting, error instanceof Error ? error.message : String(error))
		};
	}
}
function notAsked(why) {
	return {
		content: Buffer.alloc(0),
		exit: null,
		ended: "not-asked",
		truncated: true,
		problem: why
	};
}
async function queried({ sql, statements = [] }, timeoutMs, { query }) {
	if (query === void 0) throw new Error("no database is configured");
	const hidden = (await query(sql, timeoutMs)).map((row) => Object.fromEntries(Object.entries(row).map(([column, value]) => {
		if (typeof value !== "string") return [column, value];
		if (statements.includes("*")) return [column, withoutRows(value)];
		return [column, statements.includes(column) ? withoutLiterals(value) : value];
	})));
	return rowsText(hidden);
}
function ofCommand(work, said, bounds, collecting) {
	if (work.content === "profile") return ofProfile(said, collecting);
	return ofText(said, bounds, collecting, work.keep);
}
function ofText(said, bounds, collecting, keep = "beginning") {
	const torn = said.cut || said.ended !== "itself";
	const decoded = said.bytes.toString("utf8");
	let whole = said.cut ? withoutTorn(decoded, keep) : decoded;
	if (said.ended !== "itself" && !whole.endsWith("\n")) whole = withoutTorn(whole, "beginning");
	const { text, cut } = masked(whole, keep, bounds.maxBytes, collecting);
	return {
		content: Buffer.from(text, "utf8"),
		exit: said.exit,
		ended: said.ended,
		truncated: torn || cut,
		problem: problemOf(said, bounds.timeoutMs, collecting)
	};
}
function ofLook(text, keep, { maxBytes }, collecting) {
	const first = within(text, 4 * maxBytes, keep);
	const { text: whole, cut } = masked(first.text, keep, maxBytes, collecting);
	return {
		content: Buffer.from(whole, "utf8"),
		exit: null,
		ended: "itself",
		truncated: first.cut || cut,
		problem: null
	};
}
function masked(text, keep, maxBytes, { mask }) {
	return within(shown(mask(text)), maxBytes, keep);
}
/** A profile is taken as it is or not at all. */
function ofProfile(said, collecting) {
	const answer = {
		exit: said.exit,
		ended: said.ended,
		truncated: said.cut || said.ended !== "itself"
	};
	const nothing = {
		...answer,
		content: Buffer.alloc(0)
	};
	if (answer.truncated) return {
		...nothing,
		problem: "half a profile cannot be read: it is left out"
	};
	if (said.exit !== 0) return {
		...nothing,
		problem: problemOf(said, 0, collecting)
	};
	try {
		const inner = gunzipSync(said.bytes, { maxOutputLength: 67108864 }).toString("latin1");
		if (collecting.holdsSecret(inner)) return {
			...nothing,
			truncated: true,
			problem: "it holds a secret: it is left out"
		};
		return {
			...answer,
			content: said.bytes,
			problem: null
		};
	} catch {
		return {
			...nothing,
			problem: "the answer is no profile"
		};
	}
}
function problemOf({ exit, said, ended }, timeoutMs, collecting) {
	if (ended === "time") return `no end within ${timeoutMs / 1e3} s`;
	if (exit === null || exit === 0) return null;
	const words = lineOf(collecting, said);
	return `exit code ${exit}${words === "" ? "" : `: ${words}`}`;
}
/** The last line of what was said, masked as a whole first: half a secret is found by no mask. */
function lineOf({ mask }, text) {
	return shown(mask(text)).trim().split("\n").at(-1)?.trim().slice(0, 400) ?? "";
}

// src/diagnose/facts/cluster-rows.ts
/** Objects of a cluster as people read them: a row each, in words of the API. What an object does not say is left empty. All pure. */
const text = string().nullish();
const endedSchema = object({
	reason: text,
	exitCode: number().nullish(),
	message: text,
	finishedAt: text
}).nullish();
const containerSchema = object({
	name: string(),
	ready: boolean().default(false),
	restartCount: number().default(0),
	imageID: text,
	state: object({
		waiting: object({
			reason: text,
			message: text
		}).nullish(),
		terminated: endedSchema
	}).prefault({}),
	lastState: object({ terminated: endedSchema }).prefault({})
});
const podSchema = object({
	spec: object({ nodeName: text }).prefault({}),
	status: object({
		phase: text,
		reason: text,
		message: text,
		conditions: array(object({
			type: string(),
			status: string(),
			reason: text,
			message: text
		})).nullish(),
		initContainerStatuses: array(containerSchema).nullish(),
		containerStatuses: array(containerSchema).nullish()
	}).prefault({})
});
/** Those that begin a pod count while they keep it from beginning. */
function containersOf({ containerStatuses, initContainerStatuses }) {
	const beginning = (initContainerStatuses ?? []).filter(({ state }) => state.terminated?.exitCode !== 0);
	return {
		main: containerStatuses ?? [],
		all: [...beginning, ...containerStatuses ?? []]
	};
}
function statusOf({ body }) {
	return podSchema.safeParse(body).data ?? podSchema.parse({});
}
/** Containers of pods, those that are not ready or have died first. Pure. */
function worstFirst(pods) {
	return pods.flatMap((pod) => containersOf(statusOf(pod).status).all.map((one) => ({
		pod: pod.meta.name,
		container: one.name,
		restarts: one.restartCount,
		ready: one.ready
	}))).toSorted((a, b) => Number(a.ready) - Number(b.ready) || b.restarts - a.restarts).map(({ pod, container, restarts }) => ({
		pod,
		container,
		restarts
	}));
}
/** Pure, as all of these. */
function podRow(pod) {
	const { spec, status } = statusOf(pod);
	const { main: containers, all } = containersOf(status);
	const why = [
		words(status.reason, status.message),
		...(status.conditions ?? []).filter((one) => one.status !== "True").map((one) => words(one.type, one.reason, one.message)),
		...all.flatMap(({ name, state, lastState }) => [
			state.waiting == null ? "" : words(name, "waits:", state.waiting.reason, state.waiting.message),
			endedText(`${name} ended`, state.terminated),
			endedText(`${name} ended last`, lastState.terminated)
		])
	];
	return {
		pod: pod.meta.name,
		phase: pod.meta.deletionTimestamp === void 0 ? status.phase ?? "" : "leaving",
		ready: `${containers.filter((one) => one.ready).length}/${containers.length}`,
		restarts: containers.reduce((sum, one) => sum + one.restartCount, 0),
		since: pod.meta.creationTimestamp ?? "",
		node: spec.nodeName ?? "",
		image: containers.map(({ imageID }) => imageID?.replace(/^.*@/, "") ?? "").join(" "),
		why: why.filter((one) => one !== "").join("; ")
	};
}
function endedText(what, ended) {
	if (ended == null) return "";
	return words(what, `with ${ended.exitCode ?? "?"}`, ended.reason, ended.message, ended.finishedAt);
}
function words(...parts) {
	return parts.filter((one) => one != null && one !== "").join(" ").replaceAll(/\s+/g, " ");
}
const replicaSetSchema = object({
	spec: object({
		replicas: number().default(0),
		template: object({ spec: object({ containers: array(object({ image: text })).default([]) }) })
	}),
	status: object({
		replicas: number().default(0),
		readyReplicas: number().default(0)
	}).prefault({})
});
function replicaSetRow({ meta, body }) {
	const { spec, status } = replicaSetSchema.safeParse(body).data ?? {};
	return {
		"replica set": meta.name,
		wanted: spec?.replicas ?? "?",
		"are there": status?.replicas ?? "?",
		ready: status?.readyReplicas ?? "?",
		since: meta.creationTimestamp ?? "",
		images: spec?.template.spec.containers.map(({ image }) => image ?? "").join(" ") ?? ""
	};
}
const sliceSchema = object({ endpoints: array(object({
	addresses: array(string()).default([]),
	conditions: object({
		ready: boolean().nullish(),
		terminating: boolean().nullish()
	}).prefault({}),
	targetRef: object({ name: text }).nullish()
})).nullish() });
function endpointRows({ meta, body }) {
	return (sliceSchema.safeParse(body).data?.endpoints ?? []).map(({ addresses, conditions, targetRef }) => ({
		service: meta.labels["kubernetes.io/service-name"] ?? meta.name,
		pod: targetRef?.name ?? "",
		addresses: addresses.join(" "),
		ready: conditions.ready ?? "?",
		leaving: conditions.terminating ?? false
	}));
}
const eventSchema = object({
	type: text,
	reason: text,
	message: text,
	count: number().nullish(),
	lastTimestamp: text,
	eventTime: text,
	series: object({
		count: number().nullish(),
		lastObservedTime: text
	}).nullish(),
	involvedObject: object({
		kind: text,
		name: text
	}).prefault({})
});
function eventRow({ meta, body }) {
	const event = eventSchema.safeParse(body).data;
	const { series, lastTimestamp, eventTime } = event ?? {};
	return {
		time: series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? meta.creationTimestamp ?? "",
		type: event?.type ?? "",
		reason: event?.reason ?? "",
		object: words(event?.involvedObject.kind, event?.involvedObject.name),
		times: series?.count ?? event?.count ?? 1,
		message: words(event?.message)
	};
}
const nodeSchema = object({
	spec: object({ unschedulable: boolean().default(false) }).prefault({}),
	status: object({
		conditions: array(object({
			type: string(),
			status: string(),
			reason: text,
			message: text
		})).default([]),
		allocatable: record(string(), string()).default({}),
		nodeInfo: object({ kubeletVersion: text }).prefault({})
	})
});
function nodeRow({ meta, body }) {
	const { spec, status } = nodeSchema.safeParse(body).data ?? {};
	const bad = (status?.conditions ?? []).filter(({ type, status: is }) => is !== (type === "Ready" ? "True" : "False"));
	return {
		node: meta.name,
		ready: status?.conditions.find(({ type }) => type === "Ready")?.status ?? "?",
		"takes pods": spec?.unschedulable !== true,
		kubelet: status?.nodeInfo.kubeletVersion ?? "",
		room: Object.entries(status?.allocatable ?? {}).filter(([name]) => [
			"cpu",
			"memory",
			"pods",
			"ephemeral-storage"
		].includes(name)).map(([name, value]) => `${name}=${value}`).join(" "),
		"not as it should be": bad.map((one) => words(one.type, one.reason, one.message)).join("; ")
	};
}
const VALUE = "(left out)";
/** Objects as text, without values of the environment, which are where passwords stand, and without what only the API server needs. */
function jsonText(bodies) {
	return bodies.map((body) => `${JSON.stringify(withoutValues(body), null, 2)}\n`).join("");
}
/** Pure. */
function withoutValues(value) {
	if (Array.isArray(value)) return value.map(withoutValues);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).flatMap(([key, member]) => {
		if (key === "managedFields" || key === "kubectl.kubernetes.io/last-applied-configuration") return [];
		if (key === "env" && Array.isArray(member)) return [[key, member.map(withoutOwnValue)]];
		return [[key, withoutValues(member)]];
	}));
}
function withoutOwnValue(variable) {
	if (typeof variable !== "object" || variable === null || Array.isArray(variable)) return variable;
	return "value" in variable ? {
		...variable,
		value: VALUE
	} : variable;
}

// src/diagnose/facts/cluster.ts
const PLACE = { name: "cluster" };
const KB$4 = 1e3;
/** Pure: nothing is asked before a collector looks. */
function clusterCollectors(facts) {
	const { kube, namespace, objects, minutes } = facts;
	const listed = (file, answers, kind, { shown, keep = "beginning", maxBytes = 300 * KB$4 }) => collector(file, answers, {
		what: `list ${kind.plural}${kind.namespace === void 0 ? "" : ` in ${kind.namespace}`}`,
		keep,
		maxBytes,
		look: async (signal) => shown((await kube.list(kind, void 0, signal)).items)
	});
	const pods = {
		...POD,
		namespace
	};
	return [
		listed("pods.txt", "Which pods are there, are they ready, how often did they die, and why?", pods, { shown: (items) => rowsText(items.map(podRow)) }),
		listed("pods.json", "What was asked for each pod, and what became of it?", pods, {
			shown: (items) => jsonText(items.map(({ body }) => body)),
			maxBytes: 2e3 * KB$4
		}),
		listed("replica-sets.txt", "Which versions are wanted in how many pods?", {
			...REPLICA_SETS,
			namespace
		}, { shown: (items) => rowsText(items.map(replicaSetRow)) }),
		listed("endpoints.txt", "Which pods get requests?", {
			...ENDPOINT_SLICES,
			namespace
		}, { shown: (items) => rowsText(items.flatMap(endpointRows)) }),
		listed("events.txt", "What did schedulers, kubelets and controllers say, the newest last?", {
			...EVENTS,
			namespace
		}, {
			shown: (items) => rowsText(items.map(eventRow).toSorted((a, b) => a.time.localeCompare(b.time))),
			keep: "end",
			maxBytes: 1e3 * KB$4
		}),
		listed("nodes.txt", "Are the nodes well, and is there room on them?", NODES, { shown: (items) => rowsText(items.map(nodeRow)) }),
		...objects.map(({ kind, name, answers }) => collector(`${kind.kind.toLowerCase()}.json`, answers, {
			what: `get ${kubeText(kind, name)}`,
			keep: "beginning",
			maxBytes: 1e3 * KB$4,
			look: async (signal) => {
				const found = await kube.get(kind, name, signal);
				return found === null ? `there is no ${kubeText(kind, name)}\n` : jsonText([found.body]);
			}
		})),
		logsCollector(facts, false, `What did the containers write in the last ${minutes} minutes?`),
		logsCollector(facts, true, "What did containers write before they died last?")
	];
}
function collector(file, answers, { maxBytes, ...work }) {
	return {
		file: `cluster/${file}`,
		answers,
		place: PLACE,
		timeoutMs: 25e3,
		maxBytes,
		work: {
			kind: "look",
			...work
		}
	};
}
const LOGS_BYTES = 4e3 * KB$4;
/** Of a service with hundreds of pods, those that are worst. */
const MOST_LOGS = 40;
/** One file for all pods: those that are not well come first, so that they are in it whatever its limit. */
function logsCollector(facts, previous, answers) {
	const { kube, namespace, minutes } = facts;
	return collector(previous ? "logs-before-restart.txt" : "logs.txt", answers, {
		what: `logs of the pods in ${namespace}${previous ? ", before their last restart" : ""}`,
		keep: "beginning",
		maxBytes: LOGS_BYTES,
		look: async (signal) => {
			const { items } = await kube.list({
				...POD,
				namespace
			}, void 0, signal);
			const all = worstFirst(items).filter(({ restarts }) => !previous || restarts > 0);
			const asked = all.slice(0, MOST_LOGS);
			const maxBytes = Math.floor(LOGS_BYTES / Math.max(1, asked.length)) - 2 * KB$4;
			const parts = [];
			for (const { pod, container } of asked) {
				const question = {
					namespace,
					pod,
					container,
					previous,
					sinceSeconds: minutes * 60,
					maxBytes
				};
				parts.push(`--- ${pod} ${container}\n${await logText(facts, question, signal)}`);
			}
			if (all.length > asked.length) parts.push(`--- ${all.length - asked.length} containers more were not asked\n`);
			return parts.length === 0 ? "(no containers)\n" : parts.join("");
		}
	});
}
/** A kubelet that has just removed a dead container, and has not told yet which one is the last: its words instead of a log, without an error. */
const GONE = /^unable to retrieve container logs for \S+\s*$/;
const PAUSE_MS = 1e3;
/** One container that has nothing to say keeps no other silent. */
async function logText({ logs, clock }, question, signal) {
	try {
		let text = await logs(question, signal);
		if (GONE.test(text)) {
			await clock.sleep(PAUSE_MS, signal);
			text = await logs(question, signal);
		}
		if (question.previous && GONE.test(text)) text = `(the container before is gone already: this is the newest one)\n${await logs({
			...question,
			previous: false
		}, signal)}`;
		return text === "" ? "(nothing)\n" : text.endsWith("\n") ? text : `${text}\n`;
	} catch (error) {
		signal.throwIfAborted();
		return `(not read: ${problemsOf(error, question.pod).map(({ found }) => found).join("; ")})\n`;
	}
}
const REPLICA_SETS = {
	group: "apps",
	version: "v1",
	kind: "ReplicaSet",
	plural: "replicasets"
};
const ENDPOINT_SLICES = {
	group: "discovery.k8s.io",
	version: "v1",
	kind: "EndpointSlice",
	plural: "endpointslices"
};
const EVENTS = {
	...CORE,
	kind: "Event",
	plural: "events"
};
const NODES = {
	...CORE,
	kind: "Node",
	plural: "nodes"
};

// src/diagnose/facts/database.ts
/** Facts of the database, by its own words: performance_schema, sys, information_schema. Values in statements are left out. Pure. */
const DATABASE = { name: "database" };
const KB$3 = 1e3;
const QUESTIONS$1 = [
	{
		name: "server",
		answers: "Which server is it, since when does it run, may it be written?",
		sql: `SELECT VERSION() AS version, @@version_comment AS comment, @@hostname AS host, @@port AS port, @@server_id AS server_id,
 @@read_only AS read_only, NOW(6) AS its_time, UTC_TIMESTAMP(6) AS its_time_utc, @@max_connections AS max_connections`
	},
	{
		name: "processlist",
		answers: "Who is connected, and what does each connection do for how long?",
		sql: `SELECT ID, USER, HOST, DB, COMMAND, TIME, STATE, LEFT(INFO, 4096) AS INFO
FROM information_schema.PROCESSLIST ORDER BY COMMAND = 'Sleep', TIME DESC LIMIT 500`,
		statements: ["INFO"],
		maxBytes: 500 * KB$3
	},
	{
		name: "connections",
		answers: "Which accounts have how many connections, from where?",
		sql: `SELECT USER, SUBSTRING_INDEX(HOST, ':', 1) AS FROM_HOST, COMMAND, COUNT(*) AS CONNECTIONS
FROM information_schema.PROCESSLIST GROUP BY USER, FROM_HOST, COMMAND ORDER BY CONNECTIONS DESC LIMIT 200`
	},
	{
		name: "innodb-status",
		answers: "What does InnoDB say: deadlocks, transactions, log, buffer pool?",
		sql: "SHOW ENGINE INNODB STATUS",
		statements: ["*"],
		maxBytes: 1e3 * KB$3
	},
	{
		name: "transactions",
		answers: "Which transactions are open, since when, and what do they hold?",
		sql: `SELECT trx_id, trx_state, trx_started, TIMESTAMPDIFF(SECOND, trx_started, NOW()) AS seconds, trx_mysql_thread_id AS thread,
 trx_rows_locked, trx_rows_modified, trx_isolation_level, LEFT(trx_query, 2048) AS statement
FROM information_schema.INNODB_TRX ORDER BY trx_started LIMIT 100`,
		statements: ["statement"],
		maxBytes: 300 * KB$3
	},
	{
		name: "lock-waits",
		answers: "Who waits for a row that another one has locked?",
		sql: {
			mysql: `SELECT wait_started, wait_age_secs, locked_table, locked_index, waiting_pid, waiting_query, blocking_pid, blocking_query, blocking_trx_age
FROM sys.innodb_lock_waits LIMIT 100`,
			mariadb: `SELECT r.trx_mysql_thread_id AS waiting_pid, r.trx_wait_started, LEFT(r.trx_query, 2048) AS waiting_query, l.lock_table, l.lock_index,
 b.trx_mysql_thread_id AS blocking_pid, b.trx_started AS blocking_since, LEFT(b.trx_query, 2048) AS blocking_query
FROM information_schema.INNODB_LOCK_WAITS w JOIN information_schema.INNODB_TRX r ON r.trx_id = w.requesting_trx_id
JOIN information_schema.INNODB_TRX b ON b.trx_id = w.blocking_trx_id
JOIN information_schema.INNODB_LOCKS l ON l.lock_id = w.requested_lock_id LIMIT 100`
		},
		statements: ["waiting_query", "blocking_query"],
		maxBytes: 300 * KB$3
	},
	{
		name: "metadata-locks",
		answers: "Who waits for a table that another one holds (ALTER, LOCK TABLES)?",
		sql: {
			mysql: `SELECT object_schema, object_name, waiting_pid, waiting_lock_type, waiting_query, waiting_query_secs, blocking_pid, blocking_lock_type
FROM sys.schema_table_lock_waits LIMIT 100`,
			mariadb: `SELECT ID, DB, COMMAND, TIME, STATE, LEFT(INFO, 2048) AS waiting_query FROM information_schema.PROCESSLIST
WHERE STATE LIKE 'Waiting for%lock%' ORDER BY TIME DESC LIMIT 100`
		},
		statements: ["waiting_query"]
	},
	{
		name: "top-statements",
		answers: "Which statements take the most time, how often do they fail or read whole tables?",
		sql: `SELECT SCHEMA_NAME, COUNT_STAR AS runs, ROUND(SUM_TIMER_WAIT / 1e12, 3) AS seconds, ROUND(AVG_TIMER_WAIT / 1e9, 3) AS avg_ms,
 ROUND(MAX_TIMER_WAIT / 1e9, 3) AS max_ms, SUM_ERRORS AS errors, SUM_ROWS_EXAMINED AS examined, SUM_ROWS_SENT AS sent, SUM_NO_INDEX_USED AS no_index,
 LAST_SEEN, LEFT(DIGEST_TEXT, 2048) AS statement
FROM performance_schema.events_statements_summary_by_digest ORDER BY SUM_TIMER_WAIT DESC LIMIT 60`,
		statements: ["statement"],
		maxBytes: 200 * KB$3
	},
	{
		name: "waits",
		answers: "What do connections wait for inside the server?",
		sql: `SELECT EVENT_NAME, COUNT_STAR AS waits, ROUND(SUM_TIMER_WAIT / 1e12, 3) AS seconds, ROUND(MAX_TIMER_WAIT / 1e9, 3) AS max_ms
FROM performance_schema.events_waits_summary_global_by_event_name WHERE COUNT_STAR > 0 AND EVENT_NAME <> 'idle' ORDER BY SUM_TIMER_WAIT DESC LIMIT 40`
	},
	{
		name: "table-io",
		answers: "Which tables are read and written most?",
		sql: `SELECT OBJECT_SCHEMA, OBJECT_NAME, COUNT_READ, COUNT_WRITE, ROUND(SUM_TIMER_WAIT / 1e12, 3) AS seconds
FROM performance_schema.table_io_waits_summary_by_table WHERE COUNT_STAR > 0 ORDER BY SUM_TIMER_WAIT DESC LIMIT 40`
	},
	{
		name: "status",
		answers: "What has the server counted since its start?",
		sql: "SHOW GLOBAL STATUS",
		maxBytes: 100 * KB$3
	},
	{
		name: "variables",
		answers: "Which settings are not the default, and who set them?",
		sql: {
			mysql: `SELECT i.VARIABLE_NAME AS name, LEFT(g.VARIABLE_VALUE, 400) AS value, i.VARIABLE_SOURCE AS source, i.VARIABLE_PATH AS path, i.SET_TIME AS set_time
FROM performance_schema.variables_info i JOIN performance_schema.global_variables g ON g.VARIABLE_NAME = i.VARIABLE_NAME
WHERE i.VARIABLE_SOURCE <> 'COMPILED' ORDER BY name`,
			mariadb: `SELECT VARIABLE_NAME AS name, LEFT(GLOBAL_VALUE, 400) AS value, LEFT(DEFAULT_VALUE, 200) AS default_value, GLOBAL_VALUE_ORIGIN AS source,
 GLOBAL_VALUE_PATH AS path FROM information_schema.SYSTEM_VARIABLES
WHERE GLOBAL_VALUE_ORIGIN <> 'COMPILE-TIME' OR GLOBAL_VALUE <> DEFAULT_VALUE ORDER BY name`
		},
		maxBytes: 200 * KB$3
	},
	{
		name: "replication",
		answers: "Is this a replica, does it keep up, and what stopped it?",
		sql: {
			mysql: "SHOW REPLICA STATUS",
			mariadb: "SHOW ALL SLAVES STATUS"
		}
	},
	{
		name: "replicas",
		answers: "Which replicas follow this server?",
		sql: {
			mysql: "SHOW REPLICAS",
			mariadb: "SHOW SLAVE HOSTS"
		}
	},
	{
		name: "binary-logs",
		answers: "Which binary logs are there, and how large are they?",
		sql: "SHOW BINARY LOGS"
	},
	{
		name: "sizes",
		answers: "Which tables are the largest?",
		sql: `SELECT TABLE_SCHEMA, TABLE_NAME, ENGINE, TABLE_ROWS, DATA_LENGTH, INDEX_LENGTH, DATA_FREE
FROM information_schema.TABLES WHERE TABLE_TYPE = 'BASE TABLE' AND TABLE_SCHEMA NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema') ORDER BY DATA_LENGTH + INDEX_LENGTH DESC LIMIT 100`
	},
	{
		name: "memory",
		answers: "What does the memory of the server go to?",
		sql: `SELECT EVENT_NAME, CURRENT_COUNT_USED AS blocks, CURRENT_NUMBER_OF_BYTES_USED AS bytes, HIGH_NUMBER_OF_BYTES_USED AS most_bytes
FROM performance_schema.memory_summary_global_by_event_name ORDER BY CURRENT_NUMBER_OF_BYTES_USED DESC LIMIT 30`
	},
	{
		name: "error-log",
		answers: "What did the server log last?",
		sql: {
			mysql: `SELECT LOGGED, PRIO, ERROR_CODE, SUBSYSTEM, LEFT(DATA, 1000) AS DATA FROM
(SELECT * FROM performance_schema.error_log ORDER BY LOGGED DESC LIMIT 300) last ORDER BY LOGGED`,
			mariadb: null
		},
		maxBytes: 300 * KB$3
	}
];
/** What a server of this family is asked. */
function databaseCollectors(engine) {
	return QUESTIONS$1.flatMap(({ name, answers, sql, statements, maxBytes = 64 * KB$3 }) => {
		const text = typeof sql === "string" ? sql : sql[engine];
		if (text === null) return [];
		return [{
			file: `database/${name}.txt`,
			answers,
			place: DATABASE,
			timeoutMs: 1e4,
			maxBytes,
			work: {
				kind: "query",
				sql: text,
				...statements === void 0 ? {} : { statements }
			}
		}];
	});
}

// src/diagnose/facts/host.ts
const KB$2 = 1e3;
const USUAL = {
	keep: "beginning",
	timeoutMs: 1e4,
	maxBytes: 64 * KB$2
};
/** Who has most files open, beside what each may have: /proc knows, without lsof. One program for all, since an incident has no processor to spare. */
const OPEN_FILES = `cat /proc/sys/fs/file-nr
ls -U /proc/[0-9]*/fd 2>/dev/null | awk '/^.proc.[0-9]+.fd:$/ { split($0, part, "/"); pid = part[3]; next } NF { n[pid]++ } END { for (p in n) print n[p], p }' |
sort -rn | head -n 30 | while read -r n p; do
  limit='?'; comm='?'
  while read -r a b c d rest; do [ "$a $b $c" = 'Max open files' ] && limit=$d; done <"/proc/$p/limits"
  read -r comm <"/proc/$p/comm"
  printf '%s of %s  %s  %s\\n' "$n" "$limit" "$p" "$comm"
done 2>/dev/null; :`;
const KERNEL = `for k in fs/file-max fs/nr_open fs/inotify/max_user_instances fs/inotify/max_user_watches kernel/pid_max kernel/threads-max \\
  net/core/somaxconn net/core/netdev_max_backlog net/ipv4/ip_local_port_range net/ipv4/tcp_max_syn_backlog net/ipv4/tcp_tw_reuse net/ipv4/tcp_fin_timeout \\
  net/netfilter/nf_conntrack_max net/netfilter/nf_conntrack_count vm/swappiness vm/overcommit_memory vm/max_map_count vm/dirty_ratio
do v='(not there)'; [ -r "/proc/sys/$k" ] && read -r v <"/proc/sys/$k"; echo "$k = $v"; done; ulimit -a`;
const CLOCK = `date -u +%FT%T.%NZ; timedatectl show 2>/dev/null; chronyc -n tracking 2>/dev/null; :`;
const CGROUPS = `for f in /sys/fs/cgroup/memory.events /sys/fs/cgroup/system.slice/memory.events /sys/fs/cgroup/memory/memory.failcnt \\
  /sys/fs/cgroup/cpu.stat /sys/fs/cgroup/system.slice/cpu.stat
do [ -r "$f" ] && { echo "== $f"; cat "$f"; }; done; :`;
const CHANGES = `ls -lt --time-style=full-iso /etc 2>/dev/null | head -n 40
for f in /var/log/dpkg.log /var/log/apt/history.log; do [ -r "$f" ] && { echo "== $f"; tail -n 200 "$f"; }; done; :`;
/** Every fact of a machine, as collectors. Pure. */
function hostCollectors({ place, minutes }) {
	const since = `--since=-${minutes}min`;
	const sh = (script) => [
		"sh",
		"-c",
		script
	];
	const log = {
		keep: "end",
		maxBytes: 1500 * KB$2,
		timeoutMs: 2e4
	};
	const journal = [
		"journalctl",
		"--no-pager",
		"--quiet",
		"-o",
		"short-iso",
		since
	];
	return [
		[
			"clock",
			"What time does this machine think it is, and is its clock kept in step?",
			sh(CLOCK)
		],
		[
			"uptime",
			"How long has it been up, and how loaded is it?",
			sh("uptime; cat /proc/loadavg; nproc")
		],
		[
			"memory",
			"Is there memory left, and how is it used?",
			["cat", "/proc/meminfo"]
		],
		[
			"pressure",
			"Do processes wait for processor, memory or disk?",
			sh("grep . /proc/pressure/* 2>/dev/null; :")
		],
		[
			"cgroups",
			"Did a memory limit or a processor limit strike?",
			sh(CGROUPS)
		],
		[
			"disk",
			"Which file system is full?",
			["df", "-hT"]
		],
		[
			"inodes",
			"Which file system has no inodes left?",
			["df", "-i"]
		],
		[
			"mounts",
			"What is mounted, and what has become read-only?",
			["cat", "/proc/mounts"]
		],
		[
			"disk-activity",
			"Are the disks or the processors busy right now?",
			[
				"vmstat",
				"-t",
				"1",
				"3"
			]
		],
		[
			"processes",
			"Which processes take the processor and the memory?",
			PROCESSES,
			{ maxBytes: 200 * KB$2 }
		],
		[
			"sockets",
			"Who listens, and in which states are the connections?",
			sh("ss -s; ss -tulpn")
		],
		[
			"connections",
			"Who is connected to whom?",
			["ss", "-tanop"],
			{ maxBytes: 300 * KB$2 }
		],
		[
			"network",
			"Do interfaces drop packets, are segments sent again?",
			sh("ip -s link; ip route; nstat -az")
		],
		[
			"open-files",
			"Who has most files open, and how many may it have?",
			sh(OPEN_FILES),
			{ timeoutMs: 2e4 }
		],
		[
			"kernel-limits",
			"Which limits does the kernel set?",
			sh(KERNEL)
		],
		[
			"kernel-log",
			"What does the kernel complain about (OOM killer, disks, hung tasks)?",
			DMESG,
			log
		],
		[
			"journal-errors",
			"Which errors were logged, by whomever?",
			[
				...journal,
				"-p",
				"err",
				"-n",
				"4000"
			],
			log
		],
		[
			"failed-units",
			"Which units of systemd have failed?",
			sh("systemctl --failed --no-pager --plain; systemctl list-jobs --no-pager")
		],
		[
			"logins",
			"Who was and is logged in?",
			sh("who -a; last -n 60 -F")
		],
		[
			"ssh-log",
			"Who tried to log in?",
			[
				...journal,
				"-t",
				"sshd",
				"-n",
				"1000"
			],
			{
				...log,
				maxBytes: 200 * KB$2
			}
		],
		[
			"changes",
			"What was installed or configured last?",
			sh(CHANGES),
			{ maxBytes: 100 * KB$2 }
		]
	].map(([name, answers, argv, more]) => {
		const { keep, timeoutMs, maxBytes } = {
			...USUAL,
			...more
		};
		return {
			file: `${place.name}/${name}.txt`,
			answers,
			place,
			timeoutMs,
			maxBytes,
			work: {
				kind: "command",
				argv,
				keep
			}
		};
	});
}
const PROCESSES = [
	"ps",
	"-eo",
	"pid,ppid,user,stat,pcpu,pmem,rss,nlwp,etimes,wchan:24,args",
	"--sort=-pcpu",
	"-ww"
];
const DMESG = [
	"dmesg",
	"-T",
	"--level=emerg,alert,crit,err,warn"
];
/**
* The command line that starts another one with a low priority, and ends it there when its time is over: a command on a host does not notice that nobody
* waits for it any more. Not the lowest: on a machine that is overloaded it would never have its turn, and that is when somebody asks. Pure.
* @param seconds a little more than the one who waits gives it
*/
function gently(argv, seconds) {
	return [
		"sh",
		"-c",
		GENTLY,
		"sh",
		String(seconds),
		...argv
	];
}
const GENTLY = `PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin LC_ALL=C SYSTEMD_PAGER= PAGER=cat; export PATH LC_ALL SYSTEMD_PAGER PAGER
seconds=$1; shift
command -v timeout >/dev/null 2>&1 && set -- timeout -k 2 "$seconds" "$@"
if ionice -c 2 -n 7 true >/dev/null 2>&1; then exec nice -n 5 ionice -c 2 -n 7 "$@"; else exec nice -n 5 "$@"; fi`;

// src/diagnose/facts/proxy.ts
/** Facts of the proxy that a service stands behind, on this machine. All pure. */
const KB$1 = 1e3;
const QUESTIONS = {
	"show info": "How busy is HAProxy, and which of its limits are near?",
	"show stat": "Which servers are up, what do they answer, where do requests wait?",
	"show servers state": "Which state and weight has each server?",
	"show errors": "Which requests or answers were refused as malformed?",
	"show activity": "Do its threads wait?",
	"show pools": "What does its memory go to?",
	"show sess": "Which sessions are open, and on whom do they wait?"
};
/** @param paths runtime socket and configuration */
function haproxyCollectors(place, { socket, config }) {
	return [...Object.entries(QUESTIONS).map(([command, answers]) => ({
		place,
		file: `proxy/${command.replaceAll(" ", "-")}.txt`,
		answers,
		timeoutMs: 5e3,
		maxBytes: 300 * KB$1,
		work: {
			kind: "socket",
			path: socket,
			command
		}
	})), configured(place, config)];
}
function nginxCollectors(place, { config, counts }) {
	return [configured(place, config), {
		place,
		file: "proxy/requests.txt",
		answers: "Which requests reached an instance last, and how were they answered?",
		timeoutMs: 1e4,
		maxBytes: 500 * KB$1,
		work: {
			kind: "command",
			argv: endOf(counts, 500 * KB$1),
			keep: "end"
		}
	}];
}
function configured(place, config) {
	return {
		place,
		file: "proxy/configuration.txt",
		answers: "How is the proxy configured?",
		timeoutMs: 5e3,
		maxBytes: 300 * KB$1,
		work: {
			kind: "command",
			argv: [
				"cat",
				"--",
				config
			],
			keep: "beginning"
		}
	};
}

// src/diagnose/facts/services.ts
/** Facts of what runs: units of systemd on hosts, supervised processes of this machine, profiles of Go. All pure. */
const KB = 1e3;
/** Programs beside the service whose state is worth a look wherever they run. */
const BESIDE = [
	"haproxy.service",
	"nginx.service",
	"mariadb.service",
	"mysql.service",
	"redis-server.service",
	"keepalived.service"
];
const PROPERTIES = [...[
	"Id",
	"ActiveState",
	"SubState",
	"Result",
	"ExecMainStatus",
	"NRestarts",
	"StateChangeTimestamp",
	"MainPID"
], ...[
	"MemoryCurrent",
	"MemoryPeak",
	"MemoryMax",
	"TasksCurrent",
	"TasksMax",
	"CPUUsageNSec",
	"LimitNOFILE",
	"OOMPolicy"
]].join(",");
/** Units of a service on a host. @param service its name: its units begin with it */
function unitCollectors(place, service, minutes) {
	const units = `${service}-*`;
	const base = {
		place,
		timeoutMs: 2e4
	};
	const command = (argv, keep = "beginning") => ({
		kind: "command",
		argv,
		keep
	});
	return [
		{
			...base,
			file: `${place.name}/units.txt`,
			answers: "Do the units of the service run, how often were they started again, and what do they use?",
			maxBytes: 200 * KB,
			work: command([
				"systemctl",
				"show",
				"--no-pager",
				`--property=${PROPERTIES}`,
				units,
				...BESIDE
			])
		},
		{
			...base,
			file: `${place.name}/unit-status.txt`,
			answers: "What does systemd say of each unit?",
			maxBytes: 200 * KB,
			work: command([
				"systemctl",
				"status",
				"--no-pager",
				"--full",
				"-n",
				"5",
				"--all",
				units,
				...BESIDE
			])
		},
		{
			...base,
			file: `${place.name}/unit-log.txt`,
			answers: "What did the instances of the service log?",
			maxBytes: 4e3 * KB,
			work: command([
				"journalctl",
				"--no-pager",
				"--quiet",
				"-o",
				"short-iso-precise",
				`--since=-${minutes}min`,
				"-u",
				units,
				"-n",
				"40000"
			], "end")
		}
	];
}
/**
* The newest lines of each log, the log that was written last at the end. Of a large one the line is left out that its middle cuts: it could begin with half
* a secret.
*/
const TAILS = `cd -- "$1" || exit 1
for f in $(ls -tr); do case $f in *.log) [ -f "$f" ] && { echo "== $f"
  if [ "$(wc -c <"$f")" -gt 500000 ]; then tail -c 500000 -- "$f" | tail -n +2; else cat -- "$f"; fi; } ;; esac; done; :`;
const RECORDS$1 = `cd -- "$1" || exit 1
for f in *.json; do [ -f "$f" ] && { echo "== $f"; cat -- "$f"; echo; }; done; :`;
/** Supervised processes of this machine. @param home directory of the component, as docs/layout.md has it */
function processCollectors(place, component, home) {
	return [{
		place,
		file: `${place.name}/${component}-instances.txt`,
		answers: `Which instances of ${component} run, how often were they started again, and why?`,
		timeoutMs: 1e4,
		maxBytes: 100 * KB,
		work: {
			kind: "command",
			argv: [
				"sh",
				"-c",
				RECORDS$1,
				"sh",
				`${home}/run`
			],
			keep: "beginning"
		}
	}, {
		place,
		file: `${place.name}/${component}-log.txt`,
		answers: `What did ${component} log?`,
		timeoutMs: 2e4,
		maxBytes: 2e3 * KB,
		work: {
			kind: "command",
			argv: [
				"sh",
				"-c",
				TAILS,
				"sh",
				`${home}/logs`
			],
			keep: "end"
		}
	}];
}
const LOG_BYTES = 1e3 * KB;
/** Any further log. @param index keeps two files of the same name apart */
function logCollector(place, path, index) {
	return {
		place,
		file: `${place.name}/log-${index + 1}.txt`,
		answers: `What stands in ${path}?`,
		timeoutMs: 2e4,
		maxBytes: LOG_BYTES,
		work: {
			kind: "command",
			argv: endOf(path, LOG_BYTES),
			keep: "end"
		}
	};
}
const CPU_SECONDS = 5;
/**
* Profiles of a Go program that serves net/http/pprof, asked on the machine that it runs on: the port is most often open there only.
* @param url address of the handlers, such as http://127.0.0.1:6060/debug/pprof
*/
function profileCollectors(place, url, index) {
	const base = url.replace(/\/+$/, "");
	const curl = (path) => [
		"curl",
		"-fsS",
		"--max-time",
		"20",
		"--",
		`${base}/${path}`
	];
	const profile = (name, answers, path, content) => ({
		place,
		file: `${place.name}/profile-${index + 1}-${name}`,
		answers,
		timeoutMs: 25e3,
		maxBytes: 2e3 * KB,
		work: {
			kind: "command",
			argv: curl(path),
			keep: "beginning",
			...content === void 0 ? {} : { content }
		}
	});
	return [
		profile("goroutines.txt", "What does every goroutine do or wait for?", "goroutine?debug=2"),
		profile("heap.txt", "Which code holds the memory?", "heap?debug=1"),
		profile("heap.pb.gz", "The same for `go tool pprof`.", "heap", "profile"),
		profile("cpu.pb.gz", `Which code took the processor for ${CPU_SECONDS} s? For \`go tool pprof\`.`, `profile?seconds=${CPU_SECONDS}`, "profile")
	];
}

// src/diagnose/query.ts
const rowSchema = array(record(string(), unknown()));
/**
* Asks a server one thing, on a connection of its own that is closed afterwards whatever happens: one question that hangs blocks no other. The session
* is read only, and the server itself gives up a question whose time is over.
*/
function createQuery({ engine, dsn, trust, connectTimeoutMs, clock, signal }) {
	return async (sql, timeoutMs) => {
		const options = parseDsn(dsn, trust);
		const connection = await connect$1({
			...options,
			connectTimeout: Math.min(connectTimeoutMs, timeoutMs),
			multipleStatements: false,
			supportBigNumbers: true,
			bigNumberStrings: true,
			dateStrings: true
		});
		try {
			return await withDeadline({
				clock,
				ms: timeoutMs,
				what: "the database",
				signal,
				abandon: true
			}, async () => {
				const limit = engine === "mysql" ? `SET SESSION max_execution_time = ${timeoutMs}` : `SET SESSION max_statement_time = ${timeoutMs / 1e3}`;
				await connection.query(limit);
				await connection.query("SET SESSION TRANSACTION READ ONLY");
				await connection.query("SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED");
				const [rows] = await connection.query(sql);
				return rowSchema.parse(rows);
			});
		} finally {
			connection.destroy();
		}
	};
}

// src/release/diagnose/delivery.ts
/** What this program itself knows of an environment: what was done to it last, and by whom. */
const DELIVERY = { name: "delivery" };
const RUNS = 30;
const RECORDS = 400;
function deliveryCollectors({ store, service, environment, configFile }) {
	const look = (name, answers, what, read, keep = "beginning") => ({
		file: `delivery/${name}`,
		answers,
		place: DELIVERY,
		timeoutMs: 1e4,
		maxBytes: 5e5,
		work: {
			kind: "look",
			what,
			keep,
			look: read
		}
	});
	return [
		look("runs.txt", "What was done last, by whom, and how did it end?", `the newest ${RUNS} runs in ${store}`, async () => {
			return lines((await listRuns(store)).filter((run) => run.environment === environment).slice(-30).map(({ run, title, who, startedAt, lastAt, state, finished }) => {
				const problems = finished?.problems.map(({ code, where, found }) => `\n    ${code} at ${where}: ${found}`) ?? [];
				return `${run}  ${title}  ${state}${finished === null ? "" : ` ${finished.outcome}`}  ${who}  ${startedAt} … ${lastAt}${problems.join("")}`;
			}));
		}),
		look("journal.jsonl", "What did the newest run do, record by record?", `the last ${RECORDS} records of the newest run`, async () => {
			const newest = (await listRuns(store)).findLast((run) => run.environment === environment);
			if (newest === void 0) return "(no run)\n";
			const { entries } = await readRun(store, newest.run);
			return lines(entries.slice(-400).map((entry) => JSON.stringify(entry)));
		}, "end"),
		look("history.txt", "Which versions served, one after another?", `the history of ${environment}`, async () => {
			const { history } = await readEnvironmentRecord(store, environment, service);
			return lines(history.map(({ time, version, outcome, who, why }) => `${time}  ${version}  ${outcome}  ${who}  ${why}`));
		}),
		look("lease.json", "Which run holds the environment?", `the lease of ${environment}`, async () => {
			const read = await readLease(store, environment);
			return `${JSON.stringify(read ?? null, null, 2)}\n`;
		}),
		look("configuration.yaml", "What is configured?", configFile, () => readFile(configFile, "utf8"))
	];
}
function lines(list) {
	return list.length === 0 ? "(none)\n" : `${list.join("\n")}\n`;
}

// src/release/diagnose/mask.ts
/** Variables of this process that hold secrets, by their names: they may stand in what other programs write, whoever configured them. */
const SECRET_VARIABLE = /PASS|PWD$|SECRET|TOKEN|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_?KEY|DSN|AUTH/i;
/** Shorter values are words that stand everywhere. */
const SHORTEST = 8;
/**
* @param references secrets of the configuration; one that cannot be read is told, and stops nothing
* @param get value behind a reference; throws where there is none
*/
function bundleMask(references, get, env, { emails }) {
	const known = /* @__PURE__ */ new Set();
	const unread = [];
	for (const reference of references) try {
		known.add(get(reference));
	} catch {
		unread.push(reference);
	}
	for (const [name, value] of Object.entries(env)) if (value !== void 0 && value.length >= SHORTEST && SECRET_VARIABLE.test(name) && !value.startsWith("/")) known.add(value);
	const values = createMask();
	for (const value of known) values.add(value);
	return {
		mask: (text) => maskShapes(values.text(text), { emails }),
		holdsSecret: (text) => values.text(text) !== text,
		secrets: known.size,
		unread
	};
}

// src/release/diagnose/places.ts
/** Who is asked what about an environment. Looks at nothing yet. */
/** As `--host` names it. */
const THIS = "here";
/** This machine, as a place in a bundle. */
const HERE = {
	name: "hosts/here",
	reach: (argv, timeoutMs) => gently(argv, secondsFor(timeoutMs))
};
/** Facts of this machine alone: what can be asked without a configuration. */
function machineCollectors(minutes) {
	return hostCollectors({
		place: HERE,
		minutes
	});
}
/** @throws ProblemError `cli.unknown-host` for a host that the environment does not have */
function environmentCollectors(environment, extra, { hosts, minutes }, asking) {
	const database = environment.database === null ? [] : databaseCollectors(environment.database.engine);
	if (!isOnHosts(environment)) {
		refuseUnknown(hosts, [THIS]);
		const cluster = isInCluster(environment) ? podCollectors(environment, minutes, asking) : [];
		return [
			...machineCollectors(minutes),
			...cluster,
			...database
		];
	}
	const { platform, traffic, service } = environment;
	const paths = { directory: traffic.directory };
	const proxy = traffic.kind === "haproxy" ? haproxyCollectors(HERE, haproxyPaths(paths)) : nginxCollectors(HERE, nginxPaths(paths));
	const beside = [PROXY, ...traffic.files === null ? [] : [traffic.files.component]];
	const own = [
		...hosts === null || hosts.includes(THIS) ? machineCollectors(minutes) : [],
		...proxy,
		...beside.flatMap((name) => processCollectors(HERE, name, join(platform.root, name)))
	];
	if (platform.kind === "local") {
		const roots = rootsOf(platform);
		refuseUnknown(hosts, [THIS, ...[...roots.keys()].filter((name) => name !== THIS)]);
		const components = [...roots].flatMap(([name, root]) => {
			if (hosts !== null && !hosts.includes(name)) return [];
			const place = roots.size === 1 ? HERE : {
				...HERE,
				name: `hosts/here/${name}`
			};
			return processCollectors(place, traffic.component, join(root, traffic.component));
		});
		return [
			...own,
			...components,
			...moreOf(HERE, extra),
			...database
		];
	}
	refuseUnknown(hosts, [THIS, ...platform.hosts.map(({ name }) => name)]);
	const access = {
		knownHosts: platform.knownHosts,
		connectTimeoutMs: platform.connectTimeoutMs,
		...platform.identityFile === void 0 ? {} : { identityFile: platform.identityFile }
	};
	const elsewhere = platform.hosts.filter(({ name }) => hosts === null || hosts.includes(name)).map((host) => sshPlace(host, access)).flatMap((place) => [
		...hostCollectors({
			place,
			minutes
		}),
		...unitCollectors(place, service, minutes),
		...moreOf(place, extra)
	]);
	return [
		...own,
		...elsewhere,
		...database
	];
}
function podCollectors(environment, minutes, { env, clock }) {
	const { namespace, rollout, application, argocdNamespace } = environment.platform;
	const cluster = clusterOf(environment, env);
	return clusterCollectors({
		kube: kubeClient(cluster, clock),
		logs: podLogs(cluster, clock),
		clock,
		namespace,
		minutes,
		objects: [{
			kind: rolloutKind(namespace),
			name: rollout,
			answers: "Where does the rollout stand, and what does its controller wait for?"
		}, {
			kind: applicationKind(argocdNamespace),
			name: application,
			answers: "What does Argo CD want there, and what did its last sync say?"
		}]
	});
}
/** A host over ssh: the command is ended there too, since ssh leaves it behind. */
function sshPlace(host, access) {
	return {
		name: `hosts/${host.name}`,
		remote: true,
		reach: (argv, timeoutMs) => sshArgv(host, access, socketDirectory(), gently(argv, secondsFor(timeoutMs)))
	};
}
function moreOf(place, { profiles, logs }) {
	return [...logs.map((path, index) => logCollector(place, path, index)), ...profiles.flatMap((url, index) => profileCollectors(place, url, index))];
}
function rootsOf({ root, ...platform }) {
	const names = platform.kind === "local" ? platform.hosts : void 0;
	if (names === void 0) return /* @__PURE__ */ new Map([["here", root]]);
	return new Map(names.map((name) => [name, hostRoot(root, name)]));
}
/** The one who waits gives up first, and says so; this is for when nobody waits any more. */
function secondsFor(timeoutMs) {
	return Math.ceil(timeoutMs / 1e3) + 2;
}
function refuseUnknown(wanted, known) {
	const stranger = wanted?.find((name) => !known.includes(name));
	if (stranger === void 0) return;
	throw new ProblemError({
		code: "cli.unknown-host",
		where: "--host",
		found: stranger,
		expected: `one of ${known.join(", ")}`,
		remedy: "name a host as `platform.hosts` does, or leave --host out for all of them"
	});
}

// src/release/diagnose/diagnose.ts
/** Reads the configuration, and asks nobody yet. */
async function planDiagnosis(door, diagnosing) {
	const { env, who, clock = systemClock } = door;
	const emails = !diagnosing.keepEmails;
	const { minutes, environment: name } = diagnosing;
	if (door.service === null || name === null) {
		const secrets = createSecrets({ env });
		return {
			diagnosing,
			who,
			clock,
			service: null,
			store: null,
			database: null,
			collectors: machineCollectors(minutes),
			mask: bundleMask([], (reference) => secrets.get(reference), env, { emails })
		};
	}
	const service = await openService(door.service);
	const environment = unwrap(resolveEnvironment(service.config, name, { baseDir: service.baseDir }));
	const { secrets, store, configFile, config } = service;
	const { database } = environment;
	const valueBehind = (text) => typeof text === "string" ? text : secrets.get(text.secret);
	return {
		diagnosing,
		who,
		clock,
		store,
		service: environment.service,
		collectors: [...environmentCollectors(environment, config.service.diagnose, diagnosing, {
			env,
			clock
		}), ...deliveryCollectors({
			store,
			service: environment.service,
			environment: name,
			configFile
		})],
		mask: bundleMask(secretsIn(environment), (reference) => secrets.get(reference), env, { emails }),
		database: database === null ? null : {
			engine: database.engine,
			dsn: () => valueBehind(database.accounts?.monitoring?.dsn ?? database.dsn),
			trust: async () => (await withDatabaseRoots({}, environment)).databaseTrust,
			connectTimeoutMs: database.connectTimeoutMs
		}
	};
}
/** What a plan asks, a line each: nothing else is asked when it is carried out. */
function planLines({ collectors, mask }) {
	return collectors.map((collector) => ({
		file: collector.file,
		asked: mask.mask(commandOf(collector))
	}));
}
/** As it is started: with its priority, over ssh. */
function commandOf({ work, place, timeoutMs }) {
	if (work.kind !== "command" || place.reach === void 0) return askedText(work);
	return askedText({
		...work,
		argv: place.reach(work.argv, timeoutMs)
	});
}
/** Asks everything and writes the bundle. @throws ProblemError when it cannot be written */
async function diagnose(plan, destination, { signal, onEnd }) {
	const { collectors, clock, diagnosing, service, mask, database, who } = plan;
	const started = clock.now();
	const collected = await collect(collectors, {
		clock,
		signal,
		maxBytes: diagnosing.maxBytes,
		mask: mask.mask,
		holdsSecret: mask.holdsSecret,
		onEnd,
		query: database === null ? void 0 : async (sql, timeoutMs) => {
			const access = {
				...database,
				dsn: database.dsn(),
				trust: await database.trust()
			};
			return createQuery({
				...access,
				clock,
				signal
			})(sql, timeoutMs);
		}
	});
	const manifest = manifestOf({
		service,
		environment: diagnosing.environment,
		who,
		on: hostname(),
		startedAt: new Date(started).toISOString(),
		endedAt: new Date(clock.now()).toISOString(),
		minutes: diagnosing.minutes,
		maxBytes: diagnosing.maxBytes,
		masked: {
			secrets: mask.secrets,
			unread: [...mask.unread],
			emails: !diagnosing.keepEmails
		}
	}, collected);
	const files = bundleFiles(manifest, collected);
	if (destination.kind === "path" && !isArchive(destination.path)) {
		await writeDirectory(destination.path, files);
		return {
			manifest,
			path: destination.path,
			bytes: files.reduce((sum, { content }) => sum + content.length, 0)
		};
	}
	const name = destination.kind === "run" ? bundleName(plan, started) : basename(destination.path);
	const content = await archive(name, files, started / 1e3);
	if (destination.kind === "path") {
		await writeArchive(destination.path, content);
		return {
			manifest,
			path: destination.path,
			bytes: content.length
		};
	}
	const { store, run } = destination;
	return {
		manifest,
		path: await attach(store, run, {
			name,
			content,
			who,
			time: manifest.endedAt
		}),
		bytes: content.length
	};
}
/** `diagnose-shop-production-20261122T214500Z.tar.gz` */
function bundleName({ service, diagnosing }, ms) {
	const time = new Date(ms).toISOString().replaceAll(/[-:]|\.\d+/g, "");
	return `${[
		"diagnose",
		service ?? hostname().replaceAll(/[^\w.-]/g, ""),
		diagnosing.environment ?? "",
		time
	].filter((part) => part !== "").join("-")}.tar.gz`;
}
/** Where it goes when nobody says it: the directory one stands in. */
function bundlePath(plan, cwd) {
	return join(cwd, bundleName(plan, plan.clock.now()));
}

export { bundlePath, diagnose, planDiagnosis, planLines };