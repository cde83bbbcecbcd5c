import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { command, type Ran } from '../../scripts/lab/lab.ts';
import { PROGRAM } from '../../scripts/lab/program.ts';
import { answerOf, openUnitWorld, type UnitWorld } from './support/unit-world.ts';

/** A unit where the policy of a member asks for change records: that member carries its own, and nothing begins without it. */

const codesOf = (ran: Ran): readonly string[] =>
  z
    .looseObject({ problems: z.array(z.looseObject({ code: z.string() })) })
    .parse(JSON.parse(ran.stdout))
    .problems.map(({ code }) => code);
const madeSchema = z.looseObject({ head: z.looseObject({ change: z.string() }) });
const viewSchema = z.looseObject({ state: z.string(), runs: z.array(z.looseObject({ run: z.string() })) });

let world: UnitWorld;
const unit = (...args: readonly string[]): Promise<Ran> => world.shiplock(...args, '--unit', '.', '--json');
/** The command for one member, as its own people start it. */
const web = async (...args: readonly string[]): Promise<Ran> =>
  command([process.execPath, PROGRAM, ...args, '--config', world.configOf('web'), '--json'], {
    cwd: join(world.dir, 'web'),
    env: { ...process.env, SHIPLOCK_WHO: 'ann', NO_COLOR: '' },
  });
const ask = async (): Promise<string> => {
  const texts = ['--why', 'the old page is wrong', '--impact', 'readers', '--verification', 'read the page'];
  const made = await web('change', 'new', 'development', 'release', '--title', 'A new page', ...texts);
  expect(made.code, made.stdout + made.stderr).toBe(0);
  return madeSchema.parse(JSON.parse(made.stdout)).head.change;
};
const standing = async (change: string) => {
  const shown = await web('change', 'show', change, '--no-plan');
  expect(shown.code, shown.stdout + shown.stderr).toBe(0);
  return viewSchema.parse(JSON.parse(shown.stdout));
};
const serves = (): Promise<readonly string[]> =>
  Promise.all([answerOf(world.entry('api', 'development')), answerOf(world.entry('web', 'development'))]);

/** A version of the member whose policy asks for records. */
const commitWeb = (version: string, page: string): Promise<void> => {
  const environments = { development: { evidence: 'unsigned', changes: { releases: true } } };
  return world.commit('web', version, {
    page,
    top: { policy: { repository: join(world.dir, 'web'), branch: 'main', environments } },
  });
};

beforeAll(async () => {
  world = await openUnitWorld('files');
  await world.commit('api', '1.0.0', { page: 'page api' });
  await commitWeb('1.0.0', 'page one');
});
afterAll(() => world?.stop());

test('F9: a unit is released with a record for each member that needs one, and not without', async () => {
  const without = await unit('release', 'development');
  expect(without.code, without.stdout + without.stderr).toBe(5);
  expect(codesOf(without)).toEqual(['change.needed']);
  const change = await ask();
  const plain = await unit('release', 'development', '--change', change);
  expect([plain.code, codesOf(plain)]).toEqual([5, ['unit.change']]);
  const stranger = await unit('release', 'development', '--change', `site=${change}`);
  expect([stranger.code, codesOf(stranger)]).toEqual([5, ['unit.unknown-member']]);
  // Of another service, and so nothing that this member has asked for.
  const other = await unit('release', 'development', '--change', `web=${change},api=${change}`);
  expect(codesOf(other)).toEqual(['change.unknown']);
  expect(await serves()).not.toContain('200 page one');

  const plan = await world.shiplock('plan', 'development', '--unit', '.', '--change', `web=${change}`);
  expect(plan.stdout, plan.stderr).toContain(`Change ${change} asks for this plan, now`);
  const ran = await unit('release', 'development', '--change', `web=${change}`);
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  expect(await serves()).toEqual(['200 page api', '200 page one']);
  const run = z.looseObject({ run: z.string() }).parse(JSON.parse(ran.stdout)).run;
  expect(await standing(change)).toMatchObject({ state: 'verified', runs: [{ run: `${run}-web` }] });

  // The same record is not good for the next release; and the way back needs none.
  await commitWeb('1.1.0', 'page two');
  const again = await unit('release', 'development', '--change', `web=${change}`);
  expect(again.code, again.stdout).toBe(5);
  expect(await serves()).toEqual(['200 page api', '200 page one']);
});

test('F9: a unit goes back without a record', async () => {
  await commitWeb('1.2.0', 'page three');
  const change = await ask();
  const ran = await unit('release', 'development', '--change', `web=${change}`);
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  expect(await serves()).toEqual(['200 page api', '200 page three']);
  const back = await unit('rollback', 'development', '--reason', 'a drill');
  expect(back.code, back.stdout + back.stderr).toBe(0);
  expect(await serves()).toEqual(['200 page api', '200 page one']);
  expect(await standing(change)).toMatchObject({ state: 'rolled-back' });
});
