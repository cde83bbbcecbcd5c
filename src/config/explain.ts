import { distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import { nearest } from '../model/json.ts';
import type { Problem } from '../model/problem.ts';
import { at, type Located, nearestNode, nodeAt, plain } from './located.ts';
import { placesOf, type SchemaNode, schemaAt } from './schema-tree.ts';

/** What zod found wrong, told to the person who wrote the file: place, what stands there, what is expected, what to write. */

type Issue = z.core.$ZodIssue;

export interface Explained {
  readonly file: string;
  /** The tree that was checked. */
  readonly tree: Located;
  /** Schema of that tree. */
  readonly schema: SchemaNode;
  /** Schema of the whole file: to find out where a misplaced key belongs. */
  readonly whole: SchemaNode;
  /** What this tree is called, for instance `environments.production`; empty for the file itself. */
  readonly name: string;
  /** What is missing could also stand in an environment that this one extends. */
  readonly inherits?: boolean;
  /** Where every key is explained; default: docs/configuration.md. */
  readonly page?: string;
}

function pageOf({ page = 'docs/configuration.md' }: Explained): string {
  return page;
}

export function explain(issues: readonly Issue[], context: Explained): readonly Problem[] {
  const value = plain(context.tree);
  const flat = issues.flatMap((issue) => flatten(issue));
  const misspelt = new Set(flat.flatMap((issue) => misspeltKeys(issue, value, context)));
  return flat
    .filter(
      (issue) => nodeAt(context.tree, issue.path) !== undefined || !misspelt.has(issue.path.map(String).join('\n')),
    )
    .flatMap((issue) => problemsOfIssue(issue, value, context));
}

/** Paths of keys that are there under a misspelt name: not missing, only wrongly written. */
function misspeltKeys(issue: Issue, value: unknown, context: Explained): readonly string[] {
  if (issue.code !== 'unrecognized_keys') return [];
  return issue.keys.flatMap((key) => {
    const meant = correction(key, issue.path, value, context);
    return meant === undefined ? [] : [[...issue.path, meant].map(String).join('\n')];
  });
}

function correction(key: string, path: readonly PropertyKey[], value: unknown, context: Explained): string | undefined {
  const known = Object.keys(schemaAt(context.schema, path, value)?.properties ?? {});
  const close = nearest(key, known, distance);
  if (close === undefined) return undefined;
  return distance(key, close) <= 2 || placesOf(context.whole, key).length === 0 ? close : undefined;
}

/** Members of a union that fit the kind of value that was found speak for the union; otherwise the union's own message does. */
function flatten(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const fitting = issue.errors.filter((errors) => !errors.some(isOtherKind));
  const [only] = fitting;
  if (
    fitting.length !== 1 ||
    only === undefined ||
    only.every((inner) => inner.path.length === 0 && inner.code !== 'unrecognized_keys')
  ) {
    return [issue];
  }
  return only.flatMap((inner) => flatten({ ...inner, path: [...issue.path, ...inner.path] }));
}

function isOtherKind(issue: Issue): boolean {
  if (issue.path.length === 0) return issue.code === 'invalid_type' || issue.code === 'invalid_value';
  return issue.path.length === 1 && issue.path[0] === 'kind' && issue.code === 'invalid_value';
}

function problemsOfIssue(issue: Issue, value: unknown, context: Explained): readonly Problem[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(issue.path, key, value, context));
  const node = nodeAt(context.tree, issue.path);
  if (issue.code === 'invalid_key') return [badName(issue, context)];
  const said = issue.code === 'custom' ? complaint(issue.params) : undefined;
  const place = nearestNode(context.tree, issue.path);
  if (said !== undefined) return [{ ...said, where: at(context.file, place.at) }];
  if (node === undefined) return [missingKey(issue, value, context)];
  return [wrongValue(issue, node, value, context)];
}

function dotted(context: Explained, path: readonly PropertyKey[]): string {
  const words = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return `${context.name}${words}`.replace(/^\./, '');
}

