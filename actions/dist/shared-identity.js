import { Fn as object, Jn as string, Pn as number } from "./shared-schemas.js";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

// src/procedure/machine/identity.ts
/** Who a process is, so that another one on the same machine can tell whether it is still there. */
const identitySchema = object({
	host: string(),
	pid: number(),
	/** Start in clock ticks since boot: a process id that was used again has another one. */
	startTicks: string(),
	/** The boot and the process namespace: process ids of another container mean nothing here. Empty where there is no /proc. */
	bootId: string()
});
function ownIdentity() {
	return {
		host: hostname(),
		pid: process.pid,
		startTicks: startTicks(process.pid) ?? "",
		bootId: bootAndNamespace()
	};
}
/** True only when it is certain: same boot, same namespace, and no process with that id and that start. */
function isGone(holder) {
	const here = bootAndNamespace();
	if (here === "" || holder.bootId !== here || holder.startTicks === "") return false;
	return startTicks(holder.pid) !== holder.startTicks;
}
function bootAndNamespace() {
	try {
		return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${readlinkSync("/proc/self/ns/pid")}`;
	} catch {
		return "";
	}
}
/** Field 22 of /proc/PID/stat; undefined when there is no such process, or only its remains. */
function startTicks(pid) {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
		const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
		return fields[0] === "Z" || fields[0] === "X" ? void 0 : fields[19];
	} catch {
		return;
	}
}

export { isGone as n, ownIdentity as r, identitySchema as t };