import type { Column } from '../sql/tree.ts';
import type { Table } from './table.ts';

/** Character sets, as far as rules must know them. */

const BYTES: Readonly<Record<string, number>> = {
  ...{ utf8mb4: 4, utf16: 4, utf16le: 4, utf32: 4, gb18030: 4, utf8mb3: 3, utf8: 3, eucjpms: 3, ujis: 3 },
  ...{ ucs2: 2, big5: 2, cp932: 2, euckr: 2, gb2312: 2, gbk: 2, sjis: 2 },
};

/** Most bytes that one character takes. */
export function charsetBytes(charset: string): number {
  return BYTES[charset] ?? 1;
}

/** Character set of a text column: its own, else what its collation or its table says; utf8mb4 where nothing does. */
export function charsetOf(column: Column, table: Table | undefined): string {
  const { charset, collation } = column.type;
  if (charset !== null) return charset.toLowerCase();
  // `VARCHAR(9) BINARY` asks for the binary collation of the character set that it has anyway.
  if (collation !== null && collation.toLowerCase() !== 'binary') return ofCollation(collation);
  const own = table?.options.get('CHARSET');
  if (own !== undefined) return own.toLowerCase();
  const order = table?.options.get('COLLATE');
  return order === undefined ? 'utf8mb4' : ofCollation(order);
}

/** Collation as far as it is written down; null: the default of the character set. */
export function collationOf(column: Column, table: Table | undefined): string | null {
  const { charset, collation } = column.type;
  if (collation !== null) return collation.toLowerCase();
  if (charset !== null) return null;
  return table?.options.get('COLLATE')?.toLowerCase() ?? null;
}

function ofCollation(collation: string): string {
  const [charset = 'utf8mb4'] = collation.toLowerCase().split('_');
  return charset;
}

/** Holds every character of the other. */
export function holds(charset: string, other: string): boolean {
  const [wide, narrow] = [plain(charset), plain(other)];
  if (wide === narrow || narrow === 'ascii') return true;
  if (['utf8mb4', 'utf16', 'utf16le', 'utf32', 'gb18030'].includes(wide)) return true;
  return wide === 'utf8mb3' && !['utf8mb4', 'utf16', 'utf16le', 'utf32', 'gb18030'].includes(narrow);
}

/** `utf8` is another name of utf8mb3. */
function plain(charset: string): string {
  return charset === 'utf8' ? 'utf8mb3' : charset;
}
