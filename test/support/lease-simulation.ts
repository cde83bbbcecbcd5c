import type { Clock } from '../../src/model/ports.ts';
import { LeaseLostError } from '../../src/procedure/lease/fence.ts';
import type { LeaseStore } from '../../src/procedure/lease/store.ts';
import { unreachable } from '../../src/procedure/shared/unreachable.ts';
import { seeded } from '../e2e/support/random.ts';
import { contend, foreign, skewed } from './contender.ts';
import { faultsIn, freedAfter, pauseOf, type ScheduleReport } from './lease-schedule.ts';
import { memoryStore } from './memory-store.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

/**
 * A schedule of contenders over time that is simulated: the lease is the real one, its store is one compare-and-swap in memory with slow, lost and
 * missing answers, and a process can be killed or stopped between any two things that it does. Each contender is a machine of its own.
 */
export interface Simulated {
  readonly seed: number;
  readonly contenders: number;
  readonly ttlMs: number;
  /** Of all calls: share of which the answer is lost, half of them after they were done. Beside that the store is away now and then. */
  readonly storms: number;
  /** Makes the store a bad one: the simulation must see it. */
  readonly spoil?: (leases: LeaseStore) => LeaseStore;
}

export interface SimulationReport extends ScheduleReport {
  /** How often somebody was sure, by `ensure`, to be the holder. */
  readonly sure: number;
  /** Calls of which the answer was lost. */
  readonly unheard: number;
}

type Holder = { readonly machine: Machine; readonly fence: number };

/** Durations of one schedule. */
const LENGTH = 8;

export async function simulate({ seed, contenders, ttlMs, storms, spoil }: Simulated): Promise<SimulationReport> {
  const chance = seeded(seed);
  const clock = virtualClock();
  const store = memoryStore();
  const resource = fencedResource(clock);
  const machines: Machine[] = [];
  const hits: { readonly at: number; readonly fence: number }[] = [];
  const told: { readonly at: number; readonly what: string; readonly fence: number }[] = [];
  const faults: string[] = [];
  let [refused, unheard, killed, stopped] = [0, 0, 0, 0];
  let last: Holder | undefined;

  const begin = (): void => {
    const who = `c${machines.length}`;
    const machine = newMachine();
    machines.push(machine);
    const own = skewed(machine.clockOver(clock), chance);
    const slow = overNetwork(spoil?.(store.leases) ?? store.leases, {
      clock,
      chance,
      storms,
      machine,
      onUnheard: () => unheard++,
    });
    void contend({
      who,
      clock: own,
      store: `/nowhere/${who}`,
      durationMs: ttlMs,
      pause: pauseOf(contenders),
      chance,
      leases: foreign(slow, who),
      async effect(fence, what) {
        // The way from the look to the resource, in which the process may be stopped.
        await clock.sleep(0.05 * ttlMs * chance());
        await machine.runs();
        try {
          await resource.use(who, fence, what);
        } catch (error) {
          if (!(error instanceof LeaseLostError)) throw error;
          refused++;
          return false;
        } finally {
          await machine.runs();
        }
        return true;
      },
      tell(what, fence) {
        told.push({ at: clock.monotonic(), what, fence });
        const now = store.lease('production')?.fence;
        if (what === 'took') last = { machine, fence };
        else if (what === 'released' || what === 'lost') last = last?.fence === fence ? undefined : last;
        else if (what.startsWith('error')) faults.push(`${who}: ${what}`);
        else if (what === 'sure' && now !== fence) faults.push(`${who} is sure of ${fence} while ${now} is held`);
      },
    });
  };

  for (let n = 0; n < contenders; n++) begin();
  const end = clock.monotonic() + LENGTH * ttlMs;
  // The last blow leaves the next holder time to come.
  while (clock.monotonic() < end - 2.5 * ttlMs) {
    await clock.advance(ttlMs * (0.3 + chance()));
    if (chance() < 20 * storms) await storm(store, clock, ttlMs * chance());
    const alive = machines.filter((one) => one.state() === 'runs');
    const victim = last !== undefined && chance() < 0.8 ? last.machine : alive[Math.floor(chance() * alive.length)];
    if (victim === undefined || victim.state() !== 'runs') continue;
    if (last?.machine === victim) hits.push({ at: clock.monotonic(), fence: last.fence });
    if (chance() < 0.5) {
      killed++;
      victim.kill();
      begin();
    } else {
      stopped++;
      victim.stop();
      // It wakes while others are at work, some of them struck meanwhile.
      void clock.sleep(ttlMs * (0.2 + 2.8 * chance())).then(() => victim.goOn());
    }
  }
  await clock.advance(end - clock.monotonic());
  for (const machine of machines) machine.kill();
  return {
    taken: told.filter((one) => one.what === 'holds').length,
    effects: resource.log.filter((line) => line.endsWith('begin')).length,
    refused,
    killed,
    stopped,
    // Nobody can see a lost holder while the store is away.
    freed: storms > 0 ? [] : freedAfter(hits, told, end).map((ms) => ms / ttlMs),
    faults: [...faults, ...faultsIn(resource.log)],
    sure: told.filter((one) => one.what === 'sure').length,
    unheard,
  };
}

