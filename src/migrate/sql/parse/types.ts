import type { DataType } from '../tree.ts';
import { charsetName, collationName, takeCharset } from './names.ts';
import type { Reader } from './reader.ts';

/** Types of columns, of parameters, and of CAST. */

type Shape =
  /** Nothing in parentheses. */
  | 'bare'
  /** One optional number. */
  | 'length'
  /** One number, which must stand there. */
  | 'needed'
  /** One or two optional numbers. */
  | 'scale'
  /** None or two numbers. */
  | 'pair'
  | 'members';

interface Kind {
  readonly name: string;
  readonly shape: Shape;
  /** Takes UNSIGNED and ZEROFILL. */
  readonly numeric?: boolean;
  /** Takes a character set. */
  readonly text?: boolean;
}

const integer = (name: string): Kind => ({ name, shape: 'length', numeric: true });
const decimal = (name: string): Kind => ({ name, shape: 'scale', numeric: true });
const text = (name: string, shape: Shape): Kind => ({ name, shape, text: true });
const plain = (name: string, shape: Shape = 'bare'): Kind => ({ name, shape });

const KINDS: Readonly<Record<string, Kind>> = {
  TINYINT: integer('TINYINT'),
  INT1: integer('TINYINT'),
  SMALLINT: integer('SMALLINT'),
  INT2: integer('SMALLINT'),
  MEDIUMINT: integer('MEDIUMINT'),
  MIDDLEINT: integer('MEDIUMINT'),
  INT3: integer('MEDIUMINT'),
  INT: integer('INT'),
  INTEGER: integer('INT'),
  INT4: integer('INT'),
  BIGINT: integer('BIGINT'),
  INT8: integer('BIGINT'),
  DECIMAL: decimal('DECIMAL'),
  DEC: decimal('DECIMAL'),
  NUMERIC: decimal('DECIMAL'),
  FIXED: decimal('DECIMAL'),
  FLOAT: decimal('FLOAT'),
  FLOAT4: decimal('FLOAT'),
  DOUBLE: { name: 'DOUBLE', shape: 'pair', numeric: true },
  FLOAT8: { name: 'DOUBLE', shape: 'pair', numeric: true },
  REAL: { name: 'DOUBLE', shape: 'pair', numeric: true },
  BIT: plain('BIT', 'length'),
  DATE: plain('DATE'),
  TIME: plain('TIME', 'length'),
  DATETIME: plain('DATETIME', 'length'),
  TIMESTAMP: plain('TIMESTAMP', 'length'),
  YEAR: { name: 'YEAR', shape: 'length', numeric: true },
  CHAR: text('CHAR', 'length'),
  CHARACTER: text('CHAR', 'length'),
  VARCHAR: text('VARCHAR', 'needed'),
  VARCHARACTER: text('VARCHAR', 'needed'),
  BINARY: plain('BINARY', 'length'),
  VARBINARY: plain('VARBINARY', 'needed'),
  TINYTEXT: text('TINYTEXT', 'bare'),
  TEXT: text('TEXT', 'length'),
  MEDIUMTEXT: text('MEDIUMTEXT', 'bare'),
  LONGTEXT: text('LONGTEXT', 'bare'),
  TINYBLOB: plain('TINYBLOB'),
  BLOB: plain('BLOB', 'length'),
  MEDIUMBLOB: plain('MEDIUMBLOB'),
  LONGBLOB: plain('LONGBLOB'),
  ENUM: text('ENUM', 'members'),
  SET: text('SET', 'members'),
  JSON: plain('JSON'),
  GEOMETRY: plain('GEOMETRY'),
  POINT: plain('POINT'),
  LINESTRING: plain('LINESTRING'),
  POLYGON: plain('POLYGON'),
  MULTIPOINT: plain('MULTIPOINT'),
  MULTILINESTRING: plain('MULTILINESTRING'),
  MULTIPOLYGON: plain('MULTIPOLYGON'),
  GEOMETRYCOLLECTION: plain('GEOMETRYCOLLECTION'),
};

