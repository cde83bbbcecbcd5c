import { i as __toESM } from "./shared-rolldown-runtime.js";
import { Fn as object, Jn as string, Nt as array, Un as record, sr as unknown } from "./shared-schemas.js";
import { t as ProblemError } from "./shared-problem.js";
import { C as parseGtid, E as sameState, S as minus, T as sameSet, a as readMariadbGtid, b as gtidText, c as readPreviousGtids, d as readRowsTable, f as readTableMap, g as contains, h as advanced, i as readGtidList, l as readQuery, m as rotateInto, n as MAGIC, o as readMysqlGtid, p as readTaggedGtid, r as TYPE, s as readPayload, t as binlogReader, u as readRotate, v as gtidSetText, w as parseGtidState, x as isEmpty, y as gtidStateText } from "./shared-reader.js";
import { chown, mkdir, mkdtemp, open, readdir, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { createReadStream } from "node:fs";
import { tmpdir } from "node:os";

// src/backup/replay/chain.ts
/**
* Puts binary logs of one server into their order and goes along them to the first gap. A file that breaks off is no gap when the next one
* says that nothing came between: a server that died leaves such files.
* @throws ProblemError when there is no file, two have one name, or they are of different families or servers
*/
function chainOf(found) {
	const files = found.toSorted((a, b) => numberOf(a.name) - numberOf(b.name) || (a.name < b.name ? -1 : 1));
	const [first] = files;
	if (first === void 0) throw mixed("binary logs", "no file");
	const kept = [];
	let stop = null;
	let before = first.before;
	for (const [index, file] of files.entries()) {
		const previous = files[index - 1];
		if (file.family !== first.family) throw mixed(file.path, `a log of ${file.family} among those of ${first.family}`);
		if (baseOf(file.name) !== baseOf(first.name)) throw mixed(file.path, `${file.name} among ${first.name}`);
		if (previous?.name === file.name) throw mixed(file.path, `the name of ${previous.path} again`);
		if (previous !== void 0) {
			const detail = gapBetween(previous, before, file);
			if (detail !== null) {
				stop = stopBetween(previous, file, detail);
				break;
			}
		}
		kept.push(file);
		before = behind(file.before ?? before, file.transactions);
	}
	const last = kept.at(-1);
	if (stop === null && last?.end.kind === "broken") stop = brokenAt(last, last.end);
	return {
		family: first.family,
		files: kept,
		stop
	};
}
function stopBetween(previous, file, detail) {
	if (previous.end.kind === "broken") return brokenAt(previous, previous.end);
	return {
		where: `${previous.path}:${previous.size}`,
		why: "gap",
		detail: `${file.name} does not follow: ${detail}`
	};
}
function brokenAt(file, end) {
	return {
		where: `${file.path}:${end.at}`,
		why: end.why,
		detail: end.detail
	};
}
/** Null: the second file begins where the first ends. */
function gapBetween(previous, before, next) {
	if (![previous, next].some((file) => file.transactions.some(({ gtid }) => gtid === null)) && before !== null && next.before !== null) return missingIn(before, next.before);
	if (previous.end.kind === "rotated") return previous.end.next === next.name ? null : `${previous.end.next} is missing`;
	if (previous.end.kind === "stopped") return numberOf(next.name) === numberOf(previous.name) + 1 ? null : `files between ${previous.name} and it are missing`;
	return `${previous.name} does not tell its end, and its transactions have no ids to compare`;
}
function missingIn(before, next) {
	if (before.family === "mysql" && next.family === "mysql") {
		if (sameSet(before.set, next.set)) return null;
		const missing = minus(next.set, before.set);
		return isEmpty(missing) ? `it does not know of ${gtidSetText(minus(before.set, next.set))}` : `${gtidSetText(missing)} is missing`;
	}
	if (before.family === "mariadb" && next.family === "mariadb") {
		for (const [source, number] of next.list) {
			const here = before.list.get(source) ?? 0;
			if (here < number) return `${source}-${here + 1} to ${source}-${number} are missing`;
			if (here > number) return `it does not know of ${source}-${here}`;
		}
		const unknown = [...before.list.keys()].find((source) => !next.list.has(source));
		return unknown === void 0 ? null : `it does not know of ${unknown}`;
	}
	return "it is of another family";
}
function behind(before, transactions) {
	if (before === null) return null;
	if (before.family === "mysql") {
		const state = advanced(before, gtidsOf(transactions));
		return state.family === "mysql" ? state : null;
	}
	const list = new Map(before.list);
	for (const { gtid } of transactions) if (gtid?.family === "mariadb") list.set(`${gtid.domain}-${gtid.server}`, gtid.number);
	return {
		family: "mariadb",
		list
	};
}
/** Ids of those that have one. */
function* gtidsOf(transactions) {
	for (const { gtid } of transactions) if (gtid !== null) yield gtid;
}
/** All of a chain, in the order in which they were committed. */
function placedIn(chain) {
	return chain.files.flatMap((file) => file.transactions.map((transaction) => ({
		file,
		transaction
	})));
}
/**
* Microseconds since 1970 up to which no transaction can be missing from a chain: one that is not in it is later. A last transaction may have
* another beside it in the same unit of time, so that unit is not covered.
*/
function coveredUntil(chain) {
	const unit = timeUnit(chain.family);
	const times = chain.files.flatMap(({ end }) => end.kind === "rotated" || end.kind === "stopped" ? [end.seconds * 1e6 - 1] : []);
	const last = placedIn(chain).at(-1)?.transaction.time;
	return Math.max(...times, last === void 0 ? -1 : last - unit);
}
/** What a time in a log is a whole number of, in microseconds. */
function timeUnit(family) {
	return family === "mariadb" ? 1e6 : 1;
}
const NAME$1 = /^(.*)\.(\d{6,})$/;
function numberOf(name) {
	return Number(NAME$1.exec(name)?.[2] ?? 0);
}
function baseOf(name) {
	return NAME$1.exec(name)?.[1] ?? name;
}
function mixed(where, found) {
	return new ProblemError({
		code: "restore.binlogs-mixed",
		where,
		found,
		expected: "binary logs of one server, each once, named as the server names them: binlog.000001",
		remedy: "give only the files that follow the base; rename none of them"
	});
}

// src/backup/replay/text.ts
/** Times and places of binary logs for people. Pure. */
/** RFC 3339 in UTC, with as many digits as the log of the family knows. Microseconds since 1970. */
function momentText(time, family) {
	const seconds = (/* @__PURE__ */ new Date(Math.floor(time / 1e6) * 1e3)).toISOString().slice(0, 19);
	const rest = String((time % 1e6 + 1e6) % 1e6).padStart(6, "0");
	return family === "mariadb" ? `${seconds}Z` : `${seconds}.${rest}Z`;
}
const MOMENT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:[.,](\d{1,6}))?(Z|[+-]\d{2}:\d{2})$/;
/** Microseconds since 1970 from such a text; null where it is none, or does not say its zone: in a restore nothing is guessed. */
function parseMoment(text) {
	const [, day, clock, fraction = "", zone] = MOMENT.exec(text.trim()) ?? [];
	if (day === void 0 || clock === void 0 || zone === void 0) return null;
	const milliseconds = Date.parse(`${day}T${clock}${zone}`);
	return Number.isNaN(milliseconds) ? null : milliseconds * 1e3 + Number(fraction.padEnd(6, "0"));
}
/** `gtid, time, file:byte`. */
function placeText(placed) {
	if (placed === void 0) return "the beginning";
	const { file, transaction } = placed;
	return [
		...transaction.gtid === null ? [] : [gtidText(transaction.gtid)],
		momentText(transaction.time, file.family),
		`${file.name}:${transaction.start}`
	].join(", ");
}

