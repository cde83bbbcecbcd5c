import { crc32, deflateSync } from 'node:zlib';

/** Binary logs made byte by byte, to see what a reader makes of them. Written from the published formats, apart from the reader. */

export interface MadeEvent {
  readonly type: number;
  readonly body: Buffer;
  readonly seconds?: number;
  readonly serverId?: number;
  readonly flags?: number;
}

const SERVER = 11;
export const UUID = '3e11fa47-71ca-11e1-9e33-c80aa9429562';

function u(value: number, bytes: 1 | 2 | 4 | 6 | 7 | 8): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(value));
  return buffer.subarray(0, bytes);
}

export function event(
  { type, body, seconds = 0, serverId = SERVER, flags = 0 }: MadeEvent,
  at: number,
  sums: boolean,
): Buffer {
  const size = 19 + body.length + (sums ? 4 : 0);
  const bytes = Buffer.concat([
    u(seconds, 4),
    u(type, 1),
    u(serverId, 4),
    u(size, 4),
    u(at + size, 4),
    u(flags, 2),
    body,
  ]);
  return sums ? Buffer.concat([bytes, u(crc32(bytes), 4)]) : bytes;
}

/** A whole file. The sizes of transactions of MySQL are filled in by `transaction`. */
export function binlog(
  version: string,
  events: readonly MadeEvent[],
  options: { readonly sums?: boolean; readonly inUse?: boolean } = {},
): Buffer {
  const sums = options.sums ?? true;
  const text = Buffer.alloc(50);
  text.write(version, 'latin1');
  const format = Buffer.concat([u(4, 2), text, u(0, 4), u(19, 1), Buffer.alloc(40, 1), u(sums ? 1 : 0, 1)]);
  let bytes = Buffer.from([0xfe, 0x62, 0x69, 0x6e]);
  // The first event has a checksum in any case, and the mark of a file in use does not count for it.
  const first = event({ type: 15, body: format }, 4, true);
  if (options.inUse === true) first.writeUInt8(1, 17);
  bytes = Buffer.concat([bytes, first]);
  for (const one of events) bytes = Buffer.concat([bytes, event(one, bytes.length, sums)]);
  return bytes;
}

/** PREVIOUS_GTIDS of one server. */
export function previousGtids(last: number): MadeEvent {
  const body =
    last === 0
      ? u(0, 8)
      : Buffer.concat([u(1, 8), Buffer.from(UUID.replaceAll('-', ''), 'hex'), u(1, 8), u(1, 8), u(last + 1, 8)]);
  return { type: 35, body };
}

export function query(text: string, database = 'shop', seconds = 0): MadeEvent {
  const name = Buffer.from(database);
  return {
    type: 2,
    seconds,
    body: Buffer.concat([u(1, 4), u(0, 4), u(name.length, 1), u(0, 2), u(0, 2), name, u(0, 1), Buffer.from(text)]),
  };
}

/** MariaDB's compressed form of it. */
export function queryCompressed(text: string, database = 'shop'): MadeEvent {
  const plain = query('', database).body;
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(text));
  return { type: 165, body: Buffer.concat([plain, Buffer.from([0x80 | 2]), length, deflateSync(Buffer.from(text))]) };
}

export function tableMap(id: number, table: string, database = 'shop'): MadeEvent {
  const name = (text: string): Buffer => Buffer.concat([u(Buffer.byteLength(text), 1), Buffer.from(text), u(0, 1)]);
  return {
    type: 19,
    body: Buffer.concat([u(id, 6), u(1, 2), name(database), name(table), u(1, 1), u(3, 1), u(0, 1), u(0, 1)]),
  };
}

export function rows(kind: 'write' | 'update' | 'delete', id: number): MadeEvent {
  const type = { write: 30, update: 31, delete: 32 }[kind];
  return { type, body: Buffer.concat([u(id, 6), u(1, 2), u(2, 2), u(1, 1), u(1, 1), u(0, 1), u(7, 4)]) };
}

export const xid: MadeEvent = { type: 16, body: u(42, 8) };
export const commit = (): MadeEvent => query('COMMIT');

/** A transaction of MySQL: its first event knows how long all of it is. `original`: where it came from another server. */
export function mysqlTransaction(
  number: number,
  time: number,
  content: readonly MadeEvent[],
  options: { readonly sums?: boolean; readonly original?: number; readonly anonymous?: boolean } = {},
): readonly MadeEvent[] {
  const sums = options.sums ?? true;
  const begin = (length: number): MadeEvent => {
    const both = options.original !== undefined;
    const immediate = u(time, 7);
    if (both) immediate.writeUInt8(immediate.readUInt8(6) | 0x80, 6);
    // Always in the form with a length of its own, so that the size of the event does not depend on it.
    const packed = Buffer.concat([u(253, 1), u(length, 8).subarray(0, 3)]);
    const times = both ? [immediate, u(options.original ?? 0, 7)] : [immediate];
    return {
      type: options.anonymous === true ? 34 : 33,
      body: Buffer.concat([
        ...[
          u(0, 1),
          Buffer.from(UUID.replaceAll('-', ''), 'hex'),
          u(number, 8),
          u(2, 1),
          u(number - 1, 8),
          u(number, 8),
        ],
        ...[...times, packed, u(90_700, 4)],
      ]),
    };
  };
  const length = [begin(0), ...content].reduce((sum, one) => sum + event(one, 0, sums).length, 0);
  return [begin(length), ...content];
}

/** The beginning of a transaction of MariaDB. */
export function mariadbGtid(
  number: number,
  seconds: number,
  options: { readonly domain?: number; readonly serverId?: number; readonly standalone?: boolean } = {},
): MadeEvent {
  const flags = options.standalone === true ? 1 : 4;
  return {
    ...{ type: 162, seconds, serverId: options.serverId ?? SERVER },
    body: Buffer.concat([u(number, 8), u(options.domain ?? 0, 4), u(flags, 1), Buffer.alloc(6)]),
  };
}

export function gtidList(entries: readonly (readonly [domain: number, server: number, number: number])[]): MadeEvent {
  const list = entries.map(([domain, server, number]) => Buffer.concat([u(domain, 4), u(server, 4), u(number, 8)]));
  return { type: 163, body: Buffer.concat([u(entries.length, 4), ...list]) };
}

export function rotate(next: string, seconds = 0): MadeEvent {
  return { type: 4, seconds, body: Buffer.concat([u(4, 8), Buffer.from(next)]) };
}

export const stop = (seconds = 0): MadeEvent => ({ type: 3, seconds, body: Buffer.alloc(0) });
