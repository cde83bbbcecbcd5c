import type { Column, Index } from '../../sql/tree.ts';
import { mayBeNull } from '../changes.ts';
import { charsetBytes, charsetOf } from '../charsets.ts';
import { tableIn } from '../schema.ts';
import { columnIn, type Table } from '../table.ts';
import type { Found, Rule, Subject } from '../types.ts';
import { needsValue } from './compatibility-looks.ts';
import { alterationOf, MANUALS, one } from './look.ts';
import { restatedIn } from './loss.ts';

/** P: what depends on the rows that are there, and on limits of the server. */

const PEOPLE =
  'CREATE TABLE people (id BIGINT NOT NULL PRIMARY KEY, email VARCHAR(60) NULL, team_id BIGINT NULL, KEY people_team (team_id));';
const TEAMS = 'CREATE TABLE teams (id BIGINT NOT NULL PRIMARY KEY);';

/** Limits of InnoDB with its usual row format and pages of 16 KiB. */
const KEY_BYTES = 3072;
const KEYS = 64;
const COLUMNS = 1017;
const ROW_BYTES = 65_535;

export const DATA: readonly Rule[] = [
  {
    id: 'P01',
    level: 'note',
    title: 'A unique key needs rows without duplicates',
    why: 'The server finds the first duplicate after long work, and the statement fails (error 1062).',
    safe: 'Look for duplicates first; `migrate plan` asks the target.',
    decides: 'server',
    examples: [
      {
        before: PEOPLE,
        bad: 'ALTER TABLE people ADD UNIQUE KEY people_email (email);',
        good: 'ALTER TABLE people ADD INDEX people_email (email);',
        also: ['C04'],
      },
    ],
    references: [MANUALS.mysqlOnline],
    look: (subject) =>
      (alterationOf(subject)?.parts ?? []).flatMap((part) => {
        const unique =
          (part.kind === 'add-index' && part.index.kind === 'unique') ||
          (part.kind === 'add-column' && part.column.key === 'unique');
        return unique ? one(part.span, 'fails when two rows have the same value') : [];
      }),
  },
  {
    id: 'P02',
    level: 'note',
    title: 'NOT NULL needs rows without NULL',
    why: 'The statement fails after it has read the table (error 1138 or 1265).',
    safe: 'Fill the column in a backfill first; `migrate plan` counts what is left.',
    decides: 'server',
    examples: [
      {
        before: PEOPLE,
        bad: 'ALTER TABLE people MODIFY email VARCHAR(60) NOT NULL;',
        good: "ALTER TABLE people ADD COLUMN mail VARCHAR(60) NOT NULL DEFAULT '';",
        also: ['C04', 'L02'],
      },
    ],
    references: [MANUALS.mysqlOnline],
    look: (subject) =>
      restatedIn(subject).flatMap(({ before, after, table, at }) =>
        mayBeNull(before, table) && after.nullable === false
          ? one(at, `fails when ${before.name} is NULL somewhere`)
          : [],
      ),
  },
  {
    id: 'P03',
    level: 'note',
    title: 'A constraint needs rows that keep it',
    why: 'One row without its parent, or that breaks the CHECK, and the statement fails after it has read the table.',
    safe: 'Look for such rows with a query first; `migrate plan` asks the target.',
    decides: 'server',
    examples: [
      {
        before: `${TEAMS}\n${PEOPLE}`,
        bad: 'ALTER TABLE people ADD CONSTRAINT people_of FOREIGN KEY (team_id) REFERENCES teams (id);',
        good: 'CREATE TABLE members (id BIGINT NOT NULL PRIMARY KEY, team_id BIGINT NOT NULL, CONSTRAINT members_of FOREIGN KEY (team_id) REFERENCES teams (id));',
        also: ['C04', 'L10'],
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html'],
    look: (subject) =>
      (alterationOf(subject)?.parts ?? []).flatMap((part) => {
        if (part.kind === 'add-foreign-key')
          return one(part.span, `fails when a row has no parent in ${part.foreignKey.references.table.name}`);
        if (part.kind === 'add-check' && part.check.enforced)
          return one(part.span, 'fails when a row breaks the CHECK');
        return part.kind === 'check-enforcement' && part.enforced
          ? one(part.span, `fails when a row breaks ${part.name}`)
          : [];
      }),
  },
  {
    id: 'P04',
    level: 'note',
    title: 'Rows that are there get a value that nobody chose',
    why: "NOT NULL without a default fills them with 0, '', the first member of an ENUM, or a zero date.",
    safe: 'Write the default that is meant, or allow NULL and fill the column in a backfill.',
    decides: 'text',
    examples: [
      {
        before: PEOPLE,
        bad: "ALTER TABLE people ADD COLUMN state ENUM('gone', 'here') NOT NULL;",
        good: "ALTER TABLE people ADD COLUMN state ENUM('gone', 'here') NOT NULL DEFAULT 'here';",
        also: ['C03'],
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/data-type-defaults.html'],
    look: (subject) =>
      (alterationOf(subject)?.parts ?? []).flatMap((part) => {
        if (part.kind !== 'add-column' || !needsValue(part.column)) return [];
        const { name, type } = part.column;
        const first = type.name === 'ENUM' ? `'${type.members[0] ?? ''}'` : 'its empty value';
        return one(part.column.span, `${name} is ${first} in every row`);
      }),
  },
  {
    id: 'P05',
    level: 'error',
    title: 'A limit of the server is passed',
    why: 'A key of more than 3,072 bytes, 64 keys, 1,017 columns or rows of 65,535 bytes are refused when the migration runs.',
    safe: 'Index a prefix or a hash; move long texts into TEXT columns or a table of their own.',
    decides: 'text',
    examples: [
      {
        bad: 'CREATE TABLE pages (id BIGINT NOT NULL PRIMARY KEY, address VARCHAR(2000) NOT NULL, KEY pages_address (address)) DEFAULT CHARSET=utf8mb4;',
        good: 'CREATE TABLE pages (id BIGINT NOT NULL PRIMARY KEY, address VARCHAR(2000) NOT NULL, KEY pages_address (address(100))) DEFAULT CHARSET=utf8mb4;',
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/innodb-limits.html'],
    look: (subject) => limits(subject),
  },
  {
    id: 'P06',
    level: 'note',
    title: 'A key that counts up may run out',
    why: 'When an INT has counted to its end, every INSERT fails, and the change to BIGINT copies the table.',
    safe: 'Take BIGINT from the start. How far a key has come, only the target knows.',
    decides: 'server',
    examples: [
      {
        bad: 'CREATE TABLE events (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, what VARCHAR(20) NOT NULL);',
        good: 'CREATE TABLE events (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, what VARCHAR(20) NOT NULL);',
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/integer-types.html'],
    look: ({ statement }) => {
      if (statement.kind !== 'create-table') return [];
      const key = statement.columns.find(({ autoIncrement, type }) => autoIncrement && type.name !== 'BIGINT');
      return key === undefined ? [] : one(key.span, `${key.name} is ${key.type.name}: it ends at ${lastNumber(key)}`);
    },
  },
];

function lastNumber({ type }: Column): string {
  const bits = { TINYINT: 8, SMALLINT: 16, MEDIUMINT: 24 }[type.name] ?? 32;
  return (2 ** (type.unsigned ? bits : bits - 1) - 1).toLocaleString('en-US');
}

function limits(subject: Subject): readonly Found[] {
  const { statement, after } = subject;
  if (statement.kind !== 'create-table' && statement.kind !== 'alter-table' && statement.kind !== 'create-index')
    return [];
  const table = tableIn(after, statement.table);
  if (table === undefined || (statement.kind === 'create-table' && statement.like !== null)) return [];
  const engine = table.options.get('ENGINE')?.toLowerCase() ?? 'innodb';
  if (engine !== 'innodb') return [];
  const before = tableIn(subject.before, statement.table);
  const at = statement.table.span;
  const found: Found[] = [];
  for (const index of table.indexes) {
    // What was too long before has been said before.
    if (before?.indexes.includes(index) === true) continue;
    const long = index.parts.find(
      ({ column, length }) => partBytes(columnIn(table, column ?? ''), length, table) > KEY_BYTES,
    );
    if (long !== undefined && index.kind !== 'fulltext')
      found.push(...one(at, `a key on ${long.column} has more than ${KEY_BYTES} bytes`));
  }
  if (table.indexes.filter(({ kind }) => kind !== 'primary').length > KEYS)
    found.push(...one(at, `more than ${KEYS} keys`));
  if (table.columns.length > COLUMNS) found.push(...one(at, `more than ${COLUMNS} columns`));
  const row = table.columns.reduce((sum, column) => sum + rowBytes(column, table), 0);
  if (row > ROW_BYTES) found.push(...one(at, `a row of ${row} bytes; ${ROW_BYTES} are allowed`));
  return found;
}

function partBytes(column: Column | undefined, length: Index['parts'][number]['length'], table: Table): number {
  if (column === undefined) return 0;
  const { name, args } = column.type;
  const characters = length ?? (['CHAR', 'VARCHAR', 'BINARY', 'VARBINARY'].includes(name) ? (args[0] ?? 1) : 0);
  return characters * (/BINARY|BLOB/.test(name) ? 1 : charsetBytes(charsetOf(column, table)));
}

/** What counts towards the limit of a row: texts and blobs lie elsewhere. */
function rowBytes(column: Column, table: Table): number {
  const { name, args } = column.type;
  if (['CHAR', 'VARCHAR'].includes(name))
    return (args[0] ?? 1) * charsetBytes(charsetOf(column, table)) + (name === 'VARCHAR' ? 2 : 0);
  if (['BINARY', 'VARBINARY'].includes(name)) return (args[0] ?? 1) + (name === 'VARBINARY' ? 2 : 0);
  return (
    {
      TINYINT: 1,
      SMALLINT: 2,
      MEDIUMINT: 3,
      INT: 4,
      BIGINT: 8,
      DOUBLE: 8,
      FLOAT: 4,
      DATETIME: 5,
      TIMESTAMP: 4,
      DATE: 3,
    }[name] ?? 0
  );
}
