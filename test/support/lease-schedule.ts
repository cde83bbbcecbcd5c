import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { childProgram } from '../../scripts/testing/children.ts';
import { unwrap } from '../../src/model/problem.ts';
import { takeLease } from '../../src/procedure/lease/lease.ts';
import { systemClock } from '../../src/procedure/machine/clock.ts';
import { gitStore } from '../../src/procedure/shared/open.ts';
import { seeded } from '../e2e/support/random.ts';

/** One schedule: machines with contenders for one environment in a bare repository, of which some are killed and some stopped and woken. */
export interface Schedule {
  readonly seed: number;
  readonly machines: number;
  /** On each machine. */
  readonly contenders: number;
  readonly ttlMs: number;
  readonly lengthMs: number;
}

export interface ScheduleReport {
  /** How often the environment was taken. */
  readonly taken: number;
  readonly effects: number;
  /** Effects that the resource refused: of those who did not know yet that their time was over. */
  readonly refused: number;
  readonly killed: number;
  readonly stopped: number;
  /** From the kill or stop of a holder to the next holder, as a multiple of the lease's duration. */
  readonly freed: readonly number[];
  /** What must not be: empty. */
  readonly faults: readonly string[];
}

const SCRIPT = childProgram('contend');
const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

interface Told {
  readonly at: number;
  readonly machine: string;
  readonly who: string;
  readonly what: string;
  readonly fence: number;
}

export async function runSchedule(schedule: Schedule): Promise<ScheduleReport> {
  const { seed, machines, contenders, ttlMs, lengthMs } = schedule;
  const pause = pauseOf(machines * contenders);
  const chance = seeded(seed);
  const dir = mkdtempSync(join(base, 'shiplock-lease-'));
  const url = join(dir, 'operations.git');
  execFileSync('git', ['init', '-q', '--bare', url]);
  const running = new Map<string, ChildProcess>();
  let born = 0;
  const start = (): void => {
    const name = `m${born++}`;
    const argv = [SCRIPT, dir, url, name, String(contenders), String(seed * 1_000 + born)];
    argv.push(String(ttlMs), String(pause));
    running.set(name, spawn(process.execPath, argv, { stdio: 'ignore' }));
  };
  const hits: { readonly at: number; readonly fence: number }[] = [];
  let [killed, stopped, over] = [0, 0, 0];
  try {
    for (let n = 0; n < machines; n++) start();
    const end = now() + lengthMs;
    // The last blow leaves the next holder time to come.
    for (let blow = 0; now() < end - 2.5 * ttlMs; blow++) {
      await sleep(ttlMs * (0.5 + chance()));
      const last = holder(dir);
      const name = last !== undefined && chance() < 0.8 ? last.machine : [...running.keys()][blow % running.size];
      const victim = name === undefined ? undefined : running.get(name);
      if (name === undefined || victim === undefined) continue;
      if (last?.machine === name) hits.push({ at: now(), fence: last.fence });
      if (chance() < 0.5) {
        killed++;
        running.delete(name);
        victim.kill('SIGKILL');
        start();
      } else {
        stopped++;
        victim.kill('SIGSTOP');
        await sleep(ttlMs * (1.2 + 0.8 * chance()));
        victim.kill('SIGCONT');
      }
    }
    await sleep(Math.max(0, end - now()));
    over = now();
  } finally {
    for (const child of running.values()) child.kill('SIGKILL');
    await Promise.all(
      [...running.values()].map((child) =>
        child.exitCode === null && child.signalCode === null ? new Promise((gone) => child.once('exit', gone)) : null,
      ),
    );
  }
  await sleep(100);
  const told = readTold(dir);
  const log = existsSync(join(dir, 'log')) ? readFileSync(join(dir, 'log'), 'utf8').trim().split('\n') : [];
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  return {
    taken: told.filter((one) => one.what === 'holds').length,
    effects: log.filter((line) => line.endsWith('begin')).length,
    refused: told.filter((one) => one.what === 'refused').length,
    killed,
    stopped,
    freed: freedAfter(hits, told, over).map((ms) => ms / ttlMs),
    faults: [
      ...faultsIn(log),
      ...told.filter((one) => one.what.startsWith('error')).map((one) => one.what.slice(0, 300)),
    ],
  };
}

/** So that about twenty begin to watch in each duration, however many there are: looking costs the machine, and one watcher is enough. */
export function pauseOf(contenders: number): number {
  return Math.max(0.25, contenders / 30);
}

