import { Jn as string, Nt as array, Pn as number, qn as strictObject, xn as literal } from "./shared-schemas.js";
import { t as ProblemError } from "./shared-problem.js";
import { r as parsedJson } from "./shared-json.js";
import { i as isMissing, o as namesIn } from "./shared-store.js";
import { n as openDialog, r as runCommand } from "./shared-exec.js";
import { a as inShell, c as mustRun, i as findProgram, l as noServer, m as whenReady, n as HOLD, r as START_MS, s as initialiser } from "./shared-local.js";
import { F as resticVariables, N as resolved, T as readBeside, x as besideFile } from "./shared-open.js";
import { C as parseGtid, _ as emptyState, g as contains, w as parseGtidState } from "./shared-reader.js";
import { l as pipeCommands, n as dumpCommand, o as unreadable, r as lastLine, t as compared } from "./shared-restore.js";
import { a as momentText, n as replay, r as replayArguments, t as readChain } from "./shared-replay.js";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";

// src/migrate/shadow/account.ts
/** Our account in a server on files of another one, whose accounts nobody here knows the passwords of. */
const ACCOUNT = "shiplock_laid";
/** File with which the server makes it when it starts; each statement on a line of its own, as servers read such files. Pure. */
function accountSql(password) {
	const account = `${ACCOUNT}@localhost`;
	return [
		`DROP USER IF EXISTS ${account};`,
		`CREATE USER ${account} IDENTIFIED BY '${password}';`,
		`GRANT ALL PRIVILEGES ON *.* TO ${account} WITH GRANT OPTION;`,
		""
	].join("\n");
}

// src/migrate/shadow/kept.ts
/** How long a server may write what it holds in memory before it has ended. */
const SHUTDOWN_MS = 36e5;
/** Waits for a word, and holds the server. What it was killed in is made anew by the next start, so nothing is deleted here. */
const GUARD = `read -r go || exit 0
${HOLD}`;
/** Starts it on an empty data directory, on a socket alone. @throws ProblemError with the end of its log when it does not come up */
async function startKept(wanted, { exec, clock }) {
	const { directory, family, user } = wanted;
	const program = await findProgram(wanted.program);
	const data = join(directory, "data");
	const run = join(directory, "run");
	const log = join(directory, "server.log");
	for (const path of [
		data,
		run,
		log
	]) await rm(path, {
		recursive: true,
		force: true
	});
	await mkdir(directory, {
		recursive: true,
		mode: 457
	});
	for (const path of [data, run]) await mkdir(path, { mode: 488 });
	const asRoot = process.getuid?.() === 0;
	const laid = wanted.laid === void 0 ? null : await layDown(wanted.laid, {
		data,
		run
	});
	if (asRoot) await mustRun(exec, [
		"chown",
		"-R",
		user,
		data,
		run
	]);
	const socketPath = join(run, "s");
	const pidFile = join(run, "pid");
	const who = asRoot ? [`--user=${user}`] : [];
	const give = asRoot ? [[
		"chown",
		"-R",
		user,
		data
	]] : [];
	const begin = laid === null ? [[
		...await initialiser(program, wanted),
		`--datadir=${data}`,
		...who
	]] : [...laid.first.length === 0 ? [] : [laid.first], ...give];
	const again = [
		...[
			program,
			"--no-defaults",
			`--datadir=${data}`,
			`--socket=${socketPath}`,
			`--pid-file=${pidFile}`,
			...who
		],
		...[
			"--skip-networking",
			"--skip-name-resolve",
			"--local-infile=OFF",
			"--event-scheduler=OFF"
		],
		...family === "mysql" ? ["--mysqlx=OFF", "--secure-file-priv=NULL"] : [],
		...wanted.arguments.initialise
	];
	const serve = [
		...again,
		...wanted.arguments.start,
		...laid === null ? [] : [`--init-file=${laid.words}`]
	];
	const script = [...begin, serve].map(inShell).join(" && ");
	const guard = openDialog([
		"sh",
		"-c",
		GUARD,
		"sh",
		directory,
		script
	], clock);
	const said = async () => await readFile(log, "utf8").catch(() => "");
	try {
		await guard.ask("start", AbortSignal.timeout(START_MS));
		const access = {
			socketPath,
			...laid === null ? { user: "root" } : {
				user: ACCOUNT,
				password: laid.password
			}
		};
		const administrator = await whenReady(access, log, clock, wanted.laid?.withinMs);
		return {
			socketPath,
			access,
			administrator,
			again,
			shutDown: async () => {
				if (laid !== null) {
					await rm(laid.words, { force: true });
					const told = await administrator.tell(`DROP USER ${ACCOUNT}@localhost`);
					if (!told.ok) throw noServer(program, `our account stays in it: ${told.message}`);
				}
				await administrator.close();
				await terminate(pidFile);
				const code = await ended(said, clock);
				await guard.close();
				if (code !== 0) throw noServer(program, `it did not shut down in order; its log ends: ${tailOf(await said())}`);
			},
			close: async () => {
				await administrator.close().catch(() => void 0);
				await guard.close();
			}
		};
	} catch (error) {
		await guard.close();
		const why = error instanceof Error ? error.message : String(error);
		throw noServer(program, `${why}; its log ends: ${tailOf(await said())}`);
	}
}
/** Fills the directory, and lays down what makes an account of ours when the server starts. */
async function layDown(laid, { data, run }) {
	await laid.fill(data);
	const password = `Aa1-${randomBytes(24).toString("hex")}`;
	const words = join(run, "account.sql");
	await writeFile(words, accountSql(password), { mode: 384 });
	return {
		words,
		password,
		first: laid.first(data)
	};
}
/** Asks the server to shut down, by the number that it wrote itself when it started. @throws Error when it wrote none */
async function terminate(pidFile) {
	const pid = Number((await readFile(pidFile, "utf8")).trim());
	if (!Number.isSafeInteger(pid) || pid < 2) throw new Error(`${pidFile} holds no number of a process`);
	process.kill(pid, "SIGTERM");
}
/** Its exit code; null: it has not ended in time. */
async function ended(said, clock) {
	const deadline = clock.monotonic() + SHUTDOWN_MS;
	while (clock.monotonic() < deadline) {
		const code = /^ended with (\d+)$/m.exec(await said())?.[1];
		if (code !== void 0) return Number(code);
		await clock.sleep(50);
	}
	return null;
}
function tailOf(text) {
	return text.trim().slice(-500);
}

