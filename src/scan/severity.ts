import { SEVERITIES, type Severity } from './types.ts';

/** Order of severities, and what the words and numbers of others mean in it. */

/** True when `one` is as bad as `other`, or worse. Pure. */
export function atLeast(one: Severity, other: Severity): boolean {
  return SEVERITIES.indexOf(one) <= SEVERITIES.indexOf(other);
}

/** The worse of two. Pure. */
export function worse(one: Severity, other: Severity): Severity {
  return atLeast(one, other) ? one : other;
}

/** Qualitative rating of a CVSS base score. Pure. Source: CVSS v3.1 specification, section 5. */
export function ofScore(score: number): Severity {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'info';
}
