import { crc32, inflateSync, zstdDecompressSync } from 'node:zlib';
import type { Gtid, GtidSet, Interval } from '../replay/gtid.ts';

/**
 * Events of binary logs, byte by byte. Sources of the formats: MySQL's source documentation (mysql_binlog_event, GTID_LOG_EVENT and
 * mysql::serialization) and MariaDB's knowledge base (replication protocol). Numbers are little-endian. Pure; reading behind the end of
 * an event throws a RangeError, which the caller takes for a malformed event.
 */

export const HEADER_BYTES = 19;
export const CHECKSUM_BYTES = 4;
/** What a binary log begins with. */
export const MAGIC = Buffer.from([0xfe, 0x62, 0x69, 0x6e]);
/** What one begins with that MySQL has encrypted. */
export const MAGIC_ENCRYPTED = Buffer.from([0xfd, 0x62, 0x69, 0x6e]);

/** Numbers of the events that are known here. */
export const TYPE = {
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
  deleteRowsCompressed: 171,
} as const;

const KNOWN: ReadonlySet<number> = new Set(Object.values(TYPE));
/** A reader that does not know the event may go on. */
const IGNORABLE = 0x80;

/** Whether the event is known, or says of itself that it may be passed over. */
export function understood({ type, flags }: EventHeader): boolean {
  return KNOWN.has(type) || (flags & IGNORABLE) !== 0;
}

export interface EventHeader {
  /** Seconds since 1970 at which the statement began; 0 in events that were not caused by one. */
  readonly seconds: number;
  readonly type: number;
  readonly serverId: number;
  /** Of the whole event, with its header and checksum. */
  readonly size: number;
  readonly flags: number;
}

export function readHeader(bytes: Buffer, at = 0): EventHeader {
  return {
    seconds: bytes.readUInt32LE(at),
    type: bytes.readUInt8(at + 4),
    serverId: bytes.readUInt32LE(at + 5),
    size: bytes.readUInt32LE(at + 9),
    flags: bytes.readUInt16LE(at + 17),
  };
}

/** The server sets it in the first event while it writes the file; the checksum is that of the event without it. */
const IN_USE = 0x1;
const FLAGS_AT = 17;

/** The format event as it is in a file that nobody writes. */
export function withoutInUse(event: Buffer): Buffer {
  const copy = Buffer.from(event);
  copy.writeUInt8(copy.readUInt8(FLAGS_AT) & ~IN_USE, FLAGS_AT);
  return copy;
}

/** Whether the last four bytes of an event are the CRC-32 of the others. */
export function checksumHolds(event: Buffer): boolean {
  return crc32(event.subarray(0, -CHECKSUM_BYTES)) === event.readUInt32LE(event.length - CHECKSUM_BYTES);
}

export interface Format {
  readonly version: number;
  readonly serverVersion: string;
  /** Whether the events after this one end with a CRC-32. */
  readonly checksums: boolean;
}

/** From the whole format event. It always has room for a checksum itself (MySQL 5.6, MariaDB 5.3 and later). */
export function readFormat(event: Buffer): Format {
  const text = event.subarray(HEADER_BYTES + 2, HEADER_BYTES + 52);
  const end = text.indexOf(0);
  return {
    version: event.readUInt16LE(HEADER_BYTES),
    serverVersion: text.subarray(0, end < 0 ? text.length : end).toString('latin1'),
    checksums: event.readUInt8(event.length - CHECKSUM_BYTES - 1) === 1,
  };
}

/** How a transaction of MySQL begins. */
export interface MysqlBegin {
  /** Null: the server gave it no id. */
  readonly gtid: Gtid | null;
  /** When it was committed where it was made first, in microseconds since 1970. */
  readonly committed: number;
  /** Of all its events with this one, in bytes; 0: not told (before MySQL 8.0.2). */
  readonly length: number;
}

const COMMITTED_AT = 42;
/** The highest bit of the first time: the original one follows. */
const ORIGINAL_FOLLOWS = 2 ** 55;

