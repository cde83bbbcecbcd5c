import { Dt as sbomsDirectory, K as makeRelease, dn as manifestPath, ln as manifestDigest, ut as tellGit, xn as sbomDirectory } from "./shared-common.js";
import { t as EXIT } from "./shared-exit.js";
import { t as ProblemError } from "./shared-problem.js";

// src/release/attest/attest.ts
/**
* Builds and signs what a release to this environment would bring: `shiplock release` of the same commit then takes both, also on a machine
* that has no key. Touches nothing of the environment.
*/
async function attest(opened, request) {
	if (opened.config.service.signing === void 0) throw new ProblemError(noKey(opened.configFile));
	const prepared = await makeRelease(opened, request, "must");
	if (prepared.kind === "failed") return prepared;
	const { service, inputs, signed } = prepared;
	await tellGit(service);
	const { release, manifest = manifestDigest(release) } = inputs.candidate;
	return {
		kind: "signed",
		exit: EXIT.done,
		made: {
			service: release.service,
			version: release.version,
			commit: release.commit,
			release: manifest,
			releaseFile: manifestPath(service.store, manifest),
			envelope: signed?.envelope ?? null,
			envelopeFile: signed?.path ?? "",
			sboms: release.sbom === void 0 ? null : sbomDirectory(sbomsDirectory(service.store), release.sbom)
		}
	};
}
function noKey(where) {
	return {
		code: "attest.no-key",
		where,
		found: "no `signing:`",
		expected: "the key that signs what is built here",
		remedy: "write `signing: { key: { secret: env:SHIPLOCK_SIGNING_KEY } }`"
	};
}

export { attest };