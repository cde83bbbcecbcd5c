import { z } from 'zod';
import { documentSchema } from './schema.ts';

/** The part of JSON Schema that our own schemas use: for hints in problems, for editors, for the reference in docs. */
export interface SchemaNode {
  readonly [key: string]: unknown;
  readonly type?: string | undefined;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[] | undefined;
  readonly properties?: Readonly<Record<string, SchemaNode>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly additionalProperties?: boolean | SchemaNode | undefined;
  readonly items?: SchemaNode | undefined;
  readonly anyOf?: readonly SchemaNode[] | undefined;
  readonly oneOf?: readonly SchemaNode[] | undefined;
}

const nodeSchema: z.ZodType<SchemaNode> = z.lazy(() =>
  z.looseObject({
    type: z.string().optional(),
    title: z.string().optional(),
    description: z.string().optional(),
    enum: z.array(z.unknown()).optional(),
    properties: z.record(z.string(), nodeSchema).optional(),
    required: z.array(z.string()).optional(),
    additionalProperties: z.union([z.boolean(), nodeSchema]).optional(),
    items: nodeSchema.optional(),
    anyOf: z.array(nodeSchema).optional(),
    oneOf: z.array(nodeSchema).optional(),
  }),
);

/** Made once: the schema does not change while the program runs. */
let known: SchemaNode | undefined;

/** A JSON Schema as far as it is used here. */
export function schemaNode(schema: unknown): SchemaNode {
  return nodeSchema.parse(schema);
}

/** JSON Schema (draft 2020-12) of what a person writes, with `required` as after inheritance. */
export function schemaTree(): SchemaNode {
  known ??= schemaNode(z.toJSONSchema(documentSchema, { target: 'draft-2020-12', io: 'input' }));
  return known;
}

/**
 * The same for editors: an environment may leave anything out, since it may inherit it, and its variants are told apart only
 * by the keys that are there.
 */
export function editorSchema(): SchemaNode {
  const tree = schemaTree();
  const environments = tree.properties?.['environments'];
  if (environments === undefined || typeof environments.additionalProperties !== 'object') return tree;
  return {
    ...tree,
    properties: {
      ...tree.properties,
      environments: { ...environments, additionalProperties: relax(environments.additionalProperties) },
    },
  };
}

/** Everything optional, recursively, except inside lists: a list is replaced as a whole, so its members are complete. */
function relax(node: SchemaNode): SchemaNode {
  const { required: _, oneOf, minProperties: _min, ...rest } = node;
  const variants = oneOf ?? node.anyOf;
  return {
    ...rest,
    ...(node.properties === undefined
      ? {}
      : { properties: Object.fromEntries(Object.entries(node.properties).map(([key, value]) => [key, relax(value)])) }),
    ...(typeof node.additionalProperties === 'object'
      ? { additionalProperties: relax(node.additionalProperties) }
      : {}),
    ...(variants === undefined ? {} : { anyOf: variants.map(relax) }),
  };
}

/** Schema of the value at a path; `value` picks the variant where there are several. Undefined where the schema says nothing. */
export function schemaAt(root: SchemaNode, path: readonly PropertyKey[], value: unknown): SchemaNode | undefined {
  let node: SchemaNode | undefined = pick(root, value);
  let here = value;
  for (const key of path) {
    here = member(here, key);
    node = node === undefined ? undefined : step(node, key);
    node = node === undefined ? undefined : pick(node, here);
  }
  return node;
}

function step(node: SchemaNode, key: PropertyKey): SchemaNode | undefined {
  if (typeof key === 'number') return node.items;
  const name = String(key);
  if (node.properties !== undefined && Object.hasOwn(node.properties, name)) return node.properties[name];
  return typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined;
}

function pick(node: SchemaNode, value: unknown): SchemaNode {
  const variants = node.oneOf ?? node.anyOf;
  if (variants === undefined) return node;
  const kind = member(value, 'kind');
  const maps = variants.filter((variant) => variant.properties !== undefined);
  const chosen = maps.find((variant) => kind !== undefined && isKind(variant.properties?.['kind'], kind));
  const only = typeof value === 'object' && value !== null && maps.length === 1 ? maps[0] : undefined;
  return chosen ?? only ?? node;
}

/** A variant may stand for several kinds. */
function isKind(schema: SchemaNode | undefined, kind: unknown): boolean {
  return schema?.const === kind || (schema?.enum?.some((one) => one === kind) ?? false);
}

function member(value: unknown, key: PropertyKey): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return Object.entries(value).find(([name]) => name === String(key))?.[1];
}

/** Every place where a key is known, as dotted paths: tells somebody who indented it wrongly where it belongs. */
export function placesOf(root: SchemaNode, key: string): readonly string[] {
  const places: string[] = [];
  const visit = (node: SchemaNode, path: readonly string[]): void => {
    for (const [name, child] of Object.entries(node.properties ?? {})) {
      if (name === key) places.push(path.join('.'));
      visit(child, [...path, name]);
    }
    if (typeof node.additionalProperties === 'object') visit(node.additionalProperties, [...path, '<name>']);
    if (node.items !== undefined) visit(node.items, [...path.slice(0, -1), `${path.at(-1) ?? ''}[]`]);
    for (const variant of [...(node.oneOf ?? []), ...(node.anyOf ?? [])]) visit(variant, path);
  };
  visit(root, []);
  return [...new Set(places)];
}
