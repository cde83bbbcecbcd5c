import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepScan, readScan, scansOf } from '../../../src/release/scan/store.ts';
import { COMMIT, finding, found, record } from './sample.ts';

let store = '';
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'shiplock-scans-'));
});
afterEach(() => rmSync(store, { recursive: true, force: true }));

const kept = found(finding());
const directory = (): string => join(store, 'scans', 'shop');

test('a result is found again by its commit and its question; the newest stands', async () => {
  expect(await readScan(store, kept)).toBeNull();
  await keepScan(store, kept);
  expect(await readScan(store, kept)).toEqual(kept);
  const newer = { ...kept, time: '2026-11-22T11:30:00.000Z' };
  await keepScan(store, newer);
  expect(await readScan(store, kept)).toEqual(newer);
  const other = { ...kept, settings: `sha256:${'2'.repeat(64)}` };
  expect(await readScan(store, other)).toBeNull();
  await keepScan(store, { ...other, time: '2026-11-22T11:45:00.000Z' });
  expect((await scansOf(store, 'shop', COMMIT)).map(({ time }) => time.slice(11, 16))).toEqual(['11:45', '11:30']);
  expect(await scansOf(store, 'shop', 'b'.repeat(40))).toEqual([]);
});

test('what was cut off, is of another form, or was moved from another commit is no result', async () => {
  await keepScan(store, kept);
  const [name = ''] = readdirSync(directory());
  const file = join(directory(), name);
  for (const text of [
    '',
    '{"formatVersion":1',
    '[]',
    JSON.stringify({ ...kept, formatVersion: 2 }),
    JSON.stringify({ ...kept, extra: 1 }),
  ]) {
    writeFileSync(file, text);
    expect(await readScan(store, kept), text).toBeNull();
    expect(await scansOf(store, 'shop', COMMIT), text).toEqual([]);
  }
  writeFileSync(file, JSON.stringify({ ...kept, commit: 'b'.repeat(40) }));
  expect(await readScan(store, kept)).toBeNull();
  expect(await scansOf(store, 'shop', COMMIT)).toEqual([]);
});

test('a commit is a full name, so that none leads out of the directory', async () => {
  await expect(readScan(store, { ...kept, commit: '../../x' })).rejects.toThrow('no full name');
});

test('the oldest go when there are very many', async () => {
  await keepScan(store, record());
  const [first = ''] = readdirSync(directory());
  utimesSync(join(directory(), first), 0, 0);
  for (let n = 0; n < 200; n++) writeFileSync(join(directory(), `${n}.json`), '{}');
  await keepScan(store, record({ commit: 'b'.repeat(40) }));
  const left = readdirSync(directory());
  expect(left).toHaveLength(200);
  expect(left).not.toContain(first);
});