// src/backup/replay/candidates.ts
const LOSSES = ["drop", "truncate"];
const LISTED = 20;
/** Whether a transaction did what is looked for. */
function matches({ transaction }, { table, kinds = LOSSES, between }) {
	if (between !== void 0 && (transaction.time < between[0] || transaction.time > between[1])) return false;
	const database = `${table.split(".")[0]}.*`;
	return transaction.changes.some((change) => kinds.includes(change.kind) && (change.table === table || change.table === database));
}
/**
* Index of the one that is meant.
* @throws ProblemError with all candidates when there is none, or more than one and it is not said which
*/
function candidatesFor(placed, start, wanted) {
	const { table, kinds = LOSSES, which } = wanted;
	const found = [...placed.entries()].filter(([index, one]) => index >= start && matches(one, wanted));
	const [only, ...more] = which === void 0 ? found : found.filter(([, one]) => namesOf(one).includes(which));
	if (only !== void 0 && more.length === 0) return only[0];
	const listed = found.slice(0, LISTED).map(([, one]) => `${placeText(one)}: ${shown(one, table)}`);
	const rest = found.length > LISTED ? [`and ${found.length - LISTED} more`] : [];
	throw new ProblemError({
		code: found.length === 0 ? "restore.no-such-change" : "restore.which-change",
		where: `${table} (${kinds.join(", ")})`,
		found: found.length === 0 ? "no transaction behind the base that did this" : [...listed, ...rest].join("; "),
		expected: "exactly one transaction",
		remedy: found.length === 0 ? "mend the name (database.table, as the server writes it), or look for another kind of change" : "say which one by its GTID, or narrow the time"
	});
}
function namesOf({ file, transaction: { gtid, start } }) {
	return [`${file.name}:${start}`, ...gtid === null ? [] : [gtidText(gtid)]];
}
function shown({ transaction: { statement, changes } }, table) {
	if (statement !== null) return statement;
	return changes.filter((change) => change.table === table).map(({ kind }) => `rows: ${kind}`).join(", ");
}

