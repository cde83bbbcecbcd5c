// src/migrate/sql/parse/names.ts
/** Names that follow rules of their own, and queries in parentheses. */
/** The name of a collation or of a character set: BINARY is reserved, and yet a name here. */
function collationName(r) {
	if (r.take("BINARY")) return "binary";
	return r.nameOrString("a name");
}
const SCOPES$1 = /* @__PURE__ */ new Set([
	"GLOBAL",
	"SESSION",
	"LOCAL",
	"PERSIST",
	"PERSIST_ONLY"
]);
/** Behind `@@`. */
function systemVariable(r) {
	const scoped = !r.mariadb && r.isOneOf(SCOPES$1);
	r.anyName("the name of a variable");
	if (scoped && !r.symbol(".")) r.fail(".");
	while (r.takeSymbol(".")) r.anyName("the name of a variable");
}
/** A query stands here, or inside the parentheses that begin here. */
function isQuery(r, ahead) {
	let at = ahead;
	while (r.symbol("(", at)) at += 1;
	const word = r.word(at);
	if (word === "SELECT" || word === "WITH") return true;
	if (word === "TABLE") return !r.mariadb;
	return word === "VALUES" && (r.mariadb ? r.symbol("(", at + 1) : r.word(at + 1) === "ROW");
}
/** A query in parentheses. */
function subquery(r) {
	r.seen.subquery = true;
	if (!isQuery(r, 1)) r.fail("a query in parentheses");
	const { star } = r.seen;
	r.parenthesised(() => r.query());
	r.seen.star = star;
}
/** The name of a character set. */
function charsetName(r) {
	return collationName(r);
}
/** `CHARSET`, `CHARACTER SET`, `CHAR SET`, when it stands here. */
function takeCharset(r) {
	return r.take("CHARSET") || r.take("CHARACTER", "SET") || r.take("CHAR", "SET");
}
/** `'app'@'%'`, `app@localhost`, CURRENT_USER; as it was written. */
function account(r) {
	const place = r.place;
	if (r.take("CURRENT_USER") || r.mariadb && r.take("CURRENT_ROLE")) {
		if (r.takeSymbol("(")) r.needSymbol(")");
	} else {
		r.nameOrString("an account");
		if (r.peek().kind === "variable") r.next();
	}
	return r.textFrom(place);
}
/** `= value`: the sign may be left out. */
function equals(r) {
	r.takeSymbol("=");
}
/** The word and what stands in front of it, `IF NOT EXISTS`. */
function ifNotExists(r) {
	return r.take("IF", "NOT", "EXISTS");
}
function ifExists(r) {
	return r.take("IF", "EXISTS");
}
/** The name of an account, as a name. */
function accountName(r) {
	const place = r.place;
	return {
		schema: null,
		name: account(r),
		span: r.spanFrom(place)
	};
}
/** The text of a program in another language: a string, `$$ … $$`, or bytes. */
function foreignText(r) {
	const { kind } = r.peek();
	if (r.word().startsWith("_") && (r.isString(1) || r.peek(1).kind === "bits")) r.next();
	else if (kind !== "string" && kind !== "dollars" && kind !== "bits") r.fail("the text of the program");
	r.next();
}

// src/migrate/sql/parse/types.ts
const integer = (name) => ({
	name,
	shape: "length",
	numeric: true
});
const decimal = (name) => ({
	name,
	shape: "scale",
	numeric: true
});
const text$1 = (name, shape) => ({
	name,
	shape,
	text: true
});
const plain = (name, shape = "bare") => ({
	name,
	shape
});
const KINDS$1 = {
	TINYINT: integer("TINYINT"),
	INT1: integer("TINYINT"),
	SMALLINT: integer("SMALLINT"),
	INT2: integer("SMALLINT"),
	MEDIUMINT: integer("MEDIUMINT"),
	MIDDLEINT: integer("MEDIUMINT"),
	INT3: integer("MEDIUMINT"),
	INT: integer("INT"),
	INTEGER: integer("INT"),
	INT4: integer("INT"),
	BIGINT: integer("BIGINT"),
	INT8: integer("BIGINT"),
	DECIMAL: decimal("DECIMAL"),
	DEC: decimal("DECIMAL"),
	NUMERIC: decimal("DECIMAL"),
	FIXED: decimal("DECIMAL"),
	FLOAT: decimal("FLOAT"),
	FLOAT4: decimal("FLOAT"),
	DOUBLE: {
		name: "DOUBLE",
		shape: "pair",
		numeric: true
	},
	FLOAT8: {
		name: "DOUBLE",
		shape: "pair",
		numeric: true
	},
	REAL: {
		name: "DOUBLE",
		shape: "pair",
		numeric: true
	},
	BIT: plain("BIT", "length"),
	DATE: plain("DATE"),
	TIME: plain("TIME", "length"),
	DATETIME: plain("DATETIME", "length"),
	TIMESTAMP: plain("TIMESTAMP", "length"),
	YEAR: {
		name: "YEAR",
		shape: "length",
		numeric: true
	},
	CHAR: text$1("CHAR", "length"),
	CHARACTER: text$1("CHAR", "length"),
	VARCHAR: text$1("VARCHAR", "needed"),
	VARCHARACTER: text$1("VARCHAR", "needed"),
	BINARY: plain("BINARY", "length"),
	VARBINARY: plain("VARBINARY", "needed"),
	TINYTEXT: text$1("TINYTEXT", "bare"),
	TEXT: text$1("TEXT", "length"),
	MEDIUMTEXT: text$1("MEDIUMTEXT", "bare"),
	LONGTEXT: text$1("LONGTEXT", "bare"),
	TINYBLOB: plain("TINYBLOB"),
	BLOB: plain("BLOB", "length"),
	MEDIUMBLOB: plain("MEDIUMBLOB"),
	LONGBLOB: plain("LONGBLOB"),
	ENUM: text$1("ENUM", "members"),
	SET: text$1("SET", "members"),
	JSON: plain("JSON"),
	GEOMETRY: plain("GEOMETRY"),
	POINT: plain("POINT"),
	LINESTRING: plain("LINESTRING"),
	POLYGON: plain("POLYGON"),
	MULTIPOINT: plain("MULTIPOINT"),
	MULTILINESTRING: plain("MULTILINESTRING"),
	MULTIPOLYGON: plain("MULTIPOLYGON"),
	GEOMETRYCOLLECTION: plain("GEOMETRYCOLLECTION")
};
const MYSQL_KINDS = {
	GEOMCOLLECTION: plain("GEOMETRYCOLLECTION"),
	VECTOR: plain("VECTOR", "length")
};
const MARIADB_KINDS = {
	UUID: plain("UUID"),
	INET4: plain("INET4"),
	INET6: plain("INET6"),
	VECTOR: plain("VECTOR", "needed"),
	NUMBER: decimal("DECIMAL"),
	VARCHAR2: text$1("VARCHAR", "needed"),
	RAW: plain("VARBINARY", "needed"),
	CLOB: text$1("LONGTEXT", "bare")
};
/** MariaDB's geometries take a length in parentheses, and ignore it. */
const GEOMETRIES = new Set("GEOMETRY POINT LINESTRING POLYGON MULTIPOINT MULTILINESTRING MULTIPOLYGON GEOMETRYCOLLECTION".split(" "));
function kindOf(r) {
	const word = r.word();
	const own = r.mariadb ? MARIADB_KINDS : MYSQL_KINDS;
	const kind = Object.hasOwn(KINDS$1, word) ? KINDS$1[word] : Object.hasOwn(own, word) ? own[word] : void 0;
	return kind !== void 0 && r.mariadb && GEOMETRIES.has(kind.name) ? plain(kind.name, "length") : kind;
}
const NATIONAL = "utf8mb3";
/** Types that are written in several words, or that stand for another. */
function special(r) {
	if (r.takeOneOf(["BOOL", "BOOLEAN"]) !== null) return {
		name: "TINYINT",
		args: [1]
	};
	if (r.take("DOUBLE", "PRECISION")) return {
		name: "DOUBLE",
		args: sized(r, "pair"),
		numeric: true
	};
	if (r.takeOneOf([
		"NATIONAL CHARACTER VARYING",
		"NATIONAL CHAR VARYING",
		"NCHAR VARYING"
	]) !== null) return {
		name: "VARCHAR",
		args: sized(r, "needed"),
		text: true,
		charset: NATIONAL
	};
	if (r.takeOneOf([
		"NATIONAL VARCHARACTER",
		"NATIONAL VARCHAR",
		"NVARCHAR",
		"NCHAR VARCHAR",
		"NCHAR VARCHARACTER"
	]) !== null) return {
		name: "VARCHAR",
		args: sized(r, "needed"),
		text: true,
		charset: NATIONAL
	};
	if (r.takeOneOf([
		"NATIONAL CHARACTER",
		"NATIONAL CHAR",
		"NCHAR"
	]) !== null) return {
		name: "CHAR",
		args: sized(r, "length"),
		text: true,
		charset: NATIONAL
	};
	if (r.takeOneOf(["CHARACTER VARYING", "CHAR VARYING"]) !== null) return {
		name: "VARCHAR",
		args: sized(r, "needed"),
		text: true
	};
	if (!r.take("LONG")) return null;
	if (r.take("VARBINARY")) return { name: "MEDIUMBLOB" };
	r.takeOneOf([
		"CHARACTER VARYING",
		"CHAR VARYING",
		"VARCHARACTER",
		"VARCHAR"
	]);
	return {
		name: "MEDIUMTEXT",
		text: true
	};
}
function sized(r, shape) {
	if (!r.symbol("(")) {
		if (shape === "needed" || shape === "members") r.fail("( and a length");
		return [];
	}
	if (shape === "bare") return [];
	return r.parenthesised(() => {
		const args = [r.number("a length")];
		if (shape === "pair" || shape === "scale" && r.symbol(",")) {
			r.needSymbol(",");
			args.push(r.number());
		}
		return args;
	});
}
function partsOf(r) {
	const found = special(r);
	if (found !== null) return found;
	const kind = kindOf(r) ?? r.fail("a data type");
	r.next();
	const { name, numeric = false, text: textual = false } = kind;
	if (kind.shape === "members") return {
		name,
		members: r.parenthesised(() => r.list(() => member$1(r))),
		text: true
	};
	return {
		name,
		args: sized(r, kind.shape),
		numeric,
		text: textual
	};
}
function member$1(r) {
	if (r.peek().kind === "bits") return r.next().text;
	return r.string();
}
/** The type of a column; SERIAL is none (see columns). */
function dataType(r) {
	const place = r.place;
	const parts = partsOf(r);
	let unsigned = false;
	let zerofill = false;
	let charset = parts.charset ?? null;
	let collation = null;
	let name = parts.name;
	for (;;) if (parts.numeric === true && r.take("UNSIGNED")) unsigned = true;
	else if (parts.numeric === true && r.take("ZEROFILL")) zerofill = true;
	else if (parts.numeric === true && r.take("SIGNED")) continue;
	else if (parts.text === true && r.take("BYTE")) name = bytes(name);
	else if (parts.text === true && takeCharset(r)) charset = charsetName(r);
	else if (parts.text === true && r.is("COLLATE") && !r.symbol("=", 1)) {
		r.next();
		collation = collationName(r);
	} else if (parts.text === true && r.take("ASCII")) charset = "latin1";
	else if (parts.text === true && r.take("UNICODE")) charset = "ucs2";
	else if (parts.text === true && r.take("BINARY")) collation ??= "binary";
	else break;
	const { args = [], members = [] } = parts;
	return {
		name,
		args,
		members,
		unsigned: unsigned || zerofill,
		zerofill,
		charset,
		collation,
		span: r.spanFrom(place)
	};
}
/** `CHAR(10) BYTE` is BINARY(10). */
function bytes(name) {
	return name.replace("VARCHAR", "VARBINARY").replace(/^CHAR$/, "BINARY").replace("TEXT", "BLOB");
}
const CAST_INTEGERS = [
	"SIGNED INTEGER",
	"SIGNED INT",
	"SIGNED",
	"UNSIGNED INTEGER",
	"UNSIGNED INT",
	"UNSIGNED"
];
const CAST_KINDS = new Set(`BINARY CHAR CHARACTER NCHAR DATE DATETIME TIME DECIMAL DEC JSON REAL DOUBLE FLOAT YEAR POINT LINESTRING POLYGON MULTIPOINT MULTILINESTRING
  MULTIPOLYGON GEOMETRYCOLLECTION GEOMCOLLECTION NATIONAL VECTOR`.split(/\s+/));
const CAST_MARIADB = /* @__PURE__ */ new Set([
	"INT",
	"INTEGER",
	"VARCHAR",
	"UUID",
	"INET4",
	"INET6",
	"INTERVAL",
	"NUMBER",
	"CLOB",
	"GEOMETRY"
]);
/** The type in CAST and CONVERT. */
function castType(r) {
	if (r.takeOneOf(CAST_INTEGERS) !== null) return;
	if (!r.isOneOf(CAST_KINDS) && !(r.mariadb && r.isOneOf(CAST_MARIADB))) r.fail("a type to cast to");
	if (r.take("INTERVAL", "DAY_SECOND")) {
		if (r.symbol("(")) r.parenthesised(() => r.number());
		return;
	}
	if (r.take("FLOAT") || r.take("REAL")) {
		if (r.symbol("(")) r.parenthesised(() => r.number());
		return;
	}
	dataType(r);
}

// src/migrate/sql/parse/bodies.ts
/** Bodies of stored programs, statement by statement. */
/** One statement of a body. */
function programBody(r) {
	r.nested(() => {
		const label = labelOf(r);
		if (block(r, label) || control(r) || handled(r)) return;
		if (label) r.fail("BEGIN, LOOP, REPEAT, WHILE");
		r.statement();
	});
}
function labelOf(r) {
	if (!r.symbol(":", 1) || !(r.isName() || r.isString())) return false;
	if (!r.mariadb && r.isOneOf(NO_LABELS)) r.fail("a label");
	r.next();
	r.next();
	return true;
}
/** Words that MySQL takes as names of anything but labels. */
const NO_LABELS = new Set(`ASCII BEGIN BINLOG BYTE CACHE CHARSET CHECKSUM CLONE COMMENT COMMIT CONTAINS DEALLOCATE DO END EXECUTE FLUSH FOLLOWS HANDLER HELP
  IMPORT INSTALL LANGUAGE NO PRECEDES PREPARE REPAIR RESET RESTART ROLLBACK SAVEPOINT SHUTDOWN SIGNED SLAVE START STOP TRUNCATE
  UNICODE UNINSTALL XA`.split(/\s+/));
/** Statements up to one of these words, each with its `;`. */
function statements(r, ends) {
	let count = 0;
	while (!ends.some((word) => r.is(word))) {
		programBody(r);
		r.needSymbol(";");
		count += 1;
	}
	if (count === 0) r.fail("a statement");
}
/** What may carry a label. */
function block(r, label) {
	if (r.is("BEGIN") && !r.is("BEGIN", "WORK")) {
		begin(r);
		endLabel(r, label);
	} else if (r.take("LOOP")) {
		statements(r, ["END"]);
		r.need("END", "LOOP");
		endLabel(r, label);
	} else if (r.is("REPEAT") && !r.symbol("(", 1)) {
		r.need("REPEAT");
		statements(r, ["UNTIL"]);
		r.need("UNTIL");
		r.expr();
		r.need("END", "REPEAT");
		endLabel(r, label);
	} else if (r.take("WHILE")) {
		r.expr();
		r.need("DO");
		statements(r, ["END"]);
		r.need("END", "WHILE");
		endLabel(r, label);
	} else if (r.mariadb && r.take("FOR")) forLoop(r, label);
	else return label && r.fail("BEGIN, LOOP, REPEAT, WHILE");
	return true;
}
/** Only what has a label may repeat it. */
function endLabel(r, label) {
	if (!label) return;
	if (r.isName() || r.isString()) r.next();
}
function begin(r) {
	r.need("BEGIN");
	if (r.mariadb && r.take("NOT")) r.need("ATOMIC");
	while (r.is("DECLARE")) {
		declare(r);
		r.needSymbol(";");
	}
	while (!r.is("END")) {
		programBody(r);
		r.needSymbol(";");
	}
	r.need("END");
}
/** MariaDB: `FOR i IN 1..10 DO … END FOR`. */
function forLoop(r, label) {
	r.name();
	r.need("IN");
	r.take("REVERSE");
	if (r.symbol("(")) r.parenthesised(() => r.query());
	else {
		r.expr();
		if (r.takeSymbol("..")) r.expr();
	}
	r.need("DO");
	statements(r, ["END"]);
	r.need("END", "FOR");
	endLabel(r, label);
}
function control(r) {
	if (r.take("IF")) ifStatement(r);
	else if (r.take("CASE")) caseStatement(r);
	else if (r.take("LEAVE") || r.take("ITERATE")) r.nameOrString("a label");
	else if (r.take("RETURN")) r.expr();
	else if (r.take("OPEN")) {
		r.name("a cursor");
		if (r.mariadb && r.symbol("(")) r.parenthesised(() => r.list(() => r.expr()));
	} else if (r.take("CLOSE")) r.name("a cursor");
	else if (r.take("FETCH")) fetch(r);
	else return false;
	return true;
}
function ifStatement(r) {
	r.expr();
	r.need("THEN");
	statements(r, [
		"ELSEIF",
		"ELSE",
		"END"
	]);
	while (r.take("ELSEIF")) {
		r.expr();
		r.need("THEN");
		statements(r, [
			"ELSEIF",
			"ELSE",
			"END"
		]);
	}
	if (r.take("ELSE")) statements(r, ["END"]);
	r.need("END", "IF");
}
function caseStatement(r) {
	if (!r.is("WHEN")) r.expr();
	do {
		r.need("WHEN");
		r.expr();
		r.need("THEN");
		statements(r, [
			"WHEN",
			"ELSE",
			"END"
		]);
	} while (r.is("WHEN"));
	if (r.take("ELSE")) statements(r, ["END"]);
	r.need("END", "CASE");
}
function fetch(r) {
	if (r.take("NEXT")) r.need("FROM");
	else r.take("FROM");
	r.name("a cursor");
	r.need("INTO");
	r.list(() => {
		if (r.peek().kind === "variable") r.next();
		else r.name("a variable");
	});
}
function declare(r) {
	r.need("DECLARE");
	if (r.takeOneOf(["CONTINUE HANDLER", "EXIT HANDLER"]) !== null) {
		r.need("FOR");
		r.list(() => conditionOf(r));
		programBody(r);
		return;
	}
	const names = r.list(() => r.name("a name")).length;
	if (names === 1 && r.take("CONDITION")) {
		r.need("FOR");
		if (!sqlState(r)) r.number();
	} else if (names === 1 && r.take("CURSOR")) {
		if (r.mariadb && r.symbol("(")) r.parenthesised(() => r.list(() => member(r)));
		r.need("FOR");
		r.query();
	} else {
		variableType(r);
		if (r.take("DEFAULT")) r.expr();
	}
}
function member(r) {
	r.name();
	variableType(r);
}
/** Type of a variable; MariaDB also takes the type of a column or of a row. */
function variableType(r) {
	if (r.mariadb && r.take("TYPE", "OF")) {
		r.name();
		while (r.takeSymbol(".")) r.anyName();
		return;
	}
	if (r.mariadb && r.take("ROW")) {
		if (r.take("TYPE", "OF")) r.objectName();
		else r.parenthesised(() => r.list(() => member(r)));
		return;
	}
	dataType(r);
	if (takeCharset(r)) charsetName(r);
	if (r.take("COLLATE")) charsetName(r);
}
function conditionOf(r) {
	if (sqlState(r)) return;
	if (r.takeOneOf([
		"SQLWARNING",
		"NOT FOUND",
		"SQLEXCEPTION"
	]) !== null) return;
	if (r.peek().kind === "number") r.next();
	else r.name("a condition");
}
function sqlState(r) {
	if (!r.take("SQLSTATE")) return false;
	r.take("VALUE");
	r.string("an SQLSTATE");
	return true;
}
const SIGNAL_ITEMS = [
	"CLASS_ORIGIN",
	"SUBCLASS_ORIGIN",
	"CONSTRAINT_CATALOG",
	"CONSTRAINT_SCHEMA",
	"CONSTRAINT_NAME",
	"CATALOG_NAME",
	"SCHEMA_NAME",
	"TABLE_NAME",
	"COLUMN_NAME",
	"CURSOR_NAME",
	"MESSAGE_TEXT",
	"MYSQL_ERRNO"
];
function conditionNumber(r) {
	const { kind } = r.peek();
	if (r.takeSymbol("@@")) r.anyName();
	else if (kind === "number" || kind === "variable" || kind === "string" || r.isName()) r.next();
	else r.fail("the number of a condition");
	if (r.symbol("(") || r.symbol("+")) r.fail("a variable");
}
/** SIGNAL, RESIGNAL and GET DIAGNOSTICS, which may stand outside of bodies, too. */
function handled(r) {
	const again = r.is("RESIGNAL");
	if (again || r.is("SIGNAL")) {
		r.next();
		if (!(sqlState(r) || r.isName() && r.name() !== "") && !again) r.fail("SQLSTATE, a condition");
		if (r.take("SET")) r.list(() => {
			r.needOneOf(SIGNAL_ITEMS);
			r.needSymbol("=");
			r.bits();
		});
		return true;
	}
	if (!r.is("GET")) return false;
	r.need("GET");
	r.takeOneOf(["CURRENT", "STACKED"]);
	r.need("DIAGNOSTICS");
	const condition = r.take("CONDITION");
	if (condition) conditionNumber(r);
	r.list(() => {
		if (r.peek().kind === "variable") r.next();
		else r.name("a variable");
		r.needSymbol("=");
		r.needOneOf(condition ? [
			"RETURNED_SQLSTATE",
			"ROW_NUMBER",
			...SIGNAL_ITEMS
		] : ["NUMBER", "ROW_COUNT"]);
	});
	return true;
}

