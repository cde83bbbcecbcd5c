import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { GarbledOutput, type ScannerSettings } from '../../src/scan/scanner.ts';
import { scanners } from '../../src/scan/scanners/index.ts';
import type { RawFinding, Tree } from '../../src/scan/types.ts';
import { RECORDED, type Recorded, recordedFile } from '../support/recorded-scans.ts';

/** What Semgrep, Trivy and Checkov really answered, recorded by `npm run soak scan-record`; `npm run soak scan` runs them. */

const VERSION = { semgrep: '1.184.0', trivy: '0.69.3', checkov: '3.3.30' } as const;
const answers = z.record(z.string(), z.strictObject({ exitCode: z.number(), stdout: z.string(), stderr: z.string() }));

function textsOf(files: Recorded['files']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, String(text)]));
}

function read(scanner: Recorded['scanner'], name: string): readonly RawFinding[] {
  const answer = answers.parse(JSON.parse(readFileSync(recordedFile(scanner, VERSION[scanner]), 'utf8')))[name];
  const shown = RECORDED.find((one) => one.scanner === scanner && one.name === name);
  if (answer === undefined || shown === undefined) throw new Error(`nothing is recorded: ${scanner} ${name}`);
  const files = textsOf(shown.files);
  const tree: Tree = {
    ...{ root: '/recorded/tree', files: Object.keys(files).toSorted() },
    ...{ head: (file) => files[file], text: (file) => files[file] },
  };
  const settings: ScannerSettings = {
    ...{
      vulnerabilities: null,
      repository: null,
      commits: null,
      trivy: null,
      osv: null,
      npmRegistry: null,
      archives: [],
    },
    ...{ kubernetesSchemas: null, support: '/recorded/support', semgrepRules: '/recorded/rules' },
  };
  const [call] = scanners[scanner].calls(tree, settings);
  if (call === undefined) throw new Error('there is something for it');
  return scanners[scanner].read(answer, call, tree);
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

  test('says where a part of a file was not read', () => {
    expect(brief(read('semgrep', 'reads a part'))).toEqual([
      'high python-eval a.py:1',
      'medium semgrep-partly-read a.py:2',
    ]);
  });

  test.each([
    ['has no rules', 'there is no rule'],
    ['has an empty list of rules', 'there is no rule'],
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
