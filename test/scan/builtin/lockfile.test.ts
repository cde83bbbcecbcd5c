import { describe, expect, test } from 'vitest';
import { installScripts } from '../../../src/scan/builtin/install-scripts.ts';
import { lockfile } from '../../../src/scan/builtin/lockfile.ts';
import type { RawFinding } from '../../../src/scan/types.ts';
import { given } from '../../support/scan-tree.ts';

const SUM = `sha512-${'A'.repeat(86)}==`;
const at = (name: string, version = '1.0.0'): string =>
  `https://registry.npmjs.org/${name}/-/${name.split('/').at(-1)}-${version}.tgz`;

function lock(packages: Readonly<Record<string, object>>, own: object = {}): string {
  return JSON.stringify({ name: 'a', lockfileVersion: 3, packages: { '': own, ...packages } }, null, 2);
}

const good = { version: '1.0.0', resolved: at('left'), integrity: SUM };

async function rules(
  files: Readonly<Record<string, string>>,
  registries?: readonly string[],
): Promise<readonly string[]> {
  const found = await lockfile.look(given(files, registries === undefined ? {} : { settings: { registries } }));
  return (found ?? []).map(({ rule, severity }) => `${rule} ${severity}`);
}

const locked = (entry: object, name = 'left', registries?: readonly string[]): Promise<readonly string[]> =>
  rules({ 'package-lock.json': lock({ [`node_modules/${name}`]: entry }) }, registries);

describe('where npm packages would come from', () => {
  test('a lock file as npm writes it is all right', async () => {
    expect(await locked(good)).toEqual([]);
    expect(await locked({ ...good, resolved: at('@a/left') }, '@a/left')).toEqual([]);
    expect(
      await locked({ ...good, resolved: 'https://registry.npmjs.org/@a%2fleft/-/left-1.0.0.tgz' }, '@a/left'),
    ).toEqual([]);
    expect(await locked({ version: '1.0.0', integrity: SUM })).toEqual([]);
    expect(await locked({ resolved: 'packages/left', link: true })).toEqual([]);
    expect(await locked({ version: '1.0.0', inBundle: true })).toEqual([]);
    // An alias says what it really is.
    expect(await locked({ ...good, name: 'right', resolved: at('right') })).toEqual([]);
    expect(await locked({ ...good, version: '1.0.0+build.1', resolved: at('left') })).toEqual([]);
  });

  test.each([
    ['another package under its name', { ...good, resolved: at('evil') }, ['npm-lock-other-package high']],
    ['a name that only ends alike', { ...good, resolved: at('not-left') }, ['npm-lock-other-package high']],
    ['another version under its number', { ...good, resolved: at('left', '6.6.6') }, ['npm-lock-other-package high']],
    ['an address in the open', { ...good, resolved: at('left').replace('https', 'http') }, ['npm-lock-http high']],
    [
      'a host that nobody has allowed',
      { ...good, resolved: 'https://evil.example/left/-/left-1.0.0.tgz' },
      ['npm-lock-host:evil.example high'],
    ],
    ['no sum', { version: '1.0.0', resolved: at('left') }, ['npm-lock-no-integrity medium']],
    ['a weak sum', { ...good, integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }, ['npm-lock-weak-integrity medium']],
    ['both sums', { ...good, integrity: `sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk= ${SUM}` }, []],
    [
      'a commit',
      { version: '1.0.0', resolved: `git+ssh://git@example.com/a.git#${'a'.repeat(40)}` },
      ['npm-lock-git low'],
    ],
    ['a branch', { version: '1.0.0', resolved: 'git+https://example.com/a.git#main' }, ['npm-lock-git high']],
    ['a file elsewhere', { version: '1.0.0', resolved: 'file:../x.tgz', integrity: SUM }, ['npm-lock-file medium']],
    ['a file of the repository', { version: '1.0.0', resolved: 'file:vendored/x.tgz', integrity: SUM }, []],
  ])('%s', async (_, entry, expected) => {
    expect(await locked(entry)).toEqual(expected);
  });

  test('a registry of your own is allowed by its host, with another form of address', async () => {
    const own = 'https://npm.example.com:8443/api/npm/all/left/-/left-1.0.0.tgz';
    expect(await locked({ ...good, resolved: own }, 'left', ['npm.example.com:8443'])).toEqual([]);
    expect(await locked({ ...good, resolved: own }, 'left', ['npm.example.com'])).toEqual([
      'npm-lock-host:npm.example.com:8443 high',
    ]);
  });

  test('the package and its line are named', async () => {
    const text = lock({
      'node_modules/ok': { ...good, resolved: at('ok') },
      'node_modules/left': { ...good, resolved: at('evil') },
    });
    const [found] = (await lockfile.look(given({ 'web/package-lock.json': text }))) ?? [];
    expect(found).toMatchObject({
      file: 'web/package-lock.json',
      line: text.split('\n').findIndex((line) => line.includes('node_modules/left')) + 1,
      package: { ecosystem: 'npm', name: 'left', version: '1.0.0' },
    });
  });

  test('one strange host of many packages is one finding, which stays the same when packages come', async () => {
    const many = (count: number): string =>
      lock(
        Object.fromEntries(
          Array.from({ length: count }, (_, index) => [
            `node_modules/p${index}`,
            { ...good, resolved: `https://evil.example/p${index}/-/p${index}-1.0.0.tgz` },
          ]),
        ),
      );
    const found = await lockfile.look(given({ 'package-lock.json': many(30) }));
    expect(found).toHaveLength(1);
    expect(found?.[0]).toMatchObject({
      message: 'p0, p1, p2 and 27 more would come from evil.example',
      aliases: ['npm-lock-host'],
    });
    expect(found?.[0]?.line).toBeUndefined();
  });

  test('lock files of version 1 are understood, with packages inside of packages', async () => {
    const old = {
      lockfileVersion: 1,
      dependencies: {
        left: {
          version: '1.0.0',
          resolved: at('left'),
          integrity: SUM,
          dependencies: { deep: { version: '2.0.0', resolved: at('evil', '2.0.0'), integrity: SUM } },
        },
        alias: { version: 'npm:right@1.0.0', resolved: at('right'), integrity: SUM },
        repo: { version: `git+https://example.com/a.git#${'b'.repeat(40)}`, from: 'git+https://example.com/a.git' },
      },
    };
    expect(await rules({ 'package-lock.json': JSON.stringify(old) })).toEqual([
      'npm-lock-other-package high',
      'npm-lock-git low',
    ]);
  });

  test('what is no lock file is said, and nothing else of it', async () => {
    expect(await rules({ 'package-lock.json': '<<<<<<< HEAD\n{}' })).toEqual(['npm-lock-unreadable medium']);
    expect(await rules({ 'package-lock.json': '{"packages": 3}' })).toEqual(['npm-lock-unreadable medium']);
  });
});

