import { Bs as cleanLine, Vs as codeSpan, ui as placeText } from "./shared-common.js";

// src/scan/markdown.ts
/** A scan as Markdown, for the summary of a job and for an answer in a comment. Pure. */
const LONGEST = 200;
/** Rows of the table: a summary is read, not searched. */
const MOST = 50;
const ORDER = [
	"error",
	"warning",
	"note"
];
/** What is new first, and what is worst before the rest. Pure. */
function inReadingOrder(findings) {
	const rank = ({ level, isNew }) => (isNew === false ? ORDER.length : 0) + ORDER.indexOf(level);
	return findings.toSorted((a, b) => rank(a) - rank(b));
}
/** A table of what was found, what was not scanned, and what is waived. */
function scanMarkdown({ verdict, findings, waived, faults, notScanned, runs }) {
	const count = (level) => findings.filter((one) => one.level === level).length;
	const shown = inReadingOrder(findings.filter(({ level }) => level !== "note"));
	const worked = runs.flatMap(({ scanner, end }) => end.kind === "scanned" ? [`${scanner} ${end.version}`] : []);
	return [
		`**${WORDS[verdict]}**: ${count("error")} that fail, ${count("warning")} warnings, ${count("note")} notes, ${waived.length} waived. Scanned by ${worked.length === 0 ? "nobody" : worked.join(", ")}.`,
		...notScanned.map(({ where, found, remedy }) => `- **not scanned**: ${cell(where)}: ${cell(found)} → ${cell(remedy)}`),
		...faults.map(({ waiver, why }) => `- the waiver of ${cell(waiver.id)} ${why === "over" ? `ended on ${waiver.until}` : "is needed by nothing"}`),
		...shown.length === 0 ? [] : [
			"",
			"| | severity | rule | where | what |",
			"| --- | --- | --- | --- | --- |"
		],
		...shown.slice(0, MOST).map(row),
		...shown.length > MOST ? ["", `${shown.length - MOST} more are not shown here.`] : [],
		""
	].join("\n");
}
const WORDS = {
	clean: "Clean",
	findings: "Findings",
	"not-scanned": "Not scanned"
};
function row({ finding, level, isNew }) {
	const { severity, rule, message, remedy } = finding;
	const mark = `${isNew === true ? "new, " : ""}${level === "error" ? "**fails**" : level}`;
	const what = remedy === void 0 ? message : `${message} → ${remedy}`;
	return `| ${mark} | ${severity} | ${cell(rule)} | ${cell(placeText(finding))} | ${cell(what)} |`;
}
/** Text of others in a table: as code, so that nothing in it is markup. */
function cell(text) {
	return codeSpan(cleanLine(text, LONGEST)).replaceAll("|", "\\|");
}

export { scanMarkdown as n, inReadingOrder as t };