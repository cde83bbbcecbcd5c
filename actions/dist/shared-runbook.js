import { Aa as inTurn, Bt as orderCheck, Da as childrenOf, Ea as planHash, Gn as sshReach, Gt as underPolicy, Jn as ON, Kn as hostsNode, Ma as waitsIn, Oa as placeNodes, Pt as announced, Rn as engineOptions, Vt as personOptions, Wi as LOCAL_HOST, Xn as askProgram, Yn as RESOURCE, aa as resumeProcedure, ca as planProcedure, cs as procedure, ea as RUNBOOK_PREFIX, ja as waitLines, la as guardText, na as isRunbook, nt as tellGit, oa as runProcedure, q as agreeWithGit, qn as clientWords, ua as whoseGate, za as readRun } from "./shared-common.js";
import { c as formatDuration, g as parseDuration, h as parseAddress } from "./shared-scalars.js";
import { t as require_fastest_levenshtein } from "./shared-fastest-levenshtein.js";
import { n as nearest } from "./shared-json.js";
import { Zn as record, c as unwrap, i as ok, kn as literal, n as bad, nr as string, rn as discriminatedUnion, t as ProblemError, tr as strictObject } from "./shared-problem.js";
import { i as isMissing } from "./shared-store.js";
import { t as EXIT } from "./shared-exit.js";
import { n as hostWord } from "./shared-failure.js";
import { b as LOOPBACK } from "./shared-start.js";
import { n as httpClient } from "./shared-http-client.js";
import { i as resume } from "./shared-resume.js";
import { t as html } from "./shared-escape.js";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { connect } from "node:net";
import { createHash } from "node:crypto";

// src/procedure/plan/document.ts
/** The same tree as a document: a standard operating procedure in Markdown, with roles, steps, checklists and a diagram. */
function documentProcedure(procedure) {
	return tidied([
		`# ${procedure.title}`,
		"",
		procedure.description,
		"",
		`Procedure \`${procedure.id}\`, version ${procedure.version}, for environment \`${procedure.environment}\`; plan \`${planHash(procedure).slice(0, 12)}\`.`,
		"",
		...procedureSections(procedure)
	]);
}
/** The parts of that document which follow from the tree alone: roles, flow, steps. For documents with a beginning of their own. */
function procedureSections(procedure) {
	const roles = rolesOf(procedure);
	return [
		...roles.length === 0 ? [] : [
			"## Roles",
			"",
			...roles.map(([role, does]) => `- **${role}**: ${does.join("; ")}`),
			""
		],
		"## Flow",
		"",
		"```mermaid",
		...diagram(procedure),
		"```",
		"",
		"## Steps",
		"",
		...stepLines(procedure.root, procedure.root.id, "1", 3)
	];
}
/** Lines of Markdown as a file: at most one empty line between two others. */
function tidied(lines) {
	return `${lines.join("\n").replace(/\n{3,}/g, "\n\n").trimEnd()}\n`;
}
function rolesOf(procedure) {
	const roles = /* @__PURE__ */ new Map();
	for (const { node } of placeNodes(procedure)) {
		if (node.kind !== "gate" || node.asks === "window" || node.asks === "condition") continue;
		roles.set(node.role, [...roles.get(node.role) ?? [], `fills in “${node.title}”`]);
		if (node.guard.kind === "unguarded") roles.set(node.guard.role, [...roles.get(node.guard.role) ?? [], `answers for “${node.title}” standing unguarded`]);
	}
	return [...roles];
}
function stepLines(node, path, number, level) {
	const lines = [
		`${"#".repeat(Math.min(level, 6))} ${number} ${node.title}`,
		"",
		`\`${path}\`${kindText(node)}`,
		"",
		...node.description === void 0 ? [] : [node.description, ""]
	];
	const children = childrenOf(node, path).flatMap(([child, at], index) => {
		const rollback = node.kind === "sequence" && child === node.rollback;
		return [...rollback ? ["If anything above fails, this is done instead:", ""] : branchIntro(node, at, path), ...stepLines(child, at, `${number}.${rollback ? "R" : index + 1}`, level + 1)];
	});
	return [
		...lines,
		...details(node),
		...children
	];
}
function branchIntro(node, at, path) {
	if (node.kind !== "choice") return [];
	return [`In the case \`${at.slice(path.length + 1)}\`:`, ""];
}
function details(node) {
	if (node.kind === "step") return ["- [ ] carried out ____________ (when, by whom)", ""];
	if (node.kind === "watch") return ["- [ ] seen ____________ (when, by whom)", ""];
	if (node.kind === "opaque") return [
		`It promises: ${node.promise}`,
		"",
		"- [ ] carried out ____________ (when, by whom)",
		""
	];
	if (node.kind !== "gate") return [];
	return [
		`Meanwhile: ${guardText(node.guard)}.`,
		"",
		...node.evidence.map((field) => `- [ ] ${field.question}${answerText(field)}`),
		""
	];
}
function answerText(field) {
	switch (field.kind) {
		case "check": return "";
		case "text": return ` ____________ (${field.name}, at least ${Math.max(1, field.minLength ?? 1)} characters)`;
		case "number": return ` ______ (${field.name}${field.min === void 0 ? "" : `, from ${field.min}`}${field.max === void 0 ? "" : `, to ${field.max}`})`;
		case "choice": return ` (${field.name}: ${field.options.join(" / ")})`;
	}
}
function kindText(node) {
	switch (node.kind) {
		case "step": return `: a step${node.urgent ? ", carried out even while a stop is asked for" : ""}${node.retry.attempts > 1 ? `, tried ${node.retry.attempts} times` : ""}${node.undo === void 0 ? "" : ", can be taken back by itself"}.`;
		case "opaque": return ": a step that cannot be planned in detail.";
		case "gate": return `: a gate for **${whoseGate(node)}**.`;
		case "watch": return `: a watch, one look every ${node.everyMs / 1e3} s.`;
		case "sequence": return ": one after another.";
		case "parallel": return `: side by side, ${node.limit} at a time${waitLines(node).map((line) => `; ${line}`).join("")}.`;
		case "choice": return ": one of several.";
		case "repeatUntil": return `: again and again, at most ${node.max} times.`;
		case "forEach": return `: in ${node.batches.length} batches of ${node.batches.map((batch) => batch.length).join(", ")}.`;
	}
}
/** Every node that does something, in order; gates are hexagons, watches rounded, choices rhombs. */
function diagram(procedure) {
	const lines = ["flowchart TD", "  begin([start])"];
	let count = 0;
	const name = () => `n${++count}`;
	const label = (node) => `"${node.title.replaceAll("\"", "#quot;")}"`;
	const link = (from, to) => {
		for (const tail of from) lines.push(`  ${tail.id} ${tail.label === "" ? "-->" : `-- "${tail.label}" -->`} ${to}`);
	};
	const walk = (node, from) => {
		switch (node.kind) {
			case "sequence": {
				let tails = from;
				let first = "";
				for (const child of node.steps) {
					const before = count;
					tails = walk(child, tails);
					if (first === "" && count > before) first = `n${before + 1}`;
				}
				if (node.rollback !== void 0) {
					const id = name();
					lines.push(`  ${id}[["Rollback: ${node.rollback.title.replaceAll("\"", "#quot;")}"]]`);
					if (first !== "") lines.push(`  ${first} -. "any failure" .-> ${id}`);
				}
				return tails;
			}
			case "parallel": {
				const ends = /* @__PURE__ */ new Map();
				const waits = waitsIn(node);
				for (const child of inTurn(node)) {
					const before = waits(child).flatMap((id) => ends.get(id) ?? []);
					ends.set(child.id, walk(child, before.length === 0 ? from : before));
				}
				const waitedFor = new Set(node.steps.flatMap(waits));
				return node.steps.flatMap(({ id }) => waitedFor.has(id) ? [] : ends.get(id) ?? []);
			}
			case "forEach": {
				let tails = from;
				for (const batch of node.batches) {
					const before = tails;
					tails = batch.flatMap((child) => walk(child, before));
				}
				return tails;
			}
			case "choice": {
				const id = name();
				lines.push(`  ${id}{${label(node)}}`);
				link(from, id);
				return Object.entries(node.branches).flatMap(([key, child]) => walk(child, [{
					id,
					label: key
				}]));
			}
			case "repeatUntil": {
				const id = name();
				lines.push(`  ${id}{{"${node.title.replaceAll("\"", "#quot;")} (at most ${node.max} times)"}}`);
				link(from, id);
				return walk(node.body, [{
					id,
					label: "again"
				}]);
			}
			case "step":
			case "opaque":
			case "gate":
			case "watch": {
				const id = name();
				const [open, close] = node.kind === "gate" ? ["{{", "}}"] : node.kind === "watch" ? ["(", ")"] : ["[", "]"];
				lines.push(`  ${id}${open}${label(node)}${close}`);
				link(from, id);
				return [{
					id,
					label: ""
				}];
			}
		}
	};
	const tails = walk(procedure.root, [{
		id: "begin",
		label: ""
	}]);
	lines.push("  finish([done])");
	link(tails, "finish");
	return lines;
}

