import type { Boundary } from '../../../src/procedure/api.ts';

/**
 * For a process under test: names each journal boundary it comes to, `before step.intent release/check #0`, and kills it without warning at
 * the one with this name, or after so many.
 *
 * @param nameOf how a node is called, where its path differs from one release to the next
 */
export function boundaryKiller(
  kill: string | number | null,
  told: (name: string) => void,
  nameOf: (node: string) => string = (node) => node,
): (boundary: Boundary) => void {
  const seen = new Map<string, number>();
  let count = 0;
  return ({ when, type, node }) => {
    const place = `${when} ${type} ${nameOf(node)}`;
    const nth = seen.get(place) ?? 0;
    seen.set(place, nth + 1);
    const name = `${place} #${nth}`;
    told(name);
    if (kill === name || kill === count++) process.kill(process.pid, 'SIGKILL');
  };
}
