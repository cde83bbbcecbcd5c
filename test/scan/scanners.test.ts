import { describe, expect, test } from 'vitest';
import { scannerVariables } from '../../src/scan/isolate.ts';
import { GarbledOutput, type ScannerSettings } from '../../src/scan/scanner.ts';
import { goModules } from '../../src/scan/scanners/go-modules.ts';
import { objectsIn } from '../../src/scan/scanners/govulncheck.ts';
import { scanners } from '../../src/scan/scanners/index.ts';
import type { Tree } from '../../src/scan/types.ts';

/** How scanners are asked, and what is not believed. What they really say is tried in test/integration/scan.test.ts. */

const settings: ScannerSettings = {
  ...{ vulnerabilities: null, repository: null, commits: null, trivy: null, support: '/support' },
  ...{ osv: null, npmRegistry: null, kubernetesSchemas: null, archives: [], semgrepRules: null },
};

/** With something for each of them. */
const given: ScannerSettings = {
  ...settings,
  archives: [{ name: 'image', path: '/image.tar' }],
  semgrepRules: '/rules',
  trivy: { database: '/trivy', maxAge: 1 },
};

function tree(files: Readonly<Record<string, string>>): Tree {
  return { root: '/tree', files: Object.keys(files), head: (file) => files[file], text: (file) => files[file] };
}

const everything = tree({
  'go.mod': 'module x',
  'main.go': 'package main',
  '.github/workflows/ci.yml': 'on: push',
  'run.sh': '#!/bin/sh',
  'run.js': '',
  Dockerfile: 'FROM scratch',
  'deploy.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\nspec:\n  image: a\n',
  'package.json': '{}',
  'package-lock.json': '{ "lockfileVersion": 3, "packages": {} }',
});

describe.each(Object.values(scanners))('$id', (scanner) => {
  test('has nothing to do where there is nothing for it', () => {
    expect(scanner.calls(tree({}), settings)).toEqual([]);
    expect(scanner.calls(everything, given).length).toBeGreaterThan(0);
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
    const [call] = scanner.calls(everything, given);
    if (call === undefined) throw new Error('there is something for it');
    expect(() => scanner.read({ exitCode, stdout, stderr: '' }, call, everything)).toThrow(GarbledOutput);
  });

  test('names of files cannot be options', () => {
    const hostile = tree({
      '-oops.sh': '#!/bin/sh',
      '-x/go.mod': 'module x',
      '-x/-oops/main.go': 'package main',
      '-y/Dockerfile': 'FROM x',
      '--help.yaml': everything.head('deploy.yaml') ?? '',
    });
    for (const { argv } of scanner.calls(hostile, settings))
      expect(argv.filter((word) => /^-+(?:oops|x|y|help)/.test(word))).toEqual([]);
  });
});

describe('modules of Go', () => {
  test('have the packages that no other module has', () => {
    const files = ['go.mod', 'main.go', 'cmd/api/main.go', 'cmd/lint/go.mod', 'cmd/lint/lint.go', 'cmd/lint/own/a.go'];
    expect(goModules([...files, 'a/cargo.mod'])).toEqual([
      { directory: '.', packages: ['.', './cmd/api'] },
      { directory: 'cmd/lint', packages: ['.', './own'] },
    ]);
  });

  test('have no packages where the go command sees none', () => {
    const files = ['_examples/a.go', 'testdata/a.go', 'vendor/x/a.go', '.x/a.go', 'tests/a_test.go', '_a.go'];
    expect(goModules(['go.mod', ...files])).toEqual([]);
    expect(goModules(['b/go.mod', 'a.go', 'b/c/d/e.go'])).toEqual([{ directory: 'b', packages: ['./c/d'] }]);
    expect(goModules(['_x/go.mod', '_x/a.go'])).toEqual([{ directory: '_x', packages: ['.'] }]);
  });
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

test('what npm says when the registry does not answer is no answer', () => {
  const [call] = scanners['npm-audit'].calls(everything, settings);
  if (call === undefined) throw new Error('there is a lock file');
  const said = { message: '405 Method Not Allowed - POST https://npm.example.com/', method: 'POST', statusCode: 405 };
  const result = { exitCode: 1, stdout: JSON.stringify(said), stderr: '' };
  expect(() => scanners['npm-audit'].read(result, call, everything)).toThrow('405 Method Not Allowed');
});

test.each([
  ['a file is missing in the answer', [], 'run.js was not looked at'],
  ['a file cannot be parsed', [{ ruleId: null, fatal: true, message: 'Unexpected token' }], 'Unexpected token'],
  ['a rule is not ours', [{ ruleId: 'security/of-tomorrow', message: 'x' }], 'cannot be read'],
])('ESLint is not believed when %s', (what, messages, words) => {
  const [call] = scanners.eslint.calls(everything, settings);
  if (call === undefined) throw new Error('there is something for it');
  const files = what.includes('missing') ? [] : [{ filePath: '/tree/run.js', messages }];
  const result = { exitCode: 0, stdout: JSON.stringify(files), stderr: '' };
  expect(() => scanners.eslint.read(result, call, everything)).toThrow(words);
});

test('a database that osv-scanner could not read is no database in which nothing stands', () => {
  const [call] = scanners['osv-scanner'].calls(everything, { ...settings, osv: '/db' });
  if (call === undefined) throw new Error('there is a lock file');
  expect(call.argv).toContain('--offline');
  const result = {
    exitCode: 1,
    stdout: '{ "results": [] }',
    stderr: 'could not load db for Go ecosystem: unable to fetch',
  };
  expect(() => scanners['osv-scanner'].read(result, call, everything)).toThrow('could not load db for Go');
});
