import type { Column } from '../../sql/tree.ts';
import { mayBeNull } from '../changes.ts';
import { charsetOf, collationOf, holds } from '../charsets.ts';
import { tableIn } from '../schema.ts';
import { isText } from '../schema-alter.ts';
import { columnIn, same, type Table } from '../table.ts';
import type { Found, Rule, Subject } from '../types.ts';
import { alterationOf, existed, MANUALS, milderInContract, one } from './look.ts';
import { narrowing } from './narrowing.ts';

/** D: what loses data, or changes what it means. */

const ITEMS =
  "CREATE TABLE items (id BIGINT NOT NULL PRIMARY KEY, name VARCHAR(80) NOT NULL DEFAULT '' COMMENT 'as printed', state ENUM('new', 'sold') NOT NULL DEFAULT 'new', note TEXT NULL) DEFAULT CHARSET=utf8mb4;";

/** A column that a statement writes anew, and how it was. */
interface Restated {
  readonly before: Column;
  readonly after: Column;
  readonly table: Table;
  readonly at: number;
}

/** MODIFY and CHANGE of columns that are known, on tables that were there. */
export function restatedIn(subject: Subject): readonly Restated[] {
  const alteration = alterationOf(subject);
  if (alteration?.table === undefined) return [];
  const { table, parts } = alteration;
  return parts.flatMap((part) => {
    if (part.kind !== 'modify-column' && part.kind !== 'change-column') return [];
    const before = columnIn(table, part.kind === 'change-column' ? part.from : part.column.name);
    return before === undefined ? [] : [{ before, after: part.column, table, at: part.span.from }];
  });
}

