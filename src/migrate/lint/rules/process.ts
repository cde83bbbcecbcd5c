import { basename, dirname } from 'node:path';
import { tokensOf } from '../../sql/lexer.ts';
import type { ObjectName, Statement } from '../../sql/tree.ts';
import { tableIn } from '../schema.ts';
import type { Found, Rule, Subject } from '../types.ts';
import { alterationOf, isNew, one } from './look.ts';

/** F: how files are written, and what the ledger and reviewers can do with them. F10 to F12 are found while reading (lint.ts). */

const JOBS = 'CREATE TABLE jobs (id BIGINT NOT NULL PRIMARY KEY, done TINYINT NOT NULL DEFAULT 0);';

export const PROCESS: readonly Rule[] = [
  {
    id: 'F01',
    level: 'error',
    title: 'A number is taken twice',
    why: 'Two branches added a migration with the same number: the order would differ between databases.',
    safe: 'Give the newer file the next free number.',
    decides: 'text',
    examples: [],
    references: [],
    lookFile: ({ file, earlier }) => {
      const own = numberOf(file.name);
      const other = own === undefined ? undefined : earlier.find(({ name }) => numberOf(name) === own);
      return other === undefined ? [] : one(0, `the number is also that of ${other.name}`, { statement: 0 });
    },
  },
  {
    id: 'F02',
    level: 'error',
    title: 'A file that was applied is edited',
    why: 'Databases that have it and those that will get it would differ.',
    safe: 'Write the change as a new migration. Only the database knows what was applied: a release and `migrate plan` compare it.',
    decides: 'server',
    examples: [],
    references: [],
  },
  {
    id: 'F03',
    level: 'off',
    title: 'Several changes of structure in one file',
    why: 'Structure does not roll back: when the second fails, the file stands half applied.',
    safe: 'One change of structure per file. Shiplock journals each statement and goes on behind the last; switch this on where other tools run the files.',
    decides: 'text',
    examples: [
      {
        before: JOBS,
        bad: 'CREATE TABLE a (id BIGINT NOT NULL PRIMARY KEY);\nCREATE TABLE b (id BIGINT NOT NULL PRIMARY KEY);',
        good: 'CREATE TABLE a (id BIGINT NOT NULL PRIMARY KEY);',
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/atomic-ddl.html'],
    lookFile: ({ subjects }) => {
      const [, second] = subjects.filter(({ statement }) => isStructure(statement));
      return second === undefined
        ? []
        : one(0, 'a second change of structure in this file', { statement: second.number });
    },
  },
  {
    id: 'F04',
    level: 'error',
    title: 'A transaction around changes of structure',
    why: 'Each change of structure commits by itself: ROLLBACK takes nothing back.',
    safe: 'Leave BEGIN and COMMIT out; shiplock puts rows and their mark into one transaction itself.',
    decides: 'text',
    examples: [
      {
        bad: 'BEGIN;\nCREATE TABLE c (id BIGINT NOT NULL PRIMARY KEY);\nCOMMIT;',
        good: 'CREATE TABLE c (id BIGINT NOT NULL PRIMARY KEY);',
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html'],
    lookFile: ({ subjects }) => {
      if (!subjects.some(({ statement }) => isStructure(statement))) return [];
      const begin = subjects.find(({ statement }) => statement.kind === 'other' && TRANSACTION.test(statement.what));
      return begin === undefined
        ? []
        : one(0, 'the statements after it commit by themselves', { statement: begin.number });
    },
  },
  {
    id: 'F05',
    level: 'note',
    title: 'Structure and rows are changed in one file',
    why: 'One of them cannot roll back, and rows of a table that exists are better changed in batches.',
    safe: 'Put the rows into a backfill migration of their own. Rows of a table that the file makes are fine.',
    decides: 'text',
    examples: [
      {
        before: JOBS,
        bad: 'CREATE TABLE notes (id BIGINT NOT NULL PRIMARY KEY);\nUPDATE jobs SET done = 1 WHERE id = 1;',
        good: 'CREATE TABLE notes (id BIGINT NOT NULL PRIMARY KEY);\nINSERT INTO notes (id) VALUES (1);',
      },
    ],
    references: [],
    lookFile: ({ subjects }) => {
      if (!subjects.some(({ statement }) => isStructure(statement))) return [];
      const rows = subjects.find((subject) => writesOldRows(subject));
      return rows === undefined
        ? []
        : one(0, 'rows of a table that was there, beside changes of structure', { statement: rows.number });
    },
  },
  {
    id: 'F06',
    level: 'off',
    title: 'A statement that cannot be run twice',
    why: 'Without a ledger of what is done, a second try fails half way.',
    safe: 'Write IF NOT EXISTS. Shiplock has a ledger; switch this on where other tools run the files.',
    decides: 'text',
    examples: [
      {
        bad: 'CREATE TABLE d (id BIGINT NOT NULL PRIMARY KEY);',
        good: 'CREATE TABLE IF NOT EXISTS d (id BIGINT NOT NULL PRIMARY KEY);',
      },
    ],
    references: [],
    look: ({ statement }) =>
      statement.kind === 'create-table' && !statement.ifNotExists && !statement.orReplace && !statement.temporary
        ? one(statement.table.span, `${statement.table.name} without IF NOT EXISTS`)
        : [],
  },
  {
    id: 'F07',
    level: 'error',
    title: 'Another database is named',
    why: 'The migration would change a database that the release was not given, and nothing records it.',
    safe: 'Name tables without their database.',
    decides: 'text',
    examples: [
      {
        before: JOBS,
        bad: 'CREATE TABLE other.jobs (id BIGINT NOT NULL PRIMARY KEY);',
        good: 'CREATE TABLE tasks (id BIGINT NOT NULL PRIMARY KEY);',
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/identifier-qualifiers.html'],
    look: ({ statement }) => {
      if (statement.kind === 'other')
        return /^USE\b/.test(statement.what) ? one(0, 'USE leaves the database of the release') : [];
      const [foreign] = namesOf(statement).filter(({ schema }) => schema !== null);
      return foreign === undefined ? [] : one(foreign.span, `${foreign.schema}.${foreign.name}`);
    },
  },
  {
    id: 'F08',
    level: 'error',
    title: 'A default that replicas would compute differently',
    why: 'MySQL refuses to add such a column while it writes a binary log (error 1674).',
    safe: 'Add the column without it, fill it in a backfill, and set the default afterwards.',
    decides: 'text',
    examples: [
      {
        before: JOBS,
        bad: 'ALTER TABLE jobs ADD COLUMN ref CHAR(36) NOT NULL DEFAULT (uuid());',
        good: 'ALTER TABLE jobs ADD COLUMN ref CHAR(36) NULL;',
        dialect: 'mysql',
        also: ['L01'],
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/data-type-defaults.html'],
    look: (subject) => {
      if (subject.server.dialect !== 'mysql') return [];
      return (alterationOf(subject)?.parts ?? []).flatMap((part) => {
        if (part.kind !== 'add-column') return [];
        const unsafe = part.column.default?.functions.find((name) => UNSAFE.has(name));
        return unsafe === undefined
          ? []
          : one(part.column.default?.span ?? part.span, `${unsafe.toLowerCase()}() differs on every server`);
      });
    },
  },
  {
    id: 'F09',
    level: 'warning',
    title: 'A comment that only some versions run',
    why: 'Databases get another structure from the same file, depending on the version of the server.',
    safe: 'Write plainly what is meant, for the server that is used.',
    decides: 'text',
    examples: [
      {
        bad: 'CREATE TABLE e (id BIGINT NOT NULL PRIMARY KEY, hidden INT NULL /*!80023 INVISIBLE */);',
        good: 'CREATE TABLE e (id BIGINT NOT NULL PRIMARY KEY, hidden INT NULL);',
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/comments.html'],
    look: (subject) => gates(subject),
  },
  {
    id: 'F10',
    level: 'error',
    title: 'A waiver without owner, reason or end',
    why: 'An exception that belongs to nobody and never ends is no exception.',
    safe: 'Write `waive=D01 until=2027-01-31 owner=… reason=…` on one line.',
    decides: 'text',
    examples: [
      {
        before: JOBS,
        bad: '-- shiplock: waive=D02 until=2999-01-31\nALTER TABLE jobs DROP COLUMN done;',
        good: '-- shiplock: waive=D02 until=2999-01-31 owner=ann reason=nothing reads it\nALTER TABLE jobs DROP COLUMN done;',
        also: ['D02'],
      },
    ],
    references: [],
  },
  {
    id: 'F11',
    level: 'warning',
    title: 'A waiver that has ended, or that waives nothing',
    why: 'It would hide the next finding of that rule without anybody having looked.',
    safe: 'Take it out; or write a new end when the reason still holds.',
    decides: 'text',
    examples: [
      {
        bad: '-- shiplock: waive=D02 until=2999-01-31 owner=ann reason=nothing reads it\nCREATE TABLE f (id BIGINT NOT NULL PRIMARY KEY);',
        good: 'CREATE TABLE f (id BIGINT NOT NULL PRIMARY KEY);',
      },
    ],
    references: [],
  },
  {
    id: 'F12',
    level: 'error',
    title: 'A statement that cannot be read',
    why: 'What cannot be read cannot be judged: it is never taken for harmless.',
    safe: 'Mend it. If the server takes it, waive F12 in the header, and report the statement.',
    decides: 'text',
    examples: [
      {
        bad: 'CREATE TABEL g (id BIGINT NOT NULL PRIMARY KEY);',
        good: 'CREATE TABLE g (id BIGINT NOT NULL PRIMARY KEY);',
      },
    ],
    references: [],
  },
];

const TRANSACTION = /^(BEGIN|START TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT)\b/;
const UNSAFE = new Set([
  'UUID',
  'UUID_SHORT',
  'RAND',
  'SYSDATE',
  'CONNECTION_ID',
  'USER',
  'CURRENT_USER',
  'SESSION_USER',
  'SYSTEM_USER',
  'RANDOM_BYTES',
]);
const STRUCTURE = new Set<Statement['kind']>([
  'create-table',
  'alter-table',
  'create-index',
  'drop-index',
  'drop-table',
  'rename-table',
  'truncate-table',
]);

function isStructure(statement: Statement): boolean {
  return STRUCTURE.has(statement.kind);
}

function writesOldRows(subject: Subject): boolean {
  const { statement } = subject;
  if (statement.kind === 'insert') return !isNew(tableIn(subject.before, statement.table), subject);
  if (statement.kind !== 'update' && statement.kind !== 'delete') return false;
  return statement.tables.some((table) => !isNew(tableIn(subject.before, table), subject));
}

function namesOf(statement: Statement): readonly ObjectName[] {
  switch (statement.kind) {
    case 'create-table':
    case 'alter-table':
    case 'create-index':
    case 'drop-index':
    case 'truncate-table':
    case 'insert':
      return [statement.table];
    case 'drop-table':
    case 'update':
    case 'delete':
      return statement.tables;
    case 'rename-table':
      return statement.renames.flatMap(({ from, to }) => [from, to]);
    case 'program':
      return statement.names;
    default:
      return [];
  }
}

/** Every server that is supported runs comments up to these versions. */
const ALWAYS = { mysql: 80_000, mariadb: 100_600 };

function gates({ sql, server }: Subject): readonly Found[] {
  let from = 0;
  return tokensOf(sql).flatMap(({ kind, text }) => {
    if (kind !== 'conditional') return [];
    const at = sql.indexOf(text, from);
    from = at + text.length;
    const [, own, digits] = /^\/\*(M?)!(\d{5,6})?/.exec(text) ?? [];
    const version = Number(digits ?? 0);
    const mariadb = server.dialect === 'mariadb';
    // MariaDB leaves the comments of MySQL 5.7 and later alone; MySQL knows no comments for MariaDB.
    const always =
      own === 'M' ? mariadb && version <= ALWAYS.mariadb : mariadb ? version < 50_700 : version <= ALWAYS.mysql;
    return always ? [] : one(at, `${text.split('\n')[0]?.slice(0, 40)}`);
  });
}

/** Directory and digits, since each directory counts for itself, and times as numbers have more digits than a number of JavaScript. */
function numberOf(name: string): string | undefined {
  const digits = /^\D{0,2}(\d+)/.exec(basename(name))?.[1];
  return digits === undefined ? undefined : `${dirname(name)}/${BigInt(digits)}`;
}
