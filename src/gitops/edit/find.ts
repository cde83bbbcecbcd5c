import { type EditPath, formatPath, type Segment, type Test } from './path.ts';
import type { EditProblem } from './problems.ts';
import {
  type AliasNode,
  type Entry,
  type MapNode,
  placeAt,
  type Tree,
  type TreeDocument,
  type TreeNode,
} from './tree.ts';

/** Which value of a document a path means. Pure. */

/** One step down: the n-th entry of a mapping, or the n-th item of a list. */
export type Steps = readonly number[];
/** The same by keys and positions. */
export type Names = readonly (string | number)[];

/** How far the path led. */
export interface Reached {
  readonly node: TreeNode;
  /** Entry that holds the node; undefined at the top and in lists. */
  readonly entry: Entry | undefined;
  readonly steps: Steps;
  readonly names: Names;
}

export type Finding =
  | (Reached & { readonly kind: 'found' })
  | Missing
  /** The path leads there, and it must not be edited. */
  | { readonly kind: 'blocked'; readonly problem: EditProblem; readonly at: number }
  /** The path does not fit this document. */
  | { readonly kind: 'elsewhere'; readonly problem: EditProblem };

/** Keys that are not there yet below a mapping, or below a key without a value. */
export interface Missing extends Reached {
  readonly kind: 'missing';
  /** Column of the keys beside that entry, 0 at the top: where keys of a node without a value are indented from. */
  readonly outer: number;
  readonly keys: readonly string[];
}

interface Walk {
  readonly tree: Tree;
  readonly document: TreeDocument;
  readonly path: EditPath;
  readonly where: string;
}

export function findIn(tree: Tree, document: TreeDocument, path: EditPath, where: string): Finding {
  const walk: Walk = { tree, document, path, where };
  let at: Reached & { readonly outer: number } = {
    node: document.root,
    entry: undefined,
    steps: [],
    names: [],
    outer: 0,
  };
  for (const [depth, segment] of path.entries()) {
    const { node } = at;
    const problem = passable(walk, node, depth);
    if (problem !== undefined) return { kind: 'blocked', problem, at: node.start };
    if (node.kind === 'scalar' && node.style === 'empty') return missing(walk, at, depth);
    if (node.kind === 'map' && segment.kind === 'key') {
      const entry = entryOf(walk, node, segment.key, depth);
      if (entry === undefined) return inherited(walk, node, depth) ?? missing(walk, at, depth);
      if (typeof entry !== 'number') return entry;
      at = down(at, node.entries[entry], entry, node);
    } else if (node.kind === 'list') {
      const index = itemOf(walk, node.items, segment, depth);
      if (typeof index !== 'number') return index;
      const item = node.items[index];
      if (item === undefined) return { kind: 'elsewhere', problem: noItem(walk, node.start, depth) };
      at = { ...at, node: item, entry: undefined, steps: [...at.steps, index], names: [...at.names, index] };
    } else return { kind: 'elsewhere', problem: wrongKind(walk, node, depth) };
  }
  const problem = passable(walk, at.node, path.length);
  return problem === undefined ? { kind: 'found', ...at } : { kind: 'blocked', problem, at: at.node.start };
}

function down<T extends Reached & { readonly outer: number }>(
  at: T,
  entry: Entry | undefined,
  index: number,
  map: MapNode,
) {
  return {
    node: entry?.value ?? at.node,
    entry,
    steps: [...at.steps, index],
    names: [...at.names, entry?.name ?? ''],
    outer: map.flow ? at.outer : map.indent,
  };
}

function missing(walk: Walk, at: Reached & { readonly outer: number }, depth: number): Finding {
  const keys: string[] = [];
  for (const segment of walk.path.slice(depth)) {
    if (segment.kind !== 'key') return { kind: 'elsewhere', problem: noItem(walk, at.node.start, depth + keys.length) };
    keys.push(segment.key);
  }
  return { kind: 'missing', ...at, keys };
}

/** Position of the entry with this key; undefined when there is none. */
function entryOf(walk: Walk, map: MapNode, key: string, depth: number): number | Finding | undefined {
  const matches = map.entries.flatMap((entry, index) => (entry.name === key ? [{ entry, index }] : []));
  const [first] = matches;
  if (first === undefined || matches.length === 1) return first?.index;
  const problem = twice(
    walk,
    depth,
    matches.map(({ entry }) => entry.key),
  );
  return { kind: 'blocked', problem, at: first.entry.key.start };
}

/** Position of the item that a segment means. */
function itemOf(walk: Walk, items: readonly TreeNode[], segment: Segment, depth: number): number | Finding {
  const start = items[0]?.start ?? 0;
  if (segment.kind === 'index') return segment.index;
  if (segment.kind === 'key') {
    // Paths with dots only name positions too.
    if (!segment.quoted && /^\d{1,9}$/.test(segment.key)) return Number(segment.key);
    const problem: EditProblem = {
      code: 'gitops.no-such-item',
      where: placeAt(walk.where, walk.tree.text, start),
      found: `a list at ${named(walk, depth)}, and ${JSON.stringify(segment.key)} names no item of it`,
      expected: 'a position or a filter behind a list',
      remedy: 'write for instance [0] or [name=api]',
    };
    return { kind: 'elsewhere', problem };
  }
  const matches = items.flatMap((item, index) => (segment.tests.every((test) => passes(item, test)) ? [index] : []));
  const [first, second] = matches;
  if (first === undefined) return { kind: 'elsewhere', problem: noItem(walk, start, depth) };
  if (second === undefined) return first;
  const both = matches.flatMap((index) => items[index] ?? []);
  return { kind: 'blocked', problem: twice(walk, depth, both), at: both[0]?.start ?? start };
}

