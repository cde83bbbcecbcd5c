import { describe, expect, test } from 'vitest';
import { runRolling } from '../../support/rolling-run.ts';
import { FAULTS } from '../../support/rolling-world.ts';

/** A part of `npm run soak rolling`: fewer hosts, every kind of fault at an early, a middle and the last one. */

const HOSTS = 6;

describe('a rolling release over simulated hosts', () => {
  test('goes through in batches, with one host changed until the checkpoint is filled in', async () => {
    const report = await runRolling({ hosts: HOSTS, spare: 2, fault: null });
    expect(report.broken).toEqual([]);
    expect(report.outcome).toBe('done');
    expect(report.beforeCheckpoint).toBe(1);
    expect(report.down).toBe(2);
    expect(report.looks).toBeGreaterThan(100);
  });

  test('a person who says no at the checkpoint gets the first host back', async () => {
    const report = await runRolling({ hosts: HOSTS, spare: 1, fault: null, decision: 'roll-back' });
    expect(report).toMatchObject({ outcome: 'rolled-back', broken: [], beforeCheckpoint: 1 });
  });

  test('what was promoted is taken back in waves, by a run of its own', async () => {
    const report = await runRolling({ hosts: HOSTS, spare: 2, fault: null, thenBack: true });
    expect(report).toMatchObject({ outcome: 'done', broken: [], down: 2 });
  });

  test.each(FAULTS)('%s at the first, a middle and the last host: everything is restored', async (phase) => {
    for (const host of ['h01', 'h04', 'h06']) {
      const report = await runRolling({ hosts: HOSTS, spare: 1, fault: { host, phase } });
      expect(report.broken, host).toEqual([]);
      expect(report.outcome, host).toBe('rolled-back');
      expect(report.beforeCheckpoint, host).toBeLessThanOrEqual(1);
      if (phase.startsWith('unreachable')) expect(report.leftBehind).toContain(`${host} does not answer`);
    }
  });
});
