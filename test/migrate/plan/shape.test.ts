import { describe, expect, test } from 'vitest';
import { assertedSql, shapeOf } from '../../../src/migrate/plan/shape.ts';

const rung = { algorithm: 'INPLACE', lock: 'NONE' } as const;

/** The statement as it is sent with an assertion, or what its shape is. */
function asserted(sql: string, dialect: 'mysql' | 'mariadb' = 'mysql', version?: number): string {
  const shape = shapeOf(sql, dialect, version);
  return shape.kind === 'alter' || shape.kind === 'create-index' || shape.kind === 'drop-index'
    ? assertedSql(sql, shape, rung)
    : shape.kind;
}

describe('where assertions go', () => {
  test.each([
    ['ALTER TABLE t ADD COLUMN x INT', 'ALTER TABLE t ALGORITHM=INPLACE, LOCK=NONE, ADD COLUMN x INT'],
    ['alter table `a``b`ADD INDEX i (x)', 'alter table `a``b` ALGORITHM=INPLACE, LOCK=NONE, ADD INDEX i (x)'],
    ['ALTER TABLE t PARTITION BY HASH (id)', 'ALTER TABLE t ALGORITHM=INPLACE, LOCK=NONE PARTITION BY HASH (id)'],
    ['ALTER TABLE t REMOVE PARTITIONING', 'ALTER TABLE t ALGORITHM=INPLACE, LOCK=NONE REMOVE PARTITIONING'],
    ['ALTER TABLE t DROP PARTITION p0', 'ALTER TABLE t ALGORITHM=INPLACE, LOCK=NONE, DROP PARTITION p0'],
    ['ALTER TABLE /* why */ t FORCE', 'ALTER TABLE /* why */ t ALGORITHM=INPLACE, LOCK=NONE, FORCE'],
    ['CREATE INDEX i ON t (a) -- why', 'CREATE INDEX i ON t (a) -- why\nALGORITHM=INPLACE LOCK=NONE'],
    [
      'CREATE UNIQUE INDEX i USING BTREE ON t (a)',
      'CREATE UNIQUE INDEX i USING BTREE ON t (a)\nALGORITHM=INPLACE LOCK=NONE',
    ],
    ['DROP INDEX `i` ON t', 'ALTER TABLE `t` ALGORITHM=INPLACE, LOCK=NONE, DROP INDEX `i`'],
    [
      'ALTER TABLE t ADD COLUMN algorithm INT, ADD COLUMN `lock` INT',
      'ALTER TABLE t ALGORITHM=INPLACE, LOCK=NONE, ADD COLUMN algorithm INT, ADD COLUMN `lock` INT',
    ],
    ["ALTER TABLE t COMMENT = ', LOCK=NONE'", "ALTER TABLE t ALGORITHM=INPLACE, LOCK=NONE, COMMENT = ', LOCK=NONE'"],
    [
      'ALTER /* a */ TABLE # b\n t -- c\n FORCE',
      'ALTER /* a */ TABLE # b\n t -- c\n ALGORITHM=INPLACE, LOCK=NONE, FORCE',
    ],
    ['ALTER TABLE `a.b` ADD x INT', 'ALTER TABLE `a.b` ALGORITHM=INPLACE, LOCK=NONE, ADD x INT'],
    [
      'ALTER TABLE t ADD x INT PARTITION BY HASH (id)',
      'ALTER TABLE t ALGORITHM=INPLACE, LOCK=NONE, ADD x INT PARTITION BY HASH (id)',
    ],
    [
      'CREATE INDEX i ON t (a(3) DESC, (b + 1))',
      'CREATE INDEX i ON t (a(3) DESC, (b + 1))\nALGORITHM=INPLACE LOCK=NONE',
    ],
    ['CREATE INDEX `on` ON `t``) (` (a)', 'CREATE INDEX `on` ON `t``) (` (a)\nALGORITHM=INPLACE LOCK=NONE'],
    ['DROP INDEX i\nON /* of */ t', 'ALTER TABLE `t` ALGORITHM=INPLACE, LOCK=NONE, DROP INDEX `i`'],
    [
      'ALTER TABLE t ADD x INT AFTER algorithm COMMENT = "y"',
      'ALTER TABLE t ALGORITHM=INPLACE, LOCK=NONE, ADD x INT AFTER algorithm COMMENT = "y"',
    ],
  ])('%s', (sql, expected) => expect(asserted(sql)).toBe(expected));

  test.each([
    ['ALTER IGNORE TABLE t FORCE', 'ALTER IGNORE TABLE t ALGORITHM=INPLACE, LOCK=NONE, FORCE'],
    ['ALTER TABLE IF EXISTS t FORCE', 'ALTER TABLE IF EXISTS t ALGORITHM=INPLACE, LOCK=NONE, FORCE'],
    ['ALTER TABLE t NOWAIT FORCE', 'ALTER TABLE t NOWAIT ALGORITHM=INPLACE, LOCK=NONE, FORCE'],
    ['ALTER ONLINE TABLE t WAIT 5 FORCE', 'ALTER ONLINE TABLE t WAIT 5 ALGORITHM=INPLACE, LOCK=NONE, FORCE'],
    ['DROP INDEX IF EXISTS i ON t', 'ALTER TABLE `t` ALGORITHM=INPLACE, LOCK=NONE, DROP INDEX IF EXISTS `i`'],
    ['DROP INDEX i ON t WAIT 5', 'unclear'],
  ])('MariaDB: %s', (sql, expected) => expect(asserted(sql, 'mariadb')).toBe(expected));

  test.each([
    // Read as that server reads it; where nobody says which, nothing is promised.
    [
      'ALTER TABLE t FORCE /*!80000 , ADD x INT */',
      80_046,
      'ALTER TABLE t ALGORITHM=INPLACE, LOCK=NONE, FORCE /*!80000 , ADD x INT */',
    ],
    [
      'ALTER TABLE t /*!99999 ADD y INT, */ FORCE',
      80_046,
      'ALTER TABLE t /*!99999 ADD y INT, */ ALGORITHM=INPLACE, LOCK=NONE, FORCE',
    ],
    ['ALTER TABLE t FORCE /*!80000 , ADD x INT */', undefined, 'unclear'],
    // A server of another patch would lose the assertion, or read one of its own.
    ['ALTER TABLE t /*!80000 ADD x INT, */ FORCE', 80_046, 'unclear'],
    ['ALTER TABLE t FORCE /*!99999 , ALGORITHM=COPY */', 80_046, 'unclear'],
    ['DROP INDEX /*!80000 i */ ON t', 80_046, 'unclear'],
  ])('conditional comments: %s for %s', (sql, version, expected) =>
    expect(asserted(sql, 'mysql', version)).toBe(expected),
  );

  test.each([
    'ALTER TABLE t ADD COLUMN x INT, ALGORITHM=COPY',
    'ALTER TABLE t LOCK NONE, FORCE',
    'ALTER TABLE t FORCE, ALGORITHM DEFAULT',
    'CREATE INDEX i ON t (a) ALGORITHM=COPY',
    'DROP INDEX i ON t LOCK=NONE',
    'ALTER TABLE t /*!80000 ALGORITHM=COPY, */ FORCE',
    'ALTER TABLE other.t FORCE',
    'ALTER TABLE t',
    'ALTER DATABASE d CHARACTER SET latin1',
    'OPTIMIZE TABLE t',
    'CREATE TEMPORARY TABLE t (a INT)',
    'GRANT ALL ON *.* TO x',
    'SELECT 1 INTO OUTFILE "/tmp/x"',
    'CALL p()',
    '',
  ])('not understood, so nothing is promised: %s', (sql) => expect(asserted(sql)).toBe('unclear'));
});

