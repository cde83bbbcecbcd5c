import { generateKeyPairSync } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { gzipOf, tarOf } from '../../src/build/client/archive.ts';
import { findingsOf, isShellScript } from '../../src/build/client/check.ts';
import { scriptComponentConfig } from '../../src/build/client/config.ts';
import { installerOf, installerText } from '../../src/build/client/installer.ts';
import { type PackSpec, packageFiles, type SourceFile, sumsOf } from '../../src/build/client/pack.ts';
import { withoutKey } from '../../src/build/client/script.ts';
import { isSignedBy, readPublicKey, signChecksums } from '../../src/build/client/sign.ts';
import { stampVersion } from '../../src/build/client/stamp.ts';
import { indexText, parseManifest, parseYanked, yankedText } from '../../src/model/client-package.ts';
import { unwrap } from '../../src/model/problem.ts';

const spec: PackSpec = {
  ...{
    source: '/src/client',
    name: 'ck',
    version: '1.2.3',
    commit: 'c'.repeat(40),
    files: ['ck', 'lib/a.sh'],
    config: [],
  },
  ...{ links: { ck: 'ck' }, stamp: 'ck_version', address: 'https://example.org/client', publicKey: null },
};
const sources: readonly SourceFile[] = [
  { path: 'ck', bytes: Buffer.from('#!/bin/sh\nck_version=0.0.0 # stamped\n'), program: false },
  { path: 'lib/a.sh', bytes: Buffer.from('a() { :; }\n'), program: false },
];