// src/backup/replay/cut.ts
/** @throws ProblemError when the target cannot be reached exactly, or is not one place */
function cutAt(chain, base, target, options = {}) {
	const placed = placedIn(chain);
	const start = startIn(chain, placed, base);
	const { end, late } = endIn(chain, placed, target, start, options.completeUntil ?? -1);
	if (end < start) {
		const last = placed[start - 1];
		throw refusal(describeTarget(target), `a base that holds ${describe(last)} already`, {
			code: "restore.before-base",
			expected: "a target behind the base",
			remedy: "begin with an earlier backup: its logs lead to this place"
		});
	}
	const there = (gtid) => gtid !== null && base.gtids !== null && contains(base.gtids, gtid);
	const from = base.gtids === null ? start : 0;
	const kept = placed.slice(from, end).filter(({ transaction }) => !there(transaction.gtid));
	const nameless = kept.some(({ transaction }) => transaction.gtid === null);
	return {
		family: chain.family,
		transactions: kept.length,
		segments: segmentsOf(kept),
		serverIds: new Set(chain.files.flatMap(({ serverIds }) => [...serverIds])),
		executed: base.gtids === null || nameless ? null : advanced(base.gtids, gtidsOf(kept.map(({ transaction }) => transaction))),
		last: placed[end - 1] ?? null,
		lost: lostBehind(chain, placed.slice(end)),
		late
	};
}
/** Index of the first transaction behind all that the base holds. */
function startIn(chain, placed, base) {
	if (base.gtids === null && base.place === null) throw refusal("the base", "neither a place in the log nor ids", {
		code: "restore.base-unknown",
		expected: "the place that its backup recorded",
		remedy: "give the file and position, or the executed ids, that stand in the backup"
	});
	const byPlace = base.place === null ? null : indexAtPlace(chain, placed, base.place);
	if (base.gtids === null) return byPlace ?? 0;
	nothingMissingBefore(chain, base.gtids);
	const { gtids } = base;
	const nameless = placed.findIndex(({ transaction }) => transaction.gtid === null);
	if (nameless >= 0 && byPlace === null) throw refusal(placeText(placed[nameless]), "a transaction without id, and only ids of the base", {
		code: "restore.base-unknown",
		expected: "the place in the log beside the ids",
		remedy: "give the file and position that stand in the backup"
	});
	const byIds = placed.findLastIndex(({ transaction: { gtid } }) => gtid !== null && contains(gtids, gtid)) + 1;
	if (byPlace !== null && byIds !== byPlace && nameless < 0) throw refusal(placeText(placed[byPlace - 1]), `ids that end at ${describe(placed[byIds - 1])}`, {
		code: "restore.base-differs",
		expected: "a place and ids of the same moment",
		remedy: "take both from one backup; where they differ there, the backup was not made in one snapshot"
	});
	return byPlace === null ? byIds : Math.max(byPlace, byIds);
}
function indexAtPlace(chain, placed, { file, position }) {
	const at = chain.files.findIndex(({ name }) => name === file);
	const found = chain.files[at];
	if (found === void 0 || position > found.size) throw refusal(`${file}:${position}`, `logs ${range(chain)}`, {
		code: "restore.base-not-in-logs",
		expected: "the file in which the log stood when the base was made, with that place in it",
		remedy: "add the missing files; without them nothing behind the base can be restored"
	});
	const inside = found.transactions.find(({ start, end }) => start < position && position < end);
	if (inside !== void 0) throw refusal(`${file}:${position}`, `a place inside the transaction at ${inside.start}`, {
		code: "restore.base-not-in-logs",
		expected: "the beginning of a transaction, or the end of one",
		remedy: "take the position from the backup as it stands there; the logs may be of another server"
	});
	const index = chain.files.slice(0, at).reduce((sum, { transactions }) => sum + transactions.length, 0) + found.transactions.filter(({ end }) => end <= position).length;
	return Math.min(index, placed.length);
}
/** What the first file takes for granted must be in the base. */
function nothingMissingBefore(chain, state) {
	const [first] = chain.files;
	const before = first?.before ?? null;
	if (first === void 0 || before === null) return;
	const missing = before.family === "mysql" && state.family === "mysql" ? gtidSetText(minus(before.set, state.set)) : before.family === "mariadb" && state.family === "mariadb" ? [...before.list].map(([source, number]) => parseGtid(`${source}-${number}`, "mariadb")).filter((gtid) => gtid !== null && !contains(state, gtid)).map((gtid) => gtid === null ? "" : gtidText(gtid)).join(",") : `ids of ${state.family}`;
	if (missing === "") return;
	throw refusal(first.path, `a log that begins behind ${missing}, which the base does not hold`, {
		code: "restore.gap-after-base",
		expected: `logs that begin at or before ${gtidStateText(state) || "the first transaction"}`,
		remedy: "add the earlier files; without them nothing behind the base can be restored"
	});
}
function endIn(chain, placed, target, start, complete) {
	if (target.kind === "end") return {
		end: placed.length,
		late: 0
	};
	if (target.kind === "time") return endAtTime(chain, placed, target.time, complete);
	if (target.kind === "before") return {
		end: candidatesFor(placed, start, target),
		late: 0
	};
	const gtid = parseGtid(target.gtid, chain.family);
	const wanted = gtid === null ? null : gtidText(gtid);
	const at = placed.findIndex(({ transaction }) => transaction.gtid !== null && gtidText(transaction.gtid) === wanted);
	if (at < 0) throw refusal(target.gtid, `logs ${range(chain)}`, {
		code: "restore.not-in-logs",
		expected: "the id of one transaction in these logs",
		remedy: chain.stop === null ? "look for it in a listing of the logs, or add later files" : stopText(chain)
	});
	return {
		end: at + 1,
		late: 0
	};
}
/**
* The rule of time: everything before the first transaction that is stamped later. So transactions of the same moment stay together, and
* the order in which they were committed is kept whatever the stamps say.
*/
function endAtTime(chain, placed, time, complete) {
	const unit = timeUnit(chain.family);
	if (!Number.isSafeInteger(time) || time < 0 || time % unit !== 0) throw refusal(momentText(time, "mysql"), "a part of a second", {
		code: "restore.time-too-fine",
		expected: "a time in whole seconds: a log of MariaDB knows no others",
		remedy: "give the second, or the GTID of the last transaction that is wanted"
	});
	const later = placed.findIndex(({ transaction }) => transaction.time > time);
	if (later < 0 && time > Math.max(coveredUntil(chain), complete)) throw refusal(momentText(time, chain.family), `logs ${range(chain)}`, {
		code: "restore.not-covered",
		expected: "a time that these logs cover: behind their last transaction others may be missing",
		remedy: chain.stop === null ? "add later files, or ask for the end of what is there" : stopText(chain)
	});
	const end = later < 0 ? placed.length : later;
	return {
		end,
		late: placed.slice(end).filter(({ transaction }) => transaction.time <= time).length
	};
}
/** What follows each other in a file is one part. */
function segmentsOf(kept) {
	const segments = [];
	for (const { file, transaction } of kept) {
		let segment = segments.at(-1);
		if (segment === void 0 || segment.file !== file.path) {
			const { path, name, checksums, headEnd } = file;
			segment = {
				file: path,
				name,
				checksums,
				headEnd,
				parts: []
			};
			segments.push(segment);
		}
		const part = segment.parts.at(-1);
		if (part?.to === transaction.start) segment.parts[segment.parts.length - 1] = {
			from: part.from,
			to: transaction.end
		};
		else segment.parts.push({
			from: transaction.start,
			to: transaction.end
		});
	}
	return segments;
}
function lostBehind(chain, behind) {
	const tables = /* @__PURE__ */ new Map();
	for (const { transaction } of behind) for (const table of new Set(transaction.changes.map((change) => change.table))) tables.set(table, (tables.get(table) ?? 0) + 1);
	return {
		transactions: behind.length,
		first: behind[0] ?? null,
		last: behind.at(-1) ?? null,
		tables: [...tables].map(([table, transactions]) => ({
			table,
			transactions
		})).toSorted((a, b) => b.transactions - a.transactions || (a.table < b.table ? -1 : 1)),
		beyond: chain.stop === null ? null : stopText(chain)
	};
}
function stopText({ stop }) {
	return stop === null ? "" : `nothing can be restored past ${stop.where} (${stop.why}: ${stop.detail}); take that file from another copy`;
}
function range({ files }) {
	const first = files.find(({ transactions }) => transactions.length > 0);
	const last = files.findLast(({ transactions }) => transactions.length > 0);
	if (first === void 0 || last === void 0) return "without a transaction";
	return `from ${describe({
		file: first,
		transaction: first.transactions[0]
	})} to ${describe({
		file: last,
		transaction: last.transactions.at(-1)
	})}`;
}
function describe(placed) {
	const transaction = placed?.transaction;
	if (placed === void 0 || transaction === void 0) return "nothing of these logs";
	return placeText({
		file: placed.file,
		transaction
	});
}
function describeTarget(target) {
	if (target.kind === "time") return momentText(target.time, "mysql");
	if (target.kind === "gtid") return target.gtid;
	return target.kind === "end" ? "the end of the logs" : `before ${target.table}`;
}
function refusal(where, found, rest) {
	return new ProblemError({
		...rest,
		where,
		found
	});
}