// src/migrate/sql/parse/accounts.ts
/** Users and roles. */
function createAccounts(r, object) {
	if (object === "ROLE") {
		const names = r.list(() => {
			if (!r.mariadb && r.isOneOf(NO_ROLES)) r.fail("the name of a role");
			if (r.mariadb && r.peek(1).kind === "variable") r.fail("a role, which has no host");
			return accountName(r);
		});
		if (r.mariadb && r.take("WITH", "ADMIN")) account(r);
		return names;
	}
	const names = r.list(() => user(r, false));
	userOptions(r);
	return names;
}
function alterAccounts(r, object) {
	if (object !== "USER") r.fail("USER");
	const names = r.list(() => user(r, true));
	userOptions(r);
	return names;
}
/** Words that MySQL takes as names of anything but roles. */
const NO_ROLES = new Set("EVENT EXECUTE FILE NONE PROCESS PROXY RELOAD REPLICATION RESOURCE RESTART SHUTDOWN SUPER".split(" "));
function user(r, alter) {
	const place = r.place;
	const name = alter && r.is("USER") && r.symbol("(", 1) ? ownAccount(r, place) : accountName(r);
	if (!alter) {
		authentication(r, alter);
		return name;
	}
	if (r.take("DISCARD")) r.need("OLD", "PASSWORD");
	else if (r.isOneOf(/* @__PURE__ */ new Set([
		"ADD",
		"MODIFY",
		"DROP"
	]))) factors(r);
	else if (r.is("INITIATE") || r.is("FINISH") || r.peek().kind === "number" && !r.mariadb) registration(r);
	else authentication(r, alter);
	return name;
}
function ownAccount(r, place) {
	r.need("USER");
	r.needSymbol("(");
	r.needSymbol(")");
	return {
		schema: null,
		name: r.textFrom(place),
		span: r.spanFrom(place)
	};
}
function authentication(r, alter) {
	if (!r.take("IDENTIFIED")) return;
	if (r.mariadb) mariadbMethod(r);
	else {
		method(r);
		while (r.take("AND")) {
			r.need("IDENTIFIED");
			method(r);
		}
	}
	if (!alter) return;
	if (r.take("REPLACE")) r.string("the old password");
	r.take("RETAIN", "CURRENT", "PASSWORD");
}
/** Behind IDENTIFIED, MySQL. */
function method(r) {
	if (r.take("WITH")) {
		r.nameOrString("a plugin");
		if (r.take("AS")) {
			secret(r);
			return;
		}
		if (r.take("INITIAL", "AUTHENTICATION")) {
			r.need("IDENTIFIED");
			if (r.take("WITH")) {
				r.nameOrString("a plugin");
				r.need("AS");
				secret(r);
				return;
			}
		} else if (!r.is("BY")) return;
	}
	r.need("BY");
	if (!r.take("RANDOM", "PASSWORD")) secret(r);
}
function mariadbMethod(r) {
	if (r.take("BY")) {
		r.take("PASSWORD");
		r.string("a password");
		return;
	}
	r.needOneOf(["VIA", "WITH"]);
	do {
		r.nameOrString("a plugin");
		if (r.takeOneOf([
			"USING",
			"AS",
			"BY"
		]) === null) continue;
		if (r.take("PASSWORD")) r.parenthesised(() => r.string("a password"));
		else r.string("what the plugin wants");
	} while (r.take("OR"));
}
function secret(r) {
	if (r.peek().kind === "bits") r.next();
	else r.string("a password");
}
function factors(r) {
	do {
		const verb = r.needOneOf([
			"ADD",
			"MODIFY",
			"DROP"
		]);
		r.number();
		r.need("FACTOR");
		if (verb !== "DROP") {
			r.need("IDENTIFIED");
			method(r);
		}
	} while (r.isOneOf(/* @__PURE__ */ new Set([
		"ADD",
		"MODIFY",
		"DROP"
	])));
}
function registration(r) {
	if (r.peek().kind === "number") {
		r.number();
		r.need("FACTOR");
	}
	if (r.take("UNREGISTER")) return;
	r.needOneOf(["INITIATE", "FINISH"]);
	r.need("REGISTRATION");
	if (r.take("SET")) {
		r.need("CHALLENGE_RESPONSE", "AS");
		secret(r);
	}
}
const LIMITS$1 = [
	"MAX_QUERIES_PER_HOUR",
	"MAX_UPDATES_PER_HOUR",
	"MAX_CONNECTIONS_PER_HOUR",
	"MAX_USER_CONNECTIONS",
	"MAX_STATEMENT_TIME"
];
function userOptions(r) {
	if (!r.mariadb && r.take("DEFAULT")) {
		r.need("ROLE");
		if (r.takeOneOf(["NONE", "ALL"]) === null) r.list(() => account(r));
	}
	requirement(r);
	if (r.take("WITH")) do {
		r.needOneOf(LIMITS$1);
		if (r.mariadb) r.takeSymbol("-");
		r.number();
	} while (LIMITS$1.includes(r.word()));
	while (lockOption(r));
	if (!r.mariadb && r.takeOneOf(["COMMENT", "ATTRIBUTE"]) !== null) r.string();
}
/** REQUIRE SSL and its like. */
function requirement(r) {
	if (!r.take("REQUIRE")) return;
	if (r.takeOneOf([
		"NONE",
		"SSL",
		"X509"
	]) !== null) return;
	do {
		r.needOneOf([
			"CIPHER",
			"ISSUER",
			"SUBJECT"
		]);
		r.string();
		r.take("AND");
	} while ([
		"CIPHER",
		"ISSUER",
		"SUBJECT"
	].includes(r.word()));
}
function lockOption(r) {
	if (r.takeOneOf(["ACCOUNT LOCK", "ACCOUNT UNLOCK"]) !== null) return true;
	if (r.take("PASSWORD", "EXPIRE")) {
		if (r.takeOneOf(["DEFAULT", "NEVER"]) === null && r.take("INTERVAL")) {
			r.number();
			r.need("DAY");
		}
	} else if (r.mariadb) return false;
	else if (r.take("PASSWORD", "HISTORY")) numberOr(r, "DEFAULT");
	else if (r.take("PASSWORD", "REUSE")) {
		r.need("INTERVAL");
		if (r.take("DEFAULT")) return true;
		r.number();
		r.need("DAY");
	} else if (r.take("PASSWORD", "REQUIRE")) {
		r.need("CURRENT");
		r.takeOneOf(["DEFAULT", "OPTIONAL"]);
	} else if (r.take("FAILED_LOGIN_ATTEMPTS")) r.number();
	else if (r.take("PASSWORD_LOCK_TIME")) numberOr(r, "UNBOUNDED");
	else return false;
	return true;
}
function numberOr(r, word) {
	if (!r.take(word)) r.number();
}
/** MariaDB: GRANT may make the account that it names. */
function accountWithSecret(r) {
	account(r);
	if (r.take("IDENTIFIED")) mariadbMethod(r);
}

// src/migrate/sql/parse/grants.ts
/** GRANT and REVOKE. */
const PRIVILEGES = `ALL PRIVILEGES|ALL|ALTER ROUTINE|ALTER|BINLOG ADMIN|BINLOG MONITOR|BINLOG REPLAY|CONNECTION ADMIN|CREATE ROUTINE|
CREATE TABLESPACE|CREATE TEMPORARY TABLES|CREATE USER|CREATE VIEW|CREATE ROLE|CREATE|DELETE HISTORY|DELETE VERSIONING ROWS|DELETE|
DROP ROLE|DROP|EVENT|EXECUTE|FEDERATED ADMIN|FILE|GRANT OPTION|INDEX|INSERT|LOCK TABLES|PROCESS|PROXY|READ ONLY ADMIN|
READ_ONLY ADMIN|REFERENCES|RELOAD|REPLICATION CLIENT|REPLICATION MASTER ADMIN|REPLICATION SLAVE ADMIN|REPLICATION SLAVE|
REPLICATION REPLICA ADMIN|REPLICATION REPLICA|REPLICA MONITOR|SLAVE MONITOR|SELECT|SET USER|SHOW CREATE ROUTINE|SHOW DATABASES|
SHOW VIEW|SHUTDOWN|SUPER|TRIGGER|UPDATE|USAGE`.split("|").map((phrase) => phrase.trim());
/** A privilege with its columns, or a role. */
function privilege(r) {
	if (r.takeOneOf(PRIVILEGES) === null) account(r);
	if (r.symbol("(")) r.parenthesised(() => r.list(() => r.seen.columns.add(r.name("the name of a column"))));
}
/** `*.*`, `db.*`, `*`, `db.t`, `t`. */
function level(r) {
	r.takeOneOf([
		"TABLE",
		"FUNCTION",
		"PROCEDURE",
		"LIBRARY",
		"PACKAGE BODY",
		"PACKAGE"
	]);
	if (r.takeSymbol("*")) {
		if (r.takeSymbol(".")) r.needSymbol("*");
		return;
	}
	if (r.isName() && r.symbol(".", 1) && r.symbol("*", 2)) {
		r.name();
		r.needSymbol(".");
		r.needSymbol("*");
	} else r.table();
}
function grant(r) {
	r.need("GRANT");
	r.list(() => privilege(r));
	const on = r.take("ON");
	if (on && r.isString()) account(r);
	else if (on && !isLevel(r)) account(r);
	else if (on) level(r);
	r.need("TO");
	r.list(() => r.mariadb ? accountWithSecret(r) : account(r));
	requirement(r);
	grantOptions(r);
	if (!r.mariadb && r.take("AS")) {
		account(r);
		if (r.take("WITH")) {
			r.need("ROLE");
			if (r.takeOneOf(["NONE", "DEFAULT"]) === null && !r.take("ALL")) r.list(() => account(r));
			else if (r.take("EXCEPT")) r.list(() => account(r));
		}
	}
}
function isLevel(r) {
	return r.peek(1).kind !== "variable";
}
const WITH = ["GRANT OPTION", "ADMIN OPTION"];
const LIMITS = [
	"MAX_QUERIES_PER_HOUR",
	"MAX_UPDATES_PER_HOUR",
	"MAX_CONNECTIONS_PER_HOUR",
	"MAX_USER_CONNECTIONS",
	"MAX_STATEMENT_TIME"
];
function grantOptions(r) {
	if (!r.take("WITH")) return;
	if (!r.mariadb) {
		r.needOneOf(WITH);
		return;
	}
	let some = false;
	for (;;) {
		if (r.takeOneOf(WITH) === null) {
			if (r.takeOneOf(LIMITS) === null) break;
			r.number();
		}
		some = true;
	}
	if (!some) r.fail("GRANT OPTION");
}
function revoke(r) {
	r.need("REVOKE");
	if (!r.mariadb) r.take("IF", "EXISTS");
	if (r.mariadb) r.take("ADMIN", "OPTION", "FOR");
	r.list(() => privilege(r));
	if (r.take("ON")) {
		if (r.isString() || !isLevel(r)) account(r);
		else level(r);
	}
	r.need("FROM");
	r.list(() => account(r));
	if (!r.mariadb) r.take("IGNORE", "UNKNOWN", "USER");
}

// src/migrate/sql/parse/units.ts
const SIMPLE = [
	"MICROSECOND",
	"SECOND",
	"MINUTE",
	"HOUR",
	"DAY",
	"WEEK",
	"MONTH",
	"QUARTER",
	"YEAR"
];
const COMPOUND$1 = `SECOND_MICROSECOND MINUTE_MICROSECOND MINUTE_SECOND HOUR_MICROSECOND HOUR_SECOND HOUR_MINUTE
  DAY_MICROSECOND DAY_SECOND DAY_MINUTE DAY_HOUR YEAR_MONTH`.split(/\s+/);
const TSI = SIMPLE.slice(1).map((unit) => `SQL_TSI_${unit}`);
const UNITS = /* @__PURE__ */ new Set([
	...SIMPLE,
	...COMPOUND$1,
	...TSI
]);
const STAMP_UNITS = /* @__PURE__ */ new Set([...SIMPLE, ...TSI]);
/** The unit of an interval. */
function needUnit(r) {
	if (!r.isOneOf(UNITS)) r.fail("a unit of time, such as DAY");
	r.next();
}
/** The unit of TIMESTAMPADD and TIMESTAMPDIFF: no compound one. */
function needStampUnit(r) {
	if (!r.isOneOf(STAMP_UNITS)) r.fail("a unit of time, such as DAY");
	r.next();
}

// src/migrate/sql/parse/windows.ts
/** ORDER BY and windows. */
function orderBy(r) {
	r.need("ORDER", "BY");
	r.list(() => {
		r.expr();
		r.takeOneOf(["ASC", "DESC"]);
	});
}
/** `OVER w`, `OVER (…)`. */
function over(r, needed) {
	if (!r.take("OVER")) {
		if (needed) r.fail("OVER");
		return;
	}
	if (r.symbol("(")) windowSpec(r);
	else r.name("the name of a window");
}
function windowSpec(r) {
	r.parenthesised(() => {
		if (r.isName() && !r.is("PARTITION")) r.name();
		if (r.take("PARTITION", "BY")) r.list(() => {
			r.expr();
			r.takeOneOf(["ASC", "DESC"]);
		});
		if (r.is("ORDER")) orderBy(r);
		if (r.takeOneOf([
			"ROWS",
			"RANGE",
			"GROUPS"
		]) === null) return;
		if (r.take("BETWEEN")) {
			bound$1(r);
			r.need("AND");
		}
		bound$1(r);
		if (r.take("EXCLUDE")) r.needOneOf([
			"CURRENT ROW",
			"GROUP",
			"TIES",
			"NO OTHERS"
		]);
	});
}
function bound$1(r) {
	if (r.take("CURRENT", "ROW")) return;
	if (!r.take("UNBOUNDED")) {
		if (r.take("INTERVAL")) {
			r.expr();
			needUnit(r);
		} else if (r.mariadb) r.bits();
		else if (!r.takeSymbol("?")) r.number("a number, INTERVAL");
	}
	r.needOneOf(["PRECEDING", "FOLLOWING"]);
}

// src/migrate/sql/parse/special-calls.ts
const list = (r) => void r.list(() => r.expr());
/** Behind the parenthesis; what closes it is taken by the caller. */
const SPECIAL = {
	CAST: (r) => {
		r.expr();
		if (!r.mariadb && r.take("AT")) {
			if (r.take("LOCAL")) {
				r.need("AS");
				castType(r);
				return;
			}
			r.need("TIME", "ZONE");
			r.take("INTERVAL");
			r.string("a time zone");
			r.need("AS", "DATETIME");
			if (r.symbol("(")) r.parenthesised(() => r.number());
			return;
		}
		r.need("AS");
		castType(r);
		if (!r.mariadb) r.take("ARRAY");
	},
	CONVERT: (r) => {
		r.expr();
		if (r.take("USING")) charsetName(r);
		else {
			r.needSymbol(",");
			castType(r);
		}
	},
	CHAR: (r) => {
		list(r);
		if (r.take("USING")) charsetName(r);
	},
	EXTRACT: (r) => {
		needUnit(r);
		r.need("FROM");
		r.expr();
	},
	TRIM: (r) => {
		const side = r.takeOneOf([
			"BOTH",
			"LEADING",
			"TRAILING"
		]);
		if (side !== null && r.take("FROM")) {
			r.expr();
			return;
		}
		r.expr();
		if (side !== null) r.need("FROM");
		else if (!r.take("FROM")) return;
		r.expr();
	},
	SUBSTRING: substring,
	SUBSTR: substring,
	MID: substring,
	POSITION: (r) => {
		r.bits();
		r.need("IN");
		r.expr();
	},
	INTERVAL: (r) => {
		r.expr();
		r.needSymbol(",");
		list(r);
	},
	DATE_ADD: dateAdd,
	DATE_SUB: dateAdd,
	ADDDATE: dateAdd,
	SUBDATE: dateAdd,
	TIMESTAMPADD: stamps,
	TIMESTAMPDIFF: stamps,
	GET_FORMAT: (r) => {
		r.needOneOf([
			"DATE",
			"TIME",
			"DATETIME",
			"TIMESTAMP"
		]);
		r.needSymbol(",");
		r.expr();
	},
	VALUES: columnOnly,
	VALUE: columnOnly,
	DEFAULT: columnOnly,
	WEIGHT_STRING: (r) => {
		r.expr();
		if (r.take("AS")) {
			r.needOneOf([
				"CHAR",
				"CHARACTER",
				"BINARY",
				"NCHAR"
			]);
			r.parenthesised(() => r.number());
		}
		if (r.mariadb && r.take("LEVEL")) r.list(() => {
			r.number();
			r.takeOneOf(["ASC", "DESC"]);
			r.take("REVERSE");
			if (r.takeSymbol("-")) r.number();
		});
		else while (r.takeSymbol(",")) r.number();
	},
	GROUP_CONCAT: (r) => {
		r.take("DISTINCT");
		list(r);
		if (r.is("ORDER")) orderBy(r);
		if (r.take("SEPARATOR")) r.string();
		if (r.mariadb && r.take("LIMIT")) {
			r.expr();
			if (r.takeSymbol(",") || r.take("OFFSET")) r.expr();
		}
	},
	COUNT: (r) => {
		if (r.takeSymbol("*")) return;
		if (r.take("DISTINCT")) list(r);
		else {
			r.take("ALL");
			r.expr();
		}
	},
	JSON_VALUE: (r) => {
		r.expr();
		r.needSymbol(",");
		r.expr();
		if (r.take("RETURNING")) castType(r);
		onEmptyOrError(r);
	},
	JSON_DUALITY_OBJECT: dualityObject,
	COLUMN_CREATE: dynamicColumns,
	COLUMN_ADD: dynamicColumns,
	COLUMN_GET: (r) => {
		r.expr();
		r.needSymbol(",");
		r.expr();
		r.need("AS");
		castType(r);
	}
};
const DUALITY_TAGS = [
	"INSERT",
	"UPDATE",
	"DELETE",
	"NO INSERT",
	"NO UPDATE",
	"NO DELETE"
];
function dualityTags(r) {
	do
		r.needOneOf(DUALITY_TAGS);
	while (r.takeSymbol(",") || DUALITY_TAGS.some((tag) => r.is(...tag.split(" "))));
}
/** `WITH INSERT 'key': value, …`: what a JSON duality view is made of. */
function dualityObject(r) {
	if (r.take("WITH")) {
		if (r.symbol("(")) r.parenthesised(() => dualityTags(r));
		else dualityTags(r);
	}
	r.list(() => {
		r.string("a key");
		r.needSymbol(":");
		r.expr();
	});
}
function substring(r) {
	r.expr();
	if (r.take("FROM")) {
		r.expr();
		if (r.take("FOR")) r.expr();
		return;
	}
	r.needSymbol(",");
	r.expr();
	if (r.takeSymbol(",")) r.expr();
}
function dateAdd(r) {
	r.expr();
	r.needSymbol(",");
	if (!r.is("INTERVAL")) r.expr();
	else {
		r.need("INTERVAL");
		r.expr();
		needUnit(r);
	}
}
function stamps(r) {
	needStampUnit(r);
	r.needSymbol(",");
	r.expr();
	r.needSymbol(",");
	r.expr();
}
function columnOnly(r) {
	let name = r.name("the name of a column");
	while (r.takeSymbol(".")) name = r.anyName();
	r.seen.columns.add(name);
}
function dynamicColumns(r) {
	r.list(() => {
		r.expr();
		if (r.take("AS")) castType(r);
	});
}
/** `DEFAULT 1 ON EMPTY NULL ON ERROR`. */
function onEmptyOrError(r) {
	for (const when of ["EMPTY", "ERROR"]) {
		const place = r.place;
		if (r.take("DEFAULT")) {
			if (r.is("NULL")) r.fail("a literal");
			r.expr();
		} else if (r.takeOneOf(["NULL", "ERROR"]) === null) continue;
		if (!r.take("ON", when)) r.back(place);
	}
}

// src/migrate/sql/parse/json-table.ts
/** JSON_TABLE in FROM. */
function jsonTable(r) {
	r.need("JSON_TABLE");
	r.parenthesised(() => {
		r.expr();
		r.needSymbol(",");
		r.bits();
		columns(r);
	});
	r.take("AS");
	r.name("a name for the table");
}
function columns(r) {
	r.need("COLUMNS");
	r.parenthesised(() => r.list(() => column$1(r)));
}
function column$1(r) {
	if (r.take("NESTED")) {
		r.take("PATH");
		r.string("a path");
		columns(r);
		return;
	}
	r.name("the name of a column");
	if (r.take("FOR", "ORDINALITY")) return;
	dataType(r);
	r.take("EXISTS");
	r.need("PATH");
	r.string("a path");
	onEmptyOrError(r);
}

// src/migrate/sql/parse/tables-read.ts
/** What a statement reads from: tables, joins, derived tables. */
/** `a, b JOIN c ON …`. */
function tableReferences(r) {
	r.list(() => joined(r));
}
function joined(r) {
	r.nested(() => {
		factor(r);
		let pending = 0;
		for (;;) {
			const made = join(r);
			if (made === null) return;
			if (made === "open") pending += 1;
			while (pending > 0 && (r.is("ON") || r.is("USING"))) {
				condition(r);
				pending -= 1;
			}
		}
	});
}
function join(r) {
	if (r.take("NATURAL")) {
		if (r.takeOneOf(["LEFT", "RIGHT"]) !== null) r.take("OUTER");
		else r.take("INNER");
		r.need("JOIN");
		factor(r);
		return "closed";
	}
	if (r.take("STRAIGHT_JOIN") || r.take("JOIN") || r.take("INNER", "JOIN") || r.take("CROSS", "JOIN")) {
		factor(r);
		if (!r.is("ON") && !r.is("USING")) return "open";
		condition(r);
		return "closed";
	}
	if (!((r.is("LEFT") || r.is("RIGHT")) && ["JOIN", "OUTER"].includes(r.word(1)))) return null;
	r.next();
	r.take("OUTER");
	r.need("JOIN");
	factor(r);
	let open = 0;
	while (!r.is("ON") && !r.is("USING")) {
		const made = join(r);
		if (made === null) r.fail("ON, USING");
		if (made === "open") open += 1;
	}
	for (; open > 0 && (r.is("ON") || r.is("USING")); open -= 1) {
		const place = r.place;
		condition(r);
		if (!r.is("ON") && !r.is("USING")) {
			r.back(place);
			break;
		}
	}
	condition(r);
	return "closed";
}
function condition(r) {
	if (r.take("USING")) r.parenthesised(() => r.list(() => r.seen.columns.add(r.name("the name of a column"))));
	else {
		r.need("ON");
		r.expr();
	}
}
function factor(r) {
	if (r.symbol("(")) {
		if (isQuery(r, 1) && r.attempt(() => derived(r)) !== null) return;
		r.parenthesised(() => tableReferences(r));
		return;
	}
	if (!r.mariadb && r.take("LATERAL")) derived(r);
	else if (r.is("JSON_TABLE") && r.symbol("(", 1)) jsonTable(r);
	else if (r.takeSymbol("{")) {
		r.name();
		joined(r);
		r.needSymbol("}");
	} else if (r.take("DUAL")) return;
	else {
		r.table();
		partitionNames(r);
		if (r.mariadb && r.take("FOR", "SYSTEM_TIME")) systemTime$1(r);
		alias(r);
		indexHints(r);
		if (!r.mariadb && r.take("TABLESAMPLE")) {
			r.needOneOf(["SYSTEM", "BERNOULLI"]);
			r.parenthesised(() => r.expr());
		}
	}
}
function derived(r) {
	r.parenthesised(() => r.query());
	r.take("AS");
	r.name("a name for the query");
	if (!r.mariadb && r.symbol("(")) nameList(r);
}
function nameList(r) {
	return r.parenthesised(() => r.list(() => r.name()));
}
/** `PARTITION (p0, p1)`. */
function partitionNames(r) {
	if (r.is("PARTITION") && r.symbol("(", 1)) {
		r.need("PARTITION");
		nameList(r);
	}
}
/** `AS a`, `a`, or nothing. */
function alias(r) {
	if (r.take("AS")) {
		r.name("another name");
		return true;
	}
	if (!r.isName() || r.is("WINDOW")) return false;
	r.next();
	return true;
}
function indexHints(r) {
	while (r.takeOneOf([
		"USE INDEX",
		"USE KEY",
		"FORCE INDEX",
		"FORCE KEY",
		"IGNORE INDEX",
		"IGNORE KEY"
	]) !== null) {
		if (r.take("FOR")) r.needOneOf([
			"JOIN",
			"ORDER BY",
			"GROUP BY"
		]);
		r.parenthesised(() => {
			if (!r.symbol(")")) r.list(() => r.take("PRIMARY") || r.name("the name of an index"));
		});
	}
}
/** MariaDB: `FOR SYSTEM_TIME AS OF …`. */
function systemTime$1(r) {
	if (r.take("ALL")) return;
	const point = () => {
		r.takeOneOf(["TIMESTAMP", "TRANSACTION"]);
		r.bits();
	};
	if (r.take("AS", "OF")) point();
	else if (r.take("BETWEEN")) {
		point();
		r.need("AND");
		point();
	} else {
		r.need("FROM");
		point();
		r.need("TO");
		point();
	}
}

