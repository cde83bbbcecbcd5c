import { i as __toESM } from "./shared-rolldown-runtime.js";
import { t as ProblemError } from "./shared-problem.js";
import { Nt as array, Ot as _instanceof, nr as tuple } from "./shared-schemas.js";
import { Dc as parseDsn, Pc as sqlName } from "./shared-common.js";
import { t as EXIT } from "./shared-exit.js";
import { t as jsonSchema } from "./shared-json.js";
import { t as createSecrets } from "./shared-secrets.js";
import { resolve } from "node:path";
import { createHash } from "node:crypto";

// src/backup/replay/rows.ts
/** A literal of bytes would be another number. */
const NUMBERS = /* @__PURE__ */ new Set([
	"tinyint",
	"smallint",
	"mediumint",
	"int",
	"bigint",
	"decimal",
	"float",
	"double",
	"year"
]);
const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;
/** What reads all of these columns. */
function selectOf(columns, database, table, where) {
	const list = columns.map(({ name, type }) => type === "float" ? `${sqlName(name)} + 0e0` : sqlName(name));
	const rest = where === void 0 ? "" : ` WHERE ${where}`;
	return `SELECT ${list.join(", ")} FROM ${sqlName(database)}.${sqlName(table)}${rest}`;
}
/** The beginning of what writes them. */
function insertOf(columns, database, table) {
	const list = columns.map(({ name }) => sqlName(name)).join(", ");
	return `INSERT INTO ${sqlName(database)}.${sqlName(table)} (${list}) VALUES`;
}
/** `(1, x'…', NULL)`. @throws ProblemError for a number that is none */
function readable(columns, row) {
	return `(${columns.map((column, index) => literal(column, row[index] ?? null)).join(", ")})`;
}
function literal({ name, type }, value) {
	if (value === null) return "NULL";
	if (NUMBERS.has(type)) {
		const text = value.toString("latin1");
		if (NUMBER.test(text)) return text;
		throw new ProblemError({
			code: "restore.value-unknown",
			where: name,
			found: `"${text.slice(0, 40)}" in a column of type ${type}`,
			expected: "a number",
			remedy: "report it with the version of the server; bring this table back with a dump of it"
		});
	}
	const bytes = `x'${value.toString("hex")}'`;
	return type === "json" ? `CONVERT(${bytes} USING utf8mb4)` : bytes;
}
const rowSchema = array(_instanceof(Buffer).nullable());
/**
* How many rows there are, and a digest of all of them that does not depend on their order. `each` is told every row, and once more, with
* null, at the end.
*/
async function digestOf(rows, each = async () => void 0) {
	const sum = Buffer.alloc(32);
	let count = 0;
	for await (const found of rows) {
		const row = rowSchema.parse(found);
		count += 1;
		add(sum, hashOf(row));
		await each(row, false);
	}
	await each(null, true);
	return {
		rows: count,
		sha256: sum.toString("hex")
	};
}
function hashOf(row) {
	const hash = createHash("sha256");
	for (const value of row) {
		hash.update(value === null ? "n;" : `${value.length};`);
		if (value !== null) hash.update(value);
	}
	return hash.digest();
}
/** As numbers, so that two equal rows do not cancel each other out. */
function add(sum, more) {
	let carry = 0;
	for (let at = sum.length - 1; at >= 0; at -= 1) {
		carry += sum.readUInt8(at) + more.readUInt8(at);
		sum.writeUInt8(carry & 255, at);
		carry >>= 8;
	}
}

