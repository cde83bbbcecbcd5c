import { Fn as object, Jn as string } from "./shared-schemas.js";
import { r as number } from "./shared-libraries.js";

// src/migrate/plan/layout.ts
const text = string();
const columnRow = object({
	table: text,
	name: text,
	type: text,
	nullable: text,
	default: text.nullable(),
	collation: text.nullable(),
	extra: text
});
const indexRow = object({
	table: text,
	name: text,
	plain: number(),
	column: text.nullable(),
	prefix: number().nullable()
});
const keyRow = object({
	table: text,
	name: text,
	column: text,
	parentSchema: text,
	parent: text,
	parentColumn: text
});
const checkRow = object({
	table: text,
	name: text,
	clause: text
});
/** Reads it from the current database, always in the same order: digests are made of it. */
async function readLayout(session, family) {
	const columns = await session.ask(columnRow, "SELECT TABLE_NAME AS `table`, COLUMN_NAME AS name, COLUMN_TYPE AS type, IS_NULLABLE AS nullable, COLUMN_DEFAULT AS `default`, COLLATION_NAME AS collation, EXTRA AS extra FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION");
	const indexes = await session.ask(indexRow, "SELECT TABLE_NAME AS `table`, INDEX_NAME AS name, NON_UNIQUE AS plain, COLUMN_NAME AS `column`, SUB_PART AS prefix FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX");
	const keys = await session.ask(keyRow, "SELECT TABLE_NAME AS `table`, CONSTRAINT_NAME AS name, COLUMN_NAME AS `column`, REFERENCED_TABLE_SCHEMA AS parentSchema, REFERENCED_TABLE_NAME AS parent, REFERENCED_COLUMN_NAME AS parentColumn FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IS NOT NULL ORDER BY TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION");
	const checks = await session.ask(checkRow, family === "mariadb" ? "SELECT TABLE_NAME AS `table`, CONSTRAINT_NAME AS name, CHECK_CLAUSE AS clause FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() ORDER BY TABLE_NAME, CONSTRAINT_NAME" : "SELECT t.TABLE_NAME AS `table`, c.CONSTRAINT_NAME AS name, c.CHECK_CLAUSE AS clause FROM information_schema.CHECK_CONSTRAINTS c JOIN information_schema.TABLE_CONSTRAINTS t ON t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME WHERE c.CONSTRAINT_SCHEMA = DATABASE() AND t.ENFORCED = 'YES' ORDER BY t.TABLE_NAME, c.CONSTRAINT_NAME");
	return {
		columns: columns.map((row) => ({
			...row,
			nullable: row.nullable === "YES"
		})),
		indexes: grouped(indexes).map(([first, rows]) => ({
			table: first.table,
			name: first.name,
			unique: first.plain === 0,
			parts: rows.map(({ column, prefix }) => ({
				column,
				prefix
			}))
		})),
		foreignKeys: grouped(keys).map(([first, rows]) => ({
			table: first.table,
			name: first.name,
			columns: rows.map(({ column }) => column),
			parentSchema: first.parentSchema,
			parent: first.parent,
			parentColumns: rows.map(({ parentColumn }) => parentColumn)
		})),
		checks: checks.map((row) => ({
			...row,
			clause: row.clause.replaceAll("\\'", "'")
		}))
	};
}
function grouped(rows) {
	const groups = /* @__PURE__ */ new Map();
	for (const row of rows) {
		const key = JSON.stringify([row.table, row.name]);
		const group = groups.get(key);
		if (group === void 0) groups.set(key, [row]);
		else group.push(row);
	}
	return [...groups.values()].flatMap((group) => group[0] === void 0 ? [] : [[group[0], group]]);
}
/** Tables that were not there before have no rows that must fit. Pure. */
function changesBetween(before, after) {
	const tables = new Set(before.columns.map(({ table }) => table));
	const old = new Map(before.columns.map((column) => [keyOf(column), column]));
	const kept = after.columns.filter(({ table }) => tables.has(table));
	const pairs = kept.flatMap((to) => {
		const from = old.get(keyOf(to));
		return from === void 0 ? [] : [{
			from,
			to
		}];
	});
	const fresh = (then, now) => {
		const known = new Set(then.map((one) => JSON.stringify(one)));
		return now.filter((one) => tables.has(one.table) && !known.has(JSON.stringify(one)));
	};
	const indexes = fresh(before.indexes, after.indexes);
	return {
		required: pairs.filter(({ from, to }) => from.nullable && !to.nullable).map(({ to }) => to),
		unfilled: kept.filter((column) => !old.has(keyOf(column)) && cannotBeFilled(column)),
		unique: indexes.filter(({ unique }) => unique),
		foreignKeys: fresh(before.foreignKeys, after.foreignKeys),
		checks: fresh(before.checks, after.checks),
		retyped: pairs.filter(({ from, to }) => from.type !== to.type || from.collation !== to.collation),
		indexes
	};
}
function keyOf({ table, name }) {
	return JSON.stringify([table, name.toLowerCase()]);
}
/** Strict mode has no zero date and no empty geometry to put there. */
function cannotBeFilled({ nullable, default: value, type, extra }) {
	return !nullable && value === null && !/\b(?:virtual|stored|persistent) generated\b/i.test(extra) && /^(?:date|datetime|timestamp|geometry|point|linestring|polygon|multi\w+|geomcollection|geometrycollection)\b/i.test(type);
}

export { readLayout as n, changesBetween as t };