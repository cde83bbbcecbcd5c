import { t as EXIT } from "./shared-exit.js";
import { n as releaseNotes, t as notesMarkdown } from "./shared-notes.js";
import { Cr as openService } from "./shared-common.js";

// actions/release-notes/act.ts
/** Writes what a release brings. */
async function act(inputs, job) {
	const { environment, from, to, output } = inputs;
	const notes = await releaseNotes(await openService(job.door(inputs, false)), {
		environment,
		from,
		to
	});
	const text = notesMarkdown(notes);
	const file = output === void 0 ? "" : await job.write(output, text);
	const version = notes.to.version ?? "";
	return {
		exit: EXIT.done,
		problems: [],
		sentence: `${notes.entries.length} changes come to ${environment} with ${version}; they stand in the summary.`,
		outputs: {
			from: notes.from?.commit ?? "",
			to: notes.to.commit,
			version,
			changes: String(notes.entries.length),
			breaking: String(notes.entries.some(({ breaking }) => breaking)),
			file
		},
		summary: text
	};
}

export { act };