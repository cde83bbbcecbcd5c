import { t as ProblemError } from "./shared-problem.js";
import { t as systemClock } from "./shared-clock2.js";
import { n as httpClient } from "./shared-http-client.js";
import { Xi as parseHeartbeat, Yi as heartbeatFile, Zi as readHaproxy, qi as nginxCounter } from "./shared-common.js";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { parseArgs } from "node:util";

// src/traffic/guard/guard.ts
/** A hold judges the last 10 seconds, and only when they hold enough requests to have a rate. */
const WINDOW_MS = 1e4;
const LEAST_REQUESTS = 20;
const startOfGuard = {
	seq: void 0,
	lease: { kind: "none" },
	instance: {
		healthy: false,
		detail: "not asked yet"
	},
	readings: []
};
function nextGuardState(state, event) {
	switch (event.kind) {
		case "instance": return {
			...state,
			instance: {
				healthy: event.healthy,
				detail: event.detail
			}
		};
		case "heartbeat": return afterHeartbeat(state, event);
		case "counters": return afterCounters(state, event);
	}
}
function afterHeartbeat(state, event) {
	const { heartbeat } = event;
	if (heartbeat.seq === state.seq) return state;
	if (state.seq === void 0) return {
		...state,
		seq: heartbeat.seq
	};
	if (heartbeat.mode === "beat") {
		const lease = {
			kind: "beat",
			until: event.at + heartbeat.ttlMs
		};
		return {
			...state,
			seq: heartbeat.seq,
			lease,
			readings: []
		};
	}
	const lease = {
		kind: "hold",
		since: event.at,
		until: event.at + Math.max(0, heartbeat.holdUntil - event.wallClock),
		errorRate: heartbeat.limits.errorRate
	};
	return {
		...state,
		seq: heartbeat.seq,
		lease,
		readings: []
	};
}
function afterCounters(state, event) {
	if (state.lease.kind !== "hold") return state;
	const { at, requests, bad } = event;
	const last = state.readings.at(-1);
	const recent = [...last !== void 0 && (requests < last.requests || bad < last.bad) ? [] : state.readings, {
		at,
		requests,
		bad
	}];
	const edge = recent.findLastIndex((reading) => reading.at <= at - WINDOW_MS);
	const readings = edge > 0 ? recent.slice(edge) : recent;
	const first = readings[0] ?? event;
	const seen = requests - first.requests;
	const failed = bad - first.bad;
	if (seen < 20 || failed / seen <= state.lease.errorRate) return {
		...state,
		readings
	};
	const detail = `${failed} of ${seen} answers were bad, above ${state.lease.errorRate * 100} %`;
	return {
		...state,
		readings,
		lease: {
			kind: "tripped",
			detail
		}
	};
}
/** What the health check is told at a moment. */
function guardAnswer(state, at) {
	const { lease } = state;
	switch (lease.kind) {
		case "none": return {
			ok: false,
			why: "no heartbeat seen since this guard started"
		};
		case "tripped": return {
			ok: false,
			why: lease.detail
		};
		case "beat":
			if (at > lease.until) return {
				ok: false,
				why: `the last heartbeat is ${at - lease.until} ms too old`
			};
			break;
		case "hold":
			if (at > lease.until) return {
				ok: false,
				why: "the hold is over and nobody beats"
			};
			if (at - (state.readings.at(-1)?.at ?? lease.since) > 1e4) return {
				ok: false,
				why: "the counters of the proxy cannot be read"
			};
	}
	if (!state.instance.healthy) return {
		ok: false,
		why: `the instance is not ready: ${state.instance.detail}`
	};
	return {
		ok: true,
		why: lease.kind
	};
}

