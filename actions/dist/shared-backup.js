import { C as resticVariables, S as resticProblem, a as programsOf, c as startThrowAway, f as readBegun, i as openBackup, l as begunFile, m as recordName, n as keepRecord, o as repositoryLook, p as recordFile, r as leaseName, s as runBackup, t as catalogueNow, x as resolved } from "./shared-open.js";
import { cs as procedure, ns as action, os as opaque, us as sequence } from "./shared-common.js";
import { a as pipeCommands, d as programsOf$1, i as takeBackup, l as likeEachOther, m as tablesOf, n as planBackup, p as sumsOf, r as restic } from "./shared-run2.js";
import { c as formatDuration } from "./shared-scalars.js";
import { Hn as number, Pt as _enum, Vt as array, nr as string, t as ProblemError, tr as strictObject } from "./shared-problem.js";
import { r as runCommand } from "./shared-exec.js";
import { createHash } from "node:crypto";

// src/backup/catalogue/chain.ts
/** Chains of all full backups, oldest first. Pure. */
function chainsOf(catalogue) {
	return catalogue.fulls.map((full) => chainOf(full, catalogue.segments));
}
/** Pure. */
function chainOf(full, segments) {
	if (full.state === "failed" || full.state === "suspect") return {
		full,
		segments: [],
		restorableTo: null,
		ends: `the full backup is ${full.state}: ${full.why ?? "no reason was recorded"}`
	};
	const start = moment(full.serverTime, full.takenAt);
	if (full.coordinates === null) return {
		full,
		segments: [],
		restorableTo: start,
		ends: "the server wrote no binary log"
	};
	const own = segments.filter(({ server }) => server.id === full.server.id);
	const held = [];
	let to = start;
	let wanted = full.coordinates.file;
	for (;;) {
		const found = own.filter(({ file }) => file === wanted);
		const before = held.at(-1);
		const next = found.find((one) => follows(before, full, one) === null);
		if (wanted === null || next === void 0) return {
			full,
			segments: held,
			restorableTo: to,
			ends: whyNoNext(wanted, found, own, before, full)
		};
		held.push(next);
		to = moment(next.lastEventAt ?? to, next.takenAt);
		wanted = next.next ?? successor(next.file);
	}
}
/** The chain that reaches furthest; undefined: nothing can be restored. Pure. */
function furthest(chains) {
	return chains.filter(({ restorableTo }) => restorableTo !== null).reduce((best, one) => best === void 0 || reach(one) >= reach(best) ? one : best, void 0);
}
/** Milliseconds since 1970 up to which it reaches; -Infinity where it cannot be restored. Pure. */
function reach({ restorableTo }) {
	return restorableTo === null ? Number.NEGATIVE_INFINITY : Date.parse(restorableTo);
}
/**
* The earlier of what the server's clock said and when we took it: a server whose clock is ahead promises nothing from the future.
* Whole seconds: events have no more.
*/
function moment(server, ours) {
	return (/* @__PURE__ */ new Date(Math.floor(Math.min(Date.parse(server), Date.parse(ours)) / 1e3) * 1e3)).toISOString();
}
/** What speaks against this segment at this place; null: nothing. */
function follows(before, full, one) {
	if (one.state === "failed" || one.state === "suspect") return `${one.file} is ${one.state}: ${one.why ?? "no reason was recorded"}`;
	if (before === void 0) {
		const at = full.coordinates?.position ?? 0;
		if (one.bytes < at) return `${one.file} has ${one.bytes} bytes, and the full backup stands at ${at}`;
		return Date.parse(one.takenAt) < Date.parse(full.takenAt) ? `${one.file} was taken before the full backup` : null;
	}
	const [left, right] = [before.gtidsAfter, one.gtidsBefore];
	if (left !== null && right !== null && left !== right) return `${one.file} begins behind ${right === "" ? "no transaction" : right}, but ${before.file} ends with ${left === "" ? "no transaction" : left}`;
	return null;
}
function whyNoNext(wanted, found, own, before, full) {
	if (wanted === null) return `${before?.file ?? ""} does not say what comes next`;
	const [first] = found;
	if (first !== void 0) return follows(before, full, first);
	const since = before?.takenAt ?? full.takenAt;
	const later = own.find((one) => one !== before && one.takenAt > since && newer(one.file, wanted));
	return later === void 0 ? null : `${wanted} is missing, ${later.file} is there`;
}
const NUMBERED = /^(.*\.)(\d+)$/;
/** `binlog.000009` → `binlog.000010`, as servers count; null: not a name of a log. Pure. */
function successor(file) {
	const [, base, digits] = NUMBERED.exec(file) ?? [];
	if (base === void 0 || digits === void 0) return null;
	return `${base}${String(Number(digits) + 1).padStart(digits.length, "0")}`;
}
function newer(file, than) {
	const number = (name) => Number(NUMBERED.exec(name)?.[2] ?? NaN);
	return number(file) > number(than);
}

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

