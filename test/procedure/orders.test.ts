import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Order, OrderKind } from '../../src/model/order.ts';
import type { Boundary } from '../../src/procedure/api.ts';
import { gate, watch } from '../../src/procedure/build.ts';
import { makeOrder } from '../../src/procedure/gate/order.ts';
import { fillGate, readRun, replay, resumeProcedure, runProcedure } from '../../src/procedure/index.ts';
import { createStopSignal } from '../../src/procedure/machine/signals.ts';
import { isDriven, placeOrder, readOrders, refusalOf } from '../../src/procedure/run/order-files.ts';
import type { Node, Procedure } from '../../src/procedure/tree.ts';
import { type Bench, bench, inOrder, tree, writes } from '../support/engine.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';

let on: Bench;
let clock: VirtualClock;

beforeEach(() => {
  on = bench();
  clock = virtualClock();
});
afterEach(() => on[Symbol.dispose]());

const everybody = async (): Promise<undefined> => undefined;

/** Good looks pass after ten of them; `during` may order something at a look; `worseAt`: this look is a bad one. */
function judge(during: (look: number) => Promise<unknown>, worseAt = Infinity, beats: number[] = []) {
  let looks = 0;
  return watch<{ readonly count: number; readonly bad: boolean }, { look: number; bad: boolean }, { looks: number }>({
    id: 'judge',
    title: 'Judge',
    everyMs: 1_000,
    samples: z.strictObject({ look: z.number(), bad: z.boolean() }),
    outputs: z.strictObject({ looks: z.number() }),
    sample: async () => {
      await during(++looks);
      return { look: looks, bad: looks >= worseAt };
    },
    start: () => ({ count: 0, bad: false }),
    fold: (state, sample) => ({ count: state.count + 1, bad: sample.bad }),
    decide: ({ count, bad }) => {
      if (bad) {
        const problem = { code: 'test.worse', where: 'judge', found: 'worse', expected: 'as good', remedy: 'mend it' };
        return { kind: 'fail', problem };
      }
      if (count >= 10) return { kind: 'pass', status: 'as good', outputs: { looks: count } };
      return { kind: 'look-on', status: `${count} looks` };
    },
    heartbeat: { everyMs: 500, beat: async () => void beats.push(clock.monotonic()) },
  });
}

/** A watch of the way back. */
function settled() {
  return watch<number, number, object>({
    id: 'settled',
    title: 'Wait until it has settled',
    everyMs: 200,
    samples: z.number(),
    outputs: z.strictObject({}),
    sample: async () => 1,
    start: () => 0,
    fold: (count, one) => count + one,
    decide: (count) => (count < 3 ? { kind: 'look-on', status: '' } : { kind: 'pass', status: 'settled', outputs: {} }),
  });
}

/** install, share, judge, promote with a way back; stop-old behind it. */
function rollout(judged: Node, back: readonly Node[] = [settled()]): Procedure {
  const steps = [
    writes(on, 'install'),
    writes(on, 'share'),
    judged,
    { ...writes(on, 'promote'), endsLease: true },
    writes(on, 'settle'),
  ];
  return tree(
    inOrder('all', [
      inOrder('judged', steps, inOrder('rollback', [...back, writes(on, 'back')])),
      writes(on, 'stop-old'),
    ]),
  );
}

let given = 0;
/** Each a millisecond after the one before. */
async function order(kind: OrderKind, why = 'as a test', by = 'ann'): Promise<string> {
  const later = { ...clock, now: () => clock.now() + ++given };
  const made = await makeOrder({ run: 'r1', environment: 'testing', kind, why, by, signer: undefined, clock: later });
  return placeOrder(on.store, made);
}

/** Orders given by a step while it is verified, which finds nothing wrong. */
async function ordered(...kinds: readonly OrderKind[]): Promise<readonly never[]> {
  for (const kind of kinds) await order(kind);
  return [];
}

const run = (procedure: Procedure, more = {}) =>
  clock.runUntil(runProcedure(procedure, { ...on.options(clock), run: 'r1', mayOrder: everybody, ...more }));
const resume = (procedure: Procedure, more = {}) =>
  clock.runUntil(resumeProcedure(procedure, 'r1', { ...on.options(clock), mayOrder: everybody, ...more }));
