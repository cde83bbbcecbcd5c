/**
 * Binary logs as servers write them, read as far as a backup needs: is the file whole, what time does it span, which one comes next, and
 * which transactions stand before and behind it. Format: MySQL's "Binlog Event" (libs/mysql/binlog/event), MariaDB's "Replication Protocol".
 */

const MAGIC = 0x6e6962fe;
const HEADER = 19;

const ROTATE = 4;
const STOP = 3;
const FORMAT = 15;
const PREVIOUS_GTIDS = 35;
const GTID = 33;
const GTID_TAGGED = 42;
const MARIADB_GTID = 162;
const MARIADB_GTID_LIST = 163;

const CHECKSUM_CRC32 = 1;

export interface LogLook {
  /** Seconds since 1970, by the clock of the server; null: no event of a transaction. */
  readonly first: number | null;
  readonly last: number | null;
  readonly next: string | null;
  /** It ends as a server ends a file: with a rotation or a stop. */
  readonly closed: boolean;
  readonly gtidsBefore: string | null;
  readonly gtidsAfter: string | null;
  readonly events: number;
}

export type LogAnswer =
  | { readonly kind: 'whole'; readonly look: LogLook }
  | { readonly kind: 'broken'; readonly why: string };

/** Reads a log from pieces of it. */
export interface LogReader {
  push(chunk: Buffer): void;
  end(): LogAnswer;
  /** To the end of the last whole event, and its time. */
  sofar(): { readonly position: number; readonly last: number | null };
}

/** @param crc32 of zlib: given, so that this stays without I/O */
export function logReader(crc32: (data: Buffer) => number): LogReader {
  let rest: Buffer = Buffer.alloc(0);
  let position = 0;
  let broken: string | null = null;
  let checksum = false;
  let events = 0;
  let first: number | null = null;
  let last: number | null = null;
  let next: string | null = null;
  let closed = false;
  const gtids = gtidState();

  const event = (data: Buffer): void => {
    const time = data.readUInt32LE(0);
    const type = data.readUInt8(4);
    if (type === FORMAT) {
      // Algorithm stands before the checksum that this event has in any case since MySQL 5.6.1 and MariaDB 5.3.
      checksum = data.readUInt8(data.length - 5) === CHECKSUM_CRC32;
    }
    const body = checksum || type === FORMAT ? data.subarray(0, data.length - 4) : data;
    if (checksum && !summed(data, type)) {
      broken ??= `event at ${position} does not agree with its checksum`;
      return;
    }
    events += 1;
    if (type === ROTATE) next = body.subarray(HEADER + 8).toString('latin1');
    closed = type === ROTATE || type === STOP;
    if (type !== FORMAT && type !== PREVIOUS_GTIDS && type !== MARIADB_GTID_LIST && time > 0) {
      first ??= time;
      last = time;
    }
    gtids.event(type, body);
  };

  // The flag "in use" is set after the sum of the first event was made.
  const summed = (data: Buffer, type: number): boolean => {
    const sum = data.readUInt32LE(data.length - 4);
    const covered = data.subarray(0, data.length - 4);
    if (crc32(covered) === sum) return true;
    if (type !== FORMAT) return false;
    const clean = Buffer.from(covered);
    clean.writeUInt16LE(clean.readUInt16LE(17) & ~1, 17);
    return crc32(clean) === sum;
  };

  const take = (): void => {
    if (position === 0 && rest.length >= 4) {
      if (rest.readUInt32LE(0) !== MAGIC) broken = 'it does not begin as a binary log does';
      rest = rest.subarray(4);
      position = 4;
    }
    while (broken === null && position > 0 && rest.length >= HEADER) {
      const size = rest.readUInt32LE(9);
      if (size < HEADER) {
        broken = `event at ${position} says that it has ${size} bytes`;
        return;
      }
      if (rest.length < size) return;
      event(rest.subarray(0, size));
      rest = rest.subarray(size);
      position += size;
    }
  };

  return {
    push(chunk) {
      if (broken !== null) return;
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      take();
    },
    sofar: () => ({ position, last }),
    end() {
      if (broken !== null) return { kind: 'broken', why: broken };
      if (position === 0) return { kind: 'broken', why: 'it is empty' };
      if (rest.length > 0) return { kind: 'broken', why: `it breaks off within the event at ${position}` };
      if (events === 0) return { kind: 'broken', why: 'it holds no event' };
      const { before, after } = gtids.texts();
      return { kind: 'whole', look: { first, last, next, closed, gtidsBefore: before, gtidsAfter: after, events } };
    },
  };
}

