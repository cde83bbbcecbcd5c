import { Jn as string, Nt as array, Pn as number, qn as strictObject, xn as literal } from "./shared-schemas.js";
import { t as ProblemError } from "./shared-problem.js";
import { d as restoreFull, g as chainsOf, h as chainOf, l as compared, m as pipeCommands, n as layPhysical, r as orderingCommand, t as fileArguments, u as dumpCommand, v as reach, y as startKept } from "./shared-restore.js";
import { C as parseGtid, _ as emptyState, g as contains, w as parseGtidState, y as gtidStateText } from "./shared-reader.js";
import { a as momentText, i as cutAt, l as placedIn, n as replay, r as replayArguments, s as placeText, t as readChain } from "./shared-replay.js";
import { i as isMissing, o as namesIn } from "./shared-store.js";
import { C as resticProblem, _ as recordsDirectory, a as openBackup, c as runBackup, i as notOver, o as programsOf, r as leaseName, t as catalogueNow } from "./shared-open.js";
import { Io as listRuns, Ks as action, Qs as procedure, Xs as opaque, ar as engineOptions, ec as sequence, ro as resumeProcedure } from "./shared-common.js";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createHash } from "node:crypto";
import { closeSync, createReadStream, fsyncSync, openSync, writeSync } from "node:fs";
import { availableParallelism, freemem, tmpdir } from "node:os";
import { pipeline } from "node:stream/promises";

// src/backup/restore/choose.ts
/**
* Of the full backups before the target that were verified, with all logs behind them, the one that is predicted to be back first; the newest, where
* that is not known. Of those that were not verified, where none was. It refuses a target past the first gap: nothing can be restored there, and a restore that ends earlier in silence would be taken for the whole.
* What the catalogue cannot tell (a statement, a transaction of a log whose ids are not known) the logs themselves tell later.
* @throws ProblemError when no backup leads to the target, with the last time to which one does
*/
function chooseChain(catalogue, target, choice) {
	const { where, id } = choice;
	const all = chainsOf(catalogue).filter(({ full }) => id === void 0 || full.id === id);
	const good = all.filter(({ restorableTo }) => restorableTo !== null);
	if (good.length === 0) throw new ProblemError(nothingRestorable(all, where, id));
	if (target.kind === "time") return atTime(good, target.time, choice);
	if (target.kind === "gtid") return withGtid(good, target.gtid, choice);
	const behind = target.kind === "before" ? good.filter(({ segments }) => segments.length > 0) : good;
	const furthest = Math.max(...behind.map(reach));
	const found = best(behind.filter((one) => reach(one) === furthest), choice);
	if (found === void 0) throw new ProblemError(noLogs(where));
	return found;
}
function atTime(good, time, choice) {
	const { where } = choice;
	const before = good.filter(({ full }) => begins(full) <= time);
	const found = best(before.filter((one) => time < reach(one) * 1e3), choice);
	if (found !== void 0) return found;
	const furthest = before.toSorted((a, b) => reach(b) - reach(a))[0];
	if (furthest === void 0) throw new ProblemError(beforeAll(good, time, where));
	throw new ProblemError(pastHere(furthest, momentText(time, "mysql"), where));
}
function withGtid(good, text, choice) {
	const { where } = choice;
	const found = best(good.filter(({ full, segments }) => {
		const { family } = full.server;
		const wanted = parseGtid(text, family);
		if (wanted === null) return false;
		const holds = (state) => {
			const parsed = state === null ? null : parseGtidState(state, family);
			return parsed === null ? null : contains(parsed, wanted);
		};
		if (holds(full.coordinates?.gtid ?? null) === true) return false;
		return segments.some(({ gtidsAfter }) => holds(gtidsAfter) !== false);
	}), choice);
	if (found !== void 0) return found;
	throw new ProblemError({
		code: "restore.not-in-backups",
		where,
		found: `${text} in no binary log behind a full backup that does not hold it already`,
		expected: "the id of a transaction that was backed up after a full backup",
		remedy: "look at the id (MySQL: UUID:7, MariaDB: 0-1-7); take the newest logs with `shiplock backup run --incremental`; `shiplock backup status` shows gaps"
	});
}
/** Of those that were verified, where there are any: the one that is back first; the newest, where one of the two is not known. */
function best(chains, { predict = () => null }) {
	const verified = chains.filter(({ full }) => full.state === "verified");
	return (verified.length > 0 ? verified : chains).map((chain) => ({
		chain,
		seconds: predict(chain)
	})).reduceRight((held, one) => held === void 0 || held.seconds !== null && one.seconds !== null && one.seconds < held.seconds ? one : held, void 0)?.chain;
}
/**
* Microseconds since 1970, by the clock of the server, as the stamps in its logs: nothing that it holds was committed later. A physical backup records
* when it was begun, and shows a moment before it was over.
*/
function begins({ serverTime, form, seconds }) {
	return (Date.parse(serverTime) + (form === "physical" ? Math.ceil(seconds + 1) * 1e3 : 0)) * 1e3;
}
function nothingRestorable(all, where, id) {
	const named = id === void 0 ? "" : ` ${id}`;
	return {
		code: "restore.no-backup",
		where,
		found: all[0] === void 0 ? `no full backup${named}` : all.at(-1)?.ends ?? "none that can be restored",
		expected: `a full backup${named} that is neither suspect nor failed`,
		remedy: "`shiplock backup list` names them; where this machine lost its catalogue, docs/backup.md tells how it comes back from the repository"
	};
}
function beforeAll(good, time, where) {
	const [oldest] = good;
	return {
		code: "restore.before-backups",
		where,
		found: `${momentText(time, "mysql")}, and an oldest full backup of ${oldest?.full.serverTime ?? ""}`,
		expected: "a time behind a full backup: logs lead forwards only",
		remedy: "give a later time, or bring back an older repository with its catalogue"
	};
}
function pastHere({ full, restorableTo, ends }, time, where) {
	return {
		code: "restore.past-gap",
		where,
		found: `${time}; not restorable past ${restorableTo ?? ""}: ${ends ?? "no newer binary log was taken"}`,
		expected: `a time before ${restorableTo ?? ""}, to which ${full.id} leads`,
		remedy: ends === null ? "while the server lives, take its logs: `shiplock backup run --incremental`; else restore what there is with --latest" : "give an earlier time; to have what is there up to the gap, use --latest"
	};
}
function noLogs(where) {
	return {
		code: "restore.no-logs",
		where,
		found: "no binary log behind a full backup",
		expected: "binary logs in which a statement can be looked for",
		remedy: "while the server lives, take them: `shiplock backup run --incremental`"
	};
}

