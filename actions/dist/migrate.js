import { c as usually, i as flag, r as runAction, s as optional } from "./shared-job.js";
import { Fn as object } from "./shared-schemas.js";
import { t as defineAction } from "./shared-define.js";
import { i as environment, n as change, o as state, r as config, t as RUN_OUTPUTS } from "./shared-fields.js";

// actions/migrate/definition.ts
const migrate = defineAction({
	name: "migrate",
	title: "Shiplock migrate",
	description: "Apply the pending expand migrations of the commit that is checked out, ahead of its release, say what would be applied, or judge the files by the rules.",
	inputs: object({
		environment: environment("whose database it is."),
		config: config(),
		state: state(),
		reason: usually("Why. Stands in the journal.", "migration"),
		change: change(),
		plan: flag("Only say what would be done, in the summary of the job, tried on a throw-away server where one is configured, and keep it as a plan (true or false)."),
		"stored-plan": optional("First digits (16 or more) of a plan that was kept: it is applied, and refused when anything is not as it was then. Empty means that whatever is pending is applied.", "3f2a91bc0d1e4f55"),
		lint: flag("Only judge the migration files by the rules, without a database; a finding of level error fails the job (true or false)."),
		sarif: optional("A file for what is wrong with the migrations, and with `lint` for what the rules found (SARIF 2.1.0), for instance to be uploaded to code scanning. Empty means none.", "migrations.sarif")
	}),
	outputs: {
		...RUN_OUTPUTS,
		outcome: `${RUN_OUTPUTS.outcome.slice(0, -1)}; planned where it was only said, judged where only the files were looked at.`,
		version: "The version whose migrations these are.",
		schema: "Schema state with them: the newest migration.",
		"stored-plan": "Name of the plan that was kept with `plan`, or that was applied; else empty.",
		findings: "How many findings the rules have, with `lint`; else empty."
	},
	acts: true
});

// actions/migrate/index.ts
await runAction(migrate, async (inputs, job) => (await import("./act-migrate.js")).act(inputs, job));

export {  };