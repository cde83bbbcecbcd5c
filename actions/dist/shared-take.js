import { Fn as object, Jn as string } from "./shared-schemas.js";
import { r as number } from "./shared-libraries.js";
import { t as ProblemError } from "./shared-problem.js";
import { r as runCommand } from "./shared-exec.js";
import { F as resticVariables, I as tagArguments, M as madeSnapshot, N as resolved, P as resticProblem, z as isGood } from "./shared-open.js";
import { s as replaceFile } from "./shared-store.js";
import { a as must, s as serverOf } from "./shared-session5.js";
import { a as readMariadbGtid, c as readPreviousGtids, h as advanced, i as readGtidList, o as readMysqlGtid, p as readTaggedGtid, r as TYPE, t as binlogReader, u as readRotate, y as gtidStateText } from "./shared-reader.js";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";

// src/backup/take/access.ts
/**
* As servers and their clients read option files. Pure.
* @param roots file with the roots that are trusted; null: those of the machine
*/
function optionFile({ host = "127.0.0.1", port = 3306, socketPath, user = "", password = "", tls }, roots = null) {
	const value = (text) => `"${text.replaceAll("\\", "\\\\").replaceAll("\"", "\\\"")}"`;
	const place = socketPath === void 0 ? [
		`host=${value(host)}`,
		`port=${port}`,
		"protocol=tcp"
	] : [`socket=${value(socketPath)}`];
	const verified = tls === void 0 || socketPath !== void 0 ? [] : [
		...roots === null ? [] : [`ssl-ca=${value(roots)}`],
		tls.family === "mysql" ? "ssl-mode=VERIFY_IDENTITY" : "ssl-verify-server-cert",
		...tls.family === "mysql" ? [] : ["ssl"]
	];
	return [
		"[client]",
		`user=${value(user)}`,
		`password=${value(password)}`,
		...place,
		...verified,
		""
	].join("\n");
}
/**
* Runs `use` with the path of such a file and deletes it afterwards. What a killed process left of it is deleted by the next call: one
* backup at a time works in this directory.
*/
async function withAccess(directory, access, use) {
	const own = join(directory, "access");
	await rm(own, {
		recursive: true,
		force: true
	});
	await mkdir(own, {
		recursive: true,
		mode: 448
	});
	const file = join(own, `${randomBytes(8).toString("hex")}.cnf`);
	try {
		const roots = access.tls?.roots ?? null;
		if (roots !== null) await replaceFile(`${file}.pem`, roots, 384);
		await replaceFile(file, optionFile(access, roots === null ? null : `${file}.pem`), 384);
		return await use(file);
	} finally {
		await rm(own, {
			recursive: true,
			force: true
		});
	}
}

