import { describe, expect, test } from 'vitest';
import { judge, type ScanPolicy } from '../../src/scan/judge.ts';
import { mergeFindings } from '../../src/scan/merge.ts';
import type { RawFinding, ScanFinding } from '../../src/scan/types.ts';
import { readCycloneDx } from '../../src/scan/vex/cyclonedx.ts';
import { readOpenVex } from '../../src/scan/vex/openvex.ts';
import { namesPackage, purlOf } from '../../src/scan/vex/purl.ts';
import { BadVex, withVex } from '../../src/scan/vex/statements.ts';
import { cycloneDxDocument, openVexDocument, type VexAbout } from '../../src/scan/vex/write.ts';

/** What others say about vulnerabilities, and what a scan says to others. */

const raw: RawFinding = {
  ...{ scanner: 'osv-scanner', subject: 'dependencies', rule: 'GHSA-35jh-r3h4-6jhm', aliases: ['CVE-2021-23337'] },
  ...{ severity: 'high', message: 'lodash is bad', file: 'package-lock.json', remedy: 'raise lodash to 4.17.21' },
  package: { ecosystem: 'npm', name: 'lodash', version: '4.17.20' },
};
const [lodash] = mergeFindings([raw], () => undefined);
if (lodash === undefined) throw new Error('one finding stays one');

interface Statement {
  readonly [key: string]: unknown;
}
const statement: Statement = {
  vulnerability: { name: 'CVE-2021-23337' },
  products: [{ '@id': 'pkg:npm/lodash@4.17.20' }],
  status: 'not_affected',
  justification: 'vulnerable_code_not_in_execute_path',
};
function openVex(...statements: readonly Statement[]): object {
  return {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://example.com/vex/1',
    author: 'security@example.com',
    timestamp: '2026-11-01T00:00:00Z',
    version: 1,
    statements,
  };
}
function cycloneDx(analysis: object, more: object = {}): object {
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { timestamp: '2026-11-01T00:00:00Z', authors: [{ name: 'security' }] },
    components: [{ type: 'library', 'bom-ref': 'ref-1', name: 'lodash', purl: 'pkg:npm/lodash@4.17.20' }],
    vulnerabilities: [{ id: 'CVE-2021-23337', analysis, affects: [{ ref: 'ref-1' }], ...more }],
  };
}

const policy: ScanPolicy = { failOn: 'high', present: 'warning', waivers: [], optional: [], failFrom: null };
const levelOf = (finding: ScanFinding): string | undefined =>
  judge([finding], [], policy, { today: '2026-11-22', whole: true, base: null }).findings[0]?.level;
const said = (document: object, finding = lodash): ScanFinding => withVex(finding, readOpenVex(document, 'vex.json'));

describe('a package URL', () => {
  test.each([
    ['pkg:npm/lodash@4.17.20', true],
    ['pkg:npm/lodash', true],
    ['pkg:npm/lodash@4.17.20?repository_url=x#lib', true],
    ['pkg:NPM/lodash@4.17.20', true],
    ['pkg:npm/lodash@4.17.21', false],
    ['pkg:npm/lodash-es@4.17.20', false],
    ['pkg:golang/lodash@4.17.20', false],
    ['lodash', false],
  ])('%s names lodash 4.17.20: %s', (purl, expected) => {
    expect(namesPackage(purl, { ecosystem: 'npm', name: 'lodash', version: '4.17.20' })).toBe(expected);
  });

  test('of a scoped package, of a module of Go, with or without its v', () => {
    expect(purlOf({ ecosystem: 'npm', name: '@a/b', version: '1.0.0' })).toBe('pkg:npm/%40a/b@1.0.0');
    const net = { ecosystem: 'Go', name: 'golang.org/x/net', version: 'v0.1.0' };
    expect(purlOf(net)).toBe('pkg:golang/golang.org/x/net@v0.1.0');
    expect(namesPackage('pkg:golang/golang.org/x/net@0.1.0', net)).toBe(true);
    expect(namesPackage('pkg:npm/@a/b@1.0.0', { ecosystem: 'npm', name: '@a/b', version: '1.0.0' })).toBe(true);
  });
});

