import type { Family } from '../../src/migrate/server/database.ts';

/** Structure changes × states of a table, each on a table of its own. What must come out stands nowhere here: the live server says it. */

export interface DdlCase {
  /** `add-column-last on compressed`. */
  readonly name: string;
  readonly table: string;
  /** Makes the table; rows are put in afterwards. */
  readonly make: readonly string[];
  /** After the rows are in. */
  readonly after: readonly string[];
  /** The statement of the migration. */
  readonly sql: string;
}

type State = 'plain' | 'compressed' | 'compact' | 'fulltext' | 'partitioned' | 'aged' | 'child' | 'empty';

interface Operation {
  readonly name: string;
  readonly sql: string;
  /** Only this family knows it. */
  readonly only?: Family;
  /** Before the rows come. */
  readonly before?: string;
  /** What makes rows that do not fit, or is there already. */
  readonly after?: string;
  /** States besides the plain one. */
  readonly states?: readonly State[];
}

const MOST: readonly State[] = ['compressed', 'compact', 'fulltext', 'partitioned', 'empty'];

const OPERATIONS: readonly Operation[] = [
  { name: 'add-column-last', sql: 'ALTER TABLE T ADD COLUMN x INT', states: [...MOST, 'aged', 'child'] },
  { name: 'add-column-first', sql: 'ALTER TABLE T ADD COLUMN x INT FIRST', states: MOST },
  { name: 'add-column-after', sql: 'ALTER TABLE T ADD COLUMN x INT AFTER a', states: ['compressed'] },
  {
    name: 'add-column-default',
    sql: "ALTER TABLE T ADD COLUMN x VARCHAR(10) NOT NULL DEFAULT 'q'",
    states: ['partitioned'],
  },
  { name: 'add-column-now', sql: 'ALTER TABLE T ADD COLUMN x TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP' },
  { name: 'add-column-required', sql: 'ALTER TABLE T ADD COLUMN x INT NOT NULL', states: ['empty'] },
  { name: 'add-column-expression', sql: "ALTER TABLE T ADD COLUMN x VARCHAR(40) DEFAULT (CONCAT('a', 'b'))" },
  { name: 'add-date-required', sql: 'ALTER TABLE T ADD COLUMN x DATE NOT NULL', states: ['empty'] },
  {
    name: 'add-virtual',
    sql: 'ALTER TABLE T ADD COLUMN x INT GENERATED ALWAYS AS (a + 1) VIRTUAL',
    states: ['fulltext', 'aged'],
  },
  { name: 'add-stored', sql: 'ALTER TABLE T ADD COLUMN x INT GENERATED ALWAYS AS (a + 1) STORED' },
  { name: 'add-column-and-index', sql: 'ALTER TABLE T ADD COLUMN x INT, ADD INDEX ix (x)', states: ['fulltext'] },
  { name: 'add-column-unique', sql: 'ALTER TABLE T ADD COLUMN x INT UNIQUE' },
  { name: 'add-column-and-comment', sql: "ALTER TABLE T ADD COLUMN x INT, COMMENT = 'y'" },
  { name: 'add-two-columns', sql: 'ALTER TABLE T ADD COLUMN x INT, ADD COLUMN y VARCHAR(20)' },
  { name: 'add-and-drop', sql: 'ALTER TABLE T ADD COLUMN x INT, DROP COLUMN g', states: ['aged'] },
  { name: 'add-and-rename', sql: 'ALTER TABLE T ADD COLUMN x INT, RENAME COLUMN g TO h' },
  { name: 'drop-column', sql: 'ALTER TABLE T DROP COLUMN g', states: [...MOST, 'aged'] },
  { name: 'drop-column-indexed', sql: 'ALTER TABLE T DROP COLUMN k' },
  { name: 'rename-column', sql: 'ALTER TABLE T RENAME COLUMN g TO h', states: [...MOST, 'aged', 'child'] },
  { name: 'change-name', sql: 'ALTER TABLE T CHANGE g h INT' },
  { name: 'reorder', sql: 'ALTER TABLE T MODIFY g INT AFTER id', states: ['compressed', 'fulltext', 'aged'] },
  { name: 'int-to-bigint', sql: 'ALTER TABLE T MODIFY g BIGINT', states: ['compressed', 'partitioned', 'empty'] },
  { name: 'bigint-to-int', before: 'ALTER TABLE T MODIFY g BIGINT', sql: 'ALTER TABLE T MODIFY g INT' },
  {
    name: 'bigint-to-int-too-large',
    before: 'ALTER TABLE T MODIFY g BIGINT',
    after: 'UPDATE T SET g = 5000000000 WHERE id = 7',
    sql: 'ALTER TABLE T MODIFY g INT',
    states: ['partitioned'],
  },
  { name: 'to-unsigned', sql: 'ALTER TABLE T MODIFY g INT UNSIGNED' },
  {
    name: 'to-unsigned-negative',
    after: 'UPDATE T SET g = -1 WHERE id = 3',
    sql: 'ALTER TABLE T MODIFY g INT UNSIGNED',
  },
  { name: 'varchar-20-to-40', sql: 'ALTER TABLE T MODIFY b VARCHAR(40)', states: ['compressed', 'fulltext'] },
  { name: 'varchar-20-to-100', sql: 'ALTER TABLE T MODIFY b VARCHAR(100)', states: ['partitioned', 'compact'] },
  { name: 'varchar-300-to-400', sql: 'ALTER TABLE T MODIFY n VARCHAR(400)' },
  { name: 'varchar-shrink', sql: 'ALTER TABLE T MODIFY b VARCHAR(12)' },
  {
    name: 'varchar-shrink-too-long',
    after: "UPDATE T SET b = 'abcdefghijklmnop' WHERE id = 9",
    sql: 'ALTER TABLE T MODIFY b VARCHAR(12)',
    states: ['fulltext'],
  },
  { name: 'varchar-to-text', sql: 'ALTER TABLE T MODIFY n TEXT' },
  { name: 'text-to-mediumtext', sql: 'ALTER TABLE T MODIFY f MEDIUMTEXT' },
  { name: 'datetime-fsp', sql: 'ALTER TABLE T MODIFY d DATETIME(3)' },
  {
    name: 'decimal-wider',
    before: 'ALTER TABLE T ADD COLUMN m DECIMAL(8,2) DEFAULT 1.25',
    sql: 'ALTER TABLE T MODIFY m DECIMAL(10,2)',
  },
  {
    name: 'decimal-narrower-too-large',
    before: 'ALTER TABLE T ADD COLUMN m DECIMAL(8,2) DEFAULT 12345.25',
    sql: 'ALTER TABLE T MODIFY m DECIMAL(5,2)',
  },
  {
    name: 'not-null',
    sql: 'ALTER TABLE T MODIFY a INT NOT NULL',
    states: ['compressed', 'fulltext', 'partitioned', 'aged'],
  },
  {
    name: 'not-null-with-null',
    after: 'UPDATE T SET a = NULL WHERE id = 5',
    sql: 'ALTER TABLE T MODIFY a INT NOT NULL',
    states: ['compressed', 'partitioned'],
  },
  { name: 'nullable', sql: 'ALTER TABLE T MODIFY c INT DEFAULT 0', states: ['compressed'] },
  { name: 'set-default', sql: 'ALTER TABLE T ALTER COLUMN a SET DEFAULT 7', states: MOST },
  { name: 'drop-default', sql: 'ALTER TABLE T ALTER COLUMN c DROP DEFAULT' },
  { name: 'column-comment', sql: "ALTER TABLE T MODIFY a INT COMMENT 'why'" },
  { name: 'enum-append', sql: "ALTER TABLE T MODIFY e ENUM('x','y','z')", states: ['compressed', 'fulltext'] },
  { name: 'enum-reorder', sql: "ALTER TABLE T MODIFY e ENUM('y','x')" },
  { name: 'enum-remove', sql: "ALTER TABLE T MODIFY e ENUM('x')" },
  { name: 'enum-remove-used', after: "UPDATE T SET e = 'y' WHERE id = 2", sql: "ALTER TABLE T MODIFY e ENUM('x')" },
  { name: 'column-collation', sql: 'ALTER TABLE T MODIFY b VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin' },
  { name: 'add-index', sql: 'ALTER TABLE T ADD INDEX ia (a)', states: [...MOST, 'child'] },
  { name: 'add-index-two', sql: 'ALTER TABLE T ADD INDEX ia (a), ADD INDEX ig (g, a)' },
  { name: 'add-index-descending', sql: 'ALTER TABLE T ADD INDEX ia (a DESC)' },
  { name: 'add-index-prefix', sql: 'ALTER TABLE T ADD INDEX inx (n(20))' },
  { name: 'add-index-function', only: 'mysql', sql: 'ALTER TABLE T ADD INDEX ia ((a + 1))' },
  {
    name: 'add-unique',
    sql: 'ALTER TABLE T ADD UNIQUE INDEX uu (id, a)',
    states: ['compressed', 'partitioned'],
  },
  {
    name: 'add-unique-duplicates',
    after: 'UPDATE T SET g = 4 WHERE id IN (5, 6)',
    sql: 'ALTER TABLE T ADD UNIQUE INDEX ug (g)',
    states: ['compressed', 'fulltext'],
  },
  {
    name: 'add-unique-nulls',
    after: 'UPDATE T SET g = NULL WHERE id IN (5, 6)',
    sql: 'ALTER TABLE T ADD UNIQUE INDEX ug (g)',
  },
  { name: 'add-fulltext', sql: 'ALTER TABLE T ADD FULLTEXT INDEX fx (n)', states: ['fulltext', 'compressed', 'empty'] },
  {
    name: 'add-spatial',
    before: 'ALTER TABLE T ADD COLUMN s POINT NOT NULL DEFAULT (POINT(1, 1))',
    sql: 'ALTER TABLE T ADD SPATIAL INDEX sx (s)',
  },
  { name: 'drop-index', sql: 'ALTER TABLE T DROP INDEX ik', states: MOST },
  { name: 'rename-index', sql: 'ALTER TABLE T RENAME INDEX ik TO jk' },
  { name: 'index-invisible', only: 'mysql', sql: 'ALTER TABLE T ALTER INDEX ik INVISIBLE' },
  { name: 'index-ignored', only: 'mariadb', sql: 'ALTER TABLE T ALTER INDEX ik IGNORED' },
  { name: 'index-replaced', sql: 'ALTER TABLE T DROP INDEX ik, ADD INDEX ik (k, a)' },
  { name: 'create-index', sql: 'CREATE INDEX ia ON T (a)', states: ['compressed', 'fulltext', 'partitioned'] },
  { name: 'create-unique', sql: 'CREATE UNIQUE INDEX ua ON T (id, a)' },
  {
    name: 'create-unique-duplicates',
    after: 'UPDATE T SET g = 4 WHERE id IN (5, 6)',
    sql: 'CREATE UNIQUE INDEX ug ON T (g)',
  },
  { name: 'create-fulltext', sql: 'CREATE FULLTEXT INDEX fx ON T (n)' },
  { name: 'drop-index-statement', sql: 'DROP INDEX ik ON T', states: ['compressed', 'partitioned'] },
  {
    name: 'replace-primary',
    sql: 'ALTER TABLE T DROP PRIMARY KEY, ADD PRIMARY KEY (id, c)',
    states: ['compressed', 'fulltext'],
  },
  { name: 'drop-primary', before: 'ALTER TABLE T MODIFY id INT NOT NULL', sql: 'ALTER TABLE T DROP PRIMARY KEY' },
  { name: 'no-auto-increment', sql: 'ALTER TABLE T MODIFY id INT NOT NULL' },
  {
    name: 'add-foreign-key',
    sql: 'ALTER TABLE T ADD CONSTRAINT T_fk FOREIGN KEY (p) REFERENCES parent (id)',
    states: ['compressed'],
  },
  {
    name: 'add-foreign-key-orphan',
    after: 'UPDATE T SET p = 99 WHERE id = 8',
    sql: 'ALTER TABLE T ADD CONSTRAINT T_fk FOREIGN KEY (p) REFERENCES parent (id)',
    states: ['compressed'],
  },
  { name: 'drop-foreign-key', sql: 'ALTER TABLE T DROP FOREIGN KEY T_child', states: ['child'] },
  { name: 'change-child-type', sql: 'ALTER TABLE T MODIFY p BIGINT', states: ['child'] },
  { name: 'add-check', sql: 'ALTER TABLE T ADD CONSTRAINT T_c CHECK (c >= 0)', states: ['compressed', 'partitioned'] },
  {
    name: 'add-check-violated',
    after: 'UPDATE T SET c = -5 WHERE id = 4',
    sql: 'ALTER TABLE T ADD CONSTRAINT T_c CHECK (c >= 0)',
    states: ['partitioned'],
  },
  {
    name: 'add-check-text-violated',
    after: "UPDATE T SET b = 'no' WHERE id = 4",
    sql: "ALTER TABLE T ADD CONSTRAINT T_c CHECK (b <> 'no')",
  },
  {
    name: 'add-check-unenforced',
    only: 'mysql',
    after: 'UPDATE T SET c = -5 WHERE id = 4',
    sql: 'ALTER TABLE T ADD CONSTRAINT T_c CHECK (c >= 0) NOT ENFORCED',
  },
  {
    name: 'drop-check',
    before: 'ALTER TABLE T ADD CONSTRAINT T_c CHECK (c >= 0)',
    sql: 'ALTER TABLE T DROP CONSTRAINT T_c',
  },
  { name: 'table-comment', sql: "ALTER TABLE T COMMENT = 'y'", states: ['partitioned'] },
  { name: 'table-auto-increment', sql: 'ALTER TABLE T AUTO_INCREMENT = 1000000' },
  { name: 'table-stats', sql: 'ALTER TABLE T STATS_PERSISTENT = 1' },
  { name: 'table-charset', sql: 'ALTER TABLE T DEFAULT CHARACTER SET latin1' },
  {
    name: 'convert-charset',
    sql: 'ALTER TABLE T CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
    states: ['compressed', 'fulltext'],
  },
  { name: 'engine', sql: 'ALTER TABLE T ENGINE = InnoDB', states: ['fulltext', 'compressed', 'partitioned', 'aged'] },
  { name: 'force', sql: 'ALTER TABLE T FORCE', states: ['fulltext', 'partitioned'] },
  { name: 'row-format', sql: 'ALTER TABLE T ROW_FORMAT = COMPACT', states: ['fulltext', 'compressed'] },
  { name: 'row-format-compressed', sql: 'ALTER TABLE T ROW_FORMAT = COMPRESSED' },
  { name: 'rename-table', sql: 'ALTER TABLE T RENAME TO T_renamed' },
  { name: 'partition-by', sql: 'ALTER TABLE T PARTITION BY HASH (id) PARTITIONS 3', states: ['aged'] },
  { name: 'remove-partitioning', sql: 'ALTER TABLE T REMOVE PARTITIONING', states: ['partitioned'] },
  {
    name: 'add-partition',
    sql: 'ALTER TABLE T ADD PARTITION (PARTITION p9 VALUES LESS THAN (900000000))',
    states: ['partitioned'],
  },
  { name: 'drop-partition', sql: 'ALTER TABLE T DROP PARTITION p0', states: ['partitioned'] },
  { name: 'truncate-partition', sql: 'ALTER TABLE T TRUNCATE PARTITION p0', states: ['partitioned'] },
  {
    name: 'reorganize-partition',
    sql: 'ALTER TABLE T REORGANIZE PARTITION p0 INTO (PARTITION pa VALUES LESS THAN (500), PARTITION pb VALUES LESS THAN (1000))',
    states: ['partitioned'],
  },
  { name: 'rebuild-partition', sql: 'ALTER TABLE T REBUILD PARTITION p1', states: ['partitioned'] },
];

