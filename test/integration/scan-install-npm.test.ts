import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createExec } from '../../src/procedure/index.ts';
import { tar } from '../../src/procedure/machine/tar.ts';
import { installScanners } from '../../src/scan/install.ts';
import { placeName } from '../../src/scan/make.ts';
import { otherPackage } from '../../src/scan/npm-program.ts';

/** A scanner of npm packages, by the real npm and a registry on loopback (`npm run soak scan-install` fetches the real one). */

/** The package: a program, and a script that must not run. */
function archive(word: string): Buffer {
  const file = (path: string, text: string, mode = 0o644) => ({
    ...{ path: `package/${path}`, content: Buffer.from(text), mode },
  });
  const own = {
    ...{ name: 'eslint', version: '1.0.0', bin: { eslint: 'run.sh' } },
    scripts: { postinstall: 'touch ran' },
  };
  return gzipSync(
    tar([file('package.json', JSON.stringify(own)), file('run.sh', `#!/bin/sh\necho ${word}\n`, 0o755)], 500_000_000),
  );
}

const good = archive('good');
const checksum = (bytes: Buffer): string => `sha512-${createHash('sha512').update(bytes).digest('base64')}`;

let dir = '';
let into = '';
let server: Server;
/** What the registry gives out. */
let given = good;
let base = '';
const before: Record<string, string | undefined> = {};

beforeAll(async () => {
  server = createServer((request, response) => {
    response.statusCode = request.url?.endsWith('.tgz') === true ? 200 : 404;
    response.end(given);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a server that listens has an address');
  base = `http://127.0.0.1:${address.port}`;
  for (const name of ['npm_config_cache', 'npm_config_registry']) before[name] = process.env[name];
});
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "shiplock-in stall'-"));
  into = join(dir, 'scanners');
  given = good;
  // Of its own: what was fetched before would be taken from there.
  process.env['npm_config_cache'] = join(dir, 'cache');
  process.env['npm_config_registry'] = base;
  return () => rmSync(dir, { recursive: true, force: true });
});
afterAll(() => {
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  server.close();
});

const manifest = JSON.stringify({ name: 'pins', private: true, dependencies: { eslint: '1.0.0' } });
const lock = (): string =>
  JSON.stringify({
    ...{ name: 'pins', lockfileVersion: 3, requires: true },
    packages: {
      '': { name: 'pins', dependencies: { eslint: '1.0.0' } },
      'node_modules/eslint': {
        ...{ version: '1.0.0', resolved: `${base}/eslint/-/eslint-1.0.0.tgz`, integrity: checksum(good) },
        ...{ hasInstallScript: true, bin: { eslint: 'run.sh' } },
      },
    },
  });

const install = () =>
  installScanners({
    ...{ into, wanted: ['eslint'], path: '/nowhere', exec: createExec(), tell: () => undefined },
    lock: { eslint: { kind: 'npm', version: '1.0.0', files: () => Promise.resolve({ manifest, lock: lock() }) } },
  });

test('what the lock file pins is put there whole, starts from anywhere, and none of its scripts has run', async () => {
  expect(await install()).toEqual([]);
  const place = placeName('eslint', lock());
  expect(readdirSync(into).toSorted()).toEqual([place, 'eslint'].toSorted());
  expect(await createExec().read([join(into, 'eslint')], { cwd: '/' })).toMatchObject({
    exitCode: 0,
    stdout: 'good\n',
  });
  expect(existsSync(join(into, place, 'node_modules/eslint/ran'))).toBe(false);
  // Somebody was killed between its packages and the file that starts it.
  rmSync(join(into, 'eslint'));
  mkdirSync(join(into, '.stage-left'));
  expect(await install()).toEqual([]);
  expect((await createExec().read([join(into, 'eslint')])).stdout).toBe('good\n');
});

test('a registry that gives out other bytes has given nothing', async () => {
  given = archive('bad');
  const problems = await install();
  expect(problems).toMatchObject([
    { code: 'scan.not-fetched', found: expect.stringContaining('integrity checksum failed') },
  ]);
  expect(readdirSync(into)).toEqual([]);
});

test('an npm that puts something else there is not believed', async () => {
  const bin = join(dir, 'bin');
  mkdirSync(bin);
  const list = JSON.stringify({
    packages: { 'node_modules/eslint': { version: '1.0.0', integrity: checksum(archive('bad')) } },
  });
  writeFileSync(
    join(bin, 'npm'),
    `#!/bin/sh\nmkdir -p node_modules/.bin\nprintf '%s' '${list}' > node_modules/.package-lock.json\n`,
  );
  chmodSync(join(bin, 'npm'), 0o755);
  symlinkSync('/bin/true', join(bin, 'eslint'));
  const path = process.env['PATH'];
  process.env['PATH'] = `${bin}:${path ?? ''}`;
  try {
    expect(await install()).toMatchObject([{ code: 'scan.other-program', where: 'eslint by npm' }]);
  } finally {
    process.env['PATH'] = path;
  }
  expect(readdirSync(into)).toEqual([]);
});

test('the lock file of ESLint has a checksum for each package, and what differs from it is named', () => {
  const text = readFileSync('tools/eslint/package-lock.json', 'utf8');
  const { packages }: { readonly packages: Readonly<Record<string, { readonly integrity?: string }>> } =
    JSON.parse(text);
  const names = Object.keys(packages).filter((name) => name !== '');
  expect(names.length).toBeGreaterThan(50);
  expect(names.filter((name) => packages[name]?.integrity?.startsWith('sha512-') !== true)).toEqual([]);
  const { '': _own, ...there } = packages;
  expect(otherPackage(text, JSON.stringify({ packages: there }))).toBe(null);
  const [first = '', ...rest] = names;
  const less = Object.fromEntries(rest.map((name) => [name, there[name]]));
  expect(otherPackage(text, JSON.stringify({ packages: less }))).toBe(`no ${first}`);
  expect(
    otherPackage(text, JSON.stringify({ packages: { ...there, 'node_modules/more': { version: '1' } } })),
  ).toContain('node_modules/more 1 with the checksum (none)');
  expect(otherPackage(text, '{}')).toBe('no list of what was installed');
});
