import { describe, expect, it } from 'vitest';
import { parseMigrations } from '../../../src/migrate/files/files.ts';
import { convert, fileOf } from '../../../src/migrate/import/convert.ts';
import { flywayChecksum, readForeign, type Tool } from '../../../src/migrate/import/formats.ts';
import { splitSql } from '../../../src/migrate/sql/lexer.ts';

const TRIGGER = 'CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.v = 1; SET NEW.w = 2; END';

const read = (tool: Tool, files: Readonly<Record<string, string>>) =>
  readForeign(
    tool,
    Object.entries(files).map(([name, text]) => ({ name, bytes: new TextEncoder().encode(text) })),
    'theirs',
  );

/** Our files and their statements. */
function converted(tool: Tool, files: Readonly<Record<string, string>>) {
  const foreign = read(tool, files);
  if (!foreign.ok) return foreign.problems.map(({ where, found }) => `${where}: ${found}`);
  const result = convert(tool, foreign.value, 'theirs');
  if (!result.ok) return result.problems.map(({ code, where }) => `${where} ${code}`);
  const { problems } = parseMigrations(
    result.value.files.map(({ name, text }) => ({ name, bytes: new TextEncoder().encode(text) })),
    'ours',
  );
  expect(problems).toEqual([]);
  return {
    files: Object.fromEntries(
      result.value.files.map(({ name, text }) => [name, splitSql(text, name).statements.map(({ sql }) => sql)]),
    ),
    versions: result.value.imported.migrations.map(({ id, version }) => `${id} is ${version}`),
  };
}

describe('migrations of other tools', () => {
  it('golang-migrate: by number, programs as the server reads them', () => {
    expect(
      converted('golang-migrate', {
        '10_later.up.sql': `${TRIGGER};\nINSERT INTO a VALUES (';');`,
        '9_first.up.sql': '-- words\nCREATE TABLE a (v INT, w INT);',
        '9_first.down.sql': 'DROP TABLE a;',
        'README.md': 'no migration',
      }),
    ).toEqual({
      files: {
        '0001_first.sql': ['CREATE TABLE a (v INT, w INT)'],
        '0001_first.down.sql': ['DROP TABLE a'],
        '0002_later.sql': [TRIGGER, "INSERT INTO a VALUES (';')"],
      },
      versions: ['0001_first is 9', '0002_later is 10'],
    });
  });

  it('goose: its sections, and what stands between StatementBegin and StatementEnd as it is', () => {
    expect(
      converted('goose', {
        '20240101120000_Add Users.sql': `-- +goose Up\nCREATE TABLE a (v INT, w INT);\n-- +goose StatementBegin\n${TRIGGER};\n-- +goose StatementEnd\nDO 1;\n\n-- +goose Down\nDROP TABLE a;\n`,
      }),
    ).toEqual({
      files: {
        '0001_add_users.sql': ['CREATE TABLE a (v INT, w INT)', TRIGGER, 'DO 1'],
        '0001_add_users.down.sql': ['DROP TABLE a'],
      },
      versions: ['0001_add_users is 20240101120000'],
    });
    expect(converted('goose', { '00001_a.sql': '-- +goose Up\n-- +goose ENVSUB ON\nSELECT 1;' })).toEqual([
      expect.stringContaining('the command +goose envsub on'),
    ]);
    expect(converted('goose', { '00001_a.sql': '-- +goose Up\nDO 1;', '00002_b.go': 'package x' })).toEqual([
      'theirs/00002_b.go: a migration that is no SQL',
    ]);
  });

  it('dbmate: its two sections', () => {
    expect(
      converted('dbmate', {
        '20240101_a.sql':
          '-- migrate:up transaction:false\nCREATE TABLE a (v INT);\n\n-- migrate:down\nDROP TABLE a;\n',
      }),
    ).toMatchObject({ files: { '0001_a.sql': ['CREATE TABLE a (v INT)'], '0001_a.down.sql': ['DROP TABLE a'] } });
  });

  it('flyway: versions with points, and the checksum of its table', () => {
    expect(converted('flyway', { 'V1.10__b.sql': 'DO 2;', 'V1_9__a.sql': 'DO 1;', 'U1.10__b.sql': 'DO 3;' })).toEqual({
      files: { '0001_a.sql': ['DO 1'], '0002_b.sql': ['DO 2'], '0002_b.down.sql': ['DO 3'] },
      versions: ['0001_a is 1.9', '0002_b is 1.10'],
    });
    expect(converted('flyway', { 'R__views.sql': 'DO 1;' })).toEqual([expect.stringContaining('R__')]);
    expect(converted('flyway', { 'V1__a.sql': `DO \${x};` })).toEqual([expect.stringContaining('placeholder')]);
    // printf 'ab' | crc32 is 9e83486d; the ends of lines do not count.
    expect(flywayChecksum('a\r\nb\n')).toBe(0x9e83486d | 0);
    expect(flywayChecksum('\uFEFFa\nb')).toBe(0x9e83486d | 0);
  });

  it('liquibase: each change set is a file', () => {
    expect(
      converted('liquibase', {
        'one.sql':
          '--liquibase formatted sql\n\n--changeset mia:users-1\n--comment: words\nCREATE TABLE a (v INT);\n--rollback DROP TABLE a;\n\n--changeset "ma x":2\nDO 1;\n',
      }),
    ).toEqual({
      files: {
        '0001_one_users-1.sql': ['CREATE TABLE a (v INT)'],
        '0001_one_users-1.down.sql': ['DROP TABLE a'],
        '0002_one_2.sql': ['DO 1'],
      },
      versions: ['0001_one_users-1 is users-1::mia', '0002_one_2 is 2::ma x'],
    });
    expect(
      converted('liquibase', { 'one.sql': '--liquibase formatted sql\n--changeset a:1 runOnChange:true\nDO 1;' }),
    ).toEqual([expect.stringContaining('runOnChange:true')]);
  });

  it('refuses what our files may not hold, and what holds nothing', () => {
    expect(converted('dbmate', { '1_a.sql': '-- migrate:up\nSET @x = 1;' })).toEqual([
      'theirs/1_a.sql migrate.statement-not-allowed',
    ]);
    expect(converted('dbmate', { '1_a.sql': '-- migrate:up\n-- nothing' })).toEqual([
      'theirs/1_a.sql migrate.import-nothing',
    ]);
    expect(converted('dbmate', {})).toEqual(['theirs: no migration of dbmate']);
  });
});

it('a file gives back exactly the statements that it was made of', () => {
  const statements = ['SELECT 1', TRIGGER, "SELECT ';'", 'SELECT 1 /* ; */ + 1', 'SELECT `//`'];
  expect(splitSql(fileOf(statements), 'f').statements.map(({ sql }) => sql)).toEqual(statements);
});
