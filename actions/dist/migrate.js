import { t as EXIT } from "./shared-exit.js";
import { w as object } from "./shared-problem.js";
import { i as renderPlan, r as planMigrate, t as migrate$1 } from "./shared-migrate.js";
import { z as rulesText } from "./shared-report.js";
import { i as flag, n as runAction, r as codeBlock, s as usually } from "./shared-job.js";
import { n as runDone, t as openFor } from "./shared-service.js";
import { t as defineAction } from "./shared-define.js";
import { a as state, n as config, r as environment, t as RUN_OUTPUTS } from "./shared-fields.js";

// actions/migrate/definition.ts
const migrate = defineAction({
	name: "migrate",
	title: "Shiplock migrate",
	description: "Apply the pending expand migrations of the commit that is checked out, ahead of its release, or say what would be applied.",
	inputs: object({
		environment: environment("whose database it is."),
		config: config(),
		state: state(),
		reason: usually("Why. Stands in the journal.", "migration"),
		plan: flag("Only say what would be done, in the summary of the job (true or false).")
	}),
	outputs: {
		...RUN_OUTPUTS,
		outcome: `${RUN_OUTPUTS.outcome.slice(0, -1)}; planned where it was only said.`,
		version: "The version whose migrations these are.",
		schema: "Schema state with them: the newest migration."
	},
	acts: true
});

// actions/migrate/index.ts
await runAction(migrate, async (inputs, job) => {
	const service = await openFor(job, inputs);
	const request = {
		why: inputs.reason,
		allowDirty: false
	};
	if (!inputs.plan) {
		const outcome = await migrate$1(service, request);
		const done = await runDone(service.store, outcome);
		return {
			...done,
			outputs: {
				...done.outputs,
				schema: outcome.exit === EXIT.done ? outcome.schema : ""
			}
		};
	}
	const { plan, inputs: made, rules } = await planMigrate(service, request);
	const { version } = made.candidate.release;
	return {
		exit: EXIT.done,
		problems: [],
		sentence: `What the migrations of ${version} would do in ${inputs.environment} stands in the summary; nothing was changed.`,
		outputs: {
			outcome: "planned",
			version,
			run: "",
			"plan-hash": plan.planHash,
			anchor: "",
			schema: made.candidate.schema
		},
		summary: codeBlock(`${renderPlan(plan)}\nGates: ${rulesText(rules)}`)
	};
});

export {  };