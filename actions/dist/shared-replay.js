import { i as __toESM } from "./shared-rolldown-runtime.js";
import { Fn as object, Jn as string, Nt as array, Un as record, sr as unknown } from "./shared-schemas.js";
import { t as ProblemError } from "./shared-problem.js";
import { chown, mkdir, mkdtemp, open, readdir, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { crc32, inflateSync, zstdDecompressSync } from "node:zlib";
import { createReadStream } from "node:fs";
import { tmpdir } from "node:os";

// src/backup/replay/gtid.ts
function gtidText(gtid) {
	return gtid.family === "mysql" ? `${gtid.source}:${gtid.number}` : `${gtid.domain}-${gtid.server}-${gtid.number}`;
}
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const TAG = /^[a-z_][a-z0-9_]{0,31}$/i;
const INTERVAL = /^(\d+)(?:-(\d+))?$/;
const MARIADB = /^(\d+)-(\d+)-(\d+)$/;
/** Of one transaction. Null: it is none of this family. */
function parseGtid(text, family) {
	const trimmed = text.trim();
	if (family === "mariadb") {
		const [, domain, server, number] = MARIADB.exec(trimmed) ?? [];
		return domain === void 0 ? null : {
			family,
			domain: Number(domain),
			server: Number(server),
			number: Number(number)
		};
	}
	const set = parseGtidSet(trimmed);
	const [only, ...more] = set === null ? [] : [...set];
	if (only === void 0 || more.length > 0) return null;
	const [source, [interval, ...others]] = only;
	return interval === void 0 || others.length > 0 || interval[0] !== interval[1] ? null : {
		family,
		source,
		number: interval[0]
	};
}
/** As `@@gtid_executed` or `@@gtid_slave_pos` write it. Null: it is none of this family. */
function parseGtidState(text, family) {
	if (family === "mysql") {
		const set = parseGtidSet(text);
		return set === null ? null : {
			family,
			set
		};
	}
	const position = /* @__PURE__ */ new Map();
	for (const word of words(text)) {
		const gtid = parseGtid(word, family);
		if (gtid === null || gtid.family !== "mariadb") return null;
		position.set(gtid.domain, {
			server: gtid.server,
			number: gtid.number
		});
	}
	return {
		family,
		position
	};
}
function words(text) {
	return text.split(",").map((word) => word.replace(/\s+/g, "")).filter((word) => word !== "");
}
/** Null: it is no set of MySQL. */
function parseGtidSet(text) {
	const found = /* @__PURE__ */ new Map();
	for (const word of words(text)) {
		const [uuid = "", ...parts] = word.split(":");
		if (!UUID.test(uuid) || parts.length === 0) return null;
		let source = uuid.toLowerCase();
		for (const part of parts) {
			const [, first, last] = INTERVAL.exec(part) ?? [];
			if (first === void 0) {
				if (!TAG.test(part)) return null;
				source = `${uuid}:${part}`.toLowerCase();
				continue;
			}
			const interval = [Number(first), Number(last ?? first)];
			if (interval[0] < 1 || interval[1] < interval[0] || !Number.isSafeInteger(interval[1])) return null;
			found.set(source, [...found.get(source) ?? [], interval]);
		}
	}
	return new Map([...found].map(([source, intervals]) => [source, joined(intervals)]));
}
/** In order, with what touches made one. */
function joined(intervals) {
	const result = [];
	for (const [first, last] of intervals.toSorted((a, b) => a[0] - b[0])) {
		const before = result.at(-1);
		if (before !== void 0 && first <= before[1] + 1) result[result.length - 1] = [before[0], Math.max(before[1], last)];
		else result.push([first, last]);
	}
	return result;
}
/** As MySQL writes it, sources in order. */
function gtidSetText(set) {
	return [...Map.groupBy([...set].filter(([, intervals]) => intervals.length > 0).toSorted(([a], [b]) => a < b ? -1 : 1), ([source]) => source.slice(0, 36))].map(([uuid, sources]) => {
		return `${uuid}:${sources.map(([source, intervals]) => {
			const numbers = intervals.map(([first, last]) => first === last ? `${first}` : `${first}-${last}`).join(":");
			return source === uuid ? numbers : `${source.slice(37)}:${numbers}`;
		}).join(":")}`;
	}).join(",");
}
function gtidStateText(state) {
	if (state.family === "mysql") return gtidSetText(state.set);
	return [...state.position].toSorted(([a], [b]) => a - b).map(([domain, { server, number }]) => `${domain}-${server}-${number}`).join(",");
}
function union(a, b) {
	return new Map([.../* @__PURE__ */ new Set([...a.keys(), ...b.keys()])].map((source) => [source, joined([...a.get(source) ?? [], ...b.get(source) ?? []])]));
}
/** What is in the first and not in the second. */
function minus(a, b) {
	const left = [...a].map(([source, intervals]) => {
		let rest = intervals;
		for (const [first, last] of b.get(source) ?? []) rest = rest.flatMap(([from, to]) => {
			if (to < first || from > last) return [[from, to]];
			const before = from < first ? [[from, first - 1]] : [];
			return to > last ? [...before, [last + 1, to]] : before;
		});
		return [source, rest];
	});
	return new Map(left.filter(([, intervals]) => intervals.length > 0));
}
function isEmpty(set) {
	return [...set.values()].every((intervals) => intervals.length === 0);
}
function sameSet(a, b) {
	return isEmpty(minus(a, b)) && isEmpty(minus(b, a));
}
/** The same transactions; in MariaDB, the same place in each domain. */
function sameState(a, b) {
	if (a.family === "mysql" && b.family === "mysql") return sameSet(a.set, b.set);
	return a.family === b.family && gtidStateText(a) === gtidStateText(b);
}
/** Whether a server in this state has executed the transaction. A domain of MariaDB executes its numbers in their order. */
function contains(state, gtid) {
	if (state.family === "mysql" && gtid.family === "mysql") return (state.set.get(gtid.source) ?? []).some(([first, last]) => first <= gtid.number && gtid.number <= last);
	if (state.family === "mariadb" && gtid.family === "mariadb") return gtid.number <= (state.position.get(gtid.domain)?.number ?? 0);
	return false;
}
/** The state of a server in this state when it has executed these too, in this order. */
function advanced(state, gtids) {
	if (state.family === "mariadb") {
		const position = new Map(state.position);
		for (const gtid of gtids) if (gtid.family === "mariadb") position.set(gtid.domain, {
			server: gtid.server,
			number: gtid.number
		});
		return {
			family: "mariadb",
			position
		};
	}
	const added = /* @__PURE__ */ new Map();
	for (const gtid of gtids) {
		if (gtid.family !== "mysql") continue;
		const list = added.get(gtid.source) ?? [];
		const last = list.at(-1);
		if (last !== void 0 && gtid.number === last[1] + 1) list[list.length - 1] = [last[0], gtid.number];
		else list.push([gtid.number, gtid.number]);
		added.set(gtid.source, list);
	}
	return {
		family: "mysql",
		set: union(state.set, new Map([...added].map(([source, list]) => [source, joined(list)])))
	};
}
function emptyState(family) {
	return family === "mysql" ? {
		family,
		set: /* @__PURE__ */ new Map()
	} : {
		family,
		position: /* @__PURE__ */ new Map()
	};
}

// src/backup/binlog/event.ts
/**
* Events of binary logs, byte by byte. Sources of the formats: MySQL's source documentation (mysql_binlog_event, GTID_LOG_EVENT and
* mysql::serialization) and MariaDB's knowledge base (replication protocol). Numbers are little-endian. Pure; reading behind the end of
* an event throws a RangeError, which the caller takes for a malformed event.
*/
const HEADER_BYTES = 19;
const CHECKSUM_BYTES = 4;
/** What a binary log begins with. */
const MAGIC = Buffer.from([
	254,
	98,
	105,
	110
]);
/** What one begins with that MySQL has encrypted. */
const MAGIC_ENCRYPTED = Buffer.from([
	253,
	98,
	105,
	110
]);
/** Numbers of the events that are known here. */
const TYPE = {
	query: 2,
	stop: 3,
	rotate: 4,
	intvar: 5,
	appendBlock: 9,
	deleteFile: 11,
	rand: 13,
	userVar: 14,
	format: 15,
	xid: 16,
	beginLoadQuery: 17,
	executeLoadQuery: 18,
	tableMap: 19,
	writeRowsV1: 23,
	updateRowsV1: 24,
	deleteRowsV1: 25,
	incident: 26,
	heartbeat: 27,
	ignorable: 28,
	rowsQuery: 29,
	writeRows: 30,
	updateRows: 31,
	deleteRows: 32,
	gtid: 33,
	anonymousGtid: 34,
	previousGtids: 35,
	transactionContext: 36,
	viewChange: 37,
	xaPrepare: 38,
	partialUpdateRows: 39,
	transactionPayload: 40,
	heartbeatV2: 41,
	gtidTagged: 42,
	annotateRows: 160,
	binlogCheckpoint: 161,
	mariadbGtid: 162,
	gtidList: 163,
	startEncryption: 164,
	queryCompressed: 165,
	writeRowsCompressedV1: 166,
	updateRowsCompressedV1: 167,
	deleteRowsCompressedV1: 168,
	writeRowsCompressed: 169,
	updateRowsCompressed: 170,
	deleteRowsCompressed: 171
};
const KNOWN = new Set(Object.values(TYPE));
/** A reader that does not know the event may go on. */
const IGNORABLE = 128;
/** Whether the event is known, or says of itself that it may be passed over. */
function understood({ type, flags }) {
	return KNOWN.has(type) || (flags & IGNORABLE) !== 0;
}
function readHeader(bytes, at = 0) {
	return {
		seconds: bytes.readUInt32LE(at),
		type: bytes.readUInt8(at + 4),
		serverId: bytes.readUInt32LE(at + 5),
		size: bytes.readUInt32LE(at + 9),
		flags: bytes.readUInt16LE(at + 17)
	};
}
const FLAGS_AT$1 = 17;
/** The format event as it is in a file that nobody writes. */
function withoutInUse(event) {
	const copy = Buffer.from(event);
	copy.writeUInt8(copy.readUInt8(FLAGS_AT$1) & -2, FLAGS_AT$1);
	return copy;
}
/** Whether the last four bytes of an event are the CRC-32 of the others. */
function checksumHolds(event) {
	return crc32(event.subarray(0, -4)) === event.readUInt32LE(event.length - 4);
}
/** From the whole format event. It always has room for a checksum itself (MySQL 5.6, MariaDB 5.3 and later). */
function readFormat(event) {
	const text = event.subarray(21, 71);
	const end = text.indexOf(0);
	return {
		version: event.readUInt16LE(19),
		serverVersion: text.subarray(0, end < 0 ? text.length : end).toString("latin1"),
		checksums: event.readUInt8(event.length - 4 - 1) === 1
	};
}
const COMMITTED_AT = 42;
/** The highest bit of the first time: the original one follows. */
const ORIGINAL_FOLLOWS = 2 ** 55;
/** GTID_LOG_EVENT and ANONYMOUS_GTID_LOG_EVENT, from behind the header. */
function readMysqlGtid(body, anonymous) {
	const gtid = {
		family: "mysql",
		source: uuidText(body.subarray(1, 17)),
		number: readNumber(body, 17)
	};
	const none = anonymous ? null : gtid;
	if (body.length < 49) return {
		gtid: none,
		committed: 0,
		length: 0
	};
	let at = COMMITTED_AT;
	const immediate = readUInt56(body, at);
	at += 7;
	const both = immediate >= ORIGINAL_FOLLOWS;
	const committed = both ? readUInt56(body, at) : immediate;
	if (both) at += 7;
	const [length] = at < body.length ? readPacked(body, at) : [0];
	return {
		gtid: none,
		committed,
		length
	};
}
/** GTID_TAGGED_LOG_EVENT (MySQL 8.3 and later), from behind the header. */
function readTaggedGtid(body) {
	const reader = serialised(body);
	for (let skipped = 0; skipped < 3; skipped += 1) reader.unsigned();
	const uuid = [];
	let number = 0;
	let tag = "";
	let immediate = 0;
	let original;
	let length = 0;
	while (!reader.done()) {
		const field = reader.unsigned();
		if (field === 1) for (let byte = 0; byte < 16; byte += 1) uuid.push(reader.unsigned());
		else if (field === 2) number = reader.signed();
		else if (field === 3) tag = reader.text();
		else if (field === 6) immediate = reader.unsigned();
		else if (field === 7) original = reader.unsigned();
		else if (field === 8) length = reader.unsigned();
		else reader.unsigned();
	}
	if (uuid.length !== 16 || number < 1) throw new RangeError("a transaction without an id");
	const source = uuidText(Buffer.from(uuid));
	return {
		gtid: {
			family: "mysql",
			source: tag === "" ? source : `${source}:${tag}`,
			number
		},
		committed: original ?? immediate,
		length
	};
}
/** Numbers of variable length: as many bytes follow the first as it has ones at its low end, then a zero, then the value. */
function serialised(bytes) {
	let at = 0;
	const big = () => {
		const first = bytes.readUInt8(at);
		let more = 0;
		while (more < 8 && first >> more & 1) more += 1;
		let value = 0n;
		for (let index = more; index >= 0; index -= 1) value = value << 8n | BigInt(bytes.readUInt8(at + index));
		at += more + 1;
		return value >> BigInt(Math.min(more + 1, 8));
	};
	return {
		done: () => at >= bytes.length,
		unsigned: () => Number(big()),
		/** The lowest bit is the sign. */
		signed: () => {
			const value = big();
			return Number(value >> 1n ^ -(value & 1n));
		},
		text: () => {
			const length = Number(big());
			const from = at;
			at += length;
			return bytes.subarray(from, at).toString("utf8");
		}
	};
}
/** PREVIOUS_GTIDS_LOG_EVENT: everything that was executed before this file. */
function readPreviousGtids(body) {
	const tagged = body.readUInt8(7) === 1;
	const count = tagged ? readUInt48(body, 1) : readNumber(body, 0);
	const set = /* @__PURE__ */ new Map();
	let at = 8;
	for (let index = 0; index < count; index += 1) {
		let source = uuidText(body.subarray(at, at + 16));
		at += 16;
		if (tagged) {
			const length = body.readUInt8(at) >> 1;
			const tag = body.subarray(at + 1, at + 1 + length).toString("utf8");
			at += 1 + length;
			if (tag !== "") source = `${source}:${tag}`;
		}
		const intervals = [];
		const many = readNumber(body, at);
		at += 8;
		for (let interval = 0; interval < many; interval += 1) {
			intervals.push([readNumber(body, at), readNumber(body, at + 8) - 1]);
			at += 16;
		}
		set.set(source, intervals);
	}
	return set;
}
/** MariaDB's GTID_EVENT, from behind the header. */
function readMariadbGtid(body, serverId) {
	return {
		gtid: {
			family: "mariadb",
			domain: body.readUInt32LE(8),
			server: serverId,
			number: readNumber(body, 0)
		},
		standalone: (body.readUInt8(12) & 1) !== 0
	};
}
/** GTID_LIST_EVENT: the newest number of each domain and server before this file, by `domain-server`. */
function readGtidList(body) {
	const count = body.readUInt32LE(0) & 268435455;
	const list = /* @__PURE__ */ new Map();
	for (let index = 0; index < count; index += 1) {
		const at = 4 + 16 * index;
		list.set(`${body.readUInt32LE(at)}-${body.readUInt32LE(at + 4)}`, readNumber(body, at + 8));
	}
	return list;
}
/** ROTATE_EVENT: the name of the next file. */
function readRotate(body) {
	return body.subarray(8).toString("utf8");
}
/** Made for a reader, not by a statement. */
const ARTIFICIAL = 32;
/** A ROTATE_EVENT as a replica writes it into a relay log before the events of a file of its source. */
function rotateInto(file, position, serverId, checksums) {
	const name = Buffer.from(file);
	const plain = 27 + name.length;
	const bytes = Buffer.alloc(plain + (checksums ? 4 : 0));
	bytes.writeUInt8(TYPE.rotate, 4);
	bytes.writeUInt32LE(serverId, 5);
	bytes.writeUInt32LE(bytes.length, 9);
	bytes.writeUInt16LE(ARTIFICIAL, 17);
	bytes.writeBigUInt64LE(BigInt(position), 19);
	name.copy(bytes, 27);
	if (checksums) bytes.writeUInt32LE(crc32(bytes.subarray(0, plain)), plain);
	return bytes;
}
/** QUERY_EVENT, also MariaDB's compressed one. */
function readQuery(body, compressed) {
	const nameLength = body.readUInt8(8);
	const at = 13 + body.readUInt16LE(11);
	const database = body.subarray(at, at + nameLength).toString("utf8");
	const rest = body.subarray(at + nameLength + 1);
	return {
		database,
		text: (compressed ? inflated(rest) : rest).toString("utf8")
	};
}
/** MariaDB's own form: a byte that tells how many bytes of length follow, the length, and zlib's stream. */
function inflated(bytes) {
	return inflateSync(bytes.subarray(1 + (bytes.readUInt8(0) & 7)));
}
/** TABLE_MAP_EVENT: `database.table`, and the number that rows name it by. */
function readTableMap(body) {
	const length = body.readUInt8(8);
	const database = body.subarray(9, 9 + length).toString("utf8");
	const at = 9 + length + 1;
	const table = body.subarray(at + 1, at + 1 + body.readUInt8(at)).toString("utf8");
	return {
		id: readUInt48(body, 0),
		table: `${database}.${table}`
	};
}
/** The number of the table whose rows these are. */
function readRowsTable(body) {
	return readUInt48(body, 0);
}
/** TRANSACTION_PAYLOAD_EVENT: the events in it, which have no checksums. */
function readPayload(body) {
	let at = 0;
	let compressed = true;
	for (;;) {
		const [field, behindField] = readPacked(body, at);
		if (field === 0) {
			at = behindField;
			break;
		}
		const [length, behindLength] = readPacked(body, behindField);
		if (field === 2) compressed = readPacked(body, behindLength)[0] === 0;
		at = behindLength + length;
	}
	const plain = compressed ? zstdDecompressSync(body.subarray(at)) : body.subarray(at);
	const events = [];
	for (let from = 0; from < plain.length;) {
		const header = readHeader(plain, from);
		if (header.size < 19) throw new RangeError("an event shorter than its header");
		events.push({
			header,
			body: plain.subarray(from + 19, from + header.size)
		});
		from += header.size;
	}
	return events;
}
/** A packed integer, and where it ends. */
function readPacked(bytes, at) {
	const first = bytes.readUInt8(at);
	if (first < 251) return [first, at + 1];
	if (first === 252) return [bytes.readUInt16LE(at + 1), at + 3];
	if (first === 253) return [bytes.readUIntLE(at + 1, 3), at + 4];
	return [readNumber(bytes, at + 1), at + 9];
}
/** Eight bytes. @throws RangeError where a number of JavaScript cannot hold it exactly: no log has so many transactions or bytes */
function readNumber(bytes, at) {
	const value = Number(bytes.readBigUInt64LE(at));
	if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no number of transactions or bytes`);
	return value;
}
function readUInt48(bytes, at) {
	return bytes.readUIntLE(at, 6);
}
function readUInt56(bytes, at) {
	return bytes.readUIntLE(at, 6) + bytes.readUInt8(at + 6) * 2 ** 48;
}
function uuidText(bytes) {
	const hex = bytes.toString("hex");
	return [
		hex.slice(0, 8),
		hex.slice(8, 12),
		hex.slice(12, 16),
		hex.slice(16, 20),
		hex.slice(20)
	].join("-");
}

// src/backup/binlog/reader.ts
/** Events up to this size are looked into as a whole; of larger ones only the beginning is kept. */
const WHOLE = 64 << 20;
const BEGINNING = 65536;
/** Bytes that a first event of format 4 may have: its fixed part, and a byte for each type of event that the server knows. */
const FORMAT_BYTES = {
	least: 76,
	most: 1e3
};
/** @param begin what takes the events, by what the first one says; told where that one ends */
function binlogReader(begin) {
	const held = heldBytes();
	let position = 0;
	let log = null;
	let refused = null;
	let large = null;
	let over = false;
	const refuse = (found, encrypted = false) => {
		refused = {
			found,
			encrypted
		};
		over = true;
		return false;
	};
	const broken = (sink, why, detail) => {
		over = true;
		sink.broken(position, why, detail);
		return false;
	};
	/** Whether there was enough for it. */
	const magic = () => {
		const bytes = held.first(MAGIC.length);
		if (bytes === null) return false;
		if (bytes.equals(MAGIC_ENCRYPTED)) return refuse("a binary log that the server has encrypted", true);
		if (!bytes.equals(MAGIC)) return refuse("another file");
		held.drop(MAGIC.length);
		position = MAGIC.length;
		return true;
	};
	const format = () => {
		const head = held.first(19);
		if (head === null) return false;
		const { type, size } = readHeader(head);
		if (type !== TYPE.format || size < FORMAT_BYTES.least || size > FORMAT_BYTES.most) return refuse("a first event that does not tell the format");
		const event = held.first(size);
		if (event === null) return false;
		const told = readFormat(event);
		if (told.checksums && !checksumHolds(withoutInUse(event))) return refuse("a first event whose checksum does not fit");
		if (told.version !== 4) return refuse(`format ${told.version}`);
		held.drop(size);
		position += size;
		log = {
			sink: begin(told, position),
			checksums: told.checksums
		};
		return true;
	};
	const event = (sink, checksums) => {
		const head = held.first(19);
		if (head === null) return false;
		const header = readHeader(head);
		const least = 19 + (checksums ? 4 : 0);
		if (header.size < least) return broken(sink, "malformed", `an event of ${header.size} bytes`);
		if (header.size > WHOLE) {
			const beginning = held.first(BEGINNING);
			if (beginning === null) return false;
			large = {
				header,
				body: Buffer.from(beginning.subarray(19)),
				left: header.size,
				sum: 0
			};
			return true;
		}
		const bytes = held.first(header.size);
		if (bytes === null) return false;
		if (checksums && !checksumHolds(bytes)) return broken(sink, "checksum", MISFIT);
		const body = bytes.subarray(19, checksums ? -4 : void 0);
		return give(sink, {
			at: position,
			header,
			body,
			whole: true
		});
	};
	const more = (sink, checksums, part) => {
		const end = checksums ? 4 : 0;
		if (part.left > end) {
			const piece = held.upTo(part.left - end);
			if (piece === null) return false;
			if (checksums) part.sum = crc32(piece, part.sum);
			part.left -= piece.length;
			held.drop(piece.length);
			return true;
		}
		const stored = checksums ? held.first(4) : null;
		if (checksums && stored === null) return false;
		if (stored !== null && stored.readUInt32LE(0) !== part.sum) return broken(sink, "checksum", MISFIT);
		large = null;
		const { header, body } = part;
		return give(sink, {
			at: position,
			header,
			body,
			whole: false
		}, end);
	};
	/** @param length bytes of it that are still held */
	const give = (sink, raw, length = raw.header.size) => {
		const { type, size } = raw.header;
		if (!understood(raw.header)) return broken(sink, "unknown-event", `an event of type ${type}`);
		if (type === TYPE.startEncryption) return broken(sink, "encrypted", "encrypted events");
		if (type === TYPE.incident) return broken(sink, "incident", "the server lost events that it had executed");
		try {
			over = !sink.take(raw);
		} catch (error) {
			return broken(sink, "malformed", error instanceof Error ? error.message : String(error));
		}
		held.drop(length);
		position += size;
		return true;
	};
	const next = () => {
		if (position === 0) return magic();
		if (log === null) return format();
		const { sink, checksums } = log;
		return large === null ? event(sink, checksums) : more(sink, checksums, large);
	};
	return {
		push: (piece) => {
			if (over) return false;
			held.add(piece);
			while (!over && next());
			return !over;
		},
		end: () => {
			if (refused === null && log === null) refuse(position > 0 ? "a first event that is cut off" : held.length() === 0 ? "an empty file" : "another file");
			if (log === null || refused !== null) return {
				kind: "refused",
				found: "another file",
				encrypted: false,
				...refused
			};
			const { sink } = log;
			if (!over && (held.length() > 0 || large !== null)) broken(sink, "torn", tornText(held.length(), large, held.first(19)));
			over = true;
			return {
				kind: "read",
				sink
			};
		},
		position: () => position,
		sink: () => log?.sink ?? null
	};
}
const MISFIT = "bytes that do not fit their checksum";
function tornText(length, large, head) {
	if (large !== null) {
		const { size } = large.header;
		return `${size - large.left + length} of the ${size} bytes of an event`;
	}
	return head === null ? `${length} bytes of an event` : `${length} of the ${readHeader(head).size} bytes of an event`;
}
/** What has come and was not taken yet. Pieces are put together once for an event, however many it comes in. */
function heldBytes() {
	let pieces = [];
	let bytes = 0;
	return {
		length: () => bytes,
		add(piece) {
			if (piece.length > 0) pieces.push(piece);
			bytes += piece.length;
		},
		/** As many; null: they are not there yet. */
		first(count) {
			if (bytes < count) return null;
			const [one = Buffer.alloc(0)] = pieces;
			if (one.length >= count) return one.subarray(0, count);
			const all = Buffer.concat(pieces);
			pieces = [all];
			return all.subarray(0, count);
		},
		/** The first piece, or less of it; null: there is none. */
		upTo(count) {
			return pieces[0]?.subarray(0, count) ?? null;
		},
		/** They must be in the first piece. */
		drop(count) {
			const [one] = pieces;
			if (one === void 0 || count === 0) return;
			if (count < one.length) pieces[0] = one.subarray(count);
			else pieces.shift();
			bytes -= count;
		}
	};
}

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

export { parseGtidState as C, parseGtid as S, readTaggedGtid as _, momentText as a, emptyState as b, coveredUntil as c, TYPE as d, readGtidList as f, readRotate as g, readPreviousGtids as h, cutAt as i, placedIn as l, readMysqlGtid as m, replay as n, parseMoment as o, readMariadbGtid as p, replayArguments as r, placeText as s, readChain as t, binlogReader as u, advanced as v, gtidStateText as x, contains as y };