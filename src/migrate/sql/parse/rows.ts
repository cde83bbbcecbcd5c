import type { DeleteStatement, Expression, InsertStatement, ObjectName, UpdateStatement } from '../tree.ts';
import { columnName } from './columns.ts';
import { expression } from './expressions.ts';
import { isQuery } from './names.ts';
import { limit, selectList, withClause } from './queries.ts';
import type { Reader } from './reader.ts';
import { alias, nameList, partitionNames, tableReferences } from './tables-read.ts';
import { orderBy } from './windows.ts';

/** INSERT, REPLACE, UPDATE and DELETE. */

const PRIORITIES = ['LOW_PRIORITY', 'DELAYED', 'HIGH_PRIORITY'];

export function insertStatement(r: Reader): InsertStatement {
  const replace = r.needOneOf(['INSERT', 'REPLACE']) === 'REPLACE';
  r.takeOneOf(PRIORITIES);
  const ignore = !replace && r.take('IGNORE');
  r.take('INTO');
  const table = r.table();
  partitionNames(r);
  const outer = r.seen.star;
  r.seen.star = false;
  const columns = columnList(r);
  const read = source(r, columns);
  const { star } = r.seen;
  r.seen.star = outer;
  if (!r.mariadb && r.take('AS')) {
    r.name();
    if (r.symbol('(')) nameList(r);
  }
  const onDuplicateKey = !replace && r.take('ON', 'DUPLICATE', 'KEY', 'UPDATE');
  if (onDuplicateKey) r.list(() => assignment(r));
  if (r.mariadb && r.take('RETURNING')) selectList(r);
  return { kind: 'insert', replace, ignore, table, columns: read.columns, rows: read.rows, onDuplicateKey, star };
}

function columnList(r: Reader): readonly string[] | null {
  if (!r.symbol('(') || isQuery(r, 0)) return null;
  return r.parenthesised(() => (r.symbol(')') ? [] : r.list(() => columnName(r))));
}

interface Source {
  readonly columns: readonly string[] | null;
  readonly rows: number | null;
}

function source(r: Reader, columns: readonly string[] | null): Source {
  if (columns === null && r.take('SET')) {
    return { columns: r.list(() => assignment(r)), rows: 1 };
  }
  if (r.is('VALUES', 'ROW') || (isQuery(r, 0) && !r.is('VALUES'))) {
    r.query();
    return { columns, rows: null };
  }
  r.needOneOf(['VALUES', 'VALUE']);
  const rows = r.list(() => r.parenthesised(() => (r.symbol(')') ? [] : r.list(() => value(r)))));
  return { columns, rows: rows.length };
}

function value(r: Reader): void {
  if (r.is('DEFAULT') && !r.symbol('(', 1)) r.next();
  else if (r.mariadb && r.take('IGNORE')) return;
  else r.expr();
}

/** `a = 1`; its column. */
export function assignment(r: Reader): string {
  const name = columnName(r);
  if (!r.takeSymbol('=')) r.needSymbol(':=');
  value(r);
  return name;
}

export function updateStatement(r: Reader): UpdateStatement {
  withClause(r);
  r.need('UPDATE');
  r.take('LOW_PRIORITY');
  const ignore = r.take('IGNORE');
  const { seen } = r.collect(() => tableReferences(r));
  if (r.mariadb) portion(r);
  r.need('SET');
  const columns = r.list(() => assignment(r));
  const rest = whichRows(r);
  return { kind: 'update', ignore, tables: seen.tables, columns, ...rest };
}

interface Which {
  readonly where: Expression | null;
  readonly limit: boolean;
}

function whichRows(r: Reader): Which {
  const where = r.take('WHERE') ? expression(r) : null;
  if (r.is('ORDER')) orderBy(r);
  const limited = r.is('LIMIT');
  if (limited) limit(r);
  return { where, limit: limited };
}

/** MariaDB: `FOR PORTION OF p FROM a TO b`. */
function portion(r: Reader): void {
  if (!r.take('FOR', 'PORTION', 'OF')) return;
  r.name();
  r.need('FROM');
  r.expr();
  r.need('TO');
  r.expr();
}

export function deleteStatement(r: Reader): DeleteStatement {
  withClause(r);
  r.need('DELETE');
  if (r.mariadb && r.take('HISTORY')) return deleteHistory(r);
  while (r.takeOneOf(['LOW_PRIORITY', 'QUICK']) !== null);
  const ignore = r.take('IGNORE');
  if (!r.take('FROM')) {
    const targets = r.list(() => target(r));
    r.need('FROM');
    tableReferences(r);
    return { kind: 'delete', ignore, tables: targets, where: r.take('WHERE') ? expression(r) : null, limit: false };
  }
  const many = r.attempt(() => {
    const found = r.list(() => target(r));
    r.need('USING');
    return found;
  });
  if (many !== null) {
    tableReferences(r);
    return { kind: 'delete', ignore, tables: many, where: r.take('WHERE') ? expression(r) : null, limit: false };
  }
  const table = r.table();
  partitionNames(r);
  if (r.mariadb) portion(r);
  alias(r);
  if (r.is('PARTITION')) partitionNames(r);
  const rest = whichRows(r);
  if (r.mariadb && r.take('RETURNING')) selectList(r);
  return { kind: 'delete', ignore, tables: [table], ...rest };
}

/** `t`, `t.*`. */
function target(r: Reader): ObjectName {
  const place = r.place;
  const first = r.name('the name of a table');
  let schema: string | null = null;
  let name = first;
  if (r.symbol('.') && !r.symbol('*', 1)) {
    r.needSymbol('.');
    schema = first;
    name = r.anyName();
  }
  const span = r.spanFrom(place);
  if (r.takeSymbol('.')) r.needSymbol('*');
  const found = { schema, name, span };
  r.seen.tables.push(found);
  return found;
}

/** MariaDB: `DELETE HISTORY FROM t BEFORE SYSTEM_TIME …`. */
function deleteHistory(r: Reader): DeleteStatement {
  r.need('FROM');
  const table = r.table();
  partitionNames(r);
  if (r.take('BEFORE', 'SYSTEM_TIME')) {
    r.takeOneOf(['TIMESTAMP', 'TRANSACTION']);
    r.bits();
  }
  return { kind: 'delete', ignore: false, tables: [table], where: null, limit: false };
}