// src/migrate/sql/parse/queries.ts
/** SELECT, WITH, VALUES and TABLE, and what joins them. */
function selectStatement(r) {
	const { seen } = r.collect(() => query(r, true));
	return {
		kind: "select",
		tables: seen.tables,
		star: seen.star
	};
}
/** A whole query: with what stands before and behind its SELECTs. */
function query(r, outermost = false) {
	r.nested(() => {
		withClause(r);
		body(r, outermost);
		if (r.is("ORDER")) orderBy(r);
		limit(r);
		tail(r, outermost);
	});
}
/** `WITH a AS (…), b AS (…)`. */
function withClause(r) {
	if (!r.take("WITH")) return;
	r.take("RECURSIVE");
	r.list(() => {
		r.name("a name for the query");
		if (r.symbol("(")) nameList(r);
		r.need("AS");
		if (!isQuery(r, 1)) r.fail("a query in parentheses");
		r.parenthesised(() => query(r));
		if (r.mariadb && r.take("CYCLE")) {
			r.list(() => r.name());
			r.need("RESTRICT");
		}
	});
}
function body(r, outermost) {
	term(r, outermost);
	while (r.takeOneOf([
		"UNION",
		"EXCEPT",
		"INTERSECT"
	]) !== null) {
		r.takeOneOf(["ALL", "DISTINCT"]);
		term(r, false);
	}
}
function term(r, outermost) {
	if (r.symbol("(")) r.parenthesised(() => query(r));
	else if (r.is("SELECT")) select(r, outermost);
	else if (r.is("VALUES")) values(r);
	else if (!r.mariadb && r.take("TABLE")) r.table();
	else r.fail("SELECT");
}
function values(r) {
	r.need("VALUES");
	r.list(() => {
		if (!r.mariadb) r.need("ROW");
		r.parenthesised(() => r.symbol(")") || r.list(() => r.is("DEFAULT") && !r.symbol("(", 1) ? r.next() : r.expr()));
	});
}
const OPTIONS$1 = [
	"ALL",
	"DISTINCTROW",
	"DISTINCT",
	"HIGH_PRIORITY",
	"STRAIGHT_JOIN",
	"SQL_SMALL_RESULT",
	"SQL_BIG_RESULT",
	"SQL_BUFFER_RESULT",
	"SQL_NO_CACHE",
	"SQL_CALC_FOUND_ROWS"
];
function select(r, outermost) {
	r.need("SELECT");
	while (r.takeOneOf(r.mariadb ? [...OPTIONS$1, "SQL_CACHE"] : OPTIONS$1) !== null);
	selectList(r);
	if (outermost) into(r);
	if (r.take("FROM")) tableReferences(r);
	if (r.take("WHERE")) r.expr();
	if (r.take("GROUP", "BY")) groupBy(r);
	if (r.take("HAVING")) r.expr();
	if (r.take("WINDOW")) r.list(() => {
		r.name("the name of a window");
		r.need("AS");
		windowSpec(r);
	});
	if (!r.mariadb && r.take("QUALIFY")) r.expr();
}
function groupBy(r) {
	if (!r.mariadb && r.take("GROUPING")) {
		r.need("SETS");
		r.parenthesised(() => r.list(() => r.parenthesised(() => r.symbol(")") || r.list(() => r.expr()))));
		return;
	}
	if (!r.mariadb) r.take("CUBE");
	r.list(() => {
		r.expr();
		if (r.mariadb) r.takeOneOf(["ASC", "DESC"]);
	});
	r.take("WITH", "ROLLUP");
}
/** What a SELECT or a RETURNING lists. */
function selectList(r) {
	r.list(() => {
		if (star(r)) return;
		r.expr();
		if (r.take("AS")) {
			if (!r.isString()) r.name("another name");
			else r.next();
		} else if (r.isName() || r.isString()) r.next();
	});
}
/** `*`, `t.*`, `s.t.*`. */
function star(r) {
	let ahead = 0;
	while (ahead < 4 && r.isName(ahead) && r.symbol(".", ahead + 1)) ahead += 2;
	if (!r.symbol("*", ahead)) return false;
	for (let i = 0; i <= ahead; i += 1) r.next();
	r.seen.star = true;
	return true;
}
/** `LIMIT 10`, `LIMIT 5, 10`, `LIMIT 10 OFFSET 5`; MariaDB also `OFFSET … FETCH …`. */
function limit(r) {
	if (r.take("LIMIT")) {
		if (r.mariadb && r.take("ROWS", "EXAMINED")) {
			count(r);
			return;
		}
		count(r);
		if (r.takeSymbol(",") || r.take("OFFSET")) count(r);
		if (r.mariadb && r.take("ROWS", "EXAMINED")) count(r);
		return;
	}
	if (!r.mariadb) return;
	if (r.take("OFFSET")) {
		count(r);
		r.needOneOf(["ROWS", "ROW"]);
	}
	if (!r.take("FETCH")) return;
	r.needOneOf(["FIRST", "NEXT"]);
	if (r.peek().kind === "number") count(r);
	r.needOneOf(["ROWS", "ROW"]);
	r.needOneOf(["ONLY", "WITH TIES"]);
}
function count(r) {
	if (r.takeSymbol("?") || r.isName() && r.name() !== "") return;
	r.number();
}
/** Only the outermost query may end in INTO. */
function tail(r, outermost) {
	if (r.mariadb && r.take("PROCEDURE", "ANALYSE")) r.parenthesised(() => {
		if (!r.symbol(")")) r.list(() => r.expr());
	});
	if (outermost) into(r);
	locking(r);
	if (outermost) into(r);
}
function locking(r) {
	for (;;) {
		if (r.take("LOCK", "IN", "SHARE", "MODE")) {
			if (r.mariadb) wait(r);
		} else if (r.take("FOR", "UPDATE") || !r.mariadb && r.take("FOR", "SHARE")) {
			if (!r.mariadb && r.take("OF")) r.list(() => r.objectName());
			wait(r);
		} else return;
		if (r.mariadb) return;
	}
}
function wait(r) {
	if (r.take("SKIP", "LOCKED") || r.take("NOWAIT")) return;
	if (r.mariadb && r.take("WAIT")) r.number();
}
function into(r) {
	if (!r.take("INTO")) return;
	if (r.take("DUMPFILE")) r.string("a file");
	else if (r.take("OUTFILE")) {
		r.string("a file");
		if (takeCharset(r)) collationName(r);
		fieldsAndLines(r);
	} else r.list(() => {
		if (r.peek().kind === "variable") r.next();
		else r.name("a variable");
	});
}
/** FIELDS and LINES of files. */
function fieldsAndLines(r) {
	if (r.takeOneOf(["FIELDS", "COLUMNS"]) !== null) {
		let some = false;
		while (r.takeOneOf([
			"TERMINATED BY",
			"OPTIONALLY ENCLOSED BY",
			"ENCLOSED BY",
			"ESCAPED BY"
		]) !== null) {
			text(r);
			some = true;
		}
		if (!some) r.fail("TERMINATED BY, ENCLOSED BY, ESCAPED BY");
	}
	if (!r.take("LINES")) return;
	let some = false;
	while (r.takeOneOf(["TERMINATED BY", "STARTING BY"]) !== null) {
		text(r);
		some = true;
	}
	if (!some) r.fail("TERMINATED BY, STARTING BY");
}
function text(r) {
	if (r.peek().kind === "bits") r.next();
	else r.string();
}

// src/migrate/sql/parse/calls.ts
/** Calls of functions: most are a name and a list; some have a syntax of their own. */
const AGGREGATES = new Set(`AVG BIT_AND BIT_OR BIT_XOR COUNT GROUP_CONCAT JSON_ARRAYAGG JSON_OBJECTAGG MAX MIN STD STDDEV STDDEV_POP STDDEV_SAMP
  ST_COLLECT SUM VARIANCE VAR_POP VAR_SAMP`.split(/\s+/));
const WINDOW = new Set("CUME_DIST DENSE_RANK FIRST_VALUE LAG LAST_VALUE LEAD NTH_VALUE NTILE PERCENT_RANK RANK ROW_NUMBER".split(" "));
const INVERSE = /* @__PURE__ */ new Set([
	"PERCENTILE_CONT",
	"PERCENTILE_DISC",
	"MEDIAN"
]);
/** Reserved, and functions all the same: how many arguments they take. */
const RESERVED_CALLS = {
	IF: [3, 3],
	LEFT: [2, 2],
	RIGHT: [2, 2],
	REPEAT: [2, 2],
	REPLACE: [3, 3],
	INSERT: [4, 4],
	MOD: [2, 2],
	DATABASE: [0, 0],
	SCHEMA: [0, 0],
	GROUPING: [1, 99],
	CHARSET: [1, 1],
	COALESCE: [1, 999],
	COLLATION: [1, 1],
	TRUNCATE: [2, 2],
	ASCII: [1, 1],
	DATE: [1, 1],
	DAY: [1, 1],
	HOUR: [1, 1],
	MINUTE: [1, 1],
	MONTH: [1, 1],
	QUARTER: [1, 1],
	SECOND: [1, 1],
	YEAR: [1, 1],
	TIME: [1, 1],
	TIMESTAMP: [1, 2],
	MICROSECOND: [1, 1],
	REVERSE: [1, 1],
	ROW_COUNT: [0, 0],
	PASSWORD: [1, 1],
	USER: [0, 0],
	WEEK: [1, 2]
};
const CLOCKS = new Set("CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP LOCALTIME LOCALTIMESTAMP UTC_DATE UTC_TIME UTC_TIMESTAMP".split(" "));
/** Reads a call when one stands here; a column otherwise stays where it is. */
function readCall(r) {
	const word = r.word();
	const open = r.symbol("(", 1);
	if (CLOCKS.has(word)) return clock(r, word);
	if (word === "CURRENT_USER" || word === "CURRENT_ROLE" && r.mariadb) return niladic(r, word);
	if (word === "MATCH" && !r.symbol(".", 1)) return match(r);
	if (word === "ROW" && open) return row$1(r);
	if (r.mariadb && (r.is("NEXT", "VALUE", "FOR") || r.is("PREVIOUS", "VALUE", "FOR"))) return sequenceValue(r);
	if (open && r.peek().kind === "word") return named$3(r, word);
	if (open && r.isName()) return generic(r, "");
	if (r.isName() && r.symbol(".", 1) && r.symbol("(", 3)) {
		r.name();
		r.needSymbol(".");
		const called = r.anyName("the name of a function").toUpperCase();
		r.seen.functions.add(called);
		loadable(r);
		return true;
	}
	return false;
}
function named$3(r, word) {
	const special = Object.hasOwn(SPECIAL, word) ? SPECIAL[word] : void 0;
	const { tight } = r.peek();
	const arity = Object.hasOwn(RESERVED_CALLS, word) ? RESERVED_CALLS[word] : void 0;
	if (special !== void 0 && (tight || !r.isName()) || AGGREGATES.has(word) && (tight || word === "AVG")) {
		r.seen.functions.add(word);
		r.next();
		r.parenthesised(() => {
			if (special !== void 0) special(r);
			else aggregate(r, word);
		});
		if (AGGREGATES.has(word)) over(r, false);
		return true;
	}
	if (WINDOW.has(word) && (!r.mariadb || tight)) return windowCall(r, word);
	if (r.mariadb && INVERSE.has(word) && tight) return inverse(r, word);
	if (arity !== void 0) {
		r.seen.functions.add(word);
		r.next();
		argumentsOf(r, ...arity);
		return true;
	}
	if (!r.isName() && !isTightName(r)) return false;
	return generic(r, word);
}
/** NOW( and its like: no names when a parenthesis follows, and calls like any other. */
function isTightName(r) {
	return r.peek().tight && r.isName(0) === false && TIGHT_CALLS.has(r.word());
}
const TIGHT_CALLS = /* @__PURE__ */ new Set([
	"NOW",
	"CURDATE",
	"CURTIME",
	"SYSDATE",
	"SESSION_USER",
	"SYSTEM_USER"
]);
function aggregate(r, word) {
	if (!word.startsWith("JSON_")) {
		r.take("DISTINCT");
		r.take("ALL");
	}
	r.expr();
	if (word === "JSON_OBJECTAGG") {
		r.needSymbol(",");
		r.expr();
	}
	if (r.mariadb && word === "JSON_ARRAYAGG") {
		if (r.is("ORDER")) orderBy(r);
		if (r.take("LIMIT")) r.list(() => r.expr());
	}
}
function windowCall(r, word) {
	r.seen.functions.add(word);
	r.next();
	r.parenthesised(() => {
		if (!r.symbol(")")) r.list(() => r.expr());
	});
	if (r.take("FROM")) r.needOneOf(["FIRST", "LAST"]);
	if (r.takeOneOf(["RESPECT", "IGNORE"]) !== null) r.need("NULLS");
	over(r, true);
	return true;
}
function inverse(r, word) {
	r.seen.functions.add(word);
	r.next();
	r.parenthesised(() => r.list(() => r.expr()));
	if (r.take("WITHIN", "GROUP")) r.parenthesised(() => orderBy(r));
	over(r, true);
	return true;
}
function generic(r, word) {
	r.seen.functions.add(word === "" ? r.peek().text.toUpperCase() : word);
	r.next();
	loadable(r);
	if (word === "ANY_VALUE") over(r, false);
	return true;
}
/** Loadable functions may be told names of their arguments. */
function loadable(r) {
	r.parenthesised(() => {
		if (r.symbol(")")) return;
		r.list(() => {
			r.expr();
			if (r.take("AS") || r.isName() || r.isString()) r.nameOrString();
		});
	});
}
function argumentsOf(r, least, most) {
	r.parenthesised(() => {
		const count = r.symbol(")") ? 0 : r.list(() => r.expr()).length;
		if (count < least || count > most) r.fail(`${least} arguments`);
	});
}
function clock(r, word) {
	r.seen.functions.add(word);
	r.next();
	if (r.takeSymbol("(")) {
		if (!word.endsWith("_DATE") && !r.symbol(")")) r.number();
		r.needSymbol(")");
	}
	return true;
}
function niladic(r, word) {
	r.seen.functions.add(word);
	r.next();
	if (r.takeSymbol("(")) r.needSymbol(")");
	return true;
}
function row$1(r) {
	r.need("ROW");
	r.parenthesised(() => r.list(() => r.expr()));
	return true;
}
function sequenceValue(r) {
	r.seen.functions.add(r.next().text);
	r.need("VALUE", "FOR");
	r.table("the name of a sequence");
	return true;
}
function match(r) {
	r.need("MATCH");
	const columns = () => void r.list(() => {
		let name = r.name("the name of a column");
		while (r.takeSymbol(".")) name = r.anyName();
		r.seen.columns.add(name);
	});
	if (r.symbol("(")) r.parenthesised(columns);
	else columns();
	r.seen.functions.add("MATCH");
	r.need("AGAINST");
	r.parenthesised(() => {
		r.bits();
		if (r.take("IN", "BOOLEAN", "MODE")) return;
		if (r.take("IN", "NATURAL")) r.need("LANGUAGE", "MODE");
		if (r.take("WITH")) r.need("QUERY", "EXPANSION");
	});
	return true;
}

// src/migrate/sql/parse/expressions.ts
/** Expressions by precedence. What they name is remembered in the reader; a tree of them nobody needs. */
/** Reads an expression and says what it names. */
function expression(r) {
	return r.expressionOf(() => expr(r));
}
/** OR, XOR, AND and NOT over everything below. */
function expr(r) {
	r.nested(() => {
		do
			test(r);
		while (r.takeOneOf([
			"AND",
			"OR",
			"XOR"
		]) !== null || r.takeSymbol("&&") || r.takeSymbol("||"));
	});
}
function test(r) {
	while (r.take("NOT")) if (r.ended) r.fail("an expression");
	comparison(r);
	if (r.is("IS") && (isTruth(r, 1) || r.word(1) === "NOT" && isTruth(r, 2))) {
		r.need("IS");
		r.take("NOT");
		r.next();
	}
}
function isTruth(r, ahead) {
	return [
		"TRUE",
		"FALSE",
		"UNKNOWN"
	].includes(r.word(ahead));
}
const COMPARISONS = [
	"=",
	"<=>",
	">=",
	">",
	"<=",
	"<",
	"<>",
	"!="
];
function comparison(r) {
	predicate(r);
	for (;;) {
		if (r.take("IS", "NULL") || r.take("IS", "NOT", "NULL")) continue;
		const sign = COMPARISONS.find((symbol) => r.takeSymbol(symbol));
		if (sign === void 0) return;
		if (sign !== "<=>" && (r.is("ALL") || r.is("ANY") || r.is("SOME")) && r.symbol("(", 1)) {
			r.next();
			subquery(r);
		} else predicate(r);
	}
}
function predicate(r) {
	bits(r);
	if (r.is("SOUNDS", "LIKE")) {
		r.need("SOUNDS", "LIKE");
		bits(r);
		return;
	}
	if (!r.mariadb && r.is("MEMBER")) {
		r.next();
		r.take("OF");
		r.parenthesised(() => simple(r));
		return;
	}
	if (r.is("NOT") && [
		"IN",
		"BETWEEN",
		"LIKE",
		"REGEXP",
		"RLIKE"
	].includes(r.word(1))) r.need("NOT");
	if (r.take("IN")) inList(r);
	else if (r.take("BETWEEN")) {
		bits(r);
		r.need("AND");
		predicate(r);
	} else if (r.take("LIKE")) {
		if (r.mariadb) bits(r);
		else simple(r);
		if (r.take("ESCAPE")) simple(r);
	} else if (r.takeOneOf(["REGEXP", "RLIKE"]) !== null) bits(r);
}
function inList(r) {
	if (isQuery(r, 1) && r.attempt(() => subquery(r)) !== null) return;
	r.parenthesised(() => r.list(() => expr(r)));
}
const BIT_SYMBOLS = [
	"+",
	"-",
	"*",
	"/",
	"%",
	"^",
	"|",
	"&",
	"<<",
	">>"
];
/** Arithmetic and bits, with intervals. */
function bits(r) {
	r.nested(() => {
		for (;;) {
			if (interval(r)) {
				r.needSymbol("+");
				continue;
			}
			simple(r);
			let sign = nextOperator(r);
			while ((sign === "+" || sign === "-") && interval(r)) sign = nextOperator(r);
			if (sign === null) return;
		}
	});
}
function nextOperator(r) {
	return BIT_SYMBOLS.find((symbol) => r.takeSymbol(symbol)) ?? r.takeOneOf(["DIV", "MOD"]);
}
/** `INTERVAL expr unit`; `INTERVAL(a, b)` is a function, and only what follows tells. */
function interval(r) {
	if (!r.is("INTERVAL")) return false;
	const read = () => {
		r.need("INTERVAL");
		expr(r);
		needUnit(r);
		return true;
	};
	return r.symbol("(", 1) ? r.attempt(read) === true : read();
}
/** One operand: with signs before and collation behind it. */
function simple(r) {
	r.nested(() => {
		while ([
			"+",
			"-",
			"~",
			"!"
		].some((sign) => r.takeSymbol(sign)) || r.take("BINARY"));
		if (operand(r) && !r.mariadb && (r.takeSymbol("->") || r.takeSymbol("->>"))) r.string("a JSON path");
		while (r.take("COLLATE")) collationName(r);
	});
}
/** True when it is a column, so that `->` may follow. */
function operand(r) {
	switch (r.peek().kind) {
		case "number":
		case "bits":
			r.next();
			return false;
		case "string":
			while (r.isString()) r.next();
			return false;
		case "variable":
			r.next();
			if (r.takeSymbol(":=")) expr(r);
			return false;
		case "symbol":
			symbolOperand(r);
			return false;
		case "word":
		case "name": return wordOperand(r);
		default: return r.fail("an expression");
	}
}
function symbolOperand(r) {
	if (r.symbol("(")) {
		if (isQuery(r, 1) && r.attempt(() => subquery(r)) !== null) return;
		r.parenthesised(() => r.list(() => expr(r)));
	} else if (r.takeSymbol("?")) return;
	else if (r.takeSymbol("@@")) systemVariable(r);
	else if (r.takeSymbol("{")) {
		r.name();
		expr(r);
		r.needSymbol("}");
	} else r.fail("an expression");
}
const TEMPORAL = /* @__PURE__ */ new Set([
	"DATE",
	"TIME",
	"TIMESTAMP"
]);
function wordOperand(r) {
	const word = r.word();
	if (word === "TRUE" || word === "FALSE" || word === "NULL") r.next();
	else if (TEMPORAL.has(word) && r.isString(1)) {
		r.next();
		r.next();
	} else if (word.startsWith("_") && (r.isString(1) || r.peek(1).kind === "bits")) {
		r.next();
		r.next();
		while (r.isString()) r.next();
	} else if (word === "CASE") readCase(r);
	else if (word === "EXISTS") {
		r.next();
		subquery(r);
	} else if (!readCall(r)) {
		column(r);
		return true;
	}
	return false;
}
function readCase(r) {
	r.need("CASE");
	if (!r.is("WHEN")) expr(r);
	do {
		r.need("WHEN");
		expr(r);
		r.need("THEN");
		expr(r);
	} while (r.is("WHEN"));
	if (r.take("ELSE")) expr(r);
	r.need("END");
}
/** A column, with its table and schema when they stand there. */
function column(r) {
	let name = r.name("an expression");
	for (let parts = 1; parts < 3 && r.symbol(".") && !r.symbol("*", 1); parts += 1) {
		r.needSymbol(".");
		name = r.anyName("the name of a column");
	}
	r.seen.columns.add(name);
	return name;
}

// src/migrate/sql/parse/indexes.ts
/** Indexes and foreign keys. */
/** One place in the list of an index. */
function indexPart(r) {
	if (!r.mariadb && r.symbol("(")) return {
		column: null,
		expression: r.parenthesised(() => expression(r)),
		length: null,
		descending: direction(r)
	};
	return {
		column: r.name("the name of a column"),
		expression: null,
		length: r.symbol("(") ? r.parenthesised(() => r.number("a length")) : null,
		descending: direction(r)
	};
}
function direction(r) {
	return r.takeOneOf(["ASC", "DESC"]) === "DESC";
}
/** The columns of an index, in parentheses. */
function indexParts(r) {
	return r.parenthesised(() => r.list(() => indexPart(r)));
}
/** USING BTREE may stand in front of the columns, too. */
function usingOf(r) {
	if (r.takeOneOf(["USING", "TYPE"]) === null) return null;
	return r.needOneOf([
		"BTREE",
		"HASH",
		"RTREE"
	]);
}
function option(r, options, ordinary) {
	if (ordinary && (r.is("USING") || r.is("TYPE"))) options.using = usingOf(r);
	else if (r.take("KEY_BLOCK_SIZE")) {
		equals(r);
		r.number();
	} else if (r.take("WITH", "PARSER")) r.name("the name of a parser");
	else if (r.take("COMMENT")) options.comment = r.string();
	else if (!r.mariadb && r.take("VISIBLE")) options.visible = true;
	else if (!r.mariadb && r.take("INVISIBLE")) options.visible = false;
	else if (!r.mariadb && r.takeOneOf(["ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE"]) !== null) {
		equals(r);
		r.string();
	} else if (r.mariadb && r.take("IGNORED")) options.visible = false;
	else if (r.mariadb && r.take("NOT", "IGNORED")) options.visible = true;
	else if (r.mariadb && r.isName() && r.symbol("=", 1) && !r.is("ALGORITHM") && !r.is("LOCK")) {
		r.next();
		r.next();
		if (!r.take("DEFAULT") && r.peek().kind !== "number") r.nameOrString("a value");
		else if (r.peek().kind === "number") r.next();
	} else return false;
	return true;
}
/** From the columns of an index to its end. */
function indexBody(r, head, place, partsOf = () => indexParts(r)) {
	const parts = partsOf();
	const options = {
		using: head.using,
		visible: true,
		comment: null
	};
	const ordinary = head.kind !== "fulltext" && head.kind !== "spatial";
	while (option(r, options, ordinary));
	return {
		...head,
		...options,
		parts,
		span: r.spanFrom(place)
	};
}
/** An index as part of a table: `UNIQUE KEY name (a, b)`. Null when none begins here. */
function tableIndex(r, constraint, place) {
	const kind = indexKind(r);
	if (kind === null) return null;
	if (r.mariadb) r.take("IF", "NOT", "EXISTS");
	return indexBody(r, {
		kind,
		name: r.isName() && !r.is("USING") && !isType(r) ? r.name() : null,
		constraint,
		using: kind === "fulltext" || kind === "spatial" ? null : usingOf(r)
	}, place, () => isPeriod(r, kind) ? overlapping(r) : indexParts(r));
}
function isType(r) {
	return r.is("TYPE") && [
		"BTREE",
		"HASH",
		"RTREE"
	].includes(r.word(1));
}
/** MariaDB: `PRIMARY KEY (id, p WITHOUT OVERLAPS)`. */
function isPeriod(r, kind) {
	return r.mariadb && (kind === "primary" || kind === "unique");
}
function overlapping(r) {
	return r.parenthesised(() => {
		const parts = [indexPart(r)];
		while (!r.take("WITHOUT", "OVERLAPS") && r.takeSymbol(",")) parts.push(indexPart(r));
		return parts;
	});
}
/** Takes `PRIMARY KEY`, `UNIQUE [KEY|INDEX]`, `FULLTEXT …`, `SPATIAL …`, `KEY`, `INDEX`. */
function indexKind(r) {
	if (r.take("PRIMARY", "KEY")) return "primary";
	if (r.take("KEY") || r.take("INDEX")) return "plain";
	const word = r.takeOneOf([
		"UNIQUE",
		"FULLTEXT",
		"SPATIAL"
	]);
	if (word !== null) {
		r.takeOneOf(["INDEX", "KEY"]);
		return word === "UNIQUE" ? "unique" : word === "FULLTEXT" ? "fulltext" : "spatial";
	}
	if (!(r.mariadb && r.version >= 110700 && r.is("VECTOR") && (r.word(1) === "INDEX" || r.word(1) === "KEY"))) return null;
	r.next();
	r.next();
	return "vector";
}
/** From FOREIGN on. */
function foreignKey(r, constraint, place) {
	r.need("FOREIGN", "KEY");
	if (r.mariadb) r.take("IF", "NOT", "EXISTS");
	const own = r.isName() ? r.name() : null;
	const columns = indexParts(r).map((part) => part.column ?? "");
	r.need("REFERENCES");
	const references = referencesOf(r);
	return {
		name: constraint ?? own,
		columns,
		references,
		span: r.spanFrom(place)
	};
}
/** Behind REFERENCES. */
function referencesOf(r) {
	const table = r.table();
	const columns = r.symbol("(") ? indexParts(r).map((part) => part.column ?? "") : [];
	if (r.take("MATCH")) r.needOneOf([
		"FULL",
		"PARTIAL",
		"SIMPLE"
	]);
	let onDelete = null;
	let onUpdate = null;
	for (;;) if (onDelete === null && r.take("ON", "DELETE")) onDelete = referenceAction(r);
	else if (onUpdate === null && r.is("ON", "UPDATE") && isReferenceAction(r)) {
		r.need("ON", "UPDATE");
		onUpdate = referenceAction(r);
	} else return {
		table,
		columns,
		onDelete,
		onUpdate
	};
}
const ACTIONS = [
	"RESTRICT",
	"CASCADE",
	"SET NULL",
	"SET DEFAULT",
	"NO ACTION"
];
/** `ON UPDATE CURRENT_TIMESTAMP` belongs to the column. */
function isReferenceAction(r) {
	return [
		"RESTRICT",
		"CASCADE",
		"SET",
		"NO"
	].includes(r.word(2));
}
function referenceAction(r) {
	return r.needOneOf(ACTIONS);
}

