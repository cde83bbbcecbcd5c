import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { afterExit, CALM, CRASH_POLICY, type CrashState } from '../../src/platform/local/crash-policy.ts';

const POLICY = { exits: 3, windowMs: 10_000, backoffMs: 100, maxBackoffMs: 5_000 };

/** Exits at these moments, each process having run since the one before. */
function exitsAt(times: readonly number[]): { state: CrashState; delays: number[] } {
  let state = CALM;
  let before = 0;
  const delays: number[] = [];
  for (const time of times) {
    const next = afterExit(state, time, time - before, POLICY);
    state = next.state;
    delays.push(next.delayMs);
    before = time;
  }
  return { state, delays };
}

describe('restart policy', () => {
  test('pauses double, and the third exit within the window is a loop', () => {
    expect(exitsAt([100, 300])).toMatchObject({ state: { looping: false }, delays: [100, 200] });
    expect(exitsAt([100, 300, 700])).toMatchObject({ state: { looping: true }, delays: [100, 200, 5_000] });
  });

  test('exits a whole window apart are never a loop and always get the first pause', () => {
    expect(exitsAt([10_000, 20_000, 30_000, 40_000])).toMatchObject({
      state: { looping: false },
      delays: [100, 100, 100, 100],
    });
  });

  test('a loop stays one while runs are short, and ends with one that lasts a window', () => {
    expect(exitsAt([1, 2, 3, 9_000]).state.looping).toBe(true);
    expect(exitsAt([1, 2, 3, 15_000]).state.looping).toBe(false);
  });

  test('the default says crash loop within two seconds for a process that dies at once', () => {
    let state = CALM;
    let now = 0;
    while (!state.looping) {
      const next = afterExit(state, now, 0, CRASH_POLICY);
      state = next.state;
      if (!state.looping) now += next.delayMs;
    }
    expect(now).toBe(1_500);
  });

  test('whatever happens: pauses stay between the first and the longest, memory stays within the window', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 200 }), (runs) => {
        let state = CALM;
        let now = 0;
        for (const ran of runs) {
          now += ran;
          const next = afterExit(state, now, ran, POLICY);
          state = next.state;
          expect(next.delayMs).toBeGreaterThanOrEqual(POLICY.backoffMs);
          expect(next.delayMs).toBeLessThanOrEqual(POLICY.maxBackoffMs);
          expect(state.exits.every((time) => now - time < POLICY.windowMs)).toBe(true);
          now += next.delayMs;
        }
      }),
    );
  });
});
