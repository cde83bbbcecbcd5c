import { Fn as object, Jn as string } from "./shared-schemas.js";
import { i as string$1 } from "./shared-libraries.js";
import { t as ProblemError } from "./shared-problem.js";
import { r as verifies } from "./shared-verifier.js";
import { Pc as sqlName, sc as MADE_PASSWORD } from "./shared-common.js";
import { xt as resolveDsn } from "./shared-migrate.js";
import { i as schemaPlace } from "./shared-database.js";
import { access, constants, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";

// src/database/accounts.ts
const yes = string$1().nullable().transform((text) => /^(?:y|yes|1|true)$/i.test(text ?? ""));
const accountRow = object({
	user: string(),
	host: string(),
	plugin: string().nullable(),
	verifier: string().nullable(),
	other: yes,
	locked: yes,
	role: yes,
	restricted: yes
});
const serverRow = object({
	version: string(),
	me: string(),
	readOnly: yes
});
const nameRow = object({ name: string() });
/** A MySQL role is an account that is locked and whose password has expired: the server itself keeps no other mark. */
const ACCOUNTS = {
	mysql: `SELECT User AS user, Host AS host, plugin, HEX(authentication_string) AS verifier, 'N' AS other, account_locked AS locked,
 IF(account_locked = 'Y' AND password_expired = 'Y' AND authentication_string = '', 'Y', 'N') AS role,
 IF(JSON_LENGTH(User_attributes, '$.Restrictions') > 0, 'Y', 'N') AS restricted FROM mysql.user`,
	mariadb: `SELECT User AS user, Host AS host, JSON_VALUE(Priv, '$.plugin') AS plugin, HEX(JSON_VALUE(Priv, '$.authentication_string')) AS verifier,
 IF(JSON_EXISTS(Priv, '$.auth_or'), 'Y', 'N') AS other, JSON_VALUE(Priv, '$.account_locked') AS locked, JSON_VALUE(Priv, '$.is_role') AS role,
 'N' AS restricted FROM mysql.global_priv`
};
/** Everything that can log in. */
async function readAccounts(ask, engine) {
	const [server] = await ask(serverRow, "SELECT VERSION() AS version, CURRENT_USER() AS me, CAST(@@GLOBAL.read_only AS CHAR) AS readOnly");
	const rows = await ask(accountRow, ACCOUNTS[engine]);
	const schemas = await ask(nameRow, "SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA");
	const { version = "", me = "", readOnly = false } = server ?? {};
	const at = me.lastIndexOf("@");
	return {
		version,
		readOnly,
		me: {
			user: me.slice(0, at),
			from: me.slice(at + 1)
		},
		schemas: schemas.map(({ name }) => name),
		accounts: rows.map(({ user, host, plugin, verifier, other, locked, role, restricted }) => ({
			user,
			from: host,
			plugin: plugin ?? "",
			stored: Buffer.from(verifier ?? "", "hex"),
			otherWay: other,
			locked,
			role,
			restricted
		}))
	};
}
const rightRow = object({
	place: string().nullable(),
	name: string().nullable(),
	part: string().nullable(),
	privilege: string(),
	grantable: yes
});
const RIGHTS = `SELECT NULL AS place, NULL AS name, NULL AS part, PRIVILEGE_TYPE AS privilege, IS_GRANTABLE AS grantable FROM information_schema.USER_PRIVILEGES WHERE GRANTEE = ?
UNION ALL SELECT TABLE_SCHEMA, NULL, NULL, PRIVILEGE_TYPE, IS_GRANTABLE FROM information_schema.SCHEMA_PRIVILEGES WHERE GRANTEE = ?
UNION ALL SELECT TABLE_SCHEMA, TABLE_NAME, NULL, PRIVILEGE_TYPE, IS_GRANTABLE FROM information_schema.TABLE_PRIVILEGES WHERE GRANTEE = ?
UNION ALL SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, PRIVILEGE_TYPE, IS_GRANTABLE FROM information_schema.COLUMN_PRIVILEGES WHERE GRANTEE = ?`;
const routineRow = object({
	place: string(),
	name: string(),
	kind: string(),
	privileges: string()
});
const roleRow = object({
	name: string(),
	host: string().nullable()
});
const proxyRow = object({
	user: string(),
	host: string()
});
const ROLES_OF = {
	mysql: "SELECT FROM_USER AS name, FROM_HOST AS host FROM mysql.role_edges WHERE TO_USER = ? AND TO_HOST = ?",
	mariadb: "SELECT Role AS name, NULL AS host FROM mysql.roles_mapping WHERE User = ? AND Host = ?"
};
/** What one account has of its own. */
async function readHeld(ask, engine, { user, from }) {
	const grantee = `'${user}'@'${from}'`;
	const rows = await ask(rightRow, RIGHTS, [
		grantee,
		grantee,
		grantee,
		grantee
	]);
	const routines = await ask(routineRow, "SELECT Db AS place, Routine_name AS name, Routine_type AS kind, CONCAT(Proc_priv, '') AS privileges FROM mysql.procs_priv WHERE User = ? AND Host = ?", [user, from]);
	const roles = await ask(roleRow, ROLES_OF[engine], [user, from]);
	const proxies = await ask(proxyRow, "SELECT Proxied_user AS user, Proxied_host AS host FROM mysql.proxies_priv WHERE User = ? AND Host = ?", [user, from]);
	const plain = rows.filter(({ privilege }) => privilege !== "USAGE").map(rightOf);
	const grantable = rows.filter((row) => row.grantable).map((row) => rightOf(row).on);
	return {
		rights: [
			...plain,
			...[...new Set(grantable)].map((on) => ({
				privilege: GRANT_OPTION,
				on
			})),
			...routines.flatMap(({ place, name, kind, privileges }) => privileges.split(",").filter((one) => one !== "").map((one) => ({
				privilege: one === "Grant" ? GRANT_OPTION : one.toUpperCase(),
				on: `${kind} ${sqlName(place)}.${sqlName(name)}`,
				within: schemaPlace(place)
			})))
		],
		roles: roles.map(({ name, host }) => host === null ? sqlName(name) : accountText({
			user: name,
			from: host
		})),
		proxies: proxies.map(({ user: name, host }) => accountText({
			user: name,
			from: host
		}))
	};
}
/** To pass on what one has; held per place, whatever it is that one has there. */
const GRANT_OPTION = "GRANT OPTION";
function rightOf({ place, name, part, privilege }) {
	const on = place === null ? "*.*" : `${sqlName(place)}.${name === null ? "*" : sqlName(name)}`;
	return {
		privilege: part === null ? privilege : `${privilege} (${sqlName(part)})`,
		on,
		...place === null || name === null ? {} : { within: schemaPlace(place) }
	};
}
/** As statements have it. */
function accountText({ user, from }) {
	const quoted = (text) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
	return `${quoted(user)}@${quoted(from)}`;
}
function passwordState({ plugin, stored, otherWay }, password) {
	if (stored.length === 0 && !otherWay && asksPassword(plugin)) return "none";
	const answer = verifies(plugin, stored, password);
	return answer === null ? "unknown" : answer ? "same" : "other";
}
/** Others ask somebody else, such as the operating system. */
function asksPassword(plugin) {
	return [
		"",
		"mysql_native_password",
		"caching_sha2_password",
		"sha256_password",
		"ed25519",
		"parsec"
	].includes(plugin);
}

// src/release/database/account-secret.ts
/**
* The accounts of an environment in the order in which they are made.
* @throws ProblemError `database.no-accounts`, `database.no-account-dsn`
*/
function declaredAccounts({ environment }) {
	const { database, backup } = environment;
	const accounts = database?.accounts ?? null;
	if (database === null || accounts === null) throw new ProblemError(noAccounts(environment.environment));
	const of = (role, declared, dsn) => {
		if (declared === void 0) return [];
		if (dsn === null || dsn === void 0) throw new ProblemError(noDsn(environment.environment, role));
		const { user, from, also, form } = declared;
		return [{
			role,
			user,
			from,
			also,
			form,
			dsn
		}];
	};
	const found = [
		...of("application", accounts.application, accounts.application?.dsn),
		...of("migration", accounts.migration, database.dsn),
		...of("backup", accounts.backup, backup?.dsn ?? accounts.backup?.dsn),
		...of("monitoring", accounts.monitoring, accounts.monitoring?.dsn),
		...of("copy", accounts.copy, accounts.copy?.dsn)
	];
	if (found.length === 0) throw new ProblemError(noAccounts(environment.environment));
	return found;
}
/** A connection string in which a new password is still to be put. */
function dsnToMake({ user, form }, address, schema) {
	return form === "go" ? `${user}:${MADE_PASSWORD}@tcp(${address})/${schema}\n` : `mysql://${user}:${MADE_PASSWORD}@${address}/${schema}\n`;
}
/** Only looks. */
async function secretState({ secrets, baseDir }, { role, user, dsn }, schema) {
	const wrong = (problem) => ({
		kind: "wrong",
		problem
	});
	if (typeof dsn === "string") return wrong(notSecret(role));
	const { secret } = dsn;
	if (secret.startsWith("file:")) {
		const path = resolve(baseDir, secret.slice(5));
		if (await missing(path)) return await writable(dirname(path)) ? {
			kind: "to-make",
			path
		} : wrong(notWritable(secret, path));
	}
	try {
		const { options, database } = resolveDsn(dsn, secrets);
		if (options.user !== user) return wrong(otherUser(secret, options.user ?? "", user));
		if (database !== schema) return wrong(otherSchema(secret, database, schema));
		const { password = "" } = options;
		return password === "" ? wrong(emptyPassword(secret)) : {
			kind: "there",
			password
		};
	} catch (error) {
		if (!(error instanceof ProblemError)) throw error;
		const [problem] = error.problems;
		if (problem === void 0) throw error;
		return wrong(problem.code === "secret.not-found" ? notWritable(secret, problem.found) : problem);
	}
}
async function missing(path) {
	return stat(path).then(() => false, (error) => error instanceof Error && "code" in error && error.code === "ENOENT");
}
/** Directories that are missing are made; the nearest that is there must let us. */
async function writable(directory) {
	if (await missing(directory)) {
		const above = dirname(directory);
		return above !== directory && writable(above);
	}
	return access(directory, constants.W_OK | constants.X_OK).then(() => true, () => false);
}
function noAccounts(environment) {
	return {
		code: "database.no-accounts",
		where: `environments.${environment}.database`,
		found: "no `accounts:` with a role",
		expected: "the accounts that the environment needs",
		remedy: "write `accounts: { schema: …, application: { user: …, from: …, dsn: { secret: file:… } } }`; docs/database.md"
	};
}
function noDsn(environment, role) {
	return {
		code: "database.no-account-dsn",
		where: `environments.${environment}.database.accounts.${role}`,
		found: "no place for its connection string",
		expected: "`dsn: { secret: … }` here, or `backup.dsn`",
		remedy: "write one; without it nobody could use the account"
	};
}
function notSecret(role) {
	return {
		code: "database.dsn-in-text",
		where: `the connection string of ${role}`,
		found: "a text without a password",
		expected: "a reference: { secret: file:/path } or { secret: env:NAME }",
		remedy: "keep it as a secret; accounts without a password are not made"
	};
}
function notWritable(reference, found) {
	return {
		code: "database.secret-not-writable",
		where: `secret ${reference}`,
		found: `nothing there, and no place that can be written from here: ${found}`,
		expected: "a connection string with a password, or `file:` in a directory that this user may write to",
		remedy: "put a connection string there, with a long random password: the account gets it; or name a file"
	};
}
function otherUser(reference, found, expected) {
	return {
		code: "database.other-user",
		where: `secret ${reference}`,
		found: `the user ${found}`,
		expected,
		remedy: "mend `user:`, or the connection string"
	};
}
function otherSchema(reference, found, expected) {
	return {
		code: "database.other-schema",
		where: `secret ${reference}`,
		found: `the database ${found}`,
		expected,
		remedy: "mend `accounts.schema`, or the connection string"
	};
}
function emptyPassword(reference) {
	return {
		code: "database.empty-password",
		where: `secret ${reference}`,
		found: "a connection string without a password",
		expected: "one with a password",
		remedy: "put a long random password into it: the account gets it"
	};
}

export { accountText as a, readAccounts as c, GRANT_OPTION as i, readHeld as l, dsnToMake as n, asksPassword as o, secretState as r, passwordState as s, declaredAccounts as t };