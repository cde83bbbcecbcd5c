import { execFileSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { command, type Lab, openLab, type Ran } from '../../scripts/lab/lab.ts';
import { PROGRAM } from '../../scripts/lab/program.ts';
import { portRange, quickRollout, servedVersion } from './support/doors.ts';

/** Two machines that take turns with one service over a git store, which then goes away and comes back. */

const ending = z.looseObject({ run: z.string(), outcome: z.string(), gate: z.string().nullable() });
const standing = z.looseObject({
  pending: z.array(z.looseObject({ records: z.number() })).nullable(),
  lock: z.looseObject({ by: z.string() }).nullable(),
});

let lab: Lab;
let dir: string;
let operations: string;
let run = '';

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sl-store-'));
  operations = join(dir, 'operations.git');
  execFileSync('git', ['init', '-q', '--bare', operations]);
  lab = await openLab({
    database: false,
    frontend: false,
    ports: await portRange(),
    rollout: { ...quickRollout, lowTraffic: 'gate' },
    top: { store: { git: { url: operations, lease: '20s' } } },
  });
});
afterAll(async () => {
  await lab?.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** The same command with a state directory that knows of nothing. */
const elsewhere = (args: readonly string[]): Promise<Ran> =>
  command([process.execPath, PROGRAM, ...args, '--state', join(dir, 'elsewhere')], {
    cwd: lab.service,
    env: { ...process.env, ...lab.env, SHIPLOCK_WHO: 'other' },
  });
const branches = (): readonly string[] =>
  execFileSync('git', ['--git-dir', operations, 'for-each-ref', '--format=%(refname:short)'], { encoding: 'utf8' })
    .trim()
    .split('\n');
const passed = (ran: Ran, code = 0): Ran => {
  expect(ran.code, ran.stdout + ran.stderr).toBe(code);
  return ran;
};

test('a release leaves its lease, its journal and its records in git', async () => {
  await lab.commit('1.0.0');
  const first = ending.parse(JSON.parse(passed(await lab.shiplock(['release', 'production', '--json'])).stdout));
  expect(branches()).toEqual(
    expect.arrayContaining([
      'shiplock/lease/production',
      `shiplock/journal/${first.run}`,
      'shiplock/records/production',
    ]),
  );
  const { pending } = standing.parse(JSON.parse((await lab.shiplock(['status', 'production', '--json'])).stdout));
  expect(pending).toEqual([]);
});

test('a run that waits at a gate is filled in and gone on with on another machine', async () => {
  await lab.commit('2.0.0');
  const waiting = ending.parse(JSON.parse(passed(await lab.shiplock(['release', 'production', '--json']), 3).stdout));
  run = waiting.run;
  const fill = [
    'gate',
    'fill',
    run,
    waiting.gate ?? '',
    '--evidence',
    'decision=promote',
    '--evidence',
    'reason=looks good',
  ];
  passed(await elsewhere(fill));
  passed(await elsewhere(['resume', run]));
  expect(await servedVersion(lab.entry)).toBe('2.0.0');
  // The first machine hears of it when it asks.
  passed(await lab.shiplock(['resume', run]));
});

test('the other machine knows the way back', async () => {
  passed(await elsewhere(['rollback', 'production', '--reason', 'try the way back']));
  expect(await servedVersion(lab.entry)).toBe('1.0.0');
});

test('a lock of one machine holds on the other', async () => {
  passed(await elsewhere(['lock', 'production', '--reason', 'repairs']));
  const refused = passed(await lab.shiplock(['release', 'production', '--json']), 7);
  expect(refused.stdout + refused.stderr).toContain('lease.locked');
  // `status` gives git one second; on a busy machine that may be too short for one look.
  await expect
    .poll(
      async () => standing.parse(JSON.parse((await lab.shiplock(['status', 'production', '--json'])).stdout)).lock,
      {
        timeout: 60_000,
      },
    )
    .toMatchObject({ by: 'other' });
  passed(await lab.shiplock(['unlock', 'production', '--reason', 'repaired']));
});

test('without git a release is refused, goes on with broken glass, and git is made true afterwards', async () => {
  await lab.commit('3.0.0', {}, { rollout: { lowTraffic: 'smoke' } });
  renameSync(operations, `${operations}.away`);
  const refused = await lab.shiplock(['release', 'production']);
  expect([1, 5]).toContain(refused.code);
  expect(refused.stdout + refused.stderr).toContain('store.unreachable');
  passed(await lab.shiplock(['release', 'production', '--break-glass', 'git is away']));
  expect(await servedVersion(lab.entry)).toBe('3.0.0');
  const status = passed(await lab.shiplock(['status', 'production']));
  expect(status.stdout).toMatch(/git is not yet true: \d+ records are pending/);
  // The way back needs no glass to be broken.
  passed(await lab.shiplock(['rollback', 'production', '--reason', 'try it without git']));
  renameSync(`${operations}.away`, operations);
  passed(await lab.shiplock(['journal', 'import']));
  const { pending } = standing.parse(JSON.parse((await lab.shiplock(['status', 'production', '--json'])).stdout));
  expect(pending).toEqual([]);
  passed(await elsewhere(['release', 'production', '--dry-run']));
});
