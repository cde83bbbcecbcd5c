import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { jsonSchema } from '../../src/model/json.ts';
import { choose, gate, opaque, parallel, repeatUntil, step, watch } from '../../src/procedure/build.ts';
import {
  documentProcedure,
  planHash,
  planProcedure,
  readRun,
  renderPlan,
  runProcedure,
} from '../../src/procedure/index.ts';
import { payloadSchema } from '../../src/procedure/journal/records.ts';
import { differences, outlineOf } from '../../src/procedure/plan/hash.ts';
import type { Procedure } from '../../src/procedure/tree.ts';
import { type Bench, bench, inOrder, refuses, tree, writes } from '../support/engine.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';

let on: Bench;
let clock: VirtualClock;
beforeEach(() => {
  on = bench();
  clock = virtualClock();
});
afterEach(() => on[Symbol.dispose]());

const plan = (procedure: Procedure) => clock.runUntil(planProcedure(procedure, on.options(clock)));

/** Everything a tree can hold, with one step that only a run can decide. */
function everything(version = 1): Procedure {
  const a = writes(on, 'a');
  const dark = step({
    id: 'dark',
    title: 'Find out',
    read: async () => null,
    decide: () => ({
      kind: 'do',
      effects: [{ kind: 'file', path: `${on.world}/dark`, content: 'x', timeoutMs: 1_000 }],
    }),
    outputs: z.strictObject({ answer: z.number() }),
    collect: () => ({ answer: 42 }),
    probe: 'repeatable',
  });
  const needs = step({
    id: 'needs',
    title: 'Needs to know',
    read: async () => null,
    decide: (_facts, ctx) => ({
      kind: 'do',
      effects: [
        { kind: 'file', path: `${on.world}/needs`, content: String(ctx.outputOf(dark).answer), timeoutMs: 1_000 },
      ],
    }),
    outputs: z.strictObject({}),
    collect: () => ({}),
    probe: 'repeatable',
  });
  return tree(
    inOrder(
      'all',
      [
        a,
        dark,
        needs,
        choose({
          id: 'way',
          title: 'Which way',
          choose: () => 'left',
          branches: { left: writes(on, 'l'), right: writes(on, 'r') },
        }),
        parallel({ id: 'both', title: 'Both', steps: [writes(on, 'p1'), { ...writes(on, 'p2'), version }] }),
        repeatUntil({ id: 'loop', title: 'Again', body: writes(on, 'once'), max: 3, until: () => true }),
        opaque({
          id: 'box',
          title: 'A box',
          promise: 'mends itself',
          run: async () => ({}),
          outputs: z.strictObject({}),
          probe: 'repeatable',
        }),
        watch({
          id: 'look',
          title: 'Look',
          everyMs: 1_000,
          sample: async () => 1,
          samples: z.number(),
          start: () => 0,
          fold: (state: number, sample) => state + sample,
          decide: (state) =>
            state > 1 ? { kind: 'pass', status: 'seen', outputs: {} } : { kind: 'look-on', status: '' },
          outputs: z.strictObject({}),
          forecast: async () => 'about 9 h at 3 requests/min',
        }),
        gate({
          id: 'never',
          title: 'Not this time',
          role: 'lead',
          evidence: [{ kind: 'check', name: 'x', question: 'Is "x" so?' }],
          guard: { kind: 'unguarded', role: 'owner', reason: 'nothing runs' },
          needed: () => false,
        }),
      ],
      inOrder('back', [writes(on, 'rolled')]),
    ),
  );
}

