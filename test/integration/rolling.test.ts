import { describe, expect, test } from 'vitest';
import { runRolling } from '../support/rolling-run.ts';
import { FAULTS } from '../support/rolling-world.ts';

/** A part of `npm run soak rolling`: fewer hosts, every kind of fault at one of them. */

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

  test.each(FAULTS.map((phase, index) => ({ phase, host: `h0${1 + ((index * 5) % HOSTS)}` })))(
    '$phase at $host: everything is restored',
    async (fault) => {
      const report = await runRolling({ hosts: HOSTS, spare: 2, fault });
      expect(report.broken).toEqual([]);
      expect(report).toMatchObject({ outcome: 'rolled-back', short: 0 });
      expect(report.beforeCheckpoint).toBeLessThanOrEqual(1);
      if (fault.phase.startsWith('unreachable')) expect(report.leftBehind).toContain(`${fault.host} does not answer`);
    },
  );

  test('a host that lost the version that serves gets it first, and what is left of another release is ended', async () => {
    const report = await runRolling({ hosts: 4, spare: 1, fault: null, lost: 'h03' });
    expect(report).toMatchObject({ outcome: 'done', broken: [], down: 1, beforeCheckpoint: 1 });
  });

  test('with a host lost and none to spare the way back goes on, one host at a time', async () => {
    const report = await runRolling({ hosts: 4, spare: 1, fault: { host: 'h03', phase: 'unreachable-started' } });
    expect(report.broken).toEqual([]);
    expect(report).toMatchObject({ outcome: 'rolled-back', short: 2 });
  });
});
