import { describe, expect, it } from 'vitest';
import { digestOf, type LogRow, recordingOf, withinOneTransaction } from '../../../src/migrate/compat/log.ts';

function row(command: string, bytes: string, thread = 7): LogRow {
  return { thread, command, bytes };
}

describe('what is recorded of a log', () => {
  it('is what was asked, with its values, in its order', () => {
    const { statements, leftOut } = recordingOf(
      [
        row('Connect', 'suite@localhost on shop'),
        row('Query', 'START TRANSACTION'),
        row('Prepare', 'SELECT ? + 1'),
        row('Execute', 'SELECT 41 + 1'),
        row('Query', "SET time_zone = '+00:00'"),
        row('Query', 'SET GLOBAL max_connections = 9'),
        row('Query', '/* of a framework */ INSERT INTO t VALUES (1)', 8),
        row('Query', 'CREATE TABLE u (id INT)'),
        row('Query', 'SHOW TABLES'),
        row('Query', '  '),
        row('Query', 'COMMIT'),
        row('Quit', ''),
      ],
      'mysql',
    );
    expect(statements).toEqual([
      { session: 7, sql: 'START TRANSACTION' },
      { session: 7, sql: 'SELECT 41 + 1' },
      { session: 7, sql: "SET time_zone = '+00:00'" },
      { session: 8, sql: '/* of a framework */ INSERT INTO t VALUES (1)' },
      { session: 7, sql: 'COMMIT' },
    ]);
    expect([...leftOut]).toEqual([
      ['SET', 1],
      ['CREATE', 1],
      ['SHOW', 1],
    ]);
  });

  it('has the bytes that MariaDB wrote as text, and leaves alone what only looks like them', () => {
    const texts = (command: string, bytes: string) =>
      recordingOf([row(command, bytes)], 'mariadb').statements.map(({ sql }) => sql);
    expect(texts('Query', "SELECT _binary'\\xFF\\0\\x80A'")).toEqual(["SELECT _binary'\u00ff\\0\u0080A'"]);
    expect(texts('Query', "SELECT 'C:\\\\xFF'")).toEqual(["SELECT 'C:\\\\xFF'"]);
    expect(texts('Execute', "SELECT '\\\\xFF'")).toEqual(["SELECT '\u00ff'"]);
    expect(recordingOf([row('Query', "SELECT '\\xFF'")], 'mysql').statements).toMatchObject([
      { sql: "SELECT '\\xFF'" },
    ]);
  });
});

it.each([
  ['BEGIN', 'SAVEPOINT shiplock_3'],
  ['start transaction read only', 'SAVEPOINT shiplock_3'],
  ['COMMIT', null],
  ['ROLLBACK', 'ROLLBACK TO SAVEPOINT shiplock_3'],
  ['ROLLBACK TO SAVEPOINT mine', 'ROLLBACK TO SAVEPOINT mine'],
  ['SET autocommit = 0', null],
  ["SET time_zone = '+00:00'", "SET time_zone = '+00:00'"],
  ['SELECT 1', 'SELECT 1'],
])('%s within one transaction', (sql, expected) => {
  expect(withinOneTransaction({ session: 3, sql })).toBe(expected);
});

it('two statements that differ in values only are of one shape', () => {
  const one = digestOf("SELECT a FROM t WHERE b = 'x' AND c IN (1, 2, 3) -- why");
  expect(digestOf("SELECT a FROM t WHERE b = 'it''s' AND c IN (44)")).toBe(one);
  expect(digestOf("INSERT INTO t VALUES (1, 'a'), (2, 'b')")).toBe(digestOf("INSERT INTO t VALUES (9, 'c')"));
  expect(digestOf("SELECT a FROM u WHERE b = 'x' AND c IN (1)")).not.toBe(one);
});
