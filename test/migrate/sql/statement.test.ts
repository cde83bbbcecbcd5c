import { describe, expect, it } from 'vitest';
import { addsOne, forbiddenIn, kindOf, titleOf } from '../../../src/migrate/sql/statement.ts';

const objects = (sql: string): unknown => {
  const kind = kindOf(sql);
  return kind.kind === 'adds' ? kind.objects : kind.kind;
};
const none = { whole: false, columns: [], indexes: [], constraints: [] };

describe('addsOne', () => {
  it.each([
    ['CREATE TABLE t (id INT)', true],
    ['ALTER TABLE t ADD COLUMN a INT UNIQUE', true],
    ['CREATE INDEX i ON t (a)', true],
    ['ALTER TABLE t ADD COLUMN a INT, ADD COLUMN b INT', false],
    ['ALTER TABLE t ADD COLUMN a INT, ADD INDEX i (a)', false],
  ])('%s: %s', (sql, expected) => {
    const kind = kindOf(sql);
    expect(kind.kind === 'adds' && addsOne(kind.objects)).toBe(expected);
  });
});

describe('kindOf', () => {
  it.each([
    ["INSERT INTO t SELECT 'ALTER TABLE'", 'rows'],
    ['update t set a = 1', 'rows'],
    ['WITH a AS (SELECT 1), b (n) AS (SELECT 2) UPDATE t, a SET c = 1', 'rows'],
    ['WITH RECURSIVE a AS (SELECT 1) DELETE FROM t', 'rows'],
    ['WITH a AS (SELECT 1 UNION SELECT 2) SELECT * FROM a', 'other'],
    ['CREATE TABLE IF NOT EXISTS t (id INT)', 'repeatable'],
    ['CREATE OR REPLACE VIEW v AS SELECT 1', 'repeatable'],
    ['DROP TABLE IF EXISTS t', 'repeatable'],
    ['DROP TABLE t', 'other'],
    ['ALTER TABLE t MODIFY c BIGINT', 'other'],
    ['ALTER TABLE t ADD c INT, DROP COLUMN d', 'other'],
    ['ALTER TABLE t ADD INDEX (c)', 'other'],
    ['CREATE TABLE other.t (id INT)', 'other'],
    ['CREATE TABLE t (id INT) /*!80000 INVISIBLE */', 'other'],
    ['CALL p()', 'other'],
  ])('%s → %s', (sql, expected) => expect(objects(sql)).toBe(expected));

  it.each([
    ['CREATE TABLE `order items` (id INT)', { ...none, table: 'order items', whole: true }],
    ['CREATE UNIQUE INDEX i ON t (a, b)', { ...none, table: 't', indexes: ['i'] }],
    ['ALTER TABLE t ADD COLUMN c INT, ADD d DECIMAL(3, 1)', { ...none, table: 't', columns: ['c', 'd'] }],
    [
      'ALTER TABLE t ADD KEY k (a), ADD UNIQUE KEY u (b), ALGORITHM=INPLACE, LOCK=NONE',
      { ...none, table: 't', indexes: ['k', 'u'] },
    ],
    ['ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES s (id)', { ...none, table: 't', constraints: ['f'] }],
  ])('%s', (sql, expected) => expect(objects(sql)).toEqual(expected));
});

describe('forbiddenIn', () => {
  it.each(['USE other', 'COMMIT', 'begin', 'SET GLOBAL x = 1', 'LOCK TABLES t WRITE'])('refuses %s', (sql) => {
    expect(forbiddenIn({ sql, line: 4 }, 'f.sql')[0]).toMatchObject({
      code: 'migrate.statement-not-allowed',
      where: 'f.sql:4',
    });
  });
  it('allows the rest', () => expect(forbiddenIn({ sql: 'CREATE TABLE t (id INT)', line: 1 }, 'f.sql')).toEqual([]));
});

it('a title is the first words', () => {
  expect(titleOf('CREATE TABLE servers (\n id INT)')).toBe('CREATE TABLE servers');
  expect(titleOf('UPDATE schema_generation SET generation = 5 WHERE id = 1')).toBe(
    'UPDATE schema_generation SET generation = 5',
  );
});
