import { expect, test } from 'vitest';
import { takeLease } from '../../../src/procedure/lease/lease.ts';
import type { LeaseStore } from '../../../src/procedure/lease/store.ts';
import { StoreUnreachableError } from '../../../src/procedure/shared/unreachable.ts';
import { faultsIn, freedAfter, type ScheduleReport } from '../../support/lease-schedule.ts';
import { simulate } from '../../support/lease-simulation.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

/** One holder, by simulated time. With real processes over a real repository: test/integration/store-elsewhere.test.ts, `npm run soak lease`. */

const total = (all: readonly ScheduleReport[], of: (one: ScheduleReport) => number): number =>
  all.reduce((sum, one) => sum + of(one), 0);

test.each([
  ['a calm network', 0],
  ['lost answers and a store that is away now and then', 0.02],
])('killed and stopped contenders with wrong clocks, over %s: one holder, none that is late', async (_, storms) => {
  const all = [];
  for (let seed = 1; seed <= 6; seed++) all.push(await simulate({ seed, contenders: 12, ttlMs: 3_000, storms }));
  expect(all.flatMap((one) => one.faults)).toEqual([]);
  expect(total(all, (one) => one.taken)).toBeGreaterThan(20);
  expect(total(all, (one) => one.killed + one.stopped)).toBeGreaterThan(12);
  expect(Math.max(0, ...all.flatMap((one) => one.freed))).toBeLessThanOrEqual(2);
});

test('a store that does not compare is found out', async () => {
  const { faults } = await simulate({
    seed: 1,
    contenders: 12,
    ttlMs: 3_000,
    storms: 0,
    spoil: (leases) => ({
      ...leases,
      swap: async (_, lease) => leases.swap(await leases.read(lease.environment), lease),
    }),
  });
  expect(faults.length).toBeGreaterThan(0);
});

test('a store that rejects every change, although nobody else makes one, is not asked for ever', async () => {
  const { leases } = memoryStore();
  const clock = virtualClock();
  const options = { environment: 'production', run: 'r1', who: 'ann', clock, durationMs: 3_000, store: '/nowhere' };
  const unfinished = async () => false;
  const deaf = takeLease({ ...options, leases: { ...leases, swap: async () => undefined }, unfinished });
  await expect(deaf).rejects.toBeInstanceOf(StoreUnreachableError);
  let writes = true;
  const swap: LeaseStore['swap'] = async (before, lease) => (writes ? leases.swap(before, lease) : undefined);
  const taken = await takeLease({ ...options, leases: { ...leases, swap }, unfinished });
  if (taken.kind !== 'taken') throw new Error('busy');
  writes = false;
  await expect(taken.handle.release('free')).rejects.toBeInstanceOf(StoreUnreachableError);
  expect(taken.handle.lost.aborted).toBe(false);
});

test('what a resource must not see is named', () => {
  expect(faultsIn(['1 a work begin', '1 a work end', '2 b raise begin', '2 b raise end'])).toEqual([]);
  expect(faultsIn(['1 a work begin', '2 b raise begin', '2 b raise end'])).toEqual([]);
  expect(faultsIn(['2 b work begin', '2 b work end', '1 a work begin'])).toHaveLength(1);
  expect(faultsIn(['1 a work begin', '1 a work end', '1 b work begin', '1 b work end'])).toHaveLength(2);
  expect(faultsIn(['1 a work begin', '1 a raise begin'])).toHaveLength(1);
});

test('a holder counts as lost until the next one holds, unless it went on by itself', () => {
  const hit = [{ at: 100, fence: 1 }];
  const holds = (at: number, fence: number) => [
    { at: at - 50, what: 'took', fence },
    { at, what: 'holds', fence },
  ];
  expect(freedAfter(hit, holds(400, 2), 900)).toEqual([300]);
  expect(freedAfter(hit, [], 900)).toEqual([800]);
  expect(freedAfter(hit, [{ at: 200, what: 'sure', fence: 1 }, ...holds(400, 2)], 900)).toEqual([]);
  expect(freedAfter(hit, [{ at: 50, what: 'sure', fence: 1 }, ...holds(400, 2)], 900)).toEqual([300]);
  expect(freedAfter(hit, [{ at: 99, what: 'released', fence: 1 }, ...holds(400, 2)], 900)).toEqual([]);
  const struck = [{ at: 300, what: 'took', fence: 2 }, ...holds(600, 3)];
  expect(freedAfter([...hit, { at: 350, fence: 2 }], struck, 900)).toEqual([250]);
  expect(freedAfter(hit, struck, 900)).toEqual([500]);
  expect(freedAfter(hit, holds(600, 3), 900)).toEqual([]);
});