/** Operations that make sense on this state alone. */
const NOT_PLAIN = new Set([
  'drop-foreign-key',
  'change-child-type',
  'remove-partitioning',
  'add-partition',
  'drop-partition',
  'truncate-partition',
  'reorganize-partition',
  'rebuild-partition',
]);

/** Every operation on every state that it names, for one family. `cap`: row versions that make a table of MySQL old. */
export function ddlCases(family: Family, cap: number): readonly DdlCase[] {
  const known = OPERATIONS.filter(({ only }) => only === undefined || only === family);
  const pairs = known.flatMap((operation) => [
    ...(NOT_PLAIN.has(operation.name) ? [] : [{ operation, state: 'plain' as const }]),
    ...(operation.states ?? []).map((state) => ({ operation, state })),
  ]);
  return pairs.map(({ operation, state }, index) => {
    const table = `t${String(index).padStart(3, '0')}`;
    const named = (sql: string): string => sql.replaceAll(/\bT(?=\b|_)/g, table);
    return {
      name: `${operation.name} on ${state}`,
      table,
      make: [
        ...tableIn(state).map(named),
        ...(operation.before === undefined ? [] : [named(operation.before)]),
        ...older(state, table, family, cap),
      ],
      after: state === 'empty' || operation.after === undefined ? [] : [named(operation.after)],
      sql: named(operation.sql),
    };
  });
}

