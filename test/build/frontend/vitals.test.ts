import { describe, expect, it } from 'vitest';
import { GOOD, judgeVisits, passes } from '../../../src/build/frontend/audit/judge.ts';
import type { Visit } from '../../../src/build/frontend/audit/visit.ts';
import { median, vitalsOf } from '../../../src/build/frontend/audit/vitals.ts';

const calm = { fcp: 100, lcp: 200, shifts: [], tasks: [] };

describe('vitals', () => {
  it('layout shift is the worst burst, not the sum', () => {
    const cls = (...shifts: [number, number][]) => vitalsOf({ ...calm, shifts }).cls;
    expect(cls([0, 0.1], [500, 0.1], [1600, 0.05])).toBeCloseTo(0.2);
    // Every gap is short, but a burst ends after five seconds.
    expect(cls(...Array.from({ length: 12 }, (_, n): [number, number] => [n * 900, 0.01]))).toBeCloseTo(0.06);
    expect(cls()).toBe(0);
  });

  it('blocked time is what tasks take beyond 50 ms, after the first paint', () => {
    const tbt = (...tasks: [number, number][]) => vitalsOf({ ...calm, tasks }).tbt;
    expect(tbt([200, 120], [400, 51])).toBe(71);
    expect(tbt([0, 90])).toBe(0);
    expect(tbt([50, 150])).toBe(50);
    expect(vitalsOf({ ...calm, fcp: null, tasks: [[0, 500]] }).tbt).toBe(0);
  });

  it('the middle of several', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([])).toBeUndefined();
  });
});

describe('the judgement', () => {
  const visit = (more: Partial<Visit> = {}): Visit => ({
    ...{ troubles: [], transferred: 1000, requests: 2, violations: null },
    vitals: { fcp: 100, lcp: 2400, cls: 0, tbt: 0 },
    ...more,
  });
  const slow = visit({ vitals: { fcp: 100, lcp: 9000, cls: 0, tbt: 0 } });

  it('one slow visit of three is no finding, two are', () => {
    expect(passes(judgeVisits('u', [visit(), slow, visit()], GOOD))).toBe(true);
    const told = judgeVisits('u', [visit(), slow, slow], GOOD);
    expect(told.findings.map(({ rule, level }) => [rule, level])).toEqual([['lcp', 'error']]);
    expect(passes(told)).toBe(false);
  });

  it('a page that paints nothing never passes', () => {
    const blank = visit({ vitals: { fcp: null, lcp: null, cls: 0, tbt: 0 } });
    expect(judgeVisits('u', [blank], GOOD).findings).toEqual([
      { rule: 'lcp', level: 'error', message: 'nothing was painted' },
    ]);
  });

  it('an error in one visit is an error, and says how often; small faults of accessibility only warn', () => {
    const bad = visit({ troubles: [{ kind: 'script-error', what: 'boom' }] });
    const violations = [{ id: 'region', impact: 'moderate' as const, help: 'in landmarks', places: ['p'] }];
    const told = judgeVisits('u', [bad, visit({ violations })], GOOD);
    expect(told.findings).toEqual([
      { rule: 'script-error', level: 'error', message: 'boom (in 1 of 2 visits)' },
      { rule: 'accessibility', level: 'warning', message: 'in landmarks (region, moderate): p' },
    ]);
    expect(told.accessibility).toBe(true);
  });
});