/**
 * How long it took, from each kill or stop of a holder, until the next one held. Not lost was one that gave the lease back just then, or woke before
 * anybody had come and went on. Where the next one was struck too before it held, only that blow counts; where it was struck before it knew
 * that it was the next one, neither does. Pure.
 */
export function freedAfter(
  hits: readonly { readonly at: number; readonly fence: number }[],
  told: readonly Pick<Told, 'at' | 'what' | 'fence'>[],
  end: number,
): readonly number[] {
  return hits.flatMap(({ at, fence }) => {
    const holds = told.find((one) => one.what === 'holds' && one.fence > fence);
    const next = holds?.at ?? end;
    const before = told.filter((one) => one.at < next);
    const wentOn = before.some(
      (one) => one.fence === fence && (one.what === 'released' || (one.at > at && GOES_ON.has(one.what))),
    );
    const again = hits.some((one) => one.fence > fence && one.at < next);
    const heard = before.filter((one) => one.what === 'took' && one.fence > fence).length;
    const unheard = holds !== undefined && heard < holds.fence - fence;
    return wentOn || again || unheard ? [] : [next - at];
  });
}

const GOES_ON: ReadonlySet<string> = new Set(['holds', 'sure', 'worked']);

/** Pure: what the resource saw. Fences never fall, each belongs to one, and nobody works while another does. */
export function faultsIn(log: readonly string[]): readonly string[] {
  const faults: string[] = [];
  const owners = new Map<number, string>();
  let highest = 0;
  let open: string | undefined;
  for (const line of log) {
    const [number = '', who = '', what = '', edge = ''] = line.split(' ');
    const fence = Number(number);
    const owner = owners.get(fence) ?? who;
    owners.set(fence, owner);
    if (owner !== who) faults.push(`fence ${fence} belongs to ${owner} and to ${who}`);
    if (fence < highest) faults.push(`${who} acted under ${fence} after ${highest} had been seen`);
    highest = Math.max(highest, fence);
    const key = `${number} ${who} ${what}`;
    // One that was killed leaves its beginning without an end, and its fence with it.
    if (edge === 'begin' && open !== undefined && open.split(' ')[0] === number)
      faults.push(`${key} began within ${open}`);
    if (edge === 'end' && open !== key) faults.push(`${key} ended within ${open ?? 'nothing'}`);
    open = edge === 'begin' ? key : undefined;
  }
  return faults;
}

/** Times to take and give back a lease that nobody else wants, in milliseconds; the take alone is counted. */
export async function timeClaims(count: number): Promise<readonly number[]> {
  const dir = mkdtempSync(join(base, 'shiplock-claim-'));
  const url = join(dir, 'operations.git');
  execFileSync('git', ['init', '-q', '--bare', url]);
  const times: number[] = [];
  try {
    for (let n = 0; n < count; n++) {
      // Each as a machine of its own that was never there before.
      const store = join(dir, `state-${n}`);
      const timing = { timeoutMs: 20_000, leaseMs: 60_000, patienceMs: 1_000, everyMs: 1_000 };
      const shared = unwrap(gitStore({ url, prefix: 'shiplock', baseDir: dir, store, clock: systemClock, ...timing }));
      const begun = performance.now();
      const taken = await takeLease({
        store,
        leases: shared.leases,
        environment: 'production',
        run: `r${n}`,
        who: 'timer',
        clock: systemClock,
        durationMs: 60_000,
        unfinished: async () => false,
      });
      times.push(performance.now() - begun);
      if (taken.kind !== 'taken') throw new Error('somebody else has it');
      await taken.handle.release('free');
    }
  } finally {
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }
  return times.toSorted((a, b) => a - b);
}

function now(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}

function readTold(dir: string): readonly Told[] {
  if (!existsSync(join(dir, 'told'))) return [];
  const lines = readFileSync(join(dir, 'told'), 'utf8').split('\n');
  return lines.flatMap((line) => {
    const match = /^\{"at":([\d.]+),"machine":"([^"]*)","who":"([^"]*)","what":"(.*)","fence":(\d+)\}$/.exec(line);
    if (match === null) return [];
    const [, at = '', machine = '', who = '', what = '', fence = ''] = match;
    return [{ at: Number(at), machine, who, what, fence: Number(fence) }];
  });
}

/** Who holds it by its own words, and has not said since that it does not. */
function holder(dir: string): Told | undefined {
  const told = readTold(dir);
  const last = told.findLast((one) => one.what === 'took');
  if (last === undefined) return undefined;
  return told.some((one) => one.fence === last.fence && (one.what === 'released' || one.what === 'lost'))
    ? undefined
    : last;
}
