import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { command } from '../../scripts/testing/command.ts';
import { toolPath } from '../../scripts/tool.ts';
import { judge } from '../../src/scan/judge.ts';
import { mergeFindings } from '../../src/scan/merge.ts';
import type { RawFinding } from '../../src/scan/types.ts';
import { cycloneDxDocument, openVexDocument, type VexAbout } from '../../src/scan/vex/write.ts';

/** What is written as VEX is what others read: the published schema of CycloneDX 1.6, and OpenVEX's own library. */

const PACKAGE = '@cyclonedx/cyclonedx-library@10.3.0';
const SHA512 = 'RIT28sp1U0PCHaaeF3yNRwk6Jig/XJ8UsYAVOMYaHQ+0VVOvsjcp0PTWQFLUqJFF8XMud+Kdq6G+wtDAh+QJFA==';
const SCHEMAS = ['bom-1.6', 'spdx', 'jsf-0.82'].map((name) => `package/res/schema/${name}.SNAPSHOT.schema.json`);

let dir = '';
let check: ValidateFunction;

async function done(argv: readonly string[]): Promise<string> {
  const { code, output } = await command(argv, { cwd: dir, live: false });
  if (code !== 0) throw new Error(`${argv.join(' ')}: ${output}`);
  return output;
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shiplock-vex-'));
  // Only the schemas are wanted, none of what the package depends on.
  await done(['npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', dir, PACKAGE]);
  const packed = join(dir, 'cyclonedx-cyclonedx-library-10.3.0.tgz');
  const digest = createHash('sha512').update(await readFile(packed));
  expect(digest.digest('base64')).toBe(SHA512);
  await done(['tar', '-xzf', packed, '-C', dir, ...SCHEMAS]);
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  const [bom, ...parts] = await Promise.all(
    SCHEMAS.map(async (file) => JSON.parse(await readFile(join(dir, file), 'utf8'))),
  );
  // They are referred to by the names that they have in the package.
  for (const [at, part] of parts.entries())
    ajv.addSchema(part, `http://cyclonedx.org/schema/${SCHEMAS[at + 1]?.split('/').at(-1)}`);
  check = ajv.compile(bom);
}, 120_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

const about: VexAbout = {
  service: 'shop',
  commit: 'a'.repeat(40),
  author: 'release',
  version: '0.1.0',
  now: Date.UTC(2026, 10, 22),
};
const one = (rule: string, more: Partial<RawFinding>): RawFinding => ({
  ...{
    scanner: 'govulncheck',
    subject: 'dependencies',
    rule,
    severity: 'high',
    message: `about ${rule}`,
    file: 'go.mod',
  },
  package: { ecosystem: 'Go', name: 'example.com/m', version: 'v1.0.0' },
  remedy: 'raise it',
  ...more,
});
const findings = mergeFindings(
  [
    one('GO-2026-0001', { reach: 'present', aliases: ['CVE-2026-0001'] }),
    one('GO-2026-0002', { reach: 'called' }),
    one('GHSA-aaaa-bbbb-cccc', {
      scanner: 'osv-scanner',
      package: { ecosystem: 'npm', name: '@a/b', version: '1.0.0' },
    }),
    one('GO-2026-0003', { reach: 'called', severity: 'info' }),
  ],
  () => undefined,
);
const waivers = [{ id: 'GO-2026-0003', until: '2026-12-31', owner: 'team', reason: 'a control\u0007character' }];
const result = judge(
  findings,
  [],
  { failOn: 'high', present: 'warning', waivers, optional: [], failFrom: null },
  { today: '2026-11-22', whole: true, base: null },
);

test('CycloneDX documents are as the schema says, with vulnerabilities and without', () => {
  expect(
    check({ bomFormat: 'CycloneDX', specVersion: '1.6', vulnerabilities: [{ analysis: { state: 'fine' } }] }),
  ).toBe(false);
  for (const some of [result, { findings: [], waived: [] }]) {
    const valid = check(cycloneDxDocument(some, about));
    expect(valid ? [] : check.errors).toEqual([]);
  }
});

test("OpenVEX's own library understands each statement", async () => {
  const file = join(dir, 'vex.json');
  await writeFile(file, JSON.stringify(openVexDocument(result, about)));
  const program = await toolPath('openvex-check');
  expect(
    (await done([program, file]))
      .trim()
      .split('\n')
      .map((line) => line.trim())
      .toSorted(),
  ).toEqual([
    'GHSA-aaaa-bbbb-cccc under_investigation',
    'GO-2026-0001 not_affected vulnerable_code_not_in_execute_path',
    'GO-2026-0002 affected',
    'GO-2026-0003 affected',
  ]);
  // It does refuse.
  await writeFile(
    file,
    JSON.stringify(openVexDocument(result, about)).replace('vulnerable_code_not_in_execute_path', 'because'),
  );
  await expect(done([program, file])).rejects.toThrow('GO-2026-0001');
}, 300_000);
