import { expect, test } from 'vitest';
import { historyAnswer, scannersAnswer } from '../../../src/release/scan/checks.ts';

test('a scanner that is missing is named with the way to get it', () => {
  const there = { id: 'gitleaks', install: 'x', there: true };
  expect(scannersAnswer([there])).toEqual({ state: 'ok', found: 'gitleaks' });
  expect(scannersAnswer([there, { id: 'gosec', install: 'install gosec', there: false }])).toMatchObject({
    state: 'warning',
    found: 'not on PATH: gosec',
    mend: expect.stringContaining('install gosec; or `scan.scanners.gosec: off`'),
  });
});

test('a repository that was cut has failed', () => {
  expect(historyAnswer(false).state).toBe('ok');
  expect(historyAnswer(true)).toMatchObject({ state: 'failed', mend: expect.stringContaining('--unshallow') });
});
