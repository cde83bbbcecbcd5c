import { i as ok, n as bad, s as problemsOf, t as ProblemError } from "./shared-problem.js";
import { i as isMissing, n as fileName, o as replaceFile, s as runPaths } from "./shared-store.js";
import { o as environmentRecordSchema, p as readEnvironmentRecord, y as ledgerSchema } from "./shared-quarantine.js";
import { Bt as copyRun, Ht as countLines, Lt as traitsOf, Ut as notedCopy, nn as listRuns, wn as readJournalText, wt as environmentNames, zt as pullRun } from "./shared-service.js";
import { n as LeaseLostError } from "./shared-fence.js";
import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";

// src/procedure/shared/documents.ts
/** Brings documents here: what is missing as it is, what is there on both sides as `merge` says. */
async function fetchDocuments(shared, of, merge) {
	await layDown(await shared.replica.readDocuments(of.environment), of, merge);
}
/** Makes both sides the same: what either remembers is then in both. */
async function carryDocuments(shared, of, merge) {
	for (let attempt = 0; attempt < 5; attempt++) {
		const there = await shared.replica.readDocuments(of.environment);
		const files = await layDown(there, of, merge);
		const changed = Object.entries(files).filter(([name, text]) => there?.files[name] !== text);
		if (changed.length === 0) return;
		if (await shared.replica.writeDocuments(of.environment, there, Object.fromEntries(changed))) return;
	}
}
/** What lies here afterwards. */
async function layDown(there, of, merge) {
	const files = { ...await localDocuments(of) };
	for (const [name, theirs] of Object.entries(there?.files ?? {})) {
		if (!isBelow(name, of.places)) continue;
		const ours = files[name];
		const text = ours === void 0 || ours === theirs ? theirs : merge(name, ours, theirs);
		if (text !== ours) await replaceFile(join(of.store, name), text);
		files[name] = text;
	}
	return files;
}
async function localDocuments({ store, places }) {
	const files = {};
	for (const place of places) {
		const names = place.endsWith(".json") ? [place] : (await namesIn(join(store, place))).map((name) => `${place}/${name}`);
		for (const name of names) {
			const text = await textOf(join(store, name));
			if (text !== void 0) files[name] = text;
		}
	}
	return files;
}
/** Never a name that leads out of the places: the other side is another machine. */
function isBelow(name, places) {
	if (!name.endsWith(".json") || name.split("/").some((part) => part === "" || part === "." || part === "..")) return false;
	return places.some((place) => name === place || name.startsWith(`${place}/`));
}
async function namesIn(directory) {
	try {
		return (await readdir(directory)).filter((name) => name.endsWith(".json"));
	} catch (error) {
		if (isMissing(error)) return [];
		throw error;
	}
}
async function textOf(path) {
	try {
		return await readFile(path, "utf8");
	} catch (error) {
		if (isMissing(error)) return void 0;
		throw error;
	}
}

// src/procedure/shared/pending.ts
/** Runs of an environment, or of all, whose records are not all in the shared store. Asks nobody. */
async function pendingRuns(shared, store, environment) {
	const pending = [];
	for (const { run, environment: of, procedure } of await listRuns(store)) {
		if (!traitsOf(procedure).holds || environment !== void 0 && of !== environment) continue;
		const paths = runPaths(store, run);
		const { records, journalBytes } = await notedCopy(paths, shared.where);
		if (await sizeOf(paths.journal) === journalBytes) continue;
		const text = await readJournalText(paths);
		const count = countLines(text?.journal ?? "") - records;
		if (count > 0) pending.push({
			run,
			environment: of,
			records: count
		});
	}
	return pending;
}
/** Makes git true: copies what is missing, run by run. One that cannot be copied does not keep the others from it. */
async function importRuns(shared, store, wanted = {}) {
	const pending = await pendingRuns(shared, store, wanted.environment);
	const done = [];
	let silent;
	for (const one of pending) {
		const { run } = one;
		if (wanted.run !== void 0 && wanted.run !== run) continue;
		const problems = silent ?? await copyOne(shared, store, run);
		if (problems.some(({ code }) => code === "store.unreachable")) silent = problems;
		done.push({
			...one,
			problems
		});
	}
	return done;
}
async function copyOne(shared, store, run) {
	try {
		await copyOrPull(shared, store, run);
		return [];
	} catch (error) {
		return problemsOf(error, `run ${run}`);
	}
}
/** Copies what is missing there; where another machine has gone on with the run, brings that here instead. */
async function copyOrPull(shared, store, run) {
	try {
		await copyRun({
			shared,
			run,
			paths: runPaths(store, run),
			from: void 0
		});
	} catch (error) {
		if (!(error instanceof LeaseLostError || problemsOf(error, "").some(({ code }) => code === "store.parted"))) throw error;
		await pullRun(shared, store, run);
	}
}
async function sizeOf(path) {
	try {
		return (await stat(path)).size;
	} catch (error) {
		if (isMissing(error)) return void 0;
		throw error;
	}
}

