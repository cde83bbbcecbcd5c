import { Fn as object, Jn as string, qn as strictObject } from "./shared-schemas.js";
import { n as openDsnSession } from "./shared-session2.js";
import { xt as resolveDsn } from "./shared-migrate.js";
import { t as ProblemError } from "./shared-problem.js";
import { Or as hostNames, Sr as openEnvironment, ac as step, br as runAgain, ic as sequence, nc as procedure, xr as engineOptions } from "./shared-common.js";
import { readFile, readdir } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";

// src/database/compare.ts
/** @param running names in lower case → values, as SHOW GLOBAL VARIABLES has them */
function compareSettings(settings, running) {
	return settings.map((setting) => {
		const now = running.get(setting.name) ?? null;
		return {
			...setting,
			now,
			same: now !== null && isSame(setting, now, running)
		};
	});
}
function isSame({ name, value }, now, running) {
	if (typeof value === "string") return switched(now) === switched(value);
	const found = Number(now);
	if (name === "innodb_buffer_pool_size") {
		const step = Number(running.get("innodb_buffer_pool_chunk_size") ?? 0) * Number(running.get("innodb_buffer_pool_instances") ?? 1);
		return found >= value && found - value < Math.max(1, step);
	}
	return found === value;
}
function switched(text) {
	const upper = text.toUpperCase();
	return upper === "1" ? "ON" : upper === "0" ? "OFF" : upper;
}
/**
* The statement that sets one while the server runs. MySQL remembers it itself (`SET PERSIST`, in mysqld-auto.cnf); MariaDB forgets it at the next start
* unless it stands in its file. Names and values are those of `settingsFor`, so nothing is quoted that came from outside.
*/
function setStatement(engine, { name, value }) {
	if (!/^[a-z_]+$/.test(name)) throw new RangeError(`no name of a setting: ${name}`);
	const text = typeof value === "number" ? String(value) : `'${value.replaceAll(/[^\w.-]/g, "")}'`;
	return `SET ${engine === "mysql" ? "PERSIST" : "GLOBAL"} ${name} = ${text}`;
}
/** Of a server that has none yet; as MySQL calls them by itself. */
const LOG_NAME = "binlog";
/**
* The file of the server, each setting below its reason. `log_bin` is a name in a file and no switch: `log_bin = ON` would make logs `ON.000001`.
* @param running what the server says: logs that it has keep their name and place, since under another name it would begin anew beside them
*/
function settingsFile(engine, settings, running = /* @__PURE__ */ new Map()) {
	const logs = running.get("log_bin_basename") || LOG_NAME;
	const lines = settings.flatMap(({ name, value, why }) => [`# ${why}`, `${name} = ${name === "log_bin" ? optionText(logs) : value}`]);
	return [
		"# Written by shiplock database configure; edits are lost.",
		engine === "mysql" ? "[mysqld]" : "[mariadb]",
		...lines,
		""
	].join("\n");
}
/** A path as option files have it: quoted where it has more than plain characters. */
function optionText(path) {
	return /^[\w./-]+$/.test(path) ? path : `"${path.replaceAll("\\", "\\\\")}"`;
}
/** The command line by which the server's own program says whether it would start with them. It opens no data. */
function validateArgv(engine, program, settings) {
	const options = settings.map(({ name, value }) => name === "log_bin" ? "--log-bin" : `--${name.replaceAll("_", "-")}=${value}`);
	return engine === "mysql" ? [
		program,
		"--no-defaults",
		"--validate-config",
		"--secure-file-priv=NULL",
		...options
	] : [
		program,
		"--no-defaults",
		...options,
		"--help",
		"--verbose"
	];
}

