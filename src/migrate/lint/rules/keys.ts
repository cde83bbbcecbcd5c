import type { Column, ForeignKey, ObjectName } from '../../sql/tree.ts';
import { charsetOf, collationOf } from '../charsets.ts';
import { tableIn } from '../schema.ts';
import { beginsWith, isText } from '../schema-alter.ts';
import { atLeast, type Server } from '../server.ts';
import { columnIn, type KnownIndex, same, type Table } from '../table.ts';
import type { Found, Rule, Subject } from '../types.ts';
import { columnsOf } from './design.ts';
import { one } from './look.ts';

/** S, continued: indexes, foreign keys and names. */

const SHOPS =
  'CREATE TABLE shops (id BIGINT UNSIGNED NOT NULL PRIMARY KEY, code VARCHAR(20) NOT NULL) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;';

export const KEYS: readonly Rule[] = [
  {
    id: 'S08',
    level: 'warning',
    title: 'An index does the work of another',
    why: 'Every write keeps both; reads need one.',
    safe: 'Leave out the shorter one.',
    decides: 'text',
    examples: [
      {
        bad: 'CREATE TABLE calls (id BIGINT NOT NULL PRIMARY KEY, a INT NOT NULL, b INT NOT NULL, KEY calls_a (a), KEY calls_ab (a, b));',
        good: 'CREATE TABLE calls (id BIGINT NOT NULL PRIMARY KEY, a INT NOT NULL, b INT NOT NULL, KEY calls_ab (a, b));',
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/multiple-column-indexes.html'],
    look: (subject) => redundant(subject),
  },
  {
    id: 'S09',
    level: 'error',
    title: 'A foreign key does not fit its parent',
    why: 'The types differ, or the parent is not unique: the server refuses (errors 3780, 6125, 150).',
    safe: 'Give both columns exactly the same type, and refer to a primary or a unique key.',
    decides: 'text',
    examples: [
      {
        before: SHOPS,
        bad: 'CREATE TABLE clerks (id BIGINT NOT NULL PRIMARY KEY, shop_id INT NOT NULL, CONSTRAINT clerks_of FOREIGN KEY (shop_id) REFERENCES shops (id));',
        good: 'CREATE TABLE clerks (id BIGINT NOT NULL PRIMARY KEY, shop_id BIGINT UNSIGNED NOT NULL, CONSTRAINT clerks_of FOREIGN KEY (shop_id) REFERENCES shops (id));',
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html'],
    look: (subject) => unfit(subject),
  },
  {
    id: 'S10',
    level: 'warning',
    title: 'REFERENCES at a column is ignored',
    why: 'MySQL before 9.0 reads it and makes no foreign key.',
    safe: 'Write FOREIGN KEY … REFERENCES as a line of its own.',
    decides: 'text',
    examples: [
      {
        before: SHOPS,
        bad: 'CREATE TABLE desks (id BIGINT NOT NULL PRIMARY KEY, shop_id BIGINT UNSIGNED NOT NULL REFERENCES shops (id));',
        good: 'CREATE TABLE desks (id BIGINT NOT NULL PRIMARY KEY, shop_id BIGINT UNSIGNED NOT NULL, CONSTRAINT desks_of FOREIGN KEY (shop_id) REFERENCES shops (id));',
        dialect: 'mysql',
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/ansi-diff-foreign-keys.html'],
    look: (subject) => {
      if (subject.server.dialect !== 'mysql' || atLeast(subject.server, '9.0')) return [];
      return columnsOf(subject).flatMap(({ name, references, span }) =>
        references === null ? [] : one(span, `${name} refers to ${references.table.name} on paper only`),
      );
    },
  },
  {
    id: 'S11',
    level: 'note',
    title: 'Columns that are joined have different collations',
    why: 'The server compares them by converting one side: no index helps there.',
    safe: 'Give columns of the same name the same collation.',
    decides: 'text',
    examples: [
      {
        before: SHOPS,
        bad: 'CREATE TABLE sales (id BIGINT NOT NULL PRIMARY KEY, code VARCHAR(20) COLLATE utf8mb4_general_ci NOT NULL, KEY sales_code (code));',
        good: 'CREATE TABLE sales (id BIGINT NOT NULL PRIMARY KEY, code VARCHAR(20) COLLATE utf8mb4_bin NOT NULL, KEY sales_code (code));',
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/charset-collation-coercibility.html'],
    look: (subject) => mixedCollations(subject),
  },
  {
    id: 'S12',
    level: 'note',
    title: 'A name is a reserved word of another version',
    why: 'On that version the statement is a syntax error, and so is every query that uses the name.',
    safe: 'Take another name; or quote it everywhere.',
    decides: 'text',
    fix: 'quotes the name',
    examples: [
      {
        bad: 'CREATE TABLE texts (id BIGINT NOT NULL PRIMARY KEY, manual VARCHAR(20) NOT NULL);',
        good: 'CREATE TABLE texts (id BIGINT NOT NULL PRIMARY KEY, `manual` VARCHAR(20) NOT NULL);',
        dialect: 'mysql',
        version: '8.0',
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/keywords.html'],
    look: (subject) => reservedLater(subject),
  },
];

function redundant({ statement, before, after }: Subject): readonly Found[] {
  if (statement.kind !== 'create-table' && statement.kind !== 'alter-table' && statement.kind !== 'create-index')
    return [];
  if (statement.kind === 'create-table' && statement.like !== null) return [];
  const table = tableIn(after, statement.table);
  const old = tableIn(before, statement.table)?.indexes ?? [];
  return (table?.indexes ?? []).flatMap((index, at, all) => {
    const other = all.find((one, place) => one !== index && covers(one, index, place < at));
    // Said once: when the later of the two comes.
    if (other === undefined || (old.includes(index) && old.includes(other))) return [];
    return one(statement.table.span, `${index.name} is the beginning of ${other.name}`);
  });
}

/** `index` can be left out: `other` begins with the same columns. Of two that are the same the later is one too many. */
function covers(other: KnownIndex, index: KnownIndex, otherIsFirst: boolean): boolean {
  if (!other.visible || !index.visible || (other.using ?? 'BTREE') !== (index.using ?? 'BTREE')) return false;
  const alike = index.parts.length === other.parts.length;
  if (index.kind === 'primary' || (index.kind === 'unique' && !(alike && other.kind !== 'plain' && otherIsFirst)))
    return false;
  if (index.kind !== 'plain' && index.kind !== 'unique') return false;
  if (alike && !otherIsFirst && other.kind === 'plain') return false;
  if (other.parts.some((part, at) => index.parts[at] !== undefined && index.parts[at]?.descending !== part.descending))
    return false;
  const columns = index.parts.map(({ column, length }) => (length === null ? column : null));
  return (
    columns.every((column) => column !== null) &&
    beginsWith(
      other,
      columns.filter((column) => column !== null),
    )
  );
}

function foreignKeysOf({ statement }: Subject): readonly { readonly key: ForeignKey; readonly table: ObjectName }[] {
  const own = (columns: readonly Column[]) =>
    columns.flatMap(({ name, references, span }) =>
      references === null ? [] : [{ name: null, columns: [name], references, span }],
    );
  if (statement.kind === 'create-table')
    return [...statement.foreignKeys, ...own(statement.columns)].map((key) => ({ key, table: statement.table }));
  if (statement.kind !== 'alter-table') return [];
  return statement.parts.flatMap((part) =>
    part.kind === 'add-foreign-key' ? [{ key: part.foreignKey, table: statement.table }] : [],
  );
}

function unfit(subject: Subject): readonly Found[] {
  const { after, server } = subject;
  return foreignKeysOf(subject).flatMap(({ key, table }) => {
    const [child, parent] = [tableIn(after, table), tableIn(after, key.references.table)];
    if (child === undefined || parent === undefined) return [];
    for (const [at, name] of key.columns.entries()) {
      const [column, other] = [columnIn(child, name), columnIn(parent, key.references.columns[at] ?? '')];
      if (column === undefined || other === undefined) continue;
      const why = mismatch(column, child, other, parent);
      if (why !== undefined) return one(key.span, `${name} and ${parent.name}.${other.name}: ${why}`);
    }
    return notUnique(key, parent, server);
  });
}

function mismatch(column: Column, child: Table, other: Column, parent: Table): string | undefined {
  const [a, b] = [column.type, other.type];
  if (!isText(a.name) && !isText(b.name)) {
    const scale = a.name === 'DECIMAL' && a.args.join() !== b.args.join();
    return a.name === b.name && a.unsigned === b.unsigned && !scale
      ? undefined
      : `${typeName(column)} is not ${typeName(other)}`;
  }
  if (isText(a.name) !== isText(b.name)) return `${a.name} is not ${b.name}`;
  const [order, wanted] = [collationOf(column, child), collationOf(other, parent)];
  if (
    charsetOf(column, child) !== charsetOf(other, parent) &&
    (a.charset ?? a.collation ?? b.charset ?? b.collation) !== null
  )
    return `${charsetOf(column, child)} is not ${charsetOf(other, parent)}`;
  return order !== null && wanted !== null && order !== wanted ? `${order} is not ${wanted}` : undefined;
}

function typeName({ type }: Column): string {
  return `${type.name}${type.unsigned ? ' UNSIGNED' : ''}`;
}

function notUnique(key: ForeignKey, parent: Table, server: Server): readonly Found[] {
  const { columns } = key.references;
  if (!parent.whole || columns.length === 0) return [];
  const unique = parent.indexes.some(
    (index) =>
      (index.kind === 'primary' || index.kind === 'unique') &&
      index.parts.length === columns.length &&
      beginsWith(index, columns),
  );
  if (unique) return [];
  const indexed = parent.indexes.some((index) => beginsWith(index, columns));
  const refused = !indexed || (server.dialect === 'mysql' && atLeast(server, '8.4'));
  return one(key.span, `${parent.name} (${columns.join(', ')}) is not unique`, {
    level: refused ? 'error' : 'warning',
  });
}

function mixedCollations(subject: Subject): readonly Found[] {
  const { statement, after } = subject;
  if (statement.kind !== 'create-table' && statement.kind !== 'alter-table') return [];
  const table = tableIn(after, statement.table);
  return columnsOf(subject).flatMap((column) => {
    if (table === undefined || !isText(column.type.name) || !indexed(table, column.name)) return [];
    const order = collationOf(column, table);
    if (order === null) return [];
    for (const other of after.tables.values()) {
      const twin = other === table ? undefined : columnIn(other, column.name);
      const wanted = twin === undefined || !isText(twin.type.name) ? null : collationOf(twin, other);
      if (wanted !== null && wanted !== order)
        return one(column.span, `${column.name} is ${order}, ${other.name}.${column.name} is ${wanted}`);
    }
    return [];
  });
}

function indexed(table: Table, column: string): boolean {
  return table.indexes.some(({ parts }) => parts.some((part) => part.column !== null && same(part.column, column)));
}

/** Words that some supported version reserves and others do not. */
const LATER = new Set(['MANUAL', 'PARALLEL', 'QUALIFY', 'TABLESAMPLE', 'LIBRARY', 'EXTERNAL']);

function reservedLater(subject: Subject): readonly Found[] {
  const { statement, sql, server } = subject;
  if (server.dialect !== 'mysql') return [];
  const places = columnsOf(subject).map(({ name, span }) => ({ name, from: span.from }));
  if (statement.kind === 'create-table' && statement.table.schema === null)
    places.push({ name: statement.table.name, from: statement.table.span.from });
  return places.flatMap(({ name, from }) => {
    // A quoted name begins with its quote.
    if (!LATER.has(name.toUpperCase()) || sql.slice(from, from + name.length) !== name) return [];
    const to = from + name.length;
    return one(from, `${name} is reserved from MySQL 8.4 on, or was in some version since`, {
      fix: [{ from, to, text: `\`${name}\`` }],
    });
  });
}
