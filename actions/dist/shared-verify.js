import { Et as _enum, Fn as object, Jn as string, Nt as array, Pn as number, Un as record, qn as strictObject, xn as literal } from "./shared-schemas.js";
import { r as number$1 } from "./shared-libraries.js";
import { t as ProblemError } from "./shared-problem.js";
import { o as namesIn } from "./shared-store.js";
import { n as openDialog, r as runCommand } from "./shared-exec.js";
import { c as formatDuration } from "./shared-scalars.js";
import { Bt as emptyStory, Ha as LOCAL_HOST, Lt as nobodyToTell, Rt as tellStory, Vt as readReceipts, Xs as action, ac as step, co as planProcedure, ec as opaque, ic as sequence, nc as procedure, ns as sha256 } from "./shared-common.js";
import { a as inShell, f as serverWords, h as makePlace, i as findProgram, m as whenReady, p as startLocal, r as START_MS, t as GUARD, u as placesIn } from "./shared-local.js";
import { C as isAhead, D as ACCOUNT, E as terminate, O as accountSql, S as furthest, _ as placeSaid, a as readTimes, b as chainOf, d as chooseChain, g as STREAMS, h as verifyPhysical, l as predictTime, v as toolArguments, w as reach, x as chainsOf, y as toolProblem } from "./shared-place2.js";
import { n as hostSteps } from "./shared-hosts.js";
import { A as copyVariables, C as markBegun, E as recordFile, F as resticVariables, H as segmentSchema, I as tagArguments, M as madeSnapshot, N as resolved, O as recordText, P as resticProblem, R as fullSchema, S as clearBegun, T as readBeside, V as placeOf$1, a as leaseName, b as begunFile, f as repositoryLook, g as holdPlaces, h as whileItStays, i as keepStored, j as madeOf, k as recordsDirectory, l as openBackup, m as startThrowAway, n as catalogueNow, o as lookBefore, p as runBackup, r as keepRecord, u as programsOf, v as knownFile, w as readBegun, x as besideFile, y as knownText, z as isGood } from "./shared-open.js";
import { a as withAccess, n as takeSegments } from "./shared-take.js";
import { a as must, c as sumsOf, i as likeEachOther, l as tablesOf, n as coordinatesOf, o as programsOf$1, r as lifelongSettings, s as serverOf, t as FILE_SETTINGS, u as timeOf } from "./shared-session5.js";
import { n as drillProblems, r as lastThrough } from "./shared-judge.js";
import { c as verifySegment, l as pipeCommands, s as verifyFull } from "./shared-restore.js";
import { i as restic, n as hostAndTags, r as idOf, t as QUICK_MS } from "./shared-restic.js";
import { access, constants, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { createHash, randomBytes } from "node:crypto";
import { hostname } from "node:os";

// src/migrate/shadow/laid.ts
/** Makes the directory. @throws ProblemError when there is no such program */
async function openLaid(wanted, ports) {
	const program = await findProgram(wanted.program);
	const dir = await makePlace("shiplock-laid-");
	const [data, run, aside] = [
		join(dir, "data"),
		join(dir, "run"),
		join(dir, "aside")
	];
	const asRoot = process.getuid?.() === 0;
	const user = wanted.login === "account" ? ACCOUNT : "root";
	const password = wanted.login === "account" ? `Aa1-${randomBytes(24).toString("hex")}` : "";
	const access = {
		socketPath: join(run, "s"),
		user,
		password
	};
	const words = join(run, "account.sql");
	const log = join(dir, "server.log");
	const who = asRoot ? [`--user=${wanted.user}`] : [];
	for (const path of [
		data,
		run,
		aside
	]) await mkdir(path, { mode: 448 });
	await mkdir(join(dir, "nowhere"), { mode: 365 });
	const serve = [
		...serverWords(program, placesIn(dir), {
			...wanted,
			arguments: {
				initialise: [],
				start: wanted.arguments
			}
		}),
		...[wanted.login === "account" ? `--init-file=${words}` : "--skip-grant-tables"],
		...[`--socket=${access.socketPath}`, ...who]
	];
	const script = join(dir, "start.sh");
	const guard = openDialog([
		"sh",
		"-c",
		GUARD,
		"sh",
		dir,
		inShell(["sh", script])
	], ports.clock);
	let session;
	const begin = async (first) => {
		const give = asRoot ? [[
			"chown",
			"-R",
			wanted.user,
			data,
			run
		]] : [];
		const commands = [
			...first.length > 0 ? [first] : [],
			...give,
			serve
		];
		await writeFile(words, wanted.login === "account" ? accountSql(password) : "", { mode: 384 });
		await writeFile(script, `${commands.map(inShell).join(" &&\n")}\n`, { mode: 384 });
		await guard.ask("start", AbortSignal.timeout(START_MS));
		const administrator = await whenReady(access, log, ports.clock, wanted.withinMs);
		session = administrator;
		return {
			access,
			administrator,
			stop: () => stopped(administrator, dir, ports.clock, wanted.withinMs)
		};
	};
	return {
		data,
		aside,
		start: async (first = []) => {
			try {
				return await begin(first);
			} catch (error) {
				const text = await readFile(log, "utf8").catch(() => "");
				const said = error instanceof Error ? error.message : String(error);
				throw new Error(`${said}${text === "" ? "" : `; its log ends: ${text.trim().slice(-500)}`}`);
			}
		},
		close: async () => {
			await session?.close().catch(() => void 0);
			await guard.close();
			await rm(dir, {
				recursive: true,
				force: true
			});
		}
	};
}
async function stopped(administrator, dir, clock, withinMs) {
	await administrator.close();
	await terminate(join(dir, "run", "pid"));
	const deadline = clock.monotonic() + withinMs;
	for (;;) {
		const [, code] = /^ended with (\d+)$/m.exec(await readFile(join(dir, "server.log"), "utf8")) ?? [];
		if (code === "0") return;
		if (code !== void 0 || clock.monotonic() > deadline) throw new Error(code === void 0 ? "it does not shut down" : `it ended with ${code}`);
		await clock.sleep(50);
	}
}

// src/backup/drill/record.ts
/** What a drill found: the whole way from the backups to a server, gone for practice. */
const drillSchema = strictObject({
	v: literal(1),
	kind: literal("drill"),
	/** The run of the drill. */
	run: string(),
	startedAt: string().datetime(),
	at: string().datetime(),
	/** `kept`: it came through, and no objective was missed. `missed`: it came through. `failed`: there is no server. */
	outcome: _enum([
		"kept",
		"missed",
		"failed"
	]),
	/** Null: it failed. */
	measured: strictObject({
		/** The full backup with which it began. */
		full: string(),
		form: _enum(["logical", "physical"]),
		transactions: number(),
		/** From the beginning until the server was there and compared. */
		seconds: number(),
		/** What was predicted for it before; null: nothing was measured until then. */
		predictedSeconds: number().nullable(),
		/** What may be lost: from the last restorable time to the beginning of the drill. */
		lostSeconds: number().nullable(),
		/** What the restored server and its logs occupied. */
		diskBytes: number(),
		/** Of the full backup and its logs, as they are stored. */
		storedBytes: number()
	}).nullable(),
	/** As promised when it was held; null: nothing was. */
	objectives: strictObject({
		rtoSeconds: number().nullable(),
		rpoSeconds: number().nullable()
	}),
	/** What was missed, or why it failed. */
	problems: array(strictObject({
		code: string(),
		found: string()
	})).readonly()
});
const KIND = "drills";
/** File of a drill: beside the records of backups, and so in every repository too. Pure. */
function drillFile(place, run) {
	return besideFile(place, KIND, run);
}
/** Text of its file. Pure. */
function drillText(drill) {
	return `${JSON.stringify(drillSchema.parse(drill), null, 2)}\n`;
}
/** Drills that are known, oldest first. One that cannot be read is as if it had not been: the next is then due sooner, never later. */
async function readDrills(place) {
	return (await readBeside(place, KIND, drillSchema)).toSorted((a, b) => a.at < b.at ? -1 : 1);
}

// src/backup/take/dump.ts
/** Pure. */
function dumpArguments({ program, family, access, databases, log }) {
	const place = family === "mariadb" ? ["--master-data=2", "--gtid"] : ["--source-data=2"];
	const own = family === "mariadb" ? [] : ["--set-gtid-purged=OFF", "--no-tablespaces"];
	return [
		...[program, `--defaults-extra-file=${access}`],
		...[
			"--single-transaction",
			"--quick",
			"--skip-lock-tables",
			"--hex-blob",
			"--routines",
			"--triggers",
			"--events"
		],
		...[
			"--default-character-set=utf8mb4",
			"--max-allowed-packet=1G",
			"--net-buffer-length=1M"
		],
		...log ? place : [],
		...own,
		...["--databases", ...databases]
	];
}
/** Says whether its transaction has begun; what it reads from then on is of one moment. Pure. */
function hasBegun(head) {
	return /^-- (?:Current Database:|Table structure for|Position to start replication|CHANGE (?:MASTER|REPLICATION))/m.test(head);
}
/** Where the dump says that it stands; null: it does not say. Pure. */
function dumpCoordinates(head) {
	const found = /^-- CHANGE (?:MASTER|REPLICATION SOURCE) TO (?:MASTER|SOURCE)_LOG_FILE='([^']+)', (?:MASTER|SOURCE)_LOG_POS=(\d+);/m.exec(head);
	return found?.[1] === void 0 ? null : {
		file: found[1],
		position: Number(found[2])
	};
}
/** The tools write this as their last line, once everything else is written. Pure. */
function isWhole(tail) {
	return /(?:^|\n)-- Dump completed(?: on [^\n]*)?\n*$/.test(tail);
}
const HEAD_BYTES = 65536;
function seeing() {
	let head = Buffer.alloc(0);
	let tail = Buffer.alloc(0);
	let bytes = 0;
	return {
		push(chunk) {
			bytes += chunk.length;
			if (head.length < 65536) head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.length)]);
			tail = Buffer.from(Buffer.concat([tail, chunk.subarray(-256)]).subarray(-256));
		},
		head: () => head.toString("latin1"),
		tail: () => tail.toString("latin1"),
		bytes: () => bytes
	};
}

