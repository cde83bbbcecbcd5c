import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fisherMean, fisherPmf } from '../../../src/rollout/analysis/index.ts';

/*
 * canary requests, baseline requests, bad, odds, SciPy 1.17.1, exact.
 *
 * from scipy.stats import nchypergeom_fisher as F
 * from mpmath import mp, mpf; mp.dps = 60
 * scipy = F(n1 + n0, n1, N, odds).mean()
 * lo, hi, t, S0, S1 = max(0, N - n0), min(N, n1), mpf(1), mpf(0), mpf(0)   # exact: the sum itself, in 60 digits
 * for x in range(lo, hi + 1):
 *   S0 += t; S1 += t * x; t *= mpf(n1 - x) * (N - x) * mpf(odds) / ((x + 1) * (n0 - N + x + 1))
 * exact = S1 / S0
 *
 * SciPy stops its own sums earlier than doubles allow: it is right to about 1e-11, so it is compared to 1e-9 and the sums to 1e-12.
 */
const MEANS: readonly (readonly [number, number, number, number, number, number])[] = [
  [1, 1, 1, 2, 0.6666666666666666, 2 / 3],
  [3, 5, 4, 1, 1.4999999999999998, 1.5],
  [3, 5, 4, 2.5, 1.980108499095841, 1.980108499095841],
  [10, 90, 7, 2, 1.2169888853534392, 1.2169888853534199],
  [100, 900, 5, 2, 0.9063879746350121, 0.9063879746349461],
  [100, 900, 5, 1.25, 0.6092335245155871, 0.6092335245155175],
  [100, 900, 300, 3, 53.16488152820698, 53.16488152820802],
  [5, 5, 10, 2, 5, 5],
  [5, 7, 11, 2, 4.7368421052631575, 4.7368421052631575],
  [1, 1000, 400, 2, 0.571020699500384, 0.5710206995003569],
  [1000, 1, 400, 0.5, 399.4289793004996, 399.42897930049963],
  [50, 50, 50, 100, 45.66595088898265, 45.66595088898267],
  [200, 1800, 1000, 0.01, 2.452781353139765, 2.4527813531395397],
  [20, 20, 13, 1e-6, 3.249976708567469e-5, 3.249976708567493e-5],
  [20, 20, 13, 1e6, 12.999967500232914, 12.999967500232914],
  [500, 4500, 60, 2, 10.813963090056761, 10.813963090050274],
  [1000, 99000, 500, 2, 9.853267506524242, 9.853267506552498],
  [25000, 25000, 20000, 1.1, 10285.87566294753, 10285.87566294786],
];

/** Too large for the exact sum in reasonable time: SciPy alone. */
const LARGE: readonly (readonly [number, number, number, number, number])[] = [
  [3, 100000, 99999, 2, 2.9999400000000103],
  [100000, 900000, 5000, 2, 905.720420831798],
  [1000000, 9000000, 50000, 1.25, 6091.037903094049],
];

/** SciPy's pmf over the whole support. */
const PMF: readonly { args: readonly [number, number, number, number]; values: readonly number[] }[] = [
  {
    args: [10, 90, 7, 2],
    values: [
      0.2432423103657196, 0.4054038506095276, 0.2575506815637154, 0.07986067645386528, 0.01285114333740359,
      0.0010514571821511798, 3.938041880715967e-5, 5.00068810249636e-7,
    ],
  },
  {
    args: [20, 20, 13, 0.3],
    values: [
      0.0032677665459789574, 0.03186072382329463, 0.12107075052851943, 0.23972008604646602, 0.2778573724629518,
      0.20005730817332498, 0.09233414223384213, 0.027700242670152645, 0.005401547320679767, 0.000675193415084972,
      5.242678281836281e-5, 2.383035582652846e-6, 5.644031643125159e-8, 5.209875362884798e-10,
    ],
  },
];

const relative = (a: number, b: number): number => Math.abs(a - b) / Math.max(Math.abs(b), Number.MIN_VALUE);

describe("Fisher's noncentral hypergeometric distribution", () => {
  it.each(MEANS)('mean of (%d, %d, %d, %d)', (canary, baseline, bad, odds, scipy, exact) => {
    expect(relative(fisherMean(canary, baseline, bad, odds), exact)).toBeLessThan(1e-12);
    expect(relative(fisherMean(canary, baseline, bad, odds), scipy)).toBeLessThan(1e-9);
  });

  it.each(LARGE)('mean of (%d, %d, %d, %d), large', (canary, baseline, bad, odds, scipy) => {
    expect(relative(fisherMean(canary, baseline, bad, odds), scipy)).toBeLessThan(1e-9);
  });

  it.each(PMF)('probabilities of $args', ({ args, values }) => {
    const pmf = fisherPmf(...args);
    expect(pmf).toHaveLength(values.length);
    pmf.forEach((p, i) => {
      expect(relative(p, values[i] ?? 0)).toBeLessThan(1e-7);
    });
  });

  const split = fc
    .tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 400 }))
    .chain(([canary, baseline]) =>
      fc.tuple(fc.constant(canary), fc.constant(baseline), fc.integer({ min: 1, max: canary + baseline })),
    );

  it('has the mean of its own probabilities, is the hypergeometric mean at odds 1, and mirrors', () => {
    fc.assert(
      fc.property(split, fc.double({ min: 0.01, max: 100, noNaN: true }), ([canary, baseline, bad], odds) => {
        const low = Math.max(0, bad - baseline);
        const summed = fisherPmf(canary, baseline, bad, odds).reduce((sum, p, i) => sum + p * (low + i), 0);
        expect(fisherMean(canary, baseline, bad, odds)).toBeCloseTo(summed, 8);
        expect(fisherMean(canary, baseline, bad, 1)).toBeCloseTo((bad * canary) / (canary + baseline), 8);
        expect(bad - fisherMean(baseline, canary, bad, 1 / odds)).toBeCloseTo(
          fisherMean(canary, baseline, bad, odds),
          8,
        );
      }),
    );
  });

  it('rises with the odds, and lies between the shares without and with replacement', () => {
    fc.assert(
      fc.property(split, fc.double({ min: 1, max: 50, noNaN: true }), ([canary, baseline, bad], odds) => {
        const mean = fisherMean(canary, baseline, bad, odds);
        expect(fisherMean(canary, baseline, bad, odds * 1.1)).toBeGreaterThanOrEqual(mean - 1e-9);
        // docs/analysis.md: the share at the boundary bounds Fisher's mean from above, which makes `worse` valid at any error rate.
        const withReplacement = (bad * canary * odds) / (canary * odds + baseline);
        expect(mean).toBeLessThanOrEqual(withReplacement + 1e-9);
        expect(mean).toBeGreaterThanOrEqual((bad * canary) / (canary + baseline) - 1e-9);
      }),
    );
  });
});
