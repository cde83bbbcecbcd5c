import { styleText } from "node:util";

// src/cli/io.ts
/** Colours only on a terminal, and never when NO_COLOR is set (no-color.org). */
function painter(io) {
	const wanted = io.terminal && plainOnly(io.env) === false;
	return (style, text) => wanted ? styleText(style, text, { validateStream: false }) : text;
}
/** The user, or the terminal, wants no escape sequences: no colours, and nothing that is written over. */
function plainOnly(env) {
	return (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb";
}
/** Does whoever reads this see more than ASCII? POSIX: the first of these that is set says it; none is the locale C. */
function knowsUnicode(env) {
	const locale = [
		env["LC_ALL"],
		env["LC_CTYPE"],
		env["LANG"]
	].find((value) => value !== void 0 && value !== "");
	return /utf-?8/i.test(locale ?? "");
}
/** A terminal that nobody has sized says 0 columns. */
const FALLBACK_COLUMNS = 80;
function processIo() {
	return {
		cwd: process.cwd(),
		env: process.env,
		terminal: process.stdout.isTTY === true,
		columns: process.stdout.isTTY === true ? process.stdout.columns || 80 : void 0,
		statusColumns: process.stderr.isTTY === true ? process.stderr.columns || 80 : void 0,
		stdin: process.stdin,
		asks: process.stdin.isTTY === true && process.stderr.isTTY === true,
		out: (text) => {
			process.stdout.write(text);
		},
		err: (text) => {
			process.stderr.write(text);
		}
	};
}

export { processIo as a, plainOnly as i, knowsUnicode as n, painter as r, FALLBACK_COLUMNS as t };