import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toolPath } from '../../scripts/tool.ts';
import { createExec, systemClock } from '../../src/procedure/index.ts';
import { openEnvironment } from '../../src/release/index.ts';
import { scanFor } from '../../src/release/scan/for.ts';
import { keptOf } from '../../src/release/scan/looks.ts';
import { NO_INPUTS, SCANNER_IDS, type ScanResult, scan } from '../../src/scan/index.ts';
import { MINIMAL } from '../config/sample.ts';
import { osvDatabases } from '../support/advisories.ts';
import { distributionDatabases } from '../support/distribution-advisories.ts';
import { build, imageBuild, program, put, repository, SETTINGS } from '../support/image-build.ts';
import { scannersIn } from '../support/scanners.ts';

/** osv-scanner itself looks into images: one that a build of ours makes, and images of distributions that crane makes. */

const exec = createExec();
let dir = '';
let bin = '';
let crane = '';
let layout = '';
let source = '';
let commit = '';

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-scan-images-'));
  ({ bin } = await scannersIn(dir));
  crane = await toolPath('crane');
  for (const [name, bytes] of [...osvDatabases(), ...distributionDatabases()]) write(join(dir, 'osv', name), bytes);
  source = join(dir, 'hello');
  repository(
    source,
    'package main\n\nimport "github.com/google/uuid"\n\nfunc main() {\n\tprintln(uuid.NewString())\n}\n',
  );
  put(source, 'go.mod', 'module hello\n\ngo 1.22\n\nrequire github.com/google/uuid v1.6.0\n');
  const off = SCANNER_IDS.filter((id) => id !== 'osv-image').map((id) => `${id}: off`);
  put(source, 'shiplock.yaml', `${MINIMAL}scan:\n  osv: ../osv\n  scanners: { ${off.join(', ')} }\n`);
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args], {
      ...{ cwd: source, encoding: 'utf8' },
    }).trim();
  git('add', '-A');
  git('commit', '-q', '-m', 'with a module');
  commit = git('rev-parse', 'HEAD');
  await build(
    imageBuild({
      ...{ dir: source, commit, program: program(source), settings: SETTINGS },
      ...{ platforms: ['linux/amd64', 'linux/arm64'], outDir: join(dir, 'state/artefacts') },
    }),
    'layout',
  );
  layout = join(dir, 'image');
  const [key = ''] = readdirSync(join(dir, 'state/artefacts/hello'));
  cpSync(join(dir, 'state/artefacts/hello', key, 'image'), layout, { recursive: true });
}, 600_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function write(file: string, content: string | Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** An image of these files, as `docker save` writes it. */
function distribution(name: string, files: Readonly<Record<string, string>>): string {
  const root = join(dir, name);
  for (const [path, text] of Object.entries(files)) write(join(root, path), text);
  execFileSync('tar', ['-C', root, '-cf', `${root}-layer.tar`, '.']);
  execFileSync(crane, ['append', '--oci-empty-base', '-f', `${root}-layer.tar`, '-t', 'x/y:1', '-o', `${root}.tar`], {
    stdio: 'pipe',
  });
  return `${root}.tar`;
}

const DEBIAN = {
  'etc/os-release': 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n',
  'var/lib/dpkg/status': ['libc6', 'libc-bin']
    .map(
      (name) =>
        `Package: ${name}\nStatus: install ok installed\nMaintainer: x\nArchitecture: amd64\nSource: glibc\nVersion: 2.36-9+deb12u1\nDescription: x\n\n`,
    )
    .join(''),
};

const look = (images: readonly string[], osv = join(dir, 'osv'), path = bin): Promise<ScanResult> => {
  const directory = join(dir, 'empty');
  mkdirSync(directory, { recursive: true });
  return scan({
    ...{ directory, exec, clock: systemClock, wanted: ['osv-image'], whole: false, today: '2026-11-22' },
    policy: { failOn: 'high', present: 'warning', waivers: [], optional: [], failFrom: null },
    inputs: { ...NO_INPUTS, osv, images: images.map((one) => ({ name: one.replace(`${dir}/`, ''), path: one })) },
    ...{ base: null, timeoutMs: 120_000, vulnerabilities: null, exclude: [], history: false },
    path: `${path}:${process.env['PATH'] ?? ''}`,
  });
};

const said = ({ findings }: ScanResult): readonly string[] =>
  findings.map(({ finding, level }) =>
    [level, finding.severity, finding.rule, finding.file, finding.package?.name, finding.package?.version].join(' '),
  );

describe('an image', () => {
  test('that a build made and tar has packed is looked into, on each platform', async () => {
    const packed = `${layout}.tar`;
    execFileSync('tar', ['-C', layout, '-cf', packed, '.']);
    const result = await look([packed]);
    expect(result.notScanned).toEqual([]);
    expect(said(result).toSorted()).toEqual(
      ['amd64', 'arm64'].map(
        (arch) => `error high GO-2026-9001 image.tar (linux/${arch}) github.com/google/uuid v1.6.0`,
      ),
    );
    expect(result.findings[0]?.finding).toMatchObject({ package: { fixed: 'v9.9.9' } });
    expect(result.findings[0]?.finding.message).toMatch(/, in .*hello$/);
  });

  test('of a distribution: a package that it has mended fails, one that nobody has mended warns; each source once', async () => {
    const result = await look([distribution('debian', DEBIAN)]);
    expect(result.notScanned).toEqual([]);
    expect(said(result)).toEqual([
      'error high DEBIAN-CVE-2023-4911 debian.tar glibc 2.36-9+deb12u1',
      'warning medium DEBIAN-CVE-2019-1010022 debian.tar glibc 2.36-9+deb12u1',
    ]);
    expect(result.findings.map(({ finding }) => [finding.package?.fixed, finding.remedy])).toEqual([
      ['2.36-9+deb12u3', 'build on a base that has glibc 2.36-9+deb12u3 or newer'],
      [undefined, 'wait for the distribution, or take another base'],
    ]);
    const alpine = await look([
      distribution('alpine', {
        'etc/os-release': 'ID=alpine\nVERSION_ID=3.16.1\nNAME="Alpine Linux"\n',
        'lib/apk/db/installed': 'P:zlib\nV:1.2.12-r1\nA:x86_64\nL:Zlib\no:zlib\n\n',
      }),
    ]);
    expect(said(alpine)).toEqual(['error critical ALPINE-CVE-2022-37434 alpine.tar zlib 1.2.12-r1']);
  });

  test('in which nothing can be read is said to be that', async () => {
    const result = await look([distribution('files', { 'www/index.html': '<p>' })]);
    expect(result.notScanned).toEqual([]);
    expect(said(result)).toEqual(['warning medium image-without-packages files.tar  ']);
  });

  test.each([
    ['is not there', () => join(dir, 'nowhere'), 'nothing there'],
    ['is something else', () => join(dir, 'empty'), 'a directory without index.json'],
    [
      'lacks bytes of a layer',
      () => {
        const broken = join(dir, 'broken');
        cpSync(layout, broken, { recursive: true });
        const blobs = join(broken, 'blobs/sha256');
        const sizes = readdirSync(blobs).map((name) => ({ name, size: statSync(join(blobs, name)).size }));
        const largest = sizes.toSorted((a, b) => b.size - a.size)[0];
        truncateSync(join(blobs, largest?.name ?? ''), 1000);
        return broken;
      },
      'in the place of sha256:',
    ],
  ])('that %s is not scanned', async (_name, make, words) => {
    const result = await look([make()]);
    expect(result.verdict).toBe('not-scanned');
    expect(result.notScanned).toMatchObject([{ code: 'scan.bad-image', where: 'osv-image' }]);
    expect(result.notScanned[0]?.found).toContain(words);
  });
});

describe('not scanned', () => {
  const image = () => distribution('debian', DEBIAN);
  test.each([
    ['lacks the distribution', null, 'could not load db for Debian'],
    ['knows nothing of it', distributionDatabases().get('Alpine/all.zip'), 'it works without its rules'],
  ])('is an image where the database %s', async (name, bytes, words) => {
    const osv = join(dir, name);
    cpSync(join(dir, 'osv'), osv, { recursive: true });
    if (bytes === null) rmSync(join(osv, 'Debian'), { recursive: true });
    else write(join(osv, 'Debian/all.zip'), bytes ?? '');
    const result = await look([image()], osv);
    expect(result.verdict).toBe('not-scanned');
    expect(result.notScanned).toMatchObject([{ code: 'scan.garbled', where: 'osv-image' }]);
    expect(result.notScanned[0]?.found).toContain(words);
  });

  test('is an image where the scanner is missing', async () => {
    const result = await look([image()], join(dir, 'osv'), '/nowhere');
    expect(result.notScanned).toMatchObject([{ code: 'scan.no-scanner', where: 'osv-image' }]);
  });
});

test('a release is scanned with the images that were built of its commit, and what is kept is about exactly these', async () => {
  const service = await openEnvironment(
    {
      ...{ configFile: join(source, 'shiplock.yaml'), store: join(dir, 'state'), who: 'x', self: ['shiplock'] },
      ...{ env: { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` }, pinFile: join(dir, 'none.json') },
    },
    'production',
  );
  const { result, record, rules } = await scanFor(service);
  expect(result).toMatchObject({ outcome: 'refused', exit: 5 });
  expect(result.problems.map(({ code, where }) => `${code} ${where}`).toSorted()).toEqual([
    'release.scan-finding image of hello 1.2.3 (linux/amd64)',
    'release.scan-finding image of hello 1.2.3 (linux/arm64)',
  ]);
  const kept = () => keptOf(service, record.service, [commit], rules);
  expect(await kept()).toMatchObject([{ commit, record: { findings: [{}, {}] } }]);
  // Another image of the same commit is another question.
  rmSync(join(dir, 'state/artefacts/hello'), { recursive: true });
  expect(await kept()).toEqual([{ commit, record: null }]);
});