// src/backup/restore/fetch.ts
/**
* Fetches them under the names that the server gave them; one that is there already, with the digest of the catalogue, is left.
* @returns their paths, in the same order
* @throws ProblemError when the repository does not give one back as it was stored
*/
async function fetchSegments(segments, options) {
	await mkdir(options.directory, {
		recursive: true,
		mode: 448
	});
	const paths = [];
	for (const segment of segments) {
		const path = join(options.directory, segment.file);
		if (await digestOf(path) !== segment.sha256) await fetchOne(segment, path, options);
		paths.push(path);
	}
	return paths;
}
async function fetchOne(segment, path, { repository, secrets, clock, signal }) {
	const part = `${path}.part`;
	const hash = createHash("sha256");
	const file = openSync(part, "w", 384);
	try {
		const { from } = await pipeCommands({
			from: dumpCommand(repository, secrets, segment.snapshot, segment.file),
			onChunk: (chunk) => {
				hash.update(chunk);
				for (let at = 0; at < chunk.length;) at += writeSync(file, chunk, at);
			},
			signal
		}, clock);
		if (from.exitCode !== 0) throw new ProblemError(resticProblem(repository, from));
		const digest = hash.digest("hex");
		if (digest !== segment.sha256) throw new ProblemError(differs(segment, digest));
		fsyncSync(file);
		await rename(part, path);
	} finally {
		closeSync(file);
		await rm(part, { force: true });
	}
}
/** SHA-256 of a file; null: there is none. */
async function digestOf(path) {
	const hash = createHash("sha256");
	try {
		await pipeline(createReadStream(path), hash);
	} catch (error) {
		if (isMissing(error)) return null;
		throw error;
	}
	return hash.digest("hex");
}
function differs({ file, sha256 }, digest) {
	return {
		code: "backup.log-differs",
		where: file,
		found: `SHA-256 ${digest}`,
		expected: `${sha256}, as it was stored`,
		remedy: "run `shiplock backup verify`, which marks it; then restore up to the gap, or fetch this log from another copy of the repository"
	};
}

// src/backup/restore/predict.ts
/** How long a restore will take, from what earlier ones took. Pure. */
/** What one restore did and took; seconds. */
const timesSchema = strictObject({
	at: string().datetime(),
	/** Of the full backup: left out: SQL. */
	form: literal("physical").exactOptional(),
	/** Of the full backup. */
	bytes: number(),
	/** It became a server, rows and sums compared. */
	baseSeconds: number(),
	/** Of the binary logs that were fetched. */
	logBytes: number(),
	fetchSeconds: number(),
	/** Transactions that were replayed. */
	transactions: number(),
	replaySeconds: number()
});
const predictionSchema = strictObject({
	/** Null: nothing was measured yet from which it could be told. */
	baseSeconds: number().nullable(),
	/** Fetching and replaying the logs; 0 where there are none. */
	logSeconds: number().nullable(),
	/** Null where a part is. */
	seconds: number().nullable(),
	/** What it was told from, for people. */
	from: string()
});
/**
* In proportion to bytes: the base by the newest restore or verification of a backup of the same form, the logs by the newest restore
* that replayed some. A verification reads the logs but replays none, so it tells nothing of them.
*
* @param transactions null: the logs were not read yet; then by their bytes
*/
function predictTime(full, logs, known, transactions) {
	const base = newestBase(known, full.form === "physical");
	const baseSeconds = base === null ? null : base.seconds * full.bytes / base.bytes;
	const replayed = known.restores.toSorted((a, b) => a.at < b.at ? -1 : 1).findLast((one) => one.transactions > 0 && one.logBytes > 0);
	const bytes = logs.reduce((sum, one) => sum + one.bytes, 0);
	const logSeconds = bytes === 0 ? 0 : replayed === void 0 ? null : ofLogs(replayed, bytes, transactions);
	return {
		baseSeconds,
		logSeconds,
		seconds: baseSeconds === null || logSeconds === null ? null : baseSeconds + logSeconds,
		from: [base === null ? "no restore or verification was measured yet" : `the base by ${base.name}`, ...bytes === 0 ? [] : [replayed === void 0 ? "no replay was measured yet" : `the logs by the restore of ${replayed.at}`]].join(", ")
	};
}
function ofLogs(measured, bytes, transactions) {
	const fetch = measured.fetchSeconds * bytes / measured.logBytes;
	const share = transactions === null ? bytes / measured.logBytes : transactions / measured.transactions;
	return fetch + measured.replaySeconds * share;
}
/** Files come back at another pace than SQL, so each form is told from its own. */
function newestBase({ fulls, restores }, physical) {
	return [...fulls.flatMap(({ id, bytes, verified, form }) => verified === null || form === "physical" !== physical ? [] : [{
		name: `the verification of ${id}`,
		at: verified.at,
		seconds: verified.seconds,
		bytes
	}]), ...restores.filter(({ form }) => form === "physical" === physical).map(({ at, baseSeconds, bytes }) => ({
		name: `the restore of ${at}`,
		at,
		seconds: baseSeconds,
		bytes
	}))].filter(({ bytes }) => bytes > 0).toSorted((a, b) => a.at < b.at ? -1 : 1).at(-1) ?? null;
}