describe('an archive', () => {
  it('follows from names and contents, not from the order in which they come', () => {
    const entries = ['b', 'a/c', 'a/b'].map((path) => ({ path, bytes: Buffer.from(path), program: path === 'b' }));
    expect(tarOf(entries).equals(tarOf(entries.toReversed()))).toBe(true);
    const tar = tarOf(entries);
    // Header of the first entry: a directory, 0755, owner 0, 1980-01-01.
    expect(tar.toString('latin1', 0, 2)).toBe('a/');
    expect(tar.toString('latin1', 100, 107)).toBe('0000755');
    expect(tar.toString('latin1', 108, 115)).toBe('0000000');
    expect(Number.parseInt(tar.toString('latin1', 136, 147), 8)).toBe(Date.UTC(1980, 0, 1) / 1000);
    expect(tar.length % 10_240).toBe(0);
  });
  it('refuses a name that the form cannot hold, and cuts one that it can', () => {
    const long = `${'d'.repeat(80)}/${'f'.repeat(90)}`;
    expect(tarOf([{ path: long, bytes: Buffer.from('x'), program: false }]).toString('latin1')).toContain(
      'f'.repeat(90),
    );
    expect(() => tarOf([{ path: 'f'.repeat(101), bytes: Buffer.from('x'), program: false }])).toThrow('too long');
  });
  test('any content comes out of its gzip form as it went in', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 0, max: 700 }), (bytes, times) => {
        const content = Buffer.concat(Array.from({ length: times }, () => bytes));
        expect(gunzipSync(gzipOf(content)).equals(content)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a version is stamped in', () => {
  const stamped = (text: string, variable = 'v') =>
    stampVersion(Buffer.from(text, 'latin1'), variable, '1.2.3', 'x.sh');
  it.each([
    ['v=0\n', 'v=1.2.3\n'],
    ['  readonly v="0.0.0" # here\r\nrest', '  readonly v=1.2.3 # here\r\nrest'],
    ["export v='$1'", 'export v=1.2.3'],
    ['\xff\xfe\nv=\n\x00', '\xff\xfe\nv=1.2.3\n\x00'],
    ['my_v=1\nv=2\necho "v=3"\nv=$(x y)\n', 'my_v=1\nv=1.2.3\necho "v=3"\nv=$(x y)\n'],
  ])('into %j, and nothing else changes', (text, after) => {
    expect(unwrap(stamped(text)).toString('latin1')).toBe(after);
  });
  it.each([
    ['echo v\n', 'x.sh'],
    ['v=1\nx\nv=2\n', 'x.sh:3'],
  ])('not into %j', (text, where) => {
    expect(stamped(text)).toMatchObject({ ok: false, problems: [{ code: 'build.script-stamp', where }] });
  });
  it('and none that a shell would take for something else', () => {
    for (const version of ['', '$(x)', 'a b', "1'", '-1', '.1', 'ü'])
      expect(stampVersion(Buffer.from('v=1'), 'v', version, 'x')).toMatchObject({ ok: false });
  });
});

describe('a package', () => {
  const files = packageFiles(spec, sources, null);
  it('has what its parts say of each other', () => {
    expect([...files.keys()].toSorted()).toEqual([
      'SHA256SUMS',
      'ck-1.2.3.tar.gz',
      'client.json',
      'install.sh',
      'version',
    ]);
    const manifest = parseManifest(files.get('client.json')?.toString() ?? '');
    const archive = files.get('ck-1.2.3.tar.gz') ?? Buffer.alloc(0);
    expect(manifest).toMatchObject({ name: 'ck', version: '1.2.3', signed: false, package: { size: archive.length } });
    expect(files.get('SHA256SUMS')?.toString()).toContain(`${manifest?.package.sha256}  ck-1.2.3.tar.gz\n`);
    const tar = gunzipSync(archive).toString('latin1');
    expect(tar).toContain('ck_version=1.2.3 # stamped');
    expect(tar).toContain(sumsOf([{ path: 'VERSION', bytes: Buffer.from('1.2.3\n') }]));
  });
  it('is another one for another version, file or address, and says nothing of where it was made', () => {
    const digest = (more: Partial<PackSpec>, given = sources): string =>
      packageFiles({ ...spec, ...more }, given, null)
        .get('SHA256SUMS')
        ?.toString() ?? '';
    expect(digest({ source: '/elsewhere' })).toBe(digest({}));
    const others = [
      digest({}),
      digest({ version: '1.2.4' }),
      digest({ address: null }),
      digest({}, sources.slice(0, 1)),
    ];
    expect(new Set(others).size).toBe(4);
  });
});

describe('a signature', () => {
  const pair = (kind: 'rsa' | 'ed25519', bits = 3072) => {
    const keys = kind === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: bits }) : generateKeyPairSync('ed25519');
    return {
      open: keys.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      secret: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
  };
  const mine = pair('ed25519');
  const content = Buffer.from('sums\n');
  it('is the same each time, and of this content and key alone', () => {
    const key = unwrap(readPublicKey(mine.open, 'k'));
    const signature = unwrap(signChecksums(content, mine.secret, key, 'k'));
    expect(unwrap(signChecksums(content, mine.secret, key, 'k')).equals(signature)).toBe(true);
    expect(isSignedBy(content, signature, key)).toBe(true);
    expect(isSignedBy(Buffer.from('sumz\n'), signature, key)).toBe(false);
    const other = unwrap(readPublicKey(pair('ed25519').open, 'k'));
    expect(isSignedBy(content, signature, other)).toBe(false);
    expect(signChecksums(content, mine.secret, other, 'k')).toMatchObject({
      ok: false,
      problems: [{ code: 'build.script-signing-key', found: 'the private half of another key' }],
    });
    expect(JSON.stringify(signChecksums(content, 'secret text', key, 'k'))).not.toContain('secret text');
  });
  it('is not made with a key that clients could not check, or that must not lie there', () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      .publicKey.export({ type: 'spki', format: 'pem' })
      .toString();
    for (const [pem, found] of [
      [ec, 'a key of type ec'],
      [pair('rsa', 2048).open, 'an RSA key of 2048 bits'],
      [mine.secret, 'a private key'],
      ['', 'no key in PEM'],
    ] as const)
      expect(readPublicKey(pem, 'k')).toMatchObject({ ok: false, problems: [{ code: 'build.script-key', found }] });
  });
});

