import { describe, expect, it } from 'vitest';
import { refusalOf, sqlProblem } from '../../../src/procedure/effects/sql-problems.ts';

/** Messages as MySQL 9.7 and MariaDB 10.11 wrote them. */
describe('which right is missing', () => {
  it.each([
    [
      'ALTER TABLE t ADD c INT',
      "ALTER command denied to user 'u'@'h' for table 't'",
      "GRANT ALTER ON <database>.* TO 'u'@'h'",
    ],
    ['x', "INDEX command denied to user 'u'@'h' for table `d`.`t`", "GRANT INDEX ON <database>.* TO 'u'@'h'"],
    ['x', "CREATE VIEW command denied to user 'u'@'h' for table `d`.`v`", 'GRANT CREATE VIEW ON'],
    ['x', "SELECT, INSERT command denied to user 'u'@'h' for table `d`.`v`", 'GRANT SELECT, INSERT ON'],
    ['DROP PROCEDURE p', "alter routine command denied to user 'u'@'h' for routine 'd.p'", 'GRANT ALTER ROUTINE ON'],
    [
      'CREATE PROCEDURE p() SELECT 1',
      "Access denied for user 'u'@'h' to database 'd'",
      "GRANT CREATE ROUTINE ON <database>.* TO 'u'@'h'",
    ],
    [
      'CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1',
      "Access denied for user 'u'@'h' to database 'd'",
      'GRANT EVENT ON',
    ],
    [
      'x',
      'Access denied; you need (at least one of) the SUPER, BINLOG ADMIN privilege(s) for this operation',
      'GRANT one of SUPER, BINLOG ADMIN ON *.*',
    ],
    [
      'x',
      'You do not have the SUPER privilege and binary logging is enabled (you *might* want to use the less safe log_bin_trust_function_creators variable)',
      'SET GLOBAL log_bin_trust_function_creators = ON',
    ],
  ])('%s: %s', (statement, said, remedy) => {
    expect(sqlProblem('privilege', statement, said).remedy).toContain(remedy);
  });
});

it('a statement that is too long is no lost connection', () => {
  expect(
    refusalOf(Object.assign(new Error("Got a packet bigger than 'max_allowed_packet' bytes"), { errno: 1153 })),
  ).toBe('too-large');
});
