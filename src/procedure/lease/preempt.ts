import { ProblemError } from '../../model/problem.ts';
import type { EngineOptions } from '../api.ts';
import { loadRun } from '../journal/load.ts';
import { createRecorder } from '../journal/recorder.ts';
import type { LeaseHandle } from './lease.ts';

/**
 * Ends the run whose environment was taken over, and before it every run that this one had taken it over from: it may have died before it
 * came to ending them. Their journals say so, which also stops their processes at the next record and refuses their resumes.
 */
export async function closePreempted(
  other: string,
  options: EngineOptions,
  lease: LeaseHandle,
  by: string,
): Promise<void> {
  // The oldest first: of one that is over, those behind it are over too.
  for (const run of await takenOver(options.store, other)) {
    await closeOne(run, options, lease, by).catch((error: unknown) => tellBroken(error, run, options));
  }
}

/** A journal that is broken cannot be added to, nor its run resumed: whoever goes back instead must not be kept from it. */
function tellBroken(error: unknown, run: string, { onEvent, secrets }: EngineOptions): void {
  if (!(error instanceof ProblemError)) throw error;
  const found = secrets.mask(error.problems[0]?.found ?? '');
  onEvent?.({ kind: 'note', path: 'journal', text: `run ${run} is over, and its journal does not say so: ${found}` });
}

/** The run, and behind it those that it and the ones before it had taken the environment over from; the oldest first. */
export async function takenOver(store: string, other: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (let run: string | undefined = other; run !== undefined && !found.includes(run); ) {
    found.unshift(run);
    run = (await loadRun(store, run).catch(unlessBroken))?.state.started?.preempts;
  }
  return found;
}

function unlessBroken(error: unknown): undefined {
  if (!(error instanceof ProblemError)) throw error;
}

async function closeOne(other: string, options: EngineOptions, lease: LeaseHandle, by: string): Promise<void> {
  const loaded = await loadRun(options.store, other);
  if (loaded?.state.started === undefined || loaded.state.status === 'finished') return;
  // Recorded under a fence that is not older than ours: it has the environment now, and we have lost it without knowing.
  const last = loaded.reading.entries.at(-1);
  if (last !== undefined && last.record.fence >= lease.fence) return;
  const recorder = await createRecorder(other, options, lease);
  try {
    await recorder.record('lease.lost', '', 0, { why: `taken over by run ${by}` });
    await recorder.record('run.finished', '', 0, { outcome: 'failed', problems: [], preemptedBy: by });
  } finally {
    await recorder.close();
  }
}
