// src/platform/local/crash-policy.ts
/** Five exits within 30 s. The first pauses (0.1, 0.2, 0.4, 0.8 s) add up to 1.5 s, so a process that dies at once shows in 2 s. */
const CRASH_POLICY = {
	exits: 5,
	windowMs: 3e4,
	backoffMs: 100,
	maxBackoffMs: 1e4
};
const CALM = {
	exits: [],
	inARow: 0,
	looping: false
};
/**
* A crash loop is reported, but the process is still started again with the longest pause: a database that comes back
* after an hour must not leave a service down that nobody restarts.
* @param now monotonic milliseconds of the exit
* @param ranMs how long the process had run
*/
function afterExit(state, now, ranMs, policy) {
	const calm = ranMs >= policy.windowMs;
	const exits = [...state.exits.filter((time) => now - time < policy.windowMs), now];
	const inARow = calm ? 1 : state.inARow + 1;
	const looping = exits.length >= policy.exits || state.looping && !calm;
	const doubled = policy.backoffMs * 2 ** Math.min(inARow - 1, 20);
	const delayMs = looping ? policy.maxBackoffMs : Math.min(policy.maxBackoffMs, doubled);
	return {
		state: {
			exits,
			inARow,
			looping
		},
		delayMs
	};
}

export { CRASH_POLICY as n, afterExit as r, CALM as t };