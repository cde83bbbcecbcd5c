import { ProblemError } from '../model/problem.ts';
import { inTurn } from './sides.ts';
import type { Gate, Node, Parallel, Procedure } from './tree.ts';

/**
 * Names of nodes in the journal. A child is `parent/id`; besides: the rollback of a sequence is `…/rollback`, a branch of a choice
 * goes by its key, round n of a loop is `…/id#n`, steps around a gate are `…/drain/id` and so on, and the n-th gate that a watch
 * opens is `…/id#n`.
 */
export function childPath(parent: string, id: string): string {
  return parent === '' ? id : `${parent}/${id}`;
}

export interface Placed {
  /** Path with every `#n` written as `#`. */
  readonly path: string;
  readonly node: Node;
  readonly parent: string;
}

/** All nodes of a procedure, each before its children, rounds of a loop once. */
export function placeNodes(procedure: Procedure): readonly Placed[] {
  const placed: Placed[] = [];
  const walk = (node: Node, path: string, parent: string): void => {
    placed.push({ path, node, parent });
    for (const [child, at] of childrenOf(node, path)) walk(child, at, path);
  };
  walk(procedure.root, procedure.root.id, '');
  return placed;
}

/** Children with their paths, in order of execution. */
export function childrenOf(node: Node, path: string): readonly (readonly [node: Node, path: string])[] {
  switch (node.kind) {
    case 'step':
    case 'opaque':
      return [];
    case 'gate':
      return guardSteps(node, path);
    case 'watch':
      return node.ask ? [[node.ask.gate, `${childPath(path, node.ask.gate.id)}#`]] : [];
    case 'sequence':
      return [
        ...node.steps.map((child) => [child, childPath(path, child.id)] as const),
        ...(node.rollback ? [[node.rollback, childPath(path, 'rollback')] as const] : []),
      ];
    case 'parallel':
      return node.steps.map((child) => [child, childPath(path, child.id)]);
    case 'choice':
      return Object.entries(node.branches).map(([key, child]) => [child, childPath(path, key)]);
    case 'repeatUntil':
      return [[node.body, `${childPath(path, node.body.id)}#`]];
    case 'forEach':
      return node.batches.flat().map((child) => [child, childPath(path, child.id)]);
  }
}

function guardSteps(gate: Gate, path: string): readonly (readonly [Node, string])[] {
  const { guard } = gate;
  const under = (part: string, steps: readonly Node[]): readonly (readonly [Node, string])[] =>
    steps.map((step) => [step, childPath(childPath(path, part), step.id)]);
  switch (guard.kind) {
    case 'drained':
      return [...under('drain', guard.drain), ...under('restore', guard.restore)];
    case 'guarded':
      return [...under('arm', guard.arm), ...under('disarm', guard.disarm)];
    case 'unguarded':
    case 'nothing-shifted':
      return [];
  }
}

/** A path as `placeNodes` writes it. */
export function withoutRounds(path: string): string {
  return path.replace(/#\d+/g, '#');
}

export interface Registry {
  nodeAt(path: string): Node | undefined;
  /** Some watch of it has a heartbeat. */
  readonly beats: boolean;
  readonly placed: readonly Placed[];
}

/** Looks nodes up by path. Refuses trees that could not be journaled: bad or double ids, one object at two places. */
export function registryOf(procedure: Procedure): Registry {
  const placed = placeNodes(procedure);
  const byPath = new Map<string, Node>();
  const places = new Map<Node, string>();
  for (const { path, node } of placed) {
    if (!/^[A-Za-z0-9<][A-Za-z0-9._:@+>-]*$/.test(node.id)) {
      throw malformed(path, `the id ${JSON.stringify(node.id)}`, 'letters, digits and . _ : @ + - in an id');
    }
    if (byPath.has(path)) throw malformed(path, 'two nodes with this path', 'ids that are unique among siblings');
    const other = places.get(node);
    if (other !== undefined) throw malformed(path, `the same object as at ${other}`, 'a node object at one place only');
    if (node.kind === 'parallel') checkWaits(node, path);
    byPath.set(path, node);
    places.set(node, path);
  }
  const beats = placed.some(({ node }) => node.kind === 'watch' && node.heartbeat !== undefined);
  return { placed, beats, nodeAt: (path) => byPath.get(withoutRounds(path)) };
}

/** Each child that waits must have a turn: whom it waits for is there, and does not wait for it. */
function checkWaits(node: Parallel, path: string): void {
  const ids = new Set(node.steps.map(({ id }) => id));
  const stranger = Object.entries(node.after ?? {})
    .flatMap(([id, others]) => [id, ...others])
    .find((id) => !ids.has(id));
  const turn = new Set(inTurn(node).map(({ id }) => id));
  const stuck = [...ids].filter((id) => !turn.has(id));
  if (stranger === undefined && stuck.length === 0) return;
  const found = stranger === undefined ? `${stuck.join(', ')}, which wait for each other` : `a wait for ${stranger}`;
  throw malformed(path, found, 'children that wait for others of this node, without a circle');
}

function malformed(path: string, found: string, expected: string): ProblemError {
  return new ProblemError({
    code: 'procedure.malformed',
    where: path,
    found,
    expected,
    remedy: 'give the node another id, or build a node of its own for each place',
  });
}
