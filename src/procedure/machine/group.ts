import type { Clock } from '../../model/ports.ts';

/** Ends what was started: by itself, since who only ends processes needs nothing of what starts them. */

const KILL_GRACE_MS = 2_000;

/** Ends a process group: asks, waits, kills. The leader may be gone long before its children are. */
export async function endGroup(pid: number | undefined, clock: Clock): Promise<void> {
  if (pid === undefined) return;
  if (!signalGroup(pid, 'SIGTERM')) return;
  for (let waited = 0; waited < KILL_GRACE_MS; waited += 50) {
    await clock.sleep(50);
    if (!signalGroup(pid, 0)) return;
  }
  signalGroup(pid, 'SIGKILL');
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}
