import { i as ok, n as bad } from "./shared-problem.js";
import { zs as clean } from "./shared-common.js";

// src/chatops/line.ts
/** The command in a comment, as a line and as words. Pure; no shell has a part in it. */
/** Longer ones are refused: nobody types them. */
const LONGEST_LINE = 1e3;
const MOST_WORDS = 40;
/**
* The line of a comment that is a command: the first one that is not blank, if it begins with `/` and a small letter. Undefined: the comment is
* no command. What is quoted, indented or in a block of code is never one, since nothing may stand before the slash. Refused: a second
* command in a later line (`known` says which words are ours), since one comment does one thing.
*/
function commandLine(body, known) {
	const lines = body.split(/\r\n|\n|\r/);
	const at = lines.findIndex((line) => line.trim() !== "");
	const line = lines[at]?.trimEnd() ?? "";
	if (!/^\/[a-z]/.test(line)) return void 0;
	const second = proseOf(lines.slice(at + 1)).find((one) => known.includes(/^\/([a-z]+)(?:\s|$)/.exec(one)?.[1] ?? ""));
	return second === void 0 ? ok(line) : bad(several(second.slice(0, 40)));
}
/** Lines that are neither quoted nor inside a fence of code. */
function proseOf(lines) {
	let fence = "";
	return lines.filter((line) => {
		const mark = /^ {0,3}(\x60{3,}|~{3,})/.exec(line)?.[1] ?? "";
		if (fence === "" && mark !== "") fence = mark;
		else if (fence !== "" && mark.startsWith(fence)) fence = "";
		else return fence === "";
		return false;
	});
}
/**
* The words of a command. `'…'` holds a text as it is; in `"…"` a backslash stands before `"` and `\`. Nothing else has a meaning: no
* variable, no pattern, no substitution. Refused: characters that cannot be seen or that turn the direction of writing, an open quote, too much.
*/
function wordsOf(line) {
	if (line.length > 1e3) return bad(tooLong(`${line.length} characters`, `at most ${LONGEST_LINE}`));
	const spaced = line.replaceAll("	", " ");
	if (clean(spaced) !== spaced || /(?! )\p{Zs}/u.test(spaced)) return bad(unseen(spaced));
	const words = [];
	let rest = spaced.trim();
	while (rest !== "") {
		const taken = takeWord(rest);
		if (taken === void 0) return bad(openQuote(rest.slice(0, 40)));
		words.push(taken.word);
		rest = taken.rest.trimStart();
	}
	return words.length > MOST_WORDS ? bad(tooLong(`${words.length} words`, `at most ${MOST_WORDS}`)) : ok(words);
}
/** A word is made of pieces without a space between them: plain, in single quotes, in double quotes. */
function takeWord(text) {
	let word = "";
	let rest = text;
	while (rest !== "" && !rest.startsWith(" ")) {
		const [all, single, double, plain] = /^(?:'([^']*)'|"((?:[^"\\]|\\["\\])*)"|([^ '"“”„‘’‚]+))/.exec(rest) ?? [];
		if (all === void 0) return void 0;
		word += single ?? double?.replace(/\\(["\\])/g, "$1") ?? plain ?? "";
		rest = rest.slice(all.length);
	}
	return {
		word,
		rest
	};
}
function several(second) {
	return {
		code: "chat.several-commands",
		where: "the comment",
		found: `a second command: ${second}`,
		expected: "one command in a comment, in its first line",
		remedy: "write a comment for each; the text below a command is for people only"
	};
}
function tooLong(found, expected) {
	return {
		code: "chat.too-long",
		where: "the command",
		found,
		expected,
		remedy: "say it shorter"
	};
}
function unseen(line) {
	return {
		code: "chat.unseen-character",
		where: "the command",
		found: `the character U+${(([...line].find((one) => clean(one) !== one || one !== " " && /\p{Zs}/u.test(one)) ?? "").codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}, which cannot be seen as what it is`,
		expected: "letters, digits, marks and plain spaces",
		remedy: "type the command instead of pasting it"
	};
}
function openQuote(near) {
	return {
		code: "chat.open-quote",
		where: "the command",
		found: `a quote that is not closed, or a curved one, before: ${near}`,
		expected: `straight quotes in pairs: "two words" or 'two words'`,
		remedy: "close it; write \\\" for a quote inside of \"…\""
	};
}

export { wordsOf as n, commandLine as t };