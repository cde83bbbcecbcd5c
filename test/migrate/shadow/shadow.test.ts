import { expect, test } from 'vitest';
import { differences, type Made, withoutDefiner } from '../../../src/migrate/shadow/copy.ts';
import { versionWarning } from '../../../src/migrate/shadow/open.ts';
import { argumentsFor } from '../../../src/migrate/shadow/settings.ts';
import { writtenAnew } from '../../../src/migrate/shadow/trial.ts';

test.each([
  ['CREATE DEFINER=`a`@`%` TRIGGER x BEFORE INSERT', 'CREATE TRIGGER x BEFORE INSERT'],
  [
    'CREATE ALGORITHM=UNDEFINED DEFINER=`a``b`@`localhost` SQL SECURITY DEFINER VIEW v',
    'CREATE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW v',
  ],
  [
    "CREATE TABLE t (a VARCHAR(9) COMMENT 'DEFINER=`a`@`b`')",
    "CREATE TABLE t (a VARCHAR(9) COMMENT 'DEFINER=`a`@`b`')",
  ],
])('who made it stays behind: %s', (sql, expected) => expect(withoutDefiner(sql)).toBe(expected));

test.each([
  ['10.11.19-MariaDB-0+deb12u1-log', '10.11.19-MariaDB', null],
  ['9.7.4-2', '9.7.2', true],
  ['8.4.3', '9.7.4', false],
  ['nonsense', '9.7.4', false],
])('target %s, throw-away %s', (target, shadow, promises) => {
  expect(versionWarning(target, shadow)?.promises ?? null).toBe(promises);
});

test('something is written anew when an id went and another came', () => {
  const set = (...ids: readonly string[]) => new Set(ids);
  expect(writtenAnew(set('1', '2'), set('1', '2'))).toBe(false);
  expect(writtenAnew(set('1', '2'), set('1', '3'))).toBe(true);
  expect(writtenAnew(set('1'), set('1', '2'))).toBe(false);
  expect(writtenAnew(set('1', '2'), set('1'))).toBe(false);
});

test('a counter is no difference; a row format that SHOW CREATE does not tell is one', () => {
  const made = (sql: string, rowFormat: string): Made => ({ kind: 'table', name: 't', sql, sqlMode: null, rowFormat });
  const target = [made('CREATE TABLE t (a INT) ENGINE=InnoDB AUTO_INCREMENT=7', 'Dynamic')];
  expect(differences(target, [made('CREATE TABLE t (a INT) ENGINE=InnoDB', 'Dynamic')])).toEqual([]);
  expect(differences(target, [made('CREATE TABLE t (a INT) ENGINE=InnoDB', 'Compact')])).toEqual(['table t']);
  expect(differences(target, [])).toEqual(['table t']);
});

test('what must be told at the start is told then', () => {
  const variables = new Map([
    ['lower_case_table_names', '1'],
    ['innodb_page_size', '16384'],
    ['log_bin', 'ON'],
  ]);
  const { initialise, start } = argumentsFor(variables, 'mysql');
  expect(initialise).toEqual(['--lower-case-table-names=1', '--innodb-page-size=16384']);
  expect(start).toEqual([...initialise, '--log-bin=binlog', '--server-id=1', '--log-bin-trust-function-creators=ON']);
});
