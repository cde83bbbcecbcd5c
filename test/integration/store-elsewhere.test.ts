import { expect, test } from 'vitest';
import { crashSweep } from '../support/crash-sweep.ts';
import { runSchedule, timeClaims } from '../support/lease-schedule.ts';
import { runStorm } from '../support/shared-storm.ts';
import { openSharedSweep } from '../support/shared-sweep.ts';

/** Machines that take turns, with real processes and a real repository. The whole of it: `npm run soak lease`, `… elsewhere`, `… storm`. */

test.each(['forward', 'backward'] as const)(
  'killed -9 before or after any record and any call of the git store, a %s run ends the same on another machine',
  async (which) => {
    const report = await crashSweep({ open: () => openSharedSweep(which), singles: 3, pairs: 1, seed: 4 });
    expect(report.differences).toEqual([]);
    expect(report.killed).toBeGreaterThanOrEqual(3);
  },
  200_000,
);

test('a git server that is killed and made to hang at random costs time, and no effect is lost or done twice', async () => {
  const report = await runStorm('forward', 3);
  expect(report.faults).toEqual([]);
  expect(report.outages).toBeGreaterThan(0);
}, 120_000);

test('contenders, kills, stopped processes and wrong clocks: one holder at the resource, and none that is late', async () => {
  const reports = [];
  for (let seed = 1; seed <= 2; seed++) {
    reports.push(await runSchedule({ seed, machines: 3, contenders: 4, ttlMs: 2_500, lengthMs: 12_000 }));
  }
  expect(reports.flatMap((one) => one.faults)).toEqual([]);
  expect(reports.reduce((sum, one) => sum + one.taken, 0)).toBeGreaterThan(4);
  expect(Math.max(0, ...reports.flatMap((one) => one.freed))).toBeLessThanOrEqual(2);
}, 120_000);

test('a claim that nobody contends for is quick', async () => {
  const times = await timeClaims(20);
  // The figure stands in `npm run soak lease`; here the machine is shared with other tests.
  expect(times[10]).toBeLessThan(1_000);
});
