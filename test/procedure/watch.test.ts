import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { gate, watch } from '../../src/procedure/build.ts';
import { fillGate, readRun, replay, resumeProcedure, runProcedure } from '../../src/procedure/index.ts';
import { createStopSignal } from '../../src/procedure/machine/signals.ts';
import type { Procedure } from '../../src/procedure/tree.ts';
import { type Bench, bench, inOrder, tree, writes } from '../support/engine.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';

let on: Bench;
let clock: VirtualClock;

beforeEach(() => {
  on = bench();
  clock = virtualClock();
});
afterEach(() => on[Symbol.dispose]());

const MINUTE = 60_000;

interface State {
  readonly count: number;
  readonly from: number | null;
  readonly time: number;
  readonly deadline: number;
  readonly good: boolean;
}

interface Plan {
  /** What the source says at a time since the start: a value, a hang, or an error. */
  look(sinceMs: number): 'good' | 'bad' | 'none' | 'hang' | 'error';
  readonly beats?: number[];
  readonly guarded?: boolean;
  readonly everyMs?: number;
}

/** Passes after 10 good looks in a row of time, fails on a bad one, asks after 30 minutes without either. */
function bake(plan: Plan, begun = clock.monotonic()) {
  return watch<State, { at: number; value: string }, { looks: number }>({
    id: 'bake',
    title: 'Bake',
    everyMs: plan.everyMs ?? 1_000,
    samples: z.strictObject({ at: z.number(), value: z.string() }),
    outputs: z.strictObject({ looks: z.number() }),
    sample: async (ctx) => {
      const value = plan.look(clock.monotonic() - begun);
      if (value === 'hang') return new Promise<never>(() => undefined);
      if (value === 'error') throw new Error('the source is down');
      return { at: ctx.clock.now(), value };
    },
    start: () => ({ count: 0, from: null, time: 0, deadline: 30 * MINUTE, good: true }),
    fold: (state, sample) => ({
      ...state,
      from: state.from ?? sample.at,
      time: sample.at - (state.from ?? sample.at),
      count: state.count + (sample.value === 'good' ? 1 : 0),
      good: sample.value !== 'bad',
    }),
    decide: (state) => {
      if (!state.good) {
        return {
          kind: 'fail',
          problem: { code: 'test.bad', where: 'bake', found: 'a bad look', expected: 'good ones', remedy: 'mend it' },
        };
      }
      if (state.count >= 10) return { kind: 'pass', status: 'ten good looks', outputs: { looks: state.count } };
      if (state.time >= state.deadline) return { kind: 'ask', status: `undecided after ${state.time / MINUTE} min` };
      return { kind: 'look-on', status: `${state.count} good looks` };
    },
    heartbeat: {
      everyMs: plan.beats === undefined ? 30_000 : 500,
      beat: async () => void plan.beats?.push(clock.monotonic() - begun),
    },
    ask: {
      gate: gate({
        id: 'undecided',
        title: 'No verdict',
        role: 'operator',
        evidence: [{ kind: 'choice', name: 'decision', question: 'And now?', options: ['look-on', 'fail'] }],
        guard:
          plan.guarded === true
            ? { kind: 'drained', drain: [writes(on, 'drained')], restore: [writes(on, 'restored')] }
            : { kind: 'nothing-shifted' },
      }),
      goOn: (evidence, state) =>
        evidence['decision'] === 'look-on'
          ? {
              answer: { kind: 'look-on', status: 'again' },
              state: { ...state, deadline: state.deadline + 10 * MINUTE },
            }
          : {
              answer: {
                kind: 'fail',
                problem: { code: 'test.given-up', where: 'bake', found: 'given up', expected: '', remedy: '' },
              },
              state,
            },
    },
  });
}

const run = (procedure: Procedure, more = {}) =>
  clock.runUntil(runProcedure(procedure, { ...on.options(clock), run: 'r1', ...more }));
const resume = (procedure: Procedure, more = {}) =>
  clock.runUntil(resumeProcedure(procedure, 'r1', { ...on.options(clock), ...more }));

test('passes on its own evidence and records every look and the verdict', async () => {
  const beats: number[] = [];
  const node = bake({ look: () => 'good', beats });
  const result = await run(tree(node));
  expect(result.outcome).toBe('done');
  expect(result.outputs(node)).toEqual({ looks: 10 });
  const { entries } = await readRun(on.store, 'r1');
  expect(entries.filter(({ record }) => record.type === 'analysis.sample')).toHaveLength(10);
  expect(entries.filter(({ record }) => record.type === 'analysis.verdict')).toHaveLength(1);
  expect(beats.length).toBeGreaterThanOrEqual(17);
});

