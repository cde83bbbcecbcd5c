import { Jn as string, Yt as discriminatedUnion, qn as strictObject, xn as literal } from "./shared-schemas.js";
import { Ar as hostsNode, Ha as LOCAL_HOST, Pr as askWhole, jr as hostEffect, kr as sshReach } from "./shared-common.js";
import { t as ProblemError } from "./shared-problem.js";
import { S as wholeLines } from "./shared-program.js";
import { t as LOOPBACK } from "./shared-host-ports.js";
import { n as httpClient } from "./shared-http-client.js";
import { h as parseAddress } from "./shared-scalars.js";
import { connect } from "node:net";

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
	const looking = {
		host,
		access: reach.access,
		root: reach.root,
		exec
	};
	return askWhole(looking, {
		verb: "units",
		words,
		parse: parsed
	}, signal);
}
/** Undefined for an answer that is not whole. Pure. */
function parsed(stdout) {
	return wholeLines(stdout, line)?.flatMap((one) => one.kind === "member" ? [systemUnit(one)] : []);
}
/** One verb of the host's program under the fence of the host. Pure. */
function hostUnitEffect(options, verb, names, timeoutMs) {
	return hostEffect(options, "unit", [
		"--do",
		verb,
		"--of",
		names.join(",")
	], {
		why: `${verb} ${names.join(", ")} on ${options.host.name}`,
		timeoutMs
	});
}

// src/system/command.ts
const LOOK_MS$1 = 3e4;
/** A service by command lines of this machine, such as those of an init script. */
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
		start: (members, timeoutMs) => members.length === 0 ? [] : [effect(start, `start ${name}`, timeoutMs)],
		stop: (members, timeoutMs) => members.length === 0 ? [] : [effect(stop, `stop ${name}`, timeoutMs)],
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
/** What sees and moves services of Compose and of clusters: loaded only where a system has one. */
async function elsewhereFor({ system }) {
	return system?.services.some(({ run }) => run.kind === "compose" || run.kind === "workload") === true ? (await import("./shared-elsewhere.js")).placeElsewhere : null;
}
/**
* @param elsewhere what `elsewhereFor` has given for this environment
* @throws ProblemError `system.not-configured`
*/
function openSystem(opened, elsewhere) {
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
		services: system.services.map((service) => serviceOf(opened, service, reach, elsewhere)),
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
function serviceOf(opened, service, reach, elsewhere) {
	const { name, after, health, startMs, stopMs } = service;
	return {
		name,
		after,
		startMs,
		stopMs,
		what: wordsOf(service.run),
		health: healthOf(health),
		on: placesOf(opened, service, reach, elsewhere)
	};
}
function wordsOf(run) {
	switch (run.kind) {
		case "unit": return `unit ${run.unit}`;
		case "component": return `instances of ${run.component}`;
		case "compose": return `Compose project ${run.project}${run.services.length === 0 ? "" : `: ${run.services.join(", ")}`}`;
		case "workload": return `${run.workload.kind} ${run.workload.namespace}/${run.workload.name}`;
		case "command": return `command ${run.start[0] ?? ""}`;
	}
}
function healthOf(health) {
	return health?.kind === "tcp" ? tcpHealth(health.at) : health;
}
function placesOf(opened, { name, run }, reach, elsewhere) {
	const { environment, exec, baseDir } = opened;
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
	if (run.kind === "compose" || run.kind === "workload") {
		if (elsewhere === null) throw new TypeError("a system is opened with what its services need");
		return [elsewhere(opened, name, run, resource)];
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
		const effect = (verb) => (members, timeoutMs) => members.length === 0 ? [] : [hostUnitEffect(options, verb, namesOf(members), timeoutMs)];
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
function namesOf(members) {
	return members.map(({ name }) => name);
}
function componentHosts({ platform }) {
	return platform.kind === "ssh" ? platform.hosts : [];
}
function localControl(options) {
	const effect = (verb) => (members, timeoutMs) => members.length === 0 ? [] : localUnitEffects(options, verb, namesOf(members), timeoutMs);
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

export { healthAt as a, hostUnitEffect as c, reachOf as i, observeHostUnits as l, localResource as n, healthText as o, openSystem as r, tcpHealth as s, elsewhereFor as t, localUnitEffects as u };