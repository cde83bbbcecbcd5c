import { z } from 'zod';
import {
  argvSchema,
  duration,
  filePathSchema,
  httpPathSchema,
  httpUrlSchema,
  nameSchema,
  share,
  textOrSecretSchema,
  variableNameSchema,
  wordsSchema,
} from '../model/scalars.ts';
import { scriptComponentConfig } from './client/config.ts';

import { GO_PLATFORMS } from './go/platforms.ts';

export { type SigningConfig, signingConfig } from './attest/config.ts';

import { frontendKeys } from './frontend/config.ts';
import { filesImageConfig, programImageConfig, repositorySchema, tagSchema } from './oci/config.ts';

/** Fragment `components` of shiplock.yaml: what is built, and how one instance of it runs. */

const environment = z.record(variableNameSchema, textOrSecretSchema);

const GO_VARIABLE = 'a Go variable such as main.version';
const goVariable = z
  .string({ error: GO_VARIABLE })
  .regex(/^[\w./-]+\.[A-Za-z_]\w*$/, GO_VARIABLE)
  .meta({ title: 'Go variable' });

const goTests = z.strictObject({
  packages: z
    .array(wordsSchema)
    .min(1, 'at least one package')
    .default(['./...'])
    .describe('Packages whose tests are run, as `go test` takes them.'),
  race: z
    .enum(['auto', 'always', 'never'])
    .default('auto')
    .describe(
      'The race detector. It needs a C compiler: `auto` runs without where there is none, and says so; `always` is then refused.',
    ),
  timeout: duration().prefault('10m').describe('How long the tests of one package may take.'),
  coverage: z
    .strictObject({
      minimum: share().prefault('0%').describe('Share of the statements that the tests must reach.'),
    })
    .prefault({})
    .describe('How much of the code the tests reach; it is always measured.'),
});

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
    .array(z.enum(GO_PLATFORMS))
    .min(1, 'at least one platform')
    .refine((list) => new Set(list).size === list.length, 'each platform once')
    .default(['linux/amd64'])
    .describe(
      'Operating systems and processors to build for. On the machine of the release its own is deployed, if it is among them, elsewhere the first.',
    ),
  amd64: z
    .enum(['v1', 'v2', 'v3', 'v4'])
    .default('v1')
    .describe('Least level of amd64 processors that programs for them need (GOAMD64).'),
  verifyModules: z
    .boolean()
    .default(true)
    .describe('Before the build: are the modules on this machine still those that were downloaded (`go mod verify`)?'),
  vet: z.boolean().default(false).describe('Before the build: `go vet ./...`.'),
  test: goTests
    .exactOptional()
    .describe('Before the build: the tests. Left out: none are run. The same sources are tested once.'),
  image: programImageConfig.exactOptional(),
});

export const staticComponentConfig = z.strictObject({
  kind: z.literal('static').describe('Files that are served as they are.'),
  source: filePathSchema.describe('Directory of the sources.'),
  build: argvSchema
    .exactOptional()
    .describe('Command that makes the files, run in the source. Left out: the files are taken as they are.'),
  output: filePathSchema.default('.').describe('Directory with the finished files, relative to the source.'),
  ...frontendKeys,
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
  .discriminatedUnion('kind', [goComponentConfig, staticComponentConfig, imageComponentConfig, scriptComponentConfig])
  .describe('One thing that is built and released.');

export const buildConfig = z
  .record(nameSchema, componentConfig)
  .meta({ minProperties: 1, description: 'What the service is made of: an API, a frontend, or both. At least one.' });

export type { ProgramImageConfig } from './oci/config.ts';
export type GoComponentConfig = z.infer<typeof goComponentConfig>;
export type StaticComponentConfig = z.infer<typeof staticComponentConfig>;
export type ImageComponentConfig = z.infer<typeof imageComponentConfig>;
export type ScriptComponentConfig = z.infer<typeof scriptComponentConfig>;
export type ComponentConfig = z.infer<typeof componentConfig>;
export type BuildConfig = z.infer<typeof buildConfig>;
export { type FrontendConfig, givenFrontend } from './frontend/config.ts';

export const NETWORKS = ['all', 'install-only', 'none'] as const;
export type BuildNetwork = (typeof NETWORKS)[number];

/** Fragment `build` of shiplock.yaml: how builds run, whatever they build. */
export const buildRunConfig = z.strictObject({
  network: z
    .enum(NETWORKS)
    .default('all')
    .describe(
      'What builds may reach. all: what the machine reaches. install-only: only the steps that download locked packages reach it. none: no step; packages must be there. Needs Linux with network namespaces, and refuses to build where they are not allowed.',
    ),
});
