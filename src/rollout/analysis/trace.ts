import type { AnalysisDraft } from './draft.ts';
import { leadingMetric, totalEvidence, worseEvidence } from './evidence.ts';
import { clumpOf } from './fold.ts';
import { gridOf } from './grid.ts';
import { notWorseEvidence } from './noninferiority.ts';
import type { Counts, IntervalRow } from './types.ts';

/**
 * The course of an analysis, for a chart: what the fold knew after each interval, in buckets of several intervals. When all buckets
 * are full, each two become one, so that a trace needs the same memory for a minute and for a month.
 */

/** Buckets a trace keeps at most; after a halving it has half as many. */
export const TRACE_BUCKETS = 400;

/** Least, greatest and last value within a bucket: none of them is lost when buckets are joined. */
export interface Extent {
  readonly least: number;
  readonly greatest: number;
  readonly last: number;
}

/** One metric in one bucket. */
export interface MetricTrace {
  readonly metric: string;
  /** Of the bucket's own rows, whether they served evidence or not. */
  readonly baseline: Counts;
  readonly canary: Counts;
  /** log10 of the e-value for `worse`, of this metric alone. */
  readonly evidence: Extent;
  /** log10 of the e-value for `not-worse`, of the step. */
  readonly evidenceNotWorse: Extent;
  /** Clump size after the bucket's last interval. */
  readonly dispersion: number;
}

/** Some intervals in a row. */
export interface TraceBucket {
  /** t of the first and of the last interval, seconds. */
  readonly from: number;
  readonly to: number;
  readonly intervals: number;
  /** log10 of the e-value for `worse`, all metrics together. */
  readonly evidence: Extent;
  /** log10 of the e-value for `not-worse` of the metric that shows it least. */
  readonly evidenceNotWorse: Extent;
  readonly metrics: readonly MetricTrace[];
}

/** A trace that is being taken; changed in place by `traceInto`. */
export interface Trace {
  readonly capacity: number;
  /** Intervals that a bucket takes by now: a power of two. */
  perBucket: number;
  intervals: number;
  buckets: TraceBucket[];
  /** The metric that contributes most to the evidence for `worse`, or the one that decided; null before the first row. */
  leading: string | null;
}

/** @param capacity buckets kept at most; some hundreds, since up to 100 gaps are kept too */
export function startTrace(capacity: number = TRACE_BUCKETS): Trace {
  return { capacity, perBucket: 1, intervals: 0, buckets: [], leading: null };
}

/** Adds what the fold knows after an interval. Looks at the draft only: the verdict does not depend on a trace being taken. */
export function traceInto(trace: Trace, draft: AnalysisDraft, rows: readonly IntervalRow[]): void {
  if (rows.length === 0 || draft.t === null) return;
  trace.leading = draft.worse?.metric ?? leadingMetric(draft.metrics, draft.policy, gridOf(draft.policy));
  const seen = bucketOf(draft, draft.t, rows);
  const last = trace.buckets.at(-1);
  const gap = longestJoined(trace);
  trace.intervals += 1;
  if (last !== undefined && last.intervals < trace.perBucket && draft.t - last.to <= gap) {
    trace.buckets[trace.buckets.length - 1] = join(last, seen);
    return;
  }
  if (trace.buckets.length >= trace.capacity) {
    trace.buckets = halve(trace.buckets, gap);
    trace.perBucket *= 2;
  }
  trace.buckets.push(seen);
}

/** A gap longer than this part of all time can be seen in a chart. */
const VISIBLE = 0.01;

/**
 * Neighbours further apart than this (seconds) stay apart, so that a gap can be seen: three times the usual distance, but no less
 * than can be seen. There are fewer than 100 such gaps at any time, so a halving always makes room.
 */
function longestJoined({ buckets, intervals }: Trace): number {
  const span = (buckets.at(-1)?.to ?? 0) - (buckets[0]?.from ?? 0);
  return Math.max(VISIBLE * span, intervals < 2 ? Infinity : (3 * span) / (intervals - 1));
}

function bucketOf(draft: AnalysisDraft, t: number, rows: readonly IntervalRow[]): TraceBucket {
  const grid = gridOf(draft.policy);
  const metrics = draft.metrics.map((metric): MetricTrace => {
    const row = rows.find((one) => one.metric === metric.name);
    return {
      metric: metric.name,
      baseline: row === undefined ? NONE : { requests: row.baseline.requests, bad: row.baseline.bad },
      canary: row === undefined ? NONE : { requests: row.canary.requests, bad: row.canary.bad },
      evidence: only(worseEvidence(metric, draft.policy, grid) / Math.LN10),
      evidenceNotWorse: only(notWorseEvidence(metric.margin, metric.floor, grid) / Math.LN10),
      dispersion: clumpOf(metric, draft.policy),
    };
  });
  const least = metrics.reduce((low, { evidenceNotWorse }) => Math.min(low, evidenceNotWorse.last), Infinity);
  return {
    from: t,
    to: t,
    intervals: 1,
    evidence: only(totalEvidence(draft.metrics, draft.policy, grid) / Math.LN10),
    evidenceNotWorse: only(least),
    metrics,
  };
}

const NONE: Counts = { requests: 0, bad: 0 };

function only(value: number): Extent {
  return { least: value, greatest: value, last: value };
}

function halve(buckets: readonly TraceBucket[], gap: number): TraceBucket[] {
  const out: TraceBucket[] = [];
  let alone = false;
  for (const bucket of buckets) {
    const before = out.at(-1);
    if (alone && before !== undefined && bucket.from - before.to <= gap) {
      out[out.length - 1] = join(before, bucket);
      alone = false;
    } else {
      out.push(bucket);
      alone = true;
    }
  }
  return out;
}

/** Two neighbours as one; a metric that joined in the second has only that part. */
function join(first: TraceBucket, second: TraceBucket): TraceBucket {
  return {
    from: first.from,
    to: second.to,
    intervals: first.intervals + second.intervals,
    evidence: joinExtents(first.evidence, second.evidence),
    evidenceNotWorse: joinExtents(first.evidenceNotWorse, second.evidenceNotWorse),
    metrics: second.metrics.map((after) => {
      const before = first.metrics.find((one) => one.metric === after.metric);
      if (before === undefined) return after;
      return {
        metric: after.metric,
        baseline: add(before.baseline, after.baseline),
        canary: add(before.canary, after.canary),
        evidence: joinExtents(before.evidence, after.evidence),
        evidenceNotWorse: joinExtents(before.evidenceNotWorse, after.evidenceNotWorse),
        dispersion: after.dispersion,
      };
    }),
  };
}

function joinExtents(first: Extent, second: Extent): Extent {
  return {
    least: Math.min(first.least, second.least),
    greatest: Math.max(first.greatest, second.greatest),
    last: second.last,
  };
}

function add(a: Counts, b: Counts): Counts {
  return { requests: a.requests + b.requests, bad: a.bad + b.bad };
}
