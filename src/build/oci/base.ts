import { createHash } from 'node:crypto';
import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import type { z } from 'zod';
import { ProblemError } from '../../model/problem.ts';
import { temporaryBeside } from '../../procedure/store.ts';
import { type BaseImage, baseConfigSchema, indexSchema, MEDIA, manifestSchema } from './documents.ts';
import { blobPath } from './layout.ts';
import { openRegistry, type Registry, type RegistryPlace, refusal, repositoryOf } from './registry.ts';

/** An image to stand on: taken from its registry by digest, checked against it, and kept. */

/** Layers as Docker names them are what the specification names so. */
const LAYER_TYPES: Readonly<Record<string, string>> = {
  'application/vnd.docker.image.rootfs.diff.tar.gzip': MEDIA.layer,
  'application/vnd.docker.image.rootfs.diff.tar': 'application/vnd.oci.image.layer.v1.tar',
};
const DOWNLOAD_MS = 15 * 60_000;
const MOST_REDIRECTS = 3;

interface Fetching {
  readonly registry: Registry;
  readonly place: RegistryPlace;
  readonly signal: AbortSignal;
  /** Directory of what was fetched before. */
  readonly cache: string;
}

/**
 * Fetches a base image for one platform. What was fetched before is not asked for again.
 *
 * @param digest of its manifest, or of the index over several platforms
 * @param platform `linux/amd64`
 * @param cache directory, absolute
 * @throws ProblemError when it is not there, not for this platform, or not what its digest says
 */
export async function fetchBase(
  place: RegistryPlace,
  { digest, platform, cache }: { readonly digest: string; readonly platform: string; readonly cache: string },
  signal: AbortSignal,
): Promise<BaseImage> {
  const fetching: Fetching = { registry: openRegistry(place), place, signal, cache };
  const manifest = await manifestFor(fetching, digest, platform);
  const config = await documentAt(fetching, 'blobs', manifest.config.digest, baseConfigSchema);
  const layers = [];
  for (const { mediaType, digest: layer, size } of manifest.layers) {
    const path = await kept(fetching, 'blobs', layer);
    layers.push({ mediaType: LAYER_TYPES[mediaType] ?? mediaType, digest: layer, size, path });
  }
  return { config, layers };
}

async function manifestFor(
  fetching: Fetching,
  digest: string,
  platform: string,
): Promise<z.infer<typeof manifestSchema>> {
  const path = await kept(fetching, 'manifests', digest);
  const found: unknown = JSON.parse(await readFile(path, 'utf8'));
  const index = indexSchema.safeParse(found);
  if (!index.success) return documentAt(fetching, 'manifests', digest, manifestSchema);
  const [os, architecture] = platform.split('/');
  const one = index.data.manifests.find(
    (each) => each.platform?.os === os && each.platform?.architecture === architecture,
  );
  if (one !== undefined) return documentAt(fetching, 'manifests', one.digest, manifestSchema);
  const has = index.data.manifests.flatMap((each) => (each.platform === undefined ? [] : [each.platform]));
  throw new ProblemError({
    code: 'build.base-platform',
    where: `${fetching.place.image}@${digest}`,
    found: `images for ${has.map((each) => `${each.os}/${each.architecture}`).join(', ') || 'no platform'}`,
    expected: `an image for ${platform}`,
    remedy: 'take a base that has it, or leave the platform out of `platforms` of the component',
  });
}

async function documentAt<T>(
  fetching: Fetching,
  kind: 'manifests' | 'blobs',
  digest: string,
  schema: z.ZodType<T>,
): Promise<T> {
  const path = await kept(fetching, kind, digest);
  const parsed = schema.safeParse(JSON.parse(await readFile(path, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new ProblemError({
    code: 'build.base-unknown',
    where: `${fetching.place.image}@${digest}`,
    found: parsed.error.issues[0]?.message ?? 'a document of another kind',
    expected: 'an image of the OCI specification, or of Docker since 2016',
    remedy: 'push the base anew with a present tool',
  });
}

/** Path of what has this digest; it is fetched, checked and moved there where it is not yet. */
async function kept(fetching: Fetching, kind: 'manifests' | 'blobs', digest: string): Promise<string> {
  const path = blobPath(fetching.cache, digest);
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (there) return path;
  await mkdir(dirname(path), { recursive: true });
  const temporary = temporaryBeside(path);
  try {
    const answer = await download(fetching, `v2/${repositoryOf(fetching.place.image)}/${kind}/${digest}`);
    const found = await writeHashed(answer, temporary);
    if (found !== digest) throw tampered(fetching, digest, found);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
  return path;
}

/** Registries send to a store of blobs elsewhere. */
async function download({ registry, place, signal }: Fetching, from: string): Promise<Response> {
  const headers = { accept: [MEDIA.index, MEDIA.manifest, MEDIA.dockerIndex, MEDIA.dockerManifest, '*/*'].join(', ') };
  let url = from;
  for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
    const answer = await registry.send({ method: 'GET', url, headers, timeoutMs: DOWNLOAD_MS }, signal);
    const location = answer.headers.get('location');
    if (answer.status < 300 || answer.status >= 400 || location === null) {
      if (answer.status === 200) return answer;
      throw await refusal(place, `the question for ${from}`, answer);
    }
    await answer.body?.cancel();
    url = new URL(location, new URL(url, `${place.registry}/`)).href;
  }
  throw new ProblemError({
    code: 'build.registry-refused',
    where: place.image,
    found: `more than ${MOST_REDIRECTS} redirects`,
    expected: 'a registry that gives what it has',
    remedy: 'is something between that changes what the registry answers? Ask it directly',
  });
}

async function writeHashed(answer: Response, path: string): Promise<string> {
  const hash = createHash('sha256');
  const handle = await open(path, 'wx', 0o644);
  try {
    if (answer.body !== null) {
      for await (const chunk of Readable.fromWeb(answer.body)) {
        if (!(chunk instanceof Uint8Array)) throw new TypeError('a body is bytes');
        hash.update(chunk);
        await handle.writeFile(chunk);
      }
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return `sha256:${hash.digest('hex')}`;
}

function tampered({ place }: Fetching, digest: string, found: string): ProblemError {
  return new ProblemError({
    code: 'build.registry-digest',
    where: `${place.image}@${digest}`,
    found,
    expected: `bytes with the digest ${digest}`,
    remedy: 'something between changes what the registry answers: ask it directly',
  });
}
