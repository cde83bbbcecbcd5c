import type { Dialect } from '../../../../src/migrate/sql/tree.ts';

/** Random tables as trees and as text, so that reading the text must give the tree. Places in the text are left out. */

type Random = () => number;

/** A tree without spans: what the text was made of. */
export interface Made {
  readonly text: string;
  readonly tree: unknown;
}

const NAMES = ['id', 'name', 'select', 'größe', 'a b', 'c`d', 'key', 'createdAt', 'x1', '1st', 'größer"', 'desc'];

function one<T>(random: Random, of: readonly T[]): T {
  const item = of[Math.floor(random() * of.length)];
  if (item === undefined) throw new Error('nothing to choose from');
  return item;
}

const chance = (random: Random, of: number): boolean => random() < of;

/** Quoted always but for plain names, which are quoted sometimes. */
function quote(random: Random, name: string): string {
  const plain = /^[a-z][a-zA-Z0-9]*$/.test(name) && !['select', 'key', 'desc'].includes(name);
  return plain && chance(random, 0.6) ? name : `\`${name.replaceAll('`', '``')}\``;
}

/** Keywords in any case, and blanks of any kind between words. */
function written(random: Random, words: readonly string[]): string {
  return words
    .filter((word) => word !== '')
    .reduce((text, word) => `${text}${one(random, [' ', ' ', '\n', '\t', ' /* , */ '])}${word}`);
}

function keyword(random: Random, word: string): string {
  return chance(random, 0.5) ? word : word.toLowerCase();
}

const NO_TYPE = { args: [], members: [], unsigned: false, zerofill: false, charset: null, collation: null };

function type(random: Random): { readonly text: string; readonly tree: object; readonly numeric: boolean } {
  const size = 1 + Math.floor(random() * 60);
  return one(random, [
    () => {
      const unsigned = chance(random, 0.5);
      const name = one(random, ['TINYINT', 'SMALLINT', 'MEDIUMINT', 'INT', 'BIGINT']);
      const alias = name === 'INT' ? one(random, ['INT', 'INTEGER', 'INT4']) : name;
      const tree = { ...NO_TYPE, name, unsigned };
      return { text: `${keyword(random, alias)}${unsigned ? ' UNSIGNED' : ''}`, tree, numeric: true };
    },
    () => {
      const charset = chance(random, 0.4) ? 'utf8mb4' : null;
      const collation = charset !== null && chance(random, 0.5) ? 'utf8mb4_bin' : null;
      const text = `${one(random, ['VARCHAR', 'varchar', 'CHARACTER VARYING'])}(${size})${charset === null ? '' : ' CHARACTER SET utf8mb4'}${collation === null ? '' : ' COLLATE utf8mb4_bin'}`;
      return { text, tree: { ...NO_TYPE, name: 'VARCHAR', args: [size], charset, collation }, numeric: false };
    },
    () => ({
      text: `${one(random, ['DECIMAL', 'NUMERIC', 'dec'])}(${size + 2}, 2)`,
      tree: { ...NO_TYPE, name: 'DECIMAL', args: [size + 2, 2] },
      numeric: true,
    }),
    () => ({
      text: "ENUM('a', 'b''c', \"d\\n\")",
      tree: { ...NO_TYPE, name: 'ENUM', members: ['a', "b'c", 'd\n'] },
      numeric: false,
    }),
    () => ({ text: 'datetime(6)', tree: { ...NO_TYPE, name: 'DATETIME', args: [6] }, numeric: false }),
    () => ({ text: 'BOOLEAN', tree: { ...NO_TYPE, name: 'TINYINT', args: [1] }, numeric: true }),
    () => ({ text: 'DOUBLE PRECISION', tree: { ...NO_TYPE, name: 'DOUBLE' }, numeric: true }),
    () => ({ text: 'LONG VARCHAR', tree: { ...NO_TYPE, name: 'MEDIUMTEXT' }, numeric: false }),
    () => ({ text: 'json', tree: { ...NO_TYPE, name: 'JSON' }, numeric: false }),
  ])();
}

const expression = (literal: string | null): object => ({ columns: [], functions: [], literal, subquery: false });

/** A column under this name. */
function column(random: Random, name: string): Made {
  const kind = type(random);
  const nullable = one(random, [true, false, null]);
  const value = kind.numeric ? one(random, ['0', '-7', '1.5']) : one(random, ["'x'", "'it''s'", 'NULL']);
  const withDefault = chance(random, 0.4) && !kind.text.startsWith('json');
  const comment = chance(random, 0.3) ? 'a, b' : null;
  const unique = chance(random, 0.15);
  const attributes = [
    nullable === null ? '' : nullable ? keyword(random, 'NULL') : 'NOT NULL',
    withDefault ? `DEFAULT ${value}` : '',
    comment === null ? '' : `COMMENT '${comment}'`,
    unique ? one(random, ['UNIQUE', 'unique key']) : '',
  ];
  const order = chance(random, 0.5) ? attributes : attributes.toReversed();
  return {
    text: written(random, [quote(random, name), kind.text, ...order]),
    tree: {
      name,
      type: kind.tree,
      nullable,
      default: withDefault ? expression(value.replace('-', '')) : null,
      onUpdate: null,
      autoIncrement: false,
      key: unique ? 'unique' : null,
      comment,
      generated: null,
      checks: [],
      references: null,
      visible: null,
      others: [],
    },
  };
}

