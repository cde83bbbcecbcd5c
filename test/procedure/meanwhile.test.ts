import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import type { Problem } from '../../src/model/problem.ts';
import { opaque } from '../../src/procedure/build.ts';
import { readRun, runProcedure } from '../../src/procedure/index.ts';
import type { Procedure } from '../../src/procedure/tree.ts';
import { type Bench, bench, inOrder, tree, writes } from '../support/engine.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';

/** What a step looks at while it is at work. */

let on: Bench;
let clock: VirtualClock;
let looks: number[];
let goneAfterMs: number;

beforeEach(() => {
  on = bench();
  clock = virtualClock();
  looks = [];
  goneAfterMs = Number.POSITIVE_INFINITY;
});
afterEach(() => on[Symbol.dispose]());

const GONE: Problem = { code: 'test.gone', where: 'disk', found: 'nothing', expected: 'a disk', remedy: 'mount it' };
const run = (procedure: Procedure) => clock.runUntil(runProcedure(procedure, { ...on.options(clock), run: 'r1' }));

/** Is at work for so long, and says whether it was ended before. */
function working(forMs: number, ended: string[] = []) {
  return opaque({
    ...{ id: 'work', title: 'Work', outputs: z.strictObject({}), promise: 'works', probe: 'repeatable' as const },
    timeoutMs: 600_000,
    meanwhile: {
      everyMs: 5000,
      look: async () => {
        looks.push(clock.monotonic());
        return clock.monotonic() >= goneAfterMs ? [GONE] : [];
      },
    },
    run: async (ctx) => {
      ctx.signal.addEventListener('abort', () => ended.push('ended'));
      await ctx.clock.sleep(forMs, ctx.signal);
      return {};
    },
  });
}

test('looks again and again while it is at work, and no more when it is over', async () => {
  const result = await run(tree(inOrder('all', [working(17_000), writes(on, 'after')])));
  await clock.advance(60_000);
  expect(result).toMatchObject({ outcome: 'done', exit: 0 });
  expect(looks).toEqual([5000, 10_000, 15_000]);
});

test('a problem ends what is under way, the step fails with it, and nothing after it begins', async () => {
  goneAfterMs = 12_000;
  const ended: string[] = [];
  const result = await run(tree(inOrder('all', [working(300_000, ended), writes(on, 'after')])));
  expect(result).toMatchObject({ outcome: 'failed', problems: [GONE] });
  expect(looks).toEqual([5000, 10_000, 15_000]);
  expect(ended).toEqual(['ended']);
  expect(on.files()).toEqual([]);
  const { entries } = await readRun(on.store, 'r1');
  expect(entries.flatMap(({ record: { type, node } }) => (node === 'all/work' ? [type] : []))).toEqual([
    'step.intent',
    'step.failed',
  ]);
});

test('a look that throws ends it too, and one that never answers ends nothing', async () => {
  const ended: string[] = [];
  const one = working(30_000, ended);
  const throwing = { everyMs: 5000, look: async () => Promise.reject(new Error('no such directory')) };
  const thrown = await run(tree({ ...one, meanwhile: throwing }));
  expect(thrown.outcome).toBe('failed');
  expect(thrown.problems[0]?.found).toContain('no such directory');
  expect(ended).toEqual(['ended']);

  const hanging = { everyMs: 5000, look: () => new Promise<never>(() => undefined) };
  const other = runProcedure(tree({ ...working(30_000), meanwhile: hanging }), { ...on.options(clock), run: 'r2' });
  expect((await clock.runUntil(other)).outcome).toBe('done');
});