/** GTID_LOG_EVENT and ANONYMOUS_GTID_LOG_EVENT, from behind the header. */
export function readMysqlGtid(body: Buffer, anonymous: boolean): MysqlBegin {
  const gtid: Gtid = { family: 'mysql', source: uuidText(body.subarray(1, 17)), number: readNumber(body, 17) };
  const none = anonymous ? null : gtid;
  // Servers before 8.0.1 end here.
  if (body.length < COMMITTED_AT + 7) return { gtid: none, committed: 0, length: 0 };
  let at = COMMITTED_AT;
  const immediate = readUInt56(body, at);
  at += 7;
  const both = immediate >= ORIGINAL_FOLLOWS;
  const committed = both ? readUInt56(body, at) : immediate;
  if (both) at += 7;
  const [length] = at < body.length ? readPacked(body, at) : [0];
  return { gtid: none, committed, length };
}

/** GTID_TAGGED_LOG_EVENT (MySQL 8.3 and later), from behind the header. */
export function readTaggedGtid(body: Buffer): MysqlBegin {
  const reader = serialised(body);
  // Version, size and the last field that must be understood.
  for (let skipped = 0; skipped < 3; skipped += 1) reader.unsigned();
  const uuid: number[] = [];
  let number = 0;
  let tag = '';
  let immediate = 0;
  let original: number | undefined;
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
  if (uuid.length !== 16 || number < 1) throw new RangeError('a transaction without an id');
  const source = uuidText(Buffer.from(uuid));
  return {
    gtid: { family: 'mysql', source: tag === '' ? source : `${source}:${tag}`, number },
    committed: original ?? immediate,
    length,
  };
}

/** Numbers of variable length: as many bytes follow the first as it has ones at its low end, then a zero, then the value. */
function serialised(bytes: Buffer) {
  let at = 0;
  const big = (): bigint => {
    const first = bytes.readUInt8(at);
    let more = 0;
    while (more < 8 && (first >> more) & 1) more += 1;
    let value = 0n;
    for (let index = more; index >= 0; index -= 1) value = (value << 8n) | BigInt(bytes.readUInt8(at + index));
    at += more + 1;
    // With eight that follow, there is no room for the zero.
    return value >> BigInt(Math.min(more + 1, 8));
  };
  return {
    done: () => at >= bytes.length,
    unsigned: () => Number(big()),
    /** The lowest bit is the sign. */
    signed: () => {
      const value = big();
      return Number((value >> 1n) ^ -(value & 1n));
    },
    text: () => {
      const length = Number(big());
      const from = at;
      at += length;
      return bytes.subarray(from, at).toString('utf8');
    },
  };
}

/** PREVIOUS_GTIDS_LOG_EVENT: everything that was executed before this file. */
export function readPreviousGtids(body: Buffer): GtidSet {
  const tagged = body.readUInt8(7) === 1;
  const count = tagged ? readUInt48(body, 1) : readNumber(body, 0);
  const set = new Map<string, readonly Interval[]>();
  let at = 8;
  for (let index = 0; index < count; index += 1) {
    let source = uuidText(body.subarray(at, at + 16));
    at += 16;
    if (tagged) {
      const length = body.readUInt8(at) >> 1;
      const tag = body.subarray(at + 1, at + 1 + length).toString('utf8');
      at += 1 + length;
      if (tag !== '') source = `${source}:${tag}`;
    }
    const intervals: Interval[] = [];
    const many = readNumber(body, at);
    at += 8;
    for (let interval = 0; interval < many; interval += 1) {
      // The end stands behind the last.
      intervals.push([readNumber(body, at), readNumber(body, at + 8) - 1]);
      at += 16;
    }
    set.set(source, intervals);
  }
  return set;
}

/** How a transaction of MariaDB begins. */
export interface MariadbBegin {
  readonly gtid: Gtid;
  /** It is one statement that commits by itself: no event tells its end. */
  readonly standalone: boolean;
}

/** MariaDB's GTID_EVENT, from behind the header. */
export function readMariadbGtid(body: Buffer, serverId: number): MariadbBegin {
  return {
    gtid: { family: 'mariadb', domain: body.readUInt32LE(8), server: serverId, number: readNumber(body, 0) },
    standalone: (body.readUInt8(12) & 1) !== 0,
  };
}

/** GTID_LIST_EVENT: the newest number of each domain and server before this file, by `domain-server`. */
export function readGtidList(body: Buffer): ReadonlyMap<string, number> {
  const count = body.readUInt32LE(0) & 0x0fff_ffff;
  const list = new Map<string, number>();
  for (let index = 0; index < count; index += 1) {
    const at = 4 + 16 * index;
    list.set(`${body.readUInt32LE(at)}-${body.readUInt32LE(at + 4)}`, readNumber(body, at + 8));
  }
  return list;
}

