import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IntervalRow } from '../../../src/rollout/analysis/index.ts';
import { evenly, judge, observe, start } from '../../../src/rollout/analysis/index.ts';
import { only, prompt, random, row } from './support.ts';

function evidenceOf(policy: ReturnType<typeof prompt>, rows: readonly IntervalRow[]) {
  let state = start(policy, { metrics: ['errors'] });
  for (const each of rows) state = observe(state, [each]);
  const metric = judge(state).metrics[0];
  if (metric === undefined) throw new Error('a metric was expected');
  return { state, judged: metric };
}

/** The same sums in whole numbers: no logarithm, no rounding until the last division. */
function exactSharp(
  rows: readonly IntervalRow[],
  harm: readonly [bigint, bigint],
  ratios: readonly (readonly [bigint, bigint])[],
): number {
  let numerator = 0n;
  let denominator = 1n;
  for (const [r, s] of ratios) {
    let up = 1n;
    let down = 1n;
    for (const { baseline, canary } of rows) {
      const [n1, n0, x, b] = [canary.requests, baseline.requests, canary.bad, baseline.bad].map(BigInt);
      if (n1 === undefined || n0 === undefined || x === undefined || b === undefined) throw new Error('four counts');
      // q(r) = n1·r / (n1·r + n0·s) for the ratio r/s; 1 − q(r) = n0·s / (…).
      const alternative = n1 * r + n0 * s;
      const boundary = n1 * harm[0] + n0 * harm[1];
      up *= (n1 * r * boundary) ** x * (n0 * s * boundary) ** b;
      down *= (n1 * harm[0] * alternative) ** x * (n0 * harm[1] * alternative) ** b;
    }
    numerator = numerator * down + up * denominator;
    denominator *= down;
  }
  denominator *= BigInt(ratios.length);
  return Number((numerator << 80n) / denominator) / 2 ** 80;
}

