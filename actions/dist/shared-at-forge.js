import { $t as releaseInputsSchema, Mo as readRun, o as readReport, r as broughtBy } from "./shared-common.js";

// src/release/report/shown-run.ts
/** A release or a rollback as it is shown elsewhere; null for any other run. */
async function shownRun(store, run) {
	const { procedure, inputs, environment, state } = await readRun(store, run);
	const parsed = releaseInputsSchema.safeParse(inputs);
	if (!parsed.success || procedure !== "release" && procedure !== "rollback") return null;
	const { sentence, tone } = (await readReport(store, run)).head;
	const { commit } = broughtBy(procedure, parsed.data).release;
	if (state !== "finished") return {
		run,
		environment,
		commit,
		sentence,
		state: state === "waiting" ? "waits" : "works"
	};
	return {
		run,
		environment,
		commit,
		sentence,
		state: tone === "good" ? "good" : "bad"
	};
}

// src/release/report/at-forge.ts
/**
* A run as the forge shows it: a deployment with its state, and a check run of its commit, or a status where only an App could make a check run.
* All of it follows from the journal, and can be made again at any time.
*/
const STATES = {
	waits: {
		deployment: "queued",
		conclusion: null,
		status: "pending"
	},
	works: {
		deployment: "in_progress",
		conclusion: null,
		status: "pending"
	},
	good: {
		deployment: "success",
		conclusion: "success",
		status: "success"
	},
	bad: {
		deployment: "failure",
		conclusion: "failure",
		status: "failure"
	}
};
/** What is said of a run. Pure. */
function showing({ run, commit, environment, state, sentence }, url) {
	return {
		deployment: {
			state: STATES[state].deployment,
			description: sentence,
			logUrl: url
		},
		check: {
			key: run,
			commit,
			name: nameOf(environment),
			conclusion: STATES[state].conclusion,
			title: sentence,
			summary: `Run \`${run}\` in \`${environment}\`.`,
			url
		}
	};
}
/** The deployment of a run, made or found. `fresh`: nobody can have made it yet. */
async function deploymentOf(projections, { run, commit, environment }, fresh) {
	const wanted = {
		key: run,
		commit,
		environment,
		production: environment === "production",
		description: `run ${run}`,
		fresh
	};
	return (await projections.deployment(wanted)).id;
}
/** Says what is not said yet. After a doubt everything is looked at first. */
async function project(projections, run, { said, url }) {
	if (said === "all") return;
	const { deployment, check } = showing(run, url);
	if (said === "unsure") {
		const id = await deploymentOf(projections, run, false);
		await projections.deploymentState(id, {
			...deployment,
			doubtful: true
		});
	}
	if (projections.checks()) await projections.check({
		...check,
		fresh: said === "but-the-check"
	});
	else {
		const { commit, environment, state, sentence } = run;
		const status = STATES[state].status;
		await projections.status({
			commit,
			context: nameOf(environment),
			state: status,
			description: sentence,
			url
		});
	}
}
function nameOf(environment) {
	return `shiplock/${environment}`;
}

export { shownRun as i, project as n, showing as r, deploymentOf as t };