// src/backup/catalogue/chain.ts
/** How far clocks of machines differ that are set well enough, milliseconds. */
const APART_MS = 3e5;
/**
* Taken by a clock that was ahead of what it says now: nobody knows when. Pure.
* @param now milliseconds since 1970
*/
function isAhead({ takenAt }, now) {
	return Date.parse(takenAt) > now + APART_MS;
}
/**
* Chains of all full backups, oldest first. Pure.
* @param now times that lie ahead of it say nothing, milliseconds since 1970; left out: all are believed
*/
function chainsOf(catalogue, now = Number.POSITIVE_INFINITY) {
	return catalogue.fulls.map((full) => chainOf(full, catalogue.segments, now));
}
/** Pure. @param now as above */
function chainOf(full, segments, now = Number.POSITIVE_INFINITY) {
	if (full.state === "failed" || full.state === "suspect") return {
		full,
		segments: [],
		restorableTo: null,
		ends: `the full backup is ${full.state}: ${full.why ?? "no reason was recorded"}`
	};
	const ahead = isAhead(full, now);
	const start = ahead ? null : moment(full.serverTime, full.takenAt);
	if (ahead && full.coordinates === null) return {
		full,
		segments: [],
		restorableTo: null,
		ends: aheadText(full)
	};
	if (full.coordinates === null) return {
		full,
		segments: [],
		restorableTo: start,
		ends: "the server wrote no binary log"
	};
	const own = segments.filter(({ server }) => server.id === full.server.id);
	const held = [];
	let to = start;
	let wanted = full.coordinates.file;
	for (;;) {
		const found = own.filter(({ file }) => file === wanted);
		const before = held.at(-1);
		const next = found.find((one) => follows(before, full, one) === null);
		if (wanted === null || next === void 0) {
			const ends = whyNoNext(wanted, found, own, before, full);
			return {
				full,
				segments: held,
				restorableTo: to,
				ends: to === null ? aheadText(full) : ends
			};
		}
		held.push(next);
		if (!isAhead(next, now)) to = moment(next.lastEventAt ?? to ?? next.takenAt, next.takenAt);
		wanted = next.next ?? successor(next.file);
	}
}
/** The chain that reaches furthest; undefined: nothing can be restored. Pure. */
function furthest(chains) {
	return chains.filter(({ restorableTo }) => restorableTo !== null).reduce((best, one) => best === void 0 || reach(one) >= reach(best) ? one : best, void 0);
}
/** Milliseconds since 1970 up to which it reaches; -Infinity where it cannot be restored. Pure. */
function reach({ restorableTo }) {
	return restorableTo === null ? Number.NEGATIVE_INFINITY : Date.parse(restorableTo);
}
/**
* The earlier of what the server's clock said and when we took it: a server whose clock is ahead promises nothing from the future.
* Whole seconds: events have no more.
*/
function moment(server, ours) {
	return (/* @__PURE__ */ new Date(Math.floor(Math.min(Date.parse(server), Date.parse(ours)) / 1e3) * 1e3)).toISOString();
}
function aheadText({ takenAt }) {
	return `the clock was wrong when it was taken: ${takenAt} lies ahead, and nobody knows to which time it leads`;
}
/** What speaks against this segment at this place; null: nothing. */
function follows(before, full, one) {
	if (one.state === "failed" || one.state === "suspect") return `${one.file} is ${one.state}: ${one.why ?? "no reason was recorded"}`;
	if (before === void 0) {
		const at = full.coordinates?.position ?? 0;
		if (one.bytes < at) return `${one.file} has ${one.bytes} bytes, and the full backup stands at ${at}`;
		return Date.parse(one.takenAt) < Date.parse(full.takenAt) ? `${one.file} was taken before the full backup` : null;
	}
	const [left, right] = [before.gtidsAfter, one.gtidsBefore];
	if (left !== null && right !== null && left !== right) return `${one.file} begins behind ${right === "" ? "no transaction" : right}, but ${before.file} ends with ${left === "" ? "no transaction" : left}`;
	return null;
}
function whyNoNext(wanted, found, own, before, full) {
	if (wanted === null) return `${before?.file ?? ""} does not say what comes next`;
	const [first] = found;
	if (first !== void 0) return follows(before, full, first);
	const since = before?.takenAt ?? full.takenAt;
	const later = own.find((one) => one !== before && one.takenAt > since && newer(one.file, wanted));
	return later === void 0 ? null : `${wanted} is missing, ${later.file} is there`;
}
const NUMBERED = /^(.*\.)(\d+)$/;
/** `binlog.000009` → `binlog.000010`, as servers count; null: not a name of a log. Pure. */
function successor(file) {
	const [, base, digits] = NUMBERED.exec(file) ?? [];
	if (base === void 0 || digits === void 0) return null;
	return `${base}${String(Number(digits) + 1).padStart(digits.length, "0")}`;
}
function newer(file, than) {
	const number = (name) => Number(NUMBERED.exec(name)?.[2] ?? NaN);
	return number(file) > number(than);
}

