import { i as runCommand } from "./shared-exec.js";
import { i as isMissing } from "./shared-store.js";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

// src/procedure/lease/fence.ts
/** The fence at a resource of this machine: fence.sh locks its file and compares. See docs/formats/journal.md. */
/** Somebody else holds the environment by now: everything of this run stops at once. */
var LeaseLostError = class extends Error {
	constructor(why) {
		super(why);
		this.name = "LeaseLostError";
	}
};
const FENCE_SCRIPT = fileURLToPath(new URL("./fence.sh", import.meta.url));
const REFUSED = 75;
const MARK = "shiplock-fence:";
/** The greatest fence that a resource has seen; 0 when it has seen none. Only looks. */
async function readFence(file) {
	try {
		const text = (await readFile(file, "utf8")).trim();
		return /^\d{1,15}$/.test(text.replace(/^0+(?=\d)/, "")) ? Number(text) : 0;
	} catch (error) {
		if (isMissing(error)) return 0;
		throw error;
	}
}
/** The command as it is really started. */
function fencedArgv(point, argv) {
	return [
		"sh",
		FENCE_SCRIPT,
		point.file,
		String(point.fence),
		"--",
		...argv
	];
}
/** Runs a command under the fence. Throws LeaseLostError when the resource has seen a greater number. */
async function runFenced(point, spec, clock) {
	const result = await runCommand({
		...spec,
		argv: fencedArgv(point, spec.argv)
	}, clock);
	refuseStale(result);
	return result;
}
/**
* Raises the fence and waits for whatever a dead holder left running under the lock. After this nothing of an earlier holder
* can change the resource any more, so a probe sees a world that stays as it is.
*/
async function raiseFence(point, signal, clock) {
	const result = await runFenced(point, {
		argv: ["true"],
		signal
	}, clock);
	if (result.exitCode !== 0) throw new Error(`the fence of ${point.file} could not be raised: ${result.stderr.trim()}`);
}
/** Where a resource elsewhere finds the fence of the run that asks. */
const FENCE_VARIABLE = "SHIPLOCK_FENCE";
/** The same for a resource that compares by itself, wherever it is. */
async function runFencedThere(fence, spec, clock) {
	const result = await runCommand({
		...spec,
		env: {
			...spec.env,
			[FENCE_VARIABLE]: String(fence)
		}
	}, clock);
	refuseStale(result);
	return result;
}
async function raiseFenceThere(fence, argv, signal, clock) {
	const result = await runFencedThere(fence, {
		argv,
		signal
	}, clock);
	if (result.exitCode !== 0) throw new Error(`the fence could not be raised: ${result.stderr.trim()}`);
}
function refuseStale(result) {
	if (result.exitCode !== REFUSED) return;
	const line = result.stderr.split("\n").find((text) => text.startsWith(MARK));
	if (line !== void 0) throw new LeaseLostError(line.slice(15).trim());
}

export { readFence as a, raiseFenceThere as i, LeaseLostError as n, runFenced as o, raiseFence as r, runFencedThere as s, FENCE_SCRIPT as t };