// src/backup/restore/place.ts
/** The directory that a restore fills, and what tells whose it is. */
/** What was asked for; the same words again go on with it. */
const wishSchema = strictObject({
	environment: string(),
	/** The target as it was written. */
	target: string(),
	/** Which full backup; null: the best. */
	id: string().nullable()
});
const markSchema = strictObject({
	v: literal(1),
	wish: wishSchema,
	/** What was chosen: a log that is taken later does not change a restore that is under way. */
	full: string(),
	/** SHA-256 of each binary log, in order. */
	segments: array(string()).readonly(),
	/** The run that fills the directory, or has. */
	run: string(),
	startedAt: string().datetime(),
	/** Null: it is under way, or was cut. */
	finishedAt: string().datetime().nullable()
});
/** Bytes that the address of a socket may have on Linux (`sun_path` of unix(7), without its last zero). */
const SOCKET_BYTES = 107;
/** Where the server of a restore listens. Pure. @throws ProblemError when the directory lies too deep for a socket */
function socketIn(directory) {
	const path = join(directory, "server", "run", "s");
	const bytes = Buffer.byteLength(path);
	if (bytes <= SOCKET_BYTES) return path;
	throw new ProblemError({
		code: "restore.path-too-long",
		where: directory,
		found: `a socket at ${path}, ${bytes} bytes`,
		expected: `at most ${SOCKET_BYTES} bytes`,
		remedy: "name a directory with a shorter path with --into"
	});
}
/** File in the directory. Pure. */
function markFile(directory) {
	return join(directory, "restore.json");
}
/** Pure. */
function markText(mark) {
	return `${JSON.stringify(markSchema.parse(mark), null, 2)}\n`;
}
/**
* The mark of a restore with the same wish, cut or finished; null: the directory is empty, or not there.
* @throws ProblemError for anything else: a restore is never written over something
*/
async function restoreIn(directory, wish) {
	const names = (await namesIn(directory)).filter((name) => !name.startsWith("restore.json."));
	if (names.length === 0) return null;
	const text = await readFile(markFile(directory), "utf8").catch((error) => {
		if (isMissing(error)) return null;
		throw error;
	});
	const mark = text === null ? null : markSchema.safeParse(jsonOf(text)).data ?? null;
	if (mark === null) throw new ProblemError(notEmpty(directory, names));
	if (JSON.stringify(mark.wish) === JSON.stringify(wish)) return mark;
	throw new ProblemError(mark.finishedAt === null ? another(directory, mark.wish) : finishedIn(directory, mark));
}
/**
* The same of one that was cut: it may be gone on with.
* @throws ProblemError also for one that is finished
*/
async function cutRestoreIn(directory, wish) {
	const mark = await restoreIn(directory, wish);
	if (mark === null || mark.finishedAt === null) return mark;
	throw new ProblemError(finishedIn(directory, mark));
}
/** What earlier restores of the environment took; one that cannot be read tells nothing. */
async function readTimes(place) {
	const directory = timesDirectory(place);
	return (await Promise.all((await namesIn(directory)).map((name) => readFile(join(directory, name), "utf8")))).flatMap((text) => {
		const parsed = timesSchema.safeParse(jsonOf(text));
		return parsed.success ? [parsed.data] : [];
	});
}
/** File of the times of one restore: beside the records, and so in the repository too. Pure. */
function timesFile(place, run) {
	return join(timesDirectory(place), `${run}.json`);
}
function timesDirectory(place) {
	return join(recordsDirectory(place), "restores");
}
function jsonOf(text) {
	try {
		return JSON.parse(text);
	} catch {
		return;
	}
}
function notEmpty(directory, names) {
	return {
		code: "restore.not-empty",
		where: directory,
		found: names.slice(0, 5).join(", "),
		expected: "an empty directory, or one that does not exist yet",
		remedy: "name another one with --into: a restore is never written over something"
	};
}
/** Why nothing is restored into a directory in which a restore is whole. Pure. */
function finishedIn(directory, { finishedAt }) {
	return {
		code: "restore.not-empty",
		where: directory,
		found: `a restore that was finished at ${finishedAt ?? ""}`,
		expected: "an empty directory, or one that does not exist yet",
		remedy: "name another one with --into; this one is whole"
	};
}
function another(directory, { environment, target, id }) {
	return {
		code: "restore.not-empty",
		where: directory,
		found: `a restore of ${environment} to ${target}${id === null ? "" : ` from ${id}`} that was cut`,
		expected: "the same restore again, which goes on with it",
		remedy: "name another directory with --into, or delete this one yourself"
	};
}

