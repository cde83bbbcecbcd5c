import type { AlterPart, Column, Index } from '../sql/tree.ts';
import { type Change, changesOf } from './changes.ts';
import { charsetBytes, charsetOf, collationOf } from './charsets.ts';
import { alteredTable, isText } from './schema-alter.ts';
import { columnIn, same, type Table } from './table.ts';

/** What one part of an ALTER TABLE asks of the server, in the words of the online table. */

const METADATA_OPTIONS = new Set([
  ...['CHARSET', 'COLLATE', 'COMMENT', 'AUTO_INCREMENT', 'MAX_ROWS', 'MIN_ROWS', 'AVG_ROW_LENGTH'],
  ...['STATS_PERSISTENT', 'STATS_AUTO_RECALC', 'STATS_SAMPLE_PAGES', 'CHECKSUM', 'DELAY_KEY_WRITE'],
]);

/** Empty: it only says how (ALGORITHM, LOCK). Undefined: nobody can tell without the server. Pure. */
export function operationsOf(part: AlterPart, table: Table | undefined): readonly string[] | undefined {
  switch (part.kind) {
    case 'algorithm':
    case 'lock':
      return [];
    case 'add-column':
      return addedColumn(part.column, part.position !== null);
    case 'modify-column':
    case 'change-column': {
      const from = part.kind === 'change-column' ? part.from : part.column.name;
      return changedColumn(table, from, part.column, part.position !== null);
    }
    case 'drop-column':
      return [droppedColumn(table, part.column)];
    case 'rename-column':
    case 'rename-table':
    case 'rename-index':
    case 'index-visibility':
    case 'drop-primary-key':
    case 'drop-foreign-key':
    case 'drop-check':
    case 'convert-charset':
    case 'order-by':
    case 'partition-by':
    case 'remove-partitioning':
    case 'drop-index':
    case 'add-foreign-key':
      return [part.kind];
    case 'set-default':
    case 'drop-default':
    case 'column-visibility':
      return ['column-metadata'];
    case 'add-index':
      return [addedIndex(part.index, table)];
    case 'add-check':
      return [part.check.enforced ? 'add-check' : 'add-check-unenforced'];
    case 'check-enforcement':
      return [part.enforced ? 'check-enforce' : 'check-unenforce'];
    case 'drop-constraint':
      return table?.checks.some(({ name }) => name !== null && same(name, part.name)) === true
        ? ['drop-check']
        : undefined;
    case 'option':
      return option(part.option.name, part.option.value, table);
    case 'force':
      return ['rebuild'];
    case 'words':
      return undefined;
    case 'partition':
      return partition(part.what);
  }
}

/** Every part with what it asks; undefined as soon as one cannot be told. Pure. */
export function allOperations(
  parts: readonly AlterPart[],
  table: Table | undefined,
): readonly { readonly part: AlterPart; readonly operation: string }[] | undefined {
  const all: { readonly part: AlterPart; readonly operation: string }[] = [];
  const replaced = parts.some((part) => part.kind === 'add-index' && part.index.kind === 'primary');
  let now = table;
  for (const part of parts) {
    const operations = replaced && part.kind === 'drop-primary-key' ? ['replace-primary-key'] : operationsOf(part, now);
    if (operations === undefined) return undefined;
    all.push(...operations.map((operation) => ({ part, operation })));
    // Of two FULLTEXT indexes in one statement the second is no longer the first.
    if (now !== undefined && part.kind === 'add-index') now = alteredTable(now, [part]);
  }
  return all;
}

function addedColumn(column: Column, placed: boolean): readonly string[] {
  const operations: string[] = [];
  if (column.generated !== null) operations.push(column.generated.stored ? 'add-stored-column' : 'add-virtual-column');
  else if (column.autoIncrement) operations.push('add-auto-increment');
  else if (isExpression(column))
    operations.push(
      (column.default?.columns.length ?? 0) > 0 ? 'add-column-computed-default' : 'add-column-expression-default',
    );
  else operations.push(placed ? 'add-column-in-place' : 'add-column');
  if (column.checks.length > 0) operations.push('add-column-check');
  if (column.key === 'unique' || column.key === 'plain') operations.push('add-keyed-column');
  if (column.key === 'primary' && !column.autoIncrement) operations.push('add-primary-key');
  if (column.references !== null) operations.push('add-foreign-key');
  return operations;
}

/** A default that the server computes, other than the time of now. */
export function isExpression(column: Column): boolean {
  const { default: value } = column;
  if (value === null || value.literal !== null) return false;
  const now = ['CURRENT_TIMESTAMP', 'NOW', 'LOCALTIME', 'LOCALTIMESTAMP'];
  return value.columns.length > 0 || value.functions.some((name) => !now.includes(name));
}

