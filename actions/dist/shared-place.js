import { i as ok, n as bad, t as ProblemError } from "./shared-problem.js";
import { t as BRANCH_NAME } from "./shared-scalars.js";
import { n as locate } from "./shared-git2.js";

// src/gitops/commit/place.ts
/** Understands a repository and a branch; refuses names that git would read as something else. Pure. */
function placeOf(options) {
	const location = locate(options.repository, options.workDir, options.baseDir ?? process.cwd());
	if (!location.ok) return location;
	if (!BRANCH_NAME.test(options.branch)) return bad(noBranchName(options.branch));
	return ok({
		location: location.value,
		branch: options.branch
	});
}
/**
* A path that git can take from us and that stays inside the repository.
* @throws ProblemError `gitops.file`
*/
function checkFile(file) {
	const outside = file.split("/").some((part) => [
		"",
		".",
		"..",
		".git"
	].includes(part.toLowerCase()));
	if (file !== "" && !outside && !/["\\\p{Cc}]/u.test(file)) return file;
	throw new ProblemError({
		code: "gitops.file",
		where: "gitops.file",
		found: JSON.stringify(file),
		expected: "a path inside the repository, such as apps/certkeeper/production.yaml",
		remedy: "mend `gitops.file`"
	});
}
function noBranchName(branch) {
	return {
		code: "gitops.branch",
		where: "gitops.branch",
		found: JSON.stringify(branch),
		expected: "the name of a branch, such as main",
		remedy: "mend `gitops.branch`"
	};
}

export { placeOf as n, checkFile as t };