import { t as ProblemError } from "./shared-problem.js";
import { Pc as sqlName } from "./shared-common.js";
import { n as openDialog } from "./shared-exec.js";
import { r as openSession } from "./shared-session2.js";
import { access, chmod, constants, mkdir, mkdtemp, readFile, realpath, rm, stat } from "node:fs/promises";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";

// src/migrate/shadow/place.ts
/** Directories of servers that are thrown away. */
/** The name of a Unix socket has at most 107 bytes (unix(7)); this much is left for the directory that ours lies in. */
const LONGEST = 70;
const OTHERS_PASS = 1;
/**
* A new directory that a server of another user reaches: below the directory of temporary files, or below /tmp where that one is for its user alone
* (so it is with pam_tmpdir), or its name too long for a socket in it.
* @param temporary default: that of this process
*/
async function makePlace(prefix, temporary = tmpdir()) {
	const fits = Buffer.byteLength(temporary) <= LONGEST && (process.getuid?.() !== 0 || await othersPass(temporary));
	const dir = await mkdtemp(join(fits ? temporary : "/tmp", prefix));
	await chmod(dir, 457);
	return dir;
}
async function othersPass(path) {
	for (let dir = resolve(path);; dir = dirname(dir)) {
		if (((await stat(dir)).mode & OTHERS_PASS) === 0) return false;
		if (dir === dirname(dir)) return true;
	}
}