// src/release/backup/restore-server.ts
/**
* What the restored full backup holds. A backup of a server that had executed nothing records no ids; where all transactions of its logs have
* some, that is the empty set, and the logs must then begin with it. Pure.
*/
function baseOf({ coordinates, server }, chain) {
	const place = coordinates === null ? null : {
		file: coordinates.file,
		position: coordinates.position
	};
	const text = coordinates?.gtid ?? null;
	if (text !== null) return {
		gtids: parseGtidState(text, server.family),
		place
	};
	const all = placedIn(chain);
	return {
		gtids: all.length > 0 && all.every(({ transaction }) => transaction.gtid !== null) ? emptyState(server.family) : null,
		place
	};
}
/**
* Makes the server anew, whatever an earlier try has left: it writes without waiting for the disk, so after a crash nothing of it is used.
* @throws ProblemError when what is there then is not what was there
*/
async function restoreServer(backup, { full, logs, directory }, { clock, signal, note }) {
	const { service, settings, repository } = backup;
	const { family } = full.server;
	const { client, server: program, binlog } = programsOf(settings, family);
	const lifelong = Object.entries(full.settings).map(([name, value]) => `--${name.replaceAll("_", "-")}=${value}`);
	const begin = clock.monotonic();
	const server = await startKept({
		program,
		family,
		user: settings.serverUser,
		directory: join(directory, "server"),
		arguments: {
			initialise: lifelong,
			start: serverArguments(family, logs?.cut ?? null)
		}
	}, service);
	try {
		const { administrator: session, socketPath } = server;
		const common = {
			repository,
			secrets: service.secrets,
			clock,
			signal
		};
		const verdict = await restoreFull({
			...common,
			full,
			client
		}, {
			socketPath,
			session
		});
		if (verdict.kind !== "agrees") throw new ProblemError(notAsItWas(full, verdict.why));
		const baseSeconds = (clock.monotonic() - begin) / 1e3;
		note(`${full.id} is restored and agrees, ${baseSeconds.toFixed(1)} s`);
		const replaying = clock.monotonic();
		if (logs !== null && logs.cut.transactions > 0) {
			const { chain, base, target, cut } = logs;
			if (base.gtids !== null) {
				const name = family === "mysql" ? "gtid_purged" : "gtid_slave_pos";
				const ids = gtidStateText(base.gtids);
				const told = ids === "" ? { ok: true } : await session.tell(`SET GLOBAL ${name} = '${ids}'`);
				if (!told.ok) throw new ProblemError(idsRefused(name, told.message));
			}
			const wanted = {
				access: {
					socketPath,
					user: "root"
				},
				base,
				chain,
				target
			};
			const plain = {
				exec: service.exec,
				reader: binlog,
				client,
				timeoutMs: settings.timeoutMs
			};
			await replay(wanted, {
				clock,
				signal,
				...cut.executed === null ? { plain } : {}
			});
		}
		await server.shutDown();
		return {
			baseSeconds,
			replaySeconds: (clock.monotonic() - replaying) / 1e3,
			start: server.again
		};
	} finally {
		await server.close();
	}
}
/** For this one start. Pure. */
function serverArguments(family, cut) {
	const made = cut?.serverIds ?? /* @__PURE__ */ new Set();
	let serverId = 4000000001;
	while (made.has(serverId)) serverId += 1;
	return [
		...replayArguments({
			family,
			serverId,
			gtids: cut === null || cut.executed !== null,
			workers: availableParallelism()
		}),
		...[
			"--max-allowed-packet=1G",
			"--log-bin-trust-function-creators=ON",
			"--character-set-server=utf8mb4"
		],
		`--innodb-buffer-pool-size=${poolBytes(freemem())}`
	];
}
/** A quarter of what is free, in whole 64 MiB, from 128 MiB to 8 GiB: others work on this machine too. Pure. */
function poolBytes(free) {
	const piece = 64 << 20;
	return Math.min(128, Math.max(2, Math.floor(free / 4 / piece))) * piece;
}
/** Pure. */
function notAsItWas({ id }, why) {
	return {
		code: "backup.not-as-it-was",
		where: id,
		found: why,
		expected: "the rows that were there when the backup was taken",
		remedy: "run `shiplock backup verify` for it, which marks it; then restore again: an earlier backup is chosen. Or name another one with --id"
	};
}
/** Pure. */
function idsRefused(name, found) {
	return {
		code: "backup.server-refused",
		where: `@@${name}`,
		found,
		expected: "a new server that takes the ids of the base",
		remedy: "check that `backup.programs.server` is of the version of the server that was backed up"
	};
}

