import { atLeast } from '../server.ts';
import { same } from '../table.ts';
import type { Found, Rule, Subject } from '../types.ts';
import { alterationOf, asserted, MANUALS, one, waysOf, worstOf } from './look.ts';

/** L, continued: waiting for locks, several rebuilds, online tools. */

const LONGEST_WAIT_S = 5;
const BIG = 1024 ** 3;
const ORDERS =
  'CREATE TABLE orders (id BIGINT NOT NULL PRIMARY KEY, customer_id BIGINT NOT NULL, state INT NOT NULL, KEY orders_customer (customer_id));';
const CUSTOMERS = 'CREATE TABLE customers (id BIGINT NOT NULL PRIMARY KEY);';

export const WAITING: readonly Rule[] = [
  {
    id: 'L08',
    level: 'warning',
    title: 'A statement may wait long for a metadata lock',
    why: 'Every later query of that table queues behind a waiting ALTER; the default of the server is a year (MySQL) or a day (MariaDB).',
    safe: 'Wait one to three seconds and try again. Shiplock sets lock_wait_timeout itself (`database.lockWaitTimeout`).',
    decides: 'text',
    examples: [
      {
        before: ORDERS,
        bad: 'ALTER TABLE orders WAIT 60 ADD COLUMN note VARCHAR(20) NULL;',
        good: 'ALTER TABLE orders WAIT 2 ADD COLUMN note VARCHAR(20) NULL;',
        dialect: 'mariadb',
      },
    ],
    references: [MANUALS.mysqlLocks],
    look: ({ statement }) => {
      if (statement.kind === 'set') {
        const long = statement.variables.find(
          ({ name, value }) => same(name, 'lock_wait_timeout') && Number(value.literal) > LONGEST_WAIT_S,
        );
        return long === undefined ? [] : one(long.value.span, `lock_wait_timeout of ${long.value.literal} s`);
      }
      if (statement.kind !== 'alter-table') return [];
      const wait = statement.modifiers
        .map((word) => Number(/^WAIT (\d+)$/.exec(word)?.[1] ?? 0))
        .find((seconds) => seconds > LONGEST_WAIT_S);
      return wait === undefined ? [] : one(statement.table.span, `WAIT ${wait}`);
    },
  },
  {
    id: 'L09',
    level: 'warning',
    title: 'A transaction is open on the table when it is changed',
    why: 'Even an instant change waits for it, and every query behind it waits as well.',
    safe: 'Nothing to write: apply looks for open transactions before each try, and tries again. No text shows them.',
    decides: 'server',
    examples: [],
    references: [MANUALS.mysqlLocks],
  },
  {
    id: 'L10',
    level: 'warning',
    title: 'A foreign key is added to a table that exists',
    why: 'With checks on, the table is copied and both tables are locked; with checks off nothing is validated.',
    safe: 'Index the column first, look for orphans with a query, and add the key in a quiet hour; or together with the table.',
    decides: 'server',
    examples: [
      {
        before: `${CUSTOMERS}\n${ORDERS}`,
        bad: 'ALTER TABLE orders ADD CONSTRAINT orders_of FOREIGN KEY (customer_id) REFERENCES customers (id);',
        good: 'CREATE TABLE invoices (id BIGINT NOT NULL PRIMARY KEY, customer_id BIGINT NOT NULL, CONSTRAINT invoices_of FOREIGN KEY (customer_id) REFERENCES customers (id));',
        also: ['C04', 'P03'],
      },
    ],
    references: [MANUALS.mysqlOnline],
    look: (subject) => {
      const alteration = alterationOf(subject);
      return (alteration?.parts ?? []).flatMap((part) =>
        part.kind === 'add-foreign-key' || (part.kind === 'add-column' && part.column.references !== null)
          ? one(part.span, `a foreign key of ${alteration?.name} is checked for every row`)
          : [],
      );
    },
  },
  {
    id: 'L11',
    level: 'warning',
    title: 'One table is rebuilt several times in a file',
    why: 'Each of these statements writes the whole table anew.',
    safe: 'Put the parts that rebuild into one ALTER TABLE, without any that are instant.',
    decides: 'server',
    examples: [
      {
        before: ORDERS,
        bad: 'ALTER TABLE orders MODIFY state BIGINT NOT NULL;\nALTER TABLE orders MODIFY customer_id INT UNSIGNED NOT NULL;',
        good: 'ALTER TABLE orders ADD COLUMN state_wide BIGINT NULL, ADD COLUMN customer VARCHAR(20) NULL;',
        also: ['D03', 'L01'],
      },
    ],
    references: [MANUALS.mysqlOnline],
    lookFile: ({ subjects }) => {
      const rebuilds = new Map<string, number>();
      return subjects.flatMap((subject): readonly Found[] => {
        const alteration = alterationOf(subject);
        const ways = alteration === undefined ? undefined : waysOf(alteration, subject);
        if (alteration === undefined || ways === undefined || worstOf(ways)?.rebuilds !== true) return [];
        const count = (rebuilds.get(alteration.name) ?? 0) + 1;
        rebuilds.set(alteration.name, count);
        if (count !== 2) return [];
        return one(alteration.at, `${alteration.name} is rebuilt a second time in this file`, {
          statement: subject.number,
        });
      });
    },
  },
  {
    id: 'L12',
    level: 'note',
    title: 'No online tool could do this change',
    why: 'gh-ost and pt-online-schema-change need a primary or a unique key without NULL; with foreign keys or triggers they refuse.',
    safe: 'Plan it for a quiet hour, or choose a change that needs no copy.',
    decides: 'server',
    examples: [
      {
        before: 'CREATE TABLE log (line VARCHAR(200) NULL, size INT NULL);',
        bad: 'ALTER TABLE log MODIFY size BIGINT NULL;',
        good: 'ALTER TABLE log ADD COLUMN wide BIGINT NULL;',
        also: ['L01'],
      },
    ],
    references: [MANUALS.ghost],
    look: (subject) => ineligible(subject),
  },
  {
    id: 'L13',
    level: 'warning',
    title: 'A unique key is added together with a copy of the table',
    why: 'A tool that copies rows with INSERT IGNORE drops the duplicates without a word.',
    safe: 'Add the key in a statement of its own, after a query for duplicates.',
    decides: 'server',
    examples: [
      {
        before: ORDERS,
        bad: 'ALTER TABLE orders MODIFY state BIGINT NOT NULL, ADD UNIQUE KEY orders_once (state, customer_id);',
        good: 'ALTER TABLE orders ADD INDEX orders_once (state, customer_id);',
        also: ['C04', 'L01', 'P01'],
      },
    ],
    references: [MANUALS.ghost],
    look: (subject) => {
      const alteration = alterationOf(subject);
      const ways = alteration === undefined ? undefined : waysOf(alteration, subject);
      if (alteration === undefined || ways === undefined || worstOf(ways)?.algorithm !== 'COPY') return [];
      const unique = alteration.parts.find((part) => part.kind === 'add-index' && part.index.kind === 'unique');
      return unique === undefined ? [] : one(unique.span, `${alteration.name} is copied and gets a unique key at once`);
    },
  },
  {
    id: 'L14',
    level: 'warning',
    title: 'A large table is dropped or emptied at once',
    why: 'The server takes its pages out of memory and deletes a large file: others wait.',
    safe: 'Rename it, empty it in batches, and drop it later.',
    decides: 'server',
    examples: [
      {
        before: ORDERS,
        bad: '-- shiplock: phase=contract breaks=<2\nDROP TABLE orders;',
        good: "ALTER TABLE orders COMMENT='not used since 2.0';",
        also: ['D01'],
        bytes: { orders: 8 * BIG },
      },
    ],
    references: ['https://dev.mysql.com/doc/refman/8.4/en/drop-table.html'],
    look: ({ statement, facts }) => {
      const tables =
        statement.kind === 'drop-table'
          ? statement.tables
          : statement.kind === 'truncate-table'
            ? [statement.table]
            : [];
      return tables.flatMap(({ name, span }) => {
        const bytes = facts.bytes.get(name) ?? 0;
        return bytes < BIG ? [] : one(span, `${name} has ${(bytes / BIG).toFixed(1)} GiB`);
      });
    },
  },
  {
    id: 'L15',
    level: 'error',
    title: 'INSTANT on a server that corrupts tables with it',
    why: 'MySQL 8.0.29 to 8.0.31 can damage a table after an instant ADD or DROP COLUMN; backup tools refuse such tables.',
    safe: 'Assert ALGORITHM=INPLACE, or update the server to 8.0.32.',
    decides: 'text',
    fix: 'writes ALGORITHM=INPLACE',
    examples: [
      {
        before: ORDERS,
        bad: 'ALTER TABLE orders ADD COLUMN note VARCHAR(20) NULL;',
        good: 'ALTER TABLE orders ADD COLUMN note VARCHAR(20) NULL, ALGORITHM=INPLACE;',
        dialect: 'mysql',
        version: '8.0.30',
      },
    ],
    references: ['https://dev.mysql.com/doc/relnotes/mysql/8.0/en/news-8-0-32.html'],
    look: (subject) => {
      const { statement, server } = subject;
      const alteration = alterationOf(subject);
      if (alteration === undefined || statement.kind !== 'alter-table' || server.dialect !== 'mysql') return [];
      if (!atLeast(server, '8.0.29') || atLeast(server, '8.0.32')) return [];
      const { algorithm, lock } = asserted(alteration.parts);
      const part = alteration.parts.find(({ kind }) => kind === 'add-column' || kind === 'drop-column');
      if (part === undefined || (algorithm !== null && algorithm !== 'INSTANT' && algorithm !== 'DEFAULT')) return [];
      const last = alteration.parts.at(-1)?.span.to ?? 0;
      const fix =
        algorithm === null && lock === null ? { fix: [{ from: last, to: last, text: ', ALGORITHM=INPLACE' }] } : {};
      return one(part.span, `${alteration.name} would be changed INSTANT by ${server.version.join('.')}`, fix);
    },
  },
];

function ineligible(subject: Subject): readonly Found[] {
  const alteration = alterationOf(subject);
  const ways = alteration === undefined ? undefined : waysOf(alteration, subject);
  if (alteration?.table === undefined || ways === undefined || worstOf(ways)?.algorithm !== 'COPY') return [];
  const { table, name, at } = alteration;
  const why: string[] = [];
  const keyed = table.indexes.some(
    ({ kind, parts }) =>
      kind === 'primary' ||
      (kind === 'unique' &&
        parts.every(({ column }) =>
          table.columns.some((one) => column !== null && same(one.name, column) && one.nullable === false),
        )),
  );
  if (table.whole && !keyed) why.push('it has no primary key');
  if (table.foreignKeys.length > 0) why.push('it has foreign keys');
  for (const other of subject.before.tables.values())
    if (other !== table && other.foreignKeys.some(({ references }) => same(references.table.name, name)))
      why.push(`${other.name} refers to it`);
  if (subject.before.programs.some(({ on }) => on !== null && same(on, name))) why.push('it has triggers');
  return why.length === 0 ? [] : one(at, `no online tool can change ${name}: ${why.join(', ')}`);
}
