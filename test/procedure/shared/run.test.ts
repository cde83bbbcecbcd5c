import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EngineOptions, RunResult } from '../../../src/procedure/api.ts';
import { gate } from '../../../src/procedure/build.ts';
import { fillGate, readRun, resumeProcedure, runProcedure } from '../../../src/procedure/index.ts';
import { redactPayload } from '../../../src/procedure/journal/redact.ts';
import { readLease } from '../../../src/procedure/lease/file.ts';
import { importRuns, pendingRuns } from '../../../src/procedure/shared/pending.ts';
import { pullRun } from '../../../src/procedure/shared/pull.ts';
import { type Bench, bench, fails, inOrder, tree, writes } from '../../support/engine.ts';
import { type MemoryStore, memoryStore } from '../../support/memory-store.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';

/** Runs with a shared store, over a simulated one: what waits for it, what does not, and what another machine makes of it. */

let on: Bench;
let clock: VirtualClock;
let shared: MemoryStore;

beforeEach(() => {
  on = bench();
  clock = virtualClock();
  shared = memoryStore();
});
afterEach(() => on[Symbol.dispose]());

const options = (more: Partial<EngineOptions> = {}): EngineOptions => on.options(clock, { shared, ...more });
/** Another machine: a state directory of its own. */
const elsewhere = (more: Partial<EngineOptions> = {}): EngineOptions =>
  options({ store: join(on.dir, 'elsewhere'), who: 'other', ...more });
const go = (promise: Promise<RunResult>): Promise<RunResult> => clock.runUntil(promise);
const journalHere = async (run: string, store = on.store): Promise<number> =>
  (await readRun(store, run)).entries.length;
const recordsThere = (run: string): number => (shared.copies.get(run)?.journal.split('\n').length ?? 1) - 1;

test('a run ends with every record in the shared store, and the lease given back in both', async () => {
  const result = await go(
    runProcedure(tree(inOrder('all', [writes(on, 'a'), writes(on, 'b')])), { ...options(), run: 'r1' }),
  );
  expect(result.outcome).toBe('done');
  expect(recordsThere('r1')).toBe(await journalHere('r1'));
  expect(await pendingRuns(shared, on.store)).toEqual([]);
  expect(shared.lease('testing')).toMatchObject({
    fence: 1,
    holder: null,
    anchor: { run: 'r1', count: await journalHere('r1') },
  });
  expect((await readLease(on.store, 'testing'))?.lease).toMatchObject({ fence: 1, holder: null });
});

test('the intent of a forward step is in the shared store before its effects begin', async () => {
  let seen = '';
  const looks = writes(on, 'a');
  const decide = looks.decide.bind(looks);
  const procedure = tree(inOrder('all', [{ ...looks, decide }]));
  await go(
    runProcedure(procedure, {
      ...options({
        onEvent: (event) => {
          if (event.kind === 'effect') seen = shared.copies.get('r1')?.journal.split('\n').at(-2) ?? '';
        },
      }),
      run: 'r1',
    }),
  );
  expect(seen).toContain('"type":"step.intent"');
});

test('without the shared store nothing begins (5): the lease cannot be had', async () => {
  shared.weather = 'down';
  const result = await go(runProcedure(tree(writes(on, 'a')), { ...options(), run: 'r1' }));
  expect(result).toMatchObject({ outcome: 'refused', problems: [{ code: 'store.unreachable' }] });
  expect(on.files()).toEqual([]);
});

