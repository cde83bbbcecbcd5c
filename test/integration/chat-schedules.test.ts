import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { killAt } from '../support/chat/kills.ts';
import { type Forges, openForges } from '../support/chat/place.ts';
import { type Kind, play } from '../support/chat/schedules.ts';

/** A seeded part of `npm run soak chat`: real repositories, real pushes between a comment and its effect. */

let forges: Forges;
beforeAll(async () => {
  process.env['GIT_ALLOW_PROTOCOL'] = 'file';
  forges = await openForges();
});
afterAll(async () => {
  expect(forges.world.sim.wrong()).toEqual([]);
  await forges[Symbol.asyncDispose]();
});

/** One of each way to be wrong; `npm run soak chat` plays all kinds. */
const SOME: readonly Kind[] = ['backdated', 'force-and-back', 'edited', 'fork', 'module-swap', 'same-second'];

describe('the commit that was meant, or none', () => {
  test.each(SOME)('%s', { timeout: 240_000 }, async (kind) => {
    const { wrong, deployed, peers } = await play({ kind, seed: 11 }, forges);
    expect(wrong).toEqual([]);
    // A comment that names its commit needs no record of pushes.
    const never = kind === 'fork' || (kind === 'same-second' && peers.dispatch !== 'not-asked');
    if (never) expect(deployed).toEqual([]);
  });

  test('nobody in the way: it is deployed, once', async () => {
    // A tag beside the branch is no obstacle.
    const { deployed } = await play({ kind: 'tag-moved', seed: 3 }, forges);
    expect(deployed).toHaveLength(1);
  });
});

describe('a runner that is killed with -9 at a call, while 30 % of the others fail: once, and the comment is true', () => {
  test.each([
    [4, 'after'],
    [8, 'after'],
  ] as const)('call %i, %s', async (at, when) => {
    const { wrong, reached } = await killAt({ at, when, seed: at, rate: 0.3 }, forges);
    expect(wrong).toEqual([]);
    expect(reached).toBe(true);
  });

  test('and when nothing fails: 12 calls', async () => {
    const { wrong, calls, starts } = await killAt({ at: 0, when: 'before', seed: 1, rate: 0 }, forges);
    expect(wrong).toEqual([]);
    expect(starts).toBe(1);
    expect(calls).toBeLessThanOrEqual(12);
  });
});
