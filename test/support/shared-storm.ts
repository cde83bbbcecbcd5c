import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type GitServer, startGitServer } from '../../scripts/components/git-server.ts';
import { childProgram } from '../../scripts/testing/children.ts';
import { unwrap } from '../../src/model/problem.ts';
import { fillGate, importRuns, readRun, showGates, systemClock, verifyRun } from '../../src/procedure/index.ts';
import { gitStore } from '../../src/procedure/shared/open.ts';
import { seeded } from '../e2e/support/random.ts';

/**
 * One run of test/procedure/fixtures/shared-run.ts over a real git server that is killed, started, stopped and woken at random, by machines of which
 * some die (-9); they take turns until the run is over.
 */
export interface StormReport {
  readonly processes: number;
  readonly killed: number;
  /** Processes that ended because git did not answer. */
  readonly unanswered: number;
  readonly outages: number;
  /** What must not be: empty. */
  readonly faults: readonly string[];
}

const SCRIPT = childProgram('shared');
const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const WANTED = {
  forward: { exit: 0, log: ['a', 'b', 'c', 'drain', 'restore'] },
  backward: { exit: 4, log: ['a', 'r1', 'r2'] },
} as const;

export async function runStorm(which: keyof typeof WANTED, seed: number): Promise<StormReport> {
  const dir = mkdtempSync(join(base, 'shiplock-storm-'));
  const chance = seeded(seed);
  const server = await startGitServer(dir);
  const sky = openSky(server, seeded(seed + 1_000_000));
  let [machine, processes, killed, unanswered, said] = [0, 0, 0, 0, ''];
  const faults: string[] = [];
  try {
    for (let exit: number | undefined; exit !== 0 && exit !== 4; ) {
      if (++processes > 80) throw new Error(`${which}, seed ${seed}: the run does not come to an end: ${said}`);
      if (chance() < 0.6) machine++;
      const store = join(dir, `state-${machine}`);
      const kill = chance() < 0.4 ? String(Math.floor(chance() * 40)) : '-';
      const argv = [SCRIPT, which, dir, `state-${machine}`, server.url, join(dir, 'report'), kill, 'impatient'];
      const ended = await over(spawn(process.execPath, argv, { stdio: ['ignore', 'ignore', 'pipe'] }));
      exit = ended.code ?? undefined;
      said = ended.said;
      if (ended.code === null) killed++;
      else if (exit === 3) await answer(store, server.url, dir);
      else if (exit !== 0 && exit !== 4) {
        if (!/store\.|lease\./.test(ended.said)) faults.push(`exit ${exit}: ${ended.said.slice(0, 500)}`);
        unanswered++;
        await sleep(200);
      }
      // One whose own records parted from git can only be helped by another machine.
      if (ended.said.includes('store.parted')) machine++;
      if ((exit === 0 || exit === 4) && exit !== WANTED[which].exit) faults.push(`ended with ${exit}`);
    }
    const outages = await sky.clear();
    const store = join(dir, `state-${machine}`);
    const pending = (await importRuns(open(store, server.url, dir), store)).flatMap((one) => one.problems);
    const log = readFileSync(join(dir, 'root', 'log'), 'utf8')
      .trim()
      .split('\n')
      .toSorted();
    if (JSON.stringify(log) !== JSON.stringify(WANTED[which].log)) faults.push(`the effects were ${log.join(' ')}`);
    if ((await verifyRun(store, 'r1')).kind === 'broken') faults.push('the chain is broken');
    if (pending.length > 0) faults.push(`not copied: ${JSON.stringify(pending)}`);
    const copy = await open(join(dir, 'reader'), server.url, dir).replica.read('r1');
    const lines = (copy?.journal ?? '').split('\n').length - 1;
    const records = (await readRun(store, 'r1')).entries.length;
    if (lines !== records) faults.push(`git has ${lines} records of ${records}`);
    return { processes, killed, unanswered, outages, faults };
  } finally {
    await sky.clear();
    await server.stop();
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Lets the server be away for a while, again and again, until it is cleared; says how often it was. */
function openSky(server: GitServer, chance: () => number): { clear(): Promise<number> } {
  const over = new AbortController();
  let outages = 0;
  const wait = (ms: number): Promise<unknown> => sleep(ms, undefined, { signal: over.signal }).catch(() => undefined);
  const storm = async (): Promise<void> => {
    while (!over.signal.aborted) {
      // The first comes before a quick machine is through, and it calms down by and by, so that a slow one comes to an end too.
      await wait(outages === 0 ? 100 : (300 + 2_500 * chance()) * (1 + outages / 5));
      if (over.signal.aborted) return;
      outages++;
      const hangs = chance() < 0.5;
      if (hangs) server.hang();
      else await server.stop();
      await wait(200 + 2_500 * chance());
      if (hangs) server.goOn();
      else await server.start();
    }
  };
  const done = storm();
  return {
    async clear() {
      over.abort();
      await done;
      return outages;
    },
  };
}

function open(store: string, url: string, dir: string) {
  const timing = { timeoutMs: 5_000, leaseMs: 3_000, patienceMs: 5_000, everyMs: 1_000 };
  return unwrap(gitStore({ url, prefix: 'shiplock', baseDir: dir, store, clock: systemClock, ...timing }));
}

/** A person fills in what is asked. What cannot be copied now is copied by the resume. */
async function answer(store: string, url: string, dir: string): Promise<void> {
  for (const gate of await showGates(store)) unwrap(await fillGate(store, gate.run, gate.path, { ok: true }, 'storm'));
  await importRuns(open(store, url, dir), store);
}

function over(child: ChildProcess): Promise<{ readonly code: number | null; readonly said: string }> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4_000);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => setImmediate(() => resolve({ code, said })));
  });
}
