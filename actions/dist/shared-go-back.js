import { t as ProblemError } from "./shared-problem.js";
import { $t as releaseInputsSchema, Ai as previousVersion, Ft as announced, Kt as personOptions, Mo as readRun, Pi as readReleaseRecord, Q as stableRecord, Ti as cameToServe, Zt as underPolicy, ao as runProcedure, co as planProcedure, it as fetchRecordsAtOnce, ji as readEnvironmentRecord, jo as listRuns, mi as digestsOf, ot as fetchRunUnderWay, q as outcomeOf, rt as fetchRecords, tn as rollbackProcedure, ut as tellGit, xr as engineOptions } from "./shared-common.js";

// src/release/run/go-back.ts
/**
* Takes an environment back to an earlier release. Needs no approval and no window, and pre-empts a run of the environment that is still
* under way or waits at a gate: that run then finds its lease taken and stops.
*/
async function rollback(service, request) {
	const inputs = await rollbackInputs(service, request);
	const preempt = await unfinishedRun(service);
	return runRollback(service, inputs, preempt === null ? {} : { preempt });
}
/** Goes back as prepared. */
async function runRollback(service, inputs, more) {
	const persons = await personOptions(await underPolicy(service, "back"), inputs);
	const result = await announced(service, void 0, (observing) => runProcedure(rollbackProcedure(inputs, service.target), {
		...engineOptions(service, {
			urgent: true,
			...observing,
			...persons
		}),
		...more,
		run: more.run ?? service.door.run
	}));
	await tellGit(service);
	return outcomeOf(service, "rollback", inputs, result);
}
async function planRollback(service, request) {
	const inputs = await rollbackInputs(service, request);
	return {
		inputs,
		plan: await planProcedure(rollbackProcedure(inputs, service.target), engineOptions(service))
	};
}
/** A run of this environment that has not ended: the one a rollback undoes. */
async function unfinishedRun(service) {
	return (await listRuns(service.store)).findLast((run) => run.environment === service.target.environment && run.finished === null)?.run ?? null;
}
/** What a rollback would be made from. @throws ProblemError when there is no way back */
async function rollbackInputs(service, request) {
	const { store, target } = service;
	const { environment } = target;
	const asked = await fetchRecordsAtOnce(service);
	const cut = await cutOff(service, request);
	if (cut !== null) return {
		...cut,
		who: service.door.who,
		why: request.why
	};
	const record = await readEnvironmentRecord(store, environment, target.service);
	const way = await underWay(service);
	const under = way?.candidate ?? null;
	const serving = way?.stable ?? await servingRecord(service, asked);
	if (serving === null) throw new ProblemError({
		code: "release.nothing-to-roll-back",
		where: environment,
		found: "nothing serves",
		expected: "a release to go back from",
		remedy: "`shiplock status` says what is live; `shiplock release` makes the first release"
	});
	const to = request.to ?? (under === null ? previousVersion(record) : serving.release.version);
	const from = under ?? serving;
	const goal = to === null ? null : await readReleaseRecord(store, environment, to);
	if (goal === null || goal.release.version === from.release.version) throw new ProblemError({
		code: "release.no-way-back",
		where: environment,
		found: to === null ? "no earlier release in the history" : goal === null ? `no record of ${to}` : `${to} serves already`,
		expected: "an earlier release with its record",
		remedy: "name one with --to; `shiplock status --json` lists the history. Otherwise release a fixed version"
	});
	if (goal.release.version !== serving.release.version) {
		const held = await target.quarantine(digestsOf(goal), "back");
		if (held.length > 0) throw new ProblemError(held);
	}
	if (!record.history.some((entry) => entry.version === goal.release.version && cameToServe(entry)) && goal.release.version !== serving.release.version) {
		const found = await target.provenance(goal, "run");
		if (found.kind === "refused") throw new ProblemError(found.problems);
	}
	return {
		candidate: from,
		stable: goal,
		seed: false,
		who: service.door.who,
		why: request.why
	};
}
/**
* What a way back that did not come to its end was begun with; null: the newest run is none, or leads elsewhere. Whoever says the same words again wants
* that end: what serves meanwhile, and the history, may be those of the version that it goes back to, from which they would lead one release further.
*/
async function cutOff({ store, target }, { to }) {
	const newest = (await listRuns(store)).findLast(({ environment, procedure }) => environment === target.environment && (procedure === "release" || procedure === "rollback"));
	if (newest === void 0 || newest.procedure !== "rollback" || newest.finished !== null) return null;
	const inputs = releaseInputsSchema.safeParse((await readRun(store, newest.run)).inputs).data;
	if (inputs === void 0 || inputs.stable === null) return null;
	return to === void 0 || to === inputs.stable.release.version ? inputs : null;
}
/** What serves. @param asked git has told already what other machines remember */
async function servingRecord(service, asked) {
	return stableRecord(service).catch(async (error) => {
		if (asked) throw error;
		await fetchRecords(service);
		return stableRecord(service);
	});
}
/** A release that is under way: its candidate's share goes back first, to what served when it began. */
async function underWay(service) {
	const { target, shared } = service;
	const [routes, platform] = await Promise.all([target.ports.router.observe(), target.ports.platform.observe()]);
	const leased = routes.kind === "observed" ? routes.routes.find((route) => route.hold === "leased") : void 0;
	const known = leased === void 0 ? null : await readReleaseRecord(service.store, target.environment, leased.version);
	let begun = await begunRelease(service);
	if (leased !== void 0 && known === null && begun === null && shared !== void 0) {
		await fetchRunUnderWay(service);
		begun = await begunRelease(service);
	}
	const version = begun?.candidate.release.version;
	const touched = platform.instances.some((one) => one.version === version && one.state !== "stopped") || routes.kind === "observed" && routes.routes.some((route) => route.version === version);
	if (begun !== null && begun.stable !== null && touched) return begun;
	if (leased === void 0) return null;
	const candidate = begun?.candidate.release.version === leased.version ? begun.candidate : known;
	if (candidate === null && shared !== void 0) throw new ProblemError(unknownCandidate(service, leased.version));
	return {
		candidate,
		stable: null
	};
}
/** What the unfinished release of this environment was begun with. */
async function begunRelease(service) {
	const run = await unfinishedRun(service);
	if (run === null) return null;
	const { procedure, inputs } = await readRun(service.store, run);
	return procedure === "release" ? releaseInputsSchema.safeParse(inputs).data ?? null : null;
}
function unknownCandidate({ target, shared }, version) {
	return {
		code: "release.unknown-candidate",
		where: target.environment,
		found: `${version} is on trial, released by another machine whose run is not in ${shared?.where ?? "git"}`,
		expected: "the run that released it: its version goes back first",
		remedy: "roll back on the machine that released it; without it, its share ends by itself when nobody watches"
	};
}

export { servingRecord as a, runRollback as i, rollback as n, unfinishedRun as o, rollbackInputs as r, planRollback as t };