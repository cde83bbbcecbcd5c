import { t as EXIT } from "./shared-exit.js";
import { n as driftSentence, r as drift, t as driftLines } from "./shared-drift-text.js";
import { t as openFor } from "./shared-common.js";
import { n as codeBlock } from "./shared-words.js";

// actions/drift/act.ts
/** Compares git with the cluster. */
async function act(inputs, job) {
	const found = await drift(await openFor(job, inputs), { all: inputs.all });
	const { resources, git, revision } = found;
	const differs = resources.length > 0;
	return {
		exit: differs && !inputs.accept ? EXIT.failed : EXIT.done,
		problems: [],
		sentence: driftSentence(found),
		outputs: {
			differs: String(differs),
			resources: String(resources.length),
			commit: git.commit ?? "",
			revision
		},
		summary: codeBlock(`${driftLines(found).map(({ text }) => text).join("\n")}\n`)
	};
}

export { act };