import { describe, expect, it } from 'vitest';
import { parseBuildInfo } from '../../../src/build/sbom/go.ts';
import { licenceExpression } from '../../../src/build/sbom/licence.ts';
import { integrityHashes, npmPackages } from '../../../src/build/sbom/npm.ts';

describe('modules of a Go program', () => {
  it('what is linked in, what is put in its place, and the standard library', () => {
    const text = [
      '/srv/api: go1.26.8',
      '\tpath\texample.com/api/cmd/api',
      '\tmod\texample.com/api\t(devel)\t',
      '\tdep\tgithub.com/Shop/Money\tv1.2.0\th1:AAA=',
      '\tdep\tgolang.org/x/sys\tv0.1.0',
      '\t=>\texample.com/fork/sys\tv0.2.0\th1:BBB=',
      '\tdep\tgithub.com/old/thing\tv2.0.0+incompatible\th1:CCC=',
      '\tdep\texample.com/beside\tv0.0.0',
      '\t=>\t./beside\t(devel)\t',
      '\tbuild\t-compiler=gc',
      '',
    ].join('\n');
    const { packages, needs } = parseBuildInfo(text) ?? { packages: [], needs: [] };
    expect(packages.map(({ purl, version, goSum }) => [purl, version, goSum])).toEqual([
      ['pkg:golang/./beside', '', null],
      ['pkg:golang/example.com/fork/sys@v0.2.0', 'v0.2.0', 'h1:BBB='],
      ['pkg:golang/github.com/old/thing@v2.0.0%2Bincompatible', 'v2.0.0+incompatible', 'h1:CCC='],
      ['pkg:golang/github.com/shop/money@v1.2.0', 'v1.2.0', 'h1:AAA='],
      ['pkg:golang/stdlib@1.26.8', '1.26.8', null],
    ]);
    expect(needs).toEqual(packages.map(({ purl }) => purl));
  });

  it('a file that is no Go program has none', () => {
    expect(parseBuildInfo('/bin/sh: could not read Go build info')).toBeNull();
    expect(parseBuildInfo('')).toBeNull();
  });
});

describe('packages of a lock file', () => {
  const lock = {
    lockfileVersion: 3,
    packages: {
      '': { name: 'www', dependencies: { a: '^1', '@s/b': '^2' }, devDependencies: { tool: '^3' } },
      'node_modules/a': { version: '1.0.0', license: 'MIT', integrity: 'sha512-AQID', dependencies: { c: '^1' } },
      'node_modules/@s/b': { version: '2.0.0', dependencies: { c: '^2' }, peerDependencies: { a: '*' } },
      'node_modules/c': { version: '1.5.0' },
      'node_modules/@s/b/node_modules/c': { version: '2.5.0', optional: true, license: 'Custom' },
      'node_modules/tool': { version: '3.0.0', dev: true, dependencies: { c: '^1', gone: '*' } },
      'node_modules/alias': { name: 'real', version: '4.0.0+x' },
      'node_modules/linked': { link: true, resolved: 'packages/linked' },
      'packages/linked': { version: '0.0.1' },
    },
  };
  const { packages, needs } = npmPackages(JSON.stringify(lock), 'package-lock.json');
  const byName = (purl: string) => packages.find((one) => one.purl === purl);

  it('each once, by its package URL, with what it is there for', () => {
    expect(packages.map(({ purl, use }) => [purl, use])).toEqual([
      ['pkg:npm/%40s/b@2.0.0', 'in'],
      ['pkg:npm/a@1.0.0', 'in'],
      ['pkg:npm/c@1.5.0', 'in'],
      ['pkg:npm/c@2.5.0', 'optional'],
      ['pkg:npm/real@4.0.0%2Bx', 'in'],
      ['pkg:npm/tool@3.0.0', 'build'],
    ]);
    expect(needs).toEqual(['pkg:npm/%40s/b@2.0.0', 'pkg:npm/a@1.0.0', 'pkg:npm/tool@3.0.0']);
  });

  it('needs what Node would find from its place', () => {
    expect(byName('pkg:npm/a@1.0.0')?.needs).toEqual(['pkg:npm/c@1.5.0']);
    expect(byName('pkg:npm/%40s/b@2.0.0')?.needs).toEqual(['pkg:npm/a@1.0.0', 'pkg:npm/c@2.5.0']);
    expect(byName('pkg:npm/tool@3.0.0')?.needs).toEqual(['pkg:npm/c@1.5.0']);
  });

  it('with hashes and licences as they are named', () => {
    expect(byName('pkg:npm/a@1.0.0')).toMatchObject({
      licence: 'MIT',
      hashes: [{ algorithm: 'SHA-512', hex: '010203' }],
    });
    expect(integrityHashes('sha1-AQ== sha512-Ag== md5-Aw==')).toEqual([
      { algorithm: 'SHA-1', hex: '01' },
      { algorithm: 'SHA-512', hex: '02' },
    ]);
    expect(integrityHashes(undefined)).toEqual([]);
  });

  it('of npm 6: the same by directories; what nothing else needs is what the sources need', () => {
    const old = {
      ...{ name: 'www', version: '1.0.0', lockfileVersion: 1, requires: true },
      dependencies: {
        a: {
          version: '1.0.0',
          integrity: 'sha512-AQID',
          requires: { c: '^2' },
          dependencies: { c: { version: '2.5.0' } },
        },
        c: { version: '1.5.0', dev: true },
        alias: { version: 'npm:@s/real@4.0.0', requires: { c: '^1' } },
        elsewhere: { version: 'git+https://git.example.com/x.git#0123' },
      },
    };
    const found = npmPackages(JSON.stringify(old), 'package-lock.json');
    expect(found.packages.map(({ purl, use, needs: more }) => [purl, use, more])).toEqual([
      ['pkg:npm/%40s/real@4.0.0', 'in', ['pkg:npm/c@1.5.0']],
      ['pkg:npm/a@1.0.0', 'in', ['pkg:npm/c@2.5.0']],
      ['pkg:npm/c@1.5.0', 'build', []],
      ['pkg:npm/c@2.5.0', 'in', []],
    ]);
    expect(found.needs).toEqual(['pkg:npm/%40s/real@4.0.0', 'pkg:npm/a@1.0.0']);
  });

  it('of no lock file that is known is refused', () => {
    for (const text of ['{"lockfileVersion":0,"packages":{}}', '{"lockfileVersion":1,"dependencies":[]}', '{}', 'no'])
      expect(() => npmPackages(text, 'www/package-lock.json')).toThrow('build.lock-file');
  });
});

describe('a licence', () => {
  it.each([
    'MIT',
    'MIT OR Apache-2.0',
    '(MIT AND (BSD-3-Clause OR ISC))',
    'GPL-2.0-only WITH Classpath-exception-2.0',
    'LGPL-2.1-or-later+',
  ])('%s is an expression', (text) => {
    expect(licenceExpression(text)).toBe(text);
  });
  it.each([
    '',
    'UNLICENSED',
    'SEE LICENSE IN LICENSE.md',
    'MIT OR',
    '(MIT',
    'MIT)',
    'MIT ISC',
    'Custom-1.0',
    'MIT WITH nothing',
  ])('"%s" is none', (text) => {
    expect(licenceExpression(text)).toBeNull();
  });
});
