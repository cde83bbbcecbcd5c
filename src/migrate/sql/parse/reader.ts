import type { Dialect, Expression, ObjectName, Span } from '../tree.ts';
import { isReserved } from './reserved.ts';
import { type Token, tokenize, Unread } from './tokens.ts';

/** What was named on the way: each part of the grammar adds to it, and who asks takes it. */
export interface Seen {
  readonly columns: Set<string>;
  readonly functions: Set<string>;
  readonly tables: ObjectName[];
  subquery: boolean;
  star: boolean;
}

export function nothingSeen(): Seen {
  return { columns: new Set(), functions: new Set(), tables: [], subquery: false, star: false };
}

/** Parts of the grammar that stand in each other; the root of the grammar ties them together. */
export interface Grammar {
  query(reader: Reader): void;
  expr(reader: Reader): void;
  bits(reader: Reader): void;
  simple(reader: Reader): void;
  /** One statement of any kind, without what ends it. */
  statement(reader: Reader): void;
}

const END: Token = { kind: 'end', from: 0, to: 0, text: '', tight: false };

function wordOf(token: Token): string {
  return token.kind === 'word' ? token.text : '';
}

/** A place in the tokens of a statement. The grammar asks, takes and demands; what it demands in vain ends the reading. */
export class Reader {
  readonly sql: string;
  readonly dialect: Dialect;
  readonly version: number;
  seen: Seen = nothingSeen();
  private readonly grammar: Grammar;
  private readonly tokens: readonly Token[];
  private at = 0;
  private depth = 0;

  constructor(sql: string, dialect: Dialect, version: number, grammar: Grammar) {
    this.sql = sql;
    this.dialect = dialect;
    this.version = version;
    this.grammar = grammar;
    this.tokens = tokenize(sql, dialect, version);
  }

  /** A query: SELECT, WITH, VALUES, TABLE, or one of them in parentheses. */
  query(): void {
    this.grammar.query(this);
  }

  expr(): void {
    this.grammar.expr(this);
  }

  /** An expression without comparisons. */
  bits(): void {
    this.grammar.bits(this);
  }

  /** One operand. */
  simple(): void {
    this.grammar.simple(this);
  }

  statement(): void {
    this.grammar.statement(this);
  }

  get mariadb(): boolean {
    return this.dialect === 'mariadb';
  }

  get place(): number {
    return this.at;
  }

  /** Goes back to a place that was read before. */
  back(place: number): void {
    this.at = place;
  }

  peek(ahead = 0): Token {
    return this.tokens[this.at + ahead] ?? this.tokens.at(-1) ?? END;
  }

  /** The word here, upper case; empty for anything else. */
  word(ahead = 0): string {
    return wordOf(this.peek(ahead));
  }

  /** These words stand here, one after the other. */
  is(...words: readonly string[]): boolean {
    return words.every((word, ahead) => this.word(ahead) === word);
  }

  isOneOf(words: ReadonlySet<string>): boolean {
    return words.has(this.word());
  }

  take(...words: readonly string[]): boolean {
    if (!this.is(...words)) return false;
    this.at += words.length;
    return true;
  }

  /** Takes one of these words and says which; each may be several words with blanks between. */
  takeOneOf(phrases: readonly string[]): string | null {
    for (const phrase of phrases) if (this.take(...phrase.split(' '))) return phrase;
    return null;
  }

  need(...words: readonly string[]): void {
    if (!this.take(...words)) this.fail(words.join(' '));
  }

  needOneOf(phrases: readonly string[]): string {
    return this.takeOneOf(phrases) ?? this.fail(phrases.join(', '));
  }

  symbol(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'symbol' && token.text === text;
  }

  takeSymbol(text: string): boolean {
    if (!this.symbol(text)) return false;
    this.at += 1;
    return true;
  }

  needSymbol(text: string): void {
    if (!this.takeSymbol(text)) this.fail(text);
  }

  /** Takes whatever stands here. */
  next(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.at += 1;
    return token;
  }

  get ended(): boolean {
    return this.peek().kind === 'end';
  }

  fail(expected: string): never {
    const token = this.peek();
    const found =
      token.kind === 'end' ? 'end of statement' : this.sql.slice(token.from, Math.min(token.to, token.from + 60));
    throw new Unread(token.from, found, expected);
  }

  /** From the token at `place` to the last one that was taken. */
  spanFrom(place: number): Span {
    const from = this.tokens[place]?.from ?? this.sql.length;
    const to = this.tokens[this.at - 1]?.to ?? from;
    return { from, to: Math.max(from, to) };
  }

  textFrom(place: number): string {
    const { from, to } = this.spanFrom(place);
    return this.sql.slice(from, to);
  }

  /** The tokens from `place` to the last one that was taken. */
  tokensFrom(place: number): readonly Token[] {
    return this.tokens.slice(place, this.at);
  }

