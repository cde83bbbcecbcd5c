import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Boundary } from '../../src/procedure/api.ts';
import { action, choose, forEach, gate, opaque, parallel, repeatUntil, step } from '../../src/procedure/build.ts';
import {
  fillGate,
  listRuns,
  readRun,
  resumeProcedure,
  runProcedure,
  showGates,
  verifyRun,
} from '../../src/procedure/index.ts';
import { createStopSignal } from '../../src/procedure/machine/signals.ts';
import { type PauseKind, StepPaused } from '../../src/procedure/run/pause.ts';
import type { Procedure } from '../../src/procedure/tree.ts';
import { type Bench, bench, fails, inOrder, refuses, tree, writes } from '../support/engine.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';

let on: Bench;
let clock: VirtualClock;

beforeEach(() => {
  on = bench();
  clock = virtualClock();
});
afterEach(() => on[Symbol.dispose]());

const run = (procedure: Procedure, more = {}) =>
  clock.runUntil(runProcedure(procedure, { ...on.options(clock), run: 'r1', ...more }));
const resume = (procedure: Procedure, more = {}, id = 'r1') =>
  clock.runUntil(resumeProcedure(procedure, id, { ...on.options(clock), ...more }));
const types = async (id = 'r1'): Promise<string[]> =>
  (await readRun(on.store, id)).entries.map(({ record }) => `${record.type} ${record.node}`.trim());

/** A stop that comes while a step is under way. */
const asking = (stop: ReturnType<typeof createStopSignal>, signal: 'SIGINT' | 'SIGTERM') => async () => {
  stop.request(signal);
  return [];
};

describe('steps', () => {
  test('are done in order, and their outputs are there for later steps and for the caller', async () => {
    const a = writes(on, 'a');
    const b = step({
      id: 'b',
      title: 'b',
      read: async (ctx) => ctx.outputOf(a).text,
      decide: () => ({ kind: 'nothing', why: 'only looks' }),
      outputs: z.strictObject({ seen: z.string() }),
      collect: (_results, seen) => ({ seen }),
      probe: 'repeatable',
    });
    const result = await run(tree(inOrder('all', [a, b])));
    expect(result).toMatchObject({ outcome: 'done', exit: 0, problems: [] });
    expect(result.outputs(b)).toEqual({ seen: 'a' });
    expect(on.file('a')).toBe('a');
    expect(await types()).toEqual([
      'run.started',
      'lease.taken',
      'step.intent all/a',
      'step.done all/a',
      'step.done all/b',
      'run.finished',
    ]);
    expect((await verifyRun(on.store, 'r1', result.anchor)).kind).toBe('intact');
  });

  test('the intent is durable before the effect', async () => {
    const seen: (string | undefined)[] = [];
    const killAt = ({ type, when }: { type: string; when: string }): void => {
      if (type === 'step.intent' && when === 'after') seen.push(on.file('a'));
      if (type === 'step.done' && when === 'before') seen.push(on.file('a'));
    };
    await run(tree(inOrder('all', [writes(on, 'a')])), { killAt });
    expect(seen).toEqual([undefined, 'a']);
  });

  test('that drive something unfinished pause the run, fail nothing, and are done again by a resume', async () => {
    const waits = { code: 'test.waits', where: 'd', found: 'a gate', expected: 'a way on', remedy: 'wait' };
    const drives = (how?: PauseKind) =>
      tree(
        inOrder('all', [
          writes(on, 'a'),
          opaque({
            id: 'd',
            title: 'd',
            outputs: z.strictObject({}),
            promise: 'drives something',
            probe: 'repeatable',
            run: async () => {
              if (how !== undefined) throw new StepPaused(how, [waits]);
              return {};
            },
          }),
        ]),
      );
    expect(await run(drives('waiting'))).toMatchObject({ outcome: 'waiting', exit: 3, problems: [waits] });
    expect(await resume(drives('stopped'))).toMatchObject({ outcome: 'stopped', problems: [] });
    expect(await resume(drives('stuck'))).toMatchObject({ outcome: 'failed', problems: [{}, waits] });
    expect((await types()).filter((type) => type.startsWith('step.failed'))).toEqual([]);
    expect(await resume(drives())).toMatchObject({ outcome: 'done', exit: 0 });
    expect(on.file('a')).toBe('a');
  });

  test('are tried again as often as they say, with the delay between', async () => {
    const begun = clock.monotonic();
    const result = await run(tree(inOrder('all', [fails('f', 2, { attempts: 3, delayMs: 4_000 })])));
    expect(result.outcome).toBe('done');
    expect(clock.monotonic() - begun).toBeGreaterThanOrEqual(8_000);
    expect((await types()).filter((line) => line === 'step.failed all/f')).toHaveLength(2);
  });

  test('a read that hangs fails after the time-out', async () => {
    const hangs = action({
      id: 'hangs',
      title: 'hangs',
      timeoutMs: 30_000,
      read: () => new Promise<never>(() => undefined),
      decide: () => ({ kind: 'nothing', why: '' }),
      probe: 'repeatable',
    });
    const result = await run(tree(inOrder('all', [hangs])));
    expect(result).toMatchObject({ outcome: 'failed', exit: 1 });
    expect(result.problems[0]).toMatchObject({ code: 'procedure.timeout', where: 'all/hangs' });
  });

  test('problems of verify make the step fail after its effects', async () => {
    const a = writes(on, 'a');
    const problem = { code: 'test.bad', where: 'a', found: 'x', expected: 'y', remedy: 'z' };
    const result = await run(tree(inOrder('all', [{ ...a, verify: async () => [problem] }])));
    expect(result).toMatchObject({ outcome: 'failed', problems: [problem] });
  });

  test('outputs that would not survive the journal are refused at once', async () => {
    const bad = step({
      id: 'bad',
      title: 'bad',
      read: async () => null,
      decide: () => ({ kind: 'nothing', why: '' }),
      outputs: z.strictObject({ when: z.date() }),
      collect: () => ({ when: new Date(0) }),
      probe: 'repeatable',
    });
    const result = await run(tree(inOrder('all', [bad])));
    expect(result.problems[0]?.code).toBe('procedure.outputs-invalid');
  });
});

