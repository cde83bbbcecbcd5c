import { traitsOf } from '../../model/procedures.ts';
import { type LaidDown, layDownRun, readRun } from '../../procedure/index.ts';
import type { Service } from '../door.ts';

/** What a door does when what it started is over, however it ended: a run whose process was killed gives its environment back. */
export async function layDown(service: Service, run: string): Promise<LaidDown> {
  const { store, shared, clock, secrets, exec, door } = service;
  const procedure = (await readRun(store, run).catch(() => null))?.procedure ?? '';
  const { holds, stopped } = traitsOf(procedure);
  return layDownRun(run, {
    store,
    // Of what holds no environment no other machine knows.
    shared: holds ? shared : undefined,
    clock,
    secrets,
    exec,
    who: door.who,
    again: stopped === 'begun-again',
  });
}
