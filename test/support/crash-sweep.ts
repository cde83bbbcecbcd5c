import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { Boundary } from '../../src/procedure/api.ts';
import { choose, seeded } from '../e2e/support/random.ts';
import { type Deal, dealt, dealtKiller, type Played, placesOf, playDealt } from './dealt.ts';

/**
 * Kills a run at its journal boundaries and goes on with it, until it is over, and compares the world at the end with the one that an
 * uncrashed run leaves. Which boundaries there are is learned from the run itself: nothing is listed by hand.
 */

/** One try in a fresh world. */
export interface SweepTry extends AsyncDisposable {
  /**
   * The process that begins the run, or goes on with it when something of it is recorded. It must call `killSwitch(kill, report)` at
   * every boundary.
   */
  command(
    kill: number | undefined,
    report: string,
  ): Promise<{ readonly argv: readonly string[]; readonly env?: NodeJS.ProcessEnv }>;
  /** Where the process leaves how many boundaries it passed. */
  readonly report: string;
  /** Fills in whatever the run waits for (exit 3). */
  answer(): Promise<void>;
  /** The world at the end, without what differs between two good runs. */
  endState(): Promise<unknown>;
}

export interface SweepOptions {
  open(): Promise<SweepTry>;
  /** How many single crashes to try, chosen by the seed; all when left out. */
  readonly singles?: number;
  /** Leave out the first of them: where a sweep was stopped, it goes on. */
  readonly skip?: number;
  /** How many runs to crash twice, the second time during the recovery. */
  readonly pairs: number;
  /** Deal the boundaries, or so many of them chosen by the seed, to a few runs, each of which dies at all of its own, one after another; default: none. */
  readonly dealt?: Deal;
  /** How many runs to kill from outside, at a random moment of the time that the uncrashed one took; default: none. */
  readonly moments?: number;
  readonly seed: number;
  /** A process that takes longer is given up, milliseconds. */
  readonly processMs?: number;
  readonly onTry?: (text: string) => void;
}

export interface SweepReport {
  /** Boundaries of the uncrashed run, per process. */
  readonly boundaries: readonly number[];
  readonly exit: number;
  /** The world that the uncrashed run leaves: all others are compared with it. */
  readonly endState: unknown;
  readonly singles: number;
  readonly pairs: number;
  readonly moments: number;
  readonly dealt: Played;
  /** Processes that were really killed. */
  readonly killed: number;
  readonly differences: readonly {
    readonly how: unknown;
    readonly found: unknown;
    readonly wanted: unknown;
  }[];
}

/** For the process under test: counts boundaries, and kills itself without warning at the one with this index, or at those that are dealt to it. */
export function killSwitch(kill: number | undefined, report: string): (boundary: Boundary) => void {
  let count = 0;
  const reached = dealtKiller();
  process.on('exit', () => writeFileSync(report, String(count)));
  return ({ when, type, node }) => {
    reached?.(`${when} ${type} ${node}`);
    if (count++ === kill) process.kill(process.pid, 'SIGKILL');
  };
}

export async function crashSweep(options: SweepOptions): Promise<SweepReport> {
  const begin = performance.now();
  using seen = dealt([]);
  const plain = await tryOnce(options, { kills: [], env: seen.env });
  const wholeMs = plain.endedAt - begin;
  const random = seeded(options.seed);
  const all = plain.passed.flatMap((count, index) =>
    Array.from({ length: count }, (_, at) => [...Array<undefined>(index).fill(undefined), at]),
  );
  const singles = choose(all, options.singles, random).slice(options.skip ?? 0);
  // Recovery begins with taking over; most of what can go wrong there lies at its beginning.
  const pairs = choose(all, options.pairs, random).map((kills) => [...kills, Math.floor(random() * random() * 20)]);
  const moments = Array.from({ length: options.moments ?? 0 }, () => ({ kills: [], afterMs: random() * wholeMs }));
  const differences: SweepReport['differences'][number][] = [];
  let killed = 0;
  const compare = async (how: How, name: unknown): Promise<void> => {
    const found = await tryOnce(options, how);
    killed += found.killed;
    const same = isDeepStrictEqual(found.endState, plain.endState) && found.exit === plain.exit;
    options.onTry?.(`${JSON.stringify(name)}: ${same ? 'same' : 'DIFFERENT'}, ${found.killed} killed`);
    if (same) return;
    differences.push({
      how: name,
      found: { exit: found.exit, state: found.endState, output: found.output },
      wanted: { exit: plain.exit, state: plain.endState },
    });
  };
  for (const how of [...[...singles, ...pairs].map((kills) => ({ kills })), ...moments]) await compare(how, how);
  const played = await playDealt(placesOf(seen.state()), options.dealt ?? { runs: 0 }, {
    random,
    play: (hand, name) => compare({ kills: [], env: hand.env, most: name.places + MOST_PROCESSES }, name),
  });
  return {
    boundaries: plain.passed,
    exit: plain.exit,
    endState: plain.endState,
    singles: singles.length,
    pairs: pairs.length,
    moments: moments.length,
    dealt: played,
    killed,
    differences,
  };
}

const MOST_PROCESSES = 30;

interface How {
  readonly kills: readonly (number | undefined)[];
  readonly afterMs?: number;
  readonly env?: NodeJS.ProcessEnv;
  /** Processes after which a run is given up. */
  readonly most?: number;
}

interface Tried {
  /** When its last process ended, by `performance.now()`. */
  readonly endedAt: number;
  readonly passed: readonly number[];
  readonly killed: number;
  readonly exit: number;
  readonly endState: unknown;
  readonly output: string;
}

async function tryOnce(
  options: SweepOptions,
  { kills, afterMs, env: more, most = MOST_PROCESSES }: How,
): Promise<Tried> {
  await using world = await options.open();
  const passed: number[] = [];
  let killed = 0;
  for (let index = 0; index < most; index++) {
    const command = await world.command(kills[index], world.report);
    const env = { ...process.env, ...command.env, ...more };
    const ended = await run(command.argv, env, options.processMs ?? 60_000, index === 0 ? afterMs : undefined);
    const endedAt = performance.now();
    if (ended.signal === 'SIGKILL') {
      killed++;
      continue;
    }
    passed.push(existsSync(world.report) ? Number(readFileSync(world.report, 'utf8')) : 0);
    if (ended.code === 3) {
      await world.answer();
      continue;
    }
    const { code, output } = ended;
    const endState = await world.endState().catch((error: unknown) => {
      throw new Error(`after kills ${JSON.stringify(kills)} exit ${code} leaves no end state:\n${output}`, {
        cause: error,
      });
    });
    return { endedAt, passed, killed, exit: code ?? -1, endState, output };
  }
  throw new Error(`the run did not come to an end with ${JSON.stringify({ kills, afterMs })}`);
}

function run(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  ms: number,
  killAfterMs?: number,
): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly output: string }> {
  const [file = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, ms);
    const killer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    const add = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-4_000);
    };
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    child.on('error', reject);
    // Not `close`: what a killed process left running may hold its output open.
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      clearTimeout(killer);
      if (late) reject(new Error(`no end within ${ms} ms:\n${output}`));
      else setImmediate(() => resolve({ code, signal, output }));
    });
  });
}