describe('OpenVEX', () => {
  test('who is not affected passes, and who says so is said', () => {
    const finding = said(openVex(statement));
    expect(finding.vex).toMatchObject({ status: 'not_affected', author: 'security@example.com', file: 'vex.json' });
    expect(levelOf(finding)).toBe('note');
    expect(levelOf(said(openVex({ ...statement, status: 'fixed' })))).toBe('note');
  });

  test.each([
    ['another vulnerability', { vulnerability: { name: 'CVE-2021-23338' } }],
    ['another version', { products: [{ '@id': 'pkg:npm/lodash@4.17.19' }] }],
    ['another package', { products: [{ '@id': 'pkg:npm/lodash-es' }] }],
    ['no product at all', { products: undefined }],
    [
      'a product whose parts are others',
      { products: [{ '@id': 'pkg:npm/lodash@4.17.20', subcomponents: [{ '@id': 'pkg:npm/x' }] }] },
    ],
  ])('about %s it says nothing', (_, change) => {
    expect(said(openVex({ ...statement, ...change }))).toEqual(lodash);
  });

  test('about a part of a product it does, by an alias and an identifier', () => {
    const parts = [{ identifiers: { purl: 'pkg:npm/lodash' } }];
    const change = {
      vulnerability: { name: 'X-1', aliases: ['GHSA-35jh-r3h4-6jhm'] },
      products: [{ '@id': 'https://example.com/us', subcomponents: parts }],
    };
    expect(levelOf(said(openVex({ ...statement, ...change })))).toBe('note');
  });

  test.each([
    ['is affected', { status: 'affected', justification: undefined, action_statement: 'update' }],
    ['is looked into', { status: 'under_investigation', justification: undefined }],
  ])('what %s still fails', (_, change) => {
    const finding = said(openVex({ ...statement, ...change }));
    expect(finding.vex?.status).toBe(change.status);
    expect(levelOf(finding)).toBe('error');
  });

  test('the last word counts; of two at the same time the more careful', () => {
    const affected = { ...statement, status: 'affected', justification: undefined, action_statement: 'update' };
    const later = { ...statement, timestamp: '2026-11-05T00:00:00Z' };
    expect(said(openVex(affected, later)).vex?.status).toBe('not_affected');
    expect(said(openVex(later, { ...affected, timestamp: '2026-11-06T00:00:00Z' })).vex?.status).toBe('affected');
    expect(said(openVex(statement, affected)).vex?.status).toBe('affected');
  });

  test('it does not speak of licences, secrets or code', () => {
    const licence: ScanFinding = { ...lodash, subject: 'licences' };
    expect(said(openVex(statement), licence)).toEqual(licence);
  });

  test.each([
    ['without a reason', openVex({ ...statement, justification: undefined })],
    ['with a reason that nobody knows', openVex({ ...statement, justification: 'we_think_so' })],
    ['with a status that nobody knows', openVex({ ...statement, status: 'fine' })],
    ['without a statement', openVex()],
    ['without an author', { ...openVex(statement), author: undefined }],
    ['without a time', { ...openVex(statement), timestamp: 'yesterday' }],
  ])('%s is refused', (_, document) => {
    expect(() => readOpenVex(document, 'vex.json')).toThrow(BadVex);
  });
});

describe('CycloneDX', () => {
  const word = (document: object) => withVex(lodash, readCycloneDx(document, 'vex.cdx.json')).vex;

  test.each([
    ['not_affected', { justification: 'code_not_reachable' }, 'not_affected', 'vulnerable_code_not_in_execute_path'],
    ['false_positive', { detail: 'another lodash' }, 'not_affected', undefined],
    ['resolved', {}, 'fixed', undefined],
    ['exploitable', {}, 'affected', undefined],
    ['in_triage', {}, 'under_investigation', undefined],
  ])('%s', (state, more, status, justification) => {
    expect(word(cycloneDx({ state, ...more }))).toMatchObject({
      status,
      ...(justification === undefined ? {} : { justification }),
      author: 'security',
    });
  });

  test('what it affects may be a package URL or a link into the document', () => {
    const analysis = { state: 'not_affected', justification: 'code_not_present' };
    expect(word(cycloneDx(analysis, { affects: [{ ref: 'pkg:npm/lodash@4.17.20' }] }))?.status).toBe('not_affected');
    expect(
      word(cycloneDx(analysis, { affects: [{ ref: 'urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#ref-1' }] }))?.status,
    ).toBe('not_affected');
    expect(word(cycloneDx(analysis, { affects: [{ ref: 'ref-2' }] }))).toBeUndefined();
    expect(word(cycloneDx(analysis, { affects: undefined }))).toBeUndefined();
  });

  test('a bill of materials without an analysis says nothing; one that nobody says, or without a reason, is refused', () => {
    expect(readCycloneDx(cycloneDx({}), 'x')).toEqual([]);
    expect(() => readCycloneDx(cycloneDx({ state: 'not_affected' }), 'x')).toThrow(BadVex);
    const nobody = { ...cycloneDx({ state: 'resolved' }), metadata: { timestamp: '2026-11-01T00:00:00Z' } };
    expect(() => readCycloneDx(nobody, 'x')).toThrow('nobody says it');
  });
});