async function storm(store: { weather: string }, clock: VirtualClock, ms: number): Promise<void> {
  store.weather = 'down';
  await clock.advance(ms);
  store.weather = 'fine';
}

interface Machine {
  state(): 'runs' | 'stopped' | 'dead';
  stop(): void;
  goOn(): void;
  kill(): void;
  /** Returns when the process runs; never, when it is dead. */
  runs(): Promise<void>;
  /** Its time goes on while it is stopped; it does not notice before it runs. */
  clockOver(clock: Clock): Clock;
}

function newMachine(): Machine {
  let state: 'runs' | 'stopped' | 'dead' = 'runs';
  let waiting: (() => void)[] = [];
  const runs = async (): Promise<void> => {
    while (state !== 'runs') await new Promise<void>((resolve) => waiting.push(resolve));
  };
  return {
    state: () => state,
    stop() {
      if (state === 'runs') state = 'stopped';
    },
    goOn() {
      if (state === 'stopped') state = 'runs';
      for (const wake of waiting.splice(0)) wake();
    },
    kill() {
      state = 'dead';
      waiting = [];
    },
    runs,
    clockOver: (clock) => ({
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      async sleep(ms, signal) {
        await clock.sleep(ms, signal).finally(runs);
      },
    }),
  };
}

interface Network {
  readonly clock: Clock;
  readonly storms: number;
  readonly machine: Machine;
  chance(): number;
  onUnheard(): void;
}

/** What is under way when a process is stopped or killed gets there all the same. */
function overNetwork(leases: LeaseStore, { clock, chance, storms, machine, onUnheard }: Network): LeaseStore {
  const call = async <T>(ask: () => Promise<T>): Promise<T> => {
    await machine.runs();
    await clock.sleep(10 + 60 * chance());
    const gone = chance() < storms ? chance() : 1;
    if (gone < 0.5) return silent();
    const answer = await ask();
    await clock.sleep(10 + 60 * chance());
    if (gone < 1) return silent();
    await machine.runs();
    return answer;
  };
  const silent = async (): Promise<never> => {
    onUnheard();
    await clock.sleep(1_000);
    await machine.runs();
    throw unreachable('memory', 'no answer');
  };
  return {
    ...leases,
    read: (environment) => call(() => leases.read(environment)),
    swap: (before, lease) => call(() => leases.swap(before, lease)),
  };
}

/** One at a time, and none below the greatest fence that it has seen, as fence.sh does it. */
function fencedResource(clock: Clock) {
  const log: string[] = [];
  let highest = 0;
  let queue: Promise<void> = Promise.resolve();
  return {
    log,
    use(who: string, fence: number, what: string): Promise<void> {
      const next = queue.then(async () => {
        if (fence < highest) throw new LeaseLostError(`${fence} is below ${highest}`);
        highest = fence;
        log.push(`${fence} ${who} ${what} begin`);
        await clock.sleep(20);
        log.push(`${fence} ${who} ${what} end`);
      });
      queue = next.catch(() => undefined);
      return next;
    },
  };
}
