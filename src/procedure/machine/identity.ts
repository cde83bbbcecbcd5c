import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';

/** Who a process is, so that another one on the same machine can tell whether it is still there. */
export const identitySchema = z.object({
  host: z.string(),
  pid: z.number(),
  /** Start in clock ticks since boot: a process id that was used again has another one. */
  startTicks: z.string(),
  /** The boot and the process namespace: process ids of another container mean nothing here. Empty where there is no /proc. */
  bootId: z.string(),
});
export type ProcessIdentity = Readonly<z.infer<typeof identitySchema>>;

export function ownIdentity(): ProcessIdentity {
  return { host: hostname(), pid: process.pid, startTicks: startTicks(process.pid) ?? '', bootId: bootAndNamespace() };
}

/** True only when it is certain: same boot, same namespace, and no process with that id and that start. */
export function isGone(holder: ProcessIdentity): boolean {
  const here = bootAndNamespace();
  if (here === '' || holder.bootId !== here || holder.startTicks === '') return false;
  return startTicks(holder.pid) !== holder.startTicks;
}

function bootAndNamespace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return '';
  }
}

/** Field 22 of /proc/PID/stat; undefined when there is no such process, or only its remains. */
function startTicks(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name, in brackets, may hold anything: count from the last bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
