import { Jn as string, qn as strictObject } from "./shared-schemas.js";

// src/model/problem.ts
/** What went wrong, in a form a person can act on and a program can match. Codes are stable and documented in docs/problems.md. */
const problemSchema = strictObject({
	/** Stable identifier, `room.what`, for instance `config.unknown-key`. */
	code: string().regex(/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/),
	/** Where: `file:line:column`, a host, a node of a run, an argument. */
	where: string(),
	found: string(),
	expected: string(),
	/** What to do about it, as an instruction. */
	remedy: string()
});
/** One line per problem, the form every door prints. */
function formatProblem(problem) {
	return `${problem.where}: found ${problem.found}; expected ${problem.expected} [${problem.code}]\n  → ${problem.remedy}`;
}
/** The file that a problem is about; undefined for any other place, such as a host with a port. Pure. */
function placeOf(where) {
	const [, file, line, column] = /^([^:\n]+?)(?::(\d+)(?::(\d+))?)?$/.exec(where) ?? [];
	if (file === void 0) return void 0;
	if (line === void 0) return /^\/(?:[^/]+\/)*[^/]+\.[A-Za-z]\w*$/.test(file) ? { file } : void 0;
	if (column !== void 0) return {
		file,
		line: Number(line),
		column: Number(column)
	};
	return file.includes("/") ? {
		file,
		line: Number(line)
	} : void 0;
}
/** Carries problems across I/O. Pure functions return `Result` instead. */
var ProblemError = class extends Error {
	problems;
	constructor(problems) {
		const list = "code" in problems ? [problems] : problems;
		super(list.map(formatProblem).join("\n"));
		this.name = "ProblemError";
		this.problems = list;
	}
};
function ok(value) {
	return {
		ok: true,
		value
	};
}
function bad(...problems) {
	return {
		ok: false,
		problems
	};
}
/** Value of a result, or its problems thrown. For the edge only. */
function unwrap(result) {
	if (result.ok) return result.value;
	throw new ProblemError(result.problems);
}
/** The problems inside any thrown value: ours as they are, anything else as `internal.unexpected` at `where`. */
function problemsOf(error, where) {
	if (error instanceof ProblemError) return error.problems;
	return [{
		code: "internal.unexpected",
		where,
		found: error instanceof Error ? error.message : String(error),
		expected: "no unexpected error",
		remedy: "run the same again; if it happens again, report it with this message and `shiplock journal show`"
	}];
}

export { placeOf as a, unwrap as c, ok as i, bad as n, problemSchema as o, formatProblem as r, problemsOf as s, ProblemError as t };