import { i as __toESM } from "./shared-rolldown-runtime.js";
import { Fn as object, Jn as string, Nt as array, Ot as _instanceof, Pn as number, kt as _null, or as union, qn as strictObject, sr as unknown$1 } from "./shared-schemas.js";
import { r as number$1 } from "./shared-libraries.js";
import { c as unwrap, i as ok, n as bad, t as ProblemError } from "./shared-problem.js";
import { Gt as orderCheck, Ks as parseRule, Mc as READ_PLAINLY, Pc as sqlName, Sr as openEnvironment, Zt as underPolicy, br as runAgain, ec as opaque, fs as promotionOrder, ic as sequence, nc as procedure, ps as wayTo, qs as ruleText, tt as agreeWithGit, ut as tellGit, xr as engineOptions } from "./shared-common.js";
import { A as markOrigin, C as GENERATED_TABLE, F as takeLock, N as readOrigin, P as lockName, f as openDatabase, k as CREATE_ORIGIN, p as readServer, q as tokensOf, r as readMigrations, xt as resolveDsn } from "./shared-migrate.js";
import { n as readLayout } from "./shared-layout2.js";
import { i as sessionOf } from "./shared-session2.js";
import { t as parseStatement } from "./shared-parse.js";
import { t as require_fastest_levenshtein } from "./shared-fastest-levenshtein.js";
import { n as nearest } from "./shared-json.js";
import { a as migrateProcedure, i as migrateInputs, n as databaseSettings, t as databaseOf } from "./shared-migrate3.js";
import { createHash, createHmac } from "node:crypto";

// src/migrate/desensitise/connection.ts
/** Connections of those who move rows or make them up. */
/** Opens a connection for one use; `plain` is the same one, for who reads it as a stream. @throws ProblemError when the server does not answer */
async function withConnection(options, use) {
	const { createConnection } = await import("./shared-mysql2.js").then((m) => /* @__PURE__ */ __toESM(m.default, 1));
	const plain = createConnection({
		...options,
		multipleStatements: false,
		connectTimeout: 1e4
	});
	plain.on("error", () => void 0);
	const connection = plain.promise();
	try {
		await connection.connect().catch((error) => {
			throw new ProblemError(unreachable(options, error));
		});
		await connection.query(READ_PLAINLY);
		return await use(connection, plain);
	} finally {
		plain.destroy();
	}
}
function unreachable({ socketPath, host, port }, error) {
	return {
		code: "desensitise.unreachable",
		where: socketPath ?? `${host}:${port}`,
		found: error instanceof Error ? error.message : String(error),
		expected: "a server that answers this user",
		remedy: "check the address and the rights of the user in `database.dsn`"
	};
}

// src/migrate/desensitise/fake.ts
/** The library of fakes, loaded when rows are copied and not before. What it makes belongs to nobody: names of example.org, addresses of RFC 5737 and RFC 3849. */
async function openFaker() {
	const { faker } = await import("./shared-en.js");
	const documentation = [
		"192.0.2",
		"198.51.100",
		"203.0.113"
	];
	return (what, seed) => {
		faker.seed(seed);
		switch (what) {
			case "name": return faker.person.fullName();
			case "first-name": return faker.person.firstName();
			case "last-name": return faker.person.lastName();
			case "email": return faker.internet.email({ provider: "example.org" }).toLowerCase();
			case "phone": return `+1 555 01${String(faker.number.int(99)).padStart(2, "0")}`;
			case "street": return faker.location.streetAddress();
			case "city": return faker.location.city();
			case "postcode": return faker.location.zipCode();
			case "country": return faker.location.country();
			case "company": return faker.company.name();
			case "domain": return `${faker.internet.domainWord()}.example.org`;
			case "url": return `https://${faker.internet.domainWord()}.example.org/`;
			case "ipv4": return `${faker.helpers.arrayElement(documentation)}.${faker.number.int({
				min: 1,
				max: 254
			})}`;
			case "ipv6": return faker.internet.ipv6().replace(/^[^:]+:[^:]+/, "2001:db8");
			case "user-name": return faker.internet.username().toLowerCase();
			case "sentence": return faker.lorem.sentence();
		}
	};
}

// src/migrate/desensitise/personal.ts
/** Does a column look as if it said something about a person? By its name and by a few of its values. Pure. */
/** Parts of names, in the languages that schemas are written in; `_`, digits and case changes separate words. */
const WORDS$1 = {
	email: "an e-mail address",
	mail: "an e-mail address",
	phone: "a telephone number",
	mobile: "a telephone number",
	tel: "a telephone number",
	fax: "a telephone number",
	surname: "a name",
	firstname: "a name",
	lastname: "a name",
	fullname: "a name",
	forename: "a name",
	username: "a name",
	login: "a name",
	nickname: "a name",
	birthday: "a date of birth",
	birthdate: "a date of birth",
	birth: "a date of birth",
	dob: "a date of birth",
	gender: "a fact about a person",
	salutation: "a fact about a person",
	nationality: "a fact about a person",
	religion: "a fact about a person",
	street: "an address",
	address: "an address",
	postcode: "an address",
	zip: "an address",
	zipcode: "an address",
	city: "an address",
	ssn: "a national id",
	passport: "a national id",
	taxid: "a national id",
	iban: "an account",
	bic: "an account",
	account: "an account",
	card: "a payment card",
	pan: "a payment card",
	cvv: "a payment card",
	password: "a secret",
	passwd: "a secret",
	secret: "a secret",
	token: "a secret",
	apikey: "a secret",
	salt: "a secret",
	ip: "a network address",
	ipaddress: "a network address",
	latitude: "a place",
	longitude: "a place",
	actor: "a name",
	author: "a name",
	owner: "a name",
	person: "a name",
	patient: "a name",
	signature: "a name"
};
/** Neighbouring words that mean something together only. */
const PAIRS = /* @__PURE__ */ new Set([
	"first name",
	"last name",
	"full name",
	"user name",
	"api key",
	"zip code",
	"tax id",
	"key hash"
]);
function wordsOf$1(name) {
	return name.replaceAll(/([a-z])([A-Z])/g, "$1 $2").toLowerCase().split(/[^a-z]+/).filter((word) => word !== "");
}
/** Whose `name` is the name of a person. */
const PERSONS$1 = new Set("person people user customer client patient employee member contact student guest subscriber staff tenant".split(" "));
/** What numbers and dates may say about a person; a number named `person` is the key of a row. */
const SAID_BY = {
	integer: [
		"a telephone number",
		"a national id",
		"an account",
		"a payment card"
	],
	number: [
		"a telephone number",
		"a national id",
		"an account",
		"a payment card",
		"a place"
	],
	date: ["a date of birth"],
	time: []
};
/** What the name says; undefined: nothing. */
function personalByName(column, family = "text", table = "") {
	const words = wordsOf$1(column);
	const said = SAID_BY[family];
	const whose = wordsOf$1(table).find((word) => PERSONS$1.has(word.replace(/s$/, "")));
	if (said === void 0 && words.join(" ") === "name" && whose !== void 0) return `it is the name of ${whose}`;
	for (const [index, word] of words.entries()) {
		const what = Object.hasOwn(WORDS$1, word) ? WORDS$1[word] : void 0;
		if (what !== void 0 && (said?.includes(what) ?? true)) return `its name has "${word}", ${what}`;
		const pair = `${word} ${words[index + 1] ?? ""}`;
		if (said === void 0 && PAIRS.has(pair)) return `its name has "${pair}"`;
	}
}
const VALUES = [
	["an e-mail address", (value) => /^[^\s@]+@[^\s@]+\.[a-z]{2,}$/i.test(value)],
	["an IPv4 address", (value) => /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/.test(value)],
	["a telephone number", (value) => /^\+\d[\d ()/-]{6,18}\d$/.test(value)],
	["an IBAN", (value) => isIban(value.replaceAll(" ", ""))],
	["a payment card", (value) => isCard(value.replaceAll(/[ -]/g, ""))]
];
/** What most of the values look like; one that only happens to look so does not count. */
function personalByValues(values) {
	const texts = values.filter((value) => value !== "");
	if (texts.length === 0) return void 0;
	for (const [what, test] of VALUES) {
		const found = texts.filter((value) => test(value)).length;
		if (found >= Math.max(1, Math.ceil(texts.length / 5))) return `${found} of ${texts.length} values look like ${what}`;
	}
}
/** ISO 13616: the number, with its letters as digits and its first four characters last, leaves 1 when divided by 97. */
function isIban(text) {
	if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(text)) return false;
	const digits = `${text.slice(4)}${text.slice(0, 4)}`.replaceAll(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
	return BigInt(digits) % 97n === 1n;
}
/** ISO/IEC 7812-1, annex B: Luhn's check digit. */
function isCard(text) {
	if (!/^[3-6]\d{12,18}$/.test(text)) return false;
	let sum = 0;
	for (const [index, digit] of [...text].reverse().entries()) {
		const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
		sum += value > 9 ? value - 9 : value;
	}
	return sum % 10 === 0;
}

// src/migrate/desensitise/plan.ts
function copyPlan(tables, rules, samples) {
	const problems = [...unknownNames$1(tables, rules)];
	const realms = realmsOf(tables);
	const plans = tables.map((table) => {
		if (rules[table.name] === "empty") return {
			table,
			columns: null
		};
		return {
			table,
			columns: table.columns.map((column) => columnPlan(table, column))
		};
	});
	function columnPlan(table, column) {
		const path = `${table.name}.${column.name}`;
		const realm = realms.get(path) ?? path;
		const unique = table.uniques.some((key) => key.length === 1 && key[0] === column.name);
		const text = ruleFor(path, rules) ?? ruleFor(realm, rules);
		if (text === void 0) {
			const why = personalByName(column.name, column.family, table.name) ?? personalByValues(samples.get(path) ?? []);
			if (why !== void 0) problems.push(unlisted(path, why));
			return {
				column,
				rule: { kind: "keep" },
				realm,
				unique
			};
		}
		const parsed = parseRule(text);
		const inherited = ruleFor(path, rules) === void 0;
		const rule = parsed.ok ? parsed.value : { kind: "keep" };
		problems.push(...parsed.ok ? [] : parsed.problems, ...inherited ? [] : misfits(path, rule, column, unique));
		const own = ruleFor(path, rules);
		const theirs = ruleFor(realm, rules);
		if (realm !== path && own !== void 0 && own !== (theirs ?? "keep")) problems.push(otherThanItsParent(path, own, realm, theirs));
		return {
			column,
			rule,
			realm,
			unique
		};
	}
	for (const { table, columns } of plans) if (columns === null) problems.push(...emptyParents(table, tables, rules));
	return problems.length > 0 ? bad(...problems) : ok(plans);
}
function ruleFor(path, rules) {
	const dot = path.indexOf(".");
	const listed = rules[path.slice(0, dot)];
	return listed === void 0 || listed === "empty" ? void 0 : listed[path.slice(dot + 1)];
}
/** Where a foreign key points to in the end, `table.column` → `table.column`: both ends must become the same. */
function realmsOf(tables) {
	const points = /* @__PURE__ */ new Map();
	for (const { name, foreignKeys } of tables) for (const { columns, table, references } of foreignKeys) for (const [index, column] of columns.entries()) points.set(`${name}.${column}`, `${table}.${references[index]}`);
	const realms = /* @__PURE__ */ new Map();
	for (const start of points.keys()) {
		let at = start;
		const seen = /* @__PURE__ */ new Set();
		while (!seen.has(at)) {
			seen.add(at);
			at = points.get(at) ?? at;
		}
		realms.set(start, at);
	}
	return realms;
}
function unknownNames$1(tables, rules) {
	const problems = [];
	for (const [name, listed] of Object.entries(rules)) {
		const table = tables.find((one) => one.name === name);
		if (table === void 0) problems.push(unknown(name, "a table of this database"));
		else if (listed !== "empty") {
			for (const column of Object.keys(listed)) if (!table.columns.some((one) => one.name === column)) problems.push(unknown(`${name}.${column}`, `a column of ${name}`));
		}
	}
	return problems;
}
/** A rule that would make the rows impossible to store, or do nothing of what it says. */
function misfits(path, rule, column, unique) {
	const { family, nullable, type } = column;
	const text = family === "text";
	if (rule.kind === "null" && !nullable) return [misfit(path, rule, "a column that may be NULL", `it is ${type} NOT NULL`)];
	if (rule.kind === "fake" && !text) return [misfit(path, rule, "a column of text", `it is ${type}`)];
	if (rule.kind === "truncate-to" && family !== "date") return [misfit(path, rule, "a date or a moment", `it is ${type}`)];
	if (rule.kind === "truncate" && !text && family !== "integer" && family !== "number") return [misfit(path, rule, "a text or a number", `it is ${type}`)];
	if (rule.kind === "hash" && !text && family !== "integer" && family !== "binary") return [misfit(path, rule, "a text, a whole number or bytes", `it is ${type}`)];
	if (!unique) return [];
	if (rule.kind === "truncate" || rule.kind === "truncate-to") return [misfit(path, rule, "a rule that keeps values apart", "it has a unique key")];
	const least = rule.kind === "fake" ? 30 : 13;
	if ((rule.kind === "fake" || rule.kind === "hash" && family !== "integer") && (column.length ?? least) < least) return [misfit(path, rule, `room for ${least} characters, since no two may become the same`, `it is ${type}, with a unique key`)];
	return [];
}
/** Rows that point to a table which is left empty would point to nothing. */
function emptyParents(parent, tables, rules) {
	return tables.filter(({ name, foreignKeys }) => rules[name] !== "empty" && foreignKeys.some(({ table }) => table === parent.name)).filter(({ name }) => name !== parent.name).map(({ name }) => ({
		code: "desensitise.empty-parent",
		where: `database.desensitise.tables.${parent.name}`,
		found: `empty, but rows of ${name} point to it`,
		expected: "rows whose parents are copied too",
		remedy: `write \`${name}: empty\` too, or list the columns of ${parent.name}`
	}));
}
function unlisted(path, why) {
	const [table = "", column = ""] = path.split(".");
	return {
		code: "desensitise.looks-personal",
		where: path,
		found: `no rule, and ${why}`,
		expected: "a rule for every column that may say something about a person",
		remedy: `write \`${column}: hash\`, \`fake …\` or \`truncate …\` under database.desensitise.tables.${table}; \`keep\` if nothing personal stands there`
	};
}
function otherThanItsParent(path, own, realm, theirs) {
	return {
		code: "desensitise.other-than-parent",
		where: path,
		found: `${own}, but ${realm}, to which it points, has ${theirs ?? "no rule"}`,
		expected: "one rule for both ends of a foreign key",
		remedy: `take the rule of ${path} out: it follows ${realm}`
	};
}
function misfit(path, rule, expected, found) {
	return {
		code: "desensitise.misfit",
		where: path,
		found: `${ruleText(rule)}, but ${found}`,
		expected,
		remedy: "choose another rule; docs/desensitise.md lists what each fits"
	};
}
function unknown(path, expected) {
	return {
		code: "desensitise.unknown-name",
		where: `database.desensitise.tables.${path}`,
		found: "no such name in the database",
		expected,
		remedy: "mend the name, or take it out"
	};
}

