import { describe, expect, it } from 'vitest';
import {
  analysisStateSchema,
  DEFAULT_POLICY,
  type IntervalRow,
  judge,
  observe,
  observeInto,
  startDraft,
} from '../../../src/rollout/analysis/index.ts';
import { tQuantile } from '../../../src/rollout/analysis/servers.ts';
import { poisson, random } from './support.ts';

/** Rows that name their servers: noise of servers told from the release, shared swings told from clumps. */

interface Spec {
  /** Bad rate of each old and each new server. */
  readonly old: readonly number[];
  readonly fresh: readonly number[];
  /** Multiplies all rates of a second. */
  readonly swing?: (t: number) => number;
}

const REQUESTS = 250;

function rows({ old, fresh, swing = () => 1 }: Spec, seconds: number, seed: number): IntervalRow[] {
  const next = random(seed);
  return Array.from({ length: seconds }, (_, t) => {
    const side = (name: string, rates: readonly number[]) =>
      rates.map((rate, i) => ({
        server: `${name}-${i}`,
        requests: REQUESTS,
        bad: Math.min(REQUESTS, poisson(next, REQUESTS * rate * swing(t))),
      }));
    const servers = { baseline: side('old', old), canary: side('new', fresh) };
    const sum = (list: readonly { requests: number; bad: number }[]) => ({
      requests: list.reduce((all, one) => all + one.requests, 0),
      bad: list.reduce((all, one) => all + one.bad, 0),
    });
    return { t, metric: 'errors', baseline: sum(servers.baseline), canary: sum(servers.canary), servers };
  });
}

function judged(list: readonly IntervalRow[], tell: boolean) {
  const draft = startDraft(DEFAULT_POLICY, { metrics: ['errors'] });
  for (const row of list) observeInto(draft, [tell ? row : { ...row, servers: undefined }]);
  const judgement = judge(draft);
  return { judgement, metric: judgement.metrics[0] };
}

const same = (rate: number, count: number): number[] => new Array<number>(count).fill(rate);

describe('noise of servers', () => {
  it('one new server that is three times as bad among old ones that differ as much is not called worse', () => {
    const old = [0.002, 0.01, 0.003, 0.016, 0.005, 0.004, 0.012, 0.006];
    const list = rows({ old, fresh: [0.021] }, 400, 1);
    expect(judged(list, false).judgement.verdict).toMatchObject({ kind: 'worse' });
    const told = judged(list, true);
    expect(told.judgement.verdict.kind).not.toBe('worse');
    expect(told.metric?.serverNoise).toMatchObject({ kind: 'measured', servers: 8 });
  });

  it('ten times as bad among old ones that hardly differ is called worse, and soon', () => {
    const told = judged(rows({ old: same(0.005, 8), fresh: [0.05] }, 200, 2), true);
    expect(told.judgement.verdict).toMatchObject({ kind: 'worse' });
    expect(told.metric?.serverNoise).toMatchObject({ kind: 'measured', servers: 8 });
  });

  it('with few old servers the effect must show on two new ones', () => {
    const one = rows({ old: same(0.005, 2), fresh: [0.05, 0.005] }, 200, 3);
    expect(judged(one, false).judgement.verdict).toMatchObject({ kind: 'worse' });
    expect(judged(one, true).judgement.verdict.kind).not.toBe('worse');
    const both = judged(rows({ old: same(0.005, 2), fresh: [0.05, 0.05] }, 200, 4), true);
    expect(both.judgement.verdict).toMatchObject({ kind: 'worse' });
    expect(both.metric?.serverNoise).toEqual({ kind: 'two-servers', servers: 2 });
  });

  it('is unknown with one new server and few old ones, and without names', () => {
    const list = rows({ old: same(0.005, 2), fresh: [0.005] }, 20, 5);
    expect(judged(list, true).metric?.serverNoise).toEqual({ kind: 'unknown' });
    expect(judged(list, false).metric?.serverNoise).toEqual({ kind: 'unknown' });
  });

  it('more bad events of a new server never make it look better', () => {
    const list = rows({ old: same(0.005, 8), fresh: [0.01] }, 100, 6);
    const worse = list.map((row) => {
      const [fresh] = row.servers?.canary ?? [];
      if (fresh === undefined) return row;
      const bad = Math.min(REQUESTS, fresh.bad + 3);
      const canary = { requests: fresh.requests, bad };
      return { ...row, canary, servers: { baseline: row.servers?.baseline ?? [], canary: [{ ...fresh, bad }] } };
    });
    expect(judged(worse, true).judgement.evidence).toBeGreaterThan(judged(list, true).judgement.evidence);
  });
});

