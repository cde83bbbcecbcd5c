import { describe, expect, it } from 'vitest';
import { BAD, flaps, play, type Story, schedule } from './model.ts';

/** Numbers that are the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const stories = (guarded: boolean): readonly Story[] =>
  Array.from({ length: 1_000 }, (_, seed) => play(schedule(seeded(seed + 1)), guarded));

describe('the way back, while everybody else writes', () => {
  const all = stories(true);

  it('changes what serves at most once, and lets no digest in quarantine have a ready pod again, in 1,000 schedules', () => {
    expect(all.flatMap((story) => flaps(story, BAD))).toEqual([]);
  });

  it('comes to an end, and says the truth about git when it says that it is done', () => {
    expect(all.filter(({ phase }) => phase !== 'done' && phase !== 'gave-up')).toEqual([]);
    // Whoever writes after the end changes git again: only schedules that end before it are asked for agreement.
    const alone = Array.from({ length: 200 }, (_, seed) => {
      const before = schedule(seeded(seed + 5_000), 20).filter((event) => event !== 'bot' && event !== 'revert');
      return play(before, true);
    });
    expect(alone.filter(({ agreed, phase }) => !agreed || phase !== 'done')).toEqual([]);
  });

  it('would see a flap: without admission a bot brings the bad digest back', () => {
    expect(stories(false).flatMap((story) => flaps(story, BAD))).toContain('what is in quarantine got a ready pod');
    expect(play(['ours', 'ours'], true).changes).toEqual([]);
  });
});
