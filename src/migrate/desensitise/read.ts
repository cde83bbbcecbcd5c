import { z } from 'zod';
import type { Ask } from '../server/structure.ts';
import { type CopyForeignKey, type CopyTable, familyOfType } from './structure.ts';

/** Reads what a copy must know of a database. */

const columnRow = z.strictObject({
  tableName: z.string(),
  name: z.string(),
  dataType: z.string(),
  type: z.string(),
  length: z.coerce.number().nullable(),
  nullable: z.string(),
  extra: z.string(),
});
const keyRow = z.strictObject({ tableName: z.string(), key: z.string(), column: z.string() });
const foreignRow = z.strictObject({
  tableName: z.string(),
  key: z.string(),
  column: z.string(),
  parent: z.string(),
  parentColumn: z.string(),
});

/** Base tables of the current database, without our own, by name. */
export async function readCopyTables(ask: Ask): Promise<readonly CopyTable[]> {
  const columns = await ask(
    columnRow,
    "SELECT c.TABLE_NAME AS tableName, c.COLUMN_NAME AS name, c.DATA_TYPE AS dataType, c.COLUMN_TYPE AS type, c.CHARACTER_MAXIMUM_LENGTH AS length, c.IS_NULLABLE AS nullable, c.EXTRA AS extra FROM information_schema.COLUMNS c JOIN information_schema.TABLES t ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME WHERE c.TABLE_SCHEMA = DATABASE() AND t.TABLE_TYPE = 'BASE TABLE' AND c.TABLE_NAME NOT LIKE 'shiplock\\_%' ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION",
  );
  const keys = await ask(
    keyRow,
    'SELECT TABLE_NAME AS tableName, INDEX_NAME AS `key`, COLUMN_NAME AS `column` FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND NON_UNIQUE = 0 AND COLUMN_NAME IS NOT NULL ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX',
  );
  const foreign = await ask(
    foreignRow,
    'SELECT TABLE_NAME AS tableName, CONSTRAINT_NAME AS `key`, COLUMN_NAME AS `column`, REFERENCED_TABLE_NAME AS parent, REFERENCED_COLUMN_NAME AS parentColumn FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IS NOT NULL ORDER BY TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION',
  );
  const names = [...new Set(columns.map(({ tableName }) => tableName))];
  return names.map((name) => {
    const uniques = grouped(keys.filter((key) => key.tableName === name));
    return {
      name,
      columns: columns
        .filter(({ tableName, extra }) => tableName === name && !/GENERATED/i.test(extra))
        .map((column) => ({
          name: column.name,
          family: familyOfType(column.dataType),
          type: column.type,
          length: column.length,
          nullable: column.nullable === 'YES',
          autoIncrement: /auto_increment/i.test(column.extra),
        })),
      primaryKey: uniques.get('PRIMARY') ?? [],
      uniques: [...uniques.values()],
      foreignKeys: foreignKeys(foreign.filter((key) => key.tableName === name)),
    };
  });
}

function grouped(rows: readonly z.infer<typeof keyRow>[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { key, column } of rows) found.set(key, [...(found.get(key) ?? []), column]);
  return found;
}

function foreignKeys(rows: readonly z.infer<typeof foreignRow>[]): readonly CopyForeignKey[] {
  return [...new Set(rows.map(({ key }) => key))].map((key) => {
    const own = rows.filter((row) => row.key === key);
    return {
      columns: own.map(({ column }) => column),
      table: own[0]?.parent ?? '',
      references: own.map(({ parentColumn }) => parentColumn),
    };
  });
}
