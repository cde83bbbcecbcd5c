import { problemsOf } from '../../model/problem.ts';
import type { EngineOptions } from '../api.ts';
import { closePreempted, takenOver } from '../lease/preempt.ts';
import type { Engine } from '../run/engine.ts';
import { runPaths } from '../store.ts';
import { countLines } from './position.ts';
import { pullRun } from './pull.ts';
import { copyRun, createReplicator, type Replicator } from './replicator.ts';
import type { SharedStore } from './store.ts';
import { StoreUnreachableError, unreachable } from './unreachable.ts';

/** What a run does about the shared store at its beginning and at its end. */

/** How long a way back, which is through by then, still waits to be copied. */
const URGENT_COPY_MS = 2_000;

export function openReplicator(options: EngineOptions, run: string, fresh: boolean): Replicator | undefined {
  const { shared, store, clock } = options;
  return shared === undefined ? undefined : createReplicator({ shared, store, run, clock, fresh });
}

/** Under the lease: what another machine recorded before it gave the run up. What is urgent must do with what is here, broken glass may. */
export async function pullForResume(options: EngineOptions, run: string): Promise<void> {
  const { shared } = options;
  if (shared === undefined || options.urgent === true) return;
  try {
    await claimCopy(shared, run);
    await pullRun(shared, options.store, run);
  } catch (error) {
    if (options.breakGlass === undefined || !(error instanceof StoreUnreachableError)) throw error;
  }
}

/**
 * A push of the machine that had the run may still be under way, although nobody is left who waits for it. An empty commit on top of what is
 * there now leaves it nothing to add to.
 */
async function claimCopy({ replica, where }: SharedStore, run: string): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const copy = await replica.read(run);
    if (copy === undefined) return;
    const nothing = { seq: countLines(copy.journal), journal: '', payloads: '', payloadsAnew: false };
    if ((await replica.append(run, copy.version, nothing)) !== undefined) return;
  }
  throw unreachable(where, `a copy of run ${run} that others add to all the time`);
}

/** Does the shared store still name a run that is over as the holder? A crash may have come before it gave the environment back. */
export async function stillHeldThere(options: EngineOptions, environment: string, run: string): Promise<boolean> {
  try {
    const seen = await options.shared?.leases.read(environment);
    return seen?.lease.holder?.run === run;
  } catch (error) {
    if (error instanceof StoreUnreachableError) return false;
    throw error;
  }
}

/** Copies what is left. That it cannot be done now is said, and does no harm: the journal here is the truth. */
export async function copyAtTheEnd(engine: Engine): Promise<void> {
  const { replicator, options } = engine;
  const { shared } = options;
  if (replicator === undefined || shared === undefined) return;
  const hurries = options.urgent === true || options.breakGlass !== undefined;
  try {
    await replicator.flush(hurries ? URGENT_COPY_MS : shared.settings.patienceMs);
  } catch (error) {
    tellBehind(engine, error);
  }
}

/**
 * Says in the journals of the runs that this one took the environment from that they are over, and copies that: their machines must not go on
 * with them. What cannot be reached now is refused there all the same, by the lease and by the fence.
 */
export async function closeTakenOver(engine: Engine): Promise<void> {
  const { options, lease, state } = engine;
  const { shared, store } = options;
  if (shared === undefined) return;
  try {
    const others = new Set([options.preempt, await lease.tookFrom?.()]);
    for (const other of others) {
      if (other === undefined || other === state.run) continue;
      await pullRun(shared, store, other);
      await closePreempted(other, options, lease, state.run);
      for (const run of await takenOver(store, other)) {
        await copyRun({ shared, run, paths: runPaths(store, run), from: undefined });
      }
    }
  } catch (error) {
    tellBehind(engine, error);
  }
}

function tellBehind({ options }: Engine, error: unknown): void {
  for (const { found } of problemsOf(error, 'the git store')) {
    options.onEvent?.({ kind: 'note', path: 'git store', text: `git is not yet true: ${options.secrets.mask(found)}` });
  }
}
