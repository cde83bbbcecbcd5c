import { expect, test } from 'vitest';
import { dueLogs, surplus, unfinished } from '../../src/logs/index.ts';
import type { AsideLog, LogRules, LogsLook } from '../../src/model/logs.ts';
import { parseLogs } from '../../src/platform/logs.ts';

/** Which logs are due, and what goes of those that were put aside. */

const DAY = 24 * 3_600_000;
const NOW = Date.parse('2026-11-23T05:00:00Z');
const LOG = '/var/log/shop/access.log';
const rules: LogRules = {
  ...{ id: 'shiplock-shop-access', files: ['/var/log/shop/*.log'], reopen: { kind: 'none' }, rotator: true },
  ...{ every: 'daily', maxMiB: 1, keep: 2, keepDays: 30 },
};
const log = (bytes: number, ageDays: number) => ({ path: LOG, bytes, inode: '7', sinceMs: NOW - ageDays * DAY });
const aside = (ageDays: number, more: Partial<AsideLog> = {}): AsideLog => {
  const atMs = NOW - ageDays * DAY;
  const path = `${LOG}-20261101-${atMs / 1000}.gz`;
  return { path, bytes: 10, atMs, compressed: true, writers: [], ...more };
};
const look = (more: Partial<LogsLook>): LogsLook => ({
  ...{ nowMs: NOW, logs: [], aside: [], rotator: null, others: [], insecure: [], ...more },
});

test('a log is due when it is greater or older than the rules allow, and never when it is empty', () => {
  const due = (bytes: number, age: number, more: Partial<LogsLook> = {}, now = false) =>
    dueLogs(look({ logs: [log(bytes, age)], ...more }), rules, now).length;
  expect([due(1024 * 1024, 0.5), due(1024 * 1024 + 1, 0.5), due(1, 1), due(0, 40)]).toEqual([0, 1, 1, 0]);
  // A disk that knows no births, or a copy: it was put aside an hour ago.
  expect(due(1, 40, { aside: [aside(1 / 24)] })).toBe(0);
  expect([due(1, 0, {}, true), due(0, 0, {}, true)]).toEqual([1, 0]);
});

test('the newest stay by count and by age, also while another one comes, and what is written to stays', () => {
  const all = [1, 2, 3, 40].map((age) => aside(age));
  expect(surplus(look({ aside: all }), rules)).toEqual([all[2], all[3]]);
  expect(surplus(look({ aside: all }), rules, [log(9, 9)])).toEqual([all[1], all[2], all[3]]);
  expect(surplus(look({ aside: [aside(40)] }), rules)).toHaveLength(1);
  expect(surplus(look({ aside: [aside(40, { writers: ['812'] })] }), rules)).toEqual([]);
});

test('what is not compressed is unfinished, but where logrotate compresses a turn later', () => {
  const plain = aside(1, { compressed: false });
  expect(unfinished(look({ aside: [plain, aside(2)] }))).toEqual([plain]);
  expect(unfinished(look({ aside: [plain], rotator: 'logrotate 3.21.0' }))).toEqual([]);
  expect(unfinished(look({ aside: [aside(1, { writers: ['9'] })], rotator: 'logrotate 3.21.0' }))).toHaveLength(1);
});

test('an answer that is not whole is none', () => {
  const said = (...lines: readonly object[]) => parseLogs(lines.map((line) => JSON.stringify(line)).join('\n'));
  const now = { kind: 'now', text: '1795408598' };
  const end = { kind: 'end' };
  expect(said({ kind: 'log', text: `12 7 0 1795400000 ${LOG}` }, now, end)?.logs).toEqual([
    { path: LOG, bytes: 12, inode: '7', sinceMs: 1_795_400_000_000 },
  ]);
  expect(said({ kind: 'aside', text: `5 1795400000 8,9, ${LOG}-20261123-1795400000` }, now, end)?.aside).toMatchObject([
    { compressed: false, writers: ['8', '9'] },
  ]);
  expect(said({ kind: 'log', text: `12 7 0 1795400000 ${LOG}` }, now)).toBeUndefined();
  expect(said({ kind: 'log', text: 'nonsense' }, now, end)).toBeUndefined();
  expect(said(end)).toBeUndefined();
});