describe('does the lock file fit', () => {
  const asks = (dependencies: Readonly<Record<string, string>>, more: object = {}): string =>
    JSON.stringify({ name: 'a', dependencies, ...more }, null, 2);
  const left = { 'node_modules/left': good };

  test.each([
    ['the same', asks({ left: '^1.0.0' }), lock(left, { dependencies: { left: '^1.0.0' } }), []],
    [
      'another range',
      asks({ left: '^2.0.0' }),
      lock(left, { dependencies: { left: '^1.0.0' } }),
      ['npm-lock-stale medium'],
    ],
    [
      'a package more',
      asks({ left: '^1.0.0', right: '1' }),
      lock(left, { dependencies: { left: '^1.0.0' } }),
      ['npm-lock-stale medium'],
    ],
    [
      'a package less',
      asks({ other: '1' }),
      lock(left, { dependencies: { left: '^1.0.0', other: '1' } }),
      ['npm-lock-stale medium'],
    ],
    [
      'a version out of range',
      asks({ left: '^2.0.0' }),
      lock(left, { dependencies: { left: '^2.0.0' } }),
      ['npm-lock-stale medium'],
    ],
    ['no package', asks({}), lock({}), []],
  ])('%s', async (_, manifest, file, expected) => {
    expect(await rules({ 'package.json': manifest, 'package-lock.json': file })).toEqual(expected);
  });

  test('no lock file at all; one of another package manager; a workspace below one', async () => {
    const manifest = asks({ left: '1' });
    expect(await rules({ 'web/package.json': manifest })).toEqual(['npm-lock-missing medium']);
    expect(await rules({ 'web/package.json': manifest, 'pnpm-lock.yaml': '' })).toEqual([]);
    const members = lock(left, {}).replace(
      '"node_modules/left"',
      '"web": {"dependencies": {"left": "1"}}, "node_modules/left"',
    );
    expect(await rules({ 'web/package.json': manifest, 'package.json': '{}', 'package-lock.json': members })).toEqual(
      [],
    );
    expect(await rules({ 'other/package.json': manifest, 'package.json': '{}', 'package-lock.json': members })).toEqual(
      ['npm-lock-missing medium'],
    );
  });
});

test('settings of npm that hold for everybody are named', async () => {
  const text = [
    '# registry=http://in-a-comment.example',
    'registry=https://registry.npmjs.org/',
    'registry = http://mirror.example/',
    '@a:registry="https://npm.evil.example/"',
    'strict-ssl=false',
    'git=./tools/git',
    'package-lock=false',
    'audit=false',
    'ignore-scripts=true',
    'save-exact=true',
  ].join('\n');
  const found = await lockfile.look(given({ '.npmrc': text }));
  expect((found ?? []).map(({ rule, severity, line }) => `${line} ${rule} ${severity}`)).toEqual([
    '3 npmrc-registry high',
    '4 npmrc-registry high',
    '5 npmrc-tls high',
    '6 npmrc-program high',
    '7 npmrc-no-lock medium',
    '8 npmrc-no-audit low',
  ]);
});

