import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { digestSchema } from '../../model/release.ts';
import { opaque, sequence, step } from '../../procedure/build.ts';
import { artefactDigest } from '../../procedure/machine/digest.ts';
import { isMissing } from '../../procedure/store.ts';
import type { Node, ReadContext, Step } from '../../procedure/tree.ts';
import { type ArtefactFacts, type BuildNodes, type BuiltArtefact, builtSchema } from '../cached.ts';
import { commitSeconds } from '../commit-time.ts';
import { buildKey } from '../sources.ts';
import type { RegistryPlace } from './registry.ts';

/** An image of what was built, from nothing or on a base, without an engine; and its way into a registry. */

export interface ImageSettings {
  /** Repository with its registry: `registry.example.com/shop/api`. */
  readonly repository: string;
  readonly tag: string;
  /** May the tag be moved from another image to this one? */
  readonly tags: 'fixed' | 'moved';
  /** Address of the registry. */
  readonly registry: string;
  readonly base: { readonly image: string; readonly digest: string; readonly registry: string } | null;
  /** Number of the user, and of its group. */
  readonly user: number;
  /** Null: the program; of files, what the base says. */
  readonly entrypoint: readonly string[] | null;
  readonly arguments: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly port: number | null;
  readonly labels: Readonly<Record<string, string>>;
  /** PEM file, absolute. */
  readonly certificates: string | null;
  /** From absolute paths of this machine to absolute ones of the image. */
  readonly files: readonly { readonly from: string; readonly to: string }[];
  /** Repositories of the same registry that may have layers already. */
  readonly mountFrom: readonly string[];
}

export type BuiltStep = Step<ArtefactFacts, BuiltArtefact>;

/** What goes into the image besides its settings. */
export type ImageParts =
  | {
      readonly kind: 'go';
      readonly binary: string;
      readonly programs: readonly { readonly platform: string; readonly artefact: BuiltStep }[];
    }
  /** Files are the same on every platform. */
  | {
      readonly kind: 'static';
      readonly artefact: BuiltStep;
      /** Directory in the image. */
      readonly to: string;
      readonly platforms: readonly string[];
    };

export interface ImageBuild {
  readonly component: string;
  readonly version: string;
  readonly commit: string;
  /** Directory in the repository of the commit, absolute. */
  readonly source: string;
  readonly settings: ImageSettings;
  readonly parts: ImageParts;
  /** Builds the parts. */
  readonly before: readonly Node[];
  /** Directory for finished builds, absolute. */
  readonly outDir: string;
  /** Value of an Authorization header for the registry; null: none. */
  readonly authorization: () => string | null;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

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

/** Where an image lies, or will lie. */
export interface ImagePlace {
  /** Layout of this image. */
  readonly directory: string;
  /** When the commit was made, seconds since 1970; 0: git does not know it. */
  readonly created: number;
}

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
      steps: [...build.before, write, push, artefact],
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
  const place = parts.kind === 'static' ? parts.to : parts.binary;
  const key = buildKey({
    format: FORMAT,
    parts: digests,
    platforms,
    place,
    settings: settingsText(settings),
    ...{ files, certificates, version, commit, created: String(created) },
  });
  return { directory: join(build.outDir, component, key, 'image'), created };
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
