import { i as __toESM } from "./shared-rolldown-runtime.js";
import { Et as _enum, Fn as object, It as bigint, Jn as string, Lt as boolean, Nt as array, Pn as number, Un as record, kt as _null, or as union, qn as strictObject, sr as unknown, xn as literal } from "./shared-schemas.js";
import { r as number$1 } from "./shared-libraries.js";
import { i as ok, n as bad, t as ProblemError } from "./shared-problem.js";
import { t as require_fastest_levenshtein } from "./shared-fastest-levenshtein.js";
import { t as require_semver } from "./shared-semver.js";
import { n as nearest } from "./shared-json.js";
import { i as phaseSchema } from "./shared-release.js";
import { Ac as refusalOf, Dc as parseDsn, Mc as READ_PLAINLY, Nc as logPlaceText, Oc as named$1, Pc as sqlName, Tc as FENCE_TABLE, cc as logPlaceSchema, hc as formatBinarySize, jc as sqlProblem, kc as GRANT_DATABASE, vc as logPlace } from "./shared-common.js";
import { n as unlessAborted } from "./shared-deadline.js";
import { readFile, readdir, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { connect } from "node:net";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { hostname } from "node:os";

// src/migrate/server/dsn.ts
var import_fastest_levenshtein = require_fastest_levenshtein();
/**
* Reads a connection string in the forms that SQL effects take. It must name a database: migrations belong to one. The problem
* never shows the text, which may hold a password. `trust`: that of `database.tls`.
*/
function readDsn(text, where, trust) {
	const options = parseDsn(text, trust);
	const { database, socketPath, host = "", port = 3306 } = options;
	if (database === void 0 || database === "") throw new ProblemError({
		code: "migrate.dsn-without-database",
		where,
		found: "a connection string without a database",
		expected: "mysql://user:password@host:port/database",
		remedy: "add the name of the database after the last slash"
	});
	return {
		options,
		database,
		resource: `mysql:${socketPath ?? `${host}:${port}`}/${database}`
	};
}
/** The same from the configuration, where it mostly is a reference to a secret. */
function resolveDsn(text, secrets) {
	return typeof text === "string" ? readDsn(text, "database.dsn", secrets.databaseTrust) : readDsn(secrets.get(text.secret), `database.dsn (${text.secret})`, secrets.databaseTrust);
}
/** A server that does not answer, or not this user. */
function unreachable({ resource, database }, error) {
	const found = error instanceof Error ? error.message : String(error);
	if (refusalOf(error) === "privilege") {
		const remedy = object({ errno: union([literal(1045), literal(1044)]) }).safeParse(error).success ? "check user and password of `database.dsn`, from which hosts the account may come, and that it has a right in this database" : sqlProblem("privilege", resource, found).remedy.replaceAll(GRANT_DATABASE, () => database === void 0 ? GRANT_DATABASE : sqlName(database));
		return new ProblemError({
			code: "migrate.database-denied",
			where: resource,
			found,
			expected: "a user that may look at this database",
			remedy
		});
	}
	return new ProblemError({
		code: "migrate.database-unreachable",
		where: resource,
		found,
		expected: "a MySQL or MariaDB server that answers this user",
		remedy: "check that the server runs, the address, and the rights of the user in `database.dsn`; where it has too many connections, close idle ones"
	});
}

// src/migrate/files/pending.ts
/** Schema state before anything was applied. */
const EMPTY_SCHEMA = "empty";
/** What is still to be done. Pure. Refuses when the database and the files tell different stories. */
function pendingMigrations(applied, files) {
	const problems = driftOf(applied, files);
	if (problems.length > 0) return bad(...problems);
	const done = new Set(applied.filter((row) => row.state === "applied").map((row) => row.id));
	const pending = files.filter((file) => !done.has(file.id));
	return ok({
		apply: pending.filter((file) => file.header.phase === "expand"),
		left: pending.filter((file) => file.header.phase !== "expand")
	});
}
/** Migrations that were applied and then edited, deleted or overtaken. Pure. */
function driftOf(applied, files) {
	const problems = [];
	const byId = new Map(files.map((file) => [file.id, file]));
	for (const row of applied) {
		const file = byId.get(row.id);
		if (file === void 0) problems.push(missing(row, files));
		else if (wasEdited(row, file)) problems.push(edited(row, file));
	}
	const rows = new Set(applied.map((row) => row.id));
	const newest = files.findLast((file) => rows.has(file.id) && file.header.phase === "expand");
	for (const file of files) {
		if (newest === void 0 || rows.has(file.id) || file.header.phase !== "expand") continue;
		if (file.number < newest.number) problems.push(overtaken(file, newest));
	}
	return problems;
}
/** Id of the migration that changed the schema last (a backfill changes none), or `empty`. Pure. */
function schemaState(applied) {
	return applied.filter((row) => row.state === "applied" && row.phase !== "backfill").toSorted((a, b) => a.position - b.position).at(-1)?.id ?? "empty";
}
/** Schema state once `apply` is done. Pure. */
function schemaAfter(applied, apply) {
	return apply.findLast((migration) => migration.header.phase !== "backfill")?.id ?? schemaState(applied);
}
/** A migration that failed half-way may be mended: only the statements that are done must stay as they are. */
function wasEdited(row, file) {
	if (file.sha256 === row.sha256) return false;
	if (row.state === "applied") return true;
	return row.marks.some((mark) => {
		const statement = file.statements[mark.number - 1];
		return mark.state === "done" && (statement === void 0 || sha256Of(statement.sql) !== mark.sha256);
	});
}
/** Fingerprint of one statement: SHA-256 of its text, hexadecimal. */
function sha256Of(sql) {
	return createHash("sha256").update(sql).digest("hex");
}
function missing(row, files) {
	const renamed = files.find((file) => file.sha256 === row.sha256);
	return {
		code: "migrate.drift-missing",
		where: `shiplock_migrations ${row.id}`,
		found: renamed === void 0 ? "it was applied, but its file is gone" : `it was applied, but its file is now ${renamed.file}`,
		expected: `${row.id}.sql among the migrations of this release`,
		remedy: renamed === void 0 ? "release from a commit that has the file: the database is newer than this release" : "give the file its old name again: an applied migration keeps its number and name"
	};
}
function edited(row, file) {
	const digests = `SHA-256 ${file.sha256.slice(0, 12)}…, but ${row.sha256.slice(0, 12)}… was applied`;
	const alike = file.alike.find((other) => other.sha256 === row.sha256);
	const difference = {
		code: "migrate.drift-edited",
		where: `${file.file}:1`,
		expected: "the file as it was applied"
	};
	if (alike !== void 0) return {
		...difference,
		found: `${digests}; nothing but this differs: what was applied had ${alike.how}`,
		remedy: "save it with those again; git and editors change them unless .gitattributes says `*.sql -text` for the directory"
	};
	const statements = sameStatements(row, file);
	return {
		...difference,
		found: statements ? `${digests}; its statements are the same, so only comments or the header changed` : digests,
		remedy: "restore the file as it was, and write the change as a new migration"
	};
}
/** Each statement of the file was applied as it stands, and no other was. */
function sameStatements(row, file) {
	return row.marks.length === file.statements.length && file.statements.every(({ sql }, index) => row.marks.some((mark) => mark.number === index + 1 && mark.sha256 === sha256Of(sql)));
}
function overtaken(file, newest) {
	return {
		code: "migrate.drift-order",
		where: `${file.file}:1`,
		found: `it is not applied, but ${newest.id} already is`,
		expected: "new migrations after those that are applied: the order is the same in every database",
		remedy: `give it a number after the last one (${newest.id}), together with its down file`
	};
}

// src/migrate/apply/bookkeeping.ts
/** The SQL of our own tables. Everything here may be run again without harm. */
const TABLES = {
	migrations: "shiplock_migrations",
	statements: "shiplock_migration_statements"
};
const SUFFIX = "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin";
const CREATE_TABLES = [`CREATE TABLE IF NOT EXISTS ${TABLES.migrations} (
  id VARCHAR(120) NOT NULL,
  position INT UNSIGNED NOT NULL AUTO_INCREMENT,
  sha256 CHAR(64) NOT NULL,
  phase VARCHAR(16) NOT NULL,
  statements INT UNSIGNED NOT NULL,
  state VARCHAR(16) NOT NULL,
  applied_at DATETIME(3) NULL,
  applied_by VARCHAR(191) NOT NULL,
  fence BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY shiplock_migrations_position (position)
) ${SUFFIX}`, `CREATE TABLE IF NOT EXISTS ${TABLES.statements} (
  migration VARCHAR(120) NOT NULL,
  number INT UNSIGNED NOT NULL,
  sha256 CHAR(64) NOT NULL,
  state VARCHAR(16) NOT NULL,
  run VARCHAR(191) NOT NULL,
  started_at DATETIME(3) NOT NULL,
  done_at DATETIME(3) NULL,
  shape CHAR(64) NULL,
  progress TEXT NULL,
  PRIMARY KEY (migration, number)
) ${SUFFIX}`];
/** For tables that an earlier version made. */
const ADD_COLUMNS = `ALTER TABLE ${TABLES.statements} ADD COLUMN shape CHAR(64) NULL, ADD COLUMN progress TEXT NULL`;
/**
* Statements of ours in as few questions as the server takes them: MariaDB runs a block outside of a program. MySQL knows none, and to let a session take
* several statements at once would let it take several from a file as well, were it ever split wrong. Pure.
*/
function atOnce(engine, statements) {
	return engine === "mysql" ? statements : [`BEGIN NOT ATOMIC ${statements.map((sql) => `${sql}; `).join("")}END`];
}
/** A text as an SQL string; ours are ids and names, so this is a second line of defence. */
function quoted(text) {
	return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}
/** Short waits, so that a change that queues never queues the application behind it. */
function sessionSettings(lockWaitTimeoutMs) {
	const seconds = Math.max(1, Math.ceil(lockWaitTimeoutMs / 1e3));
	return `SET SESSION lock_wait_timeout = ${seconds}, innodb_lock_wait_timeout = ${seconds}`;
}
function markRunning(migration, writer) {
	return upsertMigration(migration, writer, "running");
}
function markApplied(migration, writer) {
	return upsertMigration(migration, writer, "applied");
}
function upsertMigration(migration, { run, fence }, state) {
	const at = state === "applied" ? "UTC_TIMESTAMP(3)" : "NULL";
	const changing = [
		`sha256 = ${quoted(migration.sha256)}`,
		`phase = ${quoted(migration.header.phase)}`,
		`statements = ${migration.statements.length}`,
		`state = ${quoted(state)}`,
		`applied_at = ${at}`,
		`applied_by = ${quoted(run)}`,
		`fence = ${fence}`
	];
	return `INSERT INTO ${TABLES.migrations} SET id = ${quoted(migration.id)}, ${changing.join(", ")} ON DUPLICATE KEY UPDATE ${changing.join(", ")}`;
}
/** `shape`: what its tables are made of now, where that tells afterwards whether it was done. */
function markStarted(migration, number, run, shape) {
	const sha256 = sha256Of(migration.statements[number - 1]?.sql ?? "");
	const kept = `progress = IF(sha256 = ${quoted(sha256)}, progress, NULL)`;
	const changing = `sha256 = ${quoted(sha256)}, state = 'started', run = ${quoted(run)}, started_at = UTC_TIMESTAMP(3), done_at = NULL, shape = ${shape === null ? "NULL" : quoted(shape)}`;
	return `INSERT INTO ${TABLES.statements} SET migration = ${quoted(migration.id)}, number = ${number}, ${changing} ON DUPLICATE KEY UPDATE ${kept}, ${changing}`;
}
/** How far a statement that runs in ranges has come. */
function progressQuery(migration, number) {
	return `SELECT progress FROM ${TABLES.statements} WHERE migration = ${quoted(migration.id)} AND number = ${number}`;
}
/** Saves that; `range` stands for the new value. */
function saveProgress(migration, number, range) {
	return `UPDATE ${TABLES.statements} SET progress = ${range} WHERE migration = ${quoted(migration.id)} AND number = ${number}`;
}
/** The mark of a statement as it is now, in one word: two runners that decide at the same time see it change. */
function markQuery(migration, number) {
	return `SELECT CONCAT(state, ' ', run) FROM ${TABLES.statements} WHERE migration = ${quoted(migration.id)} AND number = ${number}`;
}
function markDone(migration, number) {
	return `UPDATE ${TABLES.statements} SET state = 'done', done_at = UTC_TIMESTAMP(3) WHERE migration = ${quoted(migration.id)} AND number = ${number}`;
}
/** After every statement of a migration is known to be done: marks that a person answered for are closed too. */
function markAllDone(migration) {
	return `UPDATE ${TABLES.statements} SET state = 'done', done_at = COALESCE(done_at, UTC_TIMESTAMP(3)) WHERE migration = ${quoted(migration.id)} AND state = 'started'`;
}
/**
* Both at once, where `markRunning` has made the row of the migration: one statement, so it is committed as a whole without a transaction around it.
*/
function markClosed(migration, { run, fence }) {
	const now = "UTC_TIMESTAMP(3)";
	const changing = [
		"s.state = 'done'",
		`s.done_at = COALESCE(s.done_at, ${now})`,
		"m.state = 'applied'",
		`m.applied_at = ${now}`,
		`m.applied_by = ${quoted(run)}`,
		`m.fence = ${fence}`
	];
	return `UPDATE ${TABLES.migrations} m JOIN ${TABLES.statements} s ON s.migration = m.id SET ${changing.join(", ")} WHERE m.id = ${quoted(migration.id)}`;
}

// src/migrate/guards/headroom.ts
const sizeRow = object({ bytes: number$1() });
const placeRow = object({
	host: string(),
	dir: string(),
	db: string().nullable(),
	log: number$1(),
	base: string().nullable()
});
/** Asks the server. Only looks. */
async function readRoom(ask, table) {
	const [size] = await ask(sizeRow, "SELECT COALESCE(DATA_LENGTH + INDEX_LENGTH, 0) AS bytes FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?", [table]);
	const [place] = await ask(placeRow, "SELECT @@hostname AS host, @@datadir AS dir, DATABASE() AS db, @@log_bin AS log, @@log_bin_basename AS base");
	return {
		tableBytes: size?.bytes ?? null,
		host: place?.host ?? "",
		dataDir: place?.dir ?? "",
		file: place === void 0 ? null : fileOf(place.dir, place.db ?? "", table),
		logDir: place?.log === 1 && place.base !== null ? place.base.replace(/\/[^/]*$/, "") : null
	};
}
/** Servers write other characters of names in a way of their own. Pure. */
function fileOf(directory, database, table) {
	const plain = /^[A-Za-z0-9_]+$/;
	return plain.test(database) && plain.test(table) ? join(directory, database, `${table}.ibd`) : null;
}
/**
* Bytes of a table: as the server says, which counts rows now and then, or what its file holds where that can be looked at and is more: after many
* writes the server's figure may be a fraction of it.
*/
async function tableBytes(room) {
	if (room.tableBytes === null || room.file === null || room.host !== hostname()) return room.tableBytes;
	const file = await stat(room.file).catch(() => null);
	return Math.max(room.tableBytes, file?.size ?? 0);
}
/** How long a configured command may take. */
const COMMAND_MS = 3e4;
/** Free bytes where the data lies: as configured, or of this machine where the server calls itself by its name. */
async function freeSpace(room, free, { exec, signal }) {
	if (typeof free === "number") return {
		bytes: free,
		source: "database.apply.diskFree"
	};
	if (free !== null) {
		const { exitCode, stdout } = await exec.read(free, {
			timeoutMs: COMMAND_MS,
			signal
		});
		const bytes = exitCode === 0 ? lastNumber(stdout) : null;
		return {
			bytes,
			source: bytes === null ? "the command of database.apply.diskFree gave no number" : "its command"
		};
	}
	if (room.host !== hostname()) return {
		bytes: null,
		source: "the server is on another machine"
	};
	try {
		const { bavail, bsize } = await statfs(room.dataDir);
		return {
			bytes: bavail * bsize,
			source: `the disk of ${room.dataDir}`
		};
	} catch {
		return {
			bytes: null,
			source: `${room.dataDir} cannot be looked at from here`
		};
	}
}
/** Pure: what `df --output=avail -B1 DIR` prints, for instance. */
function lastNumber(text) {
	const found = text.match(/\d+/g)?.at(-1);
	const bytes = Number(found ?? NaN);
	return Number.isSafeInteger(bytes) ? bytes : null;
}
/** An index is a part of its table; half is what it is taken for, since nobody knows before it is built. */
const INDEX_SHARE = .5;
/** Is there room for a rebuild of the table? Pure. */
function headroomOf({ tableBytes, free, factor, indexOnly }) {
	if (factor === 0 || tableBytes === null) return {
		kind: "enough",
		text: "nothing is written anew"
	};
	const need = Math.ceil(tableBytes * factor * (indexOnly ? INDEX_SHARE : 1));
	const needed = `about ${formatBinarySize(need)} needed`;
	if (free.bytes === null) return {
		kind: "unknown",
		text: `${needed}; free space is unknown: ${free.source}`
	};
	const text = `${needed}, ${formatBinarySize(free.bytes)} free (${free.source})`;
	return {
		kind: free.bytes < need ? "too-little" : "enough",
		text
	};
}
/** What refuses it: too little, or nobody knows and somebody must. Null: it may begin. Pure. */
function headroomProblem(headroom, mustKnow, where) {
	if (headroom.kind === "enough" || headroom.kind === "unknown" && !mustKnow) return null;
	const little = headroom.kind === "too-little";
	return {
		code: little ? "migrate.no-headroom" : "migrate.headroom-unknown",
		where,
		found: headroom.text,
		expected: little ? "room for the table a second time on the disk of the server" : "free space that is known, as database.apply.requireKnownHeadroom says",
		remedy: little ? "nothing was changed; make room on the server, or lower database.apply.headroom if you know that less is enough" : "name it in database.apply.diskFree: bytes, or a command that prints them"
	};
}
/** Does the statement build indexes and nothing else? From its words; a doubt counts as a rebuild. Pure. */
function buildsOnlyIndexes(sql) {
	return /^\s*CREATE\s+(?:\w+\s+)*?INDEX\b/i.test(sql) || ONLY_INDEX.test(sql);
}
const ONLY_INDEX = /^\s*ALTER\s+TABLE\s+\S+\s+ADD\s+(?:UNIQUE\s+|FULLTEXT\s+|SPATIAL\s+)?(?:INDEX|KEY)\b[^,()]*\([^()]*\)[^,()]*$/i;

// src/migrate/sql/blocks.ts
/** Words that may stand between CREATE and the kind of a stored program; a definer may be anything, so not all are listed. */
const PROGRAMS = /* @__PURE__ */ new Set([
	"PROCEDURE",
	"FUNCTION",
	"TRIGGER",
	"EVENT",
	"PACKAGE"
]);
const NO_PROGRAMS = /* @__PURE__ */ new Set([...[
	"TABLE",
	"VIEW",
	"INDEX",
	"USER",
	"ROLE",
	"DATABASE",
	"SCHEMA",
	"SEQUENCE",
	"SERVER",
	"TABLESPACE",
	"LOGFILE"
], ...[
	"UNIQUE",
	"FULLTEXT",
	"SPATIAL",
	"VECTOR",
	"TEMPORARY",
	"RESOURCE",
	"SPATIAL",
	"INSTANCE"
]]);
const CLOSED_WITH_KIND = /* @__PURE__ */ new Set([
	"CASE",
	"IF",
	"LOOP",
	"WHILE",
	"REPEAT",
	"FOR"
]);
/** `DROP TABLE IF EXISTS`: the IF belongs to what stands before it. */
const OBJECTS = /* @__PURE__ */ new Set([
	...PROGRAMS,
	...NO_PROGRAMS,
	...[
		"TABLES",
		"COLUMN",
		"KEY",
		"CONSTRAINT",
		"PARTITION",
		"BODY",
		"ADD",
		"DROP",
		"MODIFY",
		"CHANGE",
		"CHECK"
	]
]);
/** For a statement that begins with CREATE, ALTER or BEGIN; undefined for every other, which has no blocks. */
function followBlocks(first) {
	if (first !== "CREATE" && first !== "ALTER" && first !== "BEGIN") return void 0;
	return first === "BEGIN" ? anonymous() : program();
}
/** MariaDB's `BEGIN NOT ATOMIC …`; a bare BEGIN is a transaction. */
function anonymous() {
	const body = bodyOf();
	let seen = "";
	return {
		see: (token) => {
			if (seen === "BEGIN NOT" && token === "ATOMIC") body.enter("BEGIN");
			else if (body.open()) body.see(token);
			seen = seen === "" ? token : `${seen} ${token}`.slice(0, 20);
		},
		open: () => body.open()
	};
}
function program() {
	const body = bodyOf();
	let kind = "unknown";
	return {
		see: (token) => {
			if (kind === "none") return;
			if (kind === "unknown") {
				if (token === "PACKAGE") kind = "package";
				else if (PROGRAMS.has(token)) kind = "program";
				else if (NO_PROGRAMS.has(token)) kind = "none";
			} else if (kind === "package") {
				if (token !== "AS" && token !== "IS") return;
				body.enter("PACKAGE");
				kind = "program";
				return;
			}
			body.see(token);
		},
		open: () => body.open()
	};
}
function bodyOf() {
	const stack = [];
	/** Parentheses that are open: how many commas lie directly in each, and whether an IF stands before it. */
	const parens = [];
	let before = "";
	let last = "";
	let waiting = null;
	let ended = null;
	const enter = (block) => {
		if (block === "LOOP" && (stack.at(-1) === "WHILE" || stack.at(-1) === "FOR")) stack.pop();
		stack.push(block);
	};
	const leave = () => {
		const top = stack.at(-1);
		if (top === void 0 || last === "." || !(top === "CASE" || top === "REPEAT" || last === ";" || last === "BEGIN" || last === "AS" || last === "IS")) return;
		ended = stack.pop() ?? null;
	};
	/** `END IF` and its like say what they close: what was opened wrongly inside of it is closed too. */
	const endedBy = (kind) => {
		const at = stack.lastIndexOf(kind);
		if (ended !== kind && at >= 0) stack.length = at;
	};
	const paren = (token) => {
		if (token === "(") parens.push({
			commas: 0,
			afterIf: waiting === "IF"
		});
		const inner = parens.at(-1);
		if (token === "," && inner !== void 0) inner.commas += 1;
		if (token === ")" && parens.pop()?.afterIf === true && inner?.commas !== 2) enter("IF");
	};
	const word = (token) => {
		if (last === "." || last === "@") return;
		if (token === "END") leave();
		else if (token === "BEGIN") {
			if (last !== "," && last !== "=") enter("BEGIN");
		} else if (token === "IF") waiting = OBJECTS.has(last) ? null : "IF";
		else if (token === "REPEAT") waiting = "REPEAT";
		else if (token === "CASE" || token === "LOOP" || token === "WHILE") enter(token);
		else if (token === "IN" && before === "FOR") enter("FOR");
	};
	return {
		enter,
		open: () => stack.length > 0,
		see: (token) => {
			const awaited = waiting;
			const closing = ended;
			if (token === "(" || token === ")" || token === ",") {
				paren(token);
				waiting = null;
			} else {
				waiting = null;
				if (awaited !== null) enter(awaited);
				ended = null;
				if (closing !== null && CLOSED_WITH_KIND.has(token)) {
					ended = closing;
					endedBy(token);
					ended = null;
				} else word(token);
			}
			before = last;
			last = token;
		}
	};
}

// src/migrate/sql/pieces.ts
const TAB = 9;
const LINE_FEED = 10;
const SPACE = 32;
const DOUBLE = 34;
const HASH = 35;
const SINGLE = 39;
const STAR = 42;
const MINUS = 45;
const SLASH = 47;
const BACKSLASH = 92;
const BACKTICK = 96;
/** White space as the servers know it. Blanks of Unicode are letters of a name to them. */
function isBlank(code) {
	return code === SPACE || code >= TAB && code <= 13;
}
/** Letters, digits, `_`, `$`, `@`, and everything beyond ASCII. */
function isWord(code) {
	if (code >= 128) return true;
	if (code >= 97) return code <= 122;
	if (code >= 64) return code <= 90 || code === 95;
	return code >= 48 && code <= 57 || code === 36;
}
function runEnd(text, from, belongs) {
	let end = from;
	while (end < text.length && belongs(text.charCodeAt(end))) end += 1;
	return end;
}
/** End of a quoted text that begins at `from`; undefined when it never ends. A doubled quote stands for itself. */
function quotedEnd(text, from, escapes) {
	const quote = text.charCodeAt(from);
	for (let at = from + 1; at < text.length; at += 1) {
		const code = text.charCodeAt(at);
		if (code === BACKSLASH && escapes) at += 1;
		else if (code === quote) {
			if (text.charCodeAt(at + 1) !== quote) return at + 1;
			at += 1;
		}
	}
}
/** Does `/*!`, or MariaDB's own `/*M!`, begin at `at`? */
function opensConditional(text, at) {
	return text.startsWith("/*!", at) || text.startsWith("/*M!", at);
}
/**
* End of a conditional comment, as in `/*!80000 ADD INDEX …`: its content is code, so quotes and comments in it may hide the end, and
* conditional comments may lie in it.
*/
function conditionalEnd(text, from, quoting) {
	let depth = 0;
	for (let at = from; at < text.length;) if (opensConditional(text, at)) {
		depth += 1;
		at += 3;
	} else if (text.startsWith("*/", at)) {
		depth -= 1;
		at += 2;
		if (depth === 0) return at;
	} else {
		const piece = plainPiece(text, at, quoting);
		if (piece.kind === "open") return void 0;
		at = piece.end;
	}
}
/** The piece of SQL that begins at `at` (which must lie inside the text). */
function nextPiece(text, at, quoting = {}) {
	if (opensConditional(text, at)) return closed("conditional", conditionalEnd(text, at, quoting), text);
	return plainPiece(text, at, quoting);
}
function plainPiece(text, at, quoting) {
	const code = text.charCodeAt(at);
	if (isBlank(code)) return {
		kind: "blank",
		end: runEnd(text, at, isBlank)
	};
	if (isWord(code)) return {
		kind: "word",
		end: runEnd(text, at, isWord)
	};
	if (code === SINGLE) return closed("string", quotedEnd(text, at, quoting.noBackslashEscapes !== true), text);
	if (code === BACKTICK || code === DOUBLE && quoting.ansiQuotes === true) return closed("quoted", quotedEnd(text, at, false), text);
	if (code === DOUBLE) return closed("string", quotedEnd(text, at, quoting.noBackslashEscapes !== true), text);
	if (code === HASH || code === MINUS && opensLineComment(text, at)) return {
		kind: "comment",
		end: lineEnd(text, at)
	};
	if (code === SLASH && text.charCodeAt(at + 1) === STAR) {
		const end = text.indexOf("*/", at + 2);
		return closed("comment", end < 0 ? void 0 : end + 2, text);
	}
	if (code === BACKSLASH) return {
		kind: "command",
		end: Math.min(at + 2, text.length)
	};
	return {
		kind: "symbol",
		end: at + 1
	};
}
/** Two dashes begin a comment only before white space or the end: `5--3` is arithmetic. */
function opensLineComment(text, at) {
	if (text.charCodeAt(at + 1) !== MINUS) return false;
	const next = text.charCodeAt(at + 2);
	return Number.isNaN(next) || isBlank(next);
}
/** Where the line ends that `at` lies in: its line feed, or the end of the text. */
function lineEnd(text, at) {
	const end = text.indexOf("\n", at);
	return end < 0 ? text.length : end;
}
/** How many lines end between two places. */
function linesBetween(text, from, to) {
	let lines = 0;
	for (let at = from; at < to; at += 1) if (text.charCodeAt(at) === LINE_FEED) lines += 1;
	return lines;
}
const NEVER_ENDS = {
	string: "string",
	quoted: "quoted name",
	comment: "comment",
	conditional: "comment"
};
function closed(kind, end, text) {
	return end === void 0 ? {
		kind: "open",
		end: text.length,
		what: NEVER_ENDS[kind]
	} : {
		kind,
		end
	};
}

// src/migrate/sql/delimiter.ts
const LONGEST$2 = 15;
const COMMAND = /delimiter(?![\w$@]|[^\0-\x7f])/iy;
/**
* Reads the line at `at`, where a statement could begin. It is a command only as the first word of its line, in any case, without quotes or
* in one kind of them; what follows a blank after it is ignored, as the client does.
*/
function readDelimiter(text, at, firstOfLine, where) {
	COMMAND.lastIndex = at;
	if (!COMMAND.test(text)) return { kind: "none" };
	const end = lineEnd(text, at);
	const rest = text.slice(COMMAND.lastIndex, end).trim();
	const quote = /^['"`]/.exec(rest)?.[0];
	const closing = quote === void 0 ? -1 : rest.indexOf(quote, 1);
	const delimiter = quote === void 0 ? /^\S*/.exec(rest)?.[0] ?? "" : rest.slice(1, Math.max(closing, 1));
	const wrong = (found) => ({
		kind: "wrong",
		end,
		problem: notUsable(where, found)
	});
	if (!firstOfLine) return wrong("DELIMITER behind something else on its line");
	if (!/^\s/.test(text.slice(COMMAND.lastIndex, end)) || delimiter === "") return wrong("DELIMITER without a delimiter");
	if (/[\s\\'"`]/.test(delimiter)) return wrong(`a delimiter with a blank, a quote or a backslash in it: ${delimiter}`);
	if (Buffer.byteLength(delimiter) > LONGEST$2) return wrong(`a delimiter of more than ${LONGEST$2} bytes`);
	return {
		kind: "set",
		delimiter,
		end
	};
}
function notUsable(where, found) {
	return {
		code: "migrate.delimiter",
		where,
		found,
		expected: `DELIMITER at the beginning of its line, a blank, and up to ${LONGEST$2} characters, for instance //`,
		remedy: "write it on a line of its own"
	};
}

// src/migrate/sql/lexer.ts
/** What the pieces behind the end of a text could still change: a doubled quote, two dashes, a delimiter that has only begun. */
const LOOKAHEAD = 20;
/**
* Splits a file as the mysql client would: at `;`, `\g` or `\G`, or at what a `DELIMITER` line says; never inside strings, quoted names
* and comments. Conditional comments stay, since the server runs them. `file` is used in problems only.
*/
function splitSql(text, file, options = {}) {
	const splitter = createSplitter(file, options);
	return {
		statements: [...splitter.push(text), ...splitter.end()],
		problems: splitter.problems
	};
}
/** The same for a text that comes in parts. Time grows with the text alone; memory with its longest statement. */
function createSplitter(file, options = {}) {
	const problems = [];
	let found = [];
	let waiting = [];
	let waitingLength = 0;
	let text = "";
	let at = 0;
	let begun = false;
	let delimiter = ";";
	let start;
	let end = 0;
	let blocks;
	let cutAt;
	/** Only blanks since the line began. */
	let firstOfLine = true;
	let line = 1;
	let counted = 0;
	let broken = false;
	const lineAt = (place) => {
		line += linesBetween(text, counted, place);
		counted = Math.max(counted, place);
		return line;
	};
	const placeAt = (place) => `${file}:${lineAt(place)}`;
	const finish = () => {
		if (start === void 0) return;
		const first = lineAt(start);
		if (cutAt !== void 0) problems.push(cutBody(`${file}:${first}`));
		found.push({
			sql: text.slice(start, end),
			line: first
		});
		start = void 0;
		blocks = void 0;
		cutAt = void 0;
	};
	/** Takes up a piece of a statement. */
	const take = (from, to, kind) => {
		end = to;
		if (start !== void 0 && blocks === void 0) return;
		const token = kind === "word" ? text.slice(from, to).toUpperCase() : text.slice(from, from + 1);
		if (start === void 0) {
			start = from;
			blocks = kind === "word" ? followBlocks(token) : void 0;
		}
		blocks?.see(token);
	};
	const conditional = (from, to) => {
		const inside = delimiterIn(text, from, to, delimiter, options);
		if (inside !== void 0) problems.push(cutConditional(placeAt(inside), delimiter));
	};
	/** The delimiter stands at `at`: ends a statement, unless it lies inside a program. */
	const cut = () => {
		if (delimiter === ";" && blocks?.open() === true) {
			if (options.programs !== "whole") cutAt ??= at;
			take(at, at + 1, "symbol");
		} else finish();
		at += delimiter.length;
		firstOfLine = false;
	};
	const command = (piece) => {
		const letter = text.slice(at + 1, piece.end);
		if (letter === "N") take(at, piece.end, "symbol");
		else if (letter === "g" || letter === "G") finish();
		else problems.push(clientCommand(placeAt(at), letter));
		at = piece.end;
		firstOfLine = false;
	};
	const delimiterLine = (whole) => {
		const read = readDelimiter(text, at, firstOfLine, file);
		if (read.kind === "none") return false;
		if (!whole && read.end === text.length) return "wait";
		if (read.kind === "wrong") problems.push({
			...read.problem,
			where: placeAt(at)
		});
		else delimiter = read.delimiter;
		at = read.end;
		return true;
	};
	/** Reads as far as the text that is here decides. */
	const read = (whole) => {
		const sure = whole ? text.length : text.length - LOOKAHEAD;
		while (!broken && at < text.length && (whole || at < sure)) {
			if (start === void 0) {
				const line = delimiterLine(whole);
				if (line === "wait") return;
				if (line) continue;
			}
			if (text.startsWith(delimiter, at)) {
				cut();
				continue;
			}
			const piece = start === void 0 && text.startsWith("--", at) ? {
				kind: "comment",
				end: lineEnd(text, at)
			} : nextPiece(text, at, options);
			if (!whole && (piece.kind === "open" || piece.end > sure)) return;
			if (piece.kind === "open") {
				problems.push(unclosed(placeAt(at), piece.what));
				start = void 0;
				broken = true;
				return;
			}
			if (piece.kind === "command") {
				command(piece);
				continue;
			}
			const inWord = piece.kind === "word" && delimiter !== ";" ? text.slice(at, piece.end).indexOf(delimiter, 1) : -1;
			const to = inWord > 0 ? at + inWord : piece.end;
			if (piece.kind === "conditional") conditional(at, to);
			if (piece.kind !== "blank" && piece.kind !== "comment") take(at, to, piece.kind);
			if (piece.kind !== "blank") firstOfLine = false;
			else if (text.slice(at, to).includes("\n")) firstOfLine = true;
			at = to;
		}
	};
	const advance = (whole) => {
		if (broken) return [];
		const keep = start ?? at;
		if (!whole && waitingLength < text.length - keep) return [];
		lineAt(keep);
		text = text.slice(keep) + waiting.join("");
		waiting = [];
		waitingLength = 0;
		at -= keep;
		end -= keep;
		counted -= keep;
		if (start !== void 0) start = 0;
		if (!begun && text !== "") {
			begun = true;
			if (text.startsWith("﻿")) at = 1;
		}
		read(whole);
		if (whole && !broken) finish();
		const statements = found;
		found = [];
		return statements;
	};
	return {
		push: (more) => {
			waiting.push(more);
			waitingLength += more.length;
			return advance(false);
		},
		end: () => advance(true),
		problems
	};
}
/** Where the delimiter stands in a conditional comment as code, or begins with its last character; undefined when it does not. */
function delimiterIn(text, from, to, delimiter, quoting) {
	if (!text.slice(from, to - 1 + delimiter.length).includes(delimiter)) return void 0;
	for (let at = from; at < to;) {
		if (opensConditional(text, at)) {
			at += 3;
			continue;
		}
		if (text.startsWith(delimiter, at)) return at;
		const piece = nextPiece(text, at, quoting);
		const inWord = piece.kind === "word" ? text.slice(at, piece.end).indexOf(delimiter) : -1;
		if (inWord >= 0) return at + inWord;
		at = piece.end;
	}
}
/** Tokens of one statement, without blanks and comments. What stands before a string, as in `N'…'`, `x'…'` and `_utf8'…'`, is a word. */
function tokensOf(sql, quoting = {}) {
	const tokens = [];
	for (let at = 0; at < sql.length;) {
		const piece = nextPiece(sql, at, quoting);
		const raw = sql.slice(at, piece.end);
		if (piece.kind === "word") tokens.push({
			kind: "word",
			text: raw.toUpperCase(),
			raw
		});
		if (piece.kind === "quoted") {
			const quote = raw.slice(0, 1);
			const name = raw.slice(1, -1).replaceAll(quote + quote, quote);
			tokens.push({
				kind: "name",
				text: name,
				raw: name
			});
		}
		if (piece.kind === "string") tokens.push({
			kind: "string",
			text: raw,
			raw
		});
		if (piece.kind === "symbol" || piece.kind === "command") tokens.push({
			kind: "symbol",
			text: raw,
			raw
		});
		if (piece.kind === "conditional") tokens.push({
			kind: "conditional",
			text: raw,
			raw
		});
		at = piece.end;
	}
	return tokens;
}
function cutBody(where) {
	return {
		code: "migrate.body-without-delimiter",
		where,
		found: "a stored program with BEGIN … END, or another block, that a `;` cuts in the middle",
		expected: "another delimiter around it",
		remedy: "write a line `DELIMITER //` before it, end it with `//`, and write `DELIMITER ;` after it"
	};
}
function cutConditional(where, delimiter) {
	return {
		code: "migrate.delimiter-in-comment",
		where,
		found: `the delimiter ${delimiter} inside a conditional comment, where the client cuts`,
		expected: "conditional comments that lie in one statement",
		remedy: "write the delimiter behind the comment, or another DELIMITER before it"
	};
}
function clientCommand(where, letter) {
	return {
		code: "migrate.client-command",
		where,
		found: `\\${letter} outside of strings, which is a command of the client`,
		expected: "SQL; of the commands only \\g and \\G, which end a statement",
		remedy: "take it out; a string needs quotes around it"
	};
}
function unclosed(where, what) {
	return {
		code: "migrate.unclosed",
		where,
		found: `a ${what} that begins here and never ends`,
		expected: `the end of the ${what}`,
		remedy: `close the ${what}; inside a string a quote is doubled or has a backslash before it`
	};
}

// src/migrate/guards/restore.ts
/** Before a statement takes something away it is written down to where a restore would have to go, and what was there. */
const RESTORE_TABLE = "shiplock_restore_points";
/** Stands where the place in the binary log is put in. */
const PLACE = "/* place in the binary log */ NULL";
const CREATE_RESTORE_TABLE = `CREATE TABLE IF NOT EXISTS ${RESTORE_TABLE} (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  migration VARCHAR(120) NOT NULL,
  number INT UNSIGNED NOT NULL,
  run VARCHAR(191) NOT NULL,
  statement TEXT NOT NULL,
  place_before TEXT NULL,
  place_after TEXT NULL,
  tables MEDIUMTEXT NOT NULL,
  PRIMARY KEY (id),
  KEY shiplock_restore_points_of (migration, number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;
/** A table as it was before. */
const tableSchema = strictObject({
	table: string(),
	/** SHOW CREATE TABLE. */
	create: string(),
	rows: number(),
	/** False: there are at least so many. */
	exact: boolean()
});
/**
* Does the statement take rows, a table, a column or a part of what a column holds away? From its words: what only may (MODIFY, CHANGE)
* counts, and so does all that cannot be read. Pure.
*/
function takesAway(sql) {
	const tokens = tokensOf(sql);
	if (tokens.some((token) => token.kind === "conditional")) return true;
	const [first, second] = [wordAt$1(tokens, 0), wordAt$1(tokens, 1)];
	if (first === "TRUNCATE" || first === "DELETE" || first === "REPLACE") return true;
	if (first === "DROP") return second === "TABLE" || second === "TEMPORARY" || second === "TABLES";
	const table = tokens.slice(1, 4).some(({ text, kind }) => kind === "word" && text === "TABLE");
	if (first !== "ALTER" || !table) return false;
	return tokens.some((_, at) => losesAt(tokens, at));
}
/** The table that a plain DELETE takes rows from. Pure. */
function deletedFrom(sql) {
	const table = /^DELETE\s+FROM\s+(?:`((?:[^`]|``)+)`|([\p{L}\p{N}_$]+))/iu.exec(sql);
	const name = table?.[1]?.replaceAll("``", "`") ?? table?.[2];
	return name === void 0 ? [] : [name];
}
const HARMLESS = /* @__PURE__ */ new Set([
	"INDEX",
	"KEY",
	"PRIMARY",
	"FOREIGN",
	"CONSTRAINT",
	"CHECK",
	"DEFAULT",
	"SYSTEM"
]);
const LOSING = /* @__PURE__ */ new Set([
	"MODIFY",
	"CHANGE",
	"CONVERT",
	"TRUNCATE",
	"COALESCE",
	"DISCARD",
	"EXCHANGE"
]);
/** A clause that begins here loses something. */
function losesAt(tokens, at) {
	const word = wordAt$1(tokens, at);
	if (at < 2 || depthAt(tokens, at) > 0) return false;
	if (LOSING.has(word)) return true;
	return word === "DROP" && !HARMLESS.has(wordAt$1(tokens, at + 1));
}
function depthAt(tokens, end) {
	let depth = 0;
	for (const { kind, text } of tokens.slice(0, end)) {
		if (kind === "symbol" && text === "(") depth += 1;
		if (kind === "symbol" && text === ")") depth -= 1;
	}
	return depth;
}
function wordAt$1(tokens, at) {
	const token = tokens[at];
	return token?.kind === "word" ? token.text : "";
}
const nameRow$3 = object({ name: string() });
const countRow$1 = object({ n: number$1() });
const createRow$1 = record(string(), union([string(), _null()]));
/** Rows are counted up to here: a restore needs a check, not a minute. */
const MOST_ROWS = 1e5;
/** The tables as they are now; those that are not there are left out. */
async function readTables(ask, tables) {
	const found = [];
	for (const table of new Set(tables)) {
		if ((await ask(nameRow$3, "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND TABLE_TYPE = 'BASE TABLE'", [table])).length === 0) continue;
		const [row = {}] = await ask(createRow$1, `SHOW CREATE TABLE ${sqlName(table)}`);
		const [count] = await ask(countRow$1, `SELECT COUNT(*) AS n FROM (SELECT 1 FROM ${sqlName(table)} LIMIT 100001) AS counted`);
		const rows = count?.n ?? 0;
		const create = row["Create Table"] ?? "";
		found.push({
			table,
			create,
			rows: Math.min(rows, MOST_ROWS),
			exact: rows <= MOST_ROWS
		});
	}
	return found;
}
const pointRow = object({
	migration: string(),
	number: number(),
	run: string(),
	statement: string(),
	place_before: string().nullable(),
	place_after: string().nullable(),
	tables: string()
});
/** All that are written down, newest first. */
async function readRestorePoints(ask) {
	const [table] = await ask(countRow$1, `SELECT COUNT(*) AS n FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '${RESTORE_TABLE}'`);
	if (table?.n !== 1) return [];
	return (await ask(pointRow, `SELECT migration, number, run, statement, place_before, place_after, tables FROM ${RESTORE_TABLE} ORDER BY id DESC`)).map(({ place_before, place_after, tables, ...row }) => ({
		...row,
		before: placeOf(place_before),
		after: placeOf(place_after),
		tables: array(tableSchema).parse(JSON.parse(tables))
	}));
}
function placeOf(text) {
	return text === null ? null : logPlaceSchema.parse(JSON.parse(text));
}
/** Pure. */
function pointSql(point) {
	const { migration, number, run, statement, tables } = point;
	const of = `migration = ${quoted(migration)} AND number = ${number}`;
	return {
		before: `INSERT INTO ${RESTORE_TABLE} SET migration = ${quoted(migration)}, number = ${number}, run = ${quoted(run)}, statement = ${quoted(statement.slice(0, 4e3))}, tables = ${quoted(JSON.stringify(tables))}, place_before = ${PLACE}`,
		after: `UPDATE ${RESTORE_TABLE} SET place_after = ${PLACE} WHERE ${of} ORDER BY id DESC LIMIT 1`
	};
}
/** What stands against a restore to just before the statement; null: nothing. Pure. */
function restoreGap({ log, file, gtid }) {
	if (!log) return "the server writes no binary log: what goes can only be had from a backup, as it was then";
	if (file === null && gtid === null) return "this user may not see where the binary log stands (REPLICATION CLIENT, on MariaDB BINLOG MONITOR)";
	return null;
}
/** Refuses where a point is demanded and none could be used. Pure. */
function restoreProblem(place, mustRestore, where) {
	const gap = restoreGap(place);
	if (gap === null || !mustRestore) return null;
	return {
		code: "migrate.no-restore-point",
		where,
		found: gap,
		expected: "a place in the binary log before what is taken away, as database.apply.requireRestorePoint says; nothing was changed",
		remedy: place.log ? "GRANT the right to the user of the migrations" : "switch the binary log on (log_bin), or make a backup and take requireRestorePoint away for this run"
	};
}
/** Pure: one point in a line or two for a person. */
function pointLines({ migration, number, run, before, after, tables }) {
	const held = tables.map(({ table, rows, exact }) => `${table} (${exact ? rows : `more than ${rows}`} rows)`);
	const what = `restore point: ${migration}, statement ${number}, run ${run}${held.length === 0 ? "" : `: ${held.join(", ")}`}`;
	if (before === null) return [what, "  the place in the binary log is not known"];
	const until = after === null ? "not known to be done" : `done by ${logPlaceText(after)}`;
	return [what, `  just before: ${logPlaceText(before)}; ${until}`];
}

// src/migrate/import/history.ts
const text$1 = union([
	string(),
	number().transform(String),
	bigint().transform(String)
]);
const maybe = text$1.nullable();
const row$1 = strictObject({
	version: text$1,
	at: maybe,
	by: maybe,
	failed: maybe,
	checksum: maybe
});
const TIME = (column) => `DATE_FORMAT(${column}, '%Y-%m-%dT%H:%i:%s')`;
/** One question for each: version, when, who, why not, checksum; in the order in which it was applied. */
const QUESTIONS = {
	"golang-migrate": "SELECT CAST(version AS CHAR) AS version, NULL AS at, NULL AS `by`, IF(dirty, 'it is marked dirty: it failed half-way', NULL) AS failed, NULL AS checksum FROM schema_migrations",
	goose: `SELECT CAST(version_id AS CHAR) AS version, ${TIME("tstamp")} AS at, NULL AS \`by\`, NULL AS failed, NULL AS checksum FROM goose_db_version g WHERE version_id > 0 AND is_applied AND id = (SELECT MAX(id) FROM goose_db_version n WHERE n.version_id = g.version_id) ORDER BY version_id`,
	dbmate: "SELECT version, NULL AS at, NULL AS `by`, NULL AS failed, NULL AS checksum FROM schema_migrations ORDER BY version",
	flyway: `SELECT COALESCE(version, '') AS version, ${TIME("installed_on")} AS at, installed_by AS \`by\`, IF(success, IF(version IS NULL, 'a repeated migration has no place in a history', NULL), 'it failed') AS failed, CAST(checksum AS CHAR) AS checksum FROM flyway_schema_history WHERE type <> 'SCHEMA' ORDER BY installed_rank`,
	liquibase: `SELECT CONCAT(ID, '::', AUTHOR) AS version, ${TIME("DATEEXECUTED")} AS at, AUTHOR AS \`by\`, IF(EXECTYPE IN ('EXECUTED', 'RERAN'), NULL, CONCAT('it is ', EXECTYPE)) AS failed, NULL AS checksum FROM DATABASECHANGELOG ORDER BY ORDEREXECUTED`
};
/** Tables of theirs, which no migration makes. */
const TOOL_TABLES = [...[
	"schema_migrations",
	"goose_db_version",
	"flyway_schema_history",
	"DATABASECHANGELOG",
	"DATABASECHANGELOGLOCK"
]];
/** Reads the table of the tool in the current database. */
async function readHistory(ask, tool) {
	return ask(row$1, QUESTIONS[tool]);
}
/** The files that the history names, which must be the first ones, each in a state that is over. Pure. */
function takeOver(imported, history, where) {
	const { tool, migrations } = imported;
	const problems = [];
	for (const { version, failed } of history) if (failed !== null) problems.push(refused(where, `${tool} ${version}: ${failed}`, "repair it with that tool, until its table says that it is applied"));
	const known = new Set(migrations.map(({ version }) => version));
	for (const { version, failed } of history) if (failed === null && !known.has(version)) problems.push(refused(where, `${tool} applied ${version}, which none of the imported files is`, "import the files again, from the commit that is deployed"));
	const rows = new Map(history.map((one) => [one.version, one]));
	const newest = tool === "golang-migrate" ? migrations.findIndex(({ version }) => rows.has(version)) : -1;
	const taken = migrations.filter(({ version }, index) => rows.has(version) || index <= newest);
	const hole = migrations.find((one, index) => index < taken.length && !taken.includes(one));
	if (hole !== void 0) problems.push(refused(where, `${tool} has not applied ${hole.source}, but later ones`, "apply it with that tool, or take it out before the import"));
	for (const { version, checksum, source } of taken) {
		const theirs = rows.get(version)?.checksum ?? null;
		if (checksum !== null && theirs !== null && checksum !== theirs) problems.push(refused(where, `${source} was applied with the checksum ${theirs}; that of the file is ${checksum}`, "import the files as they were applied"));
	}
	if (history.length === 0) problems.push(refused(where, `an empty history of ${tool}`, "nothing is to be taken over: apply the files with `shiplock migrate`"));
	if (problems.length > 0) return bad(...problems);
	return ok(taken.map((one) => ({
		...one,
		at: rows.get(one.version)?.at ?? null,
		by: rows.get(one.version)?.by ?? null
	})));
}
function refused(where, found, remedy) {
	return {
		code: "migrate.import-history",
		where,
		found,
		expected: "a history without a failure, whose migrations are the first of the files",
		remedy
	};
}

// src/migrate/server/kept.ts
/** A connection that only looks, kept between looks that follow each other closely: a connection costs more than what is asked on it. */
/** It is closed when nothing was asked for this long, or for a second stretch of it. What is kept never keeps a process from ending. */
const IDLE_MS = 1e3;
/** `prepare` is run once on each new connection. */
function keepConnection(options, prepare) {
	let kept;
	let returns = 0;
	let watched = false;
	const take = () => {
		const found = kept;
		kept = void 0;
		found?.socket.ref();
		return found;
	};
	const watch = () => {
		if (watched) return;
		watched = true;
		const before = returns;
		AbortSignal.timeout(IDLE_MS).addEventListener("abort", () => {
			watched = false;
			if (kept === void 0) return;
			if (returns === before) take()?.connection.destroy();
			else watch();
		});
	};
	const giveBack = (lent) => {
		if (kept !== void 0) {
			lent.connection.destroy();
			return;
		}
		kept = lent;
		returns += 1;
		lent.socket.unref();
		watch();
	};
	return { async lend(work) {
		const before = take();
		const lent = before ?? await open(options, prepare);
		try {
			const answer = await work(lent.connection, before !== void 0);
			giveBack(lent);
			return answer;
		} catch (error) {
			lent.connection.destroy();
			throw error;
		}
	} };
}
async function open(options, prepare) {
	const { createConnection } = await import("./shared-promise2.js").then((m) => /* @__PURE__ */ __toESM(m.default, 1));
	const { socketPath, host = "127.0.0.1", port = 3306 } = options;
	const socket = socketPath === void 0 ? named$1(connect({
		host,
		port
	}), host) : connect({ path: socketPath });
	socket.setNoDelay(true);
	const connection = await createConnection({
		...options,
		stream: socket
	});
	connection.on("error", () => void 0);
	try {
		await prepare(connection);
	} catch (error) {
		connection.destroy();
		throw error;
	}
	return {
		connection,
		socket
	};
}

// src/migrate/server/lock.ts
/** The one lock of a database: who changes its structure or all of its rows holds it. */
const row = array(object({ got: number$1().nullable() }));
const SECONDS = 20;
/** Names of locks have at most 64 characters. The server knows them, not the database, so the name holds the database. Pure. */
function lockName(database) {
	const name = `shiplock:${database}`;
	return name.length <= 64 ? name : `shiplock:${createHash("sha256").update(database).digest("hex").slice(0, 32)}`;
}
/** Held until the connection ends: a controller that lost its lease but not its connection is waited for, 20 s. @throws ProblemError after that */
async function takeLock(connection, name) {
	const [rows] = await connection.query("SELECT GET_LOCK(?, ?) AS got", [name, SECONDS]);
	if (row.parse(rows)[0]?.got === 1) return;
	throw new ProblemError({
		code: "generate.busy",
		where: name,
		found: "another connection that is changing this database",
		expected: "one at a time",
		remedy: "wait for it to end; after a crash the server notices within seconds that it is gone"
	});
}

// src/migrate/server/origin.ts
/** Whose rows a database holds. A dump takes the answer along, so that real rows show wherever they are restored. */
const ORIGIN_TABLE = "shiplock_data_origin";
const CREATE_ORIGIN = `CREATE TABLE IF NOT EXISTS ${ORIGIN_TABLE} (
  id TINYINT UNSIGNED NOT NULL PRIMARY KEY,
  environment VARCHAR(64) NOT NULL,
  rules CHAR(64) NULL,
  state VARCHAR(16) NOT NULL,
  run VARCHAR(191) NOT NULL,
  changed_at DATETIME(3) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;
const originRow = strictObject({
	environment: string(),
	/** Digest of the rules by which they were made harmless, or made up; null: they are as they are there. */
	rules: string().nullable(),
	state: _enum([
		"own",
		"incomplete",
		"complete",
		"generating",
		"synthetic"
	])
});
/** The table must be there. */
async function readOrigin(query) {
	const [row] = await query(originRow, `SELECT environment, rules, state FROM ${ORIGIN_TABLE} WHERE id = 1`);
	return row ?? null;
}
/** Says whose rows these are from now on. The table must be there. */
async function markOrigin(connection, { environment, rules, state, run }) {
	await connection.query(`REPLACE INTO ${ORIGIN_TABLE} (id, environment, rules, state, run, changed_at) VALUES (1, ?, ?, ?, ?, UTC_TIMESTAMP(3))`, [
		environment,
		rules,
		state,
		run
	]);
}
/** For a database that does not say whose its rows are: they are its own. The name of an environment has no quotes. */
function ownOrigin(environment) {
	return [CREATE_ORIGIN, `INSERT IGNORE INTO ${ORIGIN_TABLE} (id, environment, rules, state, run, changed_at) VALUES (1, '${environment}', NULL, 'own', '', UTC_TIMESTAMP(3))`];
}
/** Real rows of another environment, or a copy that was never finished. Pure. */
function originProblems(origin, environment, where) {
	if (origin === null) return [];
	if (origin.state === "generating") return [{
		code: "migrate.half-generated",
		where,
		found: `made-up rows of ${origin.environment} that are not all there`,
		expected: "all rows, or none",
		remedy: `run what was cut again, \`shiplock data generate ${environment}\` or \`shiplock data reset ${environment}\``
	}];
	if (origin.environment === environment) return [];
	if (origin.state === "incomplete") return [{
		code: "migrate.half-copied",
		where,
		found: `a copy of the rows of ${origin.environment} that was not finished`,
		expected: "all rows, or none",
		remedy: `run \`shiplock data copy --from ${origin.environment} --to ${environment}\` again`
	}];
	if (origin.rules !== null) return [];
	return [{
		code: "migrate.raw-data",
		where,
		found: `the rows of ${origin.environment} as they are there`,
		expected: `rows of ${environment} itself, or rows that were made harmless`,
		remedy: `empty it and run \`shiplock data copy --from ${origin.environment} --to ${environment}\`; where these rows do belong here: UPDATE ${ORIGIN_TABLE} SET environment = '${environment}'`
	}];
}

// src/migrate/rewrite/names.ts
const LONGEST$1 = 64;
/** The names of one attempt on a table. */
function toolNames({ resource, migration, number, attempt }, table) {
	const digest = createHash("sha256").update(JSON.stringify([
		resource,
		migration,
		number,
		attempt
	])).digest();
	const id = digest.toString("hex").slice(0, 12);
	const prefix = `shiplock_rewrite_${id}`;
	return {
		prefix,
		ghost: `_${prefix}_gho`,
		changelog: `_${prefix}_ghc`,
		swapped: `_${prefix}_del`,
		copy: `_${prefix}_new`,
		kept: [...`_shiplock_old_${id}_${table}`].slice(0, LONGEST$1).join(""),
		replicaId: 1e9 + digest.readUInt32BE(8) % 1e9
	};
}
/** The triggers of pt-online-schema-change, as it names them. */
function triggerNames(database, table) {
	const prefix = `pt_osc_${database}_${table}`.replaceAll(/\W/g, "_").slice(0, 60);
	return [
		"del",
		"upd",
		"ins"
	].map((event) => `${prefix}_${event}`);
}
/** Ours by their name: no part of what a database is made of, whatever becomes of them. */
function isPassing(kind, name) {
	return kind === "table" ? /^_shiplock_(?:rewrite|old)_[0-9a-f]{12}_/.test(name) : name.startsWith("pt_osc_");
}
/** Tables that these tools leave when people run them by hand. */
function foreignNames(table) {
	return [...[
		"gho",
		"ghc",
		"del",
		"new"
	].map((end) => `_${table}_${end}`), `__${table}_new`];
}
/** A name that both tools take without quoting it in ways of their own. */
function isPlainName(name) {
	return /^[A-Za-z0-9_$]{1,64}$/.test(name);
}

// src/migrate/server/structure-views.ts
/** Where the structure of a database stands in information_schema, for both families. */
const valueSchema = union([
	string(),
	number().transform(String),
	bigint().transform(String),
	_null()
]);
const rowSchema = record(string(), valueSchema);
/** Checks whose table the server does not say in the same row. */
const LOOSE_CHECKS = "checks";
const text = (row, name) => row[name] ?? "";
const named = (kind, column) => (row) => [`${kind} ${text(row, column)}`, ""];
const partOf = (part, column) => (row) => [`table ${text(row, "TABLE_NAME")}`, `${part} ${text(row, column)}`];
const VIEWS = [
	{
		name: "SCHEMATA",
		schema: "SCHEMA_NAME",
		table: null,
		keys: [],
		facts: {
			DEFAULT_CHARACTER_SET_NAME: "character set",
			DEFAULT_COLLATION_NAME: "collation"
		},
		place: () => ["database", ""]
	},
	{
		name: "TABLES",
		schema: "TABLE_SCHEMA",
		table: "TABLE_NAME",
		keys: ["TABLE_NAME"],
		facts: {
			TABLE_TYPE: "kind",
			ENGINE: "engine",
			ROW_FORMAT: "row format",
			TABLE_COLLATION: "collation",
			CREATE_OPTIONS: "options",
			TABLE_COMMENT: "comment"
		},
		place: (row) => text(row, "TABLE_TYPE") === "VIEW" ? null : [`table ${text(row, "TABLE_NAME")}`, ""]
	},
	{
		name: "COLUMNS",
		schema: "TABLE_SCHEMA",
		table: "TABLE_NAME",
		keys: ["TABLE_NAME", "COLUMN_NAME"],
		order: "TABLE_NAME, ORDINAL_POSITION",
		facts: {
			COLUMN_TYPE: "type",
			IS_NULLABLE: "NULL",
			COLUMN_DEFAULT: "default",
			CHARACTER_SET_NAME: "character set",
			COLLATION_NAME: "collation",
			EXTRA: "extra",
			GENERATION_EXPRESSION: "generated as",
			COLUMN_COMMENT: "comment"
		},
		mayLack: { SRS_ID: "srid" },
		place: partOf("column", "COLUMN_NAME")
	},
	{
		name: "STATISTICS",
		schema: "TABLE_SCHEMA",
		table: "TABLE_NAME",
		keys: ["TABLE_NAME", "INDEX_NAME"],
		order: "TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX",
		lists: [
			"COLUMN_NAME",
			"SUB_PART",
			"COLLATION",
			"EXPRESSION"
		],
		facts: {
			COLUMN_NAME: "columns",
			SUB_PART: "prefix",
			COLLATION: "order",
			NON_UNIQUE: "duplicates",
			INDEX_TYPE: "kind",
			INDEX_COMMENT: "comment"
		},
		mayLack: {
			IS_VISIBLE: "visible",
			EXPRESSION: "expression",
			IGNORED: "ignored"
		},
		place: partOf("index", "INDEX_NAME")
	},
	{
		name: "KEY_COLUMN_USAGE",
		schema: "TABLE_SCHEMA",
		table: "TABLE_NAME",
		keys: ["TABLE_NAME", "CONSTRAINT_NAME"],
		where: "REFERENCED_TABLE_NAME IS NOT NULL",
		order: "TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION",
		lists: ["COLUMN_NAME", "REFERENCED_COLUMN_NAME"],
		facts: {
			COLUMN_NAME: "columns",
			REFERENCED_TABLE_NAME: "table",
			REFERENCED_COLUMN_NAME: "their columns"
		},
		place: partOf("foreign key", "CONSTRAINT_NAME")
	},
	{
		name: "REFERENTIAL_CONSTRAINTS",
		schema: "CONSTRAINT_SCHEMA",
		table: "TABLE_NAME",
		keys: ["TABLE_NAME", "CONSTRAINT_NAME"],
		facts: {
			UPDATE_RULE: "on update",
			DELETE_RULE: "on delete"
		},
		place: partOf("foreign key", "CONSTRAINT_NAME")
	},
	{
		name: "CHECK_CONSTRAINTS",
		schema: "CONSTRAINT_SCHEMA",
		table: null,
		keys: ["CONSTRAINT_NAME"],
		facts: { CHECK_CLAUSE: "clause" },
		mayLack: {
			TABLE_NAME: "table",
			LEVEL: "level"
		},
		place: (row) => ["TABLE_NAME" in row ? `table ${text(row, "TABLE_NAME")}` : LOOSE_CHECKS, `check ${text(row, "CONSTRAINT_NAME")}`]
	},
	{
		name: "TABLE_CONSTRAINTS",
		schema: "TABLE_SCHEMA",
		table: "TABLE_NAME",
		keys: ["TABLE_NAME", "CONSTRAINT_NAME"],
		where: "CONSTRAINT_TYPE = 'CHECK'",
		facts: {},
		mayLack: { ENFORCED: "enforced" },
		place: partOf("check", "CONSTRAINT_NAME")
	},
	{
		name: "PARTITIONS",
		schema: "TABLE_SCHEMA",
		table: "TABLE_NAME",
		keys: ["TABLE_NAME", "PARTITION_NAME"],
		where: "PARTITION_NAME IS NOT NULL",
		order: "TABLE_NAME, PARTITION_ORDINAL_POSITION, SUBPARTITION_ORDINAL_POSITION",
		lists: ["SUBPARTITION_NAME"],
		facts: {
			PARTITION_METHOD: "method",
			PARTITION_EXPRESSION: "expression",
			PARTITION_DESCRIPTION: "values",
			SUBPARTITION_METHOD: "parts by",
			SUBPARTITION_EXPRESSION: "expression of parts",
			SUBPARTITION_NAME: "parts",
			PARTITION_COMMENT: "comment"
		},
		place: (row) => text(row, "PARTITION_METHOD") === "SYSTEM_TIME" ? null : partOf("partition", "PARTITION_NAME")(row)
	},
	{
		name: "VIEWS",
		schema: "TABLE_SCHEMA",
		table: null,
		keys: ["TABLE_NAME"],
		facts: {
			VIEW_DEFINITION: "definition",
			CHECK_OPTION: "check option",
			SECURITY_TYPE: "security"
		},
		mayLack: { ALGORITHM: "algorithm" },
		place: named("view", "TABLE_NAME")
	},
	{
		name: "TRIGGERS",
		schema: "TRIGGER_SCHEMA",
		table: null,
		keys: ["TRIGGER_NAME"],
		facts: {
			EVENT_OBJECT_TABLE: "table",
			ACTION_TIMING: "when",
			EVENT_MANIPULATION: "event",
			ACTION_ORDER: "order",
			ACTION_STATEMENT: "body",
			SQL_MODE: "sql_mode"
		},
		place: named("trigger", "TRIGGER_NAME")
	},
	{
		name: "ROUTINES",
		schema: "ROUTINE_SCHEMA",
		table: null,
		keys: ["ROUTINE_NAME", "ROUTINE_TYPE"],
		facts: {
			DTD_IDENTIFIER: "returns",
			ROUTINE_DEFINITION: "body",
			IS_DETERMINISTIC: "deterministic",
			SQL_DATA_ACCESS: "data access",
			SECURITY_TYPE: "security",
			SQL_MODE: "sql_mode",
			ROUTINE_COMMENT: "comment"
		},
		place: (row) => [`${text(row, "ROUTINE_TYPE").toLowerCase()} ${text(row, "ROUTINE_NAME")}`, ""]
	},
	{
		name: "PARAMETERS",
		schema: "SPECIFIC_SCHEMA",
		table: null,
		keys: ["SPECIFIC_NAME", "ROUTINE_TYPE"],
		where: "ORDINAL_POSITION > 0",
		order: "SPECIFIC_NAME, ROUTINE_TYPE, ORDINAL_POSITION",
		lists: [
			"PARAMETER_MODE",
			"PARAMETER_NAME",
			"DTD_IDENTIFIER"
		],
		facts: {
			PARAMETER_MODE: "direction",
			PARAMETER_NAME: "name",
			DTD_IDENTIFIER: "type"
		},
		place: (row) => [`${text(row, "ROUTINE_TYPE").toLowerCase()} ${text(row, "SPECIFIC_NAME")}`, "parameters"]
	},
	{
		name: "EVENTS",
		schema: "EVENT_SCHEMA",
		table: null,
		keys: ["EVENT_NAME"],
		facts: {
			EVENT_DEFINITION: "body",
			EVENT_TYPE: "kind",
			EXECUTE_AT: "at",
			INTERVAL_VALUE: "every",
			INTERVAL_FIELD: "unit",
			STARTS: "starts",
			ENDS: "ends",
			STATUS: "status",
			ON_COMPLETION: "on completion",
			SQL_MODE: "sql_mode",
			TIME_ZONE: "time zone",
			EVENT_COMMENT: "comment"
		},
		place: named("event", "EVENT_NAME")
	}
];

// src/migrate/server/structure.ts
/** Where the structure is remembered that the last migration left (remembered.ts). */
const STRUCTURE_TABLE = "shiplock_structure";
/** How far tables are filled with made-up rows; gone when they are full. */
const GENERATED_TABLE = "shiplock_generated";
/** Tables of ours come and go with a run. */
const OWN_TABLES = [
	...Object.values(TABLES),
	FENCE_TABLE,
	STRUCTURE_TABLE,
	ORIGIN_TABLE,
	GENERATED_TABLE,
	RESTORE_TABLE
];
const own = OWN_TABLES.map((name) => `'${name}'`).join(", ");
/** What the current database is made of, without our own tables. As much as the user may see. */
async function readStructure(ask) {
	const [current] = await ask(strictObject({ name: string() }), "SELECT DATABASE() AS name");
	const has = await knownColumns(ask);
	const found = {};
	for (const view of VIEWS) await readView(ask, view, has, current?.name ?? "", found);
	placeChecks(found);
	for (const [object, parts] of Object.entries(found)) {
		const [, kind, name] = /^(table|trigger) (.*)$/s.exec(object) ?? [];
		if ((kind === "table" || kind === "trigger") && isPassing(kind, name ?? "")) delete found[object];
		if (object.startsWith("table ") && parts[""] === void 0) delete found[object];
		if (parts[""]?.["kind"] === "SEQUENCE") await readSequence(ask, object, found);
	}
	return found;
}
/** Names of the columns of information_schema, since families and versions differ in them. */
async function knownColumns(ask) {
	const names = VIEWS.map(({ name }) => `'${name}'`).join(", ");
	const rows = await ask(strictObject({ place: string() }), `SELECT CONCAT(TABLE_NAME, '.', COLUMN_NAME) AS place FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'information_schema' AND TABLE_NAME IN (${names})`);
	return new Set(rows.map(({ place }) => place.toUpperCase()));
}
async function readView(ask, view, has, database, found) {
	const { name, schema, table, keys, lists = [], mayLack = {}, place, where, order } = view;
	const there = Object.entries(mayLack).filter(([column]) => has.has(`${name}.${column}`));
	const facts = [...Object.entries(view.facts), ...there];
	const chosen = [.../* @__PURE__ */ new Set([...keys, ...facts.map(([column]) => column)])].map((column) => `CAST(${column} AS CHAR) AS ${column}`).join(", ");
	const conditions = [`${schema} = DATABASE()`];
	if (table !== null) conditions.push(`${table} NOT IN (${own})`);
	if (where !== void 0) conditions.push(where);
	const rows = await ask(rowSchema, `SELECT ${chosen} FROM information_schema.${name} WHERE ${conditions.join(" AND ")}${order === void 0 ? "" : ` ORDER BY ${order}`}`);
	let last = ["", ""];
	for (const row of rows) {
		const at = place(row);
		if (at === null) continue;
		const [object, part] = at;
		const parts = found[object] ?? {};
		const into = parts[part] ?? {};
		found[object] = parts;
		parts[part] = into;
		for (const [column, fact] of facts) {
			const value = withoutDatabase(cellOf(row, column), database);
			const before = into[fact];
			if (before === void 0) into[fact] = value;
			else if (lists.includes(column)) into[fact] = `${before}, ${value}`;
		}
		if (name === "COLUMNS") into["after"] = last[0] === object ? last[1].replace(/^column /, "") : "";
		last = at;
	}
}
/** A column that is not there would make every structure look the same. */
function cellOf(row, name) {
	const value = row[name];
	if (value === void 0) throw new TypeError(`the server answered without ${name}`);
	return value ?? "NULL";
}
/** Servers write the database before each table of a view; two databases with the same views are the same. */
function withoutDatabase(value, database) {
	return value.replaceAll(`${sqlName(database)}.`, "");
}
/** MySQL says in another view which table a check belongs to. */
function placeChecks(found) {
	for (const [part, facts] of Object.entries(found["checks"] ?? {})) {
		const owner = Object.values(found).find((parts) => parts !== found["checks"] && parts[part] !== void 0);
		if (owner !== void 0) owner[part] = {
			...owner[part],
			...facts
		};
	}
	delete found[LOOSE_CHECKS];
}
const SETTINGS = [
	"start_value",
	"minimum_value",
	"maximum_value",
	"increment",
	"cache_size",
	"cycle_option"
];
/** MariaDB shows a sequence as a table; how far it has counted is no structure. */
async function readSequence(ask, object, found) {
	const name = object.slice(6);
	const [row] = await ask(rowSchema, `SELECT ${SETTINGS.map((setting) => `CAST(${setting} AS CHAR) AS ${setting}`).join(", ")} FROM ${sqlName(name)}`);
	delete found[object];
	found[`sequence ${name}`] = { "": Object.fromEntries(SETTINGS.map((setting) => [setting, cellOf(row ?? {}, setting)])) };
}
/** SHA-256 of the structure of the current database, hexadecimal. Our own tables do not count. */
async function structureDigest(ask) {
	return digestOfStructure(await readStructure(ask));
}
/** Pure. */
function digestOfStructure(structure) {
	const hash = createHash("sha256");
	for (const object of Object.keys(structure).toSorted()) hash.update(`${object}\n${textOfParts(structure[object] ?? {})}\n`);
	return hash.digest("hex");
}
/** The same text for the same parts, whatever order they were read in. Pure. */
function textOfParts(parts) {
	const sorted = (facts) => Object.fromEntries(Object.entries(facts).toSorted(([a], [b]) => a < b ? -1 : 1));
	const entries = Object.entries(parts).toSorted(([a], [b]) => a < b ? -1 : 1);
	return JSON.stringify(Object.fromEntries(entries.map(([part, facts]) => [part, sorted(facts)])));
}

// src/migrate/server/structure-diff.ts
/** What was done to `from` so that it is `to`. Pure. */
function structureChanges(from, to) {
	const changes = [];
	for (const object of keysOf(from, to)) {
		const [before, after] = [from[object], to[object]];
		if (before === void 0 || after === void 0) {
			changes.push({
				object,
				part: "",
				change: { kind: before === void 0 ? "added" : "removed" }
			});
			continue;
		}
		for (const part of keysOf(before, after)) {
			const [was, is] = [before[part], after[part]];
			if (was === void 0 || is === void 0) changes.push({
				object,
				part,
				change: { kind: was === void 0 ? "added" : "removed" }
			});
			else {
				const isNeighbour = (name) => before[`column ${name}`] === void 0 !== (after[`column ${name}`] === void 0);
				changes.push(...factChanges(was, is, isNeighbour).map((change) => ({
					object,
					part,
					change
				})));
			}
		}
	}
	return changes;
}
function factChanges(was, is, comesOrGoes) {
	return keysOf(was, is).flatMap((fact) => {
		const [from = "", to = ""] = [was[fact], is[fact]];
		if (from === to) return [];
		if (fact === "after" && (comesOrGoes(from) || comesOrGoes(to))) return [];
		return [{
			kind: "changed",
			fact,
			from,
			to
		}];
	});
}
function keysOf(...records) {
	return [...new Set(records.flatMap((record) => Object.keys(record)))].toSorted();
}
/** One line for a person. Pure. */
function changeText({ object, part, change }) {
	const what = part === "" ? object : `${object}, ${part}`;
	if (change.kind === "added") return `+ ${what}: no migration made it`;
	if (change.kind === "removed") return `- ${what}: it is gone, and no migration dropped it`;
	return `~ ${what}: ${change.fact} is ${shown(change.to)}, was ${shown(change.from)}`;
}
const LONGEST = 120;
function shown(value) {
	if (value === "") return "empty";
	const line = value.replace(/\s+/g, " ");
	return line.length <= LONGEST ? line : `${line.slice(0, LONGEST)}…`;
}

// src/migrate/server/remembered.ts
const CREATE_STRUCTURE_TABLE = `CREATE TABLE IF NOT EXISTS ${STRUCTURE_TABLE} (
  object VARCHAR(200) NOT NULL,
  parts MEDIUMTEXT NOT NULL,
  drifted BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY (object)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;
/** The row that is no object. */
const HEAD = "";
/** Parts of an object that was not there when it was last remembered. */
const ABSENT = "null";
const headSchema = strictObject({
	schema: string(),
	applied: string()
});
const partsSchema = record(string(), record(string(), string()));
const storedRow = strictObject({
	object: string(),
	parts: string(),
	drifted: number()
});
/** Both, from one connection. */
async function lookAtStructure(ask) {
	const structure = await readStructure(ask);
	const [table] = await ask(strictObject({ there: number() }), `SELECT COUNT(*) AS there FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '${STRUCTURE_TABLE}'`);
	if (table?.there !== 1) return {
		structure,
		remembered: null
	};
	const rows = await ask(storedRow, `SELECT object, parts, drifted FROM ${STRUCTURE_TABLE}`);
	const head = rows.find((row) => row.object === HEAD);
	if (head === void 0) return {
		structure,
		remembered: null
	};
	const objects = rows.filter((row) => row.object !== HEAD);
	const present = objects.filter((row) => row.parts !== ABSENT);
	return {
		structure,
		remembered: {
			...headSchema.parse(JSON.parse(head.parts)),
			structure: Object.fromEntries(present.map((row) => [row.object, partsSchema.parse(JSON.parse(row.parts))])),
			drifted: objects.filter((row) => row.drifted !== 0).map((row) => row.object)
		}
	};
}
/** Identifies what is applied, half-applied migrations too. Pure. */
function appliedDigest(applied) {
	const lines = applied.map(({ id, sha256, state, position }) => `${position} ${id} ${sha256} ${state}`);
	return createHash("sha256").update(lines.toSorted().join("\n")).digest("hex");
}
/**
* What was changed without a migration. Undefined when nobody can tell: nothing is remembered yet, or migrations ran since then, perhaps
* half-way. Pure.
*/
function liveDrift({ structure, remembered }, applied) {
	if (remembered === null || remembered.applied !== appliedDigest(applied)) return void 0;
	return structureChanges(remembered.structure, structure);
}
/** SQL that marks an object as changed by others; what is remembered of it stays. */
function markDrifted(object) {
	return `INSERT INTO ${STRUCTURE_TABLE} SET object = ${quoted(object)}, parts = '${ABSENT}', drifted = TRUE ON DUPLICATE KEY UPDATE drifted = TRUE`;
}
/** SQL that makes the rows what they should be; those that are it already are left alone. */
function rowsFor({ structure, remembered, applied }, drifted) {
	const before = remembered?.structure ?? {};
	const marked = remembered?.drifted ?? [];
	const same = (a, b) => a === void 0 || b === void 0 ? a === b : textOfParts(a) === textOfParts(b);
	const rows = [];
	for (const object of /* @__PURE__ */ new Set([
		...Object.keys(before),
		...marked,
		...Object.keys(structure)
	])) {
		const now = structure[object];
		const unchanged = same(before[object], now);
		if (marked.includes(object) ? drifted === "keep" && !unchanged : unchanged) continue;
		rows.push(now === void 0 ? `DELETE FROM ${STRUCTURE_TABLE} WHERE object = ${quoted(object)}` : `REPLACE INTO ${STRUCTURE_TABLE} SET object = ${quoted(object)}, parts = ${quoted(textOfParts(now))}, drifted = FALSE`);
	}
	const head = JSON.stringify({
		schema: schemaState(applied),
		applied: appliedDigest(applied)
	});
	return [...rows, `REPLACE INTO ${STRUCTURE_TABLE} SET object = '${HEAD}', parts = ${quoted(head)}, drifted = FALSE`];
}

// src/migrate/server/rewrites.ts
const nameRow$2 = object({ name: string() });
const progressRow = object({ progress: string().nullable() });
/** Looks; changes nothing. */
async function rewritesAt(ask, table, migration, number) {
	const names = foreignNames(table);
	const tables = await ask(nameRow$2, `SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN (${names.map(() => "?").join(", ")})`, names);
	const triggers = await ask(nameRow$2, "SELECT TRIGGER_NAME AS name FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = DATABASE() AND EVENT_OBJECT_TABLE = ? AND TRIGGER_NAME LIKE 'pt\\_osc\\_%'", [table]);
	const [row] = (await ask(nameRow$2, "SELECT COLUMN_NAME AS name FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND COLUMN_NAME = 'progress'", [TABLES.statements])).length === 0 ? [] : await ask(progressRow, `SELECT progress FROM ${TABLES.statements} WHERE migration = ? AND number = ?`, [migration, String(number)]);
	return {
		progress: row?.progress ?? null,
		foreignTables: tables.map(({ name }) => name),
		triggers: triggers.map(({ name }) => name)
	};
}
/** Name under GET_LOCK that a tool's own connection holds while it works; names of locks have at most 64 characters. */
function toolLockOf(lock) {
	const name = `${lock}:tool`;
	return name.length <= 64 ? name : `shiplock:${createHash("sha256").update(name).digest("hex").slice(0, 32)}:tool`;
}

// src/migrate/server/tables.ts
const nameRow$1 = object({ name: string() });
const countRow = object({ n: number$1() });
const createRow = record(string(), union([string(), _null()]));
const keyRow = object({
	name: string(),
	type: string()
});
const WRITTEN = {
	number: [
		"tinyint",
		"smallint",
		"mediumint",
		"int",
		"bigint",
		"decimal",
		"year"
	],
	text: [
		"char",
		"varchar",
		"tinytext",
		"text",
		"mediumtext",
		"longtext"
	],
	bytes: [
		"binary",
		"varbinary",
		"tinyblob",
		"blob",
		"mediumblob",
		"longblob"
	],
	time: [
		"date",
		"datetime",
		"timestamp",
		"time"
	]
};
/** Null: there is no primary key, or it has a column whose written values do not sort as it does (ENUM, FLOAT, UUID …). */
async function keyOf(ask, table) {
	const rows = await ask(keyRow, `SELECT s.COLUMN_NAME AS name, LOWER(c.DATA_TYPE) AS type FROM information_schema.STATISTICS s
     JOIN information_schema.COLUMNS c ON c.TABLE_SCHEMA = s.TABLE_SCHEMA AND c.TABLE_NAME = s.TABLE_NAME AND c.COLUMN_NAME = s.COLUMN_NAME
     WHERE s.TABLE_SCHEMA = DATABASE() AND s.TABLE_NAME = ? AND s.INDEX_NAME = 'PRIMARY' ORDER BY s.SEQ_IN_INDEX`, [table]);
	const kinds = [
		"number",
		"text",
		"bytes",
		"time"
	];
	const columns = rows.flatMap(({ name, type }) => {
		const kind = kinds.find((one) => WRITTEN[one].includes(type));
		return kind === void 0 ? [] : [{
			name,
			kind
		}];
	});
	return columns.length === 0 || columns.length < rows.length ? null : columns;
}
/** Null: there is no such table. Rows are counted up to `most` + 1. */
async function sizeOf(ask, table, most) {
	const [size] = await ask(countRow, "SELECT COALESCE(DATA_LENGTH + INDEX_LENGTH, 0) AS n FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?", [table]);
	if (size === void 0) return null;
	const [rows] = await ask(countRow, `SELECT COUNT(*) AS n FROM (SELECT 1 FROM ${sqlName(table)} LIMIT ${most + 1}) AS counted`);
	return {
		rows: rows?.n ?? 0,
		bytes: size.n
	};
}
/**
* SHA-256 of what these tables are made of, rows aside. Since a change of structure is done as a whole or not at all, it tells
* afterwards whether it was done.
*/
async function structureHash(ask, tables) {
	const hash = createHash("sha256");
	for (const table of tables) {
		const made = await madeBy(ask, table);
		hash.update(made === null ? "absent\n" : `${made.replace(/ AUTO_INCREMENT=\d+/, "")}\n`);
	}
	return hash.digest("hex");
}
const noSuchTable = object({ errno: literal(1146) });
/** The statement that makes the table; null: there is none. */
async function madeBy(ask, table) {
	try {
		const [row = {}] = await ask(createRow, `SHOW CREATE TABLE ${sqlName(table)}`);
		return Object.values(row).join("\n");
	} catch (error) {
		if (noSuchTable.safeParse(error).success) return null;
		throw error;
	}
}
/** What `structureHash` answers for so many tables of which none is there. Pure. */
function structureHashOfNone(tables) {
	return createHash("sha256").update("absent\n".repeat(tables)).digest("hex");
}
const PLACES = {
	PROCEDURE: [
		"ROUTINES",
		"ROUTINE_NAME",
		"ROUTINE_SCHEMA",
		" AND ROUTINE_TYPE = 'PROCEDURE'"
	],
	FUNCTION: [
		"ROUTINES",
		"ROUTINE_NAME",
		"ROUTINE_SCHEMA",
		" AND ROUTINE_TYPE = 'FUNCTION'"
	],
	TRIGGER: [
		"TRIGGERS",
		"TRIGGER_NAME",
		"TRIGGER_SCHEMA",
		""
	],
	VIEW: [
		"VIEWS",
		"TABLE_NAME",
		"TABLE_SCHEMA",
		""
	],
	EVENT: [
		"EVENTS",
		"EVENT_NAME",
		"EVENT_SCHEMA",
		""
	]
};
/** Whether a view or a stored program of this name is there. */
async function hasProgram(ask, { kind, name }) {
	const [view, column, schema, more] = PLACES[kind];
	const sql = `SELECT ${column} AS name FROM information_schema.${view} WHERE ${schema} = DATABASE() AND ${column} = ?${more}`;
	return (await ask(nameRow$1, sql, [name])).length > 0;
}

// src/migrate/server/database.ts
/** Resolves the connection string; connects with the first look, and keeps the connection for those that follow closely. Throws ProblemError. */
function openDatabase(options) {
	const { dsn: text, secrets } = options;
	const dsn = resolveDsn(text, secrets);
	const ask = asker(dsn, options);
	const lock = lockName(dsn.database);
	return {
		dsn: text,
		name: dsn.database,
		resource: dsn.resource,
		lock,
		look: () => ask(lookAt),
		recorded: (migrations) => ask((query) => recordedIn(query, migrations)),
		structure: () => ask(structureDigest),
		bothStructures: () => ask(lookAtStructure),
		history: (tool) => ask((query) => readHistory(query, tool)),
		presence: (objects) => ask((query) => presenceOf(query, objects)),
		program: (program) => ask((query) => hasProgram(query, program)),
		size: (table, most) => ask((query) => sizeOf(query, table, most)),
		key: (table) => ask((query) => keyOf(query, table)),
		rewrites: (table, migration, number) => ask((query) => rewritesAt(query, table, migration, number)),
		shape: (tables) => ask((query) => structureHash(query, tables)),
		room: (table) => ask(async (query, set) => {
			await set("SET SESSION information_schema_stats_expiry = 0").catch(() => void 0);
			return readRoom(query, table);
		}),
		tablesNow: (tables) => ask((query) => readTables(query, tables)),
		logPlace: () => ask((query) => logPlace((sql) => query(unknown(), sql))),
		restorePoints: () => ask(readRestorePoints),
		idle: () => ask(async (query) => {
			const [row] = await query(strictObject({ free: number$1().nullable() }), "SELECT IS_FREE_LOCK(?) AND IS_FREE_LOCK(?) AS free", [lock, toolLockOf(lock)]);
			return row?.free === 1;
		})
	};
}
/** Each row by its own schema: to make one of the list anew with each question costs more than to read a short answer. */
const anyRows = array(unknown());
/** Asks over a connection that is kept for a while. All of it only reads, so what met a connection that was lost meanwhile is asked again. */
function asker(dsn, { connectTimeoutMs, queryTimeoutMs }) {
	const ms = queryTimeoutMs ?? QUESTION_MS;
	const kept = keepConnection({
		...dsn.options,
		connectTimeout: connectTimeoutMs,
		multipleStatements: false,
		supportBigNumbers: true
	}, async (connection) => {
		await answered(ms, connection.query("SET SESSION TRANSACTION READ ONLY"));
		await answered(ms, connection.query(READ_PLAINLY));
	});
	return async (question) => {
		const ask = (again) => kept.lend(async (connection, used) => {
			try {
				return await question(async (row, sql, values = []) => {
					const [rows] = await answered(ms, connection.query({
						sql,
						values: [...values]
					}));
					return anyRows.parse(rows).map((one) => row.parse(one));
				}, (sql) => answered(ms, connection.query(sql)));
			} catch (error) {
				if (used && again && refusalOf(error) === "gone") throw new LostError();
				throw error;
			}
		});
		try {
			return await ask(true).catch((error) => {
				if (error instanceof LostError) return ask(false);
				throw error;
			});
		} catch (error) {
			if (error instanceof ProblemError) throw error;
			throw unreachable(dsn, error);
		}
	};
}
/** The kept connection was closed since it was used last. */
var LostError = class extends Error {};
/** Not by the driver's own `timeout`: it keeps a process from ending until it is over, long after the connection was lost. */
async function answered(ms, asking) {
	const late = AbortSignal.timeout(ms);
	return unlessAborted(late, asking).catch((error) => {
		throw late.aborted ? /* @__PURE__ */ new Error(`no answer within ${ms / 1e3} s`) : error;
	});
}
/** A network that swallows the answer must not hold a run up for hours. Long enough for the catalogue of a large server. */
const QUESTION_MS = 12e4;
const serverRow = strictObject({
	version: string(),
	comment: string()
});
const nameRow = strictObject({ name: string() });
const recordRow = strictObject({
	id: string(),
	position: number(),
	sha256: string(),
	phase: phaseSchema,
	state: _enum(["running", "applied"]),
	number: number().nullable(),
	textSha256: string().nullable(),
	mark: _enum(["started", "done"]).nullable(),
	run: string().nullable(),
	shape: string().nullable()
});
/** What answers. */
async function readServer(query) {
	const [row] = await query(serverRow, "SELECT VERSION() AS version, @@version_comment AS comment");
	const { version, comment } = row ?? {
		version: "",
		comment: ""
	};
	return {
		family: familyOf(version, comment),
		version,
		comment
	};
}
async function lookAt(query) {
	const server = await readServer(query);
	const tables = await query(nameRow, "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()");
	const ours = Object.values(TABLES);
	const names = new Set(tables.map((table) => table.name));
	const prepared = ours.every((name) => names.has(name));
	const shaped = prepared && (await query(nameRow, HAS_SHAPE)).length > 0;
	return {
		server,
		empty: [...names].every((name) => OWN_TABLES.includes(name)),
		prepared: prepared ? shaped ? "yes" : "older" : "no",
		applied: prepared ? await appliedRows(query, shaped) : [],
		origin: names.has("shiplock_data_origin") ? await readOrigin(query) : null
	};
}
/** A MariaDB may be set up to show another version; who built it then still tells. Pure. */
function familyOf(version, comment) {
	return /mariadb/i.test(`${version} ${comment}`) ? "mariadb" : "mysql";
}
const HAS_SHAPE = `SELECT COLUMN_NAME AS name FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '${TABLES.statements}' AND COLUMN_NAME = 'progress'`;
async function appliedRows(query, shaped, only) {
	const these = only === void 0 ? "" : ` WHERE m.id IN (${only.map(() => "?").join(", ")})`;
	const rows = await query(recordRow, `SELECT m.id, m.position, m.sha256, m.phase, m.state, s.number, s.sha256 AS textSha256, s.state AS mark, s.run, ${shaped ? "s.shape" : "NULL AS shape"}
     FROM ${TABLES.migrations} m LEFT JOIN ${TABLES.statements} s ON s.migration = m.id${these} ORDER BY m.position, s.number`, only);
	return [...Map.groupBy(rows, ({ id }) => id).values()].flatMap((group) => {
		const [first] = group;
		if (first === void 0) return [];
		const { id, position, sha256, phase, state } = first;
		return [{
			id,
			position,
			sha256,
			phase,
			state,
			marks: group.flatMap(({ number, textSha256, mark, run, shape }) => number === null || textSha256 === null || mark === null || run === null ? [] : [{
				number,
				sha256: textSha256,
				state: mark,
				run,
				shape
			}])
		}];
	});
}
/** No such table, or no such column in it. */
const notPrepared = object({ errno: union([literal(1146), literal(1054)]) });
async function recordedIn(query, migrations) {
	if (migrations.length === 0) return [];
	try {
		return await appliedRows(query, true, migrations);
	} catch (error) {
		if (!notPrepared.safeParse(error).success) throw error;
		return (await lookAt(query)).applied.filter(({ id }) => migrations.includes(id));
	}
}
async function presenceOf(query, objects) {
	const { table, whole, columns, indexes, constraints } = objects;
	const namesIn = async (view, column) => {
		const sql = `SELECT DISTINCT ${column} AS name FROM information_schema.${view} WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?`;
		const rows = await query(nameRow, sql, [table]);
		return new Set(rows.map((row) => row.name.toLowerCase()));
	};
	const answers = [];
	if (whole) answers.push((await namesIn("TABLES", "TABLE_NAME")).size > 0);
	const look = async (wanted, view, column) => {
		if (wanted.length === 0) return;
		const there = await namesIn(view, column);
		answers.push(...wanted.map((name) => there.has(name.toLowerCase())));
	};
	await look(columns, "COLUMNS", "COLUMN_NAME");
	await look(indexes, "STATISTICS", "INDEX_NAME");
	await look(constraints, "TABLE_CONSTRAINTS", "CONSTRAINT_NAME");
	if (answers.every((answer) => answer)) return answers.length === 0 ? "partly" : "present";
	return answers.some((answer) => answer) ? "partly" : "absent";
}

// src/migrate/files/header.ts
var import_semver = /* @__PURE__ */ __toESM(require_semver(), 1);
/** What a file without a header is. */
const DEFAULT_HEADER = {
	phase: "expand",
	waivers: []
};
const KEYS = [
	"phase",
	"requires",
	"breaks",
	"waive",
	"until",
	"owner",
	"reason"
];
const PHASES = [
	"expand",
	"backfill",
	"contract"
];
const HEADER_LINE = /^--\s*shiplock\s*:(.*)$/i;
/** Comments with two dashes: not what only looks like one, inside a string or a longer comment. */
function commentLines(text) {
	if (!/--\s*shiplock\s*:/i.test(text)) return [];
	const found = [];
	let late = false;
	let line = 1;
	for (let at = text.startsWith("﻿") ? 1 : 0; at < text.length;) {
		const piece = text.startsWith("--", at) && !late ? {
			kind: "comment",
			end: lineEnd(text, at)
		} : nextPiece(text, at);
		if (piece.kind === "comment" && text.startsWith("--", at)) found.push({
			text: text.slice(at, piece.end).trim(),
			line,
			late
		});
		if (piece.kind !== "blank" && piece.kind !== "comment") late = true;
		line += linesBetween(text, at, piece.end);
		at = piece.end;
	}
	return found;
}
/**
* Reads the header lines of a migration: comments at its top, before the first statement. Several lines add up; a key stands
* once, but each line may have its own waiver. `reason=` takes the rest of its line; other values end at a blank.
*/
function parseHeader(text, file) {
	const problems = [];
	const seen = /* @__PURE__ */ new Map();
	const waivers = [];
	for (const { text: comment, line, late } of commentLines(text)) {
		const where = `${file}:${line}`;
		const match = HEADER_LINE.exec(comment);
		if (match === null) continue;
		if (late) {
			problems.push(problem$1("late", where, comment, "header lines before the first statement", "move the line to the top"));
			continue;
		}
		const pairs = pairsOf(match[1] ?? "", where);
		if (!pairs.ok) {
			problems.push(...pairs.problems);
			continue;
		}
		const own = new Map(pairs.value);
		for (const key of [
			"phase",
			"requires",
			"breaks"
		]) {
			const value = own.get(key);
			if (value === void 0) continue;
			const earlier = seen.get(key);
			if (earlier !== void 0) problems.push(problem$1("twice", where, `${key} again`, `${key} once (line ${earlier.line})`, "keep one of the two"));
			seen.set(key, {
				value,
				line
			});
			problems.push(...valueProblems(key, value, where));
		}
		const waiver = waiverOf(own, where);
		if (!waiver.ok) problems.push(...waiver.problems);
		else if (waiver.value !== void 0) waivers.push(waiver.value);
	}
	if (problems.length > 0) return bad(...problems);
	const phase = PHASES.find((candidate) => candidate === seen.get("phase")?.value) ?? "expand";
	const requires = seen.get("requires")?.value;
	const breaks = seen.get("breaks")?.value;
	return ok({
		phase,
		...requires === void 0 ? {} : { requires },
		...breaks === void 0 ? {} : { breaks },
		waivers
	});
}
function problem$1(code, where, found, expected, remedy) {
	return {
		code: `migrate.header-${code}`,
		where,
		found,
		expected,
		remedy
	};
}
function pairsOf(text, where) {
	const pairs = [];
	let rest = text.trim();
	while (rest !== "") {
		const match = /^([A-Za-z][\w-]*)=/.exec(rest);
		if (match === null) return bad(problem$1("not-a-pair", where, rest, "key=value pairs", "write for instance `phase=expand breaks=<1.2`"));
		const key = match[1] ?? "";
		if (!KEYS.includes(key)) {
			const near = nearest(key, KEYS, import_fastest_levenshtein.distance);
			return bad(problem$1("unknown-key", where, key, `one of ${KEYS.join(", ")}`, near === void 0 ? "take it out" : `write ${near} instead`));
		}
		if (pairs.some(([name]) => name === key)) return bad(problem$1("twice", where, `${key} twice on one line`, "each key once", "keep one of the two"));
		rest = rest.slice(match[0].length);
		const value = key === "reason" ? rest : /^\S*/.exec(rest)?.[0] ?? "";
		if (value === "") return bad(problem$1("no-value", where, `${key}=`, "a value without blanks after it", `write ${key}=…`));
		pairs.push([key, value.trim()]);
		rest = rest.slice(value.length).trim();
	}
	return ok(pairs);
}
function valueProblems(key, value, where) {
	if (key === "phase" && !PHASES.some((phase) => phase === value)) {
		const near = nearest(value, PHASES, import_fastest_levenshtein.distance);
		return [problem$1("phase", where, `phase=${value}`, `one of ${PHASES.join(", ")}`, near === void 0 ? "name one of the three phases" : `write phase=${near} instead`)];
	}
	if (key !== "phase" && import_semver.default.validRange(value) === null) return [problem$1("range", where, `${key}=${value}`, "a range of versions such as >=1.4 or <1.2", "write a semver range without blanks")];
	return [];
}
function waiverOf(pairs, where) {
	const [waive, until, owner, reason] = [
		"waive",
		"until",
		"owner",
		"reason"
	].map((key) => pairs.get(key));
	if (waive === void 0 && until === void 0 && owner === void 0 && reason === void 0) return ok(void 0);
	if (waive === void 0 || until === void 0 || owner === void 0 || reason === void 0) return bad(problem$1("waiver", where, `a waiver with only ${[...pairs.keys()].join(", ")}`, "waive, until, owner and reason on one line", "a waiver ends some day and belongs to somebody: add what is missing"));
	const rules = waive.split(",");
	if (rules.some((rule) => !/^[A-Z]+\d+$/.test(rule))) return bad(problem$1("waiver", where, `waive=${waive}`, "rule ids such as D01 or D01,E02", "name the rules"));
	const day = /^\d{4}-\d\d-\d\d$/.test(until) ? /* @__PURE__ */ new Date(`${until}T00:00:00Z`) : /* @__PURE__ */ new Date(NaN);
	if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== until) return bad(problem$1("until", where, `until=${until}`, "a day such as 2027-01-31", "write a day that exists"));
	return ok({
		rules,
		until,
		owner,
		reason
	});
}

// src/migrate/sql/statement.ts
/** Does a statement add exactly one thing? Then that is there, or nothing of the statement. Pure. */
function addsOne({ whole, columns, indexes, constraints }) {
	return (whole ? 1 : 0) + columns.length + indexes.length + constraints.length === 1;
}
const ROWS = /* @__PURE__ */ new Set([
	"INSERT",
	"UPDATE",
	"DELETE",
	"REPLACE"
]);
const REPEATABLE_WORDS = [
	"IF NOT EXISTS",
	"IF EXISTS",
	"OR REPLACE"
];
/** Pure; from the statement's own words. */
function kindOf(sql) {
	const tokens = tokensOf(sql);
	if (tokens.some((token) => token.kind === "conditional")) return { kind: "other" };
	const first = wordAt(tokens, 0);
	if (ROWS.has(first === "WITH" ? behindWith(tokens) : first)) return { kind: "rows" };
	if (first === "CREATE") return createKind(tokens);
	if (first === "ALTER" && wordAt(tokens, 1) === "TABLE") return alterKind(tokens);
	if (first === "DROP" && repeatableHead(tokens)) return { kind: "repeatable" };
	return { kind: "other" };
}
/** The word after the common table expressions, all of which stand in parentheses. */
function behindWith(tokens) {
	let depth = 0;
	for (const token of tokens) {
		if (token.text === "(") depth += 1;
		if (token.text === ")") depth -= 1;
		if (depth === 0 && token.kind === "word" && (token.text === "SELECT" || ROWS.has(token.text))) return token.text;
	}
	return "";
}
const FORBIDDEN = {
	USE: "it would leave the database that the release was given",
	COMMIT: "each statement is journaled on its own, so a file cannot hold a transaction",
	ROLLBACK: "each statement is journaled on its own, so a file cannot hold a transaction",
	BEGIN: "each statement is journaled on its own, so a file cannot hold a transaction",
	START: "each statement is journaled on its own, so a file cannot hold a transaction",
	SAVEPOINT: "each statement is journaled on its own, so a file cannot hold a transaction",
	LOCK: "each statement has a connection of its own, so the lock would be gone at once",
	UNLOCK: "each statement has a connection of its own, so the lock would be gone at once",
	SET: "each statement has a connection of its own, so the setting would be gone at once",
	SOURCE: "it is a command of the client, not SQL",
	LOAD: "it reads a file that the server or the client may not have"
};
/** Statements that a numbered migration must not hold, each with its reason. */
function forbiddenIn(statement, file) {
	const first = wordAt(tokensOf(statement.sql), 0);
	const reason = FORBIDDEN[first];
	if (reason === void 0) return [];
	return [{
		code: "migrate.statement-not-allowed",
		where: `${file}:${statement.line}`,
		found: `${first} …`,
		expected: `no ${first} in a migration: ${reason}`,
		remedy: "take the statement out of the file"
	}];
}
/** The first words, for a title: `CREATE TABLE servers`. */
function titleOf(sql) {
	const words = [];
	for (const token of tokensOf(sql)) {
		if (words.length === 6 || token.text === "(" || token.kind === "string") break;
		words.push(token.raw);
	}
	return words.join(" ");
}
function wordAt(tokens, at) {
	const token = tokens[at];
	return token?.kind === "word" ? token.text : "";
}
/** One of the repeatable phrases stands among the first words, before any parenthesis. */
function repeatableHead(tokens) {
	const end = tokens.findIndex((token) => token.text === "(");
	const head = tokens.slice(0, Math.min(end < 0 ? tokens.length : end, 8)).map((token) => token.kind === "word" ? token.text : "·");
	return REPEATABLE_WORDS.some((phrase) => ` ${head.join(" ")} `.includes(` ${phrase} `));
}
/** A plain name at `at`; undefined for `database.table` and anything else. */
function nameAt(tokens, at) {
	const token = tokens[at];
	if (token === void 0 || token.kind !== "word" && token.kind !== "name") return void 0;
	return tokens[at + 1]?.text === "." ? void 0 : token.raw;
}
function adds(table, found) {
	return {
		kind: "adds",
		objects: {
			table,
			whole: false,
			columns: [],
			indexes: [],
			constraints: [],
			...found
		}
	};
}
function createKind(tokens) {
	if (repeatableHead(tokens)) return { kind: "repeatable" };
	if (wordAt(tokens, 1) === "TABLE") {
		const table = nameAt(tokens, 2);
		return table === void 0 ? { kind: "other" } : adds(table, { whole: true });
	}
	const at = [
		"UNIQUE",
		"FULLTEXT",
		"SPATIAL"
	].includes(wordAt(tokens, 1)) ? 2 : 1;
	if (wordAt(tokens, at) !== "INDEX") return { kind: "other" };
	const index = nameAt(tokens, at + 1);
	const on = tokens.findIndex((token) => token.kind === "word" && token.text === "ON");
	const table = nameAt(tokens, on + 1);
	if (index === void 0 || on < 0 || table === void 0) return { kind: "other" };
	return adds(table, { indexes: [index] });
}
/** Clauses of an ALTER TABLE, cut at commas outside parentheses. */
function clausesOf(tokens) {
	const clauses = [[]];
	let depth = 0;
	for (const token of tokens) {
		if (token.text === "(") depth += 1;
		if (token.text === ")") depth -= 1;
		if (token.text === "," && depth === 0) clauses.push([]);
		else clauses.at(-1)?.push(token);
	}
	return clauses;
}
/** Clauses that say how to do it, not what. */
const MANNER = /* @__PURE__ */ new Set(["ALGORITHM", "LOCK"]);
function alterKind(tokens) {
	const table = nameAt(tokens, 2);
	if (table === void 0) return { kind: "other" };
	const clauses = clausesOf(tokens.slice(3)).filter((clause) => !MANNER.has(wordAt(clause, 0)));
	const columns = [];
	const indexes = [];
	const constraints = [];
	for (const clause of clauses) {
		const added = addedBy(clause);
		if (added === void 0) return { kind: "other" };
		if (added.kind === "column") columns.push(added.name);
		if (added.kind === "index") indexes.push(added.name);
		if (added.kind === "constraint") constraints.push(added.name);
	}
	return adds(table, {
		columns,
		indexes,
		constraints
	});
}
function addedBy(clause) {
	if (wordAt(clause, 0) !== "ADD") return void 0;
	const named = (kind, at) => {
		const name = nameAt(clause, at);
		return name === void 0 || clause[at]?.text === "IF" ? void 0 : {
			kind,
			name
		};
	};
	const second = wordAt(clause, 1);
	if (second === "COLUMN") return named("column", 2);
	if (second === "CONSTRAINT") return named("constraint", 2);
	if (second === "INDEX" || second === "KEY") return named("index", 2);
	if ([
		"UNIQUE",
		"FULLTEXT",
		"SPATIAL"
	].includes(second)) return named("index", ["INDEX", "KEY"].includes(wordAt(clause, 2)) ? 3 : 2);
	if ([
		"PRIMARY",
		"FOREIGN",
		"CHECK",
		"PARTITION",
		"PERIOD",
		"SYSTEM",
		""
	].includes(second)) return clause[1]?.kind === "name" ? named("column", 1) : void 0;
	return named("column", 1);
}

// src/migrate/guards/verify.ts
/** Pure. */
function parseVerification(text, file) {
	const split = splitSql(text, file);
	const problems = [...split.problems];
	const queries = split.statements.map(({ sql, line }) => ({
		query: sql,
		where: `${file}:${line}`
	}));
	for (const { query, where } of queries) problems.push(...wrongIn(query, where));
	if (queries.length === 0 && problems.length === 0) problems.push(problem("empty", `${file}:1`, "no query", "at least one SELECT", "write one, or delete the file"));
	if (problems.length > 0) return bad(...problems);
	return ok({
		file,
		sha256: createHash("sha256").update(text).digest("hex"),
		queries
	});
}
function wrongIn(query, where) {
	const tokens = tokensOf(query);
	const word = (at) => tokens[at]?.kind === "word" ? tokens[at]?.text ?? "" : "";
	const found = query.replace(/\s+/g, " ").slice(0, 80);
	const writes = tokens.some(({ kind, text }) => kind === "word" && (text === "INTO" || text === "UPDATE"));
	if (word(0) !== "SELECT" && word(0) !== "WITH" || writes || tokens.some(({ kind }) => kind === "conditional")) return [problem("not-a-query", where, found, "SELECT or WITH … SELECT that only looks", "write a query that selects what is wrong")];
	const grouped = tokens.some(({ kind, text }) => kind === "word" && (text === "HAVING" || text === "GROUP"));
	if (word(0) === "SELECT" && word(1) === "COUNT" && !grouped) return [problem("counts", where, found, "a query that gives no row when all is well", "select the rows themselves: a count is always a row")];
	return [];
}
function problem(code, where, found, expected, remedy) {
	return {
		code: `migrate.verify-${code}`,
		where,
		found,
		expected,
		remedy
	};
}

// src/migrate/files/text.ts
/** Bytes of a file as SQL text. */
/** Pure. Refuses what is not UTF-8 and what no server takes, and says where it stands. A byte order mark stays. */
function sqlText(bytes, file) {
	const reader = createTextReader(file);
	const text = reader.push(bytes);
	if (!text.ok) return text;
	const rest = reader.end();
	return rest.ok ? ok(text.value + rest.value) : rest;
}
/**
* The statements of a file that may be large: it is never in memory as a whole. Throws ProblemError at the first thing that is wrong with its
* text; other errors are those of reading. `onBytes` sees all bytes in order.
*/
async function* statementsOf(file, onBytes = () => void 0) {
	const reader = createTextReader(file);
	const splitter = createSplitter(file);
	const read = (text) => {
		if (!text.ok) throw new ProblemError(text.problems);
		return text.value;
	};
	const statements = function* (found) {
		yield* found;
		if (splitter.problems.length > 0) throw new ProblemError(splitter.problems);
	};
	for await (const chunk of createReadStream(file, { highWaterMark: 1 << 18 })) {
		if (!(chunk instanceof Uint8Array)) continue;
		onBytes(chunk);
		yield* statements(splitter.push(read(reader.push(chunk))));
	}
	yield* statements(splitter.push(read(reader.end())));
	yield* statements(splitter.end());
}
function createTextReader(file) {
	const decoder = new TextDecoder("utf-8", {
		fatal: true,
		ignoreBOM: true
	});
	let line = 1;
	let first = true;
	const decode = (bytes) => {
		let text;
		try {
			text = bytes === void 0 ? decoder.decode() : decoder.decode(bytes, { stream: true });
		} catch {
			return bad(notText(`${file}:${line + linesBeforeWrong(bytes)}`, "bytes that are not UTF-8"));
		}
		const nul = text.indexOf("\0");
		const before = nul < 0 ? text : text.slice(0, nul);
		for (let at = before.indexOf("\n"); at >= 0; at = before.indexOf("\n", at + 1)) line += 1;
		if (nul >= 0) return bad(notText(`${file}:${line}`, "a zero byte"));
		return ok(text);
	};
	return {
		push: (bytes) => {
			const wide = first && isUtf16(bytes);
			first = first && bytes.length === 0;
			return wide ? bad(notText(`${file}:1`, "UTF-16 text")) : decode(bytes);
		},
		end: () => decode(void 0)
	};
}
/** How many lines end before the first byte that is not UTF-8. */
function linesBeforeWrong(bytes = /* @__PURE__ */ new Uint8Array()) {
	const text = new TextDecoder("utf-8").decode(bytes);
	const wrong = text.indexOf("�");
	return (wrong < 0 ? text : text.slice(0, wrong)).split("\n").length - 1;
}
function isUtf16([first, second]) {
	return first === 255 && second === 254 || first === 254 && second === 255;
}
function notText(where, found) {
	return {
		code: "migrate.not-text",
		where,
		found,
		expected: "SQL in UTF-8",
		remedy: "save the file as UTF-8; write binary values as hexadecimal, x'…'"
	};
}
const MARK = "﻿";
/** The digests that this text would have with other line ends or another byte order mark. Pure. */
function alikeTexts(text) {
	const marked = text.startsWith(MARK);
	const bare = marked ? text.slice(1) : text;
	const unix = bare.replaceAll("\r\n", "\n");
	const ends = [
		{
			body: bare,
			how: ""
		},
		{
			body: unix,
			how: "line ends (LF)"
		},
		{
			body: unix.replaceAll("\n", "\r\n"),
			how: "line ends (CRLF)"
		}
	];
	const own = digest(text);
	const found = [];
	for (const { body, how } of ends) for (const withMark of [false, true]) {
		const sha256 = digest(withMark ? MARK + body : body);
		if (sha256 === own || found.some((other) => other.sha256 === sha256)) continue;
		const mark = withMark === marked ? "" : withMark ? "a byte order mark at its beginning" : "no byte order mark";
		found.push({
			sha256,
			how: [how, mark].filter((part) => part !== "").join(" and ")
		});
	}
	return found;
}
function digest(text) {
	return createHash("sha256").update(text).digest("hex");
}

// src/migrate/files/files.ts
/** As our own table holds an id. */
const LONGEST_ID = 120;
const NAME = /^(\d{4})_([a-z0-9][a-z0-9_-]*?)(\.down|\.verify)?\.sql$/;
/**
* Reads a directory of migrations: `NNNN_name.sql` with an optional `NNNN_name.down.sql` and `NNNN_name.verify.sql` beside it, numbered from 0001 without
* gaps. Throws a ProblemError with every mistake found, each with file and line.
*/
async function readMigrations(dir) {
	let names;
	try {
		names = (await readdir(dir, { withFileTypes: true })).filter((entry) => !entry.isDirectory() && !entry.name.startsWith(".")).map((entry) => entry.name).sort();
	} catch (error) {
		throw new ProblemError({
			code: "migrate.no-directory",
			where: dir,
			found: error instanceof Error ? error.message : String(error),
			expected: "a readable directory of numbered SQL files",
			remedy: "mend `database.migrations`, or create the directory"
		});
	}
	const { migrations, problems } = parseMigrations(await Promise.all(names.map(async (name) => ({
		name,
		bytes: await readFile(join(dir, name))
	}))), dir);
	if (problems.length > 0) throw new ProblemError(problems);
	return migrations;
}
/** Pure: the same from bytes. `dir` is used in messages only. */
function parseMigrations(files, dir) {
	const problems = [];
	const migrations = [];
	const downs = new Set(files.map((file) => file.name).filter((name) => name.endsWith(".down.sql")));
	const verifications = /* @__PURE__ */ new Map();
	for (const { name, bytes } of files) {
		const match = NAME.exec(name);
		const file = join(dir, name);
		if (match === null || name.length - 4 > LONGEST_ID) {
			if (/\.sql$/i.test(name)) problems.push(badName(file));
			continue;
		}
		const read = sqlText(bytes, file);
		if (!read.ok) {
			problems.push(...read.problems);
			continue;
		}
		const text = read.value;
		if (match[3] === ".verify") {
			const verify = parseVerification(text, file);
			if (verify.ok) verifications.set(name.replace(/\.verify\.sql$/, ""), verify.value);
			else problems.push(...verify.problems);
			continue;
		}
		const split = splitSql(text, file);
		problems.push(...split.problems);
		if (match[3] !== void 0) continue;
		const header = parseHeader(text, file);
		if (!header.ok) problems.push(...header.problems);
		problems.push(...split.statements.flatMap((statement) => forbiddenIn(statement, file)));
		if (split.statements.length === 0 && split.problems.length === 0) problems.push(noStatement(file, bytes.length));
		const id = name.slice(0, -4);
		migrations.push({
			id,
			number: Number(match[1]),
			file,
			sha256: createHash("sha256").update(bytes).digest("hex"),
			alike: alikeTexts(text),
			header: header.ok ? header.value : DEFAULT_HEADER,
			statements: split.statements,
			down: downs.has(`${id}.down.sql`) ? join(dir, `${id}.down.sql`) : null
		});
	}
	const ids = new Set(migrations.map((migration) => migration.id));
	for (const down of downs) {
		const id = down.slice(0, -9);
		if (!ids.has(id)) problems.push(lonely(join(dir, down), id, "takes back"));
	}
	for (const [id, { file }] of verifications) if (!ids.has(id)) problems.push(lonely(file, id, "verifies"));
	migrations.sort((a, b) => a.number - b.number || a.id.localeCompare(b.id));
	const checked = migrations.map((migration) => {
		const verify = verifications.get(migration.id);
		return verify === void 0 ? migration : {
			...migration,
			verify
		};
	});
	return {
		migrations: checked,
		problems: [...problems, ...numberProblems(checked)]
	};
}
/** What release.json says of a migration. */
function migrationRef(migration) {
	const { phase, requires, breaks } = migration.header;
	return {
		id: migration.id,
		sha256: migration.sha256,
		phase,
		...requires === void 0 ? {} : { requires },
		...breaks === void 0 ? {} : { breaks }
	};
}
function numberProblems(migrations) {
	const problems = [];
	for (const [index, migration] of migrations.entries()) {
		const before = migrations[index - 1];
		const expected = (before?.number ?? 0) + 1;
		if (before !== void 0 && before.number === migration.number) problems.push({
			code: "migrate.duplicate-number",
			where: `${migration.file}:1`,
			found: `number ${pad(migration.number)}, as in ${before.file}`,
			expected: "each number once",
			remedy: "give the newer of the two the next free number"
		});
		else if (migration.number !== expected) problems.push({
			code: "migrate.gap",
			where: `${migration.file}:1`,
			found: `number ${pad(migration.number)}${before === void 0 ? " first" : ` after ${pad(before.number)}`}`,
			expected: `number ${pad(expected)}`,
			remedy: "restore the file that is missing, or renumber this one if it was never applied anywhere"
		});
	}
	return problems;
}
function pad(number) {
	return String(number).padStart(4, "0");
}
function badName(file) {
	return {
		code: "migrate.file-name",
		where: file,
		found: "a name that is not NNNN_name.sql, or too long",
		expected: `four digits, an underscore and a name of a-z, 0-9, _ and -, up to ${LONGEST_ID} characters, for instance 0007_add_owner.sql`,
		remedy: "rename the file, or move it out of the directory"
	};
}
function noStatement(file, bytes) {
	return {
		code: "migrate.no-statement",
		where: `${file}:1`,
		found: bytes === 0 ? "an empty file" : "no SQL statement, only comments or blanks",
		expected: "at least one statement",
		remedy: "write the statement, or delete the file if it was never applied anywhere"
	};
}
function lonely(file, id, does) {
	return {
		code: does === "verifies" ? "migrate.verify-without-up" : "migrate.down-without-up",
		where: file,
		found: `a file that ${does} ${id}, which does not exist`,
		expected: `${id}.sql beside it`,
		remedy: `rename it after the migration that it ${does}`
	};
}

export { tableBytes as $, markOrigin as A, deletedFrom as B, GENERATED_TABLE as C, toolNames as D, isPlainName as E, takeLock as F, takesAway as G, pointSql as H, TOOL_TABLES as I, nextPiece as J, splitSql as K, takeOver as L, ownOrigin as M, readOrigin as N, triggerNames as O, lockName as P, headroomProblem as Q, CREATE_RESTORE_TABLE as R, structureChanges as S, unreachable as St, textOfParts as T, restoreGap as U, pointLines as V, restoreProblem as W, freeSpace as X, buildsOnlyIndexes as Y, headroomOf as Z, appliedDigest as _, pendingMigrations as _t, statementsOf as a, markApplied as at, rowsFor as b, sha256Of as bt, kindOf as c, markQuery as ct, parseHeader as d, progressQuery as dt, ADD_COLUMNS as et, openDatabase as f, quoted as ft, CREATE_STRUCTURE_TABLE as g, driftOf as gt, toolLockOf as h, EMPTY_SCHEMA as ht, sqlText as i, markAllDone as it, originProblems as j, CREATE_ORIGIN as k, titleOf as l, markRunning as lt, structureHashOfNone as m, sessionSettings as mt, parseMigrations as n, TABLES as nt, addsOne as o, markClosed as ot, readServer as p, saveProgress as pt, tokensOf as q, readMigrations as r, atOnce as rt, forbiddenIn as s, markDone as st, migrationRef as t, CREATE_TABLES as tt, DEFAULT_HEADER as u, markStarted as ut, liveDrift as v, schemaAfter as vt, readStructure as w, changeText as x, resolveDsn as xt, markDrifted as y, schemaState as yt, PLACE as z };