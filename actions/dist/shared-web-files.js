import { Et as _enum, Jn as string, Ln as partialRecord, Nt as array, Pn as number, Un as record, qn as strictObject, xn as literal } from "./shared-schemas.js";
import { n as digestSchema } from "./shared-release.js";

// src/model/web-files.ts
/**
* `shiplock-files.json`: what a built frontend consists of and how each file of it is to be served. The build writes it into the
* artefact, so it is switched and taken back together with the files; the static server answers by it.
*/
/** Name of the file, directly in the artefact. */
const WEB_FILES = "shiplock-files.json";
/** Content codings of HTTP (RFC 7932, RFC 8878, RFC 1952) and how a file in it is named beside the plain one. */
const ENCODING_SUFFIX = {
	br: ".br",
	zstd: ".zst",
	gzip: ".gz"
};
const encodingSchema = _enum([
	"br",
	"zstd",
	"gzip"
]);
const ENCODINGS = encodingSchema.options;
const count = number().int().min(0);
const path = string().min(1);
const webFileSchema = strictObject({
	digest: digestSchema,
	/** Bytes. */
	size: count,
	/** Value of Content-Type. */
	type: string().min(1),
	/** Value of Cache-Control. */
	cache: string().min(1),
	/** What stands in `integrity` attributes, `sha384-…`: only for scripts and styles. */
	integrity: string().exactOptional(),
	/** The same content in a content coding, in a file beside it. */
	encodings: partialRecord(encodingSchema, strictObject({
		digest: digestSchema,
		size: count
	}))
});
/** What a policy cannot allow, or what does not fit together, at its place in the page. */
const pageFaultSchema = strictObject({
	kind: _enum([
		"inline-handler",
		"inline-style",
		"script-url",
		"foreign",
		"wrong-integrity",
		"missing"
	]),
	/** The attribute, the address. */
	what: string(),
	line: count,
	column: count
});
const webPageSchema = strictObject({
	/** Files that the page loads before anything is done with it: its scripts with what they import, styles, preloads. */
	loads: array(path).readonly(),
	/** Name and value of the header. Absent: the configuration asks for none. */
	policy: strictObject({
		header: _enum(["content-security-policy", "content-security-policy-report-only"]),
		value: string().min(1)
	}).exactOptional(),
	faults: array(pageFaultSchema).readonly()
});
const webFilesSchema = strictObject({
	formatVersion: literal(1),
	/** By path relative to the artefact, separator `/`. */
	files: record(path, webFileSchema),
	/** The pages (`.html`) among them. */
	pages: record(path, webPageSchema)
});
const TYPES = {
	".html": "text/html; charset=utf-8",
	".js": "text/javascript; charset=utf-8",
	".mjs": "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8",
	".json": "application/json; charset=utf-8",
	".map": "application/json; charset=utf-8",
	".webmanifest": "application/manifest+json; charset=utf-8",
	".txt": "text/plain; charset=utf-8",
	".md": "text/plain; charset=utf-8",
	".sh": "text/x-shellscript; charset=utf-8",
	".xml": "application/xml; charset=utf-8",
	".svg": "image/svg+xml",
	".png": "image/png",
	".jpg": "image/jpeg",
	".jpeg": "image/jpeg",
	".gif": "image/gif",
	".webp": "image/webp",
	".avif": "image/avif",
	".ico": "image/x-icon",
	".woff": "font/woff",
	".woff2": "font/woff2",
	".ttf": "font/ttf",
	".wasm": "application/wasm",
	".pdf": "application/pdf"
};
/** Value of Content-Type by the name of a file. Pure. */
function contentType(name) {
	const extension = /\.[A-Za-z0-9]+$/.exec(name)?.[0].toLowerCase() ?? "";
	return TYPES[extension] ?? "application/octet-stream";
}
/** What bundlers write: `index-B3xk9a1Q.js`, `app.3f2a9c1d.css`. A content hash has a digit or mixed case; a word has not. */
const HASHED = /[-.]([A-Za-z0-9_-]{8,})\.[a-z0-9]+$/;
function isHashedName(name) {
	const hash = HASHED.exec(name)?.[1];
	return hash !== void 0 && (/\d/.test(hash) || /[a-z]/.test(hash) && /[A-Z]/.test(hash));
}
/**
* Value of Cache-Control by the name of a file: a content hash in the name means the same bytes for ever, anything else is asked for
* again (a 304 when it is the same). A page is never kept, whatever its name is. Pure.
*/
function cachePolicy(name) {
	return isHashedName(name) && !name.endsWith(".html") ? "public, max-age=31536000, immutable" : "no-cache";
}
/** The page that answers a path, as the static server looks for it; undefined: none. Pure. */
function pageOf(route, files) {
	const plain = route.replace(/^\/+/, "");
	return [
		plain,
		`${plain.replace(/\/+$/, "")}/index.html`.replace(/^\//, ""),
		"index.html"
	].find((one) => Object.hasOwn(files.pages, one));
}

export { contentType as a, pageOf as c, cachePolicy as i, webFilesSchema as l, ENCODING_SUFFIX as n, encodingSchema as o, WEB_FILES as r, isHashedName as s, ENCODINGS as t };