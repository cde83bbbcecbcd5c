import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createExec, systemClock } from '../../src/procedure/index.ts';
import {
  NO_INPUTS,
  type ScanInputs,
  type ScannerId,
  type ScanPolicy,
  type ScanResult,
  scan,
} from '../../src/scan/index.ts';
import { judge } from '../../src/scan/judge.ts';
import { manifestSchemas, SCHEMA_PATH } from '../lab/manifests/schemas.ts';
import { type AdvisoryRegistry, advisoryRegistry, npmProject, osvDatabases } from '../support/advisories.ts';
import { GO_MODULE, vulnerabilityDatabase } from '../support/planted-problems.ts';
import { scannersIn } from '../support/scanners.ts';

/** Real scanners of packages and manifests, with small databases of their own forms; npm itself, with a registry on loopback. */

const exec = createExec();
let dir = '';
let bin = '';
let osv = '';
let database = '';
let registry: AdvisoryRegistry;
let service = '';

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shiplock-scan-packages-'));
  ({ bin } = await scannersIn(dir));
  registry = await advisoryRegistry();
  osv = join(dir, 'osv');
  database = join(dir, 'vulndb');
  for (const [name, bytes] of osvDatabases()) await put(join(osv, name), bytes);
  for (const [name, text] of Object.entries(vulnerabilityDatabase())) await put(join(database, name), text);
  service = join(dir, 'service');
  await lay(service, {
    ...Object.fromEntries(Object.entries(PROJECT).map(([name, text]) => [`web/${name}`, text])),
    ...GO_MODULE,
    'go/main.go':
      'package main\n\nimport "github.com/google/uuid"\n\nfunc main() {\n\tprintln(uuid.New().String())\n\tprintln(uuid.NewString())\n}\n',
  });
  const fetched = await exec.read(['go', 'mod', 'download'], { cwd: join(service, 'go'), timeoutMs: 120_000 });
  expect(fetched.stderr).toBe('');
}, 600_000);
afterAll(async () => {
  await registry.close();
  await rm(dir, { recursive: true, force: true });
});

const PROJECT = npmProject({
  lodash: { version: '4.17.20', license: 'MIT' },
  minimist: { version: '1.2.5', license: 'MIT' },
  'evil-package': { version: '1.0.0', license: 'MIT' },
  harmless: { version: '1.0.0', license: 'MIT' },
});

async function put(file: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}

async function lay(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) await put(join(root, name), text);
}

interface Options {
  readonly inputs?: Partial<ScanInputs>;
  readonly policy?: Partial<ScanPolicy>;
}

const on = (
  directory: string,
  wanted: readonly ScannerId[],
  { inputs = {}, policy = {} }: Options = {},
): Promise<ScanResult> =>
  scan({
    ...{ directory, wanted, exec, clock: systemClock, whole: false, today: '2026-11-22', history: false },
    policy: { failOn: 'high', present: 'warning', waivers: [], optional: [], failFrom: null, ...policy },
    inputs: { ...NO_INPUTS, osv, npmRegistry: registry.url, ...inputs },
    ...{ base: null, timeoutMs: 120_000, vulnerabilities: database, exclude: [] },
    path: `${bin}:${process.env['PATH'] ?? ''}`,
  });