// src/backup/replay/lay.ts
const CHUNK = 1 << 20;
const FLAGS_AT = MAGIC.length + 17;
/**
* Writes `name.000001` and so on into a directory, which is made if missing. As root, the files get the owner of the directory above, since
* the server runs as a user of its own.
* @throws ProblemError when a file ends before the place that it was read to
*/
async function layDown(cut, directory, name, form) {
	await mkdir(directory, { recursive: true });
	const [serverId = 0] = cut.serverIds;
	const told = form === "relay" && cut.family === "mariadb";
	const files = [];
	let bytes = 0;
	for (const [index, segment] of cut.segments.entries()) {
		const path = join(directory, `${name}.${String(index + 1).padStart(6, "0")}`);
		const first = segment.parts[0]?.from ?? segment.headEnd;
		const rotate = told ? rotateInto(segment.name, first, serverId, segment.checksums) : Buffer.alloc(0);
		bytes += await layFile(segment, path, rotate);
		await giveTo(path, directory);
		files.push(path);
	}
	return {
		files,
		bytes
	};
}
async function layFile({ file, headEnd, parts }, path, behindHead) {
	const from = await open(file, "r");
	try {
		const to = await open(path, "w", 416);
		try {
			const buffer = Buffer.allocUnsafe(CHUNK);
			let written = 0;
			for (const part of [{
				from: 0,
				to: headEnd
			}, ...parts]) {
				for (let at = part.from; at < part.to;) {
					const { bytesRead } = await from.read(buffer, 0, Math.min(CHUNK, part.to - at), at);
					if (bytesRead === 0) throw shorter(file, at, part.to);
					const piece = buffer.subarray(0, bytesRead);
					if (at === 0) piece.writeUInt8(piece.readUInt8(FLAGS_AT) & -2, FLAGS_AT);
					await to.write(piece);
					at += bytesRead;
					written += bytesRead;
				}
				if (part.from === 0) await to.write(behindHead);
			}
			return written;
		} finally {
			await to.close();
		}
	} finally {
		await from.close();
	}
}
/** As root only: anybody else is the user of the server already, or cannot give anything away. */
async function giveTo(path, like) {
	if (process.getuid?.() !== 0) return;
	const { uid, gid } = await stat(like);
	await chown(path, uid, gid);
}
function shorter(file, at, wanted) {
	return new ProblemError({
		code: "restore.binlog-changed",
		where: `${file}:${at}`,
		found: "the end of the file",
		expected: `${wanted} bytes, as when it was read`,
		remedy: "keep the logs as they are while they are replayed; then begin again with the base"
	});
}

// src/backup/replay/server.ts
const CONNECT_MS = 1e4;
/** @throws ProblemError when it does not answer */
async function openReplaySession(access) {
	const { createConnection } = await import("./shared-promise2.js").then((m) => /* @__PURE__ */ __toESM(m.default, 1));
	const connection = await createConnection({
		...access,
		connectTimeout: CONNECT_MS,
		supportBigNumbers: true
	}).catch((error) => {
		throw new ProblemError({
			code: "restore.server-unreachable",
			where: access.socketPath,
			found: error instanceof Error ? error.message : String(error),
			expected: "a running throw-away server that lets this user in",
			remedy: "start the server with the restored base, or mend the path of its socket"
		});
	});
	return {
		rows: async (row, sql) => array(row).parse((await connection.query(sql))[0]),
		run: async (sql) => void await connection.query(sql),
		close: () => connection.end().catch(() => connection.destroy())
	};
}
/**
* Arguments, beside its data directory and socket, that a throw-away server of the family needs: no network, relay logs of a known name, several
* workers that commit in the order of the log, and no writing for safety's sake, since after a crash it is made anew.
*/
function replayArguments(options) {
	const { family, gtids, workers, serverId } = options;
	const both = [
		`--server-id=${serverId}`,
		`--relay-log=${RELAY_NAME}`,
		"--event-scheduler=OFF"
	];
	const quick = ["--innodb-flush-log-at-trx-commit=0", "--sync-binlog=0"];
	if (family === "mariadb") {
		const threads = [`--slave-parallel-threads=${workers}`, "--slave-parallel-mode=optimistic"];
		return [
			...both,
			...quick,
			...threads,
			"--skip-slave-start",
			"--sync-relay-log-info=0",
			"--sync-master-info=0"
		];
	}
	return [
		...[
			...both,
			...quick,
			"--skip-log-bin",
			"--skip-replica-start",
			"--relay-log-recovery=OFF"
		],
		...[`--replica-parallel-workers=${workers}`, "--replica-preserve-commit-order=ON"],
		...gtids ? ["--gtid-mode=ON", "--enforce-gtid-consistency=ON"] : ["--gtid-mode=OFF"]
	];
}
const RELAY_NAME = "replay";
/** What stands for the server that the logs come from: nobody is ever asked. */
const NOBODY = "replay.invalid";
const variableRow = object({
	Variable_name: string(),
	Value: string()
});
const statusRow$1 = record(string(), unknown());
/** Looks at it. @throws ProblemError for ids that cannot be read */
async function lookAtServer(session) {
	const rows = await session.rows(variableRow, "SHOW GLOBAL VARIABLES");
	const all = new Map(rows.map(({ Variable_name: name, Value: value }) => [name.toLowerCase(), value]));
	const value = (name) => all.get(name) ?? "";
	const family = /mariadb/i.test(`${value("version")} ${value("version_comment")}`) ? "mariadb" : "mysql";
	const [status] = await session.rows(statusRow$1, "SHOW REPLICA STATUS");
	const host = status?.["Source_Host"] ?? status?.["Master_Host"];
	const path = (name) => value(name) === "" ? null : value(name);
	return {
		family,
		version: value("version"),
		serverId: Number(value("server_id")),
		gtidMode: family === "mariadb" ? "ON" : value("gtid_mode"),
		dataDir: value("datadir"),
		relayBase: path("relay_log_basename"),
		relayIndex: path("relay_log_index"),
		source: typeof host === "string" && host !== "" ? host : null,
		state: await executedBy(session, family)
	};
}
const textRow = object({ value: string().nullable() });
/** What it has executed until now. */
async function executedBy(session, family) {
	const name = family === "mysql" ? "gtid_executed" : "gtid_slave_pos";
	const [row] = await session.rows(textRow, `SELECT @@GLOBAL.${name} AS value`);
	const state = parseGtidState(row?.value ?? "", family);
	if (state !== null) return state;
	throw new ProblemError({
		code: "restore.server-not-fit",
		where: `@@${name}`,
		found: row?.value ?? "nothing",
		expected: "transaction ids in a form that is known here",
		remedy: "report it with the version of the server"
	});
}
/** What keeps a server from replaying this cut on this base. Pure. */
function unfitness(server, cut, base) {
	const problem = (where, found, expected, remedy) => ({
		code: "restore.server-not-fit",
		where,
		found,
		expected,
		remedy
	});
	const problems = [];
	if (server.family !== cut.family) {
		problems.push(problem("the server", server.version, `a server of ${cut.family}`, "start one of the family of the logs"));
		return problems;
	}
	if (cut.serverIds.has(server.serverId)) problems.push(problem(...["@@server_id", `${server.serverId}, which made transactions of these logs`], "a number of its own: a server passes over what it made itself", "start the throw-away server with another --server-id; if this is the live server, stop here"));
	if (server.source !== null && server.source !== "replay.invalid") problems.push(problem(...["replication", `a replica of ${server.source}`], "a throw-away server that replicates from nobody", "never replay into a server that serves or replicates; restore the base into one of its own"));
	const withIds = cut.executed !== null;
	if (server.family === "mysql" && withIds !== (server.gtidMode === "ON")) problems.push(problem(...["@@gtid_mode", server.gtidMode], withIds ? "ON, as the transactions have ids" : "OFF, as the transactions have no ids", `start the throw-away server with --gtid-mode=${withIds ? "ON --enforce-gtid-consistency=ON" : "OFF"}`));
	if (base.gtids !== null && !sameState(server.state, base.gtids)) problems.push(problem(...["what the server has executed", gtidStateText(server.state) || "nothing"], gtidStateText(base.gtids) || "nothing", "restore the base anew, with its ids: MySQL `SET GLOBAL gtid_purged`, MariaDB `SET GLOBAL gtid_slave_pos`"));
	return problems;
}
/**
* The base that a replay which was interrupted goes on from; null where the server holds what is neither the base nor a part of the way to
* the target. Only for MySQL: it records a transaction together with its id, also those that change the structure. Pure.
*/
function interruptedAt(state, base, cut) {
	if (base.gtids?.family !== "mysql" || state.family !== "mysql" || cut.executed?.family !== "mysql") return null;
	const has = (outer, inner) => inner.family === "mysql" && [...inner.set].every(([source, intervals]) => intervals.every(([first, last]) => {
		return (outer.family === "mysql" ? outer.set.get(source) ?? [] : []).some(([from, to]) => from <= first && last <= to);
	}));
	return has(state, base.gtids) && has(cut.executed, state) ? {
		gtids: state,
		place: null
	} : null;
}

