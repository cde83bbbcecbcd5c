import { i as ok, n as bad } from "./shared-problem.js";

// src/gitops/edit/path.ts
const FORM = "a path such as spec.template.spec.containers[name=api].image";
var PathError = class extends Error {
	at;
	remedy;
	constructor(at, found, remedy) {
		super(found);
		this.at = at;
		this.remedy = remedy;
	}
};
/** Reads a path; a problem names the position, from 1. Pure. */
function parsePath(text) {
	try {
		return ok(new Reader(text).path());
	} catch (error) {
		if (!(error instanceof PathError)) throw error;
		const problem = {
			code: "gitops.path",
			where: `path ${text}, position ${error.at + 1}`,
			found: error.message,
			expected: FORM,
			remedy: error.remedy
		};
		return bad(problem);
	}
}
/** The shortest way to write a path, or the beginning of one. Pure. */
function formatPath(path) {
	return path.map((segment, index) => {
		if (segment.kind === "index") return `[${segment.index}]`;
		if (segment.kind === "filter") return `[${segment.tests.map(formatTest).join(",")}]`;
		if (!PLAIN_KEY.test(segment.key)) return `[${JSON.stringify(segment.key)}]`;
		return index === 0 ? segment.key : `.${segment.key}`;
	}).join("");
}
const PLAIN_KEY = /^[^\s.[\]"'\\=,]+$/;
function formatTest({ keys, value }) {
	const word = (one) => PLAIN_KEY.test(one) ? one : JSON.stringify(one);
	return `${keys.map(word).join(".")}=${word(value)}`;
}
var Reader = class {
	text;
	at = 0;
	constructor(text) {
		this.text = text;
	}
	path() {
		if (this.text === "") throw new PathError(0, "an empty path", "name the keys that lead to the value");
		const segments = this.peek() === "[" ? [] : [this.key()];
		while (this.at < this.text.length) if (this.peek() === "[") add(segments, this.bracket());
		else if (this.peek() === ".") {
			this.at += 1;
			segments.push(this.key());
		} else throw new PathError(this.at, `${quoted(this.peek())} behind a bracket or a quote`, "write a dot or [ there");
		return segments;
	}
	peek() {
		return this.text.charAt(this.at);
	}
	key() {
		const first = this.peek();
		if (first === "\"" || first === "'") return {
			kind: "key",
			key: this.quotedText(),
			quoted: true
		};
		const key = this.bare(".[", "]");
		if (key !== "") return {
			kind: "key",
			key,
			quoted: false
		};
		throw new PathError(this.at, this.at < this.text.length ? `${quoted(this.peek())} where a key begins` : "no key behind the dot", "write one key between two dots, none before the first one; a key with dots in it goes into brackets: [\"a.b\"]");
	}
	/** Up to one of `ends`; `\` takes the next character as it is. */
	bare(ends, never) {
		let text = "";
		while (this.at < this.text.length && !ends.includes(this.peek())) {
			if (this.peek() === "\\") {
				this.at += 1;
				if (this.at === this.text.length) throw new PathError(this.at - 1, "\\ at the end", "write \\\\ for one \\");
			} else if (never.includes(this.peek()) || /[\p{Cc}\s]/u.test(this.peek())) throw new PathError(this.at, `${quoted(this.peek())} in a key or value without quotes`, "put the text into quotes: [\"…\"] for a key, [name=\"…\"] for a value");
			text += this.peek();
			this.at += 1;
		}
		return text;
	}
	quotedText() {
		const quote = this.peek();
		const from = this.at;
		let text = "";
		for (this.at += 1; this.at < this.text.length; this.at += 1) {
			if (this.peek() === quote) {
				this.at += 1;
				return text;
			}
			if (this.peek() === "\\") this.at += 1;
			text += this.peek();
		}
		throw new PathError(from, `a ${quote} that is not closed`, `close it with ${quote}`);
	}
	bracket() {
		const from = this.at;
		this.at += 1;
		const segment = this.inside(from);
		if (this.peek() !== "]") throw new PathError(from, "a [ that is not closed", "close it with ]");
		this.at += 1;
		return segment;
	}
	inside(from) {
		const first = this.peek();
		const quotedKey = first === "\"" || first === "'" ? this.quotedText() : void 0;
		if (quotedKey !== void 0 && this.peek() === "]") return {
			kind: "key",
			key: quotedKey,
			quoted: true
		};
		if (quotedKey === void 0) {
			const [digits] = /^\d+(?=\])/.exec(this.text.slice(this.at)) ?? [];
			if (digits !== void 0) {
				this.at += digits.length;
				return {
					kind: "index",
					index: Number(digits)
				};
			}
		}
		const tests = [this.test(quotedKey, from)];
		while (this.peek() === ",") {
			this.at += 1;
			tests.push(this.test(void 0, from));
		}
		return {
			kind: "filter",
			tests
		};
	}
	test(before, from) {
		const keys = before === void 0 ? [] : [before];
		if (before === void 0) keys.push(this.filterKey());
		while (this.peek() === ".") {
			this.at += 1;
			keys.push(this.filterKey());
		}
		if (this.peek() !== "=" || keys.includes("")) throw new PathError(this.at < this.text.length ? this.at : from, this.at < this.text.length ? `${quoted(this.peek())} inside brackets` : "a [ that is not closed", "brackets hold a position such as [0], a filter such as [name=api], or a key in quotes such as [\"a.b\"]");
		this.at += 1;
		const first = this.peek();
		return {
			keys,
			value: first === "\"" || first === "'" ? this.quotedText() : this.bare(",]", "[")
		};
	}
	filterKey() {
		const first = this.peek();
		return first === "\"" || first === "'" ? this.quotedText() : this.bare(".=,]", "[");
	}
};
/** A filter behind a filter narrows the first one: an item is a mapping, which has no items itself. */
function add(segments, next) {
	const last = segments.at(-1);
	if (last?.kind === "filter" && next.kind === "filter") segments[segments.length - 1] = {
		kind: "filter",
		tests: [...last.tests, ...next.tests]
	};
	else segments.push(next);
}
function quoted(character) {
	return JSON.stringify(character);
}

export { parsePath as n, formatPath as t };