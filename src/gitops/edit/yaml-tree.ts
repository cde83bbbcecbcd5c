import { YAMLException } from 'js-yaml';
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseAllDocuments,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { bad, ok, type Result } from '../../model/problem.ts';
import { parsed } from './events.ts';
import type { EditProblem } from './problems.ts';
import {
  type AliasNode,
  type Entry,
  MAX_VALUES,
  placeAt,
  type ScalarStyle,
  type Span,
  type Tree,
  type TreeDocument,
  type TreeNode,
} from './tree.ts';

/** Reads YAML, one document or many, and keeps where each value stands. Two parsers must both take the text. Pure. */
export function yamlTree(text: string, where: string): Result<Tree> {
  const refused = unreadable(text, where);
  if (refused !== undefined) return bad(refused);
  const all = parseAllDocuments(text, {
    keepSourceTokens: true,
    // Every plain scalar is a text here: what it reads as is asked of both versions of YAML when it matters.
    schema: 'failsafe',
    // A repeated key is no matter of ours unless the path goes through it.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
    resolveKnownTags: false,
  });
  const documents = 'empty' in all ? [] : all;
  for (const document of documents) {
    const [error] = document.errors;
    if (error !== undefined) return bad(broken(placeAt(where, text, error.pos[0]), error.message));
  }
  return ok({ format: 'yaml', text, documents: documents.map((document) => treeDocument(document)) });
}

/** What js-yaml says against the text. It is quick and counts brackets, so nothing hostile gets to the parser that keeps places. */
function unreadable(text: string, where: string): EditProblem | undefined {
  try {
    const { events } = parsed(text);
    if (events.length <= 2 * MAX_VALUES) return undefined;
    return {
      code: 'gitops.too-large',
      where,
      found: `more than ${MAX_VALUES} values`,
      expected: 'a manifest',
      remedy: 'split the file, and keep what is changed apart from what is generated',
    };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const shift = text.startsWith('\uFEFF') ? 1 : 0;
    return broken(placeAt(where, text, (error.mark?.position ?? 0) + shift), error.reason);
  }
}

function broken(where: string, found: string): EditProblem {
  return {
    code: 'gitops.unreadable',
    where,
    found: found.split('\n')[0] ?? found,
    expected: 'YAML',
    remedy: 'mend the file in git; a template is edited where its values stand, not in the template',
  };
}

interface Builder {
  readonly anchors: Map<string, TreeNode>;
  readonly aliases: AliasNode[];
}

function treeDocument(document: Document.Parsed): TreeDocument {
  const builder: Builder = { anchors: new Map(), aliases: [] };
  const at = document.range[1];
  const root =
    document.contents === null
      ? ({ kind: 'scalar', style: 'empty', text: '', flow: false, start: at, end: at } as const)
      : node(builder, document.contents, false);
  return { root, aliases: builder.aliases };
}

function node(builder: Builder, value: unknown, flow: boolean): TreeNode {
  const built = bare(builder, value, flow);
  const anchored = isScalar(value) || isCollection(value) ? value : undefined;
  const full = {
    ...built,
    ...(anchored?.anchor === undefined ? {} : { anchor: anchored.anchor }),
    ...(anchored?.tag === undefined ? {} : { tag: anchored.tag }),
  };
  // Set after what is inside: an alias inside its own anchor is no value one can write down.
  if (full.anchor !== undefined) builder.anchors.set(full.anchor, full);
  return full;
}

function bare(builder: Builder, value: unknown, flow: boolean): TreeNode {
  if (isAlias(value)) {
    const alias: AliasNode = {
      kind: 'alias',
      name: value.source,
      target: builder.anchors.get(value.source),
      ...spanOf(value.range),
    };
    builder.aliases.push(alias);
    return alias;
  }
  if (isMap(value)) return map(builder, value);
  if (isSeq(value)) {
    const inner = value.flow === true;
    const items = value.items.map((item) => node(builder, item, inner));
    return { kind: 'list', flow: inner, items, ...whole(value.range, inner, items.at(-1)) };
  }
  if (isScalar(value)) {
    const span = spanOf(value.range);
    return { kind: 'scalar', style: styleOf(value, span), text: String(value.value ?? ''), flow, ...span };
  }
  return { kind: 'scalar', style: 'empty', text: '', flow, start: 0, end: 0 };
}

function map(builder: Builder, value: YAMLMap): TreeNode {
  const flow = value.flow === true;
  const entries = value.items.map((pair) => entry(builder, pair, flow));
  const token = value.srcToken;
  const indent = token !== undefined && 'indent' in token ? token.indent : 0;
  const last = entries.at(-1);
  return { kind: 'map', flow, indent, entries, ...whole(value.range, flow, last?.value) };
}

function entry(builder: Builder, pair: Pair, flow: boolean): Entry {
  const key = isScalar(pair.key) ? pair.key : undefined;
  const span = key === undefined ? { start: 0, end: 0 } : spanOf(key.range);
  // An anchor on a key counts too.
  if (pair.key !== null && key === undefined) node(builder, pair.key, flow);
  else if (key?.anchor !== undefined) node(builder, key, flow);
  const colon = colonOf(pair);
  const value =
    pair.value === null
      ? ({ kind: 'scalar', style: 'empty', text: '', flow, start: span.end, end: span.end } as const)
      : node(builder, pair.value, flow);
  const empty = value.kind === 'scalar' && value.style === 'empty' && colon !== undefined;
  return {
    name: key === undefined ? undefined : String(key.value ?? ''),
    key: { ...span, style: key === undefined ? 'plain' : styleOf(key, span) },
    colon,
    value:
      empty && value.anchor === undefined && value.tag === undefined ? { ...value, start: colon, end: colon } : value,
  };
}

function colonOf(pair: Pair): number | undefined {
  const sign = pair.srcToken?.sep?.find((token) => token.type === 'map-value-ind');
  return sign === undefined ? undefined : sign.offset + 1;
}

/** A collection without brackets ends where its last value ends, not behind the comments that follow. */
function whole(range: readonly number[] | null | undefined, flow: boolean, last: TreeNode | undefined): Span {
  const span = spanOf(range);
  if (flow || last === undefined) return span;
  return { start: span.start, end: Math.max(span.start, last.end) };
}

function spanOf(range: readonly number[] | null | undefined): Span {
  const [start = 0, end = start] = range ?? [];
  return { start, end };
}

function styleOf(scalar: Scalar, span: Span): ScalarStyle {
  if (scalar.type === 'QUOTE_SINGLE') return 'single';
  if (scalar.type === 'QUOTE_DOUBLE') return 'double';
  if (scalar.type === 'BLOCK_LITERAL' || scalar.type === 'BLOCK_FOLDED') return 'block';
  return span.start === span.end ? 'empty' : 'plain';
}
