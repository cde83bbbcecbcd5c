import { t as EXIT } from "./shared-exit.js";
import { r as formatProblem, s as problemsOf, t as ProblemError } from "./shared-problem.js";
import { m as parseAddress } from "./shared-scalars.js";
import { t as UNIT_FILE } from "./shared-layout.js";
import { readdir, realpath, stat } from "node:fs/promises";
import { extname, join, resolve, sep } from "node:path";
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";

// src/platform/local/static-files.ts
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
/** What bundlers write: `index-B3xk9a1Q.js`, `app.3f2a9c1d.css`. A content hash has a digit or mixed case; a word has not. */
const HASHED = /[-.]([A-Za-z0-9_-]{8,})\.[a-z0-9]+$/;
function isHashedName(name) {
	const hash = HASHED.exec(name)?.[1];
	return hash !== void 0 && (/\d/.test(hash) || /[a-z]/.test(hash) && /[A-Z]/.test(hash));
}
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
	if (segments.length === 1 && segments[0] === "unit.json") return { kind: "not-found" };
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
	const type = TYPES[extname(name).toLowerCase()] ?? "application/octet-stream";
	const packed = await precompressed(base, file, acceptEncoding);
	const sent = packed?.file ?? file;
	const tag = createHash("sha256").update(`${sent.path}\0${sent.size}\0${sent.mtimeMs}`).digest("base64url").slice(0, 22);
	return {
		path: sent.path,
		size: sent.size,
		headers: {
			"content-type": type,
			"content-length": String(sent.size),
			"cache-control": isHashedName(name) ? "public, max-age=31536000, immutable" : "no-cache",
			etag: `"${tag}"`,
			vary: "accept-encoding",
			"x-content-type-options": "nosniff",
			"referrer-policy": "strict-origin-when-cross-origin",
			...packed === void 0 ? {} : { "content-encoding": packed.encoding }
		}
	};
}
const ENCODINGS = [{
	encoding: "br",
	suffix: ".br"
}, {
	encoding: "gzip",
	suffix: ".gz"
}];
async function precompressed(base, file, acceptEncoding) {
	for (const { encoding, suffix } of ENCODINGS) {
		if (!accepts(acceptEncoding, encoding)) continue;
		const packed = await plainFile(base, `${file.path}${suffix}`);
		if (packed !== void 0) return {
			encoding,
			file: packed
		};
	}
}
/** `gzip, br;q=0` → br is refused. Names and weights as RFC 9110 12.5.3 has them; `*` is not used to choose. */
function accepts(header, encoding) {
	return header.split(",").some((part) => {
		const [name = "", ...parameters] = part.split(";").map((word) => word.trim().toLowerCase());
		const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? "1";
		return name === encoding && Number(weight) > 0;
	});
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
	const found = await findFile(options.root, pathname, encodings, options);
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

// src/platform/local/static-main.ts
const HELP = `shiplock static --root DIR --listen HOST:PORT [--releases DIR] [--single-page]: serve the files of a directory

  --root DIR          the directory, or a link to it such as …/frontend/current; a switched link serves at once
  --listen HOST:PORT  where to listen
  --releases DIR      where all releases lie; a file with a hashed name that the root has no more is served from there,
                      for pages that were loaded before a switch
  --single-page       unknown pages get index.html
  --help              print this help

/healthz answers 200 while it lives, /readyz while index.html is there and it is not draining (SIGTERM).

Example:
  shiplock static --root /srv/shop/frontend/current --releases /srv/shop/frontend/releases --listen 127.0.0.1:8081
`;
/** `shiplock static …`: serves until it is stopped; its exit code. */
async function staticMain(argv, io) {
	try {
		const options = read(argv, io.cwd);
		if (options === "help") {
			io.out(HELP);
			return EXIT.done;
		}
		const server = await startStaticServer(options);
		io.out(`serving ${options.root} on ${options.host}:${server.port}\n`);
		await aborted(io.stop ?? stopSignal());
		await server.drain();
		return EXIT.done;
	} catch (error) {
		const problems = problemsOf(error, "static");
		io.err(problems.map((problem) => `error ${formatProblem(problem)}\n`).join(""));
		return problems.some((problem) => problem.code === "static.usage") ? EXIT.usage : EXIT.failed;
	}
}
function stopSignal() {
	const stop = new AbortController();
	process.once("SIGTERM", () => stop.abort());
	process.once("SIGINT", () => stop.abort());
	return stop.signal;
}
function aborted(signal) {
	return new Promise((resolve) => {
		if (signal.aborted) resolve();
		else signal.addEventListener("abort", () => resolve(), { once: true });
	});
}
function read(argv, cwd) {
	const { values } = parse(argv);
	if (values.help === true) return "help";
	if (values.root === void 0) throw usage("no --root", "--root DIR");
	const address = parseAddress(values.listen ?? "");
	if (address === void 0) throw usage(`--listen ${values.listen ?? ""}`, "--listen HOST:PORT, such as 127.0.0.1:8081");
	const host = address.host === "*" ? "0.0.0.0" : address.host;
	return {
		root: resolve(cwd, values.root),
		host,
		port: address.port,
		releases: values.releases === void 0 ? void 0 : resolve(cwd, values.releases),
		singlePage: values["single-page"] === true
	};
}
function parse(argv) {
	try {
		return parseArgs({
			args: [...argv],
			options: {
				root: { type: "string" },
				listen: { type: "string" },
				releases: { type: "string" },
				"single-page": { type: "boolean" },
				help: { type: "boolean" }
			}
		});
	} catch (error) {
		throw usage(error instanceof Error ? error.message : String(error), "the options of `shiplock static --help`");
	}
}
function usage(found, expected) {
	return new ProblemError({
		code: "static.usage",
		where: "shiplock static",
		found,
		expected,
		remedy: "see `shiplock static --help`"
	});
}

export { staticMain };