// src/backup/replay/table.ts
const BATCH_ROWS = 500;
const BATCH_BYTES = 1 << 20;
const LONGEST_NAME = 64;
const PART = "__part";
/**
* Copies byte for byte, into a table with another name while rows arrive, and compares what arrived with what was read. Repeatable after a
* crash: only a complete table ever has the wanted name.
* @throws ProblemError when the table is not there, the new name is taken, or what arrived differs
*/
async function bringBack(wanted) {
	const { as, database, table, where } = wanted;
	const from = await openRaw(wanted.from);
	try {
		const to = await openRaw(wanted.to);
		try {
			const columns = await readyFor(from, to, wanted);
			const part = `${as}${PART}`;
			await run(to, `DROP TABLE IF EXISTS ${sqlName(database)}.${sqlName(part)}`);
			await run(to, `USE ${sqlName(database)}`);
			await run(to, await createOf(from, database, table, part));
			const read = await copy(from, to, {
				columns,
				database,
				table,
				part,
				where
			});
			const arrived = await digestOf(rowsOf(to, selectOf(columns, database, part)));
			if (arrived.rows !== read.rows || arrived.sha256 !== read.sha256) {
				await run(to, `DROP TABLE ${sqlName(database)}.${sqlName(part)}`);
				throw different(`${database}.${as}`, arrived.rows, read.rows);
			}
			const name = (one) => `${sqlName(database)}.${sqlName(one)}`;
			await run(to, `RENAME TABLE ${name(part)} TO ${name(as)}`);
			const live = (await columnsOf(to, database, table)).length > 0;
			return {
				...read,
				swap: swapOf({
					as,
					database,
					table,
					live
				}),
				notes: await notesOn(to, database, table)
			};
		} finally {
			to.destroy();
		}
	} finally {
		from.destroy();
	}
}
/** What would be brought back: nothing is changed on either server. @throws ProblemError as `bringBack` does before its first change */
async function lookBack(wanted) {
	const { as, database, table, where } = wanted;
	const from = await openRaw(wanted.from);
	try {
		const to = await openRaw(wanted.to);
		try {
			await readyFor(from, to, wanted);
			const rest = where === void 0 ? "" : ` WHERE ${where}`;
			const counted = await run(from, `SELECT COUNT(*) FROM ${sqlName(database)}.${sqlName(table)}${rest}`);
			const [row] = array(tuple([text])).parse(counted);
			const live = (await columnsOf(to, database, table)).length > 0;
			return {
				rows: Number(row?.[0] ?? 0),
				swap: swapOf({
					as,
					database,
					table,
					live
				})
			};
		} finally {
			to.destroy();
		}
	} finally {
		from.destroy();
	}
}
/** The columns of the table, when it is there and its new name is free. */
async function readyFor(from, to, { as, database, table }) {
	if (`${as}${PART}`.length > LONGEST_NAME) throw tooLong(as);
	const columns = await columnsOf(from, database, table);
	if (columns.length === 0) throw notThere(database, table);
	if ((await columnsOf(to, database, as)).length > 0) throw taken(database, as);
	return columns;
}
/** The statement that swaps, all in one, so that no client ever finds no table. The one that is live now is kept. Pure. */
function swapOf(names) {
	const name = (one) => `${sqlName(names.database)}.${sqlName(one)}`;
	const { as, table, live } = names;
	const back = `${name(as)} TO ${name(table)}`;
	if (!live) return [`RENAME TABLE ${back}`];
	const kept = `${table.slice(0, 49)}_before_restore`;
	return [`RENAME TABLE ${name(table)} TO ${name(kept)}, ${back}`];
}
async function copy(from, to, { columns, database, table, part, where }) {
	let batch = [];
	let bytes = 0;
	const flush = async () => {
		if (batch.length === 0) return;
		await run(to, `${insertOf(columns, database, part)} ${batch.join(", ")}`);
		batch = [];
		bytes = 0;
	};
	return digestOf(rowsOf(from, selectOf(columns, database, table, where)), async (row, last) => {
		if (row !== null) {
			const text = readable(columns, row);
			batch.push(text);
			bytes += text.length;
		}
		if (last || batch.length >= BATCH_ROWS || bytes >= BATCH_BYTES) await flush();
	});
}
/** The words of the server itself, without foreign keys: their names are taken by the live table, or lead to others. */
async function createOf(from, database, table, part) {
	const own = `${sqlName(database)}.${sqlName(part)}`;
	await run(from, `DROP TABLE IF EXISTS ${own}`);
	await run(from, `CREATE TABLE ${own} LIKE ${sqlName(database)}.${sqlName(table)}`);
	const [row] = array(array(_instanceof(Buffer))).parse(await run(from, `SHOW CREATE TABLE ${own}`));
	await run(from, `DROP TABLE ${own}`);
	return row?.[1]?.toString("utf8") ?? "";
}
const text = _instanceof(Buffer).transform((buffer) => buffer.toString("utf8"));
async function columnsOf(connection, database, table) {
	const rows = await run(connection, `SELECT COLUMN_NAME, LOWER(DATA_TYPE) FROM information_schema.COLUMNS
     WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND COALESCE(GENERATION_EXPRESSION, '') = '' ORDER BY ORDINAL_POSITION`, [database, table]);
	return array(tuple([text, text])).parse(rows).map(([name, type]) => ({
		name,
		type
	}));
}
async function notesOn(to, database, table) {
	const triggers = await run(to, "SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = ? AND EVENT_OBJECT_TABLE = ?", [database, table]);
	const keys = await run(to, `SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME, '.', CONSTRAINT_NAME) FROM information_schema.KEY_COLUMN_USAGE
     WHERE REFERENCED_TABLE_NAME IS NOT NULL
       AND ((REFERENCED_TABLE_SCHEMA = ? AND REFERENCED_TABLE_NAME = ?) OR (TABLE_SCHEMA = ? AND TABLE_NAME = ?))`, [
		database,
		table,
		database,
		table
	]);
	const names = (rows) => array(tuple([text])).parse(rows).map(([name]) => name);
	return [...names(triggers).map((name) => `trigger ${name} stays with the table that is live now`), ...[...new Set(names(keys))].map((name) => `foreign key ${name} stays with the table that is live now`)];
}
/** Every value as the server's own bytes, unconverted. */
async function openRaw(access) {
	const { createConnection } = await import("./shared-mysql2.js").then((m) => /* @__PURE__ */ __toESM(m.default, 1));
	const connection = createConnection({
		...access,
		rowsAsArray: true,
		typeCast: (field) => field.buffer()
	});
	connection.on("error", () => void 0);
	await run(connection, "SET NAMES utf8mb4");
	await run(connection, "SET SESSION character_set_results = NULL, time_zone = '+00:00', foreign_key_checks = 0, unique_checks = 1, sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION'");
	return connection;
}
function run(connection, sql, values = []) {
	return new Promise((resolve, reject) => {
		connection.query(sql, [...values], (error, rows) => error === null ? resolve(rows) : reject(error));
	});
}
function rowsOf(connection, sql) {
	return connection.query(sql).stream({ highWaterMark: 256 });
}
function notThere(database, table) {
	return new ProblemError({
		code: "restore.no-such-table",
		where: `${database}.${table}`,
		found: "no table of this name on the restored server",
		expected: "a table that was there at the target",
		remedy: "mend the name, or restore to an earlier target"
	});
}
function taken(database, as) {
	return new ProblemError({
		code: "restore.table-exists",
		where: `${database}.${as}`,
		found: "a table of this name on the live server",
		expected: "a name that is free",
		remedy: "give another name; a table that was brought back before is complete, and can be used or dropped"
	});
}
function tooLong(as) {
	return new ProblemError({
		code: "restore.table-name",
		where: as,
		found: `${as.length} characters`,
		expected: `at most 58`,
		remedy: "give a shorter name"
	});
}
function different(where, arrived, read) {
	return new ProblemError({
		code: "replay.differs",
		where,
		found: `${arrived} rows that are not the ${read} that were read`,
		expected: "the same rows, byte for byte",
		remedy: "check that both servers are of one version and write values alike; nothing was left on the live server"
	});
}

