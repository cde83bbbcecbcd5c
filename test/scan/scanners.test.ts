import { describe, expect, test } from 'vitest';
import { scannerVariables } from '../../src/scan/isolate.ts';
import { GarbledOutput, type ScannerSettings } from '../../src/scan/scanner.ts';
import { moduleDirectories, objectsIn } from '../../src/scan/scanners/govulncheck.ts';
import { scanners } from '../../src/scan/scanners/index.ts';
import type { Tree } from '../../src/scan/types.ts';

/** How scanners are asked, and what is not believed. What they really say is tried in test/integration/scan.test.ts. */

const settings: ScannerSettings = {
  ...{ vulnerabilities: null, repository: null, commits: null, support: '/support' },
  ...{ osv: null, npmRegistry: null, kubernetesSchemas: null },
};

function tree(files: Readonly<Record<string, string>>): Tree {
  return { root: '/tree', files: Object.keys(files), head: (file) => files[file], text: (file) => files[file] };
}

const everything = tree({
  'go.mod': 'module x',
  '.github/workflows/ci.yml': 'on: push',
  'run.sh': '#!/bin/sh',
  Dockerfile: 'FROM scratch',
  'deploy.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\nspec:\n  image: a\n',
  'package.json': '{}',
  'package-lock.json': '{ "lockfileVersion": 3, "packages": {} }',
});

describe.each(Object.values(scanners))('$id', (scanner) => {
  test('has nothing to do where there is nothing for it', () => {
    expect(scanner.calls(tree({}), settings)).toEqual([]);
    expect(scanner.calls(everything, settings).length).toBeGreaterThan(0);
  });

  test.each([
    ['no output', 0, ''],
    ['garbage', 0, 'Segmentation fault'],
    ['half of it', 0, '[{"a":'],
    ['another form', 0, '{"results": 3}'],
    ['a list of another form', 0, '[{"nobody": "knows"}]'],
    ['an exit code that it has for failures', 3, '[]'],
    ['a signal', 139, ''],
  ])('%s is not believed', (what, exitCode, stdout) => {
    // An empty output is how this one says that it has found nothing.
    if (scanner.id === 'staticcheck' && what === 'no output') return;
    const [call] = scanner.calls(everything, settings);
    if (call === undefined) throw new Error('there is something for it');
    expect(() => scanner.read({ exitCode, stdout, stderr: '' }, call, everything)).toThrow(GarbledOutput);
  });

  test('names of files cannot be options', () => {
    const hostile = tree({
      '-oops.sh': '#!/bin/sh',
      '-x/go.mod': 'module x',
      '-y/Dockerfile': 'FROM x',
      '--help.yaml': everything.head('deploy.yaml') ?? '',
    });
    for (const { argv } of scanner.calls(hostile, settings))
      expect(argv.filter((word) => /^-+(?:oops|x|y|help)/.test(word))).toEqual([]);
  });
});

test('modules are where their go.mod is', () => {
  expect(moduleDirectories(['go.mod', 'a/b/go.mod', 'a/cargo.mod'])).toEqual(['.', 'a/b']);
});

test('JSON objects one after the other are told apart', () => {
  expect(objectsIn('{\n  "a": "}"\n}\n{\n  "b": {\n  }\n}\n')).toHaveLength(2);
  expect(objectsIn('')).toEqual([]);
});

test('a scanner gets plain variables and those it names, and no proxy without the network', () => {
  const here = { PATH: '/bin', HOME: '/home/a', GITHUB_TOKEN: 't', https_proxy: 'p', GOCACHE: '/c' };
  expect(scannerVariables(['GOCACHE'], false, here)).toEqual({
    GITHUB_TOKEN: undefined,
    https_proxy: undefined,
    HOME: '/home/a',
    NO_COLOR: '1',
  });
  expect(scannerVariables([], true, here)).toMatchObject({ GOCACHE: undefined, GITHUB_TOKEN: undefined });
  expect(scannerVariables([], true, here)).not.toHaveProperty('https_proxy');
});
