import { describe, expect, test } from 'vitest';
import { judged } from '../../../src/scan/builtin/freshness.ts';
import { addressOf } from '../../../src/scan/builtin/npm-times.ts';
import type { UsedPackage } from '../../../src/scan/builtin/packages.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-22T12:00:00Z');
const used: UsedPackage = {
  ...{ ecosystem: 'npm', name: 'left', version: '1.0.1', direct: true, resolved: null },
  ...{ file: 'package-lock.json', line: 4 },
};

describe('the age of a version', () => {
  test.each([
    ['just out', NOW - 3_600_000, ['version-too-new']],
    ['one moment too young', NOW - 7 * DAY + 1, ['version-too-new']],
    ['old enough', NOW - 7 * DAY, []],
    ['a clock that goes before ours', NOW + DAY, ['version-too-new']],
    ['nobody knows it', null, ['version-unknown']],
  ])('%s', (_, time, expected) => {
    expect(judged(used, time, NOW, 7 * DAY).map(({ rule }) => rule)).toEqual(expected);
  });

  test('the day from which it passes is named', () => {
    const [found] = judged(used, NOW - 3 * DAY, NOW, 7 * DAY);
    expect(found).toMatchObject({
      severity: 'high',
      line: 4,
      message: 'left 1.0.1 came out 3 days ago, and 7 days are asked for',
    });
    expect(found?.remedy).toContain('wait until 2026-11-26');
  });
});

test('a registry is asked for the package, and npm’s own where it is configured', () => {
  const to = (name: string, resolved: string | null): string => addressOf({ name, resolved }, 'https://mirror.example');
  expect(to('left', null)).toBe('https://mirror.example/left');
  expect(to('@a/left', 'https://registry.npmjs.org/@a/left/-/left-1.0.0.tgz')).toBe('https://mirror.example/@a%2fleft');
  expect(to('@a/left', 'https://npm.example.com/all/@a/left/-/left-1.0.0.tgz')).toBe(
    'https://npm.example.com/all/@a%2fleft',
  );
  // The alias of another place does not send us elsewhere.
  expect(to('left', 'https://npm.example.com/all/other/-/other-1.0.0.tgz')).toBe('https://mirror.example/left');
});
