/** What can be asked when something is wrong, as data: a plan prints it, and a run asks the same. Nothing of it changes anything. */

/** Where a fact is asked for: this machine, a host over ssh, the database. Places are asked side by side, each by a few at a time. */
export interface Place {
  /** As the files of the bundle are sorted: `hosts/web1`, `database`. */
  readonly name: string;
  /** The command line that runs a command there, and ends it there when its time is over; absent where none is run. */
  readonly reach?: (argv: readonly string[], timeoutMs: number) => readonly string[];
  /** Reached over ssh: it may be gone. */
  readonly remote?: boolean;
}

export interface Collector {
  /** Path of its file in the bundle: `hosts/web1/memory.txt`. */
  readonly file: string;
  /** The question that it answers, for whoever reads the bundle. */
  readonly answers: string;
  readonly place: Place;
  readonly work: Work;
  readonly timeoutMs: number;
  /** Most bytes of its file; less when the bundle gets full. */
  readonly maxBytes: number;
}

/** Which end stays of an answer that is too long: of a log the newest lines, of a list the first ones. */
export type Keep = 'beginning' | 'end';

export type Work =
  | {
      readonly kind: 'command';
      readonly argv: readonly string[];
      readonly keep: Keep;
      /** `profile`: a gzipped profile of Go. Nothing in it can be masked, so it is left out when it holds a secret. */
      readonly content?: 'profile';
    }
  | {
      readonly kind: 'query';
      readonly sql: string;
      /** Columns with statements, of which the values are left out; `*`: every text. */
      readonly statements?: readonly string[];
    }
  /** A command at a Unix socket that answers until it closes, as HAProxy's does. */
  | { readonly kind: 'socket'; readonly path: string; readonly command: string }
  /** Something that this program knows itself. */
  | { readonly kind: 'look'; readonly what: string; readonly keep: Keep; look(signal: AbortSignal): Promise<string> };

/** How an answer ended. */
export type Ended =
  | 'itself'
  /** It wrote more than its limit. */
  | 'limit'
  /** Its time was over. */
  | 'time'
  /** Nothing of it was asked: its place does not answer, or the bundle was full. */
  | 'not-asked';

/** What came of one collector. Everything in it is masked. */
export interface Collected {
  readonly file: string;
  readonly place: string;
  readonly answers: string;
  /** The command, the statement, or what was looked at. */
  readonly asked: string;
  readonly startedAt: string;
  readonly ms: number;
  /** Exit code of a command; null where there is none. */
  readonly exit: number | null;
  readonly ended: Ended;
  /** Something is missing, because of a limit of bytes or of time. */
  readonly truncated: boolean;
  /** What went wrong, in a line; null: nothing. */
  readonly problem: string | null;
  readonly content: Buffer;
}

/**
 * The end of a file that may be of any size: a gigabyte without a line break is not sent over the network. One byte more than is kept, so that it shows when
 * the first line was torn. Pure.
 */
export function endOf(path: string, maxBytes: number): readonly string[] {
  return ['tail', '-c', String(maxBytes + 1), '--', path];
}

/** One line that says what a collector does. Pure. */
export function askedText(work: Work): string {
  switch (work.kind) {
    case 'command':
      return work.argv.map(word).join(' ');
    case 'query':
      return work.sql;
    case 'socket':
      return `${work.command} → ${work.path}`;
    case 'look':
      return work.what;
  }
}

function word(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
