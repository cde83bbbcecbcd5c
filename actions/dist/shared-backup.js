import { Et as _enum, Jn as string, Pn as number, qn as strictObject } from "./shared-schemas.js";
import { c as drillSchema, l as drillText, s as drillFile, u as readDrills } from "./shared-verify.js";
import { C as isAhead, S as furthest, o as restoreIn, s as socketIn, x as chainsOf } from "./shared-place2.js";
import { i as roomNeeded } from "./shared-judge.js";
import { t as ProblemError } from "./shared-problem.js";
import { Ha as LOCAL_HOST, Xs as action, bc as StepPaused, co as planProcedure, ec as opaque, gc as formatSize, ic as sequence, nc as procedure } from "./shared-common.js";
import { i as isMissing, o as namesIn, s as replaceFile } from "./shared-store.js";
import { B as isOfHost, D as recordName, E as recordFile, F as resticVariables, N as resolved, P as resticProblem, V as placeOf, a as leaseName, b as begunFile, f as repositoryLook, l as openBackup, n as catalogueNow, p as runBackup, r as keepRecord, w as readBegun, z as isGood } from "./shared-open.js";
import { r as restoreDatabase, t as chosenFor } from "./shared-restore2.js";
import { i as restic } from "./shared-restic.js";
import { r as runCommand } from "./shared-exec.js";
import { t as readStored } from "./shared-stored.js";
import { a as treeCommand, l as pipeCommands, o as unreadable } from "./shared-restore.js";
import { r as hostsToBackUp, s as readTar } from "./shared-hosts.js";
import { lstat, mkdir, readFile, readdir, rename, rm, statfs } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

