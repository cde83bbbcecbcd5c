import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { ProblemError } from '../../model/problem.ts';
import { digestSchema } from '../../model/release.ts';
import { opaque, sequence, step } from '../../procedure/build.ts';
import { artefactDigest } from '../../procedure/machine/digest.ts';
import { isMissing } from '../../procedure/store.ts';
import type { ReadContext, Step } from '../../procedure/tree.ts';
import { type ArtefactFacts, type BuildNodes, type BuiltArtefact, builtSchema } from '../cached.ts';
import { commitSeconds } from '../commit-time.ts';
import { buildKey, toolVersion } from '../sources.ts';
import { buildxSteps } from './buildx.ts';
import type { RegistryPlace } from './registry.ts';
import type { BuildxSettings, ImageBuild, ImagePlace, ImageSettings } from './types.ts';

/** An image of what was built, from nothing or on a base, without an engine; and its way into a registry. */

/** Raise it when the same inputs make other bytes. */
const FORMAT = 'image-1';

export const pushedSchema = z.strictObject({
  image: z.string(),
  digest: z.string(),
  sent: z.number(),
  sentBytes: z.number(),
  mounted: z.number(),
  present: z.number(),
});

/**
 * Builds what goes into the image, writes the image as a layout, brings it into its registry and gives its digest. The bytes depend on the
 * sources, the settings, the version and the commit alone: not on path, user, time, umask, nor on versions of Node.
 */
export function imageBuildNode(build: ImageBuild): BuildNodes {
  const { component, version, settings, timeoutMs } = build;
  const { repository, tag } = settings;
  const registry: RegistryPlace = {
    image: repository,
    registry: settings.registry,
    authorization: build.authorization,
    clock: build.clock,
  };
  const write = opaque<object>({
    id: 'layout',
    title: `Write the image of ${component} ${version}`,
    inputs: { component, image: settingsText(settings) },
    promise: 'an image in a directory, made once from the same inputs; it appears whole or not at all',
    outputs: z.strictObject({}),
    run: async (ctx) => {
      const where = (await placeOf(build, ctx)) ?? changedMeanwhile(component);
      const known = await layoutDigest(where.directory);
      if (known !== null) ctx.note(`the same inputs were made before: ${known}`);
      // What compresses is heavy to load, and not needed where the image is there.
      else await (await import('./work.ts')).writeImage(build, where, ctx);
      return {};
    },
    probe: 'repeatable',
    timeoutMs,
  });
  const push = opaque<z.infer<typeof pushedSchema>>({
    id: 'push',
    title: `Push ${repository}:${tag}`,
    inputs: { image: repository, tag, tags: settings.tags, registry: settings.registry },
    promise: `${repository} gets the blobs that it does not have, then the manifest, then the tag ${tag}; ${settings.tags === 'fixed' ? 'refused where the tag names another image' : 'the tag is moved where it names another image'}`,
    outputs: pushedSchema,
    run: async (ctx) => {
      const where = (await placeOf(build, ctx)) ?? changedMeanwhile(component);
      const { pushImage, readLayout } = await import('./work.ts');
      const layout = await readLayout(where.directory);
      const pushed = await pushImage(
        { layout, place: registry, tag, moves: settings.tags === 'moved', mountFrom: mountable(settings) },
        ctx.signal,
      );
      ctx.note(`${pushed.sent} blobs sent, ${pushed.present} were there, ${pushed.mounted} taken from elsewhere`);
      return { image: repository, digest: layout.root.digest, ...pushed };
    },
    probe: 'repeatable',
    timeoutMs,
  });
  const artefact = digestStep(build);
  return {
    artefact,
    node: sequence({
      id: `image-${component}`,
      title: `Build the image of ${component} ${version}`,
      steps: [
        ...build.before,
        ...(settings.buildx === undefined
          ? [write]
          : buildxSteps(build, settings.buildx, (ctx) => placeOf(build, ctx))),
        ...(build.push ? [push] : []),
        artefact,
      ],
    }),
  };
}

