import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Boundary, EngineOptions } from '../../src/procedure/api.ts';
import { action, gate } from '../../src/procedure/build.ts';
import {
  fillGate,
  layDownRun,
  listRuns,
  readLease,
  readRun,
  resumeProcedure,
  runProcedure,
  verifyRun,
} from '../../src/procedure/index.ts';
import { runPaths } from '../../src/procedure/store.ts';
import type { Procedure } from '../../src/procedure/tree.ts';
import { runAgain } from '../../src/release/run/again.ts';
import { type Bench, bench, inOrder, tree, writes } from '../support/engine.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';

/** Several runs of one environment that died one after the other: the next one ends them all, and nothing that lives. */

let on: Bench;
let clock: VirtualClock;

beforeEach(() => {
  on = bench();
  clock = virtualClock();
});
afterEach(() => on[Symbol.dispose]());

const work = (): Procedure => tree(inOrder('all', [writes(on, 'a'), writes(on, 'b')]));
const waits = (): Procedure =>
  tree(
    inOrder('all', [
      writes(on, 'a'),
      gate({
        ...{ id: 'g', title: 'g', role: 'r', guard: { kind: 'nothing-shifted' } },
        evidence: [{ kind: 'check', name: 'ok', question: 'ok?' }],
      }),
    ]),
  );
const go = (procedure: Procedure, run: string, more: Partial<EngineOptions> = {}) =>
  clock.runUntil(runProcedure(procedure, { ...on.options(clock), run, ...more }));
const again = (more: Partial<EngineOptions> = {}) =>
  clock.runUntil(runAgain(work(), { ...on.options(clock), ...more }));
const unfinished = async () => (await listRuns(on.store)).filter(({ finished }) => finished === null);

/** Dies at the boundary with this index: nothing is recorded from there on, and nobody holds the environment but the run. */
const dies = (at: number): Partial<EngineOptions> => {
  let count = 0;
  return {
    killAt: (_boundary: Boundary) => {
      if (count++ >= at) throw new Error('killed');
    },
  };
};
/** From before its first record to behind its last. */
const BOUNDARIES = 16;

describe('runs that are begun again', () => {
  test.each([3, 8])(
    'dead at %i, then at any boundary: the third comes to its end, and no earlier one is left',
    async (first) => {
      for (let second = 0; second < BOUNDARIES; second += 1) {
        using place = bench();
        on = place;
        clock = virtualClock();
        expect((await again(dies(first))).outcome).toBe('failed');
        await again(dies(second));
        expect(await again(), `then ${second}`).toMatchObject({ outcome: 'done' });
        expect(await unfinished(), `then ${second}`).toEqual([]);
        for (const { run } of await listRuns(on.store)) {
          expect((await verifyRun(on.store, run)).kind, `then ${second}: ${run}`).not.toBe('broken');
        }
        expect((await readLease(on.store, 'testing'))?.lease.holder).toBeNull();
      }
    },
  );

  test('a whole row of them that died before they could end the one before', async () => {
    for (const at of [5, 2, 3, 0, 2, 0, 0, 3]) await again(dies(at));
    const dead = await unfinished();
    expect(dead.length).toBeGreaterThan(3);
    const { run, outcome } = await again();
    expect(outcome).toBe('done');
    expect(await unfinished()).toEqual([]);
    for (const one of dead) expect((await readRun(on.store, one.run)).finished?.preemptedBy).toBe(run);
  });

  test('one that somebody resumes between the look and the take is left alone', async () => {
    const first = slow();
    expect((await go(first.procedure, 'r1', dies(3))).outcome).toBe('failed');
    const second = slow();
    const resumed = resumeProcedure(second.procedure, 'r1', on.options(clock));
    await second.inside;
    const other = await go(work(), 'r2', { preempt: 'r1', onlyDead: true });
    expect(other).toMatchObject({ outcome: 'lease-held', heldBy: 'r1', problems: [{ code: 'lease.held' }] });
    second.goOn();
    expect((await clock.runUntil(resumed)).outcome).toBe('done');
    expect((await readRun(on.store, 'r1')).finished).toMatchObject({ outcome: 'done', preemptedBy: null });
  });

  test('one that died of a procedure that is alike is ended, and its journal is whole', async () => {
    const other = tree(writes(on, 'other'), { id: 'other' });
    expect((await go(other, 'r1', dies(5))).outcome).toBe('failed');
    expect(await again()).toMatchObject({ outcome: 'lease-held', heldBy: 'r1' });
    const { outcome, run } = await clock.runUntil(runAgain(work(), on.options(clock), ['other']));
    expect(outcome).toBe('done');
    expect((await readRun(on.store, 'r1')).finished?.preemptedBy).toBe(run);
    expect((await verifyRun(on.store, 'r1')).kind).toBe('intact');
  });

  test('another procedure that died keeps the environment', async () => {
    await again(dies(5));
    const left = await unfinished();
    await go(tree(writes(on, 'back'), { id: 'other' }), 'r9', { preempt: left[0]?.run, ...dies(5) });
    expect(await again()).toMatchObject({ outcome: 'lease-held', heldBy: 'r9' });
    expect((await unfinished()).map(({ run }) => run)).toEqual(['r9']);
  });
});

