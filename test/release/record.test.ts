import { expect, test } from 'vitest';
import { type EnvironmentRecord, historyEffect, liveVersion, previousVersion } from '../../src/release/record.ts';

function record(
  ...entries: readonly [version: string, outcome: EnvironmentRecord['history'][number]['outcome']][]
): EnvironmentRecord {
  return {
    formatVersion: 1,
    environment: 'production',
    service: 'svc',
    history: entries.map(([version, outcome], index) => ({
      version,
      outcome,
      run: `r${index}`,
      time: '',
      who: 'w',
      why: '',
    })),
  };
}

test('what serves and what a rollback goes back to', () => {
  expect(liveVersion(record())).toBeNull();
  const two = record(['1', 'released'], ['2', 'released']);
  expect([liveVersion(two), previousVersion(two)]).toEqual(['2', '1']);
  const failed = record(['1', 'released'], ['2', 'rolled-back']);
  expect([liveVersion(failed), previousVersion(failed)]).toEqual(['1', null]);
  const back = record(['1', 'released'], ['2', 'released'], ['3', 'released'], ['2', 'went-back-to']);
  expect([liveVersion(back), previousVersion(back)]).toEqual(['2', '1']);
  expect(liveVersion(record(['1', 'removed']))).toBeNull();
});

test('the same outcome of the same run is written once', () => {
  const one = record(['1', 'released']);
  const entry = one.history[0];
  if (entry === undefined) throw new Error('the record has an entry');
  expect(historyEffect('/s', one, entry)).toEqual([]);
  expect(historyEffect('/s', one, { ...entry, outcome: 'rolled-back' })).toHaveLength(1);
});