// src/migrate/sql/parse/columns.ts
/** Reads `name type attributes`. */
function columnOf(r) {
	const place = r.place;
	return definedAs(r, r.mariadb ? columnName(r) : r.name("the name of a column"), place);
}
/** The name may have its table in front. */
function columnName(r) {
	let name = r.name("the name of a column");
	while (r.takeSymbol(".")) name = r.anyName("the name of a column");
	return name;
}
/** What stands behind the name of a column. */
function definedAs(r, name, place) {
	const draft = {
		nullable: null,
		default: null,
		onUpdate: null,
		autoIncrement: false,
		key: null,
		comment: null,
		generated: null,
		checks: [],
		references: null,
		visible: null,
		collation: null,
		type: "",
		others: [],
		attributes: 0
	};
	const type = serial(r, draft) ?? dataType(r);
	draft.collation = type.collation;
	draft.type = type.name;
	while (attribute(r, draft));
	const { collation, attributes: _, type: __, ...rest } = draft;
	return {
		name,
		...rest,
		type: collation === null ? type : {
			...type,
			collation
		},
		span: r.spanFrom(place)
	};
}
/** SERIAL is BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE. */
function serial(r, draft) {
	const place = r.place;
	if (!r.take("SERIAL")) return null;
	draft.nullable = false;
	draft.autoIncrement = true;
	draft.key = "unique";
	return {
		name: "BIGINT",
		args: [],
		members: [],
		unsigned: true,
		zerofill: false,
		charset: null,
		collation: null,
		span: r.spanFrom(place)
	};
}
/** MariaDB 10.11 takes these at no generated column. */
const NOT_GENERATED = /* @__PURE__ */ new Set([
	"NOT NULL",
	"NULL",
	"DEFAULT",
	"ON UPDATE",
	"AUTO_INCREMENT",
	"SERIAL DEFAULT VALUE",
	"PRIMARY KEY",
	"PRIMARY",
	"KEY",
	"REFERENCES"
]);
const COMPRESSIBLE = /^(?:VARCHAR|VARBINARY|(?:TINY|MEDIUM|LONG)?(?:TEXT|BLOB))$/;
function other(draft, words) {
	return { others: [...draft.others, words] };
}
const ATTRIBUTES = [
	["NOT NULL", () => ({ nullable: false })],
	["NULL", () => ({ nullable: true })],
	["DEFAULT", (r) => ({ default: defaultOf(r) })],
	["ON UPDATE", (r) => ({ onUpdate: r.expressionOf(() => now(r)) })],
	["AUTO_INCREMENT", () => ({ autoIncrement: true })],
	["SERIAL DEFAULT VALUE", () => ({
		nullable: false,
		autoIncrement: true,
		key: "unique"
	})],
	["PRIMARY KEY", () => ({ key: "primary" })],
	["PRIMARY", () => ({ key: "primary" })],
	["UNIQUE KEY", (_, draft) => ({ key: draft.key ?? "unique" })],
	["UNIQUE", (_, draft) => ({ key: draft.key ?? "unique" })],
	["KEY", (_, draft) => ({ key: draft.key ?? "primary" })],
	["COMMENT", (r) => ({ comment: r.string() })],
	["COLLATE", (r, draft) => {
		if (draft.collation !== null && !r.mariadb) r.fail("one collation");
		return { collation: collationName(r) };
	}],
	["COLUMN_FORMAT", (r, draft) => other(draft, `COLUMN_FORMAT ${r.needOneOf([
		"DEFAULT",
		"FIXED",
		"DYNAMIC"
	])}`)],
	["STORAGE", (r, draft) => other(draft, `STORAGE ${r.needOneOf([
		"DISK",
		"MEMORY",
		"DEFAULT"
	])}`)],
	["VISIBLE", () => ({ visible: true })],
	["INVISIBLE", () => ({ visible: false })],
	["GENERATED ALWAYS AS", generated],
	["AS", generated],
	["REFERENCES", (r) => ({ references: referencesOf(r) })]
];
const MYSQL_ATTRIBUTES = [
	["SRID", (r, draft) => other(draft, `SRID ${r.number()}`)],
	["MASKING POLICY", (r, draft) => other(draft, `MASKING POLICY ${r.name()}`)],
	["NOT SECONDARY", (_, draft) => other(draft, "NOT SECONDARY")],
	["ENGINE_ATTRIBUTE", engineAttribute("ENGINE_ATTRIBUTE")],
	["SECONDARY_ENGINE_ATTRIBUTE", engineAttribute("SECONDARY_ENGINE_ATTRIBUTE")]
];
const MARIADB_ATTRIBUTES = [
	["WITH SYSTEM VERSIONING", (_, draft) => other(draft, "WITH SYSTEM VERSIONING")],
	["WITHOUT SYSTEM VERSIONING", (_, draft) => other(draft, "WITHOUT SYSTEM VERSIONING")],
	["REF_SYSTEM_ID", (r, draft) => {
		equals(r);
		return other(draft, `REF_SYSTEM_ID ${r.number()}`);
	}],
	["COMPRESSED", (r, draft) => {
		if (!COMPRESSIBLE.test(draft.type) || draft.others.includes("COMPRESSED")) r.fail("a text that can be compressed");
		if (r.takeSymbol("=")) r.name("a method of compression");
		return other(draft, "COMPRESSED");
	}]
];
function engineAttribute(name) {
	return (r, draft) => {
		equals(r);
		r.string();
		return other(draft, name);
	};
}
function attribute(r, draft) {
	if (checkAttribute(r, draft)) return true;
	const own = r.mariadb ? MARIADB_ATTRIBUTES : MYSQL_ATTRIBUTES;
	for (const [phrase, read] of [...own, ...ATTRIBUTES]) {
		if (!r.is(...phrase.split(" "))) continue;
		if (phrase.endsWith("AS") && draft.attributes > 0) r.fail("what is generated directly behind the type");
		if (r.mariadb && draft.generated !== null && NOT_GENERATED.has(phrase)) r.fail("the end of a generated column");
		r.take(...phrase.split(" "));
		if (phrase !== "COLLATE") draft.attributes += 1;
		Object.assign(draft, read(r, draft));
		return true;
	}
	return r.mariadb && engineOption$1(r, draft);
}
/** MariaDB: engines may define attributes of their own, `name=value`. */
function engineOption$1(r, draft) {
	if (!r.isName() || !r.symbol("=", 1) || r.is("ALGORITHM")) return false;
	const name = r.name();
	r.needSymbol("=");
	if (r.isString() || r.isName()) r.nameOrString();
	else if (!r.take("DEFAULT")) r.number("a value");
	draft.others.push(name.toUpperCase());
	return true;
}
/** `[CONSTRAINT [name]] CHECK (…) [[NOT] ENFORCED]`. */
function checkAttribute(r, draft) {
	if (!r.is("CHECK") && !r.is("CONSTRAINT")) return false;
	const name = r.take("CONSTRAINT") && r.isName() ? r.name() : null;
	draft.checks.push(checkOf(r, name));
	return true;
}
/** From CHECK on. */
function checkOf(r, name) {
	r.need("CHECK");
	return {
		name,
		expression: r.parenthesised(() => expression(r)),
		enforced: enforcement(r) ?? true
	};
}
/** ENFORCED, NOT ENFORCED, or neither. */
function enforcement(r) {
	if (r.mariadb) return null;
	if (r.take("NOT", "ENFORCED")) return false;
	return r.take("ENFORCED") ? true : null;
}
/** NOW() and what means the same: the only function that MySQL takes without parentheses around it. */
function now(r) {
	const word = r.needOneOf([
		"CURRENT_TIMESTAMP",
		"NOW",
		"LOCALTIME",
		"LOCALTIMESTAMP"
	]);
	r.seen.functions.add(word);
	if (word === "NOW" && !r.symbol("(")) r.fail("(");
	if (!r.takeSymbol("(")) return;
	if (!r.symbol(")")) r.number();
	r.needSymbol(")");
}
/** The value behind DEFAULT. */
function defaultOf(r) {
	if (r.mariadb && !r.is("CURRENT_TIMESTAMP")) {
		const signed = r.symbol("-") || r.symbol("+");
		return r.expressionOf(() => signed ? literal(r) : r.simple());
	}
	if (r.symbol("(")) return r.expressionOf(() => r.parenthesised(() => r.expr()));
	if ([
		"CURRENT_TIMESTAMP",
		"NOW",
		"LOCALTIME",
		"LOCALTIMESTAMP"
	].includes(r.word())) return r.expressionOf(() => now(r));
	return r.expressionOf(() => literal(r));
}
/** A literal, with its sign. */
function literal(r) {
	if (r.takeSymbol("-") || r.takeSymbol("+")) {
		r.number();
		return;
	}
	const { kind } = r.peek();
	if (kind === "number" || kind === "bits") r.next();
	else if (kind === "string") while (r.isString()) r.next();
	else if (r.takeOneOf([
		"NULL",
		"TRUE",
		"FALSE"
	]) !== null) return;
	else if (/^(?:_[A-Z0-9]+|DATE|TIME|TIMESTAMP)$/.test(r.word()) && (r.isString(1) || r.peek(1).kind === "bits")) {
		r.next();
		r.next();
	} else r.fail("a literal, or an expression in parentheses");
}
function generated(r, draft) {
	if (r.mariadb && r.takeOneOf(["ROW START", "ROW END"]) !== null) return other(draft, "ROW START OR END");
	const read = r.parenthesised(() => expression(r));
	const how = r.takeOneOf(r.mariadb ? [
		"VIRTUAL",
		"STORED",
		"PERSISTENT"
	] : ["VIRTUAL", "STORED"]);
	return { generated: {
		expression: read,
		stored: how === "STORED" || how === "PERSISTENT"
	} };
}

// src/migrate/sql/parse/rows.ts
/** INSERT, REPLACE, UPDATE and DELETE. */
const PRIORITIES = [
	"LOW_PRIORITY",
	"DELAYED",
	"HIGH_PRIORITY"
];
function insertStatement(r) {
	const replace = r.needOneOf(["INSERT", "REPLACE"]) === "REPLACE";
	r.takeOneOf(PRIORITIES);
	const ignore = !replace && r.take("IGNORE");
	r.take("INTO");
	const table = r.table();
	partitionNames(r);
	const outer = r.seen.star;
	r.seen.star = false;
	const read = source(r, columnList(r));
	const { star } = r.seen;
	r.seen.star = outer;
	if (!r.mariadb && r.take("AS")) {
		r.name();
		if (r.symbol("(")) nameList(r);
	}
	const onDuplicateKey = !replace && r.take("ON", "DUPLICATE", "KEY", "UPDATE");
	if (onDuplicateKey) r.list(() => assignment(r));
	if (r.mariadb && r.take("RETURNING")) selectList(r);
	return {
		kind: "insert",
		replace,
		ignore,
		table,
		columns: read.columns,
		rows: read.rows,
		onDuplicateKey,
		star
	};
}
function columnList(r) {
	if (!r.symbol("(") || isQuery(r, 0)) return null;
	return r.parenthesised(() => r.symbol(")") ? [] : r.list(() => columnName(r)));
}
function source(r, columns) {
	if (columns === null && r.take("SET")) return {
		columns: r.list(() => assignment(r)),
		rows: 1
	};
	if (r.is("VALUES", "ROW") || isQuery(r, 0) && !r.is("VALUES")) {
		r.query();
		return {
			columns,
			rows: null
		};
	}
	r.needOneOf(["VALUES", "VALUE"]);
	return {
		columns,
		rows: r.list(() => r.parenthesised(() => r.symbol(")") ? [] : r.list(() => value$1(r)))).length
	};
}
function value$1(r) {
	if (r.is("DEFAULT") && !r.symbol("(", 1)) r.next();
	else if (r.mariadb && r.take("IGNORE")) return;
	else r.expr();
}
/** `a = 1`; its column. */
function assignment(r) {
	const name = columnName(r);
	if (!r.takeSymbol("=")) r.needSymbol(":=");
	value$1(r);
	return name;
}
function updateStatement(r) {
	withClause(r);
	r.need("UPDATE");
	r.take("LOW_PRIORITY");
	const ignore = r.take("IGNORE");
	const { seen } = r.collect(() => tableReferences(r));
	if (r.mariadb) portion(r);
	r.need("SET");
	const columns = r.list(() => assignment(r));
	const rest = whichRows(r);
	return {
		kind: "update",
		ignore,
		tables: seen.tables,
		columns,
		...rest
	};
}
function whichRows(r) {
	const where = r.take("WHERE") ? expression(r) : null;
	if (r.is("ORDER")) orderBy(r);
	const limited = r.is("LIMIT");
	if (limited) limit(r);
	return {
		where,
		limit: limited
	};
}
/** MariaDB: `FOR PORTION OF p FROM a TO b`. */
function portion(r) {
	if (!r.take("FOR", "PORTION", "OF")) return;
	r.name();
	r.need("FROM");
	r.expr();
	r.need("TO");
	r.expr();
}
function deleteStatement(r) {
	withClause(r);
	r.need("DELETE");
	if (r.mariadb && r.take("HISTORY")) return deleteHistory(r);
	while (r.takeOneOf(["LOW_PRIORITY", "QUICK"]) !== null);
	const ignore = r.take("IGNORE");
	if (!r.take("FROM")) {
		const targets = r.list(() => target$1(r));
		r.need("FROM");
		tableReferences(r);
		return {
			kind: "delete",
			ignore,
			tables: targets,
			where: r.take("WHERE") ? expression(r) : null,
			limit: false
		};
	}
	const many = r.attempt(() => {
		const found = r.list(() => target$1(r));
		r.need("USING");
		return found;
	});
	if (many !== null) {
		tableReferences(r);
		return {
			kind: "delete",
			ignore,
			tables: many,
			where: r.take("WHERE") ? expression(r) : null,
			limit: false
		};
	}
	const table = r.table();
	partitionNames(r);
	if (r.mariadb) portion(r);
	alias(r);
	if (r.is("PARTITION")) partitionNames(r);
	const rest = whichRows(r);
	if (r.mariadb && r.take("RETURNING")) selectList(r);
	return {
		kind: "delete",
		ignore,
		tables: [table],
		...rest
	};
}
/** `t`, `t.*`. */
function target$1(r) {
	const place = r.place;
	const first = r.name("the name of a table");
	let schema = null;
	let name = first;
	if (r.symbol(".") && !r.symbol("*", 1)) {
		r.needSymbol(".");
		schema = first;
		name = r.anyName();
	}
	const span = r.spanFrom(place);
	if (r.takeSymbol(".")) r.needSymbol("*");
	const found = {
		schema,
		name,
		span
	};
	r.seen.tables.push(found);
	return found;
}
/** MariaDB: `DELETE HISTORY FROM t BEFORE SYSTEM_TIME …`. */
function deleteHistory(r) {
	r.need("FROM");
	const table = r.table();
	partitionNames(r);
	if (r.take("BEFORE", "SYSTEM_TIME")) {
		r.takeOneOf(["TIMESTAMP", "TRANSACTION"]);
		r.bits();
	}
	return {
		kind: "delete",
		ignore: false,
		tables: [table],
		where: null,
		limit: false
	};
}

// src/migrate/sql/parse/load.ts
/** LOAD DATA and LOAD XML. */
function loadData(r) {
	r.need("LOAD");
	const xml = r.needOneOf(["DATA", "XML"]) === "XML";
	r.takeOneOf(["LOW_PRIORITY", "CONCURRENT"]);
	r.take("LOCAL");
	r.need("INFILE");
	r.string("a file");
	if (!r.mariadb && r.take("COUNT")) r.number();
	if (!r.mariadb) r.take("IN", "PRIMARY", "KEY", "ORDER");
	r.takeOneOf(["REPLACE", "IGNORE"]);
	r.need("INTO", "TABLE");
	r.table();
	partitionNames(r);
	if (takeCharset(r)) collationName(r);
	if (xml && r.take("ROWS", "IDENTIFIED", "BY")) r.string();
	fieldsAndLines(r);
	if (r.take("IGNORE")) {
		r.number();
		r.needOneOf(["LINES", "ROWS"]);
	}
	if (r.symbol("(")) r.parenthesised(() => {
		if (!r.symbol(")")) r.list(() => target(r));
	});
	if (r.take("SET")) r.list(() => assignment(r));
}
function target(r) {
	if (r.peek().kind === "variable") r.next();
	else r.name("the name of a column");
}

// src/migrate/sql/parse/maintenance.ts
const CHECKS = [
	"QUICK",
	"FAST",
	"MEDIUM",
	"EXTENDED",
	"CHANGED",
	"FOR UPGRADE"
];
const REPAIRS = [
	"QUICK",
	"EXTENDED",
	"USE_FRM",
	"FORCE"
];
/** ANALYZE, OPTIMIZE, CHECK, REPAIR and CHECKSUM of tables; what it is, or null when it is something else. */
function maintenance(r) {
	const place = r.place;
	const verb = r.takeOneOf([
		"ANALYZE",
		"OPTIMIZE",
		"CHECK",
		"REPAIR",
		"CHECKSUM"
	]);
	if (verb === null) return null;
	if (verb !== "CHECK" && verb !== "CHECKSUM") r.takeOneOf(["NO_WRITE_TO_BINLOG", "LOCAL"]);
	if (!(r.mariadb && (verb === "CHECK" || verb === "REPAIR") && r.takeOneOf(["VIEW", "VIEWS"]) !== null) && r.takeOneOf(["TABLE", "TABLES"]) === null) {
		r.back(place);
		if (!(verb === "ANALYZE" && r.mariadb)) return null;
		analyzed(r);
		return "ANALYZE";
	}
	r.list(() => {
		r.table();
		if (r.mariadb && verb === "ANALYZE") persistent(r);
	});
	if (verb === "ANALYZE" && !r.mariadb) histogram(r);
	if (verb === "CHECK") while (r.takeOneOf(CHECKS) !== null);
	if (verb === "REPAIR") while (r.takeOneOf(REPAIRS) !== null || r.take("FROM", "MYSQL"));
	if (verb === "CHECKSUM") r.takeOneOf(["QUICK", "EXTENDED"]);
	if (verb === "OPTIMIZE" && r.mariadb && !r.take("NOWAIT") && r.take("WAIT")) r.number();
	return `${verb} TABLE`;
}
/** MariaDB: `ANALYZE SELECT …` runs the statement and says how. */
function analyzed(r) {
	r.need("ANALYZE");
	if (r.take("FORMAT")) {
		r.needSymbol("=");
		r.nameOrString("a format");
	}
	r.statement();
}
function persistent(r) {
	if (!r.take("PERSISTENT", "FOR")) return;
	if (r.take("ALL")) return;
	for (const what of ["COLUMNS", "INDEXES"]) {
		r.need(what);
		if (r.take("ALL")) continue;
		r.parenthesised(() => {
			if (!r.symbol(")")) r.list(() => r.take("PRIMARY") || r.name());
		});
	}
}
function histogram(r) {
	const verb = r.takeOneOf(["UPDATE HISTOGRAM ON", "DROP HISTOGRAM ON"]);
	if (verb === null) return;
	r.list(() => r.name("the name of a column"));
	if (verb.startsWith("DROP")) return;
	if (r.take("USING")) {
		r.need("DATA");
		r.string();
		return;
	}
	if (r.take("WITH")) {
		r.number();
		r.need("BUCKETS");
	}
	r.takeOneOf(["AUTO UPDATE", "MANUAL UPDATE"]);
}

// src/migrate/sql/parse/replication.ts
const nothing$2 = () => void 0;
const forChannel = (r) => {
	if (r.take("FOR", "CHANNEL")) r.nameOrString("a channel");
};
/** A value of `NAME = value`. */
function value(r) {
	if (r.symbol("(")) r.parenthesised(() => {
		if (!r.symbol(")")) r.list(() => item(r));
	});
	else if (r.isString() && r.peek(1).kind === "variable") account(r);
	else if (r.isString() || r.isName()) r.nameOrString();
	else if (r.take("NULL") || r.take("ON") || r.take("DEFAULT")) return;
	else {
		r.takeSymbol("-");
		const { kind } = r.peek();
		if (kind !== "number" && kind !== "bits") r.fail("a value");
		r.next();
	}
}
function item(r) {
	if (r.symbol("(")) r.parenthesised(() => r.list(() => item(r)));
	else if (r.peek().kind === "number") r.next();
	else {
		r.nameOrString();
		if (r.takeSymbol(".")) r.anyName();
	}
}
const settings = (r) => {
	r.list(() => {
		r.anyName("a setting");
		r.needSymbol("=");
		value(r);
	});
	forChannel(r);
};
const threads = (r) => {
	if (r.isOneOf(/* @__PURE__ */ new Set([
		"IO_THREAD",
		"SQL_THREAD",
		"RELAY_THREAD"
	]))) r.list(() => r.needOneOf([
		"IO_THREAD",
		"SQL_THREAD",
		"RELAY_THREAD"
	]));
	if (r.mariadb && r.isString()) r.next();
	if (r.take("UNTIL")) r.list(() => {
		if (r.take("SQL_AFTER_MTS_GAPS")) return;
		r.anyName("a setting");
		r.needSymbol("=");
		value(r);
	});
	for (const word of [
		"USER",
		"PASSWORD",
		"DEFAULT_AUTH",
		"PLUGIN_DIR"
	]) {
		if (!r.take(word)) continue;
		r.needSymbol("=");
		r.string();
	}
	forChannel(r);
};
const resetReplica = (r) => {
	if (r.mariadb && r.isString()) r.next();
	r.take("ALL");
	forChannel(r);
};
const purge = (r) => {
	if (r.take("TO")) r.string("a log");
	else {
		r.need("BEFORE");
		r.expr();
	}
};
const toLog = (r) => {
	if (!r.take("TO")) return;
	r.number();
};
const FORMS$2 = {
	"CHANGE MASTER": (r) => {
		if (r.isString()) r.next();
		r.need("TO");
		settings(r);
	},
	"CHANGE REPLICATION SOURCE TO": settings,
	"CHANGE REPLICATION FILTER": settings,
	"START SLAVE": threads,
	"STOP SLAVE": threads,
	"START REPLICA": threads,
	"STOP REPLICA": threads,
	"START GROUP_REPLICATION": (r) => {
		r.list(() => {
			if (!r.is("USER") && !r.is("PASSWORD") && !r.is("DEFAULT_AUTH")) return;
			r.next();
			r.needSymbol("=");
			r.string();
		});
	},
	"STOP GROUP_REPLICATION": nothing$2,
	"START ALL SLAVES": nothing$2,
	"STOP ALL SLAVES": nothing$2,
	"RESET SLAVE": resetReplica,
	"RESET REPLICA": resetReplica,
	"RESET MASTER": toLog,
	"RESET BINARY LOGS AND GTIDS": toLog,
	"RESET QUERY CACHE": nothing$2,
	"RESET PERSIST": (r) => {
		if (!r.take("IF", "EXISTS") && !r.isName()) return;
		r.name();
		while (r.takeSymbol(".")) r.anyName();
	},
	"PURGE BINARY LOGS": purge,
	"PURGE MASTER LOGS": purge,
	"BACKUP STAGE": (r) => void r.needOneOf([
		"START",
		"FLUSH",
		"BLOCK_DDL",
		"BLOCK_COMMIT",
		"END"
	]),
	"BACKUP LOCK": (r) => void r.table(),
	"BACKUP UNLOCK": nothing$2
};
/** What it is, or null when it is something else. */
function replication(r) {
	for (const [phrase, rest] of Object.entries(FORMS$2)) {
		if (!r.take(...phrase.split(" "))) continue;
		rest(r);
		return phrase;
	}
	return null;
}

