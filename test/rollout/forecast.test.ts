import { expect, test } from 'vitest';
import { duration, forecastText, rate } from '../../src/rollout/forecast.ts';
import { toAdd } from '../../src/rollout/generated-load.ts';

test('durations and rates as people say them', () => {
  expect([250, 45_000, 12 * 60_000, 9 * 3_600_000, 72 * 3_600_000].map(duration)).toEqual([
    '250 ms',
    '45 s',
    '12 min',
    '9 h',
    '3 days',
  ]);
  expect([1200, 0.05, 0.005].map(rate)).toEqual(['1200 requests/s', '3 requests/min', '18 requests/h']);
});

test('a plan says how long a verdict takes at the traffic seen', () => {
  const text = forecastText({ perSecond: 0.05, badRate: 0 }, 0.1, 162, { kind: 'gate' }, 7_200_000);
  expect(text).toContain('about 9 h at 3 requests/min');
  expect(text).toContain('a person decides');
});

test('no traffic: it says what the environment chose', () => {
  expect(forecastText({ perSecond: 0, badRate: 0 }, 0.1, 100, { kind: 'smoke' }, 60_000)).toContain(
    'smoke tests decide',
  );
  const load = { kind: 'load', path: '/ping', requestsPerSecond: 50 } as const;
  expect(forecastText({ perSecond: 0, badRate: 0 }, 0.1, 100, load, 60_000)).toContain('about 20 s at 50 requests/s');
});

test('own requests top up, never beyond their bound', () => {
  expect(toAdd(50, 20, 1)).toBe(30);
  expect(toAdd(50, 80, 1)).toBe(0);
  expect(toAdd(10_000, 0, 1)).toBe(200);
});
