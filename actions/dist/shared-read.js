import { t as ProblemError } from "./shared-problem.js";
import { K as splitSql, d as parseHeader, q as tokensOf, u as DEFAULT_HEADER } from "./shared-migrate.js";
import { t as parseStatement } from "./shared-parse.js";
import { readFile, readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

// src/migrate/lint/facts.ts
/** What is known when nobody has asked the target. */
const NO_FACTS = { bytes: /* @__PURE__ */ new Map() };

// src/migrate/lint/charsets.ts
/** Character sets, as far as rules must know them. */
const BYTES = {
	utf8mb4: 4,
	utf16: 4,
	utf16le: 4,
	utf32: 4,
	gb18030: 4,
	utf8mb3: 3,
	utf8: 3,
	eucjpms: 3,
	ujis: 3,
	ucs2: 2,
	big5: 2,
	cp932: 2,
	euckr: 2,
	gb2312: 2,
	gbk: 2,
	sjis: 2
};
/** Most bytes that one character takes. */
function charsetBytes(charset) {
	return BYTES[charset] ?? 1;
}
/** Character set of a text column: its own, else what its collation or its table says; utf8mb4 where nothing does. */
function charsetOf(column, table) {
	const { charset, collation } = column.type;
	if (charset !== null) return charset.toLowerCase();
	if (collation !== null && collation.toLowerCase() !== "binary") return ofCollation(collation);
	const own = table?.options.get("CHARSET");
	if (own !== void 0) return own.toLowerCase();
	const order = table?.options.get("COLLATE");
	return order === void 0 ? "utf8mb4" : ofCollation(order);
}
/** Collation as far as it is written down; null: the default of the character set. */
function collationOf(column, table) {
	const { charset, collation } = column.type;
	if (collation !== null) return collation.toLowerCase();
	if (charset !== null) return null;
	return table?.options.get("COLLATE")?.toLowerCase() ?? null;
}
function ofCollation(collation) {
	const [charset = "utf8mb4"] = collation.toLowerCase().split("_");
	return charset;
}
/** Holds every character of the other. */
function holds(charset, other) {
	const [wide, narrow] = [plain(charset), plain(other)];
	if (wide === narrow || narrow === "ascii") return true;
	if ([
		"utf8mb4",
		"utf16",
		"utf16le",
		"utf32",
		"gb18030"
	].includes(wide)) return true;
	return wide === "utf8mb3" && ![
		"utf8mb4",
		"utf16",
		"utf16le",
		"utf32",
		"gb18030"
	].includes(narrow);
}
/** `utf8` is another name of utf8mb3. */
function plain(charset) {
	return charset === "utf8" ? "utf8mb3" : charset;
}

// src/migrate/lint/table.ts
function keyOf(name) {
	return name.toLowerCase();
}
/** The same name, as the server compares names of columns and indexes. */
function same(a, b) {
	return keyOf(a) === keyOf(b);
}
function columnIn(table, name) {
	return table?.columns.find((column) => same(column.name, name));
}

// src/migrate/lint/schema-alter.ts
/** A table after parts of an ALTER TABLE, in their order. Pure. */
function alteredTable(table, parts) {
	return parts.reduce(altered, table);
}
function altered(table, part) {
	switch (part.kind) {
		case "add-column":
			if (part.ifNotExists && table.columns.some(({ name }) => same(name, part.column.name))) return table;
			return withColumn(table, part.column, part.position);
		case "modify-column": return changed$1(table, part.column.name, part.column, part.position);
		case "change-column": return changed$1(table, part.from, part.column, part.position);
		case "rename-column": return renamed(table, part.from, part.to);
		case "drop-column": return dropped(table, part.column);
		case "set-default": return edited(table, part.column, (column) => ({
			...column,
			default: part.default
		}));
		case "drop-default": return edited(table, part.column, (column) => ({
			...column,
			default: null
		}));
		case "column-visibility": return edited(table, part.column, (column) => ({
			...column,
			visible: part.visible
		}));
		case "add-index": return withIndex(table, part.index);
		case "drop-index": return {
			...table,
			indexes: table.indexes.filter(({ name }) => !same(name, part.name))
		};
		case "rename-index": return indexEdited(table, part.from, (index) => ({
			...index,
			name: part.to
		}));
		case "index-visibility": return indexEdited(table, part.name, (index) => ({
			...index,
			visible: part.visible
		}));
		case "drop-primary-key": return {
			...table,
			indexes: table.indexes.filter(({ kind }) => kind !== "primary")
		};
		case "add-foreign-key": return withForeignKey(table, part.foreignKey);
		case "drop-foreign-key": return {
			...table,
			foreignKeys: table.foreignKeys.filter(({ name }) => !named$2(name, part.name))
		};
		case "add-check": return {
			...table,
			checks: [...table.checks, part.check]
		};
		case "drop-check": return {
			...table,
			checks: table.checks.filter(({ name }) => !named$2(name, part.name))
		};
		case "drop-constraint": return {
			...table,
			indexes: table.indexes.filter(({ name }) => !same(name, part.name)),
			foreignKeys: table.foreignKeys.filter(({ name }) => !named$2(name, part.name)),
			checks: table.checks.filter(({ name }) => !named$2(name, part.name))
		};
		case "check-enforcement": return {
			...table,
			checks: table.checks.map((check) => named$2(check.name, part.name) ? {
				...check,
				enforced: part.enforced
			} : check)
		};
		case "rename-table": return {
			...table,
			name: part.to.name
		};
		case "convert-charset": return converted(table, part.charset, part.collation);
		case "option": return withOption(table, part.option.name, part.option.value);
		case "partition-by": return {
			...table,
			partitioned: true
		};
		case "remove-partitioning": return {
			...table,
			partitioned: false
		};
		default: return table;
	}
}
function named$2(name, wanted) {
	return name !== null && same(name, wanted);
}
function placed$1(columns, column, position) {
	if (position === null) return [...columns, column];
	if ("first" in position) return [column, ...columns];
	const after = columns.findIndex(({ name }) => same(name, position.after));
	return after < 0 ? [...columns, column] : columns.toSpliced(after + 1, 0, column);
}
function withColumn(table, column, position) {
	const { references } = column;
	const keyed = withOwnKey({
		...table,
		columns: placed$1(table.columns, column, position),
		checks: [...table.checks, ...column.checks]
	}, column);
	return references === null ? keyed : withForeignKey(keyed, ownReference(column, references));
}
/** PRIMARY KEY, UNIQUE and KEY at the column itself. */
function withOwnKey(table, column) {
	if (column.key === null) return table;
	return withIndex(table, {
		kind: column.key,
		name: null,
		constraint: null,
		using: null,
		visible: true,
		comment: null,
		parts: [{
			column: column.name,
			expression: null,
			length: null,
			descending: false
		}],
		span: column.span
	});
}
function ownReference(column, references) {
	return {
		name: null,
		columns: [column.name],
		references,
		span: column.span
	};
}
function edited(table, name, edit) {
	return {
		...table,
		columns: table.columns.map((column) => same(column.name, name) ? edit(column) : column)
	};
}
function changed$1(table, from, column, position) {
	const named = same(from, column.name) ? table : renamed(table, from, column.name);
	const keyed = withOwnKey(named.columns.some(({ name }) => same(name, column.name)) ? edited(named, column.name, () => column) : {
		...named,
		columns: [...named.columns, column]
	}, column);
	if (position === null) return keyed;
	const others = keyed.columns.filter(({ name }) => !same(name, column.name));
	return {
		...keyed,
		columns: placed$1(others, column, position)
	};
}
function renamed(table, from, to) {
	const name = (column) => same(column, from) ? to : column;
	return {
		...edited(table, from, (column) => ({
			...column,
			name: to
		})),
		indexes: table.indexes.map((index) => ({
			...index,
			parts: index.parts.map((part) => part.column === null ? part : {
				...part,
				column: name(part.column)
			})
		})),
		foreignKeys: table.foreignKeys.map((key) => ({
			...key,
			columns: key.columns.map(name)
		}))
	};
}
/** The server takes the column out of every index, and drops an index that has no other. */
function dropped(table, column) {
	const indexes = table.indexes.map((index) => ({
		...index,
		parts: index.parts.filter((part) => part.column === null || !same(part.column, column))
	})).filter(({ parts }) => parts.length > 0);
	return {
		...table,
		indexes,
		columns: table.columns.filter(({ name }) => !same(name, column))
	};
}
function indexEdited(table, name, edit) {
	return {
		...table,
		indexes: table.indexes.map((index) => same(index.name, name) ? edit(index) : index)
	};
}
function withIndex(table, { span: _span, ...index }) {
	const name = index.kind === "primary" ? "PRIMARY" : index.name ?? index.constraint ?? freeName(table, index.parts[0]?.column);
	return {
		...table,
		indexes: [...table.indexes, {
			...index,
			name
		}]
	};
}
/** The server names an index after its first column, with `_2` and so on where that is taken. */
function freeName(table, column) {
	const wanted = column ?? "functional_index";
	const taken = new Set(table.indexes.map(({ name }) => keyOf(name)));
	if (!taken.has(keyOf(wanted))) return wanted;
	let number = 2;
	while (taken.has(`${keyOf(wanted)}_${number}`)) number += 1;
	return `${wanted}_${number}`;
}
/** With the index that the server makes for it where there is none that begins with its columns. */
function withForeignKey(table, key) {
	const number = table.foreignKeys.length + 1;
	const name = key.name ?? `${table.name}_ibfk_${number}`;
	const grown = {
		...table,
		foreignKeys: [...table.foreignKeys, {
			...key,
			name
		}]
	};
	if (grown.indexes.some((index) => beginsWith(index, key.columns))) return grown;
	return withIndex(grown, {
		kind: "plain",
		name: key.name,
		constraint: null,
		using: null,
		visible: true,
		comment: null,
		span: key.span,
		parts: key.columns.map((column) => ({
			column,
			expression: null,
			length: null,
			descending: false
		}))
	});
}
/** The index begins with these columns, whole, in their order. */
function beginsWith(index, columns) {
	if (index.kind === "fulltext" || index.kind === "spatial" || index.kind === "vector") return false;
	return columns.every((column, at) => {
		const part = index.parts[at];
		return part !== void 0 && part.column !== null && part.length === null && same(part.column, column);
	});
}
function converted(table, charset, collation) {
	const texts = table.columns.map((column) => {
		const { type } = column;
		if (!isText(type.name)) return column;
		return {
			...column,
			type: {
				...type,
				charset: null,
				collation: null
			}
		};
	});
	const options = new Map([...table.options, ["CHARSET", charset]]);
	if (collation === null) options.delete("COLLATE");
	else options.set("COLLATE", collation);
	return {
		...table,
		columns: texts,
		options
	};
}
/** Columns that took character set and collation from the table keep what they have: only later ones take the new. */
function withOption(table, name, value) {
	const options = new Map([...table.options, [name, value]]);
	if (name !== "CHARSET" && name !== "COLLATE") return {
		...table,
		options
	};
	const [charset = null, collation = null] = [table.options.get("CHARSET"), table.options.get("COLLATE")];
	const columns = table.columns.map((column) => {
		const { type } = column;
		if (!isText(type.name) || type.charset !== null || type.collation !== null) return column;
		return {
			...column,
			type: {
				...type,
				charset,
				collation
			}
		};
	});
	return {
		...table,
		options,
		columns
	};
}
const TEXT_TYPES = /* @__PURE__ */ new Set([
	"CHAR",
	"VARCHAR",
	"TINYTEXT",
	"TEXT",
	"MEDIUMTEXT",
	"LONGTEXT",
	"ENUM",
	"SET"
]);
/** Has a character set. */
function isText(type) {
	return TEXT_TYPES.has(type);
}

// src/migrate/lint/changes.ts
/** May it be NULL? A primary key may not, whatever is written. */
function mayBeNull(column, table) {
	const key = table?.indexes.find(({ kind }) => kind === "primary");
	if (column.key === "primary" || key?.parts.some((part) => part.column !== null && same(part.column, column.name)) === true) return false;
	return column.nullable !== false;
}
/** Pure. */
function changesOf(before, after, table) {
	const changes = [];
	if (!same(before.name, after.name)) changes.push("name");
	changes.push(...typeChanges(before, after, table));
	if (mayBeNull(before, table) !== mayBeNull({
		...after,
		name: before.name
	}, table)) changes.push(mayBeNull(before, table) ? "not-null" : "nullable");
	if (before.autoIncrement !== after.autoIncrement) changes.push("auto-increment");
	if (expressionOf(before.generated?.expression) !== expressionOf(after.generated?.expression)) changes.push("generated");
	const metadata = (column) => JSON.stringify([
		expressionOf(column.default),
		expressionOf(column.onUpdate),
		column.comment,
		column.visible
	]);
	if (metadata(before) !== metadata(after)) changes.push("metadata");
	return changes;
}
/** Expressions keep no text, so they are compared by what was read of them. */
function expressionOf(expression) {
	if (expression === null || expression === void 0) return "";
	return JSON.stringify([
		expression.literal,
		expression.functions,
		expression.columns
	]);
}
const LENGTHS = /* @__PURE__ */ new Set(["VARCHAR", "VARBINARY"]);
const NUMBERS = /* @__PURE__ */ new Set([
	"TINYINT",
	"SMALLINT",
	"MEDIUMINT",
	"INT",
	"BIGINT"
]);
function typeChanges(before, after, table) {
	const [from, to] = [before.type, after.type];
	const members = from.name === "ENUM" || from.name === "SET";
	if (from.name !== to.name || from.unsigned !== to.unsigned) return ["type"];
	const changes = [];
	if (members && from.members.join("\0") !== to.members.join("\0")) {
		const append = from.members.every((member, index) => to.members[index] === member);
		changes.push(append && sameStorage(from.name, from.members.length, to.members.length) ? "enum-append" : "enum-change");
	}
	if (!NUMBERS.has(from.name) && from.args.join() !== to.args.join()) changes.push(LENGTHS.has(from.name) ? "length" : "type");
	if (isText(from.name)) {
		if (charsetOf(before, table) !== charsetOf(after, table)) changes.push("charset");
		else if (collationOf(before, table) !== collationOf(after, table)) changes.push("collation");
	}
	return changes;
}
/** An ENUM of more than 255 members takes two bytes; a SET one byte for each eight. */
function sameStorage(type, from, to) {
	const bytes = (members) => {
		if (type === "ENUM") return members <= 255 ? 1 : 2;
		const needed = Math.ceil(members / 8);
		return needed > 4 ? 8 : needed;
	};
	return bytes(from) === bytes(to);
}

// src/migrate/lint/online-rows.ts
const way = (algorithm, lock, rebuilds) => ({
	algorithm,
	lock,
	rebuilds
});
const INSTANT = way("INSTANT", "NONE", false);
const METADATA = way("INPLACE", "NONE", false);
const REBUILD = way("INPLACE", "NONE", true);
const SHARED = way("INPLACE", "SHARED", false);
const SHARED_REBUILD = way("INPLACE", "SHARED", true);
const NOCOPY = way("NOCOPY", "NONE", false);
const NOCOPY_SHARED = way("NOCOPY", "SHARED", false);
const COPY = way("COPY", "SHARED", true);
/** Measured on the newest series, documented for those before. */
const mysql = (measured, ...older) => [...older.map(([from, one]) => ({
	...one,
	from,
	proof: "documented"
})), {
	...measured,
	from: "9.7",
	proof: "measured"
}];
/** The same in every series. */
const always = (one) => mysql(one, ["8.0", one]);
const MYSQL_WAYS = {
	"add-column": mysql(INSTANT, ["8.0", REBUILD], ["8.0.12", INSTANT]),
	"add-column-in-place": mysql(INSTANT, ["8.0", REBUILD], ["8.0.29", INSTANT]),
	"add-column-expression-default": always(COPY),
	"add-column-computed-default": always(COPY),
	"add-column-check": always(COPY),
	"add-keyed-column": always(REBUILD),
	"add-virtual-column": always(INSTANT),
	"add-stored-column": always(COPY),
	"add-auto-increment": always(SHARED_REBUILD),
	"drop-column": mysql(INSTANT, ["8.0", REBUILD], ["8.0.29", INSTANT]),
	"drop-indexed-column": always(REBUILD),
	"drop-virtual-column": always(INSTANT),
	"drop-stored-column": mysql(INSTANT, ["8.0", REBUILD], ["8.0.29", INSTANT]),
	"rename-column": mysql(INSTANT, ["8.0", METADATA], ["8.0.28", INSTANT]),
	"rename-table": always(INSTANT),
	"reorder-column": always(REBUILD),
	"change-type": always(COPY),
	"widen-varchar": always(METADATA),
	"widen-varchar-across": always(COPY),
	"change-charset": always(COPY),
	"change-collation": mysql(METADATA, ["8.0", COPY]),
	"charset-superset": always(METADATA),
	"set-not-null": always(REBUILD),
	"drop-not-null": always(REBUILD),
	"column-metadata": always(INSTANT),
	"enum-append": always(INSTANT),
	"generated-expression": always(COPY),
	"add-index": always(METADATA),
	"add-functional-index": always(SHARED),
	"add-spatial": always(SHARED),
	"add-first-fulltext": always(SHARED_REBUILD),
	"add-fulltext": always(SHARED),
	"drop-index": always(METADATA),
	"rename-index": always(METADATA),
	"index-visibility": always(METADATA),
	"add-primary-key": always(REBUILD),
	"replace-primary-key": always(REBUILD),
	"drop-primary-key": always(COPY),
	"add-foreign-key": always(COPY),
	"drop-foreign-key": always(METADATA),
	"add-check": always(COPY),
	"add-check-unenforced": always(INSTANT),
	"drop-check": always(INSTANT),
	"check-unenforce": always(INSTANT),
	"check-enforce": always(COPY),
	"table-option": always(METADATA),
	"convert-charset": always(COPY),
	"change-engine": always(COPY),
	rebuild: always(REBUILD),
	"order-by": always(COPY),
	"partition-add": always(METADATA),
	"partition-drop": always(METADATA),
	"partition-reorganize": always(SHARED_REBUILD),
	"partition-by": always(COPY),
	"remove-partitioning": always(COPY)
};
/** Measured on 10.11, documented for the others. */
const mariadb = (measured, ...others) => {
	return [...[
		{
			...measured,
			from: "10.6",
			proof: "documented"
		},
		{
			...measured,
			from: "10.11",
			proof: "measured"
		},
		{
			...measured,
			from: "11.0",
			proof: "documented"
		}
	], ...others.map(([from, one]) => ({
		...one,
		from,
		proof: "documented"
	}))];
};
/** MariaDB takes every ALGORITHM clause here, or none, so its answer says nothing. */
const documented = (one) => [{
	...one,
	from: "10.6",
	proof: "documented"
}];
const MARIADB_WAYS = {
	"add-column": mariadb(INSTANT),
	"add-column-in-place": mariadb(INSTANT),
	"add-column-expression-default": mariadb(INSTANT),
	"add-column-computed-default": mariadb(COPY),
	"add-column-check": mariadb(INSTANT),
	"add-keyed-column": mariadb(REBUILD),
	"add-virtual-column": mariadb(INSTANT),
	"add-stored-column": mariadb(COPY),
	"add-auto-increment": mariadb(SHARED_REBUILD),
	"drop-column": mariadb(INSTANT),
	"drop-indexed-column": mariadb(NOCOPY),
	"drop-virtual-column": mariadb(INSTANT),
	"drop-stored-column": mariadb(INSTANT),
	"rename-column": mariadb(INSTANT),
	"rename-table": mariadb(INSTANT),
	"reorder-column": mariadb(INSTANT),
	"change-type": mariadb(COPY, ["11.2", way("COPY", "NONE", true)]),
	"widen-varchar": mariadb(INSTANT),
	"widen-varchar-across": mariadb(INSTANT),
	"change-charset": mariadb(COPY, ["11.2", way("COPY", "NONE", true)]),
	"change-collation": mariadb(INSTANT),
	"charset-superset": mariadb(INSTANT),
	"set-not-null": mariadb(REBUILD),
	"drop-not-null": mariadb(REBUILD),
	"column-metadata": mariadb(INSTANT),
	"enum-append": mariadb(INSTANT),
	"generated-expression": mariadb(COPY),
	"add-index": mariadb(NOCOPY),
	"add-spatial": mariadb(NOCOPY_SHARED),
	"add-first-fulltext": mariadb(SHARED_REBUILD),
	"add-fulltext": mariadb(NOCOPY_SHARED),
	"drop-index": mariadb(NOCOPY),
	"rename-index": mariadb(INSTANT),
	"index-visibility": mariadb(INSTANT),
	"add-primary-key": mariadb(REBUILD),
	"replace-primary-key": mariadb(REBUILD),
	"drop-primary-key": mariadb(COPY, ["11.2", way("COPY", "NONE", true)]),
	"add-foreign-key": mariadb(COPY),
	"drop-foreign-key": mariadb(INSTANT),
	"add-check": mariadb(COPY),
	"drop-check": mariadb(INSTANT),
	"table-option": mariadb(INSTANT),
	"convert-charset": mariadb(COPY),
	"change-engine": documented(COPY),
	rebuild: mariadb(REBUILD),
	"order-by": documented(COPY),
	"partition-add": documented(METADATA),
	"partition-drop": documented(METADATA),
	"partition-reorganize": documented(SHARED_REBUILD),
	"partition-by": documented(COPY),
	"remove-partitioning": documented(COPY)
};

// src/migrate/lint/server.ts
/** What is taken when nobody says a version: what is supported for long, and what most run. */
const USUAL_VERSION = {
	mysql: "8.4",
	mariadb: "10.11"
};
/** Reads `8.0.35`, `10.11.6-MariaDB-log` or `9`; undefined for anything else. Pure. */
function serverOf(dialect, version = USUAL_VERSION[dialect]) {
	const match = /^(\d{1,3})(?:\.(\d{1,3}))?(?:\.(\d{1,3}))?(?:[-+~].*)?$/.exec(version.trim());
	if (match === null) return void 0;
	const [major, minor = 99, patch = 99] = match.slice(1).map((part) => part === void 0 ? void 0 : Number(part));
	return major === void 0 ? void 0 : {
		dialect,
		version: [
			major,
			minor,
			patch
		]
	};
}
/** Is the server's version at least this one? `8.0.29`, `8.4`. Pure. */
function atLeast({ version }, least) {
	const wanted = least.split(".").map(Number);
	for (const [index, part] of version.entries()) {
		const other = wanted[index] ?? 0;
		if (part !== other) return part > other;
	}
	return true;
}
/** As people write it. */
function serverName({ dialect, version }) {
	const known = version.filter((part, index) => index === 0 || part !== 99);
	return `${dialect === "mysql" ? "MySQL" : "MariaDB"} ${known.join(".")}`;
}

// src/migrate/lint/online.ts
/** How the servers change a table that exists, as data: by dialect and version, each row measured or documented. */
const WAYS = {
	mysql: MYSQL_WAYS,
	mariadb: MARIADB_WAYS
};
/** What the server does with this operation; undefined where the table has no row. Pure. */
function wayOf(operation, server) {
	return WAYS[server.dialect][operation]?.findLast((band) => atLeast(server, band.from));
}
const ORDER = [
	"INSTANT",
	"NOCOPY",
	"INPLACE",
	"COPY"
];
/** One statement is done in the way of its most disruptive part. Pure. */
function worst(ways) {
	const [first] = ways;
	if (first === void 0) return void 0;
	return ways.reduce((a, b) => ({
		algorithm: ORDER.indexOf(b.algorithm) > ORDER.indexOf(a.algorithm) ? b.algorithm : a.algorithm,
		lock: a.lock === "SHARED" ? a.lock : b.lock,
		rebuilds: a.rebuilds || b.rebuilds
	}), first);
}

// src/migrate/lint/operations.ts
/** What one part of an ALTER TABLE asks of the server, in the words of the online table. */
const METADATA_OPTIONS = /* @__PURE__ */ new Set([...[
	"CHARSET",
	"COLLATE",
	"COMMENT",
	"AUTO_INCREMENT",
	"MAX_ROWS",
	"MIN_ROWS",
	"AVG_ROW_LENGTH"
], ...[
	"STATS_PERSISTENT",
	"STATS_AUTO_RECALC",
	"STATS_SAMPLE_PAGES",
	"CHECKSUM",
	"DELAY_KEY_WRITE"
]]);
/** Empty: it only says how (ALGORITHM, LOCK). Undefined: nobody can tell without the server. Pure. */
function operationsOf(part, table) {
	switch (part.kind) {
		case "algorithm":
		case "lock": return [];
		case "add-column": return addedColumn(part.column, part.position !== null);
		case "modify-column":
		case "change-column": return changedColumn(table, part.kind === "change-column" ? part.from : part.column.name, part.column, part.position !== null);
		case "drop-column": return [droppedColumn(table, part.column)];
		case "rename-column":
		case "rename-table":
		case "rename-index":
		case "index-visibility":
		case "drop-primary-key":
		case "drop-foreign-key":
		case "drop-check":
		case "convert-charset":
		case "order-by":
		case "partition-by":
		case "remove-partitioning":
		case "drop-index":
		case "add-foreign-key": return [part.kind];
		case "set-default":
		case "drop-default":
		case "column-visibility": return ["column-metadata"];
		case "add-index": return [addedIndex(part.index, table)];
		case "add-check": return [part.check.enforced ? "add-check" : "add-check-unenforced"];
		case "check-enforcement": return [part.enforced ? "check-enforce" : "check-unenforce"];
		case "drop-constraint": return table?.checks.some(({ name }) => name !== null && same(name, part.name)) === true ? ["drop-check"] : void 0;
		case "option": return option(part.option.name, part.option.value, table);
		case "force": return ["rebuild"];
		case "words": return;
		case "partition": return partition(part.what);
	}
}
/** Every part with what it asks; undefined as soon as one cannot be told. Pure. */
function allOperations(parts, table) {
	const all = [];
	const replaced = parts.some((part) => part.kind === "add-index" && part.index.kind === "primary");
	let now = table;
	for (const part of parts) {
		const operations = replaced && part.kind === "drop-primary-key" ? ["replace-primary-key"] : operationsOf(part, now);
		if (operations === void 0) return void 0;
		all.push(...operations.map((operation) => ({
			part,
			operation
		})));
		if (now !== void 0 && part.kind === "add-index") now = alteredTable(now, [part]);
	}
	return all;
}
function addedColumn(column, placed) {
	const operations = [];
	if (column.generated !== null) operations.push(column.generated.stored ? "add-stored-column" : "add-virtual-column");
	else if (column.autoIncrement) operations.push("add-auto-increment");
	else if (isExpression(column)) operations.push((column.default?.columns.length ?? 0) > 0 ? "add-column-computed-default" : "add-column-expression-default");
	else operations.push(placed ? "add-column-in-place" : "add-column");
	if (column.checks.length > 0) operations.push("add-column-check");
	if (column.key === "unique" || column.key === "plain") operations.push("add-keyed-column");
	if (column.key === "primary" && !column.autoIncrement) operations.push("add-primary-key");
	if (column.references !== null) operations.push("add-foreign-key");
	return operations;
}
/** A default that the server computes, other than the time of now. */
function isExpression(column) {
	const { default: value } = column;
	if (value === null || value.literal !== null) return false;
	const now = [
		"CURRENT_TIMESTAMP",
		"NOW",
		"LOCALTIME",
		"LOCALTIMESTAMP"
	];
	return value.columns.length > 0 || value.functions.some((name) => !now.includes(name));
}
function droppedColumn(table, name) {
	const column = columnIn(table, name);
	if (column !== void 0 && column.generated !== null) return column.generated.stored ? "drop-stored-column" : "drop-virtual-column";
	return table?.indexes.some(({ parts }) => parts.some((part) => part.column !== null && same(part.column, name))) === true ? "drop-indexed-column" : "drop-column";
}
function addedIndex(index, table) {
	if (index.kind === "primary") return table?.indexes.some(({ kind }) => kind === "primary") === true ? "replace-primary-key" : "add-primary-key";
	if (index.kind === "fulltext") return table?.indexes.some(({ kind }) => kind === "fulltext") === true ? "add-fulltext" : "add-first-fulltext";
	if (index.kind === "spatial") return "add-spatial";
	if (index.kind === "vector") return "add-vector";
	return index.parts.some(({ expression }) => expression !== null) ? "add-functional-index" : "add-index";
}
function option(name, value, table) {
	if (METADATA_OPTIONS.has(name)) return ["table-option"];
	if (name === "ROW_FORMAT" || name === "KEY_BLOCK_SIZE") return ["rebuild"];
	if (name !== "ENGINE") return void 0;
	const engine = table?.options.get("ENGINE") ?? "InnoDB";
	return [same(engine, value) ? "rebuild" : "change-engine"];
}
function partition(what) {
	switch (what) {
		case "ADD": return ["partition-add"];
		case "DROP": return ["partition-drop"];
		case "REORGANIZE":
		case "REBUILD":
		case "COALESCE": return ["partition-reorganize"];
		default: return;
	}
}
const OF_CHANGE = {
	name: "rename-column",
	nullable: "drop-not-null",
	"not-null": "set-not-null",
	metadata: "column-metadata",
	"enum-append": "enum-append",
	"enum-change": "change-type",
	generated: "generated-expression",
	"auto-increment": "change-type"
};
function changedColumn(table, from, column, placed) {
	const before = columnIn(table, from);
	if (before === void 0 || table === void 0) return void 0;
	const operations = changesOf(before, column, table).map((change) => {
		if (change === "type") return "change-type";
		if (change === "length") return widened(before, column, table);
		if (change === "charset" || change === "collation") return charsetChange(before, column, table);
		return OF_CHANGE[change];
	});
	if (placed) operations.push("reorder-column");
	if (column.key !== null) operations.push("add-index");
	return operations.length === 0 ? ["column-metadata"] : operations;
}
/** A VARCHAR whose length in bytes passes 255 needs a second byte for its length in every row. */
function widened(before, after, table) {
	const bytes = (column) => (column.type.args[0] ?? 0) * charsetBytes(charsetOf(column, table));
	if (before.type.name !== "VARCHAR" && before.type.name !== "VARBINARY") return "change-type";
	if (bytes(after) < bytes(before)) return "change-type";
	return bytes(before) <= 255 && bytes(after) > 255 ? "widen-varchar-across" : "widen-varchar";
}
/** utf8mb3 is part of utf8mb4, and ascii of both. */
function charsetChange(before, after, table) {
	if (!isText(before.type.name)) return "change-type";
	const [from, to] = [charsetOf(before, table), charsetOf(after, table)];
	const indexed = table.indexes.some(({ parts }) => parts.some(({ column }) => column !== null && same(column, before.name)));
	if (from === to) return indexed ? "change-indexed-collation" : "change-collation";
	const superset = to === "utf8mb4" && (from === "utf8mb3" || from === "utf8");
	const [was, is] = [collationOf(before, table), collationOf(after, table)];
	const sameOrder = was !== null && is !== null && was.replace(/^utf8(mb3)?_/, "utf8mb4_") === is;
	return superset && sameOrder && !indexed ? "charset-superset" : "change-charset";
}

// src/migrate/lint/schema.ts
const NO_SCHEMA = {
	tables: /* @__PURE__ */ new Map(),
	programs: []
};
function tableIn(schema, name) {
	return schema.tables.get(keyOf(typeof name === "string" ? name : name.name));
}
/** What is there after a statement. `file` made it. Pure. */
function schemaAfter(schema, statement, file) {
	switch (statement.kind) {
		case "create-table": return statement.temporary ? schema : created(schema, statement, file);
		case "alter-table": {
			const table = tableIn(schema, statement.table) ?? unknownTable(statement.table.name);
			const altered = alteredTable(table, statement.parts);
			return withTable(altered.name === table.name ? schema : without(schema, [table.name]), altered);
		}
		case "create-index": {
			const table = tableIn(schema, statement.table) ?? unknownTable(statement.table.name);
			const span = statement.index.span;
			return withTable(schema, alteredTable(table, [{
				kind: "add-index",
				index: statement.index,
				span
			}]));
		}
		case "drop-index": {
			const table = tableIn(schema, statement.table);
			if (table === void 0) return schema;
			const span = statement.table.span;
			return withTable(schema, alteredTable(table, [{
				kind: "drop-index",
				name: statement.name,
				span
			}]));
		}
		case "drop-table": return statement.temporary ? schema : without(schema, statement.tables.map(({ name }) => name));
		case "rename-table": return statement.renames.reduce((now, { from, to }) => {
			const table = tableIn(now, from) ?? unknownTable(from.name);
			return withTable(without(now, [from.name]), {
				...table,
				name: to.name
			});
		}, schema);
		case "program": return programs(schema, statement);
		default: return schema;
	}
}
function unknownTable(name) {
	return {
		name,
		madeBy: null,
		whole: false,
		columns: [],
		indexes: [],
		foreignKeys: [],
		checks: [],
		options: /* @__PURE__ */ new Map(),
		partitioned: false
	};
}
function created(schema, statement, file) {
	const { table, columns, indexes, foreignKeys, checks, options } = statement;
	if (tableIn(schema, table) !== void 0 && statement.ifNotExists && !statement.orReplace) return schema;
	const empty = {
		...unknownTable(table.name),
		madeBy: file
	};
	if (statement.like !== null) {
		const model = tableIn(schema, statement.like);
		return withTable(schema, model === void 0 ? empty : {
			...model,
			name: table.name,
			madeBy: file,
			foreignKeys: []
		});
	}
	const span = table.span;
	return withTable(schema, {
		...alteredTable({
			...empty,
			whole: !statement.select
		}, [
			...options.map((option) => ({
				kind: "option",
				option,
				span
			})),
			...columns.map((column) => ({
				kind: "add-column",
				column,
				position: null,
				ifNotExists: false,
				span
			})),
			...indexes.map((index) => ({
				kind: "add-index",
				index,
				span
			})),
			...foreignKeys.map((foreignKey) => ({
				kind: "add-foreign-key",
				foreignKey,
				span
			})),
			...checks.map((check) => ({
				kind: "add-check",
				check,
				span
			}))
		]),
		partitioned: statement.partitioning !== null
	});
}
function withTable(schema, table) {
	return {
		...schema,
		tables: new Map([...schema.tables, [keyOf(table.name), table]])
	};
}
function without(schema, names) {
	const gone = new Set(names.map(keyOf));
	return {
		...schema,
		tables: new Map([...schema.tables].filter(([key]) => !gone.has(key)))
	};
}
function programs(schema, statement) {
	const { verb, object, names, on, mentions } = statement;
	const named = new Set(names.map(({ name }) => keyOf(name)));
	const rest = schema.programs.filter((one) => one.object !== object || !named.has(keyOf(one.name)));
	if (verb !== "create") return verb === "drop" ? {
		...schema,
		programs: rest
	} : schema;
	const known = new Set(mentions.map(keyOf));
	const added = names.map(({ name }) => ({
		object,
		name,
		on: on?.name ?? null,
		mentions: known
	}));
	return {
		...schema,
		programs: [...rest, ...added]
	};
}

// src/migrate/lint/rules/look.ts
/** The statement as an ALTER TABLE of a table that was there before this file; undefined for anything else. */
function alterationOf(subject) {
	const { statement } = subject;
	if (statement.kind !== "alter-table" && statement.kind !== "create-index" && statement.kind !== "drop-index") return void 0;
	const table = tableIn(subject.before, statement.table);
	if (isNew(table, subject)) return void 0;
	const { name, span } = statement.table;
	return {
		name,
		at: span.from,
		table,
		parts: partsOf(statement)
	};
}
function partsOf(statement) {
	if (statement.kind === "alter-table") return statement.parts;
	const { span } = statement.table;
	const parts = [statement.kind === "create-index" ? {
		kind: "add-index",
		index: statement.index,
		span
	} : {
		kind: "drop-index",
		name: statement.name,
		span
	}];
	if (statement.algorithm !== null) parts.push({
		kind: "algorithm",
		algorithm: statement.algorithm,
		span
	});
	if (statement.lock !== null) parts.push({
		kind: "lock",
		lock: statement.lock,
		span
	});
	return parts;
}
/** Made by this very file: nobody uses it yet. */
function isNew(table, subject) {
	return table !== void 0 && table.madeBy === subject.file.name;
}
/** There before this file, as far as anybody can tell from the files. */
function existed(name, subject) {
	const table = tableIn(subject.before, name);
	return table === void 0 ? !subject.complete : !isNew(table, subject);
}
/** A contract migration is meant to take away: it waits until no version that it breaks is running, if it names them. */
function milderInContract({ file }) {
	if (file.header.phase !== "contract") return "error";
	return file.header.breaks === void 0 ? "warning" : "note";
}
/** How the server will do each part; undefined as soon as one of them cannot be told. */
function waysOf({ table, parts }, subject) {
	const all = [];
	for (const { part, operation } of allOperations(parts, table) ?? []) {
		const way = wayOf(operation, subject.server);
		if (way === void 0) return void 0;
		all.push({
			part,
			operation,
			way
		});
	}
	return all.length === 0 ? void 0 : all;
}
/** The most disruptive of them. */
function worstOf(ways) {
	return worst(ways.map(({ way }) => way));
}
function one(span, message, more = {}) {
	return [{
		at: typeof span === "number" ? span : span.from,
		message,
		...more
	}];
}
/** What the statement asserts itself. */
function asserted(parts) {
	const algorithm = parts.find((part) => part.kind === "algorithm")?.algorithm ?? null;
	const lock = parts.find((part) => part.kind === "lock")?.lock ?? null;
	return {
		algorithm: algorithm?.toUpperCase() ?? null,
		lock: lock?.toUpperCase() ?? null
	};
}
const MANUALS = {
	mysqlOnline: "https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html",
	mysqlLocks: "https://dev.mysql.com/doc/refman/8.4/en/metadata-locking.html",
	mysqlAlter: "https://dev.mysql.com/doc/refman/8.4/en/alter-table.html",
	mariadbOnline: "https://mariadb.com/kb/en/innodb-online-ddl-overview/",
	mariadbInstant: "https://mariadb.com/kb/en/instant-add-column-for-innodb/",
	ghost: "https://github.com/github/gh-ost/blob/master/doc/requirements-and-limitations.md"
};

// src/migrate/lint/rules/narrowing.ts
/** Which changes of type can lose values. */
const INTEGERS$1 = {
	TINYINT: 1,
	SMALLINT: 2,
	MEDIUMINT: 3,
	INT: 4,
	BIGINT: 8
};
const TIMES = /* @__PURE__ */ new Set([
	"TIME",
	"DATETIME",
	"TIMESTAMP"
]);
const ORDER_OF_TEXTS = [
	"TINYTEXT",
	"TEXT",
	"MEDIUMTEXT",
	"LONGTEXT"
];
const TEXT_BYTES = {
	TINYTEXT: 255,
	TEXT: 65535,
	MEDIUMTEXT: 16777215,
	LONGTEXT: 4294967295,
	JSON: 4294967295,
	TINYBLOB: 255,
	BLOB: 65535,
	MEDIUMBLOB: 16777215,
	LONGBLOB: 4294967295
};
/** Why values may not fit; undefined: they do. Pure. */
function narrowing(before, after, table) {
	const [from, to] = [before.type, after.type];
	const change = `${named$1(from)} becomes ${named$1(to)}`;
	const whole = INTEGERS$1[from.name];
	const next = INTEGERS$1[to.name];
	if (whole !== void 0 && next !== void 0) return integerFits(from, whole, to, next) ? void 0 : change;
	if (whole !== void 0 && to.name === "DECIMAL") return (to.args[0] ?? 10) - (to.args[1] ?? 0) >= digits(whole) ? void 0 : change;
	if (from.name === "DECIMAL") {
		if (to.name !== "DECIMAL") return isNumber(to) ? change : void 0;
		const [scale, other] = [from.args[1] ?? 0, to.args[1] ?? 0];
		return (to.args[0] ?? 10) - other >= (from.args[0] ?? 10) - scale && other >= scale && (from.unsigned || !to.unsigned) ? void 0 : change;
	}
	if (from.name === "DOUBLE") return to.name === "DOUBLE" || !isNumber(to) ? void 0 : change;
	if (TIMES.has(from.name) && to.name === from.name) return (to.args[0] ?? 0) < (from.args[0] ?? 0) ? change : void 0;
	if (from.name === "DATETIME") return to.name === "DATE" || to.name === "TIME" || to.name === "TIMESTAMP" ? change : void 0;
	const [room, wanted] = [bytesOf(after, table), bytesOf(before, table)];
	if (room === void 0 || wanted === void 0) return void 0;
	return (hasLength(from) && hasLength(to) ? length(to) >= length(from) : ORDER_OF_TEXTS.includes(to.name) && ORDER_OF_TEXTS.includes(from.name) ? ORDER_OF_TEXTS.indexOf(to.name) >= ORDER_OF_TEXTS.indexOf(from.name) : room >= wanted) ? void 0 : change;
}
function named$1({ name, args, unsigned }) {
	return `${name}${args.length === 0 ? "" : `(${args.join(",")})`}${unsigned ? " UNSIGNED" : ""}`;
}
function integerFits(from, size, to, next) {
	if (from.unsigned === to.unsigned) return next >= size;
	return from.unsigned && next > size;
}
function digits(bytes) {
	return {
		1: 3,
		2: 5,
		3: 8,
		4: 10,
		8: 20
	}[bytes] ?? 20;
}
function isNumber({ name }) {
	return name in INTEGERS$1 || [
		"DECIMAL",
		"FLOAT",
		"DOUBLE",
		"BIT",
		"YEAR"
	].includes(name);
}
function hasLength({ name }) {
	return [
		"CHAR",
		"VARCHAR",
		"BINARY",
		"VARBINARY"
	].includes(name);
}
function length({ args }) {
	return args[0] ?? 1;
}
function bytesOf(column, table) {
	const { type } = column;
	if (hasLength(type)) return length(type) * (type.name.endsWith("BINARY") ? 1 : charsetBytes(charsetOf(column, table)));
	return TEXT_BYTES[type.name];
}

// src/migrate/lint/rules/loss.ts
/** D: what loses data, or changes what it means. */
const ITEMS = "CREATE TABLE items (id BIGINT NOT NULL PRIMARY KEY, name VARCHAR(80) NOT NULL DEFAULT '' COMMENT 'as printed', state ENUM('new', 'sold') NOT NULL DEFAULT 'new', note TEXT NULL) DEFAULT CHARSET=utf8mb4;";
/** MODIFY and CHANGE of columns that are known, on tables that were there. */
function restatedIn(subject) {
	const alteration = alterationOf(subject);
	if (alteration?.table === void 0) return [];
	const { table, parts } = alteration;
	return parts.flatMap((part) => {
		if (part.kind !== "modify-column" && part.kind !== "change-column") return [];
		const before = columnIn(table, part.kind === "change-column" ? part.from : part.column.name);
		return before === void 0 ? [] : [{
			before,
			after: part.column,
			table,
			at: part.span.from
		}];
	});
}
const LOSS = [
	{
		id: "D01",
		level: "error",
		title: "A table, a database or a partition is dropped or emptied",
		why: "Its rows are gone at once, and the release before cannot run without the table.",
		safe: "Rename it, wait a quarantine time, and drop it in a contract migration that says which versions it breaks.",
		decides: "text",
		examples: [{
			before: ITEMS,
			bad: "DROP TABLE items;",
			good: "CREATE TABLE items_2 LIKE items;"
		}, {
			before: ITEMS,
			bad: "TRUNCATE TABLE items;",
			good: "DELETE FROM items WHERE state = 'sold' LIMIT 1000;"
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/drop-table.html"],
		look: (subject) => gone(subject)
	},
	{
		id: "D02",
		level: "error",
		title: "A column is dropped",
		why: "Its values are gone, and the release before fails as soon as it names the column.",
		safe: "Release a version that does not use it, make it INVISIBLE for a while, and drop it in a contract migration.",
		decides: "text",
		examples: [{
			before: ITEMS,
			bad: "ALTER TABLE items DROP COLUMN note;",
			good: "ALTER TABLE items ALTER COLUMN note SET INVISIBLE;",
			dialect: "mysql",
			version: "8.4"
		}],
		references: [MANUALS.mysqlAlter],
		look: (subject) => (alterationOf(subject)?.parts ?? []).flatMap((part) => part.kind === "drop-column" ? one(part.span, `the values of ${part.column} are lost`, { level: milderInContract(subject) }) : [])
	},
	{
		id: "D03",
		level: "error",
		title: "A type becomes narrower",
		why: "Values that do not fit are cut, or the statement fails after long work.",
		safe: "Add a column of the new type, copy what fits, look at what does not, and switch.",
		decides: "text",
		examples: [{
			before: ITEMS,
			bad: "ALTER TABLE items MODIFY name VARCHAR(40) NOT NULL DEFAULT '' COMMENT 'as printed';",
			good: "ALTER TABLE items ADD COLUMN short_name VARCHAR(40) NOT NULL DEFAULT '';",
			also: ["L01"]
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html#sql-mode-strict"],
		look: (subject) => restatedIn(subject).flatMap(({ before, after, table, at }) => {
			const why = narrowing(before, after, table);
			return why === void 0 ? [] : one(at, `${before.name}: ${why}`);
		})
	},
	{
		id: "D04",
		level: "error",
		title: "A character set becomes narrower",
		why: "Characters that the new set does not have become question marks, or the statement fails.",
		safe: "Keep utf8mb4.",
		decides: "text",
		examples: [{
			before: ITEMS,
			bad: "ALTER TABLE items CONVERT TO CHARACTER SET latin1;",
			good: "ALTER TABLE items DEFAULT CHARACTER SET utf8mb4;",
			also: [
				"C07",
				"L01",
				"S04"
			]
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/charset-conversion.html"],
		look: (subject) => narrowerCharset(subject)
	},
	{
		id: "D05",
		level: "error",
		title: "Members of an ENUM or SET are removed or moved",
		why: "Rows keep numbers: values change their meaning, or are lost.",
		safe: "Add members at the end only; or use a table of values.",
		decides: "text",
		examples: [{
			before: ITEMS,
			bad: "ALTER TABLE items MODIFY state ENUM('sold', 'new') NOT NULL DEFAULT 'new';",
			good: "ALTER TABLE items MODIFY state ENUM('new', 'sold', 'lost') NOT NULL DEFAULT 'new';",
			also: ["L01"]
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/enum.html"],
		look: (subject) => restatedIn(subject).flatMap(({ before, after, at }) => {
			const [from, to] = [before.type, after.type];
			if (from.name !== "ENUM" && from.name !== "SET" || to.name !== from.name) return [];
			const wrong = from.members.find((member, index) => to.members[index] !== member);
			if (wrong === void 0) return [];
			return one(at, `'${wrong}' of ${before.name} is ${to.members.includes(wrong) ? "moved" : "removed"}`);
		})
	},
	{
		id: "D06",
		level: "error",
		title: "MODIFY or CHANGE leaves attributes out",
		why: "What is not said again is lost: NOT NULL, DEFAULT, COMMENT, COLLATE and others vanish without a word.",
		safe: "Say the whole definition again; or use SET DEFAULT and RENAME COLUMN, which leave the rest alone.",
		decides: "text",
		examples: [{
			before: ITEMS,
			bad: "ALTER TABLE items MODIFY name VARCHAR(90);",
			good: "ALTER TABLE items MODIFY name VARCHAR(90) NOT NULL DEFAULT '' COMMENT 'as printed';",
			also: ["L02"]
		}],
		references: [MANUALS.mysqlAlter],
		look: (subject) => restatedIn(subject).flatMap(({ before, after, table, at }) => {
			const lost = lostAttributes(before, after, table);
			return lost.length === 0 ? [] : one(at, `${before.name} loses ${lost.join(", ")}`);
		})
	},
	{
		id: "D07",
		level: "error",
		title: "UPDATE or DELETE of every row",
		why: "One transaction locks the whole table, fills the undo log, and replicas fall behind.",
		safe: "Do it in a backfill migration, in batches by key; a DELETE needs a WHERE.",
		decides: "text",
		examples: [{
			before: ITEMS,
			bad: "UPDATE items SET note = '';",
			good: "UPDATE items SET note = '' WHERE id BETWEEN 1 AND 1000;"
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/innodb-locks-set.html"],
		look: (subject) => everyRow(subject)
	},
	{
		id: "D08",
		level: "warning",
		title: "Rows are put in with IGNORE, REPLACE or ON DUPLICATE KEY",
		why: "Rows that do not fit are dropped or overwritten, and nobody hears of it.",
		safe: "Insert what is not there with a condition, and let duplicates fail.",
		decides: "text",
		examples: [{
			before: ITEMS,
			bad: "INSERT IGNORE INTO items (id, name) VALUES (1, 'a');",
			good: "INSERT INTO items (id, name) SELECT 1, 'a' FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM items WHERE id = 1);"
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html#ignore-effect-on-execution"],
		look: (subject) => hidden(subject)
	},
	{
		id: "D09",
		level: "error",
		title: "A check of the server is switched off",
		why: "Rows can break keys, or replicas differ, and nothing says so.",
		safe: "Leave checks on; sql_log_bin is never switched off in a migration.",
		decides: "text",
		examples: [{
			before: ITEMS,
			bad: "SET sql_log_bin = 0;",
			good: "INSERT INTO items (id, name) VALUES (2, 'b');"
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html#sysvar_foreign_key_checks"],
		lookFile: ({ subjects }) => switchedOff(subjects)
	}
];
function gone(subject) {
	const { statement } = subject;
	const level = milderInContract(subject);
	if (statement.kind === "drop-table" && !statement.temporary) return statement.tables.filter(({ name }) => existed(name, subject)).flatMap(({ name, span }) => one(span, `the rows of ${name} are lost`, { level }));
	if (statement.kind === "truncate-table" && existed(statement.table.name, subject)) return one(statement.table.span, `the rows of ${statement.table.name} are lost`, { level });
	if (statement.kind === "program" && statement.verb === "drop" && (statement.object === "DATABASE" || statement.object === "SCHEMA")) return one(0, "a whole database is lost", { level: "error" });
	return (alterationOf(subject)?.parts ?? []).flatMap((part) => part.kind === "partition" && (part.what === "DROP" || part.what === "TRUNCATE") ? one(part.span, `the rows of partition ${part.partitions.join(", ")} are lost`, { level }) : []);
}
function narrowerCharset(subject) {
	const alteration = alterationOf(subject);
	if (alteration === void 0) return [];
	const { table, name } = alteration;
	const converted = alteration.parts.flatMap((part) => {
		if (part.kind !== "convert-charset") return [];
		const to = part.charset.toLowerCase();
		const texts = table?.columns.filter(({ type }) => isText(type.name)) ?? [];
		if (table === void 0 || !table.whole) return holds(to, "utf8mb4") ? [] : one(part.span, `${name} may hold characters that ${to} does not have`, { level: "warning" });
		const lost = texts.find((column) => !holds(to, charsetOf(column, table)));
		return lost === void 0 ? [] : one(part.span, `${lost.name} is ${charsetOf(lost, table)}, which ${to} does not hold`);
	});
	const restated = restatedIn(subject).flatMap((found) => {
		if (!isText(found.before.type.name) || !isText(found.after.type.name)) return [];
		const [from, to] = [charsetOf(found.before, found.table), charsetOf(found.after, found.table)];
		return holds(to, from) ? [] : one(found.at, `${found.before.name} is ${from}, which ${to} does not hold`);
	});
	return [...converted, ...restated];
}
/** What stood in the old definition and is not said in the new one. */
function lostAttributes(before, after, table) {
	const lost = [];
	if (!mayBeNull(before, table) && after.nullable === null && mayBeNull({
		...after,
		name: before.name
	}, table)) lost.push("NOT NULL");
	if (before.default !== null && before.default.literal?.toUpperCase() !== "NULL" && after.default === null && after.generated === null) lost.push("DEFAULT");
	if (before.onUpdate !== null && after.onUpdate === null) lost.push("ON UPDATE");
	if (before.autoIncrement && !after.autoIncrement) lost.push("AUTO_INCREMENT");
	if (before.comment !== null && before.comment !== "" && after.comment === null) lost.push("COMMENT");
	if (before.visible === false && after.visible === null) lost.push("INVISIBLE");
	if (before.generated !== null && after.generated === null) lost.push("its expression");
	const own = before.type.charset ?? before.type.collation;
	const stated = after.type.charset ?? after.type.collation;
	if (own !== null && stated === null && isText(after.type.name)) {
		if (charsetOf(before, table) !== charsetOf(after, table) || collationOf(before, table) !== collationOf(after, table)) lost.push(before.type.collation === null ? `CHARACTER SET ${own}` : `COLLATE ${own}`);
	}
	return lost;
}
function everyRow(subject) {
	const { statement, file } = subject;
	if (statement.kind !== "update" && statement.kind !== "delete") return [];
	const [table] = statement.tables;
	if (table === void 0 || statement.limit || !existed(table.name, subject)) return [];
	const where = statement.where;
	if (where !== null && (where.literal === null || where.columns.length > 0)) return [];
	if (where === null && statement.tables.length > 1) return [];
	if (statement.kind === "update" && file.header.phase === "backfill") return [];
	return one(table.span, `every row of ${table.name} is ${statement.kind === "update" ? "written" : "deleted"} in one transaction`);
}
function hidden(subject) {
	const { statement } = subject;
	if (statement.kind === "alter-table" && statement.ignore) return one(statement.table.span, `ALTER IGNORE drops rows of ${statement.table.name} that break a key`, { level: "error" });
	if (statement.kind === "update" || statement.kind === "delete") {
		const [table] = statement.tables;
		return statement.ignore && table !== void 0 && existed(table.name, subject) ? one(table.span, `IGNORE hides what fails in ${table.name}`) : [];
	}
	if (statement.kind !== "insert" || !existed(statement.table.name, subject)) return [];
	const table = tableIn(subject.before, statement.table);
	if (table?.whole === true && table.indexes.length === 0) return [];
	const how = statement.replace ? "REPLACE" : statement.ignore ? "INSERT IGNORE" : statement.onDuplicateKey ? "ON DUPLICATE KEY UPDATE" : null;
	return how === null ? [] : one(statement.table.span, `${how} hides rows of ${statement.table.name} that are there already`);
}
const CHECKS = [
	"foreign_key_checks",
	"unique_checks",
	"check_constraint_checks",
	"sql_mode",
	"sql_log_bin"
];
/** Off, and not on again later in the same file. */
function switchedOff(subjects) {
	const sets = subjects.flatMap((subject) => subject.statement.kind === "set" ? subject.statement.variables.map((variable) => ({
		...variable,
		subject
	})) : []);
	return sets.flatMap(({ name, value, subject }) => {
		const variable = CHECKS.find((known) => same(known, name));
		if (variable === void 0 || !isOff(variable, value.literal)) return [];
		const at = { statement: subject.number };
		if (variable === "sql_log_bin") return one(value.span, "sql_log_bin is off: replicas will differ", at);
		return sets.some((other) => other.subject.number > subject.number && same(other.name, name) && (variable === "sql_mode" || !isOff(variable, other.value.literal))) ? [] : one(value.span, `${variable} is changed and not set back`, {
			...at,
			level: "warning"
		});
	});
}
function isOff(variable, literal) {
	return variable === "sql_mode" || literal === "0" || /^(off|false)$/i.test(literal ?? "");
}

// src/migrate/lint/rules/compatibility-looks.ts
/** What rules of group C look for. */
function renames(subject) {
	const { statement } = subject;
	if (statement.kind === "rename-table") return statement.renames.filter(({ from }) => existed(from.name, subject)).flatMap(({ from, to }) => one(from.span, `${from.name} becomes ${to.name}`));
	return (alterationOf(subject)?.parts ?? []).flatMap((part) => {
		if (part.kind === "rename-table") return one(part.span, `the table becomes ${part.to.name}`);
		if (part.kind === "rename-column") return one(part.span, `${part.from} becomes ${part.to}`);
		if (part.kind === "change-column" && !same(part.from, part.column.name)) return one(part.span, `${part.from} becomes ${part.column.name}`);
		return [];
	});
}
/** What the old shape has and the new one has not. */
function takenAway(subject) {
	const { statement } = subject;
	const drops = (alterationOf(subject)?.parts ?? []).flatMap((part) => part.kind === "drop-column" ? one(part.span, `${part.column} is dropped`) : []);
	const tables = statement.kind === "drop-table" && !statement.temporary ? statement.tables.filter(({ name }) => existed(name, subject)).flatMap(({ name, span }) => one(span, `${name} is dropped`)) : [];
	return [
		...drops,
		...tables,
		...renames(subject)
	];
}
/** NOT NULL, and nothing fills it in. */
function needsValue(column) {
	return (column.nullable === false || column.key === "primary") && column.default === null && !column.autoIncrement && column.generated === null;
}
function stricter(subject) {
	const added = (alterationOf(subject)?.parts ?? []).flatMap((part) => {
		if (part.kind === "add-check" && part.check.enforced) return one(part.span, "a new CHECK");
		if (part.kind === "add-foreign-key") return one(part.span, `a new foreign key on ${part.foreignKey.columns.join(", ")}`);
		if (part.kind === "check-enforcement" && part.enforced) return one(part.span, `${part.name} is enforced from now on`);
		const index = part.kind === "add-index" ? part.index : void 0;
		if (index?.kind === "unique") return one(part.span, `${index.parts.map(({ column }) => column ?? "an expression").join(", ")} must be unique from now on`);
		return [];
	});
	const nulls = restatedIn(subject).flatMap(({ before, after, table, at }) => mayBeNull(before, table) && after.nullable === false ? one(at, `${before.name} takes no NULL any more`, { level: "error" }) : []);
	return [...added, ...nulls];
}
function order(subject) {
	const { statement } = subject;
	if (statement.kind === "insert") return statement.columns === null && existed(statement.table.name, subject) ? one(statement.table.span, `an INSERT into ${statement.table.name} names no columns`) : [];
	const alteration = alterationOf(subject);
	const last = alteration?.table?.whole === true ? alteration.table.columns.at(-1)?.name : void 0;
	return (alteration?.parts ?? []).flatMap((part) => {
		if (part.kind !== "add-column" && part.kind !== "modify-column" && part.kind !== "change-column") return [];
		const { position } = part;
		if (position === null) return [];
		if (part.kind === "add-column" && "after" in position && (alteration?.parts.length ?? 0) === 1 && last !== void 0 && same(position.after, last)) return [];
		return one(part.span, `${part.column.name} goes ${"first" in position ? "first" : `after ${position.after}`}`);
	});
}
function defaults(subject) {
	const alteration = alterationOf(subject);
	const altered = (alteration?.parts ?? []).flatMap((part) => {
		if (part.kind === "drop-default") return one(part.span, `${part.column} has no default any more`);
		if (part.kind !== "set-default") return [];
		const before = columnIn(alteration?.table, part.column)?.default;
		if (before === void 0 || before === null || before.literal === part.default.literal) return [];
		return one(part.span, `${part.column} gets another default`);
	});
	const restated = restatedIn(subject).flatMap(({ before, after, at }) => {
		const [from, to] = [before.default?.literal ?? null, after.default?.literal ?? null];
		return from !== null && to !== null && from !== to && from.toUpperCase() !== "NULL" ? one(at, `${before.name} gets another default`) : [];
	});
	return [...altered, ...restated];
}
function lostIndex(subject) {
	const alteration = alterationOf(subject);
	if (alteration === void 0) return [];
	const { table, parts } = alteration;
	return parts.flatMap((part) => {
		if (part.kind !== "drop-index") return [];
		const index = table?.indexes.find(({ name }) => same(name, part.name));
		if (index === void 0 || table === void 0) return one(part.span, `${part.name} may be in use`);
		const columns = index.parts.map(({ column }) => column ?? "");
		const after = subject.after.tables.get(keyOf(table.name));
		const covered = after?.indexes.some((other) => beginsWith(other, columns)) === true;
		const key = table.foreignKeys.find((one) => beginsWith(index, one.columns) && after?.indexes.some((other) => beginsWith(other, one.columns)) !== true);
		const goes = parts.some((other) => other.kind === "drop-foreign-key" && key?.name === other.name);
		if (key !== void 0 && !goes) return one(part.span, `foreign key ${key.name} needs ${part.name}: the server refuses`, { level: "error" });
		if (!index.visible || covered && index.kind === "plain") return [];
		return one(part.span, `${part.name} may be in use`);
	});
}
function dependents(subject) {
	const alteration = alterationOf(subject);
	if (alteration === void 0) return [];
	const { table, name, parts } = alteration;
	return parts.flatMap((part) => {
		const column = part.kind === "drop-column" ? part.column : part.kind === "rename-column" ? part.from : part.kind === "change-column" && !same(part.from, part.column.name) ? part.from : void 0;
		if (column === void 0) return [];
		const generated = table?.columns.find((other) => other.generated?.expression.columns.some((used) => same(used, column)) === true && !parts.some((gone) => gone.kind === "drop-column" && same(gone.column, other.name)));
		if (generated !== void 0) return one(part.span, `the generated column ${generated.name} uses ${column}`);
		const program = subject.before.programs.find(({ mentions, on }) => mentions.has(keyOf(column)) && (mentions.has(keyOf(name)) || on !== null && same(on, name)));
		return program === void 0 ? [] : one(part.span, `${program.object.toLowerCase()} ${program.name} uses ${column}`);
	});
}
function both(subjects) {
	if (!subjects.some((subject) => (alterationOf(subject)?.parts ?? []).some(({ kind }) => kind === "add-column"))) return [];
	const dropping = subjects.find((subject) => (alterationOf(subject)?.parts ?? []).some(({ kind }) => kind === "drop-column"));
	const drop = dropping === void 0 ? void 0 : alterationOf(dropping)?.parts.find(({ kind }) => kind === "drop-column");
	if (dropping === void 0 || drop === void 0) return [];
	return one(drop.span, "columns are added and dropped in one file", { statement: dropping.number });
}

// src/migrate/lint/rules/compatibility.ts
/** C: what the release that still runs cannot live with. */
const ACCOUNTS = "CREATE TABLE accounts (id BIGINT NOT NULL PRIMARY KEY, email VARCHAR(60) NULL, owner_id BIGINT NOT NULL DEFAULT 1, KEY accounts_email (email)) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;";
const OWNERS = "CREATE TABLE owners (id BIGINT NOT NULL PRIMARY KEY);";
const COMPATIBILITY = [
	{
		id: "C01",
		level: "error",
		title: "A table or a column gets another name",
		why: "The release that runs knows the old name, and fails at once.",
		safe: "Add the new one, write both, fill it in a backfill, and drop the old one in a contract migration; for a table a view may keep the old name.",
		decides: "text",
		examples: [{
			before: ACCOUNTS,
			bad: "ALTER TABLE accounts RENAME COLUMN email TO mail;",
			good: "ALTER TABLE accounts ADD COLUMN mail VARCHAR(60) NULL;"
		}, {
			before: ACCOUNTS,
			bad: "RENAME TABLE accounts TO users;",
			good: "CREATE TABLE users LIKE accounts;"
		}],
		references: [MANUALS.mysqlAlter],
		look: (subject) => renames(subject).map((found) => ({
			...found,
			level: milderInContract(subject)
		}))
	},
	{
		id: "C02",
		level: "warning",
		title: "A contract migration does not say which versions it breaks",
		why: "It must not run while a version that needs the old shape runs; without `breaks=` nobody can tell.",
		safe: "Write `breaks=<1.2` into the header, with the first version that does not need it.",
		decides: "text",
		examples: [{
			before: ACCOUNTS,
			bad: "-- shiplock: phase=contract\nALTER TABLE accounts DROP COLUMN owner_id;",
			good: "-- shiplock: phase=contract breaks=<1.2\nALTER TABLE accounts DROP COLUMN owner_id;",
			also: ["D02"],
			notes: ["D02"]
		}],
		references: [],
		look: (subject) => {
			const { phase, breaks } = subject.file.header;
			if (phase !== "contract" || breaks !== void 0) return [];
			const [found] = takenAway(subject);
			return found === void 0 ? [] : [{
				...found,
				message: `${found.message}, and the header has no breaks=`
			}];
		}
	},
	{
		id: "C03",
		level: "error",
		title: "A new column is NOT NULL without a default",
		why: "An INSERT of the release that runs does not name it: error 1364 in strict mode, an empty value elsewhere.",
		safe: "Allow NULL, or give it a literal default; take the default away in a later release.",
		decides: "text",
		examples: [{
			before: ACCOUNTS,
			bad: "ALTER TABLE accounts ADD COLUMN plan INT NOT NULL;",
			good: "ALTER TABLE accounts ADD COLUMN plan INT NOT NULL DEFAULT 0;",
			also: ["P04"]
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/data-type-defaults.html"],
		look: (subject) => (alterationOf(subject)?.parts ?? []).flatMap((part) => part.kind === "add-column" && needsValue(part.column) ? one(part.column.span, `${part.column.name} has to be named in every INSERT`) : [])
	},
	{
		id: "C04",
		level: "warning",
		title: "A constraint is added that the release that runs does not know",
		why: "Rows that it writes may be refused.",
		safe: "Add it NOT ENFORCED where the server can, look at what breaks it, and enforce it in the release after.",
		decides: "text",
		examples: [{
			before: ACCOUNTS,
			bad: "ALTER TABLE accounts ADD CONSTRAINT accounts_owned CHECK (owner_id > 0);",
			good: "ALTER TABLE accounts ADD CONSTRAINT accounts_owned CHECK (owner_id > 0) NOT ENFORCED;",
			dialect: "mysql",
			also: ["L01", "P03"]
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/create-table-check-constraints.html"],
		look: (subject) => stricter(subject)
	},
	{
		id: "C05",
		level: "note",
		title: "The order of columns changes, or an INSERT names no columns",
		why: "A program with SELECT * or an INSERT without a list reads and writes the wrong fields.",
		safe: "Add columns at the end, and name columns in every INSERT.",
		decides: "text",
		examples: [{
			before: ACCOUNTS,
			bad: "ALTER TABLE accounts ADD COLUMN plan INT NULL AFTER id;",
			good: "ALTER TABLE accounts ADD COLUMN plan INT NULL;"
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/insert.html"],
		look: (subject) => order(subject)
	},
	{
		id: "C06",
		level: "warning",
		title: "A default is changed or taken away",
		why: "The release that runs relies on it in every INSERT that does not name the column.",
		safe: "Keep it until no version needs it.",
		decides: "text",
		examples: [{
			before: ACCOUNTS,
			bad: "ALTER TABLE accounts ALTER COLUMN owner_id DROP DEFAULT;",
			good: "ALTER TABLE accounts ADD COLUMN owner BIGINT NULL;"
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/data-type-defaults.html"],
		look: (subject) => defaults(subject)
	},
	{
		id: "C07",
		level: "warning",
		title: "A collation or a character set changes",
		why: "What is equal, what is unique, how rows are ordered and which index helps is decided by it.",
		safe: "Add a column with the new collation, compare the results of both, and switch.",
		decides: "text",
		examples: [{
			before: ACCOUNTS,
			bad: "ALTER TABLE accounts MODIFY email VARCHAR(60) COLLATE utf8mb4_general_ci NULL;",
			good: "ALTER TABLE accounts ADD COLUMN email_any_case VARCHAR(60) COLLATE utf8mb4_general_ci NULL;"
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/charset-collation-effect.html"],
		look: (subject) => [...(alterationOf(subject)?.parts ?? []).flatMap((part) => part.kind === "convert-charset" ? one(part.span, `every text of the table becomes ${part.collation ?? part.charset}`) : []), ...restatedIn(subject).flatMap(({ before, after, table, at }) => changesOf(before, after, table).some((change) => change === "charset" || change === "collation") ? one(at, `${before.name} is compared in another way`) : [])]
	},
	{
		id: "C08",
		level: "warning",
		title: "An index is dropped that something may need",
		why: "A query becomes slow, FORCE INDEX fails, or the server refuses because a foreign key needs it (error 1553).",
		safe: "Make it invisible (MariaDB: IGNORED) for one release; drop it when nobody missed it.",
		decides: "text",
		examples: [{
			before: ACCOUNTS,
			bad: "ALTER TABLE accounts DROP INDEX accounts_email;",
			good: "ALTER TABLE accounts ALTER INDEX accounts_email INVISIBLE;",
			dialect: "mysql"
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/invisible-indexes.html"],
		look: (subject) => lostIndex(subject)
	},
	{
		id: "C09",
		level: "error",
		title: "A view, a trigger or a generated column uses the name that goes",
		why: "The change fails half way (errors 3108, 3756), or whatever uses the name fails from then on.",
		safe: "Change what depends on it first.",
		decides: "text",
		examples: [{
			before: `${ACCOUNTS}\nCREATE VIEW owned AS SELECT owner_id FROM accounts;`,
			bad: "-- shiplock: phase=contract breaks=<2\nALTER TABLE accounts DROP COLUMN owner_id;",
			good: "-- shiplock: phase=contract breaks=<2\nDROP VIEW owned;",
			also: ["D02"]
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/create-table-generated-columns.html"],
		look: (subject) => dependents(subject)
	},
	{
		id: "C10",
		level: "error",
		title: "One file adds the new shape and takes the old one away",
		why: "Between the two a release has to run: in one file there is no way back.",
		safe: "Put what is added into an expand migration, and what is taken away into a contract migration of a later release.",
		decides: "text",
		examples: [{
			before: ACCOUNTS,
			bad: "ALTER TABLE accounts ADD COLUMN owner VARCHAR(60) NULL;\nALTER TABLE accounts DROP COLUMN owner_id;",
			good: "ALTER TABLE accounts ADD COLUMN owner VARCHAR(60) NULL;",
			also: ["D02"]
		}],
		references: [],
		lookFile: ({ subjects }) => both(subjects)
	},
	{
		id: "C11",
		level: "note",
		title: "The down file loses what was written since",
		why: "It brings the old shape back, not the data: it is no way back once the new version has written.",
		safe: "Leave the down file out where data would be lost, and plan a change forward instead.",
		decides: "text",
		examples: [{
			before: OWNERS,
			bad: "ALTER TABLE owners ADD COLUMN name VARCHAR(60) NULL;",
			good: "ALTER TABLE owners COMMENT='who owns';",
			down: {
				bad: "ALTER TABLE owners DROP COLUMN name;",
				good: "ALTER TABLE owners COMMENT='';"
			}
		}],
		references: [],
		lookFile: ({ file }) => {
			const [first] = file.statements;
			return (file.down ?? []).some(({ parsed }) => {
				if (!parsed.ok) return false;
				const { statement } = parsed;
				if (statement.kind === "drop-table" || statement.kind === "truncate-table") return true;
				return statement.kind === "alter-table" && statement.parts.some(({ kind }) => kind === "drop-column");
			}) && first !== void 0 ? one(0, "its down file drops what was written since", { statement: 0 }) : [];
		}
	}
];

// src/migrate/lint/rules/data.ts
/** P: what depends on the rows that are there, and on limits of the server. */
const PEOPLE = "CREATE TABLE people (id BIGINT NOT NULL PRIMARY KEY, email VARCHAR(60) NULL, team_id BIGINT NULL, KEY people_team (team_id));";
const TEAMS = "CREATE TABLE teams (id BIGINT NOT NULL PRIMARY KEY);";
/** Limits of InnoDB with its usual row format and pages of 16 KiB. */
const KEY_BYTES = 3072;
const KEYS$1 = 64;
const COLUMNS = 1017;
const ROW_BYTES = 65535;
const DATA = [
	{
		id: "P01",
		level: "note",
		title: "A unique key needs rows without duplicates",
		why: "The server finds the first duplicate after long work, and the statement fails (error 1062).",
		safe: "Look for duplicates first; `migrate plan` asks the target.",
		decides: "server",
		examples: [{
			before: PEOPLE,
			bad: "ALTER TABLE people ADD UNIQUE KEY people_email (email);",
			good: "ALTER TABLE people ADD INDEX people_email (email);",
			also: ["C04"]
		}],
		references: [MANUALS.mysqlOnline],
		look: (subject) => (alterationOf(subject)?.parts ?? []).flatMap((part) => {
			return part.kind === "add-index" && part.index.kind === "unique" || part.kind === "add-column" && part.column.key === "unique" ? one(part.span, "fails when two rows have the same value") : [];
		})
	},
	{
		id: "P02",
		level: "note",
		title: "NOT NULL needs rows without NULL",
		why: "The statement fails after it has read the table (error 1138 or 1265).",
		safe: "Fill the column in a backfill first; `migrate plan` counts what is left.",
		decides: "server",
		examples: [{
			before: PEOPLE,
			bad: "ALTER TABLE people MODIFY email VARCHAR(60) NOT NULL;",
			good: "ALTER TABLE people ADD COLUMN mail VARCHAR(60) NOT NULL DEFAULT '';",
			also: ["C04", "L02"]
		}],
		references: [MANUALS.mysqlOnline],
		look: (subject) => restatedIn(subject).flatMap(({ before, after, table, at }) => mayBeNull(before, table) && after.nullable === false ? one(at, `fails when ${before.name} is NULL somewhere`) : [])
	},
	{
		id: "P03",
		level: "note",
		title: "A constraint needs rows that keep it",
		why: "One row without its parent, or that breaks the CHECK, and the statement fails after it has read the table.",
		safe: "Look for such rows with a query first; `migrate plan` asks the target.",
		decides: "server",
		examples: [{
			before: `${TEAMS}\n${PEOPLE}`,
			bad: "ALTER TABLE people ADD CONSTRAINT people_of FOREIGN KEY (team_id) REFERENCES teams (id);",
			good: "CREATE TABLE members (id BIGINT NOT NULL PRIMARY KEY, team_id BIGINT NOT NULL, CONSTRAINT members_of FOREIGN KEY (team_id) REFERENCES teams (id));",
			also: ["C04", "L10"]
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html"],
		look: (subject) => (alterationOf(subject)?.parts ?? []).flatMap((part) => {
			if (part.kind === "add-foreign-key") return one(part.span, `fails when a row has no parent in ${part.foreignKey.references.table.name}`);
			if (part.kind === "add-check" && part.check.enforced) return one(part.span, "fails when a row breaks the CHECK");
			return part.kind === "check-enforcement" && part.enforced ? one(part.span, `fails when a row breaks ${part.name}`) : [];
		})
	},
	{
		id: "P04",
		level: "note",
		title: "Rows that are there get a value that nobody chose",
		why: "NOT NULL without a default fills them with 0, '', the first member of an ENUM, or a zero date.",
		safe: "Write the default that is meant, or allow NULL and fill the column in a backfill.",
		decides: "text",
		examples: [{
			before: PEOPLE,
			bad: "ALTER TABLE people ADD COLUMN state ENUM('gone', 'here') NOT NULL;",
			good: "ALTER TABLE people ADD COLUMN state ENUM('gone', 'here') NOT NULL DEFAULT 'here';",
			also: ["C03"]
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/data-type-defaults.html"],
		look: (subject) => (alterationOf(subject)?.parts ?? []).flatMap((part) => {
			if (part.kind !== "add-column" || !needsValue(part.column)) return [];
			const { name, type } = part.column;
			const first = type.name === "ENUM" ? `'${type.members[0] ?? ""}'` : "its empty value";
			return one(part.column.span, `${name} is ${first} in every row`);
		})
	},
	{
		id: "P05",
		level: "error",
		title: "A limit of the server is passed",
		why: "A key of more than 3,072 bytes, 64 keys, 1,017 columns or rows of 65,535 bytes are refused when the migration runs.",
		safe: "Index a prefix or a hash; move long texts into TEXT columns or a table of their own.",
		decides: "text",
		examples: [{
			bad: "CREATE TABLE pages (id BIGINT NOT NULL PRIMARY KEY, address VARCHAR(2000) NOT NULL, KEY pages_address (address)) DEFAULT CHARSET=utf8mb4;",
			good: "CREATE TABLE pages (id BIGINT NOT NULL PRIMARY KEY, address VARCHAR(2000) NOT NULL, KEY pages_address (address(100))) DEFAULT CHARSET=utf8mb4;"
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/innodb-limits.html"],
		look: (subject) => limits(subject)
	},
	{
		id: "P06",
		level: "note",
		title: "A key that counts up may run out",
		why: "When an INT has counted to its end, every INSERT fails, and the change to BIGINT copies the table.",
		safe: "Take BIGINT from the start. How far a key has come, only the target knows.",
		decides: "server",
		examples: [{
			bad: "CREATE TABLE events (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, what VARCHAR(20) NOT NULL);",
			good: "CREATE TABLE events (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, what VARCHAR(20) NOT NULL);"
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/integer-types.html"],
		look: ({ statement }) => {
			if (statement.kind !== "create-table") return [];
			const key = statement.columns.find(({ autoIncrement, type }) => autoIncrement && type.name !== "BIGINT");
			return key === void 0 ? [] : one(key.span, `${key.name} is ${key.type.name}: it ends at ${lastNumber(key)}`);
		}
	}
];
function lastNumber({ type }) {
	const bits = {
		TINYINT: 8,
		SMALLINT: 16,
		MEDIUMINT: 24
	}[type.name] ?? 32;
	return (2 ** (type.unsigned ? bits : bits - 1) - 1).toLocaleString("en-US");
}
function limits(subject) {
	const { statement, after } = subject;
	if (statement.kind !== "create-table" && statement.kind !== "alter-table" && statement.kind !== "create-index") return [];
	const table = tableIn(after, statement.table);
	if (table === void 0 || statement.kind === "create-table" && statement.like !== null) return [];
	if ((table.options.get("ENGINE")?.toLowerCase() ?? "innodb") !== "innodb") return [];
	const before = tableIn(subject.before, statement.table);
	const at = statement.table.span;
	const found = [];
	for (const index of table.indexes) {
		if (before?.indexes.includes(index) === true) continue;
		const long = index.parts.find(({ column, length }) => partBytes(columnIn(table, column ?? ""), length, table) > KEY_BYTES);
		if (long !== void 0 && index.kind !== "fulltext") found.push(...one(at, `a key on ${long.column} has more than ${KEY_BYTES} bytes`));
	}
	if (table.indexes.filter(({ kind }) => kind !== "primary").length > KEYS$1) found.push(...one(at, `more than ${KEYS$1} keys`));
	if (table.columns.length > COLUMNS) found.push(...one(at, `more than ${COLUMNS} columns`));
	const row = table.columns.reduce((sum, column) => sum + rowBytes(column, table), 0);
	if (row > ROW_BYTES) found.push(...one(at, `a row of ${row} bytes; ${ROW_BYTES} are allowed`));
	return found;
}
function partBytes(column, length, table) {
	if (column === void 0) return 0;
	const { name, args } = column.type;
	return (length ?? ([
		"CHAR",
		"VARCHAR",
		"BINARY",
		"VARBINARY"
	].includes(name) ? args[0] ?? 1 : 0)) * (/BINARY|BLOB/.test(name) ? 1 : charsetBytes(charsetOf(column, table)));
}
/** What counts towards the limit of a row: texts and blobs lie elsewhere. */
function rowBytes(column, table) {
	const { name, args } = column.type;
	if (["CHAR", "VARCHAR"].includes(name)) return (args[0] ?? 1) * charsetBytes(charsetOf(column, table)) + (name === "VARCHAR" ? 2 : 0);
	if (["BINARY", "VARBINARY"].includes(name)) return (args[0] ?? 1) + (name === "VARBINARY" ? 2 : 0);
	return {
		TINYINT: 1,
		SMALLINT: 2,
		MEDIUMINT: 3,
		INT: 4,
		BIGINT: 8,
		DOUBLE: 8,
		FLOAT: 4,
		DATETIME: 5,
		TIMESTAMP: 4,
		DATE: 3
	}[name] ?? 0;
}

// src/migrate/lint/rules/design.ts
/** S: how a table is made. Cheap to mend while it is new. */
const DESIGN = [
	{
		id: "S01",
		level: "warning",
		title: "A table has no primary key",
		why: "Replicas look for each changed row by reading the table, and no online tool can change it.",
		safe: "Give it a primary key; an id that counts up will do.",
		decides: "text",
		examples: [{
			bad: "CREATE TABLE marks (name VARCHAR(20) NOT NULL, mark INT NOT NULL);",
			good: "CREATE TABLE marks (name VARCHAR(20) NOT NULL, mark INT NOT NULL, PRIMARY KEY (name));"
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/create-table-gipks.html"],
		look: (subject) => {
			const { statement } = subject;
			if (statement.kind === "alter-table") {
				const drop = statement.parts.find(({ kind }) => kind === "drop-primary-key");
				const again = statement.parts.some((part) => part.kind === "add-index" && part.index.kind === "primary" || part.kind === "add-column" && part.column.key === "primary");
				return drop === void 0 || again ? [] : one(drop.span, "the primary key goes, and no other comes");
			}
			if (statement.kind !== "create-table" || statement.temporary || statement.like !== null || statement.select) return [];
			return statement.columns.some(({ key }) => key === "primary") || statement.indexes.some(({ kind }) => kind === "primary") ? [] : one(statement.table.span, `${statement.table.name} has none`);
		}
	},
	{
		id: "S02",
		level: "note",
		title: "A primary key of an unsuitable type",
		why: "Every other index holds a copy of it, and numbers with a fraction do not compare exactly.",
		safe: "Take BIGINT UNSIGNED, or BINARY(16) for a UUID.",
		decides: "text",
		examples: [{
			bad: "CREATE TABLE rates (rate DOUBLE NOT NULL PRIMARY KEY, name VARCHAR(20) NOT NULL);",
			good: "CREATE TABLE rates (id BIGINT NOT NULL PRIMARY KEY, rate DOUBLE NOT NULL, name VARCHAR(20) NOT NULL);"
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/innodb-index-types.html"],
		look: ({ statement }) => {
			if (statement.kind !== "create-table") return [];
			const named = new Set(statement.indexes.flatMap(({ kind, parts }) => kind === "primary" ? parts.map(({ column }) => column) : []));
			return statement.columns.filter(({ key, name, type }) => (key === "primary" || named.has(name)) && unsuitable(type)).flatMap(({ name, type, span }) => one(span, `${name} is ${type.name}${type.args.length === 0 ? "" : `(${type.args.join(",")})`}`));
		}
	},
	{
		id: "S03",
		level: "warning",
		title: "The engine is not InnoDB",
		why: "Others have no transactions, lock whole tables, or lose data in a crash.",
		safe: "Leave ENGINE out, or write InnoDB.",
		decides: "text",
		examples: [{
			bad: "CREATE TABLE hits (id BIGINT NOT NULL PRIMARY KEY) ENGINE=MyISAM;",
			good: "CREATE TABLE hits (id BIGINT NOT NULL PRIMARY KEY) ENGINE=InnoDB;"
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/storage-engines.html"],
		look: (subject) => optionsOf(subject).flatMap(({ name, value, span }) => name === "ENGINE" && value.toLowerCase() !== "innodb" ? one(span, `ENGINE=${value}`) : [])
	},
	{
		id: "S04",
		level: "warning",
		title: "An old character set",
		why: "utf8mb3 and latin1 cannot hold every character, and changing them later copies the table.",
		safe: "Take utf8mb4; for codes that are ASCII for ever, ascii.",
		decides: "text",
		examples: [{
			bad: "CREATE TABLE words (id BIGINT NOT NULL PRIMARY KEY, word VARCHAR(20) NOT NULL) DEFAULT CHARSET=latin1;",
			good: "CREATE TABLE words (id BIGINT NOT NULL PRIMARY KEY, word VARCHAR(20) NOT NULL) DEFAULT CHARSET=utf8mb4;"
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/charset-unicode-utf8mb3.html"],
		look: (subject) => oldCharsets(subject)
	},
	{
		id: "S05",
		level: "warning",
		title: "FLOAT or DOUBLE for money",
		why: "They hold no exact fractions of ten: sums are wrong by a cent.",
		safe: "Take DECIMAL, or whole cents.",
		decides: "text",
		examples: [{
			bad: "CREATE TABLE bills (id BIGINT NOT NULL PRIMARY KEY, total_price DOUBLE NOT NULL);",
			good: "CREATE TABLE bills (id BIGINT NOT NULL PRIMARY KEY, total_price DECIMAL(12,2) NOT NULL);"
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/floating-point-types.html"],
		look: (subject) => columnsOf(subject).flatMap(({ name, type }) => (type.name === "FLOAT" || type.name === "DOUBLE") && MONEY.test(name) ? one(type.span, `${name} is ${type.name}`) : [])
	},
	{
		id: "S06",
		level: "error",
		title: "A default of a date that does not exist",
		why: "The strict mode of the server refuses 0000-00-00 (error 1067).",
		safe: "Allow NULL, or take CURRENT_TIMESTAMP.",
		decides: "text",
		examples: [{
			bad: "CREATE TABLE visits (id BIGINT NOT NULL PRIMARY KEY, seen DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00');",
			good: "CREATE TABLE visits (id BIGINT NOT NULL PRIMARY KEY, seen DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP);"
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html#sqlmode_no_zero_date"],
		look: (subject) => columnsOf(subject).flatMap((column) => {
			const literal = column.default?.literal ?? "";
			return [
				"DATE",
				"DATETIME",
				"TIMESTAMP"
			].includes(column.type.name) && /^['"]?(0000-00-00|0{8})|^0$/.test(literal) ? one(column.default?.span ?? column.span, `${column.name} has the default ${literal}`) : [];
		})
	},
	{
		id: "S07",
		level: "note",
		title: "A display width, or ZEROFILL",
		why: "It changes nothing that is stored; MySQL warns (1681) and will take it away.",
		safe: "Leave the width out, and format numbers in the application.",
		decides: "text",
		fix: "takes the width out",
		examples: [{
			bad: "CREATE TABLE stock (id BIGINT NOT NULL PRIMARY KEY, pieces INT(5) NOT NULL);",
			good: "CREATE TABLE stock (id BIGINT NOT NULL PRIMARY KEY, pieces INT NOT NULL);",
			dialect: "mysql"
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/numeric-type-attributes.html"],
		look: (subject) => widths(subject)
	},
	{
		id: "S13",
		level: "note",
		title: "TIMESTAMP ends in 2038",
		why: "It counts seconds in 32 bits: no later time can be stored.",
		safe: "Take DATETIME and write UTC.",
		decides: "text",
		examples: [{
			bad: "CREATE TABLE plans (id BIGINT NOT NULL PRIMARY KEY, due TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);",
			good: "CREATE TABLE plans (id BIGINT NOT NULL PRIMARY KEY, due DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP);"
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/datetime.html", "https://mariadb.com/kb/en/timestamp/"],
		look: (subject) => {
			if (subject.server.dialect === "mariadb" && atLeast(subject.server, "11.5")) return [];
			return columnsOf(subject).flatMap(({ name, type }) => type.name === "TIMESTAMP" ? one(type.span, `${name} is TIMESTAMP`) : []);
		}
	},
	{
		id: "S14",
		level: "warning",
		title: "A definer is named",
		why: "The program runs with the rights of that account, which may not exist on the next server.",
		safe: "Leave DEFINER out, or write SQL SECURITY INVOKER.",
		decides: "text",
		examples: [{
			before: "CREATE TABLE bugs (id BIGINT NOT NULL PRIMARY KEY);",
			bad: "CREATE DEFINER='root'@'localhost' VIEW all_bugs AS SELECT id FROM bugs;",
			good: "CREATE VIEW all_bugs AS SELECT id FROM bugs;"
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/stored-objects-security.html"],
		look: ({ statement }) => statement.kind === "program" && statement.definer !== null && !/^current_(user|role)/i.test(statement.definer) ? one(0, `DEFINER=${statement.definer}`) : []
	}
];
const MONEY = /(^|_)(price|prices|amount|cost|costs|total|balance|fee|fees|salary|money|tax|discount|revenue|payment)(_|$)/i;
function unsuitable({ name, args }) {
	if ([
		"FLOAT",
		"DOUBLE",
		"ENUM",
		"SET",
		"TEXT",
		"BLOB",
		"JSON",
		"TINYTEXT",
		"MEDIUMTEXT",
		"LONGTEXT"
	].includes(name)) return true;
	return (name === "CHAR" || name === "VARCHAR") && (args[0] ?? 0) > 255;
}
/** Columns that a statement writes; those of tables that exist as well. */
function columnsOf({ statement }) {
	if (statement.kind === "create-table") return statement.columns;
	if (statement.kind !== "alter-table") return [];
	return statement.parts.flatMap((part) => part.kind === "add-column" || part.kind === "modify-column" || part.kind === "change-column" ? [part.column] : []);
}
function optionsOf({ statement }) {
	if (statement.kind === "create-table") return statement.options;
	if (statement.kind !== "alter-table") return [];
	return statement.parts.flatMap((part) => part.kind === "option" ? [part.option] : []);
}
const OLD = /* @__PURE__ */ new Set([
	"utf8",
	"utf8mb3",
	"latin1",
	"latin2",
	"cp1250",
	"cp1251",
	"cp1252",
	"koi8r",
	"gbk",
	"gb2312",
	"big5",
	"sjis",
	"ucs2"
]);
function oldCharsets(subject) {
	const isOld = (charset) => charset !== null && OLD.has(charset.toLowerCase());
	const tables = optionsOf(subject).flatMap(({ name, value, span }) => name === "CHARSET" && isOld(value) ? one(span, value) : []);
	const columns = columnsOf(subject).flatMap(({ name, type }) => isOld(type.charset) ? one(type.span, `${name} is ${type.charset}`) : []);
	const parts = (alterationOf(subject)?.parts ?? []).flatMap((part) => part.kind === "convert-charset" && isOld(part.charset) ? one(part.span, part.charset) : []);
	return [
		...tables,
		...columns,
		...parts
	];
}
const INTEGERS = /* @__PURE__ */ new Set([
	"TINYINT",
	"SMALLINT",
	"MEDIUMINT",
	"INT",
	"BIGINT"
]);
function widths(subject) {
	const { sql, server } = subject;
	if (server.dialect !== "mysql") return [];
	return columnsOf(subject).flatMap(({ name, type }) => {
		if (type.zerofill) return one(type.span, `${name} is ZEROFILL`);
		if (!INTEGERS.has(type.name) || type.args.length === 0 || type.name === "TINYINT" && type.args[0] === 1) return [];
		const width = /^\w+(\s*\(\s*\d+\s*\))/.exec(sql.slice(type.span.from, type.span.to))?.[1];
		if (width === void 0) return [];
		const from = type.span.from + sql.slice(type.span.from).indexOf(width);
		return one(type.span, `${name} has a width of ${type.args[0]}`, { fix: [{
			from,
			to: from + width.length,
			text: ""
		}] });
	});
}

// src/migrate/lint/rules/keys.ts
/** S, continued: indexes, foreign keys and names. */
const SHOPS = "CREATE TABLE shops (id BIGINT UNSIGNED NOT NULL PRIMARY KEY, code VARCHAR(20) NOT NULL) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;";
const KEYS = [
	{
		id: "S08",
		level: "warning",
		title: "An index does the work of another",
		why: "Every write keeps both; reads need one.",
		safe: "Leave out the shorter one.",
		decides: "text",
		examples: [{
			bad: "CREATE TABLE calls (id BIGINT NOT NULL PRIMARY KEY, a INT NOT NULL, b INT NOT NULL, KEY calls_a (a), KEY calls_ab (a, b));",
			good: "CREATE TABLE calls (id BIGINT NOT NULL PRIMARY KEY, a INT NOT NULL, b INT NOT NULL, KEY calls_ab (a, b));"
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/multiple-column-indexes.html"],
		look: (subject) => redundant(subject)
	},
	{
		id: "S09",
		level: "error",
		title: "A foreign key does not fit its parent",
		why: "The types differ, or the parent is not unique: the server refuses (errors 3780, 6125, 150).",
		safe: "Give both columns exactly the same type, and refer to a primary or a unique key.",
		decides: "text",
		examples: [{
			before: SHOPS,
			bad: "CREATE TABLE clerks (id BIGINT NOT NULL PRIMARY KEY, shop_id INT NOT NULL, CONSTRAINT clerks_of FOREIGN KEY (shop_id) REFERENCES shops (id));",
			good: "CREATE TABLE clerks (id BIGINT NOT NULL PRIMARY KEY, shop_id BIGINT UNSIGNED NOT NULL, CONSTRAINT clerks_of FOREIGN KEY (shop_id) REFERENCES shops (id));"
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html"],
		look: (subject) => unfit(subject)
	},
	{
		id: "S10",
		level: "warning",
		title: "REFERENCES at a column is ignored",
		why: "MySQL before 9.0 reads it and makes no foreign key.",
		safe: "Write FOREIGN KEY … REFERENCES as a line of its own.",
		decides: "text",
		examples: [{
			before: SHOPS,
			bad: "CREATE TABLE desks (id BIGINT NOT NULL PRIMARY KEY, shop_id BIGINT UNSIGNED NOT NULL REFERENCES shops (id));",
			good: "CREATE TABLE desks (id BIGINT NOT NULL PRIMARY KEY, shop_id BIGINT UNSIGNED NOT NULL, CONSTRAINT desks_of FOREIGN KEY (shop_id) REFERENCES shops (id));",
			dialect: "mysql"
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/ansi-diff-foreign-keys.html"],
		look: (subject) => {
			if (subject.server.dialect !== "mysql" || atLeast(subject.server, "9.0")) return [];
			return columnsOf(subject).flatMap(({ name, references, span }) => references === null ? [] : one(span, `${name} refers to ${references.table.name} on paper only`));
		}
	},
	{
		id: "S11",
		level: "note",
		title: "Columns that are joined have different collations",
		why: "The server compares them by converting one side: no index helps there.",
		safe: "Give columns of the same name the same collation.",
		decides: "text",
		examples: [{
			before: SHOPS,
			bad: "CREATE TABLE sales (id BIGINT NOT NULL PRIMARY KEY, code VARCHAR(20) COLLATE utf8mb4_general_ci NOT NULL, KEY sales_code (code));",
			good: "CREATE TABLE sales (id BIGINT NOT NULL PRIMARY KEY, code VARCHAR(20) COLLATE utf8mb4_bin NOT NULL, KEY sales_code (code));"
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/charset-collation-coercibility.html"],
		look: (subject) => mixedCollations(subject)
	},
	{
		id: "S12",
		level: "note",
		title: "A name is a reserved word of another version",
		why: "On that version the statement is a syntax error, and so is every query that uses the name.",
		safe: "Take another name; or quote it everywhere.",
		decides: "text",
		fix: "quotes the name",
		examples: [{
			bad: "CREATE TABLE texts (id BIGINT NOT NULL PRIMARY KEY, manual VARCHAR(20) NOT NULL);",
			good: "CREATE TABLE texts (id BIGINT NOT NULL PRIMARY KEY, `manual` VARCHAR(20) NOT NULL);",
			dialect: "mysql",
			version: "8.0"
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/keywords.html"],
		look: (subject) => reservedLater(subject)
	}
];
function redundant({ statement, before, after }) {
	if (statement.kind !== "create-table" && statement.kind !== "alter-table" && statement.kind !== "create-index") return [];
	if (statement.kind === "create-table" && statement.like !== null) return [];
	const table = tableIn(after, statement.table);
	const old = tableIn(before, statement.table)?.indexes ?? [];
	return (table?.indexes ?? []).flatMap((index, at, all) => {
		const other = all.find((one, place) => one !== index && covers(one, index, place < at));
		if (other === void 0 || old.includes(index) && old.includes(other)) return [];
		return one(statement.table.span, `${index.name} is the beginning of ${other.name}`);
	});
}
/** `index` can be left out: `other` begins with the same columns. Of two that are the same the later is one too many. */
function covers(other, index, otherIsFirst) {
	if (!other.visible || !index.visible || (other.using ?? "BTREE") !== (index.using ?? "BTREE")) return false;
	const alike = index.parts.length === other.parts.length;
	if (index.kind === "primary" || index.kind === "unique" && !(alike && other.kind !== "plain" && otherIsFirst)) return false;
	if (index.kind !== "plain" && index.kind !== "unique") return false;
	if (alike && !otherIsFirst && other.kind === "plain") return false;
	if (other.parts.some((part, at) => index.parts[at] !== void 0 && index.parts[at]?.descending !== part.descending)) return false;
	const columns = index.parts.map(({ column, length }) => length === null ? column : null);
	return columns.every((column) => column !== null) && beginsWith(other, columns.filter((column) => column !== null));
}
function foreignKeysOf({ statement }) {
	const own = (columns) => columns.flatMap(({ name, references, span }) => references === null ? [] : [{
		name: null,
		columns: [name],
		references,
		span
	}]);
	if (statement.kind === "create-table") return [...statement.foreignKeys, ...own(statement.columns)].map((key) => ({
		key,
		table: statement.table
	}));
	if (statement.kind !== "alter-table") return [];
	return statement.parts.flatMap((part) => part.kind === "add-foreign-key" ? [{
		key: part.foreignKey,
		table: statement.table
	}] : []);
}
function unfit(subject) {
	const { after, server } = subject;
	return foreignKeysOf(subject).flatMap(({ key, table }) => {
		const [child, parent] = [tableIn(after, table), tableIn(after, key.references.table)];
		if (child === void 0 || parent === void 0) return [];
		for (const [at, name] of key.columns.entries()) {
			const [column, other] = [columnIn(child, name), columnIn(parent, key.references.columns[at] ?? "")];
			if (column === void 0 || other === void 0) continue;
			const why = mismatch(column, child, other, parent);
			if (why !== void 0) return one(key.span, `${name} and ${parent.name}.${other.name}: ${why}`);
		}
		return notUnique(key, parent, server);
	});
}
function mismatch(column, child, other, parent) {
	const [a, b] = [column.type, other.type];
	if (!isText(a.name) && !isText(b.name)) {
		const scale = a.name === "DECIMAL" && a.args.join() !== b.args.join();
		return a.name === b.name && a.unsigned === b.unsigned && !scale ? void 0 : `${typeName(column)} is not ${typeName(other)}`;
	}
	if (isText(a.name) !== isText(b.name)) return `${a.name} is not ${b.name}`;
	const [order, wanted] = [collationOf(column, child), collationOf(other, parent)];
	if (charsetOf(column, child) !== charsetOf(other, parent) && (a.charset ?? a.collation ?? b.charset ?? b.collation) !== null) return `${charsetOf(column, child)} is not ${charsetOf(other, parent)}`;
	return order !== null && wanted !== null && order !== wanted ? `${order} is not ${wanted}` : void 0;
}
function typeName({ type }) {
	return `${type.name}${type.unsigned ? " UNSIGNED" : ""}`;
}
function notUnique(key, parent, server) {
	const { columns } = key.references;
	if (!parent.whole || columns.length === 0) return [];
	if (parent.indexes.some((index) => (index.kind === "primary" || index.kind === "unique") && index.parts.length === columns.length && beginsWith(index, columns))) return [];
	const refused = !parent.indexes.some((index) => beginsWith(index, columns)) || server.dialect === "mysql" && atLeast(server, "8.4");
	return one(key.span, `${parent.name} (${columns.join(", ")}) is not unique`, { level: refused ? "error" : "warning" });
}
function mixedCollations(subject) {
	const { statement, after } = subject;
	if (statement.kind !== "create-table" && statement.kind !== "alter-table") return [];
	const table = tableIn(after, statement.table);
	return columnsOf(subject).flatMap((column) => {
		if (table === void 0 || !isText(column.type.name) || !indexed(table, column.name)) return [];
		const order = collationOf(column, table);
		if (order === null) return [];
		for (const other of after.tables.values()) {
			const twin = other === table ? void 0 : columnIn(other, column.name);
			const wanted = twin === void 0 || !isText(twin.type.name) ? null : collationOf(twin, other);
			if (wanted !== null && wanted !== order) return one(column.span, `${column.name} is ${order}, ${other.name}.${column.name} is ${wanted}`);
		}
		return [];
	});
}
function indexed(table, column) {
	return table.indexes.some(({ parts }) => parts.some((part) => part.column !== null && same(part.column, column)));
}
/** Words that some supported version reserves and others do not. */
const LATER = /* @__PURE__ */ new Set([
	"MANUAL",
	"PARALLEL",
	"QUALIFY",
	"TABLESAMPLE",
	"LIBRARY",
	"EXTERNAL"
]);
function reservedLater(subject) {
	const { statement, sql, server } = subject;
	if (server.dialect !== "mysql") return [];
	const places = columnsOf(subject).map(({ name, span }) => ({
		name,
		from: span.from
	}));
	if (statement.kind === "create-table" && statement.table.schema === null) places.push({
		name: statement.table.name,
		from: statement.table.span.from
	});
	return places.flatMap(({ name, from }) => {
		if (!LATER.has(name.toUpperCase()) || sql.slice(from, from + name.length) !== name) return [];
		const to = from + name.length;
		return one(from, `${name} is reserved from MySQL 8.4 on, or was in some version since`, { fix: [{
			from,
			to,
			text: `\`${name}\``
		}] });
	});
}

// src/migrate/lint/rules/locking.ts
/** L: what blocks others while it runs. */
/** Above this, writing a table anew takes long enough to be planned. */
const BIG$1 = 1024 ** 3;
const USERS = "CREATE TABLE users (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) NOT NULL, age INT NULL);";
const LOCKING = [
	{
		id: "L01",
		level: "warning",
		title: "The whole table is copied while nobody can write to it",
		why: "Writes wait for the whole copy, the disk holds the table twice, and replicas fall behind by the same time.",
		safe: "Add a new column or table, fill it in a backfill, and switch; or let `migrate plan` choose an online tool.",
		decides: "server",
		examples: [{
			before: USERS,
			bad: "ALTER TABLE users MODIFY age BIGINT NULL;",
			good: "ALTER TABLE users ADD COLUMN age_wide BIGINT NULL;"
		}],
		references: [MANUALS.mysqlOnline, MANUALS.mariadbOnline],
		look: (subject) => copied(subject)
	},
	{
		id: "L02",
		level: "warning",
		title: "A table is rebuilt in place",
		why: "It reads and writes the whole table; replicas fall behind by the run time, and a full row log ends it with an error.",
		safe: "Do it outside of busy hours, or by an online tool; a change that needs no rebuild is better.",
		decides: "server",
		examples: [{
			before: USERS,
			bad: "ALTER TABLE users ENGINE=InnoDB;",
			good: "ALTER TABLE users COMMENT='people who sign in';",
			bytes: { users: 8 * BIG$1 }
		}],
		references: [MANUALS.mysqlOnline, MANUALS.mariadbOnline],
		look: (subject) => rebuilt(subject)
	},
	{
		id: "L03",
		level: "warning",
		title: "In place, and still nobody can write",
		why: "The server calls it INPLACE, but it takes LOCK=SHARED: every write waits until the index is built.",
		safe: "Create such an index together with its table, or in a window without writes.",
		decides: "server",
		examples: [{
			before: USERS,
			bad: "ALTER TABLE users ADD FULLTEXT INDEX users_name (name);",
			good: "ALTER TABLE users ADD INDEX users_name (name);"
		}],
		references: [MANUALS.mysqlOnline],
		look: (subject) => {
			const alteration = alterationOf(subject);
			const ways = alteration === void 0 ? void 0 : waysOf(alteration, subject);
			const shared = ways?.find(({ way }) => way.algorithm !== "COPY" && way.lock === "SHARED");
			if (ways === void 0 || shared === void 0 || worstOf(ways)?.algorithm === "COPY") return [];
			return one(shared.part.span, `${named(shared)} on ${alteration?.name} keeps writes out until it is done`);
		}
	},
	{
		id: "L04",
		level: "warning",
		title: "An instant change stands together with one that is not",
		why: "The whole statement takes the way of its slowest part, so the instant part waits and the rest may rebuild more.",
		safe: "Write two ALTER TABLE, the instant one first.",
		decides: "server",
		fix: "splits the statement: the instant parts first",
		examples: [{
			before: USERS,
			bad: "ALTER TABLE users ADD COLUMN city INT NULL, ADD INDEX users_age (age);",
			good: "ALTER TABLE users ADD COLUMN city INT NULL;\nALTER TABLE users ADD INDEX users_age (age);"
		}],
		references: [MANUALS.mysqlOnline],
		look: (subject) => mixed(subject)
	},
	{
		id: "L05",
		level: "warning",
		title: "ALGORITHM=INSTANT on a table that does not allow it",
		why: "With a FULLTEXT index or ROW_FORMAT=COMPRESSED the server refuses INSTANT, and the migration stops there.",
		safe: "Plan a rebuild of that table, or take the index away first.",
		decides: "server",
		examples: [{
			before: "CREATE TABLE posts (id INT NOT NULL PRIMARY KEY, body TEXT NOT NULL, FULLTEXT KEY posts_body (body));",
			bad: "ALTER TABLE posts ADD COLUMN likes BIGINT NULL, ALGORITHM=INSTANT;",
			good: "ALTER TABLE posts ADD COLUMN likes BIGINT NULL, ALGORITHM=INPLACE;",
			dialect: "mysql"
		}],
		references: [MANUALS.mysqlOnline],
		look: (subject) => {
			const alteration = alterationOf(subject);
			if (alteration?.table === void 0 || asserted(alteration.parts).algorithm !== "INSTANT") return [];
			const { table, parts, name } = alteration;
			const column = parts.find(({ kind }) => kind === "add-column" || kind === "drop-column");
			if (column === void 0) return [];
			const compressed = table.options.get("ROW_FORMAT")?.toUpperCase() === "COMPRESSED";
			const fulltext = subject.server.dialect === "mysql" && table.indexes.some(({ kind }) => kind === "fulltext");
			if (!compressed && !fulltext) return [];
			return one(column.span, `${name} has ${compressed ? "ROW_FORMAT=COMPRESSED" : "a FULLTEXT index"}: no INSTANT there`);
		}
	},
	{
		id: "L06",
		level: "off",
		title: "An ALTER TABLE does not say how it may be done",
		why: "A server whose table is in another state takes a worse way without a word.",
		safe: "Assert the algorithm, so that the server refuses instead. Shiplock asserts it when it applies; switch this on where other tools run the files.",
		decides: "server",
		fix: "writes the ALGORITHM and LOCK that the table of this documentation foresees",
		examples: [{
			before: USERS,
			bad: "ALTER TABLE users ADD COLUMN city INT NULL;",
			good: "ALTER TABLE users ADD COLUMN city INT NULL, ALGORITHM=INSTANT;"
		}],
		references: [MANUALS.mysqlAlter],
		look: (subject) => unasserted(subject)
	},
	{
		id: "L07",
		level: "error",
		title: "ALGORITHM=INSTANT together with a LOCK clause",
		why: "MySQL refuses every LOCK but DEFAULT with INSTANT (error 1221).",
		safe: "Leave the LOCK clause out: INSTANT holds no lock for long.",
		decides: "text",
		fix: "takes the LOCK clause out",
		examples: [{
			before: USERS,
			bad: "ALTER TABLE users ADD COLUMN city INT NULL, ALGORITHM=INSTANT, LOCK=NONE;",
			good: "ALTER TABLE users ADD COLUMN city INT NULL, ALGORITHM=INSTANT;",
			dialect: "mysql"
		}],
		references: [MANUALS.mysqlAlter],
		look: ({ statement, sql, server }) => {
			if (statement.kind !== "alter-table" || server.dialect !== "mysql") return [];
			const { algorithm, lock } = asserted(statement.parts);
			const at = statement.parts.findIndex((part) => part.kind === "lock");
			const part = statement.parts[at];
			if (algorithm !== "INSTANT" || lock === null || lock === "DEFAULT" || part === void 0) return [];
			const before = statement.parts[at - 1];
			const after = statement.parts[at + 1];
			const cut = before === void 0 ? {
				from: part.span.from,
				to: after?.span.from ?? sql.length
			} : {
				from: before.span.to,
				to: part.span.to
			};
			return one(part.span, `LOCK=${lock} stands with ALGORITHM=INSTANT`, { fix: [{
				...cut,
				text: ""
			}] });
		}
	}
];
function named({ operation }) {
	return operation.replaceAll("-", " ");
}
function copied(subject) {
	const alteration = alterationOf(subject);
	const copy = (alteration === void 0 ? void 0 : waysOf(alteration, subject))?.find(({ way }) => way.algorithm === "COPY");
	if (alteration === void 0 || copy === void 0 || copy.operation === "add-foreign-key") return [];
	const waits = copy.way.lock === "SHARED" ? ", and writes wait for it" : "";
	return one(copy.part.span, `${named(copy)}: ${alteration.name} is copied as a whole${waits}`);
}
function rebuilt(subject) {
	const alteration = alterationOf(subject);
	const ways = alteration === void 0 ? void 0 : waysOf(alteration, subject);
	if (alteration === void 0 || ways === void 0 || worstOf(ways)?.algorithm === "COPY") return [];
	const rebuild = ways.find(({ way }) => way.rebuilds);
	if (rebuild === void 0 || rebuild.way.lock === "SHARED") return [];
	const bytes = subject.facts.bytes.get(alteration.name);
	if (bytes !== void 0 && bytes < BIG$1) return [];
	const size = bytes === void 0 ? "" : ` (${(bytes / BIG$1).toFixed(1)} GiB)`;
	return one(rebuild.part.span, `${named(rebuild)}: ${alteration.name}${size} is written anew`, { level: bytes === void 0 ? "note" : "warning" });
}
function mixed(subject) {
	const { statement, sql } = subject;
	const alteration = alterationOf(subject);
	if (alteration === void 0 || statement.kind !== "alter-table") return [];
	const ways = waysOf(alteration, subject);
	const worst = ways === void 0 ? void 0 : worstOf(ways);
	if (ways === void 0 || worst === void 0 || worst.algorithm === "INSTANT") return [];
	const isInstant = (part) => ways.filter((way) => way.part === part).every(({ way }) => way.algorithm === "INSTANT");
	const parts = statement.parts.filter(({ kind }) => kind !== "algorithm" && kind !== "lock");
	const instant = parts.filter(isInstant);
	const others = parts.filter((part) => !isInstant(part));
	const [first] = instant;
	if (first === void 0 || others.length === 0 || parts.some(({ kind }) => kind === "rename-table")) return [];
	const head = sql.slice(0, statement.parts[0]?.span.from ?? 0).trimEnd();
	const list = (some) => some.map(({ span }) => sql.slice(span.from, span.to)).join(", ");
	const simple = parts.length === statement.parts.length && !parts.some(({ kind }) => kind === "change-column" || kind === "rename-column");
	const text = `${head} ${list(instant)};\n${head} ${list(others)}`;
	return one(first.span, `the instant part would wait for ${worst.algorithm === "COPY" ? "a copy" : "the others"} of ${alteration.name}`, simple ? { fix: [{
		from: 0,
		to: sql.length,
		text
	}] } : {});
}
function unasserted(subject) {
	const { statement, sql } = subject;
	const alteration = alterationOf(subject);
	if (alteration === void 0 || statement.kind !== "alter-table") return [];
	const { algorithm } = asserted(alteration.parts);
	const ways = waysOf(alteration, subject);
	const worst = ways === void 0 ? void 0 : worstOf(ways);
	if (algorithm !== null || worst === void 0) return [];
	const clause = worst.algorithm === "INSTANT" ? "ALGORITHM=INSTANT" : `ALGORITHM=${worst.algorithm}, LOCK=${worst.lock}`;
	const last = statement.parts.at(-1)?.span.to ?? sql.length;
	const partitions = statement.parts.some(({ kind }) => kind.startsWith("partition") || kind === "remove-partitioning");
	const fix = worst.algorithm === "COPY" || partitions ? {} : { fix: [{
		from: last,
		to: last,
		text: `, ${clause}`
	}] };
	return one(statement.table.span, `${clause} is foreseen for ${alteration.name}, and nothing asserts it`, fix);
}

// src/migrate/lint/rules/process.ts
/** F: how files are written, and what the ledger and reviewers can do with them. F10 to F12 are found while reading (lint.ts). */
const JOBS = "CREATE TABLE jobs (id BIGINT NOT NULL PRIMARY KEY, done TINYINT NOT NULL DEFAULT 0);";
const PROCESS = [
	{
		id: "F01",
		level: "error",
		title: "A number is taken twice",
		why: "Two branches added a migration with the same number: the order would differ between databases.",
		safe: "Give the newer file the next free number.",
		decides: "text",
		examples: [],
		references: [],
		lookFile: ({ file, earlier }) => {
			const own = numberOf(file.name);
			const other = own === void 0 ? void 0 : earlier.find(({ name }) => numberOf(name) === own);
			return other === void 0 ? [] : one(0, `the number is also that of ${other.name}`, { statement: 0 });
		}
	},
	{
		id: "F02",
		level: "error",
		title: "A file that was applied is edited",
		why: "Databases that have it and those that will get it would differ.",
		safe: "Write the change as a new migration. Only the database knows what was applied: a release and `migrate plan` compare it.",
		decides: "server",
		examples: [],
		references: []
	},
	{
		id: "F03",
		level: "off",
		title: "Several changes of structure in one file",
		why: "Structure does not roll back: when the second fails, the file stands half applied.",
		safe: "One change of structure per file. Shiplock journals each statement and goes on behind the last; switch this on where other tools run the files.",
		decides: "text",
		examples: [{
			before: JOBS,
			bad: "CREATE TABLE a (id BIGINT NOT NULL PRIMARY KEY);\nCREATE TABLE b (id BIGINT NOT NULL PRIMARY KEY);",
			good: "CREATE TABLE a (id BIGINT NOT NULL PRIMARY KEY);"
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/atomic-ddl.html"],
		lookFile: ({ subjects }) => {
			const [, second] = subjects.filter(({ statement }) => isStructure(statement));
			return second === void 0 ? [] : one(0, "a second change of structure in this file", { statement: second.number });
		}
	},
	{
		id: "F04",
		level: "error",
		title: "A transaction around changes of structure",
		why: "Each change of structure commits by itself: ROLLBACK takes nothing back.",
		safe: "Leave BEGIN and COMMIT out; shiplock puts rows and their mark into one transaction itself.",
		decides: "text",
		examples: [{
			bad: "BEGIN;\nCREATE TABLE c (id BIGINT NOT NULL PRIMARY KEY);\nCOMMIT;",
			good: "CREATE TABLE c (id BIGINT NOT NULL PRIMARY KEY);"
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html"],
		lookFile: ({ subjects }) => {
			if (!subjects.some(({ statement }) => isStructure(statement))) return [];
			const begin = subjects.find(({ statement }) => statement.kind === "other" && TRANSACTION.test(statement.what));
			return begin === void 0 ? [] : one(0, "the statements after it commit by themselves", { statement: begin.number });
		}
	},
	{
		id: "F05",
		level: "note",
		title: "Structure and rows are changed in one file",
		why: "One of them cannot roll back, and rows of a table that exists are better changed in batches.",
		safe: "Put the rows into a backfill migration of their own. Rows of a table that the file makes are fine.",
		decides: "text",
		examples: [{
			before: JOBS,
			bad: "CREATE TABLE notes (id BIGINT NOT NULL PRIMARY KEY);\nUPDATE jobs SET done = 1 WHERE id = 1;",
			good: "CREATE TABLE notes (id BIGINT NOT NULL PRIMARY KEY);\nINSERT INTO notes (id) VALUES (1);"
		}],
		references: [],
		lookFile: ({ subjects }) => {
			if (!subjects.some(({ statement }) => isStructure(statement))) return [];
			const rows = subjects.find((subject) => writesOldRows(subject));
			return rows === void 0 ? [] : one(0, "rows of a table that was there, beside changes of structure", { statement: rows.number });
		}
	},
	{
		id: "F06",
		level: "off",
		title: "A statement that cannot be run twice",
		why: "Without a ledger of what is done, a second try fails half way.",
		safe: "Write IF NOT EXISTS. Shiplock has a ledger; switch this on where other tools run the files.",
		decides: "text",
		examples: [{
			bad: "CREATE TABLE d (id BIGINT NOT NULL PRIMARY KEY);",
			good: "CREATE TABLE IF NOT EXISTS d (id BIGINT NOT NULL PRIMARY KEY);"
		}],
		references: [],
		look: ({ statement }) => statement.kind === "create-table" && !statement.ifNotExists && !statement.orReplace && !statement.temporary ? one(statement.table.span, `${statement.table.name} without IF NOT EXISTS`) : []
	},
	{
		id: "F07",
		level: "error",
		title: "Another database is named",
		why: "The migration would change a database that the release was not given, and nothing records it.",
		safe: "Name tables without their database.",
		decides: "text",
		examples: [{
			before: JOBS,
			bad: "CREATE TABLE other.jobs (id BIGINT NOT NULL PRIMARY KEY);",
			good: "CREATE TABLE tasks (id BIGINT NOT NULL PRIMARY KEY);"
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/identifier-qualifiers.html"],
		look: ({ statement }) => {
			if (statement.kind === "other") return /^USE\b/.test(statement.what) ? one(0, "USE leaves the database of the release") : [];
			const [foreign] = namesOf(statement).filter(({ schema }) => schema !== null);
			return foreign === void 0 ? [] : one(foreign.span, `${foreign.schema}.${foreign.name}`);
		}
	},
	{
		id: "F08",
		level: "error",
		title: "A default that replicas would compute differently",
		why: "MySQL refuses to add such a column while it writes a binary log (error 1674).",
		safe: "Add the column without it, fill it in a backfill, and set the default afterwards.",
		decides: "text",
		examples: [{
			before: JOBS,
			bad: "ALTER TABLE jobs ADD COLUMN ref CHAR(36) NOT NULL DEFAULT (uuid());",
			good: "ALTER TABLE jobs ADD COLUMN ref CHAR(36) NULL;",
			dialect: "mysql",
			also: ["L01"]
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/data-type-defaults.html"],
		look: (subject) => {
			if (subject.server.dialect !== "mysql") return [];
			return (alterationOf(subject)?.parts ?? []).flatMap((part) => {
				if (part.kind !== "add-column") return [];
				const unsafe = part.column.default?.functions.find((name) => UNSAFE.has(name));
				return unsafe === void 0 ? [] : one(part.column.default?.span ?? part.span, `${unsafe.toLowerCase()}() differs on every server`);
			});
		}
	},
	{
		id: "F09",
		level: "warning",
		title: "A comment that only some versions run",
		why: "Databases get another structure from the same file, depending on the version of the server.",
		safe: "Write plainly what is meant, for the server that is used.",
		decides: "text",
		examples: [{
			bad: "CREATE TABLE e (id BIGINT NOT NULL PRIMARY KEY, hidden INT NULL /*!80023 INVISIBLE */);",
			good: "CREATE TABLE e (id BIGINT NOT NULL PRIMARY KEY, hidden INT NULL);"
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/comments.html"],
		look: (subject) => gates(subject)
	},
	{
		id: "F10",
		level: "error",
		title: "A waiver without owner, reason or end",
		why: "An exception that belongs to nobody and never ends is no exception.",
		safe: "Write `waive=D01 until=2027-01-31 owner=… reason=…` on one line.",
		decides: "text",
		examples: [{
			before: JOBS,
			bad: "-- shiplock: waive=D02 until=2999-01-31\nALTER TABLE jobs DROP COLUMN done;",
			good: "-- shiplock: waive=D02 until=2999-01-31 owner=ann reason=nothing reads it\nALTER TABLE jobs DROP COLUMN done;",
			also: ["D02"]
		}],
		references: []
	},
	{
		id: "F11",
		level: "warning",
		title: "A waiver that has ended, or that waives nothing",
		why: "It would hide the next finding of that rule without anybody having looked.",
		safe: "Take it out; or write a new end when the reason still holds.",
		decides: "text",
		examples: [{
			bad: "-- shiplock: waive=D02 until=2999-01-31 owner=ann reason=nothing reads it\nCREATE TABLE f (id BIGINT NOT NULL PRIMARY KEY);",
			good: "CREATE TABLE f (id BIGINT NOT NULL PRIMARY KEY);"
		}],
		references: []
	},
	{
		id: "F12",
		level: "error",
		title: "A statement that cannot be read",
		why: "What cannot be read cannot be judged: it is never taken for harmless.",
		safe: "Mend it. If the server takes it, waive F12 in the header, and report the statement.",
		decides: "text",
		examples: [{
			bad: "CREATE TABEL g (id BIGINT NOT NULL PRIMARY KEY);",
			good: "CREATE TABLE g (id BIGINT NOT NULL PRIMARY KEY);"
		}],
		references: []
	}
];
const TRANSACTION = /^(BEGIN|START TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT)\b/;
const UNSAFE = /* @__PURE__ */ new Set([
	"UUID",
	"UUID_SHORT",
	"RAND",
	"SYSDATE",
	"CONNECTION_ID",
	"USER",
	"CURRENT_USER",
	"SESSION_USER",
	"SYSTEM_USER",
	"RANDOM_BYTES"
]);
const STRUCTURE = /* @__PURE__ */ new Set([
	"create-table",
	"alter-table",
	"create-index",
	"drop-index",
	"drop-table",
	"rename-table",
	"truncate-table"
]);
function isStructure(statement) {
	return STRUCTURE.has(statement.kind);
}
function writesOldRows(subject) {
	const { statement } = subject;
	if (statement.kind === "insert") return !isNew(tableIn(subject.before, statement.table), subject);
	if (statement.kind !== "update" && statement.kind !== "delete") return false;
	return statement.tables.some((table) => !isNew(tableIn(subject.before, table), subject));
}
function namesOf(statement) {
	switch (statement.kind) {
		case "create-table":
		case "alter-table":
		case "create-index":
		case "drop-index":
		case "truncate-table":
		case "insert": return [statement.table];
		case "drop-table":
		case "update":
		case "delete": return statement.tables;
		case "rename-table": return statement.renames.flatMap(({ from, to }) => [from, to]);
		case "program": return statement.names;
		default: return [];
	}
}
/** Every server that is supported runs comments up to these versions. */
const ALWAYS = {
	mysql: 8e4,
	mariadb: 100600
};
function gates({ sql, server }) {
	let from = 0;
	return tokensOf(sql).flatMap(({ kind, text }) => {
		if (kind !== "conditional") return [];
		const at = sql.indexOf(text, from);
		from = at + text.length;
		const [, own, digits] = /^\/\*(M?)!(\d{5,6})?/.exec(text) ?? [];
		const version = Number(digits ?? 0);
		const mariadb = server.dialect === "mariadb";
		return (own === "M" ? mariadb && version <= ALWAYS.mariadb : mariadb ? version < 50700 : version <= ALWAYS.mysql) ? [] : one(at, `${text.split("\n")[0]?.slice(0, 40)}`);
	});
}
/** Directory and digits, since each directory counts for itself, and times as numbers have more digits than a number of JavaScript. */
function numberOf(name) {
	const digits = /^\D{0,2}(\d+)/.exec(basename(name))?.[1];
	return digits === void 0 ? void 0 : `${dirname(name)}/${BigInt(digits)}`;
}

// src/migrate/lint/rules/waiting.ts
/** L, continued: waiting for locks, several rebuilds, online tools. */
const LONGEST_WAIT_S = 5;
const BIG = 1024 ** 3;
const ORDERS = "CREATE TABLE orders (id BIGINT NOT NULL PRIMARY KEY, customer_id BIGINT NOT NULL, state INT NOT NULL, KEY orders_customer (customer_id));";
const CUSTOMERS = "CREATE TABLE customers (id BIGINT NOT NULL PRIMARY KEY);";
const WAITING = [
	{
		id: "L08",
		level: "warning",
		title: "A statement may wait long for a metadata lock",
		why: "Every later query of that table queues behind a waiting ALTER; the default of the server is a year (MySQL) or a day (MariaDB).",
		safe: "Wait one to three seconds and try again. Shiplock sets lock_wait_timeout itself (`database.lockWaitTimeout`).",
		decides: "text",
		examples: [{
			before: ORDERS,
			bad: "ALTER TABLE orders WAIT 60 ADD COLUMN note VARCHAR(20) NULL;",
			good: "ALTER TABLE orders WAIT 2 ADD COLUMN note VARCHAR(20) NULL;",
			dialect: "mariadb"
		}],
		references: [MANUALS.mysqlLocks],
		look: ({ statement }) => {
			if (statement.kind === "set") {
				const long = statement.variables.find(({ name, value }) => same(name, "lock_wait_timeout") && Number(value.literal) > LONGEST_WAIT_S);
				return long === void 0 ? [] : one(long.value.span, `lock_wait_timeout of ${long.value.literal} s`);
			}
			if (statement.kind !== "alter-table") return [];
			const wait = statement.modifiers.map((word) => Number(/^WAIT (\d+)$/.exec(word)?.[1] ?? 0)).find((seconds) => seconds > LONGEST_WAIT_S);
			return wait === void 0 ? [] : one(statement.table.span, `WAIT ${wait}`);
		}
	},
	{
		id: "L09",
		level: "warning",
		title: "A transaction is open on the table when it is changed",
		why: "Even an instant change waits for it, and every query behind it waits as well.",
		safe: "Nothing to write: apply looks for open transactions before each try, and tries again. No text shows them.",
		decides: "server",
		examples: [],
		references: [MANUALS.mysqlLocks]
	},
	{
		id: "L10",
		level: "warning",
		title: "A foreign key is added to a table that exists",
		why: "With checks on, the table is copied and both tables are locked; with checks off nothing is validated.",
		safe: "Index the column first, look for orphans with a query, and add the key in a quiet hour; or together with the table.",
		decides: "server",
		examples: [{
			before: `${CUSTOMERS}\n${ORDERS}`,
			bad: "ALTER TABLE orders ADD CONSTRAINT orders_of FOREIGN KEY (customer_id) REFERENCES customers (id);",
			good: "CREATE TABLE invoices (id BIGINT NOT NULL PRIMARY KEY, customer_id BIGINT NOT NULL, CONSTRAINT invoices_of FOREIGN KEY (customer_id) REFERENCES customers (id));",
			also: ["C04", "P03"]
		}],
		references: [MANUALS.mysqlOnline],
		look: (subject) => {
			const alteration = alterationOf(subject);
			return (alteration?.parts ?? []).flatMap((part) => part.kind === "add-foreign-key" || part.kind === "add-column" && part.column.references !== null ? one(part.span, `a foreign key of ${alteration?.name} is checked for every row`) : []);
		}
	},
	{
		id: "L11",
		level: "warning",
		title: "One table is rebuilt several times in a file",
		why: "Each of these statements writes the whole table anew.",
		safe: "Put the parts that rebuild into one ALTER TABLE, without any that are instant.",
		decides: "server",
		examples: [{
			before: ORDERS,
			bad: "ALTER TABLE orders MODIFY state BIGINT NOT NULL;\nALTER TABLE orders MODIFY customer_id INT UNSIGNED NOT NULL;",
			good: "ALTER TABLE orders ADD COLUMN state_wide BIGINT NULL, ADD COLUMN customer VARCHAR(20) NULL;",
			also: ["D03", "L01"]
		}],
		references: [MANUALS.mysqlOnline],
		lookFile: ({ subjects }) => {
			const rebuilds = /* @__PURE__ */ new Map();
			return subjects.flatMap((subject) => {
				const alteration = alterationOf(subject);
				const ways = alteration === void 0 ? void 0 : waysOf(alteration, subject);
				if (alteration === void 0 || ways === void 0 || worstOf(ways)?.rebuilds !== true) return [];
				const count = (rebuilds.get(alteration.name) ?? 0) + 1;
				rebuilds.set(alteration.name, count);
				if (count !== 2) return [];
				return one(alteration.at, `${alteration.name} is rebuilt a second time in this file`, { statement: subject.number });
			});
		}
	},
	{
		id: "L12",
		level: "note",
		title: "No online tool could do this change",
		why: "gh-ost and pt-online-schema-change need a primary or a unique key without NULL; with foreign keys or triggers they refuse.",
		safe: "Plan it for a quiet hour, or choose a change that needs no copy.",
		decides: "server",
		examples: [{
			before: "CREATE TABLE log (line VARCHAR(200) NULL, size INT NULL);",
			bad: "ALTER TABLE log MODIFY size BIGINT NULL;",
			good: "ALTER TABLE log ADD COLUMN wide BIGINT NULL;",
			also: ["L01"]
		}],
		references: [MANUALS.ghost],
		look: (subject) => ineligible(subject)
	},
	{
		id: "L13",
		level: "warning",
		title: "A unique key is added together with a copy of the table",
		why: "A tool that copies rows with INSERT IGNORE drops the duplicates without a word.",
		safe: "Add the key in a statement of its own, after a query for duplicates.",
		decides: "server",
		examples: [{
			before: ORDERS,
			bad: "ALTER TABLE orders MODIFY state BIGINT NOT NULL, ADD UNIQUE KEY orders_once (state, customer_id);",
			good: "ALTER TABLE orders ADD INDEX orders_once (state, customer_id);",
			also: [
				"C04",
				"L01",
				"P01"
			]
		}],
		references: [MANUALS.ghost],
		look: (subject) => {
			const alteration = alterationOf(subject);
			const ways = alteration === void 0 ? void 0 : waysOf(alteration, subject);
			if (alteration === void 0 || ways === void 0 || worstOf(ways)?.algorithm !== "COPY") return [];
			const unique = alteration.parts.find((part) => part.kind === "add-index" && part.index.kind === "unique");
			return unique === void 0 ? [] : one(unique.span, `${alteration.name} is copied and gets a unique key at once`);
		}
	},
	{
		id: "L14",
		level: "warning",
		title: "A large table is dropped or emptied at once",
		why: "The server takes its pages out of memory and deletes a large file: others wait.",
		safe: "Rename it, empty it in batches, and drop it later.",
		decides: "server",
		examples: [{
			before: ORDERS,
			bad: "-- shiplock: phase=contract breaks=<2\nDROP TABLE orders;",
			good: "ALTER TABLE orders COMMENT='not used since 2.0';",
			also: ["D01"],
			bytes: { orders: 8 * BIG }
		}],
		references: ["https://dev.mysql.com/doc/refman/8.4/en/drop-table.html"],
		look: ({ statement, facts }) => {
			return (statement.kind === "drop-table" ? statement.tables : statement.kind === "truncate-table" ? [statement.table] : []).flatMap(({ name, span }) => {
				const bytes = facts.bytes.get(name) ?? 0;
				return bytes < BIG ? [] : one(span, `${name} has ${(bytes / BIG).toFixed(1)} GiB`);
			});
		}
	},
	{
		id: "L15",
		level: "error",
		title: "INSTANT on a server that corrupts tables with it",
		why: "MySQL 8.0.29 to 8.0.31 can damage a table after an instant ADD or DROP COLUMN; backup tools refuse such tables.",
		safe: "Assert ALGORITHM=INPLACE, or update the server to 8.0.32.",
		decides: "text",
		fix: "writes ALGORITHM=INPLACE",
		examples: [{
			before: ORDERS,
			bad: "ALTER TABLE orders ADD COLUMN note VARCHAR(20) NULL;",
			good: "ALTER TABLE orders ADD COLUMN note VARCHAR(20) NULL, ALGORITHM=INPLACE;",
			dialect: "mysql",
			version: "8.0.30"
		}],
		references: ["https://dev.mysql.com/doc/relnotes/mysql/8.0/en/news-8-0-32.html"],
		look: (subject) => {
			const { statement, server } = subject;
			const alteration = alterationOf(subject);
			if (alteration === void 0 || statement.kind !== "alter-table" || server.dialect !== "mysql") return [];
			if (!atLeast(server, "8.0.29") || atLeast(server, "8.0.32")) return [];
			const { algorithm, lock } = asserted(alteration.parts);
			const part = alteration.parts.find(({ kind }) => kind === "add-column" || kind === "drop-column");
			if (part === void 0 || algorithm !== null && algorithm !== "INSTANT" && algorithm !== "DEFAULT") return [];
			const last = alteration.parts.at(-1)?.span.to ?? 0;
			const fix = algorithm === null && lock === null ? { fix: [{
				from: last,
				to: last,
				text: ", ALGORITHM=INPLACE"
			}] } : {};
			return one(part.span, `${alteration.name} would be changed INSTANT by ${server.version.join(".")}`, fix);
		}
	}
];
function ineligible(subject) {
	const alteration = alterationOf(subject);
	const ways = alteration === void 0 ? void 0 : waysOf(alteration, subject);
	if (alteration?.table === void 0 || ways === void 0 || worstOf(ways)?.algorithm !== "COPY") return [];
	const { table, name, at } = alteration;
	const why = [];
	const keyed = table.indexes.some(({ kind, parts }) => kind === "primary" || kind === "unique" && parts.every(({ column }) => table.columns.some((one) => column !== null && same(one.name, column) && one.nullable === false)));
	if (table.whole && !keyed) why.push("it has no primary key");
	if (table.foreignKeys.length > 0) why.push("it has foreign keys");
	for (const other of subject.before.tables.values()) if (other !== table && other.foreignKeys.some(({ references }) => same(references.table.name, name))) why.push(`${other.name} refers to it`);
	if (subject.before.programs.some(({ on }) => on !== null && same(on, name))) why.push("it has triggers");
	return why.length === 0 ? [] : one(at, `no online tool can change ${name}: ${why.join(", ")}`);
}

// src/migrate/lint/rules/index.ts
/** Every rule, by id: L locking, D data loss, C the release before, P data that is there, S design, F files. */
const RULES = [...[
	LOCKING,
	WAITING,
	LOSS,
	COMPATIBILITY,
	DATA,
	DESIGN,
	KEYS,
	PROCESS
].flat()].toSorted((a, b) => a.id < b.id ? -1 : 1);
const BY_ID = new Map(RULES.map((rule) => [rule.id, rule]));
/** Undefined: there is no such rule. */
function ruleOf(id) {
	return BY_ID.get(id);
}

// src/migrate/lint/waivers.ts
const NEVER = /* @__PURE__ */ new Set(["F10", "F11"]);
/** Pure. */
function judgeWaivers(findings, files, options) {
	const left = [];
	const waived = [];
	const byName = new Map(files.map((file) => [file.name, file]));
	for (const finding of findings) {
		const waiver = byName.get(finding.file)?.header.waivers.find(({ rules, until }) => rules.includes(finding.rule) && until >= options.today);
		if (waiver === void 0 || NEVER.has(finding.rule)) left.push(finding);
		else waived.push({
			finding,
			waiver
		});
	}
	const rule = options.rules.find(({ id }) => id === "F11");
	if (rule !== void 0) for (const file of files) left.push(...file.header.waivers.flatMap((one) => useless(one, file, rule, waived, options)));
	return {
		findings: left,
		waived
	};
}
function useless(waiver, file, rule, waived, { today, levelOf }) {
	const finding = (message, id) => {
		const level = levelOf(rule);
		const { line, column } = placeOf(file.text, id);
		const { why, safe } = rule;
		return {
			rule: rule.id,
			file: file.name,
			line,
			column,
			statement: null,
			message,
			why,
			safe,
			fix: null,
			level: level === "off" ? "note" : level
		};
	};
	return waiver.rules.flatMap((id) => {
		const known = ruleOf(id);
		if (waiver.until < today) return [finding(`the waiver of ${id} ended on ${waiver.until}`, id)];
		if (known === void 0) return [finding(`there is no rule ${id}`, id)];
		if (waived.some((one) => one.waiver === waiver && one.finding.rule === id) || known.decides === "server" || levelOf(known) === "off") return [];
		return [finding(`nothing here needs the waiver of ${id}`, id)];
	});
}
function placeOf(text, id) {
	const lines = text.split("\n");
	const index = lines.findIndex((line) => new RegExp(`waive=(\\S*,)?${id}\\b`).test(line));
	return {
		line: Math.max(index, 0) + 1,
		column: Math.max((lines[index]?.indexOf("waive=") ?? 0) + 1, 1)
	};
}

// src/migrate/lint/lint.ts
/** Judges migrations, in their order. Pure: the same files, options and day give the same findings. */
function lint(files, options) {
	const levelOf = (rule) => options.levels?.[rule.id] ?? rule.level;
	const rules = RULES.filter((rule) => levelOf(rule) !== "off");
	const all = [];
	let schema = NO_SCHEMA;
	for (const [at, file] of files.entries()) {
		const subjects = [];
		for (const [number, { parsed, sql }] of file.statements.entries()) {
			if (!parsed.ok) continue;
			const { statement } = parsed;
			const before = schema;
			schema = schemaAfter(schema, statement, file.name);
			const { server, facts = NO_FACTS, complete = false } = options;
			subjects.push({
				statement,
				sql,
				file,
				before,
				after: schema,
				server,
				facts,
				complete,
				number
			});
		}
		if (!file.judged) continue;
		const found = fileFindings({
			file,
			subjects,
			server: options.server,
			earlier: files.slice(0, at)
		}, rules);
		all.push(...[...found, ...unread(file, rules)].map((one) => placed(one, file, options.levels)));
	}
	const judged = files.filter((file) => file.judged);
	const { findings, waived } = judgeWaivers(all, judged, {
		today: options.today,
		rules,
		levelOf
	});
	return {
		findings: inOrder$1(findings, judged),
		waived,
		files: judged.length,
		statements: judged.reduce((sum, { statements }) => sum + statements.length, 0)
	};
}
/**
* The files begin at the beginning: what none of them makes is not there. A file that changes a table which none before it makes tells that
* they begin later. Pure.
*/
function isComplete(files) {
	const [first] = files;
	if (first === void 0 || first.number === null || first.number > 1) return false;
	let schema = NO_SCHEMA;
	for (const { name, statements } of files) for (const { parsed } of statements) {
		if (!parsed.ok) continue;
		if (changed(parsed.statement).some((table) => tableIn(schema, table)?.madeBy == null)) return false;
		schema = schemaAfter(schema, parsed.statement, name);
	}
	return true;
}
/** Tables of this database that must be there for the statement. */
function changed(statement) {
	return (() => {
		switch (statement.kind) {
			case "alter-table": return statement.modifiers.includes("IF EXISTS") ? [] : [statement.table];
			case "create-index":
			case "drop-index": return [statement.table];
			case "drop-table": return statement.ifExists || statement.temporary ? [] : statement.tables;
			default: return [];
		}
	})().filter(({ schema }) => schema === null);
}
function fileFindings(subject, rules) {
	return rules.flatMap((rule) => [...subject.subjects.flatMap((one) => (rule.look?.(one) ?? []).map((found) => ({
		rule,
		found: {
			...found,
			statement: one.number
		}
	}))), ...(rule.lookFile?.(subject) ?? []).map((found) => ({
		rule,
		found
	}))]);
}
/** F10 and F12: what the header and the grammar could not read. */
function unread(file, rules) {
	const rule = (id) => rules.find((one) => one.id === id);
	const [waiver, grammar] = [rule("F10"), rule("F12")];
	const hits = [];
	for (const { code, where, found, expected } of file.problems) {
		const own = code === "migrate.header-waiver" || code === "migrate.header-until" ? waiver : grammar;
		const line = Number(/:(\d+)(?::\d+)?$/.exec(where)?.[1] ?? 1);
		if (own !== void 0) hits.push({
			rule: own,
			found: {
				at: lineStart(file.text, line),
				statement: -1,
				message: `${found}; expected ${expected}`
			}
		});
	}
	for (const [number, { parsed }] of file.statements.entries()) {
		if (parsed.ok || grammar === void 0) continue;
		const message = `reading stops at ${parsed.found}; expected ${parsed.expected}`;
		hits.push({
			rule: grammar,
			found: {
				at: parsed.at,
				statement: number,
				message
			}
		});
	}
	return hits;
}
function lineStart(text, line) {
	let at = 0;
	for (let now = 1; now < line; now += 1) {
		const next = text.indexOf("\n", at);
		if (next < 0) return at;
		at = next + 1;
	}
	return at;
}
/** `statement: -1`: the place is one of the file. */
function placed({ rule, found }, file, levels) {
	const statement = file.statements[found.statement ?? -1];
	const base = statement?.offset ?? 0;
	const at = base + found.at;
	const newline = file.text.lastIndexOf("\n", at - 1);
	const level = levels?.[rule.id] ?? found.level ?? rule.level;
	return {
		rule: rule.id,
		level: level === "off" ? "note" : level,
		file: file.name,
		line: lineOf(file, statement, at),
		column: at - newline,
		statement: statement === void 0 ? null : (found.statement ?? 0) + 1,
		message: found.message,
		why: rule.why,
		safe: rule.safe,
		fix: found.fix?.map(({ from, to, text }) => ({
			from: base + from,
			to: base + to,
			text
		})) ?? null
	};
}
function lineOf(file, statement, at) {
	const [from, first] = statement === void 0 ? [0, 1] : [statement.offset, statement.line];
	let line = first;
	for (let i = file.text.indexOf("\n", from); i >= 0 && i < at; i = file.text.indexOf("\n", i + 1)) line += 1;
	return line;
}
function inOrder$1(findings, files) {
	const place = new Map(files.map(({ name }, index) => [name, index]));
	return findings.toSorted((a, b) => (place.get(a.file) ?? 0) - (place.get(b.file) ?? 0) || a.line - b.line || a.column - b.column || (a.rule < b.rule ? -1 : 1));
}

// src/migrate/lint/read.ts
/** Files for lint: read, split and parsed. Whatever is wrong in one is a finding, never a failure. */
/** Pure: the same from a text. `down` is the text of its down file. */
function lintFileOf(name, text, server, more = {}) {
	const split = splitSql(text, name);
	const header = parseHeader(text, name);
	const number = /^\D{0,2}(\d+)/.exec(basename(name))?.[1];
	return {
		name,
		number: number === void 0 ? null : Number(number),
		text,
		header: header.ok ? header.value : DEFAULT_HEADER,
		problems: [...split.problems, ...header.ok ? [] : header.problems],
		statements: read(text, split.statements, server),
		down: more.down === void 0 ? null : read(more.down, splitSql(more.down, name).statements, server),
		judged: more.judged ?? true
	};
}
function read(text, statements, server) {
	const [major = 0, minor = 0, patch = 0] = server.version.map((part) => Math.min(part, 99));
	let end = 0;
	let line = 1;
	let lineStart = 0;
	return statements.map((statement) => {
		for (; line < statement.line; line += 1) lineStart = text.indexOf("\n", lineStart) + 1;
		const offset = text.indexOf(statement.sql, Math.max(end, lineStart));
		end = offset + statement.sql.length;
		const parsed = parseStatement(statement.sql, server.dialect, major * 1e4 + minor * 100 + patch);
		return {
			sql: statement.sql,
			line: statement.line,
			offset,
			parsed
		};
	});
}
/** Files beside a migration are no migrations. */
const BESIDE = /\.(?:down|verify)\.sql$/i;
/** `9_b` before `10_a`, as people count. */
function inOrder(a, b) {
	return a.localeCompare(b, "en", { numeric: true });
}
async function sqlIn(dir) {
	return (await readdir(dir)).filter((name) => /\.sql$/i.test(name) && !BESIDE.test(name) && !name.startsWith(".")).toSorted(inOrder);
}
/**
* Files and directories as they were named. Files that lie before a named one in its directory are read as well, so that rules know
* the tables; they are not judged. `from`: numbers below are not judged either. Throws ProblemError for what cannot be read.
*/
async function readLintFiles(paths, server, options = {}) {
	const judged = /* @__PURE__ */ new Set();
	const last = /* @__PURE__ */ new Map();
	for (const path of paths) {
		const whole = (await looked(path)).isDirectory();
		const dir = whole ? path : dirname(path);
		for (const name of whole ? await sqlIn(path) : [basename(path)]) {
			judged.add(join(dir, name));
			const before = last.get(dir);
			if (before === void 0 || inOrder(before, name) < 0) last.set(dir, name);
		}
	}
	const files = [];
	for (const [dir, end] of last) {
		const siblings = (await sqlIn(dir)).filter((name) => /^\D{0,2}\d/.test(name) && inOrder(name, end) <= 0);
		const named = [...judged].filter((path) => dirname(path) === dir || join(dir, basename(path)) === path).map((path) => basename(path));
		for (const name of [.../* @__PURE__ */ new Set([...siblings, ...named])].toSorted(inOrder)) {
			const path = join(dir, name);
			const down = path.replace(/(\.up)?\.sql$/i, ".down.sql");
			const file = lintFileOf(options.nameOf?.(path) ?? path, await textOf(path), server, {
				down: await textOf(down, true),
				judged: judged.has(path)
			});
			const old = options.from !== void 0 && file.number !== null && file.number < options.from;
			files.push(old ? {
				...file,
				judged: false
			} : file);
		}
	}
	return files;
}
async function looked(path) {
	try {
		return await stat(path);
	} catch (error) {
		throw unreadable(path, error);
	}
}
async function textOf(path, optional = false) {
	try {
		return new TextDecoder("utf-8", {
			fatal: true,
			ignoreBOM: true
		}).decode(await readFile(path));
	} catch (error) {
		if (optional) return void 0;
		throw unreadable(path, error);
	}
}
function unreadable(path, error) {
	return new ProblemError({
		code: "cli.unreadable-sql",
		where: path,
		found: error instanceof Error ? error.message : String(error),
		expected: "a directory of SQL files, or an SQL file in UTF-8",
		remedy: "name what is there, or mend the file"
	});
}

export { RULES as a, serverOf as c, lint as i, readLintFiles as n, ruleOf as o, isComplete as r, serverName as s, lintFileOf as t };