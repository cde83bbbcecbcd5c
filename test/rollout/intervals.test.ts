import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { intervalRows, versionDelta } from '../../src/rollout/intervals.ts';
import { counters } from '../support/rollout.ts';

const versions = { stable: '1', candidate: '2' };

describe('differences of raw counters', () => {
  test('what happened between two readings', () => {
    const rows = intervalRows(
      counters(0, { 1: [100, 1], 2: [10, 0] }),
      counters(1, { 1: [190, 2], 2: [20, 1] }),
      versions,
    );
    expect(rows).toEqual([
      {
        metric: 'errors',
        baseline: { requests: 90, bad: 1 },
        canary: { requests: 10, bad: 1 },
        servers: {
          baseline: [{ server: 'api/1', requests: 90, bad: 1 }],
          canary: [{ server: 'api/2', requests: 10, bad: 1 }],
        },
      },
    ]);
  });

  test('a counter that got smaller began again: what it shows happened since', () => {
    expect(versionDelta(counters(0, { 1: [100, 5] }), counters(1, { 1: [30, 1] }), '1', 'errors')).toEqual({
      requests: 30,
      bad: 1,
    });
  });

  test('a source that restarted begins again at zero even when its counters are larger', () => {
    const delta = versionDelta(counters(0, { 1: [100, 5] }, 'one'), counters(1, { 1: [130, 6] }, 'two'), '1', 'errors');
    expect(delta).toEqual({ requests: 130, bad: 6 });
  });

  test('a silent source is no row, not a row of zeros', () => {
    const silent = { kind: 'missing', source: 'proxy', time: 1, reason: 'down' } as const;
    expect(intervalRows(silent, counters(1, { 1: [1, 0] }), versions)).toEqual([]);
    expect(intervalRows(counters(0, { 1: [1, 0] }), silent, versions)).toEqual([]);
  });

  test('bad never exceeds requests, and nothing is negative, whatever the counters do', () => {
    const tally = fc.nat(1000).chain((requests) => fc.tuple(fc.constant(requests), fc.nat(requests)));
    fc.assert(
      fc.property(tally, tally, fc.boolean(), ([r0, b0], [r1, b1], restarted) => {
        const delta = versionDelta(
          counters(0, { 1: [r0, b0] }),
          counters(1, { 1: [r1, b1] }, restarted ? 'two' : 'one'),
          '1',
          'errors',
        );
        expect(delta).not.toBeNull();
        if (delta === null) return;
        expect(delta.bad).toBeLessThanOrEqual(delta.requests);
        expect(delta.bad).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('sums of intervals are the whole, without resets', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(50), fc.nat(5)), { minLength: 2, maxLength: 20 }), (increments) => {
        let total: [number, number] = [0, 0];
        const readings = increments.map(([ok, bad], time) => {
          total = [total[0] + ok + bad, total[1] + bad];
          return counters(time, { 1: total });
        });
        const first = readings[0];
        const last = readings.at(-1);
        if (first === undefined || last === undefined) return;
        let requests = 0;
        for (const [index, reading] of readings.entries()) {
          const before = readings[index - 1];
          if (before !== undefined) requests += versionDelta(before, reading, '1', 'errors')?.requests ?? 0;
        }
        expect(requests).toBe(versionDelta(first, last, '1', 'errors')?.requests);
      }),
    );
  });
});
