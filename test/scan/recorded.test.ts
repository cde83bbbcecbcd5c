import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { debianWitness, goWitness } from '../../src/scan/images/witness.ts';
import { mergeFindings } from '../../src/scan/merge.ts';
import { GarbledOutput } from '../../src/scan/scanner.ts';
import { scanners } from '../../src/scan/scanners/index.ts';
import type { RawFinding, Tree } from '../../src/scan/types.ts';
import { RECORDED, type Recorded, recordedFile, recordedSettings } from '../support/recorded-scans.ts';

/** What Semgrep, Trivy and Checkov really answered, recorded by `npm run soak scan-record`; `npm run soak scan` runs them. */

const VERSION = {
  semgrep: '1.184.0',
  trivy: '0.69.3',
  'trivy-dependencies': '0.69.3',
  'trivy-image': '0.69.3',
  checkov: '3.3.30',
} as const;
const answers = z.record(z.string(), z.strictObject({ exitCode: z.number(), stdout: z.string(), stderr: z.string() }));

function textsOf(files: Recorded['files']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, String(text)]));
}

function answerOf(scanner: Recorded['scanner'], name: string) {
  const answer = answers.parse(JSON.parse(readFileSync(recordedFile(scanner, VERSION[scanner]), 'utf8')))[name];
  if (answer === undefined) throw new Error(`nothing is recorded: ${scanner} ${name}`);
  return answer;
}

function read(scanner: Recorded['scanner'], name: string): readonly RawFinding[] {
  const shown = RECORDED.find((one) => one.scanner === scanner && one.name === name);
  if (shown === undefined) throw new Error(`nothing is shown: ${scanner} ${name}`);
  const files = textsOf(shown.files);
  const tree: Tree = {
    ...{ root: '/recorded/tree', files: Object.keys(files).toSorted() },
    ...{ head: (file) => files[file], text: (file) => files[file] },
  };
  const [call] = scanners[scanner].calls(tree, recordedSettings('/recorded'));
  if (call === undefined) throw new Error('there is something for it');
  return scanners[scanner].read(answerOf(scanner, name), call, tree);
}

const brief = (found: readonly RawFinding[]) =>
  found.map(({ severity, rule, file, line }) => `${severity} ${rule} ${file}:${line}`).toSorted();

describe('Semgrep', () => {
  test('finds by the rules of the service, whatever the repository says of it; of what a rule is not sure it warns', () => {
    const found = read('semgrep', 'finds');
    expect(brief(found)).toEqual([
      'high python-eval a.py:2',
      'high python-eval tests/b.py:1',
      'medium python-exec a.py:3',
    ]);
    expect(found.find(({ rule }) => rule === 'python-eval')).toMatchObject({
      cwe: ['CWE-95'],
      documentation: 'https://docs.python.org/3/library/functions.html#eval',
    });
  });

  test('finds in a repository of one language, whichever it is', () => {
    expect(brief(read('semgrep', 'reads files of one language alone'))).toEqual(['high go-panic main.go:3']);
  });

  test('says where a part of a file was not read', () => {
    expect(brief(read('semgrep', 'reads a part'))).toEqual([
      'high python-eval a.py:1',
      'medium semgrep-partly-read a.py:2',
    ]);
  });

  test.each([
    ['has no rules', 'no rule of `scan.semgrep.rules` is for a file'],
    ['has an empty list of rules', 'no rule of `scan.semgrep.rules` is for a file'],
    ['has rules for other files alone', 'no rule of `scan.semgrep.rules` is for a file'],
    ['has a broken rule', 'exit 2'],
    ['has a broken file of rules beside a good one', 'exit 7'],
  ])('that %s has not scanned', (name, words) => {
    expect(() => read('semgrep', name)).toThrow(GarbledOutput);
    expect(() => read('semgrep', name)).toThrow(words);
  });
});

describe('Trivy', () => {
  test('finds by its own checks, whatever the repository says of it', () => {
    expect(brief(read('trivy', 'finds')).filter((one) => !one.startsWith('info'))).toEqual([
      'high AWS-0107 main.tf:7',
      'high DS-0002 Dockerfile:2',
    ]);
  });

  test('says which chart it could not render', () => {
    const found = read('trivy', 'cannot render a chart').filter(({ severity }) => severity !== 'info');
    expect(brief(found)).toEqual([
      'high DS-0002 Dockerfile:2',
      'medium KSV-0118 chart/templates/pod.yaml:1',
      'medium helm-chart-not-read chart/Chart.yaml:undefined',
    ]);
    expect(found.find(({ rule }) => rule === 'helm-chart-not-read')?.message).toContain(
      'missing in charts/ directory: other',
    );
  });

  test('says which module it has not got', () => {
    expect(brief(read('trivy', 'has no module'))).toEqual(['medium terraform-module-not-read deploy/main.tf:1']);
  });

  test.each([
    ['cannot read a container file', 'unknown instruction: oops'],
    ['cannot read Terraform', 'Unclosed configuration block'],
  ])('that %s has not scanned', (name, words) => {
    expect(() => read('trivy', name)).toThrow(GarbledOutput);
    expect(() => read('trivy', name)).toThrow(words);
  });
});

