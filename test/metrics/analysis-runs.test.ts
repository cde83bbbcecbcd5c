import { describe, expect, it } from 'vitest';
import { runsQuery, seenRuns } from '../../src/metrics/analysis-runs.ts';

const of = { namespace: 'shop', rollout: 'cart.eu', hash: '6c9f7d', revision: '7' };

describe('AnalysisRuns in the metrics of the controller', () => {
  it('asks for the runs of one revision in one namespace, wherever its name stands', () => {
    const query = runsQuery(of, 3_600_000);
    expect(query).toContain('name=~"cart[.]eu-6c9f7d-7(-[0-9]+|-pre|-post)?([.][0-9]+)?"');
    expect(query).toContain('exported_namespace="shop"}');
    expect(query).toContain('exported_namespace="",namespace="shop"}');
    expect(query).toContain('[3600000ms:5000ms]');
  });

  it('takes the part out of the name, and the first of several runs of one part', () => {
    const name = 'cart.eu-6c9f7d-7';
    const found = [
      { name: `${name}-3.1`, sinceMs: 50 },
      { name: `${name}-3`, sinceMs: 30 },
      { name: `${name}-1`, sinceMs: 10 },
      { name, sinceMs: 5 },
      { name: `${name}.2`, sinceMs: 9 },
      { name: `${name}-post`, sinceMs: 70 },
      { name: `${name}-12x`, sinceMs: 1 },
      { name: `${name}7-1`, sinceMs: 1 },
      { name: 'other-6c9f7d-7-1', sinceMs: 1 },
    ];
    expect(seenRuns(found, of)).toEqual([
      { part: { kind: 'background' }, sinceMs: 5 },
      { part: { kind: 'step', step: 1 }, sinceMs: 10 },
      { part: { kind: 'step', step: 3 }, sinceMs: 30 },
      { part: { kind: 'post' }, sinceMs: 70 },
    ]);
  });
});
