import { r as promote$1 } from "./shared-promote.js";
import { A as object } from "./shared-problem.js";
import { i as flag, n as runAction, o as optional, s as usually } from "./shared-job.js";
import { n as runDone, t as openFor } from "./shared-common.js";
import { t as defineAction } from "./shared-define.js";
import { a as state, n as config, r as environment, t as RUN_OUTPUTS } from "./shared-fields.js";

// actions/promote/definition.ts
const promote = defineAction({
	name: "promote",
	title: "Shiplock promote",
	description: "Take the release that serves one environment to the next, unchanged: nothing is built again.",
	inputs: object({
		environment: environment("that it goes to."),
		from: optional("Where it has proven itself. Empty means the environment before, as configured.", "staging"),
		release: optional("Which release. Empty means what serves there.", "1.4.0"),
		config: config(),
		state: state(),
		reason: usually("Why. Stands in the journal.", "promotion"),
		seed: flag("Load the seed data on a first release (true or false).")
	}),
	outputs: {
		...RUN_OUTPUTS,
		version: "The version that was promoted."
	},
	acts: true
});

// actions/promote/index.ts
await runAction(promote, async (inputs, job) => {
	const service = await openFor(job, inputs);
	const { from, release: version, reason: why, seed } = inputs;
	return runDone(service, await promote$1(service, {
		from,
		version,
		why,
		seed,
		allowDirty: false
	}));
});

export {  };