const types = async () =>
  (await readRun(on.store, 'r1')).entries.map(({ record }) => `${record.type} ${record.node}`.trim());

describe('pause', () => {
  test('keeps watching and beating, passes nothing, and goes on when it is told to', async () => {
    const beats: number[] = [];
    const seen: (string | undefined)[] = [];
    const procedure = rollout(
      judge(
        async (look) => {
          if (look === 5) await order('pause', 'support asks');
          if (look === 30) seen.push(on.file('promote'));
          if (look === 30) await order('resume', 'it was nothing', 'ben');
        },
        Infinity,
        beats,
      ),
    );
    const result = await run(procedure);
    expect(result.outcome).toBe('done');
    expect(seen).toEqual([undefined]);
    // No heart stood still meanwhile: two beats a second, all the time.
    expect(Math.max(...beats.slice(1).map((beat, index) => beat - (beats[index] ?? 0)))).toBeLessThanOrEqual(600);
    expect(beats.length).toBeGreaterThan(55);
    const { entries, held } = await readRun(on.store, 'r1');
    expect(held).toBeNull();
    const orders = entries.filter(
      ({ record, payload }) => record.type.startsWith('run.') && JSON.stringify(payload).includes('"asked"'),
    );
    expect(orders.map(({ record }) => record.type)).toEqual(['run.paused', 'run.resumed']);
    expect(orders.map(({ payload }) => payload)).toMatchObject([
      { reason: 'asked', asked: { by: 'ann', why: 'support asks' } },
      { who: 'ben', asked: { by: 'ben', why: 'it was nothing' } },
    ]);
    expect(entries.filter(({ record }) => record.type === 'analysis.verdict')).toHaveLength(1);
    expect((await replay(procedure, on.store, 'r1')).every(({ same }) => same)).toBe(true);
    expect(await readOrders(on.store, 'r1')).toEqual([]);
  });

  test('an order at the last look that would pass still holds it, also when it is taken back at once', async () => {
    const procedure = rollout(
      judge(async (look) => {
        if (look !== 10) return;
        await order('pause');
        await order('resume');
      }),
    );
    expect((await run(procedure)).outcome).toBe('done');
    expect((await types()).filter((line) => line === 'analysis.sample all/judged/judge')).toHaveLength(11);
    expect((await replay(procedure, on.store, 'r1')).every(({ same }) => same)).toBe(true);
  });

  test('a paused rollout that turns worse goes back', async () => {
    const procedure = rollout(judge(async (look) => (look === 3 ? order('pause') : undefined), 20));
    const result = await run(procedure);
    expect(result).toMatchObject({ outcome: 'rolled-back', exit: 4, problems: [{ code: 'test.worse' }] });
    expect(on.file('back')).toBe('back');
  });

  test('holds before a step where nothing lives on a heartbeat, and after one that must follow at once', async () => {
    await order('pause', 'before it began');
    let held = false;
    const waits = new Promise<void>((resolve) => {
      void (async () => {
        while (!(await readRun(on.store, 'r1').catch(() => undefined))?.held)
          await new Promise((go) => setTimeout(go, 5));
        held = true;
        await new Promise((go) => setTimeout(go, 20));
        expect(on.files()).toEqual([]);
        await order('resume');
        resolve();
      })();
    });
    const result = await run(rollout(judge(async () => undefined)));
    await waits;
    expect(held).toBe(true);
    expect(result.outcome).toBe('done');
  });

  test('outlives its process', async () => {
    const stop = createStopSignal();
    const judged = judge(async (look) => {
      if (look === 3) await order('pause', 'over night');
      if (look === 15) stop.request('SIGTERM');
    });
    const procedure = rollout(judged);
    expect(await run(procedure, { signal: stop })).toMatchObject({ outcome: 'stopped', exit: 143 });
    expect((await readRun(on.store, 'r1')).held).toMatchObject({ by: 'ann', why: 'over night' });
    const again = createStopSignal();
    const more = judge(async (look) => {
      if (look === 20) again.request('SIGINT');
    });
    expect(await resume(rollout(more), { signal: again })).toMatchObject({ outcome: 'stopped' });
    expect(on.file('promote')).toBeUndefined();
    await order('resume');
    expect(await resume(rollout(judge(async () => undefined)))).toMatchObject({ outcome: 'done' });
  });

  test('does not go through a gate that was filled in', async () => {
    const asks = () =>
      gate({ id: 'look', title: 'Look', role: 'ops', evidence: [], guard: { kind: 'nothing-shifted' } });
    const procedure = () => tree(inOrder('all', [writes(on, 'a'), asks(), writes(on, 'b')]));
    expect((await run(procedure())).outcome).toBe('waiting');
    await order('pause');
    // Still waiting for its answer: nothing to hold.
    expect((await resume(procedure())).outcome).toBe('waiting');
    await clock.runUntil(fillGate(on.store, 'r1', 'all/look', {}, 'ann', clock));
    const stop = createStopSignal();
    setTimeout(() => stop.request('SIGINT'), 60);
    expect((await resume(procedure(), { signal: stop })).outcome).toBe('stopped');
    expect(on.file('b')).toBeUndefined();
    await order('resume');
    expect((await resume(procedure())).outcome).toBe('done');
  });
});

