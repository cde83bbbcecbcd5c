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

/** A mapping that could take one more key. */
export type Place = Pick<Value, 'keys' | 'path' | 'document' | 'listed'>;

export interface Known {
  readonly values: readonly Value[];
  readonly places: readonly Place[];
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
  const places: Place[] = [];
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
        places.push({ keys, path: pathOf(keys), document, listed: here });
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
  return { values, places, data: documents.map((one) => JSON.stringify(one.toJS({ maxAliasCount: 10_000 }))) };
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

/** Adds a key to a mapping with the product and judges what came out. */
export function tryPlace(file: FoundFile, before: Known, place: Place, wish: string): Tried {
  const { path, document, keys } = place;
  const name = 'shiplock.example/added';
  const more = { path: `${path}["${name}"]`, value: wish, document: document + 1, type: 'string' } as const;
  const result = setValue(file.text, more, file.path);
  if (!result.ok) return { outcome: 'refused', code: result.problems[0]?.code, faults: [] };
  const faults = inserted(file.text, result.value.text) ? [] : ['more than an insertion'];
  const now = known(result.value.text);
  const wanted = before.data.map((one, index): unknown => {
    const parsed: unknown = JSON.parse(one);
    return index === document ? put(parsed, [...keys, name], wish) : parsed;
  });
  if (
    !isDeepStrictEqual(
      now?.data.map((one): unknown => JSON.parse(one)),
      wanted,
    )
  )
    faults.push('data');
  return { outcome: 'exact', code: undefined, faults };
}

/** `after` is `before` with one piece put in, or with a comma and one piece. */
export function inserted(before: string, after: string): boolean {
  let head = 0;
  while (head < before.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < before.length - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const left = before.slice(head, before.length - tail);
  return left === '' || after.slice(head).startsWith(`,${left}`);
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

/** A deep copy with one value exchanged, or added behind the others. */
function put(data: unknown, keys: readonly (string | number)[], wish: string): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return wish;
  if (Array.isArray(data)) return data.map((item: unknown, index) => (index === key ? put(item, rest, wish) : item));
  if (typeof data !== 'object' || data === null) return data;
  const kept = Object.entries(data).map(([name, item]: [string, unknown]) => [
    name,
    name === key ? put(item, rest, wish) : item,
  ]);
  return Object.fromEntries(rest.length > 0 || key in data ? kept : [...kept, [key, wish]]);
}
