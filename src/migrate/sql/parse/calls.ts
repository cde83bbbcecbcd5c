import type { Reader } from './reader.ts';
import { SPECIAL } from './special-calls.ts';
import { orderBy, over } from './windows.ts';

/** Calls of functions: most are a name and a list; some have a syntax of their own. */

const AGGREGATES = new Set(
  `AVG BIT_AND BIT_OR BIT_XOR COUNT GROUP_CONCAT JSON_ARRAYAGG JSON_OBJECTAGG MAX MIN STD STDDEV STDDEV_POP STDDEV_SAMP
  ST_COLLECT SUM VARIANCE VAR_POP VAR_SAMP`.split(/\s+/),
);
const WINDOW = new Set(
  'CUME_DIST DENSE_RANK FIRST_VALUE LAG LAST_VALUE LEAD NTH_VALUE NTILE PERCENT_RANK RANK ROW_NUMBER'.split(' '),
);
const INVERSE = new Set(['PERCENTILE_CONT', 'PERCENTILE_DISC', 'MEDIAN']);
/** Reserved, and functions all the same: how many arguments they take. */
const RESERVED_CALLS: Readonly<Record<string, readonly [number, number]>> = {
  IF: [3, 3],
  LEFT: [2, 2],
  RIGHT: [2, 2],
  REPEAT: [2, 2],
  REPLACE: [3, 3],
  INSERT: [4, 4],
  MOD: [2, 2],
  DATABASE: [0, 0],
  SCHEMA: [0, 0],
  GROUPING: [1, 99],
  CHARSET: [1, 1],
  COALESCE: [1, 999],
  COLLATION: [1, 1],
  TRUNCATE: [2, 2],
  ASCII: [1, 1],
  DATE: [1, 1],
  DAY: [1, 1],
  HOUR: [1, 1],
  MINUTE: [1, 1],
  MONTH: [1, 1],
  QUARTER: [1, 1],
  SECOND: [1, 1],
  YEAR: [1, 1],
  TIME: [1, 1],
  TIMESTAMP: [1, 2],
  MICROSECOND: [1, 1],
  REVERSE: [1, 1],
  ROW_COUNT: [0, 0],
  PASSWORD: [1, 1],
  USER: [0, 0],
  WEEK: [1, 2],
};
const CLOCKS = new Set(
  'CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP LOCALTIME LOCALTIMESTAMP UTC_DATE UTC_TIME UTC_TIMESTAMP'.split(' '),
);

/** Reads a call when one stands here; a column otherwise stays where it is. */
export function readCall(r: Reader): boolean {
  const word = r.word();
  const open = r.symbol('(', 1);
  if (CLOCKS.has(word)) return clock(r, word);
  if (word === 'CURRENT_USER' || (word === 'CURRENT_ROLE' && r.mariadb)) return niladic(r, word);
  if (word === 'MATCH' && !r.symbol('.', 1)) return match(r);
  if (word === 'ROW' && open) return row(r);
  if (r.mariadb && (r.is('NEXT', 'VALUE', 'FOR') || r.is('PREVIOUS', 'VALUE', 'FOR'))) return sequenceValue(r);
  if (open && r.peek().kind === 'word') return named(r, word);
  if (open && r.isName()) return generic(r, '');
  if (r.isName() && r.symbol('.', 1) && r.symbol('(', 3)) {
    r.name();
    r.needSymbol('.');
    const called = r.anyName('the name of a function').toUpperCase();
    r.seen.functions.add(called);
    loadable(r);
    return true;
  }
  return false;
}

function named(r: Reader, word: string): boolean {
  const special = Object.hasOwn(SPECIAL, word) ? SPECIAL[word] : undefined;
  const { tight } = r.peek();
  const arity = Object.hasOwn(RESERVED_CALLS, word) ? RESERVED_CALLS[word] : undefined;
  // Some words are functions only where the parenthesis follows at once.
  const callable = special !== undefined && (tight || !r.isName());
  if (callable || (AGGREGATES.has(word) && (tight || word === 'AVG'))) {
    r.seen.functions.add(word);
    r.next();
    r.parenthesised(() => {
      if (special !== undefined) special(r);
      else aggregate(r, word);
    });
    if (AGGREGATES.has(word)) over(r, false);
    return true;
  }
  if (WINDOW.has(word) && (!r.mariadb || tight)) return windowCall(r, word);
  if (r.mariadb && INVERSE.has(word) && tight) return inverse(r, word);
  if (arity !== undefined) {
    r.seen.functions.add(word);
    r.next();
    argumentsOf(r, ...arity);
    return true;
  }
  if (!r.isName() && !isTightName(r)) return false;
  return generic(r, word);
}

