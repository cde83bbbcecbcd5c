import { Fn as object, Jn as string, Nt as array, Un as record, qc as prettifyError, qn as strictObject, sr as unknown, xn as literal } from "./shared-schemas.js";
import { i as ok, n as bad } from "./shared-problem.js";
import { Et as sbomProblems, cn as manifestDiffers, dn as manifestPath, fn as readDigested, ga as withoutConfiguration, ks as keyIdOf, ln as manifestDigest, on as PLANNED, vn as CYCLONEDX_FILE, wt as imageName } from "./shared-common.js";
import { a as releaseSchema, r as momentSchema } from "./shared-release.js";
import { c as formatDuration } from "./shared-scalars.js";
import { r as parsedJson } from "./shared-json.js";
import { i as isMissing } from "./shared-store.js";
import { r as specsOf, t as artefactProblems } from "./shared-artefacts.js";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { createHash, sign, verify } from "node:crypto";

// src/build/attest/strict-json.ts
/** Pure. */
function parseStrict(text) {
	let value;
	try {
		value = JSON.parse(text);
	} catch (error) {
		return {
			kind: "bad",
			why: `no JSON: ${error instanceof Error ? error.message : String(error)}`
		};
	}
	const twice = repeatedName(text);
	return twice === void 0 ? {
		kind: "json",
		value
	} : {
		kind: "bad",
		why: `the member ${twice} stands there twice`
	};
}
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;
/** First name that an object of this text has twice, as it is written there; the text must be JSON. Pure. */
function repeatedName(text) {
	/** Names of each open object; null for an array. */
	const open = [];
	let last = "";
	for (const [token] of text.matchAll(TOKEN)) {
		if (token === "{") open.push(/* @__PURE__ */ new Set());
		else if (token === "[") open.push(null);
		else if (token === "}" || token === "]") open.pop();
		else if (token === ":") {
			const names = open.at(-1);
			const name = JSON.parse(last);
			if (names !== null && names !== void 0 && typeof name === "string") {
				if (names.has(name)) return last;
				names.add(name);
			}
		}
		last = token;
	}
}

