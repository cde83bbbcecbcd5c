import type { Problem } from '../../model/problem.ts';

/** One of our commits at or below the head of the branch. */
export interface OurCommit {
  readonly commit: string;
  readonly run: string;
  readonly node: string;
  readonly environment: string;
  readonly fence: number;
  /** `<service> <version>`. */
  readonly release: string;
  /** Empty in commits that were made before these trailers were written. */
  readonly actor: string;
  readonly verdict: string;
}

/** A file as a commit has it. */
export interface FileAtHead {
  readonly mode: string;
  readonly text: string;
}

/** A branch as it is now, as far as a commit needs it. */
export interface Head {
  /** Commit at the head; null when the repository has no branch yet. */
  readonly base: string | null;
  /** The files that were asked for; null when one does not exist. */
  readonly files: Readonly<Record<string, FileAtHead | null>>;
  /** Ours for the environment, newest first. */
  readonly ours: readonly OurCommit[];
}

/** A whole file as it shall be, with the values in it that change, for the message. */
export interface FileEdit extends FileAtHead {
  readonly file: string;
  readonly values: readonly { readonly path: string; readonly before: string; readonly after: string }[];
}

export type Derived =
  | { readonly kind: 'edit'; readonly edits: readonly FileEdit[] }
  /** The branch says so already. */
  | { readonly kind: 'nothing'; readonly why: string }
  | { readonly kind: 'refuse'; readonly problems: readonly Problem[] }
  /** Somebody else changed the very value meanwhile; who it was is added to the problem. */
  | { readonly kind: 'conflict'; readonly conflict: Conflict };

export interface Conflict {
  readonly file: string;
  readonly path: string;
  /** What the value was when we decided to change it. */
  readonly read: string;
  /** What it is now. */
  readonly theirs: string;
  /** What we want. */
  readonly ours: string;
}

/** Pure: what a commit changes on this head. Called anew on every head, until one push is taken. */
export type Derive = (head: Head) => Derived;