describe('the installer', () => {
  it('has its facts in quotes, each in one place', () => {
    const text = installerOf({
      ...{
        name: 'ck',
        address: 'https://example.org/c',
        links: { ck: 'ck', 'ck-admin': 'admin' },
        config: ['ck.conf'],
      },
      key: { kind: 'ed25519', pem: '-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----\n' },
    });
    for (const line of ["name='ck'", "links='ck=ck ck-admin=admin'", "config='ck.conf'", "key_kind='ed25519'", 'abc'])
      expect(text.split('\n')).toContain(line);
    expect(text.match(/^\w+=''$/gm)).toBeNull();
    expect(installerText().match(/^(name|address|links|config|key_kind|key)=''$/gm)).toHaveLength(6);
  });
  it('takes no value that would end its quotes', () => {
    const facts = { name: 'ck', address: "https://x/';rm", links: {}, config: [], key: null };
    expect(() => installerOf(facts)).toThrow('quote');
  });
});

test('what was withdrawn is written and read back, one line each', () => {
  const yanked = [
    { version: '1.0.0', reason: 'loses\ndata' },
    { version: '1.1.0', reason: '' },
  ];
  expect(yankedText(yanked)).toBe('1.0.0 loses data\n1.1.0 \n');
  expect(parseYanked(`${yankedText(yanked)}\n../x y\n# no\n`)).toEqual([
    { version: '1.0.0', reason: 'loses data' },
    { version: '1.1.0', reason: '' },
  ]);
  const manifest = parseManifest(packageFiles(spec, sources, null).get('client.json')?.toString() ?? '');
  expect(
    JSON.parse(indexText('1.2.3', manifest === undefined ? [] : [manifest], [{ version: '1.2.3', reason: 'bad' }])),
  ).toMatchObject({
    formatVersion: 1,
    latest: '1.2.3',
    versions: [{ version: '1.2.3', yanked: 'bad' }],
  });
  expect(parseManifest('{"version":"../x"}')).toBeUndefined();
});

test('findings of shellcheck are problems at their lines', () => {
  const comment = {
    file: 'ck',
    line: 3,
    endLine: 3,
    column: 8,
    endColumn: 9,
    level: 'info',
    code: 2086,
    message: 'Double quote',
    fix: null,
  };
  expect(findingsOf(JSON.stringify({ comments: [comment] }), '/src')).toMatchObject([
    { code: 'build.shellcheck', where: '/src/ck:3:8', found: 'info SC2086: Double quote' },
  ]);
  expect(() => findingsOf('garbage', '/src')).toThrow('build.no-shellcheck');
  expect(isShellScript('a', '#!/usr/bin/env bash\n')).toBe(true);
  expect(isShellScript('a.sh', '')).toBe(true);
  expect(isShellScript('a', '#!/usr/bin/python3\n')).toBe(false);
});

test('tests do not inherit the variable that holds the key', () => {
  expect(withoutKey({ secret: 'env:KEY' })).toEqual(['env', '-u', 'KEY']);
  expect(withoutKey({ secret: 'file:/k' })).toEqual([]);
  expect(withoutKey(null)).toEqual([]);
});

describe('its configuration', () => {
  const least = { kind: 'script', source: 'client', name: 'ck', main: 'ck' };
  it('needs little', () => {
    expect(scriptComponentConfig.parse(least)).toMatchObject({
      shell: 'sh',
      check: 'style',
      files: [],
      install: { config: [] },
    });
  });
  it.each([
    [{ main: '../ck' }],
    [{ main: '/ck' }],
    [{ files: ['.env'] }],
    [{ files: ['install.sh'] }],
    [{ name: "c'k" }],
    [{ address: "https://x/'" }],
    [{ address: 'https://x/$(id)' }],
    [{ stamp: 'a b' }],
    [{ sign: { publicKey: 'k', key: 'plain' } }],
    [{ install: { links: { ck: 'nowhere' } } }],
  ])('refuses %j', (more) => {
    expect(scriptComponentConfig.safeParse({ ...least, ...more }).success).toBe(false);
  });
});
