/** Tables as a copy must know them. Plain data. */

export type ColumnFamily = 'integer' | 'number' | 'text' | 'binary' | 'date' | 'time' | 'json' | 'other';

export interface CopyColumn {
  readonly name: string;
  readonly family: ColumnFamily;
  /** `bigint unsigned`, `varchar(64)` … */
  readonly type: string;
  /** Characters of a text, bytes of a binary; null elsewhere. */
  readonly length: number | null;
  readonly nullable: boolean;
  readonly autoIncrement: boolean;
}

export interface CopyForeignKey {
  readonly columns: readonly string[];
  readonly table: string;
  readonly references: readonly string[];
}

export interface CopyTable {
  readonly name: string;
  /** Without generated ones: the server fills those. */
  readonly columns: readonly CopyColumn[];
  /** Empty: none. */
  readonly primaryKey: readonly string[];
  /** Columns of each unique key, the primary key too. */
  readonly uniques: readonly (readonly string[])[];
  readonly foreignKeys: readonly CopyForeignKey[];
}

const FAMILIES: Readonly<Record<string, ColumnFamily>> = {
  ...Object.fromEntries(
    ['tinyint', 'smallint', 'mediumint', 'int', 'bigint'].map((type) => [type, 'integer' as const]),
  ),
  ...Object.fromEntries(['decimal', 'float', 'double', 'year', 'bit'].map((type) => [type, 'number' as const])),
  ...Object.fromEntries(
    ['char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext'].map((t) => [t, 'text' as const]),
  ),
  ...Object.fromEntries(
    ['binary', 'varbinary', 'tinyblob', 'blob', 'mediumblob', 'longblob'].map((type) => [type, 'binary' as const]),
  ),
  date: 'date',
  datetime: 'date',
  timestamp: 'date',
  time: 'time',
  json: 'json',
};

/** From `information_schema.COLUMNS.DATA_TYPE`. Pure. */
export function familyOfType(dataType: string): ColumnFamily {
  return FAMILIES[dataType.toLowerCase()] ?? 'other';
}

/** Bits of an integer type, and whether half of them are for negative numbers. Pure. */
export function integerBits(type: string): number {
  const base = /^[a-z]+/.exec(type.toLowerCase())?.[0] ?? 'int';
  return { tinyint: 8, smallint: 16, mediumint: 24, int: 32, bigint: 64 }[base] ?? 32;
}
