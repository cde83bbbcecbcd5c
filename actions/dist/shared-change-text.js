import { Jt as rulesText, Qn as whatText } from "./shared-common.js";
import { t as jsonSchema } from "./shared-json.js";
import { r as formatProblem } from "./shared-problem.js";
import { n as sectionsOf } from "./shared-change.js";

// src/cli/commands/change-text.ts
/** A change for people: request, risk, approval, plan, runs, verification, rollback plan, in this order. Pure. */
function viewText(view) {
	const { record, state, sentence, runs, today, file } = view;
	const { head } = record;
	const said = new Map(sectionsOf(record).map(({ heading, text }) => [heading, text]));
	const { window } = head;
	const preview = today.kind === "planned" ? today.preview : null;
	return [
		`${head.change}  ${head.title}`,
		`${state}: ${sentence}`,
		"",
		"Request",
		`  ${whatText(head.what)}, ${head.environment}`,
		`  asked for by ${head.requestedBy} at ${head.requestedAt}`,
		window === void 0 ? "  window: whenever the policy lets it" : `  window: ${window.from} to ${window.until}`,
		...paragraph("Why", said.get("Why")),
		...paragraph("Impact", said.get("Impact")),
		"",
		...today.kind === "planned" ? riskLines(today.risk) : ["Risk", `  ${notScored(today)}`],
		...paragraph("Risks", said.get("Risks")),
		"",
		"Approval",
		...approvalLines(runs, preview),
		"",
		"Plan",
		`  ${head.plan}`,
		...todayLines(view),
		"",
		"Runs",
		...runs.length === 0 ? ["  none"] : runs.flatMap(runLines),
		"",
		"Verification",
		...verificationLines(runs),
		...paragraph("Verification", said.get("Verification")),
		"",
		"Rollback plan",
		...preview === null ? [`  ${backText(head.what, head.environment)}`] : wayBackLines(preview),
		...paragraph("Rollback plan", said.get("Rollback plan")),
		"",
		`file: ${file}`,
		...nextLines(view)
	].join("\n");
}
function viewJson({ record, state, sentence, runs, today, file }) {
	return jsonSchema.parse(structuredClone({
		...record,
		file,
		state,
		sentence,
		runs,
		today: today.kind === "planned" ? {
			kind: "planned",
			same: today.same,
			...previewJson(today.preview, today.risk)
		} : today
	}));
}
function previewJson({ plan, digest, wayBack, needed }, risk) {
	const { planHash, title, problems } = plan;
	return {
		plan: {
			digest,
			planHash,
			title,
			problems
		},
		needed,
		risk,
		wayBack
	};
}
function riskLines({ score, level, facts }) {
	return [`Risk: ${level}, ${score} points`, ...facts.map(({ fact, points, found, source }) => `  ${String(points).padStart(3)}  ${fact}: ${found} (${source})`)];
}
function notScored(today) {
	return today.kind === "unknown" ? "not scored: it cannot be planned here and now" : "not scored any more: it has begun, or was not asked for";
}
function approvalLines(runs, preview) {
	const last = runs.at(-1);
	if (last === void 0) {
		const role = preview?.rules.kind === "policy" ? preview.rules.policy.rules.approval : null;
		const asks = role === null ? "nobody is asked before it begins" : `the role ${role}, in the run`;
		return preview === null ? ["  asked for in the run"] : [`  ${asks}`, `  ${rulesText(preview.rules)}`];
	}
	const { approval, overrides } = last;
	const who = approval === null || approval.by.length === 0 ? "nobody yet" : approval.by.join(", ");
	return [approval === null ? `  run ${last.run} asked nobody` : `  run ${last.run}: ${approval.passed ? "approved by" : "waits; answered by"} ${who}`, ...overrides.map((one) => `  OVERRIDE ${one}`)];
}
function todayLines({ today, record }) {
	switch (today.kind) {
		case "not-asked": return [];
		case "unknown": return ["  today it cannot be planned here:", ...today.problems.map((one) => indent(formatProblem(one), "    "))];
		case "planned": {
			const { preview, same } = today;
			const asked = whatText(record.head.what);
			const now = whatText(preview.what);
			return [
				same ? "  today it is the same plan" : `  TODAY IT IS ANOTHER PLAN, ${preview.digest}: no run begins for this record`,
				...same || asked === now ? [] : [`    asked for: ${asked}; today: ${now}`],
				`  ${preview.plan.title}: ${preview.plan.effects.length} effects known now`,
				...preview.plan.problems.map((one) => indent(formatProblem(one), "    "))
			];
		}
	}
}
function runLines({ run, who, startedAt, lastAt, outcome, waits, takenBackBy }) {
	return [
		`  ${run}  ${outcome ?? "not over"}, begun by ${who} at ${startedAt}, last heard of at ${lastAt}`,
		...waits.map((title) => `    waits: ${title}`),
		...takenBackBy === null ? [] : [`    gone back from by run ${takenBackBy}`]
	];
}
function verificationLines(runs) {
	const seen = runs.at(-1)?.verification ?? [];
	return seen.length === 0 ? ["  nothing was looked at yet"] : seen.map((one) => `  ${one}`);
}
function wayBackLines({ wayBack }) {
	return [`  ${wayBack.words}`, ...wayBack.steps.map((step) => `  - ${step}`)];
}
function nextLines({ record, state, runs }) {
	const { change, what, environment } = record.head;
	const open = runs.find(({ outcome }) => outcome === null);
	if (open !== void 0) return [`next: shiplock gate show · shiplock resume ${open.run}`];
	if (state === "closed") return [];
	if (state === "requested" || state === "failed") return [`next: ${beginText(what, environment, change)}`];
	return [`next: shiplock change close ${change} --outcome successful --note "…"`];
}
/** What leads back once it is begun, or cannot be planned here. */
function backText(what, environment) {
	switch (what.kind) {
		case "release":
		case "promotion": return `shiplock rollback ${environment} --reason …`;
		case "migration": return "migrations are never undone by a rollback: mend forward; `shiplock migrate undo` writes the migration for it";
		case "runbook": return `shiplock runbook show ${what.runbook} prints its way back`;
	}
}
/** The command line that carries it out. */
function beginText(what, environment, change) {
	switch (what.kind) {
		case "release": return `shiplock release ${environment}${what.version === void 0 ? "" : ` --release ${what.version}`}${what.seed === true ? " --seed" : ""} --commit ${what.commit.slice(0, 12)} --change ${change}`;
		case "promotion": return `shiplock promote --from ${what.from} --to ${environment} --release ${what.version}${what.seed === true ? " --seed" : ""} --change ${change}`;
		case "migration": return `shiplock migrate ${environment}${what.phase === "expand" ? "" : ` --${what.phase}`} --change ${change}`;
		case "runbook": return `shiplock runbook run ${what.runbook} ${environment} --change ${change}`;
	}
}
function listText(lists) {
	const rows = lists.flatMap(({ changes }) => changes);
	const problems = lists.flatMap((one) => one.problems);
	const without = lists.flatMap((one) => one.without);
	return [
		...rows.length === 0 ? ["no change record"] : table(rows),
		...problems.map(formatProblem),
		...without.length === 0 ? [] : ["", "Begun without a record, although one was needed:"],
		...without.flatMap(({ run, who, overrides }) => [`  ${run} by ${who}${overrides.length === 0 ? ": nobody has let it pass" : ""}`, ...overrides.map((one) => `    ${one}`)])
	].join("\n");
}
function table(rows) {
	const cells = [[
		"CHANGE",
		"ENVIRONMENT",
		"STATE",
		"WHAT",
		"TITLE",
		"WHO"
	], ...rows.map((row) => [
		row.change,
		row.environment,
		row.state,
		row.what,
		row.title,
		row.requestedBy
	])];
	const widths = (cells[0] ?? []).map((_, at) => Math.max(...cells.map((row) => (row[at] ?? "").length)));
	return cells.map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ").trimEnd());
}
function paragraph(heading, text) {
	return text === void 0 ? [] : [`  ${heading}:`, indent(text, "    ")];
}
function indent(text, by) {
	return text.replaceAll(/^(?=.)/gm, by);
}

export { beginText, listText, previewJson, riskLines, viewJson, viewText, wayBackLines };