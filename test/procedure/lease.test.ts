import { hostname } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Lease } from '../../src/model/journal.ts';
import { readLease, swapLease } from '../../src/procedure/lease/file.ts';
import { type LeaseHandle, type Taken, type TakeOptions, takeLease } from '../../src/procedure/lease/lease.ts';
import { isGone, ownIdentity } from '../../src/procedure/machine/identity.ts';
import { type Bench, bench } from '../support/engine.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';

let on: Bench;
let clock: VirtualClock;
const handles: LeaseHandle[] = [];

beforeEach(() => {
  on = bench();
  clock = virtualClock();
});
afterEach(() => {
  for (const handle of handles.splice(0)) handle.abandon();
  on[Symbol.dispose]();
});

const take = (run: string, more: Partial<TakeOptions> = {}): Promise<Taken> =>
  clock.runUntil(
    takeLease({
      store: on.store,
      environment: 'production',
      run,
      who: run,
      clock,
      durationMs: 15_000,
      unfinished: async () => false,
      ...more,
    }),
  );

async function taken(run: string, more: Partial<TakeOptions> = {}): Promise<LeaseHandle> {
  const result = await take(run, more);
  if (result.kind === 'busy') throw new Error(`busy: ${result.why}`);
  handles.push(result.handle);
  return result.handle;
}

/** A holder on another machine, about whose process nothing can be known. */
async function foreign(renewals = 0, run = 'other'): Promise<Lease> {
  const now = await readLease(on.store, 'production');
  const lease: Lease = {
    formatVersion: 1,
    environment: 'production',
    fence: renewals === 0 ? (now?.lease.fence ?? 0) + 1 : (now?.lease.fence ?? 1),
    holder: { run, who: 'them', host: 'elsewhere', pid: 7, startTicks: '1', bootId: 'another boot' },
    renewals,
    durationMs: 15_000,
    anchor: null,
  };
  expect(await swapLease(on.store, now?.version ?? 0, lease)).toBe(true);
  return lease;
}

test('the fence grows with every take and the record is renewed while it is held', async () => {
  const first = await taken('r1');
  expect(first.fence).toBe(1);
  await clock.advance(20_000);
  expect((await readLease(on.store, 'production'))?.lease).toMatchObject({ fence: 1, renewals: 4 });
  await first.release('free');
  expect((await taken('r2')).fence).toBe(2);
});

test('a holder that renews is alive: the contender gives up as soon as it sees that', async () => {
  await taken('r1');
  const begun = clock.monotonic();
  expect(await take('r2', { unfinished: async () => true })).toMatchObject({ kind: 'busy', why: 'alive' });
  expect(clock.monotonic() - begun).toBeLessThanOrEqual(6_000);
});

test('a silent holder of another machine is watched for its whole duration, on our own clock, from when we first saw it', async () => {
  await foreign();
  const begun = clock.monotonic();
  const handle = await taken('r2');
  expect(clock.monotonic() - begun).toBeGreaterThanOrEqual(15_000);
  expect(handle.fence).toBe(2);
});

test('after expiry an unfinished run still keeps its environment, for itself alone', async () => {
  await foreign(0, 'r1');
  expect(await take('r2', { unfinished: async () => true })).toMatchObject({ kind: 'busy', why: 'reserved' });
  expect((await taken('r1', { unfinished: async () => true })).fence).toBe(2);
});

test('a reserved environment is taken by its own run at once, by a pre-empting one too, and by no other', async () => {
  await (await taken('r1')).release('reserved');
  const begun = clock.monotonic();
  expect(await take('r2', { unfinished: async () => true })).toMatchObject({ kind: 'busy', why: 'reserved' });
  await (await taken('r1', { unfinished: async () => true })).release('reserved');
  expect((await taken('r3', { preempt: 'r1' })).fence).toBe(3);
  expect(clock.monotonic() - begun).toBeLessThan(1_000);
});

test('a holder that was taken over learns it before the next effect and at the next heartbeat', async () => {
  const first = await taken('r1');
  await taken('r2', { preempt: 'r1' });
  await expect(first.ensure()).rejects.toThrow('run r2');
  expect(first.lost.aborted).toBe(true);
  await expect(first.ensure()).rejects.toThrow('fence 1 is over');
});

test('a holder that slept too long finds out, and goes on only when nobody took it', async () => {
  const first = await taken('r1');
  first.abandon();
  await clock.advance(60_000);
  await first.ensure();
  await clock.advance(60_000);
  await foreign();
  await expect(first.ensure()).rejects.toThrow('elsewhere');
});

test('a dead process of this machine is known at once; another boot or namespace is never judged', () => {
  const self = ownIdentity();
  expect(self.host).toBe(hostname());
  expect(isGone(self)).toBe(false);
  expect(isGone({ ...self, startTicks: `${Number(self.startTicks) + 1}` })).toBe(true);
  expect(isGone({ ...self, pid: 4_194_304 })).toBe(true);
  expect(isGone({ ...self, pid: 4_194_304, bootId: 'another' })).toBe(false);
});

test('of many who swap at once exactly one wins, and a very late one never does', async () => {
  const first = await foreign();
  const won = await Promise.all(
    Array.from({ length: 20 }, (_, n) => swapLease(on.store, 1, { ...first, renewals: n + 1 })),
  );
  expect(won.filter(Boolean)).toHaveLength(1);
  for (let version = 2; version < 8; version++) expect(await swapLease(on.store, version, first)).toBe(true);
  // Version 2 was cleared away long ago; making it again must not count.
  expect(await swapLease(on.store, 1, { ...first, fence: 99 })).toBe(false);
  expect((await readLease(on.store, 'production'))?.lease.fence).toBe(1);
});
