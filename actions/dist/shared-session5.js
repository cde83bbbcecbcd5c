import { Fn as object, Jn as string } from "./shared-schemas.js";
import { i as string$1, r as number } from "./shared-libraries.js";
import { t as ProblemError } from "./shared-problem.js";
import { Pc as sqlName } from "./shared-common.js";

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

export { must as a, sumsOf as c, likeEachOther as i, tablesOf as l, coordinatesOf as n, programsOf as o, lifelongSettings as r, serverOf as s, FILE_SETTINGS as t, timeOf as u };