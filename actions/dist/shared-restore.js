import { Jn as string, Nt as array, Pn as number, qn as strictObject, xn as literal } from "./shared-schemas.js";
import { t as ProblemError } from "./shared-problem.js";
import { C as parseGtid, _ as emptyState, g as contains, w as parseGtidState, y as gtidStateText } from "./shared-reader.js";
import { a as momentText, i as cutAt, l as placedIn, n as replay, r as replayArguments, s as placeText, t as readChain } from "./shared-replay.js";
import { i as isMissing, o as namesIn } from "./shared-store.js";
import { C as resticProblem, S as resolved, _ as recordsDirectory, a as openBackup, c as runBackup, i as notOver, o as programsOf, r as leaseName, t as catalogueNow, w as resticVariables } from "./shared-open.js";
import { Ss as sequence, Un as engineOptions, Ya as listRuns, bs as procedure, ga as resumeProcedure, ms as action, vs as opaque } from "./shared-common.js";
import { t as systemClock } from "./shared-clock2.js";
import { t as endGroup } from "./shared-group.js";
import { c as sumsOf, i as likeEachOther, l as tablesOf, o as programsOf$1 } from "./shared-session5.js";
import { n as openDialog } from "./shared-exec.js";
import { a as initialiser, i as inShell, n as START_MS, o as mustRun, r as findProgram, s as noServer, u as whenReady } from "./shared-local.js";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { once } from "node:events";
import { createHash } from "node:crypto";
import { closeSync, createReadStream, fsyncSync, openSync, writeSync } from "node:fs";
import { availableParallelism, freemem, tmpdir } from "node:os";
import { spawn } from "node:child_process";
import { pipeline } from "node:stream/promises";