// src/backup/verify/compare.ts
/** What differs from what was there when the backup was taken; empty: nothing. Pure. */
function differences(full, restored) {
	const { database } = restored;
	const before = new Map(full.tables.filter((one) => one.database === database).map((one) => [one.table, one]));
	const after = new Map(restored.sums.map((one) => [one.table, one]));
	const found = [];
	for (const [table, { rows, sum }] of before) {
		const now = after.get(table);
		if (now === void 0) found.push(`${database}.${table} is missing`);
		else if (now.rows !== rows) found.push(`${database}.${table} has ${now.rows} rows instead of ${rows}`);
		else if (now.sum !== sum) found.push(`${database}.${table} has other rows (sum ${now.sum} instead of ${sum})`);
	}
	for (const table of after.keys()) if (!before.has(table)) found.push(`${database}.${table} was not there`);
	const { views, triggers, routines, events } = restored.programs;
	for (const [what, count, wanted] of [
		[
			"views",
			views,
			full.programs.views
		],
		[
			"triggers",
			triggers,
			full.programs.triggers
		],
		[
			"routines",
			routines,
			full.programs.routines
		],
		[
			"events",
			events,
			full.programs.events
		]
	]) if (count !== wanted) found.push(`${database} has ${count} ${what} instead of ${wanted}`);
	return found;
}

// src/backup/verify/restore.ts
/** Restores it and compares. @throws ProblemError where nothing can be said of the backup: no key, no repository, no server */
async function verifyFull(options) {
	const { full, start } = options;
	const server = await start();
	try {
		const restored = await restore(options, server.socketPath);
		if (restored.kind !== "agrees") return restored;
		const { session } = server;
		const where = `the restored ${full.id}`;
		await likeEachOther(session, where);
		const found = [];
		for (const database of full.databases) {
			const told = await session.tell("START TRANSACTION");
			if (!told.ok) return {
				kind: "suspect",
				why: told.message
			};
			const sums = await sumsOf(session, database, await tablesOf(session, database), options.signal);
			const programs = await programsOf$1(session, database);
			found.push(...differences(full, {
				database,
				sums,
				programs
			}));
		}
		return found.length === 0 ? { kind: "agrees" } : {
			kind: "failed",
			why: found.slice(0, 20).join("; ")
		};
	} finally {
		await server.close();
	}
}
async function restore({ full, repository, client, secrets, clock, signal }, socketPath) {
	const hash = createHash("sha256");
	let bytes = 0;
	const { from, to } = await pipeCommands({
		from: dumpOf(repository, secrets, full.snapshot, full.file),
		to: { argv: [...[
			client,
			"--no-defaults",
			`--socket=${socketPath}`,
			"--user=root",
			"--batch"
		], ...["--default-character-set=utf8mb4", "--max-allowed-packet=1G"]] },
		onChunk: (chunk) => {
			bytes += chunk.length;
			hash.update(chunk);
		},
		signal
	}, clock);
	if (to?.exitCode === 127) throw new ProblemError(noClient(client, to.stderr));
	if (to !== null && to.exitCode !== 0) return {
		kind: "suspect",
		why: `the server does not take it: ${lastLine(to.stderr)}`
	};
	if (from.exitCode !== 0) return unreadable(repository, from);
	const digest = hash.digest("hex");
	if (digest !== full.sha256 || bytes !== full.bytes) return {
		kind: "suspect",
		why: `${bytes} bytes with SHA-256 ${digest} came back, ${full.bytes} with ${full.sha256} were stored`
	};
	return { kind: "agrees" };
}
/** Reads a segment back and compares its digest. @throws ProblemError as above */
async function verifySegment(segment, { repository, secrets, clock, signal }) {
	const hash = createHash("sha256");
	const { from } = await pipeCommands({
		from: dumpOf(repository, secrets, segment.snapshot, segment.file),
		onChunk: (chunk) => void hash.update(chunk),
		signal
	}, clock);
	if (from.exitCode !== 0) return unreadable(repository, from);
	const digest = hash.digest("hex");
	return digest === segment.sha256 ? { kind: "agrees" } : {
		kind: "suspect",
		why: `SHA-256 ${digest} came back, ${segment.sha256} was stored`
	};
}
function dumpOf(repository, secrets, snapshot, file) {
	return {
		argv: [
			repository.program,
			"--no-lock",
			"--no-cache",
			"dump",
			snapshot,
			`/${file}`
		],
		env: resolved(resticVariables(repository), secrets)
	};
}
/** What it cannot give back is lost; where it cannot be asked at all, nothing is known. */
function unreadable(repository, end) {
	const problem = resticProblem(repository, end);
	if ([
		"backup.wrong-key",
		"backup.no-repository",
		"backup.no-program",
		"backup.repository-locked"
	].includes(problem.code)) throw new ProblemError(problem);
	return {
		kind: "suspect",
		why: `the repository does not give it back: ${problem.found}`
	};
}
function lastLine(text) {
	return text.trim().split("\n").at(-1)?.slice(0, 300) ?? "";
}
function noClient(program, said) {
	return {
		code: "backup.no-program",
		where: program,
		found: said,
		expected: "the client program of the server’s family",
		remedy: "install it, or name it in `backup.programs.client`"
	};
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

// src/release/backup/status.ts
/** From the catalogue alone: no repository is asked, so it is quick and says nothing of what was lost there since. */
async function backupStatusOf(door, environment) {
	const backup = await openBackup(door, environment);
	const { service, settings } = backup;
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
		})
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
		promise: `${server} is started on an empty directory, ${client} reads the backup into it, and rows and sums of ${full.tables.length} tables are compared with those of the moment of the backup; the binary logs behind it are read back`,
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
			const verdict = await verifyFull({
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

export { backupStatusOf, checkBackups, forgetBackups, listBackups, planBackup, planForget, takeBackup, verifyBackup };