import { formatSize } from '../../../model/size.ts';
import type { Violation, Visit } from './visit.ts';
import { median } from './vitals.ts';
import type { TroubleKind } from './watch.ts';

/** What several visits of a page mean beside what was promised. Pure. */

export interface AuditLimits {
  /** Milliseconds. */
  readonly lcp: number;
  readonly cls: number;
  /** Milliseconds. */
  readonly tbt: number;
  /** Bytes; null: any. */
  readonly transfer: number | null;
}

/** "Good" as web.dev/articles/vitals has it for 75 % of visits, and as Lighthouse has it for the blocking time of telephones. */
export const GOOD: AuditLimits = { lcp: 2500, cls: 0.1, tbt: 200, transfer: null };

export type AuditRule = TroubleKind | 'accessibility' | keyof AuditLimits;

export interface AuditFinding {
  readonly rule: AuditRule;
  readonly level: 'error' | 'warning';
  readonly message: string;
}

export interface PageAudit {
  readonly url: string;
  readonly visits: number;
  /** The middle one of all visits; times in milliseconds, transfer in bytes. Null: nothing was painted. */
  readonly figures: {
    readonly fcp: number | null;
    readonly lcp: number | null;
    readonly cls: number;
    readonly tbt: number;
    readonly transfer: number;
    readonly requests: number;
  };
  /** False: it was not looked at. */
  readonly accessibility: boolean;
  readonly findings: readonly AuditFinding[];
}

export function judgeVisits(url: string, visits: readonly Visit[], limits: AuditLimits): PageAudit {
  const middle = (pick: (visit: Visit) => number | null): number | null =>
    median(visits.map(pick).filter((value) => value !== null)) ?? null;
  const figures = {
    fcp: middle(({ vitals }) => vitals.fcp),
    lcp: middle(({ vitals }) => vitals.lcp),
    cls: middle(({ vitals }) => vitals.cls) ?? 0,
    tbt: middle(({ vitals }) => vitals.tbt) ?? 0,
    transfer: middle(({ transferred }) => transferred) ?? 0,
    requests: middle(({ requests }) => requests) ?? 0,
  };
  const looked = visits.flatMap(({ violations }) => (violations === null ? [] : [violations]));
  return {
    ...{ url, visits: visits.length, figures, accessibility: looked.length > 0 },
    findings: [...exceeded(figures, limits), ...troubles(visits), ...unique(looked.flat()).map(accessibilityFinding)],
  };
}

/** Does it pass: nothing of level error? */
export function passes({ findings }: Pick<PageAudit, 'findings'>): boolean {
  return findings.every(({ level }) => level !== 'error');
}

function exceeded(figures: PageAudit['figures'], limits: AuditLimits): readonly AuditFinding[] {
  const { lcp, cls, tbt, transfer } = figures;
  const over = (rule: keyof AuditLimits, message: string): AuditFinding => ({ rule, level: 'error', message });
  return [
    ...(lcp === null ? [over('lcp', 'nothing was painted')] : []),
    ...(lcp !== null && lcp > limits.lcp
      ? [over('lcp', `the largest element was painted after ${Math.round(lcp)} ms, expected at most ${limits.lcp} ms`)]
      : []),
    ...(cls > limits.cls ? [over('cls', `the layout moved by ${cls.toFixed(3)}, expected at most ${limits.cls}`)] : []),
    ...(tbt > limits.tbt
      ? [over('tbt', `the page was blocked for ${Math.round(tbt)} ms, expected at most ${limits.tbt} ms`)]
      : []),
    ...(limits.transfer !== null && transfer > limits.transfer
      ? [over('transfer', `${formatSize(transfer)} were loaded, expected at most ${formatSize(limits.transfer)}`)]
      : []),
  ];
}

/** What happened in one visit only happened all the same. */
function troubles(visits: readonly Visit[]): readonly AuditFinding[] {
  const counted = new Map<string, { readonly finding: AuditFinding; count: number }>();
  for (const { kind, what } of visits.flatMap((visit) => visit.troubles)) {
    const known = counted.get(`${kind} ${what}`);
    if (known !== undefined) known.count += 1;
    else counted.set(`${kind} ${what}`, { finding: { rule: kind, level: 'error', message: what }, count: 1 });
  }
  return [...counted.values()].map(({ finding, count }) =>
    count === visits.length
      ? finding
      : { ...finding, message: `${finding.message} (in ${count} of ${visits.length} visits)` },
  );
}

function unique(violations: readonly Violation[]): readonly Violation[] {
  return [...new Map(violations.map((one) => [one.id, one])).values()];
}

function accessibilityFinding({ id, impact, help, places }: Violation): AuditFinding {
  const more = places.length > 3 ? ` and ${places.length - 3} more` : '';
  return {
    rule: 'accessibility',
    level: impact === 'serious' || impact === 'critical' ? 'error' : 'warning',
    message: `${help} (${id}, ${impact ?? 'unknown'}): ${places.slice(0, 3).join(', ')}${more}`,
  };
}
