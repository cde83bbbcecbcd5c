import { describe, expect, it } from 'vitest';
import { brentRoot } from '../../bench/analysis/peers/brent.ts';
import type { Classification, JudgeSettings } from '../../bench/analysis/peers/judge.ts';
import { classify, JUDGE_DEFAULTS, summaryScore } from '../../bench/analysis/peers/judge.ts';
import {
  GrowingSample,
  lowerLimit,
  shiftEstimate,
  shiftStatistic,
  sorted,
  upperLimit,
} from '../../bench/analysis/peers/mann-whitney.ts';
import { random } from './support.ts';

function judged(experiment: number[], control: number[], settings: Partial<JudgeSettings> = {}): Classification {
  return classify(sorted(experiment), sorted(control), { ...JUDGE_DEFAULTS, ...settings });
}

/** The statistic as its definition has it: every value's rank among all, ties averaged. */
function byDefinition(x: readonly number[], y: readonly number[], shift: number): number {
  const moved = x.map((value) => value - shift);
  const all = [...moved, ...y];
  const rank = (value: number): number =>
    all.filter((other) => other < value).length + (all.filter((other) => other === value).length + 1) / 2;
  const u = moved.reduce((sum, value) => sum + rank(value), 0) - (x.length * (x.length + 1)) / 2;
  const excess = u - (x.length * y.length) / 2;
  const n = all.length;
  const groups = [...new Set(all)].map((value) => all.filter((other) => other === value).length);
  const ties = groups.reduce((sum, t) => sum + t ** 3 - t, 0);
  const variance = ((x.length * y.length) / 12) * (n + 1 - ties / (n * (n - 1)));
  return (excess - Math.sign(excess) / 2) / Math.sqrt(variance);
}

describe('the Mann-Whitney interval', () => {
  it('has the statistic of the definition, with ties and without', () => {
    const next = random(8);
    for (let run = 0; run < 200; run += 1) {
      const lattice = run % 2 === 0 ? 4 : 1e9;
      const draw = (): number => Math.floor(next() * lattice);
      const x = Array.from({ length: 2 + Math.floor(next() * 10) }, draw);
      const y = [...Array.from({ length: 2 + Math.floor(next() * 10) }, draw), 0, 1];
      const shift = Math.floor(next() * 3) - 1;
      expect(shiftStatistic(sorted(x), sorted(y), shift, 0)).toBeCloseTo(byDefinition(x, y, shift), 10);
    }
  });

  it('finds a root as exactly as it was asked to', () => {
    for (const tolerance of [1e-3, 1e-9]) {
      const root = brentRoot((at) => Math.cos(at) - at, 0, 1, tolerance);
      expect(Math.abs(root - 0.7390851332151607)).toBeLessThan(tolerance);
    }
    expect(brentRoot((at) => at - 3, 3, 9, 1e-9)).toBe(3);
    expect(brentRoot((at) => at - 9, 3, 9, 1e-9)).toBe(9);
  });

  it('keeps a growing sample in order', () => {
    const next = random(5);
    const growing = new GrowingSample();
    const values = Array.from({ length: 300 }, () => Math.floor(next() * 40));
    for (const value of values) growing.add(value);
    expect([...Array.from(growing.values)]).toEqual(values.toSorted((a, b) => a - b));
  });
});

/** Each value as often as it says. */
function repeated(counts: readonly (readonly [number, number])[]): number[] {
  return counts.flatMap(([value, times]) => new Array<number>(times).fill(value));
}

/**
 * Samples and results of kayenta-mannwhitney/src/test/scala/com/netflix/kayenta/mannwhitney/MannWhitneySuite.scala in
 * https://github.com/spinnaker/kayenta; the results are R's. That suite compares estimates to 1e-4 and the rest to 1e-6.
 */