// src/platform/unit-state.ts
/** The properties that `shownUnits` reads. */
const SHOWN = [
	"Id",
	"LoadState",
	"ActiveState",
	"SubState",
	"Result",
	"InvocationID"
];
function systemUnit({ unit, load, active, sub, result, invocation }) {
	const state = load === "not-found" ? "missing" : stateOf(active);
	const words = [
		active,
		sub === active ? "" : sub,
		result === "success" ? "" : result
	].filter((word) => word !== "");
	return {
		name: unit,
		state,
		identity: invocation === "" ? null : invocation,
		detail: state === "running" ? "" : state === "missing" ? load : words.join(", ")
	};
}
function stateOf(active) {
	switch (active) {
		case "active":
		case "reloading": return "running";
		case "activating":
		case "deactivating": return "changing";
		case "failed": return "failed";
		default: return "stopped";
	}
}
/** The answer of `systemctl show`: blocks of `Key=value`, an empty line between units. */
function shownUnits(text) {
	return text.split(/\n\s*\n/).filter((block) => block.trim() !== "").map((block) => {
		const values = new Map(block.trim().split("\n").map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
		const of = (key) => values.get(key) ?? "";
		return {
			unit: of("Id"),
			load: of("LoadState"),
			active: of("ActiveState"),
			sub: of("SubState"),
			result: of("Result"),
			invocation: of("InvocationID")
		};
	});
}

// src/platform/local/system-units.ts
const LOOK_MS$2 = 1e4;
/** @throws ProblemError `platform.no-systemd` where systemd does not answer */
async function observeLocalUnits({ units, exec }, signal) {
	const argv = [
		"systemctl",
		"show",
		...SHOWN.flatMap((key) => ["-p", key]),
		"--",
		...units
	];
	const { exitCode, stdout, stderr } = await exec.read(argv, {
		timeoutMs: LOOK_MS$2,
		...signal === void 0 ? {} : { signal }
	});
	const shown = shownUnits(stdout);
	if (exitCode === 0 && shown.length === units.length) return shown.map(systemUnit);
	throw new ProblemError({
		code: "platform.no-systemd",
		where: "this machine",
		found: stderr.trim().split("\n").at(-1) || `exit code ${exitCode}, ${shown.length} of ${units.length} units`,
		expected: "systemd as process 1",
		remedy: "name `hosts:` where the unit runs, or use `command:` on a machine without systemd"
	});
}
/** Repeatable but for `restart`. What was tried too often is not tried again by systemd until it is told to forget that. Pure. */
function localUnitEffects({ resource, privileged }, verb, names, timeoutMs) {
	const effect = (word, more = {}) => ({
		kind: "exec",
		argv: [
			...privileged,
			"systemctl",
			word,
			"--",
			...names
		],
		resource,
		why: `${word} ${names.join(", ")} on this machine`,
		timeoutMs,
		...more
	});
	return verb === "stop" ? [effect(verb)] : [effect("reset-failed", { okExitCodes: [0, 1] }), effect(verb)];
}

// src/platform/ssh/units.ts
const line = discriminatedUnion("kind", [strictObject({
	kind: literal("member"),
	unit: string(),
	load: string(),
	active: string(),
	sub: string(),
	result: string(),
	invocation: string()
}), strictObject({ kind: literal("end") })]);
/** @throws ProblemError when the host cannot be asked */
async function observeHostUnits(options, signal) {
	const { host, reach, which, exec } = options;
	const words = "units" in which ? ["--of", which.units.join(",")] : ["--component", which.component];
	const said = await askProgram({
		host,
		access: reach.access,
		root: reach.root,
		exec
	}, "units", words, signal);
	const units = parsed(said);
	if (units !== void 0) return units;
	throw new ProblemError({
		code: "ssh.strange-answer",
		where: host.name,
		found: `an answer that is not whole: ${said.trim().slice(-200)}`,
		expected: "the lines of `units`",
		remedy: "look whether the login shell of that user on the host prints something of its own, or is none of the POSIX family"
	});
}
/** Undefined for an answer that is not whole. Pure. */
function parsed(stdout) {
	const lines = stdout.split("\n").filter((text) => text.startsWith("{")).map((text) => line.safeParse(jsonOf(text)));
	if (lines.at(-1)?.data?.kind !== "end" || lines.some(({ success }) => !success)) return void 0;
	return lines.flatMap(({ data }) => data?.kind === "member" ? [systemUnit(data)] : []);
}
function jsonOf(text) {
	try {
		return JSON.parse(text);
	} catch {
		return;
	}
}
/** One verb of the host's program under the fence of the host. Pure. */
function hostUnitEffect({ host, reach }, verb, names, timeoutMs) {
	return {
		kind: "exec",
		argv: [
			...clientWords(reach, "unit"),
			"--do",
			verb,
			"--of",
			names.join(","),
			ON,
			hostWord(host)
		],
		resource: `${RESOURCE}${host.name}`,
		why: `${verb} ${names.join(", ")} on ${host.name}`,
		timeoutMs
	};
}

// src/release/runbook/define.ts
/** Type-checks a definition where it stands. */
function runbook(definition) {
	return definition;
}

// src/release/runbook/history.ts
/** Procedures that have a runbook and no prefix. */
const BY_NAME = ["rollback"];
/** The runs of runbooks among all runs, newest first. Pure. */
function historyOf(runs, only = {}) {
	return runs.filter(({ procedure }) => isRunbook(procedure) || BY_NAME.includes(procedure)).map((run) => ({
		run: run.run,
		runbook: isRunbook(run.procedure) ? run.procedure.slice(RUNBOOK_PREFIX.length) : run.procedure,
		environment: run.environment,
		who: run.who,
		startedAt: run.startedAt,
		outcome: run.finished?.outcome ?? run.state,
		durationMs: Date.parse(run.lastAt) - Date.parse(run.startedAt)
	})).filter((row) => only.runbook === void 0 || row.runbook === only.runbook).filter((row) => only.environment === void 0 || row.environment === only.environment).toReversed();
}
/** The rows as a table for people. Pure. */
function historyText(rows) {
	if (rows.length === 0) return "no run of a runbook";
	const table = [[
		"STARTED",
		"RUNBOOK",
		"ENVIRONMENT",
		"OUTCOME",
		"TOOK",
		"WHO",
		"RUN"
	], ...rows.map((row) => [
		row.startedAt.replace(/\.\d+Z$/, "Z"),
		row.runbook,
		row.environment,
		row.outcome,
		formatDuration(Math.max(1e3, Math.round(row.durationMs / 1e3) * 1e3)),
		row.who,
		row.run
	])];
	const widths = (table[0] ?? []).map((_, at) => Math.max(...table.map((row) => (row[at] ?? "").length)));
	return table.map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ").trimEnd()).join("\n");
}

// src/release/runbook/input.ts
var import_fastest_levenshtein = require_fastest_levenshtein();
function required({ usual, options = [], ...spec }) {
	return {
		...spec,
		usual,
		options,
		required: usual === void 0,
		parse(text, place) {
			const given = text ?? usual;
			return given === void 0 ? bad(missing(spec)) : spec.read(given, place);
		}
	};
}
function optional(spec) {
	return {
		...spec,
		usual: void 0,
		options: spec.options ?? [],
		required: false,
		parse: (text, place) => text === void 0 || text === "" ? ok(void 0) : spec.read(text, place)
	};
}
function textSpec(spec) {
	const { name, question, usual, minLength = 1 } = spec;
	return {
		kind: "text",
		name,
		question,
		usual,
		read(text) {
			if (text.trim().length < minLength) return bad(wrong(name, JSON.stringify(text), `a text of at least ${minLength} characters`));
			const why = spec.check?.(text);
			return why === void 0 ? ok(text) : bad(wrong(name, JSON.stringify(text), why));
		}
	};
}
const text = (spec) => required(textSpec(spec));
const optionalText = (spec) => optional(textSpec(spec));
/** A whole number. */
function number({ name, question, usual, min, max }) {
	return required({
		kind: "number",
		name,
		question,
		usual: usual === void 0 ? void 0 : String(usual),
		read(text) {
			const value = /^-?\d{1,15}$/.test(text) ? Number(text) : NaN;
			return value >= min && value <= max ? ok(value) : bad(wrong(name, JSON.stringify(text), `a whole number from ${min} to ${max}`));
		}
	});
}
function choice(spec) {
	const { name, question, options, usual } = spec;
	return required({
		kind: "choice",
		name,
		question,
		usual,
		options,
		read(text) {
			const found = options.find((option) => option === text);
			return found === void 0 ? bad(oneOf(name, text, options)) : ok(found);
		}
	});
}
/** How long: milliseconds inside, `30s` outside. */
function duration(spec) {
	const { name, question, usual, minMs = 1, maxMs } = spec;
	return required({
		kind: "duration",
		name,
		question,
		usual,
		read(text) {
			const ms = parseDuration(text) ?? NaN;
			const range = `a duration from ${formatDuration(minMs)} to ${formatDuration(maxMs)}, such as 30s`;
			return ms >= minMs && ms <= maxMs ? ok(ms) : bad(wrong(name, JSON.stringify(text), range));
		}
	});
}
/** Off unless it is given. */
function flag({ name, question }) {
	return required({
		kind: "flag",
		name,
		question,
		usual: "no",
		read: (text) => text === "yes" || text === "no" ? ok(text === "yes") : bad(wrong(name, JSON.stringify(text), "yes or no"))
	});
}
/** Name of a host of the environment; undefined: all that are meant. */
function host({ name, question }) {
	return optional({
		kind: "host",
		name,
		question,
		read: (text, { hosts }) => hosts.includes(text) ? ok(text) : bad(oneOf(name, text, hosts))
	});
}
/** Name of a service of `system.services`; undefined: all of them. */
function service({ name, question }) {
	return optional({
		kind: "service",
		name,
		question,
		read: (text, { services }) => services.includes(text) ? ok(text) : bad(oneOf(name, text, services))
	});
}
/** What may be given, in words for help and SOP. Pure. */
function inputText({ kind, options, usual, required: must }) {
	const what = kind === "choice" ? options.join(", ") : kind === "flag" ? "yes or no" : kind;
	return usual === void 0 ? `${what}${must ? "" : ", may be left out"}` : `${what}, ${usual} when left out`;
}
function missing({ name, question }) {
	return {
		code: "cli.runbook-input",
		where: `--${name}`,
		found: `no --${name}`,
		expected: question,
		remedy: `give --${name}`
	};
}
function wrong(name, found, expected) {
	return {
		code: "cli.runbook-input",
		where: `--${name}`,
		found,
		expected,
		remedy: "give another value"
	};
}
function oneOf(name, text, options) {
	const close = nearest(text, options, import_fastest_levenshtein.distance);
	return {
		code: "cli.runbook-input",
		where: `--${name}`,
		found: JSON.stringify(text),
		expected: options.length === 0 ? "nothing: this environment has none" : `one of ${options.join(", ")}`,
		remedy: close === void 0 ? "give one of them" : `did you mean ${close}?`
	};
}

// src/system/command.ts
const LOOK_MS$1 = 3e4;
/** A service by command lines of this machine: docker compose, kubectl, an init script. */
function commandControl({ name, start, stop, status, cwd, resource, exec }) {
	const effect = (argv, why, timeoutMs) => ({
		kind: "exec",
		argv,
		cwd,
		resource,
		why,
		timeoutMs
	});
	return {
		async observe(signal) {
			const found = await exec.read(status, {
				cwd,
				timeoutMs: LOOK_MS$1,
				...signal === void 0 ? {} : { signal }
			});
			const words = (found.stderr.trim() || found.stdout.trim()).split("\n").at(-1)?.slice(0, 200) ?? "";
			return [{
				name,
				state: found.exitCode === 0 ? "running" : "stopped",
				identity: null,
				detail: found.exitCode === 0 ? "" : words
			}];
		},
		start: (names, timeoutMs) => names.length === 0 ? [] : [effect(start, `start ${name}`, timeoutMs)],
		stop: (names, timeoutMs) => names.length === 0 ? [] : [effect(stop, `stop ${name}`, timeoutMs)],
		restart: null
	};
}

// src/system/health.ts
const LOOK_MS = 3e3;
/** `{host}` of a health check put in. An address with colons stands in brackets where a port may follow. Pure. */
function healthAt(health, address) {
	return health.kind === "http" ? {
		...health,
		url: health.url.replaceAll("{host}", address.includes(":") ? `[${address}]` : address)
	} : {
		...health,
		host: health.host.replaceAll("{host}", address)
	};
}
/** `3306` → that port of the host; `db1:3306`, `{host}:3306` and `[::1]:3306` → that address. Pure. */
function tcpHealth(text) {
	if (/^\d+$/.test(text)) return {
		kind: "tcp",
		host: "{host}",
		port: Number(text)
	};
	const at = text.lastIndexOf(":");
	const { host, port } = parseAddress(text) ?? {
		host: text.slice(0, at),
		port: Number(text.slice(at + 1))
	};
	return {
		kind: "tcp",
		host,
		port
	};
}
/** What a health check asks, in words. Pure. */
function healthText(health) {
	return health.kind === "http" ? `GET ${health.url} answers ${health.status}` : `${health.host}:${health.port} accepts`;
}
/** Asks from this machine. Never throws but for an abort: no answer is an answer too. */
function healthProbe(http) {
	return async (health, signal) => {
		if (health.kind === "tcp") return tcpProbe(health.host, health.port, signal);
		const answer = await http.get(health.url, {
			timeoutMs: LOOK_MS,
			signal
		});
		if (answer.kind === "no-answer") return `${health.url}: ${answer.reason}`;
		return answer.status === health.status ? null : `${health.url}: status ${answer.status}, not ${health.status}`;
	};
}
function tcpProbe(host, port, signal) {
	return new Promise((resolve) => {
		const limit = AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]);
		const socket = connect({
			host,
			port
		});
		const end = (found) => {
			socket.destroy();
			limit.removeEventListener("abort", late);
			resolve(found);
		};
		const late = () => end(`${host}:${port}: no connection within ${LOOK_MS / 1e3} s`);
		limit.addEventListener("abort", late);
		socket.once("connect", () => end(null));
		socket.once("error", (error) => end(`${host}:${port}: ${error.code ?? error.message}`));
	});
}

