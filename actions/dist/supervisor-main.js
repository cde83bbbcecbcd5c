import { t as systemClock } from "./shared-clock2.js";
import { t as createMask } from "./shared-mask.js";
import { r as afterExit, t as CALM } from "./shared-crash-policy.js";
import { a as identify, c as marked, r as bootId, s as kill, t as MARKER } from "./shared-processes.js";
import { accessSync, closeSync, constants, fstatSync, openSync, renameSync, writeFileSync, writeSync } from "node:fs";
import { text } from "node:stream/consumers";
import { spawn } from "node:child_process";
import { StringDecoder } from "node:string_decoder";

// src/platform/local/log-file.ts
/** Logs of a supervised process: whole lines, secrets masked, rotated by size, the last lines kept in memory. */
const LONGEST_LINE = 65536;
const TAIL_LINE_LENGTH = 500;
function logSink(path, policy, mask) {
	let file = openSync(path, "a", 416);
	let size = fstatSync(file).size;
	let dropped = 0;
	let tail = [];
	const rotate = () => {
		for (let index = policy.keep - 1; index >= 0; index--) renameIfThere(index === 0 ? path : `${path}.${index}`, `${path}.${index + 1}`);
		closeSync(file);
		file = openSync(path, policy.keep === 0 ? "w" : "a", 416);
		size = 0;
	};
	const write = (text) => {
		const bytes = Buffer.from(text);
		try {
			if (size > 0 && size + bytes.length > policy.maxBytes) rotate();
			writeSync(file, bytes);
			size += bytes.length;
		} catch {
			dropped += bytes.length;
		}
	};
	const writeLines = (lines) => {
		const text = mask(lines.join("\n"));
		const last = text.split("\n").slice(-20);
		tail = [...tail, ...last.map((line) => line.slice(0, TAIL_LINE_LENGTH))].slice(-20);
		write(`${text}\n`);
	};
	const stream = () => {
		const decoder = new StringDecoder("utf8");
		let rest = "";
		return {
			push: (chunk) => {
				const lines = (rest + decoder.write(chunk)).split("\n");
				rest = lines.pop() ?? "";
				if (rest.length > LONGEST_LINE) {
					lines.push(rest);
					rest = "";
				}
				if (lines.length > 0) writeLines(lines);
			},
			end: () => {
				rest += decoder.end();
				if (rest !== "") writeLines([rest]);
				rest = "";
			}
		};
	};
	return {
		stream,
		tail: () => tail,
		clearTail: () => {
			tail = [];
		},
		get dropped() {
			return dropped;
		},
		close: () => closeSync(file)
	};
}
function renameIfThere(from, to) {
	try {
		renameSync(from, to);
	} catch {}
}

