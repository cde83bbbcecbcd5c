import { A as string, E as number, N as union, _ as boolean, c as unwrap, k as strictObject, t as ProblemError } from "./shared-problem.js";
import { ki as step } from "./shared-common.js";
import { n as programBeside } from "./shared-beside.js";
import { t as systemClock } from "./shared-clock2.js";
import { n as httpClient } from "./shared-http-client.js";
import { _ as lastLine, c as checkFile, d as recovering, f as refresh, g as CacheError, h as diagnose, l as placeOf, m as readLine, n as deriveValues, p as headAt, r as valueAt, s as valuesAnswerSchema, u as openSession, v as openCache } from "./shared-values-main.js";
import { join } from "node:path";

// src/gitops/commit/look.ts
/**
* The head of the branch now, with files of it. Only looks: a repository on this machine is read where it lies, and nothing is written; another
* one is fetched into our own cache.
*/
async function lookAt(place, files, environment, ports) {
	if (place.location.kind === "local") return lookHere(place, files, environment, ports);
	const session = await openSession(place, ports);
	const begun = ports.clock.now();
	return recovering(session, async () => {
		await refresh(session, begun);
		const { base } = await readLine(session.names.line);
		return headAt(session.cache, base, files, environment);
	});
}
async function lookHere(place, files, environment, ports) {
	const { address } = place.location;
	const { exec, signal } = ports;
	const argv = [
		...[
			"env",
			"-u",
			"GIT_DIR",
			"-u",
			"GIT_WORK_TREE",
			"LC_ALL=C"
		],
		"git",
		"-c",
		"safe.directory=*",
		"-C",
		address,
		"rev-parse",
		"--absolute-git-dir"
	];
	const found = await exec.read(argv, {
		timeoutMs: 3e4,
		signal
	});
	const problem = async (said) => new ProblemError(await diagnose({
		place,
		want: "read",
		said,
		...ports
	}));
	if (found.exitCode !== 0) throw await problem(lastLine(found.stderr, found.exitCode));
	const repository = openCache(found.stdout.trim(), exec, signal);
	try {
		const refs = await repository.local([
			"for-each-ref",
			"--format=%(objectname)",
			`refs/heads/${place.branch}`
		]);
		const base = refs.trim() === "" ? null : refs.trim();
		return await headAt(repository, base, files, environment);
	} catch (error) {
		throw error instanceof CacheError ? await problem(error.said) : error;
	}
}

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
	const changes = [options, ...options.also ?? []].map(({ file, path, value }) => ({
		file: checkFile(file),
		path,
		value
	}));
	const files = [...new Set(changes.map(({ file }) => file))];
	const look = ({ exec, signal, clock }) => lookAt(place, files, options.environment, portsOf(exec, signal, clock));
	return step({
		id: options.id,
		title: `Make git name ${options.value} for ${options.environment}`,
		inputs: {
			repository: options.repository,
			branch: options.branch,
			file: options.file,
			path: options.path,
			value: options.value,
			...options.also === void 0 ? {} : { also: options.also.map((one) => ({ ...one })) }
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
				case "edit": {
					const why = derived.edits.flatMap(({ file, values }) => values.map(({ path, before, after }) => `${file} ${path}: ${before} → ${after}`));
					return {
						kind: "do",
						effects: [{
							kind: "exec",
							argv: commitCommand(),
							stdin: JSON.stringify(requestOf(options, changes, facts, ctx)),
							okExitCodes: [0, 5],
							resource: `git:${options.repository}`,
							timeoutMs: EFFECT_MS,
							why: `one commit on ${place.branch}, pushed as a plain fast-forward: ${why.join("; ")}`
						}],
						why: why.join("; ")
					};
				}
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
/** What git names now; `value` null when the branch, the file or the key does not exist. Only looks. */
async function observeGitops(options, exec, signal = new AbortController().signal) {
	const place = unwrap(placeOf(options));
	const file = checkFile(options.file);
	const head = await lookAt(place, [file], "", portsOf(exec, signal));
	return {
		commit: head.base,
		value: valueAt(head.files[file] ?? null, options.path)
	};
}
function portsOf(exec, signal, clock = systemClock) {
	return {
		exec,
		signal,
		clock,
		http: httpClient,
		random: Math.random
	};
}
/** `commit-main` beside this module, run by this Node: starts without the rest of the program. */
function commitCommand() {
	return programBeside(import.meta.url, "commit-main");
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
			version,
			run: ctx.run,
			node,
			fence: ctx.fence,
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

// src/release/manifests/git-commit.ts
function gitopsPlace({ gitops, baseDir }, store) {
	return {
		...gitops,
		workDir: join(store, "gitops"),
		baseDir
	};
}
/** The step that makes git name a release. */
function commitNode(environment, store, record, id, said = {}) {
	const { service, gitops } = environment;
	const { version } = record.release;
	return gitopsCommitNode({
		...gitopsPlace(environment, store),
		...said,
		id,
		value: gitValue(gitops.names, record),
		author: gitops.author,
		signingKey: gitops.signingKey,
		service,
		environment: environment.environment,
		message: `${service} in ${environment.environment}: ${version}`,
		urgent: id === "git-back"
	});
}
/** Pure. A digest cannot be moved, a version is a name that people give. */
function gitValue(names, { release, unit }) {
	switch (names) {
		case "version": return release.version;
		case "digest": return unit?.digest ?? "";
		case "image": return unit?.artefact ?? "";
	}
}

// src/release/environment/git.ts
/** Where git names what serves an environment. */
function openGitTarget(environment, { store, exec }) {
	const { repository, branch, file } = environment.gitops;
	return {
		describe: `${repository} ${branch}:${file}`,
		commit: (record, id, said) => commitNode(environment, store, record, id, said),
		named: async () => (await observeGitops(gitopsPlace(environment, store), exec)).value
	};
}

export { observeGitops as a, gitopsCommitNode as i, commitNode as n, gitopsPlace as r, openGitTarget as t };