// src/backup/take/moment.ts
/** How long the connections may be idle while the backup goes on, seconds. */
const LONG_S = 604800;
/** How often the moment of rest is asked for. */
const TRIES = 5;
const BETWEEN_MS = 2e3;
/** Held until the connection ends: a backup from another machine would take the moment of rest twice. */
async function alone(lock, { database, where }) {
	const name = `shiplock_backup:${sha256(database).slice(0, 32)}`;
	const [row] = await lock.ask(gotRow, "SELECT GET_LOCK(?, 0) AS got", [name]);
	if (row?.got === 1) return;
	throw new ProblemError({
		code: "backup.busy",
		where,
		found: "another full backup of this database at work",
		expected: "one at a time",
		remedy: "wait for it; after a crash the server notices within seconds that it is gone"
	});
}
/**
* Stops writes for a moment, in which our own transaction begins and then that of the dump: so both see the same rows. Whoever holds a table for
* long is not waited for: the service would wait behind us.
*/
async function holdStill({ clock, database, lockWaitMs, where, signal, note }, { lock, reader, server }) {
	await likeEachOther(reader, where);
	await must(lock, `SET SESSION lock_wait_timeout = ${Math.ceil(lockWaitMs / 1e3)}`, where);
	await must(lock, `SET SESSION wait_timeout = ${Math.ceil(6 * lockWaitMs / 1e3)}`, where);
	await must(reader, `SET SESSION wait_timeout = ${LONG_S}`, where);
	await must(reader, "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ", where);
	const settings = await lifelongSettings(reader);
	for (let left = TRIES;; left -= 1) {
		signal.throwIfAborted();
		const told = await lock.tell("FLUSH TABLES WITH READ LOCK");
		if (told.ok) break;
		if (!(told.errno === LOCK_WAIT)) await must(lock, "FLUSH TABLES WITH READ LOCK", where);
		if (left <= 1) throw new ProblemError(neverStill(where, lockWaitMs));
		note("a long statement holds a table: tried again");
		await clock.sleep(BETWEEN_MS, signal);
	}
	await must(reader, "START TRANSACTION WITH CONSISTENT SNAPSHOT", where);
	return {
		settings,
		time: await timeOf(reader),
		coordinates: await coordinatesOf(lock, server, where),
		tables: await tablesOf(reader, database),
		programs: await programsOf$1(reader, database)
	};
}
const gotRow = object({ got: number$1().nullable() });
/** ER_LOCK_WAIT_TIMEOUT */
const LOCK_WAIT = 1205;
function neverStill(where, lockWaitMs) {
	return {
		code: "backup.never-still",
		where,
		found: `statements that held a table for longer than ${lockWaitMs} ms, ${TRIES} times`,
		expected: "a moment in which nobody holds a table for long",
		remedy: "look at SHOW PROCESSLIST; take the backup at another time, or raise `backup.lockWait` (writes wait as long)"
	};
}

// src/backup/take/rights.ts
const LINE = /^(GRANT|REVOKE) (.+?) ON (?:TABLE )?(\*|`(?:[^`]|``)*`)\.(\*|`(?:[^`]|``)*`) (?:TO|FROM) /;
/** One line of SHOW GRANTS; null: it is about no table, or in a form that is not known, and so gives nothing. Pure. */
function toldBy(line) {
	const [, verb, privileges = "", schema = "", table = ""] = LINE.exec(line) ?? [];
	if (verb === void 0) return null;
	const plain = (name) => name === "*" ? "" : name.slice(1, -1).replaceAll("``", "`");
	return {
		taken: verb === "REVOKE",
		privileges: privileges.replaceAll(/[A-Z ]+ \([^)]*\)/g, "").split(",").map((one) => one.trim()).filter((one) => one !== ""),
		schema: plain(schema),
		table: plain(table)
	};
}
/** What an account with these grants cannot see in a database, each as the right that it lacks; empty: it sees all. Pure. */
function unseen(lines, family, database) {
	const told = lines.map(toldBy).filter((one) => one !== null);
	const has = (privilege, schema, table = "") => {
		const fits = told.filter((one) => (one.privileges.includes(privilege) || one.privileges.includes("ALL PRIVILEGES")) && (one.schema === "" || matches(one.schema, schema)) && (one.table === "" || one.table === table));
		const given = fits.filter(({ taken }) => !taken);
		return given.some((one) => one.schema !== "") || given.length > 0 && !fits.some(({ taken }) => taken);
	};
	const own = [
		"TRIGGER",
		"EVENT",
		"SHOW VIEW"
	].filter((privilege) => !has(privilege, database));
	const listed = [
		"EXECUTE",
		"ALTER ROUTINE",
		"CREATE ROUTINE",
		"SHOW CREATE ROUTINE"
	].some((one) => has(one, database));
	const read = family === "mysql" ? has("SHOW_ROUTINE", "") || has("SELECT", "") : has("SELECT", "mysql", "proc") || has("SELECT", "");
	const routines = family === "mysql" ? "SHOW_ROUTINE" : "SELECT ON mysql.proc";
	return [...own, ...listed || read ? [] : [routines]];
}
/** A schema in a grant is a pattern: `_` is any character, `%` any text, both with a backslash before them themselves. */
function matches(pattern, schema) {
	const parts = [...pattern.matchAll(/\\[_%\\]|[\s\S]/g)].map(([part]) => {
		if (part === "%") return "[\\s\\S]*";
		if (part === "_") return "[\\s\\S]";
		return (part.length === 2 ? part.slice(1) : part).replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
	});
	return new RegExp(`^${parts.join("")}$`, "u").test(schema);
}
const grantRow = record(string(), string());
const rolesRow = object({ roles: string().nullable() });
/** @throws ProblemError `backup.rights-missing` */
async function assertSeesAll(session, { family }, { database, where }) {
	await session.tell("SET SESSION sql_mode = ''");
	const [active] = await session.ask(rolesRow, "SELECT CURRENT_ROLE() AS roles");
	const roles = active?.roles ?? "NONE";
	const using = family === "mysql" && roles !== "NONE" ? ` FOR CURRENT_USER() USING ${roles}` : "";
	const lacks = unseen((await session.ask(grantRow, `SHOW GRANTS${using}`)).flatMap((row) => Object.values(row)), family, database);
	if (lacks.length > 0) throw new ProblemError(missing$1(lacks, database, where));
}
function missing$1(lacks, database, where) {
	return {
		code: "backup.rights-missing",
		where,
		found: `a user without ${lacks.join(", ")}: what it may not see in ${database} would be missing in the backup`,
		expected: "a user that sees all tables, views, triggers, stored programs and events",
		remedy: "give these rights to the user of `backup.dsn`; `shiplock database users` makes an account that has them, docs/backup.md lists them"
	};
}

