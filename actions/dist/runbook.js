import { a as needed, i as flag, r as runAction, s as optional } from "./shared-job.js";
import { Fn as object } from "./shared-schemas.js";
import { t as defineAction } from "./shared-define.js";
import { i as environment, n as change, o as state, r as config } from "./shared-fields.js";

// actions/runbook/definition.ts
const runbook = defineAction({
	name: "runbook",
	title: "Shiplock runbook",
	description: "Carry a runbook out, or say what it would do now: one of this program, or one of the service from the checkout, never from that of a pull request.",
	inputs: object({
		runbook: needed("The runbook, as `shiplock runbook list` names it.", "system-restart"),
		environment: environment("where it is carried out."),
		values: optional("Its inputs, each as `name=text`, in one line or several. A text of several words stands in quotes. Never a secret: they stand in the journal.", `'service=api reason="memory grows"'`),
		change: change(),
		plan: flag("Only say what it would do now, in the summary of the job (true or false)."),
		confirm: optional("The name of the environment once more. A runbook that takes away what cannot be brought back is refused without it.", "production"),
		config: config(),
		state: state()
	}),
	outputs: {
		outcome: "done, waiting, rolled-back, refused, failed, stopped or lease-held; planned where it was only said.",
		run: "The run, for `shiplock journal` and `shiplock runbook resume`; empty for one that only looks."
	},
	acts: true
});

// actions/runbook/index.ts
await runAction(runbook, async (inputs, job) => (await import("./act-runbook.js")).act(inputs, job));

export {  };