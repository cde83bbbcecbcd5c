import { expect, it } from 'vitest';
import { programOf } from '../../../src/migrate/sql/program.ts';

it.each([
  ['CREATE PROCEDURE p(IN n INT) BEGIN SELECT 1; END', 'adds PROCEDURE p'],
  ['CREATE DEFINER=`event`@`%` FUNCTION `f ``1`() RETURNS INT RETURN 1', 'adds FUNCTION f `1'],
  ['CREATE DEFINER = event@localhost TRIGGER t AFTER INSERT ON event FOR EACH ROW SET @a = 1', 'adds TRIGGER t'],
  ['CREATE ALGORITHM=MERGE DEFINER=CURRENT_USER SQL SECURITY INVOKER VIEW v (a) AS SELECT 1', 'adds VIEW v'],
  ['create event e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t', 'adds EVENT e'],
  ['DROP PROCEDURE p', 'removes PROCEDURE p'],
  ['DROP VIEW v', 'removes VIEW v'],
  ['DROP VIEW v, w', null],
  ['DROP VIEW IF EXISTS v', null],
  ['DROP PROCEDURE other.p', null],
  ['CREATE VIEW other.v AS SELECT 1', null],
  ["CREATE FUNCTION f RETURNS STRING SONAME 'f.so'", null],
  ['CREATE TABLE view (event INT)', null],
  ['CREATE TABLE t AS SELECT view FROM event', null],
  ['CREATE INDEX trigger ON t (a)', null],
  ['ALTER VIEW v AS SELECT 1', null],
])('%s → %s', (sql, expected) => {
  const found = programOf(sql);
  expect(found === null ? null : `${found.does} ${found.kind} ${found.name}`).toBe(expected);
});
