import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sarifRuns } from '../../src/scan/given/sarif.ts';
import { judge } from '../../src/scan/judge.ts';
import { mergeFindings } from '../../src/scan/merge.ts';
import type { RawFinding, ScannerRun } from '../../src/scan/types.ts';

/** Logs of scanners that nobody here knows: what they mean, and when they are not believed. */

const HEAD = 'a'.repeat(40);
const place = { directory: '/w', head: HEAD };

interface Parts {
  readonly result?: object;
  readonly run?: object;
  readonly rule?: object;
  readonly log?: object;
}

function log({ result = {}, run = {}, rule = {}, log: outer = {} }: Parts = {}): string {
  return JSON.stringify({
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'CodeQL', semanticVersion: '2.20.1', rules: [{ id: 'js/sqli', ...rule }] } },
        results: [
          {
            ...{ ruleId: 'js/sqli', ruleIndex: 0, message: { text: 'a query is put together from outside text' } },
            locations: [
              { physicalLocation: { artifactLocation: { uri: 'src/a.js' }, region: { startLine: 4, startColumn: 7 } } },
            ],
            ...result,
          },
        ],
        ...run,
      },
    ],
    ...outer,
  });
}

function only(runs: readonly ScannerRun[]): readonly RawFinding[] {
  const [run] = runs;
  if (run?.end.kind !== 'scanned') throw new Error(`not scanned: ${JSON.stringify(run)}`);
  return run.end.findings;
}

const finding = (parts: Parts = {}): RawFinding | undefined => only(sarifRuns(log(parts), 'x.sarif', place))[0];

describe('a result', () => {
  test('is a finding of its tool, with its place', () => {
    const [run] = sarifRuns(log(), 'x.sarif', place);
    expect(run).toMatchObject({ scanner: 'CodeQL', subject: 'code', end: { kind: 'scanned', version: '2.20.1' } });
    expect(finding()).toMatchObject({ rule: 'js/sqli', severity: 'medium', file: 'src/a.js', line: 4, column: 7 });
  });

  test.each([
    ['the score of the rule', { rule: { properties: { 'security-severity': '9.1' } } }, 'critical'],
    [
      'the score of the result before it',
      { rule: { properties: { 'security-severity': '9.1' } }, result: { properties: { 'security-severity': 5 } } },
      'medium',
    ],
    ['its level', { result: { level: 'error' } }, 'high'],
    ['the level of its rule', { rule: { defaultConfiguration: { level: 'note' } } }, 'low'],
    ['no level of what is no failure', { result: { kind: 'open' } }, 'low'],
    ['"warning" where nothing is said', {}, 'medium'],
  ])('is as bad as %s', (_, parts, severity) => {
    expect(finding(parts)?.severity).toBe(severity);
  });

  test.each([
    ['passed', { kind: 'pass' }],
    ['does not apply', { kind: 'notApplicable' }],
    ['is gone since the baseline', { baselineState: 'absent' }],
  ])('that %s is none', (_, result) => {
    expect(only(sarifRuns(log({ result }), 'x.sarif', place))).toEqual([]);
  });

  test('that its tool has let pass is told and stops nothing; one whose suppression was turned down counts', () => {
    const suppressed = (status?: string) =>
      finding({
        result: { level: 'error', suppressions: [{ kind: 'inSource', ...(status === undefined ? {} : { status }) }] },
      });
    expect(suppressed()).toMatchObject({ severity: 'info', message: expect.stringContaining('let pass by its tool') });
    expect(suppressed('accepted')?.severity).toBe('info');
    expect(suppressed('rejected')?.severity).toBe('high');
    expect(suppressed('underReview')?.severity).toBe('high');
  });

  test('lies below the directory, however its file is named; elsewhere it has no place', () => {
    const at = (uri: string, more: object = {}, run: object = {}) =>
      finding({ run, result: { locations: [{ physicalLocation: { artifactLocation: { uri, ...more } } }] } })?.file;
    expect(at('file:///w/src/b%20c.js')).toBe('src/b c.js');
    expect(at('b.js', { uriBaseId: 'SRC' }, { originalUriBaseIds: { SRC: { uri: 'file:///w/src/' } } })).toBe(
      'src/b.js',
    );
    expect(
      at('src/b.js', { uriBaseId: 'ROOT' }, { originalUriBaseIds: { ROOT: { uri: 'file:///home/runner/x/' } } }),
    ).toBe('src/b.js');
    expect(at('../../etc/passwd')).toBeUndefined();
    expect(at('file:///etc/passwd')).toBeUndefined();
    expect(at('https://example.com/a.js')).toBeUndefined();
    const byIndex = {
      result: { locations: [{ physicalLocation: { artifactLocation: { index: 1 } } }] },
      run: { artifacts: [{}, { location: { uri: 'c.js' } }] },
    };
    expect(finding(byIndex)?.file).toBe('c.js');
  });

  test('has the weaknesses of its tags and taxa, so that it is one with what another scanner says of the same line', () => {
    const rule = { properties: { tags: ['security', 'external/cwe/cwe-089'] } };
    expect(finding({ rule })?.cwe).toEqual(['CWE-89']);
    expect(
      finding({ rule: { relationships: [{ target: { id: '79', toolComponent: { name: 'CWE' } } }] } })?.cwe,
    ).toEqual(['CWE-79']);
    const other: RawFinding = {
      scanner: 'gosec',
      subject: 'code',
      rule: 'G201',
      cwe: ['CWE-89'],
      severity: 'high',
      message: 'sql',
      file: 'src/a.js',
      line: 4,
    };
    const [merged, ...rest] = mergeFindings([other, ...only(sarifRuns(log({ rule }), 'x.sarif', place))], () => 'x');
    expect(merged?.scanners).toEqual(['CodeQL', 'gosec']);
    expect(rest).toEqual([]);
  });

  test('finds its rule in an extension of the tool', () => {
    const run = {
      tool: {
        driver: { name: 'CodeQL' },
        extensions: [{ name: 'queries', rules: [{ id: 'q', properties: { 'security-severity': '7.5' } }] }],
      },
    };
    const rule = { id: 'q', index: 0, toolComponent: { index: 0 } };
    expect(finding({ run, result: { ruleId: undefined, ruleIndex: undefined, rule } })).toMatchObject({
      rule: 'q',
      severity: 'high',
    });
  });

  test('keeps its name by the fingerprints of its tool, whatever stands in the line', () => {
    const of = (hash: string, text: string) =>
      mergeFindings(
        only(sarifRuns(log({ result: { partialFingerprints: { primary: hash } } }), 'x', place)),
        () => text,
      )[0]?.fingerprint;
    expect(of('1', 'a')).toBe(of('1', 'b'));
    expect(of('1', 'a')).not.toBe(of('2', 'a'));
  });

  test('that the tool itself knows from the baseline is not new', () => {
    const merged = mergeFindings(
      only(sarifRuns(log({ result: { level: 'error', baselineState: 'unchanged' } }), 'x', place)),
      () => 'a',
    );
    const policy = { failOn: 'high', present: 'warning', waivers: [], optional: [], failFrom: null } as const;
    const options = { today: '2026-11-22', whole: true };
    expect(judge(merged, [], policy, { ...options, base: new Set() }).verdict).toBe('clean');
    expect(judge(merged, [], policy, { ...options, base: null }).verdict).toBe('findings');
  });
});

