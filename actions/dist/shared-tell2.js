import { s as problemsOf } from "./shared-problem.js";
import { t as systemClock } from "./shared-clock2.js";
import { i as shownRun, n as project, r as showing, t as deploymentOf } from "./shared-at-forge.js";

// actions/shared/tell.ts
/**
* A run that an action begins, as the forge shows it: a deployment of the commit, and a check run or a status of it. It all follows from the journal,
* so nothing waits for the forge but the end of the job, and what goes wrong here is a warning: it changes nothing of how the run ended.
*/
/** Between two looks whether the run has begun. */
const LOOK_MS = 100;
/** Most time for one call with all its repetitions: the last word holds the job up. */
const PATIENCE_MS = 3e4;
const TOKEN = "INPUT_TOKEN";
/** Journals of a state directory. */
function journalsIn(store) {
	return (run) => shownRun(store, run);
}
/** The forge of the job, by the variables of its runner; undefined where they do not say it. Pure. */
function placeOf(env) {
	const { GITHUB_API_URL: api, GITHUB_REPOSITORY: name = "", GITHUB_RUN_ID: run = "", GITHUB_SERVER_URL: server } = env;
	const [owner = "", repo = ""] = name.split("/");
	if (owner === "" || repo === "" || run === "") return void 0;
	const url = `${server ?? "https://github.com"}/${owner}/${repo}/actions/runs/${run}`;
	return {
		api: api ?? "https://api.github.com",
		owner,
		repo,
		url
	};
}
/**
* Does it, and tells the forge of the run that it begins: as soon as its journal has begun, beside it, and how it ended, after it. Without a token
* nothing is told. Throws what the work throws.
*/
async function told(job, token, journal, act) {
	delete process.env[TOKEN];
	if (token === void 0) return act();
	const over = new AbortController();
	let run;
	let first = Promise.resolve();
	job.onRun((name) => {
		run = name;
		first = tellFirst(token, journal, name, over.signal);
	});
	try {
		return await act();
	} finally {
		over.abort();
		await first;
		if (run !== void 0) await tellLast(job, token, journal, run);
	}
}
/** How a run stands by its journal, said where it is not said yet. A second time changes nothing. */
async function tellLast(job, token, journal, run) {
	try {
		const shown = await journal(run);
		if (shown !== null) {
			const { forge, url } = await open(token);
			await project(forge.projections, shown, {
				said: "unsure",
				url
			});
		}
		job.told(run);
	} catch (error) {
		const why = problemsOf(error, "the forge")[0]?.found ?? "";
		job.warning(`the forge was not told how run ${run} stands: ${why}; its journal has it`);
	}
}
/** What goes wrong here is made good by the last word. */
async function tellFirst(token, journal, run, over) {
	try {
		const shown = await begun(journal, run, over);
		if (shown?.state !== "works") return;
		const { forge, url } = await open(token);
		const id = await deploymentOf(forge.projections, shown, true);
		await forge.projections.deploymentState(id, showing(shown, url).deployment);
	} catch {}
}
/** There is nothing to read until the run has written down that it began. */
async function begun(journal, run, over) {
	while (!over.aborted) {
		const shown = await journal(run).catch(() => void 0);
		if (shown !== void 0) return shown;
		await systemClock.sleep(LOOK_MS, over);
	}
	return null;
}
async function open(token) {
	const place = placeOf(process.env);
	if (place === void 0) throw new Error("the runner does not say which repository and run this is");
	const { openForge } = await import("./shared-forge.js");
	const ports = {
		clock: systemClock,
		random: Math.random,
		signal: new AbortController().signal
	};
	const { api, owner, repo, url } = place;
	return {
		forge: openForge({
			api,
			owner,
			repo,
			credentials: {
				kind: "token",
				token
			},
			ports,
			patienceMs: PATIENCE_MS
		}),
		url
	};
}

export { tellLast as n, told as r, journalsIn as t };