import { Et as _enum, Jn as string, Pn as number, Un as record, qn as strictObject, xn as literal } from "./shared-schemas.js";
import { r as parsedJson } from "./shared-json.js";
import { t as ProblemError } from "./shared-problem.js";
import { n as digestSchema } from "./shared-release.js";
import { o as encodingSchema } from "./shared-web-files.js";
import { t as bucketText } from "./shared-types.js";

// src/platform/bucket/records.ts
/**
* What stands in a bucket beside the files that are served: `.shiplock/COMPONENT/live.json`, which release is served, and
* `.shiplock/COMPONENT/releases/VERSION.json`, what each release consists of.
*/
const count = number().int().min(0);
const storedFileSchema = strictObject({
	/** Of the content, before it was compressed. */
	digest: digestSchema,
	/** SHA-256 in hex of the bytes that were sent. */
	sent: string().regex(/^[0-9a-f]{64}$/),
	/** Of these bytes. */
	size: count,
	type: string().min(1),
	cache: string().min(1),
	encoding: encodingSchema.nullable(),
	/** `fixed`: its name stands for its content, so it lies at its place from the beginning. `switched`: it is put there by a switch. */
	kind: _enum(["fixed", "switched"])
});
const bucketReleaseSchema = strictObject({
	formatVersion: literal(1),
	component: string().min(1),
	version: string().min(1),
	digest: digestSchema,
	/** `installing` and `removing`: something of it may be missing. */
	state: _enum([
		"installing",
		"installed",
		"removing"
	]),
	/** By path in the release. */
	files: record(string().min(1), storedFileSchema)
});
const bucketLiveSchema = strictObject({
	formatVersion: literal(1),
	component: string().min(1),
	/** The greatest fence that has changed anything here; a smaller one is refused. */
	fence: count,
	/** Version that is served; null: none. */
	current: string().nullable(),
	/** Version that a switch is under way to; null: none is. */
	next: string().nullable()
});
/** Directory of all that is not served. */
const OWN = ".shiplock/";
/** Pure. */
function liveKey(component) {
	return `${OWN}${component}/live.json`;
}
/** Pure. */
function releasesKey(component) {
	return `${OWN}${component}/releases/`;
}
/** Pure. */
function releaseKey(component, version) {
	return `${releasesKey(component)}${version}.json`;
}
/** Where a file that is switched lies until then. Pure. */
function asideKey(component, version, path) {
	return `${OWN}${component}/files/${version}/${path}`;
}
/** How records are stored: nobody may keep a copy. */
const RECORD = {
	type: "application/json",
	cache: "no-store"
};
/** As it is written. Pure. */
function recordObject(record) {
	return {
		...RECORD,
		bytes: new TextEncoder().encode(`${JSON.stringify(record, null, 2)}\n`)
	};
}
/** Null: there is none. @throws ProblemError `bucket.broken-record` */
async function readLive(place, objects, component) {
	return read(place, objects, liveKey(component), bucketLiveSchema);
}
/** Null: there is none. @throws ProblemError `bucket.broken-record` */
async function readRelease(place, objects, component, version) {
	return read(place, objects, releaseKey(component, version), bucketReleaseSchema);
}
/** Versions that a record tells of, sorted. */
async function recordedVersions(objects, component) {
	const prefix = releasesKey(component);
	return (await objects.list(prefix)).flatMap((key) => /^([^/]+)\.json$/.exec(key.slice(prefix.length))?.[1] ?? []);
}
async function read(place, objects, key, schema) {
	const found = await objects.get(key);
	if (found === null) return null;
	const parsed = schema.safeParse(parsedJson(new TextDecoder().decode(found.bytes)));
	if (parsed.success) return {
		record: parsed.data,
		etag: found.etag
	};
	const issue = parsed.error.issues[0];
	throw new ProblemError({
		code: "bucket.broken-record",
		where: `${bucketText(place)}${key}`,
		found: issue === void 0 ? "nonsense" : `${issue.path.join(".") || "the object"}: ${issue.message}`,
		expected: "a record as docs/formats has it",
		remedy: "bring back an earlier version of the object, or remove it and release again"
	});
}

export { liveKey as a, recordObject as c, releasesKey as d, bucketReleaseSchema as i, recordedVersions as l, asideKey as n, readLive as o, bucketLiveSchema as r, readRelease as s, OWN as t, releaseKey as u };