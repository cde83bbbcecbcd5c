import type { Check, Column, ForeignKey, Index } from '../sql/tree.ts';

/** A table as the migrations tell it. Names are compared in lower case. */

export interface KnownIndex extends Omit<Index, 'name' | 'span'> {
  /** The server's own name where the statement gives none. */
  readonly name: string;
}

export interface Table {
  readonly name: string;
  /** File that made it; null: it was there before, and only what was said of it since is known. */
  readonly madeBy: string | null;
  /** Every column and index of it is known. */
  readonly whole: boolean;
  readonly columns: readonly Column[];
  readonly indexes: readonly KnownIndex[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly checks: readonly Check[];
  /** ENGINE, CHARSET, COLLATE, ROW_FORMAT …, names upper case. */
  readonly options: ReadonlyMap<string, string>;
  readonly partitioned: boolean;
}

export function keyOf(name: string): string {
  return name.toLowerCase();
}

/** The same name, as the server compares names of columns and indexes. */
export function same(a: string, b: string): boolean {
  return keyOf(a) === keyOf(b);
}

export function columnIn(table: Table | undefined, name: string): Column | undefined {
  return table?.columns.find((column) => same(column.name, name));
}
