import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actions } from '../../actions/shared/all.ts';
import { fieldsOf } from '../../actions/shared/inputs.ts';
import { actionNames, bundles, differences, writeBundle } from '../../scripts/bundle.ts';
import { actName, commonModules, partsOfEntries } from '../../scripts/bundle-groups.ts';
import { packagesOf } from '../../scripts/bundle-notices.ts';
import { bytesOf, loadedByAction, loadedWith, readBundle } from '../../scripts/bundle-sizes.ts';
import { command } from '../../scripts/lab/lab.ts';

/** What ships is made from the sources, the same bytes each time, and stands by itself. */

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shiplock-bundles-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const action = bundles.find((bundle) => bundle.name === 'actions');
const cli = bundles.find((bundle) => bundle.name === 'cli');
if (action === undefined || cli === undefined) throw new Error('both bundles are expected');

/** Most that an action may load until it has read its inputs: then a wrong one is told. */
const MOST_AT_FIRST = 400_000;
/** Most that an action may load whatever it is asked with good inputs (promised: 2.5 MB), and `migrate` with the driver that it always needs. */
const MOST = 2_400_000;
const MOST_OF_MIGRATE = 4_000_000;
/** Each file costs the start a search and a compilation. */
const MOST_FILES = 56;
/** Most of one file: what is larger is split, or somebody has drawn in something large. */
const MOST_OF_A_FILE = 1_450_000;
/** What is large and stays out until it is used, by a text that only it has. */
const LATER: Readonly<Record<string, string>> = {
  'the database driver': 'node_modules/mysql2/',
  calendars: 'node_modules/ical.js/',
  'the command line': 'node_modules/commander/',
  'the client of clusters': 'src/procedure/kube/client.ts',
  'the second parser of manifests': 'node_modules/js-yaml/',
  'what applies migrations': 'src/migrate/apply/node.ts',
  'what writes images': 'src/build/oci/assemble.ts',
  'what writes bills of materials': 'src/build/sbom/documents.ts',
};
/** These need nothing of the rooms, or load it by themselves. */
const NOTHING_LATER = ['chatops', 'setup-shiplock', 'post'];
/** It is about nothing else. */
const OF_CLUSTERS = ['drift'];
const WITH_CLUSTERS = ['the client of clusters'];

test('the same sources give the same bytes, wherever they are written', async () => {
  for (const bundle of [action, cli]) {
    const [one, other] = [join(dir, `${bundle.name}-1`), join(dir, 'elsewhere', `${bundle.name}-2`)];
    await writeBundle(bundle, one);
    await writeBundle(bundle, other);
    expect(await differences(one, other)).toEqual([]);
  }
});

test('drift is seen: a changed, a missing and a further file', async () => {
  const [one, other] = [join(dir, 'drift-1'), join(dir, 'drift-2')];
  await writeBundle(action, one);
  await writeBundle(action, other);
  await writeFile(join(other, 'rollout.js'), 'changed');
  await rm(join(other, 'fence.sh'));
  await writeFile(join(other, 'left-over.js'), '');
  expect(await differences(one, other)).toEqual([
    'fence.sh: missing',
    'left-over.js: not built from the sources any more',
    'rollout.js: differs',
  ]);
});

