import { z } from 'zod';
import { nameSchema } from '../model/scalars.ts';
import { unitGitStoreConfig } from '../procedure/config.ts';
import { API_VERSION } from './schema.ts';
import { type SchemaNode, schemaNode } from './schema-tree.ts';

const pathSchema = z.string({ error: 'a path' }).min(1, 'a path');

const memberSchema = z.strictObject({
  config: pathSchema.describe('Its shiplock.yaml, or the directory that holds it. Relative to this file.'),
  state: pathSchema
    .exactOptional()
    .describe('Its state directory, relative to this file. Left out: `.shiplock/state` beside its shiplock.yaml.'),
  after: z
    .array(nameSchema)
    .default([])
    .describe('Members that must serve before this one is released. It goes back before they do.'),
});

const environmentSchema = z.strictObject({
  from: nameSchema
    .exactOptional()
    .describe('Environment in which the unit must have been released before it comes here. Left out: it begins here.'),
});

/** shiplock.unit.yaml: several services that are released together. */
export const unitFileSchema = z.strictObject({
  apiVersion: z.literal(API_VERSION).describe('Version of this format.'),
  unit: nameSchema.describe('Name of the unit.'),
  members: z
    .record(nameSchema, memberSchema)
    .refine((members) => Object.keys(members).length > 0, 'at least one member')
    .meta({ description: 'The services, each with a configuration of its own. At least one.', minProperties: 1 }),
  store: z
    .strictObject({
      git: unitGitStoreConfig
        .exactOptional()
        .describe(
          'Leases and copies of journals of the unit on branches of a git repository, so that another machine can go on with it. Each member must have a git store, too.',
        ),
    })
    .prefault({})
    .describe('Where leases and journals of the unit are kept, beside its state directory.'),
  environments: z
    .record(nameSchema, environmentSchema)
    .refine((environments) => Object.keys(environments).length > 0, 'at least one environment')
    .meta({ description: 'Where the unit goes. Each member must have these environments.', minProperties: 1 }),
});

export type UnitFileShape = z.infer<typeof unitFileSchema>;

let known: SchemaNode | undefined;

/** JSON Schema (draft 2020-12) of what a person writes. */
export function unitSchemaTree(): SchemaNode {
  known ??= schemaNode(z.toJSONSchema(unitFileSchema, { target: 'draft-2020-12', io: 'input' }));
  return known;
}
