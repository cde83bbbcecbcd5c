import { createHash } from 'node:crypto';
import {
  type AnalysisState,
  analysisStateSchema,
  DEFAULT_POLICY,
  type HistoryRow,
  type IntervalRow,
  judge,
  observe,
  start,
} from '../../../src/rollout/analysis/index.ts';

/** A release as it was fed to the analysis. */
export interface Recording {
  readonly metrics: readonly string[];
  readonly history: readonly HistoryRow[];
  readonly intervals: readonly (readonly IntervalRow[])[];
}

/**
 * Digest of the verdict and of the whole state after every tenth interval and the last. `resumed` sends the state through JSON and its schema
 * before every interval, as a process does that is killed after each sample.
 */
export function digestOf({ metrics, history, intervals }: Recording, how: 'straight' | 'resumed'): string {
  const hash = createHash('sha256');
  let state: AnalysisState = start(DEFAULT_POLICY, { metrics, history });
  for (const [index, rows] of intervals.entries()) {
    if (how === 'resumed') state = analysisStateSchema.parse(JSON.parse(JSON.stringify(state)));
    state = observe(state, rows);
    if (index % 10 === 9 || index === intervals.length - 1) hash.update(JSON.stringify(state));
  }
  hash.update(JSON.stringify(judge(state)));
  return hash.digest('hex');
}
