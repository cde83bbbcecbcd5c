import { c as usually, i as flag, r as runAction, s as optional } from "./shared-job.js";
import { Fn as object } from "./shared-schemas.js";
import { t as defineAction } from "./shared-define.js";
import { i as environment, n as change, o as state, r as config, s as token, t as RUN_OUTPUTS } from "./shared-fields.js";

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
		change: change(),
		seed: flag("Load the seed data on a first release (true or false)."),
		token: token()
	}),
	outputs: {
		...RUN_OUTPUTS,
		version: "The version that was promoted."
	},
	acts: true
});

// actions/promote/index.ts
await runAction(promote, async (inputs, job) => (await import("./act-promote.js")).act(inputs, job));

export {  };