import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseDocument,
  type YAMLError,
} from 'yaml';
import { bad, ok, type Problem, type Result } from '../model/problem.ts';

/**
 * YAML as a tree in which every value knows its line and column, so that a problem found much later (after environments were
 * merged) still points at the very word that caused it.
 */

export interface Position {
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
}

interface Place {
  /** Where the value begins. */
  readonly at: Position;
  /** Where the key that leads to it begins; the value itself when there is none. */
  readonly keyAt: Position;
}

export type Scalar = string | number | boolean | null;

export type Located = Place &
  (
    | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, Located> }
    | { readonly kind: 'list'; readonly items: readonly Located[] }
    | { readonly kind: 'scalar'; readonly value: Scalar }
  );

export type LocatedMap = Extract<Located, { kind: 'map' }>;

/** More values than any real configuration has; aliases that multiply themselves stop here. */
export const MAX_VALUES = 20_000;
export const MAX_DEPTH = 64;
export const MAX_BYTES = 1_048_576;

export function at(file: string, position: Position): string {
  return `${file}:${position.line}:${position.column}`;
}

const START: Position = { line: 1, column: 1 };

/** Parses YAML 1.2. All syntax problems are reported, not only the first. */
export function parseLocated(text: string, file: string): Result<LocatedMap> {
  const lines = new LineCounter();
  const parsed = parseText(text, lines, file);
  if (!parsed.ok) return parsed;
  const document = parsed.value;
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const broken = [...document.errors, ...document.warnings].map((error) =>
    syntaxProblem(error, at(file, position(error.pos[0]))),
  );
  const deep = broken.find(({ code }) => code === 'config.too-deep');
  // What else the parser says then follows from having given up.
  if (deep !== undefined) return bad({ ...deep, where: at(file, START) });
  if (broken.length > 0) return bad(...broken);
  const old = document.directives?.yaml.version;
  if (old !== undefined && old !== '1.2') return bad(oldVersion(old, at(file, START)));
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null))
    return bad(empty(file));
  const walk = walker(document, position, file);
  const root = walk.visit(document.contents, undefined, 0);
  if (walk.problems.length > 0) return bad(...walk.problems);
  if (root?.kind !== 'map') return bad(notAMap(at(file, root?.at ?? START), root));
  return ok(root);
}

function parseText(text: string, lines: LineCounter, file: string): Result<Document.Parsed> {
  try {
    return ok(
      parseDocument(text, { version: '1.2', lineCounter: lines, prettyErrors: false, strict: true, uniqueKeys: true }),
    );
  } catch (error) {
    // The parser recurses: brackets within brackets, a few thousand deep, use up its stack.
    if (error instanceof RangeError) return bad(tooDeep(at(file, START)));
    throw error;
  }
}

function walker(document: Document.Parsed, position: (offset: number) => Position, file: string) {
  const problems: Problem[] = [];
  let seen = 0;

  const visit = (node: ParsedNode, keyAt: Position | undefined, depth: number): Located | undefined => {
    const here = position(node.range[0]);
    const place = { at: here, keyAt: keyAt ?? here };
    seen += 1;
    if (seen > MAX_VALUES) {
      if (seen === MAX_VALUES + 1) problems.push(tooMany(at(file, place.keyAt)));
      return undefined;
    }
    if (depth > MAX_DEPTH) {
      problems.push(tooDeep(at(file, here)));
      return undefined;
    }
    if (isAlias(node)) {
      const target = node.resolve(document);
      if (target === undefined) {
        problems.push(unknownAlias(node.source, at(file, here)));
        return undefined;
      }
      return visitResolved(target, place, depth);
    }
    return visitResolved(node, place, depth);
  };

  const visitResolved = (node: unknown, place: Place, depth: number): Located | undefined => {
    if (isMap<ParsedNode, ParsedNode | null>(node)) {
      const entries = new Map<string, Located>();
      for (const pair of node.items) {
        const key = position(pair.key.range[0]);
        if (!isScalar(pair.key) || pair.key.value === null || pair.key.value === '__proto__') {
          problems.push(oddKey(at(file, key)));
          continue;
        }
        const child =
          pair.value === null
            ? ({ kind: 'scalar', value: null, at: key, keyAt: key } as const)
            : visit(pair.value, key, depth + 1);
        if (child !== undefined) entries.set(pair.key.source, child);
      }
      return { kind: 'map', ...place, entries };
    }
    if (isSeq<ParsedNode>(node)) {
      const items = node.items.flatMap((item) => visit(item, undefined, depth + 1) ?? []);
      return { kind: 'list', ...place, items };
    }
    const value: unknown = isScalar(node) ? node.value : undefined;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null) {
      return { kind: 'scalar', ...place, value };
    }
    problems.push(oddKey(at(file, place.at)));
    return undefined;
  };

  return { problems, visit };
}

/** The value without places, as zod wants it. Keys are own properties whatever their name. */
export function plain(node: Located): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plain);
  return Object.fromEntries([...node.entries].map(([key, value]) => [key, plain(value)]));
}

