import { describe, expect, it } from 'vitest';
import { milliseconds, summarise } from '../../scripts/components/load.ts';
import { countAgain, countGo, countVitest, failedFiles, skippedIn, slowestIn } from '../../scripts/testing/counts.ts';

const file = (status: string, ...tests: readonly string[]) => ({
  status,
  assertionResults: tests.map((test) => ({ status: test })),
});
const report = (...files: readonly ReturnType<typeof file>[]): string => JSON.stringify({ testResults: files });

describe('counting vitest', () => {
  it('adds up the tests of all files', () => {
    const text = report(file('passed', 'passed', 'passed'), file('failed', 'passed', 'failed'));
    expect(countVitest(text, 1)).toEqual({ passed: 3, failed: 1 });
  });

  it('counts a file that does not load as one failure', () => {
    expect(countVitest(report(file('passed', 'passed'), file('failed')), 1)).toEqual({ passed: 1, failed: 1 });
    expect(countVitest(report(file('failed', 'passed', 'skipped')), 1)).toEqual({ passed: 1, failed: 1 });
  });

  it('does not count a skipped test as passed', () => {
    expect(countVitest(report(file('passed', 'passed', 'skipped', 'todo')), 0)).toEqual({ passed: 1, failed: 0 });
  });

  it('names the tests that did not run', () => {
    const assertionResults = ['passed', 'skipped', 'failed', 'pending'].map((status) => ({
      status,
      fullName: `a ${status} one`,
    }));
    const text = JSON.stringify({ testResults: [{ status: 'failed', assertionResults }] });
    expect(skippedIn(text)).toEqual(['a skipped one', 'a pending one']);
    expect(skippedIn(null)).toEqual([]);
  });

  it('names the files that took longest', () => {
    const timed = ['/a.test.ts', '/b.test.ts', '/c.test.ts'].map((name, at) => ({
      ...file('passed', 'passed'),
      ...{ name, startTime: 1000, endTime: 1000 + 500 * (at + 1) },
    }));
    expect(slowestIn(JSON.stringify({ testResults: timed }), 2)).toEqual([
      { file: '/c.test.ts', seconds: 1.5 },
      { file: '/b.test.ts', seconds: 1 },
    ]);
    expect(slowestIn(null, 2)).toEqual([]);
  });

  it('never calls an exit code other than 0 good', () => {
    expect(countVitest(report(file('passed', 'passed')), 1)).toEqual({ passed: 1, failed: 1 });
    expect(countVitest(null, 1)).toEqual({ passed: 0, failed: 1 });
    expect(countVitest(null, null)).toEqual({ passed: 0, failed: 1 });
  });
});

describe('a second look', () => {
  const named = (name: string, status: string, ...tests: readonly string[]) => ({ name, ...file(status, ...tests) });
  const first = report(named('/a.test.ts', 'passed', 'passed'), named('/b.test.ts', 'failed', 'passed', 'failed'));

  it('is for a few files that failed, not for many', () => {
    expect(failedFiles(first)).toEqual(['/b.test.ts']);
    expect(failedFiles(report(...['1', '2', '3', '4'].map((name) => named(name, 'failed'))))).toEqual([]);
    expect(failedFiles(null)).toEqual([]);
  });

  it('counts those files as they ended then, and all others once', () => {
    expect(countAgain(first, { passed: 2, failed: 0 })).toEqual({ passed: 3, failed: 0 });
    expect(countAgain(first, { passed: 1, failed: 1 })).toEqual({ passed: 2, failed: 1 });
  });
});

describe('counting go test', () => {
  const events = [
    { Action: 'run', Test: 'TestA' },
    { Action: 'output', Test: 'TestA', Output: '=== RUN TestA\n' },
    { Action: 'pass', Test: 'TestA' },
    { Action: 'fail', Test: 'TestB/sub' },
    { Action: 'fail', Test: 'TestB' },
    { Action: 'skip', Test: 'TestC' },
    { Action: 'fail' },
  ];
  const text = ['./x.go:3: undefined: y', ...events.map((event) => JSON.stringify(event)), ''].join('\n');

  it('counts tests, not packages, and keeps what people read', () => {
    const { counts, output } = countGo(text, 1);
    expect(counts).toEqual({ passed: 1, failed: 2 });
    expect(output).toBe('./x.go:3: undefined: y\n=== RUN TestA\n');
  });

  it('is a failure when Go fails before any test', () => {
    expect(countGo('go: no such module\n', 1).counts).toEqual({ passed: 0, failed: 1 });
  });
});

describe('summing up a load', () => {
  it('keeps fractions of milliseconds', () => {
    expect(milliseconds('2026-11-21T06:34:02.98779971Z')).toBeCloseTo(Date.UTC(2026, 10, 21, 6, 34, 2) + 987.79971, 3);
    expect(milliseconds('2026-11-21T07:34:02+01:00')).toBe(Date.UTC(2026, 10, 21, 6, 34, 2));
  });

  it('counts by status and error and takes nearest-rank quantiles', () => {
    const hits = Array.from({ length: 101 }, (_, seq) => ({
      seq,
      at: seq * 10,
      latencyMs: 100 - seq,
      code: seq < 99 ? 200 : 0,
      error: seq < 99 ? '' : `dial tcp 10.0.0.1:${seq}->127.0.0.1:80: connection refused`,
      headers: {},
    }));
    const { hits: _all, ...sum } = summarise(hits);
    expect(sum).toEqual({
      requests: 101,
      statusCodes: { 200: 99, 0: 2 },
      errors: { 'dial tcp 127.0.0.1:80: connection refused': 2 },
      latencyMs: { p50: 50, p95: 95, p99: 99, max: 100 },
      rate: 100,
    });
  });
});