// src/migrate/desensitise/structure.ts
const FAMILIES = {
	...Object.fromEntries([
		"tinyint",
		"smallint",
		"mediumint",
		"int",
		"bigint"
	].map((type) => [type, "integer"])),
	...Object.fromEntries([
		"decimal",
		"float",
		"double",
		"year",
		"bit"
	].map((type) => [type, "number"])),
	...Object.fromEntries([
		"char",
		"varchar",
		"tinytext",
		"text",
		"mediumtext",
		"longtext"
	].map((t) => [t, "text"])),
	...Object.fromEntries([
		"binary",
		"varbinary",
		"tinyblob",
		"blob",
		"mediumblob",
		"longblob"
	].map((type) => [type, "binary"])),
	date: "date",
	datetime: "date",
	timestamp: "date",
	time: "time",
	json: "json"
};
/** From `information_schema.COLUMNS.DATA_TYPE`. Pure. */
function familyOfType(dataType) {
	return FAMILIES[dataType.toLowerCase()] ?? "other";
}
/** Bits of an integer type, and whether half of them are for negative numbers. Pure. */
function integerBits(type) {
	return {
		tinyint: 8,
		smallint: 16,
		mediumint: 24,
		int: 32,
		bigint: 64
	}[/^[a-z]+/.exec(type.toLowerCase())?.[0] ?? "int"] ?? 32;
}

// src/migrate/desensitise/read.ts
/** Reads what a copy must know of a database: the layout that plans read too, as far as rows are concerned. */
const nameRow = object({ name: string() });
/** Base tables of the current database, without our own, by name. */
async function readCopyTables(ask) {
	const { family } = await readServer(ask);
	const tables = await ask(nameRow, "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' AND TABLE_NAME NOT LIKE 'shiplock\\_%' ORDER BY TABLE_NAME");
	const layout = await readLayout({ ask }, family);
	return tables.map(({ name }) => copyTableOf(name, layout));
}
/** Pure. */
function copyTableOf(name, { columns, indexes, foreignKeys }) {
	const uniques = indexes.filter((index) => index.table === name && index.unique).map(({ name: key, parts }) => ({
		key,
		columns: parts.flatMap(({ column }) => column ?? []),
		parts
	})).filter((one) => one.columns.length === one.parts.length);
	return {
		name,
		columns: columns.filter((column) => column.table === name && !isGenerated(column)).map(copyColumnOf),
		primaryKey: uniques.find(({ key }) => key === "PRIMARY")?.columns ?? [],
		uniques: uniques.map((one) => one.columns),
		foreignKeys: foreignKeys.filter(({ table }) => table === name).map(({ columns: own, parent, parentColumns }) => ({
			columns: own,
			table: parent,
			references: parentColumns
		}))
	};
}
/** MySQL writes DEFAULT_GENERATED at a column that only has an expression as its default: that one is copied. */
function isGenerated({ extra }) {
	return /\b(?:VIRTUAL|STORED|PERSISTENT) GENERATED\b/i.test(extra);
}
function copyColumnOf({ name, type, nullable, extra }) {
	return {
		name,
		type,
		nullable,
		family: familyOfType(/^[a-z]+/i.exec(type)?.[0] ?? ""),
		length: lengthOf$1(type),
		autoIncrement: /auto_increment/i.test(extra)
	};
}
/** Most that such a text or blob holds, bytes; the others say it themselves. */
const LONGEST = {
	tinytext: 255,
	tinyblob: 255,
	text: 65535,
	blob: 65535,
	mediumtext: 16777215,
	mediumblob: 16777215,
	longtext: 4294967295,
	longblob: 4294967295
};
/** Characters of a text, bytes of a binary; null for every other type. */
function lengthOf$1(type) {
	const [, base = "", digits] = /^([a-z]+)(?:\((\d+)\))?/i.exec(type) ?? [];
	if (/^(?:var)?(?:char|binary)$/i.test(base)) return digits === void 0 ? null : Number(digits);
	return LONGEST[base.toLowerCase()] ?? null;
}

// src/migrate/desensitise/rows.ts
/** Reading tables of any size in parts that memory and a statement can hold. */
/** A row as an array of bytes. */
const cell = array(union([_instanceof(Buffer), _null()]));
const cells = array(cell);
/** Rows in parts of so many bytes; a row that is larger goes alone. Pure. */
function partsOf(rows, most) {
	const parts = [];
	let bytes = 0;
	for (const row of rows) {
		const size = sizeOf$1(row);
		const last = parts.at(-1);
		if (last === void 0 || bytes + size > most) {
			parts.push([row]);
			bytes = size;
		} else {
			last.push(row);
			bytes += size;
		}
	}
	return parts;
}
/** Bytes, near enough. */
function sizeOf$1(row) {
	return row.reduce((sum, value) => sum + (value === null ? 4 : Buffer.byteLength(value) + 3), 0);
}
/** By primary key, each batch where the last one ended; a table without one as it comes. In memory there is one batch, of `BATCH_BYTES` or so. */
async function* batches({ source, plain }, table, names, most) {
	const { primaryKey, columns } = table;
	const places = primaryKey.map((key) => columns.findIndex(({ name }) => name === key));
	const from = `SELECT ${names} FROM ${sqlName(table.name)}`;
	if (!(places.length > 0 && places.every((at) => at >= 0))) {
		yield* streamed(plain, from, most);
		return;
	}
	const key = primaryKey.map(sqlName).join(", ");
	let size = Math.min(FIRST_ROWS, most);
	let last = null;
	for (;;) {
		const where = last === null ? "" : ` WHERE ${behind(primaryKey)}`;
		const values = last === null ? [] : valuesBehind(last);
		const rows = await raw(source, `${from}${where} ORDER BY ${key} LIMIT ${size}`, values);
		if (rows.length === 0) return;
		yield rows;
		const end = rows.at(-1) ?? [];
		last = places.map((at) => end[at] ?? null);
		if (rows.length < size) return;
		size = nextSize(rows, most);
	}
}
/** Rows of the first batch, when nobody knows how large they are. */
const FIRST_ROWS = 50;
/** What a batch should hold. */
const BATCH_BYTES = 8 * 2 ** 20;
/** How many rows to read next, after these. Pure. */
function nextSize(rows, most) {
	const mean = rows.reduce((sum, row) => sum + sizeOf$1(row), 0) / Math.max(1, rows.length);
	return Math.max(1, Math.min(most, Math.floor(BATCH_BYTES / Math.max(1, mean))));
}
/**
* Rows behind a key of several columns: `a >= ? AND (a > ? OR (a = ? AND b > ?))`. Servers read a comparison of whole rows, `(a, b) > (?, ?)`, from the
* beginning of the key each time. Pure.
*/
function behind(key) {
	const [first = ""] = key.map(sqlName);
	const [last = "", ...before] = key.map(sqlName).toReversed();
	const rest = before.reduce((inner, name) => `(${name} > ? OR (${name} = ? AND ${inner}))`, `${last} > ?`);
	return key.length === 1 ? rest : `${first} >= ? AND ${rest}`;
}
/** What stands for its question marks, in order. Pure. */
function valuesBehind(last) {
	const [first] = last;
	if (first === void 0 || last.length === 1) return last;
	return [first, ...last.flatMap((value, at) => at === last.length - 1 ? [value] : [value, value])];
}
/** Read as fast as they are taken. */
async function* streamed(plain, sql, most) {
	const query = plain.query({
		sql,
		rowsAsArray: true,
		typeCast: (field) => field.buffer()
	});
	let rows = [];
	let bytes = 0;
	for await (const row of query.stream({ highWaterMark: 16 })) {
		const read = cell.parse(row);
		rows.push(read);
		bytes += sizeOf$1(read);
		if (rows.length < most && bytes < BATCH_BYTES) continue;
		yield rows;
		[rows, bytes] = [[], 0];
	}
	if (rows.length > 0) yield rows;
}
async function raw(source, sql, values) {
	const [rows] = await source.query({
		sql,
		values: values.map((value) => value === null ? null : textOrBytes(value)),
		rowsAsArray: true,
		typeCast: (field) => field.buffer()
	});
	return cells.parse(rows);
}
function textOrBytes(value) {
	const text = value.toString("utf8");
	return Buffer.from(text, "utf8").equals(value) ? text : value;
}

// src/migrate/desensitise/transform.ts
function transformOf(options) {
	const { rule, column } = options;
	switch (rule.kind) {
		case "keep": return (value) => value;
		case "null": return () => null;
		case "hash": return hashOf(options);
		case "truncate": return column.family === "text" ? (value) => Buffer.from([...value.toString("utf8")].slice(0, rule.keep).join("")) : (value) => Buffer.from(roundedDown(value.toString("latin1"), rule.keep));
		case "truncate-to": return (value) => Buffer.from(truncatedDate(value.toString("latin1"), rule.unit));
		case "fake": return fakeOf(options, rule.what);
	}
}
function digest({ key, realm }, value, purpose) {
	return createHmac("sha256", key).update(`${purpose}\0${realm}\0`).update(value).digest();
}
const LETTERS$1 = "abcdefghijklmnopqrstuvwxyz234567";
/** 5 bits a letter. */
function lettersOf$1(bytes, length) {
	let text = "";
	for (let at = 0; text.length < length; at += 1) text += LETTERS$1[(bytes[at % bytes.length] ?? 0) & 31] ?? "a";
	return text;
}
/** Letters of a hash: 26 hold 130 bits. */
const HASH_LETTERS = 26;
function hashOf(options) {
	const { column } = options;
	if (column.family === "integer") return integerHash(options);
	if (column.family === "binary") return (value) => {
		const wanted = Math.min(value.length === 0 ? 0 : Math.max(value.length, 16), column.length ?? 32);
		return Buffer.concat([digest(options, value, "hash"), digest(options, value, "hash-2")]).subarray(0, Math.min(wanted, 64));
	};
	const length = Math.min(HASH_LETTERS, column.length ?? HASH_LETTERS);
	return (value) => Buffer.from(value.length === 0 ? "" : lettersOf$1(digest(options, value, "hash"), length));
}
/**
* A permutation of numbers, by a Feistel network of six rounds (Luby and Rackoff 1988), walked until it lands in the same class of size (Black and
* Rogaway 2002): two numbers never become one, so keys stay keys, and what an AUTO_INCREMENT gives next is not used up. Classes are the numbers
* below 5/8 of the type's bits, and then four times as many each.
*/
function integerHash(options) {
	const { type } = options.column;
	const most = integerBits(type) - (/unsigned/i.test(type) ? 0 : 1);
	const usual = Math.floor(most * 5 / 8);
	return (value) => {
		const number = BigInt(value.toString("latin1"));
		const size = number < 0n ? -number - 1n : number;
		let room = usual;
		while (size >> BigInt(room) > 0n) room = Math.min(most, room + 2);
		const low = room === usual ? 0n : 1n << BigInt(Math.max(usual, room === most ? lastBefore(usual, most) : room - 2));
		const high = 1n << BigInt(room);
		let permuted = size;
		do
			permuted = permute(options, permuted, room + room % 2);
		while (permuted < low || permuted >= high);
		return Buffer.from(String(number < 0n ? -permuted - 1n : permuted));
	};
}
/** The class before the last one, which may be smaller than the others. */
function lastBefore(usual, most) {
	return usual + 2 * (Math.ceil((most - usual) / 2) - 1);
}
const ROUNDS$1 = 6;
function permute(options, value, bits) {
	const half = BigInt(bits / 2);
	const mask = (1n << half) - 1n;
	let left = value >> half;
	let right = value & mask;
	for (let round = 0; round < ROUNDS$1; round += 1) {
		const mixed = digest(options, Buffer.from(String(right)), `integer ${bits} ${round}`).readBigUInt64BE() & mask;
		[left, right] = [right, left ^ mixed];
	}
	return left << half | right;
}
function roundedDown(text, digits) {
	const [whole = "0"] = text.split(".");
	const negative = whole.startsWith("-");
	const plain = negative ? whole.slice(1) : whole;
	const kept = plain.slice(0, Math.max(0, plain.length - digits));
	const rounded = kept === "" ? "0" : kept + "0".repeat(Math.min(digits, plain.length));
	return negative && rounded !== "0" ? `-${rounded}` : rounded;
}
/** `2026-11-22 10:00:00.000` → its month or year; the zero date stays. */
function truncatedDate(text, unit) {
	const match = /^(\d{4})-(\d\d)-\d\d(.*)$/.exec(text);
	if (match === null || match[1] === "0000") return text;
	const time = (match[3] ?? "").replaceAll(/\d/g, "0");
	return `${match[1]}-${unit === "year" ? "01" : match[2]}-01${time}`;
}
function fakeOf(options, what) {
	const { column, unique, fake } = options;
	const most = column.length ?? Number.POSITIVE_INFINITY;
	return (value) => {
		if (value.length === 0) return value;
		const mixed = digest(options, value, `fake ${what}`);
		const made = fake(what, mixed.readUInt32BE());
		const told = unique ? withMark(what, made, lettersOf$1(mixed.subarray(4), 12)) : made;
		return Buffer.from([...told].slice(0, most).join(""));
	};
}
/** Fakes repeat; where no two may be the same, letters of the hash stand in front, so that cutting does not lose them. */
function withMark(what, text, mark) {
	if (what === "email") return `${mark}@example.org`;
	if (what === "domain") return `${mark}.example.org`;
	if (what === "url") return `https://${mark}.example.org/`;
	return `${mark} ${text}`;
}

