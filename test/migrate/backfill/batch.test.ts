import { describe, expect, it } from 'vitest';
import { batchOf, RANGE } from '../../../src/migrate/backfill/batch.ts';
import { after, nextSize } from '../../../src/procedure/effects/sql-batches.ts';

describe('batchOf', () => {
  it.each([
    [
      "UPDATE t SET a = b WHERE a IS NULL AND n = 'WHERE'",
      `UPDATE t SET a = b WHERE ${RANGE} AND (a IS NULL AND n = 'WHERE')`,
    ],
    [
      'UPDATE `t` SET a = (SELECT MAX(v) FROM u WHERE u.id = 1)',
      `UPDATE \`t\` SET a = (SELECT MAX(v) FROM u WHERE u.id = 1) WHERE ${RANGE}`,
    ],
    ['DELETE FROM t WHERE a = 1 OR b = 2', `DELETE FROM t WHERE ${RANGE} AND (a = 1 OR b = 2)`],
    ['INSERT IGNORE INTO u (a) SELECT a FROM t', `INSERT IGNORE INTO u (a) SELECT a FROM t WHERE ${RANGE}`],
    [
      'INSERT INTO u (a) SELECT a FROM t WHERE a > 1 ON DUPLICATE KEY UPDATE a = t.a',
      `INSERT INTO u (a) SELECT a FROM t WHERE ${RANGE} AND (a > 1) ON DUPLICATE KEY UPDATE a = t.a`,
    ],
  ])('%s', (sql, expected) => {
    const batched = batchOf(sql, 'f:1');
    expect(batched.ok && batched.value).toMatchObject({ table: 't', sql: expected });
  });

  it('knows what is left of an update and a deletion', () => {
    const left = (sql: string): unknown => {
      const batched = batchOf(sql, 'f:1');
      return batched.ok && batched.value.left;
    };
    expect(left('UPDATE t AS x SET a = 1 WHERE x.a IS NULL')).toBe(
      'SELECT COUNT(*) FROM (SELECT 1 FROM t AS x WHERE x.a IS NULL LIMIT 1) AS rows_left',
    );
    expect(left('UPDATE t SET a = 1')).toBeNull();
    expect(left('INSERT INTO u SELECT a FROM t WHERE a > 1')).toBeNull();
  });

  it.each([
    'UPDATE t, u SET t.a = u.a',
    'UPDATE t JOIN u ON t.id = u.id SET t.a = u.a',
    'UPDATE d.t SET a = 1',
    'DELETE FROM t LIMIT 5',
    'DELETE t FROM t WHERE a = 1',
    'INSERT INTO u SELECT COUNT(*) FROM t GROUP BY a',
    'INSERT INTO u VALUES (1)',
    'INSERT INTO u SELECT 1 FROM t WHERE a /* WHERE */ = 1',
    'UPDATE t SET a = 1 /*!80000 WHERE a = 2 */',
  ])('%s is not cut', (sql) => expect(batchOf(sql, 'f:1')).toMatchObject({ ok: false }));
});

it('rows behind a key of several columns, in the order of the key', () => {
  expect(after(['a'], ['1'])).toBe('(a > 1)');
  expect(after(['a', 'b', 'c'], ['1', '2', '3'])).toBe('(a >= 1 AND (a > 1 OR (b >= 2 AND (b > 2 OR (c > 3)))))');
});

it('ranges grow and shrink towards the time they should take', () => {
  expect(nextSize(500, 50, 300)).toBe(1000);
  expect(nextSize(500, 300, 300)).toBe(500);
  expect(nextSize(500, 6000, 300)).toBe(250);
  // The costs of a transaction by itself must not lead to one row at a time.
  expect(nextSize(150, 6000, 300)).toBe(100);
});