// src/backup/take/logical.ts
const DUMP_FILE = "dump.sql";
/** Takes it. Nothing counts before this returns. @throws ProblemError */
async function takeLogical(options) {
	const begin = options.clock.monotonic();
	const takenAt = new Date(options.clock.now()).toISOString();
	const lock = await options.open();
	try {
		const reader = await options.open();
		try {
			const server = await serverOf(reader);
			if (server.family !== options.family) throw new ProblemError(otherFamily(options, server));
			await assertSeesAll(reader, server, options);
			await alone(lock, options);
			const moment = await holdStill(options, {
				lock,
				reader,
				server
			});
			const { made, sums } = await both(options, {
				lock,
				reader,
				moment
			});
			return {
				v: 1,
				kind: "full",
				id: options.id,
				run: options.run,
				takenAt,
				server,
				serverTime: moment.time,
				seconds: (options.clock.monotonic() - begin) / 1e3,
				tool: options.dump.split("/").at(-1) ?? options.dump,
				databases: [options.database],
				coordinates: moment.coordinates,
				settings: moment.settings,
				tables: [...sums],
				programs: moment.programs,
				snapshot: made.snapshot,
				file: DUMP_FILE,
				bytes: made.bytes,
				sha256: made.sha256,
				state: "stored",
				verified: null,
				why: null
			};
		} finally {
			await reader.close();
		}
	} finally {
		await lock.close();
	}
}
/** The dump and the sums at the same time, from the same moment. */
async function both(options, { lock, reader, moment }) {
	const stop = new AbortController();
	const signal = AbortSignal.any([options.signal, stop.signal]);
	const released = Promise.withResolvers();
	const begun = new AbortController();
	options.clock.sleep(3 * options.lockWaitMs, begun.signal).then(() => stop.abort(new ProblemError(slowStart(options))), () => void 0);
	const made = dump({
		...options,
		signal
	}, moment, () => {
		begun.abort();
		lock.tell("UNLOCK TABLES").then(() => lock.tell(`SET SESSION wait_timeout = ${LONG_S}`)).then(() => released.resolve(), released.reject);
	});
	const summed = released.promise.then(() => sumsOf(reader, options.database, moment.tables, signal));
	made.catch((error) => released.reject(error));
	const [dumped, sums] = await Promise.allSettled([made.catch((error) => {
		stop.abort(error);
		throw error;
	}), summed.catch((error) => {
		stop.abort(error);
		throw error;
	})]);
	begun.abort();
	if (stop.signal.reason instanceof ProblemError) throw stop.signal.reason;
	const failed = [dumped, sums].find((one) => one.status === "rejected" && one.reason === stop.signal.reason);
	if (failed?.status === "rejected") throw failed.reason;
	if (dumped.status === "rejected") throw dumped.reason;
	if (sums.status === "rejected") throw sums.reason;
	return {
		made: dumped.value,
		sums: sums.value
	};
}
async function dump(options, { coordinates }, begun) {
	const { access, directory, repository, secrets, signal, clock, where, database, family } = options;
	const hash = createHash("sha256");
	const seen = seeing();
	let free = false;
	const letGo = () => {
		if (free) return;
		free = true;
		begun();
	};
	const { to } = await withAccess(directory, access, (file) => pipeCommands({
		from: { argv: dumpArguments({
			program: options.dump,
			family,
			access: file,
			databases: [database],
			log: coordinates !== null
		}) },
		to: {
			argv: storeArguments(options),
			env: resolved(resticVariables(repository), secrets)
		},
		onChunk: (chunk) => {
			hash.update(chunk);
			seen.push(chunk);
			if (!free && hasBegun(seen.head())) letGo();
		},
		allow: (end) => {
			const problem = dumpProblem(end, seen, {
				where,
				program: options.dump,
				coordinates
			});
			if (problem !== null) throw new ProblemError(problem);
			letGo();
		},
		signal
	}, clock));
	const snapshot = to === null || to.exitCode !== 0 ? null : madeSnapshot(to.stdout);
	if (snapshot === null) throw new ProblemError(resticProblem(repository, to ?? {
		exitCode: 1,
		stderr: ""
	}));
	return {
		snapshot,
		bytes: seen.bytes(),
		sha256: hash.digest("hex")
	};
}
function storeArguments({ repository, service, environment, id }) {
	const tags = tagArguments({
		service,
		environment,
		id,
		kind: "full"
	});
	return [
		repository.program,
		"backup",
		"--json",
		"--stdin",
		"--stdin-filename",
		DUMP_FILE,
		"--host",
		service,
		...tags
	];
}
/** What speaks against a dump that has ended; null: nothing. Pure. */
function dumpProblem({ exitCode, stderr }, seen, { where, program, coordinates }) {
	const said = stderr.trim().split("\n").slice(-3).join(" ").slice(0, 400);
	if (exitCode === 127) return {
		code: "backup.no-program",
		where: program,
		found: said || "no such program",
		expected: "the dump program of the server’s family and version",
		remedy: "install it, or name it in `backup.programs.dump`"
	};
	if (exitCode !== 0 || !isWhole(seen.tail())) return {
		code: "backup.dump-broken",
		where,
		found: `${program} ended with ${exitCode}: ${said || "it said nothing"}`,
		expected: "a dump that came to its end; nothing was stored",
		remedy: "mend what it says and run the backup again; docs/backup.md lists the rights that it needs"
	};
	const at = dumpCoordinates(seen.head());
	if (coordinates === null) return null;
	if (at !== null && at.file === coordinates.file && at.position === coordinates.position) return null;
	return {
		code: "backup.other-moment",
		where,
		found: at === null ? "a dump that does not say where it stands" : `a dump of ${at.file}:${at.position}`,
		expected: `one of ${coordinates.file}:${coordinates.position}, where the sums were made`,
		remedy: "run the backup again; if it happens again, somebody writes past FLUSH TABLES WITH READ LOCK"
	};
}
/** The server is of another family than the configuration says. Pure. */
function otherFamily({ where, family }, server) {
	return {
		code: "backup.other-family",
		where,
		found: `${server.family} ${server.version}`,
		expected: `${family}, as \`database.engine\` says`,
		remedy: "mend `database.engine` or `backup.dsn`"
	};
}
function slowStart({ where, lockWaitMs, dump: program }) {
	return {
		code: "backup.dump-slow",
		where,
		found: `${program} did not begin within ${3 * lockWaitMs} ms, in which writes wait`,
		expected: "a dump that begins at once",
		remedy: "look at SHOW PROCESSLIST for what it waits for; on a slow machine raise `backup.lockWait`"
	};
}

