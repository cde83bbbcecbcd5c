import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type Base,
  type Chain,
  type Cut,
  chainOf,
  coveredUntil,
  cutAt,
  emptyState,
  gtidStateText,
  parseGtidState,
  readChain,
  type Target,
} from '../../../src/backup/replay/index.ts';
import {
  binlog,
  commit,
  gtidList,
  type MadeEvent,
  mariadbGtid,
  mysqlTransaction,
  previousGtids,
  query,
  rotate,
  stop,
  UUID,
} from '../../support/binlog.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shiplock-cut-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function chain(files: Readonly<Record<string, Buffer>>): Promise<Chain> {
  const paths = Object.keys(files).map((name) => join(dir, name));
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(dir, name), bytes);
  return readChain(paths);
}

const S = 1_000_000;
/** Transactions of MySQL: number and time. */
function transactions(
  ...list: readonly (readonly [number: number, time: number, text?: string])[]
): readonly MadeEvent[] {
  return list.flatMap(([number, time, text = 'UPDATE orders SET a = 1']) =>
    mysqlTransaction(number, time, [query('BEGIN'), query(text), commit()]),
  );
}
const log = (before: number, events: readonly MadeEvent[], ...rest: readonly MadeEvent[]) =>
  binlog('9.7.0', [previousGtids(before), ...events, ...rest]);

/** Three files, ten transactions, one second after the other. */
const three = () => ({
  'binlog.000009': log(0, transactions([1, S], [2, 2 * S], [3, 3 * S]), rotate('binlog.000010', 4)),
  'binlog.000010': log(3, transactions([4, 4 * S], [5, 5 * S], [6, 5 * S]), rotate('binlog.000011', 7)),
  'binlog.000011': log(6, transactions([7, 7 * S], [8, 8 * S], [9, 6 * S], [10, 10 * S])),
});
const upTo = (last: number): Base => ({
  gtids: last === 0 ? emptyState('mysql') : parseGtidState(`${UUID}:1-${last}`, 'mysql'),
  place: null,
});
const done = ({ executed }: Cut): string =>
  executed === null ? 'unknown' : gtidStateText(executed).replace(`${UUID}:`, '');
const cut = (of: Chain, base: Base, target: Target, options = {}) => cutAt(of, base, target, options);

test('a time keeps everything before the first transaction that is later, ties included', async () => {
  const logs = await chain(three());
  expect(logs.files.map(({ name }) => name)).toEqual(['binlog.000009', 'binlog.000010', 'binlog.000011']);
  expect(done(cut(logs, upTo(2), { kind: 'time', time: 5 * S }))).toBe('1-6');
  expect(done(cut(logs, upTo(2), { kind: 'time', time: 5 * S - 1 }))).toBe('1-4');
  const late = cut(logs, upTo(2), { kind: 'time', time: 7 * S });
  // Number 9 is stamped earlier, but was committed later.
  expect([done(late), late.late]).toEqual(['1-7', 1]);
  expect(late.lost).toMatchObject({
    transactions: 3,
    tables: [{ table: 'shop.orders', transactions: 3 }],
    beyond: null,
  });
});

test('what is replayed are whole transactions of the base’s future, in as few pieces as there are', async () => {
  const logs = await chain(three());
  const { segments, transactions: count } = cut(logs, upTo(2), { kind: 'gtid', gtid: `${UUID}:8` });
  expect(count).toBe(6);
  const [first, second, third] = logs.files;
  expect(segments.map(({ parts }) => parts)).toEqual([
    [{ from: first?.transactions[2]?.start, to: first?.transactions[2]?.end }],
    [{ from: second?.headEnd, to: second?.transactions[2]?.end }],
    [{ from: third?.headEnd, to: third?.transactions[1]?.end }],
  ]);
  expect(cut(logs, upTo(10), { kind: 'end' })).toMatchObject({ transactions: 0, segments: [] });
});