describe('failure', () => {
  test('refusing before anything changed is exit 5, without rollback', async () => {
    const result = await run(tree(inOrder('all', [refuses('no')], inOrder('back', [writes(on, 'undone')]))));
    expect(result).toMatchObject({ outcome: 'refused', exit: 5 });
    expect(on.files()).toEqual([]);
  });

  test('refusing after something changed goes the failure path', async () => {
    const result = await run(tree(inOrder('all', [writes(on, 'a'), refuses('no')])));
    expect(result).toMatchObject({ outcome: 'failed', exit: 1 });
    expect(on.files()).toEqual([]);
  });

  test('undoes done steps in reverse order and says so in the journal', async () => {
    const result = await run(tree(inOrder('all', [writes(on, 'a'), writes(on, 'b'), fails('f')])));
    expect(result.outcome).toBe('failed');
    expect(on.files()).toEqual([]);
    expect((await types()).filter((line) => line.startsWith('step.undone'))).toEqual([
      'step.undone all/b',
      'step.undone all/a',
      'step.undone all',
    ]);
  });

  test('a rollback is a plan of its own and the outcome is rolled back', async () => {
    const result = await run(
      tree(inOrder('all', [writes(on, 'a'), fails('f')], inOrder('back', [writes(on, 'rolled')]))),
    );
    expect(result).toMatchObject({ outcome: 'rolled-back', exit: 4 });
    expect(result.problems[0]?.found).toBe('f does not work');
    // The rollback decides what is taken back: `a` stays.
    expect(on.files()).toEqual(['a', 'rolled']);
  });

  test('a rollback inside goes up: the sequence around it undoes its own steps, not those that were rolled back', async () => {
    const inner = inOrder('inner', [writes(on, 'b'), fails('f')], inOrder('back', [writes(on, 'rolled')]));
    const result = await run(tree(inOrder('all', [writes(on, 'a'), inner, writes(on, 'never')])));
    expect(result.outcome).toBe('rolled-back');
    expect(on.files()).toEqual(['b', 'rolled']);
  });

  test('a rollback that fails is loud, keeps the environment, and a resume goes on with it', async () => {
    const back = fails('back', 1);
    const make = (): Procedure =>
      tree(inOrder('all', [writes(on, 'a'), fails('f')], inOrder('back', [back, writes(on, 'rolled')])));
    const first = await run(make());
    expect(first).toMatchObject({ outcome: 'failed', exit: 1 });
    expect(first.problems[0]).toMatchObject({ code: 'procedure.rollback-failed' });
    expect(first.problems[0]?.remedy).toContain('shiplock resume r1');
    const other = await run(tree(inOrder('x', [writes(on, 'x')])), { run: 'r2' });
    expect(other).toMatchObject({ outcome: 'lease-held', exit: 7 });
    const second = await resume(make());
    expect(second).toMatchObject({ outcome: 'rolled-back', exit: 4 });
    expect(on.files()).toEqual(['a', 'rolled']);
  });

  test('an undo that fails is stuck and is tried again by a resume', async () => {
    let broken = true;
    const a = writes(on, 'a');
    const fragile = {
      ...a,
      undo: () => {
        if (broken) throw new Error('cannot be undone now');
        return {
          kind: 'do' as const,
          effects: [{ kind: 'file' as const, path: `${on.world}/a`, content: null, timeoutMs: 5_000 }],
        };
      },
    };
    const make = (): Procedure => tree(inOrder('all', [fragile, fails('f')]));
    expect(await run(make())).toMatchObject({ outcome: 'failed' });
    expect(on.files()).toEqual(['a']);
    broken = false;
    expect(await resume(make())).toMatchObject({ outcome: 'failed' });
    expect(on.files()).toEqual([]);
    expect((await listRuns(on.store))[0]?.finished?.outcome).toBe('failed');
  });
});

