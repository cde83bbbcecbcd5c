import { n as rollback } from "./shared-go-back.js";
import { n as runDone, t as openFor } from "./shared-common.js";
import { r as told, t as journalsIn } from "./shared-tell2.js";

// actions/rollback/act.ts
/** Takes the environment back. */
async function act(inputs, job) {
	const service = await openFor(job, inputs);
	const outcome = await told(job, inputs.token, journalsIn(service.store), () => rollback(service, {
		to: inputs.to,
		why: inputs.reason
	}));
	return runDone(service, outcome);
}

export { act };