import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { delayMs, narrower, wider } from '../../../src/gitops/commit/backoff.ts';
import {
  EMPTY_LINE,
  joined,
  type Line,
  MOST_AT_ONCE,
  movedTo,
  refusedBy,
  scattered,
  taken,
  without,
  withoutDead,
} from '../../../src/gitops/commit/line.ts';

const id = (n: number): string => n.toString(16).padStart(40, '0');
const waiting = (line: Line): readonly string[] => line.waiting.map(({ commit }) => commit);
const [a, b, c] = [id(1), id(2), id(3)];
const join = (line: Line, commit: string): Line => joined(line, commit, 1_000);
const three = [a, b, c].reduce(join, { ...EMPTY_LINE, base: id(9), seenAt: 1 });

describe('the line', () => {
  it('a push takes all up to its commit; who joined meanwhile stays', () => {
    const after = taken(three, b, 5);
    expect(after).toMatchObject({ base: b, seenAt: 5, landed: [a, b] });
    expect(waiting(after)).toEqual([c]);
  });

  it('a push of a commit that nobody remembers leaves nobody on a wrong base', () => {
    expect(taken(scattered(three), b, 5)).toMatchObject({ base: b, landed: [b], waiting: [] });
    expect(waiting(taken(three, id(7), 5))).toEqual([]);
  });

  it('a branch that went another way empties it, one that stands still does not', () => {
    expect(movedTo(three, id(8), [a], 5)).toMatchObject({ base: id(8), landed: [a], waiting: [] });
    expect(waiting(movedTo(three, id(9), [], 5))).toEqual([a, b, c]);
  });

  it('nobody stays behind one that is gone, was withdrawn or refused', () => {
    expect(waiting(without(three, b))).toEqual([a]);
    expect(waiting(without(three, id(7)))).toEqual([a, b, c]);
    const [first, second, third] = three.waiting;
    if (first === undefined || second === undefined || third === undefined) throw new Error('three wait');
    const dead = { ...second, owner: { ...second.owner, startTicks: '1' } };
    expect(waiting(withoutDead({ ...three, waiting: [first, dead, third] }, 2_000))).toEqual([a]);
    expect(withoutDead(three, 2_000)).toBe(three);
    // In another container: only time tells.
    const elsewhere = { ...third, owner: { ...third.owner, bootId: 'another' } };
    const far = { ...three, waiting: [first, elsewhere] };
    expect(waiting(withoutDead(far, 100_000))).toEqual([a, c]);
    expect(waiting(withoutDead(far, 300_000))).toEqual([a]);
    expect(refusedBy(three, c, 'no')).toMatchObject({ waiting: [], refused: [{ commit: c, said: 'no' }] });
  });

  it('a commit that is tried again has no past', () => {
    const again = join(refusedBy(taken(three, a, 5), b, 'no'), b);
    expect(again.refused).toEqual([]);
    expect(join(again, a).landed).toEqual([]);
  });

  it('goes one by one behind a refusal, and together again behind successes', () => {
    let line = scattered(three, 1);
    expect(line.limit).toBe(1);
    for (let n = 20; n < 30; n++) line = taken(join(line, id(n)), id(n), n);
    expect(line.limit).toBe(MOST_AT_ONCE);
  });
});

describe('waiting after a lost race', () => {
  it('not at all the first time, then anywhere in a window that doubles up to a limit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (losses, random) => {
        let window = 0;
        for (let n = 0; n < losses; n++) window = wider(window);
        const delay = delayMs(window, 100, random);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(Math.min(10_000, 6_400, 100 * 2 ** (losses - 1)));
      }),
    );
    expect(delayMs(wider(0), 100, 0.99)).toBe(0);
  });

  it('nobody in the way makes it shorter, down to none', () => {
    let window = 64;
    for (let n = 0; n < 9; n++) window = narrower(window);
    expect(window).toBe(0);
  });
});
