import type { Chart, Line, Panel, Stretch } from '../chart/chart.ts';
import { countScale, evidenceScale, percent, rateScale, type Tick, WHOLE } from '../chart/scale.ts';
import { thinned } from '../chart/thin.ts';
import type { Tally } from '../intervals.ts';
import type { Course, EvidenceSpan, Span, TrafficSpan } from './course.ts';

/** The course of a rollout as a chart: shares, requests, bad answers and evidence, one below the other. Pure. */

/** Where a moment lies, and what stands below. */
export interface TimeAxis {
  /** Wall clock in milliseconds → part of the width, 0 to 1; never falls. */
  at(time: number): number;
  readonly ticks: readonly Tick[];
}

/** Columns that are drawn at most: more than a page has room for. */
export const COLUMNS = 240;

export interface CourseChartOptions {
  readonly candidate: string;
  readonly stable: string | null;
  readonly axis: TimeAxis;
  /** Looks that fall on one column are joined; extremes stay. */
  readonly columns?: number;
}

export function courseChart(course: Course, options: CourseChartOptions): Chart {
  const { candidate, stable, axis, columns = COLUMNS } = options;
  return {
    title: `Course of ${candidate}`,
    from: 0,
    to: 1,
    times: axis.ticks,
    panels: [
      sharePanel(course, candidate, axis, columns),
      loadPanel(course, axis, columns),
      badPanel(course, axis, columns),
      ...evidencePanels(course, axis, columns),
    ],
    mark: null,
    reason: '',
    words: [
      totalInWords(`canary ${candidate}`, total(course.traffic, 'canary')),
      ...(stable === null ? [] : [totalInWords(`baseline ${stable}`, total(course.traffic, 'baseline'))]),
    ],
  };
}

function place(axis: TimeAxis, { from, until }: Span): { readonly from: number; readonly until: number } {
  return { from: axis.at(from), until: axis.at(until) };
}

function single(value: number, weight: number): Omit<Stretch, 'from' | 'until'> {
  return { least: value, greatest: value, last: value, weight };
}

function sharePanel({ shares }: Course, candidate: string, axis: TimeAxis, columns: number): Panel {
  const stretches = shares.map((span): Stretch => ({ ...place(axis, span), ...single(span.share, 1) }));
  const lines: readonly Line[] = [{ name: 'canary', stretches: thinned(stretches, columns, false) }];
  return { kind: 'share', title: `share of traffic to ${candidate}`, scale: WHOLE, lines, limit: null };
}

/** Both sides; a side without a request in the whole course has no line. */
function bothSides(
  traffic: readonly TrafficSpan[],
  stretch: (side: Tally, span: Span) => Omit<Stretch, 'from' | 'until'> | null,
  axis: TimeAxis,
  columns: number,
): readonly Line[] {
  return (['baseline', 'canary'] as const).map((name): Line => {
    if (total(traffic, name).requests === 0) return { name, stretches: [] };
    const stretches = traffic.flatMap((span) => {
      const values = stretch(span[name], span);
      return values === null ? [] : [{ ...place(axis, span), ...values }];
    });
    return { name, stretches: thinned(stretches, columns, true) };
  });
}

function loadPanel({ traffic }: Course, axis: TimeAxis, columns: number): Panel {
  const lines = bothSides(
    traffic,
    ({ requests }, { from, until }) => single((requests * 1000) / (until - from), until - from),
    axis,
    columns,
  );
  return { kind: 'load', title: 'requests per second', scale: countScale(drawn(lines)), lines, limit: null };
}

function badPanel({ traffic }: Course, axis: TimeAxis, columns: number): Panel {
  const lines = bothSides(
    traffic,
    ({ requests, bad }) => (requests === 0 ? null : single(bad / requests, requests)),
    axis,
    columns,
  );
  const scale = rateScale(drawn(lines));
  return { kind: 'rates', title: `bad answers${scale.kind === 'log' ? ', log scale' : ''}`, scale, lines, limit: null };
}

function drawn(lines: readonly Line[]): readonly number[] {
  return lines.flatMap(({ stretches }) => stretches.map(({ last }) => last));
}

function evidencePanels({ evidence, limits }: Course, axis: TimeAxis, columns: number): readonly Panel[] {
  if (limits === null || evidence.length === 0) return [];
  const panel = (what: string, pick: (span: EvidenceSpan) => number, limit: number): Panel => {
    const all = evidence.map((span): Stretch => ({ ...place(axis, span), ...single(pick(span), 1) }));
    const stretches = thinned(all, columns, false);
    const now = stretches.at(-1)?.last ?? 0;
    return {
      kind: 'evidence',
      title: `evidence for ${what}, log10: ${now.toFixed(1)} at the end, limit ${limit.toFixed(1)}`,
      scale: evidenceScale(
        stretches.flatMap(({ least, greatest }) => [least, greatest]),
        limit,
      ),
      lines: [{ name: 'evidence', stretches }],
      limit,
    };
  };
  return [
    panel('worse', ({ worse }) => worse, limits.worse),
    panel('not worse', ({ notWorse }) => notWorse, limits.notWorse),
  ];
}

function total(traffic: readonly TrafficSpan[], side: 'baseline' | 'canary'): Tally {
  return traffic.reduce(
    (sum, span) => ({ requests: sum.requests + span[side].requests, bad: sum.bad + span[side].bad }),
    { requests: 0, bad: 0 },
  );
}

function totalInWords(who: string, { requests, bad }: Tally): string {
  return requests === 0
    ? `${who}: no requests while it was watched`
    : `${who}: ${bad} bad of ${requests} (${percent(bad / requests)})`;
}
