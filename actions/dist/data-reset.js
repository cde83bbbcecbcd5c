import { c as usually, i as flag, r as runAction } from "./shared-job.js";
import { Fn as object } from "./shared-schemas.js";
import { t as defineAction } from "./shared-define.js";
import { i as environment, o as state, r as config } from "./shared-fields.js";

// actions/data-reset/definition.ts
const dataReset = defineAction({
	name: "data-reset",
	title: "Shiplock data reset",
	description: "Empty the database of a development or testing environment and fill it anew, as `database.reset` says; refused everywhere else.",
	inputs: object({
		environment: environment("whose rows are thrown away."),
		config: config(),
		state: state(),
		reason: usually("Why. Stands in the journal.", "reset"),
		plan: flag("Only say what would be done, in the summary of the job (true or false).")
	}),
	outputs: {
		outcome: "done; planned where it was only said.",
		run: "The run, for `shiplock journal`.",
		tables: "How many tables were emptied.",
		rows: "How many rows are there now."
	},
	acts: true
});

// actions/data-reset/index.ts
await runAction(dataReset, async (inputs, job) => (await import("./act-data-reset.js")).act(inputs, job));

export {  };