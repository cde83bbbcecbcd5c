import { t as EXIT } from "./shared-exit.js";
import { t as ProblemError } from "./shared-problem.js";
import { r as migrate } from "./shared-migrate3.js";
import { t as withSarif } from "./shared-sarif2.js";
import { n as runDone, t as openFor } from "./shared-common.js";

// actions/migrate/judged.ts
/** To apply, to plan and to judge are three things; one step does one. Pure. */
function twoModes(input, beside = "plan") {
	return {
		code: "cli.action-input",
		where: `input ${input}`,
		found: `${input === "lint" ? "\"true\"" : "a plan that is to be applied"} beside \`${beside}: true\``,
		expected: "one of them",
		remedy: "take two steps: one judges the files, another says what would be done, a third applies it"
	};
}

// actions/migrate/act.ts
/** Applies the pending migrations, says what would be applied, or judges the files. */
function act(inputs, job) {
	return withSarif(job, inputs.sarif, () => apply(inputs, job));
}
async function apply(inputs, job) {
	if (inputs.plan && inputs.lint) throw new ProblemError(twoModes("lint"));
	if (inputs["stored-plan"] !== void 0 && (inputs.plan || inputs.lint)) throw new ProblemError(twoModes("stored-plan", inputs.plan ? "plan" : "lint"));
	if (inputs.lint) return (await import("./shared-lint2.js")).judge(inputs, job);
	const service = await openFor(job, inputs);
	const request = {
		why: inputs.reason,
		change: inputs.change,
		allowDirty: false,
		plan: inputs["stored-plan"]
	};
	if (!inputs.plan) {
		const outcome = await migrate(service, request);
		const done = await runDone(service, outcome);
		return {
			...done,
			outputs: {
				...done.outputs,
				schema: outcome.exit === EXIT.done ? outcome.schema : "",
				"stored-plan": inputs["stored-plan"] ?? "",
				findings: ""
			}
		};
	}
	return (await import("./shared-plan.js")).plan(service, inputs.environment, request);
}

export { act };