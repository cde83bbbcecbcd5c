import type { Problem } from '../model/problem.ts';

/** A small real lexer for the SQL of MySQL and MariaDB: enough to split a file into statements and to know what each one does. */

export interface SqlStatement {
  /** Without leading comments and without the delimiter. */
  readonly sql: string;
  /** 1-based, of the first character of the statement. */
  readonly line: number;
}

export interface SplitSql {
  readonly statements: readonly SqlStatement[];
  readonly problems: readonly Problem[];
}

type Piece =
  | {
      readonly kind: 'blank' | 'comment' | 'conditional' | 'string' | 'quoted' | 'word' | 'symbol';
      readonly end: number;
    }
  | { readonly kind: 'open'; readonly end: number; readonly what: string };

const WORD = /[\p{L}\p{N}_$@]/u;

/** End of a quoted text that begins at `from`; undefined when it never ends. A doubled quote stands for itself. */
function quotedEnd(text: string, from: number, escapes: boolean): number | undefined {
  const quote = text[from];
  for (let at = from + 1; at < text.length; at += 1) {
    if (escapes && text[at] === '\\') at += 1;
    else if (text[at] === quote) {
      if (text[at + 1] !== quote) return at + 1;
      at += 1;
    }
  }
  return undefined;
}

function runEnd(text: string, from: number, belongs: RegExp): number {
  let end = from;
  while (end < text.length && belongs.test(text[end] ?? '')) end += 1;
  return end;
}

/** End of a conditional comment, as in `/*!80000 ADD INDEX …`: its content is code, so quotes in it may hide the end. */
function conditionalEnd(text: string, from: number): number | undefined {
  let at = from + 3;
  while (at < text.length) {
    if (text.startsWith('*/', at)) return at + 2;
    const piece = nextPiece(text, at);
    if (piece.kind === 'open') return undefined;
    at = piece.kind === 'symbol' ? at + 1 : piece.end;
  }
  return undefined;
}

/** The piece of SQL that begins at `at` (which must lie inside the text). */
function nextPiece(text: string, at: number): Piece {
  const char = text[at] ?? '';
  const lineEnd = (): number => {
    const end = text.indexOf('\n', at);
    return end < 0 ? text.length : end;
  };
  const closed = (
    kind: 'comment' | 'conditional' | 'string' | 'quoted',
    end: number | undefined,
    what: string,
  ): Piece => (end === undefined ? { kind: 'open', end: text.length, what } : { kind, end });
  if (/\s/.test(char)) return { kind: 'blank', end: runEnd(text, at, /\s/) };
  if (char === '#') return { kind: 'comment', end: lineEnd() };
  // Two dashes begin a comment only before white space or the end: `5--3` is arithmetic.
  if (text.startsWith('--', at) && /^\s?$/.test(text[at + 2] ?? '')) return { kind: 'comment', end: lineEnd() };
  if (/^\/\*M?!/.test(text.slice(at, at + 4))) return closed('conditional', conditionalEnd(text, at), 'comment');
  if (text.startsWith('/*', at)) {
    const end = text.indexOf('*/', at + 2);
    return closed('comment', end < 0 ? undefined : end + 2, 'comment');
  }
  if (char === "'" || char === '"') return closed('string', quotedEnd(text, at, true), 'string');
  if (char === '`') return closed('quoted', quotedEnd(text, at, false), 'quoted name');
  if (WORD.test(char)) return { kind: 'word', end: runEnd(text, at, WORD) };
  return { kind: 'symbol', end: at + 1 };
}

function lineOf(text: string, at: number): number {
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < at; i = text.indexOf('\n', i + 1)) line += 1;
  return line;
}

const DELIMITER_LINE = /delimiter[ \t]+(\S+)[ \t]*(?:\r?\n|$)/iy;

/**
 * Splits a file as the mysql client would: at `;`, or at what a `DELIMITER` line says; never inside strings, quoted names and
 * comments. Conditional comments stay, since the server runs them. `file` is used in problems only.
 */