// src/release/environment/system.ts
/** @throws ProblemError `system.not-configured` */
function openSystem(opened) {
	const { environment, exec } = opened;
	const { system } = environment;
	if (system === void 0) throw new ProblemError(notConfigured(environment));
	const reach = reachOf(environment, system);
	return {
		services: system.services.map((service) => serviceOf(opened, service, reach)),
		probe: healthProbe(httpClient),
		role: environment.rollout.role,
		prepare(services) {
			const names = new Set(services.flatMap(({ on }) => on.map(({ host }) => host)));
			const hosts = (reach?.hosts ?? []).filter(({ name }) => names.has(name));
			return reach === null || hosts.length === 0 ? null : hostsNode({
				...reach,
				hosts,
				exec
			}, "what is asked of them");
		}
	};
}
/** All hosts of the environment, those of the system too; null where there are none. */
function reachOf(environment, system) {
	const { platform } = environment;
	if (platform.kind !== "ssh") return null;
	const reach = sshReach(environment, platform);
	return {
		...reach,
		hosts: [...reach.hosts, ...system.hosts]
	};
}
function serviceOf(opened, service, reach) {
	const { name, after, health, startMs, stopMs } = service;
	return {
		name,
		after,
		startMs,
		stopMs,
		what: wordsOf(service.run),
		health: healthOf(health),
		on: placesOf(opened, service, reach)
	};
}
function wordsOf(run) {
	switch (run.kind) {
		case "unit": return `unit ${run.unit}`;
		case "component": return `instances of ${run.component}`;
		case "command": return `command ${run.start[0] ?? ""}`;
	}
}
function healthOf(health) {
	return health?.kind === "tcp" ? tcpHealth(health.at) : health;
}
function placesOf({ environment, exec, baseDir }, { name, run }, reach) {
	const here = (control) => [{
		host: LOCAL_HOST,
		address: LOOPBACK,
		control
	}];
	const resource = localResource(environment);
	if (run.kind === "command") {
		const { start, stop, status } = run;
		return here(commandControl({
			name,
			start,
			stop,
			status,
			cwd: baseDir,
			resource,
			exec
		}));
	}
	if (run.kind === "unit" && run.hosts === null) {
		const privileged = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
		return here(localControl({
			units: [run.unit],
			resource,
			exec,
			privileged
		}));
	}
	if (reach === null) throw new TypeError("a checked system names hosts only where there are some");
	const meant = run.kind === "component" ? componentHosts(environment) : reach.hosts.filter((host) => run.hosts?.includes(host.name) === true);
	const which = run.kind === "component" ? { component: run.component } : { units: [run.unit] };
	return meant.map((host) => {
		const options = {
			host,
			reach,
			which,
			exec
		};
		const effect = (verb) => (names, timeoutMs) => names.length === 0 ? [] : [hostUnitEffect(options, verb, names, timeoutMs)];
		return {
			host: host.name,
			address: host.address,
			control: {
				observe: (signal) => observeHostUnits(options, signal),
				start: effect("start"),
				stop: effect("stop"),
				restart: effect("restart")
			}
		};
	});
}
function componentHosts({ platform }) {
	return platform.kind === "ssh" ? platform.hosts : [];
}
function localControl(options) {
	const effect = (verb) => (names, timeoutMs) => names.length === 0 ? [] : localUnitEffects(options, verb, names, timeoutMs);
	return {
		observe: (signal) => observeLocalUnits(options, signal),
		start: effect("start"),
		stop: effect("stop"),
		restart: effect("restart")
	};
}
/** What is fenced on this machine: the root of the environment; in a cluster nothing here is. */
function localResource({ platform, environment }) {
	return platform.kind === "kubernetes" ? `system:${environment}` : `local:${platform.root}`;
}
function notConfigured({ environment }) {
	return {
		code: "system.not-configured",
		where: `environments.${environment}`,
		found: "no `system:`",
		expected: "the services that must run, and their order",
		remedy: "write `system:` into shiplock.yaml as docs/runbooks.md says"
	};
}

