import { describe, expect, test } from 'vitest';
import { previousUnit, type UnitEntry } from '../../../src/model/unit.ts';
import { resumeProcedure, verifyRun } from '../../../src/procedure/index.ts';
import { unitBackInputsSchema, unitBackProcedure } from '../../../src/release/unit/back.ts';
import { readUnitHistory, unitReleaseDigest } from '../../../src/release/unit/record.ts';
import { standingBack } from '../../../src/release/unit/summary.ts';
import { bench } from '../../support/engine.ts';
import { backInputsOf, driveBack, goingBack } from '../../support/unit-members.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

/** The way back of a whole unit on the real engine, with members that do what a script says. */

const three = ['api', 'web', 'mail'];

describe('a unit goes back', () => {
  test('the last member first, and it is written down which unit release it has then', async () => {
    using on = bench();
    const inputs = backInputsOf(three, ['web']);
    expect(unitBackInputsSchema.parse(structuredClone(inputs))).toEqual(inputs);
    const world = goingBack(three, {});
    const [result] = await driveBack(on, inputs, world, 1);
    expect(result).toMatchObject({ outcome: 'done', exit: 0, problems: [] });
    expect(world.log).toEqual(['back mail: done', 'back api: done']);
    expect(world.broken).toEqual([]);
    expect(await readUnitHistory(on.store, 'shop', 'production')).toMatchObject({
      history: [
        {
          release: unitReleaseDigest(inputs.release),
          run: 'r1',
          outcome: 'went-back-to',
          versions: { api: '1', web: '1', mail: '1' },
        },
      ],
    });
  });

  test('when the first to go cannot, the run has failed and no other member is touched', async () => {
    using on = bench();
    const world = goingBack(three, { mail: ['failed'] });
    const results = await driveBack(on, backInputsOf(three), world, 3);
    expect(results.map(({ outcome, exit }) => [outcome, exit])).toEqual([['failed', 1]]);
    expect(world.log).toEqual(['back mail: failed']);
    expect((await readUnitHistory(on.store, 'shop', 'production')).history).toEqual([]);
  });

  test('when a later one cannot, the run stays there until it is mended or somebody answers for it', async () => {
    using on = bench();
    const world = goingBack(three, { web: ['failed', 'failed', 'done'] });
    const results = await driveBack(on, backInputsOf(three), world, 5);
    expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'done']);
    expect(results[0]?.problems.map(({ code }) => code)).toEqual(['procedure.rollback-failed', 'test.member']);
    expect(world.log).toEqual([
      'back mail: done',
      'back web: failed',
      'back web: failed',
      'back web: done',
      'back api: done',
    ]);
    expect((await verifyRun(on.store, 'r1', results.at(-1)?.anchor)).kind).toBe('intact');

    using other = bench();
    const again = goingBack(three, { web: ['failed'] });
    await driveBack(other, backInputsOf(three), again, 1);
    const clock = virtualClock();
    const outcome = { step: 'unit-back/members/back-web', outcome: 'applied', evidence: 'taken down by hand' } as const;
    const procedure = unitBackProcedure(backInputsOf(three), again.ports, other.store);
    const ended = await clock.runUntil(resumeProcedure(procedure, 'r1', { ...other.options(clock), outcome }));
    expect(ended.outcome).toBe('done');
    expect(again.log.at(-1)).toBe('back api: done');
  });

  test('when two could go first, one that cannot stops the run: the other may be back already', async () => {
    using on = bench();
    const world = goingBack(three, { mail: ['failed', 'done'] });
    const needs = new Map([['web', ['api']]]);
    const results = await driveBack(on, backInputsOf(three, [], needs), world, 3);
    expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'done']);
    expect(world.log.indexOf('back web: done')).toBeLessThan(world.log.indexOf('back api: done'));
    expect([...world.serves.values()]).toEqual(['old', 'old', 'old']);
  });

  test('a member that cannot even be looked at has not gone back', async () => {
    using on = bench();
    const world = goingBack(three, {});
    let looks = 0;
    const goBack: typeof world.ports.goBack = async (name, task) => {
      if (name === 'web' && looks++ === 0) throw new Error('its configuration cannot be read');
      return world.ports.goBack(name, task);
    };
    const results = await driveBack(on, backInputsOf(three), { ...world, ports: { ...world.ports, goBack } }, 3);
    expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'done']);
    expect(world.log).toEqual(['back mail: done', 'back web: done', 'back api: done']);
  });
});

describe('where it goes', () => {
  const entry = (release: string, outcome: UnitEntry['outcome']): UnitEntry => ({
    release: `sha256:${release.repeat(64)}`,
    run: `${release}-${outcome}`,
    time: '2026-11-22T07:00:00.000Z',
    outcome,
    versions: {},
    who: 'ann',
    why: 'w',
  });
  const history = (text: string): readonly UnitEntry[] =>
    text
      .split(' ')
      .map((word) =>
        entry(word[0] ?? '', word.endsWith('!') ? 'taken-back' : word.endsWith('<') ? 'went-back-to' : 'released'),
      );

  test.each([
    ['a', undefined],
    ['a b', 'a'],
    ['a b c!', 'a'],
    ['a b c', 'b'],
    ['a b c b<', 'a'],
    ['a b c b< a<', undefined],
    ['a b a<', undefined],
    ['a b a< c', 'a'],
    ['a b a< b', 'a'],
    ['a! b', undefined],
  ] as const)('%s: %s', (text, goal) => {
    expect(previousUnit({ history: history(text) })?.release[7]).toBe(goal);
  });
});

test.each([
  ['not-begun', []],
  ['under-way', [{ status: 'paused', finished: undefined }]],
  ['not-taken-back', [over('refused')]],
  ['taken-back', [over('refused'), over('done')]],
] as const)('a member stands: %s', (standing, attempts) => {
  expect(standingBack(attempts)).toBe(standing);
});

function over(outcome: 'refused' | 'done') {
  return { status: 'finished', finished: { outcome, problems: [] } } as const;
}
