import type { Problem } from '../model/problem.ts';
import type { ScanWaiver } from './config.ts';
import { atLeast } from './severity.ts';
import type { ScanFinding, ScannerRun, Severity } from './types.ts';
import { isSettled } from './vex/statements.ts';
import { applyWaivers, type WaivedFinding, type WaiverFault } from './waivers.ts';

/** What all that was found means for a release. */

export interface ScanPolicy {
  readonly failOn: Severity;
  readonly present: 'as-called' | 'warning';
  readonly waivers: readonly ScanWaiver[];
  /** Scanners that may fail to do their work. */
  readonly optional: readonly string[];
  /** Probability of EPSS from which a vulnerability fails whatever its severity is; null: no such limit. */
  readonly failFrom: number | null;
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
  /** What is to be known and does not fail, such as figures that are old. */
  readonly warnings: readonly Problem[];
}

export interface JudgeOptions {
  /** YYYY-MM-DD, UTC. */
  readonly today: string;
  /** All scanners were asked. */
  readonly whole: boolean;
  /** Fingerprints of what the base has; null: there is no base. */
  readonly base: ReadonlySet<string> | null;
  readonly warnings?: readonly Problem[];
}

/**
 * A finding fails when it is at least as bad as `failOn`, or is known to be exploited; when it is new where there is a base; when it is not
 * a package that is only present, and nobody who is believed says that it does not matter here. A waiver that is over or that nothing
 * needs fails, and a scanner that could not do its work fails. Pure.
 */
export function judge(
  findings: readonly ScanFinding[],
  runs: readonly ScannerRun[],
  policy: ScanPolicy,
  { today, whole, base, warnings = [] }: JudgeOptions,
): ScanResult {
  const notScanned = runs.flatMap(({ scanner, end }) =>
    end.kind === 'not-scanned' && !policy.optional.includes(scanner) ? [end.problem] : [],
  );
  // Who did not look may be who would have found what a waiver is for.
  const all = whole && runs.every(({ end }) => end.kind !== 'not-scanned');
  const { left, waived, faults } = applyWaivers(findings, policy.waivers, { today, whole: all });
  const judged = left.map((finding): JudgedFinding => {
    const isNew = base === null ? null : !(base.has(finding.fingerprint) || finding.known === true);
    return { finding, isNew, level: levelOf(finding, isNew, policy) };
  });
  const fails = faults.length > 0 || judged.some(({ level }) => level === 'error');
  const verdict = notScanned.length > 0 ? 'not-scanned' : fails ? 'findings' : 'clean';
  return { verdict, findings: judged, waived, faults, notScanned, runs, warnings };
}

function levelOf(finding: ScanFinding, isNew: boolean | null, policy: ScanPolicy): JudgedFinding['level'] {
  if (isSettled(finding)) return 'note';
  if (!atLeast(finding.severity, policy.failOn) && !isExploited(finding, policy))
    return atLeast(finding.severity, 'medium') ? 'warning' : 'note';
  if (isNew === false) return 'warning';
  return finding.reach === 'present' && policy.present === 'warning' ? 'warning' : 'error';
}

/** It is in the catalogue of what has been exploited, or as likely to be as the policy allows. */
function isExploited({ exploitability }: ScanFinding, { failFrom }: ScanPolicy): boolean {
  if (exploitability?.kev !== undefined) return true;
  return failFrom !== null && (exploitability?.epss ?? 0) >= failFrom;
}
