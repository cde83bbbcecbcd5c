import { n as localResource } from "./shared-system.js";

// src/release/keys/files.ts
/** Pure. */
function secretFiles(own) {
	return {
		own,
		next: `${own}.next`,
		before: `${own}.previous`
	};
}
const QUICK_MS = 3e4;
/** A command on this machine, under the fence of the environment. Pure. */
function here({ environment }, argv) {
	return {
		kind: "exec",
		argv,
		resource: localResource(environment),
		timeoutMs: QUICK_MS
	};
}
/** `from` becomes `to`: whole at any moment, for the owner of the file that is configured and with its mode: whoever reads it finds one or the other. Pure. */
function replaceFile(service, { own }, from, to) {
	const part = `${to}.part`;
	return [
		[
			"cp",
			"-p",
			"--",
			own,
			part
		],
		[
			"cp",
			"--",
			from,
			part
		],
		[
			"sync",
			"--",
			part
		],
		[
			"mv",
			"-f",
			"--",
			part,
			to
		]
	].map((argv) => here(service, argv));
}
/** Pure. */
function dropFiles(service, paths) {
	return [here(service, [
		"rm",
		"-f",
		"--",
		...paths
	])];
}

export { secretFiles as a, replaceFile as i, dropFiles as n, here as r, QUICK_MS as t };