describe('the values of Kayenta’s unit tests', () => {
  it.each([
    {
      name: 'no ties',
      confidence: 0.95,
      experiment: repeated([
        [10, 1],
        [20, 1],
        [30, 1],
        [40, 1],
      ]),
      control: repeated([
        [1, 1],
        [2, 1],
        [3, 1],
        [4, 1],
      ]),
      lower: 6,
      upper: 39,
      estimate: 22.5,
    },
    {
      name: '90 values a side',
      confidence: 0.95,
      experiment: repeated([
        [1.5, 9],
        [2, 16],
        [2.5, 22],
        [3, 17],
        [3.5, 9],
        [4, 5],
        [4.5, 1],
        [5, 3],
        [5.5, 1],
        [6, 2],
        [6.5, 2],
        [7, 1],
        [7.5, 1],
        [16.5, 1],
      ]),
      control: repeated([
        [1.5, 2],
        [2, 16],
        [2.5, 18],
        [3, 16],
        [3.5, 10],
        [4, 8],
        [4.5, 4],
        [5, 6],
        [5.5, 2],
        [6, 5],
        [8, 1],
        [15.5, 1],
        [54.5, 1],
      ]),
      lower: -0.500002521696696,
      upper: -3.486287505871302e-5,
      estimate: -0.4999393907180323,
    },
    {
      name: '180 values a side',
      confidence: 0.98,
      experiment: repeated([
        [0.5, 20],
        [1, 41],
        [1.5, 67],
        [2, 37],
        [2.5, 3],
        [3, 2],
        [3.5, 3],
        [4, 1],
        [5, 1],
        [5.5, 3],
        [8.5, 1],
        [19, 1],
      ]),
      control: repeated([
        [0, 1],
        [0.5, 7],
        [1, 32],
        [1.5, 70],
        [2, 33],
        [2.5, 22],
        [3, 6],
        [3.5, 2],
        [4, 3],
        [4.5, 1],
        [5.5, 1],
        [7, 1],
        [7.5, 1],
      ]),
      lower: -0.4999173250549087,
      upper: -6.912685789769486e-6,
      estimate: -3.45044082729315e-5,
    },
  ])('$name: interval and estimate', ({ experiment, control, confidence, lower, upper, estimate }) => {
    const x = sorted(experiment);
    const y = sorted(control);
    expect(Math.abs(lowerLimit(x, y, confidence) - lower)).toBeLessThan(1e-6);
    expect(Math.abs(upperLimit(x, y, confidence) - upper)).toBeLessThan(1e-6);
    expect(Math.abs(shiftEstimate(x, y) - estimate)).toBeLessThan(1e-4);
  });
});

