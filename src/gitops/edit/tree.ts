/** A manifest as a tree in which every value knows where it stands in the text. YAML and JSON come out the same. Plain data. */

/** Characters from `start` to before `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

interface NodeBase extends Span {
  /** Name behind `&`. */
  readonly anchor?: string;
  /** As it is written, with its `!`. */
  readonly tag?: string;
}

/** `empty`: a key or an item without anything behind it. `block`: text behind `|` or `>`. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'block' | 'empty';

export interface ScalarNode extends NodeBase {
  readonly kind: 'scalar';
  readonly style: ScalarStyle;
  /** What it says, without quotes and escapes. */
  readonly text: string;
  /** Inside brackets, where fewer texts may stand without quotes. */
  readonly flow: boolean;
}

export interface Entry {
  /** Text of the key; undefined where the key is no scalar. */
  readonly name: string | undefined;
  readonly key: Span & { readonly style: ScalarStyle };
  /** Behind the colon; undefined where there is none (`{a}`, `? a`). */
  readonly colon: number | undefined;
  readonly value: TreeNode;
}

export interface MapNode extends NodeBase {
  readonly kind: 'map';
  /** Written with braces. */
  readonly flow: boolean;
  /** Column at which its keys begin, from 0; only without braces. */
  readonly indent: number;
  readonly entries: readonly Entry[];
}

export interface ListNode extends NodeBase {
  readonly kind: 'list';
  readonly flow: boolean;
  readonly items: readonly TreeNode[];
}

export interface AliasNode extends NodeBase {
  readonly kind: 'alias';
  /** Name behind `*`. */
  readonly name: string;
  /** The value that it stands for; undefined when there is no such anchor before it. */
  readonly target: TreeNode | undefined;
}

export type TreeNode = ScalarNode | MapNode | ListNode | AliasNode;

/** One document of a file. */
export interface TreeDocument {
  readonly root: TreeNode;
  readonly aliases: readonly AliasNode[];
}

export type Format = 'yaml' | 'json';

export interface Tree {
  readonly format: Format;
  readonly text: string;
  readonly documents: readonly TreeDocument[];
}

/** Nesting and values beyond which a file is refused, so that none can use up time or memory. */
export const MAX_DEPTH = 100;
export const MAX_VALUES = 300_000;
export const MAX_BYTES = 4_194_304;

/** `file:line:column`, both from 1, of a place in a text. Lines end with \n, \r\n or \r. */
export function placeAt(where: string, text: string, offset: number): string {
  const { line, column } = lineAt(text, offset);
  return `${where}:${line}:${column}`;
}

/** Line and column, both from 1. */
export function lineAt(text: string, offset: number): { readonly line: number; readonly column: number } {
  const lines = text.slice(0, offset).split(/\r\n|\n|\r/);
  return { line: lines.length, column: (lines.at(-1) ?? '').replace(/^\uFEFF/, '').length + 1 };
}