// src/migrate/desensitise/copy.ts
/** Looks only. @throws ProblemError when a rule does not fit, or a column looks personal that nobody listed */
async function planCopy(options) {
	return withConnection(options.source, async (source) => {
		const tables = await readCopyTables((row, sql) => ask(source, row, sql));
		const problems = otherStructure(tables, await withConnection(options.target, (target) => readCopyTables((row, sql) => ask(target, row, sql))));
		if (problems.length > 0) throw new ProblemError(problems);
		return unwrap(copyPlan(tables, options.tables, await samplesOf(source, tables, options.tables)));
	});
}
/**
* Empties the target and fills it, from one moment of the source. The source is only read. Beginning again gives the same rows as long as the
* source does not change. `planned`: what planCopy has just said of the same databases; left out: it is asked first.
*/
async function copyRows(options, planned) {
	const plans = planned ?? await planCopy(options);
	const fake = await openFaker();
	const rules = createHash("sha256").update(JSON.stringify(plans.map(({ table, columns }) => [table.name, columns?.map((one) => ruleText(one.rule)) ?? null]))).digest("hex");
	return withConnection(options.source, (source, plain) => withConnection(options.target, async (target) => {
		await takeLock(target, lockName(options.target.database ?? ""));
		await source.query("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
		await source.query("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
		await target.query("SET SESSION foreign_key_checks = 0, SESSION unique_checks = 1");
		await target.query("SET SESSION sql_mode = CONCAT(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO')");
		await target.query(CREATE_ORIGIN);
		await markOrigin(target, {
			environment: options.from,
			rules,
			run: options.run,
			state: "incomplete"
		});
		for (const { table } of plans) await target.query(`TRUNCATE TABLE ${sqlName(table.name)}`);
		const tables = [];
		for (const plan of plans) {
			options.signal.throwIfAborted();
			const rows = await copyTable(plan, {
				source,
				plain
			}, target, options, (one) => transformOf({
				...one,
				key: options.key,
				fake
			}));
			tables.push({
				table: plan.table.name,
				rows
			});
			options.tell(`${plan.table.name}: ${rows} rows`);
		}
		await verifyKeys(target, plans.flatMap(({ table, columns }) => columns === null ? [] : [table]));
		await markOrigin(target, {
			environment: options.from,
			rules,
			run: options.run,
			state: "complete"
		});
		await source.query("ROLLBACK");
		return {
			tables,
			rules
		};
	}));
}
async function copyTable({ table, columns }, source, target, { batch, signal, tell }, transform) {
	if (columns === null || columns.length === 0) return 0;
	const transforms = columns.map(transform);
	const names = columns.map(({ column }) => sqlName(column.name)).join(", ");
	const most = await mostBytes(target);
	let copied = 0;
	for await (const rows of batches(source, table, names, batch)) {
		signal.throwIfAborted();
		const changed = rows.map((row) => row.map((value, index) => {
			const column = columns[index];
			const made = value === null ? null : transforms[index]?.(value) ?? null;
			return made === null || column === void 0 ? null : literal(made, column);
		}));
		for (const part of partsOf(changed, most)) await insert$1(target, table.name, names, part);
		const before = copied;
		copied += rows.length;
		if (Math.floor(copied / (batch * 100)) > Math.floor(before / (batch * 100))) tell(`${table.name}: ${copied} rows so far`);
	}
	return copied;
}
/** @throws ProblemError with what the server says; what was sent holds rows, and is not shown */
async function insert$1(target, table, names, rows) {
	try {
		await target.query(`INSERT INTO ${sqlName(table)} (${names}) VALUES ?`, [rows]);
	} catch (error) {
		throw new ProblemError({
			code: "desensitise.refused",
			where: table,
			found: error instanceof Error ? error.message.slice(0, 300) : "no reason given",
			expected: "a target that takes the rows of the source as the rules leave them",
			remedy: "a value that is there twice or does not fit: choose another rule for its column; a packet that is too big: raise `max_allowed_packet` of the target to that of the source; a connection that is gone: copy again"
		});
	}
}
/** What may go in one statement. Escaped, a byte is two at most, and the statement has other words too. */
async function mostBytes(target) {
	const [row] = await ask(target, object({ most: number$1() }), "SELECT @@max_allowed_packet AS most");
	return Math.min(BATCH_BYTES, (row?.most ?? 0) / 4);
}
/** Text goes as text, so that the server checks it; everything else as the bytes or digits that came. */
function literal(value, { column }) {
	return column.family === "binary" || column.family === "other" || /^bit/i.test(column.type) ? value : value.toString("utf8");
}
/** Every foreign key of these tables leads somewhere. @throws ProblemError */
async function verifyKeys(target, tables) {
	const problems = [];
	for (const table of tables) for (const key of table.foreignKeys) {
		const joined = key.columns.map((name, at) => `c.${sqlName(name)} = p.${sqlName(key.references[at] ?? "")}`).join(" AND ");
		const filled = key.columns.map((name) => `c.${sqlName(name)} IS NOT NULL`).join(" AND ");
		const [found] = await target.query(`SELECT 1 FROM ${sqlName(table.name)} c LEFT JOIN ${sqlName(key.table)} p ON ${joined} WHERE ${filled} AND p.${sqlName(key.references[0] ?? "")} IS NULL LIMIT 1`);
		if (array(unknown$1()).parse(found).length > 0) problems.push(orphans(table.name, key.table));
	}
	if (problems.length > 0) throw new ProblemError(problems);
}
function orphans(child, parent) {
	return {
		code: "desensitise.orphans",
		where: child,
		found: `rows that point to no row of ${parent}`,
		expected: "every foreign key to lead somewhere",
		remedy: "the source has such rows itself (made with foreign_key_checks=0): mend them there, or leave both tables empty"
	};
}
/** The target must be able to hold what comes: the same tables with the same columns. */
function otherStructure(source, target) {
	const shape = ({ columns }) => columns.map(({ name, type }) => `${name} ${type}`).join(", ");
	return source.flatMap((table) => {
		const there = target.find(({ name }) => name === table.name);
		if (there !== void 0 && shape(there) === shape(table)) return [];
		return [{
			code: "desensitise.other-structure",
			where: table.name,
			found: there === void 0 ? "no such table in the target" : `other columns in the target: ${shape(there)}`,
			expected: shape(table),
			remedy: "bring both databases to the same migrations first"
		}];
	});
}
const SAMPLE = 50;
/** A few values of each text that nobody listed. */
async function samplesOf(source, tables, rules) {
	const samples = /* @__PURE__ */ new Map();
	for (const { name, columns } of tables) {
		const listed = rules[name];
		if (listed === "empty") continue;
		for (const column of columns) {
			if (column.family !== "text" || listed?.[column.name] !== void 0) continue;
			const sql = `SELECT ${sqlName(column.name)} FROM ${sqlName(name)} WHERE ${sqlName(column.name)} IS NOT NULL LIMIT ${SAMPLE}`;
			const rows = await raw(source, sql, []);
			samples.set(`${name}.${column.name}`, rows.map(([value]) => value?.toString("utf8") ?? ""));
		}
	}
	return samples;
}
async function ask(connection, row, sql) {
	const [rows] = await connection.query(sql);
	return array(row).parse(rows);
}

// src/migrate/generate/checks.ts
const SIGNS = [
	"<",
	"<=",
	">",
	">=",
	"<>",
	"="
];
const TURNED = {
	"<": ">",
	"<=": ">=",
	">": "<",
	">=": "<=",
	"<>": "<>",
	"=": "="
};
/** Null: it says something that is not read here. */
function readCheck(clause) {
	const reader = createReader(clause);
	try {
		const asked = disjunction(reader);
		return reader.over() && asked.every(({ kind }) => kind !== "null") ? asked : null;
	} catch (error) {
		if (error instanceof Unread) return null;
		throw error;
	}
}
var Unread = class extends Error {};
function createReader(clause) {
	const tokens = joined(tokensOf(clause));
	let at = 0;
	const peek = (ahead = 0) => tokens[at + ahead];
	const reader = {
		word: (ahead = 0) => peek(ahead)?.kind === "word" ? peek(ahead)?.text ?? "" : "",
		take: (text) => {
			const token = peek();
			if (token === void 0 || token.kind === "string" || token.kind === "name" || token.text !== text) return false;
			at += 1;
			return true;
		},
		need: (text) => {
			if (!reader.take(text)) throw new Unread();
		},
		name: () => {
			const token = peek();
			if (token?.kind !== "name") return null;
			at += 1;
			return token.text;
		},
		literal: () => {
			const before = at;
			const sign = reader.take("-") ? "-" : "";
			if (sign === "" && reader.word().startsWith("_") && peek(1)?.kind === "string") at += 1;
			const token = peek();
			if (sign === "" && token?.kind === "string") {
				at += 1;
				return unquoted(token.raw);
			}
			if (token?.kind === "word" && /^\d+(?:\.\d+)?$/.test(token.text)) {
				at += 1;
				return sign + token.text;
			}
			at = before;
			return null;
		},
		over: () => at >= tokens.length
	};
	return reader;
}
/** Signs of two characters, and numbers with a point, as one token. */
function joined(tokens) {
	const found = [];
	for (const token of tokens) {
		const last = found.at(-1);
		const pair = `${last?.text ?? ""}${token.text}`;
		const sign = last?.kind === "symbol" && token.kind === "symbol" && [
			"<=",
			">=",
			"<>",
			"!="
		].includes(pair);
		const number = last?.kind === "word" && (token.text === "." && /^\d+$/.test(last.text) || /^\d+\.$/.test(last.text) && /^\d+$/.test(token.text));
		if (last === void 0 || !sign && !number) found.push(token);
		else found.splice(-1, 1, {
			...last,
			text: pair,
			raw: pair
		});
	}
	return found;
}
function unquoted(raw) {
	const quote = raw.slice(0, 1);
	return raw.slice(1, -1).replaceAll(quote + quote, quote).replaceAll(/\\(.)/g, "$1");
}
/** `x IS NULL OR …` asks no more than what stands behind it; `a = 1 OR a = 2` is a list; any other OR is not read. */
function disjunction(r) {
	const parts = [conjunction(r)];
	while (r.take("OR")) parts.push(conjunction(r));
	if (parts.length === 1) return parts[0] ?? [];
	const said = parts.filter((part) => part.some(({ kind }) => kind !== "null"));
	if (said.length === 1) return said[0] ?? [];
	const lists = said.flatMap((part) => part.length === 1 && part[0]?.kind === "values" ? [part[0]] : []);
	const [first] = lists;
	if (first === void 0 || lists.length < parts.length || lists.some(({ column }) => column !== first.column)) throw new Unread();
	return [{
		...first,
		values: lists.flatMap(({ values }) => values)
	}];
}
function conjunction(r) {
	const asked = [...term(r)];
	while (r.take("AND") || r.take("&&")) asked.push(...term(r));
	if (asked.length > 1 && asked.some(({ kind }) => kind === "null")) throw new Unread();
	return asked;
}
function term(r) {
	if (r.take("(")) {
		const inside = disjunction(r);
		r.need(")");
		return inside;
	}
	const word = r.word();
	if (word === "JSON_VALID") {
		r.take(word);
		return [{
			kind: "json",
			column: inParentheses(r)
		}];
	}
	if ([
		"CHAR_LENGTH",
		"CHARACTER_LENGTH",
		"LENGTH",
		"OCTET_LENGTH"
	].includes(word)) {
		r.take(word);
		return lengths(r, inParentheses(r));
	}
	const left = r.literal();
	if (left !== null) {
		const sign = signOf(r);
		return [bound(nameOf(r), TURNED[sign], left)];
	}
	return ofColumn(r, nameOf(r));
}
function ofColumn(r, column) {
	if (r.take("IS")) {
		const not = r.take("NOT");
		r.need("NULL");
		return [not ? {
			kind: "not-null",
			column
		} : { kind: "null" }];
	}
	if (r.take("BETWEEN")) {
		const low = literalOf(r);
		r.need("AND");
		return [bound(column, ">=", low), bound(column, "<=", literalOf(r))];
	}
	if (r.take("IN")) {
		r.need("(");
		const values = [literalOf(r)];
		while (r.take(",")) values.push(literalOf(r));
		r.need(")");
		return [{
			kind: "values",
			column,
			values
		}];
	}
	const sign = signOf(r);
	const literal = r.literal();
	if (literal !== null) return [bound(column, sign, literal)];
	const other = nameOf(r);
	if (sign === "<" || sign === "<=") return [{
		kind: "order",
		low: column,
		high: other,
		strict: sign === "<"
	}];
	if (sign === ">" || sign === ">=") return [{
		kind: "order",
		low: other,
		high: column,
		strict: sign === ">"
	}];
	throw new Unread();
}
function bound(column, sign, value) {
	return sign === "=" ? {
		kind: "values",
		column,
		values: [value]
	} : {
		kind: "bound",
		column,
		sign,
		value
	};
}
function lengths(r, column) {
	const number = () => Number(literalOf(r));
	if (r.take("BETWEEN")) {
		const low = number();
		r.need("AND");
		return [{
			kind: "length",
			column,
			sign: ">=",
			value: low
		}, {
			kind: "length",
			column,
			sign: "<=",
			value: number()
		}];
	}
	return [{
		kind: "length",
		column,
		sign: signOf(r),
		value: number()
	}];
}
function inParentheses(r) {
	r.need("(");
	const column = nameOf(r);
	r.need(")");
	return column;
}
function nameOf(r) {
	const name = r.name();
	if (name === null) throw new Unread();
	return name;
}
function literalOf(r) {
	const literal = r.literal();
	if (literal === null) throw new Unread();
	return literal;
}
function signOf(r) {
	if (r.take("!=")) return "<>";
	const sign = SIGNS.find((one) => r.take(one));
	if (sign === void 0) throw new Unread();
	return sign;
}

// src/migrate/generate/structure.ts
const tableRow = object({
	name: string(),
	engine: string().nullable(),
	type: string()
});
const sridRow = object({
	table: string(),
	column: string(),
	srid: number$1()
});
/** Tables of the current database without our own, by name. */
async function readGenTables(session, family) {
	const layout = await readLayout(session, family);
	const tables = await session.ask(tableRow, "SELECT TABLE_NAME AS name, ENGINE AS engine, TABLE_TYPE AS type FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') AND TABLE_NAME NOT LIKE 'shiplock\\_%' ORDER BY TABLE_NAME");
	const srids = family === "mysql" ? await session.ask(sridRow, "SELECT TABLE_NAME AS `table`, COLUMN_NAME AS `column`, SRS_ID AS srid FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND SRS_ID IS NOT NULL") : [];
	return tables.map(({ name, engine, type }) => {
		const own = layout.columns.filter(({ table }) => table === name);
		const given = own.filter(({ extra }) => !/(?:VIRTUAL|STORED|PERSISTENT) ?GENERATED|INVISIBLE GENERATED|^(?:VIRTUAL|PERSISTENT|STORED)/i.test(extra));
		const names = new Set(given.map((column) => column.name));
		return {
			name,
			versioned: type === "SYSTEM VERSIONED",
			transactional: /^innodb$/i.test(engine ?? ""),
			columns: given.map((column) => ({
				name: column.name,
				type: column.type,
				nullable: column.nullable,
				collation: column.collation,
				srid: srids.find((one) => one.table === name && one.column === column.name)?.srid ?? 0
			})),
			autoIncrement: own.find(({ extra }) => /auto_increment/i.test(extra))?.name ?? null,
			uniques: layout.indexes.filter(({ table, unique }) => table === name && unique).map((index) => ({
				name: index.name,
				columns: index.parts.flatMap(({ column }) => column === null ? [] : [column]),
				prefixes: index.parts.map(({ prefix }) => prefix),
				unread: index.parts.some(({ column }) => column === null || !names.has(column))
			})),
			foreignKeys: layout.foreignKeys.filter(({ table }) => table === name),
			checks: layout.checks.filter(({ table }) => table === name).map((check) => ({
				name: check.name,
				clause: check.clause,
				asked: readCheck(check.clause)
			}))
		};
	});
}
/** Rows of a table; counted, since what the server keeps of them is a guess. */
async function countRows(session, table) {
	const [row] = await session.ask(object({ n: number$1() }), `SELECT COUNT(*) AS n FROM ${sqlName(table)}`);
	return row?.n ?? 0;
}

// src/migrate/generate/empty.ts
/**
* Empties every table but those that are kept and our own. Until it is through, the database says that its rows are not all there, and what is
* released or migrated there is refused. Doing it again does the same. Returns the names of what was emptied.
*/
async function emptyRows(options) {
	const { target, family, environment, lock, run, keep, signal, allow } = options;
	return withConnection(target, async (connection) => {
		await takeLock(connection, lock);
		const session = sessionOf(connection);
		await connection.query(CREATE_ORIGIN);
		allow(await readOrigin((row, sql) => session.ask(row, sql)));
		await connection.query("SET SESSION foreign_key_checks = 0");
		const tables = (await readGenTables(session, family)).filter(({ name }) => !keep.includes(name));
		await markOrigin(connection, {
			environment,
			rules: RESET,
			run,
			state: "generating"
		});
		for (const { name, versioned } of tables) {
			signal.throwIfAborted();
			const sql = versioned ? [`DELETE FROM ${sqlName(name)}`, `DELETE HISTORY FROM ${sqlName(name)}`] : [`TRUNCATE TABLE ${sqlName(name)}`];
			for (const one of sql) await connection.query(one);
		}
		await connection.query(`DROP TABLE IF EXISTS ${GENERATED_TABLE}`);
		await markOrigin(connection, {
			environment,
			rules: null,
			run,
			state: "own"
		});
		return tables.map(({ name }) => name);
	});
}
/** Stands where the digest of a filling would: no filling has it, so none goes on from here. */
const RESET = "reset";
/** Tables that migrations put rows into: emptying them would lose what no migration brings back. By name. Pure. */
function filledByMigrations(migrations, family) {
	const tables = migrations.flatMap(({ statements }) => statements.flatMap(({ sql }) => {
		const parsed = parseStatement(sql, family);
		return parsed.ok && parsed.statement.kind === "insert" ? [parsed.statement.table.name] : [];
	}));
	return [...new Set(tables)].toSorted();
}
/** @throws ProblemError for tables that migrations fill, and about which the settings say nothing */
function mustSayKeep(filled, told) {
	const silent = filled.filter((name) => told[name] === void 0);
	if (silent.length === 0) return;
	throw new ProblemError(silent.map((name) => ({
		code: "data.filled-by-migration",
		where: name,
		found: "rows that a migration put there, which no migration brings back",
		expected: "to be told what becomes of them",
		remedy: `write \`${name}: keep\` (or \`empty\`, or how many rows) under database.generate.tables`
	})));
}

// src/migrate/generate/look.ts
const FAKES = [
	["email", /\be ?mail\b|\bmail\b/],
	["phone", /\b(?:phone|mobile|tel|fax)\b/],
	["first-name", /\b(?:first ?name|given ?name|forename|vorname)\b/],
	["last-name", /\b(?:last ?name|surname|family ?name|nachname)\b/],
	["user-name", /\b(?:user ?name|login|nick(?:name)?|handle|slug)\b/],
	["company", /\b(?:company|organi[sz]ation|employer|firm|vendor|supplier|brand|issuer)\b/],
	["street", /\b(?:street|address|addr)\b/],
	["city", /\b(?:city|town|place)\b/],
	["postcode", /\b(?:zip|zip ?code|post ?code|postal)\b/],
	["country", /\bcountry\b/],
	["url", /\b(?:url|uri|link|website|homepage)\b/],
	["domain", /\b(?:domain|host|hostname|fqdn)\b/],
	["ipv4", /\b(?:ip|ipv4|ip ?address)\b/],
	["ipv6", /\bipv6\b/],
	["name", /\b(?:full ?name|author|owner|actor|contact|person|customer|recipient)\b/],
	["sentence", /\b(?:description|comment|note|notes|remark|message|text|body|title|subject|reason|summary|content)\b/]
];
const RANGES = [
	[
		/\bage\b/,
		18,
		90
	],
	[
		/\b(?:percent|percentage|share|progress)\b/,
		0,
		100
	],
	[
		/\bport\b/,
		1024,
		65535
	],
	[
		/\byear\b/,
		1990,
		2030
	],
	[
		/\bmonth\b/,
		1,
		12
	],
	[
		/\b(?:quantity|qty|count|amount of|number of|pieces|attempts|retries)\b/,
		0,
		20
	],
	[
		/\b(?:price|amount|total|cost|balance|salary|fee)\b/,
		1,
		5e3
	],
	[
		/\b(?:lat|latitude)\b/,
		-85,
		85
	],
	[
		/\b(?:lon|lng|longitude)\b/,
		-180,
		180
	]
];
const PERSONS = /^(?:person|people|user|customer|client|patient|employee|member|contact|student|guest|staff)s?$/;
/** @param table gives `name` its meaning: that of a person in `users`, of a thing elsewhere */
function lookOf(column, table, length) {
	const name = wordsOf(column).join(" ");
	for (const [range, min, max] of RANGES) if (range.test(name)) return {
		kind: "range",
		min,
		max
	};
	if (/\b(?:uuid|guid)\b/.test(name) && length >= 36) return { kind: "uuid" };
	if (/\b(?:hash|digest|sha\d*|md5|token|secret|password|passwd|key|signature|checksum|fingerprint|etag)\b/.test(name)) return { kind: "hex" };
	if (name === "name") return wordsOf(table).some((word) => PERSONS.test(word)) ? {
		kind: "fake",
		what: "name"
	} : { kind: "words" };
	const fake = FAKES.find(([, pattern]) => pattern.test(name));
	if (fake !== void 0) return {
		kind: "fake",
		what: fake[0]
	};
	if (/\b(?:status|state)\b/.test(name)) return {
		kind: "one-of",
		values: [
			"new",
			"active",
			"closed"
		]
	};
	if (/\bcurrency\b/.test(name)) return {
		kind: "one-of",
		values: [
			"EUR",
			"USD",
			"GBP",
			"CHF"
		]
	};
	if (/\b(?:lang|language|locale)\b/.test(name)) return {
		kind: "one-of",
		values: [
			"en",
			"de",
			"fr",
			"es"
		]
	};
	return { kind: "words" };
}
/** Rows of which something has not happened yet: most of them. */
function mostlyNull(column) {
	return /\b(?:deleted|removed|archived|cancel(?:l)?ed|revoked|closed|finished)\b/.test(wordsOf(column).join(" "));
}
const LATER = [
	...[
		["created", "updated"],
		["created", "modified"],
		["start", "end"]
	],
	...[
		["started", "ended"],
		["started", "finished"],
		["from", "to"]
	],
	...[
		["before", "after"],
		["from", "until"],
		["begin", "end"]
	],
	...[
		["opened", "closed"],
		["issued", "expires"],
		["created", "deleted"]
	]
];
/** Names of moments of which the second is later: `starts_at` and `ends_at` are not told from others, `start` and `end` are. */
function laterThan(columns) {
	const named = new Map(columns.map((column) => [wordsOf(column).join(" "), column]));
	return [...named].flatMap(([name, low]) => LATER.flatMap(([a, b]) => {
		const words = name.split(" ");
		if (!words.includes(a)) return [];
		const high = named.get(words.map((word) => word === a ? b : word).join(" "));
		return high === void 0 ? [] : [[low, high]];
	}));
}
function wordsOf(name) {
	return name.replaceAll(/([a-z])([A-Z])/g, "$1 $2").toLowerCase().split(/[^a-z0-9]+/).filter((word) => word !== "");
}

// src/migrate/generate/problems.ts
var import_fastest_levenshtein = require_fastest_levenshtein();
/** What stands against filling a database with made-up rows. */
function noSuchName(path, names) {
	const near = nearest(path.split(".").at(-1) ?? path, names, import_fastest_levenshtein.distance);
	return {
		code: "generate.unknown-name",
		where: `database.generate.tables.${path}`,
		found: "no such name in the database",
		expected: names.length === 0 ? "a database with tables" : `one of ${names.join(", ")}`,
		remedy: near === void 0 ? "mend the name, or take it out" : `write ${near}`
	};
}
function noSuchType(table, column, type) {
	return {
		code: "generate.type",
		where: `${table}.${column}`,
		found: type,
		expected: "a type of which values can be made here",
		remedy: `write \`${table}: keep\` or \`${table}: empty\` under database.generate.tables`
	};
}
function otherDatabase(table, key) {
	return {
		code: "generate.other-database",
		where: `${table} (${key.name})`,
		found: `a foreign key to ${key.parentSchema}.${key.parent}`,
		expected: "foreign keys within one database",
		remedy: `write \`${table}: keep\` or \`${table}: empty\` under database.generate.tables`
	};
}
function unsatisfied(table, key) {
	return {
		code: "generate.keys",
		where: `${table} (${key})`,
		found: "a unique key whose columns other keys decide already",
		expected: "keys that can be kept apart one by one",
		remedy: `write \`${table}: keep\` or \`${table}: empty\` under database.generate.tables, and fill it by \`database.seed\``
	};
}
function keyCycle(table, column) {
	return {
		code: "generate.key-cycle",
		where: `${table}.${column}`,
		found: "a foreign key that leads back to this column over others",
		expected: "a column at its end that points nowhere",
		remedy: "write `keep` or `empty` for one of the tables under database.generate.tables"
	};
}
function noParent(table, key) {
	return {
		code: "generate.no-parent",
		where: `${table} (${key.name})`,
		found: `no row of ${key.parent} that has what another foreign key of the same row has already given`,
		expected: "for each row one that it can point to",
		remedy: `ask for more rows of ${key.parent} under database.generate.tables, or let the columns be NULL`
	};
}
function keptChild(table, key) {
	return {
		code: "generate.kept-child",
		where: `${table} (${key.name})`,
		found: `rows that stay and point to ${key.parent}, whose rows do not`,
		expected: "that what is kept points to what is kept",
		remedy: `write \`${key.parent}: keep\` too, or let ${table} be filled or emptied`
	};
}
function notEmpty(tables) {
	return {
		code: "generate.not-empty",
		where: tables.join(", "),
		found: "rows",
		expected: "tables without rows: nothing is deleted here",
		remedy: "`shiplock data reset` empties and fills them; or write `TABLE: keep` under database.generate.tables"
	};
}
function otherHalf(found) {
	return {
		code: "generate.half-filled",
		where: "shiplock_data_origin",
		found,
		expected: "the same structure, settings, seed and scale as when it was begun",
		remedy: "`shiplock data reset` empties and fills it anew"
	};
}
function refusedRow(table, found) {
	return {
		code: "generate.refused-row",
		where: table,
		found,
		expected: "rows that every key, check and trigger of the table takes",
		remedy: `say under database.generate.tables.${table}.columns which \`values\`, \`min\` or \`max\` fit, or write \`${table}: keep\``
	};
}

// src/migrate/generate/random.ts
/**
* Numbers that look random and follow from a seed and a place. No state: what stands in row 7 does not depend on whether row 6 was made in
* the same run. Pure.
*/
/** 32 bits of a text. */
function saltOf(...words) {
	return createHash("sha256").update(words.join("\0")).digest().readUInt32BE();
}
/** A permutation of the 32-bit numbers whose output bits each depend on all input bits: triple32, Wellons 2018 (hash-prospector). */
function mixed(value) {
	let x = value >>> 0;
	x = Math.imul(x ^ x >>> 17, 3982152891);
	x = Math.imul(x ^ x >>> 11, 2890668881);
	x = Math.imul(x ^ x >>> 15, 830770091);
	return (x ^ x >>> 14) >>> 0;
}
/** 32 bits for a place; another salt gives others. For one salt it is a permutation of the places below 2^32. */
function bitsAt(salt, place) {
	return mixed(mixed(place) ^ salt);
}
/** From 0 to below 1. */
function unitAt(salt, place) {
	return bitsAt(salt, place) / 4294967296;
}
/** One of 0 … size − 1; with a skew the first ones come more often: place size·u^(1+skew). */
function pickAt(salt, place, size, skew = 0) {
	const unit = unitAt(salt, place);
	return Math.min(size - 1, Math.floor(size * (skew === 0 ? unit : unit ** (1 + skew))));
}
const ROUNDS = 4;
/**
* A permutation of 0 … size − 1, size up to 2^52: a Feistel network (Luby and Rackoff 1988) walked until it lands below `size`
* (Black and Rogaway 2002).
*/
function permuted(salt, index, size) {
	if (size <= 1) return 0;
	const half = 2 ** Math.ceil(Math.ceil(Math.log2(size)) / 2);
	let value = index;
	do {
		let left = Math.floor(value / half);
		let right = value % half;
		for (let round = 0; round < ROUNDS; round += 1) {
			const other = left ^ bitsAt(salt + round, right) % half;
			left = right;
			right = other;
		}
		value = left * half + right;
	} while (value >= size);
	return value;
}

// src/migrate/generate/types.ts
const BITS = {
	tinyint: 8,
	smallint: 16,
	mediumint: 24,
	int: 32,
	bigint: 64
};
const TEXTS = {
	tinytext: 63,
	text: 2e3,
	mediumtext: 2e3,
	longtext: 2e3
};
const BLOBS = {
	tinyblob: 64,
	blob: 256,
	mediumblob: 256,
	longblob: 256
};
const SHAPES = [...[
	"point",
	"linestring",
	"polygon",
	"multipoint",
	"multilinestring",
	"multipolygon"
], ...[
	"geometrycollection",
	"geomcollection",
	"geometry"
]];
/**
* From `information_schema.COLUMNS.COLUMN_TYPE`; null: a type that nothing is known about.
* @param collation of the column; one of a small character set takes plain ASCII only
*/
function valueTypeOf(columnType, collation) {
	const base = /^[a-z0-9]+/i.exec(columnType)?.[0].toLowerCase() ?? "";
	const inside = /^[a-z0-9]+\((.*)\)/is.exec(columnType)?.[1] ?? "";
	const [first = NaN, second = 0] = inside === "" ? [] : inside.split(",").map(Number);
	const unsigned = /\bunsigned\b/i.test(columnType);
	const bits = BITS[base];
	if (bits !== void 0) {
		const most = 1n << BigInt(unsigned ? bits : bits - 1);
		return {
			kind: "integer",
			min: unsigned ? 0n : -most,
			max: most - 1n,
			flag: base === "tinyint" && first === 1
		};
	}
	const ascii = collation !== null && !/^utf/i.test(collation);
	const text = TEXTS[base];
	if (text !== void 0) return {
		kind: "text",
		length: text,
		fixed: false,
		ascii
	};
	const blob = BLOBS[base];
	if (blob !== void 0) return {
		kind: "bytes",
		length: blob,
		fixed: false
	};
	if (SHAPES.includes(base)) return {
		kind: "geometry",
		shape: base,
		srid: 0
	};
	switch (base) {
		case "decimal":
		case "numeric": return {
			kind: "decimal",
			whole: (Number.isNaN(first) ? 10 : first) - second,
			scale: second
		};
		case "float":
		case "double": return Number.isNaN(first) ? {
			kind: "float",
			whole: base === "float" ? 5 : 12,
			scale: 2
		} : {
			kind: "float",
			whole: first - second,
			scale: Math.min(second, 2)
		};
		case "bit": return {
			kind: "bit",
			bits: Number.isNaN(first) ? 1 : first
		};
		case "char":
		case "varchar": return {
			kind: "text",
			length: Number.isNaN(first) ? 1 : first,
			fixed: base === "char",
			ascii
		};
		case "binary":
		case "varbinary": return {
			kind: "bytes",
			length: Number.isNaN(first) ? 1 : first,
			fixed: base === "binary"
		};
		case "enum":
		case "set": return {
			kind: "choice",
			values: choicesOf(inside),
			many: base === "set"
		};
		case "date":
		case "datetime":
		case "timestamp":
		case "time": return {
			kind: base,
			digits: Number.isNaN(first) ? 0 : first
		};
		case "year":
		case "json":
		case "uuid":
		case "inet4":
		case "inet6": return { kind: base };
		case "vector": return {
			kind: "vector",
			dimensions: Number.isNaN(first) ? 1 : first
		};
		default: return null;
	}
}
/** `'a','b''c'` → a, b'c. */
function choicesOf(inside) {
	return [...inside.matchAll(/'((?:[^']|'')*)'/g)].map(([, text = ""]) => text.replaceAll("''", "'"));
}
/** Numbers above this are not told apart: enough for any table that is filled from here. */
const MOST = 4294967295;
/** Days and seconds that a serial moment can have behind 2001-01-01. */
const DAYS = 29e5;
const TIMESTAMP_SECONDS = 115e7;
const TIME_SECONDS = 3e6;
/** How many different values `serialOf` can give; 0: none. `room` bounds texts and bytes that are told apart by their beginning. */
function capacityOf(type, room) {
	switch (type.kind) {
		case "integer": return type.max >= BigInt(4294967295) ? MOST : Number(type.max);
		case "decimal":
		case "float": return Math.min(MOST, 10 ** Math.min(15, type.whole + type.scale) - 1);
		case "bit": return Math.min(MOST, 2 ** Math.min(32, type.bits));
		case "year": return 255;
		case "text": return Math.min(MOST, 32 ** Math.min(room, 7));
		case "bytes": return Math.min(MOST, 256 ** Math.min(room, 4));
		case "choice": return type.many ? 2 ** Math.min(20, type.values.length) : type.values.length;
		case "date": return DAYS;
		case "datetime": return MOST;
		case "timestamp": return TIMESTAMP_SECONDS;
		case "time": return TIME_SECONDS;
		case "json":
		case "uuid":
		case "inet4":
		case "inet6": return MOST;
		default: return 0;
	}
}

// src/migrate/generate/spec.ts
/** What a column may hold: by its type, its keys, the checks that are read, the configuration, and its name. Pure. */
const NULL_SHARE$1 = .1;
/** Null: nothing is known about its type. What the configuration says comes before what was guessed, never before a check. */
function specOf(table, column, asked, told, seed) {
	const own = asked.filter((one) => "column" in one && one.column === column.name);
	const json = own.some(({ kind }) => kind === "json");
	const read = valueTypeOf(json ? "json" : column.type, column.collation);
	if (read === null) return null;
	const type = read.kind === "geometry" ? {
		...read,
		srid: column.srid
	} : read;
	const bounds = boundsOf(own, type, told);
	const lists = own.flatMap((one) => one.kind === "values" ? [one.values] : []);
	const configured = told?.values?.map(String) ?? null;
	const allowed = [...configured === null ? [] : [configured], ...lists];
	const notNull = own.some(({ kind }) => kind === "not-null") || !column.nullable;
	const guessed = told?.values === void 0 && mostlyNull(column.name) ? .9 : NULL_SHARE$1;
	const look = told?.fake === void 0 ? lookOf(column.name, table.name, lengthOf(type)) : {
		kind: "fake",
		what: told.fake
	};
	const [minLength, maxLength] = lengthsOf(own);
	return {
		name: column.name,
		type,
		look,
		...bounds,
		minLength,
		maxLength,
		nullShare: notNull ? 0 : told?.null ?? guessed,
		allowed: allowed.length === 0 ? null : allowed.reduce((a, b) => a.filter((one) => b.includes(one))),
		skew: told?.skew ?? 0,
		salt: saltOf(seed, table.name, column.name),
		prefix: prefixOf(table, column.name)
	};
}
function lengthOf(type) {
	return type.kind === "text" ? type.length : 0;
}
/** The shortest beginning by which a unique key tells values of the column apart. */
function prefixOf({ uniques }, column) {
	const found = uniques.flatMap(({ columns, prefixes }) => {
		const prefix = prefixes[columns.indexOf(column)];
		return prefix === void 0 || prefix === null ? [] : [prefix];
	});
	return found.length === 0 ? null : Math.min(...found);
}
function boundsOf(asked, type, told) {
	const lows = told?.min === void 0 ? [] : [numberOf$1(String(told.min), type)];
	const highs = told?.max === void 0 ? [] : [numberOf$1(String(told.max), type)];
	const step = type.kind === "date" ? 86400 : 1;
	for (const one of asked) {
		if (one.kind !== "bound") continue;
		const value = numberOf$1(one.value, type);
		if (Number.isNaN(value)) continue;
		if (one.sign === ">=") lows.push(Math.ceil(value));
		if (one.sign === ">") lows.push(Math.floor(value) + step);
		if (one.sign === "<=") highs.push(Math.floor(value));
		if (one.sign === "<") highs.push(Math.ceil(value) - step);
		if (one.sign === "<>") lows.push(Math.floor(value) + step);
	}
	return {
		min: lows.length === 0 ? null : Math.max(...lows),
		max: highs.length === 0 ? null : Math.min(...highs)
	};
}
function numberOf$1(text, type) {
	if (type.kind === "date" || type.kind === "datetime" || type.kind === "timestamp") return Math.floor(Date.parse(`${text.trim().replace(" ", "T")}${text.trim().length > 10 ? "Z" : "T00:00:00Z"}`) / 1e3);
	return Number(text);
}
function lengthsOf(asked) {
	let [min, max] = [0, Number.MAX_SAFE_INTEGER];
	for (const one of asked) {
		if (one.kind === "bound" && one.sign === "<>" && one.value === "") min = Math.max(min, 1);
		if (one.kind !== "length") continue;
		const { sign, value } = one;
		if (sign === ">" || sign === ">=" || sign === "=") min = Math.max(min, sign === ">" ? value + 1 : value);
		if (sign === "<" || sign === "<=" || sign === "=") max = Math.min(max, sign === "<" ? value - 1 : value);
	}
	return [min, max];
}

// src/migrate/generate/plan.ts
/** Decides it, or says what stands against it. */
function generatePlan(input) {
	const { tables, settings } = input;
	const problems = [...unknownNames(input), ...keptChildren(input)];
	const drafts = tables.map((table) => draftOf(table, input, problems));
	if (problems.length > 0) return bad(...problems);
	const rows = new Map(drafts.map((draft) => [draft.table.name, draft.rows]));
	for (let changed = true; changed;) {
		changed = false;
		for (const draft of drafts) {
			const now = rows.get(draft.table.name) ?? 0;
			const most = draft.kind === "fill" ? Math.min(now, mostRows(draft, rows)) : now;
			if (most < now) changed = true;
			rows.set(draft.table.name, most);
		}
	}
	return ok(drafts.map((draft) => {
		const most = rows.get(draft.table.name) ?? 0;
		if (draft.kind !== "fill") return draft;
		const wanted = wantedRows(draft.table.name, settings);
		const fewer = most < wanted ? [`${most} rows instead of ${wanted}: its keys tell no more apart`] : [];
		return {
			...draft,
			rows: most,
			axes: sizedAxes(draft, most, rows),
			notes: [...draft.notes, ...fewer]
		};
	}));
}
function wantedRows(table, { rows, tables }) {
	const told = tables[table];
	return typeof told === "object" ? told.rows ?? rows : rows;
}
function draftOf(table, { database, settings, kept }, problems) {
	const told = settings.tables[table.name];
	if (told === "keep") return {
		kind: "keep",
		table,
		rows: kept.get(table.name) ?? 0,
		notes: []
	};
	if (told === "empty") return {
		kind: "empty",
		table,
		rows: 0,
		notes: []
	};
	const wanted = wantedRows(table.name, settings);
	const columnsTold = told?.columns ?? {};
	const notes = [];
	const foreign = foreignOf(table, database, columnsTold, problems);
	const filled = new Set(foreign.flatMap(({ fills }) => fills.map(([own]) => own)));
	const restrictions = table.checks.flatMap(({ name, asked, clause }) => {
		if (asked === null) notes.push(`check ${name} is not read (${clause}): say with \`values\`, \`min\` or \`max\` what fits`);
		return asked ?? [];
	});
	const columns = [];
	for (const column of table.columns) {
		if (filled.has(column.name)) continue;
		const spec = specOf(table, column, restrictions, columnsTold[column.name], settings.seed);
		if (spec === null) problems.push(noSuchType(table.name, column.name, column.type));
		else columns.push(spec);
	}
	const keys = keysOf$1({
		table,
		columns,
		foreign,
		wanted,
		notes,
		problems
	});
	const free = new Set(columns.filter(({ name }) => !keys.serial.has(name) && !keys.digits.has(name)).map(({ name }) => name));
	const orders = [...restrictions.flatMap((one) => one.kind === "order" ? [[one.low, one.high]] : []), ...laterThan(columns.filter(({ type }) => /^(?:date|datetime|timestamp)$/.test(type.kind)).map(({ name }) => name))].filter(([low, high]) => free.has(low) && free.has(high));
	return {
		kind: "fill",
		table,
		rows: wanted,
		serial: keys.serial,
		axes: keys.axes,
		orders,
		notes,
		columns: columns.map((one) => keys.serial.has(one.name) || keys.digits.has(one.name) ? {
			...one,
			nullShare: 0
		} : one),
		foreign: keys.foreign
	};
}
const NULL_SHARE = .1;
/** The widest first, so that a narrower one finds its values given; those to the table itself last. */
function foreignOf(table, database, told, problems) {
	const self = ({ parent }) => parent === table.name ? 1 : 0;
	const keys = table.foreignKeys.toSorted((a, b) => self(a) - self(b) || b.columns.length - a.columns.length);
	const given = /* @__PURE__ */ new Set();
	return keys.flatMap((key) => {
		if (key.parentSchema !== database) {
			problems.push(otherDatabase(table.name, key));
			return [];
		}
		const pairs = key.columns.map((own, at) => [own, key.parentColumns[at] ?? ""]);
		const shared = pairs.filter(([own]) => given.has(own));
		const fills = pairs.filter(([own]) => !given.has(own));
		for (const [own] of fills) given.add(own);
		const nullable = fills.length > 0 && fills.every(([own]) => table.columns.find(({ name }) => name === own)?.nullable === true);
		const asked = fills.map(([own]) => told[own]?.null).find((one) => one !== void 0);
		const skew = fills.map(([own]) => told[own]?.skew).find((one) => one !== void 0) ?? 0;
		return [{
			key,
			pick: shared.length > 0 ? {
				kind: "fitting",
				shared
			} : { kind: key.parent === table.name ? "before" : "any" },
			fills,
			skew,
			nullShare: nullable ? asked ?? NULL_SHARE : 0
		}];
	});
}
/** What keeps the rows apart: for each unique key a column that is never the same, or the digits of the row's place. */
function keysOf$1(options) {
	const { table, columns, wanted, notes, problems } = options;
	const foreign = [...options.foreign];
	const serial = new Set(columns.filter(({ name }) => table.autoIncrement === name).map(({ name }) => name));
	const digits = /* @__PURE__ */ new Set();
	let axes = [];
	const apart = [];
	for (const key of table.uniques.toSorted((a, b) => Number(b.name === "PRIMARY") - Number(a.name === "PRIMARY") || a.columns.length - b.columns.length)) {
		if (key.unread) {
			notes.push(`unique key ${key.name} stands on what the server computes: whether rows fit shows when they arrive`);
			continue;
		}
		const names = key.columns;
		if (names.some((name) => serial.has(name)) || apart.some((one) => one.every((name) => names.includes(name)))) continue;
		const own = columns.filter(({ name }) => names.includes(name));
		const points = foreign.flatMap((one, at) => {
			return one.fills.length > 0 && one.pick.kind !== "fitting" && one.fills.every(([column]) => names.includes(column)) ? [{
				one,
				at
			}] : [];
		});
		const taken = axes.length > 0;
		const enough = own.find((spec) => roomOf(spec) >= wanted && preferred(spec)) ?? own.find((spec) => roomOf(spec) >= wanted);
		if (enough !== void 0 && (points.length === 0 || taken)) {
			serial.add(enough.name);
			continue;
		}
		if (taken || points.length === 0 && own.length === 0) {
			problems.push(unsatisfied(table.name, key.name));
			continue;
		}
		axes = [...points.map(({ one, at }) => ({
			kind: "foreign",
			at,
			parent: one.key.parent,
			size: 0
		})), ...own.filter((spec) => roomOf(spec) > 0).map((spec) => ({
			kind: "column",
			column: spec.name,
			size: roomOf(spec)
		}))];
		for (const { one, at } of points) {
			const axis = axes.findIndex((two) => two.kind === "foreign" && two.at === at);
			foreign.splice(at, 1, {
				...one,
				pick: {
					kind: "digit",
					axis
				},
				nullShare: 0
			});
		}
		for (const axis of axes) if (axis.kind === "column") digits.add(axis.column);
		apart.push(names);
	}
	return {
		serial,
		digits,
		axes,
		foreign
	};
}
function roomOf(spec) {
	const { type, allowed, prefix, min, max, maxLength } = spec;
	if (allowed !== null) return allowed.length;
	const length = type.kind === "text" || type.kind === "bytes" ? Math.min(type.length, maxLength) : 0;
	const room = capacityOf(type, Math.min(length, prefix ?? length));
	if (type.kind !== "integer" && type.kind !== "decimal" && type.kind !== "float") return room;
	return Math.max(0, Math.min(room, (max ?? Math.min(room, 4294967295)) - (min ?? 1) + 1));
}
/** Numbers, texts and bytes read well when they are never the same; moments and choices less so. */
function preferred({ type }) {
	return [
		"integer",
		"text",
		"bytes",
		"uuid"
	].includes(type.kind);
}
function mostRows(draft, rows) {
	const parents = draft.foreign.map(({ key, nullShare, pick }) => nullShare > 0 || pick.kind === "before" || key.parent === draft.table.name || (rows.get(key.parent) ?? 0) > 0 ? MOST : 0);
	const digits = draft.axes.reduce((product, axis) => product * sizeOf(axis, rows), 1);
	const serial = draft.columns.filter(({ name }) => draft.serial.has(name)).map(roomOf);
	return Math.min(MOST, ...parents, ...serial, ...draft.axes.length === 0 ? [] : [digits]);
}
function sizeOf(axis, rows) {
	return axis.kind === "foreign" ? rows.get(axis.parent) ?? 0 : axis.size;
}
/** A number that counts within what is pointed to stays small: the lines of an order are 1, 2, 3. */
function sizedAxes({ axes, columns }, most, rows) {
	const parents = axes.reduce((product, axis) => product * (axis.kind === "foreign" ? rows.get(axis.parent) ?? 0 : 1), 1);
	let needed = Math.max(1, Math.ceil(most / Math.max(1, parents) * 2));
	return axes.map((axis) => {
		if (axis.kind === "foreign") return {
			...axis,
			size: rows.get(axis.parent) ?? 0
		};
		const number = columns.find(({ name }) => name === axis.column)?.type.kind === "integer";
		const size = Math.min(axis.size, number ? needed : needed * 50);
		needed = Math.max(1, Math.ceil(needed / Math.max(1, size)));
		return {
			...axis,
			size
		};
	});
}
/** Rows that stay must not point to rows that go. */
function keptChildren({ tables, settings, kept }) {
	return tables.filter(({ name }) => (kept.get(name) ?? 0) > 0).flatMap(({ name, foreignKeys }) => foreignKeys.filter(({ parent }) => settings.tables[parent] !== "keep").map((key) => keptChild(name, key)));
}
function unknownNames({ tables, settings }) {
	return Object.entries(settings.tables).flatMap(([name, told]) => {
		const table = tables.find((one) => one.name === name);
		if (table === void 0) return [noSuchName(name, tables.map((one) => one.name))];
		if (typeof told === "string") return [];
		const names = table.columns.map((column) => column.name);
		return Object.keys(told.columns).flatMap((column) => names.includes(column) ? [] : [noSuchName(`${name}.columns.${column}`, names)]);
	});
}

// src/migrate/generate/geometry.ts
const CODES = {
	point: 1,
	linestring: 2,
	polygon: 3,
	multipoint: 4,
	multilinestring: 5,
	multipolygon: 6,
	geometrycollection: 7
};
/** @param shape as `COLUMN_TYPE` names it; of `geometry` a point is one */
function geometryAt(shape, srid, salt, place) {
	const at = [Math.floor(unitAt(salt, place) * 8e4) / 1e3, Math.floor(unitAt(salt + 1, place) * 8e4) / 1e3];
	const size = .001 * (1 + bitsAt(salt + 2, place) % 100);
	return Buffer.concat([count(srid), shapeBytes(shape === "geometry" ? "point" : shape, at, size)]);
}
function shapeBytes(shape, at, size) {
	const [x, y] = at;
	const square = [
		at,
		[x + size, y],
		[x + size, y + size],
		[x, y + size],
		at
	];
	switch (shape) {
		case "point": return Buffer.concat([head("point"), pointBytes(at)]);
		case "linestring": return Buffer.concat([head("linestring"), pointsBytes([at, [x + size, y + size]])]);
		case "polygon": return Buffer.concat([
			head("polygon"),
			count(1),
			pointsBytes(square)
		]);
		case "multipoint":
		case "multilinestring":
		case "multipolygon": return Buffer.concat([
			head(shape),
			count(1),
			shapeBytes(shape.slice(5), at, size)
		]);
		default: return Buffer.concat([
			head("geometrycollection"),
			count(1),
			shapeBytes("point", at, size)
		]);
	}
}
/** Little-endian, and what it is. */
function head(shape) {
	return Buffer.concat([Buffer.from([1]), count(CODES[shape] ?? 1)]);
}
function count(number) {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32LE(number);
	return bytes;
}
function pointBytes([x, y]) {
	const bytes = Buffer.alloc(16);
	bytes.writeDoubleLE(x);
	bytes.writeDoubleLE(y, 8);
	return bytes;
}
function pointsBytes(points) {
	return Buffer.concat([count(points.length), ...points.map(pointBytes)]);
}

// src/migrate/generate/values.ts
const POOL = 2048;
/** Fakes are made once, some thousands of each kind, and drawn from. */
function openPools(seed, faker) {
	const pools = /* @__PURE__ */ new Map();
	const poolOf = (what) => {
		const there = pools.get(what);
		if (there !== void 0) return there;
		const salt = saltOf(seed, "pool", what);
		const made = Array.from({ length: POOL }, (_, at) => faker(what, bitsAt(salt, at)));
		pools.set(what, made);
		return made;
	};
	return {
		fake: (what, salt, place) => poolOf(what)[pickAt(salt, place, POOL)] ?? "",
		words: (salt, place, most) => {
			const sentence = (poolOf("sentence")[pickAt(salt, place, POOL)] ?? "").replace(/\.$/, "");
			if (sentence.length <= most) return sentence;
			const cut = sentence.lastIndexOf(" ", most);
			return sentence.slice(0, cut > 2 ? cut : most);
		}
	};
}
/** Any value, others may be the same. `rows`: how many the table has. */
function plainOf(spec, place, rows, pools) {
	const { type, salt, allowed, skew } = spec;
	if (spec.nullShare > 0 && unitAt(salt ^ 1540483477, place) < spec.nullShare) return null;
	if (allowed !== null) return asValue(allowed[pickAt(salt, place, allowed.length, skew)] ?? "", type);
	switch (type.kind) {
		case "integer":
		case "decimal":
		case "float": return numberOf(spec, type, place, rows);
		case "bit": return bitBytes(bitsAt(salt, place), type.bits);
		case "year": return String(between(spec, place, 1990, 2030));
		case "text": return textOf$1(spec, type, place, pools);
		case "bytes": return bytesAt(salt, place, type.fixed ? type.length : Math.min(type.length, 32));
		case "choice": return type.many ? type.values.filter((_, at) => (bitsAt(salt, place) >>> at % 32 & 1) === 1).join(",") : type.values[pickAt(salt, place, type.values.length, skew)] ?? "";
		case "date":
		case "datetime":
		case "timestamp": return momentText(between(spec, place, RECENT, NOW), type, bitsAt(salt + 1, place));
		case "time": return timeText(pickAt(salt, place, 86400));
		case "json": return JSON.stringify({
			id: place + 1,
			label: pools.words(salt, place, 24),
			on: (bitsAt(salt, place) & 1) === 1
		});
		case "vector": return vectorBytes(salt, place, type.dimensions);
		case "geometry": return geometryAt(type.shape, type.srid, salt, place);
		default: return serialOf(spec, bitsAt(salt, place), pools);
	}
}
/** The value at a place among those of which no two are the same; places from 0 to below the capacity of the column. */
function serialOf(spec, place, pools) {
	const { type, salt, allowed, prefix } = spec;
	if (allowed !== null) return asValue(allowed[place] ?? "", type);
	switch (type.kind) {
		case "integer": return String(place + (spec.min ?? 1));
		case "decimal":
		case "float": {
			const whole = 10 ** Math.min(15, type.whole) - 1;
			if (place + (spec.min ?? 1) <= whole) return String(place + (spec.min ?? 1));
			const digits = String(place + 1).padStart(type.scale + 1, "0");
			return `${digits.slice(0, -type.scale)}.${digits.slice(-type.scale)}`;
		}
		case "bit": return bitBytes(place, type.bits);
		case "year": return String(1901 + place);
		case "text": return serialText(spec, type, place, pools);
		case "bytes": {
			const length = Math.min(type.length, Math.max(16, prefix ?? 0));
			const told = Math.min(4, prefix ?? type.length, type.length);
			const mark = Buffer.alloc(4);
			mark.writeUInt32BE(told === 4 ? mixed(place) : place);
			return Buffer.concat([mark.subarray(4 - told), bytesAt(salt, place, (type.fixed ? type.length : length) - told)]);
		}
		case "choice":
			if (!type.many) return type.values[place] ?? "";
			return type.values.filter((_, at) => (Math.floor(place / 2 ** at) & 1) === 1).join(",");
		case "date": return momentText(BASE + place * 86400, type, 0);
		case "datetime":
		case "timestamp": return momentText((spec.min ?? BASE) + place, type, 0);
		case "time": return timeText(place);
		case "json": return JSON.stringify({ id: place + 1 });
		case "uuid": return uuidOf(salt, place);
		case "inet4": return `10.${place >>> 16 & 255}.${place >>> 8 & 255}.${place & 255}`;
		case "inet6": return `2001:db8::${(place >>> 16).toString(16)}:${(place & 65535).toString(16)}`;
		default: return null;
	}
}
/** Configured and allowed values come as text. */
function asValue(text, type) {
	if (type.kind === "bit") return bitBytes(Number(text), type.bits);
	return type.kind === "bytes" ? Buffer.from(text) : text;
}
/** 2024-01-01 and 2026-01-01: fixed, so that the same seed gives the same rows on every day. */
const RECENT = 1704067200;
const NOW = 1767225600;
/** 2001-01-01 */
const BASE = 978307200;
function between({ salt, min, max, skew }, place, least, most) {
	const low = min ?? Math.min(least, max ?? least);
	return low + pickAt(salt, place, Math.max(1, Math.floor((max ?? Math.max(most, low)) - low) + 1), skew);
}
function numberOf(spec, type, place, rows) {
	const { look, salt } = spec;
	if (type.kind === "integer" && type.flag && spec.min === null && spec.max === null) return String(bitsAt(salt, place) & 1);
	const least = type.kind === "integer" ? Number(type.min) : 0;
	const most = type.kind === "integer" ? Number(type.max) : 10 ** Math.min(15, type.whole) - 1;
	const [low, high] = look.kind === "range" ? [look.min, look.max] : [0, /_?id$/i.test(spec.name) ? rows : 1e4];
	const number = between(spec, place, Math.max(low, least), Math.min(high, most));
	if (type.kind === "integer" || type.scale === 0) return String(number);
	const fraction = number >= (spec.max ?? Math.min(high, most)) ? 0 : pickAt(salt + 1, place, 10 ** Math.min(6, type.scale));
	return `${number}.${String(fraction).padStart(Math.min(6, type.scale), "0")}`;
}
const plainAscii = (text) => text.normalize("NFD").replaceAll(/[^\x20-\x7e]/g, "");
function textOf$1(spec, { length, fixed, ascii }, place, pools) {
	const { look, salt, minLength } = spec;
	const most = Math.min(length, spec.maxLength);
	const made = () => {
		if (look.kind === "one-of" && look.values.every((one) => one.length <= most)) return look.values[pickAt(salt, place, look.values.length, spec.skew)] ?? "";
		if (look.kind === "uuid" || fixed && most === 36) return uuidOf(salt, place);
		if (look.kind === "hex" || fixed && most >= 16) return hexOf(salt, place, Math.min(most, fixed ? most : 40));
		if (look.kind === "fake") return pools.fake(look.what, salt, place);
		return most < 8 ? lettersOf(bitsAt(salt, place), most) : pools.words(salt, place, Math.min(most, 60));
	};
	const cut = [...ascii ? plainAscii(made()) : made()].slice(0, most).join("").trimEnd();
	return cut.length >= minLength ? cut : cut + lettersOf(bitsAt(salt, place), minLength - cut.length);
}
const LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
/** 5 bits a letter; as many letters as asked for, the lowest bits last. Collations tell these apart. */
function lettersOf(bits, count) {
	let text = "";
	let rest = bits;
	for (let at = 0; at < count; at += 1) {
		text = (LETTERS[rest % 32] ?? "a") + text;
		rest = Math.floor(rest / 32);
		if (rest === 0 && at >= 6 && at + 1 < count) rest = mixed(bits + at);
	}
	return text;
}
/** A fake with letters that tell it from all others: before the @ of an address, else at the end, or in front where only the beginning counts. */
function serialText(spec, type, place, pools) {
	const { look, salt, prefix } = spec;
	const most = Math.min(type.length, spec.maxLength);
	const room = Math.min(most, prefix ?? most);
	if (room >= 36 && look.kind === "uuid") return uuidOf(salt, place);
	if (room >= 8 && (look.kind === "hex" || look.kind === "uuid" || type.fixed && most >= 16)) return hexOf(salt, place, type.fixed ? most : Math.min(most, 40));
	const mark = lettersOf(place, Math.min(7, room));
	const rest = most - mark.length - 1;
	if (rest < 4 || mark.length < 7) return mark;
	if (look.kind === "fake" && prefix === null) {
		if (look.what === "email" && most >= 30) {
			const [name = ""] = pools.fake("email", salt, place).split("@");
			return `${plainAscii(name).slice(0, rest - 12)}.${mark}@example.org`;
		}
		if (look.what === "domain" && most >= 24) return `${mark}.example.org`;
		if (look.what === "url" && most >= 40) return `https://${mark}.example.org/`;
	}
	const made = look.kind === "fake" ? pools.fake(look.what, salt, place) : pools.words(salt, place, 24);
	const told = [...type.ascii ? plainAscii(made) : made].slice(0, rest).join("").trimEnd();
	const between = look.kind === "fake" && [
		"email",
		"user-name",
		"domain"
	].includes(look.what) ? "." : " ";
	return prefix === null ? `${told}${between}${mark}` : `${mark}${between}${told}`;
}
/** Its first eight digits are a permutation of the place. */
function hexOf(salt, place, length) {
	let text = mixed(place).toString(16).padStart(8, "0");
	for (let at = 1; text.length < length; at += 1) text += bitsAt(salt + at, place).toString(16).padStart(8, "0");
	return text.slice(0, length);
}
/** RFC 9562, version 8: the contents are our own. */
function uuidOf(salt, place) {
	const hex = hexOf(salt, place, 32);
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
function bytesAt(salt, place, length) {
	const bytes = Buffer.alloc(Math.max(0, length));
	for (let at = 0; at < bytes.length; at += 1) bytes[at] = bitsAt(salt + 1 + (at >> 2), place) >>> at % 4 * 8;
	return bytes;
}
function bitBytes(number, bits) {
	const bytes = Buffer.alloc(8);
	const most = bits >= 53 ? Number.MAX_SAFE_INTEGER : 2 ** bits - 1;
	bytes.writeBigUInt64BE(BigInt(Math.min(number % (most + 1), most)));
	return bytes.subarray(8 - Math.ceil(bits / 8));
}
function vectorBytes(salt, place, dimensions) {
	const bytes = Buffer.alloc(dimensions * 4);
	for (let at = 0; at < dimensions; at += 1) bytes.writeFloatLE(unitAt(salt + at, place) * 2 - 1, at * 4);
	return bytes;
}
function momentText(seconds, { kind, digits }, bits) {
	const text = (/* @__PURE__ */ new Date(seconds * 1e3)).toISOString();
	if (kind === "date") return text.slice(0, 10);
	const fraction = digits === 0 ? "" : `.${String(bits % 10 ** digits).padStart(digits, "0")}`;
	return `${text.slice(0, 10)} ${text.slice(11, 19)}${fraction}`;
}
function timeText(seconds) {
	const two = (number) => String(Math.floor(number)).padStart(2, "0");
	return `${two(seconds / 3600)}:${two(seconds % 3600 / 60)}:${two(seconds % 60)}`;
}

// src/migrate/generate/rows.ts
/** @param kept values of the tables that are kept, of the columns that are pointed to */
function openWorld(plans, kept, seed, pools) {
	const makers = /* @__PURE__ */ new Map();
	const sourceOf = (table) => makers.get(table) ?? kept.get(table) ?? NOTHING;
	for (const plan of plans) if (plan.kind === "fill") makers.set(plan.table.name, makerOf(plan, sourceOf, seed, pools));
	noCycles(plans);
	return makers;
}
const NOTHING = {
	rows: 0,
	cell: () => null
};
/** How often another row is pointed to when the first one does not fit to the other keys. */
const ATTEMPTS = 64;
const ORDER_ATTEMPTS = 20;
function makerOf(plan, sourceOf, seed, pools) {
	const { table, rows, columns, foreign, axes, serial, orders } = plan;
	const salt = saltOf(seed, table.name, "");
	const specs = new Map(columns.map((spec) => [spec.name, spec]));
	const filledBy = new Map(foreign.flatMap((one, at) => one.fills.map(([own, parents]) => [own, {
		at,
		parents
	}])));
	const digitOf = new Map(axes.flatMap((axis, at) => axis.kind === "column" ? [[axis.column, at]] : []));
	const indexes = foreign.map((one) => lazily(() => indexOf(one)));
	const salts = foreign.map(({ key }) => saltOf(seed, table.name, key.name));
	const product = axes.reduce((all, { size }) => all * size, 1);
	const names = table.columns.map(({ name }) => name);
	function digits(place) {
		if (axes.length === 0) return [];
		let rest = permuted(salt, place, product);
		return axes.map(({ size }) => {
			const digit = rest % size;
			rest = Math.floor(rest / size);
			return digit;
		});
	}
	/** Rows that have the shared values, for a key that must fit to another one. */
	function indexOf({ key, pick }) {
		const parents = sourceOf(key.parent);
		const found = /* @__PURE__ */ new Map();
		if (pick.kind !== "fitting") return found;
		for (let at = 0; at < parents.rows; at += 1) {
			const text = textOf(pick.shared.map(([, column]) => parents.cell(column, at)));
			const there = found.get(text);
			if (there === void 0) found.set(text, [at]);
			else there.push(at);
		}
		return found;
	}
	/** Place of the row that each key points to; null: nothing. */
	function picksOf(place, upTo = foreign.length) {
		const placed = digits(place);
		for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
			const picks = [];
			if (foreign.slice(0, upTo).every((one, at) => {
				const found = pickOf(one, at, place, attempt, placed, picks);
				if (found === void 0) return false;
				picks.push(found);
				return true;
			})) return picks;
			if (axes.length > 0 && foreign.every(({ pick }) => pick.kind === "digit" || pick.kind === "fitting")) break;
		}
		const unfit = foreign.find(({ pick }) => pick.kind === "fitting");
		throw unfit === void 0 ? /* @__PURE__ */ new Error(`no row for ${table.name}`) : new ProblemError(noParent(table.name, unfit.key));
	}
	/** Undefined: there is none that fits. */
	function pickOf({ key, pick, nullShare, skew }, at, place, attempt, placed, before) {
		const own = (salts[at] ?? 0) + attempt >>> 0;
		if (pick.kind === "digit") return placed[pick.axis] ?? 0;
		if (nullShare > 0 && unitAt(own ^ 625341585, place) < nullShare) return null;
		const parents = sourceOf(key.parent);
		if (pick.kind === "before") {
			if (place === 0) return nullShare > 0 ? null : 0;
			return pickAt(own, place, place, skew);
		}
		if (pick.kind === "any") {
			if (parents.rows === 0) return nullShare > 0 ? null : void 0;
			return pickAt(own, place, parents.rows, skew);
		}
		const shared = pick.shared.map(([column]) => given(column, place, before));
		if (shared.includes(null)) return null;
		const fitting = indexes[at]?.().get(textOf(shared)) ?? [];
		return fitting[pickAt(own, place, Math.max(1, fitting.length), skew)] ?? (nullShare > 0 ? null : void 0);
	}
	/** What an earlier key of the same row has put there. */
	function given(column, place, picks) {
		const by = filledBy.get(column);
		if (by === void 0) return free(column, place, digits(place));
		const pick = picks[by.at];
		const one = foreign[by.at];
		return pick === null || pick === void 0 || one === void 0 ? null : sourceOf(one.key.parent).cell(by.parents, pick);
	}
	function free(column, place, placed) {
		const spec = specs.get(column);
		if (spec === void 0) return null;
		const digit = digitOf.get(column);
		if (digit !== void 0) return serialOf(spec, placed[digit] ?? 0, pools);
		return serial.has(column) ? serialOf(spec, place, pools) : plainOf(spec, place, rows, pools);
	}
	function row(place) {
		const placed = digits(place);
		const picks = picksOf(place);
		const made = new Map(names.map((name) => [name, filledBy.has(name) ? given(name, place, picks) : free(name, place, placed)]));
		for (const [low, high] of orders) inOrder(made, specs.get(low), specs.get(high), place);
		return names.map((name) => made.get(name) ?? null);
	}
	function inOrder(made, low, high, place) {
		if (low === void 0 || high === void 0) return;
		for (let attempt = 0; attempt < ORDER_ATTEMPTS; attempt += 1) {
			const [a, b] = [made.get(low.name) ?? null, made.get(high.name) ?? null];
			if (a === null || b === null || less(a, b)) return;
			if (less(b, a) && low.type.kind === high.type.kind && same(low, high)) {
				made.set(low.name, b);
				made.set(high.name, a);
				return;
			}
			made.set(high.name, plainOf({
				...high,
				nullShare: 0,
				salt: high.salt + attempt + 1 >>> 0
			}, place, rows, pools));
		}
	}
	return {
		rows,
		columns: names,
		row,
		cell: (column, place) => {
			const by = filledBy.get(column);
			if (by !== void 0) return given(column, place, picksOf(place, by.at + 1));
			if (orders.some((pair) => pair.includes(column))) return row(place)[names.indexOf(column)] ?? null;
			return free(column, place, digits(place));
		}
	};
}
/** Both may hold what the other one holds. */
function same(a, b) {
	return a.min === b.min && a.max === b.max && a.allowed === b.allowed;
}
function less(a, b) {
	if (typeof a !== "string" || typeof b !== "string") return false;
	const numbers = [a, b].map(Number);
	const [x = 0, y = 0] = numbers;
	return numbers.some(Number.isNaN) ? a < b : x < y;
}
function textOf(values) {
	return JSON.stringify(values.map((value) => Buffer.isBuffer(value) ? value.toString("latin1") : value));
}
function lazily(make) {
	let made;
	return () => {
		made ??= { value: make() };
		return made.value;
	};
}
/** A key that is filled from a key that is filled from it has no beginning. */
function noCycles(plans) {
	const points = new Map(plans.flatMap((plan) => plan.kind !== "fill" ? [] : plan.foreign.flatMap(({ key, fills }) => fills.map(([own, parents]) => [JSON.stringify([plan.table.name, own]), {
		table: key.parent,
		column: parents,
		from: plan.table.name,
		own
	}]))));
	for (const [start, first] of points) {
		let at = first;
		const seen = /* @__PURE__ */ new Set([start]);
		while (at !== void 0) {
			const name = JSON.stringify([at.table, at.column]);
			if (seen.has(name)) throw new ProblemError(keyCycle(first.from, first.own));
			seen.add(name);
			at = points.get(name);
		}
	}
}

// src/migrate/generate/fill.ts
/** Looks only. @throws ProblemError */
async function planGenerate(options) {
	return withConnection(options.target, (connection) => planOn(connection, options));
}
async function planOn(connection, { database, family, settings }) {
	const session = sessionOf(connection);
	const tables = await readGenTables(session, family);
	const names = tables.filter(({ name }) => settings.tables[name] === "keep").map(({ name }) => name);
	const counts = /* @__PURE__ */ new Map();
	for (const name of names) counts.set(name, Math.min(MOST_KEPT, await countRows(session, name)));
	const plans = unwrap(generatePlan({
		database,
		tables,
		settings,
		kept: counts
	}));
	const kept = /* @__PURE__ */ new Map();
	for (const name of names) kept.set(name, await readKept(connection, name, tables));
	const shape = tables.map(({ checks, ...table }) => [table, checks.map(({ clause }) => clause)]);
	return {
		tables: plans,
		rules: createHash("sha256").update(JSON.stringify([
			VERSION,
			settings,
			shape,
			[...counts]
		])).digest("hex"),
		kept
	};
}
/** Changes when the same settings would give other rows. */
const VERSION = 1;
/** Of a table that is kept so many rows are pointed to at most. */
const MOST_KEPT = 1e5;
/** Values of the columns that others point to, in the order of the key. */
async function readKept(connection, name, tables) {
	const columns = [...new Set(tables.flatMap(({ foreignKeys }) => foreignKeys.filter(({ parent }) => parent === name).flatMap((key) => key.parentColumns)))];
	if (columns.length === 0) return {
		rows: 0,
		cell: () => null
	};
	const list = columns.map(sqlName).join(", ");
	const [rows] = await connection.query({
		sql: `SELECT ${list} FROM ${sqlName(name)} ORDER BY ${list} LIMIT ${MOST_KEPT}`,
		rowsAsArray: true,
		typeCast: (field) => field.buffer()
	});
	const read = cells.parse(rows);
	const text = (value) => {
		if (value === null || value === void 0) return null;
		const said = value.toString("utf8");
		return Buffer.from(said, "utf8").equals(value) ? said : value;
	};
	return {
		rows: read.length,
		cell: (column, place) => text(read[place]?.[columns.indexOf(column)])
	};
}
const CREATE_MARKS = `CREATE TABLE IF NOT EXISTS ${GENERATED_TABLE} (
  table_name VARCHAR(64) NOT NULL PRIMARY KEY,
  done BIGINT UNSIGNED NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;
/**
* Fills the tables, or goes on where an earlier run with the same digest was cut; nothing is deleted but the half-filled table of an engine without
* transactions. What was filled completely by the same digest is left as it is.
* @throws ProblemError when a table holds rows, or half of another filling
*/
async function generateRows(options) {
	const { target, environment, settings, lock } = options;
	return withConnection(target, async (connection) => {
		await takeLock(connection, lock);
		await connection.query("SET SESSION time_zone = '+00:00', SESSION foreign_key_checks = 0, SESSION unique_checks = 1");
		await connection.query("SET SESSION sql_mode = CONCAT(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO')");
		const plan = await planOn(connection, options);
		const faker = await openFaker();
		const makers = openWorld(plan.tables, plan.kept, settings.seed, openPools(settings.seed, faker));
		await connection.query(CREATE_ORIGIN);
		const origin = await readOrigin((row, sql) => sessionOf(connection).ask(row, sql));
		const all = plan.tables.map((one) => ({
			table: one.table.name,
			rows: one.rows
		}));
		const filled = await filledTables(connection, plan.tables);
		if (isDone(origin, plan.rules) && filled.length > 0) {
			await connection.query(`DROP TABLE IF EXISTS ${GENERATED_TABLE}`);
			return {
				tables: all,
				rules: plan.rules
			};
		}
		if (origin?.state === "generating" && origin.rules !== plan.rules) throw new ProblemError(otherHalf("tables that are half filled with other made-up rows"));
		await connection.query(CREATE_MARKS);
		if (origin?.state !== "generating") {
			if (filled.length > 0) throw new ProblemError(notEmpty(filled));
			await connection.query(`DELETE FROM ${GENERATED_TABLE}`);
			await markOrigin(connection, {
				environment,
				rules: plan.rules,
				run: options.run,
				state: "generating"
			});
		}
		for (const one of plan.tables) {
			const maker = makers.get(one.table.name);
			if (maker !== void 0) await fillTable(connection, one.table, maker, options);
		}
		await verifyKeys(connection, plan.tables.flatMap(({ kind, table }) => kind === "fill" ? [{
			name: table.name,
			foreignKeys: keysOf(table)
		}] : []));
		await markOrigin(connection, {
			environment,
			rules: plan.rules,
			run: options.run,
			state: "synthetic"
		});
		await connection.query(`DROP TABLE IF EXISTS ${GENERATED_TABLE}`);
		return {
			tables: all,
			rules: plan.rules
		};
	});
}
function keysOf({ foreignKeys }) {
	return foreignKeys.map(({ columns, parent, parentColumns }) => ({
		columns,
		table: parent,
		references: parentColumns
	}));
}
function isDone(origin, rules) {
	return origin?.state === "synthetic" && origin.rules === rules;
}
/** Tables that hold rows and are not kept. */
async function filledTables(connection, plans) {
	const filled = [];
	for (const { kind, table } of plans) {
		if (kind === "keep") continue;
		const [rows] = await connection.query(`SELECT 1 FROM ${sqlName(table.name)} LIMIT 1`);
		if (array(unknown$1()).parse(rows).length > 0) filled.push(table.name);
	}
	return filled;
}
const doneRow = array(object({ done: number$1() }));
const TELL_MS = 5e3;
async function fillTable(connection, table, maker, options) {
	const { batch, signal, tell, clock } = options;
	const [found] = await connection.query(`SELECT done FROM ${GENERATED_TABLE} WHERE table_name = ?`, [table.name]);
	let done = doneRow.parse(found)[0]?.done ?? 0;
	if (!table.transactional && done < maker.rows) {
		await connection.query(`DELETE FROM ${sqlName(table.name)}`);
		done = 0;
	}
	const names = maker.columns.map(sqlName).join(", ");
	let told = clock.monotonic();
	while (done < maker.rows) {
		signal.throwIfAborted();
		const end = Math.min(done + batch, maker.rows);
		const rows = [];
		for (let place = done; place < end; place += 1) rows.push(maker.row(place));
		await connection.query("START TRANSACTION");
		await insert(connection, table.name, names, rows);
		await connection.query(`REPLACE INTO ${GENERATED_TABLE} (table_name, done) VALUES (?, ?)`, [table.name, end]);
		await connection.query("COMMIT");
		done = end;
		if (clock.monotonic() - told > TELL_MS && done < maker.rows) {
			tell(`${table.name}: ${done} of ${maker.rows} rows so far`);
			told = clock.monotonic();
		}
	}
	tell(`${table.name}: ${done} rows`);
}
async function insert(connection, table, names, rows) {
	try {
		if (names === "") for (const _ of rows) await connection.query(`INSERT INTO ${sqlName(table)} () VALUES ()`);
		else await connection.query(`INSERT INTO ${sqlName(table)} (${names}) VALUES ?`, [rows]);
	} catch (error) {
		throw new ProblemError(refusedRow(table, error instanceof Error ? error.message : String(error)));
	}
}

// src/release/data/copy.ts
const copiedSchema = strictObject({
	tables: array(strictObject({
		table: string(),
		rows: number()
	})).readonly(),
	rules: string()
});
/** Looks only. */
async function planDataCopy(door, request) {
	const { options } = await endsOf(door, request);
	return (await planCopy(options)).map(({ table, columns }) => ({
		table: table.name,
		columns: columns?.map(({ column, rule }) => ({
			column: column.name,
			rule: ruleText(rule)
		})) ?? null
	}));
}
/** Under the lease of the environment that is filled. One that died is begun again: it empties the tables first. */
async function copyData(door, request, tell) {
	const ends = await endsOf(door, request);
	const service = await underPolicy(ends.target, "forward");
	await agreeWithGit(service);
	const plans = await planCopy(ends.options);
	const found = [];
	const tree = copyProcedure(request, {
		...ends,
		plans
	}, tell, (tables) => found.push(...tables));
	const result = await runAgain(tree, engineOptions(service, { mayOrder: orderCheck(service) }));
	await tellGit(service);
	if (result.outcome !== "done") throw new ProblemError(result.problems);
	return {
		run: result.run,
		tables: found
	};
}
const COPY_MS$1 = 864e5;
const BATCH$1 = 1e3;
function copyProcedure({ from, to, why }, { options, key, target, plans }, tell, ended) {
	const { service } = target.target;
	return procedure({
		id: "data-copy",
		title: `Fill the database of ${service} in ${to} with harmless rows of ${from}`,
		description: `Every table of ${to} is emptied and filled again. ${from} is only read.`,
		environment: to,
		inputs: {
			from,
			to,
			why
		},
		root: opaque({
			id: "copy",
			title: `Copy the rows of ${from}`,
			inputs: {
				from,
				to
			},
			outputs: copiedSchema,
			promise: `the tables of ${to} hold the rows of ${from}, each column by its rule`,
			probe: "repeatable",
			timeoutMs: COPY_MS$1,
			run: async (ctx) => {
				const { run, signal } = ctx;
				const copied = await copyRows({
					...options,
					from,
					key,
					run,
					batch: BATCH$1,
					signal,
					tell
				}, plans);
				ended(copied.tables);
				return {
					rules: copied.rules,
					tables: [...copied.tables]
				};
			}
		})
	});
}
/** Both ends of a copy. @throws ProblemError when rows must not go this way */
async function endsOf(door, { from, to }) {
	const [source, target] = [await openEnvironment(door, from), await openEnvironment(door, to)];
	const here = databaseSettings(source);
	const there = databaseSettings(target);
	const problems = wrongWay(source, from, to);
	if (problems.length > 0) throw new ProblemError(problems);
	if (here.desensitise === null) throw new ProblemError(noRules(from));
	const [read, filled] = [resolveDsn(here.accounts?.copy?.dsn ?? here.dsn, source.secrets), resolveDsn(there.dsn, target.secrets)];
	if (read.resource === filled.resource) throw new ProblemError(sameDatabase(from, to, read.resource));
	const { key, tables } = here.desensitise;
	return {
		target,
		key: typeof key === "string" ? key : source.secrets.get(key.secret),
		options: {
			source: read.options,
			target: filled.options,
			tables
		}
	};
}
/** Rows go away from production, never towards it. */
function wrongWay({ config }, from, to) {
	const order = promotionOrder(config);
	const [source, target] = [order.indexOf(from), order.indexOf(to)];
	if (from !== to && (source < 0 || target < 0 || target < source)) return [];
	return [{
		code: "data.wrong-way",
		where: to,
		found: from === to ? "the environment that the rows come from" : `an environment behind ${from} in the order of promotion`,
		expected: `one before ${from}: ${order.slice(0, Math.max(0, source)).join(", ") || "there is none"}`,
		remedy: "name the two the other way round, if that is what was meant"
	}];
}
function noRules(from) {
	return {
		code: "data.no-rules",
		where: `environments.${from}.database`,
		found: "no `desensitise:`",
		expected: "rules for what may leave this environment",
		remedy: "write `desensitise: { key: { secret: … }, tables: { … } }` below `database:`; docs/desensitise.md"
	};
}
function sameDatabase(from, to, where) {
	return {
		code: "data.same-database",
		where,
		found: `the database of ${from} and of ${to}`,
		expected: "two databases: the second is emptied",
		remedy: "mend `database.dsn` of one of them"
	};
}

// src/release/data/throw-away.ts
/** Which databases may be emptied or filled with made-up rows: those that say so, and never one that holds what cannot be made again. Pure. */
/** What the configuration says. */
function throwAwayProblems({ config, environment }, database) {
	const name = environment.environment;
	const way = wayTo(config, name);
	const others = [...config.environments.keys()].filter((other) => other !== name);
	const last = way.length > 1 && !others.some((other) => wayTo(config, other).includes(name));
	if (last || SERVING.test(name) || database.desensitise !== null) return [{
		code: "data.protected",
		where: name,
		found: foundOf(last, name, way),
		expected: "an environment whose rows can be made again",
		remedy: "name development or testing; nothing here empties an environment that serves people"
	}];
	if (database.reset !== null) return [];
	return [{
		code: "data.not-throw-away",
		where: `environments.${name}.database`,
		found: "no `reset:`",
		expected: "a database that is said to be emptied now and then",
		remedy: "write `reset: { fill: generate }` below `database:` of this environment; docs/data.md"
	}];
}
function foundOf(last, name, way) {
	if (last) return `the last environment of the promotion (${way.join(", ")})`;
	return SERVING.test(name) ? "an environment of this name" : "an environment with `desensitise:`, so its rows are real";
}
/** A name that says enough, also where no order of promotion stands. */
const SERVING = /^(?:prod|production|live)$/i;
/** What the database says of itself. */
function originAllows(origin, environment, where) {
	if (origin === null) return [{
		code: "data.unknown-rows",
		where,
		found: "a database that does not say whose rows it holds",
		expected: `one that says that they are those of ${environment}`,
		remedy: `run \`shiplock migrate ${environment}\` first, if this is the right database`
	}];
	if (origin.environment === environment || origin.rules !== null || origin.state !== "own") return [];
	return [{
		code: "data.other-rows",
		where,
		found: `the own rows of ${origin.environment}`,
		expected: `rows of ${environment}, or rows that were made harmless`,
		remedy: "look at `database.dsn`: it may lead to the database of that environment. A dump that was restored here is dropped by hand, never by this command"
	}];
}

