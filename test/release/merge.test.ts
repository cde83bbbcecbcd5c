import { expect, test } from 'vitest';
import type { ChangeHead } from '../../src/model/change.ts';
import { changeText } from '../../src/release/change/text.ts';
import { mergeRecords } from '../../src/release/run/merge.ts';

const entry = (run: string, time: string) => ({
  version: '1.0.0',
  run,
  time,
  outcome: 'released',
  who: 'ann',
  why: 'x',
});
const record = (...history: readonly object[]): string =>
  `${JSON.stringify({ formatVersion: 1, environment: 'production', service: 'certkeeper', history }, null, 2)}\n`;

test('the history of two machines is all that either remembers, once, in the order of time', async () => {
  const a = entry('a', '2026-11-21T06:00:00.000Z');
  const b = entry('b', '2026-11-21T07:00:00.000Z');
  const c = entry('c', '2026-11-21T08:00:00.000Z');
  expect(await mergeRecords('environments/production.json', record(a, c), record(a, b))).toBe(record(a, b, c));
  expect(await mergeRecords('environments/production.json', record(a, b), record(a, b))).toBe(record(a, b));
});

test('the history of a unit is merged in the same way', async () => {
  const release = `sha256:${'a'.repeat(64)}`;
  const { version: _, ...plain } = entry('a', '2026-11-21T06:00:00.000Z');
  const a = { release, ...plain, versions: { api: '1.0.0' } };
  const b = { ...a, run: 'b', time: '2026-11-21T05:00:00.000Z', outcome: 'taken-back' };
  const unit = (...history: readonly object[]): string =>
    JSON.stringify({ formatVersion: 1, unit: 'shop', environment: 'production', history });
  expect(JSON.parse(await mergeRecords('environments/production.json', unit(a), unit(b, a)))).toEqual(
    JSON.parse(unit(b, a)),
  );
});

test('a record of a release stays as it is here, and what cannot be read too', async () => {
  expect(await mergeRecords('releases/production/1.0.0.json', 'ours', 'theirs')).toBe('ours');
  expect(await mergeRecords('environments/production.json', 'broken', record())).toBe('broken');
  expect(await mergeRecords('ledgers/production.json', 'broken', 'broken too')).toBe('broken');
});

test('ledgers keep every row of both', async () => {
  const row = (version: string, time: string) => ({ version, schema: '0001', answer: 'yes', proof: 'ran', time });
  const [one, two] = [row('1.0.0', '2026-11-21T06:00:00.000Z'), row('2.0.0', '2026-11-21T07:00:00.000Z')];
  const ledger = (...rows: readonly object[]): string =>
    `${JSON.stringify({ formatVersion: 1, service: 'certkeeper', rows }, null, 2)}\n`;
  const merged = await mergeRecords('ledgers/production.json', ledger(two), ledger(one, two));
  expect(JSON.parse(merged)).toMatchObject({ rows: [{ version: '1.0.0' }, { version: '2.0.0' }] });
});

test('a change record stays as it is here, unless it was closed elsewhere', async () => {
  const head: ChangeHead = {
    formatVersion: 1,
    change: 'CHG-20261123-3f2a',
    title: 'A new page',
    service: 'shop',
    environment: 'production',
    what: { kind: 'migration', commit: 'c'.repeat(40), phase: 'expand' },
    plan: `sha256:${'a'.repeat(64)}`,
    requestedBy: 'anna',
    requestedAt: '2026-11-23T08:00:00.000Z',
  };
  const closed = { by: 'ben', at: '2026-11-23T09:00:00.000Z', outcome: 'withdrawn', note: 'not needed' } as const;
  const open = changeText({ head, texts: { why: 'x' } });
  const edited = changeText({ head, texts: { why: 'y' } });
  const over = changeText({ head: { ...head, closed }, texts: { why: 'x' } });
  const name = 'changes/production/CHG-20261123-3f2a.md';
  expect(await mergeRecords(name, open, edited)).toBe(open);
  expect(await mergeRecords(name, open, over)).toBe(over);
  expect(await mergeRecords(name, over, open)).toBe(over);
  expect(await mergeRecords(name, 'broken', over)).toBe('broken');
});
