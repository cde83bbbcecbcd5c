import { z } from 'zod';
import {
  argvSchema,
  filePathSchema,
  httpUrlSchema,
  textOrSecretSchema,
  variableNameSchema,
  wordsSchema,
} from '../../model/scalars.ts';

/** Fragment `components.NAME.image`: the component as an image of its own. */

const REPOSITORY_PATTERN = '[a-z0-9.-]+(?::\\d+)?(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+';
const REPOSITORY = 'a repository of images without tag and digest, such as registry.example.com/shop/api';
export const repositorySchema = z
  .string({ error: REPOSITORY })
  .regex(new RegExp(`^${REPOSITORY_PATTERN}$`), REPOSITORY)
  .meta({ title: 'image repository' });

const TAG = 'a tag, such as {version}';
export const tagSchema = z
  .string({ error: TAG })
  .regex(/^[A-Za-z0-9_{][A-Za-z0-9_.{}-]{0,126}$/, TAG)
  .meta({ title: 'tag' });

const BASE = 'an image by its digest, such as registry.example.com/base/static@sha256:…: a tag can be moved';
const LABEL = 'a label such as org.opencontainers.image.source';
const PLACE = 'an absolute path in the image, such as /etc/shop';
const USER = 'the number of a user, from 1: an image of ours never runs as root';
const PORT = 'a port from 1 to 65535';
const BUILDER = 'the name of a builder, as `docker buildx ls` says it';
const OTHER = 'a repository of the same registry, without it: shop/base';

const placeSchema = z
  .string({ error: PLACE })
  .regex(/^\/(?:(?!\.\.?(?:\/|$))[^/\0]+(?:\/|$))*$/, PLACE)
  .meta({ title: 'path in the image' });

const common = {
  repository: repositorySchema.describe('Repository that the image is pushed to, with its registry.'),
  tag: tagSchema.default('{version}').describe('Tag that the image gets. `{version}` and `{commit}` are put in.'),
  tags: z
    .enum(['fixed', 'moved'])
    .default('fixed')
    .describe('What happens where the tag names another image already: `fixed` refuses, `moved` moves it.'),
  registry: httpUrlSchema
    .exactOptional()
    .describe('How this machine reaches the registry, if not by https and the name in `repository`.'),
  authorization: textOrSecretSchema
    .exactOptional()
    .describe(
      'Authorization header for the registry, by secret reference: `Basic …`, which also buys tokens where the registry wants them, or `Bearer …`.',
    ),
  base: z
    .string({ error: BASE })
    .regex(new RegExp(`^${REPOSITORY_PATTERN}@sha256:[0-9a-f]{64}$`), BASE)
    .exactOptional()
    .describe('Image to stand on. Left out: none, there is nothing in the image but what is named here.'),
  baseRegistry: httpUrlSchema
    .exactOptional()
    .describe('How this machine reaches the registry of the base, if not by https and the name in `base`.'),
  user: z
    .number({ error: USER })
    .int(USER)
    .min(1, USER)
    .max(2_097_151, USER)
    .default(65_532)
    .describe('Number of the user that it runs as, and of its group.'),
  entrypoint: argvSchema
    .exactOptional()
    .describe('Command of the image. Left out: the program; for files, what the base says.'),
  arguments: z
    .array(z.string({ error: 'a word of a command' }))
    .default([])
    .describe('Words behind the command, unless the manifest gives others.'),
  env: z
    .record(variableNameSchema, z.string({ error: 'a text; what is in an image is no secret' }))
    .default({})
    .describe('Environment variables. Whoever may pull the image can read them.'),
  port: z
    .number({ error: PORT })
    .int(PORT)
    .min(1, PORT)
    .max(65_535, PORT)
    .exactOptional()
    .describe('TCP port that it listens on, for those who read the image; it opens nothing.'),
  labels: z
    .record(z.string().regex(/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/, LABEL), wordsSchema)
    .default({})
    .describe('Labels beside those that come by themselves: title, version, revision, created.'),
  certificates: filePathSchema
    .exactOptional()
    .describe(
      'PEM file with certificates of authorities that the program trusts. Keep it in the repository: then it is the same wherever the image is built.',
    ),
  files: z
    .array(
      z.strictObject({
        from: filePathSchema.describe('File or directory on this machine.'),
        to: placeSchema.describe('Where it lies in the image.'),
      }),
    )
    .default([])
    .describe('Further files, in a layer of their own.'),
  buildx: z
    .strictObject({
      dockerfile: filePathSchema.describe(
        'Dockerfile. Its context holds what was built and nothing else: `linux/amd64/BINARY` for each platform, or `files/`.',
      ),
      builder: z
        .string({ error: BUILDER })
        .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, BUILDER)
        .exactOptional()
        .describe(
          'Builder. Left out: the one that buildx takes by itself; it must be able to write images as OCI does.',
        ),
    })
    .exactOptional()
    .describe('Let `docker buildx build` make the image by a Dockerfile. Left out: it is written without an engine.'),
  mountFrom: z
    .array(z.string({ error: OTHER }).regex(/^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$/, OTHER))
    .default([])
    .describe('Repositories of the same registry that may have layers already: they are taken over instead of sent.'),
} as const;

export const programImageConfig = z
  .strictObject(common)
  .describe(
    'The program as an image, from nothing or on a base, without an engine. In a cluster it is what is released.',
  );

const PLATFORM = 'a platform such as linux/amd64';
export const filesImageConfig = z
  .strictObject({
    ...common,
    to: placeSchema.default('/srv/www').describe('Directory of the files in the image.'),
    platforms: z
      .array(z.string({ error: PLATFORM }).regex(/^[a-z0-9]+\/[a-z0-9]+$/, PLATFORM))
      .min(1, 'at least one platform')
      .default(['linux/amd64'])
      .describe('Operating systems and processors that the base is taken for.'),
  })
  .describe('The files as an image, usually on a base with a web server. In a cluster it is what is released.');

export type ProgramImageConfig = z.infer<typeof programImageConfig>;
export type FilesImageConfig = z.infer<typeof filesImageConfig>;
