import { type Token, tokensOf } from '../sql/lexer.ts';

/** What CHECK constraints ask of single columns, as far as it is read here; the server judges the rest when rows arrive. Pure. */

export type Asked =
  | { readonly kind: 'bound'; readonly column: string; readonly sign: Sign; readonly value: string }
  | { readonly kind: 'length'; readonly column: string; readonly sign: Sign; readonly value: number }
  | { readonly kind: 'values'; readonly column: string; readonly values: readonly string[] }
  | { readonly kind: 'not-null'; readonly column: string }
  /** May stand beside others behind an OR alone. */
  | { readonly kind: 'null' }
  | { readonly kind: 'json'; readonly column: string }
  /** The first is less than the second, or the same where `strict` is false. */
  | { readonly kind: 'order'; readonly low: string; readonly high: string; readonly strict: boolean };

type Sign = '<' | '<=' | '>' | '>=' | '<>' | '=';
const SIGNS: readonly Sign[] = ['<', '<=', '>', '>=', '<>', '='];
const TURNED: Readonly<Record<Sign, Sign>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '<>': '<>', '=': '=' };

/** Null: it says something that is not read here. */
export function readCheck(clause: string): readonly Asked[] | null {
  const reader = createReader(clause);
  try {
    const asked = disjunction(reader);
    return reader.over() && asked.every(({ kind }) => kind !== 'null') ? asked : null;
  } catch (error) {
    if (error instanceof Unread) return null;
    throw error;
  }
}

class Unread extends Error {}

interface Reader {
  word(ahead?: number): string;
  take(text: string): boolean;
  need(text: string): void;
  name(): string | null;
  literal(): string | null;
  over(): boolean;
}

function createReader(clause: string): Reader {
  const tokens = joined(tokensOf(clause));
  let at = 0;
  const peek = (ahead = 0): Token | undefined => tokens[at + ahead];
  const reader: Reader = {
    word: (ahead = 0) => (peek(ahead)?.kind === 'word' ? (peek(ahead)?.text ?? '') : ''),
    take: (text) => {
      const token = peek();
      if (token === undefined || token.kind === 'string' || token.kind === 'name' || token.text !== text) return false;
      at += 1;
      return true;
    },
    need: (text) => {
      if (!reader.take(text)) throw new Unread();
    },
    name: () => {
      const token = peek();
      if (token?.kind !== 'name') return null;
      at += 1;
      return token.text;
    },
    literal: () => {
      const before = at;
      const sign = reader.take('-') ? '-' : '';
      // `_utf8mb4'a'`
      if (sign === '' && reader.word().startsWith('_') && peek(1)?.kind === 'string') at += 1;
      const token = peek();
      if (sign === '' && token?.kind === 'string') {
        at += 1;
        return unquoted(token.raw);
      }
      if (token?.kind === 'word' && /^\d+(?:\.\d+)?$/.test(token.text)) {
        at += 1;
        return sign + token.text;
      }
      at = before;
      return null;
    },
    over: () => at >= tokens.length,
  };
  return reader;
}

/** Signs of two characters, and numbers with a point, as one token. */
function joined(tokens: readonly Token[]): readonly Token[] {
  const found: Token[] = [];
  for (const token of tokens) {
    const last = found.at(-1);
    const pair = `${last?.text ?? ''}${token.text}`;
    const sign = last?.kind === 'symbol' && token.kind === 'symbol' && ['<=', '>=', '<>', '!='].includes(pair);
    const number =
      last?.kind === 'word' &&
      ((token.text === '.' && /^\d+$/.test(last.text)) || (/^\d+\.$/.test(last.text) && /^\d+$/.test(token.text)));
    if (last === undefined || (!sign && !number)) found.push(token);
    else found.splice(-1, 1, { ...last, text: pair, raw: pair });
  }
  return found;
}

function unquoted(raw: string): string {
  const quote = raw.slice(0, 1);
  return raw
    .slice(1, -1)
    .replaceAll(quote + quote, quote)
    .replaceAll(/\\(.)/g, '$1');
}

