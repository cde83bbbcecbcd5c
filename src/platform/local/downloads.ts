import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { indexText, parseManifest, parseYanked } from '../../model/client-package.ts';
import { type Found, findFile, segmentsOf } from './static-files.ts';

/**
 * A place to install client scripts from, as a view of what is installed on this host (docs/client.md): `latest` is what `current` names, so a release and
 * a rollback switch it, and a version is a directory of `releases`, so it is whole or not there.
 */
export interface Download {
  /** `/client`. */
  readonly path: string;
  /** Directory of the component: `current` and `releases` lie there, and `shared/yanked`. */
  readonly home: string;
}

/** An answer that is no file. */
export interface MadeText {
  readonly kind: 'text';
  readonly type: string;
  readonly text: string;
}

const NOT_FOUND: Found = { kind: 'not-found' };

/** The answer to a request below one of these; undefined: it is below none. */
export async function answerDownload(
  downloads: readonly Download[],
  pathname: string,
): Promise<Found | MadeText | undefined> {
  const download = downloads.find(({ path }) => pathname === path || pathname.startsWith(`${path}/`));
  if (download === undefined) return undefined;
  const { path, home } = download;
  const segments = segmentsOf(pathname.slice(path.length));
  if (segments === undefined) return { kind: 'bad-request' };
  const [first = '', file, ...more] = segments;
  if (more.length > 0) return NOT_FOUND;
  const current = join(home, 'current');
  if (file !== undefined) {
    const release = await releaseOf(home, first);
    return release === undefined ? NOT_FOUND : fileOf(release, file);
  }
  switch (first) {
    case 'install.sh':
      return fileOf(current, 'install.sh');
    case 'latest':
      return fileOf(current, 'version');
    case 'yanked':
      return { kind: 'text', type: 'text/plain; charset=utf-8', text: await yankedOf(home) };
    case 'index.json':
      return { kind: 'text', type: 'application/json; charset=utf-8', text: await indexOf(home) };
    default:
      return NOT_FOUND;
  }
}

function fileOf(release: string, name: string): Promise<Found> {
  return findFile(release, `/${encodeURIComponent(name)}`, '', { singlePage: false });
}

/** A release may have another name than its package, `1.4.0+config.3f2a91bc`: the same package with other settings around it. */
async function releaseOf(home: string, version: string): Promise<string | undefined> {
  const places = [join(home, 'current'), ...(await releasesOf(home))];
  for (const place of places) if ((await versionIn(place)) === version) return place;
  return undefined;
}

async function releasesOf(home: string): Promise<readonly string[]> {
  const names = await readdir(join(home, 'releases')).catch(() => []);
  return names
    .filter((name) => !name.startsWith('.'))
    .toSorted()
    .map((name) => join(home, 'releases', name));
}

async function versionIn(release: string): Promise<string | undefined> {
  const text = await readFile(join(release, 'version'), 'utf8').catch(() => undefined);
  return text?.trim();
}

function yankedOf(home: string): Promise<string> {
  return readFile(join(home, 'shared', 'yanked'), 'utf8').catch(() => '');
}

async function indexOf(home: string): Promise<string> {
  const latest = (await versionIn(join(home, 'current'))) ?? null;
  const found = await Promise.all(
    (await releasesOf(home)).map(async (release) =>
      parseManifest(await readFile(join(release, 'client.json'), 'utf8').catch(() => '')),
    ),
  );
  const versions = new Map(found.filter((one) => one !== undefined).map((one) => [one.version, one]));
  return indexText(latest, [...versions.values()], parseYanked(await yankedOf(home)));
}
