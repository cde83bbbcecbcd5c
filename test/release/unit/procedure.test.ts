import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { resumeProcedure, verifyRun } from '../../../src/procedure/index.ts';
import { endOf } from '../../../src/release/unit/member.ts';
import { unitInputsSchema, unitProcedure } from '../../../src/release/unit/procedure.ts';
import { readUnitHistory, readUnitRelease, unitReleaseDigest } from '../../../src/release/unit/record.ts';
import { exitOf, standingOf } from '../../../src/release/unit/summary.ts';
import { bench } from '../../support/engine.ts';
import { drive, inputsOf, problem, worldOf } from '../../support/unit-members.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

/** The run of a unit on the real engine, with members that do what a script says. */

describe('a unit run', () => {
  const three = ['api', 'web', 'mail'];

  test('brings its members one after the other, and writes down what it was', async () => {
    using on = bench();
    const inputs = inputsOf(three, ['web']);
    expect(unitInputsSchema.parse(structuredClone(inputs))).toEqual(inputs);
    const world = worldOf(three, {});
    const [result] = await drive(on, inputs, world.ports, 1);
    expect(result).toMatchObject({ outcome: 'done', exit: 0, problems: [] });
    expect(world.log).toEqual(['forward api: done', 'forward mail: done']);
    const release = unitReleaseDigest(inputs.release);
    expect(await readUnitRelease(on.store, release)).toEqual(inputs.release);
    expect(await readUnitHistory(on.store, 'shop', 'production')).toMatchObject({
      history: [{ release, run: 'r1', outcome: 'released', versions: { api: '2', web: '1', mail: '2' } }],
    });
  });

  test('takes back, in reverse order, what came before a member that did not come through', async () => {
    using on = bench();
    const world = worldOf(three, { mail: { forward: ['failed'], back: [] } });
    const [result] = await drive(on, inputsOf(three), world.ports, 1);
    expect(result).toMatchObject({
      outcome: 'rolled-back',
      exit: 4,
      problems: [{ code: 'test.member', where: 'mail' }],
    });
    expect(world.broken).toEqual([]);
    expect(world.log).toEqual([
      'forward api: done',
      'forward web: done',
      'forward mail: failed',
      'back web: done',
      'back api: done',
    ]);
    expect(await readUnitHistory(on.store, 'shop', 'production')).toMatchObject({
      history: [{ outcome: 'taken-back' }],
    });
  });

  const apart = new Map<string, readonly string[]>([['web', ['api']]]);

  test('brings members without an order side by side, and begins nothing after a failure', async () => {
    using on = bench();
    const world = worldOf(three, { mail: { forward: ['failed'], back: [] } });
    // `api` is at work while `mail` fails; `web` goes after `api` and is never begun.
    const ports: typeof world.ports = {
      ...world.ports,
      forward: async (name, task) => {
        while (name === 'api' && !on.events.some(({ kind }) => kind === 'node-failed')) await setImmediate();
        await setImmediate();
        return world.ports.forward(name, task);
      },
    };
    const [result] = await drive(on, inputsOf(three, [], apart), ports, 1);
    expect(result).toMatchObject({ outcome: 'rolled-back', exit: 4, problems: [{ where: 'mail' }] });
    expect(world.log).toEqual(['forward mail: failed', 'forward api: done', 'back api: done']);
  });

  test('a member at a gate holds up only those that go after it', async () => {
    using on = bench();
    const world = worldOf(three, { api: { forward: ['waiting', 'done'], back: [] } });
    const results = await drive(on, inputsOf(three, [], apart), world.ports, 5);
    expect(results.map(({ outcome }) => outcome)).toEqual(['waiting', 'done']);
    expect(world.log.toSorted()).toEqual([
      'forward api: done',
      'forward api: waiting',
      'forward mail: done',
      'forward web: done',
    ]);
  });

  test('waits where a member waits, and a resume asks it again', async () => {
    using on = bench();
    const world = worldOf(three, { web: { forward: ['waiting', 'stopped', 'done'], back: [] } });
    const results = await drive(on, inputsOf(three), world.ports, 5);
    expect(results.map(({ outcome, exit }) => [outcome, exit])).toEqual([
      ['waiting', 3],
      ['stopped', 130],
      ['done', 0],
    ]);
    expect(results[0]?.problems).toEqual([problem('web')]);
    expect(world.log.filter((line) => line.startsWith('forward api'))).toEqual(['forward api: done']);
    expect((await verifyRun(on.store, 'r1', results.at(-1)?.anchor)).kind).toBe('intact');
  });

  test('stops at a member that cannot go back, and says so, until somebody has mended it or answers for it', async () => {
    using on = bench();
    const scripts = {
      web: { forward: ['done'], back: ['failed', 'failed', 'done'] },
      mail: { forward: ['failed'], back: [] },
    } as const;
    const world = worldOf(three, scripts);
    const results = await drive(on, inputsOf(three), world.ports, 5);
    expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'rolled-back']);
    expect(results[0]?.problems.map(({ code, where }) => `${code} ${where}`)).toEqual([
      'procedure.rollback-failed run r1',
      'test.member web',
      'test.member mail',
    ]);
    expect(world.log.slice(3)).toEqual(['back web: failed', 'back web: failed', 'back web: done', 'back api: done']);

    using other = bench();
    const again = worldOf(three, { ...scripts, web: { forward: ['done'], back: ['failed'] } });
    const [stuck] = await drive(other, inputsOf(three), again.ports, 1);
    expect(stuck?.outcome).toBe('failed');
    const clock = virtualClock();
    const outcome = {
      step: 'unit/rollback/members/back-web',
      outcome: 'applied',
      evidence: 'taken down by hand',
    } as const;
    const procedure = unitProcedure(inputsOf(three), again.ports, other.store);
    const ended = await clock.runUntil(resumeProcedure(procedure, 'r1', { ...other.options(clock), outcome }));
    expect(ended.outcome).toBe('rolled-back');
    expect(again.log.at(-1)).toBe('back api: done');
  });
});