// src/backup/replay/plain.ts
/** Both ends must succeed: a reader that breaks off would otherwise look like the end of the logs. */
const PIPE = "set -o pipefail; reader=$1 client=$2 options=$3; shift 3; \"$reader\" --no-defaults \"$@\" | \"$client\" --defaults-file=\"$options\" --binary-mode --batch";
/**
* @throws ProblemError when one of the two programs fails, or the server ends with other transactions than those of the cut, where they have ids
*/
async function replayPlainly(access, session, cut, { exec, reader, client, timeoutMs }) {
	if (cut.segments.length === 0) return;
	const directory = await mkdtemp(join(tmpdir(), "shiplock-replay-"));
	try {
		const { files } = await layDown(cut, directory, "replay", "plain");
		const options = join(directory, "client.cnf");
		await writeFile(options, optionFile(access), { mode: 384 });
		const argv = [
			"bash",
			"-c",
			PIPE,
			"bash",
			reader,
			client,
			options,
			...files
		];
		const { exitCode, stderr } = await exec.read(argv, { timeoutMs });
		if (exitCode !== 0) throw failed(`exit ${exitCode}: ${stderr.trim().slice(-1e3)}`);
	} finally {
		await rm(directory, {
			recursive: true,
			force: true
		});
	}
	if (cut.executed === null || cut.family === "mariadb") return;
	const state = await executedBy(session, cut.family);
	if (!sameState(state, cut.executed)) throw failed(`${gtidStateText(state)} instead of ${gtidStateText(cut.executed)}`);
}
/** Words of an option file: quoted, so that no character of a password means anything. */
function optionFile({ socketPath, user, password }) {
	const quoted = (text) => `"${text.replaceAll("\\", "\\\\").replaceAll("\"", "\\\"")}"`;
	const secret = password === void 0 ? [] : [`password=${quoted(password)}`];
	return [
		"[client]",
		`socket=${quoted(socketPath)}`,
		`user=${quoted(user)}`,
		...secret,
		""
	].join("\n");
}
function failed(found) {
	return new ProblemError({
		code: "replay.failed",
		where: "replay (plain)",
		found,
		expected: "a server that takes every transaction of the logs",
		remedy: "check that base, logs and programs are of one version; then restore the base anew and replay again"
	});
}