const MYSQL_KINDS: Readonly<Record<string, Kind>> = {
  GEOMCOLLECTION: plain('GEOMETRYCOLLECTION'),
  VECTOR: plain('VECTOR', 'length'),
};

const MARIADB_KINDS: Readonly<Record<string, Kind>> = {
  UUID: plain('UUID'),
  INET4: plain('INET4'),
  INET6: plain('INET6'),
  VECTOR: plain('VECTOR', 'needed'),
  NUMBER: decimal('DECIMAL'),
  VARCHAR2: text('VARCHAR', 'needed'),
  RAW: plain('VARBINARY', 'needed'),
  CLOB: text('LONGTEXT', 'bare'),
};
/** MariaDB's geometries take a length in parentheses, and ignore it. */
const GEOMETRIES = new Set(
  'GEOMETRY POINT LINESTRING POLYGON MULTIPOINT MULTILINESTRING MULTIPOLYGON GEOMETRYCOLLECTION'.split(' '),
);

function kindOf(r: Reader): Kind | undefined {
  const word = r.word();
  const own = r.mariadb ? MARIADB_KINDS : MYSQL_KINDS;
  const kind = Object.hasOwn(KINDS, word) ? KINDS[word] : Object.hasOwn(own, word) ? own[word] : undefined;
  return kind !== undefined && r.mariadb && GEOMETRIES.has(kind.name) ? plain(kind.name, 'length') : kind;
}

interface Parts {
  readonly name: string;
  readonly args?: readonly number[];
  readonly members?: readonly string[];
  readonly numeric?: boolean;
  readonly text?: boolean;
  readonly charset?: string;
}

const NATIONAL = 'utf8mb3';

/** Types that are written in several words, or that stand for another. */
function special(r: Reader): Parts | null {
  if (r.takeOneOf(['BOOL', 'BOOLEAN']) !== null) return { name: 'TINYINT', args: [1] };
  if (r.take('DOUBLE', 'PRECISION')) return { name: 'DOUBLE', args: sized(r, 'pair'), numeric: true };
  if (r.takeOneOf(['NATIONAL CHARACTER VARYING', 'NATIONAL CHAR VARYING', 'NCHAR VARYING']) !== null) {
    return { name: 'VARCHAR', args: sized(r, 'needed'), text: true, charset: NATIONAL };
  }
  if (
    r.takeOneOf(['NATIONAL VARCHARACTER', 'NATIONAL VARCHAR', 'NVARCHAR', 'NCHAR VARCHAR', 'NCHAR VARCHARACTER']) !==
    null
  ) {
    return { name: 'VARCHAR', args: sized(r, 'needed'), text: true, charset: NATIONAL };
  }
  if (r.takeOneOf(['NATIONAL CHARACTER', 'NATIONAL CHAR', 'NCHAR']) !== null) {
    return { name: 'CHAR', args: sized(r, 'length'), text: true, charset: NATIONAL };
  }
  if (r.takeOneOf(['CHARACTER VARYING', 'CHAR VARYING']) !== null) {
    return { name: 'VARCHAR', args: sized(r, 'needed'), text: true };
  }
  if (!r.take('LONG')) return null;
  if (r.take('VARBINARY')) return { name: 'MEDIUMBLOB' };
  r.takeOneOf(['CHARACTER VARYING', 'CHAR VARYING', 'VARCHARACTER', 'VARCHAR']);
  return { name: 'MEDIUMTEXT', text: true };
}

function sized(r: Reader, shape: Shape): readonly number[] {
  if (!r.symbol('(')) {
    if (shape === 'needed' || shape === 'members') r.fail('( and a length');
    return [];
  }
  if (shape === 'bare') return [];
  return r.parenthesised(() => {
    const args = [r.number('a length')];
    if (shape === 'pair' || (shape === 'scale' && r.symbol(','))) {
      r.needSymbol(',');
      args.push(r.number());
    }
    return args;
  });
}

