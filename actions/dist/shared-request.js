import { Et as _enum, Jn as string, Lt as boolean, Nt as array, Pn as number, Yt as discriminatedUnion, qn as strictObject, xn as literal } from "./shared-schemas.js";
import { o as problemSchema } from "./shared-problem.js";

// src/gitops/commit/request.ts
/** What the program `commit-main` reads and answers: the effect of a commit step. No secret is in it. */
const text = string();
const valuesRequestSchema = strictObject({
	repository: text,
	branch: text,
	workDir: text,
	baseDir: text,
	changes: array(strictObject({
		file: text,
		path: text,
		value: text,
		type: literal("number").exactOptional(),
		read: text.nullable().exactOptional()
	})).min(1).readonly(),
	/** Head at which the values were read. */
	readAt: text.nullable(),
	missingFile: _enum(["make", "refuse"]),
	othersValue: _enum(["conflict", "change"]),
	repeats: boolean().exactOptional(),
	origin: strictObject({
		service: text,
		environment: text,
		version: text.exactOptional(),
		run: text,
		node: text,
		fence: number(),
		actor: text.exactOptional(),
		verdict: text.exactOptional()
	}),
	author: strictObject({
		name: text,
		email: text
	}),
	time: number(),
	subject: text.exactOptional(),
	signingKey: text.exactOptional(),
	deadlineMs: number()
});
const valuesAnswerSchema = discriminatedUnion("kind", [
	strictObject({
		kind: literal("committed"),
		commit: text,
		tries: number()
	}),
	strictObject({
		kind: literal("was-committed"),
		commit: text
	}),
	strictObject({
		kind: literal("nothing"),
		why: text,
		base: text.nullable()
	}),
	strictObject({
		kind: literal("problems"),
		problems: array(problemSchema).min(1).readonly()
	})
]);

export { valuesRequestSchema as n, valuesAnswerSchema as t };