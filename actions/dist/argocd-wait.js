import { c as usually, r as runAction, s as optional } from "./shared-job.js";
import { Fn as object } from "./shared-schemas.js";
import { t as defineAction } from "./shared-define.js";
import { i as environment, o as state, r as config, t as RUN_OUTPUTS } from "./shared-fields.js";

// actions/argocd-wait/definition.ts
const argocdWait = defineAction({
	name: "argocd-wait",
	title: "Shiplock wait for Argo CD",
	description: "Ask Argo CD to bring a commit into the cluster and wait until it has: this one, or one that contains it.",
	inputs: object({
		environment: environment("whose application it is."),
		commit: optional("The commit, whole. Empty means the head of the branch.", "a".repeat(40)),
		config: config(),
		state: state(),
		reason: usually("Why. Stands in the journal.", "asked by a workflow")
	}),
	outputs: {
		...RUN_OUTPUTS,
		commit: "The commit that was waited for.",
		revision: "The commit that the cluster was compared with; empty when it did not come to that."
	},
	acts: true
});

// actions/argocd-wait/index.ts
await runAction(argocdWait, async (inputs, job) => (await import("./act-argocd-wait.js")).act(inputs, job));

export {  };