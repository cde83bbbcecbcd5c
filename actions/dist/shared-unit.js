import { t as EXIT } from "./shared-exit.js";
import { r as formatProblem, s as problemsOf, t as ProblemError } from "./shared-problem.js";
import { i as install, n as probeReady, r as clearLeftovers, t as observeHost } from "./shared-observe.js";
import { c as layout } from "./shared-layout.js";
import { d as temporaryBeside, i as isMissing, u as syncDirectory } from "./shared-store.js";
import { _ as isRunning, a as stop, c as makeDirectories, d as readRuns, f as readUnit, h as guardSchema, i as reload, l as readCurrent, m as writeRecord, n as start, o as components, p as readWanted, r as endInstance, s as installedVersions, u as readHistory, v as serviceRunning, y as withLock } from "./shared-start.js";
import { n as CRASH_POLICY } from "./shared-crash-policy.js";
import { n as PORT_RANGE, t as LOOPBACK } from "./shared-host-ports.js";
import { t as require_fastest_levenshtein } from "./shared-fastest-levenshtein.js";
import { n as nearest, r as parsedJson } from "./shared-json.js";
import { _ as parsePorts, g as parseDuration } from "./shared-scalars.js";
import { readdir, readlink, rename, rm, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

// src/platform/local/releases.ts
const LOCK_WAIT_MS = 6e4;
/**
* Makes `current` name an installed version: a new link beside it, renamed over it, so at every moment there is one or the
* other. What reads through the link (a static server) serves the new version from its next request on.
* @returns false when it was current already
*/
async function makeCurrent(host, component, version, clock) {
	const at = host.component(component);
	await readUnit(at, version);
	return withLock(host.lock, LOCK_WAIT_MS, async () => {
		const target = join("releases", version);
		if (await readlink(at.current).catch(() => void 0) === target) return false;
		const current = [...(await readHistory(at)).current, {
			version,
			time: clock.now()
		}].slice(-50);
		await writeRecord(at.history, {
			v: 1,
			current
		});
		const temporary = temporaryBeside(at.current);
		await symlink(target, temporary);
		await rename(temporary, at.current);
		await syncDirectory(at.home);
		return true;
	});
}
/**
* Removes a release from disk. Its logs stay until a prune: they tell why it went. With `alsoCurrent` a current one goes too,
* the link first: the way back of a first release, which leaves nothing.
* @returns false when it was not installed
* @throws ProblemError `unit.version-current`, `unit.version-running`
*/
async function removeVersion(host, component, version, options = { alsoCurrent: false }) {
	const at = host.component(component);
	at.release(version);
	if (!(await installedVersions(at)).includes(version)) return false;
	return withLock(at.installLock, LOCK_WAIT_MS, () => withLock(host.lock, LOCK_WAIT_MS, async () => {
		const current = await readCurrent(at) === version;
		if (current && !options.alsoCurrent) throw isCurrent(component, version);
		const { runs } = await readRuns(at);
		const running = runs.filter((run) => run.version === version && isRunning(run));
		if (running.length > 0) throw stillRunning(component, version, running.map((run) => run.instance));
		if (current) {
			await rm(at.current);
			await syncDirectory(at.home);
		}
		await discard(at, version);
		for (const run of runs.filter((other) => other.version === version)) await rm(at.runFile(run.instance), { force: true });
		const wanted = await readWanted(at);
		if (wanted.versions[version] !== void 0) {
			const { [version]: _gone, ...versions } = wanted.versions;
			await writeRecord(at.wanted, {
				v: 1,
				versions
			});
		}
		return true;
	}));
}
/**
* Removes old releases, oldest installation first, until `keep` are left; never the current one, the one before it, or one
* that runs or is wanted. Logs of versions that are gone go with them.
* @returns the versions removed
*/
async function prune(host, component, keep) {
	const at = host.component(component);
	await makeDirectories(at);
	return withLock(at.installLock, LOCK_WAIT_MS, () => withLock(host.lock, LOCK_WAIT_MS, async () => {
		await clearLeftovers(at);
		const held = await protectedVersions(at);
		const versions = await installedVersions(at);
		const units = await Promise.all(versions.map((version) => readUnit(at, version)));
		const free = units.filter((unit) => !held.has(unit.version)).toSorted((a, b) => a.installedAt - b.installedAt);
		const excess = Math.max(0, Math.min(free.length, units.length - keep));
		const gone = free.slice(0, excess).map((unit) => unit.version);
		for (const version of gone) await discard(at, version);
		await removeOldLogs(at);
		return gone;
	}));
}
async function protectedVersions(at) {
	const current = await readCurrent(at);
	const previous = (await readHistory(at)).current.findLast((entry) => entry.version !== current)?.version;
	const { runs } = await readRuns(at);
	const wanted = Object.keys((await readWanted(at)).versions);
	const held = [
		current,
		previous,
		...runs.map((run) => run.version),
		...wanted
	];
	return new Set(held.filter((version) => version !== void 0));
}
/** First out of sight in one step, then deleted: a half-deleted release is never taken for an installed one. */
async function discard(at, version) {
	const aside = join(at.releases, `.old-${version}`);
	await rm(aside, {
		recursive: true,
		force: true
	});
	await rename(at.release(version), aside);
	await syncDirectory(at.releases);
	await rm(aside, {
		recursive: true,
		force: true
	});
}
async function removeOldLogs(at) {
	const versions = await installedVersions(at);
	let names;
	try {
		names = await readdir(at.logs);
	} catch (error) {
		if (isMissing(error)) return;
		throw error;
	}
	for (const name of names) {
		const version = /^(.+)-\d+(?:\.guard)?(?:\.supervisor)?\.log(?:\.\d+)?$/.exec(name)?.[1];
		if (version !== void 0 && !versions.includes(version)) await rm(join(at.logs, name), { force: true });
	}
}
function isCurrent(component, version) {
	return new ProblemError({
		code: "unit.version-current",
		where: `${component} ${version}`,
		found: "the current version",
		expected: "a version that nothing needs",
		remedy: "make another version current first"
	});
}
function stillRunning(component, version, instances) {
	return new ProblemError({
		code: "unit.version-running",
		where: `${component} ${version}`,
		found: `running instances: ${instances.join(", ")}`,
		expected: "a version that does not run",
		remedy: `stop it first: shiplock unit stop --component ${component} --version ${version}`
	});
}

// src/platform/local/resume.ts
const LOG_POLICY = {
	maxBytes: 10485760,
	keep: 5
};
/** How a version is started when nobody says otherwise. */
function defaultStart(instances) {
	return {
		instances,
		ports: PORT_RANGE,
		crash: CRASH_POLICY,
		log: LOG_POLICY,
		guard: null
	};
}
/**
* Brings a host back after a reboot: what `current` names, and what was started and not stopped since (a canary too; its share
* is a lease, so it gets no traffic by itself). One component that cannot start does not keep the others down.
*/
async function resume(host, env, clock) {
	const started = [];
	const problems = [];
	for (const component of await components(host)) {
		const at = host.component(component);
		for (const version of await versionsToRun(at)) try {
			const request = await requestFor(at, version, env);
			if (request === void 0) continue;
			const outcome = await start(host, request, clock);
			started.push(...outcome.started.map((instance) => `${component}/${instance}`));
		} catch (error) {
			problems.push(...problemsOf(error, `${component} ${version}`));
		}
	}
	return {
		started,
		problems
	};
}
/**
* Restarts every instance of a version, one after the other: the next one only when the one before is ready again.
* @returns the instances restarted; those that did not run are left alone
*/
async function restart(host, component, version, env, clock) {
	const at = host.component(component);
	const services = (await readRuns(at)).runs.filter((run) => run.version === version && serviceRunning(run));
	const request = await requestFor(at, version, env);
	if (request === void 0) return [];
	for (const run of services) {
		await endInstance(run, clock);
		await start(host, request, clock);
		await awaitReady(component, run, clock);
	}
	return services.map((run) => run.instance);
}
async function versionsToRun(at) {
	const current = await readCurrent(at);
	const wanted = Object.keys((await readWanted(at)).versions);
	return [...new Set(current === void 0 ? wanted : [current, ...wanted])];
}
/** Undefined for a release that is only files. */
async function requestFor(at, version, env) {
	const unit = await readUnit(at, version);
	if (unit.settings.command.length === 0) return void 0;
	const settings = (await readWanted(at)).versions[version] ?? defaultStart(Math.max(1, unit.settings.replicas));
	return {
		component: at.component,
		version,
		settings,
		env
	};
}
const PROBE_TIMEOUT_MS = 1e3;
const POLL_MS = 50;
async function awaitReady(component, run, clock) {
	if (run.readyPath === "") return;
	const deadline = clock.monotonic() + run.startTimeoutMs;
	for (;;) {
		const probe = await probeReady({
			host: LOOPBACK,
			port: run.port
		}, run.readyPath, PROBE_TIMEOUT_MS, clock);
		if (probe.ready) return;
		if (clock.monotonic() > deadline) throw new ProblemError({
			code: "unit.not-ready",
			where: `${component} ${run.instance}`,
			found: probe.why,
			expected: `ready within ${run.startTimeoutMs} ms after its restart`,
			remedy: "see its log; the instances after it were not touched"
		});
		await clock.sleep(POLL_MS);
	}
}

// src/platform/local/unit-options.ts
var import_fastest_levenshtein = require_fastest_levenshtein();
const COMMON = {
	root: {
		type: "string",
		help: "DIR       directory of the host (required)"
	},
	json: {
		type: "boolean",
		help: "          print JSON"
	},
	help: {
		type: "boolean",
		help: "          print this help"
	}
};
const COMPONENT = { component: {
	type: "string",
	help: "NAME component, for instance api"
} };
const VERSION = { version: {
	type: "string",
	help: "VERSION"
} };
const OPTIONS = {
	...COMMON,
	...COMPONENT,
	...VERSION,
	digest: {
		type: "string",
		help: "SHA256  digest the artefact must have"
	},
	artefact: {
		type: "string",
		help: "PATH   file or directory the build made"
	},
	env: {
		type: "string",
		multiple: true,
		help: "K=V        variable of the service; {port} {release} {shared} {instance} {version} are put in"
	},
	"secret-env": {
		type: "string",
		multiple: true,
		help: "K=REF variable from env:NAME or file:/path, read at start, never written down"
	},
	replicas: {
		type: "string",
		help: "N      instances a start begins with"
	},
	ready: {
		type: "string",
		help: "PATH     answers 200 when an instance may get traffic"
	},
	live: {
		type: "string",
		help: "PATH      answers 200 while it lives"
	},
	"start-timeout": {
		type: "string",
		help: "TIME how long it may take to become ready (30s)"
	},
	"stop-timeout": {
		type: "string",
		help: "TIME  how long it may take to finish its requests (15s)"
	},
	instances: {
		type: "string",
		help: "N     instances that must run (default: the replicas of the release)"
	},
	ports: {
		type: "string",
		help: `A-B       ports that may be given (${PORT_RANGE.first}-${PORT_RANGE.last})`
	},
	"crash-exits": {
		type: "string",
		help: `N   this many exits … (${CRASH_POLICY.exits})`
	},
	"crash-window": {
		type: "string",
		help: "TIME … within this time are a crash loop (30s)"
	},
	backoff: {
		type: "string",
		help: "TIME    first pause before a restart, doubled each time (100ms)"
	},
	"max-backoff": {
		type: "string",
		help: "TIME longest pause (10s)"
	},
	"log-size": {
		type: "string",
		help: "BYTES  a log is put aside at this size (10485760)"
	},
	"log-keep": {
		type: "string",
		help: "N      logs put aside that are kept (5)"
	},
	guard: {
		type: "string",
		help: "JSON      command line of the guard as a list; {guardPort} {port} {readyPath} {version} {instance} {heartbeatFile}"
	},
	"heartbeat-file": {
		type: "string",
		help: "PATH file the guard watches; {version} is put in"
	},
	current: {
		type: "boolean",
		help: "       also when it is current; then nothing is current any more"
	},
	verify: {
		type: "boolean",
		help: "        compute every digest again"
	},
	keep: {
		type: "string",
		help: "N          releases to keep (5)"
	}
};
const ONE = [
	"root",
	"component",
	"version",
	"json",
	"help"
];
const START = [
	"instances",
	"ports",
	"crash-exits",
	"crash-window",
	"backoff",
	"max-backoff",
	"log-size",
	"log-keep",
	"guard",
	"heartbeat-file"
];
const IN = "--root /srv/shop --component api";
const COMMANDS = {
	install: {
		summary: "lay a release down: copied, checked against its digest, renamed into place",
		options: [
			...ONE,
			"digest",
			"artefact",
			"env",
			"secret-env",
			"replicas",
			"ready",
			"live",
			"start-timeout",
			"stop-timeout"
		],
		required: [
			"root",
			"component",
			"version",
			"digest",
			"artefact"
		],
		words: true,
		example: `${IN} --version 2.0.0 --digest sha256:… --artefact build/api --ready /readyz -- ./api --listen 127.0.0.1:{port}`
	},
	start: {
		summary: "start what is missing of the wanted instances; running ones stay",
		options: [...ONE, ...START],
		required: [
			"root",
			"component",
			"version"
		],
		example: `${IN} --version 2.0.0 --instances 2`
	},
	stop: {
		summary: "stop every instance of a version: SIGTERM, its time to finish requests, SIGKILL",
		options: [...ONE],
		required: [
			"root",
			"component",
			"version"
		],
		example: `${IN} --version 1.9.0`
	},
	"stop-guards": {
		summary: "stop the guards of a version; its instances stay",
		options: [...ONE],
		required: [
			"root",
			"component",
			"version"
		],
		example: `${IN} --version 2.0.0`
	},
	reload: {
		summary: "SIGHUP to each instance; refused when one would die of it",
		options: [...ONE],
		required: [
			"root",
			"component",
			"version"
		],
		example: `${IN} --version 2.0.0`
	},
	restart: {
		summary: "restart the running instances one at a time, each ready before the next",
		options: [...ONE],
		required: [
			"root",
			"component",
			"version"
		],
		example: `${IN} --version 2.0.0`
	},
	status: {
		summary: "what is installed, current and running; changes nothing",
		options: [
			"root",
			"component",
			"verify",
			"json",
			"help"
		],
		required: ["root"],
		example: "--root /srv/shop --json"
	},
	current: {
		summary: "make a version current: what is served from files, and what starts after a reboot",
		options: [...ONE],
		required: [
			"root",
			"component",
			"version"
		],
		example: `${IN} --version 2.0.0`
	},
	remove: {
		summary: "remove a release from disk; never one that runs, and the current one only with --current",
		options: [...ONE, "current"],
		required: [
			"root",
			"component",
			"version"
		],
		example: `${IN} --version 1.7.0`
	},
	prune: {
		summary: "remove old releases; never the current, the previous, or one that runs or is wanted",
		options: [
			"root",
			"component",
			"keep",
			"json",
			"help"
		],
		required: ["root"],
		example: "--root /srv/shop --keep 5"
	},
	resume: {
		summary: "after a reboot: start what `current` names and what was wanted",
		options: [
			"root",
			"json",
			"help"
		],
		required: ["root"],
		example: "--root /srv/shop"
	}
};
/** @throws ProblemError `unit.usage` with the nearest known word; `undefined` when help was asked for in general */
function parseUnitArguments(argv) {
	const [name, ...rest] = argv;
	if (name === void 0 || name === "--help" || name === "help") return void 0;
	if (!isCommand(name)) throw unknown(`unit ${name}`, name, Object.keys(COMMANDS));
	const spec = COMMANDS[name];
	const split = rest.indexOf("--");
	const words = split < 0 ? [] : rest.slice(split + 1);
	if (words.length > 0 && spec.words !== true) throw usage(`unit ${name}`, "words after --", "options only");
	const { values, tokens } = parseArgs({
		args: split < 0 ? rest : rest.slice(0, split),
		options: OPTIONS,
		strict: false,
		tokens: true,
		allowPositionals: true
	});
	for (const token of tokens) {
		if (token.kind === "positional") throw usage(`unit ${name}`, JSON.stringify(token.value), "options only");
		if (token.kind !== "option") continue;
		const known = spec.options.find((option) => option === token.name);
		if (known === void 0) throw unknown(`unit ${name} ${token.rawName}`, token.name, spec.options);
		if (OPTIONS[known].type === "string" && (token.value === void 0 || token.value === "")) throw usage(`unit ${name} ${token.rawName}`, "no value", "a value");
	}
	const text = (option) => {
		const value = values[option];
		return typeof value === "string" ? value : void 0;
	};
	const texts = (option) => {
		const value = values[option];
		return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
	};
	if (values["help"] !== true) {
		const missing = spec.required.filter((option) => text(option) === void 0);
		if (missing.length > 0) throw usage(`unit ${name}`, "too little", missing.map((option) => `--${option}`).join(", "));
	}
	return {
		command: name,
		words,
		text,
		texts,
		flag: (option) => values[option] === true
	};
}
/** Settings of a release as `install` is told. */
function settingsFrom(args) {
	const env = {};
	for (const pair of args.texts("env")) {
		const [name, value] = pairOf("--env", pair);
		env[name] = value;
	}
	for (const pair of args.texts("secret-env")) {
		const [name, secret] = pairOf("--secret-env", pair);
		if (!/^(?:env|file):./.test(secret)) throw usage("--secret-env", `a value that is no reference for ${name}`, "NAME=env:NAME or NAME=file:/path");
		env[name] = { secret };
	}
	return {
		command: args.words,
		env,
		replicas: count(args, "replicas", 1, 0),
		readyPath: pathOf(args, "ready"),
		livePath: pathOf(args, "live"),
		startTimeoutMs: time(args, "start-timeout", 3e4),
		stopTimeoutMs: time(args, "stop-timeout", 15e3)
	};
}
/** What `start` is told. `replicas`: instances when it is not told. */
function startFrom(args, replicas, defaultHeartbeat) {
	const ports = parsePorts(args.text("ports") ?? `${PORT_RANGE.first}-${PORT_RANGE.last}`);
	if (ports === void 0) throw usage("--ports", args.text("ports") ?? "", "a range such as 20000-20999");
	return {
		instances: count(args, "instances", Math.max(1, replicas), 1),
		ports,
		crash: {
			exits: count(args, "crash-exits", CRASH_POLICY.exits, 1),
			windowMs: time(args, "crash-window", CRASH_POLICY.windowMs),
			backoffMs: time(args, "backoff", CRASH_POLICY.backoffMs),
			maxBackoffMs: time(args, "max-backoff", CRASH_POLICY.maxBackoffMs)
		},
		log: {
			maxBytes: count(args, "log-size", LOG_POLICY.maxBytes, 1),
			keep: count(args, "log-keep", LOG_POLICY.keep, 0)
		},
		guard: guardFrom(args, defaultHeartbeat)
	};
}
function guardFrom(args, defaultHeartbeat) {
	const text = args.text("guard");
	if (text === void 0) return null;
	const heartbeatFile = args.text("heartbeat-file") ?? defaultHeartbeat;
	const parsed = guardSchema.safeParse({
		argv: parsedJson(text),
		heartbeatFile
	});
	if (!parsed.success) throw usage("--guard", text, "a JSON list of words, such as [\"guard\",\"--listen\",\"{guardPort}\"]");
	return parsed.data;
}
function pairOf(option, pair) {
	const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(pair) ?? [];
	if (name === void 0 || value === void 0) throw usage(option, "something without NAME=", "NAME=VALUE");
	return [name, value];
}
function count(args, name, otherwise, least) {
	const text = args.text(name);
	if (text === void 0) return otherwise;
	const value = Number(text);
	if (!/^\d{1,12}$/.test(text) || value < least) throw usage(`--${name}`, text, `a whole number, at least ${least}`);
	return value;
}
function time(args, name, otherwise) {
	const text = args.text(name);
	const value = text === void 0 ? otherwise : parseDuration(text);
	if (value === void 0 || value < 1) throw usage(`--${name}`, text ?? "", "a duration such as 30s or 250ms");
	return value;
}
function pathOf(args, name) {
	const path = args.text(name) ?? "";
	if (path !== "" && !/^\/[^\s#]*$/.test(path)) throw usage(`--${name}`, path, "a path that begins with /");
	return path;
}
function isCommand(name) {
	return Object.hasOwn(COMMANDS, name);
}
function unknown(where, word, known) {
	const near = nearest(word, known, import_fastest_levenshtein.distance);
	return usage(where, `unknown ${JSON.stringify(word)}`, near === void 0 ? `one of ${known.join(", ")}` : near);
}
function usage(where, found, expected) {
	return new ProblemError({
		code: "unit.usage",
		where,
		found,
		expected,
		remedy: "see `shiplock unit --help` and `shiplock unit COMMAND --help`"
	});
}
/** Help for one command, or for all. */
function unitHelp(name) {
	if (name === void 0) return `shiplock unit COMMAND --root DIR …: the services of this machine, one interface for all\n\n${Object.entries(COMMANDS).map(([command, spec]) => `  ${command.padEnd(12)} ${spec.summary}`).join("\n")}\n\nEvery command may be given twice: what is done already is not done again.\n`;
	const spec = COMMANDS[name];
	const lines = spec.options.map((option) => `  --${option} ${OPTIONS[option].help}`);
	return `shiplock unit ${name} [options]${spec.words === true ? " [-- COMMAND WORDS…]" : ""}: ${spec.summary}\n\n${lines.join("\n")}\n\nExample:\n  shiplock unit ${name} ${spec.example}\n`;
}

// src/platform/local/unit.ts
/** `shiplock unit …`: one command line, its exit code. Errors leave as problems, as text or (with --json) as JSON. */
async function unitMain(argv, io) {
	const json = argv.includes("--json");
	try {
		const args = parseUnitArguments(argv);
		if (args === void 0 || args.flag("help")) {
			io.out(unitHelp(args?.command));
			return EXIT.done;
		}
		const answer = await run(args, layout(resolve(io.cwd, args.text("root") ?? ".")), io);
		io.out(json ? `${JSON.stringify(answer.json, null, 2)}\n` : `${answer.text}\n`);
		return answer.exit ?? EXIT.done;
	} catch (error) {
		const problems = problemsOf(error, `unit ${argv[0] ?? ""}`.trim());
		tell(problems, io, json);
		return exitFor(problems);
	}
}
const USAGE = /* @__PURE__ */ new Set([
	"unit.usage",
	"unit.bad-name",
	"unit.bad-version"
]);
/** Refused before anything was changed. */
const REFUSED = /* @__PURE__ */ new Set([
	"unit.other-content",
	"unit.settings-in-use",
	"unit.version-current",
	"unit.version-running",
	"unit.wrong-digest",
	"unit.no-reload",
	"unit.only-files"
]);
function exitFor(problems) {
	if (problems.some((problem) => USAGE.has(problem.code))) return EXIT.usage;
	return problems.some((problem) => REFUSED.has(problem.code)) ? EXIT.refused : EXIT.failed;
}
function tell(problems, io, json) {
	if (json) io.out(`${JSON.stringify({ problems }, null, 2)}\n`);
	else io.err(problems.map((problem) => `error ${formatProblem(problem)}\n`).join(""));
}
async function run(args, host, io) {
	const { clock, env } = io;
	const component = args.text("component") ?? "";
	const version = args.text("version") ?? "";
	const name = `${component} ${version}`;
	switch (args.command) {
		case "install": {
			const digest = args.text("digest") ?? "";
			const artefact = resolve(io.cwd, args.text("artefact") ?? "");
			const outcome = await install(host, {
				component,
				version,
				digest,
				artefact,
				settings: settingsFrom(args)
			}, clock);
			return {
				text: `${name}: ${outcome}`,
				json: {
					component,
					version,
					outcome
				}
			};
		}
		case "start": {
			const { replicas } = (await readUnit(host.component(component), version)).settings;
			const settings = startFrom(args, replicas, join(host.hostRun, "heartbeat", "{version}"));
			const { started, already } = await start(host, {
				component,
				version,
				settings,
				env
			}, clock);
			return {
				text: `${name}: started ${words(started)}; ran already: ${words(already)}`,
				json: {
					component,
					version,
					started,
					already
				}
			};
		}
		case "stop":
		case "stop-guards": {
			const what = args.command === "stop" ? "everything" : "guards";
			host.component(component).release(version);
			const stopped = await stop(host, {
				component,
				version,
				what
			}, clock);
			return {
				text: `${name}: stopped ${words(stopped)}`,
				json: {
					component,
					version,
					stopped
				}
			};
		}
		case "reload": {
			const reloaded = await reload(host, component, version);
			return {
				text: `${name}: reloaded ${words(reloaded)}`,
				json: {
					component,
					version,
					reloaded
				}
			};
		}
		case "restart": {
			const restarted = await restart(host, component, version, env, clock);
			return {
				text: `${name}: restarted ${words(restarted)}`,
				json: {
					component,
					version,
					restarted
				}
			};
		}
		case "status": return statusAnswer(await observeHost(host, clock, {
			component: args.text("component"),
			verify: args.flag("verify")
		}));
		case "current": {
			const changed = await makeCurrent(host, component, version, clock);
			return {
				text: `${name}: ${changed ? "is current now" : "was current already"}`,
				json: {
					component,
					version,
					changed
				}
			};
		}
		case "remove": {
			const removed = await removeVersion(host, component, version, { alsoCurrent: args.flag("current") });
			return {
				text: `${name}: ${removed ? "removed" : "was not installed"}`,
				json: {
					component,
					version,
					removed
				}
			};
		}
		case "prune": {
			const names = component === "" ? await components(host) : [component];
			const keep = count(args, "keep", 5, 1);
			const removed = {};
			for (const one of names) removed[one] = await prune(host, one, keep);
			return {
				text: Object.entries(removed).map(([one, versions]) => `${one}: removed ${words(versions)}`).join("\n") || "no component",
				json: { removed }
			};
		}
		case "resume": {
			const { started, problems } = await resume(host, env, clock);
			const text = [`started ${words(started)}`, ...problems.map(formatProblem)].join("\n");
			const exit = problems.length === 0 ? EXIT.done : EXIT.failed;
			return {
				text,
				json: {
					started,
					problems: problems.map((problem) => ({ ...problem }))
				},
				exit
			};
		}
	}
}
function words(names) {
	return names.length === 0 ? "nothing" : names.join(", ");
}
function statusAnswer(state) {
	const rows = state.instances.map(({ component, instance, state: condition, host, port, guardPort, restarts, detail }) => [
		`${component}/${instance}`.padEnd(28),
		condition.padEnd(10),
		`${host}:${port}`.padEnd(16),
		guardPort === void 0 ? "" : `guard ${guardPort}`,
		restarts === 0 ? "" : `${restarts} restarts`,
		detail
	].filter((cell) => cell !== "").join("  ").trimEnd());
	const installed = state.installed.map(({ component, version, digest }) => {
		return `${component} ${version}${state.current[component] === version ? " (current)" : ""}  ${digest}`;
	});
	return {
		text: [
			...rows.length === 0 ? ["nothing runs"] : rows,
			...installed,
			...state.broken.map((line) => `broken: ${line}`)
		].join("\n"),
		json: {
			instances: state.instances.map((instance) => ({ ...instance })),
			installed: state.installed.map((row) => ({ ...row })),
			current: { ...state.current },
			broken: [...state.broken]
		}
	};
}

export { unitMain as t };