describe('nodes that hold others', () => {
  test('parallel: all are done, never more than the limit at a time', async () => {
    let now = 0;
    let most = 0;
    const slow = (id: string) =>
      action({
        id,
        title: id,
        read: async (ctx) => {
          most = Math.max(most, ++now);
          await ctx.clock.sleep(1_000);
          now--;
        },
        decide: () => ({ kind: 'nothing', why: '' }),
        probe: 'repeatable',
      });
    const steps = ['a', 'b', 'c', 'd', 'e'].map(slow);
    const result = await run(tree(parallel({ id: 'p', title: 'p', limit: 2, steps })));
    expect(result.outcome).toBe('done');
    expect(most).toBe(2);
  });

  test('parallel: a failure lets the others end and begins nothing new', async () => {
    const steps = [fails('f'), writes(on, 'a'), writes(on, 'b'), writes(on, 'c')];
    const result = await run(tree(inOrder('all', [parallel({ id: 'p', title: 'p', limit: 1, steps })])));
    expect(result.outcome).toBe('failed');
    expect((await types()).filter((line) => line.startsWith('step.intent'))).toEqual([]);
  });

  test('parallel: a child that waits for others is begun when they are done, and never after a failure', async () => {
    const after = { b: ['a'], d: ['b', 'c'] };
    const steps = (...names: readonly string[]) => names.map((name) => writes(on, name));
    const whole = parallel({ id: 'p', title: 'p', steps: steps('d', 'b', 'c', 'a'), after });
    expect((await run(tree(whole))).outcome).toBe('done');
    const begun = (await types()).filter((line) => line.startsWith('step.intent')).map((line) => line.slice(-1));
    expect(begun.indexOf('b')).toBeGreaterThan(begun.indexOf('a'));
    expect(begun.at(-1)).toBe('d');
    expect(begun.length).toBe(4);
  });

  test('parallel: a resume begins nothing new beside what had failed before', async () => {
    const make = (...steps: readonly string[]): Procedure =>
      tree(
        inOrder('all', [
          parallel({ id: 'p', title: 'p', limit: 1, steps: [...steps.map((id) => writes(on, id)), fails('f')] }),
        ]),
      );
    const killAt = ({ when, type, node }: Boundary): void => {
      // The failure of the step is recorded, that of the whole not yet.
      if (when === 'before' && type === 'step.failed' && node === 'all') throw new Error('killed');
    };
    await run(make(), { killAt });
    expect((await listRuns(on.store))[0]?.finished).toBe(null);
    // The tree is another one, in which something stands before what had failed.
    const resumed = await resume(make('a'), { allowChanged: { role: 'lead', reason: 'a test' } });
    expect(resumed.outcome).toBe('failed');
    expect((await types()).filter((line) => line.startsWith('step.intent'))).toEqual([]);
  });

  test('parallel: waits for nobody, or in a circle, are refused', async () => {
    const both = (after: Record<string, readonly string[]>) =>
      tree(parallel({ id: 'p', title: 'p', steps: [writes(on, 'a'), writes(on, 'b')], after }));
    await expect(run(both({ a: ['x'] }))).rejects.toThrow('a wait for x');
    await expect(run(both({ a: ['b'], b: ['a'] }))).rejects.toThrow('wait for each other');
  });

  test('forEach: the first alone, then growing batches; a failure stops what follows', async () => {
    const items = Array.from({ length: 20 }, (_, index) => index);
    const whole = forEach({ id: 'hosts', title: 'hosts', items, body: (item) => writes(on, `h${item}`) });
    expect(whole.batches.map((batch) => batch.length)).toEqual([1, 1, 8, 10]);
    const broken = forEach({
      id: 'hosts',
      title: 'hosts',
      items,
      body: (item) => (item === 1 ? fails('h1') : writes(on, `h${item}`)),
    });
    await run(tree(inOrder('all', [broken])));
    expect((await types()).filter((line) => line.startsWith('step.intent') && !line.includes('undo'))).toContain(
      'step.intent all/hosts/h0',
    );
    expect((await types()).some((line) => line.includes('hosts/h2'))).toBe(false);
  });

  test('choice: what was chosen is recorded, so a resume takes the same branch', async () => {
    let wanted = 'left';
    const stop = createStopSignal();
    const make = (): Procedure =>
      tree(
        choose({
          id: 'way',
          title: 'way',
          choose: () => wanted,
          branches: {
            left: inOrder('left', [{ ...writes(on, 'l'), verify: asking(stop, 'SIGTERM') }, writes(on, 'l2')]),
            right: writes(on, 'r'),
          },
        }),
      );
    expect(await run(make(), { signal: stop })).toMatchObject({ outcome: 'stopped', exit: 143 });
    wanted = 'right';
    expect(await resume(make())).toMatchObject({ outcome: 'done' });
    expect(on.files()).toEqual(['l', 'l2']);
  });

  test('repeatUntil: rounds have paths of their own, and too many are a failure', async () => {
    let rounds = 0;
    const counts = step({
      id: 'count',
      title: 'count',
      read: async () => ++rounds,
      decide: () => ({ kind: 'nothing', why: '' }),
      outputs: z.strictObject({ n: z.number() }),
      collect: (_results, n) => ({ n }),
      probe: 'repeatable',
    });
    const make = (max: number): Procedure =>
      tree(repeatUntil({ id: 'loop', title: 'loop', body: counts, max, until: (ctx) => ctx.outputOf(counts).n >= 3 }));
    const result = await run(make(5));
    expect(result.outcome).toBe('done');
    expect(result.outputs(counts)).toEqual({ n: 3 });
    expect((await types()).filter((line) => line.startsWith('step.done loop/'))).toEqual([
      'step.done loop/count#1',
      'step.done loop/count#2',
      'step.done loop/count#3',
    ]);
    rounds = -10;
    expect(await run(make(2), { run: 'r2' })).toMatchObject({ outcome: 'failed' });
  });
});

