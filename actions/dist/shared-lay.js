import { Jn as string, Yt as discriminatedUnion, qn as strictObject, xn as literal } from "./shared-schemas.js";
import { S as wholeLines, p as layWords } from "./shared-program.js";
import { Pr as askWhole, jr as hostEffect } from "./shared-common.js";

// src/platform/ssh/lay.ts
/** Files of certificates and keys on a host over ssh: laid down whole, the one before kept. The host takes nothing else but PEM. */
const LAY_MS = 6e4;
/** Repeatable. Pure. */
function hostLayEffect(options, verb, { to, digest, set, sources }) {
	const words = [
		"--do",
		verb,
		"--to",
		to,
		"--digest",
		digest,
		"--set",
		set,
		...verb === "put" ? sources.flatMap((source) => ["--source", source]) : []
	];
	return hostEffect(options, "lay", words, {
		why: `${layWords(verb, to)} on ${options.host.name}`,
		timeoutMs: LAY_MS
	});
}
const line = discriminatedUnion("kind", [strictObject({
	kind: literal("laid"),
	path: string(),
	digest: string()
}), strictObject({ kind: literal("end") })]);
/** SHA-256 of each file that is there, in the order of the paths; null for one that is not. @throws ProblemError when the host cannot be asked */
async function laidOn({ host, reach, exec }, paths, signal) {
	const looking = {
		host,
		access: reach.access,
		root: reach.root,
		exec
	};
	const parse = (said) => {
		const found = new Map(wholeLines(said, line)?.flatMap((one) => one.kind === "laid" ? [[one.path, one.digest]] : []));
		return paths.every((path) => found.has(path)) ? paths.map((path) => found.get(path) || null) : void 0;
	};
	return askWhole(looking, {
		verb: "laid",
		words: ["--of", paths.join(",")],
		parse
	}, signal);
}

export { laidOn as n, hostLayEffect as t };