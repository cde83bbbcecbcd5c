import type { SelectStatement } from '../tree.ts';
import { collationName, isQuery, takeCharset } from './names.ts';
import type { Reader } from './reader.ts';
import { nameList, tableReferences } from './tables-read.ts';
import { orderBy, windowSpec } from './windows.ts';

/** SELECT, WITH, VALUES and TABLE, and what joins them. */

export function selectStatement(r: Reader): SelectStatement {
  const { seen } = r.collect(() => query(r, true));
  return { kind: 'select', tables: seen.tables, star: seen.star };
}

/** A whole query: with what stands before and behind its SELECTs. */
export function query(r: Reader, outermost = false): void {
  r.nested(() => {
    withClause(r);
    body(r, outermost);
    if (r.is('ORDER')) orderBy(r);
    limit(r);
    tail(r, outermost);
  });
}

/** `WITH a AS (…), b AS (…)`. */
export function withClause(r: Reader): void {
  if (!r.take('WITH')) return;
  r.take('RECURSIVE');
  r.list(() => {
    r.name('a name for the query');
    if (r.symbol('(')) nameList(r);
    r.need('AS');
    if (!isQuery(r, 1)) r.fail('a query in parentheses');
    r.parenthesised(() => query(r));
    if (r.mariadb && r.take('CYCLE')) {
      r.list(() => r.name());
      r.need('RESTRICT');
    }
  });
}

function body(r: Reader, outermost: boolean): void {
  term(r, outermost);
  while (r.takeOneOf(['UNION', 'EXCEPT', 'INTERSECT']) !== null) {
    r.takeOneOf(['ALL', 'DISTINCT']);
    term(r, false);
  }
}

function term(r: Reader, outermost: boolean): void {
  if (r.symbol('(')) r.parenthesised(() => query(r));
  else if (r.is('SELECT')) select(r, outermost);
  else if (r.is('VALUES')) values(r);
  else if (!r.mariadb && r.take('TABLE')) r.table();
  else r.fail('SELECT');
}

function values(r: Reader): void {
  r.need('VALUES');
  r.list(() => {
    if (!r.mariadb) r.need('ROW');
    r.parenthesised(() => r.symbol(')') || r.list(() => (r.is('DEFAULT') && !r.symbol('(', 1) ? r.next() : r.expr())));
  });
}

const OPTIONS = [
  'ALL',
  'DISTINCTROW',
  'DISTINCT',
  'HIGH_PRIORITY',
  'STRAIGHT_JOIN',
  'SQL_SMALL_RESULT',
  'SQL_BIG_RESULT',
  'SQL_BUFFER_RESULT',
  'SQL_NO_CACHE',
  'SQL_CALC_FOUND_ROWS',
];

function select(r: Reader, outermost: boolean): void {
  r.need('SELECT');
  while (r.takeOneOf(r.mariadb ? [...OPTIONS, 'SQL_CACHE'] : OPTIONS) !== null);
  selectList(r);
  if (outermost) into(r);
  if (r.take('FROM')) tableReferences(r);
  if (r.take('WHERE')) r.expr();
  if (r.take('GROUP', 'BY')) {
    groupBy(r);
  }
  if (r.take('HAVING')) r.expr();
  if (r.take('WINDOW')) {
    r.list(() => {
      r.name('the name of a window');
      r.need('AS');
      windowSpec(r);
    });
  }
  if (!r.mariadb && r.take('QUALIFY')) r.expr();
}

function groupBy(r: Reader): void {
  if (!r.mariadb && r.take('GROUPING')) {
    r.need('SETS');
    r.parenthesised(() => r.list(() => r.parenthesised(() => r.symbol(')') || r.list(() => r.expr()))));
    return;
  }
  if (!r.mariadb) r.take('CUBE');
  r.list(() => {
    r.expr();
    if (r.mariadb) r.takeOneOf(['ASC', 'DESC']);
  });
  r.take('WITH', 'ROLLUP');
}

