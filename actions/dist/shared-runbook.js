import { a as inputText } from "./shared-input.js";
import { $a as RUNBOOK_PREFIX, Go as placeNodes, Wo as childrenOf, lo as guardText, to as isRunbook, uo as whoseGate } from "./shared-common.js";
import { c as formatDuration } from "./shared-scalars.js";
import { i as isMissing } from "./shared-store.js";
import { a as procedureOfRunbook, i as planRunbook, l as procedureSections, u as tidied } from "./shared-run.js";
import { t as html } from "./shared-escape.js";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { createHash } from "node:crypto";

// src/release/runbook/history.ts
/** Procedures that have a runbook and no prefix. */
const BY_NAME = ["rollback"];
/** The runs of runbooks among all runs, newest first. Pure. */
function historyOf(runs, only = {}) {
	return runs.filter(({ procedure }) => isRunbook(procedure) || BY_NAME.includes(procedure)).map((run) => ({
		run: run.run,
		runbook: isRunbook(run.procedure) ? run.procedure.slice(RUNBOOK_PREFIX.length) : run.procedure,
		environment: run.environment,
		who: run.who,
		startedAt: run.startedAt,
		outcome: run.finished?.outcome ?? run.state,
		durationMs: Date.parse(run.lastAt) - Date.parse(run.startedAt)
	})).filter((row) => only.runbook === void 0 || row.runbook === only.runbook).filter((row) => only.environment === void 0 || row.environment === only.environment).toReversed();
}
/** The rows as a table for people. Pure. */
function historyText(rows) {
	if (rows.length === 0) return "no run of a runbook";
	const table = [[
		"STARTED",
		"RUNBOOK",
		"ENVIRONMENT",
		"OUTCOME",
		"TOOK",
		"WHO",
		"RUN"
	], ...rows.map((row) => [
		row.startedAt.replace(/\.\d+Z$/, "Z"),
		row.runbook,
		row.environment,
		row.outcome,
		formatDuration(Math.max(1e3, Math.round(row.durationMs / 1e3) * 1e3)),
		row.who,
		row.run
	])];
	const widths = (table[0] ?? []).map((_, at) => Math.max(...table.map((row) => (row[at] ?? "").length)));
	return table.map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ").trimEnd()).join("\n");
}

// src/release/runbook/judge.ts
const DAY_MS = 864e5;
/** Plans twice, prints the document, and judges the tree. */
async function checkRunbook(service, runbook, request) {
	const before = await fingerprint(service.store);
	const first = await planRunbook(service, runbook, request);
	const second = await planRunbook(service, runbook, request);
	const tree = await procedureOfRunbook(service, runbook, request);
	const after = await fingerprint(service.store);
	const steps = placeNodes(tree);
	return {
		problems: [
			...definitionProblems(runbook),
			...before === after ? [] : [wrote(runbook, service.store)],
			...planProblems(runbook, first, second),
			...treeProblems(runbook, tree)
		],
		steps: steps.filter(({ node }) => node.kind === "step" || node.kind === "opaque").length,
		effects: first.effects.length,
		opaque: steps.filter(({ node }) => node.kind === "opaque").map(({ path }) => path)
	};
}
/** Names of options that mean something else in every door. */
const RESERVED = [
	"allow-changed",
	"as",
	"break-glass",
	"config",
	"document",
	"environment",
	"evidence",
	"format",
	"help",
	"input",
	"json",
	"outcome",
	"plan",
	"quiet",
	"sign-key",
	"state",
	"step",
	"yes"
];
/** What is wrong with a definition by itself. Pure. */
function definitionProblems({ id, inputs, sample, severity, how }) {
	const names = inputs.map(({ name }) => name);
	return [
		.../^[a-z][a-z0-9-]{0,39}$/.test(id) ? [] : [malformed(id, `the id ${JSON.stringify(id)}`, "lower-case letters, digits and dashes")],
		...names.flatMap((name, at) => [
			.../^[a-z][a-z0-9-]{0,39}$/.test(name) ? [] : [malformed(id, `the input ${JSON.stringify(name)}`, "lower-case letters, digits and dashes")],
			...RESERVED.includes(name) ? [malformed(id, `the input ${name}`, "a name that no option of shiplock has")] : [],
			...names.indexOf(name) === at ? [] : [malformed(id, `two inputs ${name}`, "each name once")]
		]),
		...Object.keys(sample).filter((name) => !names.includes(name)).map((name) => malformed(id, `a sample for ${name}`, `samples for ${names.join(", ") || "no input"}`)),
		...severity === "reads" && how.kind === "delivery" ? [malformed(id, "a release that only reads", "severity `changes`")] : []
	];
}
function planProblems({ id }, first, second) {
	const shown = ({ planHash, effects }) => JSON.stringify([planHash, effects]);
	if (shown(first) === shown(second)) return [];
	return [malformed(id, "two plans that differ, one after the other", "the same plan while nothing changes")];
}
/** What is wrong with a tree, whatever the world is like. Pure. */
function treeProblems({ id, severity }, tree) {
	const placed = placeNodes(tree);
	const verified = (path) => isLookedAt(placed, path);
	return placed.flatMap(({ node, path }) => {
		const at = `${id}: ${path}`;
		if (severity === "reads" && (node.kind === "gate" || node.kind === "watch" || node.kind === "opaque")) return [malformed(at, `a ${node.kind}`, "steps only: what reads is not recorded, and cannot wait")];
		if (node.kind !== "step" && node.kind !== "opaque") return [];
		return [...node.timeoutMs > 0 && node.timeoutMs <= DAY_MS ? [] : [malformed(at, `a time-out of ${node.timeoutMs} ms`, "at most a day")], ...node.kind === "step" && node.verify === void 0 && severity !== "reads" && !verified(path) ? [malformed(at, "a step that nobody looks after", "`verify`, or a watch, a gate or another step behind it")] : []];
	});
}
/** Is there something behind it, in any of the nodes that hold it, that looks? */
function isLookedAt(placed, path) {
	const own = placed.find((one) => one.path === path);
	if (own === void 0) return false;
	const siblings = placed.filter((one) => one.parent === own.parent);
	if (siblings.slice(siblings.indexOf(own) + 1).length > 0) return true;
	return own.parent !== "" && isLookedAt(placed, own.parent);
}
function malformed(where, found, expected) {
	return {
		code: "runbook.malformed",
		where,
		found,
		expected,
		remedy: "mend the file of the runbook"
	};
}
function wrote({ id }, store) {
	return malformed(id, `a plan that wrote into ${store}`, "a plan that only looks");
}
/** Names, sizes and content of all files of the state directory. */
async function fingerprint(directory) {
	const hash = createHash("sha256");
	let names = [];
	try {
		names = (await readdir(directory, {
			recursive: true,
			withFileTypes: true
		})).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).toSorted();
	} catch (error) {
		if (!isMissing(error)) throw error;
	}
	for (const name of names) hash.update(`${name}\0`).update(await readFile(name));
	return hash.digest("hex");
}