/** The value at a path, or undefined. */
export function nodeAt(root: Located, path: readonly PropertyKey[]): Located | undefined {
  let node: Located | undefined = root;
  for (const key of path) {
    if (node?.kind === 'map') node = node.entries.get(String(key));
    else if (node?.kind === 'list') node = node.items[Number(key)];
    else return undefined;
  }
  return node;
}

/** The value at a path, or the innermost one around it that exists. */
export function nearestNode(root: Located, path: readonly PropertyKey[]): Located {
  for (let length = path.length; length > 0; length -= 1) {
    const node = nodeAt(root, path.slice(0, length));
    if (node !== undefined) return node;
  }
  return root;
}

function syntaxProblem(error: YAMLError, where: string): Problem {
  if (/^maximum call stack/i.test(error.message)) return tooDeep(where);
  const known = SYNTAX[wordsKey(error)];
  const found = error.message.replace(/\s+at line \d+, column \d+:?[\s\S]*$/, '').split('\n')[0] ?? error.message;
  if (known !== undefined) return { code: 'config.syntax', where, ...known };
  return {
    code: 'config.syntax',
    where,
    found: found.charAt(0).toLowerCase() + found.slice(1),
    expected: 'YAML 1.2',
    remedy: 'mend the line; most often an indentation, a quote or a colon is wrong',
  };
}

/** The parser has one code for several mistakes; its message tells them apart. */
function wordsKey(error: YAMLError): string {
  if (/^Flow (?:sequence|map)/.test(error.message)) return 'UNCLOSED_BRACKET';
  if (/^Missing closing .quote/.test(error.message)) return 'UNCLOSED_QUOTE';
  return error.code;
}

type SyntaxWords = Pick<Problem, 'found' | 'expected' | 'remedy'>;

const SYNTAX: Partial<Record<string, SyntaxWords>> = {
  TAB_AS_INDENT: {
    found: 'a tab as indentation',
    expected: 'spaces',
    remedy: 'replace the tab by two spaces and let the editor use spaces in YAML files',
  },
  DUPLICATE_KEY: {
    found: 'a key that stands twice in the same map',
    expected: 'each key once',
    remedy: 'join both values below one key, or delete one of them',
  },
  MULTIPLE_DOCS: {
    found: 'a second document after `---`',
    expected: 'one document per file',
    remedy: 'delete the line `---` and what does not belong here; a service has one shiplock.yaml',
  },
  UNCLOSED_BRACKET: {
    found: 'a bracket that is not closed on this level',
    expected: 'each `[` closed by `]` and each `{` by `}`',
    remedy: 'close the bracket; in a list or map of several lines, indent all of them further than the key',
  },
  UNCLOSED_QUOTE: {
    found: 'a quote that is never closed',
    expected: 'a second quote of the same sort',
    remedy: 'look for a single quote sign in the lines above, and close it',
  },
  TAG_RESOLVE_FAILED: {
    found: 'a tag (`!something`) that means nothing here',
    expected: 'plain maps, lists, texts and numbers',
    remedy: 'delete the tag; put the value in quotes if it begins with `!`',
  },
};

function empty(file: string): Problem {
  return {
    code: 'config.empty',
    where: at(file, START),
    found: 'an empty file',
    expected: 'a configuration that begins with `apiVersion: shiplock/v1`',
    remedy: 'start from the example in docs/configuration.md',
  };
}

function notAMap(where: string, root: Located | undefined): Problem {
  return {
    code: 'config.wrong-type',
    where,
    found: root?.kind === 'list' ? 'a list' : 'a single text',
    expected: 'a map that begins with `apiVersion: shiplock/v1`',
    remedy: 'check that this is shiplock.yaml, and that its top-level keys begin in the first column',
  };
}

function oldVersion(version: string, where: string): Problem {
  return {
    code: 'config.syntax',
    where,
    found: `the directive %YAML ${version}`,
    expected: 'YAML 1.2',
    remedy: 'delete the line that begins with %YAML',
  };
}

function tooMany(where: string): Problem {
  return {
    code: 'config.too-large',
    where,
    found: `more than ${MAX_VALUES} values once aliases are followed`,
    expected: `at most ${MAX_VALUES}`,
    remedy: 'write the values out, or let environments share them with `extends:`',
  };
}

function tooDeep(where: string): Problem {
  return {
    code: 'config.too-deep',
    where,
    found: `more than ${MAX_DEPTH} maps and lists inside each other`,
    expected: `at most ${MAX_DEPTH}`,
    remedy: 'look for brackets that are never closed, or an alias that contains itself',
  };
}

function unknownAlias(name: string, where: string): Problem {
  return {
    code: 'config.syntax',
    where,
    found: `the alias *${name} without an anchor &${name} before it`,
    expected: 'an anchor that the alias refers to',
    remedy: `write the value out; an environment inherits with \`extends: ${name}\``,
  };
}

function oddKey(where: string): Problem {
  return {
    code: 'config.syntax',
    where,
    found: 'a key that is no plain word',
    expected: 'a key such as `service`',
    remedy: 'write `key: value` with a plain key; put a text that contains braces in quotes',
  };
}