// src/migrate/sql/parse/show.ts
const nothing$1 = () => void 0;
/** `LIKE 'a%'`, `WHERE …`. */
const filtered = (r) => {
	if (r.take("LIKE")) r.string("a pattern");
	else if (r.take("WHERE")) r.expr();
};
/** `FROM db`. */
const inDatabase = (r) => {
	if (r.takeOneOf(["FROM", "IN"]) !== null) r.name("the name of a database");
	filtered(r);
};
const ofTable = (r) => {
	r.needOneOf(["FROM", "IN"]);
	r.table();
	inDatabase(r);
};
const named$2 = (r) => {
	r.objectName();
};
const limited = (r) => limit(r);
const inLog = (r) => {
	if (r.take("IN")) r.string("a log");
	if (r.take("FROM")) r.number();
	limit(r);
	if (r.take("FOR", "CHANNEL")) r.nameOrString();
};
const channel = (r) => {
	if (r.take("FOR")) {
		r.need("CHANNEL");
		r.nameOrString();
	} else if (r.mariadb && r.isString()) r.next();
	if (r.mariadb) r.takeOneOf(["NONBLOCKING"]);
};
const createDatabase = (r) => {
	r.take("IF", "NOT", "EXISTS");
	r.name("the name of a database");
};
const engine = (r) => {
	if (!r.take("ALL")) r.nameOrString("an engine");
	r.needOneOf([
		"STATUS",
		"MUTEX",
		"LOGS"
	]);
};
const grants = (r) => {
	if (!r.take("FOR")) return;
	account(r);
	if (!r.mariadb && r.take("USING")) r.list(() => account(r));
};
const profile = (r) => {
	const kinds = [
		"ALL",
		"BLOCK IO",
		"CONTEXT SWITCHES",
		"CPU",
		"IPC",
		"MEMORY",
		"PAGE FAULTS",
		"SOURCE",
		"SWAPS"
	];
	if (kinds.some((kind) => r.is(...kind.split(" ")))) r.list(() => r.needOneOf(kinds));
	if (r.take("FOR")) {
		r.need("QUERY");
		r.number();
	}
	limit(r);
};
/** Longer phrases first: `CREATE TABLE` before `CREATE`. */
const FORMS$1 = {
	"FULL TABLES": inDatabase,
	"FULL COLUMNS": ofTable,
	"FULL FIELDS": ofTable,
	"FULL PROCESSLIST": nothing$1,
	"FULL TRIGGERS": inDatabase,
	"EXTENDED FULL TABLES": inDatabase,
	"EXTENDED FULL COLUMNS": ofTable,
	"EXTENDED FULL FIELDS": ofTable,
	"EXTENDED TABLES": inDatabase,
	"EXTENDED COLUMNS": ofTable,
	"EXTENDED FIELDS": ofTable,
	"EXTENDED INDEX": ofTable,
	"EXTENDED INDEXES": ofTable,
	"EXTENDED KEYS": ofTable,
	"TABLE STATUS": inDatabase,
	"TABLE TYPES": nothing$1,
	TABLES: inDatabase,
	"OPEN TABLES": inDatabase,
	COLUMNS: ofTable,
	FIELDS: ofTable,
	INDEX: ofTable,
	INDEXES: ofTable,
	KEYS: ofTable,
	DATABASES: filtered,
	SCHEMAS: filtered,
	"CREATE TABLE": (r) => void r.table(),
	"CREATE VIEW": (r) => void r.table(),
	"CREATE PROCEDURE": named$2,
	"CREATE FUNCTION": named$2,
	"CREATE TRIGGER": named$2,
	"CREATE EVENT": named$2,
	"CREATE SEQUENCE": named$2,
	"CREATE LIBRARY": named$2,
	"CREATE SERVER": (r) => void r.nameOrString(),
	"CREATE DATABASE": createDatabase,
	"CREATE SCHEMA": createDatabase,
	"CREATE USER": (r) => {
		if (!r.ended && !r.symbol(";")) account(r);
	},
	"PROCEDURE STATUS": filtered,
	"FUNCTION STATUS": filtered,
	"LIBRARY STATUS": filtered,
	"PROCEDURE CODE": named$2,
	"FUNCTION CODE": named$2,
	"PACKAGE STATUS": filtered,
	TRIGGERS: inDatabase,
	EVENTS: inDatabase,
	"GLOBAL VARIABLES": filtered,
	"SESSION VARIABLES": filtered,
	"LOCAL VARIABLES": filtered,
	VARIABLES: filtered,
	"GLOBAL STATUS": filtered,
	"SESSION STATUS": filtered,
	"LOCAL STATUS": filtered,
	STATUS: filtered,
	PROCESSLIST: nothing$1,
	"CHARACTER SET": filtered,
	CHARSET: filtered,
	COLLATION: filtered,
	"STORAGE ENGINES": nothing$1,
	ENGINES: nothing$1,
	ENGINE: engine,
	PLUGINS: nothing$1,
	"PLUGINS SONAME": filtered,
	PRIVILEGES: nothing$1,
	PROFILES: nothing$1,
	PROFILE: profile,
	GRANTS: grants,
	WARNINGS: limited,
	ERRORS: limited,
	"BINARY LOGS": nothing$1,
	"BINARY LOG STATUS": nothing$1,
	"MASTER LOGS": nothing$1,
	"MASTER STATUS": nothing$1,
	"BINLOG STATUS": nothing$1,
	"BINLOG EVENTS": inLog,
	"RELAYLOG EVENTS": inLog,
	REPLICAS: nothing$1,
	"REPLICA STATUS": channel,
	"SLAVE STATUS": channel,
	"SLAVE HOSTS": nothing$1,
	"REPLICA HOSTS": nothing$1,
	"ALL SLAVES STATUS": nothing$1,
	"ALL REPLICAS STATUS": nothing$1,
	EXPLAIN: (r) => {
		r.need("FOR");
		r.number();
	}
};
const phrases = Object.keys(FORMS$1).toSorted((a, b) => b.length - a.length);
/** From SHOW on. */
function show(r) {
	r.need("SHOW");
	if (r.is("COUNT") && r.symbol("(", 1) && r.symbol("*", 2)) {
		for (let at = 0; at < 4; at += 1) r.next();
		r.needOneOf(["WARNINGS", "ERRORS"]);
		return;
	}
	if (r.mariadb && r.takeOneOf(["AUTHORS", "CONTRIBUTORS"]) !== null) return;
	const phrase = r.needOneOf(phrases);
	FORMS$1[phrase]?.(r);
}

// src/migrate/sql/parse/administration.ts
const nothing = () => void 0;
const chain = (r) => {
	r.take("WORK");
	if (r.take("AND")) {
		const free = r.take("NO");
		r.need("CHAIN");
		if (!free) {
			r.take("NO", "RELEASE");
			return;
		}
	}
	if (r.take("NO")) r.need("RELEASE");
	else r.take("RELEASE");
};
const savepoint = (r) => void r.name("the name of a savepoint");
const xid = (r) => {
	literalText(r);
	if (!r.takeSymbol(",")) return;
	literalText(r);
	if (r.takeSymbol(",")) r.number();
};
function literalText(r) {
	if (r.peek().kind === "bits") r.next();
	else r.string();
}
const handler = (r) => {
	r.table();
	if (r.take("CLOSE")) return;
	if (r.take("OPEN")) {
		r.take("AS");
		if (r.isName()) r.name();
		return;
	}
	r.need("READ");
	if (r.takeOneOf(["FIRST", "NEXT"]) === null) {
		r.name("the name of an index");
		if ([
			"=",
			">=",
			"<=",
			"<",
			">"
		].some((sign) => r.takeSymbol(sign))) r.parenthesised(() => r.list(() => r.expr()));
		else r.needOneOf([
			"FIRST",
			"NEXT",
			"PREV",
			"LAST"
		]);
	}
	if (r.take("WHERE")) r.expr();
	if (r.take("LIMIT")) r.list(() => r.number());
	if (r.take("OFFSET")) r.number();
};
const explain = (r) => {
	if (r.isName() && !EXPLAINED.has(r.word()) && !r.is("FORMAT") && !r.is("EXTENDED") && !r.is("PARTITIONS")) {
		r.table();
		if (r.isString()) r.next();
		else if (r.isName()) r.name();
		return;
	}
	r.take("ANALYZE");
	r.takeOneOf(["EXTENDED", "PARTITIONS"]);
	if (r.take("FORMAT")) {
		r.needSymbol("=");
		r.nameOrString("a format");
	}
	if (r.take("INTO") && r.next().kind !== "variable") r.fail("a variable");
	if (r.take("FOR")) {
		if (r.take("CONNECTION")) {
			r.number();
			return;
		}
		r.needOneOf(["SCHEMA", "DATABASE"]);
		r.name();
	}
	r.statement();
};
const EXPLAINED = /* @__PURE__ */ new Set([
	"SELECT",
	"INSERT",
	"UPDATE",
	"DELETE",
	"REPLACE",
	"TABLE",
	"VALUES",
	"WITH",
	"ANALYZE",
	"FOR"
]);
const kill = (r) => {
	if (r.mariadb) r.takeOneOf(["HARD", "SOFT"]);
	r.takeOneOf(["CONNECTION", "QUERY"]);
	if (r.mariadb && r.take("ID")) {
		r.number();
		return;
	}
	if (r.mariadb && r.take("USER")) account(r);
	else r.expr();
};
const flush = (r) => {
	r.takeOneOf(["NO_WRITE_TO_BINLOG", "LOCAL"]);
	if (r.takeOneOf(["TABLES", "TABLE"]) === null) {
		r.list(() => r.needOneOf(FLUSHED) === "RELAY LOGS" && r.take("FOR", "CHANNEL") && r.nameOrString());
		return;
	}
	if (!r.ended && !r.symbol(";") && !r.is("WITH")) r.list(() => r.table());
	if (r.take("FOR")) r.need("EXPORT");
	if (r.take("WITH")) r.need("READ", "LOCK");
};
const FLUSHED = `BINARY LOGS|ENGINE LOGS|ERROR LOGS|GENERAL LOGS|RELAY LOGS|SLOW LOGS|LOGS|HOSTS|PRIVILEGES|OPTIMIZER_COSTS|STATUS|
USER_RESOURCES|QUERY CACHE|MASTER|SLAVE|SSL|GLOBAL STATUS|SESSION STATUS|TABLE_STATISTICS|INDEX_STATISTICS|USER_STATISTICS|
CLIENT_STATISTICS|DES_KEY_FILE`.split("|").map((phrase) => phrase.trim());
const FORMS = {
	USE: (r) => void r.name("the name of a database"),
	BEGIN: (r) => void r.take("WORK"),
	"START TRANSACTION": (r) => {
		if (r.is("WITH") || r.is("READ")) r.list(() => r.needOneOf([
			"WITH CONSISTENT SNAPSHOT",
			"READ ONLY",
			"READ WRITE"
		]));
	},
	COMMIT: chain,
	ROLLBACK: (r) => {
		const place = r.place;
		r.take("WORK");
		if (!r.take("TO")) {
			r.back(place);
			chain(r);
			return;
		}
		r.take("SAVEPOINT");
		savepoint(r);
	},
	SAVEPOINT: savepoint,
	"RELEASE SAVEPOINT": savepoint,
	"LOCK TABLES": lockTables,
	"LOCK TABLE": lockTables,
	"UNLOCK TABLES": nothing,
	"UNLOCK TABLE": nothing,
	"LOCK INSTANCE FOR BACKUP": nothing,
	"UNLOCK INSTANCE": nothing,
	DO: (r) => void r.list(() => r.expr()),
	CALL: (r) => {
		r.objectName("the name of a procedure");
		if (r.symbol("(")) r.parenthesised(() => r.symbol(")") ? [] : r.list(() => r.expr()));
	},
	PREPARE: (r) => {
		r.name();
		r.need("FROM");
		if (r.mariadb) r.expr();
		else if (r.peek().kind === "variable") r.next();
		else r.string();
	},
	"EXECUTE IMMEDIATE": (r) => {
		r.expr();
		if (r.take("USING")) r.list(() => r.takeOneOf(["DEFAULT", "IGNORE"]) ?? r.expr());
	},
	EXECUTE: (r) => {
		r.name();
		if (r.take("USING")) r.list(() => r.mariadb ? r.takeOneOf(["DEFAULT", "IGNORE"]) ?? r.expr() : variable$1(r));
	},
	"DEALLOCATE PREPARE": (r) => void r.name(),
	"DROP PREPARE": (r) => void r.name(),
	HANDLER: handler,
	"XA START": (r) => {
		xid(r);
		r.takeOneOf(["JOIN", "RESUME"]);
	},
	"XA BEGIN": (r) => {
		xid(r);
		r.takeOneOf(["JOIN", "RESUME"]);
	},
	"XA END": (r) => {
		xid(r);
		if (r.take("SUSPEND")) r.take("FOR", "MIGRATE");
	},
	"XA PREPARE": xid,
	"XA COMMIT": (r) => {
		xid(r);
		if (r.take("ONE")) r.need("PHASE");
	},
	"XA ROLLBACK": xid,
	"XA RECOVER": (r) => void r.take("CONVERT", "XID"),
	EXPLAIN: explain,
	DESCRIBE: explain,
	DESC: explain,
	KILL: kill,
	FLUSH: flush,
	HELP: (r) => void r.nameOrString(),
	"INSTALL PLUGIN": (r) => {
		r.name();
		r.need("SONAME");
		r.string();
	},
	"INSTALL SONAME": (r) => void r.string(),
	"UNINSTALL SONAME": (r) => void r.string(),
	"UNINSTALL PLUGIN": (r) => void r.name(),
	"INSTALL COMPONENT": (r) => {
		r.list(() => r.string());
		if (!r.take("SET")) return;
		r.list(() => {
			r.takeOneOf(["GLOBAL", "PERSIST"]);
			r.name();
			while (r.takeSymbol(".")) r.anyName();
			r.needSymbol("=");
			if (!r.take("ON")) r.expr();
		});
	},
	"UNINSTALL COMPONENT": (r) => void r.list(() => r.string()),
	SHUTDOWN: (r) => void (r.mariadb && r.take("WAIT", "FOR", "ALL")),
	RESTART: nothing,
	"IMPORT TABLE FROM": (r) => void r.list(() => r.string()),
	"CLONE LOCAL": (r) => {
		r.need("DATA", "DIRECTORY");
		r.takeSymbol("=");
		r.string();
	},
	"CLONE INSTANCE FROM": (r) => {
		account(r);
		r.needSymbol(":");
		r.number();
		r.need("IDENTIFIED", "BY");
		r.string();
		if (r.take("DATA", "DIRECTORY")) {
			r.takeSymbol("=");
			r.string();
		}
		if (r.take("REQUIRE")) r.needOneOf(["NO SSL", "SSL"]);
	},
	"CACHE INDEX": (r) => {
		r.list(() => keyTable(r));
		r.need("IN");
		if (!r.take("DEFAULT")) r.name();
	},
	"LOAD INDEX INTO CACHE": (r) => {
		r.list(() => {
			keyTable(r);
			r.take("IGNORE", "LEAVES");
		});
	},
	BINLOG: (r) => {
		r.string();
		if (r.takeSymbol(",")) r.string();
	}
};
function variable$1(r) {
	if (r.peek().kind !== "variable") r.fail("a variable");
	r.next();
}
function keyTable(r) {
	r.table();
	if (r.take("PARTITION")) r.parenthesised(() => r.take("ALL") || r.list(() => r.name()));
	if (r.take("INDEX") || r.take("KEY")) r.parenthesised(() => r.symbol(")") || r.list(() => r.take("PRIMARY") || r.name()));
}
function lockTables(r) {
	r.list(() => {
		r.table();
		if (r.take("AS")) r.name();
		else if (r.isName() && !r.is("LOW_PRIORITY")) r.name();
		r.needOneOf([
			"READ LOCAL",
			"READ",
			"LOW_PRIORITY WRITE",
			"WRITE CONCURRENT",
			"WRITE"
		]);
	});
	if (r.mariadb && !r.take("NOWAIT") && r.take("WAIT")) r.number();
}
/** Statements that other files read, each by its first words. */
const ELSEWHERE = {
	SHOW: show,
	GRANT: grant,
	REVOKE: revoke,
	LOAD: loadData
};
const COMPOUND = /* @__PURE__ */ new Set([
	"IF",
	"CASE",
	"LOOP",
	"REPEAT",
	"WHILE",
	"FOR"
]);
/** A statement that begins with one of these words. */
function otherStatement(r) {
	const { seen, value } = r.collect(() => whatItIs(r));
	return {
		kind: "other",
		what: value,
		tables: seen.tables
	};
}
function whatItIs(r) {
	const word = r.word();
	const elsewhere = Object.hasOwn(ELSEWHERE, word) ? ELSEWHERE[word] : void 0;
	if (elsewhere !== void 0 && !r.is("LOAD", "INDEX")) {
		elsewhere(r);
		return word;
	}
	const found = maintenance(r) ?? replication(r);
	if (found !== null) return found;
	if (handled(r)) return word;
	if (r.mariadb && (r.is("BEGIN", "NOT") || r.isOneOf(COMPOUND))) {
		programBody(r);
		return word;
	}
	for (const [phrase, rest] of Object.entries(FORMS)) {
		if (!r.take(...phrase.split(" "))) continue;
		rest(r);
		return phrase;
	}
	return r.fail("a statement");
}

// src/migrate/sql/parse/partitions.ts
/** PARTITION BY, and definitions of partitions. */
/** From PARTITION BY on. */
function partitionBy(r) {
	const place = r.place;
	r.need("PARTITION", "BY");
	const { method, columns } = methodOf(r);
	const count = r.take("PARTITIONS") ? wholeNumber(r) : null;
	if (r.take("SUBPARTITION", "BY")) {
		r.take("LINEAR");
		if (r.take("HASH")) r.parenthesised(() => r.bits());
		else keyColumns(r);
		if (r.take("SUBPARTITIONS")) wholeNumber(r);
	}
	const partitions = r.symbol("(") ? partitionDefinitions(r, columns) : [];
	if (count !== null && partitions.length > 0 && partitions.length !== count) r.fail(`${count} partitions`);
	return {
		method,
		partitions,
		span: r.spanFrom(place)
	};
}
function wholeNumber(r) {
	if (!/^\d+$/.test(r.peek().text)) r.fail("a whole number");
	return r.number();
}
function methodOf(r) {
	const linear = r.take("LINEAR") ? "LINEAR " : "";
	if (r.take("HASH")) {
		plainExpression(r);
		return {
			method: `${linear}HASH`,
			columns: null
		};
	}
	if (r.is("KEY")) {
		keyColumns(r);
		return {
			method: `${linear}KEY`,
			columns: null
		};
	}
	if (linear !== "") r.fail("HASH, KEY");
	if (r.mariadb && r.take("SYSTEM_TIME")) {
		systemTime(r);
		return {
			method: "SYSTEM_TIME",
			columns: null
		};
	}
	const word = r.needOneOf(r.mariadb ? [
		"RANGE",
		"LIST",
		"HASH",
		"KEY",
		"SYSTEM_TIME"
	] : [
		"RANGE",
		"LIST",
		"HASH",
		"KEY"
	]);
	if (r.take("COLUMNS")) {
		const columns = r.parenthesised(() => r.list(() => r.seen.columns.add(r.name()))).length;
		return {
			method: `${word} COLUMNS`,
			columns
		};
	}
	plainExpression(r);
	return {
		method: word,
		columns: 1
	};
}
const UNSTEADY = new Set("RAND NOW CURDATE CURTIME SYSDATE CURRENT_TIMESTAMP CURRENT_DATE CURRENT_TIME UUID USER CONNECTION_ID".split(" "));
/** What rows are spread by: no query, and nothing that changes by itself. */
function plainExpression(r) {
	const { seen } = r.collect(() => r.parenthesised(() => r.bits()));
	if (seen.subquery || [...seen.functions].some((name) => UNSTEADY.has(name))) r.fail("an expression that stays the same");
}
function keyColumns(r) {
	r.need("KEY");
	if (r.take("ALGORITHM")) {
		r.needSymbol("=");
		r.number();
	}
	r.parenthesised(() => {
		if (!r.symbol(")")) r.list(() => r.seen.columns.add(r.name()));
	});
}
/** MariaDB: `SYSTEM_TIME INTERVAL 1 MONTH`, `SYSTEM_TIME LIMIT 1000`. */
function systemTime(r) {
	if (r.take("INTERVAL")) {
		r.expr();
		r.name("a unit of time");
		if (r.take("STARTS")) r.expr();
	} else if (r.take("LIMIT")) r.number();
	r.take("AUTO");
}
/** Definitions in parentheses; their names. */
function partitionDefinitions(r, columns = null) {
	return r.parenthesised(() => r.list(() => partitionDefinition(r, columns)));
}
/** `PARTITION p VALUES …`. */
function partitionDefinition(r, columns = null) {
	r.need("PARTITION");
	const name = r.name("the name of a partition");
	if (r.take("VALUES")) valuesOf(r, columns);
	else if (r.mariadb && r.take("DEFAULT")) return withOptions(r, name);
	else if (r.mariadb && r.takeOneOf(["HISTORY", "CURRENT"]) !== null) return withOptions(r, name);
	return withOptions(r, name);
}
function withOptions(r, name) {
	while (partitionOption(r));
	if (r.symbol("(")) r.parenthesised(() => r.list(() => {
		r.need("SUBPARTITION");
		r.nameOrString("the name of a partition");
		while (partitionOption(r));
	}));
	return name;
}
function valuesOf(r, columns) {
	if (r.take("LESS", "THAN")) {
		if (r.take("MAXVALUE")) return;
		const told = r.parenthesised(() => r.list(() => bound(r))).length;
		if (columns !== null && told !== columns) r.fail(`${columns} values`);
		return;
	}
	if (r.mariadb && r.take("DEFAULT")) return;
	r.need("IN");
	r.parenthesised(() => r.list(() => r.symbol("(") && columns !== 1 && r.attempt(() => row(r)) !== null ? void 0 : r.bits()));
}
/** One value for each column of LIST COLUMNS. */
function row(r) {
	r.parenthesised(() => r.list(() => r.bits()));
	if (!r.symbol(",") && !r.symbol(")")) r.fail(", )");
}
function bound(r) {
	if (r.take("MAXVALUE")) return;
	if (r.mariadb && r.take("DEFAULT")) return;
	r.bits();
}
function partitionOption(r) {
	if (r.take("TABLESPACE")) {
		equals(r);
		r.name();
	} else if (r.take("STORAGE", "ENGINE") || r.take("ENGINE")) {
		equals(r);
		charsetName(r);
	} else if (r.take("NODEGROUP") || r.take("MAX_ROWS") || r.take("MIN_ROWS")) {
		equals(r);
		r.number();
	} else if (r.take("COMMENT") || r.take("DATA", "DIRECTORY") || r.take("INDEX", "DIRECTORY")) {
		equals(r);
		r.string();
	} else if (r.mariadb && r.isName() && r.symbol("=", 1)) {
		r.next();
		r.next();
		r.next();
	} else return false;
	return true;
}

