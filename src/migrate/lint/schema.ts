import type { CreateTable, ObjectName, ProgramStatement, Statement } from '../sql/tree.ts';
import { alteredTable } from './schema-alter.ts';
import { keyOf, type Table } from './table.ts';

/** The structure as the migrations tell it, folded statement by statement. */

/** A view, trigger or routine: it names tables and columns. */
export interface KnownProgram {
  readonly object: string;
  readonly name: string;
  readonly on: string | null;
  /** Lower case. */
  readonly mentions: ReadonlySet<string>;
}

export interface Schema {
  /** By lower-case name. */
  readonly tables: ReadonlyMap<string, Table>;
  readonly programs: readonly KnownProgram[];
}

export const NO_SCHEMA: Schema = { tables: new Map(), programs: [] };

export function tableIn(schema: Schema, name: ObjectName | string): Table | undefined {
  return schema.tables.get(keyOf(typeof name === 'string' ? name : name.name));
}

/** What is there after a statement. `file` made it. Pure. */
export function schemaAfter(schema: Schema, statement: Statement, file: string): Schema {
  switch (statement.kind) {
    case 'create-table':
      return statement.temporary ? schema : created(schema, statement, file);
    case 'alter-table': {
      const table = tableIn(schema, statement.table) ?? unknownTable(statement.table.name);
      const altered = alteredTable(table, statement.parts);
      const rest = altered.name === table.name ? schema : without(schema, [table.name]);
      return withTable(rest, altered);
    }
    case 'create-index': {
      const table = tableIn(schema, statement.table) ?? unknownTable(statement.table.name);
      const span = statement.index.span;
      return withTable(schema, alteredTable(table, [{ kind: 'add-index', index: statement.index, span }]));
    }
    case 'drop-index': {
      const table = tableIn(schema, statement.table);
      if (table === undefined) return schema;
      const span = statement.table.span;
      return withTable(schema, alteredTable(table, [{ kind: 'drop-index', name: statement.name, span }]));
    }
    case 'drop-table':
      return statement.temporary
        ? schema
        : without(
            schema,
            statement.tables.map(({ name }) => name),
          );
    case 'rename-table':
      return statement.renames.reduce((now, { from, to }) => {
        const table = tableIn(now, from) ?? unknownTable(from.name);
        return withTable(without(now, [from.name]), { ...table, name: to.name });
      }, schema);
    case 'program':
      return programs(schema, statement);
    default:
      return schema;
  }
}

function unknownTable(name: string): Table {
  return {
    ...{ name, madeBy: null, whole: false, columns: [], indexes: [], foreignKeys: [], checks: [] },
    ...{ options: new Map(), partitioned: false },
  };
}

function created(schema: Schema, statement: CreateTable, file: string): Schema {
  const { table, columns, indexes, foreignKeys, checks, options } = statement;
  const before = tableIn(schema, table);
  if (before !== undefined && statement.ifNotExists && !statement.orReplace) return schema;
  const empty = { ...unknownTable(table.name), madeBy: file };
  if (statement.like !== null) {
    const model = tableIn(schema, statement.like);
    return withTable(
      schema,
      model === undefined ? empty : { ...model, name: table.name, madeBy: file, foreignKeys: [] },
    );
  }
  const span = table.span;
  // Options first: columns without a character set of their own take that of the table.
  const filled = alteredTable({ ...empty, whole: !statement.select }, [
    ...options.map((option) => ({ kind: 'option', option, span }) as const),
    ...columns.map((column) => ({ kind: 'add-column', column, position: null, ifNotExists: false, span }) as const),
    ...indexes.map((index) => ({ kind: 'add-index', index, span }) as const),
    ...foreignKeys.map((foreignKey) => ({ kind: 'add-foreign-key', foreignKey, span }) as const),
    ...checks.map((check) => ({ kind: 'add-check', check, span }) as const),
  ]);
  return withTable(schema, { ...filled, partitioned: statement.partitioning !== null });
}

function withTable(schema: Schema, table: Table): Schema {
  return { ...schema, tables: new Map([...schema.tables, [keyOf(table.name), table]]) };
}

function without(schema: Schema, names: readonly string[]): Schema {
  const gone = new Set(names.map(keyOf));
  return { ...schema, tables: new Map([...schema.tables].filter(([key]) => !gone.has(key))) };
}

function programs(schema: Schema, statement: ProgramStatement): Schema {
  const { verb, object, names, on, mentions } = statement;
  const named = new Set(names.map(({ name }) => keyOf(name)));
  const rest = schema.programs.filter((one) => one.object !== object || !named.has(keyOf(one.name)));
  if (verb !== 'create') return verb === 'drop' ? { ...schema, programs: rest } : schema;
  const known = new Set(mentions.map(keyOf));
  const added = names.map(({ name }) => ({ object, name, on: on?.name ?? null, mentions: known }));
  return { ...schema, programs: [...rest, ...added] };
}
