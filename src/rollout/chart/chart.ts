import { clean } from '../../model/text.ts';
import type { AnalysisReport, Extent, MetricReport, Policy, Trace, TraceBucket } from '../analysis/index.ts';
import { evidenceScale, percent, plain, rateScale, type Scale, type Tick } from './scale.ts';

/** What `analyse --explain` draws, as plain data: terminal.ts and svg.ts only lay it out. Pure. */

/** A stretch of a line. Between `until` and the next stretch nothing was read. */
export interface Stretch extends Extent {
  readonly from: number;
  readonly until: number;
  /** Requests behind a rate: what it counts when several stretches fall on one column. 1 for evidence. */
  readonly weight: number;
}

export interface Line {
  readonly name: 'baseline' | 'canary' | 'evidence';
  readonly stretches: readonly Stretch[];
}

export interface Panel {
  /** `rates` and `load` compare versions; `share` and `evidence` are one line each. */
  readonly kind: 'rates' | 'load' | 'share' | 'evidence';
  readonly title: string;
  readonly scale: Scale;
  readonly lines: readonly Line[];
  /** Where evidence decides; null for all else. */
  readonly limit: number | null;
}

export function comparesVersions({ kind }: Panel): boolean {
  return kind === 'rates' || kind === 'load';
}

/** When it was decided. */
export interface Mark {
  readonly t: number;
  readonly verdict: 'worse' | 'not-worse';
  readonly label: string;
}

export interface Chart {
  readonly title: string;
  /** First and last t, seconds. */
  readonly from: number;
  readonly to: number;
  /** What stands at the time axis; default: round numbers. */
  readonly times?: readonly Tick[];
  readonly panels: readonly Panel[];
  readonly mark: Mark | null;
  /** The answer in a sentence: why, or what is missing. */
  readonly reason: string;
  /** What a picture cannot say, a sentence per metric: the counts and the dispersion. */
  readonly words: readonly string[];
}

/**
 * @param trace taken while the report was made
 * @param policy the same as the report's
 */
export function chartOf(report: AnalysisReport, trace: Trace, policy: Policy): Chart {
  const buckets = trace.buckets;
  const leading = trace.leading ?? '';
  const name = shown(leading);
  const from = buckets[0]?.from ?? 0;
  const several = report.metrics.length > 1;
  return {
    title: report.verdict === 'undecided' ? 'undecided' : `${report.verdict} at t=${plain(report.at ?? 0)}`,
    from,
    to: buckets.at(-1)?.to ?? from,
    panels: [
      ratesPanel(name, buckets, leading),
      evidencePanel(
        `evidence for worse${several ? ', all metrics together' : ''}`,
        buckets,
        ({ evidence }) => evidence,
        policy.alpha,
      ),
      evidencePanel(
        `evidence for not worse${several ? ', of the metric that shows it least' : ''}`,
        buckets,
        ({ evidenceNotWorse }) => evidenceNotWorse,
        policy.beta,
      ),
    ],
    mark:
      report.verdict === 'undecided' || report.at === null
        ? null
        : { t: report.at, verdict: report.verdict, label: `${report.verdict} at t=${plain(report.at)}` },
    reason: shortened(report.reason, LONGEST_REASON),
    words: [
      ...report.metrics.slice(0, MOST_WORDS).map(metricInWords),
      ...(report.metrics.length > MOST_WORDS ? [`and ${report.metrics.length - MOST_WORDS} more metrics`] : []),
    ],
  };
}

function ratesPanel(name: string, buckets: readonly TraceBucket[], metric: string): Panel {
  const lines = (['baseline', 'canary'] as const).map((side): Line => {
    const stretches = stretchesOf(buckets, (bucket) => {
      const counts = bucket.metrics.find((one) => one.metric === metric)?.[side];
      if (counts === undefined || counts.requests === 0) return null;
      const rate = counts.bad / counts.requests;
      return { least: rate, greatest: rate, last: rate, weight: counts.requests };
    });
    return { name: side, stretches };
  });
  const scale = rateScale(lines.flatMap((line) => line.stretches.map((one) => one.last)));
  const how = scale.kind === 'log' ? ', log scale' : '';
  return { kind: 'rates', title: `bad rate of ${name}${how}`, scale, lines, limit: null };
}

function evidencePanel(
  what: string,
  buckets: readonly TraceBucket[],
  pick: (bucket: TraceBucket) => Extent,
  error: number,
): Panel {
  const limit = -Math.log10(error);
  const stretches = stretchesOf(buckets, (bucket) => ({ ...pick(bucket), weight: 1 }));
  const scale = evidenceScale(
    stretches.flatMap(({ least, greatest }) => [least, greatest]),
    limit,
  );
  const now = stretches.at(-1)?.last ?? 0;
  return {
    kind: 'evidence',
    title: `${what}, log10: ${now.toFixed(1)} at the end, limit ${limit.toFixed(1)}`,
    scale,
    lines: [{ name: 'evidence', stretches }],
    limit,
  };
}

type Value = Extent & { readonly weight: number };

/** Stretches that reach to the next one, except over a gap: much more than the usual distance, and wide enough to be seen. */
function stretchesOf(
  buckets: readonly TraceBucket[],
  value: (bucket: TraceBucket) => Value | null,
): readonly Stretch[] {
  const span = (buckets.at(-1)?.to ?? 0) - (buckets[0]?.from ?? 0);
  const reach = Math.max(2.5 * usualDistance(buckets), span / 100);
  return buckets.flatMap((bucket, index) => {
    const found = value(bucket);
    if (found === null) return [];
    const next = buckets[index + 1]?.from;
    const until = next !== undefined && next - bucket.to <= reach ? next : bucket.to;
    const { least, greatest, last, weight } = found;
    return [{ from: bucket.from, until, least, greatest, last, weight }];
  });
}

/** Median time from one interval to the next; that within a bucket is its average. */
function usualDistance(buckets: readonly TraceBucket[]): number {
  const distances = buckets.flatMap((bucket, index) => {
    const next = buckets[index + 1];
    return next === undefined ? [] : [(next.from - bucket.from) / bucket.intervals];
  });
  return distances.toSorted((a, b) => a - b)[Math.floor(distances.length / 2)] ?? 0;
}

function metricInWords(metric: MetricReport): string {
  const { baseline, canary, dispersion } = metric;
  const counted = (side: { readonly requests: number; readonly bad: number }): string =>
    side.requests === 0 ? 'no requests' : `${side.bad} bad of ${side.requests} (${percent(side.bad / side.requests)})`;
  const rounded = plain(Number(dispersion.toPrecision(3)));
  const clumps =
    rounded === '1'
      ? 'dispersion 1: each bad event counts in full'
      : `dispersion ${rounded}: each bad event counts as 1/${rounded}`;
  return `${shown(metric.metric)}: canary ${counted(canary)}, baseline ${counted(baseline)}; ${clumps}`;
}

/** Names and numbers of metrics come from outside: what is drawn of them is bounded. */
const LONGEST_NAME = 40;
const LONGEST_REASON = 1_000;
const MOST_WORDS = 12;

function shown(name: string): string {
  return shortened(name, LONGEST_NAME);
}

/** Cut between characters, so that none is halved. */
function shortened(text: string, longest: number): string {
  const letters = [...clean(text.slice(0, 2 * longest))];
  return letters.length <= longest ? letters.join('') : `${letters.slice(0, longest - 3).join('')}...`;
}

export { clean };
