import type { Node, Parallel } from './tree.ts';

/** Children of a `parallel` of which some wait for others. All pure. */

/** Whom a child waits for, by id. */
export function waitsIn({ after = {} }: Pick<Parallel, 'after'>): (child: Pick<Node, 'id'>) => readonly string[] {
  return ({ id }) => after[id] ?? [];
}

/** Each behind all that it waits for, otherwise as they stand; what waits in a circle is left out. */
export function inTurn(node: Parallel): readonly Node[] {
  const waits = waitsIn(node);
  const left = new Set(node.steps);
  const turn: Node[] = [];
  const isFree = (child: Node): boolean => waits(child).every((id) => turn.some((one) => one.id === id));
  for (let next = [...left].find(isFree); next !== undefined; next = [...left].find(isFree)) {
    turn.push(next);
    left.delete(next);
  }
  return turn;
}

/** `Release web after Release api`, one for each child that waits. */
export function waitLines(node: Parallel): readonly string[] {
  const titles = new Map(node.steps.map(({ id, title }) => [id, title]));
  const waits = waitsIn(node);
  return node.steps.flatMap((child) => {
    const others = waits(child).map((id) => titles.get(id) ?? id);
    return others.length === 0 ? [] : [`${child.title} after ${others.join(' and ')}`];
  });
}
