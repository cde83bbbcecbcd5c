import { Fn as object, It as bigint, Jn as string, Lt as boolean, Nt as array, Ot as _instanceof, Pn as number, Un as record, kt as _null, or as union, qn as strictObject } from "./shared-schemas.js";
import { r as number$1 } from "./shared-libraries.js";
import { s as problemsOf, t as ProblemError } from "./shared-problem.js";
import { b as parseDatabaseHost, x as strangeDatabase, y as DATABASE_PROGRAM } from "./shared-program.js";
import { Ha as LOCAL_HOST, Ls as isOnHosts, Nr as askProgram, Pc as sqlName, Xs as action, ac as step, ec as opaque, jr as hostEffect, oc as watch } from "./shared-common.js";
import { xt as resolveDsn } from "./shared-migrate.js";
import { n as openDsnSession, t as ServerRefusal } from "./shared-session2.js";
import { i as backupStatusOf, r as takeBackup, t as verifyBackup } from "./shared-verify.js";
import { t as upgradeHosts } from "./shared-upgrade.js";
import { i as reachOf, n as localResource } from "./shared-system.js";
import { c as ageText, d as digestOfChanges, f as exactly, g as recordedSchema, h as recordedOf, l as changedSince, m as pendingOf, p as installedText, u as changesText } from "./shared-steps.js";
import { i as withDependents } from "./shared-order.js";
import { createHash } from "node:crypto";

// src/platform/local/database.ts
/** The same where the server is on this machine, by database.sh. */
const LOOK_MS = 3e4;
/** @throws ProblemError `platform.database-answer` */
async function observeLocalDatabase({ exec, privileged }, { unit, dataDirectory, log }, signal) {
	const argv = [
		...privileged,
		"sh",
		DATABASE_PROGRAM,
		"look",
		unit,
		dataDirectory,
		log
	];
	const { stdout, stderr } = await exec.read(argv, {
		timeoutMs: LOOK_MS,
		...signal === void 0 ? {} : { signal }
	});
	return parseDatabaseHost(stdout) ?? strangeDatabase("this machine", `${stdout} ${stderr}`);
}
/** The same on this machine. Pure. */
function localTablesEffect({ resource, privileged }, socket, timeoutMs) {
	return {
		kind: "exec",
		argv: [
			...privileged,
			"sh",
			DATABASE_PROGRAM,
			"upgrade",
			socket
		],
		resource,
		why: "mariadb-upgrade on this machine",
		timeoutMs
	};
}

// src/platform/ssh/database.ts
/** The machine of a server of databases over ssh, by the program of the host. */
/** @throws ProblemError when the host cannot be asked */
async function observeHostDatabase({ host, reach, exec }, { unit, dataDirectory, log }, signal) {
	const asked = [
		"--of",
		unit,
		"--to",
		dataDirectory,
		"--name",
		log
	];
	const said = await askProgram({
		host,
		access: reach.access,
		root: reach.root,
		exec
	}, "database", asked, signal);
	return parseDatabaseHost(said) ?? strangeDatabase(host.name, said);
}
/** mariadb-upgrade on a host, under its fence. Repeatable. Pure. */
function hostTablesEffect(options, socket, timeoutMs) {
	return hostEffect(options, "tables", ["--of", socket], {
		why: `mariadb-upgrade on ${options.host.name}`,
		timeoutMs
	});
}

// src/database/upgrade/path.ts
/**
* The version in the text of a server (`10.11.18-MariaDB-0+deb12u1`) or of a package (`1:10.11.18-0+deb12u1`); undefined: there is none in it. The number
* before the colon is Debian's epoch (policy 5.6.12).
*/
function serverVersion(text) {
	const [, major, minor, patch] = /^(?:\d+:)?(\d+)\.(\d+)\.(\d+)/.exec(text) ?? [];
	return major === void 0 ? void 0 : {
		major: Number(major),
		minor: Number(minor),
		patch: Number(patch)
	};
}
function versionText({ major, minor, patch }) {
	return `${major}.${minor}.${patch}`;
}
/** Versions of one series keep their data as each other does. */
function sameSeries(one, other) {
	return one.major === other.major && one.minor === other.minor;
}
/** Less than 0: `one` is older. */
function compareVersions(one, other) {
	return one.major - other.major || one.minor - other.minor || one.patch - other.patch;
}
/** Packages that hold the program of the server, those of the distributions and of the vendors. */
const SERVERS = /^(?:mariadb|mysql|mysql-community)-server(?:-core)?(?:-\d+(?:\.\d+)*)?$/;
/** The version that the changes bring the server to; null: they bring none. */
function versionAfter(changes) {
	const servers = changes.filter(({ name }) => SERVERS.test(name));
	const core = servers.find(({ name }) => name.includes("-server-core")) ?? servers[0];
	return (core === void 0 ? void 0 : serverVersion(core.to)) ?? null;
}
/**
* Long-term series of MySQL, and the last ones from before there were such. One of them may not be jumped over (MySQL Reference Manual 8.4, “MySQL
* Releases: Innovation and LTS” and “Upgrade Paths”).
*/
const LONG_TERM = [
	[5, 6],
	[5, 7],
	[8, 0],
	[8, 4],
	[9, 7]
];
/**
* What speaks against the way. MySQL: never back, no long-term series jumped over, and no major version beyond the next one, whose long-term series nobody
* here knows. MariaDB: from any version to any newer one; never back (MariaDB Knowledge Base, “Upgrading Between Major MariaDB Versions” and “Downgrading
* between Major Versions of MariaDB”).
*/
function pathProblems(engine, from, to, where) {
	const problem = (expected, remedy) => [{
		code: "database.no-way",
		where,
		found: `${engine} ${versionText(from)} → ${versionText(to)}`,
		expected,
		remedy
	}];
	if (compareVersions(to, from) < 0) return problem("a newer version", "the way back is a restore into a server of the old version (docs/restore.md)");
	if (engine === "mariadb") return [];
	const jumped = LONG_TERM.find(([major, minor]) => isBefore([from.major, from.minor], [major, minor]) && isBefore([major, minor], [to.major, to.minor]));
	if (jumped !== void 0) return problem("no long-term series jumped over", `upgrade to the last ${jumped.join(".")} first, by giving its versions with --packages`);
	if (from.major >= 8 && to.major - from.major > 1) return problem("the next major version at most", "read the upgrade paths in the manual of the new version");
	return [];
}
function isBefore([major, minor], [other, otherMinor]) {
	return major < other || major === other && minor < otherMinor;
}
/** Packages that are asked for where nobody says which. */
function usualPackages(engine) {
	return [engine === "mariadb" ? "mariadb-server" : "mysql-server"];
}

