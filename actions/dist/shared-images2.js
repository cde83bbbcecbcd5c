import { Is as isInCluster, Tn as registryProblems } from "./shared-common.js";
import { t as ProblemError } from "./shared-problem.js";
import { n as httpClient } from "./shared-http-client.js";
import { n as isReference, r as specsOf } from "./shared-artefacts.js";

// src/release/attest/images.ts
/** The images of a release, where pods will pull them from. */
const TIMEOUT_MS = 3e4;
/**
* Each image that was pushed by us and is to be deployed: is it at its registry, under its digest? Where it is not, pods would only fail to start. Images
* that somebody else has pushed are looked up when they are taken into a release.
*/
async function imageProblems(environment, secrets, record) {
	return (await Promise.all(specsOf(record).map((spec) => imageProblemsOf(environment, secrets, spec)))).flatMap((one) => one ?? []);
}
/** The same of one component; null: it is no image of ours that is deployed there. */
async function imageProblemsOf(environment, secrets, spec) {
	const settings = environment.components[spec.component];
	if (!isInCluster(environment) || !isReference(spec)) return null;
	if (settings === void 0 || settings.kind === "image" || settings.kind === "script") return null;
	if (settings.image === void 0) return null;
	const { registry, authorization } = settings.image;
	const lookup = {
		image: spec.artefact.slice(0, -`@${spec.digest}`.length),
		registry,
		authorization: () => authorization === null || typeof authorization === "string" ? authorization : secrets.get(authorization.secret),
		http: httpClient
	};
	try {
		return await registryProblems(lookup, spec.digest, AbortSignal.timeout(TIMEOUT_MS));
	} catch (error) {
		if (error instanceof ProblemError) return error.problems;
		throw error;
	}
}

export { imageProblemsOf as n, imageProblems as t };