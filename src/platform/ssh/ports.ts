import { ProblemError } from '../../model/problem.ts';
import type { PortRange } from '../local/host-ports.ts';

/**
 * Ports for instances 1 to `count` of a version: the one it had, else the first of the range that nobody has. Chosen here and not on the host,
 * since the guard beside the proxy must know them too; the host refuses a port that was taken meanwhile. Pure.
 * @throws ProblemError `ssh.no-port`
 */
export function choosePorts(
  host: string,
  count: number,
  range: PortRange,
  had: ReadonlyMap<number, number>,
  taken: Iterable<number>,
): readonly number[] {
  const used = new Set([...taken, ...had.values()]);
  const chosen: number[] = [];
  let next = range.first;
  for (let n = 1; n <= count; n++) {
    const before = had.get(n);
    if (before !== undefined) {
      chosen.push(before);
      continue;
    }
    while (used.has(next)) next++;
    if (next > range.last) throw noPort(host, range, n - 1, count);
    used.add(next);
    chosen.push(next);
  }
  return chosen;
}

function noPort(host: string, { first, last }: PortRange, found: number, count: number): ProblemError {
  return new ProblemError({
    code: 'ssh.no-port',
    where: `${host}, ports ${first}-${last}`,
    found: `${found} free`,
    expected: `${count} free`,
    remedy: 'widen `platform.ports`, or stop what is not needed on the host',
  });
}
