import { expect, test } from 'vitest';
import { evidenceScale, percent, plain, positionOf, rateScale, timeTicks } from '../../../src/rollout/chart/scale.ts';

const labels = (ticks: readonly { readonly label: string }[]): readonly string[] => ticks.map(({ label }) => label);

test('rates of one size lie on a line from zero', () => {
  const scale = rateScale([0, 0.004, 0.006]);
  expect(scale).toMatchObject({ kind: 'linear', low: 0, high: 0.006 });
  expect(labels(scale.ticks)).toEqual(['0 %', '0.2 %', '0.4 %', '0.6 %']);
  expect(positionOf(scale, 0.003)).toBeCloseTo(0.5, 12);
});

test('rates that differ much lie on decades, and zero on the lower end', () => {
  const scale = rateScale([0, 0.0005, 0.05]);
  expect(scale).toMatchObject({ kind: 'log' });
  expect(labels(scale.ticks)).toEqual(['0.01 %', '0.1 %', '1 %', '10 %']);
  expect(positionOf(scale, 0)).toBe(0);
  expect(positionOf(scale, 0.001)).toBeCloseTo(1 / 3, 12);
  expect(positionOf(scale, 0.1)).toBeCloseTo(1, 12);
});

test('there is an axis where nothing bad was seen, and where nothing was seen', () => {
  for (const rates of [[], [0, 0]]) {
    expect(rateScale(rates)).toMatchObject({ kind: 'linear', low: 0 });
    expect(rateScale(rates).high).toBeGreaterThan(0);
  }
  expect(rateScale([1]).high).toBe(1);
});

test('evidence is cut three limits above and one below', () => {
  expect(evidenceScale([-900, 900], 2)).toMatchObject({ low: -2, high: 6 });
  expect(evidenceScale([0, 0.1], 2)).toMatchObject({ low: 0, high: 2.5 });
  expect(evidenceScale([], 2)).toMatchObject({ low: 0, high: 2.5 });
  expect(positionOf(evidenceScale([-900, 900], 2), 900)).toBeGreaterThan(1);
});

test('times: both ends, and round ones between that do not crowd them', () => {
  expect(labels(timeTicks(0, 59, 4))).toEqual(['0', '20', '40', '59']);
  expect(labels(timeTicks(3, 3, 4))).toEqual(['3']);
  const epoch = timeTicks(1_795_000_000.5, 1_795_000_600.5, 4);
  expect(labels(epoch)[0]).toBe('1795000000.5');
  expect(labels(epoch).at(-1)).toBe('1795000600.5');
});

test('numbers are written without the noise of binary fractions', () => {
  expect(percent(0.07 * 3)).toBe('21 %');
  expect(percent(1 / 3)).toBe('33.3 %');
  expect(plain(0.1 + 0.2)).toBe('0.3');
  expect(plain(-0)).toBe('0');
});
