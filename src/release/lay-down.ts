import { type LaidDown, layDownRun } from '../procedure/index.ts';
import type { Service } from './door.ts';

/** What a door does when what it started is over, however it ended: a run whose process was killed gives its environment back. */
export function layDown({ store, shared, clock, secrets, exec, door }: Service, run: string): Promise<LaidDown> {
  return layDownRun(run, { store, shared, clock, secrets, exec, who: door.who });
}