test('a time that the logs do not cover is refused, unless who took them says that nothing is missing', async () => {
  const logs = await chain(three());
  expect(coveredUntil(logs)).toBe(10 * S - 1);
  const late: Target = { kind: 'time', time: 11 * S };
  expect(() => cut(logs, upTo(0), late)).toThrow('restore.not-covered');
  expect(done(cut(logs, upTo(0), late, { completeUntil: 11 * S }))).toBe('1-10');
  expect(() => cut(logs, upTo(0), late, { completeUntil: 11 * S - 1 })).toThrow('restore.not-covered');
  expect(() => cut(logs, upTo(0), { kind: 'gtid', gtid: `${UUID}:11` })).toThrow('restore.not-in-logs');
});

test('a target before the base, and logs that begin too late, are refused', async () => {
  const logs = await chain(three());
  expect(() => cut(logs, upTo(5), { kind: 'time', time: 4 * S })).toThrow('restore.before-base');
  expect(() => cut(logs, upTo(5), { kind: 'gtid', gtid: `${UUID}:4` })).toThrow('restore.before-base');
  const { 'binlog.000009': _, ...later } = three();
  const rest = await chain(later);
  expect(() => cut(rest, upTo(2), { kind: 'end' })).toThrow(`${UUID}:3`);
  expect(done(cut(rest, upTo(3), { kind: 'end' }))).toBe('1-10');
});

test('a file that is missing ends the chain; one that broke off ends it only where something was lost', async () => {
  const files = three();
  const { 'binlog.000010': middle, ...gap } = files;
  const holed = await chain(gap);
  expect(holed.stop).toMatchObject({ why: 'gap', detail: expect.stringContaining(`${UUID}:4-6 is missing`) });
  expect(cut(holed, upTo(0), { kind: 'end' }).lost.beyond).toContain('nothing can be restored past');
  expect(() => cut(holed, upTo(0), { kind: 'gtid', gtid: `${UUID}:7` })).toThrow('restore.not-in-logs');
  // A server that died leaves a file without an end: the next one tells that nothing is missing.
  const torn = await chain({ ...files, 'binlog.000010': middle.subarray(0, middle.length - 20) });
  expect([torn.files.length, torn.stop]).toEqual([3, null]);
  const [, second] = torn.files;
  const lost = await chain({ ...files, 'binlog.000010': middle.subarray(0, (second?.transactions[2]?.end ?? 0) - 1) });
  expect(lost.stop).toMatchObject({ why: 'torn', where: expect.stringContaining('binlog.000010:') });
  expect(done(cut(lost, upTo(0), { kind: 'end' }))).toBe('1-5');
});

test('without ids the ends of the files must tell that they follow each other, and the place tells the base', async () => {
  const anonymous = (time: number) => mysqlTransaction(1, time, [query('BEGIN'), commit()], { anonymous: true });
  const first = binlog('8.4.0', [previousGtids(0), ...anonymous(S), ...anonymous(2 * S), rotate('binlog.000002', 3)]);
  const second = binlog('8.4.0', [previousGtids(0), ...anonymous(3 * S), stop(4)]);
  const logs = await chain({ 'binlog.000001': first, 'binlog.000002': second });
  expect(logs.stop).toBeNull();
  const middle = logs.files[0]?.transactions[0]?.end ?? 0;
  const base = (position: number, file = 'binlog.000001'): Base => ({ gtids: null, place: { file, position } });
  expect(cut(logs, base(middle), { kind: 'end' })).toMatchObject({ transactions: 2, executed: null });
  expect(() => cut(logs, base(middle + 1), { kind: 'end' })).toThrow('inside the transaction');
  expect(() => cut(logs, base(4, 'binlog.000007'), { kind: 'end' })).toThrow('restore.base-not-in-logs');
  expect(() => cut(logs, upTo(0), { kind: 'end' })).toThrow('restore.base-unknown');
  const open = await chain({
    'binlog.000001': first.subarray(0, logs.files[0]?.transactions[1]?.end),
    'binlog.000002': second,
  });
  expect(open.stop).toMatchObject({ why: 'gap' });
});

