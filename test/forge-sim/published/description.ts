import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The slice of GitHub's description, read once. */

export type Schema = Readonly<Record<string, unknown>>;

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly pointer: string;
  readonly schema: Schema;
}

export interface Described {
  readonly route: string;
  readonly parameters: readonly Parameter[];
  /** Pointer to the schema of the body; undefined: it has none. */
  readonly body: { readonly pointer: string; readonly schema: Schema; readonly required: boolean } | undefined;
  /** By status; null: an answer without a body. */
  readonly answers: ReadonlyMap<number, { readonly pointer: string; readonly schema: Schema } | null>;
}

export function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export interface Description {
  readonly root: Schema;
  readonly operations: ReadonlyMap<string, Described>;
  readonly events: ReadonlySet<string>;
  /** Follows references; the pointer says where it led. */
  resolve(pointer: string): { readonly pointer: string; readonly schema: Schema };
}

let read: Description | undefined;

export function description(): Description {
  read ??= describe(readFileSync(join(import.meta.dirname, 'github.json'), 'utf8'));
  return read;
}

function describe(text: string): Description {
  const parsed: unknown = JSON.parse(text);
  if (!isSchema(parsed)) throw new Error('the slice is no object');
  const root = parsed;
  const resolve = (pointer: string): { pointer: string; schema: Schema } => {
    const value = pointer
      .slice(2)
      .split('/')
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce<unknown>(
        (one, part) => (typeof one === 'object' && one !== null ? Reflect.get(one, part) : undefined),
        root,
      );
    if (!isSchema(value)) throw new Error(`nothing at ${pointer}`);
    const ref = value['$ref'];
    return typeof ref === 'string' ? resolve(ref) : { pointer, schema: value };
  };
  const operations = new Map<string, Described>();
  for (const [path, methods] of entries(root['paths'])) {
    for (const [method] of entries(methods)) {
      const route = `${method.toUpperCase()} ${path}`;
      operations.set(route, operation(route, `#/paths/${path.replaceAll('/', '~1')}/${method}`, resolve));
    }
  }
  return { root, operations, events: new Set(entries(root['events']).map(([name]) => name)), resolve };
}

function operation(route: string, pointer: string, resolve: Description['resolve']): Described {
  const { schema } = resolve(pointer);
  const list = Array.isArray(schema['parameters']) ? schema['parameters'] : [];
  const parameters = list.map((_, index) => {
    const one = resolve(`${pointer}/parameters/${index}`);
    return {
      name: String(one.schema['name']),
      in: String(one.schema['in']),
      required: one.schema['required'] === true,
      ...resolve(`${one.pointer}/schema`),
    };
  });
  const answers = new Map<number, { pointer: string; schema: Schema } | null>();
  for (const [status] of entries(schema['responses'])) {
    const response = resolve(`${pointer}/responses/${status}`);
    answers.set(Number(status), content(response, resolve) ?? null);
  }
  const body = isSchema(schema['requestBody']) ? content(resolve(`${pointer}/requestBody`), resolve) : undefined;
  const required = isSchema(schema['requestBody']) && schema['requestBody']['required'] === true;
  return { route, parameters, body: body === undefined ? undefined : { ...body, required }, answers };
}

function content(at: { readonly pointer: string; readonly schema: Schema }, resolve: Description['resolve']) {
  const kinds = entries(at.schema['content']).map(([kind]) => kind);
  // Some have vendor types beside the plain one, or instead of it.
  const kind = kinds.find((one) => one === 'application/json') ?? kinds.find((one) => /json/.test(one));
  return kind === undefined ? undefined : resolve(`${at.pointer}/content/${kind.replaceAll('/', '~1')}/schema`);
}

function entries(value: unknown): [string, unknown][] {
  return isSchema(value) ? Object.entries(value) : [];
}