// src/database/upgrade/look.ts
const variable = object({
	Variable_name: string(),
	Value: string()
});
const text = union([
	string(),
	number(),
	bigint(),
	_null(),
	_instanceof(Buffer)
]).transform((value) => value === null ? "" : String(value));
const anyRow = record(string(), text.catch(""));
const counted$1 = object({ bytes: number$1() });
const table$1 = object({
	table_schema: string(),
	table_name: string()
});
const engineRow = object({
	table_schema: string(),
	table_name: string(),
	engine: string()
});
const checked = object({
	Table: string(),
	Msg_type: string(),
	Msg_text: string()
});
const account = object({
	user: string(),
	host: string()
});
/** Engines that every supported server of either family has. */
const EVERYWHERE = [
	"InnoDB",
	"MyISAM",
	"Aria",
	"MEMORY",
	"CSV",
	"ARCHIVE",
	"BLACKHOLE",
	"MRG_MyISAM"
];
/** Schemas that no table of users is in. */
const OWN_SCHEMAS = [
	"information_schema",
	"performance_schema",
	"sys",
	"mysql"
];
/** Also in a plan, and while users are served: nothing here takes long or holds anybody up for long. @throws what the server refuses to tell this account */
async function lookAtServer(ask, engine) {
	const set = new Map((await ask(variable, "SHOW GLOBAL VARIABLES")).map((row) => [row.Variable_name.toLowerCase(), row.Value]));
	const of = (name) => set.get(name) ?? "";
	const directory = of("datadir").replace(/\/+$/, "");
	const log = of("log_error");
	const files = Math.max(1, Number(of("innodb_log_files_in_group") || 1));
	const [systemSize] = await ask(counted$1, "SELECT COALESCE(SUM(data_length + index_length), 0) AS bytes FROM information_schema.tables WHERE table_schema = 'mysql'");
	const sources = await ask(anyRow, engine === "mariadb" ? "SHOW ALL SLAVES STATUS" : "SHOW REPLICA STATUS");
	const sessions = await ask(anyRow, "SHOW PROCESSLIST");
	const prepared = await ask(anyRow, "XA RECOVER");
	return {
		version: of("version"),
		dataDirectory: directory,
		socket: within(directory, of("socket")),
		log: log === "" || log === "stderr" ? null : within(directory, log),
		forceRecovery: Number(of("innodb_force_recovery") || 0),
		redoBytes: Number(of("innodb_redo_log_capacity") || Number(of("innodb_log_file_size") || 0) * files),
		systemBytes: systemSize?.bytes ?? 0,
		replicatesFrom: sources.map((row) => row["Source_Host"] ?? row["Master_Host"] ?? "another server"),
		readers: sessions.filter((row) => row["Command"]?.startsWith("Binlog Dump") === true).length,
		prepared: prepared.map((row) => row["data"] ?? ""),
		...await tablesForUpgrade(ask),
		engines: await unusualEngines(ask),
		native: engine === "mariadb" ? [] : (await ask(account, "SELECT user AS user, host AS host FROM mysql.user WHERE plugin = 'mysql_native_password' AND account_locked = 'N' ORDER BY user, host")).map(({ user, host }) => `${user}@${host}`)
	};
}
/** A path that the server gives relative to its data. */
function within(directory, path) {
	return path.startsWith("/") ? path : `${directory}/${path.replace(/^\.\//, "")}`;
}
const LOCK_WAIT = /lock wait timeout/i;
/**
* Tables of which the server itself says that they are not as this version keeps them: old times, old collations, foreign files. One at a time, since the
* question keeps writers off the table while it is answered: give the session a short lock_wait_timeout.
*/
async function tablesForUpgrade(ask) {
	const tables = await ask(table$1, `SELECT table_schema AS table_schema, table_name AS table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema NOT IN (${quoted(OWN_SCHEMAS)}) ORDER BY table_schema, table_name`);
	const flagged = /* @__PURE__ */ new Set();
	const busy = [];
	for (const one of tables) {
		const name = `${one.table_schema}.${one.table_name}`;
		const sql = `CHECK TABLE ${sqlName(one.table_schema)}.${sqlName(one.table_name)} FOR UPGRADE`;
		const rows = await ask(checked, sql).catch((error) => {
			if (error instanceof Error && LOCK_WAIT.test(error.message)) return null;
			throw error;
		});
		if (rows === null || rows.some(({ Msg_text }) => LOCK_WAIT.test(Msg_text))) busy.push(name);
		else for (const row of rows) if (!isWhole(row)) flagged.add(`${name}: ${row.Msg_text}`);
	}
	return {
		flagged: [...flagged],
		busy
	};
}
function isWhole({ Msg_type, Msg_text }) {
	return Msg_text === "OK" || /^Table is already up to date/i.test(Msg_text) || Msg_type === "note" && /doesn't support check/.test(Msg_text);
}
async function unusualEngines(ask) {
	return (await ask(engineRow, `SELECT table_schema AS table_schema, table_name AS table_name, engine AS engine FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND engine IS NOT NULL AND table_schema NOT IN (${quoted(OWN_SCHEMAS)}) AND engine NOT IN (${quoted(EVERYWHERE)}) ORDER BY table_schema, table_name`)).map((row) => ({
		table: `${row.table_schema}.${row.table_name}`,
		engine: row.engine
	}));
}
function quoted(names) {
	return names.map((one) => `'${one}'`).join(", ");
}
/** Sessions that have chosen a database: who serves users does, who only watches the server does not. `app@10.0.0.5 in shop`. */
async function usersOf$1(ask) {
	const [own] = await ask(anyRow, "SELECT CONNECTION_ID() AS id");
	return (await ask(anyRow, "SHOW PROCESSLIST")).filter((row) => row["db"] !== "" && row["Id"] !== own?.["id"] && row["Command"] !== "Daemon").filter((row) => row["User"] !== "system user" && row["User"] !== "event_scheduler").map((row) => `${row["User"] ?? ""}@${(row["Host"] ?? "").replace(/:\d+$/, "")} in ${row["db"] ?? ""}`);
}
/** Tables of the system that are not whole, by the word of the server. */
async function brokenSystemTables(ask) {
	const tables = await ask(table$1, "SELECT table_schema AS table_schema, table_name AS table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema = 'mysql' AND COALESCE(engine, '') <> 'CSV' ORDER BY table_name");
	return (await ask(checked, `CHECK TABLE ${tables.map((one) => `mysql.${sqlName(one.table_name)}`).join(", ")}`)).filter((row) => row.Msg_text !== "OK" && row.Msg_type !== "note").map((row) => `${row.Table}: ${row.Msg_text}`);
}
async function versionOf(ask) {
	const [row] = await ask(anyRow, "SELECT VERSION() AS version");
	return row?.["version"] ?? "";
}