// src/migrate/sql/parse/alter-partitions.ts
const NAMED = [
	"DROP",
	"TRUNCATE",
	"ANALYZE",
	"CHECK",
	"OPTIMIZE",
	"REBUILD",
	"REPAIR",
	"DISCARD",
	"IMPORT"
];
/** Null when no such part begins here. */
function alterPartition(r) {
	if (r.is("ADD", "PARTITION")) return addPartition(r);
	if (r.is("COALESCE", "PARTITION")) {
		r.need("COALESCE", "PARTITION");
		local(r);
		r.number();
		return of("COALESCE", []);
	}
	if (r.is("REORGANIZE", "PARTITION")) return reorganize(r);
	if (r.is("EXCHANGE", "PARTITION")) return exchange(r);
	if (r.mariadb && r.is("CONVERT", "PARTITION")) {
		r.need("CONVERT", "PARTITION");
		const name = r.name();
		r.need("TO", "TABLE");
		r.table();
		return of("CONVERT", [name]);
	}
	if (r.mariadb && r.take("CONVERT", "TABLE")) {
		r.table();
		r.need("TO");
		return of("CONVERT", [partitionDefinition(r)]);
	}
	const what = NAMED.find((word) => r.is(word, "PARTITION"));
	return what === void 0 ? null : named$1(r, what);
}
function of(what, partitions) {
	return {
		kind: "partition",
		what,
		partitions
	};
}
function local(r) {
	r.takeOneOf(["NO_WRITE_TO_BINLOG", "LOCAL"]);
}
function names$1(r) {
	return r.take("ALL") ? ["ALL"] : r.list(() => r.name("the name of a partition"));
}
function addPartition(r) {
	r.need("ADD", "PARTITION");
	if (r.mariadb) r.take("IF", "NOT", "EXISTS");
	local(r);
	if (r.take("PARTITIONS")) {
		r.number();
		return of("ADD", []);
	}
	return of("ADD", partitionDefinitions(r));
}
function reorganize(r) {
	r.need("REORGANIZE", "PARTITION");
	local(r);
	if (!r.isName()) return of("REORGANIZE", []);
	const from = r.list(() => r.name("the name of a partition"));
	r.need("INTO");
	partitionDefinitions(r);
	return of("REORGANIZE", from);
}
function exchange(r) {
	r.need("EXCHANGE", "PARTITION");
	const name = r.name("the name of a partition");
	r.need("WITH", "TABLE");
	r.table();
	if ((!r.mariadb || r.version >= 110400) && r.takeOneOf(["WITH", "WITHOUT"]) !== null) r.need("VALIDATION");
	return of("EXCHANGE", [name]);
}
function named$1(r, what) {
	r.need(what, "PARTITION");
	if (what === "DROP") {
		if (r.mariadb) r.take("IF", "EXISTS");
		return of(what, r.list(() => r.name("the name of a partition")));
	}
	if (what !== "TRUNCATE" && what !== "DISCARD" && what !== "IMPORT") local(r);
	const partitions = names$1(r);
	if (what === "DISCARD" || what === "IMPORT") r.need("TABLESPACE");
	if (what === "CHECK") while (r.takeOneOf([
		"QUICK",
		"FAST",
		"MEDIUM",
		"EXTENDED",
		"CHANGED",
		"FOR UPGRADE"
	]) !== null);
	if (what === "REPAIR") while (r.takeOneOf([
		"QUICK",
		"EXTENDED",
		"USE_FRM"
	]) !== null);
	return of(what, partitions);
}

// src/migrate/sql/parse/options.ts
const number = (r) => r.take("DEFAULT") ? "DEFAULT" : String(r.number());
const plainNumber = (r) => String(r.number());
const string = (r) => r.string();
const word = (r) => r.nameOrString();
const oneOf = (...words) => (r) => r.needOneOf(words);
/** 0, 1, DEFAULT. */
const ternary = (r) => {
	if (r.take("DEFAULT")) return "DEFAULT";
	const value = r.number();
	return value > 1 ? r.fail("0, 1, DEFAULT") : String(value);
};
const pages = (r) => {
	if (r.take("DEFAULT")) return "DEFAULT";
	const value = r.number();
	return value < 1 || value > 65535 ? r.fail("1 to 65535") : String(value);
};
const sizeText = (r) => r.isName() ? r.name() : r.take("DEFAULT") ? "DEFAULT" : r.peek().kind === "word" ? r.fail("a size") : size(r);
/** `64M`: cut as a name, unless it is only a number. */
function size(r) {
	return String(r.number("a size"));
}
const ROW_FORMATS = [
	"DEFAULT",
	"FIXED",
	"DYNAMIC",
	"COMPRESSED",
	"REDUNDANT",
	"COMPACT"
];
const OPTIONS = {
	ENGINE: word,
	AUTO_INCREMENT: plainNumber,
	AVG_ROW_LENGTH: plainNumber,
	CHECKSUM: plainNumber,
	TABLE_CHECKSUM: plainNumber,
	COMMENT: string,
	CONNECTION: string,
	"DATA DIRECTORY": string,
	"INDEX DIRECTORY": string,
	DELAY_KEY_WRITE: plainNumber,
	INSERT_METHOD: oneOf("NO", "FIRST", "LAST"),
	KEY_BLOCK_SIZE: number,
	MAX_ROWS: plainNumber,
	MIN_ROWS: plainNumber,
	PACK_KEYS: ternary,
	PASSWORD: string,
	STATS_AUTO_RECALC: ternary,
	STATS_PERSISTENT: ternary,
	STATS_SAMPLE_PAGES: pages
};
const MYSQL_OPTIONS = {
	ROW_FORMAT: oneOf(...ROW_FORMATS),
	COMPRESSION: string,
	ENCRYPTION: string,
	TABLESPACE: word,
	AUTOEXTEND_SIZE: sizeText,
	SECONDARY_ENGINE: (r) => r.take("NULL") ? "NULL" : word(r),
	ENGINE_ATTRIBUTE: string,
	SECONDARY_ENGINE_ATTRIBUTE: string
};
const MARIADB_OPTIONS = {
	ROW_FORMAT: oneOf(...ROW_FORMATS, "PAGE"),
	PAGE_CHECKSUM: ternary,
	TRANSACTIONAL: ternary,
	SEQUENCE: plainNumber
};
/** Reads one option; null when none begins here. */
function tableOption(r) {
	const place = r.place;
	const done = (name, value) => ({
		name,
		value,
		span: r.spanFrom(place)
	});
	if (r.take("UNION")) {
		equals(r);
		return done("UNION", r.parenthesised(() => r.symbol(")") ? [] : r.list(() => r.table())).map((table) => table.name).join(","));
	}
	if (!r.mariadb && r.take("STORAGE")) return done("STORAGE", r.needOneOf(["DISK", "MEMORY"]));
	if (!r.mariadb && r.take("START", "TRANSACTION")) return done("START TRANSACTION", "");
	if (r.mariadb && r.take("WITH", "SYSTEM", "VERSIONING")) return done("WITH SYSTEM VERSIONING", "");
	const charset = charsetOption(r);
	if (charset !== null) return done(...charset);
	const own = r.mariadb ? MARIADB_OPTIONS : MYSQL_OPTIONS;
	for (const [name, value] of [...Object.entries(own), ...Object.entries(OPTIONS)]) {
		if (!r.take(...name.split(" "))) continue;
		equals(r);
		return done(name === "TABLE_CHECKSUM" ? "CHECKSUM" : name, value(r));
	}
	return r.mariadb && r.isName() && r.symbol("=", 1) && !r.is("ALGORITHM") && !r.is("TYPE") ? done(...engineOption(r)) : null;
}
function charsetOption(r) {
	const place = r.place;
	r.take("DEFAULT");
	if (takeCharset(r)) {
		equals(r);
		return ["CHARSET", r.mariadb && r.take("DEFAULT") ? "DEFAULT" : charsetName(r)];
	}
	if (r.take("COLLATE")) {
		equals(r);
		return ["COLLATE", r.mariadb && r.take("DEFAULT") ? "DEFAULT" : collationName(r)];
	}
	if (!r.mariadb && r.take("ENCRYPTION")) {
		equals(r);
		return ["ENCRYPTION", r.string()];
	}
	r.back(place);
	return null;
}
/** MariaDB: engines define options of their own, `page_compressed=1`. */
function engineOption(r) {
	const name = r.name().toUpperCase();
	r.needSymbol("=");
	if (r.take("DEFAULT")) return [name, "DEFAULT"];
	if (r.take("ON")) return [name, "ON"];
	return [name, r.isString() || r.isName() ? r.nameOrString() : String(r.number("a value"))];
}

// src/migrate/sql/parse/tables.ts
/** Behind CREATE [OR REPLACE] [TEMPORARY] TABLE. */
function createTable(r, head) {
	const ifNotExists = r.take("IF", "NOT", "EXISTS");
	const table = r.table();
	const elements = {
		columns: [],
		indexes: [],
		foreignKeys: [],
		checks: []
	};
	const like = likeOf(r);
	const options = [];
	let partitioning = null;
	let select = false;
	if (like === null) {
		const listed = r.symbol("(") && !isQuery(r, 1);
		if (listed) r.parenthesised(() => r.list(() => element(r, elements)));
		readOptions(r, options);
		if (r.is("PARTITION", "BY")) partitioning = partitionBy(r);
		select = selectOf(r);
		if (!listed && !select && !r.mariadb) r.fail("( or a query");
	}
	return {
		kind: "create-table",
		table,
		...head,
		ifNotExists,
		like,
		select,
		...elements,
		options,
		partitioning
	};
}
function likeOf(r) {
	if (r.take("LIKE")) return r.table();
	if (!(r.symbol("(") && r.word(1) === "LIKE")) return null;
	return r.parenthesised(() => {
		r.need("LIKE");
		return r.table();
	});
}
function readOptions(r, options) {
	for (let option = tableOption(r); option !== null; option = tableOption(r)) {
		options.push(option);
		r.takeSymbol(",");
	}
}
function selectOf(r) {
	r.takeOneOf(["IGNORE", "REPLACE"]);
	const named = r.take("AS");
	if (isQuery(r, 0)) {
		r.query();
		return true;
	}
	if (named) r.fail("a query");
	return false;
}
/** One line between the parentheses of CREATE TABLE. */
function element(r, into) {
	const place = r.place;
	if (r.mariadb && r.is("PERIOD", "FOR")) {
		period(r);
		return;
	}
	const named = r.take("CONSTRAINT");
	if (named && r.mariadb) r.take("IF", "NOT", "EXISTS");
	const constraint = named && r.isName() ? r.name() : null;
	if (r.is("FOREIGN", "KEY")) into.foreignKeys.push(foreignKey(r, constraint, place));
	else if (r.is("CHECK")) into.checks.push(checkOf(r, constraint));
	else {
		const index = named && !r.is("PRIMARY") && !r.is("UNIQUE") ? null : tableIndex(r, constraint, place);
		if (index !== null) into.indexes.push(index);
		else if (named) r.fail("PRIMARY KEY, UNIQUE, FOREIGN KEY, CHECK");
		else into.columns.push(columnOf(r));
	}
}
/** MariaDB: `PERIOD FOR SYSTEM_TIME (a, b)`. */
function period(r) {
	r.need("PERIOD", "FOR");
	r.name();
	r.parenthesised(() => {
		r.name();
		r.needSymbol(",");
		r.name();
	});
}

// src/migrate/sql/parse/alter.ts
/** Behind ALTER. */
function alterTable(r) {
	const modifiers = [];
	if (r.mariadb && r.take("ONLINE")) modifiers.push("ONLINE");
	const ignore = r.mariadb && r.take("IGNORE");
	r.need("TABLE");
	if (r.mariadb && r.take("IF", "EXISTS")) modifiers.push("IF EXISTS");
	const table = r.table();
	modifiers.push(...waiting(r));
	const parts = [];
	if (!r.ended && !r.symbol(";")) readParts(r, parts);
	return {
		kind: "alter-table",
		table,
		ignore,
		modifiers,
		parts
	};
}
/** MariaDB: WAIT n, NOWAIT. */
function waiting(r) {
	if (!r.mariadb) return [];
	if (r.take("NOWAIT")) return ["NOWAIT"];
	return r.take("WAIT") ? [`WAIT ${r.number()}`] : [];
}
function readParts(r, parts) {
	const add = (said, place) => {
		for (const one of said) parts.push({
			...one,
			span: r.spanFrom(place)
		});
	};
	for (;;) {
		const place = r.place;
		const first = parts.length === 0;
		const whole = (first || !r.mariadb && parts.every(isManner) ? alterPartition(r) : null) ?? (first ? loadPart(r) ?? partitioningPart(r) : null);
		if (whole !== null) {
			add([whole], place);
			return;
		}
		add(part(r), place);
		while (!r.symbol(",") && !r.ended && !r.symbol(";")) {
			const next = r.place;
			const following = partitioningPart(r);
			if (following !== null) {
				add([following], next);
				return;
			}
			const option = tableOption(r);
			if (option === null) r.fail(", or the end of the statement");
			else parts.push({
				kind: "option",
				option,
				span: option.span
			});
		}
		if (!r.takeSymbol(",")) return;
	}
}
function isManner(part) {
	return part.kind === "algorithm" || part.kind === "lock" || part.kind === "words" && part.words.endsWith("VALIDATION");
}
/** SECONDARY_LOAD, SECONDARY_UNLOAD of all or of some partitions: alone. */
function loadPart(r) {
	const words = r.mariadb ? null : r.takeOneOf(["SECONDARY_LOAD", "SECONDARY_UNLOAD"]);
	if (words === null) return null;
	partitionNames(r);
	return {
		kind: "words",
		words
	};
}
function partitioningPart(r) {
	if (r.is("PARTITION", "BY")) return {
		kind: "partition-by",
		partitioning: partitionBy(r)
	};
	return r.take("REMOVE", "PARTITIONING") ? { kind: "remove-partitioning" } : null;
}
function part(r) {
	switch (r.word()) {
		case "ADD": return addPart(r);
		case "DROP": return [dropPart(r)];
		case "MODIFY":
		case "CHANGE": return [changePart(r)];
		case "ALTER": return [alterPart(r)];
		case "RENAME": return [renamePart(r)];
		case "CONVERT": return [convertPart(r)];
		default: return [mannerPart(r) ?? optionPart(r)];
	}
}
function optionPart(r) {
	const option = tableOption(r);
	return option === null ? r.fail("ADD, DROP, MODIFY, CHANGE, ALTER, RENAME, CONVERT or an option") : {
		kind: "option",
		option
	};
}
const WORDS = [
	"WITH VALIDATION",
	"WITHOUT VALIDATION",
	"ENABLE KEYS",
	"DISABLE KEYS",
	"DISCARD TABLESPACE",
	"IMPORT TABLESPACE"
];
function mannerPart(r) {
	if (r.is("ALGORITHM")) return {
		kind: "algorithm",
		algorithm: algorithmOf(r)
	};
	if (r.is("LOCK")) return {
		kind: "lock",
		lock: lockOf(r)
	};
	if (r.take("FORCE")) return { kind: "force" };
	if (r.take("ORDER", "BY")) {
		r.list(() => {
			columnName(r);
			r.takeOneOf(["ASC", "DESC"]);
		});
		return { kind: "order-by" };
	}
	const words = r.takeOneOf(r.mariadb ? WORDS.slice(2, 6) : WORDS);
	if (words !== null) return {
		kind: "words",
		words
	};
	if (r.mariadb && r.take("DROP", "SYSTEM", "VERSIONING")) return {
		kind: "words",
		words: "DROP SYSTEM VERSIONING"
	};
	return null;
}
/** `ALGORITHM = INPLACE`. */
function algorithmOf(r) {
	r.need("ALGORITHM");
	equals(r);
	if (r.take("DEFAULT")) return "DEFAULT";
	return r.needOneOf(r.mariadb ? [
		"INPLACE",
		"COPY",
		"INSTANT",
		"NOCOPY"
	] : [
		"INPLACE",
		"COPY",
		"INSTANT"
	]);
}
/** `LOCK = NONE`. */
function lockOf(r) {
	r.need("LOCK");
	equals(r);
	return r.needOneOf([
		"DEFAULT",
		"NONE",
		"SHARED",
		"EXCLUSIVE"
	]);
}
function positionOf(r) {
	if (r.take("FIRST")) return { first: true };
	return r.take("AFTER") ? { after: r.name("the name of a column") } : null;
}
function addPart(r) {
	r.need("ADD");
	if (r.mariadb && r.take("SYSTEM", "VERSIONING")) return [{
		kind: "words",
		words: "ADD SYSTEM VERSIONING"
	}];
	if (r.mariadb && r.is("PERIOD", "FOR")) {
		period(r);
		return [{
			kind: "words",
			words: "ADD PERIOD"
		}];
	}
	const inner = r.place;
	const named = r.take("CONSTRAINT");
	if (named && r.mariadb) r.take("IF", "NOT", "EXISTS");
	const constraint = named && r.isName() ? r.name() : null;
	if (r.is("FOREIGN", "KEY")) return [{
		kind: "add-foreign-key",
		foreignKey: foreignKey(r, constraint, inner)
	}];
	if (r.is("CHECK")) return [{
		kind: "add-check",
		check: checkOf(r, constraint)
	}];
	const index = named && !r.is("PRIMARY") && !r.is("UNIQUE") ? null : tableIndex(r, constraint, inner);
	if (index !== null) return [{
		kind: "add-index",
		index
	}];
	if (named) r.fail("PRIMARY KEY, UNIQUE, FOREIGN KEY, CHECK");
	return addColumns(r);
}
function addColumns(r) {
	r.take("COLUMN");
	const ifNotExists = r.mariadb && r.take("IF", "NOT", "EXISTS");
	if (!r.symbol("(")) return [{
		kind: "add-column",
		column: columnOf(r),
		position: positionOf(r),
		ifNotExists
	}];
	return r.parenthesised(() => r.list(() => inParentheses(r, ifNotExists)));
}
/** `ADD COLUMN (a INT, KEY (a))`: whatever a CREATE TABLE takes. */
function inParentheses(r, ifNotExists) {
	const place = r.place;
	const named = r.take("CONSTRAINT");
	const constraint = named && r.isName() ? r.name() : null;
	if (r.is("FOREIGN", "KEY")) return {
		kind: "add-foreign-key",
		foreignKey: foreignKey(r, constraint, place)
	};
	if (r.is("CHECK")) return {
		kind: "add-check",
		check: checkOf(r, constraint)
	};
	const index = tableIndex(r, constraint, place);
	if (index !== null) return {
		kind: "add-index",
		index
	};
	if (named) r.fail("PRIMARY KEY, UNIQUE, FOREIGN KEY, CHECK");
	return {
		kind: "add-column",
		column: columnOf(r),
		position: null,
		ifNotExists
	};
}
function dropPart(r) {
	r.need("DROP");
	if (r.take("PRIMARY", "KEY")) return { kind: "drop-primary-key" };
	if (r.mariadb && r.take("SYSTEM", "VERSIONING")) return {
		kind: "words",
		words: "DROP SYSTEM VERSIONING"
	};
	if (r.mariadb && r.take("PERIOD", "FOR")) {
		r.name();
		return {
			kind: "words",
			words: "DROP PERIOD"
		};
	}
	const ifExists = () => r.mariadb && r.take("IF", "EXISTS");
	if (r.take("FOREIGN", "KEY")) {
		ifExists();
		return {
			kind: "drop-foreign-key",
			name: r.name("the name of a foreign key")
		};
	}
	if (r.take("INDEX") || r.take("KEY")) {
		ifExists();
		return {
			kind: "drop-index",
			name: r.name("the name of an index")
		};
	}
	if (r.take("CONSTRAINT")) {
		ifExists();
		return {
			kind: "drop-constraint",
			name: r.name("the name of a constraint")
		};
	}
	if (!r.mariadb && r.take("CHECK")) return {
		kind: "drop-check",
		name: r.name("the name of a check")
	};
	r.take("COLUMN");
	const optional = ifExists();
	const column = r.name("the name of a column");
	r.takeOneOf(["RESTRICT", "CASCADE"]);
	return {
		kind: "drop-column",
		column,
		ifExists: optional
	};
}
function changePart(r) {
	if (r.take("MODIFY")) {
		r.take("COLUMN");
		if (r.mariadb) r.take("IF", "EXISTS");
		return {
			kind: "modify-column",
			column: columnOf(r),
			position: positionOf(r)
		};
	}
	r.need("CHANGE");
	r.take("COLUMN");
	if (r.mariadb) r.take("IF", "EXISTS");
	return {
		kind: "change-column",
		from: columnName(r),
		column: columnOf(r),
		position: positionOf(r)
	};
}
function alterPart(r) {
	r.need("ALTER");
	if (r.take("INDEX") || r.mariadb && r.take("KEY")) {
		if (r.mariadb) r.take("IF", "EXISTS");
		const name = r.name("the name of an index");
		const word = r.needOneOf(r.mariadb ? ["NOT IGNORED", "IGNORED"] : ["VISIBLE", "INVISIBLE"]);
		return {
			kind: "index-visibility",
			name,
			visible: word === "VISIBLE" || word === "NOT IGNORED"
		};
	}
	if (!r.mariadb && r.takeOneOf(["CHECK", "CONSTRAINT"]) !== null) return {
		kind: "check-enforcement",
		name: r.name("the name of a check"),
		enforced: enforcement(r) ?? r.fail("ENFORCED, NOT ENFORCED")
	};
	r.take("COLUMN");
	if (r.mariadb) r.take("IF", "EXISTS");
	const column = r.name("the name of a column");
	if (!r.mariadb && r.take("DROP", "MASKING", "POLICY")) return {
		kind: "words",
		words: "DROP MASKING POLICY"
	};
	if (r.take("DROP", "DEFAULT")) return {
		kind: "drop-default",
		column
	};
	r.need("SET");
	if (r.take("DEFAULT")) return {
		kind: "set-default",
		column,
		default: defaultOf(r)
	};
	if (!r.mariadb && r.take("MASKING", "POLICY")) return {
		kind: "words",
		words: `SET MASKING POLICY ${r.name()}`
	};
	return {
		kind: "column-visibility",
		column,
		visible: (r.mariadb ? r.fail("DEFAULT") : r.needOneOf(["VISIBLE", "INVISIBLE"])) === "VISIBLE"
	};
}
function renamePart(r) {
	r.need("RENAME");
	const what = r.takeOneOf([
		"COLUMN",
		"INDEX",
		"KEY"
	]);
	if (what !== null) {
		if (r.mariadb) r.take("IF", "EXISTS");
		const from = r.name();
		r.need("TO");
		const to = r.name();
		return {
			kind: what === "COLUMN" ? "rename-column" : "rename-index",
			from,
			to
		};
	}
	if (!r.takeSymbol("=")) r.takeOneOf(["TO", "AS"]);
	return {
		kind: "rename-table",
		to: r.table()
	};
}
function convertPart(r) {
	r.need("CONVERT", "TO");
	if (r.mariadb && r.is("TABLE")) r.fail("CHARACTER SET");
	if (!takeCharset(r)) r.fail("CHARACTER SET");
	equals(r);
	return {
		kind: "convert-charset",
		charset: r.take("DEFAULT") ? "DEFAULT" : charsetName(r),
		collation: r.take("COLLATE") ? collationName(r) : null
	};
}

// src/migrate/sql/parse/events.ts
/** CREATE EVENT and ALTER EVENT, from the name on. */
function event(r, create) {
	const name = r.objectName();
	const scheduled = r.take("ON", "SCHEDULE");
	if (scheduled) schedule(r);
	else if (create) r.fail("ON SCHEDULE");
	let some = scheduled;
	if (r.take("ON", "COMPLETION")) {
		r.take("NOT");
		r.need("PRESERVE");
		some = true;
	}
	if (!create && r.take("RENAME", "TO")) {
		r.objectName();
		some = true;
	}
	if (r.take("ENABLE")) some = true;
	else if (r.take("DISABLE")) {
		if (r.take("ON")) r.needOneOf(["SLAVE", "REPLICA"]);
		some = true;
	}
	if (r.take("COMMENT")) {
		r.string();
		some = true;
	}
	if (r.take("DO")) programBody(r);
	else if (create || !some) r.fail("DO");
	return name;
}
function schedule(r) {
	if (r.take("AT")) {
		r.expr();
		return;
	}
	r.need("EVERY");
	r.expr();
	needUnit(r);
	if (r.take("STARTS")) r.expr();
	if (r.take("ENDS")) r.expr();
}

// src/migrate/sql/parse/routines.ts
function createRoutine(r, object, head) {
	const name = r.objectName();
	if (object === "FUNCTION" && r.is("RETURNS")) {
		if (head.definer !== null) r.fail("(");
		r.need("RETURNS");
		r.needOneOf([
			"STRING",
			"INTEGER",
			"INT",
			"REAL",
			"DECIMAL"
		]);
		r.need("SONAME");
		r.string("the name of a library");
		return name;
	}
	if (head.aggregate && !r.mariadb) r.fail("RETURNS");
	r.parenthesised(() => {
		if (!r.symbol(")")) r.list(() => parameter(r, object));
	});
	if (object === "FUNCTION") {
		r.need("RETURNS");
		if (r.is("ROW")) r.fail("a type of one value");
		variableType(r);
	}
	const language = characteristics(r);
	if (r.mariadb || language === "SQL") programBody(r);
	else {
		r.need("AS");
		foreignText(r);
	}
	return name;
}
function parameter(r, object) {
	if (object === "PROCEDURE" || r.mariadb) r.takeOneOf([
		"INOUT",
		"IN",
		"OUT"
	]);
	r.name("a parameter");
	variableType(r);
}
/** The language is what they are asked for. */
function characteristics(r) {
	let language = "SQL";
	for (;;) if (r.take("COMMENT")) r.string();
	else if (r.take("LANGUAGE")) language = r.take("SQL") ? "SQL" : r.name("a language").toUpperCase();
	else if (r.take("SQL", "SECURITY")) r.needOneOf(["DEFINER", "INVOKER"]);
	else if (!r.mariadb && r.take("USING")) r.parenthesised(() => r.list(() => {
		r.objectName();
		if (r.take("AS")) r.name();
	}));
	else if (r.takeOneOf([
		"NOT DETERMINISTIC",
		"DETERMINISTIC",
		"CONTAINS SQL",
		"NO SQL",
		"READS SQL DATA",
		"MODIFIES SQL DATA"
	]) === null) return language;
}
function alterRoutine(r) {
	const name = r.objectName();
	characteristics(r);
	return name;
}

