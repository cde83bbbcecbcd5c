import { describe, expect, it } from 'vitest';
import { migrationRef, parseMigrations } from '../../src/migrate/files.ts';

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
      'm/0001_a.sql migrate.not-text',
    ]);
    expect(codes(file('0001_a.sql', '-- nothing\n'))).toEqual(['m/0001_a.sql:1 migrate.no-statement']);
    expect(codes(file('0001_a.sql', 'SELECT 1;\nCOMMIT;'))).toEqual(['m/0001_a.sql:2 migrate.statement-not-allowed']);
  });
});