// src/backup/binlog/look.ts
function logReader() {
	const reader = binlogReader(lookSink);
	return {
		push: (chunk) => void reader.push(chunk),
		sofar: () => ({
			position: reader.position(),
			last: reader.sink()?.last() ?? null
		}),
		end() {
			const read = reader.end();
			if (read.kind === "refused") return {
				kind: "broken",
				why: `it is ${read.found}`
			};
			const why = read.sink.why();
			return why === null ? {
				kind: "whole",
				look: read.sink.answer()
			} : {
				kind: "broken",
				why
			};
		}
	};
}
/** What stands before transactions, and is of no time of its own. */
const HEAD = /* @__PURE__ */ new Set([
	TYPE.format,
	TYPE.previousGtids,
	TYPE.gtidList
]);
function lookSink() {
	let why = null;
	let events = 1;
	let first = null;
	let last = null;
	let next = null;
	let closed = false;
	const gtids = executed();
	return {
		take(event) {
			const { header, body } = event;
			const { type, seconds } = header;
			events += 1;
			if (type === TYPE.rotate) next = readRotate(body);
			closed = type === TYPE.rotate || type === TYPE.stop;
			if (!HEAD.has(type) && seconds > 0) {
				first ??= seconds;
				last = seconds;
			}
			gtids.take(event);
			return true;
		},
		broken: (at, _why, detail) => {
			why = `at ${at}: ${detail}`;
		},
		why: () => why,
		last: () => last,
		answer: () => ({
			first,
			last,
			next,
			closed,
			...gtids.texts(),
			events
		})
	};
}
/** So many are put together at once. */
const TOGETHER = 4096;
/** Which transactions were executed before this file and at its end. */
function executed() {
	let before = null;
	let state = null;
	let pending = [];
	const join = () => {
		if (state !== null) state = advanced(state, pending);
		pending = [];
	};
	return {
		take({ header, body }) {
			const stands = stateOf(header.type, body);
			if (stands !== null) [before, state] = [stands, stands];
			const gtid = gtidOf({
				header,
				body
			});
			if (gtid !== null) pending.push(gtid);
			if (pending.length >= TOGETHER) join();
		},
		texts: () => {
			join();
			return {
				gtidsBefore: before === null ? null : gtidStateText(before),
				gtidsAfter: state === null ? null : gtidStateText(state)
			};
		}
	};
}
/** What a file says was executed before it; null: another event. */
function stateOf(type, body) {
	if (type === TYPE.previousGtids) return {
		family: "mysql",
		set: readPreviousGtids(body)
	};
	if (type !== TYPE.gtidList) return null;
	const gtids = [...readGtidList(body)].map(([source, number]) => {
		const [domain = 0, server = 0] = source.split("-").map(Number);
		return {
			family: "mariadb",
			domain,
			server,
			number
		};
	});
	return advanced({
		family: "mariadb",
		position: /* @__PURE__ */ new Map()
	}, gtids);
}
function gtidOf({ header, body }) {
	if (header.type === TYPE.gtid) return readMysqlGtid(body, false).gtid;
	if (header.type === TYPE.gtidTagged) return readTaggedGtid(body).gtid;
	return header.type === TYPE.mariadbGtid ? readMariadbGtid(body, header.serverId).gtid : null;
}

