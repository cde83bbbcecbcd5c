import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intervalRows, noIntervalYet, takeReading, weightsChanged } from '../../src/metrics/intervals.ts';
import type { Counters } from '../../src/model/metrics.ts';

type Server = readonly [version: string, server: string, requests: number, bad: number];
const reading = (time: number, servers: readonly Server[], epoch = 'e1', metric = 'errors'): Counters => ({
  kind: 'counters',
  source: 'haproxy',
  time,
  epoch,
  servers: servers.map(([version, server, requests, bad]) => ({
    version,
    server,
    metrics: { [metric]: { requests, bad } },
  })),
});
const gap: Counters = { kind: 'missing', source: 'haproxy', time: 5, reason: 'no answer' };
const both = { stable: '1', canary: '2' };

describe('intervals', () => {
  it('are differences per server, summed per version', () => {
    const prev = reading(1, [
      ['1', 'a1', 100, 1],
      ['1', 'a2', 50, 0],
      ['2', 'b1', 10, 0],
      ['0', 'c1', 9, 9],
    ]);
    const next = reading(2, [
      ['1', 'a1', 150, 2],
      ['1', 'a2', 70, 0],
      ['2', 'b1', 15, 3],
      ['0', 'c1', 19, 19],
    ]);
    expect(intervalRows(prev, next, both)).toEqual({
      kind: 'rows',
      rows: [{ t: 2, metric: 'errors', baseline: { requests: 70, bad: 1 }, canary: { requests: 5, bad: 3 } }],
    });
  });

  it('a counter that fell counts from zero, its pair with it; the others go on', () => {
    const prev = reading(1, [
      ['1', 'a1', 100, 9],
      ['2', 'b1', 10, 0],
    ]);
    const next = reading(2, [
      ['1', 'a1', 120, 2],
      ['2', 'b1', 12, 0],
    ]);
    expect(intervalRows(prev, next, both)).toMatchObject({
      rows: [{ baseline: { requests: 120, bad: 2 }, canary: { requests: 2 } }],
    });
  });

  it('all count from zero when the source began again', () => {
    const prev = reading(1, [
      ['1', 'a1', 100, 9],
      ['2', 'b1', 10, 0],
    ]);
    const next = reading(
      2,
      [
        ['1', 'a1', 300, 10],
        ['2', 'b1', 12, 0],
      ],
      'e2',
    );
    expect(intervalRows(prev, next, both)).toMatchObject({
      rows: [{ baseline: { requests: 300, bad: 10 }, canary: { requests: 12 } }],
    });
  });

  it('a server that appears begins, one that goes is gone', () => {
    const prev = reading(1, [
      ['1', 'a1', 100, 0],
      ['1', 'a2', 100, 0],
      ['2', 'b1', 10, 0],
    ]);
    const next = reading(2, [
      ['1', 'a1', 101, 0],
      ['2', 'b1', 11, 0],
      ['2', 'b2', 5000, 50],
    ]);
    expect(intervalRows(prev, next, both)).toMatchObject({
      rows: [{ baseline: { requests: 1 }, canary: { requests: 1, bad: 0 } }],
    });
  });

  it('say nothing, and why, without two good readings or a common metric', () => {
    const good = reading(1, [
      ['1', 'a1', 1, 0],
      ['2', 'b1', 1, 0],
    ]);
    expect(intervalRows(gap, good, both)).toEqual({ kind: 'nothing', why: 'no counts at the beginning: no answer' });
    expect(intervalRows(good, gap, both)).toEqual({ kind: 'nothing', why: 'no counts: no answer' });
    expect(intervalRows(good, { ...good, time: 1 }, both)).toMatchObject({
      kind: 'nothing',
      why: expect.stringContaining('clock'),
    });
    expect(intervalRows(good, reading(2, [['1', 'a1', 2, 0]]), both)).toMatchObject({ kind: 'nothing' });
  });

  it('cover a gap, but not across a weight change', () => {
    const at = (time: number, n: number): Counters =>
      reading(time, [
        ['1', 'a1', n, 0],
        ['2', 'b1', n, 0],
      ]);
    const first = takeReading(noIntervalYet, at(1000, 10), both);
    expect(first.interval).toMatchObject({ kind: 'nothing' });
    const missed = takeReading(first.state, gap, both);
    expect(missed.interval).toMatchObject({ kind: 'nothing' });
    const covered = takeReading(missed.state, at(3000, 40), both);
    expect(covered.interval).toMatchObject({ rows: [{ canary: { requests: 30 } }] });
    const changed = weightsChanged(covered.state, 3500, 2000);
    const across = takeReading(changed, at(4000, 60), both);
    expect(across.interval).toMatchObject({ kind: 'nothing', why: expect.stringContaining('weight change') });
    const late = takeReading(across.state, at(6000, 90), both);
    expect(late.interval).toMatchObject({ kind: 'nothing' });
    expect(takeReading(late.state, at(7000, 95), both).interval).toMatchObject({ rows: [{ canary: { requests: 5 } }] });
  });

  it('add up to what was counted, whatever resets and gaps there are, and never have more bad than requests', () => {
    const step = fc.record({ requests: fc.nat(50), bad: fc.nat(50), reset: fc.boolean(), missing: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let total = { requests: 0, bad: 0 };
        let state = takeReading(
          noIntervalYet,
          reading(0, [
            ['1', 'a', 0, 0],
            ['2', 'b', 0, 0],
          ]),
          both,
        ).state;
        let counter = { requests: 0, bad: 0 };
        let epoch = 0;
        let expected = 0;
        let unseen = 0;
        for (const [index, { requests, bad, reset, missing }] of steps.entries()) {
          if (reset) {
            counter = { requests: 0, bad: 0 };
            epoch++;
            // What was counted after the last good reading and before the reset is lost to everybody.
            expected -= unseen;
            unseen = 0;
          }
          counter = { requests: counter.requests + requests, bad: counter.bad + Math.min(bad, requests) };
          expected += requests;
          unseen += requests;
          if (missing) continue;
          unseen = 0;
          const servers: readonly Server[] = [
            ['1', 'a', counter.requests, counter.bad],
            ['2', 'b', counter.requests, counter.bad],
          ];
          const taken = takeReading(state, reading(index + 1, servers, `e${epoch}`), both);
          state = taken.state;
          const row = taken.interval.kind === 'rows' ? taken.interval.rows[0] : undefined;
          expect(row?.canary.bad ?? 0).toBeLessThanOrEqual(row?.canary.requests ?? 0);
          total = { requests: total.requests + (row?.canary.requests ?? 0), bad: total.bad + (row?.canary.bad ?? 0) };
        }
        expect(total.requests).toBe(expected - unseen);
      }),
    );
  });
});
