import type { AlterPart, Column, ForeignKey, Index, Position, References } from '../sql/tree.ts';
import { type KnownIndex, keyOf, same, type Table } from './table.ts';

/** A table after parts of an ALTER TABLE, in their order. Pure. */
export function alteredTable(table: Table, parts: readonly AlterPart[]): Table {
  return parts.reduce(altered, table);
}

function altered(table: Table, part: AlterPart): Table {
  switch (part.kind) {
    case 'add-column':
      if (part.ifNotExists && table.columns.some(({ name }) => same(name, part.column.name))) return table;
      return withColumn(table, part.column, part.position);
    case 'modify-column':
      return changed(table, part.column.name, part.column, part.position);
    case 'change-column':
      return changed(table, part.from, part.column, part.position);
    case 'rename-column':
      return renamed(table, part.from, part.to);
    case 'drop-column':
      return dropped(table, part.column);
    case 'set-default':
      return edited(table, part.column, (column) => ({ ...column, default: part.default }));
    case 'drop-default':
      return edited(table, part.column, (column) => ({ ...column, default: null }));
    case 'column-visibility':
      return edited(table, part.column, (column) => ({ ...column, visible: part.visible }));
    case 'add-index':
      return withIndex(table, part.index);
    case 'drop-index':
      return { ...table, indexes: table.indexes.filter(({ name }) => !same(name, part.name)) };
    case 'rename-index':
      return indexEdited(table, part.from, (index) => ({ ...index, name: part.to }));
    case 'index-visibility':
      return indexEdited(table, part.name, (index) => ({ ...index, visible: part.visible }));
    case 'drop-primary-key':
      return { ...table, indexes: table.indexes.filter(({ kind }) => kind !== 'primary') };
    case 'add-foreign-key':
      return withForeignKey(table, part.foreignKey);
    case 'drop-foreign-key':
      return { ...table, foreignKeys: table.foreignKeys.filter(({ name }) => !named(name, part.name)) };
    case 'add-check':
      return { ...table, checks: [...table.checks, part.check] };
    case 'drop-check':
      return { ...table, checks: table.checks.filter(({ name }) => !named(name, part.name)) };
    case 'drop-constraint':
      return {
        ...table,
        indexes: table.indexes.filter(({ name }) => !same(name, part.name)),
        foreignKeys: table.foreignKeys.filter(({ name }) => !named(name, part.name)),
        checks: table.checks.filter(({ name }) => !named(name, part.name)),
      };
    case 'check-enforcement':
      return {
        ...table,
        checks: table.checks.map((check) =>
          named(check.name, part.name) ? { ...check, enforced: part.enforced } : check,
        ),
      };
    case 'rename-table':
      return { ...table, name: part.to.name };
    case 'convert-charset':
      return converted(table, part.charset, part.collation);
    case 'option':
      return withOption(table, part.option.name, part.option.value);
    case 'partition-by':
      return { ...table, partitioned: true };
    case 'remove-partitioning':
      return { ...table, partitioned: false };
    default:
      return table;
  }
}

function named(name: string | null, wanted: string): boolean {
  return name !== null && same(name, wanted);
}

function placed(columns: readonly Column[], column: Column, position: Position): readonly Column[] {
  if (position === null) return [...columns, column];
  if ('first' in position) return [column, ...columns];
  const after = columns.findIndex(({ name }) => same(name, position.after));
  return after < 0 ? [...columns, column] : columns.toSpliced(after + 1, 0, column);
}

function withColumn(table: Table, column: Column, position: Position): Table {
  const { references } = column;
  const grown: Table = {
    ...table,
    columns: placed(table.columns, column, position),
    checks: [...table.checks, ...column.checks],
  };
  const keyed = withOwnKey(grown, column);
  return references === null ? keyed : withForeignKey(keyed, ownReference(column, references));
}

/** PRIMARY KEY, UNIQUE and KEY at the column itself. */
function withOwnKey(table: Table, column: Column): Table {
  if (column.key === null) return table;
  return withIndex(table, {
    ...{ kind: column.key, name: null, constraint: null, using: null, visible: true, comment: null },
    parts: [{ column: column.name, expression: null, length: null, descending: false }],
    span: column.span,
  });
}

function ownReference(column: Column, references: References): ForeignKey {
  return { name: null, columns: [column.name], references, span: column.span };
}

function edited(table: Table, name: string, edit: (column: Column) => Column): Table {
  return { ...table, columns: table.columns.map((column) => (same(column.name, name) ? edit(column) : column)) };
}

