import { expect, it } from 'vitest';
import { type ZodType, z } from 'zod';
import { sequence, watch } from '../../src/procedure/build.ts';
import type { DecideContext, OutputRef } from '../../src/procedure/tree.ts';
import { lastVerdict } from '../../src/release/run/verdict.ts';

const bake = (id: string, outputs: ZodType = z.object({ verdict: z.string() })) =>
  watch({
    id,
    title: id,
    everyMs: 1000,
    sample: async () => 0,
    samples: z.number(),
    start: () => 0,
    fold: (state: number) => state,
    decide: () => ({ kind: 'look-on', status: '' }),
    outputs,
  });

function context(outputs: Readonly<Record<string, unknown>>, mode: 'plan' | 'run' = 'run'): DecideContext {
  return {
    mode,
    run: 'r',
    fence: 1,
    evidenceOf: () => ({}),
    outputOf<O>(node: OutputRef<O>): O {
      if (!Object.hasOwn(outputs, node.id)) throw new Error('not yet');
      return node.outputs.parse(outputs[node.id]);
    },
  };
}

it('the verdict of the last watch that came to one; a plan knows only which', () => {
  const tree = sequence({
    id: 'all',
    title: 'all',
    steps: [sequence({ id: 'shares', title: 'shares', steps: [bake('10'), bake('50')] }), bake('drain', z.object({}))],
  });
  const over = { '10': { verdict: 'not-worse' }, '50': { verdict: 'decided-by-person' }, drain: {} };
  expect(lastVerdict(tree, context(over))).toBe('decided-by-person');
  expect(lastVerdict(tree, context({ '10': { verdict: 'not-worse' } }))).toBe('not-worse');
  expect(lastVerdict(tree, context({}))).toBeUndefined();
  expect(lastVerdict(tree, context({}, 'plan'))).toBe('<50.verdict>');
  expect(lastVerdict(bake('drain', z.object({})), context({}, 'plan'))).toBeUndefined();
});