// src/migrate/shadow/local.ts
/** How long a server on an empty directory may take to answer. */
const START_MS = 12e4;
const CONNECT_MS = 1e4;
const USER = "shiplock_shadow";
/**
* Runs the server until the input ends: when we close it, and when we die in whatever way, since the kernel closes it then. Then kills it with all that
* belongs to it. Temporary files of the server lie in its directory: ours may be for us alone. Words: directory, what starts it.
*/
const HOLD = `export TMPDIR="$1/run"
setsid sh -c "$2; echo ended with \\$?" > "$1/server.log" 2>&1 < /dev/null &
server=$!
echo started
read -r end
kill -KILL "-$server" 2> /dev/null
wait "$server" 2> /dev/null`;
/** Waits for a word, holds the server, and deletes the directory in any case. */
const GUARD = `read -r go || { rm -rf "$1"; exit 0; }
${HOLD}
rm -rf "$1"`;
/** Starts it. @throws ProblemError with the end of its log when it does not come up */
async function startLocal(wanted, ports) {
	const program = await findProgram(wanted.program);
	const dir = await makePlace("shiplock-shadow-");
	try {
		return await startIn(dir, program, wanted, ports);
	} catch (error) {
		await rm(dir, {
			recursive: true,
			force: true
		});
		throw error;
	}
}
async function startIn(dir, program, wanted, { exec, clock }) {
	const socketPath = join(dir, "run", "s");
	const log = join(dir, "server.log");
	const asRoot = process.getuid?.() === 0;
	const own = [join(dir, "data"), join(dir, "run")];
	for (const path of own) await mkdir(path, { mode: 448 });
	if (asRoot) await mustRun(exec, [
		"chown",
		wanted.user,
		...own
	]);
	await mkdir(join(dir, "nowhere"), { mode: 365 });
	const who = asRoot ? [`--user=${wanted.user}`] : [];
	const begin = [
		...await initialiser(program, wanted),
		`--datadir=${join(dir, "data")}`,
		...who
	];
	const serve = [
		...serverWords(program, placesIn(dir), wanted),
		`--socket=${socketPath}`,
		...who
	];
	const guard = openDialog([
		"sh",
		"-c",
		GUARD,
		"sh",
		dir,
		`${inShell(begin)} && ${inShell(serve)}`
	], clock);
	try {
		await guard.ask("start", AbortSignal.timeout(START_MS));
		return await served({
			socketPath,
			log,
			database: wanted.database,
			guard
		}, clock);
	} catch (error) {
		const text = await readFile(log, "utf8").catch(() => "");
		await guard.close();
		throw noServer(program, `${error instanceof Error ? error.message : String(error)}${text === "" ? "" : `; its log ends: ${text.trim().slice(-500)}`}`);
	}
}
/** What is done with a server that was just started: waits for its answer, and makes the user in it. */
async function served(started, clock) {
	const { socketPath, log, database, guard } = started;
	const administrator = await whenReady({
		socketPath,
		user: "root"
	}, log, clock);
	const password = await makeUser(administrator, database);
	const sessions = [administrator];
	return {
		socketPath,
		administrator,
		openUser: async () => {
			const session = await openSession({
				socketPath,
				user: USER,
				password,
				database
			}, CONNECT_MS);
			sessions.push(session);
			return session;
		},
		close: async () => {
			await Promise.all(sessions.map((session) => session.close()));
			await guard.close();
		}
	};
}
/** Words that make an empty data directory; where it lies comes behind them. */
async function initialiser(program, wanted) {
	return initialiseWords(wanted.family === "mysql" ? program : await installer(program), wanted);
}
/** The same, by the program that does it: MySQL's server itself, MariaDB's script. Pure. */
function initialiseWords(program, { family, arguments: { initialise } }) {
	if (family === "mysql") return [
		program,
		"--no-defaults",
		"--initialize-insecure",
		"--skip-log-bin",
		...initialise
	];
	return [
		...[
			program,
			"--no-defaults",
			"--force",
			"--skip-test-db",
			"--skip-name-resolve"
		],
		"--auth-root-authentication-method=normal",
		...initialise
	];
}
/** Those of a server whose directory is deleted with it. Pure. */
function placesIn(dir) {
	const run = join(dir, "run");
	return {
		data: join(dir, "data"),
		run,
		tmp: run,
		nowhere: join(dir, "nowhere"),
		noPlugins: join(dir, "no-plugins")
	};
}
/** No network unless a port is named, no files, no plugins unless they are wanted, no events; small. Pure. */
function serverWords(program, { data, run, tmp, nowhere, noPlugins }, { family, port, plugins, arguments: { start } }) {
	return [
		...[
			program,
			"--no-defaults",
			`--datadir=${data}`,
			`--tmpdir=${tmp}`
		],
		`--pid-file=${join(run, "pid")}`,
		...port === void 0 ? ["--skip-networking"] : ["--bind-address=127.0.0.1", `--port=${port}`],
		...["--skip-name-resolve", "--local-infile=OFF"],
		...plugins === true ? [] : [`--plugin-dir=${noPlugins}`],
		...["--event-scheduler=OFF", "--performance-schema=OFF"],
		...[
			"--innodb-buffer-pool-size=32M",
			"--max-connections=20",
			...start
		],
		...[
			"--innodb-flush-log-at-trx-commit=0",
			"--sync-binlog=0",
			"--innodb-flush-method=nosync"
		],
		...family === "mysql" ? [
			"--secure-file-priv=NULL",
			"--mysqlx=OFF",
			"--innodb-doublewrite=OFF"
		] : ["--skip-symbolic-links", `--secure-file-priv=${nowhere}`]
	];
}
/** Words for a shell, each as it is. Pure. */
function inShell(argv) {
	return argv.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
}
/** A session of its administrator as soon as it answers. @throws what the driver throws, once it has ended or is too late */
async function whenReady(access, log, clock, withinMs = START_MS) {
	const deadline = clock.monotonic() + withinMs;
	for (;;) {
		try {
			return await openSession(access, CONNECT_MS);
		} catch (error) {
			const text = await readFile(log, "utf8").catch(() => "");
			if (clock.monotonic() > deadline || /^ended with \d+$/m.test(text)) throw error;
		}
		await clock.sleep(50);
	}
}
/** What runs SQL from pull requests: all rights in one database, none outside, gone with the server. Returns its password. */
async function makeUser(administrator, database) {
	const password = randomBytes(16).toString("hex");
	const granted = sqlName(database.replaceAll("_", "\\_").replaceAll("%", "\\%"));
	const statements = [
		`CREATE USER ${USER}@localhost IDENTIFIED BY '${password}'`,
		`CREATE DATABASE ${sqlName(database)}`,
		`GRANT ALL PRIVILEGES ON ${granted}.* TO ${USER}@localhost`
	];
	for (const sql of statements) {
		const told = await administrator.tell(sql);
		if (!told.ok) throw new Error(told.message);
	}
	return password;
}
/** @throws ProblemError when there is no such program */
async function findProgram(program) {
	const found = await firstThatRuns(isAbsolute(program) ? [program] : [
		...(process.env["PATH"] ?? "").split(delimiter),
		"/usr/sbin",
		"/usr/libexec",
		"/usr/local/sbin"
	].map((dir) => join(dir, program)));
	if (found !== void 0) return found;
	throw noServer(program, "no such program");
}
/** MariaDB makes its system tables with a script that stands near the server. */
async function installer(program) {
	const home = dirname(await realpath(program));
	const path = (process.env["PATH"] ?? "").split(delimiter);
	const found = await firstThatRuns([
		home,
		join(home, "..", "bin"),
		join(home, "..", "scripts"),
		...path
	].map((dir) => join(dir, "mariadb-install-db")));
	if (found === void 0) throw noServer(program, "mariadb-install-db does not stand beside it");
	return found;
}
async function firstThatRuns(places) {
	for (const place of places) if (await access(place, constants.X_OK).then(() => true, () => false)) return place;
}
/** @throws Error with the end of what it said */
async function mustRun(exec, argv) {
	const { exitCode, stdout, stderr } = await exec.read(argv, { timeoutMs: START_MS });
	if (exitCode !== 0) throw new Error(`${argv[0]} ended with ${exitCode}: ${`${stdout}${stderr}`.trim().slice(-400)}`);
}
/** Pure. */
function noServer(program, found) {
	return new ProblemError({
		code: "migrate.shadow-no-server",
		where: `database.shadow.program (${program})`,
		found,
		expected: "a server program that starts here on an empty data directory",
		remedy: "install the server of the same version as the target, mend the path, or give a server with `dsn:`"
	});
}

export { inShell as a, mustRun as c, served as d, serverWords as f, makePlace as h, findProgram as i, noServer as l, whenReady as m, HOLD as n, initialiseWords as o, startLocal as p, START_MS as r, initialiser as s, GUARD as t, placesIn as u };