import { Ni as readRecord, Zn as changeRunSchema, _t as changePlace, at as fetchRun, jo as listRuns, lt as say, nt as fetchDocumentsOf } from "./shared-common.js";
import { s as problemsOf } from "./shared-problem.js";
import { o as namesIn } from "./shared-store.js";
import { join } from "node:path";

// src/release/change/fetch.ts
/** What other machines know of changes comes here from the git store; where that does not answer, what is here must do. */
async function fetchChanges(service) {
	await orSay(service, () => fetchDocumentsOf(service, service.target.environment));
}
/**
* The journals of runs for a change that other machines began, or went on with.
*
* @param id null: those that were begun without a record
*/
async function fetchRunsOf(service, id) {
	const { store, shared, target } = service;
	if (shared === void 0) return;
	const directory = join(store, changePlace(target.environment));
	const over = new Set((await listRuns(store)).filter(({ finished }) => finished !== null).map(({ run }) => run));
	for (const name of (await namesIn(directory)).filter((one) => one.endsWith(".json"))) {
		const noted = await readRecord(join(directory, name), changeRunSchema);
		if (noted === null || noted.change !== id || over.has(noted.run)) continue;
		await orSay(service, () => fetchRun(service, noted.run));
	}
}
async function orSay(service, work) {
	try {
		await work();
	} catch (error) {
		for (const { found } of problemsOf(error, service.shared?.where ?? "git store")) say(service, found);
	}
}

export { fetchRunsOf as n, fetchChanges as t };