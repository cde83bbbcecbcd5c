import type { IncomingMessage } from 'node:http';
import { type Cluster, kubePath, POD } from '../../model/kube.ts';
import type { Clock } from '../../model/ports.ts';
import { connection } from './request.ts';

/** What a container of a pod wrote. */
export interface LogQuestion {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** The container before its last restart. */
  readonly previous: boolean;
  /** How far back, whole seconds. */
  readonly sinceSeconds: number;
  /** Bytes from the end that are kept. */
  readonly maxBytes: number;
}

export type PodLogs = (question: LogQuestion, signal: AbortSignal) => Promise<string>;

const TIMEOUT_MS = 10_000;
/** Lines that the kubelet counts back from the end: of a log of gigabytes no more is sent. */
const LINES = 5000;

/** Logs of pods by the API server, as `kubectl logs --timestamps`. Failures are ProblemErrors whose codes begin with `kube.`. */
export function podLogs(cluster: Cluster, clock: Clock): PodLogs {
  const way = connection(cluster, clock);
  return async ({ namespace, pod, container, previous, sinceSeconds, maxBytes }, signal) => {
    const query = new URLSearchParams({
      container,
      timestamps: 'true',
      tailLines: String(LINES),
      // Of a container that has ended all of it is wanted, however long ago that was.
      ...(previous ? { previous: 'true' } : { sinceSeconds: String(sinceSeconds) }),
    });
    const kind = { ...POD, namespace };
    const asked = { verb: 'get', kind, name: pod, subresource: 'log' } as const;
    const path = `${kubePath(kind, pod, 'log')}?${query}`;
    return newest(await way.stream({ asked, method: 'GET', path, timeoutMs: TIMEOUT_MS, signal }), maxBytes);
  };
}

/** The end of what comes, without the line that was torn. */
async function newest(stream: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  let dropped = false;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    size += bytes.length;
    while (size - (chunks[0]?.length ?? 0) >= maxBytes) {
      size -= chunks.shift()?.length ?? 0;
      dropped = true;
    }
  }
  const all = Buffer.concat(chunks);
  if (!dropped && all.length <= maxBytes) return all.toString('utf8');
  const kept = all.subarray(Math.max(0, all.length - maxBytes));
  return kept.subarray(kept.indexOf(10) + 1).toString('utf8');
}