describe('stopping', () => {
  test('urgent steps still run; the next that is not stops the run, resumable', async () => {
    const stop = createStopSignal();
    const asks = { ...writes(on, 'a'), verify: asking(stop, 'SIGINT') };
    const make = (): Procedure => tree(inOrder('all', [asks, writes(on, 'u', 'u', { urgent: true }), writes(on, 'b')]));
    const result = await run(make(), { signal: stop });
    expect(result).toMatchObject({ outcome: 'stopped', exit: 130 });
    expect(on.files()).toEqual(['a', 'u']);
    const again = await resume(make());
    expect(again.outcome).toBe('done');
    expect(on.files()).toEqual(['a', 'b', 'u']);
    expect((await types()).filter((line) => line === 'step.intent all/a')).toHaveLength(1);
  });
});

test('an urgent step is also tried again while a stop is asked for, with its delay', async () => {
  const stop = createStopSignal();
  stop.request('SIGTERM');
  const urgent = { ...fails('u', 2, { attempts: 3, delayMs: 1_000 }), urgent: true };
  const begun = clock.monotonic();
  expect(await run(tree(inOrder('all', [urgent])), { signal: stop })).toMatchObject({ outcome: 'done' });
  expect(clock.monotonic() - begun).toBeGreaterThanOrEqual(2_000);
});

