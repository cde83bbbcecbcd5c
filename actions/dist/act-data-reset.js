import { t as EXIT } from "./shared-exit.js";
import { n as codeBlock } from "./shared-words.js";

// actions/data-reset/act.ts
/** Throws the rows of an environment away and fills it anew, or says what that would do. */
async function act(inputs, job) {
	const { planDataReset, resetData, resetLines } = await import("./shared-data2.js");
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

export { act };