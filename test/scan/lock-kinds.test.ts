import { describe, expect, test } from 'vitest';
import { allLockWitnesses, isEmptyLock, lockWitnesses, trivyLocks } from '../../src/scan/scanners/lock-kinds.ts';

/** Trivy says nothing of a lock file that it cannot read, as of one that pins nothing: which of the two it is, is told here. */

describe('a lock file that pins nothing', () => {
  test.each([
    ['package-lock.json', '{ "lockfileVersion": 3, "packages": { "": { "name": "a", "version": "1.0.0" } } }'],
    [
      'package-lock.json',
      '{ "packages": { "": {}, "web": { "version": "1.0.0" }, "node_modules/web": { "link": true } } }',
    ],
    ['yarn.lock', '# yarn lockfile v1\n\n\n'],
    ['yarn.lock', '__metadata:\n  version: 8\n\n"a@workspace:.":\n  version: 0.0.0-use.local\n'],
    ['pnpm-lock.yaml', "lockfileVersion: '9.0'\n\nimporters:\n  .: {}\n"],
    ['bun.lock', '{ "lockfileVersion": 1, "packages": {} }'],
    ['requirements.txt', '# all of it is in the image\nflask>=2\n'],
    ['Pipfile.lock', '{ "_meta": {}, "default": {}, "develop": { "pytest": { "version": "==8.0" } } }'],
    ['poetry.lock', 'package = []\n\n[metadata]\nlock-version = "2.0"\n'],
    ['uv.lock', 'version = 1\n'],
    ['Cargo.lock', 'version = 4\n'],
    ['Gemfile.lock', 'GEM\n  specs:\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n'],
    ['composer.lock', '{ "packages": [], "packages-dev": [] }'],
    ['packages.lock.json', '{ "version": 1, "dependencies": { "net8.0": { "own": { "type": "Project" } } } }'],
    ['pubspec.lock', 'packages: {}\nsdks:\n  dart: ">=3.0.0"\n'],
    ['mix.lock', '%{\n}\n'],
    ['gradle.lockfile', '# This is a generated file\nempty=compileClasspath\n'],
    ['Cargo.lock', ' \n'],
  ])('is a %s: %j', (file, text) => {
    expect(isEmptyLock(`a/${file}`, text)).toBe(true);
  });

  test.each(Object.entries(allLockWitnesses()))('is no %s that pins something', (file, text) => {
    expect(isEmptyLock(file, String(text))).toBe(false);
  });

  test.each(trivyLocks(Object.keys(everyName())))('is no %s that cannot be understood', (file) => {
    for (const text of ['{oops', '<html>', '[1, 2]', '\u0000\u0001==', '{ "packages": 1 }'])
      expect([text, file === 'requirements.txt' && !text.includes('==') ? false : isEmptyLock(file, text)]).toEqual([
        text,
        false,
      ]);
  });
});

function everyName(): Readonly<Record<string, true>> {
  const names = ['yarn.lock', 'pnpm-lock.yaml', 'bun.lock', 'Pipfile.lock', 'poetry.lock', 'uv.lock'];
  return Object.fromEntries([...names, ...Object.keys(allLockWitnesses())].map((name) => [name, true]));
}

test('what packages bring with them is left out, and each ecosystem that is there has its witness', () => {
  const files = ['web/yarn.lock', 'web/node_modules/a/package-lock.json', 'tool/uv.lock', 'README.md'];
  expect(trivyLocks(files)).toEqual(['web/yarn.lock', 'tool/uv.lock']);
  expect(Object.keys(lockWitnesses(files)).toSorted()).toEqual(['package-lock.json', 'requirements.txt']);
});
