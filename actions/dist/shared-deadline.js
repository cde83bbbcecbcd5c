import { t as ProblemError } from "./shared-problem.js";

// src/procedure/machine/deadline.ts
/** Why a wait ends that nobody needs any more. Nobody reads it; without a reason each `abort()` would make an exception with its stack. */
const UNNEEDED = "unneeded";
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
		done.abort(UNNEEDED);
	}
}
/**
* Runs `work` with a signal that is also aborted when a look throws, with what it threw. The first look comes after `everyMs`, each further one so long after
* the last has answered; none comes when the work is over.
*/
async function lookingMeanwhile({ clock, everyMs, signal }, look, work) {
	const done = new AbortController();
	const broken = new AbortController();
	const looking = async () => {
		for (;;) {
			await clock.sleep(everyMs, done.signal);
			await look();
		}
	};
	looking().catch((error) => broken.abort(error));
	try {
		return await work(AbortSignal.any([signal, broken.signal]));
	} catch (error) {
		if (broken.signal.aborted && !signal.aborted) throw broken.signal.reason;
		throw error;
	} finally {
		done.abort(UNNEEDED);
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
		over.abort(UNNEEDED);
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

export { unlessAborted as n, withDeadline as r, lookingMeanwhile as t };