// src/platform/local/supervisor.ts
const SETPRIV = "/usr/bin/setpriv";
/**
* Keeps one process running until it is told to stop: starts it, starts it again with growing pauses when it ends by itself,
* says when that has become a crash loop, keeps its logs, and writes what it knows to the run file at each change.
* @param started called once, when the process was started for the first time and the run file says so
* @throws Error when the process cannot be spawned at all
*/
async function supervise(spec, clock, orders, started) {
	const mask = createMask();
	for (const secret of spec.secrets) mask.add(secret);
	const log = logSink(spec.logFile, spec.log, mask.text);
	const self = identify(process.pid) ?? {
		pid: process.pid,
		startTicks: 0
	};
	const known = {
		phase: "running",
		child: null,
		restarts: 0,
		lastExit: null,
		lastLines: []
	};
	const write = (change) => {
		Object.assign(known, change);
		writeRunFile(spec, self, known);
	};
	let child;
	orders.onReload(() => child?.kill("SIGHUP"));
	let crash = CALM;
	try {
		for (let run = 0; !orders.stop.aborted; run++) {
			log.clearTail();
			const begun = clock.monotonic();
			child = await spawnChild(spec, log).catch((error) => {
				if (run === 0) throw error;
			});
			let exit = {
				code: null,
				signal: null
			};
			if (child !== void 0) {
				const exited = exitOf(spec, child, clock);
				write({
					phase: crash.looping ? "crash-loop" : "running",
					child: identify(child.pid ?? 0) ?? null,
					restarts: run
				});
				if (run === 0) started();
				const calm = new AbortController();
				if (crash.looping) whenCalm(clock, spec.crash.windowMs, [calm.signal, orders.stop], () => write({ phase: "running" }));
				exit = await untilExitOrStop(exited, orders.stop);
				calm.abort();
				if (exit === void 0) {
					write({ phase: "stopping" });
					await end(spec, child, exited, clock);
					break;
				}
			}
			const now = clock.monotonic();
			const next = afterExit(crash, now, now - begun, spec.crash);
			crash = next.state;
			const lastExit = {
				...exit,
				time: clock.now()
			};
			write({
				phase: crash.looping ? "crash-loop" : "backoff",
				child: null,
				lastExit,
				lastLines: log.tail()
			});
			await clock.sleep(next.delayMs, orders.stop).catch(() => void 0);
		}
		write({
			phase: "stopped",
			child: null
		});
	} finally {
		log.close();
	}
}
function whenCalm(clock, ms, signals, then) {
	clock.sleep(ms, AbortSignal.any(signals)).then(then, () => void 0);
}
/** Temporary file and rename: a reader sees the old record or the new one. A full disk must not end the supervisor. */
function writeRunFile(spec, supervisor, known) {
	const record = {
		v: 1,
		component: spec.component,
		version: spec.version,
		instance: spec.instance,
		role: spec.role,
		port: spec.port,
		boot: bootId(),
		supervisor,
		marker: spec.marker,
		readyPath: spec.readyPath,
		startTimeoutMs: spec.startTimeoutMs,
		stopTimeoutMs: spec.stopTimeoutMs,
		...known
	};
	const temporary = `${spec.runFile}.tmp`;
	try {
		writeFileSync(temporary, `${JSON.stringify(record)}\n`, { mode: 420 });
		renameSync(temporary, spec.runFile);
	} catch (error) {
		process.stderr.write(`supervisor of ${spec.instance}: run file not written: ${String(error)}\n`);
	}
}
/** The process leads a group of its own; the kernel kills it when this supervisor dies, so that no orphan keeps the port. */
function spawnChild(spec, log) {
	const [command = "", ...args] = [...dieWithParent(), ...spec.argv];
	const child = spawn(command, args, {
		cwd: spec.cwd,
		env: {
			...spec.env,
			[MARKER]: spec.marker
		},
		stdio: [
			"ignore",
			"pipe",
			"pipe"
		],
		detached: true
	});
	for (const output of [child.stdout, child.stderr]) {
		const lines = log.stream();
		output.on("data", (chunk) => lines.push(chunk));
		output.on("end", () => lines.end());
	}
	return new Promise((resolve, reject) => {
		child.once("spawn", () => resolve(child));
		child.once("error", reject);
	});
}
function dieWithParent() {
	try {
		accessSync(SETPRIV, constants.X_OK);
		return [
			SETPRIV,
			"--pdeathsig",
			"KILL",
			"--"
		];
	} catch {
		return [];
	}
}
/** How long output that somebody unknown still holds open is waited for after the process has ended. */
const OUTPUT_GRACE_MS = 500;
/** Resolves when the process has ended, everything it left behind was killed and what it printed was read. */
function exitOf(spec, child, clock) {
	const closed = new AbortController();
	child.once("close", () => closed.abort());
	return new Promise((resolve) => {
		child.once("exit", (code, signal) => {
			sweep(spec, child);
			clock.sleep(OUTPUT_GRACE_MS, closed.signal).catch(() => void 0).then(() => resolve({
				code,
				signal
			}));
		});
	});
}
function untilExitOrStop(exited, stop) {
	if (stop.aborted) return Promise.resolve(void 0);
	return new Promise((resolve) => {
		const onStop = () => resolve(void 0);
		stop.addEventListener("abort", onStop, { once: true });
		exited.then((exit) => {
			stop.removeEventListener("abort", onStop);
			resolve(exit);
		});
	});
}
/** SIGTERM to the process, the time it was promised to finish its requests, then SIGKILL to everything it started. */
async function end(spec, child, exited, clock) {
	child.kill("SIGTERM");
	const gone = new AbortController();
	exited.then(() => gone.abort());
	await clock.sleep(spec.stopTimeoutMs, gone.signal).catch(() => void 0);
	if (gone.signal.aborted) return;
	sweep(spec, child);
	await exited;
}
/** Kills what is left of the group, and children that left the group but carry the marker. */
function sweep(spec, child) {
	if (child.pid !== void 0) kill(-child.pid, "SIGKILL");
	for (const left of marked(spec.marker)) kill(left.pid, "SIGKILL");
}