function index(random: Random, columns: readonly string[], name: string): Made {
  const kind = one(random, ['plain', 'unique'] as const);
  const descending = chance(random, 0.3);
  const using = one(random, [null, 'BTREE', 'HASH']);
  const on = one(random, columns);
  const text = written(random, [
    kind === 'unique' ? one(random, ['UNIQUE', 'UNIQUE KEY']) : one(random, ['KEY', 'index']),
    quote(random, name),
    `(${quote(random, on)}${descending ? ' DESC' : ''})`,
    using === null ? '' : `USING ${using}`,
  ]);
  const parts = [{ column: on, expression: null, length: null, descending }];
  return { text, tree: { kind, name, constraint: null, parts, using, visible: true, comment: null } };
}

function distinctNames(random: Random): readonly string[] {
  return [...new Set(Array.from({ length: 1 + Math.floor(random() * 5) }, () => one(random, NAMES)))];
}

function table(random: Random): Made {
  const schema = chance(random, 0.2) ? 'shop' : null;
  const name = one(random, NAMES);
  const text = schema === null ? quote(random, name) : `${schema}.${quote(random, name)}`;
  return { text, tree: { schema, name } };
}

export function madeCreate(random: Random, dialect: Dialect): Made {
  const names = distinctNames(random);
  const columns = names.map((name) => column(random, name));
  const indexes = chance(random, 0.5) ? [index(random, names, 'ix')] : [];
  const temporary = chance(random, 0.2);
  const orReplace = dialect === 'mariadb' && chance(random, 0.2);
  const ifNotExists = !orReplace && chance(random, 0.3);
  const engine = chance(random, 0.5);
  const on = table(random);
  const inner = [...columns, ...indexes].map((part) => part.text).join(one(random, [',', ', ', ' ,\n  ']));
  const text = written(random, [
    keyword(random, 'CREATE'),
    orReplace ? 'OR REPLACE' : '',
    temporary ? 'TEMPORARY' : '',
    keyword(random, 'TABLE'),
    ifNotExists ? 'IF NOT EXISTS' : '',
    on.text,
    `(${inner})`,
    engine ? one(random, ['ENGINE=InnoDB', 'engine InnoDB']) : '',
  ]);
  return {
    text,
    tree: {
      kind: 'create-table',
      table: on.tree,
      temporary,
      ifNotExists,
      orReplace,
      like: null,
      select: false,
      columns: columns.map((made) => made.tree),
      indexes: indexes.map((made) => made.tree),
      foreignKeys: [],
      checks: [],
      options: engine ? [{ name: 'ENGINE', value: 'InnoDB' }] : [],
      partitioning: null,
    },
  };
}

function part(random: Random): Made {
  const name = one(random, NAMES);
  const other = one(random, NAMES);
  const position = one(random, [null, { first: true }, { after: other }]);
  const where = position === null ? '' : 'after' in position ? `AFTER ${quote(random, other)}` : 'FIRST';
  const made = column(random, name);
  return one(random, [
    () => ({
      text: written(random, ['ADD', one(random, ['', 'COLUMN']), made.text, where]),
      tree: { kind: 'add-column', column: made.tree, position, ifNotExists: false },
    }),
    () => ({
      text: written(random, ['MODIFY', made.text, where]),
      tree: { kind: 'modify-column', column: made.tree, position },
    }),
    () => ({
      text: written(random, ['CHANGE COLUMN', quote(random, other), made.text, where]),
      tree: { kind: 'change-column', from: other, column: made.tree, position },
    }),
    () => ({
      text: written(random, ['DROP COLUMN', quote(random, name)]),
      tree: { kind: 'drop-column', column: name, ifExists: false },
    }),
    () => {
      const added = index(random, [name], 'ix');
      return { text: written(random, ['ADD', added.text]), tree: { kind: 'add-index', index: added.tree } };
    },
    () => ({ text: written(random, ['DROP INDEX', quote(random, name)]), tree: { kind: 'drop-index', name } }),
    () => ({
      text: written(random, ['RENAME COLUMN', quote(random, name), 'TO', quote(random, other)]),
      tree: { kind: 'rename-column', from: name, to: other },
    }),
    () => ({
      text: written(random, ['ALTER', quote(random, name), 'SET DEFAULT 3']),
      tree: { kind: 'set-default', column: name, default: expression('3') },
    }),
    () => ({ text: 'ENGINE = InnoDB', tree: { kind: 'option', option: { name: 'ENGINE', value: 'InnoDB' } } }),
    () => ({ text: 'FORCE', tree: { kind: 'force' } }),
    () => ({ text: 'lock=none', tree: { kind: 'lock', lock: 'NONE' } }),
  ])();
}

export function madeAlter(random: Random): Made {
  const on = table(random);
  const parts = Array.from({ length: 1 + Math.floor(random() * 4) }, () => part(random));
  return {
    text: `${written(random, [keyword(random, 'ALTER'), 'TABLE', on.text])} ${parts.map((made) => made.text).join(', ')}`,
    tree: { kind: 'alter-table', table: on.tree, ignore: false, modifiers: [], parts: parts.map((made) => made.tree) },
  };
}

/** The tree without its spans. */
export function withoutSpans(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSpans);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'span')
      .map(([key, inner]) => [key, withoutSpans(inner)]),
  );
}
