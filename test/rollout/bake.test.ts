import { describe, expect, test } from 'vitest';
import type { Counters } from '../../src/model/metrics.ts';
import { decideBake } from '../../src/rollout/bake.ts';
import { type BakeSample, type BakeState, beginBake, foldBake, noAnalyses } from '../../src/rollout/bake-state.ts';
import { pastWatch } from '../../src/rollout/past.ts';
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

  describe('a witness that does not say all it was asked', () => {
    const witness = (s: number): Counters[] => [
      counters(s * 1000, { 1: [900 * s, s], 2: [100 * s, 0] }),
      {
        kind: 'counters',
        source: 'prometheus',
        time: s * 1000,
        epoch: 'prometheus',
        servers: [],
        missing: [{ metric: 'slow', reason: 'NaN is no count' }],
      },
    ];
    const silent = (s: number): Counters[] => [
      ...witness(s).slice(0, 1),
      { kind: 'missing', source: 'prometheus', time: s * 1000, reason: 'connection refused' },
    ];
    const looks = (from: number, to: number, readings: (s: number) => Counters[]): BakeSample[] =>
      Array.from({ length: to - from }, (_, i) =>
        look((from + i) * 1000, counters(0, {}), { counters: readings(from + i) }),
      );
    const statusOf = (samples: readonly BakeSample[]): string => {
      const answer = decideBake(rollout(parts), step, fold(samples));
      return answer.kind === 'fail' ? '' : answer.status;
    };

    test('is named with the metric, the reason and since when, beside the evidence of the proxy', () => {
      expect(statusOf(looks(0, 6, witness))).toMatch(
        /^undecided, evidence of harm .*; missing: prometheus: slow: NaN is no count \(for 5 s\)$/,
      );
      expect(statusOf([...looks(0, 3, witness), ...looks(3, 6, silent)])).toMatch(
        /^undecided, evidence of harm .*; missing: prometheus: connection refused \(for 2 s\)$/,
      );
      // Whole silence first: the metric has been missing since then.
      expect(statusOf([...looks(0, 3, silent), ...looks(3, 6, witness)])).toContain('slow: NaN is no count (for 5 s)');
      expect(statusOf(looks(0, 6, (s) => witness(s).slice(0, 1)))).not.toContain('missing:');
    });

    test('does not hold a healthy version up, and the pass says what was not heard', () => {
      const answer = decideBake(rollout(parts), step, fold(looks(0, 600, witness)));
      expect(answer).toMatchObject({ kind: 'pass', outputs: { verdict: 'not-worse' } });
      expect(answer.kind === 'pass' && answer.status).toMatch(/^not worse, .*; missing: prometheus: slow: /);
    });

    test('is said while the past is learned, as is a silent proxy', () => {
      const past = pastWatch(rollout(parts), 'past');
      const begun = beginBake(noAnalyses(POLICY.analysis, ['errors'], []));
      const heard = past.fold(begun, { time: 1000, counters: witness(1) });
      expect(past.decide(heard)).toEqual({
        kind: 'look-on',
        status: '0 ms of 60 s known; missing: prometheus: slow: NaN is no count (for 0 s)',
      });
      const hung: Counters = { kind: 'missing', source: 'haproxy', time: 2000, reason: 'did not answer' };
      const unheard = past.fold(heard, { time: 2000, counters: [hung, ...witness(2).slice(1)] });
      expect(past.decide(unheard)).toMatchObject({
        status:
          '1 s of 60 s known; missing: haproxy: did not answer (for 0 s); prometheus: slow: NaN is no count (for 1 s)',
      });
    });
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