// src/backup/catalogue/retention.ts
/**
* Pure. The chain that reaches furthest and the newest one that was verified stay whatever `keep` says; so does every segment behind
* the oldest full backup that stays. What failed goes once something newer can be restored. What was taken by a clock that was ahead stays until its
* time has come, and takes the place of nothing.
* @param now milliseconds since 1970
*/
function retention(catalogue, keep, now) {
	const chains = chainsOf(catalogue, now);
	const kept = /* @__PURE__ */ new Map();
	const stays = (full, why) => {
		if (full !== void 0 && !kept.has(full.id)) kept.set(full.id, why);
	};
	const good = chains.filter(({ full, restorableTo }) => restorableTo !== null && !isAhead(full, now)).toReversed();
	const best = furthest(chains);
	for (const { full } of chains) if (isAhead(full, now)) stays(full, "its time lies ahead: nobody knows how old it is");
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
	forget.push(...filesToForget(catalogue.files, keep, now));
	return {
		kept,
		forget
	};
}
/** Each host by itself, and this machine: by the same counts, and the newest that was verified stays. Where none can be restored, none goes. */
function filesToForget(files, keep, now) {
	return [...new Set(files.map(placeOf))].flatMap((name) => {
		const all = files.filter((one) => placeOf(one) === name);
		const good = all.filter((one) => isGood(one) && !isAhead(one, now)).toReversed();
		const newest = good[0];
		if (newest === void 0) return [];
		const stays = /* @__PURE__ */ new Set([
			...good.slice(0, Math.max(1, keep.last)),
			...good.filter(({ state }) => state === "verified").slice(0, 1),
			...newestBy(good, dayOf).slice(0, keep.daily),
			...newestBy(good, weekOf).slice(0, keep.weekly),
			...newestBy(good, monthOf).slice(0, keep.monthly)
		]);
		return all.filter((one) => !stays.has(one) && one.takenAt < newest.takenAt);
	});
}
/** The newest of each group, newest first. */
function newestOf(newestFirst, group) {
	const newest = new Set(newestBy(newestFirst.map(({ full }) => full), group));
	return newestFirst.filter(({ full }) => newest.has(full));
}
function newestBy(newestFirst, group) {
	const seen = /* @__PURE__ */ new Set();
	return newestFirst.filter(({ takenAt }) => {
		const name = group(new Date(takenAt));
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

// src/backup/verify/files.ts
/**
* The repository compares each piece with its own name, which is the digest of what was stored; what came is compared in number and bytes with what restic
* had read. It lies on no disk here. @throws ProblemError where nothing can be said of it: no repository, a wrong key
*/
async function verifyFiles({ snapshot, here }, { repository, secrets, clock, signal }) {
	const reader = readTar();
	const entries = () => reader.entries.length;
	try {
		const { from } = await pipeCommands({
			from: treeCommand(repository, secrets, snapshot),
			onChunk: (chunk) => void reader.push(chunk),
			signal
		}, clock);
		if (from.exitCode !== 0) return {
			verdict: unreadable(repository, from),
			entries: entries()
		};
		reader.end();
	} catch (error) {
		if (!(error instanceof ProblemError) || error.problems[0]?.code !== "backup.not-a-tar") throw error;
		return {
			verdict: {
				kind: "suspect",
				why: error.problems[0].found
			},
			entries: entries()
		};
	}
	const files = reader.entries.filter(({ kind }) => kind === "file");
	const bytes = files.reduce((sum, { size }) => sum + size, 0);
	const why = countsDiffer({
		files: files.length,
		bytes
	}, here);
	return {
		verdict: why === null ? { kind: "agrees" } : {
			kind: "suspect",
			why
		},
		entries: entries()
	};
}
/** Null: as many as were stored. What was stored before it was counted must be something. Pure. */
function countsDiffer(found, here) {
	if (here === void 0) return found.files === 0 ? "no file came back" : null;
	return found.files === here.files && found.bytes === here.bytes ? null : `${found.files} files of ${found.bytes} bytes came back, ${here.files} of ${here.bytes} were stored`;
}

// src/release/backup/drill.ts
const QUICK_MS$1 = 6e4;
const DAY_MS = 864e5;
/** The server of a drill that was killed ends a moment after it, and until then writes where we delete. */
const AGAIN = {
	attempts: 5,
	delayMs: 2e3
};
/** Nothing else in the directory is ours. */
const OURS = "shiplock-drill";
/** What it would do. Looks only. */
async function planDrill(door, request) {
	const { backup, tree } = await drillOf(door, request);
	const { clock, exec, secrets } = backup.service;
	return planProcedure(tree, {
		clock,
		exec,
		secrets
	});
}
/**
* Holds a drill. That it failed is an answer, and stands in the catalogue like any other. Killed, the same words begin anew: what was measured over
* a kill would say nothing.
* @throws ProblemError where there was none: no room, something of others in the directory, a drill that is under way
*/
async function holdDrill(door, request) {
	const { backup, tree, held } = await drillOf(door, request);
	const result = await runBackup(backup, tree);
	const record = result.outputs(held);
	if (record === void 0) throw new ProblemError(unrecorded$1(result.run));
	return record;
}
async function drillOf(door, { environment, into }) {
	const backup = await openBackup(door, environment);
	const named = into ?? backup.settings.drill?.directory;
	if (named === void 0) throw new ProblemError(noDirectory(environment));
	const directory = join(resolve(named), OURS);
	socketIn(directory);
	const request = {
		environment,
		target: { kind: "end" },
		text: "the latest",
		id: void 0
	};
	const held = heldStep(backup, request, directory);
	return {
		backup,
		tree: procedure({
			id: "restore-drill",
			title: `Drill: restore everything of ${environment}, measure, and delete it again`,
			description: "Nothing that serves is touched: the server is made for this, on a socket alone, and deleted.",
			environment: `restore-drill:${leaseName(backup)}`,
			inputs: {
				environment,
				directory
			},
			root: sequence({
				id: "drill",
				title: "Drill",
				steps: [
					placeStep(environment, directory),
					roomStep(backup, request, directory),
					held,
					recordStep(backup, held),
					removeStep(directory, held)
				]
			})
		}),
		held
	};
}
/** What an earlier drill left that was killed goes; anything else there is not ours. */
function placeStep(environment, directory) {
	return action({
		id: "place",
		title: `See to ${directory}`,
		inputs: { directory },
		timeoutMs: DAY_MS,
		read: async () => {
			return {
				left: await restoreIn(directory, {
					environment,
					target: "the latest",
					id: null
				}) !== null || await isThere$1(directory),
				half: await isThere$1(goneOf(directory))
			};
		},
		decide: ({ left, half }) => left || half ? {
			kind: "do",
			effects: removal(directory, left),
			why: "a drill that was killed left it"
		} : {
			kind: "nothing",
			why: "nothing is left of an earlier drill"
		},
		probe: "repeatable",
		retry: AGAIN
	});
}
/** Renamed first: what is half deleted would be taken for somebody else's. */
function removal(directory, there) {
	const gone = goneOf(directory);
	const run = (...argv) => ({
		kind: "exec",
		argv: [...argv],
		okExitCodes: [0],
		timeoutMs: DAY_MS
	});
	return [run("rm", "-rf", "--", gone), ...there ? [run("mv", "-T", "--", directory, gone), run("rm", "-rf", "--", gone)] : []];
}
/** A drill that fills the disk of other things would do harm. */
function roomStep(backup, request, directory) {
	return action({
		id: "room",
		title: "See whether there is room for it",
		inputs: { directory },
		timeoutMs: QUICK_MS$1,
		read: async () => {
			const [chosen, drills] = await Promise.all([mayChoose(backup, request), readDrills(backup.place)]);
			if (chosen === null) return null;
			const { bavail, bsize } = await statfs(await nearest(directory));
			return {
				free: bavail * bsize,
				needed: roomNeeded(storedBytes(chosen), drills)
			};
		},
		decide: (facts) => {
			if (facts === null) return {
				kind: "nothing",
				why: "there is nothing to restore, as the restore will say"
			};
			const { free, needed } = facts;
			return free >= needed ? {
				kind: "nothing",
				why: `${formatSize(free)} are free, about ${formatSize(needed)} are needed`
			} : {
				kind: "refuse",
				problems: [noRoom(directory, free, needed)]
			};
		},
		probe: "repeatable"
	});
}
/** That no backup leads anywhere is an answer of the drill, and not of the room. */
async function mayChoose(backup, request) {
	try {
		return await chosenFor(backup, request);
	} catch (error) {
		if (error instanceof ProblemError) return null;
		throw error;
	}
}
function heldStep(backup, request, directory) {
	const { door, environment } = backup.service;
	const { rtoMs, rpoMs } = environment.objectives;
	const seconds = (ms) => ms === void 0 ? null : ms / 1e3;
	const objectives = {
		rtoSeconds: seconds(rtoMs),
		rpoSeconds: seconds(rpoMs)
	};
	return opaque({
		id: "restore",
		title: "Restore everything, and measure",
		inputs: { directory },
		outputs: drillSchema,
		promise: `a server is made in ${directory} from the best full backup, rows and sums are compared, all transactions behind it are replayed, what was executed is compared, and it is shut down; it has a journal of its own`,
		probe: "repeatable",
		timeoutMs: DAY_MS,
		run: async (ctx) => {
			const startedAt = new Date(ctx.clock.now()).toISOString();
			const found = await tried(door, request, directory);
			const told = {
				v: 1,
				kind: "drill",
				run: ctx.run,
				startedAt,
				at: new Date(ctx.clock.now()).toISOString()
			};
			if ("failed" in found) return {
				...told,
				outcome: "failed",
				measured: null,
				objectives,
				problems: found.failed.map(brief)
			};
			const { restored } = found;
			const storedBytesNow = restored.full.bytes + restored.logs.bytes;
			const diskBytes = await occupied(directory);
			ctx.note(`restored in ${restored.seconds.whole.toFixed(1)} s, ${formatSize(diskBytes)} on the disk`);
			return {
				...told,
				outcome: restored.problems.length === 0 ? "kept" : "missed",
				objectives,
				measured: {
					full: restored.full.id,
					form: restored.full.form,
					transactions: restored.cut.transactions,
					seconds: restored.seconds.whole,
					predictedSeconds: restored.prediction.seconds,
					lostSeconds: restored.lostSeconds,
					diskBytes,
					storedBytes: storedBytesNow
				},
				problems: restored.problems.map(brief)
			};
		}
	});
}
/** @throws ProblemError for what says nothing about the backups: a stop, a lease, somebody else's files */
async function tried(door, request, directory) {
	try {
		return { restored: await restoreDatabase(door, {
			...request,
			into: directory
		}) };
	} catch (error) {
		if (!(error instanceof ProblemError) || error instanceof StepPaused) throw error;
		const { problems } = error;
		if (problems.some(({ code }) => code.startsWith("lease.") || code === "restore.not-empty")) throw error;
		return { failed: problems };
	}
}
function recordStep({ place }, held) {
	return action({
		id: "record",
		title: "Record what it found",
		timeoutMs: QUICK_MS$1,
		read: async (ctx) => ctx.outputOf(held),
		decide: (drill, ctx) => ({
			kind: "do",
			effects: [{
				kind: "file",
				path: drillFile(place, ctx.run),
				content: drillText(drill),
				timeoutMs: QUICK_MS$1
			}],
			why: drill.outcome === "failed" ? "it failed" : "the next prediction, and the next look, know of it"
		}),
		probe: "repeatable"
	});
}
function removeStep(directory, held) {
	return action({
		id: "remove",
		title: "Delete the restored server",
		timeoutMs: DAY_MS,
		read: async (ctx) => {
			ctx.outputOf(held);
			return isThere$1(directory);
		},
		decide: (there) => ({
			kind: "do",
			effects: removal(directory, there)
		}),
		probe: "repeatable",
		retry: AGAIN
	});
}
function goneOf(directory) {
	return `${directory}.gone`;
}
function storedBytes({ full, segments }) {
	return full.bytes + segments.reduce((sum, { bytes }) => sum + bytes, 0);
}
function brief({ code, found }) {
	return {
		code,
		found
	};
}
async function isThere$1(path) {
	return await lstat(path).catch(() => null) !== null;
}
/** The directory, or the first one above it that is there. */
async function nearest(path) {
	if (await isThere$1(path) || dirname(path) === path) return path;
	return nearest(dirname(path));
}
/** What lies below it, in blocks of the disk. Bytes. */
async function occupied(directory) {
	if ((await namesIn(directory)).length === 0) return 0;
	const all = await readdir(directory, {
		recursive: true,
		withFileTypes: true
	});
	return (await Promise.all(all.filter((one) => one.isFile()).map(async ({ parentPath, name }) => (await lstat(join(parentPath, name))).blocks * 512))).reduce((sum, size) => sum + size, 0);
}
function noDirectory(environment) {
	return {
		code: "restore.no-drill-directory",
		where: `environments.${environment}.backup`,
		found: "no `drill:`, and no --into",
		expected: "a directory with room for the whole database and its logs",
		remedy: "write `backup.drill: { directory: /srv/drill }`, or name one with --into"
	};
}
function noRoom(where, free, needed) {
	return {
		code: "restore.no-room",
		where,
		found: `${formatSize(free)} free`,
		expected: `about ${formatSize(needed)}, by what is stored and what the last drill occupied`,
		remedy: "make room, or name a directory on another disk; nothing was changed"
	};
}
function unrecorded$1(run) {
	return {
		code: "backup.not-over",
		where: `run ${run}`,
		found: "a drill that recorded nothing",
		expected: "what it found",
		remedy: "start it again with the same words"
	};
}

// src/release/backup/forget.ts
/** Looks only. */
async function planForget(door, environment) {
	const backup = await openBackup(door, environment);
	return planOf(retention(await catalogueNow(backup), backup.settings.keep, backup.service.clock.now()));
}
/** The entry goes before its snapshot: what is cut leaves a snapshot that nobody believes in, never an entry without one. */
async function forgetBackups(door, environment) {
	const backup = await openBackup(door, environment);
	const catalogue = await catalogueNow(backup);
	const decided = retention(catalogue, backup.settings.keep, backup.service.clock.now());
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
	const good = files.filter((one) => one.host === void 0 && isGood(one));
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

// src/release/backup/verify-hosts.ts
/** Verifying files: what is stored is read back, unpacked as it goes by, and compared with what was read on its host, or on this machine. */
const verifiedSchema = strictObject({
	/** `local`: this machine. */
	host: string(),
	id: string(),
	state: _enum(["verified", "suspect"]),
	why: string().nullable(),
	entries: number(),
	seconds: number()
});
/** False: only files are backed up. @throws ProblemError when nothing is configured */
async function hasDatabase(door, environment) {
	return (await openBackup(door, environment)).database !== null;
}
/** The newest of this machine and of each host, one after the other. What it found stands in the catalogue. @throws ProblemError where nothing could be found out */
async function verifyHosts(door, environment) {
	const backup = await openBackup(door, environment);
	const { files } = await catalogueNow(backup);
	const now = backup.service.clock.now();
	const records = [...backup.settings.files.length === 0 ? [] : [LOCAL_HOST], ...hostsToBackUp(backup).map(({ host }) => host.name)].flatMap((name) => {
		const good = files.filter((one) => placeOf(one) === name && isGood(one));
		const newest = good.findLast((one) => !isAhead(one, now)) ?? good.at(-1);
		return newest === void 0 ? [] : [newest];
	});
	if (records.length === 0) return {
		run: null,
		hosts: []
	};
	const nodes = records.map((one) => isOfHost(one) ? hostStep(backup, one) : hereStep(backup, one));
	const result = await runBackup(backup, procedure({
		id: "backup-verify-hosts",
		title: `Verify ${records.length} backups of files of ${environment} by reading them back`,
		description: "No host is asked, and nothing is written to a disk.",
		environment: leaseName(backup),
		inputs: {
			environment,
			ids: records.map(({ id }) => id)
		},
		root: sequence({
			id: "verify",
			title: "Read back and compare",
			steps: nodes
		})
	}));
	const hosts = nodes.map((node) => result.outputs(node));
	if (hosts.includes(void 0)) throw new ProblemError({
		code: "backup.not-over",
		where: `run ${result.run}`,
		found: "a verification that recorded nothing",
		expected: "an answer for each host",
		remedy: "run `shiplock backup verify` again"
	});
	return {
		run: result.run,
		hosts: hosts.filter((one) => one !== void 0)
	};
}
function hostStep(backup, record) {
	const { host } = record;
	return readBackStep(backup, record, {
		id: `host-${host.name}`,
		title: `Read the files of ${host.name} back and compare`,
		promise: `${backup.repository.program} gives back ${host.file}; type, owner, mode, attributes and content of ${host.entries} files are compared with what was read on the host`,
		look: async (ports) => ({
			verdict: await readStored({
				record,
				...ports
			}),
			entries: host.entries
		}),
		proven: (proof) => ({
			...record,
			host: {
				...host,
				verified: proof ?? host.verified
			}
		})
	});
}
function hereStep(backup, record) {
	const { here, paths } = record;
	return readBackStep(backup, record, {
		id: "files",
		title: "Read the files of this machine back and compare",
		promise: `${backup.repository.program} gives back every file of ${paths.join(", ")}, each piece is compared with its digest, and their number and bytes with what was read when they were stored`,
		look: (ports) => verifyFiles(record, ports),
		proven: (proof) => here === void 0 ? record : {
			...record,
			here: {
				...here,
				verified: proof ?? here.verified
			}
		}
	});
}
/** What it found stands in the catalogue. */
function readBackStep(backup, record, { id, title, promise, look, proven }) {
	const { service, repository, settings } = backup;
	return opaque({
		id,
		title,
		promise,
		inputs: {
			id: record.id,
			snapshot: record.snapshot
		},
		outputs: verifiedSchema,
		probe: "repeatable",
		timeoutMs: settings.timeoutMs,
		run: async (ctx) => {
			const begin = ctx.clock.monotonic();
			const { verdict, entries } = await look({
				repository,
				secrets: service.secrets,
				clock: ctx.clock,
				signal: ctx.signal
			});
			const seconds = (ctx.clock.monotonic() - begin) / 1e3;
			const good = verdict.kind === "agrees";
			const state = good ? "verified" : "suspect";
			const why = good ? null : verdict.why;
			const proof = good ? {
				at: new Date(ctx.clock.now()).toISOString(),
				seconds
			} : null;
			await keepRecord(backup, {
				...proven(proof),
				state,
				why
			});
			return {
				host: placeOf(record),
				id: record.id,
				state,
				why,
				entries,
				seconds
			};
		}
	});
}

export { forgetBackups as a, planDrill as c, restoreFiles as i, verifyHosts as n, planForget as o, planFiles as r, holdDrill as s, hasDatabase as t };