import { createHash } from 'node:crypto';
import type { RawFinding } from './types.ts';

/** Names of findings that outlive edits elsewhere in the file. */

const LENGTH = 24;
/** Of a secret's mark: few enough that a list of likely passwords keeps thousands of candidates, enough that another secret in the same file is seen as another. */
const SECRET_DIGITS = 3;

/**
 * What one finding is called for good. A vulnerability is named by itself and its package, a secret by its place and its mark, anything else
 * by its rule, its file and the text of its line, without the line's number: lines move. `nth` counts those that would be the same.
 * Pure.
 */
export function fingerprintOf(finding: RawFinding, lineText: string | undefined, nth: number): string {
  const { subject, rule, file = '', package: vulnerable, secret, commit, identity, manifest = file } = finding;
  const own = secret?.slice(0, SECRET_DIGITS) ?? identity ?? squeezed(lineText ?? '');
  const parts =
    vulnerable === undefined
      ? [subject, rule, file, own, commit ?? '', String(nth)]
      : [subject, canonicalId(finding), vulnerable.ecosystem, vulnerable.name, manifest];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, LENGTH);
}

/**
 * The name of a vulnerability that databases share most: its CVE, else its GHSA, else the scanner's own. Pure.
 */
export function canonicalId({ rule, aliases = [] }: Pick<RawFinding, 'rule' | 'aliases'>): string {
  const names = [rule, ...aliases].toSorted();
  return names.find((name) => /^CVE-/i.test(name)) ?? names.find((name) => /^GHSA-/i.test(name)) ?? rule;
}

/** Tells one secret from another. Stays in memory: who has it could try guesses. Pure. */
export function secretMark(secret: string): string {
  return createHash('sha256').update(`shiplock secret\0${secret}`).digest('hex');
}

/** Without what only formats. */
function squeezed(line: string): string {
  return line.trim().replaceAll(/\s+/g, ' ');
}