// src/database/upgrade/content.ts
/** What a server holds, so that it can be said afterwards whether it holds the same: rows of each table, and the form of everything else. */
const contentSchema = strictObject({
	/** Table → rows. */
	rows: record(string(), number()),
	/** Table, view, routine, trigger or event → digest of its form. */
	forms: record(string(), string())
});
const table = object({
	name: string(),
	part: string(),
	kind: string()
});
const formed = object({
	name: string(),
	part: string(),
	form: string()
});
const counted = object({ n: number$1() });
/**
* Counts every row: it takes as long as reading the shortest index of each table. Forms are told by facts that both versions tell alike, and not by SHOW
* CREATE: texts of types and of defaults change with versions.
*/
async function readContent(ask, note) {
	const users = `NOT IN (${quoted(OWN_SCHEMAS)})`;
	const tables = await ask(table, `SELECT table_schema AS name, table_name AS part, CONCAT(table_type, ' ', COALESCE(engine, '')) AS kind FROM information_schema.tables WHERE table_schema ${users} ORDER BY table_schema, table_name`);
	const rows = {};
	const based = tables.filter(({ kind }) => kind.startsWith("BASE TABLE"));
	for (const [at, { name, part }] of based.entries()) {
		const [count] = await ask(counted, `SELECT COUNT(*) AS n FROM ${sqlName(name)}.${sqlName(part)}`);
		rows[`${name}.${part}`] = count?.n ?? 0;
		if (at % 100 === 99) note(`${at + 1} of ${based.length} tables counted`);
	}
	const parts = tables.map((one) => [`${one.name}.${one.part}`, one.kind]);
	for (const sql of formQueries(users)) for (const { name, part, form } of await ask(formed, sql)) parts.push([`${name}.${part}`, form]);
	const gathered = /* @__PURE__ */ new Map();
	for (const [name, form] of parts) gathered.set(name, [...gathered.get(name) ?? [], form]);
	return {
		rows,
		forms: Object.fromEntries([...gathered].map(([name, all]) => [name, createHash("sha256").update(all.toSorted().join("\n")).digest("hex").slice(0, 16)]))
	};
}
/** Newer servers say utf8mb3 where older ones said utf8. */
const charset = "REPLACE(COALESCE(character_set_name, ''), 'utf8mb3', 'utf8')";
function formQueries(users) {
	return [
		`SELECT table_schema AS name, table_name AS part, CONCAT_WS('|', 'column', ordinal_position, column_name, data_type, is_nullable, COALESCE(character_maximum_length, ''), COALESCE(numeric_precision, ''), COALESCE(numeric_scale, ''), COALESCE(datetime_precision, ''), ${charset}, CASE WHEN data_type IN ('enum', 'set') THEN column_type ELSE '' END) AS form FROM information_schema.columns WHERE table_schema ${users}`,
		`SELECT table_schema AS name, table_name AS part, CONCAT_WS('|', 'index', index_name, non_unique, seq_in_index, COALESCE(column_name, ''), COALESCE(sub_part, ''), index_type) AS form FROM information_schema.statistics WHERE table_schema ${users}`,
		`SELECT constraint_schema AS name, table_name AS part, CONCAT_WS('|', 'reference', constraint_name, referenced_table_name, update_rule, delete_rule) AS form FROM information_schema.referential_constraints WHERE constraint_schema ${users}`,
		`SELECT trigger_schema AS name, event_object_table AS part, CONCAT_WS('|', 'trigger', trigger_name, action_timing, event_manipulation, action_statement) AS form FROM information_schema.triggers WHERE trigger_schema ${users}`,
		`SELECT routine_schema AS name, CONCAT(routine_name, '()') AS part, CONCAT_WS('|', routine_type, COALESCE(routine_definition, '')) AS form FROM information_schema.routines WHERE routine_schema ${users}`,
		`SELECT event_schema AS name, CONCAT(event_name, ' (event)') AS part, CONCAT_WS('|', 'event', event_definition, status) AS form FROM information_schema.events WHERE event_schema ${users}`
	];
}
/** What is not as it was. Pure. */
function contentProblems(before, after, where, remedy) {
	const lost = [];
	for (const [name, count] of Object.entries(before.rows)) {
		const now = after.rows[name];
		if (now !== count) lost.push(`${name}: ${now === void 0 ? "it is gone" : `${now} rows`}, ${count} before`);
	}
	for (const name of Object.keys(after.rows)) if (before.rows[name] === void 0) lost.push(`${name}: it is new`);
	for (const [name, form] of Object.entries(before.forms)) {
		const now = after.forms[name];
		if (now === void 0 && before.rows[name] === void 0) lost.push(`${name}: it is gone`);
		else if (now !== void 0 && now !== form) lost.push(`${name}: it has another form`);
	}
	if (lost.length === 0) return [];
	return [{
		code: "database.content-differs",
		where,
		found: `${lost.slice(0, 5).join("; ")}${lost.length > 5 ? `; ${lost.length - 5} more` : ""}`,
		expected: "the same tables with as many rows each as before the upgrade, in the same form",
		remedy
	}];
}
function contentText({ rows }) {
	const counts = Object.values(rows);
	return `${counts.length} tables with ${counts.reduce((sum, one) => sum + one, 0)} rows`;
}

