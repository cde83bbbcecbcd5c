import { listRuns, type RunSummary } from '../../procedure/index.ts';
import type { RunOfChange } from './standing.ts';

/** Runs that were begun for a change, oldest first: what becomes of a change stands in their journals only. */
export async function runsOf(store: string, environment: string, id: string): Promise<readonly RunSummary[]> {
  return (await listRuns(store)).filter((one) => one.environment === environment && one.change === id);
}

/** Pure. */
export function outcomesOf(runs: readonly RunSummary[]): readonly RunOfChange[] {
  return runs.map(({ run, finished }) => ({ run, outcome: finished?.outcome ?? null }));
}
