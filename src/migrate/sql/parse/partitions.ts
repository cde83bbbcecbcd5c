import type { Partitioning } from '../tree.ts';
import { charsetName, equals } from './names.ts';
import type { Reader } from './reader.ts';

/** PARTITION BY, and definitions of partitions. */

/** From PARTITION BY on. */
export function partitionBy(r: Reader): Partitioning {
  const place = r.place;
  r.need('PARTITION', 'BY');
  const { method, columns } = methodOf(r);
  const count = r.take('PARTITIONS') ? wholeNumber(r) : null;
  if (r.take('SUBPARTITION', 'BY')) {
    r.take('LINEAR');
    if (r.take('HASH')) r.parenthesised(() => r.bits());
    else keyColumns(r);
    if (r.take('SUBPARTITIONS')) wholeNumber(r);
  }
  const partitions = r.symbol('(') ? partitionDefinitions(r, columns) : [];
  if (count !== null && partitions.length > 0 && partitions.length !== count) r.fail(`${count} partitions`);
  return { method, partitions, span: r.spanFrom(place) };
}

/** How rows are spread, and by how many columns a partition is told; null where a server alone knows. */
interface Method {
  readonly method: string;
  readonly columns: number | null;
}

function wholeNumber(r: Reader): number {
  if (!/^\d+$/.test(r.peek().text)) r.fail('a whole number');
  return r.number();
}

function methodOf(r: Reader): Method {
  const linear = r.take('LINEAR') ? 'LINEAR ' : '';
  if (r.take('HASH')) {
    plainExpression(r);
    return { method: `${linear}HASH`, columns: null };
  }
  if (r.is('KEY')) {
    keyColumns(r);
    return { method: `${linear}KEY`, columns: null };
  }
  if (linear !== '') r.fail('HASH, KEY');
  if (r.mariadb && r.take('SYSTEM_TIME')) {
    systemTime(r);
    return { method: 'SYSTEM_TIME', columns: null };
  }
  const word = r.needOneOf(
    r.mariadb ? ['RANGE', 'LIST', 'HASH', 'KEY', 'SYSTEM_TIME'] : ['RANGE', 'LIST', 'HASH', 'KEY'],
  );
  if (r.take('COLUMNS')) {
    const columns = r.parenthesised(() => r.list(() => r.seen.columns.add(r.name()))).length;
    return { method: `${word} COLUMNS`, columns };
  }
  plainExpression(r);
  return { method: word, columns: 1 };
}

const UNSTEADY = new Set(
  'RAND NOW CURDATE CURTIME SYSDATE CURRENT_TIMESTAMP CURRENT_DATE CURRENT_TIME UUID USER CONNECTION_ID'.split(' '),
);

/** What rows are spread by: no query, and nothing that changes by itself. */
function plainExpression(r: Reader): void {
  const { seen } = r.collect(() => r.parenthesised(() => r.bits()));
  if (seen.subquery || [...seen.functions].some((name) => UNSTEADY.has(name)))
    r.fail('an expression that stays the same');
}

function keyColumns(r: Reader): void {
  r.need('KEY');
  if (r.take('ALGORITHM')) {
    r.needSymbol('=');
    r.number();
  }
  r.parenthesised(() => {
    if (!r.symbol(')')) r.list(() => r.seen.columns.add(r.name()));
  });
}

/** MariaDB: `SYSTEM_TIME INTERVAL 1 MONTH`, `SYSTEM_TIME LIMIT 1000`. */
function systemTime(r: Reader): void {
  if (r.take('INTERVAL')) {
    r.expr();
    r.name('a unit of time');
    if (r.take('STARTS')) r.expr();
  } else if (r.take('LIMIT')) r.number();
  r.take('AUTO');
}

/** Definitions in parentheses; their names. */
export function partitionDefinitions(r: Reader, columns: number | null = null): readonly string[] {
  return r.parenthesised(() => r.list(() => partitionDefinition(r, columns)));
}

/** `PARTITION p VALUES …`. */
export function partitionDefinition(r: Reader, columns: number | null = null): string {
  r.need('PARTITION');
  const name = r.name('the name of a partition');
  if (r.take('VALUES')) valuesOf(r, columns);
  else if (r.mariadb && r.take('DEFAULT')) return withOptions(r, name);
  else if (r.mariadb && r.takeOneOf(['HISTORY', 'CURRENT']) !== null) return withOptions(r, name);
  return withOptions(r, name);
}

function withOptions(r: Reader, name: string): string {
  while (partitionOption(r));
  if (r.symbol('(')) {
    r.parenthesised(() =>
      r.list(() => {
        r.need('SUBPARTITION');
        r.nameOrString('the name of a partition');
        while (partitionOption(r));
      }),
    );
  }
  return name;
}

function valuesOf(r: Reader, columns: number | null): void {
  if (r.take('LESS', 'THAN')) {
    if (r.take('MAXVALUE')) return;
    const told = r.parenthesised(() => r.list(() => bound(r))).length;
    if (columns !== null && told !== columns) r.fail(`${columns} values`);
    return;
  }
  if (r.mariadb && r.take('DEFAULT')) return;
  r.need('IN');
  r.parenthesised(() =>
    r.list(() => (r.symbol('(') && columns !== 1 && r.attempt(() => row(r)) !== null ? undefined : r.bits())),
  );
}

/** One value for each column of LIST COLUMNS. */
function row(r: Reader): void {
  r.parenthesised(() => r.list(() => r.bits()));
  if (!r.symbol(',') && !r.symbol(')')) r.fail(', )');
}

function bound(r: Reader): void {
  if (r.take('MAXVALUE')) return;
  if (r.mariadb && r.take('DEFAULT')) return;
  r.bits();
}

function partitionOption(r: Reader): boolean {
  if (r.take('TABLESPACE')) {
    equals(r);
    r.name();
  } else if (r.take('STORAGE', 'ENGINE') || r.take('ENGINE')) {
    equals(r);
    charsetName(r);
  } else if (r.take('NODEGROUP') || r.take('MAX_ROWS') || r.take('MIN_ROWS')) {
    equals(r);
    r.number();
  } else if (r.take('COMMENT') || r.take('DATA', 'DIRECTORY') || r.take('INDEX', 'DIRECTORY')) {
    equals(r);
    r.string();
  } else if (r.mariadb && r.isName() && r.symbol('=', 1)) {
    r.next();
    r.next();
    r.next();
  } else return false;
  return true;
}