// src/backup/physical/tool.ts
/** What mariadb-backup looks like from outside: how it is asked for, where it says that it stands, and whether it came to its end. Pure. */
/** Names of the streams in the repository. */
const STREAMS = {
	mariadb: "server.xbstream",
	mysql: "server.tar"
};
/** The files of the whole server as one stream. */
function toolArguments({ program, access, data, aside }) {
	return [...[
		program,
		`--defaults-extra-file=${access}`,
		"--backup",
		"--stream=xbstream"
	], ...[
		`--datadir=${data}`,
		`--target-dir=${aside}`,
		`--tmpdir=${aside}`
	]];
}
/** Puts a copy in order as a server would after a crash. */
function prepareArguments(program, data) {
	return [
		program,
		"--no-defaults",
		"--prepare",
		`--target-dir=${data}`
	];
}
/** File of a prepared directory in which the tool says where the binary log stood. */
const PLACE_FILE = "xtrabackup_binlog_info";
/** Name, position and GTIDs, between tabs. Null: something else. */
function placeIn(text) {
	const [, file, position, gtid = ""] = /^(\S+)\t(\d+)(?:\t(.*))?$/s.exec(text.trim()) ?? [];
	if (file === void 0 || position === void 0) return null;
	const ids = gtid.replace(/\s+/g, "");
	return {
		file,
		position: Number(position),
		gtid: ids === "" ? null : ids
	};
}
/** The same from what the tool says at its end; null: it says none. */
function placeSaid(stderr) {
	const [, file, position, gtid = ""] = /binlog position: filename '([^']+)', position '(\d+)'(?:, GTID of the last change '([^']*)')?/.exec(stderr) ?? [];
	return file === void 0 || position === void 0 ? null : placeIn(`${file}\t${position}\t${gtid}`);
}
/** What speaks against a copy that has ended; null: nothing. */
function toolProblem({ exitCode, stderr }, { program, where }) {
	const said = stderr.trim().split("\n").slice(-3).join(" ").slice(0, 400);
	if (exitCode === 127) return {
		code: "backup.no-program",
		where: program,
		found: said || "no such program",
		expected: "mariadb-backup, of the version of the server",
		remedy: "install it, or name it in `backup.programs.physical`"
	};
	return exitCode === 0 && /completed OK!\s*$/.test(stderr) && placeSaid(stderr) !== null ? null : {
		code: "backup.copy-broken",
		where,
		found: `${program} ended with ${exitCode}: ${said || "it said nothing"}`,
		expected: "a copy that came to its end and says where the binary log stood; nothing was stored",
		remedy: "mend what it says and run the backup again; docs/backup.md lists the rights that it needs"
	};
}

