import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type GuardEvent,
  type GuardState,
  guardAnswer,
  nextGuardState,
  startOfGuard,
} from '../../src/traffic/guard/guard.ts';
import { heartbeatFile, heartbeatSchema, holdEffect, parseHeartbeat } from '../../src/traffic/heartbeat.ts';

const beat = (at: number, seq: number, ttlMs = 5000): GuardEvent => ({
  kind: 'heartbeat',
  at,
  wallClock: 1_000_000 + at,
  heartbeat: { mode: 'beat', seq, ttlMs },
});
const hold = (at: number, seq: number, forMs: number, errorRate = 0.05): GuardEvent => ({
  kind: 'heartbeat',
  at,
  wallClock: 1_000_000 + at,
  heartbeat: { mode: 'hold', seq, holdUntil: 1_000_000 + at + forMs, limits: { errorRate } },
});
const instance = (healthy: boolean): GuardEvent => ({
  kind: 'instance',
  healthy,
  detail: healthy ? 'HTTP 200' : 'HTTP 503',
});
const counters = (at: number, requests: number, bad: number): GuardEvent => ({ kind: 'counters', at, requests, bad });
const following = (...events: readonly GuardEvent[]): GuardState => events.reduce(nextGuardState, startOfGuard);
const says = (state: GuardState, at: number): string => {
  const { ok, why } = guardAnswer(state, at);
  return `${ok ? 'yes' : 'no'}: ${why}`;
};

describe('guard', () => {
  it('needs a heartbeat that changes, and an instance that is ready', () => {
    expect(says(following(instance(true)), 0)).toBe('no: no heartbeat seen since this guard started');
    expect(says(following(instance(true), beat(0, 7), beat(100, 7)), 100)).toMatch(/^no: no heartbeat seen/);
    expect(says(following(instance(true), beat(0, 7), beat(100, 8)), 100)).toBe('yes: beat');
    expect(says(following(instance(true), beat(0, 7), beat(100, 8), instance(false)), 100)).toBe(
      'no: the instance is not ready: HTTP 503',
    );
    expect(says(following(beat(0, 7), beat(100, 8)), 100)).toBe('no: the instance is not ready: not asked yet');
  });

  it('says no when nobody renewed the lease in time, however long the same file lies there', () => {
    const state = following(instance(true), beat(0, 1), beat(100, 2), beat(5000, 2), beat(9000, 2));
    expect(says(state, 5100)).toBe('yes: beat');
    expect(says(state, 5101)).toBe('no: the last heartbeat is 1 ms too old');
    expect(says(nextGuardState(state, beat(9100, 3)), 9100)).toBe('yes: beat');
  });

  it('a smaller number is a sign of life too: a controller on another machine took over', () => {
    expect(says(following(instance(true), beat(0, 900), beat(100, 5)), 100)).toBe('yes: beat');
  });

  it('holds until the deadline by its own clock', () => {
    const state = following(instance(true), beat(0, 1), hold(100, 2, 60_000), counters(59_000, 0, 0));
    expect(says(state, 60_100)).toBe('yes: hold');
    expect(says(state, 60_101)).toBe('no: the hold is over and nobody beats');
    expect(says(following(instance(true), hold(100, 2, 60_000)), 200)).toMatch(/^no: no heartbeat seen/);
    expect(says(following(instance(true), beat(0, 1), hold(100, 2, -5)), 101)).toBe(
      'no: the hold is over and nobody beats',
    );
  });

  it('a hold that cannot see the counters is none', () => {
    const state = following(instance(true), beat(0, 1), hold(100, 2, 60_000));
    expect(says(state, 10_100)).toBe('yes: hold');
    expect(says(state, 10_101)).toBe('no: the counters of the proxy cannot be read');
    expect(says(nextGuardState(state, counters(10_200, 5, 0)), 10_300)).toBe('yes: hold');
  });

  it('a hold trips on the rate of the last 10 s, not on less than 20 requests, and stays tripped until somebody writes', () => {
    const held = following(instance(true), beat(0, 1), hold(0, 2, 600_000));
    const few = [counters(0, 100, 0), counters(500, 119, 19)].reduce(nextGuardState, held);
    expect(says(few, 500)).toBe('yes: hold');
    const enough = nextGuardState(few, counters(1000, 120, 19));
    expect(says(enough, 1000)).toBe('no: 19 of 20 answers were bad, above 5 %');
    const calm = [counters(20_000, 5000, 19), hold(20_000, 2, 600_000)].reduce(nextGuardState, enough);
    expect(says(calm, 20_000)).toMatch(/^no: 19 of 20/);
    expect(says(nextGuardState(calm, beat(20_100, 3)), 20_100)).toBe('yes: beat');
    const old = [counters(0, 0, 0), counters(1000, 1000, 50), counters(12_000, 1100, 50), counters(12_500, 1130, 51)];
    expect(says(old.reduce(nextGuardState, held), 12_500)).toBe('yes: hold');
  });

  it('counters that begin again do not trip it', () => {
    const held = following(instance(true), beat(0, 1), hold(0, 2, 600_000));
    const reset = [counters(0, 1000, 10), counters(500, 3, 0), counters(1000, 40, 1)].reduce(nextGuardState, held);
    expect(says(reset, 1000)).toBe('yes: hold');
  });

  it('never says yes later than the lease lasts, whatever happens', () => {
    const event = fc.oneof(
      fc.record({ seq: fc.nat(5), ttl: fc.integer({ min: 1, max: 3000 }) }).map(
        ({ seq, ttl }) =>
          (at: number) =>
            beat(at, seq, ttl),
      ),
      fc.boolean().map((healthy) => () => instance(healthy)),
      fc.nat(5).map((seq) => (at: number) => hold(at, seq, 2000)),
      fc.tuple(fc.nat(1000), fc.nat(1000)).map(
        ([requests, bad]) =>
          (at: number) =>
            counters(at, requests + bad, bad),
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(event, fc.nat(1500)), { maxLength: 40 }), (steps) => {
        let at = 0;
        let state = startOfGuard;
        let changed = Number.NEGATIVE_INFINITY;
        for (const [make, gap] of steps) {
          at += gap;
          const before = state;
          state = nextGuardState(state, make(at));
          if (state.seq !== before.seq && before.seq !== undefined) changed = at;
          const { ok } = guardAnswer(state, at);
          if (ok) expect(at - changed).toBeLessThanOrEqual(3000);
          if (ok) expect(state.instance.healthy).toBe(true);
          expect(guardAnswer(state, at + 3001).ok).toBe(false);
        }
      }),
    );
  });
});

