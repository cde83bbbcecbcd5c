import { t as __commonJSMin } from "./rolldown-runtime.js";
import { t as EXIT } from "./exit.js";
import { C as string, S as strictObject, T as union, _ as literal, d as _null, f as array, g as lazy, o as problemsOf, p as boolean, r as formatProblem, t as ProblemError, u as _enum, x as record, y as number } from "./problem.js";
import { E as parsePorts, T as parseDuration, a as instanceName, c as digestSchema, f as versionSchema, i as guardName, o as isComponent, r as fill, s as layout, t as UNIT_FILE } from "./layout.js";
import { a as ageMs, d as marked, f as signal, l as isAlive, n as CRASH_POLICY, o as bootId, p as createMask, s as handles, u as kill } from "./crash-policy.js";
import { fileURLToPath } from "node:url";
import { createServer } from "node:net";
import { request } from "node:http";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { accessSync, constants, createReadStream, readFileSync } from "node:fs";
import { cp, lstat, mkdir, open, readFile, readdir, readlink, rename, rm, symlink, writeFile } from "node:fs/promises";
import { basename, delimiter, dirname, join, posix, resolve } from "node:path";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

// src/model/json.ts
/** Any JSON value; what may be stored in a journal payload or hashed. */
const jsonSchema = lazy(() => union([
	_null(),
	boolean(),
	number(),
	string(),
	array(jsonSchema).readonly(),
	record(string(), jsonSchema).readonly()
]));
/** Nearest of `known` to `word`, or undefined when none is near: for "did you mean". Distance is given, so that this stays pure. */
function nearest(word, known, distance) {
	let best;
	let bestDistance = Math.max(2, Math.floor(word.length / 2)) + 1;
	for (const candidate of known) {
		const d = distance(word.toLowerCase(), candidate.toLowerCase());
		if (d < bestDistance) {
			best = candidate;
			bestDistance = d;
		}
	}
	return best;
}

// node_modules/fastest-levenshtein/mod.js
var require_fastest_levenshtein = /* @__PURE__ */ __commonJSMin(((exports) => {
	exports.__esModule = true;
	exports.distance = exports.closest = void 0;
	var peq = /* @__PURE__ */ new Uint32Array(65536);
	var myers_32 = function(a, b) {
		var n = a.length;
		var m = b.length;
		var lst = 1 << n - 1;
		var pv = -1;
		var mv = 0;
		var sc = n;
		var i = n;
		while (i--) peq[a.charCodeAt(i)] |= 1 << i;
		for (i = 0; i < m; i++) {
			var eq = peq[b.charCodeAt(i)];
			var xv = eq | mv;
			eq |= (eq & pv) + pv ^ pv;
			mv |= ~(eq | pv);
			pv &= eq;
			if (mv & lst) sc++;
			if (pv & lst) sc--;
			mv = mv << 1 | 1;
			pv = pv << 1 | ~(xv | mv);
			mv &= xv;
		}
		i = n;
		while (i--) peq[a.charCodeAt(i)] = 0;
		return sc;
	};
	var myers_x = function(b, a) {
		var n = a.length;
		var m = b.length;
		var mhc = [];
		var phc = [];
		var hsize = Math.ceil(n / 32);
		var vsize = Math.ceil(m / 32);
		for (var i = 0; i < hsize; i++) {
			phc[i] = -1;
			mhc[i] = 0;
		}
		var j = 0;
		for (; j < vsize - 1; j++) {
			var mv_1 = 0;
			var pv_1 = -1;
			var start_1 = j * 32;
			var vlen_1 = Math.min(32, m) + start_1;
			for (var k = start_1; k < vlen_1; k++) peq[b.charCodeAt(k)] |= 1 << k;
			for (var i = 0; i < n; i++) {
				var eq = peq[a.charCodeAt(i)];
				var pb = phc[i / 32 | 0] >>> i & 1;
				var mb = mhc[i / 32 | 0] >>> i & 1;
				var xv = eq | mv_1;
				var xh = ((eq | mb) & pv_1) + pv_1 ^ pv_1 | eq | mb;
				var ph = mv_1 | ~(xh | pv_1);
				var mh = pv_1 & xh;
				if (ph >>> 31 ^ pb) phc[i / 32 | 0] ^= 1 << i;
				if (mh >>> 31 ^ mb) mhc[i / 32 | 0] ^= 1 << i;
				ph = ph << 1 | pb;
				mh = mh << 1 | mb;
				pv_1 = mh | ~(xv | ph);
				mv_1 = ph & xv;
			}
			for (var k = start_1; k < vlen_1; k++) peq[b.charCodeAt(k)] = 0;
		}
		var mv = 0;
		var pv = -1;
		var start = j * 32;
		var vlen = Math.min(32, m - start) + start;
		for (var k = start; k < vlen; k++) peq[b.charCodeAt(k)] |= 1 << k;
		var score = m;
		for (var i = 0; i < n; i++) {
			var eq = peq[a.charCodeAt(i)];
			var pb = phc[i / 32 | 0] >>> i & 1;
			var mb = mhc[i / 32 | 0] >>> i & 1;
			var xv = eq | mv;
			var xh = ((eq | mb) & pv) + pv ^ pv | eq | mb;
			var ph = mv | ~(xh | pv);
			var mh = pv & xh;
			score += ph >>> m - 1 & 1;
			score -= mh >>> m - 1 & 1;
			if (ph >>> 31 ^ pb) phc[i / 32 | 0] ^= 1 << i;
			if (mh >>> 31 ^ mb) mhc[i / 32 | 0] ^= 1 << i;
			ph = ph << 1 | pb;
			mh = mh << 1 | mb;
			pv = mh | ~(xv | ph);
			mv = ph & xv;
		}
		for (var k = start; k < vlen; k++) peq[b.charCodeAt(k)] = 0;
		return score;
	};
	var distance = function(a, b) {
		if (a.length < b.length) {
			var tmp = b;
			b = a;
			a = tmp;
		}
		if (b.length === 0) return a.length;
		if (a.length <= 32) return myers_32(a, b);
		return myers_x(a, b);
	};
	exports.distance = distance;
	var closest = function(str, arr) {
		var min_distance = 1e400;
		var min_index = 0;
		for (var i = 0; i < arr.length; i++) {
			var dist = distance(str, arr[i]);
			if (dist < min_distance) {
				min_distance = dist;
				min_index = i;
			}
		}
		return arr[min_index];
	};
	exports.closest = closest;
}));

// src/procedure/store.ts
/** Run ids and environments are used as file names: anything else is percent-encoded, a leading dot too. */
function fileName(name) {
	return encodeURIComponent(name).replace(/^\./, "%2E").replaceAll("*", "%2A");
}
function runPaths(store, run) {
	const directory = join(store, "runs", fileName(run));
	return {
		directory,
		journal: join(directory, "journal.jsonl"),
		taken: join(directory, "journal.taken.jsonl"),
		payloads: join(directory, "payloads.jsonl")
	};
}
function runsDirectory(store) {
	return join(store, "runs");
}
function leaseDirectory(store, environment) {
	return join(store, "leases", fileName(environment));
}
function anchorPath(store, run) {
	return join(store, "anchors", `${fileName(run)}.json`);
}
/** Makes the entries of a directory durable. */
async function syncDirectory(directory) {
	const handle = await open(directory, "r");
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}
/** A name beside `path` that nobody else uses. */
function temporaryBeside(path) {
	return `${path}.${process.pid}.${randomBytes(4).toString("hex")}.tmp`;
}
/** Writes and fsyncs `content` under a name of its own beside `path`; the caller renames or links it. */
async function writeTemporary(path, content, mode = 420) {
	await mkdir(dirname(path), { recursive: true });
	const temporary = temporaryBeside(path);
	const handle = await open(temporary, "wx", mode);
	try {
		await handle.chmod(mode);
		await handle.writeFile(content);
		await handle.sync();
	} finally {
		await handle.close();
	}
	return temporary;
}
/** Replaces a file: temporary file, fsync, rename, fsync of the directory. */
async function replaceFile(path, content, mode = 420) {
	const temporary = await writeTemporary(path, content, mode);
	await rename(temporary, path);
	await syncDirectory(dirname(path));
}
/** True for "no such file or directory". */
function isMissing(error) {
	return hasCode(error, "ENOENT");
}
function hasCode(error, code) {
	return error instanceof Error && "code" in error && error.code === code;
}

// src/procedure/secrets.ts
/** Shorter values cannot be masked without blanking half of every text, so they are refused. */
const SHORTEST = 6;
/**
* Secrets by reference: `env:NAME` reads the environment, `file:/path` a file (one trailing newline is dropped; relative paths
* are taken from `base`). Each value is read once, at the moment an effect needs it, and masked from then on.
*/
function createSecrets(options = {}) {
	const env = options.env ?? process.env;
	const base = options.base ?? process.cwd();
	const known = /* @__PURE__ */ new Map();
	const mask = createMask();
	const read = (reference) => {
		if (reference.startsWith("env:")) {
			const name = reference.slice(4);
			const value = env[name];
			if (value === void 0) throw missing(reference, "no such variable", `set ${name} in the environment`);
			return value;
		}
		if (reference.startsWith("file:")) {
			const path = resolve(base, reference.slice(5));
			try {
				return readFileSync(path, "utf8").replace(/\r?\n$/, "");
			} catch (error) {
				throw missing(reference, `${error instanceof Error && "code" in error ? String(error.code) : "unreadable"} for ${path}`, "write the secret to that file, readable for this user");
			}
		}
		throw missing(reference, "an unknown kind of reference", "write env:NAME or file:/path");
	};
	return {
		get(reference) {
			const before = known.get(reference);
			if (before !== void 0) return before;
			const value = read(reference);
			if (value.length < SHORTEST) throw missing(reference, `a value of ${value.length} characters`, `use a secret of at least ${SHORTEST} characters`);
			known.set(reference, value);
			mask.add(value);
			return value;
		},
		mask: mask.text,
		maskJson: mask.json,
		stream: mask.stream
	};
}
function missing(reference, found, remedy) {
	return new ProblemError({
		code: "secret.not-found",
		where: `secret ${reference}`,
		found,
		expected: `a value of at least ${SHORTEST} characters behind env:NAME or file:/path`,
		remedy
	});
}

