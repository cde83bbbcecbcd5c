import { access, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { runbookNames } from '../../scripts/bundle.ts';
import { command, type Lab, openLab, type Ran } from '../../scripts/lab/lab.ts';
import { writeOffline } from '../../scripts/offline.ts';
import { portRange, quickRollout, servedVersion } from './support/doors.ts';

/** The package as somebody else gets it: packed, installed in a directory of its own, and used there to release a real service. */

const ROOT = join(import.meta.dirname, '../..');
const manifest = z
  .object({ version: z.string(), devDependencies: z.object({ node: z.string() }) })
  .parse(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')));

let dir: string;
let lab: Lab;
/** What npm put into the tarball. */
let packed: readonly string[];
/** PATH of a user: without the checkout's own node_modules. */
let path: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shiplock-pack-'));
  const from = await command(['npm', 'pack', '--json', '--pack-destination', dir], { cwd: ROOT });
  expect(from.code, from.stderr).toBe(0);
  packed = packedFiles(from.stdout);
  const tarball = (await readdir(dir)).find((file) => file.endsWith('.tgz'));
  expect(tarball).toBe(`shiplock-${manifest.version}.tgz`);
  const home = join(dir, 'home');
  await mkdir(home);
  await writeFile(
    join(home, 'package.json'),
    JSON.stringify({ name: 'user', private: true, allowScripts: { node: true } }),
  );
  const node = `node@${manifest.devDependencies.node}`;
  const install = ['npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', join(dir, tarball ?? ''), node];
  const installed = await command(install, { cwd: home });
  expect(installed.code, installed.stderr).toBe(0);
  path = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((entry) => !entry.includes('node_modules'))
    .join(delimiter);
  lab = await openLab({ database: false, frontend: false, ports: await portRange(), rollout: quickRollout });
});

afterAll(async () => {
  await lab?.stop();
  await rm(dir, { recursive: true, force: true });
});

function packedFiles(json: string): readonly string[] {
  // Lines of scripts that npm runs before may stand in front of its JSON, which is a list or a record by npm's version.
  const start = Math.min(...['[\n', '{\n'].map((mark) => json.indexOf(mark)).filter((at) => at >= 0));
  const one = z.object({ files: z.array(z.object({ path: z.string() })) });
  const parsed = z.union([z.array(one), z.record(z.string(), one)]).parse(JSON.parse(json.slice(start)));
  return Object.values(parsed).flatMap(({ files }) => files.map((file) => file.path));
}

function npx(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const state = ['--config', join(lab.service, 'shiplock.yaml'), '--state', lab.state];
  const more = args.includes('--version') || args.includes('--help') ? [] : state;
  return command(['npx', '--no-install', 'shiplock', ...args, ...more], {
    cwd: join(dir, 'home'),
    env: { ...process.env, PATH: path, SHIPLOCK_WHO: 'packed', ...env },
  });
}

test('the package holds what runs and nothing else', () => {
  for (const file of ['bin/shiplock.js', 'dist/cli/main.js', 'dist/cli/fence.sh', 'LICENSE', 'README.md']) {
    expect(packed).toContain(file);
  }
  for (const file of packed)
    expect(file).toMatch(/^(bin|dist\/cli|docs\/formats)\/|^(LICENSE|README\.md|CHANGELOG\.md|package\.json)$/);
});

test('--version, --help and validate answer from the installed package', async () => {
  const version = await npx(['--version']);
  expect(version).toMatchObject({ code: 0, stdout: `${manifest.version}\n` });
  expect((await npx(['release', '--help'])).stdout).toContain('Examples:');
  await lab.commit('1.0.0');
  const valid = await npx(['validate']);
  expect(valid.code, valid.stderr).toBe(0);
  expect(valid.stdout).toContain('valid (production)');
});

test('it releases a service for real: nothing → 1.0.0 → 2.0.0 by canary, and plans the way back', async () => {
  const plan = await npx(['plan', 'production']);
  expect(plan.code, plan.stderr).toBe(0);
  expect(plan.stdout).toContain('1.0.0');
  const first = await npx(['release', 'production', '--json']);
  expect(first.code, first.stdout + first.stderr).toBe(0);
  expect(await servedVersion(lab.entry)).toBe('1.0.0');
  await lab.commit('2.0.0', { env: { CERTKEEPER_SLOW_REQUEST: '400ms' } });
  const second = await npx(['release', 'production']);
  expect(second.code, second.stdout + second.stderr).toBe(0);
  expect(second.stdout).toContain('certkeeper 2.0.0 serves all traffic of production');
  expect(await servedVersion(lab.entry)).toBe('2.0.0');
  const status = await npx(['status', 'production']);
  expect(status.stdout).toContain('2.0.0 gets 100 %');
  const back = await npx(['rollback', 'production', '--reason', 'rehearsal', '--dry-run']);
  expect(back.code, back.stdout + back.stderr).toBe(0);
  expect(back.stdout).toContain('back from 2.0.0 to 1.0.0');
});

