import { t as artefactDigest } from "./shared-digest.js";

// src/release/attest/artefacts.ts
/** The bytes of a release, where they lie before they are installed. */
function specsOf({ unit, files }) {
	return [...unit === null ? [] : [unit], ...files];
}
/** An image is pulled by its digest by whoever runs it, who compares every byte; nothing of it lies here. Pure. */
function isReference({ artefact, digest }) {
	return artefact.endsWith(`@${digest}`);
}
/**
* Every artefact is there, with the bytes that were released; computed now, from the bytes.
*
* @param missing what one is that is not there: on another machine than the one that built it, what was installed has been compared there
*/
async function artefactProblems(record, missing = "refused") {
	return (await Promise.all(specsOf(record).filter((spec) => !isReference(spec)).map(async ({ component, artefact, digest }) => {
		const found = await artefactDigest(artefact).catch(() => null);
		if (found === digest || found === null && missing === "let-pass") return [];
		return [artefactDiffers(component, artefact, digest, found)];
	}))).flat();
}
function artefactDiffers(component, path, digest, found) {
	return {
		code: "release.artefact-differs",
		where: `${component}: ${path}`,
		found: found ?? "nothing",
		expected: `${digest}, as it was released`,
		remedy: "restore it from a backup of the state directory; a release is never built again under the same name"
	};
}

export { isReference as n, specsOf as r, artefactProblems as t };