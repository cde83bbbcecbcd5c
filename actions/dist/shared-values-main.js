import { A as string, D as object, E as number, _ as boolean, c as unwrap, h as array, i as ok, k as strictObject, n as bad, o as problemSchema, p as _enum, s as problemsOf, t as ProblemError, v as discriminatedUnion, w as literal } from "./shared-problem.js";
import { a as addressProblem, c as identitySchema, i as require_dist, l as isGone, n as parsePath, o as git, r as BRANCH_NAME, s as gitAddress, t as formatPath, u as ownIdentity } from "./shared-path.js";
import { i as isMissing, r as hasCode, u as temporaryBeside } from "./shared-store.js";
import { a as boolCoreTag, c as floatYaml11Tag, d as intYaml11Tag, g as timestampTag, h as parseEvents, i as YAMLException, l as getScalarValue, m as nullYaml11Tag, n as NOT_RESOLVED, o as boolYaml11Tag, p as nullCoreTag, r as SCALAR_STYLE, s as floatCoreTag, t as EVENT_ID, u as intCoreTag } from "./shared-js-yaml.js";
import { createHash, randomBytes } from "node:crypto";
import { link, mkdir, mkdtemp, readFile, readdir, rename, rm, stat, statfs, unlink, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { tmpdir } from "node:os";
import { existsSync, statSync } from "node:fs";
import { connect } from "node:net";
import { isDeepStrictEqual } from "node:util";

// src/gitops/git.ts
/** Understands a path or an address; relative paths are taken from `baseDir`. Refuses what git would read as an option or a program. */
function locate$1(repository, workDir, baseDir) {
	const address = gitAddress(repository, baseDir);
	if ("found" in address) return bad(addressProblem("gitops.repository", address));
	const name = createHash("sha256").update(repository).digest("hex").slice(0, 16);
	return ok({
		...address,
		cache: join(resolve(baseDir, workDir), `gitops-${name}.git`)
	});
}
/** Id that git gives to these bytes; the repository's kind of hash is told by the length of `like`. */
function blobId(bytes, like) {
	return createHash(like.length === 64 ? "sha256" : "sha1").update(`blob ${bytes.byteLength}\0`).update(bytes).digest("hex");
}

// src/gitops/commit/cache.ts
/** The cache cannot be used as it is: it is broken, or cannot be written. */
var CacheError = class extends Error {
	said;
	constructor(said) {
		super(said);
		this.name = "CacheError";
		this.said = said;
	}
};
/** Settings that no configuration file of anybody changes: no other program runs, and no commit is checked while it is listed. */
const FIXED = [
	"maintenance.auto=false",
	"log.showSignature=false",
	"i18n.logOutputEncoding=UTF-8",
	"push.followTags=false",
	"push.recurseSubmodules=no",
	"push.negotiate=false"
].flatMap((setting) => ["-c", setting]);
const LOCAL_MS = 6e4;
/** Loose objects in one of 256 directories from which on a cache is fetched anew: some 25,000 in all. */
const MANY = 100;
function openCache(dir, exec, signal) {
	const run = (args, { stdin, timeoutMs = LOCAL_MS } = {}) => exec.read(fixed(dir, args), {
		timeoutMs,
		signal,
		...stdin === void 0 ? {} : { stdin }
	});
	return {
		dir,
		run,
		async local(args, options) {
			const { exitCode, stdout, stderr } = await run(args, options);
			if (exitCode === 0) return stdout;
			throw new CacheError(`git ${args.find((word) => /^[a-z]/.test(word)) ?? ""}: ${lastLine(stderr, exitCode)}`);
		}
	};
}
/** The settings stand before the directory, and paths mean themselves. */
function fixed(dir, args) {
	const argv = git(dir);
	const at = argv.indexOf("git");
	return [
		...argv.slice(0, at),
		"GIT_LITERAL_PATHSPECS=1",
		...argv.slice(at, -1),
		...FIXED,
		...argv.slice(-1),
		...args
	];
}
/** Makes the cache if there is none, and throws away one that has grown large. Under the lock of the network only. */
async function ensureCache({ dir }) {
	try {
		if ((await readdir(join(dir, "objects", "17")).catch(() => [])).length > MANY) await discardCache(dir);
		if (existsSync(join(dir, "HEAD"))) return;
		for (const directory of ["objects", "refs"]) await mkdir(join(dir, directory), { recursive: true });
		await writeFile(join(dir, "HEAD"), "ref: refs/heads/none\n");
	} catch (error) {
		throw new CacheError(error instanceof Error ? error.message : String(error));
	}
}
/** Puts the cache away, in one step for everybody who looks, and removes it. */
async function discardCache(dir) {
	const aside = `${temporaryBeside(dir)}.old`;
	try {
		await rename(dir, aside);
	} catch (error) {
		if (!isMissing(error)) throw error;
	}
	await rm(aside, {
		recursive: true,
		force: true
	});
}
/** Commit that a ref of the cache names; undefined when there is none. It has no other form there than a file, since nothing packs it. */
async function refIn({ dir }, ref) {
	try {
		return (await readFile(join(dir, ref), "utf8")).trim();
	} catch (error) {
		if (isMissing(error)) return void 0;
		throw error;
	}
}
/** Why a cache that was made anew is still of no use. */
async function cacheProblem(dir, error) {
	const room = await statfs(dirname(dir)).catch(() => void 0);
	const free = room === void 0 ? void 0 : room.bavail * room.bsize;
	const full = free !== void 0 && free < 1048576;
	return {
		code: full ? "gitops.disk-full" : "gitops.cache",
		where: dir,
		found: full ? `a disk with ${Math.floor(free / 1024)} KiB left; ${error.said}` : error.said,
		expected: "a directory in which git can keep a copy of the branch",
		remedy: full ? "make room on the disk of the state directory, then run the same again" : "check that the state directory can be written and that git works there; its copy of the branch may be removed at any time"
	};
}
function lastLine(stderr, exitCode) {
	return stderr.split("\n").map((line) => line.trim()).filter((line) => line !== "").slice(-3).join("; ").slice(0, 600) || `exit code ${exitCode}`;
}

// src/gitops/commit/diagnose.ts
const ASK_MS = 8e3;
async function diagnose(question) {
	const { address, kind } = question.place.location;
	const { cause, words } = await (kind === "local" || address.startsWith("file:") ? localCause(question) : /^https?:/.test(address) ? httpCause(question) : sshCause(question));
	const { said, want } = question;
	return problemOf(cause, address, said === "" ? words : `${words} (git: ${said})`, want);
}
function answer$1(cause, words) {
	return {
		cause,
		words
	};
}
async function localCause(question) {
	const { place, exec, signal } = question;
	const path = place.location.address.replace(/^file:\/\//, "");
	if (!existsSync(path)) return answer$1("no-repository", "no such directory");
	const { exitCode } = await exec.read(git("/nonexistent", "-C", path, "ls-remote", "--heads", "--", path), {
		timeoutMs: ASK_MS,
		signal
	});
	return exitCode === 0 ? answer$1("git-failed", "a repository that can be read") : answer$1("no-repository", "no git repository, or not one that this account may use");
}
async function httpCause(question) {
	const service = question.want === "read" ? "git-upload-pack" : "git-receive-pack";
	const base = question.place.location.address.replace(/\/+$/, "").replace(/^(https?:\/\/)[^/@]*@/, "$1");
	const result = await question.http.get(`${base}/info/refs?service=${service}`, {
		timeoutMs: ASK_MS,
		signal: question.signal
	});
	if (result.kind === "no-answer") return answer$1("unreachable", result.reason);
	const status = `HTTP status ${result.status}`;
	if (result.status === 401 || result.status === 403) return answer$1("credentials", status);
	if (result.status === 404 || result.status === 410) return answer$1("no-repository", status);
	if (result.status >= 500) return answer$1("unreachable", status);
	return answer$1("git-failed", status);
}
/** ssh ends with 255 when it did not get in; any other code is the answer of the command over there. */
async function sshCause(question) {
	const { exec, signal, want } = question;
	const target = sshTarget(question.place.location.address);
	if (target === void 0) return answer$1("git-failed", "an address that only git understands");
	const { host, user, port, path } = target;
	const at = user === void 0 ? host : `${user}@${host}`;
	const ports = port === void 0 ? [] : ["-p", port];
	const settings = await exec.read([
		"ssh",
		"-G",
		...ports,
		"--",
		at
	], {
		timeoutMs: ASK_MS,
		signal
	});
	const setting = (name) => new RegExp(`^${name} (.+)$`, "m").exec(settings.stdout)?.[1]?.trim();
	if (!((setting("proxyjump") ?? setting("proxycommand") ?? "none") !== "none") && !await listens(setting("hostname") ?? host, Number(setting("port") ?? port ?? 22))) return answer$1("unreachable", "nobody who listens there");
	if (process.env["GIT_SSH_COMMAND"] !== void 0 || process.env["GIT_SSH"] !== void 0) return answer$1("credentials", "a server that does not let us in, or a repository that is not there");
	const command = `git-${want === "read" ? "upload" : "receive"}-pack '${path.replaceAll("'", "'\\''")}'`;
	const options = [
		"-o",
		"BatchMode=yes",
		"-o",
		"ConnectTimeout=5",
		"-T",
		...ports
	];
	const { exitCode } = await exec.read([
		"ssh",
		...options,
		"--",
		at,
		command
	], {
		timeoutMs: ASK_MS,
		signal,
		stdin: ""
	});
	if (exitCode === 255) return answer$1("credentials", "a key or a host key that was refused");
	return answer$1("no-repository", `a server that lets us in, and \`${command}\` ended with ${exitCode}`);
}
function sshTarget(address) {
	const [, scpUser, scpHost, scpPath] = /^(?:([\w.-]+)@)?([\w.-]+):(?!\/\/)(.+)$/.exec(address) ?? [];
	if (scpHost !== void 0 && scpPath !== void 0) return {
		host: scpHost,
		path: scpPath,
		...scpUser === void 0 ? {} : { user: scpUser }
	};
	if (!address.startsWith("ssh://") || !URL.canParse(address)) return void 0;
	const { hostname, port, username, pathname } = new URL(address);
	if (hostname === "" || hostname.startsWith("-")) return void 0;
	return {
		host: hostname,
		path: decodeURIComponent(pathname),
		...username === "" ? {} : { user: decodeURIComponent(username) },
		...port === "" ? {} : { port }
	};
}
function listens(host, port) {
	return new Promise((resolve) => {
		const socket = connect({
			host,
			port
		});
		const end = (answered) => {
			socket.destroy();
			resolve(answered);
		};
		socket.setTimeout(ASK_MS, () => end(false));
		socket.once("connect", () => end(true));
		socket.once("error", () => end(false));
	});
}
function problemOf(cause, where, found, want) {
	switch (cause) {
		case "unreachable": return {
			code: "gitops.unreachable",
			where,
			found,
			expected: "an answer from the repository",
			remedy: `check \`gitops.repository\` and the network: git ls-remote ${where}`
		};
		case "credentials": return {
			code: "gitops.credentials",
			where,
			found,
			expected: want === "read" ? "an account that may read the repository" : "an account that may push",
			remedy: `let git have it without a question (a credential helper for https, a deploy key and a known host for ssh), and try git ls-remote ${where}`
		};
		case "no-repository": return {
			code: "gitops.no-repository",
			where,
			found,
			expected: "a git repository that this account may see",
			remedy: "mend `gitops.repository`, or let this account see the repository"
		};
		case "git-failed": return {
			code: "gitops.git-failed",
			where,
			found,
			expected: "an answer from the repository",
			remedy: "check `gitops.repository`, that this machine reaches it, and its rights"
		};
	}
}

// src/gitops/commit/lock.ts
/**
* Turns between the processes of one machine. It only saves work: whatever two processes do at once, the branch itself decides which
* of them was first. So a lock that a dead process left is taken away without ceremony.
*/
const POLL_MS$1 = 8;
const SLOWEST_POLL_MS$1 = 40;
/** A process is looked for less often than its lock. */
const POLLS_PER_LOOK = 8;
/** Of a process in another container nobody here can see whether it lives; nothing takes it as long as this. */
const UNSEEN_MS = 2e5;
/** Waits for the lock file and holds it while `work` runs. */
async function withLock(file, options, work) {
	const { clock, signal } = options;
	await underName(file, async (own) => {
		let pollMs = POLL_MS$1;
		for (let poll = 0; !await take(file, own, poll % POLLS_PER_LOOK === 0 ? clock : void 0); poll++) {
			await clock.sleep(pollMs, signal);
			pollMs = Math.min(SLOWEST_POLL_MS$1, pollMs * 1.3);
		}
	});
	return release(file, work);
}
/** Holds the lock file while `work` runs if nobody has it; `'busy'` when somebody has. */
async function tryLock(file, clock, work) {
	return await underName(file, (own) => take(file, own, clock)) ? release(file, work) : "busy";
}
async function release(file, work) {
	try {
		return await work();
	} finally {
		await unlink(file).catch(() => void 0);
	}
}
/** A file that says who we are; linked to the name of the lock it is the lock. */
async function underName(file, work) {
	const own = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
	await writeFile(own, JSON.stringify(ownIdentity()));
	try {
		return await work(own);
	} finally {
		await unlink(own).catch(() => void 0);
	}
}
async function take(file, own, look) {
	try {
		await link(own, file);
		return true;
	} catch (error) {
		if (!hasCode(error, "EEXIST")) throw error;
		if (look !== void 0) await takeAwayFromDead(file, own, look);
		return false;
	}
}
async function takeAwayFromDead(file, own, clock) {
	const holder = await holderOf(file);
	try {
		const { mtimeMs } = await stat(file);
		if (!isOver(holder, clock.now() - mtimeMs)) return;
		await rename(file, `${own}.dead`);
		await unlink(`${own}.dead`);
	} catch (error) {
		if (!isMissing(error)) throw error;
	}
}
/** Has a process ended, or is it one of which that cannot be seen, and so long ago that it must have? Undefined: nobody knows which. */
function isOver(holder, ageMs) {
	return holder === void 0 || holder.bootId === "" || holder.bootId !== ownIdentity().bootId ? ageMs > UNSEEN_MS : isGone(holder);
}
async function holderOf(file) {
	try {
		const parsed = JSON.parse(await readFile(file, "utf8"));
		return identitySchema.parse(parsed);
	} catch {
		return;
	}
}

// src/gitops/commit/line.ts
/**
* The line: commits of this machine's processes that wait for one branch, each built on the one before it, so that one push takes all of
* them. It lies beside the cache and may be lost at any time: the branch is the truth.
*/
const id = string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);
const waitingSchema = object({
	commit: id,
	owner: identitySchema,
	since: number()
});
const lineSchema = object({
	v: literal(1),
	/** Head of the branch as it was last seen or pushed; null: the repository has no branch. */
	base: id.nullable(),
	/** When that was, by the clock; 0: never. */
	seenAt: number(),
	waiting: array(waitingSchema).readonly(),
	/** The newest commits that were taken, for those who wait for theirs. */
	landed: array(id).readonly(),
	/** What the server does not take, with its words. */
	refused: array(object({
		commit: id,
		said: string()
	})).readonly(),
	/** At most so many commits in one push. */
	limit: number().int().positive(),
	/** How far apart tries lie; see backoff.ts. */
	window: number().nonnegative()
});
const MOST_AT_ONCE = 64;
const EMPTY_LINE = {
	v: 1,
	base: null,
	seenAt: 0,
	waiting: [],
	landed: [],
	refused: [],
	limit: 64,
	window: 0
};
/** What lies there; an empty line when nothing does, or nothing readable. */
async function readLine(file) {
	try {
		const parsed = JSON.parse(await readFile(file, "utf8"));
		return lineSchema.parse(parsed);
	} catch {
		return EMPTY_LINE;
	}
}
/** Only under the lock of the line. */
async function writeLine(file, line) {
	const temporary = temporaryBeside(file);
	await writeFile(temporary, JSON.stringify(line));
	await rename(temporary, file);
}
/** Pure: one more waits. What became of the same commit before does not count: all its data is given, so a second try has the same id. */
function joined(line, commit, now) {
	return {
		...line,
		waiting: [...line.waiting, {
			commit,
			owner: ownIdentity(),
			since: now
		}],
		landed: line.landed.filter((one) => one !== commit),
		refused: line.refused.filter((one) => one.commit !== commit)
	};
}
/** Pure: everything up to `commit` was taken. */
function taken(line, commit, now) {
	const index = line.waiting.findIndex((one) => one.commit === commit);
	const done = index < 0 ? [commit] : line.waiting.slice(0, index + 1).map((one) => one.commit);
	return {
		...line,
		base: commit,
		seenAt: now,
		waiting: index < 0 ? [] : line.waiting.slice(index + 1),
		landed: [...line.landed, ...done].slice(-400),
		limit: Math.min(64, line.limit * 2)
	};
}
/** Pure: the branch is at `base`, which holds `landed` of those who wait; the others build anew. */
function movedTo(line, base, landed, now) {
	return {
		...line,
		base,
		seenAt: now,
		waiting: base === line.base ? line.waiting : [],
		landed: [...line.landed, ...landed].slice(-400)
	};
}
/** Pure: nobody waits any more; who did builds anew, at most `limit` in one push. */
function scattered(line, limit = line.limit) {
	return {
		...line,
		waiting: [],
		limit
	};
}
/** Pure: the server does not take this one. */
function refusedBy(line, commit, said) {
	return {
		...line,
		waiting: [],
		refused: [...line.refused, {
			commit,
			said
		}].slice(-50)
	};
}
/** Pure: without `commit` and what was built on it. */
function without(line, commit) {
	const index = line.waiting.findIndex((one) => one.commit === commit);
	return index < 0 ? line : {
		...line,
		waiting: line.waiting.slice(0, index)
	};
}
/** Those whose process still waits for them: what a dead one left is not pushed by somebody else later. */
function withoutDead(line, now) {
	const index = line.waiting.findIndex(({ owner, since }) => isOver(owner, now - since));
	return index < 0 ? line : {
		...line,
		waiting: line.waiting.slice(0, index)
	};
}

// src/gitops/commit/files.ts
/** The empty tree: every repository has it without storing it. */
const NO_TREE = {
	40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
	64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"
};
/**
* Files at a commit, null where there is none.
* @throws ProblemError `gitops.not-a-file` or `gitops.not-utf8`
*/
async function filesAt(cache, commit, files) {
	return await filesAsNew(cache, commit, files) ?? filesSurely(cache, commit, files);
}
/** In one command: all files as if they were new. Undefined when one is not there, no plain file, or not exactly what git's id says. */
async function filesAsNew(cache, commit, files) {
	const found = readNewFiles(await cache.local([
		"diff-tree",
		...[
			"--no-color",
			"--no-ext-diff",
			"--no-textconv",
			"--no-renames",
			"--text",
			"--full-index",
			"-U0",
			"-p"
		],
		NO_TREE[commit.length] ?? "",
		commit,
		"--",
		...files
	]));
	if (found === void 0 || files.some((file) => !found.has(file))) return void 0;
	return Object.fromEntries(found);
}
/** Pure: files of a patch in which each is new; undefined when one of them is not what its id says. */
function readNewFiles(patch) {
	const parts = patch.split(/^(?=diff --git )/m).filter((part) => part.startsWith("diff --git "));
	const files = /* @__PURE__ */ new Map();
	for (const part of parts) {
		const [, names = "", mode = "", id = ""] = /^diff --git ([^\n]*)\nnew file mode (100644|100755)\nindex 0+\.\.([0-9a-f]+)\n/.exec(part) ?? [];
		const at = /^@@ [^\n]*\n/m.exec(part);
		const text = (at === null ? "" : part.slice(at.index + at[0].length)).replace(/^\+/gm, "").replace(/\n\\ No newline at end of file\n$/, "");
		if (id === "" || blobId(new TextEncoder().encode(text), id) !== id) return void 0;
		files.set(names.slice(2, 2 + (names.length - 5) / 2), {
			mode,
			text
		});
	}
	return files;
}
async function filesSurely(cache, commit, files) {
	const paths = [...new Set(files.flatMap(ancestors))];
	const listing = await cache.local([
		"ls-tree",
		"-z",
		"--full-tree",
		commit,
		"--",
		...paths
	]);
	const found = await Promise.all(files.map(async (file) => {
		const entry = entryFor(listing, file);
		if (!entry.ok) throw new ProblemError(entry.problems);
		if (entry.value === null) return [file, null];
		const { mode, id } = entry.value;
		const text = await cache.local([
			"cat-file",
			"blob",
			id
		]);
		if (blobId(new TextEncoder().encode(text), id) !== id) throw new ProblemError(notUtf8(file));
		return [file, {
			mode,
			text
		}];
	}));
	return Object.fromEntries(found);
}
function ancestors(file) {
	const parts = file.split("/");
	return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}
function entryFor(listing, file) {
	for (const line of listing.split("\0")) {
		const match = /^(\d+) (\w+) ([0-9a-f]+)\t(.*)$/s.exec(line);
		if (match === null) continue;
		const [, mode = "", type = "", id = "", name = ""] = match;
		if (name !== file && !file.startsWith(`${name}/`)) continue;
		if (!(name === file ? mode === "100644" || mode === "100755" : type === "tree")) return {
			ok: false,
			problems: [notPlain(name, mode)]
		};
		if (name === file) return {
			ok: true,
			value: {
				mode,
				id
			}
		};
	}
	return {
		ok: true,
		value: null
	};
}
function notPlain(name, mode) {
	return {
		code: "gitops.not-a-file",
		where: name,
		found: `a link, a submodule or a directory (mode ${mode})`,
		expected: "directories on the way and a plain file at the end",
		remedy: "mend `gitops.file`"
	};
}
function notUtf8(file) {
	return {
		code: "gitops.not-utf8",
		where: file,
		found: "bytes that are not UTF-8",
		expected: "YAML in UTF-8",
		remedy: "save the file as UTF-8 and commit it"
	};
}

// src/gitops/commit/message.ts
/** Lines at the end of a message by which programs know our commits again. */
const TRAILERS = {
	run: "Shiplock-Run",
	node: "Shiplock-Node",
	release: "Shiplock-Release",
	environment: "Shiplock-Environment",
	fence: "Shiplock-Fence",
	actor: "Shiplock-Actor",
	verdict: "Shiplock-Verdict"
};
/** Pure: the whole message. */
function messageOf(origin, edits, subject) {
	const { service, environment, version } = origin;
	const first = line(subject ?? `${service} in ${environment}: ${version}`);
	const trailers = [
		["release", `${service} ${version}`],
		["environment", environment],
		["run", origin.run],
		["node", origin.node],
		["fence", String(origin.fence)],
		["actor", origin.actor],
		["verdict", origin.verdict]
	].flatMap(([key, value]) => value === void 0 || line(value) === "" ? [] : [`${TRAILERS[key]}: ${line(value)}`]);
	return `${first}\n\n${beforeLines(edits).join("\n")}\n\n${trailers.join("\n")}\n`;
}
function beforeLines(edits) {
	const values = edits.flatMap(({ file, values: of }) => of.map((one) => ({
		file,
		...one
	})));
	const [only, ...more] = values;
	if (only === void 0) return edits.map(({ file }) => `Changes ${line(file)}`);
	if (more.length === 0) return [`Before: ${line(only.before)}`];
	return values.map(({ file, path, before, after }) => `${line(file)} ${path}: ${line(before)} → ${line(after)}`);
}
/** Pure: the commit in git's fast-import language; ends by asking for its id. All data is given, so its id is the same every time. */
function importStream(commit) {
	const { ref, base, time, message, edits } = commit;
	const who = `${clean(commit.author.name)} <${clean(commit.author.email)}> ${time} +0000`;
	return [
		"feature done\n",
		`commit ${ref}\nmark :1\nauthor ${who}\ncommitter ${who}\n`,
		data(message),
		base === null ? "" : `from ${base}\n`,
		...edits.map(({ file, mode, text }) => `M ${mode} inline ${file}\n${data(text)}\n`),
		"\nget-mark :1\ndone\n"
	].join("");
}
const FIELDS = [
	TRAILERS.run,
	TRAILERS.node,
	TRAILERS.environment,
	TRAILERS.fence,
	TRAILERS.release,
	TRAILERS.actor,
	TRAILERS.verdict
];
/** For `git log`: what `oursIn` reads. */
const LOG_FORMAT = ["%H", ...FIELDS.map((key) => `%(trailers:key=${key},valueonly,separator=%x2C)`)].join("%x09");
/** Pure: commits with the trailers that every one of ours has, from the log. */
function oursIn(log) {
	return log.split("\n").flatMap((text) => {
		const [commit = "", run = "", node = "", environment = "", fence = "", release = "", actor = "", verdict = ""] = text.split("	");
		if (run === "" || !/^\d+$/.test(fence)) return [];
		return [{
			commit,
			run,
			node,
			environment,
			fence: Number(fence),
			release,
			actor,
			verdict
		}];
	});
}
function data(text) {
	return `data ${Buffer.byteLength(text)}\n${text}`;
}
function clean(text) {
	return text.replace(/[<>\p{Cc}]/gu, "").trim();
}
/** On one line: nothing that comes from outside can add a trailer of its own. */
function line(text) {
	return text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
}

// src/gitops/commit/objects.ts
/** Reads and makes commits in the cache. No network. */
/** How many of our own commits are looked at. */
const RECENT = 50;
/** What a derivation is given, at a commit that lies in the cache. */
async function headAt(cache, base, files, environment) {
	if (base === null) return {
		base,
		files: Object.fromEntries(files.map((file) => [file, null])),
		ours: []
	};
	const [texts, ours] = await Promise.all([filesAt(cache, base, files), oursAt(cache, base, environment)]);
	return {
		base,
		files: texts,
		ours
	};
}
/** Our newest commits for an environment at or below a commit. */
async function oursAt(cache, base, environment) {
	const grep = `--grep=${TRAILERS.environment}: ${environment}`;
	const log = await cache.local([
		"log",
		`-n${RECENT}`,
		"--fixed-strings",
		grep,
		`--format=${LOG_FORMAT}`,
		base,
		"--"
	]);
	return oursIn(log).filter((one) => one.environment === environment);
}
/** Makes a commit that nobody sees before it is pushed; its id. Two at a time would share a name: under the lock of the line only. */
async function makeCommit(cache, commit) {
	const stream = importStream({
		...commit,
		ref: "refs/shiplock/made"
	});
	const made = await cache.local([
		"fast-import",
		"--quiet",
		"--force",
		"--date-format=raw"
	], { stdin: stream });
	if (!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(made.trim())) throw new CacheError(`git made a commit and named ${JSON.stringify(made)}`);
	return made.trim();
}
/** Is the commit the head, or below it? */
async function isBelow(cache, commit, head) {
	if (commit === head) return true;
	const { exitCode, stderr } = await cache.run([
		"merge-base",
		"--is-ancestor",
		commit,
		head
	]);
	if (exitCode > 1) throw new CacheError(`git merge-base: ${stderr.trim()}`);
	return exitCode === 0;
}
/** Commits at or below `head` that are not at or below `base`, newest first. */
async function commitsSince(cache, base, head) {
	const range = base === null ? [head] : [head, `^${base}`];
	return (await cache.local([
		"rev-list",
		...range,
		"--"
	])).split("\n").filter((line) => line !== "");
}
/** Commits after `base` that changed a file, newest first. */
async function touchedSince(cache, base, head, file) {
	const range = base === null ? [head] : [head, `^${base}`];
	return (await cache.local([
		"log",
		"-n20",
		"--format=%H%x09%an <%ae>%x09%aI",
		...range,
		"--",
		file
	])).split("\n").flatMap((line) => {
		const [commit = "", author = "", time = ""] = line.split("	");
		return time === "" ? [] : [{
			commit,
			author,
			time
		}];
	});
}

// src/gitops/commit/refusals.ts
/** The server takes our commits from nobody like us, or not on this branch. */
async function pushRefused(place, said, ports) {
	const where = `${place.location.address} ${place.branch}`;
	const tree = await workTree(place, ports);
	if (tree !== void 0 && tree.head === `refs/heads/${place.branch}`) return {
		code: "gitops.checked-out",
		where,
		found: `a work tree in which this very branch is checked out; git: ${said}`,
		expected: "a bare repository, or a branch that nobody has checked out",
		remedy: "name a bare repository (`git clone --bare`), or check another branch out there"
	};
	return {
		code: "gitops.refused",
		where,
		found: said,
		expected: "a branch that takes a plain fast-forward from this account",
		remedy: "let the rule that protects the branch take pushes of the account that releases; what a hook of the server says stands above"
	};
}
/** The repository has branches, and not ours. */
async function noBranch(place, branches, ports) {
	const tree = await workTree(place, ports);
	const detached = tree !== void 0 && tree.head === void 0 ? ", and a detached HEAD" : "";
	const some = branches.slice(0, 5).join(", ");
	return {
		code: "gitops.no-branch",
		where: `${place.location.address} ${place.branch}`,
		found: `no such branch${detached}; it has ${some}${branches.length > 5 ? " and others" : ""}`,
		expected: "the branch that `gitops.branch` names",
		remedy: "make the branch once, or change `gitops.branch`: only an empty repository gets its first branch from a release"
	};
}
/** A directory with files checked out, and what its HEAD points to; undefined for anything else. */
async function workTree({ location }, { exec, signal }) {
	const path = location.address.replace(/^file:\/\//, "");
	if (!path.startsWith("/") || !existsSync(path)) return void 0;
	const ask = (...args) => exec.read(git(gitDirOf(path), ...args), {
		timeoutMs: 5e3,
		signal
	});
	const bare = await ask("rev-parse", "--is-bare-repository");
	if (bare.exitCode !== 0 || bare.stdout.trim() !== "false") return void 0;
	const head = await ask("symbolic-ref", "--quiet", "HEAD");
	return { head: head.exitCode === 0 ? head.stdout.trim() : void 0 };
}
function gitDirOf(path) {
	return existsSync(`${path}/.git`) ? `${path}/.git` : path;
}

// src/gitops/commit/porcelain.ts
/** Flags of a ref that is now as we wanted it: fast-forward, new, up to date already. */
const LANDED = [
	" ",
	"*",
	"="
];
/**
* Pure. `output` is one line per ref, `<flag>\t<from>:<to>\t<summary> (<reason>)`. The reason is for people: what is done next is decided
* by reading the branch again.
*/
function readPush(output, exitCode, ref, stderr = "") {
	const line = output.split("\n").find((one) => one.slice(1).startsWith("	") && one.split("	")[1]?.endsWith(`:${ref}`));
	const flag = line?.[0];
	if (flag !== void 0 && LANDED.includes(flag) && exitCode === 0) return { kind: "landed" };
	if (flag === "!") return {
		kind: "rejected",
		said: saidBy(line?.split("	")[2] ?? "", stderr)
	};
	return {
		kind: "no-answer",
		said: saidBy(`git push ended with ${exitCode}`, stderr)
	};
}
/** git's summary, and what the server's hooks said to the person who pushes. */
function saidBy(summary, stderr) {
	const words = stderr.split("\n").filter((line) => line.startsWith("remote:")).map((line) => line.slice(7).trim()).filter((line) => line !== "");
	return [summary.trim(), ...words.slice(0, 4)].join("; ").slice(0, 600);
}

// src/gitops/commit/remote.ts
/** How many commits a new cache begins with; from then on it holds every later one. */
const DEPTH = 50;
const NETWORK_MS = 6e4;
/** Where a cache keeps the head of a branch. Not by its name: `a` and `a/b` may follow each other. */
function headRef(branch) {
	return `refs/shiplock/head-${createHash("sha256").update(branch).digest("hex").slice(0, 16)}`;
}
/** Brings the head of the branch into the cache. Throws CacheError when the repository answers and the cache does not take it. */
async function fetchHead(cache, place) {
	const { location, branch } = place;
	const ref = headRef(branch);
	const fetch = [
		"fetch",
		...[
			"--quiet",
			"--no-tags",
			"--no-write-fetch-head",
			"--no-recurse-submodules",
			...await refIn(cache, ref) === void 0 ? [`--depth=${DEPTH}`] : []
		],
		"--",
		location.address,
		`+refs/heads/${branch}:${ref}`
	];
	const result = await cache.run(fetch, { timeoutMs: NETWORK_MS });
	if (result.exitCode === 0) {
		const commit = await refIn(cache, ref);
		if (commit === void 0) throw new CacheError(`git fetch left no ${ref}`);
		return {
			kind: "at",
			commit
		};
	}
	const branches = await branchesOf(cache, place);
	if (typeof branches === "string") return {
		kind: "no-answer",
		said: lastLine(result.stderr, result.exitCode)
	};
	if (!branches.includes(branch)) return {
		kind: "no-branch",
		branches
	};
	throw new CacheError(`git fetch: ${lastLine(result.stderr, result.exitCode)}`);
}
/** Names of the branches over there; what git said when there is no answer. */
async function branchesOf(cache, { location }) {
	const { exitCode, stdout, stderr } = await cache.run([
		"ls-remote",
		"--heads",
		"--",
		location.address
	], { timeoutMs: NETWORK_MS });
	if (exitCode !== 0) return lastLine(stderr, exitCode);
	return stdout.split("\n").flatMap((line) => {
		const name = line.split("	")[1];
		return name?.startsWith("refs/heads/") ? [name.slice(11)] : [];
	});
}
/** A plain push: the server takes it only while the branch is where the commit was built on. */
async function push(cache, { location, branch }, commit) {
	if (!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(commit)) throw new TypeError(`not a commit: ${JSON.stringify(commit)}`);
	const ref = `refs/heads/${branch}`;
	const argv = [
		"push",
		...[
			"--porcelain",
			"--no-verify",
			"--no-progress",
			"--no-signed"
		],
		"--",
		location.address,
		`${commit}:${ref}`
	];
	const { exitCode, stdout, stderr } = await cache.run(argv, { timeoutMs: NETWORK_MS });
	const pushed = readPush(stdout, exitCode, ref, stderr);
	return pushed.kind === "no-answer" ? {
		...pushed,
		said: lastLine(stderr, exitCode)
	} : pushed;
}

// src/gitops/commit/session.ts
/** A head that was seen so lately is built on without another look, where nobody competes: the push looks anyway. */
const FRESH_MS = 2e3;
const READ_TRIES = 3;
async function openSession(place, ports) {
	const dir = place.location.cache;
	const branch = headRef(place.branch).split("-").at(-1) ?? "";
	await mkdir(dirname(dir), { recursive: true });
	return {
		place,
		cache: openCache(dir, ports.exec, ports.signal),
		ports,
		names: {
			line: `${dir}.${branch}.line`,
			lineLock: `${dir}.line.lock`,
			netLock: `${dir}.net.lock`
		}
	};
}
/** Changes the line under its lock. */
async function changeLine(session, work) {
	const { names, ports } = session;
	return withLock(names.lineLock, ports, async () => {
		const before = await readLine(names.line);
		const [after, result] = await work(withoutDead(before, ports.clock.now()));
		if (after !== before) await writeLine(names.line, after);
		return result;
	});
}
function isFresh(line, now) {
	return line.seenAt > 0 && line.seenAt <= now && now - line.seenAt <= FRESH_MS && line.window < 1;
}
/** Brings the head of the branch here, unless somebody did since `begun`. Whoever waited for a commit that is there now learns it. */
async function refresh(session, begun) {
	await withLock(session.names.netLock, session.ports, async () => {
		const { seenAt } = await readLine(session.names.line);
		if (seenAt < begun || seenAt > session.ports.clock.now()) await bringHead(session);
	});
}
/** Under the lock of the network. Returns the head. */
async function bringHead(session) {
	const { cache, ports, place } = session;
	await ensureCache(cache);
	const head = await answered(session);
	const now = ports.clock.now();
	if (head.kind === "no-branch") {
		if (head.branches.length > 0) throw new ProblemError(await noBranch(place, head.branches, ports));
		return changeLine(session, async (line) => [movedTo(line, null, [], now), null]);
	}
	const { commit } = head;
	const before = await readLine(session.names.line);
	const since = before.base === commit || before.waiting.length === 0 ? [] : await commitsSince(cache, before.base, commit).catch(() => [commit]);
	return changeLine(session, async (line) => {
		const landed = line.waiting.map((one) => one.commit).filter((one) => since.includes(one));
		return [movedTo(line, commit, landed, now), commit];
	});
}
async function answered(session) {
	const { cache, place, ports } = session;
	for (let tries = 1;; tries++) {
		const fetched = await fetchHead(cache, place);
		if (fetched.kind !== "no-answer") return fetched;
		const problem = await diagnose({
			place,
			want: "read",
			said: fetched.said,
			...ports
		});
		if (!(problem.code === "gitops.unreachable" || problem.code === "gitops.git-failed") || tries === READ_TRIES) throw new ProblemError(problem);
		await ports.clock.sleep(100 + ports.random() * 300 * tries, ports.signal);
	}
}
/**
* Runs work that needs the cache. Where that is broken it is thrown away and the work is done once more; it begins by reading the branch anew,
* so nothing is done twice.
* @throws ProblemError also when the disk does not take what we write
*/
async function recovering(session, work) {
	const { cache } = session;
	try {
		for (let recovered = 0;; recovered++) {
			const used = identity(cache.dir);
			try {
				return await work();
			} catch (error) {
				if (!(error instanceof CacheError) || recovered === 2) throw error;
				session.ports.signal.throwIfAborted();
				await beginAnew(session, used);
			}
		}
	} catch (error) {
		const broken = isDiskError(error) ? new CacheError(error.message) : error;
		throw broken instanceof CacheError ? new ProblemError(await cacheProblem(cache.dir, broken)) : error;
	}
}
async function beginAnew({ cache, names, ports }, used) {
	await withLock(names.netLock, ports, () => withLock(names.lineLock, ports, async () => {
		if (used !== void 0 && identity(cache.dir) !== used) return;
		await discardCache(cache.dir);
		await writeLine(names.line, EMPTY_LINE);
	}));
}
function isDiskError(error) {
	return [
		"ENOSPC",
		"EDQUOT",
		"EROFS",
		"EACCES"
	].some((code) => hasCode(error, code));
}
function identity(dir) {
	if (!existsSync(dir)) return void 0;
	const { ino, birthtimeMs } = statSync(dir);
	return `${ino} ${birthtimeMs}`;
}

// src/gitops/commit/place.ts
var import_dist = require_dist();
/** Understands a repository and a branch; refuses names that git would read as something else. Pure. */
function placeOf$1(options) {
	const location = locate$1(options.repository, options.workDir, options.baseDir ?? process.cwd());
	if (!location.ok) return location;
	if (!BRANCH_NAME.test(options.branch)) return bad(noBranchName(options.branch));
	return ok({
		location: location.value,
		branch: options.branch
	});
}
/**
* A path that git can take from us and that stays inside the repository.
* @throws ProblemError `gitops.file`
*/
function checkFile(file) {
	const outside = file.split("/").some((part) => [
		"",
		".",
		"..",
		".git"
	].includes(part.toLowerCase()));
	if (file !== "" && !outside && !/["\\\p{Cc}]/u.test(file)) return file;
	throw new ProblemError({
		code: "gitops.file",
		where: "gitops.file",
		found: JSON.stringify(file),
		expected: "a path inside the repository, such as apps/certkeeper/production.yaml",
		remedy: "mend `gitops.file`"
	});
}
function noBranchName(branch) {
	return {
		code: "gitops.branch",
		where: "gitops.branch",
		found: JSON.stringify(branch),
		expected: "the name of a branch, such as main",
		remedy: "mend `gitops.branch`"
	};
}

// src/gitops/commit/request.ts
/** What the program `commit-main` reads and answers: the effect of a commit step. No secret is in it. */
const text = string();
const valuesRequestSchema = strictObject({
	repository: text,
	branch: text,
	workDir: text,
	baseDir: text,
	changes: array(strictObject({
		file: text,
		path: text,
		value: text,
		read: text.nullable().exactOptional()
	})).min(1).readonly(),
	/** Head at which the values were read. */
	readAt: text.nullable(),
	missingFile: _enum(["make", "refuse"]),
	othersValue: _enum(["conflict", "change"]),
	repeats: boolean().exactOptional(),
	origin: strictObject({
		service: text,
		environment: text,
		version: text,
		run: text,
		node: text,
		fence: number(),
		actor: text.exactOptional(),
		verdict: text.exactOptional()
	}),
	author: strictObject({
		name: text,
		email: text
	}),
	time: number(),
	subject: text.exactOptional(),
	signingKey: text.exactOptional(),
	deadlineMs: number()
});
const valuesAnswerSchema = discriminatedUnion("kind", [
	strictObject({
		kind: literal("committed"),
		commit: text,
		tries: number()
	}),
	strictObject({
		kind: literal("was-committed"),
		commit: text
	}),
	strictObject({
		kind: literal("nothing"),
		why: text,
		base: text.nullable()
	}),
	strictObject({
		kind: literal("problems"),
		problems: array(problemSchema).min(1).readonly()
	})
]);

// src/gitops/edit/tree.ts
const MAX_VALUES = 3e5;
const MAX_BYTES = 4194304;
/** `file:line:column`, both from 1, of a place in a text. Lines end with \n, \r\n or \r. */
function placeAt(where, text, offset) {
	const { line, column } = lineAt(text, offset);
	return `${where}:${line}:${column}`;
}
/** Line and column, both from 1. */
function lineAt(text, offset) {
	const lines = text.slice(0, offset).split(/\r\n|\n|\r/);
	return {
		line: lines.length,
		column: (lines.at(-1) ?? "").replace(/^\uFEFF/, "").length + 1
	};
}

// src/gitops/edit/find.ts
function findIn(tree, document, path, where) {
	const walk = {
		tree,
		document,
		path,
		where
	};
	let at = {
		node: document.root,
		entry: void 0,
		steps: [],
		names: [],
		outer: 0
	};
	for (const [depth, segment] of path.entries()) {
		const { node } = at;
		const problem = passable(walk, node, depth);
		if (problem !== void 0) return {
			kind: "blocked",
			problem,
			at: node.start
		};
		if (node.kind === "scalar" && node.style === "empty") return missing(walk, at, depth);
		if (node.kind === "map" && segment.kind === "key") {
			const entry = entryOf(walk, node, segment.key, depth);
			if (entry === void 0) return inherited(walk, node, depth) ?? missing(walk, at, depth);
			if (typeof entry !== "number") return entry;
			at = down(at, node.entries[entry], entry, node);
		} else if (node.kind === "list") {
			const index = itemOf(walk, node.items, segment, depth);
			if (typeof index !== "number") return index;
			const item = node.items[index];
			if (item === void 0) return {
				kind: "elsewhere",
				problem: noItem(walk, node.start, depth)
			};
			at = {
				...at,
				node: item,
				entry: void 0,
				steps: [...at.steps, index],
				names: [...at.names, index]
			};
		} else return {
			kind: "elsewhere",
			problem: wrongKind(walk, node, depth)
		};
	}
	const problem = passable(walk, at.node, path.length);
	return problem === void 0 ? {
		kind: "found",
		...at
	} : {
		kind: "blocked",
		problem,
		at: at.node.start
	};
}
function down(at, entry, index, map) {
	return {
		node: entry?.value ?? at.node,
		entry,
		steps: [...at.steps, index],
		names: [...at.names, entry?.name ?? ""],
		outer: map.flow ? at.outer : map.indent
	};
}
function missing(walk, at, depth) {
	const keys = [];
	for (const segment of walk.path.slice(depth)) {
		if (segment.kind !== "key") return {
			kind: "elsewhere",
			problem: noItem(walk, at.node.start, depth + keys.length)
		};
		keys.push(segment.key);
	}
	return {
		kind: "missing",
		...at,
		keys
	};
}
/** Position of the entry with this key; undefined when there is none. */
function entryOf(walk, map, key, depth) {
	const matches = map.entries.flatMap((entry, index) => entry.name === key ? [{
		entry,
		index
	}] : []);
	const [first] = matches;
	if (first === void 0 || matches.length === 1) return first?.index;
	return {
		kind: "blocked",
		problem: twice(walk, depth, matches.map(({ entry }) => entry.key)),
		at: first.entry.key.start
	};
}
/** Position of the item that a segment means. */
function itemOf(walk, items, segment, depth) {
	const start = items[0]?.start ?? 0;
	if (segment.kind === "index") return segment.index;
	if (segment.kind === "key") {
		if (!segment.quoted && /^\d{1,9}$/.test(segment.key)) return Number(segment.key);
		return {
			kind: "elsewhere",
			problem: {
				code: "gitops.no-such-item",
				where: placeAt(walk.where, walk.tree.text, start),
				found: `a list at ${named(walk, depth)}, and ${JSON.stringify(segment.key)} names no item of it`,
				expected: "a position or a filter behind a list",
				remedy: "write for instance [0] or [name=api]"
			}
		};
	}
	const matches = items.flatMap((item, index) => segment.tests.every((test) => passes(item, test)) ? [index] : []);
	const [first, second] = matches;
	if (first === void 0) return {
		kind: "elsewhere",
		problem: noItem(walk, start, depth)
	};
	if (second === void 0) return first;
	const both = matches.flatMap((index) => items[index] ?? []);
	return {
		kind: "blocked",
		problem: twice(walk, depth, both),
		at: both[0]?.start ?? start
	};
}
function passes(item, { keys, value }) {
	let here = item;
	for (const key of keys) {
		const map = here?.kind === "alias" ? here.target : here;
		here = map?.kind === "map" ? map.entries.find((one) => one.name === key)?.value : void 0;
	}
	const end = here?.kind === "alias" ? here.target : here;
	return end?.kind === "scalar" && end.style !== "empty" && end.text === value;
}
/** What must not be entered or changed: what an alias shares would change elsewhere too. */
function passable(walk, here, depth) {
	if (here.kind === "alias") return aliasProblem(walk, here, depth);
	if (here.anchor === void 0) return void 0;
	const user = walk.document.aliases.find((alias) => alias.target === here);
	if (user === void 0) return void 0;
	return {
		code: "gitops.anchor",
		where: placeAt(walk.where, walk.tree.text, here.start),
		found: `the anchor &${here.anchor} at ${named(walk, depth)}, which *${here.anchor} at ${placeAt(walk.where, walk.tree.text, user.start)} shares`,
		expected: "a value that stands in one place only",
		remedy: "write the value out at both places; what they share would change elsewhere too"
	};
}
function aliasProblem(walk, alias, depth) {
	const at = alias.target === void 0 ? "" : `, whose anchor stands at ${placeAt(walk.where, walk.tree.text, alias.target.start)}`;
	return {
		code: "gitops.alias",
		where: placeAt(walk.where, walk.tree.text, alias.start),
		found: `the alias *${alias.name} at ${named(walk, depth)}${at}`,
		expected: "a value written out",
		remedy: "write the value itself there, or edit it at the anchor if all who share it shall change"
	};
}
const MERGE = "<<";
/** Merges of merges that are looked through. */
const MOST_MERGES = 20;
/** A key that only `<<` brings in: adding it would hide all that is merged below it. A single value may be overridden. */
function inherited(walk, map, depth) {
	const segment = walk.path[depth];
	if (walk.tree.format === "json" || segment?.kind !== "key") return void 0;
	const found = merged(map, segment.key, 0);
	if (found === void 0 || found.value.kind === "scalar" && depth === walk.path.length - 1) return void 0;
	return {
		kind: "blocked",
		problem: mergeProblem(walk, found.source, depth),
		at: found.source.start
	};
}
/** What merge keys bring in under this name, and the value of the merge key that does. */
function merged(map, name, level) {
	for (const entry of map.entries) {
		if (entry.name !== MERGE) continue;
		for (const source of entry.value.kind === "list" ? entry.value.items : [entry.value]) {
			const target = source.kind === "alias" ? source.target : source;
			if (target?.kind !== "map") continue;
			const value = target.entries.find((one) => one.name === name)?.value;
			if (value !== void 0) return {
				value,
				source
			};
			const deeper = level < MOST_MERGES ? merged(target, name, level + 1) : void 0;
			if (deeper !== void 0) return {
				value: deeper.value,
				source
			};
		}
	}
}
function mergeProblem(walk, source, depth) {
	const at = source.kind !== "alias" || source.target === void 0 ? "" : `, whose anchor stands at ${placeAt(walk.where, walk.tree.text, source.target.start)}`;
	return {
		code: "gitops.alias",
		where: placeAt(walk.where, walk.tree.text, source.start),
		found: `a merge key (<<) that brings ${named(walk, depth + 1)} in${at}`,
		expected: "a value written out",
		remedy: "write the mapping itself there, or edit it where it stands if all who merge it shall change"
	};
}
function twice(walk, depth, both) {
	const places = both.map(({ start }) => placeAt(walk.where, walk.tree.text, start));
	return {
		code: "gitops.two-matches",
		where: places[0] ?? walk.where,
		found: `${both.length} matches of ${named(walk, depth + 1)}: ${places.slice(0, 5).join(", ")}`,
		expected: "one",
		remedy: "add to the filter, for instance [name=http,protocol=TCP], name a position such as [0], or remove the repeated key"
	};
}
function noItem(walk, start, depth) {
	return {
		code: "gitops.no-such-item",
		where: placeAt(walk.where, walk.tree.text, start),
		found: `no item at ${named(walk, depth + 1)}`,
		expected: "an item of a list",
		remedy: "mend the path, or add the item to the file: an item is never made up"
	};
}
function wrongKind(walk, here, depth) {
	const kind = here.kind === "map" ? "a mapping" : "a single value";
	return {
		code: "gitops.not-a-mapping",
		where: placeAt(walk.where, walk.tree.text, here.start),
		found: `${kind} at ${depth === 0 ? "the top" : named(walk, depth)}`,
		expected: `something that ${formatPath(walk.path.slice(depth, depth + 1))} can be a part of`,
		remedy: "mend the path"
	};
}
/** The first `length` segments. */
function named(walk, length) {
	return length === 0 ? "the top" : formatPath(walk.path.slice(0, length));
}

// src/gitops/edit/document.ts
/**
* The document that a path means: the one that is named (from 1), or the only one in which the path leads to something. When it leads
* nowhere yet, the only one in which everything but the last key is there. Pure.
*/
function chooseDocument(tree, path, wanted, where) {
	const { documents } = tree;
	const all = documents.map((document, index) => ({
		document: index,
		finding: findIn(tree, document, path, where)
	}));
	if (wanted !== void 0) {
		const one = all[wanted - 1];
		return one === void 0 ? bad(noDocument(wanted, documents.length, where)) : ok(one);
	}
	const [only, second] = all;
	if (only === void 0) return ok({
		document: 0,
		finding: nothingAtAll(tree, path)
	});
	if (second === void 0) return ok(only);
	const hits = all.filter(({ finding }) => finding.kind === "found" || finding.kind === "blocked");
	const near = all.filter(({ finding }) => finding.kind === "missing" && finding.keys.length === 1 && finding.steps.length > 0);
	const candidates = hits.length > 0 ? hits : near;
	const [first] = candidates;
	if (first !== void 0 && candidates.length === 1) return ok(first);
	if (first === void 0) {
		const item = all.flatMap(({ finding }) => finding.kind === "elsewhere" ? [finding.problem] : []).find(({ code }) => code === "gitops.no-such-item");
		if (item !== void 0) return bad(item);
	}
	return bad(several(tree, path, first === void 0 ? all : candidates, where));
}
/** A text without any document in it. */
function nothingAtAll(tree, path) {
	const at = tree.text.length;
	return findIn(tree, {
		root: {
			kind: "scalar",
			style: "empty",
			text: "",
			flow: false,
			start: at,
			end: at
		},
		aliases: []
	}, path, "");
}
function noDocument(wanted, count, where) {
	return {
		code: "gitops.document",
		where,
		found: `no document ${wanted}; there ${count === 1 ? "is 1" : `are ${count}`}`,
		expected: "the number of a document, counted from 1",
		remedy: "count the documents, which lines of `---` part; an empty one counts too"
	};
}
function several(tree, path, candidates, where) {
	const places = candidates.map(({ document, finding }) => {
		const start = "node" in finding ? finding.node.start : "at" in finding ? finding.at : tree.documents[document]?.root.start ?? 0;
		return `document ${document + 1} (${placeAt(where, tree.text, start)})`;
	});
	const leads = candidates.some(({ finding }) => finding.kind === "found" || finding.kind === "blocked");
	return {
		code: "gitops.several-documents",
		where: `${where} ${formatPath(path)}`,
		found: `${candidates.length} documents ${leads ? "with such a value" : "in which it could be added"}: ${places.slice(0, 5).join(", ")}`,
		expected: "one",
		remedy: "name it with --document, counted from 1"
	};
}

// src/gitops/edit/json-tree.ts
var JsonError = class extends Error {
	at;
	constructor(at, found) {
		super(found);
		this.at = at;
	}
};
/** Reads JSON (RFC 8259, a byte order mark in front allowed) and keeps where each value stands. Pure. */
function jsonTree(text, where) {
	try {
		const root = new Reader(text).document();
		return ok({
			format: "json",
			text,
			documents: [{
				root,
				aliases: []
			}]
		});
	} catch (error) {
		if (!(error instanceof JsonError)) throw error;
		const problem = {
			code: "gitops.unreadable",
			where: placeAt(where, text, error.at),
			found: error.message,
			expected: "JSON",
			remedy: "mend the file in git; a file with comments is YAML, so give it such a name"
		};
		return bad(problem);
	}
}
const WORD = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/y;
var Reader = class {
	text;
	at;
	values = 0;
	constructor(text) {
		this.text = text;
		this.at = text.startsWith("﻿") ? 1 : 0;
	}
	document() {
		const root = this.value(0);
		this.space();
		if (this.at < this.text.length) throw this.unexpected("behind the value");
		return root;
	}
	space() {
		while (" 	\n\r".includes(this.text.charAt(this.at)) && this.at < this.text.length) this.at += 1;
	}
	unexpected(place) {
		const here = this.text.codePointAt(this.at);
		return new JsonError(this.at, here === void 0 ? `the end of the file ${place}` : `${JSON.stringify(String.fromCodePoint(here))} ${place}`);
	}
	value(depth) {
		this.space();
		this.values += 1;
		if (depth > 100) throw new JsonError(this.at, `brackets more than ${100} deep`);
		if (this.values > 3e5) throw new JsonError(this.at, `more than ${MAX_VALUES} values`);
		const first = this.text.charAt(this.at);
		if (first === "{") return this.map(depth);
		if (first === "[") return this.list(depth);
		if (first === "\"") return this.string();
		WORD.lastIndex = this.at;
		const [word] = WORD.exec(this.text) ?? [];
		if (word === void 0) throw this.unexpected("where a value begins");
		const start = this.at;
		this.at += word.length;
		return {
			kind: "scalar",
			style: "plain",
			text: word,
			flow: true,
			start,
			end: this.at
		};
	}
	string() {
		const start = this.at;
		let end = start + 1;
		while (end < this.text.length && this.text.charAt(end) !== "\"") end += this.text.charAt(end) === "\\" ? 2 : 1;
		this.at = end + 1;
		return {
			kind: "scalar",
			style: "double",
			text: this.decoded(start),
			flow: true,
			start,
			end: this.at
		};
	}
	decoded(start) {
		try {
			const text = JSON.parse(this.text.slice(start, this.at));
			return String(text);
		} catch {
			throw new JsonError(start, "a string that is not closed, or holds what must be escaped");
		}
	}
	map(depth) {
		const start = this.at;
		const entries = [];
		this.at += 1;
		this.space();
		if (this.text.charAt(this.at) !== "}") do {
			this.space();
			if (this.text.charAt(this.at) !== "\"") throw this.unexpected("where a key begins");
			const key = this.string();
			this.space();
			this.take(":", "where a colon belongs");
			const colon = this.at;
			entries.push({
				name: key.text,
				key,
				colon,
				value: this.value(depth + 1)
			});
			this.space();
		} while (this.more("}"));
		this.take("}", "where } or a comma belongs");
		return {
			kind: "map",
			flow: true,
			indent: 0,
			entries,
			start,
			end: this.at
		};
	}
	list(depth) {
		const start = this.at;
		const items = [];
		this.at += 1;
		this.space();
		if (this.text.charAt(this.at) !== "]") do {
			items.push(this.value(depth + 1));
			this.space();
		} while (this.more("]"));
		this.take("]", "where ] or a comma belongs");
		return {
			kind: "list",
			flow: true,
			items,
			start,
			end: this.at
		};
	}
	more(end) {
		if (this.text.charAt(this.at) === end || this.text.charAt(this.at) !== ",") return false;
		this.at += 1;
		return true;
	}
	take(character, place) {
		if (this.text.charAt(this.at) !== character) throw this.unexpected(place);
		this.at += 1;
	}
};

// src/gitops/edit/events.ts
/**
* How js-yaml reads a text. It wants a closing bracket deeper than the key that it belongs to, which most people do not write, and every other
* reader lets pass. Such a text is read with spaces in front of the brackets that begin a line; before and after an edit alike, so that what
* differs between the two is the edit.
* @throws YAMLException about the text as it is
*/
function parsed(whole) {
	const text = whole.replace(/^\uFEFF/, "");
	try {
		return {
			text,
			events: parseEvents(text, { maxDepth: 100 })
		};
	} catch (error) {
		if (!(error instanceof YAMLException) || error.reason !== "deficient indentation") throw error;
		const deeper = padded(text);
		try {
			return {
				text: deeper,
				events: parseEvents(deeper, { maxDepth: 100 })
			};
		} catch {
			throw error;
		}
	}
}
/** Deeper than any key of a document that is nested no deeper than is allowed here. */
const PAD = " ".repeat(8 * 100);
function padded(text) {
	let lines = 0;
	return text.replace(/^ *(?=[\]}])/gm, (spaces) => lines++ < 5e3 ? PAD : spaces);
}

// src/gitops/edit/yaml-tree.ts
/** Reads YAML, one document or many, and keeps where each value stands. Two parsers must both take the text. Pure. */
function yamlTree(text, where) {
	const refused = unreadable(text, where);
	if (refused !== void 0) return bad(refused);
	const all = (0, import_dist.parseAllDocuments)(text, {
		keepSourceTokens: true,
		schema: "failsafe",
		uniqueKeys: false,
		prettyErrors: false,
		logLevel: "silent",
		resolveKnownTags: false
	});
	const documents = "empty" in all ? [] : all;
	for (const document of documents) {
		const [error] = document.errors;
		if (error !== void 0) return bad(broken(placeAt(where, text, error.pos[0]), error.message));
	}
	return ok({
		format: "yaml",
		text,
		documents: documents.map((document) => treeDocument(document))
	});
}
/** What js-yaml says against the text. It is quick and counts brackets, so nothing hostile gets to the parser that keeps places. */
function unreadable(text, where) {
	try {
		const { events } = parsed(text);
		if (events.length <= 2 * 3e5) return void 0;
		return {
			code: "gitops.too-large",
			where,
			found: `more than ${MAX_VALUES} values`,
			expected: "a manifest",
			remedy: "split the file, and keep what is changed apart from what is generated"
		};
	} catch (error) {
		if (!(error instanceof YAMLException)) throw error;
		const shift = text.startsWith("﻿") ? 1 : 0;
		return broken(placeAt(where, text, (error.mark?.position ?? 0) + shift), error.reason);
	}
}
function broken(where, found) {
	return {
		code: "gitops.unreadable",
		where,
		found: found.split("\n")[0] ?? found,
		expected: "YAML",
		remedy: "mend the file in git; a template is edited where its values stand, not in the template"
	};
}
function treeDocument(document) {
	const builder = {
		anchors: /* @__PURE__ */ new Map(),
		aliases: []
	};
	const at = document.range[1];
	return {
		root: document.contents === null ? {
			kind: "scalar",
			style: "empty",
			text: "",
			flow: false,
			start: at,
			end: at
		} : node(builder, document.contents, false),
		aliases: builder.aliases
	};
}
function node(builder, value, flow) {
	const built = bare(builder, value, flow);
	const anchored = (0, import_dist.isScalar)(value) || (0, import_dist.isCollection)(value) ? value : void 0;
	const full = {
		...built,
		...anchored?.anchor === void 0 ? {} : { anchor: anchored.anchor },
		...anchored?.tag === void 0 ? {} : { tag: anchored.tag }
	};
	if (full.anchor !== void 0) builder.anchors.set(full.anchor, full);
	return full;
}
function bare(builder, value, flow) {
	if ((0, import_dist.isAlias)(value)) {
		const alias = {
			kind: "alias",
			name: value.source,
			target: builder.anchors.get(value.source),
			...spanOf(value.range)
		};
		builder.aliases.push(alias);
		return alias;
	}
	if ((0, import_dist.isMap)(value)) return map(builder, value);
	if ((0, import_dist.isSeq)(value)) {
		const inner = value.flow === true;
		const items = value.items.map((item) => node(builder, item, inner));
		return {
			kind: "list",
			flow: inner,
			items,
			...whole(value.range, inner, items.at(-1))
		};
	}
	if ((0, import_dist.isScalar)(value)) {
		const span = spanOf(value.range);
		return {
			kind: "scalar",
			style: styleOf(value, span),
			text: String(value.value ?? ""),
			flow,
			...span
		};
	}
	return {
		kind: "scalar",
		style: "empty",
		text: "",
		flow,
		start: 0,
		end: 0
	};
}
function map(builder, value) {
	const flow = value.flow === true;
	const entries = value.items.map((pair) => entry(builder, pair, flow));
	const token = value.srcToken;
	const indent = token !== void 0 && "indent" in token ? token.indent : 0;
	const last = entries.at(-1);
	return {
		kind: "map",
		flow,
		indent,
		entries,
		...whole(value.range, flow, last?.value)
	};
}
function entry(builder, pair, flow) {
	const key = (0, import_dist.isScalar)(pair.key) ? pair.key : void 0;
	const span = key === void 0 ? {
		start: 0,
		end: 0
	} : spanOf(key.range);
	if (pair.key !== null && key === void 0) node(builder, pair.key, flow);
	else if (key?.anchor !== void 0) node(builder, key, flow);
	const colon = colonOf(pair);
	const value = pair.value === null ? {
		kind: "scalar",
		style: "empty",
		text: "",
		flow,
		start: span.end,
		end: span.end
	} : node(builder, pair.value, flow);
	const empty = value.kind === "scalar" && value.style === "empty" && colon !== void 0;
	return {
		name: key === void 0 ? void 0 : String(key.value ?? ""),
		key: {
			...span,
			style: key === void 0 ? "plain" : styleOf(key, span)
		},
		colon,
		value: empty && value.anchor === void 0 && value.tag === void 0 ? {
			...value,
			start: colon,
			end: colon
		} : value
	};
}
function colonOf(pair) {
	const sign = pair.srcToken?.sep?.find((token) => token.type === "map-value-ind");
	return sign === void 0 ? void 0 : sign.offset + 1;
}
/** A collection without brackets ends where its last value ends, not behind the comments that follow. */
function whole(range, flow, last) {
	const span = spanOf(range);
	if (flow || last === void 0) return span;
	return {
		start: span.start,
		end: Math.max(span.start, last.end)
	};
}
function spanOf(range) {
	const [start = 0, end = start] = range ?? [];
	return {
		start,
		end
	};
}
function styleOf(scalar, span) {
	if (scalar.type === "QUOTE_SINGLE") return "single";
	if (scalar.type === "QUOTE_DOUBLE") return "double";
	if (scalar.type === "BLOCK_LITERAL" || scalar.type === "BLOCK_FOLDED") return "block";
	return span.start === span.end ? "empty" : "plain";
}

// src/gitops/edit/locate.ts
/** How both reading and setting a value begin. Pure. @param where name of the file, for problems */
function locate(text, options, where) {
	const path = parsePath(options.path);
	if (!path.ok) return path;
	const tree = readTree(text, options.format ?? formatOf(where), where);
	if (!tree.ok) return tree;
	const chosen = chooseDocument(tree.value, path.value, options.document, where);
	return chosen.ok ? ok({
		...chosen.value,
		tree: tree.value,
		path: path.value
	}) : chosen;
}
/** Reads a text as a tree. @param where name of the file, for problems */
function readTree(text, format, where) {
	if (text.length > 4194304) return bad(tooLarge(where, text.length));
	return format === "json" ? jsonTree(text, where) : yamlTree(text, where);
}
/** What a file of this name holds. */
function formatOf(file) {
	return /\.json$/i.test(file) ? "json" : "yaml";
}
function tooLarge(where, length) {
	return {
		code: "gitops.too-large",
		where,
		found: `${length} characters`,
		expected: `at most ${MAX_BYTES}`,
		remedy: "split the file, and keep what is changed apart from what is generated"
	};
}

// src/gitops/edit/value.ts
/** What a value is, and the ways to write it. Pure. */
const VALUE_TYPES = [
	"string",
	"number",
	"boolean",
	"null"
];
const CORE = [
	["null", nullCoreTag],
	["boolean", boolCoreTag],
	["number", intCoreTag],
	["number", floatCoreTag]
];
const OLD = [
	["null", nullYaml11Tag],
	["boolean", boolYaml11Tag],
	["number", intYaml11Tag],
	["number", floatYaml11Tag],
	["number", timestampTag]
];
/** What other readers of YAML 1.1 take for something else: single letters, months and days of one digit, merge and value keys. */
const ELSEWHERE = /^(?:[yYnN]|<<|=|\d{4}-\d{1,2}-\d{1,2}(?:[Tt\s].*)?)$/;
/** What a text without quotes reads as in YAML 1.2 and in YAML 1.1. */
function plainKinds(text) {
	return [kindBy(CORE, text), kindBy(OLD, text)];
}
function kindBy(tags, text) {
	return tags.find(([, tag]) => tag.resolve(text, false, tag.tagName) !== NOT_RESOLVED)?.[0] ?? "string";
}
/** What stands there. A text that either version of YAML takes for something else is no string: Kubernetes reads `yes` as true. */
function kindOf(node, format) {
	if (node.style === "empty") return "null";
	if (node.style !== "plain") return "string";
	if (format === "json") return node.text === "null" ? "null" : /^[tf]/.test(node.text) ? "boolean" : "number";
	if (timestampTag.resolve(node.text, false, timestampTag.tagName) !== NOT_RESOLVED) return "string";
	const [core, old] = plainKinds(node.text);
	return core === "string" ? old : core;
}
/** Plain data of a scalar as YAML 1.2 or JSON reads it; what is no JSON (.inf, .nan) as its text. */
function dataOf(node, format) {
	if (node.style === "empty") return null;
	if (node.style !== "plain") return node.text;
	const value = format === "json" ? JSON.parse(node.text) : coreValue(node.text);
	return typeof value === "boolean" || value === null || Number.isFinite(value) ? scalar(value) : node.text;
}
function scalar(value) {
	return typeof value === "boolean" || typeof value === "number" ? value : null;
}
function coreValue(text) {
	for (const [, tag] of CORE) {
		const value = tag.resolve(text, false, tag.tagName);
		if (value !== NOT_RESOLVED) return value;
	}
	return text;
}
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/;
/**
* The value that a text asks for. Without a type it keeps the kind of what stands there when it is written the way that kind is
* written (3, 0.5, true); everything else is a string. So 1.10 is never read as 1.1, and a replica count stays a number.
*/
function wantedOf(text, type, there, format) {
	if (type === void 0) {
		const kind = there === void 0 || there.style === "empty" ? "string" : kindOf(there, format);
		return ok({
			type: fits(text, kind) ? kind : "string",
			text
		});
	}
	if (type === "string" || fits(text, type) || type === "number" && written(text, format)) return ok({
		type,
		text
	});
	const problem = {
		code: "gitops.value",
		where: `value ${JSON.stringify(text)}`,
		found: `no ${type}`,
		expected: EXPECTED[type],
		remedy: "mend the value, or leave --type out to write a string"
	};
	return bad(problem);
}
const EXPECTED = {
	number: "a number such as 3 or 0.5",
	boolean: "true or false",
	null: "null"
};
function fits(text, kind) {
	if (kind === "number") return NUMBER.test(text) && text !== "-0";
	if (kind === "boolean") return text === "true" || text === "false";
	return kind === "null" && text === "null";
}
/** A number that somebody asks for by type may be written in any way that all readers read as the same number. */
function written(text, format) {
	if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) return false;
	return format === "json" || plainKinds(text).every((kind) => kind === "number");
}
/** Ways to write a value where another stood, or a new one (`style` undefined): the present style first. */
function spellings(wanted, style, flow, format) {
	if (wanted.type !== "string") return [wanted.text];
	const double = doubleQuoted(wanted.text);
	if (format === "json") return [double];
	if (style === "double") return [double];
	if (style === "single") return singleSafe(wanted.text) ? [singleQuoted(wanted.text), double] : [double];
	return plainSafe(wanted.text, flow) ? [wanted.text, double] : [double];
}
/** A key as it is written in YAML or JSON, in the quotes of its neighbour. */
function spellKey(name, neighbour, flow, format) {
	if (format === "json" || neighbour === "double") return doubleQuoted(name);
	if (neighbour === "single" && singleSafe(name)) return singleQuoted(name);
	return plainSafe(name, flow) && !/[:?]/.test(name) ? name : doubleQuoted(name);
}
function singleSafe(text) {
	return !/[\p{Cc}\u0085\u2028\u2029\uFEFF]/u.test(text) && text.isWellFormed();
}
function singleQuoted(text) {
	return `'${text.replaceAll("'", "''")}'`;
}
/** JSON's escapes are YAML's too; what a reader of YAML 1.1 would take for the end of a line is escaped as well. */
function doubleQuoted(text) {
	return JSON.stringify(text).replace(/[\x7f-\x9f\u2028\u2029\uFEFF\uFFFE\uFFFF]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
/** Without quotes every reader takes it for this very string, wherever a value may stand. */
function plainSafe(text, flow) {
	if (text === "" || !singleSafe(text) || text.trim() !== text) return false;
	if (/^[-?:,[\]{}#&*!|>'"%@`]/.test(text) || /^\.{3}/.test(text)) return false;
	if (/:(?:\s|$)|\s#/.test(text)) return false;
	if (flow && /[,[\]{}]|:(?=[,[\]{}])/.test(text)) return false;
	return plainKinds(text).every((kind) => kind === "string") && !ELSEWHERE.test(text);
}

// src/gitops/edit/read.ts
/**
* The value at a path, as YAML 1.2 or JSON reads it; a problem where there is none. Pure.
* @param where name of the file, for problems
*/
function readValue(text, options, where) {
	const located = locate(text, options, where);
	if (!located.ok) return located;
	const { tree, path, finding } = located.value;
	if (finding.kind === "found" && finding.node.kind === "scalar") return ok(dataOf(finding.node, tree.format));
	if (finding.kind === "blocked" || finding.kind === "elsewhere") return bad(finding.problem);
	const problem = {
		code: finding.kind === "found" ? "gitops.not-a-value" : "gitops.no-such-key",
		where: placeAt(where, text, finding.node.start),
		found: `${finding.kind === "found" ? "a mapping or a list" : "nothing"} at ${formatPath(path)}`,
		expected: "one value",
		remedy: "mend the path, or add the value to the file once"
	};
	return bad(problem);
}

// src/gitops/edit/add.ts
/** Where keys that are missing go: behind the last one of their mapping, indented and spaced as their neighbours are. Pure. */
/** Ways to add them, the one that looks best first; which of them is exact is found out by parsing what comes out. */
function additions(tree, missing, wanted) {
	const { node: parent } = missing;
	if (parent.kind === "map") {
		if (parent.flow || parent.entries.length === 0) return [intoBraces(tree, parent, missing.keys, wanted)];
		return intoBlock(tree, parent, missing.keys, wanted);
	}
	if (parent.kind !== "scalar" || parent.style !== "empty" || tree.format === "json") return [];
	return underEmpty(tree, missing, wanted);
}
function intoBlock(tree, map, keys, wanted) {
	const neighbour = map.entries.at(-1)?.key.style;
	const lines = blockLines(tree, {
		keys,
		wanted,
		indent: map.indent,
		neighbour
	});
	return endsOf(tree.text, map, map.indent).map((at) => [newLines(tree.text, at, lines)]);
}
/** A key without a value becomes a mapping; so does a document that holds comments only. */
function underEmpty(tree, { node: parent, entry, outer, keys }, wanted) {
	const step = stepOf(tree);
	if (entry === void 0) {
		if (parent.start !== parent.end || tree.documents.length > 1) return [];
		const lines = blockLines(tree, {
			keys,
			wanted,
			indent: 0,
			neighbour: void 0
		});
		const eol = eolAt(tree.text, tree.text.length);
		const behind = tree.text === "" || tree.text === "﻿" || /[\r\n]$/.test(tree.text) ? "" : eol;
		return [[{
			at: tree.text.length,
			remove: 0,
			insert: `${behind}${lines.join(eol)}${eol}`
		}]];
	}
	if (entry.colon === void 0 || parent.anchor !== void 0 || parent.tag !== void 0) return [];
	if (parent.kind === "scalar" && parent.flow) return [[{
		at: entry.colon,
		remove: 0,
		insert: ` ${inBraces(tree, keys, wanted, ": ")}`
	}]];
	const lines = blockLines(tree, {
		keys,
		wanted,
		indent: outer + step,
		neighbour: entry.key.style
	});
	return [[newLines(tree.text, lineEnd(tree.text, entry.colon), lines)]];
}
function blockLines(tree, { keys, wanted, indent, neighbour }) {
	const step = stepOf(tree);
	const [value = ""] = spellings(wanted, void 0, false, tree.format);
	return keys.map((key, depth) => {
		const end = depth === keys.length - 1 ? ` ${value}` : "";
		return `${" ".repeat(indent + depth * step)}${spellKey(key, neighbour, false, tree.format)}:${end}`;
	});
}
function newLines(text, at, lines) {
	const eol = eolAt(text, at);
	return {
		at,
		remove: 0,
		insert: `${eol}${lines.join(eol)}`
	};
}
/** Places behind the last line of a mapping: behind comments that are indented deeper, since they belong to its last value. */
function endsOf(text, map, indent) {
	const last = lastValue(map);
	const blockText = last.kind === "scalar" && last.style === "block";
	const source = text.slice(0, map.end);
	const plain = lineEnd(text, source.trimEnd().length);
	if (!blockText) return [behindComments(text, plain, indent)];
	if (!/[\r\n]$/.test(source) && !/^[|>]\d?-/.test(text.slice(last.start, last.start + 3))) return [];
	const whole = source.replace(/(?:\r\n|\n|\r)$/, "").length;
	return [behindComments(text, plain, indent), whole];
}
function lastValue(node) {
	let here = node;
	for (;;) {
		const next = here.kind === "map" ? here.entries.at(-1)?.value : here.kind === "list" ? here.items.at(-1) : void 0;
		if (next === void 0) return here;
		here = next;
	}
}
function behindComments(text, from, indent) {
	let at = from;
	for (;;) {
		const [line, spaces = ""] = /^(?:\r\n|\n|\r)( *)#[^\r\n]*/.exec(text.slice(at, at + 4096)) ?? [];
		if (line === void 0 || spaces.length <= indent) return at;
		at = lineEnd(text, at + line.length);
	}
}
function intoBraces(tree, map, keys, wanted) {
	const { text } = tree;
	const last = map.entries.at(-1);
	if (last === void 0) {
		const inner = inBraces(tree, keys, wanted, tree.format === "json" && !/"\s*:\s/.test(text) && text.includes("\":") ? ":" : ": ").slice(1, -1);
		const blank = /^\{\s*\}$/.test(text.slice(map.start, map.end)) ? map.end - map.start - 2 : 0;
		return [{
			at: map.start + 1,
			remove: blank,
			insert: inner
		}];
	}
	const end = contentEnd(last);
	const written = last.colon === void 0 ? ": " : text.slice(last.key.end, last.value.start);
	const colon = /^:[ \t]*$/.test(written) && (written !== ":" || last.key.style === "double") ? written : ": ";
	const [key = "", ...rest] = keys;
	const value = rest.length === 0 ? spellings(wanted, void 0, true, tree.format)[0] ?? "" : inBraces(tree, rest, wanted, colon);
	const style = colon === ":" ? "double" : last.key.style;
	const added = `${spellKey(key, style, true, tree.format)}${colon}${value}`;
	const before = text.slice(lineStart(text, last.key.start), last.key.start);
	if (!/^[ \t]*$/.test(before)) return [{
		at: end,
		remove: 0,
		insert: `${commaOf(text, map, colon)}${added}`
	}];
	return onLineOfItsOwn(text, end, `${before}${added}`);
}
/** The comma goes behind the last value, the new line behind the comment that follows it. */
function onLineOfItsOwn(text, end, line) {
	const [comma] = /^\s*,/.exec(text.slice(end, end + 4096)) ?? [];
	const from = end + (comma?.length ?? 0);
	const [comment = ""] = /^[ \t]+#[^\r\n]*/.exec(text.slice(from, from + 65536)) ?? [];
	const at = from + comment.length;
	const insert = `${eolAt(text, at)}${line}`;
	if (comma !== void 0) return [{
		at,
		remove: 0,
		insert: `${insert},`
	}];
	if (comment === "") return [{
		at: end,
		remove: 0,
		insert: `,${insert}`
	}];
	return [{
		at: end,
		remove: 0,
		insert: ","
	}, {
		at,
		remove: 0,
		insert
	}];
}
/** `, ` or `,`, as between the two entries before. */
function commaOf(text, map, colon) {
	const [before, last] = map.entries.slice(-2);
	if (before === void 0 || last === void 0) return colon === ":" ? "," : ", ";
	const between = text.slice(contentEnd(before), last.key.start);
	return /^[ \t]*,[ \t]*$/.test(between) ? between : ", ";
}
function contentEnd(entry) {
	return Math.max(entry.key.end, entry.colon ?? 0, entry.value.end);
}
function inBraces(tree, keys, wanted, colon) {
	const [value = ""] = spellings(wanted, void 0, true, tree.format);
	const style = colon === ":" ? "double" : void 0;
	return keys.reduceRight((inner, key) => `{${spellKey(key, style, true, tree.format)}${colon}${inner}}`, value);
}
/** How much deeper the first mapping inside a mapping stands; 2 when there is none. */
function stepOf(tree) {
	for (const { root } of tree.documents) {
		const step = stepIn(root, void 0);
		if (step !== void 0) return step;
	}
	return 2;
}
function stepIn(node, outer) {
	if (node.kind === "list") return node.items.map((item) => stepIn(item, void 0)).find((one) => one !== void 0);
	if (node.kind !== "map" || node.flow) return void 0;
	if (outer !== void 0 && node.indent > outer) return node.indent - outer;
	for (const { value } of node.entries) {
		const step = stepIn(value, node.indent);
		if (step !== void 0) return step;
	}
}
function lineStart(text, at) {
	return Math.max(text.lastIndexOf("\n", at - 1), text.lastIndexOf("\r", at - 1)) + 1;
}
function lineEnd(text, at) {
	const end = /[\r\n]/g;
	end.lastIndex = at;
	return end.exec(text)?.index ?? text.length;
}
/** The end of line that stands there, or the nearest one before. */
function eolAt(text, at) {
	const ends = /\r\n|\n|\r/y;
	ends.lastIndex = at;
	return ends.exec(text)?.[0] ?? /(?:\r\n|\n|\r)(?=[^\r\n]*$)/.exec(text.slice(Math.max(0, at - 65536), at))?.[0] ?? "\n";
}

// src/gitops/edit/confirm.ts
/** Why the edit is not exact; undefined when it is. */
function objection(before, after, expected, format) {
	try {
		return format === "json" ? inJson(before, after, expected) : inYaml(before, after, expected);
	} catch (error) {
		return `the second parser refuses it: ${(error instanceof Error ? error.message : String(error)).split("\n")[0]}`;
	}
}
const PLAIN = `scalar ${SCALAR_STYLE.PLAIN}`;
const NOTHING = {
	kind: PLAIN,
	props: "",
	anchor: void 0,
	text: "",
	parts: []
};
function inYaml(before, after, expected) {
	const old = shapes(before).documents;
	const now = shapes(after);
	const [only] = now.documents;
	if (old.length === 0 && only !== void 0 && now.documents.length === 1) return atTarget(NOTHING, only.parts[0] ?? NOTHING, expected, now.aliases, []);
	if (old.length !== now.documents.length) return `${now.documents.length} documents instead of ${old.length}`;
	for (const [index, one] of old.entries()) {
		const other = now.documents[index] ?? NOTHING;
		const why = index === expected.document && one.kind === other.kind ? atTarget(one.parts[0] ?? NOTHING, other.parts[0] ?? NOTHING, expected, now.aliases, expected.steps) : different(one, other);
		if (why !== void 0) return `document ${index + 1}: ${why}`;
	}
}
function atTarget(old, now, expected, aliases, steps) {
	const [step, ...rest] = steps;
	if (old.anchor !== void 0 && aliases.has(old.anchor)) return `*${old.anchor} shares what changed`;
	if (step === void 0) return expected.added.length === 0 ? setTo(now, old.props, expected.wanted) : grown(old, now, expected.added, expected.wanted);
	if (old.kind !== now.kind || old.props !== now.props) return "a value on the way changed";
	const at = old.kind.startsWith("map") ? 2 * step + 1 : step;
	return parts(old, now, (one, other, index) => index === at ? atTarget(one, other, expected, aliases, rest) : different(one, other));
}
/** `now` is `old` and one key more, behind the others. */
function grown(old, now, [name, ...deeper], wanted) {
	const empty = old.kind === PLAIN && old.text === "";
	if (!now.kind.startsWith("map") || now.props !== old.props || !(empty || old.kind === now.kind)) return "no such mapping came out";
	const [key, value] = now.parts.slice(-2);
	if (key === void 0 || value === void 0 || key.text !== name || key.props !== "") return "not the key that was wanted";
	const why = parts(old, {
		...now,
		parts: now.parts.slice(0, -2)
	}, different);
	if (why !== void 0) return why;
	return deeper.length === 0 ? setTo(value, "", wanted) : grown(NOTHING, value, deeper, wanted);
}
/** Both versions of YAML must read it as what was wanted. */
function setTo(now, props, wanted) {
	if (!now.kind.startsWith("scalar") || now.text !== wanted.text) return "the new value reads as another text";
	if (now.props !== props) return "the new value has an anchor or a tag";
	const kinds = now.kind === PLAIN ? plainKinds(now.text) : ["string", "string"];
	return kinds.every((kind) => kind === wanted.type) ? void 0 : `the new value reads as ${kinds.join(" or ")}`;
}
function different(old, now) {
	if (old.kind !== now.kind || old.props !== now.props || old.text !== now.text) return `${JSON.stringify(old.text.slice(0, 40))} changed too`;
	return parts(old, now, different);
}
function parts(old, now, compare) {
	if (old.parts.length !== now.parts.length) return `${now.parts.length} parts instead of ${old.parts.length}`;
	for (const [index, one] of old.parts.entries()) {
		const why = compare(one, now.parts[index] ?? NOTHING, index);
		if (why !== void 0) return why;
	}
}
function shapes(whole) {
	const { text, events } = parsed(whole);
	const top = {
		...NOTHING,
		kind: "file",
		parts: []
	};
	const aliases = /* @__PURE__ */ new Set();
	const open = [top];
	for (const event of events) {
		if (event.type === EVENT_ID.POP) {
			open.pop();
			continue;
		}
		const shape = shapeOf(text, event);
		open.at(-1)?.parts.push(shape);
		if (event.type === EVENT_ID.ALIAS) aliases.add(shape.text);
		else if (event.type !== EVENT_ID.SCALAR) open.push(shape);
	}
	return {
		documents: top.parts,
		aliases
	};
}
function shapeOf(text, event) {
	if (event.type === EVENT_ID.DOCUMENT) {
		const { explicitStart, explicitEnd, directives } = event;
		return {
			...NOTHING,
			kind: `document ${JSON.stringify([
				explicitStart,
				explicitEnd,
				directives
			])}`,
			parts: []
		};
	}
	if (event.type === EVENT_ID.ALIAS) return {
		...NOTHING,
		kind: "alias",
		text: text.slice(event.anchorStart, event.anchorEnd),
		parts: []
	};
	const anchor = event.anchorStart < 0 ? void 0 : text.slice(event.anchorStart, event.anchorEnd);
	const tag = event.tagStart < 0 ? "" : text.slice(event.tagStart, event.tagEnd);
	return {
		kind: `${event.type === EVENT_ID.MAPPING ? "map" : event.type === EVENT_ID.SEQUENCE ? "list" : "scalar"} ${event.style}`,
		props: JSON.stringify([anchor ?? "", tag]).replace("[\"\",\"\"]", ""),
		anchor,
		text: event.type === EVENT_ID.SCALAR ? getScalarValue(text, event) : "",
		parts: []
	};
}
function inJson(before, after, { wanted, added, names }) {
	const old = JSON.parse(before.replace(/^\uFEFF/, ""));
	const now = JSON.parse(after.replace(/^\uFEFF/, ""));
	const value = wanted.type === "string" ? wanted.text : JSON.parse(wanted.text);
	const [first, ...deeper] = added;
	const expected = replaced(old, names, (there) => first === void 0 ? value : own([...pairs(there), [first, deeper.reduceRight((inner, key) => own([[key, inner]]), value)]]));
	return isDeepStrictEqual(now, expected) ? void 0 : "more than the target changed";
}
/** A deep copy of plain data with one value exchanged. */
function replaced(data, names, change) {
	const [name, ...rest] = names;
	if (name === void 0) return change(data);
	if (Array.isArray(data)) return data.map((item, index) => index === name ? replaced(item, rest, change) : item);
	return own(pairs(data).map(([key, item]) => [key, key === name ? replaced(item, rest, change) : item]));
}
function pairs(data) {
	return typeof data === "object" && data !== null ? Object.entries(data) : [];
}
function own(list) {
	return Object.fromEntries(list);
}

// src/gitops/edit/splice.ts
/** Applies changes that stand in the order of the text. Pure. */
function splice(text, splices) {
	let out = "";
	let from = 0;
	for (const { at, remove, insert } of splices) {
		out += text.slice(from, at) + insert;
		from = at + remove;
	}
	return out + text.slice(from);
}

// src/gitops/edit/set.ts
/**
* Sets the value at a path. What comes out is parsed again by a second, independent parser, which must see a difference at the target
* and nowhere else. Pure.
* @param where name of the file, for problems
*/
function setValue(text, options, where) {
	const located = locate(text, options, where);
	if (!located.ok) return located;
	const { tree, path, finding, document } = located.value;
	const edit = {
		tree,
		document,
		finding,
		options,
		where
	};
	if (finding.kind === "found") return replace(edit, finding);
	if (finding.kind === "missing" && options.missing !== "refuse") return add(edit, finding);
	if (finding.kind !== "missing") return bad(finding.problem);
	const { node, steps } = finding;
	const empty = node.kind === "scalar" && steps.length === 0;
	return bad(noKey(placeAt(where, tree.text, node.start), formatPath(path), empty));
}
function replace(edit, found) {
	const { tree, options } = edit;
	const { node, entry } = found;
	const place = placeAt(edit.where, tree.text, node.start);
	if (node.kind !== "scalar") return bad(noValue(place, node.kind === "map" ? "a mapping" : "a list"));
	if (node.tag !== void 0) return bad(tagged(place, node.tag));
	if (node.style === "block") return bad(blockText(place));
	const value = newText(options, node);
	if (!value.ok) return value;
	const wanted = wantedOf(value.value, options.type, node, tree.format);
	if (!wanted.ok) return wanted;
	const before = dataOf(node, tree.format);
	if (options.type === void 0 && node.style === "plain" && node.text === value.value || already(node, wanted.value, tree.format)) {
		const written = tree.text.slice(node.start, node.end);
		return ok({
			...result(edit, tree.text, node.start, false),
			changed: false,
			before,
			written: {
				before: written,
				after: written
			}
		});
	}
	const expected = expectedOf(edit, found, wanted.value, []);
	if (node.style === "empty" && (entry?.colon === void 0 || node.anchor !== void 0)) return bad(noValue(place, "nothing, where a value cannot be put in"));
	const lead = node.style === "empty" ? " " : "";
	return firstExact(edit, expected, spellings(wanted.value, node.style, node.flow, tree.format).map((written) => ({
		splices: [{
			at: node.start,
			remove: node.end - node.start,
			insert: lead + written
		}],
		at: node.start + lead.length,
		written
	})), {
		added: false,
		before,
		written: node.style === "empty" ? void 0 : tree.text.slice(node.start, node.end)
	});
}
function add(edit, missing) {
	const { tree, options } = edit;
	const value = newText(options, void 0);
	if (!value.ok) return value;
	const wanted = wantedOf(value.value, options.type, void 0, tree.format);
	if (!wanted.ok) return wanted;
	const ways = additions(tree, missing, wanted.value).map((splices) => ({
		splices,
		...placeOf(splices, wanted.value, tree.format)
	}));
	return firstExact(edit, expectedOf(edit, missing, wanted.value, missing.keys), ways, {
		added: true,
		before: null,
		written: void 0
	});
}
/** Where the value of new keys stands in the new text: it is the last thing of the last insertion that spells it. */
function placeOf(splices, wanted, format) {
	const last = splices.at(-1);
	const shift = splices.slice(0, -1).reduce((sum, { insert, remove }) => sum + insert.length - remove, 0);
	const insert = last?.insert ?? "";
	const [written = ""] = spellings(wanted, void 0, true, format).concat(spellings(wanted, void 0, false, format)).filter((one) => insert.includes(one));
	return {
		at: (last?.at ?? 0) + shift + Math.max(0, insert.lastIndexOf(written)),
		written
	};
}
function firstExact(edit, expected, ways, was) {
	const { tree, where, finding } = edit;
	const reasons = [];
	for (const { splices, at, written } of ways) {
		const text = splice(tree.text, splices);
		const why = objection(tree.text, text, expected, tree.format);
		if (why === void 0) {
			const done = result(edit, text, at, was.added);
			return ok({
				...done,
				changed: true,
				before: was.before,
				written: {
					before: was.written,
					after: written
				}
			});
		}
		reasons.push(why);
	}
	const at = finding.kind === "found" || finding.kind === "missing" ? finding.node.start : 0;
	return bad(notExact(placeAt(where, tree.text, at), reasons[0] ?? "no place where the key could stand"));
}
function result(edit, text, at, added) {
	return {
		text,
		added,
		document: edit.document + 1,
		...lineAt(text, at)
	};
}
function expectedOf({ document }, { steps, names }, wanted, added) {
	return {
		document,
		steps,
		names,
		added,
		wanted
	};
}
function newText({ value }, node) {
	if (typeof value === "string") return ok(value);
	return value(node === void 0 || node.style === "empty" ? void 0 : node.text);
}
/** What stands there is what is wanted, to readers of both versions of YAML. */
function already(node, wanted, format) {
	if (node.text !== wanted.text || node.style === "empty") return false;
	if (wanted.type !== "string") return node.style === "plain";
	return node.style !== "plain" || format === "yaml" && plainKinds(node.text).every((kind) => kind === "string");
}
function noKey(where, path, empty) {
	return {
		code: empty ? "gitops.empty" : "gitops.no-such-key",
		where,
		found: empty ? "an empty file" : `nothing at ${path}`,
		expected: `a value at ${path}`,
		remedy: "add it to the file once, or mend the path"
	};
}
function noValue(where, found) {
	return {
		code: "gitops.not-a-value",
		where,
		found,
		expected: "one value",
		remedy: "mend the path, or write a value there, such as \"0\""
	};
}
function tagged(where, tag) {
	return {
		code: "gitops.tag",
		where,
		found: `a value with the tag ${tag}`,
		expected: "a value without a tag",
		remedy: "take the tag away: it decides what the value is, not the edit"
	};
}
function blockText(where) {
	return {
		code: "gitops.block",
		where,
		found: "a block of text (| or >)",
		expected: "a value on one line",
		remedy: "write the value on one line"
	};
}
function notExact(where, found) {
	return {
		code: "gitops.not-exact",
		where,
		found,
		expected: "an edit after which two parsers see a difference at the target only",
		remedy: "write the value on a line of its own in a simple form, then edit it again"
	};
}

// src/gitops/edit.ts
/** Sets the value at `path` to the string `value`. The key must be there: a mistyped path shall not write a second version. Pure. */
function setScalar(text, path, value, where) {
	const edited = setValue(text, {
		path,
		value,
		type: "string",
		missing: "refuse"
	}, where);
	if (!edited.ok) return edited;
	const { text: after, before, changed } = edited.value;
	return ok({
		text: after,
		before,
		changed
	});
}
/** The value at `path`, or a problem. Pure. @param where name of the file; one without a name that begins with a brace is JSON */
function readScalar(text, path, where) {
	const json = where === "" && /^\uFEFF?\s*\{/.test(text) ? readValue(text, {
		path,
		format: "json"
	}, where) : void 0;
	return json?.ok === true ? json : readValue(text, { path }, where);
}
/** Text of a file that did not exist yet, with nothing but the value at `path`. Pure. @param file its name: *.json is JSON */
function newFile(path, value, file = "") {
	const format = formatOf(file);
	const comment = `# What serves. Shiplock changes the value at ${path} and nothing else in this file.\n`;
	return unwrap(setValue(format === "json" ? "{}\n" : comment, {
		path,
		value,
		type: "string",
		format
	}, file)).text;
}

// src/gitops/commit/values.ts
/** Sets values in files: the derivation of every commit that a release makes. */
function deriveValues(options) {
	return (head) => {
		const newer = newerHolder(head, options);
		if (newer !== void 0) return {
			kind: "refuse",
			problems: [newer]
		};
		return fold(head, options);
	};
}
function fold(head, options) {
	const texts = /* @__PURE__ */ new Map();
	for (const change of options.changes) {
		const { file, path, value } = change;
		const before = texts.get(file) ?? {
			file,
			values: [],
			...present(head.files[file])
		};
		const conflict = conflictIn(head, change, options);
		if (conflict !== void 0) return {
			kind: "conflict",
			conflict
		};
		const edited = edit(head, change, before.text, options);
		if (!edited.ok) return {
			kind: "refuse",
			problems: edited.problems
		};
		if (!edited.value.changed) continue;
		const values = [...before.values, {
			path,
			before: shown(edited.value.before),
			after: value
		}];
		texts.set(file, {
			...before,
			text: edited.value.text,
			values
		});
	}
	if (texts.size > 0) return {
		kind: "edit",
		edits: [...texts.values()]
	};
	const [first] = options.changes;
	return {
		kind: "nothing",
		why: `git names ${first?.value ?? "all of it"} already`
	};
}
function present(file) {
	return file ?? {
		mode: "100644",
		text: ""
	};
}
function edit(head, { file, path, value }, text, options) {
	if (!((head.files[file] ?? null) === null && text === "")) return setScalar(text, path, value, `${options.where}:${file}`);
	if (options.missingFile === "make") return ok({
		text: newFile(path, value, file),
		before: null,
		changed: true
	});
	return bad({
		code: "gitops.no-such-file",
		where: `${options.where}:${file}`,
		found: "no such file on the branch",
		expected: `a file with a value at ${path}`,
		remedy: "commit the file once, or mend `gitops.file`"
	});
}
/**
* Is the value another one than the change was decided on? Not when it is already what we want; not when an older run of the same
* environment wrote it, whom we follow in order of the fence.
*/
function conflictIn(head, change, options) {
	const { file, path, value, read } = change;
	if (read === void 0 || options.othersValue === "change") return void 0;
	const now = valueAt(head.files[file] ?? null, path);
	if (now === read || now === value) return void 0;
	const [newest] = head.ours.filter(({ environment }) => environment === options.origin.environment);
	if (newest !== void 0 && newest.release === `${options.origin.service} ${now ?? ""}`) return void 0;
	return {
		file,
		path,
		read: shown(read),
		theirs: shown(now),
		ours: value
	};
}
/** The value in a text; null when there is no file or no such value. Pure. */
function valueAt(file, path) {
	if (file === null) return null;
	const value = readScalar(file.text, path, "");
	return value.ok && value.value !== null ? String(value.value) : null;
}
function shown(value) {
	return value === null ? "nothing" : String(value);
}
/** A newer run of the same environment has written already: this one has lost its lease. */
function newerHolder(head, { origin, where }) {
	const newer = head.ours.find((one) => one.environment === origin.environment && one.fence > origin.fence);
	if (newer === void 0) return void 0;
	return {
		code: "gitops.newer-holder",
		where,
		found: `commit ${newer.commit.slice(0, 12)} of run ${newer.run} under fence ${newer.fence}`,
		expected: `no fence above our own, ${origin.fence}`,
		remedy: "a newer run holds the environment: look at it with `shiplock status`; if the state directory was lost, restore it, since its lease record holds the fence"
	};
}

// src/gitops/commit/backoff.ts
/** How long to wait after a lost race. Pure; the window is remembered between commits, since those who compete stay the same for a while. */
/** Windows are counted in tries: one is as long as one reading and pushing took here. */
const WIDEST = 64;
/** Nobody was in the way: half as wide, and soon none. */
function narrower(window) {
	return window < 1 ? 0 : window / 2;
}
/** Somebody was quicker: the first time no wait at all, since whoever it was is done now. */
function wider(window) {
	return Math.min(WIDEST, window === 0 ? .5 : window * 2);
}
/** Full jitter: anywhere in the window. `random` is in [0, 1). */
function delayMs(window, tryMs, random, longestMs = 1e4) {
	return window < 1 ? 0 : Math.min(longestMs, random * window * tryMs);
}

// src/gitops/commit/land.ts
/** A push that changed nothing is tried so often before it counts as refused: another one may have been in the middle of it. */
const STRIKES = 3;
const POLL_MS = 10;
const SLOWEST_POLL_MS = 60;
const WITHDRAW_MS = 1e4;
async function land(session, commit, tries) {
	const { names, ports } = session;
	let pollMs = POLL_MS;
	for (;;) {
		ports.signal.throwIfAborted();
		const line = await readLine(names.line);
		if (line.landed.includes(commit)) return { kind: "landed" };
		const refused = line.refused.find((one) => one.commit === commit);
		if (refused !== void 0) return {
			kind: "refused",
			problem: await pushRefused(session.place, refused.said, ports)
		};
		if (!line.waiting.some((one) => one.commit === commit)) return lookFor(session, commit, line.base);
		if (await tryLock(names.netLock, ports.clock, () => pushLine(session, tries)) !== "busy") continue;
		await ports.clock.sleep(pollMs * (.5 + ports.random()), ports.signal);
		pollMs = Math.min(SLOWEST_POLL_MS, pollMs * 1.5);
	}
}
/** Nobody remembers it: the branch does. */
async function lookFor(session, commit, base) {
	if (base !== null && await isBelow(session.cache, commit, base)) return { kind: "landed" };
	return { kind: "overtaken" };
}
/** Under the lock of the network: one push of all who wait. */
async function pushLine(session, tries) {
	const { cache, place, ports } = session;
	const { waiting, window, base } = await changeLine(session, async (line) => [line, line]);
	const last = waiting.at(-1)?.commit;
	if (last === void 0) return;
	const begun = ports.clock.monotonic();
	const pushed = await push(cache, place, last);
	const pushMs = ports.clock.monotonic() - begun;
	if (pushed.kind === "landed") {
		tries.strikes = 0;
		const now = ports.clock.now();
		await changeLine(session, async (line) => [{
			...taken(line, last, now),
			window: narrower(window)
		}, void 0]);
		return;
	}
	if (pushed.kind === "rejected") await ports.clock.sleep(delayMs(window, tries.tryMs, ports.random()), ports.signal);
	const looked = ports.clock.monotonic();
	const head = await bringHead(session);
	tries.tryMs = .6 * tries.tryMs + .4 * (pushMs + ports.clock.monotonic() - looked);
	if (head === base) return strike(session, {
		last,
		alone: waiting.length === 1,
		pushed,
		tries
	});
	tries.strikes = 0;
	await changeLine(session, async (line) => {
		return [line.landed.includes(last) ? line : {
			...line,
			window: wider(line.window)
		}, void 0];
	});
}
/** Nobody moved the branch, and our commits are not on it. */
async function strike(session, { last, alone, pushed, tries }) {
	const { place, ports } = session;
	tries.strikes++;
	if (tries.strikes < STRIKES) {
		await ports.clock.sleep(50 + ports.random() * 200 * tries.strikes, ports.signal);
		return;
	}
	tries.strikes = 0;
	if (pushed.kind === "no-answer") throw new ProblemError(await diagnose({
		place,
		want: "push",
		said: pushed.said,
		...ports
	}));
	await changeLine(session, async (line) => [alone ? refusedBy(line, last, pushed.said) : scattered(line, 1), void 0]);
}
/** Takes a commit out of the line, so that nobody pushes it after we gave up. */
async function withdraw(session, commit) {
	const { names, ports } = session;
	const signal = AbortSignal.timeout(WITHDRAW_MS);
	const own = {
		...session,
		ports: {
			...ports,
			signal
		}
	};
	await withLock(names.netLock, own.ports, () => changeLine(own, async (line) => [without(line, commit), void 0])).catch(() => void 0);
}

// src/gitops/commit/sign.ts
/**
* Signatures as git makes them with `gpg.format=ssh`: over the bytes of the commit, in its header `gpgsig`, for the namespace `git`. Nobody is
* ever asked for a passphrase: such a key goes into an agent, and its public half is named.
*/
const NAMESPACE = "git";
const TIMEOUT_MS = 2e4;
/** The same commit with a signature; its id. */
async function signCommit(cache, commit, signing) {
	const payload = await cache.local([
		"cat-file",
		"commit",
		commit
	]);
	const signed = withSignature(payload, await sign(payload, signing));
	return (await cache.local([
		"hash-object",
		"-t",
		"commit",
		"-w",
		"--stdin"
	], { stdin: signed })).trim();
}
/** Pure: the header comes last, before the empty line; its further lines begin with a space. */
function withSignature(payload, signature) {
	const end = payload.indexOf("\n\n");
	const header = `gpgsig ${signature.trimEnd().replaceAll("\n", "\n ")}`;
	return `${payload.slice(0, end)}\n${header}${payload.slice(end)}`;
}
async function sign(payload, { key, exec, signal }) {
	const dir = await mkdtemp(join(tmpdir(), "shiplock-sign-"));
	try {
		const file = join(dir, "commit");
		await writeFile(file, payload);
		const argv = [
			"ssh-keygen",
			"-Y",
			"sign",
			"-q",
			"-f",
			await keyFile(key, dir),
			"-n",
			NAMESPACE,
			file
		];
		const result = await exec.read([...[
			"env",
			"-u",
			"SSH_ASKPASS",
			"-u",
			"DISPLAY",
			"SSH_ASKPASS_REQUIRE=never",
			"LC_ALL=C"
		], ...argv], {
			timeoutMs: TIMEOUT_MS,
			signal
		});
		if (result.exitCode === 0) return await readFile(`${file}.sig`, "utf8");
		throw new ProblemError(cannotSign(key, lastLine(result.stderr, result.exitCode)));
	} finally {
		await rm(dir, {
			recursive: true,
			force: true
		});
	}
}
async function keyFile(key, dir) {
	if (!key.startsWith("key::")) {
		if (existsSync(key)) return key;
		throw new ProblemError(cannotSign(key, "no such file"));
	}
	const path = join(dir, "key.pub");
	await writeFile(path, `${key.slice(5).trim()}\n`);
	return path;
}
function cannotSign(key, found) {
	return {
		code: "gitops.cannot-sign",
		where: `gitops.signingKey ${key.slice(0, 80)}`,
		found,
		expected: "an OpenSSH key that signs without a question",
		remedy: "name a private key without a passphrase; or give the key to the agent (`ssh-add`) and name its public half, as a path or as `key::ssh-ed25519 AAAA…`"
	};
}

// src/gitops/commit/index.ts
/**
* One commit on the branch, by compare-and-swap: derived from the head, pushed as a plain fast-forward, and derived anew from the new head
* when somebody was quicker. Nothing is merged, nothing forced. Commits of several processes on one machine go in one push, each as a
* commit of its own. The same run and node are never committed twice, unless it `repeats`.
* @throws ProblemError when it is refused, in conflict, out of time, or the repository does not answer
*/
async function commit(request, ports) {
	const session = await openSession(request.place, ports);
	const tries = {
		strikes: 0,
		tryMs: 400
	};
	const begun = ports.clock.now();
	const end = ports.clock.monotonic() + request.deadlineMs;
	let count = 0;
	return recovering(session, async () => {
		for (;;) {
			if (ports.clock.monotonic() > end) throw new ProblemError(contended(request.place, count, request.deadlineMs));
			const built = await build(session, request, begun);
			if (built.kind === "look") {
				await refresh(session, begun);
				continue;
			}
			if (built.kind === "full") {
				await ports.clock.sleep(20 + ports.random() * 40, ports.signal);
				continue;
			}
			if (built.kind !== "built") return built;
			count++;
			const landing = await landOrWithdraw(session, built.commit, tries);
			if (landing.kind === "landed") return {
				kind: "committed",
				commit: built.commit,
				edits: built.edits,
				tries: count
			};
			if (landing.kind === "refused") throw new ProblemError(landing.problem);
		}
	});
}
async function landOrWithdraw(session, made, tries) {
	try {
		return await land(session, made, tries);
	} catch (error) {
		await withdraw(session, made);
		throw error;
	}
}
/** Derives on the last commit of the line and joins it; an answer that needs no commit is given on the head of the branch itself. */
function build(session, request, begun) {
	const { cache, ports } = session;
	const { files, origin, derive } = request;
	const isOwn = (at) => ownIn(at, request) !== void 0;
	return changeLine(session, async (line) => {
		const now = ports.clock.now();
		const seen = line.seenAt >= begun && line.seenAt <= now;
		if (!seen && !isFresh(line, now)) return [line, { kind: "look" }];
		if (line.waiting.length >= line.limit) return [line, { kind: "full" }];
		const tip = line.waiting.at(-1)?.commit ?? line.base;
		const head = await headAt(cache, tip, files, origin.environment);
		const derived = isOwn(head) ? void 0 : derive(head);
		if (derived?.kind === "edit") {
			const made = await make(session, request, tip, derived.edits);
			return [joined(line, made, now), {
				kind: "built",
				commit: made,
				edits: derived.edits
			}];
		}
		if (!seen) return [line, { kind: "look" }];
		if (tip !== line.base) {
			const there = await headAt(cache, line.base, files, origin.environment);
			return !isOwn(there) && derive(there).kind === "edit" ? [line, { kind: "full" }] : [line, await answer(session, request, there)];
		}
		return [line, await answer(session, request, head)];
	});
}
async function answer(session, request, head) {
	const own = ownIn(head, request);
	if (own !== void 0) return {
		kind: "was-committed",
		commit: own.commit
	};
	const derived = request.derive(head);
	switch (derived.kind) {
		case "nothing": return {
			kind: "nothing",
			why: derived.why,
			base: head.base
		};
		case "refuse": throw new ProblemError(derived.problems);
		case "conflict": throw new ProblemError(await conflictProblem(session, request, head, derived.conflict));
		case "edit": return { kind: "look" };
	}
}
function ownIn(head, { origin: { run, node }, repeats }) {
	if (repeats === true) return void 0;
	return head.ours.find((one) => one.run === run && one.node === node);
}
async function make({ cache, ports }, request, base, edits) {
	const { author, time, origin, subject, signingKey } = request;
	const made = await makeCommit(cache, {
		base,
		author,
		time,
		edits,
		message: messageOf(origin, edits, subject)
	});
	return signingKey === void 0 ? made : signCommit(cache, made, {
		key: signingKey,
		...ports
	});
}
async function conflictProblem({ cache, place }, { readAt }, { base }, { file, path, read, theirs, ours }) {
	const who = base === null ? void 0 : await writerOf(cache, {
		readAt: readAt ?? null,
		base,
		file,
		path,
		theirs
	});
	return {
		code: "gitops.conflict",
		where: `${place.location.address} ${place.branch}:${file} ${path}`,
		found: `${theirs}${who === void 0 ? "" : `, by ${who.author} in commit ${who.commit.slice(0, 12)} of ${who.time}`}`,
		expected: `${read}, as it was read before it should become ${ours}`,
		remedy: "ask them which of the two is meant; to go on with ours, start the release again: it then begins from their value"
	};
}
/** The commit that gave the value what it is now. */
async function writerOf(cache, of) {
	const touched = await touchedSince(cache, of.readAt, of.base, of.file).catch(() => []);
	let writer = touched[0];
	for (const one of touched) {
		const files = await filesAt(cache, one.commit, [of.file]);
		if ((valueAt(files[of.file] ?? null, of.path) ?? "nothing") !== of.theirs) break;
		writer = one;
	}
	return writer;
}
function contended(place, tries, deadlineMs) {
	return {
		code: "gitops.contended",
		where: `${place.location.address} ${place.branch}`,
		found: `${tries} tries in ${Math.round(deadlineMs / 1e3)} s, and somebody else was quicker each time`,
		expected: "a moment in which the branch stands still",
		remedy: "run the same again; where many write to one branch all the time, give each service a repository or a branch of its own"
	};
}

// src/gitops/commit/values-main.ts
/** Exit code of an answer that changed nothing although it should have. */
const REFUSED = 5;
/**
* The effect of a commit step: reads a request, commits, answers with one line of JSON. Every refusal is an answer too; the step that
* reads it says what it means.
*/
async function valuesMain(stdin, ports, out) {
	const answer = await answerTo(stdin, ports);
	out(`${JSON.stringify(answer)}\n`);
	return answer.kind === "problems" ? 5 : 0;
}
async function answerTo(stdin, ports) {
	try {
		const parsed = JSON.parse(stdin);
		return await commitValues(valuesRequestSchema.parse(parsed), ports);
	} catch (error) {
		return {
			kind: "problems",
			problems: [...problemsOf(error, "commit")]
		};
	}
}
/** One commit that sets values in files. */
async function commitValues(request, ports) {
	const { changes, origin, missingFile, othersValue, repository, branch } = request;
	const place = unwrap(placeOf$1(request));
	const done = await commit({
		...request,
		place,
		files: [...new Set(changes.map(({ file }) => checkFile(file)))],
		derive: deriveValues({
			origin,
			changes,
			missingFile,
			othersValue,
			where: `${repository} ${branch}`
		})
	}, ports);
	return done.kind === "committed" ? {
		kind: done.kind,
		commit: done.commit,
		tries: done.tries
	} : done;
}

export { lastLine as _, VALUE_TYPES as a, checkFile as c, recovering as d, refresh as f, CacheError as g, diagnose as h, setValue as i, placeOf$1 as l, readLine as m, deriveValues as n, MAX_BYTES as o, headAt as p, valueAt as r, valuesAnswerSchema as s, valuesMain as t, openSession as u, openCache as v, locate$1 as y };