describe('heartbeat files', () => {
  it('are named by version, escaped', () => {
    expect(heartbeatFile('/run/h', '1.2.0+b')).toBe('/run/h/1.2.0%2Bb.json');
    expect(heartbeatFile('/run/h', '../../etc')).toBe('/run/h/..%2F..%2Fetc.json');
  });

  it('that are torn or strange are none', () => {
    expect(parseHeartbeat('')).toBeUndefined();
    expect(parseHeartbeat('{"mode":"beat","seq":1')).toBeUndefined();
    expect(parseHeartbeat('{"mode":"beat","seq":1,"ttlMs":0}')).toBeUndefined();
    expect(parseHeartbeat('{"mode":"beat","seq":1,"ttlMs":5000}')).toEqual({ mode: 'beat', seq: 1, ttlMs: 5000 });
  });

  it('a hold is a file effect with a number no heartbeat has', () => {
    const effect = holdEffect('/run/h', '2.0.0', 1_800_000_000_000, { errorRate: 0.05 }, 'local:/srv');
    expect(effect).toMatchObject({ kind: 'file', path: '/run/h/2.0.0.json', resource: 'local:/srv' });
    const content = effect.kind === 'file' && typeof effect.content === 'string' ? effect.content : '';
    expect(heartbeatSchema.parse(JSON.parse(content))).toEqual({
      mode: 'hold',
      seq: 1_800_000_000_000,
      holdUntil: 1_800_000_000_000,
      limits: { errorRate: 0.05 },
    });
  });
});
