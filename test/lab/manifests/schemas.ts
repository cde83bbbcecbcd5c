import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { cacheDir, exists } from '../../../scripts/cache.ts';
import { argocdDefinitions, gatewayDefinitions, moduleDir, rolloutsDefinitions } from '../cluster/modules.ts';

/**
 * JSON Schemas for kubeconform, made from what the modules of the lab carry: Kubernetes' own OpenAPI description and the CustomResourceDefinitions of Argo and of Gateway API.
 * They are strict: a field that nobody knows is a mistake.
 */

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Schema = { readonly [key: string]: Json };

const schemaOf: z.ZodType<Schema> = z.record(z.string(), z.json());
const swagger = z.object({ definitions: z.record(z.string(), schemaOf) });
const kinds = z.array(z.object({ group: z.string(), version: z.string(), kind: z.string() }));
const definition = z.object({
  kind: z.literal('CustomResourceDefinition'),
  spec: z.object({
    group: z.string(),
    names: z.object({ kind: z.string() }),
    versions: z.array(z.object({ name: z.string(), schema: z.object({ openAPIV3Schema: schemaOf }) })),
  }),
});

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
/** Raised when the files are written in another way. */
const WRITER = 2;

/** Where kubeconform finds the schema of a kind below a directory of ours. */
export const SCHEMA_PATH = '{{ .Group }}/{{ .ResourceKind }}_{{ .ResourceAPIVersion }}.json';

/** Directory of the schemas, made once for the versions that the lab pins. */
export async function manifestSchemas(): Promise<string> {
  const kubernetes = await moduleDir('k8s.io/kubernetes');
  const files = [...(await argocdDefinitions()), ...(await rolloutsDefinitions()), ...(await gatewayDefinitions())];
  const id = createHash('sha256')
    .update(JSON.stringify([WRITER, kubernetes, files]))
    .digest('hex')
    .slice(0, 12);
  const target = cacheDir('schemas', id);
  if (await exists(target)) return target;
  const part = `${target}.${process.pid}`;
  const { definitions } = swagger.parse(
    JSON.parse(readFileSync(join(kubernetes, 'api/openapi-spec/swagger.json'), 'utf8')),
  );
  const strict = Object.fromEntries(Object.entries(definitions).map(([name, one]) => [name, closed(one)]));
  for (const [name, schema] of Object.entries(definitions)) {
    const named = kinds.safeParse(schema['x-kubernetes-group-version-kind']);
    for (const { group, version, kind } of named.success ? named.data : []) {
      write(part, { group, version, kind }, { $ref: ref(name), definitions: needed(strict, [name]) });
    }
  }
  for (const file of files) {
    for (const document of parseAllDocuments(readFileSync(file, 'utf8'))) {
      const parsed = definition.safeParse(document.toJS());
      if (!parsed.success) continue;
      const { group, names, versions } = parsed.data.spec;
      for (const { name, schema } of versions) {
        const own = closed(schema.openAPIV3Schema);
        const properties = { ...schemaOf.parse(own['properties']), metadata: { $ref: ref(META) } };
        write(
          part,
          { group, version: name, kind: names.kind },
          { ...own, properties, definitions: needed(strict, [META]) },
        );
      }
    }
  }
  renameSync(part, target);
  return target;
}

function write(
  dir: string,
  { group, version, kind }: { group: string; version: string; kind: string },
  schema: Schema,
): void {
  // What has no group is looked up under its version.
  const folder = join(dir, group === '' ? version : group);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${kind.toLowerCase()}_${version}.json`), JSON.stringify(schema));
}

function ref(name: string): string {
  return `#/definitions/${name}`;
}

/** The definitions that some need, and those that they need in turn. */
function needed(all: Readonly<Record<string, Schema>>, names: readonly string[]): Record<string, Schema> {
  const found: Record<string, Schema> = {};
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const schema = all[name];
    if (schema === undefined || found[name] !== undefined) continue;
    found[name] = schema;
    for (const [, next = ''] of JSON.stringify(schema).matchAll(/"#\/definitions\/([^"]+)"/g)) open.push(next);
  }
  return found;
}

/** The same schema, but a field that it does not name is refused, and what may be a number or a text is either. */
function closed(schema: Schema): Schema {
  const out: Record<string, Json> = {};
  for (const [key, value] of Object.entries(schema)) out[key] = deep(value);
  if (schema['format'] === 'int-or-string' || schema['x-kubernetes-int-or-string'] === true) {
    delete out['type'];
    delete out['format'];
    out['oneOf'] = [{ type: 'string' }, { type: 'number' }];
    delete out['anyOf'];
  }
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true || schema['additionalProperties'] !== undefined;
  if (isSchema(schema['properties']) && !open) out['additionalProperties'] = false;
  return out;
}

function deep(value: Json): Json {
  if (Array.isArray(value)) return value.map((one: Json) => deep(one));
  return isSchema(value) ? closed(value) : value;
}

function isSchema(value: Json | undefined): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
