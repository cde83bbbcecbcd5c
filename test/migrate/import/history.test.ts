import { expect, it } from 'vitest';
import type { Imported } from '../../../src/migrate/import/convert.ts';
import { type AppliedElsewhere, takeOver } from '../../../src/migrate/import/history.ts';

const imported = (tool: Imported['tool'], checksum: string | null = null): Imported => ({
  formatVersion: 1,
  tool,
  migrations: ['1', '2', '3'].map((version) => ({
    id: `000${version}_x`,
    version,
    source: `${version}_x.sql`,
    checksum,
  })),
});
const row = (version: string, more: Partial<AppliedElsewhere> = {}): AppliedElsewhere => ({
  ...{ version, at: '2026-01-02T03:04:05', by: 'mia', failed: null, checksum: null },
  ...more,
});
const answer = (of: Imported, rows: readonly AppliedElsewhere[]): unknown => {
  const result = takeOver(of, rows, 'db');
  return result.ok ? result.value.map(({ id, at, by }) => [id, at, by]) : result.problems.map(({ found }) => found);
};

it('takes over what was applied, with when and who', () => {
  expect(answer(imported('flyway'), [row('1'), row('2', { by: 'jan' })])).toEqual([
    ['0001_x', '2026-01-02T03:04:05', 'mia'],
    ['0002_x', '2026-01-02T03:04:05', 'jan'],
  ]);
});

it('golang-migrate keeps only its newest version', () => {
  const bare = { at: null, by: null };
  expect(answer(imported('golang-migrate'), [row('2', bare)])).toEqual([
    ['0001_x', null, null],
    ['0002_x', null, null],
  ]);
});

it.each<[string, Imported, readonly AppliedElsewhere[], string]>([
  ['a failure', imported('flyway'), [row('1', { failed: 'it failed' })], 'flyway 1: it failed'],
  ['a hole', imported('goose'), [row('1'), row('3')], 'goose has not applied 2_x.sql, but later ones'],
  ['a stranger', imported('dbmate'), [row('1'), row('9')], 'dbmate applied 9, which none of the imported files is'],
  [
    'an edited file',
    imported('flyway', '5'),
    [row('1', { checksum: '6' })],
    '1_x.sql was applied with the checksum 6; that of the file is 5',
  ],
  ['nothing', imported('goose'), [], 'an empty history of goose'],
])('refuses %s', (_, of, rows, found) => {
  expect(answer(of, rows)).toEqual([found]);
});
