import type { Missing } from './find.ts';
import type { Splice } from './splice.ts';
import type { Entry, MapNode, Tree, TreeNode } from './tree.ts';
import { spellings, spellKey, type Wanted } from './value.ts';

/** Where keys that are missing go: behind the last one of their mapping, indented and spaced as their neighbours are. Pure. */

/** Ways to add them, the one that looks best first; which of them is exact is found out by parsing what comes out. */
export function additions(tree: Tree, missing: Missing, wanted: Wanted): readonly (readonly Splice[])[] {
  const { node: parent } = missing;
  if (parent.kind === 'map') {
    if (parent.flow || parent.entries.length === 0) return [intoBraces(tree, parent, missing.keys, wanted)];
    return intoBlock(tree, parent, missing.keys, wanted);
  }
  if (parent.kind !== 'scalar' || parent.style !== 'empty' || tree.format === 'json') return [];
  return underEmpty(tree, missing, wanted);
}

function intoBlock(tree: Tree, map: MapNode, keys: readonly string[], wanted: Wanted): readonly (readonly Splice[])[] {
  const neighbour = map.entries.at(-1)?.key.style;
  const lines = blockLines(tree, { keys, wanted, indent: map.indent, neighbour });
  return endsOf(tree.text, map, map.indent).map((at) => [newLines(tree.text, at, lines)]);
}

/** A key without a value becomes a mapping; so does a document that holds comments only. */
function underEmpty(
  tree: Tree,
  { node: parent, entry, outer, keys }: Missing,
  wanted: Wanted,
): readonly (readonly Splice[])[] {
  const step = stepOf(tree);
  if (entry === undefined) {
    if (parent.start !== parent.end || tree.documents.length > 1) return [];
    const lines = blockLines(tree, { keys, wanted, indent: 0, neighbour: undefined });
    const eol = eolAt(tree.text, tree.text.length);
    const behind = tree.text === '' || tree.text === '\uFEFF' || /[\r\n]$/.test(tree.text) ? '' : eol;
    return [[{ at: tree.text.length, remove: 0, insert: `${behind}${lines.join(eol)}${eol}` }]];
  }
  if (entry.colon === undefined || parent.anchor !== undefined || parent.tag !== undefined) return [];
  if (parent.kind === 'scalar' && parent.flow) {
    return [[{ at: entry.colon, remove: 0, insert: ` ${inBraces(tree, keys, wanted, ': ')}` }]];
  }
  const lines = blockLines(tree, { keys, wanted, indent: outer + step, neighbour: entry.key.style });
  return [[newLines(tree.text, lineEnd(tree.text, entry.colon), lines)]];
}

interface BlockLines {
  readonly keys: readonly string[];
  readonly wanted: Wanted;
  readonly indent: number;
  readonly neighbour: Entry['key']['style'] | undefined;
}

function blockLines(tree: Tree, { keys, wanted, indent, neighbour }: BlockLines): readonly string[] {
  const step = stepOf(tree);
  const [value = ''] = spellings(wanted, undefined, false, tree.format);
  return keys.map((key, depth) => {
    const end = depth === keys.length - 1 ? ` ${value}` : '';
    return `${' '.repeat(indent + depth * step)}${spellKey(key, neighbour, false, tree.format)}:${end}`;
  });
}

function newLines(text: string, at: number, lines: readonly string[]): Splice {
  const eol = eolAt(text, at);
  return { at, remove: 0, insert: `${eol}${lines.join(eol)}` };
}

/** Places behind the last line of a mapping: behind comments that are indented deeper, since they belong to its last value. */
function endsOf(text: string, map: MapNode, indent: number): readonly number[] {
  const last = lastValue(map);
  const blockText = last.kind === 'scalar' && last.style === 'block';
  const source = text.slice(0, map.end);
  const plain = lineEnd(text, source.trimEnd().length);
  if (!blockText) return [behindComments(text, plain, indent)];
  // Some readers would see the end of line that a new line needs as a part of that text.
  if (!/[\r\n]$/.test(source) && !/^[|>]\d?-/.test(text.slice(last.start, last.start + 3))) return [];
  // Blank lines at the end of a block of text may or may not be a part of it.
  const whole = source.replace(/(?:\r\n|\n|\r)$/, '').length;
  return [behindComments(text, plain, indent), whole];
}

function lastValue(node: TreeNode): TreeNode {
  let here = node;
  for (;;) {
    const next: TreeNode | undefined =
      here.kind === 'map' ? here.entries.at(-1)?.value : here.kind === 'list' ? here.items.at(-1) : undefined;
    if (next === undefined) return here;
    here = next;
  }
}

function behindComments(text: string, from: number, indent: number): number {
  let at = from;
  for (;;) {
    const [line, spaces = ''] = /^(?:\r\n|\n|\r)( *)#[^\r\n]*/.exec(text.slice(at, at + 4096)) ?? [];
    if (line === undefined || spaces.length <= indent) return at;
    at = lineEnd(text, at + line.length);
  }
}

