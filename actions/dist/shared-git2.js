import { i as ok, n as bad } from "./shared-problem.js";
import { r as gitAddress, t as addressProblem } from "./shared-git.js";
import { join, resolve } from "node:path";
import { createHash } from "node:crypto";

// src/gitops/git.ts
/** Understands a path or an address; relative paths are taken from `baseDir`. Refuses what git would read as an option or a program. */
function locate(repository, workDir, baseDir) {
	const address = gitAddress(repository, baseDir);
	if ("found" in address) return bad(addressProblem("gitops.repository", address));
	const name = createHash("sha256").update(repository).digest("hex").slice(0, 16);
	return ok({
		...address,
		cache: join(resolve(baseDir, workDir), `gitops-${name}.git`)
	});
}
/** Id that git gives to these bytes; the repository's kind of hash is told by the length of `like`. */
function blobId(bytes, like) {
	return createHash(like.length === 64 ? "sha256" : "sha1").update(`blob ${bytes.byteLength}\0`).update(bytes).digest("hex");
}

export { locate as n, blobId as t };