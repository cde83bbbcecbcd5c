import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  listRuns,
  lockEnvironment,
  readRun,
  runProcedure,
  unlockEnvironment,
  verifyRun,
} from '../../src/procedure/index.ts';
import { readLease } from '../../src/procedure/lease/file.ts';
import { takeLease } from '../../src/procedure/lease/lease.ts';
import { type Bench, bench, tree, writes } from '../support/engine.ts';
import { type MemoryStore, memoryStore } from '../support/memory-store.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';

let on: Bench;
let clock: VirtualClock;
let shared: MemoryStore;

beforeEach(() => {
  on = bench();
  clock = virtualClock();
  shared = memoryStore();
});
afterEach(() => on[Symbol.dispose]());

const request = (reason: string, git = false) => ({
  store: on.store,
  environment: 'testing',
  by: 'ann',
  reason,
  clock,
  mask: <T>(payload: T): T => payload,
  ...(git ? { shared } : {}),
});
const release = (run: string, more = {}) =>
  clock.runUntil(runProcedure(tree(writes(on, run)), { ...on.options(clock, more), run }));

test('a locked environment is refused with who locked it and why (7); unlocking lets runs in, under a greater fence', async () => {
  expect((await lockEnvironment(request('repairs'))).ok).toBe(true);
  const refused = await release('r1');
  expect(refused).toMatchObject({ outcome: 'lease-held', exit: 7, problems: [{ code: 'lease.locked' }] });
  expect(refused.problems[0]?.found).toContain('ann');
  expect(refused.problems[0]?.found).toContain('repairs');
  const before = (await readLease(on.store, 'testing'))?.lease.fence ?? 0;
  expect(await unlockEnvironment(request('done'))).toMatchObject({ ok: true, value: { lease: { fence: before + 1 } } });
  expect((await release('r2')).outcome).toBe('done');
  expect((await readLease(on.store, 'testing'))?.lease).toMatchObject({
    fence: before + 2,
    lock: { on: false, by: 'ann' },
  });
});

test('a way back goes through a lock, and the lock stays', async () => {
  await lockEnvironment(request('repairs'));
  expect((await release('r1', { urgent: true })).outcome).toBe('done');
  expect((await release('r2')).problems[0]?.code).toBe('lease.locked');
});

test('a run that is at work goes on under a lock, and keeps it for those who come after', async () => {
  const taken = await takeLease({
    store: on.store,
    environment: 'testing',
    run: 'r1',
    who: 'tester',
    clock,
    durationMs: 15_000,
    unfinished: async () => false,
  });
  if (taken.kind !== 'taken') throw new Error('busy');
  await lockEnvironment(request('repairs'));
  await clock.advance(20_000);
  await taken.handle.ensure();
  expect((await readLease(on.store, 'testing'))?.lease).toMatchObject({
    fence: 1,
    holder: { run: 'r1' },
    lock: { on: true },
  });
  await taken.handle.release('free');
  expect((await release('r2')).problems[0]?.code).toBe('lease.locked');
});

test('both are recorded as runs that are over, with an intact chain', async () => {
  await lockEnvironment(request('repairs'));
  await clock.advance(1_000);
  await unlockEnvironment(request('done'));
  const runs = await listRuns(on.store);
  expect(runs.map(({ procedure, who, finished }) => [procedure, who, finished?.outcome])).toEqual([
    ['lock', 'ann', 'done'],
    ['unlock', 'ann', 'done'],
  ]);
  for (const { run } of runs) {
    expect((await verifyRun(on.store, run)).kind).toBe('intact');
    expect((await readRun(on.store, run)).inputs).toMatchObject({ environment: 'testing' });
  }
});

test('what is not locked cannot be unlocked, what is locked not locked again, and a run at work must be named', async () => {
  expect(await unlockEnvironment(request('why not'))).toMatchObject({
    ok: false,
    problems: [{ code: 'lease.not-locked' }],
  });
  await lockEnvironment(request('repairs'));
  expect(await lockEnvironment(request('again'))).toMatchObject({ ok: false, problems: [{ code: 'lease.locked' }] });
  await unlockEnvironment(request('done'));
  const taken = await takeLease({
    store: on.store,
    environment: 'testing',
    run: 'r1',
    who: 'tester',
    clock,
    durationMs: 15_000,
    unfinished: async () => true,
  });
  if (taken.kind !== 'taken') throw new Error('busy');
  expect(await unlockEnvironment(request('dead'))).toMatchObject({ ok: false, problems: [{ code: 'lease.held' }] });
  expect(await unlockEnvironment({ ...request('dead'), from: 'r7' })).toMatchObject({
    ok: false,
    problems: [{ code: 'lease.other-holder' }],
  });
  expect((await unlockEnvironment({ ...request('dead'), from: 'r1' })).ok).toBe(true);
  await expect(taken.handle.ensure()).rejects.toThrow('is over');
});

test('with a shared store the lock stands there, for every machine; without an answer it stands here, and says so', async () => {
  expect(await lockEnvironment(request('repairs', true))).toMatchObject({ ok: true, value: { notes: [] } });
  expect(shared.lease('testing')?.lock).toMatchObject({ on: true, reason: 'repairs' });
  expect((await release('r1', { shared })).problems[0]?.code).toBe('lease.locked');
  expect((await unlockEnvironment(request('done', true))).ok).toBe(true);
  expect((await release('r2', { shared })).outcome).toBe('done');
  shared.weather = 'down';
  const locked = await lockEnvironment(request('no git', true));
  expect(locked).toMatchObject({ ok: true });
  expect(locked.ok && locked.value.notes.join(' ')).toContain('does not answer');
  shared.weather = 'fine';
  expect((await release('r3', { shared })).problems[0]?.code).toBe('lease.locked');
  await clock.advance(1_000);
  expect((await unlockEnvironment(request('done', true))).ok).toBe(true);
  expect((await release('r4', { shared })).outcome).toBe('done');
});