// src/platform/local/supervisor-spec.ts
/** @throws Error that names the first field that is not as it should be */
function parseSpec(text) {
	const value = JSON.parse(text);
	const crash = member(value, "crash");
	const log = member(value, "log");
	return {
		component: textAt(value, "component"),
		version: textAt(value, "version"),
		instance: textAt(value, "instance"),
		role: textAt(value, "role") === "guard" ? "guard" : "service",
		argv: textsAt(value, "argv"),
		cwd: textAt(value, "cwd"),
		env: Object.fromEntries(Object.keys(objectAt(value, "env")).map((name) => [name, textAt(member(value, "env"), name)])),
		secrets: textsAt(value, "secrets"),
		marker: textAt(value, "marker"),
		port: numberAt(value, "port"),
		runFile: textAt(value, "runFile"),
		logFile: textAt(value, "logFile"),
		readyPath: textAt(value, "readyPath"),
		startTimeoutMs: numberAt(value, "startTimeoutMs"),
		stopTimeoutMs: numberAt(value, "stopTimeoutMs"),
		crash: {
			exits: numberAt(crash, "exits"),
			windowMs: numberAt(crash, "windowMs"),
			backoffMs: numberAt(crash, "backoffMs"),
			maxBackoffMs: numberAt(crash, "maxBackoffMs")
		},
		log: {
			maxBytes: numberAt(log, "maxBytes"),
			keep: numberAt(log, "keep")
		}
	};
}
function member(value, name) {
	if (typeof value !== "object" || value === null) throw new Error(`supervisor: ${name} has no object around it`);
	return Reflect.get(value, name);
}
function objectAt(value, name) {
	const found = member(value, name);
	if (typeof found !== "object" || found === null) throw new Error(`supervisor: ${name} is no object`);
	return found;
}
function textAt(value, name) {
	const found = member(value, name);
	if (typeof found !== "string") throw new Error(`supervisor: ${name} is no text`);
	return found;
}
function numberAt(value, name) {
	const found = member(value, name);
	if (typeof found !== "number") throw new Error(`supervisor: ${name} is no number`);
	return found;
}
function textsAt(value, name) {
	const found = member(value, name);
	if (!Array.isArray(found)) throw new Error(`supervisor: ${name} is no list`);
	return found.map((_, index) => textAt(found, String(index)));
}

// src/platform/local/supervisor-main.ts
const STOP = new AbortController();
let reload = () => void 0;
process.on("SIGTERM", () => STOP.abort());
process.on("SIGINT", () => STOP.abort());
process.on("SIGHUP", () => reload());
/** The lock of the command that started us (launch.ts): ours to hold until the run file says that we are here. */
const LOCK_FD = 3;
function releaseLock() {
	try {
		closeSync(LOCK_FD);
	} catch {}
}
function answer(value) {
	try {
		writeSync(1, `${JSON.stringify(value)}\n`);
	} catch {}
}
try {
	const spec = parseSpec(await text(process.stdin));
	const orders = {
		stop: STOP.signal,
		onReload: (run) => {
			reload = run;
		}
	};
	await supervise(spec, systemClock, orders, () => {
		releaseLock();
		answer({ ok: true });
	});
} catch (error) {
	answer({
		ok: false,
		error: error instanceof Error ? error.message : String(error)
	});
	process.stderr.write(`supervisor: ${String(error)}\n`);
	process.exitCode = 1;
}

export {  };