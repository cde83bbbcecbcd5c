import { F as resticVariables, I as tagArguments } from "./shared-open.js";

// src/release/backup/restic.ts
/** Commands of restic as effects. */
/** Enough for what only looks, or moves little. */
const QUICK_MS = 3e5;
/** A command of restic as an effect; its password goes by the environment. Pure. */
function restic(repository, words, why) {
	return {
		kind: "exec",
		argv: [repository.program, ...words],
		env: resticVariables(repository),
		why,
		timeoutMs: QUICK_MS
	};
}
function hostAndTags({ service }, id, kind) {
	const { service: name, environment } = service.environment;
	return [
		"--host",
		name,
		...tagArguments({
			service: name,
			environment,
			id,
			kind
		})
	];
}
/** Name of a backup: the time when it was begun. Pure. */
function idOf(now) {
	return new Date(now).toISOString().replaceAll(/[-:.]/g, "");
}

export { restic as i, hostAndTags as n, idOf as r, QUICK_MS as t };