import { i as lintText, n as lintMigrations } from "./shared-lint.js";
import { t as EXIT } from "./shared-exit.js";
import { Cr as openService } from "./shared-common.js";
import { n as codeBlock } from "./shared-words.js";

// actions/migrate/lint.ts
/** Judges the migration files: an annotation at each finding, and all of them in the summary. */
async function judge(inputs, job) {
	const service = await openService(job.door(inputs, false));
	const { result, server, findings } = await lintMigrations(service, inputs.environment, process.cwd());
	for (const finding of findings) job.annotate(finding);
	const text = lintText(result, server, (_style, plain) => plain);
	return {
		exit: findings.filter(({ level }) => level === "error").length === 0 ? EXIT.done : EXIT.failed,
		problems: [],
		findings,
		sentence: text.split("\n").at(-1) ?? "",
		outputs: {
			outcome: "judged",
			version: "",
			run: "",
			"plan-hash": "",
			"stored-plan": "",
			anchor: "",
			schema: "",
			findings: String(findings.length)
		},
		summary: codeBlock(`${text}\n`)
	};
}

export { judge };