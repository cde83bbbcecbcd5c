import { Et as _enum, Jn as string, Nt as array, qn as strictObject, xn as literal } from "./shared-schemas.js";

// src/model/release.ts
/** `release.json`: what is released, immutable. Its formats are published in docs/formats/release.schema.json. */
const digestSchema = string().regex(/^sha256:[0-9a-f]{64}$/, "expected sha256: and 64 hexadecimal digits");
const versionSchema = string().regex(/^[0-9A-Za-z](?:[0-9A-Za-z._+-]{0,62}[0-9A-Za-z])?$/, "expected letters, digits, dot, plus, minus; at most 64");
/** RFC 3339 in UTC with milliseconds. */
const momentSchema = string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const artefactSchema = strictObject({
	name: string().min(1),
	digest: digestSchema,
	platform: string().min(1)
});
const phaseSchema = _enum([
	"expand",
	"backfill",
	"contract"
]);
const migrationRefSchema = strictObject({
	id: string().min(1),
	sha256: string().regex(/^[0-9a-f]{64}$/),
	phase: phaseSchema,
	/** Application versions that must be running before this migration (a semver range). */
	requires: string().optional(),
	/** Application versions that cannot run on the schema after it (a semver range). */
	breaks: string().optional()
});
const releaseSchema = strictObject({
	formatVersion: literal(1),
	service: string().min(1),
	version: versionSchema,
	commit: string().regex(/^[0-9a-f]{40}$/),
	/** When that commit was made, by its committer's clock, RFC 3339 in UTC. Absent: not recorded. */
	commitTime: momentSchema.optional(),
	artefacts: array(artefactSchema).readonly(),
	configHash: digestSchema,
	migrations: array(migrationRefSchema).readonly(),
	sbom: digestSchema.optional(),
	/** Of an attestation that was made before this file. One over this file is found by the digest of the file: docs/provenance.md. */
	provenance: digestSchema.optional()
});

export { releaseSchema as a, phaseSchema as i, digestSchema as n, versionSchema as o, momentSchema as r, artefactSchema as t };