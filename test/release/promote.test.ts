import { describe, expect, test } from 'vitest';
import type { HistoryEntry } from '../../src/release/record.ts';
import { migrationProblems, provenEntry } from '../../src/release/run/promote.ts';

const history = (...entries: readonly (readonly [HistoryEntry['outcome'], string])[]) => ({
  history: entries.map(([outcome, version], index) => ({
    version,
    outcome,
    run: `run-${index}`,
    time: '2026-11-21T06:00:00.000Z',
    who: 'ann',
    why: '',
  })),
});

describe('what has proven itself in an environment', () => {
  test('is what was released there and not taken back', () => {
    const record = history(['released', '1'], ['released', '2']);
    expect(provenEntry(record, '2')?.run).toBe('run-1');
    expect(provenEntry(record, '1')?.run).toBe('run-0');
    expect(provenEntry(record, '3')).toBeUndefined();
  });
  test('is not what failed there, was removed, or was gone back from', () => {
    expect(provenEntry(history(['released', '1'], ['rolled-back', '2']), '2')).toBeUndefined();
    expect(provenEntry(history(['removed', '1']), '1')).toBeUndefined();
    const gone = history(['released', '1'], ['released', '2'], ['went-back-to', '1']);
    expect(provenEntry(gone, '2')).toBeUndefined();
    expect(provenEntry(gone, '1')?.run).toBe('run-0');
  });
  test('counts again after it was released anew', () => {
    const record = history(['released', '1'], ['rolled-back', '2'], ['released', '2']);
    expect(provenEntry(record, '2')?.run).toBe('run-2');
  });
});

test('the migrations must be those of the release', () => {
  const one = { id: '0001', sha256: 'a'.repeat(64), phase: 'expand' as const };
  const release = { version: '1', commit: 'c'.repeat(40), migrations: [one] };
  expect(migrationProblems(release, [one], 'd'.repeat(40))).toEqual([]);
  for (const here of [[], [{ ...one, sha256: 'b'.repeat(64) }], [one, { ...one, id: '0002' }]]) {
    expect(migrationProblems(release, here, 'd'.repeat(40))).toMatchObject([{ code: 'release.other-migrations' }]);
  }
});
