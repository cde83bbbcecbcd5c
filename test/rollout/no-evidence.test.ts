import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Counters } from '../../src/model/metrics.ts';
import type { WatchAnswer } from '../../src/procedure/index.ts';
import { decideBake } from '../../src/rollout/bake.ts';
import { type BakeSample, type BakeState, beginBake, foldBake, noAnalyses } from '../../src/rollout/bake-state.ts';
import { limitWatch } from '../../src/rollout/limits.ts';
import { counters, instance, POLICY, platformState, rollout, routesState, world } from '../support/rollout.ts';

/**
 * Half an hour without evidence, in every way a source can fail, at a random moment of a bake: no abort, no promotion, the status
 * says what is missing, and afterwards the verdict is the one the traffic deserves. The clock is the samples' own.
 */

const HALF_AN_HOUR = 1_800;
const DEADLINE_MS = 2 * 3_600_000;
const step = { share: 0.1, bakeMs: 10_000 };
const parts = world(platformState([instance('1', 1), instance('2', 2)]), routesState({ 1: 0.9, 2: 0.1 }));
const watched = rollout(parts, { policy: { analysisDeadlineMs: DEADLINE_MS } });
const settings = { stable: '1', candidate: '2', everyMs: 1_000 };

/** What a look sees while the evidence is missing. `idle`: the source answers, and nobody asks the service anything. */
const FAILURES = {
  stopped: 'connect ECONNREFUSED',
  hung: 'haproxy.sock did not answer within 2000 ms',
  nonsense: 'the answer is not what HAProxy says',
  idle: null,
} as const;
type Failure = keyof typeof FAILURES;

/** Bad answers per hundred requests, so that counts are whole numbers. */
type Candidate = 'healthy' | 'ten times worse';
const RATES: Readonly<Record<Candidate, number>> = { healthy: 0.005, 'ten times worse': 0.05 };

/** Cumulative counts after so many seconds of 1,000 requests/s, 0.5 % bad on the stable version. */
function countsAfter(seconds: number, at: number, candidate: Candidate): Counters {
  const bad = (requests: number, rate: number): number => Math.round(requests * rate);
  const [stable, canary] = [900 * seconds, 100 * seconds];
  return counters(at, { 1: [stable, bad(stable, 0.005)], 2: [canary, bad(canary, RATES[candidate])] });
}

function look(at: number, reading: Counters): BakeSample {
  return {
    time: at,
    counters: [reading],
    instances: [{ instance: 'api-2-1', state: 'ready', restarts: 0, detail: '' }],
    router: { kind: 'observed', configured: 0.1, actual: 0.1 },
  };
}

interface Course {
  readonly candidate: Candidate;
  /** Seconds of traffic before the evidence ends. */
  readonly before: number;
  /** One failure after the other, in parts of the half hour. */
  readonly failures: readonly Failure[];
  /** Whether users go on asking while the source is silent. */
  readonly trafficGoesOn: boolean;
}

interface Outcome {
  /** Every answer during the gap. */
  readonly during: readonly { readonly failure: Failure; readonly answer: WatchAnswer<unknown> }[];
  /** The first answer after it that is not "look on", and how many seconds of traffic it took in all. */
  readonly end: WatchAnswer<unknown>;
  readonly seconds: number;
}

const fresh = (): BakeState => beginBake(noAnalyses(POLICY.analysis, ['errors'], []));

function run({ candidate, before, failures, trafficGoesOn }: Course): Outcome {
  let state = fresh();
  let seconds = 0;
  let now = 0;
  const take = (reading: (at: number) => Counters): WatchAnswer<unknown> => {
    now += 1_000;
    state = foldBake(state, look(now, reading(now)), settings);
    return decideBake(watched, step, state);
  };
  const good = (at: number): Counters => countsAfter(seconds, at, candidate);
  take(good);
  for (let s = 0; s < before; s++) {
    seconds++;
    take(good);
  }
  const during: { failure: Failure; answer: WatchAnswer<unknown> }[] = [];
  const length = failures.length === 0 ? 0 : HALF_AN_HOUR;
  for (let s = 0; s < length; s++) {
    const failure = failures[Math.floor((s * failures.length) / length)] ?? 'stopped';
    const reason = FAILURES[failure];
    if (trafficGoesOn && reason !== null) seconds++;
    const reading = (at: number): Counters =>
      reason === null ? good(at) : { kind: 'missing', source: 'proxy', time: at, reason };
    during.push({ failure, answer: take(reading) });
  }
  for (let s = 0; s < 3_600; s++) {
    seconds++;
    const answer = take(good);
    if (answer.kind !== 'look-on') return { during, end: answer, seconds };
  }
  throw new Error('no verdict within an hour of traffic');
}

/** Seconds of traffic after which this candidate is decided when nothing is missing. */
function plain(candidate: Candidate): Outcome {
  return run({ candidate, before: 0, failures: [], trafficGoesOn: false });
}