describe('packages', () => {
  test('what several scanners know is one finding, by all its names, and the calls that one has followed count for all', async () => {
    const result = await on(service, ['osv-scanner', 'npm-audit', 'govulncheck']);
    expect(result.notScanned).toEqual([]);
    const said = result.findings.map(({ finding, level }) => ({
      names: [finding.rule, ...finding.aliases].filter((name) => /^(?:GHSA|MAL|GO)-/.test(name)).toSorted(),
      by: finding.scanners,
      what: [finding.severity, finding.reach ?? '', level, finding.file, finding.package?.fixed ?? ''].join(' '),
    }));
    expect(said).toContainEqual({
      names: ['GHSA-35jh-r3h4-6jhm'],
      by: ['npm-audit', 'osv-scanner'],
      what: 'high  error web/package-lock.json 4.17.21',
    });
    expect(said).toContainEqual({
      names: ['GHSA-xvch-5gv4-984h'],
      by: ['npm-audit', 'osv-scanner'],
      what: 'critical  error web/package-lock.json 1.2.6',
    });
    expect(said).toContainEqual({
      names: ['GO-2026-9001'],
      by: ['govulncheck', 'osv-scanner'],
      what: 'high called error go/main.go v9.9.9',
    });
    expect(said.filter(({ what }) => what.includes('present')).map(({ names }) => names[0])).toEqual([
      'GO-2026-9003',
      'GO-2026-9004',
    ]);
    // What was made to do harm has no score.
    const [evil] = result.findings.filter(({ finding }) => finding.rule === 'MAL-2026-0001');
    expect(evil?.finding).toMatchObject({ severity: 'critical', package: { name: 'evil-package' } });
    expect(JSON.stringify(result.findings)).not.toContain('harmless');
    // One waived vulnerability of a module leaves what is known of the others of the same module: called is called.
    const waivers = [{ id: 'GO-2026-9001', until: '2026-12-31', owner: 'team', reason: 'known' }];
    const rejudged = judge(
      result.findings.map(({ finding }) => finding).filter((one) => one.package?.name === 'github.com/google/uuid'),
      result.runs,
      { failOn: 'high', present: 'warning', waivers, optional: [], failFrom: null },
      { today: '2026-11-22', whole: false, base: null },
    );
    expect(rejudged.waived.map(({ finding }) => finding.rule)).toEqual(['GO-2026-9001']);
    expect(rejudged.findings.map(({ finding, level }) => [finding.rule, finding.reach, level])).toEqual([
      ['GO-2026-9003', 'present', 'warning'],
      ['GO-2026-9004', 'present', 'warning'],
      ['GO-2026-9002', 'called', 'error'],
    ]);
  });

  test('figures of exploitation and a VEX document change what stops, not what is there', async () => {
    const kev = join(dir, 'kev.json');
    const vex = join(dir, 'vex.json');
    await put(
      kev,
      JSON.stringify({
        dateReleased: '2020-01-01T00:00:00Z',
        count: 1,
        vulnerabilities: [{ cveID: 'CVE-2021-44906', dateAdded: '2026-01-02' }],
      }),
    );
    await put(
      vex,
      JSON.stringify({
        ...{
          '@context': 'https://openvex.dev/ns/v0.2.0',
          '@id': 'https://example.com/1',
          author: 'us',
          timestamp: '2026-11-01T00:00:00Z',
          version: 1,
        },
        statements: [
          {
            vulnerability: { name: 'CVE-2021-23337' },
            products: [{ '@id': 'pkg:npm/lodash@4.17.20' }],
            status: 'not_affected',
            impact_statement: 'no template comes from outside',
          },
        ],
      }),
    );
    const result = await on(service, ['osv-scanner'], {
      inputs: {
        vex: [{ name: 'vex.json', path: vex }],
        exploitability: { kev: { name: 'kev.json', path: kev }, maxAge: 86_400_000 },
      },
    });
    const level = (name: string) =>
      result.findings.find(({ finding }) => finding.aliases.includes(name) || finding.rule === name);
    expect(level('CVE-2021-23337')).toMatchObject({
      level: 'note',
      finding: { vex: { author: 'us', file: 'vex.json' } },
    });
    expect(level('CVE-2021-44906')).toMatchObject({
      level: 'error',
      finding: { exploitability: { kev: { added: '2026-01-02' } } },
    });
    expect(result.warnings).toMatchObject([{ code: 'scan.stale-data', where: 'kev.json' }]);
    // A document that cannot be believed is no reason to believe that all is well.
    await put(vex, '{}');
    await put(kev, '<html>');
    const broken = await on(service, [], {
      inputs: {
        vex: [{ name: 'vex.json', path: vex }],
        exploitability: { kev: { name: 'kev.json', path: kev }, maxAge: 86_400_000 },
      },
    });
    expect(broken.verdict).toBe('not-scanned');
    expect(broken.notScanned.map(({ code, where }) => [code, where])).toEqual([
      ['scan.bad-vex', 'vex.json'],
      ['scan.bad-data', 'kev.json'],
    ]);
  });
});

