import { r as runAction, s as optional } from "./shared-job.js";
import { Fn as object } from "./shared-schemas.js";
import { t as defineAction } from "./shared-define.js";
import { o as state } from "./shared-fields.js";

// actions/report/definition.ts
const report = defineAction({
	name: "report",
	title: "Shiplock report",
	description: "Tell what a run did and why, from its journal alone: in the summary of the job, and as a page.",
	inputs: object({
		state: state(),
		run: optional("The run. Empty means the newest release or rollback.", "20261121-071500-3f2a"),
		output: optional("A file for the page (HTML), for instance to be uploaded as an artefact. Empty means no page.", "report.html")
	}),
	outputs: {
		run: "The run that is told of.",
		status: "How it stands, in a few words.",
		sentence: "The whole story in one sentence.",
		file: "The page; empty when none was asked for."
	},
	acts: false
});

// actions/report/index.ts
await runAction(report, async (inputs, job) => (await import("./act-report.js")).act(inputs, job));

export {  };