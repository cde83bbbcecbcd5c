import type { Counts, IntervalRow } from '../../../../src/rollout/analysis/index.ts';
import { lookClock } from './looks.ts';
import { normalQuantile } from './normal.ts';
import type { Rule } from './rule.ts';

export interface ZTestSettings {
  /** Seconds from look to look; null: it looks at every interval. */
  readonly everySeconds: number | null;
  /** Chance of a false rejection of one look, one-sided. */
  readonly alpha: number;
}

export const Z_TEST_DEFAULTS: ZTestSettings = { everySeconds: null, alpha: 0.01 };

interface Totals {
  canary: { requests: number; bad: number };
  baseline: { requests: number; bad: number };
}

/**
 * The two-proportion z-test of a textbook, with the pooled variance, on all counts since the beginning, at every look as if it were the
 * only one. It aborts when any metric rejects "the canary is not worse" at alpha, and promotes when the release's time is over.
 *
 * Nothing is corrected for the number of looks or metrics; that is what it is here to show. A look before both sides have requests, or
 * without any bad or without any good request, rejects nothing.
 */
export function zTest(overrides: Partial<ZTestSettings> = {}): Rule {
  const settings = { ...Z_TEST_DEFAULTS, ...overrides };
  const every = settings.everySeconds === null ? 'every interval' : `every ${settings.everySeconds} s`;
  return {
    name: `z-test, ${every}`,
    title: `Two-proportion z-test, one-sided α = ${settings.alpha * 100} %, at every look`,
    sources: ['https://www.statology.org/two-proportion-z-test-calculator/'],
    settings: { ...settings },
    start: (stream) => {
      const due = lookClock(settings.everySeconds, stream.intervalSeconds);
      const limit = normalQuantile(1 - settings.alpha);
      const totals = new Map(stream.metrics.map((metric) => [metric, newTotals()]));
      return {
        observe(rows, t) {
          for (const row of rows) addTo(totals.get(row.metric), row);
          if (!due(t)) return 'continue';
          for (const { canary, baseline } of totals.values()) {
            if (zScore(canary, baseline) >= limit) return 'abort';
          }
          return 'continue';
        },
        finish: () => 'promote',
      };
    },
  };
}

function newTotals(): Totals {
  return { canary: { requests: 0, bad: 0 }, baseline: { requests: 0, bad: 0 } };
}

function addTo(totals: Totals | undefined, row: IntervalRow): void {
  if (totals === undefined) return;
  totals.canary.requests += row.canary.requests;
  totals.canary.bad += row.canary.bad;
  totals.baseline.requests += row.baseline.requests;
  totals.baseline.bad += row.baseline.bad;
}

/** How many standard errors the canary's bad rate lies above the baseline's; 0 where that cannot be told. */
export function zScore(canary: Counts, baseline: Counts): number {
  const pooled = (canary.bad + baseline.bad) / (canary.requests + baseline.requests);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / canary.requests + 1 / baseline.requests));
  if (!(error > 0 && Number.isFinite(error))) return 0;
  return (canary.bad / canary.requests - baseline.bad / baseline.requests) / error;
}
