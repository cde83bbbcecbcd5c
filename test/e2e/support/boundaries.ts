import type { Boundary } from '../../../src/procedure/api.ts';
import { dealtKiller } from '../../support/dealt.ts';

/**
 * For a process under test: names each journal boundary it comes to, `before step.intent release/check #0`, and kills it without warning at
 * the one with this name, after so many, or at those that are dealt to it.
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
  const reached = dealtKiller();
  return ({ when, type, node }) => {
    const place = `${when} ${type} ${nameOf(node)}`;
    const nth = seen.get(place) ?? 0;
    seen.set(place, nth + 1);
    const name = `${place} #${nth}`;
    told(name);
    reached?.(place);
    if (kill === name || kill === count++) process.kill(process.pid, 'SIGKILL');
  };
}
