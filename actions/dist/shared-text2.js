import { qc as prettifyError } from "./shared-schemas.js";
import { t as require_fastest_levenshtein } from "./shared-fastest-levenshtein.js";
import { t as require_dist } from "./shared-dist.js";
import { Kn as CHANGE_SECTIONS, Yn as changeHeadSchema, rs as toJson, ts as digestOf } from "./shared-common.js";
import { n as nearest } from "./shared-json.js";
import { i as ok, n as bad } from "./shared-problem.js";

// src/release/change/text.ts
var import_fastest_levenshtein = require_fastest_levenshtein();
var import_dist = require_dist();
/** The file of a change: front matter and sections, read and written. Pure. */
const HEADING = /^#{2,3}[ \t]+(.+?)[ \t]*#*$/;
/** What a form of the forge writes for a field that was left empty. */
const NOTHING = "_No response_";
/** The whole file. */
function changeText({ head, texts }) {
	const sections = CHANGE_SECTIONS.flatMap(({ key, heading, question, required }) => {
		const said = texts[key];
		return said === void 0 && !required ? [
			`## ${heading}`,
			"",
			`<!-- ${question} -->`,
			""
		] : [
			`## ${heading}`,
			"",
			said ?? "",
			""
		];
	});
	return [
		"---",
		(0, import_dist.stringify)(head, { lineWidth: 0 }).trimEnd(),
		"---",
		"",
		`# ${head.change}: ${head.title}`,
		"",
		...sections
	].join("\n").trimEnd().concat("\n");
}
/** @param where the file, as problems name it */
function readChangeText(text, where) {
	const [, yaml, body] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? [];
	if (yaml === void 0 || body === void 0) return bad(unreadable(where, "no front matter between two lines of ---"));
	const line = yaml.split("\n").length + 2;
	let front;
	try {
		front = (0, import_dist.parse)(yaml);
	} catch (error) {
		const at = error instanceof import_dist.YAMLParseError ? `:${(error.linePos?.[0].line ?? 0) + 1}` : "";
		return bad(unreadable(`${where}${at}`, error instanceof Error ? error.message.split("\n")[0] ?? "" : String(error)));
	}
	const head = changeHeadSchema.safeParse(front);
	if (!head.success) return bad(unreadable(where, prettifyError(head.error).replaceAll("\n", "; ")));
	const texts = readSections(body, where, line);
	return texts.ok ? ok({
		head: head.data,
		texts: texts.value
	}) : texts;
}
/**
* The sections of a text: of a file, or of an issue that was made by the form. What stands before the first heading belongs to nobody.
*
* @param from number of lines before the text
* @param others further headings that the text may have, as the form of an issue does; they are not returned
*/
function readSections(text, where, from = 0, others = []) {
	const problems = [];
	const found = /* @__PURE__ */ new Map();
	let into = [];
	for (const [index, line] of text.replaceAll("\r\n", "\n").split("\n").entries()) {
		const name = HEADING.exec(line)?.[1];
		if (name === void 0) {
			into.push(line);
			continue;
		}
		into = [];
		const place = `${where}:${from + index + 1}`;
		const section = CHANGE_SECTIONS.find(({ heading }) => heading.toLowerCase() === name.toLowerCase());
		if (section === void 0) {
			if (!others.some((other) => other.toLowerCase() === name.toLowerCase())) problems.push(unknownSection(place, name));
		} else if (found.has(section.key)) problems.push(twice(place, name));
		else found.set(section.key, into);
	}
	const texts = {};
	for (const [key, lines] of found) {
		const said = lines.join("\n").replaceAll(/<!--[\s\S]*?-->/g, "").trim();
		if (said !== "" && said !== NOTHING) texts[key] = said;
	}
	return problems.length > 0 ? bad(...problems) : ok(texts);
}
/** The words of a heading of a form that stands before the sections; undefined: it is not there, or empty. */
function wordsUnder(text, heading) {
	const lines = text.replaceAll("\r\n", "\n").split("\n");
	const at = lines.findIndex((line) => HEADING.exec(line)?.[1]?.toLowerCase() === heading.toLowerCase());
	if (at < 0) return void 0;
	const end = lines.findIndex((line, index) => index > at && HEADING.test(line));
	const said = lines.slice(at + 1, end < 0 ? void 0 : end).join("\n").trim();
	return said === "" || said === NOTHING ? void 0 : said;
}
/** Sections without which nobody can judge it. */
function missingSections(texts) {
	return CHANGE_SECTIONS.filter(({ key, required }) => required && texts[key] === void 0);
}
/** What is asked for, as a digest: the record without its closing words. How the file is laid out plays no part. */
function requestDigest({ head, texts }) {
	const { closed: _, ...asked } = head;
	return `sha256:${digestOf(toJson({
		head: asked,
		texts
	}))}`;
}
function unreadable(where, found) {
	return {
		code: "change.unreadable",
		where,
		found,
		expected: "a change record as `shiplock change new` writes it",
		remedy: "mend the file, or withdraw it and ask anew with `shiplock change new`"
	};
}
function unknownSection(where, found) {
	const names = CHANGE_SECTIONS.map(({ heading }) => heading);
	const near = nearest(found, names, import_fastest_levenshtein.distance);
	return {
		code: "change.unknown-section",
		where,
		found,
		expected: `one of ${names.join(", ")}`,
		remedy: near === void 0 ? "write it under one of these headings" : `did you mean ${near}?`
	};
}
function twice(where, found) {
	return {
		code: "change.section-twice",
		where,
		found,
		expected: "each heading once",
		remedy: "make one section of the two"
	};
}

export { requestDigest as a, readSections as i, missingSections as n, wordsUnder as o, readChangeText as r, changeText as t };