/** A parent for the foreign keys, made once. */
export const PARENT = ['CREATE TABLE parent (id INT PRIMARY KEY)', 'INSERT INTO parent VALUES (1), (2), (3)'];

function tableIn(state: State): readonly string[] {
  const options = { compressed: ' ROW_FORMAT=COMPRESSED', compact: ' ROW_FORMAT=COMPACT' }[state as string] ?? '';
  const partitions =
    state === 'partitioned'
      ? ' PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (1000), PARTITION p1 VALUES LESS THAN (2000), PARTITION p2 VALUES LESS THAN (800000000))'
      : '';
  const more = [
    ...(state === 'fulltext' ? [', FULLTEXT INDEX fb (b)'] : []),
    ...(state === 'child' ? [', CONSTRAINT T_child FOREIGN KEY (p) REFERENCES parent (id)'] : []),
  ].join('');
  return [
    `CREATE TABLE T (id INT NOT NULL AUTO_INCREMENT, a INT, b VARCHAR(20), c INT NOT NULL DEFAULT 0, d DATETIME, e ENUM('x','y'), f TEXT, n VARCHAR(300), k INT, p INT, g INT, PRIMARY KEY (id), INDEX ik (k), INDEX ip (p)${more}) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4${options}${partitions}`,
  ];
}

/** Uses INSTANT up: MySQL counts row versions; MariaDB has no such count, there a few columns are enough to be different. */
function older(state: State, table: string, family: Family, cap: number): readonly string[] {
  if (state !== 'aged') return [];
  const rounds = family === 'mysql' ? Math.floor(cap / 2) : 3;
  const pairs = Array.from({ length: rounds }, () => [
    `ALTER TABLE ${table} ADD COLUMN z INT, ALGORITHM=INSTANT`,
    `ALTER TABLE ${table} DROP COLUMN z, ALGORITHM=INSTANT`,
  ]).flat();
  // An odd cap: one that adds and drops at once counts once.
  return family === 'mysql' && cap % 2 === 1
    ? [
        `ALTER TABLE ${table} ADD COLUMN z0 INT, ALGORITHM=INSTANT`,
        ...pairs.slice(0, -2),
        `ALTER TABLE ${table} ADD COLUMN z1 INT, DROP COLUMN z0, ALGORITHM=INSTANT`,
        `ALTER TABLE ${table} DROP COLUMN z1, ALGORITHM=INSTANT`,
      ]
    : pairs;
}
