import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Counters } from '../../src/model/metrics.ts';
import { aloneVerdict, foldAlone, NOTHING_ALONE } from '../../src/rollout/alone.ts';
import { makePolicy } from '../../src/rollout/analysis/index.ts';
import { beginShares, foldShares, type JudgedShares, sharesVerdict } from '../../src/rollout/from-start.ts';

/** What one second brings each version; null: no scrape. `restart`: its counters begin again. */
const second = fc.record({
  old: fc.record({ requests: fc.nat({ max: 200 }), bad: fc.nat({ max: 5 }) }),
  fresh: fc.record({ requests: fc.nat({ max: 60 }), bad: fc.nat({ max: 20 }) }),
  seen: fc.constantFrom('both', 'both', 'both', 'both', 'both', 'old', 'nothing'),
  restart: fc.constantFrom(false, false, false, false, false, false, true),
});
type Second = typeof second extends fc.Arbitrary<infer T> ? T : never;

/** Readings as a source of the proxy's kind gives them. */
function readings(seconds: readonly Second[]): readonly Counters[] {
  const total = { old: { requests: 0, bad: 0 }, fresh: { requests: 0, bad: 0 } };
  let generation = 0;
  return seconds.map(({ old, fresh, seen, restart }, index) => {
    const time = (index + 1) * 1_000;
    if (restart) {
      generation += 1;
      total.fresh = { requests: 0, bad: 0 };
    }
    for (const [version, did] of [
      ['old', old],
      ['fresh', fresh],
    ] as const) {
      total[version].requests += did.requests;
      total[version].bad += Math.min(did.bad, did.requests);
    }
    if (seen === 'nothing') return { kind: 'missing', source: 'test', time, reason: 'no scrape' };
    const server = (version: 'old' | 'fresh', name: string) => ({
      version,
      server: name,
      metrics: { errors: { ...total[version] } },
    });
    const servers = [server('old', 'a'), ...(seen === 'both' ? [server('fresh', `b since ${generation}`)] : [])];
    return { kind: 'counters', source: 'test', time, epoch: 'test', servers };
  });
}

const of: JudgedShares = {
  policy: makePolicy({ longestTimeoutSeconds: 2, minimumBakeSeconds: 0, clumpSize: 1, floor: 0.05 }),
  metrics: ['errors'],
  stable: 'old',
  candidate: 'fresh',
  everyMs: 1_000,
  shares: [
    { fromMs: 5_000, bakeMs: 3_000 },
    { fromMs: 20_000, bakeMs: 3_000 },
  ],
  share: null,
};
const stories = fc.array(second, { minLength: 1, maxLength: 60 });

describe('shares judged from their readings', () => {
  it('worse is final, and not-worse is only said of what is seen now and has baked', () => {
    fc.assert(
      fc.property(stories, (story) => {
        let state = beginShares(of);
        let worse = false;
        for (const reading of readings(story)) {
          state = foldShares(state, reading, of);
          const { verdict, needs } = sharesVerdict(state, of);
          if (worse) expect(verdict).toBe('worse');
          worse = verdict === 'worse';
          if (verdict !== 'not-worse') continue;
          expect(reading.time).toBeGreaterThanOrEqual(23_000);
          expect(reading.kind === 'counters' && reading.servers.length).toBe(2);
          expect(needs).toEqual({ canaryRequests: 0, seconds: 0 });
        }
      }),
      { numRuns: 300 },
    );
  });

  it('readings without anything change nothing but the words', () => {
    fc.assert(
      fc.property(stories, fc.integer({ min: 1, max: 20 }), (story, silent) => {
        const known = readings(story).reduce((state, one) => foldShares(state, one, of), beginShares(of));
        let state = known;
        for (let i = 1; i <= silent; i += 1) {
          const time = (story.length + i) * 1_000;
          state = foldShares(state, { kind: 'missing', source: 'test', time, reason: 'down' }, of);
        }
        const [before, after] = [sharesVerdict(known, of), sharesVerdict(state, of)];
        expect(after.verdict).toBe(before.verdict === 'worse' ? 'worse' : 'undecided');
        expect(after.judgement.evidence).toBe(before.judgement.evidence);
      }),
    );
  });

  it('the past alone decides nothing', () => {
    fc.assert(
      fc.property(fc.array(second, { maxLength: 4 }), (story) => {
        const quiet = story.map((one) => ({ ...one, fresh: { requests: 0, bad: 0 } }));
        const state = readings(quiet).reduce((so, one) => foldShares(so, one, of), beginShares(of));
        expect(sharesVerdict(state, of)).toMatchObject({ verdict: 'undecided', measuredShare: null });
      }),
    );
  });
});

describe('a version alone', () => {
  const limit = { version: 'fresh', metric: 'errors', limit: 0.05, bakeMs: 5_000, everyMs: 1_000 };

  it('is worse above the limit with fifty requests at least, and passes only when seen and baked', () => {
    fc.assert(
      fc.property(stories, (story) => {
        let state = NOTHING_ALONE;
        for (const reading of readings(story)) {
          state = foldAlone(state, reading, limit);
          const { verdict } = aloneVerdict(state, limit);
          expect(verdict === 'worse').toBe(state.requests >= 50 && state.bad / state.requests > 0.05);
          if (verdict !== 'not-worse') continue;
          expect(state.watchedMs).toBeGreaterThanOrEqual(5_000);
          expect(state.visible).toBe(true);
        }
      }),
    );
  });
});
