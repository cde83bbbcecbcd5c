import { crc32, inflateSync, zstdDecompressSync } from "node:zlib";

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
const FLAGS_AT = 17;
/** The format event as it is in a file that nobody writes. */
function withoutInUse(event) {
	const copy = Buffer.from(event);
	copy.writeUInt8(copy.readUInt8(FLAGS_AT) & -2, FLAGS_AT);
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

export { parseGtid as C, sameState as E, minus as S, sameSet as T, emptyState as _, readMariadbGtid as a, gtidText as b, readPreviousGtids as c, readRowsTable as d, readTableMap as f, contains as g, advanced as h, readGtidList as i, readQuery as l, rotateInto as m, MAGIC as n, readMysqlGtid as o, readTaggedGtid as p, TYPE as r, readPayload as s, binlogReader as t, readRotate as u, gtidSetText as v, parseGtidState as w, isEmpty as x, gtidStateText as y };