// src/database/machine.ts
/**
* The size of this machine, or of the container that this is: what a limit of cgroups leaves of memory. Disks that turn are told by the kernel; where it
* does not say so, they do not.
*/
async function thisMachine() {
	const limits = await Promise.all(["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"].map((path) => readFile(path, "utf8").then(Number, () => NaN)));
	return {
		memory: Math.min(totalmem(), ...limits.filter((limit) => limit > 0)),
		cores: availableParallelism(),
		disk: await turns() ? "hdd" : "ssd"
	};
}
async function turns() {
	const real = (await readdir("/sys/block").catch(() => [])).filter((name) => !/^(?:loop|ram|zram|dm-|sr|fd)/.test(name));
	const answers = await Promise.all(real.map((name) => readFile(`/sys/block/${name}/queue/rotational`, "utf8").catch(() => "")));
	return answers.length > 0 && answers.every((answer) => answer.trim() === "1");
}

// src/database/settings.ts
const MIB = 1048576;
const GIB = 1024 * MIB;
const CHUNK = 128 * MIB;
/** What a connection takes when it is at work: stack, network buffers, one sort and one join. */
const PER_CONNECTION = 3 * MIB;
/** What the server takes for itself: dictionary, performance_schema, caches. */
const FIXED = 400 * MIB;
/**
* The buffer pool gets three quarters of what is left when connections and the server itself have theirs; the rest is for temporary tables and the system. In
* steps of 128 MiB, since the server rounds to them.
*/
function memoryPlan({ machine, share, connections }) {
	const total = machine.memory * share;
	const forConnections = connections * PER_CONNECTION;
	const rest = Math.max(0, total - forConnections - FIXED);
	const pool = Math.max(CHUNK, Math.floor(rest * .75 / CHUNK) * CHUNK);
	return {
		total,
		connections: forConnections,
		fixed: FIXED,
		pool
	};
}
function settingsFor(wanted) {
	const { engine, machine, connections, serverId, version } = wanted;
	const { pool } = memoryPlan(wanted);
	const redo = clamp(Math.floor(pool / 4 / (64 * MIB)) * 64 * MIB, 128 * MIB, 8 * GIB);
	const io = machine.disk === "ssd" ? 2e3 : 200;
	const mysql = engine === "mysql";
	return [
		set("innodb_buffer_pool_size", pool, "three quarters of the memory that connections and the server itself leave"),
		set(mysql ? "innodb_redo_log_capacity" : "innodb_log_file_size", redo, "a quarter of the buffer pool: bursts of writes are not held up by checkpoints, and a restart after a crash stays short", mysql || resizesLog(version)),
		set("innodb_io_capacity", io, `what background writes may take of ${machine.disk === "ssd" ? "an SSD" : "a disk that turns"}`),
		set("innodb_io_capacity_max", 2 * io, "the same when it falls behind"),
		set("innodb_flush_log_at_trx_commit", 1, "a commit that was acknowledged survives a crash"),
		set("sync_binlog", 1, "the binary log has every commit that was acknowledged: backups and replicas lose none"),
		set("max_connections", connections, "what applications open at most, and a reserve for people and tools"),
		set("character_set_server", "utf8mb4", "every character, in databases that are made from now on"),
		set("collation_server", mysql ? "utf8mb4_0900_ai_ci" : "utf8mb4_unicode_ci", "sorts and compares as people of most languages expect"),
		set("log_bin", "ON", "recovery to a point in time and replicas need it", false),
		set("server_id", serverId, "tells the servers of a replication apart"),
		set("binlog_format", "ROW", "what is replayed is what happened, also of statements whose result depends on the moment"),
		set("binlog_row_image", "FULL", "a row that was changed by mistake can be had back from the log"),
		set("binlog_expire_logs_seconds", 604800, "a week of the log stays beside the backups"),
		...mysql ? [set("gtid_mode", "ON", "replicas and restores find their place by themselves", false), set("enforce_gtid_consistency", "ON", "refuses what GTIDs cannot describe; try WARN first and read the error log", false)] : [set("gtid_strict_mode", "ON", "refuses events that would make the servers differ"), set("performance_schema", "ON", "which statements and waits take the time; off by default on MariaDB", false)],
		set("slow_query_log", "ON", "which statements were slow, for the next day"),
		set("long_query_time", 1, "a second is slow for one statement of a service"),
		set("innodb_print_all_deadlocks", "ON", "every deadlock stands in the error log, not only the last one"),
		set("local_infile", "OFF", "a server that was taken over cannot ask clients for their files")
	];
}
function set(name, value, why, live = true) {
	return {
		name,
		value,
		why,
		live
	};
}
/** MariaDB learnt in 10.9 to change its log while it runs. */
function resizesLog(version) {
	const [major = 0, minor = 0] = version.split(".").map(Number);
	return major > 10 || major === 10 && minor >= 9;
}
function clamp(value, least, most) {
	return Math.min(most, Math.max(least, value));
}
/** Problems of what was asked for. */
function fitting(wanted) {
	const { total, connections, fixed, pool } = memoryPlan(wanted);
	return {
		fits: connections + fixed + pool <= total,
		needed: connections + fixed + pool
	};
}