describe('Trivy on lock files', () => {
  const packages = (found: readonly RawFinding[]) =>
    found.map(({ severity, rule, file, package: of }) =>
      [severity, rule, file, of?.ecosystem, of?.name, of?.version, of?.fixed].join(' '),
    );

  test('finds a known fault in each kind of which it reads, by the names that others give to it', () => {
    const found = read('trivy-dependencies', 'finds in each kind');
    expect(packages(found).toSorted()).toEqual([
      'high CVE-2019-5477 Gemfile.lock RubyGems nokogiri 1.10.0 1.10.4',
      'high CVE-2020-14040 go.mod Go golang.org/x/text v0.3.0 v0.3.3',
      'high CVE-2020-14343 requirements.txt PyPI pyyaml 5.3 5.4',
      'high CVE-2020-35669 pubspec.lock Pub http 0.13.0 0.13.3',
      'high CVE-2021-23337 package-lock.json npm lodash 4.17.20 4.17.21',
      'high CVE-2021-25900 Cargo.lock crates.io smallvec 1.6.0 1.6.1',
      'high CVE-2021-44228 gradle.lockfile Maven org.apache.logging.log4j:log4j-core 2.14.1 2.15.0',
      'high CVE-2022-29248 composer.lock Packagist guzzlehttp/guzzle 7.4.0 7.4.3',
      'high CVE-2022-42975 mix.lock Hex phoenix 1.6.13 1.6.14',
      'high CVE-2024-21907 packages.lock.json NuGet Newtonsoft.Json 12.0.3 13.0.1',
    ]);
    expect(found.find(({ rule }) => rule === 'CVE-2021-23337')?.aliases).toEqual(['GHSA-35jh-r3h4-6jhm']);
  });

  test('says the same as others of the same package: one finding, and the calls that govulncheck has followed count for all', () => {
    const [own] = read('trivy-dependencies', 'finds in each kind').filter(({ file }) => file === 'go.mod');
    if (own?.package === undefined) throw new Error('there is a package');
    const others: readonly RawFinding[] = [
      { ...own, scanner: 'osv-scanner', rule: 'GO-2020-0015', aliases: ['CVE-2020-14040'] },
      {
        ...own,
        scanner: 'govulncheck',
        rule: 'GO-2020-0015',
        aliases: [],
        reach: 'called',
        file: 'main.go',
        line: 3,
        manifest: 'go.mod',
      },
    ];
    const merged = mergeFindings([own, ...others], () => undefined);
    expect(merged).toMatchObject([
      { scanners: ['govulncheck', 'osv-scanner', 'trivy-dependencies'], reach: 'called', file: 'main.go', line: 3 },
    ]);
  });

  test('has nothing to say where nothing is pinned', () => {
    expect(read('trivy-dependencies', 'pins nothing')).toEqual([]);
  });

  test('that has not heard of an ecosystem says that all is well: only its witness tells', () => {
    expect(read('trivy-dependencies', 'has not heard of npm')).toEqual([]);
    expect(scanners['trivy-dependencies'].witnessEach).toBe(true);
  });

  test.each([
    ['cannot read one', 'a/package-lock.json was not looked at'],
    ['has no database', 'The first run cannot skip'],
    ['has a database that was cut', 'exit 2'],
    ['has an empty database', 'exit 1'],
    ['has garbage for a database', 'invalid database'],
    ['has an older database', 'old DB schema'],
    ['has a newer database', "schema doesn't match"],
  ])('that %s has not scanned', (name, words) => {
    expect(() => read('trivy-dependencies', name)).toThrow(GarbledOutput);
    expect(() => read('trivy-dependencies', name)).toThrow(words);
  });
});