// src/database/upgrade/judge.ts
/** Engines that are gone, and since which version (MariaDB Knowledge Base, “TokuDB” and “Cassandra Storage Engine”). */
const GONE = [{
	engine: "tokudb",
	since: {
		major: 10,
		minor: 6,
		patch: 0
	}
}, {
	engine: "cassandra",
	since: {
		major: 10,
		minor: 6,
		patch: 0
	}
}];
/** In 8.4 the method is off unless a setting says otherwise; in 9.0 it is gone (MySQL Reference Manual, “What Is New”, 8.4 and 9.0). */
const NATIVE_OFF = {
	major: 8,
	minor: 4,
	patch: 0
};
/** Room beside the redo logs and twice the tables of the system, which are written anew. */
const ROOM_BYTES = 268435456;
/** Everything that speaks against it; empty: nothing. */
function upgradeProblems(look, one) {
	const { engine, where, to, freeBytes, replicated } = one;
	const from = serverVersion(look.version);
	if (from === void 0) return [{
		code: "database.unknown-version",
		where,
		found: look.version,
		expected: "a version such as 10.11.18",
		remedy: "report it"
	}];
	return [
		...to === null ? [] : pathProblems(engine, from, to, where),
		...replicated ? [] : replicationProblems(look, where),
		...look.prepared.length === 0 ? [] : [{
			code: "database.prepared-transactions",
			where,
			found: `${look.prepared.length} prepared transactions that nobody has ended: ${look.prepared.slice(0, 3).join(", ")}`,
			expected: "none: the new server may not read what the old one has kept of them",
			remedy: "look at XA RECOVER, then XA COMMIT or XA ROLLBACK each, as its coordinator says"
		}],
		...look.forceRecovery === 0 ? [] : [{
			code: "database.forced-recovery",
			where,
			found: `innodb_force_recovery = ${look.forceRecovery}`,
			expected: "0: a server whose data is whole",
			remedy: "mend its data first, or restore it (docs/restore.md)"
		}],
		...roomProblems(look, where, freeBytes),
		...tableProblems(look, where),
		...to === null ? [] : engineProblems(look, engine, to, where),
		...to === null ? [] : loginProblems(look, engine, to, where)
	];
}
/** What the server says of its tables. With `alone` also those that could not be asked count: nobody uses them any more. */
function tableProblems({ flagged, busy }, where, alone = false) {
	const all = [...flagged, ...alone ? busy.map((name) => `${name}: somebody holds it`) : []];
	if (all.length === 0) return [];
	return [{
		code: "database.tables-to-mend",
		where,
		found: `CHECK TABLE … FOR UPGRADE says: ${all.slice(0, 5).join("; ")}${all.length > 5 ? `; ${all.length - 5} more` : ""}`,
		expected: "tables that are as this version keeps them, before the next one opens them",
		remedy: "mend each: ALTER TABLE … FORCE, or REPAIR TABLE; both write the table anew"
	}];
}
function replicationProblems({ replicatesFrom, readers }, where) {
	if (replicatesFrom.length === 0 && readers === 0) return [];
	return [{
		code: "database.replicated",
		where,
		found: [...replicatesFrom.length === 0 ? [] : [`it replicates from ${replicatesFrom.join(", ")}`], ...readers === 0 ? [] : [`${readers} read its binary log`]].join("; "),
		expected: "a server that stands alone",
		remedy: "upgrade all replicas before their source, one by one, each with --replicated; where only `shiplock backup stream` reads, give it too"
	}];
}
function roomProblems({ redoBytes, systemBytes }, where, freeBytes) {
	const needed = ROOM_BYTES + redoBytes + 2 * systemBytes;
	if (freeBytes >= needed) return [];
	const mib = (bytes) => `${Math.floor(bytes / 1048576)} MiB`;
	return [{
		code: "database.no-room",
		where,
		found: `${mib(freeBytes)} free where its data is`,
		expected: `at least ${mib(needed)}: new redo logs, and the tables of the system written anew`,
		remedy: "make room there, then run it again"
	}];
}
function engineProblems({ engines }, engine, to, where) {
	if (engine !== "mariadb") return [];
	return engines.filter((one) => GONE.some(({ engine: name, since }) => name === one.engine.toLowerCase() && compareVersions(to, since) >= 0)).map((one) => ({
		code: "database.engine-gone",
		where: `${where} ${one.table}`,
		found: `a table of ${one.engine}`,
		expected: `an engine that ${versionText(to)} still has`,
		remedy: `ALTER TABLE ${one.table} ENGINE = InnoDB, then run it again`
	}));
}
function loginProblems({ native }, engine, to, where) {
	if (engine !== "mysql" || native.length === 0 || compareVersions(to, NATIVE_OFF) < 0) return [];
	return [{
		code: "database.login-gone",
		where,
		found: `${native.slice(0, 5).join(", ")}${native.length > 5 ? ` and ${native.length - 5} more` : ""} log in by mysql_native_password`,
		expected: `accounts that ${versionText(to)} lets in`,
		remedy: "ALTER USER … IDENTIFIED WITH caching_sha2_password BY …, or lock those that nobody uses"
	}];
}

