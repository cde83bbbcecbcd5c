import type { EngineOptions } from '../api.ts';
import { loadRun } from '../journal/load.ts';
import { createRecorder } from '../journal/recorder.ts';
import type { LeaseHandle } from './lease.ts';

/**
 * Ends the run whose environment was taken over: its journal says so, which also stops its process at its next record and
 * refuses its resume.
 */
export async function closePreempted(
  other: string,
  options: EngineOptions,
  lease: LeaseHandle,
  by: string,
): Promise<void> {
  const loaded = await loadRun(options.store, other);
  if (loaded?.state.started === undefined || loaded.state.status === 'finished') return;
  const recorder = await createRecorder(other, options, lease);
  try {
    await recorder.record('lease.lost', '', 0, { why: `taken over by run ${by}` });
    await recorder.record('run.finished', '', 0, { outcome: 'failed', problems: [], preemptedBy: by });
  } finally {
    await recorder.close();
  }
}