describe('plan', () => {
  test('changes nothing, and what it prints is what a run then does', async () => {
    const procedure = everything();
    const planned = await plan(procedure);
    expect(on.files()).toEqual([]);
    expect(planned.problems).toEqual([]);
    const result = await clock.runUntil(runProcedure(everything(), { ...on.options(clock), run: 'r1' }));
    expect(result.outcome).toBe('done');
    expect(result.planHash).toBe(planned.planHash);
    const { entries } = await readRun(on.store, 'r1');
    const done = entries.flatMap(({ record, payload }) => {
      if (record.type !== 'step.intent') return [];
      const parsed = payloadSchema.parse({ type: record.type, data: payload });
      return parsed.type === 'step.intent' ? parsed.data.effects.map((effect) => ({ path: record.node, effect })) : [];
    });
    const later = done.filter(({ path }) => path === 'all/needs');
    expect(later).toHaveLength(1);
    expect(planned.effects).toEqual(done.filter(({ path }) => path !== 'all/needs'));
  });

  test('names what is decided later, what cannot be planned, how long a watch takes and what a failure leads to', async () => {
    const text = renderPlan(await plan(everything()));
    expect(text).toContain('Needs to know: decided after <all/dark>');
    expect(text).toContain('A box: opaque, cannot be planned in detail; it promises: mends itself');
    expect(text).toContain('Look: about 9 h at 3 requests/min');
    expect(text).toContain('Not this time: gate, not needed');
    expect(text).toContain(`file write ${on.world}/a (1 bytes)`);
    expect(text).toContain('if it fails: Write rolled');
    expect(text).not.toContain('Write r\n');
  });

  test('is plain JSON, and still knows planned outputs', async () => {
    const a = writes(on, 'a');
    const planned = await plan(tree(a));
    expect(planned.outputs(a)).toEqual({ text: 'a' });
    expect(Object.keys(jsonSchema.parse(planned) ?? {})).toContain('effects');
  });

  test('says what would be refused now', async () => {
    const planned = await plan(tree(inOrder('all', [refuses('no')])));
    expect(planned.problems.map(({ code }) => code)).toEqual(['test.refused']);
  });

  test('a choice that depends on a run shows every branch and counts none', async () => {
    const first = everything().root;
    if (first.kind !== 'sequence') throw new Error('expected a sequence');
    const [, dark] = first.steps;
    if (dark?.kind !== 'step') throw new Error('expected a step');
    const way = choose({
      id: 'way',
      title: 'Which way',
      choose: (ctx) => (ctx.outputOf(dark) === null ? 'left' : 'right'),
      branches: { left: writes(on, 'l'), right: writes(on, 'r') },
    });
    const planned = await plan(tree(inOrder('all', [dark, way])));
    const text = renderPlan(planned);
    expect(text).toContain('Which way: decided after <all/dark>');
    expect(text).toContain('Write l');
    expect(text).toContain('Write r');
    expect(planned.effects).toHaveLength(1);
  });
});

describe('plan hash', () => {
  test('is the same for the same tree and differs with versions and inputs', () => {
    expect(planHash(everything())).toBe(planHash(everything()));
    expect(planHash(everything(2))).not.toBe(planHash(everything()));
    expect(planHash({ ...everything(), inputs: { version: '2' } })).not.toBe(planHash(everything()));
    expect(differences(outlineOf(everything()), outlineOf(everything(2)))).toEqual([
      { path: 'all/both/p2', change: 'changed' },
    ]);
  });
});

test('document prints the same tree with roles, checklist and diagram', () => {
  const text = documentProcedure(everything());
  expect(text).toContain('# A test');
  expect(text).toContain('- **lead**: fills in “Not this time”');
  expect(text).toContain('- [ ] Is "x" so?');
  expect(text).toContain('If anything above fails, this is done instead:');
  expect(text).toMatch(/```mermaid\nflowchart TD/);
  expect(text).toContain('n1["Write a"]');
  expect(text).toContain('-- "left" -->');
  expect(text.endsWith('\n')).toBe(true);
});

test('children that wait for others are told in the plan and in the document', async () => {
  const children = ['c', 'b', 'a'].map((id) => writes(on, id));
  const whole = tree(parallel({ id: 'p', title: 'All', steps: children, after: { b: ['a'], c: ['a', 'b'] } }));
  const text = renderPlan(await plan(whole));
  expect(text).toContain('Write c after Write a and Write b\n  Write b after Write a\n');
  // In the order in which they come.
  expect(text.match(/- Write \w/g)).toEqual(['- Write a', '- Write b', '- Write c']);
  const document = documentProcedure(whole);
  expect(document).toContain('side by side, 4 at a time; Write c after Write a and Write b; Write b after Write a.');
  // begin → a → b → c → end, and a → c
  expect(document.match(/n\d+ --> n\d+/g)).toEqual(['n1 --> n2', 'n1 --> n3', 'n2 --> n3']);
});
