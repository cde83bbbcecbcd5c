import { i as parseYanked, n as indexText, r as parseManifest } from "./shared-client-package.js";
import { r as parsedJson } from "./shared-json.js";
import { a as contentType, i as cachePolicy, l as webFilesSchema, n as ENCODING_SUFFIX, r as WEB_FILES, s as isHashedName, t as ENCODINGS } from "./shared-web-files.js";
import { t as UNIT_FILE } from "./shared-layout.js";
import { readFile, readdir, realpath, stat } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { createServer } from "node:http";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";

// src/platform/local/static-files.ts
/** Segments of a request path, decoded once; undefined for a path that no file can have (climbing, hidden, control characters). */
function segmentsOf(pathname) {
	const segments = [];
	for (const raw of pathname.split("/")) {
		if (raw === "") continue;
		let segment;
		try {
			segment = decodeURIComponent(raw);
		} catch {
			return;
		}
		if (segment.startsWith(".") || /[/\\\u0000-\u001f\u007f]/.test(segment)) return void 0;
		segments.push(segment);
	}
	return segments;
}
/**
* Looks a request up. `root` may be a link (`current`): it is resolved per request, so a switched link serves at once. A page
* without extension that is no file gets index.html where `singlePage` is wanted.
*/
async function findFile(root, pathname, acceptEncoding, options) {
	const segments = segmentsOf(pathname);
	if (segments === void 0) return { kind: "bad-request" };
	if (segments.length === 1 && (segments[0] === "unit.json" || segments[0] === "shiplock-files.json")) return { kind: "not-found" };
	const base = await realpath(root).catch(() => void 0);
	if (base === void 0) return { kind: "not-found" };
	const asked = join(base, ...segments);
	const direct = await plainFile(base, asked) ?? await plainFile(base, join(asked, "index.html"));
	if (direct !== void 0) return {
		kind: "file",
		file: await describe(base, direct, acceptEncoding)
	};
	const last = segments.at(-1) ?? "";
	if (options.releases !== void 0 && isHashedName(last)) {
		const elsewhere = await inAnotherRelease(options.releases, segments, acceptEncoding);
		if (elsewhere !== void 0) return {
			kind: "file",
			file: elsewhere
		};
	}
	if (!options.singlePage || extname(last) !== "") return { kind: "not-found" };
	const page = await plainFile(base, join(base, "index.html"));
	return page === void 0 ? { kind: "not-found" } : {
		kind: "file",
		file: await describe(base, page, acceptEncoding)
	};
}
/**
* A page that was loaded before a switch still asks for the files of its own release. A name with a content hash means the
* same bytes in whichever release it is found.
*/
async function inAnotherRelease(releases, segments, acceptEncoding) {
	const names = await readdir(releases).catch(() => []);
	for (const name of names.filter((one) => !one.startsWith("."))) {
		const base = await realpath(join(releases, name)).catch(() => void 0);
		if (base === void 0) continue;
		const file = await plainFile(base, join(base, ...segments));
		if (file !== void 0) return describe(base, file, acceptEncoding);
	}
}
async function plainFile(base, path) {
	const real = await realpath(path).catch(() => void 0);
	if (real === void 0 || !real.startsWith(base + sep)) return void 0;
	const found = await stat(real).catch(() => void 0);
	return found?.isFile() === true ? {
		path: real,
		size: found.size,
		mtimeMs: found.mtimeMs
	} : void 0;
}
async function describe(base, file, acceptEncoding) {
	const name = file.path.slice(base.length + 1);
	const built = await builtFiles(base);
	const note = built === void 0 ? void 0 : noteOf(built, name, file);
	const packed = built !== void 0 && note === void 0 ? void 0 : await packedForm(base, file, note?.file, acceptEncoding);
	const sent = packed?.file ?? file;
	return {
		path: sent.path,
		size: sent.size,
		headers: {
			"content-type": note?.file.type ?? contentType(name),
			"content-length": String(sent.size),
			"cache-control": note?.file.cache ?? cachePolicy(name),
			etag: `"${tagOf(sent, packed === void 0 ? note?.file.digest : packed.digest)}"`,
			vary: "accept-encoding",
			"x-content-type-options": "nosniff",
			"referrer-policy": "strict-origin-when-cross-origin",
			...note?.policy,
			...packed === void 0 ? {} : { "content-encoding": packed.encoding }
		}
	};
}
/**
* Of a built file the tag is its content: the same on every host and in the next release, so what did not change is not sent again.
* Of any other file the resolved path is part of it: two releases may have a file of the same size and time.
*/
function tagOf(sent, digest) {
	if (digest !== void 0) return digest.slice(7, 39);
	return createHash("sha256").update(`${sent.path}\0${sent.size}\0${sent.mtimeMs}`).digest("base64url").slice(0, 22);
}
/** What the build says about a file; undefined: nothing, or it is about another content. */
function noteOf(built, name, { size }) {
	const key = sep === "/" ? name : name.replaceAll(sep, "/");
	const file = built.files[key];
	if (file === void 0 || file.size !== size) return void 0;
	const policy = built.pages[key]?.policy;
	return {
		file,
		policy: policy === void 0 ? {} : { [policy.header]: policy.value }
	};
}
/** Releases are looked at again and again, and never change: a few of them are remembered by the time of the file. */
const remembered = /* @__PURE__ */ new Map();
const REMEMBERED = 16;
async function builtFiles(base) {
	const path = join(base, WEB_FILES);
	const found = await stat(path).catch(() => void 0);
	if (found === void 0) return void 0;
	const stamp = `${found.ino} ${found.size} ${found.mtimeMs}`;
	const known = remembered.get(base);
	if (known?.stamp === stamp) return known.files;
	const files = webFilesSchema.safeParse(parsedJson(await readFile(path, "utf8").catch(() => ""))).data;
	remembered.delete(base);
	remembered.set(base, {
		stamp,
		files
	});
	const [oldest] = remembered.keys();
	if (remembered.size > REMEMBERED && oldest !== void 0) remembered.delete(oldest);
	return files;
}
/** The form that the client likes best; of several that it likes alike, the smallest. */
async function packedForm(base, file, note, acceptEncoding) {
	const wanted = ENCODINGS.map((encoding) => ({
		encoding,
		weight: weightOf(acceptEncoding, encoding)
	}));
	const forms = [];
	for (const { encoding, weight } of wanted) {
		const told = note?.encodings[encoding];
		if (weight === 0 || note !== void 0 && told === void 0) continue;
		const packed = await plainFile(base, `${file.path}${ENCODING_SUFFIX[encoding]}`);
		if (packed === void 0 || told !== void 0 && told.size !== packed.size) continue;
		forms.push({
			encoding,
			weight,
			file: packed,
			...told === void 0 ? {} : { digest: told.digest }
		});
	}
	return forms.toSorted((a, b) => b.weight - a.weight || a.file.size - b.file.size)[0];
}
function weightOf(header, encoding) {
	for (const part of header.split(",")) {
		const [name = "", ...parameters] = part.split(";").map((word) => word.trim().toLowerCase());
		if (name !== encoding) continue;
		const weight = Number(parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? "1");
		return Number.isNaN(weight) ? 0 : Math.max(weight, 0);
	}
	return 0;
}

