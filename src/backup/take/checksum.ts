import { sqlName } from '../../model/sql.ts';

/** One figure per table, which is the same where the same rows are, whatever their order. SHA-256, since MySQL has no MD5() since 9.6. */

export interface ChecksumColumn {
  readonly name: string;
  /** DATA_TYPE of information_schema, lower case. */
  readonly type: string;
}

const LONG = new Set(['tinytext', 'text', 'mediumtext', 'longtext', 'tinyblob', 'blob', 'mediumblob', 'longblob']);
const SHAPES =
  /^(?:geometry|point|linestring|polygon|multipoint|multilinestring|multipolygon|geometrycollection|geomcollection)$/;

/**
 * A column as bytes, each value in a form that no other value has: its length before it, or `-` for NULL. Long values go in as their digest, since
 * a text beyond max_allowed_packet would become NULL. Pure.
 */
export function columnExpression({ name, type }: ChecksumColumn): string {
  const column = sqlName(name);
  if (LONG.has(type)) return `IFNULL(SHA2(${column}, 256), '-')`;
  if (type === 'json') return `IFNULL(SHA2(CAST(${column} AS CHAR), 256), '-')`;
  if (type === 'vector') return `IFNULL(SHA2(HEX(${column}), 256), '-')`;
  const value = SHAPES.test(type)
    ? `HEX(ST_AsWKB(${column}))`
    : type === 'bit'
      ? `CAST(${column} + 0 AS CHAR)`
      : `CAST(${column} AS BINARY)`;
  return `IFNULL(CONCAT(LENGTH(${value}), ':', ${value}), '-')`;
}

/**
 * Query for `n` rows, `hashed` of which have a digest (all of them, or the sum is worth nothing), and `sum`: 60 bits of the SHA-256 of each
 * row, added. A sum, so that two equal rows do not cancel each other out. Pure.
 */
export function checksumSql(database: string, table: string, columns: readonly ChecksumColumn[]): string {
  const digest = `SHA2(CONCAT(${columns.map(columnExpression).join(', ')}), 256)`;
  return `SELECT COUNT(*) AS n, COUNT(h) AS hashed, CAST(COALESCE(SUM(CAST(CONV(LEFT(h, 15), 16, 10) AS UNSIGNED)), 0) AS CHAR) AS sum FROM (SELECT ${digest} AS h FROM ${sqlName(database)}.${sqlName(table)}) AS hashed_rows`;
}
