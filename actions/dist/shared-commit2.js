import { Jn as string, Lt as boolean, Pn as number, or as union, qn as strictObject } from "./shared-schemas.js";
import { c as unwrap, t as ProblemError } from "./shared-problem.js";
import { ac as step } from "./shared-common.js";
import { n as programBeside } from "./shared-beside.js";
import { i as messageOf } from "./shared-message.js";
import { n as placeOf, t as checkFile } from "./shared-place.js";
import { t as valuesAnswerSchema } from "./shared-request.js";
import { n as valueAt, t as deriveValues } from "./shared-values.js";
import { n as lookInto } from "./shared-observe2.js";

// src/gitops/commit.ts
const outputsSchema = strictObject({
	/** Commit that names the value. */
	commit: string(),
	/** What it named before; null for a new file. */
	before: union([
		string(),
		number(),
		boolean()
	]).nullable(),
	changed: boolean()
});
const COMMIT_MS = 15e4;
const EFFECT_MS = 17e4;
const STEP_MS = 24e4;
/**
* Makes git name a version: one commit that changes one value (and what `also` lists), pushed as a plain fast-forward. That push is the
* compare-and-swap: when somebody was quicker the edit is derived anew from the new head. Nothing is merged, nothing forced.
*/
function gitopsCommitNode(options) {
	const place = unwrap(placeOf(options));
	const changes = changesOf(options);
	const files = [...new Set(changes.map(({ file }) => file))];
	const look = ({ exec, signal, clock }) => lookInto(place, files, options.environment, {
		exec,
		signal,
		clock
	});
	return step({
		id: options.id,
		title: `Make git name ${options.value} for ${options.environment}`,
		inputs: {
			repository: options.repository,
			branch: options.branch,
			file: options.file,
			path: options.path,
			value: options.value,
			...options.also === void 0 ? {} : { also: options.also.map((one) => ({ ...one })) },
			...options.pushes === false ? { pushes: false } : {}
		},
		version: 2,
		read: async (ctx) => ({
			...await look(ctx),
			time: Math.floor(ctx.clock.now() / 1e3)
		}),
		decide: (facts, ctx) => {
			const own = ownIn(facts, options, ctx);
			if (own !== void 0) return {
				kind: "nothing",
				why: `commit ${own.commit.slice(0, 12)} of this run did it`
			};
			const derived = derivation(options, changes, place, ctx)(facts);
			switch (derived.kind) {
				case "refuse": return {
					kind: "refuse",
					problems: derived.problems
				};
				case "nothing": return {
					kind: "nothing",
					why: derived.why
				};
				case "conflict": return {
					kind: "nothing",
					why: "no value was read before this one"
				};
				case "edit":
					if (options.pushes === false) {
						const [change = options] = changes;
						return {
							kind: "refuse",
							problems: [superseded(place, change, valueAtHead(facts, options))]
						};
					}
					return commitDecision(options, changes, derived.edits, {
						facts,
						ctx
					});
			}
		},
		outputs: outputsSchema,
		collect: (results, facts, ctx) => {
			const answer = answerIn(results);
			const made = answer !== void 0 && "commit" in answer ? answer.commit : ownIn(facts, options, ctx)?.commit;
			const there = answer?.kind === "nothing" ? answer.base : facts.base;
			return {
				before: valueAtHead(facts, options),
				commit: made ?? there ?? "",
				changed: made !== void 0
			};
		},
		planned: (facts) => ({
			before: valueAtHead(facts, options),
			commit: `<${options.id}.commit>`,
			changed: true
		}),
		probe: async (ctx) => {
			const head = await look(ctx);
			const there = changes.every(({ file, path, value }) => valueAt(head.files[file] ?? null, path) === value);
			return ownIn(head, options, ctx) !== void 0 || there ? "applied" : "not-applied";
		},
		verify: async (ctx) => {
			if (options.repeats === true) return [];
			const head = await look(ctx);
			return changes.flatMap((change) => {
				const value = valueAt(head.files[change.file] ?? null, change.path);
				return value === change.value ? [] : [superseded(place, change, value)];
			});
		},
		timeoutMs: STEP_MS,
		urgent: options.urgent ?? false
	});
}
/** Pure: the one effect that commits and pushes. */
function commitDecision(options, changes, edits, { facts, ctx }) {
	const why = edits.flatMap(({ file, values }) => values.map(({ path, before, after }) => `${file} ${path}: ${before} → ${after}`)).join("; ");
	return {
		kind: "do",
		effects: [{
			kind: "exec",
			argv: commitCommand(),
			stdin: JSON.stringify(requestOf(options, changes, facts, ctx)),
			okExitCodes: [0, 5],
			resource: `git:${options.repository}`,
			timeoutMs: EFFECT_MS,
			why: `one commit on ${options.branch}, pushed as a plain fast-forward: ${why}`
		}],
		why
	};
}
/** `commit-main` beside this module, run by this Node: starts without the rest of the program. */
function commitCommand() {
	return programBeside(import.meta.url, "commit-main");
}
/** What the step would commit now; null when git says so already. Only looks. */
async function gitopsChange(options, ctx) {
	const place = unwrap(placeOf(options));
	const changes = changesOf(options);
	const files = [...new Set(changes.map(({ file }) => file))];
	const head = await lookInto(place, files, options.environment, ctx);
	const derived = derivation(options, changes, place, ctx)(head);
	if (derived.kind === "refuse") throw new ProblemError(derived.problems);
	if (derived.kind !== "edit") return null;
	if (head.base === null) throw new ProblemError(emptyRepository(place));
	const { service, environment, value: version, id: node, actor, message } = options;
	const origin = {
		service,
		environment,
		version,
		run: ctx.run,
		node,
		fence: ctx.fence,
		actor
	};
	const [headline = "", body = "", trailers = ""] = messageOf(origin, derived.edits, message).trimEnd().split("\n\n");
	return {
		base: head.base,
		headline,
		body,
		trailers: trailers.split("\n"),
		files: derived.edits.map(({ file, text }) => ({
			path: file,
			content: text
		}))
	};
}
function emptyRepository({ location, branch }) {
	return {
		code: "gitops.no-branch",
		where: `${location.address} ${branch}`,
		found: "a repository without a commit",
		expected: "a branch that a pull request can be made to",
		remedy: `push a first commit to ${branch}`
	};
}
function changesOf(options) {
	return [options, ...options.also ?? []].map(({ file, path, value }) => ({
		file: checkFile(file),
		path,
		value
	}));
}
function derivation(options, changes, place, ctx) {
	return deriveValues({
		origin: {
			...options,
			fence: ctx.mode === "plan" ? Number.MAX_SAFE_INTEGER : ctx.fence
		},
		changes,
		missingFile: options.missingFile ?? "make",
		othersValue: "change",
		where: `${options.repository} ${place.branch}`
	});
}
/** Pure: what the effect is given. From here on another value than the one that was read is a conflict, but on a way back. */
function requestOf(options, changes, facts, ctx) {
	const { service, environment, value: version, id: node, actor, message, signingKey } = options;
	const verdict = options.verdict?.(ctx);
	return {
		repository: options.repository,
		branch: options.branch,
		workDir: options.workDir,
		baseDir: options.baseDir ?? process.cwd(),
		changes: changes.map((change) => ({
			...change,
			read: valueAt(facts.files[change.file] ?? null, change.path)
		})),
		readAt: facts.base,
		missingFile: options.missingFile ?? "make",
		othersValue: options.urgent === true ? "change" : "conflict",
		...options.repeats === true ? { repeats: true } : {},
		origin: {
			service,
			environment,
			run: ctx.run,
			node,
			fence: ctx.fence,
			...options.ofRelease === false ? {} : { version },
			...actor === void 0 ? {} : { actor },
			...verdict === void 0 ? {} : { verdict }
		},
		author: options.author,
		time: facts.time,
		...message === void 0 ? {} : { subject: message },
		...signingKey === void 0 || signingKey === null ? {} : { signingKey },
		deadlineMs: COMMIT_MS
	};
}
/** What the effect answered; its problems are thrown, so that the step fails with them. Undefined when nothing was done. */
function answerIn(results) {
	const [result] = results;
	if (result?.kind !== "exec") return void 0;
	const parsed = JSON.parse(result.stdout);
	const answer = valuesAnswerSchema.parse(parsed);
	if (answer.kind === "problems") throw new ProblemError(answer.problems);
	return answer;
}
function ownIn(head, { id, repeats }, { run }) {
	if (repeats === true) return void 0;
	return head.ours.find((one) => one.run === run && one.node === id);
}
function valueAtHead(facts, { file, path }) {
	return valueAt(facts.files[file] ?? null, path);
}
function superseded({ location, branch }, change, value) {
	return {
		code: "gitops.superseded",
		where: `${location.address} ${branch}:${change.file}`,
		found: value === null ? "no value" : `the value ${value}`,
		expected: change.value,
		remedy: "somebody else pushed another value meanwhile: find out who with `git log`, then release again"
	};
}

export { gitopsCommitNode as a, gitopsChange as i, answerIn as n, ownIn as o, commitDecision as r, requestOf as s, STEP_MS as t };