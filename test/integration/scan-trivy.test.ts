import { chmod, mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toolIsBuilt, toolPath } from '../../scripts/tool.ts';
import { createExec, systemClock } from '../../src/procedure/index.ts';
import { NO_INPUTS, type ScannerId, type ScanResult, scan } from '../../src/scan/index.ts';
import { allLockWitnesses } from '../../src/scan/scanners/lock-kinds.ts';
import { npmProject, osvDatabases } from '../support/advisories.ts';
import { distributionDatabases } from '../support/distribution-advisories.ts';
import { plantedImages } from '../support/planted-images.ts';
import { GO_MODULE } from '../support/planted-problems.ts';
import { scannersIn } from '../support/scanners.ts';
import { layTrivyDatabase, type TrivyDatabaseOptions } from '../support/trivy-database.ts';

/**
 * Packages by Trivy: the real one with a small database of its own form, where it has been built (`npm run soak scan` builds it, in nine minutes); and programs in
 * its place that do not do their work. What it really answers is kept in test/scan/recorded.
 */

const exec = createExec();
const WEEK = 7 * 86_400_000;
const built = await toolIsBuilt('trivy');
const about = built ? 'Trivy' : 'Trivy (left out: it has not been built here)';
let dir = '';
let bin = '';
let database = '';

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shiplock-scan-trivy-'));
  ({ bin } = await scannersIn(dir));
  if (built) await symlink(await toolPath('trivy'), join(bin, 'trivy'));
  database = join(dir, 'database');
  await layTrivyDatabase(database);
  for (const [name, bytes] of [...osvDatabases(), ...distributionDatabases()]) await put(join(dir, 'osv', name), bytes);
  for (const [name, bytes] of plantedImages()) await put(join(dir, name), bytes);
}, 600_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

async function put(file: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}

async function lay(name: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  for (const [file, content] of Object.entries(files)) await put(join(dir, name, file), content);
  return join(dir, name);
}

interface Options {
  readonly images?: readonly string[];
  readonly database?: string;
  readonly path?: string;
  readonly timeoutMs?: number;
}

const on = (directory: string, wanted: readonly ScannerId[], options: Options = {}): Promise<ScanResult> =>
  scan({
    ...{ directory, wanted, exec, clock: systemClock, whole: false, today: '2026-11-22', history: false },
    policy: { failOn: 'high', present: 'warning', waivers: [], optional: [], failFrom: null },
    inputs: {
      ...NO_INPUTS,
      osv: join(dir, 'osv'),
      images: (options.images ?? []).map((name) => ({ name, path: join(dir, name) })),
      trivy: { database: options.database ?? database, maxAge: WEEK },
    },
    ...{ base: null, timeoutMs: options.timeoutMs ?? 120_000, vulnerabilities: null, exclude: [] },
    path: `${options.path ?? bin}:${process.env['PATH'] ?? ''}`,
  });

const said = ({ findings }: ScanResult): readonly string[] =>
  findings.map(({ finding, level }) =>
    [
      level,
      finding.severity,
      finding.scanners.join('+'),
      finding.file,
      finding.package?.name,
      finding.package?.fixed,
    ].join(' '),
  );

const LOCK = { 'package-lock.json': allLockWitnesses()['package-lock.json'] ?? '' };