test('a list of runs says the same whether a run is read whole or by its ends', async () => {
  await run(tree(inOrder('all', [writes(on, 'a'), fails('f')])));
  const {
    inputs: _inputs,
    entries: _entries,
    aborted: _aborted,
    anchor: _anchor,
    ...whole
  } = await readRun(on.store, 'r1');
  expect(whole.finished?.outcome).toBe('failed');
  expect(await listRuns(on.store)).toEqual([whole]);
});

describe('gates', () => {
  const question = gate({
    id: 'ok',
    title: 'Is it good?',
    role: 'operator',
    evidence: [
      { kind: 'check', name: 'seen', question: 'Have you looked?' },
      { kind: 'number', name: 'load', question: 'Load?', min: 0, max: 10 },
    ],
    guard: { kind: 'nothing-shifted' },
  });

  test('end the process, keep the environment, and go on after evidence', async () => {
    const make = (): Procedure => tree(inOrder('all', [writes(on, 'a'), question, writes(on, 'b')]));
    const result = await run(make());
    expect(result).toMatchObject({ outcome: 'waiting', exit: 3 });
    expect(result.gate).toMatchObject({ run: 'r1', path: 'all/ok', role: 'operator' });
    expect(await showGates(on.store)).toHaveLength(1);
    // Nobody answered: waiting again.
    expect(await resume(make())).toMatchObject({ outcome: 'waiting' });
    const held = await run(tree(writes(on, 'x')), { run: 'r2' });
    expect(held).toMatchObject({ outcome: 'lease-held', exit: 7 });
    expect(held.problems[0]?.remedy).toContain('r1');

    const wrong = await clock.runUntil(fillGate(on.store, 'r1', 'all/ok', { seen: true, loda: 3 }, 'eve', clock));
    expect(wrong.ok ? [] : wrong.problems.map((problem) => problem.remedy)).toContain('did you mean load?');
    const unticked = await clock.runUntil(fillGate(on.store, 'r1', 'all/ok', { seen: false, load: 3 }, 'eve', clock));
    expect(unticked.ok).toBe(false);
    const filled = await clock.runUntil(fillGate(on.store, 'r1', 'all/ok', { seen: 'yes', load: '3' }, 'eve', clock));
    expect(filled).toEqual({ ok: true, value: { seen: true, load: 3 } });
    const twice = await clock.runUntil(fillGate(on.store, 'r1', 'all/ok', { seen: true, load: 4 }, 'bob', clock));
    expect(twice.ok ? '' : twice.problems[0]?.code).toBe('gate.filled');
    expect(await resume(make())).toMatchObject({ outcome: 'done', exit: 0 });
    expect(on.files()).toEqual(['a', 'b']);
  });

  test('a drained gate drains before it opens; a rejected one gives no traffic back', async () => {
    const drained = (judge: 'pass' | 'reject') =>
      gate({
        ...question,
        evidence: [{ kind: 'check', name: 'seen', question: '?' }],
        guard: { kind: 'drained', drain: [writes(on, 'drained')], restore: [writes(on, 'restored')] },
        judge: () => (judge === 'pass' ? { kind: 'pass' } : { kind: 'reject', why: 'looks bad' }),
      });
    for (const judge of ['pass', 'reject'] as const) {
      const id = `run-${judge}`;
      const make = (): Procedure =>
        tree(inOrder(judge, [writes(on, 'a'), drained(judge)], writes(on, `back-${judge}`)));
      expect(await run(make(), { run: id })).toMatchObject({ outcome: 'waiting' });
      expect(on.file('drained')).toBe('drained');
      expect(on.file('restored')).toBe(undefined);
      await clock.runUntil(fillGate(on.store, id, `${judge}/ok`, { seen: judge === 'pass' }, 'eve', clock));
      const result = await resume(make(), {}, id);
      expect(result.outcome).toBe(judge === 'pass' ? 'done' : 'rolled-back');
      expect(on.file('restored')).toBe(judge === 'pass' ? 'restored' : undefined);
      for (const name of on.files()) rmSync(`${on.world}/${name}`);
    }
  });

  test('a gate that is not needed is recorded as such', async () => {
    const result = await run(tree(inOrder('all', [{ ...question, needed: () => false }, writes(on, 'b')])));
    expect(result.outcome).toBe('done');
  });

  test('changed code is refused; with a role it is recorded and gates over what changed open again', async () => {
    const make = (version: number, extra: boolean): Procedure =>
      tree(
        inOrder('all', [
          inOrder('one', [{ ...question, id: 'first' }, writes(on, 'a')]),
          inOrder('two', [
            { ...question, id: 'second' },
            { ...writes(on, 'b'), version },
            ...(extra ? [fails('never')] : []),
          ]),
        ]),
      );
    await run(make(1, false));
    await clock.runUntil(fillGate(on.store, 'r1', 'all/one/first', { seen: true, load: 1 }, 'eve', clock));
    await resume(make(1, false));
    await clock.runUntil(fillGate(on.store, 'r1', 'all/two/second', { seen: true, load: 1 }, 'eve', clock));
    const refused = await resume(make(2, false));
    expect(refused).toMatchObject({ outcome: 'refused', exit: 5 });
    expect(refused.problems[0]?.found).toContain('all/two/b changed');
    const allowed = await resume(make(2, false), { allowChanged: { role: 'lead', reason: 'a fix' } });
    expect(allowed).toMatchObject({ outcome: 'waiting' });
    expect(allowed.gate?.path).toBe('all/two/second');
    const record = (await readRun(on.store, 'r1')).entries.findLast(({ record: { type } }) => type === 'run.resumed');
    expect(record?.payload).toMatchObject({ changed: { role: 'lead', reason: 'a fix', reopened: ['all/two/second'] } });
    await clock.runUntil(fillGate(on.store, 'r1', 'all/two/second', { seen: true, load: 1 }, 'eve', clock));
    expect(await resume(make(2, false))).toMatchObject({ outcome: 'done' });
  });
});