// src/release/data/generate.ts
const filledSchema = strictObject({
	tables: array(strictObject({
		table: string(),
		rows: number()
	})).readonly(),
	rules: string()
});
/** Rows of one INSERT. */
const BATCH = 1e3;
const FILL_MS = 864e5;
/** Looks at the configuration and at what the database says of itself. @throws ProblemError when it may not be emptied or filled from here */
async function fillingOf(door, request) {
	const service = await openEnvironment(door, request.environment);
	const database = databaseSettings(service);
	const problems = throwAwayProblems(service, database);
	if (problems.length > 0) throw new ProblemError(problems);
	const { options } = resolveDsn(database.dsn, service.secrets);
	const opened = openDatabase({
		dsn: database.dsn,
		secrets: service.secrets,
		connectTimeoutMs: database.connectTimeoutMs
	});
	const others = originAllows((await opened.look()).origin, request.environment, opened.resource);
	if (others.length > 0) throw new ProblemError(others);
	return {
		service,
		database,
		resource: opened.resource,
		options: {
			target: options,
			database: opened.name,
			family: database.engine,
			settings: settingsOf(database.generate, request),
			environment: request.environment,
			lock: opened.lock,
			batch: BATCH
		}
	};
}
/** The configuration as flags change it. Pure. */
function settingsOf(config, { rows, scale = 1, seed }) {
	const scaled = (count) => Math.max(count === 0 ? 0 : 1, Math.round(count * scale));
	const tables = Object.entries(config.tables).map(([name, told]) => {
		return [name, typeof told === "string" || told.rows === void 0 ? told : {
			...told,
			rows: scaled(told.rows)
		}];
	});
	return {
		rows: scaled(rows ?? config.rows),
		seed: seed ?? config.seed,
		tables: Object.fromEntries(tables)
	};
}
/** Looks only. */
async function planDataGenerate(door, request) {
	const { options } = await fillingOf(door, request);
	const { tables } = await planGenerate(options);
	return tables.map(({ kind, table, rows, notes }) => ({
		table: table.name,
		what: kind,
		rows,
		notes
	}));
}
/** Under the lease of the environment. One that died is begun again, and goes on behind the last batch that arrived. */
async function generateData(door, request, tell) {
	const filling = await fillingOf(door, request);
	await planGenerate(filling.options);
	const found = [];
	const { environment, why } = request;
	const tree = procedure({
		id: "data-generate",
		title: `Fill the database of ${filling.service.target.service} in ${environment} with made-up rows`,
		description: "Nothing is deleted: the tables must be empty, or half filled by a run that was cut.",
		environment,
		inputs: {
			environment,
			why
		},
		root: fillStep(filling, tell, (tables) => found.push(...tables))
	});
	return {
		run: (await runOn(filling.service, tree)).run,
		tables: found
	};
}
/** Makes the rows. */
function fillStep({ options }, tell, ended) {
	const { environment, settings } = options;
	return opaque({
		id: "generate",
		title: "Make rows up",
		inputs: {
			environment,
			seed: settings.seed,
			rows: settings.rows
		},
		outputs: filledSchema,
		promise: "the tables hold made-up rows, the same for the same seed",
		probe: "repeatable",
		timeoutMs: FILL_MS,
		run: async (ctx) => {
			const made = await generateRows({
				...options,
				run: ctx.run,
				signal: ctx.signal,
				clock: ctx.clock,
				tell
			});
			ended(made.tables);
			return {
				rules: made.rules,
				tables: [...made.tables]
			};
		}
	});
}
/** A procedure that looks whether its steps are done, under the policy and the lease. @throws ProblemError when it did not come through */
async function runOn(opened, tree) {
	const service = await underPolicy(opened, "forward");
	await agreeWithGit(service);
	const result = await runAgain(tree, engineOptions(service, { mayOrder: orderCheck(service) }));
	await tellGit(service);
	if (result.outcome !== "done") throw new ProblemError(result.problems);
	return result;
}

