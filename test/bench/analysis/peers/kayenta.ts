import type { Counts, IntervalRow } from '../../../../src/rollout/analysis/index.ts';
import { random } from '../../../rollout/analysis/support.ts';
import type { JudgeSettings } from './judge.ts';
import { classify, JUDGE_DEFAULTS, summaryScore } from './judge.ts';
import { lookClock } from './looks.ts';
import { GrowingSample } from './mann-whitney.ts';
import type { Rule } from './rule.ts';

export interface KayentaSettings extends JudgeSettings {
  /** Seconds of counts that make one data point; null: an interval of the stream. */
  readonly stepSeconds: number | null;
  /** `end`: once, when the release's time is over; `every point`: also after each data point, on all of them so far. */
  readonly judgements: 'end' | 'every point';
  /** Data points before which there is no judgement, other than that at the end. */
  readonly fewestPoints: number;
  /** A judgement before the end whose score is not above this ends the release. */
  readonly marginal: number;
  /** The last score must reach this. */
  readonly pass: number;
  /** Whether the baseline is thinned to as many requests as the canary has. */
  readonly sameSize: boolean;
}

/**
 * Steps of 60 s, one judgement at the end of the lifetime, pass 95 and marginal 75 as in its example configurations; 50 points are the
 * number below which Kayenta itself warns of little confidence; `increase` is the documented direction for errors.
 */
export const KAYENTA_DEFAULTS: KayentaSettings = {
  ...JUDGE_DEFAULTS,
  direction: 'increase',
  stepSeconds: 60,
  judgements: 'end',
  fewestPoints: 50,
  marginal: 75,
  pass: 95,
  sameSize: true,
};

/** The same thinning for every release: a rule has no luck of its own. */
const THINNING_SEED = 20_180_410;

/** What a step has counted so far, and the data points of the steps before. */
interface Series {
  readonly canary: { requests: number; bad: number };
  readonly baseline: { requests: number; bad: number };
  readonly experiment: GrowingSample;
  readonly control: GrowingSample;
}

/**
 * Kayenta with NetflixACAJudge on bad rates in percent. (In percent, because its solver is only as exact as 1e-4 of whatever unit.)
 *
 * A data point without requests is missing and removed. The baseline has the same size as the canary, as its documentation asks: of each
 * interval's baseline requests as many as the canary's are drawn, without regard to which of them are bad; a clump of
 * bad requests is thereby thinned, which one in a real baseline would not be.
 *
 * Simplified: one group of metrics, none critical or muted, the growing window (no lookback); a step that is not complete at the end is
 * left out; after a judgement between marginal and pass the release goes on, and at the end it fails.
 */
export function kayenta(overrides: Partial<KayentaSettings> = {}): Rule {
  const settings = { ...KAYENTA_DEFAULTS, ...overrides };
  const points = settings.stepSeconds === null ? 'points of an interval' : `points of ${settings.stepSeconds} s`;
  const judged = settings.judgements === 'end' ? 'judged at the end' : 'judged at every point';
  return {
    name: `kayenta, ${points}, ${judged}`,
    title: `Kayenta: NetflixACAJudge, tolerance ${settings.tolerance}, confidence ${settings.confidence * 100} %, pass ${settings.pass}`,
    sources: [
      'https://spinnaker.io/docs/guides/user/canary/judge/',
      'https://github.com/spinnaker/kayenta/blob/master/json-formats.md',
      'https://github.com/spinnaker/spinnaker/blob/main/kayenta/kayenta-judge/src/main/scala/com/netflix/kayenta/judge/NetflixACAJudge.scala',
      'https://github.com/spinnaker/spinnaker/blob/main/kayenta/kayenta-judge/src/main/scala/com/netflix/kayenta/judge/classifiers/metric/MannWhitneyClassifier.scala',
      'https://github.com/spinnaker/spinnaker/blob/main/kayenta/kayenta-judge/src/main/scala/com/netflix/kayenta/judge/scorers/WeightedSumScorer.scala',
      'https://github.com/spinnaker/spinnaker/blob/main/kayenta/kayenta-mannwhitney/src/main/scala/com/netflix/kayenta/mannwhitney/MannWhitney.scala',
      'https://github.com/spinnaker/spinnaker/blob/main/kayenta/kayenta-standalone-canary-analysis/src/main/java/com/netflix/kayenta/standalonecanaryanalysis/orca/task/MonitorCanaryTask.java',
    ],
    settings: { ...settings },
    start: (stream) => {
      const complete = lookClock(settings.stepSeconds, stream.intervalSeconds);
      const series = new Map(stream.metrics.map((metric) => [metric, newSeries()]));
      const next = random(THINNING_SEED);
      let steps = 0;
      const score = (): number =>
        summaryScore(
          [...series.values()].map(({ experiment, control }) => classify(experiment.values, control.values, settings)),
        );
      return {
        observe(rows, t) {
          for (const row of rows) count(series.get(row.metric), row, settings.sameSize ? next : null);
          if (!complete(t)) return 'continue';
          steps += 1;
          for (const each of series.values()) endStep(each);
          if (settings.judgements === 'end' || steps < settings.fewestPoints) return 'continue';
          return score() <= settings.marginal ? 'abort' : 'continue';
        },
        finish: () => {
          const last = score();
          return last > settings.marginal && last >= settings.pass ? 'promote' : 'abort';
        },
      };
    },
  };
}

function newSeries(): Series {
  return {
    canary: { requests: 0, bad: 0 },
    baseline: { requests: 0, bad: 0 },
    experiment: new GrowingSample(),
    control: new GrowingSample(),
  };
}

/** @param next numbers in [0, 1) for thinning; null: the whole baseline */
function count(series: Series | undefined, row: IntervalRow, next: (() => number) | null): void {
  if (series === undefined) return;
  const baseline = next === null ? row.baseline : thinned(row.baseline, row.canary.requests, next);
  series.canary.requests += row.canary.requests;
  series.canary.bad += row.canary.bad;
  series.baseline.requests += baseline.requests;
  series.baseline.bad += baseline.bad;
}

/**
 * As many requests drawn from the counts without replacement, each with the same chance; all where there are no more. Each bad request in
 * turn is among those drawn with the chance (places left)/(requests left), so the number of bad ones is hypergeometric.
 */
export function thinned(counts: Counts, requests: number, next: () => number): Counts {
  if (requests >= counts.requests) return counts;
  let bad = 0;
  for (let seen = 0; seen < counts.bad; seen += 1) {
    if (next() * (counts.requests - seen) < requests - bad) bad += 1;
  }
  return { requests, bad };
}

/** A side without requests has no value in this step. */
function endStep({ canary, baseline, experiment, control }: Series): void {
  if (canary.requests > 0) experiment.add((100 * canary.bad) / canary.requests);
  if (baseline.requests > 0) control.add((100 * baseline.bad) / baseline.requests);
  for (const side of [canary, baseline]) {
    side.requests = 0;
    side.bad = 0;
  }
}
