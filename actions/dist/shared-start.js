import { Et as _enum, Jn as string, Nt as array, Pn as number, Un as record, or as union, qn as strictObject, xn as literal } from "./shared-schemas.js";
import { t as ProblemError } from "./shared-problem.js";
import { t as createSecrets } from "./shared-secrets.js";
import { i as isFree, r as freePorts, t as LOOPBACK } from "./shared-host-ports.js";
import { t as fileBeside } from "./shared-beside.js";
import { c as marked, i as handles, l as signal, o as isAlive, r as bootId, s as kill } from "./shared-processes.js";
import { i as guardName, o as instanceName, r as fill, s as isComponent } from "./shared-layout.js";
import { r as parsedJson } from "./shared-json.js";
import { i as isMissing, s as replaceFile } from "./shared-store.js";
import { n as digestSchema, o as versionSchema } from "./shared-release.js";
import { lstat, mkdir, open, readFile, readdir, readlink, rm, writeFile } from "node:fs/promises";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { randomUUID } from "node:crypto";
import { accessSync, constants as constants$1 } from "node:fs";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

// src/platform/local/launch.ts
/** Names that a service inherits from whoever starts it. Nothing else: the starter's own secrets are none of its business. */
const INHERITED = [
	"PATH",
	"HOME",
	"USER",
	"LOGNAME",
	"LANG",
	"TZ",
	"TMPDIR"
];
function inheritedEnvironment(env) {
	const kept = Object.entries(env).filter(([name]) => INHERITED.includes(name) || name.startsWith("LC_"));
	return Object.fromEntries(kept.flatMap(([name, value]) => value === void 0 ? [] : [[name, value]]));
}
const answerSchema = union([strictObject({ ok: literal(true) }), strictObject({
	ok: literal(false),
	error: string()
})]);
const ANSWER_WITHIN_MS = 2e4;
/**
* Starts a supervisor in a session of its own and waits until its process runs. It inherits nothing of ours: no terminal, no
* open file, no environment but the few plain names; the rest it gets over standard input. Only the lock it gets, until its run
* file is written: should we be killed meanwhile, the next command waits for that file and starts nothing twice.
* @throws ProblemError `unit.not-started`
*/
async function launch(at, spec, lock, clock) {
	const complaints = await open(at.log(`${spec.instance}.supervisor`), "a", 416);
	const words = [at.home, spec.instance];
	const child = spawn(process.execPath, [
		"--disable-sigusr1",
		"--disable-warning=ExperimentalWarning",
		"--max-old-space-size=64",
		fileBeside(import.meta.url, "supervisor-main"),
		...words
	], {
		cwd: at.home,
		env: inheritedEnvironment(process.env),
		stdio: [
			"pipe",
			"pipe",
			complaints.fd,
			lock
		],
		detached: true
	});
	await complaints.close();
	const { stdin, stdout } = child;
	if (stdin === null || stdout === null) throw new Error("a piped process has no pipes");
	const done = new AbortController();
	const answer = new Promise((resolve) => {
		const failed = (error) => resolve({
			ok: false,
			error
		});
		createInterface({ input: stdout }).once("line", (line) => resolve(answerSchema.parse(JSON.parse(line))));
		child.once("error", (error) => failed(error.message));
		child.once("exit", (code, signal) => failed(`the supervisor ended (${signal ?? `exit ${code}`})`));
		clock.sleep(ANSWER_WITHIN_MS, done.signal).then(() => failed(`no answer from the supervisor within ${ANSWER_WITHIN_MS / 1e3} s`), () => void 0);
	});
	stdin.on("error", () => void 0);
	stdin.end(JSON.stringify({
		...spec,
		marker: `${spec.component}/${spec.instance}/${randomUUID()}`
	}));
	const result = await answer;
	done.abort();
	stdout.destroy();
	child.unref();
	if (result.ok) return;
	if (child.pid !== void 0 && child.exitCode === null) kill(child.pid, "SIGKILL");
	throw new ProblemError({
		code: "unit.not-started",
		where: `${spec.component} ${spec.instance}`,
		found: result.error,
		expected: `a process for ${JSON.stringify(spec.argv)}`,
		remedy: `see ${at.log(`${spec.instance}.supervisor`)} and check the command of the component`
	});
}