describe('a log is not believed', () => {
  test.each([
    ['empty', ''],
    ['no JSON', '<html>'],
    ['cut', log().slice(0, -20)],
    ['of another version', log({ log: { version: '2.0.0' } })],
    ['without a run', log({ log: { runs: [] } })],
    ['without a list of results', log({ run: { results: null } })],
    [
      'of a tool that failed',
      log({
        run: {
          invocations: [
            { executionSuccessful: false, toolExecutionNotifications: [{ message: { text: 'out of memory' } }] },
          ],
        },
      }),
    ],
    ['of another commit', log({ run: { versionControlProvenance: [{ revisionId: 'b'.repeat(40) }] } })],
    ['whose results lie elsewhere', log({ run: { externalPropertyFileReferences: { results: [{}] } } })],
    ['with a result of another form', log({ result: { message: 'text' } })],
  ])('%s', (_, text) => {
    const runs = sarifRuns(text, 'x.sarif', place);
    expect(runs).toMatchObject([
      { end: { kind: 'not-scanned', problem: { code: 'scan.bad-sarif', where: 'x.sarif' } } },
    ]);
    const policy = { failOn: 'high', present: 'warning', waivers: [], optional: [], failFrom: null } as const;
    expect(judge([], runs, policy, { today: '2026-11-22', whole: true, base: null }).verdict).toBe('not-scanned');
  });

  test('of this commit, by its first digits, it is', () => {
    expect(
      sarifRuns(log({ run: { versionControlProvenance: [{ revisionId: 'aaaaaaaa' }] } }), 'x', place)[0]?.end.kind,
    ).toBe('scanned');
  });

  test('whatever stands in it, it is read or refused', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const runs = sarifRuns(text, 'x', place);
        expect(runs.length).toBeGreaterThan(0);
        expect(runs.every(({ end }) => end.kind === 'scanned' || end.kind === 'not-scanned')).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