// src/backup/physical/store.ts
/** `allow` throws when what the source said at its end makes its bytes worth nothing: then nothing is stored. @throws ProblemError */
async function storeStream(options, file, from, allow) {
	const { id, service, environment, repository, secrets, clock, signal } = options;
	const hash = createHash("sha256");
	let bytes = 0;
	const tags = tagArguments({
		service,
		environment,
		id,
		kind: "full"
	});
	const piped = await pipeCommands({
		from,
		to: {
			argv: [
				repository.program,
				"backup",
				"--json",
				"--stdin",
				"--stdin-filename",
				file,
				"--host",
				service,
				...tags
			],
			env: resolved(resticVariables(repository), secrets)
		},
		onChunk: (chunk) => {
			bytes += chunk.length;
			hash.update(chunk);
		},
		allow,
		signal
	}, clock);
	const { to } = piped;
	const snapshot = to === null || to.exitCode !== 0 ? null : madeSnapshot(to.stdout);
	if (snapshot === null) throw new ProblemError(resticProblem(repository, to ?? {
		exitCode: 1,
		stderr: ""
	}));
	return {
		snapshot,
		file,
		bytes,
		sha256: hash.digest("hex"),
		end: piped.from
	};
}

// src/backup/physical/mariadb.ts
/** The files of a MariaDB server: mariadb-backup copies them while it works, and restic takes them as they come. */
const placeRow$1 = object({
	data: string(),
	host: string()
});
/** @throws ProblemError when the server is elsewhere, or the copy did not come to its end */
async function copyMariadb(options, session) {
	const { directory, where, program } = options;
	const [row] = await session.ask(placeRow$1, "SELECT @@datadir AS data, @@hostname AS host");
	const { data, host } = row ?? {
		data: "",
		host: ""
	};
	if (!await access(data, constants.R_OK).then(() => host === hostname(), () => false)) throw new ProblemError(notHere(where, `${data} of ${host}`));
	const aside = join(directory, "physical");
	await rm(aside, {
		recursive: true,
		force: true
	});
	await mkdir(aside, {
		recursive: true,
		mode: 448
	});
	try {
		const stored = await withAccess(directory, options.access, (file) => storeStream(options, STREAMS.mariadb, { argv: toolArguments({
			program,
			access: file,
			data,
			aside
		}) }, (end) => {
			const problem = toolProblem(end, {
				program,
				where
			});
			if (problem !== null) throw new ProblemError(problem);
		}));
		const coordinates = placeSaid(stored.end.stderr);
		if (coordinates === null) throw new ProblemError(notHere(where, "a copy that does not say where it stands"));
		return {
			...stored,
			coordinates,
			tool: program.split("/").at(-1) ?? program
		};
	} finally {
		await rm(aside, {
			recursive: true,
			force: true
		});
	}
}
function notHere(where, found) {
	return {
		code: "backup.not-on-its-machine",
		where,
		found,
		expected: "the data directory of the server on this machine, readable: mariadb-backup copies files",
		remedy: "run Shiplock on the machine of the server, as root or as the user of the server; or take `kind: logical`"
	};
}

// src/backup/physical/mysql.ts
/**
* The files of a MySQL server: a server of ours asks it for a clone over the network, is started on that once, so that what the clone says of its
* place can be read and its log is applied, and then the directory goes into the repository.
*/
/** Words with which a server of ours can clone from another one. Pure. */
function cloneWords(donor) {
	return [
		...[
			"character_set_server",
			"collation_server",
			"innodb_page_size",
			"lower_case_table_names"
		].filter((name) => donor[name] !== void 0).map((name) => `--${name.replaceAll("_", "-")}=${donor[name]}`),
		"--plugin-load-add=mysql_clone.so",
		"--performance-schema=ON",
		...QUIET
	];
}
/** Nothing is added to what was cloned. */
const QUIET = [...[
	"--skip-log-bin",
	"--auto-generate-certs=OFF",
	"--sha256-password-auto-generate-rsa-keys=OFF"
], ...["--caching-sha2-password-auto-generate-rsa-keys=OFF", "--max-allowed-packet=1G"]];
/** A set of transactions is kept only by a server that knows ids. */
const WITH_IDS = ["--gtid-mode=ON", "--enforce-gtid-consistency=ON"];
const variableRow = object({
	Variable_name: string(),
	Value: string()
});
const ASKED = [...[
	"character_set_server",
	"collation_server",
	"innodb_page_size",
	"lower_case_table_names"
], ...[
	"innodb_data_file_path",
	"gtid_mode",
	"port"
]];
/** @throws ProblemError when the server gives no clone, or not to this user */
async function copyMysql(options, session) {
	const { where, access, signal, clone } = options;
	const rows = await session.ask(variableRow, `SHOW GLOBAL VARIABLES WHERE Variable_name IN (${ASKED.map((name) => `'${name}'`).join(", ")})`);
	const donor = Object.fromEntries(rows.map(({ Variable_name: name, Value: value }) => [name.toLowerCase(), value]));
	const problem = await donorProblem(session, donor, options);
	if (problem !== null) throw new ProblemError(problem);
	const { host = "", port = 3306, user = "", password = "" } = access;
	const words = [...cloneWords(donor), `--innodb-data-file-path=${donor["innodb_data_file_path"]}`];
	const recipient = await clone.recipient(words);
	const laid = await clone.lay([...words, ...WITH_IDS]).catch(async (error) => {
		await recipient.close();
		throw error;
	});
	const stop = () => void recipient.close();
	signal.addEventListener("abort", stop, { once: true });
	try {
		const target = join(dirname(recipient.socketPath), "clone");
		const donorName = `${host}:${port}`;
		await tellClone(recipient.session, where, `SET GLOBAL clone_valid_donor_list = ${sqlText(donorName)}`);
		await tellClone(recipient.session, where, `CLONE INSTANCE FROM ${sqlText(user)}@${sqlText(host)}:${port} IDENTIFIED BY ${sqlText(password)} DATA DIRECTORY = ${sqlText(target)}`);
		signal.throwIfAborted();
		await rename(target, laid.data);
		await recipient.close();
		const coordinates = await placeOf(laid, where);
		return {
			...await storeStream(options, STREAMS.mysql, { argv: tarArguments(laid.data) }, (end) => {
				if (end.exitCode !== 0) throw new ProblemError(refused(where, `tar ended with ${end.exitCode}: ${end.stderr}`));
			}),
			coordinates,
			tool: "clone"
		};
	} finally {
		signal.removeEventListener("abort", stop);
		await recipient.close();
		await laid.close();
	}
}
/** Every server that is made from it gets a number of its own. Pure. */
function tarArguments(data) {
	return [
		"tar",
		"--create",
		"--sort=name",
		"--exclude=./auto.cnf",
		"--exclude=./#clone",
		`--directory=${data}`,
		"."
	];
}
const placeRow = object({
	state: string(),
	file: string().nullable(),
	position: number$1(),
	gtid: string().nullable()
});
async function placeOf(laid, where) {
	const running = await laid.start();
	const [row] = await running.session.ask(placeRow, "SELECT STATE AS state, BINLOG_FILE AS file, BINLOG_POSITION AS position, GTID_EXECUTED AS gtid FROM performance_schema.clone_status");
	await running.stop();
	const gtid = row?.gtid?.replace(/\s+/g, "") ?? "";
	if (row?.state !== "Completed" || row.file === null || row.file === "") throw new ProblemError(refused(where, `a clone that says ${row?.state ?? "nothing"} of itself, and no place`));
	await rm(join(laid.data, "auto.cnf"), { force: true });
	return {
		file: basename(row.file),
		position: row.position,
		gtid: gtid === "" ? null : gtid
	};
}
async function tellClone(session, where, sql) {
	const told = await session.tell(sql).catch((error) => ({
		ok: false,
		message: String(error)
	}));
	if (!told.ok) throw new ProblemError(refused(where, told.message));
}
function sqlText(text) {
	return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}
