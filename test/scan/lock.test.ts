import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PROGRAM_IDS } from '../../src/scan/index.ts';
import { modulesDigest } from '../../src/scan/install.ts';
import { LOCK } from '../../src/scan/lock.ts';
import { wheelsSchema } from '../../src/scan/wheels-program.ts';

/** What is fetched for users is what is tried here. */

const modules = ['tools/go.mod', 'tools/kubernetes/go.mod', 'tools/scanners/go.mod'].map((file) =>
  readFileSync(file, 'utf8'),
);
const pinned = readFileSync('scripts/wheel.ts', 'utf8');

test.each(Object.entries(LOCK))('%s is pinned as the tests use it', async (_id, locked) => {
  if (locked.kind === 'go') {
    expect(locked.modules).toMatch(/^sha256:[0-9a-f]{64}$/);
    const pins = modules.flatMap((text) =>
      [...text.matchAll(/^\t(\S+) (v\S+)/gm)].map(([, name = '', version]) => [name, version]),
    );
    expect(pins.find(([name = '']) => `${locked.package}/`.startsWith(`${name}/`))?.[1]).toBe(locked.version);
    return;
  }
  if (locked.kind === 'npm') {
    const { manifest, lock } = await locked.files();
    expect(JSON.parse(manifest)).toEqual(JSON.parse(readFileSync('tools/eslint/package.json', 'utf8')));
    expect(JSON.parse(lock)).toEqual(JSON.parse(readFileSync('tools/eslint/package-lock.json', 'utf8')));
    expect(manifest).toContain(`"eslint":"${locked.version}"`);
    return;
  }
  if (locked.kind === 'wheels') {
    const wheels = wheelsSchema.parse(await locked.files());
    expect(wheels).toEqual(JSON.parse(readFileSync('tools/checkov/wheels.json', 'utf8')));
    expect(wheels.version).toBe(locked.version);
    expect(wheels.packages.find(({ name }) => name === 'checkov')?.version).toBe(locked.version);
    return;
  }
  for (const digest of locked.digests) expect(digest).toMatch(/^[0-9a-f]{64}$/);
  // What is made of many files is tried by the code that fetches it for users (`npm run soak scan`).
  if (locked.inside !== undefined) return;
  expect(pinned).toContain(`version: '${locked.version}'`);
  for (const digest of locked.digests) expect(pinned).toContain(digest);
});

test('those that are pinned nowhere are known: who uses them puts them on PATH', () => {
  expect(PROGRAM_IDS.filter((id) => LOCK[id] === undefined)).toEqual([
    'osv-scanner',
    'osv-image',
    'npm-audit',
    'shellcheck',
    'kubeconform',
    'trivy',
    'trivy-dependencies',
    'trivy-image',
  ]);
});

test('the digest of a program is of its modules and their checksums, wherever it lies and whatever built it', () => {
  const listing = (sum: string, file = '/a/tool: go1.26.0') =>
    `${file}\n\tpath\texample.com/tool\n\tmod\texample.com/tool\tv1.0.0\th1:${sum}\n\tdep\texample.com/b\tv1.1.0\n\t=>\texample.com/c\tv1.2.0\th1:c=\n\tbuild\tCGO_ENABLED=1\n`;
  expect(modulesDigest(listing('a='))).toBe(modulesDigest(listing('a=', '/b/tool: go1.27.0')));
  expect(modulesDigest(listing('a='))).not.toBe(modulesDigest(listing('b=')));
  expect(modulesDigest(listing('a='))).not.toBe(modulesDigest(listing('a=').replace('h1:c=', 'h1:d=')));
});
