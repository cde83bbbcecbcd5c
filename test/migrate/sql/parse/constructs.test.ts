import { describe, expect, it } from 'vitest';
import { parseStatement } from '../../../../src/migrate/sql/parse/index.ts';
import type { Dialect, Statement } from '../../../../src/migrate/sql/tree.ts';

function read(sql: string, dialect: Dialect = 'mysql', version?: number): Statement {
  const parsed = parseStatement(sql, dialect, version);
  if (!parsed.ok) throw new Error(`${sql}\nat ${parsed.at}: ${parsed.found}, expected ${parsed.expected}`);
  return parsed.statement;
}

/** Of `ALTER TABLE t …`. */
function parts(sql: string, dialect: Dialect = 'mysql'): readonly object[] {
  const statement = read(`ALTER TABLE t ${sql}`, dialect);
  if (statement.kind !== 'alter-table') throw new Error(statement.kind);
  return statement.parts;
}

function column(definition: string, dialect: Dialect = 'mysql'): object {
  const statement = read(`CREATE TABLE t (${definition})`, dialect);
  const [first] = statement.kind === 'create-table' ? statement.columns : [];
  if (first === undefined) throw new Error('no column');
  return first;
}

describe('columns', () => {
  it.each([
    ['id SERIAL', { autoIncrement: true, nullable: false, key: 'unique', type: { name: 'BIGINT', unsigned: true } }],
    ['a INT KEY', { key: 'primary' }],
    ['a INT ZEROFILL', { type: { unsigned: true, zerofill: true } }],
    ['a NATIONAL CHAR(3)', { type: { name: 'CHAR', args: [3], charset: 'utf8mb3' } }],
    ["a VARCHAR(3) DEFAULT _utf8mb4'x'", { default: { literal: "'x'" } }],
    ['a DATETIME DEFAULT NOW(3) ON UPDATE CURRENT_TIMESTAMP(3)', { default: { functions: ['NOW'] }, onUpdate: {} }],
    ['a INT DEFAULT (b + uuid())', { default: { literal: null, columns: ['b'], functions: ['UUID'] } }],
    ['a INT GENERATED ALWAYS AS (b * 2) STORED', { generated: { stored: true, expression: { columns: ['b'] } } }],
    ['a INT AS (b) VIRTUAL INVISIBLE', { generated: { stored: false }, visible: false }],
    ['a INT CONSTRAINT c CHECK (a > 0) NOT ENFORCED', { checks: [{ name: 'c', enforced: false }] }],
    ['a INT REFERENCES p (id) ON DELETE SET NULL', { references: { columns: ['id'], onDelete: 'SET NULL' } }],
    ['a POINT NOT NULL SRID 4326', { type: { name: 'POINT' }, others: ['SRID 4326'] }],
    ['a VECTOR(3)', { type: { name: 'VECTOR', args: [3] } }],
    [
      "a INT COLUMN_FORMAT FIXED STORAGE DISK ENGINE_ATTRIBUTE '{}'",
      { others: ['COLUMN_FORMAT FIXED', 'STORAGE DISK', 'ENGINE_ATTRIBUTE'] },
    ],
    ["a TEXT COLLATE 'utf8mb4_bin' NOT NULL", { type: { collation: 'utf8mb4_bin' }, nullable: false }],
    ['a VARCHAR(1) NOT NULL COLLATE utf8mb4_bin', { type: { collation: 'utf8mb4_bin' } }],
  ])('MySQL: %s', (text, expected) => expect(column(text)).toMatchObject(expected));

  it.each([
    ['a INT AS (b) PERSISTENT', { generated: { stored: true } }],
    ['a VARCHAR(9) COMPRESSED', { others: ['COMPRESSED'] }],
    ['a INT WITHOUT SYSTEM VERSIONING', { others: ['WITHOUT SYSTEM VERSIONING'] }],
    ['a CHAR(36) DEFAULT uuid()', { default: { functions: ['UUID'] } }],
    ['a INT DEFAULT NEXT VALUE FOR s', { default: { functions: ['NEXT'] } }],
    ['a INET6', { type: { name: 'INET6' } }],
    ['a UUID', { type: { name: 'UUID' } }],
  ])('MariaDB: %s', (text, expected) => expect(column(text, 'mariadb')).toMatchObject(expected));
});