// src/backup/binlog/take.ts
const logRow = object({
	Log_name: string(),
	File_size: number()
});
/**
* Closes the log that is being written, fetches every closed one that a full backup needs and that is not stored yet, and stores them in one snapshot.
* Nothing counts before this returns. @throws ProblemError
*/
async function takeSegments(options) {
	const { open, where, directory, note, clock } = options;
	const session = await open();
	try {
		const server = await serverOf(session);
		const [{ log } = { log: 0 }] = await session.ask(object({ log: number() }), "SELECT @@log_bin AS log");
		if (log !== 1) return [];
		await must(session, "FLUSH BINARY LOGS", where);
		const takenAt = new Date(clock.now()).toISOString();
		const wanted = wantedLogs((await session.ask(logRow, "SHOW BINARY LOGS")).map(({ Log_name: name, File_size: bytes }) => ({
			name,
			bytes
		})), options.catalogue, server);
		if (wanted.length === 0) return [];
		note(`${wanted.length} binary logs to fetch: ${wanted[0]?.name ?? ""} to ${wanted.at(-1)?.name ?? ""}`);
		const staging = join(directory, "binlogs");
		await rm(staging, {
			recursive: true,
			force: true
		});
		await mkdir(staging, {
			recursive: true,
			mode: 448
		});
		try {
			await fetch(options, staging, wanted);
			return await storeLogs(options, {
				staging,
				logs: wanted,
				server,
				takenAt
			});
		} finally {
			await rm(staging, {
				recursive: true,
				force: true
			});
		}
	} finally {
		await session.close();
	}
}
/** Looks logs through and stores them in one snapshot. @throws ProblemError when one of them is not whole; then none is stored */
async function storeLogs(options, { staging, logs, server, takenAt }) {
	const looked = [];
	for (const log of logs) looked.push(await lookThrough(staging, log, options.where));
	const snapshot = await store(options, staging, logs);
	return looked.map(({ name, bytes, sha256, look }) => ({
		v: 1,
		kind: "segment",
		id: options.id,
		run: options.run,
		takenAt,
		server,
		file: name,
		bytes,
		sha256,
		firstEventAt: timeOf(look.first),
		lastEventAt: timeOf(look.last),
		next: look.next,
		gtidsBefore: look.gtidsBefore,
		gtidsAfter: look.gtidsAfter,
		snapshot,
		state: "stored",
		why: null
	}));
}
/**
* Closed logs from the first that a full backup of this server needs, without those that are stored. The last one in the list is still being
* written. Pure.
*/
function wantedLogs(logs, catalogue, server) {
	const closed = logs.slice(0, -1);
	const needed = catalogue.fulls.filter((full) => full.server.id === server.id && full.state !== "failed").flatMap(({ coordinates }) => coordinates === null ? [] : [closed.findIndex(({ name }) => name === coordinates.file)]).filter((at) => at >= 0);
	if (needed.length === 0) return [];
	const stored = catalogue.segments.filter((one) => one.server.id === server.id && isGood(one));
	return closed.slice(Math.min(...needed)).filter(({ name, bytes }) => !stored.some((one) => one.file === name && one.bytes === bytes));
}
const FETCH_MS = 216e5;
async function fetch(options, staging, wanted) {
	const { binlog, access, directory, clock, signal, where } = options;
	const { exitCode, stderr } = await withAccess(directory, access, (file) => {
		const argv = [
			binlog,
			`--defaults-extra-file=${file}`,
			"--read-from-remote-server",
			"--raw"
		];
		return runCommand({
			argv: [
				...argv,
				`--result-file=${staging}/`,
				...wanted.map(({ name }) => name)
			],
			signal: AbortSignal.any([signal, AbortSignal.timeout(FETCH_MS)])
		}, clock);
	});
	if (exitCode === 0) return;
	const said = stderr.trim().split("\n").slice(-3).join(" ").slice(0, 400) || `exit code ${exitCode}`;
	throw new ProblemError({
		code: exitCode === 127 ? "backup.no-program" : "backup.logs-not-fetched",
		where,
		found: said,
		expected: `${binlog} to fetch the binary logs`,
		remedy: "install it, or name it in `backup.programs.binlog`; its user needs REPLICATION SLAVE"
	});
}
async function lookThrough(staging, { name, bytes }, where) {
	const hash = createHash("sha256");
	const reader = logReader();
	let size = 0;
	for await (const chunk of createReadStream(join(staging, name), { highWaterMark: 1 << 20 })) {
		if (!Buffer.isBuffer(chunk)) continue;
		size += chunk.length;
		hash.update(chunk);
		reader.push(chunk);
	}
	const problem = segmentProblem(name, {
		expected: bytes,
		found: size
	}, reader.end(), where);
	if (problem.kind === "problem") throw new ProblemError(problem.problem);
	return {
		name,
		bytes,
		sha256: hash.digest("hex"),
		look: problem.look
	};
}
/** Pure. */
function segmentProblem(name, { expected, found }, answer, where) {
	const why = answer.kind === "broken" ? answer.why : expected === found ? null : `${found} bytes instead of ${expected}`;
	if (why === null && answer.kind === "whole") return {
		kind: "good",
		look: answer.look
	};
	return {
		kind: "problem",
		problem: {
			code: "backup.log-broken",
			where: `${where} ${name}`,
			found: why ?? "something else than a log",
			expected: "a binary log that is whole; nothing was stored",
			remedy: "run it again; where the file is broken on the server, take a full backup now: nothing can be restored past this file"
		}
	};
}
async function store(options, staging, wanted) {
	const { repository, secrets, service, environment, id, clock, signal } = options;
	const tags = tagArguments({
		service,
		environment,
		id,
		kind: "segments"
	});
	const result = await runCommand({
		argv: [
			repository.program,
			"backup",
			"--json",
			"--host",
			service,
			...tags,
			"--",
			...wanted.map(({ name }) => name)
		],
		cwd: staging,
		env: resolved(resticVariables(repository), secrets),
		signal
	}, clock);
	const snapshot = result.exitCode === 0 ? madeSnapshot(result.stdout) : null;
	if (snapshot === null) throw new ProblemError(resticProblem(repository, result));
	return snapshot;
}
function timeOf(seconds) {
	return seconds === null ? null : (/* @__PURE__ */ new Date(seconds * 1e3)).toISOString();
}

export { withAccess as a, logReader as i, takeSegments as n, wantedLogs as r, storeLogs as t };