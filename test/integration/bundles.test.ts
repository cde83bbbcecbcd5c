import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundles, differences, writeBundle } from '../../scripts/bundle.ts';
import { packagesOf } from '../../scripts/bundle-notices.ts';
import { command } from '../../scripts/lab/lab.ts';
import { toolPath } from '../../scripts/tool.ts';

/** What ships is made from the sources, the same bytes each time, and stands by itself. */

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shiplock-bundles-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const action = bundles.find((bundle) => bundle.name === 'actions/rollout');
const cli = bundles.find((bundle) => bundle.name === 'cli');
if (action === undefined || cli === undefined) throw new Error('both bundles are expected');

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
  await writeFile(join(other, 'index.js'), 'changed');
  await rm(join(other, 'fence.sh'));
  await writeFile(join(other, 'left-over.js'), '');
  expect(await differences(one, other)).toEqual([
    'fence.sh: missing',
    'index.js: differs',
    'left-over.js: not built from the sources any more',
  ]);
});

test('the action needs no node_modules, names the licences of what is inside, and stays small and readable', async () => {
  const at = join(dir, 'action');
  const sizes = await writeBundle(action, at);
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  console.log(`actions/rollout/dist: ${sizes.size} files, ${Math.round(total / 1024)} KiB`);
  expect(total).toBeLessThan(3.5 * 1024 * 1024);
  const files = await readdir(at);
  const scripts = files.filter((file) => file.endsWith('.js'));
  for (const file of scripts) {
    const text = await readFile(join(at, file), 'utf8');
    const imports = [...text.matchAll(/^(?:import|export) [^'"]*?from ?["']([^"']+)["']/gm)].map(
      ([, name = '']) => name,
    );
    for (const name of imports)
      expect(name, `${file} imports ${name}`).toMatch(/^(\.\/[\w-]+\.js|node:[\w/]+|[a-z_]+(\/[a-z]+)?)$/);
    const longest = Math.max(...text.split('\n').map((line) => line.length));
    expect(text.length / text.split('\n').length, `${file} looks minified (longest line ${longest})`).toBeLessThan(120);
  }
  const notices = await readFile(join(at, 'THIRD_PARTY_NOTICES.txt'), 'utf8');
  for (const name of ['mysql2', 'zod', 'yaml', 'zx', '@actions/core'])
    expect(notices).toMatch(new RegExp(`^${name} \\d`, 'm'));
  expect(notices).not.toContain('Licence: not stated');
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

test('each entry of the action starts where there is nothing else', async () => {
  const at = join(dir, 'alone');
  await writeBundle(action, at);
  const env = { PATH: process.env['PATH'] ?? '' };
  const help = await command([process.execPath, join(at, 'shiplock.js'), 'unit', '--help'], { cwd: dir, env });
  expect(help.code, help.stderr).toBe(0);
  expect(help.stdout).toContain('shiplock unit');
  const unit = await command([process.execPath, join(at, 'unit-main.js'), 'status', '--root', dir, '--json'], {
    cwd: dir,
    env,
  });
  expect(unit.code, unit.stderr).toBe(0);
  const guard = await command([process.execPath, join(at, 'shiplock.js'), 'guard', '--help'], { cwd: dir, env });
  expect(guard.stdout + guard.stderr).toContain('shiplock guard');
  const other = await command([process.execPath, join(at, 'shiplock.js'), 'release', 'production'], { cwd: dir, env });
  expect(other).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('found release; expected one of unit, guard, host-program, static'),
  });
  const bare = await command([process.execPath, join(at, 'index.js')], { cwd: dir, env });
  expect(bare.code).toBe(2);
  expect(bare.stdout).toContain('::error title=cli.action-input::input environment: found nothing');
});

test('actionlint finds nothing in the workflows', async () => {
  const lint = await command([await toolPath('actionlint'), '-no-color']);
  expect(lint.stdout + lint.stderr).toBe('');
  expect(lint.code).toBe(0);
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