export function splitSql(text: string, file: string): SplitSql {
  const statements: SqlStatement[] = [];
  const problems: Problem[] = [];
  let delimiter = ';';
  let start: number | undefined;
  let end = 0;
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  const finish = (): void => {
    if (start === undefined) return;
    const sql = text.slice(start, end);
    const line = lineOf(text, start);
    if (delimiter === ';' && bodyWasCut(sql)) problems.push(cutBody(file, line));
    statements.push({ sql, line });
    start = undefined;
  };
  while (at < text.length) {
    if (start === undefined) {
      DELIMITER_LINE.lastIndex = at;
      const change = DELIMITER_LINE.exec(text);
      if (change !== null) {
        delimiter = change[1] ?? ';';
        at = DELIMITER_LINE.lastIndex;
        continue;
      }
    }
    if (text.startsWith(delimiter, at)) {
      finish();
      at += delimiter.length;
      continue;
    }
    const piece = nextPiece(text, at);
    if (piece.kind === 'open') {
      problems.push(unclosed(file, lineOf(text, at), piece.what));
      return { statements, problems };
    }
    if (piece.kind !== 'blank' && piece.kind !== 'comment') {
      start ??= at;
      end = piece.end;
    }
    // A word may run into a delimiter made of letters or `$$`.
    const cut = piece.kind === 'word' && delimiter !== ';' ? text.slice(at, piece.end).indexOf(delimiter, 1) : -1;
    at = cut > 0 ? at + cut : piece.end;
    if (cut > 0) end = at;
  }
  finish();
  return { statements, problems };
}

export interface Token {
  /** Words are upper case unless they were quoted. */
  readonly kind: 'word' | 'name' | 'string' | 'symbol' | 'conditional';
  readonly text: string;
  /** As it was written, without quotes. */
  readonly raw: string;
}

/** Tokens of one statement, without blanks and comments. */
export function tokensOf(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < sql.length; ) {
    const piece = nextPiece(sql, at);
    const raw = sql.slice(at, piece.end);
    if (piece.kind === 'word') tokens.push({ kind: 'word', text: raw.toUpperCase(), raw });
    if (piece.kind === 'quoted') {
      const name = raw.slice(1, -1).replaceAll('``', '`');
      tokens.push({ kind: 'name', text: name, raw: name });
    }
    if (piece.kind === 'string') tokens.push({ kind: 'string', text: raw, raw });
    if (piece.kind === 'symbol') tokens.push({ kind: 'symbol', text: raw, raw });
    if (piece.kind === 'conditional') tokens.push({ kind: 'conditional', text: raw, raw });
    at = piece.end;
  }
  return tokens;
}

/** A stored program with a block, ended by a plain `;`: the client would have cut it in the middle. */
function bodyWasCut(sql: string): boolean {
  if (!/^create\b/i.test(sql)) return false;
  const words = tokensOf(sql).map((token) => (token.kind === 'word' ? token.text : ''));
  const stored = words.slice(0, 12).some((word) => ['PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT'].includes(word));
  return stored && words.includes('BEGIN');
}

function cutBody(file: string, line: number): Problem {
  return {
    code: 'migrate.body-without-delimiter',
    where: `${file}:${line}`,
    found: 'a stored program with BEGIN … END that a `;` cuts in the middle',
    expected: 'another delimiter around it',
    remedy: 'write a line `DELIMITER //` before it, end it with `//`, and write `DELIMITER ;` after it',
  };
}

function unclosed(file: string, line: number, what: string): Problem {
  return {
    code: 'migrate.unclosed',
    where: `${file}:${line}`,
    found: `a ${what} that begins here and never ends`,
    expected: `the end of the ${what}`,
    remedy: `close the ${what}; inside a string a quote is doubled or has a backslash before it`,
  };
}
