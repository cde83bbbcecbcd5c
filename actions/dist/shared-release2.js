import { Ca as layDownRun, fo as readRun, ga as traitsOf } from "./shared-common.js";

// src/release/run/lay-down.ts
/** What a door does when what it started is over, however it ended: a run whose process was killed gives its environment back. */
async function layDown(service, run) {
	const { store, shared, clock, secrets, exec, door } = service;
	const procedure = (await readRun(store, run).catch(() => null))?.procedure ?? "";
	const { holds, stopped } = traitsOf(procedure);
	return layDownRun(run, {
		store,
		shared: holds ? shared : void 0,
		clock,
		secrets,
		exec,
		who: door.who,
		again: stopped === "begun-again"
	});
}

export { layDown as t };