// src/backup/physical/restore.ts
/** Unpacks the files of a physical backup into an empty directory, and compares what came with what was stored. @throws ProblemError where nothing can be said of the backup */
async function layPhysical(full, data, options) {
	const { repository, secrets, clock, signal, unpack } = options;
	const hash = createHash("sha256");
	let bytes = 0;
	const { from, to } = await pipeCommands({
		from: dumpCommand(repository, secrets, full.snapshot, full.file),
		to: { argv: full.server.family === "mariadb" ? [
			unpack,
			"--extract",
			`--directory=${data}`
		] : [
			"tar",
			"--extract",
			"--ignore-zeros",
			"--no-same-owner",
			`--directory=${data}`
		] },
		onChunk: (chunk) => {
			bytes += chunk.length;
			hash.update(chunk);
		},
		signal
	}, clock);
	if (to?.exitCode === 127) throw new ProblemError(noUnpacker(unpack, to.stderr));
	if (from.exitCode !== 0 && (to === null || to.exitCode === 0)) return unreadable(repository, from);
	const digest = hash.digest("hex");
	if (to !== null && to.exitCode !== 0) return {
		kind: "suspect",
		why: `it cannot be unpacked: ${lastLine(to.stderr) || lastLine(from.stderr)}`
	};
	if (digest !== full.sha256 || bytes !== full.bytes) return {
		kind: "suspect",
		why: `${bytes} bytes with SHA-256 ${digest} came back, ${full.bytes} with ${full.sha256} were stored`
	};
	return await samePlace(full, data);
}
/** What the tool itself wrote is what the chain of logs goes on from. */
async function samePlace({ server, coordinates }, data) {
	if (server.family === "mysql") return { kind: "agrees" };
	const text = await readFile(join(data, PLACE_FILE), "utf8").catch(() => "");
	const place = placeIn(text);
	return place?.file === coordinates?.file && place?.position === coordinates?.position ? { kind: "agrees" } : {
		kind: "suspect",
		why: `its files stand at ${text.trim() || "no place"}, not where the catalogue says`
	};
}
/** Command that puts unpacked files in order before a server starts on them; empty: the server does it itself. Pure. */
function orderingCommand(full, program, data) {
	return full.server.family === "mariadb" ? prepareArguments(program, data) : [];
}
/** A number that no server of ours has: what a server made itself it passes over in a replay. */
const SERVER_ID = 4000000007;
/** Settings without which no server starts on these files, also later. Pure. */
function fileArguments({ server: { family }, settings }) {
	return Object.entries(settings).filter(([name]) => family === "mariadb" || name !== "innodb_undo_tablespaces").map(([name, value]) => `--${name.replaceAll("_", "-")}=${value}`);
}
/** Arguments of a throw-away server on these files: as long-lived settings were, and ready for a replay. Pure. */
function laidArguments(full) {
	const { family } = full.server;
	return [
		...fileArguments(full),
		...replayArguments({
			family,
			gtids: true,
			workers: 2,
			serverId: SERVER_ID
		}),
		...[
			"--max-allowed-packet=1G",
			"--innodb-buffer-pool-size=128M",
			"--log-bin-trust-function-creators=ON"
		]
	];
}
/**
* Restores it, starts a server on it, replays the logs up to the place at which the rows were summed up, and compares.
* @throws ProblemError where nothing can be said of the backup: no key, no repository, no program, logs that are not stored yet
*/
async function verifyPhysical(options) {
	const { full, program, signal } = options;
	const proof = proofSegments(full, options.segments);
	const laid = await options.lay(laidArguments(full));
	try {
		const verdict = await layPhysical(full, laid.data, options);
		if (verdict.kind !== "agrees") return verdict;
		const fetched = await fetchProof(proof, laid.aside, options);
		if (fetched.kind !== "agrees") return fetched;
		const started = await laid.start(orderingCommand(full, program, laid.data)).catch((error) => error instanceof Error ? error.message : String(error));
		if (typeof started === "string") return {
			kind: "suspect",
			why: `no server starts on it: ${started}`
		};
		const forward = await bringForward(full, started, fetched.paths, options);
		return forward.kind === "agrees" ? await compared(full, started.session, signal) : forward;
	} finally {
		await laid.close();
	}
}
/** Logs from the place of the files to that of the sums; a chain that ends before it proves nothing. Pure. @throws ProblemError */
function proofSegments(full, segments) {
	const { segments: held, ends } = chainOf({
		...full,
		state: "stored"
	}, segments);
	const at = held.findIndex(({ file }) => file === full.summedAt?.file);
	if (at >= 0) return held.slice(0, at + 1);
	throw new ProblemError({
		code: "backup.proof-not-stored",
		where: full.id,
		found: `binary logs up to ${held.at(-1)?.file ?? "none"}${ends === null ? "" : ` (${ends})`}`,
		expected: `all from ${full.coordinates?.file ?? ""} to ${full.summedAt?.file ?? ""}: at its end the rows were summed up`,
		remedy: "run `shiplock backup run --incremental`; where a log is lost for good, take a full backup"
	});
}
/** The same bytes that were stored, as files under the names that the server gave them. */
async function fetchProof(segments, directory, { repository, secrets, clock, signal }) {
	const paths = [];
	for (const { snapshot, file, sha256 } of segments) {
		const { exitCode, stderr } = await runCommand({
			argv: [...[
				repository.program,
				"--no-lock",
				"--no-cache",
				"restore",
				snapshot
			], ...[
				"--target",
				directory,
				"--include",
				`/${file}`
			]],
			env: resolved(resticVariables(repository), secrets),
			signal
		}, clock);
		if (exitCode !== 0) {
			const verdict = unreadable(repository, {
				exitCode,
				stderr
			});
			if (verdict.kind !== "agrees") return {
				kind: "suspect",
				why: `${file}, by which it is proven: ${verdict.why}`
			};
		}
		const path = join(directory, file);
		const digest = await digestOf(path).catch(() => "none");
		if (digest !== sha256) return {
			kind: "suspect",
			why: `${file}, by which it is proven, came back with SHA-256 ${digest}, not ${sha256}`
		};
		paths.push(path);
	}
	return {
		kind: "agrees",
		paths
	};
}
async function digestOf(path) {
	const hash = createHash("sha256");
	for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) if (Buffer.isBuffer(chunk)) hash.update(chunk);
	return hash.digest("hex");
}
/** Base of a replay behind these files. Null: ids that cannot be read. Pure. */
function baseOf({ server: { family }, coordinates }) {
	if (coordinates === null) return null;
	const { file, position, gtid } = coordinates;
	const gtids = gtid === null ? emptyState(family) : parseGtidState(gtid, family);
	return gtids === null ? null : {
		gtids,
		place: {
			file,
			position
		}
	};
}
async function bringForward(full, { access, session }, paths, { clock, signal }) {
	const base = baseOf(full);
	if (base === null) return {
		kind: "suspect",
		why: `ids that cannot be read: ${full.coordinates?.gtid ?? "none"}`
	};
	if (full.server.family === "mariadb") {
		const told = await session.tell(`SET GLOBAL gtid_slave_pos = '${full.coordinates?.gtid ?? ""}'`);
		if (!told.ok) return {
			kind: "suspect",
			why: told.message
		};
	}
	try {
		const chain = await readChain(paths);
		await replay({
			access,
			base,
			chain,
			target: { kind: "end" }
		}, {
			clock,
			signal
		});
		return { kind: "agrees" };
	} catch (error) {
		if (!(error instanceof ProblemError)) throw error;
		const [problem] = error.problems;
		return {
			kind: "suspect",
			why: `the logs behind it cannot be replayed: ${problem?.found ?? error.message}`
		};
	}
}
function noUnpacker(program, said) {
	return {
		code: "backup.no-program",
		where: program,
		found: said,
		expected: "the program that unpacks a physical backup: mbstream for MariaDB, tar for MySQL",
		remedy: "install it, or name it in `backup.programs.unpack`"
	};
}

