import { expect, test } from 'vitest';
import { madeMarkdown, madeText, testedShare, testSentence } from '../../src/release/build/made-text.ts';
import type { BuiltComponent } from '../../src/release/build/units.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

const api: BuiltComponent = {
  ...{ digest: digest('a'), path: '/out/a' },
  platforms: [
    { platform: 'linux/amd64', digest: digest('a'), path: '/out/a' },
    { platform: 'windows/amd64', digest: digest('b'), path: '/out/b.exe' },
  ],
  report: {
    ...{ formatVersion: 1, go: 'go1.26.8', vet: true },
    tests: {
      ...{ passed: 12, skipped: 1, withoutRace: null, statements: 900, covered: 599 },
      packages: [{ name: 'shop/a', statements: 900, covered: 599 }],
    },
  },
};
const www: BuiltComponent = { digest: digest('c'), path: '/out/files' };

test('a build is told by artefact, and by what the tests said', () => {
  expect(madeText({ api, www })).toEqual([
    `api (linux/amd64): ${digest('a')}`,
    `api (windows/amd64): ${digest('b')}`,
    'api: 12 tests passed, 1 skipped, with the race detector; they reach 66.5% of 900 statements; go vet has nothing to say; go1.26.8',
    `www (any): ${digest('c')}`,
  ]);
  expect([testedShare(api), testedShare(www), testedShare(null)]).toEqual(['66.5%', '', '']);
});

test('the summary of a job has tables, and nothing where nothing was made', () => {
  const text = madeMarkdown({ api, www });
  expect(text).toContain(`| \`api\` | \`windows/amd64\` | \`${digest('b')}\` |`);
  expect(text).toContain('| **all** | **66.5%** | 900 |');
  expect(text.match(/### Checks of/g)).toHaveLength(1);
  expect(madeMarkdown({})).toBe('');
});

test('vet alone, and tests without the race detector, are said to be that', () => {
  expect(testSentence({ formatVersion: 1, go: 'go1.26.8', vet: true, tests: null })).toBe(
    'go vet has nothing to say; go1.26.8',
  );
  const tests = { passed: 1, skipped: 0, withoutRace: 'no gcc', statements: 0, covered: 0, packages: [] };
  expect(testSentence({ formatVersion: 1, go: 'go1.26.8', vet: false, tests })).toBe(
    '1 tests passed, without the race detector (no gcc); they reach 100% of 0 statements; go1.26.8',
  );
});
