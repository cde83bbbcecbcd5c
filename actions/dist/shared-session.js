import { Fn as object, Jn as string, Nt as array, Pn as number, xn as literal } from "./shared-schemas.js";
import { t as ProblemError } from "./shared-problem.js";
import { d as temporaryBeside, i as isMissing, r as hasCode } from "./shared-store.js";
import { n as git } from "./shared-git.js";
import { n as isGone, r as ownIdentity, t as identitySchema } from "./shared-identity.js";
import { t as blobId } from "./shared-git2.js";
import { a as oursIn, n as TRAILERS, r as importStream, t as LOG_FORMAT } from "./shared-message.js";
import { link, mkdir, readFile, readdir, rename, rm, stat, statfs, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { connect } from "node:net";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, statSync } from "node:fs";

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

// src/gitops/commit/diagnose.ts
const ASK_MS = 8e3;
async function diagnose(question) {
	const { address, kind } = question.place.location;
	const { cause, words } = await (kind === "local" || address.startsWith("file:") ? localCause(question) : /^https?:/.test(address) ? httpCause(question) : sshCause(question));
	const { said, want } = question;
	return problemOf(cause, address, said === "" ? words : `${words} (git: ${said})`, want);
}
function answer(cause, words) {
	return {
		cause,
		words
	};
}
async function localCause(question) {
	const { place, exec, signal } = question;
	const path = place.location.address.replace(/^file:\/\//, "");
	if (!existsSync(path)) return answer("no-repository", "no such directory");
	const { exitCode } = await exec.read(git("/nonexistent", "-C", path, "ls-remote", "--heads", "--", path), {
		timeoutMs: ASK_MS,
		signal
	});
	return exitCode === 0 ? answer("git-failed", "a repository that can be read") : answer("no-repository", "no git repository, or not one that this account may use");
}
async function httpCause(question) {
	const service = question.want === "read" ? "git-upload-pack" : "git-receive-pack";
	const base = question.place.location.address.replace(/\/+$/, "").replace(/^(https?:\/\/)[^/@]*@/, "$1");
	const result = await question.http.get(`${base}/info/refs?service=${service}`, {
		timeoutMs: ASK_MS,
		signal: question.signal
	});
	if (result.kind === "no-answer") return answer("unreachable", result.reason);
	const status = `HTTP status ${result.status}`;
	if (result.status === 401 || result.status === 403) return answer("credentials", status);
	if (result.status === 404 || result.status === 410) return answer("no-repository", status);
	if (result.status >= 500) return answer("unreachable", status);
	return answer("git-failed", status);
}
/** ssh ends with 255 when it did not get in; any other code is the answer of the command over there. */
async function sshCause(question) {
	const { exec, signal, want } = question;
	const target = sshTarget(question.place.location.address);
	if (target === void 0) return answer("git-failed", "an address that only git understands");
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
	if (!((setting("proxyjump") ?? setting("proxycommand") ?? "none") !== "none") && !await listens(setting("hostname") ?? host, Number(setting("port") ?? port ?? 22))) return answer("unreachable", "nobody who listens there");
	if (process.env["GIT_SSH_COMMAND"] !== void 0 || process.env["GIT_SSH"] !== void 0) return answer("credentials", "a server that does not let us in, or a repository that is not there");
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
	if (exitCode === 255) return answer("credentials", "a key or a host key that was refused");
	return answer("no-repository", `a server that lets us in, and \`${command}\` ended with ${exitCode}`);
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
const POLL_MS = 8;
const SLOWEST_POLL_MS = 40;
/** A process is looked for less often than its lock. */
const POLLS_PER_LOOK = 8;
/** Of a process in another container nobody here can see whether it lives; nothing takes it as long as this. */
const UNSEEN_MS = 2e5;
/** Waits for the lock file and holds it while `work` runs. */
async function withLock(file, options, work) {
	const { clock, signal } = options;
	await underName(file, async (own) => {
		let pollMs = POLL_MS;
		for (let poll = 0; !await take(file, own, poll % POLLS_PER_LOOK === 0 ? clock : void 0); poll++) {
			await clock.sleep(pollMs, signal);
			pollMs = Math.min(SLOWEST_POLL_MS, pollMs * 1.3);
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

export { withLock as C, tryLock as S, filesAt as T, readLine as _, recovering as a, taken as b, pushRefused as c, makeCommit as d, touchedSince as f, joined as g, openCache as h, openSession as i, headAt as l, lastLine as m, changeLine as n, refresh as o, CacheError as p, isFresh as r, push as s, bringHead as t, isBelow as u, refusedBy as v, diagnose as w, without as x, scattered as y };