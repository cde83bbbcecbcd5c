import type { Found, Rule, Subject } from '../types.ts';
import type { PartWay } from './look.ts';
import { alterationOf, asserted, MANUALS, one, waysOf, worstOf } from './look.ts';

/** L: what blocks others while it runs. */

/** Above this, writing a table anew takes long enough to be planned. */
const BIG = 1024 ** 3;

const USERS =
  'CREATE TABLE users (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) NOT NULL, age INT NULL);';

export const LOCKING: readonly Rule[] = [
  {
    id: 'L01',
    level: 'warning',
    title: 'The whole table is copied while nobody can write to it',
    why: 'Writes wait for the whole copy, the disk holds the table twice, and replicas fall behind by the same time.',
    safe: 'Add a new column or table, fill it in a backfill, and switch; or let `migrate plan` choose an online tool.',
    decides: 'server',
    examples: [
      {
        before: USERS,
        bad: 'ALTER TABLE users MODIFY age BIGINT NULL;',
        good: 'ALTER TABLE users ADD COLUMN age_wide BIGINT NULL;',
      },
    ],
    references: [MANUALS.mysqlOnline, MANUALS.mariadbOnline],
    look: (subject) => copied(subject),
  },
  {
    id: 'L02',
    level: 'warning',
    title: 'A table is rebuilt in place',
    why: 'It reads and writes the whole table; replicas fall behind by the run time, and a full row log ends it with an error.',
    safe: 'Do it outside of busy hours, or by an online tool; a change that needs no rebuild is better.',
    decides: 'server',
    examples: [
      {
        before: USERS,
        bad: 'ALTER TABLE users ENGINE=InnoDB;',
        good: "ALTER TABLE users COMMENT='people who sign in';",
        bytes: { users: 8 * BIG },
      },
    ],
    references: [MANUALS.mysqlOnline, MANUALS.mariadbOnline],
    look: (subject) => rebuilt(subject),
  },
  {
    id: 'L03',
    level: 'warning',
    title: 'In place, and still nobody can write',
    why: 'The server calls it INPLACE, but it takes LOCK=SHARED: every write waits until the index is built.',
    safe: 'Create such an index together with its table, or in a window without writes.',
    decides: 'server',
    examples: [
      {
        before: USERS,
        bad: 'ALTER TABLE users ADD FULLTEXT INDEX users_name (name);',
        good: 'ALTER TABLE users ADD INDEX users_name (name);',
      },
    ],
    references: [MANUALS.mysqlOnline],
    look: (subject) => {
      const alteration = alterationOf(subject);
      const ways = alteration === undefined ? undefined : waysOf(alteration, subject);
      const shared = ways?.find(({ way }) => way.algorithm !== 'COPY' && way.lock === 'SHARED');
      if (ways === undefined || shared === undefined || worstOf(ways)?.algorithm === 'COPY') return [];
      return one(shared.part.span, `${named(shared)} on ${alteration?.name} keeps writes out until it is done`);
    },
  },
  {
    id: 'L04',
    level: 'warning',
    title: 'An instant change stands together with one that is not',
    why: 'The whole statement takes the way of its slowest part, so the instant part waits and the rest may rebuild more.',
    safe: 'Write two ALTER TABLE, the instant one first.',
    decides: 'server',
    fix: 'splits the statement: the instant parts first',
    examples: [
      {
        before: USERS,
        bad: 'ALTER TABLE users ADD COLUMN city INT NULL, ADD INDEX users_age (age);',
        good: 'ALTER TABLE users ADD COLUMN city INT NULL;\nALTER TABLE users ADD INDEX users_age (age);',
      },
    ],
    references: [MANUALS.mysqlOnline],
    look: (subject) => mixed(subject),
  },
  {
    id: 'L05',
    level: 'warning',
    title: 'ALGORITHM=INSTANT on a table that does not allow it',
    why: 'With a FULLTEXT index or ROW_FORMAT=COMPRESSED the server refuses INSTANT, and the migration stops there.',
    safe: 'Plan a rebuild of that table, or take the index away first.',
    decides: 'server',
    examples: [
      {
        before: 'CREATE TABLE posts (id INT NOT NULL PRIMARY KEY, body TEXT NOT NULL, FULLTEXT KEY posts_body (body));',
        bad: 'ALTER TABLE posts ADD COLUMN likes BIGINT NULL, ALGORITHM=INSTANT;',
        good: 'ALTER TABLE posts ADD COLUMN likes BIGINT NULL, ALGORITHM=INPLACE;',
        dialect: 'mysql',
      },
    ],
    references: [MANUALS.mysqlOnline],
    look: (subject) => {
      const alteration = alterationOf(subject);
      if (alteration?.table === undefined || asserted(alteration.parts).algorithm !== 'INSTANT') return [];
      const { table, parts, name } = alteration;
      const column = parts.find(({ kind }) => kind === 'add-column' || kind === 'drop-column');
      if (column === undefined) return [];
      const compressed = table.options.get('ROW_FORMAT')?.toUpperCase() === 'COMPRESSED';
      const fulltext = subject.server.dialect === 'mysql' && table.indexes.some(({ kind }) => kind === 'fulltext');
      if (!compressed && !fulltext) return [];
      return one(
        column.span,
        `${name} has ${compressed ? 'ROW_FORMAT=COMPRESSED' : 'a FULLTEXT index'}: no INSTANT there`,
      );
    },
  },
  {
    id: 'L06',
    level: 'off',
    title: 'An ALTER TABLE does not say how it may be done',
    why: 'A server whose table is in another state takes a worse way without a word.',
    safe: 'Assert the algorithm, so that the server refuses instead. Shiplock asserts it when it applies; switch this on where other tools run the files.',
    decides: 'server',
    fix: 'writes the ALGORITHM and LOCK that the table of this documentation foresees',
    examples: [
      {
        before: USERS,
        bad: 'ALTER TABLE users ADD COLUMN city INT NULL;',
        good: 'ALTER TABLE users ADD COLUMN city INT NULL, ALGORITHM=INSTANT;',
      },
    ],
    references: [MANUALS.mysqlAlter],
    look: (subject) => unasserted(subject),
  },
  {
    id: 'L07',
    level: 'error',
    title: 'ALGORITHM=INSTANT together with a LOCK clause',
    why: 'MySQL refuses every LOCK but DEFAULT with INSTANT (error 1221).',
    safe: 'Leave the LOCK clause out: INSTANT holds no lock for long.',
    decides: 'text',
    fix: 'takes the LOCK clause out',
    examples: [
      {
        before: USERS,
        bad: 'ALTER TABLE users ADD COLUMN city INT NULL, ALGORITHM=INSTANT, LOCK=NONE;',
        good: 'ALTER TABLE users ADD COLUMN city INT NULL, ALGORITHM=INSTANT;',
        dialect: 'mysql',
      },
    ],
    references: [MANUALS.mysqlAlter],
    look: ({ statement, sql, server }) => {
      if (statement.kind !== 'alter-table' || server.dialect !== 'mysql') return [];
      const { algorithm, lock } = asserted(statement.parts);
      const at = statement.parts.findIndex((part) => part.kind === 'lock');
      const part = statement.parts[at];
      if (algorithm !== 'INSTANT' || lock === null || lock === 'DEFAULT' || part === undefined) return [];
      const before = statement.parts[at - 1];
      const after = statement.parts[at + 1];
      const cut =
        before === undefined
          ? { from: part.span.from, to: after?.span.from ?? sql.length }
          : { from: before.span.to, to: part.span.to };
      return one(part.span, `LOCK=${lock} stands with ALGORITHM=INSTANT`, { fix: [{ ...cut, text: '' }] });
    },
  },
];

