import type { Problem } from '../../model/problem.ts';
import { type Blocks, followBlocks } from './blocks.ts';
import { readDelimiter } from './delimiter.ts';
import { lineEnd, linesBetween, nextPiece, opensConditional, type Piece, type Quoting } from './pieces.ts';

/** A real lexer for the SQL of MySQL and MariaDB: splits a file into statements and gives the tokens of each. */

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

export interface SplitOptions extends Quoting {
  /**
   * A stored program whose blocks lie between plain `;`: the client cuts it, so it is a problem (default); servers that get a whole file
   * at once keep it `whole`, and so do tools that send files so.
   */
  readonly programs?: 'need-delimiter' | 'whole';
}

/** Takes a text piece by piece, so that a large file need not lie in memory. */
export interface Splitter {
  /** Statements that are complete now. */
  push(text: string): readonly SqlStatement[];
  /** The last statement, which needs no delimiter. */
  end(): readonly SqlStatement[];
  /** Found so far. After a text that never ends nothing more is read. */
  readonly problems: readonly Problem[];
}

/** What the pieces behind the end of a text could still change: a doubled quote, two dashes, a delimiter that has only begun. */
const LOOKAHEAD = 20;

/**
 * Splits a file as the mysql client would: at `;`, `\g` or `\G`, or at what a `DELIMITER` line says; never inside strings, quoted names
 * and comments. Conditional comments stay, since the server runs them. `file` is used in problems only.
 */
export function splitSql(text: string, file: string, options: SplitOptions = {}): SplitSql {
  const splitter = createSplitter(file, options);
  const statements = [...splitter.push(text), ...splitter.end()];
  return { statements, problems: splitter.problems };
}

/** The same for a text that comes in parts. Time grows with the text alone; memory with its longest statement. */
export function createSplitter(file: string, options: SplitOptions = {}): Splitter {
  const problems: Problem[] = [];
  let found: SqlStatement[] = [];
  let waiting: string[] = [];
  let waitingLength = 0;
  let text = '';
  let at = 0;
  let begun = false;
  let delimiter = ';';
  let start: number | undefined;
  let end = 0;
  let blocks: Blocks | undefined;
  let cutAt: number | undefined;
  /** Only blanks since the line began. */
  let firstOfLine = true;
  let line = 1;
  let counted = 0;
  let broken = false;

  const lineAt = (place: number): number => {
    line += linesBetween(text, counted, place);
    counted = Math.max(counted, place);
    return line;
  };
  const placeAt = (place: number): string => `${file}:${lineAt(place)}`;
  const finish = (): void => {
    if (start === undefined) return;
    const first = lineAt(start);
    if (cutAt !== undefined) problems.push(cutBody(`${file}:${first}`));
    found.push({ sql: text.slice(start, end), line: first });
    start = undefined;
    blocks = undefined;
    cutAt = undefined;
  };
  /** Takes up a piece of a statement. */
  const take = (from: number, to: number, kind: Piece['kind']): void => {
    end = to;
    if (start !== undefined && blocks === undefined) return;
    const token = kind === 'word' ? text.slice(from, to).toUpperCase() : text.slice(from, from + 1);
    if (start === undefined) {
      start = from;
      blocks = kind === 'word' ? followBlocks(token) : undefined;
    }
    blocks?.see(token);
  };
  const conditional = (from: number, to: number): void => {
    const inside = delimiterIn(text, from, to, delimiter, options);
    if (inside !== undefined) problems.push(cutConditional(placeAt(inside), delimiter));
  };
  /** The delimiter stands at `at`: ends a statement, unless it lies inside a program. */
  const cut = (): void => {
    if (delimiter === ';' && blocks?.open() === true) {
      if (options.programs !== 'whole') cutAt ??= at;
      take(at, at + 1, 'symbol');
    } else finish();
    at += delimiter.length;
    firstOfLine = false;
  };
  const command = (piece: Piece): void => {
    const letter = text.slice(at + 1, piece.end);
    if (letter === 'N') take(at, piece.end, 'symbol');
    else if (letter === 'g' || letter === 'G') finish();
    else problems.push(clientCommand(placeAt(at), letter));
    at = piece.end;
    firstOfLine = false;
  };
  const delimiterLine = (whole: boolean): boolean | 'wait' => {
    const read = readDelimiter(text, at, firstOfLine, file);
    if (read.kind === 'none') return false;
    if (!whole && read.end === text.length) return 'wait';
    if (read.kind === 'wrong') problems.push({ ...read.problem, where: placeAt(at) });
    else delimiter = read.delimiter;
    at = read.end;
    return true;
  };

  /** Reads as far as the text that is here decides. */
  const read = (whole: boolean): void => {
    const sure = whole ? text.length : text.length - LOOKAHEAD;
    while (!broken && at < text.length && (whole || at < sure)) {
      if (start === undefined) {
        const line = delimiterLine(whole);
        if (line === 'wait') return;
        if (line) continue;
      }
      if (text.startsWith(delimiter, at)) {
        cut();
        continue;
      }
      // The client takes two dashes where a statement could begin for a comment, whatever follows.
      const dashes = start === undefined && text.startsWith('--', at);
      const piece: Piece = dashes ? { kind: 'comment', end: lineEnd(text, at) } : nextPiece(text, at, options);
      if (!whole && (piece.kind === 'open' || piece.end > sure)) return;
      if (piece.kind === 'open') {
        problems.push(unclosed(placeAt(at), piece.what));
        start = undefined;
        broken = true;
        return;
      }
      if (piece.kind === 'command') {
        command(piece);
        continue;
      }
      // A word may run into a delimiter made of letters or `$$`.
      const inWord = piece.kind === 'word' && delimiter !== ';' ? text.slice(at, piece.end).indexOf(delimiter, 1) : -1;
      const to = inWord > 0 ? at + inWord : piece.end;
      if (piece.kind === 'conditional') conditional(at, to);
      if (piece.kind !== 'blank' && piece.kind !== 'comment') take(at, to, piece.kind);
      if (piece.kind !== 'blank') firstOfLine = false;
      else if (text.slice(at, to).includes('\n')) firstOfLine = true;
      at = to;
    }
  };
  const advance = (whole: boolean): readonly SqlStatement[] => {
    if (broken) return [];
    const keep = start ?? at;
    // What is kept is copied, and a piece that did not end is read again: gathering as much as that first keeps the sum linear.
    if (!whole && waitingLength < text.length - keep) return [];
    lineAt(keep);
    text = text.slice(keep) + waiting.join('');
    waiting = [];
    waitingLength = 0;
    at -= keep;
    end -= keep;
    counted -= keep;
    if (start !== undefined) start = 0;
    if (!begun && text !== '') {
      begun = true;
      if (text.startsWith('\uFEFF')) at = 1;
    }
    read(whole);
    if (whole && !broken) finish();
    const statements = found;
    found = [];
    return statements;
  };
  return {
    push: (more) => {
      waiting.push(more);
      waitingLength += more.length;
      return advance(false);
    },
    end: () => advance(true),
    problems,
  };
}

