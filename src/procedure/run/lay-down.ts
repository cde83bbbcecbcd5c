import type { Problem } from '../../model/problem.ts';
import type { EngineOptions } from '../api.ts';
import { loadRun } from '../journal/load.ts';
import { createRecorder, type Recorder } from '../journal/recorder.ts';
import { readLease } from '../lease/file.ts';
import { NOBODY } from '../lease/lease.ts';
import { closePreempted } from '../lease/preempt.ts';
import { isGone } from '../machine/identity.ts';
import { copyRun } from '../shared/replicator.ts';
import { takeEnvironment } from '../shared/take.ts';
import { runPaths } from '../store.ts';

/** What became of a run whose process was killed. */
export type LaidDown =
  /** It is over, waits, is at work, or somebody else has its environment: nothing to do. */
  | { readonly kind: 'nothing' }
  /** It had changed nothing, or is one that is begun again: it is over, and its environment is free. */
  | { readonly kind: 'freed'; readonly environment: string }
  /** It had begun to change something: no process holds the environment, and it waits for this run to be resumed or taken back. */
  | { readonly kind: 'reserved'; readonly environment: string };

export interface LayDownOptions extends Pick<EngineOptions, 'store' | 'shared' | 'clock' | 'secrets' | 'exec' | 'who'> {
  /** Runs of its kind are begun again, never gone on with: what it has done harms nobody, and nothing waits for it. */
  readonly again: boolean;
}

/**
 * Looks after a run that was begun on this machine and whose process may have been killed. Its lease is given back as the process would
 * have done: nobody waits for it to run out, here or elsewhere. A process that lives is left alone.
 */
export async function layDownRun(run: string, options: LayDownOptions): Promise<LaidDown> {
  const { store, shared, again } = options;
  const started = (await loadRun(store, run))?.state.started;
  if (started === undefined) return { kind: 'nothing' };
  const { environment } = started;
  const holder = (await readLease(store, environment))?.lease.holder ?? null;
  if (holder?.run !== run) return { kind: 'nothing' };
  const stopped = holder.pid === NOBODY.pid;
  if (stopped ? !again : !isGone(holder)) return { kind: 'nothing' };
  const taken = await takeEnvironment(options, { environment, run });
  if (taken.kind === 'busy') return { kind: 'nothing' };
  const lease = taken.handle;
  // It may have died before it could end the run that it took the environment from.
  if (started.preempts !== undefined) await closePreempted(started.preempts, options, lease, run);
  const over = await endIfMay(await createRecorder(run, options, lease), run, again);
  // Best effort: what is here counts until git has it, as after any run.
  if (shared !== undefined)
    await copyRun({ shared, run, paths: runPaths(store, run), from: undefined }).catch(() => undefined);
  await lease.release(over ? 'free' : 'reserved');
  return { kind: over ? 'freed' : 'reserved', environment };
}

/** Ends a run that harms nobody. False: it has begun to change something, so only its resume or a rollback may end it. */
async function endIfMay(recorder: Recorder, run: string, again: boolean): Promise<boolean> {
  try {
    const types = new Set(recorder.reading.entries.map(({ record }) => record.type));
    if (types.has('run.finished')) return true;
    const touched = types.has('step.intent');
    if (touched && !again) return false;
    const outcome = touched ? 'failed' : 'refused';
    await recorder.record('run.finished', '', 0, { outcome, problems: [killed(run)] });
    return true;
  } finally {
    await recorder.close();
  }
}

function killed(run: string): Problem {
  return {
    code: 'run.killed',
    where: `run ${run}`,
    found: 'its process was killed, or stopped',
    expected: 'a process that comes to an end by itself',
    remedy: 'start it again; if it happens again, look at the time limit and the memory of the job',
  };
}
