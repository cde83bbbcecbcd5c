import { beforeAll, describe, expect, test } from 'vitest';
import { KINDS, play } from '../support/chat/schedules.ts';

/** A seeded part of `npm run soak chat`: real repositories, real pushes between a comment and its effect. */

beforeAll(() => {
  process.env['GIT_ALLOW_PROTOCOL'] = 'file';
});

describe('the commit that was meant, or none', () => {
  test.each(KINDS)('%s', async (kind) => {
    const played = [await play({ kind, seed: 11 }), await play({ kind, seed: 12 })];
    expect(played.flatMap(({ wrong }) => wrong)).toEqual([]);
    if (kind === 'fork' || kind === 'started-by-other') expect(played.flatMap(({ deployed }) => deployed)).toEqual([]);
  });

  test('nobody in the way: it is deployed, once', async () => {
    // A tag beside the branch is no obstacle.
    const { deployed } = await play({ kind: 'tag-moved', seed: 3 });
    expect(deployed).toHaveLength(1);
  });
});
