import { describe, expect, test } from 'vitest';
import { fingerprintOf, secretMark } from '../../src/scan/fingerprint.ts';
import { type JudgeOptions, judge, type ScanPolicy } from '../../src/scan/judge.ts';
import { mergeFindings } from '../../src/scan/merge.ts';
import { atLeast, ofScore, worse } from '../../src/scan/severity.ts';
import type { RawFinding, ScanFinding, ScannerRun } from '../../src/scan/types.ts';

/** What several scanners say becomes findings, and findings become a verdict. */

const code: RawFinding = {
  scanner: 'staticcheck',
  subject: 'code',
  rule: 'SA1000',
  severity: 'high',
  message: 'wrong',
  file: 'a.go',
  line: 3,
};
const vulnerable: RawFinding = {
  scanner: 'govulncheck',
  subject: 'dependencies',
  rule: 'GO-2026-0001',
  aliases: ['CVE-2026-1', 'GHSA-aaaa'],
  severity: 'high',
  message: 'bad module',
  file: 'go.mod',
  package: { ecosystem: 'Go', name: 'example.com/m', version: 'v1.0.0' },
  reach: 'present',
};
const none = (): undefined => undefined;

describe('one finding', () => {
  test('keeps its name when lines move, and gets another when its line changes', () => {
    const texts = (line: number): string | undefined => ({ 3: '\tfoo( 1 )', 9: 'foo( 1 )' })[line];
    const [here] = mergeFindings([code], (_file, line) => texts(line));
    const [moved] = mergeFindings([{ ...code, line: 9 }], (_file, line) => texts(line));
    const [changed] = mergeFindings([code], () => 'foo(2)');
    expect(moved?.fingerprint).toBe(here?.fingerprint);
    expect(changed?.fingerprint).not.toBe(here?.fingerprint);
  });

  test('the same line twice in a file are two, in their order', () => {
    const [one, two] = mergeFindings([code, { ...code, line: 7 }], () => 'foo()');
    expect(one?.fingerprint).not.toBe(two?.fingerprint);
  });

  test('a vulnerability is named by what databases share, whoever found it', () => {
    const other = { ...vulnerable, scanner: 'osv', rule: 'GHSA-aaaa', aliases: ['CVE-2026-1'] };
    expect(fingerprintOf(other, undefined, 0)).toBe(fingerprintOf(vulnerable, undefined, 0));
  });

  test('a secret is named without telling it, and another secret is another', () => {
    const of = (secret: string): RawFinding => ({
      ...{ scanner: 'gitleaks', subject: 'secrets', rule: 'key', severity: 'critical', message: 'a key', file: 'x' },
      secret: secretMark(secret),
    });
    const [one] = mergeFindings([of('hunter2')], none);
    const [two] = mergeFindings([of('correct horse')], none);
    expect(one?.fingerprint).not.toBe(two?.fingerprint);
    expect(JSON.stringify(one)).not.toContain(secretMark('hunter2').slice(0, 8));
    expect(Object.keys(one ?? {})).not.toContain('secret');
  });
});

describe('several scanners', () => {
  test('that say the same in shared words say one thing; two of one scanner stay two', () => {
    const says = (scanner: string, message: string, severity: RawFinding['severity'] = 'high'): RawFinding => ({
      ...{ scanner, subject: 'manifests', rule: `${scanner}-rule`, severity, message, file: 'a.yaml', line: 1 },
      same: 'privileged Deployment/web',
    });
    const list = [says('kube-score', 'one'), says('kube-score', 'two'), says('checkov', 'object', 'critical')];
    for (const order of [list, list.toReversed()]) {
      const merged = mergeFindings(order, none);
      expect(merged.map(({ scanners }) => scanners).toSorted()).toEqual([['checkov', 'kube-score'], ['kube-score']]);
      expect(merged[0]).toMatchObject({ severity: 'critical', rule: 'checkov-rule', aliases: ['kube-score-rule'] });
      expect(merged[0]).not.toHaveProperty('same');
    }
    const [first] = list;
    if (first === undefined) throw new Error('there are three');
    for (const other of [{ file: 'b.yaml' }, { subject: 'containers' }, { same: 'privileged Pod/web' }] as const)
      expect(mergeFindings([first, { ...first, scanner: 'checkov', ...other }], none)).toHaveLength(2);
  });

  test('that share any name of a vulnerability say one thing: its worst severity, and called wins over present', () => {
    const other: RawFinding = {
      ...vulnerable,
      ...{ scanner: 'osv', rule: 'GHSA-aaaa', aliases: [], severity: 'critical', reach: 'called' },
      package: { ecosystem: 'Go', name: 'example.com/m', version: 'v1.0.0', fixed: 'v1.0.1' },
    };
    const merged = mergeFindings([vulnerable, other], none);
    expect(merged).toHaveLength(1);
    expect(merged[0]).toMatchObject({
      severity: 'critical',
      reach: 'called',
      scanners: ['govulncheck', 'osv'],
      package: { fixed: 'v1.0.1' },
    });
    expect([merged[0]?.rule, ...(merged[0]?.aliases ?? [])].toSorted()).toEqual([
      'CVE-2026-1',
      'GHSA-aaaa',
      'GO-2026-0001',
    ]);
  });

  test('another version of the module is another finding', () => {
    const other = { ...vulnerable, package: { ecosystem: 'Go', name: 'example.com/m', version: 'v2.0.0' } };
    expect(mergeFindings([vulnerable, other], none)).toHaveLength(2);
  });

  test('a weakness at the same line is one, at another line two; without a number of CWE nothing is merged', () => {
    const one = { ...code, cwe: ['CWE-78'] };
    const same = { ...one, scanner: 'gosec', rule: 'G204', column: 9 };
    expect(mergeFindings([one, same], none)).toHaveLength(1);
    expect(mergeFindings([one, { ...same, line: 4 }], none)).toHaveLength(2);
    expect(mergeFindings([code, { ...code, scanner: 'gosec', rule: 'G204' }], none)).toHaveLength(2);
  });

  test('a secret in a file and in three commits is one, at its place in the file', () => {
    const secret = secretMark('s');
    const base: RawFinding = {
      ...{ scanner: 'gitleaks', subject: 'secrets', rule: 'key', severity: 'critical', message: 'a key', file: 'x' },
      secret,
    };
    const commits = ['c1', 'c2', 'c3'].map((commit, at) => ({ ...base, commit, line: at + 1 }));
    const merged = mergeFindings([...commits, { ...base, line: 9 }], none);
    expect(merged).toHaveLength(1);
    expect(merged[0]).toMatchObject({ line: 9 });
    expect(merged[0]?.commit).toBeUndefined();
  });
});

