import { createHash } from 'node:crypto';
import { copyFile, link, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Gzip } from 'fflate';
import { syncDirectory } from '../../procedure/store.ts';
import {
  type BaseImage,
  type Blob,
  blobOf,
  configDocument,
  indexDocument,
  type Layer,
  layoutIndex,
  MEDIA,
  manifestDocument,
  type Runs,
} from './documents.ts';
import { blobPath } from './layout.ts';
import { type TarEntry, tarArchive } from './tar.ts';

/** Images in a directory (image-spec: image-layout.md), written whole or not at all. */

export interface LayerContent {
  /** For the history of the image. */
  readonly what: string;
  readonly entries: readonly TarEntry[];
  /** Of every entry, seconds since 1970. */
  readonly mtime: number;
}

export interface PlatformImage {
  readonly platform: string;
  /** In their order above each other. A layer that several platforms have is the same object in each. */
  readonly layers: readonly LayerContent[];
  readonly base: BaseImage | null;
  readonly runs: Runs;
}

export interface ImageContent {
  readonly tag: string;
  /** RFC 3339, UTC. */
  readonly created: string;
  /** Labels of the configuration and annotations of manifest and index. */
  readonly labels: Readonly<Record<string, string>>;
  readonly platforms: readonly PlatformImage[];
}

/**
 * Bytes of zlib differ between versions of Node and between processors, and with them the digests: so layers are compressed by a library
 * in JavaScript whose version is pinned.
 */
const LEVEL = 6;

/** Writes an image to `directory`, which appears by a rename. Returns its digest. */
export async function writeLayout(directory: string, content: ImageContent): Promise<string> {
  const partial = `${directory}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(join(partial, 'blobs', 'sha256'), { recursive: true });
  const written = new Map<LayerContent, Layer>();
  const manifests: { readonly platform: string; readonly manifest: Blob }[] = [];
  for (const image of content.platforms) {
    const layers: Layer[] = [];
    for (const layer of image.layers) {
      const known = written.get(layer) ?? (await writeLayer(partial, layer));
      written.set(layer, known);
      layers.push(known);
    }
    for (const one of image.base?.layers ?? []) await takeOver(partial, one);
    manifests.push({ platform: image.platform, manifest: await writeImage(partial, content, image, layers) });
  }
  const [first] = manifests;
  if (first === undefined) throw new TypeError('an image has at least one platform');
  const several = manifests.length > 1;
  const root = several ? blobOf(indexDocument(manifests, content.labels)) : first.manifest;
  if (several) await writeBlob(partial, root);
  const index = layoutIndex(root, several ? MEDIA.index : MEDIA.manifest, content.tag);
  await writeDurably(join(partial, 'oci-layout'), Buffer.from('{"imageLayoutVersion":"1.0.0"}'));
  await writeDurably(join(partial, 'index.json'), Buffer.from(JSON.stringify(index)));
  await syncDirectory(join(partial, 'blobs', 'sha256'));
  await syncDirectory(partial);
  await rename(partial, directory);
  await syncDirectory(dirname(directory));
  return root.digest;
}

async function writeImage(
  directory: string,
  { created, labels }: ImageContent,
  { platform, base, runs }: PlatformImage,
  layers: readonly Layer[],
): Promise<Blob> {
  const config = blobOf(configDocument({ platform, created, labels, runs, base: base?.config ?? null, layers }));
  await writeBlob(directory, config);
  const own = layers.map(({ digest, size }) => ({ mediaType: MEDIA.layer, digest, size }));
  const manifest = blobOf(manifestDocument(config, [...(base?.layers ?? []), ...own], labels));
  await writeBlob(directory, manifest);
  return manifest;
}

/** Archive, compressed, under its digest. */
async function writeLayer(directory: string, { entries, mtime, what }: LayerContent): Promise<Layer> {
  const temporary = join(directory, 'layer.tmp');
  const plain = createHash('sha256');
  const packed = createHash('sha256');
  const handle = await open(temporary, 'w', 0o644);
  let size = 0;
  try {
    const pieces: Uint8Array[] = [];
    // No time and no name in the header of the archive: only the content counts.
    const gzip = new Gzip({ level: LEVEL, mtime: 0 }, (piece) => void pieces.push(piece));
    const drain = async (): Promise<void> => {
      for (const piece of pieces.splice(0)) {
        packed.update(piece);
        size += piece.length;
        await handle.writeFile(piece);
      }
    };
    for await (const chunk of evenly(tarArchive(entries, mtime))) {
      plain.update(chunk);
      gzip.push(chunk);
      await drain();
    }
    gzip.push(new Uint8Array(0), true);
    await drain();
    await handle.sync();
  } finally {
    await handle.close();
  }
  const digest = `sha256:${packed.digest('hex')}`;
  await rename(temporary, blobPath(directory, digest));
  return { digest, size, diffId: `sha256:${plain.digest('hex')}`, what };
}

const PIECE = 128 * 1024;

/** The same bytes in pieces of one size: what a stream happens to give at once must not show in what is compressed. */
async function* evenly(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    held.push(chunk);
    length += chunk.length;
    if (length < PIECE) continue;
    const all = Buffer.concat(held);
    let at = 0;
    for (; at + PIECE <= all.length; at += PIECE) yield all.subarray(at, at + PIECE);
    held = [all.subarray(at)];
    length = all.length - at;
  }
  if (length > 0) yield Buffer.concat(held);
}

async function writeBlob(directory: string, { bytes, digest }: Blob): Promise<void> {
  await writeDurably(blobPath(directory, digest), bytes);
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'w', 0o644);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A layer of the base image, which lies in a cache already. */
async function takeOver(directory: string, { digest, path }: BaseImage['layers'][number]): Promise<void> {
  const to = blobPath(directory, digest);
  await link(path, to).catch(() => copyFile(path, to));
}
