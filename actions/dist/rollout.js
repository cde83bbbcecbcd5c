import { c as usually, i as flag, r as runAction } from "./shared-job.js";
import { Fn as object } from "./shared-schemas.js";
import { t as defineAction } from "./shared-define.js";
import { a as release, i as environment, n as change, o as state, r as config, s as token, t as RUN_OUTPUTS } from "./shared-fields.js";

// actions/rollout/definition.ts
const rollout = defineAction({
	name: "rollout",
	title: "Shiplock rollout",
	description: "Build the commit that is checked out and release it with evidence, or take it back.",
	inputs: object({
		environment: environment("to release to."),
		config: config(),
		state: state(),
		release: release(),
		reason: usually("Why. Stands in the journal.", "release"),
		change: change(),
		seed: flag("Load the seed data on a first release (true or false)."),
		token: token()
	}),
	outputs: {
		...RUN_OUTPUTS,
		version: "The version that was released."
	},
	acts: true
});

// actions/rollout/index.ts
await runAction(rollout, async (inputs, job) => (await import("./act-rollout.js")).act(inputs, job));

export {  };