describe('abort', () => {
  test('takes it back by its own way back, also while it is paused', async () => {
    const procedure = rollout(
      judge(async (look) => {
        if (look === 2) await order('pause');
        if (look === 4) await order('abort', 'wrong build');
      }),
    );
    const result = await run(procedure);
    expect(result).toMatchObject({ outcome: 'rolled-back', exit: 4, problems: [{ code: 'procedure.aborted' }] });
    expect(result.problems[0]?.found).toBe('aborted by ann: wrong build');
    expect(on.files()).toEqual(['back', 'install', 'share']);
    const { entries } = await readRun(on.store, 'r1');
    expect(entries.map(({ payload }) => payload)).toContainEqual(
      expect.objectContaining({ reason: 'aborted', asked: expect.objectContaining({ by: 'ann', why: 'wrong build' }) }),
    );
    expect((await replay(procedure, on.store, 'r1')).every(({ same }) => same)).toBe(true);
  });

  test('before anything was changed nothing has to be taken back', async () => {
    await order('abort');
    expect(await run(rollout(judge(async () => undefined)))).toMatchObject({ outcome: 'refused', exit: 5 });
    expect(on.files()).toEqual([]);
  });

  test('is too late behind the way back', async () => {
    let file = '';
    const node = {
      ...writes(on, 'late'),
      verify: async () => {
        file = await order('abort');
        return [];
      },
    };
    const procedure = tree(
      inOrder('all', [
        inOrder('judged', [writes(on, 'a')], inOrder('rollback', [writes(on, 'back')])),
        node,
        writes(on, 'stop-old'),
      ]),
    );
    expect((await run(procedure)).outcome).toBe('done');
    expect(await refusalOf(file)).toMatchObject({ code: 'order.too-late' });
    expect(on.file('back')).toBeUndefined();
  });

  test('a run that waits at a gate goes back when it is gone on with', async () => {
    const asks = () =>
      gate({ id: 'look', title: 'Look', role: 'ops', evidence: [], guard: { kind: 'nothing-shifted' } });
    const procedure = () =>
      tree(inOrder('all', [writes(on, 'a'), asks(), writes(on, 'b')], inOrder('rollback', [writes(on, 'back')])));
    expect((await run(procedure())).outcome).toBe('waiting');
    await order('abort');
    expect(await resume(procedure())).toMatchObject({ outcome: 'rolled-back', exit: 4 });
    expect(on.files()).toEqual(['a', 'back']);
  });

  test('without a way back of its own, what was done is undone', async () => {
    const last = { ...writes(on, 'b'), verify: async () => ordered('abort') };
    expect(await run(tree(inOrder('all', [writes(on, 'a'), last, writes(on, 'c')])))).toMatchObject({
      outcome: 'rolled-back',
      exit: 4,
    });
    expect(on.files()).toEqual([]);
  });
});

