import { c as unwrap } from "./shared-problem.js";
import { t as systemClock } from "./shared-clock2.js";
import { n as httpClient } from "./shared-http-client.js";
import { n as placeOf, t as checkFile } from "./shared-place.js";
import { join } from "node:path";

// src/gitops/observe.ts
/** What git names now; `value` null when the branch, the file or the key does not exist. Only looks. */
async function observeGitops(options, exec, signal = new AbortController().signal) {
	const place = unwrap(placeOf(options));
	const file = checkFile(options.file);
	const head = await lookInto(place, [file], "", {
		exec,
		signal,
		clock: systemClock
	});
	const { valueAt } = await import("./shared-values2.js");
	return {
		commit: head.base,
		value: valueAt(head.files[file] ?? null, options.path)
	};
}
/** The head of the branch with the texts of these files. */
async function lookInto(place, files, environment, ports) {
	const { lookAt } = await import("./shared-look.js");
	return lookAt(place, files, environment, {
		...ports,
		http: httpClient,
		random: Math.random
	});
}
/** Where git names what serves: the clone lies in the store. Pure. */
function gitopsPlace({ gitops, baseDir }, store) {
	return {
		...gitops,
		workDir: join(store, "gitops"),
		baseDir
	};
}

export { lookInto as n, observeGitops as r, gitopsPlace as t };