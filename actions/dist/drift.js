import { i as flag, r as runAction } from "./shared-job.js";
import { Fn as object } from "./shared-schemas.js";
import { t as defineAction } from "./shared-define.js";
import { i as environment, o as state, r as config } from "./shared-fields.js";

// actions/drift/definition.ts
const drift = defineAction({
	name: "drift",
	title: "Shiplock drift",
	description: "Say what differs between git, what Argo CD was told to bring, and the cluster, and who wrote it; fail when something differs. Only looks.",
	inputs: object({
		environment: environment("to look at; one on `kubernetes`."),
		all: flag("Look also at resources that Argo CD calls synced (true or false)."),
		accept: flag("Do not fail the job when something differs (true or false)."),
		config: config(),
		state: state()
	}),
	outputs: {
		differs: "true, or false where nothing differs.",
		resources: "How many resources differ.",
		commit: "Head of the branch that names what serves.",
		revision: "The commit that Argo CD compared with."
	},
	acts: false
});

// actions/drift/index.ts
await runAction(drift, async (inputs, job) => (await import("./act-drift.js")).act(inputs, job));

export {  };