/** Where the delimiter stands in a conditional comment as code, or begins with its last character; undefined when it does not. */
function delimiterIn(text: string, from: number, to: number, delimiter: string, quoting: Quoting): number | undefined {
  if (!text.slice(from, to - 1 + delimiter.length).includes(delimiter)) return undefined;
  for (let at = from; at < to; ) {
    if (opensConditional(text, at)) {
      at += 3;
      continue;
    }
    if (text.startsWith(delimiter, at)) return at;
    const piece = nextPiece(text, at, quoting);
    const inWord = piece.kind === 'word' ? text.slice(at, piece.end).indexOf(delimiter) : -1;
    if (inWord >= 0) return at + inWord;
    at = piece.end;
  }
  return undefined;
}

export interface Token {
  /** Words are upper case unless they were quoted. */
  readonly kind: 'word' | 'name' | 'string' | 'symbol' | 'conditional';
  readonly text: string;
  /** As it was written, without quotes. */
  readonly raw: string;
}

/** Tokens of one statement, without blanks and comments. What stands before a string, as in `N'…'`, `x'…'` and `_utf8'…'`, is a word. */
export function tokensOf(sql: string, quoting: Quoting = {}): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < sql.length; ) {
    const piece = nextPiece(sql, at, quoting);
    const raw = sql.slice(at, piece.end);
    if (piece.kind === 'word') tokens.push({ kind: 'word', text: raw.toUpperCase(), raw });
    if (piece.kind === 'quoted') {
      const quote = raw.slice(0, 1);
      const name = raw.slice(1, -1).replaceAll(quote + quote, quote);
      tokens.push({ kind: 'name', text: name, raw: name });
    }
    if (piece.kind === 'string') tokens.push({ kind: 'string', text: raw, raw });
    if (piece.kind === 'symbol' || piece.kind === 'command') tokens.push({ kind: 'symbol', text: raw, raw });
    if (piece.kind === 'conditional') tokens.push({ kind: 'conditional', text: raw, raw });
    at = piece.end;
  }
  return tokens;
}

function cutBody(where: string): Problem {
  return {
    code: 'migrate.body-without-delimiter',
    where,
    found: 'a stored program with BEGIN … END, or another block, that a `;` cuts in the middle',
    expected: 'another delimiter around it',
    remedy: 'write a line `DELIMITER //` before it, end it with `//`, and write `DELIMITER ;` after it',
  };
}

function cutConditional(where: string, delimiter: string): Problem {
  return {
    code: 'migrate.delimiter-in-comment',
    where,
    found: `the delimiter ${delimiter} inside a conditional comment, where the client cuts`,
    expected: 'conditional comments that lie in one statement',
    remedy: 'write the delimiter behind the comment, or another DELIMITER before it',
  };
}

function clientCommand(where: string, letter: string): Problem {
  return {
    code: 'migrate.client-command',
    where,
    found: `\\${letter} outside of strings, which is a command of the client`,
    expected: 'SQL; of the commands only \\g and \\G, which end a statement',
    remedy: 'take it out; a string needs quotes around it',
  };
}

function unclosed(where: string, what: string): Problem {
  return {
    code: 'migrate.unclosed',
    where,
    found: `a ${what} that begins here and never ends`,
    expected: `the end of the ${what}`,
    remedy: `close the ${what}; inside a string a quote is doubled or has a backslash before it`,
  };
}
