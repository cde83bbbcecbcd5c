import type { Counts } from '../../../../src/rollout/analysis/index.ts';
import { canaryWindow, firstLook, lookClock } from './looks.ts';
import type { Looking, Rule } from './rule.ts';
import { lookingInWords } from './rule.ts';

export interface FlaggerSettings extends Looking {
  /** Failed checks until the canary is rolled back; a passed check takes none of them back. */
  readonly threshold: number;
  /** thresholdRange.min of request-success-rate, percent. */
  readonly minimumSuccess: number;
  /** Percent of traffic added after a passed check … */
  readonly stepWeight: number;
  /** … until this many; the check passed there promotes. */
  readonly maxWeight: number;
}

/** Of the documentation's example for Istio; the interval is also the default. */
export const FLAGGER_DEFAULTS: FlaggerSettings = {
  everySeconds: 60,
  windowSeconds: 60,
  threshold: 5,
  minimumSuccess: 99,
  stepWeight: 10,
  maxWeight: 50,
};

/** Documented interval in seconds: the length of a step of weight. */
const DOCUMENTED_INTERVAL = 60;

/**
 * Flagger's progressive canary with the built-in check of the success rate.
 *
 * A check that finds no value fails like one that is below the minimum: nothing was read, or there were no requests. Failed checks add
 * up; the roll-back is done by the look after the one that reached the threshold, before it checks anything.
 *
 * Simplified: counts are exact where Prometheus extrapolates rates between scrapes; all metrics have the same range; weights are those
 * of the stream, the rule's own steps only count passed checks; the first check comes when the window is full. A rule that looks more
 * often than every 60 s needs as many more passed checks, so that it promotes no earlier than the documented one. Flagger itself
 * looks every 10 s at most.
 */
export function flagger(overrides: Partial<FlaggerSettings> = {}): Rule {
  const settings = { ...FLAGGER_DEFAULTS, ...overrides };
  return {
    name: `flagger, ${lookingInWords(settings)}`,
    title: `Flagger: success rate ≥ ${settings.minimumSuccess} %, threshold ${settings.threshold}`,
    sources: [
      'https://github.com/fluxcd/flagger/blob/main/docs/gitbook/tutorials/istio-progressive-delivery.md',
      'https://docs.flagger.app/usage/metrics',
      'https://github.com/fluxcd/flagger/blob/main/pkg/controller/scheduler.go',
      'https://github.com/fluxcd/flagger/blob/main/pkg/controller/scheduler_metrics.go',
      'https://github.com/fluxcd/flagger/blob/main/pkg/metrics/providers/prometheus.go',
      'https://github.com/fluxcd/flagger/pull/1095',
    ],
    settings: { ...settings },
    start: (stream) => {
      const first = firstLook(settings, stream.intervalSeconds);
      const due = lookClock(settings.everySeconds, stream.intervalSeconds, first);
      const window = canaryWindow(stream, settings.windowSeconds);
      const needed = passesNeeded(settings, stream.intervalSeconds);
      let failed = 0;
      let passed = 0;
      return {
        observe(rows, t) {
          window.add(rows, t);
          if (!due(t)) return 'continue';
          if (failed >= settings.threshold) return 'abort';
          if (!stream.metrics.every((metric) => passes(window.counts(metric), settings))) {
            failed += 1;
            return 'continue';
          }
          passed += 1;
          return passed >= needed ? 'promote' : 'continue';
        },
        finish: () => (failed >= settings.threshold ? 'abort' : 'continue'),
      };
    },
  };
}

/**
 * Passed checks, from the first look to the end of the documented analysis: the weight rises after each but the last, and its first
 * step is taken without one, so maxWeight/stepWeight intervals.
 */
function passesNeeded(settings: FlaggerSettings, intervalSeconds: number): number {
  const seconds = DOCUMENTED_INTERVAL * Math.ceil(settings.maxWeight / settings.stepWeight);
  const every = settings.everySeconds ?? intervalSeconds;
  return Math.max(1, Math.ceil((seconds - firstLook(settings, intervalSeconds)) / every) + 1);
}

/** One metric's part of a check. */
export function passes(counts: Counts | null, settings: FlaggerSettings): boolean {
  if (counts === null || counts.requests === 0) return false;
  return ((counts.requests - counts.bad) / counts.requests) * 100 >= settings.minimumSuccess;
}
