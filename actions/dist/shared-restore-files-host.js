import { t as EXIT } from "./shared-exit.js";
import { t as jsonSchema } from "./shared-json.js";
import { i as undoHostRestore, n as planHostRestore, r as restoreHost } from "./shared-restore-host.js";

// src/cli/commands/restore-files-host.ts
/** @param acts false: only what would change is told */
async function onHost(entry, options, acts) {
	const { environment, host, only, id, reload, undo } = options;
	if (undo !== void 0) {
		if (!acts) {
			const text = `would bring back on ${host} what was there before ${undo}`;
			return {
				exit: EXIT.done,
				text,
				json: jsonSchema.parse({
					environment,
					host,
					set: undo
				})
			};
		}
		const run = await undoHostRestore(entry, {
			environment,
			host,
			set: undo
		});
		const text = `what was there before is there again on ${host}\nrun ${run}`;
		return {
			exit: EXIT.done,
			text,
			json: jsonSchema.parse({
				environment,
				host,
				set: undo,
				run
			})
		};
	}
	const request = {
		environment,
		host,
		only,
		id,
		reload
	};
	if (!acts) {
		const { record, changes, put, lines, accounts } = await planHostRestore(entry, request);
		const { id: which, takenAt, state } = record;
		const units = reload.map((unit) => `reload ${unit}`);
		const nothing = changes.some(({ what }) => what !== "extra") ? [] : ["nothing there is other than in the backup"];
		return {
			exit: EXIT.done,
			text: [
				`${put} files of ${host} as of ${takenAt} (${which}, ${state})`,
				...lines,
				...nothing,
				...units
			].join("\n"),
			json: jsonSchema.parse({
				environment,
				host,
				id: which,
				takenAt,
				state,
				files: put,
				changes,
				accounts,
				reload
			})
		};
	}
	const restored = await restoreHost(entry, request);
	const { files, takenAt, id: which, seconds, run, set } = restored;
	return {
		exit: EXIT.done,
		text: [
			`${files} files as of ${takenAt} (${which}) are in place on ${host}, compared, ${seconds.toFixed(1)} s`,
			`to bring back what was there: shiplock restore files ${environment} --host ${host} --undo ${set}`,
			`run ${run}`
		].join("\n"),
		json: jsonSchema.parse({
			environment,
			...restored
		})
	};
}

export { onHost };