// src/migrate/shadow/kept.ts
/** How long a server may write what it holds in memory before it has ended. */
const SHUTDOWN_MS = 36e5;
/**
* Holds the server while its input is open, and kills it with all that belongs to it when the input closes, in whatever way we end. What it was
* killed in is made anew by the next start, so nothing is deleted here.
*/
const GUARD = `read -r go || exit 0
setsid sh -c "$2; echo ended with \\$?" > "$1/server.log" 2>&1 < /dev/null &
server=$!
echo started
read -r end
kill -KILL "-$server" 2> /dev/null
wait "$server" 2> /dev/null`;
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
	if (asRoot) await mustRun(exec, [
		"chown",
		user,
		data,
		run
	]);
	const socketPath = join(run, "s");
	const pidFile = join(run, "pid");
	const who = asRoot ? [`--user=${user}`] : [];
	const begin = [
		...await initialiser(program, wanted),
		`--datadir=${data}`,
		...who
	];
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
	const serve = [...again, ...wanted.arguments.start];
	const guard = openDialog([
		"sh",
		"-c",
		GUARD,
		"sh",
		directory,
		`${inShell(begin)} && ${inShell(serve)}`
	], clock);
	const said = async () => await readFile(log, "utf8").catch(() => "");
	try {
		await guard.ask("start", AbortSignal.timeout(START_MS));
		const administrator = await whenReady({
			socketPath,
			user: "root"
		}, log, clock);
		return {
			socketPath,
			administrator,
			again,
			shutDown: async () => {
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
/** Chains of all full backups, oldest first. Pure. */
function chainsOf(catalogue) {
	return catalogue.fulls.map((full) => chainOf(full, catalogue.segments));
}
/** Pure. */
function chainOf(full, segments) {
	if (full.state === "failed" || full.state === "suspect") return {
		full,
		segments: [],
		restorableTo: null,
		ends: `the full backup is ${full.state}: ${full.why ?? "no reason was recorded"}`
	};
	const start = moment(full.serverTime, full.takenAt);
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
		if (wanted === null || next === void 0) return {
			full,
			segments: held,
			restorableTo: to,
			ends: whyNoNext(wanted, found, own, before, full)
		};
		held.push(next);
		to = moment(next.lastEventAt ?? to, next.takenAt);
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

// src/procedure/machine/pipe.ts
const MOST_OUTPUT = 1e6;
/**
* Runs both to their ends. Any exit code is an answer; a second one that ends before it has all of its input never ends with 0.
* @throws what `allow` throws, or the reason of the signal */
async function pipeCommands(spec, clock = systemClock) {
	spec.signal.throwIfAborted();
	const target = spec.to === void 0 ? null : begin(spec.to);
	target?.listen();
	const source = begin(spec.from);
	const kill = async () => {
		await Promise.all([source, target].map((one) => one === null || one.over() ? void 0 : endGroup(one.child.pid, clock)));
	};
	const onAbort = () => void kill();
	spec.signal.addEventListener("abort", onAbort, { once: true });
	if (spec.signal.aborted) onAbort();
	try {
		source.child.stdin?.end();
		await pass(source, target, spec.onChunk);
		if (target?.over()) {
			await endGroup(source.child.pid, clock);
			const end = await target.ended;
			spec.signal.throwIfAborted();
			const to = {
				...end,
				exitCode: end.exitCode === 0 ? 1 : end.exitCode,
				stdout: target.output()
			};
			return {
				from: await source.ended,
				to
			};
		}
		const from = await source.ended;
		spec.signal.throwIfAborted();
		spec.allow?.(from);
		if (target === null) return {
			from,
			to: null
		};
		target.child.stdin?.end();
		const to = await target.ended;
		spec.signal.throwIfAborted();
		return {
			from,
			to: {
				...to,
				stdout: target.output()
			}
		};
	} catch (error) {
		await kill();
		throw error;
	} finally {
		spec.signal.removeEventListener("abort", onAbort);
		target?.child.stdin?.destroy();
		source.child.stdout?.destroy();
	}
}
function begin({ argv, env }) {
	const [program = "", ...words] = argv;
	const child = spawn(program, words, {
		env: {
			...process.env,
			...env
		},
		detached: true,
		stdio: "pipe"
	});
	let errors = "";
	let said = "";
	let over = false;
	child.stderr.on("data", (chunk) => {
		errors = `${errors}${chunk.toString("utf8")}`.slice(-16384);
	});
	child.stdin.on("error", () => void 0);
	const hear = (chunk) => {
		if (said.length < MOST_OUTPUT) said += chunk.toString("utf8");
	};
	return {
		child,
		ended: new Promise((resolve) => {
			child.once("error", (error) => {
				over = true;
				resolve({
					exitCode: 127,
					stderr: error.message
				});
			});
			child.once("close", (code, signal) => {
				over = true;
				resolve({
					exitCode: code ?? 128 + (signal === "SIGKILL" ? 9 : 15),
					stderr: errors
				});
			});
		}),
		over: () => over,
		output: () => said,
		listen: () => void child.stdout.on("data", hear)
	};
}
async function pass(source, target, onChunk) {
	const { stdout } = source.child;
	const into = target?.child.stdin ?? null;
	if (stdout === null) return;
	for await (const chunk of stdout) {
		if (!Buffer.isBuffer(chunk)) continue;
		onChunk?.(chunk);
		if (into === null || target === null) continue;
		if (into.write(chunk) || into.destroyed) continue;
		await Promise.race([once(into, "drain").catch(() => void 0), target.ended]);
		if (target.over()) break;
	}
}

// src/backup/verify/compare.ts
/** What differs from what was there when the backup was taken; empty: nothing. Pure. */
function differences(full, restored) {
	const { database } = restored;
	const before = new Map(full.tables.filter((one) => one.database === database).map((one) => [one.table, one]));
	const after = new Map(restored.sums.map((one) => [one.table, one]));
	const found = [];
	for (const [table, { rows, sum }] of before) {
		const now = after.get(table);
		if (now === void 0) found.push(`${database}.${table} is missing`);
		else if (now.rows !== rows) found.push(`${database}.${table} has ${now.rows} rows instead of ${rows}`);
		else if (now.sum !== sum) found.push(`${database}.${table} has other rows (sum ${now.sum} instead of ${sum})`);
	}
	for (const table of after.keys()) if (!before.has(table)) found.push(`${database}.${table} was not there`);
	const { views, triggers, routines, events } = restored.programs;
	for (const [what, count, wanted] of [
		[
			"views",
			views,
			full.programs.views
		],
		[
			"triggers",
			triggers,
			full.programs.triggers
		],
		[
			"routines",
			routines,
			full.programs.routines
		],
		[
			"events",
			events,
			full.programs.events
		]
	]) if (count !== wanted) found.push(`${database} has ${count} ${what} instead of ${wanted}`);
	return found;
}

// src/backup/verify/restore.ts
/** Restores it and compares. @throws ProblemError where nothing can be said of the backup: no key, no repository, no server */
async function verifyFull(options) {
	const server = await options.start();
	try {
		return await restoreFull(options, server);
	} finally {
		await server.close();
	}
}
/**
* Reads it into a server with nothing on it, and compares what is there then with what was there. No transaction is left open: what is replayed
* behind it may change the structure. @throws ProblemError as above
*/
async function restoreFull(options, { socketPath, session }) {
	const { full } = options;
	const restored = await restore(options, socketPath);
	if (restored.kind !== "agrees") return restored;
	return await compared(full, session, options.signal);
}
/** What a server holds beside what was there when the rows were summed up; it leaves no transaction open. */
async function compared(full, session, signal) {
	const where = `the restored ${full.id}`;
	await likeEachOther(session, where);
	const found = [];
	for (const database of full.databases) {
		const told = await session.tell("START TRANSACTION");
		if (!told.ok) return {
			kind: "suspect",
			why: told.message
		};
		const sums = await sumsOf(session, database, await tablesOf(session, database), signal);
		const programs = await programsOf$1(session, database);
		found.push(...differences(full, {
			database,
			sums,
			programs
		}));
		const ended = await session.tell("ROLLBACK");
		if (!ended.ok) return {
			kind: "suspect",
			why: ended.message
		};
	}
	return found.length === 0 ? { kind: "agrees" } : {
		kind: "failed",
		why: found.slice(0, 20).join("; ")
	};
}
async function restore({ full, repository, client, secrets, clock, signal }, socketPath) {
	const hash = createHash("sha256");
	let bytes = 0;
	const { from, to } = await pipeCommands({
		from: dumpCommand(repository, secrets, full.snapshot, full.file),
		to: { argv: [...[
			client,
			"--no-defaults",
			`--socket=${socketPath}`,
			"--user=root",
			"--batch"
		], ...["--default-character-set=utf8mb4", "--max-allowed-packet=1G"]] },
		onChunk: (chunk) => {
			bytes += chunk.length;
			hash.update(chunk);
		},
		signal
	}, clock);
	if (to?.exitCode === 127) throw new ProblemError(noClient(client, to.stderr));
	if (to !== null && to.exitCode !== 0) return {
		kind: "suspect",
		why: `the server does not take it: ${lastLine(to.stderr)}`
	};
	if (from.exitCode !== 0) return unreadable(repository, from);
	const digest = hash.digest("hex");
	if (digest !== full.sha256 || bytes !== full.bytes) return {
		kind: "suspect",
		why: `${bytes} bytes with SHA-256 ${digest} came back, ${full.bytes} with ${full.sha256} were stored`
	};
	return { kind: "agrees" };
}
/** Reads a segment back and compares its digest. @throws ProblemError as above */
async function verifySegment(segment, { repository, secrets, clock, signal }) {
	const hash = createHash("sha256");
	const { from } = await pipeCommands({
		from: dumpCommand(repository, secrets, segment.snapshot, segment.file),
		onChunk: (chunk) => void hash.update(chunk),
		signal
	}, clock);
	if (from.exitCode !== 0) return unreadable(repository, from);
	const digest = hash.digest("hex");
	return digest === segment.sha256 ? { kind: "agrees" } : {
		kind: "suspect",
		why: `SHA-256 ${digest} came back, ${segment.sha256} was stored`
	};
}
/** Command that gives one file of a snapshot back, from the repository itself. */
function dumpCommand(repository, secrets, snapshot, file) {
	return {
		argv: [
			repository.program,
			"--no-lock",
			"--no-cache",
			"dump",
			snapshot,
			`/${file}`
		],
		env: resolved(resticVariables(repository), secrets)
	};
}
/** What it cannot give back is lost; where it cannot be asked at all, nothing is known. @throws ProblemError then */
function unreadable(repository, end) {
	const problem = resticProblem(repository, end);
	if ([
		"backup.wrong-key",
		"backup.no-repository",
		"backup.no-program",
		"backup.repository-locked"
	].includes(problem.code)) throw new ProblemError(problem);
	return {
		kind: "suspect",
		why: `the repository does not give it back: ${problem.found}`
	};
}
/** Pure. */
function lastLine(text) {
	return text.trim().split("\n").at(-1)?.slice(0, 300) ?? "";
}
function noClient(program, said) {
	return {
		code: "backup.no-program",
		where: program,
		found: said,
		expected: "the client program of the server’s family",
		remedy: "install it, or name it in `backup.programs.client`"
	};
}

// src/backup/restore/choose.ts
/**
* The newest full backup before the target that was verified, with all logs behind it; the newest that was not, where none was. It refuses a
* target past the first gap: nothing can be restored there, and a restore that ends earlier in silence would be taken for the whole.
* What the catalogue cannot tell (a statement, a transaction of a log whose ids are not known) the logs themselves tell later.
* @throws ProblemError when no backup leads to the target, with the last time to which one does
*/
function chooseChain(catalogue, target, { where, id }) {
	const named = chainsOf(catalogue).filter(({ full }) => id === void 0 || full.id === id);
	const all = named.filter(({ full }) => full.form !== "physical");
	if (all.length === 0 && named.length > 0) throw new ProblemError(onlyFiles(where, named.at(-1)?.full.id ?? ""));
	const good = all.filter(({ restorableTo }) => restorableTo !== null);
	if (good.length === 0) throw new ProblemError(nothingRestorable(all, where, id));
	if (target.kind === "time") return atTime(good, target.time, where);
	if (target.kind === "gtid") return withGtid(good, target.gtid, where);
	const behind = target.kind === "before" ? good.filter(({ segments }) => segments.length > 0) : good;
	const furthest = Math.max(...behind.map(reach));
	const found = best(behind.filter((one) => reach(one) === furthest));
	if (found === void 0) throw new ProblemError(noLogs(where));
	return found;
}
function atTime(good, time, where) {
	const before = good.filter(({ full }) => begins(full) <= time);
	const found = best(before.filter((one) => time < reach(one) * 1e3));
	if (found !== void 0) return found;
	const furthest = before.toSorted((a, b) => reach(b) - reach(a))[0];
	if (furthest === void 0) throw new ProblemError(beforeAll(good, time, where));
	throw new ProblemError(pastHere(furthest, momentText(time, "mysql"), where));
}
function withGtid(good, text, where) {
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
	}));
	if (found !== void 0) return found;
	throw new ProblemError({
		code: "restore.not-in-backups",
		where,
		found: `${text} in no binary log behind a full backup that does not hold it already`,
		expected: "the id of a transaction that was backed up after a full backup",
		remedy: "look at the id (MySQL: UUID:7, MariaDB: 0-1-7); take the newest logs with `shiplock backup run --incremental`; `shiplock backup status` shows gaps"
	});
}
/** The newest that was verified, else the newest. */
function best(chains) {
	return chains.findLast(({ full }) => full.state === "verified") ?? chains.at(-1);
}
/** Microseconds since 1970, by the clock of the server, as the stamps in its logs. */
function begins({ serverTime }) {
	return Date.parse(serverTime) * 1e3;
}
function onlyFiles(where, id) {
	return {
		code: "restore.physical-backup",
		where,
		found: `${id}, a physical backup`,
		expected: "a logical one: this command does not begin with the files of a server yet",
		remedy: "unpack it and start a server on it as docs/backup.md tells, then `shiplock restore replay`; or take logical backups too: `shiplock backup run --kind logical`"
	};
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

// src/backup/restore/fetch.ts
/**
* Fetches them under the names that the server gave them; one that is there already, with the digest of the catalogue, is left.
* @returns their paths, in the same order
* @throws ProblemError when the repository does not give one back as it was stored
*/
async function fetchSegments(segments, options) {
	await mkdir(options.directory, {
		recursive: true,
		mode: 448
	});
	const paths = [];
	for (const segment of segments) {
		const path = join(options.directory, segment.file);
		if (await digestOf(path) !== segment.sha256) await fetchOne(segment, path, options);
		paths.push(path);
	}
	return paths;
}
async function fetchOne(segment, path, { repository, secrets, clock, signal }) {
	const part = `${path}.part`;
	const hash = createHash("sha256");
	const file = openSync(part, "w", 384);
	try {
		const { from } = await pipeCommands({
			from: dumpCommand(repository, secrets, segment.snapshot, segment.file),
			onChunk: (chunk) => {
				hash.update(chunk);
				for (let at = 0; at < chunk.length;) at += writeSync(file, chunk, at);
			},
			signal
		}, clock);
		if (from.exitCode !== 0) throw new ProblemError(resticProblem(repository, from));
		const digest = hash.digest("hex");
		if (digest !== segment.sha256) throw new ProblemError(differs(segment, digest));
		fsyncSync(file);
		await rename(part, path);
	} finally {
		closeSync(file);
		await rm(part, { force: true });
	}
}
/** SHA-256 of a file; null: there is none. */
async function digestOf(path) {
	const hash = createHash("sha256");
	try {
		await pipeline(createReadStream(path), hash);
	} catch (error) {
		if (isMissing(error)) return null;
		throw error;
	}
	return hash.digest("hex");
}
function differs({ file, sha256 }, digest) {
	return {
		code: "backup.log-differs",
		where: file,
		found: `SHA-256 ${digest}`,
		expected: `${sha256}, as it was stored`,
		remedy: "run `shiplock backup verify`, which marks it; then restore up to the gap, or fetch this log from another copy of the repository"
	};
}

// src/backup/restore/predict.ts
/** How long a restore will take, from what earlier ones took. Pure. */
/** What one restore did and took; seconds. */
const timesSchema = strictObject({
	at: string().datetime(),
	/** Of the dump. */
	bytes: number(),
	/** The dump read into the server, rows and sums compared. */
	baseSeconds: number(),
	/** Of the binary logs that were fetched. */
	logBytes: number(),
	fetchSeconds: number(),
	/** Transactions that were replayed. */
	transactions: number(),
	replaySeconds: number()
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
* In proportion to bytes: the base by the newest restore or verification of a backup that was not much smaller, the logs by the newest restore
* that replayed some. A verification reads the logs but replays none, so it tells nothing of them.
*
* @param transactions null: the logs were not read yet; then by their bytes
*/
function predictTime(full, logs, known, transactions) {
	const base = newestBase(known);
	const baseSeconds = base === null ? null : base.seconds * full.bytes / base.bytes;
	const replayed = known.restores.toSorted((a, b) => a.at < b.at ? -1 : 1).findLast((one) => one.transactions > 0 && one.logBytes > 0);
	const bytes = logs.reduce((sum, one) => sum + one.bytes, 0);
	const logSeconds = bytes === 0 ? 0 : replayed === void 0 ? null : ofLogs(replayed, bytes, transactions);
	return {
		baseSeconds,
		logSeconds,
		seconds: baseSeconds === null || logSeconds === null ? null : baseSeconds + logSeconds,
		from: [base === null ? "no restore or verification was measured yet" : `the base by ${base.name}`, ...bytes === 0 ? [] : [replayed === void 0 ? "no replay was measured yet" : `the logs by the restore of ${replayed.at}`]].join(", ")
	};
}
function ofLogs(measured, bytes, transactions) {
	const fetch = measured.fetchSeconds * bytes / measured.logBytes;
	const share = transactions === null ? bytes / measured.logBytes : transactions / measured.transactions;
	return fetch + measured.replaySeconds * share;
}
function newestBase({ fulls, restores }) {
	return [...fulls.flatMap(({ id, bytes, verified }) => verified === null ? [] : [{
		name: `the verification of ${id}`,
		at: verified.at,
		seconds: verified.seconds,
		bytes
	}]), ...restores.map(({ at, baseSeconds, bytes }) => ({
		name: `the restore of ${at}`,
		at,
		seconds: baseSeconds,
		bytes
	}))].filter(({ bytes }) => bytes > 0).toSorted((a, b) => a.at < b.at ? -1 : 1).at(-1) ?? null;
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
	const mark = text === null ? null : markSchema.safeParse(jsonOf(text)).data ?? null;
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
/** What earlier restores of the environment took; one that cannot be read tells nothing. */
async function readTimes(place) {
	const directory = timesDirectory(place);
	return (await Promise.all((await namesIn(directory)).map((name) => readFile(join(directory, name), "utf8")))).flatMap((text) => {
		const parsed = timesSchema.safeParse(jsonOf(text));
		return parsed.success ? [parsed.data] : [];
	});
}
/** File of the times of one restore: beside the records, and so in the repository too. Pure. */
function timesFile(place, run) {
	return join(timesDirectory(place), `${run}.json`);
}
function timesDirectory(place) {
	return join(recordsDirectory(place), "restores");
}
function jsonOf(text) {
	try {
		return JSON.parse(text);
	} catch {
		return;
	}
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

// src/release/backup/restore-server.ts
/**
* What the restored full backup holds. A backup of a server that had executed nothing records no ids; where all transactions of its logs have
* some, that is the empty set, and the logs must then begin with it. Pure.
*/
function baseOf({ coordinates, server }, chain) {
	const place = coordinates === null ? null : {
		file: coordinates.file,
		position: coordinates.position
	};
	const text = coordinates?.gtid ?? null;
	if (text !== null) return {
		gtids: parseGtidState(text, server.family),
		place
	};
	const all = placedIn(chain);
	return {
		gtids: all.length > 0 && all.every(({ transaction }) => transaction.gtid !== null) ? emptyState(server.family) : null,
		place
	};
}
/**
* Makes the server anew, whatever an earlier try has left: it writes without waiting for the disk, so after a crash nothing of it is used.
* @throws ProblemError when what is there then is not what was there
*/
async function restoreServer(backup, { full, logs, directory }, { clock, signal, note }) {
	const { service, settings, repository } = backup;
	const { family } = full.server;
	const { client, server: program, binlog } = programsOf(settings, family);
	const lifelong = Object.entries(full.settings).map(([name, value]) => `--${name.replaceAll("_", "-")}=${value}`);
	const begin = clock.monotonic();
	const server = await startKept({
		program,
		family,
		user: settings.serverUser,
		directory: join(directory, "server"),
		arguments: {
			initialise: lifelong,
			start: serverArguments(family, logs?.cut ?? null)
		}
	}, service);
	try {
		const { administrator: session, socketPath } = server;
		const common = {
			repository,
			secrets: service.secrets,
			clock,
			signal
		};
		const verdict = await restoreFull({
			...common,
			full,
			client
		}, {
			socketPath,
			session
		});
		if (verdict.kind !== "agrees") throw new ProblemError(notAsItWas(full, verdict.why));
		const baseSeconds = (clock.monotonic() - begin) / 1e3;
		note(`${full.id} is restored and agrees, ${baseSeconds.toFixed(1)} s`);
		const replaying = clock.monotonic();
		if (logs !== null && logs.cut.transactions > 0) {
			const { chain, base, target, cut } = logs;
			if (base.gtids !== null) {
				const name = family === "mysql" ? "gtid_purged" : "gtid_slave_pos";
				const ids = gtidStateText(base.gtids);
				const told = ids === "" ? { ok: true } : await session.tell(`SET GLOBAL ${name} = '${ids}'`);
				if (!told.ok) throw new ProblemError(idsRefused(name, told.message));
			}
			const wanted = {
				access: {
					socketPath,
					user: "root"
				},
				base,
				chain,
				target
			};
			const plain = {
				exec: service.exec,
				reader: binlog,
				client,
				timeoutMs: settings.timeoutMs
			};
			await replay(wanted, {
				clock,
				signal,
				...cut.executed === null ? { plain } : {}
			});
		}
		await server.shutDown();
		return {
			baseSeconds,
			replaySeconds: (clock.monotonic() - replaying) / 1e3,
			start: server.again
		};
	} finally {
		await server.close();
	}
}
function serverArguments(family, cut) {
	const made = cut?.serverIds ?? /* @__PURE__ */ new Set();
	let serverId = 4000000001;
	while (made.has(serverId)) serverId += 1;
	return [
		...replayArguments({
			family,
			serverId,
			gtids: cut === null || cut.executed !== null,
			workers: availableParallelism()
		}),
		...[
			"--max-allowed-packet=1G",
			"--log-bin-trust-function-creators=ON",
			"--character-set-server=utf8mb4"
		],
		`--innodb-buffer-pool-size=${poolBytes(freemem())}`
	];
}
/** A quarter of what is free, in whole 64 MiB, from 128 MiB to 8 GiB: others work on this machine too. Pure. */
function poolBytes(free) {
	const piece = 64 << 20;
	return Math.min(128, Math.max(2, Math.floor(free / 4 / piece))) * piece;
}
function notAsItWas({ id }, why) {
	return {
		code: "backup.not-as-it-was",
		where: id,
		found: why,
		expected: "the rows that were there when the backup was taken",
		remedy: "run `shiplock backup verify` for it, which marks it; then restore again: an earlier backup is chosen. Or name another one with --id"
	};
}
function idsRefused(name, found) {
	return {
		code: "backup.server-refused",
		where: `@@${name}`,
		found,
		expected: "a new server that takes the ids of the base",
		remedy: "check that `backup.programs.server` is of the version of the server that was backed up"
	};
}

// src/release/backup/restore-logs.ts
/** For a person, and for the journal. */
const cutSchema = strictObject({
	transactions: number(),
	/** The last that is there afterwards; null: the base itself. */
	last: string().nullable(),
	lost: strictObject({
		transactions: number(),
		first: string().nullable(),
		last: string().nullable(),
		tables: array(strictObject({
			table: string(),
			transactions: number()
		})).readonly(),
		/** Whether there may be more that nobody knows of. */
		beyond: string().nullable()
	}),
	/** Behind the place, but stamped before the time that was asked for. */
	late: number()
});
/** Nothing of the logs is there, and nothing is known of what follows the full backup. */
const NO_LOGS = {
	transactions: 0,
	last: null,
	lost: {
		transactions: 0,
		first: null,
		last: null,
		tables: [],
		beyond: "no binary log behind it was taken"
	},
	late: 0
};
/** Fetches them. @throws ProblemError when the repository does not give one back as it was */
function fetchLogs({ repository, service }, { segments }, { directory, clock, signal }) {
	return fetchSegments(segments, {
		repository,
		secrets: service.secrets,
		clock,
		signal,
		directory
	});
}
/** Reads them. Null: there are none. @throws ProblemError when the target is not one place in them, or cannot be reached exactly */
async function readLogs(full, paths, target) {
	if (paths.length === 0) return null;
	const chain = await readChain(paths);
	const base = baseOf(full, chain);
	return {
		chain,
		base,
		target,
		cut: cutAt(chain, base, target)
	};
}
/** Pure. */
function cutSummary({ transactions, last, lost, late }) {
	const text = (placed) => placed === null ? null : placeText(placed);
	return {
		transactions,
		last: text(last),
		late,
		lost: {
			transactions: lost.transactions,
			first: text(lost.first),
			last: text(lost.last),
			beyond: lost.beyond,
			tables: lost.tables.map(({ table, transactions: count }) => ({
				table,
				transactions: count
			}))
		}
	};
}

// src/release/backup/restore-steps.ts
/** What is done, and the steps whose outputs tell of it. Pure. */
function restoreTree(backup, work) {
	const { request, directory, chosen } = work;
	const claim = claimStep(backup, work);
	const logs = logsStep(backup, work);
	const server = serverStep(backup, work);
	const keep = keepStep(backup, work, {
		logs,
		server
	});
	return {
		tree: procedure({
			id: "restore",
			title: `Restore the database of ${request.environment} to ${request.text}`,
			description: "A full backup and the binary logs behind it, up to one place, become the data of a new server. Nothing that serves is touched.",
			environment: `restore:${leaseName(backup)}:${createHash("sha256").update(directory).digest("hex").slice(0, 12)}`,
			inputs: {
				environment: request.environment,
				target: request.text,
				full: chosen.full.id,
				into: directory
			},
			root: sequence({
				id: "restore",
				title: "Restore",
				steps: [
					claim,
					logs,
					server,
					keep
				]
			})
		}),
		logs,
		server
	};
}
const QUICK_MS = 6e4;
function markOf({ chosen, wish }, run, startedAt, finishedAt = null) {
	const segments = chosen.segments.map(({ sha256 }) => sha256);
	return {
		v: 1,
		wish,
		full: chosen.full.id,
		segments,
		run,
		startedAt,
		finishedAt
	};
}
/** The directory is empty, and ours from now on. */
function claimStep({ service }, work) {
	const { directory, wish } = work;
	return action({
		id: "directory",
		title: `See to ${directory}`,
		inputs: { directory },
		timeoutMs: QUICK_MS,
		read: async () => ({
			mark: await cutRestoreIn(directory, wish),
			now: service.clock.now()
		}),
		decide: ({ mark, now }, ctx) => {
			const content = markText(markOf(work, ctx.run, mark?.startedAt ?? new Date(now).toISOString()));
			return {
				kind: "do",
				effects: [{
					kind: "file",
					path: markFile(directory),
					content,
					timeoutMs: QUICK_MS,
					why: "so that nobody takes it for empty"
				}]
			};
		},
		probe: "repeatable"
	});
}
const readSchema = strictObject({
	cut: cutSchema,
	seconds: number(),
	prediction: predictionSchema
});
function logsStep(backup, { request, directory, chosen }) {
	return opaque({
		id: "logs",
		title: `Fetch ${chosen.segments.length} binary logs and find the place`,
		inputs: {
			segments: chosen.segments.map(({ file }) => file),
			target: request.text
		},
		outputs: readSchema,
		promise: `restic gives back ${chosen.segments.length} binary logs, each is compared with its digest and read, and the place of the target is looked for; it is refused here when they do not lead to it`,
		probe: "repeatable",
		timeoutMs: backup.settings.timeoutMs,
		run: async (ctx) => {
			const begin = ctx.clock.monotonic();
			const paths = await fetchLogs(backup, chosen, {
				directory: logsIn(directory),
				...ctx
			});
			const logs = await readLogs(chosen.full, paths, request.target);
			const cut = logs === null ? NO_LOGS : cutSummary(logs.cut);
			ctx.note(`${cut.transactions} transactions behind ${chosen.full.id}; ${cut.lost.transactions} are lost`);
			const prediction = await predictionOf(backup, chosen, cut);
			ctx.note(`will take ${prediction.seconds?.toFixed(1) ?? "a time that is not known"} s (${prediction.from})`);
			return {
				cut,
				seconds: (ctx.clock.monotonic() - begin) / 1e3,
				prediction
			};
		}
	});
}
const madeSchema = strictObject({
	baseSeconds: number(),
	replaySeconds: number(),
	/** Since the restore was begun for the first time. */
	seconds: number(),
	startedAt: string(),
	start: array(string()).readonly()
});
function serverStep(backup, work) {
	const { request, directory, chosen, wish } = work;
	const { full, segments } = chosen;
	const { server, client } = programsOf(backup.settings, full.server.family);
	return opaque({
		id: "server",
		title: `Restore ${full.id} into a new server and replay`,
		inputs: {
			id: full.id,
			snapshot: full.snapshot,
			server,
			client,
			directory
		},
		outputs: madeSchema,
		promise: `${server} is started on an empty directory below ${directory}, ${client} reads the full backup into it, rows and sums of ${full.tables.length} tables are compared with those of its moment, the transactions up to the target are replayed, what the server has executed then is compared, and it is shut down`,
		probe: "repeatable",
		timeoutMs: backup.settings.timeoutMs,
		run: async (ctx) => {
			const paths = segments.map(({ file }) => join(logsIn(directory), file));
			const logs = await readLogs(full, paths, request.target);
			const made = await restoreServer(backup, {
				full,
				logs,
				directory
			}, ctx);
			const startedAt = (await cutRestoreIn(directory, wish))?.startedAt ?? new Date(ctx.clock.now()).toISOString();
			const { baseSeconds, replaySeconds, start } = made;
			return {
				baseSeconds,
				replaySeconds,
				seconds: (ctx.clock.now() - Date.parse(startedAt)) / 1e3,
				startedAt,
				start: [...start]
			};
		}
	});
}
/** It is whole: the directory says so, and the next prediction knows of it. */
function keepStep({ place, service }, work, nodes) {
	const { full, segments } = work.chosen;
	return action({
		id: "record",
		title: "Record the restore",
		timeoutMs: QUICK_MS,
		read: async (ctx) => {
			const now = service.clock.now();
			const { cut, seconds } = ctx.outputOf(nodes.logs);
			const { baseSeconds, replaySeconds, startedAt } = ctx.outputOf(nodes.server);
			return {
				now,
				times: {
					at: new Date(now).toISOString(),
					bytes: full.bytes,
					baseSeconds,
					fetchSeconds: seconds,
					logBytes: segments.reduce((sum, { bytes }) => sum + bytes, 0),
					transactions: cut.transactions,
					replaySeconds
				},
				startedAt
			};
		},
		decide: ({ now, times, startedAt }, ctx) => {
			const measured = `${JSON.stringify(times, null, 2)}\n`;
			const mark = markOf(work, ctx.run, startedAt, new Date(now).toISOString());
			return {
				kind: "do",
				effects: [{
					kind: "file",
					path: timesFile(place, ctx.run),
					content: measured,
					timeoutMs: QUICK_MS
				}, {
					kind: "file",
					path: markFile(work.directory),
					content: markText(mark),
					timeoutMs: QUICK_MS
				}]
			};
		},
		probe: "repeatable"
	});
}
/** How long it will take, by what was measured until now. */
async function predictionOf(backup, { full, segments }, cut) {
	const [{ fulls }, restores] = await Promise.all([catalogueNow(backup), readTimes(backup.place)]);
	return predictTime(full, segments, {
		fulls,
		restores
	}, cut.transactions);
}
function logsIn(directory) {
	return join(directory, "binlogs");
}

// src/release/backup/restore-wish.ts
/**
* What a restore that was cut had chosen: the same backup and the same logs, whatever was taken since. Pure.
* @throws ProblemError when one of them is no longer to be believed
*/
function chosenAgain({ fulls, segments }, { full: id, segments: digests }) {
	const full = fulls.find((one) => one.id === id);
	const logs = digests.map((digest) => segments.find(({ sha256 }) => sha256 === digest));
	const held = logs.filter((one) => one !== void 0);
	if (full === void 0 || held.length < logs.length) throw new ProblemError(gone(id));
	const chain = chainOf(full, held);
	if (chain.segments.length < held.length || chain.restorableTo === null) throw new ProblemError(gone(id, chain.ends));
	return chain;
}
function gone(id, why = null) {
	return {
		code: "restore.choice-gone",
		where: id,
		found: why ?? "a backup or binary log that the catalogue does not name any more",
		expected: "what the restore that was cut had chosen",
		remedy: "begin anew in another directory: another backup is chosen"
	};
}

// src/release/backup/restore.ts
/**
* What a restore would do, and what would be lost. The binary logs are fetched and read for it, into a directory that is deleted again; no server
* is started and nothing else changes.
*/
async function planRestore(door, request) {
	const backup = await openBackup(door, request.environment);
	const chosen = await choose(backup, request);
	const directory = await mkdtemp(join(tmpdir(), "shiplock-restore-"));
	try {
		const signal = door.signal?.signal ?? new AbortController().signal;
		const paths = await fetchLogs(backup, chosen, {
			directory,
			clock: backup.service.clock,
			signal
		});
		const logs = await readLogs(chosen.full, paths, request.target);
		const cut = logs === null ? NO_LOGS : cutSummary(logs.cut);
		return planOf(backup, chosen, {
			cut,
			prediction: await predictionOf(backup, chosen, cut)
		});
	} finally {
		await rm(directory, {
			recursive: true,
			force: true
		});
	}
}
/**
* Restores into a directory that is empty or not there. Cut, the same words go on with it: what was done stays, a server that is not whole is made
* anew. Finished, the same words tell again what was done, and do nothing.
* @throws ProblemError when it did not come through, or would end anywhere but at the target
*/
async function restoreDatabase(door, request) {
	const backup = await openBackup(door, request.environment);
	const directory = resolve(request.into);
	socketIn(directory);
	const wish = {
		environment: request.environment,
		target: request.text,
		id: request.id ?? null
	};
	const mark = await restoreIn(directory, wish);
	const chosen = mark === null ? await choose(backup, request) : await choiceOf(backup, directory, mark);
	const { tree, logs, server } = restoreTree(backup, {
		request,
		directory,
		chosen,
		wish
	});
	const result = mark === null ? await runBackup(backup, tree) : await goOn(backup, tree, {
		directory,
		mark
	});
	const read = result.outputs(logs);
	const made = result.outputs(server);
	if (read === void 0 || made === void 0) throw new ProblemError(unrecorded(result.run));
	const plan = planOf(backup, chosen, read);
	const lostSeconds = request.target.kind === "end" ? sinceSeconds(chosen.restorableTo, made.startedAt) : null;
	return {
		...plan,
		run: result.run,
		directory,
		start: made.start,
		lostSeconds,
		earlier: mark?.finishedAt ?? null,
		startedAt: made.startedAt,
		seconds: {
			fetch: read.seconds,
			base: made.baseSeconds,
			replay: made.replaySeconds,
			whole: made.seconds
		},
		problems: missed(plan, {
			seconds: made.seconds,
			lostSeconds,
			where: request.environment
		})
	};
}
/** The backup and the logs of a restore that is here. @throws ProblemError when they are gone */
async function choiceOf(backup, directory, mark) {
	const catalogue = await catalogueNow(backup);
	try {
		return chosenAgain(catalogue, mark);
	} catch (error) {
		throw mark.finishedAt === null ? error : new ProblemError(finishedIn(directory, mark));
	}
}
/**
* Goes on with the run that the directory is of. Where its journal is elsewhere, or it is not to be gone on with (it failed, or this program has
* changed since), it is begun again, and the directory is made anew.
* @throws ProblemError for a directory in which all is done, and no journal tells what
*/
async function goOn(backup, tree, { directory, mark }) {
	const { service } = backup;
	const known = (await listRuns(service.store)).find(({ run, environment }) => run === mark.run && environment === tree.environment);
	const result = known !== void 0 && (known.finished === null || known.finished.outcome === "done" && mark.finishedAt !== null) ? await resumeProcedure(tree, mark.run, engineOptions(service, { shared: void 0 })) : void 0;
	if (result?.outcome === "done") return result;
	if (result !== void 0 && result.problems[0]?.code !== "procedure.changed") throw notOver(result);
	if (mark.finishedAt !== null) throw new ProblemError(finishedIn(directory, mark));
	return runBackup(backup, tree);
}
async function choose(backup, { environment, target, id }) {
	return chooseChain(await catalogueNow(backup), target, {
		where: environment,
		id
	});
}
function planOf(backup, { full, segments, restorableTo, ends }, { cut, prediction }) {
	const { rtoMs, rpoMs } = backup.service.environment.objectives;
	const seconds = (ms) => ms === void 0 ? null : ms / 1e3;
	return {
		full: {
			id: full.id,
			takenAt: full.takenAt,
			state: full.state,
			bytes: full.bytes
		},
		logs: {
			count: segments.length,
			bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0)
		},
		restorableTo,
		ends,
		cut,
		prediction,
		objectives: {
			rtoSeconds: seconds(rtoMs),
			rpoSeconds: seconds(rpoMs)
		}
	};
}
function sinceSeconds(restorableTo, startedAt) {
	return restorableTo === null ? null : Math.max(0, (Date.parse(startedAt) - Date.parse(restorableTo)) / 1e3);
}
/** Objectives that this restore did not keep. Pure. */
function missed({ objectives: { rtoSeconds, rpoSeconds } }, { seconds, lostSeconds, where }) {
	const problems = [];
	if (rtoSeconds !== null && seconds > rtoSeconds) problems.push({
		code: "backup.rto-missed",
		where,
		found: `a restore of ${seconds.toFixed(1)} s`,
		expected: `at most ${rtoSeconds} s, as \`objectives.rto\` promises`,
		remedy: "take full backups more often, so that fewer logs are replayed; or promise what can be kept"
	});
	if (rpoSeconds !== null && lostSeconds !== null && lostSeconds > rpoSeconds) problems.push({
		code: "backup.rpo-missed",
		where,
		found: `what was committed in the last ${lostSeconds.toFixed(0)} s before the restore may be lost`,
		expected: `at most ${rpoSeconds} s, as \`objectives.rpo\` promises`,
		remedy: "run `shiplock backup run --incremental` more often, or `shiplock backup stream`"
	});
	return problems;
}
function unrecorded(run) {
	return {
		code: "backup.not-over",
		where: `run ${run}`,
		found: "a restore that recorded nothing",
		expected: "what was restored",
		remedy: "start it again with the same words"
	};
}

export { lastLine as a, verifySegment as c, chainsOf as d, furthest as f, terminate as h, dumpCommand as i, pipeCommands as l, startKept as m, restoreDatabase as n, unreadable as o, reach as p, compared as r, verifyFull as s, planRestore as t, chainOf as u };