import type { Problem } from '../../model/problem.ts';
import type { MigrationHeader, Waiver } from '../files/header.ts';
import type { Dialect, Parsed, Span, Statement } from '../sql/tree.ts';
import type { LintLevel } from './levels.ts';
import type { Schema } from './schema.ts';
import type { Server } from './server.ts';

/** What lint reads, how a rule is written, and what it says: plain data. */

export type Level = Exclude<LintLevel, 'off'>;

export interface ReadStatement {
  readonly sql: string;
  /** Where it begins in the file, UTF-16 units. */
  readonly offset: number;
  /** 1-based. */
  readonly line: number;
  readonly parsed: Parsed;
}

/** A migration as lint sees it: read, split and parsed. */
export interface LintFile {
  /** As messages name it. */
  readonly name: string;
  /** From `NNNN_…`; null for another name. */
  readonly number: number | null;
  readonly text: string;
  readonly header: MigrationHeader;
  /** What could not be split, or is wrong in its header. */
  readonly problems: readonly Problem[];
  readonly statements: readonly ReadStatement[];
  /** Statements of its down file; null: there is none. */
  readonly down: readonly ReadStatement[] | null;
  /** False: it only tells what is there before the others. */
  readonly judged: boolean;
}

/** What somebody who has asked the target knows. Lint works without. */
export interface LintFacts {
  /** Bytes of each table, data and indexes, by its name. */
  readonly bytes: ReadonlyMap<string, number>;
}

/** Replaces `sql.slice(from, to)`. */
export interface Edit extends Span {
  readonly text: string;
}

/** What a rule found in a statement. */
export interface Found {
  /** Place in the statement, UTF-16 units from its beginning. */
  readonly at: number;
  /** 0-based; for rules of whole files. Left out: the statement that was looked at. */
  readonly statement?: number;
  /** One line, without the full stop. */
  readonly message: string;
  /** Where it is not the rule's own. */
  readonly level?: Level;
  /** Edits of the statement that lead to the same schema. */
  readonly fix?: readonly Edit[];
}

/** One statement, with all that was before it. */
export interface Subject {
  readonly statement: Statement;
  readonly sql: string;
  readonly file: LintFile;
  readonly before: Schema;
  readonly after: Schema;
  readonly server: Server;
  readonly facts: LintFacts;
  /** The files are the whole history: a table that none of them makes does not exist. */
  readonly complete: boolean;
}

/** One file, with a subject for each statement that the grammar could read. */
export interface FileSubject {
  readonly file: LintFile;
  readonly subjects: readonly (Subject & { readonly number: number })[];
  readonly server: Server;
  /** Files before it, judged or not. */
  readonly earlier: readonly LintFile[];
}

/** Files of one example: header lines and SQL. `before` was applied earlier. */
export interface Example {
  readonly bad: string;
  readonly good: string;
  readonly before?: string;
  /** Left out: both. */
  readonly dialect?: Dialect;
  readonly version?: string;
  /** Other rules that the bad one raises as well. */
  readonly also?: readonly string[];
  /** Rules that the good one still raises, as a note. */
  readonly notes?: readonly string[];
  readonly bytes?: Readonly<Record<string, number>>;
  /** A down file beside the bad and the good one. */
  readonly down?: { readonly bad: string; readonly good: string };
}

export interface Rule {
  readonly id: string;
  readonly level: LintLevel;
  /** What raises it. */
  readonly title: string;
  /** Why it matters, one line. */
  readonly why: string;
  /** What to do instead. */
  readonly safe: string;
  /** `server`: the form alone is judged here; `migrate plan` asks the server, which has the last word. */
  readonly decides: 'text' | 'server';
  /** What `--fix` does. */
  readonly fix?: string;
  /** Empty only where nothing can be seen in a text. */
  readonly examples: readonly Example[];
  readonly references: readonly string[];
  readonly look?: (subject: Subject) => readonly Found[];
  readonly lookFile?: (subject: FileSubject) => readonly Found[];
}

/** One result, at its place. */
export interface LintFinding {
  readonly rule: string;
  readonly level: Level;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** 1-based; null where it is about the file. */
  readonly statement: number | null;
  readonly message: string;
  readonly why: string;
  readonly safe: string;
  /** What `--fix` does, in offsets of the file; null: a person has to. */
  readonly fix: readonly Edit[] | null;
}

/** A finding that a waiver lets pass. */
export interface Waived {
  readonly finding: LintFinding;
  readonly waiver: Waiver;
}

export interface LintResult {
  readonly findings: readonly LintFinding[];
  readonly waived: readonly Waived[];
  /** Judged. */
  readonly files: number;
  readonly statements: number;
}
