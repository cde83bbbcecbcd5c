import { Fn as object, Jn as string, Lt as boolean, Pn as number, qn as strictObject, xn as literal } from "./shared-schemas.js";
import { r as number$1 } from "./shared-libraries.js";
import { s as problemsOf, t as ProblemError } from "./shared-problem.js";
import { r as runCommand } from "./shared-exec.js";
import { s as replaceFile } from "./shared-store.js";
import { a as withAccess, i as logReader, r as wantedLogs, t as storeLogs } from "./shared-take.js";
import { a as must, s as serverOf } from "./shared-session5.js";
import { _ as whileHeld, l as openBackup, n as catalogueNow, o as lookBefore, r as keepRecord, u as programsOf } from "./shared-open.js";
import { r as idOf } from "./shared-restic.js";
import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

// src/backup/stream/stream.ts
/** How far the log that is being written was received, on this machine alone. */
const tailSchema = strictObject({
	v: literal(1),
	file: string(),
	/** To the end of its last whole event. */
	bytes: number(),
	lastEventAt: string().nullable(),
	at: string(),
	connected: boolean()
});
/** Where the tail is written down. Pure. */
function tailFile(directory) {
	return join(directory, "stream", "tail.json");
}
/** Ends the program when we end, in whatever way: the kernel then closes its input. */
const GUARD = `exec 3<&0
"$@" < /dev/null >&2 &
child=$!
{ read -r end <&3; kill -KILL "$child" 2> /dev/null; } &
reader=$!
wait "$child"
code=$?
kill "$reader" 2> /dev/null
exit "$code"`;
const LOOK_MS = 1e3;
const FIRST_PAUSE_MS = 1e3;
const LONGEST_PAUSE_MS = 3e4;
/** Runs until the signal stops it. Never gives up: what goes wrong is told, and tried again after a while. */
async function streamLogs(options) {
	const { signal, clock, alarm, where } = options;
	let pause = FIRST_PAUSE_MS;
	while (!signal.aborted) {
		const begin = clock.monotonic();
		try {
			await connected(options);
		} catch (error) {
			if (signal.aborted) break;
			if (!(error instanceof Told)) alarm(problemsOf(error, where));
		}
		if (signal.aborted) break;
		pause = clock.monotonic() - begin > LONGEST_PAUSE_MS ? FIRST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, pause * 2);
		await clock.sleep(pause, signal).catch(() => void 0);
	}
}
/** What ended a connection was told already. */
var Told = class extends Error {};
/** One connection, from its start to its loss. */
async function connected(options) {
	const { clock, directory, binlog, access, signal, where, note } = options;
	const home = join(directory, "stream");
	const { server, first, missing } = await startOf(options);
	if (missing !== null) options.alarm([gap(where, missing, first)]);
	const own = join(home, `from-${options.idOf(clock.now())}`);
	await mkdir(own, {
		recursive: true,
		mode: 448
	});
	const over = new AbortController();
	const both = AbortSignal.any([signal, over.signal]);
	note(`receiving from ${first}`);
	const following = follow({
		...options,
		signal: both
	}, {
		server,
		own
	}).catch((error) => {
		if (both.aborted) return;
		options.alarm(problemsOf(error, where));
		over.abort(new Told());
	});
	try {
		const end = await withAccess(home, access, (file) => {
			const argv = [
				binlog,
				`--defaults-extra-file=${file}`,
				"--read-from-remote-server",
				"--raw",
				"--stop-never"
			];
			return runCommand({
				argv: [
					"sh",
					"-c",
					GUARD,
					"sh",
					...argv,
					`--result-file=${own}/`,
					first
				],
				onOutput: () => void 0,
				signal: both
			}, clock);
		});
		options.alarm([lost(where, end.stderr, end.exitCode)]);
	} finally {
		over.abort();
		await following;
	}
	await clear(options, home, own);
}
const logRow = object({
	Log_name: string(),
	File_size: number$1()
});
/** Where to begin: at the first log that a backup needs and that is not stored, else at the one that is being written. */
async function startOf(options) {
	const session = await options.open();
	try {
		const server = await serverOf(session);
		const logs = (await session.ask(logRow, "SHOW BINARY LOGS")).map(({ Log_name: name, File_size: bytes }) => ({
			name,
			bytes
		}));
		const catalogue = await options.catalogue();
		return {
			server,
			first: wantedLogs(logs, catalogue, server)[0]?.name ?? logs.at(-1)?.name ?? "",
			missing: missingBefore(catalogue, server, logs)
		};
	} finally {
		await session.close();
	}
}
/** The log that is needed next and that the server has no more; null: none. Pure. */
function missingBefore(catalogue, server, logs) {
	const full = catalogue.fulls.findLast((one) => one.server.id === server.id && one.coordinates !== null && one.state !== "failed");
	if (full?.coordinates == null) return null;
	const stored = new Set(catalogue.segments.filter((one) => one.server.id === server.id).map(({ file }) => file));
	const { file } = full.coordinates;
	return stored.has(file) || logs.some(({ name }) => name === file) ? null : file;
}
/** Looks at what arrives: how far the newest log is, and those before it go into the repository. */
async function follow(options, { server, own }) {
	const { clock, signal, directory, flushEveryMs } = options;
	const stored = /* @__PURE__ */ new Set();
	let reading = null;
	let flushed = clock.monotonic();
	while (!signal.aborted) {
		const names = (await readdir(own)).toSorted(byNumber);
		const newest = names.at(-1);
		const whole = names.slice(0, -1).filter((name) => !stored.has(name));
		if (whole.length > 0) {
			const takenAt = new Date(clock.now()).toISOString();
			const logs = await Promise.all(whole.map(async (name) => ({
				name,
				bytes: (await stat(join(own, name))).size
			})));
			const id = options.idOf(clock.now());
			const storing = {
				...options,
				id,
				run: "stream"
			};
			for (const segment of await options.guarded(() => storeLogs(storing, {
				staging: own,
				logs,
				server,
				takenAt
			}))) {
				await options.keep(segment);
				stored.add(segment.file);
				await rm(join(own, segment.file));
			}
		}
		if (newest !== void 0) {
			const current = reading?.name === newest ? reading : begin(own, newest);
			reading = current;
			await readOn(current);
			const { name, bytes, last } = current;
			const tail = {
				v: 1,
				file: name,
				bytes,
				lastEventAt: last,
				at: new Date(clock.now()).toISOString(),
				connected: true
			};
			await replaceFile(tailFile(directory), `${JSON.stringify(tail)}\n`);
		}
		if (clock.monotonic() - flushed >= flushEveryMs) {
			flushed = clock.monotonic();
			await flush(options);
		}
		await clock.sleep(LOOK_MS, signal).catch(() => void 0);
	}
}
function begin(own, name) {
	return {
		name,
		path: join(own, name),
		reader: logReader(),
		bytes: 0,
		last: null,
		read: 0
	};
}
/** What has come since, made durable, as far as events are whole. */
async function readOn(reading) {
	const handle = await open(reading.path, "r+");
	try {
		await handle.datasync();
		const chunk = Buffer.alloc(1 << 20);
		for (;;) {
			const { bytesRead } = await handle.read(chunk, 0, chunk.length, reading.read);
			if (bytesRead === 0) break;
			reading.reader.push(Buffer.from(chunk.subarray(0, bytesRead)));
			reading.read += bytesRead;
		}
	} finally {
		await handle.close();
	}
	const { position, last } = reading.reader.sofar();
	reading.bytes = position;
	reading.last = last === null ? null : (/* @__PURE__ */ new Date(last * 1e3)).toISOString();
}
async function flush({ open: connect, where }) {
	const session = await connect();
	try {
		await must(session, "FLUSH BINARY LOGS", where);
	} finally {
		await session.close();
	}
}
/** What earlier connections left, once it is stored from somewhere; the only copy of anything stays. */
async function clear(options, home, own) {
	const { segments } = await options.catalogue();
	for (const name of await readdir(home)) {
		if (!name.startsWith("from-")) continue;
		const left = await readdir(join(home, name));
		if (left.every((file) => segments.some((one) => one.file === file && one.state !== "suspect")) && (left.length > 0 || join(home, name) !== own)) await rm(join(home, name), {
			recursive: true,
			force: true
		});
	}
}
function byNumber(a, b) {
	const number = (name) => Number(/\.(\d+)$/.exec(name)?.[1] ?? NaN);
	return number(a) - number(b);
}
function lost(where, stderr, exitCode) {
	return {
		code: "backup.stream-lost",
		where,
		found: stderr.trim().split("\n").slice(-2).join(" ").slice(0, 300) || `the program ended with ${exitCode}`,
		expected: "a connection that lasts",
		remedy: "nothing, when it comes back by itself; else look whether the server runs, and at the rights of `backup.dsn`"
	};
}
function gap(where, missing, first) {
	return {
		code: "backup.stream-gap",
		where,
		found: `${missing} is needed and the server has it no more; receiving from ${first}`,
		expected: "every binary log since the last full backup",
		remedy: "take a full backup now: nothing can be restored past this gap. Keep logs longer on the server (binlog_expire_logs_seconds)"
	};
}