describe('ALTER TABLE', () => {
  it.each([
    ['ADD (a INT, KEY (a))', [{ kind: 'add-column' }, { kind: 'add-index', index: { name: null } }]],
    [
      'ADD UNIQUE KEY u ((LOWER(a)), b(10) DESC) INVISIBLE',
      [
        {
          index: {
            visible: false,
            parts: [{ expression: { functions: ['LOWER'] } }, { length: 10, descending: true }],
          },
        },
      ],
    ],
    ['ADD INDEX m ((CAST(j->"$.a" AS UNSIGNED ARRAY)))', [{ kind: 'add-index' }]],
    [
      'ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES p (id) ON UPDATE CASCADE',
      [{ kind: 'add-foreign-key', foreignKey: { name: 'fk' } }],
    ],
    ['ADD CHECK (a > 0) NOT ENFORCED', [{ kind: 'add-check', check: { enforced: false } }]],
    ['ALTER CHECK c NOT ENFORCED', [{ kind: 'check-enforcement', enforced: false }]],
    ['ALTER INDEX i INVISIBLE', [{ kind: 'index-visibility', visible: false }]],
    ['ALTER COLUMN a SET INVISIBLE, ALTER b DROP DEFAULT', [{ kind: 'column-visibility' }, { kind: 'drop-default' }]],
    [
      'DROP a, DROP PRIMARY KEY, DROP CONSTRAINT c',
      [{ column: 'a' }, { kind: 'drop-primary-key' }, { kind: 'drop-constraint' }],
    ],
    ['RENAME TO s.u', [{ kind: 'rename-table', to: { schema: 's', name: 'u' } }]],
    ['CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin', [{ kind: 'convert-charset', collation: 'utf8mb4_bin' }]],
    [
      'ENGINE=InnoDB ROW_FORMAT=DYNAMIC, COMMENT "x"',
      [{ kind: 'option' }, { option: { name: 'ROW_FORMAT' } }, { option: { value: 'x' } }],
    ],
    ['ADD a INT, ALGORITHM=INSTANT, LOCK=DEFAULT', [{}, { algorithm: 'INSTANT' }, { lock: 'DEFAULT' }]],
    ['FORCE, ORDER BY a DESC, b', [{ kind: 'force' }, { kind: 'order-by' }]],
    [
      'PARTITION BY RANGE (a) (PARTITION p0 VALUES LESS THAN (1), PARTITION p1 VALUES LESS THAN MAXVALUE)',
      [{ partitioning: { method: 'RANGE', partitions: ['p0', 'p1'] } }],
    ],
    ['DROP PARTITION p0, p1', [{ kind: 'partition', what: 'DROP', partitions: ['p0', 'p1'] }]],
    ['EXCHANGE PARTITION p0 WITH TABLE u WITHOUT VALIDATION', [{ what: 'EXCHANGE' }]],
    ['DISCARD TABLESPACE', [{ kind: 'words', words: 'DISCARD TABLESPACE' }]],
  ])('MySQL: %s', (text, expected) => expect(parts(text)).toMatchObject(expected));

  it.each([
    ['ADD COLUMN IF NOT EXISTS a INT FIRST', [{ ifNotExists: true, position: { first: true } }]],
    ['DROP COLUMN IF EXISTS a', [{ ifExists: true }]],
    ['ALTER INDEX i NOT IGNORED', [{ visible: true }]],
    ['ADD a INT, ALGORITHM=NOCOPY', [{}, { algorithm: 'NOCOPY' }]],
    ['ADD SYSTEM VERSIONING', [{ words: 'ADD SYSTEM VERSIONING' }]],
    ['page_compressed=1', [{ option: { name: 'PAGE_COMPRESSED', value: '1' } }]],
  ])('MariaDB: %s', (text, expected) => expect(parts(text, 'mariadb')).toMatchObject(expected));

  it('keeps what MariaDB says about waiting', () => {
    expect(read('ALTER ONLINE TABLE IF EXISTS t NOWAIT ADD a INT', 'mariadb')).toMatchObject({
      modifiers: ['ONLINE', 'IF EXISTS', 'NOWAIT'],
    });
  });
});

