/** Which part of GitHub's description the simulator stands on. Pure: the description goes in, the slice comes out. */

type Node = Readonly<Record<string, unknown>>;

export interface Source {
  readonly package: string;
  readonly version: string;
  readonly file: string;
  readonly integrity: string;
}

/** What is kept: how a value must look. What is said about it for people is not. */
const SAID = new Set([
  'description',
  'example',
  'examples',
  'externalDocs',
  'operationId',
  'summary',
  'tags',
  'title',
  'deprecated',
  'headers',
  'servers',
]);
/** Below these stand names that somebody chose, and a property may be called `description`. */
const NAMES = new Set(['properties', 'patternProperties', 'schemas', 'responses', 'content']);

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bare(value: unknown, names = false): unknown {
  if (Array.isArray(value)) return value.map((one) => bare(one));
  if (!isNode(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => names || !(SAID.has(key) || key.startsWith('x-')))
      .map(([key, one]) => [key, key === 'enum' || key === 'default' ? one : bare(one, !names && NAMES.has(key))]),
  );
}

function at(root: Node, pointer: string): unknown {
  return pointer
    .slice(2)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((value, part) => (isNode(value) ? value[part] : undefined), root);
}

function references(value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) for (const one of value) references(one, found);
  if (!isNode(value)) return;
  const ref = value['$ref'];
  if (typeof ref === 'string') found.add(ref);
  for (const one of Object.values(value)) references(one, found);
}

/** Operations and events with everything they refer to. Throws when the description does not have one of them. */
export function slice(whole: Node, source: Source, routes: readonly string[], events: readonly string[]): Node {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes.toSorted()) {
    const [method = '', path = ''] = route.split(' ');
    const operation = at(whole, `#/paths/${path.replaceAll('/', '~1')}/${method.toLowerCase()}`);
    if (!isNode(operation)) throw new Error(`GitHub describes no ${route}`);
    paths[path] ??= {};
    paths[path][method.toLowerCase()] = bare(operation);
  }
  const payloads: Record<string, unknown> = {};
  for (const name of events.toSorted()) {
    const schema = at(whole, `#/x-webhooks/${name}/post/requestBody/content/application~1json/schema`);
    if (!isNode(schema)) throw new Error(`GitHub describes no event ${name}`);
    payloads[name] = bare(schema);
  }
  const components: Record<string, Record<string, unknown>> = {};
  const done = new Set<string>();
  const open = new Set<string>();
  references([paths, payloads], open);
  for (let next = open.values().next(); !next.done; next = open.values().next()) {
    const ref = next.value;
    open.delete(ref);
    if (done.has(ref)) continue;
    done.add(ref);
    const [, , kind = '', name = ''] = ref.split('/');
    const value = bare(at(whole, ref));
    if (value === undefined) throw new Error(`the description refers to ${ref}, which is not there`);
    components[kind] ??= {};
    components[kind][name] = value;
    references(value, open);
  }
  const sorted = Object.fromEntries(
    Object.entries(components).map(([kind, all]) => [
      kind,
      Object.fromEntries(Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    ]),
  );
  return { source, paths, events: payloads, components: sorted };
}

/** One line per operation, event and schema, so that a difference can be read. */
export function printed(sliced: Node): string {
  const lines = Object.entries(sliced).map(([part, all]) => {
    if (part === 'source' || !isNode(all)) return `${JSON.stringify(part)}: ${JSON.stringify(all)}`;
    const deep = part === 'components';
    const inner = Object.entries(all).map(([name, one]) => {
      if (!deep || !isNode(one)) return `${JSON.stringify(name)}: ${JSON.stringify(one)}`;
      const rows = Object.entries(one).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
      return `${JSON.stringify(name)}: {\n${rows.join(',\n')}\n}`;
    });
    return `${JSON.stringify(part)}: {\n${inner.join(',\n')}\n}`;
  });
  return `{\n${lines.join(',\n')}\n}\n`;
}
