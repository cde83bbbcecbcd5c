import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isAlias, isMap, isScalar, isSeq, parseAllDocuments, type Scalar } from 'yaml';
import { setValue } from '../../../src/gitops/index.ts';
import { choose, seeded } from '../../e2e/support/random.ts';

/** Manifests of public repositories that lie on this machine: values of theirs are set, and what comes out is read by the package `yaml`. */

export interface FoundFile {
  readonly path: string;
  readonly text: string;
}

/** Every YAML and JSON file below a directory that is UTF-8 text. */
export function* manifestsBelow(directory: string): Generator<FoundFile> {
  for (const entry of readdirSync(directory, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* manifestsBelow(path);
    else if (/\.(?:ya?ml|json)$/.test(entry.name)) {
      const bytes = readFileSync(path);
      const text = bytes.toString('utf8');
      if (Buffer.from(text).equals(bytes)) yield { path, text };
    }
  }
}

export interface Value {
  readonly keys: readonly (string | number)[];
  readonly path: string;
  readonly document: number;
  readonly start: number;
  readonly end: number;
  readonly string: boolean;
  /** Why it cannot be edited exactly, from the list in docs/manifests.md. */
  readonly listed: string | undefined;
}

export interface Known {
  readonly values: readonly Value[];
  /** Each document as the reader sees it, aliases and all. */
  readonly data: readonly string[];
}

/** What a file holds; undefined when it is no YAML (a template, most often). */
export function known(text: string): Known | undefined {
  const documents = parseAllDocuments(text, {
    version: '1.2',
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  if ('empty' in documents) return undefined;
  if (documents.some(({ errors }) => errors.length > 0)) return undefined;
  const values: Value[] = [];
  for (const [document, { contents }] of documents.entries()) {
    const aliased = new Set<string>();
    const look = (node: unknown, visit: (name: string) => void): void => {
      if (isAlias(node)) visit(node.source);
      else if (isMap(node)) for (const { key, value } of node.items) for (const one of [key, value]) look(one, visit);
      else if (isSeq(node)) for (const item of node.items) look(item, visit);
    };
    look(contents, (name) => aliased.add(name));
    const walk = (node: unknown, keys: readonly (string | number)[], listed: string | undefined): void => {
      const here = hasAnchor(node) && aliased.has(node.anchor) ? 'anchor' : listed;
      if (isMap(node)) {
        const names = node.items.map(({ key }) => (isScalar(key) ? String(key.value) : undefined));
        for (const [index, { value }] of node.items.entries()) {
          const name = names[index];
          if (name !== undefined && names.filter((one) => one === name).length === 1)
            walk(value, [...keys, name], here);
        }
      } else if (isSeq(node)) for (const [index, item] of node.items.entries()) walk(item, [...keys, index], here);
      else if (isScalar(node) && node.range) values.push({ ...spanOf(node, here), keys, document, path: pathOf(keys) });
    };
    walk(contents, [], undefined);
  }
  return { values, data: documents.map((one) => JSON.stringify(one.toJS({ maxAliasCount: 10_000 }))) };
}

function hasAnchor(node: unknown): node is { readonly anchor: string } {
  return (isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined;
}

function spanOf(node: Scalar, listed: string | undefined): Pick<Value, 'start' | 'end' | 'string' | 'listed'> {
  const [start = 0, end = 0] = node.range ?? [];
  const block = String(node.type).startsWith('BLOCK');
  return {
    start,
    end,
    string: typeof node.value === 'string',
    listed: block ? 'block' : node.tag === undefined ? listed : 'tag',
  };
}

function pathOf(keys: readonly (string | number)[]): string {
  return keys.map((key) => (typeof key === 'number' ? `[${key}]` : `[${JSON.stringify(key)}]`)).join('');
}

/** Names of keys that releases change, and a few others of the file. */
export function chosenValues({ values }: Known, seed: number, most: number): readonly Value[] {
  const usual = values.filter(({ keys }) =>
    /^(?:image|tag|newTag|digest|targetRevision|version)$/.test(String(keys.at(-1))),
  );
  const random = seeded(seed);
  return [...new Set([...choose(usual, Math.ceil(most / 2), random), ...choose(values, Math.floor(most / 2), random)])];
}

export interface Tried {
  readonly outcome: 'exact' | 'refused';
  readonly code: string | undefined;
  readonly faults: readonly string[];
}

/** Sets one value to a string with the product and judges what came out. */
export function tryValue(file: FoundFile, before: Known, value: Value, wish: string): Tried {
  const { path, document } = value;
  const result = setValue(file.text, { path, value: wish, document: document + 1, type: 'string' }, file.path);
  if (!result.ok) return { outcome: 'refused', code: result.problems[0]?.code, faults: [] };
  return { outcome: 'exact', code: undefined, faults: judge(file.text, result.value.text, before, value, wish) };
}

/** What is wrong with a text in which one value should have become `wish`. @param same takes away what makes no difference */
export function judge(
  before: string,
  after: string,
  data: Known,
  value: Value,
  wish: string,
  same: (data: unknown) => unknown = (one) => one,
): readonly string[] {
  const faults: string[] = [];
  const grew = after.length - before.length + value.end - value.start;
  if (!after.startsWith(before.slice(0, value.start)) || !after.endsWith(before.slice(value.end)) || grew < 0)
    faults.push('bytes');
  // yq writes the tag of a merge key out, which readers of YAML 1.2 take for another key: that is no other data.
  const now = known(after.replaceAll('!!merge <<', '<<'));
  if (now === undefined) return [...faults, 'no YAML any more'];
  const wanted = data.data.map((one, index): unknown => {
    const parsed: unknown = JSON.parse(one);
    return index === value.document ? put(parsed, value.keys, wish) : parsed;
  });
  const seen = now.data.map((one): unknown => JSON.parse(one));
  // Another order of keys is a matter of bytes.
  if (!isDeepStrictEqual(seen.map(same), wanted.map(same))) faults.push('data');
  return faults;
}

function put(data: unknown, keys: readonly (string | number)[], wish: string): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return wish;
  if (Array.isArray(data)) return data.map((item: unknown, index) => (index === key ? put(item, rest, wish) : item));
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(
    Object.entries(data).map(([name, item]: [string, unknown]) => [name, name === key ? put(item, rest, wish) : item]),
  );
}