// src/backup/replay/statement.ts
/** Longest that is kept of a statement. */
const SHOWN = 200;
/** A statement on one line, without comments, cut to a length that a person reads. */
function shownStatement(text) {
	const plain = withoutComments(text).replace(/\s+/g, " ").trim();
	return plain.length > SHOWN ? `${plain.slice(0, 199)}…` : plain;
}
/** Comments out, strings as they are. What stands in version comments counts. */
function withoutComments(text) {
	return text.slice(0, 2e4).replace(/('(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`(?:[^`]|``)*`)|\/\*M?!\d*(.*?)\*\/|\/\*.*?\*\/|(?:--\s|#)[^\n]*/gs, (_all, quoted, versioned) => quoted ?? versioned ?? " ");
}
const NAME = "(?:`(?:[^`]|``)+`|\"(?:[^\"]|\"\")+\"|[\\p{L}\\p{N}_$]+)";
const TABLE = `${NAME}(?:\\s*\\.\\s*${NAME})?`;
const LIST = `(${TABLE}(?:\\s*,\\s*${TABLE})*)`;
const form = (kind, pattern) => ({
	kind,
	pattern: new RegExp(`^\\s*${pattern}`, "iu")
});
const FORMS = [
	form("drop", `DROP\\s+TABLES?\\s+(?:IF\\s+EXISTS\\s+)?${LIST}`),
	form("truncate", `TRUNCATE\\s+(?:TABLE\\s+)?${LIST}`),
	form("definition", `ALTER\\s+(?:ONLINE\\s+|IGNORE\\s+)*TABLE\\s+(?:IF\\s+EXISTS\\s+)?${LIST}`),
	form("definition", `CREATE\\s+(?:OR\\s+REPLACE\\s+)?TABLE\\s+(?:IF\\s+NOT\\s+EXISTS\\s+)?${LIST}`),
	form("definition", `CREATE\\s+(?:OR\\s+REPLACE\\s+)?(?:UNIQUE\\s+|FULLTEXT\\s+|SPATIAL\\s+)?INDEX\\s.*?\\sON\\s+${LIST}`),
	form("definition", `DROP\\s+INDEX\\s.*?\\sON\\s+${LIST}`),
	form("insert", `(?:INSERT|REPLACE)\\s+(?:LOW_PRIORITY\\s+|DELAYED\\s+|HIGH_PRIORITY\\s+|IGNORE\\s+)*(?:INTO\\s+)?${LIST}`),
	form("update", `UPDATE\\s+(?:LOW_PRIORITY\\s+|IGNORE\\s+)*${LIST}`),
	form("delete", `DELETE\\s+(?:LOW_PRIORITY\\s+|QUICK\\s+|IGNORE\\s+)*FROM\\s+${LIST}`)
];
const DROP_DATABASE = new RegExp(`^\\s*DROP\\s+(?:DATABASE|SCHEMA)\\s+(?:IF\\s+EXISTS\\s+)?(${NAME})`, "iu");
const RENAME = /^\s*RENAME\s+TABLES?\s+(?:IF\s+EXISTS\s+)?(.*)$/isu;
/** What a statement does to which tables; nothing where its form is not known. */
function changesOf(text, database) {
	const plain = withoutComments(text);
	const [, dropped] = DROP_DATABASE.exec(plain) ?? [];
	if (dropped !== void 0) return [{
		table: `${unquoted(dropped)}.*`,
		kind: "drop"
	}];
	const [, renamed] = RENAME.exec(plain) ?? [];
	if (renamed !== void 0) return namesIn(renamed.replace(/\s+TO\s+/giu, ", "), database).map((table) => ({
		table,
		kind: "definition"
	}));
	for (const { kind, pattern } of FORMS) {
		const [, list] = pattern.exec(plain) ?? [];
		if (list !== void 0) return namesIn(list, database).map((table) => ({
			table,
			kind
		}));
	}
	return [];
}
function namesIn(list, database) {
	return [...list.matchAll(new RegExp(`(${NAME})(?:\\s*\\.\\s*(${NAME}))?`, "gu"))].map(([, first = "", second]) => second === void 0 ? `${database}.${unquoted(first)}` : `${unquoted(first)}.${unquoted(second)}`);
}
function unquoted(name) {
	const quote = name[0];
	if (quote !== "`" && quote !== "\"") return name;
	return name.slice(1, -1).replaceAll(`${quote}${quote}`, quote);
}
/** Words of a statement that only frame a transaction. */
function isFrame(text) {
	return /^\s*(?:BEGIN|START\s+TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|XA|SET)\b/i.test(text);
}
/** The last statement of a transaction that does not end with an event of its own. */
function endsTransaction(text) {
	return /^\s*(?:COMMIT|ROLLBACK(?!\s+TO\b)|XA\s+(?:COMMIT|ROLLBACK|PREPARE))\b/i.test(text.slice(0, 200));
}

// src/backup/replay/fold.ts
const ROWS = /* @__PURE__ */ new Map([
	[TYPE.writeRowsV1, "insert"],
	[TYPE.updateRowsV1, "update"],
	[TYPE.deleteRowsV1, "delete"],
	[TYPE.writeRows, "insert"],
	[TYPE.updateRows, "update"],
	[TYPE.deleteRows, "delete"],
	[TYPE.partialUpdateRows, "update"],
	[TYPE.writeRowsCompressedV1, "insert"],
	[TYPE.updateRowsCompressedV1, "update"],
	[TYPE.deleteRowsCompressedV1, "delete"],
	[TYPE.writeRowsCompressed, "insert"],
	[TYPE.updateRowsCompressed, "update"],
	[TYPE.deleteRowsCompressed, "delete"]
]);
/** Between transactions, and of no weight for what the tables hold. */
const PASSED = /* @__PURE__ */ new Set([
	TYPE.heartbeat,
	TYPE.heartbeatV2,
	TYPE.binlogCheckpoint,
	TYPE.ignorable,
	TYPE.format
]);
/** @param headEnd where the format event ends */
function foldEvents(format, headEnd) {
	const family = /mariadb/i.test(format.serverVersion) ? "mariadb" : "mysql";
	const serverIds = /* @__PURE__ */ new Set();
	const transactions = [];
	const tables = /* @__PURE__ */ new Map();
	const known = /* @__PURE__ */ new Map();
	let before = null;
	let head = headEnd;
	let end = { kind: "open" };
	let open = null;
	const broken = (at, why, detail) => {
		end = {
			kind: "broken",
			at: open?.start ?? at,
			why,
			detail
		};
		open = null;
		return false;
	};
	const close = (at) => {
		if (open === null) return true;
		const { gtid, time, start, changes, statement } = open;
		transactions.push({
			gtid,
			time,
			start,
			end: at,
			changes: shared(changes, known),
			statement
		});
		open = null;
		return true;
	};
	const begin = ({ at, header, body }) => {
		serverIds.add(header.serverId);
		const rest = {
			start: at,
			changes: /* @__PURE__ */ new Map(),
			statement: null
		};
		if (header.type === TYPE.mariadbGtid) {
			const { gtid, standalone } = readMariadbGtid(body, header.serverId);
			return {
				...rest,
				gtid,
				time: header.seconds * 1e6,
				endsAt: null,
				standalone
			};
		}
		const { gtid, committed, length } = header.type === TYPE.gtidTagged ? readTaggedGtid(body) : readMysqlGtid(body, header.type === TYPE.anonymousGtid);
		if (length < header.size || committed === 0) throw new RangeError("no length or time of the transaction in it");
		return {
			...rest,
			gtid,
			time: committed,
			endsAt: at + length,
			standalone: false
		};
	};
	const take = (event) => {
		const { at, header, body } = event;
		const { type } = header;
		const behind = at + header.size;
		if (BEGINS.has(type)) {
			if (open !== null) return broken(at, "malformed", "a transaction that does not end");
			open = begin(event);
			return true;
		}
		if (open === null) {
			if (type === TYPE.previousGtids) before = {
				family: "mysql",
				set: readPreviousGtids(body)
			};
			if (type === TYPE.gtidList) before = {
				family: "mariadb",
				list: readGtidList(body)
			};
			if (type === TYPE.previousGtids) head = behind;
			if (type === TYPE.previousGtids || type === TYPE.gtidList || PASSED.has(type)) return true;
			if (type === TYPE.rotate) end = {
				kind: "rotated",
				next: readRotate(body),
				seconds: header.seconds
			};
			if (type === TYPE.stop) end = {
				kind: "stopped",
				seconds: header.seconds
			};
			if (type === TYPE.rotate || type === TYPE.stop) return false;
			return broken(at, "malformed", `an event of type ${type} outside of any transaction`);
		}
		if (type === TYPE.rotate || type === TYPE.stop) return broken(at, "malformed", "a transaction that does not end");
		const ends = note(open, event, tables);
		if (open.endsAt === null) return ends ? close(behind) : true;
		if (behind > open.endsAt) return broken(at, "malformed", "an event that reaches beyond its transaction");
		return behind === open.endsAt ? close(behind) : true;
	};
	return {
		take,
		broken,
		finish: () => {
			if (open !== null) broken(open.start, "torn", "a transaction without its end");
			return {
				family,
				serverVersion: format.serverVersion,
				checksums: format.checksums,
				serverIds,
				before,
				headEnd: head,
				transactions,
				end
			};
		}
	};
}
const BEGINS = /* @__PURE__ */ new Set([
	TYPE.gtid,
	TYPE.anonymousGtid,
	TYPE.gtidTagged,
	TYPE.mariadbGtid
]);
/** Most transactions change the same tables: one list of them for all. */
function shared(changes, known) {
	const key = [...changes.keys()].join("\n");
	const before = known.get(key);
	if (before !== void 0) return before;
	const list = [...changes.values()];
	known.set(key, list);
	return list;
}
/** Notes what an event of a transaction changes. True: a transaction of MariaDB ends with it. */
function note(open, { header, body, whole }, tables) {
	const { type } = header;
	const add = (change) => void open.changes.set(`${change.kind} ${change.table}`, change);
	const rows = ROWS.get(type);
	if (rows !== void 0) {
		const table = tables.get(readRowsTable(body));
		if (table !== void 0) add({
			table,
			kind: rows
		});
		return false;
	}
	if (type === TYPE.tableMap) {
		const { id, table } = readTableMap(body);
		tables.set(id, table);
		return false;
	}
	if (type === TYPE.rowsQuery) open.statement ??= shownStatement(body.subarray(1).toString("utf8"));
	if (type === TYPE.annotateRows) open.statement ??= shownStatement(body.toString("utf8"));
	if (type === TYPE.query || type === TYPE.queryCompressed || type === TYPE.executeLoadQuery) return noteQuery(open, type, body, whole, add);
	if (type === TYPE.transactionPayload && whole) for (const inner of readPayload(body)) note(open, {
		at: 0,
		whole: true,
		...inner
	}, tables);
	return type === TYPE.xid || type === TYPE.xaPrepare;
}
function noteQuery(open, type, body, whole, add) {
	const loads = type === TYPE.executeLoadQuery;
	const compressed = type === TYPE.queryCompressed;
	if (compressed && !whole) return open.standalone;
	const { database, text } = readQuery(loads ? Buffer.concat([body.subarray(0, 13), body.subarray(26)]) : body, compressed);
	if (!isFrame(text)) {
		open.statement ??= shownStatement(text);
		for (const change of changesOf(text, database)) add(change);
	}
	return open.standalone || endsTransaction(text);
}

// src/backup/replay/read.ts
const PIECE = 1 << 20;
/**
* Reads a binary log from its beginning to its end, or to the first byte that cannot be relied on, which is an answer and no error. Every
* checksum that is there is compared.
* @throws ProblemError when it is no binary log that can be read at all: another file, an encrypted one, one of a server before MySQL 8.0 or MariaDB 10
*/
async function readBinlog(path) {
	const reader = binlogReader(foldEvents);
	try {
		const { size } = await stat(path);
		const pieces = size === 0 ? [] : createReadStream(path, {
			highWaterMark: PIECE,
			end: size - 1
		});
		for await (const piece of pieces) if (Buffer.isBuffer(piece) && !reader.push(piece)) break;
		const read = reader.end();
		if (read.kind === "read") return {
			path,
			name: basename(path),
			size,
			...read.sink.finish()
		};
		throw read.encrypted ? encrypted(path, read.found) : notReadable(path, read.found);
	} catch (error) {
		if (error instanceof ProblemError) throw error;
		throw notReadable(path, error instanceof Error ? error.message : String(error));
	}
}
function encrypted(path, found) {
	return new ProblemError({
		code: "restore.binlog-encrypted",
		where: path,
		found,
		expected: "a binary log as a server sends it",
		remedy: "take it with `mysqlbinlog --read-from-remote-server --raw`: the server then sends what it has decrypted; encrypt the backup instead"
	});
}
function notReadable(path, found) {
	return new ProblemError({
		code: "restore.not-a-binlog",
		where: path,
		found,
		expected: "a binary log of MySQL 8.0 or MariaDB 10 or later (format 4)",
		remedy: "give the files that the server names in its binary log index, as they are; take a broken one from another copy"
	});
}

// src/backup/replay/relay.ts
/** The same statements in the words of each family. */
const WORDS = {
	mysql: {
		change: (file) => `CHANGE REPLICATION SOURCE TO SOURCE_HOST = '${NOBODY}', RELAY_LOG_FILE = '${file}', RELAY_LOG_POS = 4`,
		start: "START REPLICA SQL_THREAD",
		stop: "STOP REPLICA",
		forget: "RESET REPLICA ALL"
	},
	mariadb: {
		change: (file) => `CHANGE MASTER TO MASTER_HOST = '${NOBODY}', MASTER_USE_GTID = no, RELAY_LOG_FILE = '${file}', RELAY_LOG_POS = 4`,
		start: "START SLAVE SQL_THREAD",
		stop: "STOP SLAVE",
		forget: "RESET SLAVE ALL"
	}
};
const LOOK_MS = 50;
/** How long an applier that has read everything may take to finish its last transactions without one of them coming through. */
const PATIENCE_MS = 3e4;
/**
* @returns when the server has executed exactly the transactions of the cut
* @throws ProblemError when the server refuses one of them or ends with others
*/
async function replayAsRelayLogs(session, server, cut, options) {
	const { executed } = cut;
	if (executed === null) throw nameless();
	if (cut.segments.length === 0) return;
	const { relayBase, relayIndex, family } = server;
	if (relayBase === null || relayIndex === null) throw noRelayName();
	const words = WORDS[family];
	if (server.source !== null) {
		await session.run(words.stop);
		await session.run(words.forget);
	}
	const name = basename(relayBase);
	const directory = dirname(relayBase);
	await clear(directory, name);
	const { files } = await layDown(cut, directory, name, "relay");
	const beside = resolve(directory) === resolve(server.dataDir) ? "." : directory;
	await writeFile(relayIndex, files.map((file) => `${beside}/${basename(file)}\n`).join(""), { mode: 416 });
	await giveTo(relayIndex, directory);
	await session.run(words.change(basename(files[0] ?? "")));
	await session.run(words.start);
	try {
		await until(session, family, executed, options);
	} finally {
		await session.run(words.stop).catch(() => void 0);
	}
	await session.run(words.forget);
	const state = await executedBy(session, family);
	if (!sameState(state, executed)) throw otherwise(state, executed);
}
async function clear(directory, name) {
	const own = new RegExp(`^${name.replace(/[^\w-]/g, "\\$&")}\\.(?:\\d{6,}|index)$`);
	const found = await readdir(directory);
	for (const file of found) if (own.test(file)) await rm(join(directory, file), { force: true });
}
const statusRow = record(string(), unknown());
async function until(session, family, wanted, { clock, signal, onProgress }) {
	let last = "";
	let since = clock.monotonic();
	for (;;) {
		const state = await executedBy(session, family);
		if (sameState(state, wanted)) return;
		const text = gtidStateText(state);
		if (text !== last) {
			last = text;
			since = clock.monotonic();
			onProgress?.(state);
		}
		const [status = {}] = await session.rows(statusRow, "SHOW REPLICA STATUS");
		const say = (mysql, mariadb) => String(status[mysql] ?? status[mariadb] ?? "");
		const error = say("Last_SQL_Error", "Last_SQL_Error");
		if (error !== "") throw refused(`${error}${await workerErrors(session, family)}`, text);
		if (say("Replica_SQL_Running", "Slave_SQL_Running") !== "Yes") {
			if (sameState(await executedBy(session, family), wanted)) return;
			throw refused("the applier ended by itself", text);
		}
		if (/has read all relay log/i.test(say("Replica_SQL_Running_State", "Slave_SQL_Running_State")) && clock.monotonic() - since > PATIENCE_MS) throw otherwise(state, wanted);
		await clock.sleep(LOOK_MS, signal);
	}
}
const messageRow = object({ message: string() });
/** MySQL's own message names only the worker; what it met stands elsewhere, where the server keeps such tables. */
async function workerErrors(session, family) {
	if (family === "mariadb") return "";
	return (await session.rows(messageRow, "SELECT LAST_ERROR_MESSAGE AS message FROM performance_schema.replication_applier_status_by_worker WHERE LAST_ERROR_NUMBER <> 0").catch(() => [])).map(({ message }) => `; ${message}`).join("");
}
function refused(found, state) {
	return new ProblemError({
		code: "replay.refused",
		where: `replay, behind ${state || "the base"}`,
		found,
		expected: "a server that takes every transaction of the logs",
		remedy: "check that base and logs belong together and that the server is of the same version; then restore the base anew, and replay in the plain way to see the statement"
	});
}
function otherwise(state, wanted) {
	return new ProblemError({
		code: "replay.differs",
		where: "replay",
		found: gtidStateText(state) || "nothing executed",
		expected: gtidStateText(wanted),
		remedy: "do not use this server; restore the base anew, and replay in the plain way"
	});
}
function nameless() {
	return new ProblemError({
		code: "restore.no-ids",
		where: "replay",
		found: "transactions without ids",
		expected: "transaction ids, by which the server tells how far it came",
		remedy: "replay in the plain way; for the future, set gtid_mode=ON on the server that is backed up"
	});
}
function noRelayName() {
	return new ProblemError({
		code: "restore.server-not-fit",
		where: "@@relay_log_basename",
		found: "no name for relay logs",
		expected: "a server that was started with --relay-log",
		remedy: "start the throw-away server with the arguments that the documentation of restores lists"
	});
}

// src/backup/replay/replay.ts
/** Reads binary logs and puts them into their order. @throws ProblemError for files that are none, or do not belong together */
async function readChain(paths) {
	const files = [];
	for (const path of paths) files.push(await readBinlog(path));
	return chainOf(files);
}
/**
* Replays. A server that was interrupted half way is brought on from there where its family can tell (MySQL); otherwise the base must be
* restored anew, which the refusal says.
* @throws ProblemError; the server is then not to be used
*/
async function replay(wanted, ports) {
	const { access, base, chain, target, completeUntil } = wanted;
	const options = completeUntil === void 0 ? {} : { completeUntil };
	const whole = cutAt(chain, base, target, options);
	const session = await openReplaySession(access);
	try {
		const server = await lookAtServer(session);
		const from = interruptedAt(server.state, base, whole) ?? base;
		const cut = from === base ? whole : cutAt(chain, from, target, options);
		const problems = unfitness(server, cut, from);
		if (problems.length > 0) throw new ProblemError(problems);
		const started = ports.clock.monotonic();
		if (ports.plain === void 0) await replayAsRelayLogs(session, server, cut, ports);
		else await replayPlainly(access, session, cut, ports.plain);
		return {
			cut: whole,
			before: whole.transactions - cut.transactions,
			ms: ports.clock.monotonic() - started
		};
	} finally {
		await session.close();
	}
}

export { momentText as a, coveredUntil as c, cutAt as i, placedIn as l, replay as n, parseMoment as o, replayArguments as r, placeText as s, readChain as t };