function passes(item: TreeNode, { keys, value }: Test): boolean {
  let here: TreeNode | undefined = item;
  for (const key of keys) {
    const map: TreeNode | undefined = here?.kind === 'alias' ? here.target : here;
    here = map?.kind === 'map' ? map.entries.find((one) => one.name === key)?.value : undefined;
  }
  const end = here?.kind === 'alias' ? here.target : here;
  return end?.kind === 'scalar' && end.style !== 'empty' && end.text === value;
}

/** What must not be entered or changed: what an alias shares would change elsewhere too. */
function passable(walk: Walk, here: TreeNode, depth: number): EditProblem | undefined {
  if (here.kind === 'alias') return aliasProblem(walk, here, depth);
  if (here.anchor === undefined) return undefined;
  const user = walk.document.aliases.find((alias) => alias.target === here);
  if (user === undefined) return undefined;
  return {
    code: 'gitops.anchor',
    where: placeAt(walk.where, walk.tree.text, here.start),
    found: `the anchor &${here.anchor} at ${named(walk, depth)}, which *${here.anchor} at ${placeAt(walk.where, walk.tree.text, user.start)} shares`,
    expected: 'a value that stands in one place only',
    remedy: 'write the value out at both places; what they share would change elsewhere too',
  };
}

function aliasProblem(walk: Walk, alias: AliasNode, depth: number): EditProblem {
  const at =
    alias.target === undefined
      ? ''
      : `, whose anchor stands at ${placeAt(walk.where, walk.tree.text, alias.target.start)}`;
  return {
    code: 'gitops.alias',
    where: placeAt(walk.where, walk.tree.text, alias.start),
    found: `the alias *${alias.name} at ${named(walk, depth)}${at}`,
    expected: 'a value written out',
    remedy: 'write the value itself there, or edit it at the anchor if all who share it shall change',
  };
}

const MERGE = '<<';
/** Merges of merges that are looked through. */
const MOST_MERGES = 20;

/** A key that only `<<` brings in: adding it would hide all that is merged below it. A single value may be overridden. */
function inherited(walk: Walk, map: MapNode, depth: number): Finding | undefined {
  const segment = walk.path[depth];
  if (walk.tree.format === 'json' || segment?.kind !== 'key') return undefined;
  const found = merged(map, segment.key, 0);
  if (found === undefined || (found.value.kind === 'scalar' && depth === walk.path.length - 1)) return undefined;
  return { kind: 'blocked', problem: mergeProblem(walk, found.source, depth), at: found.source.start };
}

/** What merge keys bring in under this name, and the value of the merge key that does. */
function merged(
  map: MapNode,
  name: string,
  level: number,
): { readonly value: TreeNode; readonly source: TreeNode } | undefined {
  for (const entry of map.entries) {
    if (entry.name !== MERGE) continue;
    for (const source of entry.value.kind === 'list' ? entry.value.items : [entry.value]) {
      const target = source.kind === 'alias' ? source.target : source;
      if (target?.kind !== 'map') continue;
      const value = target.entries.find((one) => one.name === name)?.value;
      if (value !== undefined) return { value, source };
      const deeper = level < MOST_MERGES ? merged(target, name, level + 1) : undefined;
      if (deeper !== undefined) return { value: deeper.value, source };
    }
  }
  return undefined;
}

function mergeProblem(walk: Walk, source: TreeNode, depth: number): EditProblem {
  const at =
    source.kind !== 'alias' || source.target === undefined
      ? ''
      : `, whose anchor stands at ${placeAt(walk.where, walk.tree.text, source.target.start)}`;
  return {
    code: 'gitops.alias',
    where: placeAt(walk.where, walk.tree.text, source.start),
    found: `a merge key (<<) that brings ${named(walk, depth + 1)} in${at}`,
    expected: 'a value written out',
    remedy: 'write the mapping itself there, or edit it where it stands if all who merge it shall change',
  };
}

function twice(walk: Walk, depth: number, both: readonly { readonly start: number }[]): EditProblem {
  const places = both.map(({ start }) => placeAt(walk.where, walk.tree.text, start));
  return {
    code: 'gitops.two-matches',
    where: places[0] ?? walk.where,
    found: `${both.length} matches of ${named(walk, depth + 1)}: ${places.slice(0, 5).join(', ')}`,
    expected: 'one',
    remedy:
      'add to the filter, for instance [name=http,protocol=TCP], name a position such as [0], or remove the repeated key',
  };
}

function noItem(walk: Walk, start: number, depth: number): EditProblem {
  return {
    code: 'gitops.no-such-item',
    where: placeAt(walk.where, walk.tree.text, start),
    found: `no item at ${named(walk, depth + 1)}`,
    expected: 'an item of a list',
    remedy: 'mend the path, or add the item to the file: an item is never made up',
  };
}

function wrongKind(walk: Walk, here: TreeNode, depth: number): EditProblem {
  const kind = here.kind === 'map' ? 'a mapping' : 'a single value';
  return {
    code: 'gitops.not-a-mapping',
    where: placeAt(walk.where, walk.tree.text, here.start),
    found: `${kind} at ${depth === 0 ? 'the top' : named(walk, depth)}`,
    expected: `something that ${formatPath(walk.path.slice(depth, depth + 1))} can be a part of`,
    remedy: 'mend the path',
  };
}

/** The first `length` segments. */
function named(walk: Walk, length: number): string {
  return length === 0 ? 'the top' : formatPath(walk.path.slice(0, length));
}