describe('a database that', () => {
  test.each([
    ['is not there', []],
    ['lacks one of the two ecosystems', ['npm'] as const],
  ])('%s: osv-scanner has not scanned', async (what, ecosystems) => {
    const there = join(dir, `osv ${what}`);
    await mkdir(there, { recursive: true });
    for (const [name, bytes] of osvDatabases(ecosystems)) await put(join(there, name), bytes);
    const result = await on(service, ['osv-scanner'], { inputs: { osv: there } });
    expect(result).toMatchObject({
      verdict: 'not-scanned',
      notScanned: [{ where: 'osv-scanner', code: 'scan.garbled' }],
    });
  });

  test('knows of nothing: osv-scanner is not believed', async () => {
    const there = join(dir, 'osv-empty');
    for (const name of ['npm', 'Go'] as const) {
      const bytes = osvDatabases([name === 'npm' ? 'Go' : 'npm'])
        .values()
        .next().value;
      await put(join(there, name, 'all.zip'), bytes ?? '');
    }
    expect(await on(service, ['osv-scanner'], { inputs: { osv: there } })).toMatchObject({ verdict: 'not-scanned' });
  });

  test.each(['knows-nothing', 'refuses'] as const)('%s: npm audit has not scanned', async (fault) => {
    const other = await advisoryRegistry(fault);
    try {
      const result = await on(service, ['npm-audit'], { inputs: { npmRegistry: other.url } });
      expect(result).toMatchObject({ verdict: 'not-scanned', notScanned: [{ where: 'npm-audit' }] });
      expect(other.asked.length).toBeGreaterThan(0);
    } finally {
      await other.close();
    }
  });

  test('the repository names itself is not asked', async () => {
    const lying = await advisoryRegistry('knows-nothing');
    const directory = join(dir, 'npmrc');
    await lay(directory, { ...PROJECT, '.npmrc': `registry=${lying.url}\naudit=false\noffline=true\nomit=dev\n` });
    try {
      const result = await on(directory, ['npm-audit']);
      expect(lying.asked).toEqual([]);
      expect(result.findings.map(({ finding }) => finding.package?.name).toSorted()).toEqual([
        'evil-package',
        'lodash',
        'minimist',
      ]);
    } finally {
      await lying.close();
    }
  });
});

describe('Kubernetes objects', () => {
  const objects = {
    'good.yaml':
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: good\nspec:\n  selector: {app: a}\n  ports:\n    - port: 80\n',
    'typed.yaml': 'apiVersion: v1\nkind: Service\nmetadata:\n  name: typed\nspec:\n  ports:\n    - port: eighty\n',
    'field.yaml':
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: field\nspec:\n  selectors: {app: a}\n  ports:\n    - port: 80\n',
    'own.yaml': 'apiVersion: example.com/v1\nkind: Own\nmetadata:\n  name: own\n',
    'kustomization.yaml':
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nmetadata:\n  name: x\nresources: []\n',
  };

  test('that the cluster would refuse are found; without schemas nobody knows', async () => {
    const directory = join(dir, 'objects');
    await lay(directory, objects);
    const kubernetesSchemas = join(await manifestSchemas(), SCHEMA_PATH);
    const result = await on(directory, ['kubeconform'], { inputs: { kubernetesSchemas } });
    expect(result.notScanned).toEqual([]);
    expect(result.findings.map(({ finding }) => [finding.file, finding.rule, finding.severity])).toEqual([
      ['field.yaml', 'invalid-object', 'medium'],
      ['typed.yaml', 'invalid-object', 'medium'],
    ]);
    const without = await on(directory, ['kubeconform'], { inputs: { kubernetesSchemas: join(dir, 'nowhere') } });
    expect(without).toMatchObject({ verdict: 'not-scanned', notScanned: [{ where: 'kubeconform' }] });
  });
});