test('a store that goes away pauses the run before the next forward step; the step is begun when it is back', async () => {
  const goesDown = writes(on, 'b', 'b');
  const procedure = tree(inOrder('all', [writes(on, 'a'), goesDown, writes(on, 'c')]));
  const begun = clock.monotonic();
  const first = await go(
    runProcedure(procedure, {
      ...options({
        onEvent: (event) => {
          if (event.kind === 'node-done' && event.path === 'all/a') shared.weather = 'down';
        },
      }),
      run: 'r1',
    }),
  );
  expect(first).toMatchObject({ outcome: 'failed', problems: [{ code: 'store.unreachable' }] });
  expect(clock.monotonic() - begun).toBeGreaterThanOrEqual(30_000);
  expect(on.files()).toEqual(['a']);
  expect((await readRun(on.store, 'r1')).entries.at(-1)).toMatchObject({ payload: { reason: 'store-behind' } });
  expect((await pendingRuns(shared, on.store))[0]).toMatchObject({ run: 'r1' });
  shared.weather = 'fine';
  expect((await go(resumeProcedure(procedure, 'r1', options()))).outcome).toBe('done');
  expect(on.files()).toEqual(['a', 'b', 'c']);
  expect(recordsThere('r1')).toBe(await journalHere('r1'));
});

test('a way back inside a run waits for nobody', async () => {
  const procedure = tree(inOrder('all', [writes(on, 'a'), fails('no')], inOrder('back', [writes(on, 'urgent')])));
  const begun = clock.monotonic();
  const result = await go(
    runProcedure(procedure, {
      ...options({
        onEvent: (event) => {
          if (event.kind === 'node-failed') shared.weather = 'down';
        },
      }),
      run: 'r1',
    }),
  );
  expect(result.outcome).toBe('rolled-back');
  const entries = (await readRun(on.store, 'r1')).entries.map(({ record }) => record);
  const rolledBack = entries.find(({ type, node }) => type === 'step.done' && node === 'all/rollback/urgent');
  expect(Date.parse(rolledBack?.time ?? '') - clock.now() + (clock.monotonic() - begun)).toBeLessThan(1_000);
});

test('an urgent run takes the environment at once from a holder elsewhere, whose run cannot be gone on with', async () => {
  const waits = gate({
    id: 'ask',
    title: 'Ask',
    role: 'operator',
    evidence: [{ kind: 'check', name: 'ok', question: 'ok?' }],
    guard: { kind: 'nothing-shifted' },
  });
  const forward = tree(inOrder('all', [writes(on, 'a'), waits]));
  expect((await go(runProcedure(forward, { ...elsewhere(), run: 'r1' }))).outcome).toBe('waiting');
  const back = await go(runProcedure(tree(writes(on, 'back')), { ...options({ urgent: true }), run: 'r2' }));
  expect(back.outcome).toBe('done');
  expect(shared.lease('testing')?.fence).toBeGreaterThanOrEqual(1_000);
  expect((await readRun(on.store, 'r1')).finished).toMatchObject({ preemptedBy: 'r2' });
  // On its own machine it is refused, and says by whom.
  expect(await go(resumeProcedure(forward, 'r1', elsewhere()))).toMatchObject({
    outcome: 'refused',
    problems: [{ code: 'procedure.preempted' }],
  });
});

test('of two dead runs, one taken over by the other, both are ended here and in the copies', async () => {
  const ask = gate({
    ...{ id: 'ask', title: 'Ask', role: 'operator', guard: { kind: 'nothing-shifted' } },
    evidence: [{ kind: 'check', name: 'ok', question: 'ok?' }],
  });
  const forward = tree(inOrder('all', [writes(on, 'a'), ask]));
  expect((await go(runProcedure(forward, { ...elsewhere(), run: 'r1' }))).outcome).toBe('waiting');
  // Dead behind its first record: it could not end the one that it took over.
  let records = 0;
  const killAt = (): void => {
    if (++records > 2) throw new Error('killed');
  };
  await go(runProcedure(tree(writes(on, 'b')), { ...elsewhere({ preempt: 'r1', killAt }), run: 'r2' }));
  await importRuns(shared, elsewhere().store);
  for (const run of ['r1', 'r2']) await pullRun(shared, on.store, run);
  const back = await go(runProcedure(tree(writes(on, 'back')), { ...options({ preempt: 'r2' }), run: 'r3' }));
  expect(back.outcome).toBe('done');
  for (const run of ['r1', 'r2']) {
    expect((await readRun(on.store, run)).finished).toMatchObject({ preemptedBy: 'r3' });
    expect(recordsThere(run)).toBe(await journalHere(run));
    // Its own machine learns it from the copy.
    await pullRun(shared, elsewhere().store, run);
    expect((await readRun(elsewhere().store, run)).finished).toMatchObject({ preemptedBy: 'r3' });
  }
});

