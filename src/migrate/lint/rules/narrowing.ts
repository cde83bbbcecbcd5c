import type { Column, DataType } from '../../sql/tree.ts';
import { charsetBytes, charsetOf } from '../charsets.ts';
import type { Table } from '../table.ts';

/** Which changes of type can lose values. */

const INTEGERS: Readonly<Record<string, number>> = { TINYINT: 1, SMALLINT: 2, MEDIUMINT: 3, INT: 4, BIGINT: 8 };
const TIMES = new Set(['TIME', 'DATETIME', 'TIMESTAMP']);
const ORDER_OF_TEXTS = ['TINYTEXT', 'TEXT', 'MEDIUMTEXT', 'LONGTEXT'];
const TEXT_BYTES: Readonly<Record<string, number>> = {
  ...{ TINYTEXT: 255, TEXT: 65_535, MEDIUMTEXT: 16_777_215, LONGTEXT: 4_294_967_295, JSON: 4_294_967_295 },
  ...{ TINYBLOB: 255, BLOB: 65_535, MEDIUMBLOB: 16_777_215, LONGBLOB: 4_294_967_295 },
};

/** Why values may not fit; undefined: they do. Pure. */
export function narrowing(before: Column, after: Column, table: Table): string | undefined {
  const [from, to] = [before.type, after.type];
  const change = `${named(from)} becomes ${named(to)}`;
  const whole = INTEGERS[from.name];
  const next = INTEGERS[to.name];
  if (whole !== undefined && next !== undefined) return integerFits(from, whole, to, next) ? undefined : change;
  if (whole !== undefined && to.name === 'DECIMAL')
    return (to.args[0] ?? 10) - (to.args[1] ?? 0) >= digits(whole) ? undefined : change;
  if (from.name === 'DECIMAL') {
    if (to.name !== 'DECIMAL') return isNumber(to) ? change : undefined;
    const [scale, other] = [from.args[1] ?? 0, to.args[1] ?? 0];
    const room = (to.args[0] ?? 10) - other >= (from.args[0] ?? 10) - scale;
    return room && other >= scale && (from.unsigned || !to.unsigned) ? undefined : change;
  }
  if (from.name === 'DOUBLE') return to.name === 'DOUBLE' || !isNumber(to) ? undefined : change;
  if (TIMES.has(from.name) && to.name === from.name)
    return (to.args[0] ?? 0) < (from.args[0] ?? 0) ? change : undefined;
  if (from.name === 'DATETIME')
    return to.name === 'DATE' || to.name === 'TIME' || to.name === 'TIMESTAMP' ? change : undefined;
  const [room, wanted] = [bytesOf(after, table), bytesOf(before, table)];
  if (room === undefined || wanted === undefined) return undefined;
  // Texts of the same kind are measured in characters, others in bytes.
  const characters = hasLength(from) && hasLength(to);
  const fits = characters
    ? length(to) >= length(from)
    : ORDER_OF_TEXTS.includes(to.name) && ORDER_OF_TEXTS.includes(from.name)
      ? ORDER_OF_TEXTS.indexOf(to.name) >= ORDER_OF_TEXTS.indexOf(from.name)
      : room >= wanted;
  return fits ? undefined : change;
}

function named({ name, args, unsigned }: DataType): string {
  return `${name}${args.length === 0 ? '' : `(${args.join(',')})`}${unsigned ? ' UNSIGNED' : ''}`;
}

function integerFits(from: DataType, size: number, to: DataType, next: number): boolean {
  if (from.unsigned === to.unsigned) return next >= size;
  // Without sign into one with sign needs the next size; with sign into one without loses every negative number.
  return from.unsigned && next > size;
}

function digits(bytes: number): number {
  return { 1: 3, 2: 5, 3: 8, 4: 10, 8: 20 }[bytes] ?? 20;
}

function isNumber({ name }: DataType): boolean {
  return name in INTEGERS || ['DECIMAL', 'FLOAT', 'DOUBLE', 'BIT', 'YEAR'].includes(name);
}

function hasLength({ name }: DataType): boolean {
  return ['CHAR', 'VARCHAR', 'BINARY', 'VARBINARY'].includes(name);
}

function length({ args }: DataType): number {
  return args[0] ?? 1;
}

function bytesOf(column: Column, table: Table): number | undefined {
  const { type } = column;
  if (hasLength(type))
    return length(type) * (type.name.endsWith('BINARY') ? 1 : charsetBytes(charsetOf(column, table)));
  return TEXT_BYTES[type.name];
}