describe('how a member’s run ends', () => {
  const over = (outcome: 'done' | 'failed' | 'rolled-back' | 'refused') =>
    ({ status: 'finished', paused: undefined, finished: { outcome, problems: [problem('journal')] } }) as const;
  const open = (reason: 'waiting' | 'compensation-failed' | 'internal-error') =>
    ({ status: 'paused', paused: { reason, problems: [] }, finished: undefined }) as const;
  const problems = [problem('told')];

  test.each([
    ['over and done, whatever the door met besides', 'failed', over('done'), 'done'],
    ['taken back', 'rolled-back', over('rolled-back'), 'failed'],
    ['refused', 'refused', over('refused'), 'failed'],
    ['never begun, since somebody else holds its environment', 'lease-held', undefined, 'waiting'],
    ['never begun', 'failed', undefined, 'failed'],
    ['at a gate', 'waiting', open('waiting'), 'waiting'],
    ['stopped', 'stopped', open('waiting'), 'stopped'],
    ['half way back', 'failed', open('compensation-failed'), 'stuck'],
    ['a full disk', 'failed', open('internal-error'), 'waiting'],
    ['refused to be gone on with', 'refused', open('waiting'), 'waiting'],
  ] as const)('%s', (_name, outcome, state, kind) => {
    expect(endOf({ outcome, problems, state }).kind).toBe(kind);
  });

  test.each([
    ['not begun', undefined, [], 'not-begun'],
    ['under way', open('waiting'), [], 'under-way'],
    ['released', over('done'), [], 'released'],
    ['released, since the way back was refused', over('done'), [over('refused')], 'released'],
    ['taken back at the second try', over('done'), [over('refused'), over('done')], 'taken-back'],
    ['going back', over('done'), [open('waiting')], 'under-way'],
    ['taken back by its own run', over('rolled-back'), [], 'not-released'],
  ] as const)('stands: %s', (_name, brings, backs, standing) => {
    expect(standingOf(brings, backs)).toBe(standing);
  });

  test('a lease that another run holds is told as that', () => {
    expect(exitOf({ exit: 3, problems: [{ ...problem('x'), code: 'lease.held' }] })).toBe(7);
    expect(exitOf({ exit: 3, problems })).toBe(3);
    expect(exitOf({ exit: 4, problems: [{ ...problem('x'), code: 'lease.held' }] })).toBe(4);
  });
});
