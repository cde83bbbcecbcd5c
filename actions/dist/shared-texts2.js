import { t as jsonSchema } from "./shared-json.js";
import { r as formatProblem } from "./shared-problem.js";
import { a as inputText } from "./shared-input.js";
import { n as SEVERITIES } from "./shared-runbook.js";
import { t as gateText } from "./shared-gate-text.js";

// src/cli/runbook/texts.ts
/** What the doors of runbooks print. All pure. */
/** How a run of a runbook is told, as text and as JSON. */
function outcomeResult(outcome) {
	const { report, gate, ...rest } = outcome;
	return {
		exit: outcome.exit,
		text: outcomeText(outcome),
		json: jsonSchema.parse({
			...rest,
			gate: gate === null ? null : gate.path,
			report: report?.json ?? null
		})
	};
}
const WORDS = {
	done: "is done",
	failed: "failed",
	"rolled-back": "failed and was taken back",
	refused: "was refused; nothing was changed",
	waiting: "waits for a person",
	stopped: "was stopped and can be gone on with",
	"lease-held": "did not begin: somebody else holds the environment"
};
/** How it ended, in one line. */
function outcomeSentence({ runbook, environment, run, outcome }) {
	return `${runbook} of ${environment} ${WORDS[outcome]}${run === null ? "" : ` (run ${run})`}`;
}
function outcomeText(ended) {
	const { run, outcome, problems, gate, report } = ended;
	if (report !== null && (run === null || problems.length === 0)) return report.text;
	return [
		outcomeSentence(ended),
		...problems.map((problem) => `  ${formatProblem(problem)}`),
		...gate === null ? [] : ["", gateText(gate)],
		...run !== null && (outcome === "waiting" || outcome === "stopped") ? ["", `Then: shiplock runbook resume ${run}`] : []
	].join("\n");
}
/** One line per runbook. */
function listText(rows, broken) {
	const table = [[
		"NAME",
		"SEVERITY",
		"INPUTS",
		"TITLE"
	], ...rows.map(({ runbook: { id, severity, inputs, title }, own }) => [
		id,
		severity,
		inputs.map((input) => input.required ? `--${input.name}` : `[--${input.name}]`).join(" "),
		own ? `${title} (of this service)` : title
	])];
	const widths = (table[0] ?? []).map((_, at) => Math.max(...table.map((row) => (row[at] ?? "").length)));
	return [...table.map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ").trimEnd()), ...broken.map(({ file, found }) => `${file}: cannot be read: ${found}`)].join("\n");
}
/** All that can be told of a runbook without an environment. */
function showText({ id, title, summary, when, severity, requirements, inputs, prerequisites, wayBack }) {
	const width = Math.max(0, ...inputs.map(({ name }) => name.length));
	return [
		`${id}: ${title}`,
		"",
		summary,
		"",
		`When: ${when}`,
		`Severity: ${SEVERITIES[severity]}. Requirements: ${requirements.join(", ") || "none"}.`,
		"",
		"Inputs:",
		...inputs.length === 0 ? ["  none but the environment"] : [],
		...inputs.map((input) => `  --${input.name.padEnd(width)}  ${input.question} (${inputText(input)})`),
		"",
		...prerequisites.length === 0 ? [] : [
			"Before you begin:",
			...prerequisites.map((line) => `  - ${line}`),
			""
		],
		`The way back: ${wayBack}`
	].join("\n");
}
/** Help of a runbook that is started by its file. */
function ownUsage(runbook, command) {
	const { summary, inputs, sample, severity } = runbook;
	const option = (input) => input.kind === "flag" ? `--${input.name}` : `--${input.name} TEXT`;
	const words = inputs.map((input) => input.required ? option(input) : `[${option(input)}]`).join(" ");
	const samples = Object.entries(sample).map(([name, value]) => `--${name} ${/^[\w./:-]+$/.test(value) ? value : JSON.stringify(value)}`).join(" ");
	const example = `${command} production${samples === "" ? "" : ` ${samples}`}`;
	const rows = [
		...inputs.map((input) => [option(input), `${input.question} (${inputText(input)})`]),
		["--config FILE", "the configuration (default: shiplock.yaml here or in a directory above)"],
		["--state DIR", "the state directory (default: .shiplock/state beside the configuration)"],
		["--sign-key FILE", "sign with this OpenSSH key; --as PERSON says for whom"],
		["--break-glass TEXT", "go on although git does not answer, and why"],
		["--plan", "say what it would do; changes nothing"],
		["--document", "print the procedure as a document with a checklist and a diagram; changes nothing"],
		["--json", "print one JSON document instead of text"],
		["--quiet", "no progress, only the result"],
		...severity === "destructive" ? [["--yes", "yes, take it away"]] : [],
		["-h, --help", "print this help"]
	];
	const width = Math.max(...rows.map(([name]) => name.length));
	return `${summary}

Usage: ${command} <environment>${words === "" ? "" : ` ${words}`} [--config FILE] [--state DIR] [--plan | --document]

${rows.map(([name, says]) => `  ${name.padEnd(width)}  ${says}`).join("\n")}

Exit codes: 0 done · 1 failed · 2 usage or configuration · 3 waiting at a gate · 4 rolled back · 5 refused, nothing changed
            7 lease held by another · 130/143 stopped, resumable

Examples:
  $ ${example}
  $ ${example} --plan
  $ ${example} --document > ${runbook.id}.md
`;
}

export { showText as a, ownUsage as i, outcomeResult as n, outcomeSentence as r, listText as t };