import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStartBook, type Start } from '../../src/alerts/index.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const DAY = 86_400_000;
let store: string;
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'shiplock-alerts-'));
});
afterEach(() => rmSync(store, { recursive: true, force: true }));

const start = (run: string, at = NOW): Start => ({
  ...{ run, rule: 'nginx-down', alertname: 'NginxDown', fingerprint: 'a'.repeat(16), startsAt: at },
  ...{ runbook: 'service-revive', texts: { service: 'proxy' }, at },
});
const open = (now = NOW) => openStartBook(store, 'production', now);

test('what was begun is there after a restart, in order', async () => {
  const book = await open();
  expect(await book.begin(start('b', NOW + 1))).toBe(true);
  expect(await book.begin(start('a', NOW))).toBe(true);
  await book.end('a', { kind: 'begun', outcome: 'done', at: NOW + 5 });
  expect((await open()).all()).toEqual([
    { ...start('a', NOW), ended: { kind: 'begun', outcome: 'done', at: NOW + 5 } },
    { ...start('b', NOW + 1), ended: null },
  ]);
});

test('of two processes one has a start', async () => {
  const [one, other] = [await open(), await open()];
  expect(await Promise.all([one.begin(start('a')), other.begin(start('a'))])).toEqual(
    expect.arrayContaining([true, false]),
  );
  expect((await open()).all()).toHaveLength(1);
  expect(readdirSync(join(store, 'alerts', 'production'))).toEqual(['a.json']);
});

test('what was not begun may be begun another time; what is old is forgotten, what is open never', async () => {
  const book = await open();
  await book.begin(start('a'));
  await book.end('a', { kind: 'not-begun', outcome: 'lease-held', at: NOW });
  expect(await book.begin(start('a', NOW + 1))).toBe(true);
  await book.begin(start('b'));
  await book.end('b', { kind: 'begun', outcome: 'failed', at: NOW });
  expect((await open(NOW + 31 * DAY)).all()).toEqual([{ ...start('a', NOW + 1), ended: null }]);
});

test('a torn file beside it is none; a book that cannot be read starts nothing', async () => {
  const book = await open();
  await book.begin(start('a'));
  const directory = join(store, 'alerts', 'production');
  writeFileSync(join(directory, 'b.json.123.tmp'), '{"formatV');
  expect((await open()).all()).toHaveLength(1);
  writeFileSync(join(directory, 'c.json'), '{}');
  await expect(open()).rejects.toThrow();
});
