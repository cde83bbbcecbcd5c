import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { childProgram } from '../../scripts/testing/children.ts';
import {
  createExec,
  createSecrets,
  layDownRun,
  readLease,
  readRun,
  systemClock,
  verifyRun,
} from '../../src/procedure/index.ts';

/** Several real processes on one environment. */

const SCRIPT = childProgram('hold');
const SWEPT = childProgram('procedure');
let dir: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'shiplock-processes-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  await sleep(50);
  rmSync(dir, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly outcome: string;
  readonly text: string;
}

function start(run: string, preempt?: string): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, [SCRIPT, dir, run, ...(preempt === undefined ? [] : [preempt])], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code, signal) =>
      resolve({ code, signal, text, outcome: /"outcome":"([a-z-]+)"/.exec(text)?.[1] ?? '' }),
    ),
  );
  return { child, ended };
}

async function until(check: () => boolean): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += 20) {
    if (check()) return;
    await sleep(20);
  }
  throw new Error('it never came to that');
}

const begun = (run: string): Promise<void> => until(() => existsSync(join(dir, `${run}.waits`)));
const go = (run: string): void => writeFileSync(join(dir, `${run}.go`), '');
const log = (): readonly string[] =>
  existsSync(join(dir, 'log')) ? readFileSync(join(dir, 'log'), 'utf8').trim().split('\n') : [];

test('of two runs at once one works and the other is told who and how (7)', async () => {
  const first = start('r1');
  await begun('r1');
  const second = await start('r2').ended;
  expect(second).toMatchObject({ code: 7, outcome: 'lease-held' });
  expect(second.text).toContain('run r1 at work');
  go('r1');
  expect(await first.ended).toMatchObject({ code: 0, outcome: 'done' });
  expect(log()).toEqual(['r1']);
});

test('a run that was killed keeps the environment for itself: others are refused, its resume takes it at once', async () => {
  const first = start('r1');
  await begun('r1');
  first.child.kill('SIGKILL');
  await first.ended;
  const other = await start('r2').ended;
  expect(other).toMatchObject({ code: 7 });
  expect(other.text).toContain('shiplock resume r1');
  go('r1');
  expect(await start('r1').ended).toMatchObject({ code: 0, outcome: 'done' });
});

const lookedAfter = (run: string, again = false) =>
  layDownRun(run, {
    store: join(dir, 'state'),
    shared: undefined,
    clock: systemClock,
    secrets: createSecrets({ env: {} }),
    exec: createExec(),
    who: 'its job',
    again,
  });

test('whoever looks after a run that was killed gives its lease back, not its environment; one that lives is left alone', async () => {
  const first = start('r1');
  await begun('r1');
  expect(await lookedAfter('r1')).toEqual({ kind: 'nothing' });
  first.child.kill('SIGKILL');
  await first.ended;
  const environment = 'shared';
  expect(await lookedAfter('r1')).toEqual({ kind: 'reserved', environment });
  expect(await lookedAfter('r1')).toEqual({ kind: 'nothing' });
  expect((await readLease(join(dir, 'state'), environment))?.lease.holder).toMatchObject({ run: 'r1', pid: 0 });
  expect(await start('r2').ended).toMatchObject({ code: 7 });
  go('r1');
  expect(await start('r1').ended).toMatchObject({ code: 0, outcome: 'done' });
  expect(await lookedAfter('r1')).toEqual({ kind: 'nothing' });
});

test('of a kind that is begun again, a run that was killed is over although it had begun', async () => {
  const first = start('r1');
  await begun('r1');
  first.child.kill('SIGKILL');
  await first.ended;
  expect(await lookedAfter('r1', true)).toEqual({ kind: 'freed', environment: 'shared' });
  expect((await readRun(join(dir, 'state'), 'r1')).finished).toMatchObject({ outcome: 'failed' });
  go('r2');
  expect(await start('r2').ended).toMatchObject({ code: 0, outcome: 'done' });
});