function changed(table: Table, from: string, column: Column, position: Position): Table {
  const named = same(from, column.name) ? table : renamed(table, from, column.name);
  const known = named.columns.some(({ name }) => same(name, column.name));
  // A table that is not known as a whole learns the column from this statement.
  const put = known ? edited(named, column.name, () => column) : { ...named, columns: [...named.columns, column] };
  const keyed = withOwnKey(put, column);
  if (position === null) return keyed;
  const others = keyed.columns.filter(({ name }) => !same(name, column.name));
  return { ...keyed, columns: placed(others, column, position) };
}

function renamed(table: Table, from: string, to: string): Table {
  const name = (column: string): string => (same(column, from) ? to : column);
  return {
    ...edited(table, from, (column) => ({ ...column, name: to })),
    indexes: table.indexes.map((index) => ({
      ...index,
      parts: index.parts.map((part) => (part.column === null ? part : { ...part, column: name(part.column) })),
    })),
    foreignKeys: table.foreignKeys.map((key) => ({ ...key, columns: key.columns.map(name) })),
  };
}

/** The server takes the column out of every index, and drops an index that has no other. */
function dropped(table: Table, column: string): Table {
  const indexes = table.indexes
    .map((index) => ({
      ...index,
      parts: index.parts.filter((part) => part.column === null || !same(part.column, column)),
    }))
    .filter(({ parts }) => parts.length > 0);
  return { ...table, indexes, columns: table.columns.filter(({ name }) => !same(name, column)) };
}

function indexEdited(table: Table, name: string, edit: (index: KnownIndex) => KnownIndex): Table {
  return { ...table, indexes: table.indexes.map((index) => (same(index.name, name) ? edit(index) : index)) };
}

function withIndex(table: Table, { span: _span, ...index }: Index): Table {
  const name =
    index.kind === 'primary' ? 'PRIMARY' : (index.name ?? index.constraint ?? freeName(table, index.parts[0]?.column));
  return { ...table, indexes: [...table.indexes, { ...index, name }] };
}

/** The server names an index after its first column, with `_2` and so on where that is taken. */
function freeName(table: Table, column: string | null | undefined): string {
  const wanted = column ?? 'functional_index';
  const taken = new Set(table.indexes.map(({ name }) => keyOf(name)));
  if (!taken.has(keyOf(wanted))) return wanted;
  let number = 2;
  while (taken.has(`${keyOf(wanted)}_${number}`)) number += 1;
  return `${wanted}_${number}`;
}

/** With the index that the server makes for it where there is none that begins with its columns. */
function withForeignKey(table: Table, key: ForeignKey): Table {
  const number = table.foreignKeys.length + 1;
  const name = key.name ?? `${table.name}_ibfk_${number}`;
  const grown = { ...table, foreignKeys: [...table.foreignKeys, { ...key, name }] };
  if (grown.indexes.some((index) => beginsWith(index, key.columns))) return grown;
  return withIndex(grown, {
    ...{ kind: 'plain', name: key.name, constraint: null, using: null, visible: true, comment: null, span: key.span },
    parts: key.columns.map((column) => ({ column, expression: null, length: null, descending: false })),
  });
}

/** The index begins with these columns, whole, in their order. */
export function beginsWith(index: Pick<KnownIndex, 'parts' | 'kind'>, columns: readonly string[]): boolean {
  if (index.kind === 'fulltext' || index.kind === 'spatial' || index.kind === 'vector') return false;
  return columns.every((column, at) => {
    const part = index.parts[at];
    return part !== undefined && part.column !== null && part.length === null && same(part.column, column);
  });
}

function converted(table: Table, charset: string, collation: string | null): Table {
  const texts = table.columns.map((column) => {
    const { type } = column;
    if (!isText(type.name)) return column;
    return { ...column, type: { ...type, charset: null, collation: null } };
  });
  const options = new Map([...table.options, ['CHARSET', charset]]);
  if (collation === null) options.delete('COLLATE');
  else options.set('COLLATE', collation);
  return { ...table, columns: texts, options };
}

/** Columns that took character set and collation from the table keep what they have: only later ones take the new. */
function withOption(table: Table, name: string, value: string): Table {
  const options = new Map([...table.options, [name, value]]);
  if (name !== 'CHARSET' && name !== 'COLLATE') return { ...table, options };
  const [charset = null, collation = null] = [table.options.get('CHARSET'), table.options.get('COLLATE')];
  const columns = table.columns.map((column) => {
    const { type } = column;
    if (!isText(type.name) || type.charset !== null || type.collation !== null) return column;
    return { ...column, type: { ...type, charset, collation } };
  });
  return { ...table, options, columns };
}

const TEXT_TYPES = new Set(['CHAR', 'VARCHAR', 'TINYTEXT', 'TEXT', 'MEDIUMTEXT', 'LONGTEXT', 'ENUM', 'SET']);

/** Has a character set. */
export function isText(type: string): boolean {
  return TEXT_TYPES.has(type);
}