// src/procedure/digest.ts
/**
* Digests of artefacts: what a build writes into release.json and an installation checks.
*
* A file: SHA-256 of its bytes. A directory (tree digest, version 1): SHA-256 over the line `shiplock-tree-v1` and one record
* per entry below it, sorted by the UTF-8 bytes of the path relative to the directory (separator `/`):
*
*     d <path> NUL LF                                directory
*     f <path> NUL <sha256 of the bytes, hex> LF     plain file
*     x <path> NUL <sha256 of the bytes, hex> LF     plain file that its owner may execute
*     l <path> NUL <target as written> LF            symbolic link
*
* Times, owners and other permission bits do not count, so the same content has the same digest on every machine.
*/
const HEADER = "shiplock-tree-v1\n";
const OPEN_FILES = 8;
/** `sha256:…` of a file's bytes. @throws the system's error when it cannot be read */
async function fileDigest(path) {
	return `sha256:${await hashFile(path)}`;
}
/**
* `sha256:…` of a directory as described above. `except`: names directly in the directory that do not count.
* @throws ProblemError for sockets, devices and links that lead out of the tree
*/
async function treeDigest(path, except = []) {
	const entries = await listTree(path, except);
	const contents = await mapLimited(entries, OPEN_FILES, (entry) => contentOf(path, entry));
	const hash = createHash("sha256").update(HEADER);
	entries.forEach((entry, index) => {
		hash.update(`${entry.kind} ${entry.path}\0${contents[index] ?? ""}\n`);
	});
	return `sha256:${hash.digest("hex")}`;
}
/** The digest of an artefact, be it a file or a directory. @throws ProblemError `digest.no-artefact` when there is neither */
async function artefactDigest(path) {
	const stat = await lstat(path).catch(() => void 0);
	if (stat?.isDirectory() === true) return treeDigest(path);
	if (stat?.isFile() === true) return fileDigest(path);
	throw new ProblemError({
		code: "digest.no-artefact",
		where: path,
		found: stat === void 0 ? "nothing" : "neither a file nor a directory",
		expected: "the file or directory that the build made",
		remedy: "build it first, or name the right path"
	});
}
/** Every entry of a tree in the order of its digest. @throws ProblemError for entries that cannot be part of an artefact */
async function listTree(root, except = []) {
	const entries = [];
	const walk = async (relative) => {
		const names = await readdir(join(root, relative));
		for (const name of names) {
			if (relative === "" && except.includes(name)) continue;
			const path = relative === "" ? name : `${relative}/${name}`;
			const entry = await entryOf(root, path);
			entries.push(entry);
			if (entry.kind === "d") await walk(path);
		}
	};
	await walk("");
	return entries.toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}
async function entryOf(root, path) {
	const full = join(root, path);
	const stat = await lstat(full, { bigint: true });
	const base = {
		path,
		size: Number(stat.size),
		mtimeNs: stat.mtimeNs,
		target: ""
	};
	if (stat.isDirectory()) return {
		...base,
		kind: "d"
	};
	if (stat.isFile()) return {
		...base,
		kind: (stat.mode & 64n) === 0n ? "f" : "x"
	};
	if (stat.isSymbolicLink()) {
		const target = await readlink(full);
		const end = posix.normalize(posix.join(posix.dirname(path), target));
		if (posix.isAbsolute(target) || end === ".." || end.startsWith("../")) throw new ProblemError({
			code: "digest.link-leads-out",
			where: full,
			found: `a symbolic link to ${target}`,
			expected: "links that stay inside the artefact",
			remedy: "copy the file into the artefact, or leave the link out"
		});
		return {
			...base,
			kind: "l",
			target
		};
	}
	throw new ProblemError({
		code: "digest.special-file",
		where: full,
		found: "a socket, pipe or device",
		expected: "plain files, directories and links",
		remedy: "take it out of the artefact"
	});
}
function contentOf(root, entry) {
	if (entry.kind === "d") return Promise.resolve("");
	if (entry.kind === "l") return Promise.resolve(entry.target);
	return hashFile(join(root, entry.path));
}
async function hashFile(path) {
	const hash = createHash("sha256");
	for await (const chunk of createReadStream(path, { highWaterMark: 1048576 })) hash.update(chunk);
	return hash.digest("hex");
}
async function mapLimited(items, limit, work) {
	const results = [];
	const indices = items.keys();
	const lane = async () => {
		for (const index of indices) {
			const item = items[index];
			if (item !== void 0) results[index] = await work(item);
		}
	};
	await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
	return results;
}

// src/platform/local/host-ports.ts
/** Below the range that Linux gives to outgoing connections (32768–60999), so that none of those takes a port of ours. */
const PORT_RANGE = {
	first: 2e4,
	last: 29999
};
/** The only address instances listen on: what faces the world is the proxy. */
const LOOPBACK = "127.0.0.1";
/**
* `count` ports of the range which nobody of ours was given and nobody listens on. The caller holds the lock of the root. Two
* roots on one machine begin at different places of the range, so they do not meet.
* @throws ProblemError `unit.no-port`
*/
async function freePorts(count, range, taken, root) {
	const size = range.last - range.first + 1;
	const start = createHash("sha256").update(root).digest().readUInt32BE(0) % size;
	const found = [];
	for (let step = 0; step < size && found.length < count; step++) {
		const port = range.first + (start + step) % size;
		if (!taken.has(port) && await isFree(port)) found.push(port);
	}
	if (found.length === count) return found;
	throw new ProblemError({
		code: "unit.no-port",
		where: `ports ${range.first}-${range.last}`,
		found: `${found.length} free`,
		expected: `${count} free`,
		remedy: "widen the range, or remove instances that are not needed (`shiplock unit status`)"
	});
}
/** Can somebody listen there now? */
function isFree(port) {
	return new Promise((resolve) => {
		const server = createServer();
		server.once("error", () => resolve(false));
		server.listen({
			port,
			host: LOOPBACK,
			exclusive: true
		}, () => server.close(() => resolve(true)));
	});
}

// src/platform/local/lock.ts
/**
* Runs `work` while this process holds a lock file, so that two commands on one host never give out the same port or start the
* same instance twice. flock(1) holds it for us and ends with our end of the pipe: a killed command leaves no lock behind.
* @throws ProblemError `unit.locked` when somebody else holds it longer than `waitMs`
*/
async function withLock(file, waitMs, work) {
	await mkdir(dirname(file), { recursive: true });
	const seconds = String(Math.max(.01, waitMs / 1e3));
	const holder = spawn("flock", [
		"--close",
		"--timeout",
		seconds,
		file,
		"sh",
		"-c",
		"echo held; exec cat"
	], {
		stdio: [
			"pipe",
			"pipe",
			"inherit"
		],
		detached: true
	});
	const gone = new Promise((resolve) => holder.once("close", () => resolve()));
	const held = await new Promise((resolve) => {
		holder.stdout.once("data", () => resolve("held"));
		holder.once("close", () => resolve("not-held"));
		holder.once("error", resolve);
	});
	if (held !== "held") throw held === "not-held" ? locked(file, waitMs) : noFlock(file, held);
	try {
		return await work(holder.stdin);
	} finally {
		holder.stdin.end();
		await gone;
	}
}
function locked(file, waitMs) {
	return new ProblemError({
		code: "unit.locked",
		where: file,
		found: `another command held it for ${Math.round(waitMs / 1e3)} s`,
		expected: "one command at a time",
		remedy: "wait for it to end; `fuser` on the file names it"
	});
}
function noFlock(file, error) {
	return new ProblemError({
		code: "unit.no-flock",
		where: file,
		found: error.message,
		expected: "flock(1) of util-linux on PATH",
		remedy: "install util-linux"
	});
}

// src/platform/local/running.ts
/** Is its supervisor alive, and not about to end? */
function isRunning(run) {
	return run.phase !== "stopped" && isAlive(run.supervisor, run.boot);
}
function serviceRunning(run) {
	return run.role === "service" && isRunning(run);
}

