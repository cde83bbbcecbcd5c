import { z } from 'zod';
import type { ScanResult } from '../judge.ts';
import { SEVERITIES, type Severity } from '../types.ts';

/** What is kept of a scan so that one can see where things go: which findings were open, by their fingerprints. */

const COUNTED = ['critical', 'high', 'medium', 'low'] as const satisfies readonly Severity[];
export type CountedSeverity = (typeof COUNTED)[number];

const list = z.array(z.string());
/** One line of the file. docs/formats/scan-trend.schema.json. */
export const trendEntrySchema = z.strictObject({
  v: z.literal(1),
  /** When the scan was over, RFC 3339 in UTC. */
  time: z.iso.datetime(),
  /** Null: not in a repository. */
  commit: z.string().nullable(),
  verdict: z.enum(['clean', 'findings', 'not-scanned']),
  /** All scanners have looked that the configuration wants: only then a finding that is gone is one that is mended. */
  complete: z.boolean(),
  waived: z.number().int().nonnegative(),
  /** Beginnings of the fingerprints of open findings. Notes are not counted: they are style. */
  open: z.strictObject({ critical: list, high: list, medium: list, low: list }),
});
export type TrendEntry = Readonly<z.infer<typeof trendEntrySchema>>;

/** Enough of a fingerprint to tell thousands of findings apart. */
const DIGITS = 12;

/** What is kept of a scan. `now` in milliseconds since 1970; `whole`: all scanners were asked. Pure. */
export function trendEntry(
  { verdict, findings, waived, runs }: ScanResult,
  { now, commit, whole }: { readonly now: number; readonly commit: string | null; readonly whole: boolean },
): TrendEntry {
  const of = (severity: Severity): string[] =>
    findings
      .filter(({ finding }) => finding.severity === severity)
      .map(({ finding }) => finding.fingerprint.slice(0, DIGITS))
      .toSorted();
  return {
    v: 1,
    time: new Date(now).toISOString(),
    commit,
    verdict,
    complete: whole && runs.every(({ end }) => end.kind !== 'not-scanned'),
    waived: waived.length,
    open: { critical: of('critical'), high: of('high'), medium: of('medium'), low: of('low') },
  };
}

export interface TrendDay {
  /** YYYY-MM-DD, UTC. */
  readonly day: string;
  readonly open: Readonly<Record<CountedSeverity, number>>;
  readonly waived: number;
  /** Findings that the day before had not, by severity; null: there is no day to compare with. */
  readonly appeared: Readonly<Record<CountedSeverity, number>> | null;
  readonly gone: Readonly<Record<CountedSeverity, number>> | null;
  /** Scans of that day that are no whole look; they count for nothing. */
  readonly incomplete: number;
}

/** The last whole scan of each day beside the one of the day before it that has one, oldest first. Pure. */
export function trendDays(entries: readonly TrendEntry[]): readonly TrendDay[] {
  const days = new Map<string, TrendEntry[]>();
  for (const entry of entries.toSorted((one, other) => one.time.localeCompare(other.time, 'en'))) {
    const day = entry.time.slice(0, 10);
    days.set(day, [...(days.get(day) ?? []), entry]);
  }
  const out: TrendDay[] = [];
  let before: TrendEntry | undefined;
  for (const [day, all] of days) {
    const last = all.findLast(({ complete }) => complete);
    if (last === undefined) continue;
    out.push({
      day,
      open: bySeverity((severity) => last.open[severity].length),
      waived: last.waived,
      appeared: before === undefined ? null : difference(last, before),
      gone: before === undefined ? null : difference(before, last),
      incomplete: all.filter(({ complete }) => !complete).length,
    });
    before = last;
  }
  return out;
}

/** How many of `one` are not open in `other` under any severity: a finding that is rated anew is no new one. */
function difference(one: TrendEntry, other: TrendEntry): Readonly<Record<CountedSeverity, number>> {
  const there = new Set(COUNTED.flatMap((severity) => other.open[severity]));
  return bySeverity((severity) => one.open[severity].filter((print) => !there.has(print)).length);
}

function bySeverity(count: (severity: CountedSeverity) => number): Readonly<Record<CountedSeverity, number>> {
  return { critical: count('critical'), high: count('high'), medium: count('medium'), low: count('low') };
}

/** From worst to least, without notes. */
export const COUNTED_SEVERITIES: readonly CountedSeverity[] = SEVERITIES.filter((one) => one !== 'info');