describe('Go modules', () => {
  const mod = (text: string): string => `module example.com/a\n\ngo 1.26\n\n${text}\n`;
  const sum = 'example.com/x v1.0.0 h1:aaa=\nexample.com/x v1.0.0/go.mod h1:bbb=\n';

  test.each([
    ['a module with its sums', mod('require example.com/x v1.0.0 // indirect'), sum, []],
    ['no go.sum', mod('require example.com/x v1.0.0'), null, ['go-sum-missing medium']],
    ['nothing to sum', mod(''), null, []],
    [
      'a sum that is missing',
      mod('require (\n\texample.com/x v1.0.0\n\texample.com/y v0.1.0\n)'),
      sum,
      ['go-sum-stale medium'],
    ],
    [
      'two sums of one thing',
      mod('require example.com/x v1.0.0'),
      `${sum}example.com/x v1.0.0 h1:ccc=\n`,
      ['go-sum-twice high'],
    ],
    [
      'a fork',
      mod('require example.com/x v1.0.0\nreplace example.com/x => example.com/fork v1.0.0'),
      'example.com/fork v1.0.0/go.mod h1:d=\n',
      ['go-replace-fork low'],
    ],
    ['a directory of the repository', mod('require example.com/x v1.0.0\nreplace example.com/x => ./x'), null, []],
    [
      'a directory elsewhere',
      mod('require example.com/x v1.0.0\nreplace example.com/x v1.0.0 => ../../x'),
      null,
      ['go-replace-outside medium'],
    ],
    ['a toolchain of the Go project', mod('toolchain go1.26.3'), null, []],
    ['another toolchain', mod('toolchain go1.26.3-fast'), null, ['go-toolchain medium']],
  ])('%s', async (_, text, sums, expected) => {
    expect(await rules({ 'api/go.mod': text, ...(sums === null ? {} : { 'api/go.sum': sums }) })).toEqual(expected);
  });

  test('a workspace keeps sums elsewhere', async () => {
    expect(await rules({ 'go.work': 'go 1.26', 'api/go.mod': mod('require example.com/x v1.0.0') })).toEqual([]);
  });

  test('the line is named', async () => {
    const text = mod('require (\n\texample.com/x v1.0.0\n\texample.com/y v0.1.0\n)');
    const [found] = (await lockfile.look(given({ 'go.mod': text, 'go.sum': sum }))) ?? [];
    expect(text.split('\n')[(found?.line ?? 0) - 1]).toContain('example.com/y');
  });
});

test('where there is neither npm nor Go there is nothing to look at', async () => {
  expect(await lockfile.look(given({ 'a.txt': '' }))).toBeNull();
  expect(await installScripts.look(given({ 'package.json': '{}' }))).toBeNull();
});

describe('install scripts', () => {
  const files = {
    'package-lock.json': lock({
      'node_modules/esbuild': { ...good, resolved: at('esbuild'), hasInstallScript: true },
      'node_modules/a/node_modules/esbuild': { ...good, resolved: at('esbuild'), hasInstallScript: true },
      'node_modules/quiet': { ...good, resolved: at('quiet') },
    }),
  };
  const said = (found: readonly RawFinding[] | null): readonly string[] =>
    (found ?? []).map(({ rule, severity, package: one }) => `${rule} ${severity} ${one?.name ?? ''}`);

  test('nobody has decided: a warning, once; somebody has: what is not named fails', async () => {
    expect(said(await installScripts.look(given(files)))).toEqual(['install-script medium esbuild']);
    expect(said(await installScripts.look(given(files, { settings: { installScripts: [] } })))).toEqual([
      'install-script high esbuild',
    ]);
    expect(said(await installScripts.look(given(files, { settings: { installScripts: ['esbuild'] } })))).toEqual([]);
  });

  test('what npm itself is told counts only where nothing else is configured', async () => {
    const own = {
      ...files,
      'package.json': '{"allowScripts": {"esbuild@0.25.0": true, "@a/b": true, "quiet": false}}',
    };
    expect(said(await installScripts.look(given(own)))).toEqual([]);
    expect(said(await installScripts.look(given(own, { settings: { installScripts: [] } })))).toEqual([
      'install-script high esbuild',
    ]);
  });

  test('an old lock file does not say, and that is said', async () => {
    const old = JSON.stringify({ lockfileVersion: 1, dependencies: { left: { version: '1.0.0', integrity: SUM } } });
    expect(said(await installScripts.look(given({ 'package-lock.json': old })))).toEqual([
      'install-scripts-unknown low ',
    ]);
  });
});
