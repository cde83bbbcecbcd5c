import { r as promote } from "./shared-promote.js";
import { n as runDone, t as openFor } from "./shared-common.js";
import { r as told, t as journalsIn } from "./shared-tell2.js";

// actions/promote/act.ts
/** Promotes what another environment has proven. */
async function act(inputs, job) {
	const service = await openFor(job, inputs);
	const { from, release: version, reason: why, seed, change } = inputs;
	const outcome = await told(job, inputs.token, journalsIn(service.store), () => promote(service, {
		from,
		version,
		why,
		seed,
		change,
		allowDirty: false
	}));
	return runDone(service, outcome);
}

export { act };