/** What a SELECT or a RETURNING lists. */
export function selectList(r: Reader): void {
  r.list(() => {
    if (star(r)) return;
    r.expr();
    if (r.take('AS')) {
      if (!r.isString()) r.name('another name');
      else r.next();
    } else if (r.isName() || r.isString()) r.next();
  });
}

/** `*`, `t.*`, `s.t.*`. */
function star(r: Reader): boolean {
  let ahead = 0;
  while (ahead < 4 && r.isName(ahead) && r.symbol('.', ahead + 1)) ahead += 2;
  if (!r.symbol('*', ahead)) return false;
  for (let i = 0; i <= ahead; i += 1) r.next();
  r.seen.star = true;
  return true;
}

/** `LIMIT 10`, `LIMIT 5, 10`, `LIMIT 10 OFFSET 5`; MariaDB also `OFFSET … FETCH …`. */
export function limit(r: Reader): void {
  if (r.take('LIMIT')) {
    if (r.mariadb && r.take('ROWS', 'EXAMINED')) {
      count(r);
      return;
    }
    count(r);
    if (r.takeSymbol(',') || r.take('OFFSET')) count(r);
    if (r.mariadb && r.take('ROWS', 'EXAMINED')) count(r);
    return;
  }
  if (!r.mariadb) return;
  if (r.take('OFFSET')) {
    count(r);
    r.needOneOf(['ROWS', 'ROW']);
  }
  if (!r.take('FETCH')) return;
  r.needOneOf(['FIRST', 'NEXT']);
  if (r.peek().kind === 'number') count(r);
  r.needOneOf(['ROWS', 'ROW']);
  r.needOneOf(['ONLY', 'WITH TIES']);
}

function count(r: Reader): void {
  if (r.takeSymbol('?') || (r.isName() && r.name() !== '')) return;
  r.number();
}

/** Only the outermost query may end in INTO. */
function tail(r: Reader, outermost: boolean): void {
  if (r.mariadb && r.take('PROCEDURE', 'ANALYSE')) {
    r.parenthesised(() => {
      if (!r.symbol(')')) r.list(() => r.expr());
    });
  }
  if (outermost) into(r);
  locking(r);
  if (outermost) into(r);
}

function locking(r: Reader): void {
  for (;;) {
    if (r.take('LOCK', 'IN', 'SHARE', 'MODE')) {
      if (r.mariadb) wait(r);
    } else if (r.take('FOR', 'UPDATE') || (!r.mariadb && r.take('FOR', 'SHARE'))) {
      if (!r.mariadb && r.take('OF')) r.list(() => r.objectName());
      wait(r);
    } else return;
    if (r.mariadb) return;
  }
}

function wait(r: Reader): void {
  if (r.take('SKIP', 'LOCKED') || r.take('NOWAIT')) return;
  if (r.mariadb && r.take('WAIT')) r.number();
}

function into(r: Reader): void {
  if (!r.take('INTO')) return;
  if (r.take('DUMPFILE')) r.string('a file');
  else if (r.take('OUTFILE')) {
    r.string('a file');
    if (takeCharset(r)) collationName(r);
    fieldsAndLines(r);
  } else {
    r.list(() => {
      if (r.peek().kind === 'variable') r.next();
      else r.name('a variable');
    });
  }
}

/** FIELDS and LINES of files. */
export function fieldsAndLines(r: Reader): void {
  if (r.takeOneOf(['FIELDS', 'COLUMNS']) !== null) {
    let some = false;
    while (r.takeOneOf(['TERMINATED BY', 'OPTIONALLY ENCLOSED BY', 'ENCLOSED BY', 'ESCAPED BY']) !== null) {
      text(r);
      some = true;
    }
    if (!some) r.fail('TERMINATED BY, ENCLOSED BY, ESCAPED BY');
  }
  if (!r.take('LINES')) return;
  let some = false;
  while (r.takeOneOf(['TERMINATED BY', 'STARTING BY']) !== null) {
    text(r);
    some = true;
  }
  if (!some) r.fail('TERMINATED BY, STARTING BY');
}

function text(r: Reader): void {
  if (r.peek().kind === 'bits') r.next();
  else r.string();
}
