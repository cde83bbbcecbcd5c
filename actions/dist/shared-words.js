import { a as placeOf } from "./shared-problem.js";

// actions/shared/words.ts
/** How things are said to a runner. Pure. */
/** Where an annotation belongs: at the line of the file that a problem is about. */
function annotationPlace(problem) {
	const place = placeOf(problem.where);
	if (place === void 0) return { title: problem.code };
	const { file, line, column } = place;
	return {
		title: problem.code,
		file,
		...line === void 0 ? {} : { startLine: line },
		...column === void 0 ? {} : { startColumn: column }
	};
}
/** A line that begins like this is an order to the runner; what others wrote (a log, a title) must never become one. */
const ORDER = /^\s*(?:::|##\[)/;
/** Text for the log, none of whose lines is taken for an order. */
function plainLines(text) {
	return text.split(/\r\n|[\r\n]/).map((line) => ORDER.test(line) ? `| ${line}` : line).join("\n");
}
/** Text as it is, in Markdown: the fence is longer than any in the text. */
function codeBlock(text) {
	const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
	const fence = "`".repeat(longest + 1);
	return `${fence}text\n${text}\n${fence}\n`;
}

export { codeBlock as n, plainLines as r, annotationPlace as t };