// src/platform/local/lock.ts
/**
* Runs `work` while this process holds a lock file, so that two commands on one host never give out the same port or start the
* same instance twice. flock(1) holds it for us and ends with our end of the pipe: a killed command leaves no lock behind.
* @throws ProblemError `unit.locked` when somebody else holds it longer than `waitMs`
*/
async function withLock(file, waitMs, work) {
	await mkdir(dirname(file), { recursive: true });
	const seconds = String(Math.max(.01, waitMs / 1e3));
	const holder = spawn("flock", [
		"--close",
		"--timeout",
		seconds,
		file,
		"sh",
		"-c",
		"echo held; exec cat"
	], {
		stdio: [
			"pipe",
			"pipe",
			"inherit"
		],
		detached: true
	});
	const gone = new Promise((resolve) => holder.once("close", () => resolve()));
	const held = await new Promise((resolve) => {
		holder.stdout.once("data", () => resolve("held"));
		holder.once("close", () => resolve("not-held"));
		holder.once("error", resolve);
	});
	if (held !== "held") throw held === "not-held" ? locked(file, waitMs) : noFlock(file, held);
	try {
		return await work(holder.stdin);
	} finally {
		holder.stdin.end();
		await gone;
	}
}
function locked(file, waitMs) {
	return new ProblemError({
		code: "unit.locked",
		where: file,
		found: `another command held it for ${Math.round(waitMs / 1e3)} s`,
		expected: "one command at a time",
		remedy: "wait for it to end; `fuser` on the file names it"
	});
}
function noFlock(file, error) {
	return new ProblemError({
		code: "unit.no-flock",
		where: file,
		found: error.message,
		expected: "flock(1) of util-linux on PATH",
		remedy: "install util-linux"
	});
}

// src/platform/local/running.ts
/** Is its supervisor alive, and not about to end? */
function isRunning(run) {
	return run.phase !== "stopped" && isAlive(run.supervisor, run.boot);
}
function serviceRunning(run) {
	return run.role === "service" && isRunning(run);
}

// src/platform/local/records.ts
/** What the local platform writes down: unit.json, run files, wanted.json, history.json. Formats in docs/layout.md. */
/** A value of the environment: plain, or a reference to a secret. Never the secret itself. */
const envValueSchema = union([string(), strictObject({ secret: string().min(1) })]);
const settingsSchema = strictObject({
	command: array(string()).readonly(),
	env: record(string(), envValueSchema).readonly(),
	replicas: number().int().nonnegative(),
	readyPath: string(),
	livePath: string(),
	startTimeoutMs: number().int().positive(),
	stopTimeoutMs: number().int().positive()
});
const unitSchema = strictObject({
	v: literal(1),
	component: string(),
	version: versionSchema,
	digest: digestSchema,
	/** `file`: the name of the one file; `tree`: the whole directory but unit.json. */
	artefact: union([strictObject({
		kind: literal("file"),
		name: string()
	}), strictObject({ kind: literal("tree") })]),
	/** Hash over paths, sizes and times at installation: while it holds, the digest is not computed again. */
	stamp: string(),
	settings: settingsSchema,
	/** Milliseconds since 1970. */
	installedAt: number()
});
const processIdSchema = strictObject({
	pid: number().int().positive(),
	startTicks: number().nonnegative()
});
const runSchema = strictObject({
	v: literal(1),
	component: string(),
	version: versionSchema,
	instance: string(),
	role: _enum(["service", "guard"]),
	port: number().int(),
	/** Boot under which the process identities were taken. */
	boot: string(),
	supervisor: processIdSchema,
	child: processIdSchema.nullable(),
	/** Value of the marker variable in the environment of everything this instance started. */
	marker: string(),
	phase: _enum([
		"running",
		"backoff",
		"crash-loop",
		"stopping",
		"stopped"
	]),
	restarts: number().int().nonnegative(),
	lastExit: strictObject({
		code: number().int().nullable(),
		signal: string().nullable(),
		time: number()
	}).nullable(),
	/** Last lines it printed before its last exit. */
	lastLines: array(string()).readonly(),
	readyPath: string(),
	startTimeoutMs: number(),
	stopTimeoutMs: number()
});
const crashPolicySchema = strictObject({
	/** This many unexpected exits … */
	exits: number().int().positive(),
	/** … within this time are a crash loop; and this long without an exit ends it. */
	windowMs: number().int().positive(),
	/** First pause before a restart; it doubles up to the longest. */
	backoffMs: number().int().nonnegative(),
	maxBackoffMs: number().int().nonnegative()
});
const logPolicySchema = strictObject({
	maxBytes: number().int().positive(),
	/** Old files kept beside the newest. */
	keep: number().int().nonnegative()
});
const guardSchema = strictObject({
	/** Command line with `{guardPort} {port} {readyPath} {version} {instance} {heartbeatFile}`. */
	argv: array(string()).min(1).readonly(),
	/** Path with `{version}`. */
	heartbeatFile: string()
});
const startSettingsSchema = strictObject({
	instances: number().int().positive(),
	ports: strictObject({
		first: number().int(),
		last: number().int()
	}),
	crash: crashPolicySchema,
	log: logPolicySchema,
	guard: guardSchema.nullable()
});
const wantedSchema = strictObject({
	v: literal(1),
	versions: record(string(), startSettingsSchema).readonly()
});
/** Versions in the order in which they were made current, newest last. */
const historySchema = strictObject({
	v: literal(1),
	current: array(strictObject({
		version: versionSchema,
		time: number()
	})).readonly()
});