// src/release/database/upgrade-case.ts
/** @throws ProblemError when there is no such database, or it does not run on exactly one host */
function openServerUpgrade(service, system, asked) {
	const { environment } = service;
	const { database } = environment;
	if (database === null) throw new ProblemError(none(environment.environment));
	const target = system.services.find(({ name }) => name === asked.service);
	if (target === void 0) throw new TypeError("an input of kind service names one of them");
	const [on, ...others] = target.on;
	if (on === void 0 || others.length > 0) throw new ProblemError(notOne(target));
	const [host] = upgradeHosts(service, system, {
		downgrade: false,
		host: on.host,
		service: void 0
	});
	if (host === void 0) throw new TypeError("a host that runs a service can be asked for its packages");
	const dsn = asked.admin === void 0 ? database.dsn : { secret: asked.admin };
	const configured = environment.system?.services.find(({ name }) => name === asked.service);
	return {
		asked,
		service,
		system,
		engine: database.engine,
		dsn,
		target,
		on,
		host,
		words: asked.packages?.split(",") ?? usualPackages(database.engine),
		unit: configured?.run.kind === "unit" ? configured.run.unit : "-",
		machine: machineOf(service, on.host),
		users: usersOf(service, system, asked),
		wayBack: `older packages are no way back once the new server has opened the data. Users stay shut out. Mend the server and run this again with --finish, or restore: shiplock runbook run restore ${environment.environment} --reason "…" --to latest --into DIRECTORY`
	};
}
/**
* What is stopped before the server, in starting order. The proxy needs it too, through what it leads to, but shows users the page meanwhile.
* @throws ProblemError `cli.runbook-input` for a name that is none of them
*/
function usersOf({ environment }, { services }, { service, leave }) {
	const needing = withDependents(services, [service]).filter(({ name }) => name !== service);
	const names = needing.map(({ name }) => name);
	const strange = leave?.find((name) => !names.includes(name));
	if (strange !== void 0) throw new ProblemError({
		code: "cli.runbook-input",
		where: "--leave",
		found: JSON.stringify(strange),
		expected: names.length === 0 ? `nothing: no service needs ${service}` : `some of ${names.join(", ")}`,
		remedy: "give names of services that are started after it"
	});
	const proxy = isOnHosts(environment) ? environment.traffic.kind : null;
	return needing.filter(({ name, what }) => leave === void 0 ? proxy === null || !what.includes(proxy) : !leave.includes(name));
}
function machineOf({ environment, exec }, on) {
	const reach = environment.system === void 0 ? null : reachOf(environment, environment.system);
	const host = reach?.hosts.find(({ name }) => name === on);
	if (on === "local" || host === void 0 || reach === null) {
		const options = {
			exec,
			privileged: process.getuid?.() === 0 ? [] : ["sudo", "-n"],
			resource: localResource(environment)
		};
		return {
			look: (place, signal) => observeLocalDatabase(options, place, signal),
			upgradeTables: (socket, timeoutMs) => [localTablesEffect(options, socket, timeoutMs)]
		};
	}
	const options = {
		host,
		reach,
		exec
	};
	return {
		look: (place, signal) => observeHostDatabase(options, place, signal),
		upgradeTables: (socket, timeoutMs) => [hostTablesEffect(options, socket, timeoutMs)]
	};
}
/** Who waits for a table holds up everybody behind it. */
const LOCK_WAIT_S = 2;
/** Asks the server on a connection of its own. @throws ProblemError `database.refused` for what the account may not know */
async function asking({ service, dsn }, look) {
	const found = resolveDsn(dsn, service.secrets);
	const session = await openDsnSession(found, service.environment.database?.connectTimeoutMs ?? 1e4);
	try {
		await session.tell(`SET SESSION lock_wait_timeout = ${LOCK_WAIT_S}`);
		return await look((row, sql, values) => session.ask(row, sql, values));
	} catch (error) {
		if (!(error instanceof ServerRefusal)) throw error;
		throw new ProblemError({
			code: "database.refused",
			where: found.resource,
			found: error.message,
			expected: "an account that may see every table, every session and every setting",
			remedy: "give --admin env:NAME with the connection string of an administrator (docs/upgrades.md has the rights)"
		});
	} finally {
		await session.close();
	}
}
async function serverFacts(upgrade, signal) {
	const look = await asking(upgrade, (ask) => lookAtServer(ask, upgrade.engine));
	return {
		look,
		machine: await upgrade.machine.look(placeOf(upgrade, look), signal)
	};
}
function placeOf({ unit }, { dataDirectory, log }) {
	return {
		unit,
		dataDirectory,
		log: log ?? "-"
	};
}
function none(environment) {
	return {
		code: "database.none",
		where: `environments.${environment}.database`,
		found: "no database",
		expected: "an environment with a database",
		remedy: "write `database:` in shiplock.yaml, or name another environment"
	};
}
function notOne({ name, on }) {
	return {
		code: "database.not-one-host",
		where: `system.services.${name}`,
		found: on.length === 0 ? "a service on no host" : `a service on ${on.map(({ host }) => host).join(", ")}`,
		expected: "a server of databases on one host: servers of a replication are services of their own",
		remedy: "write one service for each server in `system:`, and name one of them with --service"
	};
}

