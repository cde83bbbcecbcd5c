import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { choose } from '../e2e/support/random.ts';

/**
 * One run that dies at many places, one after another, each of its processes at the next it comes to. All boundaries of a run are dealt to a few such
 * runs, like cards: each boundary is died at once, without a whole run for each.
 */

/** Names the file in which the processes of one run keep what they have passed. */
const FILE = 'SHIPLOCK_SWEEP_DEALT';

const stateSchema = z.object({
  /** Where to die, `PLACE #N`: the N-th time that the run comes to PLACE. */
  left: z.array(z.string()),
  died: z.array(z.string()),
  /** How often the run has come by each place. */
  passed: z.record(z.string(), z.number()),
});
export type DealtState = z.infer<typeof stateSchema>;

/** For a process under test: told each place, it dies there if this run is to and has not yet; undefined where no file is named. */
export function dealtKiller(): ((place: string) => void) | undefined {
  const file = process.env[FILE];
  if (file === undefined) return undefined;
  const state = stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const left = new Set(state.left);
  const save = (): void => writeFileSync(file, JSON.stringify({ ...state, left: [...left] }));
  process.on('exit', save);
  return (place) => {
    const times = state.passed[place] ?? 0;
    const name = `${place} #${times}`;
    const dies = left.delete(name);
    // What is not written when it dies before, the next process comes to once more.
    if (!dies || !place.startsWith('before ')) state.passed[place] = times + 1;
    if (!dies) return;
    state.died.push(name);
    save();
    process.kill(process.pid, 'SIGKILL');
  };
}

export interface Dealt extends Disposable {
  readonly env: NodeJS.ProcessEnv;
  state(): DealtState;
}

export function dealt(places: readonly string[]): Dealt {
  const dir = mkdtempSync(join(tmpdir(), 'shiplock-dealt-'));
  const file = join(dir, 'state.json');
  writeFileSync(file, JSON.stringify({ left: places, died: [], passed: {} }));
  return {
    env: { [FILE]: file },
    state: () => stateSchema.parse(JSON.parse(readFileSync(file, 'utf8'))),
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** Written as often as there is time for: the later looks of a bake, a lease that is renewed. */
const BY_THE_CLOCK = /analysis\.sample .* #[1-9]\d*$| lease\.renewed /;

/** Whether every run comes to this place, however long it takes; one that a kill made longer or shorter may pass by the others. */
function isCertain(place: string): boolean {
  return !BY_THE_CLOCK.test(place);
}

/** All of the places, or so many, chosen by the seed, of those that every run comes to. */
export function some(places: readonly string[], count: number | undefined, random: () => number): readonly string[] {
  return count === undefined ? places : choose(places.filter(isCertain), count, random);
}

/** All places of a run that nobody killed. */
export function placesOf({ passed }: DealtState): readonly string[] {
  return Object.entries(passed).flatMap(([place, times]) => Array.from({ length: times }, (_, n) => `${place} #${n}`));
}

export interface Deal {
  readonly runs: number;
  /** Only so many of those that every run comes to, chosen by the seed; left out: all. */
  readonly places?: number;
}

/** Runs that died at all places dealt to them, at how many that was, and those that no process came to any more. */
export interface Played {
  readonly runs: number;
  readonly died: number;
  readonly missed: readonly string[];
}

export interface DealOptions {
  readonly random: () => number;
  /** One run with the processes that it takes. */
  readonly play: (
    hand: Dealt,
    name: { readonly run: number; readonly of: number; readonly places: number },
  ) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/** Deals the places to so many runs, as one deals cards, and plays each. */
export async function playDealt(
  all: readonly string[],
  { runs: of, places: most }: Deal,
  { random, play, signal }: DealOptions,
): Promise<Played> {
  const places = some(all, most, random);
  const missed: string[] = [];
  let [runs, died] = [0, 0];
  for (let run = 0; run < Math.min(of, places.length) && signal?.aborted !== true; run += 1) {
    const own = places.filter((_place, at) => at % of === run);
    using hand = dealt(own);
    await play(hand, { run, of, places: own.length });
    const state = hand.state();
    runs += 1;
    died += state.died.length;
    missed.push(...state.left);
  }
  return { runs, died, missed };
}