function partsOf(r: Reader): Parts {
  const found = special(r);
  if (found !== null) return found;
  const kind = kindOf(r) ?? r.fail('a data type');
  r.next();
  const { name, numeric = false, text: textual = false } = kind;
  if (kind.shape === 'members') return { name, members: r.parenthesised(() => r.list(() => member(r))), text: true };
  return { name, args: sized(r, kind.shape), numeric, text: textual };
}

function member(r: Reader): string {
  const token = r.peek();
  if (token.kind === 'bits') return r.next().text;
  return r.string();
}

/** The type of a column; SERIAL is none (see columns). */
export function dataType(r: Reader): DataType {
  const place = r.place;
  const parts = partsOf(r);
  let unsigned = false;
  let zerofill = false;
  let charset = parts.charset ?? null;
  let collation: string | null = null;
  let name = parts.name;
  for (;;) {
    if (parts.numeric === true && r.take('UNSIGNED')) unsigned = true;
    else if (parts.numeric === true && r.take('ZEROFILL')) zerofill = true;
    else if (parts.numeric === true && r.take('SIGNED')) continue;
    else if (parts.text === true && r.take('BYTE')) name = bytes(name);
    else if (parts.text === true && takeCharset(r)) charset = charsetName(r);
    else if (parts.text === true && r.is('COLLATE') && !r.symbol('=', 1)) {
      r.next();
      collation = collationName(r);
    } else if (parts.text === true && r.take('ASCII')) charset = 'latin1';
    else if (parts.text === true && r.take('UNICODE')) charset = 'ucs2';
    else if (parts.text === true && r.take('BINARY')) collation ??= 'binary';
    else break;
  }
  const { args = [], members = [] } = parts;
  // ZEROFILL makes a number unsigned.
  return { name, args, members, unsigned: unsigned || zerofill, zerofill, charset, collation, span: r.spanFrom(place) };
}

/** `CHAR(10) BYTE` is BINARY(10). */
function bytes(name: string): string {
  return name
    .replace('VARCHAR', 'VARBINARY')
    .replace(/^CHAR$/, 'BINARY')
    .replace('TEXT', 'BLOB');
}

const CAST_INTEGERS = ['SIGNED INTEGER', 'SIGNED INT', 'SIGNED', 'UNSIGNED INTEGER', 'UNSIGNED INT', 'UNSIGNED'];
const CAST_KINDS = new Set(
  `BINARY CHAR CHARACTER NCHAR DATE DATETIME TIME DECIMAL DEC JSON REAL DOUBLE FLOAT YEAR POINT LINESTRING POLYGON MULTIPOINT MULTILINESTRING
  MULTIPOLYGON GEOMETRYCOLLECTION GEOMCOLLECTION NATIONAL VECTOR`.split(/\s+/),
);
const CAST_MARIADB = new Set([
  'INT',
  'INTEGER',
  'VARCHAR',
  'UUID',
  'INET4',
  'INET6',
  'INTERVAL',
  'NUMBER',
  'CLOB',
  'GEOMETRY',
]);

/** The type in CAST and CONVERT. */
export function castType(r: Reader): void {
  if (r.takeOneOf(CAST_INTEGERS) !== null) return;
  if (!r.isOneOf(CAST_KINDS) && !(r.mariadb && r.isOneOf(CAST_MARIADB))) r.fail('a type to cast to');
  if (r.take('INTERVAL', 'DAY_SECOND')) {
    if (r.symbol('(')) r.parenthesised(() => r.number());
    return;
  }
  if (r.take('FLOAT') || r.take('REAL')) {
    if (r.symbol('(')) r.parenthesised(() => r.number());
    return;
  }
  dataType(r);
}