describe('taking over', () => {
  test('a rollback pre-empts a waiting run, whose resume is then refused', async () => {
    const wait = gate({ id: 'g', title: 'g', role: 'r', evidence: [], guard: { kind: 'nothing-shifted' } });
    const make = (): Procedure => tree(inOrder('all', [writes(on, 'a'), wait]));
    await run(make());
    const back = await run(tree(writes(on, 'back')), { run: 'r2', preempt: 'r1' });
    expect(back.outcome).toBe('done');
    expect(await resume(make())).toMatchObject({
      outcome: 'refused',
      exit: 5,
      problems: [{ code: 'procedure.preempted' }],
    });
    expect(await showGates(on.store)).toEqual([]);
    expect((await verifyRun(on.store, 'r1')).kind).toBe('intact');
  });

  test('a run at work that is pre-empted stops before its next effect', async () => {
    let entered: () => void = () => undefined;
    const inside = new Promise<void>((resolve) => {
      entered = resolve;
    });
    let release: () => void = () => undefined;
    const slow = action({
      id: 'slow',
      title: 'slow',
      read: () =>
        new Promise<void>((resolve) => {
          release = resolve;
          entered();
        }),
      decide: () => ({ kind: 'nothing', why: '' }),
      probe: 'repeatable',
    });
    const first = runProcedure(tree(inOrder('all', [slow, writes(on, 'late')])), { ...on.options(clock), run: 'r1' });
    await inside;
    const second = runProcedure(tree(writes(on, 'back')), { ...on.options(clock), run: 'r2', preempt: 'r1' });
    expect((await second).outcome).toBe('done');
    release();
    expect(await first).toMatchObject({ outcome: 'lease-held', exit: 7 });
    expect(on.files()).toEqual(['back']);
  });
});

describe('resuming', () => {
  test('a finished run returns what it recorded', async () => {
    const a = writes(on, 'a');
    const p = tree(inOrder('all', [a]));
    await run(p);
    const again = await resume(p);
    expect(again).toMatchObject({ outcome: 'done', exit: 0 });
    expect(again.outputs(a)).toEqual({ text: 'a' });
  });

  test('the same run cannot be started twice', async () => {
    await run(tree(writes(on, 'a')));
    expect((await run(tree(writes(on, 'a')))).problems[0]?.code).toBe('journal.exists');
  });

  test('a tree with double ids or one object at two places is refused before anything happens', async () => {
    const a = writes(on, 'a');
    await expect(run(tree(inOrder('all', [a, { ...a }])))).rejects.toThrow('two nodes with this path');
    await expect(run(tree(inOrder('all', [a, inOrder('x', [a])])))).rejects.toThrow('the same object');
  });
});
