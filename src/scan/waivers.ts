import { PASSING } from './builtin/ids.ts';
import type { ScanWaiver } from './config.ts';
import { isBelow } from './paths.ts';
import type { ScanFinding } from './types.ts';

/** What is known and may pass for a time. */

export interface WaivedFinding {
  readonly finding: ScanFinding;
  readonly waiver: ScanWaiver;
}

export interface WaiverFault {
  readonly waiver: ScanWaiver;
  readonly why: 'over' | 'unused';
}

/**
 * Findings without those that a waiver lets pass on `today` (YYYY-MM-DD, UTC), and waivers that are over or that nothing needs. `whole` is
 * false when only a part of the scanners has looked: then nobody knows whether a waiver is of use. What passes by itself needs no waiver any
 * more where nothing is compared, and its waiver ends by its day alone. Pure.
 */
export function applyWaivers(
  findings: readonly ScanFinding[],
  waivers: readonly ScanWaiver[],
  { today, whole }: { readonly today: string; readonly whole: boolean },
): {
  readonly left: readonly ScanFinding[];
  readonly waived: readonly WaivedFinding[];
  readonly faults: readonly WaiverFault[];
} {
  const left: ScanFinding[] = [];
  const waived: WaivedFinding[] = [];
  for (const finding of findings) {
    const waiver = waivers.find((one) => one.until >= today && matches(one, finding));
    if (waiver === undefined) left.push(finding);
    else waived.push({ finding, waiver });
  }
  const faults = waivers.flatMap((waiver): readonly WaiverFault[] => {
    if (waiver.until < today) return [{ waiver, why: 'over' }];
    if (PASSING.some((rule) => rule === waiver.id)) return [];
    const used = findings.some((finding) => matches(waiver, finding));
    return used || !whole ? [] : [{ waiver, why: 'unused' }];
  });
  return { left, waived, faults };
}

/** By any name that the finding has; a file also stands for a directory. Pure. */
export function matches(waiver: ScanWaiver, finding: ScanFinding): boolean {
  const names = [finding.rule, ...finding.aliases, finding.fingerprint];
  if (!names.includes(waiver.id)) return false;
  if (waiver.package !== undefined && finding.package?.name !== waiver.package) return false;
  return waiver.file === undefined || (finding.file !== undefined && isBelow(finding.file, waiver.file));
}
