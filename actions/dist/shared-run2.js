import { C as resticVariables, S as resticProblem, _ as fullSchema, a as programsOf$1, b as madeSnapshot, d as markBegun, f as readBegun, g as recordsDirectory, h as recordText, i as openBackup, l as begunFile, n as keepRecord, o as repositoryLook, p as recordFile, r as leaseName, s as runBackup, t as catalogueNow, u as clearBegun, v as segmentSchema, w as tagArguments, x as resolved, y as copyVariables } from "./shared-open.js";
import { o as number, s as string } from "./shared-libraries.js";
import { Un as object, Vt as array, nr as string$1, t as ProblemError, tr as strictObject } from "./shared-problem.js";
import { Fs as sqlName, ca as planProcedure, cs as procedure, ds as step, no as sha256, ns as action, os as opaque, us as sequence } from "./shared-common.js";
import { t as systemClock } from "./shared-clock2.js";
import { t as endGroup } from "./shared-group.js";
import { s as replaceFile } from "./shared-store.js";
import { r as runCommand } from "./shared-exec.js";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { once } from "node:events";
import { crc32 } from "node:zlib";
import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { spawn } from "node:child_process";

// src/backup/take/access.ts
/** As servers and their clients read option files. Pure. */
function optionFile({ host = "127.0.0.1", port = 3306, socketPath, user = "", password = "" }) {
	const value = (text) => `"${text.replaceAll("\\", "\\\\").replaceAll("\"", "\\\"")}"`;
	const place = socketPath === void 0 ? [
		`host=${value(host)}`,
		`port=${port}`,
		"protocol=tcp"
	] : [`socket=${value(socketPath)}`];
	return [
		"[client]",
		`user=${value(user)}`,
		`password=${value(password)}`,
		...place,
		""
	].join("\n");
}
/**
* Runs `use` with the path of such a file and deletes it afterwards. What a killed process left of it is deleted by the next call: one
* backup at a time works in this directory.
*/
async function withAccess(directory, access, use) {
	const own = join(directory, "access");
	await rm(own, {
		recursive: true,
		force: true
	});
	await mkdir(own, {
		recursive: true,
		mode: 448
	});
	const file = join(own, `${randomBytes(8).toString("hex")}.cnf`);
	try {
		await replaceFile(file, optionFile(access), 384);
		return await use(file);
	} finally {
		await rm(own, {
			recursive: true,
			force: true
		});
	}
}

// src/backup/take/checksum.ts
const LONG = /* @__PURE__ */ new Set([
	"tinytext",
	"text",
	"mediumtext",
	"longtext",
	"tinyblob",
	"blob",
	"mediumblob",
	"longblob"
]);
const SHAPES = /^(?:geometry|point|linestring|polygon|multipoint|multilinestring|multipolygon|geometrycollection|geomcollection)$/;
/**
* A column as bytes, each value in a form that no other value has: its length before it, or `-` for NULL. Long values go in as their digest, since
* a text beyond max_allowed_packet would become NULL. Pure.
*/
function columnExpression({ name, type }) {
	const column = sqlName(name);
	if (LONG.has(type)) return `IFNULL(SHA2(${column}, 256), '-')`;
	if (type === "json") return `IFNULL(SHA2(CAST(${column} AS CHAR), 256), '-')`;
	if (type === "vector") return `IFNULL(SHA2(HEX(${column}), 256), '-')`;
	const value = SHAPES.test(type) ? `HEX(ST_AsWKB(${column}))` : type === "bit" ? `CAST(${column} + 0 AS CHAR)` : `CAST(${column} AS BINARY)`;
	return `IFNULL(CONCAT(LENGTH(${value}), ':', ${value}), '-')`;
}
/**
* Query for `n` rows, `hashed` of which have a digest (all of them, or the sum is worth nothing), and `sum`: 60 bits of the SHA-256 of each
* row, added. A sum, so that two equal rows do not cancel each other out. Pure.
*/
function checksumSql(database, table, columns) {
	return `SELECT COUNT(*) AS n, COUNT(h) AS hashed, CAST(COALESCE(SUM(CAST(CONV(LEFT(h, 15), 16, 10) AS UNSIGNED)), 0) AS CHAR) AS sum FROM (SELECT ${`SHA2(CONCAT(${columns.map(columnExpression).join(", ")}), 256)`} AS h FROM ${sqlName(database)}.${sqlName(table)}) AS hashed_rows`;
}