export const LOSS: readonly Rule[] = [
  {
    id: 'D01',
    level: 'error',
    title: 'A table, a database or a partition is dropped or emptied',
    why: 'Its rows are gone at once, and the release before cannot run without the table.',
    safe: 'Rename it, wait a quarantine time, and drop it in a contract migration that says which versions it breaks.',
    decides: 'text',
    examples: [
      { before: ITEMS, bad: 'DROP TABLE items;', good: 'CREATE TABLE items_2 LIKE items;' },
      { before: ITEMS, bad: 'TRUNCATE TABLE items;', good: "DELETE FROM items WHERE state = 'sold' LIMIT 1000;" },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/drop-table.html'],
    look: (subject) => gone(subject),
  },
  {
    id: 'D02',
    level: 'error',
    title: 'A column is dropped',
    why: 'Its values are gone, and the release before fails as soon as it names the column.',
    safe: 'Release a version that does not use it, make it INVISIBLE for a while, and drop it in a contract migration.',
    decides: 'text',
    examples: [
      {
        before: ITEMS,
        bad: 'ALTER TABLE items DROP COLUMN note;',
        good: 'ALTER TABLE items ALTER COLUMN note SET INVISIBLE;',
        dialect: 'mysql',
        version: '8.4',
      },
    ],
    references: [MANUALS.mysqlAlter],
    look: (subject) =>
      (alterationOf(subject)?.parts ?? []).flatMap((part) =>
        part.kind === 'drop-column'
          ? one(part.span, `the values of ${part.column} are lost`, { level: milderInContract(subject) })
          : [],
      ),
  },
  {
    id: 'D03',
    level: 'error',
    title: 'A type becomes narrower',
    why: 'Values that do not fit are cut, or the statement fails after long work.',
    safe: 'Add a column of the new type, copy what fits, look at what does not, and switch.',
    decides: 'text',
    examples: [
      {
        before: ITEMS,
        bad: "ALTER TABLE items MODIFY name VARCHAR(40) NOT NULL DEFAULT '' COMMENT 'as printed';",
        good: "ALTER TABLE items ADD COLUMN short_name VARCHAR(40) NOT NULL DEFAULT '';",
        also: ['L01'],
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html#sql-mode-strict'],
    look: (subject) =>
      restatedIn(subject).flatMap(({ before, after, table, at }) => {
        const why = narrowing(before, after, table);
        return why === undefined ? [] : one(at, `${before.name}: ${why}`);
      }),
  },
  {
    id: 'D04',
    level: 'error',
    title: 'A character set becomes narrower',
    why: 'Characters that the new set does not have become question marks, or the statement fails.',
    safe: 'Keep utf8mb4.',
    decides: 'text',
    examples: [
      {
        before: ITEMS,
        bad: 'ALTER TABLE items CONVERT TO CHARACTER SET latin1;',
        good: 'ALTER TABLE items DEFAULT CHARACTER SET utf8mb4;',
        also: ['C07', 'L01', 'S04'],
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/charset-conversion.html'],
    look: (subject) => narrowerCharset(subject),
  },
  {
    id: 'D05',
    level: 'error',
    title: 'Members of an ENUM or SET are removed or moved',
    why: 'Rows keep numbers: values change their meaning, or are lost.',
    safe: 'Add members at the end only; or use a table of values.',
    decides: 'text',
    examples: [
      {
        before: ITEMS,
        bad: "ALTER TABLE items MODIFY state ENUM('sold', 'new') NOT NULL DEFAULT 'new';",
        good: "ALTER TABLE items MODIFY state ENUM('new', 'sold', 'lost') NOT NULL DEFAULT 'new';",
        also: ['L01'],
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/enum.html'],
    look: (subject) =>
      restatedIn(subject).flatMap(({ before, after, at }) => {
        const [from, to] = [before.type, after.type];
        if ((from.name !== 'ENUM' && from.name !== 'SET') || to.name !== from.name) return [];
        const wrong = from.members.find((member, index) => to.members[index] !== member);
        if (wrong === undefined) return [];
        return one(at, `'${wrong}' of ${before.name} is ${to.members.includes(wrong) ? 'moved' : 'removed'}`);
      }),
  },
  {
    id: 'D06',
    level: 'error',
    title: 'MODIFY or CHANGE leaves attributes out',
    why: 'What is not said again is lost: NOT NULL, DEFAULT, COMMENT, COLLATE and others vanish without a word.',
    safe: 'Say the whole definition again; or use SET DEFAULT and RENAME COLUMN, which leave the rest alone.',
    decides: 'text',
    examples: [
      {
        before: ITEMS,
        bad: 'ALTER TABLE items MODIFY name VARCHAR(90);',
        good: "ALTER TABLE items MODIFY name VARCHAR(90) NOT NULL DEFAULT '' COMMENT 'as printed';",
        also: ['L02'],
      },
    ],
    references: [MANUALS.mysqlAlter],
    look: (subject) =>
      restatedIn(subject).flatMap(({ before, after, table, at }) => {
        const lost = lostAttributes(before, after, table);
        return lost.length === 0 ? [] : one(at, `${before.name} loses ${lost.join(', ')}`);
      }),
  },
  {
    id: 'D07',
    level: 'error',
    title: 'UPDATE or DELETE of every row',
    why: 'One transaction locks the whole table, fills the undo log, and replicas fall behind.',
    safe: 'Do it in a backfill migration, in batches by key; a DELETE needs a WHERE.',
    decides: 'text',
    examples: [
      {
        before: ITEMS,
        bad: "UPDATE items SET note = '';",
        good: "UPDATE items SET note = '' WHERE id BETWEEN 1 AND 1000;",
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/innodb-locks-set.html'],
    look: (subject) => everyRow(subject),
  },
  {
    id: 'D08',
    level: 'warning',
    title: 'Rows are put in with IGNORE, REPLACE or ON DUPLICATE KEY',
    why: 'Rows that do not fit are dropped or overwritten, and nobody hears of it.',
    safe: 'Insert what is not there with a condition, and let duplicates fail.',
    decides: 'text',
    examples: [
      {
        before: ITEMS,
        bad: "INSERT IGNORE INTO items (id, name) VALUES (1, 'a');",
        good: "INSERT INTO items (id, name) SELECT 1, 'a' FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM items WHERE id = 1);",
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html#ignore-effect-on-execution'],
    look: (subject) => hidden(subject),
  },
  {
    id: 'D09',
    level: 'error',
    title: 'A check of the server is switched off',
    why: 'Rows can break keys, or replicas differ, and nothing says so.',
    safe: 'Leave checks on; sql_log_bin is never switched off in a migration.',
    decides: 'text',
    examples: [{ before: ITEMS, bad: 'SET sql_log_bin = 0;', good: "INSERT INTO items (id, name) VALUES (2, 'b');" }],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html#sysvar_foreign_key_checks'],
    lookFile: ({ subjects }) => switchedOff(subjects),
  },
];

function gone(subject: Subject): readonly Found[] {
  const { statement } = subject;
  const level = milderInContract(subject);
  if (statement.kind === 'drop-table' && !statement.temporary)
    return statement.tables
      .filter(({ name }) => existed(name, subject))
      .flatMap(({ name, span }) => one(span, `the rows of ${name} are lost`, { level }));
  if (statement.kind === 'truncate-table' && existed(statement.table.name, subject))
    return one(statement.table.span, `the rows of ${statement.table.name} are lost`, { level });
  if (
    statement.kind === 'program' &&
    statement.verb === 'drop' &&
    (statement.object === 'DATABASE' || statement.object === 'SCHEMA')
  )
    return one(0, 'a whole database is lost', { level: 'error' });
  return (alterationOf(subject)?.parts ?? []).flatMap((part) =>
    part.kind === 'partition' && (part.what === 'DROP' || part.what === 'TRUNCATE')
      ? one(part.span, `the rows of partition ${part.partitions.join(', ')} are lost`, { level })
      : [],
  );
}

function narrowerCharset(subject: Subject): readonly Found[] {
  const alteration = alterationOf(subject);
  if (alteration === undefined) return [];
  const { table, name } = alteration;
  const converted = alteration.parts.flatMap((part) => {
    if (part.kind !== 'convert-charset') return [];
    const to = part.charset.toLowerCase();
    const texts = table?.columns.filter(({ type }) => isText(type.name)) ?? [];
    if (table === undefined || !table.whole)
      return holds(to, 'utf8mb4')
        ? []
        : one(part.span, `${name} may hold characters that ${to} does not have`, { level: 'warning' });
    const lost = texts.find((column) => !holds(to, charsetOf(column, table)));
    return lost === undefined
      ? []
      : one(part.span, `${lost.name} is ${charsetOf(lost, table)}, which ${to} does not hold`);
  });
  const restated = restatedIn(subject).flatMap((found) => {
    if (!isText(found.before.type.name) || !isText(found.after.type.name)) return [];
    const [from, to] = [charsetOf(found.before, found.table), charsetOf(found.after, found.table)];
    return holds(to, from) ? [] : one(found.at, `${found.before.name} is ${from}, which ${to} does not hold`);
  });
  return [...converted, ...restated];
}

/** What stood in the old definition and is not said in the new one. */
function lostAttributes(before: Column, after: Column, table: Table): readonly string[] {
  const lost: string[] = [];
  if (!mayBeNull(before, table) && after.nullable === null && mayBeNull({ ...after, name: before.name }, table))
    lost.push('NOT NULL');
  if (
    before.default !== null &&
    before.default.literal?.toUpperCase() !== 'NULL' &&
    after.default === null &&
    after.generated === null
  )
    lost.push('DEFAULT');
  if (before.onUpdate !== null && after.onUpdate === null) lost.push('ON UPDATE');
  if (before.autoIncrement && !after.autoIncrement) lost.push('AUTO_INCREMENT');
  if (before.comment !== null && before.comment !== '' && after.comment === null) lost.push('COMMENT');
  if (before.visible === false && after.visible === null) lost.push('INVISIBLE');
  if (before.generated !== null && after.generated === null) lost.push('its expression');
  const own = before.type.charset ?? before.type.collation;
  const stated = after.type.charset ?? after.type.collation;
  if (own !== null && stated === null && isText(after.type.name)) {
    const changes =
      charsetOf(before, table) !== charsetOf(after, table) || collationOf(before, table) !== collationOf(after, table);
    if (changes) lost.push(before.type.collation === null ? `CHARACTER SET ${own}` : `COLLATE ${own}`);
  }
  return lost;
}

function everyRow(subject: Subject): readonly Found[] {
  const { statement, file } = subject;
  if (statement.kind !== 'update' && statement.kind !== 'delete') return [];
  const [table] = statement.tables;
  if (table === undefined || statement.limit || !existed(table.name, subject)) return [];
  const where = statement.where;
  if (where !== null && (where.literal === null || where.columns.length > 0)) return [];
  if (where === null && statement.tables.length > 1) return [];
  // Apply runs a backfill in batches.
  if (statement.kind === 'update' && file.header.phase === 'backfill') return [];
  return one(
    table.span,
    `every row of ${table.name} is ${statement.kind === 'update' ? 'written' : 'deleted'} in one transaction`,
  );
}

function hidden(subject: Subject): readonly Found[] {
  const { statement } = subject;
  if (statement.kind === 'alter-table' && statement.ignore)
    return one(statement.table.span, `ALTER IGNORE drops rows of ${statement.table.name} that break a key`, {
      level: 'error',
    });
  if (statement.kind === 'update' || statement.kind === 'delete') {
    const [table] = statement.tables;
    return statement.ignore && table !== undefined && existed(table.name, subject)
      ? one(table.span, `IGNORE hides what fails in ${table.name}`)
      : [];
  }
  if (statement.kind !== 'insert' || !existed(statement.table.name, subject)) return [];
  const table = tableIn(subject.before, statement.table);
  // Without any key nothing can be a duplicate.
  if (table?.whole === true && table.indexes.length === 0) return [];
  const how = statement.replace
    ? 'REPLACE'
    : statement.ignore
      ? 'INSERT IGNORE'
      : statement.onDuplicateKey
        ? 'ON DUPLICATE KEY UPDATE'
        : null;
  return how === null
    ? []
    : one(statement.table.span, `${how} hides rows of ${statement.table.name} that are there already`);
}

const CHECKS = ['foreign_key_checks', 'unique_checks', 'check_constraint_checks', 'sql_mode', 'sql_log_bin'];

type Numbered = Subject & { readonly number: number };

/** Off, and not on again later in the same file. */
function switchedOff(subjects: readonly Numbered[]): readonly Found[] {
  const sets = subjects.flatMap((subject) =>
    subject.statement.kind === 'set' ? subject.statement.variables.map((variable) => ({ ...variable, subject })) : [],
  );
  return sets.flatMap(({ name, value, subject }): readonly Found[] => {
    const variable = CHECKS.find((known) => same(known, name));
    if (variable === undefined || !isOff(variable, value.literal)) return [];
    const at = { statement: subject.number };
    if (variable === 'sql_log_bin') return one(value.span, 'sql_log_bin is off: replicas will differ', at);
    const restored = sets.some(
      (other) =>
        other.subject.number > subject.number &&
        same(other.name, name) &&
        (variable === 'sql_mode' || !isOff(variable, other.value.literal)),
    );
    return restored ? [] : one(value.span, `${variable} is changed and not set back`, { ...at, level: 'warning' });
  });
}

function isOff(variable: string, literal: string | null): boolean {
  return variable === 'sql_mode' || literal === '0' || /^(off|false)$/i.test(literal ?? '');
}
