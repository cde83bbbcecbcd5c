/** Types of columns as a generator of values must know them. Plain data and pure functions. */

export type ValueType =
  | { readonly kind: 'integer'; readonly min: bigint; readonly max: bigint; readonly flag: boolean }
  /** Digits before and after the point. */
  | { readonly kind: 'decimal'; readonly whole: number; readonly scale: number }
  | { readonly kind: 'float'; readonly whole: number; readonly scale: number }
  | { readonly kind: 'bit'; readonly bits: number }
  | { readonly kind: 'year' }
  /** `length` in characters. */
  | { readonly kind: 'text'; readonly length: number; readonly fixed: boolean; readonly ascii: boolean }
  | { readonly kind: 'bytes'; readonly length: number; readonly fixed: boolean }
  | { readonly kind: 'choice'; readonly values: readonly string[]; readonly many: boolean }
  | { readonly kind: 'date' | 'datetime' | 'timestamp' | 'time'; readonly digits: number }
  | { readonly kind: 'json' | 'uuid' | 'inet4' | 'inet6' }
  | { readonly kind: 'vector'; readonly dimensions: number }
  | { readonly kind: 'geometry'; readonly shape: string; readonly srid: number };

const BITS: Readonly<Record<string, number>> = { tinyint: 8, smallint: 16, mediumint: 24, int: 32, bigint: 64 };
const TEXTS: Readonly<Record<string, number>> = {
  tinytext: 63,
  text: 2000,
  mediumtext: 2000,
  longtext: 2000,
};
const BLOBS: Readonly<Record<string, number>> = { tinyblob: 64, blob: 256, mediumblob: 256, longblob: 256 };
const SHAPES = [
  ...['point', 'linestring', 'polygon', 'multipoint', 'multilinestring', 'multipolygon'],
  ...['geometrycollection', 'geomcollection', 'geometry'],
];

/**
 * From `information_schema.COLUMNS.COLUMN_TYPE`; null: a type that nothing is known about.
 * @param collation of the column; one of a small character set takes plain ASCII only
 */
export function valueTypeOf(columnType: string, collation: string | null): ValueType | null {
  const base = /^[a-z0-9]+/i.exec(columnType)?.[0].toLowerCase() ?? '';
  const inside = /^[a-z0-9]+\((.*)\)/is.exec(columnType)?.[1] ?? '';
  const [first = Number.NaN, second = 0] = inside === '' ? [] : inside.split(',').map(Number);
  const unsigned = /\bunsigned\b/i.test(columnType);
  const bits = BITS[base];
  if (bits !== undefined) {
    const most = 1n << BigInt(unsigned ? bits : bits - 1);
    return { kind: 'integer', min: unsigned ? 0n : -most, max: most - 1n, flag: base === 'tinyint' && first === 1 };
  }
  const ascii = collation !== null && !/^utf/i.test(collation);
  const text = TEXTS[base];
  if (text !== undefined) return { kind: 'text', length: text, fixed: false, ascii };
  const blob = BLOBS[base];
  if (blob !== undefined) return { kind: 'bytes', length: blob, fixed: false };
  if (SHAPES.includes(base)) return { kind: 'geometry', shape: base, srid: 0 };
  switch (base) {
    case 'decimal':
    case 'numeric':
      return { kind: 'decimal', whole: (Number.isNaN(first) ? 10 : first) - second, scale: second };
    case 'float':
    case 'double':
      return Number.isNaN(first)
        ? { kind: 'float', whole: base === 'float' ? 5 : 12, scale: 2 }
        : { kind: 'float', whole: first - second, scale: Math.min(second, 2) };
    case 'bit':
      return { kind: 'bit', bits: Number.isNaN(first) ? 1 : first };
    case 'char':
    case 'varchar':
      return { kind: 'text', length: Number.isNaN(first) ? 1 : first, fixed: base === 'char', ascii };
    case 'binary':
    case 'varbinary':
      return { kind: 'bytes', length: Number.isNaN(first) ? 1 : first, fixed: base === 'binary' };
    case 'enum':
    case 'set':
      return { kind: 'choice', values: choicesOf(inside), many: base === 'set' };
    case 'date':
    case 'datetime':
    case 'timestamp':
    case 'time':
      return { kind: base, digits: Number.isNaN(first) ? 0 : first };
    case 'year':
    case 'json':
    case 'uuid':
    case 'inet4':
    case 'inet6':
      return { kind: base };
    case 'vector':
      return { kind: 'vector', dimensions: Number.isNaN(first) ? 1 : first };
    default:
      return null;
  }
}

/** `'a','b''c'` → a, b'c. */
function choicesOf(inside: string): readonly string[] {
  return [...inside.matchAll(/'((?:[^']|'')*)'/g)].map(([, text = '']) => text.replaceAll("''", "'"));
}

/** Numbers above this are not told apart: enough for any table that is filled from here. */
export const MOST = 0xffff_ffff;

/** Days and seconds that a serial moment can have behind 2001-01-01. */
const DAYS = 2_900_000;
const TIMESTAMP_SECONDS = 1_150_000_000;
const TIME_SECONDS = 3_000_000;

/** How many different values `serialOf` can give; 0: none. `room` bounds texts and bytes that are told apart by their beginning. */
export function capacityOf(type: ValueType, room: number): number {
  switch (type.kind) {
    case 'integer':
      return type.max >= BigInt(MOST) ? MOST : Number(type.max);
    case 'decimal':
    case 'float':
      return Math.min(MOST, 10 ** Math.min(15, type.whole + type.scale) - 1);
    case 'bit':
      return Math.min(MOST, 2 ** Math.min(32, type.bits));
    case 'year':
      return 255;
    case 'text':
      return Math.min(MOST, 32 ** Math.min(room, 7));
    case 'bytes':
      return Math.min(MOST, 256 ** Math.min(room, 4));
    case 'choice':
      return type.many ? 2 ** Math.min(20, type.values.length) : type.values.length;
    case 'date':
      return DAYS;
    case 'datetime':
      return MOST;
    case 'timestamp':
      return TIMESTAMP_SECONDS;
    case 'time':
      return TIME_SECONDS;
    case 'json':
    case 'uuid':
    case 'inet4':
    case 'inet6':
      return MOST;
    default:
      return 0;
  }
}