// src/release/data/reset.ts
/** Looks only: what would be done, once everything that speaks against it was asked. */
async function planDataReset(door, request) {
	return (await opened(door, request)).plan;
}
/**
* Empties the tables, applies what is pending of expand migrations, fills them. Under the lease of the environment; one that died is begun again,
* and until it is through nothing else is released or migrated there.
*/
async function resetData(door, request, tell) {
	const { plan, filling } = await opened(door, request);
	const emptied = [];
	const filled = [];
	const { service } = filling.service.target;
	const { environment, why } = request;
	const migrations = plan.pending === 0 ? [] : [await migrationNode(filling, request)];
	const tree = procedure({
		id: "data-reset",
		title: `Reset the data of ${service} in ${environment}`,
		description: `Every table but those that are kept is emptied. Then: ${WORDS[plan.fill]}.`,
		environment,
		inputs: {
			environment,
			why,
			fill: plan.fill
		},
		root: sequence({
			id: "reset",
			title: "Empty and fill",
			steps: [
				emptyStep(filling, plan, (tables) => emptied.push(...tables)),
				...migrations,
				...await fillNodes(door, filling, plan, tell, (tables) => filled.push(...tables))
			]
		})
	});
	return {
		run: (await runOn(filling.service, tree)).run,
		emptied,
		tables: filled
	};
}
const WORDS = {
	generate: "made-up rows",
	copy: "harmless rows of another environment",
	seed: "the seed data",
	nothing: "nothing"
};
const FILLS = {
	generate: "fill them with made-up rows",
	copy: "fill them with harmless rows of",
	seed: "load the seed data",
	nothing: "leave them empty"
};
/** What it would do, for people. Pure. */
function resetLines({ fill, from, keep, pending, resource }) {
	return [
		`empty every table of ${resource}${keep.length === 0 ? "" : ` but ${keep.join(", ")}`}`,
		...pending === 0 ? [] : [`apply ${pending} statements of pending migrations`],
		from === null ? FILLS[fill] : `${FILLS[fill]} ${from}`
	];
}
async function opened(door, request) {
	const { environment, why } = request;
	const filling = await fillingOf(door, {
		environment,
		why
	});
	const { database, service, resource, options } = filling;
	const fill = database.reset?.fill ?? "nothing";
	const from = database.reset?.from ?? null;
	const told = database.generate.tables;
	if (fill !== "copy") mustSayKeep(filledByMigrations(await readMigrations(database.migrations), database.engine), told);
	if (fill === "seed" && database.seed === null) throw new ProblemError(noSeed(environment));
	if (fill === "copy" && from !== null) await planDataCopy(door, {
		from,
		to: environment,
		why
	});
	const { statements } = await databaseOf(service.target).planned();
	if (fill === "generate" && statements.length === 0) await planGenerate(options);
	return {
		filling,
		plan: {
			fill,
			from,
			keep: fill === "copy" ? [] : Object.keys(told).filter((name) => told[name] === "keep"),
			pending: statements.length,
			resource
		}
	};
}
const EMPTY_MS = 36e5;
const COPY_MS = 864e5;
const COPY_BATCH = 1e3;
function emptyStep({ options, resource }, { keep }, ended) {
	const { target, family, environment, lock } = options;
	const allow = (origin) => {
		const problems = originAllows(origin, environment, resource);
		if (problems.length > 0) throw new ProblemError(problems);
	};
	return opaque({
		id: "empty",
		title: "Empty the tables",
		inputs: {
			database: resource,
			keep: [...keep]
		},
		outputs: strictObject({ tables: array(string()).readonly() }),
		promise: `every table but ours${keep.length === 0 ? "" : ` and ${keep.join(", ")}`} has no row`,
		probe: "repeatable",
		timeoutMs: EMPTY_MS,
		run: async ({ run, signal }) => {
			const tables = await emptyRows({
				target,
				family,
				environment,
				lock,
				run,
				keep,
				signal,
				allow
			});
			ended(tables);
			return { tables: [...tables] };
		}
	});
}
/** As `shiplock migrate` does it, but with nobody to wait for. */
async function migrationNode({ service: opened }, { why, allowDirty }) {
	const service = await underPolicy(opened, "plan");
	const { approval, ...inputs } = await migrateInputs(service, {
		why,
		allowDirty
	});
	if (approval !== void 0) throw new ProblemError(needsApproval(service.target.environment));
	return migrateProcedure(inputs, service.target).root;
}
async function fillNodes(door, filling, { fill, from }, tell, ended) {
	const { environment } = filling.options;
	if (fill === "generate") return [fillStep(filling, tell, ended)];
	if (fill === "copy" && from !== null) return [await copyNode(door, {
		from,
		to: environment,
		why: ""
	}, tell, ended)];
	const seed = fill === "seed" ? databaseOf(filling.service.target).seed() : null;
	return seed === null ? [] : [seed];
}
async function copyNode(door, request, tell, ended) {
	const { options, key } = await endsOf(door, request);
	const { from, to } = request;
	return opaque({
		id: "copy",
		title: `Copy the rows of ${from}`,
		inputs: {
			from,
			to
		},
		outputs: strictObject({ rules: string() }),
		promise: `the tables of ${to} hold the rows of ${from}, each column by its rule`,
		probe: "repeatable",
		timeoutMs: COPY_MS,
		run: async ({ run, signal }) => {
			const copied = await copyRows({
				...options,
				from,
				key,
				run,
				batch: COPY_BATCH,
				signal,
				tell
			});
			ended(copied.tables);
			return { rules: copied.rules };
		}
	});
}
function noSeed(environment) {
	return {
		code: "data.no-seed",
		where: `environments.${environment}.database`,
		found: "`reset: { fill: seed }` without `seed:`",
		expected: "a file of seed data",
		remedy: "write `seed: FILE` below `database:`, or `fill: generate`"
	};
}
function needsApproval(environment) {
	return {
		code: "data.needs-approval",
		where: environment,
		found: "pending migrations, for which the policy asks for an approval or a window",
		expected: "a database that is up to date: a reset waits for nobody",
		remedy: `apply them first: \`shiplock migrate ${environment}\`, or release`
	};
}

export { planDataGenerate as a, planDataCopy as c, emptyRows as d, filledByMigrations as f, planCopy as h, generateData as i, generateRows as l, copyRows as m, resetData as n, throwAwayProblems as o, mustSayKeep as p, resetLines as r, copyData as s, planDataReset as t, planGenerate as u };