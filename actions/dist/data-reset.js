import { t as EXIT } from "./shared-exit.js";
import { n as resetData, r as resetLines, t as planDataReset } from "./shared-reset.js";
import { A as object } from "./shared-problem.js";
import { i as flag, r as runAction, s as usually } from "./shared-job.js";
import { n as codeBlock } from "./shared-words.js";
import { t as defineAction } from "./shared-define.js";
import { a as state, n as config, r as environment } from "./shared-fields.js";

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
await runAction(dataReset, act);
async function act(inputs, job) {
	const door = job.door(inputs, true);
	const { environment, reason: why } = inputs;
	const request = {
		environment,
		why,
		allowDirty: false
	};
	if (inputs.plan) {
		const lines = resetLines(await planDataReset(door, request));
		return {
			exit: EXIT.done,
			problems: [],
			sentence: `What a reset of ${environment} would do stands in the summary; nothing was changed.`,
			outputs: {
				outcome: "planned",
				run: "",
				tables: "",
				rows: ""
			},
			summary: codeBlock(`${lines.join("\n")}\n`)
		};
	}
	const { run, emptied, tables } = await resetData(door, request, () => void 0);
	const rows = tables.reduce((sum, table) => sum + table.rows, 0);
	return {
		exit: EXIT.done,
		problems: [],
		sentence: `${emptied.length} tables of ${environment} were emptied, and ${rows} rows are there now.`,
		outputs: {
			outcome: "done",
			run,
			tables: String(emptied.length),
			rows: String(rows)
		},
		summary: codeBlock(`${tables.map(({ table, rows: count }) => `${table}: ${count} rows`).join("\n")}\n`)
	};
}

export {  };