function named({ operation }: PartWay): string {
  return operation.replaceAll('-', ' ');
}

function copied(subject: Subject): readonly Found[] {
  const alteration = alterationOf(subject);
  const ways = alteration === undefined ? undefined : waysOf(alteration, subject);
  const copy = ways?.find(({ way }) => way.algorithm === 'COPY');
  // A foreign key has a rule of its own.
  if (alteration === undefined || copy === undefined || copy.operation === 'add-foreign-key') return [];
  const waits = copy.way.lock === 'SHARED' ? ', and writes wait for it' : '';
  return one(copy.part.span, `${named(copy)}: ${alteration.name} is copied as a whole${waits}`);
}

function rebuilt(subject: Subject): readonly Found[] {
  const alteration = alterationOf(subject);
  const ways = alteration === undefined ? undefined : waysOf(alteration, subject);
  if (alteration === undefined || ways === undefined || worstOf(ways)?.algorithm === 'COPY') return [];
  const rebuild = ways.find(({ way }) => way.rebuilds);
  if (rebuild === undefined || rebuild.way.lock === 'SHARED') return [];
  const bytes = subject.facts.bytes.get(alteration.name);
  if (bytes !== undefined && bytes < BIG) return [];
  const size = bytes === undefined ? '' : ` (${(bytes / BIG).toFixed(1)} GiB)`;
  return one(rebuild.part.span, `${named(rebuild)}: ${alteration.name}${size} is written anew`, {
    level: bytes === undefined ? 'note' : 'warning',
  });
}