// src/build/attest/dsse.ts
/**
* Dead Simple Signing Envelope, version 1 (https://github.com/secure-systems-lab/dsse: protocol.md and envelope.md). The type of the payload is
* signed with it, so that no payload can be passed off as one of another kind.
*/
/** in-toto attestations (https://github.com/in-toto/attestation/blob/main/spec/v1/envelope.md). */
const PAYLOAD_TYPE = "application/vnd.in-toto+json";
/** Longest envelope that is read, bytes. A statement has some hundred bytes for each artefact. */
const LONGEST_ENVELOPE = 4194304;
/** Each signature is tried with each trusted key: more would only cost time. */
const MOST_SIGNATURES = 16;
const envelopeSchema = strictObject({
	payloadType: string(),
	payload: string(),
	signatures: array(strictObject({
		keyid: string().exactOptional(),
		sig: string()
	}))
});
/** What is signed: type and body, each with its length (PAE of the protocol). Pure. */
function pae(type, body) {
	const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${body.length} `;
	return Buffer.concat([Buffer.from(head), body]);
}
/** @param where what the problem names @returns problems `attest.malformed`. Pure. */
function readEnvelope(text, where) {
	if (Buffer.byteLength(text) > 4194304) return bad(malformed(where, `more than ${LONGEST_ENVELOPE} bytes`));
	const json = parseStrict(text);
	if (json.kind === "bad") return bad(malformed(where, json.why));
	const parsed = envelopeSchema.safeParse(json.value);
	if (!parsed.success) return bad(malformed(where, prettifyError(parsed.error).replaceAll("\n", "; ")));
	const { payloadType, signatures } = parsed.data;
	if (signatures.length > MOST_SIGNATURES) return bad(malformed(where, `${signatures.length} signatures`));
	const payload = fromBase64(parsed.data.payload);
	if (payload === void 0) return bad(malformed(where, "a payload that is not base64"));
	const read = [];
	for (const { keyid, sig } of signatures) {
		const bytes = fromBase64(sig);
		if (bytes === void 0) return bad(malformed(where, "a signature that is not base64"));
		read.push({
			keyId: keyid === void 0 || keyid === "" ? null : keyid,
			bytes
		});
	}
	return ok({
		payloadType,
		payload,
		signatures: read
	});
}
/**
* Standard or URL-safe, as the protocol asks, with its padding (RFC 4648, section 3.2: where nothing else is said); undefined for anything that another
* text could stand for too. Pure.
*/
function fromBase64(text) {
	for (const encoding of ["base64", "base64url"]) {
		const bytes = Buffer.from(text, encoding);
		const again = bytes.toString(encoding);
		if (again + "=".repeat((4 - again.length % 4) % 4) === text) return bytes;
	}
}
/** Does this key, of a kind that keys.ts knows, stand behind the signature? ECDSA signatures are DER (X9.62), as other tools write them. */
function isSignedBy(envelope, signature, key) {
	try {
		return verify(digestFor(key), pae(envelope.payloadType, envelope.payload), key, signature.bytes);
	} catch {
		return false;
	}
}
/** One signature; compact and without a newline, so that every byte of it counts. @param key private */
function signEnvelope(payloadType, payload, key) {
	const sig = sign(digestFor(key), pae(payloadType, payload), key).toString("base64");
	return JSON.stringify({
		payloadType,
		payload: payload.toString("base64"),
		signatures: [{
			keyid: keyIdOf(key),
			sig
		}]
	});
}
/** Ed25519 takes no digest of its own. */
function digestFor(key) {
	return key.asymmetricKeyType === "ed25519" ? null : "sha256";
}
function malformed(where, found) {
	return {
		code: "attest.malformed",
		where,
		found,
		expected: "a DSSE envelope with an in-toto statement, as `shiplock attest` writes it",
		remedy: "somebody has changed it, or it is no attestation: take it again from where it was made"
	};
}

// src/build/attest/statement.ts
/**
* What is signed: an in-toto statement, version 1 (https://github.com/in-toto/attestation/tree/main/spec/v1), whose predicate is SLSA provenance,
* version 1 (https://slsa.dev/spec/v1.0/provenance). Facts of the build, and digests of what came out.
*/
const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
const PREDICATE_TYPE = "https://slsa.dev/provenance/v1";
/** What the parameters of a build of ours mean. */
const BUILD_TYPE = "shiplock:build/v1";
/** Name of the subject that is release.json as it was made first. No component can have it: their names have no dot. */
const RELEASE_SUBJECT = "release.json";
/** Name of the subject that is the bill of materials, in CycloneDX; that document names the one in SPDX by digest. */
const SBOM_SUBJECT = CYCLONEDX_FILE;
/** Name of the source among the dependencies. */
const SOURCE = "source";
/**
* Which digest a subject has. `sha256` is that of a file's bytes, or of an image's manifest, so that other tools can compare it; a directory has
* our own tree digest (src/procedure/machine/digest.ts), which must not be taken for one.
*/
const TREE_DIGEST = "shiplock-tree-v1";
const hex = string().regex(/^[0-9a-f]{64}$/);
const digests = record(string(), string());
/** Members that are not needed here are left out, as both formats ask of those who read them. */
const statementSchema = object({
	_type: literal(STATEMENT_TYPE),
	predicateType: literal(PREDICATE_TYPE),
	subject: array(object({
		name: string(),
		digest: object({
			sha256: hex.exactOptional(),
			[TREE_DIGEST]: hex.exactOptional()
		})
	})).min(1).max(1e3),
	predicate: object({
		buildDefinition: object({
			buildType: literal(BUILD_TYPE),
			externalParameters: strictObject({
				service: string(),
				version: string(),
				components: array(string())
			}),
			internalParameters: record(string(), unknown()).exactOptional(),
			resolvedDependencies: array(object({
				name: string().exactOptional(),
				uri: string().exactOptional(),
				digest: digests.exactOptional()
			})).max(1e3)
		}),
		runDetails: object({
			builder: object({
				id: string().min(1),
				version: record(string(), string()).exactOptional()
			}),
			metadata: object({
				invocationId: string().min(1),
				startedOn: momentSchema,
				finishedOn: momentSchema
			})
		})
	})
});
/** Pure. */
function statementOf(facts) {
	const { service, version, components, source, builder } = facts;
	return {
		_type: STATEMENT_TYPE,
		subject: [
			{
				name: RELEASE_SUBJECT,
				digest: { sha256: hexOf$1(facts.releaseJson) }
			},
			...facts.artefacts.map(({ name, digest, of }) => ({
				name,
				digest: of === "tree" ? { [TREE_DIGEST]: hexOf$1(digest) } : { sha256: hexOf$1(digest) }
			})),
			...facts.sbom === null ? [] : [{
				name: SBOM_SUBJECT,
				digest: { sha256: hexOf$1(facts.sbom) }
			}]
		],
		predicateType: PREDICATE_TYPE,
		predicate: {
			buildDefinition: {
				buildType: BUILD_TYPE,
				externalParameters: {
					service,
					version,
					components: [...components]
				},
				internalParameters: {
					configHash: facts.configHash,
					sourceTree: source.clean ? "as committed" : "changed",
					tools: facts.tools,
					run: facts.run,
					actor: facts.actor,
					builderKnownBy: builder.knownBy,
					...Object.keys(builder.claims).length === 0 ? {} : { runner: builder.claims }
				},
				resolvedDependencies: [
					{
						name: SOURCE,
						...source.uri === null ? {} : { uri: source.uri },
						digest: { gitCommit: source.commit }
					},
					...facts.locks.map(({ path, digest }) => ({
						name: path,
						digest: { sha256: hexOf$1(digest) }
					})),
					...facts.bases.map(({ uri, digest }) => ({
						uri,
						digest: { sha256: hexOf$1(digest) }
					}))
				]
			},
			runDetails: {
				builder: {
					id: builder.id,
					version: { ...builder.version }
				},
				metadata: {
					invocationId: builder.invocation,
					startedOn: facts.startedOn,
					finishedOn: facts.finishedOn
				}
			}
		}
	};
}
/** The bytes that are signed. Pure. */
function statementBytes(statement) {
	return Buffer.from(JSON.stringify(statement));
}
function hexOf$1(digest) {
	return digest.replace(/^sha256:/, "");
}

// src/build/attest/verify.ts
/**
* In the order of the protocol: envelope, signatures, type, statement; then what it says. The first thing that is wrong is told, and of several
* trusted keys one that is good is enough. Problems `attest.…`.
*/
function verifyAttestation(question) {
	const { envelope: text, where, trust } = question;
	if (text === null) return bad(missing(where));
	const envelope = readEnvelope(text, where);
	if (!envelope.ok) return envelope;
	const signers = signersOf(envelope.value, trust.keys);
	if (signers.length === 0) return bad(notSigned(envelope.value, trust.keys, where));
	const standing = signers.filter(({ revoked }) => revoked === null);
	const [revoked] = signers;
	if (standing.length === 0 && revoked !== void 0) return bad(keyRevoked(revoked, where));
	const statement = readStatement(envelope.value, where);
	if (!statement.ok) return statement;
	const signer = goodSigner(standing, statement.value, where);
	if (!signer.ok) return signer;
	const wrong = statementProblem(statement.value, question);
	if (wrong !== void 0) return bad(wrong);
	const { builder, metadata } = statement.value.predicate.runDetails;
	return ok({
		envelope: envelopeDigest(text),
		signer: signer.value.name,
		keyId: signer.value.keyId,
		builder: builder.id,
		invocation: metadata.invocationId,
		finishedOn: metadata.finishedOn
	});
}
/** `sha256:…` of its text. */
function envelopeDigest(text) {
	return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}
/** Trusted keys with a good signature there. Any number of others may stand beside them. */
function signersOf(envelope, keys) {
	return keys.filter(({ key, keyId }) => envelope.signatures.some((signature) => (signature.keyId === null || signature.keyId === keyId) && isSignedBy(envelope, signature, key)));
}
function notSigned({ signatures }, keys, where) {
	const expected = `a signature of a trusted key: ${keys.map(({ name }) => name).join(", ")}`;
	if (signatures.length === 0) return {
		code: "attest.unsigned",
		where,
		found: "no signature",
		expected,
		remedy: "sign it where the release is built: `shiplock attest`"
	};
	const claimed = keys.find(({ keyId }) => signatures.some((signature) => signature.keyId === keyId));
	if (claimed !== void 0) return {
		code: "attest.bad-signature",
		where,
		found: `a signature that says it is of ${claimed.name}, and is not of what stands here`,
		expected,
		remedy: "somebody has changed it: take it again from where it was made, and find out who did that"
	};
	return {
		code: "attest.unknown-signer",
		where,
		found: `signatures that no trusted key has made: ${signatures.map(({ keyId }) => keyId === null ? "a key without id" : keyId.slice(0, 16)).join(", ")}`,
		expected,
		remedy: "build it where a trusted key signs; a new key is added under `policy.trusted` on the protected branch"
	};
}
function keyRevoked({ name, revoked }, where) {
	return {
		code: "attest.key-revoked",
		where,
		found: `a signature of ${name}, which was revoked: ${revoked ?? ""}`,
		expected: "a key that was not revoked",
		remedy: "build and sign it again with another key; whoever has a revoked key can sign anything, with any date"
	};
}
function readStatement({ payloadType, payload }, where) {
	if (payloadType !== "application/vnd.in-toto+json") return bad(otherKind(where, "payload-type", payloadType, PAYLOAD_TYPE));
	const text = payload.toString("utf8");
	if (!Buffer.from(text).equals(payload)) return bad(malformed(where, "a statement that is not UTF-8"));
	const json = parseStrict(text);
	if (json.kind === "bad") return bad(malformed(where, json.why));
	const kinds = kindsSchema.safeParse(json.value).data;
	const { _type: type, predicateType } = kinds ?? {};
	const buildType = kinds?.predicate?.buildDefinition?.buildType;
	if (type !== void 0 && type !== "https://in-toto.io/Statement/v1") return bad(otherKind(where, "predicate", type, STATEMENT_TYPE));
	if (predicateType !== void 0 && predicateType !== "https://slsa.dev/provenance/v1") return bad(otherKind(where, "predicate", predicateType, PREDICATE_TYPE));
	if (buildType !== void 0 && buildType !== "shiplock:build/v1") return bad(otherKind(where, "predicate", buildType, BUILD_TYPE));
	const parsed = statementSchema.safeParse(json.value);
	if (!parsed.success) return bad(malformed(where, prettifyError(parsed.error).replaceAll("\n", "; ")));
	return ok(parsed.data);
}
/** What says which format the rest has: a later one, or another's, is no damage. */
const kindsSchema = object({
	_type: string().exactOptional(),
	predicateType: string().exactOptional(),
	predicate: object({ buildDefinition: object({ buildType: string().exactOptional() }).exactOptional() }).exactOptional()
});
function otherKind(where, what, found, expected) {
	return {
		code: what === "predicate" ? "attest.predicate" : "attest.payload-type",
		where,
		found: found.slice(0, 200),
		expected,
		remedy: "this is signed, and says something else than how the release was built: give the attestation of the release"
	};
}
/** One that stands for this builder and this time. */
function goodSigner(signers, statement, where) {
	const problems = [];
	for (const signer of signers) {
		const problem = signerProblem(signer, statement, where);
		if (problem === void 0) return ok(signer);
		problems.push(problem);
	}
	return bad(...problems);
}
function signerProblem(signer, { predicate }, where) {
	const { builder, metadata } = predicate.runDetails;
	if (signer.untilMs !== null && Date.parse(metadata.finishedOn) > signer.untilMs) return {
		code: "attest.key-expired",
		where,
		found: `a signature of ${signer.name} over a build of ${metadata.finishedOn}`,
		expected: `a build not after ${new Date(signer.untilMs).toISOString()}, when the time of this key ended`,
		remedy: "sign with the key that came after it"
	};
	if (signer.builders.length === 0 || signer.builders.some((pattern) => fits(builder.id, pattern))) return void 0;
	return {
		code: "attest.wrong-builder",
		where,
		found: `the builder ${builder.id.slice(0, 300)}`,
		expected: `a builder for which ${signer.name} may vouch: ${signer.builders.join(", ")}`,
		remedy: "build it there; which builders a key may vouch for stands under `policy.trusted` on the protected branch"
	};
}
function fits(id, pattern) {
	return pattern.endsWith("*") ? id.startsWith(pattern.slice(0, -1)) : id === pattern;
}
/** What the statement says against what is to be released. Undefined: it is the same. */
function statementProblem(statement, { expected, trust, now, where }) {
	const { buildDefinition, runDetails } = statement.predicate;
	return ageProblem(runDetails.metadata, trust.maxAgeMs, now, where) ?? nameProblem(buildDefinition, expected, where) ?? subjectProblem(statement, expected, where);
}
function ageProblem({ startedOn, finishedOn }, maxAgeMs, now, where) {
	const age = now - Date.parse(finishedOn);
	if (!(age >= -3e5) || !(Date.parse(startedOn) <= Date.parse(finishedOn))) return {
		code: "attest.from-the-future",
		where,
		found: `a build from ${startedOn} to ${finishedOn}; it is ${new Date(now).toISOString()}`,
		expected: "a build that is over",
		remedy: "set the clocks of the builder and of this machine"
	};
	if (maxAgeMs === null || age <= maxAgeMs) return void 0;
	return {
		code: "attest.stale",
		where,
		found: `a build of ${finishedOn}, ${formatDuration(Math.floor(age / 6e4) * 6e4)} ago`,
		expected: `one of the last ${formatDuration(maxAgeMs)}`,
		remedy: "build it again, so that it gets what was mended meanwhile below it"
	};
}
function nameProblem({ externalParameters, resolvedDependencies }, { service, version, commit }, where) {
	const attested = `${externalParameters.service} ${externalParameters.version}`;
	const meant = `${service} ${version}`;
	const commits = resolvedDependencies.filter(({ name }) => name === SOURCE).map(({ digest }) => digest?.["gitCommit"] ?? "no commit");
	if (attested === meant && commits.length === 1 && commits[0] === commit) return void 0;
	return {
		code: "attest.replayed",
		where,
		found: `an attestation of ${attested.slice(0, 200)} at commit ${commits.join(" and ").slice(0, 200)}`,
		expected: `one of ${meant} at commit ${commit}`,
		remedy: "it was made for something else: give the attestation of this very release"
	};
}
/** Artefacts first: bytes that are not those that were signed say more than a release.json that was made of them. */
function subjectProblem({ subject }, expected, where) {
	const lost = expected.artefacts.find(({ name, digest }) => !subject.some((one) => one.name === name && (one.digest.sha256 === hexOf(digest) || one.digest["shiplock-tree-v1"] === hexOf(digest))));
	if (lost !== void 0) {
		const digests = subject.filter(({ name }) => name === lost.name).map(({ digest }) => digest.sha256 ?? digest["shiplock-tree-v1"] ?? "no digest");
		return {
			code: "attest.other-artefact",
			where: `${lost.name}, by ${where}`,
			found: hexOf(lost.digest),
			expected: digests.join(" or ") || "an artefact that was attested; nothing of this name was",
			remedy: "this artefact is not the one that was signed: find out where it comes from, then build and sign again under a new version"
		};
	}
	if (expected.sbom !== void 0 && !isSubject(subject, SBOM_SUBJECT, expected.sbom)) {
		const theirs = subject.filter(({ name }) => name === SBOM_SUBJECT);
		return {
			code: "attest.other-sbom",
			where,
			found: `a bill of materials with ${hexOf(expected.sbom)}`,
			expected: theirs.map(({ digest }) => digest.sha256 ?? "no digest").join(" or ") || "one that was attested; none was",
			remedy: "what is said to be in the release is not what was signed: take release.json again from where it was made, or build and sign again"
		};
	}
	const made = subject.filter(({ name }) => name === RELEASE_SUBJECT);
	const [release] = made;
	if (made.length === 1 && release?.digest.sha256 === hexOf(expected.releaseJson)) return void 0;
	return {
		code: "attest.other-release",
		where,
		found: `release.json with ${hexOf(expected.releaseJson)}`,
		expected: made.map(({ digest }) => digest.sha256 ?? "no digest").join(" and ") || "one that was attested; none was",
		remedy: "release.json is not the one that was signed: take it again from where it was made, or build and sign again"
	};
}
function isSubject(subject, name, digest) {
	return subject.some((one) => one.name === name && one.digest.sha256 === hexOf(digest));
}
function hexOf(digest) {
	return digest.replace(/^sha256:/, "");
}
function missing(where) {
	return {
		code: "attest.missing",
		where,
		found: "no attestation",
		expected: "one that a trusted key has signed: the policy asks for it here",
		remedy: "sign it where the release is built: `signing.key` in shiplock.yaml, then `shiplock attest` or `shiplock release`"
	};
}

// src/release/attest/check.ts
/** Before anything is changed: is this what a trusted key has vouched for, byte for byte? Every door asks here. */
/** Beside release.json, and named by its digest, so that whoever has the one finds the other. */
function envelopePath(store, manifest) {
	return join(store, "manifests", `${manifest.replace(/^sha256:/, "")}${SUFFIX}`);
}
const SUFFIX = ".provenance.json";
/** Null: there is none. */
async function readEnvelopeText(path) {
	try {
		return await readFile(path, "utf8");
	} catch (error) {
		if (!isMissing(error)) throw error;
		return null;
	}
}
/**
* What lies here and says that it is about this service, version and commit, whatever artefacts it names. Nothing of it is believed: whoever asks
* verifies it.
*/
async function attestationsOf(store, { service, version, commit }) {
	const directory = join(store, "manifests");
	const names = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith(SUFFIX)).toSorted();
	const found = [];
	for (const name of names) {
		const path = join(directory, name);
		const text = await readEnvelopeText(path) ?? "";
		const about = subjectOf(text);
		if (about?.service === service && about.version === version && about.commit === commit) found.push({
			path,
			text
		});
	}
	return found;
}
function subjectOf(text) {
	const envelope = readEnvelope(text, "");
	if (!envelope.ok) return void 0;
	try {
		const parsed = statementSchema.safeParse(JSON.parse(envelope.value.payload.toString("utf8"))).data;
		if (parsed === void 0) return void 0;
		const { externalParameters, resolvedDependencies } = parsed.predicate.buildDefinition;
		const commit = resolvedDependencies.find(({ name }) => name === SOURCE)?.digest?.["gitCommit"];
		return {
			service: externalParameters.service,
			version: externalParameters.version,
			commit
		};
	} catch {
		return;
	}
}
/** Looks at files only. @param trust whose attestations count @param missing an artefact that does not lie here */
async function provenanceOf({ store, clock }, record, trust, missing = "let-pass") {
	const digest = record.manifest ?? manifestDigest(record.release);
	if (digest === "sha256:<release.manifest>") return { kind: "pending" };
	const path = manifestPath(store, digest);
	const lies = await readDigested(path);
	const problems = [...await artefactProblems(record, missing), ...await sbomProblems(store, record.release)];
	if (lies === null ? manifestDigest(record.release) !== digest : lies.digest !== digest) return {
		kind: "refused",
		problems: [...problems, manifestDiffers(path, digest, lies?.digest ?? null)]
	};
	const made = lies === null ? record.release : parsedRelease(lies.text);
	const differs = made === void 0 ? "something that is no release.json" : difference(made, record);
	if (made === void 0 || differs !== void 0) return {
		kind: "refused",
		problems: [...problems, recordDiffers(record, path, differs ?? "")]
	};
	const where = envelopePath(store, digest);
	const own = await readEnvelopeText(where);
	const [alike] = own === null ? await attestationsOf(store, made) : [];
	const verified = verifyAttestation({
		expected: {
			...made,
			releaseJson: digest
		},
		trust,
		envelope: own ?? alike?.text ?? null,
		where: own === null ? alike?.path ?? where : where,
		now: clock.now()
	});
	if (!verified.ok) return {
		kind: "refused",
		problems: [...problems, ...verified.problems]
	};
	return problems.length > 0 ? {
		kind: "refused",
		problems
	} : {
		kind: "attested",
		attested: verified.value
	};
}
function parsedRelease(text) {
	return releaseSchema.safeParse(parsedJson(text)).data;
}
/**
* What the record of an environment has otherwise than release.json, which goes through all of them; undefined: nothing. Only the configuration
* is that of the environment, and the suffix of the version that it may bring. Pure.
*/
function difference(made, record) {
	const here = record.release;
	if (made.service !== here.service) return `the service ${here.service}`;
	if (withoutConfiguration(made.version) !== withoutConfiguration(here.version)) return `the version ${here.version}`;
	if (made.commit !== here.commit) return `commit ${here.commit}`;
	if (made.sbom !== here.sbom) return `the bill of materials ${here.sbom ?? "of nobody"}`;
	const artefacts = ({ artefacts: all }) => all.map(({ name, digest, platform }) => `${name} ${platform} ${digest}`).toSorted();
	const migrations = ({ migrations: all }) => all.map(({ id, sha256 }) => `${id} ${sha256}`);
	return firstOther(artefacts(made), artefacts(here), "artefacts") ?? firstOther(migrations(made), migrations(here), "migrations") ?? strayUnit(made, record);
}
/** What is installed is what its unit names: that must be an artefact of the release, not only lie beside its list. */
function strayUnit(made, record) {
	const stray = specsOf(record).find(({ component, digest }) => !made.artefacts.some(({ name, digest: own }) => own === digest && (name === component || name === imageName(component))));
	return stray === void 0 ? void 0 : `${stray.component} with ${stray.digest} to be installed`;
}
function firstOther(made, here, what) {
	if (made.length !== here.length) return `${here.length} ${what}`;
	return here.find((one, index) => one !== made[index]);
}
function recordDiffers({ environment, release }, path, found) {
	return {
		code: "attest.record-differs",
		where: `${release.version} in ${environment}`,
		found,
		expected: `what release.json says: ${path}`,
		remedy: "restore the state directory from a backup, and find out who has changed it; or build and sign again"
	};
}

export { envelopeDigest as a, statementOf as c, readEnvelopeText as i, PAYLOAD_TYPE as l, envelopePath as n, verifyAttestation as o, provenanceOf as r, statementBytes as s, attestationsOf as t, signEnvelope as u };