/** Error rates that are mostly 0, of the same suite; ClassifierSuite.scala classifies them. */
describe('the values of Kayenta’s unit tests, mostly zeros', () => {
  const experiment = [
    ...new Array<number>(146).fill(0),
    1.234567901234584,
    1.3333333333333286,
    1.3513513513513544,
    1.3698630136986196,
    1.3888888888888857,
    1.4285714285714164,
    1.4285714285714164,
    1.4285714285714448,
    1.4492753623188293,
    1.470588235294116,
    1.5151515151515156,
    1.5151515151515156,
    1.5625,
    1.5625,
    1.5625000000000142,
    1.5873015873015817,
    1.6129032258064484,
    1.6393442622950687,
    1.6393442622950687,
    1.6666666666666572,
    1.6666666666666572,
    1.6666666666666714,
    1.6949152542372872,
    1.7241379310344769,
    1.7241379310344769,
    1.7543859649122737,
    1.754385964912288,
    1.7857142857142776,
    1.818181818181813,
    1.818181818181813,
    1.818181818181813,
    1.818181818181813,
    1.8518518518518476,
    1.8518518518518476,
    1.8518518518518476,
    1.8518518518518619,
    1.8518518518518619,
    1.8867924528301785,
    1.8867924528301927,
    1.8867924528301927,
    1.9230769230769198,
    1.9607843137255117,
    1.9607843137255117,
    2.0000000000000284,
    2.040816326530603,
    2.040816326530603,
    2.439024390243887,
    2.564102564102555,
    2.702702702702709,
    2.8169014084507182,
    2.985074626865682,
    3.0303030303030454,
    3.125000000000014,
    3.1746031746031633,
    3.225806451612911,
    3.333333333333343,
    3.333333333333343,
    3.3898305084745743,
    3.4482758620689538,
    3.5714285714285836,
    3.703703703703681,
    4.081632653061206,
    4.1095890410959015,
    5.555555555555557,
  ];
  const control = [
    ...new Array<number>(193).fill(0),
    1.3888888888888857,
    1.470588235294116,
    1.492537313432834,
    1.492537313432834,
    1.492537313432834,
    1.5384615384615614,
    1.5625000000000142,
    1.5873015873015817,
    1.6393442622950687,
    1.6949152542373014,
    1.7241379310344769,
    1.754385964912288,
    1.7857142857142776,
    1.8518518518518619,
    2.5000000000000284,
    2.9850746268656536,
    3.124999999999986,
  ];

  it('has the intermediate values', () => {
    const x = sorted(experiment);
    const y = sorted(control);
    const z = 1.9599639845400536;
    for (const [shift, quantile, value] of [
      [-3.124999999999986, z, 17.090968923762254],
      [5.555555555555557, z, -20.997687930433106],
      [-3.124999999999986, -z, 21.01089689284236],
      [5.555555555555557, -z, -17.077759961353],
    ] as const) {
      expect(shiftStatistic(x, y, shift, quantile)).toBeCloseTo(value, 6);
    }
    expect(Math.abs(lowerLimit(x, y, 0.95) - 3.521755377702165e-5)).toBeLessThan(1e-9);
    expect(Math.abs(upperLimit(x, y, 0.95) - 2.02456461662334e-5)).toBeLessThan(1e-9);
    expect(Math.abs(shiftEstimate(x, y) - 2.6279243045155653e-5)).toBeLessThan(1e-9);
  });

  it('is High, by the tolerance of the solver alone, unless five times as much is asked for', () => {
    expect(judged(experiment, control, { tolerance: 0.1, confidence: 0.95 })).toBe('High');
    expect(judged(experiment, control, { tolerance: 0.1, confidence: 0.95, allowedIncrease: 5 })).toBe('Pass');
  });
});

/** Seven of ten values a hundred times as large: https://github.com/spinnaker/spinnaker/issues/6278, comment of 2021-07-12. */
describe('the values printed in issue 6278 of spinnaker', () => {
  const control = new Array<number>(10).fill(1);
  const experiment = (large: number): number[] => control.map((value, i) => (i < large ? 100 : value));

  it('has the printed interval and estimate', () => {
    const x = sorted(experiment(7));
    const y = sorted(control);
    expect(lowerLimit(x, y, 0.98)).toBeCloseTo(6.825022991538781e-5, 12);
    expect(upperLimit(x, y, 0.98)).toBe(99);
    expect(shiftEstimate(x, y)).toBeCloseTo(98.99992904170193, 10);
  });

  it('passes seven, fails eight, as printed', () => {
    const settings = { tolerance: 0.25, confidence: 0.98, allowedIncrease: 1.05 };
    expect(judged(experiment(7), control, settings)).toBe('Pass');
    expect(judged(experiment(8), control, settings)).toBe('High');
  });
});

