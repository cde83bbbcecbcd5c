import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ClientManifest,
  indexText,
  PLAIN_VERSION,
  parseManifest,
  parseYanked,
  yankedText,
} from '../../model/client-package.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { writePlain } from './pack.ts';

/**
 * A place to install from, as files that any web server or object store hands out:
 *
 *     <version>/…        what was built of a version; never changed
 *     latest             one line: the version that is installed where none is named
 *     yanked             a line for each version that was withdrawn: version, blank, reason
 *     install.sh         the installer of the latest version
 *     index.json         all of it, for programs
 *
 * Each appears by a rename, and `latest` after what it leads to, so that nobody ever finds half of a version.
 */

/**
 * Publishes what was built into a directory, and calls it the latest. Doing it again changes nothing; other content under the same version is refused.
 * @param from directory that the build made
 * @returns the version, and whether it was new
 */
export async function publishPackage(
  from: string,
  to: string,
): Promise<{ readonly version: string; readonly added: boolean }> {
  const manifest = await readManifest(from);
  const { version } = manifest;
  await mkdir(to, { recursive: true });
  await clearLeftovers(to);
  const target = join(to, version);
  const there = await filesOf(target).catch(() => null);
  const files = await filesOf(from);
  if (there !== null && !sameFiles(there, files)) throw new ProblemError(otherContent(target));
  if (there === null) {
    const temporary = join(to, `.new-${version}`);
    await mkdir(temporary);
    for (const [name, bytes] of files) await writeSynced(join(temporary, name), bytes);
    await rename(temporary, target);
  }
  const installer = files.get('install.sh');
  if (installer !== undefined) await replace(to, 'install.sh', installer);
  if ((await readFile(join(to, 'yanked'), 'utf8').catch(() => null)) === null) await replace(to, 'yanked', '');
  await replace(to, 'latest', `${version}\n`);
  await writeIndex(to);
  return { version, added: there === null };
}

/**
 * Marks a version as withdrawn, or, without a reason, as not withdrawn any more.
 * @param to a place to install from, or the directory of the component on the host that serves it (docs/layout.md), where servers make the index
 */
export async function yankVersion(to: string, version: string, reason: string | null): Promise<void> {
  const onHost = (await readdir(join(to, 'releases')).catch(() => null)) !== null;
  const known = await versionsOf(onHost ? join(to, 'releases') : to);
  if (!known.some((one) => one.version === version)) throw new ProblemError(unknownVersion(to, version, known));
  const at = onHost ? join(to, 'shared') : to;
  const text = await readFile(join(at, 'yanked'), 'utf8').catch(() => '');
  const others = parseYanked(text).filter((one) => one.version !== version);
  await mkdir(at, { recursive: true });
  await replace(at, 'yanked', yankedText(reason === null ? others : [...others, { version, reason }]));
  if (!onHost) await writeIndex(to);
}

/** Every version of a place, sorted by name. */
export async function versionsOf(to: string): Promise<readonly ClientManifest[]> {
  const names = await readdir(to).catch(() => []);
  const found = await Promise.all(
    names.filter((name) => PLAIN_VERSION.test(name)).map((name) => readManifest(join(to, name)).catch(() => null)),
  );
  return found.filter((one) => one !== null).toSorted((a, b) => (a.version < b.version ? -1 : 1));
}

async function writeIndex(to: string): Promise<void> {
  const latest = (await readFile(join(to, 'latest'), 'utf8').catch(() => '')).trim();
  const yanked = parseYanked(await readFile(join(to, 'yanked'), 'utf8').catch(() => ''));
  await replace(to, 'index.json', indexText(latest === '' ? null : latest, await versionsOf(to), yanked));
}

/** @throws ProblemError where there is no package */
export async function readManifest(from: string): Promise<ClientManifest> {
  const path = join(from, 'client.json');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const manifest = parseManifest(text ?? '');
  if (manifest !== undefined) return manifest;
  throw new ProblemError({
    code: 'build.no-client-package',
    where: path,
    found: text === undefined ? 'no such file' : 'a text that is no description of a package',
    expected: 'what a build of a component of `kind: script` makes',
    remedy: 'build it first, and name the directory that the build says',
  });
}

async function filesOf(directory: string): Promise<ReadonlyMap<string, Buffer>> {
  const names = (await readdir(directory)).filter((name) => !name.startsWith('.')).toSorted();
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(directory, name))] as const)));
}

function sameFiles(one: ReadonlyMap<string, Buffer>, other: ReadonlyMap<string, Buffer>): boolean {
  return one.size === other.size && [...one].every(([name, bytes]) => other.get(name)?.equals(bytes) === true);
}

/** What a killed publication left. Two at once would disturb each other: a place has one publisher. */
async function clearLeftovers(to: string): Promise<void> {
  for (const name of await readdir(to)) {
    if (name.startsWith('.new-')) await rm(join(to, name), { recursive: true, force: true });
  }
}

async function replace(to: string, name: string, content: string | Buffer): Promise<void> {
  const temporary = join(to, `.new-${name}`);
  await rm(temporary, { force: true });
  await writeSynced(temporary, content);
  await rename(temporary, join(to, name));
}

async function writeSynced(path: string, content: string | Buffer): Promise<void> {
  await writePlain(path, content);
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function otherContent(where: string): Problem {
  return {
    code: 'build.client-other-content',
    where,
    found: 'other files under the same version',
    expected: 'one content for a version, for ever',
    remedy: 'release it under a new version',
  };
}

function unknownVersion(where: string, version: string, known: readonly ClientManifest[]): Problem {
  return {
    code: 'build.client-unknown-version',
    where,
    found: version,
    expected:
      known.length === 0 ? 'a version that is published' : `one of ${known.map((one) => one.version).join(', ')}`,
    remedy: 'name a version that is published here',
  };
}
