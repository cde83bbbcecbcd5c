import { describe, expect, test } from 'vitest';
import { assertedSql, shapeOf } from '../../../src/migrate/plan/shape.ts';

const rung = { algorithm: 'INPLACE', lock: 'NONE' } as const;

/** The statement as it is sent with an assertion, or what its shape is. */
function asserted(sql: string): string {
  const shape = shapeOf(sql);
  return shape.kind === 'alter' || shape.kind === 'create-index' || shape.kind === 'drop-index'
    ? assertedSql(sql, shape, rung)
    : shape.kind;
}

describe('where assertions go', () => {
  test.each([
    ['ALTER TABLE t ADD COLUMN x INT', 'ALTER TABLE t ALGORITHM=INPLACE, LOCK=NONE, ADD COLUMN x INT'],
    ['alter table `a``b`ADD INDEX i (x)', 'alter table `a``b` ALGORITHM=INPLACE, LOCK=NONE, ADD INDEX i (x)'],
    ['ALTER IGNORE TABLE t FORCE', 'ALTER IGNORE TABLE t ALGORITHM=INPLACE, LOCK=NONE, FORCE'],
    ['ALTER TABLE IF EXISTS t FORCE', 'ALTER TABLE IF EXISTS t ALGORITHM=INPLACE, LOCK=NONE, FORCE'],
    ['ALTER TABLE t NOWAIT FORCE', 'ALTER TABLE t NOWAIT ALGORITHM=INPLACE, LOCK=NONE, FORCE'],
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
  ])('%s', (sql, expected) => expect(asserted(sql)).toBe(expected));

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
    ['DROP TABLE IF EXISTS t', 'DROP TABLE', 't'],
    ['CREATE DEFINER=`a`@`%` TRIGGER x BEFORE INSERT ON t FOR EACH ROW SET @a = 1', 'CREATE TRIGGER', null],
    ['CREATE OR REPLACE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW v AS SELECT 1', 'CREATE OR REPLACE VIEW', null],
    ['ALTER TABLE t TRUNCATE PARTITION p0', 'ALTER TABLE TRUNCATE PARTITION', 't'],
  ])('%s', (sql, what, table) => expect(shapeOf(sql)).toEqual({ kind: 'plain', what, table }));

  test.each([
    ['INSERT IGNORE INTO t (a) VALUES (1)', 't'],
    ['UPDATE LOW_PRIORITY `t 1` SET a = 1', 't 1'],
    ['DELETE FROM t WHERE id = 1', 't'],
    ['DELETE a FROM a JOIN b', null],
  ])('rows: %s', (sql, table) => expect(shapeOf(sql)).toMatchObject({ kind: 'rows', table }));
});