function droppedColumn(table: Table | undefined, name: string): string {
  const column = columnIn(table, name);
  if (column !== undefined && column.generated !== null)
    return column.generated.stored ? 'drop-stored-column' : 'drop-virtual-column';
  const indexed = table?.indexes.some(({ parts }) =>
    parts.some((part) => part.column !== null && same(part.column, name)),
  );
  return indexed === true ? 'drop-indexed-column' : 'drop-column';
}

function addedIndex(index: Index, table: Table | undefined): string {
  if (index.kind === 'primary')
    return table?.indexes.some(({ kind }) => kind === 'primary') === true ? 'replace-primary-key' : 'add-primary-key';
  if (index.kind === 'fulltext') {
    const later = table?.indexes.some(({ kind }) => kind === 'fulltext') === true;
    return later ? 'add-fulltext' : 'add-first-fulltext';
  }
  if (index.kind === 'spatial') return 'add-spatial';
  if (index.kind === 'vector') return 'add-vector';
  return index.parts.some(({ expression }) => expression !== null) ? 'add-functional-index' : 'add-index';
}

function option(name: string, value: string, table: Table | undefined): readonly string[] | undefined {
  if (METADATA_OPTIONS.has(name)) return ['table-option'];
  if (name === 'ROW_FORMAT' || name === 'KEY_BLOCK_SIZE') return ['rebuild'];
  if (name !== 'ENGINE') return undefined;
  const engine = table?.options.get('ENGINE') ?? 'InnoDB';
  return [same(engine, value) ? 'rebuild' : 'change-engine'];
}

function partition(what: string): readonly string[] | undefined {
  switch (what) {
    case 'ADD':
      return ['partition-add'];
    case 'DROP':
      return ['partition-drop'];
    case 'REORGANIZE':
    case 'REBUILD':
    case 'COALESCE':
      return ['partition-reorganize'];
    default:
      return undefined;
  }
}

const OF_CHANGE: Readonly<Record<Exclude<Change, 'type' | 'length' | 'charset' | 'collation'>, string>> = {
  name: 'rename-column',
  nullable: 'drop-not-null',
  'not-null': 'set-not-null',
  metadata: 'column-metadata',
  'enum-append': 'enum-append',
  'enum-change': 'change-type',
  generated: 'generated-expression',
  'auto-increment': 'change-type',
};

function changedColumn(
  table: Table | undefined,
  from: string,
  column: Column,
  placed: boolean,
): readonly string[] | undefined {
  const before = columnIn(table, from);
  if (before === undefined || table === undefined) return undefined;
  const operations = changesOf(before, column, table).map((change): string => {
    if (change === 'type') return 'change-type';
    if (change === 'length') return widened(before, column, table);
    if (change === 'charset' || change === 'collation') return charsetChange(before, column, table);
    return OF_CHANGE[change];
  });
  if (placed) operations.push('reorder-column');
  if (column.key !== null) operations.push('add-index');
  return operations.length === 0 ? ['column-metadata'] : operations;
}

/** A VARCHAR whose length in bytes passes 255 needs a second byte for its length in every row. */
function widened(before: Column, after: Column, table: Table): string {
  const bytes = (column: Column): number => (column.type.args[0] ?? 0) * charsetBytes(charsetOf(column, table));
  if (before.type.name !== 'VARCHAR' && before.type.name !== 'VARBINARY') return 'change-type';
  if (bytes(after) < bytes(before)) return 'change-type';
  return bytes(before) <= 255 && bytes(after) > 255 ? 'widen-varchar-across' : 'widen-varchar';
}

/** utf8mb3 is part of utf8mb4, and ascii of both. */
function charsetChange(before: Column, after: Column, table: Table): string {
  if (!isText(before.type.name)) return 'change-type';
  const [from, to] = [charsetOf(before, table), charsetOf(after, table)];
  const indexed = table.indexes.some(({ parts }) =>
    parts.some(({ column }) => column !== null && same(column, before.name)),
  );
  // An index is ordered by it: how the server does that has no row.
  if (from === to) return indexed ? 'change-indexed-collation' : 'change-collation';
  const superset = to === 'utf8mb4' && (from === 'utf8mb3' || from === 'utf8');
  const [was, is] = [collationOf(before, table), collationOf(after, table)];
  const sameOrder = was !== null && is !== null && was.replace(/^utf8(mb3)?_/, 'utf8mb4_') === is;
  return superset && sameOrder && !indexed ? 'charset-superset' : 'change-charset';
}
