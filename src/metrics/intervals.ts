import type { Counters, ServerCounters } from '../model/metrics.ts';

/** What happened between two readings of raw cumulative counters. Pure: a replay of journaled readings gives the same rows. */

export interface Count {
  readonly requests: number;
  readonly bad: number;
}

export interface IntervalRow {
  /** End of the interval, wall clock in milliseconds. */
  readonly t: number;
  readonly metric: string;
  readonly baseline: Count;
  readonly canary: Count;
}

export interface Versions {
  readonly stable: string;
  readonly canary: string;
}

export type Interval =
  | { readonly kind: 'rows'; readonly rows: readonly IntervalRow[] }
  /** Nothing can be said about this interval; `why` is for the status line. */
  | { readonly kind: 'nothing'; readonly why: string };

/**
 * Rows of one interval, one per metric that both versions have.
 *
 * A counter that got smaller was reset, and what it shows now was counted since; the pair is reset together. The same holds for
 * all counters when the source itself began again (its epoch changed). A server that was not in the earlier reading
 * contributes from its next reading on: nobody knows what it had counted before. One that is gone contributes nothing.
 */
export function intervalRows(prev: Counters, next: Counters, versions: Versions): Interval {
  if (prev.kind === 'missing') return nothing(`no counts at the beginning: ${prev.reason}`);
  if (next.kind === 'missing') return nothing(`no counts: ${next.reason}`);
  if (next.time <= prev.time) return nothing('the later reading is not later: the clock was set back');
  const began = prev.epoch !== next.epoch;
  const before = new Map(prev.servers.map((server) => [server.server, server]));
  const names = [...new Set(next.servers.flatMap((server) => Object.keys(server.metrics)))].toSorted();
  const rows = names.flatMap((metric): IntervalRow[] => {
    const of = (version: string): Count | undefined =>
      sum(
        next.servers
          .filter((server) => server.version === version && server.metrics[metric] !== undefined)
          .map((server) => difference(metric, began ? 'zero' : before.get(server.server), server)),
      );
    const baseline = of(versions.stable);
    const canary = of(versions.canary);
    return baseline === undefined || canary === undefined ? [] : [{ t: next.time, metric, baseline, canary }];
  });
  return rows.length === 0 ? nothing('the source has no metric that both versions have') : { kind: 'rows', rows };
}

const NONE: Count = { requests: 0, bad: 0 };

function difference(metric: string, before: ServerCounters | 'zero' | undefined, next: ServerCounters): Count {
  const now = next.metrics[metric] ?? NONE;
  if (before === 'zero') return now;
  const then = before?.version === next.version ? before.metrics[metric] : undefined;
  if (then === undefined) return NONE;
  if (now.requests < then.requests || now.bad < then.bad) return now;
  const requests = now.requests - then.requests;
  // A source that counts a bad event a moment before its request would otherwise give more bad ones than requests.
  return { requests, bad: Math.min(requests, now.bad - then.bad) };
}

function sum(counts: readonly Count[]): Count | undefined {
  if (counts.length === 0) return undefined;
  return counts.reduce((all, one) => ({ requests: all.requests + one.requests, bad: all.bad + one.bad }), NONE);
}

function nothing(why: string): Interval {
  return { kind: 'nothing', why };
}

export interface Intervals {
  /** The last good reading: where the next interval begins. */
  readonly last: Counters | undefined;
  /** Intervals that begin before this moment say nothing: requests of the old share may still come to an end in them. */
  readonly notBefore: number;
}

export const noIntervalYet: Intervals = { last: undefined, notBefore: 0 };

/**
 * Takes in a reading. A missing one gives no rows, and the next good one covers the gap, but never across a weight change: an
 * interval belongs to one share.
 */
export function takeReading(
  state: Intervals,
  reading: Counters,
  versions: Versions,
): { readonly state: Intervals; readonly interval: Interval } {
  if (reading.kind === 'missing') return { state, interval: nothing(`no counts: ${reading.reason}`) };
  const next = { ...state, last: reading };
  if (state.last === undefined) return { state: next, interval: nothing('the first reading is the beginning') };
  if (state.last.time < state.notBefore) {
    return { state: next, interval: nothing('requests from before the weight change may still be running') };
  }
  return { state: next, interval: intervalRows(state.last, reading, versions) };
}

/** The shares changed at `at`; answers to requests of the old share may come for `longestTimeoutMs` more. */
export function weightsChanged(state: Intervals, at: number, longestTimeoutMs: number): Intervals {
  return { ...state, notBefore: Math.max(state.notBefore, at + longestTimeoutMs) };
}
