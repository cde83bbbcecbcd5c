import { type LaidDown, layDownRun, readRun } from '../../procedure/index.ts';
import type { Service } from '../door.ts';
import { BEGUN_AGAIN } from './again.ts';

/** What a door does when what it started is over, however it ended: a run whose process was killed gives its environment back. */
export async function layDown(service: Service, run: string): Promise<LaidDown> {
  const { store, shared, clock, secrets, exec, door } = service;
  const procedure = (await readRun(store, run).catch(() => null))?.procedure ?? '';
  const again = BEGUN_AGAIN.includes(procedure);
  // Of a build no other machine knows.
  return layDownRun(run, {
    store,
    shared: procedure === 'build' ? undefined : shared,
    clock,
    secrets,
    exec,
    who: door.who,
    again,
  });
}