test('severities have an order; scores become words as CVSS says', () => {
  expect(atLeast('critical', 'high')).toBe(true);
  expect(atLeast('medium', 'high')).toBe(false);
  expect(worse('low', 'high')).toBe('high');
  expect([9, 8.9, 6.9, 3.9, 0].map(ofScore)).toEqual(['critical', 'high', 'medium', 'low', 'info']);
});

describe('the verdict', () => {
  const policy: ScanPolicy = { failOn: 'high', present: 'warning', waivers: [], optional: [], failFrom: null };
  const options: JudgeOptions = { today: '2026-11-22', whole: true, base: null };
  const merged = (...raw: readonly RawFinding[]): readonly ScanFinding[] => mergeFindings(raw, none);
  const waiver = { until: '2026-12-31', owner: 'team', reason: 'known' };
  const failed: ScannerRun = {
    scanner: 'gitleaks',
    subject: 'secrets',
    took: 1,
    end: {
      kind: 'not-scanned',
      problem: { code: 'scan.failed', where: 'gitleaks', found: 'x', expected: 'y', remedy: 'z' },
    },
  };

  test.each([
    ['nothing found', [], 'clean'],
    ['something as bad as the limit', [code], 'findings'],
    ['something less bad', [{ ...code, severity: 'medium' as const }], 'clean'],
    ['a package that is only present', [vulnerable], 'clean'],
    ['a package that is called', [{ ...vulnerable, reach: 'called' as const }], 'findings'],
  ])('%s', (_, raw, verdict) => {
    expect(judge(merged(...raw), [], policy, options).verdict).toBe(verdict);
  });

  test('a scanner that did not do its work is never clean, unless it is optional', () => {
    expect(judge([], [failed], policy, options).verdict).toBe('not-scanned');
    expect(judge([], [failed], { ...policy, optional: ['gitleaks'] }, options).verdict).toBe('clean');
  });

  test('what the base has does not fail; what is new does', () => {
    const findings = merged(code);
    const known = new Set(findings.map(({ fingerprint }) => fingerprint));
    expect(judge(findings, [], policy, { ...options, base: known })).toMatchObject({
      verdict: 'clean',
      findings: [{ isNew: false, level: 'warning' }],
    });
    expect(judge(findings, [], policy, { ...options, base: new Set() }).verdict).toBe('findings');
  });

  test.each([
    ['by its rule', { id: 'SA1000' }, 'clean'],
    ['in its file', { id: 'SA1000', file: './a.go' }, 'clean'],
    ['in another file', { id: 'SA1000', file: 'b.go' }, 'findings'],
    ['in a directory that only begins alike', { id: 'SA1000', file: 'a' }, 'findings'],
    ['of a package that it is not about', { id: 'SA1000', package: 'm' }, 'findings'],
  ])('a waiver %s', (_, of, verdict) => {
    expect(judge(merged(code), [], { ...policy, waivers: [{ ...waiver, ...of }] }, options).verdict).toBe(verdict);
  });

  test('a waiver of one vulnerability, by any of its names, leaves the others', () => {
    const called = { ...vulnerable, reach: 'called' as const };
    const other = { ...called, rule: 'GO-2026-0002', aliases: [] };
    const waivers = [{ ...waiver, id: 'GHSA-aaaa' }];
    const result = judge(merged(called, other), [], { ...policy, waivers }, options);
    expect(result.waived.map(({ finding }) => finding.rule)).toEqual(['GO-2026-0001']);
    expect(result.findings.map(({ finding, level }) => [finding.rule, level])).toEqual([['GO-2026-0002', 'error']]);
  });

  test('a waiver holds on its last day, and is an error after it', () => {
    const waivers = [{ ...waiver, id: 'SA1000' }];
    const on = (today: string) => judge(merged(code), [], { ...policy, waivers }, { ...options, today });
    expect(on('2026-12-31').verdict).toBe('clean');
    expect(on('2027-01-01')).toMatchObject({ verdict: 'findings', faults: [{ why: 'over' }] });
  });

  test('a waiver that nothing needs is an error, but only when all have looked', () => {
    const waivers = [{ ...waiver, id: 'SA9999' }];
    expect(judge([], [], { ...policy, waivers }, options)).toMatchObject({
      verdict: 'findings',
      faults: [{ why: 'unused' }],
    });
    expect(judge([], [], { ...policy, waivers }, { ...options, whole: false }).verdict).toBe('clean');
    expect(judge([], [failed], { ...policy, waivers, optional: ['gitleaks'] }, options).verdict).toBe('clean');
  });
});
