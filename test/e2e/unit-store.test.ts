import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { command, type Ran } from '../../scripts/lab/lab.ts';
import { PROGRAM } from '../../scripts/lab/program.ts';
import { childProgram } from '../../scripts/testing/children.ts';
import { listRuns } from '../../src/procedure/index.ts';
import { answerOf, openUnitWorld, type UnitWorld } from './support/unit-world.ts';

/** A unit whose journal lies in a git store: its machine dies, and another one, with clones of its own, goes on with it. */

const CHILD = childProgram('unit');
const MEMBERS = ['api', 'web'] as const;
const ending = z.looseObject({
  run: z.string(),
  outcome: z.string(),
  members: z.array(z.looseObject({ name: z.string(), standing: z.string() })),
});

let dir: string;
let operations: string;
let elsewhere: string;
let world: UnitWorld;

const well = (ran: Ran, code = 0): Ran => {
  expect(ran.code, ran.stdout + ran.stderr).toBe(code);
  return ran;
};
const git = (...args: readonly string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();
const there = (...args: readonly string[]): Promise<Ran> =>
  command([process.execPath, PROGRAM, ...args, '--unit', elsewhere, '--json'], {
    cwd: elsewhere,
    env: { ...process.env, SHIPLOCK_WHO: 'ben', NO_COLOR: '' },
  });

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sus-'));
  operations = join(dir, 'operations.git');
  elsewhere = join(dir, 'elsewhere');
  git('init', '-q', '--bare', operations);
  world = await openUnitWorld('files', 'row', operations);
  for (const member of MEMBERS) await world.commit(member, '1.0.0', { page: 'page one' });
  well(await world.shiplock('release', 'development', '--unit', '.', '--json'));
});
afterAll(async () => {
  await world?.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** Clones of the members and the file of the unit, with what was built, and no journal of anything. */
function machine(): void {
  mkdirSync(elsewhere);
  cpSync(join(world.dir, 'shiplock.unit.yaml'), join(elsewhere, 'shiplock.unit.yaml'));
  for (const member of MEMBERS) {
    git('clone', '-q', join(world.dir, member), join(elsewhere, member));
    const artefacts = '.shiplock/state/artefacts';
    cpSync(join(world.dir, member, artefacts), join(elsewhere, member, artefacts), { recursive: true });
  }
}

test('a unit run leaves its lease, its journal and its records in git, apart from those of its members', () => {
  const branches = git('--git-dir', operations, 'for-each-ref', '--format=%(refname:short)').split('\n');
  const [run] = branches.flatMap((name) => /^shiplock\/units\/shop\/journal\/(.*)$/.exec(name)?.[1] ?? []);
  expect(branches).toEqual(
    expect.arrayContaining([
      'shiplock/units/shop/lease/development',
      'shiplock/units/shop/records/development',
      `shiplock/api/journal/${run}-api`,
      `shiplock/web/journal/${run}-web`,
    ]),
  );
});

test('when its machine dies between two members, another one takes both back, and the first one learns of it', async () => {
  await world.commit('api', '2.0.0', { page: 'page two' });
  await world.commit('web', '2.0.0', { page: 'nonsense' });
  const order = {
    unit: world.dir,
    store: world.store,
    what: 'release',
    version: '2.0.0',
    report: join(dir, 'boundaries'),
    // The first check is that of `api`, which has come through; `web` has begun.
    kill: 'after step.done release/check #1',
  };
  const killed = await command([process.execPath, CHILD, JSON.stringify(order)], { cwd: world.dir, env: process.env });
  expect(killed.code).not.toBe(4);
  const open = (await listRuns(world.store)).find(({ finished }) => finished === null);
  expect(open).toBeDefined();
  expect(await answerOf(world.entry('api', 'development'))).toBe('200 page two');

  machine();
  expect(existsSync(join(elsewhere, '.shiplock'))).toBe(false);
  const resumed = ending.parse(JSON.parse(well(await there('resume', open?.run ?? ''), 4).stdout));
  expect(resumed.members).toMatchObject([
    { name: 'api', standing: 'taken-back' },
    { name: 'web', standing: 'not-released' },
  ]);
  for (const member of MEMBERS) expect(await answerOf(world.entry(member, 'development'))).toBe('200 page one');

  // What the first machine had written down of `web`, and not copied, is evidence: git holds what counts.
  renameSync(join(world.storeOf('web'), 'runs', `${open?.run}-web`), join(dir, 'evidence'));
  const heard = well(await world.shiplock('resume', open?.run ?? '', '--unit', '.', '--json'), 4);
  expect(ending.parse(JSON.parse(heard.stdout)).members).toEqual(resumed.members);

  await world.commit('web', '2.0.1', { page: 'page three' });
  const next = ending.parse(
    JSON.parse(well(await world.shiplock('release', 'development', '--unit', '.', '--json')).stdout),
  );
  expect(next.outcome).toBe('done');
  expect((await listRuns(world.store)).filter(({ finished }) => finished === null)).toEqual([]);
  expect(await answerOf(world.entry('web', 'development'))).toBe('200 page three');
});

test('the other machine promotes what served on the first one', async () => {
  for (const member of MEMBERS) {
    git('-C', join(elsewhere, member), 'fetch', '-q', '--tags', 'origin');
    git('-C', join(elsewhere, member), 'reset', '-q', '--hard', 'origin/main');
    const artefacts = '.shiplock/state/artefacts';
    cpSync(join(world.dir, member, artefacts), join(elsewhere, member, artefacts), { recursive: true });
  }
  well(await there('promote', '--to', 'production'));
  expect(await answerOf(world.entry('api', 'production'))).toBe('200 page two');
  expect(await answerOf(world.entry('web', 'production'))).toBe('200 page three');
});

test('a member without a git store is refused: another machine would not know of its run', async () => {
  await world.commit('api', '3.0.0', { page: 'page four', top: { store: {} } });
  const ran = well(await world.shiplock('release', 'development', '--unit', '.', '--json'), 5);
  expect(ran.stdout).toContain('unit.member-without-store');
});
