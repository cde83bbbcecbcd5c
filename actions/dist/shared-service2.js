import { n as openEnvironment } from "./shared-service.js";
import { r as outcomeMarkdown } from "./shared-report.js";

// actions/shared/service.ts
/** The environment that an action acts on. */
function openFor(job, inputs) {
	return openEnvironment(job.door(inputs, true), inputs.environment);
}
/** How a run is told: outputs that later steps read, and the report of the run as the summary of the job. */
async function runDone(store, outcome) {
	const { summary, exit, problems } = outcome;
	return {
		exit,
		problems,
		sentence: summary.sentence,
		outputs: {
			outcome: summary.outcome,
			version: summary.version,
			run: summary.run,
			"plan-hash": summary.planHash,
			anchor: `${summary.anchor.count}:${summary.anchor.head}`
		},
		summary: await outcomeMarkdown(store, summary)
	};
}

export { runDone as n, openFor as t };