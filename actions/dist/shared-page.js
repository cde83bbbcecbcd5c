import { O as shown } from "./shared-common.js";
import { t as html } from "./shared-escape.js";
import { a as judgedParts, c as processParts, d as framed, i as gateParts, l as stepParts, n as decisionParts, o as knownParts, r as factList, s as problemParts, t as commandParts, u as courseParts } from "./shared-parts.js";

// src/report/page/page.ts
/** The report of a run as one HTML page. Pure. */
function reportPage(report) {
	const { head } = report;
	const title = `${head.service} ${head.version}: ${head.status} in ${head.environment}`;
	const parts = [
		...headParts(report),
		"<main>",
		...bodyParts(report),
		"</main>"
	];
	const footer = `Made by <code>shiplock report</code> from the journal of run ${html(head.run)}. Times are UTC.`;
	return framed(title, head.tone, parts, footer);
}
function headParts({ head, facts }) {
	const before = head.before === null ? "" : ` after ${head.before}`;
	const what = `${head.service} ${head.version}${before}, ${head.environment}`;
	return [
		"<header>",
		`<p class="over"><span class="status">${html(shown(head.status, "title"))}</span> · ${html(shown(what, "title"))}</p>`,
		`<h1>${sentence(shown(head.sentence, "sentence"))}</h1>`,
		factList(facts, "facts"),
		"</header>"
	];
}
/** What happened stands out; why comes after it, in the same sentence. */
function sentence(text) {
	const cut = text.indexOf(": ");
	return cut < 0 ? html(text) : `${html(text.slice(0, cut))}<span class="why">${html(text.slice(cut))}</span>`;
}
/** Only what there is something to say about. */
function bodyParts({ head, known, story, course, journal }) {
	const { run } = head;
	const section = (title, parts) => [
		`<section><h2>${title}</h2>`,
		...parts,
		"</section>"
	];
	const problems = [...head.problems.length === 0 ? [] : section("Problems", problemParts(head.problems, run)), ...known.length === 0 ? [] : section("Known errors", knownParts(known, run))];
	if (story === null) return [...problems];
	return [
		...problems,
		...course === null ? [] : section("Traffic and evidence", [...courseParts(course), ...judgedParts(course.judged)]),
		...story.gates.length === 0 ? [] : section("Gates", gateParts(story.gates, run)),
		...story.decisions.length === 0 ? [] : section("Decisions by people", decisionParts(story.decisions, run)),
		...section("Steps", stepParts(story, run)),
		...story.commands.length === 0 ? [] : section("What was executed", commandParts(story.commands, story.startedAt, run)),
		...section("The run", [...processParts(story.processes, story.startedAt, run), factList(journal, "facts")])
	];
}

export { reportPage as t };