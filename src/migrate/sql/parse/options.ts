import type { TableOption } from '../tree.ts';
import { charsetName, collationName, equals, takeCharset } from './names.ts';
import type { Reader } from './reader.ts';

/** Options of a table. */

type Value = (r: Reader) => string;

const number: Value = (r) => (r.take('DEFAULT') ? 'DEFAULT' : String(r.number()));
const plainNumber: Value = (r) => String(r.number());
const string: Value = (r) => r.string();
const word: Value = (r) => r.nameOrString();
const oneOf =
  (...words: readonly string[]): Value =>
  (r) =>
    r.needOneOf(words);
/** 0, 1, DEFAULT. */
const ternary: Value = (r) => {
  if (r.take('DEFAULT')) return 'DEFAULT';
  const value = r.number();
  return value > 1 ? r.fail('0, 1, DEFAULT') : String(value);
};
const pages: Value = (r) => {
  if (r.take('DEFAULT')) return 'DEFAULT';
  const value = r.number();
  return value < 1 || value > 65_535 ? r.fail('1 to 65535') : String(value);
};
const sizeText: Value = (r) =>
  r.isName() ? r.name() : r.take('DEFAULT') ? 'DEFAULT' : r.peek().kind === 'word' ? r.fail('a size') : size(r);

/** `64M`: cut as a name, unless it is only a number. */
function size(r: Reader): string {
  return String(r.number('a size'));
}

const ROW_FORMATS = ['DEFAULT', 'FIXED', 'DYNAMIC', 'COMPRESSED', 'REDUNDANT', 'COMPACT'];

const OPTIONS: Readonly<Record<string, Value>> = {
  ENGINE: word,
  AUTO_INCREMENT: plainNumber,
  AVG_ROW_LENGTH: plainNumber,
  CHECKSUM: plainNumber,
  TABLE_CHECKSUM: plainNumber,
  COMMENT: string,
  CONNECTION: string,
  'DATA DIRECTORY': string,
  'INDEX DIRECTORY': string,
  DELAY_KEY_WRITE: plainNumber,
  INSERT_METHOD: oneOf('NO', 'FIRST', 'LAST'),
  KEY_BLOCK_SIZE: number,
  MAX_ROWS: plainNumber,
  MIN_ROWS: plainNumber,
  PACK_KEYS: ternary,
  PASSWORD: string,
  STATS_AUTO_RECALC: ternary,
  STATS_PERSISTENT: ternary,
  STATS_SAMPLE_PAGES: pages,
};

const MYSQL_OPTIONS: Readonly<Record<string, Value>> = {
  ROW_FORMAT: oneOf(...ROW_FORMATS),
  COMPRESSION: string,
  ENCRYPTION: string,
  TABLESPACE: word,
  AUTOEXTEND_SIZE: sizeText,
  SECONDARY_ENGINE: (r) => (r.take('NULL') ? 'NULL' : word(r)),
  ENGINE_ATTRIBUTE: string,
  SECONDARY_ENGINE_ATTRIBUTE: string,
};

const MARIADB_OPTIONS: Readonly<Record<string, Value>> = {
  ROW_FORMAT: oneOf(...ROW_FORMATS, 'PAGE'),
  PAGE_CHECKSUM: ternary,
  TRANSACTIONAL: ternary,
  SEQUENCE: plainNumber,
};

/** Reads one option; null when none begins here. */
export function tableOption(r: Reader): TableOption | null {
  const place = r.place;
  const done = (name: string, value: string): TableOption => ({ name, value, span: r.spanFrom(place) });
  if (r.take('UNION')) {
    equals(r);
    const tables = r.parenthesised(() => (r.symbol(')') ? [] : r.list(() => r.table())));
    return done('UNION', tables.map((table) => table.name).join(','));
  }
  if (!r.mariadb && r.take('STORAGE')) return done('STORAGE', r.needOneOf(['DISK', 'MEMORY']));
  if (!r.mariadb && r.take('START', 'TRANSACTION')) return done('START TRANSACTION', '');
  if (r.mariadb && r.take('WITH', 'SYSTEM', 'VERSIONING')) return done('WITH SYSTEM VERSIONING', '');
  const charset = charsetOption(r);
  if (charset !== null) return done(...charset);
  const own = r.mariadb ? MARIADB_OPTIONS : MYSQL_OPTIONS;
  for (const [name, value] of [...Object.entries(own), ...Object.entries(OPTIONS)]) {
    if (!r.take(...name.split(' '))) continue;
    equals(r);
    return done(name === 'TABLE_CHECKSUM' ? 'CHECKSUM' : name, value(r));
  }
  return r.mariadb && r.isName() && r.symbol('=', 1) && !r.is('ALGORITHM') && !r.is('TYPE')
    ? done(...engineOption(r))
    : null;
}

function charsetOption(r: Reader): readonly [string, string] | null {
  const place = r.place;
  r.take('DEFAULT');
  if (takeCharset(r)) {
    equals(r);
    return ['CHARSET', r.mariadb && r.take('DEFAULT') ? 'DEFAULT' : charsetName(r)];
  }
  if (r.take('COLLATE')) {
    equals(r);
    return ['COLLATE', r.mariadb && r.take('DEFAULT') ? 'DEFAULT' : collationName(r)];
  }
  if (!r.mariadb && r.take('ENCRYPTION')) {
    equals(r);
    return ['ENCRYPTION', r.string()];
  }
  r.back(place);
  return null;
}

/** MariaDB: engines define options of their own, `page_compressed=1`. */
function engineOption(r: Reader): readonly [string, string] {
  const name = r.name().toUpperCase();
  r.needSymbol('=');
  if (r.take('DEFAULT')) return [name, 'DEFAULT'];
  if (r.take('ON')) return [name, 'ON'];
  return [name, r.isString() || r.isName() ? r.nameOrString() : String(r.number('a value'))];
}