describe('wealth against computations of another kind', () => {
  it('sharp: equal to exact whole-number arithmetic to 1e-9', () => {
    const rows = [
      row(0, [900, 4], [100, 2]),
      row(1, [950, 3], [50, 3]),
      row(2, [500, 0], [500, 4]),
      row(3, [880, 5], [120, 1]),
    ];
    // Multiples 2, 3.2 and 8 of 5/4: ratios 5/2, 4, 10.
    const policy = prompt({ mode: 'sharp', harmBets: evenly([2, 3.2, 8]) });
    const exact = exactSharp(
      rows,
      [5n, 4n],
      [
        [5n, 2n],
        [4n, 1n],
        [10n, 1n],
      ],
    );
    const { judged } = evidenceOf(policy, rows);
    expect(Math.abs(10 ** judged.evidence / exact - 1)).toBeLessThan(1e-9);
  });

  it('sharp: the average over a continuous prior, by Gauss nodes as grid, equals adaptive quadrature to 1e-9', () => {
    // Five-point Gauss-Legendre on 40 panels of ln(ratio/harm) from ln 1.2 to ln 60 becomes the grid and its prior.
    const nodes = [0, 0.5384693101056831, -0.5384693101056831, 0.906179845938664, -0.906179845938664];
    const weights = [
      0.5688888888888889, 0.47862867049936647, 0.47862867049936647, 0.23692688505618908, 0.23692688505618908,
    ];
    const [from, to, panels] = [Math.log(1.2), Math.log(60), 40];
    const width = (to - from) / panels;
    const multiples: number[] = [];
    const prior: number[] = [];
    for (let panel = 0; panel < panels; panel += 1) {
      nodes.forEach((node, i) => {
        multiples.push(Math.exp(from + (panel + 0.5 + node / 2) * width));
        prior.push((weights[i] ?? 0) / 2 / panels);
      });
    }
    const policy = prompt({ mode: 'sharp', harmBets: { multiples, prior } });
    const next = random(7);
    const rows = Array.from({ length: 60 }, (_, t) =>
      row(t, [900, Math.floor(next() * 8)], [100, Math.floor(next() * 3)]),
    );
    const { judged } = evidenceOf(policy, rows);

    // The integrand from its definition: products of binomial likelihoods, then Simpson's rule halved until it stands still.
    const q = (ratio: number): number => (0.1 * ratio) / (0.1 * ratio + 0.9);
    const x = rows.reduce((sum, each) => sum + each.canary.bad, 0);
    const b = rows.reduce((sum, each) => sum + each.baseline.bad, 0);
    const q0 = q(1.25);
    const height = (log: number): number => {
      const qr = q(1.25 * Math.exp(log));
      return (qr / q0) ** x * ((1 - qr) / (1 - q0)) ** b;
    };
    const simpson = (a: number, c: number): number => ((c - a) / 6) * (height(a) + 4 * height((a + c) / 2) + height(c));
    const adaptive = (a: number, c: number, whole: number, depth: number): number => {
      const middle = (a + c) / 2;
      const left = simpson(a, middle);
      const right = simpson(middle, c);
      if (depth === 0 || Math.abs(left + right - whole) < 1e-15 * Math.abs(whole)) return left + right;
      return adaptive(a, middle, left, depth - 1) + adaptive(middle, c, right, depth - 1);
    };
    const integral = adaptive(from, to, simpson(from, to), 16) / (to - from);
    expect(Math.abs(10 ** judged.evidence / integral - 1)).toBeLessThan(1e-9);
  });

  it('robust: equal to the product of 1 + λ(Y/q − 1), λ = (q_r − q)/(1 − q), to 1e-9', () => {
    const next = random(3);
    const rows = Array.from({ length: 40 }, (_, t) => {
      const canary = 50 + Math.floor(next() * 200);
      return row(t, [1000 - canary, Math.floor(next() * 6)], [canary, Math.floor(next() * 4)]);
    });
    const policy = prompt({ mode: 'robust' });
    let e = 0;
    policy.harmBets.multiples.forEach((multiple, i) => {
      let wealth = 1;
      for (const { baseline, canary } of rows) {
        const bad = baseline.bad + canary.bad;
        if (bad === 0) continue;
        const w = canary.requests / (baseline.requests + canary.requests);
        const share = (ratio: number): number => (w * ratio) / (w * ratio + 1 - w);
        const q = share(1.25);
        const lambda = (share(1.25 * multiple) - q) / (1 - q);
        wealth *= 1 + lambda * (canary.bad / bad / q - 1);
      }
      e += (policy.harmBets.prior[i] ?? 0) * wealth;
    });
    expect(Math.abs(10 ** evidenceOf(policy, rows).judged.evidence / e - 1)).toBeLessThan(1e-9);
  });

  it('for single events sharp and robust are the same', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 999 })), { maxLength: 60 }), (events) => {
        const rows = events.map(([hit, canary], t) => row(t, [1000 - canary, hit ? 0 : 1], [canary, hit ? 1 : 0]));
        const sharp = evidenceOf(prompt({ mode: 'sharp' }), rows).judged.evidence;
        const robust = evidenceOf(prompt({ mode: 'robust' }), rows).judged.evidence;
        expect(Math.abs(sharp - robust)).toBeLessThan(1e-9);
      }),
    );
  });

  it('stays finite and right far outside the range of doubles', () => {
    const rows = Array.from({ length: 200 }, (_, t) => row(t, [900_000, 0], [100_000, 50_000]));
    const { judged, state } = evidenceOf(prompt({ mode: 'sharp', alpha: 1e-300 }), rows);
    expect(judged.evidence).toBeGreaterThan(300);
    expect(only(state).upper.every(Number.isFinite)).toBe(true);
    const innocent = Array.from({ length: 200 }, (_, t) => row(t, [900_000, 450_000], [100_000, 0]));
    expect(evidenceOf(prompt({ mode: 'sharp' }), innocent).judged.evidence).toBeLessThan(-300);
  });

  it('intervals without bad events, or with only one version, are worth exactly 1 for worse', () => {
    const rows = [row(0, [900, 0], [100, 0]), row(1, [900, 40], [0, 0]), row(2, [0, 0], [100, 40])];
    for (const mode of ['sharp', 'robust', 'dispersed'] as const)
      expect(evidenceOf(prompt({ mode }), rows).judged.evidence).toBe(0);
  });
});
