import type { Check, Column, CreateTable, ForeignKey, Index, ObjectName, Partitioning, TableOption } from '../tree.ts';
import { checkOf, columnOf } from './columns.ts';
import { foreignKey, tableIndex } from './indexes.ts';
import { isQuery } from './names.ts';
import { tableOption } from './options.ts';
import { partitionBy } from './partitions.ts';
import type { Reader } from './reader.ts';

/** CREATE TABLE. */

export interface Elements {
  readonly columns: Column[];
  readonly indexes: Index[];
  readonly foreignKeys: ForeignKey[];
  readonly checks: Check[];
}

/** Behind CREATE [OR REPLACE] [TEMPORARY] TABLE. */
export function createTable(
  r: Reader,
  head: { readonly temporary: boolean; readonly orReplace: boolean },
): CreateTable {
  const ifNotExists = r.take('IF', 'NOT', 'EXISTS');
  const table = r.table();
  const elements: Elements = { columns: [], indexes: [], foreignKeys: [], checks: [] };
  const like = likeOf(r);
  const options: TableOption[] = [];
  let partitioning: Partitioning | null = null;
  let select = false;
  if (like === null) {
    const listed = r.symbol('(') && !isQuery(r, 1);
    if (listed) r.parenthesised(() => r.list(() => element(r, elements)));
    readOptions(r, options);
    if (r.is('PARTITION', 'BY')) partitioning = partitionBy(r);
    select = selectOf(r);
    if (!listed && !select && !r.mariadb) r.fail('( or a query');
  }
  return { kind: 'create-table', table, ...head, ifNotExists, like, select, ...elements, options, partitioning };
}

function likeOf(r: Reader): ObjectName | null {
  if (r.take('LIKE')) return r.table();
  if (!(r.symbol('(') && r.word(1) === 'LIKE')) return null;
  return r.parenthesised(() => {
    r.need('LIKE');
    return r.table();
  });
}

function readOptions(r: Reader, options: TableOption[]): void {
  for (let option = tableOption(r); option !== null; option = tableOption(r)) {
    options.push(option);
    r.takeSymbol(',');
  }
}

function selectOf(r: Reader): boolean {
  r.takeOneOf(['IGNORE', 'REPLACE']);
  const named = r.take('AS');
  if (isQuery(r, 0)) {
    r.query();
    return true;
  }
  if (named) r.fail('a query');
  return false;
}

/** One line between the parentheses of CREATE TABLE. */
function element(r: Reader, into: Elements): void {
  const place = r.place;
  if (r.mariadb && r.is('PERIOD', 'FOR')) {
    period(r);
    return;
  }
  const named = r.take('CONSTRAINT');
  if (named && r.mariadb) r.take('IF', 'NOT', 'EXISTS');
  const constraint = named && r.isName() ? r.name() : null;
  if (r.is('FOREIGN', 'KEY')) into.foreignKeys.push(foreignKey(r, constraint, place));
  else if (r.is('CHECK')) into.checks.push(checkOf(r, constraint));
  else {
    const index = named && !r.is('PRIMARY') && !r.is('UNIQUE') ? null : tableIndex(r, constraint, place);
    if (index !== null) into.indexes.push(index);
    else if (named) r.fail('PRIMARY KEY, UNIQUE, FOREIGN KEY, CHECK');
    else into.columns.push(columnOf(r));
  }
}

/** MariaDB: `PERIOD FOR SYSTEM_TIME (a, b)`. */
export function period(r: Reader): void {
  r.need('PERIOD', 'FOR');
  r.name();
  r.parenthesised(() => {
    r.name();
    r.needSymbol(',');
    r.name();
  });
}
