import type { Expression } from '../tree.ts';
import { readCall } from './calls.ts';
import { collationName, isQuery, subquery, systemVariable } from './names.ts';
import type { Reader } from './reader.ts';
import { needUnit } from './units.ts';

/** Expressions by precedence. What they name is remembered in the reader; a tree of them nobody needs. */

/** Reads an expression and says what it names. */
export function expression(r: Reader): Expression {
  return r.expressionOf(() => expr(r));
}

/** OR, XOR, AND and NOT over everything below. */
export function expr(r: Reader): void {
  r.nested(() => {
    do test(r);
    while (r.takeOneOf(['AND', 'OR', 'XOR']) !== null || r.takeSymbol('&&') || r.takeSymbol('||'));
  });
}

function test(r: Reader): void {
  while (r.take('NOT')) if (r.ended) r.fail('an expression');
  comparison(r);
  if (r.is('IS') && (isTruth(r, 1) || (r.word(1) === 'NOT' && isTruth(r, 2)))) {
    r.need('IS');
    r.take('NOT');
    r.next();
  }
}

function isTruth(r: Reader, ahead: number): boolean {
  return ['TRUE', 'FALSE', 'UNKNOWN'].includes(r.word(ahead));
}

const COMPARISONS = ['=', '<=>', '>=', '>', '<=', '<', '<>', '!='];

function comparison(r: Reader): void {
  predicate(r);
  for (;;) {
    if (r.take('IS', 'NULL') || r.take('IS', 'NOT', 'NULL')) continue;
    const sign = COMPARISONS.find((symbol) => r.takeSymbol(symbol));
    if (sign === undefined) return;
    const many = sign !== '<=>' && (r.is('ALL') || r.is('ANY') || r.is('SOME')) && r.symbol('(', 1);
    if (many) {
      r.next();
      subquery(r);
    } else predicate(r);
  }
}

function predicate(r: Reader): void {
  bits(r);
  if (r.is('SOUNDS', 'LIKE')) {
    r.need('SOUNDS', 'LIKE');
    bits(r);
    return;
  }
  if (!r.mariadb && r.is('MEMBER')) {
    r.next();
    r.take('OF');
    r.parenthesised(() => simple(r));
    return;
  }
  const negated = r.is('NOT') && ['IN', 'BETWEEN', 'LIKE', 'REGEXP', 'RLIKE'].includes(r.word(1));
  if (negated) r.need('NOT');
  if (r.take('IN')) inList(r);
  else if (r.take('BETWEEN')) {
    bits(r);
    r.need('AND');
    predicate(r);
  } else if (r.take('LIKE')) {
    if (r.mariadb) bits(r);
    else simple(r);
    if (r.take('ESCAPE')) simple(r);
  } else if (r.takeOneOf(['REGEXP', 'RLIKE']) !== null) bits(r);
}

function inList(r: Reader): void {
  if (isQuery(r, 1) && r.attempt(() => subquery(r)) !== null) return;
  r.parenthesised(() => r.list(() => expr(r)));
}

const BIT_SYMBOLS = ['+', '-', '*', '/', '%', '^', '|', '&', '<<', '>>'];

/** Arithmetic and bits, with intervals. */
export function bits(r: Reader): void {
  r.nested(() => {
    for (;;) {
      if (interval(r)) {
        // `INTERVAL 1 DAY + x` only; behind a sign it stands for itself.
        r.needSymbol('+');
        continue;
      }
      simple(r);
      let sign = nextOperator(r);
      while ((sign === '+' || sign === '-') && interval(r)) sign = nextOperator(r);
      if (sign === null) return;
    }
  });
}

function nextOperator(r: Reader): string | null {
  return BIT_SYMBOLS.find((symbol) => r.takeSymbol(symbol)) ?? r.takeOneOf(['DIV', 'MOD']);
}

/** `INTERVAL expr unit`; `INTERVAL(a, b)` is a function, and only what follows tells. */
export function interval(r: Reader): boolean {
  if (!r.is('INTERVAL')) return false;
  const read = (): true => {
    r.need('INTERVAL');
    expr(r);
    needUnit(r);
    return true;
  };
  return r.symbol('(', 1) ? r.attempt(read) === true : read();
}

/** One operand: with signs before and collation behind it. */
export function simple(r: Reader): void {
  r.nested(() => {
    while (['+', '-', '~', '!'].some((sign) => r.takeSymbol(sign)) || r.take('BINARY'));
    const column = operand(r);
    if (column && !r.mariadb && (r.takeSymbol('->') || r.takeSymbol('->>'))) r.string('a JSON path');
    while (r.take('COLLATE')) collationName(r);
  });
}

/** True when it is a column, so that `->` may follow. */
function operand(r: Reader): boolean {
  const token = r.peek();
  switch (token.kind) {
    case 'number':
    case 'bits':
      r.next();
      return false;
    case 'string':
      while (r.isString()) r.next();
      return false;
    case 'variable':
      r.next();
      if (r.takeSymbol(':=')) expr(r);
      return false;
    case 'symbol':
      symbolOperand(r);
      return false;
    case 'word':
    case 'name':
      return wordOperand(r);
    default:
      return r.fail('an expression');
  }
}

function symbolOperand(r: Reader): void {
  if (r.symbol('(')) {
    if (isQuery(r, 1) && r.attempt(() => subquery(r)) !== null) return;
    r.parenthesised(() => r.list(() => expr(r)));
  } else if (r.takeSymbol('?')) return;
  else if (r.takeSymbol('@@')) systemVariable(r);
  else if (r.takeSymbol('{')) {
    r.name();
    expr(r);
    r.needSymbol('}');
  } else r.fail('an expression');
}

const TEMPORAL = new Set(['DATE', 'TIME', 'TIMESTAMP']);

function wordOperand(r: Reader): boolean {
  const word = r.word();
  if (word === 'TRUE' || word === 'FALSE' || word === 'NULL') r.next();
  else if (TEMPORAL.has(word) && r.isString(1)) {
    r.next();
    r.next();
  } else if (word.startsWith('_') && (r.isString(1) || r.peek(1).kind === 'bits')) {
    r.next();
    r.next();
    while (r.isString()) r.next();
  } else if (word === 'CASE') readCase(r);
  else if (word === 'EXISTS') {
    r.next();
    subquery(r);
  } else if (!readCall(r)) {
    column(r);
    return true;
  }
  return false;
}

function readCase(r: Reader): void {
  r.need('CASE');
  if (!r.is('WHEN')) expr(r);
  do {
    r.need('WHEN');
    expr(r);
    r.need('THEN');
    expr(r);
  } while (r.is('WHEN'));
  if (r.take('ELSE')) expr(r);
  r.need('END');
}

/** A column, with its table and schema when they stand there. */
export function column(r: Reader): string {
  let name = r.name('an expression');
  for (let parts = 1; parts < 3 && r.symbol('.') && !r.symbol('*', 1); parts += 1) {
    r.needSymbol('.');
    name = r.anyName('the name of a column');
  }
  r.seen.columns.add(name);
  return name;
}
