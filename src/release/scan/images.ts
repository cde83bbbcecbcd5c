import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parsedJson } from '../../model/json.ts';
import { digestSchema } from '../../model/release.ts';
import { isMissing } from '../../procedure/store.ts';

/** Images that builds have left in the state directory. */

export interface BuiltImage {
  /** `image of COMPONENT`, with the version: what findings are about. */
  readonly name: string;
  /** Layout, absolute. */
  readonly path: string;
  /** Of the image. */
  readonly digest: string;
}

const REVISION = 'org.opencontainers.image.revision';
const VERSION = 'org.opencontainers.image.version';
const descriptor = z.object({ digest: digestSchema });
const index = z.object({ manifests: z.array(descriptor).min(1) });
/** Index or manifest: both carry the labels of the image. */
const labelled = z.object({ annotations: z.record(z.string(), z.string()).default({}) });

/**
 * Images that were built of a commit and lie here, sorted. They are known by their label of the revision, so one that a build of another machine made,
 * or that was taken from a registry, is not among them. What is broken counts as an image: the scan says what is wrong with it.
 */
export async function imagesOf(store: string, commit: string): Promise<readonly BuiltImage[]> {
  const artefacts = join(store, 'artefacts');
  const found: BuiltImage[] = [];
  for (const component of await directoriesIn(artefacts)) {
    for (const key of await directoriesIn(join(artefacts, component))) {
      const image = await imageAt(join(artefacts, component, key, 'image'), component, commit);
      if (image !== null) found.push(image);
    }
  }
  return [...new Map(found.map((one) => [one.digest, one])).values()].toSorted((one, other) =>
    `${one.name} ${one.digest}`.localeCompare(`${other.name} ${other.digest}`, 'en'),
  );
}

async function imageAt(path: string, component: string, commit: string): Promise<BuiltImage | null> {
  const text = await readFile(join(path, 'index.json'), 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  const root = text === null ? undefined : index.safeParse(parsedJson(text)).data?.manifests[0];
  if (root === undefined) return null;
  const blob = join(path, 'blobs', 'sha256', root.digest.slice('sha256:'.length));
  const read = labelled.safeParse(parsedJson(await readFile(blob, 'utf8').catch(() => '')));
  const labels = read.success ? read.data.annotations : null;
  // Nobody can say any more whose image a broken one was.
  if (labels !== null && labels[REVISION] !== commit) return null;
  const version = labels?.[VERSION] === undefined ? '' : ` ${labels[VERSION]}`;
  return { name: `image of ${component}${version}`, path, digest: root.digest };
}

async function directoriesIn(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
}