// src/platform/local/records.ts
/** What the local platform writes down: unit.json, run files, wanted.json, history.json. Formats in docs/layout.md. */
/** A value of the environment: plain, or a reference to a secret. Never the secret itself. */
const envValueSchema = union([string(), strictObject({ secret: string().min(1) })]);
const settingsSchema = strictObject({
	command: array(string()).readonly(),
	env: record(string(), envValueSchema).readonly(),
	replicas: number().int().nonnegative(),
	readyPath: string(),
	livePath: string(),
	startTimeoutMs: number().int().positive(),
	stopTimeoutMs: number().int().positive()
});
const unitSchema = strictObject({
	v: literal(1),
	component: string(),
	version: versionSchema,
	digest: digestSchema,
	/** `file`: the name of the one file; `tree`: the whole directory but unit.json. */
	artefact: union([strictObject({
		kind: literal("file"),
		name: string()
	}), strictObject({ kind: literal("tree") })]),
	/** Hash over paths, sizes and times at installation: while it holds, the digest is not computed again. */
	stamp: string(),
	settings: settingsSchema,
	/** Milliseconds since 1970. */
	installedAt: number()
});
const processIdSchema = strictObject({
	pid: number().int().positive(),
	startTicks: number().nonnegative()
});
const runSchema = strictObject({
	v: literal(1),
	component: string(),
	version: versionSchema,
	instance: string(),
	role: _enum(["service", "guard"]),
	port: number().int(),
	/** Boot under which the process identities were taken. */
	boot: string(),
	supervisor: processIdSchema,
	child: processIdSchema.nullable(),
	/** Value of the marker variable in the environment of everything this instance started. */
	marker: string(),
	phase: _enum([
		"running",
		"backoff",
		"crash-loop",
		"stopping",
		"stopped"
	]),
	restarts: number().int().nonnegative(),
	lastExit: strictObject({
		code: number().int().nullable(),
		signal: string().nullable(),
		time: number()
	}).nullable(),
	/** Last lines it printed before its last exit. */
	lastLines: array(string()).readonly(),
	readyPath: string(),
	startTimeoutMs: number(),
	stopTimeoutMs: number()
});
const crashPolicySchema = strictObject({
	/** This many unexpected exits … */
	exits: number().int().positive(),
	/** … within this time are a crash loop; and this long without an exit ends it. */
	windowMs: number().int().positive(),
	/** First pause before a restart; it doubles up to the longest. */
	backoffMs: number().int().nonnegative(),
	maxBackoffMs: number().int().nonnegative()
});
const logPolicySchema = strictObject({
	maxBytes: number().int().positive(),
	/** Old files kept beside the newest. */
	keep: number().int().nonnegative()
});
const guardSchema = strictObject({
	/** Command line with `{guardPort} {port} {readyPath} {version} {instance} {heartbeatFile}`. */
	argv: array(string()).min(1).readonly(),
	/** Path with `{version}`. */
	heartbeatFile: string()
});
const startSettingsSchema = strictObject({
	instances: number().int().positive(),
	ports: strictObject({
		first: number().int(),
		last: number().int()
	}),
	crash: crashPolicySchema,
	log: logPolicySchema,
	guard: guardSchema.nullable()
});
const wantedSchema = strictObject({
	v: literal(1),
	versions: record(string(), startSettingsSchema).readonly()
});
/** Versions in the order in which they were made current, newest last. */
const historySchema = strictObject({
	v: literal(1),
	current: array(strictObject({
		version: versionSchema,
		time: number()
	})).readonly()
});

// src/platform/local/store.ts
/** Reads and writes the records of a host. Reading never changes anything. */
const NO_WANTED = {
	v: 1,
	versions: {}
};
const NO_HISTORY = {
	v: 1,
	current: []
};
async function components(host) {
	const names = await list(host.root);
	const found = [];
	for (const name of names.filter(isComponent)) {
		const at = host.component(name);
		if (await isDirectory(at.releases) || await isDirectory(at.run)) found.push(name);
	}
	return found.toSorted();
}
async function makeDirectories(at) {
	for (const path of [
		at.releases,
		at.shared,
		at.run
	]) await mkdir(path, { recursive: true });
	await mkdir(at.logs, {
		recursive: true,
		mode: 488
	});
}
/** Names under releases/ that are finished installations; unfinished ones begin with a dot. */
async function installedVersions(at) {
	return (await list(at.releases)).filter((name) => !name.startsWith(".")).toSorted();
}
/** @throws ProblemError `unit.not-installed` or `unit.broken-record` */
async function readUnit(at, version) {
	const unit = await readRecord(at.unit(version), unitSchema);
	if (unit !== void 0) return unit;
	throw new ProblemError({
		code: "unit.not-installed",
		where: `${at.component} ${version}`,
		found: "no such release on this host",
		expected: at.release(version),
		remedy: `install it first: shiplock unit install --component ${at.component} --version ${version} …`
	});
}
/** Version that `current` names; undefined when there is none. */
async function readCurrent(at) {
	try {
		return basename(await readlink(at.current));
	} catch (error) {
		if (isMissing(error)) return void 0;
		throw error;
	}
}
/** Run files of a component; broken ones are reported beside the good ones. */
async function readRuns(at) {
	const runs = [];
	const broken = [];
	for (const name of (await list(at.run)).toSorted()) {
		const instance = /^(.+-\d+(?:\.guard)?)\.json$/.exec(name)?.[1];
		if (instance === void 0) continue;
		const file = at.runFile(instance);
		try {
			const run = await readRecord(file, runSchema);
			if (run !== void 0) runs.push(run);
		} catch (error) {
			broken.push({
				file,
				why: error instanceof ProblemError ? error.problems[0]?.found ?? "" : String(error)
			});
		}
	}
	return {
		runs,
		broken
	};
}
async function readWanted(at) {
	return await readRecord(at.wanted, wantedSchema) ?? NO_WANTED;
}
async function readHistory(at) {
	return await readRecord(at.history, historySchema) ?? NO_HISTORY;
}
/** Atomic and durable. */
async function writeRecord(file, record) {
	await replaceFile(file, `${JSON.stringify(record, null, 2)}\n`);
}
async function readRecord(file, schema) {
	let text;
	try {
		text = await readFile(file, "utf8");
	} catch (error) {
		if (isMissing(error)) return void 0;
		throw error;
	}
	const parsed = schema.safeParse(parseJson(text));
	if (parsed.success) return parsed.data;
	const issue = parsed.error.issues[0];
	throw new ProblemError({
		code: "unit.broken-record",
		where: file,
		found: issue === void 0 ? "nonsense" : `${issue.path.join(".") || "the file"}: ${issue.message}`,
		expected: "a record as docs/layout.md describes it",
		remedy: "restore the file, or remove it and run the command again"
	});
}
function parseJson(text) {
	try {
		return JSON.parse(text);
	} catch {
		return;
	}
}
async function list(directory) {
	try {
		return await readdir(directory);
	} catch (error) {
		if (isMissing(error)) return [];
		throw error;
	}
}
async function isDirectory(path) {
	return (await lstat(path).catch(() => void 0))?.isDirectory() === true;
}

// src/platform/local/install.ts
const LOCK_WAIT_MS$3 = 12e4;
/**
* Lays a release down: copy beside its place, check the digest of the copy, fsync, rename. Doing it again changes nothing;
* other content under the same version is refused, and other settings too while the version runs or is current.
*/
async function install(host, request, clock) {
	const at = host.component(request.component);
	at.release(request.version);
	await makeDirectories(at);
	return withLock(at.installLock, LOCK_WAIT_MS$3, async () => {
		await clearLeftovers(at);
		if ((await installedVersions(at)).includes(request.version)) return reinstall(at, request);
		await layDown(at, request, clock);
		return "installed";
	});
}
/** The digest of what lies in a release directory now, computed from its bytes. */
function installedDigest(at, unit) {
	const release = at.release(unit.version);
	return unit.artefact.kind === "file" ? fileDigest(join(release, unit.artefact.name)) : treeDigest(release, [UNIT_FILE]);
}
/** Hash over paths, sizes and times: cheap, and changes whenever somebody writes into a release. */
async function stampOf(release) {
	const entries = await listTree(release, [UNIT_FILE]);
	const hash = createHash("sha256");
	for (const { kind, path, size, mtimeNs, target } of entries) hash.update(kind === "d" ? `d ${path}\n` : `${kind} ${path}\0${size} ${mtimeNs} ${target}\n`);
	return hash.digest("hex");
}
/** One hash of the settings, to see whether an installation has other ones. */
function settingsHash(settings) {
	const env = Object.entries(settings.env).toSorted(([a], [b]) => a < b ? -1 : 1);
	return createHash("sha256").update(JSON.stringify([Object.entries({
		...settings,
		env: 0
	}).toSorted(), env])).digest("hex");
}
async function reinstall(at, request) {
	const unit = await readUnit(at, request.version);
	const found = await installedDigest(at, unit);
	if (unit.digest !== request.digest || found !== request.digest) throw otherContent(at, request, found);
	if (isDeepStrictEqual(unit.settings, request.settings)) return "already there";
	const inUse = await readCurrent(at) === request.version ? "current" : void 0;
	const runs = (await readRuns(at)).runs.filter((run) => run.version === request.version && serviceRunning(run));
	if (inUse !== void 0 || runs.length > 0) throw new ProblemError({
		code: "unit.settings-in-use",
		where: `${request.component} ${request.version}`,
		found: `other settings (command, environment, paths, replicas or time-outs) for a version that is ${inUse ?? "running"}`,
		expected: "settings that stay with their release, so that a restart or a rollback brings back what ran",
		remedy: "release the changed configuration under a version of its own"
	});
	await writeRecord(at.unit(request.version), {
		...unit,
		settings: request.settings
	});
	return "settings replaced";
}
async function layDown(at, request, clock) {
	const artefact = resolve(request.artefact);
	const stat = await lstat(artefact).catch(() => void 0);
	const temporary = join(at.releases, `.new-${request.version}-${randomBytes(4).toString("hex")}`);
	try {
		let shape = { kind: "tree" };
		if (stat?.isDirectory() === true) {
			await copy(artefact, temporary);
			await refuseUnitFile(temporary, artefact);
		} else if (stat?.isFile() === true) {
			shape = {
				kind: "file",
				name: basename(artefact)
			};
			if (shape.name === "unit.json") throw unitFile(artefact);
			await mkdir(temporary);
			await copy(artefact, join(temporary, shape.name));
		}
		const found = stat === void 0 || shape.kind === "file" ? await artefactDigest(shape.kind === "file" ? join(temporary, shape.name) : artefact) : await treeDigest(temporary);
		if (found !== request.digest) throw wrongDigest(artefact, request, found);
		const unit = {
			v: 1,
			component: request.component,
			version: request.version,
			digest: found,
			artefact: shape,
			stamp: await stampOf(temporary),
			settings: request.settings,
			installedAt: clock.now()
		};
		await writeRecord(join(temporary, UNIT_FILE), unit);
		await syncTree(temporary);
		await rename(temporary, at.release(request.version));
		await syncDirectory(at.releases);
	} catch (error) {
		await rm(temporary, {
			recursive: true,
			force: true
		});
		throw error;
	}
}
function copy(from, to) {
	return cp(from, to, {
		recursive: true,
		errorOnExist: true,
		force: false,
		preserveTimestamps: true,
		verbatimSymlinks: true,
		mode: constants.COPYFILE_FICLONE
	});
}
async function syncTree(directory) {
	for (const entry of await listTree(directory)) {
		if (entry.kind === "l") continue;
		const handle = await open(join(directory, entry.path), "r");
		try {
			await handle.sync();
		} finally {
			await handle.close();
		}
	}
	await syncDirectory(directory);
}
/** What a killed installation or removal left: we hold the lock, so nobody works on it. */
async function clearLeftovers(at) {
	for (const name of await readdir(at.releases)) if (/^\.(?:new|old)-/.test(name)) await rm(join(at.releases, name), {
		recursive: true,
		force: true
	});
}
async function refuseUnitFile(directory, artefact) {
	if (await lstat(join(directory, "unit.json")).catch(() => void 0) !== void 0) throw unitFile(artefact);
}
function unitFile(artefact) {
	return new ProblemError({
		code: "unit.reserved-name",
		where: artefact,
		found: `a file named ${UNIT_FILE}`,
		expected: "another name: the platform writes its own record there",
		remedy: "rename the file in the artefact"
	});
}
function wrongDigest(artefact, request, found) {
	return new ProblemError({
		code: "unit.wrong-digest",
		where: artefact,
		found,
		expected: request.digest,
		remedy: "build the release again, or take the artefact that release.json describes"
	});
}
function otherContent(at, request, found) {
	return new ProblemError({
		code: "unit.other-content",
		where: at.release(request.version),
		found,
		expected: request.digest,
		remedy: "a version means one content for ever: release under a new version, or remove this one if it was tampered with"
	});
}

