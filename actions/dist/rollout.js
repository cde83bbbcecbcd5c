import { M as release, n as runDone, t as openFor } from "./shared-common.js";
import { A as object } from "./shared-problem.js";
import { i as flag, n as runAction, s as usually } from "./shared-job.js";
import { t as defineAction } from "./shared-define.js";
import { a as state, i as release$1, n as config, r as environment, t as RUN_OUTPUTS } from "./shared-fields.js";

// actions/rollout/definition.ts
const rollout = defineAction({
	name: "rollout",
	title: "Shiplock rollout",
	description: "Build the commit that is checked out and release it with evidence, or take it back.",
	inputs: object({
		environment: environment("to release to."),
		config: config(),
		state: state(),
		release: release$1(),
		reason: usually("Why. Stands in the journal.", "release"),
		seed: flag("Load the seed data on a first release (true or false).")
	}),
	outputs: {
		...RUN_OUTPUTS,
		version: "The version that was released."
	},
	acts: true
});

// actions/rollout/index.ts
await runAction(rollout, async (inputs, job) => {
	const service = await openFor(job, inputs);
	const { release: version, reason: why, seed } = inputs;
	return runDone(service, await release(service, {
		version,
		why,
		seed,
		allowDirty: false
	}));
});

export {  };