import { t as EXIT } from "./shared-exit.js";
import { i as newestRun, o as readReport, x as reportMarkdown } from "./shared-common.js";
import { t as reportPage } from "./shared-page.js";

// actions/report/act.ts
/** Tells a run from its journal. */
async function act({ state, run: wanted, output }, job) {
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
}

export { act };