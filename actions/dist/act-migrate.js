import { t as EXIT } from "./shared-exit.js";
import { t as ProblemError } from "./shared-problem.js";
import { t as renderPlan } from "./shared-render.js";
import { r as migrate, s as planMigrate } from "./shared-migrate3.js";
import { n as runDone, qt as rulesText, t as openFor } from "./shared-common.js";
import { t as withSarif } from "./shared-sarif2.js";
import { n as codeBlock } from "./shared-words.js";

// actions/migrate/judged.ts
/** To apply, to plan and to judge are three things; one step does one. */
function twoModes() {
	return {
		code: "cli.action-input",
		where: "input lint",
		found: "\"true\" beside `plan: true`",
		expected: "one of them",
		remedy: "take two steps: one judges the files, the other says what would be done"
	};
}

// actions/migrate/act.ts
/** Applies the pending migrations, says what would be applied, or judges the files. */
function act(inputs, job) {
	return withSarif(job, inputs.sarif, () => apply(inputs, job));
}
async function apply(inputs, job) {
	if (inputs.plan && inputs.lint) throw new ProblemError(twoModes());
	if (inputs.lint) return (await import("./shared-lint2.js")).judge(inputs, job);
	const service = await openFor(job, inputs);
	const request = {
		why: inputs.reason,
		change: inputs.change,
		allowDirty: false
	};
	if (!inputs.plan) {
		const outcome = await migrate(service, request);
		const done = await runDone(service, outcome);
		return {
			...done,
			outputs: {
				...done.outputs,
				schema: outcome.exit === EXIT.done ? outcome.schema : "",
				findings: ""
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
			schema: made.candidate.schema,
			findings: ""
		},
		summary: codeBlock(`${renderPlan(plan)}\nGates: ${rulesText(rules)}`)
	};
}

export { act };