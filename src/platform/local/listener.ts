import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** State of a socket that waits for connections, in the kernel's tables of TCP sockets (TCP_LISTEN, include/net/tcp_states.h). */
const LISTENS = '0A';

/**
 * Who listens on a TCP port of this machine: `pid 712 (haproxy -f …)`, or `a process of another user` where the kernel does not tell.
 * Null: nobody, or no kernel that shows it.
 */
export function whoListens(port: number): string | null {
  const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listening(textOf(table), port)));
  if (inodes.size === 0) return null;
  for (const pid of namesIn('/proc').filter((name) => /^\d+$/.test(name))) {
    if (!holds(pid, inodes)) continue;
    const words = textOf(`/proc/${pid}/cmdline`).split('\0').join(' ').trim();
    return `pid ${pid} (${words.slice(0, 200)})`;
  }
  return 'a process of another user';
}

/** Inodes of the sockets that listen on a port, in the text of `/proc/net/tcp` (proc_pid_net(5)). Pure. */
export function listening(table: string, port: number): readonly string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = '', , state]) => local.endsWith(`:${hex}`) && state === LISTENS)
    .flatMap((fields) => fields[9] ?? []);
}

function holds(pid: string, inodes: ReadonlySet<string>): boolean {
  return namesIn(`/proc/${pid}/fd`).some((fd) => {
    try {
      const target = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`));
      return target?.[1] !== undefined && inodes.has(target[1]);
    } catch {
      return false;
    }
  });
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
