import type { Counters, ServerCounters } from '../model/metrics.ts';

/** From raw cumulative counters to what happened between two readings. Pure; resets are handled here and nowhere else. */

export interface Tally {
  readonly requests: number;
  readonly bad: number;
}

/** What one server did. */
export interface ServerTally extends Tally {
  readonly server: string;
}

export interface IntervalRow {
  readonly metric: string;
  readonly baseline: Tally;
  readonly canary: Tally;
  /** The same, server by server. */
  readonly servers: { readonly baseline: readonly ServerTally[]; readonly canary: readonly ServerTally[] };
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
  return serverDeltas(previous, next, version, metric)?.reduce<Tally>(add, NONE) ?? null;
}

/** The same, server by server; a server that had no requests is left out. */
function serverDeltas(
  previous: Counters,
  next: Counters,
  version: string,
  metric: string,
): readonly ServerTally[] | null {
  if (previous.kind === 'missing' || next.kind === 'missing') return null;
  const sameSource = previous.epoch === next.epoch;
  return serversOf(next).flatMap(({ server, version: runs, metrics }) => {
    const now = metrics[metric];
    if (runs !== version || now === undefined) return [];
    const before = sameSource
      ? serversOf(previous).find((one) => one.server === server && one.version === version)?.metrics[metric]
      : 'zero';
    const did = difference(before, now);
    return did.requests === 0 ? [] : [{ server, ...did }];
  });
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
    const baseline = serverDeltas(previous, next, versions.stable, metric);
    const canary = serverDeltas(previous, next, versions.candidate, metric);
    if (baseline === null || canary === null) return [];
    const servers = { baseline, canary };
    return [{ metric, baseline: baseline.reduce<Tally>(add, NONE), canary: canary.reduce<Tally>(add, NONE), servers }];
  });
}