// src/platform/local/probe.ts
/** Asks an instance whether it may get traffic: 200 on its readiness path within `timeoutMs`. Never throws. */
async function probeReady(port, path, timeoutMs, clock, signal) {
	const done = new AbortController();
	const late = clock.sleep(timeoutMs, done.signal).then(() => ({
		ready: false,
		why: `${path}: no answer within ${timeoutMs} ms`
	}), () => ({
		ready: false,
		why: "not asked to the end"
	}));
	try {
		return await Promise.race([ask(port, path, done.signal, signal), late]);
	} finally {
		done.abort();
	}
}
function ask(port, path, done, signal) {
	const stop = signal === void 0 ? done : AbortSignal.any([done, signal]);
	return new Promise((resolve) => {
		const sent = request({
			host: LOOPBACK,
			port,
			path,
			agent: false,
			signal: stop
		}, (response) => {
			response.resume();
			const { statusCode = 0 } = response;
			resolve(statusCode === 200 ? { ready: true } : {
				ready: false,
				why: `${path}: status ${statusCode}`
			});
		});
		sent.once("error", (error) => resolve({
			ready: false,
			why: `${path}: ${error.code ?? error.message}`
		}));
		sent.end();
	});
}

// src/platform/local/observe.ts
const PROBE_TIMEOUT_MS$1 = 500;
/** Looks at a host: run files, processes, readiness, releases, current links. Changes nothing; an absent root is an empty host. */
async function observeHost(host, clock, options = {}) {
	const names = options.component === void 0 ? await components(host) : [options.component];
	const states = await Promise.all(names.map((name) => observeComponent(host.component(name), clock, options)));
	return {
		instances: states.flatMap((state) => state.instances),
		installed: states.flatMap((state) => state.installed),
		current: Object.assign({}, ...states.map((state) => state.current)),
		broken: states.flatMap((state) => state.broken)
	};
}
async function observeComponent(at, clock, options) {
	const broken = [];
	const [runs, installed, current] = await Promise.all([
		readRuns(at),
		observeInstalled(at, options.verify === true, broken),
		readCurrent(at).catch((error) => {
			broken.push(`${at.current}: ${words$1(error, at.current)}`);
		})
	]);
	broken.push(...runs.broken.map(({ file, why }) => `${file}: ${why}`));
	const guards = new Map(runs.runs.filter((run) => run.role === "guard" && isRunning(run)).map((run) => [run.instance, run.port]));
	return {
		instances: await Promise.all(runs.runs.filter((run) => run.role === "service").map((run) => observeInstance(run, guards.get(`${run.instance}.guard`), clock, options))),
		installed,
		current: current === void 0 ? {} : { [at.component]: current },
		broken
	};
}
async function observeInstance(run, guardPort, clock, options) {
	const condition = await conditionOf(run, clock, options);
	return {
		component: run.component,
		version: run.version,
		instance: run.instance,
		host: LOOPBACK,
		port: run.port,
		...guardPort === void 0 ? {} : { guardPort },
		restarts: run.restarts,
		stopTimeoutMs: run.stopTimeoutMs,
		...condition
	};
}
async function conditionOf(run, clock, options) {
	if (!isAlive(run.supervisor, run.boot)) return {
		state: "stopped",
		detail: `its supervisor is gone (killed, or the machine restarted)${isAlive(run.child, run.boot) ? "; its process still runs and ends with the next start or stop" : ""}`
	};
	switch (run.phase) {
		case "stopped": return {
			state: "stopped",
			detail: ""
		};
		case "stopping": return {
			state: "draining",
			detail: "finishes its requests"
		};
		case "crash-loop": return {
			state: "crash-loop",
			detail: lastWords(run)
		};
		case "backoff": return {
			state: "not-ready",
			detail: lastWords(run)
		};
		case "running": {
			if (run.readyPath === "") return {
				state: "ready",
				detail: ""
			};
			const timeoutMs = options.probeTimeoutMs ?? PROBE_TIMEOUT_MS$1;
			const probe = await probeReady(run.port, run.readyPath, timeoutMs, clock, options.signal);
			if (probe.ready) return {
				state: "ready",
				detail: ""
			};
			const young = run.child !== null && ageMs(run.child) < run.startTimeoutMs;
			const before = run.restarts > 0 ? `; before: ${lastWords(run)}` : "";
			return {
				state: young ? "starting" : "not-ready",
				detail: `${probe.why}${before}`
			};
		}
	}
}
function lastWords(run) {
	const { lastExit } = run;
	const how = lastExit === null ? "ended" : lastExit.signal !== null ? `killed by ${lastExit.signal}` : lastExit.code === null ? "could not be started" : `exit ${lastExit.code}`;
	const said = run.lastLines.slice(-3).join(" | ");
	return said === "" ? how : `${how}: ${said}`;
}
async function observeInstalled(at, verify, broken) {
	const versions = await installedVersions(at);
	return (await Promise.all(versions.map(async (version) => {
		try {
			const unit = await readUnit(at, version);
			const digest = !verify && await stampOf(at.release(version)) === unit.stamp ? unit.digest : await installedDigest(at, unit);
			if (digest !== unit.digest) broken.push(`${at.release(version)}: content changed after installation: ${digest}`);
			return {
				component: at.component,
				version,
				digest,
				settings: settingsHash(unit.settings)
			};
		} catch (error) {
			broken.push(`${at.release(version)}: ${words$1(error, at.component)}`);
			return;
		}
	}))).filter((row) => row !== void 0);
}
function words$1(error, where) {
	return problemsOf(error, where).map((problem) => problem.found).join("; ");
}

// src/platform/local/launch.ts
/** Names that a service inherits from whoever starts it. Nothing else: the starter's own secrets are none of its business. */
const INHERITED = [
	"PATH",
	"HOME",
	"USER",
	"LOGNAME",
	"LANG",
	"TZ",
	"TMPDIR"
];
function inheritedEnvironment(env) {
	const kept = Object.entries(env).filter(([name]) => INHERITED.includes(name) || name.startsWith("LC_"));
	return Object.fromEntries(kept.flatMap(([name, value]) => value === void 0 ? [] : [[name, value]]));
}
const answerSchema = union([strictObject({ ok: literal(true) }), strictObject({
	ok: literal(false),
	error: string()
})]);
const ANSWER_WITHIN_MS = 2e4;
/** The module beside this one: TypeScript in a checkout, JavaScript where it was built. */
function supervisorEntry() {
	const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
	return fileURLToPath(new URL(`./supervisor-main.${extension}`, import.meta.url));
}
/**
* Starts a supervisor in a session of its own and waits until its process runs. It inherits nothing of ours: no terminal, no
* open file, no environment but the few plain names; the rest it gets over standard input. Only the lock it gets, until its run
* file is written: should we be killed meanwhile, the next command waits for that file and starts nothing twice.
* @throws ProblemError `unit.not-started`
*/
async function launch(at, spec, lock, clock) {
	const complaints = await open(at.log(`${spec.instance}.supervisor`), "a", 416);
	const words = [at.home, spec.instance];
	const child = spawn(process.execPath, [
		"--disable-sigusr1",
		"--disable-warning=ExperimentalWarning",
		"--max-old-space-size=64",
		supervisorEntry(),
		...words
	], {
		cwd: at.home,
		env: inheritedEnvironment(process.env),
		stdio: [
			"pipe",
			"pipe",
			complaints.fd,
			lock
		],
		detached: true
	});
	await complaints.close();
	const { stdin, stdout } = child;
	if (stdin === null || stdout === null) throw new Error("a piped process has no pipes");
	const done = new AbortController();
	const answer = new Promise((resolve) => {
		const failed = (error) => resolve({
			ok: false,
			error
		});
		createInterface({ input: stdout }).once("line", (line) => resolve(answerSchema.parse(JSON.parse(line))));
		child.once("error", (error) => failed(error.message));
		child.once("exit", (code, signal) => failed(`the supervisor ended (${signal ?? `exit ${code}`})`));
		clock.sleep(ANSWER_WITHIN_MS, done.signal).then(() => failed(`no answer from the supervisor within ${ANSWER_WITHIN_MS / 1e3} s`), () => void 0);
	});
	stdin.on("error", () => void 0);
	stdin.end(JSON.stringify({
		...spec,
		marker: `${spec.component}/${spec.instance}/${randomUUID()}`
	}));
	const result = await answer;
	done.abort();
	stdout.destroy();
	child.unref();
	if (result.ok) return;
	if (child.pid !== void 0 && child.exitCode === null) kill(child.pid, "SIGKILL");
	throw new ProblemError({
		code: "unit.not-started",
		where: `${spec.component} ${spec.instance}`,
		found: result.error,
		expected: `a process for ${JSON.stringify(spec.argv)}`,
		remedy: `see ${at.log(`${spec.instance}.supervisor`)} and check the command of the component`
	});
}

