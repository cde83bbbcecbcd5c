import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Ran } from '../../scripts/lab/lab.ts';
import { readRun } from '../../src/procedure/index.ts';
import { servedVersion } from './support/doors.ts';
import { reportText, sweep } from './support/sweep.ts';
import { unitPlace } from './support/unit-place.ts';
import { answerOf, openUnitWorld, type Stage, type UnitWorld } from './support/unit-world.ts';

/** Two services as one unit, with a real proxy each: in order, back together, unchanged from one environment to the next. */

const well = (ran: Ran, code = 0): Ran => {
  expect(ran.code, ran.stdout + ran.stderr).toBe(code);
  return ran;
};
const summaryOf = (ran: Ran) =>
  z
    .looseObject({
      run: z.string(),
      release: z.string(),
      outcome: z.string(),
      sentence: z.string(),
      members: z.array(z.looseObject({ name: z.string(), standing: z.string(), run: z.string().nullable() })),
    })
    .parse(JSON.parse(ran.stdout));
const standings = (ran: Ran): Readonly<Record<string, string>> =>
  Object.fromEntries(summaryOf(ran).members.map(({ name, standing }) => [name, standing]));
const codesOf = (ran: Ran): readonly string[] =>
  z
    .looseObject({ problems: z.array(z.looseObject({ code: z.string() })) })
    .parse(JSON.parse(ran.stdout))
    .problems.map(({ code }) => code);

