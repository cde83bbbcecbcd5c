import { t as EXIT } from "./shared-exit.js";
import { o as planMigrate, r as migrate$1, s as renderPlan } from "./shared-migrate3.js";
import { ht as rulesText, n as runDone, t as openFor } from "./shared-common.js";
import { i as flag, n as runAction, o as optional, r as codeBlock, s as usually } from "./shared-job.js";
import { t as packageVersion } from "./shared-version.js";
import { A as object, s as problemsOf } from "./shared-problem.js";
import { n as sarifLog, t as findingsOf } from "./shared-sarif.js";
import { t as defineAction } from "./shared-define.js";
import { a as state, n as config, r as environment, t as RUN_OUTPUTS } from "./shared-fields.js";

// actions/shared/sarif.ts
/** Says what is done, and writes what was found about files on the way as SARIF, however it ends. Without a file only the former. */
async function withSarif(job, file, act) {
	const write = async (problems) => {
		if (file === void 0) return;
		const { findings, others } = findingsOf(problems);
		const root = process.env["GITHUB_WORKSPACE"] ?? process.cwd();
		const log = sarifLog(findings, {
			version: packageVersion(),
			root,
			failures: others
		});
		await job.write(file, `${JSON.stringify(log, null, 2)}\n`);
	};
	try {
		const done = await act();
		await write(done.problems);
		return done;
	} catch (error) {
		await write(problemsOf(error, "the migrations"));
		throw error;
	}
}

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
		plan: flag("Only say what would be done, in the summary of the job (true or false)."),
		sarif: optional("A file for what is wrong with the migrations (SARIF 2.1.0), for instance to be uploaded to code scanning. Empty means none.", "migrations.sarif")
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
await runAction(migrate, (inputs, job) => withSarif(job, inputs.sarif, () => act(inputs, job)));
async function act(inputs, job) {
	const service = await openFor(job, inputs);
	const request = {
		why: inputs.reason,
		allowDirty: false
	};
	if (!inputs.plan) {
		const outcome = await migrate$1(service, request);
		const done = await runDone(service, outcome);
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
}

export {  };