const failure = fc.constantFrom<Failure>('stopped', 'hung', 'nonsense', 'idle');

describe('no evidence is not evidence', () => {
  const bounds = { healthy: plain('healthy'), 'ten times worse': plain('ten times worse') };

  test('without a gap a healthy version passes and a bad one is found', () => {
    expect(bounds.healthy.end).toMatchObject({ kind: 'pass', outputs: { verdict: 'not-worse' } });
    expect(bounds['ten times worse'].end).toMatchObject({ kind: 'fail', problem: { code: 'rollout.worse' } });
  });

  test.each<Candidate>(['healthy', 'ten times worse'])(
    'half an hour of silence, of any kind, at any moment: the %s version is neither aborted nor promoted',
    (candidate) => {
      fc.assert(
        fc.property(
          fc.nat(bounds[candidate].seconds - 2),
          fc.array(failure, { minLength: 1, maxLength: 6 }),
          (before, failures) => {
            const { during, end } = run({ candidate, before, failures, trafficGoesOn: false });
            expect(during).toHaveLength(HALF_AN_HOUR);
            for (const one of during) {
              expect(one.answer.kind).toBe('look-on');
              const status = one.answer.kind === 'look-on' ? one.answer.status : '';
              const reason = FAILURES[one.failure];
              if (reason === null) expect(status).toMatch(/^undecided/);
              else expect(status).toContain(`undecided, no evidence: proxy: ${reason}`);
            }
            // Back again: the same verdict as if the gap had not been there.
            expect(end.kind).toBe(bounds[candidate].end.kind);
          },
        ),
        { numRuns: 6 },
      );
    },
  );

  test.each<Candidate>(['healthy', 'ten times worse'])(
    'users who went on asking meanwhile are counted when the source is back: the %s version gets its verdict',
    (candidate) => {
      fc.assert(
        fc.property(
          fc.nat(bounds[candidate].seconds - 2),
          fc.array(fc.constantFrom<Failure>('stopped', 'hung', 'nonsense'), { minLength: 1, maxLength: 4 }),
          (before, failures) => {
            const { during, end } = run({ candidate, before, failures, trafficGoesOn: true });
            expect(new Set(during.map((one) => one.answer.kind))).toEqual(new Set(['look-on']));
            expect(end.kind).toBe(bounds[candidate].end.kind);
          },
        ),
        { numRuns: 6 },
      );
    },
  );

  test('a gap costs no evidence: the verdict needs no more seconds of traffic than without it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Candidate>('healthy', 'ten times worse'),
        fc.nat(100),
        fc.array(failure, { minLength: 1, maxLength: 6 }),
        (candidate, moment, failures) => {
          const before = moment % (bounds[candidate].seconds - 1);
          const { seconds } = run({ candidate, before, failures, trafficGoesOn: false });
          expect(seconds).toBeLessThanOrEqual(bounds[candidate].seconds + 1);
        },
      ),
      { numRuns: 10 },
    );
  });

  test('after the deadline a person is asked, never anything decided, whatever low traffic means here', () => {
    const silent = rollout(parts, {
      policy: { analysisDeadlineMs: 60_000, lowTraffic: { kind: 'smoke' } },
    });
    let state = fresh();
    const answers = Array.from({ length: HALF_AN_HOUR }, (_, s) => {
      const reading: Counters = { kind: 'missing', source: 'proxy', time: s, reason: FAILURES.hung };
      state = foldBake(state, look(s * 1_000, reading), settings);
      return decideBake(silent, step, state).kind;
    });
    expect(new Set(answers)).toEqual(new Set(['look-on', 'ask']));
    expect(answers.indexOf('ask')).toBe(60);
  });

  test('at full traffic, time in which nothing can be seen is not time observed, and the status says what is missing', () => {
    const observe = limitWatch(rollout(parts, { policy: { finalBakeMs: 60_000, everyMs: 1_000 } }), 'observe');
    let state = observe.start({
      mode: 'run',
      run: 'r',
      outputOf: () => {
        throw new Error('not asked');
      },
      evidenceOf: () => ({}),
      fence: 1,
    });
    let now = 0;
    const take = (reading: Counters): WatchAnswer<object> => {
      now += 1_000;
      state = observe.fold(state, { time: now, counters: reading, instances: look(now, reading).instances });
      return observe.decide(state);
    };
    for (let s = 0; s < 30; s++) take(countsAfter(s, now, 'healthy'));
    for (let s = 0; s < HALF_AN_HOUR; s++) {
      const answer = take({ kind: 'missing', source: 'proxy', time: now, reason: FAILURES.hung });
      expect(answer).toMatchObject({ kind: 'look-on', status: expect.stringContaining(FAILURES.hung) });
    }
    const after = Array.from({ length: 60 }, (_, s) => take(countsAfter(30 + s, now, 'healthy')).kind);
    expect(after.indexOf('pass')).toBeGreaterThan(25);
  });
});