describe('the classifications printed in Kayenta’s issues and unit tests', () => {
  const loose = { tolerance: 0.1, confidence: 0.95 };

  it.each<[string, Classification, number[], number[], Partial<JudgeSettings>]>([
    [
      'issue 780, case 1: spread out',
      'Pass',
      [10, 10.1, 10.2, 10.3, 10.4, 10.5, 10.6, 17, 17.1, 17.2, 17.3, 17.4, 17.5, 17.6, 17.7],
      [1, 100, 4, 101, 5, 102, 6, 103, 7, 104, 8, 105, 9, 106, 17],
      {},
    ],
    ['issue 426: sparse', 'Pass', [0, 1, 2, 1, 0, 0], [0, 0, 0, 0, 0, 0], {}],
    ['effect size: high', 'High', [20, 22, 21, 25, 30], [1, 2.2, 1.1, 2.5, 3], { ...loose, allowedIncrease: 1.2 }],
    ['effect size too small', 'Pass', [20, 22, 21, 25, 30], [1, 2.2, 1.1, 2.5, 3], { ...loose, allowedIncrease: 13 }],
    [
      'effect size: pass',
      'Pass',
      [10, 12.2, 10.1, 12.5, 23],
      [20, 22, 21, 25, 30],
      { ...loose, allowedDecrease: 0.5, allowedIncrease: 1 },
    ],
    ['low', 'Low', [2, 2, 2, 2, 3], [10, 20.2, 10.1, 20.5, 30], loose],
    ['all tied', 'Pass', [1, 1, 1], [1, 1], { ...loose, direction: 'decrease' }],
    ['identical', 'Pass', [1, 2, 3, 4, 5], [5, 4, 3, 2, 1], { ...loose, direction: 'decrease' }],
    ['leading zero', 'Pass', [0, 1, 1, 1, 1], [1, 1, 1, 1, 1], { ...loose, direction: 'decrease' }],
    ['majority tied', 'Pass', [1, 1, 1, 1, 10], [1, 1, 1, 1, 1], loose],
    ['tied ranks', 'High', [10, 10, 10, 10, 10], [1, 1, 1, 1, 1], loose],
    ['tied ranks with zeros', 'High', [10, 10, 10, 10, 10], [0, 0, 0, 0, 0], loose],
    ['no data', 'Nodata', [], [1, 2, 3, 4, 5], loose],
    ['zero mean: high', 'High', [54.9, 54.5, 55.1, 55.6, 57.4], [0, 0, 0, 0, 0], { ...loose, allowedIncrease: 1.2 }],
    ['zero mean: low', 'Low', [0, 0, 0, 0, 0], [54.9, 54.5, 55.1, 55.6, 57.4], { ...loose, allowedDecrease: 0.8 }],
    ['zero mean: pass', 'Pass', [0, 0, 0, 0, 0], [0, 0, 0, 0, 0], loose],
  ])('%s: %s', (_, expected, experiment, control, settings) => {
    expect(judged(experiment, control, settings)).toBe(expected);
  });

  it('says nothing about the direction that is not asked for', () => {
    const high = [
      [20, 22, 21, 25, 30],
      [1, 2.2, 1.1, 2.5, 3],
    ] as const;
    expect(judged([...high[0]], [...high[1]], { ...loose, direction: 'decrease' })).toBe('Pass');
    expect(judged([...high[1]], [...high[0]], { ...loose, direction: 'increase' })).toBe('Pass');
    expect(judged([...high[1]], [...high[0]], { ...loose, direction: 'decrease' })).toBe('Low');
  });
});

describe('the scores of Kayenta’s unit tests', () => {
  it.each<[Classification[], number]>([
    [['Pass'], 100],
    [['High'], 0],
    [['Nodata'], 0],
    [['Pass', 'High'], 50],
    [['Pass', 'High', 'Low'], 33.33],
    [['Low', 'Pass'], 50],
  ])('%j: %f', (labels, score) => {
    expect(summaryScore(labels)).toBe(score);
  });

  it('leaves metrics without data out while they are fewer than half', () => {
    expect(summaryScore(['Pass', 'High', 'Pass', 'Nodata'])).toBe(66.67);
    expect(summaryScore(['Pass', 'Nodata'])).toBe(0);
  });
});