describe('an API and a site as one unit', () => {
  let world: UnitWorld;
  let first = '';
  const unit = (...args: readonly string[]): Promise<Ran> => world.shiplock(...args, '--unit', '.', '--json');
  const serves = async (stage: Stage): Promise<readonly string[]> => [
    await servedVersion(world.entry('api', stage)),
    await answerOf(world.entry('web', stage)),
  ];

  beforeAll(async () => {
    world = await openUnitWorld('go');
    await world.commit('api', '1.0.0');
    await world.commit('web', '1.0.0', { page: 'page one' });
  });
  afterAll(() => world.stop());

  test('goes to its first environment in order, and to the next as it is', async () => {
    expect(codesOf(well(await unit('release', 'production'), 5))).toEqual(['unit.promotion-needed']);
    expect(codesOf(well(await unit('promote', '--to', 'production'), 5))).toEqual(['unit.not-proven']);
    const made = summaryOf(well(await unit('release', 'development')));
    first = made.release;
    expect(made.members).toMatchObject([
      { name: 'api', standing: 'released', version: '1.0.0', before: null, run: `${made.run}-api` },
      { name: 'web', standing: 'released', version: '1.0.0', before: null, run: `${made.run}-web` },
    ]);
    expect(await serves('development')).toEqual(['1.0.0', '200 page one']);
    const gone = summaryOf(well(await unit('promote', '--to', 'production')));
    expect(gone.release).toBe(first);
    expect(await serves('production')).toEqual(['1.0.0', '200 page one']);
    const manifest = join(world.store, 'manifests', `${first.replace('sha256:', '')}.json`);
    expect(JSON.parse(await readFile(manifest, 'utf8'))).toMatchObject({
      unit: 'shop',
      members: [
        { name: 'api', version: '1.0.0', release: expect.stringMatching(/^sha256:/), after: [] },
        { name: 'web', version: '1.0.0', release: expect.stringMatching(/^sha256:/), after: ['api'] },
      ],
    });
    expect(codesOf(well(await unit('release', 'development'), 5))).toEqual(['unit.already-live']);
  });

  test('the plan shows the whole order, and changes nothing', async () => {
    await world.commit('api', '2.0.0');
    await world.commit('web', '2.0.0', { page: 'nonsense' });
    const plan = well(await world.shiplock('plan', 'development', '--unit', 'shiplock.unit.yaml'));
    const places = ['Release api 2.0.0', 'Release web 2.0.0', 'Take web back to 1.0.0', 'Take api back to 1.0.0'].map(
      (words) => plan.stdout.indexOf(words),
    );
    expect(places.every((place, index) => place > (places[index - 1] ?? 0))).toBe(true);
    expect(plan.stdout).toContain('# web');
    expect(await serves('development')).toEqual(['1.0.0', '200 page one']);
  });

  test('both go back when the second is bad, and the first may come again', async () => {
    const ran = well(await unit('release', 'development'), 4);
    expect(standings(ran)).toEqual({ api: 'taken-back', web: 'not-released' });
    expect(codesOf(ran)[0]).toBe('unit.member-failed');
    expect(await serves('development')).toEqual(['1.0.0', '200 page one']);
    const view = well(await world.shiplock('pipeline', '--unit', '.'));
    expect(view.stdout).toContain(first.slice(0, 19));
    expect(view.stdout).toContain('the same unit release as in development');
    await world.commit('web', '2.0.1', { page: 'page two' });
    expect(standings(well(await unit('release', 'development')))).toEqual({ api: 'released', web: 'released' });
    expect(await serves('development')).toEqual(['2.0.0', '200 page two']);
    expect(await serves('production')).toEqual(['1.0.0', '200 page one']);
  });

  test('only what changes moves; what was released alone since is not promoted with the rest', async () => {
    await world.commit('web', '2.0.2', { page: 'page three' });
    expect(standings(well(await unit('release', 'development')))).toEqual({ api: 'stays', web: 'released' });
    await world.commit('web', '2.0.3', { page: 'page four' });
    well(await world.shiplock('release', 'development', '--config', world.configOf('web'), '--json'));
    expect(codesOf(well(await unit('promote', '--to', 'production'), 5))).toEqual(['unit.member-differs']);
    const view = z
      .looseObject({ environments: z.array(z.looseObject({ behind: z.string().nullable(), serves: z.unknown() })) })
      .parse(JSON.parse(well(await unit('pipeline')).stdout));
    expect(view.environments).toMatchObject([
      { behind: null, serves: { members: [{ name: 'api' }, { name: 'web', version: '2.0.2', serves: '2.0.3' }] } },
      { behind: 'behind', serves: { release: first } },
    ]);
  });

  test('goes back to the unit release before, the last member first; refused as a whole while one of them cannot', async () => {
    const back = (...more: readonly string[]) => unit('rollback', 'development', '--reason', 'checkout fails', ...more);
    const refused = well(await back(), 5);
    expect(codesOf(refused)).toEqual(['unit.member-moved-alone']);
    expect(refused.stdout).toContain('2.0.3 serves');
    expect(await serves('development')).toEqual(['2.0.0', '200 page four']);

    const alone = ['rollback', 'development', '--to', '2.0.1', '--reason', 'as before', '--json'];
    well(await world.shiplock(...alone, '--config', world.configOf('web')));
    const there = well(await back());
    expect(standings(there)).toEqual({ api: 'stays', web: 'stays' });
    expect(summaryOf(there).sentence).toBe('The unit shop is back in development on api 2.0.0, web 2.0.1.');

    const plan = well(await world.shiplock('rollback', 'development', '--unit', '.', '--reason', 'x', '--dry-run'));
    const places = ['Take web back to 1.0.0', 'Take api back to 1.0.0', '# web', '# api'].map((words) =>
      plan.stdout.indexOf(words),
    );
    expect(
      places.every((place, index) => place > (places[index - 1] ?? 0)),
      plan.stdout,
    ).toBe(true);
    expect(await serves('development')).toEqual(['2.0.0', '200 page two']);

    const gone = well(await back());
    expect(summaryOf(gone)).toMatchObject({
      release: first,
      outcome: 'done',
      members: [
        { name: 'api', standing: 'taken-back', version: '1.0.0', before: '2.0.0' },
        { name: 'web', standing: 'taken-back', version: '1.0.0', before: '2.0.1' },
      ],
    });
    expect(await serves('development')).toEqual(['1.0.0', '200 page one']);
    const view = well(await world.shiplock('pipeline', '--unit', '.'));
    expect(view.stdout).toContain('the same unit release as in development');
    // A person has spoken against the whole: none of it returns before it is released from quarantine.
    for (const member of ['api', 'web'] as const) {
      const list = well(await world.shiplock('quarantine', 'list', '--config', world.configOf(member)));
      expect(list.stdout).toMatch(member === 'api' ? / 2\.0\.0$/m : / 2\.0\.1$/m);
    }
    expect(codesOf(well(await back(), 5))).toEqual(['unit.nothing-to-roll-back']);
  });
});

