import { describe, expect, it } from 'vitest';
import { migrationRef, parseMigrations } from '../../../src/migrate/files/files.ts';

const file = (name: string, text: string) => ({ name, bytes: new TextEncoder().encode(text) });
const codes = (...files: ReturnType<typeof file>[]): readonly string[] =>
  parseMigrations(files, 'm').problems.map((problem) => `${problem.where} ${problem.code}`);

describe('parseMigrations', () => {
  it('sorts by number, knows the digest, the phase and the way back', () => {
    const { migrations, problems } = parseMigrations(
      [
        file('0002_b.sql', '-- shiplock: phase=backfill breaks=<1.2\nUPDATE t SET a = 1;'),
        file('0001_a.sql', 'CREATE TABLE t (a INT);'),
        file('0001_a.down.sql', 'DROP TABLE t;'),
        file('README.md', 'words'),
      ],
      'm',
    );
    expect(problems).toEqual([]);
    expect(migrations.map(({ id, down }) => [id, down])).toEqual([
      ['0001_a', 'm/0001_a.down.sql'],
      ['0002_b', null],
    ]);
    // printf 'CREATE TABLE t (a INT);' | sha256sum
    expect(migrations.map(migrationRef)).toEqual([
      { id: '0001_a', sha256: 'd7cd921450ce8f8a50f8c321661635a1d1ba90feec8c1ef58366d35d6973d540', phase: 'expand' },
      expect.objectContaining({ id: '0002_b', phase: 'backfill', breaks: '<1.2' }),
    ]);
  });

  it('refuses gaps, duplicates, wrong names, lonely down files, binary and empty files', () => {
    const sql = 'SELECT 1;';
    expect(codes(file('0002_a.sql', sql))).toEqual(['m/0002_a.sql:1 migrate.gap']);
    expect(codes(file('0001_a.sql', sql), file('0003_a.sql', sql))).toEqual(['m/0003_a.sql:1 migrate.gap']);
    expect(codes(file('0001_a.sql', sql), file('0001_b.sql', sql))).toEqual([
      'm/0001_b.sql:1 migrate.duplicate-number',
    ]);
    expect(codes(file('1_a.sql', sql))).toEqual(['m/1_a.sql migrate.file-name']);
    expect(codes(file('0001_a.down.sql', sql))).toEqual(['m/0001_a.down.sql migrate.down-without-up']);
    expect(codes({ name: '0001_a.sql', bytes: new Uint8Array([0xff, 0xfe]) })).toEqual([
      'm/0001_a.sql:1 migrate.not-text',
    ]);
    expect(codes(file('0001_a.sql', '-- nothing\n'))).toEqual(['m/0001_a.sql:1 migrate.no-statement']);
    expect(codes(file('0001_a.sql', 'SELECT 1;\nCOMMIT;'))).toEqual(['m/0001_a.sql:2 migrate.statement-not-allowed']);
  });
});

describe('what a file may be', () => {
  const problems = (name: string, bytes: Uint8Array | string) =>
    parseMigrations([{ name, bytes: typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes }], 'm')
      .problems;

  it.each([
    ['an empty file', '', 'migrate.no-statement', 'm/0001_a.sql:1', 'an empty file'],
    ['comments alone', '/* x */ -- y\n', 'migrate.no-statement', 'm/0001_a.sql:1', 'only comments or blanks'],
    ['a zero byte', 'SELECT 1;\nSELECT "\0";', 'migrate.not-text', 'm/0001_a.sql:2', 'a zero byte'],
    ['latin 1', new Uint8Array([0x61, 0x0a, 0x0a, 0xe9, 0x20]), 'migrate.not-text', 'm/0001_a.sql:3', 'not UTF-8'],
    ['half a character', new Uint8Array([0x61, 0x0a, 0xc3]), 'migrate.not-text', 'm/0001_a.sql:2', 'not UTF-8'],
    ['UTF-16', new Uint8Array([0xff, 0xfe, 0x53, 0x00]), 'migrate.not-text', 'm/0001_a.sql:1', 'UTF-16'],
  ])('%s', (_, bytes, code, where, found) => {
    expect(problems('0001_a.sql', bytes)).toEqual([
      expect.objectContaining({ code, where, found: expect.stringContaining(found) }),
    ]);
  });

  it.each(['0001_Ä.sql', '0001_a`b.sql', "0001_a'b.sql", '0001_a b.sql', '0001_A.SQL', `0001_${'a'.repeat(116)}.sql`])(
    'refuses the name %s',
    (name) => {
      expect(problems(name, 'SELECT 1;').map(({ code }) => code)).toEqual(['migrate.file-name']);
    },
  );

  it('reads DOS line ends and a byte order mark, and the header behind it', () => {
    const text = '\uFEFF-- shiplock: phase=contract breaks=<1.2\r\nDROP TABLE `ä``b`;\r\n';
    const { migrations, problems: found } = parseMigrations([file('0001_a.sql', text)], 'm');
    expect(found).toEqual([]);
    expect(migrations[0]?.header).toMatchObject({ phase: 'contract', breaks: '<1.2' });
    expect(migrations[0]?.statements).toEqual([{ sql: 'DROP TABLE `ä``b`', line: 2 }]);
  });
});
