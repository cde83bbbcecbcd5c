import type { Problem } from '../model/problem.ts';
import type { ScanWaiver } from './config.ts';
import { atLeast } from './severity.ts';
import type { ScanFinding, ScannerRun, Severity } from './types.ts';
import { applyWaivers, type WaivedFinding, type WaiverFault } from './waivers.ts';

/** What all that was found means for a release. */

export interface ScanPolicy {
  readonly failOn: Severity;
  readonly present: 'as-called' | 'warning';
  readonly waivers: readonly ScanWaiver[];
  /** Scanners that may fail to do their work. */
  readonly optional: readonly string[];
}

export interface JudgedFinding {
  readonly finding: ScanFinding;
  readonly level: 'error' | 'warning' | 'note';
  /** False: the base has it as well. Null: nothing was compared. */
  readonly isNew: boolean | null;
}

export interface ScanResult {
  /** `not-scanned` is worse than findings: nobody knows. */
  readonly verdict: 'clean' | 'findings' | 'not-scanned';
  readonly findings: readonly JudgedFinding[];
  readonly waived: readonly WaivedFinding[];
  readonly faults: readonly WaiverFault[];
  /** Of scanners that had to do their work and did not. */
  readonly notScanned: readonly Problem[];
  readonly runs: readonly ScannerRun[];
}

export interface JudgeOptions {
  /** YYYY-MM-DD, UTC. */
  readonly today: string;
  /** All scanners were asked. */
  readonly whole: boolean;
  /** Fingerprints of what the base has; null: there is no base. */
  readonly base: ReadonlySet<string> | null;
}

/**
 * A finding fails when it is at least as bad as `failOn`, new where there is a base, and not a package that is only present; a waiver that
 * is over or that nothing needs fails, and a scanner that could not do its work fails. Pure.
 */
export function judge(
  findings: readonly ScanFinding[],
  runs: readonly ScannerRun[],
  policy: ScanPolicy,
  { today, whole, base }: JudgeOptions,
): ScanResult {
  const notScanned = runs.flatMap(({ scanner, end }) =>
    end.kind === 'not-scanned' && !policy.optional.includes(scanner) ? [end.problem] : [],
  );
  // Who did not look may be who would have found what a waiver is for.
  const all = whole && runs.every(({ end }) => end.kind !== 'not-scanned');
  const { left, waived, faults } = applyWaivers(findings, policy.waivers, { today, whole: all });
  const judged = left.map((finding): JudgedFinding => {
    const isNew = base === null ? null : !base.has(finding.fingerprint);
    return { finding, isNew, level: levelOf(finding, isNew, policy) };
  });
  const fails = faults.length > 0 || judged.some(({ level }) => level === 'error');
  const verdict = notScanned.length > 0 ? 'not-scanned' : fails ? 'findings' : 'clean';
  return { verdict, findings: judged, waived, faults, notScanned, runs };
}

function levelOf(finding: ScanFinding, isNew: boolean | null, policy: ScanPolicy): JudgedFinding['level'] {
  if (!atLeast(finding.severity, policy.failOn)) return atLeast(finding.severity, 'medium') ? 'warning' : 'note';
  if (isNew === false) return 'warning';
  return finding.reach === 'present' && policy.present === 'warning' ? 'warning' : 'error';
}
