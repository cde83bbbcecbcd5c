/** What SQL text is made of: the smallest pieces that a splitter must tell apart. Reads each character once, by its code. */

/** How the server was told to read quotes; the default is what both families start with. */
export interface Quoting {
  /** `"` quotes names, not strings (sql_mode ANSI_QUOTES). */
  readonly ansiQuotes?: boolean;
  /** A backslash in a string is itself (sql_mode NO_BACKSLASH_ESCAPES). */
  readonly noBackslashEscapes?: boolean;
}

export type PieceKind =
  | 'blank'
  | 'comment'
  /** A comment whose text some servers run: its end is found by reading it as SQL. */
  | 'conditional'
  | 'string'
  | 'quoted'
  | 'word'
  | 'symbol'
  /** A backslash outside of strings, with the letter behind it. */
  | 'command';

export type Piece =
  | { readonly kind: PieceKind; readonly end: number }
  /** It begins here and does not end in this text. */
  | { readonly kind: 'open'; readonly end: number; readonly what: 'string' | 'quoted name' | 'comment' };

const TAB = 9;
const LINE_FEED = 10;
const SPACE = 32;
const DOUBLE = 34;
const HASH = 35;
const SINGLE = 39;
const STAR = 42;
const MINUS = 45;
const SLASH = 47;
const BACKSLASH = 92;
const BACKTICK = 96;

/** White space as the servers know it. Blanks of Unicode are letters of a name to them. */
function isBlank(code: number): boolean {
  return code === SPACE || (code >= TAB && code <= 13);
}

/** Letters, digits, `_`, `$`, `@`, and everything beyond ASCII. */
function isWord(code: number): boolean {
  if (code >= 128) return true;
  if (code >= 97) return code <= 122;
  if (code >= 64) return code <= 90 || code === 95;
  return (code >= 48 && code <= 57) || code === 36;
}

function runEnd(text: string, from: number, belongs: (code: number) => boolean): number {
  let end = from;
  while (end < text.length && belongs(text.charCodeAt(end))) end += 1;
  return end;
}

/** End of a quoted text that begins at `from`; undefined when it never ends. A doubled quote stands for itself. */
function quotedEnd(text: string, from: number, escapes: boolean): number | undefined {
  const quote = text.charCodeAt(from);
  for (let at = from + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH && escapes) at += 1;
    else if (code === quote) {
      if (text.charCodeAt(at + 1) !== quote) return at + 1;
      at += 1;
    }
  }
  return undefined;
}

/** Does `/*!`, or MariaDB's own `/*M!`, begin at `at`? */
export function opensConditional(text: string, at: number): boolean {
  return text.startsWith('/*!', at) || text.startsWith('/*M!', at);
}

/**
 * End of a conditional comment, as in `/*!80000 ADD INDEX …`: its content is code, so quotes and comments in it may hide the end, and
 * conditional comments may lie in it.
 */
function conditionalEnd(text: string, from: number, quoting: Quoting): number | undefined {
  let depth = 0;
  for (let at = from; at < text.length; ) {
    if (opensConditional(text, at)) {
      depth += 1;
      at += 3;
    } else if (text.startsWith('*/', at)) {
      depth -= 1;
      at += 2;
      if (depth === 0) return at;
    } else {
      const piece = plainPiece(text, at, quoting);
      if (piece.kind === 'open') return undefined;
      at = piece.end;
    }
  }
  return undefined;
}

/** The piece of SQL that begins at `at` (which must lie inside the text). */
export function nextPiece(text: string, at: number, quoting: Quoting = {}): Piece {
  if (opensConditional(text, at)) return closed('conditional', conditionalEnd(text, at, quoting), text);
  return plainPiece(text, at, quoting);
}

function plainPiece(text: string, at: number, quoting: Quoting): Piece {
  const code = text.charCodeAt(at);
  if (isBlank(code)) return { kind: 'blank', end: runEnd(text, at, isBlank) };
  if (isWord(code)) return { kind: 'word', end: runEnd(text, at, isWord) };
  if (code === SINGLE) return closed('string', quotedEnd(text, at, quoting.noBackslashEscapes !== true), text);
  if (code === BACKTICK || (code === DOUBLE && quoting.ansiQuotes === true)) {
    return closed('quoted', quotedEnd(text, at, false), text);
  }
  if (code === DOUBLE) return closed('string', quotedEnd(text, at, quoting.noBackslashEscapes !== true), text);
  if (code === HASH || (code === MINUS && opensLineComment(text, at)))
    return { kind: 'comment', end: lineEnd(text, at) };
  if (code === SLASH && text.charCodeAt(at + 1) === STAR) {
    const end = text.indexOf('*/', at + 2);
    return closed('comment', end < 0 ? undefined : end + 2, text);
  }
  if (code === BACKSLASH) return { kind: 'command', end: Math.min(at + 2, text.length) };
  return { kind: 'symbol', end: at + 1 };
}

/** Two dashes begin a comment only before white space or the end: `5--3` is arithmetic. */
function opensLineComment(text: string, at: number): boolean {
  if (text.charCodeAt(at + 1) !== MINUS) return false;
  const next = text.charCodeAt(at + 2);
  return Number.isNaN(next) || isBlank(next);
}

/** Where the line ends that `at` lies in: its line feed, or the end of the text. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** How many lines end between two places. */
export function linesBetween(text: string, from: number, to: number): number {
  let lines = 0;
  for (let at = from; at < to; at += 1) if (text.charCodeAt(at) === LINE_FEED) lines += 1;
  return lines;
}

const NEVER_ENDS = { string: 'string', quoted: 'quoted name', comment: 'comment', conditional: 'comment' } as const;

function closed(kind: keyof typeof NEVER_ENDS, end: number | undefined, text: string): Piece {
  return end === undefined ? { kind: 'open', end: text.length, what: NEVER_ENDS[kind] } : { kind, end };
}
