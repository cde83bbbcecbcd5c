import type { Problem } from '../../model/problem.ts';

/** How one statement of a migration will be run: decided by the plan, done by apply, printed for the reviewer. Plain data. */

/** From the least disruptive to the most; NOCOPY is MariaDB's alone. Null: the statement knows no such clause. */
export type Algorithm = 'INSTANT' | 'NOCOPY' | 'INPLACE' | 'COPY';

/** What others may do meanwhile. DEFAULT: the server takes the least that it needs (all that INSTANT takes). */
export type Lock = 'DEFAULT' | 'NONE' | 'SHARED' | 'EXCLUSIVE';

/** Who said so: the throw-away server, the target itself when it was tried there, or only the grammar (then nothing is promised). */
export type Source = 'shadow' | 'target' | 'grammar';

export type Manner =
  | {
      readonly kind: 'direct';
      /** The statement with its assertions: what is sent to the server, so that a mismatch refuses. */
      readonly sql: string;
      readonly algorithm: Algorithm | null;
      readonly lock: Lock | null;
      /** The table is written anew. */
      readonly rebuilds: boolean;
      readonly source: Source;
      /** Estimated run time, milliseconds; null where nothing is known. */
      readonly estimateMs: number | null;
      /** For the reviewer, one line. */
      readonly why: string;
    }
  | {
      readonly kind: 'tool';
      readonly tool: 'gh-ost' | 'pt-online-schema-change';
      /** The part after ALTER TABLE t. */
      readonly alter: string;
      readonly table: string;
      readonly estimateMs: number | null;
      readonly why: string;
    }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };
