import { DEFAULT_POLICY, type IntervalRow, observeInto, startDraft } from '../../../src/rollout/analysis/index.ts';
import { familyOf } from './families.ts';

export interface Cost {
  /** Interval updates per second on one processor, one metric. */
  readonly updatesPerSecond: number;
  /** Bytes of the state as JSON after the first tenth and at the end. */
  readonly bytes: readonly [number, number];
  readonly updates: number;
}

/**
 * How many intervals the fold takes per second: real rows of a calm release, again and again with t going on, so that making them costs
 * nothing. The verdict is never reached, as in a bake that has to go on.
 */
export function measureCost(updates: number): Cost {
  const release = familyOf('innocent-calm').make(1);
  const rows = release.intervals.flat();
  const draft = startDraft(DEFAULT_POLICY, { metrics: release.metrics, history: release.history });
  const stateBytes = (): number => JSON.stringify(draft).length;
  const interval: { t: number; metric: string; baseline: IntervalRow['baseline']; canary: IntervalRow['canary'] }[] = [
    { t: 0, metric: 'errors', baseline: { requests: 0, bad: 0 }, canary: { requests: 0, bad: 0 } },
  ];
  const [only] = interval;
  if (only === undefined) throw new Error('one row was expected');
  let t = 0;
  const run = (count: number): void => {
    for (let i = 0; i < count; i += 1) {
      const row = rows[i % rows.length];
      if (row === undefined) continue;
      only.t = t;
      only.baseline = row.baseline;
      only.canary = row.canary;
      observeInto(draft, interval);
      t += 1;
    }
  };
  run(Math.round(updates / 10));
  const first = stateBytes();
  const begin = process.cpuUsage();
  run(updates);
  const { user, system } = process.cpuUsage(begin);
  const seconds = (user + system) / 1e6;
  return { updatesPerSecond: updates / seconds, bytes: [first, stateBytes()], updates };
}
