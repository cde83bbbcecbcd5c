import { Et as _enum, Jn as string, Lt as boolean, Nt as array, ln as int, qn as strictObject, xn as literal } from "./shared-schemas.js";
import { c as unwrap, t as ProblemError } from "./shared-problem.js";
import { i as phaseSchema, r as momentSchema } from "./shared-release.js";
import { A as withLeft, Bs as cleanLine, Pi as readReleaseRecord, b as code, ha as sourceCommit, ji as readEnvironmentRecord, k as bounded, ki as liveVersion, ls as environmentNames, nt as fetchDocumentsOf, os as resolveEnvironment, pa as describedVersion } from "./shared-common.js";
import { basename, relative } from "node:path";

// src/model/notes.ts
/** Release notes: what lies between two releases, as git tells it. docs/formats/release-notes.schema.json. */
/** Kinds of conventional commits, most important first. What names none of them has none. */
const NOTE_KINDS = [
	"feat",
	"fix",
	"perf",
	"revert",
	"refactor",
	"build",
	"ci",
	"docs",
	"test",
	"style",
	"chore"
];
const commitSchema = string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
const noteEntrySchema = strictObject({
	/** The commit; of a merged pull request the merge. */
	commit: commitSchema,
	/** What a merged pull request has brought, newest first; empty for a commit of its own. */
	commits: array(commitSchema).readonly(),
	time: momentSchema,
	/** Pull or merge request as it is written at the forge: `#12`, `!12`. Null: none is named. */
	pull: string().nullable(),
	kind: _enum(NOTE_KINDS).nullable(),
	scope: string().nullable(),
	title: string(),
	breaking: boolean(),
	/** What its authors say about that. */
	breakingNotes: array(string()).readonly(),
	authors: array(string()).readonly(),
	/** A later entry that takes it back and stands itself. */
	takenBackBy: commitSchema.nullable()
});
const pointSchema = strictObject({
	commit: commitSchema,
	version: string().nullable()
});
const releaseNotesSchema = strictObject({
	formatVersion: literal(1),
	service: string(),
	environment: string(),
	/** What it replaces; null for a first release. */
	from: pointSchema.nullable(),
	to: pointSchema,
	/** What comes, newest first. */
	entries: array(noteEntrySchema).readonly(),
	/** What is in `from` and not in `to`. */
	gone: array(noteEntrySchema).readonly(),
	/** Commits that were not looked at, since there were too many: the oldest. */
	left: int().nonnegative(),
	migrations: array(strictObject({
		id: string(),
		change: _enum(["new", "gone"]),
		/** Null: not told, since its header cannot be read or the file is gone. */
		phase: phaseSchema.nullable(),
		breaks: string().nullable()
	})).readonly(),
	/** Who wrote what comes, by the names in git: nobody has checked them. */
	authors: array(strictObject({
		name: string(),
		entries: int().positive()
	})).readonly()
});

