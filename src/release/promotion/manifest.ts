import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { releaseJson } from '../../build/index.ts';
import type { Effect } from '../../model/effect.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { type Release, releaseSchema } from '../../model/release.ts';
import { sha256 } from '../../procedure/journal/canonical.ts';
import { isMissing } from '../../procedure/store.ts';
import type { ReleaseRecord } from '../record.ts';

/** release.json as it was made first. It lies in the state directory under its own digest and goes through all environments as it is; so does what a unit releases. */

export function manifestPath(store: string, digest: string): string {
  return join(store, 'manifests', `${digest.replace(/^sha256:/, '')}.json`);
}

/** In a plan artefacts may have no digest yet, and so what names them has none either. */
export const PLANNED = 'sha256:<release.manifest>';

/** For the record of a release that is made here. */
export function manifestOf(release: Release): { readonly manifest: string } {
  return { manifest: releaseSchema.safeParse(release).success ? manifestDigest(release) : PLANNED };
}

export function manifestDigest(release: Release): string {
  return digestOfText(releaseJson(release));
}

export function digestOfText(text: string): string {
  return `sha256:${sha256(text)}`;
}

/** What lies at this path, with the digest that it has now; null: nothing. */
export async function readDigested(path: string): Promise<{ readonly text: string; readonly digest: string } | null> {
  try {
    const text = await readFile(path, 'utf8');
    return { text, digest: digestOfText(text) };
  } catch (error) {
    if (!isMissing(error)) throw error;
    return null;
  }
}

/** Writes it down where the release is made; one that came from elsewhere lies there already. */
export function manifestEffects(store: string, { manifest, release }: ReleaseRecord): readonly Effect[] {
  if (manifest === undefined) return [];
  const planned = manifest === PLANNED;
  if (!planned && manifest !== manifestDigest(release)) return [];
  const path = manifestPath(store, manifest);
  const content = planned ? `${JSON.stringify(release, null, 2)}\n` : releaseJson(release);
  const why = 'release.json: it goes through all environments as it is';
  return [{ kind: 'file', path, content, mode: 0o444, why, timeoutMs: 10_000 }];
}

/** The digest that travels. Throws when the file is not, byte for byte, what was made; records of earlier versions have none. */
export async function travelling(store: string, { manifest, release }: ReleaseRecord): Promise<string> {
  if (manifest === undefined) return manifestDigest(release);
  const path = manifestPath(store, manifest);
  const found = (await readDigested(path))?.digest ?? null;
  if (found === manifest) return manifest;
  throw new ProblemError(manifestDiffers(path, manifest, found));
}

export function manifestDiffers(path: string, digest: string, found: string | null): Problem {
  return {
    code: 'release.manifest-differs',
    where: path,
    found: found ?? 'nothing',
    expected: `${digest}, as it was made`,
    remedy: 'restore it from a backup of the state directory; a release goes through all environments as it was made',
  };
}