test('a run that was killed before it changed anything is over once somebody looks after it', async () => {
  const store = join(dir, 'state');
  const forward = (...kill: readonly string[]): number | null =>
    spawnSync(process.execPath, [SWEPT, 'forward', dir, join(dir, 'report'), ...kill]).status;
  // After it has recorded that the lease is its own, and before anything else.
  expect(forward('3')).toBe(null);
  expect(await lookedAfter('r1')).toEqual({ kind: 'freed', environment: expect.any(String) });
  expect(await lookedAfter('r1')).toEqual({ kind: 'nothing' });
  expect(await lookedAfter('no-such-run')).toEqual({ kind: 'nothing' });
  const { environment, finished } = await readRun(store, 'r1');
  expect(finished).toMatchObject({ outcome: 'refused', problems: [{ code: 'run.killed' }] });
  expect((await verifyRun(store, 'r1')).kind).toBe('intact');
  expect((await readLease(store, environment))?.lease.holder).toBe(null);
  expect(forward()).toBe(5);
});

test('SIGTERM stops at a safe place (143), and the run can be gone on with', async () => {
  const first = start('r1');
  await begun('r1');
  first.child.kill('SIGTERM');
  go('r1');
  expect(await first.ended).toMatchObject({ code: 143, outcome: 'stopped' });
  expect(log()).toEqual([]);
  const { entries } = await readRun(join(dir, 'state'), 'r1');
  expect(entries.at(-1)).toMatchObject({ record: { type: 'run.paused' }, payload: { signal: 'SIGTERM' } });
  expect(await start('r1').ended).toMatchObject({ code: 0, outcome: 'done' });
  expect(log()).toEqual(['r1']);
});

test('a second Ctrl-C ends it at once (130) and leaves a journal to resume from', async () => {
  const first = start('r1');
  await begun('r1');
  first.child.kill('SIGINT');
  await sleep(200);
  first.child.kill('SIGINT');
  expect(await first.ended).toMatchObject({ code: 130, outcome: '' });
  go('r1');
  expect(await start('r1').ended).toMatchObject({ code: 0, outcome: 'done' });
  expect((await verifyRun(join(dir, 'state'), 'r1')).kind).toBe('intact');
});

test('a stopped process that wakes up after it was taken over changes nothing and can write nothing', async () => {
  const first = start('r1');
  await begun('r1');
  first.child.kill('SIGSTOP');
  // r2 pre-empts it: nobody waits for a process that sleeps.
  const second = start('r2', 'r1');
  await begun('r2');
  go('r2');
  expect(await second.ended).toMatchObject({ code: 0, outcome: 'done' });
  go('r1');
  first.child.kill('SIGCONT');
  expect(await first.ended).toMatchObject({ code: 7, outcome: 'lease-held' });
  expect(log()).toEqual(['r2']);
  const { finished } = await readRun(join(dir, 'state'), 'r1');
  expect(finished?.preemptedBy).toBe('r2');
  expect((await verifyRun(join(dir, 'state'), 'r1')).kind).toBe('intact');
  expect(await start('r1').ended).toMatchObject({ code: 5, outcome: 'refused' });
});

test('six contenders, one after another as each ends: every effect once, under a growing fence', async () => {
  const runs = Array.from({ length: 6 }, (_, n) => `c${n}`);
  for (const run of runs) go(run);
  const ended = await Promise.all(
    runs.map(async (run) => {
      for (let attempt = 0; attempt < 60; attempt++) {
        const end = await start(run).ended;
        if (end.code !== 7) return end.code;
        await sleep(50);
      }
      return undefined;
    }),
  );
  expect(ended).toEqual(runs.map(() => 0));
  expect(log().toSorted()).toEqual(runs);
  const fences = await Promise.all(
    runs.map(async (run) => (await readRun(join(dir, 'state'), run)).entries[0]?.record.fence),
  );
  expect(new Set(fences).size).toBe(runs.length);
});
