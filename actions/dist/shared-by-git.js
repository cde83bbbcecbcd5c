import { br as runAgain, tt as agreeWithGit, ut as tellGit, xr as engineOptions } from "./shared-common.js";

// src/release/manifests/by-git.ts
/** What is done by way of git without a release: it is begun and told alike. */
async function begin(service, tree) {
	await agreeWithGit(service);
	const result = await runAgain(tree, engineOptions(service));
	await tellGit(service);
	return result;
}
function outcomeOf(service, result, version, said) {
	const { run, outcome, exit, problems, planHash, anchor } = result;
	const first = problems[0];
	const sentence = first === void 0 ? `${said}.` : `${said}: ${first.found} (${first.code}).`;
	const { service: name, environment } = service.target;
	return {
		exit,
		run,
		version,
		problems,
		summary: {
			service: name,
			environment,
			version,
			before: null,
			outcome,
			sentence,
			run,
			planHash,
			anchor,
			gate: null,
			problems
		}
	};
}

export { outcomeOf as n, begin as t };