function unknownKey(path: readonly PropertyKey[], key: string, value: unknown, context: Explained): Problem {
  const known = Object.keys(schemaAt(context.schema, path, value)?.properties ?? {});
  const node = nodeAt(context.tree, [...path, key]) ?? nearestNode(context.tree, path);
  const place = dotted(context, path);
  const close = correction(key, path, value, context);
  return {
    code: 'config.unknown-key',
    where: at(context.file, node.keyAt),
    found: `unknown key \`${key}\`${place === '' ? '' : ` in \`${place}\``}`,
    expected: known.length === 0 ? 'another key' : `one of ${known.join(', ')}`,
    remedy: close === undefined ? homeOf(key, context) : `write \`${close}\``,
  };
}

/** What to do with a key that resembles nothing here. */
function homeOf(key: string, context: Explained): string {
  if (key === '<<') return 'write `extends:` with the name of an environment; merge keys of YAML are not read';
  const homes = placesOf(context.whole, key).map((home) => (home === '' ? 'at the top level' : `under \`${home}\``));
  if (homes.length === 0) return `delete it; ${pageOf(context)} lists every key`;
  return `move it: \`${key}\` belongs ${homes.slice(0, 2).join(' or ')}`;
}

function badName(issue: Extract<Issue, { code: 'invalid_key' }>, context: Explained): Problem {
  const node = nearestNode(context.tree, issue.path);
  return {
    code: 'config.wrong-name',
    where: at(context.file, node.keyAt),
    found: `\`${String(issue.path.at(-1))}\` as a name in \`${dotted(context, issue.path.slice(0, -1))}\``,
    expected: issue.issues[0]?.message ?? 'a plain name',
    remedy: 'rename it here and wherever it is referred to',
  };
}

function missingKey(issue: Issue, value: unknown, context: Explained): Problem {
  const node = nearestNode(context.tree, issue.path);
  const key = String(issue.path.at(-1));
  const parent = issue.path.slice(0, -1);
  const place = dotted(context, parent);
  const around = schemaAt(context.schema, parent, value);
  const schema = around?.properties?.[key];
  const options = variantsOf(around, key);
  const meaning =
    schema?.description?.replace(/\.$/, '') ?? (options.length > 0 ? `one of ${options.join(', ')}` : undefined);
  const line = options.length === 1 ? `${key}: ${options[0]}` : `${key}:`;
  return {
    code: 'config.missing-key',
    where: at(context.file, node.keyAt),
    found: place === '' ? `no \`${key}\`` : `no \`${key}\` in \`${place}\``,
    expected: meaning === undefined ? `a value for \`${key}\`` : `\`${key}\`: ${meaning}`,
    remedy:
      place === ''
        ? `add \`${line}\` at the top level`
        : `add \`${line}\` under \`${place}:\`${context.inherits === true ? ', or in an environment it extends' : ''}`,
  };
}

function wrongValue(issue: Issue, node: Located, value: unknown, context: Explained): Problem {
  const schema = schemaAt(context.schema, issue.path, value);
  const key = [...issue.path].reverse().find((part) => typeof part === 'string');
  const options = optionsOf(issue, schema, schemaAt(context.schema, issue.path.slice(0, -1), value));
  const expected = expectation(issue, options);
  const empty = node.kind === 'scalar' && node.value === null;
  return {
    code: empty
      ? 'config.empty-value'
      : issue.code === 'invalid_value' && key === 'apiVersion'
        ? 'config.api-version'
        : issue.code === 'invalid_type'
          ? 'config.wrong-type'
          : 'config.wrong-value',
    where: at(context.file, empty ? node.keyAt : node.at),
    found: empty ? `\`${String(key)}:\` without a value` : describe(node, issue.path, options),
    expected,
    remedy: remedyFor(node, schema, options, String(key), pageOf(context)),
  };
}

function optionsOf(issue: Issue, schema: SchemaNode | undefined, parent: SchemaNode | undefined): readonly string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  if (issue.code === 'invalid_union' && issue.errors.length === 0) {
    return variantsOf(parent, String(issue.path.at(-1)));
  }
  return [schema, ...(schema?.anyOf ?? [])].flatMap((node) => node?.enum ?? []).map(String);
}