// src/traffic/guard/main.ts
const INSTANCE_EVERY_MS = 250;
const INSTANCE_TIMEOUT_MS = 1e3;
const HEARTBEAT_EVERY_MS = 100;
const COUNTERS_EVERY_MS = 500;
const COUNTERS_TIMEOUT_MS = 1e3;
/**
* Starts the guard; resolves when it listens.
* @throws ProblemError when the port is taken
*/
async function startGuard(options, ports) {
	const { clock, http } = ports;
	let state = startOfGuard;
	const read = countsReader(options, clock);
	const server = createServer((_request, response) => {
		const { ok, why } = guardAnswer(state, clock.monotonic());
		const headers = {
			"content-type": "text/plain",
			connection: "close",
			...ok ? { "x-shiplock-lease": "yes" } : {}
		};
		response.writeHead(ok ? 200 : 503, headers).end(`${why}\n`);
	});
	const port = await listen(server, options.listen);
	const end = new AbortController();
	const every = (ms, look) => repeat(clock, ms, end.signal, look);
	const loops = [
		every(INSTANCE_EVERY_MS, async () => {
			const answer = await http.get(options.instance, {
				timeoutMs: INSTANCE_TIMEOUT_MS,
				signal: end.signal
			});
			const healthy = answer.kind === "answer" && answer.status === 200;
			const detail = answer.kind === "answer" ? `HTTP ${answer.status}` : answer.reason;
			state = nextGuardState(state, {
				kind: "instance",
				healthy,
				detail
			});
		}),
		every(HEARTBEAT_EVERY_MS, async () => {
			const text = await readFile(heartbeatFile(options.heartbeatDir, options.version), "utf8").catch(() => "");
			const heartbeat = parseHeartbeat(text);
			if (heartbeat === void 0) return;
			const times = {
				at: clock.monotonic(),
				wallClock: clock.now()
			};
			state = nextGuardState(state, {
				kind: "heartbeat",
				...times,
				heartbeat
			});
		}),
		every(COUNTERS_EVERY_MS, async () => {
			if (state.lease.kind !== "hold") return;
			const counts = await versionCounts(options, read, end.signal);
			if (counts === void 0) return;
			state = nextGuardState(state, {
				kind: "counters",
				at: clock.monotonic(),
				...counts
			});
		})
	];
	const stop = async () => {
		end.abort();
		await new Promise((resolve) => {
			server.close(() => resolve());
			server.closeAllConnections();
		});
		await Promise.all(loops);
	};
	return {
		port,
		stop
	};
}
function countsReader({ service, proxy }, clock) {
	const source = {
		service,
		directory: proxy.directory,
		clock,
		timeoutMs: COUNTERS_TIMEOUT_MS
	};
	if (proxy.kind === "haproxy") return (signal) => readHaproxy(source, signal);
	const counter = nginxCounter(source);
	return (signal) => counter.read(signal);
}
/** Sum over the instances of the version; undefined when the proxy cannot be read. */
async function versionCounts(options, read, signal) {
	return (await read(signal).catch(() => void 0))?.servers.filter((server) => server.version === options.version).reduce((sum, { requests, bad }) => ({
		requests: sum.requests + requests,
		bad: sum.bad + bad
	}), {
		requests: 0,
		bad: 0
	});
}
/** Looks again and again, `ms` apart from end to start, until the signal. */
async function repeat(clock, ms, signal, look) {
	while (!signal.aborted) {
		await look();
		await clock.sleep(ms, signal).catch(() => void 0);
	}
}
function listen(server, at) {
	return new Promise((resolve, reject) => {
		server.once("error", (error) => reject(new ProblemError({
			code: "traffic.guard-port",
			where: `${at.host}:${at.port}`,
			found: error.message,
			expected: "a free port for the guard",
			remedy: "stop what listens there, or give the guard another port"
		})));
		server.listen(at.port, at.host, () => {
			const address = server.address();
			resolve(typeof address === "object" && address !== null ? address.port : at.port);
		});
	});
}
/**
* `shiplock guard …`. Runs until SIGTERM or SIGINT, then ends with 0.
* @throws ProblemError for wrong arguments or a taken port
*/
async function guardMain(argv, ports = {
	clock: systemClock,
	http: httpClient
}) {
	const options = parseGuardArguments(argv);
	const guard = await startGuard(options, ports);
	process.stdout.write(`guard of ${options.service} ${options.version} on ${options.listen.host}:${guard.port}\n`);
	await new Promise((resolve) => {
		process.once("SIGTERM", () => resolve());
		process.once("SIGINT", () => resolve());
	});
	await guard.stop();
	return 0;
}
/** @throws ProblemError that names the wrong or missing argument */
function parseGuardArguments(argv) {
	const values = parsed(argv);
	const need = (name) => {
		const value = values[name];
		if (value === void 0 || value === "") throw usage(`no --${name}`, `--${name} with a value`);
		return value;
	};
	const listenAt = /^(\[[0-9a-fA-F:.]+\]|[^:]+):(\d{1,5})$/.exec(need("listen"));
	const [, host = "", port = ""] = listenAt ?? [];
	if (listenAt === null || Number(port) > 65535) throw usage(`--listen ${need("listen")}`, "--listen HOST:PORT");
	const instance = need("instance");
	if (!URL.canParse(instance)) throw usage(`--instance ${instance}`, "--instance with an http address");
	return {
		service: need("service"),
		version: need("version"),
		listen: {
			host: host.replace(/^\[|\]$/g, ""),
			port: Number(port)
		},
		instance,
		heartbeatDir: need("heartbeats"),
		proxy: proxyFrom(values)
	};
}
function parsed(argv) {
	const names = [
		"service",
		"version",
		"listen",
		"instance",
		"heartbeats",
		"haproxy",
		"nginx"
	];
	const options = Object.fromEntries(names.map((name) => [name, { type: "string" }]));
	try {
		const { values } = parseArgs({
			args: [...argv],
			options,
			strict: true
		});
		return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
	} catch (error) {
		throw usage(error instanceof Error ? error.message : String(error), names.map((name) => `--${name}`).join(", "));
	}
}
function proxyFrom(values) {
	const named = ["haproxy", "nginx"].flatMap((kind) => {
		const directory = values[kind] ?? "";
		return directory === "" ? [] : [{
			kind,
			directory
		}];
	});
	const [proxy] = named;
	if (proxy === void 0 || named.length > 1) throw usage(`${named.length} proxies`, "--haproxy or --nginx, one of them, with its directory");
	return proxy;
}
function usage(found, expected) {
	return new ProblemError({
		code: "traffic.guard-arguments",
		where: "shiplock guard",
		found,
		expected,
		remedy: "see `shiplock guard --help`"
	});
}

export { guardMain };