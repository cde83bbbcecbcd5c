import { problemsOf } from '../../model/problem.ts';
import type { EngineOptions } from '../api.ts';
import type { Engine } from '../engine.ts';
import { closePreempted } from '../preempt.ts';
import { runPaths } from '../store.ts';
import { pullRun } from './pull.ts';
import { copyRun, createReplicator, type Replicator } from './replicator.ts';

/** What a run does about the shared store at its beginning and at its end. */

/** How long a way back, which is through by then, still waits to be copied. */
const URGENT_COPY_MS = 2_000;

export function openReplicator(options: EngineOptions, run: string, fresh: boolean): Replicator | undefined {
  const { shared, store, clock } = options;
  return shared === undefined ? undefined : createReplicator({ shared, store, run, clock, fresh });
}

/** Under the lease: what another machine recorded before it gave the run up. Where nobody waits for the store, what is here must do. */
export async function pullForResume(options: EngineOptions, run: string): Promise<void> {
  const { shared } = options;
  if (shared === undefined || options.urgent === true || options.breakGlass !== undefined) return;
  await pullRun(shared, options.store, run);
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
      await copyRun({ shared, run: other, paths: runPaths(store, other), from: undefined });
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