/** A procedure whose only step looks until it is let go on. */
function slow() {
  let entered: () => void = () => undefined;
  let goOn: () => void = () => undefined;
  const inside = new Promise<void>((resolve) => {
    entered = resolve;
  });
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const look = action({
    ...{ id: 'look', title: 'Look', probe: 'repeatable' },
    read: async () => {
      entered();
      await held;
    },
    decide: () => ({ kind: 'nothing', why: '' }),
  });
  return { procedure: tree(look), inside, goOn: () => goOn() };
}

describe('a way back that died', () => {
  test('before its first record: the environment is still that of the run it was to undo', async () => {
    await go(waits(), 'r1');
    await go(work(), 'r2', { preempt: 'r1', ...dies(0) });
    // Neither another run nor the same one under its old name may go on as if nothing were there.
    const other = await go(work(), 'r3');
    expect(other).toMatchObject({ outcome: 'lease-held', problems: [{ code: 'lease.reserved' }] });
    expect(other.problems[0]?.found).toBe(
      'run r1, which is not over; run r2 of tester began to take it over, and died before its first record',
    );
    // A person may still let it go on, and whoever takes it back again may too.
    expect((await clock.runUntil(fillGate(on.store, 'r1', 'all/g', { ok: true }, 'ann', clock))).ok).toBe(true);
    expect((await clock.runUntil(resumeProcedure(waits(), 'r1', on.options(clock)))).outcome).toBe('done');
    expect((await go(work(), 'r4')).outcome).toBe('done');
  });

  test('behind its beginning: the next one ends both, and neither can be resumed behind its back', async () => {
    await go(waits(), 'r1');
    await go(work(), 'r2', { preempt: 'r1', ...dies(2) });
    expect((await go(work(), 'r3', { preempt: 'r2' })).outcome).toBe('done');
    for (const run of ['r1', 'r2']) {
      expect((await readRun(on.store, run)).finished).toMatchObject({ preemptedBy: 'r3' });
      expect(await clock.runUntil(resumeProcedure(waits(), run, on.options(clock)))).toMatchObject({
        outcome: 'refused',
        problems: [{ code: 'procedure.preempted' }],
      });
    }
  });

  test('and was looked after by its job: the run that it took the environment from is over too', async () => {
    await go(waits(), 'r1');
    await go(work(), 'r2', { preempt: 'r1', ...dies(2) });
    const laid = await clock.runUntil(layDownRun('r2', { ...on.options(clock), shared: undefined, again: true }));
    expect(laid.kind).toBe('freed');
    expect(await unfinished()).toEqual([]);
  });

  test('a journal that is broken cannot be ended, and does not keep the way back from going on', async () => {
    await go(waits(), 'r1');
    const { journal } = runPaths(on.store, 'r1');
    writeFileSync(journal, readFileSync(journal, 'utf8').replace('"node":"all/g"', '"node":"all/h"'));
    expect((await go(work(), 'r2', { preempt: 'r1' })).outcome).toBe('done');
    expect(on.events).toContainEqual(
      expect.objectContaining({ kind: 'note', text: expect.stringContaining('run r1 is over, and its journal') }),
    );
    expect((await clock.runUntil(resumeProcedure(waits(), 'r1', on.options(clock)))).outcome).toBe('failed');
    expect((await go(work(), 'r3', { preempt: 'r1' })).outcome).toBe('done');
  });
});