// src/release/runbook/run.ts
/** What a run of a runbook was begun with; a resume builds the same tree from it. */
const inputsSchema = strictObject({
	runbook: string(),
	environment: string(),
	texts: record(string(), string())
});
/** What it would do now. Looks only. @throws ProblemError for inputs that do not fit */
async function planRunbook(service, runbook, request) {
	const { how } = runbook;
	if (how.kind === "delivery") return how.plan(givenOf(service, runbook, request), service);
	const { procedure: tree } = await treeOf(service, runbook, how, request);
	return planProcedure(tree, engineOptions(service));
}
/** The procedure as a document with its checklist, for this environment and these inputs. */
async function documentRunbook(service, runbook, request) {
	return documentProcedure(await procedureOfRunbook(service, runbook, request));
}
/** The tree for this environment and these inputs. */
async function procedureOfRunbook(service, runbook, request) {
	const { how } = runbook;
	if (how.kind === "delivery") return how.document(givenOf(service, runbook, request), service);
	return (await treeOf(service, runbook, how, request)).procedure;
}
/**
* Carries it out under the lease of the environment. One that only reads is looked at and not recorded: it needs no lease, and works while
* somebody else holds the environment or the disk is full.
*/
async function runRunbook(opened, runbook, request) {
	const { how } = runbook;
	const about = {
		runbook: runbook.id,
		environment: opened.target.environment
	};
	if (how.kind === "delivery") {
		const { exit, run, text, json } = await how.run(givenOf(opened, runbook, request), opened);
		return {
			...about,
			run,
			exit,
			outcome: outcomeOfExit(exit),
			problems: [],
			gate: null,
			report: {
				text,
				json
			}
		};
	}
	const tree = await treeOf(opened, runbook, how, request);
	if (runbook.severity === "reads") return {
		...about,
		...await lookedAt(opened, tree)
	};
	const service = await underPolicy(opened, "look");
	await agreeWithGit(service);
	const persons = await personOptions(service, null);
	const result = await announced(service, void 0, (observing) => runProcedure(tree.procedure, {
		...engineOptions(service, {
			...observing,
			...persons,
			mayOrder: orderCheck(service)
		}),
		run: service.door.run
	}));
	await tellGit(service);
	return {
		...about,
		...ended(result, tree.built)
	};
}
/**
* Goes on with a run of a runbook where it stopped.
* @param find the definition by its name, as it is today: where the tree is another one by now, the engine refuses
*/
async function resumeRunbook(opened, run, find, answers = {}) {
	const recorded = await readRun(opened.store, run);
	const inputs = inputsSchema.safeParse(recorded.inputs);
	if (!inputs.success) {
		const { exit, problems } = await resume(opened, run, answers);
		return {
			runbook: recorded.procedure,
			environment: recorded.environment,
			run,
			exit,
			outcome: outcomeOfExit(exit),
			problems,
			gate: null,
			report: null
		};
	}
	const definition = await find(inputs.data.runbook);
	if (definition.how.kind === "delivery") throw new TypeError("a tree is recorded by a tree");
	const tree = await treeOf(opened, definition, definition.how, inputs.data);
	const service = await underPolicy(opened, "look");
	await agreeWithGit(service);
	const persons = await personOptions(service, null);
	const result = await announced(service, run, (observing) => resumeProcedure(tree.procedure, run, {
		...engineOptions(service, {
			...observing,
			...persons,
			mayOrder: orderCheck(service)
		}),
		...answers
	}));
	await tellGit(service);
	return {
		runbook: definition.id,
		environment: inputs.data.environment,
		...ended(result, tree.built)
	};
}
async function treeOf(service, definition, how, { texts }) {
	const built = await how.build(givenOf(service, definition, { texts }), contextOf(service));
	const { environment } = service.target;
	return {
		built,
		procedure: procedure({
			id: `${RUNBOOK_PREFIX}${definition.id}`,
			title: built.title,
			description: built.description,
			environment,
			inputs: {
				runbook: definition.id,
				environment,
				texts
			},
			root: built.root
		})
	};
}
function contextOf(service) {
	return {
		service,
		system: () => openSystem(service)
	};
}
/** Every input is read before anything else, so that all that is wrong is told at once. @throws ProblemError */
function givenOf(service, { inputs }, { texts }) {
	const place = placeOf(service);
	const problems = inputs.flatMap((input) => {
		const found = input.parse(texts[input.name], place);
		return found.ok ? [] : found.problems;
	});
	if (problems.length > 0) throw new ProblemError(problems);
	return (input) => unwrap(input.parse(texts[input.name], place));
}
function placeOf({ environment: { platform, system } }) {
	return {
		hosts: (platform.kind === "ssh" ? [...platform.hosts, ...system?.hosts ?? []] : []).map(({ name }) => name),
		services: (system?.services ?? []).map(({ name }) => name)
	};
}
async function lookedAt(service, { procedure: tree, built }) {
	const plan = await planProcedure(tree, engineOptions(service));
	const problems = [...plan.problems, ...unseen(plan.root)];
	if (problems.length > 0) throw new ProblemError(problems);
	const report = built.report?.(plan.outputs) ?? null;
	return {
		run: null,
		outcome: "done",
		exit: EXIT.done,
		problems: [],
		gate: null,
		report
	};
}
/** Looks that were not possible. Pure. */
function unseen(node) {
	if (node.kind === "step") return node.decision.kind === "unknown" ? node.decision.problems : [];
	return "children" in node ? node.children.flatMap(unseen) : [];
}
function ended(result, { report }) {
	const { run, outcome, exit, problems, gate = null } = result;
	return {
		run,
		outcome,
		exit,
		problems,
		gate,
		report: outcome === "done" ? report?.(result.outputs) ?? null : null
	};
}
/** What an exit code of a release says of its run. Pure. */
function outcomeOfExit(exit) {
	switch (exit) {
		case EXIT.done: return "done";
		case EXIT.rolledBack: return "rolled-back";
		case EXIT.waiting: return "waiting";
		case EXIT.refused: return "refused";
		case EXIT.leaseHeld: return "lease-held";
		case EXIT.interrupted:
		case EXIT.terminated: return "stopped";
		default: return "failed";
	}
}