// src/platform/local/store.ts
/** Reads and writes the records of a host. Reading never changes anything. */
const NO_WANTED = {
	v: 1,
	versions: {}
};
const NO_HISTORY = {
	v: 1,
	current: []
};
async function components(host) {
	const names = await list(host.root);
	const found = [];
	for (const name of names.filter(isComponent)) {
		const at = host.component(name);
		if (await isDirectory(at.releases) || await isDirectory(at.run)) found.push(name);
	}
	return found.toSorted();
}
async function makeDirectories(at) {
	for (const path of [
		at.releases,
		at.shared,
		at.run
	]) await mkdir(path, { recursive: true });
	await mkdir(at.logs, {
		recursive: true,
		mode: 488
	});
}
/** Names under releases/ that are finished installations; unfinished ones begin with a dot. */
async function installedVersions(at) {
	return (await list(at.releases)).filter((name) => !name.startsWith(".")).toSorted();
}
/** @throws ProblemError `unit.not-installed` or `unit.broken-record` */
async function readUnit(at, version) {
	const unit = await readRecord(at.unit(version), unitSchema);
	if (unit !== void 0) return unit;
	throw new ProblemError({
		code: "unit.not-installed",
		where: `${at.component} ${version}`,
		found: "no such release on this host",
		expected: at.release(version),
		remedy: `install it first: shiplock unit install --component ${at.component} --version ${version} …`
	});
}
/** Version that `current` names; undefined when there is none. */
async function readCurrent(at) {
	try {
		return basename(await readlink(at.current));
	} catch (error) {
		if (isMissing(error)) return void 0;
		throw error;
	}
}
/** Run files of a component; broken ones are reported beside the good ones. */
async function readRuns(at) {
	const runs = [];
	const broken = [];
	for (const name of (await list(at.run)).toSorted()) {
		const instance = /^(.+-\d+(?:\.guard)?)\.json$/.exec(name)?.[1];
		if (instance === void 0) continue;
		const file = at.runFile(instance);
		try {
			const run = await readRecord(file, runSchema);
			if (run !== void 0) runs.push(run);
		} catch (error) {
			broken.push({
				file,
				why: error instanceof ProblemError ? error.problems[0]?.found ?? "" : String(error)
			});
		}
	}
	return {
		runs,
		broken
	};
}
async function readWanted(at) {
	return await readRecord(at.wanted, wantedSchema) ?? NO_WANTED;
}
async function readHistory(at) {
	return await readRecord(at.history, historySchema) ?? NO_HISTORY;
}
/** Atomic and durable. */
async function writeRecord(file, record) {
	await replaceFile(file, `${JSON.stringify(record, null, 2)}\n`);
}
async function readRecord(file, schema) {
	let text;
	try {
		text = await readFile(file, "utf8");
	} catch (error) {
		if (isMissing(error)) return void 0;
		throw error;
	}
	const parsed = schema.safeParse(parsedJson(text));
	if (parsed.success) return parsed.data;
	const issue = parsed.error.issues[0];
	throw new ProblemError({
		code: "unit.broken-record",
		where: file,
		found: issue === void 0 ? "nonsense" : `${issue.path.join(".") || "the file"}: ${issue.message}`,
		expected: "a record as docs/layout.md describes it",
		remedy: "restore the file, or remove it and run the command again"
	});
}
async function list(directory) {
	try {
		return await readdir(directory);
	} catch (error) {
		if (isMissing(error)) return [];
		throw error;
	}
}
async function isDirectory(path) {
	return (await lstat(path).catch(() => void 0))?.isDirectory() === true;
}