describe('an order', () => {
  test('counts once, though its file is still there', async () => {
    let same: Order | undefined;
    const procedure = rollout(
      judge(async (look) => {
        if (look === 2) {
          same = await makeOrder({
            run: 'r1',
            environment: 'testing',
            kind: 'pause',
            why: 'x',
            by: 'ann',
            signer: undefined,
            clock,
          });
          await placeOrder(on.store, same);
        }
        if (look === 5) await order('resume');
        // As after a crash between the record and taking the file away.
        if (look === 7 && same !== undefined) await placeOrder(on.store, same);
      }),
    );
    expect((await run(procedure)).outcome).toBe('done');
    expect(await readOrders(on.store, 'r1')).toEqual([]);
    expect((await types()).filter((line) => line === 'run.paused')).toHaveLength(1);
  });

  test('is refused by whoever may refuse it, and the reason is left for who gave it', async () => {
    let file = '';
    const refuse = async () => ({
      code: 'order.role-missing',
      where: 'x',
      found: 'eve',
      expected: 'ann',
      remedy: 'ask',
    });
    const procedure = rollout(
      judge(async (look) => {
        if (look === 2) file = await order('abort');
      }),
    );
    expect((await run(procedure, { mayOrder: refuse })).outcome).toBe('done');
    expect(await refusalOf(file)).toMatchObject({ code: 'order.role-missing' });
  });

  test('to go on with a run that is not paused, and rubbish, change nothing', async () => {
    const procedure = rollout(
      judge(async (look) => {
        if (look !== 2) return;
        const file = await order('resume');
        writeFileSync(file.replace(/[^/]*$/, '0-rubbish.json'), '{"half":');
      }),
    );
    expect((await run(procedure)).outcome).toBe('done');
    const left = readdirSync(join(on.store, 'runs', 'r1', 'orders'));
    expect(left.filter((name) => name.endsWith('.refused'))).toHaveLength(2);
    expect(left.filter((name) => name.endsWith('.json'))).toEqual([]);
  });

  test('nobody is heard on the way back', async () => {
    const back = { ...writes(on, 'back'), verify: async () => ordered('pause', 'abort') };
    const procedure = tree(
      inOrder(
        'all',
        [writes(on, 'a'), judge(async () => undefined, 2)],
        inOrder('rollback', [back, writes(on, 'more')]),
      ),
    );
    expect((await run(procedure)).outcome).toBe('rolled-back');
    expect(on.file('more')).toBe('more');
    expect((await readRun(on.store, 'r1')).aborted).toBe(false);
  });

  test('tells whether a process works on a run', async () => {
    let driven = false;
    const procedure = rollout(
      judge(async (look) => {
        if (look === 2) driven = await isDriven(on.store, 'testing', 'r1');
      }),
    );
    await run(procedure);
    expect(driven).toBe(true);
    expect(await isDriven(on.store, 'testing', 'r1')).toBe(false);
  });
});

test('a process that dies at any record of a pause and an abort ends the same', async () => {
  const ends = new Set<string>();
  for (let at = 0, died = true; died; at++) {
    for (const when of ['before', 'after'] as const) {
      on[Symbol.dispose]();
      on = bench();
      clock = virtualClock();
      died = false;
      let paused = false;
      let aborted = false;
      const procedure = () =>
        rollout(
          judge(async (look) => {
            if (!paused && look >= 2) paused = (await order('pause')) !== '';
            else if (!aborted && look >= 4) aborted = (await order('abort')) !== '';
          }),
          // A look that cannot be recorded is tried again for ever, which a dead process does not do.
          [],
        );
      const killAt = (boundary: Boundary): void => {
        if (boundary.seq !== at || boundary.when !== when || died) return;
        died = true;
        throw new Error('killed');
      };
      let result = await run(procedure(), { killAt });
      for (let tries = 0; result.outcome === 'failed' && tries < 5; tries++) {
        if (!existsSync(join(on.store, 'runs', 'r1', 'journal.jsonl'))) break;
        const begun = await readRun(on.store, 'r1').catch(() => undefined);
        if (begun === undefined) break;
        result = await resume(procedure());
      }
      if (at > 0) ends.add(`${result.outcome} ${result.exit} ${on.files().join(' ')}`);
    }
  }
  expect([...ends]).toEqual(['rolled-back 4 back install share']);
}, 60_000);
