import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Effect, effectSchema, type ResolvedEffect } from '../../src/model/effect.ts';
import { createExecutor, type Executor } from '../../src/procedure/effects/execute.ts';
import { createSecrets, systemClock } from '../../src/procedure/index.ts';
import { FENCE_SCRIPT, LeaseLostError } from '../../src/procedure/lease/fence.ts';
import { createFenceLocks, type FenceLocks } from '../../src/procedure/lease/fence-locks.ts';

/** One lock for the effects of a step that follow each other, with real `flock` and real processes. */

let dir: string;
let others: ChildProcess[];
let executors: Executor[];
let locks: FenceLocks;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-hold-'));
  mkdirSync(join(dir, 'run'));
  others = [];
  executors = [];
  locks = createFenceLocks(systemClock);
});
afterEach(async () => {
  for (const executor of executors) await executor.close();
  await locks.close();
  for (const other of others) other.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

const fenceFile = (resource: string): string => join(dir, 'run', resource);

function executor(fence: number): Executor {
  const one = createExecutor({
    clock: systemClock,
    secrets: createSecrets({ env: {} }),
    fence,
    fenceFile,
    signal: new AbortController().signal,
    locks,
  });
  executors.push(one);
  return one;
}

const parsed = (effect: Effect): ResolvedEffect => effectSchema.parse(effect);
const file = (name: string, resource = 'local', timeoutMs = 5_000): ResolvedEffect =>
  parsed({ kind: 'file', path: join(dir, name), content: 'x', timeoutMs, resource });

/** Processes that have the fence file of a resource open, to lock it or to wait for the lock. */
async function lockers(resource: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const fds = await readdir(`/proc/${pid}/fd`).catch(() => []);
      const paths = await Promise.all(fds.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
      return paths.includes(fenceFile(resource)) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}

/** Another process that holds the lock until its input ends. */
async function otherHolder(fence: number): Promise<ChildProcess> {
  const other = spawn('sh', [FENCE_SCRIPT, fenceFile('local'), String(fence), '--', 'cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  others.push(other);
  other.stdin?.write('x\n');
  await new Promise((resolve) => other.stdout?.once('data', resolve));
  return other;
}

test('effects on one resource share the process that locks it; it ends with the step', async () => {
  const one = executor(3);
  one.prepare(file('a'));
  await one.run(file('a'));
  const first = await lockers('local');
  expect(first).toHaveLength(1);
  await one.run(file('b'));
  expect(await lockers('local')).toEqual(first);
  expect(Number(readFileSync(fenceFile('local'), 'utf8'))).toBe(3);
  await one.close();
  expect(await lockers('local')).toEqual([]);
});

test('a command under the same fence, and a file of another resource, each get a lock of their own', async () => {
  const one = executor(3);
  await one.run(file('a'));
  await one
    .run(
      parsed({
        kind: 'exec',
        argv: ['sh', '-c', `flock -n ${fenceFile('local')} true; echo $?`],
        timeoutMs: 5_000,
        resource: 'local',
      }),
    )
    .then((result) => expect(result).toMatchObject({ stdout: '1\n' }));
  await one.run(file('b', 'elsewhere'));
  expect(await lockers('local')).toEqual([]);
  expect(await lockers('elsewhere')).toHaveLength(1);
});

test('the last word of `ready` comes when the lock is held: what it refuses is not done', async () => {
  const one = executor(3);
  await expect(
    one.run(file('a'), async () => {
      expect(await lockers('local')).toHaveLength(1);
      throw new LeaseLostError('somebody else holds it');
    }),
  ).rejects.toThrow(LeaseLostError);
  expect(existsSync(join(dir, 'a'))).toBe(false);
});

test('a lock whose process somebody killed is taken again, and a later holder is noticed', async () => {
  const one = executor(3);
  await one.run(file('a'));
  const killed = await lockers('local');
  for (const pid of killed) process.kill(pid, 'SIGKILL');
  while ((await lockers('local')).length > 0) await sleep(20);
  // The kernel has closed its files; that it is gone is heard a moment later.
  await sleep(200);
  await one.run(file('b'));
  const fresh = await lockers('local');
  expect(fresh).toHaveLength(1);
  expect(fresh).not.toEqual(killed);
  for (const pid of fresh) process.kill(pid, 'SIGKILL');
  while ((await lockers('local')).length > 0) await sleep(20);
  (await otherHolder(4)).stdin?.end();
  while ((await lockers('local')).length > 0) await sleep(20);
  await expect(one.run(file('c'))).rejects.toThrow(LeaseLostError);
  expect(existsSync(join(dir, 'c'))).toBe(false);
});

test('the time-out of an effect covers the wait for the lock; nothing is done and nothing left waiting', async () => {
  await otherHolder(3);
  const one = executor(3);
  one.prepare(file('a'));
  await expect(one.run(file('a', 'local', 400))).rejects.toThrow('no end after 400 ms');
  await one.close();
  expect(existsSync(join(dir, 'a'))).toBe(false);
  expect(await lockers('local')).toHaveLength(1);
});

test('a step that ends before its first effect stops waiting for the lock', async () => {
  await otherHolder(3);
  const one = executor(3);
  one.prepare(file('a'));
  await sleep(100);
  const begun = Date.now();
  await one.close();
  expect(Date.now() - begun).toBeLessThan(3_000);
  expect(await lockers('local')).toHaveLength(1);
});

test('a damaged fence file fails the effect, prepared or not', async () => {
  writeFileSync(fenceFile('local'), 'garbage\n');
  const one = executor(9);
  one.prepare(file('a'));
  await expect(one.run(file('a'))).rejects.toThrow('does not hold a number');
  await expect(one.run(file('a'))).rejects.toThrow('does not hold a number');
});