// src/platform/local/stop.ts
const LOCK_WAIT_MS$1 = 6e4;
const POLL_MS$1 = 20;
/** A supervisor that does not end by itself this long after its process should have is killed too. */
const SUPERVISOR_GRACE_MS = 5e3;
/** A killed process is gone at once unless the kernel is busy with it. */
const KILL_WAIT_MS = 3e3;
const SIGHUP = 1;
/**
* Stops every instance of a version and waits until nothing of it is left: SIGTERM, its time to finish requests, SIGKILL. The
* lock is held for the decision only, not while requests finish, so that a rollback beside it is not kept waiting.
* @returns names of what was stopped; empty when nothing ran
*/
async function stop(host, request, clock) {
	const at = host.component(request.component);
	const chosen = await withLock(host.lock, LOCK_WAIT_MS$1, async () => {
		await forget(at, request);
		const { runs } = await readRuns(at);
		const leaving = runs.filter((run) => run.version === request.version).filter((run) => request.what === "everything" || run.role === "guard");
		await Promise.all(leaving.map((run) => writeFile(at.stopFile(run.instance), run.marker)));
		return leaving;
	});
	await Promise.all(chosen.map((run) => stopInstance(at, run, clock)));
	return chosen.map((run) => run.instance);
}
/** Ends one instance; its run file stays, and with it its port. */
async function endInstance(run, clock) {
	if (signal(run.supervisor, run.boot, "SIGTERM")) {
		const deadline = clock.monotonic() + run.stopTimeoutMs + SUPERVISOR_GRACE_MS;
		while (isAlive(run.supervisor, run.boot) && clock.monotonic() < deadline) await clock.sleep(POLL_MS$1);
		signal(run.supervisor, run.boot, "SIGKILL");
	} else if (signal(run.child, run.boot, "SIGTERM")) {
		const deadline = clock.monotonic() + run.stopTimeoutMs;
		while (isAlive(run.child, run.boot) && clock.monotonic() < deadline) await clock.sleep(POLL_MS$1);
	}
	await clearAway(run, clock);
}
async function stopInstance(at, run, clock) {
	await endInstance(run, clock);
	await removeRunFile(at, run);
}
/** Kills whatever a dead supervisor left running, found by identity and by marker, and waits until it is gone: its port too. */
async function clearAway(run, clock) {
	if (isAlive(run.supervisor, run.boot)) return;
	if (isAlive(run.child, run.boot) && run.child !== null) kill(-run.child.pid, "SIGKILL");
	const left = run.boot === bootId() ? marked(run.marker) : [];
	for (const { pid } of left) kill(pid, "SIGKILL");
	const ours = [...left, ...run.child === null ? [] : [run.child]];
	const deadline = clock.monotonic() + KILL_WAIT_MS;
	while (ours.some((id) => isAlive(id, run.boot)) && clock.monotonic() < deadline) await clock.sleep(POLL_MS$1);
}
/** Is a stop of exactly this process under way? */
async function isLeaving(at, run) {
	if (!isRunning(run)) return false;
	if (run.phase === "stopping") return true;
	return await readFile(at.stopFile(run.instance), "utf8").catch(() => "") === run.marker;
}
/** SIGHUP to each instance of a version. Refused before anything is sent when one of them would die of it. */
async function reload(host, component, version) {
	const { runs } = await readRuns(host.component(component));
	const services = runs.filter((run) => run.version === version && run.role === "service" && isRunning(run));
	for (const { child, boot, instance } of services) if (child !== null && isAlive(child, boot) && handles(child.pid, SIGHUP) === false) throw new ProblemError({
		code: "unit.no-reload",
		where: `${component} ${instance}`,
		found: "a process that does not handle SIGHUP and would end",
		expected: "a service that reads its configuration again at SIGHUP",
		remedy: "use `unit restart`, which goes one instance at a time"
	});
	return services.filter((run) => signal(run.supervisor, run.boot, "SIGHUP")).map((run) => run.instance);
}
/** What was stopped on purpose does not come back after a reboot. */
async function forget(at, request) {
	const wanted = await readWanted(at);
	const entry = wanted.versions[request.version];
	if (entry === void 0) return;
	const { [request.version]: _gone, ...others } = wanted.versions;
	const kept = request.what === "guards" ? {
		...others,
		[request.version]: {
			...entry,
			guard: null
		}
	} : others;
	if (request.what === "guards" && entry.guard === null) return;
	await writeRecord(at.wanted, {
		v: 1,
		versions: kept
	});
}
async function removeRunFile(at, run) {
	const { runs } = await readRuns(at);
	const now = runs.find((other) => other.instance === run.instance);
	if (now !== void 0 && now.supervisor.pid === run.supervisor.pid && now.marker === run.marker) {
		await rm(at.runFile(run.instance), { force: true });
		await rm(at.stopFile(run.instance), { force: true });
	}
}

