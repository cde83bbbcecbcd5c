import { h as shown } from "./shared-common.js";
import { a as factList, c as knownParts, d as stepParts, f as courseParts, i as decisionParts, l as problemParts, n as STYLE_HASH, o as gateParts, p as html, r as commandParts, s as judgedParts, t as STYLE, u as processParts } from "./shared-style.js";

// src/report/page/page.ts
/**
* The report as one HTML page that needs nothing else: no script, no request, not even an inline style. Its own policy forbids the
* browser everything but the sheet that it carries, so a text that came from outside could do nothing even if it got through. Pure.
*/
function reportPage(report) {
	const { head } = report;
	const title = `${head.service} ${head.version}: ${head.status} in ${head.environment}`;
	return `${[
		"<!doctype html>",
		"<html lang=\"en\">",
		"<head>",
		"<meta charset=\"utf-8\">",
		`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${STYLE_HASH}'">`,
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
		"<meta name=\"referrer\" content=\"no-referrer\">",
		`<title>${html(shown(title, "title"))}</title>`,
		`<style>${STYLE}</style>`,
		"</head>",
		`<body class="tone-${head.tone}">`,
		"<div class=\"band\"></div>",
		...headParts(report),
		"<main>",
		...bodyParts(report),
		"</main>",
		`<footer><p>Made by <code>shiplock report</code> from the journal of run ${html(head.run)}. Times are UTC.</p></footer>`,
		"</body>",
		"</html>"
	].join("\n")}\n`;
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