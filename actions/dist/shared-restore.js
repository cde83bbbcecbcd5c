import { Fn as object, Jn as string } from "./shared-schemas.js";
import { o as number, s as string$1 } from "./shared-libraries.js";
import { t as ProblemError } from "./shared-problem.js";
import { t as systemClock } from "./shared-clock2.js";
import { t as endGroup } from "./shared-group.js";
import { n as openDialog } from "./shared-exec.js";
import { qs as sqlName } from "./shared-common.js";
import { a as initialiser, i as inShell, n as START_MS, o as mustRun, r as findProgram, s as noServer, u as whenReady } from "./shared-local.js";
import { C as resticProblem, S as resolved, w as resticVariables } from "./shared-open.js";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { once } from "node:events";
import { createHash } from "node:crypto";
import { spawn } from "node:child_process";

// src/migrate/shadow/kept.ts
/** How long a server may write what it holds in memory before it has ended. */
const SHUTDOWN_MS = 36e5;
/**
* Holds the server while its input is open, and kills it with all that belongs to it when the input closes, in whatever way we end. What it was
* killed in is made anew by the next start, so nothing is deleted here.
*/
const GUARD = `read -r go || exit 0
setsid sh -c "$2; echo ended with \\$?" > "$1/server.log" 2>&1 < /dev/null &
server=$!
echo started
read -r end
kill -KILL "-$server" 2> /dev/null
wait "$server" 2> /dev/null`;
/** Starts it on an empty data directory, on a socket alone. @throws ProblemError with the end of its log when it does not come up */
async function startKept(wanted, { exec, clock }) {
	const { directory, family, user } = wanted;
	const program = await findProgram(wanted.program);
	const data = join(directory, "data");
	const run = join(directory, "run");
	const log = join(directory, "server.log");
	for (const path of [
		data,
		run,
		log
	]) await rm(path, {
		recursive: true,
		force: true
	});
	await mkdir(directory, {
		recursive: true,
		mode: 457
	});
	for (const path of [data, run]) await mkdir(path, { mode: 488 });
	const asRoot = process.getuid?.() === 0;
	if (asRoot) await mustRun(exec, [
		"chown",
		user,
		data,
		run
	]);
	const socketPath = join(run, "s");
	const pidFile = join(run, "pid");
	const who = asRoot ? [`--user=${user}`] : [];
	const begin = [
		...await initialiser(program, wanted),
		`--datadir=${data}`,
		...who
	];
	const again = [
		...[
			program,
			"--no-defaults",
			`--datadir=${data}`,
			`--socket=${socketPath}`,
			`--pid-file=${pidFile}`,
			...who
		],
		...[
			"--skip-networking",
			"--skip-name-resolve",
			"--local-infile=OFF",
			"--event-scheduler=OFF"
		],
		...family === "mysql" ? ["--mysqlx=OFF", "--secure-file-priv=NULL"] : [],
		...wanted.arguments.initialise
	];
	const serve = [...again, ...wanted.arguments.start];
	const guard = openDialog([
		"sh",
		"-c",
		GUARD,
		"sh",
		directory,
		`${inShell(begin)} && ${inShell(serve)}`
	], clock);
	const said = async () => await readFile(log, "utf8").catch(() => "");
	try {
		await guard.ask("start", AbortSignal.timeout(START_MS));
		const administrator = await whenReady({
			socketPath,
			user: "root"
		}, log, clock);
		return {
			socketPath,
			administrator,
			again,
			shutDown: async () => {
				await administrator.close();
				await terminate(pidFile);
				const code = await ended(said, clock);
				await guard.close();
				if (code !== 0) throw noServer(program, `it did not shut down in order; its log ends: ${tailOf(await said())}`);
			},
			close: async () => {
				await administrator.close().catch(() => void 0);
				await guard.close();
			}
		};
	} catch (error) {
		await guard.close();
		const why = error instanceof Error ? error.message : String(error);
		throw noServer(program, `${why}; its log ends: ${tailOf(await said())}`);
	}
}
/** Asks the server to shut down, by the number that it wrote itself when it started. @throws Error when it wrote none */
async function terminate(pidFile) {
	const pid = Number((await readFile(pidFile, "utf8")).trim());
	if (!Number.isSafeInteger(pid) || pid < 2) throw new Error(`${pidFile} holds no number of a process`);
	process.kill(pid, "SIGTERM");
}
/** Its exit code; null: it has not ended in time. */
async function ended(said, clock) {
	const deadline = clock.monotonic() + SHUTDOWN_MS;
	while (clock.monotonic() < deadline) {
		const code = /^ended with (\d+)$/m.exec(await said())?.[1];
		if (code !== void 0) return Number(code);
		await clock.sleep(50);
	}
	return null;
}
function tailOf(text) {
	return text.trim().slice(-500);
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
	version: string(),
	comment: string()
});
const idRow = object({ id: string$1() });
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
/** What a server of its own needs to be alike; what a server on its very files needs stands behind it. */
const SETTINGS = ["lower_case_table_names", "innodb_page_size"];
const FILE_SETTINGS = [...SETTINGS, ...[
	"innodb_data_file_path",
	"innodb_undo_tablespaces",
	"innodb_checksum_algorithm"
]];
const variableRow = object({
	Variable_name: string(),
	Value: string()
});
/** Settings that a server has for life. */
async function lifelongSettings(session, names = SETTINGS) {
	const rows = await session.ask(variableRow, `SHOW GLOBAL VARIABLES WHERE Variable_name IN (${names.map((name) => `'${name}'`).join(", ")})`);
	return Object.fromEntries(rows.map(({ Variable_name: name, Value: value }) => [name.toLowerCase(), value]));
}
const statusRow = object({
	File: string(),
	Position: number()
});
/** Where the binary log stands; null: there is none. @throws ProblemError when this user may not see it */
async function coordinatesOf(session, server, where) {
	const [{ log } = { log: 0 }] = await session.ask(object({ log: number() }), "SELECT @@log_bin AS log");
	if (log !== 1) return null;
	const [row] = await statusRows(session, where);
	if (row === void 0) return null;
	const variable = server.family === "mariadb" ? "@@global.gtid_binlog_pos" : "@@global.gtid_executed";
	const [gtid] = await session.ask(object({ value: string().nullable() }), `SELECT ${variable} AS value`);
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
const timeRow = object({ time: string() });
/** The clock of the server. */
async function timeOf(session) {
	const [row] = await session.ask(timeRow, "SELECT DATE_FORMAT(UTC_TIMESTAMP(3), '%Y-%m-%dT%H:%i:%s.%f') AS time");
	return `${(row?.time ?? "1970-01-01T00:00:00.000000").slice(0, 23)}Z`;
}
const tableRow = object({
	name: string(),
	engine: string().nullable()
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
	name: string(),
	type: string()
});
const sumRow = object({
	n: number(),
	hashed: number(),
	sum: string()
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
	const server = await options.start();
	try {
		return await restoreFull(options, server);
	} finally {
		await server.close();
	}
}
/**
* Reads it into a server with nothing on it, and compares what is there then with what was there. No transaction is left open: what is replayed
* behind it may change the structure. @throws ProblemError as above
*/
async function restoreFull(options, { socketPath, session }) {
	const { full } = options;
	const restored = await restore(options, socketPath);
	if (restored.kind !== "agrees") return restored;
	return await compared(full, session, options.signal);
}
/** What a server holds beside what was there when the rows were summed up; it leaves no transaction open. */
async function compared(full, session, signal) {
	const where = `the restored ${full.id}`;
	await likeEachOther(session, where);
	const found = [];
	for (const database of full.databases) {
		const told = await session.tell("START TRANSACTION");
		if (!told.ok) return {
			kind: "suspect",
			why: told.message
		};
		const sums = await sumsOf(session, database, await tablesOf(session, database), signal);
		const programs = await programsOf(session, database);
		found.push(...differences(full, {
			database,
			sums,
			programs
		}));
		const ended = await session.tell("ROLLBACK");
		if (!ended.ok) return {
			kind: "suspect",
			why: ended.message
		};
	}
	return found.length === 0 ? { kind: "agrees" } : {
		kind: "failed",
		why: found.slice(0, 20).join("; ")
	};
}
async function restore({ full, repository, client, secrets, clock, signal }, socketPath) {
	const hash = createHash("sha256");
	let bytes = 0;
	const { from, to } = await pipeCommands({
		from: dumpCommand(repository, secrets, full.snapshot, full.file),
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
		from: dumpCommand(repository, secrets, segment.snapshot, segment.file),
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
/** Command that gives one file of a snapshot back, from the repository itself. */
function dumpCommand(repository, secrets, snapshot, file) {
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
/** What it cannot give back is lost; where it cannot be asked at all, nothing is known. @throws ProblemError then */
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
/** Pure. */
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

export { startKept as C, timeOf as S, must as _, unreadable as a, sumsOf as b, pipeCommands as c, furthest as d, reach as f, likeEachOther as g, lifelongSettings as h, restoreFull as i, chainOf as l, coordinatesOf as m, dumpCommand as n, verifyFull as o, FILE_SETTINGS as p, lastLine as r, verifySegment as s, compared as t, chainsOf as u, programsOf as v, terminate as w, tablesOf as x, serverOf as y };