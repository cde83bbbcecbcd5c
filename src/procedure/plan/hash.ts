import type { Json } from '../../model/json.ts';
import { digestOf } from '../journal/canonical.ts';
import { type Placed, placeNodes, withoutRounds } from '../paths.ts';
import type { Node, Procedure } from '../tree.ts';

/** What was planned, as a digest: a stored plan, and a run that is resumed, hold only while it is the same. */

/** SHA-256 of the canonical resolved tree: ids, kinds, versions, inputs; gates with role, questions and guard. */
export function planHash(procedure: Procedure): string {
  return digestOf({
    id: procedure.id,
    version: procedure.version,
    environment: procedure.environment,
    inputs: procedure.inputs,
    nodes: placeNodes(procedure).map(({ path, node }) => [path, describe(node)]),
  });
}

/** Digest of each node alone, by path: tells which nodes differ between two procedures. */
export function outlineOf(procedure: Procedure): Readonly<Record<string, string>> {
  const entries = placeNodes(procedure).map(({ path, node }) => [path, digestOf(describe(node)).slice(0, 16)] as const);
  return {
    ...Object.fromEntries(entries),
    '': digestOf({ version: procedure.version, inputs: procedure.inputs }).slice(0, 16),
  };
}

/** What people call each node, by path. */
export function titlesOf(procedure: Procedure): Readonly<Record<string, string>> {
  return Object.fromEntries(placeNodes(procedure).map(({ path, node }) => [path, node.title]));
}

export interface Difference {
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed';
}

/** Nodes that differ, in the order of the new tree, removed ones last. The path '' stands for the procedure's own inputs. */
export function differences(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly Difference[] {
  const found: Difference[] = [];
  for (const [path, digest] of Object.entries(after)) {
    if (before[path] === undefined) found.push({ path, change: 'added' });
    else if (before[path] !== digest) found.push({ path, change: 'changed' });
  }
  for (const path of Object.keys(before)) if (after[path] === undefined) found.push({ path, change: 'removed' });
  return found;
}

/**
 * Gates that stand for something that changed: the gate itself, or anything beside or below it in the node that holds it (a gate
 * has no children of its own; what it lets through are its siblings). Changed inputs of the whole procedure reopen every gate.
 */
export function gatesToReopen(procedure: Procedure, changes: readonly Difference[]): readonly string[] {
  const touches = ({ path, parent }: Placed): boolean => {
    const scope = parent === '' ? path : parent;
    return changes.some((change) => change.path === '' || change.path === scope || change.path.startsWith(`${scope}/`));
  };
  const placed = placeNodes(procedure);
  // What a watch asked was about what it saw then: that is not asked again.
  const watches = new Set(placed.filter(({ node }) => node.kind === 'watch').map(({ path }) => path));
  return placed
    .filter((one) => one.node.kind === 'gate' && !watches.has(one.parent) && touches(one))
    .map((one) => one.path);
}

/**
 * Digest of what a gate stands for: the node that holds it with all that is in it, and the inputs; of a gate that a watch opens, the gate
 * itself. It changes exactly when `gatesToReopen` names the gate, but needs no journal to say so.
 */
export function subjectOf(procedure: Procedure, path: string): string {
  const plain = withoutRounds(path);
  const placed = placeNodes(procedure);
  const gate = placed.find((one) => one.path === plain);
  const parent = placed.find((one) => one.path === gate?.parent);
  const alone = parent?.node.kind === 'watch';
  const scope = alone || parent === undefined ? plain : parent.path;
  const nodes = placed.filter((one) => one.path === scope || one.path.startsWith(`${scope}/`));
  return digestOf({
    environment: procedure.environment,
    ...(alone ? {} : { version: procedure.version, inputs: procedure.inputs }),
    nodes: nodes.map(({ path: at, node }) => [at, describe(node)]),
  });
}

function describe(node: Node): Json {
  const common = { id: node.id, kind: node.kind, inputs: node.inputs ?? {} };
  switch (node.kind) {
    case 'step':
      return { ...common, version: node.version, urgent: node.urgent };
    case 'opaque':
      return { ...common, version: node.version };
    case 'gate':
      return {
        ...common,
        role: node.role,
        ...(node.asks === undefined ? {} : { asks: node.asks }),
        ...(node.urgent === undefined ? {} : { urgent: node.urgent }),
        evidence: node.evidence.map((field) => ({ ...field })),
        guard: guardOf(node.guard),
      };
    case 'watch':
      return { ...common, version: node.version, everyMs: node.everyMs };
    case 'parallel':
      return { ...common, limit: node.limit, ...(node.after === undefined ? {} : { after: node.after }) };
    case 'choice':
      return { ...common, branches: Object.keys(node.branches) };
    case 'repeatUntil':
      return { ...common, max: node.max };
    case 'forEach':
      return { ...common, batches: node.batches.map((batch) => batch.map((child) => child.id)) };
    case 'sequence':
      return common;
  }
}

function guardOf(guard: Extract<Node, { kind: 'gate' }>['guard']): Json {
  switch (guard.kind) {
    case 'guarded':
      return { kind: guard.kind, by: guard.by };
    case 'unguarded':
      return { kind: guard.kind, role: guard.role, reason: guard.reason };
    case 'drained':
    case 'nothing-shifted':
      return { kind: guard.kind };
  }
}