const pluginRow = object({ status: string() });
async function donorProblem(session, donor, { where, access }) {
	const [plugin] = await session.ask(pluginRow, "SELECT PLUGIN_STATUS AS status FROM information_schema.PLUGINS WHERE PLUGIN_NAME = 'clone'");
	const lacks = (found, expected, remedy) => ({
		code: "backup.no-clone",
		where,
		found,
		expected,
		remedy
	});
	if (plugin?.status !== "ACTIVE") return lacks(plugin === void 0 ? "a server without the clone plugin" : `the clone plugin, ${plugin.status}`, "an active clone plugin: it gives the files of the server away", "INSTALL PLUGIN clone SONAME 'mysql_clone.so', or take `kind: logical`");
	if (donor["gtid_mode"] !== "ON") return lacks(`gtid_mode=${donor["gtid_mode"] ?? ""}`, "gtid_mode=ON: the logs behind the copy are found and checked by the ids of transactions", "set gtid_mode=ON, or take `kind: logical`");
	if (access.host === void 0) return lacks("a connection through a socket", "host and port: a clone goes over the network, also on one machine", "write `mysql://user:password@127.0.0.1:3306/…` into `backup.dsn`");
	return null;
}
function refused(where, found) {
	return {
		code: "backup.clone-refused",
		where,
		found: found.slice(0, 400),
		expected: "a clone that comes to its end; nothing was stored",
		remedy: "mend what it says and run the backup again: the user of `backup.dsn` needs BACKUP_ADMIN, and the server program here must be of the version of the server"
	};
}

// src/backup/physical/take.ts
/**
* A full backup as files of the whole server. Its tool decides in which moment it ends, and nobody else can hold that moment. So the rows are summed
* up a little later, at the end of a binary log: the logs in between belong to the proof.
*/
/** Takes it. Nothing counts before this returns. @throws ProblemError */
async function takePhysical(options) {
	const { clock, database, where, family, signal } = options;
	const begin = clock.monotonic();
	const lock = await options.open();
	try {
		const reader = await options.open();
		try {
			const server = await serverOf(reader);
			if (server.family !== family) throw new ProblemError(otherFamily(options, server));
			for (const session of [lock, reader]) await must(session, `SET SESSION wait_timeout = ${LONG_S}`, where);
			await assertSeesAll(reader, server, options);
			await alone(lock, options);
			if (await coordinatesOf(reader, server, where) === null) throw new ProblemError(noLog(where));
			await tablesOf(reader, database);
			const [takenAt, serverTime] = [new Date(clock.now()).toISOString(), await timeOf(reader)];
			const settings = await lifelongSettings(reader, FILE_SETTINGS);
			const { tool, coordinates, snapshot, file, bytes, sha256 } = family === "mariadb" ? await copyMariadb(options, reader) : await copyMysql(options, reader);
			const moment = await holdStill(options, {
				lock,
				reader,
				server
			});
			await must(lock, "FLUSH BINARY LOGS", where);
			await must(lock, "UNLOCK TABLES", where);
			await must(lock, `SET SESSION wait_timeout = ${LONG_S}`, where);
			const sums = await sumsOf(reader, database, moment.tables, signal);
			if (moment.coordinates === null) throw new ProblemError(noLog(where));
			return {
				v: 1,
				kind: "full",
				id: options.id,
				run: options.run,
				takenAt,
				serverTime,
				server,
				tool,
				settings,
				form: "physical",
				databases: [database],
				coordinates,
				summedAt: moment.coordinates,
				seconds: (clock.monotonic() - begin) / 1e3,
				tables: [...sums],
				programs: moment.programs,
				snapshot,
				file,
				bytes,
				sha256,
				state: "stored",
				verified: null,
				why: null
			};
		} finally {
			await reader.close();
		}
	} finally {
		await lock.close();
	}
}
function noLog(where) {
	return {
		code: "backup.no-binary-log",
		where,
		found: "a server that writes no binary log",
		expected: "one: a physical backup is proven by the logs behind it",
		remedy: "set log_bin, or take `kind: logical`"
	};
}

// src/backup/host/status.ts
/** A row for each host whose files are to be backed up. What was taken by a clock that was ahead counts for nothing. */
function hostStates(files, { hosts = [], now }) {
	return hosts.map((name) => {
		const good = files.filter((one) => placeOf$1(one) === name && isGood(one) && !isAhead(one, now));
		const newest = good.at(-1);
		return {
			host: name,
			id: newest?.id ?? null,
			takenAt: newest?.takenAt ?? null,
			state: newest?.state ?? null,
			verifiedTakenAt: good.findLast(({ state }) => state === "verified")?.takenAt ?? null
		};
	});
}
/** One problem for all hosts: an alert for each would be the same alert. */
function hostProblems(rows, { where, now, verifiedWithinMs }) {
	const late = rows.filter(({ verifiedTakenAt }) => verifiedTakenAt === null || now - Date.parse(verifiedTakenAt) > verifiedWithinMs);
	if (late.length === 0) return [];
	return [{
		code: "backup.hosts-not-verified",
		where,
		found: `verified files of hosts: ${late.map(({ host, verifiedTakenAt }) => verifiedTakenAt === null ? `${host}: none` : `${host}: ${formatDuration(Math.floor((now - Date.parse(verifiedTakenAt)) / 1e3) * 1e3)} old`).join(", ")}`,
		expected: `of each host a backup that was read back and compared, at most ${formatDuration(verifiedWithinMs)} old (\`backup.verifiedWithin\`)`,
		remedy: "run `shiplock backup run` and `shiplock backup verify`; what they say of the host tells why"
	}];
}
/** For Prometheus; 0: never. */
function hostMetrics(rows, { service, environment }) {
	if (rows.length === 0) return "";
	const name = "shiplock_backup_host_verified_timestamp_seconds";
	return [
		`# HELP ${name} When the newest backup of files of a host was taken that was read back and compared; 0: never.`,
		`# TYPE ${name} gauge`,
		...rows.map(({ host, verifiedTakenAt }) => `${name}{service="${service}",environment="${environment}",host="${host}"} ${verifiedTakenAt === null ? 0 : Math.floor(Date.parse(verifiedTakenAt) / 1e3)}`),
		""
	].join("\n");
}