// src/platform/local/stop.ts
const LOCK_WAIT_MS$2 = 6e4;
const POLL_MS$2 = 20;
/** A supervisor that does not end by itself this long after its process should have is killed too. */
const SUPERVISOR_GRACE_MS = 5e3;
/** A killed process is gone at once unless the kernel is busy with it. */
const KILL_WAIT_MS = 3e3;
const SIGHUP = 1;
/**
* Stops every instance of a version and waits until nothing of it is left: SIGTERM, its time to finish requests, SIGKILL. The
* lock is held for the decision only, not while requests finish, so that a rollback beside it is not kept waiting.
* @returns names of what was stopped; empty when nothing ran
*/
async function stop(host, request, clock) {
	const at = host.component(request.component);
	const chosen = await withLock(host.lock, LOCK_WAIT_MS$2, async () => {
		await forget(at, request);
		const { runs } = await readRuns(at);
		const leaving = runs.filter((run) => run.version === request.version).filter((run) => request.what === "everything" || run.role === "guard");
		await Promise.all(leaving.map((run) => writeFile(at.stopFile(run.instance), run.marker)));
		return leaving;
	});
	await Promise.all(chosen.map((run) => stopInstance(at, run, clock)));
	return chosen.map((run) => run.instance);
}
/** Ends one instance; its run file stays, and with it its port. */
async function endInstance(run, clock) {
	if (signal(run.supervisor, run.boot, "SIGTERM")) {
		const deadline = clock.monotonic() + run.stopTimeoutMs + SUPERVISOR_GRACE_MS;
		while (isAlive(run.supervisor, run.boot) && clock.monotonic() < deadline) await clock.sleep(POLL_MS$2);
		signal(run.supervisor, run.boot, "SIGKILL");
	} else if (signal(run.child, run.boot, "SIGTERM")) {
		const deadline = clock.monotonic() + run.stopTimeoutMs;
		while (isAlive(run.child, run.boot) && clock.monotonic() < deadline) await clock.sleep(POLL_MS$2);
	}
	await clearAway(run, clock);
}
async function stopInstance(at, run, clock) {
	await endInstance(run, clock);
	await removeRunFile(at, run);
}
/** Kills whatever a dead supervisor left running, found by identity and by marker, and waits until it is gone: its port too. */
async function clearAway(run, clock) {
	if (isAlive(run.supervisor, run.boot)) return;
	if (isAlive(run.child, run.boot) && run.child !== null) kill(-run.child.pid, "SIGKILL");
	const left = run.boot === bootId() ? marked(run.marker) : [];
	for (const { pid } of left) kill(pid, "SIGKILL");
	const ours = [...left, ...run.child === null ? [] : [run.child]];
	const deadline = clock.monotonic() + KILL_WAIT_MS;
	while (ours.some((id) => isAlive(id, run.boot)) && clock.monotonic() < deadline) await clock.sleep(POLL_MS$2);
}
/** Is a stop of exactly this process under way? */
async function isLeaving(at, run) {
	if (!isRunning(run)) return false;
	if (run.phase === "stopping") return true;
	return await readFile(at.stopFile(run.instance), "utf8").catch(() => "") === run.marker;
}
/** SIGHUP to each instance of a version. Refused before anything is sent when one of them would die of it. */
async function reload(host, component, version) {
	const { runs } = await readRuns(host.component(component));
	const services = runs.filter((run) => run.version === version && run.role === "service" && isRunning(run));
	for (const { child, boot, instance } of services) if (child !== null && isAlive(child, boot) && handles(child.pid, SIGHUP) === false) throw new ProblemError({
		code: "unit.no-reload",
		where: `${component} ${instance}`,
		found: "a process that does not handle SIGHUP and would end",
		expected: "a service that reads its configuration again at SIGHUP",
		remedy: "use `unit restart`, which goes one instance at a time"
	});
	return services.filter((run) => signal(run.supervisor, run.boot, "SIGHUP")).map((run) => run.instance);
}
/** What was stopped on purpose does not come back after a reboot. */
async function forget(at, request) {
	const wanted = await readWanted(at);
	const entry = wanted.versions[request.version];
	if (entry === void 0) return;
	const { [request.version]: _gone, ...others } = wanted.versions;
	const kept = request.what === "guards" ? {
		...others,
		[request.version]: {
			...entry,
			guard: null
		}
	} : others;
	if (request.what === "guards" && entry.guard === null) return;
	await writeRecord(at.wanted, {
		v: 1,
		versions: kept
	});
}
async function removeRunFile(at, run) {
	const { runs } = await readRuns(at);
	const now = runs.find((other) => other.instance === run.instance);
	if (now !== void 0 && now.supervisor.pid === run.supervisor.pid && now.marker === run.marker) {
		await rm(at.runFile(run.instance), { force: true });
		await rm(at.stopFile(run.instance), { force: true });
	}
}

