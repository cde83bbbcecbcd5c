import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitSql, tokensOf } from '../../src/migrate/lexer.ts';

const split = (text: string): readonly string[] => {
  const { statements, problems } = splitSql(text, 'f.sql');
  expect(problems).toEqual([]);
  return statements.map((statement) => statement.sql);
};

describe('splitSql', () => {
  it.each([
    ['SELECT 1; SELECT 2', ['SELECT 1', 'SELECT 2']],
    ["INSERT INTO t VALUES ('a;b'); SELECT 1;", ["INSERT INTO t VALUES ('a;b')", 'SELECT 1']],
    ["INSERT INTO t VALUES ('it''s; ok', \"x\\\";y\");", ["INSERT INTO t VALUES ('it''s; ok', \"x\\\";y\")"]],
    ['CREATE TABLE `a;``b` (id INT);', ['CREATE TABLE `a;``b` (id INT)']],
    ['-- a; comment\nSELECT 1 -- tail; here\n;# x;\nSELECT 2;', ['SELECT 1', 'SELECT 2']],
    ['SELECT 5--3; SELECT 1', ['SELECT 5--3', 'SELECT 1']],
    ['/* a; "b */ SELECT 1; /* only a comment; */', ['SELECT 1']],
    ["/*!50003 SET @x = 'a*/;b'; */; SELECT 2", ["/*!50003 SET @x = 'a*/;b'; */", 'SELECT 2']],
    ['/*M!100100 ALTER TABLE t ADD c INT; */;', ['/*M!100100 ALTER TABLE t ADD c INT; */']],
    ['\uFEFFSELECT 1;', ['SELECT 1']],
    [';;  ;', []],
    ['', []],
    ['SELECT 1;\r\nSELECT 2;\r\n', ['SELECT 1', 'SELECT 2']],
  ])('splits %j', (text, expected) => expect(split(text)).toEqual(expected));

  it('keeps stored programs whole between DELIMITER lines', () => {
    const body = 'CREATE PROCEDURE p()\nBEGIN\n  SELECT 1;\n  SELECT 2;\nEND';
    expect(split(`DELIMITER //\n${body}//\ndelimiter ;\nSELECT 3;`)).toEqual([body, 'SELECT 3']);
    expect(split(`DELIMITER $$\n${body}$$\nDELIMITER ;\n`)).toEqual([body]);
  });

  it('says where a stored program would be cut', () => {
    const { problems } = splitSql(
      'SELECT 1;\nCREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW BEGIN SET @a = 1; END;',
      'f.sql',
    );
    expect(problems[0]).toMatchObject({ code: 'migrate.body-without-delimiter', where: 'f.sql:2' });
  });

  it.each([
    ["SELECT 1;\nSELECT 'abc", 'string', 2],
    ['SELECT `abc', 'quoted name', 1],
    ['\n\n/* never', 'comment', 3],
  ])('refuses what never ends: %j', (text, what, line) => {
    const { problems } = splitSql(text, 'f.sql');
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: 'migrate.unclosed', where: `f.sql:${line}` });
    expect(problems[0]?.found).toContain(what);
  });

  it('gives the line of the first character of each statement', () => {
    const { statements } = splitSql('-- x\n\nSELECT 1;\n-- y\n  SELECT\n 2;', 'f.sql');
    expect(statements.map((statement) => statement.line)).toEqual([3, 5]);
  });

  it('gives back what was joined, whatever the strings hold', () => {
    const value = fc.string().map((text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`);
    const statement = fc
      .array(value, { minLength: 1, maxLength: 4 })
      .map((values) => `INSERT INTO t VALUES (${values.join(', ')})`);
    const comment = fc.constantFrom(' ', '\n-- it; is\n', '/* "; */', '\n# `;\n');
    fc.assert(
      fc.property(fc.array(fc.tuple(statement, comment), { maxLength: 6 }), (parts) => {
        const text = parts.map(([sql, between]) => `${between}${sql};`).join('\n');
        expect(split(text)).toEqual(parts.map(([sql]) => sql));
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  it('ends on any input', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'\'"`;-#/*! \nab\\M$'), maxLength: 60 }), (text) => {
        const { statements } = splitSql(text, 'f');
        for (const { sql } of statements) tokensOf(sql);
      }),
      { numRuns: 2000, seed: 7 },
    );
  });
});
