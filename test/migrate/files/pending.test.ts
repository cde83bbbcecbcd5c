import { describe, expect, it } from 'vitest';
import { parseMigrations } from '../../../src/migrate/files/files.ts';
import {
  type AppliedMigration,
  pendingMigrations,
  schemaAfter,
  schemaState,
  sha256Of,
} from '../../../src/migrate/files/pending.ts';

const files = (...entries: readonly (readonly [string, string])[]) =>
  parseMigrations(
    entries.map(([name, text]) => ({ name: `${name}.sql`, bytes: new TextEncoder().encode(text) })),
    'm',
  ).migrations;

const three = files(
  ['0001_a', 'CREATE TABLE a (id INT);'],
  ['0002_b', '-- shiplock: phase=contract\nDROP TABLE a;'],
  ['0003_c', 'CREATE TABLE c (id INT); INSERT INTO c VALUES (1);'],
);
const row = (id: string, position: number, more: Partial<AppliedMigration> = {}): AppliedMigration => ({
  id,
  position,
  sha256: three.find((file) => file.id === id)?.sha256 ?? 'x',
  phase: 'expand',
  state: 'applied',
  marks: [],
  ...more,
});
const answer = (applied: readonly AppliedMigration[], list = three): unknown => {
  const result = pendingMigrations(applied, list);
  return result.ok
    ? { apply: result.value.apply.map(({ id }) => id), left: result.value.left.map(({ id }) => id) }
    : result.problems.map((problem) => problem.code);
};

describe('pendingMigrations', () => {
  it('applies expand migrations only and leaves the others', () => {
    expect(answer([])).toEqual({ apply: ['0001_a', '0003_c'], left: ['0002_b'] });
    expect(answer([row('0001_a', 1)])).toEqual({ apply: ['0003_c'], left: ['0002_b'] });
    expect(answer([row('0001_a', 1), row('0003_c', 2)])).toEqual({ apply: [], left: ['0002_b'] });
  });

  it('refuses what was edited, deleted, renamed or overtaken', () => {
    expect(answer([row('0001_a', 1, { sha256: 'f'.repeat(64) })])).toEqual(['migrate.drift-edited']);
    expect(answer([row('0001_a', 1), row('0009_z', 2)])).toEqual(['migrate.drift-missing']);
    expect(answer([row('0003_c', 1)])).toEqual(['migrate.drift-order']);
    const renamed = pendingMigrations([row('0001_old', 1, { sha256: three[0]?.sha256 ?? '' })], three);
    expect(renamed.ok ? '' : renamed.problems[0]?.found).toContain('its file is now m/0001_a.sql');
  });

  it('explains a file that only looks edited', () => {
    const written = (text: string) => files(['0001_a', text]);
    const foundFor = (before: string, now: string, marks: AppliedMigration['marks'] = []): string => {
      const result = pendingMigrations([row('0001_a', 1, { sha256: sha256Of(before), marks })], written(now));
      return result.ok ? 'nothing' : (result.problems[0]?.found ?? '');
    };
    const unix = 'SELECT 1;\nSELECT 2;\n';
    const dos = unix.replaceAll('\n', '\r\n');
    expect(foundFor(dos, unix)).toContain('nothing but this differs: what was applied had line ends (CRLF)');
    expect(foundFor(unix, dos)).toContain('had line ends (LF)');
    expect(foundFor(`\uFEFF${unix}`, unix)).toContain('had a byte order mark at its beginning');
    expect(foundFor(unix, `\uFEFF${dos}`)).toContain('had line ends (LF) and no byte order mark');
    const mark = { number: 1, state: 'done' as const, run: 'r', sha256: sha256Of('SELECT 1'), shape: null };
    expect(foundFor('SELECT 1;', '-- why\nSELECT 1;', [mark])).toContain('only comments or the header changed');
    expect(foundFor('SELECT 1;', 'SELECT 2;', [mark])).toMatch(/was applied$/);
  });

  it('lets a migration that failed half-way be mended after the part that is done', () => {
    const mark = {
      number: 1,
      state: 'done' as const,
      run: 'r',
      sha256: sha256Of('CREATE TABLE c (id INT)'),
      shape: null,
    };
    const running = [row('0001_a', 1), row('0003_c', 2, { sha256: 'old', state: 'running', marks: [mark] })];
    expect(answer(running)).toEqual({ apply: ['0003_c'], left: ['0002_b'] });
    const broken = [
      row('0001_a', 1),
      row('0003_c', 2, { sha256: 'old', state: 'running', marks: [{ ...mark, sha256: 'x' }] }),
    ];
    expect(answer(broken)).toEqual(['migrate.drift-edited']);
  });
});

it('the schema state is what was applied last, not the highest number', () => {
  expect(schemaState([])).toBe('empty');
  expect(schemaState([row('0003_c', 2), row('0002_b', 3), row('0001_a', 1)])).toBe('0002_b');
  expect(schemaState([row('0001_a', 1), row('0003_c', 2, { state: 'running' })])).toBe('0001_a');
  expect(schemaAfter([row('0001_a', 1)], three.slice(2))).toBe('0003_c');
});
