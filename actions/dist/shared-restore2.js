import { Jn as string, Nt as array, Pn as number, qn as strictObject } from "./shared-schemas.js";
import { T as startKept, a as readTimes, b as chainOf, c as timesFile, d as chooseChain, f as fileArguments, i as markText, l as predictTime, m as orderingCommand, n as finishedIn, o as restoreIn, p as layPhysical, r as markFile, s as socketIn, t as cutRestoreIn, u as predictionSchema } from "./shared-place2.js";
import { t as ProblemError } from "./shared-problem.js";
import { Xs as action, ec as opaque, ic as sequence, io as resumeProcedure, jo as listRuns, nc as procedure, xr as engineOptions } from "./shared-common.js";
import { P as resticProblem, a as leaseName, c as notOver, l as openBackup, n as catalogueNow, p as runBackup, u as programsOf } from "./shared-open.js";
import { i as restoreFull, l as pipeCommands, n as dumpCommand, t as compared } from "./shared-restore.js";
import { i as isMissing } from "./shared-store.js";
import { i as cutAt, l as placedIn, n as replay, r as replayArguments, s as placeText, t as readChain } from "./shared-replay.js";
import { _ as emptyState, w as parseGtidState, y as gtidStateText } from "./shared-reader.js";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createHash } from "node:crypto";
import { closeSync, createReadStream, fsyncSync, openSync, writeSync } from "node:fs";
import { availableParallelism, freemem, tmpdir } from "node:os";
import { pipeline } from "node:stream/promises";

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
	/** Of the step beside these two; left out by earlier versions. */
	otherSeconds: number().default(0),
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
			const begin = ctx.clock.monotonic();
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
			const seconds = (ctx.clock.now() - Date.parse(startedAt)) / 1e3;
			return {
				baseSeconds,
				replaySeconds,
				otherSeconds: Math.max(0, (ctx.clock.monotonic() - begin) / 1e3 - baseSeconds - replaySeconds),
				seconds,
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
			const { baseSeconds, replaySeconds, otherSeconds, startedAt } = ctx.outputOf(nodes.server);
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
					replaySeconds,
					otherSeconds
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
	const chosen = await chosenFor(backup, request);
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
	const chosen = mark === null ? await chosenFor(backup, request) : await choiceOf(backup, directory, mark);
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
/** The backup and the logs with which a restore would begin now. @throws ProblemError when none lead to the target */
async function chosenFor(backup, { environment, target, id }) {
	const [catalogue, restores] = await Promise.all([catalogueNow(backup), readTimes(backup.place)]);
	const known = {
		fulls: catalogue.fulls,
		restores
	};
	return chooseChain(catalogue, target, {
		where: environment,
		id,
		now: backup.service.clock.now(),
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

export { planRestore as n, restoreDatabase as r, chosenFor as t };