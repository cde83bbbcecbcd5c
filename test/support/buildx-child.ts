import { join } from 'node:path';
import { z } from 'zod';
import { build, imageBuild, SETTINGS } from './image-build.ts';

// Builds an image with buildx, to be killed.
const given = z
  .object({
    at: z.string(),
    commit: z.string(),
    path: z.string(),
    repository: z.string(),
    registry: z.string(),
    builder: z.string(),
  })
  .parse(JSON.parse(process.argv[2] ?? ''));
const { at, commit, path, repository, registry, builder } = given;
await build(
  imageBuild({
    dir: at,
    commit,
    program: path,
    settings: { ...SETTINGS, repository, registry, buildx: { dockerfile: join(at, 'Dockerfile'), builder } },
  }),
);