function mixed(subject: Subject): readonly Found[] {
  const { statement, sql } = subject;
  const alteration = alterationOf(subject);
  if (alteration === undefined || statement.kind !== 'alter-table') return [];
  const ways = waysOf(alteration, subject);
  const worst = ways === undefined ? undefined : worstOf(ways);
  if (ways === undefined || worst === undefined || worst.algorithm === 'INSTANT') return [];
  const isInstant = (part: PartWay['part']): boolean =>
    ways.filter((way) => way.part === part).every(({ way }) => way.algorithm === 'INSTANT');
  const parts = statement.parts.filter(({ kind }) => kind !== 'algorithm' && kind !== 'lock');
  const instant = parts.filter(isInstant);
  const others = parts.filter((part) => !isInstant(part));
  const [first] = instant;
  // Renaming a table cannot be split off: the second statement would need the new name.
  if (first === undefined || others.length === 0 || parts.some(({ kind }) => kind === 'rename-table')) return [];
  const head = sql.slice(0, statement.parts[0]?.span.from ?? 0).trimEnd();
  const list = (some: typeof parts): string => some.map(({ span }) => sql.slice(span.from, span.to)).join(', ');
  // A new name that the other half uses, or an assertion that holds for one half only: a person must say.
  const simple =
    parts.length === statement.parts.length &&
    !parts.some(({ kind }) => kind === 'change-column' || kind === 'rename-column');
  const text = `${head} ${list(instant)};\n${head} ${list(others)}`;
  return one(
    first.span,
    `the instant part would wait for ${worst.algorithm === 'COPY' ? 'a copy' : 'the others'} of ${alteration.name}`,
    simple ? { fix: [{ from: 0, to: sql.length, text }] } : {},
  );
}

function unasserted(subject: Subject): readonly Found[] {
  const { statement, sql } = subject;
  const alteration = alterationOf(subject);
  if (alteration === undefined || statement.kind !== 'alter-table') return [];
  const { algorithm } = asserted(alteration.parts);
  const ways = waysOf(alteration, subject);
  const worst = ways === undefined ? undefined : worstOf(ways);
  if (algorithm !== null || worst === undefined) return [];
  const clause =
    worst.algorithm === 'INSTANT' ? 'ALGORITHM=INSTANT' : `ALGORITHM=${worst.algorithm}, LOCK=${worst.lock}`;
  const last = statement.parts.at(-1)?.span.to ?? sql.length;
  const partitions = statement.parts.some(({ kind }) => kind.startsWith('partition') || kind === 'remove-partitioning');
  const fix = worst.algorithm === 'COPY' || partitions ? {} : { fix: [{ from: last, to: last, text: `, ${clause}` }] };
  return one(statement.table.span, `${clause} is foreseen for ${alteration.name}, and nothing asserts it`, fix);
}
