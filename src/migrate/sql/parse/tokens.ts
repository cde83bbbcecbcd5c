import type { Dialect } from '../tree.ts';

/** The words of one statement as the servers cut them: finer than the lexer that splits files, and with the place of each. */

export interface Token {
  readonly kind:
    | 'word'
    /** In backticks. */
    | 'name'
    | 'string'
    /** `$$ … $$`: a program in another language. */
    | 'dollars'
    /** Hexadecimal or bit text: `0xFF`, `x'FF'`, `b'01'`. */
    | 'bits'
    | 'number'
    /** `@a`, `@'a'`; also the host in `'user'@'host'`. */
    | 'variable'
    | 'symbol'
    | 'end';
  readonly from: number;
  readonly to: number;
  /** Words: upper case. Strings, names and variables: without quotes. */
  readonly text: string;
  /** A word that stands directly before `(`: some words are functions only then. */
  readonly tight: boolean;
}

export class Unread extends Error {
  readonly at: number;
  readonly found: string;
  readonly expected: string;
  constructor(at: number, found: string, expected: string) {
    super(`at ${at}: ${found}, expected ${expected}`);
    this.at = at;
    this.found = found;
    this.expected = expected;
  }
}

/** Everything above ASCII may stand in a name; of ASCII letters, digits, `_` and `$`. */
function inWord(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 36 ||
    code >= 128
  );
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

const LONG_SYMBOLS = ['..', '<=>', '->>', '<=', '>=', '<>', '!=', '<<', '>>', ':=', '||', '&&', '->', '@@'];
const SYMBOLS = '()+-*/%,.;=<>!&|^~{}?:@[]';

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', '0': '\0', Z: '\x1a' };

interface Quoted {
  readonly text: string;
  readonly to: number;
}

/** Reads a quoted text that begins at `from`. A doubled quote stands for itself; in strings a backslash escapes. */
function quoted(sql: string, from: number, what: string): Quoted {
  const quote = sql.charAt(from);
  let text = '';
  let start = from + 1;
  for (let at = start; at < sql.length; at += 1) {
    const char = sql.charAt(at);
    if (char === '\\' && quote !== '`') {
      const next = sql.charAt(at + 1);
      // `\%` and `\_` keep their backslash, since LIKE wants to see it.
      const meant = next === '%' || next === '_' ? `\\${next}` : (ESCAPES[next] ?? next);
      text += sql.slice(start, at) + meant;
      at += 1;
      start = at + 1;
    } else if (char === quote) {
      text += sql.slice(start, at);
      if (sql.charAt(at + 1) !== quote) return { text, to: at + 1 };
      text += quote;
      at += 1;
      start = at + 1;
    }
  }
  throw new Unread(from, `a ${what} that begins here and never ends`, `the end of the ${what}`);
}

/** Does a server of this dialect and version run the content of a comment that begins like this? Undefined: no such comment. */
function conditional(sql: string, at: number, dialect: Dialect, version: number): { runs: boolean; to: number } | null {
  const head = /\/\*(M?)!(\d{5,6})?/y;
  head.lastIndex = at;
  const found = head.exec(sql);
  if (found === null) return null;
  const [all, maria, digits] = found;
  if (maria === 'M' && dialect === 'mysql') return null;
  const to = at + all.length;
  if (digits === undefined) return { runs: true, to };
  const wanted = Number(digits);
  // MariaDB leaves out what is meant for MySQL versions that came after the two parted.
  const foreign = dialect === 'mariadb' && maria === '' && wanted >= 50_700 && wanted <= 99_999;
  return { runs: !foreign && wanted <= version, to };
}

/** Blanks and comments before the next token; conditional comments that the server runs are opened and closed on the way. */
class Blanks {
  private open = false;
  private readonly sql: string;
  private readonly dialect: Dialect;
  private readonly version: number;
  constructor(sql: string, dialect: Dialect, version: number) {
    this.sql = sql;
    this.dialect = dialect;
    this.version = version;
  }

  skip(from: number): number {
    const { sql } = this;
    let at = from;
    for (;;) {
      const code = sql.charCodeAt(at);
      if (isBlank(code)) at += 1;
      else if (code === 35) at = this.line(at);
      else if (code === 45 && this.dashes(at)) at = this.line(at);
      else if (code === 47 && sql.charCodeAt(at + 1) === 42) at = this.comment(at);
      else if (code === 42 && this.open && sql.charCodeAt(at + 1) === 47) {
        this.open = false;
        at += 2;
      } else break;
    }
    if (at >= sql.length && this.open) throw new Unread(at, 'end of statement', 'the end of the conditional comment');
    return at;
  }

  private line(at: number): number {
    const end = this.sql.indexOf('\n', at);
    return end < 0 ? this.sql.length : end + 1;
  }

  private dashes(at: number): boolean {
    if (this.sql.charCodeAt(at + 1) !== 45) return false;
    const after = this.sql.charCodeAt(at + 2);
    return Number.isNaN(after) || after <= 32;
  }

  private comment(at: number): number {
    const found = conditional(this.sql, at, this.dialect, this.version);
    if (found?.runs === true) {
      this.open = true;
      return found.to;
    }
    const end = found === null ? this.sql.indexOf('*/', at + 2) : this.skippedEnd(found.to);
    if (end < 0) throw new Unread(at, 'a comment that begins here and never ends', 'the end of the comment');
    return end + 2;
  }