// src/cli/commands/restore-table.ts
/** One table, or some rows of it, from a restored server beside the live one. */
async function restoreTable(io, name, options) {
	const [, database, table] = /^([^.]+)\.(.+)$/.exec(name) ?? [];
	if (database === void 0 || table === void 0) throw new ProblemError({
		code: "cli.usage",
		where: "the command line",
		found: name,
		expected: "database.table",
		remedy: "write the database before the table: shop.orders"
	});
	const secrets = createSecrets({
		env: io.env,
		base: io.cwd
	});
	const { as, where } = options;
	const password = options.password === void 0 ? {} : { password: secrets.get(options.password) };
	const wanted = {
		as,
		database,
		table,
		...where === void 0 ? {} : { where },
		from: {
			socketPath: resolve(io.cwd, options.socket),
			user: options.user,
			...password
		},
		to: parseDsn(secrets.get(options.to))
	};
	if (options.dryRun === true) {
		const { rows, swap } = await lookBack(wanted);
		const text = `${rows} rows of ${name} would become ${database}.${as}; then, if you want it in its place:\n${swap.join("\n")}`;
		return {
			exit: EXIT.done,
			text,
			json: jsonSchema.parse({
				dryRun: true,
				rows,
				swap: [...swap]
			})
		};
	}
	const { rows, sha256, swap, notes } = await bringBack(wanted);
	const lines = [
		`${rows} rows of ${name} are now ${database}.${as}, compared; if you want it in its place:`,
		...swap,
		...notes.map((note) => `beware: ${note}`)
	];
	return {
		exit: EXIT.done,
		text: lines.join("\n"),
		json: jsonSchema.parse({
			dryRun: false,
			rows,
			sha256,
			swap: [...swap],
			notes: [...notes]
		})
	};
}

export { restoreTable };