/** ROTATE_EVENT: the name of the next file. */
export function readRotate(body: Buffer): string {
  return body.subarray(8).toString('utf8');
}

/** Made for a reader, not by a statement. */
const ARTIFICIAL = 0x20;

/** A ROTATE_EVENT as a replica writes it into a relay log before the events of a file of its source. */
export function rotateInto(file: string, position: number, serverId: number, checksums: boolean): Buffer {
  const name = Buffer.from(file);
  const plain = HEADER_BYTES + 8 + name.length;
  const bytes = Buffer.alloc(plain + (checksums ? CHECKSUM_BYTES : 0));
  bytes.writeUInt8(TYPE.rotate, 4);
  bytes.writeUInt32LE(serverId, 5);
  bytes.writeUInt32LE(bytes.length, 9);
  bytes.writeUInt16LE(ARTIFICIAL, 17);
  bytes.writeBigUInt64LE(BigInt(position), HEADER_BYTES);
  name.copy(bytes, HEADER_BYTES + 8);
  if (checksums) bytes.writeUInt32LE(crc32(bytes.subarray(0, plain)), plain);
  return bytes;
}

/** QUERY_EVENT, also MariaDB's compressed one. */
export function readQuery(body: Buffer, compressed: boolean): { readonly database: string; readonly text: string } {
  const nameLength = body.readUInt8(8);
  const at = 13 + body.readUInt16LE(11);
  const database = body.subarray(at, at + nameLength).toString('utf8');
  const rest = body.subarray(at + nameLength + 1);
  return { database, text: (compressed ? inflated(rest) : rest).toString('utf8') };
}

/** MariaDB's own form: a byte that tells how many bytes of length follow, the length, and zlib's stream. */
function inflated(bytes: Buffer): Buffer {
  return inflateSync(bytes.subarray(1 + (bytes.readUInt8(0) & 0x07)));
}

/** TABLE_MAP_EVENT: `database.table`, and the number that rows name it by. */
export function readTableMap(body: Buffer): { readonly id: number; readonly table: string } {
  const length = body.readUInt8(8);
  const database = body.subarray(9, 9 + length).toString('utf8');
  const at = 9 + length + 1;
  const table = body.subarray(at + 1, at + 1 + body.readUInt8(at)).toString('utf8');
  return { id: readUInt48(body, 0), table: `${database}.${table}` };
}

/** The number of the table whose rows these are. */
export function readRowsTable(body: Buffer): number {
  return readUInt48(body, 0);
}

/** TRANSACTION_PAYLOAD_EVENT: the events in it, which have no checksums. */
export function readPayload(body: Buffer): readonly { readonly header: EventHeader; readonly body: Buffer }[] {
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
  const events: { readonly header: EventHeader; readonly body: Buffer }[] = [];
  for (let from = 0; from < plain.length; ) {
    const header = readHeader(plain, from);
    if (header.size < HEADER_BYTES) throw new RangeError('an event shorter than its header');
    events.push({ header, body: plain.subarray(from + HEADER_BYTES, from + header.size) });
    from += header.size;
  }
  return events;
}

/** A packed integer, and where it ends. */
function readPacked(bytes: Buffer, at: number): readonly [value: number, end: number] {
  const first = bytes.readUInt8(at);
  if (first < 251) return [first, at + 1];
  if (first === 252) return [bytes.readUInt16LE(at + 1), at + 3];
  if (first === 253) return [bytes.readUIntLE(at + 1, 3), at + 4];
  return [readNumber(bytes, at + 1), at + 9];
}

/** Eight bytes. @throws RangeError where a number of JavaScript cannot hold it exactly: no log has so many transactions or bytes */
function readNumber(bytes: Buffer, at: number): number {
  const value = Number(bytes.readBigUInt64LE(at));
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no number of transactions or bytes`);
  return value;
}

function readUInt48(bytes: Buffer, at: number): number {
  return bytes.readUIntLE(at, 6);
}

function readUInt56(bytes: Buffer, at: number): number {
  return bytes.readUIntLE(at, 6) + bytes.readUInt8(at + 6) * 2 ** 48;
}

function uuidText(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