// src/release/runbook/sop.ts
/** The standard operating procedure of a runbook: what a person reads who carries it out by hand, or looks over it. */
const SEVERITIES = {
	reads: "reads only",
	changes: "changes what runs; it can be run again",
	destructive: "takes away what running it again does not bring back"
};
/** As Markdown. Pure. @param of what it was printed for, one sentence */
function sopMarkdown(runbook, procedure, of) {
	const { id, title, summary, when, requirements, severity, roles, inputs, prerequisites, wayBack } = runbook;
	return tidied([
		`# SOP: ${title}`,
		"",
		summary,
		"",
		`Runbook \`${id}\`, ${SEVERITIES[severity]}. Requirements: ${requirements.join(", ") || "none"}. ${of}`,
		"",
		"## When to use it",
		"",
		when,
		"",
		"## Who",
		"",
		...roles.map(({ role, does }) => `- **${role}** ${does}`),
		"",
		"## Inputs",
		"",
		...inputs.length === 0 ? ["None but the environment.", ""] : [
			"| option | question | may be |",
			"| --- | --- | --- |",
			...inputs.map((input) => `| \`--${input.name}\` | ${cell(input.question)} | ${cell(inputText(input))} |`),
			""
		],
		"## Before you begin",
		"",
		...prerequisites.map((line) => `- [ ] ${line}`),
		"",
		"## How to run it",
		"",
		"```",
		...commandsOf(runbook, procedure.environment),
		"```",
		"",
		...procedureSections(procedure),
		"",
		"## The way back",
		"",
		wayBack
	]);
}
/** The command lines that plan it, run it and go on with it. Pure. */
function commandsOf({ id, sample, severity }, environment) {
	const words = Object.entries(sample).map(([name, text]) => `--${name} ${/^[\w./:-]+$/.test(text) ? text : JSON.stringify(text)}`);
	const call = (verb) => [
		"shiplock runbook",
		verb,
		id,
		environment,
		...words
	].join(" ");
	return severity === "reads" ? [call("run")] : [
		call("plan"),
		call("run"),
		"shiplock runbook resume RUN"
	];
}
function cell(text) {
	return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

// src/release/runbook/sop-html.ts
/** The same as a page for printing: one file, no script, nothing from elsewhere, a box to tick at each step. */
/** Pure. @param of what it was printed for, one sentence */
function sopHtml(runbook, procedure, of) {
	const { title, summary, when, severity, roles, inputs, prerequisites, wayBack } = runbook;
	const list = (lines, mark = "") => `<ul>${lines.map((line) => `<li>${mark}${line}</li>`).join("")}</ul>`;
	const body = [
		`<h1>SOP: ${html(title)}</h1>`,
		`<p>${html(summary)}</p>`,
		`<p class="of">Runbook <code>${html(runbook.id)}</code>, ${html(SEVERITIES[severity])}. ${html(of)}</p>`,
		`<h2>When to use it</h2><p>${html(when)}</p>`,
		`<h2>Who</h2>${list(roles.map(({ role, does }) => `<b>${html(role)}</b> ${html(does)}`))}`,
		"<h2>Inputs</h2>",
		inputs.length === 0 ? "<p>None but the environment.</p>" : `<table><tr><th>option</th><th>question</th><th>may be</th><th>given</th></tr>${inputs.map((input) => `<tr><td><code>--${html(input.name)}</code></td><td>${html(input.question)}</td><td>${html(inputText(input))}</td><td class="blank"></td></tr>`).join("")}</table>`,
		`<h2>Before you begin</h2>${list(prerequisites.map(html), BOX)}`,
		`<h2>How to run it</h2><pre>${commandsOf(runbook, procedure.environment).map(html).join("\n")}</pre>`,
		`<h2>Flow</h2><div class="flow">${flow(procedure.root)}</div>`,
		`<h2>Steps</h2>${stepHtml(procedure.root, procedure.root.id, "1")}`,
		`<h2>The way back</h2><p>${html(wayBack)}</p>`,
		"<p class=\"sign\">Begun ____________ &nbsp; by ____________ &nbsp; over ____________ &nbsp; outcome ____________</p>"
	];
	return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>SOP: ${html(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>${STYLE}</style></head>
<body>
${body.join("\n")}
</body></html>
`;
}
const BOX = "<span class=\"box\" aria-hidden=\"true\"></span>";
/** Boxes in their order: what runs one after another stands below each other, what runs side by side beside each other. */
function flow(node) {
	const children = childrenOf(node, node.id).map(([child]) => child);
	switch (node.kind) {
		case "parallel": return `<div class="group"><i>${html(node.title)}</i><div class="beside">${node.steps.map(flow).join("")}</div></div>`;
		case "sequence":
		case "choice":
		case "repeatUntil":
		case "forEach": return `<div class="group"><i>${html(node.title)}</i><div class="below">${children.map(flow).join("")}</div></div>`;
		default: return `<div class="node ${node.kind}">${html(node.title)}</div>`;
	}
}
function stepHtml(node, path, number) {
	const children = childrenOf(node, path).map(([child, at], index) => stepHtml(child, at, `${number}.${index + 1}`)).join("");
	const words = [
		...node.description === void 0 ? [] : [html(node.description)],
		...node.kind === "gate" ? [`For <b>${html(whoseGate(node))}</b>. Meanwhile: ${html(guardText(node.guard))}.`] : [],
		...node.kind === "opaque" ? [`It promises: ${html(node.promise)}`] : []
	];
	const questions = node.kind === "gate" ? node.evidence.map(({ question }) => `<div class="tick">${BOX}${html(question)} ____________</div>`).join("") : "";
	const done = node.kind === "step" || node.kind === "opaque" || node.kind === "watch" ? `<div class="tick">${BOX}${node.kind === "watch" ? "seen" : "carried out"} ____________ (when, by whom)</div>` : "";
	return `<section><h3>${number} ${html(node.title)} <code>${html(path)}</code></h3>${words.map((text) => `<p>${text}</p>`).join("")}${questions}${done}${children}</section>`;
}
const STYLE = `
body{font:14px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}
h1{font-size:1.6rem}h2{font-size:1.2rem;border-bottom:1px solid #999;margin-top:2rem}h3{font-size:1rem;margin:.8rem 0 .2rem}
h3 code{font-weight:normal;color:#555}table{border-collapse:collapse;width:100%}td,th{border:1px solid #999;padding:.3rem .5rem;text-align:left}
.blank{min-width:8rem}pre{background:#f3f3f3;padding:.6rem;white-space:pre-wrap}ul{padding-left:1.2rem}p{margin:.3rem 0}.of{color:#444}
section section{margin-left:1rem;border-left:2px solid #ddd;padding-left:.8rem}section{break-inside:avoid-page}
.tick{margin:.2rem 0}.box{display:inline-block;width:.8rem;height:.8rem;border:1.5px solid #111;margin-right:.5rem;vertical-align:-1px}
.group{border:1px solid #bbb;border-radius:4px;padding:.3rem .5rem;margin:.3rem 0}.group>i{color:#444}
.beside{display:flex;flex-wrap:wrap;gap:.5rem}.beside>*{flex:1 1 12rem}.node{border:1.5px solid #333;border-radius:4px;padding:.3rem .5rem;margin:.3rem 0}
.gate{border-style:double;border-width:4px}.watch{border-radius:1rem}.below>*+*{margin-top:1.2rem;position:relative}
.below>*+*::before{content:"\\2193";position:absolute;top:-1.25rem;left:50%}.sign{margin-top:2rem}
@media print{body{margin:0;max-width:none}}
`;

export { checkRunbook as a, historyOf as c, sopMarkdown as i, historyText as l, SEVERITIES as n, definitionProblems as o, commandsOf as r, treeProblems as s, sopHtml as t };