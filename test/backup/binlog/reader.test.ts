import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BrokenWhy, binlogReader, type RawEvent } from '../../../src/backup/binlog/reader.ts';
import { binlog, mysqlTransaction, previousGtids, query, rotate, rows, tableMap, xid } from '../../support/binlog.ts';

/** Pieces of any size become the same events. */

interface Taken {
  readonly events: readonly string[];
  readonly broken: readonly [number, BrokenWhy] | null;
}

/** Takes until there is an event of this type. */
function taker(last?: number) {
  const events: string[] = [];
  let broken: Taken['broken'] = null;
  return {
    take({ at, header, body, whole }: RawEvent): boolean {
      events.push(`${at} ${header.type} ${body.length} ${crc32(body)} ${whole}`);
      return header.type !== last;
    },
    broken(at: number, why: BrokenWhy): void {
      broken = [at, why];
    },
    taken: (): Taken => ({ events, broken }),
  };
}

function read(pieces: Iterable<Buffer>, last?: number): Taken {
  const reader = binlogReader(() => taker(last));
  for (const piece of pieces) if (!reader.push(piece)) break;
  const answer = reader.end();
  if (answer.kind === 'refused') throw new Error(answer.found);
  return answer.sink.taken();
}

function* cut(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const T = 1_763_800_000_123_456;
const change = [query('BEGIN'), tableMap(7, 'orders'), rows('update', 7), xid];
const log = binlog('9.7.0', [previousGtids(4), ...mysqlTransaction(5, T, change), rotate('binlog.000002')]);

describe('a reader of binary logs', () => {
  it('gives the same events for pieces of any size', () => {
    const wanted = read([log]);
    expect(wanted).toMatchObject({ broken: null });
    expect(wanted.events).toHaveLength(7);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (size) => {
        expect(read(cut(log, size))).toEqual(wanted);
      }),
    );
  });
  it('wants no more behind what its taker has ended with', () => {
    const xidType = 16;
    expect(read([log], xidType).events).toHaveLength(6);
    const reader = binlogReader(() => taker(xidType));
    expect([...cut(log, 64)].map((piece) => reader.push(piece)).at(-1)).toBe(false);
  });
});

describe('an event too large to be held', () => {
  // A gigabyte would be the same with more patience.
  const size = (64 << 20) + 4099;
  const [big] = [Buffer.alloc(size, 0x61)];
  big.writeUInt8(29, 4);
  big.writeUInt32LE(11, 5);
  big.writeUInt32LE(size, 9);
  big.writeUInt16LE(0, 17);
  big.writeUInt32LE(crc32(big.subarray(0, -4)), size - 4);
  const head = binlog('9.7.0', [previousGtids(4)]);
  const whole = Buffer.concat([head, big, binlog('9.7.0', [rotate('x')]).subarray(binlog('9.7.0', []).length)]);

  it('is compared with its checksum, and only its beginning is given', () => {
    const { events, broken } = read(cut(whole, 1 << 20));
    expect(broken).toBeNull();
    expect(events.map((text) => text.split(' ').slice(1, 3))).toEqual([
      ['35', expect.any(String)],
      ['29', String((1 << 16) - 19)],
      ['4', expect.any(String)],
    ]);
  });
  it('is broken by a flipped bit far behind its beginning, and torn where it ends early', () => {
    const flipped = Buffer.from(whole);
    flipped.writeUInt8(0x60, head.length + (60 << 20));
    expect(read(cut(flipped, 1 << 20)).broken).toEqual([head.length, 'checksum']);
    expect(read(cut(whole.subarray(0, 50 << 20), 777_777)).broken).toEqual([head.length, 'torn']);
    expect(read(cut(whole.subarray(0, head.length + size - 2), 1 << 20)).broken).toEqual([head.length, 'torn']);
  });
});
