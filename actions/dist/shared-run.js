import { t as EXIT } from "./shared-exit.js";
import { Jn as string, Un as record, Yt as discriminatedUnion, qn as strictObject, xn as literal } from "./shared-schemas.js";
import { c as unwrap, t as ProblemError } from "./shared-problem.js";
import { $n as ON, Ft as announced, Gt as orderCheck, Ha as waitLines, J as agreeWithGit, Kt as personOptions, La as planHash, Qn as clientWords, Ra as childrenOf, Ua as waitsIn, Un as engineOptions, Va as inTurn, Xa as readRun, Xn as sshReach, Xt as underPolicy, Zn as hostsNode, _a as runProcedure, ba as guardText, bs as procedure, da as RUNBOOK_PREFIX, ea as LOCAL_HOST, er as RESOURCE, ga as resumeProcedure, rt as tellGit, tr as askProgram, xa as whoseGate, ya as planProcedure, za as placeNodes } from "./shared-common.js";
import { n as hostWord } from "./shared-failure.js";
import { b as LOOPBACK } from "./shared-start.js";
import { n as httpClient } from "./shared-http-client.js";
import { h as parseAddress } from "./shared-scalars.js";
import { i as resume } from "./shared-resume.js";
import { connect } from "node:net";

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
	return verb === "stop" || verb === "reload" ? [effect(verb)] : [effect("reset-failed", { okExitCodes: [0, 1] }), effect(verb)];
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

// src/system/command.ts
const LOOK_MS$1 = 3e4;
/** A service by command lines of this machine: docker compose, kubectl, an init script. */
function commandControl({ name, start, stop, status, reload, cwd, resource, exec }) {
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
		restart: null,
		...reload === null ? {} : { reload: (timeoutMs) => [effect(reload, `have ${name} read its files again`, timeoutMs)] }
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
	const prepareHosts = (names) => {
		const hosts = (reach?.hosts ?? []).filter(({ name }) => names.includes(name));
		return reach === null || hosts.length === 0 ? null : hostsNode({
			...reach,
			hosts,
			exec
		}, "what is asked of them");
	};
	return {
		services: system.services.map((service) => serviceOf(opened, service, reach)),
		probe: healthProbe(httpClient),
		role: environment.rollout.role,
		prepare: (services) => prepareHosts(services.flatMap(({ on }) => on.map(({ host }) => host))),
		prepareHosts
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
		const { start, stop, status, reload = null } = run;
		return here(commandControl({
			name,
			start,
			stop,
			status,
			reload,
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
				restart: effect("restart"),
				...run.kind === "unit" ? { reload: (timeoutMs) => [hostUnitEffect(options, "reload", [run.unit], timeoutMs)] } : {}
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
		restart: effect("restart"),
		reload: (timeoutMs) => localUnitEffects(options, "reload", options.units, timeoutMs)
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
/** By which alert a run was started, and what allowed it. */
const alertSchema = strictObject({
	alertname: string(),
	rule: string(),
	fingerprint: string(),
	/** RFC 3339. */
	startsAt: string()
});
/** What a run of a runbook was begun with; a resume builds the same tree from it. */
const inputsSchema = strictObject({
	runbook: string(),
	environment: string(),
	texts: record(string(), string()),
	alert: alertSchema.exactOptional()
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
async function treeOf(service, definition, how, { texts, alert }) {
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
				texts,
				...alert === void 0 ? {} : { alert }
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
	const bad = report?.bad === true;
	return {
		run: null,
		outcome: bad ? "failed" : "done",
		exit: bad ? EXIT.failed : EXIT.done,
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

export { procedureOfRunbook as a, localResource as c, healthText as d, tcpHealth as f, tidied as g, procedureSections as h, planRunbook as i, reachOf as l, localUnitEffects as m, documentRunbook as n, resumeRunbook as o, hostUnitEffect as p, givenOf as r, runRunbook as s, contextOf as t, healthAt as u };