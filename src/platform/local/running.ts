import { isAlive } from './processes.ts';
import type { RunRecord } from './records.ts';

/** Is its supervisor alive, and not about to end? */
export function isRunning(run: RunRecord): boolean {
  return run.phase !== 'stopped' && isAlive(run.supervisor, run.boot);
}

export function serviceRunning(run: RunRecord): boolean {
  return run.role === 'service' && isRunning(run);
}