test('a place and ids of one base must be of one moment', async () => {
  const logs = await chain(three());
  const place = { file: 'binlog.000010', position: logs.files[1]?.transactions[1]?.start ?? 0 };
  expect(done(cut(logs, { ...upTo(4), place }, { kind: 'end' }))).toBe('1-10');
  expect(() => cut(logs, { ...upTo(5), place }, { kind: 'end' })).toThrow('restore.base-differs');
});

test('before a statement: the one that did it, or all that may be meant', async () => {
  const text = (number: number, statement: string) => [[number, number * S, statement]] as const;
  const logs = await chain({
    'binlog.000001': log(
      0,
      transactions(
        ...text(1, 'DROP TABLE orders'),
        ...text(2, 'DROP TABLE items'),
        ...text(3, 'DELETE FROM orders'),
        ...text(4, 'DROP TABLE orders'),
      ),
    ),
  });
  const before = (wanted: Omit<Extract<Target, { readonly kind: 'before' }>, 'kind'>, base = 0) =>
    cut(logs, upTo(base), { kind: 'before', ...wanted });
  expect(done(before({ table: 'shop.items' }))).toBe('1');
  expect(() => before({ table: 'shop.orders' })).toThrow(
    /restore\.which-change|DROP TABLE orders; .*DROP TABLE orders/,
  );
  expect(done(before({ table: 'shop.orders', which: `${UUID}:4` }))).toBe('1-3');
  expect(done(before({ table: 'shop.orders', between: [3 * S, 9 * S] }))).toBe('1-3');
  // The base holds the first already.
  expect(done(before({ table: 'shop.orders' }, 1))).toBe('1-3');
  expect(done(before({ table: 'shop.orders', kinds: ['delete'] }))).toBe('1-2');
  expect(() => before({ table: 'shop.nothing' })).toThrow('restore.no-such-change');
});

test('MariaDB: whole seconds, and each domain on its own', async () => {
  const statement = (number: number, seconds: number, domain = 0) => [
    mariadbGtid(number, seconds, { domain, standalone: true }),
    query('CREATE TABLE t (a INT)'),
  ];
  const logs = await chain({
    'm.000001': binlog('10.11.6-MariaDB', [
      gtidList([[0, 11, 4]]),
      ...statement(5, 10),
      ...statement(1, 11, 2),
      ...statement(6, 11),
      rotate('m.000002', 12),
    ]),
    'm.000002': binlog('10.11.6-MariaDB', [
      gtidList([
        [0, 11, 6],
        [2, 11, 1],
      ]),
      ...statement(2, 12, 2),
      ...statement(7, 13),
      stop(20),
    ]),
  });
  expect(logs.stop).toBeNull();
  const base = (text: string): Base => ({ gtids: parseGtidState(text, 'mariadb'), place: null });
  expect(done(cut(logs, base('0-11-5'), { kind: 'time', time: 11 * S }))).toBe('0-11-6,2-11-1');
  expect(() => cut(logs, base('0-11-5'), { kind: 'time', time: 11 * S + 1 })).toThrow('restore.time-too-fine');
  expect(() => cut(logs, base('0-11-3'), { kind: 'end' })).toThrow('restore.gap-after-base');
  // The server was stopped then: nothing can have come in between.
  expect(done(cut(logs, base('0-11-4'), { kind: 'time', time: 19 * S }))).toBe('0-11-7,2-11-2');
  expect(() => cut(logs, base('0-11-4'), { kind: 'time', time: 20 * S })).toThrow('restore.not-covered');
});

test('files of two servers, or one file twice, are refused', async () => {
  const [file] = (await chain(three())).files;
  if (file === undefined) throw new Error('no file');
  expect(() => chainOf([file, file])).toThrow('restore.binlogs-mixed');
  expect(() => chainOf([file, { ...file, name: 'other.000010' }])).toThrow('restore.binlogs-mixed');
  expect(() => chainOf([])).toThrow('restore.binlogs-mixed');
});
