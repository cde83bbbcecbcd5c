import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSplitter, splitSql, tokensOf } from '../../../src/migrate/sql/lexer.ts';
import type { Quoting } from '../../../src/migrate/sql/pieces.ts';

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
    ["/*!50003 SET @x = 'a*/;b' */; SELECT 2", ["/*!50003 SET @x = 'a*/;b' */", 'SELECT 2']],
    ['/*!50003 SET @x = 1 /* not; here */ */; SELECT 2', ['/*!50003 SET @x = 1 /* not; here */ */', 'SELECT 2']],
    ['/*!50003 SELECT 1 /*M!100000 + 1 */ */; SELECT 2', ['/*!50003 SELECT 1 /*M!100000 + 1 */ */', 'SELECT 2']],
    [
      "SELECT N'a;b', _utf8mb4'c;d', x'3b', b'1', '\\\\';SELECT 2",
      ["SELECT N'a;b', _utf8mb4'c;d', x'3b', b'1', '\\\\'", 'SELECT 2'],
    ],
    ['SELECT 1\\G SELECT 2\\g\nSELECT \\N;', ['SELECT 1', 'SELECT 2', 'SELECT \\N']],
    ['--no blank; behind\nSELECT 1 --1;', ['SELECT 1 --1']],
    ['SELECT 1\u00a0;', ['SELECT 1\u00a0']],
    ['/*M!100100 ALTER TABLE t ADD c INT */;', ['/*M!100100 ALTER TABLE t ADD c INT */']],
    ['\uFEFFSELECT 1;', ['SELECT 1']],
    [';;  ;', []],
    ['', []],
    ['SELECT 1;\r\nSELECT 2;\r\n', ['SELECT 1', 'SELECT 2']],
  ])('splits %j', (text, expected) => expect(split(text)).toEqual(expected));

  it('keeps stored programs whole between DELIMITER lines', () => {
    const body = 'CREATE PROCEDURE p()\nBEGIN\n  SELECT 1;\n  SELECT 2;\nEND';
    expect(split(`DELIMITER //\n${body}//\ndelimiter ;\nSELECT 3;`)).toEqual([body, 'SELECT 3']);
    expect(split(`DELIMITER $$\n${body}$$\nDELIMITER ;\n`)).toEqual([body]);
    expect(split(`  Delimiter '||' and more\r\n${body}||\r\nDELIMITER ;`)).toEqual([body]);
    expect(split(`-- c\n/* c */\ndelimiter "ab"\n${body}ab`)).toEqual([body]);
    expect(split('SELECT 1\nDELIMITER //\n;')).toEqual(['SELECT 1\nDELIMITER //']);
  });

  it.each([
    ['SELECT 1; DELIMITER //\n', 'behind something else'],
    ['/* x */ DELIMITER //\n', 'behind something else'],
    ['DELIMITER\nSELECT 1', 'without a delimiter'],
    ['DELIMITER;\nSELECT 1', 'without a delimiter'],
    ['DELIMITER \\\\\n', 'a backslash'],
    ['DELIMITER "a b"\n', 'a blank'],
    ['DELIMITER 1234567890123456\n', '15 bytes'],
  ])('refuses a DELIMITER that the client would read otherwise: %j', (text, found) => {
    const { problems } = splitSql(text, 'f.sql');
    expect(problems.map(({ code, where }) => `${code} ${where}`)).toEqual(['migrate.delimiter f.sql:1']);
    expect(problems[0]?.found).toContain(found);
  });

  it.each([
    ['/*!50003 SET @x = 1; */;', 'migrate.delimiter-in-comment'],
    ['DELIMITER //\nSELECT 1 /*! + 1 *///', 'migrate.delimiter-in-comment'],
    ['SELECT 1 \\c;', 'migrate.client-command'],
    ['SELECT 1 \\', 'migrate.client-command'],
  ])('refuses what the client would not send as it stands: %j', (text, code) => {
    expect(splitSql(text, 'f.sql').problems.map((problem) => problem.code)).toEqual([code]);
  });

  it('reads quotes as the modes of the server say', () => {
    const quoting = (text: string, options: Quoting): readonly string[] =>
      splitSql(text, 'f.sql', options).statements.map(({ sql }) => sql);
    expect(quoting("SELECT '\\';SELECT ';'", { noBackslashEscapes: true })).toEqual(["SELECT '\\'", "SELECT ';'"]);
    expect(quoting('SELECT "a\\";SELECT 2', { ansiQuotes: true })).toEqual(['SELECT "a\\"', 'SELECT 2']);
    expect(tokensOf('"a""b"', { ansiQuotes: true })).toEqual([{ kind: 'name', text: 'a"b', raw: 'a"b' }]);
  });

  it('takes a text in any parts', () => {
    const text = `\uFEFF-- c\r\nINSERT INTO t VALUES ('it''s; \\' ok');\nDELIMITER $$\nCREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN SET @a = 1; END$$\ndelimiter ;\n/*!80000 SELECT /* ; */ 'é;' */;\nSELECT 1`;
    const whole = splitSql(text, 'f.sql');
    expect(whole.statements).toHaveLength(4);
    for (let size = 1; size < 60; size += 1) {
      const splitter = createSplitter('f.sql');
      const found: unknown[] = [];
      for (let at = 0; at < text.length; at += size) found.push(...splitter.push(text.slice(at, at + size)));
      found.push(...splitter.end());
      expect([size, found]).toEqual([size, whole.statements]);
    }
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
