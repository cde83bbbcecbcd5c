import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import type { Clock } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { whoListens } from './listener.ts';

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Below the range that Linux gives to outgoing connections (32768–60999), so that none of those takes a port of ours. */
export const PORT_RANGE: PortRange = { first: 20_000, last: 29_999 };

/** The only address instances listen on: what faces the world is the proxy. */
export const LOOPBACK = '127.0.0.1';

/** The n-th (from 0) of equal parts of a range: hosts on one machine never look for the same port at the same time. Pure. */
export function portsOf({ first, last }: PortRange, n: number, parts: number): PortRange {
  const size = Math.floor((last - first + 1) / parts);
  return { first: first + n * size, last: first + (n + 1) * size - 1 };
}

/** A range without a port at its end that somebody else gets: the static server's, say. A range of that one port stays as it is. Pure. */
export function withoutLast({ first, last }: PortRange, port: number | undefined): PortRange {
  return { first, last: port === last && last > first ? last - 1 : last };
}

/** How long a range in which too few are free is asked again: who held one may be on its way out. */
const PATIENCE_MS = 3_000;
const ASK_AGAIN_MS = 100;

/**
 * `count` ports of the range which nobody of ours was given and nobody listens on. The caller holds the lock of the root. Two
 * roots on one machine begin at different places of the range, so they do not meet.
 * @throws ProblemError `unit.no-port`, which names who listens on the first that is not free
 */
export async function freePorts(
  count: number,
  range: PortRange,
  { taken, root, clock }: { readonly taken: ReadonlySet<number>; readonly root: string; readonly clock: Clock },
): Promise<readonly number[]> {
  const size = range.last - range.first + 1;
  const start = createHash('sha256').update(root).digest().readUInt32BE(0) % size;
  const deadline = clock.monotonic() + PATIENCE_MS;
  for (;;) {
    const found: number[] = [];
    let held: number | undefined;
    for (let step = 0; step < size && found.length < count; step++) {
      const port = range.first + ((start + step) % size);
      if (!taken.has(port) && (await isFree(port))) found.push(port);
      else held ??= port;
    }
    if (found.length === count) return found;
    if (clock.monotonic() >= deadline) throw noPort(count, range, found.length, held);
    await clock.sleep(ASK_AGAIN_MS);
  }
}

function noPort(count: number, range: PortRange, found: number, held: number | undefined): ProblemError {
  const holder = held === undefined ? null : whoListens(held);
  return new ProblemError({
    code: 'unit.no-port',
    where: `ports ${range.first}-${range.last}`,
    found: `${found} free${holder === null ? '' : `; on ${held} listens ${holder}`}`,
    expected: `${count} free`,
    remedy: 'widen the range, or remove instances that are not needed (`shiplock unit status`)',
  });
}

/** Can somebody listen there now? */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