// src/release/database/configure.ts
const variable = object({
	Variable_name: string(),
	Value: string()
});
/**
* What would be set, beside what is set. Only looks.
* @throws ProblemError `database.none`, `database.other-family`, `database.too-small`, `database.refuses-settings`
*/
async function planConfigure(door, request) {
	return (await open(door, request)).plan;
}
async function open(door, request) {
	const service = await openEnvironment(door, request.environment);
	const { environment, secrets, exec } = service;
	const { database } = environment;
	if (database === null) throw none(request.environment);
	const { engine, connectTimeoutMs } = database;
	const dsn = request.admin === null ? database.dsn : { secret: request.admin };
	const running = await readRunning(resolveDsn(dsn, secrets), connectTimeoutMs);
	const version = running.get("version") ?? "";
	if ((/mariadb/i.test(version) ? "mariadb" : "mysql") !== engine) throw otherFamily(engine, version);
	const wanted = {
		engine,
		machine: {
			...await thisMachine(),
			...request.machine
		},
		share: request.share,
		connections: connectionsOf(environment, request),
		version,
		serverId: request.serverId ?? Math.max(1, Number(running.get("server_id") ?? 1))
	};
	const { fits, needed } = fitting(wanted);
	if (!fits) throw tooSmall(wanted, needed);
	const settings = settingsFor(wanted);
	if (request.program !== null) {
		const said = await exec.read(validateArgv(engine, request.program, settings), { timeoutMs: 6e4 });
		if (said.exitCode !== 0) throw refused(request.program, said.stderr);
	}
	const differences = compareSettings(settings, running);
	const known = differences.filter(({ now }) => now !== null);
	return {
		service,
		dsn,
		plan: {
			wanted,
			version,
			memory: memoryPlan(wanted),
			differences,
			file: settingsFile(engine, known, running)
		}
	};
}
async function readRunning(dsn, connectTimeoutMs) {
	const session = await openDsnSession(dsn, connectTimeoutMs);
	try {
		const rows = await session.ask(variable, "SHOW GLOBAL VARIABLES");
		return new Map(rows.map((row) => [row.Variable_name.toLowerCase(), row.Value]));
	} finally {
		await session.close();
	}
}
/** While a release is under way two versions have their connections open. */
function connectionsOf({ platform }, { pool, reserve }) {
	return (platform.kind === "kubernetes" ? 8 : platform.replicas * hostNames(platform).length * 2) * pool + reserve;
}
/** Sets what the server takes while it runs, as a run: each setting a step that is taken back when a later one fails. */
async function configure(door, request) {
	const { service, dsn, plan } = await open(door, request);
	return {
		result: await runAgain(configureProcedure(service, dsn, plan, request), engineOptions(service)),
		plan
	};
}
function configureProcedure(service, dsn, { wanted, differences }, request) {
	const live = differences.filter((one) => one.live && one.now !== null && !one.same);
	const { environment } = service.environment;
	return procedure({
		id: "database-configure",
		title: `Set up the database of ${environment}`,
		description: "Sets what the server takes while it runs; each setting is taken back when a later one fails.",
		environment,
		inputs: {
			environment,
			why: request.why,
			engine: wanted.engine,
			settings: Object.fromEntries(live.map(({ name, value }) => [name, value]))
		},
		root: sequence({
			id: "settings",
			title: "Set what is not as it should be",
			steps: live.map((setting) => settingStep(service, dsn, wanted, setting))
		})
	});
}
const before = strictObject({ before: string().nullable() });
function settingStep(service, dsn, { engine }, setting) {
	const { name, value, why } = setting;
	const connectTimeoutMs = service.environment.database?.connectTimeoutMs ?? 1e4;
	const look = async () => {
		const running = await readRunning(resolveDsn(dsn, service.secrets), connectTimeoutMs);
		const [difference] = compareSettings([setting], running);
		return difference ?? {
			...setting,
			now: null,
			same: false
		};
	};
	const effect = (statement) => ({
		kind: "sql",
		dsn,
		statements: [statement],
		lock: "shiplock:database-configure",
		timeoutMs: 12e4,
		why
	});
	return step({
		id: name,
		title: `Set ${name} to ${value}`,
		inputs: {
			name,
			value
		},
		timeoutMs: 18e4,
		read: look,
		decide: ({ same, now }) => same ? {
			kind: "nothing",
			why: `it is ${now}`
		} : {
			kind: "do",
			effects: [effect(setStatement(engine, setting))]
		},
		outputs: before,
		collect: (_results, { same, now }) => ({ before: same ? null : now }),
		planned: ({ now }) => ({ before: now }),
		probe: "repeatable",
		verify: async () => {
			const after = await (name === "innodb_buffer_pool_size" ? lookLong(look, service) : look());
			return after.same ? [] : [notTaken(name, String(value), after.now)];
		},
		undo: ({ before: was }) => was === null ? {
			kind: "nothing",
			why: "it was so before"
		} : {
			kind: "do",
			effects: [effect(setStatement(engine, {
				name,
				value: asWritten(was)
			}))]
		}
	});
}
/** A buffer pool grows while the server goes on: it says its new size at the end. */
async function lookLong(look, { clock }) {
	let found = await look();
	for (let tries = 0; !found.same && tries < 50; tries++) {
		await clock.sleep(200);
		found = await look();
	}
	return found;
}
function asWritten(text) {
	return /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
}
function none(environment) {
	return new ProblemError({
		code: "database.none",
		where: `environments.${environment}.database`,
		found: "no database",
		expected: "an environment with a database",
		remedy: "write `database:` in shiplock.yaml, or name another environment"
	});
}
function otherFamily(engine, version) {
	return new ProblemError({
		code: "database.other-family",
		where: "database.engine",
		found: `a server that says it is ${version}`,
		expected: engine,
		remedy: "mend `database.engine`, or the connection string"
	});
}
function tooSmall({ machine, share, connections }, needed) {
	const mib = (bytes) => `${Math.round(bytes / 1048576)} MiB`;
	return new ProblemError({
		code: "database.too-small",
		where: "the machine of the server",
		found: `${mib(machine.memory * share)} for the server, and ${connections} connections`,
		expected: `at least ${mib(needed)}`,
		remedy: "give it more memory (--memory, --share), or open fewer connections (--pool, --reserve)"
	});
}
function refused(program, said) {
	return new ProblemError({
		code: "database.refuses-settings",
		where: program,
		found: said.trim().split("\n").slice(-3).join(" ").slice(0, 400),
		expected: "a server that starts with these settings",
		remedy: "is it the program of the server that runs? Report it, with its version"
	});
}
function notTaken(name, wanted, now) {
	return {
		code: "database.not-taken",
		where: name,
		found: now ?? "no such setting",
		expected: wanted,
		remedy: "read the error log of the server; what was set before is set again"
	};
}

export { fitting as a, thisMachine as c, settingsFile as d, validateArgv as f, tooSmall as i, compareSettings as l, connectionsOf as n, memoryPlan as o, planConfigure as r, settingsFor as s, configure as t, setStatement as u };