test('30 minutes without an answer: no pass, no failure, a question; looking on has its new deadline', async () => {
  const make = (): Procedure =>
    tree(inOrder('all', [bake({ look: () => 'none', everyMs: 5_000 })], writes(on, 'rolled-back')));
  const first = await run(make());
  expect(first).toMatchObject({ outcome: 'waiting', exit: 3, gate: { path: 'all/bake/undecided#1' } });
  expect(clock.monotonic()).toBeGreaterThanOrEqual(30 * MINUTE);
  expect(clock.monotonic()).toBeLessThan(31 * MINUTE);
  await clock.runUntil(fillGate(on.store, 'r1', 'all/bake/undecided#1', { decision: 'look-on' }, 'eve', clock));
  const second = await resume(make());
  expect(second).toMatchObject({ outcome: 'waiting', gate: { path: 'all/bake/undecided#2' } });
  expect(clock.monotonic()).toBeGreaterThanOrEqual(40 * MINUTE);
  await clock.runUntil(fillGate(on.store, 'r1', 'all/bake/undecided#2', { decision: 'fail' }, 'eve', clock));
  const third = await resume(make());
  expect(third).toMatchObject({ outcome: 'rolled-back', problems: [{ code: 'test.given-up' }] });
  const verdicts = await replay(make(), on.store, 'r1');
  expect(verdicts).toHaveLength(3);
  expect(verdicts.every((verdict) => verdict.same)).toBe(true);
});

test('a drained question gives the traffic back for looking on, and not for giving up', async () => {
  const make = (): Procedure =>
    tree(inOrder('all', [bake({ look: () => 'none', guarded: true, everyMs: 5_000 })], writes(on, 'rolled-back')));
  await run(make());
  expect(on.files()).toEqual(['drained']);
  await clock.runUntil(fillGate(on.store, 'r1', 'all/bake/undecided#1', { decision: 'fail' }, 'eve', clock));
  expect(await resume(make())).toMatchObject({ outcome: 'rolled-back' });
  expect(on.files()).toEqual(['drained', 'rolled-back']);
});

test('a source that hangs or fails for half an hour decides nothing, and heartbeats go on meanwhile', async () => {
  const beats: number[] = [];
  const bad = (since: number): boolean => since > 3_000 && since < 29 * MINUTE;
  const node = bake({
    look: (since) => (bad(since) ? (since < 15 * MINUTE ? 'hang' : 'error') : 'good'),
    beats,
  });
  const result = await run(tree(node));
  expect(result.outcome).toBe('done');
  expect(clock.monotonic()).toBeGreaterThan(29 * MINUTE);
  const gaps = beats.slice(1).map((at, index) => at - (beats[index] ?? 0));
  expect(Math.max(...gaps)).toBeLessThanOrEqual(1_000);
  expect(on.events.some((event) => event.kind === 'note' && event.text.includes('the source is down'))).toBe(true);
});

test('a stop ends it between two looks; a resume goes on from the recorded ones', async () => {
  const stop = createStopSignal();
  const begun = clock.monotonic();
  const make = (): Procedure =>
    tree(
      bake(
        {
          look: (since) => {
            if (since >= 4_000) stop.request('SIGTERM');
            return 'good';
          },
        },
        begun,
      ),
    );
  expect(await run(make(), { signal: stop })).toMatchObject({ outcome: 'stopped', exit: 143 });
  expect(await resume(make())).toMatchObject({ outcome: 'done' });
  const { entries } = await readRun(on.store, 'r1');
  expect(entries.filter(({ record }) => record.type === 'analysis.sample')).toHaveLength(10);
  expect((await replay(make(), on.store, 'r1')).map(({ same }) => same)).toEqual([true]);
});

test('heartbeats that do not get through are noted, not fatal, and one that hangs does not stop the next', async () => {
  let beat = 0;
  const node = bake({ look: () => 'good' });
  const result = await run(
    tree({
      ...node,
      heartbeat: {
        everyMs: 500,
        beat: () => {
          beat++;
          if (beat === 2) return new Promise<never>(() => undefined);
          return beat < 5 ? Promise.reject(new Error('guard is away')) : Promise.resolve();
        },
      },
    }),
  );
  expect(result.outcome).toBe('done');
  expect(beat).toBeGreaterThan(5);
  expect(on.events.filter((event) => event.kind === 'note' && event.text.includes('heartbeats'))).toHaveLength(2);
});

test('a bad look goes the failure path with the problem of the watch', async () => {
  const make = (): Procedure =>
    tree(inOrder('all', [bake({ look: (since) => (since > 2_000 ? 'bad' : 'good') })], writes(on, 'rolled-back')));
  expect(await run(make())).toMatchObject({ outcome: 'rolled-back', exit: 4, problems: [{ code: 'test.bad' }] });
});
