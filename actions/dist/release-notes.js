import { r as runAction, s as optional } from "./shared-job.js";
import { Fn as object } from "./shared-schemas.js";
import { t as defineAction } from "./shared-define.js";
import { i as environment, o as state, r as config } from "./shared-fields.js";

// actions/release-notes/definition.ts
const releaseNotes = defineAction({
	name: "release-notes",
	title: "Shiplock release notes",
	description: "Tell what lies between what serves an environment and what is released to it, from git alone: breaking changes, migrations, pull requests, who.",
	inputs: object({
		environment: environment("that it is released to."),
		from: optional("A version, tag or commit. Empty means what serves the environment.", "1.3.2"),
		to: optional("A version, tag or commit. Empty means what serves the environment before, else the commit that is checked out.", "1.4.0"),
		config: config(),
		state: state(),
		output: optional("A file for the notes (Markdown), for instance for a release of the forge. Empty means none.", "notes.md")
	}),
	outputs: {
		from: "The commit that is replaced; empty for a first release.",
		to: "The commit that is released.",
		version: "Its version.",
		changes: "How many changes it brings.",
		breaking: "true, or false where no change says that it breaks something.",
		file: "The notes; empty when none were asked for."
	},
	acts: false
});

// actions/release-notes/index.ts
await runAction(releaseNotes, async (inputs, job) => (await import("./act-release-notes.js")).act(inputs, job));

export {  };