// src/release/backup/restore-logs.ts
/** For a person, and for the journal. */
const cutSchema = strictObject({
	transactions: number(),
	/** The last that is there afterwards; null: the base itself. */
	last: string().nullable(),
	lost: strictObject({
		transactions: number(),
		first: string().nullable(),
		last: string().nullable(),
		tables: array(strictObject({
			table: string(),
			transactions: number()
		})).readonly(),
		/** Whether there may be more that nobody knows of. */
		beyond: string().nullable()
	}),
	/** Behind the place, but stamped before the time that was asked for. */
	late: number()
});
/** Nothing of the logs is there, and nothing is known of what follows the full backup. */
const NO_LOGS = {
	transactions: 0,
	last: null,
	lost: {
		transactions: 0,
		first: null,
		last: null,
		tables: [],
		beyond: "no binary log behind it was taken"
	},
	late: 0
};
/** Fetches them. @throws ProblemError when the repository does not give one back as it was */
function fetchLogs({ repository, service }, { segments }, { directory, clock, signal }) {
	return fetchSegments(segments, {
		repository,
		secrets: service.secrets,
		clock,
		signal,
		directory
	});
}
/** Reads them. Null: there are none. @throws ProblemError when the target is not one place in them, or cannot be reached exactly */
async function readLogs(full, paths, target) {
	if (paths.length === 0) return null;
	const chain = await readChain(paths);
	const base = baseOf(full, chain);
	return {
		chain,
		base,
		target,
		cut: cutAt(chain, base, target)
	};
}
/** Pure. */
function cutSummary({ transactions, last, lost, late }) {
	const text = (placed) => placed === null ? null : placeText(placed);
	return {
		transactions,
		last: text(last),
		late,
		lost: {
			transactions: lost.transactions,
			first: text(lost.first),
			last: text(lost.last),
			beyond: lost.beyond,
			tables: lost.tables.map(({ table, transactions: count }) => ({
				table,
				transactions: count
			}))
		}
	};
}

// src/release/backup/restore-laid.ts
/**
* The files of a physical backup become a server. They show a moment that nobody could hold, so their rows are compared a little later, where they were
* summed up: the replay stops there once, when the target lies behind it.
*/
/** @throws ProblemError when what is there then is not what was there */
async function restoreLaid(backup, wish, ports) {
	const { full, logs, directory } = wish;
	const { service, settings, repository } = backup;
	const { clock, signal, note } = ports;
	const { family } = full.server;
	const { server: program, physical, unpack } = programsOf(settings, family);
	const begin = clock.monotonic();
	const server = await startKept({
		program,
		family,
		user: settings.serverUser,
		directory: join(directory, "server"),
		arguments: {
			initialise: fileArguments(full),
			start: serverArguments(family, logs?.cut ?? null)
		},
		laid: {
			withinMs: settings.timeoutMs,
			first: (data) => orderingCommand(full, physical, data),
			fill: async (data) => {
				const verdict = await layPhysical(full, data, {
					repository,
					secrets: service.secrets,
					clock,
					signal,
					unpack
				});
				if (verdict.kind !== "agrees") throw new ProblemError(notAsItWas(full, verdict.why));
			}
		}
	}, service);
	try {
		const { administrator: session, access } = server;
		note(`a server runs on the files of ${full.id}, ${((clock.monotonic() - begin) / 1e3).toFixed(1)} s`);
		if (family === "mariadb") {
			const ids = full.coordinates?.gtid ?? "";
			const told = await session.tell(`SET GLOBAL gtid_slave_pos = '${ids}'`);
			if (!told.ok) throw new ProblemError(idsRefused("gtid_slave_pos", told.message));
		}
		let baseSeconds = (clock.monotonic() - begin) / 1e3;
		let replaySeconds = 0;
		const timed = async (work) => {
			const started = clock.monotonic();
			await work();
			return (clock.monotonic() - started) / 1e3;
		};
		const proof = await proofOf(full, wish);
		if (proof !== null) {
			if (proof.logs !== null) replaySeconds += await forward(proof.logs, access, ports);
			baseSeconds += await timed(async () => {
				const verdict = await compared(full, session, signal);
				if (verdict.kind !== "agrees") throw new ProblemError(notAsItWas(full, verdict.why));
			});
			note(`${full.id} is restored and agrees with its sums`);
		} else note(`the target lies before the place at which the rows of ${full.id} were summed up: only its files were compared`);
		if (logs !== null && logs.cut.transactions > 0) {
			const base = proof?.reached ?? logs.base;
			replaySeconds += await forward({
				...logs,
				base
			}, access, ports);
		}
		await server.shutDown();
		return {
			baseSeconds,
			replaySeconds,
			start: server.again
		};
	} finally {
		await server.close();
	}
}
/** Null: the target, or the logs, end before the place of the sums. */
async function proofOf(full, { logs, paths }) {
	if (logs === null) return null;
	const at = paths.findIndex((path) => path.endsWith(`/${full.summedAt?.file ?? ""}`));
	if (at < 0) return null;
	const chain = await readChain(paths.slice(0, at + 1));
	const { base } = logs;
	const cut = cutAt(chain, base, { kind: "end" });
	if (cut.transactions > logs.cut.transactions) return null;
	if (cut.transactions === 0) return {
		logs: null,
		reached: base
	};
	return {
		logs: {
			chain,
			base,
			target: { kind: "end" }
		},
		reached: {
			gtids: cut.executed,
			place: null
		}
	};
}
/** @returns how long it took, seconds */
async function forward({ chain, base, target }, access, { clock, signal }) {
	const { ms } = await replay({
		access,
		base,
		chain,
		target
	}, {
		clock,
		signal
	});
	return ms / 1e3;
}

