import type {
  AnalysisDraft,
  AnalysisState,
  IntervalRow,
  MetricState,
  Policy,
} from '../../../src/rollout/analysis/index.ts';
import { makePolicy, startDraft } from '../../../src/rollout/analysis/index.ts';

export function row(
  t: number,
  baseline: readonly [number, number],
  canary: readonly [number, number],
  metric = 'errors',
): IntervalRow {
  return {
    t,
    metric,
    baseline: { requests: baseline[0], bad: baseline[1] },
    canary: { requests: canary[0], bad: canary[1] },
  };
}

/** No waiting: every interval serves both verdicts from the first on. */
export function prompt(overrides: Partial<Policy> = {}): Policy {
  return makePolicy({ longestTimeoutSeconds: 0, minimumBakeSeconds: 0, warmUpSeconds: 0, ...overrides });
}

export function only(state: AnalysisState): MetricState {
  const metric = state.metrics[0];
  if (metric === undefined || state.metrics.length !== 1) throw new Error('one metric was expected');
  return metric;
}

export function draft(policy: Policy): AnalysisDraft {
  return startDraft(policy, { metrics: ['errors'] });
}

/** Deterministic numbers in [0, 1), the same on every machine. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Poisson counts by counting exponential gaps. */
export function poisson(next: () => number, mean: number): number {
  let count = -1;
  let passed = 0;
  while (passed <= mean) {
    passed -= Math.log(1 - next());
    count += 1;
  }
  return count;
}