// src/backup/status.ts
/** Pure. */
function backupStatus(catalogue, rules, measured) {
	const chains = chainsOf(catalogue, rules.now);
	const ahead = chains.filter(({ full }) => isAhead(full, rules.now));
	const best = furthest(chains);
	const proven = chains.filter(({ full }) => full.state === "verified" && !isAhead(full, rules.now));
	const bestProven = furthest(proven);
	const newest = proven.at(-1)?.full;
	const { drills } = measured;
	const prediction = best === void 0 ? null : predictionNow(catalogue, rules, measured);
	return {
		restorableTo: best?.restorableTo ?? null,
		verifiedTo: bestProven?.restorableTo ?? null,
		verified: newest?.verified == null ? null : {
			id: newest.id,
			takenAt: newest.takenAt,
			at: newest.verified.at
		},
		prediction,
		drill: drills.at(-1) ?? null,
		drillThrough: lastThrough(drills),
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
		hosts: hostStates(catalogue.files, rules),
		problems: [
			...hostProblems(hostStates(catalogue.files, rules), rules),
			...ageProblems(best === void 0 ? null : reach(best), bestProven === void 0 ? null : reach(bestProven), rules, ahead.length),
			...verifiedProblems(newest === void 0 ? null : Date.parse(newest.takenAt), rules),
			...brokenProblems(chains.findLast(({ full }) => !isAhead(full, rules.now)), rules),
			...drillProblems(drills, {
				where: rules.where,
				now: rules.now,
				every: rules.drillEvery,
				rtoMs: rules.rtoMs,
				predictedSeconds: prediction?.seconds ?? null
			})
		]
	};
}
/** Of the restore that `--latest` would choose. Something can be restored. */
function predictionNow(catalogue, { where, now }, { restores }) {
	const known = {
		fulls: catalogue.fulls,
		restores
	};
	const { full, segments } = chooseChain(catalogue, { kind: "end" }, {
		where,
		now,
		predict: (chain) => predictTime(chain.full, chain.segments, known, null).seconds
	});
	return predictTime(full, segments, known, null);
}
function ageProblems(to, provenTo, { where, now, rpoMs }, ahead) {
	if (to === null) return [{
		code: "backup.nothing-restorable",
		where,
		found: ahead === 0 ? "no backup that can be restored" : `no backup that can be restored to a known time: the clock was wrong when ${ahead} were taken, which lie ahead of now`,
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
function statusMetrics({ restorableTo, verifiedTo, verified, fulls, problems, prediction, drill, drillThrough, hosts }, { service, environment, now, drills }) {
	const labels = `{service="${service}",environment="${environment}"}`;
	const gauge = (name, help, value) => value === null ? "" : `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name}${labels} ${value}\n`;
	const seconds = (time) => time == null ? 0 : Math.floor(Date.parse(time) / 1e3);
	return [
		gauge("shiplock_backup_restorable_timestamp_seconds", "Time up to which everything can be restored; 0: nothing.", seconds(restorableTo)),
		gauge("shiplock_backup_verified_restorable_timestamp_seconds", "The same from a backup that was restored and compared.", seconds(verifiedTo)),
		gauge("shiplock_backup_verified_timestamp_seconds", "When the newest verified full backup was taken; 0: never.", seconds(verified?.takenAt)),
		gauge("shiplock_backup_taken_timestamp_seconds", "When the newest full backup was taken; 0: never.", seconds(fulls[0]?.takenAt)),
		gauge("shiplock_backup_size_bytes", "Size of the newest full backup.", fulls[0]?.bytes ?? null),
		gauge("shiplock_backup_problems", "How much speaks against the backups; 0: nothing.", problems.length),
		gauge("shiplock_backup_status_timestamp_seconds", "When these figures were written.", Math.floor(now / 1e3)),
		gauge("shiplock_restore_drill_timestamp_seconds", "When the newest drill that came through was over; 0: never.", drillThrough === null && !drills ? null : seconds(drillThrough?.at)),
		gauge("shiplock_restore_drill_success", "Whether the newest drill came through.", drill === null ? null : drill.outcome === "failed" ? 0 : 1),
		gauge("shiplock_restore_drill_seconds", "What the newest drill that came through took, from its beginning until the server was there and compared.", drillThrough?.measured?.seconds ?? null),
		gauge("shiplock_restore_drill_predicted_seconds", "What was predicted for that drill before it.", drillThrough?.measured?.predictedSeconds ?? null),
		gauge("shiplock_restore_predicted_seconds", "What a restore of everything would take now, by what was measured.", prediction?.seconds ?? null),
		hostMetrics(hosts, {
			service,
			environment
		})
	].join("");
}

// src/release/backup/announce.ts
/** Who is told that the backups of an environment are not what was promised, and that they are again. */
/** What says that data would be lost if the machine died now. */
const CRITICAL = [
	"backup.nothing-restorable",
	"backup.older-than-rpo",
	"backup.chain-broken",
	"backup.drill-failed"
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
	if (announce && service.environment.announce === null) throw new ProblemError(nobodyToTell(environment));
	const now = service.clock.now();
	const { rpoMs = null, rtoMs = null } = service.environment.objectives;
	const [catalogue, drills, restores] = await Promise.all([
		catalogueNow(backup),
		readDrills(backup.place),
		readTimes(backup.place)
	]);
	const status = backupStatus(catalogue, {
		where: environment,
		now,
		rpoMs,
		rtoMs,
		verifiedWithinMs: settings.verifiedWithinMs,
		drillEvery: settings.drill?.every ?? null,
		hosts: [...settings.files.length === 0 ? [] : [LOCAL_HOST], ...Object.keys(settings.hostFiles).toSorted()]
	}, {
		drills,
		restores
	});
	return {
		status,
		metrics: statusMetrics(status, {
			service: service.environment.service,
			environment,
			now,
			drills: settings.drill !== null
		}),
		announced: announce ? await announceBackups(service, status.problems) : null
	};
}
/** @throws ProblemError when nothing is configured, or the catalogue cannot be read */
async function listBackups(door, environment) {
	const backup = await openBackup(door, environment);
	const [catalogue, drills] = await Promise.all([catalogueNow(backup), readDrills(backup.place)]);
	return {
		...catalogue,
		drills
	};
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
	const result = await runCommand({
		argv: [
			repository.program,
			"check",
			...readData ? ["--read-data"] : []
		],
		env: resolved(resticVariables(repository), service.secrets),
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

// src/release/backup/physical.ts
/** @throws ProblemError */
function takeFiles(backup, database, taking) {
	const { service, settings, place, repository } = backup;
	return takePhysical({
		...taking,
		service: service.environment.service,
		environment: service.environment.environment,
		family: database.settings.engine,
		database: database.name,
		where: database.where,
		access: database.access,
		directory: place.directory,
		repository,
		secrets: service.secrets,
		program: programsOf(settings, database.settings.engine).physical,
		lockWaitMs: settings.lockWaitMs,
		clone: cloneServers(backup, taking.clock),
		open: database.open
	});
}
/** What it would do, for people. Pure. */
function promiseOf({ settings }, { name, settings: { engine } }) {
	return `${engine === "mariadb" ? `${programsOf(settings, engine).physical} copies the files of the server while it works` : "a throw-away server clones the files of the server over the network"}, restic stores them as one stream; then the rows of each table of ${name} are summed up at the end of a binary log, for which writes wait at most ${4 * settings.lockWaitMs} ms`;
}
function cloneServers({ service, settings }, clock) {
	const common = {
		program: programsOf(settings, "mysql").server,
		family: "mysql",
		user: settings.serverUser,
		plugins: true
	};
	return {
		recipient: async (words) => {
			const initialise = words.filter((word) => /^--(?:lower-case-table-names|innodb-page-size|innodb-data-file)/.test(word));
			const { socketPath, administrator, close } = await startLocal({
				...common,
				database: "shiplock_clone",
				arguments: {
					initialise,
					start: words
				}
			}, service);
			return {
				socketPath,
				session: administrator,
				close
			};
		},
		lay: async (words) => {
			const laid = await openLaid({
				...common,
				login: "open",
				arguments: words,
				withinMs: settings.timeoutMs
			}, { clock });
			return {
				data: laid.data,
				close: laid.close,
				start: async () => {
					const { administrator, stop } = await laid.start();
					return {
						session: administrator,
						stop
					};
				}
			};
		}
	};
}
/** @throws ProblemError where nothing can be said of the backup */
function proveFiles({ service, settings, repository }, full, segments, { clock, signal }) {
	const { family } = full.server;
	const { server, physical, unpack } = programsOf(settings, family);
	return verifyPhysical({
		full,
		segments,
		repository,
		secrets: service.secrets,
		clock,
		signal,
		unpack,
		program: physical,
		lay: async (words) => {
			const laid = await openLaid({
				program: server,
				family,
				user: settings.serverUser,
				login: "account",
				arguments: words,
				withinMs: settings.timeoutMs
			}, { clock });
			return {
				data: laid.data,
				aside: laid.aside,
				close: laid.close,
				start: async (first) => {
					const { access, administrator } = await laid.start(first);
					return {
						access,
						session: administrator
					};
				}
			};
		}
	});
}

// src/release/backup/store-files.ts
const storedSchema = strictObject({
	snapshot: string(),
	id: string(),
	at: string(),
	files: number(),
	bytes: number()
});
/** Configuration, static files and certificates: stored, then entered in the catalogue. */
function filesSteps(backup) {
	const { settings, repository, place } = backup;
	const paths = settings.files;
	const store = step({
		id: "files",
		title: "Store files",
		inputs: { files: [...paths] },
		timeoutMs: settings.timeoutMs + QUICK_MS,
		read: async (ctx) => ({
			id: idOf(ctx.clock.now()),
			at: new Date(ctx.clock.now()).toISOString()
		}),
		decide: ({ id }) => ({
			kind: "do",
			effects: [{
				kind: "file",
				path: begunFile(place, id),
				content: "",
				why: "so that half of it is found",
				timeoutMs: QUICK_MS
			}, {
				...restic(repository, [
					"backup",
					"--json",
					...hostAndTags(backup, id, "files"),
					"--",
					...paths
				], "as they are now"),
				timeoutMs: settings.timeoutMs
			}]
		}),
		outputs: storedSchema,
		collect: (results, { id, at }) => {
			const result = results.at(-1);
			return {
				id,
				at,
				...(result?.kind === "exec" ? madeOf(result.stdout) : null) ?? {
					snapshot: "",
					files: 0,
					bytes: 0
				}
			};
		},
		planned: ({ id, at }) => ({
			snapshot: "<files.snapshot>",
			id,
			at,
			files: 0,
			bytes: 0
		}),
		probe: "repeatable",
		meanwhile: whileItStays(backup, repository),
		verify: async (_ctx, { snapshot }) => snapshot === "" ? [noSnapshot(repository)] : backup.held.moved(repository.repository)
	});
	return [store, action({
		id: "files-entry",
		title: "Enter them in the catalogue",
		read: async () => null,
		decide: (_facts, ctx) => {
			const { snapshot, id, at, files, bytes } = ctx.outputOf(store);
			const entry = {
				v: 1,
				kind: "files",
				id,
				run: ctx.run,
				takenAt: at,
				paths: [...paths],
				here: {
					files,
					bytes,
					verified: null
				},
				snapshot,
				state: "stored",
				why: null
			};
			return {
				kind: "do",
				effects: [{
					kind: "file",
					path: recordFile(place, entry),
					content: recordText(entry),
					timeoutMs: QUICK_MS
				}, {
					kind: "file",
					path: begunFile(place, id),
					content: null,
					timeoutMs: QUICK_MS
				}]
			};
		},
		probe: "repeatable"
	})];
}
function noSnapshot({ repository }) {
	return {
		code: "backup.storage-failed",
		where: repository,
		found: "no word of a snapshot",
		expected: "the name of the snapshot that was made",
		remedy: "run the backup again; restic must be 0.14 or newer"
	};
}

// src/release/backup/run.ts
/** What it would do. Looks only. */
async function planBackup(door, request) {
	const backup = await openBackup(door, request.environment);
	const { clock, exec, secrets } = backup.service;
	return planProcedure(treeOf(backup, request).tree, {
		clock,
		exec,
		secrets
	});
}
/** @throws ProblemError when it did not come through; then nothing of it is in the catalogue but what was whole by then */
async function takeBackup(door, request) {
	const opened = await openBackup(door, request.environment);
	const held = await holdPlaces([opened.repository, ...opened.copies].map(({ repository }) => repository));
	const backup = {
		...opened,
		held
	};
	const { tree, full, logs, files, hosts } = treeOf(backup, request);
	const result = await runBackup(backup, tree).finally(() => held.close());
	const of = (node) => node === null ? void 0 : result.outputs(node);
	return {
		run: result.run,
		kind: request.kind,
		full: of(full)?.full ?? null,
		segments: (of(logs)?.segments ?? []).map(({ file, bytes }) => ({
			file,
			bytes
		})),
		files: of(files)?.snapshot ?? null,
		hosts: hosts.flatMap((one) => {
			const stored = result.outputs(one)?.stored;
			if (stored?.host === void 0) return [];
			const { name, entries, bytes } = stored.host;
			return [{
				host: name,
				id: stored.id,
				entries,
				bytes
			}];
		})
	};
}
function treeOf(backup, { environment, kind, form = backup.settings.kind }) {
	const { database, settings } = backup;
	const full = database === null || kind !== "full" ? null : form === "physical" ? filesOfServerStep(backup, database) : fullStep(backup, database);
	const logs = database === null ? null : logsStep(backup, database);
	const [files, entry] = settings.files.length === 0 ? [null, null] : filesSteps(backup);
	const hosts = hostSteps(backup);
	const steps = [
		repositoryStep(backup),
		full,
		logs,
		files,
		entry,
		...hosts.nodes,
		catalogueStep(backup)
	];
	const copies = backup.copies.map((copy, at) => copyStep(backup, copy, at));
	const { service } = backup.service.environment;
	return {
		tree: procedure({
			id: "backup",
			title: `Back up ${service} in ${environment}`,
			description: kind === "full" ? `${form === "physical" ? "The files of the server" : "Rows"}, binary logs and files go into the repository; the catalogue gets an entry for each when it is whole.` : "The binary logs since the last backup, and files, go into the repository.",
			environment: leaseName(backup),
			inputs: {
				environment,
				kind
			},
			root: sequence({
				id: "backup",
				title: `Take a ${kind} backup`,
				steps: [
					...steps,
					...copies,
					hosts.judge
				].filter((one) => one !== null)
			})
		}),
		full,
		logs,
		files,
		hosts: hosts.taken
	};
}
/** The repository is there, and holds nothing half. */
function repositoryStep(backup) {
	const { repository, place } = backup;
	return action({
		id: "repository",
		title: "See to the repository",
		inputs: { repository: repository.repository },
		timeoutMs: 2 * QUICK_MS,
		read: async () => {
			const [catalogue, begun] = await Promise.all([catalogueNow(backup), readBegun(place)]);
			const ids = new Set([
				...catalogue.fulls,
				...catalogue.segments,
				...catalogue.files
			].map(({ id }) => id));
			const looked = await lookBefore(backup, repository, ids.size > 0);
			const strays = [];
			for (const id of looked.id === null ? [] : begun.filter((one) => !ids.has(one))) strays.push(...(await repositoryLook(backup).snapshots([`id:${id}`])).map((one) => one.id));
			return {
				looked,
				strays,
				begun
			};
		},
		decide: ({ looked, strays, begun }) => {
			if (looked.problems.length > 0) return {
				kind: "refuse",
				problems: looked.problems
			};
			const noted = noteOf(place, repository, looked);
			if (looked.id === null) return {
				kind: "do",
				effects: [restic(repository, ["init"], "there is none yet"), ...noted]
			};
			if (begun.length === 0 && noted.length === 0) return {
				kind: "nothing",
				why: "it is there, and no earlier run was cut"
			};
			if (begun.length === 0) return {
				kind: "do",
				effects: noted
			};
			const marks = begun.map((id) => ({
				kind: "file",
				path: begunFile(place, id),
				content: null,
				timeoutMs: QUICK_MS
			}));
			const effects = [restic(repository, ["unlock"], "locks of commands that are gone")];
			if (strays.length > 0) effects.push(restic(repository, ["forget", ...strays], "a run that was cut made them"));
			return {
				kind: "do",
				effects: [
					...effects,
					...marks,
					...noted
				],
				why: `${begun.length} earlier runs were cut`
			};
		},
		probe: "repeatable"
	});
}
/** Which repository it is, for the next backup; nothing where that is known. Pure. */
function noteOf(place, { repository }, { id, known }) {
	if (known !== null && known.id !== null) return [];
	return [{
		kind: "file",
		path: knownFile(place, repository),
		content: knownText(id),
		why: "no other, and no empty directory, is taken for it",
		timeoutMs: QUICK_MS
	}];
}
function fullStep(backup, database) {
	const { service, settings, place, repository } = backup;
	const { dump } = programsOf(settings, database.settings.engine);
	return opaque({
		id: "full",
		title: `Take the rows of ${database.name}`,
		inputs: {
			database: database.where,
			program: dump
		},
		outputs: strictObject({ full: fullSchema }),
		promise: `${dump} reads ${database.name} in one moment, restic stores what it writes, and the rows of each table are summed up in the same moment; writes of the service wait until it has begun, at most ${4 * settings.lockWaitMs} ms`,
		probe: "repeatable",
		timeoutMs: settings.timeoutMs,
		meanwhile: whileItStays(backup, repository),
		run: async (ctx) => {
			const id = idOf(ctx.clock.now());
			await markBegun(place, id);
			const full = await takeLogical({
				id,
				run: ctx.run,
				service: service.environment.service,
				environment: service.environment.environment,
				family: database.settings.engine,
				database: database.name,
				where: database.where,
				access: database.access,
				directory: place.directory,
				dump,
				repository,
				secrets: service.secrets,
				clock: ctx.clock,
				lockWaitMs: settings.lockWaitMs,
				signal: ctx.signal,
				open: database.open,
				note: ctx.note
			});
			await keepStored(backup, full);
			await clearBegun(place, id);
			return { full };
		}
	});
}
/** The files of the whole server instead of the rows of one database. */
function filesOfServerStep(backup, database) {
	const { settings, place, repository } = backup;
	return opaque({
		id: "full",
		title: `Copy the server of ${database.name}`,
		inputs: {
			database: database.where,
			form: "physical"
		},
		outputs: strictObject({ full: fullSchema }),
		promise: promiseOf(backup, database),
		probe: "repeatable",
		timeoutMs: settings.timeoutMs,
		meanwhile: whileItStays(backup, repository),
		run: async (ctx) => {
			const id = idOf(ctx.clock.now());
			await markBegun(place, id);
			const { run, clock, signal, note } = ctx;
			const full = await takeFiles(backup, database, {
				id,
				run,
				clock,
				signal,
				note
			});
			await keepStored(backup, full);
			await clearBegun(place, id);
			return { full };
		}
	});
}
function logsStep(backup, database) {
	const { service, settings, place, repository } = backup;
	const { binlog } = programsOf(settings, database.settings.engine);
	return opaque({
		id: "logs",
		title: `Take the binary logs of ${database.name}`,
		inputs: {
			database: database.where,
			program: binlog
		},
		outputs: strictObject({ segments: array(segmentSchema).readonly() }),
		promise: `the server begins a new binary log, and ${binlog} fetches those before it that are not stored yet; each is looked through before it is stored`,
		probe: "repeatable",
		timeoutMs: settings.timeoutMs,
		meanwhile: whileItStays(backup, repository),
		run: async (ctx) => {
			const id = idOf(ctx.clock.now());
			await markBegun(place, id);
			const segments = await takeSegments({
				id,
				run: ctx.run,
				service: service.environment.service,
				environment: service.environment.environment,
				where: database.where,
				access: database.access,
				directory: place.directory,
				binlog,
				repository,
				secrets: service.secrets,
				clock: ctx.clock,
				signal: ctx.signal,
				catalogue: await catalogueNow(backup),
				open: database.open,
				note: ctx.note
			});
			await keepStored(backup, ...segments);
			await clearBegun(place, id);
			return { segments: [...segments] };
		}
	});
}
/** The catalogue goes into the repository too: whoever has its password can find out what is there. */
function catalogueStep(backup) {
	const { repository, place } = backup;
	return action({
		id: "catalogue",
		title: "Store the catalogue",
		timeoutMs: 2 * QUICK_MS,
		read: async (ctx) => ({
			id: idOf(ctx.clock.now()),
			isEmpty: ctx.mode === "run" && (await namesIn(recordsDirectory(place))).length === 0
		}),
		decide: ({ id, isEmpty }) => isEmpty ? {
			kind: "nothing",
			why: "nothing was ever stored"
		} : {
			kind: "do",
			effects: [{
				...restic(repository, [
					"backup",
					"--json",
					...hostAndTags(backup, id, "catalogue"),
					"--",
					"."
				], "for when this machine is gone"),
				cwd: recordsDirectory(place)
			}]
		},
		meanwhile: whileItStays(backup, repository),
		verify: () => backup.held.moved(repository.repository),
		probe: "repeatable"
	});
}
/** Everything of this environment that the copy lacks. */
function copyStep(backup, copy, at) {
	const { repository, settings, service } = backup;
	const { environment } = service.environment;
	const tags = `service:${service.environment.service},environment:${environment}`;
	return action({
		id: `copy-${at + 1}`,
		title: `Copy to ${copy.repository}`,
		inputs: {
			from: repository.repository,
			to: copy.repository
		},
		timeoutMs: settings.timeoutMs + QUICK_MS,
		read: () => lookBefore(backup, copy, false),
		decide: (looked) => {
			if (looked.problems.length > 0) return {
				kind: "refuse",
				problems: looked.problems
			};
			const env = copyVariables(copy, repository);
			const both = (words, why) => ({
				...restic(copy, words, why),
				env
			});
			return {
				kind: "do",
				effects: [
					...looked.id !== null ? [restic(copy, ["unlock"], "locks of commands that are gone")] : [both(["init", "--copy-chunker-params"], "there is none yet")],
					{
						...both([
							"copy",
							"--tag",
							tags
						], "a second place"),
						timeoutMs: settings.timeoutMs
					},
					...noteOf(backup.place, copy, looked)
				]
			};
		},
		meanwhile: whileItStays(backup, copy),
		verify: () => backup.held.moved(copy.repository),
		probe: "repeatable"
	});
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
	const full = fullMeant(await catalogueNow(backup), environment, id, backup.service.clock.now());
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
/**
* The one that was named, else the newest; one whose time lies ahead of now is the newest only where there is no other. Pure.
* @param now milliseconds since 1970
* @throws ProblemError when there is none
*/
function fullMeant({ fulls }, environment, id, now) {
	const found = id === void 0 ? fulls.findLast((one) => !isAhead(one, now)) ?? fulls.at(-1) : fulls.find((one) => one.id === id);
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

export { checkBackups as a, drillSchema as c, openLaid as d, backupStatusOf as i, drillText as l, planBackup as n, listBackups as o, takeBackup as r, drillFile as s, verifyBackup as t, readDrills as u };