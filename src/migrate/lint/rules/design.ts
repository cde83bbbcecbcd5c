import type { Column, DataType } from '../../sql/tree.ts';
import { atLeast } from '../server.ts';
import type { Found, Rule, Subject } from '../types.ts';
import { alterationOf, one } from './look.ts';

/** S: how a table is made. Cheap to mend while it is new. */

export const DESIGN: readonly Rule[] = [
  {
    id: 'S01',
    level: 'warning',
    title: 'A table has no primary key',
    why: 'Replicas look for each changed row by reading the table, and no online tool can change it.',
    safe: 'Give it a primary key; an id that counts up will do.',
    decides: 'text',
    examples: [
      {
        bad: 'CREATE TABLE marks (name VARCHAR(20) NOT NULL, mark INT NOT NULL);',
        good: 'CREATE TABLE marks (name VARCHAR(20) NOT NULL, mark INT NOT NULL, PRIMARY KEY (name));',
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/create-table-gipks.html'],
    look: (subject) => {
      const { statement } = subject;
      if (statement.kind === 'alter-table') {
        const drop = statement.parts.find(({ kind }) => kind === 'drop-primary-key');
        const again = statement.parts.some(
          (part) =>
            (part.kind === 'add-index' && part.index.kind === 'primary') ||
            (part.kind === 'add-column' && part.column.key === 'primary'),
        );
        return drop === undefined || again ? [] : one(drop.span, 'the primary key goes, and no other comes');
      }
      if (statement.kind !== 'create-table' || statement.temporary || statement.like !== null || statement.select)
        return [];
      const keyed =
        statement.columns.some(({ key }) => key === 'primary') ||
        statement.indexes.some(({ kind }) => kind === 'primary');
      return keyed ? [] : one(statement.table.span, `${statement.table.name} has none`);
    },
  },
  {
    id: 'S02',
    level: 'note',
    title: 'A primary key of an unsuitable type',
    why: 'Every other index holds a copy of it, and numbers with a fraction do not compare exactly.',
    safe: 'Take BIGINT UNSIGNED, or BINARY(16) for a UUID.',
    decides: 'text',
    examples: [
      {
        bad: 'CREATE TABLE rates (rate DOUBLE NOT NULL PRIMARY KEY, name VARCHAR(20) NOT NULL);',
        good: 'CREATE TABLE rates (id BIGINT NOT NULL PRIMARY KEY, rate DOUBLE NOT NULL, name VARCHAR(20) NOT NULL);',
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/innodb-index-types.html'],
    look: ({ statement }) => {
      if (statement.kind !== 'create-table') return [];
      const named = new Set(
        statement.indexes.flatMap(({ kind, parts }) => (kind === 'primary' ? parts.map(({ column }) => column) : [])),
      );
      return statement.columns
        .filter(({ key, name, type }) => (key === 'primary' || named.has(name)) && unsuitable(type))
        .flatMap(({ name, type, span }) =>
          one(span, `${name} is ${type.name}${type.args.length === 0 ? '' : `(${type.args.join(',')})`}`),
        );
    },
  },
  {
    id: 'S03',
    level: 'warning',
    title: 'The engine is not InnoDB',
    why: 'Others have no transactions, lock whole tables, or lose data in a crash.',
    safe: 'Leave ENGINE out, or write InnoDB.',
    decides: 'text',
    examples: [
      {
        bad: 'CREATE TABLE hits (id BIGINT NOT NULL PRIMARY KEY) ENGINE=MyISAM;',
        good: 'CREATE TABLE hits (id BIGINT NOT NULL PRIMARY KEY) ENGINE=InnoDB;',
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/storage-engines.html'],
    look: (subject) =>
      optionsOf(subject).flatMap(({ name, value, span }) =>
        name === 'ENGINE' && value.toLowerCase() !== 'innodb' ? one(span, `ENGINE=${value}`) : [],
      ),
  },
  {
    id: 'S04',
    level: 'warning',
    title: 'An old character set',
    why: 'utf8mb3 and latin1 cannot hold every character, and changing them later copies the table.',
    safe: 'Take utf8mb4; for codes that are ASCII for ever, ascii.',
    decides: 'text',
    examples: [
      {
        bad: 'CREATE TABLE words (id BIGINT NOT NULL PRIMARY KEY, word VARCHAR(20) NOT NULL) DEFAULT CHARSET=latin1;',
        good: 'CREATE TABLE words (id BIGINT NOT NULL PRIMARY KEY, word VARCHAR(20) NOT NULL) DEFAULT CHARSET=utf8mb4;',
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/charset-unicode-utf8mb3.html'],
    look: (subject) => oldCharsets(subject),
  },
  {
    id: 'S05',
    level: 'warning',
    title: 'FLOAT or DOUBLE for money',
    why: 'They hold no exact fractions of ten: sums are wrong by a cent.',
    safe: 'Take DECIMAL, or whole cents.',
    decides: 'text',
    examples: [
      {
        bad: 'CREATE TABLE bills (id BIGINT NOT NULL PRIMARY KEY, total_price DOUBLE NOT NULL);',
        good: 'CREATE TABLE bills (id BIGINT NOT NULL PRIMARY KEY, total_price DECIMAL(12,2) NOT NULL);',
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/floating-point-types.html'],
    look: (subject) =>
      columnsOf(subject).flatMap(({ name, type }) =>
        (type.name === 'FLOAT' || type.name === 'DOUBLE') && MONEY.test(name)
          ? one(type.span, `${name} is ${type.name}`)
          : [],
      ),
  },
  {
    id: 'S06',
    level: 'error',
    title: 'A default of a date that does not exist',
    why: 'The strict mode of the server refuses 0000-00-00 (error 1067).',
    safe: 'Allow NULL, or take CURRENT_TIMESTAMP.',
    decides: 'text',
    examples: [
      {
        bad: "CREATE TABLE visits (id BIGINT NOT NULL PRIMARY KEY, seen DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00');",
        good: 'CREATE TABLE visits (id BIGINT NOT NULL PRIMARY KEY, seen DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP);',
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html#sqlmode_no_zero_date'],
    look: (subject) =>
      columnsOf(subject).flatMap((column) => {
        const literal = column.default?.literal ?? '';
        const dated = ['DATE', 'DATETIME', 'TIMESTAMP'].includes(column.type.name);
        return dated && /^['"]?(0000-00-00|0{8})|^0$/.test(literal)
          ? one(column.default?.span ?? column.span, `${column.name} has the default ${literal}`)
          : [];
      }),
  },
  {
    id: 'S07',
    level: 'note',
    title: 'A display width, or ZEROFILL',
    why: 'It changes nothing that is stored; MySQL warns (1681) and will take it away.',
    safe: 'Leave the width out, and format numbers in the application.',
    decides: 'text',
    fix: 'takes the width out',
    examples: [
      {
        bad: 'CREATE TABLE stock (id BIGINT NOT NULL PRIMARY KEY, pieces INT(5) NOT NULL);',
        good: 'CREATE TABLE stock (id BIGINT NOT NULL PRIMARY KEY, pieces INT NOT NULL);',
        dialect: 'mysql',
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/numeric-type-attributes.html'],
    look: (subject) => widths(subject),
  },
  {
    id: 'S13',
    level: 'note',
    title: 'TIMESTAMP ends in 2038',
    why: 'It counts seconds in 32 bits: no later time can be stored.',
    safe: 'Take DATETIME and write UTC.',
    decides: 'text',
    examples: [
      {
        bad: 'CREATE TABLE plans (id BIGINT NOT NULL PRIMARY KEY, due TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);',
        good: 'CREATE TABLE plans (id BIGINT NOT NULL PRIMARY KEY, due DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP);',
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/datetime.html', 'https://mariadb.com/kb/en/timestamp/'],
    look: (subject) => {
      // MariaDB 11.5 counts on until 2106 on machines with 64 bits.
      if (subject.server.dialect === 'mariadb' && atLeast(subject.server, '11.5')) return [];
      return columnsOf(subject).flatMap(({ name, type }) =>
        type.name === 'TIMESTAMP' ? one(type.span, `${name} is TIMESTAMP`) : [],
      );
    },
  },
  {
    id: 'S14',
    level: 'warning',
    title: 'A definer is named',
    why: 'The program runs with the rights of that account, which may not exist on the next server.',
    safe: 'Leave DEFINER out, or write SQL SECURITY INVOKER.',
    decides: 'text',
    examples: [
      {
        before: 'CREATE TABLE bugs (id BIGINT NOT NULL PRIMARY KEY);',
        bad: "CREATE DEFINER='root'@'localhost' VIEW all_bugs AS SELECT id FROM bugs;",
        good: 'CREATE VIEW all_bugs AS SELECT id FROM bugs;',
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/stored-objects-security.html'],
    look: ({ statement }) =>
      statement.kind === 'program' && statement.definer !== null && !/^current_(user|role)/i.test(statement.definer)
        ? one(0, `DEFINER=${statement.definer}`)
        : [],
  },
];

const MONEY =
  /(^|_)(price|prices|amount|cost|costs|total|balance|fee|fees|salary|money|tax|discount|revenue|payment)(_|$)/i;

function unsuitable({ name, args }: DataType): boolean {
  if (['FLOAT', 'DOUBLE', 'ENUM', 'SET', 'TEXT', 'BLOB', 'JSON', 'TINYTEXT', 'MEDIUMTEXT', 'LONGTEXT'].includes(name))
    return true;
  return (name === 'CHAR' || name === 'VARCHAR') && (args[0] ?? 0) > 255;
}

/** Columns that a statement writes; those of tables that exist as well. */
export function columnsOf({ statement }: Pick<Subject, 'statement'>): readonly Column[] {
  if (statement.kind === 'create-table') return statement.columns;
  if (statement.kind !== 'alter-table') return [];
  return statement.parts.flatMap((part) =>
    part.kind === 'add-column' || part.kind === 'modify-column' || part.kind === 'change-column' ? [part.column] : [],
  );
}

function optionsOf({ statement }: Pick<Subject, 'statement'>) {
  if (statement.kind === 'create-table') return statement.options;
  if (statement.kind !== 'alter-table') return [];
  return statement.parts.flatMap((part) => (part.kind === 'option' ? [part.option] : []));
}

const OLD = new Set([
  'utf8',
  'utf8mb3',
  'latin1',
  'latin2',
  'cp1250',
  'cp1251',
  'cp1252',
  'koi8r',
  'gbk',
  'gb2312',
  'big5',
  'sjis',
  'ucs2',
]);

function oldCharsets(subject: Subject): readonly Found[] {
  const isOld = (charset: string | null): charset is string => charset !== null && OLD.has(charset.toLowerCase());
  const tables = optionsOf(subject).flatMap(({ name, value, span }) =>
    name === 'CHARSET' && isOld(value) ? one(span, value) : [],
  );
  const columns = columnsOf(subject).flatMap(({ name, type }) =>
    isOld(type.charset) ? one(type.span, `${name} is ${type.charset}`) : [],
  );
  const parts = (alterationOf(subject)?.parts ?? []).flatMap((part) =>
    part.kind === 'convert-charset' && isOld(part.charset) ? one(part.span, part.charset) : [],
  );
  return [...tables, ...columns, ...parts];
}

const INTEGERS = new Set(['TINYINT', 'SMALLINT', 'MEDIUMINT', 'INT', 'BIGINT']);

function widths(subject: Subject): readonly Found[] {
  const { sql, server } = subject;
  if (server.dialect !== 'mysql') return [];
  return columnsOf(subject).flatMap(({ name, type }) => {
    if (type.zerofill) return one(type.span, `${name} is ZEROFILL`);
    // TINYINT(1) is how programs recognise a truth value, and the server keeps it.
    if (!INTEGERS.has(type.name) || type.args.length === 0 || (type.name === 'TINYINT' && type.args[0] === 1))
      return [];
    const width = /^\w+(\s*\(\s*\d+\s*\))/.exec(sql.slice(type.span.from, type.span.to))?.[1];
    if (width === undefined) return [];
    const from = type.span.from + sql.slice(type.span.from).indexOf(width);
    return one(type.span, `${name} has a width of ${type.args[0]}`, {
      fix: [{ from, to: from + width.length, text: '' }],
    });
  });
}