// src/release/backup/restore-steps.ts
/** What is done, and the steps whose outputs tell of it. Pure. */
function restoreTree(backup, work) {
	const { request, directory, chosen } = work;
	const claim = claimStep(backup, work);
	const logs = logsStep(backup, work);
	const server = serverStep(backup, work);
	const keep = keepStep(backup, work, {
		logs,
		server
	});
	return {
		tree: procedure({
			id: "restore",
			title: `Restore the database of ${request.environment} to ${request.text}`,
			description: "A full backup and the binary logs behind it, up to one place, become the data of a new server. Nothing that serves is touched.",
			environment: `restore:${leaseName(backup)}:${createHash("sha256").update(directory).digest("hex").slice(0, 12)}`,
			inputs: {
				environment: request.environment,
				target: request.text,
				full: chosen.full.id,
				into: directory
			},
			root: sequence({
				id: "restore",
				title: "Restore",
				steps: [
					claim,
					logs,
					server,
					keep
				]
			})
		}),
		logs,
		server
	};
}
const QUICK_MS = 6e4;
function markOf({ chosen, wish }, run, startedAt, finishedAt = null) {
	const segments = chosen.segments.map(({ sha256 }) => sha256);
	return {
		v: 1,
		wish,
		full: chosen.full.id,
		segments,
		run,
		startedAt,
		finishedAt
	};
}
/** The directory is empty, and ours from now on. */
function claimStep({ service }, work) {
	const { directory, wish } = work;
	return action({
		id: "directory",
		title: `See to ${directory}`,
		inputs: { directory },
		timeoutMs: QUICK_MS,
		read: async () => ({
			mark: await cutRestoreIn(directory, wish),
			now: service.clock.now()
		}),
		decide: ({ mark, now }, ctx) => {
			const content = markText(markOf(work, ctx.run, mark?.startedAt ?? new Date(now).toISOString()));
			return {
				kind: "do",
				effects: [{
					kind: "file",
					path: markFile(directory),
					content,
					timeoutMs: QUICK_MS,
					why: "so that nobody takes it for empty"
				}]
			};
		},
		probe: "repeatable"
	});
}
const readSchema = strictObject({
	cut: cutSchema,
	seconds: number(),
	prediction: predictionSchema
});
function logsStep(backup, { request, directory, chosen }) {
	return opaque({
		id: "logs",
		title: `Fetch ${chosen.segments.length} binary logs and find the place`,
		inputs: {
			segments: chosen.segments.map(({ file }) => file),
			target: request.text
		},
		outputs: readSchema,
		promise: `restic gives back ${chosen.segments.length} binary logs, each is compared with its digest and read, and the place of the target is looked for; it is refused here when they do not lead to it`,
		probe: "repeatable",
		timeoutMs: backup.settings.timeoutMs,
		run: async (ctx) => {
			const begin = ctx.clock.monotonic();
			const paths = await fetchLogs(backup, chosen, {
				directory: logsIn(directory),
				...ctx
			});
			const logs = await readLogs(chosen.full, paths, request.target);
			const cut = logs === null ? NO_LOGS : cutSummary(logs.cut);
			ctx.note(`${cut.transactions} transactions behind ${chosen.full.id}; ${cut.lost.transactions} are lost`);
			const prediction = await predictionOf(backup, chosen, cut);
			ctx.note(`will take ${prediction.seconds?.toFixed(1) ?? "a time that is not known"} s (${prediction.from})`);
			return {
				cut,
				seconds: (ctx.clock.monotonic() - begin) / 1e3,
				prediction
			};
		}
	});
}
const madeSchema = strictObject({
	baseSeconds: number(),
	replaySeconds: number(),
	/** Since the restore was begun for the first time. */
	seconds: number(),
	startedAt: string(),
	start: array(string()).readonly()
});
function serverStep(backup, work) {
	const { request, directory, chosen, wish } = work;
	const { full, segments } = chosen;
	const { server, client } = programsOf(backup.settings, full.server.family);
	return opaque({
		id: "server",
		title: `Restore ${full.id} into a new server and replay`,
		inputs: {
			id: full.id,
			snapshot: full.snapshot,
			server,
			client,
			directory
		},
		outputs: madeSchema,
		promise: full.form === "physical" ? `the files of the full backup are laid down below ${directory} and ${server} is started on them, the transactions up to the target are replayed, rows and sums of ${full.tables.length} tables are compared on the way where the target lies behind their moment, what the server has executed then is compared, and it is shut down` : `${server} is started on an empty directory below ${directory}, ${client} reads the full backup into it, rows and sums of ${full.tables.length} tables are compared with those of its moment, the transactions up to the target are replayed, what the server has executed then is compared, and it is shut down`,
		probe: "repeatable",
		timeoutMs: backup.settings.timeoutMs,
		run: async (ctx) => {
			const paths = segments.map(({ file }) => join(logsIn(directory), file));
			const logs = await readLogs(full, paths, request.target);
			const made = await (full.form === "physical" ? restoreLaid : restoreServer)(backup, {
				full,
				logs,
				directory,
				paths
			}, ctx);
			const startedAt = (await cutRestoreIn(directory, wish))?.startedAt ?? new Date(ctx.clock.now()).toISOString();
			const { baseSeconds, replaySeconds, start } = made;
			return {
				baseSeconds,
				replaySeconds,
				seconds: (ctx.clock.now() - Date.parse(startedAt)) / 1e3,
				startedAt,
				start: [...start]
			};
		}
	});
}
/** It is whole: the directory says so, and the next prediction knows of it. */
function keepStep({ place, service }, work, nodes) {
	const { full, segments } = work.chosen;
	return action({
		id: "record",
		title: "Record the restore",
		timeoutMs: QUICK_MS,
		read: async (ctx) => {
			const now = service.clock.now();
			const { cut, seconds } = ctx.outputOf(nodes.logs);
			const { baseSeconds, replaySeconds, startedAt } = ctx.outputOf(nodes.server);
			return {
				now,
				times: {
					at: new Date(now).toISOString(),
					bytes: full.bytes,
					baseSeconds,
					fetchSeconds: seconds,
					...full.form === "physical" ? { form: full.form } : {},
					logBytes: segments.reduce((sum, { bytes }) => sum + bytes, 0),
					transactions: cut.transactions,
					replaySeconds
				},
				startedAt
			};
		},
		decide: ({ now, times, startedAt }, ctx) => {
			const measured = `${JSON.stringify(times, null, 2)}\n`;
			const mark = markOf(work, ctx.run, startedAt, new Date(now).toISOString());
			return {
				kind: "do",
				effects: [{
					kind: "file",
					path: timesFile(place, ctx.run),
					content: measured,
					timeoutMs: QUICK_MS
				}, {
					kind: "file",
					path: markFile(work.directory),
					content: markText(mark),
					timeoutMs: QUICK_MS
				}]
			};
		},
		probe: "repeatable"
	});
}
/** How long it will take, by what was measured until now. */
async function predictionOf(backup, { full, segments }, cut) {
	const [{ fulls }, restores] = await Promise.all([catalogueNow(backup), readTimes(backup.place)]);
	return predictTime(full, segments, {
		fulls,
		restores
	}, cut.transactions);
}
function logsIn(directory) {
	return join(directory, "binlogs");
}

