import { i as readEnvelopeText, o as verifyAttestation, r as provenanceOf } from "./shared-check.js";
import { Pi as readReleaseRecord, Ri as readRules, ji as readEnvironmentRecord, ki as liveVersion, sn as digestOfText, vn as CYCLONEDX_FILE } from "./shared-common.js";
import { t as ProblemError } from "./shared-problem.js";
import { a as releaseSchema } from "./shared-release.js";
import { t as artefactDigest } from "./shared-digest.js";
import { r as specsOf } from "./shared-artefacts.js";
import { n as imageProblemsOf } from "./shared-images2.js";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

// src/release/attest/verify.ts
/**
* A release that an environment has a record of.
*
* @param version left out: what serves there by the record
* @param keys trusted instead of those of the policy, which is then not asked; each a name and a PEM
*/
async function verifyRelease(service, version, keys) {
	const { target } = service;
	const record = await recordOf(service, version);
	const trust = keys.length > 0 ? await trustIn(keys) : (await readRules(service, service.environment)).trust;
	if (trust === null) throw new ProblemError(noTrust(target.environment));
	const found = await provenanceOf(service, record, trust);
	const looked = await Promise.all(specsOf(record).map(async (spec) => {
		const image = await imageProblemsOf(service.environment, service.secrets, spec);
		const there = image === null ? await artefactDigest(spec.artefact).catch(() => null) !== null : image.length === 0;
		return {
			component: spec.component,
			there,
			problems: image ?? []
		};
	}));
	return {
		...namesOf(record.release),
		compared: looked.filter(({ there }) => there).map(({ component }) => component),
		absent: looked.filter(({ there }) => !there).map(({ component }) => component),
		attested: found.kind === "attested" ? found.attested : null,
		problems: [...found.kind === "refused" ? found.problems : [], ...looked.flatMap((one) => one.problems)]
	};
}
async function recordOf({ store, target }, wanted) {
	const { environment, service } = target;
	const version = wanted ?? liveVersion(await readEnvironmentRecord(store, environment, service));
	const record = version === null ? null : await readReleaseRecord(store, environment, version);
	if (record === null) throw new ProblemError(noRecord(version ?? "nothing", environment));
	return record;
}
async function trustIn(keys) {
	const { publicKeyFrom } = await import("./shared-keys.js");
	const { trustedPem } = await import("./shared-trust.js");
	const wrong = keys.find(({ pem }) => publicKeyFrom(pem) === void 0);
	if (wrong !== void 0) throw new ProblemError({
		code: "cli.public-key",
		where: wrong.name,
		found: "no public key that is known here",
		expected: "a public key in PEM: Ed25519, or ECDSA on P-256",
		remedy: "openssl pkey -in KEY -pubout writes the public half of a key"
	});
	return {
		keys: keys.map(({ name, pem }) => trustedPem(name, pem)),
		maxAgeMs: null
	};
}
/** Files in a directory: release.json, provenance.json, and artefacts by their name. Needs no configuration and no state. */
async function verifyFiles(directory, keys, clock) {
	const file = join(directory, "release.json");
	const text = await readFile(file, "utf8").catch((error) => {
		throw new ProblemError(unreadable(file, error instanceof Error ? error.message : String(error)));
	});
	const release = releaseIn(text, file);
	const where = join(directory, "provenance.json");
	const sbom = release.sbom === void 0 ? [] : [{
		name: CYCLONEDX_FILE,
		digest: release.sbom
	}];
	const looked = await Promise.all([...release.artefacts, ...sbom].map(async ({ name, digest }) => ({
		name,
		digest,
		found: await artefactDigest(join(directory, name)).catch(() => null)
	})));
	const problems = looked.flatMap(({ name, digest, found }) => found === null || found === digest ? [] : [{
		code: "release.artefact-differs",
		where: join(directory, name),
		found,
		expected: `${digest}, as release.json says`,
		remedy: "take it again from where it was made; what lies here is something else"
	}]);
	const verified = verifyAttestation({
		expected: {
			...release,
			releaseJson: digestOfText(text)
		},
		trust: await trustIn(keys),
		envelope: await readEnvelopeText(where),
		where,
		now: clock.now()
	});
	return {
		...namesOf(release),
		compared: looked.filter(({ found }) => found !== null).map(({ name }) => name),
		absent: looked.filter(({ found }) => found === null).map(({ name }) => name),
		attested: verified.ok ? verified.value : null,
		problems: verified.ok ? problems : [...problems, ...verified.problems]
	};
}
function releaseIn(text, file) {
	try {
		return releaseSchema.parse(JSON.parse(text));
	} catch {
		throw new ProblemError(unreadable(file, "a file of another kind"));
	}
}
function namesOf({ service, version, commit }) {
	return {
		service,
		version,
		commit
	};
}
function unreadable(file, found) {
	return {
		code: "cli.unreadable-file",
		where: file,
		found,
		expected: "release.json, as `shiplock attest --output` writes it",
		remedy: "name the directory in which release.json and provenance.json lie"
	};
}
function noRecord(version, where) {
	return {
		code: "attest.no-record",
		where,
		found: `no record of ${version}`,
		expected: "a release with its release.json and its attestation",
		remedy: "`shiplock status --json` lists what was released there; give the state directory that released it (--state)"
	};
}
function noTrust(environment) {
	return {
		code: "attest.no-trust",
		where: environment,
		found: "no key that the policy trusts there",
		expected: "a key to verify with",
		remedy: "give its public half with --key, or add it under `policy.trusted` on the protected branch"
	};
}

export { verifyFiles, verifyRelease };