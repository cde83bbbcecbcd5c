import type { Counts, IntervalRow } from '../../../../src/rollout/analysis/index.ts';
import type { Looking, Stream } from './rule.ts';

/** Sums of seconds that are no whole numbers may miss a boundary by rounding. */
export const ROUNDING = 1e-6;

/**
 * Seconds from the beginning of the stream to a rule's first look: its window is full by then. (A rate over the first second of a
 * minute would be a look that nobody sets up.)
 */
export function firstLook({ everySeconds, windowSeconds }: Looking, intervalSeconds: number): number {
  return Math.max(everySeconds ?? intervalSeconds, windowSeconds ?? intervalSeconds);
}

/**
 * A clock that says at the end of which intervals a look is due: at the first that completes `first` seconds since the beginning of the
 * stream, then at each that completes another `everySeconds`.
 *
 * @param everySeconds null: at the end of every interval
 */
export function lookClock(
  everySeconds: number | null,
  intervalSeconds: number,
  first: number = everySeconds ?? intervalSeconds,
): (t: number) => boolean {
  const every = everySeconds ?? intervalSeconds;
  let next: number | null = null;
  return (t) => {
    next ??= t + first;
    const now = t + intervalSeconds;
    if (now < next - ROUNDING) return false;
    next = everySeconds === null ? now : next + every;
    return true;
  };
}

/** The answers of a metric source to queries over the last seconds. */
export interface CanaryWindow {
  add(rows: readonly IntervalRow[], t: number): void;
  /** The canary's counts in the window; null: nothing was read in all of it. */
  counts(metric: string): Counts | null;
}

/** The rows of one metric that lie in the window, oldest at `head`, and their sums. */
interface Kept {
  readonly rows: IntervalRow[];
  head: number;
  requests: number;
  bad: number;
}

/** @param windowSeconds null: the last interval only */
export function canaryWindow(stream: Stream, windowSeconds: number | null): CanaryWindow {
  const length = windowSeconds ?? stream.intervalSeconds;
  const kept = new Map<string, Kept>();
  for (const metric of stream.metrics) kept.set(metric, { rows: [], head: 0, requests: 0, bad: 0 });
  return {
    add(rows, t) {
      for (const row of rows) {
        const metric = kept.get(row.metric);
        if (metric === undefined) continue;
        metric.rows.push(row);
        metric.requests += row.canary.requests;
        metric.bad += row.canary.bad;
      }
      const begin = t + stream.intervalSeconds - length - ROUNDING;
      for (const metric of kept.values()) dropBefore(metric, begin);
    },
    counts(metric) {
      const found = kept.get(metric);
      if (found === undefined || found.head === found.rows.length) return null;
      return { requests: found.requests, bad: found.bad };
    },
  };
}

function dropBefore(metric: Kept, begin: number): void {
  for (let row = metric.rows[metric.head]; row !== undefined && row.t < begin; row = metric.rows[metric.head]) {
    metric.requests -= row.canary.requests;
    metric.bad -= row.canary.bad;
    metric.head += 1;
  }
}