describe.skipIf(!built)(about, () => {
  test('finds in lock files what osv-scanner finds: one finding, whatever the repository says of the scanner', async () => {
    const web = npmProject({ lodash: { version: '4.17.20', license: 'MIT' } });
    const root = await lay('service', {
      ...Object.fromEntries(Object.entries(web).map(([name, text]) => [`web/${name}`, text])),
      'go/go.mod': GO_MODULE['go/go.mod'],
      'trivy.yaml': 'severity: [LOW]\n',
      '.trivyignore': 'CVE-2021-23337\nCVE-2026-9001\n',
      'web/.trivyignore': 'CVE-2021-23337\n',
    });
    const result = await on(root, ['osv-scanner', 'trivy-dependencies']);
    expect(result.notScanned).toEqual([]);
    expect(said(result).toSorted()).toEqual([
      'error high osv-scanner+trivy-dependencies go/go.mod github.com/google/uuid v9.9.9',
      'error high osv-scanner+trivy-dependencies web/package-lock.json lodash 4.17.21',
    ]);
  });

  test('finds in images what osv-image finds; what the distribution has not mended warns; that one can be read in neither way is said once', async () => {
    const images = [...plantedImages().keys()];
    const result = await on(await lay('empty', { 'README.md': '' }), ['osv-image', 'trivy-image'], { images });
    expect(result.notScanned).toEqual([]);
    expect(said(result).toSorted()).toEqual([
      'error critical osv-image+trivy-image alpine.tar zlib 1.2.12-r2',
      'error high osv-image+trivy-image debian.tar glibc 2.36-9+deb12u3',
      'warning medium osv-image+trivy-image debian.tar glibc ',
      'warning medium osv-image+trivy-image unknown.tar  ',
      // Nobody mends Alpine 3.16 any more.
      'warning medium trivy-image alpine.tar  ',
    ]);
  });

  test.each<[string, TrivyDatabaseOptions | ((place: string) => Promise<void>), string, string]>([
    ['absent', (place) => rm(join(place, 'db'), { recursive: true }), 'scan.garbled', 'there is no database'],
    ['truncated', (place) => truncate(join(place, 'db/trivy.db'), 20_000), 'scan.garbled', 'exit'],
    ['undated', (place) => writeFile(join(place, 'db/metadata.json'), '{"Version":2}'), 'scan.garbled', 'UpdatedAt'],
    ['old', { updated: new Date(Date.now() - 8 * 86_400_000) }, 'scan.old-database', 'a database of'],
    ['of tomorrow', { updated: new Date(Date.now() + 3 * 86_400_000) }, 'scan.old-database', 'a database of'],
    ['one that has not heard of npm', { without: ['npm::'] }, 'scan.garbled', 'it works without its rules'],
  ])('with a database that is %s has not scanned', async (name, how, code, words) => {
    const place = join(dir, `database ${name}`);
    await layTrivyDatabase(place, typeof how === 'function' ? {} : how);
    if (typeof how === 'function') await how(place);
    const before = await readFile(join(place, 'db/trivy.db')).catch(() => null);
    const result = await on(await lay('npm', LOCK), ['trivy-dependencies'], { database: place });
    expect(result).toMatchObject({ verdict: 'not-scanned', notScanned: [{ where: 'trivy-dependencies', code }] });
    expect(result.notScanned[0]?.found).toContain(words);
    // Trivy takes away what it cannot read: not that of the user.
    expect(await readFile(join(place, 'db/trivy.db')).catch(() => null)).toEqual(before);
  });

  test('with a database that has heard of one of two ecosystems has not scanned', async () => {
    const place = join(dir, 'database without Go');
    await layTrivyDatabase(place, { without: ['go::'] });
    const { 'go.mod': module = '' } = allLockWitnesses();
    const result = await on(await lay('both', { ...LOCK, 'go.mod': module }), ['trivy-dependencies'], {
      database: place,
    });
    expect(result).toMatchObject({ verdict: 'not-scanned', notScanned: [{ where: 'trivy-dependencies' }] });
    expect(result.notScanned[0]?.found).toContain('nothing found in go.mod');
  });
});

describe('a program in the place of Trivy that', () => {
  test.each([
    ['crashes', 'kill -SEGV $$', 'scan.garbled'],
    ['ends with an error', 'exit 1', 'scan.garbled'],
    ['prints garbage', 'echo "{oops"', 'scan.garbled'],
    ['prints nothing', 'exit 0', 'scan.garbled'],
    ['finds nothing anywhere', `echo '{"SchemaVersion":2,"ArtifactType":"filesystem"}'`, 'scan.garbled'],
    ['hangs', 'sleep 60', 'scan.timeout'],
  ])('%s has scanned neither packages nor images', async (name, script, code) => {
    const path = join(dir, `in-place ${name}`);
    await put(join(path, 'trivy'), `#!/bin/sh\n[ "$1" = --version ] && { echo Version: 0.69.3; exit 0; }\n${script}\n`);
    await chmod(join(path, 'trivy'), 0o755);
    const root = await lay('npm', LOCK);
    const options = { path, images: ['debian.tar'], timeoutMs: code === 'scan.timeout' ? 1_500 : 60_000 };
    const result = await on(root, ['trivy-dependencies', 'trivy-image'], options);
    expect(result.verdict).toBe('not-scanned');
    const codes = result.notScanned.map(({ code: one, where }) => [where, one]).toSorted();
    expect(codes).toEqual([
      ['trivy-dependencies', code],
      ['trivy-image', code],
    ]);
  });
});

test('without a database Trivy is not asked about packages', async () => {
  const root = await lay('npm', LOCK);
  const result = await scan({
    ...{ directory: root, wanted: ['trivy-dependencies', 'trivy-image'], exec, clock: systemClock, whole: false },
    policy: { failOn: 'high', present: 'warning', waivers: [], optional: [], failFrom: null },
    ...{ inputs: NO_INPUTS, base: null, timeoutMs: 60_000, vulnerabilities: null, exclude: [], history: false },
    ...{ path: '/nowhere', today: '2026-11-22' },
  });
  expect(result.notScanned).toEqual([]);
  expect(
    result.runs.filter(({ scanner }) => scanner.startsWith('trivy')).map(({ scanner, end }) => [scanner, end.kind]),
  ).toEqual([
    ['trivy', 'off'],
    ['trivy-dependencies', 'nothing-there'],
    ['trivy-image', 'nothing-there'],
  ]);
});