// src/backup/take/session.ts
/** Tells, and throws what the server refuses. */
async function must(session, sql, where) {
	const told = await session.tell(sql);
	if (told.ok) return;
	throw new ProblemError({
		code: "backup.server-refused",
		where,
		found: `${told.message} (${sql.slice(0, 120)})`,
		expected: "a user with the rights that a backup needs",
		remedy: "docs/backup.md lists them; give them to the user of `backup.dsn`"
	});
}
const identityRow = object({
	version: string$1(),
	comment: string$1()
});
const idRow = object({ id: string() });
/** Who answers. */
async function serverOf(session) {
	const [who] = await session.ask(identityRow, "SELECT VERSION() AS version, @@version_comment AS comment");
	const { version, comment } = who ?? {
		version: "",
		comment: ""
	};
	const family = /mariadb/i.test(`${version} ${comment}`) ? "mariadb" : "mysql";
	const id = family === "mysql" ? "@@server_uuid" : "CONCAT_WS('-', @@hostname, @@server_id, MD5(@@datadir))";
	const [row] = await session.ask(idRow, `SELECT ${id} AS id`);
	return {
		family,
		version,
		id: row?.id ?? ""
	};
}
const SETTINGS = ["lower_case_table_names", "innodb_page_size"];
const variableRow = object({
	Variable_name: string$1(),
	Value: string$1()
});
/** Settings that a server has for life. */
async function lifelongSettings(session) {
	const rows = await session.ask(variableRow, `SHOW GLOBAL VARIABLES WHERE Variable_name IN (${SETTINGS.map((name) => `'${name}'`).join(", ")})`);
	return Object.fromEntries(rows.map(({ Variable_name: name, Value: value }) => [name.toLowerCase(), value]));
}
const statusRow = object({
	File: string$1(),
	Position: number()
});
/** Where the binary log stands; null: there is none. @throws ProblemError when this user may not see it */
async function coordinatesOf(session, server, where) {
	const [{ log } = { log: 0 }] = await session.ask(object({ log: number() }), "SELECT @@log_bin AS log");
	if (log !== 1) return null;
	const [row] = await statusRows(session, where);
	if (row === void 0) return null;
	const variable = server.family === "mariadb" ? "@@global.gtid_binlog_pos" : "@@global.gtid_executed";
	const [gtid] = await session.ask(object({ value: string$1().nullable() }), `SELECT ${variable} AS value`);
	const text = gtid?.value?.replace(/\s+/g, "") ?? "";
	return {
		file: row.File,
		position: row.Position,
		gtid: text === "" ? null : text
	};
}
/** Three names of one question, by family and version. */
async function statusRows(session, where) {
	let refused = "";
	for (const sql of [
		"SHOW BINARY LOG STATUS",
		"SHOW BINLOG STATUS",
		"SHOW MASTER STATUS"
	]) try {
		return await session.ask(statusRow, sql);
	} catch (error) {
		refused = error instanceof Error ? error.message : String(error);
	}
	throw new ProblemError({
		code: "backup.log-place-unknown",
		where,
		found: refused,
		expected: "a user that may see where the binary log stands",
		remedy: "GRANT REPLICATION CLIENT (MariaDB: BINLOG MONITOR) to the user of `backup.dsn`"
	});
}
const timeRow = object({ time: string$1() });
/** The clock of the server. */
async function timeOf$1(session) {
	const [row] = await session.ask(timeRow, "SELECT DATE_FORMAT(UTC_TIMESTAMP(3), '%Y-%m-%dT%H:%i:%s.%f') AS time");
	return `${(row?.time ?? "1970-01-01T00:00:00.000000").slice(0, 23)}Z`;
}
const tableRow = object({
	name: string$1(),
	engine: string$1().nullable()
});
/** Base tables, in order of their names. @throws ProblemError for those of which no moment can be held still */
async function tablesOf(session, database) {
	const rows = await session.ask(tableRow, "SELECT TABLE_NAME AS name, ENGINE AS engine FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY TABLE_NAME", [database]);
	const others = rows.filter(({ engine }) => engine?.toLowerCase() !== "innodb");
	if (others.length > 0) throw new ProblemError({
		code: "backup.not-transactional",
		where: database,
		found: others.map(({ name, engine }) => `${name} (${engine ?? "no engine"})`).join(", "),
		expected: "InnoDB tables: of others a dump shows no single moment while the service runs",
		remedy: "ALTER TABLE … ENGINE=InnoDB, or back such a database up with the service stopped by another tool"
	});
	return rows.map(({ name }) => name);
}
const columnRow = object({
	name: string$1(),
	type: string$1()
});
const sumRow = object({
	n: number(),
	hashed: number(),
	sum: string$1()
});
/** Sums of tables as this transaction sees them; after each the lock on its structure is given back. */
async function sumsOf(session, database, tables, signal) {
	const sums = [];
	for (const table of tables) {
		signal.throwIfAborted();
		const columns = await session.ask(columnRow, "SELECT COLUMN_NAME AS name, LOWER(DATA_TYPE) AS type FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION", [database, table]);
		await must(session, "SAVEPOINT shiplock_sum", database);
		const [row] = await session.ask(sumRow, checksumSql(database, table, columns));
		await must(session, "ROLLBACK TO SAVEPOINT shiplock_sum", database);
		if (row === void 0 || row.n !== row.hashed) throw new ProblemError(unhashed(database, table, row));
		sums.push({
			database,
			table,
			rows: row.n,
			sum: row.sum
		});
	}
	return sums;
}
function unhashed(database, table, row) {
	return {
		code: "backup.sum-incomplete",
		where: `${database}.${table}`,
		found: `${(row?.n ?? 0) - (row?.hashed ?? 0)} rows of which the server gave no digest`,
		expected: "a digest of every row",
		remedy: "raise max_allowed_packet of the server above the longest row"
	};
}
const countsRow = object({
	views: number(),
	triggers: number(),
	routines: number(),
	events: number()
});
/** What there is beside tables. */
async function programsOf(session, database) {
	const count = (view, column) => `(SELECT COUNT(*) FROM information_schema.${view} WHERE ${column} = ?)`;
	const [row] = await session.ask(countsRow, `SELECT ${count("VIEWS", "TABLE_SCHEMA")} AS views, ${count("TRIGGERS", "TRIGGER_SCHEMA")} AS triggers, ${count("ROUTINES", "ROUTINE_SCHEMA")} AS routines, ${count("EVENTS", "EVENT_SCHEMA")} AS events`, [
		database,
		database,
		database,
		database
	]);
	return row ?? {
		views: 0,
		triggers: 0,
		routines: 0,
		events: 0
	};
}
/** Time zone, character set and mode decide how values are written; both ends must write alike. */
async function likeEachOther(session, where) {
	for (const sql of [
		"SET SESSION time_zone = '+00:00'",
		"SET SESSION sql_mode = ''",
		"SET NAMES utf8mb4"
	]) await must(session, sql, where);
	await session.tell("SET SESSION max_statement_time = 0");
	await session.tell("SET SESSION max_execution_time = 0");
}

