import { Ajv, type ValidateFunction } from 'ajv';
import { type Described, description, isSchema, type Schema } from './description.ts';

/** Is a request, an answer or an event as GitHub describes it? Every text is one way in which it is not. */

const ROOT = 'github';
const compiled = new Map<string, ValidateFunction>();
let ajv: Ajv | undefined;

/** An address that is not given is an empty text at GitHub, which the description has as the default. */
const isUri = (text: string): boolean => text === '' || URL.canParse(text);
const isTime = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text));

function validator(pointer: string): ValidateFunction {
  if (ajv === undefined) {
    ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
    ajv.addFormat('uri', isUri);
    ajv.addFormat('date-time', isTime);
    ajv.addFormat('email', /^[^@\s]+@[^@\s]+$/);
    ajv.addFormat('uuid', /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i);
    for (const name of [
      'int32',
      'int64',
      'timestamp',
      'repo.nwo',
      'ssh-key',
      'ssh-key fingerprint',
      'hostname',
      'date',
      'uri-template',
      'ipv4',
      'ipv6',
      'binary',
      'byte',
      'password',
      'float',
      'double',
    ])
      ajv.addFormat(name, true);
    ajv.addSchema({ $id: ROOT, ...plain(description().root) });
  }
  let one = compiled.get(pointer);
  if (one === undefined) {
    one = ajv.compile({ $ref: `${ROOT}${encodeURI(pointer).replaceAll('{', '%7B').replaceAll('}', '%7D')}` });
    compiled.set(pointer, one);
  }
  return one;
}

/** OpenAPI 3.0 says `nullable`, JSON Schema says a type more. */
function plain(schema: Schema): Schema {
  const all = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, plainValue(value)]));
  if (all['nullable'] !== true) return all;
  const { nullable: _, ...rest } = all;
  if (typeof rest['type'] !== 'string' || rest['$ref'] !== undefined) return { anyOf: [rest, { type: 'null' }] };
  const values = rest['enum'];
  return {
    ...rest,
    type: [rest['type'], 'null'],
    ...(Array.isArray(values) && !values.includes(null) ? { enum: [...values, null] } : {}),
  };
}

function plainValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainValue);
  return isSchema(value) ? plain(value) : value;
}

function differences(pointer: string, value: unknown, what: string): string[] {
  const validate = validator(pointer);
  if (validate(value)) return [];
  return (validate.errors ?? []).slice(0, 12).map(({ instancePath, message, params }) => {
    return `${what}${instancePath}: ${message ?? ''} ${JSON.stringify(params)}`;
  });
}

/** Names that a schema knows; undefined: any name goes. */
function known(schema: Schema): Set<string> | undefined {
  const names = new Set<string>();
  const ref = schema['$ref'];
  if (typeof ref === 'string') return known(description().resolve(ref).schema);
  if (schema['additionalProperties'] !== undefined && schema['additionalProperties'] !== false) return undefined;
  if (isSchema(schema['properties'])) for (const name of Object.keys(schema['properties'])) names.add(name);
  let parts = 0;
  for (const key of ['allOf', 'anyOf', 'oneOf']) {
    const list = schema[key];
    if (!Array.isArray(list)) continue;
    for (const one of list.filter(isSchema)) {
      parts++;
      for (const name of known(one) ?? []) names.add(name);
    }
  }
  return names.size === 0 && parts === 0 ? undefined : names;
}

/** GitHub lets unknown names pass; here they are a mistake of ours, in a request as in an answer. */
function strangers(schema: Schema, value: unknown, what: string): string[] {
  if (Array.isArray(value)) {
    const items = schema['items'];
    return isSchema(items) ? value.flatMap((one, index) => strangers(items, one, `${what}/${index}`)) : [];
  }
  if (!isSchema(value)) return [];
  const names = known(schema);
  if (names === undefined) return [];
  return Object.keys(value)
    .filter((name) => !names.has(name))
    .map((name) => `${what}/${name}: GitHub describes no such property`);
}

export interface Asked {
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

export function checkRequest(operation: Described, asked: Asked): readonly string[] {
  const wrong: string[] = [];
  const declared = new Set(operation.parameters.filter((one) => one.in === 'query').map(({ name }) => name));
  for (const name of asked.query.keys()) if (!declared.has(name)) wrong.push(`query ${name}: not described`);
  for (const parameter of operation.parameters) {
    const given = parameter.in === 'path' ? asked.path[parameter.name] : (asked.query.get(parameter.name) ?? undefined);
    if (given === undefined) {
      if (parameter.required) wrong.push(`${parameter.in} ${parameter.name}: missing`);
      continue;
    }
    wrong.push(...differences(parameter.pointer, typed(given, parameter.schema), `${parameter.in} ${parameter.name}`));
  }
  if (operation.body === undefined) {
    if (asked.body !== undefined && Object.keys(Object(asked.body)).length > 0) wrong.push('body: none is described');
  } else if (asked.body === undefined) {
    if (operation.body.required) wrong.push('body: missing');
  } else {
    wrong.push(...differences(operation.body.pointer, asked.body, 'body'));
    wrong.push(...strangers(operation.body.schema, asked.body, 'body'));
  }
  return wrong;
}

function typed(text: string, schema: Schema): unknown {
  const kinds = JSON.stringify(schema);
  if (/"type":"(?:integer|number)"/.test(kinds) && /^-?\d+$/.test(text)) return Number(text);
  if (/"type":"boolean"/.test(kinds) && /^(?:true|false)$/.test(text)) return text === 'true';
  return text;
}

/** An error that an operation does not list has GitHub's plain form. */
const BASIC = '#/components/schemas/basic-error';

export function checkAnswer(operation: Described, status: number, body: unknown): readonly string[] {
  const listed = operation.answers.get(status);
  if (listed === undefined) {
    if (status < 400 && status !== 304) return [`status ${status}: not described for ${operation.route}`];
    return body === undefined ? [] : differences(BASIC, body, 'answer');
  }
  if (listed === null) return body === undefined || status >= 400 ? [] : ['answer: no body is described'];
  if (body === undefined) return ['answer: a body is described'];
  const wrong = differences(listed.pointer, body, 'answer');
  // Errors have a `status` that some of their descriptions leave out.
  return status >= 400 ? wrong : [...wrong, ...strangers(listed.schema, body, 'answer')];
}

export function checkEvent(name: string, payload: unknown): readonly string[] {
  const { pointer, schema } = description().resolve(`#/events/${name}`);
  return [...differences(pointer, payload, name), ...strangers(schema, payload, name)];
}