/** Which transactions were executed before this file and at its end. */
function gtidState() {
  let known = true;
  let sets: Map<string, readonly Interval[]> | null = null;
  let domains: Map<number, string> | null = null;
  let before: string | null = null;
  const text = (): string | null => {
    if (!known) return null;
    if (sets !== null) return setText(sets);
    if (domains !== null)
      return [...domains]
        .toSorted(([a], [b]) => a - b)
        .map(([, gtid]) => gtid)
        .join(',');
    return null;
  };
  return {
    event(type: number, body: Buffer): void {
      if (type === PREVIOUS_GTIDS) {
        sets = readSets(body.subarray(HEADER));
        if (sets === null) known = false;
        before = text();
      }
      if (type === GTID_TAGGED) known = false;
      if (type === GTID && sets !== null) {
        const sid = body.subarray(HEADER + 1, HEADER + 17).toString('hex');
        const number = Number(body.readBigUInt64LE(HEADER + 17));
        sets.set(sid, withNumber(sets.get(sid) ?? [], number));
      }
      if (type === MARIADB_GTID_LIST) {
        domains = readDomains(body.subarray(HEADER));
        before = text();
      }
      if (type === MARIADB_GTID && domains !== null) {
        const domain = body.readUInt32LE(HEADER + 8);
        domains.set(domain, `${domain}-${body.readUInt32LE(5)}-${body.readBigUInt64LE(HEADER)}`);
      }
    },
    texts: () => ({ before: known ? before : null, after: before === null ? null : text() }),
  };
}

/** First and the one behind the last. */
type Interval = readonly [number, number];

/** Null: a form that is not known here (with tags, since MySQL 8.3). */
function readSets(data: Buffer): Map<string, readonly Interval[]> | null {
  const sets = new Map<string, readonly Interval[]>();
  const count = data.readBigUInt64LE(0);
  if (count > 1_000_000n) return null;
  let at = 8;
  for (let n = 0n; n < count; n += 1n) {
    const sid = data.subarray(at, at + 16).toString('hex');
    const intervals = Number(data.readBigUInt64LE(at + 16));
    at += 24;
    const list: Interval[] = [];
    for (let i = 0; i < intervals; i += 1, at += 16)
      list.push([Number(data.readBigUInt64LE(at)), Number(data.readBigUInt64LE(at + 8))]);
    sets.set(sid, list);
  }
  return sets;
}

function withNumber(intervals: readonly Interval[], number: number): readonly Interval[] {
  const last = intervals.at(-1);
  // Nearly always the next one: then nothing is sorted.
  if (last !== undefined && last[1] === number) return [...intervals.slice(0, -1), [last[0], number + 1]];
  const sorted = [...intervals, [number, number + 1] as const].toSorted(([a], [b]) => a - b);
  const merged: Interval[] = [];
  for (const [from, to] of sorted) {
    const before = merged.at(-1);
    if (before !== undefined && from <= before[1]) merged[merged.length - 1] = [before[0], Math.max(before[1], to)];
    else merged.push([from, to]);
  }
  return merged;
}

function setText(sets: ReadonlyMap<string, readonly Interval[]>): string {
  return [...sets]
    .filter(([, intervals]) => intervals.length > 0)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([sid, intervals]) =>
        `${uuid(sid)}:${intervals.map(([from, to]) => (to - 1 === from ? from : `${from}-${to - 1}`)).join(':')}`,
    )
    .join(',');
}

function uuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function readDomains(data: Buffer): Map<number, string> {
  const domains = new Map<number, string>();
  const count = data.readUInt32LE(0) & 0x0fffffff;
  // Of several servers of a domain the last one listed executed last.
  for (let n = 0, at = 4; n < count; n += 1, at += 16) {
    const domain = data.readUInt32LE(at);
    domains.set(domain, `${domain}-${data.readUInt32LE(at + 4)}-${data.readBigUInt64LE(at + 8)}`);
  }
  return domains;
}
