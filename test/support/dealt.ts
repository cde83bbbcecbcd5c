import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

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
    [Symbol.dispose]: () => {
      if (existsSync(dir)) rmSync(dir, { recursive: true });
    },
  };
}

/** All places of a run that nobody killed. */
export function placesOf({ passed }: DealtState): readonly string[] {
  return Object.entries(passed).flatMap(([place, times]) => Array.from({ length: times }, (_, n) => `${place} #${n}`));
}

/** Deals them to so many runs: one gets the first, the next the second, and so on. */
export function deal(places: readonly string[], runs: number): readonly (readonly string[])[] {
  return Array.from({ length: Math.min(runs, places.length) }, (_, run) =>
    places.filter((_place, at) => at % runs === run),
  );
}