// src/release/database/upgrade-checks.ts
/** Which packages would be brought from where to where. Nothing else is installed later. */
function packagesStep({ words, host, asked }) {
	return step({
		id: "look",
		title: `Look what is to be upgraded on ${host.host}`,
		inputs: {
			host: host.host,
			words: [...words]
		},
		read: (ctx) => host.packages.look(words, ctx.signal),
		decide: (look) => {
			if (look.failed !== null) return {
				kind: "refuse",
				problems: [refused(host.host, look.failed)]
			};
			if (look.changes.length > 0) return {
				kind: "nothing",
				why: `${changesText(look.changes)}; ${ageText(look)}`
			};
			if (asked.finish) return {
				kind: "nothing",
				why: "the packages are there: only what is left is done"
			};
			return {
				kind: "refuse",
				problems: [nothingNew(host.host, words, ageText(look))]
			};
		},
		outputs: recordedSchema,
		collect: (_results, look) => recordedOf(look),
		probe: "repeatable"
	});
}
function refused(where, found) {
	return {
		code: "system.packages-refused",
		where,
		found,
		expected: "packages that apt can upgrade without removing one",
		remedy: "run `apt-get -s install` with these names on the host, mend what it names, and plan again"
	};
}
function nothingNew(where, words, age) {
	return {
		code: "database.nothing-newer",
		where,
		found: `no newer ${words.join(", ")}; ${age}`,
		expected: "a source with a newer version",
		remedy: "give --refresh, or the name of the package with --packages; after an upgrade that did not come through: --finish"
	};
}
const versionSchema = strictObject({
	major: number(),
	minor: number(),
	patch: number()
});
const serverSchema = strictObject({
	from: versionSchema,
	/** What it must say of itself afterwards. */
	to: versionSchema,
	dataDirectory: string(),
	log: string().nullable(),
	socket: string(),
	/** Its tables must be brought to the new version by a program of their own. */
	tables: boolean()
});
/** The server as it is, and everything of it that speaks against the upgrade. */
function serverStep(upgrade, packages) {
	const { engine, asked, target, on } = upgrade;
	const where = `${target.name} on ${on.host}`;
	const record = ({ look, machine }, changes) => {
		const from = serverVersion(look.version) ?? UNKNOWN;
		const to = (changes === null ? null : versionAfter(changes)) ?? from;
		const upgradedTo = serverVersion(machine.upgradedTo ?? "");
		return {
			from,
			to,
			dataDirectory: look.dataDirectory,
			log: look.log,
			socket: look.socket,
			tables: engine === "mariadb" && (upgradedTo === void 0 || !sameSeries(upgradedTo, to))
		};
	};
	return step({
		id: "server",
		title: `Look at ${where}`,
		description: "Its version and the way to the new one, who replicates, prepared transactions, room on its disk, tables of which the server says that they must be mended first, engines and methods of login that the new version has not.",
		inputs: {
			service: target.name,
			host: on.host,
			engine,
			replicated: asked.replicated
		},
		read: (ctx) => serverFacts(upgrade, ctx.signal),
		decide: (facts, ctx) => {
			const { changes } = ctx.outputOf(packages);
			const to = versionAfter(changes);
			if (to === null && !asked.finish) return {
				kind: "refuse",
				problems: [noServer(where, changes)]
			};
			const { freeBytes } = facts.machine;
			const problems = upgradeProblems(facts.look, {
				engine,
				where,
				to,
				freeBytes,
				replicated: asked.replicated
			});
			if (problems.length > 0) return {
				kind: "refuse",
				problems
			};
			const { from, to: after, tables } = record(facts, changes);
			const unusual = facts.look.engines.map((one) => `${one.table} is of ${one.engine}`);
			return {
				kind: "nothing",
				why: [
					`${engine} ${versionText(from)} → ${versionText(after)}`,
					...tables ? ["mariadb-upgrade will be run"] : [],
					...unusual.length === 0 ? [] : [`see that the engine comes along: ${unusual.slice(0, 5).join(", ")}`]
				].join("; ")
			};
		},
		outputs: serverSchema,
		collect: (_results, facts, ctx) => record(facts, ctx.outputOf(packages).changes),
		probe: "repeatable",
		timeoutMs: asked.limitMs
	});
}
const UNKNOWN = {
	major: 0,
	minor: 0,
	patch: 0
};
function noServer(where, changes) {
	return {
		code: "database.no-server-package",
		where,
		found: changesText(changes),
		expected: "a package of the server among what is upgraded, such as mariadb-server-core or mysql-server-core",
		remedy: "name it with --packages; for anything else there is `upgrade-packages`"
	};
}
const backupSchema = strictObject({ verified: string().nullable() });
/** Without a backup that was proven there is no way back, so nothing begins. */
function backupStep({ service, asked }) {
	const { environment } = service.target;
	return step({
		id: "backup",
		title: "Look whether there is a backup to go back to",
		inputs: { fresh: asked.backup },
		read: async () => {
			try {
				const { status } = await backupStatusOf(service.door, environment);
				return {
					verified: status.verified?.takenAt ?? null,
					problems: status.problems
				};
			} catch (error) {
				return {
					verified: null,
					problems: problemsOf(error, environment)
				};
			}
		},
		decide: ({ verified, problems }) => {
			if (problems.length === 0) return {
				kind: "nothing",
				why: `a full one of ${verified ?? "?"} was verified`
			};
			const grave = asked.backup ? problems.filter(({ code }) => !MENDED.has(code)) : problems;
			if (grave.length === 0) return {
				kind: "nothing",
				why: "a new one is taken and verified before the server is stopped"
			};
			const advice = asked.backup ? "" : "; or give --backup: one is taken and verified while users are shut out";
			return {
				kind: "refuse",
				problems: grave.map((one) => ({
					...one,
					remedy: `${one.remedy}${advice}`
				}))
			};
		},
		outputs: backupSchema,
		collect: (_results, { verified }) => ({ verified }),
		probe: "repeatable"
	});
}
/** What a full backup, taken and verified, mends. */
const MENDED = /* @__PURE__ */ new Set([
	"backup.nothing-restorable",
	"backup.older-than-rpo",
	"backup.not-verified",
	"backup.chain-broken"
]);
const plannedSchema = strictObject({ digest: string() });
/** Binds a run to a plan: the same versions, or nothing is changed. */
function plannedStep({ asked, host }, packages) {
	const { planned } = asked;
	const digestOf = (recorded) => digestOfChanges([{
		host: host.host,
		changes: recorded.changes
	}]);
	return step({
		id: "planned",
		title: "Compare it with what was planned",
		inputs: { planned: planned ?? null },
		read: async () => null,
		decide: (_facts, ctx) => {
			const digest = digestOf(ctx.outputOf(packages));
			if (planned === void 0) return {
				kind: "nothing",
				why: `nothing is asked; to ask for these versions: --planned ${digest}`
			};
			if (planned === digest) return {
				kind: "nothing",
				why: "they are the same versions"
			};
			return {
				kind: "refuse",
				problems: [{
					code: "system.candidate-changed",
					where: "--planned",
					found: `${planned}, while the versions of today are ${digest}`,
					expected: "the same packages and versions as when it was planned",
					remedy: "plan it again, look at the versions, and give their digest"
				}]
			};
		},
		outputs: plannedSchema,
		collect: (_results, _facts, ctx) => ({ digest: digestOf(ctx.outputOf(packages)) }),
		probe: "repeatable"
	});
}
const seenSchema = strictObject({
	/** Wall clock, milliseconds. */
	time: number(),
	users: array(string()).readonly()
});
const ALONE_MS = 6e4;
/** What was counted before would not be what is counted afterwards while somebody writes. */
function aloneWatch(upgrade) {
	const { target, on } = upgrade;
	return watch({
		id: "alone",
		title: `Wait until nobody uses ${target.name} on ${on.host}`,
		description: `No session that has chosen a database, within ${ALONE_MS / 1e3} s.`,
		inputs: {
			service: target.name,
			host: on.host,
			limitMs: ALONE_MS
		},
		everyMs: 1e3,
		samples: seenSchema,
		outputs: strictObject({ users: number() }),
		sample: async (ctx) => ({
			users: await asking(upgrade, usersOf$1),
			time: ctx.clock.now()
		}),
		start: () => ({
			from: null,
			last: null
		}),
		fold: ({ from }, sample) => ({
			from: from ?? sample.time,
			last: sample
		}),
		decide: ({ from, last }) => {
			if (from === null || last === null) return {
				kind: "look-on",
				status: "nothing seen yet"
			};
			const status = last.users.length === 0 ? "nobody does" : last.users.slice(0, 5).join(", ");
			if (last.users.length === 0) return {
				kind: "pass",
				status,
				outputs: { users: 0 }
			};
			if (last.time - from < ALONE_MS) return {
				kind: "look-on",
				status
			};
			return {
				kind: "fail",
				problem: {
					code: "database.in-use",
					where: `${target.name} on ${on.host}`,
					found: status,
					expected: "nobody who could write while the server is upgraded",
					remedy: `stop them, or let them stop \`after\` ${target.name} in \`system:\`; then run it again. The server was not touched; users are shut out: maintenance-off and system-start let them in`
				}
			};
		},
		forecast: async () => `looks every second whether anybody uses it, for at most ${ALONE_MS / 1e3} s`
	});
}

