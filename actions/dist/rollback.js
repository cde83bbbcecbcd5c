import { a as needed, r as runAction, s as optional } from "./shared-job.js";
import { Fn as object } from "./shared-schemas.js";
import { t as defineAction } from "./shared-define.js";
import { i as environment, o as state, r as config, s as token, t as RUN_OUTPUTS } from "./shared-fields.js";

// actions/rollback/definition.ts
const rollback = defineAction({
	name: "rollback",
	title: "Shiplock rollback",
	description: "Take an environment back to an earlier release: traffic first. A release that is under way is pre-empted.",
	inputs: object({
		environment: environment("to take back."),
		to: optional("The release to go back to. Empty means the one before.", "1.3.2"),
		config: config(),
		state: state(),
		reason: needed("Why. Stands in the journal.", "\"checkout fails\""),
		token: token()
	}),
	outputs: {
		...RUN_OUTPUTS,
		version: "The version that serves again."
	},
	acts: true
});

// actions/rollback/index.ts
await runAction(rollback, async (inputs, job) => (await import("./act-rollback.js")).act(inputs, job));

export {  };