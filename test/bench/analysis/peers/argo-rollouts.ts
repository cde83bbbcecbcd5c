import type { Counts } from '../../../../src/rollout/analysis/index.ts';
import { canaryWindow, firstLook, ROUNDING } from './looks.ts';
import type { Decision, Looking, Rule } from './rule.ts';
import { lookingInWords } from './rule.ts';

export interface ArgoRolloutsSettings extends Looking {
  /** successCondition: `result >= successAtLeast`, result being the part of the canary's requests that are not bad. */
  readonly successAtLeast: number;
  /** failureCondition: `result < failureBelow`; null: there is none, and every measurement that is no success is a failure. */
  readonly failureBelow: number | null;
  /** Measurements until the metric is successful; null: it is measured until the release's time is over. */
  readonly count: number | null;
  readonly failureLimit: number;
  readonly inconclusiveLimit: number;
  readonly consecutiveErrorLimit: number;
}

/**
 * The three limits are the documented defaults; an interval without a count runs until it is stopped. The condition and the interval
 * have no defaults: 60 s stands in the documentation's example of several measurements, 99 % is the objective of design.md.
 */
export const ARGO_ROLLOUTS_DEFAULTS: ArgoRolloutsSettings = {
  everySeconds: 60,
  windowSeconds: 60,
  successAtLeast: 0.99,
  failureBelow: null,
  count: null,
  failureLimit: 0,
  inconclusiveLimit: 0,
  consecutiveErrorLimit: 4,
};

/** Seconds after which a measurement that ended in an error is taken again, whatever the interval. */
const ERROR_RETRY = 10;

type Measurement = 'successful' | 'failed' | 'inconclusive' | 'error';

/** Phase of one metric, and of the run: `failed` and `error` abort a rollout, `inconclusive` pauses it for a person. */
type Phase = Measurement | 'running';

interface Tally {
  count: number;
  failed: number;
  inconclusive: number;
  consecutiveErrors: number;
  phase: Phase;
  /** When the next measurement is due; null before the first interval. */
  next: number | null;
}

/**
 * The background analysis of Argo Rollouts with the Prometheus provider.
 *
 * An empty answer makes `result[0]` an error of the evaluation, as a query that fails is one. Errors are no measurements: they are taken
 * again after 10 s, and the fifth in a row ends the run in phase Error. A window without requests gives 0/0 = NaN, which meets no
 * condition: a failed measurement if there is only a success condition.
 *
 * Simplified: counts are exact where Prometheus extrapolates rates between scrapes; the first measurement comes when the window is full
 * (as with initialDelay), not at once; all metrics have the same settings; there is no consecutiveSuccessLimit (not set by default); a
 * run that is stopped because the release's time is over is taken as the end of the canary steps, which promotes.
 */
export function argoRollouts(overrides: Partial<ArgoRolloutsSettings> = {}): Rule {
  const settings = { ...ARGO_ROLLOUTS_DEFAULTS, ...overrides };
  return {
    name: `argo-rollouts, ${lookingInWords(settings)}`,
    title: `Argo Rollouts: success rate ≥ ${settings.successAtLeast * 100} %, failureLimit ${settings.failureLimit}`,
    sources: [
      'https://argoproj.github.io/argo-rollouts/features/analysis/',
      'https://github.com/argoproj/argo-rollouts/blob/master/analysis/analysis.go',
      'https://github.com/argoproj/argo-rollouts/blob/master/rollout/analysis.go',
      'https://github.com/argoproj/argo-rollouts/blob/master/utils/evaluate/evaluate.go',
      'https://github.com/argoproj/argo-rollouts/issues/1466',
    ],
    settings: { ...settings },
    start: (stream) => {
      const every = settings.everySeconds ?? stream.intervalSeconds;
      const first = firstLook(settings, stream.intervalSeconds);
      const window = canaryWindow(stream, settings.windowSeconds);
      const tallies = new Map(stream.metrics.map((metric) => [metric, newTally()]));
      return {
        observe(rows, t) {
          window.add(rows, t);
          const now = t + stream.intervalSeconds;
          if (has(tallies.values(), 'inconclusive')) return 'continue';
          for (const [metric, tally] of tallies) {
            tally.next ??= t + first;
            if (tally.phase !== 'running' || now < tally.next - ROUNDING) continue;
            const measurement = measure(window.counts(metric), settings);
            tally.next = now + (measurement === 'error' ? ERROR_RETRY : every);
            take(tally, measurement, settings);
          }
          return decision(tallies);
        },
        finish: () => (has(tallies.values(), 'inconclusive') ? 'continue' : 'promote'),
      };
    },
  };
}

function newTally(): Tally {
  return { count: 0, failed: 0, inconclusive: 0, consecutiveErrors: 0, phase: 'running', next: null };
}

function has(tallies: Iterable<Tally>, phase: Phase): boolean {
  for (const tally of tallies) if (tally.phase === phase) return true;
  return false;
}

/** One metric that failed ends the run; the others are stopped with it. */
function decision(tallies: ReadonlyMap<string, Tally>): Decision {
  if (has(tallies.values(), 'failed') || has(tallies.values(), 'error')) return 'abort';
  return has(tallies.values(), 'inconclusive') || has(tallies.values(), 'running') ? 'continue' : 'promote';
}

/** One measurement of one metric. Comparisons with NaN are false, here as there. */
export function measure(counts: Counts | null, settings: ArgoRolloutsSettings): Measurement {
  if (counts === null) return 'error';
  const result = (counts.requests - counts.bad) / counts.requests;
  const success = result >= settings.successAtLeast;
  if (settings.failureBelow === null) return success ? 'successful' : 'failed';
  if (result < settings.failureBelow) return 'failed';
  return success ? 'successful' : 'inconclusive';
}

/** Counts the measurement and assesses the metric. A limit is broken by one more than it. */
function take(tally: Tally, measurement: Measurement, settings: ArgoRolloutsSettings): void {
  if (measurement === 'error') {
    tally.consecutiveErrors += 1;
  } else {
    tally.consecutiveErrors = 0;
    tally.count += 1;
    if (measurement === 'failed') tally.failed += 1;
    if (measurement === 'inconclusive') tally.inconclusive += 1;
  }
  if (tally.failed > settings.failureLimit) tally.phase = 'failed';
  else if (tally.inconclusive > settings.inconclusiveLimit) tally.phase = 'inconclusive';
  else if (tally.consecutiveErrors > settings.consecutiveErrorLimit) tally.phase = 'error';
  else if (settings.count !== null && tally.count >= settings.count) tally.phase = 'successful';
}