// src/release/database/upgrade-steps.ts
/** What is done to a server while it is upgraded, and what is looked at afterwards. Each step can be done again. */
const DAY_MS = 864e5;
/** What ssh and the fence may take besides the work itself. */
const MARGIN_MS = 3e4;
/** Every row is counted, and the form of every table written down. */
function contentStep(upgrade) {
	const { target, on } = upgrade;
	return step({
		id: "before",
		title: `Write down what ${target.name} on ${on.host} holds`,
		description: "Rows of every table are counted: it takes as long as reading the shortest index of each. Tables that somebody held before are asked again whether they are as the server keeps them.",
		inputs: { service: target.name },
		read: async (ctx) => {
			if (ctx.mode === "plan") return null;
			return asking(upgrade, async (ask) => ({
				problems: tableProblems(await tablesForUpgrade(ask), `${target.name} on ${on.host}`, true),
				content: await readContent(ask, ctx.note)
			}));
		},
		decide: (facts) => {
			if (facts === null) return {
				kind: "nothing",
				why: "counted in the run"
			};
			if (facts.problems.length > 0) return {
				kind: "refuse",
				problems: facts.problems
			};
			return {
				kind: "nothing",
				why: contentText(facts.content)
			};
		},
		outputs: contentSchema,
		collect: (_results, facts) => facts?.content ?? {
			rows: {},
			forms: {}
		},
		probe: "repeatable",
		timeoutMs: DAY_MS
	});
}
const keptSchema = strictObject({
	id: string().nullable(),
	segments: number()
});
/** What the way back needs: a full backup that was restored and compared, or the logs since the last one. */
function keepStep({ service, asked }) {
	const { environment } = service.target;
	const kind = asked.backup ? "full" : "incremental";
	return opaque({
		id: "keep",
		title: asked.backup ? "Take a full backup, and verify it" : "Back up the logs up to here",
		description: "Nobody writes by now: a restore to the latest brings everything back.",
		inputs: { kind },
		outputs: keptSchema,
		promise: asked.backup ? "a full backup is taken and restored into a throw-away server; both have journals of their own" : "the binary logs since the last backup are stored; it has a journal of its own",
		probe: "repeatable",
		timeoutMs: DAY_MS,
		run: async (ctx) => {
			const taken = await takeBackup(service.door, {
				environment,
				kind
			});
			ctx.note(`backup run ${taken.run}: ${taken.full?.id ?? `${taken.segments.length} logs`}`);
			if (!asked.backup) return {
				id: null,
				segments: taken.segments.length
			};
			const id = taken.full?.id;
			const proven = await verifyBackup(service.door, {
				environment,
				...id === void 0 ? {} : { id }
			});
			if (proven.state === "verified") return {
				id: proven.id,
				segments: taken.segments.length
			};
			throw new ProblemError({
				code: "backup.not-verified",
				where: `${environment} ${proven.id}`,
				found: `${proven.state}: ${proven.why ?? "no word of why"}`,
				expected: "a backup that comes back as it was",
				remedy: "read docs/backup.md; the server was not touched: maintenance-off and system-start let users in"
			});
		}
	});
}
/** Slow on purpose: nothing is left in logs that only the old version understands. */
function downStep({ target, on, asked, dsn, wayBack }) {
	const { stopMs } = asked;
	return action({
		id: "down",
		title: `Stop ${target.name} on ${on.host}, with all of its work done`,
		description: "innodb_fast_shutdown = 0: undo logs are emptied and what was put off is written, so that the new version finds clean files.",
		inputs: {
			service: target.name,
			host: on.host,
			stopMs
		},
		read: (ctx) => on.control.observe(ctx.signal),
		decide: (members) => {
			const up = members.filter(({ state }) => state === "running" || state === "changing");
			if (up.length === 0) return {
				kind: "nothing",
				why: "it does not run"
			};
			return {
				kind: "do",
				effects: [...members.some(({ state }) => state === "running") ? [{
					kind: "sql",
					dsn,
					statements: ["SET GLOBAL innodb_fast_shutdown = 0"],
					timeoutMs: MARGIN_MS,
					why: "the slow way down: clean files for the new version"
				}] : [], ...on.control.stop(up, stopMs)]
			};
		},
		verify: async (ctx) => {
			return (await on.control.observe(ctx.signal)).filter(({ state }) => state === "failed").map(({ name, detail }) => ({
				code: "database.not-clean",
				where: `${name} on ${on.host}`,
				found: `a server that did not end by itself: ${detail}`,
				expected: "one that has written everything and says goodbye",
				remedy: `no package was changed: start it, let it recover, then run this again with a longer --stop-limit; ${wayBack}`
			}));
		},
		probe: "repeatable",
		timeoutMs: stopMs + MARGIN_MS
	});
}
const setSchema = strictObject({
	changed: boolean(),
	failed: string()
});
/** Exactly the recorded versions; refused when something else would be done by now. */
function setStep({ words, host, asked, wayBack }, packages) {
	return step({
		id: "packages",
		title: `Bring the packages of ${host.host} to the planned versions`,
		description: "Packages of some distributions start the server by themselves. Users are shut out all the while.",
		inputs: {
			host: host.host,
			words: [...words]
		},
		read: async (ctx) => {
			const candidates = await host.packages.look(words, ctx.signal);
			const exact = exactly(ctx.outputOf(packages).changes);
			return {
				candidates,
				exact: exact.length === 0 ? candidates : await host.packages.look(exact, ctx.signal)
			};
		},
		decide: ({ candidates, exact }, ctx) => {
			const recorded = ctx.outputOf(packages);
			if (recorded.changes.length === 0) return {
				kind: "nothing",
				why: "they are there already"
			};
			const problems = changedSince(host.host, recorded, candidates);
			if (problems.length > 0) return {
				kind: "refuse",
				problems
			};
			if (pendingOf(recorded.changes, exact.installed).length === 0) return {
				kind: "nothing",
				why: "it is so already"
			};
			return {
				kind: "do",
				effects: host.packages.set(exactly(recorded.changes), asked.limitMs),
				why: changesText(recorded.changes)
			};
		},
		outputs: setSchema,
		collect: (results) => ({
			changed: results.length > 0,
			failed: results.flatMap((one) => one.kind === "exec" && one.exitCode !== 0 ? [one.stderr.trim().slice(-300)] : []).join("; ")
		}),
		probe: "repeatable",
		async verify(ctx, { failed }) {
			const { changes } = ctx.outputOf(packages);
			if (changes.length === 0) return [];
			const { installed, said } = await host.packages.look(exactly(changes), ctx.signal);
			const pending = pendingOf(changes, installed);
			if (pending.length === 0) return [];
			return [{
				code: "system.packages-not-set",
				where: host.host,
				found: `${installedText(pending, installed)}: ${failed || said.trim().split("\n").at(-1) || "no word of why"}`,
				expected: pending.map(({ name, to }) => `${name} ${to}`).join(", "),
				remedy: `read run/packages.log there; ${wayBack}`
			}];
		},
		timeoutMs: asked.limitMs + MARGIN_MS
	});
}
const verifiedSchema = strictObject({
	version: string(),
	tables: number(),
	rows: number(),
	/** What its log says since its last start: for the person at the checkpoint. */
	errors: array(string()).readonly()
});
/** The version, the tables of the system, and everything that users have in it, compared with before. */
function verifyStep(upgrade, server, before) {
	const { target, on, machine, wayBack } = upgrade;
	const where = `${target.name} on ${on.host}`;
	return step({
		id: "verify",
		title: `Compare ${where} with what it was`,
		description: "Its version, the tables of the system (CHECK TABLE), rows and form of all others, and the errors in its log since it was started.",
		inputs: {
			service: target.name,
			host: on.host
		},
		read: async (ctx) => {
			if (ctx.mode === "plan") return null;
			const { errors } = await machine.look(placeOf(upgrade, ctx.outputOf(server)), ctx.signal);
			return asking(upgrade, async (ask) => ({
				version: await versionOf(ask),
				broken: await brokenSystemTables(ask),
				content: await readContent(ask, ctx.note),
				errors
			}));
		},
		decide: (facts, ctx) => {
			if (facts === null) return {
				kind: "nothing",
				why: "compared when the new server runs"
			};
			const { to } = ctx.outputOf(server);
			const problems = [
				...versionProblems(where, facts.version, to, wayBack),
				...facts.broken.length === 0 ? [] : [brokenTables(where, facts.broken, wayBack)],
				...contentProblems(ctx.outputOf(before), facts.content, where, wayBack)
			];
			if (problems.length > 0) return {
				kind: "refuse",
				problems
			};
			const said = facts.errors.length === 0 ? "no error in its log" : `its log has ${facts.errors.length} errors, for whoever inspects it: ${facts.errors.slice(0, 5).join(" | ")}`;
			return {
				kind: "nothing",
				why: `${facts.version}, ${contentText(facts.content)} as before; ${said}`
			};
		},
		outputs: verifiedSchema,
		collect: (_results, facts) => {
			const counts = Object.values(facts?.content.rows ?? {});
			return {
				version: facts?.version ?? "",
				tables: counts.length,
				rows: counts.reduce((sum, one) => sum + one, 0),
				errors: [...facts?.errors ?? []]
			};
		},
		probe: "repeatable",
		timeoutMs: DAY_MS
	});
}
function versionProblems(where, found, to, remedy) {
	const is = serverVersion(found);
	if (is !== void 0 && versionText(is) === versionText(to)) return [];
	return [{
		code: "database.other-version",
		where,
		found,
		expected: versionText(to),
		remedy
	}];
}
function brokenTables(where, broken, remedy) {
	return {
		code: "database.system-tables",
		where,
		found: broken.slice(0, 5).join("; "),
		expected: "whole tables of the system",
		remedy
	};
}

export { versionOf as C, usualPackages as D, serverVersion as E, versionAfter as O, usersOf$1 as S, sameSeries as T, contentText as _, verifyStep as a, lookAtServer as b, packagesStep as c, openServerUpgrade as d, placeOf as f, contentSchema as g, contentProblems as h, setStep as i, versionText as k, plannedStep as l, upgradeProblems as m, downStep as n, aloneWatch as o, tableProblems as p, keepStep as r, backupStep as s, contentStep as t, serverStep as u, readContent as v, compareVersions as w, tablesForUpgrade as x, brokenSystemTables as y };