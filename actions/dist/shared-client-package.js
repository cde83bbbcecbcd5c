import { Jn as string, Lt as boolean, Pn as number, qn as strictObject, xn as literal } from "./shared-schemas.js";
import { r as parsedJson } from "./shared-json.js";

// src/model/client-package.ts
/** A place to install client scripts from, as builds write it and servers hand it out (docs/client.md). */
/** What a version may consist of: no character that a shell, a URL or a file name would take for something else. */
const PLAIN_VERSION = /^[0-9A-Za-z][0-9A-Za-z.+_-]{0,127}$/;
const clientManifestSchema = strictObject({
	formatVersion: literal(1),
	name: string(),
	version: string().regex(PLAIN_VERSION),
	commit: string(),
	/** Of the archive: name, bytes, SHA-256 in hexadecimal. */
	package: strictObject({
		file: string(),
		size: number().int(),
		sha256: string().regex(/^[0-9a-f]{64}$/)
	}),
	signed: boolean()
});
/** A description as it lies in `client.json`; undefined for anything else. Pure. */
function parseManifest(text) {
	return clientManifestSchema.safeParse(parsedJson(text)).data;
}
/** `index.json`: all versions in the order in which they are given. Pure. */
function indexText(latest, entries, yanked) {
	const reasons = new Map(yanked.map(({ version, reason }) => [version, reason]));
	const versions = entries.map(({ formatVersion: _, ...entry }) => {
		const reason = reasons.get(entry.version);
		return reason === void 0 ? entry : {
			...entry,
			yanked: reason
		};
	});
	return `${JSON.stringify({
		formatVersion: 1,
		latest,
		versions
	}, null, 2)}\n`;
}
/** `yanked`: a line for each, version, blank, reason. Pure. */
function yankedText(yanked) {
	return yanked.map(({ version, reason }) => `${version} ${reason.replaceAll(/\s+/g, " ").trim()}\n`).join("");
}
/** Lines that name no version are left out. Pure. */
function parseYanked(text) {
	return text.split("\n").flatMap((line) => {
		const [, version, reason = ""] = /^(\S+)(?:[ \t]+(.*))?$/.exec(line.trim()) ?? [];
		return version === void 0 || !PLAIN_VERSION.test(version) ? [] : [{
			version,
			reason
		}];
	});
}

export { yankedText as a, parseYanked as i, indexText as n, parseManifest as r, PLAIN_VERSION as t };