// src/backup/restore/choose.ts
/**
* Of the full backups before the target that were verified, with all logs behind them, the one that is predicted to be back first; the newest, where
* that is not known. Of those that were not verified, where none was. It refuses a target past the first gap: nothing can be restored there, and a restore that ends earlier in silence would be taken for the whole.
* What the catalogue cannot tell (a statement, a transaction of a log whose ids are not known) the logs themselves tell later.
* @throws ProblemError when no backup leads to the target, with the last time to which one does
*/
function chooseChain(catalogue, target, choice) {
	const { where, id, now } = choice;
	const all = chainsOf(catalogue).filter(({ full }) => id === void 0 || full.id === id);
	const whole = all.filter(({ restorableTo }) => restorableTo !== null);
	const timely = id === void 0 ? chainsOf(catalogue, now).filter(({ restorableTo }) => restorableTo !== null) : [];
	const good = timely.length > 0 ? timely : whole;
	if (good.length === 0) throw new ProblemError(nothingRestorable(all, where, id));
	if (target.kind === "time") return atTime(good, target.time, choice);
	if (target.kind === "gtid") return withGtid(good, target.gtid, choice);
	const behind = target.kind === "before" ? good.filter(({ segments }) => segments.length > 0) : good;
	const furthest = Math.max(...behind.map(reach));
	const found = best(behind.filter((one) => reach(one) === furthest), choice);
	if (found === void 0) throw new ProblemError(noLogs(where));
	return found;
}
function atTime(good, time, choice) {
	const { where } = choice;
	const before = good.filter(({ full }) => begins(full) <= time);
	const found = best(before.filter((one) => time < reach(one) * 1e3), choice);
	if (found !== void 0) return found;
	const furthest = before.toSorted((a, b) => reach(b) - reach(a))[0];
	if (furthest === void 0) throw new ProblemError(beforeAll(good, time, where));
	throw new ProblemError(pastHere(furthest, momentText(time, "mysql"), where));
}
function withGtid(good, text, choice) {
	const { where } = choice;
	const found = best(good.filter(({ full, segments }) => {
		const { family } = full.server;
		const wanted = parseGtid(text, family);
		if (wanted === null) return false;
		const holds = (state) => {
			const parsed = state === null ? null : parseGtidState(state, family);
			return parsed === null ? null : contains(parsed, wanted);
		};
		if (holds(full.coordinates?.gtid ?? null) === true) return false;
		return segments.some(({ gtidsAfter }) => holds(gtidsAfter) !== false);
	}), choice);
	if (found !== void 0) return found;
	throw new ProblemError({
		code: "restore.not-in-backups",
		where,
		found: `${text} in no binary log behind a full backup that does not hold it already`,
		expected: "the id of a transaction that was backed up after a full backup",
		remedy: "look at the id (MySQL: UUID:7, MariaDB: 0-1-7); take the newest logs with `shiplock backup run --incremental`; `shiplock backup status` shows gaps"
	});
}
/** Of those that were verified, where there are any: the one that is back first; the newest, where one of the two is not known. */
function best(chains, { predict = () => null }) {
	const verified = chains.filter(({ full }) => full.state === "verified");
	return (verified.length > 0 ? verified : chains).map((chain) => ({
		chain,
		seconds: predict(chain)
	})).reduceRight((held, one) => held === void 0 || held.seconds !== null && one.seconds !== null && one.seconds < held.seconds ? one : held, void 0)?.chain;
}
/**
* Microseconds since 1970, by the clock of the server, as the stamps in its logs: nothing that it holds was committed later. A physical backup records
* when it was begun, and shows a moment before it was over.
*/
function begins({ serverTime, form, seconds }) {
	return (Date.parse(serverTime) + (form === "physical" ? Math.ceil(seconds + 1) * 1e3 : 0)) * 1e3;
}
function nothingRestorable(all, where, id) {
	const named = id === void 0 ? "" : ` ${id}`;
	return {
		code: "restore.no-backup",
		where,
		found: all[0] === void 0 ? `no full backup${named}` : all.at(-1)?.ends ?? "none that can be restored",
		expected: `a full backup${named} that is neither suspect nor failed`,
		remedy: "`shiplock backup list` names them; where this machine lost its catalogue, docs/backup.md tells how it comes back from the repository"
	};
}
function beforeAll(good, time, where) {
	const [oldest] = good;
	return {
		code: "restore.before-backups",
		where,
		found: `${momentText(time, "mysql")}, and an oldest full backup of ${oldest?.full.serverTime ?? ""}`,
		expected: "a time behind a full backup: logs lead forwards only",
		remedy: "give a later time, or bring back an older repository with its catalogue"
	};
}
function pastHere({ full, restorableTo, ends }, time, where) {
	return {
		code: "restore.past-gap",
		where,
		found: `${time}; not restorable past ${restorableTo ?? ""}: ${ends ?? "no newer binary log was taken"}`,
		expected: `a time before ${restorableTo ?? ""}, to which ${full.id} leads`,
		remedy: ends === null ? "while the server lives, take its logs: `shiplock backup run --incremental`; else restore what there is with --latest" : "give an earlier time; to have what is there up to the gap, use --latest"
	};
}
function noLogs(where) {
	return {
		code: "restore.no-logs",
		where,
		found: "no binary log behind a full backup",
		expected: "binary logs in which a statement can be looked for",
		remedy: "while the server lives, take them: `shiplock backup run --incremental`"
	};
}