test('another machine goes on with a run from its copy and ends the same; the first one is then refused', async () => {
  const ask = gate({
    id: 'ask',
    title: 'Ask',
    role: 'operator',
    evidence: [{ kind: 'check', name: 'ok', question: 'ok?' }],
    guard: { kind: 'nothing-shifted' },
  });
  const make = () => tree(inOrder('all', [writes(on, 'a'), ask, writes(on, 'b')]));
  expect((await go(runProcedure(make(), { ...options(), run: 'r1' }))).outcome).toBe('waiting');
  expect((await fillGate(on.store, 'r1', 'all/ask', { ok: true }, 'tester')).ok).toBe(true);
  await importRuns(shared, on.store, { run: 'r1' });
  const { store } = elsewhere();
  expect(await pullRun(shared, store, 'r1')).toBe('pulled');
  expect((await go(resumeProcedure(make(), 'r1', elsewhere()))).outcome).toBe('done');
  expect(on.files()).toEqual(['a', 'b']);
  expect(await journalHere('r1', store)).toBe(recordsThere('r1'));
  // Here the run looks unfinished; the copy knows better.
  expect((await go(resumeProcedure(make(), 'r1', options()))).outcome).toBe('done');
  expect(await journalHere('r1')).toBe(recordsThere('r1'));
});

test('who has only looked on while another machine took over gives way, and keeps what it saw', async () => {
  const ask = gate({
    id: 'ask',
    title: 'Ask',
    role: 'operator',
    evidence: [{ kind: 'check', name: 'ok', question: 'ok?' }],
    guard: { kind: 'nothing-shifted' },
  });
  const forward = tree(inOrder('all', [writes(on, 'a'), ask]));
  await go(runProcedure(forward, { ...options(), run: 'r1' }));
  // Resumed without git: it records that it waits, and git hears nothing of it.
  shared.weather = 'down';
  await go(resumeProcedure(forward, 'r1', options({ breakGlass: 'no git' })));
  shared.weather = 'fine';
  await pullRun(shared, elsewhere().store, 'r1');
  await go(runProcedure(tree(writes(on, 'back')), { ...elsewhere({ urgent: true }), run: 'r2' }));
  expect(await importRuns(shared, on.store)).toMatchObject([{ run: 'r1', problems: [] }]);
  expect((await readRun(on.store, 'r1')).finished).toMatchObject({ preemptedBy: 'r2' });
  expect(readdirSync(join(on.store, 'runs', 'r1'))).toContain('parted-1.jsonl');
  expect(await pendingRuns(shared, on.store)).toEqual([]);
});

test('journals that have parted are refused with what to do, and the copy stays as it is', async () => {
  const procedure = tree(inOrder('all', [writes(on, 'a'), fails('no', 1, { attempts: 1 })]));
  const pausedAt = { ...options({ breakGlass: 'the forge burns' }), run: 'r1' };
  shared.weather = 'down';
  await go(runProcedure(procedure, pausedAt));
  cpSync(on.store, elsewhere().store, { recursive: true });
  shared.weather = 'fine';
  expect(await importRuns(shared, on.store)).toMatchObject([{ run: 'r1', problems: [] }]);
  const copy = shared.copies.get('r1');
  // The same run, recorded otherwise.
  rmSync(on.store, { recursive: true });
  shared.weather = 'down';
  await go(runProcedure(procedure, { ...pausedAt, who: 'somebody else' }));
  shared.weather = 'fine';
  const [refused] = await importRuns(shared, on.store);
  expect(refused).toMatchObject({ problems: [{ code: 'store.parted' }] });
  expect(shared.copies.get('r1')).toEqual(copy);
});

