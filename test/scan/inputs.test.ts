import { expect, test } from 'vitest';
import { ProblemError } from '../../src/model/problem.ts';
import { scanConfig } from '../../src/scan/config.ts';
import { inputsOf, NO_INPUTS } from '../../src/scan/inputs.ts';

/** What a configuration gives a scan beside the files. */

test('nothing configured is nothing given', () => {
  expect(inputsOf(scanConfig.parse({}), '/srv/shop')).toEqual(NO_INPUTS);
});

test('files are those beside the configuration, and keep their names', () => {
  const config = scanConfig.parse({
    ...{
      osv: 'db/osv',
      sarif: ['out/codeql.sarif'],
      vex: ['/etc/vex.json'],
      images: ['out/api.tar'],
      semgrep: { rules: 'rules' },
      trivy: { database: 'db/trivy' },
      npmRegistry: 'https://npm.example.com',
    },
    licences: { deny: ['AGPL-3.0-only'], materials: ['sbom.json'] },
    exploitability: { epss: 'epss.csv.gz', failFrom: '10%' },
  });
  expect(config.exploitability?.failFrom).toBe(0.1);
  expect(inputsOf(config, '/srv/shop')).toEqual({
    osv: '/srv/shop/db/osv',
    npmRegistry: 'https://npm.example.com',
    kubernetesSchemas: null,
    semgrepRules: '/srv/shop/rules',
    trivy: { database: '/srv/shop/db/trivy', maxAge: 7 * 86_400_000 },
    images: [{ name: 'out/api.tar', path: '/srv/shop/out/api.tar' }],
    sarif: [{ name: 'out/codeql.sarif', path: '/srv/shop/out/codeql.sarif' }],
    vex: [{ name: '/etc/vex.json', path: '/etc/vex.json' }],
    licences: {
      policy: { allow: [], deny: ['AGPL-3.0-only'] },
      materials: [{ name: 'sbom.json', path: '/srv/shop/sbom.json' }],
    },
    exploitability: { epss: { name: 'epss.csv.gz', path: '/srv/shop/epss.csv.gz' }, maxAge: 7 * 86_400_000 },
  });
});

test('Semgrep cannot be asked for without rules', () => {
  for (const how of ['required', 'optional'] as const) {
    const read = scanConfig.safeParse({ scanners: { semgrep: how } });
    expect(read.error?.issues.map(({ path }) => path.join('.'))).toEqual(['scanners.semgrep']);
  }
  expect(scanConfig.safeParse({ scanners: { semgrep: 'off' } }).success).toBe(true);
  expect(scanConfig.safeParse({ scanners: { semgrep: 'optional' }, semgrep: { rules: 'r' } }).success).toBe(true);
});

test.each(['trivy-dependencies', 'trivy-image'])('%s cannot be asked for without a database', (id) => {
  const read = scanConfig.safeParse({ scanners: { [id]: 'optional' } });
  expect(read.error?.issues.map(({ path }) => path.join('.'))).toEqual([`scanners.${id}`]);
  expect(scanConfig.safeParse({ scanners: { [id]: 'optional' }, trivy: { database: 'd' } }).success).toBe(true);
});

test.each([['Apache 2.0'], ['MIT OR ISC'], ['UNLICENSED']])('%s is no licence of the list', (name) => {
  const config = scanConfig.parse({ licences: { allow: ['MIT', name] } });
  expect(() => inputsOf(config, '/')).toThrow(ProblemError);
  expect(() => inputsOf(config, '/')).toThrow(name);
});

test('a limit needs scores', () => {
  expect(scanConfig.safeParse({ exploitability: { kev: 'kev.json', failFrom: 0.1 } }).error?.issues[0]?.path).toEqual([
    'exploitability',
    'failFrom',
  ]);
});
