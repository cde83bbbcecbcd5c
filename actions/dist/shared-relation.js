import { c as unwrap } from "./shared-problem.js";
import { n as git } from "./shared-git.js";
import { n as locate } from "./shared-git2.js";

// src/gitops/argocd/relation.ts
const TIMEOUT_MS = 3e4;
const COMMIT = /^[0-9a-f]{40,64}$/;
/** Asks the repository itself, or our cache of a remote one. An answer of git does not change, so each question is put once. */
function gitRelations(place) {
	const known = /* @__PURE__ */ new Map();
	return (exec) => async (ours, other, signal) => {
		if (!COMMIT.test(ours) || !COMMIT.test(other)) return "unknown";
		if (ours === other) return "same";
		const key = `${ours} ${other}`;
		const before = known.get(key);
		if (before !== void 0) return before;
		const found = await ask(place, exec, ours, other, signal);
		if (found !== "unknown") known.set(key, found);
		return found;
	};
}
async function ask(place, exec, ours, other, signal) {
	const location = unwrap(locate(place.repository, place.workDir, place.baseDir ?? process.cwd()));
	const options = {
		timeoutMs: TIMEOUT_MS,
		...signal === void 0 ? {} : { signal }
	};
	const read = (...args) => exec.read(args, options);
	if (location.kind === "local") return answerOf((await read(...[
		"git",
		"-c",
		"safe.directory=*",
		"-C",
		location.address,
		"merge-base",
		"--is-ancestor",
		ours,
		other
	])).exitCode);
	const isAncestor = () => read(...git(location.cache, "merge-base", "--is-ancestor", ours, other));
	if ((await isAncestor()).exitCode === 0) return "after";
	await read(...git(location.cache, "fetch", "--quiet", "--no-tags", "--depth=200", location.address, other));
	return answerOf((await isAncestor()).exitCode);
}
/** 0: it contains ours · 1: it does not · anything else: git could not tell. */
function answerOf(exitCode) {
	if (exitCode === 0) return "after";
	return exitCode === 1 ? "before" : "unknown";
}

export { gitRelations as t };