// src/backup/binlog/event.ts
/**
* Binary logs as servers write them, read as far as a backup needs: is the file whole, what time does it span, which one comes next, and
* which transactions stand before and behind it. Format: MySQL's "Binlog Event" (libs/mysql/binlog/event), MariaDB's "Replication Protocol".
*/
const MAGIC = 1852400382;
const HEADER = 19;
const ROTATE = 4;
const STOP = 3;
const FORMAT = 15;
const PREVIOUS_GTIDS = 35;
const GTID = 33;
const GTID_TAGGED = 42;
const MARIADB_GTID = 162;
const MARIADB_GTID_LIST = 163;
const CHECKSUM_CRC32 = 1;
/** @param crc32 of zlib: given, so that this stays without I/O */
function logReader(crc32) {
	let rest = Buffer.alloc(0);
	let position = 0;
	let broken = null;
	let checksum = false;
	let events = 0;
	let first = null;
	let last = null;
	let next = null;
	let closed = false;
	const gtids = gtidState();
	const event = (data) => {
		const time = data.readUInt32LE(0);
		const type = data.readUInt8(4);
		if (type === FORMAT) checksum = data.readUInt8(data.length - 5) === CHECKSUM_CRC32;
		const body = checksum || type === FORMAT ? data.subarray(0, data.length - 4) : data;
		if (checksum && !summed(data, type)) {
			broken ??= `event at ${position} does not agree with its checksum`;
			return;
		}
		events += 1;
		if (type === ROTATE) next = body.subarray(27).toString("latin1");
		closed = type === ROTATE || type === STOP;
		if (type !== FORMAT && type !== PREVIOUS_GTIDS && type !== MARIADB_GTID_LIST && time > 0) {
			first ??= time;
			last = time;
		}
		gtids.event(type, body);
	};
	const summed = (data, type) => {
		const sum = data.readUInt32LE(data.length - 4);
		const covered = data.subarray(0, data.length - 4);
		if (crc32(covered) === sum) return true;
		if (type !== FORMAT) return false;
		const clean = Buffer.from(covered);
		clean.writeUInt16LE(clean.readUInt16LE(17) & -2, 17);
		return crc32(clean) === sum;
	};
	const take = () => {
		if (position === 0 && rest.length >= 4) {
			if (rest.readUInt32LE(0) !== MAGIC) broken = "it does not begin as a binary log does";
			rest = rest.subarray(4);
			position = 4;
		}
		while (broken === null && position > 0 && rest.length >= HEADER) {
			const size = rest.readUInt32LE(9);
			if (size < HEADER) {
				broken = `event at ${position} says that it has ${size} bytes`;
				return;
			}
			if (rest.length < size) return;
			event(rest.subarray(0, size));
			rest = rest.subarray(size);
			position += size;
		}
	};
	return {
		push(chunk) {
			if (broken !== null) return;
			rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
			take();
		},
		sofar: () => ({
			position,
			last
		}),
		end() {
			if (broken !== null) return {
				kind: "broken",
				why: broken
			};
			if (position === 0) return {
				kind: "broken",
				why: "it is empty"
			};
			if (rest.length > 0) return {
				kind: "broken",
				why: `it breaks off within the event at ${position}`
			};
			if (events === 0) return {
				kind: "broken",
				why: "it holds no event"
			};
			const { before, after } = gtids.texts();
			return {
				kind: "whole",
				look: {
					first,
					last,
					next,
					closed,
					gtidsBefore: before,
					gtidsAfter: after,
					events
				}
			};
		}
	};
}
/** Which transactions were executed before this file and at its end. */
function gtidState() {
	let known = true;
	let sets = null;
	let domains = null;
	let before = null;
	const text = () => {
		if (!known) return null;
		if (sets !== null) return setText(sets);
		if (domains !== null) return [...domains].toSorted(([a], [b]) => a - b).map(([, gtid]) => gtid).join(",");
		return null;
	};
	return {
		event(type, body) {
			if (type === PREVIOUS_GTIDS) {
				sets = readSets(body.subarray(HEADER));
				if (sets === null) known = false;
				before = text();
			}
			if (type === GTID_TAGGED) known = false;
			if (type === GTID && sets !== null) {
				const sid = body.subarray(20, 36).toString("hex");
				const number = Number(body.readBigUInt64LE(36));
				sets.set(sid, withNumber(sets.get(sid) ?? [], number));
			}
			if (type === MARIADB_GTID_LIST) {
				domains = readDomains(body.subarray(HEADER));
				before = text();
			}
			if (type === MARIADB_GTID && domains !== null) {
				const domain = body.readUInt32LE(27);
				domains.set(domain, `${domain}-${body.readUInt32LE(5)}-${body.readBigUInt64LE(HEADER)}`);
			}
		},
		texts: () => ({
			before: known ? before : null,
			after: before === null ? null : text()
		})
	};
}
/** Null: a form that is not known here (with tags, since MySQL 8.3). */
function readSets(data) {
	const sets = /* @__PURE__ */ new Map();
	const count = data.readBigUInt64LE(0);
	if (count > 1000000n) return null;
	let at = 8;
	for (let n = 0n; n < count; n += 1n) {
		const sid = data.subarray(at, at + 16).toString("hex");
		const intervals = Number(data.readBigUInt64LE(at + 16));
		at += 24;
		const list = [];
		for (let i = 0; i < intervals; i += 1, at += 16) list.push([Number(data.readBigUInt64LE(at)), Number(data.readBigUInt64LE(at + 8))]);
		sets.set(sid, list);
	}
	return sets;
}
function withNumber(intervals, number) {
	const last = intervals.at(-1);
	if (last !== void 0 && last[1] === number) return [...intervals.slice(0, -1), [last[0], number + 1]];
	const sorted = [...intervals, [number, number + 1]].toSorted(([a], [b]) => a - b);
	const merged = [];
	for (const [from, to] of sorted) {
		const before = merged.at(-1);
		if (before !== void 0 && from <= before[1]) merged[merged.length - 1] = [before[0], Math.max(before[1], to)];
		else merged.push([from, to]);
	}
	return merged;
}
function setText(sets) {
	return [...sets].filter(([, intervals]) => intervals.length > 0).toSorted(([a], [b]) => a < b ? -1 : 1).map(([sid, intervals]) => `${uuid(sid)}:${intervals.map(([from, to]) => to - 1 === from ? from : `${from}-${to - 1}`).join(":")}`).join(",");
}
function uuid(hex) {
	return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
function readDomains(data) {
	const domains = /* @__PURE__ */ new Map();
	const count = data.readUInt32LE(0) & 268435455;
	for (let n = 0, at = 4; n < count; n += 1, at += 16) {
		const domain = data.readUInt32LE(at);
		domains.set(domain, `${domain}-${data.readUInt32LE(at + 4)}-${data.readBigUInt64LE(at + 8)}`);
	}
	return domains;
}

// src/backup/binlog/take.ts
const logRow = object({
	Log_name: string$1(),
	File_size: number()
});
/**
* Closes the log that is being written, fetches every closed one that a full backup needs and that is not stored yet, and stores them in one snapshot.
* Nothing counts before this returns. @throws ProblemError
*/
async function takeSegments(options) {
	const { open, where, directory, note, clock } = options;
	const session = await open();
	try {
		const server = await serverOf(session);
		const [{ log } = { log: 0 }] = await session.ask(object({ log: number() }), "SELECT @@log_bin AS log");
		if (log !== 1) return [];
		await must(session, "FLUSH BINARY LOGS", where);
		const takenAt = new Date(clock.now()).toISOString();
		const wanted = wantedLogs((await session.ask(logRow, "SHOW BINARY LOGS")).map(({ Log_name: name, File_size: bytes }) => ({
			name,
			bytes
		})), options.catalogue, server);
		if (wanted.length === 0) return [];
		note(`${wanted.length} binary logs to fetch: ${wanted[0]?.name ?? ""} to ${wanted.at(-1)?.name ?? ""}`);
		const staging = join(directory, "binlogs");
		await rm(staging, {
			recursive: true,
			force: true
		});
		await mkdir(staging, {
			recursive: true,
			mode: 448
		});
		try {
			await fetch(options, staging, wanted);
			return await storeLogs(options, {
				staging,
				logs: wanted,
				server,
				takenAt
			});
		} finally {
			await rm(staging, {
				recursive: true,
				force: true
			});
		}
	} finally {
		await session.close();
	}
}
/** Looks logs through and stores them in one snapshot. @throws ProblemError when one of them is not whole; then none is stored */
async function storeLogs(options, { staging, logs, server, takenAt }) {
	const looked = [];
	for (const log of logs) looked.push(await lookThrough(staging, log, options.where));
	const snapshot = await store(options, staging, logs);
	return looked.map(({ name, bytes, sha256, look }) => ({
		v: 1,
		kind: "segment",
		id: options.id,
		run: options.run,
		takenAt,
		server,
		file: name,
		bytes,
		sha256,
		firstEventAt: timeOf(look.first),
		lastEventAt: timeOf(look.last),
		next: look.next,
		gtidsBefore: look.gtidsBefore,
		gtidsAfter: look.gtidsAfter,
		snapshot,
		state: "stored",
		why: null
	}));
}
/**
* Closed logs from the first that a full backup of this server needs, without those that are stored. The last one in the list is still being
* written. Pure.
*/
function wantedLogs(logs, catalogue, server) {
	const closed = logs.slice(0, -1);
	const needed = catalogue.fulls.filter((full) => full.server.id === server.id && full.state !== "failed").flatMap(({ coordinates }) => coordinates === null ? [] : [closed.findIndex(({ name }) => name === coordinates.file)]).filter((at) => at >= 0);
	if (needed.length === 0) return [];
	const stored = catalogue.segments.filter((one) => one.server.id === server.id && one.state !== "suspect" && one.state !== "failed");
	return closed.slice(Math.min(...needed)).filter(({ name, bytes }) => !stored.some((one) => one.file === name && one.bytes === bytes));
}
const FETCH_MS = 216e5;
async function fetch(options, staging, wanted) {
	const { binlog, access, directory, clock, signal, where } = options;
	const { exitCode, stderr } = await withAccess(directory, access, (file) => {
		const argv = [
			binlog,
			`--defaults-extra-file=${file}`,
			"--read-from-remote-server",
			"--raw"
		];
		return runCommand({
			argv: [
				...argv,
				`--result-file=${staging}/`,
				...wanted.map(({ name }) => name)
			],
			signal: AbortSignal.any([signal, AbortSignal.timeout(FETCH_MS)])
		}, clock);
	});
	if (exitCode === 0) return;
	const said = stderr.trim().split("\n").slice(-3).join(" ").slice(0, 400) || `exit code ${exitCode}`;
	throw new ProblemError({
		code: exitCode === 127 ? "backup.no-program" : "backup.logs-not-fetched",
		where,
		found: said,
		expected: `${binlog} to fetch the binary logs`,
		remedy: "install it, or name it in `backup.programs.binlog`; its user needs REPLICATION SLAVE"
	});
}
async function lookThrough(staging, { name, bytes }, where) {
	const hash = createHash("sha256");
	const reader = logReader(crc32);
	let size = 0;
	for await (const chunk of createReadStream(join(staging, name), { highWaterMark: 1 << 20 })) {
		if (!Buffer.isBuffer(chunk)) continue;
		size += chunk.length;
		hash.update(chunk);
		reader.push(chunk);
	}
	const problem = segmentProblem(name, {
		expected: bytes,
		found: size
	}, reader.end(), where);
	if (problem.kind === "problem") throw new ProblemError(problem.problem);
	return {
		name,
		bytes,
		sha256: hash.digest("hex"),
		look: problem.look
	};
}
/** Pure. */
function segmentProblem(name, { expected, found }, answer, where) {
	const why = answer.kind === "broken" ? answer.why : expected === found ? null : `${found} bytes instead of ${expected}`;
	if (why === null && answer.kind === "whole") return {
		kind: "good",
		look: answer.look
	};
	return {
		kind: "problem",
		problem: {
			code: "backup.log-broken",
			where: `${where} ${name}`,
			found: why ?? "something else than a log",
			expected: "a binary log that is whole; nothing was stored",
			remedy: "run it again; where the file is broken on the server, take a full backup now: nothing can be restored past this file"
		}
	};
}
async function store(options, staging, wanted) {
	const { repository, secrets, service, environment, id, clock, signal } = options;
	const tags = tagArguments({
		service,
		environment,
		id,
		kind: "segments"
	});
	const result = await runCommand({
		argv: [
			repository.program,
			"backup",
			"--json",
			"--host",
			service,
			...tags,
			"--",
			...wanted.map(({ name }) => name)
		],
		cwd: staging,
		env: resolved(resticVariables(repository), secrets),
		signal
	}, clock);
	const snapshot = result.exitCode === 0 ? madeSnapshot(result.stdout) : null;
	if (snapshot === null) throw new ProblemError(resticProblem(repository, result));
	return snapshot;
}
function timeOf(seconds) {
	return seconds === null ? null : (/* @__PURE__ */ new Date(seconds * 1e3)).toISOString();
}

// src/procedure/machine/pipe.ts
const MOST_OUTPUT = 1e6;
/**
* Runs both to their ends. Any exit code is an answer; a second one that ends before it has all of its input never ends with 0.
* @throws what `allow` throws, or the reason of the signal */
async function pipeCommands(spec, clock = systemClock) {
	spec.signal.throwIfAborted();
	const target = spec.to === void 0 ? null : begin(spec.to);
	target?.listen();
	const source = begin(spec.from);
	const kill = async () => {
		await Promise.all([source, target].map((one) => one === null || one.over() ? void 0 : endGroup(one.child.pid, clock)));
	};
	const onAbort = () => void kill();
	spec.signal.addEventListener("abort", onAbort, { once: true });
	if (spec.signal.aborted) onAbort();
	try {
		source.child.stdin?.end();
		await pass(source, target, spec.onChunk);
		if (target?.over()) {
			await endGroup(source.child.pid, clock);
			const end = await target.ended;
			spec.signal.throwIfAborted();
			const to = {
				...end,
				exitCode: end.exitCode === 0 ? 1 : end.exitCode,
				stdout: target.output()
			};
			return {
				from: await source.ended,
				to
			};
		}
		const from = await source.ended;
		spec.signal.throwIfAborted();
		spec.allow?.(from);
		if (target === null) return {
			from,
			to: null
		};
		target.child.stdin?.end();
		const to = await target.ended;
		spec.signal.throwIfAborted();
		return {
			from,
			to: {
				...to,
				stdout: target.output()
			}
		};
	} catch (error) {
		await kill();
		throw error;
	} finally {
		spec.signal.removeEventListener("abort", onAbort);
		target?.child.stdin?.destroy();
		source.child.stdout?.destroy();
	}
}
function begin({ argv, env }) {
	const [program = "", ...words] = argv;
	const child = spawn(program, words, {
		env: {
			...process.env,
			...env
		},
		detached: true,
		stdio: "pipe"
	});
	let errors = "";
	let said = "";
	let over = false;
	child.stderr.on("data", (chunk) => {
		errors = `${errors}${chunk.toString("utf8")}`.slice(-16384);
	});
	child.stdin.on("error", () => void 0);
	const hear = (chunk) => {
		if (said.length < MOST_OUTPUT) said += chunk.toString("utf8");
	};
	return {
		child,
		ended: new Promise((resolve) => {
			child.once("error", (error) => {
				over = true;
				resolve({
					exitCode: 127,
					stderr: error.message
				});
			});
			child.once("close", (code, signal) => {
				over = true;
				resolve({
					exitCode: code ?? 128 + (signal === "SIGKILL" ? 9 : 15),
					stderr: errors
				});
			});
		}),
		over: () => over,
		output: () => said,
		listen: () => void child.stdout.on("data", hear)
	};
}
async function pass(source, target, onChunk) {
	const { stdout } = source.child;
	const into = target?.child.stdin ?? null;
	if (stdout === null) return;
	for await (const chunk of stdout) {
		if (!Buffer.isBuffer(chunk)) continue;
		onChunk?.(chunk);
		if (into === null || target === null) continue;
		if (into.write(chunk) || into.destroyed) continue;
		await Promise.race([once(into, "drain").catch(() => void 0), target.ended]);
		if (target.over()) break;
	}
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

// src/backup/take/logical.ts
const DUMP_FILE = "dump.sql";
/** How long, in waits for the lock, the dump may take to begin. */
const HOLDS = 3;
/** How long the connections may be idle while the dump goes on, seconds. */
const LONG_S = 604800;
/** How often the moment of rest is asked for. */
const TRIES = 5;
const BETWEEN_MS = 2e3;
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
		time: await timeOf$1(reader),
		coordinates: await coordinatesOf(lock, server, where),
		tables: await tablesOf(reader, database),
		programs: await programsOf(reader, database)
	};
}
const gotRow = object({ got: number().nullable() });
/** ER_LOCK_WAIT_TIMEOUT */
const LOCK_WAIT = 1205;
/** The dump and the sums at the same time, from the same moment. */
async function both(options, { lock, reader, moment }) {
	const stop = new AbortController();
	const signal = AbortSignal.any([options.signal, stop.signal]);
	const released = Promise.withResolvers();
	const begun = new AbortController();
	options.clock.sleep(HOLDS * options.lockWaitMs, begun.signal).then(() => stop.abort(new ProblemError(slowStart(options))), () => void 0);
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
		found: `${program} did not begin within ${HOLDS * lockWaitMs} ms, in which writes wait`,
		expected: "a dump that begins at once",
		remedy: "look at SHOW PROCESSLIST for what it waits for; on a slow machine raise `backup.lockWait`"
	};
}
function neverStill(where, lockWaitMs) {
	return {
		code: "backup.never-still",
		where,
		found: `statements that held a table for longer than ${lockWaitMs} ms, ${TRIES} times`,
		expected: "a moment in which nobody holds a table for long",
		remedy: "look at SHOW PROCESSLIST; take the backup at another time, or raise `backup.lockWait` (writes wait as long)"
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
	const backup = await openBackup(door, request.environment);
	const { tree, full, logs, files } = treeOf(backup, request);
	const result = await runBackup(backup, tree);
	const of = (node) => node === null ? void 0 : result.outputs(node);
	return {
		run: result.run,
		kind: request.kind,
		full: of(full)?.full ?? null,
		segments: (of(logs)?.segments ?? []).map(({ file, bytes }) => ({
			file,
			bytes
		})),
		files: of(files)?.snapshot ?? null
	};
}
function treeOf(backup, { environment, kind }) {
	const { database, settings } = backup;
	const full = database !== null && kind === "full" ? fullStep(backup, database) : null;
	const logs = database === null ? null : logsStep(backup, database);
	const [files, entry] = settings.files.length === 0 ? [null, null] : filesSteps(backup);
	const steps = [
		repositoryStep(backup),
		full,
		logs,
		files,
		entry,
		catalogueStep(backup)
	];
	const { service } = backup.service.environment;
	return {
		tree: procedure({
			id: "backup",
			title: `Back up ${service} in ${environment}`,
			description: kind === "full" ? "Rows, binary logs and files go into the repository; the catalogue gets an entry for each when it is whole." : "The binary logs since the last backup, and files, go into the repository.",
			environment: leaseName(backup),
			inputs: {
				environment,
				kind
			},
			root: sequence({
				id: "backup",
				title: `Take a ${kind} backup`,
				steps: [...steps.filter((one) => one !== null), ...backup.copies.map((copy, at) => copyStep(backup, copy, at))]
			})
		}),
		full,
		logs,
		files
	};
}
const QUICK_MS = 3e5;
/** The repository is there, and holds nothing half. */
function repositoryStep(backup) {
	const { repository, place } = backup;
	return action({
		id: "repository",
		title: "See to the repository",
		inputs: { repository: repository.repository },
		timeoutMs: 2 * QUICK_MS,
		read: async () => {
			const look = repositoryLook(backup);
			const [exists, catalogue, begun] = await Promise.all([
				look.exists(),
				catalogueNow(backup),
				readBegun(place)
			]);
			const ids = new Set([
				...catalogue.fulls,
				...catalogue.segments,
				...catalogue.files
			].map(({ id }) => id));
			const strays = [];
			for (const id of exists ? begun.filter((one) => !ids.has(one)) : []) strays.push(...(await look.snapshots([`id:${id}`])).map((one) => one.id));
			return {
				exists,
				known: ids.size > 0,
				strays,
				begun
			};
		},
		decide: ({ exists, known, strays, begun }) => {
			if (!exists && known) return {
				kind: "refuse",
				problems: [vanished(repository)]
			};
			if (!exists) return {
				kind: "do",
				effects: [restic(repository, ["init"], "there is none yet")]
			};
			if (begun.length === 0) return {
				kind: "nothing",
				why: "it is there, and no earlier run was cut"
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
				effects: [...effects, ...marks],
				why: `${begun.length} earlier runs were cut`
			};
		},
		probe: "repeatable"
	});
}
function fullStep(backup, database) {
	const { service, settings, place, repository } = backup;
	const { dump } = programsOf$1(settings, database.settings.engine);
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
			await keepRecord(backup, full);
			await clearBegun(place, id);
			return { full };
		}
	});
}
function logsStep(backup, database) {
	const { service, settings, place, repository } = backup;
	const { binlog } = programsOf$1(settings, database.settings.engine);
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
			for (const segment of segments) await keepRecord(backup, segment);
			await clearBegun(place, id);
			return { segments: [...segments] };
		}
	});
}
const storedSchema = strictObject({
	snapshot: string$1(),
	id: string$1(),
	at: string$1()
});
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
				snapshot: result?.kind === "exec" ? madeSnapshot(result.stdout) ?? "" : "",
				id,
				at
			};
		},
		planned: ({ id, at }) => ({
			snapshot: "<files.snapshot>",
			id,
			at
		}),
		probe: "repeatable",
		verify: async (_ctx, { snapshot }) => snapshot === "" ? [noSnapshot(repository)] : []
	});
	return [store, action({
		id: "files-entry",
		title: "Enter them in the catalogue",
		read: async () => null,
		decide: (_facts, ctx) => {
			const { snapshot, id, at } = ctx.outputOf(store);
			const entry = {
				v: 1,
				kind: "files",
				id,
				run: ctx.run,
				takenAt: at,
				paths: [...paths],
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
/** The catalogue goes into the repository too: whoever has its password can find out what is there. */
function catalogueStep(backup) {
	const { repository, place } = backup;
	return action({
		id: "catalogue",
		title: "Store the catalogue",
		timeoutMs: 2 * QUICK_MS,
		read: async (ctx) => idOf(ctx.clock.now()),
		decide: (id) => ({
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
		}),
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
		read: () => repositoryLook(backup, copy).exists(),
		decide: (exists) => {
			const env = copyVariables(copy, repository);
			const both = (words, why) => ({
				...restic(copy, words, why),
				env
			});
			return {
				kind: "do",
				effects: [...exists ? [restic(copy, ["unlock"], "locks of commands that are gone")] : [both(["init", "--copy-chunker-params"], "there is none yet")], {
					...both([
						"copy",
						"--tag",
						tags
					], "a second place"),
					timeoutMs: settings.timeoutMs
				}]
			};
		},
		probe: "repeatable"
	});
}
/** A command of restic as an effect; its password goes by the environment. Pure. */
function restic(repository, words, why) {
	return {
		kind: "exec",
		argv: [repository.program, ...words],
		env: resticVariables(repository),
		why,
		timeoutMs: QUICK_MS
	};
}
function hostAndTags({ service }, id, kind) {
	const { service: name, environment } = service.environment;
	return [
		"--host",
		name,
		...tagArguments({
			service: name,
			environment,
			id,
			kind
		})
	];
}
/** Name of a backup: the time when it was begun. Pure. */
function idOf(now) {
	return new Date(now).toISOString().replaceAll(/[-:.]/g, "");
}
function vanished({ repository }) {
	return {
		code: "backup.no-repository",
		where: repository,
		found: "no repository, although the catalogue names backups in it",
		expected: "the repository with these backups",
		remedy: "mount it, or mend `backup.repository`. If it is lost for good, put the files below backups/ of the state directory aside and take a full backup"
	};
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

export { pipeCommands as a, logReader as c, programsOf as d, serverOf as f, withAccess as h, takeBackup as i, likeEachOther as l, tablesOf as m, planBackup as n, storeLogs as o, sumsOf as p, restic as r, wantedLogs as s, idOf as t, must as u };