describe('clumps told from shared swings', () => {
  const swing = (t: number): number => (Math.floor(t / 20) % 2 === 0 ? 0.2 : 1.8);

  it('a rate that swings for all servers is dispersion where only the sum is known, and none where servers are', () => {
    const list = rows({ old: same(0.02, 4), fresh: [0.02], swing }, 400, 7);
    expect(judged(list, false).metric?.dispersion).toBeGreaterThan(10);
    expect(judged(list, true).metric?.dispersion).toBeLessThan(2);
  });

  it('clumps on one server stay clumps', () => {
    const next = random(8);
    const list = rows({ old: same(0, 4), fresh: [0] }, 400, 9).map((row): IntervalRow => {
      const hit = Math.floor(next() * 4);
      const baseline = (row.servers?.baseline ?? []).map((one, i) => ({
        ...one,
        bad: i === hit && next() < 0.4 ? 10 : 0,
      }));
      const bad = baseline.reduce((sum, one) => sum + one.bad, 0);
      return {
        ...row,
        baseline: { requests: row.baseline.requests, bad },
        servers: { baseline, canary: row.servers?.canary ?? [] },
      };
    });
    expect(judged(list, true).metric?.dispersion).toBeGreaterThan(8);
  });
});

describe('the state', () => {
  it('goes on after JSON exactly as if it had not been interrupted, servers and all', () => {
    const list = rows({ old: [0.01, 0.02, 0.01], fresh: [0.01, 0.03] }, 130, 10);
    const straight = startDraft(DEFAULT_POLICY, { metrics: ['errors'] });
    for (const row of list) observeInto(straight, [row]);
    let resumed = analysisStateSchema.parse(startDraft(DEFAULT_POLICY, { metrics: ['errors'] }));
    for (const row of list) resumed = observe(analysisStateSchema.parse(JSON.parse(JSON.stringify(resumed))), [row]);
    expect(JSON.stringify(resumed)).toBe(JSON.stringify(straight));
  });

  it('refuses servers that do not add up, and a server named twice', () => {
    const [row] = rows({ old: [0.01], fresh: [0.01] }, 1, 11);
    if (row?.servers === undefined) throw new Error('a row was expected');
    const { servers } = row;
    const draft = startDraft(DEFAULT_POLICY, { metrics: ['errors'] });
    const short = { ...row, baseline: { requests: row.baseline.requests + 1, bad: row.baseline.bad } };
    expect(() => observe(draft, [short])).toThrow('analysis.bad-servers');
    const [one] = servers.canary;
    if (one === undefined) throw new Error('a server was expected');
    const twice = {
      ...row,
      canary: { requests: 2 * one.requests, bad: 2 * one.bad },
      servers: { ...servers, canary: [one, one] },
    };
    expect(() => observe(draft, [twice])).toThrow('1 servers in 2 entries');
  });
});

it('quantiles of Student’s distribution are those of the tables', () => {
  // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.
  expect(tQuantile(0.975, 7)).toBeCloseTo(2.365, 3);
  expect(tQuantile(0.995, 7)).toBeCloseTo(3.499, 3);
  expect(tQuantile(0.99, 1)).toBeCloseTo(31.821, 2);
  expect(tQuantile(0.95, 30)).toBeCloseTo(1.697, 3);
});
