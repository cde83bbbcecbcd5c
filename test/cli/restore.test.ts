import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
// Loaded here and not on first use, so that no test waits for it.
import '../../src/cli/commands/restore-run.ts';
import { runCli } from '../../src/cli/main.ts';
import { binlog, commit, mysqlTransaction, previousGtids, query, UUID } from '../support/binlog.ts';
import { terminal } from '../support/terminal.ts';

/** `shiplock restore`: what is told of a target, and exit codes. */

let dir = '';
const T = Date.parse('2026-11-22T14:03:07Z') * 1_000;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'restore-cli-'));
  const statement = (number: number, time: number, text: string) =>
    mysqlTransaction(number, time, [query('BEGIN'), query(text), commit()]);
  const events = [
    ...statement(1, T, 'INSERT INTO orders VALUES (1)'),
    ...statement(2, T + 250_000, 'INSERT INTO items VALUES (1)'),
    ...statement(3, T + 500_000, 'DROP TABLE orders'),
    ...statement(4, T + 750_000, 'INSERT INTO items VALUES (2)'),
  ];
  writeFileSync(join(dir, 'binlog.000001'), binlog('9.7.0', [previousGtids(0), ...events]));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function restore(...args: string[]) {
  const io = terminal({ cwd: dir });
  const exit = await runCli(['restore', ...args], io);
  return { exit, ...io.written };
}
const plan = (...args: string[]) => restore('plan', 'binlog.000001', '--base-gtids', '', ...args);

test('what would be replayed, and what would be lost on which tables', async () => {
  const { exit, out } = await plan('--before', 'shop.orders');
  expect(exit).toBe(0);
  expect(out).toContain('replays      2 transactions of 1 files');
  expect(out).toContain(`last of them ${UUID}:2, 2026-11-22T14:03:07.250000Z, binlog.000001:`);
  expect(out).toMatch(/is lost {6}2 transactions, from \S+:3, .* to \S+:4, /);
  expect(out).toContain('1 change shop.items');
});

test('the same for programs', async () => {
  const { out } = await plan('--time', '2026-11-22T15:03:07.3+01:00', '--json');
  expect(JSON.parse(out)).toMatchObject({
    transactions: 2,
    executed: `${UUID}:1-2`,
    lost: { transactions: 2, beyond: null },
    coveredUntil: '2026-11-22T14:03:07.749999Z',
  });
});

test.each([
  [['--time', '2026-11-22 14:03:07'], 'with its zone'],
  [[], '--end'],
  [['--base', 'binlog.000001', '--end'], '--base'],
  [['--time', '2026-11-22T14:03:07Z', '--end'], 'cannot be used with'],
  [['--before', 'shop.orders', '--kind', 'drops'], 'truncate'],
])('%j is a wrong use', async (args, said) => {
  const { exit, err } = await plan(...args);
  expect([exit, err]).toEqual([2, expect.stringContaining(said)]);
});

test('what cannot be reached exactly is refused, and nothing was changed', async () => {
  const { exit, err } = await plan('--time', '2026-11-22T14:04:00Z');
  expect([exit, err]).toEqual([5, expect.stringContaining('restore.not-covered')]);
  expect((await plan('--time', '2026-11-22T14:04:00Z', '--complete-until', '2026-11-22T14:05:00Z')).exit).toBe(0);
  expect((await restore('plan', 'missing.000001', '--base-gtids', '', '--end')).exit).toBe(5);
});

test('the arguments of a throw-away server', async () => {
  const { exit, out } = await restore('arguments', 'mysql', '--workers', '8');
  expect(exit).toBe(0);
  expect(out.split('\n')).toContain('--replica-parallel-workers=8');
  expect((await restore('arguments', 'mariadb')).out).toContain('--slave-parallel-threads=4');
});