/** NOW( and its like: no names when a parenthesis follows, and calls like any other. */
function isTightName(r: Reader): boolean {
  return r.peek().tight && r.isName(0) === false && TIGHT_CALLS.has(r.word());
}

const TIGHT_CALLS = new Set(['NOW', 'CURDATE', 'CURTIME', 'SYSDATE', 'SESSION_USER', 'SYSTEM_USER']);

function aggregate(r: Reader, word: string): void {
  if (!word.startsWith('JSON_')) {
    r.take('DISTINCT');
    r.take('ALL');
  }
  r.expr();
  if (word === 'JSON_OBJECTAGG') {
    r.needSymbol(',');
    r.expr();
  }
  if (r.mariadb && word === 'JSON_ARRAYAGG') {
    if (r.is('ORDER')) orderBy(r);
    if (r.take('LIMIT')) r.list(() => r.expr());
  }
}

function windowCall(r: Reader, word: string): boolean {
  r.seen.functions.add(word);
  r.next();
  r.parenthesised(() => {
    if (!r.symbol(')')) r.list(() => r.expr());
  });
  if (r.take('FROM')) r.needOneOf(['FIRST', 'LAST']);
  if (r.takeOneOf(['RESPECT', 'IGNORE']) !== null) r.need('NULLS');
  over(r, true);
  return true;
}

function inverse(r: Reader, word: string): boolean {
  r.seen.functions.add(word);
  r.next();
  r.parenthesised(() => r.list(() => r.expr()));
  if (r.take('WITHIN', 'GROUP')) r.parenthesised(() => orderBy(r));
  over(r, true);
  return true;
}

function generic(r: Reader, word: string): boolean {
  r.seen.functions.add(word === '' ? r.peek().text.toUpperCase() : word);
  r.next();
  loadable(r);
  if (word === 'ANY_VALUE') over(r, false);
  return true;
}

/** Loadable functions may be told names of their arguments. */
function loadable(r: Reader): void {
  r.parenthesised(() => {
    if (r.symbol(')')) return;
    r.list(() => {
      r.expr();
      if (r.take('AS') || r.isName() || r.isString()) r.nameOrString();
    });
  });
}

function argumentsOf(r: Reader, least: number, most: number): void {
  r.parenthesised(() => {
    const count = r.symbol(')') ? 0 : r.list(() => r.expr()).length;
    if (count < least || count > most) r.fail(`${least} arguments`);
  });
}

function clock(r: Reader, word: string): boolean {
  r.seen.functions.add(word);
  r.next();
  if (r.takeSymbol('(')) {
    if (!word.endsWith('_DATE') && !r.symbol(')')) r.number();
    r.needSymbol(')');
  }
  return true;
}

function niladic(r: Reader, word: string): boolean {
  r.seen.functions.add(word);
  r.next();
  if (r.takeSymbol('(')) r.needSymbol(')');
  return true;
}

function row(r: Reader): boolean {
  r.need('ROW');
  r.parenthesised(() => r.list(() => r.expr()));
  return true;
}

function sequenceValue(r: Reader): boolean {
  r.seen.functions.add(r.next().text);
  r.need('VALUE', 'FOR');
  r.table('the name of a sequence');
  return true;
}

function match(r: Reader): boolean {
  r.need('MATCH');
  const columns = (): void =>
    void r.list(() => {
      let name = r.name('the name of a column');
      while (r.takeSymbol('.')) name = r.anyName();
      r.seen.columns.add(name);
    });
  if (r.symbol('(')) r.parenthesised(columns);
  else columns();
  r.seen.functions.add('MATCH');
  r.need('AGAINST');
  r.parenthesised(() => {
    r.bits();
    if (r.take('IN', 'BOOLEAN', 'MODE')) return;
    if (r.take('IN', 'NATURAL')) r.need('LANGUAGE', 'MODE');
    if (r.take('WITH')) r.need('QUERY', 'EXPANSION');
  });
  return true;
}
