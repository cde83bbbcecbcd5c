import { expect, test } from 'vitest';
import { configHash, loadConfig } from '../../src/config/index.ts';
import { MINIMAL, resolved } from './sample.ts';

/** How a Go component is built and looked at before. */

function withKeys(lines: string): string {
  return MINIMAL.replace('    ready: /readyz\n', `    ready: /readyz\n${lines}`);
}

function problems(lines: string) {
  const result = loadConfig(withKeys(lines), { file: 'shiplock.yaml' });
  return result.ok ? [] : result.problems;
}

test('without a word only the modules are verified', () => {
  expect(resolved(MINIMAL).components['api']).toMatchObject({
    platforms: ['linux/amd64'],
    checks: { modules: true, vet: false, test: null },
  });
  expect(resolved(withKeys('    test: {}\n')).components['api']).toMatchObject({
    checks: { test: { packages: ['./...'], race: 'auto', timeoutMs: 600_000, leastCoverage: 0 } },
  });
});

test('what is looked at before a build is no part of what is released', () => {
  const hash = configHash(resolved(MINIMAL));
  const checked = withKeys('    vet: true\n    verifyModules: false\n    test: { coverage: { minimum: 60% } }\n');
  expect(configHash(resolved(checked))).toBe(hash);
  expect(configHash(resolved(withKeys('    amd64: v1\n')))).toBe(hash);
  expect(configHash(resolved(withKeys('    amd64: v2\n')))).not.toBe(hash);
  expect(configHash(resolved(withKeys('    platforms: [linux/amd64, linux/arm64]\n')))).not.toBe(hash);
});

test('a platform that Go does not know is refused with the nearest', () => {
  expect(problems('    platforms: [linux/amd46]\n')).toMatchObject([
    {
      code: 'config.wrong-value',
      where: expect.stringMatching(/^shiplock\.yaml:10:\d+$/),
      remedy: 'write `linux/amd64`',
    },
  ]);
  expect(problems('    platforms: []\n')).toMatchObject([{ expected: 'at least one platform' }]);
  expect(problems('    test: { coverage: { minimum: 120% } }\n')).toHaveLength(1);
  expect(problems('    test: { coverrage: {} }\n')).toMatchObject([
    { code: 'config.unknown-key', remedy: 'write `coverage`' },
  ]);
});

test('a platform stands there once', () => {
  expect(problems('    platforms: [linux/amd64, linux/amd64]\n')).toMatchObject([{ expected: 'each platform once' }]);
});
