import type { Clock } from '../../model/ports.ts';
import type { Routes } from '../../model/traffic.ts';
import { askNginx } from './ask.ts';
import { countsLog } from './counts-log.ts';
import { type NginxOptions, nginxPaths } from './options.ts';
import { addressOf } from './split.ts';
import { parseState } from './state.ts';
import { holdOpen, lookAtWorkers } from './workers.ts';

/** Cumulative counts of one instance behind the proxy. */
export interface NginxCount {
  readonly version: string;
  /** `certkeeper/1.4.0/127.0.0.1:3001`: unique per version and instance, though addresses are used again. */
  readonly server: string;
  /** Requests that came to an end, whatever the end. */
  readonly requests: number;
  /** Those answered 5xx, by the instance or for it (refused, timed out, cut off). */
  readonly bad: number;
}

export interface NginxReading {
  /** Names the log: in another one (rotation) the counts begin at 0. */
  readonly epoch: string;
  readonly servers: readonly NginxCount[];
}

export interface NginxCounter {
  /**
   * Counts of all instances until now.
   * @throws Error in words for an operator when Nginx does not answer, or its log cannot be read
   */
  read(signal?: AbortSignal): Promise<NginxReading>;
}

/** Reads the log in which Nginx writes a line for each request that reached an instance; nothing is read twice. */
export function nginxCounter(
  options: Pick<NginxOptions, 'service' | 'directory'> & { readonly clock: Clock; readonly timeoutMs: number },
): NginxCounter {
  const { service, clock, timeoutMs } = options;
  const { socket, pid, counts, oldCounts } = nginxPaths(options);
  const log = countsLog(counts, oldCounts, async () => {
    const workers = await lookAtWorkers(pid);
    return holdOpen(workers, oldCounts);
  });
  return {
    async read(signal) {
      // A log stays when Nginx is gone, and says nothing new: that is no reading.
      const [answer] = await Promise.all([
        askNginx(socket, '/state', { timeoutMs, clock, signal }),
        lookAtWorkers(pid),
      ]);
      const state = parseState(answer.body);
      if (state === undefined || state.routes.service !== service) {
        throw new Error(`its answer is not what an Nginx of ours says: ${answer.body.trim().slice(0, 200)}`);
      }
      const { file, counts: lines } = await log.read();
      return { epoch: file, servers: countsFrom(state.routes, lines) };
    },
  };
}

/** What Nginx answered by itself, where no server could be asked, has the name of the group instead of an address. */
const LINE = /^([A-Za-z0-9][A-Za-z0-9._+-]*) (\S+) (\d{3})$/;

/**
 * Counts per version and server, of the versions that are routed now. Instances that had no request yet stand there with 0, so that
 * their first request is a difference to something. Pure.
 */
export function countsFrom(routes: Routes, lines: ReadonlyMap<string, number>): readonly NginxCount[] {
  const routed = new Set(routes.routes.map((route) => route.version));
  const found = new Map<string, { version: string; server: string; requests: number; bad: number }>();
  const at = (version: string, address: string) => {
    const server = `${routes.service}/${version}/${address}`;
    const known = found.get(server) ?? { version, server, requests: 0, bad: 0 };
    found.set(server, known);
    return known;
  };
  for (const { version, endpoints } of routes.routes) {
    for (const endpoint of endpoints) at(version, addressOf(endpoint));
  }
  for (const [line, times] of lines) {
    const [, version = '', address = '', status = ''] = LINE.exec(line) ?? [];
    // Nothing was answered (the client left while it was still sending), or the connection became another protocol's.
    if (!routed.has(version) || status.startsWith('1')) continue;
    const server = at(version, address);
    server.requests += times;
    if (status.startsWith('5')) server.bad += times;
  }
  return [...found.values()];
}
