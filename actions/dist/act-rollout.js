import { X as release, n as runDone, t as openFor } from "./shared-common.js";
import { r as told, t as journalsIn } from "./shared-tell2.js";

// actions/rollout/act.ts
/** Releases the commit. */
async function act(inputs, job) {
	const service = await openFor(job, inputs);
	const { release: version, reason: why, seed, change } = inputs;
	const outcome = await told(job, inputs.token, journalsIn(service.store), () => release(service, {
		version,
		why,
		seed,
		change,
		allowDirty: false
	}));
	return runDone(service, outcome);
}

export { act };