import { Et as _enum, Jn as string, Nt as array, Pn as number, qn as strictObject } from "./shared-schemas.js";
import { C as resticProblem, S as resolved, a as openBackup, c as runBackup, h as recordName, l as startThrowAway, m as recordFile, n as keepRecord, o as programsOf, p as readBegun, r as leaseName, s as repositoryLook, t as catalogueNow, u as begunFile, w as resticVariables } from "./shared-open.js";
import { d as furthest, f as reach, l as chainOf, o as verifyFull, s as verifySegment, u as chainsOf } from "./shared-restore.js";
import { It as tellStory, Rt as emptyStory, bs as sequence, fs as action, gs as opaque, vs as procedure, zt as readReceipts } from "./shared-common.js";
import { a as proveFiles, i as takeBackup, n as planBackup, r as restic } from "./shared-run.js";
import { n as restoreDatabase, t as planRestore } from "./shared-restore2.js";
import { t as ProblemError } from "./shared-problem.js";
import { r as runCommand } from "./shared-exec.js";
import { i as isMissing, o as namesIn, s as replaceFile } from "./shared-store.js";
import { c as formatDuration } from "./shared-scalars.js";
import { lstat, mkdir, readFile, readdir, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

// src/backup/catalogue/retention.ts
/**
* Pure. The chain that reaches furthest and the newest one that was verified stay whatever `keep` says; so does every segment behind
* the oldest full backup that stays. What failed goes once something newer can be restored.
*/
function retention(catalogue, keep) {
	const chains = chainsOf(catalogue);
	const kept = /* @__PURE__ */ new Map();
	const stays = (full, why) => {
		if (full !== void 0 && !kept.has(full.id)) kept.set(full.id, why);
	};
	const good = chains.filter(({ restorableTo }) => restorableTo !== null).toReversed();
	const best = furthest(chains);
	stays(best?.full, "reaches furthest");
	stays(good.find(({ full }) => full.state === "verified")?.full, "the newest that was verified");
	if (best === void 0) for (const { full } of chains) stays(full, "nothing newer can be restored");
	for (const [at, { full }] of good.slice(0, keep.last).entries()) stays(full, `one of the last ${keep.last} (${at + 1})`);
	for (const [count, word, name] of [
		[
			keep.daily,
			"day",
			dayOf
		],
		[
			keep.weekly,
			"week",
			weekOf
		],
		[
			keep.monthly,
			"month",
			monthOf
		]
	]) for (const { full } of newestOf(good, name).slice(0, count)) stays(full, `the newest of its ${word}`);
	const oldest = catalogue.fulls.filter(({ id }) => kept.has(id))[0];
	const newestGood = good[0]?.full;
	const forget = catalogue.fulls.filter(({ id, takenAt }) => !kept.has(id) && newestGood !== void 0 && takenAt < newestGood.takenAt);
	const used = new Set(chains.filter(({ full }) => kept.has(full.id) || !forget.includes(full)).flatMap(({ segments }) => segments));
	for (const segment of catalogue.segments) {
		if (used.has(segment) || oldest === void 0) continue;
		if (segment.takenAt < oldest.takenAt) forget.push(segment);
	}
	const newestFiles = catalogue.files.filter(({ state }) => state !== "suspect" && state !== "failed").slice(-Math.max(1, keep.last));
	for (const files of catalogue.files) {
		if (newestFiles.includes(files) || newestFiles.length === 0 || oldest === void 0) continue;
		if (files.takenAt < oldest.takenAt) forget.push(files);
	}
	return {
		kept,
		forget
	};
}
/** The newest of each group, newest first. */
function newestOf(newestFirst, group) {
	const seen = /* @__PURE__ */ new Set();
	return newestFirst.filter(({ full }) => {
		const name = group(new Date(full.takenAt));
		if (seen.has(name)) return false;
		seen.add(name);
		return true;
	});
}
function dayOf(at) {
	return at.toISOString().slice(0, 10);
}
/** Number of the week since the Monday of 29 December 1969. */
function weekOf(at) {
	return String(Math.floor((at.getTime() / 864e5 + 3) / 7));
}
function monthOf(at) {
	return at.toISOString().slice(0, 7);
}

// src/backup/status.ts
/** Pure. */
function backupStatus(catalogue, rules) {
	const chains = chainsOf(catalogue);
	const best = furthest(chains);
	const proven = chains.filter(({ full }) => full.state === "verified");
	const bestProven = furthest(proven);
	const newest = proven.at(-1)?.full;
	return {
		restorableTo: best?.restorableTo ?? null,
		verifiedTo: bestProven?.restorableTo ?? null,
		verified: newest?.verified == null ? null : {
			id: newest.id,
			takenAt: newest.takenAt,
			at: newest.verified.at
		},
		fulls: chains.toReversed().map(({ full, segments, restorableTo, ends }) => ({
			id: full.id,
			takenAt: full.takenAt,
			form: full.form ?? "logical",
			state: full.state,
			bytes: full.bytes,
			rows: full.tables.reduce((sum, { rows }) => sum + rows, 0),
			restorableTo,
			segments: segments.length,
			ends
		})),
		problems: [
			...ageProblems(best === void 0 ? null : reach(best), bestProven === void 0 ? null : reach(bestProven), rules),
			...verifiedProblems(newest === void 0 ? null : Date.parse(newest.takenAt), rules),
			...brokenProblems(chains.at(-1), rules)
		]
	};
}
function ageProblems(to, provenTo, { where, now, rpoMs }) {
	if (to === null) return [{
		code: "backup.nothing-restorable",
		where,
		found: "no backup that can be restored",
		expected: "at least one",
		remedy: "run `shiplock backup run` now"
	}];
	if (rpoMs === null || provenTo !== null && now - provenTo <= rpoMs) return [];
	return [{
		code: "backup.older-than-rpo",
		where,
		found: provenTo === null ? "no backup that was verified" : `a verified backup that reaches to ${new Date(provenTo).toISOString()}, ${formatDuration(rounded(now - provenTo))} ago`,
		expected: `one that is at most ${formatDuration(rpoMs)} old, as \`objectives.rpo\` promises`,
		remedy: "run `shiplock backup run --incremental` more often; look at the logs of its timer, and run `shiplock backup verify`"
	}];
}
function verifiedProblems(takenAt, { where, now, verifiedWithinMs }) {
	if (takenAt !== null && now - takenAt <= verifiedWithinMs) return [];
	return [{
		code: "backup.not-verified",
		where,
		found: takenAt === null ? "no full backup that was verified" : `the last one is ${formatDuration(rounded(now - takenAt))} old`,
		expected: `a full backup that was restored and compared, at most ${formatDuration(verifiedWithinMs)} old (\`backup.verifiedWithin\`)`,
		remedy: "run `shiplock backup run` and `shiplock backup verify`"
	}];
}
function brokenProblems(newest, { where }) {
	if (newest === void 0 || newest.ends === null || newest.full.coordinates === null) return [];
	return [{
		code: "backup.chain-broken",
		where: `${where} ${newest.full.id}`,
		found: newest.ends,
		expected: "a chain without a gap: nothing can be restored past here",
		remedy: "take a full backup now: `shiplock backup run`"
	}];
}
function rounded(ms) {
	return Math.max(0, Math.floor(ms / 1e3) * 1e3);
}
/** The same for Prometheus, in its text format (a file for the textfile collector of the node exporter). Pure. */
function statusMetrics({ restorableTo, verifiedTo, verified, fulls, problems }, { service, environment }) {
	const labels = `{service="${service}",environment="${environment}"}`;
	const gauge = (name, help, value) => value === null ? "" : `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name}${labels} ${value}\n`;
	const seconds = (time) => time == null ? 0 : Math.floor(Date.parse(time) / 1e3);
	return [
		gauge("shiplock_backup_restorable_timestamp_seconds", "Time up to which everything can be restored; 0: nothing.", seconds(restorableTo)),
		gauge("shiplock_backup_verified_restorable_timestamp_seconds", "The same from a backup that was restored and compared.", seconds(verifiedTo)),
		gauge("shiplock_backup_verified_timestamp_seconds", "When the newest verified full backup was taken; 0: never.", seconds(verified?.takenAt)),
		gauge("shiplock_backup_taken_timestamp_seconds", "When the newest full backup was taken; 0: never.", seconds(fulls[0]?.takenAt)),
		gauge("shiplock_backup_size_bytes", "Size of the newest full backup.", fulls[0]?.bytes ?? null),
		gauge("shiplock_backup_problems", "How much speaks against the backups; 0: nothing.", problems.length)
	].join("");
}

// src/release/backup/forget.ts
/** Looks only. */
async function planForget(door, environment) {
	const backup = await openBackup(door, environment);
	return planOf(retention(await catalogueNow(backup), backup.settings.keep));
}
/** The entry goes before its snapshot: what is cut leaves a snapshot that nobody believes in, never an entry without one. */
async function forgetBackups(door, environment) {
	const backup = await openBackup(door, environment);
	const catalogue = await catalogueNow(backup);
	const decided = retention(catalogue, backup.settings.keep);
	const { run } = await runBackup(backup, procedure({
		id: "backup-forget",
		title: `Let old backups of ${environment} go`,
		description: "The backup that reaches furthest and the newest that was verified stay, whatever is configured.",
		environment: leaseName(backup),
		inputs: { environment },
		root: sequence({
			id: "forget",
			title: "Let old backups go",
			steps: [
				entriesStep(backup, decided),
				...[backup.repository, ...backup.copies].map((repository, at) => snapshotsStep(backup, repository, decided, at)),
				clearStep(backup)
			]
		})
	}));
	return {
		run,
		...planOf(decided)
	};
}
function planOf({ kept, forget }) {
	return {
		kept: Object.fromEntries(kept),
		forget: forget.map(recordName)
	};
}
const QUICK_MS = 6e4;
function entriesStep({ place }, { forget }) {
	const ids = new Set(forget.map(({ id }) => id));
	const file = (path, content) => ({
		kind: "file",
		path,
		content,
		timeoutMs: QUICK_MS
	});
	return action({
		id: "entries",
		title: "Take them out of the catalogue",
		inputs: { forget: forget.map(recordName) },
		read: async () => null,
		decide: () => forget.length === 0 ? {
			kind: "nothing",
			why: "nothing is old enough"
		} : {
			kind: "do",
			effects: [...[...ids].map((id) => file(begunFile(place, id), "")), ...forget.map((record) => file(recordFile(place, record), null))]
		},
		probe: "repeatable"
	});
}
/** Catalogues that stay in a repository. */
const CATALOGUES = 10;
/** Those of ours whose entry is gone. What others tagged, or nobody, is never touched. */
function snapshotsStep(backup, repository, { forget }, at) {
	const { environment } = backup.service;
	return action({
		id: at === 0 ? "snapshots" : `snapshots-${at}`,
		title: `Forget their snapshots in ${repository.repository}`,
		inputs: { repository: repository.repository },
		timeoutMs: backup.settings.timeoutMs + QUICK_MS,
		read: async (ctx) => {
			const tags = [
				"shiplock",
				`service:${environment.service}`,
				`environment:${environment.environment}`
			];
			const found = await repositoryLook(backup, repository).snapshots(tags);
			const now = await catalogueNow(backup);
			const gone = /* @__PURE__ */ new Set([...forget.map(({ id }) => id), ...await readBegun(backup.place)]);
			const going = new Set(ctx.mode === "plan" ? forget : []);
			const left = [
				...now.fulls,
				...now.segments,
				...now.files
			].filter((record) => !going.has(record));
			return toForget(found, gone, new Set(left.map(({ id }) => id)));
		},
		decide: (ids) => {
			const prune = {
				...restic(repository, ["prune"], "what no snapshot needs"),
				timeoutMs: backup.settings.timeoutMs
			};
			return ids.length === 0 ? {
				kind: "nothing",
				why: "none is to be forgotten"
			} : {
				kind: "do",
				effects: [
					restic(repository, ["unlock"], "locks of commands that are gone"),
					restic(repository, ["forget", ...ids], "no entry names them"),
					prune
				]
			};
		},
		probe: "repeatable"
	});
}
/** The marks of the first step go last. */
function clearStep({ place }) {
	return action({
		id: "clear",
		title: "Clear the marks",
		read: () => readBegun(place),
		decide: (ids) => ids.length === 0 ? {
			kind: "nothing",
			why: "there are none"
		} : {
			kind: "do",
			effects: ids.map((id) => ({
				kind: "file",
				path: begunFile(place, id),
				content: null,
				timeoutMs: QUICK_MS
			}))
		},
		probe: "repeatable"
	});
}
/**
* Snapshots of what is gone, and of all but the newest catalogues. By id and not by snapshot, since a copy of a snapshot in another repository has another
* name. Pure.
*/
function toForget(snapshots, gone, left) {
	const tag = (tags, name) => tags.find((one) => one.startsWith(`${name}:`))?.slice(name.length + 1) ?? "";
	const isCatalogue = ({ tags }) => tag(tags, "kind") === "catalogue";
	const old = snapshots.filter(isCatalogue).toSorted((a, b) => tag(a.tags, "id") < tag(b.tags, "id") ? 1 : -1).slice(CATALOGUES);
	const without = snapshots.filter((one) => {
		const id = tag(one.tags, "id");
		return id !== "" && !isCatalogue(one) && gone.has(id) && !left.has(id);
	});
	return [...old, ...without].map(({ id }) => id);
}

// src/release/backup/restore-files.ts
const filesSchema = strictObject({
	files: number(),
	seconds: number()
});
/** Which backup it would be. Looks into the catalogue alone. */
async function planFiles(door, request) {
	return filesMeant(await catalogueNow(await openBackup(door, request.environment)), request);
}
/**
* Restores them below a directory that is empty or not there, each under the path that it had; restic reads each back and compares it with what was
* stored. The directory appears when all of it is there.
* @throws ProblemError when something lies there, or the repository does not give them back
*/
async function restoreFiles(door, request) {
	const backup = await openBackup(door, request.environment);
	const chosen = filesMeant(await catalogueNow(backup), request);
	const directory = resolve(request.into);
	const node = filesStep(backup, {
		chosen,
		directory,
		only: request.only
	});
	const tree = procedure({
		id: "restore-files",
		title: `Restore files of ${request.environment} below ${directory}`,
		description: "Files out of the backups are laid down beside those that are there; none of these is touched.",
		environment: `restore-files:${leaseName(backup)}`,
		inputs: {
			environment: request.environment,
			id: chosen.id,
			into: directory,
			only: request.only ?? ""
		},
		root: sequence({
			id: "restore",
			title: "Restore files",
			steps: [node]
		})
	});
	const result = await runBackup(backup, tree);
	const found = result.outputs(node);
	if (found === void 0) throw new ProblemError(unrecorded(result.run));
	return {
		run: result.run,
		id: chosen.id,
		takenAt: chosen.takenAt,
		directory,
		...found
	};
}
function filesStep(backup, { chosen, directory, only }) {
	const { repository, service, settings } = backup;
	const part = `${directory}.part`;
	const mark = `${directory}.restoring`;
	const which = `${chosen.snapshot} ${only ?? ""}\n`;
	return opaque({
		id: "files",
		title: `Restore the files of ${chosen.takenAt}`,
		inputs: {
			snapshot: chosen.snapshot,
			only: only ?? "",
			directory
		},
		outputs: filesSchema,
		promise: `${repository.program} restores ${only ?? chosen.paths.join(", ")} into ${part} and compares each file with the repository; then that becomes ${directory}`,
		probe: "repeatable",
		timeoutMs: settings.timeoutMs,
		run: async (ctx) => {
			const begin = ctx.clock.monotonic();
			const cut = await textOf(mark) === which;
			const there = await namesIn(directory);
			if (there.length > 0 && !cut) throw new ProblemError(notEmpty(directory, there));
			if (there.length === 0) {
				await mkdir(dirname(directory), { recursive: true });
				await replaceFile(mark, which);
				await rm(part, {
					recursive: true,
					force: true
				});
				const include = only === void 0 ? [] : ["--include", literally(only)];
				const argv = [
					repository.program,
					"--no-cache",
					"restore",
					chosen.snapshot,
					"--verify",
					"--target",
					part
				];
				const env = resolved(resticVariables(repository), service.secrets);
				const ran = await runCommand({
					argv: [...argv, ...include],
					env,
					signal: ctx.signal
				}, ctx.clock);
				if (ran.exitCode !== 0) throw new ProblemError(resticProblem(repository, ran));
				if (only !== void 0 && !await isThere(join(part, only))) {
					await rm(part, {
						recursive: true,
						force: true
					});
					throw new ProblemError(notIn(chosen, only));
				}
				await rename(part, directory);
			}
			const files = await filesBelow(directory);
			await rm(mark, { force: true });
			return {
				files,
				seconds: (ctx.clock.monotonic() - begin) / 1e3
			};
		}
	});
}
/** Pure. @throws ProblemError when there is none */
function filesMeant({ files }, { environment, id }) {
	const good = files.filter(({ state }) => state !== "suspect" && state !== "failed");
	const found = id === void 0 ? good.at(-1) : good.find((one) => one.id === id);
	if (found !== void 0) return found;
	throw new ProblemError({
		code: "restore.no-files",
		where: environment,
		found: id === void 0 ? "no backup of files" : `no backup of files ${id} that is to be believed`,
		expected: "files that were backed up",
		remedy: "`shiplock backup list` names them; `backup.files` says what is backed up"
	});
}
/** A path as a pattern of restic that means nothing but itself. Pure. */
function literally(path) {
	return path.replaceAll(/[\\*?[\]]/g, "\\$&");
}
async function filesBelow(directory) {
	return (await readdir(directory, {
		recursive: true,
		withFileTypes: true
	})).filter((one) => !one.isDirectory()).length;
}
async function isThere(path) {
	try {
		await lstat(path);
		return true;
	} catch (error) {
		if (isMissing(error)) return false;
		throw error;
	}
}
async function textOf(path) {
	try {
		return await readFile(path, "utf8");
	} catch (error) {
		if (isMissing(error)) return null;
		throw error;
	}
}
function notEmpty(directory, names) {
	return {
		code: "restore.not-empty",
		where: directory,
		found: names.slice(0, 5).join(", "),
		expected: "an empty directory, or one that does not exist yet",
		remedy: "name another one with --into, compare, and copy what you need: nothing is written over what is there"
	};
}
function notIn({ id, paths }, only) {
	return {
		code: "restore.not-in-files",
		where: id,
		found: `no ${only}`,
		expected: `a path at or below ${paths.join(", ")}`,
		remedy: "give the whole path, as it was on the machine; or leave --only out"
	};
}
function unrecorded(run) {
	return {
		code: "backup.not-over",
		where: `run ${run}`,
		found: "a restore that recorded nothing",
		expected: "how many files were restored",
		remedy: "start it again with the same words"
	};
}

// src/release/backup/announce.ts
/** Who is told that the backups of an environment are not what was promised, and that they are again. */
/** What says that data would be lost if the machine died now. */
const CRITICAL = [
	"backup.nothing-restorable",
	"backup.older-than-rpo",
	"backup.chain-broken"
];
/**
* Tells each problem as an alert that lasts until the problem is gone, and takes back those that are: for a timer. Best effort; its answer says
* what could not be told.
*/
async function announceBackups(service, problems) {
	const run = `backup-${service.target.environment}`;
	const receipts = await readReceipts(service.store, run);
	return tellStory(service, backupStory(service.target, problems, receipts, service.clock.now()), true);
}
/** A problem that was told begins when it was told first: it stays the same alert. Pure. */
function backupStory({ service, environment }, problems, receipts, now) {
	const story = {
		...emptyStory(`backup-${environment}`),
		procedure: "backup",
		environment
	};
	for (const { code, found, expected, remedy } of problems) {
		const told = receipts.find((one) => one.labels["reason"] === code && isOpen(one, now));
		story.matters.set(code, {
			alert: "ShiplockBackup",
			severity: CRITICAL.includes(code) ? "critical" : "warning",
			labels: { reason: code },
			summary: `${service} in ${environment}: ${found}`,
			description: `Expected: ${expected}. ${remedy}`,
			from: told?.startsAt ?? now,
			until: null,
			event: false
		});
	}
	return story;
}
function isOpen({ alertmanager, webhook }, now) {
	return (alertmanager?.endsAt ?? 0) > now || webhook?.state === "firing";
}

// src/release/backup/status.ts
/**
* From the catalogue alone: no repository is asked, so it is quick and says nothing of what was lost there since.
* @param announce tell its problems to those whom `announce:` names, and that those told before are gone
*/
async function backupStatusOf(door, environment, announce = false) {
	const backup = await openBackup(door, environment);
	const { service, settings } = backup;
	if (announce && service.environment.announce === null) throw new ProblemError(nobody(environment));
	const status = backupStatus(await catalogueNow(backup), {
		where: environment,
		now: service.clock.now(),
		rpoMs: service.environment.objectives.rpoMs ?? null,
		verifiedWithinMs: settings.verifiedWithinMs
	});
	return {
		status,
		metrics: statusMetrics(status, {
			service: service.environment.service,
			environment
		}),
		announced: announce ? await announceBackups(service, status.problems) : null
	};
}
function nobody(environment) {
	return {
		code: "cli.nobody-to-tell",
		where: environment,
		found: "no `announce:`",
		expected: "an environment that says who is to be told",
		remedy: `add \`announce:\` under \`environments.${environment}\`; docs/announcements.md shows how`
	};
}
/** @throws ProblemError when nothing is configured, or the catalogue cannot be read */
async function listBackups(door, environment) {
	return catalogueNow(await openBackup(door, environment));
}
/**
* Has every repository looked through by restic (`readData`: every byte of it), and compares what it holds with the catalogue. What the first one does not
* have any more is suspect from then on.
*/
async function checkBackups(door, { environment, readData }) {
	const backup = await openBackup(door, environment);
	const problems = [];
	const suspect = [];
	for (const repository of [backup.repository, ...backup.copies]) {
		const found = await restics(backup, repository, readData);
		problems.push(...found);
	}
	const held = await repositoryLook(backup).snapshots([]);
	const { fulls, segments, files } = await catalogueNow(backup);
	for (const record of [
		...fulls,
		...segments,
		...files
	]) {
		if (held.some(({ id }) => id.startsWith(record.snapshot))) continue;
		const name = record.kind === "segment" ? record.file : record.id;
		suspect.push(name);
		problems.push(missing(backup.repository, name, record.snapshot));
		await keepRecord(backup, {
			...record,
			state: "suspect",
			why: "its snapshot is gone from the repository"
		});
	}
	return {
		problems,
		suspect,
		repositories: [backup.repository, ...backup.copies].map(({ repository }) => repository)
	};
}
async function restics({ service, settings }, repository, readData) {
	const env = Object.fromEntries(Object.entries(resticVariables(repository)).map(([name, value]) => [name, typeof value === "string" ? value : service.secrets.get(value.secret)]));
	const result = await runCommand({
		argv: [
			repository.program,
			"check",
			...readData ? ["--read-data"] : []
		],
		env,
		signal: AbortSignal.timeout(settings.timeoutMs)
	}, service.clock);
	if (result.exitCode === 0) return [];
	const problem = resticProblem(repository, result);
	if (problem.code !== "backup.storage-failed") throw new ProblemError(problem);
	return [{
		code: "backup.repository-damaged",
		where: repository.repository,
		found: problem.found,
		expected: "a repository without errors",
		remedy: "run `shiplock backup verify` for each backup that matters, take a full backup into a new repository, and keep this one until that is verified"
	}];
}
function missing({ repository }, name, snapshot) {
	return {
		code: "backup.snapshot-missing",
		where: repository,
		found: `no snapshot ${snapshot.slice(0, 12)} of ${name}`,
		expected: "every snapshot that the catalogue names",
		remedy: "take a full backup now; somebody has forgotten snapshots past the catalogue"
	};
}

// src/release/backup/verify.ts
const verifiedSchema = strictObject({
	id: string(),
	state: _enum([
		"verified",
		"failed",
		"suspect"
	]),
	why: string().nullable(),
	seconds: number(),
	tables: number(),
	rows: number(),
	/** Binary logs that were read back, and those of them that did not come back as they were. */
	segments: number(),
	broken: array(string()).readonly()
});
/** What it found is an answer, and stands in the catalogue. @throws ProblemError where nothing could be found out */
async function verifyBackup(door, { environment, id }) {
	const backup = await openBackup(door, environment);
	const full = fullMeant(await catalogueNow(backup), environment, id);
	const node = verifyStep(backup, full);
	const tree = procedure({
		id: "backup-verify",
		title: `Verify the backup ${full.id} of ${environment} by restoring it`,
		description: "Nothing of the service is touched: the server on which it is restored is made for this and deleted.",
		environment: leaseName(backup),
		inputs: {
			environment,
			id: full.id
		},
		root: sequence({
			id: "verify",
			title: "Restore and compare",
			steps: [node]
		})
	});
	const result = await runBackup(backup, tree);
	const found = result.outputs(node);
	if (found === void 0) throw new ProblemError(noAnswer(result.run));
	return {
		run: result.run,
		...found
	};
}
function verifyStep(backup, full) {
	const { service, settings, repository } = backup;
	const { family } = full.server;
	const { client, server } = programsOf(settings, family);
	return opaque({
		id: "restore",
		title: `Restore ${full.id} and compare`,
		inputs: {
			id: full.id,
			snapshot: full.snapshot,
			server,
			client
		},
		outputs: verifiedSchema,
		promise: `${full.form === "physical" ? `${server} is started on the restored files, the logs up to the place of the sums are replayed` : `${server} is started on an empty directory, ${client} reads the backup into it`}, and rows and sums of ${full.tables.length} tables are compared with those of the moment of the backup; the binary logs behind it are read back`,
		probe: "repeatable",
		timeoutMs: settings.timeoutMs,
		run: async (ctx) => {
			const begin = ctx.clock.monotonic();
			const common = {
				repository,
				secrets: service.secrets,
				clock: ctx.clock,
				signal: ctx.signal
			};
			const known = (await catalogueNow(backup)).segments;
			const verdict = full.form === "physical" ? await proveFiles(backup, full, known, ctx) : await verifyFull({
				...common,
				full,
				client,
				start: async () => {
					const { socketPath, administrator, close } = await startThrowAway(backup, family, full.settings);
					return {
						socketPath,
						session: administrator,
						close
					};
				}
			});
			const { segments } = chainOf({
				...full,
				state: "stored"
			}, (await catalogueNow(backup)).segments);
			const broken = [];
			for (const segment of segments) {
				const answer = await verifySegment(segment, common);
				if (answer.kind !== "agrees") broken.push(segment.file);
				await keepRecord(backup, segmentAfter(segment, answer));
				if (answer.kind !== "agrees") ctx.note(`${segment.file}: ${answer.why}`);
			}
			const seconds = (ctx.clock.monotonic() - begin) / 1e3;
			const after = fullAfter(full, verdict, {
				at: new Date(ctx.clock.now()).toISOString(),
				seconds,
				segments: segments.length - broken.length
			});
			await keepRecord(backup, after);
			return {
				id: full.id,
				state: verdict.kind === "agrees" ? "verified" : verdict.kind,
				why: after.why,
				seconds,
				tables: full.tables.length,
				rows: full.tables.reduce((sum, { rows }) => sum + rows, 0),
				segments: segments.length,
				broken
			};
		}
	});
}
/** Pure. */
function fullAfter(full, verdict, proof) {
	return verdict.kind === "agrees" ? {
		...full,
		state: "verified",
		verified: proof,
		why: null
	} : {
		...full,
		state: verdict.kind,
		why: verdict.why
	};
}
/** Pure. */
function segmentAfter(segment, verdict) {
	return verdict.kind === "agrees" ? {
		...segment,
		state: "verified",
		why: null
	} : {
		...segment,
		state: verdict.kind,
		why: verdict.why
	};
}
/** Pure. @throws ProblemError when there is none */
function fullMeant({ fulls }, environment, id) {
	const found = id === void 0 ? fulls.at(-1) : fulls.find((one) => one.id === id);
	if (found !== void 0) return found;
	throw new ProblemError({
		code: "backup.not-found",
		where: environment,
		found: id === void 0 ? "no full backup" : `no full backup ${id}`,
		expected: fulls.length === 0 ? "at least one" : `one of ${fulls.map((one) => one.id).slice(-5).join(", ")}`,
		remedy: fulls.length === 0 ? "take one: `shiplock backup run`" : "`shiplock backup list` names them"
	});
}
function noAnswer(run) {
	return {
		code: "backup.not-over",
		where: `run ${run}`,
		found: "a verification that recorded nothing",
		expected: "an answer",
		remedy: "run `shiplock backup verify` again"
	};
}

export { backupStatusOf, checkBackups, forgetBackups, listBackups, planBackup, planFiles, planForget, planRestore, restoreDatabase, restoreFiles, takeBackup, verifyBackup };