/** Which values a key may have that tells variants apart; they stand in the schema, not in the issue. */
function variantsOf(node: SchemaNode | undefined, key: string): readonly string[] {
  const variants = node === undefined ? [] : [node, ...(node.oneOf ?? []), ...(node.anyOf ?? [])];
  return variants.flatMap((variant) => variant.properties?.[key]?.const ?? []).map(String);
}

const TYPES: Partial<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map (`key: value` lines below it)',
  record: 'a map (`name: value` lines below it)',
  array: 'a list (lines that begin with `-`)',
};

function expectation(issue: Issue, options: readonly string[]): string {
  if (issue.code === 'invalid_value' || (issue.code === 'invalid_union' && issue.errors.length === 0)) {
    return options.length === 1 ? String(options[0]) : `one of ${options.join(', ')}`;
  }
  if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid input'))
    return TYPES[issue.expected] ?? `a value of type ${issue.expected}`;
  return issue.message;
}

/** What stands there, cut short. Values of places that tend to hold secrets are not repeated, whatever is wrong with them. */
function describe(node: Located, path: readonly PropertyKey[], options: readonly string[]): string {
  if (node.kind === 'map') return 'a map';
  if (node.kind === 'list') return node.items.length === 0 ? 'an empty list' : 'a list';
  if (node.value === null) return 'no value';
  if (
    options.length === 0 &&
    path.some((part) => typeof part === 'string' && /^(?:env|dsn|secret|.*(?:password|token|key))$/i.test(part))
  ) {
    return typeof node.value === 'string' ? 'a text that does not fit' : `a ${typeof node.value}`;
  }
  if (typeof node.value !== 'string')
    return typeof node.value === 'number' ? `the number ${node.value}` : String(node.value);
  return JSON.stringify(node.value.length > 60 ? `${node.value.slice(0, 57)}…` : node.value);
}

function remedyFor(
  node: Located,
  schema: SchemaNode | undefined,
  options: readonly string[],
  key: string,
  page: string,
): string {
  if (node.kind === 'scalar' && node.value === null) return 'write a value after the colon, or delete the line';
  const word = node.kind === 'scalar' ? String(node.value) : '';
  if (options.length === 1) return `write \`${key}: ${options[0]}\``;
  if (options.length > 1) {
    const close = nearest(word, options, distance);
    return close === undefined ? `choose one of ${options.join(', ')}` : `write \`${close}\``;
  }
  if (node.kind === 'scalar' && typeof node.value === 'number') {
    if (schema?.title === 'duration') return `add a unit: \`${node.value}s\``;
    if (schema?.title === 'percentage' && node.value > 1) return `write \`${node.value}%\``;
    if (schema?.type === 'string') return `put it in quotes: \`"${node.value}"\``;
  }
  if (
    node.kind === 'scalar' &&
    typeof node.value === 'string' &&
    (schema?.type === 'number' || schema?.type === 'integer')
  ) {
    return /^\d+(?:\.\d+)?$/.test(node.value) ? 'remove the quotes' : `write a number for \`${key}\``;
  }
  const kind = schema?.title ?? (schema?.type === 'number' || schema?.type === 'integer' ? 'number' : 'value');
  return `write ${article(kind)} as expected for \`${key}\`; ${page} explains it`;
}

function article(word: string): string {
  return /^[aeio]/i.test(word) ? `an ${word}` : `a ${word}`;
}

type Words = Omit<Problem, 'where'>;

/** Parts of a problem that a check inside a fragment gave (`complain` in src/model/scalars.ts). */
function complaint(params: Record<string, unknown> | undefined): Words | undefined {
  const { code, found, expected, remedy } = params ?? {};
  if (
    typeof code !== 'string' ||
    typeof found !== 'string' ||
    typeof expected !== 'string' ||
    typeof remedy !== 'string'
  )
    return undefined;
  return { code, found, expected, remedy };
}