describe('statements that need no assertion', () => {
  test.each([
    ['CREATE TABLE IF NOT EXISTS `new` (id INT)', 'CREATE TABLE', 'new'],
    ['CREATE TABLE other.t (id INT)', 'CREATE TABLE', null],
    ['TRUNCATE TABLE t', 'TRUNCATE', 't'],
    ['DROP TABLES /* old */ `a b`, c', 'DROP TABLE', 'a b'],
    ['RENAME TABLES a TO b', 'RENAME TABLE', 'a'],
    ['DROP TABLE IF EXISTS t', 'DROP TABLE', 't'],
    ['CREATE DEFINER=`a`@`%` TRIGGER x BEFORE INSERT ON t FOR EACH ROW SET @a = 1', 'CREATE TRIGGER', null],
    ['CREATE OR REPLACE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW v AS SELECT 1', 'CREATE OR REPLACE VIEW', null],
    ['ALTER TABLE t TRUNCATE PARTITION p0', 'ALTER TABLE TRUNCATE PARTITION', 't'],
  ])('%s', (sql, what, table) =>
    expect(shapeOf(sql, what.includes('VIEW') ? 'mariadb' : 'mysql')).toEqual({ kind: 'plain', what, table }),
  );

  test.each([
    ['INSERT IGNORE INTO t (a) VALUES (1)', 't'],
    ['UPDATE LOW_PRIORITY `t 1` SET a = 1', 't 1'],
    ['DELETE FROM t WHERE id = 1', 't'],
    ['DELETE a FROM a JOIN b', 'a'],
    ["INSERT t SELECT 'x', ' INTO y '", 't'],
    ['REPLACE INTO d.t VALUES (1)', null],
    ['DELETE /* all */ FROM\n`t`', 't'],
    ['WITH x AS (SELECT 1) UPDATE t, x SET t.a = 1', 't'],
  ])('rows: %s', (sql, table) => expect(shapeOf(sql, 'mysql')).toMatchObject({ kind: 'rows', table }));
});