// src/platform/local/start.ts
/** Values of secrets reach `unit start` under this name and the variable's own (`…_DSN` for `DSN`): never as arguments. */
const SECRET_PREFIX = "SHIPLOCK_UNIT_SECRET_";
const LOCK_WAIT_MS = 6e4;
const POLL_MS = 25;
const STOP_GRACE_MS = 6e3;
/**
* Starts what is missing of the wanted number of instances (and of their guards). Instances that run stay as they are; dead
* ones keep their port. Ends when the processes are spawned: readiness is awaited by whoever gives them traffic.
*/
async function start(host, request, clock) {
	const at = host.component(request.component);
	const unit = await readUnit(at, request.version);
	const { settings } = unit;
	if (settings.command.length === 0) throw onlyFiles(unit);
	const secrets = resolveSecrets(unit, request.env, host.root);
	await makeDirectories(at);
	const deadline = clock.monotonic() + settings.stopTimeoutMs + STOP_GRACE_MS;
	for (;;) {
		const outcome = await withLock(host.lock, LOCK_WAIT_MS, (lock) => startNow(host, at, unit, request, secrets, lock, clock));
		if (outcome !== "leaving") return outcome;
		if (clock.monotonic() > deadline) throw stillLeaving(unit);
		await clock.sleep(POLL_MS);
	}
}
/** With the lock held. `leaving`: instances of the version are being stopped, so nothing was done yet. */
async function startNow(host, at, unit, request, secrets, lock, clock) {
	const runs = (await readRuns(at)).runs.filter((run) => run.version === unit.version);
	for (const run of runs) if (await isLeaving(at, run)) return "leaving";
	const wanted = await readWanted(at);
	const plan = await planInstances(host, runs, unit, request.settings, clock);
	const specs = plan.missing.map((missing) => specFor(at, unit, request, secrets, missing));
	for (const spec of specs) checkCommand(spec, at);
	await writeRecord(at.wanted, {
		v: 1,
		versions: {
			...wanted.versions,
			[unit.version]: request.settings
		}
	});
	if (request.settings.guard !== null) await mkdir(dirname(heartbeatFile(request.settings.guard, unit.version)), { recursive: true });
	const launched = await Promise.allSettled(specs.map((spec) => launch(at, spec, lock, clock)));
	for (const result of launched) if (result.status === "rejected") throw result.reason;
	return {
		started: specs.map((spec) => spec.instance),
		already: plan.running
	};
}
async function planInstances(host, runs, unit, settings, clock) {
	const mine = new Map(runs.map((run) => [run.instance, run]));
	const running = [];
	const absent = [];
	for (let index = 1; index <= settings.instances; index++) {
		const instance = instanceName(unit.version, index);
		const wanted = [{
			instance,
			role: "service",
			of: instance
		}];
		const guard = {
			instance: guardName(instance),
			role: "guard",
			of: instance
		};
		for (const entry of settings.guard === null ? wanted : [...wanted, guard]) {
			const run = mine.get(entry.instance);
			if (run !== void 0 && isRunning(run)) running.push(entry.instance);
			else absent.push(entry);
		}
	}
	const ports = await givePorts(host, settings, absent.map((entry) => entry.instance), mine, clock);
	const portOf = (instance) => ports.get(instance) ?? mine.get(instance)?.port ?? 0;
	return {
		missing: absent.map(({ instance, role, of }) => ({
			instance,
			role,
			port: portOf(instance),
			servicePort: portOf(of)
		})),
		running
	};
}
/** A port for each name: the one it had when that is free, else a new one. What dead instances left behind is cleared first. */
async function givePorts(host, settings, names, known, clock) {
	const ports = /* @__PURE__ */ new Map();
	for (const name of names) {
		const before = known.get(name);
		if (before === void 0) continue;
		await clearAway(before, clock);
		if (await isFree(before.port)) ports.set(name, before.port);
	}
	const others = names.filter((name) => !ports.has(name));
	if (others.length === 0) return ports;
	const taken = /* @__PURE__ */ new Set();
	for (const component of await components(host)) for (const run of (await readRuns(host.component(component))).runs) taken.add(run.port);
	const fresh = await freePorts(others.length, settings.ports, {
		taken,
		root: host.root,
		clock
	});
	others.forEach((name, index) => {
		ports.set(name, fresh[index] ?? 0);
	});
	return ports;
}
function resolveSecrets(unit, env, base) {
	const references = createSecrets({
		env,
		base
	});
	const values = /* @__PURE__ */ new Map();
	for (const [name, value] of Object.entries(unit.settings.env)) {
		if (typeof value === "string") continue;
		values.set(name, env[`${"SHIPLOCK_UNIT_SECRET_"}${name}`] ?? references.get(value.secret));
	}
	return values;
}
function specFor(at, unit, request, secrets, missing) {
	const { settings, version } = unit;
	const { guard, crash, log } = request.settings;
	const { instance, role, port, servicePort } = missing;
	const release = at.release(version);
	const values = {
		port: String(servicePort),
		host: LOOPBACK,
		release,
		shared: at.shared,
		version,
		instance
	};
	const inherited = inheritedEnvironment(request.env);
	const service = role === "service";
	const argv = service || guard === null ? settings.command.map((word) => fill(word, values)) : fillGuard(guard, {
		...values,
		guardPort: String(port),
		readyPath: settings.readyPath
	});
	const own = Object.entries(settings.env).map(([name, value]) => [name, typeof value === "string" ? fill(value, values) : secrets.get(name) ?? ""]);
	return {
		component: unit.component,
		version,
		instance,
		role,
		argv,
		cwd: release,
		env: service ? {
			...inherited,
			...Object.fromEntries(own)
		} : inherited,
		secrets: service ? [...secrets.values()] : [],
		port,
		runFile: at.runFile(instance),
		logFile: at.log(instance),
		readyPath: service ? settings.readyPath : "",
		startTimeoutMs: settings.startTimeoutMs,
		stopTimeoutMs: service ? settings.stopTimeoutMs : Math.min(settings.stopTimeoutMs, 2e3),
		crash,
		log
	};
}
function heartbeatFile(guard, version) {
	return fill(guard.heartbeatFile, { version });
}
function fillGuard(guard, values) {
	const all = {
		...values,
		heartbeatFile: heartbeatFile(guard, values.version)
	};
	return guard.argv.map((word) => fill(word, {
		...all,
		instance: (values["instance"] ?? "").replace(/\.guard$/, "")
	}));
}
/** Said at once instead of after five restarts. */
function checkCommand(spec, at) {
	const [command = ""] = spec.argv;
	const path = spec.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin";
	const candidates = command.includes("/") ? [resolve(spec.cwd, command)] : path.split(delimiter).map((directory) => join(directory, command));
	if (candidates.some(isExecutable)) return;
	throw new ProblemError({
		code: "unit.command-not-found",
		where: `${at.component} ${spec.version}`,
		found: `no executable ${JSON.stringify(command)}`,
		expected: command.includes("/") ? `an executable file ${candidates[0] ?? ""}` : `${command} on PATH (${path})`,
		remedy: "mend `command` of the component, or its artefact"
	});
}
function isExecutable(path) {
	try {
		accessSync(path, constants$1.X_OK);
		return true;
	} catch {
		return false;
	}
}
function stillLeaving(unit) {
	return new ProblemError({
		code: "unit.still-stopping",
		where: `${unit.component} ${unit.version}`,
		found: "instances that are still being stopped",
		expected: "them to end within their stop time-out",
		remedy: "see `unit status`; run the command again when they are gone"
	});
}
function onlyFiles(unit) {
	return new ProblemError({
		code: "unit.only-files",
		where: `${unit.component} ${unit.version}`,
		found: "a release without a command",
		expected: "a command to start",
		remedy: "files need no start: make the version current (`unit current`)"
	});
}

export { isRunning as _, stop as a, makeDirectories as c, readRuns as d, readUnit as f, settingsSchema as g, guardSchema as h, reload as i, readCurrent as l, writeRecord as m, start as n, components as o, readWanted as p, endInstance as r, installedVersions as s, SECRET_PREFIX as t, readHistory as u, serviceRunning as v, withLock as y };