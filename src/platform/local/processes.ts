import { readdirSync, readFileSync } from 'node:fs';

/**
 * Processes as Linux shows them in /proc. A process is named by pid and start time (clock ticks since boot): a pid that the
 * kernel has given to somebody else is never mistaken for ours. Imports nothing heavy: the supervisor starts with it.
 */

/** Linux shows ticks to programs at 100 per second on every architecture (USER_HZ). */
const TICKS_PER_SECOND = 100;

export interface ProcessId {
  readonly pid: number;
  /** Clock ticks since boot when it started. */
  readonly startTicks: number;
}

interface Stat {
  readonly state: string;
  readonly group: number;
  readonly startTicks: number;
}

/** Identity of the boot: ticks of another boot say nothing. */
export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

function statOf(pid: number): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The name in brackets may hold spaces and brackets; fields are counted after the last one.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', group: Number(fields[2]), startTicks: Number(fields[19]) };
}

/** The process that has this pid now; undefined when none has (a zombie has ended). */
export function identify(pid: number): ProcessId | undefined {
  const stat = statOf(pid);
  if (stat === undefined || stat.state === 'Z' || stat.state === 'X') return undefined;
  return { pid, startTicks: stat.startTicks };
}

/** Is it still the same process? `boot` is the boot under which `id` was written down. */
export function isAlive(id: ProcessId | null, boot: string): boolean {
  return id !== null && boot === bootId() && identify(id.pid)?.startTicks === id.startTicks;
}

/** Milliseconds since a process started, by the kernel's clock. */
export function ageMs(id: ProcessId): number {
  const uptimeSeconds = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
  return Math.max(0, uptimeSeconds * 1000 - (id.startTicks * 1000) / TICKS_PER_SECOND);
}

/** Sends a signal if it is still the same process; says whether it was. */
export function signal(id: ProcessId | null, boot: string, name: NodeJS.Signals): boolean {
  if (id === null || !isAlive(id, boot)) return false;
  return kill(id.pid, name);
}

/** Sends a signal to a pid, or to a group when negative; false when there is none. */
export function kill(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}

/** Does the process handle a signal itself (or ignore it)? Undefined when that cannot be seen. */
export function handles(pid: number, signalNumber: number): boolean | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return undefined;
  }
  const bit = 1n << BigInt(signalNumber - 1);
  const masks = [...text.matchAll(/^Sig(?:Cgt|Ign):\s*([0-9a-f]+)$/gm)].map((match) => BigInt(`0x${match[1] ?? '0'}`));
  return masks.some((mask) => (mask & bit) !== 0n);
}

/** Name of the environment variable that every process of an instance carries, children of children included. */
export const MARKER = 'SHIPLOCK_UNIT';

/** Every living process whose environment carries the marker: what an instance left behind, whoever its parent is now. */
export function marked(marker: string): readonly ProcessId[] {
  const needle = `${MARKER}=${marker}`;
  const found: ProcessId[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    if (!environmentOf(pid).includes(needle)) continue;
    const id = identify(pid);
    if (id !== undefined) found.push(id);
  }
  return found;
}

function environmentOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
