import { expect, test } from 'vitest';
import { next, type Outcome, type Situation, window } from '../../src/forge/backoff.ts';

const situation: Situation = {
  repeatable: true,
  tries: 1,
  elapsedMs: 0,
  patienceMs: 120_000,
  now: 1_000_000,
  random: 0.5,
};

function answered(status: number, headers: Readonly<Record<string, string>> = {}, message = ''): Outcome {
  return { kind: 'answered', status, headers, message };
}

test('a limit is waited for, also where the call may not be repeated: it has not begun', () => {
  const once = { ...situation, repeatable: false, random: 0 };
  expect(next(answered(429, { 'retry-after': '7' }), once)).toEqual({ kind: 'again', afterMs: 7_000 });
  expect(next(answered(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1030' }), once)).toEqual({
    kind: 'again',
    afterMs: 30_000,
  });
  expect(next(answered(403, {}, 'You have exceeded a secondary rate limit.'), once)).toEqual({
    kind: 'again',
    afterMs: 60_000,
  });
  expect(next(answered(403, {}, 'Resource not accessible by integration'), once)).toEqual({
    kind: 'give-up',
    cause: 'refused',
  });
});

test('waiters do not come back together', () => {
  const times = [0, 0.25, 0.5, 0.75].map((random) =>
    next(answered(429, { 'retry-after': '1' }), { ...situation, random }),
  );
  expect(new Set(times.map((one) => (one.kind === 'again' ? one.afterMs : 0))).size).toBe(4);
  expect([1, 2, 3, 20].map((tries) => window({ tries, random: 1 }))).toEqual([500, 1_000, 2_000, 20_000]);
  expect(window({ tries: 5, random: 0 })).toBe(0);
});

test('a lost answer is asked for again where that does no harm, and else is a doubt', () => {
  const lost: Outcome = { kind: 'no-answer', why: 'other side closed' };
  expect(next(lost, situation).kind).toBe('again');
  expect(next(lost, { ...situation, repeatable: false })).toEqual({ kind: 'unsure' });
  expect(next(answered(502), { ...situation, repeatable: false })).toEqual({ kind: 'unsure' });
  expect(next({ kind: 'not-sent', why: 'ECONNREFUSED' }, { ...situation, repeatable: false }).kind).toBe('again');
});

test('patience ends', () => {
  expect(next(answered(503), { ...situation, elapsedMs: 119_900 })).toEqual({ kind: 'give-up', cause: 'unreachable' });
  expect(next(answered(429, { 'retry-after': '3600' }), situation)).toEqual({ kind: 'give-up', cause: 'limited' });
});

test('what the forge refuses is not asked again', () => {
  for (const status of [400, 401, 404, 409, 410, 422])
    expect(next(answered(status), situation)).toEqual({ kind: 'give-up', cause: 'refused' });
});
