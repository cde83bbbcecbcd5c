import { changesOf } from '../changes.ts';
import type { Rule } from '../types.ts';
import {
  both,
  defaults,
  dependents,
  lostIndex,
  needsValue,
  order,
  renames,
  stricter,
  takenAway,
} from './compatibility-looks.ts';
import { alterationOf, MANUALS, milderInContract, one } from './look.ts';
import { restatedIn } from './loss.ts';

/** C: what the release that still runs cannot live with. */

const ACCOUNTS =
  'CREATE TABLE accounts (id BIGINT NOT NULL PRIMARY KEY, email VARCHAR(60) NULL, owner_id BIGINT NOT NULL DEFAULT 1, KEY accounts_email (email)) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;';
const OWNERS = 'CREATE TABLE owners (id BIGINT NOT NULL PRIMARY KEY);';

export const COMPATIBILITY: readonly Rule[] = [
  {
    id: 'C01',
    level: 'error',
    title: 'A table or a column gets another name',
    why: 'The release that runs knows the old name, and fails at once.',
    safe: 'Add the new one, write both, fill it in a backfill, and drop the old one in a contract migration; for a table a view may keep the old name.',
    decides: 'text',
    examples: [
      {
        before: ACCOUNTS,
        bad: 'ALTER TABLE accounts RENAME COLUMN email TO mail;',
        good: 'ALTER TABLE accounts ADD COLUMN mail VARCHAR(60) NULL;',
      },
      { before: ACCOUNTS, bad: 'RENAME TABLE accounts TO users;', good: 'CREATE TABLE users LIKE accounts;' },
    ],
    references: [MANUALS.mysqlAlter],
    look: (subject) => renames(subject).map((found) => ({ ...found, level: milderInContract(subject) })),
  },
  {
    id: 'C02',
    level: 'warning',
    title: 'A contract migration does not say which versions it breaks',
    why: 'It must not run while a version that needs the old shape runs; without `breaks=` nobody can tell.',
    safe: 'Write `breaks=<1.2` into the header, with the first version that does not need it.',
    decides: 'text',
    examples: [
      {
        before: ACCOUNTS,
        bad: '-- shiplock: phase=contract\nALTER TABLE accounts DROP COLUMN owner_id;',
        good: '-- shiplock: phase=contract breaks=<1.2\nALTER TABLE accounts DROP COLUMN owner_id;',
        also: ['D02'],
        notes: ['D02'],
      },
    ],
    references: [],
    look: (subject) => {
      const { phase, breaks } = subject.file.header;
      if (phase !== 'contract' || breaks !== undefined) return [];
      const [found] = takenAway(subject);
      return found === undefined ? [] : [{ ...found, message: `${found.message}, and the header has no breaks=` }];
    },
  },
  {
    id: 'C03',
    level: 'error',
    title: 'A new column is NOT NULL without a default',
    why: 'An INSERT of the release that runs does not name it: error 1364 in strict mode, an empty value elsewhere.',
    safe: 'Allow NULL, or give it a literal default; take the default away in a later release.',
    decides: 'text',
    examples: [
      {
        before: ACCOUNTS,
        bad: 'ALTER TABLE accounts ADD COLUMN plan INT NOT NULL;',
        good: 'ALTER TABLE accounts ADD COLUMN plan INT NOT NULL DEFAULT 0;',
        also: ['P04'],
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/data-type-defaults.html'],
    look: (subject) =>
      (alterationOf(subject)?.parts ?? []).flatMap((part) =>
        part.kind === 'add-column' && needsValue(part.column)
          ? one(part.column.span, `${part.column.name} has to be named in every INSERT`)
          : [],
      ),
  },
  {
    id: 'C04',
    level: 'warning',
    title: 'A constraint is added that the release that runs does not know',
    why: 'Rows that it writes may be refused.',
    safe: 'Add it NOT ENFORCED where the server can, look at what breaks it, and enforce it in the release after.',
    decides: 'text',
    examples: [
      {
        before: ACCOUNTS,
        bad: 'ALTER TABLE accounts ADD CONSTRAINT accounts_owned CHECK (owner_id > 0);',
        good: 'ALTER TABLE accounts ADD CONSTRAINT accounts_owned CHECK (owner_id > 0) NOT ENFORCED;',
        dialect: 'mysql',
        also: ['L01', 'P03'],
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/create-table-check-constraints.html'],
    look: (subject) => stricter(subject),
  },
  {
    id: 'C05',
    level: 'note',
    title: 'The order of columns changes, or an INSERT names no columns',
    why: 'A program with SELECT * or an INSERT without a list reads and writes the wrong fields.',
    safe: 'Add columns at the end, and name columns in every INSERT.',
    decides: 'text',
    examples: [
      {
        before: ACCOUNTS,
        bad: 'ALTER TABLE accounts ADD COLUMN plan INT NULL AFTER id;',
        good: 'ALTER TABLE accounts ADD COLUMN plan INT NULL;',
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/insert.html'],
    look: (subject) => order(subject),
  },
  {
    id: 'C06',
    level: 'warning',
    title: 'A default is changed or taken away',
    why: 'The release that runs relies on it in every INSERT that does not name the column.',
    safe: 'Keep it until no version needs it.',
    decides: 'text',
    examples: [
      {
        before: ACCOUNTS,
        bad: 'ALTER TABLE accounts ALTER COLUMN owner_id DROP DEFAULT;',
        good: 'ALTER TABLE accounts ADD COLUMN owner BIGINT NULL;',
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/data-type-defaults.html'],
    look: (subject) => defaults(subject),
  },
  {
    id: 'C07',
    level: 'warning',
    title: 'A collation or a character set changes',
    why: 'What is equal, what is unique, how rows are ordered and which index helps is decided by it.',
    safe: 'Add a column with the new collation, compare the results of both, and switch.',
    decides: 'text',
    examples: [
      {
        before: ACCOUNTS,
        bad: 'ALTER TABLE accounts MODIFY email VARCHAR(60) COLLATE utf8mb4_general_ci NULL;',
        good: 'ALTER TABLE accounts ADD COLUMN email_any_case VARCHAR(60) COLLATE utf8mb4_general_ci NULL;',
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/charset-collation-effect.html'],
    look: (subject) => [
      ...(alterationOf(subject)?.parts ?? []).flatMap((part) =>
        part.kind === 'convert-charset'
          ? one(part.span, `every text of the table becomes ${part.collation ?? part.charset}`)
          : [],
      ),
      ...restatedIn(subject).flatMap(({ before, after, table, at }) =>
        changesOf(before, after, table).some((change) => change === 'charset' || change === 'collation')
          ? one(at, `${before.name} is compared in another way`)
          : [],
      ),
    ],
  },
  {
    id: 'C08',
    level: 'warning',
    title: 'An index is dropped that something may need',
    why: 'A query becomes slow, FORCE INDEX fails, or the server refuses because a foreign key needs it (error 1553).',
    safe: 'Make it invisible (MariaDB: IGNORED) for one release; drop it when nobody missed it.',
    decides: 'text',
    examples: [
      {
        before: ACCOUNTS,
        bad: 'ALTER TABLE accounts DROP INDEX accounts_email;',
        good: 'ALTER TABLE accounts ALTER INDEX accounts_email INVISIBLE;',
        dialect: 'mysql',
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/invisible-indexes.html'],
    look: (subject) => lostIndex(subject),
  },
  {
    id: 'C09',
    level: 'error',
    title: 'A view, a trigger or a generated column uses the name that goes',
    why: 'The change fails half way (errors 3108, 3756), or whatever uses the name fails from then on.',
    safe: 'Change what depends on it first.',
    decides: 'text',
    examples: [
      {
        before: `${ACCOUNTS}\nCREATE VIEW owned AS SELECT owner_id FROM accounts;`,
        bad: '-- shiplock: phase=contract breaks=<2\nALTER TABLE accounts DROP COLUMN owner_id;',
        good: '-- shiplock: phase=contract breaks=<2\nDROP VIEW owned;',
        also: ['D02'],
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/create-table-generated-columns.html'],
    look: (subject) => dependents(subject),
  },
  {
    id: 'C10',
    level: 'error',
    title: 'One file adds the new shape and takes the old one away',
    why: 'Between the two a release has to run: in one file there is no way back.',
    safe: 'Put what is added into an expand migration, and what is taken away into a contract migration of a later release.',
    decides: 'text',
    examples: [
      {
        before: ACCOUNTS,
        bad: 'ALTER TABLE accounts ADD COLUMN owner VARCHAR(60) NULL;\nALTER TABLE accounts DROP COLUMN owner_id;',
        good: 'ALTER TABLE accounts ADD COLUMN owner VARCHAR(60) NULL;',
        also: ['D02'],
      },
    ],
    references: [],
    lookFile: ({ subjects }) => both(subjects),
  },
  {
    id: 'C11',
    level: 'note',
    title: 'The down file loses what was written since',
    why: 'It brings the old shape back, not the data: it is no way back once the new version has written.',
    safe: 'Leave the down file out where data would be lost, and plan a change forward instead.',
    decides: 'text',
    examples: [
      {
        before: OWNERS,
        bad: 'ALTER TABLE owners ADD COLUMN name VARCHAR(60) NULL;',
        good: "ALTER TABLE owners COMMENT='who owns';",
        down: { bad: 'ALTER TABLE owners DROP COLUMN name;', good: "ALTER TABLE owners COMMENT='';" },
      },
    ],
    references: [],
    lookFile: ({ file }) => {
      const [first] = file.statements;
      const loses = (file.down ?? []).some(({ parsed }) => {
        if (!parsed.ok) return false;
        const { statement } = parsed;
        if (statement.kind === 'drop-table' || statement.kind === 'truncate-table') return true;
        return statement.kind === 'alter-table' && statement.parts.some(({ kind }) => kind === 'drop-column');
      });
      return loses && first !== undefined ? one(0, 'its down file drops what was written since', { statement: 0 }) : [];
    },
  },
];
