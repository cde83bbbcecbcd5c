import { setTimeout } from "node:timers/promises";

// src/procedure/machine/clock.ts
/** The real clock: the one place that asks the machine for time. Given to everything else as a port. */
const systemClock = {
	now: () => Date.now(),
	monotonic: () => performance.now(),
	sleep: async (ms, signal) => {
		signal?.throwIfAborted();
		try {
			await setTimeout(Math.max(0, ms), void 0, signal ? { signal } : void 0);
		} catch (error) {
			signal?.throwIfAborted();
			throw error;
		}
	}
};
/** RFC 3339 in UTC with milliseconds, the form of every stored time. */
function timestamp(clock) {
	return new Date(clock.now()).toISOString();
}

export { timestamp as n, systemClock as t };