test('the actions need no node_modules, name the licences of what is inside, and stay readable', async () => {
  const at = join(dir, 'action');
  const sizes = await writeBundle(action, at);
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  console.log(`actions/dist: ${sizes.size} files, ${Math.round(total / 1024)} KiB`);
  const files = await readdir(at);
  const scripts = files.filter((file) => file.endsWith('.js'));
  for (const file of scripts) {
    const text = await readFile(join(at, file), 'utf8');
    const imports = [...text.matchAll(/^(?:import|export) [^'"]*?from ?["']([^"']+)["']/gm)].map(
      ([, name = '']) => name,
    );
    for (const name of imports)
      expect(name, `${file} imports ${name}`).toMatch(/^(\.\/[\w-]+\.js|node:[\w/]+|[a-z_]+(\/[a-z]+)?)$/);
    // Lists of names are one line each, however long: some files are little else.
    const code = text.split('\n').filter((line) => !/^(?:import|export) \{|^\s*"[a-z]+": "[^"]*",?$/.test(line));
    const mean = code.reduce((sum, line) => sum + line.length, 0) / code.length;
    expect(mean, `${file} looks minified`).toBeLessThan(120);
    expect(sizes.get(file), file).toBeLessThan(MOST_OF_A_FILE);
  }
  const notices = await readFile(join(at, 'THIRD_PARTY_NOTICES.txt'), 'utf8');
  for (const name of ['mysql2', 'zod', 'yaml', 'zx', '@actions/core', '@actions/exec'])
    expect(notices).toMatch(new RegExp(`^${name} \\d`, 'm'));
  expect(notices).not.toContain('Licence: not stated');
});

test('what a module opens beside itself by its name is there', async () => {
  for (const bundle of [action, cli]) {
    const at = join(dir, `beside-${bundle.name}`);
    await writeBundle(bundle, at);
    const opened = new Set<string>();
    for (const file of (await readdir(at)).filter((name) => name.endsWith('.js'))) {
      const text = await readFile(join(at, file), 'utf8');
      for (const [, path = ''] of text.matchAll(/new URL\("([^"]+)", import\.meta\.url\)/g)) opened.add(path);
    }
    // What lies beside a bundle, and of what lies elsewhere only what the package has.
    expect([...opened].filter((path) => path.startsWith('..')).toSorted()).toEqual(
      ['../../bin/shiplock.js', '../../package.json'].filter((path) => opened.has(path)),
    );
    const missing = [...opened].filter((path) => !path.startsWith('..') && path !== '.' && !existsSync(join(at, path)));
    // The command of a package is `bin/shiplock.js`, and this is looked for first.
    expect(missing, bundle.name).toEqual(bundle === cli ? ['shiplock.js'] : []);
    expect(opened, bundle.name).toContain('./lay.sh');
  }
});

test('each action loads little, and what is large only where it is used', async () => {
  const at = join(dir, 'sizes');
  await writeBundle(action, at);
  const files = await readBundle(at);
  const textOf = new Map(
    await Promise.all([...files.keys()].map(async (name) => [name, await readFile(join(at, name), 'utf8')] as const)),
  );
  const holders = (words: string): readonly string[] =>
    [...textOf].filter(([, text]) => `\n${text}`.includes(`\n// ${words}`)).map(([name]) => name);
  const driver = holders(LATER['the database driver'] ?? '');
  for (const name of [...actionNames, 'post']) {
    expect(bytesOf(files, loadedWith(files, `${name}.js`)), name).toBeLessThan(MOST_AT_FIRST);
    const loaded = loadedByAction(files, name);
    if (!NOTHING_LATER.includes(name))
      expect([...loaded].filter((file) => file.startsWith('act-')).length, name).toBe(1);
    const bytes = bytesOf(files, loaded);
    console.log(`${name}: ${Math.round(bytes / 1000)} kB in ${loaded.size} files`);
    expect(bytes, name).toBeLessThan(MOST);
    expect(loaded.size, name).toBeLessThan(MOST_FILES);
    for (const [what, words] of Object.entries(LATER)) {
      if (WITH_CLUSTERS.includes(what) && OF_CLUSTERS.includes(name)) continue;
      expect(holders(words).length, `${what} is in the bundle`).toBeGreaterThan(0);
      expect(
        holders(words).filter((file) => loaded.has(file)),
        `${name} loads ${what}`,
      ).toEqual([]);
    }
    if (name === 'migrate') {
      const all = new Set([...loaded, ...driver.flatMap((file) => [...loadedWith(files, file)])]);
      expect(bytesOf(files, all)).toBeLessThan(MOST_OF_MIGRATE);
    }
  }
});

test('nobody loads an entry: it is a program, and would run', async () => {
  for (const bundle of [action, cli]) {
    const at = join(dir, `entries-${bundle.name}`);
    await writeBundle(bundle, at);
    const files = await readBundle(at);
    const entries = Object.keys(bundle.entries).map((name) => `${name}.js`);
    for (const [file, { imports, onDemand }] of files) {
      const loads = [...imports, ...onDemand].filter((name) => entries.includes(name));
      expect(loads, `${bundle.dir}/${file}`).toEqual([]);
    }
  }
});

test('what units are started with never loads a file later: a runner may throw the bundle away', async () => {
  const at = join(dir, 'supervisor');
  await writeBundle(action, at);
  const seen = new Set<string>();
  const walk = async (file: string): Promise<void> => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = await readFile(join(at, file), 'utf8');
    expect(text, `${file} imports on demand`).not.toMatch(/\bimport\(/);
    for (const [, next = ''] of text.matchAll(/from "\.\/([\w-]+\.js)"/g)) await walk(next);
  };
  await walk('supervisor-main.js');
  expect(seen.size).toBeGreaterThan(1);
});

test('each entry of the actions starts where there is nothing else', async () => {
  const at = join(dir, 'alone', 'actions', 'dist');
  await writeBundle(action, at);
  await cp('package.json', join(dir, 'alone', 'package.json'));
  const env = { PATH: process.env['PATH'] ?? '', RUNNER_TEMP: dir };
  const start = (file: string, ...args: readonly string[]) =>
    command([process.execPath, join(at, file), ...args], { cwd: dir, env });
  const help = await start('shiplock.js', 'unit', '--help');
  expect(help.code, help.stderr).toBe(0);
  expect(help.stdout).toContain('shiplock unit');
  const unit = await start('unit-main.js', 'status', '--root', dir, '--json');
  expect(unit.code, unit.stderr).toBe(0);
  const guard = await start('shiplock.js', 'guard', '--help');
  expect(guard.stdout + guard.stderr).toContain('shiplock guard');
  // The rest of the command line is there too, for setup-shiplock.
  const version = await start('shiplock.js', '--version');
  expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  // A build packs client scripts by it, with the installer that lies beside it.
  const spec = {
    ...{ source: at, name: 'x', version: '1', commit: 'c', files: ['fence.sh'], config: [], links: { x: 'fence.sh' } },
    ...{ stamp: null, address: null, publicKey: null },
  };
  const pack = [join(at, 'shiplock.js'), 'client', 'pack', '--out', join(dir, 'packed')];
  execFileSync(process.execPath, pack, { cwd: dir, env, input: JSON.stringify(spec), stdio: 'pipe' });
  expect(await readFile(join(dir, 'packed', 'install.sh'), 'utf8')).toContain("\nname='x'\n");
  const other = await start('shiplock.js', 'release', 'production');
  expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('[config.not-found]') });
  for (const { name, inputs } of actions) {
    const [first] = [...fieldsOf(inputs)].filter(([, field]) => field.required);
    const bare = await start(`${name}.js`);
    // It needs no input, but a configuration.
    if (name === 'security-scan') expect(bare.stdout).toContain('::error title=config.not-found');
    else if (first === undefined) expect(bare.code, bare.stdout).toBe(0);
    else {
      expect(bare.code, bare.stdout).toBe(2);
      expect(bare.stdout).toContain(`::error title=cli.action-input::input ${first[0]}: found nothing`);
    }
  }
  expect(await start('post.js')).toMatchObject({ code: 0, stdout: '' });
});

test('packages are read from module paths, scoped and nested ones too', () => {
  expect(
    packagesOf([
      '/a/node_modules/zod/v4/core.js',
      '/a/src/x.ts',
      '/a/node_modules/@actions/core/lib/core.js',
      '/a/node_modules/zod/i.js',
    ]),
  ).toEqual(['@actions/core', 'zod']);
});

test('what most large entries load is stored together; what small ones load, or few, stays by itself', () => {
  const chunk = (fileName: string, imports: readonly string[], bytes: number, isEntry = false) => ({
    fileName,
    imports,
    isEntry,
    facadeModuleId: isEntry ? `${fileName}.ts` : null,
    dynamicImports: [],
    moduleIds: [`${fileName}.ts`],
    code: 'x'.repeat(bytes),
  });
  const found = commonModules([
    chunk('release', ['big', 'base'], 10, true),
    chunk('promote', ['big', 'base', 'rare'], 10, true),
    chunk('rollback', ['big', 'base'], 10, true),
    chunk('supervisor', ['base'], 10, true),
    chunk('big', ['deep', 'base'], 500),
    chunk('deep', ['big'], 100),
    chunk('base', [], 100),
    chunk('rare', [], 10),
    chunk('later', ['deep'], 900),
  ]);
  expect([...found].toSorted()).toEqual(['big.ts', 'deep.ts']);
  expect(commonModules([])).toEqual(new Set());
});

test('what an entry loads to act counts with it, and what it loads before that is for all', () => {
  const chunk = (fileName: string, imports: readonly string[], bytes: number, act?: string, isEntry = false) => ({
    fileName,
    imports,
    isEntry,
    facadeModuleId: act ?? null,
    dynamicImports: isEntry ? [`act-${fileName}`, 'other'] : [],
    moduleIds: [`${fileName}.ts`],
    code: 'x'.repeat(bytes),
  });
  const found = commonModules([
    chunk('release', ['inputs'], 10, undefined, true),
    chunk('promote', ['inputs'], 10, undefined, true),
    chunk('inputs', [], 100),
    chunk('act-release', ['inputs', 'big'], 10, '/x/actions/release/act.ts'),
    chunk('act-promote', ['inputs', 'big'], 10, '/x/actions/promote/act.ts'),
    chunk('big', ['inputs'], 800),
    chunk('other', ['rare'], 10, '/x/src/other.ts'),
    chunk('rare', [], 500),
  ]);
  expect([...found]).toEqual(['big.ts']);
  expect(['/x/actions/release/act.ts', '/x/actions/shared/act-build.ts', '/x/src/act.ts', null].map(actName)).toEqual([
    'act-release',
    'act-build',
    undefined,
    undefined,
  ]);
});

test('a part of an entry that others load, at once or later, gets a file of its own; the program stays', () => {
  const chunk = (
    fileName: string,
    isEntry: boolean,
    imports: readonly string[],
    dynamicImports: readonly string[],
  ) => ({
    fileName,
    imports,
    dynamicImports,
    isEntry,
    facadeModuleId: isEntry ? fileName : null,
    moduleIds: [fileName, `part-of-${fileName}`],
    code: '',
  });
  const parts = partsOfEntries([
    chunk('wait.js', true, [], []),
    chunk('later.js', true, [], []),
    chunk('alone.js', true, ['shared.js'], []),
    chunk('shared.js', false, ['wait.js'], ['later.js']),
  ]);
  expect(parts).toEqual(
    new Map([
      ['part-of-wait.js', 'wait-parts'],
      ['part-of-later.js', 'later-parts'],
    ]),
  );
});
