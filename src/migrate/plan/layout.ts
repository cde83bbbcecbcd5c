import { z } from 'zod';
import type { Family } from '../server/database.ts';
import type { Session } from '../server/session.ts';

/** What of a structure the rows of a table must fit to, and what of that one statement changed. */

export interface ColumnLayout {
  readonly table: string;
  readonly name: string;
  /** `varchar(20)`, `int unsigned`, as the server writes it. */
  readonly type: string;
  readonly nullable: boolean;
  readonly default: string | null;
  readonly collation: string | null;
  readonly extra: string;
}

export interface IndexLayout {
  readonly table: string;
  readonly name: string;
  readonly unique: boolean;
  /** Column null: an expression. */
  readonly parts: readonly { readonly column: string | null; readonly prefix: number | null }[];
}

export interface ForeignKeyLayout {
  readonly table: string;
  readonly name: string;
  readonly columns: readonly string[];
  readonly parentSchema: string;
  readonly parent: string;
  readonly parentColumns: readonly string[];
}

export interface CheckLayout {
  readonly table: string;
  readonly name: string;
  readonly clause: string;
}

export interface Layout {
  readonly columns: readonly ColumnLayout[];
  readonly indexes: readonly IndexLayout[];
  readonly foreignKeys: readonly ForeignKeyLayout[];
  readonly checks: readonly CheckLayout[];
}

/** What the rows that are there must fit to from now on, and did not have to before. */
export interface Changes {
  /** NULL was allowed. */
  readonly required: readonly ColumnLayout[];
  /** New, required, without a default that rows could get: no row may be there in strict mode. */
  readonly unfilled: readonly ColumnLayout[];
  readonly unique: readonly IndexLayout[];
  readonly foreignKeys: readonly ForeignKeyLayout[];
  readonly checks: readonly CheckLayout[];
  readonly retyped: readonly { readonly from: ColumnLayout; readonly to: ColumnLayout }[];
  /** An index that must be built from the rows. */
  readonly indexes: readonly IndexLayout[];
}

const text = z.string();
const columnRow = z.object({
  table: text,
  name: text,
  type: text,
  nullable: text,
  default: text.nullable(),
  collation: text.nullable(),
  extra: text,
});
const indexRow = z.object({
  table: text,
  name: text,
  plain: z.coerce.number(),
  column: text.nullable(),
  prefix: z.coerce.number().nullable(),
});
const keyRow = z.object({
  table: text,
  name: text,
  column: text,
  parentSchema: text,
  parent: text,
  parentColumn: text,
});
const checkRow = z.object({ table: text, name: text, clause: text });

/** Reads it from the current database, always in the same order: digests are made of it. */
export async function readLayout(session: Pick<Session, 'ask'>, family: Family): Promise<Layout> {
  const columns = await session.ask(
    columnRow,
    'SELECT TABLE_NAME AS `table`, COLUMN_NAME AS name, COLUMN_TYPE AS type, IS_NULLABLE AS nullable, COLUMN_DEFAULT AS `default`, COLLATION_NAME AS collation, EXTRA AS extra FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION',
  );
  const indexes = await session.ask(
    indexRow,
    'SELECT TABLE_NAME AS `table`, INDEX_NAME AS name, NON_UNIQUE AS plain, COLUMN_NAME AS `column`, SUB_PART AS prefix FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX',
  );
  const keys = await session.ask(
    keyRow,
    'SELECT TABLE_NAME AS `table`, CONSTRAINT_NAME AS name, COLUMN_NAME AS `column`, REFERENCED_TABLE_SCHEMA AS parentSchema, REFERENCED_TABLE_NAME AS parent, REFERENCED_COLUMN_NAME AS parentColumn FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IS NOT NULL ORDER BY TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION',
  );
  const checks = await session.ask(
    checkRow,
    family === 'mariadb'
      ? 'SELECT TABLE_NAME AS `table`, CONSTRAINT_NAME AS name, CHECK_CLAUSE AS clause FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() ORDER BY TABLE_NAME, CONSTRAINT_NAME'
      : "SELECT t.TABLE_NAME AS `table`, c.CONSTRAINT_NAME AS name, c.CHECK_CLAUSE AS clause FROM information_schema.CHECK_CONSTRAINTS c JOIN information_schema.TABLE_CONSTRAINTS t ON t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME WHERE c.CONSTRAINT_SCHEMA = DATABASE() AND t.ENFORCED = 'YES' ORDER BY t.TABLE_NAME, c.CONSTRAINT_NAME",
  );
  return {
    columns: columns.map((row) => ({ ...row, nullable: row.nullable === 'YES' })),
    indexes: grouped(indexes).map(([first, rows]) => ({
      table: first.table,
      name: first.name,
      unique: first.plain === 0,
      parts: rows.map(({ column, prefix }) => ({ column, prefix })),
    })),
    foreignKeys: grouped(keys).map(([first, rows]) => ({
      table: first.table,
      name: first.name,
      columns: rows.map(({ column }) => column),
      parentSchema: first.parentSchema,
      parent: first.parent,
      parentColumns: rows.map(({ parentColumn }) => parentColumn),
    })),
    // MySQL writes quotes of literals with a backslash there.
    checks: checks.map((row) => ({ ...row, clause: row.clause.replaceAll("\\'", "'") })),
  };
}

function grouped<T extends { readonly table: string; readonly name: string }>(
  rows: readonly T[],
): readonly (readonly [T, readonly T[]])[] {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.table, row.name]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()].flatMap((group) => (group[0] === undefined ? [] : [[group[0], group] as const]));
}

/** Tables that were not there before have no rows that must fit. Pure. */
export function changesBetween(before: Layout, after: Layout): Changes {
  const tables = new Set(before.columns.map(({ table }) => table));
  const old = new Map(before.columns.map((column) => [keyOf(column), column]));
  const kept = after.columns.filter(({ table }) => tables.has(table));
  const pairs = kept.flatMap((to) => {
    const from = old.get(keyOf(to));
    return from === undefined ? [] : [{ from, to }];
  });
  const fresh = <T extends { readonly table: string; readonly name: string }>(
    then: readonly T[],
    now: readonly T[],
  ): readonly T[] => {
    const known = new Set(then.map((one) => JSON.stringify(one)));
    return now.filter((one) => tables.has(one.table) && !known.has(JSON.stringify(one)));
  };
  const indexes = fresh(before.indexes, after.indexes);
  return {
    required: pairs.filter(({ from, to }) => from.nullable && !to.nullable).map(({ to }) => to),
    unfilled: kept.filter((column) => !old.has(keyOf(column)) && cannotBeFilled(column)),
    unique: indexes.filter(({ unique }) => unique),
    foreignKeys: fresh(before.foreignKeys, after.foreignKeys),
    checks: fresh(before.checks, after.checks),
    retyped: pairs.filter(({ from, to }) => from.type !== to.type || from.collation !== to.collation),
    indexes,
  };
}

function keyOf({ table, name }: ColumnLayout): string {
  return JSON.stringify([table, name.toLowerCase()]);
}

/** Strict mode has no zero date and no empty geometry to put there. */
function cannotBeFilled({ nullable, default: value, type, extra }: ColumnLayout): boolean {
  return (
    !nullable &&
    value === null &&
    !/\b(?:virtual|stored|persistent) generated\b/i.test(extra) &&
    /^(?:date|datetime|timestamp|geometry|point|linestring|polygon|multi\w+|geomcollection|geometrycollection)\b/i.test(
      type,
    )
  );
}