// src/release/runbook/judge.ts
const DAY_MS = 864e5;
/** Plans twice, prints the document, and judges the tree. */
async function checkRunbook(service, runbook, request) {
	const before = await fingerprint(service.store);
	const first = await planRunbook(service, runbook, request);
	const second = await planRunbook(service, runbook, request);
	const tree = await procedureOfRunbook(service, runbook, request);
	const after = await fingerprint(service.store);
	const steps = placeNodes(tree);
	return {
		problems: [
			...definitionProblems(runbook),
			...before === after ? [] : [wrote(runbook, service.store)],
			...planProblems(runbook, first, second),
			...treeProblems(runbook, tree)
		],
		steps: steps.filter(({ node }) => node.kind === "step" || node.kind === "opaque").length,
		effects: first.effects.length,
		opaque: steps.filter(({ node }) => node.kind === "opaque").map(({ path }) => path)
	};
}
/** Names of options that mean something else in every door. */
const RESERVED = [
	"allow-changed",
	"as",
	"break-glass",
	"config",
	"document",
	"environment",
	"evidence",
	"format",
	"help",
	"input",
	"json",
	"outcome",
	"plan",
	"quiet",
	"sign-key",
	"state",
	"step",
	"yes"
];
/** What is wrong with a definition by itself. Pure. */
function definitionProblems({ id, inputs, sample, severity, how }) {
	const names = inputs.map(({ name }) => name);
	return [
		.../^[a-z][a-z0-9-]{0,39}$/.test(id) ? [] : [malformed(id, `the id ${JSON.stringify(id)}`, "lower-case letters, digits and dashes")],
		...names.flatMap((name, at) => [
			.../^[a-z][a-z0-9-]{0,39}$/.test(name) ? [] : [malformed(id, `the input ${JSON.stringify(name)}`, "lower-case letters, digits and dashes")],
			...RESERVED.includes(name) ? [malformed(id, `the input ${name}`, "a name that no option of shiplock has")] : [],
			...names.indexOf(name) === at ? [] : [malformed(id, `two inputs ${name}`, "each name once")]
		]),
		...Object.keys(sample).filter((name) => !names.includes(name)).map((name) => malformed(id, `a sample for ${name}`, `samples for ${names.join(", ") || "no input"}`)),
		...severity === "reads" && how.kind === "delivery" ? [malformed(id, "a release that only reads", "severity `changes`")] : []
	];
}
function planProblems({ id }, first, second) {
	const shown = ({ planHash, effects }) => JSON.stringify([planHash, effects]);
	if (shown(first) === shown(second)) return [];
	return [malformed(id, "two plans that differ, one after the other", "the same plan while nothing changes")];
}
/** What is wrong with a tree, whatever the world is like. Pure. */
function treeProblems({ id, severity }, tree) {
	const placed = placeNodes(tree);
	const verified = (path) => isLookedAt(placed, path);
	return placed.flatMap(({ node, path }) => {
		const at = `${id}: ${path}`;
		if (severity === "reads" && (node.kind === "gate" || node.kind === "watch" || node.kind === "opaque")) return [malformed(at, `a ${node.kind}`, "steps only: what reads is not recorded, and cannot wait")];
		if (node.kind !== "step" && node.kind !== "opaque") return [];
		return [...node.timeoutMs > 0 && node.timeoutMs <= DAY_MS ? [] : [malformed(at, `a time-out of ${node.timeoutMs} ms`, "at most a day")], ...node.kind === "step" && node.verify === void 0 && severity !== "reads" && !verified(path) ? [malformed(at, "a step that nobody looks after", "`verify`, or a watch, a gate or another step behind it")] : []];
	});
}
/** Is there something behind it, in any of the nodes that hold it, that looks? */
function isLookedAt(placed, path) {
	const own = placed.find((one) => one.path === path);
	if (own === void 0) return false;
	const siblings = placed.filter((one) => one.parent === own.parent);
	if (siblings.slice(siblings.indexOf(own) + 1).length > 0) return true;
	return own.parent !== "" && isLookedAt(placed, own.parent);
}
function malformed(where, found, expected) {
	return {
		code: "runbook.malformed",
		where,
		found,
		expected,
		remedy: "mend the file of the runbook"
	};
}
function wrote({ id }, store) {
	return malformed(id, `a plan that wrote into ${store}`, "a plan that only looks");
}
/** Names, sizes and content of all files of the state directory. */
async function fingerprint(directory) {
	const hash = createHash("sha256");
	let names = [];
	try {
		names = (await readdir(directory, {
			recursive: true,
			withFileTypes: true
		})).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).toSorted();
	} catch (error) {
		if (!isMissing(error)) throw error;
	}
	for (const name of names) hash.update(`${name}\0`).update(await readFile(name));
	return hash.digest("hex");
}

