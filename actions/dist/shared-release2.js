import { Bo as createRecorder, Eo as NOBODY, Mo as readRun, Zo as loadRun, ko as readLease, no as traitsOf, oo as takeEnvironment, so as closePreempted, yo as copyRun } from "./shared-common.js";
import { n as isGone } from "./shared-identity.js";
import { c as runPaths } from "./shared-store.js";

// src/procedure/run/lay-down.ts
/**
* Looks after a run that was begun on this machine and whose process may have been killed. Its lease is given back as the process would
* have done: nobody waits for it to run out, here or elsewhere. A process that lives is left alone.
*/
async function layDownRun(run, options) {
	const { store, shared, again } = options;
	const started = (await loadRun(store, run))?.state.started;
	if (started === void 0) return { kind: "nothing" };
	const { environment } = started;
	const holder = (await readLease(store, environment))?.lease.holder ?? null;
	if (holder?.run !== run) return { kind: "nothing" };
	if (holder.pid === NOBODY.pid ? !again : !isGone(holder)) return { kind: "nothing" };
	const taken = await takeEnvironment(options, {
		environment,
		run
	});
	if (taken.kind === "busy") return { kind: "nothing" };
	const lease = taken.handle;
	if (started.preempts !== void 0) await closePreempted(started.preempts, options, lease, run);
	const over = await endIfMay(await createRecorder(run, options, lease), run, again);
	if (shared !== void 0) await copyRun({
		shared,
		run,
		paths: runPaths(store, run),
		from: void 0
	}).catch(() => void 0);
	await lease.release(over ? "free" : "reserved");
	return {
		kind: over ? "freed" : "reserved",
		environment
	};
}
/** Ends a run that harms nobody. False: it has begun to change something, so only its resume or a rollback may end it. */
async function endIfMay(recorder, run, again) {
	try {
		const types = new Set(recorder.reading.entries.map(({ record }) => record.type));
		if (types.has("run.finished")) return true;
		const touched = types.has("step.intent");
		if (touched && !again) return false;
		const outcome = touched ? "failed" : "refused";
		await recorder.record("run.finished", "", 0, {
			outcome,
			problems: [killed(run)]
		});
		return true;
	} finally {
		await recorder.close();
	}
}
function killed(run) {
	return {
		code: "run.killed",
		where: `run ${run}`,
		found: "its process was killed, or stopped",
		expected: "a process that comes to an end by itself",
		remedy: "start it again; if it happens again, look at the time limit and the memory of the job"
	};
}

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