/** `x IS NULL OR …` asks no more than what stands behind it; `a = 1 OR a = 2` is a list; any other OR is not read. */
function disjunction(r: Reader): readonly Asked[] {
  const parts: (readonly Asked[])[] = [conjunction(r)];
  while (r.take('OR')) parts.push(conjunction(r));
  if (parts.length === 1) return parts[0] ?? [];
  const said = parts.filter((part) => part.some(({ kind }) => kind !== 'null'));
  if (said.length === 1) return said[0] ?? [];
  const lists = said.flatMap((part) => (part.length === 1 && part[0]?.kind === 'values' ? [part[0]] : []));
  const [first] = lists;
  if (first === undefined || lists.length < parts.length || lists.some(({ column }) => column !== first.column))
    throw new Unread();
  return [{ ...first, values: lists.flatMap(({ values }) => values) }];
}

function conjunction(r: Reader): readonly Asked[] {
  const asked = [...term(r)];
  while (r.take('AND') || r.take('&&')) asked.push(...term(r));
  if (asked.length > 1 && asked.some(({ kind }) => kind === 'null')) throw new Unread();
  return asked;
}

function term(r: Reader): readonly Asked[] {
  if (r.take('(')) {
    const inside = disjunction(r);
    r.need(')');
    return inside;
  }
  const word = r.word();
  if (word === 'JSON_VALID') {
    r.take(word);
    return [{ kind: 'json', column: inParentheses(r) }];
  }
  if (['CHAR_LENGTH', 'CHARACTER_LENGTH', 'LENGTH', 'OCTET_LENGTH'].includes(word)) {
    r.take(word);
    return lengths(r, inParentheses(r));
  }
  const left = r.literal();
  if (left !== null) {
    const sign = signOf(r);
    return [bound(nameOf(r), TURNED[sign], left)];
  }
  return ofColumn(r, nameOf(r));
}

function ofColumn(r: Reader, column: string): readonly Asked[] {
  if (r.take('IS')) {
    const not = r.take('NOT');
    r.need('NULL');
    return [not ? { kind: 'not-null', column } : { kind: 'null' }];
  }
  if (r.take('BETWEEN')) {
    const low = literalOf(r);
    r.need('AND');
    return [bound(column, '>=', low), bound(column, '<=', literalOf(r))];
  }
  if (r.take('IN')) {
    r.need('(');
    const values = [literalOf(r)];
    while (r.take(',')) values.push(literalOf(r));
    r.need(')');
    return [{ kind: 'values', column, values }];
  }
  const sign = signOf(r);
  const literal = r.literal();
  if (literal !== null) return [bound(column, sign, literal)];
  const other = nameOf(r);
  if (sign === '<' || sign === '<=') return [{ kind: 'order', low: column, high: other, strict: sign === '<' }];
  if (sign === '>' || sign === '>=') return [{ kind: 'order', low: other, high: column, strict: sign === '>' }];
  throw new Unread();
}

function bound(column: string, sign: Sign, value: string): Asked {
  return sign === '=' ? { kind: 'values', column, values: [value] } : { kind: 'bound', column, sign, value };
}

function lengths(r: Reader, column: string): readonly Asked[] {
  const number = (): number => Number(literalOf(r));
  if (r.take('BETWEEN')) {
    const low = number();
    r.need('AND');
    return [
      { kind: 'length', column, sign: '>=', value: low },
      { kind: 'length', column, sign: '<=', value: number() },
    ];
  }
  return [{ kind: 'length', column, sign: signOf(r), value: number() }];
}

function inParentheses(r: Reader): string {
  r.need('(');
  const column = nameOf(r);
  r.need(')');
  return column;
}

function nameOf(r: Reader): string {
  const name = r.name();
  if (name === null) throw new Unread();
  return name;
}

function literalOf(r: Reader): string {
  const literal = r.literal();
  if (literal === null) throw new Unread();
  return literal;
}

function signOf(r: Reader): Sign {
  if (r.take('!=')) return '<>';
  const sign = SIGNS.find((one) => r.take(one));
  if (sign === undefined) throw new Unread();
  return sign;
}
