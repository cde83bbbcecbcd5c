import { t as require_fastest_levenshtein } from "./shared-fastest-levenshtein.js";
import { Et as _enum, Jn as string, Nt as array, Pn as number, Sn as looseObject, Un as record, qn as strictObject, xn as literal } from "./shared-schemas.js";
import { o as datetime } from "./shared-libraries.js";
import { n as nearest } from "./shared-json.js";
import { i as ok, n as bad, s as problemsOf, t as ProblemError } from "./shared-problem.js";
import { o as resumeRunbook, r as givenOf, s as runRunbook } from "./shared-run.js";
import { c as formatDuration } from "./shared-scalars.js";
import { f as writeTemporary, n as fileName, o as namesIn, r as hasCode, s as replaceFile, u as syncDirectory } from "./shared-store.js";
import { t as createMask } from "./shared-mask.js";
import { Sr as openEnvironment, Ws as systemdWord, jo as listRuns } from "./shared-common.js";
import { a as listen, i as close, n as readTokens, o as plain, r as bodyOf, s as refusal, t as mayAsk } from "./shared-token.js";
import { t as EXIT } from "./shared-exit.js";
import { t as exitFor } from "./shared-exit2.js";
import { link, readFile, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { createServer } from "node:http";
import { createHash } from "node:crypto";

// src/release/alerts/rules.ts
var import_fastest_levenshtein = require_fastest_levenshtein();
/** Looks at every rule of an environment. Changes nothing. */
async function checkAlertRules(service, find) {
	const rules = service.environment.alerts ?? [];
	return Promise.all(rules.map(async (rule) => {
		try {
			const runbook = await find(rule.runbook);
			return {
				rule,
				runbook,
				problems: ruleProblems(service, rule, runbook)
			};
		} catch (error) {
			const where = `${placeOf(service, rule)}.runbook`;
			return {
				rule,
				runbook: null,
				problems: problemsOf(error, where).map((one) => ({
					...one,
					where
				}))
			};
		}
	}));
}
/** Pure but for what the inputs of a runbook look at: names of the environment. */
function ruleProblems(service, rule, runbook) {
	const where = placeOf(service, rule);
	const names = runbook.inputs.map(({ name }) => name);
	const place = inputPlaceOf(service, rule, runbook);
	return [
		...notUnattended(where, runbook),
		...Object.keys(rule.inputs).filter((name) => !names.includes(name)).map((name) => unknownInput(`${where}.inputs.${name}`, name, runbook.id, names)),
		...place
	];
}
/** What is wrong with texts that stand in the configuration; what comes from a label is looked at when it comes. */
function inputPlaceOf(service, rule, runbook) {
	const fixed = runbook.inputs.filter(({ name }) => typeof (rule.inputs[name] ?? "") === "string");
	const texts = Object.fromEntries(Object.entries(rule.inputs).flatMap(([name, from]) => typeof from === "string" ? [[name, from]] : []));
	return inputProblems(service, {
		...runbook,
		inputs: fixed
	}, texts).map((one) => ({
		...one,
		where: `${placeOf(service, rule)}.inputs`
	}));
}
/** What is wrong with these texts as inputs of the runbook. */
function inputProblems(service, runbook, texts) {
	try {
		givenOf(service, runbook, { texts });
		return [];
	} catch (error) {
		if (error instanceof ProblemError) return error.problems;
		throw error;
	}
}
/** Asked once more at every start: a file of the service may have changed since. Pure. */
function notUnattended(where, { id, severity, how }) {
	if (severity === "destructive") return [{
		code: "alert.destructive",
		where,
		found: `${id}, which takes away what cannot be brought back`,
		expected: "a runbook that may be run when nobody is there",
		remedy: `let the alert call a person: \`shiplock runbook run ${id}\` asks whether it is meant`
	}];
	if (how.kind === "tree") return [];
	return [{
		code: "alert.delivery",
		where,
		found: `${id}, which decides what serves`,
		expected: "a runbook that mends what runs; a version that is worse is taken back by its own rollout",
		remedy: `let the alert call a person: \`shiplock ${id}\` asks why`
	}];
}
function placeOf({ environment: { environment } }, { name }) {
	return `environments.${environment}.alerts.${name}`;
}
function unknownInput(where, name, id, names) {
	const near = nearest(name, names, import_fastest_levenshtein.distance);
	return {
		code: "alert.unknown-input",
		where,
		found: `an input that ${id} does not have`,
		expected: names.length === 0 ? "no inputs" : `one of ${names.join(", ")}`,
		remedy: near === void 0 ? `see \`shiplock runbook show ${id}\`` : `did you mean ${near}?`
	};
}

// src/alerts/book.ts
/**
* What alerts have started, one file for each start in `<state>/alerts/<environment>/`. A start is durable before it is answered or begun, so
* that limits and cool-downs outlive the process, and what was decided and not begun is begun by the next one.
*/
const startSchema = strictObject({
	formatVersion: literal(1),
	run: string(),
	rule: string(),
	alertname: string(),
	fingerprint: string(),
	startsAt: number(),
	runbook: string(),
	texts: record(string(), string()),
	at: number(),
	ended: strictObject({
		kind: _enum(["begun", "not-begun"]),
		outcome: string(),
		at: number()
	}).nullable()
});
/** An alert that fires for longer than that and is told again would start once more. */
const KEPT_MS = 2592e6;
/**
* Reads the book once; from then on this process is the one that writes it.
* @throws the error of the file system: without the book no limit can be kept, so nothing may be started
*/
async function openStartBook(store, environment, now) {
	const directory = join(store, "alerts", fileName(environment));
	const pathOf = (run) => join(directory, `${fileName(run)}.json`);
	const starts = /* @__PURE__ */ new Map();
	for (const name of await namesIn(directory)) {
		if (!name.endsWith(".json")) continue;
		const { formatVersion: _, ...start } = startSchema.parse(JSON.parse(await readFile(join(directory, name), "utf8")));
		if (start.ended !== null && now - start.ended.at > KEPT_MS) await rm(join(directory, name), { force: true });
		else starts.set(start.run, start);
	}
	const write = async (start) => {
		await replaceFile(pathOf(start.run), textOf(start));
		starts.set(start.run, start);
	};
	return {
		all: () => [...starts.values()].toSorted((a, b) => a.at - b.at),
		async begin(start) {
			const past = {
				...start,
				ended: null
			};
			if (starts.get(start.run)?.ended?.kind === "not-begun") {
				await write(past);
				return true;
			}
			const temporary = await writeTemporary(pathOf(start.run), textOf(past));
			try {
				await link(temporary, pathOf(start.run));
				await syncDirectory(dirname(temporary));
			} catch (error) {
				if (hasCode(error, "EEXIST")) return false;
				throw error;
			} finally {
				await rm(temporary, { force: true });
			}
			starts.set(start.run, past);
			return true;
		},
		async end(run, ended) {
			const start = starts.get(run);
			if (start !== void 0) await write({
				...start,
				ended
			});
		}
	};
}
function textOf(start) {
	return `${JSON.stringify({
		formatVersion: 1,
		...start
	}, null, 2)}\n`;
}

// src/alerts/decide.ts
const HOUR_MS = 36e5;
/** Longest value of a label that becomes an input. */
const MOST_CHARACTERS = 200;
/**
* The first rule that fits decides. What was not begun counts for nothing.
* @param past all starts of this environment that are remembered
*/
function decide(alert, rules, past, now) {
	const leave = (reason, words, rule = null) => ({
		kind: "leave",
		reason,
		words,
		rule: rule?.name ?? null
	});
	if (!alert.firing) return leave("resolved", "it is over");
	const rule = rules.find(({ match }) => Object.entries(match).every(([name, value]) => alert.labels[name] === value));
	if (rule === void 0) return leave("no-rule", "no rule is for it");
	const run = runOf(rule, alert);
	const counted = past.filter(({ ended }) => ended?.kind !== "not-begun");
	if (counted.some((one) => one.run === run)) return leave("started-before", `it has started run ${run} before`, rule);
	const texts = textsOf(rule, alert);
	if (typeof texts === "string") return leave(alert.labels[texts] === void 0 ? "no-label" : "bad-label", texts, rule);
	const mine = counted.filter((one) => one.rule === rule.name);
	const cooling = mine.find((one) => sameTexts(one.texts, texts) && now - one.at < rule.cooldownMs);
	if (cooling !== void 0) {
		const rest = formatDuration(Math.max(1e3, rule.cooldownMs - (now - cooling.at)));
		return leave("cooling-down", `run ${cooling.run} was started for the same; again in ${rest}`, rule);
	}
	const lately = mine.filter(({ at }) => now - at < HOUR_MS).length;
	if (lately >= rule.maxPerHour) return leave("too-many", `${lately} starts within an hour, at most ${rule.maxPerHour}`, rule);
	const { fingerprint, startsAt, labels } = alert;
	const { name, runbook } = rule;
	return {
		kind: "start",
		start: {
			run,
			rule: name,
			alertname: labels["alertname"] ?? "",
			fingerprint,
			startsAt,
			runbook,
			texts,
			at: now
		}
	};
}
/** `20261123-011500-a3f2a9c0d`: sorts by the beginning of the alert, as the names of other runs do by theirs. Pure. */
function runOf({ name }, { fingerprint, startsAt }) {
	return `${new Date(startsAt).toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-")}-a${createHash("sha256").update(JSON.stringify([
		name,
		fingerprint,
		startsAt
	])).digest("hex").slice(0, 8)}`;
}
/** Texts of the inputs, or the name of the label that is missing or cannot be one. */
function textsOf({ inputs }, { labels }) {
	const texts = {};
	for (const [name, from] of Object.entries(inputs)) {
		if (typeof from === "string") {
			texts[name] = from;
			continue;
		}
		const value = labels[from.label];
		if (value === void 0 || value === "" || value.length > MOST_CHARACTERS || /\p{Cc}/u.test(value)) return from.label;
		texts[name] = value;
	}
	return texts;
}
function sameTexts(one, other) {
	const names = Object.keys(one);
	return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

// src/alerts/message.ts
/** What Alertmanager posts to a webhook (its form `version: "4"`), as far as it is read here. Pure. */
/** Most bytes of one message: Alertmanager cuts groups by `max_alerts`, and nobody else is meant to write. */
const MOST_BYTES = 524288;
const MOST_ALERTS = 1e3;
/** A label is a name or an address; what is longer is none that an input could mean. */
const MOST_LABEL = 4096;
const alertSchema = looseObject({
	status: _enum(["firing", "resolved"]),
	labels: record(string().max(MOST_LABEL), string().max(MOST_LABEL)),
	startsAt: datetime({ offset: true }),
	/** Of its labels, by Alertmanager: 64 bits in hexadecimal digits. */
	fingerprint: string().regex(/^[0-9a-f]{16}$/)
});
const messageSchema = looseObject({
	version: literal("4"),
	alerts: array(alertSchema).max(MOST_ALERTS)
});
/** @param text body of the request */
function parseMessage(text) {
	let value;
	try {
		value = JSON.parse(text);
	} catch {
		return bad(badMessage("text that is no JSON"));
	}
	const message = messageSchema.safeParse(value);
	if (!message.success) {
		const [issue] = message.error.issues;
		return bad(badMessage(`${issue?.path.join(".") || "the message"}: ${issue?.message ?? "another form"}`));
	}
	return ok(message.data.alerts.map(({ status, labels, fingerprint, startsAt }) => ({
		firing: status === "firing",
		labels,
		fingerprint,
		startsAt: Date.parse(startsAt)
	})));
}
function badMessage(found) {
	return {
		code: "alert.bad-message",
		where: "body",
		found: found.slice(0, 300),
		expected: "a message of the webhook of Alertmanager, version 4",
		remedy: "let only `webhook_configs` of Alertmanager write here"
	};
}

// src/release/alerts/figures.ts
function createAlertFigures() {
	const counters = /* @__PURE__ */ new Map();
	const add = (name, labels) => {
		const of = counters.get(name) ?? /* @__PURE__ */ new Map();
		counters.set(name, of.set(labels, (of.get(labels) ?? 0) + 1));
	};
	return {
		answered: (status) => add("requests", `code="${status}"`),
		started: (rule) => add("starts", `rule="${rule}"`),
		left: (reason) => add("left", `reason="${reason}"`),
		noted: (what) => {
			if (what !== "starts") add("runs", `outcome="${what}"`);
		},
		text: () => Object.entries(HELP).flatMap(([name, help]) => [
			`# HELP shiplock_alerts_${name}_total ${help}`,
			`# TYPE shiplock_alerts_${name}_total counter`,
			...[...counters.get(name) ?? []].map(([labels, count]) => `shiplock_alerts_${name}_total{${labels}} ${count}`)
		]).join("\n")
	};
}
const HELP = {
	requests: "Requests by HTTP status.",
	starts: "Starts that were decided, by rule.",
	left: "Alerts that started nothing, by reason.",
	runs: "Runs that ended, by outcome."
};

// src/release/alerts/starter.ts
/** Somebody else has the environment, or git does not answer: how long, and how often, it is tried again. */
const PATIENCE_MS = 3e5;
const AGAIN_MS = 2e3;
function createStarter(options) {
	const { book, stop, note } = options;
	const queue = book.all().filter(({ ended }) => ended === null);
	let working;
	const work = async () => {
		for (let next = queue.shift(); next !== void 0; next = queue.shift()) {
			const ended = await carryThrough(options, next);
			if (ended === null) return;
			await book.end(next.run, ended);
		}
	};
	const begin = () => {
		working ??= work().catch((error) => {
			note("error", "stopped", { problems: codesOf(problemsOf(error, "alerts")) });
		}).finally(() => {
			working = void 0;
			if (queue.length > 0 && stop.requested === void 0) begin();
		});
	};
	if (queue.length > 0) begin();
	return {
		take(start) {
			queue.push(start);
			begin();
		},
		idle: async () => {
			while (working !== void 0) await working;
		}
	};
}
/** Null: stopped on the way; the next process goes on with it. */
async function carryThrough(options, start) {
	const { clock, stop, note } = options;
	const about = {
		run: start.run,
		rule: start.rule,
		runbook: start.runbook,
		alert: start.alertname
	};
	const from = clock.monotonic();
	for (;;) {
		if (stop.requested !== void 0) return null;
		note("info", "starts", about);
		const tried = await attempt(options, start);
		const { ended, problems } = tried;
		note(problems.length > 0 || ended?.outcome !== "done" ? "warn" : "info", ended === null ? "stopped" : ended.outcome, {
			...about,
			problems: codesOf(problems)
		});
		if (!tried.again || clock.monotonic() - from >= PATIENCE_MS) return ended;
		await clock.sleep(AGAIN_MS, stop.signal).catch(() => void 0);
	}
}
async function attempt(options, start) {
	const { clock } = options;
	try {
		const outcome = await runOrResume(options, start);
		const { problems } = outcome;
		if (outcome.outcome === "stopped") return {
			ended: null,
			again: false,
			problems
		};
		return {
			ended: {
				kind: outcome.outcome !== "lease-held" || await isRecorded(options, start) ? "begun" : "not-begun",
				outcome: outcome.outcome,
				at: clock.now()
			},
			again: outcome.outcome === "lease-held",
			problems
		};
	} catch (error) {
		const problems = problemsOf(error, start.runbook);
		return {
			ended: {
				kind: await isRecorded(options, start) ? "begun" : "not-begun",
				outcome: problems[0]?.code ?? "failed",
				at: clock.now()
			},
			again: exitFor(problems) === EXIT.failed,
			problems
		};
	}
}
/** The run that the start names: begun, or gone on with where a process before this one has begun it. */
async function runOrResume({ door, environment, find, stop }, start) {
	const { run, rule, alertname, fingerprint, startsAt, texts } = start;
	const who = `alert ${alertname} (rule ${rule})`;
	const service = await openEnvironment({
		...door,
		who,
		run,
		signal: stop
	}, environment);
	const runbook = await find(start.runbook);
	const problems = notUnattended(start.runbook, runbook);
	if (problems.length > 0) throw new ProblemError(problems);
	if ((await listRuns(service.store)).some((one) => one.run === run)) return resumeRunbook(service, run, find);
	const alert = {
		alertname,
		rule,
		fingerprint,
		startsAt: new Date(startsAt).toISOString()
	};
	return runRunbook(service, runbook, {
		texts,
		alert
	});
}
async function isRecorded({ door, environment }, { run }) {
	try {
		const { store } = await openEnvironment(door, environment);
		return (await listRuns(store)).some((one) => one.run === run);
	} catch {
		return true;
	}
}
function codesOf(problems) {
	return problems.map(({ code, where, found }) => `${code}: ${where}: ${found}`);
}

// src/release/alerts/server.ts
const LAST_ANSWERS_MS = 5e3;
/**
* Starts the server, and goes on with what a process before it has left; resolves when it listens.
* @throws ProblemError when a rule allows what may not be started, the port is taken, or there is no token
*/
async function startAlertServer(options) {
	const { door, environment, find, stop } = options;
	const service = await openEnvironment(door, environment);
	const { clock, store } = service;
	await soundRules(service, find);
	const first = await tokensOf(options.tokenFile);
	if (first.kind === "none") throw new ProblemError(first.problem);
	const figures = createAlertFigures();
	const mask = createMask();
	const note = (level, what, about) => {
		const line = JSON.stringify({
			time: new Date(clock.now()).toISOString(),
			level,
			what,
			...about
		});
		options.log(mask.text(line));
	};
	const tokens = async () => {
		const read = await tokensOf(options.tokenFile);
		if (read.kind === "tokens") for (const token of read.tokens) mask.add(token);
		return read;
	};
	const book = await openStartBook(store, environment, clock.now());
	const starter = createStarter({
		door,
		environment,
		find,
		book,
		clock,
		stop,
		note: (level, what, about) => {
			note(level, what, about);
			figures.noted(what);
		}
	});
	let leaving = false;
	/** One message after the other: what one of them starts counts for the next. */
	let last = Promise.resolve();
	const inTurn = (work) => {
		const mine = last.then(work, work);
		last = mine.catch(() => void 0);
		return mine;
	};
	const hear = async (alerts) => {
		const now = await openEnvironment(door, environment);
		const rules = await soundRules(now, find);
		const told = [];
		for (const alert of alerts) {
			const decision = refuseInputs(now, rules, decideNow(alert, rules));
			const name = alert.labels["alertname"] ?? "";
			if (decision.kind === "leave") {
				figures.left(decision.reason);
				if (decision.reason !== "resolved" && decision.reason !== "no-rule") note("info", "left", {
					alert: name,
					rule: decision.rule,
					reason: decision.reason,
					words: decision.words
				});
				told.push({
					alert: name,
					did: "nothing",
					reason: decision.reason,
					rule: decision.rule
				});
				continue;
			}
			const { start } = decision;
			const made = await book.begin(start);
			options.onDurable?.();
			if (made) starter.take(start);
			figures.started(start.rule);
			told.push({
				alert: name,
				did: made ? "start" : "nothing",
				rule: start.rule,
				run: start.run
			});
		}
		return {
			status: 200,
			body: { alerts: told },
			about: { alerts: alerts.length }
		};
	};
	const decideNow = (alert, rules) => decide(alert, rules.map(({ rule }) => rule), book.all(), clock.now());
	const answer = async (request, path) => {
		if (path !== "/v1/alerts") return refusal(404, noSuchPath(path));
		if (request.method !== "POST") return refusal(405, noSuchPath(`${request.method} ${path}`));
		const known = await tokens();
		if (known.kind === "none") return refusal(503, known.problem);
		if (!mayAsk(request.headers.authorization, known.tokens)) return refusal(401, NOT_ALLOWED);
		const text = await bodyOf(request, MOST_BYTES);
		if (text === void 0) return refusal(413, tooLong());
		const alerts = parseMessage(text);
		if (!alerts.ok) return refusal(400, ...alerts.problems);
		try {
			return await inTurn(() => hear(alerts.value));
		} catch (error) {
			return refusal(503, ...problemsOf(error, "alerts"));
		}
	};
	const server = createServer((request, response) => {
		const path = (request.url ?? "").split("?")[0] ?? "";
		if (request.method === "GET" && path === "/healthz") return plain(response, 200, "ok");
		if (request.method === "GET" && path === "/readyz") return leaving ? plain(response, 503, "not ready") : plain(response, 200, "ok");
		if (request.method === "GET" && path === "/metrics") return plain(response, 200, figures.text(), "text/plain; version=0.0.4");
		answer(request, path).then(({ status, body, headers = {}, about = {} }) => {
			figures.answered(status);
			if (status >= 400) note("warn", "refused", {
				status,
				...about
			});
			const end = leaving || status === 413 ? { connection: "close" } : {};
			response.writeHead(status, {
				"content-type": "application/json",
				...headers,
				...end
			});
			response.end(`${JSON.stringify(body)}\n`);
		}).catch(() => response.destroy());
	});
	const port = await listen(server, options.listen, portTaken);
	note("info", "listens", {
		host: options.listen.host,
		port,
		environment
	});
	return {
		port,
		async stop() {
			leaving = true;
			await close(server, clock, LAST_ANSWERS_MS);
			await starter.idle();
			note("info", "ends", {});
		}
	};
}
/** @throws ProblemError with everything that is wrong with any rule: an allow list is whole, or nothing is started by it */
async function soundRules(service, find) {
	const rules = await checkAlertRules(service, find);
	const problems = rules.flatMap((one) => one.problems);
	if (problems.length > 0) throw new ProblemError(problems);
	if (rules.length === 0) throw new ProblemError(noRules(service));
	return rules;
}
/** Values of labels are checked as the inputs of a person are, before anything is written down. */
function refuseInputs(service, rules, decision) {
	if (decision.kind === "leave") return decision;
	const { start } = decision;
	const runbook = rules.find(({ rule }) => rule.name === start.rule)?.runbook ?? null;
	const [problem] = runbook === null ? [] : inputProblems(service, runbook, start.texts);
	if (problem === void 0) return decision;
	return {
		kind: "leave",
		reason: "bad-label",
		rule: start.rule,
		words: `${problem.where}: found ${problem.found}`
	};
}
async function tokensOf(file) {
	const read = await readTokens(file);
	if (read.kind === "tokens") return read;
	const { where, found } = read.problem;
	return {
		kind: "none",
		problem: noToken(where, found)
	};
}
function noToken(where, found) {
	return {
		code: "alert.no-token",
		where,
		found,
		expected: "a readable file with one token a line, each of at least 16 characters without spaces",
		remedy: "make one with `openssl rand -base64 32`, and give it to Alertmanager as `authorization.credentials_file`"
	};
}
function portTaken(where, found) {
	return {
		code: "alert.port",
		where,
		found,
		expected: "an address to listen on",
		remedy: "stop what listens there, or give another one with --listen"
	};
}
const NOT_ALLOWED = {
	code: "alert.not-allowed",
	where: "header authorization",
	found: "no token, or a wrong one",
	expected: "`Bearer` and a token of this server",
	remedy: "set `http_config.authorization.credentials_file` of the receiver in Alertmanager"
};
function tooLong() {
	return {
		code: "alert.bad-message",
		where: "body",
		found: `more than ${MOST_BYTES} bytes`,
		expected: "one message of the webhook of Alertmanager",
		remedy: "set `max_alerts` of the receiver in Alertmanager"
	};
}
function noRules({ environment: { environment } }) {
	return {
		code: "alert.no-rules",
		where: `environments.${environment}`,
		found: "no `alerts:`",
		expected: "a list of alerts that may start a runbook",
		remedy: "write `alerts:` into shiplock.yaml as docs/runbooks.md says"
	};
}
function noSuchPath(found) {
	return {
		code: "alert.no-such-path",
		where: "request",
		found,
		expected: "POST /v1/alerts, or GET /healthz, /readyz or /metrics",
		remedy: "see docs/runbooks.md"
	};
}

// src/release/alerts/unit.ts
/**
* A unit of systemd that lets alerts start runbooks, and comes back whenever it has ended. Nothing is installed.
* A stop is told to the server alone (`KillMode=mixed`): the commands of a run that is under way, such as apt, end by themselves.
*/
async function alertUnit(door, request) {
	const { environment, listen, tokenFile, secretsFile } = request;
	const { configFile, store, environment: resolved } = await openEnvironment(door, environment);
	const { service } = resolved;
	const host = listen.host.includes(":") ? `[${listen.host}]` : listen.host;
	const argv = [...[
		...door.self,
		"runbook",
		"serve",
		environment,
		"--token-file",
		tokenFile,
		"--listen",
		`${host}:${listen.port}`
	], ...[
		"--config",
		resolve(configFile),
		"--state",
		resolve(store)
	]];
	return {
		name: `shiplock-alerts-${service}-${environment}.service`,
		content: [
			...["[Unit]", `Description=Shiplock: runbooks of ${service} in ${environment} that alerts start`],
			...[
				"Wants=network-online.target",
				"After=network-online.target",
				"StartLimitIntervalSec=0",
				""
			],
			...[
				"[Service]",
				`EnvironmentFile=-${secretsFile}`,
				`ExecStart=${argv.map(systemdWord).join(" ")}`
			],
			...[
				"Restart=always",
				"RestartSec=2",
				"KillMode=mixed",
				"UMask=0077",
				""
			],
			...[
				"[Install]",
				"WantedBy=multi-user.target",
				""
			]
		].join("\n")
	};
}

export { alertUnit, checkAlertRules, startAlertServer };