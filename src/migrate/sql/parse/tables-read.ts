import { jsonTable } from './json-table.ts';
import { isQuery } from './names.ts';
import type { Reader } from './reader.ts';

/** What a statement reads from: tables, joins, derived tables. */

/** `a, b JOIN c ON …`. */
export function tableReferences(r: Reader): void {
  r.list(() => joined(r));
}

function joined(r: Reader): void {
  r.nested(() => {
    factor(r);
    let pending = 0;
    for (;;) {
      const made = join(r);
      if (made === null) return;
      if (made === 'open') pending += 1;
      // `a JOIN b JOIN c ON x ON y`: the second condition belongs to the first join.
      while (pending > 0 && (r.is('ON') || r.is('USING'))) {
        condition(r);
        pending -= 1;
      }
    }
  });
}

function join(r: Reader): 'closed' | 'open' | null {
  if (r.take('NATURAL')) {
    if (r.takeOneOf(['LEFT', 'RIGHT']) !== null) r.take('OUTER');
    else r.take('INNER');
    r.need('JOIN');
    factor(r);
    return 'closed';
  }
  if (r.take('STRAIGHT_JOIN') || r.take('JOIN') || r.take('INNER', 'JOIN') || r.take('CROSS', 'JOIN')) {
    factor(r);
    if (!r.is('ON') && !r.is('USING')) return 'open';
    condition(r);
    return 'closed';
  }
  if (!((r.is('LEFT') || r.is('RIGHT')) && ['JOIN', 'OUTER'].includes(r.word(1)))) return null;
  r.next();
  r.take('OUTER');
  r.need('JOIN');
  factor(r);
  let open = 0;
  while (!r.is('ON') && !r.is('USING')) {
    const made = join(r);
    if (made === null) r.fail('ON, USING');
    if (made === 'open') open += 1;
  }
  for (; open > 0 && (r.is('ON') || r.is('USING')); open -= 1) {
    const place = r.place;
    condition(r);
    if (!r.is('ON') && !r.is('USING')) {
      r.back(place);
      break;
    }
  }
  condition(r);
  return 'closed';
}

function condition(r: Reader): void {
  if (r.take('USING')) r.parenthesised(() => r.list(() => r.seen.columns.add(r.name('the name of a column'))));
  else {
    r.need('ON');
    r.expr();
  }
}

function factor(r: Reader): void {
  if (r.symbol('(')) {
    if (isQuery(r, 1) && r.attempt(() => derived(r)) !== null) return;
    r.parenthesised(() => tableReferences(r));
    return;
  }
  if (!r.mariadb && r.take('LATERAL')) derived(r);
  else if (r.is('JSON_TABLE') && r.symbol('(', 1)) jsonTable(r);
  else if (r.takeSymbol('{')) {
    r.name();
    joined(r);
    r.needSymbol('}');
  } else if (r.take('DUAL')) return;
  else {
    r.table();
    partitionNames(r);
    if (r.mariadb && r.take('FOR', 'SYSTEM_TIME')) systemTime(r);
    alias(r);
    indexHints(r);
    if (!r.mariadb && r.take('TABLESAMPLE')) {
      r.needOneOf(['SYSTEM', 'BERNOULLI']);
      r.parenthesised(() => r.expr());
    }
  }
}

function derived(r: Reader): void {
  r.parenthesised(() => r.query());
  r.take('AS');
  r.name('a name for the query');
  if (!r.mariadb && r.symbol('(')) nameList(r);
}

export function nameList(r: Reader): readonly string[] {
  return r.parenthesised(() => r.list(() => r.name()));
}

/** `PARTITION (p0, p1)`. */
export function partitionNames(r: Reader): void {
  if (r.is('PARTITION') && r.symbol('(', 1)) {
    r.need('PARTITION');
    nameList(r);
  }
}

/** `AS a`, `a`, or nothing. */
export function alias(r: Reader): boolean {
  if (r.take('AS')) {
    r.name('another name');
    return true;
  }
  // In MariaDB WINDOW is a name, but none of a table.
  if (!r.isName() || r.is('WINDOW')) return false;
  r.next();
  return true;
}

function indexHints(r: Reader): void {
  while (r.takeOneOf(['USE INDEX', 'USE KEY', 'FORCE INDEX', 'FORCE KEY', 'IGNORE INDEX', 'IGNORE KEY']) !== null) {
    if (r.take('FOR')) r.needOneOf(['JOIN', 'ORDER BY', 'GROUP BY']);
    r.parenthesised(() => {
      if (!r.symbol(')')) r.list(() => r.take('PRIMARY') || r.name('the name of an index'));
    });
  }
}

/** MariaDB: `FOR SYSTEM_TIME AS OF …`. */
function systemTime(r: Reader): void {
  if (r.take('ALL')) return;
  const point = (): void => {
    r.takeOneOf(['TIMESTAMP', 'TRANSACTION']);
    r.bits();
  };
  if (r.take('AS', 'OF')) point();
  else if (r.take('BETWEEN')) {
    point();
    r.need('AND');
    point();
  } else {
    r.need('FROM');
    point();
    r.need('TO');
    point();
  }
}
