import { t as ProblemError } from "./shared-problem.js";
import { Sr as openEnvironment, br as runAgain, ic as sequence, nc as procedure, xr as engineOptions } from "./shared-common.js";
import { a as olderOf, c as inUse, i as lookAtPasswords, l as nothingToTakeBack, n as beginNodes, o as openRotation, r as finishNodes, s as stateIn, t as backNodes, u as odd } from "./shared-rotate-steps.js";

// src/release/database/rotate.ts
/**
* A new password of an account without an interruption: it is let in beside the old one, services are restarted at leisure, and the old one is let in
* no more once no connection of before is left. Two commands, since what lies between them is done by people and other runs.
*/
/** @throws ProblemError when it is refused, or does not come through */
async function rotate(door, request) {
	const work = openRotation(await openEnvironment(door, request.environment, "without-database"), request);
	const found = await lookAtPasswords(work);
	if (request.what === "look") return {
		result: null,
		state: await stateOf(work, found)
	};
	const refusal = await refusalOf(work, request.what, found);
	if (refusal !== null) throw new ProblemError(refusal);
	return {
		result: await runAgain(rotateProcedure(work, request), engineOptions(work.service)),
		state: await stateOf(work, await lookAtPasswords(work))
	};
}
async function stateOf(work, found) {
	const { role, user, from } = work.account;
	return {
		role,
		user,
		from,
		state: stateIn(found),
		older: await olderOf(work)
	};
}
async function refusalOf(work, what, found) {
	const state = stateIn(found);
	if (state === "odd") return odd(work.account);
	if (what === "begin") return null;
	if (what === "back") return state === "both" && found.before !== null ? null : nothingToTakeBack(work.account);
	const older = state === "both" ? await olderOf(work) : 0;
	return older === 0 ? null : inUse(work.account, older);
}
function rotateProcedure(work, { what, why }) {
	const { environment } = work.service.environment;
	const { role, user, from } = work.account;
	const steps = {
		look: [],
		begin: beginNodes(work),
		back: backNodes(work),
		finish: finishNodes(work)
	};
	const titles = {
		look: "",
		begin: "Let a new password in beside the old one",
		back: "Put the old password behind its reference again",
		finish: "Let in only the password behind the reference"
	};
	return procedure({
		id: "database-rotate",
		title: `${titles[what]}: ${user}@${from} (${role}) in ${environment}`,
		description: "Every step looks whether it is done already. Until the last command both passwords are let in.",
		environment,
		inputs: {
			environment,
			role,
			what,
			why
		},
		root: sequence({
			id: what,
			title: titles[what],
			steps: [...steps[what]]
		})
	});
}

export { rotate };