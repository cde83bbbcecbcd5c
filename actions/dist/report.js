import { t as EXIT } from "./shared-exit.js";
import { A as object } from "./shared-problem.js";
import { c as reportMarkdown, i as newestRun, o as readReport } from "./shared-common.js";
import { t as reportPage } from "./shared-page.js";
import { n as runAction, o as optional } from "./shared-job.js";
import { t as defineAction } from "./shared-define.js";
import { a as state } from "./shared-fields.js";

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
await runAction(report, async ({ state, run: wanted, output }, job) => {
	const run = wanted ?? await newestRun(state);
	const found = await readReport(state, run);
	const file = output === void 0 ? "" : await job.write(output, reportPage(found));
	const { status, sentence } = found.head;
	return {
		exit: EXIT.done,
		problems: [],
		sentence,
		outputs: {
			run,
			status,
			sentence,
			file
		},
		summary: reportMarkdown(found)
	};
});

export {  };