// src/backup/restore/predict.ts
/** How long a restore will take, from what earlier ones took. Pure. */
/** What one restore did and took; seconds. */
const timesSchema = strictObject({
	at: string().datetime(),
	/** Of the full backup: left out: SQL. */
	form: literal("physical").exactOptional(),
	/** Of the full backup. */
	bytes: number(),
	/** It became a server, rows and sums compared. */
	baseSeconds: number(),
	/** Of the binary logs that were fetched. */
	logBytes: number(),
	fetchSeconds: number(),
	/** Transactions that were replayed. */
	transactions: number(),
	replaySeconds: number(),
	/** What belongs to none of these: logs read once more, the shut-down. Left out: it was not measured. */
	otherSeconds: number().exactOptional()
});
const predictionSchema = strictObject({
	/** Null: nothing was measured yet from which it could be told. */
	baseSeconds: number().nullable(),
	/** Fetching and replaying the logs; 0 where there are none. */
	logSeconds: number().nullable(),
	/** Null where a part is. */
	seconds: number().nullable(),
	/** What it was told from, for people. */
	from: string()
});
/**
* In proportion to bytes: the base by the newest restore of a backup of the same form (a drill is one), the logs by the newest restore
* that replayed some. A verification tells of the base where no restore was measured lately: it goes another way, and replays none of the logs.
*
* @param transactions null: the logs were not read yet; then by their bytes
*/
function predictTime(full, logs, known, transactions) {
	const base = newestBase(known, full.form === "physical");
	const baseSeconds = base === null ? null : base.seconds * full.bytes / base.bytes;
	const replayed = known.restores.toSorted((a, b) => a.at < b.at ? -1 : 1).findLast((one) => one.transactions > 0 && one.logBytes > 0);
	const bytes = logs.reduce((sum, one) => sum + one.bytes, 0);
	const logSeconds = bytes === 0 ? 0 : replayed === void 0 ? null : ofLogs(replayed, bytes, transactions);
	return {
		baseSeconds,
		logSeconds,
		seconds: baseSeconds === null || logSeconds === null ? null : baseSeconds + logSeconds + (base?.otherSeconds ?? 0),
		from: [base === null ? "no restore or verification was measured yet" : `the base by ${base.name}`, ...bytes === 0 ? [] : [replayed === void 0 ? "no replay was measured yet" : `the logs by the restore of ${replayed.at}`]].join(", ")
	};
}
function ofLogs(measured, bytes, transactions) {
	const fetch = measured.fetchSeconds * bytes / measured.logBytes;
	const share = transactions === null ? bytes / measured.logBytes : transactions / measured.transactions;
	return fetch + measured.replaySeconds * share;
}
/** What a restore took tells more than a verification, unless that is so much newer that the machines may be others. */
const LATELY_MS = 864e7;
/** Files come back at another pace than SQL, so each form is told from its own. */
function newestBase({ fulls, restores }, physical) {
	const newest = (measured) => measured.filter(({ bytes }) => bytes > 0).toSorted((a, b) => a.at < b.at ? -1 : 1).at(-1);
	const verification = newest(fulls.flatMap(({ id, bytes, verified, form }) => verified === null || form === "physical" !== physical ? [] : [{
		name: `the verification of ${id}`,
		at: verified.at,
		seconds: verified.seconds,
		bytes,
		otherSeconds: 0
	}]));
	const restore = newest(restores.filter(({ form }) => form === "physical" === physical).map(({ at, baseSeconds, bytes, otherSeconds = 0 }) => ({
		name: `the restore of ${at}`,
		at,
		seconds: baseSeconds,
		bytes,
		otherSeconds
	})));
	if (restore === void 0 || verification === void 0) return restore ?? verification ?? null;
	return Date.parse(verification.at) - Date.parse(restore.at) > LATELY_MS ? verification : restore;
}

