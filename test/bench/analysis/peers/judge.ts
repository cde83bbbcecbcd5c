import type { Sample } from './mann-whitney.ts';
import { lowerLimit, shiftEstimate, upperLimit } from './mann-whitney.ts';

/** Of one metric. `Nodata`: one of the samples is empty. */
export type Classification = 'High' | 'Low' | 'Pass' | 'Nodata';

export interface JudgeSettings {
  /** The interval must lie further from 0 than this part of the estimated shift. */
  readonly tolerance: number;
  /** Of the interval of the shift, two-sided. */
  readonly confidence: number;
  /** Which change is bad. */
  readonly direction: 'increase' | 'decrease' | 'either';
  /** Ratio of the means below which nothing is High … */
  readonly allowedIncrease: number;
  /** … and above which nothing is Low. */
  readonly allowedDecrease: number;
}

/** Tolerance and confidence cannot be configured in Kayenta; the rest are its defaults. */
export const JUDGE_DEFAULTS: JudgeSettings = {
  tolerance: 0.25,
  confidence: 0.98,
  direction: 'either',
  allowedIncrease: 1,
  allowedDecrease: 1,
};

/**
 * NetflixACAJudge on one metric whose missing values were removed (nanStrategy `remove`, the default): the Mann-Whitney interval of the
 * shift, its tolerance, and the effect size as ratio of the means.
 *
 * Simplified: where both samples are constant but differ, Kayenta adds Gaussian noise of 1e-5 of their size before the test, which then
 * sees two samples that do not overlap; here the constants are compared. Outliers stay in, as by default. No metric is critical.
 *
 * @param experiment the canary's values, ascending
 * @param control the baseline's values, ascending
 */
export function classify(experiment: Sample, control: Sample, settings: JudgeSettings): Classification {
  if (experiment.length === 0 || control.length === 0) return 'Nodata';
  if (same(experiment, control)) return 'Pass';
  const up = settings.direction !== 'decrease';
  const down = settings.direction !== 'increase';
  const constant = constantOf(experiment);
  const otherConstant = constantOf(control);
  if (constant !== null && otherConstant !== null) {
    if (up && constant > otherConstant) return ifAllowed('High', experiment, control, settings);
    return down && constant < otherConstant ? ifAllowed('Low', experiment, control, settings) : 'Pass';
  }
  const bound = (): number => settings.tolerance * Math.abs(shiftEstimate(experiment, control));
  if (up) {
    const lower = lowerLimit(experiment, control, settings.confidence);
    // The bound is never negative, so most samples need no estimate.
    if (lower > 0 && lower > bound()) return ifAllowed('High', experiment, control, settings);
  }
  if (down) {
    const upper = upperLimit(experiment, control, settings.confidence);
    if (upper < 0 && upper < -bound()) return ifAllowed('Low', experiment, control, settings);
  }
  return 'Pass';
}

/** The effect size is ignored where a mean is 0. */
function ifAllowed(
  found: 'High' | 'Low',
  experiment: Sample,
  control: Sample,
  settings: JudgeSettings,
): Classification {
  const above = mean(experiment);
  const below = mean(control);
  if (above === 0 || below === 0) return found;
  const ratio = above / below;
  const allowed = found === 'High' ? ratio >= settings.allowedIncrease : ratio <= settings.allowedDecrease;
  return allowed ? found : 'Pass';
}

function mean(sample: Sample): number {
  let sum = 0;
  for (let i = 0; i < sample.length; i += 1) sum += sample[i] ?? 0;
  return sum / sample.length;
}

function same(a: Sample, b: Sample): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}

/** The only value of an ascending sample; null: there are several. */
function constantOf(sample: Sample): number | null {
  const first = sample[0];
  return first !== undefined && first === sample[sample.length - 1] ? first : null;
}

/** From this part of metrics without data on the score is 0. */
const TOO_MANY_WITHOUT_DATA = 0.5;

/**
 * Score of a release, 0 to 100, rounded to two decimals: the part of metrics with data that pass. All metrics are in one group, which
 * therefore weighs 100. A group without data would count as passed, were it not that half of the metrics without data make 0.
 */
export function summaryScore(labels: readonly Classification[]): number {
  const count = (label: Classification): number => labels.filter((each) => each === label).length;
  if (count('Nodata') >= TOO_MANY_WITHOUT_DATA * labels.length) return 0;
  return Math.round((count('Pass') / (labels.length - count('Nodata'))) * 10_000) / 100;
}
