import { d as getState, n as openJob, t as TOLD_STATE, u as getInput } from "./shared-job.js";
import { s as problemsOf } from "./shared-problem.js";

// actions/shared/post.ts
/**
* After the job, however it ended: a run whose process was killed gives its environment back, and the forge is told how it stands. What ended by itself has done so already.
* Never fails the job: how that ended is told by the step itself.
*/
const { job } = openJob();
const run = getState("run");
if (run !== "") try {
	const { layDown, openService } = await import("./shared-release3.js");
	const inputs = {
		config: getInput("config"),
		state: getInput("state")
	};
	const service = await openService(job.door(inputs, false));
	const found = await layDown(service, run);
	if (found.kind === "freed") job.warning(`run ${run} was killed or stopped, and harms nobody: it is over, and ${found.environment} is free`);
	const further = getInput("runbook") === "" ? `\`shiplock resume ${run}\` goes on, \`shiplock rollback\` takes it back` : `\`shiplock runbook resume ${run}\` goes on`;
	if (found.kind === "reserved") job.warning(`run ${run} was killed: ${found.environment} waits for it; ${further}`);
	const token = getInput("token");
	if (token !== "" && getState("told") !== run) {
		const { journalsIn, tellLast } = await import("./shared-tell.js");
		await tellLast(job, token, journalsIn(service.store), run);
	}
} catch (error) {
	const why = problemsOf(error, `run ${run}`)[0]?.found ?? "";
	job.warning(`nobody could look after run ${run}: ${why}; its lease runs out by itself`);
}

export {  };