// src/model/text.ts
/**
* Text that neither a terminal nor an XML or HTML reader takes for an order: names and messages come from outside. Control and
* formatting characters (also those that turn the direction of writing), line separators, what is no character at all, and halves of
* characters are shown as a question mark.
*/
function clean(text) {
	return text.toWellFormed().replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cn}\uFFFD]/gu, "?");
}
/** The same on one line, and no longer than `longest` characters: what is cut off is said to be. */
function cleanLine(text, longest) {
	const line = clean(text.slice(0, 2 * longest).replace(/\r\n|[\n\r\t]/g, " "));
	const letters = [...line];
	return letters.length <= longest && text.length <= 2 * longest ? line : `${letters.slice(0, longest - 1).join("")}…`;
}
/** Text in a Markdown block of code that it cannot end: what stands in it becomes no markup, no link and no mention. */
function fenced(text) {
	const fence = ticksAround(text, 3);
	return [
		`${fence}text`,
		...text.split("\n").map(clean),
		fence
	].join("\n");
}
/** One line in a Markdown code span that holds exactly this text: its fence is longer than any run of backticks inside. */
function codeSpan(line) {
	const inside = clean(line);
	if (inside.trim() === "") return "(nothing)";
	const fence = ticksAround(inside);
	return fence.length === 1 && !/^ .* $/.test(inside) ? `${fence}${inside}${fence}` : `${fence} ${inside} ${fence}`;
}
/** Backticks that a text cannot end: more than any run of them inside, and at least so many. */
function ticksAround(text, least = 1) {
	const longest = (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
	return "`".repeat(Math.max(least, longest + 1));
}

// src/release/build/naming.ts
/** Names of versions. A release is immutable: one name never means two things. */
/** Commit of the source. A working tree that differs from it is refused: nobody could say later what was released. */
async function sourceCommit(service, allowDirty) {
	const { exec, baseDir } = service;
	const head = await exec.read([
		"git",
		"-C",
		baseDir,
		"rev-parse",
		"--verify",
		"HEAD"
	]);
	if (head.exitCode !== 0) throw new ProblemError({
		code: "release.no-commit",
		where: baseDir,
		found: head.stderr.trim().split("\n")[0] ?? "no git repository",
		expected: "a git repository with a commit: a release names the commit it was built from",
		remedy: "commit the service to git"
	});
	const changed = (await exec.read([
		"git",
		"--no-optional-locks",
		"-C",
		baseDir,
		"status",
		"--porcelain",
		"--untracked-files=no",
		"--",
		"."
	])).stdout.split("\n").filter((line) => line.trim() !== "");
	if (changed.length > 0 && !allowDirty) throw new ProblemError({
		code: "release.dirty-tree",
		where: baseDir,
		found: `${changed.length} changed files: ${changed.slice(0, 3).join(", ")}`,
		expected: "a working tree equal to its commit",
		remedy: "commit the changes, or give --allow-dirty for an experiment that no one else needs to repeat"
	});
	return head.stdout.trim();
}
/** When a commit was made, by its committer's clock, RFC 3339 in UTC; null when git cannot tell. */
async function commitTime(service, commit) {
	const { exec, baseDir } = service;
	const shown = await exec.read([
		"git",
		"-C",
		baseDir,
		"show",
		"--no-patch",
		"--format=%ct",
		commit
	]);
	const seconds = shown.exitCode === 0 ? Number(shown.stdout.trim()) : NaN;
	return Number.isSafeInteger(seconds) && shown.stdout.trim() !== "" ? (/* @__PURE__ */ new Date(seconds * 1e3)).toISOString() : null;
}
/** `1.4.0` on a tag `v1.4.0`, else `0.0.0-<twelve digits of the commit>`. */
async function describedVersion(service, commit) {
	const { exec, baseDir } = service;
	const tag = await exec.read([
		"git",
		"-C",
		baseDir,
		"describe",
		"--tags",
		"--exact-match",
		"--match",
		"v[0-9]*",
		commit
	]);
	return tag.exitCode === 0 ? tag.stdout.trim().replace(/^v/, "") : `0.0.0-${commit.slice(0, 12)}`;
}
/** A name that `describedVersion` made of a commit, not of a tag. */
function isNamedAfterCommit(version) {
	return /^0\.0\.0-[0-9a-f]{12}$/.test(version);
}
/** `1.4.0+config.3f2a91bc` → `1.4.0`: the software, whatever its settings. */
function withoutConfiguration(version) {
	return version.replace(/\+config\.[0-9a-f]{8}$/, "");
}
/**
* The name of what is released. The same code with another configuration is a release of its own: it gets a suffix, so that
* both can run side by side in a canary. A name that was used for another commit is refused. Pure.
*/
function nameVersion(naming) {
	const { wanted, described, commit, hash, live, known } = naming;
	const base = wanted ?? described;
	const taken = known.find((one) => one.version === base);
	if (taken !== void 0 && taken.commit !== commit) return bad(versionTaken(base, taken.commit, commit));
	const name = taken === void 0 || taken.configHash === hash ? base : `${base}+config.${hash.slice(7, 15)}`;
	return name === live ? bad(alreadyLive(name)) : ok(name);
}
function versionTaken(version, before, now) {
	return {
		code: "release.version-taken",
		where: version,
		found: `it names commit ${before.slice(0, 12)} already`,
		expected: `one commit per version; this is ${now.slice(0, 12)}`,
		remedy: "tag the commit with a new version, or give another name with --release"
	};
}
function alreadyLive(version) {
	return {
		code: "release.already-live",
		where: version,
		found: "it serves already, with this configuration",
		expected: "another version or another configuration",
		remedy: "nothing to do; after a change of a secret alone, give it a new name with --release"
	};
}

// src/release/run/merge.ts
/**
* One record of two that were written on different machines: everything that either remembers, once. A record of a release never
* changes, so ours stands. Pure.
*/
function mergeRecords(name, ours, theirs) {
	if (name.startsWith("environments/")) return both(ours, theirs, environmentRecordSchema, (a, b) => ({
		...a,
		history: union([...b.history, ...a.history], (entry) => `${entry.run} ${entry.outcome}`).toSorted((x, y) => x.time.localeCompare(y.time))
	}));
	if (name.startsWith("ledgers/")) return both(ours, theirs, ledgerSchema, (a, b) => ({
		...a,
		rows: union([...b.rows, ...a.rows], (row) => JSON.stringify(row)).toSorted((x, y) => x.time.localeCompare(y.time))
	}));
	return ours;
}
function both(ours, theirs, schema, merge) {
	const [a, b] = [ours, theirs].map((text) => schema.safeParse(parseJson(text)).data);
	if (a === void 0 || b === void 0) return ours;
	return `${JSON.stringify(merge(a, b), null, 2)}\n`;
}
function union(items, key) {
	return [...new Map(items.map((item) => [key(item), item])).values()];
}
function parseJson(text) {
	try {
		return JSON.parse(text);
	} catch {
		return;
	}
}

// src/release/run/shared.ts
/** What a release does so that several machines can take turns: journals and records come from git, and go there. */
/** Takes a run from git that this machine does not have. Without git, or when it is here, nothing. */
async function fetchRun({ shared, store }, run) {
	if (shared !== void 0) await pullRun(shared, store, run);
}
/** Brings a run up to what git has of it. Where git does not answer, what is here must do: returns why. */
async function refreshRun(service, run) {
	try {
		await fetchRun(service, run);
		return [];
	} catch (error) {
		const problems = problemsOf(error, `run ${run}`);
		if (!problems.some(({ code }) => code === "store.unreachable") || !(await listRuns(service.store)).some((one) => one.run === run)) throw error;
		return problems;
	}
}
/** Takes the run from git that has the environment there, if one has. */
async function fetchRunUnderWay({ shared, store, target }) {
	const holder = (await shared?.leases.read(target.environment))?.lease.holder;
	if (shared !== void 0 && holder !== null && holder !== void 0) await pullRun(shared, store, holder.run);
}
/** Before a forward run: what other machines remember comes here, and what they do not have yet goes there. */
async function agreeWithGit(service) {
	const { shared, store, door, target } = service;
	if (shared === void 0) return;
	try {
		const pending = await importRuns(shared, store, { environment: target.environment });
		for (const { found } of pending.flatMap((one) => one.problems)) say(service, found);
		for (const { run, environment, finished } of await listRuns(store)) if (finished === null && environment === target.environment) await pullOrSay(service, shared, run);
		await fetchRecords(service);
	} catch (error) {
		if (door.breakGlass === void 0) throw error;
		for (const { found } of problemsOf(error, shared.where)) say(service, found);
	}
}
/** A run that parted from its copy is told, and does not stand in the way of others; its own resume is refused. */
async function pullOrSay(service, shared, run) {
	try {
		await pullRun(shared, service.store, run);
	} catch (error) {
		const problems = problemsOf(error, `run ${run}`);
		if (problems.some(({ code }) => code === "store.unreachable")) throw error;
		for (const { found } of problems) say(service, found);
	}
}
/** What a way back waits for records of other machines, so that it leads to what really served before. */
const RECORDS_MS = 1e3;
/** Before a way back: what other machines remember comes here, if git says so at once. False when it did not. */
async function fetchRecordsAtOnce(service) {
	const { shared, clock, store, target } = service;
	if (shared === void 0) return true;
	const over = new AbortController();
	try {
		const late = clock.sleep(RECORDS_MS, over.signal).then(() => "late");
		late.catch(() => void 0);
		const there = await Promise.race([shared.replica.readDocuments(target.environment), late]);
		if (there === "late") return false;
		await layDown(there, placesOf(store, target.environment), mergeRecords);
		return await Promise.race([fetchRunUnderWay(service), late]) !== "late";
	} catch (error) {
		for (const { found } of problemsOf(error, shared.where)) say(service, found);
		return false;
	} finally {
		over.abort();
	}
}
/** The same, however long it takes. */
async function fetchRecords(service) {
	const { shared, store, target, config } = service;
	if (shared === void 0) return;
	await fetchDocumentsOf(service, target.environment);
	for (const environment of environmentNames(config)) {
		if (environment === target.environment) continue;
		await fetchDocuments(shared, {
			store,
			environment,
			places: [`quarantine/${environment}`]
		}, mergeRecords);
	}
}
/** The records of an environment alone: for whoever only tells about it. */
async function fetchDocumentsOf({ shared, store }, environment) {
	if (shared !== void 0) await fetchDocuments(shared, placesOf(store, environment), mergeRecords);
}
/** What another environment remembers, and the run that brought what serves there: a promotion begins with both. */
async function fetchRecordsOf(service, environment) {
	const { shared, store, target } = service;
	if (shared === void 0) return;
	await fetchDocumentsOf(service, environment);
	const { history } = await readEnvironmentRecord(store, environment, target.service);
	const known = new Set((await listRuns(store)).map(({ run }) => run));
	const last = history.findLast(({ outcome }) => outcome === "released");
	if (last !== void 0 && !known.has(last.run)) await pullRun(shared, store, last.run);
}
/** After a run: its records go to git, unless its journal did not get there either. */
async function tellGit(service) {
	const { shared, store, target } = service;
	if (shared === void 0) return;
	try {
		if ((await pendingRuns(shared, store, target.environment)).length > 0) return;
		await carryDocuments(shared, placesOf(store, target.environment), mergeRecords);
	} catch (error) {
		for (const { found } of problemsOf(error, shared.where)) say(service, found);
	}
}
/** Copies to git what it does not have: journals, or that of one run, and then what their environments remember. */
async function makeGitTrue(shared, store, run) {
	const runs = (await listRuns(store)).filter(({ procedure }) => traitsOf(procedure).holds);
	const imported = await importRuns(shared, store, { run });
	const behind = new Set((await pendingRuns(shared, store)).map(({ environment }) => environment));
	for (const environment of new Set(runs.map((one) => one.environment))) if (!behind.has(environment)) await carryDocuments(shared, placesOf(store, environment), mergeRecords);
	return imported;
}
function placesOf(store, environment) {
	return {
		store,
		environment,
		places: [
			`releases/${environment}`,
			`environments/${environment}.json`,
			`ledgers/${environment}.json`,
			`quarantine/${environment}`,
			"manifests",
			`plans/${fileName(environment)}`
		]
	};
}
function say({ door, secrets }, found) {
	door.onEvent?.({
		kind: "note",
		path: "git store",
		text: `git is not yet true: ${secrets.mask(found)}`
	});
}

// src/report/bounded.ts
/**
* Renders items until `bytes` are used, from both ends: what a run began with and what it ended with say more than what lies between.
*/
function bounded(items, bytes, render) {
	const first = [];
	const last = [];
	let [low, high, room] = [
		0,
		items.length - 1,
		bytes
	];
	for (let turn = 0; low <= high; turn++) {
		const index = turn % 2 === 0 ? low : high;
		const item = items[index];
		if (item === void 0) break;
		const text = render(item, index);
		room -= Buffer.byteLength(text);
		if (room < 0) break;
		if (turn % 2 === 0) {
			first.push(text);
			low++;
		} else {
			last.unshift(text);
			high--;
		}
	}
	return {
		first,
		left: high - low + 1,
		last
	};
}
/** The parts in order, with a line for what was left out. */
function withLeft({ first, left, last }, line) {
	return left <= 0 ? [...first, ...last] : [
		...first,
		line(left),
		...last
	];
}

// src/report/words.ts
/** Times and texts as a report writes them. Pure. */
/** `06:00:12`, UTC. */
function clock(time) {
	return new Date(time).toISOString().slice(11, 19);
}
/** `2026-11-21 06:00:12 UTC`. */
function moment(time) {
	return `${new Date(time).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
/** The clock, with the date where the day is another one than that of `start`. */
function clockSince(time, start) {
	const [day, first] = [new Date(time).toISOString().slice(0, 10), new Date(start).toISOString().slice(0, 10)];
	return day === first ? clock(time) : `${day.slice(5)} ${clock(time)}`;
}
/** `40 ms`, `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
function lasting(ms) {
	const two = (big, unit, small, part) => small === 0 ? `${big} ${unit}` : `${big} ${unit} ${small} ${part}`;
	if (ms < 95) return `${Math.round(Math.max(0, ms))} ms`;
	if (ms < 9950) return `${Math.round(Math.max(0, ms) / 100) / 10} s`;
	const seconds = Math.round(ms / 1e3);
	if (seconds < 60) return `${seconds} s`;
	if (seconds < 3600) return two(Math.floor(seconds / 60), "min", seconds % 60, "s");
	const minutes = Math.round(seconds / 60);
	if (minutes < 1440) return two(Math.floor(minutes / 60), "h", minutes % 60, "min");
	const hours = Math.round(minutes / 60);
	return two(Math.floor(hours / 24), "d", hours % 24, "h");
}
/** Longest texts of each sort; what is longer is cut and says so. */
const LONGEST = {
	sentence: 900,
	title: 200,
	note: 600,
	value: 400,
	proof: 96,
	command: 1500,
	problem: 1500
};
/** Text from outside, on one line, bounded. */
function shown(text, sort) {
	return cleanLine(text, LONGEST[sort]);
}
/** What was recorded besides: a signature is named by its beginning, the journal has it whole. */
function proof({ name, value }) {
	return {
		name,
		value: shown(value, "proof")
	};
}
const STATE_WORDS = {
	done: "done",
	nothing: "nothing to do",
	failed: "failed",
	refused: "refused",
	undone: "taken back",
	waiting: "waits",
	open: "not finished"
};
const STATE_GLYPHS = {
	done: "✓",
	nothing: "–",
	failed: "✗",
	refused: "✗",
	undone: "↶",
	waiting: "‖",
	open: "…"
};

// src/report/markdown.ts
/**
* The report as Markdown, for a job summary or a comment. Whatever comes from outside stands in code spans, so it cannot become
* markup, a link or a mention; the whole stays far below the one megabyte that GitHub takes. Pure.
*/
function reportMarkdown(report) {
	const { head, known, facts, story, course, journal } = report;
	const left = (count) => `- … ${count} left out: ${code(`shiplock journal show ${head.run}`)}`;
	return [
		`## ${GLYPHS[head.tone]} ${code(head.service)} ${code(head.version)} in ${code(head.environment)}: ${code(head.status)}`,
		"",
		code(shown(head.sentence, "sentence")),
		"",
		...factLines(facts),
		"",
		...section("Problems", bounded(head.problems, BYTES, problemItem), left),
		...section("Known errors", bounded(known, BYTES, knownItem), left),
		...course === null ? [] : [...section("Judged", bounded(course.judged, BYTES, judgedItem), left), ...drawing(course.drawing)],
		...story === null ? [] : [
			...section("Gates", bounded(story.gates, BYTES, gateItem), left),
			...section("Decisions by people", bounded(story.decisions, BYTES, decisionItem), left),
			...folded(`Steps (${story.steps.length})`, bounded(story.steps, BYTES, (step) => stepItem(step, story)), left),
			...folded(`What was executed (${story.commands.length})`, bounded(story.commands, BYTES, (command) => commandItem(command, story.startedAt)), left),
			...section("The run", bounded(story.processes, BYTES, processItem), left),
			...factLines(journal),
			""
		]
	].join("\n");
}
/** Of each list. */
const BYTES = 6e4;
const GLYPHS = {
	good: "✅",
	bad: "❌",
	waiting: "⏸️",
	plain: "▫️"
};
/** A code span; what is long is cut. */
function code(text) {
	return codeSpan(cleanLine(text, LONGEST.command));
}
function factLines(facts) {
	return facts.map(({ name, value }) => `- ${label(name)} ${code(shown(value, "value"))}`);
}
/** A name of ours in bold; one from outside as code. */
function label(name) {
	return /^[A-Za-z0-9 -]+$/.test(name) ? `**${name}**` : code(name);
}
function section(title, items, left) {
	const lines = withLeft(items, left);
	return lines.length === 0 ? [] : [
		`### ${title}`,
		"",
		...lines,
		""
	];
}
/** Long lists are closed until somebody wants them. */
function folded(title, items, left) {
	const lines = withLeft(items, left);
	return lines.length === 0 ? [] : [
		`<details><summary>${title}</summary>`,
		"",
		...lines,
		"",
		"</details>",
		""
	];
}
function drawing(text) {
	if (text === "") return [];
	return [
		"<details><summary>Traffic and evidence over time</summary>",
		"",
		...fenced(text).split("\n"),
		"",
		"</details>",
		""
	];
}
function problemItem({ where, found, expected, remedy, code: id }) {
	return `- ${code(shown(found, "problem"))}\n  - where ${code(where)}, expected ${code(expected)}\n  - what to do: ${code(remedy)} (${code(id)})`;
}
/** What a page says may come from a service's repository: it is shown as text like all else from outside. */
function knownItem({ id, title, severity, cause, fix, command, seen, where }) {
	return [
		`- ${GLYPHS[severity === "error" ? "bad" : "plain"]} ${code(title)} (${code(id)}), at ${code(shown(where, "title"))}`,
		...seen === null ? [] : [`seen: ${code(shown(seen, "note"))}`],
		`cause: ${code(shown(cause, "problem"))}`,
		`what to do: ${code(shown(fix, "problem"))}`,
		...command === null ? [] : [`command: ${code(shown(command, "command"))}`]
	].join("\n  - ");
}
function judgedItem({ share, verdict, tone, after, candidate, stable, evidence, text }) {
	const shownEvidence = evidence.map(({ name, value }) => `${name} ${code(value)}`).join(", ");
	return `- ${GLYPHS[tone]} ${code(share)} ${code(verdict)} after ${code(after)}: new ${code(candidate)}, stable ${code(stable)}${shownEvidence === "" ? "" : `; ${shownEvidence}`}\n  - ${code(shown(text, "note"))}`;
}
function gateItem({ title, role, guard, openedAt, given }) {
	const head = `- ${code(title)} asks ${code(role)}, opened ${code(moment(openedAt))}; meanwhile ${code(guard)}`;
	if (given.length === 0) return `${head}\n  - not filled in yet`;
	return [head, ...given.flatMap(({ by, host, time, answers, more }) => [
		`filled in by ${code(by)} on ${code(host)}, ${code(moment(time))}`,
		...answers.map(({ name, question, value }) => `${code(question === "" ? name : question)} ${code(shown(value, "value"))}`),
		...more.map(proof).map(({ name, value }) => `${label(name)} ${code(value)}`)
	])].join("\n  - ");
}
function decisionItem({ time, kind, by, role, what, why, more }) {
	const who = `${code(by)}${role === "" ? "" : `, in the role ${code(role)}`}`;
	const others = more.map(proof).map(({ name, value }) => `\n  - ${label(name)} ${code(value)}`);
	return `- ${kind}: ${code(shown(what, "note"))} by ${who}, ${code(moment(time))}: ${code(shown(why, "note"))}${others.join("")}`;
}
function processItem({ time, text }) {
	return `- ${moment(time)} ${code(shown(text, "note"))}`;
}
function stepItem(step, { steps, startedAt }) {
	const part = step === steps.find(({ back }) => back) ? "- **The way back**\n" : "";
	const notes = [.../* @__PURE__ */ new Set([step.note, ...step.problems.map(({ found }) => found)])].filter((text) => text !== "");
	const again = step.attempts > 1 ? `, ${step.attempts} attempts` : "";
	const said = notes.length === 0 ? "" : `: ${notes.map((text) => code(shown(text, "note"))).join(", ")}`;
	const took = step.until === step.from ? "" : ` ${lasting(step.until - step.from)}`;
	return `${part}- ${STATE_GLYPHS[step.state]} ${code(clockSince(step.from, startedAt))} ${code(shown(step.title, "title"))}${took}${again}${said}`;
}
function commandItem({ time, kind, text, result, durationMs }, startedAt) {
	const took = durationMs === null ? "" : `, ${lasting(durationMs)}`;
	return `- ${code(clockSince(time, startedAt))} ${kind} ${code(shown(text, "command"))}: ${code(shown(result, "note"))}${took}`;
}

export { codeSpan as A, describedVersion as C, withoutConfiguration as D, sourceCommit as E, importRuns as M, pendingRuns as N, clean as O, commitTime as S, nameVersion as T, fetchRun as _, clockSince as a, refreshRun as b, proof as c, withLeft as d, agreeWithGit as f, fetchRecordsOf as g, fetchRecordsAtOnce as h, STATE_WORDS as i, fenced as j, cleanLine as k, shown as l, fetchRecords as m, reportMarkdown as n, lasting as o, fetchDocumentsOf as p, STATE_GLYPHS as r, moment as s, code as t, bounded as u, fetchRunUnderWay as v, isNamedAfterCommit as w, tellGit as x, makeGitTrue as y };