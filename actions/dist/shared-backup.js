import { Pn as number, qn as strictObject } from "./shared-schemas.js";
import { C as resticProblem, S as resolved, a as openBackup, c as runBackup, h as recordName, m as recordFile, p as readBegun, r as leaseName, s as repositoryLook, t as catalogueNow, u as begunFile, w as resticVariables } from "./shared-open.js";
import { _ as furthest, g as chainsOf } from "./shared-restore.js";
import { Ks as action, Qs as procedure, Xs as opaque, ec as sequence } from "./shared-common.js";
import { i as restic } from "./shared-restic.js";
import { n as restoreDatabase, t as planRestore } from "./shared-restore2.js";
import { t as ProblemError } from "./shared-problem.js";
import { r as runCommand } from "./shared-exec.js";
import { i as isMissing, o as namesIn, s as replaceFile } from "./shared-store.js";
import { a as checkBackups, i as backupStatusOf, n as planBackup, o as listBackups, r as takeBackup, t as verifyBackup } from "./shared-verify.js";
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

export { backupStatusOf, checkBackups, forgetBackups, listBackups, planBackup, planFiles, planForget, planRestore, restoreDatabase, restoreFiles, takeBackup, verifyBackup };