import type { Counters, ServerCounters } from '../model/metrics.ts';

/** From raw cumulative counters to what happened between two readings. Pure; resets are handled here and nowhere else. */

export interface Tally {
  readonly requests: number;
  readonly bad: number;
}

export interface IntervalRow {
  readonly metric: string;
  readonly baseline: Tally;
  readonly canary: Tally;
}

const NONE: Tally = { requests: 0, bad: 0 };

function add(a: Tally, b: Tally): Tally {
  return { requests: a.requests + b.requests, bad: a.bad + b.bad };
}

/**
 * Difference of one server's counter. A counter that got smaller was reset: what it shows now happened since. The pair is
 * reset together, so that bad never exceeds requests.
 */
function difference(before: Tally | 'zero' | undefined, now: Tally): Tally {
  // Nobody knows what a server that was not in the earlier reading had counted before it: it contributes from the next one on.
  if (before === undefined) return NONE;
  if (before === 'zero' || now.requests < before.requests || now.bad < before.bad) return now;
  const requests = now.requests - before.requests;
  // A scrape between the two increments of one response can show a bad one whose request is not counted yet.
  return { requests, bad: Math.min(requests, now.bad - before.bad) };
}

function serversOf(counters: Counters): readonly ServerCounters[] {
  return counters.kind === 'counters' ? counters.servers : [];
}

/** What one version did between two readings, over all its servers; null when either reading is missing. */
export function versionDelta(previous: Counters, next: Counters, version: string, metric: string): Tally | null {
  if (previous.kind === 'missing' || next.kind === 'missing') return null;
  const sameSource = previous.epoch === next.epoch;
  let sum = NONE;
  for (const server of serversOf(next)) {
    const now = server.metrics[metric];
    if (server.version !== version || now === undefined) continue;
    const before = sameSource
      ? serversOf(previous).find((one) => one.server === server.server && one.version === version)?.metrics[metric]
      : 'zero';
    sum = add(sum, difference(before, now));
  }
  return sum;
}

/** Names of the metrics a reading has for either version. */
function metricNames(counters: Counters): readonly string[] {
  return [...new Set(serversOf(counters).flatMap((server) => Object.keys(server.metrics)))].toSorted();
}

/**
 * Rows of one interval, a row per metric. A source that restarted in between begins again at zero. Nothing when a reading is
 * missing: the caller keeps the last good one, and the next good reading covers the gap, since no weight changes inside a watch.
 */
export function intervalRows(
  previous: Counters,
  next: Counters,
  versions: { readonly stable: string; readonly candidate: string },
): readonly IntervalRow[] {
  return metricNames(next).flatMap((metric) => {
    const baseline = versionDelta(previous, next, versions.stable, metric);
    const canary = versionDelta(previous, next, versions.candidate, metric);
    return baseline === null || canary === null ? [] : [{ metric, baseline, canary }];
  });
}
