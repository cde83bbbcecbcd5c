import { describe, expect, it } from 'vitest';
import { splitSql } from '../../../src/migrate/sql/lexer.ts';

/** Stored programs between plain `;`: kept whole where that is asked for, otherwise reported. */

const PROGRAMS = [
  'CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END',
  'CREATE PROCEDURE p() SELECT 1',
  'CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW IF NEW.a > 1 THEN SET NEW.b = 2; ELSE SET NEW.b = 3; END IF',
  'CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW IF (NEW.a, 1) = (2, 1) THEN SET NEW.b = 2; END IF',
  'CREATE TRIGGER t AFTER UPDATE ON x FOR EACH ROW SET @a = IF(NEW.a, 1, 2)',
  'CREATE FUNCTION f(a INT) RETURNS INT DETERMINISTIC RETURN CASE WHEN a THEN 1 ELSE IF(a, 2, 3) END',
  'CREATE DEFINER=`r`@`%` PROCEDURE p(a INT) CASE a WHEN 1 THEN SELECT 1; ELSE BEGIN END; END CASE',
  'CREATE PROCEDURE p() outer_one: LOOP LEAVE outer_one; END LOOP outer_one',
  'CREATE PROCEDURE p() BEGIN a: WHILE @x > 0 DO SET @x = @x - 1; ITERATE a; END WHILE a; REPEAT SET @y = REPEAT("a", 3); UNTIL @y END REPEAT; END',
  'CREATE PROCEDURE p() BEGIN DECLARE c CURSOR FOR SELECT 1; DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN END; DROP TABLE IF EXISTS t; CREATE TEMPORARY TABLE IF NOT EXISTS t (a INT); IF NOT EXISTS (SELECT 1) THEN SELECT 2; END IF; END',
  'CREATE OR REPLACE PROCEDURE p() BEGIN FOR i IN 1..3 DO SELECT i; END FOR; SELECT t.end, t.begin FROM t; END',
  'CREATE EVENT e ON SCHEDULE EVERY 1 HOUR DO BEGIN DELETE FROM t; END',
  'ALTER EVENT e DO BEGIN DELETE FROM t; DELETE FROM u; END',
  'BEGIN NOT ATOMIC SELECT 1; SELECT 2; END',
  'CREATE PACKAGE p AS PROCEDURE a(); FUNCTION b() RETURN INT; END',
  'CREATE PACKAGE BODY p AS PROCEDURE a() AS BEGIN SELECT 1; END; PROCEDURE b() AS BEGIN NULL; END; END',
  'CREATE PROCEDURE p() BEGIN IF a THEN IF b THEN SELECT CASE WHEN 1 THEN 2 END; END IF; ELSEIF c THEN SELECT 1; END IF; END',
];

describe('blocks of stored programs', () => {
  it.each(PROGRAMS)('%s', (program) => {
    const text = `SELECT 0;\n${program};\nCREATE TABLE begin (end INT, begin INT);SELECT 9;`;
    const whole = splitSql(text, 'f.sql', { programs: 'whole' });
    expect(whole.problems).toEqual([]);
    expect(whole.statements.map(({ sql }) => sql)).toEqual([
      'SELECT 0',
      program,
      'CREATE TABLE begin (end INT, begin INT)',
      'SELECT 9',
    ]);
    const asClient = splitSql(text, 'f.sql');
    expect(asClient.problems.map(({ code, where }) => `${code} ${where}`)).toEqual(
      program.includes(';') ? ['migrate.body-without-delimiter f.sql:2'] : [],
    );
  });

  it('is not asked where another delimiter stands', () => {
    const text = `DELIMITER //\n${PROGRAMS.join('//\n')}//`;
    expect(splitSql(text, 'f.sql')).toMatchObject({ problems: [] });
    expect(splitSql(text, 'f.sql').statements.map(({ sql }) => sql)).toEqual(PROGRAMS);
  });
});
