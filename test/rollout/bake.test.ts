import { describe, expect, test } from 'vitest';
import type { Counters } from '../../src/model/metrics.ts';
import { decideBake } from '../../src/rollout/bake.ts';
import { type BakeSample, type BakeState, beginBake, foldBake, noAnalyses } from '../../src/rollout/bake-state.ts';
import { counters, instance, POLICY, platformState, rollout, routesState, world } from '../support/rollout.ts';

const settings = { stable: '1', candidate: '2', everyMs: 1000 };
const step = { share: 0.1, bakeMs: 10_000 };
const parts = world(platformState([instance('1', 1), instance('2', 2)]), routesState({ 1: 0.9, 2: 0.1 }));

function look(time: number, reading: Counters, change: Partial<BakeSample> = {}): BakeSample {
  return {
    time,
    counters: [reading],
    instances: [{ instance: 'api-2-1', state: 'ready', restarts: 0, detail: '' }],
    router: { kind: 'observed', configured: 0.1, actual: 0.1 },
    ...change,
  };
}

/** Seconds of calm traffic: 900 requests/s on stable, 100 on the candidate, bad rates given. */
function traffic(seconds: number, stableBad: number, candidateBad: number): BakeSample[] {
  return Array.from({ length: seconds + 1 }, (_, s) =>
    look(
      s * 1000,
      counters(s * 1000, {
        1: [900 * s, Math.round(900 * s * stableBad)],
        2: [100 * s, Math.round(100 * s * candidateBad)],
      }),
    ),
  );
}

function fold(samples: readonly BakeSample[]): BakeState {
  return samples.reduce(
    (state, sample) => foldBake(state, sample, settings),
    beginBake(noAnalyses(POLICY.analysis, ['errors'], [])),
  );
}

describe('a bake decides by evidence', () => {
  test('ten times the errors is worse, and says both counts', () => {
    const answer = decideBake(rollout(parts), step, fold(traffic(30, 0.005, 0.05)));
    expect(answer).toMatchObject({ kind: 'fail', problem: { code: 'rollout.worse' } });
  });

  test('a healthy version passes, but not before its bake is watched', () => {
    const early = decideBake(rollout(parts), step, fold(traffic(5, 0.0002, 0.0002)));
    expect(early.kind).toBe('look-on');
    let seconds = 10;
    while (decideBake(rollout(parts), step, fold(traffic(seconds, 0.0002, 0.0002))).kind !== 'pass' && seconds < 600)
      seconds += 10;
    expect(seconds).toBeLessThan(600);
  });

  test('silence is neither a pass nor a failure, and the status names the silent source', () => {
    const silent = Array.from({ length: 1700 }, (_, s) =>
      look(30_000 + s * 1000, { kind: 'missing', source: 'proxy', time: s, reason: 'connection refused' }),
    );
    const answer = decideBake(rollout(parts), step, fold([...traffic(2, 0.001, 0.001), ...silent]));
    expect(answer).toMatchObject({ kind: 'look-on' });
    expect(answer.kind === 'look-on' && answer.status).toContain('proxy: connection refused');
  });

  test('after the deadline a person is asked; smoke alone never replaces a silent source', () => {
    const quiet = (silent: boolean) =>
      Array.from({ length: 1810 }, (_, s) =>
        look(
          s * 1000,
          silent
            ? { kind: 'missing', source: 'proxy', time: s, reason: 'hung' }
            : counters(s * 1000, { 1: [s, 0], 2: [0, 0] }),
        ),
      );
    const smoke = rollout(parts, { policy: { lowTraffic: { kind: 'smoke' } } });
    expect(decideBake(rollout(parts), step, fold(quiet(false))).kind).toBe('ask');
    expect(decideBake(smoke, step, fold(quiet(false)))).toMatchObject({
      kind: 'pass',
      outputs: { verdict: 'smoke-only' },
    });
    expect(decideBake(smoke, step, fold(quiet(true))).kind).toBe('ask');
  });

  test('a crash loop fails at once, instances that stay unready after the health deadline', () => {
    const dying = look(1000, counters(1000, {}), {
      instances: [{ instance: 'api-2-1', state: 'crash-loop', restarts: 5, detail: 'panic: nil' }],
    });
    expect(decideBake(rollout(parts), step, fold([dying]))).toMatchObject({
      kind: 'fail',
      problem: { code: 'rollout.crash-loop' },
    });
    const unready = Array.from({ length: 12 }, (_, s) =>
      look(s * 1000, counters(s * 1000, {}), {
        instances: [{ instance: 'api-2-1', state: 'not-ready', restarts: 0, detail: '' }],
      }),
    );
    expect(decideBake(rollout(parts), step, fold(unready.slice(0, 9))).kind).toBe('look-on');
    expect(decideBake(rollout(parts), step, fold(unready))).toMatchObject({
      kind: 'fail',
      problem: { code: 'rollout.not-ready' },
    });
  });

  test('time in which nobody watched is not baked', () => {
    const samples = [look(0, counters(0, {})), look(1000, counters(1000, {})), look(600_000, counters(600_000, {}))];
    expect(fold(samples).watchedMs).toBe(4000);
  });

  test('a router that gives another share is named, and decides nothing', () => {
    const samples = traffic(3, 0.001, 0.001).map((sample) => ({
      ...sample,
      router: { kind: 'observed' as const, configured: 0.5, actual: 0.5 },
    }));
    const answer = decideBake(rollout(parts), step, fold(samples));
    expect(answer.kind === 'look-on' && answer.status).toContain('50 % instead of 10 %');
  });
});