// src/migrate/sql/parse/storage.ts
/** Databases, sequences, servers, tablespaces, and other objects around tables: from the name on. */
function storageObject(r, create, object) {
	switch (object) {
		case "DATABASE":
		case "SCHEMA": return database(r, create);
		case "SEQUENCE": return [sequence(r, create)];
		case "SERVER": return [server(r, create)];
		case "RESOURCE GROUP": return [resourceGroup(r, create)];
		case "SPATIAL REFERENCE SYSTEM": return spatialReference(r, create);
		case "LIBRARY": return [library(r, create)];
		case "INSTANCE": return instance(r, create);
		default: return [files(r, create, object)];
	}
}
function database(r, create) {
	const names = create || r.isName() && !isDatabaseOption(r) ? [r.objectName()] : [];
	let some = create;
	if (!create && r.mariadb && r.take("UPGRADE")) {
		r.need("DATA", "DIRECTORY", "NAME");
		return names;
	}
	while (databaseOption(r, create)) some = true;
	if (!some) r.fail("an option of the database");
	return names;
}
function isDatabaseOption(r) {
	return (r.is("CHARSET") || r.is("ENCRYPTION") || r.is("COMMENT")) && !isDatabaseWord(r);
}
/** The word is a name when an option follows it. */
function isDatabaseWord(r) {
	return [
		"CHARACTER",
		"CHARSET",
		"COLLATE",
		"DEFAULT",
		"ENCRYPTION",
		"READ"
	].includes(r.word(1));
}
function databaseOption(r, create) {
	const place = r.place;
	r.take("DEFAULT");
	if (takeCharset(r)) {
		equals(r);
		if (!(r.mariadb && r.take("DEFAULT"))) charsetName(r);
	} else if (r.take("COLLATE")) {
		equals(r);
		if (!(r.mariadb && r.take("DEFAULT"))) collationName(r);
	} else if (!r.mariadb && r.take("ENCRYPTION")) {
		equals(r);
		r.string();
	} else if (r.mariadb && r.take("COMMENT")) {
		equals(r);
		r.string();
	} else if (!create && !r.mariadb && r.take("READ", "ONLY")) {
		equals(r);
		if (!r.take("DEFAULT") && r.number() > 1) r.fail("0, 1, DEFAULT");
	} else {
		r.back(place);
		return false;
	}
	return true;
}
function signed(r) {
	r.takeSymbol("-");
	r.number();
}
function sequence(r, create) {
	const name = r.objectName();
	for (;;) {
		if (r.takeOneOf([
			"NO MINVALUE",
			"NOMINVALUE",
			"NO MAXVALUE",
			"NOMAXVALUE",
			"NOCACHE",
			"NO CACHE",
			"NOCYCLE",
			"NO CYCLE",
			"CYCLE"
		]) !== null) continue;
		if (r.takeOneOf([
			"INCREMENT BY",
			"INCREMENT",
			"MINVALUE",
			"MAXVALUE",
			"START WITH",
			"START",
			"CACHE"
		]) !== null) {
			equals(r);
			signed(r);
		} else if (!create && r.take("RESTART")) {
			r.take("WITH");
			if (r.takeSymbol("=") || r.peek().kind === "number") signed(r);
		} else if (tableOption(r) === null) return name;
	}
}
function textName(r) {
	const place = r.place;
	return {
		schema: null,
		name: r.nameOrString(),
		span: r.spanFrom(place)
	};
}
function server(r, create) {
	const name = textName(r);
	if (create) {
		r.need("FOREIGN", "DATA", "WRAPPER");
		r.nameOrString();
	}
	r.need("OPTIONS");
	r.parenthesised(() => r.list(() => {
		if (r.needOneOf([
			"HOST",
			"DATABASE",
			"USER",
			"PASSWORD",
			"SOCKET",
			"OWNER",
			"PORT"
		]) === "PORT") r.number("a port");
		else r.string();
	}));
	return name;
}
function resourceGroup(r, create) {
	const name = r.objectName();
	if (create) {
		r.need("TYPE");
		equals(r);
		r.needOneOf(["SYSTEM", "USER"]);
	}
	if (r.take("VCPU")) {
		equals(r);
		do {
			r.number();
			if (r.takeSymbol("-")) r.number();
		} while (r.takeSymbol(",") || r.peek().kind === "number");
	}
	if (r.take("THREAD_PRIORITY")) {
		equals(r);
		signed(r);
	}
	if (r.takeOneOf(["ENABLE", "DISABLE"]) !== null && !create) r.take("FORCE");
	return name;
}
function spatialReference(r, create) {
	if (!create) r.fail("an object that can be altered");
	r.number();
	for (let at = 0;; at += 1) if (r.takeOneOf([
		"NAME",
		"DEFINITION",
		"DESCRIPTION"
	]) !== null) r.string();
	else if (r.take("ORGANIZATION")) {
		r.string();
		r.need("IDENTIFIED", "BY");
		r.number();
	} else if (at > 0) return [];
	else r.fail("NAME, DEFINITION");
}
function library(r, create) {
	const name = r.objectName();
	if (!create) {
		r.need("COMMENT");
		r.string();
		return name;
	}
	if (r.take("COMMENT")) r.string();
	r.need("LANGUAGE");
	r.name("a language");
	if (r.take("COMMENT")) r.string();
	r.need("AS");
	foreignText(r);
	return name;
}
function instance(r, create) {
	if (create) r.fail("an object that can be created");
	if (r.needOneOf([
		"ROTATE INNODB MASTER KEY",
		"ROTATE BINLOG MASTER KEY",
		"RELOAD TLS",
		"RELOAD KEYRING",
		"ENABLE INNODB REDO_LOG",
		"DISABLE INNODB REDO_LOG"
	]) === "RELOAD TLS") {
		if (r.take("FOR", "CHANNEL")) r.name();
		r.take("NO", "ROLLBACK", "ON", "ERROR");
	}
	return [];
}
const FILE_VALUES = [
	"INITIAL_SIZE",
	"AUTOEXTEND_SIZE",
	"MAX_SIZE",
	"EXTENT_SIZE",
	"UNDO_BUFFER_SIZE",
	"REDO_BUFFER_SIZE",
	"FILE_BLOCK_SIZE",
	"NODEGROUP"
];
/** Tablespaces and groups of log files. */
function files(r, create, object) {
	const name = r.objectName();
	if (!create && object.endsWith("TABLESPACE") && r.take("RENAME", "TO")) {
		r.name();
		return name;
	}
	if (!create && object === "UNDO TABLESPACE") {
		r.need("SET");
		r.needOneOf(["ACTIVE", "INACTIVE"]);
	}
	const file = create ? [
		"ADD DATAFILE",
		"ADD UNDOFILE",
		"ADD REDOFILE"
	] : [
		"ADD DATAFILE",
		"DROP DATAFILE",
		"ADD UNDOFILE",
		"CHANGE DATAFILE"
	];
	if (r.takeOneOf(file) !== null) r.string("a file");
	else if (object === "LOGFILE GROUP" || create && object === "UNDO TABLESPACE") r.fail(file.join(", "));
	if (r.take("USE", "LOGFILE", "GROUP")) r.name();
	while (fileOption(r)) r.takeSymbol(",");
	return name;
}
function fileOption(r) {
	if (r.take("WAIT") || r.take("NO_WAIT")) return true;
	if (r.takeOneOf(FILE_VALUES) !== null) {
		equals(r);
		if (r.peek().kind === "number") r.number();
		else r.name("a size");
	} else if (r.takeOneOf([
		"COMMENT",
		"ENCRYPTION",
		"ENGINE_ATTRIBUTE"
	]) !== null) {
		equals(r);
		r.string();
	} else if (r.take("STORAGE", "ENGINE") || r.take("ENGINE")) {
		equals(r);
		r.nameOrString("an engine");
	} else return false;
	return true;
}

// src/migrate/sql/parse/programs.ts
const BOTH$1 = [
	"VIEW",
	"TRIGGER",
	"PROCEDURE",
	"FUNCTION",
	"EVENT",
	"DATABASE",
	"SCHEMA",
	"USER",
	"ROLE",
	"SERVER"
];
const OBJECTS = {
	mariadb: [
		...BOTH$1,
		"SEQUENCE",
		"TABLESPACE",
		"LOGFILE GROUP"
	],
	mysql: [
		...BOTH$1,
		"UNDO TABLESPACE",
		"TABLESPACE",
		"LOGFILE GROUP",
		"RESOURCE GROUP",
		"SPATIAL REFERENCE SYSTEM",
		"LIBRARY",
		"INSTANCE",
		"JSON RELATIONAL DUALITY VIEW",
		"JSON DUALITY VIEW",
		"MASKING POLICY"
	]
};
/** Behind the verb. */
function programStatement(r, verb, orReplace) {
	const { value, seen } = r.collect(() => whole(r, verb, orReplace));
	const mentions = [.../* @__PURE__ */ new Set([...seen.tables.map((table) => table.name), ...seen.columns])];
	return {
		...value,
		mentions
	};
}
function whole(r, verb, orReplace) {
	const head = verb === "create" || verb === "alter" ? headOf(r) : {
		definer: null,
		aggregate: false
	};
	if (r.mariadb && r.is("TEMPORARY", "SEQUENCE")) r.need("TEMPORARY");
	const object = r.needOneOf(OBJECTS[r.dialect]);
	return {
		kind: "program",
		verb,
		object,
		ifNotExists: verb === "create" && (r.mariadb || !orReplace) && ifNotExists(r),
		ifExists: verb !== "create" && ifExists(r),
		orReplace,
		definer: head.definer,
		...contents(r, verb, object, head)
	};
}
function contents(r, verb, object, head) {
	if (verb === "drop") return {
		names: dropped(r, object),
		on: null
	};
	if (verb === "rename") {
		if (object !== "USER") r.fail("USER");
		return {
			names: renamed(r),
			on: null
		};
	}
	if (object === "USER" || object === "ROLE") return {
		names: verb === "create" ? createAccounts(r, object) : alterAccounts(r, object),
		on: null
	};
	if (object === "TRIGGER") {
		if (verb !== "create") r.fail("VIEW, DATABASE, …");
		return {
			names: [r.objectName()],
			on: trigger(r)
		};
	}
	return {
		names: named(r, verb, object, head),
		on: null
	};
}
function named(r, verb, object, head) {
	if (object === "VIEW" || object.endsWith("DUALITY VIEW")) return [view(r)];
	if (object === "MASKING POLICY") return [maskingPolicy(r)];
	if (object === "EVENT") return [event(r, verb === "create")];
	if (object === "PROCEDURE" || object === "FUNCTION") return [verb === "create" ? createRoutine(r, object, head) : alterRoutine(r)];
	return storageObject(r, verb === "create", object);
}
/** What may stand between CREATE and the object. */
function headOf(r) {
	if (r.is("ALGORITHM")) {
		r.next();
		r.needSymbol("=");
		r.needOneOf([
			"UNDEFINED",
			"MERGE",
			"TEMPTABLE"
		]);
	}
	let definer = null;
	if (r.take("DEFINER")) {
		r.needSymbol("=");
		definer = account(r);
	}
	if (r.is("SQL", "SECURITY")) {
		r.need("SQL", "SECURITY");
		r.needOneOf(["DEFINER", "INVOKER"]);
	}
	return {
		definer,
		aggregate: r.take("AGGREGATE")
	};
}
function renamed(r) {
	return r.list(() => {
		const from = accountName(r);
		r.need("TO");
		return [from, accountName(r)];
	}).flat();
}
function dropped(r, object) {
	if (object === "USER" || object === "ROLE") return r.list(() => accountName(r));
	if (object === "INSTANCE") r.fail("an object that can be dropped");
	if (object === "SPATIAL REFERENCE SYSTEM") {
		r.number();
		return [];
	}
	if (object === "SERVER") {
		const place = r.place;
		return [{
			schema: null,
			name: r.nameOrString(),
			span: r.spanFrom(place)
		}];
	}
	const names = object === "VIEW" || object === "SEQUENCE" ? r.list(() => r.objectName()) : [r.objectName()];
	if (object === "VIEW") r.takeOneOf(["RESTRICT", "CASCADE"]);
	if (object === "RESOURCE GROUP") r.take("FORCE");
	if (object.endsWith("TABLESPACE") || object === "LOGFILE GROUP") while (r.is("ENGINE") || r.is("STORAGE") || r.is("WAIT") || r.is("NO_WAIT")) {
		if (r.take("WAIT") || r.take("NO_WAIT")) continue;
		r.take("STORAGE");
		r.need("ENGINE");
		r.takeSymbol("=");
		r.nameOrString();
		r.takeSymbol(",");
	}
	return names;
}
function view(r) {
	const name = r.objectName();
	if (r.symbol("(")) nameList(r);
	r.need("AS");
	query(r);
	if (r.take("WITH")) {
		r.takeOneOf(["CASCADED", "LOCAL"]);
		r.need("CHECK", "OPTION");
	}
	return name;
}
/** `p (column) expression`. */
function maskingPolicy(r) {
	const name = r.objectName();
	r.parenthesised(() => r.list(() => r.name()));
	r.expr();
	return name;
}
function trigger(r) {
	r.needOneOf(["BEFORE", "AFTER"]);
	r.needOneOf([
		"INSERT",
		"UPDATE",
		"DELETE"
	]);
	r.need("ON");
	const on = r.table();
	r.need("FOR", "EACH", "ROW");
	if (r.takeOneOf(["FOLLOWS", "PRECEDES"]) !== null) r.nameOrString();
	programBody(r);
	return on;
}

// src/migrate/sql/parse/reserved.ts
/**
* Words that are no names unless they are quoted, as MySQL 9.7 and MariaDB 10.11 themselves answered for every word that either calls
* a keyword. A test asks them again.
*/
const wordsOf = (text) => text.trim().split(/\s+/);
const BOTH = wordsOf(`
  ACCESSIBLE ADD ALL ALTER ANALYZE AND AS ASC ASENSITIVE BEFORE BETWEEN BIGINT BINARY BLOB BOTH BY CALL CASCADE CASE
  CHANGE CHAR CHARACTER CHECK COLLATE COLUMN CONDITION CONSTRAINT CONTINUE CONVERT CREATE CROSS CURRENT_DATE
  CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER CURSOR DATABASES DAY_HOUR DAY_MICROSECOND DAY_MINUTE DAY_SECOND DEC
  DECIMAL DECLARE DEFAULT DELAYED DELETE DESC DESCRIBE DETERMINISTIC DISTINCT DISTINCTROW DIV DOUBLE DROP DUAL EACH
  ELSE ELSEIF ENCLOSED ESCAPED EXCEPT EXISTS EXIT EXPLAIN FALSE FETCH FLOAT FLOAT4 FLOAT8 FOR FORCE FOREIGN FROM
  FULLTEXT GRANT GROUP HAVING HIGH_PRIORITY HOUR_MICROSECOND HOUR_MINUTE HOUR_SECOND IF IGNORE IN INDEX INFILE INNER
  INOUT INSENSITIVE INSERT INT INT1 INT2 INT3 INT4 INT8 INTEGER INTERSECT INTERVAL INTO IS ITERATE JOIN KEY KEYS KILL
  LEADING LEAVE LEFT LIKE LIMIT LINEAR LINES LOAD LOCALTIME LOCALTIMESTAMP LOCK LONG LONGBLOB LONGTEXT LOOP
  LOW_PRIORITY MATCH MAXVALUE MEDIUMBLOB MEDIUMINT MEDIUMTEXT MIDDLEINT MINUTE_MICROSECOND MINUTE_SECOND MOD MODIFIES
  NATURAL NOT NO_WRITE_TO_BINLOG NULL NUMERIC ON OPTIMIZE OPTIONALLY OR ORDER OUT OUTER OUTFILE OVER PARTITION
  PRECISION PRIMARY PROCEDURE PURGE RANGE READ READS READ_WRITE REAL RECURSIVE REFERENCES REGEXP RELEASE RENAME REPEAT
  REPLACE REQUIRE RESIGNAL RESTRICT RETURN REVOKE RIGHT RLIKE ROWS ROW_NUMBER SCHEMAS SECOND_MICROSECOND SELECT
  SENSITIVE SEPARATOR SET SHOW SIGNAL SMALLINT SPATIAL SPECIFIC SQL SQLEXCEPTION SQLSTATE SQLWARNING SQL_BIG_RESULT
  SQL_CALC_FOUND_ROWS SQL_SMALL_RESULT SSL STARTING STRAIGHT_JOIN TABLE TERMINATED THEN TINYBLOB TINYINT TINYTEXT TO
  TRAILING TRIGGER TRUE UNDO UNION UNIQUE UNLOCK UNSIGNED UPDATE USAGE USE USING UTC_DATE UTC_TIME UTC_TIMESTAMP
  VALUES VARBINARY VARCHAR VARCHARACTER VARYING WHEN WHERE WHILE WITH WRITE XOR YEAR_MONTH ZEROFILL
`);
const MYSQL = wordsOf(`
  CUBE CUME_DIST DATABASE DENSE_RANK EMPTY EXTERNAL FIRST_VALUE FUNCTION GENERATED GET GROUPING GROUPS IO_AFTER_GTIDS
  IO_BEFORE_GTIDS JSON_TABLE LAG LAST_VALUE LATERAL LEAD LIBRARY NTH_VALUE NTILE OF OPTIMIZER_COSTS OPTION
  PERCENT_RANK QUALIFY RANK ROW SCHEMA STORED SYSTEM TABLESAMPLE VIRTUAL WINDOW
`);
const MARIADB = wordsOf(`
  CURRENT_ROLE DELETE_DOMAIN_ID DO_DOMAIN_IDS IGNORE_DOMAIN_IDS MASTER_DEMOTE_TO_REPLICA MASTER_DEMOTE_TO_SLAVE
  MASTER_SSL_VERIFY_SERVER_CERT OFFSET PAGE_CHECKSUM PARSE_VCOL_EXPR PORTION REF_SYSTEM_ID RETURNING STATS_AUTO_RECALC
  STATS_PERSISTENT STATS_SAMPLE_PAGES
`);
/** Functions, and no names, when a parenthesis follows at once. */
const TIGHT_MYSQL = wordsOf(`
  BIT_AND BIT_OR BIT_XOR CAST COUNT CURDATE CURTIME DATE_ADD DATE_SUB EXTRACT GROUP_CONCAT JSON_ARRAYAGG JSON_OBJECTAGG MAX MID
  MIN NOW POSITION STD STDDEV STDDEV_POP STDDEV_SAMP ST_COLLECT SUBSTR SUBSTRING SUM SYSDATE TRIM VARIANCE VAR_POP VAR_SAMP
`);
const TIGHT_MARIADB = wordsOf(`
  ADDDATE BIT_AND BIT_OR BIT_XOR CAST COUNT CUME_DIST CURDATE CURTIME DATE_ADD DATE_SUB DENSE_RANK EXTRACT FIRST_VALUE GROUP_CONCAT
  JSON_ARRAYAGG JSON_OBJECTAGG LAG LEAD MAX MEDIAN MID MIN NOW NTH_VALUE NTILE PERCENTILE_CONT PERCENTILE_DISC PERCENT_RANK POSITION
  RANK SESSION_USER STD STDDEV STDDEV_POP STDDEV_SAMP SUBDATE SUBSTR SUBSTRING SUM SYSDATE SYSTEM_USER TRIM VARIANCE VAR_POP VAR_SAMP
`);
const reserved = {
	mysql: /* @__PURE__ */ new Set([...BOTH, ...MYSQL]),
	mariadb: /* @__PURE__ */ new Set([...BOTH, ...MARIADB])
};
const tightOnly = {
	mysql: new Set(TIGHT_MYSQL),
	mariadb: new Set(TIGHT_MARIADB)
};
/** An unquoted word (upper case) that cannot be a name. `tight`: a parenthesis follows at once. */
function isReserved(word, dialect, tight) {
	return reserved[dialect].has(word) || tight && tightOnly[dialect].has(word);
}