describe('other statements', () => {
  it.each<[string, Dialect, object]>([
    ['CREATE TABLE a LIKE b', 'mysql', { like: { name: 'b' } }],
    ['CREATE TABLE a ENGINE=InnoDB AS SELECT * FROM b', 'mysql', { select: true }],
    ['CREATE OR REPLACE TABLE a (i INT) WITH SYSTEM VERSIONING', 'mariadb', { orReplace: true }],
    [
      'CREATE UNIQUE INDEX i USING BTREE ON t (a) ALGORITHM=INPLACE LOCK=NONE',
      'mysql',
      { algorithm: 'INPLACE', lock: 'NONE', index: { kind: 'unique', using: 'BTREE' } },
    ],
    ['DROP INDEX `PRIMARY` ON t', 'mysql', { kind: 'drop-index', name: 'PRIMARY' }],
    [
      'DROP TEMPORARY TABLE IF EXISTS a, s.b CASCADE',
      'mysql',
      { temporary: true, ifExists: true, tables: [{ name: 'a' }, { schema: 's' }] },
    ],
    ['RENAME TABLE a TO b, c TO d', 'mysql', { renames: [{ to: { name: 'b' } }, { from: { name: 'c' } }] }],
    ['TRUNCATE t', 'mysql', { kind: 'truncate-table' }],
    [
      'INSERT IGNORE INTO t (a, b) VALUES (1, DEFAULT), (2, 3) ON DUPLICATE KEY UPDATE a = VALUES(a)',
      'mysql',
      { rows: 2, ignore: true, onDuplicateKey: true, columns: ['a', 'b'] },
    ],
    ['INSERT INTO t SELECT * FROM u', 'mysql', { rows: null, columns: null, star: true }],
    ['REPLACE t SET a = 1', 'mysql', { replace: true, columns: ['a'], rows: 1 }],
    ['INSERT INTO t VALUES (1) RETURNING a', 'mariadb', { rows: 1 }],
    [
      'UPDATE a JOIN b USING (id) SET a.x = 1 WHERE b.y IN (SELECT z FROM c) ',
      'mysql',
      { tables: [{ name: 'a' }, { name: 'b' }], columns: ['x'], where: { subquery: true } },
    ],
    ['UPDATE t SET a = 1 ORDER BY b LIMIT 10', 'mysql', { where: null, limit: true }],
    ['DELETE FROM t WHERE a < NOW() - INTERVAL 1 DAY LIMIT 5', 'mysql', { limit: true, where: { functions: ['NOW'] } }],
    ['DELETE a FROM a JOIN b ON a.i = b.i', 'mysql', { tables: [{ name: 'a' }], where: null }],
    ['SELECT EXISTS (SELECT * FROM u)', 'mysql', { star: false, tables: [{ name: 'u' }] }],
    ['WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT c.* FROM c', 'mysql', { star: true }],
    [
      "SET GLOBAL a = 1, @@SESSION.sql_mode = '', @x := 2",
      'mysql',
      { variables: [{ scope: 'global' }, { scope: 'session', name: 'sql_mode' }, { scope: 'user', name: 'x' }] },
    ],
    [
      "CREATE DEFINER='a'@'%' VIEW v AS SELECT b FROM t",
      'mysql',
      { object: 'VIEW', definer: "'a'@'%'", mentions: ['t', 'b'] },
    ],
    [
      'CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1',
      'mysql',
      { object: 'TRIGGER', on: { name: 't' } },
    ],
    [
      'CREATE PROCEDURE p(IN a INT) BEGIN DECLARE b INT DEFAULT 0; l: LOOP SET b = b + 1; IF b > a THEN LEAVE l; END IF; END LOOP; END',
      'mysql',
      { object: 'PROCEDURE' },
    ],
    ['CREATE SEQUENCE s START WITH 1 INCREMENT BY 5 NOCACHE', 'mariadb', { object: 'SEQUENCE' }],
    [
      "CREATE USER 'a'@'%' IDENTIFIED BY 'x' REQUIRE SSL ACCOUNT LOCK",
      'mysql',
      { object: 'USER', names: [{ name: "'a'@'%'" }] },
    ],
    [
      'LOCK TABLES a READ, b AS c WRITE',
      'mysql',
      { kind: 'other', what: 'LOCK TABLES', tables: [{ name: 'a' }, { name: 'b' }] },
    ],
    ['ANALYZE TABLE t UPDATE HISTOGRAM ON a, b WITH 16 BUCKETS', 'mysql', { what: 'ANALYZE TABLE' }],
    ['GRANT SELECT (a), INSERT ON s.* TO u WITH GRANT OPTION', 'mysql', { what: 'GRANT' }],
  ])('%s (%s)', (sql, dialect, expected) => expect(read(sql, dialect)).toMatchObject(expected));
});