describe('two members without an order', () => {
  let world: UnitWorld;
  beforeAll(async () => {
    world = await openUnitWorld('files', 'apart');
    for (const member of ['api', 'web'] as const) await world.commit(member, '1.0.0', { page: 'page one' });
  });
  afterAll(() => world.stop());

  test('are released at the same time, each in a run of its own', async () => {
    const ran = well(await world.shiplock('release', 'development', '--unit', '.', '--json'));
    expect(standings(ran)).toEqual({ api: 'released', web: 'released' });
    const spans = await Promise.all(
      (['api', 'web'] as const).map(async (member) => {
        const { entries } = await readRun(world.storeOf(member), `${summaryOf(ran).run}-${member}`);
        const times = entries.map(({ record }) => record.time);
        return { from: times.at(0) ?? '', to: times.at(-1) ?? '' };
      }),
    );
    const [begun, over] = [spans.map(({ from }) => from).toSorted(), spans.map(({ to }) => to).toSorted()];
    expect(String(begun.at(-1)) < String(over.at(0)), JSON.stringify(spans)).toBe(true);
  });

  test('when one fails, one that waits at a gate is given up, and one that came through goes back', async () => {
    const gone = well(await world.shiplock('promote', '--to', 'production', '--unit', '.', '--json'), 4);
    expect(standings(gone)).toEqual({ api: 'not-released', web: 'not-released' });
    const waited = await readRun(world.storeOf('api'), `${summaryOf(gone).run}-api`);
    expect(waited.entries.some(({ record }) => record.type === 'gate.opened')).toBe(true);
    expect(waited.finished).not.toBe(null);

    await world.commit('api', '2.0.0', { page: 'page two' });
    await world.commit('web', '2.0.0', { page: 'nonsense' });
    const back = well(await world.shiplock('release', 'development', '--unit', '.', '--json'), 4);
    expect(standings(back)).toEqual({ api: 'taken-back', web: 'not-released' });
    for (const member of ['api', 'web'] as const) {
      expect(await answerOf(world.entry(member, 'development'))).toBe('200 page one');
    }
  });
});

describe('a first release', () => {
  let world: UnitWorld;
  beforeAll(async () => {
    world = await openUnitWorld('files');
    await world.commit('api', '1.0.0', { page: 'page one' });
    await world.commit('web', '1.0.0', { page: 'nonsense' });
  });
  afterAll(() => world.stop());

  test('has no way back: the unit stops there and says so, until somebody answers for it', async () => {
    const stuck = well(await world.shiplock('release', 'development', '--unit', '.', '--json'), 1);
    expect(codesOf(stuck).slice(0, 3)).toEqual(['procedure.rollback-failed', 'unit.member-failed', 'unit.no-way-back']);
    expect(standings(stuck)).toEqual({ api: 'released', web: 'not-released' });
    const again = well(await world.shiplock('release', 'development', '--unit', '.', '--json'), 5);
    expect(codesOf(again)).toEqual(['unit.unfinished']);
    expect(well(await world.shiplock('pipeline', '--unit', '.')).stdout).toContain('unfinished: Release the unit shop');
    const told = ['--step', 'unit/rollback/members/back-api', '--outcome', 'applied', '--evidence', 'it may stay'];
    const ended = well(await world.shiplock('resume', '--unit', '.', ...told, '--json'), 4);
    expect(summaryOf(ended).sentence).toContain('api stays released');
    expect(await answerOf(world.entry('api', 'development'))).toBe('200 page one');
  });
});

describe('killed without warning', () => {
  test('at any place, a unit with a bad member ends where an uncrashed one does', async () => {
    const place = unitPlace();
    try {
      const report = await sweep(place, { seed: 20261122, singles: 1, pairs: 1, clock: 0 });
      console.log(reportText(report));
      expect(report.failures).toEqual([]);
      expect(report.boundaries).toBeGreaterThan(60);
      expect(report.missed).toBe(0);
      expect(report.killed).toBeGreaterThanOrEqual(2);
    } finally {
      await place.close();
    }
  });

  test('at any place, members side by side: none of them is left behind', async () => {
    const place = unitPlace('release', 'apart');
    try {
      const report = await sweep(place, { seed: 20261122, singles: 1, pairs: 1, clock: 0 });
      console.log(reportText(report));
      expect(report.failures).toEqual([]);
      expect(report.boundaries).toBeGreaterThan(60);
      expect(report.killed).toBeGreaterThanOrEqual(2);
    } finally {
      await place.close();
    }
  });

  test('at any place, a unit that goes back is back in the end, each member once', async () => {
    const place = unitPlace('rollback');
    try {
      const report = await sweep(place, { seed: 20261122, singles: 1, pairs: 1, clock: 0 });
      console.log(reportText(report));
      expect(report.failures).toEqual([]);
      expect(report.boundaries).toBeGreaterThan(40);
      expect(report.missed).toBe(0);
      expect(report.killed).toBeGreaterThanOrEqual(2);
    } finally {
      await place.close();
    }
  });
});
