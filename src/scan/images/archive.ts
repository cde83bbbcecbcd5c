import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parsedJson } from '../../model/json.ts';
import type { Exec } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { fileDigest } from '../../procedure/machine/digest.ts';
import type { GivenFile } from '../inputs.ts';
import type { ImageArchive } from '../types.ts';

/**
 * Images in the one form that osv-scanner reads, that of `docker save`: manifest.json, the configuration and the layers. What builds write is a
 * layout (https://github.com/opencontainers/image-spec/blob/main/image-layout.md), as a directory or packed.
 */

const DIGEST = /^sha256:[0-9a-f]{64}$/;
const descriptor = z.object({
  digest: z.string().regex(DIGEST),
  platform: z
    .looseObject({ os: z.string(), architecture: z.string(), variant: z.string().exactOptional() })
    .exactOptional(),
  annotations: z.record(z.string(), z.string()).exactOptional(),
});
type Descriptor = z.infer<typeof descriptor>;
/** An index names images, a manifest what is in one. */
const document = z.union([
  z.object({ manifests: z.array(descriptor).min(1) }),
  z.object({ config: descriptor, layers: z.array(descriptor) }),
]);

const TAR_MS = 300_000;
/** An index of an index of an index is nobody's image. */
const MOST_NESTED = 3;

/**
 * Archives of an image, one for each platform. Every part is compared with its digest.
 *
 * @param into empty directory, absolute; nothing outside of it is written
 * @throws ProblemError `scan.bad-image` when there is no image, or a part of it is missing or is not what its name says
 */
export async function imageArchives(
  image: GivenFile,
  { into, exec }: { readonly into: string; readonly exec: Exec },
): Promise<readonly ImageArchive[]> {
  const there = await stat(image.path).catch(() => null);
  if (there === null) throw bad(image.name, 'nothing there');
  if (there.isDirectory()) return layoutArchives(image, { into, exec });
  const listed = await tar(exec, image, ['-tf', image.path]);
  const names = new Set(listed.split('\n').map((name) => name.replace(/^\.\//, '')));
  if (names.has('manifest.json')) return [image];
  if (!names.has('index.json')) throw bad(image.name, 'an archive with neither manifest.json nor index.json');
  const path = join(into, 'layout');
  await mkdir(path, { recursive: true });
  const prefix = listed.startsWith('./') ? './' : '';
  // Links in it lead nowhere that matters: what is read through one is compared with its digest.
  await tar(exec, image, ['-xf', image.path, '-C', path, '--no-same-owner', `${prefix}index.json`, `${prefix}blobs`]);
  return layoutArchives({ name: image.name, path }, { into, exec });
}

async function layoutArchives(
  { name, path }: GivenFile,
  { into, exec }: { readonly into: string; readonly exec: Exec },
): Promise<readonly ImageArchive[]> {
  const index = await readFile(join(path, 'index.json'), 'utf8').catch(() => null);
  if (index === null) throw bad(name, 'a directory without index.json');
  const root = parsed(name, index);
  if (!('manifests' in root)) throw bad(name, 'an index.json without `manifests`');
  const images = await imagesIn(name, path, root.manifests, MOST_NESTED);
  const archives: ImageArchive[] = [];
  for (const [nth, one] of images.entries()) {
    const place = join(into, `image-${nth}`);
    const about = images.length === 1 ? name : `${name} (${platformOf(one.descriptor)})`;
    archives.push(await pack({ name: about, path, parts: one }, place, exec));
  }
  return archives;
}

interface Parts {
  readonly descriptor: Descriptor;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

async function imagesIn(
  name: string,
  path: string,
  descriptors: readonly Descriptor[],
  deep: number,
): Promise<readonly Parts[]> {
  if (deep === 0) throw bad(name, 'an index in an index in an index');
  const found: Parts[] = [];
  for (const one of descriptors) {
    // What buildx puts beside images: statements about them.
    if (one.annotations?.['vnd.docker.reference.type'] === 'attestation-manifest') continue;
    const read = parsed(name, await readFile(await blob(name, path, one), 'utf8'));
    if ('manifests' in read) found.push(...(await imagesIn(name, path, read.manifests, deep - 1)));
    else found.push({ descriptor: one, config: read.config, layers: read.layers });
  }
  if (found.length === 0) throw bad(name, 'an index that names no image');
  return found;
}

async function pack(
  { name, path, parts }: GivenFile & { readonly parts: Parts },
  place: string,
  exec: Exec,
): Promise<ImageArchive> {
  await mkdir(place, { recursive: true });
  const layers = parts.layers.map((_, nth) => `layer-${nth}`);
  await symlink(await blob(name, path, parts.config), join(place, 'config.json'));
  for (const [nth, one] of parts.layers.entries())
    await symlink(await blob(name, path, one), join(place, `layer-${nth}`));
  const manifest = [{ Config: 'config.json', RepoTags: null, Layers: layers }];
  await writeFile(join(place, 'manifest.json'), JSON.stringify(manifest));
  const archive = join(place, 'image.tar');
  await tar(exec, { name }, ['-chf', archive, '-C', place, 'manifest.json', 'config.json', ...layers]);
  return { name, path: archive };
}

/** Where a part lies. @throws ProblemError when it is not what its digest says */
async function blob(name: string, path: string, { digest }: Descriptor): Promise<string> {
  const file = join(path, 'blobs', 'sha256', digest.slice('sha256:'.length));
  const found = await fileDigest(file).catch(() => null);
  if (found === digest) return file;
  throw bad(name, found === null ? `no part ${digest}` : `${found} in the place of ${digest}`);
}

function parsed(name: string, text: string): z.infer<typeof document> {
  const read = document.safeParse(parsedJson(text));
  if (read.success) return read.data;
  throw bad(name, 'a document that is neither index nor manifest of an image');
}

function platformOf({ platform, digest }: Descriptor): string {
  if (platform === undefined) return digest.slice(0, 'sha256:'.length + 12);
  const { os, architecture, variant } = platform;
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
}

async function tar(exec: Exec, { name }: Pick<GivenFile, 'name'>, words: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await exec.read(['tar', ...words], { timeoutMs: TAR_MS });
  if (exitCode === 0) return stdout;
  throw bad(name, stderr.trim().split('\n')[0] ?? `tar ended with ${exitCode}`);
}

function bad(where: string, found: string): ProblemError {
  return new ProblemError({
    code: 'scan.bad-image',
    where,
    found,
    expected: 'an image as an OCI layout (a directory, or packed with tar), or as `docker save` writes it',
    remedy: 'build it before the scan, or take its path out of `scan.images`',
  });
}