// src/release/backup/stream.ts
/**
* Receives binary logs until it is stopped. No run with a journal: it goes on for months, and each piece that is stored has its entry in the catalogue.
* Its snapshots have no mark of what is begun, which a backup at work beside it would clear; one that is cut leaves a snapshot that nothing names.
*/
async function streamBackup(door, { environment, flushEveryMs }, tell, alarm) {
	const backup = await openBackup(door, environment);
	const { service, settings, database, place, repository } = backup;
	if (database === null) throw new ProblemError(noDatabase(environment));
	await streamLogs({
		service: service.environment.service,
		environment,
		where: database.where,
		access: database.access,
		directory: place.directory,
		binlog: programsOf(settings, database.settings.engine).binlog,
		repository,
		secrets: service.secrets,
		clock: service.clock,
		signal: door.signal?.signal ?? new AbortController().signal,
		flushEveryMs,
		open: database.open,
		note: tell,
		alarm,
		idOf,
		catalogue: () => catalogueNow(backup),
		keep: (segment) => keepRecord(backup, segment),
		guarded: async (work) => {
			const { problems } = await lookBefore(backup, repository, true);
			if (problems.length > 0) throw new ProblemError(problems);
			return whileHeld(repository.repository, work);
		}
	});
}
function noDatabase(environment) {
	return {
		code: "backup.nothing-to-take",
		where: `environments.${environment}`,
		found: "no database",
		expected: "a database whose binary logs can be received",
		remedy: "name it in `database:`"
	};
}

export { streamBackup };