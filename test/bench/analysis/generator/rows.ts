import type { Counts, HistoryRow, IntervalRow, Settling } from '../../../../src/rollout/analysis/index.ts';
import type { HostRow, Hosts, Release } from '../types.ts';
import type { Timeline } from './climate.ts';
import type { Series, SideSeries } from './sides.ts';

/** What rows are named and when. */
export interface Frame {
  readonly metrics: readonly string[];
  readonly timeline: Timeline;
  readonly intervalSeconds: number;
  /** Per interval of the release. */
  readonly settling: readonly (Settling | undefined)[];
}

export interface Missing {
  /** Per metric, 1 for each interval in which it was not read. */
  readonly unread: readonly Uint8Array[];
  /** Whether the next row has what was not read. */
  readonly carried: boolean;
}

interface Sides<T> {
  readonly baseline: T;
  readonly canary: T;
}

/** Sum over the servers of a version, per metric. */
export function mergeServers(servers: SideSeries): readonly Series[] {
  const [first = [], ...others] = servers;
  if (others.length === 0) return first;
  return first.map((series, metric) => {
    const sum = { requests: series.requests.slice(), bad: series.bad.slice() };
    for (const server of others) {
      const one = server[metric];
      for (let i = 0; i < sum.bad.length; i += 1) {
        sum.requests[i] = (sum.requests[i] ?? 0) + (one?.requests[i] ?? 0);
        sum.bad[i] = (sum.bad[i] ?? 0) + (one?.bad[i] ?? 0);
      }
    }
    return sum;
  });
}

/** Seconds since the release began; rounded so that tenths and hundredths of a second are what they say. */
function timeOf({ timeline, intervalSeconds }: Frame, i: number): number {
  return Math.round((i - timeline.release) * intervalSeconds * 1e6) / 1e6;
}

/** Rows of past and release. With `carried`, what was not read comes with the next row of the same stretch. */
export function rowsOf(
  frame: Frame,
  sides: Sides<readonly Series[]>,
  missing: Missing,
): Pick<Release, 'history' | 'intervals'> {
  const { timeline, metrics } = frame;
  const history: HistoryRow[] = [];
  const past = metrics.map(() => nothing());
  for (let i = timeline.history; i < timeline.release; i += 1) {
    const t = timeOf(frame, i);
    metrics.forEach((metric, m) => {
      const counts = read(sides, missing, past, m, i);
      if (counts !== null) history.push({ t, metric, baseline: counts.baseline });
    });
  }
  const intervals: IntervalRow[][] = [];
  const open = metrics.map(() => nothing());
  for (let i = timeline.release; i < timeline.length; i += 1) {
    const t = timeOf(frame, i);
    const settling = frame.settling[i - timeline.release];
    const rows: IntervalRow[] = [];
    metrics.forEach((metric, m) => {
      const counts = read(sides, missing, open, m, i);
      if (counts !== null) rows.push({ t, metric, baseline: counts.baseline, canary: counts.canary, settling });
    });
    intervals.push(rows);
  }
  return { history, intervals };
}

/** What one metric's next row shows; null when it is not read. */
function read(
  { baseline, canary }: Sides<readonly Series[]>,
  { unread, carried }: Missing,
  waiting: Sides<Counts>[],
  metric: number,
  i: number,
): Sides<Counts> | null {
  const now = { baseline: countsAt(baseline[metric], i), canary: countsAt(canary[metric], i) };
  if (!carried) return unread[metric]?.[i] === 1 ? null : now;
  const before = waiting[metric] ?? nothing();
  const sum = { baseline: plus(before.baseline, now.baseline), canary: plus(before.canary, now.canary) };
  const silent = unread[metric]?.[i] === 1;
  waiting[metric] = silent ? sum : nothing();
  return silent ? null : sum;
}

function nothing(): Sides<Counts> {
  return { baseline: { requests: 0, bad: 0 }, canary: { requests: 0, bad: 0 } };
}

function plus(a: Counts, b: Counts): Counts {
  return { requests: a.requests + b.requests, bad: a.bad + b.bad };
}

function countsAt(series: Series | undefined, i: number): Counts {
  return { requests: series?.requests[i] ?? 0, bad: series?.bad[i] ?? 0 };
}

/** The same counts server by server. */
export function hostsOf(frame: Frame, { baseline, canary }: Sides<SideSeries>): Hosts {
  const at = (i: number, canaries: SideSeries): readonly HostRow[] =>
    frame.metrics.map((metric, m) => ({
      t: timeOf(frame, i),
      metric,
      baseline: baseline.map((server) => countsAt(server[m], i)),
      canary: canaries.map((server) => countsAt(server[m], i)),
    }));
  const { history, release, length } = frame.timeline;
  const indices = Array.from({ length: length - history }, (_, i) => history + i);
  return {
    history: indices.slice(0, release - history).flatMap((i) => at(i, [])),
    intervals: indices.slice(release - history).map((i) => at(i, canary)),
  };
}
