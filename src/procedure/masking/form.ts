import { z } from 'zod';
import { type Json, jsonSchema } from '../../model/json.ts';

/**
 * What a value is made of by its schema alone: names of members, and words that stand there whoever writes it. Such a word tells nothing of a secret that
 * happens to be the same (`secret`, `done`), so the mask leaves it: without it nobody could read the value again.
 */
export interface Form {
  /** May stand here as a whole. */
  has(word: Json): boolean;
  /** Is a name of a member here. */
  names(key: string): boolean;
  /** Only numbers stand here. Secrets are texts, and a number that holds the digits of one by chance (a time that was measured) tells nothing of it. */
  counts(): boolean;
  member(key: string): Form;
  item(at: number): Form;
}

/** Nothing is known of it. */
export const OPEN: Form = {
  has: () => false,
  names: () => false,
  counts: () => false,
  member: () => OPEN,
  item: () => OPEN,
};

/** One of these words, or an object or a list of them. */
export function wordsForm(words: Iterable<string>): Form {
  const set = new Set<Json>(words);
  const form: Form = {
    ...OPEN,
    has: (word) => set.has(word),
    names: (key) => set.has(key),
    item: () => form,
  };
  return form;
}

/** As `form`, but what is said of these members counts in the place of what it says. */
export function overlay(form: Form, members: Readonly<Record<string, Form>>): Form {
  const own = new Map(Object.entries(members));
  return {
    ...form,
    names: (key) => own.has(key) || form.names(key),
    member: (key) => own.get(key) ?? form.member(key),
  };
}

/** As `form`, with a list of such items. */
export function listOf(item: Form): Form {
  return { ...OPEN, item: () => item };
}

/** One that is made when it is first asked: when a secret is like a word of it, which is seldom. */
export function lateForm(make: () => Form): Form {
  let made: Form | undefined;
  const form = (): Form => {
    made ??= make();
    return made;
  };
  return {
    has: (word) => form().has(word),
    names: (key) => form().names(key),
    counts: () => form().counts(),
    member: (key) => form().member(key),
    item: (at) => form().item(at),
  };
}

/** JSON Schema, as far as it is of use here. https://json-schema.org/draft/2020-12 */
const nodeSchema = z.looseObject({
  type: z.string().optional(),
  $ref: z.string().optional(),
  const: jsonSchema.optional(),
  enum: z.array(jsonSchema).optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  allOf: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  propertyNames: z.unknown().optional(),
  additionalProperties: z.unknown().optional(),
  items: z.unknown().optional(),
  prefixItems: z.array(z.unknown()).optional(),
});
type SchemaNode = z.infer<typeof nodeSchema>;

const known = new WeakMap<z.ZodType, Form>();

/** Of a schema. */
export function formOf(schema: z.ZodType): Form {
  const before = known.get(schema);
  if (before !== undefined) return before;
  const form = lateForm(() => {
    const root = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' });
    return ofNodes([root], root);
  });
  known.set(schema, form);
  return form;
}

/** Of several that may hold, what any of them says. */
function ofNodes(given: readonly unknown[], root: unknown): Form {
  const nodes = plainNodes(given, root);
  const has = (word: Json): boolean => nodes.some((node) => node.const === word || node.enum?.includes(word) === true);
  return {
    has,
    names: (key) =>
      nodes.some(
        ({ properties = {}, propertyNames }) =>
          Object.hasOwn(properties, key) || (propertyNames !== undefined && ofNodes([propertyNames], root).has(key)),
      ),
    counts: () => {
      const types = new Set(nodes.flatMap(({ type }) => type ?? []));
      return (types.has('number') || types.has('integer')) && !types.has('string');
    },
    member: (key) =>
      ofNodes(
        nodes.map(({ properties = {}, additionalProperties }) =>
          Object.hasOwn(properties, key) ? properties[key] : additionalProperties,
        ),
        root,
      ),
    item: (at) =>
      ofNodes(
        nodes.map(({ items, prefixItems = [] }) => prefixItems[at] ?? items),
        root,
      ),
  };
}

/** References followed and choices laid side by side. */
function plainNodes(given: readonly unknown[], root: unknown): readonly SchemaNode[] {
  const out: SchemaNode[] = [];
  const followed = new Set<string>();
  const queue = [...given];
  for (let one = queue.shift(); queue.length > 0 || one !== undefined; one = queue.shift()) {
    const read = nodeSchema.safeParse(one);
    if (!read.success) continue;
    const { $ref: reference, anyOf = [], oneOf = [], allOf = [] } = read.data;
    out.push(read.data);
    queue.push(...anyOf, ...oneOf, ...allOf);
    if (reference === undefined || followed.has(reference)) continue;
    followed.add(reference);
    queue.push(target(reference, root));
  }
  return out;
}

/** `#/$defs/a` in a document. */
function target(reference: string, root: unknown): unknown {
  let at: unknown = root;
  for (const word of reference.split('/').slice(1)) {
    const read = z.record(z.string(), z.unknown()).safeParse(at);
    at = read.success ? read.data[word.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
  }
  return at;
}