// src/platform/local/start.ts
/** Values of secrets reach `unit start` under this name and the variable's own (`…_DSN` for `DSN`): never as arguments. */
const SECRET_PREFIX = "SHIPLOCK_UNIT_SECRET_";
const LOCK_WAIT_MS$1 = 6e4;
const POLL_MS$1 = 25;
const STOP_GRACE_MS = 6e3;
/**
* Starts what is missing of the wanted number of instances (and of their guards). Instances that run stay as they are; dead
* ones keep their port. Ends when the processes are spawned: readiness is awaited by whoever gives them traffic.
*/
async function start(host, request, clock) {
	const at = host.component(request.component);
	const unit = await readUnit(at, request.version);
	const { settings } = unit;
	if (settings.command.length === 0) throw onlyFiles(unit);
	const secrets = resolveSecrets(unit, request.env, host.root);
	await makeDirectories(at);
	const deadline = clock.monotonic() + settings.stopTimeoutMs + STOP_GRACE_MS;
	for (;;) {
		const outcome = await withLock(host.lock, LOCK_WAIT_MS$1, (lock) => startNow(host, at, unit, request, secrets, lock, clock));
		if (outcome !== "leaving") return outcome;
		if (clock.monotonic() > deadline) throw stillLeaving(unit);
		await clock.sleep(POLL_MS$1);
	}
}
/** With the lock held. `leaving`: instances of the version are being stopped, so nothing was done yet. */
async function startNow(host, at, unit, request, secrets, lock, clock) {
	const runs = (await readRuns(at)).runs.filter((run) => run.version === unit.version);
	for (const run of runs) if (await isLeaving(at, run)) return "leaving";
	const wanted = await readWanted(at);
	const plan = await planInstances(host, runs, unit, request.settings, clock);
	const specs = plan.missing.map((missing) => specFor(at, unit, request, secrets, missing));
	for (const spec of specs) checkCommand(spec, at);
	await writeRecord(at.wanted, {
		v: 1,
		versions: {
			...wanted.versions,
			[unit.version]: request.settings
		}
	});
	if (request.settings.guard !== null) await mkdir(dirname(heartbeatFile(request.settings.guard, unit.version)), { recursive: true });
	const launched = await Promise.allSettled(specs.map((spec) => launch(at, spec, lock, clock)));
	for (const result of launched) if (result.status === "rejected") throw result.reason;
	return {
		started: specs.map((spec) => spec.instance),
		already: plan.running
	};
}
async function planInstances(host, runs, unit, settings, clock) {
	const mine = new Map(runs.map((run) => [run.instance, run]));
	const running = [];
	const absent = [];
	for (let index = 1; index <= settings.instances; index++) {
		const instance = instanceName(unit.version, index);
		const wanted = [{
			instance,
			role: "service",
			of: instance
		}];
		const guard = {
			instance: guardName(instance),
			role: "guard",
			of: instance
		};
		for (const entry of settings.guard === null ? wanted : [...wanted, guard]) {
			const run = mine.get(entry.instance);
			if (run !== void 0 && isRunning(run)) running.push(entry.instance);
			else absent.push(entry);
		}
	}
	const ports = await givePorts(host, settings, absent.map((entry) => entry.instance), mine, clock);
	const portOf = (instance) => ports.get(instance) ?? mine.get(instance)?.port ?? 0;
	return {
		missing: absent.map(({ instance, role, of }) => ({
			instance,
			role,
			port: portOf(instance),
			servicePort: portOf(of)
		})),
		running
	};
}
/** A port for each name: the one it had when that is free, else a new one. What dead instances left behind is cleared first. */
async function givePorts(host, settings, names, known, clock) {
	const ports = /* @__PURE__ */ new Map();
	for (const name of names) {
		const before = known.get(name);
		if (before === void 0) continue;
		await clearAway(before, clock);
		if (await isFree(before.port)) ports.set(name, before.port);
	}
	const others = names.filter((name) => !ports.has(name));
	if (others.length === 0) return ports;
	const taken = /* @__PURE__ */ new Set();
	for (const component of await components(host)) for (const run of (await readRuns(host.component(component))).runs) taken.add(run.port);
	const fresh = await freePorts(others.length, settings.ports, taken, host.root);
	others.forEach((name, index) => {
		ports.set(name, fresh[index] ?? 0);
	});
	return ports;
}
function resolveSecrets(unit, env, base) {
	const references = createSecrets({
		env,
		base
	});
	const values = /* @__PURE__ */ new Map();
	for (const [name, value] of Object.entries(unit.settings.env)) {
		if (typeof value === "string") continue;
		values.set(name, env[`${"SHIPLOCK_UNIT_SECRET_"}${name}`] ?? references.get(value.secret));
	}
	return values;
}
function specFor(at, unit, request, secrets, missing) {
	const { settings, version } = unit;
	const { guard, crash, log } = request.settings;
	const { instance, role, port, servicePort } = missing;
	const release = at.release(version);
	const values = {
		port: String(servicePort),
		release,
		shared: at.shared,
		version,
		instance
	};
	const inherited = inheritedEnvironment(request.env);
	const service = role === "service";
	const argv = service || guard === null ? settings.command.map((word) => fill(word, values)) : fillGuard(guard, {
		...values,
		guardPort: String(port),
		readyPath: settings.readyPath
	});
	const own = Object.entries(settings.env).map(([name, value]) => [name, typeof value === "string" ? fill(value, values) : secrets.get(name) ?? ""]);
	return {
		component: unit.component,
		version,
		instance,
		role,
		argv,
		cwd: release,
		env: service ? {
			...inherited,
			...Object.fromEntries(own)
		} : inherited,
		secrets: service ? [...secrets.values()] : [],
		port,
		runFile: at.runFile(instance),
		logFile: at.log(instance),
		readyPath: service ? settings.readyPath : "",
		startTimeoutMs: settings.startTimeoutMs,
		stopTimeoutMs: service ? settings.stopTimeoutMs : Math.min(settings.stopTimeoutMs, 2e3),
		crash,
		log
	};
}
function heartbeatFile(guard, version) {
	return fill(guard.heartbeatFile, { version });
}
function fillGuard(guard, values) {
	const all = {
		...values,
		heartbeatFile: heartbeatFile(guard, values.version),
		host: LOOPBACK
	};
	return guard.argv.map((word) => fill(word, {
		...all,
		instance: (values["instance"] ?? "").replace(/\.guard$/, "")
	}));
}
/** Said at once instead of after five restarts. */
function checkCommand(spec, at) {
	const [command = ""] = spec.argv;
	const path = spec.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin";
	const candidates = command.includes("/") ? [resolve(spec.cwd, command)] : path.split(delimiter).map((directory) => join(directory, command));
	if (candidates.some(isExecutable)) return;
	throw new ProblemError({
		code: "unit.command-not-found",
		where: `${at.component} ${spec.version}`,
		found: `no executable ${JSON.stringify(command)}`,
		expected: command.includes("/") ? `an executable file ${candidates[0] ?? ""}` : `${command} on PATH (${path})`,
		remedy: "mend `command` of the component, or its artefact"
	});
}
function isExecutable(path) {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
function stillLeaving(unit) {
	return new ProblemError({
		code: "unit.still-stopping",
		where: `${unit.component} ${unit.version}`,
		found: "instances that are still being stopped",
		expected: "them to end within their stop time-out",
		remedy: "see `unit status`; run the command again when they are gone"
	});
}
function onlyFiles(unit) {
	return new ProblemError({
		code: "unit.only-files",
		where: `${unit.component} ${unit.version}`,
		found: "a release without a command",
		expected: "a command to start",
		remedy: "files need no start: make the version current (`unit current`)"
	});
}

// src/platform/local/releases.ts
const LOCK_WAIT_MS = 6e4;
/**
* Makes `current` name an installed version: a new link beside it, renamed over it, so at every moment there is one or the
* other. What reads through the link (a static server) serves the new version from its next request on.
* @returns false when it was current already
*/
async function makeCurrent(host, component, version, clock) {
	const at = host.component(component);
	await readUnit(at, version);
	return withLock(host.lock, LOCK_WAIT_MS, async () => {
		const target = join("releases", version);
		if (await readlink(at.current).catch(() => void 0) === target) return false;
		const current = [...(await readHistory(at)).current, {
			version,
			time: clock.now()
		}].slice(-50);
		await writeRecord(at.history, {
			v: 1,
			current
		});
		const temporary = temporaryBeside(at.current);
		await symlink(target, temporary);
		await rename(temporary, at.current);
		await syncDirectory(at.home);
		return true;
	});
}
/**
* Removes a release from disk. Its logs stay until a prune: they tell why it went. With `alsoCurrent` a current one goes too,
* the link first: the way back of a first release, which leaves nothing.
* @returns false when it was not installed
* @throws ProblemError `unit.version-current`, `unit.version-running`
*/
async function removeVersion(host, component, version, options = { alsoCurrent: false }) {
	const at = host.component(component);
	at.release(version);
	if (!(await installedVersions(at)).includes(version)) return false;
	return withLock(at.installLock, LOCK_WAIT_MS, () => withLock(host.lock, LOCK_WAIT_MS, async () => {
		const current = await readCurrent(at) === version;
		if (current && !options.alsoCurrent) throw isCurrent(component, version);
		const { runs } = await readRuns(at);
		const running = runs.filter((run) => run.version === version && isRunning(run));
		if (running.length > 0) throw stillRunning(component, version, running.map((run) => run.instance));
		if (current) {
			await rm(at.current);
			await syncDirectory(at.home);
		}
		await discard(at, version);
		for (const run of runs.filter((other) => other.version === version)) await rm(at.runFile(run.instance), { force: true });
		const wanted = await readWanted(at);
		if (wanted.versions[version] !== void 0) {
			const { [version]: _gone, ...versions } = wanted.versions;
			await writeRecord(at.wanted, {
				v: 1,
				versions
			});
		}
		return true;
	}));
}
/**
* Removes old releases, oldest installation first, until `keep` are left; never the current one, the one before it, or one
* that runs or is wanted. Logs of versions that are gone go with them.
* @returns the versions removed
*/
async function prune(host, component, keep) {
	const at = host.component(component);
	await makeDirectories(at);
	return withLock(at.installLock, LOCK_WAIT_MS, () => withLock(host.lock, LOCK_WAIT_MS, async () => {
		await clearLeftovers(at);
		const held = await protectedVersions(at);
		const versions = await installedVersions(at);
		const units = await Promise.all(versions.map((version) => readUnit(at, version)));
		const free = units.filter((unit) => !held.has(unit.version)).toSorted((a, b) => a.installedAt - b.installedAt);
		const excess = Math.max(0, Math.min(free.length, units.length - keep));
		const gone = free.slice(0, excess).map((unit) => unit.version);
		for (const version of gone) await discard(at, version);
		await removeOldLogs(at);
		return gone;
	}));
}
async function protectedVersions(at) {
	const current = await readCurrent(at);
	const previous = (await readHistory(at)).current.findLast((entry) => entry.version !== current)?.version;
	const { runs } = await readRuns(at);
	const wanted = Object.keys((await readWanted(at)).versions);
	const held = [
		current,
		previous,
		...runs.map((run) => run.version),
		...wanted
	];
	return new Set(held.filter((version) => version !== void 0));
}
/** First out of sight in one step, then deleted: a half-deleted release is never taken for an installed one. */
async function discard(at, version) {
	const aside = join(at.releases, `.old-${version}`);
	await rm(aside, {
		recursive: true,
		force: true
	});
	await rename(at.release(version), aside);
	await syncDirectory(at.releases);
	await rm(aside, {
		recursive: true,
		force: true
	});
}
async function removeOldLogs(at) {
	const versions = await installedVersions(at);
	let names;
	try {
		names = await readdir(at.logs);
	} catch (error) {
		if (isMissing(error)) return;
		throw error;
	}
	for (const name of names) {
		const version = /^(.+)-\d+(?:\.guard)?(?:\.supervisor)?\.log(?:\.\d+)?$/.exec(name)?.[1];
		if (version !== void 0 && !versions.includes(version)) await rm(join(at.logs, name), { force: true });
	}
}
function isCurrent(component, version) {
	return new ProblemError({
		code: "unit.version-current",
		where: `${component} ${version}`,
		found: "the current version",
		expected: "a version that nothing needs",
		remedy: "make another version current first"
	});
}
function stillRunning(component, version, instances) {
	return new ProblemError({
		code: "unit.version-running",
		where: `${component} ${version}`,
		found: `running instances: ${instances.join(", ")}`,
		expected: "a version that does not run",
		remedy: `stop it first: shiplock unit stop --component ${component} --version ${version}`
	});
}

// src/platform/local/resume.ts
const LOG_POLICY = {
	maxBytes: 10485760,
	keep: 5
};
/** How a version is started when nobody says otherwise. */
function defaultStart(instances) {
	return {
		instances,
		ports: PORT_RANGE,
		crash: CRASH_POLICY,
		log: LOG_POLICY,
		guard: null
	};
}
/**
* Brings a host back after a reboot: what `current` names, and what was started and not stopped since (a canary too; its share
* is a lease, so it gets no traffic by itself). One component that cannot start does not keep the others down.
*/
async function resume(host, env, clock) {
	const started = [];
	const problems = [];
	for (const component of await components(host)) {
		const at = host.component(component);
		for (const version of await versionsToRun(at)) try {
			const request = await requestFor(at, version, env);
			if (request === void 0) continue;
			const outcome = await start(host, request, clock);
			started.push(...outcome.started.map((instance) => `${component}/${instance}`));
		} catch (error) {
			problems.push(...problemsOf(error, `${component} ${version}`));
		}
	}
	return {
		started,
		problems
	};
}
/**
* Restarts every instance of a version, one after the other: the next one only when the one before is ready again.
* @returns the instances restarted; those that did not run are left alone
*/
async function restart(host, component, version, env, clock) {
	const at = host.component(component);
	const services = (await readRuns(at)).runs.filter((run) => run.version === version && serviceRunning(run));
	const request = await requestFor(at, version, env);
	if (request === void 0) return [];
	for (const run of services) {
		await endInstance(run, clock);
		await start(host, request, clock);
		await awaitReady(component, run, clock);
	}
	return services.map((run) => run.instance);
}
async function versionsToRun(at) {
	const current = await readCurrent(at);
	const wanted = Object.keys((await readWanted(at)).versions);
	return [...new Set(current === void 0 ? wanted : [current, ...wanted])];
}
/** Undefined for a release that is only files. */
async function requestFor(at, version, env) {
	const unit = await readUnit(at, version);
	if (unit.settings.command.length === 0) return void 0;
	const settings = (await readWanted(at)).versions[version] ?? defaultStart(Math.max(1, unit.settings.replicas));
	return {
		component: at.component,
		version,
		settings,
		env
	};
}
const PROBE_TIMEOUT_MS = 1e3;
const POLL_MS = 50;
async function awaitReady(component, run, clock) {
	if (run.readyPath === "") return;
	const deadline = clock.monotonic() + run.startTimeoutMs;
	for (;;) {
		const probe = await probeReady(run.port, run.readyPath, PROBE_TIMEOUT_MS, clock);
		if (probe.ready) return;
		if (clock.monotonic() > deadline) throw new ProblemError({
			code: "unit.not-ready",
			where: `${component} ${run.instance}`,
			found: probe.why,
			expected: `ready within ${run.startTimeoutMs} ms after its restart`,
			remedy: "see its log; the instances after it were not touched"
		});
		await clock.sleep(POLL_MS);
	}
}

// src/platform/local/unit-options.ts
var import_fastest_levenshtein = require_fastest_levenshtein();
const COMMON = {
	root: {
		type: "string",
		help: "DIR       directory of the host (required)"
	},
	json: {
		type: "boolean",
		help: "          print JSON"
	},
	help: {
		type: "boolean",
		help: "          print this help"
	}
};
const COMPONENT = { component: {
	type: "string",
	help: "NAME component, for instance api"
} };
const VERSION = { version: {
	type: "string",
	help: "VERSION"
} };
const OPTIONS = {
	...COMMON,
	...COMPONENT,
	...VERSION,
	digest: {
		type: "string",
		help: "SHA256  digest the artefact must have"
	},
	artefact: {
		type: "string",
		help: "PATH   file or directory the build made"
	},
	env: {
		type: "string",
		multiple: true,
		help: "K=V        variable of the service; {port} {release} {shared} {instance} {version} are put in"
	},
	"secret-env": {
		type: "string",
		multiple: true,
		help: "K=REF variable from env:NAME or file:/path, read at start, never written down"
	},
	replicas: {
		type: "string",
		help: "N      instances a start begins with"
	},
	ready: {
		type: "string",
		help: "PATH     answers 200 when an instance may get traffic"
	},
	live: {
		type: "string",
		help: "PATH      answers 200 while it lives"
	},
	"start-timeout": {
		type: "string",
		help: "TIME how long it may take to become ready (30s)"
	},
	"stop-timeout": {
		type: "string",
		help: "TIME  how long it may take to finish its requests (15s)"
	},
	instances: {
		type: "string",
		help: "N     instances that must run (default: the replicas of the release)"
	},
	ports: {
		type: "string",
		help: `A-B       ports that may be given (${PORT_RANGE.first}-${PORT_RANGE.last})`
	},
	"crash-exits": {
		type: "string",
		help: `N   this many exits … (${CRASH_POLICY.exits})`
	},
	"crash-window": {
		type: "string",
		help: "TIME … within this time are a crash loop (30s)"
	},
	backoff: {
		type: "string",
		help: "TIME    first pause before a restart, doubled each time (100ms)"
	},
	"max-backoff": {
		type: "string",
		help: "TIME longest pause (10s)"
	},
	"log-size": {
		type: "string",
		help: "BYTES  a log is put aside at this size (10485760)"
	},
	"log-keep": {
		type: "string",
		help: "N      logs put aside that are kept (5)"
	},
	guard: {
		type: "string",
		help: "JSON      command line of the guard as a list; {guardPort} {port} {readyPath} {version} {instance} {heartbeatFile}"
	},
	"heartbeat-file": {
		type: "string",
		help: "PATH file the guard watches; {version} is put in"
	},
	current: {
		type: "boolean",
		help: "       also when it is current; then nothing is current any more"
	},
	verify: {
		type: "boolean",
		help: "        compute every digest again"
	},
	keep: {
		type: "string",
		help: "N          releases to keep (5)"
	}
};
const ONE = [
	"root",
	"component",
	"version",
	"json",
	"help"
];
const START = [
	"instances",
	"ports",
	"crash-exits",
	"crash-window",
	"backoff",
	"max-backoff",
	"log-size",
	"log-keep",
	"guard",
	"heartbeat-file"
];
const IN = "--root /srv/shop --component api";
const COMMANDS = {
	install: {
		summary: "lay a release down: copied, checked against its digest, renamed into place",
		options: [
			...ONE,
			"digest",
			"artefact",
			"env",
			"secret-env",
			"replicas",
			"ready",
			"live",
			"start-timeout",
			"stop-timeout"
		],
		required: [
			"root",
			"component",
			"version",
			"digest",
			"artefact"
		],
		words: true,
		example: `${IN} --version 2.0.0 --digest sha256:… --artefact build/api --ready /readyz -- ./api --listen 127.0.0.1:{port}`
	},
	start: {
		summary: "start what is missing of the wanted instances; running ones stay",
		options: [...ONE, ...START],
		required: [
			"root",
			"component",
			"version"
		],
		example: `${IN} --version 2.0.0 --instances 2`
	},
	stop: {
		summary: "stop every instance of a version: SIGTERM, its time to finish requests, SIGKILL",
		options: [...ONE],
		required: [
			"root",
			"component",
			"version"
		],
		example: `${IN} --version 1.9.0`
	},
	"stop-guards": {
		summary: "stop the guards of a version; its instances stay",
		options: [...ONE],
		required: [
			"root",
			"component",
			"version"
		],
		example: `${IN} --version 2.0.0`
	},
	reload: {
		summary: "SIGHUP to each instance; refused when one would die of it",
		options: [...ONE],
		required: [
			"root",
			"component",
			"version"
		],
		example: `${IN} --version 2.0.0`
	},
	restart: {
		summary: "restart the running instances one at a time, each ready before the next",
		options: [...ONE],
		required: [
			"root",
			"component",
			"version"
		],
		example: `${IN} --version 2.0.0`
	},
	status: {
		summary: "what is installed, current and running; changes nothing",
		options: [
			"root",
			"component",
			"verify",
			"json",
			"help"
		],
		required: ["root"],
		example: "--root /srv/shop --json"
	},
	current: {
		summary: "make a version current: what is served from files, and what starts after a reboot",
		options: [...ONE],
		required: [
			"root",
			"component",
			"version"
		],
		example: `${IN} --version 2.0.0`
	},
	remove: {
		summary: "remove a release from disk; never one that runs, and the current one only with --current",
		options: [...ONE, "current"],
		required: [
			"root",
			"component",
			"version"
		],
		example: `${IN} --version 1.7.0`
	},
	prune: {
		summary: "remove old releases; never the current, the previous, or one that runs or is wanted",
		options: [
			"root",
			"component",
			"keep",
			"json",
			"help"
		],
		required: ["root"],
		example: "--root /srv/shop --keep 5"
	},
	resume: {
		summary: "after a reboot: start what `current` names and what was wanted",
		options: [
			"root",
			"json",
			"help"
		],
		required: ["root"],
		example: "--root /srv/shop"
	}
};
/** @throws ProblemError `unit.usage` with the nearest known word; `undefined` when help was asked for in general */
function parseUnitArguments(argv) {
	const [name, ...rest] = argv;
	if (name === void 0 || name === "--help" || name === "help") return void 0;
	if (!isCommand(name)) throw unknown(`unit ${name}`, name, Object.keys(COMMANDS));
	const spec = COMMANDS[name];
	const split = rest.indexOf("--");
	const words = split < 0 ? [] : rest.slice(split + 1);
	if (words.length > 0 && spec.words !== true) throw usage(`unit ${name}`, "words after --", "options only");
	const { values, tokens } = parseArgs({
		args: split < 0 ? rest : rest.slice(0, split),
		options: OPTIONS,
		strict: false,
		tokens: true,
		allowPositionals: true
	});
	for (const token of tokens) {
		if (token.kind === "positional") throw usage(`unit ${name}`, JSON.stringify(token.value), "options only");
		if (token.kind !== "option") continue;
		const known = spec.options.find((option) => option === token.name);
		if (known === void 0) throw unknown(`unit ${name} ${token.rawName}`, token.name, spec.options);
		if (OPTIONS[known].type === "string" && (token.value === void 0 || token.value === "")) throw usage(`unit ${name} ${token.rawName}`, "no value", "a value");
	}
	const text = (option) => {
		const value = values[option];
		return typeof value === "string" ? value : void 0;
	};
	const texts = (option) => {
		const value = values[option];
		return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
	};
	if (values["help"] !== true) {
		const missing = spec.required.filter((option) => text(option) === void 0);
		if (missing.length > 0) throw usage(`unit ${name}`, "too little", missing.map((option) => `--${option}`).join(", "));
	}
	return {
		command: name,
		words,
		text,
		texts,
		flag: (option) => values[option] === true
	};
}
/** Settings of a release as `install` is told. */
function settingsFrom(args) {
	const env = {};
	for (const pair of args.texts("env")) {
		const [name, value] = pairOf("--env", pair);
		env[name] = value;
	}
	for (const pair of args.texts("secret-env")) {
		const [name, secret] = pairOf("--secret-env", pair);
		if (!/^(?:env|file):./.test(secret)) throw usage("--secret-env", `a value that is no reference for ${name}`, "NAME=env:NAME or NAME=file:/path");
		env[name] = { secret };
	}
	return {
		command: args.words,
		env,
		replicas: count(args, "replicas", 1, 0),
		readyPath: pathOf(args, "ready"),
		livePath: pathOf(args, "live"),
		startTimeoutMs: time(args, "start-timeout", 3e4),
		stopTimeoutMs: time(args, "stop-timeout", 15e3)
	};
}
/** What `start` is told. `replicas`: instances when it is not told. */
function startFrom(args, replicas, defaultHeartbeat) {
	const ports = parsePorts(args.text("ports") ?? `${PORT_RANGE.first}-${PORT_RANGE.last}`);
	if (ports === void 0) throw usage("--ports", args.text("ports") ?? "", "a range such as 20000-20999");
	return {
		instances: count(args, "instances", Math.max(1, replicas), 1),
		ports,
		crash: {
			exits: count(args, "crash-exits", CRASH_POLICY.exits, 1),
			windowMs: time(args, "crash-window", CRASH_POLICY.windowMs),
			backoffMs: time(args, "backoff", CRASH_POLICY.backoffMs),
			maxBackoffMs: time(args, "max-backoff", CRASH_POLICY.maxBackoffMs)
		},
		log: {
			maxBytes: count(args, "log-size", LOG_POLICY.maxBytes, 1),
			keep: count(args, "log-keep", LOG_POLICY.keep, 0)
		},
		guard: guardFrom(args, defaultHeartbeat)
	};
}
function guardFrom(args, defaultHeartbeat) {
	const text = args.text("guard");
	if (text === void 0) return null;
	const heartbeatFile = args.text("heartbeat-file") ?? defaultHeartbeat;
	let argv;
	try {
		argv = JSON.parse(text);
	} catch {
		argv = void 0;
	}
	const parsed = guardSchema.safeParse({
		argv,
		heartbeatFile
	});
	if (!parsed.success) throw usage("--guard", text, "a JSON list of words, such as [\"guard\",\"--listen\",\"{guardPort}\"]");
	return parsed.data;
}
function pairOf(option, pair) {
	const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(pair) ?? [];
	if (name === void 0 || value === void 0) throw usage(option, "something without NAME=", "NAME=VALUE");
	return [name, value];
}
function count(args, name, otherwise, least) {
	const text = args.text(name);
	if (text === void 0) return otherwise;
	const value = Number(text);
	if (!/^\d{1,12}$/.test(text) || value < least) throw usage(`--${name}`, text, `a whole number, at least ${least}`);
	return value;
}
function time(args, name, otherwise) {
	const text = args.text(name);
	const value = text === void 0 ? otherwise : parseDuration(text);
	if (value === void 0 || value < 1) throw usage(`--${name}`, text ?? "", "a duration such as 30s or 250ms");
	return value;
}
function pathOf(args, name) {
	const path = args.text(name) ?? "";
	if (path !== "" && !/^\/[^\s#]*$/.test(path)) throw usage(`--${name}`, path, "a path that begins with /");
	return path;
}
function isCommand(name) {
	return Object.hasOwn(COMMANDS, name);
}
function unknown(where, word, known) {
	const near = nearest(word, known, import_fastest_levenshtein.distance);
	return usage(where, `unknown ${JSON.stringify(word)}`, near === void 0 ? `one of ${known.join(", ")}` : near);
}
function usage(where, found, expected) {
	return new ProblemError({
		code: "unit.usage",
		where,
		found,
		expected,
		remedy: "see `shiplock unit --help` and `shiplock unit COMMAND --help`"
	});
}
/** Help for one command, or for all. */
function unitHelp(name) {
	if (name === void 0) return `shiplock unit COMMAND --root DIR …: the services of this machine, one interface for all\n\n${Object.entries(COMMANDS).map(([command, spec]) => `  ${command.padEnd(12)} ${spec.summary}`).join("\n")}\n\nEvery command may be given twice: what is done already is not done again.\n`;
	const spec = COMMANDS[name];
	const lines = spec.options.map((option) => `  --${option} ${OPTIONS[option].help}`);
	return `shiplock unit ${name} [options]${spec.words === true ? " [-- COMMAND WORDS…]" : ""}: ${spec.summary}\n\n${lines.join("\n")}\n\nExample:\n  shiplock unit ${name} ${spec.example}\n`;
}

// src/platform/local/unit.ts
/** `shiplock unit …`: one command line, its exit code. Errors leave as problems, as text or (with --json) as JSON. */
async function unitMain(argv, io) {
	const json = argv.includes("--json");
	try {
		const args = parseUnitArguments(argv);
		if (args === void 0 || args.flag("help")) {
			io.out(unitHelp(args?.command));
			return EXIT.done;
		}
		const answer = await run(args, layout(resolve(io.cwd, args.text("root") ?? ".")), io);
		io.out(json ? `${JSON.stringify(answer.json, null, 2)}\n` : `${answer.text}\n`);
		return answer.exit ?? EXIT.done;
	} catch (error) {
		const problems = problemsOf(error, `unit ${argv[0] ?? ""}`.trim());
		tell(problems, io, json);
		return exitFor(problems);
	}
}
const USAGE = /* @__PURE__ */ new Set([
	"unit.usage",
	"unit.bad-name",
	"unit.bad-version"
]);
/** Refused before anything was changed. */
const REFUSED = /* @__PURE__ */ new Set([
	"unit.other-content",
	"unit.settings-in-use",
	"unit.version-current",
	"unit.version-running",
	"unit.wrong-digest",
	"unit.no-reload",
	"unit.only-files"
]);
function exitFor(problems) {
	if (problems.some((problem) => USAGE.has(problem.code))) return EXIT.usage;
	return problems.some((problem) => REFUSED.has(problem.code)) ? EXIT.refused : EXIT.failed;
}
function tell(problems, io, json) {
	if (json) io.out(`${JSON.stringify({ problems }, null, 2)}\n`);
	else io.err(problems.map((problem) => `error ${formatProblem(problem)}\n`).join(""));
}
async function run(args, host, io) {
	const { clock, env } = io;
	const component = args.text("component") ?? "";
	const version = args.text("version") ?? "";
	const name = `${component} ${version}`;
	switch (args.command) {
		case "install": {
			const digest = args.text("digest") ?? "";
			const artefact = resolve(io.cwd, args.text("artefact") ?? "");
			const outcome = await install(host, {
				component,
				version,
				digest,
				artefact,
				settings: settingsFrom(args)
			}, clock);
			return {
				text: `${name}: ${outcome}`,
				json: {
					component,
					version,
					outcome
				}
			};
		}
		case "start": {
			const { replicas } = (await readUnit(host.component(component), version)).settings;
			const settings = startFrom(args, replicas, join(host.hostRun, "heartbeat", "{version}"));
			const { started, already } = await start(host, {
				component,
				version,
				settings,
				env
			}, clock);
			return {
				text: `${name}: started ${words(started)}; ran already: ${words(already)}`,
				json: {
					component,
					version,
					started,
					already
				}
			};
		}
		case "stop":
		case "stop-guards": {
			const what = args.command === "stop" ? "everything" : "guards";
			host.component(component).release(version);
			const stopped = await stop(host, {
				component,
				version,
				what
			}, clock);
			return {
				text: `${name}: stopped ${words(stopped)}`,
				json: {
					component,
					version,
					stopped
				}
			};
		}
		case "reload": {
			const reloaded = await reload(host, component, version);
			return {
				text: `${name}: reloaded ${words(reloaded)}`,
				json: {
					component,
					version,
					reloaded
				}
			};
		}
		case "restart": {
			const restarted = await restart(host, component, version, env, clock);
			return {
				text: `${name}: restarted ${words(restarted)}`,
				json: {
					component,
					version,
					restarted
				}
			};
		}
		case "status": return statusAnswer(await observeHost(host, clock, {
			component: args.text("component"),
			verify: args.flag("verify")
		}));
		case "current": {
			const changed = await makeCurrent(host, component, version, clock);
			return {
				text: `${name}: ${changed ? "is current now" : "was current already"}`,
				json: {
					component,
					version,
					changed
				}
			};
		}
		case "remove": {
			const removed = await removeVersion(host, component, version, { alsoCurrent: args.flag("current") });
			return {
				text: `${name}: ${removed ? "removed" : "was not installed"}`,
				json: {
					component,
					version,
					removed
				}
			};
		}
		case "prune": {
			const names = component === "" ? await components(host) : [component];
			const keep = count(args, "keep", 5, 1);
			const removed = {};
			for (const one of names) removed[one] = await prune(host, one, keep);
			return {
				text: Object.entries(removed).map(([one, versions]) => `${one}: removed ${words(versions)}`).join("\n") || "no component",
				json: { removed }
			};
		}
		case "resume": {
			const { started, problems } = await resume(host, env, clock);
			const text = [`started ${words(started)}`, ...problems.map(formatProblem)].join("\n");
			const exit = problems.length === 0 ? EXIT.done : EXIT.failed;
			return {
				text,
				json: {
					started,
					problems: problems.map((problem) => ({ ...problem }))
				},
				exit
			};
		}
	}
}
function words(names) {
	return names.length === 0 ? "nothing" : names.join(", ");
}
function statusAnswer(state) {
	const rows = state.instances.map(({ component, instance, state: condition, host, port, guardPort, restarts, detail }) => [
		`${component}/${instance}`.padEnd(28),
		condition.padEnd(10),
		`${host}:${port}`.padEnd(16),
		guardPort === void 0 ? "" : `guard ${guardPort}`,
		restarts === 0 ? "" : `${restarts} restarts`,
		detail
	].filter((cell) => cell !== "").join("  ").trimEnd());
	const installed = state.installed.map(({ component, version, digest }) => {
		return `${component} ${version}${state.current[component] === version ? " (current)" : ""}  ${digest}`;
	});
	return {
		text: [
			...rows.length === 0 ? ["nothing runs"] : rows,
			...installed,
			...state.broken.map((line) => `broken: ${line}`)
		].join("\n"),
		json: {
			instances: state.instances.map((instance) => ({ ...instance })),
			installed: state.installed.map((row) => ({ ...row })),
			current: { ...state.current },
			broken: [...state.broken]
		}
	};
}

export { require_fastest_levenshtein as _, artefactDigest as a, fileName as c, leaseDirectory as d, replaceFile as f, writeTemporary as g, syncDirectory as h, settingsHash as i, hasCode as l, runsDirectory as m, SECRET_PREFIX as n, createSecrets as o, runPaths as p, observeHost as r, anchorPath as s, unitMain as t, isMissing as u, jsonSchema as v, nearest as y };