  /** The raw text of a token, as it was written. */
  written(token: Token): string {
    return this.sql.slice(token.from, token.to);
  }

  isString(ahead = 0): boolean {
    return this.peek(ahead).kind === 'string';
  }

  string(expected = 'a string'): string {
    if (!this.isString()) this.fail(expected);
    return this.next().text;
  }

  /** A whole number, also in hexadecimal. */
  number(expected = 'a number'): number {
    const token = this.peek();
    if (token.kind === 'number' || (token.kind === 'bits' && token.text.startsWith('0x'))) {
      this.at += 1;
      return Number(token.text);
    }
    return this.fail(expected);
  }

  isName(ahead = 0): boolean {
    const token = this.peek(ahead);
    if (token.kind === 'name') return token.text !== '';
    return token.kind === 'word' && !isReserved(token.text, this.dialect, token.tight);
  }

  /** A name as it was written, without quotes. */
  name(expected = 'a name'): string {
    if (!this.isName()) this.fail(expected);
    const token = this.next();
    return token.kind === 'name' ? token.text : this.written(token);
  }

  /** Behind a dot any word is a name. */
  anyName(expected = 'a name'): string {
    const token = this.peek();
    if (token.kind !== 'word' && !(token.kind === 'name' && token.text !== '')) this.fail(expected);
    this.at += 1;
    return token.kind === 'name' ? token.text : this.written(token);
  }

  /** A name or a string that stands for one. */
  nameOrString(expected = 'a name'): string {
    return this.isString() ? this.next().text : this.name(expected);
  }

  objectName(expected = 'a name'): ObjectName {
    const place = this.place;
    const leading = this.symbol('.') && !this.mariadb && this.isName(1);
    if (leading) this.at += 1;
    const first = this.name(expected);
    const second = !leading && this.takeSymbol('.') ? this.anyName(expected) : null;
    const span = this.spanFrom(place);
    return second === null ? { schema: null, name: first, span } : { schema: first, name: second, span };
  }

  /** A table: named, and remembered. */
  table(expected = 'the name of a table'): ObjectName {
    const table = this.objectName(expected);
    this.seen.tables.push(table);
    return table;
  }

  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.takeSymbol(',')) items.push(item());
    return items;
  }

  parenthesised<T>(inner: () => T): T {
    this.needSymbol('(');
    const value = inner();
    this.needSymbol(')');
    return value;
  }

  /** Reads with `inner`, and says what it named; that is remembered for the whole, too. */
  collect<T>(inner: () => T): { readonly value: T; readonly seen: Seen } {
    const outer = this.seen;
    const seen = nothingSeen();
    this.seen = seen;
    try {
      return { value: inner(), seen };
    } finally {
      this.seen = outer;
      for (const column of seen.columns) outer.columns.add(column);
      for (const name of seen.functions) outer.functions.add(name);
      outer.tables.push(...seen.tables);
      outer.subquery ||= seen.subquery;
    }
  }

  /** An expression that `inner` reads. */
  expressionOf(inner: () => void): Expression {
    const place = this.place;
    const { seen } = this.collect(inner);
    return {
      span: this.spanFrom(place),
      columns: [...seen.columns],
      functions: [...seen.functions],
      literal: this.literalFrom(place),
      subquery: seen.subquery,
    };
  }

  /** What was read since `place` as a plain literal: as it was written, without sign. */
  private literalFrom(place: number): string | null {
    const [first, second, ...more] = this.tokensFrom(place);
    if (first === undefined || more.length > 0) return null;
    if (second === undefined) {
      const plain = ['number', 'string', 'bits'].includes(first.kind) || /^(?:TRUE|FALSE|NULL)$/.test(wordOf(first));
      return plain ? this.written(first) : null;
    }
    if (second.kind === 'number' && first.kind === 'symbol' && '+-'.includes(first.text)) return second.text;
    // `DATE '2026-01-01'`, `_utf8mb4 'a'`.
    return second.kind === 'string' && first.kind === 'word' ? this.written(second) : null;
  }

  /** Tries to read; goes back to where it was when that fails. */
  attempt<T>(inner: () => T): T | null {
    const { place, seen } = this;
    const trial = nothingSeen();
    this.seen = trial;
    try {
      const value = inner();
      this.seen = seen;
      for (const column of trial.columns) seen.columns.add(column);
      for (const name of trial.functions) seen.functions.add(name);
      seen.tables.push(...trial.tables);
      seen.subquery ||= trial.subquery;
      seen.star ||= trial.star;
      return value;
    } catch (error) {
      if (!(error instanceof Unread)) throw error;
      this.back(place);
      this.seen = seen;
      return null;
    }
  }

  /** Guards against texts that nest deeper than the stack of this program. */
  nested<T>(inner: () => T): T {
    this.depth += 1;
    if (this.depth > 400) this.fail('fewer levels of nesting');
    try {
      return inner();
    } finally {
      this.depth -= 1;
    }
  }
}
