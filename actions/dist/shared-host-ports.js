import { t as ProblemError } from "./shared-problem.js";
import { createServer } from "node:net";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, readlinkSync } from "node:fs";

// src/platform/local/listener.ts
/** State of a socket that waits for connections, in the kernel's tables of TCP sockets (TCP_LISTEN, include/net/tcp_states.h). */
const LISTENS = "0A";
/**
* Who listens on a TCP port of this machine: `pid 712 (haproxy -f …)`, or `a process of another user` where the kernel does not tell.
* Null: nobody, or no kernel that shows it.
*/
function whoListens(port) {
	const inodes = new Set(["/proc/net/tcp", "/proc/net/tcp6"].flatMap((table) => listening(textOf(table), port)));
	if (inodes.size === 0) return null;
	for (const pid of namesIn("/proc").filter((name) => /^\d+$/.test(name))) {
		if (!holds(pid, inodes)) continue;
		return `pid ${pid} (${textOf(`/proc/${pid}/cmdline`).split("\0").join(" ").trim().slice(0, 200)})`;
	}
	return "a process of another user";
}
/** Inodes of the sockets that listen on a port, in the text of `/proc/net/tcp` (proc_pid_net(5)). Pure. */
function listening(table, port) {
	const hex = port.toString(16).toUpperCase().padStart(4, "0");
	return table.split("\n").slice(1).map((line) => line.trim().split(/\s+/)).filter(([, local = "", , state]) => local.endsWith(`:${hex}`) && state === LISTENS).flatMap((fields) => fields[9] ?? []);
}
function holds(pid, inodes) {
	return namesIn(`/proc/${pid}/fd`).some((fd) => {
		try {
			const target = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`));
			return target?.[1] !== void 0 && inodes.has(target[1]);
		} catch {
			return false;
		}
	});
}
function namesIn(directory) {
	try {
		return readdirSync(directory);
	} catch {
		return [];
	}
}
function textOf(file) {
	try {
		return readFileSync(file, "utf8");
	} catch {
		return "";
	}
}

// src/platform/local/host-ports.ts
/** Below the range that Linux gives to outgoing connections (32768–60999), so that none of those takes a port of ours. */
const PORT_RANGE = {
	first: 2e4,
	last: 29999
};
/** The only address instances listen on: what faces the world is the proxy. */
const LOOPBACK = "127.0.0.1";
/** The n-th (from 0) of equal parts of a range: hosts on one machine never look for the same port at the same time. Pure. */
function portsOf({ first, last }, n, parts) {
	const size = Math.floor((last - first + 1) / parts);
	return {
		first: first + n * size,
		last: first + (n + 1) * size - 1
	};
}
/** A range without a port at its end that somebody else gets: the static server's, say. A range of that one port stays as it is. Pure. */
function withoutLast({ first, last }, port) {
	return {
		first,
		last: port === last && last > first ? last - 1 : last
	};
}
/** How long a range in which too few are free is asked again: who held one may be on its way out. */
const PATIENCE_MS = 3e3;
const ASK_AGAIN_MS = 100;
/**
* `count` ports of the range which nobody of ours was given and nobody listens on. The caller holds the lock of the root. Two
* roots on one machine begin at different places of the range, so they do not meet.
* @throws ProblemError `unit.no-port`, which names who listens on the first that is not free
*/
async function freePorts(count, range, { taken, root, clock }) {
	const size = range.last - range.first + 1;
	const start = createHash("sha256").update(root).digest().readUInt32BE(0) % size;
	const deadline = clock.monotonic() + PATIENCE_MS;
	for (;;) {
		const found = [];
		let held;
		for (let step = 0; step < size && found.length < count; step++) {
			const port = range.first + (start + step) % size;
			if (!taken.has(port) && await isFree(port)) found.push(port);
			else held ??= port;
		}
		if (found.length === count) return found;
		if (clock.monotonic() >= deadline) throw noPort(count, range, found.length, held);
		await clock.sleep(ASK_AGAIN_MS);
	}
}
function noPort(count, range, found, held) {
	const holder = held === void 0 ? null : whoListens(held);
	return new ProblemError({
		code: "unit.no-port",
		where: `ports ${range.first}-${range.last}`,
		found: `${found} free${holder === null ? "" : `; on ${held} listens ${holder}`}`,
		expected: `${count} free`,
		remedy: "widen the range, or remove instances that are not needed (`shiplock unit status`)"
	});
}
/** Can somebody listen there now? */
function isFree(port) {
	return new Promise((resolve) => {
		const server = createServer();
		server.once("error", () => resolve(false));
		server.listen({
			port,
			host: LOOPBACK,
			exclusive: true
		}, () => server.close(() => resolve(true)));
	});
}

export { portsOf as a, isFree as i, PORT_RANGE as n, withoutLast as o, freePorts as r, LOOPBACK as t };