// src/release/notes/message.ts
/** What the message of a commit says. It was written by anybody, so whatever leaves here is one clean line of bounded length. Pure. */
const LONGEST_TITLE = 200;
const LONGEST_NOTE = 500;
const LONGEST_NAME = 80;
/**
* The first line, and the title of a pull request behind it where a forge wrote the first line: a merge by GitHub, GitLab, Bitbucket or Azure,
* a squash by GitHub.
*/
const MERGES = [
	{
		line: /^Merge pull request #(\d+) from \S/,
		mark: "#"
	},
	{
		line: /^Merged in .+ \(pull request #(\d+)\)$/,
		mark: "#"
	},
	{
		line: /^Merge branch '/,
		body: /^See merge request \S*!(\d+)\s*$/m,
		mark: "!"
	}
];
const WITH_TITLE = [/^Merged PR (\d+): (.+)$/, /^(?=.*\(#(\d+)\)$)(.+) \(#\d+\)$/];
/** `feat(api)!: title` of Conventional Commits 1.0. */
const HEADER = /^([a-z]+)(?:\(([^()]*)\))?(!)?: +(\S.*)$/i;
const FOOTER = /^(?:[A-Za-z][A-Za-z-]*|BREAKING CHANGE)(?:: | #)/;
const BREAKING = /^BREAKING[ -]CHANGE: +(.*)$/;
/** Reads a whole message. */
function readMessage(text) {
	const [first = "", ...rest] = text.replaceAll("\r\n", "\n").split("\n");
	const { pull, line } = titleOf(first, rest);
	const header = HEADER.exec(line);
	const kind = kindOf(header?.[1]) ?? (/^Revert "/.test(line) ? "revert" : null);
	const named = header !== null && kindOf(header[1]) !== null;
	const breakingNotes = notesIn(rest);
	return {
		pull,
		kind,
		scope: named && header[2] !== void 0 && header[2].trim() !== "" ? cleanLine(header[2].trim(), 40) : null,
		title: cleanLine(named ? header[4] ?? line : line, LONGEST_TITLE).trim() || "(no title)",
		breaking: header?.[3] === "!" || breakingNotes.length > 0,
		breakingNotes,
		coAuthors: matches(text, /^Co-authored-by:([^<>\n]*)<[^<>\n]*>[ \t\r]*$/gim).map(nameOf),
		reverts: matches(text, /^This reverts commit ([0-9a-f]{7,64})\b/gm),
		revertsPulls: matches(text, /^Reverts \S*#(\d+)\b/gm).map((number) => `#${number}`)
	};
}
/** The name of a person, as it may be shown. */
function nameOf(text) {
	return cleanLine(text.trim(), LONGEST_NAME) || "(no name)";
}
function titleOf(first, rest) {
	for (const pattern of WITH_TITLE) {
		const [, number, title] = pattern.exec(first) ?? [];
		if (number !== void 0 && title !== void 0) return {
			pull: `#${number}`,
			line: title
		};
	}
	for (const { line, body, mark } of MERGES) {
		const found = line.exec(first);
		const number = body === void 0 ? found?.[1] : body.exec(rest.join("\n"))?.[1];
		if (found === null || number === void 0) continue;
		const title = rest.find((one) => one.trim() !== "" && body?.test(one) !== true);
		return {
			pull: `${mark}${number}`,
			line: title ?? first
		};
	}
	return {
		pull: null,
		line: first
	};
}
function kindOf(word) {
	return NOTE_KINDS.find((kind) => kind === word?.toLowerCase()) ?? null;
}
/** Footers `BREAKING CHANGE:`, each up to the next footer or an empty line. */
function notesIn(lines) {
	const notes = [];
	let open = false;
	for (const line of lines) {
		const [, begin] = BREAKING.exec(line) ?? [];
		if (begin !== void 0) notes.push([begin]);
		open = begin !== void 0 || open && line.trim() !== "" && !FOOTER.test(line);
		if (open && begin === void 0) notes.at(-1)?.push(line);
	}
	return notes.map((words) => cleanLine(words.join(" "), LONGEST_NOTE).trim()).filter((note) => note !== "");
}
function matches(text, pattern) {
	return [...text.matchAll(pattern)].map(([, found = ""]) => found);
}

// src/release/notes/entries.ts
/** What `git log -z` is asked for; `commitsIn` reads it. */
const LOG_FORMAT = "tformat:%H%n%P%n%ct%n%aN%n%B";
/** Commits as `git log -z --format` with LOG_FORMAT gives them. */
function commitsIn(text) {
	return text.split("\0").filter((record) => record !== "").map((record) => {
		const [id = "", parents = "", seconds = "", author = "", ...message] = record.split("\n");
		return {
			id,
			parents: parents.split(" ").filter((parent) => parent !== ""),
			author: nameOf(author),
			time: (/* @__PURE__ */ new Date(Number(seconds) * 1e3)).toISOString(),
			message: readMessage(message.join("\n"))
		};
	});
}
/**
* One entry for each pull request that was merged, with its commits, and one for each other commit. A merge that names no pull request is left
* out, unless it says that it breaks something.
*
* @param commits newest first, a commit before its parents
*/
function entriesOf(commits) {
	const byId = new Map(commits.map((commit) => [commit.id, commit]));
	const brought = /* @__PURE__ */ new Map();
	const taken = /* @__PURE__ */ new Set();
	for (const commit of commits.toReversed()) {
		if (!isPull(commit)) continue;
		const [first, ...others] = commit.parents;
		const before = reachable(byId, first === void 0 ? [] : [first]);
		const own = reachable(byId, others);
		const inside = commits.filter(({ id }) => own.has(id) && !before.has(id) && !taken.has(id));
		brought.set(commit.id, inside);
		for (const { id } of inside.filter((one) => !isPull(one))) taken.add(id);
	}
	return withTakenBack(commits.filter((commit) => !taken.has(commit.id) && (commit.parents.length < 2 || isPull(commit) || commit.message.breaking)).map((commit) => entryOf(commit, (brought.get(commit.id) ?? []).filter((one) => !isPull(one)))), byId);
}
/** Who wrote them, the busiest first. */
function authorsIn(entries) {
	const counts = /* @__PURE__ */ new Map();
	for (const name of entries.flatMap(({ authors }) => authors)) counts.set(name, (counts.get(name) ?? 0) + 1);
	return [...counts].map(([name, count]) => ({
		name,
		entries: count
	})).toSorted((a, b) => b.entries - a.entries || (a.name < b.name ? -1 : 1));
}
/** A merge that brought a pull request. One that was squashed is a commit like others. */
function isPull({ parents, message }) {
	return parents.length > 1 && message.pull !== null;
}
/** Commits of the range that can be reached, the beginnings among them. */
function reachable(byId, from) {
	const seen = /* @__PURE__ */ new Set();
	const open = [...from];
	for (let id = open.pop(); id !== void 0; id = open.pop()) {
		const commit = byId.get(id);
		if (commit === void 0 || seen.has(id)) continue;
		seen.add(id);
		open.push(...commit.parents);
	}
	return seen;
}
function entryOf(commit, inside) {
	const { id, time, message } = commit;
	const real = inside.filter(({ parents }) => parents.length < 2);
	const messages = [message, ...inside.map((one) => one.message)];
	return {
		commit: id,
		commits: inside.map((one) => one.id),
		time,
		pull: message.pull,
		kind: message.kind ?? foremost(real.map((one) => one.message.kind)),
		scope: message.scope,
		title: message.title,
		breaking: messages.some(({ breaking }) => breaking),
		breakingNotes: [...new Set(messages.flatMap(({ breakingNotes }) => breakingNotes))],
		authors: [...new Set((real.length === 0 ? [commit] : real).flatMap((one) => [one.author, ...one.message.coAuthors]))],
		takenBackBy: null
	};
}
function foremost(kinds) {
	return NOTE_KINDS.find((kind) => kinds.includes(kind)) ?? null;
}
/** Marks what a later entry takes back, unless that one was taken back itself. */
function withTakenBack(entries, byId) {
	const standing = [];
	return entries.map((entry) => {
		const ids = entry.commits.length === 1 ? [entry.commit, ...entry.commits] : [entry.commit];
		const by = standing.find(({ against }) => against.some(({ reverts, revertsPulls }) => reverts.some((digits) => ids.some((id) => id.startsWith(digits))) || entry.pull !== null && revertsPulls.includes(entry.pull)));
		if (by !== void 0) return {
			...entry,
			takenBackBy: by.entry.commit
		};
		const against = [entry.commit, ...entry.commits].flatMap((id) => byId.get(id)?.message ?? []);
		standing.push({
			entry,
			against
		});
		return entry;
	});
}

// src/release/notes/history.ts
/** More than these are not looked at, and said to be left out. */
const MOST_COMMITS = 2e3;
/** The whole name of a commit, by whatever git understands; undefined: there is none here. */
async function commitNamed(repository, name) {
	const found = await ask(repository, [
		"rev-parse",
		"--verify",
		"--quiet",
		"--end-of-options",
		`${name}^{commit}`
	]);
	return found.exitCode === 0 ? found.stdout.trim() : void 0;
}
/** Throws when the history was cut off: notes would leave out what they do not see. */
async function wholeHistory(repository) {
	const { stdout } = await ask(repository, ["rev-parse", "--is-shallow-repository"]);
	if (stdout.trim() !== "true") return;
	throw new ProblemError({
		code: "release.notes-shallow",
		where: repository.baseDir,
		found: "a checkout without its whole history",
		expected: "every commit between the two releases",
		remedy: "give `fetch-depth: 0` to actions/checkout, or run `git fetch --unshallow`"
	});
}
/** Commits that one side has and the other has not, newest first, and how many older ones were left out. */
async function commitsOf(repository, has, hasNot) {
	const range = [...has, ...hasNot.map((commit) => `^${commit}`)];
	const counted = await answer(repository, [
		"rev-list",
		"--count",
		...range
	]);
	const log = await answer(repository, [
		"log",
		"-z",
		"--topo-order",
		"--no-show-signature",
		"--no-notes",
		"--no-color",
		"--encoding=UTF-8",
		"--no-patch",
		`--max-count=${MOST_COMMITS}`,
		`--format=${LOG_FORMAT}`,
		...range
	]);
	return {
		commits: commitsIn(log),
		left: Math.max(0, Number(counted.trim()) - MOST_COMMITS)
	};
}
/** Migrations that come and go. */
async function migrationsBetween(repository, dir, from, to) {
	const names = async (side) => side === null ? [] : side.migrations?.map(({ id }) => id) ?? await migrationsAt(repository, dir, side.commit);
	const [before, after] = await Promise.all([names(from), names(to)]);
	const tell = (side, change) => async (id) => {
		const known = side.migrations?.find((one) => one.id === id) ?? await headerAt(repository, dir, side.commit, id);
		return {
			id,
			change,
			phase: known?.phase ?? null,
			breaks: known?.breaks ?? null
		};
	};
	return Promise.all([...after.filter((id) => !before.includes(id)).map(tell(to, "new")), ...from === null ? [] : before.filter((id) => !after.includes(id)).map(tell(from, "gone"))]);
}
const MIGRATION = /^(\d{4}_[a-z0-9][a-z0-9_-]*)\.sql$/;
async function migrationsAt(repository, dir, commit) {
	const { exitCode, stdout } = await ask(repository, [
		"ls-tree",
		"-z",
		"--name-only",
		commit,
		"--",
		`${inside(repository, dir)}/`
	]);
	if (exitCode !== 0) return [];
	return stdout.split("\0").flatMap((path) => MIGRATION.exec(basename(path))?.[1] ?? []);
}
async function headerAt({ exec, baseDir }, dir, commit, id) {
	const file = `${inside({ baseDir }, dir)}/${id}.sql`;
	const { exitCode, stdout } = await ask({
		exec,
		baseDir
	}, [
		"cat-file",
		"blob",
		`${commit}:${file}`
	]);
	if (exitCode !== 0) return void 0;
	const { parseHeader } = await import("./shared-migrate2.js");
	const header = parseHeader(stdout, file);
	return header.ok ? header.value : void 0;
}
/** A directory as git takes it beside a commit: from here, with a dot in front. */
function inside({ baseDir }, dir) {
	const path = relative(baseDir, dir);
	if (path === "") return ".";
	return path.startsWith("..") ? path : `./${path}`;
}
/** Replaced objects would tell another history. */
function ask({ exec, baseDir }, words) {
	return exec.read([
		"git",
		"--no-replace-objects",
		"-C",
		baseDir,
		...words
	]);
}
async function answer(repository, words) {
	const { exitCode, stdout, stderr } = await ask(repository, words);
	if (exitCode === 0) return stdout;
	throw new ProblemError({
		code: "release.notes-git",
		where: `git ${words[0]} in ${repository.baseDir}`,
		found: stderr.trim().split("\n")[0] || `exit code ${exitCode}`,
		expected: "the history between the two releases",
		remedy: "check the repository with `git fsck`"
	});
}

// src/release/notes/notes.ts
/** What lies between what serves an environment and what is released to it. Changes nothing but that records of other machines come here. */
async function releaseNotes(service, request) {
	const { config, baseDir } = service;
	const environment = unwrap(resolveEnvironment(config, request.environment, { baseDir }));
	const before = environment.promotion?.from;
	await wholeHistory(service);
	for (const name of /* @__PURE__ */ new Set([request.environment, ...before === void 0 ? [] : [before]])) await fetchDocumentsOf(service, name);
	const from = request.from === void 0 ? await served(service, request.environment) : await named(service, request.from, "from");
	const to = request.to !== void 0 ? await named(service, request.to, "to") : before === void 0 ? await checkedOut(service) : await nextFrom(service, before);
	const database = environment.database;
	const [come, gone, migrations] = await Promise.all([
		commitsOf(service, to.all, from?.all ?? []),
		from === null ? {
			commits: [],
			left: 0
		} : commitsOf(service, from.all, to.all),
		database === null ? [] : migrationsBetween(service, database.migrations, from, to)
	]);
	const entries = entriesOf(come.commits);
	return {
		formatVersion: 1,
		service: config.service.service,
		environment: request.environment,
		from: from === null ? null : {
			commit: from.commit,
			version: from.version
		},
		to: {
			commit: to.commit,
			version: to.version
		},
		entries,
		gone: entriesOf(gone.commits),
		left: come.left + gone.left,
		migrations,
		authors: authorsIn(entries)
	};
}
async function served(service, environment) {
	const { store, config } = service;
	const version = liveVersion(await readEnvironmentRecord(store, environment, config.service.service));
	if (version === null) return null;
	const record = await readReleaseRecord(store, environment, version);
	if (record !== null) return recorded(service, record);
	throw new ProblemError({
		code: "release.notes-no-record",
		where: `${store}/releases/${environment}`,
		found: `no record of ${version}, which serves`,
		expected: "a record of the release that serves: it names the commit",
		remedy: "use the state directory that released it (--state), or name the commit with --from"
	});
}
async function nextFrom(service, environment) {
	const point = await served(service, environment);
	if (point !== null) return point;
	throw new ProblemError({
		code: "release.notes-nothing-next",
		where: environment,
		found: "nothing serves there yet",
		expected: `a release in ${environment}: from there it is promoted`,
		remedy: `release to ${environment} first, or name a commit with --to`
	});
}
async function checkedOut(service) {
	const commit = await sourceCommit(service, true);
	return {
		commit,
		version: await describedVersion(service, commit),
		all: [commit],
		migrations: null
	};
}
/** A version of any environment that has a record, else what git knows by that name. */
async function named(service, name, option) {
	for (const environment of environmentNames(service.config)) {
		const record = /[/\0]/.test(name) ? null : await readReleaseRecord(service.store, environment, name);
		if (record !== null) return recorded(service, record);
	}
	const commit = await commitNamed(service, name) ?? await commitNamed(service, `v${name}`);
	if (commit === void 0) throw notHere(service, name, `--${option}`);
	return {
		commit,
		version: await describedVersion(service, commit),
		all: [commit],
		migrations: null
	};
}
async function recorded(service, { release, configCommit }) {
	const all = [release.commit, ...configCommit === void 0 ? [] : [configCommit]];
	for (const commit of all) if (await commitNamed(service, commit) === void 0) throw notHere(service, commit, release.version);
	return {
		commit: release.commit,
		version: release.version,
		all,
		migrations: release.migrations
	};
}
function notHere({ baseDir }, name, where) {
	return new ProblemError({
		code: "release.notes-unknown-commit",
		where,
		found: `${JSON.stringify(name)}, which is neither a recorded version nor a commit in ${baseDir}`,
		expected: "a version that was released, a tag or a commit",
		remedy: "fetch the commit (`git fetch --tags origin`), or check the name"
	});
}

// src/report/notes.ts
/**
* Release notes as Markdown, for a job summary, a comment or a file. Titles and names are anybody's words, so they stand in code spans; only
* numbers of pull requests are left for the forge to make links of. Pure.
*/
function notesMarkdown(notes) {
	const { service, environment, from, to, entries, gone, left, migrations, authors } = notes;
	const breaking = entries.filter((entry) => entry.breaking);
	const rest = entries.filter((entry) => !entry.breaking);
	return [
		`## ${code(service)} ${code(to.version ?? short(to.commit))} for ${code(environment)}`,
		"",
		from === null ? `The first release there: ${counted(entries.length, "change")} up to ${code(short(to.commit))}.` : `Replaces ${code(from.version ?? short(from.commit))}: ${counted(entries.length, "change")} between ${code(short(from.commit))} and ${code(short(to.commit))}.`,
		...left === 0 ? [] : ["", `There are ${left} older commits, which are not told.`],
		"",
		...section("Breaking changes", breaking, entryItem),
		...section("Migrations", migrations, migrationItem),
		...section("No longer in it", gone, entryItem),
		...TITLES.flatMap(([kinds, title]) => section(title, rest.filter(({ kind }) => kinds.includes(kind)), entryItem)),
		...section("Who", authors, ({ name, entries: count }) => `- ${code(name)} (${count})`)
	].join("\n");
}
const TITLES = [
	[["feat"], "New"],
	[["fix"], "Mended"],
	[["perf"], "Faster"],
	[["revert"], "Taken back"],
	[[null], "Other changes"],
	[["refactor"], "Changed inside"],
	[["build", "ci"], "Build and pipeline"],
	[["docs"], "Documents"],
	[["test"], "Tests"],
	[["style", "chore"], "Housekeeping"]
];
/** Of each list. */
const BYTES = 6e4;
function section(title, items, render) {
	const lines = withLeft(bounded(items, BYTES, render), (count) => `- … ${count} left out: see \`--json\``);
	return lines.length === 0 ? [] : [
		`### ${title}`,
		"",
		...lines,
		""
	];
}
function entryItem(entry) {
	const { commit, commits, pull, scope, title, breakingNotes, authors, takenBackBy } = entry;
	return [`- ${[
		code(title),
		...scope === null ? [] : [`in ${code(scope)}`],
		...pull === null ? [] : [pull],
		code(short(commit)),
		...commits.length > 1 ? [`with ${commits.length} commits`] : [],
		`by ${authors.map(code).join(", ")}`,
		...takenBackBy === null ? [] : [`(taken back by ${code(short(takenBackBy))})`]
	].join(" ")}`, ...breakingNotes.map((note) => `  - ${code(note)}`)].join("\n");
}
function migrationItem({ id, change, phase, breaks }) {
	const harm = breaks === null ? "" : `; versions ${code(breaks)} cannot run on the schema after it`;
	return `- ${code(id)} ${phase ?? "of a phase that is not known"}: ${change === "gone" ? GONE : WHEN[phase ?? "unknown"]}${harm}`;
}
const GONE = "not a part of it any more; where it was applied it stays applied";
const WHEN = {
	expand: "applied by the release before its code serves; a rollback leaves it",
	backfill: "not applied by the release, it waits for a run of its own",
	contract: "not applied by the release, it waits for a run of its own",
	unknown: "its header cannot be read"
};
function short(commit) {
	return commit.slice(0, 12);
}
function counted(count, what) {
	return `${count} ${what}${count === 1 ? "" : "s"}`;
}

export { releaseNotes as n, notesMarkdown as t };