// src/platform/local/downloads.ts
const NOT_FOUND = { kind: "not-found" };
/** The answer to a request below one of these; undefined: it is below none. */
async function answerDownload(downloads, pathname) {
	const download = downloads.find(({ path }) => pathname === path || pathname.startsWith(`${path}/`));
	if (download === void 0) return void 0;
	const { path, home } = download;
	const segments = segmentsOf(pathname.slice(path.length));
	if (segments === void 0) return { kind: "bad-request" };
	const [first = "", file, ...more] = segments;
	if (more.length > 0) return NOT_FOUND;
	const current = join(home, "current");
	if (file !== void 0) {
		const release = await releaseOf(home, first);
		return release === void 0 ? NOT_FOUND : fileOf(release, file);
	}
	switch (first) {
		case "install.sh": return fileOf(current, "install.sh");
		case "latest": return fileOf(current, "version");
		case "yanked": return {
			kind: "text",
			type: "text/plain; charset=utf-8",
			text: await yankedOf(home)
		};
		case "index.json": return {
			kind: "text",
			type: "application/json; charset=utf-8",
			text: await indexOf(home)
		};
		default: return NOT_FOUND;
	}
}
function fileOf(release, name) {
	return findFile(release, `/${encodeURIComponent(name)}`, "", { singlePage: false });
}
/** A release may have another name than its package, `1.4.0+config.3f2a91bc`: the same package with other settings around it. */
async function releaseOf(home, version) {
	const places = [join(home, "current"), ...await releasesOf(home)];
	for (const place of places) if (await versionIn(place) === version) return place;
}
async function releasesOf(home) {
	return (await readdir(join(home, "releases")).catch(() => [])).filter((name) => !name.startsWith(".")).toSorted().map((name) => join(home, "releases", name));
}
async function versionIn(release) {
	return (await readFile(join(release, "version"), "utf8").catch(() => void 0))?.trim();
}
function yankedOf(home) {
	return readFile(join(home, "shared", "yanked"), "utf8").catch(() => "");
}
async function indexOf(home) {
	const latest = await versionIn(join(home, "current")) ?? null;
	const found = await Promise.all((await releasesOf(home)).map(async (release) => parseManifest(await readFile(join(release, "client.json"), "utf8").catch(() => ""))));
	const versions = new Map(found.filter((one) => one !== void 0).map((one) => [one.version, one]));
	return indexText(latest, [...versions.values()], parseYanked(await yankedOf(home)));
}

