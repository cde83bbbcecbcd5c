import type { ScanFinding } from '../types.ts';
import type { VexStatus, VexWord } from '../weights.ts';
import { namesPackage } from './purl.ts';

/** What VEX documents say, in whichever form they came, and which findings it is about. */

export interface VexStatement {
  /** All names that the document gives the vulnerability. */
  readonly names: readonly string[];
  /** Package URLs of what it is about. */
  readonly purls: readonly string[];
  readonly word: VexWord;
}

/** A document that does not say what it should. */
export class BadVex extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BadVex';
  }
}

/** Of two words of the same time the more careful counts. */
const CARE: readonly VexStatus[] = ['affected', 'under_investigation', 'fixed', 'not_affected'];

/** Is the finding a vulnerability of a package, one that VEX can speak of? Pure. */
export function isVulnerability(finding: ScanFinding): boolean {
  return finding.subject === 'dependencies' && finding.package !== undefined;
}

/**
 * The finding with the last word about it: of several statements about this vulnerability in this package the latest, at the same time
 * the most careful. Only exact names of the vulnerability and of the package count. Pure.
 */
export function withVex(finding: ScanFinding, statements: readonly VexStatement[]): ScanFinding {
  const pack = finding.package;
  if (pack === undefined || !isVulnerability(finding)) return finding;
  const own = new Set([finding.rule, ...finding.aliases]);
  const [last] = statements
    .filter(({ names, purls }) => names.some((name) => own.has(name)) && purls.some((purl) => namesPackage(purl, pack)))
    .map(({ word }) => word)
    .toSorted((one, other) => other.at - one.at || CARE.indexOf(one.status) - CARE.indexOf(other.status));
  return last === undefined ? finding : { ...finding, vex: last };
}

/** May a finding pass because of what is said about it? Pure. */
export function isSettled({ vex }: ScanFinding): boolean {
  return vex?.status === 'not_affected' || vex?.status === 'fixed';
}
