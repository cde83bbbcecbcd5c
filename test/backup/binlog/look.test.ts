import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type LogAnswer, logReader } from '../../../src/backup/binlog/look.ts';

/** Logs written here byte by byte, as the formats of the servers say; real ones are read in test/integration/backup.test.ts. */

const MAGIC = Buffer.from([0xfe, 0x62, 0x69, 0x6e]);
const T = Date.parse('2026-03-01T02:00:00Z') / 1000;

function event(type: number, body: Buffer, time = T, server = 7): Buffer {
  const head = Buffer.alloc(19);
  head.writeUInt32LE(time, 0);
  head.writeUInt8(type, 4);
  head.writeUInt32LE(server, 5);
  head.writeUInt32LE(19 + body.length + 4, 9);
  const data = Buffer.concat([head, body]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32(data));
  return Buffer.concat([data, sum]);
}

const number64 = (value: number): Buffer => {
  const data = Buffer.alloc(8);
  data.writeBigUInt64LE(BigInt(value));
  return data;
};
const number32 = (value: number): Buffer => {
  const data = Buffer.alloc(4);
  data.writeUInt32LE(value);
  return data;
};

/** Version 4, CRC32. */
const format = event(15, Buffer.concat([Buffer.from([4, 0]), Buffer.alloc(93), Buffer.from([1])]));
const rotate = (next: string, time = T + 60): Buffer => event(4, Buffer.concat([number64(4), Buffer.from(next)]), time);
const query = (time: number): Buffer => event(2, Buffer.from('BEGIN'), time);

const SID = Buffer.from('3e11fa47-71ca-11e1-9e33-c80aa9429562'.replaceAll('-', ''), 'hex');
const previous = (...intervals: readonly (readonly [number, number])[]): Buffer =>
  event(
    35,
    Buffer.concat([
      number64(intervals.length === 0 ? 0 : 1),
      ...(intervals.length === 0 ? [] : [SID, number64(intervals.length)]),
      ...intervals.flatMap(([a, b]) => [number64(a), number64(b)]),
    ]),
  );
const gtid = (number: number): Buffer =>
  event(33, Buffer.concat([Buffer.from([1]), SID, number64(number), Buffer.alloc(20)]));

function read(log: Buffer, cuts: readonly number[] = []): LogAnswer {
  const reader = logReader();
  let from = 0;
  for (const cut of [...new Set([...cuts.map((one) => one % log.length), log.length])].toSorted((a, b) => a - b)) {
    reader.push(log.subarray(from, cut));
    from = cut;
  }
  return reader.end();
}

const whole = Buffer.concat([
  MAGIC,
  format,
  previous([1, 11]),
  gtid(11),
  query(T + 1),
  gtid(13),
  query(T + 2),
  rotate('binlog.000008'),
]);

describe('a binary log', () => {
  it('tells its times, what comes next and which transactions it has', () => {
    expect(read(whole)).toEqual({
      kind: 'whole',
      look: {
        ...{ first: T, last: T + 60, next: 'binlog.000008', closed: true, events: 7 },
        gtidsBefore: '3e11fa47-71ca-11e1-9e33-c80aa9429562:1-10',
        gtidsAfter: '3e11fa47-71ca-11e1-9e33-c80aa9429562:1-11:13',
      },
    });
  });
  it('tells MariaDB’s transactions by domain', () => {
    const list = event(
      163,
      Buffer.concat([number32(2), number32(0), number32(7), number64(41), number32(5), number32(9), number64(3)]),
    );
    const one = event(162, Buffer.concat([number64(42), number32(0), Buffer.from([0]), Buffer.alloc(6)]), T + 5, 8);
    expect(read(Buffer.concat([MAGIC, format, list, one]))).toMatchObject({
      look: { gtidsBefore: '0-7-41,5-9-3', gtidsAfter: '0-8-42,5-9-3', closed: false, next: null },
    });
  });
  it('tells transactions with a tag, as MySQL has them since 8.3', () => {
    // Numbers below 128 in one byte, larger ones in two: ones at the low end tell how many follow.
    const packed = (value: number): readonly number[] =>
      value < 128 ? [value << 1] : [((value << 2) | 1) & 0xff, value >> 6];
    const sid = [...SID].flatMap(packed);
    const body = [1, 0, 3].flatMap(packed);
    const tagged = event(
      42,
      Buffer.from([
        ...body,
        ...packed(1),
        ...sid,
        ...packed(2),
        ...packed(2 * 5),
        ...packed(3),
        ...packed(2),
        0x61,
        0x62,
      ]),
    );
    expect(read(Buffer.concat([MAGIC, format, previous([1, 11]), tagged]))).toMatchObject({
      look: {
        gtidsBefore: '3e11fa47-71ca-11e1-9e33-c80aa9429562:1-10',
        gtidsAfter: '3e11fa47-71ca-11e1-9e33-c80aa9429562:1-10:ab:5',
      },
    });
  });
  it.each([
    ['events that the server lost', event(26, Buffer.alloc(4)), 'lost events'],
    ['events that are encrypted', event(164, Buffer.alloc(21)), 'encrypted'],
    ['an event that nobody knows', event(201, Buffer.alloc(4)), 'type 201'],
    ['a transaction whose id cannot be read', event(42, Buffer.from([2, 0, 6, 4, 20])), 'without an id'],
  ])('is broken where a restore would stop: %s', (_what, stops, why) => {
    const answer = read(Buffer.concat([MAGIC, format, previous([1, 11]), stops, rotate('binlog.000008')]));
    expect(answer).toEqual({ kind: 'broken', why: expect.stringContaining(why) });
  });
  it('is the same in whatever pieces it comes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 5000 }), { maxLength: 30 }), (cuts) => {
        expect(read(whole, cuts)).toEqual(read(whole));
      }),
    );
  });
  it('is broken at any cut within an event, and at any bit that is flipped behind its beginning', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: whole.length - 1 }), (length) => {
        const answer = read(whole.subarray(0, length));
        const ends = [MAGIC, format, previous([1, 11]), gtid(11), query(T + 1), gtid(13), query(T + 2)];
        const boundaries = ends.map((_, at) => Buffer.concat(ends.slice(0, at + 1)).length);
        expect(answer.kind).toBe(boundaries.slice(1).includes(length) ? 'whole' : 'broken');
      }),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 4 + format.length, max: whole.length - 1 }),
        fc.integer({ min: 0, max: 7 }),
        (at, bit) => {
          const flipped = Buffer.from(whole);
          flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << bit), at);
          expect(read(flipped).kind).toBe('broken');
        },
      ),
      { numRuns: 500 },
    );
  });
});

test.each([
  ['', 'it is an empty file'],
  ['no log at all', 'it is another file'],
])('%j is none: %s', (text, why) => expect(read(Buffer.from(text))).toEqual({ kind: 'broken', why }));