// src/migrate/sql/parse/tokens.ts
var Unread = class extends Error {
	at;
	found;
	expected;
	constructor(at, found, expected) {
		super(`at ${at}: ${found}, expected ${expected}`);
		this.at = at;
		this.found = found;
		this.expected = expected;
	}
};
/** Everything above ASCII may stand in a name; of ASCII letters, digits, `_` and `$`. */
function inWord(code) {
	return code >= 97 && code <= 122 || code >= 65 && code <= 90 || code >= 48 && code <= 57 || code === 95 || code === 36 || code >= 128;
}
function isDigit(code) {
	return code >= 48 && code <= 57;
}
function isBlank(code) {
	return code === 32 || code >= 9 && code <= 13;
}
const LONG_SYMBOLS = [
	"..",
	"<=>",
	"->>",
	"<=",
	">=",
	"<>",
	"!=",
	"<<",
	">>",
	":=",
	"||",
	"&&",
	"->",
	"@@"
];
const SYMBOLS = "()+-*/%,.;=<>!&|^~{}?:@[]";
const ESCAPES = {
	n: "\n",
	t: "	",
	r: "\r",
	b: "\b",
	"0": "\0",
	Z: ""
};
/** Reads a quoted text that begins at `from`. A doubled quote stands for itself; in strings a backslash escapes. */
function quoted(sql, from, what) {
	const quote = sql.charAt(from);
	let text = "";
	let start = from + 1;
	for (let at = start; at < sql.length; at += 1) {
		const char = sql.charAt(at);
		if (char === "\\" && quote !== "`") {
			const next = sql.charAt(at + 1);
			const meant = next === "%" || next === "_" ? `\\${next}` : ESCAPES[next] ?? next;
			text += sql.slice(start, at) + meant;
			at += 1;
			start = at + 1;
		} else if (char === quote) {
			text += sql.slice(start, at);
			if (sql.charAt(at + 1) !== quote) return {
				text,
				to: at + 1
			};
			text += quote;
			at += 1;
			start = at + 1;
		}
	}
	throw new Unread(from, `a ${what} that begins here and never ends`, `the end of the ${what}`);
}
/** Does a server of this dialect and version run the content of a comment that begins like this? Undefined: no such comment. */
function conditional(sql, at, dialect, version) {
	const head = /\/\*(M?)!(\d{5,6})?/y;
	head.lastIndex = at;
	const found = head.exec(sql);
	if (found === null) return null;
	const [all, maria, digits] = found;
	if (maria === "M" && dialect === "mysql") return null;
	const to = at + all.length;
	if (digits === void 0) return {
		runs: true,
		to
	};
	const wanted = Number(digits);
	return {
		runs: !(dialect === "mariadb" && maria === "" && wanted >= 50700 && wanted <= 99999) && wanted <= version,
		to
	};
}
/** Blanks and comments before the next token; conditional comments that the server runs are opened and closed on the way. */
var Blanks = class {
	open = false;
	sql;
	dialect;
	version;
	constructor(sql, dialect, version) {
		this.sql = sql;
		this.dialect = dialect;
		this.version = version;
	}
	skip(from) {
		const { sql } = this;
		let at = from;
		for (;;) {
			const code = sql.charCodeAt(at);
			if (isBlank(code)) at += 1;
			else if (code === 35) at = this.line(at);
			else if (code === 45 && this.dashes(at)) at = this.line(at);
			else if (code === 47 && sql.charCodeAt(at + 1) === 42) at = this.comment(at);
			else if (code === 42 && this.open && sql.charCodeAt(at + 1) === 47) {
				this.open = false;
				at += 2;
			} else break;
		}
		if (at >= sql.length && this.open) throw new Unread(at, "end of statement", "the end of the conditional comment");
		return at;
	}
	line(at) {
		const end = this.sql.indexOf("\n", at);
		return end < 0 ? this.sql.length : end + 1;
	}
	dashes(at) {
		if (this.sql.charCodeAt(at + 1) !== 45) return false;
		const after = this.sql.charCodeAt(at + 2);
		return Number.isNaN(after) || after <= 32;
	}
	comment(at) {
		const found = conditional(this.sql, at, this.dialect, this.version);
		if (found?.runs === true) {
			this.open = true;
			return found.to;
		}
		const end = found === null ? this.sql.indexOf("*/", at + 2) : this.skippedEnd(found.to);
		if (end < 0) throw new Unread(at, "a comment that begins here and never ends", "the end of the comment");
		return end + 2;
	}
	/** A conditional comment that is left out may hold plain comments. */
	skippedEnd(from) {
		let at = from;
		for (;;) {
			const end = this.sql.indexOf("*/", at);
			const inner = this.sql.indexOf("/*", at);
			if (inner < 0 || end < inner) return end;
			const close = this.sql.indexOf("*/", inner + 2);
			if (close < 0) return -1;
			at = close + 2;
		}
	}
};
function runEnd(sql, from, belongs) {
	let at = from;
	while (at < sql.length && belongs(sql.charCodeAt(at))) at += 1;
	return at;
}
const NUMBER = /(?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
/** A number, unless letters follow: `1st` is a name. */
function numberEnd(sql, at) {
	if (sql.charCodeAt(at) === 48 && /^0(?:x[0-9a-f]+|b[01]+)(?![\w$])/i.test(sql.slice(at, at + 1e5))) return null;
	NUMBER.lastIndex = at;
	const found = NUMBER.exec(sql);
	if (found === null) return null;
	const end = at + found[0].length;
	if (/[.eE]/.test(found[0])) return end;
	return inWord(sql.charCodeAt(end)) ? null : end;
}
/** Cuts a statement into tokens; throws `Unread` at what no server would cut. */
function tokenize(sql, dialect, version) {
	const tokens = [];
	const blanks = new Blanks(sql, dialect, version);
	let last;
	for (let at = blanks.skip(0); at < sql.length; at = blanks.skip(last.to)) {
		last = nextToken(sql, at, last);
		tokens.push(last);
	}
	tokens.push({
		kind: "end",
		from: sql.length,
		to: sql.length,
		text: "",
		tight: false
	});
	return tokens;
}
function nextToken(sql, at, last) {
	const make = (kind, to, text) => ({
		kind,
		from: at,
		to,
		text,
		tight: false
	});
	const code = sql.charCodeAt(at);
	const char = sql.charAt(at);
	if (char === "'" || char === "\"") {
		const { text, to } = quoted(sql, at, "string");
		return make("string", to, text);
	}
	if (char === "`") {
		const { text, to } = quoted(sql, at, "quoted name");
		return make("name", to, text);
	}
	const dollars = char === "$" ? dollarQuoted(sql, at) : null;
	if (dollars !== null) return make("dollars", dollars.to, dollars.text);
	const afterDot = last?.kind === "symbol" && last.text === "." && last.to === at;
	if (isDigit(code) && !afterDot || char === "." && isDigit(sql.charCodeAt(at + 1)) && !glued(last, at)) {
		const end = numberEnd(sql, at);
		if (end !== null) return make("number", end, sql.slice(at, end));
	}
	if (inWord(code)) return wordToken(sql, at, make);
	if (char === "@" && sql.charAt(at + 1) !== "@") return variableToken(sql, at, make);
	const symbol = LONG_SYMBOLS.find((long) => sql.startsWith(long, at)) ?? (SYMBOLS.includes(char) ? char : void 0);
	if (symbol === void 0) throw new Unread(at, `the character ${JSON.stringify(char)}`, "SQL");
	return make("symbol", at + symbol.length, symbol);
}
/** Bodies in other languages: `$$ … $$`, `$js$ … $js$`. */
function dollarQuoted(sql, at) {
	const mark = /^\$\w*\$/.exec(sql.slice(at, at + 80))?.[0];
	const end = mark === void 0 ? -1 : sql.indexOf(mark, at + mark.length);
	return mark === void 0 || end < 0 ? null : {
		text: sql.slice(at + mark.length, end),
		to: end + mark.length
	};
}
/** A name ends exactly here, so a dot belongs to it. */
function glued(last, at) {
	return last !== void 0 && last.to === at && (last.kind === "word" || last.kind === "name");
}
function wordToken(sql, at, make) {
	const end = runEnd(sql, at, inWord);
	const raw = sql.slice(at, end);
	if (/^0(?:x[0-9a-fA-F]+|b[01]+)$/.test(raw)) return make("bits", end, raw);
	if (/^[xXbBnN]$/.test(raw) && sql.charAt(end) === "'") {
		const { text, to } = quoted(sql, end, "string");
		if (raw === "n" || raw === "N") return make("string", to, text);
		if (!(/^x/i.test(raw) ? /^(?:[0-9a-fA-F]{2})*$/ : /^[01]*$/).test(text)) throw new Unread(at, `${raw}'…' with other characters`, "an even number of digits");
		return make("bits", to, sql.slice(at, to));
	}
	return {
		...make("word", end, raw.toUpperCase()),
		tight: sql.charAt(end) === "("
	};
}
function variableToken(sql, at, make) {
	const next = sql.charAt(at + 1);
	if (next === "'" || next === "\"" || next === "`") {
		const { text, to } = quoted(sql, at + 1, "name of a variable");
		return make("variable", to, text);
	}
	const end = runEnd(sql, at + 1, (code) => inWord(code) || code === 46);
	return make("variable", end, sql.slice(at + 1, end));
}

// src/migrate/sql/parse/reader.ts
function nothingSeen() {
	return {
		columns: /* @__PURE__ */ new Set(),
		functions: /* @__PURE__ */ new Set(),
		tables: [],
		subquery: false,
		star: false
	};
}
const END = {
	kind: "end",
	from: 0,
	to: 0,
	text: "",
	tight: false
};
function wordOf(token) {
	return token.kind === "word" ? token.text : "";
}
/** A place in the tokens of a statement. The grammar asks, takes and demands; what it demands in vain ends the reading. */
var Reader = class {
	sql;
	dialect;
	version;
	seen = nothingSeen();
	grammar;
	tokens;
	at = 0;
	depth = 0;
	constructor(sql, dialect, version, grammar) {
		this.sql = sql;
		this.dialect = dialect;
		this.version = version;
		this.grammar = grammar;
		this.tokens = tokenize(sql, dialect, version);
	}
	/** A query: SELECT, WITH, VALUES, TABLE, or one of them in parentheses. */
	query() {
		this.grammar.query(this);
	}
	expr() {
		this.grammar.expr(this);
	}
	/** An expression without comparisons. */
	bits() {
		this.grammar.bits(this);
	}
	/** One operand. */
	simple() {
		this.grammar.simple(this);
	}
	statement() {
		this.grammar.statement(this);
	}
	get mariadb() {
		return this.dialect === "mariadb";
	}
	get place() {
		return this.at;
	}
	/** Goes back to a place that was read before. */
	back(place) {
		this.at = place;
	}
	peek(ahead = 0) {
		return this.tokens[this.at + ahead] ?? this.tokens.at(-1) ?? END;
	}
	/** The word here, upper case; empty for anything else. */
	word(ahead = 0) {
		return wordOf(this.peek(ahead));
	}
	/** These words stand here, one after the other. */
	is(...words) {
		return words.every((word, ahead) => this.word(ahead) === word);
	}
	isOneOf(words) {
		return words.has(this.word());
	}
	take(...words) {
		if (!this.is(...words)) return false;
		this.at += words.length;
		return true;
	}
	/** Takes one of these words and says which; each may be several words with blanks between. */
	takeOneOf(phrases) {
		for (const phrase of phrases) if (this.take(...phrase.split(" "))) return phrase;
		return null;
	}
	need(...words) {
		if (!this.take(...words)) this.fail(words.join(" "));
	}
	needOneOf(phrases) {
		return this.takeOneOf(phrases) ?? this.fail(phrases.join(", "));
	}
	symbol(text, ahead = 0) {
		const token = this.peek(ahead);
		return token.kind === "symbol" && token.text === text;
	}
	takeSymbol(text) {
		if (!this.symbol(text)) return false;
		this.at += 1;
		return true;
	}
	needSymbol(text) {
		if (!this.takeSymbol(text)) this.fail(text);
	}
	/** Takes whatever stands here. */
	next() {
		const token = this.peek();
		if (token.kind !== "end") this.at += 1;
		return token;
	}
	get ended() {
		return this.peek().kind === "end";
	}
	fail(expected) {
		const token = this.peek();
		const found = token.kind === "end" ? "end of statement" : this.sql.slice(token.from, Math.min(token.to, token.from + 60));
		throw new Unread(token.from, found, expected);
	}
	/** From the token at `place` to the last one that was taken. */
	spanFrom(place) {
		const from = this.tokens[place]?.from ?? this.sql.length;
		const to = this.tokens[this.at - 1]?.to ?? from;
		return {
			from,
			to: Math.max(from, to)
		};
	}
	textFrom(place) {
		const { from, to } = this.spanFrom(place);
		return this.sql.slice(from, to);
	}
	/** The tokens from `place` to the last one that was taken. */
	tokensFrom(place) {
		return this.tokens.slice(place, this.at);
	}
	/** The raw text of a token, as it was written. */
	written(token) {
		return this.sql.slice(token.from, token.to);
	}
	isString(ahead = 0) {
		return this.peek(ahead).kind === "string";
	}
	string(expected = "a string") {
		if (!this.isString()) this.fail(expected);
		return this.next().text;
	}
	/** A whole number, also in hexadecimal. */
	number(expected = "a number") {
		const token = this.peek();
		if (token.kind === "number" || token.kind === "bits" && token.text.startsWith("0x")) {
			this.at += 1;
			return Number(token.text);
		}
		return this.fail(expected);
	}
	isName(ahead = 0) {
		const token = this.peek(ahead);
		if (token.kind === "name") return token.text !== "";
		return token.kind === "word" && !isReserved(token.text, this.dialect, token.tight);
	}
	/** A name as it was written, without quotes. */
	name(expected = "a name") {
		if (!this.isName()) this.fail(expected);
		const token = this.next();
		return token.kind === "name" ? token.text : this.written(token);
	}
	/** Behind a dot any word is a name. */
	anyName(expected = "a name") {
		const token = this.peek();
		if (token.kind !== "word" && !(token.kind === "name" && token.text !== "")) this.fail(expected);
		this.at += 1;
		return token.kind === "name" ? token.text : this.written(token);
	}
	/** A name or a string that stands for one. */
	nameOrString(expected = "a name") {
		return this.isString() ? this.next().text : this.name(expected);
	}
	objectName(expected = "a name") {
		const place = this.place;
		const leading = this.symbol(".") && !this.mariadb && this.isName(1);
		if (leading) this.at += 1;
		const first = this.name(expected);
		const second = !leading && this.takeSymbol(".") ? this.anyName(expected) : null;
		const span = this.spanFrom(place);
		return second === null ? {
			schema: null,
			name: first,
			span
		} : {
			schema: first,
			name: second,
			span
		};
	}
	/** A table: named, and remembered. */
	table(expected = "the name of a table") {
		const table = this.objectName(expected);
		this.seen.tables.push(table);
		return table;
	}
	list(item) {
		const items = [item()];
		while (this.takeSymbol(",")) items.push(item());
		return items;
	}
	parenthesised(inner) {
		this.needSymbol("(");
		const value = inner();
		this.needSymbol(")");
		return value;
	}
	/** Reads with `inner`, and says what it named; that is remembered for the whole, too. */
	collect(inner) {
		const outer = this.seen;
		const seen = nothingSeen();
		this.seen = seen;
		try {
			return {
				value: inner(),
				seen
			};
		} finally {
			this.seen = outer;
			for (const column of seen.columns) outer.columns.add(column);
			for (const name of seen.functions) outer.functions.add(name);
			outer.tables.push(...seen.tables);
			outer.subquery ||= seen.subquery;
		}
	}
	/** An expression that `inner` reads. */
	expressionOf(inner) {
		const place = this.place;
		const { seen } = this.collect(inner);
		return {
			span: this.spanFrom(place),
			columns: [...seen.columns],
			functions: [...seen.functions],
			literal: this.literalFrom(place),
			subquery: seen.subquery
		};
	}
	/** What was read since `place` as a plain literal: as it was written, without sign. */
	literalFrom(place) {
		const [first, second, ...more] = this.tokensFrom(place);
		if (first === void 0 || more.length > 0) return null;
		if (second === void 0) return [
			"number",
			"string",
			"bits"
		].includes(first.kind) || /^(?:TRUE|FALSE|NULL)$/.test(wordOf(first)) ? this.written(first) : null;
		if (second.kind === "number" && first.kind === "symbol" && "+-".includes(first.text)) return second.text;
		return second.kind === "string" && first.kind === "word" ? this.written(second) : null;
	}
	/** Tries to read; goes back to where it was when that fails. */
	attempt(inner) {
		const { place, seen } = this;
		const trial = nothingSeen();
		this.seen = trial;
		try {
			const value = inner();
			this.seen = seen;
			for (const column of trial.columns) seen.columns.add(column);
			for (const name of trial.functions) seen.functions.add(name);
			seen.tables.push(...trial.tables);
			seen.subquery ||= trial.subquery;
			seen.star ||= trial.star;
			return value;
		} catch (error) {
			if (!(error instanceof Unread)) throw error;
			this.back(place);
			this.seen = seen;
			return null;
		}
	}
	/** Guards against texts that nest deeper than the stack of this program. */
	nested(inner) {
		this.depth += 1;
		if (this.depth > 400) this.fail("fewer levels of nesting");
		try {
			return inner();
		} finally {
			this.depth -= 1;
		}
	}
};

// src/migrate/sql/parse/settings.ts
const SCOPES = {
	GLOBAL: "global",
	SESSION: "session",
	LOCAL: "session",
	PERSIST: "persist",
	PERSIST_ONLY: "persist"
};
function setStatement(r) {
	r.need("SET");
	const other = otherSet(r);
	if (other !== null) return {
		kind: "other",
		what: `SET ${other}`,
		tables: []
	};
	if (r.mariadb && r.take("STATEMENT")) {
		r.list(() => {
			r.name("a variable");
			r.needSymbol("=");
			r.expr();
		});
		r.need("FOR");
		const { seen } = r.collect(() => r.statement());
		return {
			kind: "other",
			what: "SET STATEMENT",
			tables: seen.tables
		};
	}
	return {
		kind: "set",
		variables: r.list(() => variable(r)).flat()
	};
}
function variable(r) {
	const place = r.place;
	const whole = (name) => {
		return [{
			scope: "session",
			name,
			value: {
				span: r.spanFrom(place),
				columns: [],
				functions: [],
				literal: null,
				subquery: false
			}
		}];
	};
	if (r.peek().kind === "variable") {
		const name = r.next().text;
		sign(r);
		return [{
			scope: "user",
			name,
			value: expression(r)
		}];
	}
	if (r.take("NAMES")) {
		names(r);
		return whole("NAMES");
	}
	if (takeCharset(r)) {
		if (!r.take("DEFAULT")) charsetName(r);
		return whole("CHARACTER SET");
	}
	const scope = scopeOf(r);
	if (!r.mariadb && Object.hasOwn(SCOPES, r.word())) r.fail("the name of a variable");
	let name = r.is("DEFAULT") && r.symbol(".", 1) ? r.anyName() : r.name("the name of a variable");
	while (r.takeSymbol(".")) name += `.${r.anyName()}`;
	sign(r);
	return [{
		scope,
		name,
		value: r.expressionOf(() => /^NEW\./i.test(name) ? r.expr() : settingValue(r))
	}];
}
function names(r) {
	if (r.takeSymbol("=")) {
		r.expr();
		return;
	}
	if (r.take("DEFAULT")) return;
	charsetName(r);
	if (r.take("COLLATE")) collationName(r);
}
function scopeOf(r) {
	if (r.takeSymbol("@@")) {
		const scope = SCOPES[r.word()];
		if (scope === void 0 || !r.symbol(".", 1)) return "session";
		r.next();
		r.needSymbol(".");
		return scope;
	}
	const scope = SCOPES[r.word()];
	if (scope === void 0 || r.symbol("=", 1) || r.symbol(":=", 1) || r.symbol(".", 1)) return "session";
	r.next();
	return scope;
}
function sign(r) {
	if (!r.takeSymbol("=")) r.needSymbol(":=");
}
/** Words that are values of settings, and reserved elsewhere. */
const VALUES = /* @__PURE__ */ new Set([
	"DEFAULT",
	"ON",
	"ALL",
	"BINARY",
	"ROW",
	"SYSTEM"
]);
function settingValue(r) {
	if (r.isOneOf(VALUES) && !r.symbol("(", 1)) r.next();
	else r.expr();
}
/** SET TRANSACTION, SET PASSWORD, SET ROLE, SET DEFAULT ROLE, SET RESOURCE GROUP; null: it sets variables. */
function otherSet(r) {
	const place = r.place;
	r.takeOneOf([
		"GLOBAL",
		"SESSION",
		"LOCAL"
	]);
	if (r.take("TRANSACTION")) {
		r.list(() => {
			if (r.needOneOf([
				"ISOLATION LEVEL",
				"READ ONLY",
				"READ WRITE"
			]) === "ISOLATION LEVEL") r.needOneOf([
				"READ UNCOMMITTED",
				"READ COMMITTED",
				"REPEATABLE READ",
				"SERIALIZABLE"
			]);
		});
		return "TRANSACTION";
	}
	r.back(place);
	return accountSet(r);
}
function accountSet(r) {
	if (r.take("PASSWORD")) {
		if (r.take("FOR")) account(r);
		if (!r.mariadb && r.take("TO")) {
			r.need("RANDOM");
			return "PASSWORD";
		}
		r.needSymbol("=");
		if (r.mariadb && r.takeOneOf(["PASSWORD", "OLD_PASSWORD"]) !== null) r.parenthesised(() => r.string("a password"));
		else r.string("a password");
		if (r.take("REPLACE")) r.string("the old password");
		r.take("RETAIN", "CURRENT", "PASSWORD");
		return "PASSWORD";
	}
	if (r.take("DEFAULT", "ROLE")) {
		if (r.takeOneOf(["NONE", "ALL"]) === null) r.list(() => account(r));
		if (r.mariadb ? r.take("FOR") : r.take("TO")) r.list(() => account(r));
		else if (!r.mariadb) r.fail("TO");
		return "DEFAULT ROLE";
	}
	if (r.take("ROLE")) {
		if (r.takeOneOf(["NONE", "DEFAULT"]) !== null) return "ROLE";
		if (!r.take("ALL")) r.list(() => account(r));
		else if (r.take("EXCEPT")) r.list(() => account(r));
		return "ROLE";
	}
	if (!r.mariadb && r.take("RESOURCE", "GROUP")) {
		r.name();
		if (r.take("FOR")) r.list(() => r.number());
		return "RESOURCE GROUP";
	}
	return null;
}

// src/migrate/sql/parse/table-statements.ts
/** Statements on indexes and whole tables. */
const KINDS = {
	UNIQUE: "unique",
	FULLTEXT: "fulltext",
	SPATIAL: "spatial",
	VECTOR: "vector"
};
/** Behind CREATE [OR REPLACE], at `[UNIQUE] INDEX`. Null when that is not what stands there. */
function createIndex(r, orReplace) {
	const place = r.place;
	const word = r.takeOneOf(r.mariadb && r.version >= 110700 ? [
		"UNIQUE",
		"FULLTEXT",
		"SPATIAL",
		"VECTOR"
	] : [
		"UNIQUE",
		"FULLTEXT",
		"SPATIAL"
	]);
	if (!r.take("INDEX")) {
		r.back(place);
		return null;
	}
	const ifNotExists = r.mariadb && r.take("IF", "NOT", "EXISTS");
	const name = r.name("the name of an index");
	const using = usingOf(r);
	r.need("ON");
	const table = r.table();
	const index = indexBody(r, {
		kind: KINDS[word ?? ""] ?? "plain",
		name,
		constraint: null,
		using
	}, place);
	waiting(r);
	return {
		kind: "create-index",
		table,
		index,
		ifNotExists,
		orReplace,
		...manner(r)
	};
}
function manner(r) {
	let algorithm = null;
	let lock = null;
	for (;;) if (algorithm === null && r.is("ALGORITHM")) algorithm = algorithmOf(r);
	else if (lock === null && r.is("LOCK")) lock = lockOf(r);
	else return {
		algorithm,
		lock
	};
}
/** Behind DROP INDEX. */
function dropIndex(r) {
	const ifExists = r.mariadb && r.take("IF", "EXISTS");
	const name = r.take("PRIMARY") ? "PRIMARY" : r.name("the name of an index");
	r.need("ON");
	const table = r.table();
	waiting(r);
	return {
		kind: "drop-index",
		table,
		name,
		ifExists,
		...r.mariadb ? {
			algorithm: null,
			lock: null
		} : manner(r)
	};
}
/** Behind DROP [TEMPORARY] TABLE. */
function dropTable(r, temporary) {
	const ifExists = r.take("IF", "EXISTS");
	const tables = r.list(() => r.table());
	waiting(r);
	r.takeOneOf(["RESTRICT", "CASCADE"]);
	return {
		kind: "drop-table",
		tables,
		temporary,
		ifExists
	};
}
/** Behind RENAME TABLE. */
function renameTable(r) {
	if (r.mariadb) r.take("IF", "EXISTS");
	return {
		kind: "rename-table",
		renames: r.list(() => {
			const from = r.table();
			waiting(r);
			r.need("TO");
			return {
				from,
				to: r.table()
			};
		})
	};
}
/** Behind TRUNCATE. */
function truncateTable(r) {
	r.take("TABLE");
	const table = r.table();
	waiting(r);
	return {
		kind: "truncate-table",
		table
	};
}

// src/migrate/sql/parse/index.ts
const grammar = {
	query,
	expr,
	bits,
	simple,
	statement: statementOf
};
/** Versions as conditional comments write them; what is read when nobody says. */
const VERSIONS = {
	mysql: 90704,
	mariadb: 101119
};
/**
* Reads one statement as a server of this family would. `version` (as in conditional comments, 80046) says which of them it runs;
* without one they are read as the newest server that this was tested on does.
*/
function parseStatement(sql, dialect, version = VERSIONS[dialect]) {
	try {
		const r = new Reader(sql, dialect, version, grammar);
		const statement = statementOf(r);
		r.takeSymbol(";");
		if (!r.ended) r.fail("the end of the statement");
		return {
			ok: true,
			statement
		};
	} catch (error) {
		if (!(error instanceof Unread)) throw error;
		const { at, found, expected } = error;
		return {
			ok: false,
			at,
			found,
			expected
		};
	}
}
function statementOf(r) {
	switch (r.word()) {
		case "CREATE": return createStatement(r);
		case "ALTER": return alterStatement(r);
		case "DROP": return dropStatement(r);
		case "RENAME": return renameStatement(r);
		case "TRUNCATE":
			r.next();
			return truncateTable(r);
		case "INSERT":
		case "REPLACE": return insertStatement(r);
		case "UPDATE": return updateStatement(r);
		case "DELETE": return deleteStatement(r);
		case "SELECT":
		case "VALUES":
		case "TABLE": return selectStatement(r);
		case "WITH": return withStatement(r);
		case "SET": return setStatement(r);
		default: return r.symbol("(") ? selectStatement(r) : otherStatement(r);
	}
}
function createStatement(r) {
	r.need("CREATE");
	const orReplace = r.take("OR", "REPLACE");
	const temporary = r.is("TEMPORARY", "TABLE") && r.take("TEMPORARY");
	if (!r.mariadb && r.is("EXTERNAL", "TABLE")) r.need("EXTERNAL");
	if (r.is("TABLE")) {
		if (orReplace && !r.mariadb) r.fail("VIEW, SPATIAL REFERENCE SYSTEM");
		r.need("TABLE");
		return createTable(r, {
			temporary,
			orReplace
		});
	}
	return (orReplace && !r.mariadb ? null : createIndex(r, orReplace)) ?? programStatement(r, "create", orReplace);
}
function alterStatement(r) {
	r.need("ALTER");
	return r.is("TABLE") || r.mariadb && ["ONLINE", "IGNORE"].includes(r.word()) ? alterTable(r) : programStatement(r, "alter", false);
}
function dropStatement(r) {
	r.need("DROP");
	if (r.take("INDEX")) return dropIndex(r);
	if (r.take("PREPARE")) {
		r.name();
		return {
			kind: "other",
			what: "DROP PREPARE",
			tables: []
		};
	}
	const temporary = (r.is("TEMPORARY", "TABLE") || r.is("TEMPORARY", "TABLES")) && r.take("TEMPORARY");
	if (r.take("TABLE") || r.take("TABLES")) return dropTable(r, temporary);
	return programStatement(r, "drop", false);
}
function renameStatement(r) {
	r.need("RENAME");
	return r.take("TABLE") || r.take("TABLES") ? renameTable(r) : programStatement(r, "rename", false);
}
/** WITH stands before a query, an UPDATE or a DELETE; what follows it tells. */
function withStatement(r) {
	for (const read of [
		selectStatement,
		updateStatement,
		deleteStatement
	]) {
		const statement = r.attempt(() => read(r));
		if (statement !== null) return statement;
	}
	return selectStatement(r);
}

export { parseStatement as t };