// src/platform/local/static-server.ts
/** Serves files with right types and caching: hashed names for a year, everything else asked again. No directory lists. */
async function startStaticServer(options) {
	const state = { draining: false };
	const server = createServer((request, response) => {
		response.once("close", () => {
			if (state.draining) setImmediate(() => server.closeIdleConnections());
		});
		answer(options, state, request, response).catch(() => response.destroy());
	});
	await new Promise((resolve, reject) => {
		server.once("error", reject);
		server.listen(options.port, options.host, resolve);
	});
	const address = server.address();
	return {
		port: typeof address === "object" && address !== null ? address.port : options.port,
		drain: () => {
			state.draining = true;
			return closed(server);
		}
	};
}
function closed(server) {
	return new Promise((resolve) => {
		server.close(() => resolve());
		server.closeIdleConnections();
	});
}
async function answer(options, state, request, response) {
	if (state.draining) response.setHeader("connection", "close");
	if (request.method !== "GET" && request.method !== "HEAD") {
		response.setHeader("allow", "GET, HEAD");
		return short(request, response, 405, "method not allowed");
	}
	const pathname = (request.url ?? "/").split(/[?#]/)[0] ?? "/";
	if (pathname === "/healthz") return short(request, response, 200, "ok");
	const encodings = String(request.headers["accept-encoding"] ?? "");
	if (pathname === "/readyz") {
		const index = await findFile(options.root, "/index.html", "", { singlePage: false });
		const ready = !state.draining && index.kind === "file";
		const why = state.draining ? "draining" : "no index.html";
		return short(request, response, ready ? 200 : 503, ready ? "ready" : why);
	}
	const download = await answerDownload(options.downloads ?? [], pathname);
	if (download?.kind === "text") return send(request, response, download);
	const found = download ?? await findFile(options.root, pathname, encodings, options);
	if (found.kind === "bad-request") return short(request, response, 400, "bad request");
	if (found.kind === "not-found") return short(request, response, 404, "not found");
	const { file } = found;
	for (const [name, value] of Object.entries(file.headers)) response.setHeader(name, value);
	if (request.headers["if-none-match"]?.split(",").some((tag) => tag.trim() === file.headers["etag"])) {
		response.removeHeader("content-length");
		response.writeHead(304).end();
		return;
	}
	response.writeHead(200);
	if (request.method === "HEAD") {
		response.end();
		return;
	}
	if (file.size === 0) {
		response.end();
		return;
	}
	await pipeline(createReadStream(file.path, { end: file.size - 1 }), response);
}
/** What is made when it is asked for; never kept by anybody, since it names what is the latest. */
function send(request, response, { type, text }) {
	response.writeHead(200, {
		"content-type": type,
		"content-length": String(Buffer.byteLength(text)),
		"cache-control": "no-cache",
		"x-content-type-options": "nosniff"
	});
	response.end(request.method === "HEAD" ? void 0 : text);
}
function short(request, response, status, text) {
	const body = `${text}\n`;
	response.writeHead(status, {
		"content-type": "text/plain; charset=utf-8",
		"content-length": String(Buffer.byteLength(body)),
		"cache-control": "no-store",
		"x-content-type-options": "nosniff"
	});
	response.end(request.method === "HEAD" ? void 0 : body);
}

export { startStaticServer as t };