import { t as ProblemError } from "./shared-problem.js";
import { _ as readLine, a as recovering, h as openCache, i as openSession, l as headAt, m as lastLine, o as refresh, p as CacheError, w as diagnose } from "./shared-session.js";

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

export { lookAt };