function intoBraces(tree: Tree, map: MapNode, keys: readonly string[], wanted: Wanted): readonly Splice[] {
  const { text } = tree;
  const last = map.entries.at(-1);
  if (last === undefined) {
    const colon = tree.format === 'json' && !/"\s*:\s/.test(text) && text.includes('":') ? ':' : ': ';
    const inner = inBraces(tree, keys, wanted, colon).slice(1, -1);
    const blank = /^\{\s*\}$/.test(text.slice(map.start, map.end)) ? map.end - map.start - 2 : 0;
    return [{ at: map.start + 1, remove: blank, insert: inner }];
  }
  const end = contentEnd(last);
  const written = last.colon === undefined ? ': ' : text.slice(last.key.end, last.value.start);
  const colon = /^:[ \t]*$/.test(written) && (written !== ':' || last.key.style === 'double') ? written : ': ';
  const [key = '', ...rest] = keys;
  const value =
    rest.length === 0
      ? (spellings(wanted, undefined, true, tree.format)[0] ?? '')
      : inBraces(tree, rest, wanted, colon);
  const style = colon === ':' ? 'double' : last.key.style;
  const added = `${spellKey(key, style, true, tree.format)}${colon}${value}`;
  const before = text.slice(lineStart(text, last.key.start), last.key.start);
  if (!/^[ \t]*$/.test(before)) return [{ at: end, remove: 0, insert: `${commaOf(text, map, colon)}${added}` }];
  return onLineOfItsOwn(text, end, `${before}${added}`);
}

/** The comma goes behind the last value, the new line behind the comment that follows it. */
function onLineOfItsOwn(text: string, end: number, line: string): readonly Splice[] {
  const [comma] = /^\s*,/.exec(text.slice(end, end + 4096)) ?? [];
  const from = end + (comma?.length ?? 0);
  const [comment = ''] = /^[ \t]+#[^\r\n]*/.exec(text.slice(from, from + 65_536)) ?? [];
  const at = from + comment.length;
  const insert = `${eolAt(text, at)}${line}`;
  if (comma !== undefined) return [{ at, remove: 0, insert: `${insert},` }];
  if (comment === '') return [{ at: end, remove: 0, insert: `,${insert}` }];
  return [
    { at: end, remove: 0, insert: ',' },
    { at, remove: 0, insert },
  ];
}

/** `, ` or `,`, as between the two entries before. */
function commaOf(text: string, map: MapNode, colon: string): string {
  const [before, last] = map.entries.slice(-2);
  if (before === undefined || last === undefined) return colon === ':' ? ',' : ', ';
  const between = text.slice(contentEnd(before), last.key.start);
  return /^[ \t]*,[ \t]*$/.test(between) ? between : ', ';
}

function contentEnd(entry: Entry): number {
  return Math.max(entry.key.end, entry.colon ?? 0, entry.value.end);
}

function inBraces(tree: Tree, keys: readonly string[], wanted: Wanted, colon: string): string {
  const [value = ''] = spellings(wanted, undefined, true, tree.format);
  const style = colon === ':' ? 'double' : undefined;
  return keys.reduceRight((inner, key) => `{${spellKey(key, style, true, tree.format)}${colon}${inner}}`, value);
}

/** How much deeper the first mapping inside a mapping stands; 2 when there is none. */
function stepOf(tree: Tree): number {
  for (const { root } of tree.documents) {
    const step = stepIn(root, undefined);
    if (step !== undefined) return step;
  }
  return 2;
}

function stepIn(node: TreeNode, outer: number | undefined): number | undefined {
  if (node.kind === 'list') return node.items.map((item) => stepIn(item, undefined)).find((one) => one !== undefined);
  if (node.kind !== 'map' || node.flow) return undefined;
  if (outer !== undefined && node.indent > outer) return node.indent - outer;
  for (const { value } of node.entries) {
    const step = stepIn(value, node.indent);
    if (step !== undefined) return step;
  }
  return undefined;
}

function lineStart(text: string, at: number): number {
  return Math.max(text.lastIndexOf('\n', at - 1), text.lastIndexOf('\r', at - 1)) + 1;
}

function lineEnd(text: string, at: number): number {
  const end = /[\r\n]/g;
  end.lastIndex = at;
  return end.exec(text)?.index ?? text.length;
}

/** The end of line that stands there, or the nearest one before. */
function eolAt(text: string, at: number): string {
  const ends = /\r\n|\n|\r/y;
  ends.lastIndex = at;
  return (
    ends.exec(text)?.[0] ?? /(?:\r\n|\n|\r)(?=[^\r\n]*$)/.exec(text.slice(Math.max(0, at - 65_536), at))?.[0] ?? '\n'
  );
}