  /** A conditional comment that is left out may hold plain comments. */
  private skippedEnd(from: number): number {
    let at = from;
    for (;;) {
      const end = this.sql.indexOf('*/', at);
      const inner = this.sql.indexOf('/*', at);
      if (inner < 0 || end < inner) return end;
      const close = this.sql.indexOf('*/', inner + 2);
      if (close < 0) return -1;
      at = close + 2;
    }
  }
}

function runEnd(sql: string, from: number, belongs: (code: number) => boolean): number {
  let at = from;
  while (at < sql.length && belongs(sql.charCodeAt(at))) at += 1;
  return at;
}

const NUMBER = /(?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;

/** A number, unless letters follow: `1st` is a name. */
function numberEnd(sql: string, at: number): number | null {
  if (sql.charCodeAt(at) === 48 && /^0(?:x[0-9a-f]+|b[01]+)(?![\w$])/i.test(sql.slice(at, at + 100_000))) return null;
  NUMBER.lastIndex = at;
  const found = NUMBER.exec(sql);
  if (found === null) return null;
  const end = at + found[0].length;
  if (/[.eE]/.test(found[0])) return end;
  return inWord(sql.charCodeAt(end)) ? null : end;
}

/** Cuts a statement into tokens; throws `Unread` at what no server would cut. */
export function tokenize(sql: string, dialect: Dialect, version: number): readonly Token[] {
  const tokens: Token[] = [];
  const blanks = new Blanks(sql, dialect, version);
  let last: Token | undefined;
  for (let at = blanks.skip(0); at < sql.length; at = blanks.skip(last.to)) {
    last = nextToken(sql, at, last);
    tokens.push(last);
  }
  tokens.push({ kind: 'end', from: sql.length, to: sql.length, text: '', tight: false });
  return tokens;
}

function nextToken(sql: string, at: number, last: Token | undefined): Token {
  const make = (kind: Token['kind'], to: number, text: string): Token => ({ kind, from: at, to, text, tight: false });
  const code = sql.charCodeAt(at);
  const char = sql.charAt(at);
  if (char === "'" || char === '"') {
    const { text, to } = quoted(sql, at, 'string');
    return make('string', to, text);
  }
  if (char === '`') {
    const { text, to } = quoted(sql, at, 'quoted name');
    return make('name', to, text);
  }
  const dollars = char === '$' ? dollarQuoted(sql, at) : null;
  if (dollars !== null) return make('dollars', dollars.to, dollars.text);
  // Behind `name.` digits begin a name: `t.1` is a column.
  const afterDot = last?.kind === 'symbol' && last.text === '.' && last.to === at;
  if ((isDigit(code) && !afterDot) || (char === '.' && isDigit(sql.charCodeAt(at + 1)) && !glued(last, at))) {
    const end = numberEnd(sql, at);
    if (end !== null) return make('number', end, sql.slice(at, end));
  }
  if (inWord(code)) return wordToken(sql, at, make);
  if (char === '@' && sql.charAt(at + 1) !== '@') return variableToken(sql, at, make);
  const symbol = LONG_SYMBOLS.find((long) => sql.startsWith(long, at)) ?? (SYMBOLS.includes(char) ? char : undefined);
  if (symbol === undefined) throw new Unread(at, `the character ${JSON.stringify(char)}`, 'SQL');
  return make('symbol', at + symbol.length, symbol);
}

/** Bodies in other languages: `$$ … $$`, `$js$ … $js$`. */
function dollarQuoted(sql: string, at: number): Quoted | null {
  const mark = /^\$\w*\$/.exec(sql.slice(at, at + 80))?.[0];
  const end = mark === undefined ? -1 : sql.indexOf(mark, at + mark.length);
  return mark === undefined || end < 0 ? null : { text: sql.slice(at + mark.length, end), to: end + mark.length };
}

/** A name ends exactly here, so a dot belongs to it. */
function glued(last: Token | undefined, at: number): boolean {
  return last !== undefined && last.to === at && (last.kind === 'word' || last.kind === 'name');
}

type Make = (kind: Token['kind'], to: number, text: string) => Token;

function wordToken(sql: string, at: number, make: Make): Token {
  const end = runEnd(sql, at, inWord);
  const raw = sql.slice(at, end);
  if (/^0(?:x[0-9a-fA-F]+|b[01]+)$/.test(raw)) return make('bits', end, raw);
  if (/^[xXbBnN]$/.test(raw) && sql.charAt(end) === "'") {
    const { text, to } = quoted(sql, end, 'string');
    if (raw === 'n' || raw === 'N') return make('string', to, text);
    const digits = /^x/i.test(raw) ? /^(?:[0-9a-fA-F]{2})*$/ : /^[01]*$/;
    if (!digits.test(text)) throw new Unread(at, `${raw}'…' with other characters`, 'an even number of digits');
    return make('bits', to, sql.slice(at, to));
  }
  return { ...make('word', end, raw.toUpperCase()), tight: sql.charAt(end) === '(' };
}

function variableToken(sql: string, at: number, make: Make): Token {
  const next = sql.charAt(at + 1);
  if (next === "'" || next === '"' || next === '`') {
    const { text, to } = quoted(sql, at + 1, 'name of a variable');
    return make('variable', to, text);
  }
  const end = runEnd(sql, at + 1, (code) => inWord(code) || code === 46);
  return make('variable', end, sql.slice(at + 1, end));
}