describe('conditional comments', () => {
  it.each<[string, Dialect, number | undefined, readonly string[]]>([
    ['/*!80029 INSTANT */', 'mysql', 80_029, ['algorithm']],
    ['/*!80029 INSTANT */', 'mysql', 80_028, []],
    ['/*! INSTANT */', 'mariadb', undefined, ['algorithm']],
    ['/*!80029 INSTANT */', 'mariadb', undefined, []],
    ['/*M!100400 INSTANT */', 'mariadb', undefined, ['algorithm']],
    ['/*M!100400 INSTANT */', 'mysql', undefined, []],
  ])('%s on %s %s', (comment, dialect, version, expected) => {
    const statement = read(`ALTER TABLE t ${comment.replace('INSTANT', 'ALGORITHM=INSTANT')}`, dialect, version);
    expect(statement.kind === 'alter-table' && statement.parts.map(({ kind }) => kind)).toEqual(expected);
  });
});

describe('what no server reads', () => {
  it.each<[string, Dialect, number, string]>([
    ['CREATE TABLE t (a INT', 'mysql', 21, 'end of statement'],
    ['CREATE TABLE select (a INT)', 'mysql', 13, 'select'],
    ['CREATE TABLE t (rank INT)', 'mysql', 16, 'rank'],
    ['CREATE TABLE t (offset INT)', 'mariadb', 16, 'offset'],
    ['CREATE OR REPLACE TABLE t (a INT)', 'mysql', 18, 'TABLE'],
    ['ALTER TABLE t ADD COLUMN IF NOT EXISTS a INT', 'mysql', 25, 'IF'],
    ['ALTER TABLE t ADD a INT,', 'mysql', 24, 'end of statement'],
    ['DROP TABLE t; DROP TABLE u', 'mysql', 14, 'DROP'],
    ["INSERT INTO t VALUES ('a)", 'mysql', 22, 'a string that begins here and never ends'],
    ['SELECT 1 /* open', 'mysql', 9, 'a comment that begins here and never ends'],
    ['', 'mysql', 0, 'end of statement'],
    ['CREATE TABLE count(a INT)', 'mysql', 13, 'count'],
  ])('%s (%s)', (sql, dialect, at, found) => {
    expect(parseStatement(sql, dialect)).toMatchObject({ ok: false, at, found });
  });

  it('says so, and does not break, when expressions nest without end', () => {
    const deep = `SELECT ${'('.repeat(20_000)}1${')'.repeat(20_000)}`;
    expect(parseStatement(deep, 'mysql')).toMatchObject({ ok: false, expected: 'fewer levels of nesting' });
  });
});
