import { expect, test } from 'vitest';
import { runUpgrade, UPGRADE_FAULTS } from '../support/upgrade-world.ts';

/** A small part of `npm run soak upgrade`: every phase, at the first host, the second, or one behind it. */

test.each(UPGRADE_FAULTS.map((phase, at) => ({ phase, host: `h0${1 + (at % 3)}` })))(
  '$phase at $host: no other host is touched',
  async (fault) => {
    const report = await runUpgrade({ hosts: 4, atOnce: 1, fault });
    expect(report.broken).toEqual([]);
    expect(report.outcome).not.toBe('done');
    expect(report.beforeCheckpoint).toBeLessThanOrEqual(1);
    expect(report.changed).toBeLessThanOrEqual(Number(fault.host.slice(1)));
  },
);

test('without a fault all hosts are changed', async () => {
  const report = await runUpgrade({ hosts: 5, atOnce: 3, fault: null });
  expect(report).toMatchObject({ outcome: 'done', broken: [], beforeCheckpoint: 1, changed: 5, out: 3 });
});

test('an inspection that says no leaves all other hosts as they are', async () => {
  const report = await runUpgrade({ hosts: 3, atOnce: 1, fault: null, works: false });
  expect(report).toMatchObject({ outcome: 'failed', broken: [], changed: 1 });
});
