import { expect, test } from 'vitest';
import type { Extent, Trace, TraceBucket } from '../../../src/rollout/analysis/index.ts';
import {
  analyseCsv,
  judge,
  observeInto,
  startDraft,
  startTrace,
  traceInto,
} from '../../../src/rollout/analysis/index.ts';
import { poisson, prompt, random, row } from './support.ts';

/** The course of an analysis in bounded memory: nothing that was counted is lost, and nothing changes by looking. */

interface Look {
  readonly evidence: number;
  readonly notWorse: number;
}

/** A stream of seconds with a trace of it, beside what `judge` said after each interval. */
function traced(seconds: number, capacity: number, times: (i: number) => number = (i) => i) {
  const next = random(7);
  const draft = startDraft(prompt(), {});
  const trace = startTrace(capacity);
  const looks: Look[] = [];
  for (let i = 0; i < seconds; i += 1) {
    const rows = [row(times(i), [900, poisson(next, 4.5)], [100, poisson(next, 0.5)])];
    observeInto(draft, rows);
    traceInto(trace, draft, rows);
    const seen = judge(draft);
    looks.push({ evidence: seen.evidence, notWorse: seen.metrics[0]?.evidenceNotWorse ?? Number.NaN });
  }
  return { trace, looks };
}

const sum = (trace: Trace, of: (bucket: TraceBucket) => number): number =>
  trace.buckets.reduce((total, bucket) => total + of(bucket), 0);

function extentOf(values: readonly number[]): Extent {
  return { least: Math.min(...values), greatest: Math.max(...values), last: values.at(-1) ?? Number.NaN };
}

test('a short stream keeps every interval, with what judge says after it', () => {
  const { trace, looks } = traced(50, 400);
  expect(trace.buckets.map(({ from, to, intervals }) => [from, to, intervals])).toEqual(looks.map((_, i) => [i, i, 1]));
  expect(trace.buckets.map(({ evidence }) => evidence.last)).toEqual(looks.map(({ evidence }) => evidence));
  expect(trace.buckets.map(({ evidenceNotWorse }) => evidenceNotWorse.last)).toEqual(
    looks.map(({ notWorse }) => notWorse),
  );
  expect(trace.leading).toBe('errors');
});

test.each([49, 100, 1_000, 4_097])('%i intervals in 40 buckets: sums, extremes and last values stay', (seconds) => {
  const { trace, looks } = traced(seconds, 40);
  expect(trace.buckets.length).toBeLessThanOrEqual(40);
  expect(trace.buckets.length).toBeGreaterThanOrEqual(20);
  expect(sum(trace, ({ intervals }) => intervals)).toBe(seconds);
  expect(sum(trace, ({ metrics }) => metrics[0]?.canary.requests ?? 0)).toBe(100 * seconds);
  let first = 0;
  for (const bucket of trace.buckets) {
    const inside = looks.slice(first, first + bucket.intervals);
    expect(bucket.from).toBe(first);
    expect(bucket.to).toBe(first + bucket.intervals - 1);
    expect(bucket.evidence).toEqual(extentOf(inside.map(({ evidence }) => evidence)));
    expect(bucket.evidenceNotWorse).toEqual(extentOf(inside.map(({ notWorse }) => notWorse)));
    first += bucket.intervals;
  }
});

test('a gap that can be seen lies between two buckets, however often they are joined', () => {
  const { trace } = traced(3_000, 200, (i) => (i < 1_501 ? i : i + 400));
  expect(trace.buckets.some(({ from, to }) => from <= 1_500 && to >= 1_901)).toBe(false);
  const { trace: holes } = traced(3_000, 400, (i) => i + 30 * Math.floor(i / 7));
  expect(holes.buckets.length).toBeLessThanOrEqual(400);
  expect(sum(holes, ({ intervals }) => intervals)).toBe(3_000);
});

test('the report does not depend on whether a trace is taken', async () => {
  const next = random(3);
  const rows = Array.from({ length: 200 }, (_, t) =>
    ['errors', 'slow'].map((metric) => `${t},${metric},900,${poisson(next, 4.5)},100,${poisson(next, 2)}`).join('\n'),
  );
  const csv = ['t,metric,baseline_requests,baseline_bad,canary_requests,canary_bad', ...rows].join('\n');
  const trace = startTrace();
  expect(await analyseCsv(csv, { trace })).toEqual(await analyseCsv(csv));
  expect(trace.buckets.at(-1)?.metrics.map(({ metric }) => metric)).toEqual(['errors', 'slow']);
});

test('a metric that joins later has its own counts from then on', () => {
  const draft = startDraft(prompt(), {});
  const trace = startTrace(4);
  for (let t = 0; t < 32; t += 1) {
    const rows = [row(t, [90, 1], [10, 0]), ...(t < 17 ? [] : [row(t, [90, 1], [10, 1], 'slow')])];
    observeInto(draft, rows);
    traceInto(trace, draft, rows);
  }
  const slow = trace.buckets.flatMap(({ metrics }) => metrics.filter(({ metric }) => metric === 'slow'));
  expect(slow.reduce((total, { canary }) => total + canary.bad, 0)).toBe(15);
});
