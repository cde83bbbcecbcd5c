import { basename, join } from 'node:path';
import type { ReadContext } from '../../procedure/tree.ts';
import { momentOf } from '../commit-time.ts';
import { fetchBase } from './base.ts';
import { entriesOf, programEntry, readCertificates, systemEntries } from './content.ts';
import type { BaseImage, Runs } from './documents.ts';
import { labelsOf } from './labels.ts';
import type { ImageBuild, ImageParts, ImagePlace, ImageSettings } from './types.ts';
import { type ImageContent, type LayerContent, type PlatformImage, writeLayout } from './write.ts';

/** From what was built to what lies in an image. Heavy to load, so it is loaded where an image is written. */

/** Directory of programs in images. */
const PROGRAMS = '/app';

/** Writes the image of a build to its place. */
export async function writeImage(build: ImageBuild, place: ImagePlace, ctx: ReadContext): Promise<void> {
  await writeLayout(place.directory, await contentOf(build, place, ctx));
}

async function contentOf(build: ImageBuild, { created }: ImagePlace, ctx: ReadContext): Promise<ImageContent> {
  const { settings, parts } = build;
  const moment = momentOf(created);
  const system: LayerContent[] = [];
  if (settings.base === null || settings.certificates !== null) {
    const certificates = settings.certificates === null ? null : await readCertificates(settings.certificates);
    const entries = systemEntries(settings.user, certificates);
    // A base has its accounts; only certificates are put beside them.
    const kept = settings.base === null ? entries : entries.filter(({ path }) => path.startsWith('etc/ssl/'));
    // Of no release: the same layer under all of them, so that a registry and a node have it once.
    system.push({ what: 'accounts and certificates', entries: kept, mtime: 0 });
  }
  const more = (await Promise.all(settings.files.map(({ from, to }) => entriesOf(from, to)))).flat();
  const files = more.length === 0 ? [] : [{ what: 'files', entries: more, mtime: created }];
  const below = [...system, ...files];
  const image = async (platform: string, part: LayerContent, runs: Runs): Promise<PlatformImage> => ({
    platform,
    layers: [...below, part],
    base: await baseFor(build, platform, ctx),
    runs,
  });
  const platforms: PlatformImage[] = [];
  const runs = runsOf(settings, parts);
  if (parts.kind === 'static') {
    const { path } = await parts.artefact.read(ctx);
    // Servers make validators of a file's time: the same time for other content would keep old files in caches.
    const part = { what: 'files of the site', entries: await entriesOf(path, parts.to), mtime: created };
    for (const platform of parts.platforms) platforms.push(await image(platform, part, runs));
  } else {
    for (const { platform, artefact } of parts.programs) {
      const { path } = await artefact.read(ctx);
      const entries = [await programEntry(path, `${PROGRAMS}/${parts.binary}`)];
      platforms.push(await image(platform, { what: `program ${parts.binary}`, entries, mtime: created }, runs));
    }
  }
  return {
    tag: settings.tag,
    created: moment,
    labels: labelsOf(build, created),
    platforms,
  };
}

function runsOf({ user, entrypoint, arguments: words, env, port }: ImageSettings, parts: ImageParts): Runs {
  const own = parts.kind === 'go' ? [`${PROGRAMS}/${basename(parts.binary)}`] : null;
  return { user: `${user}:${user}`, entrypoint: entrypoint ?? own, arguments: words, env, port };
}

async function baseFor(
  { settings: { base, repository }, outDir, clock, authorization }: ImageBuild,
  platform: string,
  ctx: ReadContext,
): Promise<BaseImage | null> {
  if (base === null) return null;
  // Our account is for our registry alone.
  const same = base.image.split('/')[0] === repository.split('/')[0];
  const place = { image: base.image, registry: base.registry, authorization: same ? authorization : () => null, clock };
  return fetchBase(place, { digest: base.digest, platform, cache: join(outDir, 'bases') }, ctx.signal);
}
