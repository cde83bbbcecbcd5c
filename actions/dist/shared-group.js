import { t as ProblemError } from "./shared-problem.js";

// src/procedure/machine/deadline.ts
/** Runs `work` with a signal that is aborted when the time is over or the outer signal is. Rejects with a `timeout` problem. */
async function withDeadline(deadline, work) {
	const over = new AbortController();
	const done = new AbortController();
	const signal = deadline.signal ? AbortSignal.any([over.signal, deadline.signal]) : over.signal;
	deadline.clock.sleep(deadline.ms, done.signal).then(() => over.abort(timeoutError(deadline)), () => void 0);
	try {
		signal.throwIfAborted();
		const working = work(signal);
		return await (deadline.abandon ? unlessAborted(signal, working) : working);
	} catch (error) {
		if (over.signal.aborted) throw over.signal.reason;
		throw error;
	} finally {
		done.abort();
	}
}
/** The promise, or the signal's reason as soon as it is aborted, whatever the work then still does. */
async function unlessAborted(signal, working) {
	const over = new AbortController();
	const aborted = new Promise((_resolve, reject) => {
		signal.addEventListener("abort", () => reject(signal.reason), {
			once: true,
			signal: over.signal
		});
		if (signal.aborted) reject(signal.reason);
	});
	try {
		return await Promise.race([working, aborted]);
	} finally {
		over.abort();
		working.catch(() => void 0);
	}
}
function timeoutError(deadline) {
	return new ProblemError({
		code: "procedure.timeout",
		where: deadline.what,
		found: `no end after ${deadline.ms} ms`,
		expected: `an end within ${deadline.ms} ms`,
		remedy: "look at what it waits for; if it is only slow, give the step more time"
	});
}

// src/procedure/machine/group.ts
/** Ends what was started: by itself, since who only ends processes needs nothing of what starts them. */
const KILL_GRACE_MS = 2e3;
/** Ends a process group: asks, waits, kills. The leader may be gone long before its children are. */
async function endGroup(pid, clock) {
	if (pid === void 0) return;
	if (!signalGroup(pid, "SIGTERM")) return;
	for (let waited = 0; waited < KILL_GRACE_MS; waited += 50) {
		await clock.sleep(50);
		if (!signalGroup(pid, 0)) return;
	}
	signalGroup(pid, "SIGKILL");
}
function signalGroup(pid, signal) {
	try {
		return process.kill(-pid, signal);
	} catch {
		return false;
	}
}

export { unlessAborted as n, withDeadline as r, endGroup as t };