// src/backup/restore/place.ts
/** The directory that a restore fills, and what tells whose it is. */
/** What was asked for; the same words again go on with it. */
const wishSchema = strictObject({
	environment: string(),
	/** The target as it was written. */
	target: string(),
	/** Which full backup; null: the best. */
	id: string().nullable()
});
const markSchema = strictObject({
	v: literal(1),
	wish: wishSchema,
	/** What was chosen: a log that is taken later does not change a restore that is under way. */
	full: string(),
	/** SHA-256 of each binary log, in order. */
	segments: array(string()).readonly(),
	/** The run that fills the directory, or has. */
	run: string(),
	startedAt: string().datetime(),
	/** Null: it is under way, or was cut. */
	finishedAt: string().datetime().nullable()
});
/** Bytes that the address of a socket may have on Linux (`sun_path` of unix(7), without its last zero). */
const SOCKET_BYTES = 107;
/** Where the server of a restore listens. Pure. @throws ProblemError when the directory lies too deep for a socket */
function socketIn(directory) {
	const path = join(directory, "server", "run", "s");
	const bytes = Buffer.byteLength(path);
	if (bytes <= SOCKET_BYTES) return path;
	throw new ProblemError({
		code: "restore.path-too-long",
		where: directory,
		found: `a socket at ${path}, ${bytes} bytes`,
		expected: `at most ${SOCKET_BYTES} bytes`,
		remedy: "name a directory with a shorter path with --into"
	});
}
/** File in the directory. Pure. */
function markFile(directory) {
	return join(directory, "restore.json");
}
/** Pure. */
function markText(mark) {
	return `${JSON.stringify(markSchema.parse(mark), null, 2)}\n`;
}
/**
* The mark of a restore with the same wish, cut or finished; null: the directory is empty, or not there.
* @throws ProblemError for anything else: a restore is never written over something
*/
async function restoreIn(directory, wish) {
	const names = (await namesIn(directory)).filter((name) => !name.startsWith("restore.json."));
	if (names.length === 0) return null;
	const text = await readFile(markFile(directory), "utf8").catch((error) => {
		if (isMissing(error)) return null;
		throw error;
	});
	const mark = text === null ? null : markSchema.safeParse(parsedJson(text)).data ?? null;
	if (mark === null) throw new ProblemError(notEmpty(directory, names));
	if (JSON.stringify(mark.wish) === JSON.stringify(wish)) return mark;
	throw new ProblemError(mark.finishedAt === null ? another(directory, mark.wish) : finishedIn(directory, mark));
}
/**
* The same of one that was cut: it may be gone on with.
* @throws ProblemError also for one that is finished
*/
async function cutRestoreIn(directory, wish) {
	const mark = await restoreIn(directory, wish);
	if (mark === null || mark.finishedAt === null) return mark;
	throw new ProblemError(finishedIn(directory, mark));
}
const TIMES = "restores";
/** What earlier restores of the environment took; one that cannot be read tells nothing. */
async function readTimes(place) {
	return readBeside(place, TIMES, timesSchema);
}
/** File of the times of one restore: beside the records, and so in the repository too. Pure. */
function timesFile(place, run) {
	return besideFile(place, TIMES, run);
}
function notEmpty(directory, names) {
	return {
		code: "restore.not-empty",
		where: directory,
		found: names.slice(0, 5).join(", "),
		expected: "an empty directory, or one that does not exist yet",
		remedy: "name another one with --into: a restore is never written over something"
	};
}
/** Why nothing is restored into a directory in which a restore is whole. Pure. */
function finishedIn(directory, { finishedAt }) {
	return {
		code: "restore.not-empty",
		where: directory,
		found: `a restore that was finished at ${finishedAt ?? ""}`,
		expected: "an empty directory, or one that does not exist yet",
		remedy: "name another one with --into; this one is whole"
	};
}
function another(directory, { environment, target, id }) {
	return {
		code: "restore.not-empty",
		where: directory,
		found: `a restore of ${environment} to ${target}${id === null ? "" : ` from ${id}`} that was cut`,
		expected: "the same restore again, which goes on with it",
		remedy: "name another directory with --into, or delete this one yourself"
	};
}

export { isAhead as C, ACCOUNT as D, terminate as E, accountSql as O, furthest as S, startKept as T, placeSaid as _, readTimes as a, chainOf as b, timesFile as c, chooseChain as d, fileArguments as f, STREAMS as g, verifyPhysical as h, markText as i, predictTime as l, orderingCommand as m, finishedIn as n, restoreIn as o, layPhysical as p, markFile as r, socketIn as s, cutRestoreIn as t, predictionSchema as u, toolArguments as v, reach as w, chainsOf as x, toolProblem as y };