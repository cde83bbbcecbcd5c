import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  duration,
  formatDuration,
  formatShare,
  holdsPassword,
  parseAddress,
  parseDuration,
  parsePorts,
  parseRate,
  parseShare,
  share,
} from '../../src/model/scalars.ts';

test.each([
  ['250ms', 250],
  ['30s', 30_000],
  ['5m', 300_000],
  ['1h30m', 5_400_000],
  ['1d', 86_400_000],
  ['1m500ms', 60_500],
  ['0s', 0],
])('%s is %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

test.each(['', '30', 's', '1.5s', '-1s', '30 s', '5s5m', '1s1s', '30S', '1h 30m', '٣s'])(
  '%j is no duration',
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
    expect(duration().safeParse(text).success).toBe(false);
  },
);

test('every duration is written so that it is read again', () => {
  fc.assert(
    fc.property(fc.nat({ max: 1e10 }), (ms) => {
      expect(parseDuration(formatDuration(ms))).toBe(ms);
    }),
  );
});

test.each([
  ['10%', 0.1],
  ['99.9%', 0.999],
  ['7 %', 0.07],
  ['0.000001%', 1e-8],
  [0.1, 0.1],
  [0, 0],
  ['100%', 1],
])('%s is a share of %d', (value, expected) => expect(parseShare(value)).toBe(expected));

test.each(['10', '101%', '-1%', '%', '1e1%', 1.5, -0.1, Number.NaN])('%j is no share', (value) => {
  expect(parseShare(value)).toBeUndefined();
});

test('every share is written so that it is read again', () => {
  fc.assert(
    fc.property(fc.nat({ max: 1e8 }), (n) => {
      expect(parseShare(formatShare(n / 1e8))).toBe(n / 1e8);
    }),
  );
});

test('limits of a share are outside of it', () => {
  expect(share({ above: 0, below: 1 }).safeParse('0%').success).toBe(false);
  expect(share({ above: 0, below: 1 }).safeParse('100%').success).toBe(false);
  expect(share({ above: 0, below: 1 }).parse('99.99%')).toBe(0.9999);
  expect(share().parse(0)).toBe(0);
});

test('limits of a duration belong to it', () => {
  expect(duration({ min: 1000, max: 2000 }).parse('1s')).toBe(1000);
  expect(duration({ min: 1000, max: 2000 }).parse('2s')).toBe(2000);
  expect(duration({ min: 1000, max: 2000 }).safeParse('999ms').success).toBe(false);
  expect(duration({ min: 1000, max: 2000 }).safeParse('2001ms').success).toBe(false);
});

test('rates are per second', () => {
  expect(parseRate('500/s')).toBe(500);
  expect(parseRate('30/m')).toBe(0.5);
  expect(parseRate('3600/h')).toBe(1);
  for (const text of ['0/s', '5', '5/d', '-1/s', '/s']) expect(parseRate(text)).toBeUndefined();
});

test('port ranges run upwards', () => {
  expect(parsePorts('20000-20099')).toEqual({ first: 20_000, last: 20_099 });
  for (const text of ['20099-20000', '0-5', '1-65536', '80', '1-2-3']) expect(parsePorts(text)).toBeUndefined();
});

test('addresses', () => {
  expect(parseAddress('127.0.0.1:8080')).toEqual({ host: '127.0.0.1', port: 8080 });
  expect(parseAddress(':8080')).toEqual({ host: '*', port: 8080 });
  expect(parseAddress('*:8080')).toEqual({ host: '*', port: 8080 });
  expect(parseAddress('[::1]:8080')).toEqual({ host: '::1', port: 8080 });
  for (const text of ['8080', 'host', 'host:0', 'host:65536', '::1:80', 'a b:80'])
    expect(parseAddress(text)).toBeUndefined();
});

test.each([
  'mysql://shop:hunter2@127.0.0.1/shop',
  'shop:hunter2@tcp(127.0.0.1:3306)/shop',
  'shop:hunter2@unix(/run/mysqld.sock)/shop',
  'shop:p:ss/word@tcp(db)/shop',
  'https://ann:hunter2@example.org',
  'redis://:hunter2@127.0.0.1:6379',
  'shop:hunter2@db/shop',
])('%s holds a password', (text) => expect(holdsPassword(text)).toBe(true));

test.each([
  'mysql://shop@127.0.0.1/shop',
  'shop@tcp(127.0.0.1:3306)/shop',
  'https://example.org/a:b@c',
  'git@example.org:ops.git',
  'mailto:ann@example.org',
  'ann@example.org',
  '127.0.0.1:{port}',
  'sum by (version) (rate(x{job="a:b"}[5m] @ 5))',
])('%s holds none', (text) => expect(holdsPassword(text)).toBe(false));
