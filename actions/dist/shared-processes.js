import { readFileSync, readdirSync } from "node:fs";

// src/platform/local/processes.ts
/**
* Processes as Linux shows them in /proc. A process is named by pid and start time (clock ticks since boot): a pid that the
* kernel has given to somebody else is never mistaken for ours. Imports nothing heavy: the supervisor starts with it.
*/
/** Linux shows ticks to programs at 100 per second on every architecture (USER_HZ). */
const TICKS_PER_SECOND = 100;
/** Identity of the boot: ticks of another boot say nothing. */
function bootId() {
	return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}
function statOf(pid) {
	let text;
	try {
		text = readFileSync(`/proc/${pid}/stat`, "utf8");
	} catch {
		return;
	}
	const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
	return {
		state: fields[0] ?? "",
		group: Number(fields[2]),
		startTicks: Number(fields[19])
	};
}
/** The process that has this pid now; undefined when none has (a zombie has ended). */
function identify(pid) {
	const stat = statOf(pid);
	if (stat === void 0 || stat.state === "Z" || stat.state === "X") return void 0;
	return {
		pid,
		startTicks: stat.startTicks
	};
}
/** Is it still the same process? `boot` is the boot under which `id` was written down. */
function isAlive(id, boot) {
	return id !== null && boot === bootId() && identify(id.pid)?.startTicks === id.startTicks;
}
/** Milliseconds since a process started, by the kernel's clock. */
function ageMs(id) {
	const uptimeSeconds = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
	return Math.max(0, uptimeSeconds * 1e3 - id.startTicks * 1e3 / TICKS_PER_SECOND);
}
/** Sends a signal if it is still the same process; says whether it was. */
function signal(id, boot, name) {
	if (id === null || !isAlive(id, boot)) return false;
	return kill(id.pid, name);
}
/** Sends a signal to a pid, or to a group when negative; false when there is none. */
function kill(pid, name) {
	try {
		process.kill(pid, name);
		return true;
	} catch {
		return false;
	}
}
/** Does the process handle a signal itself (or ignore it)? Undefined when that cannot be seen. */
function handles(pid, signalNumber) {
	let text;
	try {
		text = readFileSync(`/proc/${pid}/status`, "utf8");
	} catch {
		return;
	}
	const bit = 1n << BigInt(signalNumber - 1);
	return [...text.matchAll(/^Sig(?:Cgt|Ign):\s*([0-9a-f]+)$/gm)].map((match) => BigInt(`0x${match[1] ?? "0"}`)).some((mask) => (mask & bit) !== 0n);
}
/** Name of the environment variable that every process of an instance carries, children of children included. */
const MARKER = "SHIPLOCK_UNIT";
/** Every living process whose environment carries the marker: what an instance left behind, whoever its parent is now. */
function marked(marker) {
	const needle = `${MARKER}=${marker}`;
	const found = [];
	for (const name of readdirSync("/proc")) {
		const pid = Number(name);
		if (!Number.isInteger(pid) || pid === process.pid) continue;
		if (!environmentOf(pid).includes(needle)) continue;
		const id = identify(pid);
		if (id !== void 0) found.push(id);
	}
	return found;
}
function environmentOf(pid) {
	try {
		return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
	} catch {
		return [];
	}
}

export { identify as a, marked as c, handles as i, signal as l, ageMs as n, isAlive as o, bootId as r, kill as s, MARKER as t };