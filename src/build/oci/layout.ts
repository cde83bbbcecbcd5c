import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { parsedJson } from '../../model/json.ts';
import { ProblemError } from '../../model/problem.ts';
import { bytesDigest } from '../../procedure/machine/digest.ts';
import { type Descriptor, indexSchema, MEDIA, manifestSchema } from './documents.ts';

/** Images in a directory (image-spec: image-layout.md), read back. */

/** What lies in a layout. */
export interface Layout {
  readonly directory: string;
  /** Of the manifest, or of the index over several. */
  readonly root: Descriptor;
  readonly manifests: readonly Descriptor[];
  /** Configurations and layers, each once. */
  readonly blobs: readonly Descriptor[];
}

export function blobPath(directory: string, digest: string): string {
  return join(directory, 'blobs', 'sha256', digest.replace(/^sha256:/, ''));
}

/**
 * Reads a layout. Documents are checked against their digests.
 * @throws ProblemError `build.broken-layout` when something is missing or is not what its name says
 */
export async function readLayout(directory: string): Promise<Layout> {
  const root = rootOf(directory, await readFile(join(directory, 'index.json'), 'utf8').catch(() => ''));
  const manifests =
    root.mediaType === MEDIA.index ? (await documentOf(directory, root.digest, indexSchema)).manifests : [root];
  const blobs = new Map<string, Descriptor>();
  for (const { digest } of manifests) {
    const manifest = await documentOf(directory, digest, manifestSchema);
    for (const one of [manifest.config, ...manifest.layers]) blobs.set(one.digest, one);
  }
  return { directory, root, manifests, blobs: [...blobs.values()] };
}

function rootOf(directory: string, text: string): Descriptor {
  const root = parsed(text, indexSchema)?.manifests[0];
  if (root === undefined) throw broken(join(directory, 'index.json'), 'no image');
  return root;
}

async function documentOf<T>(directory: string, digest: string, schema: z.ZodType<T>): Promise<T> {
  const path = blobPath(directory, digest);
  const bytes = await readFile(path).catch(() => undefined);
  const found = bytes === undefined ? 'nothing' : bytesDigest(bytes);
  const document = found === digest ? parsed(String(bytes), schema) : undefined;
  if (document === undefined) throw broken(path, found);
  return document;
}

function parsed<T>(text: string, schema: z.ZodType<T>): T | undefined {
  return schema.safeParse(parsedJson(text)).data;
}

function broken(where: string, found: string): ProblemError {
  return new ProblemError({
    code: 'build.broken-layout',
    where,
    found,
    expected: 'an image as it was written',
    remedy: 'delete the directory of this build, then build again: the same inputs give the same image',
  });
}
