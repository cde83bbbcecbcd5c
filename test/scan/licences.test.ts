import { describe, expect, test } from 'vitest';
import { licenceRun, packagesOfBill, packagesOfLock } from '../../src/scan/licences/licences.ts';
import { judgeLicence } from '../../src/scan/licences/policy.ts';
import type { RawFinding, ScannerRun, Tree } from '../../src/scan/types.ts';
import { npmProject } from '../support/advisories.ts';

/** Licences: what an expression means for a policy, where licences are read, and what is not believed. */

const policy = {
  allow: ['MIT', 'Apache-2.0', 'BSD-3-Clause', 'GPL-2.0-only WITH Classpath-exception-2.0'],
  deny: ['AGPL-3.0-only'],
};

test.each([
  ['MIT', 'allowed'],
  ['(MIT OR GPL-3.0-only)', 'allowed'],
  ['MIT AND GPL-3.0-only', 'not-allowed'],
  ['GPL-3.0-only', 'not-allowed'],
  ['AGPL-3.0-only', 'denied'],
  ['MIT AND AGPL-3.0-only', 'denied'],
  ['AGPL-3.0-only OR (Apache-2.0 AND BSD-3-Clause)', 'allowed'],
  ['AGPL-3.0-only OR GPL-3.0-only', 'not-allowed'],
  ['GPL-2.0-only WITH Classpath-exception-2.0', 'allowed'],
  ['GPL-2.0-only', 'not-allowed'],
  ['SEE LICENSE IN LICENSE.txt', 'unknown'],
  ['UNLICENSED', 'unknown'],
  ['Apache 2.0', 'unknown'],
  ['', 'unknown'],
  [undefined, 'unknown'],
])('%s is %s', (expression, answer) => {
  expect(judgeLicence(expression, policy)).toBe(answer);
});

test('without a list of what may be, all may be that is not denied', () => {
  const open = { allow: [], deny: ['GPL-3.0-only'] };
  expect(judgeLicence('WTFPL', open)).toBe('allowed');
  expect(judgeLicence('GPL-3.0-only', open)).toBe('denied');
  expect(judgeLicence('GPL-3.0-only OR MIT', open)).toBe('allowed');
});

const BILL = JSON.stringify({
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  components: [
    {
      type: 'library',
      name: 'x/net',
      version: 'v0.1.0',
      purl: 'pkg:golang/golang.org/x/net@v0.1.0',
      licenses: [{ license: { id: 'BSD-3-Clause' } }],
    },
    {
      type: 'library',
      group: 'org.example',
      name: 'copyleft',
      version: '1',
      licenses: [{ expression: 'GPL-3.0-only' }],
    },
    {
      type: 'library',
      name: 'two',
      version: '1',
      evidence: { licenses: [{ license: { id: 'MIT' } }, { license: { name: 'Own' } }] },
    },
    { type: 'file', name: 'not-a-package' },
  ],
});

describe('packages', () => {
  test('of a lock file: not the service itself, its workspaces, nor links to them', () => {
    const { 'package-lock.json': text } = npmProject({
      '@a/b': { version: '1.0.0', license: 'MIT' },
      c: { version: '2.0.0' },
    });
    const lock = JSON.parse(text);
    lock.packages['packages/own'] = { version: '1.0.0', license: 'UNLICENSED' };
    lock.packages['node_modules/own'] = { link: true, resolved: 'packages/own' };
    lock.packages['node_modules/c/node_modules/d'] = { version: '3.0.0', license: 'ISC' };
    expect(packagesOfLock(JSON.stringify(lock), 'x').map(({ name, licence }) => [name, licence])).toEqual([
      ['@a/b', 'MIT'],
      ['c', undefined],
      ['d', 'ISC'],
    ]);
  });

  test('of a bill of materials, with what was found out about them', () => {
    expect(packagesOfBill(BILL, 'sbom.json').map(({ ecosystem, name, licence }) => [ecosystem, name, licence])).toEqual(
      [
        ['golang', 'x/net', 'BSD-3-Clause'],
        ['generic', 'org.example/copyleft', 'GPL-3.0-only'],
        ['generic', 'two', '(MIT) AND (Own)'],
      ],
    );
  });
});

describe('a look at licences', () => {
  const tree = (files: Readonly<Record<string, string>>): Tree => ({
    ...{ root: '/t', files: Object.keys(files), head: (file) => files[file], text: (file) => files[file] },
  });
  const found = ({ end }: ScannerRun): readonly RawFinding[] => {
    if (end.kind !== 'scanned') throw new Error(JSON.stringify(end));
    return end.findings;
  };

  test('says what may not be and what nobody knows, each with its package', () => {
    const files = npmProject({
      good: { version: '1.0.0', license: 'MIT' },
      bad: { version: '1.0.0', license: 'AGPL-3.0-only' },
      none: { version: '1.0.0' },
    });
    const run = licenceRun(tree(files), [{ name: 'sbom.json', text: BILL }], policy);
    expect(found(run).map(({ rule, package: pack, severity, file }) => [rule, pack?.name, severity, file])).toEqual([
      ['licence-denied', 'bad', 'high', 'package-lock.json'],
      ['licence-unknown', 'none', 'high', 'package-lock.json'],
      ['licence-not-allowed', 'org.example/copyleft', 'high', 'sbom.json'],
      ['licence-unknown', 'two', 'high', 'sbom.json'],
    ]);
    const told = licenceRun(tree(files), [], { allow: [], deny: ['AGPL-3.0-only'] });
    expect(found(told).map(({ rule, severity }) => [rule, severity])).toEqual([
      ['licence-denied', 'high'],
      ['licence-unknown', 'medium'],
    ]);
  });

  test.each([
    ['a lock file of npm 6', { 'package-lock.json': '{ "lockfileVersion": 1, "dependencies": {} }' }, []],
    ['a lock file that is cut', { 'package-lock.json': '{ "lockfileVersion": 3, "pack' }, []],
    ['a bill that is not there', {}, [{ name: 'sbom.json', text: undefined }]],
    ['a bill in another form', {}, [{ name: 'sbom.json', text: '{ "spdxVersion": "SPDX-2.3" }' }]],
  ])('%s: nobody knows', (_, files, bills) => {
    expect(licenceRun(tree(files), bills, policy).end).toMatchObject({
      kind: 'not-scanned',
      problem: { code: 'scan.no-licences' },
    });
  });

  test('where there is nothing to look at there is nothing to do', () => {
    expect(licenceRun(tree({ 'go.mod': 'module x' }), [], policy).end.kind).toBe('nothing-there');
  });
});