describe('Trivy on images', () => {
  const packages = (name: string) =>
    read('trivy-image', name).map(({ severity, rule, file, package: of }) =>
      [severity, rule, file, of?.ecosystem, of?.name, of?.version, of?.fixed].join(' '),
    );

  test('names packages of a distribution by their source, as others do; what nobody has mended warns', () => {
    expect(packages('finds in Debian')).toEqual([
      'medium CVE-2019-1010022 image.tar Debian:12 glibc 2.36-9 ',
      'high CVE-2023-4911 image.tar Debian:12 glibc 2.36-9 2.36-9+deb12u3',
    ]);
    expect(packages('finds in Ubuntu')).toEqual(['low CVE-2016-20013 image.tar Ubuntu:22.04 glibc 2.31-0ubuntu9 ']);
    expect(packages('finds in an Alpine that has ended')).toEqual([
      'critical CVE-2022-37434 image.tar Alpine:v3.16 zlib 1.2.12-r1 1.2.12-r2',
      'medium distribution-out-of-support image.tar    ',
    ]);
    expect(packages('finds in a program of Go')).toEqual([
      'high CVE-2020-14040 image.tar Go golang.org/x/text v0.3.0 v0.3.3',
    ]);
  });

  test('says which image has no packages', () => {
    expect(packages('has only files')).toEqual(['medium image-without-packages image.tar    ']);
  });

  test.each([
    ['has packages of nobody', 'does not know'],
    ['has a library of Java', 'Java DB'],
  ])('that %s has not scanned', (name, words) => {
    expect(() => read('trivy-image', name)).toThrow(GarbledOutput);
    expect(() => read('trivy-image', name)).toThrow(words);
  });

  const witness = (...names: readonly string[]) =>
    Object.values(scanners['trivy-image'].witnessAfter?.(names.map((name) => answerOf('trivy-image', name))) ?? {});

  test('must find a fault in what it found nothing in: of this release of the distribution, of this ecosystem, of any', () => {
    expect(witness('has not heard of the release', 'finds in Debian')).toEqual([debianWitness('99.1')]);
    expect(witness('finds in Debian', 'finds in a program of Go')).toEqual([]);
    expect(witness('has only files')).toEqual([goWitness()]);
    expect(() => witness('has packages of which nothing is known')).toThrow('no fault is known here');
  });
});

describe('Checkov', () => {
  test('finds by its own checks, whatever the repository and words in its files say of it', () => {
    const found = brief(read('checkov', 'finds')).filter((one) => !one.startsWith('low') && !one.startsWith('info'));
    expect(found).toEqual([
      'high CKV_AWS_20 main.tf:9',
      'high CKV_AWS_24 main.tf:1',
      // A word in the file says that it shall be let pass; of such a thing Checkov names no line.
      'high CKV_DOCKER_8 Dockerfile:1',
      'high CKV_K8S_16 k8s/pod.yaml:1',
      'medium CKV2_GHA_1 .github/workflows/a.yml:2',
      'medium CKV_GHA_2 .github/workflows/a.yml:7',
      'medium CKV_K8S_155 k8s/role.yaml:1',
      'medium CKV_K8S_156 k8s/role.yaml:1',
      'medium CKV_K8S_157 k8s/role.yaml:1',
      'medium CKV_K8S_158 k8s/role.yaml:1',
      'medium CKV_K8S_49 k8s/role.yaml:1',
    ]);
  });

  test('says what others say in their words, so that it is one finding', () => {
    const same = read('checkov', 'finds').flatMap((one) =>
      one.same === undefined ? [] : [`${one.file}: ${one.same}`],
    );
    expect(same).toEqual(expect.arrayContaining(['Dockerfile: moving-base 1', 'k8s/pod.yaml: privileged Pod/web']));
  });

  test.each([
    ['cannot read a manifest', 'pod.yaml was not looked at'],
    ['cannot read Terraform', 'cannot read tree/main.tf'],
  ])('that %s has not scanned', (name, words) => {
    expect(() => read('checkov', name)).toThrow(GarbledOutput);
    expect(() => read('checkov', name)).toThrow(words);
  });

  test('says which module it has not got', () => {
    const [found] = read('checkov', 'has no module').filter(({ rule }) => rule === 'terraform-module-not-read');
    expect(found).toMatchObject({
      severity: 'medium',
      message: expect.stringContaining('example.com/a/network/aws:5.0.0'),
    });
  });

  test('says which workflow it has left out, since it does not know its form', () => {
    expect(brief(read('checkov', 'leaves a newer workflow out'))).toEqual([
      'low workflow-not-read .github/workflows/new.yml:undefined',
    ]);
  });

  test('has nothing to say of objects that it does not know', () => {
    expect(read('checkov', 'finds nothing that it knows')).toEqual([]);
  });
});