test('a runbook comes with it, as JavaScript', async () => {
  const list = await npx(['runbook', 'list']);
  expect(list.code, list.stdout + list.stderr).toBe(0);
  for (const name of runbookNames) expect(list.stdout).toMatch(new RegExp(`^${name} `, 'm'));
  const runbook = join(dir, 'home', 'node_modules', 'shiplock', 'dist', 'cli', 'runbook-rollback.js');
  const place = ['--config', join(lab.service, 'shiplock.yaml'), '--state', lab.state];
  const run = (...args: readonly string[]): Promise<Ran> =>
    command([process.execPath, runbook, ...args], { cwd: join(dir, 'home'), env: { ...process.env, PATH: path } });
  expect(await run('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('Usage: ') });
  const back = await run('production', '--reason', 'drill', '--plan', ...place);
  expect(back.code, back.stderr).toBe(0);
  expect(back.stdout).toContain('back from 2.0.0 to 1.0.0');
});

test('one folder runs where there is no Node, no npm, no other program and no network', async () => {
  const folder = await writeOffline(join(dir, 'offline'));
  // Namespaces need root, or a kernel that lets users have their own.
  const alone = [...(process.getuid?.() === 0 ? ['unshare', '-n'] : ['unshare', '-rn']), 'env', '-i', 'PATH='];
  const run = (name: string, ...args: readonly string[]): Promise<Ran> =>
    command([...alone, join(folder, 'bin', name), ...args], { cwd: lab.service });
  const reached = await command([
    ...alone,
    process.execPath,
    '-e',
    `fetch('${lab.entry}').then(() => process.exit(1), () => process.exit(0))`,
  ]);
  expect(reached.code, 'nothing can be reached there').toBe(0);
  expect(await run('shiplock', '--version')).toMatchObject({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  const valid = await run('shiplock', 'validate');
  expect(valid.stdout, valid.stderr).toContain('valid (production)');
  const report = await run('shiplock', 'report', '--format', 'markdown', '--state', lab.state);
  expect(report.stdout, report.stderr).toContain('`2.0.0` in `production`: `promoted`');
  expect(await run('runbook-rollback', '--help')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Usage: '),
  });
  const missing = await run('shiplock', 'release', 'production', '--state', lab.state);
  expect(missing.code, missing.stdout + missing.stderr).not.toBe(0);
  // With the network and the programs of the machine it goes back for real.
  const back = await command(
    [join(folder, 'bin', 'runbook-rollback'), 'production', '--reason', 'night', '--state', lab.state],
    {
      cwd: lab.service,
      env: { PATH: path, USER: 'night' },
    },
  );
  expect(back.code, back.stdout + back.stderr).toBe(0);
  expect(await servedVersion(lab.entry)).toBe('1.0.0');
});

test('an old Node gets a sentence, not a stack', async () => {
  const bin = join(dir, 'home', 'node_modules', 'shiplock', 'bin', 'shiplock.js');
  const candidates = [...new Set(path.split(delimiter))].map((entry) => join(entry, 'node'));
  const olds: string[] = [];
  for (const node of candidates) {
    const there = await access(node).then(
      () => true,
      () => false,
    );
    if (there && Number((await command([node, '-p', 'process.versions.node.split(".")[0]'])).stdout) < 24)
      olds.push(node);
  }
  // Where no old Node is installed, this one says it is old: the check reads process.versions and nothing else.
  const pretend = ['--import', 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"20.1.0"})'];
  const ways = [[process.execPath, ...pretend], ...olds.map((node) => [node])];
  for (const way of ways) {
    const ran = await command([...way, bin, 'release', 'production']);
    expect(ran.code, way[0]).toBe(2);
    expect(ran.stderr).toMatch(
      /^shiplock needs Node 24 or newer; this is v\d+\.\d+\.\d+ \(.+\)\.\n {2}→ install Node 24/,
    );
    expect(ran.stdout).toBe('');
  }
});
