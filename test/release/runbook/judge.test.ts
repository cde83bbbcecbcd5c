import { expect, test } from 'vitest';
import { z } from 'zod';
import { action, opaque, procedure, sequence } from '../../../src/procedure/index.ts';
import { definitionProblems, runbook, text, treeProblems } from '../../../src/release/runbook/index.ts';

const good = runbook({
  ...{ id: 'drill', title: 'Drill', summary: '', when: '', requirements: [], roles: [], severity: 'changes' },
  ...{ inputs: [text({ name: 'reason', question: 'Why?' })], prerequisites: [], wayBack: '', clauses: [] },
  sample: { reason: 'x' },
  how: { kind: 'tree', build: () => ({ title: '', description: '', root: step('a') }) },
});

function step(id: string, more: { readonly verify?: boolean; readonly timeoutMs?: number } = {}) {
  return action({
    ...{ id, title: id, probe: 'repeatable' },
    read: async () => null,
    decide: () => ({ kind: 'nothing', why: '' }),
    ...(more.verify === true ? { verify: async () => [] } : {}),
    ...(more.timeoutMs === undefined ? {} : { timeoutMs: more.timeoutMs }),
  });
}
const tree = (...steps: Parameters<typeof sequence>[0]['steps']) =>
  procedure({
    ...{ id: 'runbook:drill', title: '', description: '', environment: 'e', inputs: {} },
    root: sequence({ id: 'drill', title: '', steps }),
  });
const found = (problems: readonly { readonly found: string }[]) => problems.map((problem) => problem.found);

test('a definition that is whole', () => {
  expect(definitionProblems(good)).toEqual([]);
});

test.each([
  [{ id: 'Drill' }, 'the id "Drill"'],
  [{ inputs: [text({ name: 'plan', question: '' })], sample: {} }, 'the input plan'],
  [{ inputs: [text({ name: 'a', question: '' }), text({ name: 'a', question: '' })], sample: {} }, 'two inputs a'],
  [{ sample: { reson: 'x' } }, 'a sample for reson'],
] as const)('%j', (change, words) => {
  expect(found(definitionProblems({ ...good, ...change }))).toContain(words);
});

test('a last step that nobody looks after is told, also at the end of a part', () => {
  expect(treeProblems(good, tree(step('a'), step('b', { verify: true })))).toEqual([]);
  expect(found(treeProblems(good, tree(step('a'))))).toEqual(['a step that nobody looks after']);
  const part = sequence({ id: 'part', title: '', steps: [step('a')] });
  expect(found(treeProblems(good, tree(part)))).toEqual(['a step that nobody looks after']);
});

test('a time-out of days, and a wait in what only reads', () => {
  expect(found(treeProblems(good, tree(step('a', { verify: true, timeoutMs: 90_000_000 }))))).toEqual([
    'a time-out of 90000000 ms',
  ]);
  const hidden = opaque({
    ...{ id: 'a', title: '', probe: 'repeatable', promise: '' },
    outputs: z.strictObject({}),
    run: async () => ({}),
  });
  expect(found(treeProblems({ id: 'drill', severity: 'reads' }, tree(hidden)))).toEqual(['a opaque']);
});
