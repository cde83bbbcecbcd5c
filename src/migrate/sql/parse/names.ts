import type { ObjectName } from '../tree.ts';
import type { Reader } from './reader.ts';

/** Names that follow rules of their own, and queries in parentheses. */

/** The name of a collation or of a character set: BINARY is reserved, and yet a name here. */
export function collationName(r: Reader): string {
  if (r.take('BINARY')) return 'binary';
  return r.nameOrString('a name');
}

const SCOPES = new Set(['GLOBAL', 'SESSION', 'LOCAL', 'PERSIST', 'PERSIST_ONLY']);

/** Behind `@@`. */
export function systemVariable(r: Reader): void {
  const scoped = !r.mariadb && r.isOneOf(SCOPES);
  r.anyName('the name of a variable');
  if (scoped && !r.symbol('.')) r.fail('.');
  while (r.takeSymbol('.')) r.anyName('the name of a variable');
}

/** A query stands here, or inside the parentheses that begin here. */
export function isQuery(r: Reader, ahead: number): boolean {
  let at = ahead;
  while (r.symbol('(', at)) at += 1;
  const word = r.word(at);
  if (word === 'SELECT' || word === 'WITH') return true;
  if (word === 'TABLE') return !r.mariadb;
  return word === 'VALUES' && (r.mariadb ? r.symbol('(', at + 1) : r.word(at + 1) === 'ROW');
}

/** A query in parentheses. */
export function subquery(r: Reader): void {
  r.seen.subquery = true;
  if (!isQuery(r, 1)) r.fail('a query in parentheses');
  // What EXISTS (SELECT * …) lists is no list of the statement.
  const { star } = r.seen;
  r.parenthesised(() => r.query());
  r.seen.star = star;
}

/** The name of a character set. */
export function charsetName(r: Reader): string {
  return collationName(r);
}

/** `CHARSET`, `CHARACTER SET`, `CHAR SET`, when it stands here. */
export function takeCharset(r: Reader): boolean {
  return r.take('CHARSET') || r.take('CHARACTER', 'SET') || r.take('CHAR', 'SET');
}

/** `'app'@'%'`, `app@localhost`, CURRENT_USER; as it was written. */
export function account(r: Reader): string {
  const place = r.place;
  if (r.take('CURRENT_USER') || (r.mariadb && r.take('CURRENT_ROLE'))) {
    if (r.takeSymbol('(')) r.needSymbol(')');
  } else {
    r.nameOrString('an account');
    if (r.peek().kind === 'variable') r.next();
  }
  return r.textFrom(place);
}

/** `= value`: the sign may be left out. */
export function equals(r: Reader): void {
  r.takeSymbol('=');
}

/** The word and what stands in front of it, `IF NOT EXISTS`. */
export function ifNotExists(r: Reader): boolean {
  return r.take('IF', 'NOT', 'EXISTS');
}

export function ifExists(r: Reader): boolean {
  return r.take('IF', 'EXISTS');
}

/** The name of an account, as a name. */
export function accountName(r: Reader): ObjectName {
  const place = r.place;
  const name = account(r);
  return { schema: null, name, span: r.spanFrom(place) };
}

/** The text of a program in another language: a string, `$$ … $$`, or bytes. */
export function foreignText(r: Reader): void {
  const { kind } = r.peek();
  if (r.word().startsWith('_') && (r.isString(1) || r.peek(1).kind === 'bits')) r.next();
  else if (kind !== 'string' && kind !== 'dollars' && kind !== 'bits') r.fail('the text of the program');
  r.next();
}
