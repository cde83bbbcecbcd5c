import { z } from 'zod';
import { type ColumnLayout, type Layout, readLayout } from '../plan/layout.ts';
import { readServer } from '../server/database.ts';
import type { Ask } from '../server/structure.ts';
import { type CopyTable, familyOfType } from './structure.ts';

/** Reads what a copy must know of a database: the layout that plans read too, as far as rows are concerned. */

const nameRow = z.object({ name: z.string() });

/** Base tables of the current database, without our own, by name. */
export async function readCopyTables(ask: Ask): Promise<readonly CopyTable[]> {
  const { family } = await readServer(ask);
  const tables = await ask(
    nameRow,
    "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' AND TABLE_NAME NOT LIKE 'shiplock\\_%' ORDER BY TABLE_NAME",
  );
  const layout = await readLayout({ ask }, family);
  return tables.map(({ name }) => copyTableOf(name, layout));
}

/** Pure. */
export function copyTableOf(name: string, { columns, indexes, foreignKeys }: Layout): CopyTable {
  // A key with an expression in it says nothing about the columns alone.
  const uniques = indexes
    .filter((index) => index.table === name && index.unique)
    .map(({ name: key, parts }) => ({ key, columns: parts.flatMap(({ column }) => column ?? []), parts }))
    .filter((one) => one.columns.length === one.parts.length);
  return {
    name,
    columns: columns.filter((column) => column.table === name && !isGenerated(column)).map(copyColumnOf),
    primaryKey: uniques.find(({ key }) => key === 'PRIMARY')?.columns ?? [],
    uniques: uniques.map((one) => one.columns),
    foreignKeys: foreignKeys
      .filter(({ table }) => table === name)
      .map(({ columns: own, parent, parentColumns }) => ({ columns: own, table: parent, references: parentColumns })),
  };
}

/** MySQL writes DEFAULT_GENERATED at a column that only has an expression as its default: that one is copied. */
function isGenerated({ extra }: ColumnLayout): boolean {
  return /\b(?:VIRTUAL|STORED|PERSISTENT) GENERATED\b/i.test(extra);
}

function copyColumnOf({ name, type, nullable, extra }: ColumnLayout) {
  return {
    ...{ name, type, nullable },
    family: familyOfType(/^[a-z]+/i.exec(type)?.[0] ?? ''),
    length: lengthOf(type),
    autoIncrement: /auto_increment/i.test(extra),
  };
}

/** Most that such a text or blob holds, bytes; the others say it themselves. */
const LONGEST: Readonly<Record<string, number>> = {
  ...{ tinytext: 255, tinyblob: 255, text: 65_535, blob: 65_535, mediumtext: 16_777_215, mediumblob: 16_777_215 },
  ...{ longtext: 4_294_967_295, longblob: 4_294_967_295 },
};

/** Characters of a text, bytes of a binary; null for every other type. */
function lengthOf(type: string): number | null {
  const [, base = '', digits] = /^([a-z]+)(?:\((\d+)\))?/i.exec(type) ?? [];
  if (/^(?:var)?(?:char|binary)$/i.test(base)) return digits === undefined ? null : Number(digits);
  return LONGEST[base.toLowerCase()] ?? null;
}