describe('what a scan says', () => {
  const about: VexAbout = {
    service: 'shop',
    commit: 'a'.repeat(40),
    author: 'release',
    version: '0.1.0',
    now: Date.UTC(2026, 10, 22),
  };
  const uuid: RawFinding = {
    ...{
      scanner: 'govulncheck',
      subject: 'dependencies',
      rule: 'GO-2026-9001',
      aliases: ['CVE-2026-9001'],
      severity: 'high',
    },
    ...{
      message: 'uuid',
      file: 'go.mod',
      remedy: 'raise it',
      package: { ecosystem: 'Go', name: 'github.com/google/uuid', version: 'v1.6.0' },
    },
  };
  const waiver = { id: 'GHSA-35jh-r3h4-6jhm', until: '2026-12-31', owner: 'team', reason: 'the template is ours' };
  const scanOf = (findings: readonly RawFinding[], waivers: ScanPolicy['waivers'] = []) =>
    judge(
      mergeFindings(findings, () => undefined),
      [],
      { ...policy, waivers },
      { today: '2026-11-22', whole: true, base: null },
    );

  test.each([
    ['nobody calls', { ...uuid, reach: 'present' as const }, [], 'not_affected'],
    ['is called', { ...uuid, reach: 'called' as const }, [], 'affected'],
    ['nobody has followed', raw, [], 'under_investigation'],
    ['is waived: that accepts it, and does not make it harmless', raw, [waiver], 'affected'],
  ])('of what %s', (_, finding, waivers, status) => {
    const result = scanOf([finding], waivers);
    const document = openVexDocument(result, about);
    const [first] = readOpenVex(document, 'out.json');
    expect(first?.word.status).toBe(status);
    // What is written is understood by what reads, in both forms, about exactly this package.
    const [own] = [...result.findings, ...result.waived].map(({ finding: one }) => one);
    if (own === undefined) throw new Error('one finding');
    expect(withVex({ ...own }, readOpenVex(document, 'o')).vex?.status).toBe(status);
    expect(withVex({ ...own }, readCycloneDx(cycloneDxDocument(result, about), 'c')).vex?.status).toBe(status);
  });

  test('passes on what others have said, with their name', () => {
    const [finding] = scanOf([raw]).findings;
    if (finding === undefined) throw new Error('one finding');
    const spoken = { findings: [{ ...finding, finding: said(openVex(statement)) }], waived: [] };
    expect(readOpenVex(openVexDocument(spoken, about), 'o')[0]?.word).toMatchObject({
      ...{ status: 'not_affected', justification: 'vulnerable_code_not_in_execute_path' },
      note: expect.stringContaining('security@example.com'),
    });
  });

  test('without a vulnerability there is no OpenVEX document, and no secret is in one', () => {
    expect(openVexDocument(scanOf([]), about)).toBeNull();
    const secret: RawFinding = {
      scanner: 'gitleaks',
      subject: 'secrets',
      rule: 'key',
      severity: 'critical',
      message: 'a key',
      file: 'x',
    };
    expect(openVexDocument(scanOf([secret]), about)).toBeNull();
  });

  test('is called the same for the same scan, and otherwise for another', () => {
    const id = (now: number) =>
      JSON.stringify(openVexDocument(scanOf([raw]), { ...about, now })).match(/urn:uuid:[^"]+/)?.[0];
    expect(id(1)).toBe(id(1));
    expect(id(1)).not.toBe(id(2));
    expect(id(1)).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
