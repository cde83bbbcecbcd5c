import { isAbsolute, resolve } from "node:path";

// src/procedure/machine/git.ts
const REMOTE = /^(?:(?:https?|ssh|file):\/\/|[\w.-]+@[\w.-]+:)/;
/** Understands a path or an address; relative paths are taken from `baseDir`. Refuses what git would read as an option or a program. */
function gitAddress(repository, baseDir) {
	if (/^-|[\0\n]/.test(repository)) return {
		found: JSON.stringify(repository),
		remedy: "name a repository"
	};
	if (!REMOTE.test(repository)) {
		if (/^[a-z][a-z0-9+.-]*:/i.test(repository) && !isAbsolute(repository)) return {
			found: `the protocol ${repository.split(":")[0]}`,
			remedy: "use https, ssh or a path"
		};
		return {
			kind: "local",
			address: resolve(baseDir, repository)
		};
	}
	if (URL.canParse(repository)) {
		const url = new URL(repository);
		if (url.password !== "") return {
			found: "an address with a password in it",
			remedy: "use a credential helper or a deploy key of git"
		};
		const loopback = [
			"127.0.0.1",
			"[::1]",
			"localhost"
		].includes(url.hostname);
		if (url.protocol === "http:" && !loopback) return {
			found: "http without encryption",
			remedy: "use https"
		};
	}
	return {
		kind: "remote",
		address: repository
	};
}
/** What is said of a refused address, by the key of the configuration under which it stands. */
function addressProblem(where, refused) {
	return {
		code: where === "store.git.url" ? "store.url" : "gitops.repository",
		where,
		found: refused.found,
		expected: "a path, https://…, ssh://… or git@host:path",
		remedy: refused.remedy
	};
}
/** An argument vector for git on the repository in `gitDir`. */
function git(gitDir, ...args) {
	return [
		"env",
		...[
			"GIT_DIR",
			"GIT_WORK_TREE",
			"GIT_INDEX_FILE",
			"GIT_OBJECT_DIRECTORY",
			"GIT_NAMESPACE"
		].flatMap((name) => ["-u", name]),
		...[
			"GIT_TERMINAL_PROMPT=0",
			"SSH_ASKPASS_REQUIRE=never",
			"LC_ALL=C"
		],
		"git",
		...[
			"-c",
			"core.hooksPath=/dev/null",
			"-c",
			`safe.directory=*`,
			"-c",
			"gc.auto=0"
		],
		...[
			"-c",
			"protocol.allow=never",
			...[
				"file",
				"https",
				"http",
				"ssh"
			].flatMap((name) => ["-c", `protocol.${name}.allow=always`])
		],
		`--git-dir=${gitDir}`,
		...args
	];
}

export { git as n, gitAddress as r, addressProblem as t };