// src/release/runbook/sop.ts
/** The standard operating procedure of a runbook: what a person reads who carries it out by hand, or looks over it. */
const SEVERITIES = {
	reads: "reads only",
	changes: "changes what runs; it can be run again",
	destructive: "takes away what running it again does not bring back"
};
/** As Markdown. Pure. @param of what it was printed for, one sentence */
function sopMarkdown(runbook, procedure, of) {
	const { id, title, summary, when, requirements, severity, roles, inputs, prerequisites, wayBack } = runbook;
	return tidied([
		`# SOP: ${title}`,
		"",
		summary,
		"",
		`Runbook \`${id}\`, ${SEVERITIES[severity]}. Requirements: ${requirements.join(", ") || "none"}. ${of}`,
		"",
		"## When to use it",
		"",
		when,
		"",
		"## Who",
		"",
		...roles.map(({ role, does }) => `- **${role}** ${does}`),
		"",
		"## Inputs",
		"",
		...inputs.length === 0 ? ["None but the environment.", ""] : [
			"| option | question | may be |",
			"| --- | --- | --- |",
			...inputs.map((input) => `| \`--${input.name}\` | ${cell(input.question)} | ${cell(inputText(input))} |`),
			""
		],
		"## Before you begin",
		"",
		...prerequisites.map((line) => `- [ ] ${line}`),
		"",
		"## How to run it",
		"",
		"```",
		...commandsOf(runbook, procedure.environment),
		"```",
		"",
		...procedureSections(procedure),
		"",
		"## The way back",
		"",
		wayBack
	]);
}
/** The command lines that plan it, run it and go on with it. Pure. */
function commandsOf({ id, sample, severity }, environment) {
	const words = Object.entries(sample).map(([name, text]) => `--${name} ${/^[\w./:-]+$/.test(text) ? text : JSON.stringify(text)}`);
	const call = (verb) => [
		"shiplock runbook",
		verb,
		id,
		environment,
		...words
	].join(" ");
	return severity === "reads" ? [call("run")] : [
		call("plan"),
		call("run"),
		"shiplock runbook resume RUN"
	];
}
function cell(text) {
	return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

// src/release/runbook/sop-html.ts
/** The same as a page for printing: one file, no script, nothing from elsewhere, a box to tick at each step. */
/** Pure. @param of what it was printed for, one sentence */
function sopHtml(runbook, procedure, of) {
	const { title, summary, when, severity, roles, inputs, prerequisites, wayBack } = runbook;
	const list = (lines, mark = "") => `<ul>${lines.map((line) => `<li>${mark}${line}</li>`).join("")}</ul>`;
	const body = [
		`<h1>SOP: ${html(title)}</h1>`,
		`<p>${html(summary)}</p>`,
		`<p class="of">Runbook <code>${html(runbook.id)}</code>, ${html(SEVERITIES[severity])}. ${html(of)}</p>`,
		`<h2>When to use it</h2><p>${html(when)}</p>`,
		`<h2>Who</h2>${list(roles.map(({ role, does }) => `<b>${html(role)}</b> ${html(does)}`))}`,
		"<h2>Inputs</h2>",
		inputs.length === 0 ? "<p>None but the environment.</p>" : `<table><tr><th>option</th><th>question</th><th>may be</th><th>given</th></tr>${inputs.map((input) => `<tr><td><code>--${html(input.name)}</code></td><td>${html(input.question)}</td><td>${html(inputText(input))}</td><td class="blank"></td></tr>`).join("")}</table>`,
		`<h2>Before you begin</h2>${list(prerequisites.map(html), BOX)}`,
		`<h2>How to run it</h2><pre>${commandsOf(runbook, procedure.environment).map(html).join("\n")}</pre>`,
		`<h2>Flow</h2><div class="flow">${flow(procedure.root)}</div>`,
		`<h2>Steps</h2>${stepHtml(procedure.root, procedure.root.id, "1")}`,
		`<h2>The way back</h2><p>${html(wayBack)}</p>`,
		"<p class=\"sign\">Begun ____________ &nbsp; by ____________ &nbsp; over ____________ &nbsp; outcome ____________</p>"
	];
	return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>SOP: ${html(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>${STYLE}</style></head>
<body>
${body.join("\n")}
</body></html>
`;
}
const BOX = "<span class=\"box\" aria-hidden=\"true\"></span>";
/** Boxes in their order: what runs one after another stands below each other, what runs side by side beside each other. */
function flow(node) {
	const children = childrenOf(node, node.id).map(([child]) => child);
	switch (node.kind) {
		case "parallel": return `<div class="group"><i>${html(node.title)}</i><div class="beside">${node.steps.map(flow).join("")}</div></div>`;
		case "sequence":
		case "choice":
		case "repeatUntil":
		case "forEach": return `<div class="group"><i>${html(node.title)}</i><div class="below">${children.map(flow).join("")}</div></div>`;
		default: return `<div class="node ${node.kind}">${html(node.title)}</div>`;
	}
}
function stepHtml(node, path, number) {
	const children = childrenOf(node, path).map(([child, at], index) => stepHtml(child, at, `${number}.${index + 1}`)).join("");
	const words = [
		...node.description === void 0 ? [] : [html(node.description)],
		...node.kind === "gate" ? [`For <b>${html(whoseGate(node))}</b>. Meanwhile: ${html(guardText(node.guard))}.`] : [],
		...node.kind === "opaque" ? [`It promises: ${html(node.promise)}`] : []
	];
	const questions = node.kind === "gate" ? node.evidence.map(({ question }) => `<div class="tick">${BOX}${html(question)} ____________</div>`).join("") : "";
	const done = node.kind === "step" || node.kind === "opaque" || node.kind === "watch" ? `<div class="tick">${BOX}${node.kind === "watch" ? "seen" : "carried out"} ____________ (when, by whom)</div>` : "";
	return `<section><h3>${number} ${html(node.title)} <code>${html(path)}</code></h3>${words.map((text) => `<p>${text}</p>`).join("")}${questions}${done}${children}</section>`;
}
const STYLE = `
body{font:14px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}
h1{font-size:1.6rem}h2{font-size:1.2rem;border-bottom:1px solid #999;margin-top:2rem}h3{font-size:1rem;margin:.8rem 0 .2rem}
h3 code{font-weight:normal;color:#555}table{border-collapse:collapse;width:100%}td,th{border:1px solid #999;padding:.3rem .5rem;text-align:left}
.blank{min-width:8rem}pre{background:#f3f3f3;padding:.6rem;white-space:pre-wrap}ul{padding-left:1.2rem}p{margin:.3rem 0}.of{color:#444}
section section{margin-left:1rem;border-left:2px solid #ddd;padding-left:.8rem}section{break-inside:avoid-page}
.tick{margin:.2rem 0}.box{display:inline-block;width:.8rem;height:.8rem;border:1.5px solid #111;margin-right:.5rem;vertical-align:-1px}
.group{border:1px solid #bbb;border-radius:4px;padding:.3rem .5rem;margin:.3rem 0}.group>i{color:#444}
.beside{display:flex;flex-wrap:wrap;gap:.5rem}.beside>*{flex:1 1 12rem}.node{border:1.5px solid #333;border-radius:4px;padding:.3rem .5rem;margin:.3rem 0}
.gate{border-style:double;border-width:4px}.watch{border-radius:1rem}.below>*+*{margin-top:1.2rem;position:relative}
.below>*+*::before{content:"\\2193";position:absolute;top:-1.25rem;left:50%}.sign{margin-top:2rem}
@media print{body{margin:0;max-width:none}}
`;

export { optionalText as C, historyText as D, historyOf as E, runbook as O, number as S, text as T, choice as _, checkRunbook as a, host as b, contextOf as c, planRunbook as d, procedureOfRunbook as f, healthText as g, healthAt as h, sopMarkdown as i, documentRunbook as l, runRunbook as m, SEVERITIES as n, definitionProblems as o, resumeRunbook as p, commandsOf as r, treeProblems as s, sopHtml as t, givenOf as u, duration as v, service as w, inputText as x, flag as y };