test('broken glass: the run goes on here, says why, and git is made true afterwards', async () => {
  shared.weather = 'down';
  const result = await go(
    runProcedure(tree(inOrder('all', [writes(on, 'a'), writes(on, 'b')])), {
      ...options({ breakGlass: 'the forge burns' }),
      run: 'r1',
    }),
  );
  expect(result.outcome).toBe('done');
  const { entries } = await readRun(on.store, 'r1');
  expect(entries[0]).toMatchObject({ payload: { breakGlass: 'the forge burns' } });
  expect(entries[0]?.record.fence).toBeGreaterThanOrEqual(1_000);
  expect(await pendingRuns(shared, on.store)).toMatchObject([{ run: 'r1', records: entries.length }]);
  shared.weather = 'fine';
  expect(await importRuns(shared, on.store)).toMatchObject([{ run: 'r1', records: entries.length, problems: [] }]);
  expect(await pendingRuns(shared, on.store)).toEqual([]);
  // The next fence of git lies above the one of the broken glass.
  await go(runProcedure(tree(writes(on, 'c')), { ...options(), run: 'r2' }));
  expect(shared.lease('testing')?.fence).toBeGreaterThan(entries[0]?.record.fence ?? 0);
});

test('broken glass ends when the store answers and the environment may not be had there', async () => {
  shared.weather = 'down';
  const slow = tree(
    inOrder('all', [writes(on, 'a'), fails('again', 40, { attempts: 60, delayMs: 5_000 }), writes(on, 'b')]),
  );
  const running = runProcedure(slow, {
    ...options({
      breakGlass: 'the forge burns',
      onEvent: (event) => {
        if (event.kind !== 'node-failed' || event.attempt !== 2) return;
        shared.weather = 'fine';
        shared.write({
          formatVersion: 1,
          environment: 'testing',
          fence: 7,
          holder: null,
          renewals: 0,
          durationMs: 60_000,
          anchor: null,
          lock: { on: true, by: 'ann', reason: 'repairs', time: '2026-11-21T06:00:00.000Z' },
        });
      },
    }),
    run: 'r1',
  });
  expect(await go(running)).toMatchObject({ outcome: 'lease-held', problems: [{ code: 'lease.lost' }] });
  expect(on.files()).toEqual(['a']);
});

test('a push that got there although nobody heard so is found, not doubled', async () => {
  const procedure = tree(inOrder('all', [writes(on, 'a'), writes(on, 'b')]));
  const result = await go(
    runProcedure(procedure, {
      ...options({
        onEvent: (event) => {
          if (event.kind === 'journal' && event.type === 'step.intent') shared.weather = 'deaf';
          if (event.kind === 'journal' && event.type === 'step.done') shared.weather = 'fine';
          if (event.kind === 'note') shared.weather = 'fine';
        },
      }),
      run: 'r1',
    }),
  );
  // The first push of an intent is not heard of; the second try finds it there.
  expect(['done', 'failed']).toContain(result.outcome);
  shared.weather = 'fine';
  if (result.outcome === 'failed') {
    expect((await go(resumeProcedure(procedure, 'r1', options()))).outcome).toBe('done');
  }
  expect(on.files()).toEqual(['a', 'b']);
  expect(recordsThere('r1')).toBe(await journalHere('r1'));
});

test('what was redacted here is redacted in the copy, and stays so on another machine', async () => {
  await go(runProcedure(tree(inOrder('all', [writes(on, 'a', 'private words')])), { ...options(), run: 'r1' }));
  expect(shared.copies.get('r1')?.payloads).toContain('private words');
  const { entries } = await readRun(on.store, 'r1');
  for (const { record, payload } of entries) {
    if (JSON.stringify(payload ?? '').includes('private words')) {
      expect((await redactPayload(on.store, 'r1', record.seq, 'tester', 'personal', clock)).ok).toBe(true);
    }
  }
  await importRuns(shared, on.store, { run: 'r1' });
  expect(shared.copies.get('r1')?.payloads).not.toContain('private words');
  await pullRun(shared, elsewhere().store, 'r1');
  const there = await readRun(elsewhere().store, 'r1');
  expect(there.entries.filter(({ payload }) => payload === undefined).length).toBeGreaterThan(0);
});
