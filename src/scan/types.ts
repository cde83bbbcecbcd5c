import type { Problem } from '../model/problem.ts';
import type { Exploitability, VexWord } from './weights.ts';

/** What scanners look at and what they say: plain data. */

/** From worst to least. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const SUBJECTS = [
  'code',
  'dependencies',
  'licences',
  'secrets',
  'manifests',
  'workflows',
  'scripts',
  'containers',
] as const;
export type Subject = (typeof SUBJECTS)[number];

export interface PackageRef {
  /** As OSV names it: `Go`, `npm`. */
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string;
  /** First version without it; left out: none is known. */
  readonly fixed?: string;
}

/** One thing that one scanner says. */
export interface RawFinding {
  readonly scanner: string;
  readonly subject: Subject;
  /** The scanner's own name for it. */
  readonly rule: string;
  /** Other names of the same thing: CVE, GHSA. */
  readonly aliases?: readonly string[];
  /** Weakness by its number in CWE, `CWE-89`: lets two scanners mean the same. */
  readonly cwe?: readonly string[];
  readonly severity: Severity;
  readonly message: string;
  /** Below the directory that is scanned, with `/`. */
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  readonly column?: number;
  readonly remedy?: string;
  readonly documentation?: string;
  readonly package?: PackageRef;
  /** File that pins the package, below the directory that is scanned: lets two scanners mean the same one. Left out: `file`. */
  readonly manifest?: string;
  /** Of a vulnerable package: its vulnerable part is called, or it is only there. */
  readonly reach?: 'called' | 'present';
  /** Tells one secret from another (`secretMark`). Not for output. */
  readonly secret?: string;
  /** Commit that has it, where it was found in the history. */
  readonly commit?: string;
  /** What it says and of what, in words of ours that other scanners' findings have too (`root 2`): lets them mean the same. Not for output. */
  readonly same?: string;
  /** What its own scanner tells it by when lines move. Stands in for the text of the line; not for output. */
  readonly identity?: string;
  /** Its own scanner says that the base has it as well. */
  readonly known?: boolean;
}

/** The same thing, said by one or several scanners. */
export interface ScanFinding
  extends Omit<RawFinding, 'scanner' | 'aliases' | 'cwe' | 'secret' | 'same' | 'identity' | 'manifest'> {
  /** Sorted. */
  readonly scanners: readonly string[];
  readonly aliases: readonly string[];
  readonly cwe: readonly string[];
  /** Stays the same when lines move (`fingerprint.ts`). */
  readonly fingerprint: string;
  readonly exploitability?: Exploitability;
  readonly vex?: VexWord;
}

/** How a scanner's work ended. Only `scanned` says anything about the service. */
export type ScanEnd =
  | { readonly kind: 'scanned'; readonly findings: readonly RawFinding[]; readonly version: string }
  /** There is nothing in the tree that it looks at. */
  | { readonly kind: 'nothing-there' }
  /** The configuration leaves it out. */
  | { readonly kind: 'off' }
  /** It is not known whether anything is wrong. */
  | { readonly kind: 'not-scanned'; readonly problem: Problem };

export interface ScannerRun {
  readonly scanner: string;
  readonly subject: Subject;
  readonly end: ScanEnd;
  /** Milliseconds. */
  readonly took: number;
}

/** Files that are scanned. */
export interface Tree {
  /** Where they lie, absolute. */
  readonly root: string;
  /** Paths below the root, with `/`, sorted. */
  readonly files: readonly string[];
  /** Beginning of a file, at most 64 KiB; undefined: it cannot be read. */
  head(file: string): string | undefined;
  /** All of a file; undefined: it cannot be read. */
  text(file: string): string | undefined;
}

/** An image in the form that scanners read. */
export interface ImageArchive {
  /** Image as the configuration names it, with its platform where there are several. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}
