import { expect, test } from 'vitest';
import { type ColumnLayout, changesBetween, type Layout } from '../../../src/migrate/plan/layout.ts';
import { lost, questionsOf } from '../../../src/migrate/plan/questions.ts';

function column(type: string, more: Partial<ColumnLayout> = {}): ColumnLayout {
  return { table: 't', name: 'c', type, nullable: true, default: null, collation: null, extra: '', ...more };
}

test.each([
  ['int(11)', 'bigint(20)', ''],
  ['bigint', 'int', '`c` < -2147483648 OR `c` > 2147483647'],
  ['int', 'int unsigned', '`c` < 0'],
  ['tinyint unsigned', 'tinyint', '`c` > 127'],
  ['varchar(20)', 'varchar(30)', ''],
  ['varchar(20)', 'char(5)', 'CHAR_LENGTH(`c`) > 5'],
  ['varchar(300)', 'tinytext', 'OCTET_LENGTH(`c`) > 255'],
  ['text', 'mediumtext', ''],
  ['text', 'varchar(9)', 'CHAR_LENGTH(`c`) > 9'],
  ["enum('a','b''c')", "enum('a')", "`c` IN ('b''c')"],
  ["enum('a','b')", "enum('b','a')", ''],
  ['decimal(8,2)', 'decimal(10,2)', ''],
  ['decimal(8,2)', 'decimal(5,1)', 'ABS(`c`) >= 10000 OR `c` <> ROUND(`c`, 1)'],
  ['datetime(6)', 'datetime', '`c` <> CAST(`c` AS DATETIME(0))'],
  ['datetime', 'datetime(3)', ''],
  ['varchar(20)', 'int', null],
  ['json', 'text', null],
])('what does not fit from %s to %s', (from, to, expected) => {
  expect(lost(column(from), column(to))).toBe(expected);
});

test('a narrower character set has no question that tells', () => {
  const from = column('varchar(20)', { collation: 'utf8mb4_general_ci' });
  expect(lost(from, column('varchar(20)', { collation: 'latin1_swedish_ci' }))).toBeNull();
  expect(
    lost(column('varchar(20)', { collation: 'latin1_bin' }), column('varchar(20)', { collation: 'utf8mb4_bin' })),
  ).toBe('');
});

const EMPTY: Layout = { columns: [], indexes: [], foreignKeys: [], checks: [] };

test('only what rows must fit to from now on is asked, and nothing of a new table', () => {
  const before: Layout = { ...EMPTY, columns: [column('int')] };
  const after: Layout = {
    columns: [
      column('int', { nullable: false }),
      column('date', { name: 'd', nullable: false }),
      column('int', { table: 'new', nullable: false }),
    ],
    indexes: [
      { table: 't', name: 'u', unique: true, parts: [{ column: 'c', prefix: 3 }] },
      { table: 'new', name: 'PRIMARY', unique: true, parts: [{ column: 'c', prefix: null }] },
    ],
    foreignKeys: [{ table: 't', name: 'f', columns: ['c'], parentSchema: 'db', parent: 'p', parentColumns: ['id'] }],
    checks: [{ table: 't', name: 'k', clause: '`c` > 0' }],
  };
  const questions = questionsOf(changesBetween(before, after), 'db', true);
  expect(questions.map(({ sql }) => sql)).toEqual([
    'SELECT 1 AS found FROM `t` WHERE `c` IS NULL LIMIT 1',
    'SELECT 1 AS found FROM `t` LIMIT 1',
    'SELECT 1 AS found FROM `t` WHERE `c` IS NOT NULL GROUP BY LEFT(`c`, 3) HAVING COUNT(*) > 1 LIMIT 1',
    'SELECT 1 AS found FROM `t` c LEFT JOIN `p` p ON c.`c` = p.`id` WHERE c.`c` IS NOT NULL AND p.`id` IS NULL LIMIT 1',
    'SELECT 1 AS found FROM `t` WHERE NOT (`c` > 0) LIMIT 1',
  ]);
  expect(questionsOf(changesBetween(after, after), 'db', true)).toEqual([]);
  expect(questionsOf(changesBetween(before, after), 'elsewhere', false).map(({ sql }) => sql)).toContain(null);
});
