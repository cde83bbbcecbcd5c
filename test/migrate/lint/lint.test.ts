import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { isComplete, lint } from '../../../src/migrate/lint/lint.ts';
import { lintFileOf, readLintFiles } from '../../../src/migrate/lint/read.ts';
import { atLeast, serverName, serverOf } from '../../../src/migrate/lint/server.ts';
import type { LintFile } from '../../../src/migrate/lint/types.ts';

function mysql() {
  const server = serverOf('mysql');
  if (server === undefined) throw new Error('the usual version is one');
  return server;
}

function findings(files: readonly LintFile[], levels = {}, complete = true) {
  const result = lint(files, { server: mysql(), today: '2026-11-22', complete, levels });
  return result.findings.map(({ rule, level, file, line, column }) => `${rule} ${level} ${file}:${line}:${column}`);
}

const file = (name: string, text: string) => lintFileOf(name, text, mysql());

describe('lint', () => {
  it('says line and column in the file, behind comments and other statements', () => {
    expect(
      findings([
        file('1_a.sql', 'CREATE TABLE t (id INT UNSIGNED NOT NULL PRIMARY KEY);'),
        file('2_b.sql', '-- one\n\n  SELECT 1; /* DROP TABLE t */ DROP TABLE\n  t;\n'),
      ]),
    ).toEqual(['D01 error 2_b.sql:4:3']);
  });

  it('a statement that cannot be read fails closed, at the place where reading stopped', () => {
    expect(findings([file('1_a.sql', 'SELECT 1;\nALTER TABLE t\n  ADD COLUM c INT;')])).toEqual([
      'F12 error 1_a.sql:3:13',
    ]);
    expect(findings([file('1_a.sql', "INSERT INTO t (a) VALUES ('x);")])).toEqual(['F12 error 1_a.sql:1:1']);
  });

  it('a number that is taken twice', () => {
    expect(findings([file('1_a.sql', 'SELECT 1;'), file('0001_b.sql', 'SELECT 1;')])).toEqual([
      'F01 error 0001_b.sql:1:1',
    ]);
  });

  it('long numbers are compared to the last digit, and each directory counts for itself', () => {
    const next = ['20210410175418000074_a.sql', '20210410175418000075_b.sql', '0.2/00_a.sql', '0.3/00_a.sql'];
    expect(findings(next.map((name) => file(name, 'SELECT 1;')))).toEqual([]);
    const same = ['20210410175418000074_a.sql', '20210410175418000074_b.sql'].map((name) => file(name, 'SELECT 1;'));
    expect(findings(same)).toEqual(['F01 error 20210410175418000074_b.sql:1:1']);
  });

  it('files that change a table which none of them makes do not begin at the beginning', () => {
    const made = file('1_a.sql', 'CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY);\nALTER TABLE t RENAME TO u;');
    expect(isComplete([made, file('2_b.sql', 'ALTER TABLE u ADD COLUMN a INT;\nDROP TABLE IF EXISTS v;')])).toBe(true);
    expect(isComplete([made, file('2_b.sql', 'CREATE INDEX i ON t (id);')])).toBe(false);
    expect(isComplete([file('0_a.sql', 'ALTER TABLE other.t ADD COLUMN a INT;')])).toBe(true);
    expect(isComplete([file('0_a.sql', 'DROP TABLE t;')])).toBe(false);
    expect(isComplete([file('7_a.sql', 'SELECT 1;')])).toBe(false);
  });

  it('BINARY behind a text type is a collation, not a narrower character set', () => {
    const files = [
      file('1_a.sql', 'CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, n VARCHAR(99) NOT NULL);'),
      file('2_b.sql', 'ALTER TABLE t MODIFY n VARCHAR(99) BINARY NOT NULL;'),
    ];
    expect(findings(files).filter((one) => one.startsWith('D04'))).toEqual([]);
  });

  it('levels are as somebody chose, also where a rule is milder by itself', () => {
    const files = [
      file('1_a.sql', 'CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY);'),
      file('2_b.sql', '-- shiplock: phase=contract breaks=<2\nDROP TABLE t;'),
    ];
    expect(findings(files)).toEqual(['D01 note 2_b.sql:2:12']);
    expect(findings(files, { D01: 'error' })).toEqual(['D01 error 2_b.sql:2:12']);
    expect(findings(files, { D01: 'off' })).toEqual([]);
  });

  it('a table that no file made is there, unless the files are all there is', () => {
    const files = [file('7_a.sql', 'DROP TABLE IF EXISTS t;\nCREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY);')];
    expect(findings(files, {}, false)).toEqual(['D01 error 7_a.sql:1:22']);
    expect(findings(files, {}, true)).toEqual([]);
  });

  it('a waiver that waives nothing, of no rule, or of what only the server sees', () => {
    const head = (rules: string) => `-- shiplock: waive=${rules} until=2027-01-31 owner=ann reason=why\nSELECT 1;`;
    expect(findings([file('1_a.sql', head('D01'))])).toEqual(['F11 warning 1_a.sql:1:14']);
    expect(findings([file('1_a.sql', head('X99'))])).toEqual(['F11 warning 1_a.sql:1:14']);
    expect(findings([file('1_a.sql', head('L01'))])).toEqual([]);
  });
});

describe('servers', () => {
  it.each([
    ['8.0.36', 'MySQL 8.0.36', true],
    ['8.0', 'MySQL 8.0', true],
    ['8.0.28-log', 'MySQL 8.0.28', false],
    ['9', 'MySQL 9', true],
  ])('%s', (text, name, later) => {
    const server = serverOf('mysql', text);
    expect(server === undefined ? '' : serverName(server)).toBe(name);
    expect(server === undefined ? undefined : atLeast(server, '8.0.29')).toBe(later);
  });
  it('no version', () => {
    expect(serverOf('mysql', 'latest')).toBeUndefined();
  });
});

describe('files', () => {
  const dir = mkdtempSync(join(tmpdir(), 'lint-'));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('those before a named one are read and not judged; order is as people count', async () => {
    for (const [name, text] of [
      ['9_a.sql', 'CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY);'],
      ['10_b.sql', 'DROP TABLE t;'],
      ['10_b.down.sql', 'CREATE TABLE t (id INT);'],
      ['11_c.sql', 'DROP TABLE u;'],
      ['README.md', 'no SQL'],
    ] as const)
      writeFileSync(join(dir, name), text);
    const read = async (...paths: string[]) =>
      (await readLintFiles(paths, mysql())).map(({ name, judged, down }) => [
        name.slice(dir.length + 1),
        judged,
        down?.length,
      ]);
    expect(await read(join(dir, '10_b.sql'))).toEqual([
      ['9_a.sql', false, undefined],
      ['10_b.sql', true, 1],
    ]);
    expect(await read(dir)).toEqual([
      ['9_a.sql', true, undefined],
      ['10_b.sql', true, 1],
      ['11_c.sql', true, undefined],
    ]);
    expect((await readLintFiles([dir], mysql(), { from: 11 })).map(({ judged }) => judged)).toEqual([
      false,
      false,
      true,
    ]);
    await expect(readLintFiles([join(dir, 'nothing')], mysql())).rejects.toThrow('cli.unreadable-sql');
  });
});
