import { z } from 'zod';
import {
  argvSchema,
  filePathSchema,
  httpPathSchema,
  httpUrlSchema,
  nameSchema,
  textOrSecretSchema,
  variableNameSchema,
  wordsSchema,
} from '../model/scalars.ts';
import { filesImageConfig, programImageConfig, repositorySchema, tagSchema } from './oci/config.ts';

/** Fragment `components` of shiplock.yaml: what is built, and how one instance of it runs. */

const environment = z.record(variableNameSchema, textOrSecretSchema);

const GO_VARIABLE = 'a Go variable such as main.version';
const goVariable = z
  .string({ error: GO_VARIABLE })
  .regex(/^[\w./-]+\.[A-Za-z_]\w*$/, GO_VARIABLE)
  .meta({ title: 'Go variable' });

const PLATFORM = 'a platform such as linux/amd64';

export const goComponentConfig = z.strictObject({
  kind: z.literal('go').describe('A Go program, built as a static binary.'),
  source: filePathSchema.describe('Directory with go.mod.'),
  package: wordsSchema.default('.').describe('Package to build, relative to the source.'),
  binary: z
    .string({ error: 'a file name' })
    .regex(/^[A-Za-z0-9._-]+$/, 'a file name without directory')
    .describe('Name of the file that the build makes.'),
  command: argvSchema.describe(
    'How one instance is started, inside the release directory. `{port}`, `{host}` and `{release}` are put in.',
  ),
  ready: httpPathSchema.describe('Answers 200 when the instance may get traffic.'),
  live: httpPathSchema.default('/healthz').describe('Answers 200 while the process lives.'),
  env: environment
    .default({})
    .describe(
      'Environment variables of the process. `{port}`, `{host}`, `{release}`, `{environment}` and `{service}` are put in.',
    ),
  stamp: z
    .strictObject({
      version: goVariable.default('main.version').describe('Gets the version of the release.'),
      commit: goVariable.default('main.commit').describe('Gets the commit it was built from.'),
    })
    .prefault({})
    .describe('Go variables that the linker fills in.'),
  tags: z.array(nameSchema).default([]).describe('Go build tags.'),
  platforms: z
    .array(z.string({ error: PLATFORM }).regex(/^[a-z0-9]+\/[a-z0-9]+$/, PLATFORM))
    .min(1, 'at least one platform')
    .default(['linux/amd64'])
    .describe('Operating systems and processors to build for.'),
  image: programImageConfig.exactOptional(),
});

export const staticComponentConfig = z.strictObject({
  kind: z.literal('static').describe('Files that are served as they are.'),
  source: filePathSchema.describe('Directory of the sources.'),
  build: argvSchema
    .exactOptional()
    .describe('Command that makes the files, run in the source. Left out: the files are taken as they are.'),
  output: filePathSchema.default('.').describe('Directory with the finished files, relative to the source.'),
  serve: z
    .strictObject({
      command: argvSchema.describe(
        'Command of a web server, inside the release directory. `{port}`, `{host}` and `{release}` are put in.',
      ),
      ready: httpPathSchema.default('/').describe('Answers 200 when the instance may get traffic.'),
      live: httpPathSchema.default('/').describe('Answers 200 while the process lives.'),
      env: environment.default({}).describe('Environment variables of the process.'),
    })
    .exactOptional()
    .describe(
      'A web server of its own, for a frontend that is rolled out by share. Left out: only the files are laid down.',
    ),
  image: filesImageConfig.exactOptional(),
});

export const imageComponentConfig = z.strictObject({
  kind: z.literal('image').describe('A container image that was built and pushed before; released by its digest.'),
  image: repositorySchema.describe('Repository of the image, with its registry, as the manifests name it.'),
  tag: tagSchema
    .default('{version}')
    .describe('Tag that leads to the digest, once, when a release begins. `{version}` and `{commit}` are put in.'),
  registry: httpUrlSchema
    .exactOptional()
    .describe('How this machine reaches the registry, if not by https and the name in `image`.'),
  authorization: textOrSecretSchema
    .exactOptional()
    .describe('Authorization header for the registry, by secret reference. Left out: it may be read by anybody.'),
});

export const componentConfig = z
  .discriminatedUnion('kind', [goComponentConfig, staticComponentConfig, imageComponentConfig])
  .describe('One thing that is built and released.');

export const buildConfig = z
  .record(nameSchema, componentConfig)
  .meta({ minProperties: 1, description: 'What the service is made of: an API, a frontend, or both. At least one.' });

export type { ProgramImageConfig } from './oci/config.ts';
export type GoComponentConfig = z.infer<typeof goComponentConfig>;
export type StaticComponentConfig = z.infer<typeof staticComponentConfig>;
export type ImageComponentConfig = z.infer<typeof imageComponentConfig>;
export type ComponentConfig = z.infer<typeof componentConfig>;
export type BuildConfig = z.infer<typeof buildConfig>;
