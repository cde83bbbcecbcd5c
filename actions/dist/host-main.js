import { t as systemClock } from "./shared-clock2.js";
import { t as EXIT } from "./shared-exit.js";
import { r as formatProblem, s as problemsOf, t as ProblemError } from "./shared-problem.js";
import { g as parseDuration } from "./shared-scalars.js";
import { a as mapLimited, i as listTree } from "./shared-digest.js";
import { n as FENCE_VARIABLE, t as FENCED } from "./shared-fenced.js";
import { l as reservedName, t as UNIT_FILE } from "./shared-layout.js";
import { t as SECRET_PREFIX } from "./shared-start.js";
import { a as sshArgv, i as socketDirectory, r as parseHostWord, t as hostProblem } from "./shared-failure.js";
import { n as administratorLine, t as ADMINISTRATOR_VARIABLE } from "./shared-administrator.js";
import { i as programArgv, n as hostProgram, r as layProgramDown } from "./shared-program.js";
import { t as environmentFile } from "./shared-quote.js";
import { lstat, readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { spawn } from "node:child_process";

// src/platform/ssh/client.ts
const text = { type: "string" };
const OPTIONS = {
	root: text,
	service: text,
	"known-hosts": text,
	identity: text,
	"connect-timeout": text,
	parallel: text,
	component: text,
	version: text,
	digest: text,
	artefact: text,
	unit: text,
	launch: text,
	instances: text,
	"stop-timeout": text,
	"crash-exits": text,
	"crash-window": text,
	command: text,
	"also-current": text,
	do: text,
	of: text,
	downgrade: text,
	to: text,
	set: text,
	name: text,
	kind: text,
	rotator: text,
	reopen: text,
	every: text,
	mib: text,
	keep: text,
	days: text,
	due: text,
	source: {
		type: "string",
		multiple: true
	},
	on: {
		type: "string",
		multiple: true
	},
	ports: {
		type: "string",
		multiple: true
	}
};
/**
* One verb on some hosts at a time, for instance
*     start --root /srv/shop --service shop --known-hosts FILE --component api … --on web1=root@10.0.0.1:22 --ports web1=20000
* Every host is asked, also when one of them refuses; what went wrong is told at the end. Repeatable, as every verb of the host's program is.
*/
async function hostMain(argv, io) {
	try {
		const [verb = "", ...rest] = argv;
		const { values } = parseArgs({
			args: [...rest],
			options: OPTIONS,
			strict: true
		});
		return await askAll(verb, values, io);
	} catch (error) {
		io.err(problemsOf(error, "hosts").map((problem) => `error ${formatProblem(problem)}\n`).join(""));
		return EXIT.failed;
	}
}
async function askAll(verb, given, io) {
	const hosts = list(given, "on").map((word) => parseHostWord(word) ?? refuse("--on", word, "NAME=USER@ADDRESS:PORT"));
	const access = {
		knownHosts: need(given, "known-hosts"),
		...typeof given["identity"] === "string" ? { identityFile: given["identity"] } : {},
		connectTimeoutMs: time(given, "connect-timeout")
	};
	const send = await senderOf(verb, given, io);
	const results = await mapLimited(hosts, Number(need(given, "parallel")), async (host) => {
		const { command, input } = send(host);
		return {
			host,
			result: await runRemote(sshArgv(host, access, socketDirectory(), command), input)
		};
	});
	const bad = results.filter(({ result }) => result.exitCode !== 0);
	for (const { host, result } of results) if (result.exitCode === 0) io.out(`${host.name}: ${result.stdout.trim() || "done"}\n`);
	const lost = bad.find(({ result }) => result.exitCode === FENCED.exitCode && result.stderr.includes(FENCED.mark));
	if (lost !== void 0) {
		const line = lost.result.stderr.split("\n").find((one) => one.startsWith(FENCED.mark)) ?? FENCED.mark;
		io.err(`${line} on ${lost.host.name}\n`);
		return FENCED.exitCode;
	}
	for (const { host, result } of bad) io.err(`error ${formatProblem(hostProblem(host, result))}\n`);
	return bad.length === 0 ? EXIT.done : EXIT.failed;
}
const NO_INPUT = {
	kind: "text",
	text: ""
};
/** What each host is asked; everything that is the same for all is read once. */
async function senderOf(verb, given, io) {
	const root = need(given, "root");
	const fence = ["--fence", io.env["SHIPLOCK_FENCE"] ?? "0"];
	const of = () => [...[
		"--service",
		need(given, "service"),
		"--component",
		need(given, "component")
	], ...["--version", need(given, "version")]];
	const simple = (...words) => (host) => ({
		command: programArgv(host, root, verb, [...fence, ...words]),
		input: NO_INPUT
	});
	switch (verb) {
		case "prepare": return () => ({
			command: layProgramDown(),
			input: {
				kind: "text",
				text: hostProgram().text
			}
		});
		case "check": return (host) => ({
			command: programArgv(host, root, verb),
			input: NO_INPUT
		});
		case "fence": return simple();
		case "unit": return simple("--do", need(given, "do"), "--of", need(given, "of"));
		case "package": return simple("--do", need(given, "do"), ...optional(given, "of"), ...optional(given, "downgrade"));
		case "tables": return simple("--of", need(given, "of"));
		case "setup": {
			const words = [
				"do",
				"of",
				"to",
				"name"
			].flatMap((word) => optional(given, word));
			if (need(given, "do") !== "administrator") return simple(...words);
			const line = administratorLine(io.env[ADMINISTRATOR_VARIABLE], need(given, "name"), need(given, "kind"));
			return (host) => ({
				...simple(...words)(host),
				input: {
					kind: "text",
					text: line
				}
			});
		}
		case "files": return simple(...[
			"do",
			"set",
			"of"
		].flatMap((word) => optional(given, word)));
		case "log": return simple(...[
			"name",
			"of",
			"rotator",
			"reopen",
			"every",
			"mib",
			"keep",
			"days"
		].flatMap((word) => [`--${word}`, need(given, word)]), ...optional(given, "due"));
		case "lay": {
			const content = need(given, "do") === "put" ? await wholeOf(list(given, "source")) : "";
			const words = [
				"do",
				"to",
				"digest",
				"set"
			].flatMap((word) => [`--${word}`, need(given, word)]);
			return (host) => ({
				...simple(...words)(host),
				input: {
					kind: "text",
					text: content
				}
			});
		}
		case "key": return simple(...[
			"do",
			"of",
			"to",
			"name"
		].flatMap((word) => optional(given, word)));
		case "stop":
		case "current": return simple(...of());
		case "remove": return simple(...of(), ...optional(given, "also-current"));
		case "install": {
			const artefact = await packed(resolve(need(given, "artefact")));
			const words = [
				...of(),
				...[
					"--digest",
					need(given, "digest"),
					"--unit",
					need(given, "unit"),
					...optional(given, "launch")
				],
				...artefact.words
			];
			return (host) => ({
				...simple(...words)(host),
				input: {
					kind: "tar",
					argv: artefact.argv
				}
			});
		}
		case "start": {
			const environment = environmentFile(secretsIn(io.env));
			const ports = new Map(list(given, "ports").map((pair) => split(pair)));
			const words = [
				...of(),
				...[
					"--instances",
					need(given, "instances"),
					"--command",
					need(given, "command")
				],
				...["--stop-ms", String(time(given, "stop-timeout"))],
				...[
					"--exits",
					need(given, "crash-exits"),
					"--window-ms",
					String(time(given, "crash-window"))
				],
				...["--env-bytes", String(Buffer.byteLength(environment))]
			];
			return (host) => ({
				...simple(...words, "--address", host.address, "--ports", ports.get(host.name) ?? "")(host),
				input: {
					kind: "text",
					text: environment
				}
			});
		}
		default: return refuse("verb", verb, "prepare, check, fence, install, start, stop, unit, package, tables, setup, files, log, lay, key, current or remove");
	}
}
/** The files one behind the other, each with one line feed at its end: as lay.sh counts them. */
async function wholeOf(sources) {
	return (await Promise.all(sources.map((path) => readFile(path, "utf8")))).map((one) => `${one.replace(/\n+$/, "")}\n`).join("");
}
/**
* An artefact as a stream for tar on the host.
* @throws ProblemError when the host could not make the same of it
*/
async function packed(artefact) {
	const stat = await lstat(artefact).catch(() => void 0);
	if (stat?.isFile() === true) {
		const name = basename(artefact);
		if (name === "unit.json") throw reservedName(artefact);
		return {
			argv: [
				"tar",
				"-c",
				"-C",
				dirname(artefact),
				"--",
				name
			],
			words: [
				"--kind",
				"file",
				"--name",
				name
			]
		};
	}
	if (stat?.isDirectory() !== true) return refuse(artefact, "no file or directory", "what the build made");
	const entries = await listTree(artefact);
	if (entries.some((entry) => entry.path === "unit.json")) throw reservedName(artefact);
	const odd = entries.find((entry) => ODD.test(`${entry.path}${entry.target}`));
	if (odd !== void 0) return refuse(artefact, JSON.stringify(odd.path), "names without control characters and backslashes");
	return {
		argv: [
			"tar",
			"-c",
			"-C",
			artefact,
			"--",
			"."
		],
		words: ["--kind", "tree"]
	};
}
const ODD = /[\u0000-\u001f\u007f\\]/;
/** Runs ssh with its input; any exit code is an answer. Ends with this process group. */
async function runRemote(argv, input) {
	const [command = "", ...args] = argv;
	const remote = spawn(command, args, { stdio: [
		"pipe",
		"pipe",
		"pipe"
	] });
	remote.stdin.on("error", () => void 0);
	const local = input.kind === "tar" ? spawn(input.argv[0] ?? "", input.argv.slice(1)) : void 0;
	local?.stdout.on("error", () => void 0);
	let failure = "";
	if (local === void 0) remote.stdin.end(input.kind === "text" ? input.text : "");
	else {
		local.stdout.pipe(remote.stdin);
		local.stderr.on("data", (chunk) => {
			failure += chunk.toString("utf8");
		});
		local.once("error", () => remote.stdin.end());
	}
	const [stdout, stderr, exitCode] = await Promise.all([
		collected(remote.stdout),
		collected(remote.stderr),
		new Promise((done) => {
			remote.once("error", () => done(127));
			remote.once("close", (code) => done(code ?? 255));
		})
	]);
	local?.kill();
	return {
		exitCode,
		stdout,
		stderr: `${failure}${stderr}`
	};
}
async function collected(stream) {
	const chunks = [];
	for await (const chunk of stream) chunks.push(Buffer.from(chunk));
	return Buffer.concat(chunks).toString("utf8");
}
function secretsIn(env) {
	return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => name.startsWith("SHIPLOCK_UNIT_SECRET_") && value !== void 0 ? [[name.slice(SECRET_PREFIX.length), value]] : []));
}
function list(given, name) {
	const value = given[name];
	return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
function need(given, name) {
	const value = given[name];
	return typeof value === "string" ? value : refuse(`--${name}`, "nothing", "a value");
}
function optional(given, name) {
	const value = given[name];
	return typeof value === "string" ? [`--${name}`, value] : [];
}
function time(given, name) {
	return parseDuration(need(given, name)) ?? refuse(`--${name}`, need(given, name), "a duration such as 30s");
}
function split(pair) {
	const at = pair.indexOf("=");
	return [pair.slice(0, at), pair.slice(at + 1)];
}
function refuse(where, found, expected) {
	throw new ProblemError({
		code: "ssh.usage",
		where,
		found,
		expected,
		remedy: "this command is started by the engine"
	});
}

// src/platform/ssh/host-main.ts
process.exitCode = await hostMain(process.argv.slice(2), {
	env: process.env,
	clock: systemClock,
	out: (text) => {
		process.stdout.write(text);
	},
	err: (text) => {
		process.stderr.write(text);
	}
});

export {  };