// src/release/backup/restore-wish.ts
/**
* What a restore that was cut had chosen: the same backup and the same logs, whatever was taken since. Pure.
* @throws ProblemError when one of them is no longer to be believed
*/
function chosenAgain({ fulls, segments }, { full: id, segments: digests }) {
	const full = fulls.find((one) => one.id === id);
	const logs = digests.map((digest) => segments.find(({ sha256 }) => sha256 === digest));
	const held = logs.filter((one) => one !== void 0);
	if (full === void 0 || held.length < logs.length) throw new ProblemError(gone(id));
	const chain = chainOf(full, held);
	if (chain.segments.length < held.length || chain.restorableTo === null) throw new ProblemError(gone(id, chain.ends));
	return chain;
}
function gone(id, why = null) {
	return {
		code: "restore.choice-gone",
		where: id,
		found: why ?? "a backup or binary log that the catalogue does not name any more",
		expected: "what the restore that was cut had chosen",
		remedy: "begin anew in another directory: another backup is chosen"
	};
}

// src/release/backup/restore.ts
/**
* What a restore would do, and what would be lost. The binary logs are fetched and read for it, into a directory that is deleted again; no server
* is started and nothing else changes.
*/
async function planRestore(door, request) {
	const backup = await openBackup(door, request.environment);
	const chosen = await choose(backup, request);
	const directory = await mkdtemp(join(tmpdir(), "shiplock-restore-"));
	try {
		const signal = door.signal?.signal ?? new AbortController().signal;
		const paths = await fetchLogs(backup, chosen, {
			directory,
			clock: backup.service.clock,
			signal
		});
		const logs = await readLogs(chosen.full, paths, request.target);
		const cut = logs === null ? NO_LOGS : cutSummary(logs.cut);
		return planOf(backup, chosen, {
			cut,
			prediction: await predictionOf(backup, chosen, cut)
		});
	} finally {
		await rm(directory, {
			recursive: true,
			force: true
		});
	}
}
/**
* Restores into a directory that is empty or not there. Cut, the same words go on with it: what was done stays, a server that is not whole is made
* anew. Finished, the same words tell again what was done, and do nothing.
* @throws ProblemError when it did not come through, or would end anywhere but at the target
*/
async function restoreDatabase(door, request) {
	const backup = await openBackup(door, request.environment);
	const directory = resolve(request.into);
	socketIn(directory);
	const wish = {
		environment: request.environment,
		target: request.text,
		id: request.id ?? null
	};
	const mark = await restoreIn(directory, wish);
	const chosen = mark === null ? await choose(backup, request) : await choiceOf(backup, directory, mark);
	const { tree, logs, server } = restoreTree(backup, {
		request,
		directory,
		chosen,
		wish
	});
	const result = mark === null ? await runBackup(backup, tree) : await goOn(backup, tree, {
		directory,
		mark
	});
	const read = result.outputs(logs);
	const made = result.outputs(server);
	if (read === void 0 || made === void 0) throw new ProblemError(unrecorded(result.run));
	const plan = planOf(backup, chosen, read);
	const lostSeconds = request.target.kind === "end" ? sinceSeconds(chosen.restorableTo, made.startedAt) : null;
	return {
		...plan,
		run: result.run,
		directory,
		start: made.start,
		lostSeconds,
		earlier: mark?.finishedAt ?? null,
		startedAt: made.startedAt,
		seconds: {
			fetch: read.seconds,
			base: made.baseSeconds,
			replay: made.replaySeconds,
			whole: made.seconds
		},
		problems: missed(plan, {
			seconds: made.seconds,
			lostSeconds,
			where: request.environment
		})
	};
}
/** The backup and the logs of a restore that is here. @throws ProblemError when they are gone */
async function choiceOf(backup, directory, mark) {
	const catalogue = await catalogueNow(backup);
	try {
		return chosenAgain(catalogue, mark);
	} catch (error) {
		throw mark.finishedAt === null ? error : new ProblemError(finishedIn(directory, mark));
	}
}
/**
* Goes on with the run that the directory is of. Where its journal is elsewhere, or it is not to be gone on with (it failed, or this program has
* changed since), it is begun again, and the directory is made anew.
* @throws ProblemError for a directory in which all is done, and no journal tells what
*/
async function goOn(backup, tree, { directory, mark }) {
	const { service } = backup;
	const known = (await listRuns(service.store)).find(({ run, environment }) => run === mark.run && environment === tree.environment);
	const result = known !== void 0 && (known.finished === null || known.finished.outcome === "done" && mark.finishedAt !== null) ? await resumeProcedure(tree, mark.run, engineOptions(service, { shared: void 0 })) : void 0;
	if (result?.outcome === "done") return result;
	if (result !== void 0 && result.problems[0]?.code !== "procedure.changed") throw notOver(result);
	if (mark.finishedAt !== null) throw new ProblemError(finishedIn(directory, mark));
	return runBackup(backup, tree);
}
async function choose(backup, { environment, target, id }) {
	const [catalogue, restores] = await Promise.all([catalogueNow(backup), readTimes(backup.place)]);
	const known = {
		fulls: catalogue.fulls,
		restores
	};
	return chooseChain(catalogue, target, {
		where: environment,
		id,
		predict: ({ full, segments }) => predictTime(full, segments, known, null).seconds
	});
}
function planOf(backup, { full, segments, restorableTo, ends }, { cut, prediction }) {
	const { rtoMs, rpoMs } = backup.service.environment.objectives;
	const seconds = (ms) => ms === void 0 ? null : ms / 1e3;
	return {
		full: {
			id: full.id,
			form: full.form ?? "logical",
			takenAt: full.takenAt,
			state: full.state,
			bytes: full.bytes
		},
		logs: {
			count: segments.length,
			bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0)
		},
		restorableTo,
		ends,
		cut,
		prediction,
		objectives: {
			rtoSeconds: seconds(rtoMs),
			rpoSeconds: seconds(rpoMs)
		}
	};
}
function sinceSeconds(restorableTo, startedAt) {
	return restorableTo === null ? null : Math.max(0, (Date.parse(startedAt) - Date.parse(restorableTo)) / 1e3);
}
/** Objectives that this restore did not keep. Pure. */
function missed({ objectives: { rtoSeconds, rpoSeconds } }, { seconds, lostSeconds, where }) {
	const problems = [];
	if (rtoSeconds !== null && seconds > rtoSeconds) problems.push({
		code: "backup.rto-missed",
		where,
		found: `a restore of ${seconds.toFixed(1)} s`,
		expected: `at most ${rtoSeconds} s, as \`objectives.rto\` promises`,
		remedy: "take full backups more often, so that fewer logs are replayed; or promise what can be kept"
	});
	if (rpoSeconds !== null && lostSeconds !== null && lostSeconds > rpoSeconds) problems.push({
		code: "backup.rpo-missed",
		where,
		found: `what was committed in the last ${lostSeconds.toFixed(0)} s before the restore may be lost`,
		expected: `at most ${rpoSeconds} s, as \`objectives.rpo\` promises`,
		remedy: "run `shiplock backup run --incremental` more often, or `shiplock backup stream`"
	});
	return problems;
}
function unrecorded(run) {
	return {
		code: "backup.not-over",
		where: `run ${run}`,
		found: "a restore that recorded nothing",
		expected: "what was restored",
		remedy: "start it again with the same words"
	};
}

export { restoreDatabase as n, planRestore as t };