function digestStep(build: ImageBuild): Step<ArtefactFacts, BuiltArtefact> {
  const { component, settings } = build;
  const { repository } = settings;
  return step<ArtefactFacts, BuiltArtefact>({
    id: 'digest',
    title: `Take the digest of the image of ${component}`,
    inputs: { component, image: repository },
    read: async (ctx) => {
      const where = await placeOf(build, ctx);
      const digest = where === null ? null : await layoutDigest(where.directory);
      return { path: `${repository}@${digest ?? `<image-${component}.digest>`}`, digest };
    },
    decide: ({ digest }) => ({ kind: 'nothing', why: digest ?? 'known once it is built' }),
    outputs: builtSchema,
    collect: (_results, { path, digest }) => ({ path, digest: digest ?? '' }),
    planned: ({ path, digest }) => ({ path, digest: digest ?? `<image-${component}.digest>` }),
    probe: 'repeatable',
  });
}

/** What was built a moment ago is named by its inputs: when it is not there any more, they are others. */
export function changedMeanwhile(what: string): never {
  throw new ProblemError({
    code: 'build.changed-meanwhile',
    where: what,
    found: 'sources that are not built',
    expected: 'the sources that were built a moment ago',
    remedy: 'let nothing change the sources while they are built, then build again',
  });
}

const indexSchema = z.object({ manifests: z.array(z.object({ digest: digestSchema })).min(1) });

/** The digest of the image that lies in a layout (image-spec: image-layout.md); null where there is none. */
export async function layoutDigest(directory: string): Promise<string | null> {
  try {
    const index = indexSchema.parse(JSON.parse(await readFile(join(directory, 'index.json'), 'utf8')));
    return index.manifests[0]?.digest ?? null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Where the image of these inputs lies, or will lie; null while a part of it is not built. */
async function placeOf(build: ImageBuild, ctx: ReadContext): Promise<ImagePlace | null> {
  const { component, version, commit, settings, parts } = build;
  const steps = parts.kind === 'static' ? [parts.artefact] : parts.programs.map(({ artefact }) => artefact);
  const digests: string[] = [];
  for (const artefact of steps) {
    const { digest } = await artefact.read(ctx);
    if (digest === null) return null;
    digests.push(digest);
  }
  const created = await commitSeconds(build.source, commit, ctx);
  const files = [];
  for (const { from, to } of settings.files) files.push(`${to} ${await artefactDigest(from)}`);
  const certificates = settings.certificates === null ? '' : await artefactDigest(settings.certificates);
  const platforms = parts.kind === 'static' ? parts.platforms : parts.programs.map(({ platform }) => platform);
  const made = settings.buildx === undefined ? {} : await buildxKey(settings.buildx, ctx);
  const place = parts.kind === 'static' ? parts.to : parts.binary;
  const key = buildKey({
    format: FORMAT,
    parts: digests,
    platforms,
    place,
    settings: settingsText(settings),
    ...{ files, certificates, version, commit, created: String(created), ...made },
  });
  return { directory: join(build.outDir, component, key, 'image'), created };
}

/** What else decides about an image that buildx makes. */
async function buildxKey({ dockerfile }: BuildxSettings, ctx: ReadContext): Promise<Readonly<Record<string, string>>> {
  const text = await artefactDigest(dockerfile);
  return {
    dockerfile: text,
    buildx: await toolVersion(['docker', 'buildx', 'version'], dirname(dockerfile), ctx.exec),
  };
}

/** What of the settings shows in the image: not where it is pushed to, nor where its files lie here. Pure. */
export function settingsText({
  base,
  user,
  entrypoint,
  arguments: words,
  env,
  port,
  labels,
  files,
}: ImageSettings): string {
  const stands = base === null ? null : `${base.image}@${base.digest}`;
  const sorted = (texts: Readonly<Record<string, string>>) =>
    Object.entries(texts).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const to = files.map((one) => one.to);
  return JSON.stringify([stands, user, entrypoint, words, sorted(env), port, sorted(labels), to]);
}

function mountable({ mountFrom, base, repository }: ImageSettings): readonly string[] {
  const same = base !== null && base.image.split('/')[0] === repository.split('/')[0];
  return [...mountFrom, ...(same ? [base.image.slice(base.image.indexOf('/') + 1)] : [])];
}
